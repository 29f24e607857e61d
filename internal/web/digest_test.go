package web

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// onBoth runs fn over a fresh portal on each database, and a second connection to look
// at its rows.
func onBoth(t *testing.T, fn func(t *testing.T, p *portal, rows *sql.DB)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			driver, source := "sqlite", filepath.Join(t.TempDir(), "portal.db")
			address := "sqlite:" + source
			if name == "postgres" {
				driver, source = "pgx", storetest.NewPostgres(t)
				address = source
			}
			db, err := store.Open(t.Context(), address)
			must(t, err)
			t.Cleanup(func() { must(t, db.Close()) })
			must(t, db.Migrate(t.Context()))
			rows, err := sql.Open(driver, source)
			must(t, err)
			t.Cleanup(func() { must(t, rows.Close()) })
			fn(t, newPortalOn(t, db), rows)
		})
	}
}

// digest is one hash over every row that holds a text ("" for all rows), but those that
// a read may touch: when a session was last seen, and the write that /readyz tries.
func digest(t *testing.T, db *sql.DB, holds string) [32]byte {
	t.Helper()
	tables := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('sessions', 'probes') ORDER BY name`
	if strings.Contains(fmt.Sprintf("%T", db.Driver()), "stdlib") {
		tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT IN ('sessions', 'probes') ORDER BY table_name`
	}
	h := sha256.New()
	for _, table := range firstColumn(t, db, tables) {
		var lines []string // a row that was written again stands elsewhere in PostgreSQL
		for _, row := range rowsOf(t, db, `SELECT * FROM "`+table+`"`) {
			if text := fmt.Sprint(row); strings.Contains(text, holds) {
				lines = append(lines, text)
			}
		}
		slices.Sort(lines)
		fmt.Fprintln(h, table, lines)
	}
	return [32]byte(h.Sum(nil))
}

func firstColumn(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	var out []string
	for _, row := range rowsOf(t, db, query) {
		out = append(out, fmt.Sprint(row[0]))
	}
	return out
}

func rowsOf(t *testing.T, db *sql.DB, query string) (all [][]any) {
	t.Helper()
	rows, err := db.Query(query)
	must(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		must(t, rows.Scan(into...))
		all = append(all, values)
	}
	must(t, rows.Err())
	return all
}

// No GET changes anything, whoever asks (T12).
func TestReadingChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, p *portal, rows *sql.DB) {
		p.found("TCG180314LM7", "Mariana")
		in := p.signedIn("TCG180314LM7")
		in.follow(in.post("/clientes/nuevo", customerForm()))
		p.drain()
		before := digest(t, rows, "")
		for _, rt := range p.routes() {
			method, path := address(rt.pattern)
			if method == http.MethodGet {
				in.get(path)
				in.get(strings.Replace(path, "nada", "00000000-0000-7000-8000-000000000000", 1))
			}
		}
		if digest(t, rows, "") != before {
			t.Error("a GET changed the database")
		}
		in.post("/series/nueva", serieForm())
		if digest(t, rows, "") == before {
			t.Error("the digest does not see a write")
		}
	})
}
