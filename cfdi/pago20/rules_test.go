package pago20_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

var (
	cat  = catalogo.New()
	none decimal.Decimal
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

const uuid = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"

var (
	emisor   = cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"}
	receptor = cfdi.Receptor{Rfc: "H&E951128469", Nombre: "HERRERIA & ELECTRICOS", DomicilioFiscalReceptor: "06002", RegimenFiscalReceptor: "601"}
)

// invoice is a factura of one line, with the taxes given.
func invoice(moneda string, taxes *cfdi.ConceptoImpuestos) *cfdi.Comprobante {
	c := &cfdi.Comprobante{
		Serie: "F", Folio: "7", Moneda: moneda, TipoDeComprobante: "I",
		Conceptos: []cfdi.Concepto{{Cantidad: num("1"), ValorUnitario: num("1000"), ObjetoImp: "01", Impuestos: taxes}},
	}
	if taxes != nil {
		c.Conceptos[0].ObjetoImp = "02"
	}
	c.Totalize(cat)
	return c
}

func iva16() cfdi.Traslado {
	return cfdi.Traslado{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.160000")}
}

func rent() *cfdi.ConceptoImpuestos {
	return &cfdi.ConceptoImpuestos{
		Traslados: []cfdi.Traslado{iva16()},
		Retenciones: []cfdi.ConceptoRetencion{
			{Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: num("0.100000")}, {Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.106667")},
		},
	}
}

func receipt(pagos ...pago20.Pago) *cfdi.Comprobante {
	p := &pago20.Pagos{Pago: pagos}
	p.Sum()
	c := p.Comprobante(emisor, receptor)
	c.Fecha, c.LugarExpedicion = "2026-11-20T12:00:00", "42501"
	return c
}

func paid(moneda, monto string, docs ...pago20.DoctoRelacionado) pago20.Pago {
	return pago20.Pago{
		FechaPago: "2026-11-19T12:00:00", FormaDePagoP: "03", MonedaP: moneda, Monto: num(monto), DoctoRelacionado: docs,
		RfcEmisorCtaOrd: "BBA830831LJ2", CtaOrdenante: "012180001234567897", RfcEmisorCtaBen: "BNM840515VB1", CtaBeneficiario: "002180012345678905",
	}
}

func docto(a pago20.Abono, moneda string) pago20.DoctoRelacionado {
	a.UUID, a.Parcialidad = uuid, 1
	d, err := a.DoctoRelacionado(moneda, cat)
	if err != nil {
		panic(err)
	}
	return d
}

// renta pays half of a rent with retentions.
func renta() *cfdi.Comprobante {
	return receipt(paid("MXN", "476.67", docto(pago20.Abono{Factura: invoice("MXN", rent()), Importe: num("476.67")}, "MXN")))
}

// tasas pays invoices of every rate whole, cash.
func tasas() *cfdi.Comprobante {
	taxes := func(list ...cfdi.Traslado) *cfdi.ConceptoImpuestos { return &cfdi.ConceptoImpuestos{Traslados: list} }
	rate := func(impuesto, tasa string) cfdi.Traslado {
		return cfdi.Traslado{Impuesto: impuesto, TipoFactor: "Tasa", TasaOCuota: num(tasa)}
	}
	p := pago20.Pago{FechaPago: "2026-11-19T12:00:00", FormaDePagoP: "01", MonedaP: "MXN", Monto: num("0")}
	for _, f := range []*cfdi.Comprobante{
		invoice("MXN", taxes(iva16())), invoice("MXN", taxes(rate("002", "0.080000"))), invoice("MXN", taxes(rate("002", "0.000000"))),
		invoice("MXN", taxes(cfdi.Traslado{Impuesto: "002", TipoFactor: "Exento"})), invoice("MXN", taxes(rate("003", "0.080000"), iva16())),
		invoice("MXN", &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva16()}, Retenciones: []cfdi.ConceptoRetencion{{Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: num("0.080000")}}}),
	} {
		p.DoctoRelacionado = append(p.DoctoRelacionado, docto(pago20.Abono{Factura: f, Importe: f.Total}, "MXN"))
		p.Monto = p.Monto.Add(f.Total)
	}
	return receipt(p)
}

// exenta pays an exempt invoice.
func exenta() *cfdi.Comprobante {
	taxes := &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Exento"}}}
	return receipt(paid("MXN", "1000.00", docto(pago20.Abono{Factura: invoice("MXN", taxes), Importe: num("1000.00")}, "MXN")))
}

// sinObjeto pays an invoice without taxes.
func sinObjeto() *cfdi.Comprobante {
	return receipt(paid("MXN", "1000.00", docto(pago20.Abono{Factura: invoice("MXN", nil), Importe: num("1000.00")}, "MXN")))
}

// dolares pays in dollars.
func dolares() *cfdi.Comprobante {
	p := paid("USD", "1160.00", docto(pago20.Abono{Factura: invoice("USD", &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva16()}}), Importe: num("1160.00")}, "USD"))
	p.TipoCambioP = num("18.123400")
	return receipt(p)
}

