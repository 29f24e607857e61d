package billing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
)

func TestSaveDraftLosesNothingTyped(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d := w.typed(w.a, "12.345678")
		d.Raw = map[string]string{"Conceptos[1].Cantidad": "tres", "TipoCambio": "1,5"}
		d.Notas, d.Correos = "Pagar en caja\nGracias", []string{"no es correo"}
		d.Comprobante.Conceptos = append(d.Comprobante.Conceptos, cfdi.Concepto{Descripcion: "a medias"})
		d.Lines = []billing.DraftLine{{ProductID: "p-1"}, {DescuentoPct: decimal.MustParse("10")}}
		saved, err := w.SaveDraft(ctx, w.a, d)
		must(t, err)
		read, err := w.Draft(ctx, w.a, saved.ID)
		must(t, err)
		if diff := cmp.Diff(saved, read, cmp.Comparer(decimal.Decimal.Equal)); diff != "" {
			t.Errorf("saved and read differ:\n%s", diff)
		}
		if diff := cmp.Diff(d.Raw, read.Raw); diff != "" || read.Notas != d.Notas || !slices.Equal(read.Correos, d.Correos) || !slices.Equal(read.Lines, d.Lines) {
			t.Errorf("lost: %+v %s", read, diff)
		}
		if read.Comprobante.Conceptos[1].Descripcion != "a medias" {
			t.Errorf("lines: %+v", read.Comprobante.Conceptos)
		}
		if _, err := w.Draft(ctx, w.b, saved.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads it: %v", err)
		}
		if _, err := w.SaveDraft(ctx, w.b, billing.Draft{ID: saved.ID, Revision: saved.Revision, Comprobante: d.Comprobante}); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company writes it: %v", err)
		}
	})
}

func TestSavedTwiceByTwoClicksIsOneDraft(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "10")
	first, err := w.SaveDraft(t.Context(), w.a, d)
	must(t, err)
	second, err := w.SaveDraft(t.Context(), w.a, d)
	if diff := cmp.Diff(first, second, cmp.Comparer(decimal.Decimal.Equal)); diff != "" || err != nil {
		t.Errorf("second click: %v %s", err, diff)
	}
	if third, err := w.SaveDraft(t.Context(), w.a, first); err != nil || third.Revision != first.Revision {
		t.Errorf("saved without a change: %d, %v", third.Revision, err)
	}
	for name, change := range map[string]func(d *billing.Draft){
		"a note":     func(d *billing.Draft) { d.Notas = "otra" },
		"a customer": func(d *billing.Draft) { d.CustomerID = "otro" },
		"a price":    func(d *billing.Draft) { d.Comprobante.Conceptos[0].ValorUnitario = decimal.FromInt(11) },
		"raw text":   func(d *billing.Draft) { d.Raw = map[string]string{"TipoCambio": "1,5"} },
	} {
		other := w.typed(w.a, "10")
		other.ID, other.Comprobante = d.ID, *d.Comprobante.Clone()
		change(&other)
		if _, err := w.SaveDraft(t.Context(), w.a, other); fail.KindOf(err) != fail.Conflict {
			t.Errorf("another tab with %s: %v", name, err)
		}
	}
	page, err := w.List(t.Context(), w.a, billing.Filter{})
	must(t, err)
	if page.Total != 1 {
		t.Errorf("%d drafts", page.Total)
	}
}

func TestDraftBeyondReasonIsKeptAsTyped(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "999999999999")
	d.Comprobante.Conceptos[0].Cantidad = decimal.MustParse("999999999999")
	saved, err := w.SaveDraft(t.Context(), w.a, d)
	must(t, err)
	read, err := w.Draft(t.Context(), w.a, saved.ID)
	must(t, err)
	if c := read.Comprobante.Conceptos[0]; c.Cantidad.String() != "999999999999" || c.ValorUnitario.String() != "999999999999" {
		t.Errorf("%+v", c)
	}
	if _, err := w.Issue(t.Context(), w.a, saved.ID, saved.Revision); fail.KindOf(err) != fail.Invalid {
		t.Errorf("issued: %v", err)
	}
}

