package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// BenchmarkLists times one page and its count among 100,000 customers and 100,000
// products, in each order and with a filter, on both databases (ceiling: p95 of 60 ms).
func BenchmarkLists(b *testing.B) {
	for _, dialect := range []string{"sqlite", "postgres"} {
		b.Run(dialect, func(b *testing.B) {
			db := storetest.Open(b, dialect)
			tenant := storetest.Tenant(b, db, "EKU9003173C9")
			fillDirectory(b, db, tenant.ID(), 100_000)
			v := db.View(tenant)
			for _, filter := range []struct {
				name string
				f    store.DirectoryFilter
			}{
				{"active", store.DirectoryFilter{Active: true}},
				{"inactive", store.DirectoryFilter{}},
				{"all", store.DirectoryFilter{All: true}},
				{"few words", store.DirectoryFilter{Active: true, Q: "nombre299"}},
				{"just sorted", store.DirectoryFilter{Active: true, Q: "grupo77"}},
				{"just by word", store.DirectoryFilter{Active: true, Q: "corte77"}},
				{"two words", store.DirectoryFilter{Active: true, Q: "comercial nombre17"}},
				{"all, many words", store.DirectoryFilter{All: true, Q: "comercial"}},
			} {
				f := filter.f
				f.Limit = 51
				for _, sort := range []string{"nombre", "rfc", "cp", "regimen", "uso"} {
					for _, f.Desc = range []bool{false, true} {
						f.Sort = sort
						timed(b, fmt.Sprintf("customers/%s/%s/%t", filter.name, sort, f.Desc), func(ctx context.Context) error {
							rows, _, err := v.Customers(ctx, f)
							if err == nil && len(rows) == 0 {
								err = fmt.Errorf("nothing found")
							}
							if err == nil {
								_, err = v.CountCustomers(ctx, f)
							}
							return err
						})
					}
				}
				for _, sort := range []string{"descripcion", "clave", "precio", "sat", "unidad"} {
					for _, f.Desc = range []bool{false, true} {
						f.Sort = sort
						timed(b, fmt.Sprintf("products/%s/%s/%t", filter.name, sort, f.Desc), func(ctx context.Context) error {
							_, _, err := v.Products(ctx, f)
							if err == nil {
								_, err = v.CountProducts(ctx, f)
							}
							return err
						})
					}
				}
			}
		})
	}
}

func timed(b *testing.B, name string, read func(ctx context.Context) error) {
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			began := time.Now()
			if err := read(b.Context()); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	})
}

// fillDirectory makes n customers and n products with their words, one in five inactive.
// Of 100,000, a word grupo… is had by just fewer than a search sorts, and a word corte…
// by just more.
func fillDirectory(b *testing.B, db *store.DB, tenant string, n int) {
	b.Helper()
	some := fmt.Sprintf(`WITH RECURSIVE nums (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM nums WHERE i < %d) `, n)
	texts := []string{
		`INSERT INTO customers (tenant_id, id, rfc, nombre, nombre_fold, codigo_postal, regimen_fiscal, uso_cfdi, activo, created_at, updated_at) ` + some +
			`SELECT '` + tenant + `', 'c' || i, 'RFC' || (i % 90001), 'N' || i, 'nombre' || (i % 300) || ' apellido' || (i % 7001), CAST(10000 + i % 800 AS TEXT), CAST(601 + i % 9 AS TEXT), 'G0' || (i % 3), i % 5 <> 0, 1, 1 FROM nums`,
		`INSERT INTO products (tenant_id, id, clave, descripcion, descripcion_fold, clave_prod_serv, clave_unidad, precio, precio_incluye_impuestos, objeto_imp, activo, created_at, updated_at) ` + some +
			`SELECT '` + tenant + `', 'p' || i, 'K' || i, 'D' || i, 'nombre' || (i % 300) || ' cosa' || (i % 7001), CAST(10101501 + i % 500 AS TEXT), 'H8' || (i % 9), i % 1000 * 1000000, FALSE, '02', i % 5 <> 0, 1, 1 FROM nums`,
	}
	for _, kind := range []string{store.CustomerWords, store.ProductWords} {
		for _, word := range []string{`'comercial'`, `'nombre' || (i % 300)`, `'grupo' || (i % 85)`, `'corte' || (i % 80)`} {
			texts = append(texts, `INSERT INTO words (tenant_id, kind, word, row_id) `+some+`SELECT '`+tenant+`', '`+kind+`', `+word+`, '`+kind[:1]+`' || i FROM nums`)
		}
	}
	texts = append(texts, `ANALYZE`)
	for _, text := range texts {
		if _, err := db.Pool().ExecContext(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
}
