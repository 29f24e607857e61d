package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func serieRow(id, serie string) store.SerieRow {
	return store.SerieRow{
		ID: id, Serie: serie, TipoDeComprobante: "I", FolioInicial: 1, FolioSiguiente: 1,
		Activa: true, Version: 1, UpdatedAt: 1, UpdatedBy: "ana",
	}
}

func insertSerie(t *testing.T, db *store.DB, tenant store.Tenant, r store.SerieRow) {
	t.Helper()
	err := db.Update(t.Context(), tenant, func(tx *store.Tx) error { return tx.InsertSerie(t.Context(), r) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestNextFolioGivesEachFolioOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		insertSerie(t, db, a, serieRow("s", "A"))
		insertSerie(t, db, b, serieRow("s", "A"))
		const workers, each = 8, 25
		given := make([][]int64, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for range each {
					folio, err := nextFolio(t.Context(), db, a, "s")
					if err != nil {
						t.Error(err)
						return
					}
					given[w] = append(given[w], folio)
				}
			})
		}
		wg.Wait()
		all := slices.Sorted(slices.Values(slices.Concat(given...)))
		for i, folio := range all {
			if folio != int64(i+1) {
				t.Fatalf("folio %d stands at place %d: %v", folio, i+1, all)
			}
		}
		if len(all) != workers*each {
			t.Fatalf("%d folios, want %d", len(all), workers*each)
		}
		if folio, err := nextFolio(t.Context(), db, b, "s"); err != nil || folio != 1 {
			t.Errorf("the other tenant's series gave %d, %v; want 1", folio, err)
		}
	})
}

func nextFolio(ctx context.Context, db *store.DB, tenant store.Tenant, id string) (folio int64, err error) {
	err = db.Update(ctx, tenant, func(tx *store.Tx) error {
		_, folio, err = tx.NextFolio(ctx, id)
		return err
	})
	return folio, err
}

func TestNextFolioComesBackWhenTheTransactionFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, _ := storetest.Tenants(t, db)
		insertSerie(t, db, a, serieRow("s", "A"))
		err := db.Update(t.Context(), a, func(tx *store.Tx) error {
			if _, _, err := tx.NextFolio(t.Context(), "s"); err != nil {
				return err
			}
			return fmt.Errorf("change of mind")
		})
		if err == nil {
			t.Fatal("the closure's error got lost")
		}
		if folio, err := nextFolio(t.Context(), db, a, "s"); err != nil || folio != 1 {
			t.Errorf("got %d, %v; want folio 1 again", folio, err)
		}
	})
}

func TestNextFolioRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		ended := serieRow("ended", "A")
		ended.FolioSiguiente, ended.FolioFinal = 3, 3
		off := serieRow("off", "B")
		off.Activa = false
		insertSerie(t, db, a, ended)
		insertSerie(t, db, a, off)
		if folio, err := nextFolio(t.Context(), db, a, "ended"); err != nil || folio != 3 {
			t.Errorf("last folio: %d, %v", folio, err)
		}
		for id, want := range map[string]fail.Kind{"ended": fail.Conflict, "off": fail.Conflict, "none": fail.NotFound} {
			if _, err := nextFolio(t.Context(), db, a, id); fail.KindOf(err) != want {
				t.Errorf("%s: %v, want kind %v", id, err, want)
			}
		}
		if _, err := nextFolio(t.Context(), db, b, "off"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another tenant's series: %v, want not found", err)
		}
	})
}

func TestSeriesRules(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := storetest.Tenants(t, db)
		first := serieRow("1", "A")
		first.Predeterminada = true
		insertSerie(t, db, a, first)
		insertSerie(t, db, b, first)
		second := serieRow("2", "B")
		insertSerie(t, db, a, second)
		err := db.Update(ctx, a, func(tx *store.Tx) error { return tx.InsertSerie(ctx, serieRow("3", "A")) })
		if fail.KindOf(err) != fail.Conflict {
			t.Errorf("same series twice: %v, want a conflict", err)
		}
		second.Predeterminada = true
		err = db.Update(ctx, a, func(tx *store.Tx) error { return tx.UpdateSerie(ctx, second) })
		if fail.KindOf(err) != fail.Conflict {
			t.Errorf("two defaults: %v, want a conflict", err)
		}
		err = db.Update(ctx, a, func(tx *store.Tx) error {
			if err := tx.ClearDefaultSerie(ctx, "I"); err != nil {
				return err
			}
			return tx.UpdateSerie(ctx, second)
		})
		if err != nil {
			t.Fatal(err)
		}
		for tenant, want := range map[store.Tenant]string{a: "2", b: "1"} {
			got, err := db.View(tenant).DefaultSerie(ctx, "I")
			if err != nil || got.ID != want {
				t.Errorf("default is %q, %v; want %q", got.ID, err, want)
			}
		}
		if _, err := db.View(a).DefaultSerie(ctx, "E"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("default of a type without series: %v", err)
		}
		down := second
		down.FolioSiguiente, down.FolioInicial = 9, 1
		up := func(r store.SerieRow) error {
			return db.Update(ctx, a, func(tx *store.Tx) error { return tx.UpdateSerie(ctx, r) })
		}
		if err := up(down); err != nil {
			t.Fatal(err)
		}
		down.FolioSiguiente = 8
		if err := up(down); fail.KindOf(err) != fail.NotFound {
			t.Errorf("folio went down: %v", err)
		}
	})
}
