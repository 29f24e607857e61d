package pago20

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
	if d.MonedaDR != "" && p.MonedaP != "" && d.MonedaDR != p.MonedaP && d.EquivalenciaDR.IsZero() {
		v.fail(path+".EquivalenciaDR", "La factura es en "+cfdi.Cut(d.MonedaDR)+" y el pago en "+cfdi.Cut(p.MonedaP)+": falta la equivalencia.", "Escribe cuántos "+cfdi.Cut(d.MonedaDR)+" vale 1 "+cfdi.Cut(p.MonedaP)+", con hasta diez decimales.")
	}
}

func equivalenciaOne(v *validation, path string, p *Pago, d *DoctoRelacionado) {
	if d.MonedaDR != "" && d.MonedaDR == p.MonedaP && d.EquivalenciaDR.String() != "1" {
		v.fail(path+".EquivalenciaDR", "La factura y el pago son en la misma moneda: la equivalencia es 1, sin decimales.", "Escribe 1, sin decimales.")
		v.MendHere(path+".EquivalenciaDR", "1")
	}
}

func saldoPositive(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if !d.ImpSaldoAnt.IsZero() && d.ImpSaldoAnt.Sign() <= 0 {
		v.fail(path+".ImpSaldoAnt", "El saldo anterior de la factura debe ser mayor que cero.", "Escribe lo que se debía antes de este pago; si ya estaba pagada, quita la factura.")
	}
}

func pagadoPositive(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if !d.ImpPagado.IsZero() && d.ImpPagado.Sign() <= 0 {
		v.fail(path+".ImpPagado", "Lo pagado de la factura debe ser mayor que cero.", "Escribe cuánto se pagó de esta factura, o quítala del pago.")
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
		saldoFix(want))
	if want.Sign() >= 0 {
		v.MendHere(path+".ImpSaldoInsoluto", want.String())
	}
}

// saldoFix is what to do about a balance that should be want.
func saldoFix(want decimal.Decimal) string {
	if want.Sign() < 0 {
		return "Corrige lo pagado o el saldo anterior: no se puede pagar más de lo que se debe."
	}
	return "Escribe " + want.String() + ", o corrige lo pagado o el saldo anterior."
}

func objetoKey(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if row, ok := v.cat.ObjetoImp(d.ObjetoImpDR); d.ObjetoImpDR != "" && (!ok || !row.InForce(v.c.Fecha)) {
		v.fail(path+".ObjetoImpDR", "La clave "+cfdi.Quoted(d.ObjetoImpDR)+" no existe en el catálogo c_ObjetoImp del SAT, o no estaba vigente en la fecha del comprobante.", "Escribe el objeto de impuesto de la factura, por ejemplo 02 si lleva impuestos o 01 si no es objeto.")
	}
}

func objetoNeedsTaxes(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if d.ObjetoImpDR == "02" && d.ImpuestosDR == nil {
		v.fail(path+".ImpuestosDR", "La factura es objeto de impuesto (02) y faltan los impuestos de lo pagado.", "Agrega los impuestos de la factura en proporción a lo pagado.")
	}
}

func objetoNoTaxes(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if slices.Contains([]string{"01", "03", "04", "05"}, d.ObjetoImpDR) && d.ImpuestosDR != nil {
		v.fail(path+".ImpuestosDR", "Con objeto de impuesto "+d.ObjetoImpDR+" no van impuestos.", "Quita los impuestos, o escribe 02 si la factura los lleva.")
	}
}

func taxesEmpty(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if i := d.ImpuestosDR; i != nil && len(i.RetencionesDR)+len(i.TrasladosDR) == 0 {
		v.fail(path+".ImpuestosDR", "Los impuestos de la factura están vacíos.", "Agrega los impuestos, o quita el apartado.")
	}
}

func (v *validation) base(path string, base decimal.Decimal) {
	if !base.IsZero() && base.Sign() <= 0 {
		v.fail(path+".BaseDR", "La base del impuesto debe ser mayor que cero.", "Escribe la parte de la base que se pagó, o quita el impuesto.")
	}
}

// impuesto reports a tax that does not exist or does not stand on this side.
func (v *validation) impuesto(path, key string, traslado bool) {
	row, ok := v.cat.Impuesto(key)
	switch {
	case key == "":
	case !ok:
		v.fail(path, "La clave "+cfdi.Quoted(key)+" no existe en el catálogo c_Impuesto del SAT.", fixImpuesto)
	case traslado && !row.Traslado:
		v.fail(path, "El "+row.Texto+" se retiene; no se traslada.", "Muévelo a las retenciones.")
	}
}

