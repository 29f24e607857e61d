package account

import (
	"fmt"
	"testing"

	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/store"
)

// Series from a list: the form's rules, once, and of the company alone.
func TestSeriesAreImportedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		rows := []bulk.Entry{
			{Line: 2, Values: map[string]string{"Serie": "a", "TipoDeComprobante": "Ingreso", "FolioSiguiente": "1,250"}},
			{Line: 3, Values: map[string]string{"Serie": "NC", "TipoDeComprobante": "E", "Sucursal": "Matriz"}},
			{Line: 4, Values: map[string]string{"Serie": "X", "TipoDeComprobante": "I", "Sucursal": "No hay"}},
			{Line: 5, Values: map[string]string{"Serie": "P", "TipoDeComprobante": "P"}},
		}
		judge := h.Kinds()[0].Judge
		states := func(list []bulk.Outcome, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, o := range list {
				said += string(o.State) + " "
			}
			return said
		}
		if got := states(judge(ctx, h.db.View(a.Tenant), nil, a, rows)); got != "nuevo nuevo error error " {
			t.Errorf("judged: %s", got)
		}
		for i, want := range []string{"nuevo nuevo error error ", "igual igual error error "} {
			err := h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
				list, err := judge(ctx, &tx.View, tx, a, rows)
				if got := states(list, err); got != want {
					return fmt.Errorf("%d: %s", i, got)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
		if list, err := h.SeriesList(ctx, a); err != nil || len(list) != 2 || list[0].FolioSiguiente+list[1].FolioSiguiente != 1251 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := h.SeriesList(ctx, b); err != nil || len(list) != 0 {
			t.Errorf("the other company has %+v, %v", list, err)
		}
	})
}
