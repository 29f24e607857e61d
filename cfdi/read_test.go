package cfdi_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
)

// TestReadRefuses: what another reader might see otherwise than we do, and
// what the cadena would not cover, does not get in.
func TestReadRefuses(t *testing.T) {
	c := lodging()
	c.Conceptos[0].CuentaPredial = []cfdi.CuentaPredial{{Numero: "1"}}
	good := string(cfdi.WriteXML(c))
	tfd := `<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"/>`
	emisor := good[strings.Index(good, "<cfdi:Emisor"):strings.Index(good, "<cfdi:Receptor")]
	const impuestos = `<cfdi:Impuestos TotalImpuestosTrasladados=`
	for _, v := range []struct{ name, from, to, says string }{
		{"attribute of ours unknown", ` Version="4.0"`, ` Version="4.0" Nota="x"`, "no existe"},
		{"attribute of another space", ` Version="4.0"`, ` Version="4.0" xmlns:e="urn:e" e:Total="1"`, "no existe"},
		{"attribute in capitals", "TipoDeComprobante=", "TIPODECOMPROBANTE=", "no existe"},
		{"attribute twice", ` Moneda="MXN"`, ` Moneda="MXN" Moneda="USD"`, ""},
		{"empty attribute", ` Serie="A"`, ` Serie=""`, "vacío"},
		{"version 3.3", `Version="4.0"`, `Version="3.3"`, "4.0"},
		{"number with comma", `Total="1190.00"`, `Total="1,190.00"`, "número"},
		{"number with exponent", `Total="1190.00"`, `Total="1.19e3"`, "número"},
		{"Emisor twice", emisor, emisor + emisor, "repetido"},
		{"no Emisor", emisor, "", "falta el nodo Emisor"},
		{"Emisor out of order", "<cfdi:Conceptos>", emisor + "<cfdi:Conceptos>", "fuera de orden"},
		{"look-alike Emisor", "<cfdi:Emisor", `<evil:Emisor xmlns:evil="urn:evil"`, "fuera de orden"},
		{"look-alike beside it", emisor, `<evil:Emisor xmlns:evil="urn:evil" Rfc="X"/>` + emisor, "fuera de orden"},
		{"no namespace", "<cfdi:Emisor", `<Emisor`, "fuera de orden"},
		{"text between nodes", emisor, emisor + "hola", "texto"},
		{"text in a leaf", `Numero="1"/>`, `Numero="1">x</cfdi:CuentaPredial>`, "texto"},
		{"node in a leaf", `Numero="1"/>`, `Numero="1"><a/></cfdi:CuentaPredial>`, "fuera de orden"},
		{"text in Complemento", "<cfdi:Complemento>", "<cfdi:Complemento>x", "texto"},
		{"Complemento twice", "<cfdi:Complemento>", "<cfdi:Complemento/><cfdi:Complemento>", "repetido"},
		{"empty Traslados", impuestos, `<cfdi:Impuestos><cfdi:Traslados/></cfdi:Impuestos>` + impuestos, ""},
		{"empty ComplementoConcepto", `<cfdi:CuentaPredial Numero="1"/>`, `<cfdi:CuentaPredial Numero="1"/><cfdi:ComplementoConcepto/>`, "vacío"},
		{"two stamps", "<cfdi:Complemento>", "<cfdi:Complemento>" + tfd + tfd, "un solo"},
		{"stamp in a Concepto", `<cfdi:CuentaPredial Numero="1"/>`, `<cfdi:CuentaPredial Numero="1"/><cfdi:ComplementoConcepto>` + tfd + `</cfdi:ComplementoConcepto>`, "un solo"},
		{"unknown attribute in a complement", `TotaldeTraslados=`, `x="1" TotaldeTraslados=`, "no existe"},
		{"unknown node in a complement", `<implocal:TrasladosLocales`, `<implocal:Otros/><implocal:TrasladosLocales`, "fuera de orden"},
		{"entity", `<?xml version="1.0" encoding="UTF-8"?>`, `<!DOCTYPE a [<!ENTITY b "c">]>`, ""},
		{"instruction", emisor, "<?php ?>" + emisor, ""},
		{"not a CFDI", "http://www.sat.gob.mx/cfd/4\"", "http://www.sat.gob.mx/cfd/3\"", "no es un CFDI 4.0"},
		{"Addenda before the rest", emisor, "<cfdi:Addenda/>" + emisor, "fuera de orden"},
	} {
		if !strings.Contains(good, v.from) {
			t.Fatalf("%s: nothing like %s in\n%s", v.name, v.from, good)
		}
		bad := strings.Replace(good, v.from, v.to, 1)
		_, err := cfdi.Read([]byte(bad), complementos.All)
		if err == nil || !strings.Contains(err.Error(), v.says) {
			t.Errorf("%s: want an error with %q, got %v", v.name, v.says, err)
		}
	}
	if _, err := cfdi.Read([]byte(good), complementos.All); err != nil {
		t.Errorf("the document itself: %v", err)
	}
}

