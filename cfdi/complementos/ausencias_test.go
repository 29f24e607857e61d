package complementos_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/decimal"
)

// spoilt are the values that a text and a number get in the place of theirs; absent
// stands for both.
var (
	spoiltTexts   = []string{"", "a|b", strings.Repeat("X", 1001)}
	spoiltNumbers = []decimal.Decimal{{}, num("-1"), num("1.0000001")}
)

var rowNumber = regexp.MustCompile(`\[\d+\]`)

// A variant is a document in which one thing of a complement is not as it was.
type variant struct {
	name   string
	doc    *cfdi.Comprobante
	k      cfdi.Complemento
	absent bool
}

// variants makes one document for each thing that can be taken away or spoilt. fresh
// gives a new document and its complement each time. seen are the things that were
// taken already: one row stands for those like it.
func variants(name string, seen map[string]bool, fresh func() (*cfdi.Comprobante, cfdi.Complemento)) []variant {
	var out []variant
	_, first := fresh()
	var chosen []int
	places := 0
	spots(reflect.ValueOf(first).Elem(), "", func(path string, v reflect.Value) {
		if kind := rowNumber.ReplaceAllString(path, "") + v.Kind().String(); !v.IsZero() && !seen[kind] {
			seen[kind], chosen = true, append(chosen, places)
		}
		places++
	})
	for _, n := range chosen {
		for try := range len(spoiltTexts) {
			doc, k := fresh()
			i, what, changed := 0, "", false
			spots(reflect.ValueOf(k).Elem(), "", func(path string, v reflect.Value) {
				if i == n {
					what, changed = path, spoil(v, try)
				}
				i++
			})
			if changed {
				out = append(out, variant{fmt.Sprintf("%s%s #%d", name, what, try), doc, k, try == 0})
			}
		}
	}
	return out
}

// spots calls f for every text, number, list and node below v.
func spots(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	if _, is := v.Interface().(decimal.Decimal); is || v.Kind() == reflect.String {
		f(path, v)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spots(v.Field(i), path+"."+v.Type().Field(i).Name, f)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			spots(v.Index(i), path+"["+strconv.Itoa(i)+"]", f)
		}
		f(path, v) // last, for what is inside would be gone
	case reflect.Pointer:
		if !v.IsNil() {
			spots(v.Elem(), path, f)
		}
		f(path, v)
	}
}

// spoil changes what is there; it reports false where there is nothing, or no such way.
func spoil(v reflect.Value, try int) bool {
	if v.IsZero() {
		return false
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString(spoiltTexts[try])
	case v.Type() == reflect.TypeFor[decimal.Decimal]():
		v.Set(reflect.ValueOf(spoiltNumbers[try]))
	case try == 0:
		v.SetZero()
	default:
		return false
	}
	return true
}

// TestEveryAbsenceMeetsTheOracle takes from each complement one thing at a time, or
// spoils it: where the schema of the SAT refuses the result so do we. Where it does not
// miss a thing neither do we, under its code, 301; a bar and a negative amount we refuse
// in more places. The cadena of what lacks something is the stylesheet's.
func TestEveryAbsenceMeetsTheOracle(t *testing.T) {
	var all []variant
	for _, s := range samples() {
		all = append(all, variants(s.name, map[string]bool{}, func() (*cfdi.Comprobante, cfdi.Complemento) {
			c := s.carried(s.make())
			return c, append(c.Complementos, c.Conceptos[0].Complementos...)[0]
		})...)
	}
	typed := len(all)
	for _, file := range []string{"../pago20/testdata/*.xml", "../nomina12/testdata/*.xml"} {
		paths, err := filepath.Glob(file)
		if err != nil || len(paths) == 0 {
			t.Fatal(file, err)
		}
		seen := map[string]bool{}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, variants(filepath.Base(path), seen, func() (*cfdi.Comprobante, cfdi.Complemento) {
				doc, err := cfdi.Read(b, complementos.All)
				if err != nil {
					t.Fatal(err)
				}
				return doc.Comprobante, doc.Comprobante.Complementos[0]
			})...)
		}
	}
	t.Logf("%d documents", len(all))
	if len(all) < 400 {
		t.Errorf("only %d documents", len(all))
	}
	refused := oracle(t, all)
	for i, v := range all {
		errors, schema := 0, 0
		for _, f := range cfdi.Findings(v.k.Validate(v.doc, cat, time.Time{})).Errors() {
			errors++
			if f.Code == "301" {
				schema++
			}
		}
		switch {
		case refused[i] != "" && errors == 0:
			t.Errorf("%s: the schema refuses what we take: %s", v.name, refused[i])
		case refused[i] == "" && schema > 0 && v.absent && i < typed && !strings.HasPrefix(v.name, "notariospublicos.Datos"): // of one owner, or several
			t.Errorf("%s: the schema takes what we refuse: %v", v.name, v.k.Validate(v.doc, cat, time.Time{}))
		}
	}
}

// oracle returns what the schema says of each document, "" where it takes it, and
// compares the cadenas of those that lack something.
func oracle(t *testing.T, all []variant) []string {
	t.Helper()
	for _, tool := range []string{"xsltproc", "xmllint"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
	xml, err := filepath.Abs("../../../shared/sat/xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(xml); err != nil {
		t.Skip("needs the SAT data, which is not here: shared")
	}
	dir := t.TempDir()
	sealed := []string{"--nonet", xml + "/www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt"}
	judged := []string{"--nonet", "--noout", "--schema", xml + "/cfdi40-light.xsd"}
	index, want := map[string]int{}, ""
	for i, v := range all {
		v.doc.Sello, v.doc.Certificado, v.doc.NoCertificado = "AA==", "AA==", "30001000000500003416"
		path := filepath.Join(dir, strconv.Itoa(i)+".xml")
		if err := os.WriteFile(path, cfdi.WriteXML(v.doc), 0o600); err != nil {
			t.Fatal(err)
		}
		judged, index[path] = append(judged, path), i
		if v.absent {
			cadena, err := cfdi.Cadena(v.doc)
			if err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			sealed, want = append(sealed, path), want+cadena
		}
	}
	run := func(name string, args []string) (string, error) {
		var out strings.Builder
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+xml+"/catalog.xml")
		cmd.Stdout = &out
		if name == "xmllint" {
			cmd.Stderr = &out
		}
		err := cmd.Run()
		return out.String(), err
	}
	got, err := run("xsltproc", sealed)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("cadenas differ: ours …%s, theirs …%s", want[max(0, at-300):min(len(want), at+100)], got[max(0, at-300):min(len(got), at+100)])
	}
	said, _ := run("xmllint", judged) // it fails when one of them does
	refused := make([]string, len(all))
	for line := range strings.Lines(said) {
		path, what, ok := strings.Cut(line, ".xml")
		i, known := index[path+".xml"]
		if ok && known && !strings.Contains(what, " validates") && refused[i] == "" {
			refused[i] = strings.TrimSpace(what)
		}
	}
	return refused
}