// cruzado pays an invoice in dollars and one in pesos with pesos.
func cruzado() *cfdi.Comprobante {
	taxes := &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva16()}}
	foreign := docto(pago20.Abono{Factura: invoice("USD", taxes), Importe: num("1160.00"), Equivalencia: pago20.Equivalencia(num("1160.00"), num("21023.15"))}, "MXN")
	own := docto(pago20.Abono{Factura: invoice("MXN", taxes), Importe: num("580.00")}, "MXN")
	return receipt(paid("MXN", "21603.15", foreign, own))
}

// spei tells of the chain of a transfer.
func spei() *cfdi.Comprobante {
	c := renta()
	p := &pagos(c).Pago[0]
	p.TipoCadPago, p.CertPago, p.CadPago, p.SelloPago = "01", "MIIF", "a;b;c", "c2VsbG8="
	return c
}

func bases() map[string]func() *cfdi.Comprobante {
	return map[string]func() *cfdi.Comprobante{
		"renta": renta, "tasas": tasas, "exenta": exenta, "sinObjeto": sinObjeto, "dolares": dolares, "cruzado": cruzado, "spei": spei,
		"extranjero": extranjero, "soloISR": soloISR, "soloIEPS": soloIEPS,
	}
}

// extranjero is paid from a bank abroad.
func extranjero() *cfdi.Comprobante {
	c := renta()
	p := &pagos(c).Pago[0]
	p.RfcEmisorCtaOrd, p.NomBancoOrdExt = "XEXX010101000", "BANK OF AMERICA"
	return c
}

// soloISR and soloIEPS are invoices of ObjetoImp 06 and 07.
func soloISR() *cfdi.Comprobante {
	c := renta()
	p := pagos(c)
	d := &p.Pago[0].DoctoRelacionado[0]
	d.ObjetoImpDR, d.ImpuestosDR.TrasladosDR, d.ImpuestosDR.RetencionesDR = "06", nil, d.ImpuestosDR.RetencionesDR[:1]
	p.Sum()
	return c
}

func soloIEPS() *cfdi.Comprobante {
	f := invoice("MXN", &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: num("0.080000")}}})
	d := docto(pago20.Abono{Factura: f, Importe: f.Total}, "MXN")
	d.ObjetoImpDR = "07"
	return receipt(paid("MXN", "1080.00", d))
}

func pagos(c *cfdi.Comprobante) *pago20.Pagos { return pago20.De(c) }

type ruleCase struct {
	code, path string
	from       func() *cfdi.Comprobante
	change     func(c *cfdi.Comprobante)
}

func pagoOf(change func(p *pago20.Pago)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&pagos(c).Pago[0]) }
}

func doctoOf(change func(d *pago20.DoctoRelacionado)) func(*cfdi.Comprobante) {
	return pagoOf(func(p *pago20.Pago) { change(&p.DoctoRelacionado[0]) })
}

func retencionOf(change func(r *pago20.RetencionDR)) func(*cfdi.Comprobante) {
	return doctoOf(func(d *pago20.DoctoRelacionado) { change(&d.ImpuestosDR.RetencionesDR[0]) })
}

func trasladoOf(change func(t *pago20.TrasladoDR)) func(*cfdi.Comprobante) {
	return doctoOf(func(d *pago20.DoctoRelacionado) { change(&d.ImpuestosDR.TrasladosDR[0]) })
}

func totalsOf(change func(t *pago20.Totales)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&pagos(c).Totales) }
}

func taxesOf(change func(i *pago20.ImpuestosP)) func(*cfdi.Comprobante) {
	return pagoOf(func(p *pago20.Pago) { change(p.ImpuestosP) })
}

func line(change func(c *cfdi.Concepto)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(&c.Conceptos[0]) }
}

// again sums what follows from a change, so that one thing alone is wrong.
func again(change func(*cfdi.Comprobante)) func(*cfdi.Comprobante) {
	return func(c *cfdi.Comprobante) { change(c); pagos(c).Sum() }
}

