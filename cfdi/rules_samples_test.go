package cfdi_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/donat"
	"iofacturo.mx/cfdi/hidrocarburospetroliferos"
	"iofacturo.mx/cfdi/iedu"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/cfdi/ine"
	"iofacturo.mx/cfdi/leyendasfisc"
	"iofacturo.mx/cfdi/nomina12"
	"iofacturo.mx/cfdi/notariospublicos"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/cfdi/servicioparcial"
	"iofacturo.mx/cfdi/vehiculousado"
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
		doc, err := cfdi.Read(readFile(t, path), typed())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, f := range cfdi.Validate(doc.Comprobante, cat, time.Time{}) {
			if f.Code == "VERIFY01" { // a complement whose findings stand in its own package
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

// typed are the complements that are judged with the samples here.
func typed() []cfdi.Known {
	return []cfdi.Known{
		implocal.Known, pago20.Known, nomina12.Known, donat.Known, iedu.Known, ine.Known, leyendasfisc.Known, notariospublicos.Known,
		servicioparcial.Known, vehiculousado.Known, hidrocarburospetroliferos.Known,
	}
}

// TestInvalidSamplesBreakTheirRule: what [TestInvalidSamplesFail] leaves to the rules is
// refused for the reason in the name of the file, and for no other.
func TestInvalidSamplesBreakTheirRule(t *testing.T) {
	want := map[string]string{
		"mal-formado.xml":               "no XML",
		"sin-exportacion.xml":           "301 Exportacion error",
		"total-alterado-sello-roto.xml": "CFDI40119 Total error",
		"usocfdi-inexistente.xml":       "CFDI40160 Receptor.UsoCFDI error",
		"rfc-emisor-distinto.xml":       "", // a good receipt by another hand: its seal does not fit
		"nocertificado-distinto.xml":    "",
		"sello-sat-alterado.xml":        "",
		"sellocfd-distinto.xml":         "",
	}
	for _, path := range samples(t, "invalid") {
		name := filepath.Base(path)
		reason, listed := want[name]
		if !listed {
			t.Errorf("%s: nothing is said of it here", name)
		}
		doc, err := cfdi.Read(readFile(t, path), typed())
		if err != nil {
			if reason != "no XML" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if got := strings.Join(only(cfdi.Validate(doc.Comprobante, catalogo.New(), time.Time{}).Errors()), "; "); got != reason {
			t.Errorf("%s: found %q, want %q", name, got, reason)
		}
	}
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
