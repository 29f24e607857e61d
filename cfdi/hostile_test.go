package cfdi_test

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
)

// wrapped is what the wrapping tricks are played on: a stamped document with relation,
// discount, retention, parts, third party, local taxes and an Addenda.
func wrapped(t testing.TB, h *house) string {
	t.Helper()
	cert, key := h.pair(t, emisorRfc)
	c := lodging()
	c.Serie, c.Folio = "A", "4711"
	c.CfdiRelacionados = []cfdi.CfdiRelacionados{{TipoRelacion: "04", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: "5FB2822E-396D-4725-8521-CDC4BDD20C00"}}}}
	c.Conceptos[0].NoIdentificacion, c.Conceptos[0].Unidad = "SKU-1", "Noche"
	c.Conceptos[0].Descuento = num("10.00")
	c.Conceptos = append(c.Conceptos, c.Clone().Conceptos[0])
	c.Conceptos[1].CuentaPredial = []cfdi.CuentaPredial{{Numero: "15956011002"}}
	c.Totalize(catalogo.New())
	return string(stamp(t, h, seal(t, c, cert, key), nil))
}

// A trick changes good. refused says that it must not pass; otherwise it must change
// nothing of what is shown.
type trick struct {
	name, xml string
	refused   bool
}

func tricks(t testing.TB, good string) []trick {
	t.Helper()
	one := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("nothing like %s in\n%s", from, good)
		}
		return strings.Replace(good, from, to, 1)
	}
	between := func(from, to string) string {
		i := strings.Index(good, from)
		j := strings.Index(good[i:], to)
		if i < 0 || j < 0 {
			t.Fatalf("nothing from %s to %s", from, to)
		}
		return good[i : i+j+len(to)]
	}
	body := good[strings.Index(good, "<cfdi:Comprobante"):]
	evil := strings.NewReplacer(`Total="`, `Total="9`, `ValorUnitario="`, `ValorUnitario="9`).Replace(body)
	emisor, receptor := between("<cfdi:Emisor", "/>"), between("<cfdi:Receptor", "/>")
	conceptos, timbre := between("<cfdi:Conceptos>", "</cfdi:Conceptos>"), between("<tfd:TimbreFiscalDigital", "/>")
	root := body[:strings.Index(body, ">")+1]
	relation := between("<cfdi:CfdiRelacionados", "</cfdi:CfdiRelacionados>")
	evilEmisor := strings.Replace(emisor, "ESCUELA", "OTRA", 1)
	otherTimbre := strings.Replace(timbre, "5FB2822E", "5FB2822F", 1)
	list := []trick{
		{"itself", good, false},
		// Another document around, inside or beside.
		{"two roots", good + evil, true},
		{"two roots, evil first", evil + body, true},
		{"wrapped in another element", `<x>` + body + `</x>`, true},
		{"wrapped in a SOAP envelope", `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` + body + `</s:Body></s:Envelope>`, true},
		{"wrapped in an evil Comprobante", strings.Replace(evil, "<cfdi:Emisor", body+"<cfdi:Emisor", 1), true},
		{"sealed one in the Addenda of an evil one", strings.Replace(evil, "<orden>4711</orden>", body, 1), true},
		{"sealed one in the Complemento of an evil one", strings.Replace(evil, "<cfdi:Complemento>", "<cfdi:Complemento>"+body, 1), true},
		{"evil one in the Addenda", one("<orden>4711</orden>", evil), false},
		{"evil one in the Complemento", one("<cfdi:Complemento>", "<cfdi:Complemento>"+evil), true},
		{"evil one in a Concepto", one("<cfdi:Concepto ", evil+"<cfdi:Concepto "), true},
		{"evil one in a ComplementoConcepto", one("</cfdi:Concepto>", "<cfdi:ComplementoConcepto>"+evil+"</cfdi:ComplementoConcepto></cfdi:Concepto>"), true},
		{"evil one in a comment", one("<cfdi:Emisor", "<!--"+strings.ReplaceAll(evil, "--", "- -")+"--><cfdi:Emisor"), false},
		{"evil one in a comment before", "<!--" + evil + "-->" + body, false},
		{"evil one after the end", good + "<!--" + evil + "-->", false},
		{"evil one in CDATA", one("<cfdi:Emisor", "<![CDATA["+evil+"]]><cfdi:Emisor"), true},
		{"evil one in an attribute", one(` Version="4.0"`, ` Version="4.0" xsi:nota="`+strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(evil)+`"`), false},
		{"evil body under the good root", root + evil[strings.Index(evil, ">")+1:], true},
		// Nodes twice, displaced, or of others.
		{"Emisor twice", one(emisor, emisor+evilEmisor), true},
		{"Emisor twice, evil first", one(emisor, evilEmisor+emisor), true},
		{"Emisor of another namespace", one(emisor, emisor+strings.Replace(evilEmisor, "<cfdi:Emisor", `<e:Emisor xmlns:e="urn:e"`, 1)), true},
		{"Emisor without namespace", one(emisor, emisor+`<Emisor xmlns="" Rfc="X"/>`), true},
		{"Emisor of CFDI 3.3", one("<cfdi:Emisor", `<cfdi:Emisor xmlns:cfdi="http://www.sat.gob.mx/cfd/3"`), true},
		{"Emisor in small letters", one(emisor, emisor+strings.Replace(evilEmisor, "cfdi:Emisor", "cfdi:emisor", 1)), true},
		{"Emisor inside Receptor", one(receptor, strings.Replace(receptor, "/>", ">"+evilEmisor+"</cfdi:Receptor>", 1)), true},
		{"Emisor inside Emisor", one(emisor, strings.Replace(emisor, "/>", ">"+evilEmisor+"</cfdi:Emisor>", 1)), true},
		{"Receptor twice", one(receptor, receptor+receptor), true},
		{"Receptor before Emisor", strings.Replace(one(receptor, ""), emisor, receptor+emisor, 1), true},
		{"Conceptos twice", one(conceptos, conceptos+conceptos), true},
		{"Conceptos of evil besides", one(conceptos, conceptos+strings.ReplaceAll(conceptos, "cfdi:", "e:")), true},
		{"Conceptos hidden", one(conceptos, "<!--"+conceptos+"-->"), true},
		{"Concepto twice", one("</cfdi:Conceptos>", between("<cfdi:Concepto ", "</cfdi:Concepto>")+"</cfdi:Conceptos>"), true},
		{"Concepto gone", one(between("<cfdi:Concepto ", "</cfdi:Concepto>"), ""), true},
		{"Impuestos twice", one("<cfdi:Complemento>", between("</cfdi:Conceptos><cfdi:Impuestos", "</cfdi:Impuestos>")[len("</cfdi:Conceptos>"):]+"<cfdi:Complemento>"), true},
		{"relation twice", one(relation, relation+relation), true},
		{"relation gone", one(relation, ""), true},
		{"relation merged", one(relation, strings.Replace(relation, "</cfdi:CfdiRelacionados>", `<cfdi:CfdiRelacionado UUID="04"/></cfdi:CfdiRelacionados>`, 1)), true},
		{"Complemento twice", one("<cfdi:Complemento>", "<cfdi:Complemento/><cfdi:Complemento>"), true},
		{"Complemento in the Addenda", one("<orden>4711</orden>", between("<cfdi:Complemento>", "</cfdi:Complemento>")), false},
		{"Addenda twice", one("<cfdi:Addenda", "<cfdi:Addenda/><cfdi:Addenda"), true},
		{"Addenda first", strings.Replace(good, emisor, "<cfdi:Addenda>"+evilEmisor+"</cfdi:Addenda>"+emisor, 1), true},
		{"XML signature inside", one("</cfdi:Comprobante>", `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></cfdi:Comprobante>`), true},
		{"XML signature in the Addenda", one("<orden>4711</orden>", `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">`+evil+`</Signature>`), false},
		// The stamp.
		{"Timbre twice", one(timbre, timbre+timbre), true},
		{"Timbre of another first", one(timbre, otherTimbre+timbre), true},
		{"Timbre of another after", one(timbre, timbre+otherTimbre), true},
		{"Timbre of another alone", one(timbre, otherTimbre), true},
		{"Timbre of another namespace", one(timbre, timbre+strings.NewReplacer("http://www.sat.gob.mx/TimbreFiscalDigital\"", "urn:e\"").Replace(otherTimbre)), true},
		{"Timbre in a Concepto", one("</cfdi:Concepto>", "<cfdi:ComplementoConcepto>"+otherTimbre+"</cfdi:ComplementoConcepto></cfdi:Concepto>"), true},
		{"Timbre at the root", strings.Replace(one(timbre, ""), "<cfdi:Complemento>", timbre+"<cfdi:Complemento>", 1), true},
		{"Timbre in the Addenda", one("<orden>4711</orden>", otherTimbre), false},
		{"Timbre inside another complement", one("</implocal:ImpuestosLocales>", otherTimbre+"</implocal:ImpuestosLocales>"), true},
		{"Timbre with a child", one(timbre, strings.Replace(timbre, "/>", ">"+otherTimbre+"</tfd:TimbreFiscalDigital>", 1)), true},
		{"Timbre with text", one(timbre, strings.Replace(timbre, "/>", ">x</tfd:TimbreFiscalDigital>", 1)), true},
		{"Timbre in capitals", one(timbre, timbre+strings.ReplaceAll(otherTimbre, "TimbreFiscalDigital ", "TIMBREFISCALDIGITAL ")), true},
		{"local taxes twice", one("<implocal:ImpuestosLocales", between("<implocal:ImpuestosLocales", "</implocal:ImpuestosLocales>")+"<implocal:ImpuestosLocales"), true},
		// Attributes.
		{"attribute twice", one(` Moneda="MXN"`, ` Moneda="MXN" Moneda="USD"`), true},
		{"attribute with the prefix of the node", one(` Moneda="MXN"`, ` Moneda="MXN" cfdi:Moneda="USD"`), true},
		{"attribute with the prefix alone", one(` Moneda="MXN"`, ` cfdi:Moneda="MXN"`), true},
		{"attribute of another", one(` Moneda="MXN"`, ` Moneda="MXN" xmlns:e="urn:e" e:Moneda="USD"`), true},
		{"attribute of xsi", one(` Moneda="MXN"`, ` Moneda="MXN" xsi:Moneda="USD"`), false},
		{"attribute in capitals", one(` Moneda="MXN"`, ` Moneda="MXN" MONEDA="USD"`), true},
		{"attribute gone", one(` Moneda="MXN"`, ""), true},
		{"attribute unknown", one(` Moneda="MXN"`, ` Moneda="MXN" TotalReal="1"`), true},
		{"look-alike letter", one(` Moneda="MXN"`, " Moneda=\"MXN\" T\u043etal=\"1\""), true},
		{"white space in a value", one(`Serie="A"`, `Serie=" A&#10;"`), false},
		// Values that slide along the cadena.
		{"Folio inside Serie", one(`Serie="A" Folio="4711"`, `Serie="A|4711"`), true},
		{"Folio inside Serie, referenced", one(`Serie="A" Folio="4711"`, `Serie="A&#124;4711"`), true},
		{"Unidad inside Descripcion", strings.Replace(one(`Unidad="Noche" `, ""), `Descripcion="`, `Descripcion="Noche|`, 1), true},
		{"discount inside ObjetoImp", one(` Descuento="10.00" ObjetoImp="`, ` ObjetoImp="10.00|`), true},
		{"discount inside Moneda", one(` Descuento="20.00" Moneda="MXN"`, ` Moneda="20.00|MXN"`), true},
		{"Nombre inside Rfc", one(` Nombre="ESCUELA`, ` Nombre="|ESCUELA`), true},
		{"a line inside another", one(`ObjetoImp="02"`, `ObjetoImp="02|01010101"`), true},
		{"traslado as retention", retained(t, good), true},
		{"a tax of the complement inside its name", one(`ImpLocTrasladado="ISH"`, `ImpLocTrasladado="ISH|3"`), true},
		// Namespaces.
		{"default namespace", "<?xml version=\"1.0\"?>" + strings.ReplaceAll(strings.ReplaceAll(body, "cfdi:", ""), "xmlns:cfdi", "xmlns"), false},
		{"another prefix", strings.ReplaceAll(strings.ReplaceAll(body, "cfdi:", "x:"), "xmlns:cfdi", "xmlns:x"), false},
		{"namespace redefined below", one("<cfdi:Emisor", `<cfdi:Emisor xmlns:cfdi="urn:e"`), true},
		{"namespace of the stamp redefined", one("<tfd:TimbreFiscalDigital", `<tfd:TimbreFiscalDigital xmlns:x="urn:e"`), false},
		{"namespace with a space", one(`"http://www.sat.gob.mx/cfd/4"`, `"http://www.sat.gob.mx/cfd/4 "`), true},
		{"namespace in capitals", one(`"http://www.sat.gob.mx/cfd/4"`, `"HTTP://www.sat.gob.mx/cfd/4"`), true},
		{"xmlns bound", one("<cfdi:Emisor", `<cfdi:Emisor xmlns:xmlns="urn:e"`), true},
		{"xml bound", one("<cfdi:Emisor", `<cfdi:Emisor xmlns:xml="urn:e"`), true},
		{"prefix undeclared", one("<cfdi:Emisor", `<cfdi:Emisor xmlns:cfdi=""`), true},
		// Comments, instructions, text.
		{"comments everywhere", strings.ReplaceAll(body, "><", "><!-- Total=\"1\" --><"), false},
		{"white space everywhere", strings.ReplaceAll(body, "><", ">\n\t<"), false},
		{"instruction", one("<cfdi:Emisor", "<?x y?><cfdi:Emisor"), true},
		{"DOCTYPE with defaults", "<!DOCTYPE cfdi:Comprobante [<!ATTLIST cfdi:Emisor Rfc CDATA \"X\">]>" + body, true},
		{"entity in a value", "<!DOCTYPE x [<!ENTITY e \"1\">]>" + strings.Replace(body, `Serie="A"`, `Serie="&e;"`, 1), true},
		{"text between", one("<cfdi:Emisor", "Total 1<cfdi:Emisor"), true},
		{"references for letters", one(`Serie="A"`, `Serie="&#65;"`), false},
		// The certificate and the seal.
		{"Sello of the stamp's", one(timbre, strings.Replace(timbre, "SelloCFD=\"", "SelloCFD=\"A", 1)), true},
		{"Sello with white space", one(` Sello="`, ` Sello=" `), true},
		{"no Sello", one(between(" Sello=\"", "\" "), " "), true},
		{"other NoCertificado", one(`NoCertificado="3`, `NoCertificado="2`), true},
	}
	return list
}

