package cfdi_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// clock is the day all tests live in.
var clock = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

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
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, path); string(want) != string(got) {
		t.Errorf("%s differs (go test -update rewrites it)\n got: %s\nwant: %s", path, got, want)
	}
}

// A house has a test authority of its own.
type house struct{ ca *prueba.CA }

const emisorRfc = "EKU9003173C9"

func newHouse(t testing.TB) *house {
	t.Helper()
	ca, err := prueba.New(clock, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &house{ca: ca}
}

// pair makes a CSD for rfc.
func (h *house) pair(t testing.TB, rfc string) (*csd.Certificate, *csd.Key) {
	t.Helper()
	return h.open(t, h.ca.CSD, rfc)
}

func (h *house) open(t testing.TB, issue func(rfc, name string, password []byte) ([]byte, []byte, error), rfc string,
) (*csd.Certificate, *csd.Key) {
	t.Helper()
	password := []byte("contraseña de prueba")
	cer, private, err := issue(rfc, "EMPRESA DE PRUEBA", password)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := csd.ParseCertificate(cer)
	if err != nil {
		t.Fatal(err)
	}
	key, err := csd.OpenKey(private, password)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// trust knows the test authority and its PAC.
func (h *house) trust() *csd.Trust {
	t := csd.NewTrust(h.ca.Root())
	pac, _ := h.ca.PAC()
	t.AddPAC(pac)
	return t
}
