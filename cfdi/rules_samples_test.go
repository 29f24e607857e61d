package cfdi_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
)

// TestValidateSamples compares what Validate says of the valid samples of the SAT
// data with testdata/validate-samples.golden. Why each finding is right stands in
// testdata/validate-samples.md; a finding that is not explained there fails too.
func TestValidateSamples(t *testing.T) {
	dir := t.TempDir()
	if _, err := catalogo.Import(shared(t, "sat/catalogs"), dir); err != nil {
		t.Fatal(err)
	}
	cat, err := catalogo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	reasons := string(readFile(t, "testdata/validate-samples.md"))
	var out strings.Builder
	for _, path := range samples(t, "valid") {
		name := filepath.Base(path)
		fmt.Fprintf(&out, "== %s\n", name)
		doc, err := cfdi.Read(readFile(t, path), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, f := range cfdi.Validate(doc.Comprobante, cat, time.Time{}) {
			if f.Code == "VERIFY01" { // complements that are not listed in this test
				continue
			}
			fmt.Fprintf(&out, "%s %s %s: %s\n", f.Severity, f.Code, f.Path, f.Message)
			if !explained(reasons, name, f.Code) {
				t.Errorf("validate-samples.md does not say why %s has %s", name, f.Code)
			}
		}
	}
	golden(t, "validate-samples.golden", []byte(out.String()))
}

// explained looks for a line of the table that names the file and the code.
func explained(reasons, file, code string) bool {
	for line := range strings.Lines(reasons) {
		if strings.Contains(line, file) && strings.Contains(line, code) {
			return true
		}
	}
	return false
}

func BenchmarkValidate(b *testing.B) {
	cat, doc := ownCatalogue(b), factura()
	doc.Conceptos[0].Parte, doc.Conceptos[1].Parte = nil, nil
	for len(doc.Conceptos) < 10 {
		doc.Conceptos = append(doc.Conceptos, doc.Conceptos[len(doc.Conceptos)%2])
	}
	for b.Loop() {
		cfdi.Validate(doc, cat, time.Time{})
	}
}
