// Package mailing holds what the mail of a receipt says: a subject and a text with
// variables in double braces, which the company may write.
//
//	if err := mailing.Check("Tu {{documento}} {{folio}}"); err != nil { … }
//	t := mailing.Usual("I")
//	subject := t.SubjectOf(mailing.Values{"folio": "A-12", …})
//
// A template is text and nothing else: no conditions, no code. What a variable stands
// for is put in as it is and never read as a template again; whoever makes HTML of the
// text escapes it.
package mailing

import (
	"fmt"
	"strings"
)

// A Variable is a word that may stand in double braces. Help is Spanish.
type Variable struct{ Name, Help, Sample string }

// Variables lists every one there is, with what it is in a sample receipt.
func Variables() []Variable {
	return []Variable{
		{"documento", "Factura o nota de crédito", "Factura"},
		{"folio", "Serie y folio", "A-1292"},
		{"cliente", "Nombre de tu cliente", "UNIVERSIDAD ROBOTICA ESPAÑOLA"},
		{"rfc_cliente", "RFC de tu cliente", "URE180429TM6"},
		{"total", "Total con signo de pesos", "$1,160.00"},
		{"moneda", "Moneda", "MXN"},
		{"fecha", "Fecha y hora del comprobante", "2026-11-22 12:00:00"},
		{"uuid", "Folio fiscal", "5F8A6C1E-0B7D-4E52-9A3C-2D1F6B7A8C90"},
		{"empresa", "Nombre de tu empresa", "Tu empresa"},
		{"rfc_empresa", "RFC de tu empresa", "EKU9003173C9"},
	}
}

// Values are what the variables stand for, by name.
type Values map[string]string

// Sample are the values of a receipt that shows how a template looks.
func Sample(tipo, empresa, rfc string) Values {
	v := Values{}
	for _, x := range Variables() {
		v[x.Name] = x.Sample
	}
	v["empresa"], v["rfc_empresa"] = empresa, rfc
	v["documento"] = Name(tipo)
	switch tipo {
	case "E":
		v["folio"] = "NC-17"
	case "P":
		v["folio"], v["total"], v["moneda"] = "P-8", "$0.00", "XXX"
	case "T":
		v["folio"], v["total"], v["moneda"] = "T-3", "$0.00", "XXX"
	case "N":
		v["folio"], v["cliente"] = "N-204", "JUANA PEREZ LOPEZ"
	}
	return v
}

// A Type is a type of document whose mail has a template.
type Type struct{ Tipo, Name string }

// Types lists them: what the portal issues today. There are words for the others
// already; a test of billing says when one has to be listed.
func Types() []Type { return []Type{{"I", "Factura"}, {"E", "Nota de crédito"}} }

// A Template is the subject and the text of a mail.
type Template struct{ Subject, Body string }

// Name is what a document of a TipoDeComprobante is called.
func Name(tipo string) string {
	switch tipo {
	case "E":
		return "Nota de crédito"
	case "P":
		return "Recibo de pago"
	case "T":
		return "Comprobante de traslado"
	case "N":
		return "Recibo de nómina"
	}
	return "Factura"
}

// Usual is the portal's own template of a TipoDeComprobante. What a receipt of a payment
// or of a transfer totals is always zero, so their words tell no amount.
func Usual(tipo string) Template {
	what, gender := "Te enviamos tu factura {{folio}} por {{total}} {{moneda}}.\nLa", "a"
	switch tipo {
	case "E":
		what = "Te enviamos tu nota de crédito {{folio}} por {{total}} {{moneda}}.\nLa"
	case "P":
		what, gender = "Recibimos tu pago, gracias. Te enviamos su comprobante, el recibo de pago {{folio}}: dice qué facturas pagaste y cuánto se debe de cada una.\nLo", "o"
	case "T":
		what, gender = "Te enviamos el comprobante {{folio}} del traslado de las mercancías.\nLo", "o"
	case "N":
		what, gender = "Te enviamos tu recibo de nómina {{folio}} por {{total}} {{moneda}}.\nLo", "o"
	}
	return Template{
		Subject: "{{documento}} {{folio}} de {{empresa}}",
		Body: "Hola:\n\n" + what + " encontrarás adjunt" + gender + " en XML, que es el comprobante fiscal, y en PDF para leerl" + gender + " o imprimirl" + gender + ".\n\n" +
			"Folio fiscal: {{uuid}}\n\n{{empresa}}",
	}
}

// SubjectOf is the subject with its variables put in, on one line of at most 200
// characters.
func (t Template) SubjectOf(v Values) string {
	line := []rune(strings.Join(strings.Fields(expand(t.Subject, v)), " "))
	return string(line[:min(len(line), 200)])
}

// TextOf is the text with its variables put in.
func (t Template) TextOf(v Values) string {
	return strings.TrimSpace(strings.ReplaceAll(expand(t.Body, v), "\r\n", "\n"))
}

// A Fault is why a text is no template, in Spanish.
type Fault struct{ Message string }

// Error says it.
func (f *Fault) Error() string { return f.Message }

// Check says what is wrong with a template's text: a variable that is none, braces
// that do not close. The error is a [*Fault].
func Check(text string) error {
	_, err := walk(text, func(name string) (string, bool) {
		for _, v := range Variables() {
			if v.Name == name {
				return "", true
			}
		}
		return "", false
	})
	return err
}

func expand(text string, v Values) string {
	out, err := walk(text, func(name string) (string, bool) { value, ok := v[name]; return value, ok })
	if err != nil {
		return text // it was checked when it was kept
	}
	return out
}

// walk copies text with each variable replaced by what value says of it.
func walk(text string, value func(name string) (string, bool)) (string, error) {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{{")
		if strings.Contains(before, "}}") {
			return "", &Fault{"Hay unas llaves }} que nadie abrió. Las variables van así: {{folio}}."}
		}
		b.WriteString(before)
		if !open {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed || strings.ContainsAny(name, "{}\n") {
			return "", &Fault{"Unas llaves {{ no se cierran. Las variables van así: {{folio}}."}
		}
		word, ok := value(strings.TrimSpace(name))
		if !ok {
			return "", &Fault{fmt.Sprintf("La variable {{%s}} no existe. Usa una de la lista.", short(strings.TrimSpace(name)))}
		}
		b.WriteString(word)
		text = after
	}
}

func short(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}
