package cfdi

import (
	"errors"
	"fmt"
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

// ErrRFC is returned by [ParseRFC] for what is no RFC, with the reason after it.
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
		return RFC{}, fmt.Errorf("%w: lleva 12 caracteres si es de una empresa o 13 si es de una persona, y tiene %d", ErrRFC, len(runes))
	}
	letters := len(runes) - 9
	date, homoclave := runes[letters:letters+6], runes[letters+6:]
	switch {
	case slices.ContainsFunc(runes[:letters], notRFCLetter):
		return RFC{}, fmt.Errorf("%w: empieza con %d letras mayúsculas", ErrRFC, letters)
	case !isYYMMDD(string(date)):
		return RFC{}, fmt.Errorf("%w: a las letras les sigue una fecha de seis cifras (año, mes y día) que exista", ErrRFC)
	case !isHomoclave(homoclave):
		return RFC{}, fmt.Errorf("%w: termina con una homoclave de tres caracteres, y el último es una cifra o la letra A", ErrRFC)
	}
	r.Digito = rfcDigit(runes[:len(runes)-1]) == homoclave[2]
	return r, nil
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
	if !allDigits(s) {
		return false
	}
	two := func(at int) int { return int(s[at]-'0')*10 + int(s[at+1]-'0') }
	month, day := two(2), two(4)
	return month >= 1 && month <= 12 && day >= 1 && day <= time.Date(2000+two(0), time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// rfcAlphabet gives each character its value in the check digit of the RFC.
const rfcAlphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

// rfcValue is the value of r, which the Ñ at the end of the alphabet is the only letter
// of two bytes among; -1 of what is not in it.
func rfcValue(r rune) int { return strings.IndexRune(rfcAlphabet, r) }

// rfcDigit computes the check digit of the first 11 or 12 characters.
func rfcDigit(body []rune) rune {
	sum, weight := 0, 13
	if len(body) == 11 { // a company's RFC is padded with a space
		sum, weight = rfcValue(' ')*weight, 12
	}
	for _, r := range body {
		sum += rfcValue(r) * weight
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
