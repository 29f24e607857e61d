package addenda

import (
	"errors"
	"strings"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

var orden = []Field{{Key: "OrdenDeCompra", Label: "Orden de compra", Required: true, Max: 10}}

func receipt() *cfdi.Comprobante {
	return &cfdi.Comprobante{
		Serie: "A", Folio: "12", Total: decimal.MustParse("116.00"), Receptor: cfdi.Receptor{Nombre: `LA "GRANDE" & <CIA>`},
		Conceptos: []cfdi.Concepto{{Descripcion: "Mesa", Cantidad: decimal.MustParse("2")}, {Descripcion: "Silla & <banco>", Cantidad: decimal.MustParse("1.5")}},
	}
}

func TestRender(t *testing.T) {
	body := "<pedido orden=\"{{OrdenDeCompra}}\" total='{{ Total }}'>\n{{#Conceptos}}<l n=\"{{Concepto.Numero}}\" o=\"{{OrdenDeCompra}}\">{{Concepto.Descripcion}}</l>{{/Conceptos}}<a>{{Receptor.Nombre}}</a><u>{{UUID}}</u></pedido>"
	tm, err := Parse("urn:cliente", body, orden)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tm.Render(receipt(), "AB", map[string]string{"OrdenDeCompra": ` 4"7<1>1 `})
	if err != nil {
		t.Fatal(err)
	}
	root, err := xmldoc.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	p := root.Child("urn:cliente", "pedido")
	if v, _ := p.Attr("orden"); v != `4"7<1>1` {
		t.Errorf("orden %q", v)
	}
	if v, _ := p.Attr("total"); v != "116.00" {
		t.Errorf("total %q", v)
	}
	lines := p.All("urn:cliente", "l")
	if len(lines) != 2 || lines[1].Text != "Silla & <banco>" || p.Child("urn:cliente", "a").Text != `LA "GRANDE" & <CIA>` || p.Child("urn:cliente", "u").Text != "AB" {
		t.Errorf("%s", got)
	}
	if f := tm.CheckValues(map[string]string{"OrdenDeCompra": " "}); f["OrdenDeCompra"] != "Falta Orden de compra." {
		t.Error(f)
	}
	if f := tm.CheckValues(map[string]string{"OrdenDeCompra": "12345678901"}); f["OrdenDeCompra"] == "" {
		t.Error("too long passes")
	}
}

func TestBadTemplates(t *testing.T) {
	for name, x := range map[string]struct {
		namespace, body string
		line            int
		says            string
	}{
		"nothing":                  {"", "  ", 0, "Falta el XML"},
		"no element":               {"", "hola", 1, "Falta al menos un elemento"},
		"not closed":               {"", "<a>\n<b>\n</a>", 3, ""},
		"a DTD":                    {"", "<a/>\n<!DOCTYPE a>", 2, "DOCTYPE"},
		"an entity":                {"", "<a>&xxe;</a>", 1, ""},
		"CDATA":                    {"", "<a><![CDATA[{{Serie}}]]></a>", 1, "CDATA"},
		"a comment":                {"", "<a><!-- {{Serie}} --></a>", 1, "comentarios"},
		"a declaration":            {"", "<?xml version=\"1.0\"?><a/>", 1, "<?"},
		"an unknown variable":      {"", "<a>\n\n{{Nada}}</a>", 3, "No hay un dato «{{Nada}}»"},
		"not ended":                {"", "<a>\n{{Serie</a>", 2, "no se cierra"},
		"a line's outside":         {"", "<a>{{Concepto.Importe}}</a>", 1, "es de cada concepto"},
		"a block not closed":       {"", "<a>\n{{#Conceptos}}</a>", 2, "no se cierra con"},
		"a block closed only":      {"", "<a>{{/Conceptos}}</a>", 1, "No hay un dato"},
		"an element's name":        {"", "<{{Serie}}/>", 1, "donde no puede ir"},
		"a whole attribute":        {"", "<a b{{Serie}}=\"1\"/>", 1, "donde no puede ir"},
		"a namespace":              {"", "<a xmlns=\"{{Serie}}\"/>", 1, "donde no puede ir"},
		"a prefix":                 {"", "<a xmlns:b=\"{{Serie}}\"/>", 1, "donde no puede ir"},
		"half an element repeated": {"", "<a>{{#Conceptos}}<b>{{/Conceptos}}</b></a>", 1, "rodea elementos completos"},
		"one attribute repeated":   {"", "<a {{#Conceptos}}b=\"1\"{{/Conceptos}}/>", 1, "rodea elementos completos"},
		"out of its element":       {"", "</cfdi:Addenda><cfdi:Addenda>", 1, ""},
		"a stamp of its own":       {"", "<t:TimbreFiscalDigital xmlns:t=\"http://www.sat.gob.mx/TimbreFiscalDigital\"/>", 0, "es del SAT"},
		"of the receipt":           {"", "<cfdi:Complemento/>", 0, "es del SAT"},
		"a namespace of the SAT":   {"http://www.sat.gob.mx/cfd/4", "<a/>", 0, "espacio de nombres"},
		"no namespace at all":      {"\"><x", "<a/>", 0, "espacio de nombres"},
		"too long":                 {"", "<a>" + strings.Repeat("x", MaxBody) + "</a>", 0, "pasa de"},
	} {
		_, err := Parse(x.namespace, x.body, orden)
		f, ok := errors.AsType[*Fault](err)
		if !ok || f.Line != x.line || !strings.Contains(f.Message, x.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFieldsOfATemplate(t *testing.T) {
	fields := []Field{{"Bien_1", "Bien", true, 10}, {"Total", "Total", false, 10}, {"con espacio", "x", false, 10}, {"Bien_1", "Otra vez", false, 10}, {"Largo", "x", false, 0}, {"SinNombre", " ", false, 5}}
	for i, fault := range CheckFields(fields) {
		if (fault == "") != (i == 0) {
			t.Errorf("%+v: %q", fields[i], fault)
		}
	}
}

func TestPutKeepsEveryByte(t *testing.T) {
	for _, doc := range []string{
		`<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Total="1"><cfdi:Complemento/></cfdi:Comprobante>` + "\n",
		`<?xml version="1.0"?><Comprobante xmlns="http://www.sat.gob.mx/cfd/4"><Complemento/> </Comprobante>`,
	} {
		tm, err := Parse("", "<a>{{Serie}}</a>", nil)
		if err != nil {
			t.Fatal(err)
		}
		node, err := tm.Render(receipt(), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Put([]byte(doc), node)
		if err != nil {
			t.Fatal(err)
		}
		root, err := xmldoc.Parse(got)
		if err != nil || root.Child("http://www.sat.gob.mx/cfd/4", "Addenda").Child("", "a").Text != "A" {
			t.Errorf("%s: %v", got, err)
		}
		if strings.Replace(string(got), string(node), "", 1) != doc {
			t.Errorf("%s", got)
		}
		if _, err := Put(got, node); err == nil {
			t.Error("a second Addenda")
		}
	}
}

// FuzzParse: whatever is accepted writes well-formed XML with any value, and its
// elements are those of any other.
func FuzzParse(f *testing.F) {
	for _, body := range []string{
		`<a b="{{Serie}}">{{Folio}}</a>`, `<a>{{#Conceptos}}<l>{{Concepto.Importe}}</l>{{/Conceptos}}</a>`, `<a xmlns:x="urn:x"><x:b/></a>`, `<a>{{`, `<{{Serie}}/>`,
		`<a b={{Serie}}/>`, `<a>&#123;{Serie}}</a>`, "<a>\r\n</a>", `<a>]]></a>`, `</cfdi:Addenda>`,
	} {
		f.Add("urn:x", body, `"><b c='&`)
	}
	f.Fuzz(func(t *testing.T, namespace, body, value string) {
		tm, err := Parse(namespace, body, orden)
		if err != nil {
			return
		}
		var shapes [2]string
		for i, v := range []string{value, "x"} {
			c := receipt()
			c.Serie, c.Conceptos[0].Descripcion = v, v
			node, err := tm.Render(c, v, map[string]string{"OrdenDeCompra": v})
			if err != nil {
				if strings.Contains(err.Error(), "pasa de") {
					return
				}
				t.Fatalf("%q with %q: %v", body, v, err)
			}
			root, err := xmldoc.Parse(node)
			if err != nil || root.Local != "Addenda" {
				t.Fatalf("%q: %v", node, err)
			}
			if shapes[i], err = shape(root.Children); err != nil {
				t.Fatal(err)
			}
		}
		if shapes[0] != shapes[1] {
			t.Fatalf("%q: a value changed the elements:\n%s\n%s", body, shapes[0], shapes[1])
		}
	})
}
