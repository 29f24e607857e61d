package web

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"iofacturo.mx/internal/store"
)

// digest is one hash over every row of the database but those that a read may
// touch: when a session was last seen, and the write that /readyz tries.
func digest(t *testing.T, path string) [32]byte {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	h := sha256.New()
	for _, table := range firstColumn(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('sessions', 'probes') ORDER BY name`) {
		for _, row := range rowsOf(t, db, `SELECT * FROM "`+table+`"`) {
			fmt.Fprintln(h, table, row)
		}
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
	path := filepath.Join(t.TempDir(), "portal.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	must(t, db.Migrate(t.Context()))
	p := newPortalOn(t, db)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	in.follow(in.post("/clientes/nuevo", customerForm()))
	p.drain()
	before := digest(t, path)
	for _, rt := range p.routes() {
		method, path := address(rt.pattern)
		if method == http.MethodGet {
			in.get(path)
			in.get(strings.Replace(path, "nada", "00000000-0000-7000-8000-000000000000", 1))
		}
	}
	if digest(t, path) != before {
		t.Error("a GET changed the database")
	}
	in.post("/series/nueva", serieForm())
	if digest(t, path) == before {
		t.Error("the digest does not see a write")
	}
}