// retained turns the traslado of a line into a retention, whose cadena is the same.
func retained(t testing.TB, good string) string {
	t.Helper()
	from := strings.Index(good, "<cfdi:Traslados>")
	to := strings.Index(good, "</cfdi:Traslados>") + len("</cfdi:Traslados>")
	if from < 0 {
		t.Fatal("no traslado")
	}
	r := strings.NewReplacer("Traslados", "Retenciones", "Traslado", "Retencion")
	return good[:from] + r.Replace(good[from:to]) + good[to:]
}

// TestWrappingTricks: whatever is put around, beside or inside a sealed document, and
// wherever its values slide, either it is refused or what is shown is what was sealed.
func TestWrappingTricks(t *testing.T) {
	h := newHouse(t)
	trust := h.trust()
	good := wrapped(t, h)
	want, err := cfdi.Read([]byte(good), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	list := tricks(t, good)
	if len(list) < 60 {
		t.Fatalf("only %d tricks", len(list))
	}
	for _, v := range list {
		b := []byte(v.xml)
		if v.xml == good && v.name != "itself" {
			t.Errorf("%s: changes nothing", v.name)
			continue
		}
		begin := time.Now()
		found := cfdi.Verify(b, complementos.All, trust, false)
		took := time.Since(begin)
		for again := 0; took > hostileTime && again < 2; again++ { // another process had the core
			begin = time.Now()
			cfdi.Verify(b, complementos.All, trust, false)
			took = time.Since(begin)
		}
		if took > 5*hostileTime {
			t.Errorf("%s: took %v", v.name, took)
		}
		if len(found) > 0 {
			if !v.refused {
				t.Errorf("%s: refused, though it changes nothing: %v", v.name, found)
			}
			continue
		}
		if v.refused {
			t.Errorf("%s: passes as valid", v.name)
			continue
		}
		got, err := cfdi.Read(b, complementos.All)
		if err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		shown, sealed := got.Comprobante.Clone(), want.Comprobante.Clone()
		shown.Addenda, sealed.Addenda = nil, nil // never sealed, never shown as if it were
		if d := cmp.Diff(sealed, shown, likeSchema) + cmp.Diff(want.Timbre, got.Timbre); d != "" {
			t.Errorf("%s: valid, and shows something else\n%s", v.name, d)
		}
	}
	t.Logf("%d tricks", len(list))
}

// likeSchema compares texts as schema and cadena read them, white space collapsed.
var likeSchema = cmp.Comparer(func(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
})

// hostileTime is T4 of the threat model.
const hostileTime = 50 * time.Millisecond

// TestHugeDocumentsCostTheirSize: what a reader of whole documents could be made to do for
// hours is refused or bounded. Ceilings are five times what is wanted.
func TestHugeDocumentsCostTheirSize(t *testing.T) {
	const open = `<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0"><cfdi:Emisor/><cfdi:Receptor/><cfdi:Conceptos>`
	lines := func(s string) string { return open + s + `</cfdi:Conceptos></cfdi:Comprobante>` }
	complement := func(s string) string {
		return open + `</cfdi:Conceptos><cfdi:Complemento>` + s + `</cfdi:Complemento></cfdi:Comprobante>`
	}
	many := func(n int, format string) string {
		b := new(strings.Builder)
		for i := range n {
			fmt.Fprintf(b, format, i)
		}
		return b.String()
	}
	borrowing := func(s string) string {
		return strings.Replace(s, "<cfdi:Comprobante ", "<cfdi:Comprobante "+many(200, `xmlns:p%d="u%[1]d" `), 1)
	}
	for name, xml := range map[string]string{
		"a complement in each line, many prefixes": borrowing(lines(strings.Repeat(`<cfdi:Concepto><cfdi:ComplementoConcepto><q:x xmlns:q="urn:q"><q:y v="a:b"/></q:x></cfdi:ComplementoConcepto></cfdi:Concepto>`, 10_000))),
		"complements by the thousand":              borrowing(complement(strings.Repeat(`<q:x xmlns:q="urn:q"/>`, 20_000))),
		"prefixes in a text":                       borrowing(complement(`<q:x xmlns:q="urn:q">` + strings.Repeat("p1:", 500_000) + `</q:x>`)),
		"bars":                                     lines(strings.Repeat(`<cfdi:Concepto Descripcion="|"/>`, 20_000)),
		"nothing in each line":                     lines(strings.Repeat(`<cfdi:Concepto/>`, 20_000)),
		"relations":                                strings.Replace(lines(""), "<cfdi:Emisor/>", `<cfdi:CfdiRelacionados>`+strings.Repeat(`<cfdi:CfdiRelacionado UUID="x"/>`, 20_000)+`</cfdi:CfdiRelacionados><cfdi:Emisor/>`, 1),
		"a rate in each line":                      lines(many(20_000, `<cfdi:Concepto><cfdi:Impuestos><cfdi:Traslados><cfdi:Traslado Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.%06d"/></cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto>`)),
		"a tax in each line":                       lines(many(20_000, `<cfdi:Concepto><cfdi:Impuestos><cfdi:Retenciones><cfdi:Retencion Impuesto="%d"/></cfdi:Retenciones></cfdi:Impuestos></cfdi:Concepto>`)),
		"rates at the root":                        strings.Replace(lines(""), "</cfdi:Conceptos>", "</cfdi:Conceptos><cfdi:Impuestos><cfdi:Traslados>"+many(20_000, `<cfdi:Traslado Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.%06d"/>`)+"</cfdi:Traslados></cfdi:Impuestos>", 1),
		"taxes at the root":                        strings.Replace(lines(""), "</cfdi:Conceptos>", "</cfdi:Conceptos><cfdi:Impuestos><cfdi:Retenciones>"+many(20_000, `<cfdi:Retencion Impuesto="%d"/>`)+"</cfdi:Retenciones></cfdi:Impuestos>", 1),
		"taxes in one line":                        lines(`<cfdi:Concepto><cfdi:Impuestos><cfdi:Traslados>` + strings.Repeat(`<cfdi:Traslado Base="1" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000" Importe="0.16"/>`, 20_000) + `</cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto>`),
		"rates of a payment": complement(`<p:Pagos xmlns:p="http://www.sat.gob.mx/Pagos20" Version="2.0"><p:Totales/><p:Pago><p:DoctoRelacionado><p:ImpuestosDR><p:TrasladosDR>` +
			many(8_000, `<p:TrasladoDR BaseDR="1" ImpuestoDR="002" TipoFactorDR="Tasa" TasaOCuotaDR="0.%06d"/>`) + `</p:TrasladosDR></p:ImpuestosDR></p:DoctoRelacionado><p:ImpuestosP><p:TrasladosP>` +
			many(8_000, `<p:TrasladoP BaseP="1" ImpuestoP="002" TipoFactorP="Tasa" TasaOCuotaP="0.%06d"/>`) + `</p:TrasladosP></p:ImpuestosP></p:Pago></p:Pagos>`),
		"a long number":      lines(`<cfdi:Concepto Cantidad="` + strings.Repeat("9", 1<<19) + `"/>`),
		"a wide certificate": strings.Replace(lines(""), ` Version="4.0"`, ` Version="4.0" Certificado="`+base64.StdEncoding.EncodeToString(make([]byte, 700_000))+`"`, 1),
	} {
		b := []byte(xml)
		begin := time.Now()
		if found := cfdi.Verify(b, complementos.All, csd.NewTrust(), false); len(found) == 0 || len(found) > 2500 {
			t.Errorf("%s: %d findings", name, len(found))
		}
		verified := time.Since(begin)
		begin = time.Now()
		if doc, err := cfdi.Read(b, complementos.All); err == nil {
			cfdi.Validate(doc.Comprobante, catalogo.New(), clock)
			doc.Comprobante.Totalize(catalogo.New())
		}
		if validated := time.Since(begin); !raceEnabled && max(verified, validated) > time.Second {
			t.Errorf("%s (%d kB): verified in %v, validated and totalled in %v", name, len(b)>>10, verified, validated)
		}
	}
}

// TestFiveThousandLinesAreJudgedAtOnce: a document of 5,000 lines is validated within 100 ms;
// five times that is the ceiling, as of every figure, so that a busy machine does not turn it red.
func TestFiveThousandLinesAreJudgedAtOnce(t *testing.T) {
	c, cat := lines(5000), catalogo.New()
	c.Totalize(cat)
	best := time.Hour
	for range 3 {
		begin := time.Now()
		found := cfdi.Validate(c, cat, clock)
		if best = min(best, time.Since(begin)); len(found.Errors()) > 0 {
			t.Fatal(found)
		}
	}
	t.Logf("5,000 lines validated in %v", best)
	if best > 500*time.Millisecond && !raceEnabled {
		t.Errorf("5,000 lines are validated in %v", best)
	}
}

// TestSeedsAreCheap: no seed of the fuzz target takes more than 100 ms (five times that here)
// or 64 MiB.
func TestSeedsAreCheap(t *testing.T) {
	cat := catalogo.New()
	for name, c := range goldens() {
		xml := cfdi.WriteXML(c)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		if doc, err := cfdi.Read(xml, complementos.All); err == nil {
			cfdi.WriteXML(doc.Comprobante)
			_, _ = cfdi.Cadena(doc.Comprobante)
			cfdi.Validate(doc.Comprobante, cat, clock)
			doc.Comprobante.Totalize(cat)
		}
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 || took > 500*time.Millisecond && !raceEnabled {
			t.Errorf("%v: %v, %d MiB", name, took, used>>20)
		}
	}
}
