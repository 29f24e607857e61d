package catalogo

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// shared returns a path of the folder of SAT data beside the project.
func shared(t testing.TB, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	full := filepath.Join(dir, "..", "shared", path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("needs the SAT data, which is not here: shared/%s", path)
	}
	return full
}

// officialRows reads a catalogue of the SAT data, by column name.
func officialRows(t testing.TB, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(shared(t, "sat/catalogs/cfdi40/"+file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	columns := strings.Split(lines[0], "\t")
	rows := make([]map[string]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, value := range strings.Split(line, "\t") {
			row[columns[i]] = value
		}
		rows = append(rows, row)
	}
	return rows
}

// full opens the whole official catalogues, imported once.
func full(t testing.TB) *Catalog {
	t.Helper()
	c, err := openOfficial(shared(t, "sat/catalogs"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	officialDir  string // where they are stored
	officialOnce sync.Once
)

// openOfficial imports src the first time and opens what that left.
func openOfficial(src string) (*Catalog, error) {
	var err error
	officialOnce.Do(func() { _, err = Import(src, officialDir) })
	if err != nil {
		return nil, err
	}
	return Open(officialDir)
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "catalogo-")
	if err != nil {
		panic(err)
	}
	officialDir = dir
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// write makes a folder of catalogue files.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
