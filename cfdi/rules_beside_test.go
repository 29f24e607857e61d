package cfdi_test

import (
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
)

// A beside is a document that comes as near to breaking a rule as one can without
// breaking it.
type beside struct {
	code   string
	from   func() *cfdi.Comprobante
	change func(c *cfdi.Comprobante)
}

func asIs(*cfdi.Comprobante) {}

// rated gives a line of a transfer of goods one tax, so that nothing else depends on it.
func rated(tax cfdi.Traslado) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) {
		c.Conceptos[0].ObjetoImp = "02"
		c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{tax}}
	}
}

func withholding(tax cfdi.ConceptoRetencion) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) {
		c.Conceptos[0].ObjetoImp = "02"
		c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Retenciones: []cfdi.ConceptoRetencion{tax}}
	}
}

func tasa(base, impuesto, rate, importe string) cfdi.Traslado {
	return cfdi.Traslado{Base: num(base), Impuesto: impuesto, TipoFactor: "Tasa", TasaOCuota: num(rate), Importe: num(importe)}
}

func rif(c *cfdi.Comprobante) {
	c.Emisor = cfdi.Emisor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", RegimenFiscal: "621"}
}

func besides() []beside {
	return append(append(headBesides(), lineBesides()...), summaryBesides()...)
}

