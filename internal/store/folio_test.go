package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// TestSkipsFromBeforeAreFound: the migration that began to keep skips finds those of
// before: ahead of the first document, between two, after the last, and all of a
// numbering that has none.
func TestSkipsFromBeforeAreFound(t *testing.T) {
	text, err := os.ReadFile("migrations/postgres/0022_branchhouse.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, fill, ok := strings.Cut(string(text), "INSERT INTO serie_skips")
	if !ok {
		t.Fatal("the migration does not look back")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		for _, tenant := range []store.Tenant{a, b} {
			for id, next := range map[string]int64{"s": 12, "empty": 4, "fresh": 1, "whole": 3} {
				r := serieRow(id, "S"+id)
				r.FolioSiguiente = next
				insertSerie(t, db, tenant, r)
			}
		}
		for i, at := range []struct {
			serie string
			folio int64
		}{{"s", 3}, {"s", 4}, {"s", 8}, {"whole", 1}, {"whole", 2}} {
			r := document(fmt.Sprintf("d%d", i))
			r.SerieID, r.Serie, r.Folio = at.serie, "S"+at.serie, &at.folio
			insert(t, db, a, r)
		}
		if _, err := db.Pool().ExecContext(t.Context(), "INSERT INTO serie_skips"+fill); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			tenant store.Tenant
			serie  string
			want   [][2]int64
		}{
			{a, "s", [][2]int64{{1, 2}, {5, 7}, {9, 11}}},
			{a, "empty", [][2]int64{{1, 3}}},
			{a, "fresh", nil},
			{a, "whole", nil},
			{b, "s", [][2]int64{{1, 11}}},
		} {
			rows, err := db.View(c.tenant).Skips(t.Context(), c.serie, 0, 10)
			var got [][2]int64
			for _, r := range rows {
				got = append(got, [2]int64{r.Desde, r.Hasta})
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v %v, want %v", c.serie, got, err, c.want)
			}
		}
	})
}

// TestFoliosWithoutAReceipt: counted and listed for their own company, a receipt never.
func TestFoliosWithoutAReceipt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		for _, tenant := range []store.Tenant{a, b} {
			insertSerie(t, db, tenant, serieRow("s", "A"))
		}
		refused, stamped := document("refused"), document("stamped")
		refused.State, refused.UUID = "rechazado", ""
		nine := int64(9)
		stamped.State, stamped.Folio = "timbrado", &nine
		insert(t, db, a, refused)
		insert(t, db, a, stamped)
		err := update(t, db, a, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertSkip(ctx, store.SkipRow{SerieID: "s", Desde: 1, Hasta: 6, Motivo: store.SkipRaised, ByUser: "ana"})
		})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.View(a).Unstamped(t.Context(), "s", 0, 10)
		if err != nil || len(rows) != 1 || rows[0].ID != "refused" || rows[0].Folio != 7 {
			t.Errorf("%+v %v", rows, err)
		}
		if rows, err := db.View(a).Unstamped(t.Context(), "s", 7, 10); err != nil || len(rows) != 0 {
			t.Errorf("above the last: %+v %v", rows, err)
		}
		if s, u, err := db.View(a).FoliosWithout(t.Context(), "s"); err != nil || s != 6 || u != 1 {
			t.Errorf("%d skipped, %d unstamped, %v", s, u, err)
		}
		if s, u, err := db.View(b).FoliosWithout(t.Context(), "s"); err != nil || s != 0 || u != 0 {
			t.Errorf("the other company has %d skipped, %d unstamped, %v", s, u, err)
		}
	})
}
