// Package decimal holds the exact decimal numbers of a Comprobante.
//
// A Decimal keeps the digits as they were written ("10.50" stays "10.50",
// "007" stays "007"), since the cadena original signs digits, not values. It
// tells absent from zero: the zero Decimal is absent, prints as "" and counts
// as 0 in arithmetic; [Parse]("0.00") is a number.
//
//	price := decimal.MustParse("12.345")
//	total := price.Mul(decimal.FromInt(3)).Round(2) // 37.04
//	total.String()                                  // "37.04"
//
// Sums, differences and products are exact; only the methods that take a
// number of places round, and each says how. Coefficients that fit an int64
// never leave it; wider ones go over to shopspring/decimal, unseen by the
// caller. The package never uses floating point and never rounds on its own.
//
// [Parse] takes numbers as the schemas of the SAT write them, up to 18 digits and 10
// decimals, and nothing else: 1,500.00 and 1.5e3 are errors. Two pitfalls: ==
// looks at how numbers are held, [Decimal.Equal] at what they are; and [Decimal.IsZero]
// asks whether there is a number at all, [Decimal.Sign] whether it is 0.
package decimal

import (
	"math/big"
	"strconv"

	shop "github.com/shopspring/decimal"
)

// A Decimal is an exact decimal number or, as its zero value, the absence of
// one. It is a value: no method changes it. Compare with Equal, not with ==.
type Decimal struct {
	coef  int64 // the number is coef / 10^scale, unless wide has a big
	wide  *wide // nil on the fast path
	scale int32
	set   bool
}

// wide is what few numbers need: a coefficient beyond int64, or a spelling
// that value and scale do not tell (leading zeros, a minus before zero).
type wide struct {
	big  *big.Int // nil when coef holds the number
	text string   // "" when the canonical spelling is the one written
}

// New returns coef / 10^scale; New(12345, 2) is 123.45. It panics when scale
// is negative.
func New(coef int64, scale int) Decimal {
	mustPlaces(scale)
	if coef == minInt64 {
		return fromBig(big.NewInt(coef), int32(scale))
	}
	return Decimal{coef: coef, scale: int32(scale), set: true}
}

// FromInt returns the whole number n, written without decimals.
func FromInt(n int64) Decimal { return New(n, 0) }

// FromMicros returns n millionths, with the zeros at its end left out but
// for two decimals: FromMicros(1500000) is 1.50.
func FromMicros(n int64) Decimal {
	scale := 6
	for scale > 2 && n%10 == 0 {
		n, scale = n/10, scale-1
	}
	return New(n, scale)
}

// IsZero reports whether d is absent, so that the JSON option omitzero leaves
// it out. A number that is zero is told by Sign.
func (d Decimal) IsZero() bool { return !d.set }

// Scale returns how many decimals d is written with.
func (d Decimal) Scale() int { return int(d.scale) }

// Sign returns -1, 0 or 1; 0 when d is absent.
func (d Decimal) Sign() int {
	if d.isBig() {
		return d.wide.big.Sign()
	}
	switch {
	case d.coef < 0:
		return -1
	case d.coef > 0:
		return 1
	}
	return 0
}

// Cmp compares the numbers, not their spelling: 1.0 and 1.00 are the same.
// It returns -1, 0 or 1. Absent counts as 0.
func (d Decimal) Cmp(e Decimal) int {
	if a, b, _, ok := align(d, e); ok {
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	}
	// Written alike, one leaves int64: that one is the greater in size.
	switch {
	case d.isBig() || e.isBig():
		return d.shop().Cmp(e.shop())
	case d.scale < e.scale:
		return d.Sign()
	}
	return -e.Sign()
}

// Equal reports whether d and e are the same number, or both absent.
// An absent Decimal does not equal zero.
func (d Decimal) Equal(e Decimal) bool { return d.set == e.set && d.Cmp(e) == 0 }

// Micros returns d in millionths, 0 when absent. The error is a [*RangeError]: d has
// more than six significant decimals or is 10^12 or beyond.
func (d Decimal) Micros() (int64, error) {
	r := d.Truncate(6)
	if r.Cmp(d) != 0 {
		return 0, &RangeError{Text: d.String(), Reason: "more than six decimals"}
	}
	if r.isBig() || r.coef <= -microsLimit || r.coef >= microsLimit {
		return 0, &RangeError{Text: d.String(), Reason: "10^12 or beyond"}
	}
	return r.coef, nil
}

// A RangeError tells of a number that [Decimal.Micros] or
// [Decimal.MarshalText] cannot carry.
type RangeError struct{ Text, Reason string }

// Error returns the number and what it exceeds.
func (e *RangeError) Error() string { return "decimal " + e.Text + ": " + e.Reason }

const (
	minInt64    = -1 << 63
	microsLimit = 1_000_000_000_000_000_000 // 10^12 units, in millionths
)

func (d Decimal) isBig() bool { return d.wide != nil && d.wide.big != nil }

// shop gives the number to the wide path.
func (d Decimal) shop() shop.Decimal {
	if d.isBig() {
		return shop.NewFromBigInt(d.wide.big, -d.scale)
	}
	return shop.New(d.coef, -d.scale)
}

// fromShop takes a result of the wide path back, with at least scale decimals.
func fromShop(s shop.Decimal, scale int) Decimal {
	if missing := int64(scale) + int64(s.Exponent()); missing > 0 {
		factor := new(big.Int).Exp(big.NewInt(10), big.NewInt(missing), nil)
		return fromBig(factor.Mul(factor, s.Coefficient()), int32(scale))
	}
	return fromBig(s.Coefficient(), -s.Exponent())
}

// fromBig keeps the narrowest form, so that arithmetic returns to the fast
// path as soon as it can.
func fromBig(coef *big.Int, scale int32) Decimal {
	if coef.IsInt64() && coef.Int64() != minInt64 {
		return Decimal{coef: coef.Int64(), scale: scale, set: true}
	}
	return Decimal{wide: &wide{big: coef}, scale: scale, set: true}
}

func mustPlaces(n int) {
	if n < 0 || n > 1000 {
		panic("decimal: places out of range: " + strconv.Itoa(n))
	}
}