const (
	pago0      = "Complementos[0].Pago[0]."
	docto0     = pago0 + "DoctoRelacionado[0]."
	retencion0 = docto0 + "ImpuestosDR.RetencionesDR[0]."
	traslado0  = docto0 + "ImpuestosDR.TrasladosDR[0]."
	totales0   = "Complementos[0].Totales"
)

func ruleCases() []ruleCase {
	return slices.Concat([]ruleCase{
		{"CRP20101", "TipoDeComprobante", renta, func(c *cfdi.Comprobante) { c.TipoDeComprobante = "I" }},
		{"CRP20102", "Exportacion", renta, func(c *cfdi.Comprobante) { c.Exportacion = "02" }},
		{"CRP20103", "SubTotal", renta, func(c *cfdi.Comprobante) { c.SubTotal = num("1") }},
		{"CRP20104", "Moneda", renta, func(c *cfdi.Comprobante) { c.Moneda = "MXN" }},
		{"CRP20105", "FormaPago", renta, func(c *cfdi.Comprobante) { c.FormaPago = "03" }},
		{"CRP20106", "MetodoPago", renta, func(c *cfdi.Comprobante) { c.MetodoPago = "PUE" }},
		{"CRP20107", "CondicionesDePago", renta, func(c *cfdi.Comprobante) { c.CondicionesDePago = "30 días" }},
		{"CRP20108", "Descuento", renta, func(c *cfdi.Comprobante) { c.Descuento = num("0") }},
		{"CRP20109", "TipoCambio", renta, func(c *cfdi.Comprobante) { c.TipoCambio = num("1") }},
		{"CRP20110", "Total", renta, func(c *cfdi.Comprobante) { c.Total = num("0.01") }},
		{"CRP20111", "Conceptos", renta, func(c *cfdi.Comprobante) { c.Conceptos = append(c.Conceptos, c.Conceptos[0]) }},
		{"CRP20112", "Conceptos[0]", renta, line(func(c *cfdi.Concepto) { c.CuentaPredial = []cfdi.CuentaPredial{{Numero: "1"}} })},
		{"CRP20113", "Conceptos[0].ClaveProdServ", renta, line(func(c *cfdi.Concepto) { c.ClaveProdServ = "84111505" })},
		{"CRP20114", "Conceptos[0].NoIdentificacion", renta, line(func(c *cfdi.Concepto) { c.NoIdentificacion = "1" })},
		{"CRP20115", "Conceptos[0].Cantidad", renta, line(func(c *cfdi.Concepto) { c.Cantidad = num("2") })},
		{"CRP20116", "Conceptos[0].ClaveUnidad", renta, line(func(c *cfdi.Concepto) { c.ClaveUnidad = "E48" })},
		{"CRP20117", "Conceptos[0].Unidad", renta, line(func(c *cfdi.Concepto) { c.Unidad = "Pago" })},
		{"CRP20118", "Conceptos[0].Descripcion", renta, line(func(c *cfdi.Concepto) { c.Descripcion = "pago" })},
		{"CRP20119", "Conceptos[0].ValorUnitario", renta, line(func(c *cfdi.Concepto) { c.ValorUnitario = num("1") })},
		{"CRP20120", "Conceptos[0].Importe", renta, line(func(c *cfdi.Concepto) { c.Importe = num("1") })},
		{"CRP20121", "Conceptos[0].Descuento", renta, line(func(c *cfdi.Concepto) { c.Descuento = num("0") })},
		{"CRP20122", "Conceptos[0].ObjetoImp", renta, line(func(c *cfdi.Concepto) { c.ObjetoImp = "02" })},
		{"CRP20123", "Conceptos[0].Impuestos", renta, line(func(c *cfdi.Concepto) { c.Impuestos = &cfdi.ConceptoImpuestos{} })},
	}, pagoCases(), doctoCases(), sumCases())
}

