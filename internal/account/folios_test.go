package account

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// number takes the next folio of a series for a document of a state, as P1 does.
func (h *house) number(a store.Actor, serie Serie, state string) int64 {
	h.t.Helper()
	ctx := h.t.Context()
	var folio int64
	err := h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		name, n, err := tx.NextFolio(ctx, serie.ID)
		if err != nil {
			return err
		}
		folio = n
		row := store.DocumentRow{
			ID: fmt.Sprintf("%s-%d", serie.ID, n), State: state, Revision: 1, Tipo: "I", SerieID: serie.ID, Serie: name, Folio: &folio,
			Fecha: "2026-03-10T12:00:00", Correos: "[]", CreatedBy: a.UserName, UpdatedAt: 1,
		}
		if state == "timbrado" {
			row.UUID = "u-" + row.ID
		}
		return tx.InsertDocument(ctx, row)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return folio
}

// TestFoliosAccountsForEveryFolio: over a life of raising, stamping, refusing and
// annulling, what the report calls a gap and what is a receipt are together the used
// range, each folio once, page by page.
func TestFoliosAccountsForEveryFolio(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		in := newSerie()
		in.FolioSiguiente = 11 // 1 to 10 were used elsewhere
		s, err := h.SaveSerie(ctx, a, in)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := h.SaveSerie(ctx, b, in)
		if err != nil {
			t.Fatal(err)
		}
		want, stamped := map[int64]string{}, int64(0)
		for n := range int64(10) {
			want[n+1] = "Usados antes"
		}
		states := map[string]string{"anulado": "Anulado", "rechazado": "Rechazado", "vencido": "No se timbró a tiempo", "incierto": "Sin respuesta", "numerado": "En proceso"}
		for i := range 70 {
			for state, text := range states {
				if i%len(states) == len(text)%len(states) {
					want[h.number(a, s, state)] = text
				}
			}
			h.number(a, s, "timbrado")
			stamped++
			if i%20 == 7 {
				if s, err = h.Serie(ctx, a, s.ID); err != nil {
					t.Fatal(err)
				}
				for n := range int64(1000) {
					want[s.FolioSiguiente+n] = "Saltados"
				}
				s.FolioSiguiente += 1000
				if s, err = h.SaveSerie(ctx, a, s); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen, pages := map[int64]bool{}, 0
		for after := int64(0); ; {
			page, err := h.Folios(ctx, a, s.ID, after)
			if err != nil {
				t.Fatal(err)
			}
			if page.Usados != page.Recibos+page.Huecos || page.Recibos != stamped || page.Huecos != int64(len(want)) {
				t.Fatalf("used %d, receipts %d, gaps %d; want %d receipts and %d gaps", page.Usados, page.Recibos, page.Huecos, stamped, len(want))
			}
			if len(page.Gaps) > gapPage {
				t.Fatalf("a page of %d", len(page.Gaps))
			}
			for _, g := range page.Gaps {
				for n := g.Desde; n <= g.Hasta; n++ {
					if seen[n] || want[n] == "" || !strings.HasPrefix(g.Motivo, want[n]) {
						t.Fatalf("folio %d: %q, want %q (seen %t)", n, g.Motivo, want[n], seen[n])
					}
					seen[n] = true
				}
			}
			pages++
			if after = page.Siguiente; after == 0 {
				break
			}
		}
		if len(seen) != len(want) || pages < 2 {
			t.Errorf("%d gaps on %d pages, want %d", len(seen), pages, len(want))
		}
		if page, err := h.Folios(ctx, b, theirs.ID, 0); err != nil || page.Huecos != 10 || len(page.Gaps) != 1 || page.Gaps[0].Por != b.UserName {
			t.Errorf("the other company has %+v %v", page, err)
		}
		if _, err := h.Folios(ctx, b, s.ID, 0); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company read it: %v", err)
		}
		if _, err := h.Folios(ctx, store.Actor{Tenant: a.Tenant, UserID: "u"}, s.ID, 0); fail.KindOf(err) != fail.Denied {
			t.Errorf("without the right: %v", err)
		}
	})
}

// TestSkippedFolios: what a change of a numbering passes over, also when its first
// folio moves before any was given.
func TestSkippedFolios(t *testing.T) {
	row := func(id string, first, next int64) store.SerieRow {
		return store.SerieRow{ID: id, FolioInicial: first, FolioSiguiente: next}
	}
	for name, c := range map[string]struct {
		old, row store.SerieRow
		want     []any
	}{
		"new from one":                {store.SerieRow{}, row("s", 1, 1), nil},
		"new, used before":            {store.SerieRow{}, row("s", 1, 5), []any{int64(1), int64(4), store.SkipBefore}},
		"new, another first":          {store.SerieRow{}, row("s", 100, 100), nil},
		"nothing moved":               {row("s", 1, 8), row("s", 1, 8), nil},
		"raised by one":               {row("s", 1, 8), row("s", 1, 9), []any{int64(8), int64(8), store.SkipRaised}},
		"raised before any was given": {row("s", 1, 1), row("s", 1, 9), []any{int64(1), int64(8), store.SkipRaised}},
		"first and next moved alike":  {row("s", 1, 1), row("s", 50, 50), nil},
		"the first one goes down":     {row("s", 10, 10), row("s", 5, 10), []any{int64(5), int64(9), store.SkipRaised}},
	} {
		r, ok := skipped(c.old, c.row)
		var got []any
		if ok {
			got = []any{r.Desde, r.Hasta, r.Motivo}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
