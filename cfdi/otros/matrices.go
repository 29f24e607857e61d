package otros

import (
	"strings"

	"iofacturo.mx/cfdi"
)

// statePending is said of a code that could be judged here and is not yet.
const statePending = "pendiente: el complemento viaja y entra en el sello, pero esta regla todavía no se revisa aquí; la revisa el PAC"

// matrices are the error matrices of the complements of the table, code by code in
// the order of the SAT, each with its class: local where none is written.
var matrices = []struct{ family, codes string }{
	{"CP31", "CP101 CP102 CP103 CP104 CP105 CP106:K CP107 CP108:R CP109 CP110 CP111 CP112 CP113 CP114 CP115 CP116 CP117:K CP118:K CP119 CP120 " +
		"CP121:K CP122 CP123:K CP124 CP125 CP126 CP127 CP128 CP129 CP130 CP131 CP132:R CP133 CP134:K CP135 CP136:K CP137:K CP138:K CP139 " +
		"CP140:K CP141 CP142 CP143:K CP144:K CP145:K CP146:K CP147:K CP148 CP149 CP150 CP151 CP152 CP153 CP154 CP155:K CP156:K CP157 CP158:K " +
		"CP159:K CP160:K CP161:K CP162:K CP163:K CP164 CP165 CP166 CP167 CP168 CP169:K CP170:K CP171 CP172 CP173:K CP174:K CP175:K CP176:R " +
		"CP177 CP178 CP179 CP180:K CP181 CP182 CP183 CP184:K CP185 CP186:K CP187:K CP188:R CP189 CP190:K CP191 CP192:K CP193 CP194:K CP195:R " +
		"CP196 CP197 CP198:K CP199 CP200:K CP201:K CP202:K CP203:K CP204:K CP999"},
}

// Rules lists the codes of those matrices. None of them is judged here: what a
// registry decides is the PAC's, the rest is still to be written.
func Rules() []cfdi.Rule {
	var out []cfdi.Rule
	for _, m := range matrices {
		for item := range strings.FieldsSeq(m.codes) {
			code, class, ok := strings.Cut(item, ":")
			if !ok {
				class = cfdi.ClassLocal
			}
			state := statePending
			if class == cfdi.ClassRegistro {
				state = cfdi.StatePAC
			}
			out = append(out, cfdi.Rule{Family: m.family, Code: code, Class: class, State: state})
		}
	}
	return out
}
