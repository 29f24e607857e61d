package mailing

import (
	"strings"
	"testing"
)

func TestTemplatesSayWhatTheyShould(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"Hola":                       "Hola",
		"{{folio}}":                  "A-1",
		"a {{ folio }}{{cliente}} b": "a A-1{{uuid}} & <b> b", // a value is no template
		"precio { 1 } y {llaves}":    "precio { 1 } y {llaves}",
		"{{folio":                    "!", "{{}}": "!", "}}": "!", "{{ {{folio}} }}": "!", "{{folio}} }}": "!", "{{nada}}": "!", "{{folio.x}}": "!", "{{\nfolio}}": "!", "{{{folio}}}": "!",
	} {
		err := Check(text)
		if (err != nil) != (want == "!") {
			t.Errorf("%q: %v", text, err)
		}
		if got := (Template{Body: text}).TextOf(Values{"folio": "A-1", "cliente": "{{uuid}} & <b>"}); err == nil && got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	words := map[string]string{"I": "factura A-1292 por $1,160.00 MXN.\nLa encontrarás adjunta", "E": "nota de crédito NC-17 por $1,160.00", "P": "recibo de pago P-8: dice", "T": "comprobante T-3 del traslado", "N": "recibo de nómina N-204 por"}
	subjects := map[string]string{"I": "Factura A-1292 de X", "E": "Nota de crédito NC-17 de X", "P": "Recibo de pago P-8 de X", "T": "Comprobante de traslado T-3 de X", "N": "Recibo de nómina N-204 de X"}
	for tipo, want := range words {
		u, v := Usual(tipo), Sample(tipo, "X", "Y")
		text := u.TextOf(v)
		if Check(u.Subject) != nil || Check(u.Body) != nil || strings.Contains(text, "{{") || !strings.Contains(text, want) || u.SubjectOf(v) != subjects[tipo] {
			t.Errorf("%s\n%s", u.SubjectOf(v), text)
		}
		if strings.Contains(text, "XXX") || strings.Contains(text, "$0.00") {
			t.Errorf("%s tells an amount that is none: %s", tipo, text)
		}
	}
	for _, k := range Types() {
		if _, ok := words[k.Tipo]; !ok || k.Name != Name(k.Tipo) {
			t.Errorf("%+v", k)
		}
	}
	if got := (Template{Subject: "a {{cliente}}"}).SubjectOf(Values{"cliente": "b\r\nBcc: c"}); got != "a b Bcc: c" {
		t.Errorf("a line break went into the subject: %q", got)
	}
}

// FuzzTemplate: what is taken has no variable left over, and the values stand in it as they are.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"", "{{folio}}", "{{ folio }} {{x}}", "{{{", "}}{{", "ñ{{total}}\r\n{{uuid}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if Check(text) != nil {
			return
		}
		marked := Values{}
		for _, v := range Variables() {
			marked[v.Name] = "\x01"
		}
		got := expand(text, marked)
		if strings.Contains(got, "{{") && !strings.Contains(strings.ReplaceAll(text, "{{", ""), "{") || strings.Count(got, "\x01") != strings.Count(text, "\x01")+strings.Count(text, "{{") {
			t.Errorf("%q became %q", text, got)
		}
	})
}
