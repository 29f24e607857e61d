package cfdi_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
)

// What passes Prepare is read back as it was sealed.
func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	cat := catalogo.New()
	cert, _ := newHouse(t).pair(t, emisorRfc)
	for name, c := range map[string]struct {
		spoil func(c *cfdi.Comprobante)
		want  string // path of the finding, "" = it may pass
	}{
		"as it is":           {func(*cfdi.Comprobante) {}, ""},
		"odd but legal text": {func(c *cfdi.Comprobante) { c.Conceptos[0].Descripcion = " a\u0085b\u2028c\u00a0\n d " }, ""},
		"no character":       {func(c *cfdi.Comprobante) { c.Conceptos[0].Descripcion = "a\uFFFEb" }, "Conceptos[0].Descripcion"},
		"a bar":              {func(c *cfdi.Comprobante) { c.Conceptos[0].Descripcion = "a|b" }, "Conceptos[0].Descripcion"},
		"19 digits": {func(c *cfdi.Comprobante) {
			c.Conceptos[0].Cantidad, c.Conceptos[0].ValorUnitario = num("1000000000"), num("1000000000")
		}, "SubTotal"},
	} {
		doc := factura()
		c.spoil(doc)
		doc.Totalize(cat)
		p, err := cfdi.Prepare(doc, cat, cert, clock)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), " "+c.want+": ") {
				t.Errorf("%s: %v, want a finding on %s", name, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, err := cfdi.ReadPrepared(p.XML(), nil); err != nil || again.Cadena() != p.Cadena() {
			t.Errorf("%s: sealed as one thing and read as another, %v", name, err)
		}
	}
}

func TestPublicoEnGeneralWrittenOtherwise(t *testing.T) {
	cat := catalogo.New()
	for name, warned := range map[string]bool{"Público en general": true, "PÚBLICO EN GENERAL": true, "MOSTRADOR 3": false} {
		c := factura()
		c.Receptor = cfdi.Receptor{Rfc: cfdi.RfcPublico, Nombre: name, DomicilioFiscalReceptor: c.LugarExpedicion, RegimenFiscalReceptor: "616", UsoCFDI: "S01"}
		c.Totalize(cat)
		found := cfdi.Validate(c, cat, clock)
		if got := len(found) == 1 && found[0].Path == "Receptor.Nombre" && !found[0].IsError(); got != warned {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// TestEachAttributeHasItsWords: whatever text of a document is wrongly written, its finding names it as people do and
// says what to do.
func TestEachAttributeHasItsWords(t *testing.T) {
	xml, err := os.ReadFile("testdata/todo.xml")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, at := range regexp.MustCompile(` [A-Za-zñ]+="[^"]*"`).FindAllIndex(xml, -1) {
		name, _, _ := strings.Cut(string(xml[at[0]+1:at[1]]), "=")
		bad := slices.Concat(xml[:at[0]], []byte(" "+name+`="a|b"`), xml[at[1]:])
		doc, err := cfdi.Read(bad, complementos.All)
		if err != nil {
			continue // a number, or the version
		}
		for _, f := range cfdi.Validate(doc.Comprobante, catalogo.New(), time.Time{}) {
			if !strings.Contains(f.Message, "carácter prohibido") {
				continue
			}
			if told[name] = true; strings.Contains(f.Message, "El dato") || f.Fix != "Quita ese carácter." {
				t.Errorf("%s: %s %s", f.Path, f.Message, f.Fix)
			}
		}
	}
	if len(told) < 20 {
		t.Errorf("only %d attributes: %v", len(told), slices.Sorted(maps.Keys(told)))
	}
}
