// Package cfditest is the judge of the tests of documents: what the SAT published,
// its schemas and stylesheets run by programs that share nothing with this project,
// and the golden files that stand for them where they are not at hand.
package cfditest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

// Stylesheets that make a cadena, below the SAT data.
const (
	SheetCFDI        = "sat/xml/www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt"
	SheetRetenciones = "sat/xml/www.sat.gob.mx/esquemas/retencionpago/2/retenciones.xslt"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Shared returns a path of the folder of SAT data beside the project; the test is
// skipped where it is not.
func Shared(t testing.TB, path string) string {
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
		t.Skip("needs the SAT data, which is not here: shared/" + path)
	}
	return full
}

// Sample returns a file of the SAT data.
func Sample(t testing.TB, path string) []byte {
	t.Helper()
	return read(t, Shared(t, path))
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Codes returns the codes of an error matrix of the SAT data in its order: the cells
// that are the prefix and a number.
func Codes(t testing.TB, matrix, prefix string) []string {
	t.Helper()
	code := regexp.MustCompile("^" + prefix + "[0-9]+$")
	var out []string
	for line := range strings.Lines(string(Sample(t, "sat/reglas/matriz-errores-"+matrix+".tsv"))) {
		for cell := range strings.SplitSeq(line, "\t") {
			if cell = strings.TrimSpace(cell); code.MatchString(cell) {
				out = append(out, cell)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no code %s in the matrix %s", prefix, matrix)
	}
	return out
}

// Matrix compares our list of codes with that of the SAT, in order, and with how
// many there must be.
func Matrix(t testing.TB, matrix, prefix string, n int, ours []cfdi.Rule) {
	t.Helper()
	official := Codes(t, matrix, prefix)
	var codes []string
	for _, r := range ours {
		codes = append(codes, r.Code)
	}
	if !slices.Equal(official, codes) || len(codes) != n {
		t.Errorf("%d codes\n got %v\nwant %v", len(codes), codes, official)
	}
}

// Golden compares got with testdata/name, or rewrites it when the test is run with
// -update.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, path)); want != got {
		t.Errorf("%s differs (go test -update rewrites it)\n got %s\nwant %s", path, got, want)
	}
}

// A Doc is one document to be judged: its XML and the cadena that we make of it.
type Doc struct {
	Name   string
	XML    []byte
	Cadena string
}

// CFDI is c with marks in the place of a seal, which the schema asks for and the
// cadena does not cover but for the number of the certificate.
func CFDI(t testing.TB, name string, c *cfdi.Comprobante) Doc {
	t.Helper()
	c.Sello, c.Certificado, c.NoCertificado = "AA==", "AA==", "30001000000500003416"
	return Doc{name, cfdi.WriteXML(c), Cadena(t, c)}
}

// Cadena is the cadena original of c.
func Cadena(t testing.TB, c *cfdi.Comprobante) string {
	t.Helper()
	s, err := cfdi.Cadena(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// need skips the test where a program is not installed.
func need(t testing.TB, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
}

// files writes the documents and returns where they are, by number.
func files(t testing.TB, docs []Doc) []string {
	t.Helper()
	dir := t.TempDir()
	out := make([]string, len(docs))
	for i, d := range docs {
		out[i] = filepath.Join(dir, strconv.Itoa(i)+"-"+d.Name+".xml")
		if err := os.WriteFile(out[i], d.XML, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Check lets the oracle judge the documents: the schema always, and seal and
// certificate as its flags say (--unsigned: neither).
func Check(t testing.TB, docs []Doc, flags ...string) {
	t.Helper()
	need(t, "xsltproc", "xmllint", "bash", "openssl")
	args := append([]string{Shared(t, "oracle/check-cfdi.sh"), "--quiet"}, flags...)
	if out, err := exec.Command("bash", append(args, files(t, docs)...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Cadenas compares the cadena of each document with what a stylesheet of the SAT makes
// of its XML.
func Cadenas(t testing.TB, sheet string, docs []Doc) {
	t.Helper()
	need(t, "xsltproc")
	cmd := exec.Command("xsltproc", append([]string{"--nonet", Shared(t, sheet)}, files(t, docs)...)...)
	cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+Shared(t, "sat/xml/catalog.xml"))
	out, err := cmd.Output() // stderr only tells of the stylesheet's version
	if err != nil {
		t.Fatal(err)
	}
	mark := docs[0].Cadena[:len("||4.0|")] // begins each
	theirs := strings.Split(string(out), mark)
	if theirs[0] != "" || len(theirs) != len(docs)+1 {
		t.Fatalf("%d documents, %d cadenas of the stylesheet", len(docs), len(theirs)-1)
	}
	for i, d := range docs {
		if want := mark + theirs[i+1]; d.Cadena != want {
			t.Errorf("%s\n got %s\nwant %s", d.Name, d.Cadena, want)
		}
	}
}

// Agree is Check and Cadenas of a CFDI without a seal.
func Agree(t testing.TB, docs []Doc) {
	t.Helper()
	Check(t, docs, "--unsigned")
	Cadenas(t, SheetCFDI, docs)
}

// Mended applies to a copy of c the mend of the finding under code, which must have
// one: then nothing is found any more, c is as it was, and the mend is good for once.
func Mended(t testing.TB, c *cfdi.Comprobante, code string, validate func(*cfdi.Comprobante) cfdi.Findings) {
	t.Helper()
	before := cfdi.WriteXML(c)
	found := validate(c)
	i := slices.IndexFunc(found, func(f cfdi.Finding) bool { return f.Code == code })
	if i < 0 || len(found[i].Mend) == 0 {
		t.Errorf("%s is not found, or has no mend: %v", code, found)
		return
	}
	after := c.Clone()
	if err := cfdi.Apply(after, found[i]); err != nil {
		t.Errorf("%s: %v", code, err)
		return
	}
	if left := validate(after); len(left) > 0 {
		t.Errorf("%s: after %v there is %v", code, found[i].Mend, left)
	}
	if cfdi.Apply(after, found[i]) == nil {
		t.Errorf("%s: applied twice", code)
	}
	if string(before) != string(cfdi.WriteXML(c)) {
		t.Errorf("%s: the document that was judged has changed", code)
	}
}

// A House has a test authority of its own.
type House struct{ CA *prueba.CA }

// NewHouse makes one whose certificates are in force at a time.
func NewHouse(t testing.TB, at time.Time) *House {
	t.Helper()
	ca, err := prueba.New(at, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &House{ca}
}

// Pair makes a CSD for an RFC.
func (h *House) Pair(t testing.TB, rfc string) (*csd.Certificate, *csd.Key) {
	t.Helper()
	return Open(t, h.CA.CSD, rfc)
}

// Open has a certificate and its key issued, and opens both.
func Open(t testing.TB, issue func(rfc, name string, password []byte) ([]byte, []byte, error), rfc string) (*csd.Certificate, *csd.Key) {
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

var index = regexp.MustCompile(`\[\d+\]`)

// Place holds where a finding of a rule stands against the table of rules: there, or in the node that it names. element is
// that of the complement the rules are of, "" for those of a document.
func Place(t testing.TB, rules []cfdi.Rule, element, code, path string) {
	t.Helper()
	path = index.ReplaceAllString(path, "")
	if rest, ok := strings.CutPrefix(path, "Complementos"); ok && element != "" {
		path = element + rest
	}
	i := slices.IndexFunc(rules, func(r cfdi.Rule) bool { return r.Code == code })
	if i < 0 { // of the schema, which other tables have
		return
	}
	if want := rules[i].Path; want != "" && path != want && !strings.HasPrefix(path, want+".") {
		t.Errorf("%s is found at %s; the table says %s", code, path, want)
	}
}
