package cfdi_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/csd"
	"iofacturo.mx/decimal"
)

// clock is the day all tests live in.
var clock = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

// shared returns a path of the folder of SAT data beside the project.
func shared(t testing.TB, path string) string {
	t.Helper()
	return cfditest.Shared(t, path)
}

// samples lists the XML files of one folder of the SAT data.
func samples(t testing.TB, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t, "sat/samples/"+folder), "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples in %s: %v", folder, err)
	}
	return files
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// golden compares got with testdata/name, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	cfditest.Golden(t, name, string(got))
}

// A house has a test authority of its own.
type house struct{ *cfditest.House }

const emisorRfc = "EKU9003173C9"

func newHouse(t testing.TB) *house {
	t.Helper()
	return &house{cfditest.NewHouse(t, clock)}
}

// pair makes a CSD for rfc.
func (h *house) pair(t testing.TB, rfc string) (*csd.Certificate, *csd.Key) {
	t.Helper()
	return h.Pair(t, rfc)
}

// trust knows the test authority and its PAC.
func (h *house) trust() *csd.Trust {
	t := csd.NewTrust(h.CA.Root())
	pac, _ := h.CA.PAC()
	t.AddPAC(pac)
	return t
}
