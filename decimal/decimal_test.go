package decimal

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	shop "github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestParseRefusesWhatIsNoPlainNumber(t *testing.T) {
	for _, s := range []string{
		"", "-", ".", "-.5", ".5", "5.", "+1", "1e3", "1E9999999", "0x1F", "1,000.00", " 1", "1 ", "1\n", "--1", "1.2.3",
		"NaN", "Inf", "١", "1_000", "1234567890123456789", "1.12345678901", strings.Repeat("9", 1<<20),
	} {
		if d, err := Parse(s); err == nil {
			t.Errorf("Parse(%.30q) = %v, want an error", s, d)
		} else if len(err.Error()) > 200 {
			t.Errorf("Parse of %d bytes puts %d of them into its error", len(s), len(err.Error()))
		}
	}
}

// TestParseXML: numbers of others are read as XML Schema lets them be spelled, and kept so.
func TestParseXML(t *testing.T) {
	for text, plain := range map[string]string{
		".5": "0.5", "5.": "5", "+1": "1", "-.5": "-0.5", "+.160000": "0.160000", "1.50": "1.50", "007": "007", "+123456789012345678.1234567890": "123456789012345678.1234567890",
	} {
		d, err := ParseXML(text)
		if err != nil || d.String() != text || d.Cmp(MustParse(plain)) != 0 || d.Plain() != (text == plain) {
			t.Errorf("%q: %q %v %v", text, d, d.Plain(), err)
		}
		if got := d.Add(New(0, 0)); !got.Plain() || got.Cmp(d) != 0 {
			t.Errorf("%q: reckoned with it is %q", text, got)
		}
		b, err := json.Marshal(d)
		var back Decimal
		if err != nil || json.Unmarshal(b, &back) != nil || back.String() != text {
			t.Errorf("%q: in JSON %s, and back %q: %v", text, b, back, err)
		}
	}
	for _, text := range []string{"", ".", "+", "-", "+-1", "-+1", "+.", "1e3", "1,5", " 1", "1..", ".1.", "++1", "1234567890123456789.", ".12345678901", "٣."} {
		if d, err := ParseXML(text); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
}

func TestAbsentIsNotZero(t *testing.T) {
	var absent Decimal
	zero := MustParse("0.00")
	if !absent.IsZero() || zero.IsZero() {
		t.Error("IsZero must tell absent, and only absent")
	}
	if absent.String() != "" || absent.Fixed(2) != "" || zero.String() != "0.00" {
		t.Error("absent prints as the empty text, zero as written")
	}
	if absent.Equal(zero) || absent.Cmp(zero) != 0 {
		t.Error("absent differs from zero but counts as 0")
	}
	if got := absent.Add(MustParse("1.50")).String(); got != "1.50" {
		t.Errorf("absent + 1.50 = %s", got)
	}
	for name, d := range map[string]Decimal{
		"Add": absent.Add(absent), "Mul": absent.Mul(absent), "Neg": absent.Neg(), "Abs": absent.Abs(),
		"Round": absent.Round(2), "Truncate": absent.Truncate(2), "RoundUp": absent.RoundUp(2),
	} {
		if !d.IsZero() {
			t.Errorf("%s of absent is %q, want absent", name, d)
		}
	}
	if got := absent.Quo(FromInt(3), 2).String(); got != "0.00" {
		t.Errorf("absent ÷ 3 = %s", got)
	}
}

func TestRounding(t *testing.T) {
	tests := []struct {
		in                  string
		places              int
		round, truncate, up string
	}{
		{"1.005", 2, "1.01", "1.00", "1.01"},
		{"-1.005", 2, "-1.01", "-1.00", "-1.01"},
		{"1.004999", 2, "1.00", "1.00", "1.01"},
		{"2.5", 0, "3", "2", "3"},
		{"-2.5", 0, "-3", "-2", "-3"},
		{"1.2", 4, "1.2000", "1.2000", "1.2000"},
		{"0.0000000001", 6, "0.000000", "0.000000", "0.000001"},
		{"-0.001", 2, "0.00", "0.00", "-0.01"},
		{"999999999999999999.9999999999", 2, "1000000000000000000.00", "999999999999999999.99", "1000000000000000000.00"},
		{"-999999999999999999.995", 2, "-1000000000000000000.00", "-999999999999999999.99", "-1000000000000000000.00"},
		{"007.500", 3, "7.500", "7.500", "7.500"},
	}
	for _, tt := range tests {
		d := MustParse(tt.in)
		if got := d.Round(tt.places).String(); got != tt.round {
			t.Errorf("%s Round %d = %s, want %s", tt.in, tt.places, got, tt.round)
		}
		if got := d.Fixed(tt.places); got != tt.round {
			t.Errorf("%s Fixed %d = %s, want %s", tt.in, tt.places, got, tt.round)
		}
		if got := d.Truncate(tt.places).String(); got != tt.truncate {
			t.Errorf("%s Truncate %d = %s, want %s", tt.in, tt.places, got, tt.truncate)
		}
		if got := d.RoundUp(tt.places).String(); got != tt.up {
			t.Errorf("%s RoundUp %d = %s, want %s", tt.in, tt.places, got, tt.up)
		}
	}
}

func TestQuo(t *testing.T) {
	tests := []struct {
		a, b   string
		places int
		want   string
	}{
		{"1", "3", 6, "0.333333"},
		{"2", "3", 6, "0.666667"},
		{"-2", "3", 0, "-1"},
		{"116.00", "1.16", 2, "100.00"},
		{"1", "8", 2, "0.13"},
		{"-1", "8", 2, "-0.13"},
		{"999999999999999999", "0.0000000001", 2, "9999999999999999990000000000.00"},
		{"0.0000000001", "999999999999999999", 10, "0.0000000000"},
	}
	for _, tt := range tests {
		if got := MustParse(tt.a).Quo(MustParse(tt.b), tt.places).String(); got != tt.want {
			t.Errorf("%s ÷ %s to %d = %s, want %s", tt.a, tt.b, tt.places, got, tt.want)
		}
	}
	for name, divisor := range map[string]Decimal{"zero": MustParse("0.00"), "absent": {}} {
		if !panics(func() { FromInt(1).Quo(divisor, 2) }) {
			t.Errorf("division by %s must panic", name)
		}
	}
}

func TestMicros(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		ok   bool
	}{
		{"0", 0, true},
		{"1.5", 1_500_000, true},
		{"-0.000001", -1, true},
		{"1.1234560000", 1_123_456, true},
		{"1.1234561", 0, false},
		{"999999999999.999999", 999_999_999_999_999_999, true},
		{"1000000000000", 0, false},
		{"-1000000000000.00", 0, false},
		{"999999999999999999.0000000000", 0, false},
	}
	for _, tt := range tests {
		got, err := MustParse(tt.in).Micros()
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%s Micros = %d, %v", tt.in, got, err)
		}
		if tt.ok && !FromMicros(got).Equal(MustParse(tt.in)) {
			t.Errorf("FromMicros(%d) = %s, want %s", got, FromMicros(got), tt.in)
		}
	}
	for n, want := range map[int64]string{0: "0.00", 1_500_000: "1.50", 1_234_567: "1.234567", -10: "-0.00001"} {
		if got := FromMicros(n).String(); got != want {
			t.Errorf("FromMicros(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestJSONCarriesDigitsAsWritten(t *testing.T) {
	type doc struct {
		Total     Decimal `json:"Total,omitzero"`
		Descuento Decimal `json:"Descuento,omitzero"`
	}
	b, err := json.Marshal(doc{Total: MustParse("100.10")})
	if err != nil || string(b) != `{"Total":"100.10"}` {
		t.Fatalf("Marshal = %s, %v", b, err)
	}
	var back doc
	if err := json.Unmarshal([]byte(`{"Total":"0100.10","Descuento":""}`), &back); err != nil {
		t.Fatal(err)
	}
	if back.Total.String() != "0100.10" || !back.Descuento.IsZero() {
		t.Errorf("read back %q and %q", back.Total, back.Descuento)
	}
	if err := json.Unmarshal([]byte(`{"Total":100.1}`), &back); err == nil {
		t.Error("a JSON number must be refused: its digits are not kept")
	}
	var tooLong *RangeError
	if _, err := New(1, 40).MarshalText(); !errors.As(err, &tooLong) {
		t.Errorf("what Parse cannot read back was marshaled: %v", err)
	}
}

func TestEdgesOfInt64(t *testing.T) {
	top, bottom := New(math.MaxInt64, 0), New(math.MinInt64, 0)
	for got, want := range map[string]string{
		top.Add(FromInt(1)).String():              "9223372036854775808",
		bottom.Sub(FromInt(1)).String():           "-9223372036854775809",
		bottom.Neg().String():                     "9223372036854775808",
		bottom.Add(FromInt(1)).Neg().String():     "9223372036854775807",
		top.Add(FromInt(1)).Sub(top).String():     "1",
		top.Mul(FromInt(2)).Quo(top, 1).String():  "2.0",
		New(math.MinInt64, 19).Abs().Fixed(3):     "0.922",
		top.Neg().Sub(FromInt(1)).Abs().String():  "9223372036854775808",
		FromInt(-1).Mul(New(5, 1)).Abs().String(): "0.5",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// numbers draws texts that Parse takes, half of them beyond the fast path.
func numbers() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`-?[0-9]{1,6}(\.[0-9]{1,6})?`),
		rapid.StringMatching(`-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,10})?`),
		rapid.StringMatching(`-?9{17,18}\.9{7,10}`),
	)
}

// widened forces d onto the wide path, so that both can be compared.
func widened(d Decimal) Decimal {
	coef := d.shop().Coefficient()
	return Decimal{wide: &wide{big: coef}, scale: d.scale, set: true}
}

func TestParsePrintIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := numbers().Draw(t, "s")
		d, err := Parse(s)
		if err != nil || d.String() != s {
			t.Fatalf("Parse(%q) = %q, %v", s, d, err)
		}
		if want := shop.RequireFromString(s); !d.shop().Equal(want) {
			t.Fatalf("Parse(%q) is worth %s", s, d.shop())
		}
	})
}

