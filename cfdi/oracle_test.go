package cfdi_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/implocal"
)

// xsltCadena is the cadena original as the stylesheet of the SAT makes it.
func xsltCadena(t *testing.T, file string) string {
	t.Helper()
	if _, err := exec.LookPath("xsltproc"); err != nil {
		t.Skip("needs xsltproc (Debian: xsltproc)")
	}
	sheet := shared(t, "sat/xml/www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt")
	cmd := exec.Command("xsltproc", "--nonet", sheet, file)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+shared(t, "sat/xml/catalog.xml"))
	out, err := cmd.Output() // stderr only tells of the stylesheet's version
	if err != nil {
		t.Fatalf("xsltproc %s: %v", file, err)
	}
	return string(out)
}

// schemaSays is what xmllint finds in a file against the XSD of the SAT, ""
// when it is valid.
func schemaSays(t *testing.T, file string) string {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("needs xmllint (Debian: libxml2-utils)")
	}
	cmd := exec.Command("xmllint", "--nonet", "--noout", "--schema", shared(t, "sat/xml/cfdi40-light.xsd"), file)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+shared(t, "sat/xml/catalog.xml"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return string(out)
	}
	return ""
}

// TestSamplesCadena compares the cadena of every sample with the stylesheet's,
// and that of the same document written anew.
func TestSamplesCadena(t *testing.T) {
	for _, file := range samples(t, "valid") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			doc, err := cfdi.Read(readFile(t, file), complementos.All)
			if err != nil {
				t.Fatal(err)
			}
			got, err := cfdi.Cadena(doc.Comprobante)
			if err != nil {
				t.Fatal(err)
			}
			want := xsltCadena(t, file)
			if got != want {
				t.Errorf("cadena\n got %s\nwant %s", got, want)
			}
			anew := filepath.Join(t.TempDir(), "anew.xml")
			if err := os.WriteFile(anew, cfdi.WriteXML(doc.Comprobante), 0o600); err != nil {
				t.Fatal(err)
			}
			if again := xsltCadena(t, anew); again != want {
				t.Errorf("cadena of what WriteXML writes\n got %s\nwant %s", again, want)
			}
		})
	}
}

// TestUnknownComplementKeepsItsBytes carries every sample through write and
// read, as a program that knows local taxes alone, and compares what it does
// not know with the file itself.
func TestUnknownComplementKeepsItsBytes(t *testing.T) {
	known, seen := []cfdi.Known{implocal.Known}, 0
	for _, file := range samples(t, "valid") {
		src := readFile(t, file)
		doc, err := cfdi.Read(src, known)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		again, err := cfdi.Read(cfdi.WriteXML(doc.Comprobante), known)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i, k := range doc.Comprobante.Complementos {
			u, ok := k.(*cfdi.Unknown)
			if !ok {
				continue
			}
			seen++
			name := u.Prefix + ":" + u.Local
			from := bytes.Index(src, []byte("<"+name))
			to := bytes.LastIndex(src, []byte("</"+name+">"))
			if to > 0 && !bytes.HasSuffix(u.XML, src[from+1+len(name):to]) &&
				!bytes.Contains(u.XML, src[from+1+len(name):to]) {
				t.Errorf("%s: the bytes of %s changed", file, name)
			}
			if got := again.Comprobante.Complementos[i].(*cfdi.Unknown).XML; !bytes.Equal(got, u.XML) {
				t.Errorf("%s: %s changed when written and read again", file, name)
			}
		}
	}
	if seen < 8 {
		t.Errorf("only %d unknown complements in the samples", seen)
	}
}

// TestStampedMeetsTheOracle has programs that share nothing with this project
// (xmllint, xsltproc, openssl) judge what we seal and stamp.
func TestStampedMeetsTheOracle(t *testing.T) {
	script := shared(t, "oracle/check-cfdi.sh")
	for _, tool := range []string{"xsltproc", "xmllint", "openssl", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
	h := newHouse(t)
	cert, key := h.pair(t, emisorRfc)
	pac, _ := h.CA.PAC()
	dir := t.TempDir()
	args := []string{script, "--quiet", "--require-tfd", "--require-csd", "--vigencia", "--pac-cert", filepath.Join(dir, "pac.cer")}
	files := map[string][]byte{"pac.cer": pac.Raw}
	short := simple()
	short.Totalize(catalogo.New())
	for name, c := range map[string]*cfdi.Comprobante{"hospedaje.xml": lodging(), "sencillo.xml": short} {
		legend := func(tf *cfdi.Timbre) { tf.Leyenda = "Timbre de pruebas & sin validez" }
		files[name] = stamp(t, h, seal(t, c, cert, key), legend)
		args = append(args, filepath.Join(dir, name))
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("bash", args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
