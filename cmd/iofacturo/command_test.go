package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestFromTypedToPaper(t *testing.T) {
	p := sharedPapers(t)
	draft := totalled(t)
	if got := command(t, "cfdi", "validate", "--data", p.data, draft); got.status != 0 || got.errOut != "" {
		t.Errorf("validate: %+v", got)
	}
	got := command(t, "cfdi", "cadena", sealed(t))
	if got.status != 0 || !strings.HasPrefix(got.out, "||4.0|A|1|2026-11-22T11:30:00|03|3") || !strings.HasSuffix(got.out, "|384.00||") {
		t.Errorf("cadena: %+v", got)
	}
	xml := stamped(t)
	if got := command(t, "cfdi", "verify", "--strict", "--data", p.data, xml); got.status != 0 || got.out != xml+": bien\n" {
		t.Errorf("verify: %+v", got)
	}
	out := filepath.Join(t.TempDir(), "factura.pdf")
	if got := command(t, "cfdi", "pdf", "--data", p.data, xml, "-o", out); got.status != 0 || got.out+got.errOut != "" {
		t.Errorf("pdf: %+v", got)
	}
	if b, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(b), "%PDF-") {
		t.Errorf("no PDF: %v", err)
	}
	script := besideModule(t, "shared/oracle/check-cfdi.sh")
	said, err := exec.Command(script, "--require-tfd", "--require-csd", "--vigencia", "--quiet", "--pac-cert", filepath.Join(p.data, "ca", "ca", "pac.cer"), xml).CombinedOutput()
	if err != nil {
		t.Errorf("oracle: %v\n%s", err, said)
	}
}

// TestTotalsAreTheDocumentsOwn: what totals writes is what it would write of that.
func TestTotalsAreTheDocumentsOwn(t *testing.T) {
	once, err := os.ReadFile(totalled(t))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(once), ` Total="2784.00"`) {
		t.Errorf("the total is not 2784.00:\n%s", once)
	}
	if twice := piped(t, string(once), "cfdi", "totals", "-"); twice.out != string(once) {
		t.Errorf("totals of totals differ:\n%s", twice.out)
	}
}

// TestStampAnswersTheSameTwice: a second stamp of the same bytes is the first one.
func TestStampAnswersTheSameTwice(t *testing.T) {
	data, xml := sharedPapers(t).data, sealed(t, `Folio="1"`, `Folio="2"`)
	first := command(t, "cfdi", "stamp", "--data", data, xml)
	second := command(t, "cfdi", "stamp", "--data", data, xml)
	if first.status != 0 || second.status != 0 || first.out != second.out {
		t.Errorf("first %d, second %d, same %v", first.status, second.status, first.out == second.out)
	}
	if !strings.Contains(first.errOut, "SIN VALIDEZ FISCAL") {
		t.Errorf("stderr: %s", first.errOut)
	}
}

