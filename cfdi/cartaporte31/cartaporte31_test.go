package cartaporte31_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
)

func cadena(t *testing.T, c *cfdi.Comprobante) string {
	t.Helper()
	s, err := cfdi.Cadena(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGolden(t *testing.T) {
	for _, name := range names() {
		c := bases()[name]()
		for ext, got := range map[string]string{".xml": string(cfdi.WriteXML(c)), ".cadena": cadena(t, c)} {
			cfditest.Golden(t, name+ext, got)
		}
	}
}

func TestReadsWhatItWrites(t *testing.T) {
	all := variants()
	for name, base := range bases() {
		all[name] = base()
	}
	all["nada"], all["nodos"] = local(), local()
	all["nada"].Complementos = cfdi.Complementos{&cp31.CartaPorte{}}
	all["nodos"].Complementos = cfdi.Complementos{bare()}
	for name, c := range all {
		if diff := cmp.Diff(cp31.De(c), cp31.De(c.Clone())); diff != "" {
			t.Errorf("%s, copied:\n%s", name, diff)
		}
		doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(cp31.De(c), cp31.De(doc.Comprobante)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// TestReadRefuses what it does not know: nothing may be in a node that the cadena does not cover.
func TestReadRefuses(t *testing.T) {
	xml := string(cfdi.WriteXML(reparto()))
	for _, change := range []struct{ from, to, want string }{
		{`IdCCP=`, `Otro="1" IdCCP=`, "Otro"},
		{`IdCCP=`, `RegistroISTMO="" IdCCP=`, ""},
		{`<cartaporte31:Seguros `, `<cartaporte31:Seguros/><cartaporte31:Seguros `, "repetido"},
		{`<cartaporte31:Ubicaciones>`, `<cartaporte31:Otro/><cartaporte31:Ubicaciones>`, "no va aquí"},
		{`<cartaporte31:Ubicaciones>`, `<cartaporte31:RegimenesAduaneros/><cartaporte31:Ubicaciones>`, "vacío"},
		{`<cartaporte31:Remolques>`, `<cartaporte31:Remolques a="1">`, "no existe"},
		{`<cartaporte31:FiguraTransporte>`, `<cartaporte31:FiguraTransporte>texto`, "texto"},
		{`PesoBrutoTotal="`, `PesoBrutoTotal="x`, "no es un número"},
		{`TipoFigura="04"`, `TipoFigura="04" PlacaVM="1"`, "PlacaVM"},
		{`<cartaporte31:Remolque SubTipoRem="CTR028" Placa="98ZY7X"/>`, `<cartaporte31:Remolque SubTipoRem="CTR028" Placa="98ZY7X"><cartaporte31:Placa/></cartaporte31:Remolque>`, "no va aquí"},
	} {
		bad := strings.Replace(xml, change.from, change.to, 1)
		if bad == xml {
			t.Fatalf("%s is not there", change.from)
		}
		if _, err := cfdi.Read([]byte(bad), complementos.All); err == nil || !strings.Contains(err.Error(), change.want) {
			t.Errorf("%s: %v", change.to, err)
		}
	}
}

// FuzzRead: nothing read panics, what is read is written and read the same, and the
// rules have an answer to it.
func FuzzRead(f *testing.F) {
	for _, name := range names() {
		f.Add(cfdi.WriteXML(bases()[name]()))
	}
	f.Add([]byte(`<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:c="http://www.sat.gob.mx/CartaPorte31" Version="4.0"><cfdi:Emisor/><cfdi:Receptor/><cfdi:Conceptos/>` +
		`<cfdi:Complemento><c:CartaPorte><c:Ubicaciones><c:Ubicacion NumEstacion="PM"/></c:Ubicaciones><c:Mercancias><c:Mercancia BienesTransp="1"/><c:TransporteAereo/></c:Mercancias></c:CartaPorte></cfdi:Complemento></cfdi:Comprobante>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := cfdi.Read(b, complementos.All)
		if err != nil {
			return
		}
		once := cfdi.WriteXML(doc.Comprobante)
		again, err := cfdi.Read(once, complementos.All)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, once)
		}
		if twice := cfdi.WriteXML(again.Comprobante); !bytes.Equal(once, twice) {
			t.Fatalf("written twice it differs\n%s\n%s", once, twice)
		}
		if v := cp31.De(again.Comprobante); v != nil {
			found(again.Comprobante, v)
			v.Totalize()
		}
	})
}

func sat(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(filepath.Join("../../../shared", path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(full); err != nil {
		t.Skip("needs the SAT data, which is not here: shared/" + path)
	}
	return full
}

func TestMatrix(t *testing.T) {
	text, err := os.ReadFile(sat(t, "sat/reglas/matriz-errores-cartaporte31.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var official, ours []string
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(line, "\t"); len(f) > 5 && strings.HasPrefix(f[5], "CP") {
			official = append(official, f[5])
		}
	}
	for _, r := range cp31.Rules() {
		ours = append(ours, r.Code)
	}
	if diff := cmp.Diff(official, ours); diff != "" || len(ours) != 105 {
		t.Errorf("%d codes\n%s", len(ours), diff)
	}
}

// TestOracle: schema and stylesheet of the SAT agree with every base, and with
// documents in which each pair of what may be said meets said and unsaid.
func TestOracle(t *testing.T) {
	for _, tool := range []string{"xsltproc", "xmllint", "bash", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
	script := sat(t, "oracle/check-cfdi.sh")
	sheet := sat(t, "sat/xml/www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt")
	dir := t.TempDir()
	all := variants()
	for name, base := range bases() {
		all[name] = base()
	}
	var files, ours []string
	for name, c := range all {
		c.Sello, c.Certificado, c.NoCertificado = "AA==", "AA==", "30001000000500003416"
		ours = append(ours, cadena(t, c))
		files = append(files, filepath.Join(dir, name+".xml"))
		if err := os.WriteFile(files[len(files)-1], cfdi.WriteXML(c), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("bash", append([]string{script, "--quiet", "--unsigned"}, files...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	cmd := exec.Command("xsltproc", append([]string{"--nonet", sheet}, files...)...)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+sat(t, "sat/xml/catalog.xml"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs := strings.Split(string(out), "||4.0|")[1:]
	if len(theirs) != len(ours) {
		t.Fatalf("%d documents, %d cadenas of the stylesheet", len(ours), len(theirs))
	}
	for i, want := range theirs {
		if want = "||4.0|" + want; ours[i] != want {
			t.Errorf("%s\n got %s\nwant %s", files[i], ours[i], want)
		}
	}
}

// TestSamples: what other programs wrote and a PAC stamped is refused for nothing; that
// goods of no sector say what only medicines must is a warning.
func TestSamples(t *testing.T) {
	for name, want := range map[string]int{"ingreso-cartaporte31-timbrado": 8, "traslado-cartaporte31": 6} {
		b, err := os.ReadFile(sat(t, "sat/samples/valid/"+name+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := cfdi.Read(b, complementos.All)
		if err != nil {
			t.Fatal(err)
		}
		v := cp31.De(doc.Comprobante)
		warned := 0
		for _, f := range v.Validate(doc.Comprobante, cat, time.Time{}) {
			if f.IsError() || f.Code != "CP159" {
				t.Errorf("%s: %v", name, f)
			}
			warned++
		}
		if warned != want {
			t.Errorf("%s: %d warnings, want %d", name, warned, want)
		}
		total := v.Mercancias.PesoBrutoTotal
		v.Totalize()
		if v.Mercancias.PesoBrutoTotal.Cmp(total) != 0 {
			t.Errorf("%s: PesoBrutoTotal %s, Totalize makes %s", name, total, v.Mercancias.PesoBrutoTotal)
		}
	}
}
