package pago20

import (
	"regexp"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The invoices and their taxes: CRP20236 to CRP20261, CRP20278 and CRP20279.

func monedaDR(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if d.MonedaDR == "XXX" {
		v.fail(path+".MonedaDR", "La moneda de la factura no puede ser XXX.", "Escribe la moneda de la factura.")
	}
}

func equivalenciaRequired(v *validation, path string, p *Pago, d *DoctoRelacionado) {
	if d.MonedaDR != p.MonedaP && d.EquivalenciaDR.IsZero() {
		v.fail(path+".EquivalenciaDR", "La factura es en "+d.MonedaDR+" y el pago en "+p.MonedaP+": falta la equivalencia.", "Escribe cuánto de la moneda de la factura vale uno de la del pago.")
	}
}

func equivalenciaOne(v *validation, path string, p *Pago, d *DoctoRelacionado) {
	if d.MonedaDR == p.MonedaP && d.EquivalenciaDR.String() != "1" {
		v.fail(path+".EquivalenciaDR", "La factura y el pago son en la misma moneda: la equivalencia se escribe 1.", "Escribe 1, sin decimales.")
		v.MendHere(path+".EquivalenciaDR", "1")
	}
}

func saldoPositive(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if !d.ImpSaldoAnt.IsZero() && d.ImpSaldoAnt.Sign() <= 0 {
		v.fail(path+".ImpSaldoAnt", "El saldo anterior debe ser mayor que cero.", "Revisa el saldo de la factura: quizá ya está pagada.")
	}
}

func pagadoPositive(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if !d.ImpPagado.IsZero() && d.ImpPagado.Sign() <= 0 {
		v.fail(path+".ImpPagado", "Lo pagado de la factura debe ser mayor que cero.", "Escribe cuánto se pagó de esta factura.")
	}
}

func (d *DoctoRelacionado) saldoAnt() decimal.Decimal { return d.ImpSaldoAnt }
func (d *DoctoRelacionado) pagado() decimal.Decimal   { return d.ImpPagado }
func (d *DoctoRelacionado) insoluto() decimal.Decimal { return d.ImpSaldoInsoluto }

func decimalsDR(name string, of func(*DoctoRelacionado) decimal.Decimal) func(*validation, string, *Pago, *DoctoRelacionado) {
	return func(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
		v.decimals(path+"."+name, of(d), d.MonedaDR)
	}
}

func saldoLeft(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	want := d.ImpSaldoAnt.Sub(d.ImpPagado)
	if d.ImpSaldoInsoluto.IsZero() || d.ImpSaldoInsoluto.Cmp(want) == 0 && want.Sign() >= 0 {
		return
	}
	v.fail(path+".ImpSaldoInsoluto", "El saldo insoluto "+d.ImpSaldoInsoluto.String()+" debe ser el saldo anterior menos lo pagado, que es "+want.String()+", y nunca negativo.",
		"Corrige lo pagado o el saldo anterior.")
	if want.Sign() >= 0 {
		v.MendHere(path+".ImpSaldoInsoluto", want.String())
	}
}

func objetoKey(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if row, ok := v.cat.ObjetoImp(d.ObjetoImpDR); d.ObjetoImpDR != "" && (!ok || !row.InForce(v.c.Fecha)) {
		v.fail(path+".ObjetoImpDR", "La clave "+d.ObjetoImpDR+" no existe en el catálogo c_ObjetoImp del SAT.", fixClave)
	}
}

func objetoNeedsTaxes(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if d.ObjetoImpDR == "02" && d.ImpuestosDR == nil {
		v.fail(path+".ImpuestosDR", "La factura es objeto de impuesto (02) y faltan los impuestos de lo pagado.", "Agrega los impuestos en proporción a lo pagado.")
	}
}

func objetoNoTaxes(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if slices.Contains([]string{"01", "03", "04", "05"}, d.ObjetoImpDR) && d.ImpuestosDR != nil {
		v.fail(path+".ImpuestosDR", "Con objeto de impuesto "+d.ObjetoImpDR+" no van impuestos.", "Quita los impuestos, o elige 02.")
	}
}

func taxesEmpty(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if i := d.ImpuestosDR; i != nil && len(i.RetencionesDR)+len(i.TrasladosDR) == 0 {
		v.fail(path+".ImpuestosDR", "Los impuestos de la factura están vacíos.", "Agrega los impuestos, o quita el apartado.")
	}
}

func (v *validation) base(path string, base decimal.Decimal) {
	if !base.IsZero() && base.Sign() <= 0 {
		v.fail(path+".BaseDR", "La base del impuesto debe ser mayor que cero.", "Quita el impuesto que no tiene base.")
	}
}

// impuesto reports a tax that does not exist or does not stand on this side.
func (v *validation) impuesto(path, key string, traslado bool) {
	row, ok := v.cat.Impuesto(key)
	switch {
	case key == "":
	case !ok:
		v.fail(path, "La clave "+key+" no existe en el catálogo c_Impuesto del SAT.", fixClave)
	case traslado && !row.Traslado:
		v.fail(path, "El "+row.Texto+" se retiene; no se traslada.", "Muévelo a las retenciones.")
	}
}

func (v *validation) factor(path, key string) {
	if _, ok := v.cat.TipoFactor(key); key != "" && !ok {
		v.fail(path+".TipoFactorDR", "La clave "+key+" no existe en el catálogo c_TipoFactor del SAT.", fixClave)
	}
}

// tasa reports a rate that the catalogue does not have for a tax and a factor that
// are themselves right, or that is not written with six decimals.
func (v *validation) tasa(path, impuesto, factor string, traslado bool, rate decimal.Decimal) {
	row, ok := v.cat.Impuesto(impuesto)
	if _, known := v.cat.TipoFactor(factor); rate.IsZero() || !ok || !known || factor == exento || traslado && !row.Traslado {
		return
	}
	switch {
	case !v.cat.ValidRate(impuesto, factor, traslado, rate, v.c.Fecha):
		v.fail(path, "El "+row.Texto+" no tiene la tasa "+rate.String()+" en el catálogo del SAT.", "Elige la tasa de la factura.")
	case rate.Scale() != 6:
		v.fail(path, "La tasa "+rate.String()+" debe escribirse con seis decimales.", "Escríbela como 0.160000.")
		v.MendHere(path, rate.Fixed(6))
	}
}

func (v *validation) limits(path string, base, rate, importe decimal.Decimal) {
	if base.IsZero() || rate.IsZero() || importe.IsZero() {
		return
	}
	if ok, low, high := cfdi.TaxFits(base, rate, importe, importe.Scale()); !ok {
		v.fail(path+".ImporteDR", "El impuesto "+importe.String()+" no es base por tasa; debe estar entre "+low.String()+" y "+high.String()+".", fixSums)
	}
}

func retencionExento(v *validation, path string, r *RetencionDR) {
	if r.TipoFactorDR == exento {
		v.fail(path+".TipoFactorDR", "Una retención no puede ser exenta.", "Elige Tasa, o quita la retención.")
	}
}

func trasladoExento(v *validation, path string, t *TrasladoDR) {
	if t.TipoFactorDR == exento && (!t.TasaOCuotaDR.IsZero() || !t.ImporteDR.IsZero()) {
		v.fail(path+".TipoFactorDR", "Un impuesto exento no lleva tasa ni importe.", "Quita la tasa y el importe, o elige Tasa.")
	}
}

func trasladoComplete(v *validation, path string, t *TrasladoDR) {
	if t.TipoFactorDR != "Tasa" && t.TipoFactorDR != "Cuota" {
		return
	}
	if t.TasaOCuotaDR.IsZero() {
		v.fail(path+".TasaOCuotaDR", "Falta la tasa o cuota del impuesto.", "Escribe la tasa de la factura.")
	}
	if t.ImporteDR.IsZero() {
		v.fail(path+".ImporteDR", "Falta el importe del impuesto.", fixSums)
	}
}

// carries reports whether a document withholds or transfers one of these taxes.
func (d *DoctoRelacionado) carries(withheld, transferred string) bool {
	if d.ImpuestosDR == nil {
		return false
	}
	for _, r := range d.ImpuestosDR.RetencionesDR {
		if strings.Contains(withheld, r.ImpuestoDR) {
			return true
		}
	}
	for _, t := range d.ImpuestosDR.TrasladosDR {
		if strings.Contains(transferred, t.ImpuestoDR) {
			return true
		}
	}
	return false
}

func objetoOnlyISR(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if (d.ObjetoImpDR == "06" || d.ObjetoImpDR == "08") && d.carries("002 003", "002 003") {
		v.fail(path+".ImpuestosDR", "Con objeto de impuesto "+d.ObjetoImpDR+" no va IVA ni IEPS.", "Quita el IVA y el IEPS, o elige 02.")
	}
}

func objetoIEPS(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if d.ObjetoImpDR != "07" {
		return
	}
	if d.carries("002", "002") || !d.carries("", "003") {
		v.fail(path+".ImpuestosDR", "Con objeto de impuesto 07 va el IEPS trasladado y no va IVA.", "Quita el IVA y agrega el IEPS, o elige 02.")
	}
}

// most is what the schema lets through: characters of a text, decimals of a number.
var most = map[string]int{
	"NumOperacion": 100, "NomBancoOrdExt": 300, "CtaOrdenante": 50, "CtaBeneficiario": 50, "CadPago": 8192,
	"Serie": 25, "Folio": 40, "EquivalenciaDR": 10,
	"TotalRetencionesIVA": 2, "TotalRetencionesISR": 2, "TotalRetencionesIEPS": 2,
	"TotalTrasladosBaseIVA16": 2, "TotalTrasladosImpuestoIVA16": 2, "TotalTrasladosBaseIVA8": 2, "TotalTrasladosImpuestoIVA8": 2,
	"TotalTrasladosBaseIVA0": 2, "TotalTrasladosImpuestoIVA0": 2, "TotalTrasladosBaseIVAExento": 2, "MontoTotalPagos": 2,
}

var (
	idForm      = regexp.MustCompile(`^([a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}|[0-9]{3}-[0-9]{2}-[0-9]{9})$`)
	fechaForm   = regexp.MustCompile(`^20[1-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}$`)
	partForm    = regexp.MustCompile(`^[1-9][0-9]{0,2}$`)
	cuentaForm  = regexp.MustCompile(`^[A-Z0-9_]{10,50}$`)
	base64Form  = regexp.MustCompile(`^(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){2}= ?=|([A-Za-z0-9+/] ?){3}=)?$`) // of the schema
	cadenaForms = regexp.MustCompile(`^01$`)
)

// lexical reports what the schema does not let through.
func lexical(v *validation) {
	v.p.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) { v.Lexical(v.code, path, fields, most) }))
	for i := range v.p.Pago {
		p, path := &v.p.Pago[i], at("Pago", i)
		v.form(path+".FechaPago", p.FechaPago, fechaForm, "La fecha del pago", "2026-11-20T12:00:00")
		if _, ok := v.cat.FormaPago(p.FormaDePagoP); !ok && p.FormaDePagoP != "" {
			v.fail(path+".FormaDePagoP", "La forma de pago "+p.FormaDePagoP+" no existe en el catálogo del SAT.", "Elige cómo se pagó.")
		}
		v.moneda(path+".MonedaP", p.MonedaP, "La moneda del pago")
		v.form(path+".CtaOrdenante", p.CtaOrdenante, cuentaForm, "La cuenta de quien paga", "de 10 a 50 letras mayúsculas o dígitos")
		v.form(path+".CtaBeneficiario", p.CtaBeneficiario, cuentaForm, "La cuenta de quien cobra", "de 10 a 50 letras mayúsculas o dígitos")
		v.form(path+".TipoCadPago", p.TipoCadPago, cadenaForms, "El tipo de cadena de pago", "01, que es SPEI")
		v.form(path+".CertPago", p.CertPago, base64Form, "El certificado del pago", "en base64")
		v.form(path+".SelloPago", p.SelloPago, base64Form, "El sello del pago", "en base64")
		for _, rfc := range []struct{ name, value string }{{"RfcEmisorCtaOrd", p.RfcEmisorCtaOrd}, {"RfcEmisorCtaBen", p.RfcEmisorCtaBen}} {
			if rfc.value != "" && !cfdi.ValidRFC(rfc.value) {
				v.fail(path+"."+rfc.name, "El RFC del banco no está bien escrito: "+rfc.value+".", "Escribe los 12 caracteres del RFC del banco.")
			}
		}
		for j := range p.DoctoRelacionado {
			d, path := &p.DoctoRelacionado[j], doctoPath(i, j)
			v.form(path+".IdDocumento", d.IdDocumento, idForm, "El folio fiscal de la factura", "36 caracteres en grupos")
			v.moneda(path+".MonedaDR", d.MonedaDR, "La moneda de la factura")
			v.form(path+".NumParcialidad", d.NumParcialidad.String(), partForm, "El número de parcialidad", "de 1 a 999")
		}
	}
}

func (v *validation) form(path, value string, form *regexp.Regexp, what, words string) {
	if value != "" && !form.MatchString(value) {
		v.fail(path, what+" no tiene la forma correcta ("+words+"): "+value+".", "Corrige el dato.")
	}
}

func (v *validation) moneda(path, clave, what string) {
	if _, ok := v.cat.Moneda(clave); !ok && clave != "" {
		v.fail(path, what+", "+clave+", no existe en el catálogo del SAT.", "Elige una moneda del catálogo; los pesos son MXN.")
	}
}