func pagoCases() []ruleCase {
	return []ruleCase{
		{"CRP20212", pago0 + "FormaDePagoP", tasas, pagoOf(func(p *pago20.Pago) { p.FormaDePagoP = "99" })},
		{"CRP20213", pago0 + "MonedaP", sinObjeto, pagoOf(func(p *pago20.Pago) {
			p.MonedaP, p.DoctoRelacionado[0].EquivalenciaDR, p.Monto = "XXX", num("1"), num("1000")
		})},
		{"CRP20214", pago0 + "TipoCambioP", dolares, func(c *cfdi.Comprobante) {
			p := pagos(c)
			p.Pago[0].TipoCambioP = none
			p.Sum()
		}},
		{"CRP20215", pago0 + "TipoCambioP", renta, pagoOf(func(p *pago20.Pago) { p.TipoCambioP = num("1.0") })},
		{"CRP20217", pago0 + "Monto", renta, again(pagoOf(func(p *pago20.Pago) { p.Monto = num("476.66") }))},
		{"CRP20218", pago0 + "Monto", sinObjeto, again(pagoOf(func(p *pago20.Pago) {
			p.Monto, p.DoctoRelacionado[0].MonedaDR, p.DoctoRelacionado[0].EquivalenciaDR = num("0.00"), "USD", num("0.05")
		}))},
		{"CRP20219", pago0 + "Monto", renta, again(pagoOf(func(p *pago20.Pago) { p.Monto = num("476.670") }))},
		{"CRP20221", pago0 + "RfcEmisorCtaOrd", tasas, pagoOf(func(p *pago20.Pago) { p.RfcEmisorCtaOrd = "BBA830831LJ2" })},
		{"CRP20223", pago0 + "NomBancoOrdExt", extranjero, pagoOf(func(p *pago20.Pago) { p.NomBancoOrdExt = "" })},
		{"CRP20224", pago0 + "CtaOrdenante", tasas, pagoOf(func(p *pago20.Pago) { p.CtaOrdenante = "012180001234567897" })},
		{"CRP20225", pago0 + "CtaOrdenante", renta, pagoOf(func(p *pago20.Pago) { p.CtaOrdenante = "01218000123456789" })},
		{"CRP20226", pago0 + "CtaBeneficiario", renta, pagoOf(func(p *pago20.Pago) { p.CtaBeneficiario = "00218001234567890" })},
		{"CRP20227", pago0 + "RfcEmisorCtaBen", tasas, pagoOf(func(p *pago20.Pago) { p.FormaDePagoP, p.RfcEmisorCtaBen = "06", "BNM840515VB1" })},
		{"CRP20228", pago0 + "CtaBeneficiario", tasas, pagoOf(func(p *pago20.Pago) { p.FormaDePagoP, p.CtaBeneficiario = "06", "0021800123" })},
		{"CRP20229", pago0 + "TipoCadPago", spei, pagoOf(func(p *pago20.Pago) { p.FormaDePagoP, p.CtaOrdenante = "02", "012180001234567897" })},
		{"CRP20230", pago0 + "CertPago", spei, pagoOf(func(p *pago20.Pago) { p.CertPago = "" })},
		{"CRP20231", pago0 + "CertPago", renta, pagoOf(func(p *pago20.Pago) { p.CertPago = "MIIF" })},
		{"CRP20232", pago0 + "CadPago", spei, pagoOf(func(p *pago20.Pago) { p.CadPago = "" })},
		{"CRP20233", pago0 + "CadPago", renta, pagoOf(func(p *pago20.Pago) { p.CadPago = "a" })},
		{"CRP20234", pago0 + "SelloPago", spei, pagoOf(func(p *pago20.Pago) { p.SelloPago = "" })},
		{"CRP20235", pago0 + "SelloPago", renta, pagoOf(func(p *pago20.Pago) { p.SelloPago = "c2VsbG8=" })},
		{"CRP20276", pago0 + "Monto", cruzado, again(pagoOf(func(p *pago20.Pago) { p.Monto = num("21602.00") }))},
		{"CRP20999", pago0 + "FechaPago", renta, pagoOf(func(p *pago20.Pago) { p.FechaPago = "2026-11-19" })},
		{"CRP20999", pago0 + "FechaPago", renta, pagoOf(func(p *pago20.Pago) { p.FechaPago = "2026-02-30T12:00:00" })},
		{"CRP20999", pago0 + "RfcEmisorCtaBen", renta, pagoOf(func(p *pago20.Pago) { p.RfcEmisorCtaBen = "XAXX010101000" })},
		{"CRP20999", pago0 + "FormaDePagoP", tasas, pagoOf(func(p *pago20.Pago) { p.FormaDePagoP = "07" })},
		{"CRP20999", pago0 + "CertPago", spei, pagoOf(func(p *pago20.Pago) { p.CertPago = "MIIFA" })},
		{"CRP20999", pago0 + "NumOperacion", renta, pagoOf(func(p *pago20.Pago) { p.NumOperacion = "1|2" })},
		{"CRP20999", pago0 + "NumOperacion", renta, pagoOf(func(p *pago20.Pago) { p.NumOperacion = strings.Repeat("ñ", 101) })},
		{"CRP20999", pago0 + "RfcEmisorCtaBen", renta, pagoOf(func(p *pago20.Pago) { p.RfcEmisorCtaBen = "BNM849915VB1" })},
		{"CRP20999", docto0 + "IdDocumento", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.IdDocumento = strings.ReplaceAll(uuid, "-", "") })},
		{"CRP20999", docto0 + "NumParcialidad", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.NumParcialidad = num("0") })},
		{"CRP20999", pago0 + "MonedaP", sinObjeto, pagoOf(func(p *pago20.Pago) {
			p.MonedaP, p.DoctoRelacionado[0].MonedaDR, p.TipoCambioP = "ABC", "ABC", num("1")
		})},
		{"CRP20999", docto0 + "MonedaDR", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) { d.MonedaDR = "ABC" })},
		{"CRP20999", docto0 + "EquivalenciaDR", dolares, doctoOf(func(d *pago20.DoctoRelacionado) { d.MonedaDR, d.EquivalenciaDR = "EUR", num("0.0") })},
		{"CRP20999", pago0 + "RfcEmisorCtaOrd", renta, pagoOf(func(p *pago20.Pago) { p.RfcEmisorCtaOrd = "CACX7605101P8" })},
		{"CRP20999", pago0 + "RfcEmisorCtaBen", renta, pagoOf(func(p *pago20.Pago) { p.RfcEmisorCtaBen = "XEXX010101000" })},
		{"CRP20999", pago0 + "ImpuestosP.TrasladosP[0].TipoFactorP", renta, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP[0].TipoFactorP = "Exenta" })},
		{"301", pago0 + "FechaPago", renta, pagoOf(func(p *pago20.Pago) { p.FechaPago = "" })},
		{"301", docto0 + "ImpSaldoInsoluto", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoInsoluto = none })},
		{"301", pago0 + "DoctoRelacionado", sinObjeto, pagoOf(func(p *pago20.Pago) { p.DoctoRelacionado = nil })},
		{"301", "Complementos[0].Version", renta, func(c *cfdi.Comprobante) { pagos(c).Version = "1.0" }},
	}
}