func TestComputeAgainChangesNothing(t *testing.T) {
	w := newWorld(t, "sqlite")
	rates := []string{"0.160000", "0.080000", "0.000000"}
	rapid.Check(t, func(rt *rapid.T) {
		d := billing.Draft{Comprobante: cfdi.Comprobante{TipoDeComprobante: "I", Moneda: "MXN"}}
		for i := range rapid.IntRange(1, 4).Draw(rt, "lines") {
			price := decimal.New(rapid.Int64Range(1, 9_999_999).Draw(rt, fmt.Sprint("price", i)), rapid.IntRange(0, 2).Draw(rt, fmt.Sprint("scale", i)))
			line := billing.DraftLine{}
			concept := cfdi.Concepto{Cantidad: decimal.FromInt(rapid.Int64Range(1, 20).Draw(rt, fmt.Sprint("n", i))), ObjetoImp: "02", Impuestos: iva(rapid.SampledFrom(rates).Draw(rt, fmt.Sprint("rate", i)))}
			if rapid.Bool().Draw(rt, fmt.Sprint("gross", i)) {
				line.PrecioConImpuestos = price
			} else {
				concept.ValorUnitario = price
			}
			if rapid.Bool().Draw(rt, fmt.Sprint("discounted", i)) {
				line.DescuentoPct = decimal.FromInt(rapid.Int64Range(0, 100).Draw(rt, fmt.Sprint("pct", i)))
			}
			d.Comprobante.Conceptos, d.Lines = append(d.Comprobante.Conceptos, concept), append(d.Lines, line)
		}
		w.Compute(&d)
		once := d.Comprobante.Clone()
		w.Compute(&d)
		if diff := cmp.Diff(once.Total.String(), d.Comprobante.Total.String()); diff != "" {
			rt.Errorf("computed again: %s", diff)
		}
	})
}

func TestPriceWithTaxesComesOutToTheCent(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "1")
	d.Lines = []billing.DraftLine{{PrecioConImpuestos: decimal.MustParse("99.99")}}
	d.Comprobante.Conceptos[0].Cantidad = decimal.MustParse("3")
	d, err := w.SaveDraft(t.Context(), w.a, d)
	must(t, err)
	if d.Comprobante.Total.String() != "299.97" {
		t.Errorf("Total %s", d.Comprobante.Total)
	}
	doc, err := w.Issue(t.Context(), w.a, d.ID, d.Revision)
	must(t, err)
	if doc.State != billing.Timbrado || doc.Total.String() != "299.97" {
		t.Errorf("%s %s %+v", doc.State, doc.Total, doc.Reason)
	}
}

func TestReviewNamesWhatOnlyWeKnow(t *testing.T) {
	w := newWorld(t, "sqlite")
	ctx := t.Context()
	has := func(d billing.Draft, path string) bool {
		t.Helper()
		found, err := w.Review(ctx, w.a, d)
		must(t, err)
		return slices.ContainsFunc(found.Errors(), func(f cfdi.Finding) bool { return f.Path == path && f.Message != "" && f.Fix != "" })
	}
	good := w.typed(w.a, "10")
	if found, err := w.Review(ctx, w.a, good); err != nil || len(found.Errors()) > 0 {
		t.Fatalf("a good draft: %v %v", found, err)
	}
	cases := map[string]func(d *billing.Draft){
		"FormaPago":                  func(d *billing.Draft) { d.Comprobante.FormaPago = "" },
		"MetodoPago":                 func(d *billing.Draft) { d.Comprobante.MetodoPago = "" },
		"Receptor.Rfc":               func(d *billing.Draft) { d.Comprobante.Receptor = cfdi.Receptor{} },
		"Serie":                      func(d *billing.Draft) { d.SerieID = "none" },
		"Correos[0]":                 func(d *billing.Draft) { d.Correos = []string{"a@b"} },
		"Conceptos[0].ValorUnitario": func(d *billing.Draft) { d.Raw = map[string]string{"Conceptos[0].ValorUnitario": "1e9"} },
		"Conceptos":                  func(d *billing.Draft) { d.Comprobante.Conceptos = nil },
		"SubTotal":                   func(d *billing.Draft) { d.Comprobante.Conceptos[0].ValorUnitario = decimal.MustParse("1000000000000") },
		"InformacionGlobal": func(d *billing.Draft) {
			d.Comprobante.Receptor = cfdi.Receptor{Rfc: "XAXX010101000", Nombre: "PUBLICO EN GENERAL", DomicilioFiscalReceptor: "06500", RegimenFiscalReceptor: "616", UsoCFDI: "S01"}
		},
	}
	for path, spoil := range cases {
		d := w.typed(w.a, "10")
		spoil(&d)
		if !has(d, path) {
			t.Errorf("%s is not named", path)
		}
	}
	ppd := w.typed(w.a, "10")
	ppd.Comprobante.MetodoPago = "PPD"
	if !has(ppd, "FormaPago") {
		t.Error("PPD with a FormaPago passes")
	}
	w.clock.Advance(10 * 365 * 24 * time.Hour)
	if !has(w.typed(w.a, "10"), "NoCertificado") {
		t.Error("an expired certificate passes")
	}
}

