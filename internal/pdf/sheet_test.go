package pdf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// TestEveryComplementKnownHasASheet: what the core has types for, the paper shows by its own words.
func TestEveryComplementKnownHasASheet(t *testing.T) {
	for _, known := range complementos.All {
		if known.Read == nil || known.Space == implocalSpace {
			continue // carried without types: printed node by node; local taxes are totals
		}
		if sheets[known.Space][known.Local].title == "" {
			t.Errorf("%s %s is printed as if nobody knew it: give it a sheet", known.Prefix, known.Local)
		}
	}
}

// carried are the documents of our own that carry complements: each of the core's golden files.
func carried(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "cfdi", "*", "testdata", "*.xml"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d documents with complements, %v", len(paths), err)
	}
	out := map[string][]byte{}
	for _, path := range paths {
		xml, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[path] = xml
	}
	return out
}

// TestNothingOfAComplementIsLeftOut reads every value of every complement back from the paper, in each design.
func TestNothingOfAComplementIsLeftOut(t *testing.T) {
	n := 0
	for path, xml := range carried(t) {
		if _, err := cfdi.Read(xml, nil); err != nil {
			continue // of a version that is not printed
		}
		root, err := xmldoc.Parse(xml)
		if err != nil {
			t.Fatal(err)
		}
		n++
		design := Designs[n%len(Designs)]
		for _, design := range []Design{design, Clasica} {
			b, err := New(catalogo.New()).Document(xml, Options{Paper: Paper{Design: design}})
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			text := tight(oracle(t, b, "pdftotext", "-raw", "in.pdf", "-"))
			missing(t, path+" "+string(design), text, root)
		}
	}
}

// TestWhatASheetDoesNotNameIsPrintedNevertheless: an attribute and a node of a later revision.
func TestWhatASheetDoesNotNameIsPrintedNevertheless(t *testing.T) {
	c := factura()
	c.Complementos = append(c.Complementos, unknown(t, `<donat:Donatarias xmlns:donat="http://www.sat.gob.mx/donat" version="1.2" noAutorizacion="600-04" claveNueva="ZX-81"><donat:Anexo folioNuevo="QW-77"/></donat:Donatarias>`))
	for _, design := range Designs {
		text := tight(oracle(t, render1(t, c, Options{Paper: Paper{Design: design}}), "pdftotext", "-raw", "in.pdf", "-"))
		for _, want := range []string{"600-04", "claveNueva", "ZX-81", "folioNuevo", "QW-77"} {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(want)) {
				t.Errorf("%s: %s is not on the paper", design, want)
			}
		}
	}
}

// missing walks the complements below e.
func missing(t *testing.T, path, text string, e *xmldoc.Element) {
	t.Helper()
	if _, ok := sheets[e.Space]; ok {
		for _, a := range e.Attrs {
			if a.Space == "" && !strings.EqualFold(a.Local, "version") && !shows(text, a.Value) {
				t.Errorf("%s: %s %s=%q is not on the paper", path, e.Local, a.Local, a.Value)
			}
		}
	}
	for _, c := range e.Children {
		missing(t, path, text, c)
	}
}

// shows reports whether a value stands in text, in one of the ways in which people read it.
func shows(text, value string) bool {
	ways := []string{value, when(nil, value), strings.ReplaceAll(value, "-", "/")}
	if n, err := decimal.Parse(value); err == nil {
		ways = append(ways, amount(n), quantity(n))
	}
	for _, way := range ways {
		if strings.Contains(text, tight(way)) {
			return true
		}
	}
	return false
}

// TestSheetsNameWhatTheSchemaHas keeps typing mistakes out: every node and attribute stands in the XSD of the SAT, and
// every attribute of the XSD has its Spanish name.
func TestSheetsNameWhatTheSchemaHas(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "sat", "xml", "www.sat.gob.mx", "sitio_internet", "cfd")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("../shared/sat/xml is absent: names were not held against the schemas")
	}
	for space, known := range sheets {
		nodes := schemaOf(t, folder, space)
		for name, f := range known {
			attrs, ok := nodes[name]
			if !ok {
				t.Errorf("%s has no %s", space, name)
			}
			for _, d := range f.data {
				if !attrs[d.attr] {
					t.Errorf("%s %s has no %s", space, name, d.attr)
				}
			}
		}
		for name, attrs := range nodes {
			for attr := range attrs {
				if !known[name].names(attr) && !strings.EqualFold(attr, "version") {
					t.Errorf("%s %s: %s has no name in Spanish", space, name, attr)
				}
			}
		}
	}
}

// schemaOf are the elements of a schema and their attributes.
func schemaOf(t *testing.T, folder, space string) map[string]map[string]bool {
	t.Helper()
	out, typed := map[string]map[string]bool{}, map[string]string{}
	err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".xsd") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(b), fmt.Sprintf("targetNamespace=%q", space)) {
			return err
		}
		root, err := xmldoc.Parse(b)
		if err != nil {
			return err
		}
		var walk func(e *xmldoc.Element, owner string)
		walk = func(e *xmldoc.Element, owner string) {
			name, _ := e.Attr("name")
			switch {
			case (e.Local == "element" || e.Local == "complexType") && name != "":
				if owner = name; out[owner] == nil {
					out[owner] = map[string]bool{}
				}
				if kind, ok := e.Attr("type"); ok {
					typed[owner] = kind[strings.IndexByte(kind, ':')+1:]
				}
			case e.Local == "attribute" && name != "" && owner != "":
				out[owner][name] = true
			}
			for _, c := range e.Children {
				walk(c, owner)
			}
		}
		walk(root, "")
		return nil
	})
	for name, kind := range typed {
		out[name] = out[kind]
	}
	for _, kind := range typed {
		delete(out, kind)
	}
	if err != nil || len(out) == 0 {
		t.Fatalf("schema of %s: %d elements, %v", space, len(out), err)
	}
	return out
}
