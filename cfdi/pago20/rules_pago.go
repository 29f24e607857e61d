package pago20

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The envelope and the payment: CRP20101 to CRP20123, CRP20212 to CRP20235, CRP20276.

const (
	fixEnvelope = "Genera de nuevo el comprobante de pago: el portal llena este dato."
	fixSums     = "Vuelve a calcular los totales del pago."
	fixImpuesto = "Escribe 001 si es ISR, 002 si es IVA o 003 si es IEPS."
)

// names say in plain words what an attribute is.
var names = map[string]string{
	"CondicionesDePago": "el dato de condiciones de pago", "FormaPago": "la forma de pago del comprobante", "MetodoPago": "el método de pago", "Descuento": "el descuento",
	"TipoCambio": "el tipo de cambio del comprobante", "TipoDeComprobante": "el tipo de comprobante", "Exportacion": "la clave de exportación", "SubTotal": "el subtotal",
	"Moneda": "la moneda del comprobante", "Total": "el total", "ClaveProdServ": "la clave de producto o servicio", "NoIdentificacion": "el número de identificación",
	"Cantidad": "la cantidad", "ClaveUnidad": "la clave de unidad", "Unidad": "la unidad", "Descripcion": "la descripción", "ValorUnitario": "el valor unitario",
	"Importe": "el importe", "ObjetoImp": "el objeto de impuesto", "Impuestos": "el apartado de impuestos",

	"Version": "la versión del complemento de pagos", "FechaPago": "la fecha del pago", "FormaDePagoP": "la forma de pago", "MonedaP": "la moneda del pago",
	"TipoCambioP": "el tipo de cambio del pago", "Monto": "el monto del pago", "NumOperacion": "el número de operación", "RfcEmisorCtaOrd": "el RFC del banco de quien paga",
	"NomBancoOrdExt": "el nombre del banco extranjero", "CtaOrdenante": "la cuenta de quien paga", "RfcEmisorCtaBen": "el RFC del banco de quien cobra",
	"CtaBeneficiario": "la cuenta de quien cobra", "TipoCadPago": "el tipo de cadena de pago", "CertPago": "el certificado del pago", "CadPago": "la cadena del pago",
	"SelloPago": "el sello del pago", "IdDocumento": "el folio fiscal de la factura", "Serie": "la serie de la factura", "Folio": "el folio de la factura",
	"MonedaDR": "la moneda de la factura", "EquivalenciaDR": "la equivalencia de las monedas", "NumParcialidad": "el número de parcialidad",
	"ImpSaldoAnt": "el saldo anterior", "ImpPagado": "lo pagado de la factura", "ImpSaldoInsoluto": "el saldo insoluto", "ObjetoImpDR": "el objeto de impuesto de la factura",
	"BaseDR": "la base del impuesto", "ImpuestoDR": "el impuesto", "TipoFactorDR": "el factor del impuesto", "TasaOCuotaDR": "la tasa o cuota", "ImporteDR": "el importe del impuesto",
	"BaseP": "la base del impuesto", "ImpuestoP": "el impuesto", "TipoFactorP": "el factor del impuesto", "TasaOCuotaP": "la tasa o cuota", "ImporteP": "el importe del impuesto",
	"MontoTotalPagos": "el total de los pagos", "TotalRetencionesIVA": "el total de IVA retenido", "TotalRetencionesISR": "el total de ISR retenido",
	"TotalRetencionesIEPS": "el total de IEPS retenido", "TotalTrasladosBaseIVA16": "la base total del IVA al 16 %", "TotalTrasladosImpuestoIVA16": "el total del IVA al 16 %",
	"TotalTrasladosBaseIVA8": "la base total del IVA al 8 %", "TotalTrasladosImpuestoIVA8": "el total del IVA al 8 %", "TotalTrasladosBaseIVA0": "la base total del IVA al 0 %",
	"TotalTrasladosImpuestoIVA0": "el total del IVA al 0 %", "TotalTrasladosBaseIVAExento": "la base total exenta de IVA",
}

// envelope is a rule about the CFDI itself.
func envelope(name, want string, ok func(*cfdi.Comprobante) bool) func(*validation) {
	return func(v *validation) {
		if !ok(v.c) {
			what := names[name]
			if what == "" {
				what = "el apartado " + name
			}
			v.FailAt(v.code, name, "En un comprobante de pago "+what+" "+want+".", fixEnvelope)
			v.mend(name, want)
		}
	}
}