func TestDuplicateAndCreditNote(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		doc := w.issued(w.a, "100")
		copied, err := w.Duplicate(ctx, w.a, doc.ID)
		must(t, err)
		again, err := w.Issue(ctx, w.a, copied.ID, copied.Revision)
		must(t, err)
		if again.State != billing.Timbrado || again.Folio != 2 || again.UUID == doc.UUID {
			t.Errorf("%s %s", again.State, again.FolioText())
		}
		credit, err := w.CreditNote(ctx, w.a, doc.ID)
		must(t, err)
		note, err := w.Issue(ctx, w.a, credit.ID, credit.Revision)
		must(t, err)
		c := note.Comprobante
		if note.State != billing.Timbrado || note.FolioText() != "NC-1" || c.Receptor.UsoCFDI != "G02" ||
			c.CfdiRelacionados[0].TipoRelacion != "01" || c.CfdiRelacionados[0].CfdiRelacionado[0].UUID != doc.UUID {
			t.Errorf("%s %s %+v", note.State, note.FolioText(), c)
		}
		if _, err := w.CreditNote(ctx, w.a, note.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a credit note of a credit note: %v", err)
		}
		if _, err := w.Duplicate(ctx, w.b, doc.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company copies: %v", err)
		}
		var xmls [][]byte
		for _, id := range []string{doc.ID, again.ID, note.ID} {
			_, xml, err := w.XML(ctx, w.a, id)
			must(t, err)
			xmls = append(xmls, xml)
		}
		w.oracle(xmls...)
		panel, err := w.Panel(ctx, w.a)
		must(t, err)
		last := panel.Months[4]
		if last.Key != "2026-03" || !last.Current || last.N != 3 || last.Facturado.String() != "116.00" {
			t.Errorf("panel %+v", last)
		}
		if other, err := w.Panel(ctx, w.b); err != nil || !other.Empty {
			t.Errorf("the other company's panel: %+v %v", other, err)
		}
		w.check()
	})
}

func TestSendMailsAgainAndKeepsTheHistory(t *testing.T) {
	w := newWorld(t, "sqlite")
	ctx := t.Context()
	doc := w.issued(w.a, "10")
	must(t, w.Send(ctx, w.a, doc.ID, []string{"uno@example.mx", ""}, []string{"dos@example.mx"}, "", ""))
	if err := w.Send(ctx, w.a, doc.ID, []string{"uno@example.mx\r\nBcc: x@example.mx"}, nil, "", ""); fail.KindOf(err) != fail.Invalid {
		t.Errorf("header injection: %v", err)
	}
	if err := w.Send(ctx, w.a, doc.ID, nil, nil, "", ""); fail.KindOf(err) != fail.Invalid {
		t.Errorf("nobody: %v", err)
	}
	if err := w.Send(ctx, w.b, doc.ID, []string{"uno@example.mx"}, nil, "", ""); fail.KindOf(err) != fail.NotFound {
		t.Errorf("another company: %v", err)
	}
	d := w.saved(w.a, "10")
	if err := w.Send(ctx, w.a, d.ID, []string{"uno@example.mx"}, nil, "", ""); fail.KindOf(err) != fail.Conflict {
		t.Errorf("a draft: %v", err)
	}
	w.drain(2, time.Minute)
	doc, err := w.Document(ctx, w.a, doc.ID)
	must(t, err)
	if len(doc.Deliveries) != 1 || doc.Deliveries[0].State != billing.Enviado || doc.Deliveries[0].Subject != "Factura A-1 de ESCUELA KEMPER URGATE" {
		t.Errorf("%+v", doc.Deliveries)
	}
}

func TestDraftPDFHasNoFiscalValue(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.saved(w.a, "10")
	name, b, err := w.DraftPDF(t.Context(), w.a, d.ID)
	if err != nil || len(b) == 0 || name != "borrador_A_URE180429TM6.pdf" {
		t.Errorf("%q %d %v", name, len(b), err)
	}
	if _, _, err := w.XML(t.Context(), w.a, d.ID); fail.KindOf(err) != fail.Conflict {
		t.Errorf("XML of a draft: %v", err)
	}
}
