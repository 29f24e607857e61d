package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func newSerie() Serie {
	return Serie{Serie: "a", TipoDeComprobante: "I", FolioInicial: 1, Activa: true}
}

// give takes n folios of a series.
func (h *house) give(a store.Actor, id string, n int) {
	h.t.Helper()
	for range n {
		err := h.db.Update(h.t.Context(), a.Tenant, func(tx *store.Tx) error {
			_, _, err := tx.NextFolio(h.t.Context(), id)
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestSaveSerie(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		first, err := h.SaveSerie(ctx, a, newSerie())
		if err != nil {
			t.Fatal(err)
		}
		want := Serie{ID: first.ID, Serie: "A", Sucursal: store.MainBranch, TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1, Predeterminada: true, Activa: true, Version: 1, UsoPct: -1}
		if d := cmp.Diff(want, first); d != "" {
			t.Error("the first of a type is its default", d)
		}
		second := newSerie()
		second.Serie, second.Predeterminada, second.FolioInicial = "B", true, 100
		if second, err = h.SaveSerie(ctx, a, second); err != nil {
			t.Fatal(err)
		}
		list, err := h.SeriesList(ctx, a)
		if err != nil || len(list) != 2 || list[0].Predeterminada || !list[1].Predeterminada || list[1].FolioSiguiente != 100 {
			t.Errorf("list is %+v, %v", list, err)
		}
		if others, err := h.SeriesList(ctx, b); err != nil || len(others) != 0 {
			t.Errorf("the other company has %v, %v", others, err)
		}
		if _, err := h.Serie(ctx, b, first.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company read it: %v", err)
		}
		stolen := first
		if _, err := h.SaveSerie(ctx, b, stolen); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company wrote it: %v", err)
		}
		_, err = h.SaveSerie(ctx, a, first) // its mark went to the second: another version
		wants(t, "old version", err, ErrStale)
		if err := h.SetSerieActive(ctx, a, second.ID, false); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Serie(ctx, a, second.ID); err != nil || got.Activa || got.Predeterminada {
			t.Errorf("switched off: %+v, %v", got, err)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestSaveSerieNamesEachWrongField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		used, err := h.SaveSerie(ctx, a, newSerie())
		if err != nil {
			t.Fatal(err)
		}
		h.give(a, used.ID, 5)
		if used, err = h.Serie(ctx, a, used.ID); err != nil {
			t.Fatal(err)
		}
		fresh := newSerie()
		fresh.Serie = "N"
		for name, c := range map[string]struct {
			from   Serie
			change func(s *Serie)
			want   []string
		}{
			"no type":             {fresh, func(s *Serie) { s.TipoDeComprobante = "" }, []string{"TipoDeComprobante"}},
			"pipe":                {fresh, func(s *Serie) { s.Serie = "A|B" }, []string{"Serie"}},
			"long":                {fresh, func(s *Serie) { s.Serie = strings.Repeat("X", 26) }, []string{"Serie"}},
			"taken":               {fresh, func(s *Serie) { s.Serie = "A" }, []string{"Serie"}},
			"zero":                {fresh, func(s *Serie) { s.FolioInicial = 0 }, []string{"FolioInicial"}},
			"huge":                {fresh, func(s *Serie) { s.FolioInicial = highestFolio + 2 }, []string{"FolioInicial", "FolioSiguiente"}},
			"end before start":    {fresh, func(s *Serie) { s.FolioInicial, s.FolioFinal = 10, 9 }, []string{"FolioFinal"}},
			"next before start":   {fresh, func(s *Serie) { s.FolioInicial, s.FolioSiguiente = 10, 9 }, []string{"FolioSiguiente"}},
			"next goes down":      {used, func(s *Serie) { s.FolioSiguiente = 5 }, []string{"FolioSiguiente"}},
			"end before used":     {used, func(s *Serie) { s.FolioFinal = 4 }, []string{"FolioFinal"}},
			"used letters":        {used, func(s *Serie) { s.Serie = "Z" }, []string{"Serie"}},
			"used type":           {used, func(s *Serie) { s.TipoDeComprobante = "T" }, []string{"Serie"}},
			"used first folio":    {used, func(s *Serie) { s.FolioInicial = 2 }, []string{"Serie"}},
			"fine: empty series":  {fresh, func(s *Serie) { s.Serie = "" }, nil},
			"fine: same letter E": {fresh, func(s *Serie) { s.Serie, s.TipoDeComprobante = "A", "E" }, nil},
		} {
			in := c.from
			c.change(&in)
			_, err := h.SaveSerie(ctx, a, in)
			if d := cmp.Diff(c.want, fieldsOf(err)); d != "" || (c.want == nil) != (err == nil) {
				t.Errorf("%s: %v %s", name, err, d)
			}
		}
		used.FolioSiguiente = 50
		if up, err := h.SaveSerie(ctx, a, used); err != nil || up.FolioSiguiente != 50 {
			t.Errorf("the next folio goes up: %+v, %v", up, err)
		}
	})
}

func TestSerieRangeIsToldInTime(t *testing.T) {
	row := store.SerieRow{FolioInicial: 11, FolioFinal: 20}
	for next, want := range map[int64]Serie{
		11: {UsoPct: 0}, 19: {UsoPct: 80}, 20: {UsoPct: 90, PorAgotarse: true}, 21: {UsoPct: 100, Agotada: true},
	} {
		row.FolioSiguiente = next
		got := serieOf(row)
		if got.UsoPct != want.UsoPct || got.PorAgotarse != want.PorAgotarse || got.Agotada != want.Agotada {
			t.Errorf("next %d: %+v, want %+v", next, got, want)
		}
	}
}
