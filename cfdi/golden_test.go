package cfdi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/implocal"
)

// simple is an invoice of one line, priced net, not yet totalized.
func simple() *cfdi.Comprobante {
	return &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: "1", Fecha: "2026-11-20T11:58:00", FormaPago: "03", Moneda: "MXN",
		TipoDeComprobante: "I", Exportacion: "01", MetodoPago: "PUE", LugarExpedicion: "06600",
		Emisor: cfdi.Emisor{Rfc: emisorRfc, Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: "H&E951128469", Nombre: "HERRERIA & ELECTRICOS", DomicilioFiscalReceptor: "06002",
			RegimenFiscalReceptor: "601", UsoCFDI: "G03",
		},
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "80131500", Cantidad: num("1"), ClaveUnidad: "E48", Descripcion: "Renta de local",
			ValorUnitario: num("1000.00"), ObjetoImp: "02",
			Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0.16")}},
		}},
	}
}

func iva(rate string) cfdi.Traslado {
	return cfdi.Traslado{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num(rate)}
}

func ieps(factor, rate string) cfdi.Traslado {
	return cfdi.Traslado{Impuesto: "003", TipoFactor: factor, TasaOCuota: num(rate)}
}

func withheld(impuesto, rate string) cfdi.ConceptoRetencion {
	return cfdi.ConceptoRetencion{Impuesto: impuesto, TipoFactor: "Tasa", TasaOCuota: num(rate)}
}

// everything has every node and every attribute of the Anexo 20 at least once,
// with the characters that XML and cadena treat specially.
func everything() *cfdi.Comprobante {
	c := simple()
	c.CondicionesDePago = `30 días "netos" & <sin> recargo 'extra'`
	c.Moneda, c.TipoCambio, c.Confirmacion = "USD", num("18.123400"), "A1b2C"
	c.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: "04", Meses: "11", Año: "2026"}
	c.CfdiRelacionados = []cfdi.CfdiRelacionados{
		{TipoRelacion: "04", CfdiRelacionado: []cfdi.CfdiRelacionado{
			{UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF"}, {UUID: "00000000-0000-4000-8000-00000000000a"},
		}},
		{TipoRelacion: "07", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CC0"}}},
	}
	c.Emisor.FacAtrAdquirente = "0123456789"
	c.Receptor.ResidenciaFiscal, c.Receptor.NumRegIdTrib = "USA", "123456789"
	first := &c.Conceptos[0]
	first.NoIdentificacion, first.Unidad, first.Descuento = "SKU 1", "Mes", num("10")
	first.Impuestos.Traslados = append(first.Impuestos.Traslados, ieps("Tasa", "0.08"))
	first.Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("001", "0.10"), withheld("002", "0.106667")}
	first.ACuentaTerceros = &cfdi.ACuentaTerceros{
		RfcACuentaTerceros: "ZUÑ920208KL4", NombreACuentaTerceros: "ZAPATERIA URTADO ÑERI",
		RegimenFiscalACuentaTerceros: "601", DomicilioFiscalACuentaTerceros: "34541",
	}
	first.InformacionAduanera = []cfdi.InformacionAduanera{{NumeroPedimento: "24  48  3009  0001234"}}
	first.CuentaPredial = []cfdi.CuentaPredial{{Numero: "15956011002"}, {Numero: "A1"}}
	first.Parte = []cfdi.Parte{
		{ClaveProdServ: "51241200", Cantidad: num("1.5"), Descripcion: "Tornillo ½″ «fino»"},
		{
			ClaveProdServ: "51241200", NoIdentificacion: "P-2", Cantidad: num("2"), Unidad: "Pieza", Descripcion: "Tuerca",
			ValorUnitario: num("3.333333"), InformacionAduanera: []cfdi.InformacionAduanera{
				{NumeroPedimento: "25  48  3009  0001235"}, {NumeroPedimento: "25  48  3009  0001236"},
			},
		},
	}
	c.Conceptos = append(c.Conceptos,
		cfdi.Concepto{
			ClaveProdServ: "15101514", Cantidad: num("40.5"), ClaveUnidad: "LTR", Descripcion: "Gasolina",
			ValorUnitario: num("21.456789"), ObjetoImp: "02",
			Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{ieps("Cuota", "0.5911"), iva("0.16")}},
		},
		cfdi.Concepto{
			ClaveProdServ: "86121500", Cantidad: num("1"), ClaveUnidad: "E48", Descripcion: "Colegiatura\u00a0y más",
			ValorUnitario: num("500"), ObjetoImp: "02",
			Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Exento"}}},
		},
		cfdi.Concepto{
			ClaveProdServ: "50161509", Cantidad: num("3"), ClaveUnidad: "KGM", Descripcion: "Azúcar",
			ValorUnitario: num("33.33"), ObjetoImp: "02",
			Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0")}},
		},
		cfdi.Concepto{
			ClaveProdServ: "01010101", Cantidad: num("1"), ClaveUnidad: "ACT", Descripcion: "Sin objeto",
			ValorUnitario: num("0.01"), ObjetoImp: "01",
		},
	)
	c.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{
		RetencionesLocales: []implocal.RetencionesLocales{
			{ImpLocRetenido: "5 al millar", TasadeRetencion: num("0.5")},
			{ImpLocRetenido: "Cedular", TasadeRetencion: num("3"), Importe: num("1.5")},
		},
		TrasladosLocales: []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.00")}},
	}}
	c.Addenda = []byte(`<cfdi:Addenda xmlns:cfdi="http://www.sat.gob.mx/cfd/4"><pedido xmlns="urn:cliente"> 4711 </pedido></cfdi:Addenda>`)
	return c
}

