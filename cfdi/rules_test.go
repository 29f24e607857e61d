package cfdi_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/decimal"
	"pgregory.net/rapid"
)

// A ruleCase breaks one rule of a document that breaks none.
type ruleCase struct {
	code, path string
	from       func() *cfdi.Comprobante
	change     func(c *cfdi.Comprobante)
}

var none decimal.Decimal // an attribute that is not there

// line1 changes the first line.
func line1(change func(c *cfdi.Concepto)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&c.Conceptos[0]) }
}

func trasladoOf(change func(t *cfdi.Traslado)) func(*cfdi.Comprobante) {
	return line1(func(c *cfdi.Concepto) { change(&c.Impuestos.Traslados[0]) })
}

func retencionOf(change func(r *cfdi.ConceptoRetencion)) func(*cfdi.Comprobante) {
	return line1(func(c *cfdi.Concepto) { change(&c.Impuestos.Retenciones[0]) })
}

func parteOf(change func(p *cfdi.Parte)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&c.Conceptos[1].Parte[0]) }
}

const (
	traslado1  = "Conceptos[0].Impuestos.Traslados[0]."
	retencion1 = "Conceptos[0].Impuestos.Retenciones[0]."
)

func ruleCases() []ruleCase {
	return append(append(headCases(), lineCases()...), summaryCases()...)
}

