package shop

import (
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
)

const peso = 1_000_000 // in millionths

// Rate is the IVA of what the portal sells (LIVA 1).
func Rate() decimal.Decimal { return decimal.MustParse("0.160000") }

// Amounts are what lines come to, in millionths of MXN.
type Amounts struct{ Subtotal, IVA, Total int64 }

// amount is n pieces of a price with its IVA, each rounded to centavos as the CFDI
// rounds a Concepto, so that the receipt says what was charged.
func amount(price, n int64) (Amounts, error) {
	importe := decimal.FromMicros(price).Mul(decimal.FromInt(n)).Round(2)
	iva := importe.Mul(Rate()).Round(2)
	var a Amounts
	var wrong error
	for _, v := range []struct {
		value decimal.Decimal
		to    *int64
	}{{importe, &a.Subtotal}, {iva, &a.IVA}, {importe.Add(iva), &a.Total}} {
		n, err := v.value.Micros()
		if err != nil {
			wrong = fail.New(fail.Invalid, "La cantidad es demasiado grande. No se cobró nada.")
		}
		*v.to = n
	}
	return a, wrong
}

func (a Amounts) plus(b Amounts) Amounts {
	return Amounts{a.Subtotal + b.Subtotal, a.IVA + b.IVA, a.Total + b.Total}
}

// Pesos is an amount with two decimals, as a form writes and reads it.
func Pesos(micros int64) string { return decimal.FromMicros(micros).Fixed(2) }

// parsePesos reads an amount of whole centavos above zero.
func parsePesos(text string) (int64, bool) {
	d, err := decimal.Parse(plain(text))
	if err != nil || d.Sign() <= 0 || !d.Equal(d.Round(2)) {
		return 0, false
	}
	n, err := d.Micros()
	return n, err == nil
}

// perStamp is what one credit of a package costs before IVA, to the ten-thousandth.
func perStamp(price, credits int64) decimal.Decimal {
	return decimal.FromMicros(price).Quo(decimal.FromInt(credits), 4)
}
