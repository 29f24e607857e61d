package account

import (
	"slices"
	"strings"
	"unicode"

	"iofacturo.mx/internal/store"
)

// commonWords are what people here build weak passwords of. A password made
// only of these, digits and signs is refused, so the list stands for some
// million passwords.
var commonWords = strings.Fields(`
	acceso administrador admin abril agosto amor amorcito angel arturo barcelona bebe bonita caballo cambiame cambio campeon carlos
	casa chivas cielo clave cfdi computadora contabilidad contador contrasena contraseña cruzazul daniel default demo diciembre diosteama
	dios empresa enero entrar estrella factura facturacion facturas facturo familia febrero felicidad fernando francisco futbol
	gerente gracias guadalajara guadalupe hola hello iloveyou iofacturo javier jesus jose juan julio junio latino letmein
	linda login lunes luis maria mariposa martes marzo master mayo mexico miamor miclave miguel mipassword miercoles
	monterrey mundo negocio nosoyyo noviembre nueva nuevo octubre oficina pagos pass password passw perrito perro pollito portal
	princesa prueba pruebas puebla querida qwerty quierotarme roberto rosa sabado santiago sat secreta secreto segura seguro septiembre
	sistema sistemas sol teamo tequiero tequila test tigres tortilla trabajo usuario user ventas verano viernes welcome
	bienvenido bienvenida root toor super superman batman pokemon dragon monkey sunshine football baseball shadow michael`)

// rows of keys and counts that a hand runs along.
var runs = []string{
	"012345678901234567890123456789", "abcdefghijklmnopqrstuvwxyzabcdefghijklm", "qwertyuiopasdfghjklzxcvbnmqwertyuiop",
	"qwertyuiopasdfghjklñzxcvbnm", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "asdfghjklasdfghjkl", "zxcvbnmzxcvbnm",
}

// common reports whether a password is among the first that are tried: few
// different signs, a run along the keys, a bare number, or common words with digits
// and signs.
func common(password string) bool {
	p := strings.ToLower(password)
	if distinct(p) < 5 || isRun(p) {
		return true
	}
	bare := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) {
			return c
		}
		return -1
	}, p)
	if bare == "" {
		return isNumber(p)
	}
	return split(folded(bare)) || split(folded(lettersOf(p)))
}

// folded is a text without accents, however long.
func folded(s string) string {
	var b strings.Builder
	for part := range slices.Chunk([]rune(s), 16) { // an indexed word is cut at some length
		b.WriteString(strings.Join(store.Fold(string(part)), ""))
	}
	return b.String()
}

// isNumber reports whether a password without letters is a telephone, a date, an
// account or the like: digits alone, however they are set apart, below 16 of them.
// Any other is as good as one of letters (ASVS 6.2.5).
func isNumber(s string) bool {
	digits := strings.NewReplacer(" ", "", "-", "", ".", "", "/", "", ":", "", ",", "", "+", "", "(", "", ")", "").Replace(s)
	return len(digits) < 16 && strings.Trim(digits, "0123456789") == ""
}

func distinct(s string) int {
	r := []rune(s)
	slices.Sort(r)
	return len(slices.Compact(r))
}

func isRun(s string) bool {
	back := []rune(s)
	slices.Reverse(back)
	half := s[:len(s)/2]
	return slices.ContainsFunc(runs, func(run string) bool { return strings.Contains(run, s) || strings.Contains(run, string(back)) }) ||
		half+half == s && len(half) <= 8
}

// lettersOf keeps the letters, reading digits and signs between letters as the
// letters they stand for (c0ntras3ña), and drops the rest.
func lettersOf(s string) string {
	s = strings.TrimFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '@' && c != '$' })
	var b strings.Builder
	for _, c := range s {
		switch {
		case unicode.IsLetter(c):
			b.WriteRune(c)
		default:
			if i := strings.IndexRune("013457@$!", c); i >= 0 {
				b.WriteByte("oieastasi"[i])
			}
		}
	}
	return b.String()
}

// split reports whether s consists of common words and nothing else.
func split(s string) bool {
	words := make([]string, len(commonWords))
	for i, w := range commonWords {
		words[i] = folded(w)
	}
	reach := make([]bool, len(s)+1)
	reach[0] = true
	for i := range s {
		if !reach[i] {
			continue
		}
		for _, w := range words {
			if strings.HasPrefix(s[i:], w) {
				reach[i+len(w)] = true
			}
		}
	}
	return reach[len(s)]
}
