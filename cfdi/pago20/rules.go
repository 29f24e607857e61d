package pago20

import (
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// Reasons for which a code of the matrix is no rule here.
const (
	stateOwnLimits = "nunca se da: lo pagado, convertido, siempre cae entre los límites que salen de ello mismo; con el monto lo compara CRP20276"
	stateFormula   = "no se escribe en el XML: así cuenta la equivalencia 1 en los límites de CRP20276"
)

// A rule is one code of the matrix and what becomes of it.
type rule struct {
	code, path, class, state string
	check                    func(v *validation) // set if and only if state is StateRule
}

// rules is the matrix of Pagos 2.0, revision B, in its order.
var rules = []rule{
	{"CRP20101", "TipoDeComprobante", cfdi.ClassLocal, cfdi.StateRule, envelope("TipoDeComprobante", "debe ser P", func(c *cfdi.Comprobante) bool { return c.TipoDeComprobante == "P" })},
	{"CRP20102", "Exportacion", cfdi.ClassLocal, cfdi.StateRule, envelope("Exportacion", "debe ser 01", func(c *cfdi.Comprobante) bool { return c.Exportacion == "01" })},
	{"CRP20103", "SubTotal", cfdi.ClassLocal, cfdi.StateRule, envelope("SubTotal", "debe ser 0", func(c *cfdi.Comprobante) bool { return c.SubTotal.Sign() == 0 })},
	{"CRP20104", "Moneda", cfdi.ClassLocal, cfdi.StateRule, envelope("Moneda", "debe ser XXX", func(c *cfdi.Comprobante) bool { return c.Moneda == "XXX" })},
	{"CRP20105", "FormaPago", cfdi.ClassLocal, cfdi.StateRule, envelope("FormaPago", "no debe ir", func(c *cfdi.Comprobante) bool { return c.FormaPago == "" })},
	{"CRP20106", "MetodoPago", cfdi.ClassLocal, cfdi.StateRule, envelope("MetodoPago", "no debe ir", func(c *cfdi.Comprobante) bool { return c.MetodoPago == "" })},
	{"CRP20107", "CondicionesDePago", cfdi.ClassLocal, cfdi.StateRule, envelope("CondicionesDePago", "no debe ir", func(c *cfdi.Comprobante) bool { return c.CondicionesDePago == "" })},
	{"CRP20108", "Descuento", cfdi.ClassLocal, cfdi.StateRule, envelope("Descuento", "no debe ir", func(c *cfdi.Comprobante) bool { return c.Descuento.IsZero() })},
	{"CRP20109", "TipoCambio", cfdi.ClassLocal, cfdi.StateRule, envelope("TipoCambio", "no debe ir", func(c *cfdi.Comprobante) bool { return c.TipoCambio.IsZero() })},
	{"CRP20110", "Total", cfdi.ClassLocal, cfdi.StateRule, envelope("Total", "debe ser 0", func(c *cfdi.Comprobante) bool { return c.Total.Sign() == 0 })},
	{"CRP20111", "Conceptos", cfdi.ClassLocal, cfdi.StateRule, envelope("Conceptos", "debe tener un solo concepto", func(c *cfdi.Comprobante) bool { return len(c.Conceptos) == 1 })},
	{"CRP20112", "Conceptos", cfdi.ClassLocal, cfdi.StateRule, line("", "no lleva más apartado que el de terceros", func(c *cfdi.Concepto) bool {
		return len(c.InformacionAduanera)+len(c.CuentaPredial)+len(c.Complementos)+len(c.Parte) == 0
	})},
	{"CRP20113", "Conceptos.ClaveProdServ", cfdi.ClassLocal, cfdi.StateRule, line("ClaveProdServ", "debe ser 84111506", func(c *cfdi.Concepto) bool { return c.ClaveProdServ == "84111506" })},
	{"CRP20114", "Conceptos.NoIdentificacion", cfdi.ClassLocal, cfdi.StateRule, line("NoIdentificacion", "no debe ir", func(c *cfdi.Concepto) bool { return c.NoIdentificacion == "" })},
	{"CRP20115", "Conceptos.Cantidad", cfdi.ClassLocal, cfdi.StateRule, line("Cantidad", "debe ser 1", func(c *cfdi.Concepto) bool { return c.Cantidad.Cmp(decimal.FromInt(1)) == 0 })},
	{"CRP20116", "Conceptos.ClaveUnidad", cfdi.ClassLocal, cfdi.StateRule, line("ClaveUnidad", "debe ser ACT", func(c *cfdi.Concepto) bool { return c.ClaveUnidad == "ACT" })},
	{"CRP20117", "Conceptos.Unidad", cfdi.ClassLocal, cfdi.StateRule, line("Unidad", "no debe ir", func(c *cfdi.Concepto) bool { return c.Unidad == "" })},
	{"CRP20118", "Conceptos.Descripcion", cfdi.ClassLocal, cfdi.StateRule, line("Descripcion", "debe ser Pago", func(c *cfdi.Concepto) bool { return c.Descripcion == "Pago" })},
	{"CRP20119", "Conceptos.ValorUnitario", cfdi.ClassLocal, cfdi.StateRule, line("ValorUnitario", "debe ser 0", func(c *cfdi.Concepto) bool { return c.ValorUnitario.Sign() == 0 })},
	{"CRP20120", "Conceptos.Importe", cfdi.ClassLocal, cfdi.StateRule, line("Importe", "debe ser 0", func(c *cfdi.Concepto) bool { return c.Importe.Sign() == 0 })},
	{"CRP20121", "Conceptos.Descuento", cfdi.ClassLocal, cfdi.StateRule, line("Descuento", "no debe ir", func(c *cfdi.Concepto) bool { return c.Descuento.IsZero() })},
	{"CRP20122", "Conceptos.ObjetoImp", cfdi.ClassLocal, cfdi.StateRule, line("ObjetoImp", "debe ser 01", func(c *cfdi.Concepto) bool { return c.ObjetoImp == "01" })},
	{"CRP20123", "Conceptos.Impuestos", cfdi.ClassLocal, cfdi.StateRule, line("Impuestos", "no debe ir", func(c *cfdi.Concepto) bool { return c.Impuestos == nil })},

	{"CRP20201", "Pagos.Totales.TotalRetencionesIVA", cfdi.ClassLocal, cfdi.StateRule, totalOf(0)},
	{"CRP20202", "Pagos.Totales.TotalRetencionesISR", cfdi.ClassLocal, cfdi.StateRule, totalOf(1)},
	{"CRP20203", "Pagos.Totales.TotalRetencionesIEPS", cfdi.ClassLocal, cfdi.StateRule, totalOf(2)},
	{"CRP20204", "Pagos.Totales.TotalTrasladosBaseIVA16", cfdi.ClassLocal, cfdi.StateRule, totalOf(3)},
	{"CRP20205", "Pagos.Totales.TotalTrasladosImpuestoIVA16", cfdi.ClassLocal, cfdi.StateRule, totalOf(4)},
	{"CRP20206", "Pagos.Totales.TotalTrasladosBaseIVA8", cfdi.ClassLocal, cfdi.StateRule, totalOf(5)},
	{"CRP20207", "Pagos.Totales.TotalTrasladosImpuestoIVA8", cfdi.ClassLocal, cfdi.StateRule, totalOf(6)},
	{"CRP20208", "Pagos.Totales.TotalTrasladosBaseIVA0", cfdi.ClassLocal, cfdi.StateRule, totalOf(7)},
	{"CRP20209", "Pagos.Totales.TotalTrasladosImpuestoIVA0", cfdi.ClassLocal, cfdi.StateRule, totalOf(8)},
	{"CRP20210", "Pagos.Totales.TotalTrasladosBaseIVAExento", cfdi.ClassLocal, cfdi.StateRule, totalOf(9)},
	{"CRP20211", "Pagos.Totales.MontoTotalPagos", cfdi.ClassLocal, cfdi.StateRule, montoTotal},
	{"CRP20212", "Pagos.Pago.FormaDePagoP", cfdi.ClassLocal, cfdi.StateRule, eachPago(formaKnown)},
	{"CRP20213", "Pagos.Pago.MonedaP", cfdi.ClassLocal, cfdi.StateRule, eachPago(monedaP)},
	{"CRP20214", "Pagos.Pago.TipoCambioP", cfdi.ClassLocal, cfdi.StateRule, eachPago(tipoCambioRequired)},
	{"CRP20215", "Pagos.Pago.TipoCambioP", cfdi.ClassLocal, cfdi.StateRule, eachPago(tipoCambioMXN)},
	{"CRP20216", "Pagos.Pago.TipoCambioP", cfdi.ClassPAC, cfdi.StatePAC, nil},
	{"CRP20217", "Pagos.Pago.Monto", cfdi.ClassLocal, cfdi.StateRule, eachPago(sameCurrency)},
	{"CRP20218", "Pagos.Pago.Monto", cfdi.ClassLocal, cfdi.StateRule, eachPago(montoPositive)},
	{"CRP20219", "Pagos.Pago.Monto", cfdi.ClassCatalogo, cfdi.StateRule, eachPago(montoDecimals)},
	{"CRP20220", "Pagos.Pago.Monto", cfdi.ClassPAC, cfdi.StatePAC, nil},
	{"CRP20221", "Pagos.Pago.RfcEmisorCtaOrd", cfdi.ClassLocal, cfdi.StateRule, eachPago(rfcOrdenante)},
	{"CRP20222", "Pagos.Pago.RfcEmisorCtaOrd", cfdi.ClassRegistro, cfdi.StatePAC, nil},
	{"CRP20223", "Pagos.Pago.NomBancoOrdExt", cfdi.ClassLocal, cfdi.StateRule, eachPago(bancoExtranjero)},
	{"CRP20224", "Pagos.Pago.CtaOrdenante", cfdi.ClassLocal, cfdi.StateRule, eachPago(ctaOrdenante)},
	{"CRP20225", "Pagos.Pago.CtaOrdenante", cfdi.ClassCatalogo, cfdi.StateRule, eachPago(ctaOrdenantePattern)},
	{"CRP20226", "Pagos.Pago.CtaBeneficiario", cfdi.ClassCatalogo, cfdi.StateRule, eachPago(ctaBeneficiarioPattern)},
	{"CRP20227", "Pagos.Pago.RfcEmisorCtaBen", cfdi.ClassLocal, cfdi.StateRule, eachPago(rfcBeneficiario)},
	{"CRP20228", "Pagos.Pago.CtaBeneficiario", cfdi.ClassLocal, cfdi.StateRule, eachPago(ctaBeneficiario)},
	{"CRP20229", "Pagos.Pago.TipoCadPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(cadenaForma)},
	{"CRP20230", "Pagos.Pago.CertPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(withCadena("CertPago", (*Pago).certPago))},
	{"CRP20231", "Pagos.Pago.CertPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(withoutCadena("CertPago", (*Pago).certPago))},
	{"CRP20232", "Pagos.Pago.CadPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(withCadena("CadPago", (*Pago).cadPago))},
	{"CRP20233", "Pagos.Pago.CadPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(withoutCadena("CadPago", (*Pago).cadPago))},
	{"CRP20234", "Pagos.Pago.SelloPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(withCadena("SelloPago", (*Pago).selloPago))},
	{"CRP20235", "Pagos.Pago.SelloPago", cfdi.ClassLocal, cfdi.StateRule, eachPago(withoutCadena("SelloPago", (*Pago).selloPago))},
	{"CRP20236", "Pagos.Pago.DoctoRelacionado.MonedaDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(monedaDR)},
	{"CRP20237", "Pagos.Pago.DoctoRelacionado.EquivalenciaDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(equivalenciaRequired)},
	{"CRP20238", "Pagos.Pago.DoctoRelacionado.EquivalenciaDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(equivalenciaOne)},
	{"CRP20239", "Pagos.Pago.DoctoRelacionado.ImpSaldoAnt", cfdi.ClassLocal, cfdi.StateRule, eachDocto(saldoPositive)},
	{"CRP20240", "Pagos.Pago.DoctoRelacionado.ImpSaldoAnt", cfdi.ClassCatalogo, cfdi.StateRule, eachDocto(decimalsDR("ImpSaldoAnt", (*DoctoRelacionado).saldoAnt))},
	{"CRP20241", "Pagos.Pago.DoctoRelacionado.ImpPagado", cfdi.ClassLocal, cfdi.StateRule, eachDocto(pagadoPositive)},
	{"CRP20242", "Pagos.Pago.DoctoRelacionado.ImpPagado", cfdi.ClassCatalogo, cfdi.StateRule, eachDocto(decimalsDR("ImpPagado", (*DoctoRelacionado).pagado))},
	{"CRP20243", "Pagos.Pago.DoctoRelacionado.ImpSaldoInsoluto", cfdi.ClassCatalogo, cfdi.StateRule, eachDocto(decimalsDR("ImpSaldoInsoluto", (*DoctoRelacionado).insoluto))},
	{"CRP20244", "Pagos.Pago.DoctoRelacionado.ImpSaldoInsoluto", cfdi.ClassLocal, cfdi.StateRule, eachDocto(saldoLeft)},
	{"CRP20245", "Pagos.Pago.DoctoRelacionado.ObjetoImpDR", cfdi.ClassCatalogo, cfdi.StateRule, eachDocto(objetoKey)},
	{"CRP20246", "Pagos.Pago.DoctoRelacionado.ImpuestosDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(objetoNeedsTaxes)},
	{"CRP20247", "Pagos.Pago.DoctoRelacionado.ImpuestosDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(objetoNoTaxes)},
	{"CRP20248", "Pagos.Pago.DoctoRelacionado.ImpuestosDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(taxesEmpty)},
	{"CRP20249", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.RetencionesDR.BaseDR", cfdi.ClassLocal, cfdi.StateRule, eachRetencionDR(func(v *validation, path string, r *RetencionDR) { v.base(path, r.BaseDR) })},
	{"CRP20250", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.RetencionesDR.ImpuestoDR", cfdi.ClassCatalogo, cfdi.StateRule, eachRetencionDR(func(v *validation, path string, r *RetencionDR) { v.impuesto(path+".ImpuestoDR", r.ImpuestoDR, false) })},
	{"CRP20251", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.RetencionesDR.TipoFactorDR", cfdi.ClassCatalogo, cfdi.StateRule, eachRetencionDR(func(v *validation, path string, r *RetencionDR) { v.factor(path+".TipoFactorDR", r.TipoFactorDR) })},
	{"CRP20252", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.RetencionesDR.TipoFactorDR", cfdi.ClassLocal, cfdi.StateRule, eachRetencionDR(retencionExento)},
	{"CRP20253", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.RetencionesDR.TasaOCuotaDR", cfdi.ClassCatalogo, cfdi.StateRule, eachRetencionDR(func(v *validation, path string, r *RetencionDR) {
		v.tasa(path+".TasaOCuotaDR", r.ImpuestoDR, r.TipoFactorDR, false, r.TasaOCuotaDR)
	})},
	{"CRP20254", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.RetencionesDR.ImporteDR", cfdi.ClassLocal, cfdi.StateRule, eachRetencionDR(func(v *validation, path string, r *RetencionDR) {
		v.limits(path, r.BaseDR, r.TasaOCuotaDR, r.ImporteDR)
	})},
	{"CRP20255", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR.BaseDR", cfdi.ClassLocal, cfdi.StateRule, eachTrasladoDR(func(v *validation, path string, t *TrasladoDR) { v.base(path, t.BaseDR) })},
	{"CRP20256", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR.ImpuestoDR", cfdi.ClassCatalogo, cfdi.StateRule, eachTrasladoDR(func(v *validation, path string, t *TrasladoDR) { v.impuesto(path+".ImpuestoDR", t.ImpuestoDR, true) })},
	{"CRP20257", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR.TipoFactorDR", cfdi.ClassCatalogo, cfdi.StateRule, eachTrasladoDR(func(v *validation, path string, t *TrasladoDR) { v.factor(path+".TipoFactorDR", t.TipoFactorDR) })},
	{"CRP20258", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR.TipoFactorDR", cfdi.ClassLocal, cfdi.StateRule, eachTrasladoDR(trasladoExento)},
	{"CRP20259", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR", cfdi.ClassLocal, cfdi.StateRule, eachTrasladoDR(trasladoComplete)},
	{"CRP20260", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR.TasaOCuotaDR", cfdi.ClassCatalogo, cfdi.StateRule, eachTrasladoDR(func(v *validation, path string, t *TrasladoDR) {
		v.tasa(path+".TasaOCuotaDR", t.ImpuestoDR, t.TipoFactorDR, true, t.TasaOCuotaDR)
	})},
	{"CRP20261", "Pagos.Pago.DoctoRelacionado.ImpuestosDR.TrasladosDR.ImporteDR", cfdi.ClassLocal, cfdi.StateRule, eachTrasladoDR(func(v *validation, path string, t *TrasladoDR) { v.limits(path, t.BaseDR, t.TasaOCuotaDR, t.ImporteDR) })},
	{"CRP20262", "Pagos.Pago.ImpuestosP.RetencionesP.ImpuestoP", cfdi.ClassCatalogo, cfdi.StateRule, eachImpuestosP(retencionPKey)},
	{"CRP20263", "Pagos.Pago.ImpuestosP.RetencionesP", cfdi.ClassLocal, cfdi.StateRule, eachImpuestosP(retencionPTwice)},
	{"CRP20264", "Pagos.Totales", cfdi.ClassLocal, cfdi.StateRule, retencionTotals},
	{"CRP20265", "Pagos.Pago.ImpuestosP.RetencionesP", cfdi.ClassLocal, cfdi.StateRule, eachPago(retencionPSum)},
	{"CRP20266", "Pagos.Pago.ImpuestosP.TrasladosP", cfdi.ClassLocal, cfdi.StateRule, eachPago(trasladoPExento)},
	{"CRP20267", "Pagos.Totales", cfdi.ClassLocal, cfdi.StateRule, baseTotals},
	{"CRP20268", "Pagos.Pago.ImpuestosP.TrasladosP.BaseP", cfdi.ClassLocal, cfdi.StateRule, eachPago(basePSum)},
	{"CRP20269", "Pagos.Pago.ImpuestosP.TrasladosP.BaseP", cfdi.ClassLocal, cfdi.StateRule, eachPago(basePExento)},
	{"CRP20270", "Pagos.Pago.ImpuestosP.TrasladosP.ImpuestoP", cfdi.ClassCatalogo, cfdi.StateRule, eachImpuestosP(trasladoPKey)},
	{"CRP20271", "Pagos.Pago.ImpuestosP.TrasladosP", cfdi.ClassLocal, cfdi.StateRule, eachImpuestosP(trasladoPTwice)},
	{"CRP20272", "Pagos.Pago.ImpuestosP.TrasladosP.TasaOCuotaP", cfdi.ClassCatalogo, cfdi.StateRule, eachImpuestosP(trasladoPTasa)},
	{"CRP20273", "Pagos.Totales", cfdi.ClassLocal, cfdi.StateRule, importeTotals},
	{"CRP20274", "Pagos.Pago.ImpuestosP.TrasladosP", cfdi.ClassLocal, cfdi.StateRule, eachPago(importePSum)},
	{"CRP20275", "Pagos.Pago.DoctoRelacionado.ImpPagado", cfdi.ClassLocal, stateOwnLimits, nil},
	{"CRP20276", "Pagos.Pago.Monto", cfdi.ClassCatalogo, cfdi.StateRule, eachPago(otherCurrency)},
	{"CRP20277", "Pagos.Pago.DoctoRelacionado.EquivalenciaDR", cfdi.ClassLocal, stateFormula, nil},
	{"CRP20278", "Pagos.Pago.DoctoRelacionado.ImpuestosDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(objetoOnlyISR)},
	{"CRP20279", "Pagos.Pago.DoctoRelacionado.ImpuestosDR", cfdi.ClassLocal, cfdi.StateRule, eachDocto(objetoIEPS)},
	{"CRP20999", "Pagos.Pago", cfdi.ClassLocal, cfdi.StateRule, lexical},
}

// Rules lists every code of the matrix of Pagos 2.0, revision B, in its order.
func Rules() []cfdi.Rule {
	out := make([]cfdi.Rule, len(rules))
	for i, r := range rules {
		out[i] = cfdi.Rule{Family: "CRP20", Code: r.code, Path: r.path, Class: r.class, State: r.state}
	}
	return out
}

// Validate reports what the matrix says of the payments and of the CFDI that
// carries them; under 301, what the schema requires and is not there.
func (p *Pagos) Validate(c *cfdi.Comprobante, cat *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	v := &validation{Report: cfdi.NewReport(c, p), c: c, p: p, cat: cat}
	v.Name(names)
	v.Only(v.only())
	p.Walk(cfdi.VisitTree(v.Missing))
	if len(p.Pago) == 0 {
		v.Fail("301", "Pago", "El complemento no tiene pagos.", "Agrega al menos un pago.")
	}
	v.Want(p.Version == "2.0", "Version", p.Version, "La versión de los pagos debe ser 2.0.", "Escribe 2.0.")
	for i := range p.Pago {
		if len(p.Pago[i].DoctoRelacionado) == 0 {
			v.Fail("301", at("Pago", i)+".DoctoRelacionado", "El pago no dice qué factura se pagó.", "Agrega la factura que se pagó, con su folio fiscal.")
		}
	}
	for _, r := range rules {
		if r.check != nil {
			v.code = r.code
			r.check(v)
		}
	}
	return v.Found()
}

// only are the attributes that can have one value alone: the version, and what follows from
// the other amounts.
func (v *validation) only() map[string]string {
	values := map[string]string{"Version": "2.0"}
	if total := v.p.monto(); total.Sign() > 0 {
		values["Totales.MontoTotalPagos"] = total.String()
	}
	for i := range v.p.Pago {
		for j := range v.p.Pago[i].DoctoRelacionado {
			d := &v.p.Pago[i].DoctoRelacionado[j]
			if left := d.ImpSaldoAnt.Sub(d.ImpPagado); d.ImpSaldoInsoluto.IsZero() && !d.ImpSaldoAnt.IsZero() && !d.ImpPagado.IsZero() && left.Sign() >= 0 {
				values[doctoPath(i, j)+".ImpSaldoInsoluto"] = left.String()
			}
		}
	}
	return values
}

// validation is one run of the rules over one complement.
type validation struct {
	*cfdi.Report
	c    *cfdi.Comprobante
	p    *Pagos
	cat  *catalogo.Catalog
	code string // of the rule that runs
}

func (v *validation) fail(path, message, fix string) { v.Fail(v.code, path, message, fix) }

func at(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

func doctoPath(i, j int) string { return at("Pago", i) + "." + at("DoctoRelacionado", j) }

func eachPago(check func(v *validation, path string, p *Pago)) func(*validation) {
	return func(v *validation) {
		for i := range v.p.Pago {
			check(v, at("Pago", i), &v.p.Pago[i])
		}
	}
}

func eachDocto(check func(v *validation, path string, p *Pago, d *DoctoRelacionado)) func(*validation) {
	return func(v *validation) {
		for i := range v.p.Pago {
			p := &v.p.Pago[i]
			for j := range p.DoctoRelacionado {
				check(v, doctoPath(i, j), p, &p.DoctoRelacionado[j])
			}
		}
	}
}

func eachRetencionDR(check func(v *validation, path string, r *RetencionDR)) func(*validation) {
	return eachDocto(func(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
		if d.ImpuestosDR == nil {
			return
		}
		for k := range d.ImpuestosDR.RetencionesDR {
			check(v, path+".ImpuestosDR."+at("RetencionesDR", k), &d.ImpuestosDR.RetencionesDR[k])
		}
	})
}

func eachTrasladoDR(check func(v *validation, path string, t *TrasladoDR)) func(*validation) {
	return eachDocto(func(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
		if d.ImpuestosDR == nil {
			return
		}
		for k := range d.ImpuestosDR.TrasladosDR {
			check(v, path+".ImpuestosDR."+at("TrasladosDR", k), &d.ImpuestosDR.TrasladosDR[k])
		}
	})
}

func eachImpuestosP(check func(v *validation, path string, i *ImpuestosP)) func(*validation) {
	return eachPago(func(v *validation, path string, p *Pago) {
		if p.ImpuestosP != nil {
			check(v, path+".ImpuestosP.", p.ImpuestosP)
		}
	})
}
