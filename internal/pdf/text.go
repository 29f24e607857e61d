package pdf

import (
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"iofacturo.mx/decimal"
)

// unprintable stands for a character that the fonts of the PDF lack.
const unprintable = '?'

// encode turns s into cp1252, the alphabet of the fonts. Accents it lacks are
// dropped (ş → s); whatever else it lacks becomes unprintable, and lost says so.
func encode(s string) (encoded string, lost bool) {
	if isASCII(s) {
		return s, false
	}
	out := make([]byte, 0, len(s))
	for _, r := range norm.NFC.String(s) {
		b, ok := encodeRune(r)
		if !ok {
			b, lost = unprintable, true
		}
		out = append(out, b)
	}
	return string(out), lost
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 || s[i] < ' ' {
			return false
		}
	}
	return true
}

func encodeRune(r rune) (byte, bool) {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\u202f':
		return ' ', true
	case r == '−':
		return '-', true
	case r < ' ':
		return 0, false
	}
	if b, ok := charmap.Windows1252.EncodeRune(r); ok {
		return b, true
	}
	for _, base := range norm.NFKD.String(string(r)) {
		return charmap.Windows1252.EncodeRune(base) // the letter without its accent
	}
	return 0, false
}

// amount shows money: thousands grouped, decimals as written but two at least,
// as 1,234,567.50. Absent is "".
func amount(d decimal.Decimal) string {
	if d.Scale() < 2 {
		d = d.Round(2)
	}
	return grouped(d.String())
}

func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, decimals, point := strings.Cut(s, ".")
	var out strings.Builder
	out.WriteString(sign)
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(c)
	}
	if point {
		out.WriteByte('.')
		out.WriteString(decimals)
	}
	return out.String()
}

// quantity shows a number without the zeros at its end: 6.000000 is 6.
func quantity(d decimal.Decimal) string {
	s := grouped(d.String())
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// rate tells a TasaOCuota as people say it: 16 % of 0.160000, or the quota per
// unit.
func rate(factor string, d decimal.Decimal) string {
	switch {
	case factor == "Exento":
		return "exento"
	case d.IsZero():
		return ""
	case factor == "Cuota":
		return "cuota " + quantity(d)
	}
	return quantity(d.Mul(decimal.FromInt(100))) + " %"
}

// joined puts the parts that are not empty one after the other.
func joined(separator string, parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

// dot joins facts of one line as the design does.
func dot(parts ...string) string { return joined(" · ", parts...) }

// moment writes a Fecha (AAAA-MM-DDThh:mm:ss) as people read it, dd/mm/aaaa hh:mm:ss.
func moment(fecha string) string {
	day, hour, ok := strings.Cut(fecha, "T")
	if !ok || len(day) != len("2006-01-02") {
		return fecha
	}
	return day[8:] + "/" + day[5:7] + "/" + day[:4] + " " + hour
}
