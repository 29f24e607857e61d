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
	{"CCE20", "CCE101 CCE102 CCE103 CCE104:K CCE105:K CCE106 CCE107:R CCE108 CCE109 CCE110 CCE111 CCE112 CCE113 CCE114 CCE115 CCE116 CCE117 CCE118 " +
		"CCE119:K CCE120:K CCE121 CCE122 CCE123 CCE124 CCE125 CCE126:K CCE127:K CCE128:K CCE129:K CCE130:K CCE131:K CCE132:K CCE133 CCE134 " +
		"CCE135 CCE136:K CCE137:K CCE138:K CCE139:K CCE140:K CCE141:K CCE142 CCE143 CCE144 CCE145:K CCE146:K CCE147:K CCE148:K CCE149:K " +
		"CCE150:K CCE151 CCE152 CCE153 CCE154 CCE155:K CCE156 CCE157 CCE158 CCE159 CCE160 CCE161:K CCE162:K CCE163 CCE164 CCE165 CCE166 " +
		"CCE167:K CCE168 CCE169 CCE170 CCE171 CCE172 CCE999"},
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