func (v *validation) factor(path, key string) {
	if _, ok := v.cat.TipoFactor(key); key != "" && !ok {
		v.fail(path, "La clave "+cfdi.Quoted(key)+" no existe en el catálogo c_TipoFactor del SAT.", "Escribe Tasa, Cuota o Exento, como en la factura.")
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
		v.fail(path, "El "+row.Texto+" no tiene la tasa o cuota "+rate.String()+" en el catálogo c_TasaOCuota del SAT.", "Escribe la tasa de la factura, por ejemplo 0.160000.")
	case rate.Scale() != 6:
		v.fail(path, "La tasa "+rate.String()+" debe escribirse con seis decimales.", "Escribe "+rate.Fixed(6)+".")
		v.MendHere(path, rate.Fixed(6))
	}
}

func (v *validation) limits(path string, base, rate, importe decimal.Decimal) {
	if base.IsZero() || rate.IsZero() || importe.IsZero() {
		return
	}
	if ok, low, high := cfdi.TaxFits(base, rate, importe, importe.Scale()); !ok {
		v.fail(path+".ImporteDR", "El importe del impuesto "+importe.String()+" no es la base por la tasa: debe estar entre "+low.String()+" y "+high.String()+".", "Corrige el importe, la base o la tasa.")
	}
}

func retencionExento(v *validation, path string, r *RetencionDR) {
	if r.TipoFactorDR == exento {
		v.fail(path+".TipoFactorDR", "Una retención no puede ser exenta.", "Escribe Tasa con su tasa, o quita la retención.")
	}
}

func trasladoExento(v *validation, path string, t *TrasladoDR) {
	if t.TipoFactorDR == exento && (!t.TasaOCuotaDR.IsZero() || !t.ImporteDR.IsZero()) {
		v.fail(path+".TipoFactorDR", "Un impuesto exento no lleva tasa ni importe.", "Quita la tasa y el importe, o escribe Tasa si no es exento.")
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
		v.fail(path+".ImporteDR", "Falta el importe del impuesto.", "Escribe la base por la tasa.")
	}
}

// carries reports whether a document withholds or transfers one of these taxes.
func (d *DoctoRelacionado) carries(withheld, transferred string) bool {
	if d.ImpuestosDR == nil {
		return false
	}
	for _, r := range d.ImpuestosDR.RetencionesDR {
		if r.ImpuestoDR != "" && strings.Contains(withheld, r.ImpuestoDR) {
			return true
		}
	}
	for _, t := range d.ImpuestosDR.TrasladosDR {
		if t.ImpuestoDR != "" && strings.Contains(transferred, t.ImpuestoDR) {
			return true
		}
	}
	return false
}

func objetoOnlyISR(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if (d.ObjetoImpDR == "06" || d.ObjetoImpDR == "08") && d.carries("002 003", "002 003") {
		v.fail(path+".ImpuestosDR", "Con objeto de impuesto "+d.ObjetoImpDR+" no va IVA ni IEPS.", "Quita el IVA y el IEPS, o escribe 02 si la factura los lleva.")
	}
}

