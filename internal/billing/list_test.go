package billing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
)

func TestListFindsFiltersAndAdds(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first := w.issued(w.a, "100")
		w.issued(w.a, "200")
		usd := w.typed(w.a, "10")
		usd.Comprobante.Moneda, usd.Comprobante.TipoCambio = "USD", decimal.MustParse("18.5000")
		usd.Comprobante.Receptor = cfdi.Receptor{Rfc: "XEXX010101000", Nombre: "ACME TRADING", DomicilioFiscalReceptor: "06500", RegimenFiscalReceptor: "616", UsoCFDI: "S01"}
		d, err := w.SaveDraft(ctx, w.a, usd)
		must(t, err)
		doc, err := w.Issue(ctx, w.a, d.ID, d.Revision)
		must(t, err)
		if doc.State != billing.Timbrado {
			t.Fatalf("%s %+v", doc.State, doc.Reason)
		}
		w.saved(w.a, "5")
		w.issued(w.b, "999")
		cases := []struct {
			name   string
			filter billing.Filter
			total  int
		}{
			{"all", billing.Filter{}, 4},
			{"stamped", billing.Filter{State: "timbrado"}, 3},
			{"drafts", billing.Filter{State: "borrador"}, 1},
			{"unknown state", billing.Filter{State: "perdido"}, 0},
			{"word of the name", billing.Filter{Q: "robótica"}, 3},
			{"beginning", billing.Filter{Q: "acm"}, 1},
			{"RFC", billing.Filter{Q: "URE180429TM6"}, 3},
			{"folio", billing.Filter{Q: "A-2"}, 1},
			{"UUID", billing.Filter{Q: first.UUID}, 1},
			{"currency", billing.Filter{Moneda: "USD"}, 1},
			{"series", billing.Filter{Serie: "A"}, 4},
			{"type", billing.Filter{Tipo: "E"}, 0},
			{"day", billing.Filter{From: "2026-03-10", To: "2026-03-10"}, 4},
			{"another day", billing.Filter{To: "2026-03-09"}, 0},
			{"page beyond", billing.Filter{Page: 9}, 4},
		}
		for _, c := range cases {
			page, err := w.List(ctx, w.a, c.filter)
			if err != nil || page.Total != c.total {
				t.Errorf("%s: %d, want %d, %v", c.name, page.Total, c.total, err)
			}
		}
		page, err := w.List(ctx, w.a, billing.Filter{State: "timbrado", Sort: "-total", Limit: 2})
		must(t, err)
		if len(page.Rows) != 2 || page.Rows[0].Total.String() != "232.00" || len(page.Sums) != 2 {
			t.Fatalf("%+v", page)
		}
		if mxn := page.Sums[0]; mxn.Moneda != "MXN" || mxn.N != 2 || mxn.Total.String() != "348.00" || mxn.Traslados.String() != "48.00" {
			t.Errorf("%+v", mxn)
		}
		credit, err := w.CreditNote(ctx, w.a, first.ID)
		must(t, err)
		totals := map[string]string{}
		for name, f := range map[string]billing.Filter{"all": {}, "words": {Q: "robótica"}, "stamped": {State: "timbrado"}, "drafts": {State: "borrador"}} {
			page, err := w.List(ctx, w.a, f)
			must(t, err)
			totals[name] = page.Sums[0].Moneda + " " + page.Sums[0].Total.String()
		}
		want := map[string]string{"all": "MXN 348.00", "words": "MXN 348.00", "stamped": "MXN 348.00", "drafts": "MXN -110.20"} // a draft of 5.80, one that credits 116.00
		if diff := cmp.Diff(want, totals); diff != "" {
			t.Errorf("sums: %s", diff)
		}
		must(t, w.Discard(ctx, w.a, credit.ID))
		panel, err := w.Panel(ctx, w.a)
		must(t, err)
		if panel.StampedTotal.String() != "562.60" || panel.StampedN != 3 {
			t.Errorf("%+v", panel)
		}
		waiting, err := w.Waiting(ctx, w.a)
		must(t, err)
		if len(waiting.Pending) != 1 || waiting.Pending[0].Text != "1 borrador por terminar" || waiting.Empty {
			t.Errorf("%+v", waiting)
		}
		if _, err := w.List(ctx, w.a, billing.Filter{From: "ayer"}); fail.KindOf(err) != fail.Invalid {
			t.Errorf("a bad date: %v", err)
		}
		w.check()
	})
}
