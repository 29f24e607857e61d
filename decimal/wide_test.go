package decimal

import "testing"

// TestCmpBeyondInt64 compares numbers that leave int64 when both are written with the
// same decimals: the one that does is the greater in size.
func TestCmpBeyondInt64(t *testing.T) {
	huge, one := FromInt(1e18), New(1_000_000, 6)
	minus := func(d Decimal) Decimal { return FromInt(0).Sub(d) }
	for _, c := range []struct {
		a, b Decimal
		want int
	}{
		{huge, one, 1},
		{one, huge, -1},
		{minus(huge), one, -1},
		{one, minus(huge), 1},
		{minus(one), minus(huge), 1},
		{minus(huge), minus(one), -1},
		{huge.Mul(huge), one, 1},
		{one, huge.Mul(huge), -1},
	} {
		if got := c.a.Cmp(c.b); got != c.want {
			t.Errorf("%s against %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