func TestFastPathEqualsWidePath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := MustParse(numbers().Draw(t, "a")), MustParse(numbers().Draw(t, "b"))
		places := rapid.IntRange(0, 12).Draw(t, "places")
		x, y := widened(a), widened(b)
		same := func(what string, fast, wide Decimal) {
			if fast.Fixed(fast.Scale()) != wide.Fixed(wide.Scale()) || fast.Scale() != wide.Scale() {
				t.Fatalf("%s: fast %q, wide %q (a=%s b=%s places=%d)", what, fast, wide, a, b, places)
			}
		}
		same("Add", a.Add(b), x.Add(y))
		same("Sub", a.Sub(b), x.Sub(y))
		same("Mul", a.Mul(b), x.Mul(y))
		same("Neg", a.Neg(), x.Neg())
		same("Abs", a.Abs(), x.Abs())
		same("Round", a.Round(places), x.Round(places))
		same("Truncate", a.Truncate(places), x.Truncate(places))
		same("RoundUp", a.RoundUp(places), x.RoundUp(places))
		if b.Sign() != 0 {
			same("Quo", a.Quo(b, places), x.Quo(y, places))
		}
		if a.Cmp(b) != x.Cmp(y) || a.Sign() != x.Sign() {
			t.Fatalf("Cmp or Sign of %s and %s differ between the paths", a, b)
		}
	})
}

