package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// BenchmarkDocuments times the list over 100,000 documents, each query by itself;
// the ceiling is 60 ms at the 95th percentile (decision 33).
func BenchmarkDocuments(b *testing.B) {
	ctx := context.Background()
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(b.TempDir(), "list.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	t := storetest.Tenant(b, db, "EKU9003173C9")
	fillDocuments(b, db, t, 100_000)
	v := db.View(t)
	filters := map[string]store.DocumentFilter{
		"all":      {Desc: true, Limit: 50},
		"state":    {States: []string{"rechazado"}, Desc: true, Limit: 50},
		"deep":     {Desc: true, Limit: 50, Offset: 90_000},
		"dates":    {From: "2026-02-01", To: "2026-02-28", Desc: true, Limit: 50},
		"receptor": {Sort: store.SortReceptor, Limit: 50},
		"total":    {Sort: store.SortTotal, Desc: true, Limit: 50},
		"folio":    {Sort: store.SortFolio, Desc: true, Limit: 50},
		"word":     {Q: "cliente17", Desc: true, Limit: 50},
		"two":      {Q: "cliente17 comercial", Desc: true, Limit: 50},
		"number":   {Q: "a777", Desc: true, Limit: 50},
		"none":     {Q: "zzz", Desc: true, Limit: 50},
	}
	for name, f := range filters {
		b.Run(name, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, err := v.DocumentSums(ctx, f); err != nil {
					b.Fatal(err)
				}
				if _, err := v.Documents(ctx, f); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(began))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// fillDocuments inserts n documents of 300 receptors over five months.
func fillDocuments(t testing.TB, db *store.DB, tenant store.Tenant, n int) {
	t.Helper()
	ctx := context.Background()
	states := []string{"timbrado", "timbrado", "timbrado", "timbrado", "timbrado", "timbrado", "timbrado", "borrador", "rechazado"}
	first := time.Date(2025, 12, 1, 9, 0, 0, 0, time.UTC)
	for i := 0; i < n; {
		err := db.Update(ctx, tenant, func(tx *store.Tx) error {
			for range min(500, n-i) {
				folio := int64(i + 1)
				name := fmt.Sprintf("CLIENTE%d COMERCIAL DEL NORTE", i%300)
				r := store.DocumentRow{
					ID: fmt.Sprintf("doc-%07d", i), State: states[i%len(states)], Revision: 1, Tipo: "I", SerieID: "s", Serie: "A", Folio: &folio,
					Fecha: first.Add(time.Duration(i) * 129 * time.Second).Format("2006-01-02T15:04:05"), ReceptorRfc: fmt.Sprintf("XAX%06d000", i%300),
					ReceptorNombre: name, ReceptorFold: store.FoldLine(name), Moneda: []string{"MXN", "MXN", "USD"}[i%3], Correos: "[]",
					SubTotal: int64(i) * 1_000_000, Total: int64(i) * 1_160_000, TotalMXN: int64(i) * 1_160_000,
				}
				if err := tx.InsertDocument(ctx, r); err != nil {
					return err
				}
				if err := tx.SetWords(ctx, store.DocumentWords, r.ID, name, r.ReceptorRfc, fmt.Sprintf("A %d A%d", folio, folio)); err != nil {
					return err
				}
				i++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
