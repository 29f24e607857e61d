package cfdi

import (
	"strings"
	"time"

	"iofacturo.mx/decimal"
)

// fechaLayout is t_FechaH of the Anexo 20.
const fechaLayout = "2006-01-02T15:04:05"

func fechaPattern(v *validation) {
	if v.c.Fecha == "" {
		return
	}
	t, err := time.Parse(fechaLayout, v.c.Fecha)
	if err != nil || len(v.c.Fecha) != len(fechaLayout) || t.Year() < 2010 || t.Year() > 2099 {
		v.fail("Fecha", "La fecha "+Quoted(v.c.Fecha)+" no tiene la forma AAAA-MM-DDThh:mm:ss.",
			"Escribe la fecha y hora locales de expedición, por ejemplo 2026-03-15T10:30:00.")
	}
}

func formaPagoForbidden(v *validation) {
	if v.c.FormaPago != "" && v.is("TNP") {
		v.fail("FormaPago", "Un comprobante de tipo "+v.c.TipoDeComprobante+" no lleva forma de pago.",
			"Quita la forma de pago.")
		v.mend("FormaPago", "")
	}
}

func formaPagoKey(v *validation) {
	row, ok := v.cat.FormaPago(v.c.FormaPago)
	v.key("FormaPago", v.c.FormaPago, "c_FormaPago", v.listed(row.Entry, ok))
}

// formaPagoPPD asks for the attribute in I and E alone: elsewhere it must not be.
func formaPagoPPD(v *validation) {
	if v.c.MetodoPago == "PPD" && v.c.FormaPago != "99" && (v.is("IE") || v.c.FormaPago != "") {
		v.fail("FormaPago", "Con el método de pago PPD la forma de pago debe ser 99 (Por definir).",
			"Elige la forma de pago 99, o el método PUE si ya te pagaron.")
		v.mend("FormaPago", "99")
	}
}

func subTotalDecimals(v *validation) { v.tooFine("SubTotal", v.c.SubTotal) }

func subTotalSum(v *validation) {
	if !v.is("IEN") || v.c.SubTotal.IsZero() {
		return
	}
	sum := v.sum(func(c *Concepto) decimal.Decimal { return c.Importe })
	if v.c.SubTotal.Cmp(sum) != 0 {
		v.fail("SubTotal", "El subtotal "+v.c.SubTotal.String()+" no es la suma de los importes de los conceptos, que es "+
			sum.String()+".", "Vuelve a calcular los totales.")
		v.recompute()
	}
}

// sum adds an amount of all lines and rounds it to the currency.
func (v *validation) sum(amount func(*Concepto) decimal.Decimal) decimal.Decimal {
	total := decimal.FromInt(0)
	for i := range v.c.Conceptos {
		total = total.Add(amount(&v.c.Conceptos[i]))
	}
	return total.Round(v.decimals)
}

func subTotalZero(v *validation) {
	if v.is("TP") && v.c.SubTotal.Sign() != 0 {
		v.fail("SubTotal", "En un comprobante de tipo "+v.c.TipoDeComprobante+" el subtotal debe ser cero.",
			"Escribe 0 en el subtotal.")
		v.recompute()
	}
}

func descuentoLimit(v *validation) {
	if v.c.Descuento.Cmp(v.c.SubTotal) > 0 && v.is("IEN") {
		v.fail("Descuento", "El descuento "+v.c.Descuento.String()+" es mayor que el subtotal "+v.c.SubTotal.String()+".",
			"Revisa los descuentos de los conceptos.")
	}
}

func descuentoSum(v *validation) {
	any := false
	for i := range v.c.Conceptos {
		any = any || !v.c.Conceptos[i].Descuento.IsZero()
	}
	const fix = "Vuelve a calcular los totales."
	switch {
	case !v.is("IEN"):
		if any || !v.c.Descuento.IsZero() {
			v.fail("Descuento", "Un comprobante de tipo "+v.c.TipoDeComprobante+" no lleva descuentos.", "Quita los descuentos.")
			v.noDescuentos()
		}
	case !any:
		if !v.c.Descuento.IsZero() {
			v.fail("Descuento", "Hay un descuento en el comprobante y ningún concepto lo tiene.", fix)
			v.recompute()
		}
	default:
		sum := v.sum(func(c *Concepto) decimal.Decimal { return c.Descuento })
		if v.c.Descuento.IsZero() || v.c.Descuento.Cmp(sum) != 0 {
			v.fail("Descuento", "El descuento no es la suma de los descuentos de los conceptos, que es "+sum.String()+".", fix)
			v.recompute()
		}
	}
}

