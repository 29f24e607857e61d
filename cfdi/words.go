package cfdi

import (
	"net/url"
	"strconv"
	"strings"

	"iofacturo.mx/decimal"
)

// VerificationURL returns the text of the QR of the printed representation
// (Anexo 20, I.D): UUID, both RFCs, Total without zeros at its end but for one
// decimal, and the last eight characters of Sello. & and Ñ of an RFC and the
// signs of base64 are percent-encoded.
func VerificationURL(c *Comprobante, uuid string) string {
	const page = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
	return page + "?id=" + url.QueryEscape(uuid) +
		"&re=" + url.QueryEscape(c.Emisor.Rfc) + "&rr=" + url.QueryEscape(c.Receptor.Rfc) +
		"&tt=" + qrTotal(c.Total) + "&fe=" + url.QueryEscape(c.Sello[max(0, len(c.Sello)-8):])
}

func qrTotal(total decimal.Decimal) string {
	s := strings.TrimRight(orZero(total).Fixed(6), "0")
	if strings.HasSuffix(s, ".") {
		return s + "0"
	}
	return s
}

// AmountInWords returns an amount as Mexican documents spell it:
// "(MIL DOSCIENTOS TREINTA Y CUATRO PESOS 56/100 M.N.)". Cents are rounded to
// two digits. Currencies without a name here show their key alone; XXX, which
// is no currency, and an absent amount give "".
func AmountInWords(d decimal.Decimal, moneda string) string {
	if d.IsZero() || moneda == "XXX" {
		return ""
	}
	whole, cents, _ := strings.Cut(d.Abs().Fixed(2), ".")
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil {
		return "" // beyond what a Comprobante can hold
	}
	words, name := cardinal(n), currencies[moneda]
	if d.Round(2).Sign() < 0 {
		words = "MENOS " + words
	}
	switch {
	case name.plural == "":
		words = standingAlone(words)
	case n == 1:
		words += " " + name.singular
	case n > 0 && n%million == 0:
		words += " DE " + name.plural
	default:
		words += " " + name.plural
	}
	key := moneda
	if moneda == "MXN" {
		key = "M.N."
	}
	return "(" + words + " " + cents + "/100 " + key + ")"
}

// All of these are masculine, as cardinal is.
var currencies = map[string]struct{ singular, plural string }{
	"MXN": {"PESO", "PESOS"},
	"USD": {"DÓLAR", "DÓLARES"},
	"EUR": {"EURO", "EUROS"},
	"CAD": {"DÓLAR CANADIENSE", "DÓLARES CANADIENSES"},
	"AUD": {"DÓLAR AUSTRALIANO", "DÓLARES AUSTRALIANOS"},
	"CHF": {"FRANCO SUIZO", "FRANCOS SUIZOS"},
	"JPY": {"YEN", "YENES"},
	"CNY": {"YUAN", "YUANES"},
	"BRL": {"REAL", "REALES"},
	"COP": {"PESO COLOMBIANO", "PESOS COLOMBIANOS"},
	"CLP": {"PESO CHILENO", "PESOS CHILENOS"},
	"ARS": {"PESO ARGENTINO", "PESOS ARGENTINOS"},
	"GTQ": {"QUETZAL", "QUETZALES"},
	"PEN": {"SOL", "SOLES"},
}

const million = 1_000_000

// cardinal spells n as it stands before a masculine noun: UN, VEINTIÚN,
// TREINTA Y UN. Spanish counts in millions: 10^12 is UN BILLÓN.
func cardinal(n uint64) string {
	if n == 0 {
		return "CERO"
	}
	var words []string
	for _, scale := range []struct {
		unit             uint64
		singular, plural string
	}{
		{million * million * million, "UN TRILLÓN", "TRILLONES"},
		{million * million, "UN BILLÓN", "BILLONES"},
		{million, "UN MILLÓN", "MILLONES"},
	} {
		switch count := n / scale.unit; count {
		case 0:
		case 1:
			words = append(words, scale.singular)
		default:
			words = append(words, belowMillion(count), scale.plural)
		}
		n %= scale.unit
	}
	if n > 0 {
		words = append(words, belowMillion(n))
	}
	return strings.Join(words, " ")
}

func belowMillion(n uint64) string {
	var words []string
	switch thousands := n / 1000; thousands {
	case 0:
	case 1:
		words = append(words, "MIL") // not UN MIL
	default:
		words = append(words, belowThousand(thousands), "MIL")
	}
	if n%1000 > 0 {
		words = append(words, belowThousand(n%1000))
	}
	return strings.Join(words, " ")
}

func belowThousand(n uint64) string {
	if n == 100 {
		return "CIEN"
	}
	var words []string
	if n >= 100 {
		words = append(words, hundreds[n/100])
	}
	switch n %= 100; {
	case n == 0:
	case n < 30:
		words = append(words, units[n])
	case n%10 == 0:
		words = append(words, tens[n/10])
	default:
		words = append(words, tens[n/10], "Y", units[n%10])
	}
	return strings.Join(words, " ")
}

// standingAlone gives back the full form where no noun follows.
func standingAlone(words string) string {
	switch {
	case strings.HasSuffix(words, "VEINTIÚN"):
		return strings.TrimSuffix(words, "VEINTIÚN") + "VEINTIUNO"
	case words == "UN", strings.HasSuffix(words, " UN"):
		return words + "O"
	}
	return words
}

var units = [30]string{
	"", "UN", "DOS", "TRES", "CUATRO", "CINCO", "SEIS", "SIETE", "OCHO", "NUEVE",
	"DIEZ", "ONCE", "DOCE", "TRECE", "CATORCE", "QUINCE", "DIECISÉIS", "DIECISIETE", "DIECIOCHO", "DIECINUEVE",
	"VEINTE", "VEINTIÚN", "VEINTIDÓS", "VEINTITRÉS", "VEINTICUATRO", "VEINTICINCO", "VEINTISÉIS", "VEINTISIETE",
	"VEINTIOCHO", "VEINTINUEVE",
}

var tens = [10]string{
	"", "", "", "TREINTA", "CUARENTA", "CINCUENTA", "SESENTA", "SETENTA", "OCHENTA", "NOVENTA",
}

var hundreds = [10]string{
	"", "CIENTO", "DOSCIENTOS", "TRESCIENTOS", "CUATROCIENTOS", "QUINIENTOS", "SEISCIENTOS", "SETECIENTOS",
	"OCHOCIENTOS", "NOVECIENTOS",
}
