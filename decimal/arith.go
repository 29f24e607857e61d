package decimal

import "math/bits"

// Add returns d + e, exact, with the larger of both scales. Absent counts as
// 0; the sum of two absent numbers is absent.
func (d Decimal) Add(e Decimal) Decimal {
	if !d.set && !e.set {
		return Decimal{}
	}
	if a, b, scale, ok := align(d, e); ok {
		// The sum wrapped round when both signs differ from its own.
		if sum := a + b; (a^sum)&(b^sum) >= 0 && sum != minInt64 {
			return Decimal{coef: sum, scale: scale, set: true}
		}
	}
	return fromShop(d.shop().Add(e.shop()), int(max(d.scale, e.scale)))
}

// Sub returns d - e, exact, with the larger of both scales; absent as in Add.
func (d Decimal) Sub(e Decimal) Decimal { return d.Add(e.Neg()) }

// Mul returns d × e, exact, with the sum of both scales. Absent counts as 0;
// the product of two absent numbers is absent.
func (d Decimal) Mul(e Decimal) Decimal {
	if !d.set && !e.set {
		return Decimal{}
	}
	if !d.isBig() && !e.isBig() {
		if p, ok := mul64(d.coef, e.coef); ok {
			return Decimal{coef: p, scale: d.scale + e.scale, set: true}
		}
	}
	return fromShop(d.shop().Mul(e.shop()), int(d.scale+e.scale))
}

// Quo returns d ÷ e rounded half away from zero to exactly places decimals.
// An absent d counts as 0. It panics when e is zero or absent: the caller
// guards.
func (d Decimal) Quo(e Decimal, places int) Decimal {
	mustPlaces(places)
	if e.Sign() == 0 {
		panic("decimal: division by zero")
	}
	if q, ok := quo64(d, e, places); ok {
		return Decimal{coef: q, scale: int32(places), set: true}
	}
	return fromShop(d.shop().DivRound(e.shop(), int32(places)), places)
}

// quo64 scales numerator or denominator so that one integer division yields
// the places asked for; not ok when that leaves int64.
func quo64(d, e Decimal, places int) (int64, bool) {
	if d.isBig() || e.isBig() {
		return 0, false
	}
	num, den, ok := d.coef, e.coef, false
	if shift := int(e.scale) - int(d.scale) + places; shift >= 0 {
		num, ok = shift64(num, shift)
	} else {
		den, ok = shift64(den, -shift)
	}
	if !ok {
		return 0, false
	}
	return div64(num, den, halfAway), true
}

// Neg returns -d; absent stays absent.
func (d Decimal) Neg() Decimal {
	if d.isBig() {
		return fromShop(d.shop().Neg(), int(d.scale))
	}
	return Decimal{coef: -d.coef, scale: d.scale, set: d.set}
}

// Abs returns d without its sign; absent stays absent. What is not negative
// keeps its spelling.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Round returns d rounded half away from zero to exactly places decimals, as
// the SAT rounds. Absent stays absent. It panics when places is negative or beyond 1000.
func (d Decimal) Round(places int) Decimal { return d.toPlaces(places, halfAway) }

// Truncate returns d cut to exactly places decimals, toward zero. Absent
// stays absent. It panics as Round.
func (d Decimal) Truncate(places int) Decimal { return d.toPlaces(places, toZero) }

// RoundUp returns d rounded away from zero to exactly places decimals, as the
// SAT's upper limit of an amount does. Absent stays absent. It panics as Round.
func (d Decimal) RoundUp(places int) Decimal { return d.toPlaces(places, away) }

type rounding uint8

const (
	halfAway rounding = iota
	toZero
	away
)

func (d Decimal) toPlaces(places int, how rounding) Decimal {
	mustPlaces(places)
	if !d.set || (int(d.scale) == places && d.wide == nil) {
		return d
	}
	if c, ok := d.coefAt(places, how); ok {
		return Decimal{coef: c, scale: int32(places), set: true}
	}
	s, p := d.shop(), int32(places)
	switch how {
	case toZero:
		s = s.Truncate(p)
	case away:
		s = s.RoundUp(p)
	default:
		s = s.Round(p)
	}
	return fromShop(s, places)
}

// coefAt returns the coefficient of d at the given scale, while it fits.
func (d Decimal) coefAt(places int, how rounding) (int64, bool) {
	if d.isBig() {
		return 0, false
	}
	drop := int(d.scale) - places
	if drop <= 0 {
		return shift64(d.coef, -drop)
	}
	if drop >= len(pow10) {
		return 0, false
	}
	return div64(d.coef, pow10[drop], how), true
}

// pow10 are the powers of ten that an int64 holds.
var pow10 = [...]int64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// align brings both coefficients to the larger scale; not ok when one does
// not fit an int64.
func align(d, e Decimal) (a, b int64, scale int32, ok bool) {
	if d.isBig() || e.isBig() {
		return 0, 0, 0, false
	}
	a, b, scale, ok = d.coef, e.coef, max(d.scale, e.scale), true
	switch {
	case d.scale < scale:
		a, ok = shift64(a, int(scale-d.scale))
	case e.scale < scale:
		b, ok = shift64(b, int(scale-e.scale))
	}
	return a, b, scale, ok
}

// shift64 returns n × 10^places; not ok when it leaves int64.
func shift64(n int64, places int) (int64, bool) {
	if n == 0 || places == 0 {
		return n, true
	}
	if places >= len(pow10) {
		return 0, false
	}
	return mul64(n, pow10[places])
}

// mul64 returns a × b; not ok when it leaves int64 (or reaches its minimum,
// whose negative does not exist).
func mul64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// div64 returns num ÷ den as a whole number, rounded as told.
func div64(num, den int64, how rounding) int64 {
	q, r := num/den, magnitude(num%den)
	up := r != 0
	switch how {
	case toZero:
		up = false
	case halfAway:
		up = r >= magnitude(den)-r
	}
	switch {
	case !up:
		return q
	case (num < 0) != (den < 0):
		return q - 1
	}
	return q + 1
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}