// goldens are documents whose XML and cadena stand in testdata.
func goldens() map[string]*cfdi.Comprobante {
	exento := simple()
	exento.Conceptos[0].Impuestos.Traslados = []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Exento"}}
	pago := simple()
	pago.TipoDeComprobante, pago.Moneda, pago.FormaPago, pago.MetodoPago = "P", "XXX", "", ""
	pago.Receptor.UsoCFDI = "CP01"
	pago.Conceptos = []cfdi.Concepto{{
		ClaveProdServ: "84111506", Cantidad: num("1"), ClaveUnidad: "ACT", Descripcion: "Pago", ValorUnitario: num("0"),
		ObjetoImp: "01",
	}}
	yen := simple()
	yen.Moneda, yen.TipoCambio = "JPY", num("0.12")
	yen.Conceptos[0].ValorUnitario = num("101")
	all := map[string]*cfdi.Comprobante{
		"sencillo": simple(), "todo": everything(), "exento": exento, "pago-en-cero": pago, "yenes": yen,
	}
	cat := catalogo.New()
	for _, c := range all {
		c.NoCertificado, c.Certificado, c.Sello = "30001000000500003416", "AA==", "AA=="
		c.Totalize(cat)
	}
	return all
}

func TestGoldenDocuments(t *testing.T) {
	for name, c := range goldens() {
		t.Run(name, func(t *testing.T) {
			cadena, err := cfdi.Cadena(c)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".xml", cfdi.WriteXML(c))
			golden(t, name+".cadena", []byte(cadena))
			doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c, doc.Comprobante); d != "" {
				t.Errorf("read(write(c)) differs from c (-want +got)\n%s", d)
			}
		})
	}
}

// TestGoldensMeetTheOracle has the SAT's own stylesheet and schema judge the
// golden files.
func TestGoldensMeetTheOracle(t *testing.T) {
	for name := range goldens() {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".xml")
			if got, want := string(readFile(t, filepath.Join("testdata", name+".cadena"))), xsltCadena(t, file); got != want {
				t.Errorf("cadena\n got %s\nwant %s", got, want)
			}
			if says := schemaSays(t, withoutAddenda(t, file)); says != "" {
				t.Error(says)
			}
		})
	}
}

// withoutAddenda copies a document without the node that the schema leaves to
// the customer.
func withoutAddenda(t *testing.T, file string) string {
	t.Helper()
	doc, err := cfdi.Read(readFile(t, file), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	doc.Comprobante.Addenda = nil
	out := filepath.Join(t.TempDir(), "plain.xml")
	if err := os.WriteFile(out, cfdi.WriteXML(doc.Comprobante), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDraftSurvivesJSON: what is stored as JSON comes back the same, the
// complements too once they are decoded.
func TestDraftSurvivesJSON(t *testing.T) {
	c := everything()
	c.Totalize(catalogo.New())
	c.Complementos = append(c.Complementos, &cfdi.Unknown{
		Space: "urn:otro", Prefix: "o", Local: "Otro", Schema: "http://otro/otro.xsd",
		XML: []byte(`<o:Otro xmlns:o="urn:otro" a="1"> x </o:Otro>`),
	})
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var got cfdi.Comprobante
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if implocal.De(&got) != nil {
		t.Fatal("a complement has its type before Decode")
	}
	if err := got.Decode(complementos.All); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(c, &got); d != "" {
		t.Errorf("JSON changed the document (-want +got)\n%s", d)
	}
}

// TestCloneSharesNothing: what is done to the copy does not show in the
// original, in any node.
func TestCloneSharesNothing(t *testing.T) {
	c := everything()
	c.Totalize(catalogo.New())
	before := string(cfdi.WriteXML(c))
	dup := c.Clone()
	if d := cmp.Diff(c, dup); d != "" {
		t.Fatalf("the copy differs\n%s", d)
	}
	dup.InformacionGlobal.Meses = "01"
	dup.CfdiRelacionados[0].CfdiRelacionado[0].UUID = "x"
	line := &dup.Conceptos[0]
	line.Descripcion, line.Impuestos.Traslados[0].Base = "x", num("9")
	line.Impuestos.Retenciones[0].Base, line.ACuentaTerceros.NombreACuentaTerceros = num("9"), "x"
	line.InformacionAduanera[0].NumeroPedimento, line.CuentaPredial[0].Numero = "x", "x"
	line.Parte[1].Descripcion, line.Parte[1].InformacionAduanera[0].NumeroPedimento = "x", "x"
	dup.Impuestos.Traslados[0].Base, dup.Impuestos.Retenciones[0].Importe = num("9"), num("9")
	implocal.De(dup).TrasladosLocales[0].ImpLocTrasladado = "x"
	dup.Addenda[0] = 'x'
	if after := string(cfdi.WriteXML(c)); after != before {
		t.Error("the original changed with its copy")
	}
}