func headCases() []ruleCase {
	return []ruleCase{
		{"CFDI40101", "Fecha", factura, func(c *cfdi.Comprobante) { c.Fecha = "2026-11-20 10:00:00" }},
		{"CFDI40101", "Fecha", factura, func(c *cfdi.Comprobante) { c.Fecha = "2026-02-30T10:00:00" }},
		{"CFDI40103", "FormaPago", traslado, func(c *cfdi.Comprobante) { c.FormaPago = "03" }},
		{"CFDI40103", "FormaPago", pago, func(c *cfdi.Comprobante) { c.FormaPago = "99" }},
		{"CFDI40104", "FormaPago", factura, func(c *cfdi.Comprobante) { c.FormaPago = "07" }},
		{"CFDI40105", "FormaPago", factura, func(c *cfdi.Comprobante) { c.MetodoPago = "PPD" }},
		{"CFDI40105", "FormaPago", factura, func(c *cfdi.Comprobante) { c.MetodoPago, c.FormaPago = "PPD", "" }},
		{"CFDI40107", "SubTotal", factura, func(c *cfdi.Comprobante) { c.SubTotal = num("250.000") }},
		{"CFDI40108", "SubTotal", factura, func(c *cfdi.Comprobante) { c.SubTotal, c.Total = num("250.01"), num("248.81") }},
		{"CFDI40109", "SubTotal", traslado, func(c *cfdi.Comprobante) { c.SubTotal = num("1") }},
		{"CFDI40110", "Descuento", sinImpuestos, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Descuento, c.Descuento, c.Total = num("100.01"), num("100.01"), num("-0.01")
		}},
		{"CFDI40111", "Descuento", factura, func(c *cfdi.Comprobante) { c.Descuento, c.Total = num("19.99"), num("248.81") }},
		{"CFDI40111", "Descuento", factura, func(c *cfdi.Comprobante) { c.Descuento, c.Total = none, num("268.80") }},
		{"CFDI40111", "Descuento", sinImpuestos, func(c *cfdi.Comprobante) { c.Descuento = num("0.00") }},
		{"CFDI40111", "Descuento", traslado, func(c *cfdi.Comprobante) { c.Conceptos[0].Descuento = num("0") }},
		{"CFDI40112", "Descuento", factura, func(c *cfdi.Comprobante) { c.Descuento = num("20.0000") }},
		{"CFDI40113", "Moneda", factura, func(c *cfdi.Comprobante) { c.Moneda, c.TipoCambio = "ZZZ", num("2") }},
		{"CFDI40114", "TipoCambio", factura, func(c *cfdi.Comprobante) { c.TipoCambio = num("18.50") }},
		{"CFDI40115", "TipoCambio", extranjera, func(c *cfdi.Comprobante) { c.TipoCambio = none }},
		{"CFDI40116", "TipoCambio", traslado, func(c *cfdi.Comprobante) { c.TipoCambio = num("1") }},
		{"CFDI40117", "TipoCambio", extranjera, func(c *cfdi.Comprobante) { c.TipoCambio = num("18.1234567") }},
		{"CFDI40119", "Total", factura, func(c *cfdi.Comprobante) { c.Total = num("248.81") }},
		{"CFDI40119", "Total", traslado, func(c *cfdi.Comprobante) { c.Total = num("0.01") }},
		{"CFDI40121", "TipoDeComprobante", factura, func(c *cfdi.Comprobante) {
			*c = *sinImpuestos()
			c.TipoDeComprobante = "X"
		}},
		{"CFDI40122", "Exportacion", factura, func(c *cfdi.Comprobante) { c.Exportacion = "02" }},
		{"CFDI40123", "Exportacion", factura, func(c *cfdi.Comprobante) { c.Exportacion = "05" }},
		{"CFDI40124", "MetodoPago", factura, func(c *cfdi.Comprobante) { c.MetodoPago = "PUD" }},
		{"CFDI40125", "MetodoPago", traslado, func(c *cfdi.Comprobante) { c.MetodoPago = "PUE" }},
		{"CFDI40126", "LugarExpedicion", factura, func(c *cfdi.Comprobante) { c.LugarExpedicion = "00000" }},
		{"CFDI40127", "Confirmacion", factura, func(c *cfdi.Comprobante) { c.Confirmacion = "A1b2C" }},
		{"CFDI40130", "InformacionGlobal", global, func(c *cfdi.Comprobante) { c.InformacionGlobal = nil }},
		{"CFDI40131", "InformacionGlobal.Periodicidad", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Periodicidad = "06" }},
		{"CFDI40132", "InformacionGlobal.Periodicidad", global, func(c *cfdi.Comprobante) {
			c.InformacionGlobal.Periodicidad, c.InformacionGlobal.Meses = "05", "18"
		}},
		{"CFDI40133", "InformacionGlobal.Meses", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Meses = "19" }},
		{"CFDI40134", "InformacionGlobal.Meses", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Meses = "13" }},
		{"CFDI40135", "InformacionGlobal.Meses", global, func(c *cfdi.Comprobante) {
			c.Emisor = cfdi.Emisor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", RegimenFiscal: "621"}
			c.InformacionGlobal.Periodicidad = "05"
		}},
		{"CFDI40136", "InformacionGlobal.Año", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Año = "2027" }},
		{"CFDI40136", "InformacionGlobal.Año", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Año = "2020" }},
		{"CFDI40137", "CfdiRelacionados[0].TipoRelacion", notaDeCredito, func(c *cfdi.Comprobante) { c.CfdiRelacionados[0].TipoRelacion = "08" }},
		{"CFDI40140", "Emisor.RegimenFiscal", factura, func(c *cfdi.Comprobante) { c.Emisor.RegimenFiscal = "602" }},
		{"CFDI40141", "Emisor.RegimenFiscal", factura, func(c *cfdi.Comprobante) { c.Emisor.RegimenFiscal = "612" }},
		{"CFDI40146", "Receptor.Rfc", factura, func(c *cfdi.Comprobante) { c.Receptor.Nombre = "PUBLICO EN GENERAL" }},
		{"CFDI40149", "Receptor.DomicilioFiscalReceptor", global, func(c *cfdi.Comprobante) { c.Receptor.DomicilioFiscalReceptor = "06600" }},
		{"CFDI40150", "Receptor.ResidenciaFiscal", extranjera, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal = "UAS" }},
		{"CFDI40151", "Receptor.ResidenciaFiscal", factura, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal = "USA" }},
		{"CFDI40152", "Receptor.ResidenciaFiscal", extranjera, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal = "MEX" }},
		{"CFDI40153", "Receptor.ResidenciaFiscal", extranjera, func(c *cfdi.Comprobante) { c.Receptor.ResidenciaFiscal = "" }},
		{"CFDI40154", "Receptor.NumRegIdTrib", factura, func(c *cfdi.Comprobante) { c.Receptor.NumRegIdTrib = "123456789" }},
		{"CFDI40155", "Receptor.NumRegIdTrib", extranjera, func(c *cfdi.Comprobante) { c.Receptor.NumRegIdTrib = "" }},
		{"CFDI40156", "Receptor.NumRegIdTrib", extranjera, func(c *cfdi.Comprobante) { c.Receptor.NumRegIdTrib = "12-3456789" }},
		{"CFDI40157", "Receptor.RegimenFiscalReceptor", factura, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor = "999" }},
		{"CFDI40158", "Receptor.RegimenFiscalReceptor", factura, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor = "601" }},
		{"CFDI40159", "Receptor.RegimenFiscalReceptor", global, func(c *cfdi.Comprobante) { c.Receptor.RegimenFiscalReceptor = "612" }},
		{"CFDI40160", "Receptor.UsoCFDI", factura, func(c *cfdi.Comprobante) { c.Receptor.UsoCFDI = "P01" }},
		{"CFDI40161", "Receptor.UsoCFDI", factura, func(c *cfdi.Comprobante) { c.Receptor.UsoCFDI = "CN01" }},
		{"CFDI40161", "Receptor.UsoCFDI", global, func(c *cfdi.Comprobante) { c.Receptor.UsoCFDI = "G03" }},
		{"CFDI40222", "Exportacion", extranjera, func(c *cfdi.Comprobante) { c.Exportacion = "03" }},
		{"CFDI40999", "Serie", factura, func(c *cfdi.Comprobante) { c.Serie = strings.Repeat("A", 26) }},
		{"CFDI40999", "Folio", factura, func(c *cfdi.Comprobante) { c.Folio = "1|2" }},
		{"CFDI40999", "Emisor.Rfc", factura, func(c *cfdi.Comprobante) { c.Emisor.Rfc = "EKU9013173C9" }},
		{"CFDI40999", "Conceptos[0].Cantidad", sinImpuestos, func(c *cfdi.Comprobante) { c.Conceptos[0].Cantidad = num("1.0000000") }},
		{"CFDI40999", "Conceptos[0].Descripcion", factura, func(c *cfdi.Comprobante) { c.Conceptos[0].Descripcion = strings.Repeat("ñ", 1001) }},
		{"CFDI40999", "Conceptos[0].CuentaPredial[0].Numero", factura, func(c *cfdi.Comprobante) { c.Conceptos[0].CuentaPredial[0].Numero = "12-34" }},
		{"CFDI40999", "CfdiRelacionados[0].CfdiRelacionado[0].UUID", notaDeCredito, func(c *cfdi.Comprobante) {
			c.CfdiRelacionados[0].CfdiRelacionado[0].UUID = "5FB2822E396D47258521CDC4BDD20CCF"
		}},
		{"301", "Emisor.Nombre", factura, func(c *cfdi.Comprobante) { c.Emisor.Nombre = "" }},
		{"301", "Total", factura, func(c *cfdi.Comprobante) { c.Total = none }},
		{"301", "Conceptos[1].ObjetoImp", factura, func(c *cfdi.Comprobante) { c.Conceptos[1].ObjetoImp = "" }},
		{"401", "Fecha", factura, func(c *cfdi.Comprobante) { c.Fecha = "2026-11-20T10:08:01" }},
		{"401", "Fecha", factura, func(c *cfdi.Comprobante) { c.Fecha = "2026-11-17T10:07:59" }},
		{"CFDI140230", "Complementos", pago, func(c *cfdi.Comprobante) { c.Complementos = nil }},
	}
}