func doctoCases() []ruleCase {
	return []ruleCase{
		{"CRP20236", docto0 + "MonedaDR", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) {
			d.MonedaDR, d.ImpSaldoAnt, d.ImpPagado, d.ImpSaldoInsoluto = "XXX", num("1000"), num("1000"), num("0")
		})},
		{"CRP20237", docto0 + "EquivalenciaDR", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) { d.MonedaDR, d.EquivalenciaDR = "USD", none })},
		{"CRP20238", docto0 + "EquivalenciaDR", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.EquivalenciaDR = num("1.0000000000") })},
		{"CRP20239", docto0 + "ImpSaldoAnt", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoAnt, d.ImpSaldoInsoluto = num("0.00"), none })},
		{"CRP20240", docto0 + "ImpSaldoAnt", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoAnt = num("953.330") })},
		{"CRP20241", docto0 + "ImpPagado", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpPagado, d.ImpSaldoInsoluto = num("0.00"), num("1000.00") })},
		{"CRP20242", docto0 + "ImpPagado", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpPagado = num("476.670") })},
		{"CRP20243", docto0 + "ImpSaldoInsoluto", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoInsoluto = num("476.660") })},
		{"CRP20244", docto0 + "ImpSaldoInsoluto", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoInsoluto = num("476.67") })},
		{"CRP20999", docto0 + "ImpSaldoInsoluto", sinObjeto, again(func(c *cfdi.Comprobante) {
			p := &pagos(c).Pago[0]
			p.DoctoRelacionado[0].ImpPagado, p.DoctoRelacionado[0].ImpSaldoInsoluto, p.Monto = num("1000.01"), num("-0.01"), num("1000.01")
		})},
		{"CRP20245", docto0 + "ObjetoImpDR", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "99" })},
		{"CRP20246", docto0 + "ImpuestosDR", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "02" })},
		{"CRP20247", docto0 + "ImpuestosDR", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "01" })},
		{"CRP20248", docto0 + "ImpuestosDR", sinObjeto, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR, d.ImpuestosDR = "02", &pago20.ImpuestosDR{} })},
		{"CRP20249", retencion0 + "BaseDR", renta, again(retencionOf(func(r *pago20.RetencionDR) { r.BaseDR, r.ImporteDR = num("0.00"), num("0.00") }))},
		{"CRP20250", retencion0 + "ImpuestoDR", renta, again(retencionOf(func(r *pago20.RetencionDR) { r.ImpuestoDR = "004" }))},
		{"CRP20251", retencion0 + "TipoFactorDR", renta, retencionOf(func(r *pago20.RetencionDR) { r.TipoFactorDR = "Tarifa" })},
		{"CRP20252", retencion0 + "TipoFactorDR", renta, retencionOf(func(r *pago20.RetencionDR) { r.TipoFactorDR = "Exento" })},
		{"CRP20253", retencion0 + "TasaOCuotaDR", renta, retencionOf(func(r *pago20.RetencionDR) { r.TasaOCuotaDR = num("0.10") })},
		{"CRP20253", retencion0 + "TasaOCuotaDR", renta, again(retencionOf(func(r *pago20.RetencionDR) { r.TasaOCuotaDR, r.ImporteDR = num("0.360000"), num("180.00") }))},
		{"CRP20254", retencion0 + "ImporteDR", renta, again(retencionOf(func(r *pago20.RetencionDR) { r.ImporteDR = num("50.03") }))},
		{"CRP20255", traslado0 + "BaseDR", renta, again(trasladoOf(func(t *pago20.TrasladoDR) { t.BaseDR, t.ImporteDR = num("0.00"), num("0.00") }))},
		{"CRP20256", traslado0 + "ImpuestoDR", soloIEPS, again(trasladoOf(func(t *pago20.TrasladoDR) { t.ImpuestoDR = "001" }))},
		{"CRP20257", traslado0 + "TipoFactorDR", soloIEPS, again(trasladoOf(func(t *pago20.TrasladoDR) { t.TipoFactorDR = "Tarifa" }))},
		{"CRP20258", traslado0 + "TipoFactorDR", exenta, trasladoOf(func(t *pago20.TrasladoDR) { t.ImporteDR = num("0.00") })},
		{"CRP20259", traslado0 + "TasaOCuotaDR", soloIEPS, again(trasladoOf(func(t *pago20.TrasladoDR) { t.TasaOCuotaDR = none }))},
		{"CRP20259", traslado0 + "ImporteDR", soloIEPS, func(c *cfdi.Comprobante) {
			pagos(c).Pago[0].DoctoRelacionado[0].ImpuestosDR.TrasladosDR[0].ImporteDR = none
			pagos(c).Sum()
			pagos(c).Pago[0].ImpuestosP.TrasladosP[0].ImporteP = none
		}},
		{"CRP20260", traslado0 + "TasaOCuotaDR", tasas, trasladoOf(func(t *pago20.TrasladoDR) { t.TasaOCuotaDR = num("0.16") })},
		{"CRP20261", traslado0 + "ImporteDR", renta, again(trasladoOf(func(t *pago20.TrasladoDR) { t.ImporteDR = num("80.03") }))},
		{"CRP20278", docto0 + "ImpuestosDR", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "06" })},
		{"CRP20278", docto0 + "ImpuestosDR", soloIEPS, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "08" })},
		{"CRP20279", docto0 + "ImpuestosDR", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "07" })},
		{"CRP20279", docto0 + "ImpuestosDR", soloISR, doctoOf(func(d *pago20.DoctoRelacionado) { d.ObjetoImpDR = "07" })},
	}
}