// mend offers the one value that a rule of the envelope names: nothing after "no debe
// ir", what follows "debe ser" where that is a value and not a description.
func (v *validation) mend(path, must string) {
	value, named := strings.CutPrefix(must, "debe ser ")
	switch {
	case must == "no debe ir":
		v.Mend(v.c, path, "")
	case named && value[:1] == strings.ToUpper(value[:1]):
		v.Mend(v.c, path, value)
	}
}

// line is a rule about the Concepto.
func line(name, want string, ok func(*cfdi.Concepto) bool) func(*validation) {
	return func(v *validation) {
		for i := range v.c.Conceptos {
			if ok(&v.c.Conceptos[i]) {
				continue
			}
			path, what := at("Conceptos", i), "el concepto"
			if name != "" {
				path, what = path+"."+name, names[name]+" del concepto"
			}
			v.FailAt(v.code, path, "En un comprobante de pago "+what+" "+want+".", fixEnvelope)
			v.mend(path, want)
		}
	}
}

func formaKnown(v *validation, path string, p *Pago) {
	if p.FormaDePagoP == "99" {
		v.fail(path+".FormaDePagoP", "La forma de pago 99, Por definir, no va en un pago que ya se hizo.", "Elige cómo se pagó, por ejemplo 03 si fue transferencia.")
	}
}

func monedaP(v *validation, path string, p *Pago) {
	if p.MonedaP == "XXX" {
		v.fail(path+".MonedaP", "La moneda del pago no puede ser XXX.", "Elige la moneda en que se pagó, por ejemplo MXN.")
	}
}

func tipoCambioRequired(v *validation, path string, p *Pago) {
	if p.MonedaP != "MXN" && p.MonedaP != "" && p.TipoCambioP.IsZero() {
		v.fail(path+".TipoCambioP", "El pago es en "+cfdi.Cut(p.MonedaP)+" y falta su tipo de cambio.", "Escribe cuántos pesos vale 1 "+cfdi.Cut(p.MonedaP)+" en la fecha del pago.")
	}
}

func tipoCambioMXN(v *validation, path string, p *Pago) {
	if p.MonedaP == "MXN" && p.TipoCambioP.String() != "1" {
		v.fail(path+".TipoCambioP", "El tipo de cambio de un pago en pesos se escribe 1.", "Escribe 1, sin decimales.")
		v.MendHere(path+".TipoCambioP", "1")
	}
}

// sameCurrency: what is paid of invoices in the currency of the payment is not more
// than the payment.
func sameCurrency(v *validation, path string, p *Pago) {
	sum := decimal.FromInt(0)
	for i := range p.DoctoRelacionado {
		if d := &p.DoctoRelacionado[i]; d.MonedaDR == p.MonedaP {
			sum = sum.Add(d.ImpPagado)
		}
	}
	if sum.Cmp(p.Monto) > 0 {
		v.fail(path+".Monto", "Lo pagado de las facturas suma "+sum.String()+", más que el monto del pago, que es "+p.Monto.String()+".",
			"Corrige el monto del pago, o lo pagado de cada factura.")
	}
}

func montoPositive(v *validation, path string, p *Pago) {
	if !p.Monto.IsZero() && p.Monto.Sign() <= 0 {
		v.fail(path+".Monto", "El monto del pago debe ser mayor que cero.", "Escribe lo que se pagó.")
	}
}

func montoDecimals(v *validation, path string, p *Pago) {
	v.decimals(path+".Monto", p.Monto, p.MonedaP)
}

// decimals reports an amount finer than its currency.
func (v *validation) decimals(path string, d decimal.Decimal, moneda string) {
	if m, ok := v.cat.Moneda(moneda); ok && d.Scale() > m.Decimales {
		v.fail(path, "El importe "+d.String()+" tiene más decimales de los que admite la moneda "+moneda+".", "Escríbelo con "+strconv.Itoa(m.Decimales)+" decimales como máximo.")
	}
}