func lineCases() []ruleCase {
	return []ruleCase{
		{"CFDI40162", "Conceptos[0].ClaveProdServ", factura, line1(func(c *cfdi.Concepto) { c.ClaveProdServ = "12345678" })},
		{"CFDI40162", "Conceptos[0].ClaveProdServ", factura, line1(func(c *cfdi.Concepto) { c.ClaveProdServ = "99999999" })},
		{"CFDI40164", "Conceptos[0].ClaveProdServ", sinImpuestos, line1(func(c *cfdi.Concepto) { c.ClaveProdServ = "80111701" })},
		{"CFDI40165", "Conceptos[0].ClaveUnidad", factura, line1(func(c *cfdi.Concepto) { c.ClaveUnidad = "ZZZ" })},
		{"CFDI40166", "Conceptos[0].ValorUnitario", sinImpuestos, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ValorUnitario, c.Conceptos[0].Importe, c.SubTotal, c.Total = num("0.00"), num("0.00"), num("0.00"), num("0.00")
		}},
		{"CFDI40167", "Conceptos[0].Importe", sinImpuestos, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Cantidad, c.Conceptos[0].ValorUnitario = num("1.00"), num("1.00")
		}},
		{"CFDI40168", "Conceptos[0].Descuento", factura, line1(func(c *cfdi.Concepto) { c.Descuento = num("20.000") })},
		{"CFDI40169", "Conceptos[0].Descuento", sinImpuestos, func(c *cfdi.Comprobante) {
			c.Conceptos = append(c.Conceptos, c.Conceptos[0])
			c.Conceptos[0].Descuento = num("100.01")
			c.SubTotal, c.Descuento, c.Total = num("200.00"), num("100.01"), num("99.99")
		}},
		{"CFDI40170", "Conceptos[0].ObjetoImp", factura, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "09" })},
		{"CFDI40170", "Conceptos[0].ObjetoImp", sinImpuestos, func(c *cfdi.Comprobante) { // 06 starts on 2024-12-13
			c.Conceptos[0].ObjetoImp, c.Fecha = "06", "2024-12-12T10:00:00"
		}},
		{"CFDI40171", "Conceptos[0].ObjetoImp", sinImpuestos, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "02" })},
		{"CFDI40172", "Conceptos[0].ObjetoImp", factura, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "03" })},
		{"CFDI40173", "Conceptos[0].Impuestos", sinImpuestos, line1(func(c *cfdi.Concepto) { c.ObjetoImp, c.Impuestos = "02", &cfdi.ConceptoImpuestos{} })},
		{"CFDI40174", traslado1 + "Base", exenta, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Impuestos.Traslados[0].Base, c.Impuestos.Traslados[0].Base = num("0"), num("0")
		}},
		{"CFDI40175", traslado1 + "Impuesto", factura, func(c *cfdi.Comprobante) {
			*c = *exenta()
			c.Conceptos[0].Impuestos.Traslados[0].Impuesto = "001"
			c.Impuestos = nil
			c.Conceptos[0].Impuestos.Traslados = append(c.Conceptos[0].Impuestos.Traslados[:0:0], c.Conceptos[0].Impuestos.Traslados[0])
			c.TipoDeComprobante, c.FormaPago, c.MetodoPago = "T", "", ""
			c.SubTotal, c.Total = num("0"), num("0")
		}},
		{"CFDI40176", traslado1 + "TipoFactor", traslado, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Base: num("1"), Impuesto: "002", TipoFactor: "exento"}}}
		}},
		{"CFDI40177", traslado1 + "TipoFactor", traslado, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Base: num("1"), Impuesto: "002", TipoFactor: "Exento", Importe: num("0")},
			}}
		}},
		{"CFDI40178", traslado1 + "Importe", traslado, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Base: num("1"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.000000")},
			}}
		}},
		{"CFDI40179", traslado1 + "TasaOCuota", factura, trasladoOf(func(t *cfdi.Traslado) { t.TasaOCuota = num("0.16") })},
		{"CFDI40179", traslado1 + "TasaOCuota", traslado, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Base: num("1"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.150000"), Importe: num("0.15")},
			}}
		}},
		{"CFDI40179", traslado1 + "TasaOCuota", traslado, func(c *cfdi.Comprobante) { // 8 % away from the border
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Base: num("1"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.080000"), Importe: num("0.08")},
			}}
		}},
		{"CFDI40179", traslado1 + "TasaOCuota", traslado, func(c *cfdi.Comprobante) { // a product without the stimulus
			c.LugarExpedicion = "22000"
			c.Conceptos[0].ClaveProdServ, c.Conceptos[0].ObjetoImp = "80131503", "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Base: num("1"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.080000"), Importe: num("0.08")},
			}}
			c.Fecha = "2026-11-20T08:00:00"
		}},
		{"CFDI40180", traslado1 + "Importe", factura, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Impuestos.Traslados[0].Importe, c.Impuestos.Traslados[0].Importe = num("28.82"), num("36.82")
			c.Impuestos.TotalImpuestosTrasladados, c.Total = num("36.82"), num("248.82")
		}},
		{"CFDI40181", retencion1 + "Base", factura, func(c *cfdi.Comprobante) {
			r := &c.Conceptos[0].Impuestos.Retenciones[0]
			r.Base, r.Importe = num("0.00"), num("0.00")
			c.Impuestos.Retenciones[0].Importe, c.Impuestos.TotalImpuestosRetenidos, c.Total = num("0.00"), num("0.00"), num("266.80")
		}},
		{"CFDI40182", retencion1 + "Impuesto", traslado, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Retenciones: []cfdi.ConceptoRetencion{
				{Base: num("1"), Impuesto: "004", TipoFactor: "Tasa", TasaOCuota: num("0.100000"), Importe: num("0.10")},
			}}
		}},
		{"CFDI40183", retencion1 + "TipoFactor", factura, retencionOf(func(r *cfdi.ConceptoRetencion) { r.TipoFactor = "tasa" })},
		{"CFDI40184", retencion1 + "TipoFactor", factura, retencionOf(func(r *cfdi.ConceptoRetencion) { r.TipoFactor = "Exento" })},
		{"CFDI40185", retencion1 + "TasaOCuota", traslado, func(c *cfdi.Comprobante) {
			c.Conceptos[0].ObjetoImp = "02"
			c.Conceptos[0].Impuestos = &cfdi.ConceptoImpuestos{Retenciones: []cfdi.ConceptoRetencion{
				{Base: num("1"), Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: num("0.350001"), Importe: num("0.35")},
			}}
		}},
		{"CFDI40186", retencion1 + "Importe", factura, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Impuestos.Retenciones[0].Importe, c.Impuestos.Retenciones[0].Importe = num("18.02"), num("18.02")
			c.Impuestos.TotalImpuestosRetenidos, c.Total = num("18.02"), num("248.78")
		}},
		{"CFDI40188", "Conceptos[0].ACuentaTerceros.RfcACuentaTerceros", factura, line1(func(c *cfdi.Concepto) {
			c.ACuentaTerceros.RfcACuentaTerceros = "CACX7605101P8"
		})},
		{"CFDI40189", "Conceptos[0].ACuentaTerceros.NombreACuentaTerceros", deTercero, line1(func(c *cfdi.Concepto) {
			c.ACuentaTerceros.NombreACuentaTerceros = "ACME INC"
		})},
		{"CFDI40191", "Conceptos[0].ACuentaTerceros.RegimenFiscalACuentaTerceros", factura, line1(func(c *cfdi.Concepto) {
			c.ACuentaTerceros.RegimenFiscalACuentaTerceros = "602"
		})},
		{"CFDI40193", "Conceptos[0].ACuentaTerceros.DomicilioFiscalACuentaTerceros", deTercero, line1(func(c *cfdi.Concepto) {
			c.ACuentaTerceros.DomicilioFiscalACuentaTerceros = "06600"
		})},
		{"CFDI140223", "Conceptos[0].ACuentaTerceros.RegimenFiscalACuentaTerceros", deTercero, line1(func(c *cfdi.Concepto) {
			c.ACuentaTerceros.RegimenFiscalACuentaTerceros = "612"
		})},
		{"CFDI40194", "Conceptos[1].InformacionAduanera[0].NumeroPedimento", factura, pedimentoOf("26 47 3807 6000123")},
		{"CFDI40194", "Conceptos[1].InformacionAduanera[0].NumeroPedimento", factura, pedimentoOf("15  47  3807  5000123")},
		{"CFDI40194", "Conceptos[1].InformacionAduanera[0].NumeroPedimento", factura, pedimentoOf("26  99  3807  6000123")},
		{"CFDI40194", "Conceptos[1].InformacionAduanera[0].NumeroPedimento", factura, pedimentoOf("26  47  3807  6000501")},
		{"CFDI40195", "Conceptos[0].InformacionAduanera[0].NumeroPedimento", extranjera, line1(func(c *cfdi.Concepto) {
			c.InformacionAduanera = []cfdi.InformacionAduanera{{NumeroPedimento: "26  47  3807  6000123"}}
		})},
		{"CFDI40196", "Conceptos[1].Parte[0].ClaveProdServ", factura, parteOf(func(p *cfdi.Parte) { p.ClaveProdServ = "12345678" })},
		{"CFDI40197", "Conceptos[1].Parte[0].ValorUnitario", factura, parteOf(func(p *cfdi.Parte) { p.ValorUnitario, p.Importe = num("0.00"), num("0.00") })},
		{"CFDI40198", "Conceptos[1].Parte[0].Importe", factura, parteOf(func(p *cfdi.Parte) { p.Importe = num("500.00") })},
		{"CFDI40199", "Conceptos[1].Parte[0].InformacionAduanera[0].NumeroPedimento", factura, parteOf(func(p *cfdi.Parte) {
			p.InformacionAduanera[0].NumeroPedimento = "27  47  3807  7000123"
		})},
		{"CFDI40200", "Conceptos[0].Parte[0].InformacionAduanera[0].NumeroPedimento", extranjera, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Parte = factura().Conceptos[1].Parte
		}},
		{"CFDI140226", "Conceptos[0].ObjetoImp", factura, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "06" })},
		{"CFDI140227", "Conceptos[0].ObjetoImp", factura, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "07" })},
		{"CFDI140227", "Conceptos[0].ObjetoImp", sinImpuestos, line1(func(c *cfdi.Concepto) { c.ObjetoImp = "07" })},
	}
}

