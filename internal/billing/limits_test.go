package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
)

// Whoever may issue must not be able to fill the database or to mail the world.
func TestLimitsOfNotesAndMail(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "10")
	d.Notas = strings.Repeat("ñ", 1001)
	for i := range 21 {
		d.Correos = append(d.Correos, fmt.Sprintf("persona%d@example.mx", i))
	}
	found, err := w.Review(t.Context(), w.a, d)
	must(t, err)
	wrong := map[string]bool{}
	for _, f := range found.Errors() {
		wrong[f.Path] = true
	}
	if !wrong["Notas"] || !wrong["Correos"] {
		t.Errorf("findings at %v", wrong)
	}
	doc := w.issued(w.a, "10")
	one := []string{"uno@example.mx"}
	for _, c := range []struct {
		path          string
		to            []string
		subject, text string
	}{
		{"to", d.Correos, "", ""},
		{"subject", one, strings.Repeat("a", 201), ""},
		{"subject", one, "uno\ndos", ""},
		{"text", one, "", strings.Repeat("a", 5001)},
	} {
		err := w.Send(t.Context(), w.a, doc.ID, c.to, nil, c.subject, c.text)
		if fields := fail.FieldsOf(err); len(fields) != 1 || fields[0].Path != c.path {
			t.Errorf("%s: %v", c.path, err)
		}
	}
}

// Clearing the addresses of a draft means that nobody is mailed.
func TestNoAddressesNoMail(t *testing.T) {
	w := newWorld(t, "sqlite")
	doc := w.issued(w.a, "10")
	if len(doc.Deliveries) != 0 || len(doc.Correos) != 0 {
		t.Errorf("mailed to %v", doc.Correos)
	}
}

// A credit note to a wage earner (régimen 605) cannot use G02 (CFDI40161): it is
// proposed with the use its regime admits, and can be issued as it is.
func TestCreditNoteTakesAUseTheRegimeAdmits(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "10")
	d.Comprobante.Receptor = cfdi.Receptor{
		Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "36257", RegimenFiscalReceptor: "605", UsoCFDI: "D01",
	}
	d, err := w.SaveDraft(t.Context(), w.a, d)
	must(t, err)
	doc, err := w.Issue(t.Context(), w.a, d.ID, d.Revision)
	must(t, err)
	note, err := w.CreditNote(t.Context(), w.a, doc.ID)
	must(t, err)
	found, err := w.Review(t.Context(), w.a, note)
	must(t, err)
	for _, f := range found.Errors() {
		if f.Path == "Receptor.UsoCFDI" {
			t.Errorf("%s %s", f.Code, f.Message)
		}
	}
}
