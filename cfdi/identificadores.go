package cfdi

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
)

// What identifies people, accounts and papers beside the RFC (cfdi-rules §7). Each
// is read as the XML has it: upper case, no spaces. The error is a Spanish sentence
// that says what is wrong with it. Whether it was ever given to anybody only those
// who give it know.

// A CURP is a person's key in the national registry.
type CURP struct {
	Text       string
	Nacimiento string // yyyy-mm-dd
	Sexo       byte   // H, M or X
	Entidad    string // of birth: JC, NE
	Generica   bool   // one of the two for people abroad without one
}

// The generic CURPs of people abroad. The woman's check digit does not comply.
const (
	CurpExtranjero = "XEXX010101HNEXXXA4"
	CurpExtranjera = "XEXX010101MNEXXXA8"
)

// ParseCURP reads a CURP: pattern of the Anexo 20, a day that exists, a state, and
// the check digit, from which [CurpExtranjera] is exempt. It has no Ñ: X stands for it. The place before the last
// tells the century: a digit until 1999, a letter since 2000.
func ParseCURP(s string) (CURP, error) {
	runes := []rune(s)
	if len(runes) != 18 {
		return CURP{}, fmt.Errorf("La CURP lleva 18 caracteres y tiene %d.", len(runes))
	}
	for i, r := range runes {
		if !curpShape(i, r) {
			return CURP{}, fmt.Errorf("La CURP no lleva %q en el lugar %d: ahí va %s.", r, i+1, curpPlace(i))
		}
	}
	century := "19"
	if runes[16] >= 'A' {
		century = "20"
	}
	day, err := time.Parse("20060102", century+string(runes[4:10]))
	if err != nil {
		return CURP{}, fmt.Errorf("La fecha de la CURP, %s, no existe.", string(runes[4:10]))
	}
	c := CURP{
		Text: s, Nacimiento: day.Format(time.DateOnly), Sexo: byte(runes[10]), Entidad: string(runes[11:13]),
		Generica: s == CurpExtranjero || s == CurpExtranjera,
	}
	if c.Estado() == "" {
		return CURP{}, fmt.Errorf("La CURP nombra el estado %q, que no existe.", c.Entidad)
	}
	if want := curpDigit(runes[:17]); want != runes[17] && !c.Generica {
		return CURP{}, errors.New("El último dígito de la CURP no corresponde a los demás: hay un carácter mal escrito.")
	}
	return c, nil
}

// ValidCURP reports whether s is a CURP.
func ValidCURP(s string) bool {
	_, err := ParseCURP(s)
	return err == nil
}

// Estado names where the person was born.
func (c CURP) Estado() string { return curpStates[c.Entidad] }

// curpStates are the keys of the state of birth; NE is abroad.
var curpStates = map[string]string{
	"AS": "Aguascalientes", "BC": "Baja California", "BS": "Baja California Sur", "CC": "Campeche", "CL": "Coahuila", "CM": "Colima",
	"CS": "Chiapas", "CH": "Chihuahua", "DF": "Ciudad de México", "DG": "Durango", "GT": "Guanajuato", "GR": "Guerrero", "HG": "Hidalgo",
	"JC": "Jalisco", "MC": "Estado de México", "MN": "Michoacán", "MS": "Morelos", "NT": "Nayarit", "NL": "Nuevo León", "OC": "Oaxaca",
	"PL": "Puebla", "QT": "Querétaro", "QR": "Quintana Roo", "SP": "San Luis Potosí", "SL": "Sinaloa", "SR": "Sonora", "TC": "Tabasco",
	"TS": "Tamaulipas", "TL": "Tlaxcala", "VZ": "Veracruz", "YN": "Yucatán", "ZS": "Zacatecas", "NE": "el extranjero",
}

// curpShape tells what may stand at each of the 18 places.
func curpShape(i int, r rune) bool {
	digit, letter := r >= '0' && r <= '9', r >= 'A' && r <= 'Z'
	switch {
	case i == 1:
		return strings.ContainsRune("AEIOUX", r)
	case i < 4, i == 11, i == 12:
		return letter
	case i < 10, i == 17:
		return digit
	case i == 10:
		return strings.ContainsRune("HMX", r)
	case i < 16:
		return letter && !strings.ContainsRune("AEIOU", r)
	}
	return digit || letter
}

func curpPlace(i int) string {
	switch {
	case i == 1:
		return "una vocal o X"
	case i < 4, i == 11, i == 12:
		return "una letra mayúscula"
	case i < 10, i == 17:
		return "una cifra"
	case i == 10:
		return "H, M o X"
	case i < 16:
		return "una consonante mayúscula"
	}
	return "una cifra o una letra mayúscula"
}

// curpAlphabet gives each character its value in the check digit of the CURP.
const curpAlphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"

func curpDigit(body []rune) rune {
	sum := 0
	alphabet := []rune(curpAlphabet)
	for i, r := range body {
		sum += slices.Index(alphabet, r) * (18 - i)
	}
	return '0' + rune((10-sum%10)%10)
}

// An NSS is a number of the IMSS.
type NSS string

// ParseNSS reads an NSS: eleven digits, the last by Luhn.
func ParseNSS(s string) (NSS, error) {
	if err := digits("El número de seguridad social", s, 11); err != nil {
		return "", err
	}
	sum := 0
	for i := range 11 {
		n := int(s[i]-'0') * (1 + i%2)
		sum += n/10 + n%10
	}
	if sum%10 != 0 {
		return "", errors.New("El último dígito del número de seguridad social no corresponde a los demás: hay una cifra mal escrita.")
	}
	return NSS(s), nil
}