func headBesides() []beside {
	return []beside{
		{"CFDI40101", sinImpuestos, func(c *cfdi.Comprobante) { c.Fecha = "2024-02-29T23:59:59" }},
		{"CFDI40103", factura, func(c *cfdi.Comprobante) { c.FormaPago = "31" }},
		{"CFDI40104", factura, func(c *cfdi.Comprobante) { c.FormaPago = "08" }},
		{"CFDI40105", factura, func(c *cfdi.Comprobante) { c.MetodoPago, c.FormaPago = "PPD", "99" }},
		{"CFDI40107", factura, func(c *cfdi.Comprobante) { c.SubTotal = num("250.0") }},
		{"CFDI40108", sinImpuestos, func(c *cfdi.Comprobante) { // 33.335 rounds half away from zero
			c.Conceptos[0].ValorUnitario, c.Conceptos[0].Importe, c.SubTotal, c.Total = num("33.335"), num("33.335"), num("33.34"), num("33.34")
		}},
		{"CFDI40109", traslado, func(c *cfdi.Comprobante) { c.SubTotal = num("0.0000") }},
		{"CFDI40110", sinImpuestos, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Descuento, c.Descuento, c.Total = num("100.00"), num("100.00"), num("0.00")
		}},
		{"CFDI40111", sinImpuestos, func(c *cfdi.Comprobante) { c.Conceptos[0].Descuento, c.Descuento = num("0.00"), num("0.00") }},
		{"CFDI40112", factura, func(c *cfdi.Comprobante) { c.Descuento = num("20.0") }},
		{"CFDI40113", extranjera, func(c *cfdi.Comprobante) { c.Moneda = "EUR" }},
		{"CFDI40114", factura, func(c *cfdi.Comprobante) { c.TipoCambio = num("1") }},
		{"CFDI40115", factura, func(c *cfdi.Comprobante) { c.TipoCambio = none }},
		{"CFDI40116", traslado, asIs},
		{"CFDI40117", extranjera, func(c *cfdi.Comprobante) { c.TipoCambio = num("0.000001") }},
		{"CFDI40119", factura, func(c *cfdi.Comprobante) { c.Total = num("248.8") }},
		{"CFDI40121", notaDeCredito, asIs},
		{"CFDI40122", extranjera, asIs},
		{"CFDI40123", factura, func(c *cfdi.Comprobante) { c.Exportacion = "04" }},
		{"CFDI40124", factura, func(c *cfdi.Comprobante) { c.MetodoPago, c.FormaPago = "PPD", "99" }},
		{"CFDI40125", nomina, asIs},
		{"CFDI40126", factura, func(c *cfdi.Comprobante) { c.LugarExpedicion = "36257" }},
		{"CFDI40127", factura, func(c *cfdi.Comprobante) { c.Confirmacion = "" }},
		{"CFDI40130", global, func(c *cfdi.Comprobante) { c.InformacionGlobal, c.Receptor.Nombre = nil, "VENTA DE MOSTRADOR" }},
		{"CFDI40130", global, func(c *cfdi.Comprobante) {
			c.TipoDeComprobante, c.InformacionGlobal, c.Receptor.UsoCFDI = "E", nil, "G02"
		}},
		{"CFDI40131", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Periodicidad = "01" }},
		{"CFDI40132", global, func(c *cfdi.Comprobante) {
			rif(c)
			c.InformacionGlobal.Periodicidad, c.InformacionGlobal.Meses = "05", "18"
		}},
		{"CFDI40133", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Meses = "12" }},
		{"CFDI40134", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Meses = "01" }},
		{"CFDI40135", global, func(c *cfdi.Comprobante) {
			rif(c)
			c.InformacionGlobal.Periodicidad, c.InformacionGlobal.Meses = "05", "13"
		}},
		{"CFDI40136", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Año = "2025" }},
		{"CFDI40137", notaDeCredito, func(c *cfdi.Comprobante) { c.CfdiRelacionados[0].TipoRelacion = "07" }},
		{"CFDI40140", factura, func(c *cfdi.Comprobante) { c.Emisor.RegimenFiscal = "624" }},
		{"CFDI40141", factura, func(c *cfdi.Comprobante) { c.Emisor.RegimenFiscal = "626" }},
		{"CFDI40146", factura, func(c *cfdi.Comprobante) { c.Receptor.Nombre = "PUBLICO EN GENERAL DE LEON" }},
		{"CFDI40149", global, func(c *cfdi.Comprobante) {
			c.LugarExpedicion, c.Receptor.DomicilioFiscalReceptor = "06600", "06600"
		}},
		{"CFDI40150", extranjera, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal = "CAN" }},
		{"CFDI40151", extranjera, asIs},
		{"CFDI40152", extranjera, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal = "DEU" }},
		{"CFDI40153", extranjera, func(c *cfdi.Comprobante) {
			c.Receptor.ResidenciaFiscal, c.Receptor.NumRegIdTrib, c.Complementos, c.Exportacion = "", "", nil, "01"
		}},
		{"CFDI40154", extranjera, asIs},
		{"CFDI40155", extranjera, func(c *cfdi.Comprobante) { c.Receptor.NumRegIdTrib, c.Complementos, c.Exportacion = "", nil, "01" }},
		{"CFDI40156", extranjera, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal, c.Receptor.NumRegIdTrib = "DEU", "12-3456789" }},
		{"CFDI40157", factura, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor = "626" }},
		{"CFDI40158", factura, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor = "625" }},
		{"CFDI40159", nomina, func(c *cfdi.Comprobante) { // a worker who died
			c.Receptor = cfdi.Receptor{Rfc: "XAXX010101000", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "42501", RegimenFiscalReceptor: "605", UsoCFDI: "CN01"}
		}},
		{"CFDI40160", factura, func(c *cfdi.Comprobante) { c.Receptor.UsoCFDI = "S01" }},
		{"CFDI40161", factura, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor, c.Receptor.UsoCFDI = "605", "D10" }},
		{"CFDI40222", extranjera, func(c *cfdi.Comprobante) { c.Exportacion = "04" }},
		{"CFDI40999", factura, func(c *cfdi.Comprobante) {
			c.Serie, c.Folio, c.Conceptos[0].Descripcion = strings.Repeat("A", 25), strings.Repeat("1", 40), strings.Repeat("ñ", 1000)
		}},
		{"CFDI40999", sinImpuestos, func(c *cfdi.Comprobante) { c.Conceptos[0].Cantidad = num("1.000000") }},
		{"301", factura, func(c *cfdi.Comprobante) { c.Serie, c.Folio, c.Conceptos[0].Unidad = "", "", "" }},
		{"401", factura, func(c *cfdi.Comprobante) { c.Fecha = "2026-11-17T10:08:00" }},
		{"CFDI140230", pago, asIs},
	}
}

