package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// A text is one SQL text of the package's sources: a constant, or the constant
// pieces of an expression with … for what is put in at run time.
type text struct {
	at    string // file:line
	sql   string
	whole bool // nothing is put in at run time
}

const gap = "…"

var (
	isSQL     = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s`)
	isPiece   = regexp.MustCompile(`\b(SELECT|INSERT INTO|DELETE FROM|WHERE|ORDER BY|LIMIT|AND|VALUES)\b`)
	tableName = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)`)
)

func TestEveryStatementOnATenantsTableNamesTheTenant(t *testing.T) {
	tables := schema(t, storetest.Open(t, "sqlite"))
	texts := sources(t, os.DirFS("."))
	if len(texts) < 10 {
		t.Fatalf("only %d SQL texts found", len(texts))
	}
	for _, x := range texts {
		for _, fault := range faults(x, tables) {
			t.Errorf("%s: %s\n\t%s", x.at, fault, x.sql)
		}
	}
}

func TestTheTenantCheckSeesPlantedFaults(t *testing.T) {
	tables := schema(t, storetest.Open(t, "sqlite"))
	for sql, want := range map[string]bool{
		"SELECT seq FROM audit WHERE seq = $1":                                                  true,
		"DELETE FROM audit_heads":                                                               true,
		"SELECT id FROM tenants t JOIN audit a ON a.actor = t.id":                               true,
		"SELECT seq FROM audit WHERE tenant_id = $1":                                            false,
		"INSERT INTO audit_heads (tenant_id, seq) VALUES ($1, 1)":                               false,
		"SELECT a.seq FROM audit a WHERE a.tenant_id = $1 AND a.seq IN (SELECT seq FROM audit)": true,
		"SELECT rfc FROM tenants":                                                               false,
	} {
		if got := len(faults(text{sql: sql, whole: true}, tables)) > 0; got != want {
			t.Errorf("%s: fault = %v", sql, got)
		}
	}
}

// faults returns what is wrong with x: each mention of a tenant's table needs
// a mention of tenant_id.
func faults(x text, tables map[string]table) []string {
	mentioned := 0
	for _, m := range tableName.FindAllStringSubmatch(x.sql, -1) {
		tb, known := tables[m[1]]
		_, global := globalTables()[m[1]]
		if known && !global && len(tb.columns) > 0 {
			mentioned++
		}
	}
	// What is put in after WHERE is checked when it runs, by View.bind.
	n := strings.Count(x.sql, "tenant_id") + strings.Count(x.sql, "WHERE "+gap)
	if n < mentioned {
		return []string{fmt.Sprintf("%d tables of a tenant, tenant_id %d times", mentioned, n)}
	}
	return nil
}

func TestNoStatementIsMadeByFormatting(t *testing.T) {
	set := token.NewFileSet()
	for _, file := range parse(t, set, os.DirFS(".")) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.Contains(fun.Sel.Name, "printf") && !strings.Contains(fun.Sel.Name, "print") {
				return true
			}
			for _, a := range call.Args {
				if lit, ok := a.(*ast.BasicLit); ok && isPiece.MatchString(lit.Value) {
					t.Errorf("%s: %s of SQL", set.Position(call.Pos()), fun.Sel.Name)
				}
			}
			return true
		})
	}
}

// Every constant statement is valid on both databases, as it stands.
func TestEveryStatementIsValidOnBothDatabases(t *testing.T) {
	texts := statements(t)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, x := range texts {
			prepared, err := db.Pool().PrepareContext(t.Context(), x.sql)
			if err != nil {
				t.Errorf("%s: %v\n\t%s", x.at, err, x.sql)
				continue
			}
			prepared.Close()
		}
	})
}

// scansAllowed are the statements that read a whole table, with the reason.
func scansAllowed() map[string]string {
	return map[string]string{
		"SELECT COUNT(CASE WHEN state": "the operator's figures over the whole queue, and over the companies, on demand",
		"SELECT COUNT(DISTINCT tenant": "an index of open attempts alone: as many as wait for an answer now",
		"SELECT kek_id, sealed":        "one row for each master key there ever was",
	}
}

