package cfdi

import "iofacturo.mx/decimal"

// An amount that was written with n decimals stands for anything half a unit of
// the last of them around it. What is multiplied from such amounts may lie between
// the product of the lowest and that of the highest (guía de llenado, cfdi-rules
// §2.1).

// epsilon keeps the upper limit open, as the guide has it.
var epsilon = decimal.New(1, 12)

// half returns half a unit of the last decimal of d.
func half(d decimal.Decimal) decimal.Decimal { return decimal.New(5, d.Scale()+1) }

// importeBetween returns the limits of Cantidad × ValorUnitario in a currency of
// so many decimals.
func importeBetween(cantidad, valor decimal.Decimal, decimals int) (low, high decimal.Decimal) {
	low = cantidad.Sub(half(cantidad)).Mul(valor.Sub(half(valor)))
	high = cantidad.Add(half(cantidad)).Sub(epsilon).Mul(valor.Add(half(valor)).Sub(epsilon))
	return low.Truncate(decimals), high.RoundUp(decimals)
}

// taxBetween returns the limits of Base × TasaOCuota at so many decimals.
func taxBetween(base, tasa decimal.Decimal, decimals int) (low, high decimal.Decimal) {
	low = base.Sub(half(base)).Mul(tasa)
	high = base.Add(half(base)).Sub(epsilon).Mul(tasa)
	return low.Truncate(decimals), high.RoundUp(decimals)
}

// importeFits reports whether importe lies within its limits. The plain product
// rounded to at least the decimals of the currency always does.
func importeFits(cantidad, valor, importe decimal.Decimal, decimals int) bool {
	if importe.Scale() >= decimals && importe.Equal(cantidad.Mul(valor).Round(importe.Scale())) {
		return true
	}
	low, high := importeBetween(cantidad, valor, decimals)
	return importe.Cmp(low) >= 0 && importe.Cmp(high) <= 0
}

// TaxFits reports whether the importe of a tax lies within the limits that its
// base and rate give, as taxFits does for those of a Concepto; low and high are
// the limits.
func TaxFits(base, tasa, importe decimal.Decimal, decimals int) (ok bool, low, high decimal.Decimal) {
	low, high = taxBetween(base, tasa, max(decimals, importe.Scale()))
	return taxFits(base, tasa, importe, decimals), low, high
}

// taxFits reports whether importe lies within its limits at the decimals of the
// currency or its own, whichever are more: some PACs take the one, some the other.
func taxFits(base, tasa, importe decimal.Decimal, decimals int) bool {
	decimals = max(decimals, importe.Scale())
	if importe.Scale() >= decimals && importe.Equal(base.Mul(tasa).Round(importe.Scale())) {
		return true
	}
	low, high := taxBetween(base, tasa, decimals)
	return importe.Cmp(low) >= 0 && importe.Cmp(high) <= 0
}