// TestReadByNamespace: prefixes, comments, CDATA-free white space and BOM do
// not matter, and neither does where a namespace is declared.
func TestReadByNamespace(t *testing.T) {
	good := cfdi.WriteXML(lodging())
	want, err := cfdi.Read(good, complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	cadena, _ := cfdi.Cadena(want.Comprobante)
	plain := strings.ReplaceAll(strings.ReplaceAll(string(good), "cfdi:", ""), "xmlns:cfdi", "xmlns")
	for name, xml := range map[string]string{
		"no prefix":    plain,
		"other prefix": strings.ReplaceAll(strings.ReplaceAll(string(good), "cfdi:", "x:"), "xmlns:cfdi", "xmlns:x"),
		"comments":     strings.ReplaceAll(string(good), "<cfdi:Emisor", "<!-- Total=\"0\" -->\n\t<cfdi:Emisor"),
		"BOM":          "\ufeff" + string(good),
	} {
		doc, err := cfdi.Read([]byte(xml), complementos.All)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := cfdi.Cadena(doc.Comprobante); got != cadena || err != nil {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, cadena)
		}
	}
}

// TestUnknownStandsAlone: a complement that borrows prefixes from the root,
// even inside values, keeps them when it is cut out.
func TestUnknownStandsAlone(t *testing.T) {
	c := simple()
	xml := string(cfdi.WriteXML(c))
	xml = strings.Replace(xml, "<cfdi:Comprobante", `<cfdi:Comprobante xmlns:o="urn:o" xmlns:q="urn:q" xmlns:unused="urn:u"`, 1)
	xml = strings.Replace(xml, `xsi:schemaLocation="`, `xsi:schemaLocation="urn:o http://o/o.xsd `, 1)
	xml = strings.Replace(xml, "</cfdi:Comprobante>",
		`<cfdi:Complemento><o:Otro xsi:type="q:T" a='1'> <o:Hijo/>&amp; </o:Otro></cfdi:Complemento></cfdi:Comprobante>`, 1)
	doc, err := cfdi.Read([]byte(xml), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	u, ok := doc.Comprobante.Complementos[0].(*cfdi.Unknown)
	if !ok {
		t.Fatal("not an Unknown")
	}
	const want = `<o:Otro xmlns:o="urn:o" xmlns:q="urn:q" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="q:T" a='1'> <o:Hijo/>&amp; </o:Otro>`
	if string(u.XML) != want || u.Schema != "http://o/o.xsd" {
		t.Errorf("schema %s\n got %s\nwant %s", u.Schema, u.XML, want)
	}
	if _, err := cfdi.Cadena(doc.Comprobante); err == nil || !strings.Contains(err.Error(), "o:Otro") {
		t.Errorf("cadena: %v", err)
	}
	if found := u.Validate(doc.Comprobante, catalogo.New(), clock); len(found) != 1 || found[0].IsError() {
		t.Errorf("validate: %v", found)
	}
}

// FuzzRead: nothing read panics, and what is read is written and read the same.
func FuzzRead(f *testing.F) {
	f.Add(cfdi.WriteXML(lodging()))
	for _, c := range goldens() {
		f.Add(cfdi.WriteXML(c))
	}
	f.Add([]byte(`<Comprobante xmlns="http://www.sat.gob.mx/cfd/4" Version="4.0"><Emisor/><Receptor/><Conceptos/><Complemento><a xmlns="u"/></Complemento></Comprobante>`))
	cat := catalogo.New()
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
		first, err1 := cfdi.Cadena(doc.Comprobante)
		second, err2 := cfdi.Cadena(again.Comprobante)
		if first != second || (err1 == nil) != (err2 == nil) {
			t.Fatalf("the cadena changed\n%s\n%s", first, second)
		}
		again.Comprobante.Totalize(cat)
	})
}

// TestReadSpelling: a number that the schema takes and we would never write is read, and
// signed as it stands; where a pattern of the schema refuses it, the finding mends it.
func TestReadSpelling(t *testing.T) {
	c := simple()
	c.Conceptos[0].Cantidad = num("0.5")
	c.Totalize(catalogo.New())
	src := string(cfdi.WriteXML(c))
	for from, to := range map[string]string{`Cantidad="0.5"`: `Cantidad=".5"`, `TasaOCuota="0.160000"`: `TasaOCuota=".160000"`} {
		if !strings.Contains(src, from) {
			t.Fatalf("no %s in %s", from, src)
		}
		src = strings.ReplaceAll(src, from, to)
	}
	doc, err := cfdi.Read([]byte(src), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	if again := string(cfdi.WriteXML(doc.Comprobante)); again != src {
		t.Errorf("written again\n%s\nwas\n%s", again, src)
	}
	if cadena, err := cfdi.Cadena(doc.Comprobante); err != nil || !strings.Contains(cadena, "|.5|") || !strings.Contains(cadena, "|500.00|002|Tasa|.160000|") {
		t.Errorf("%s %v", cadena, err)
	}
	clean(t, catalogo.New(), "spelled otherwise", doc.Comprobante)
	doc, err = cfdi.Read([]byte(strings.Replace(src, ` Total="`, ` Total="+`, 1)), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	found := cfdi.Validate(doc.Comprobante, catalogo.New(), time.Time{}).Errors()
	if len(found) != 1 || found[0].Path != "Total" {
		t.Fatal(found)
	}
	if err := cfdi.Apply(doc.Comprobante, found[0]); err != nil || doc.Comprobante.Total.String() != "580.00" {
		t.Errorf("%s %v", doc.Comprobante.Total, err)
	}
}
