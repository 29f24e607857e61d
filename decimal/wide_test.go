package decimal

import "testing"

// TestCmpBeyondInt64 compares numbers that leave int64 when both are written with the
// same decimals: the one that does is the greater in size.
func TestCmpBeyondInt64(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"1000000000000000000", "1.000000", 1},
		{"1.000000", "1000000000000000000", -1},
		{"-1000000000000000000", "1.000000", -1},
		{"-1.000000", "-1000000000000000000", 1},
		{"9223372036854775807", "9223372036854.775807", 1},
		{"-9223372036854775807", "-9223372036854.775807", -1},
		{"123456789012345678901234567890", "1.5", 1},
	} {
		if got := MustParse(c.a).Cmp(MustParse(c.b)); got != c.want {
			t.Errorf("%s against %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