// TestStatuses is the contract scripts rely on: 0 nothing wrong, 1 findings, 2 cannot read or wrong use; data on
// standard output, words on standard error.
func TestStatuses(t *testing.T) {
	p := sharedPapers(t)
	draft, seal, stamp := totalled(t), sealed(t), stamped(t)
	wrongUse := totalled(t, `UsoCFDI="G03"`, `UsoCFDI="ZZZ"`)
	refused := sealed(t, "Contado", "PRUEBA RECHAZO", `Folio="1"`, `Folio="7"`)
	wrongPassword, empty, notXML := file(t, "p.txt", "no es esta\n"), t.TempDir(), file(t, "x.xml", "<cfdi:Comprobante")
	altered := file(t, "alterado.xml", strings.Replace(read(t, stamp), `Total="2784.00"`, `Total="2784.01"`, 1))
	pair := []string{"cfdi", "seal", "--cer", p.cer, "--key", p.key, "--password-file", p.password}
	tests := []struct {
		name   string
		args   []string
		status int
		out    string // in standard output; "" asks for none
		errOut string // in standard error; "" asks for none
	}{
		{"no command", nil, 2, "", "iofacturo:"},
		{"unknown command", []string{"facturar"}, 2, "", "facturar"},
		{"help", []string{"--help"}, 0, "Uso: iofacturo", ""},
		{"help of one", []string{"cfdi", "seal", "--help"}, 0, "--password-file", ""},
		{"version", []string{"version"}, 0, "iofacturo", ""},
		{"no file", []string{"cfdi", "cadena", empty + "/nada.xml"}, 2, "", "nada.xml"},
		{"not XML", []string{"cfdi", "cadena", notXML}, 2, "", "x.xml"},
		{"totals of not XML", []string{"cfdi", "totals", notXML}, 2, "", "x.xml"},
		{"valid", []string{"cfdi", "validate", draft}, 0, "bien", ""},
		{"valid as JSON", []string{"cfdi", "validate", "--json", draft}, 0, "[]\n", ""},
		{"invalid", []string{"cfdi", "validate", wrongUse}, 1, "UsoCFDI", ""},
		{"invalid as JSON", []string{"cfdi", "validate", "--json", wrongUse}, 1, `"severity":"error"`, ""},
		{"too old at that clock", []string{"cfdi", "validate", "--at", "2026-11-26T18:00:00Z", draft}, 1, "Fecha", ""},
		{"no clock", []string{"cfdi", "validate", "--at", "ayer", draft}, 2, "", "--at"},
		{"one of two unread", []string{"cfdi", "validate", draft, notXML}, 2, "bien", "x.xml"},
		{"seal", append(pair, draft), 0, "Sello=", ""},
		{"seal what is wrong", append(pair, wrongUse), 1, "", "UsoCFDI"},
		{"seal with a wrong password", []string{"cfdi", "seal", "--cer", p.cer, "--key", p.key, "--password-file", wrongPassword, draft}, 2, "", "contraseña"},
		{"seal with another key", []string{"cfdi", "seal", "--cer", p.cer, "--key", p.otherKey, "--password-file", p.password, draft}, 2, "", "llave"},
		{"seal with the certificate as key", []string{"cfdi", "seal", "--cer", p.cer, "--key", p.cer, "--password-file", p.password, draft}, 2, "", ".cer"},
		{"seal without a key", []string{"cfdi", "seal", "--cer", p.cer, draft}, 2, "", "--key"},
		{"stamp", []string{"cfdi", "stamp", "--data", p.data, seal}, 0, "TimbreFiscalDigital", "PAC de pruebas"},
		{"stamp what is not sealed", []string{"cfdi", "stamp", "--data", p.data, draft}, 2, "", "borrador.xml"},
		{"stamp refused", []string{"cfdi", "stamp", "--data", p.data, refused}, 1, "", "402"},
		{"verify", []string{"cfdi", "verify", "--strict", "--json", "--data", p.data, stamp}, 0, "[]\n", ""},
		{"verify without trust", []string{"cfdi", "verify", "--data", empty, stamp}, 0, "aviso", ""},
		{"verify strictly without trust", []string{"cfdi", "verify", "--strict", "--data", empty, stamp}, 1, "error", ""},
		{"verify with the PAC named", []string{"cfdi", "verify", "--data", empty, "--pac-cert", filepath.Join(p.data, "ca", "ca"), stamp}, 0, "aviso", ""},
		{"verify what was altered", []string{"cfdi", "verify", "--data", p.data, altered}, 1, "error", ""},
		{"verify what is not there", []string{"cfdi", "verify", "--data", p.data, empty + "/nada.xml"}, 2, "", "nada.xml"},
		{"pdf of a draft to standard output", []string{"cfdi", "pdf", draft, "-o", "-"}, 0, "%PDF-", ""},
		{"pdf without a place", []string{"cfdi", "pdf", draft}, 2, "", "--out"},
		{"rules", []string{"cfdi", "rules"}, 0, "CFDI40", ""},
		{"inspect", []string{"csd", "inspect", "--data", p.data, p.cer}, 0, "de pruebas", ""},
		{"inspect an e.firma", []string{"csd", "inspect", "--data", p.data, p.fiel}, 1, "EKU9003173C9", ""},
		{"inspect a key", []string{"csd", "inspect", "--data", p.data, p.key}, 2, "", "iofacturo:"},
		{"csd without name", []string{"csd", "test", "--rfc", "EKU9003173C9", "--out", empty}, 2, "", "--name"},
		{"search", []string{"catalogos", "search", "--data", empty, "renta"}, 0, "c_ClaveProdServ\t", ""},
		{"search what is not there", []string{"catalogos", "search", "--data", empty, "zzqx"}, 1, "", "Ninguna"},
		{"status", []string{"catalogos", "status", "--data", empty}, 0, "ClaveProdServ", ""},
		{"import from nowhere", []string{"catalogos", "import", "--data", filepath.Join(empty, "d"), empty + "/nada"}, 2, "", "iofacturo:"},
		{"migrate", []string{"migrate", "--data", filepath.Join(empty, "m")}, 0, "", "al día"},
		{"migrate twice", []string{"migrate", "--data", filepath.Join(empty, "m")}, 0, "", "al día"},
		{"check what is empty", []string{"check", "--data", filepath.Join(empty, "m")}, 0, "", "en orden"},
		{"a database of another kind", []string{"migrate", "--data", filepath.Join(empty, "m"), "--db", "mysql://x"}, 2, "", "postgres://"},
		{"serve without TLS to all", []string{"serve", "--data", filepath.Join(empty, "m"), "--addr", "0.0.0.0:0"}, 2, "", "TLS"},
		{"unknown benchmark", []string{"bench", "nada"}, 2, "", "seal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := command(t, test.args...)
			if got.status != test.status {
				t.Errorf("status %d, want %d", got.status, test.status)
			}
			for what, x := range map[string][2]string{"stdout": {got.out, test.out}, "stderr": {got.errOut, test.errOut}} {
				if (x[1] == "") != (x[0] == "") || !strings.Contains(x[0], x[1]) {
					t.Errorf("%s says %q, want %q in it", what, x[0], x[1])
				}
			}
		})
	}
}