func objetoIEPS(v *validation, path string, _ *Pago, d *DoctoRelacionado) {
	if d.ObjetoImpDR != "07" {
		return
	}
	if d.carries("002", "002") || !d.carries("", "003") {
		v.fail(path+".ImpuestosDR", "Con objeto de impuesto 07 va el IEPS trasladado y no va IVA.", "Quita el IVA y agrega el IEPS trasladado, o escribe 02 si la factura lleva IVA.")
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
	v.p.Walk(cfdi.VisitTree(func(path string, fields []cfdi.Field) { v.Lexical(v.code, path, barred(fields), most) }))
	for i := range v.p.Pago {
		p, path := &v.p.Pago[i], at("Pago", i)
		v.form(path+".FechaPago", p.FechaPago, fechaForm, "La fecha del pago", "Escríbela con su hora, como 2026-11-20T12:00:00.")
		if _, err := time.Parse("2006-01-02T15:04:05", p.FechaPago); err != nil && fechaForm.MatchString(p.FechaPago) {
			v.fail(path+".FechaPago", "La fecha del pago "+p.FechaPago+" no existe en el calendario.", "Escribe el día en que se pagó.")
		}
		if _, ok := v.cat.FormaPago(p.FormaDePagoP); !ok && p.FormaDePagoP != "" {
			v.fail(path+".FormaDePagoP", "La forma de pago "+cfdi.Quoted(p.FormaDePagoP)+" no existe en el catálogo c_FormaPago del SAT.", "Elige cómo se pagó, por ejemplo 03 si fue transferencia.")
		}
		v.moneda(path+".MonedaP", p.MonedaP)
		if !p.TipoCambioP.IsZero() && p.TipoCambioP.Sign() == 0 {
			v.fail(path+".TipoCambioP", "El tipo de cambio del pago debe ser mayor que cero.", "Escribe cuántos pesos vale 1 "+cfdi.Cut(p.MonedaP)+".")
		}
		v.form(path+".CtaOrdenante", p.CtaOrdenante, cuentaForm, "La cuenta de quien paga", fixCuenta)
		v.form(path+".CtaBeneficiario", p.CtaBeneficiario, cuentaForm, "La cuenta de quien cobra", fixCuenta)
		v.form(path+".TipoCadPago", p.TipoCadPago, cadenaForms, "El tipo de cadena de pago", "Escribe 01, que es SPEI.")
		v.form(path+".CertPago", p.CertPago, base64Form, "El certificado del pago", fixBase64)
		v.form(path+".SelloPago", p.SelloPago, base64Form, "El sello del pago", fixBase64)
		v.banco(path+".RfcEmisorCtaOrd", p.RfcEmisorCtaOrd, "quien paga", p.RfcEmisorCtaOrd == cfdi.RfcExtranjero)
		v.banco(path+".RfcEmisorCtaBen", p.RfcEmisorCtaBen, "quien cobra", false)
		if p.ImpuestosP != nil {
			for k := range p.ImpuestosP.TrasladosP {
				v.factor(path+".ImpuestosP."+at("TrasladosP", k)+".TipoFactorP", p.ImpuestosP.TrasladosP[k].TipoFactorP)
			}
		}
		for j := range p.DoctoRelacionado {
			d, path := &p.DoctoRelacionado[j], doctoPath(i, j)
			v.form(path+".IdDocumento", d.IdDocumento, idForm, "El folio fiscal de la factura", "Cópialo de la factura: 36 caracteres con sus guiones.")
			v.moneda(path+".MonedaDR", d.MonedaDR)
			if !d.EquivalenciaDR.IsZero() && d.EquivalenciaDR.Sign() == 0 && d.MonedaDR != p.MonedaP {
				v.fail(path+".EquivalenciaDR", "La equivalencia de las monedas debe ser mayor que cero.", "Escribe cuántos "+cfdi.Cut(d.MonedaDR)+" vale 1 "+cfdi.Cut(p.MonedaP)+".")
			}
			v.form(path+".NumParcialidad", d.NumParcialidad.String(), partForm, "El número de parcialidad", "Escribe de 1 a 999: 1 si es el primer pago de la factura.")
		}
	}
}

const (
	fixCuenta = "Escríbela sin espacios ni guiones: de 10 a 50 letras mayúsculas o dígitos."
	fixBase64 = "Cópialo completo del comprobante del SPEI, en base64."
)

func (v *validation) form(path, value string, form *regexp.Regexp, what, fix string) {
	if value != "" && !form.MatchString(value) {
		v.fail(path, what+" no tiene la forma correcta: "+cfdi.Quoted(value)+".", fix)
	}
}

func (v *validation) moneda(path, key string) {
	if row, ok := v.cat.Moneda(key); key != "" && !(ok && row.InForce(v.c.Fecha)) {
		v.fail(path, "La moneda "+cfdi.Quoted(key)+" no existe en el catálogo c_Moneda del SAT.", "Escribe sus tres letras, por ejemplo MXN o USD.")
	}
}

// banco judges the RFC of a bank: of a company, or the one of whoever is abroad.
func (v *validation) banco(path, rfc, who string, abroad bool) {
	if rfc != "" && !abroad && (!cfdi.ValidRFC(rfc) || utf8.RuneCountInString(rfc) != 12) {
		v.fail(path, "El RFC del banco de "+who+" no está bien escrito: "+cfdi.Quoted(rfc)+".", "Escribe los 12 caracteres del RFC del banco.")
	}
}

// barred returns the attributes without the bars of CadPago where it is the cadena of a SPEI,
// which starts with two: of all texts the only one that may have some.
func barred(fields []cfdi.Field) []cfdi.Field {
	out := slices.Clone(fields)
	for i, f := range out {
		if f.Name == "CadPago" && strings.HasPrefix(f.String(), "||") {
			plain := strings.ReplaceAll(f.String(), "|", "-")
			out[i] = cfdi.Optional(f.Name, &plain)
		}
	}
	return out
}
