package cfdi

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// RFCs that stand for many people.
const (
	RfcPublico    = "XAXX010101000" // anyone in Mexico
	RfcExtranjero = "XEXX010101000" // anyone abroad
	RfcTercero    = "EXT990101NI1"  // a third party abroad, ACuentaTerceros only
)

// A Persona says whom an RFC stands for.
type Persona uint8

// Kinds of RFC.
const (
	Fisica   Persona = iota + 1 // natural person, 13 characters
	Moral                       // company, 12 characters
	Generico                    // one of the generic RFCs
)

// An RFC is a taxpayer's key that has the shape of one.
type RFC struct {
	Text    string
	Persona Persona
	// Digito reports whether the check digit is the one of the SAT's algorithm.
	// Old ones exist that do not comply, so a false is worth a warning only.
	// Generic RFCs are exempt.
	Digito bool
}

// ErrRFC is returned by [ParseRFC] for what is no RFC.
var ErrRFC = errors.New("no es un RFC válido")

// ParseRFC reads an RFC as the XML has it (upper case, no spaces): t_RFC of the
// Anexo 20, whose date must exist in the calendar. Whether it is registered only
// the SAT knows.
func ParseRFC(s string) (RFC, error) {
	if s == RfcPublico || s == RfcExtranjero || s == RfcTercero {
		return RFC{Text: s, Persona: Generico, Digito: true}, nil
	}
	runes := []rune(s)
	r := RFC{Text: s, Persona: Fisica}
	switch len(runes) {
	case 12:
		r.Persona = Moral
	case 13:
	default:
		return RFC{}, ErrRFC
	}
	letters := len(runes) - 9
	date, homoclave := runes[letters:letters+6], runes[letters+6:]
	if !slices.ContainsFunc(runes[:letters], notRFCLetter) && isYYMMDD(string(date)) && isHomoclave(homoclave) {
		r.Digito = rfcDigit(runes[:len(runes)-1]) == homoclave[2]
		return r, nil
	}
	return RFC{}, ErrRFC
}

// ValidRFC reports whether s has the shape of an RFC and its date exists.
func ValidRFC(s string) bool {
	_, err := ParseRFC(s)
	return err == nil
}

func notRFCLetter(r rune) bool { return (r < 'A' || r > 'Z') && r != 'Ñ' && r != '&' }

func isHomoclave(h []rune) bool {
	return isUpperOrDigit(h[0]) && isUpperOrDigit(h[1]) && (h[2] == 'A' || h[2] >= '0' && h[2] <= '9')
}

func isUpperOrDigit(r rune) bool { return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' }

// isYYMMDD reports whether s is a day of the calendar in either century. Only 29
// February tells them apart, and 2000 had one.
func isYYMMDD(s string) bool {
	if len(s) != 6 {
		return false
	}
	_, err := time.Parse("20060102", "20"+s)
	_, err19 := time.Parse("20060102", "19"+s)
	return err == nil || err19 == nil
}

// rfcAlphabet gives each character its value in the check digit of the RFC.
const rfcAlphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

// rfcDigit computes the check digit of the first 11 or 12 characters.
func rfcDigit(body []rune) rune {
	sum, weight := 0, 13
	if len(body) == 11 { // a company's RFC is padded with a space
		body = append([]rune{' '}, body...)
	}
	alphabet := []rune(rfcAlphabet)
	for _, r := range body {
		sum += slices.Index(alphabet, r) * weight
		weight--
	}
	switch n := sum % 11; n {
	case 0:
		return '0'
	case 1:
		return 'A'
	default:
		return '0' + rune(11-n)
	}
}

// curpStates are the codes of the state of birth; NE is abroad.
const curpStates = " AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE "

// curpAlphabet gives each character its value in the check digit of the CURP.
const curpAlphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"

// ValidCURP reports whether s is a CURP: pattern of the Anexo 20, a day that
// exists, and the check digit, from which the generic CURP of a woman abroad is
// exempt.
func ValidCURP(s string) bool {
	if s == "XEXX010101MNEXXXA8" {
		return true
	}
	runes := []rune(s)
	if len(runes) != 18 || len(s) > 19 { // Ñ may stand among the letters, once at most in practice
		return false
	}
	for i, r := range runes {
		if !curpShape(i, r) {
			return false
		}
	}
	century := "19"
	if runes[16] >= 'A' {
		century = "20"
	}
	_, err := time.Parse("20060102", century+string(runes[4:10]))
	state := strings.Contains(curpStates, " "+string(runes[11:13])+" ")
	return err == nil && state && runes[17] == curpDigit(runes[:17])
}

// curpShape tells what may stand at each of the 18 places.
func curpShape(i int, r rune) bool {
	digit, letter := r >= '0' && r <= '9', r >= 'A' && r <= 'Z'
	switch {
	case i == 1:
		return strings.ContainsRune("AEIOUX", r)
	case i < 4, i == 11, i == 12:
		return letter || r == 'Ñ'
	case i < 10, i == 17:
		return digit
	case i == 10:
		return strings.ContainsRune("HMX", r)
	case i < 16:
		return letter && !strings.ContainsRune("AEIOU", r) || r == 'Ñ'
	}
	return digit || letter
}

func curpDigit(body []rune) rune {
	sum := 0
	alphabet := []rune(curpAlphabet)
	for i, r := range body {
		sum += slices.Index(alphabet, r) * (18 - i)
	}
	return '0' + rune((10-sum%10)%10)
}
