package decimal

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

const (
	maxWhole    = 18 // digits before the point (t_Importe of tdCFDI.xsd)
	maxDecimals = 10 // digits after it: more than any attribute of the SAT allows
)

// Parse reads a number of the form -?digits{1,18}(.digits{1,10})? and keeps it
// as written. Everything else is an error: exponents, signs of plus, spaces,
// thousands separators, the empty text. Nothing is cut off or rounded. The error is
// a [*SyntaxError].
func Parse(s string) (Decimal, error) {
	whole, decimals, ok := split(s)
	if !ok {
		return Decimal{}, &SyntaxError{Text: clip(s)}
	}
	negative := s[0] == '-'
	d := Decimal{scale: int32(len(decimals)), set: true}
	if len(whole)+len(decimals) <= len(pow10)-1 {
		d.coef = digits(digits(0, whole), decimals)
		if negative {
			d.coef = -d.coef
		}
	} else {
		coef, _ := new(big.Int).SetString(whole+decimals, 10)
		if negative {
			coef.Neg(coef)
		}
		d = fromBig(coef, d.scale)
	}
	if oddlySpelled(whole, negative, d) {
		w := wide{text: s}
		if d.wide != nil {
			w.big = d.wide.big
		}
		d.wide = &w
	}
	return d, nil
}

// ParseXML reads a number as XML Schema lets others spell it: what [Parse] reads and,
// kept as written as well, a sign of plus or a point without digits on one side (+1, .5,
// 5.). [Decimal.Plain] tells them apart.
func ParseXML(s string) (Decimal, error) {
	d, err := Parse(s)
	if err == nil {
		return d, nil
	}
	unsigned, minus := strings.CutPrefix(s, "-")
	if !minus {
		unsigned = strings.TrimPrefix(s, "+")
	}
	whole, decimals, point := strings.Cut(unsigned, ".")
	if whole == "" && decimals == "" || !onlyDigits(whole) || point && !onlyDigits(decimals) {
		return Decimal{}, err
	}
	plain := strings.TrimSuffix(strings.Repeat("0", max(0, 1-len(whole)))+whole+"."+decimals, ".")
	if minus {
		plain = "-" + plain
	}
	if d, err = Parse(plain); err != nil {
		return Decimal{}, &SyntaxError{Text: clip(s)}
	}
	w := wide{text: s}
	if d.wide != nil {
		w.big = d.wide.big
	}
	d.wide = &w
	return d, nil
}

// Plain reports whether d is spelled as [Parse] reads it.
func (d Decimal) Plain() bool {
	if d.wide == nil || d.wide.text == "" {
		return true
	}
	_, _, ok := split(d.wide.text)
	return ok
}

// oddlySpelled reports what value and scale alone would print otherwise.
func oddlySpelled(whole string, negative bool, d Decimal) bool {
	return len(whole) > 1 && whole[0] == '0' || negative && d.Sign() == 0
}

// MustParse is Parse for tests and tables; it panics on an error.
func MustParse(s string) Decimal {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// A SyntaxError tells of a text that is not a number as Parse takes it.
type SyntaxError struct{ Text string }

// Error quotes the beginning of the text.
func (e *SyntaxError) Error() string { return fmt.Sprintf("decimal: not a number: %q", e.Text) }

// split cuts s at its point and checks the grammar of Parse.
func split(s string) (whole, decimals string, ok bool) {
	whole, decimals, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(whole) < 1 || len(whole) > maxWhole || !onlyDigits(whole) {
		return "", "", false
	}
	if point && (len(decimals) < 1 || len(decimals) > maxDecimals || !onlyDigits(decimals)) {
		return "", "", false
	}
	return whole, decimals, true
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func digits(n int64, s string) int64 {
	for i := 0; i < len(s); i++ {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// String returns d as it was written, "" when absent.
func (d Decimal) String() string {
	if !d.set {
		return ""
	}
	if d.wide != nil && d.wide.text != "" {
		return d.wide.text
	}
	var buf [40]byte
	return string(d.append(buf[:0]))
}

// Append adds to b what String returns.
func (d Decimal) Append(b []byte) []byte {
	switch {
	case !d.set:
		return b
	case d.wide != nil && d.wide.text != "":
		return append(b, d.wide.text...)
	}
	return d.append(b)
}

// Fixed returns d rounded half away from zero with exactly places decimals,
// "" when absent.
func (d Decimal) Fixed(places int) string {
	if !d.set {
		return ""
	}
	var buf [40]byte
	return string(d.Round(places).append(buf[:0]))
}

// append writes the canonical spelling: no leading zeros, scale decimals, no
// minus before zero.
func (d Decimal) append(b []byte) []byte {
	start := len(b)
	if d.isBig() {
		b = d.wide.big.Append(b, 10)
	} else {
		b = strconv.AppendInt(b, d.coef, 10)
	}
	if d.scale == 0 {
		return b
	}
	if b[start] == '-' {
		start++
	}
	scale := int(d.scale)
	if missing := scale + 1 - (len(b) - start); missing > 0 {
		zeros := strings.Repeat("0", missing)
		b = append(b[:start], append([]byte(zeros), b[start:]...)...)
	}
	point := len(b) - scale
	b = append(b, 0)
	copy(b[point+1:], b[point:])
	b[point] = '.'
	return b
}

// MarshalText writes d as String does, so that JSON carries it as a string.
// What UnmarshalText would not read back is a *RangeError.
func (d Decimal) MarshalText() ([]byte, error) {
	s := d.String()
	if _, _, ok := split(s); d.set && !ok && d.Plain() {
		return nil, &RangeError{Text: s, Reason: "more digits than can be read back"}
	}
	return []byte(s), nil
}

// UnmarshalText reads what [ParseXML] reads; the empty text is absent. JSON must carry the
// number as a string.
func (d *Decimal) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Decimal{}
		return nil
	}
	parsed, err := ParseXML(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