func sumCases() []ruleCase {
	return []ruleCase{
		{"CRP20201", totales0 + ".TotalRetencionesIVA", renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesIVA = t.TotalRetencionesIVA.Add(num("0.01")) })},
		{"CRP20201", totales0 + ".TotalRetencionesIVA", renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesIVA = none })},
		{"CRP20202", totales0 + ".TotalRetencionesISR", renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesISR = num("50.01") })},
		{"CRP20203", totales0 + ".TotalRetencionesIEPS", tasas, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesIEPS = num("1.00") })},
		{"CRP20204", totales0 + ".TotalTrasladosBaseIVA16", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosBaseIVA16 = num("1.00") })},
		{"CRP20205", totales0 + ".TotalTrasladosImpuestoIVA16", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosImpuestoIVA16 = num("1.00") })},
		{"CRP20206", totales0 + ".TotalTrasladosBaseIVA8", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosBaseIVA8 = num("1.00") })},
		{"CRP20207", totales0 + ".TotalTrasladosImpuestoIVA8", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosImpuestoIVA8 = num("1.00") })},
		{"CRP20208", totales0 + ".TotalTrasladosBaseIVA0", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosBaseIVA0 = none })},
		{"CRP20209", totales0 + ".TotalTrasladosImpuestoIVA0", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosImpuestoIVA0 = num("0.01") })},
		{"CRP20210", totales0 + ".TotalTrasladosBaseIVAExento", tasas, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosBaseIVAExento = num("999.99") })},
		{"CRP20211", totales0 + ".MontoTotalPagos", dolares, totalsOf(func(t *pago20.Totales) { t.MontoTotalPagos = num("1160.00") })},
		{"CRP20262", pago0 + "ImpuestosP.RetencionesP[0].ImpuestoP", renta, again(retencionOf(func(r *pago20.RetencionDR) { r.ImpuestoDR = "004" }))},
		{"CRP20263", pago0 + "ImpuestosP.RetencionesP[2]", tasas, func(c *cfdi.Comprobante) {
			*c = *renta()
			i := pagos(c).Pago[0].ImpuestosP
			i.RetencionesP = append(i.RetencionesP, i.RetencionesP[0])
			pagos(c).Totales.TotalRetencionesISR = num("100.00")
		}},
		{"CRP20264", totales0, renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesIVA, t.TotalRetencionesISR = none, none })},
		{"CRP20265", pago0 + "ImpuestosP.RetencionesP[0].ImporteP", renta, func(c *cfdi.Comprobante) {
			pagos(c).Pago[0].ImpuestosP.RetencionesP[0].ImporteP = num("50.01")
			pagos(c).Totales.TotalRetencionesISR = num("50.01")
		}},
		{"CRP20265", pago0 + "ImpuestosP.RetencionesP", soloISR, func(c *cfdi.Comprobante) {
			pagos(c).Pago[0].ImpuestosP, pagos(c).Totales.TotalRetencionesISR = nil, none
		}},
		{"CRP20266", pago0 + "ImpuestosP.TrasladosP[0]", exenta, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP[0].ImporteP = num("0") })},
		{"CRP20267", totales0, exenta, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosBaseIVAExento = none })},
		{"CRP20268", pago0 + "ImpuestosP.TrasladosP[0].BaseP", renta, func(c *cfdi.Comprobante) {
			b := &pagos(c).Pago[0].ImpuestosP.TrasladosP[0].BaseP
			*b = b.Add(num("0.01"))
			pagos(c).Totales.TotalTrasladosBaseIVA16 = *b
		}},
		{"CRP20269", pago0 + "ImpuestosP.TrasladosP[0].BaseP", exenta, func(c *cfdi.Comprobante) {
			pagos(c).Pago[0].ImpuestosP.TrasladosP[0].BaseP, pagos(c).Totales.TotalTrasladosBaseIVAExento = num("999.99"), num("999.99")
		}},
		{"CRP20270", pago0 + "ImpuestosP.TrasladosP[0].ImpuestoP", soloIEPS, again(trasladoOf(func(t *pago20.TrasladoDR) { t.ImpuestoDR = "001" }))},
		{"CRP20271", pago0 + "ImpuestosP.TrasladosP[1]", soloIEPS, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP = append(i.TrasladosP, i.TrasladosP[0]) })},
		{"CRP20272", pago0 + "ImpuestosP.TrasladosP[0].TasaOCuotaP", renta, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP[0].TasaOCuotaP = num("0.16") })},
		{"CRP20273", totales0, renta, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosImpuestoIVA16 = none })},
		{"CRP20274", pago0 + "ImpuestosP.TrasladosP[0].ImporteP", cruzado, func(c *cfdi.Comprobante) {
			i := &pagos(c).Pago[0].ImpuestosP.TrasladosP[0].ImporteP
			*i = i.Add(num("0.01"))
			pagos(c).Totales.TotalTrasladosImpuestoIVA16 = i.Round(2)
		}},
		{"CRP20274", pago0 + "ImpuestosP.TrasladosP", soloIEPS, pagoOf(func(p *pago20.Pago) { p.ImpuestosP = nil })},
	}
}