func pedimentoOf(number string) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { c.Conceptos[1].InformacionAduanera[0].NumeroPedimento = number }
}

func summaryCases() []ruleCase {
	return []ruleCase{
		{"CFDI40201", "Impuestos", traslado, func(c *cfdi.Comprobante) { c.Impuestos = &cfdi.Impuestos{} }},
		{"CFDI40202", "Impuestos.TotalImpuestosRetenidos", factura, func(c *cfdi.Comprobante) { c.Impuestos.TotalImpuestosRetenidos = num("18.000") }},
		{"CFDI40203", "Impuestos.TotalImpuestosRetenidos", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.TotalImpuestosRetenidos, c.Total = num("17.00"), num("249.80")
		}},
		{"CFDI40204", "Impuestos.TotalImpuestosTrasladados", factura, func(c *cfdi.Comprobante) { c.Impuestos.TotalImpuestosTrasladados = num("36.800") }},
		{"CFDI40205", "Impuestos.TotalImpuestosTrasladados", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.TotalImpuestosTrasladados, c.Total = num("36.81"), num("248.81")
		}},
		{"CFDI40206", "Impuestos.TotalImpuestosRetenidos", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.TotalImpuestosRetenidos, c.Total = none, num("266.80")
		}},
		{"CFDI40207", "Impuestos.Retenciones[1].Impuesto", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.Retenciones = append(c.Impuestos.Retenciones, cfdi.Retencion{Impuesto: "004", Importe: num("0.00")})
		}},
		{"CFDI40208", "Impuestos.Retenciones[1].Impuesto", factura, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Impuestos.Retenciones[0].Importe = num("0.00")
			c.Conceptos[0].Impuestos.Retenciones[0].TasaOCuota = num("0.000000")
			c.Impuestos.Retenciones = []cfdi.Retencion{{Impuesto: "001", Importe: num("0.00")}, {Impuesto: "001", Importe: num("0.00")}}
			c.Impuestos.TotalImpuestosRetenidos, c.Total = num("0.00"), num("266.80")
		}},
		{"CFDI40210", "Impuestos.Retenciones[0].Importe", factura, func(c *cfdi.Comprobante) { c.Impuestos.Retenciones[0].Importe = num("18.0000") }},
		{"CFDI40211", "Impuestos.Retenciones[0].Importe", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.Retenciones[0].Importe, c.Impuestos.TotalImpuestosRetenidos, c.Total = num("17.00"), num("17.00"), num("249.80")
		}},
		{"CFDI40211", "Impuestos.Retenciones", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.Retenciones, c.Impuestos.TotalImpuestosRetenidos, c.Total = nil, none, num("266.80")
		}},
		{"CFDI40212", "Impuestos.TotalImpuestosTrasladados", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.TotalImpuestosTrasladados, c.Total = none, num("212.00")
		}},
		{"CFDI40213", "Impuestos.Traslados[0]", exenta, func(c *cfdi.Comprobante) { c.Impuestos.Traslados[0].Importe = num("0.00") }},
		{"CFDI40214", "Impuestos.Traslados[0].Base", factura, func(c *cfdi.Comprobante) { c.Impuestos.Traslados[0].Base = num("230.000") }},
		{"CFDI40215", "Impuestos.Traslados[0].Base", factura, func(c *cfdi.Comprobante) { c.Impuestos.Traslados[0].Base = num("230.01") }},
		{"CFDI40216", "Impuestos.Traslados[0].Base", exenta, func(c *cfdi.Comprobante) { c.Impuestos.Traslados[0].Base = num("99.99") }},
		{"CFDI40217", "Impuestos.Traslados[0].Impuesto", exenta, func(c *cfdi.Comprobante) {
			c.Conceptos[0].Impuestos.Traslados[0].Impuesto, c.Impuestos.Traslados[0].Impuesto = "004", "004"
		}},
		{"CFDI40218", "Impuestos.Traslados[1]", exenta, func(c *cfdi.Comprobante) {
			c.Impuestos.Traslados = append(c.Impuestos.Traslados, c.Impuestos.Traslados[0])
		}},
		{"CFDI40219", "Impuestos.Traslados[0].TasaOCuota", factura, func(c *cfdi.Comprobante) { c.Impuestos.Traslados[0].TasaOCuota = num("0.16") }},
		{"CFDI40220", "Impuestos.Traslados[0].Importe", factura, func(c *cfdi.Comprobante) { c.Impuestos.Traslados[0].Importe = num("36.8000") }},
		{"CFDI40221", "Impuestos.Traslados[0].Importe", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.Traslados[0].Importe, c.Impuestos.TotalImpuestosTrasladados, c.Total = num("36.79"), num("36.79"), num("248.79")
		}},
		{"CFDI40221", "Impuestos.Traslados", factura, func(c *cfdi.Comprobante) {
			c.Impuestos.Traslados, c.Impuestos.TotalImpuestosTrasladados, c.Total = nil, none, num("212.00")
		}},
	}
}