// withBank are the ways of paying that may tell of the payer's bank; cash in the
// purse (06) tells nothing of the payee's.
const (
	withBank  = "02 03 04 05 06 28 29"
	toABank   = "02 03 04 05 28 29"
	fixNoBank = "Quita el dato, o corrige la forma de pago."
)

func (v *validation) bank(path, value, forma, allowed, what string) {
	if value != "" && !strings.Contains(allowed, forma) {
		v.fail(path, what+" no va con la forma de pago "+forma+".", fixNoBank)
		v.MendHere(path, "")
	}
}

func rfcOrdenante(v *validation, path string, p *Pago) {
	v.bank(path+".RfcEmisorCtaOrd", p.RfcEmisorCtaOrd, p.FormaDePagoP, withBank, "El RFC del banco de quien paga")
}

func bancoExtranjero(v *validation, path string, p *Pago) {
	if p.RfcEmisorCtaOrd == "XEXX010101000" && p.NomBancoOrdExt == "" {
		v.fail(path+".NomBancoOrdExt", "El banco de quien paga es extranjero y falta su nombre.", "Escribe el nombre del banco (NomBancoOrdExt).")
	}
}

func ctaOrdenante(v *validation, path string, p *Pago) {
	v.bank(path+".CtaOrdenante", p.CtaOrdenante, p.FormaDePagoP, withBank, "La cuenta de quien paga")
}

func ctaOrdenantePattern(v *validation, path string, p *Pago) {
	if row, ok := v.cat.FormaPago(p.FormaDePagoP); ok {
		v.account(path+".CtaOrdenante", p.CtaOrdenante, row.CuentaOrdenante, row.Texto)
	}
}

func ctaBeneficiarioPattern(v *validation, path string, p *Pago) {
	if row, ok := v.cat.FormaPago(p.FormaDePagoP); ok {
		v.account(path+".CtaBeneficiario", p.CtaBeneficiario, row.CuentaBeneficiario, row.Texto)
	}
}

func (v *validation) account(path, value, pattern, forma string) {
	if value == "" || pattern == "" {
		return
	}
	if re, err := regexp.Compile("^(?:" + pattern + ")$"); err == nil && !re.MatchString(value) {
		v.fail(path, "La cuenta "+cfdi.Cut(value)+" no tiene la forma que pide la forma de pago "+forma+".", "Escríbela completa, sin espacios ni guiones: "+lengths(pattern)+".")
	}
}

var (
	lengthForm = regexp.MustCompile(`\[0-9\]\{([0-9]+)(?:,([0-9]+))?\}`)
	letterForm = regexp.MustCompile(`\[A-Z0-9_\]\{([0-9]+),([0-9]+)\}`)
)

// lengths says in words what a pattern of c_FormaPago lets through: "10, 16 o 18 dígitos".
func lengths(pattern string) string {
	if m := letterForm.FindStringSubmatch(pattern); m != nil { // which holds the digits too
		return "de " + m[1] + " a " + m[2] + " letras mayúsculas o dígitos"
	}
	var list []string
	for _, m := range lengthForm.FindAllStringSubmatch(pattern, -1) {
		list = append(list, m[1])
		if m[2] != "" {
			list = append(list, m[2])
		}
	}
	if len(list) == 0 {
		return "como la da el banco"
	}
	last := len(list) - 1
	if last == 0 {
		return list[0] + " dígitos"
	}
	return strings.Join(list[:last], ", ") + " o " + list[last] + " dígitos"
}

func rfcBeneficiario(v *validation, path string, p *Pago) {
	v.bank(path+".RfcEmisorCtaBen", p.RfcEmisorCtaBen, p.FormaDePagoP, toABank, "El RFC del banco de quien cobra")
}

func ctaBeneficiario(v *validation, path string, p *Pago) {
	v.bank(path+".CtaBeneficiario", p.CtaBeneficiario, p.FormaDePagoP, toABank, "La cuenta de quien cobra")
}

func cadenaForma(v *validation, path string, p *Pago) {
	if p.TipoCadPago != "" && p.FormaDePagoP != "03" {
		v.fail(path+".TipoCadPago", "La cadena de pago (SPEI) solo va con transferencia, forma de pago 03.", "Quita el tipo de cadena de pago, con su certificado, cadena y sello; o corrige la forma de pago.")
		for _, name := range []string{"TipoCadPago", "CertPago", "CadPago", "SelloPago"} {
			v.MendHere(path+"."+name, "")
		}
	}
}