func lineBesides() []beside {
	return []beside{
		{"CFDI40162", factura, line1(func(c *cfdi.Concepto) { c.ClaveProdServ = "01010101" })},
		{"CFDI40164", factura, line1(func(c *cfdi.Concepto) { c.ClaveProdServ = "80111701" })},
		{"CFDI40165", factura, line1(func(c *cfdi.Concepto) { c.ClaveUnidad = "ACT" })},
		{"CFDI40166", sinImpuestos, func(c *cfdi.Comprobante) {
			k := &c.Conceptos[0]
			k.ValorUnitario, k.Importe, c.SubTotal, c.Total = num("0.000001"), num("0.000001"), num("0.00"), num("0.00")
		}},
		{"CFDI40166", traslado, asIs},
		{"CFDI40167", sinImpuestos, func(c *cfdi.Comprobante) { // the guide's own example
			k := &c.Conceptos[0]
			k.Cantidad, k.ValorUnitario, k.Importe, c.SubTotal, c.Total = num("14.16"), num("13.66"), num("193.43"), num("193.43"), num("193.43")
		}},
		{"CFDI40168", factura, line1(func(c *cfdi.Concepto) { c.Descuento = num("20.0") })},
		{"CFDI40169", sinImpuestos, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Descuento, c.Descuento, c.Total = num("100.00"), num("100.00"), num("0.00")
		}},
		{"CFDI40170", sinImpuestos, func(c *cfdi.Comprobante) { c.Conceptos[0].ObjetoImp, c.Fecha = "06", "2024-12-13T00:00:00" }},
		{"CFDI40171", sinImpuestos, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "03" })},
		{"CFDI40172", exenta, asIs},
		{"CFDI40173", factura, func(c *cfdi.Comprobante) { // only a transfer on the second line
			c.Conceptos[1].Impuestos.Retenciones = []cfdi.ConceptoRetencion{}
		}},
		{"CFDI40174", traslado, rated(tasa("0.000001", "002", "0.160000", "0.00"))},
		{"CFDI40175", traslado, rated(tasa("1", "003", "0.080000", "0.08"))},
		{"CFDI40176", traslado, rated(cfdi.Traslado{Base: num("1"), Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: num("0.591100"), Importe: num("0.59")})},
		{"CFDI40177", traslado, rated(cfdi.Traslado{Base: num("1"), Impuesto: "002", TipoFactor: "Exento"})},
		{"CFDI40178", traslado, rated(tasa("1", "002", "0.000000", "0.00"))},
		{"CFDI40179", traslado, rated(cfdi.Traslado{Base: num("1"), Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: num("72.160500"), Importe: num("72.16")})},
		{"CFDI40179", traslado, func(c *cfdi.Comprobante) { // 8 % at the border, on what has the stimulus
			rated(tasa("1", "002", "0.080000", "0.08"))(c)
			c.LugarExpedicion, c.Fecha = "22000", "2026-11-20T08:00:00"
		}},
		{"CFDI40180", traslado, rated(tasa("998.00", "002", "0.160000", "159.67"))},
		{"CFDI40180", traslado, rated(tasa("998.00", "002", "0.160000", "159.680800"))},
		{"CFDI40181", traslado, withholding(cfdi.ConceptoRetencion(tasa("0.000001", "001", "0.100000", "0.00")))},
		{"CFDI40182", traslado, withholding(cfdi.ConceptoRetencion(tasa("1", "002", "0.106667", "0.11")))},
		{"CFDI40183", traslado, withholding(cfdi.ConceptoRetencion{Base: num("1"), Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: num("0.591100"), Importe: num("0.59")})},
		{"CFDI40184", traslado, withholding(cfdi.ConceptoRetencion(tasa("1", "001", "0.012500", "0.01")))},
		{"CFDI40185", traslado, withholding(cfdi.ConceptoRetencion(tasa("1", "001", "0.350000", "0.35")))},
		{"CFDI40186", traslado, withholding(cfdi.ConceptoRetencion(tasa("1000000.00", "002", "0.106667", "106667.01")))},
		{"CFDI40188", factura, asIs},
		{"CFDI40189", deTercero, asIs},
		{"CFDI40191", factura, line1(func(c *cfdi.Concepto) { c.ACuentaTerceros.RegimenFiscalACuentaTerceros = "612" })},
		{"CFDI40193", factura, line1(func(c *cfdi.Concepto) { c.ACuentaTerceros.DomicilioFiscalACuentaTerceros = "06600" })},
		{"CFDI140223", factura, line1(func(c *cfdi.Concepto) { c.ACuentaTerceros.RegimenFiscalACuentaTerceros = "605" })},
		{"CFDI40194", factura, pedimentoOf("26  47  3807  6000500")},
		{"CFDI40195", extranjera, asIs},
		{"CFDI40196", factura, parteOf(func(p *cfdi.Parte) { p.ClaveProdServ = "01010101" })},
		{"CFDI40197", factura, parteOf(func(p *cfdi.Parte) { p.ValorUnitario, p.Importe = none, none })},
		{"CFDI40198", factura, parteOf(func(p *cfdi.Parte) { p.Importe = num("50.01") })},
		{"CFDI40199", factura, parteOf(func(p *cfdi.Parte) { p.InformacionAduanera[0].NumeroPedimento = "26  47  3807  6000001" })},
		{"CFDI40200", extranjera, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Parte = factura().Conceptos[1].Parte
			c.Conceptos[0].Parte[0].InformacionAduanera = nil
		}},
		{"CFDI140226", traslado, func(c *cfdi.Comprobante) {
			withholding(cfdi.ConceptoRetencion(tasa("1", "001", "0.100000", "0.10")))(c)
			c.Conceptos[0].ObjetoImp = "06"
		}},
		{"CFDI140227", traslado, func(c *cfdi.Comprobante) {
			rated(tasa("1", "003", "0.080000", "0.08"))(c)
			c.Conceptos[0].ObjetoImp = "07"
		}},
	}
}

