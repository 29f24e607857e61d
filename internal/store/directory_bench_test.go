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
				{"large category", store.DirectoryFilter{Active: true, Categoria: "grande"}},
				{"small category", store.DirectoryFilter{Active: true, Categoria: "chica"}},
				{"small category, all", store.DirectoryFilter{All: true, Categoria: "chica"}},
				{"large category, common word", store.DirectoryFilter{Active: true, Categoria: "grande", Q: "comercial"}},
				{"small category, common word", store.DirectoryFilter{Active: true, Categoria: "chica", Q: "comercial"}},
				{"large category, just by word", store.DirectoryFilter{Active: true, Categoria: "grande", Q: "corte77"}},
			} {
				f := filter.f
				f.Limit = 51
				for _, sort := range []string{"nombre", "rfc", "cp", "regimen", "uso"} {
					if f.Categoria != "" {
						break // is of products
					}
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
				for _, sort := range []string{"descripcion", "clave", "precio", "sat", "unidad", "categoria"} {
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

// BenchmarkPrices times the page of a list with a price of every product, and the
// categories that its filter offers.
func BenchmarkPrices(b *testing.B) {
	for _, dialect := range []string{"sqlite", "postgres"} {
		b.Run(dialect, func(b *testing.B) {
			db := storetest.Open(b, dialect)
			tenant := storetest.Tenant(b, db, "EKU9003173C9")
			fillDirectory(b, db, tenant.ID(), 100_000)
			for _, text := range []string{
				`INSERT INTO price_lists (tenant_id, id, nombre, nombre_fold, moneda, activa, created_at, updated_at) VALUES ('` + tenant.ID() + `', 'l', 'L', 'l', 'MXN', TRUE, 1, 1)`,
				`INSERT INTO prices (tenant_id, list_id, product_id, precio, updated_at) SELECT tenant_id, 'l', id, 5000000, 1 FROM products WHERE tenant_id = '` + tenant.ID() + `'`,
				`ANALYZE`,
			} {
				if _, err := db.Pool().ExecContext(b.Context(), text); err != nil {
					b.Fatal(err)
				}
			}
			v := db.View(tenant)
			timed(b, "page", func(ctx context.Context) error {
				rows, _, err := v.Products(ctx, store.DirectoryFilter{Active: true, Limit: 50})
				if err != nil {
					return err
				}
				ids := make([]string, len(rows))
				for i, r := range rows {
					ids[i] = r.ID
				}
				prices, err := v.Prices(ctx, "l", ids)
				if err == nil && len(prices) != 50 {
					err = fmt.Errorf("%d prices", len(prices))
				}
				return err
			})
			timed(b, "counts of prices", func(ctx context.Context) error { _, err := v.CountPrices(ctx); return err })
			timed(b, "categories", func(ctx context.Context) error {
				names, err := v.Categorias(ctx, 200)
				if err == nil && len(names) < 90 {
					err = fmt.Errorf("%d categories", len(names))
				}
				return err
			})
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
	// Half of the products are of one category, 300 of another, one in eight of none.
	const category = `CASE WHEN i % 2 = 0 THEN 'grande' WHEN i % 333 = 0 THEN 'chica' WHEN i % 4 = 1 THEN '' ELSE 'familia' || (i % 97) END`
	texts := []string{
		`INSERT INTO customers (tenant_id, id, rfc, nombre, nombre_fold, codigo_postal, regimen_fiscal, uso_cfdi, activo, created_at, updated_at) ` + some +
			`SELECT '` + tenant + `', 'c' || i, 'RFC' || (i % 90001), 'N' || i, 'nombre' || (i % 300) || ' apellido' || (i % 7001), CAST(10000 + i % 800 AS TEXT), CAST(601 + i % 9 AS TEXT), 'G0' || (i % 3), i % 5 <> 0, 1, 1 FROM nums`,
		`INSERT INTO products (tenant_id, id, clave, descripcion, descripcion_fold, clave_prod_serv, clave_unidad, categoria, categoria_fold, precio, precio_incluye_impuestos, objeto_imp, activo, created_at, updated_at) ` + some +
			`SELECT '` + tenant + `', 'p' || i, 'K' || i, 'D' || i, 'nombre' || (i % 300) || ' cosa' || (i % 7001), CAST(10101501 + i % 500 AS TEXT), 'H8' || (i % 9), ` + category + `, ` + category + `, i % 1000 * 1000000, FALSE, '02', i % 5 <> 0, 1, 1 FROM nums`,
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