// consequences are the findings that a fault cannot be without: a discount that
// exceeds the subtotal exceeds some line, and a tax at the root is one of a line.
var consequences = map[string][]string{
	"CFDI40110": {"CFDI40169 Conceptos[0].Descuento error", "CFDI40999 Total error"},
	"CFDI40217": {"CFDI40175 Conceptos[0].Impuestos.Traslados[0].Impuesto error"},
}

// only reduces findings to what a case says of them.
func only(found cfdi.Findings) []string {
	lines := []string{}
	for _, f := range found {
		lines = append(lines, f.Code+" "+f.Path+" "+f.Severity)
	}
	return lines
}

// clockFor keeps the 72 hours out of cases that change the date, but for their own.
func clockFor(c ruleCase) time.Time {
	if c.code == "401" || c.code == "CFDI40101" {
		return rulesAt
	}
	return time.Time{}
}

func TestBasesBreakNoRule(t *testing.T) {
	cat := ownCatalogue(t)
	for name, base := range bases() {
		if diff := cmp.Diff([]string{}, only(cfdi.Validate(base(), cat, rulesAt))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	cat := ownCatalogue(t)
	for _, c := range ruleCases() {
		doc := c.from()
		c.change(doc)
		found := cfdi.Validate(doc, cat, clockFor(c))
		cfditest.Place(t, cfdi.Rules(), "", c.code, c.path)
		want := append([]string{c.code + " " + c.path + " error"}, consequences[c.code]...)
		if diff := cmp.Diff(want, only(found), cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("%s at %s:\n%s\n%v", c.code, c.path, diff, found)
		}
		for _, f := range found {
			if f.Message == "" || f.Fix == "" || !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
			}
		}
	}
}

// TestEveryRuleHasACase fails when a code is said to be a rule and no document
// proves it.
func TestEveryRuleHasACase(t *testing.T) {
	proved := map[string]bool{}
	for _, c := range ruleCases() {
		proved[c.code] = true
	}
	for _, r := range cfdi.Rules() {
		if r.State == cfdi.StateRule && !proved[r.Code] {
			t.Errorf("%s is a rule and no case breaks it", r.Code)
		}
	}
}

// TestRulesAreTheMatrix compares our list with the SAT's, code by code in order.
func TestRulesAreTheMatrix(t *testing.T) {
	path := shared(t, "sat/reglas/matriz-errores-cfdi40-20241213.tsv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var official, ours []string
	for line := range strings.Lines(string(text)) {
		for _, field := range strings.Split(strings.TrimSpace(line), "\t") {
			if strings.HasPrefix(field, "CFDI") && len(field) >= len("CFDI40101") && strings.Trim(field[4:], "0123456789") == "" {
				official = append(official, field)
			}
		}
	}
	for _, r := range cfdi.Rules() {
		if r.Family == "CFDI40" {
			ours = append(ours, r.Code)
		}
	}
	if len(official) != 128 {
		t.Errorf("the official matrix has %d codes, not 128", len(official))
	}
	if diff := cmp.Diff(official, ours); diff != "" {
		t.Error(diff)
	}
}

func TestRulesSayWhatTheyAre(t *testing.T) {
	for _, r := range cfdi.Rules() {
		if !strings.Contains("LKRP", r.Class) || r.State == "" {
			t.Errorf("%+v", r)
		}
		if (r.Class == cfdi.ClassRegistro || r.Class == cfdi.ClassPAC) != (r.State == cfdi.StatePAC) {
			t.Errorf("%s is of class %s and its state is %q", r.Code, r.Class, r.State)
		}
	}
}

// TestUnknownKeysAreThePACsWithoutTheCatalogue: the everyday set cannot say that a
// key does not exist.
func TestUnknownKeysAreThePACsWithoutTheCatalogue(t *testing.T) {
	doc := factura()
	doc.Conceptos[0].ClaveProdServ, doc.Conceptos[0].ClaveUnidad = "12345678", "ZZZ"
	doc.Conceptos[1].Parte[0].ClaveProdServ = "12345678"
	if found := cfdi.Validate(doc, catalogo.New(), rulesAt); len(found) > 0 {
		t.Error(found)
	}
}

func TestWarnings(t *testing.T) {
	cat := ownCatalogue(t)
	for _, c := range []ruleCase{
		{"AVISO01", "FormaPago", factura, func(c *cfdi.Comprobante) { c.FormaPago = "" }},
		{"AVISO02", "MetodoPago", factura, func(c *cfdi.Comprobante) { c.MetodoPago = "" }},
		{"AVISO03", "InformacionGlobal", global, func(c *cfdi.Comprobante) { c.Receptor.Nombre = "JUAN PEREZ" }},
		{"AVISO04", "CfdiRelacionados[0].TipoRelacion", notaDeCredito, func(c *cfdi.Comprobante) { c.TipoDeComprobante = "I" }},
		{"AVISO05", "Receptor.Rfc", factura, func(c *cfdi.Comprobante) { c.Receptor.Rfc = "CACX7605101P7" }},
		{"AVISO06", "Conceptos[0].Importe", sinImpuestos, func(c *cfdi.Comprobante) { c.Conceptos[0].ValorUnitario = num("100.01") }},
		{"AVISO07", "Moneda", sinImpuestos, func(c *cfdi.Comprobante) { c.Moneda, c.SubTotal, c.Total = "XXX", num("100"), num("100") }},
		{"AVISO08", "Conceptos[0].Complementos", sinImpuestos, func(c *cfdi.Comprobante) { c.Conceptos[0].ClaveProdServ = "15101514" }},
		{"AVISO09", "FormaPago", factura, func(c *cfdi.Comprobante) { c.FormaPago = "99" }},
		{"AVISO10", "Impuestos", nomina, func(c *cfdi.Comprobante) { c.Impuestos = &cfdi.Impuestos{} }},
		{"AVISO11", "CondicionesDePago", traslado, func(c *cfdi.Comprobante) { c.CondicionesDePago = "30 días" }},
		{"AVISO12", "Complementos", nomina, func(c *cfdi.Comprobante) { c.Complementos = nil }},
		{"CFDI40139", "Emisor.Nombre", factura, func(c *cfdi.Comprobante) { c.Emisor.Nombre = "ESCUELA KEMPER URGATE SA DE CV" }},
		{"CFDI40114", "TipoCambio", factura, func(c *cfdi.Comprobante) { c.TipoCambio = num("1.00") }},
		{"CFDI40127", "Confirmacion", extranjera, func(c *cfdi.Comprobante) { c.Confirmacion = "A1b2C" }},
		{"CFDI40132", "InformacionGlobal.Periodicidad", global, func(c *cfdi.Comprobante) {
			c.Emisor = cfdi.Emisor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", RegimenFiscal: "621"}
		}},
		{"CFDI40136", "InformacionGlobal.Año", global, func(c *cfdi.Comprobante) { c.InformacionGlobal.Año = "2024" }},
		{"CFDI40145", "Receptor.Nombre", factura, func(c *cfdi.Comprobante) { c.Receptor.Nombre = "Xochilt Casas Chavez" }},
		{"CFDI40145", "Receptor.Nombre", factura, func(c *cfdi.Comprobante) { c.Receptor.Nombre = "CASAS SA DE CV" }},
		{"CFDI40147", "Receptor.DomicilioFiscalReceptor", factura, func(c *cfdi.Comprobante) { c.Receptor.DomicilioFiscalReceptor = "17000" }},
		{"CFDI40205", "Impuestos.TotalImpuestosTrasladados", exenta, func(c *cfdi.Comprobante) { c.Impuestos.TotalImpuestosTrasladados = num("0.00") }},
	} {
		doc := c.from()
		c.change(doc)
		if diff := cmp.Diff([]string{c.code + " " + c.path + " warning"}, only(cfdi.Validate(doc, cat, rulesAt))); diff != "" {
			t.Errorf("%s at %s:\n%s", c.code, c.path, diff)
		}
	}
}

// TestHours72 tries both ends of the 72 hours, where the clock of the place counts.
func TestHours72(t *testing.T) {
	cat := ownCatalogue(t)
	for _, c := range []struct {
		cp, fecha string
		ok        bool
	}{
		{"42501", "2026-11-20T10:08:00", true},
		{"42501", "2026-11-20T10:08:01", false},
		{"42501", "2026-11-17T10:08:00", true},
		{"42501", "2026-11-17T10:07:59", false},
		{"22000", "2026-11-20T08:08:00", true}, // Tijuana is two hours behind
		{"22000", "2026-11-20T08:08:01", false},
		{"22000", "2026-11-17T08:08:00", true},
		{"22000", "2026-11-17T08:07:59", false},
	} {
		doc := factura()
		doc.LugarExpedicion, doc.Fecha = c.cp, c.fecha
		if found := cfdi.Validate(doc, cat, rulesAt); (len(found) == 0) != c.ok {
			t.Errorf("%+v: %v", c, found)
		}
	}
}

// TestValidateSurvivesAnything: a draft may be as empty or as odd as can be.
func TestValidateSurvivesAnything(t *testing.T) {
	t.Parallel()
	cat := ownCatalogue(t)
	if found := cfdi.Validate(&cfdi.Comprobante{}, cat, rulesAt); len(found.Errors()) < 10 {
		t.Errorf("the empty document has only %d errors", len(found.Errors()))
	}
	rapid.Check(t, func(rt *rapid.T) {
		doc := genAny(rt)
		before := doc.Clone()
		cfdi.Validate(doc, cat, rulesAt)
		if diff := cmp.Diff(cfdi.WriteXML(before), cfdi.WriteXML(doc)); diff != "" {
			rt.Fatalf("Validate changed the document:\n%s", diff)
		}
	})
}

// TestFactorsAreNotMixed: IEPS of one rate by Tasa and by Cuota are two rows of the
// summary, and 0 % is not Exento.
func TestFactorsAreNotMixed(t *testing.T) {
	doc := exenta()
	doc.Conceptos[0].Impuestos.Traslados = append(doc.Conceptos[0].Impuestos.Traslados,
		cfdi.Traslado{Base: num("100.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.000000"), Importe: num("0.00")},
		cfdi.Traslado{Base: num("100.00"), Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: num("0.250000"), Importe: num("25.00")},
		cfdi.Traslado{Base: num("10"), Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: num("0.250000"), Importe: num("2.50")})
	doc.Impuestos = &cfdi.Impuestos{Traslados: slices.Clone(doc.Conceptos[0].Impuestos.Traslados), TotalImpuestosTrasladados: num("27.50")}
	doc.Impuestos.Traslados[3].Base = num("10.00")
	doc.Total = num("127.50")
	if found := cfdi.Validate(doc, ownCatalogue(t), rulesAt); len(found) > 0 {
		t.Error(found)
	}
}
