package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// crowd fills a tenant with n customers: every one has the word "comercial",
// one in 300 shares "nombreN", one in 7001 "apellidoN", and "claveN" is its own.
func crowd(t testing.TB, db *DB, tenant Tenant, n int) {
	t.Helper()
	const numbers = `WITH RECURSIVE some (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM some WHERE i < `
	texts := []statement{
		`INSERT INTO customers (tenant_id, id, rfc, nombre, nombre_fold, codigo_postal, regimen_fiscal, uso_cfdi, activo, created_at, updated_at)
		` + numbers + `$2) SELECT $1, 'c' || i, 'RFC' || i, 'N' || i, 'nombre' || (i % 300) || ' apellido' || (i % 7001) || ' comercial', '06000', '601', 'G03', $3, 1, 1 FROM some`,
	}
	for _, word := range []statement{`'comercial'`, `'nombre' || (i % 300)`, `'apellido' || (i % 7001)`, `'clave' || i`} {
		texts = append(texts, `INSERT INTO words (tenant_id, kind, word, row_id) `+numbers+`$2) SELECT $1, 'customer', `+word+`, 'c' || i FROM some`)
	}
	for i, text := range texts {
		err := db.Update(context.Background(), tenant, func(tx *Tx) error {
			args := []any{n}
			if i == 0 {
				args = append(args, true)
			}
			_, err := tx.exec(context.Background(), text, args...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func openFresh(t testing.TB) *DB {
	t.Helper()
	db, err := Open(context.Background(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// Every page comes out of an index: no scan of a table, and no sorting unless
// the search starts from a few words.
func TestDirectoryPlans(t *testing.T) {
	db := openFresh(t)
	tenant := TenantOf("plans")
	few := wordFilter{words: []string{"a", "b"}, few: true, some: true}
	many := wordFilter{words: []string{"a", "b"}}
	f := DirectoryFilter{Active: true, Limit: 50}
	next := f
	next.After = Cursor{Key: "m", ID: "x"}
	byWord := next
	byWord.After.ByWord = true
	plans := map[string]picker{
		"customers": customerDirectory.page(f, wordFilter{}), "customers, next page": customerDirectory.page(next, wordFilter{}),
		"customers, common words": customerDirectory.page(f, many), "customers, common words, next page": customerDirectory.page(byWord, many),
		"customers, rare words": customerDirectory.page(next, few),
		"products":              productDirectory.page(f, wordFilter{}), "products, next page": productDirectory.page(next, wordFilter{}),
		"products, common words": productDirectory.page(byWord, many), "products, rare words": productDirectory.page(next, few),
	}
	for _, s := range productDirectory.sorts {
		g := DirectoryFilter{Active: true, Categoria: "bebidas", Sort: s.name, Limit: 50}
		plans["products of a category by "+s.name] = productDirectory.page(g, wordFilter{})
		plans["products of a category with common words by "+s.name] = productDirectory.page(g, many)
		plans["products of a category with rare words by "+s.name] = productDirectory.page(g, few)
	}
	for _, d := range []directory{customerDirectory, productDirectory} {
		for _, s := range d.sorts {
			for _, desc := range []bool{false, true} {
				g := DirectoryFilter{Active: true, Sort: s.name, Desc: desc, Limit: 50}
				name := fmt.Sprintf("%s by %s, %t", d.table, s.name, desc)
				plans[name] = d.page(g, wordFilter{})
				if g.After = (Cursor{Key: "7", ID: "x"}); true {
					plans[name+", next page"] = d.page(g, wordFilter{})
				}
			}
		}
	}
	for name, p := range plans {
		var plan []struct {
			ID, Parent, Notused int
			Detail              string
		}
		if err := db.View(tenant).list(t.Context(), &plan, `EXPLAIN QUERY PLAN `+p.sql, p.args...); err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			sorted := strings.Contains(line.Detail, "TEMP B-TREE") && !strings.Contains(name, "rare")
			scan := strings.HasPrefix(line.Detail, "SCAN") && line.Detail != "SCAN hit" && !strings.HasPrefix(line.Detail, "SCAN CONSTANT")
			if scan || sorted {
				t.Errorf("%s: %s", name, line.Detail)
			}
		}
	}
}

// searches are what people type, from all rows to one.
var searches = []string{"", "com", "c", "ape nom", "nombre1", "nombre29", "apellido12", "comercial apellido123", "nombre1 apellido1", "nombre7 apellido6", "clave9999", "no hay nada"}

func TestSearchCountsAndFindsTheSame(t *testing.T) {
	db := openFresh(t)
	a, b := TenantOf("a"), TenantOf("b")
	crowd(t, db, a, 6000)
	for _, q := range searches {
		want := map[string]bool{}
		for i := 1; i <= 6000; i++ {
			words := []string{"comercial", fmt.Sprint("nombre", i%300), fmt.Sprint("apellido", i%7001), fmt.Sprint("clave", i)}
			all := true
			for _, typed := range Fold(q) {
				all = all && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, typed) })
			}
			if all {
				want[fmt.Sprint("c", i)] = true
			}
		}
		f := DirectoryFilter{Q: q, Active: true, Limit: 700}
		rows := allPages(t, db.View(a), f)
		if len(rows) != len(want) {
			t.Errorf("%q: %d rows, want %d", q, len(rows), len(want))
		}
		for _, r := range rows {
			if !want[r.ID] {
				t.Errorf("%q found %s again or for nothing", q, r.NombreFold)
			}
			delete(want, r.ID)
		}
		byName := q == "" || len(rows) <= fewRows/2
		if byName && !slices.IsSortedFunc(rows, func(x, y CustomerRow) int { return strings.Compare(x.NombreFold, y.NombreFold) }) {
			t.Errorf("%q: not in order", q)
		}
		n, err := db.View(a).CountCustomers(t.Context(), f)
		if err != nil || n != min(len(rows), CountLimit) {
			t.Errorf("%q: counted %d, %v; want %d", q, n, err, min(len(rows), CountLimit))
		}
		if other, _, err := db.View(b).Customers(t.Context(), f); err != nil || len(other) != 0 {
			t.Errorf("%q: another tenant sees %d, %v", q, len(other), err)
		}
	}
}

// allPages reads one page after the other.
func allPages(t *testing.T, v *View, f DirectoryFilter) []CustomerRow {
	t.Helper()
	var all []CustomerRow
	for {
		rows, next, err := v.Customers(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
		if next == (Cursor{}) || len(all) > 10_000 {
			return all
		}
		f.After = next
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "  ": "", "FERRETERÍA El Ñandú, S.A.": "ferreteria el nandu s a", "ana@empresa.mx": "ana empresa mx", "A-12/3": "a 12 3",
		"ﬁn Ⅻ": "fin xii", strings.Repeat("x", 50): strings.Repeat("x", maxWord),
	} {
		if got := FoldLine(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// BenchmarkDirectory100k measures one page and its count among 100,000
// customers (ceiling: p95 of 60 ms).
func BenchmarkDirectory100k(b *testing.B) {
	db := openFresh(b)
	tenant := TenantOf("bench")
	crowd(b, db, tenant, 100_000)
	for _, q := range searches {
		b.Run(q, func(b *testing.B) {
			var took []time.Duration
			f := DirectoryFilter{Q: q, Active: true, Limit: 51}
			for b.Loop() {
				begin := time.Now()
				if _, _, err := db.View(tenant).Customers(b.Context(), f); err != nil {
					b.Fatal(err)
				}
				if _, err := db.View(tenant).CountCustomers(b.Context(), f); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// A search within a category finds the same by each of its ways: the rows of few words
// sorted, those of some words, and the category walked.
func TestACategoryIsSearchedTheSameEachWay(t *testing.T) {
	db := openFresh(t)
	tenant, other := TenantOf("a"), TenantOf("b")
	for _, who := range []Tenant{tenant, other} {
		err := db.Update(t.Context(), who, func(tx *Tx) error {
			for i := range 60 {
				r := ProductRow{ID: fmt.Sprintf("p%02d", i), Descripcion: fmt.Sprint("azul ", i%7), DescripcionFold: fmt.Sprint("azul ", i%7), Activo: i%5 != 0, Traslados: "[]", Retenciones: "[]"}
				if i%2 == 0 {
					r.Categoria, r.CategoriaFold = "Vidrio", "vidrio"
				}
				if i%3 == 0 {
					r.Descripcion += " rojo"
				}
				if err := tx.InsertProduct(t.Context(), r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []DirectoryFilter{{Active: true}, {}, {All: true}, {Active: true, Sort: "categoria", Desc: true}, {All: true, Sort: "clave"}} {
		f.Categoria, f.Limit = "vidrio", 100
		var first []string
		for i, words := range []wordFilter{{words: []string{"az", "rojo"}, few: true, some: true}, {words: []string{"rojo", "az"}, some: true}, {words: []string{"az", "rojo"}}} {
			var found []struct {
				ProductRow
				Hit string `db:"hit"`
			}
			p := productDirectory.page(f, words)
			if err := db.View(tenant).list(t.Context(), &found, p.sql, p.args...); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, r := range found {
				if r.CategoriaFold != "vidrio" || !strings.Contains(r.Descripcion, "rojo") || !f.All && r.Activo != f.Active {
					t.Errorf("%+v, way %d: %s %q", f, i, r.ID, r.Descripcion)
				}
				ids = append(ids, r.ID)
			}
			if i == 0 {
				first = ids
			}
			if len(ids) == 0 || !slices.Equal(ids, first) {
				t.Errorf("%+v, way %d: %v, not %v", f, i, ids, first)
			}
		}
	}
}
