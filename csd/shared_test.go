package csd_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// start is the clock of these tests: the SAT's test certificates are in force.
var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// sharedCerts returns the folder of the SAT's certificates beside the module, or
// skips the test.
func sharedCerts(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	certs := filepath.Join(dir, "..", "shared", "sat", "certs")
	if _, err := os.Stat(certs); err != nil {
		t.Skipf("the SAT's test certificates are not at %s", certs)
	}
	return certs
}

// indexRow is one line of INDEX.tsv by column name.
type indexRow map[string]string

func readIndex(t testing.TB, certs string) []indexRow {
	t.Helper()
	f, err := os.Open(filepath.Join(certs, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []indexRow
	for _, line := range lines[1:] {
		row := indexRow{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