// A CLABE is the number of a bank account for transfers.
type CLABE struct {
	Text   string
	Banco  string // three digits: a key of c_Banco, but for banks newer than it
	Plaza  string // three
	Cuenta string // eleven
}

// ParseCLABE reads a CLABE: eighteen digits, the last by weights 3, 7 and 1 in turns,
// each product modulo 10.
func ParseCLABE(s string) (CLABE, error) {
	if err := digits("La CLABE", s, 18); err != nil {
		return CLABE{}, err
	}
	if !catalogo.ValidCLABE(s) {
		return CLABE{}, errors.New("El último dígito de la CLABE no corresponde a los demás: hay una cifra mal escrita.")
	}
	return CLABE{Text: s, Banco: s[:3], Plaza: s[3:6], Cuenta: s[6:17]}, nil
}

// Nombre returns the short name of the bank, "" for one that c_Banco does not have.
func (c CLABE) Nombre(cat *catalogo.Catalog) string {
	b, _ := cat.Banco(c.Banco)
	return b.Texto
}

// A Pedimento is the number of an import declaration, taken apart.
type Pedimento struct {
	Text    string
	Año     string // two digits
	Aduana  string // two
	Patente string // four
	Numero  string // seven; the first is the last digit of the year
}

// ParsePedimento reads the shape "AA  DD  PPPP  NNNNNNN", with two spaces between.
// Whether it may stand in a receipt is [CheckPedimento]'s to say.
func ParsePedimento(s string) (Pedimento, error) {
	p, problem := cutPedimento(s)
	if problem != "" {
		return Pedimento{}, errors.New("El pedimento " + problem + ": son año, aduana, patente y número, con dos espacios entre ellos (26  47  3807  6000123).")
	}
	return p, nil
}

// cutPedimento takes a number apart; problem ends a sentence.
func cutPedimento(s string) (p Pedimento, problem string) {
	if len(s) != 21 || s[2:4] != "  " || s[6:8] != "  " || s[12:14] != "  " {
		return Pedimento{}, "no tiene la forma correcta"
	}
	p = Pedimento{s, s[:2], s[4:6], s[8:12], s[14:]}
	if !allDigits(p.Año + p.Aduana + p.Patente + p.Numero) {
		return Pedimento{}, "debe llevar solo dígitos y espacios"
	}
	return p, ""
}

// An IdCCP identifies a complement Carta Porte: CCC and a UUID without its first
// three characters.
type IdCCP string

var idCCPForm = regexp.MustCompile(`^CCC[0-9a-fA-F]{5}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// ParseIdCCP reads the identifier of a Carta Porte.
func ParseIdCCP(s string) (IdCCP, error) {
	switch {
	case len(s) != 36:
		return "", fmt.Errorf("El identificador de la Carta Porte lleva 36 caracteres y tiene %d.", len([]rune(s)))
	case !strings.HasPrefix(s, "CCC"):
		return "", errors.New("El identificador de la Carta Porte empieza con CCC.")
	case !idCCPForm.MatchString(s):
		return "", errors.New("El identificador de la Carta Porte no tiene la forma correcta, como CCCB2822-396D-4725-8521-CDC4BDD20CCF.")
	}
	return IdCCP(s), nil
}

// A FolioFiscal is the UUID of a stamp, as written: stored so, compared by [FolioFiscal.Equal].
type FolioFiscal string

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// ParseFolioFiscal reads a folio fiscal. Any version of UUID may come: PACs use several.
func ParseFolioFiscal(s string) (FolioFiscal, error) {
	switch {
	case len([]rune(s)) != 36:
		return "", fmt.Errorf("El folio fiscal lleva 36 caracteres y tiene %d.", len([]rune(s)))
	case !uuidForm.MatchString(s):
		return "", errors.New("El folio fiscal no tiene la forma correcta: cifras y letras de la A a la F en grupos de 8, 4, 4, 4 y 12, como 5FB2822E-396D-4725-8521-CDC4BDD20CCF.")
	}
	return FolioFiscal(s), nil
}

// Equal reports whether both are the same document's, whatever their case.
func (f FolioFiscal) Equal(o FolioFiscal) bool { return strings.EqualFold(string(f), string(o)) }

// A NoCertificado is the serial number of a certificate of the SAT.
type NoCertificado string

// ParseNoCertificado reads the twenty digits.
func ParseNoCertificado(s string) (NoCertificado, error) {
	if err := digits("El número de serie del certificado", s, 20); err != nil {
		return "", err
	}
	return NoCertificado(s), nil
}

// Prueba reports whether it comes from a test authority of the SAT (or ours), whose numbers start with 2
// or 3; live ones start with zeros.
func (n NoCertificado) Prueba() bool { return n != "" && (n[0] == '2' || n[0] == '3') }

// digits wants exactly n decimal digits.
func digits(what, s string, n int) error {
	switch {
	case len([]rune(s)) != n:
		return fmt.Errorf("%s lleva %d cifras y tiene %d caracteres.", what, n, len([]rune(s)))
	case !allDigits(s):
		return fmt.Errorf("%s lleva solo cifras.", what)
	}
	return nil
}