// consequences are the findings that a fault cannot be without.
var consequences = map[string][]string{
	"CRP20999 " + docto0 + "ImpSaldoInsoluto": {"CRP20244 " + docto0 + "ImpSaldoInsoluto"},
	"CRP20999 " + pago0 + "MonedaP":           {"CRP20999 " + docto0 + "MonedaDR"},
	"CRP20999 " + pago0 + "ImpuestosP.TrasladosP[0].TipoFactorP": {
		"CRP20204 " + totales0 + ".TotalTrasladosBaseIVA16", "CRP20205 " + totales0 + ".TotalTrasladosImpuestoIVA16",
		"CRP20268 " + pago0 + "ImpuestosP.TrasladosP[0].BaseP", "CRP20274 " + pago0 + "ImpuestosP.TrasladosP[0].ImporteP",
	},
	"CRP20257":                           {"CRP20999 " + pago0 + "ImpuestosP.TrasladosP[0].TipoFactorP"},
	"CRP20250":                           {"CRP20262 " + pago0 + "ImpuestosP.RetencionesP[0].ImpuestoP"},
	"CRP20262":                           {"CRP20250 " + retencion0 + "ImpuestoDR"},
	"CRP20256":                           {"CRP20270 " + pago0 + "ImpuestosP.TrasladosP[0].ImpuestoP", "CRP20279 " + docto0 + "ImpuestosDR"},
	"CRP20270":                           {"CRP20256 " + traslado0 + "ImpuestoDR", "CRP20279 " + docto0 + "ImpuestosDR"},
	"CRP20239 " + docto0 + "ImpSaldoAnt": {"301 " + docto0 + "ImpSaldoInsoluto"},
}

