package pago20_test

import (
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/pago20"
)

// TestSumsAreMended: whichever sum of a payment is wrong, one mend puts all right.
func TestSumsAreMended(t *testing.T) {
	wrong := num("1.23")
	for _, x := range []struct {
		code   string
		from   func() *cfdi.Comprobante
		change func(c *cfdi.Comprobante)
	}{
		{"CRP20201", renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesIVA = wrong })},
		{"CRP20204", renta, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosBaseIVA16 = wrong })},
		{"CRP20205", renta, totalsOf(func(t *pago20.Totales) { t.TotalTrasladosImpuestoIVA16 = wrong })},
		{"CRP20202", renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesISR = none })},
		{"CRP20211", renta, totalsOf(func(t *pago20.Totales) { t.MontoTotalPagos = wrong })},
		{"CRP20264", renta, totalsOf(func(t *pago20.Totales) { t.TotalRetencionesIVA, t.TotalRetencionesISR = none, none })},
		{"CRP20265", renta, taxesOf(func(i *pago20.ImpuestosP) { i.RetencionesP[0].ImporteP = wrong })},
		{"CRP20268", renta, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP[0].BaseP = wrong })},
		{"CRP20274", renta, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP[0].ImporteP = wrong })},
		{"CRP20274", cruzado, taxesOf(func(i *pago20.ImpuestosP) { i.TrasladosP[0].ImporteP = wrong })},
		{"CRP20244", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoInsoluto = d.ImpSaldoAnt })},
		{"CRP20238", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.EquivalenciaDR = num("1.0") })},
		{"CRP20238", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.EquivalenciaDR = none })},
		{"301", renta, func(c *cfdi.Comprobante) { pagos(c).Version = "1.0" }},
		{"301", renta, func(c *cfdi.Comprobante) { pagos(c).Version = "" }},
		{"301", renta, doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpSaldoInsoluto = none })},
		{"301", renta, totalsOf(func(t *pago20.Totales) { t.MontoTotalPagos = none })},
		{"CRP20221", renta, pagoOf(func(p *pago20.Pago) {
			p.FormaDePagoP, p.CtaOrdenante, p.RfcEmisorCtaBen, p.CtaBeneficiario, p.RfcEmisorCtaOrd = "01", "", "", "", "BNM840515VB1"
		})},
		{"CRP20229", renta, pagoOf(func(p *pago20.Pago) {
			p.FormaDePagoP, p.CtaOrdenante, p.RfcEmisorCtaOrd, p.RfcEmisorCtaBen, p.CtaBeneficiario = "01", "", "", "", ""
			p.TipoCadPago, p.CertPago, p.CadPago, p.SelloPago = "01", "MIIF", "||1|2||", "QUJD"
		})},
		{"CRP20215", renta, pagoOf(func(p *pago20.Pago) { p.TipoCambioP = num("1.0000") })},
	} {
		c := x.from()
		x.change(c)
		cfditest.Mended(t, c, x.code, judge)
	}
}

// TestNoBalanceBelowZero: where more was paid than was owed, the user must say what is
// wrong.
func TestNoBalanceBelowZero(t *testing.T) {
	c := renta()
	doctoOf(func(d *pago20.DoctoRelacionado) { d.ImpPagado = d.ImpSaldoAnt.Add(num("1")) })(c)
	for _, f := range pagos(c).Validate(c, cat, time.Time{}) {
		if f.Code == "CRP20244" && f.Mend != nil {
			t.Errorf("%v", f)
		}
	}
}

func judge(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
