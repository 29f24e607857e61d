package cfdi

import "strings"

// societies are the corporate forms that end a company's name. In CFDI 4.0 the
// name goes without them (cfdi-rules §5.3). Longer forms come first.
var societies = []string{
	"SOCIEDAD ANONIMA PROMOTORA DE INVERSION DE CAPITAL VARIABLE",
	"SOCIEDAD DE RESPONSABILIDAD LIMITADA DE CAPITAL VARIABLE",
	"SOCIEDAD ANONIMA PROMOTORA DE INVERSION",
	"SOCIEDAD COOPERATIVA DE RESPONSABILIDAD LIMITADA",
	"SOCIEDAD POR ACCIONES SIMPLIFICADA",
	"SOCIEDAD ANONIMA DE CAPITAL VARIABLE",
	"SOCIEDAD DE RESPONSABILIDAD LIMITADA",
	"SOCIEDAD EN COMANDITA SIMPLE",
	"SOCIEDAD ANONIMA BURSATIL",
	"SOCIEDAD COOPERATIVA",
	"SOCIEDAD ANONIMA",
	"SOCIEDAD CIVIL",
	"ASOCIACION CIVIL",
	"INSTITUCION DE ASISTENCIA PRIVADA",
	"S DE RL DE CV",
	"SC DE RL DE CV",
	"SAPI DE CV",
	"SAB DE CV",
	"SAS DE CV",
	"SA DE CV",
	"SPR DE RL DE CV",
	"SPR DE RI",
	"SPR DE RL",
	"S DE RL MI",
	"S DE RL",
	"SC DE RL",
	"S EN C POR A",
	"S EN NC",
	"S EN C",
	"SAPI",
	"SAB",
	"SAS",
	"SA",
	"SC",
	"AC",
	"IAP",
}

// NormalizeNombre brings a name to the form of the Constancia de Situación Fiscal:
// upper case, single spaces, no accents (Ñ stays), and no corporate form at its
// end. changes says in Spanish what was done, for the user to confirm; it is empty
// when the name was right.
func NormalizeNombre(s string) (nombre string, changes []string) {
	note := func(changed bool, what string) {
		if changed {
			changes = append(changes, what)
		}
	}
	nombre = strings.Join(strings.Fields(s), " ")
	note(nombre != s, "quitamos espacios de más")
	upper := strings.ToUpper(nombre)
	note(upper != nombre, "lo pusimos en mayúsculas")
	nombre = unaccent.Replace(upper)
	note(nombre != upper, "quitamos los acentos")
	if short := trimSociety(nombre); short != nombre {
		note(true, "quitamos el régimen societario ("+strings.Trim(nombre[len(short):], " ,")+")")
		nombre = short
	}
	return nombre, changes
}

var unaccent = strings.NewReplacer("Á", "A", "É", "E", "Í", "I", "Ó", "O", "Ú", "U", "Ü", "U")

// trimSociety cuts a corporate form off the end of name, written with or without
// points ("S.A. DE C.V.", "SA DE CV", "S. A. de C. V."). A name that would be
// nothing else keeps it.
func trimSociety(name string) string {
	end := strings.TrimRight(name, betweenWords)
	for _, society := range societies {
		if cut := societyStart(end, society); cut > 0 && (name[cut-1] == ' ' || name[cut-1] == ',') {
			if head := strings.TrimRight(name[:cut], betweenWords); head != "" {
				return head
			}
		}
	}
	return name
}

// betweenWords are what may stand around the letters of a society.
const betweenWords = " .,"

// societyStart is where in name the society starts that it ends with, -1 when it does not. Points and spaces may stand
// between its letters, and at least one must where the society has a space.
func societyStart(name, society string) int {
	for i := len(society) - 1; i >= 0; i-- {
		if society[i] == ' ' {
			before := strings.TrimRight(name, betweenWords)
			if before == name {
				return -1
			}
			name = before
			continue
		}
		if n := len(name); n == 0 || name[n-1] != society[i] {
			if name = strings.TrimRight(name, betweenWords); !strings.HasSuffix(name, society[i:i+1]) {
				return -1
			}
		}
		name = name[:len(name)-1]
	}
	return len(name)
}
