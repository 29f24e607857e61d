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

// sampleWarnings are the findings on the valid samples, none of them an error:
// seals made with an e.firma (so says the README of the samples), stamps signed
// with that e.firma days later.
var sampleWarnings = map[string]string{
	"ingreso-exento-retencion-timbrado.xml":    "306 401 VERIFY05",
	"ingreso-ieps-exento-timbrado.xml":         "306 401 VERIFY05",
	"ingreso-iva8-frontera-timbrado.xml":       "306 401 VERIFY05",
	"ingreso-no-objeto-timbrado.xml":           "306 401 VERIFY05",
	"ingreso-retenciones-muchos-conceptos.xml": "306",
	"pago20-no-objeto.xml":                     "306",
	"pago20-varios-pagos.xml":                  "306",
}

// TestValidSamplesVerify finds no error in any of them, and the warnings
// expected. Without the authorities, each is also of an unknown one.
func TestValidSamplesVerify(t *testing.T) {
	trust := satTrust(t)
	for _, file := range samples(t, "valid") {
		name, xml := filepath.Base(file), readFile(t, file)
		var got []string
		for _, f := range cfdi.Verify(xml, complementos.All, trust, false) {
			got = append(got, f.Code)
			if f.IsError() {
				t.Errorf("%s: %v", name, f)
			}
		}
		if s := strings.Join(got, " "); s != sampleWarnings[name] {
			t.Errorf("%s: found %q, want %q", name, s, sampleWarnings[name])
		}
		strict := cfdi.Verify(xml, complementos.All, trust, true)
		if len(strict.Errors()) != len(got) {
			t.Errorf("%s: strict leaves warnings: %v", name, codes(strict))
		}
		if alone := cfdi.Verify(xml, complementos.All, csd.NewTrust(), false); !slices.Contains(codes(alone), "308 Certificado warning") {
			t.Errorf("%s: without authorities: %v", name, codes(alone))
		}
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