// noDescuentos takes all discounts out, the total being zero with or without them.
func (v *validation) noDescuentos() {
	defer v.tentative()
	if !v.c.Descuento.IsZero() {
		v.mend("Descuento", "")
	}
	for i := range v.c.Conceptos {
		if !v.c.Conceptos[i].Descuento.IsZero() {
			v.mend(conceptoPath(i, "Descuento"), "")
		}
	}
}

func descuentoDecimals(v *validation) { v.tooFine("Descuento", v.c.Descuento) }

func monedaKey(v *validation) {
	row, ok := v.cat.Moneda(v.c.Moneda)
	v.key("Moneda", v.c.Moneda, "c_Moneda", v.listed(row.Entry, ok))
}

func tipoCambioMXN(v *validation) {
	const fix = "Quita el tipo de cambio o escribe 1."
	switch rate := v.c.TipoCambio; {
	case v.c.Moneda != "MXN" || rate.IsZero() || rate.String() == "1":
	case rate.Cmp(decimal.FromInt(1)) == 0:
		v.warn("TipoCambio", "En pesos el tipo de cambio se escribe 1, sin decimales; algún PAC puede rechazar "+rate.String()+".", fix)
		v.mend("TipoCambio", "1")
	default:
		v.fail("TipoCambio", "En pesos mexicanos (MXN) el tipo de cambio solo puede ser 1.", fix)
		v.mend("TipoCambio", "1")
		v.tentative()
	}
}

func tipoCambioRequired(v *validation) {
	if v.c.TipoCambio.IsZero() && v.c.Moneda != "" && v.c.Moneda != "MXN" && v.c.Moneda != "XXX" {
		v.fail("TipoCambio", "Falta el tipo de cambio de la moneda "+v.c.Moneda+".",
			"Escribe cuántos pesos vale una unidad de la moneda (el que publica el DOF).")
	}
}

func tipoCambioXXX(v *validation) {
	if v.c.Moneda == "XXX" && !v.c.TipoCambio.IsZero() {
		v.fail("TipoCambio", "Con la moneda XXX no debe haber tipo de cambio.", "Quita el tipo de cambio.")
		v.mend("TipoCambio", "")
		v.tentative() // Confirmacion goes with it
	}
}

func tipoCambioPattern(v *validation) {
	if v.c.TipoCambio.Scale() > 6 || v.c.TipoCambio.Sign() < 0 {
		v.fail("TipoCambio", "El tipo de cambio "+v.c.TipoCambio.String()+" debe ser positivo y tener hasta 6 decimales.",
			"Redondea el tipo de cambio a 6 decimales.")
		if rounded := v.c.TipoCambio.Round(fine); rounded.Sign() > 0 {
			v.mend("TipoCambio", rounded.String())
		}
	}
}

func totalSum(v *validation) {
	c := v.c
	if c.Total.IsZero() {
		return
	}
	want := decimal.FromInt(0)
	if !v.is("TP") {
		want = c.SubTotal.Sub(c.Descuento)
		if c.Impuestos != nil {
			want = want.Add(c.Impuestos.TotalImpuestosTrasladados).Sub(c.Impuestos.TotalImpuestosRetenidos)
		}
	}
	for _, complement := range c.Complementos {
		if u, ok := complement.(*Unknown); ok && u.Space == spaceImplocal {
			return // local taxes that nobody could read: no total can be told
		}
		if t, ok := complement.(Totaler); ok {
			traslados, retenciones := t.Totales()
			want = want.Add(traslados).Sub(retenciones)
		}
	}
	if c.Total.Cmp(want) != 0 {
		v.fail("Total", "El total "+c.Total.String()+" debería ser "+want.String()+
			": subtotal menos descuento, más impuestos trasladados, menos impuestos retenidos.",
			"Vuelve a calcular los totales.")
		v.recompute()
	}
}

func tipoDeComprobanteKey(v *validation) {
	row, ok := v.cat.TipoDeComprobante(v.c.TipoDeComprobante)
	v.key("TipoDeComprobante", v.c.TipoDeComprobante, "c_TipoDeComprobante", v.listed(row.Entry, ok))
}

// exterior reports whether the document carries Comercio Exterior.
func (v *validation) exterior() bool {
	for _, c := range v.c.Complementos {
		if strings.HasPrefix(c.Known().Space, spaceComercioExterior) {
			return true
		}
	}
	return false
}

