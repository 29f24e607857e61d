package cartaporte31_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/decimal"
)

// badValues are tried in each attribute, the first of the two in a text and the second
// in a number.
var badValues = [][2]string{
	{"x", "0"},
	{"|", "0.00"},
	{"9", "-1"},
	{"sí", "1.2345678"},
	{"ñandú de nueve", "1.234"},
	{strings.Repeat("9", 11), "100000"},
	{strings.Repeat("a", 41), "2.0"},
	{strings.Repeat("z ", 1001), "1.5"},
	{strings.Repeat("A", 7), "1.11"},
	{strings.Repeat("A", 16), "1.1111"},
	{strings.Repeat("A", 31), "99999"},
	{strings.Repeat("A", 51), "0.01"},
	{strings.Repeat("A", 101), "0.001"},
	{strings.Repeat("A", 255), "0.0001"},
}

// large are the attributes of a large catalogue: the schema takes long to say that a
// key is not there, and most of those catalogues are not here.
var large = []string{
	"NumEstacion", "NumAutorizacionNaviero", "UnidadPeso", "UnidadPesoMerc", "ClaveUnidad", "FraccionArancelaria", "BienesTransp", "CveMaterialPeligroso",
}

// A seat is one attribute of a document and what it held.
type seat struct {
	path, element string
	field         reflect.Value
	old           any
}

func (s seat) name() string { return s.path[strings.LastIndex(s.path, ".")+1:] }

func (s seat) set(bad [2]string) {
	if s.field.Kind() == reflect.String {
		s.field.SetString(bad[0])
	} else {
		s.field.Set(reflect.ValueOf(num(bad[1])))
	}
}

func (s seat) restore() { s.field.Set(reflect.ValueOf(s.old)) }

// seats are the attributes of the first node of each kind.
func seats(v reflect.Value, path, element string) []seat {
	var out []seat
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		full := strings.TrimPrefix(path+"."+name, ".")
		switch {
		case slices.Contains(large, name):
		case f.Kind() == reflect.String || f.Type() == reflect.TypeFor[decimal.Decimal]():
			out = append(out, seat{full, element, f, f.Interface()})
		case f.Kind() == reflect.Struct:
			out = append(out, seats(f, full, name)...)
		case f.Kind() == reflect.Pointer:
			out = append(out, seats(f.Elem(), full, name)...)
		case f.Kind() == reflect.Slice:
			element := strings.TrimSuffix(strings.TrimSuffix(f.Type().Elem().Name(), "Maritimo"), "Ferroviario")
			out = append(out, seats(f.Index(0), full+"[0]", element)...)
		}
	}
	return out
}

// TestWhatTheSchemaRefusesIsFound: in a document with everything each attribute gets
// values that may be bad. Where the schema of the SAT refuses one a rule says so at that
// very place, and where it does not no rule calls it malformed.
func TestWhatTheSchemaRefusesIsFound(t *testing.T) {
	c := variants()["variante00"]
	v := cp31.De(c)
	v.FiguraTransporte[0].TipoFigura = "01" // so that its licence is looked at
	list := seats(reflect.ValueOf(v).Elem(), "", "CartaPorte")
	before := findings(c, v)
	said := make([]map[string][]string, len(badValues))
	for i, bad := range badValues {
		said[i] = map[string][]string{}
		for _, s := range list {
			s.set(bad)
			for _, f := range findings(c, v) {
				if strings.Contains(f, " "+s.path+": ") && !slices.Contains(before, f) {
					said[i][s.path] = append(said[i][s.path], f)
				}
			}
			s.restore()
		}
	}
	for i, refused := range schemaRefuses(t, c, list) {
		for _, s := range list {
			no, words := refused[s.element+" "+s.name()], said[i][s.path]
			malformed := slices.ContainsFunc(words, func(f string) bool { return strings.HasPrefix(f, "CP999 ") })
			switch {
			case no && len(words) == 0:
				t.Errorf("%s = %.50q: the schema refuses it and no rule does", s.path, badValues[i])
			case !no && malformed && badValues[i][0] != "|": // which no cadena can carry
				t.Errorf("%s = %.50q: the schema takes it and a rule does not", s.path, badValues[i])
			}
		}
	}
}

// schemaRefuses returns, for each of the bad values in every seat at once, what the
// schema does not take: element and attribute.
func schemaRefuses(t *testing.T, c *cfdi.Comprobante, list []seat) []map[string]bool {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("needs xmllint (Debian: libxml2-utils)")
	}
	args := []string{"--nonet", "--noout", "--schema", sat(t, "sat/xml/cfdi40-full.xsd")}
	catalog := "XML_CATALOG_FILES=" + sat(t, "sat/xml/catalog.xml")
	dir := t.TempDir()
	for i, bad := range badValues {
		for _, s := range list {
			s.set(bad)
		}
		args = append(args, filepath.Join(dir, strconv.Itoa(i)))
		if err := os.WriteFile(args[len(args)-1], cfdi.WriteXML(c), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			s.restore()
		}
	}
	cmd := exec.Command("xmllint", args...)
	cmd.Env = append(os.Environ(), catalog)
	text, _ := cmd.CombinedOutput() // its status says that some were refused
	out := make([]map[string]bool, len(badValues))
	for i := range out {
		out[i] = map[string]bool{}
	}
	line := regexp.MustCompile(regexp.QuoteMeta(dir) + `/(\d+):.*Element '\{http://www.sat.gob.mx/CartaPorte31\}(\w+)', attribute '(\w+)':`)
	for _, m := range line.FindAllStringSubmatch(string(text), -1) {
		i, _ := strconv.Atoi(m[1])
		out[i][m[2]+" "+m[3]] = true
	}
	for i := range out {
		if len(out[i]) == 0 {
			t.Fatalf("the schema did not judge: %.400s", text)
		}
	}
	return out
}

// findings are code, path below the complement, and message of what is wrong.
func findings(c *cfdi.Comprobante, v *cp31.CartaPorte) []string {
	var out []string
	for _, f := range v.Validate(c, cat, time.Time{}) {
		out = append(out, f.Code+" "+strings.TrimPrefix(strings.TrimPrefix(f.Path, "Complementos[0]"), ".")+": "+f.Message)
	}
	return out
}
