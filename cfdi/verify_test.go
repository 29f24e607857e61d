package cfdi_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
)

// satTrust knows the authorities and PACs of the SAT data.
func satTrust(t *testing.T) *csd.Trust {
	t.Helper()
	trust := csd.NewTrust()
	if n, err := trust.AddDir(shared(t, "sat/certs")); err != nil || n == 0 {
		t.Fatalf("no authorities: %v", err)
	}
	pacs, _ := filepath.Glob(filepath.Join(shared(t, "sat/certs/pac-test"), "*.cer"))
	for _, file := range pacs {
		cert, err := csd.ParseCertificate(readFile(t, file))
		if err != nil {
			t.Fatal(err)
		}
		trust.AddPAC(cert)
	}
	return trust
}

func codes(fs cfdi.Findings) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code+" "+f.Path+" "+f.Severity)
	}
	return out
}

// TestValidSamplesVerify finds no error in any of them. The warnings are those
// that the README of the samples announces.
func TestValidSamplesVerify(t *testing.T) {
	trust := satTrust(t)
	for _, file := range samples(t, "valid") {
		found := cfdi.Verify(readFile(t, file), complementos.All, trust, false)
		if bad := found.Errors(); len(bad) > 0 {
			t.Errorf("%s: %v", filepath.Base(file), bad)
		}
		t.Logf("%s %v", filepath.Base(file), codes(found))
	}
}

func TestInvalidSamplesFail(t *testing.T) {
	trust := satTrust(t)
	want := map[string]string{
		"mal-formado.xml":               "301 ",
		"nocertificado-distinto.xml":    "VERIFY02 NoCertificado",
		"rfc-emisor-distinto.xml":       "303 Emisor.Rfc",
		"sello-sat-alterado.xml":        "VERIFY04 Timbre.SelloSAT",
		"sellocfd-distinto.xml":         "VERIFY03 Timbre.SelloCFD",
		"sin-exportacion.xml":           "301 Exportacion",
		"total-alterado-sello-roto.xml": "302 Sello",
		"usocfdi-inexistente.xml":       "302 Sello", // the key itself is Validate's to judge
	}
	for _, file := range samples(t, "invalid") {
		name := filepath.Base(file)
		found := cfdi.Verify(readFile(t, file), complementos.All, trust, false)
		if got := codes(found.Errors()); !slices.Contains(got, want[name]+" error") {
			t.Errorf("%s: want %q among %q", name, want[name], got)
		}
		for _, f := range found {
			if f.Message == "" || f.Fix == "" || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s: %s lacks words: %+v", name, f.Code, f)
			}
		}
	}
}
