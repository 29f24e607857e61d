package cfdi

import (
	"testing"

	"iofacturo.mx/decimal"
	"pgregory.net/rapid"
)

// The vectors are those of the SAT's guide, as cfdi-rules §2.1 gives them.

func TestImporteLimits(t *testing.T) {
	for _, c := range []struct{ cantidad, valor, low, high string }{
		{"14.16", "13.66", "193.28", "193.57"},
		{"1", "100.00", "49.99", "150.01"},
	} {
		low, high := importeBetween(decimal.MustParse(c.cantidad), decimal.MustParse(c.valor), 2)
		if low.String() != c.low || high.String() != c.high {
			t.Errorf("%s × %s: %s – %s, want %s – %s", c.cantidad, c.valor, low, high, c.low, c.high)
		}
	}
}

func TestTaxLimits(t *testing.T) {
	for _, c := range []struct {
		base, tasa string
		decimals   int
		low, high  string
	}{
		{"998.00", "0.160000", 2, "159.67", "159.69"},
		{"998.00", "0.160000", 6, "159.679200", "159.680800"},
		{"86.206897", "0.16", 6, "13.793103", "13.793104"},
		{"1000000.00", "0.106667", 2, "106666.99", "106667.01"},
	} {
		low, high := taxBetween(decimal.MustParse(c.base), decimal.MustParse(c.tasa), c.decimals)
		if low.String() != c.low || high.String() != c.high {
			t.Errorf("%s × %s at %d: %s – %s, want %s – %s", c.base, c.tasa, c.decimals, low, high, c.low, c.high)
		}
	}
}

// TestLimitsAreInclusive tries the limits themselves and one cent beyond.
func TestLimitsAreInclusive(t *testing.T) {
	for importe, fits := range map[string]bool{
		"193.27": false, "193.28": true, "193.43": true, "193.57": true, "193.58": false,
		"193": false, "193.4": true, "193.280000": true, "193.279999": false,
	} {
		got := importeFits(decimal.MustParse("14.16"), decimal.MustParse("13.66"), decimal.MustParse(importe), 2)
		if got != fits {
			t.Errorf("importe %s fits: %v", importe, got)
		}
	}
	for importe, fits := range map[string]bool{
		"159.66": false, "159.67": true, "159.69": true, "159.70": false, // at the currency's two decimals
		"159.679199": false, "159.679200": true, "159.680800": true, "159.680801": false, // at its own six
	} {
		got := taxFits(decimal.MustParse("998.00"), decimal.MustParse("0.160000"), decimal.MustParse(importe), 2)
		if got != fits {
			t.Errorf("tax %s fits: %v", importe, got)
		}
	}
}

// TestPlainProductFits proves the shortcut of importeFits and taxFits: what it lets
// through lies within the limits.
func TestPlainProductFits(t *testing.T) {
	number := func(rt *rapid.T, name string) decimal.Decimal {
		return decimal.New(rapid.Int64Range(1, 1e9).Draw(rt, name), rapid.IntRange(0, 6).Draw(rt, name+" decimals"))
	}
	rapid.Check(t, func(rt *rapid.T) {
		a, b := number(rt, "a"), number(rt, "b")
		decimals := rapid.IntRange(0, 4).Draw(rt, "currency")
		product := a.Mul(b).Round(rapid.IntRange(decimals, 6).Draw(rt, "importe decimals"))
		if low, high := importeBetween(a, b, decimals); product.Cmp(low) < 0 || product.Cmp(high) > 0 {
			rt.Fatalf("%s × %s = %s is outside %s – %s", a, b, product, low, high)
		}
		if low, high := taxBetween(a, b, product.Scale()); product.Cmp(low) < 0 || product.Cmp(high) > 0 {
			rt.Fatalf("%s × %s = %s is outside %s – %s", a, b, product, low, high)
		}
	})
}