func exportacionComplement(v *validation) {
	if v.c.Exportacion == "02" && !v.exterior() {
		v.fail("Exportacion", "La exportación definitiva (02) exige el complemento de Comercio Exterior.",
			"Elige 01 si no es una exportación de mercancía, o agrega el complemento.")
		if v.is("NP") || v.c.Receptor.Rfc != RfcExtranjero { // nobody abroad is named
			v.mend("Exportacion", "01")
		}
	}
}

func exportacionNoComplement(v *validation) {
	if (v.c.Exportacion == "01" || v.c.Exportacion == "03") && v.exterior() {
		v.fail("Exportacion", "Con la exportación "+v.c.Exportacion+" no debe ir el complemento de Comercio Exterior.",
			"Elige 02 o 04, o quita el complemento.")
	}
}

func exportacionKey(v *validation) {
	row, ok := v.cat.Exportacion(v.c.Exportacion)
	if v.key("Exportacion", v.c.Exportacion, "c_Exportacion", v.listed(row.Entry, ok)); v.is("NP") {
		v.mendKey("Exportacion", "01")
	}
}

func metodoPagoKey(v *validation) {
	row, ok := v.cat.MetodoPago(v.c.MetodoPago)
	v.key("MetodoPago", v.c.MetodoPago, "c_MetodoPago", v.listed(row.Entry, ok))
}

func metodoPagoForbidden(v *validation) {
	if v.c.MetodoPago != "" && v.is("TP") {
		v.fail("MetodoPago", "Un comprobante de tipo "+v.c.TipoDeComprobante+" no lleva método de pago.",
			"Quita el método de pago.")
		v.mend("MetodoPago", "")
	}
}

// lugarExpedicionKey is certain with ranges too: a number outside all states is no
// postal code of Mexico.
func lugarExpedicionKey(v *validation) {
	if v.c.LugarExpedicion == "" {
		return
	}
	if _, ok := v.cat.CodigoPostal(v.c.LugarExpedicion); !ok {
		v.fail("LugarExpedicion", "El código postal "+Quoted(v.c.LugarExpedicion)+" no existe en el catálogo del SAT.",
			"Escribe el código postal de tu domicilio o sucursal.")
	}
}

// confirmacionNeedless: Total is always in range, for its limit is all that fits;
// the rate of exchange only the PAC can judge.
func confirmacionNeedless(v *validation) {
	if v.c.Confirmacion == "" {
		return
	}
	const fix = "Quita la clave de confirmación."
	if v.c.TipoCambio.IsZero() || v.c.Moneda == "MXN" {
		v.fail("Confirmacion", "La clave de confirmación no debe ir cuando el total y el tipo de cambio son normales.", fix)
		v.mend("Confirmacion", "")
		return
	}
	v.warn("Confirmacion", "La clave de confirmación solo va cuando el PAC la pidió por el tipo de cambio.", fix)
}

// hours72 is code 401 of the PACs: not in the future, not older than 72 hours.
func hours72(v *validation) {
	if v.at.IsZero() {
		return
	}
	fecha, err := time.ParseInLocation(fechaLayout, v.c.Fecha, v.cat.Location(v.c.LugarExpedicion))
	if err != nil {
		return // CFDI40101
	}
	const fix = "Usa la fecha y hora actuales del lugar de expedición."
	switch age := v.at.Sub(fecha); {
	case age < 0:
		v.fail("Fecha", "La fecha "+spacedFecha(v.c.Fecha)+" todavía no llega en el lugar de expedición.", fix)
	case age > 72*time.Hour:
		v.fail("Fecha", "La fecha "+spacedFecha(v.c.Fecha)+" tiene más de 72 horas; el PAC ya no la acepta.", fix)
	}
}

// spacedFecha writes a Fecha for people, without the T that the XML has between day and hour.
func spacedFecha(fecha string) string { return strings.Replace(fecha, "T", " ", 1) }

// pagosRequired is CFDI140230, which PACs report though the matrix lacks it.
func pagosRequired(v *validation) {
	if !v.is("P") {
		return
	}
	for _, c := range v.c.Complementos {
		if strings.HasPrefix(c.Known().Space, "http://www.sat.gob.mx/Pagos") {
			return
		}
	}
	v.fail("Complementos", "Un comprobante de pago debe llevar el complemento Pagos.", "Agrega el complemento Pagos.")
}
