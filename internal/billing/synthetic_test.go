package billing_test

import (
	"testing"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
)

func TestSyntheticRowsShowTheBytesOfAnother(t *testing.T) {
	w := newWorld(t, "sqlite")
	doc := w.issued(w.a, "10")
	must(t, w.Synthetic(t.Context(), w.a, doc.SerieID, "DEMO", []string{doc.ID}, 900_001, 900_060))
	page, err := w.List(t.Context(), w.a, billing.Filter{Serie: "DEMO"})
	must(t, err)
	if page.Total != 60 || page.Rows[0].UUID != "" {
		t.Fatalf("%d rows, UUID %q", page.Total, page.Rows[0].UUID)
	}
	_, want, err := w.XML(t.Context(), w.a, doc.ID)
	must(t, err)
	_, got, err := w.XML(t.Context(), w.a, page.Rows[0].ID)
	must(t, err)
	if string(got) != string(want) {
		t.Error("a synthetic row shows other bytes")
	}
	if err := w.Synthetic(t.Context(), w.b, doc.SerieID, "DEMO", []string{doc.ID}, 1, 1); fail.KindOf(err) != fail.NotFound {
		t.Errorf("another company's document: %v", err)
	}
	if err := w.Synthetic(t.Context(), w.a, doc.SerieID, "DEMO", []string{page.Rows[0].ID}, 1, 1); fail.KindOf(err) != fail.Invalid {
		t.Errorf("a copy of a copy: %v", err)
	}
}
