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
	end := strings.TrimRight(name, " ,.")
	if end == "" || !societyEnds[end[len(end)-1]] {
		return name // as most do
	}
	plain, from := withoutPoints(name)
	for _, society := range societies {
		if plain[len(plain)-1] != society[len(society)-1] {
			continue
		}
		rest, ok := strings.CutSuffix(plain, squeeze(society))
		if !ok || rest == "" {
			continue
		}
		cut := from[len(rest)]
		head := strings.TrimRight(name[:cut], " ,.")
		if head == "" || (name[cut-1] != ' ' && name[cut-1] != ',') {
			continue
		}
		if !spaced(name[cut:], society) {
			continue
		}
		return head
	}
	return name
}

// societyEnds are the last letters of the societies.
var societyEnds = func() (ends [256]bool) {
	for _, society := range societies {
		ends[society[len(society)-1]] = true
	}
	return ends
}()

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

// withoutPoints drops points, commas and spaces, and tells where in s each
// byte that is left was.
func withoutPoints(s string) (plain string, from []int) {
	var b strings.Builder
	b.Grow(len(s))
	from = make([]int, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '.' && s[i] != ',' && s[i] != ' ' {
			b.WriteByte(s[i])
			from = append(from, i)
		}
	}
	return b.String(), from
}

// spaced reports whether tail is the society and not the end of some other words
// that happen to have its letters: where the society has a space, tail has a space
// or a point.
func spaced(tail, society string) bool {
	t := 0
	skip := func() int {
		n := 0
		for t < len(tail) && strings.IndexByte(" .,", tail[t]) >= 0 {
			t, n = t+1, n+1
		}
		return n
	}
	for i := 0; i < len(society); i++ {
		gap := skip()
		if society[i] == ' ' {
			if gap == 0 {
				return false
			}
			continue
		}
		if t >= len(tail) || tail[t] != society[i] {
			return false
		}
		t++
	}
	skip()
	return t == len(tail)
}