func TestImportedCataloguesAreSearched(t *testing.T) {
	data, src := filepath.Join(t.TempDir(), "data"), t.TempDir()
	rows := "id\ttexto\tiva_trasladado\tieps_trasladado\tcomplemento\tvigencia_desde\tvigencia_hasta\testimulo_frontera\tsimilares\n" +
		"10101501\tGatos vivos\t0\t1\t\t2019-01-07\t\t0\tMichis\n"
	if err := os.WriteFile(filepath.Join(src, "c_ClaveProdServ.tsv"), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := command(t, "catalogos", "import", "--data", data, src); got.status != 0 || got.out != "ClaveProdServ\t1\n" || !strings.Contains(got.errOut, "ClaveUnidad") {
		t.Errorf("import: %+v", got)
	}
	if got := command(t, "catalogos", "search", "--data", data, "michi"); got.status != 0 || got.out != "c_ClaveProdServ\t10101501\tGatos vivos\n" {
		t.Errorf("search: %+v", got)
	}
	if got := command(t, "catalogos", "status", "--data", data); !strings.Contains(got.out, "completo") {
		t.Errorf("status: %+v", got)
	}
	out, next := filepath.Join(t.TempDir(), "tsv"), t.TempDir()
	if got := command(t, "catalogos", "export", "--data", data, out); got.status != 0 || got.out != "ClaveProdServ\t1\n" {
		t.Errorf("export: %+v", got)
	}
	if got := command(t, "catalogos", "diff", data, out); got.status != 0 || got.out != "" || !strings.Contains(got.errOut, "sin cambios") {
		t.Errorf("diff with its export: %+v", got)
	}
	later := strings.Replace(rows, "Gatos vivos", "Gatos", 1) + "10101502\tPerros\t0\t0\t\t2026-01-01\t\t0\t\n"
	if err := os.WriteFile(filepath.Join(next, "c_ClaveProdServ.tsv"), []byte(later), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "c_ClaveProdServ\tnueva\t10101502\t\t2026-01-01 – \tPerros\nc_ClaveProdServ\ttexto\t10101501\tGatos vivos\tGatos\tGatos\n"
	if got := command(t, "catalogos", "diff", data, next); got.status != 1 || got.out != want {
		t.Errorf("diff: %+v", got)
	}
	for _, args := range [][]string{{"--dry-run"}, nil} { // the first one changes nothing
		got := command(t, append([]string{"catalogos", "import", "--data", data, next}, args...)...)
		if got.status != 0 || got.out != "ClaveProdServ\t2\n" || !strings.Contains(got.errOut, "1 nuevas, 0 retiradas, 1 con otro texto") {
			t.Errorf("import %v: %+v", args, got)
		}
	}
}

// TestImportTellsWhomItTouches: after an import, and before it by a trial, each company
// whose customers and products it leaves behind is named.
func TestImportTellsWhomItTouches(t *testing.T) {
	data, src := filepath.Join(t.TempDir(), "data"), t.TempDir()
	if got := command(t, "demo", "--data", data, "--receipts", "1"); got.status != 0 {
		t.Fatalf("demo: %+v", got)
	}
	rows := "id\ttexto\tiva_trasladado\tieps_trasladado\tcomplemento\tvigencia_desde\tvigencia_hasta\testimulo_frontera\tsimilares\n" +
		"01010101\tNo existe en el catálogo\t0\t0\t\t2019-01-07\t\t0\t\n"
	if err := os.WriteFile(filepath.Join(src, "c_ClaveProdServ.tsv"), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"catalogos", "import", "--dry-run"}, {"catalogos", "import"}} {
		got := command(t, append(args, "--data", data, src)...)
		if got.status != 0 || !strings.Contains(got.errOut, "TCG180314LM1: claves que ya no valen en 0 clientes y ") {
			t.Errorf("%v: %+v", args, got)
		}
		status := command(t, "catalogos", "status", "--data", data)
		if full := strings.Contains(status.out, "ClaveProdServ           1 "); full != (len(args) == 2) {
			t.Errorf("after %v: %s", args, status.out)
		}
	}
}

func TestRulesAsJSON(t *testing.T) {
	got := command(t, "cfdi", "rules", "--json")
	n, families := 0, map[string]int{}
	for lines := bufio.NewScanner(strings.NewReader(got.out)); lines.Scan(); n++ {
		var rule struct{ Family, Code, Class, State string }
		if err := json.Unmarshal(lines.Bytes(), &rule); err != nil {
			t.Fatal(err)
		}
		if rule.Family == "" || rule.Code == "" || rule.State == "" {
			t.Errorf("%+v", rule)
		}
		families[rule.Family]++
	}
	for family, want := range map[string]int{"CFDI40": 128, "PAC": 12, "CRP20": 103, "NOM12": 109, "CCE20": 73, "CP31": 105, "RETEN20": 34} {
		if families[family] != want {
			t.Errorf("%d codes of %s, want %d", families[family], family, want)
		}
		n -= want
	}
	if n != 0 {
		t.Errorf("%d codes of no family", n)
	}
	if text := command(t, "cfdi", "rules").out; !strings.Contains(text, "CRP20    103 códigos: 98 se revisan aquí, ") {
		t.Errorf("no coverage by family: %s", text[max(0, len(text)-400):])
	}
}

func TestBenchAsJSON(t *testing.T) {
	got := command(t, "bench", "--json", "--n", "2", "seal")
	var line map[string]any
	first, _, _ := strings.Cut(got.out, "\n")
	if err := json.Unmarshal([]byte(first), &line); err != nil || got.status != 0 || line["name"] != "seal" {
		t.Fatalf("%v: %+v", err, got)
	}
	for _, key := range []string{"name", "figure", "unit", "limit", "limit_is", "ratio", "n", "p50_us", "p99_us"} {
		if _, ok := line[key]; !ok {
			t.Errorf("%s is missing in %s", key, got.out)
		}
	}
}

// TestSamplesOfTheSAT: no valid sample is broken, every invalid one is refused with a reason.
func TestSamplesOfTheSAT(t *testing.T) {
	samples, certs := besideModule(t, "shared/sat/samples"), besideModule(t, "shared/sat/certs")
	for kind, want := range map[string]func(said) bool{
		"valid":   func(s said) bool { return s.status == 0 && !strings.Contains(s.out, ": error ") },
		"invalid": func(s said) bool { return s.status != 0 && s.out+s.errOut != "" },
	} {
		files, err := filepath.Glob(filepath.Join(samples, kind, "*.xml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s samples: %v", kind, err)
		}
		for _, path := range files {
			verified := command(t, "cfdi", "verify", "--ca", certs, "--pac-cert", filepath.Join(certs, "pac-test"), "--data", t.TempDir(), path)
			if kind == "invalid" && verified.status == 0 { // what the seal covers well may break a rule
				verified = command(t, "cfdi", "validate", path)
			}
			if !want(verified) {
				t.Errorf("%s: %+v", path, verified)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