// No statement reads a whole table: it would be slow for all once one is big.
func TestNoStatementScansATable(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	for _, x := range statements(t) {
		allowed := false
		for head := range scansAllowed() {
			allowed = allowed || strings.HasPrefix(x.sql, head)
		}
		if scans := fullScans(t, db.Reading(), x.sql); len(scans) > 0 && !allowed {
			t.Errorf("%s: %s\n\t%s", x.at, strings.Join(scans, "; "), x.sql)
		}
	}
}

func TestTheScanCheckSeesAPlantedScan(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	for sql, want := range map[string]int{
		"SELECT seq FROM audit WHERE actor = $1":                        1,
		"SELECT seq FROM audit WHERE tenant_id = $1 ORDER BY seq":       0,
		"SELECT id FROM jobs WHERE kind = $1":                           1,
		"SELECT a.seq FROM audit a, tenants t WHERE a.tenant_id = t.id": 1,
	} {
		if got := fullScans(t, db.Reading(), sql); len(got) != want {
			t.Errorf("%s: %v", sql, got)
		}
	}
}

// fullScans returns the steps of SQLite's plan for query that read a whole table.
func fullScans(t *testing.T, pool *sql.DB, query string) []string {
	t.Helper()
	args := make([]any, store.HighestPlaceholder(query))
	rows, err := pool.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Errorf("%v\n\t%s", err, query)
		return nil
	}
	defer rows.Close()
	var scans []string
	aliases := regexp.MustCompile(`\b(?:FROM|JOIN|,)\s+([a-z_]+)(?:\s+AS)?\s+([a-z]+)\b`)
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		name, isScan := strings.CutPrefix(detail, "SCAN ")
		name, _, _ = strings.Cut(name, " ")
		if isScan && isTable(pool, name, aliases.FindAllStringSubmatch(query, -1)) {
			scans = append(scans, detail)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return scans
}

// isTable reports whether name, or what it is an alias of, is a real table.
func isTable(pool *sql.DB, name string, aliases [][]string) bool {
	for _, a := range aliases {
		if a[2] == name {
			name = a[1]
		}
	}
	var n int
	err := pool.QueryRow("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1", name).Scan(&n)
	return err == nil && n > 0
}

// statements returns the constant statements of the package, each once.
func statements(t *testing.T) []text {
	t.Helper()
	var whole []text
	for _, x := range sources(t, os.DirFS(".")) {
		closed := strings.Count(x.sql, "(") == strings.Count(x.sql, ")") // else it is the beginning of one
		if x.whole && closed && isSQL.MatchString(x.sql) && !slices.ContainsFunc(whole, func(y text) bool { return y.sql == x.sql }) {
			whole = append(whole, x)
		}
	}
	return whole
}

// parse reads the package's sources without tests.
func parse(t *testing.T, set *token.FileSet, dir fs.FS) []*ast.File {
	t.Helper()
	names, err := fs.Glob(dir, "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := fs.ReadFile(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// sources returns every SQL text in the package's sources.
func sources(t *testing.T, dir fs.FS) []text {
	t.Helper()
	set := token.NewFileSet()
	files := parse(t, set, dir)
	consts := map[string]ast.Expr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
				for i, name := range spec.Names {
					consts[name.Name] = spec.Values[i]
				}
			}
			return true
		})
	}
	var texts []text
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.BinaryExpr, *ast.BasicLit:
				sql := fold(n.(ast.Expr), consts)
				if isSQL.MatchString(sql) {
					texts = append(texts, text{at: set.Position(n.Pos()).String(), sql: sql, whole: !strings.Contains(sql, gap)})
				}
				return false
			}
			return true
		})
	}
	return texts
}

// fold returns the value of a string expression, with a gap for each part that
// is not constant.
func fold(e ast.Expr, consts map[string]ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return fold(e.X, consts) + fold(e.Y, consts)
		}
	case *ast.ParenExpr:
		return fold(e.X, consts)
	case *ast.Ident:
		if value, ok := consts[e.Name]; ok {
			return fold(value, consts)
		}
	}
	return gap
}