func (p *Pago) certPago() string  { return p.CertPago }
func (p *Pago) cadPago() string   { return p.CadPago }
func (p *Pago) selloPago() string { return p.SelloPago }

func withCadena(name string, of func(*Pago) string) func(*validation, string, *Pago) {
	return func(v *validation, path string, p *Pago) {
		if p.TipoCadPago != "" && of(p) == "" {
			v.fail(path+"."+name, "Con tipo de cadena de pago van también su certificado, la cadena y el sello: falta "+names[name]+".", "Cópialo del comprobante del SPEI, o quita el tipo de cadena de pago y los tres datos.")
		}
	}
}

func withoutCadena(name string, of func(*Pago) string) func(*validation, string, *Pago) {
	return func(v *validation, path string, p *Pago) {
		if p.TipoCadPago == "" && of(p) != "" {
			v.fail(path+"."+name, "Sin tipo de cadena de pago no va "+names[name]+".", "Escribe 01, SPEI, en el tipo de cadena de pago, o quita "+names[name]+".")
		}
	}
}

// epsilon keeps the limits open, as the guide has it.
var epsilon = decimal.New(1, 10)

// limitsP returns what importe, in another currency, may have been in that of the
// payment, at so many decimals. eq counts with at least the decimals given.
func limitsP(importe, eq decimal.Decimal, eqDecimals, places int) (low, high decimal.Decimal) {
	half := decimal.New(5, importe.Scale()+1)
	eqHalf := decimal.New(5, max(eq.Scale(), eqDecimals)+1)
	low = importe.Sub(half).Quo(eq.Add(eqHalf).Sub(epsilon), places+12).Truncate(places)
	if eq.Cmp(eqHalf) <= 0 {
		return low, importe.Add(half).Quo(eq, places).Mul(decimal.FromInt(2)) // an equivalence written too coarsely to tell
	}
	high = importe.Add(half).Sub(epsilon).Quo(eq.Sub(eqHalf), places+12).RoundUp(places)
	return low, high
}

// limits are what the payment may be where what is settled exceeds it, at so many decimals.
func (p *Pago) limits(places int) (low, high decimal.Decimal) {
	own := slices.ContainsFunc(p.DoctoRelacionado, func(d DoctoRelacionado) bool { return d.MonedaDR == p.MonedaP })
	low, high = decimal.FromInt(0), decimal.FromInt(0)
	for i := range p.DoctoRelacionado {
		d := &p.DoctoRelacionado[i]
		eq, atLeast := d.EquivalenciaDR, 0
		if d.plain() {
			eq = decimal.FromInt(1)
			if len(p.DoctoRelacionado) > 1 && own {
				atLeast = 10
			}
		}
		l, h := limitsP(d.ImpPagado, eq, atLeast, places)
		low, high = low.Add(l), high.Add(h)
	}
	return low, high
}

// otherCurrency: with invoices in other currencies, what is settled may exceed the
// payment only as far as the limits of each go.
func otherCurrency(v *validation, path string, p *Pago) {
	m, ok := v.cat.Moneda(p.MonedaP)
	if !ok || p.Monto.Sign() <= 0 {
		return
	}
	foreign := false
	sum := decimal.FromInt(0)
	for i := range p.DoctoRelacionado {
		d := &p.DoctoRelacionado[i]
		if d.MonedaDR != p.MonedaP && d.EquivalenciaDR.Sign() <= 0 {
			return
		}
		foreign = foreign || d.MonedaDR != p.MonedaP
		sum = sum.Add(d.converted(d.ImpPagado))
	}
	if !foreign || sum.Cmp(p.Monto) <= 0 {
		return
	}
	low, high := p.limits(m.Decimales)
	if p.Monto.Cmp(low) < 0 || p.Monto.Cmp(high) > 0 {
		v.fail(path+".Monto", "El monto del pago "+p.Monto.String()+" no corresponde a lo pagado de las facturas, que son en otra moneda: debe estar entre "+low.String()+" y "+high.String()+".",
			"Corrige el monto, lo pagado o la equivalencia; escribe la equivalencia con diez decimales para que cuadre.")
	}
}