// thirds sells two things whose taxes are cents only together.
func thirds(c *cfdi.Comprobante) {
	k := c.Conceptos[0]
	k.ValorUnitario, k.Importe = num("33.335"), num("33.335")
	k.ObjetoImp, k.Impuestos = "02", &cfdi.ConceptoImpuestos{
		Traslados:   []cfdi.Traslado{tasa("33.335", "002", "0.160000", "5.3336")},
		Retenciones: []cfdi.ConceptoRetencion{cfdi.ConceptoRetencion(tasa("33.335", "001", "0.100000", "3.3335"))},
	}
	c.Conceptos = []cfdi.Concepto{k, k}
	c.SubTotal = num("66.67")
	c.Impuestos = &cfdi.Impuestos{
		Retenciones: []cfdi.Retencion{{Impuesto: "001", Importe: num("6.67")}}, TotalImpuestosRetenidos: num("6.67"),
		Traslados: []cfdi.Traslado{tasa("66.67", "002", "0.160000", "10.67")}, TotalImpuestosTrasladados: num("10.67"),
	}
	c.Total = num("70.67")
}

func summaryBesides() []beside {
	root := func(change func(i *cfdi.Impuestos)) func(*cfdi.Comprobante) {
		return func(c *cfdi.Comprobante) { change(c.Impuestos) }
	}
	zeroToo := func(c *cfdi.Comprobante) { // 0 % beside exempt: two rows
		row := tasa("100.00", "002", "0.000000", "0.00")
		c.Conceptos[0].Impuestos.Traslados = append(c.Conceptos[0].Impuestos.Traslados, row)
		c.Impuestos.Traslados = append(c.Impuestos.Traslados, row)
		c.Impuestos.TotalImpuestosTrasladados = num("0.00")
	}
	return []beside{
		{"CFDI40201", traslado, asIs},
		{"CFDI40202", factura, root(func(i *cfdi.Impuestos) { i.TotalImpuestosRetenidos = num("18.0") })},
		{"CFDI40203", sinImpuestos, thirds},
		{"CFDI40204", factura, root(func(i *cfdi.Impuestos) { i.TotalImpuestosTrasladados = num("36.8") })},
		{"CFDI40205", exenta, zeroToo},
		{"CFDI40206", exenta, asIs},
		{"CFDI40207", sinImpuestos, thirds},
		{"CFDI40208", sinImpuestos, thirds},
		{"CFDI40210", factura, root(func(i *cfdi.Impuestos) { i.Retenciones[0].Importe = num("18") })},
		{"CFDI40211", sinImpuestos, thirds},
		{"CFDI40212", exenta, asIs},
		{"CFDI40213", exenta, asIs},
		{"CFDI40214", factura, root(func(i *cfdi.Impuestos) { i.Traslados[0].Base = num("230.0") })},
		{"CFDI40215", sinImpuestos, thirds},
		{"CFDI40216", exenta, root(func(i *cfdi.Impuestos) { i.Traslados[0].Base = num("100.0") })},
		{"CFDI40217", exenta, asIs},
		{"CFDI40218", exenta, zeroToo},
		{"CFDI40219", exenta, zeroToo},
		{"CFDI40220", factura, root(func(i *cfdi.Impuestos) { i.Traslados[0].Importe = num("36.8") })},
		{"CFDI40221", sinImpuestos, thirds},
	}
}

// tolerated are the warnings that a document at the limit cannot be without.
var tolerated = map[string]string{
	"CFDI40167": "AVISO06", // within the limits and not the product
}

// TestBesideEachRule: what is just legal is legal, for every code.
func TestBesideEachRule(t *testing.T) {
	cat := ownCatalogue(t)
	proved := map[string]bool{}
	for i, b := range besides() {
		doc := b.from()
		b.change(doc)
		at := time.Time{}
		if b.code == "401" {
			at = rulesAt
		}
		for _, f := range cfdi.Validate(doc, cat, at) {
			if tolerated[b.code] != f.Code {
				t.Errorf("beside %s (%d): %s %s %s: %s", b.code, i, f.Severity, f.Code, f.Path, f.Message)
			}
		}
		proved[b.code] = true
	}
	for _, r := range cfdi.Rules() {
		if r.State == cfdi.StateRule && !proved[r.Code] {
			t.Errorf("%s has no document beside it", r.Code)
		}
	}
}