// rat is the arbiter: exact fractions, no code of ours or of shopspring.
func rat(d Decimal) *big.Rat {
	if d.IsZero() {
		return new(big.Rat)
	}
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

func TestArithmeticIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := MustParse(numbers().Draw(t, "a")), MustParse(numbers().Draw(t, "b"))
		if rat(a.Add(b)).Cmp(new(big.Rat).Add(rat(a), rat(b))) != 0 {
			t.Fatalf("%s + %s = %s", a, b, a.Add(b))
		}
		if rat(a.Sub(b)).Cmp(new(big.Rat).Sub(rat(a), rat(b))) != 0 {
			t.Fatalf("%s - %s = %s", a, b, a.Sub(b))
		}
		if rat(a.Mul(b)).Cmp(new(big.Rat).Mul(rat(a), rat(b))) != 0 {
			t.Fatalf("%s × %s = %s", a, b, a.Mul(b))
		}
		if a.Cmp(b) != rat(a).Cmp(rat(b)) {
			t.Fatalf("%s Cmp %s = %d", a, b, a.Cmp(b))
		}
	})
}

func TestRoundingIsHalfAwayFromZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := MustParse(numbers().Draw(t, "a")), MustParse(numbers().Draw(t, "b"))
		places := rapid.IntRange(0, 10).Draw(t, "places")
		check := func(what string, got Decimal, exact *big.Rat) {
			if want := exact.FloatString(places); got.String() != canonical(want) {
				t.Fatalf("%s: got %s, want %s", what, got, want) // FloatString rounds half away from zero
			}
		}
		check("Round", a.Round(places), rat(a))
		if b.Sign() != 0 {
			check("Quo", a.Quo(b, places), new(big.Rat).Quo(rat(a), rat(b)))
		}
		if up, down := a.RoundUp(places).Abs(), a.Truncate(places).Abs(); up.Cmp(a.Abs()) < 0 || down.Cmp(a.Abs()) > 0 {
			t.Fatalf("%s lies outside %s … %s", a.Abs(), down, up)
		}
	})
}

func canonical(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-0.00", "007.50", "1.005", "999999999999999999.9999999999", "1e9", "", "-", "9223372036854775808"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		if d.String() != s {
			t.Fatalf("Parse(%q) prints %q", s, d)
		}
		text, err := d.MarshalText()
		var back Decimal
		if err != nil || back.UnmarshalText(text) != nil || back.String() != s {
			t.Fatalf("%q does not survive MarshalText: %q, %v", s, text, err)
		}
		if !d.Round(d.Scale()).Equal(d) || !d.Neg().Neg().Equal(d) {
			t.Fatalf("%q changes its value", s)
		}
	})
}

func BenchmarkLine(b *testing.B) {
	quantity, price, rate := MustParse("12.5"), MustParse("1999.99"), MustParse("0.160000")
	b.ReportAllocs()
	for b.Loop() {
		importe := quantity.Mul(price).Round(2)
		tax := importe.Mul(rate).Round(2)
		if importe.Add(tax).Sign() < 0 {
			b.Fatal("negative")
		}
	}
}