func found(c *cfdi.Comprobante) []string {
	out := []string{}
	for _, f := range pagos(c).Validate(c, cat, time.Time{}) {
		out = append(out, f.Code+" "+f.Path)
	}
	return out
}

func TestBasesBreakNoRule(t *testing.T) {
	for name, base := range bases() {
		if diff := cmp.Diff([]string{}, found(base())); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for _, f := range cfdi.Validate(base(), cat, time.Time{}) {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for _, c := range ruleCases() {
		doc := c.from()
		c.change(doc)
		cfditest.Place(t, pago20.Rules(), "Pagos", c.code, c.path)
		want := append([]string{c.code + " " + c.path}, consequences[c.code]...)
		want = append(want, consequences[c.code+" "+c.path]...)
		got := found(doc)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s at %s:\n%s", c.code, c.path, diff)
		}
		for _, f := range pagos(doc).Validate(doc, cat, time.Time{}) {
			if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
			}
		}
	}
}

// TestTheCadenaOfASPEI has bars, which the schema lets through in this attribute alone: no
// rule and no seal is broken by them, and whoever verifies is warned.
func TestTheCadenaOfASPEI(t *testing.T) {
	c := spei()
	pagos(c).Pago[0].CadPago = "||1|19112026|19112026|101112|40012|" + uuid + "||"
	if got := found(c); len(got) > 0 {
		t.Errorf("%v", got)
	}
	pagos(c).Pago[0].CadPago = "1|2" // what is none may hide what follows it
	if diff := cmp.Diff([]string{"CRP20999 " + pago0 + "CadPago"}, found(c)); diff != "" {
		t.Error(diff)
	}
	bare := cfdi.WriteXML(c)
	root, err := xmldoc.Parse(bare)
	if err != nil {
		t.Fatal(err)
	}
	if got := cfdi.Ambiguous(bare, root); len(got.Errors()) != 1 {
		t.Errorf("%v", got)
	}
	pagos(c).Pago[0].CadPago = "||1|19112026|19112026|101112|40012|" + uuid + "||"
	pagos(c).Pago[0].NumOperacion = "1|2"
	if diff := cmp.Diff([]string{"CRP20999 " + pago0 + "NumOperacion"}, found(c)); diff != "" {
		t.Error(diff)
	}
	pagos(c).Pago[0].NumOperacion = ""
	doc := cfditest.CFDI(t, "spei", c)
	cfditest.Agree(t, []cfditest.Doc{doc})
	if root, err = xmldoc.Parse(doc.XML); err != nil {
		t.Fatal(err)
	}
	if got := cfdi.Ambiguous(doc.XML, root); len(got) != 1 || got[0].IsError() {
		t.Errorf("%v", got)
	}
}

func TestEveryRuleHasACase(t *testing.T) {
	proved := map[string]bool{}
	for _, c := range ruleCases() {
		proved[c.code] = true
	}
	for _, r := range pago20.Rules() {
		if (r.State == cfdi.StateRule) != proved[r.Code] {
			t.Errorf("%s: state %q, proved %v", r.Code, r.State, proved[r.Code])
		}
		if (r.Class == cfdi.ClassRegistro || r.Class == cfdi.ClassPAC) != (r.State == cfdi.StatePAC) {
			t.Errorf("%s is of class %s and its state is %q", r.Code, r.Class, r.State)
		}
	}
}
