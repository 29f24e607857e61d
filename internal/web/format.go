package web

import (
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/decimal"
)

// money writes an amount as screens do: "$ 1,234.50" in pesos, "USD 120.00" in
// any other currency, with a true minus sign; "" when absent.
func money(d decimal.Decimal, moneda string) string {
	if d.IsZero() {
		return ""
	}
	sign := ""
	if d.Sign() < 0 {
		sign = "−"
	}
	prefix := "$ "
	if moneda != "" && moneda != "MXN" {
		prefix = moneda + " "
	}
	return sign + prefix + grouped(d.Abs().Fixed(2))
}

// amount is money without its sign of currency: "1,234.50".
func amount(d decimal.Decimal) string {
	if d.IsZero() {
		return ""
	}
	if d.Sign() < 0 {
		return "−" + grouped(d.Abs().Fixed(2))
	}
	return grouped(d.Fixed(2))
}

// grouped puts a comma at every third digit of the whole part.
func grouped(s string) string {
	whole, cents, has := strings.Cut(s, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if has {
		b.WriteByte('.')
		b.WriteString(cents)
	}
	return b.String()
}

// count writes a whole number with its commas.
func count(n int) string {
	if n < 0 {
		return "−" + grouped(decimal.FromInt(int64(-n)).String())
	}
	return grouped(decimal.FromInt(int64(n)).String())
}

// percent writes a rate as people say it: 0.160000 is "16 %".
func percent(rate decimal.Decimal) string {
	if rate.IsZero() {
		return ""
	}
	s := rate.Mul(decimal.FromInt(100)).String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s + " %"
}

// centro is the time of central Mexico, without daylight saving since 2022. What
// belongs to a receipt has its own zone; what belongs to the account uses this.
func centro() *time.Location { return time.FixedZone("America/Mexico_City", -6*60*60) }

// fecha writes an instant as dd/mm/aaaa.
func fecha(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(centro()).Format("02/01/2006")
}

// fechaHora writes an instant as dd/mm/aaaa hh:mm.
func fechaHora(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(centro()).Format("02/01/2006 15:04")
}

// fechaSAT writes a Fecha of a receipt (AAAA-MM-DDThh:mm:ss) as dd/mm/aaaa.
func fechaSAT(s string) string {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return s
	}
	return s[8:10] + "/" + s[5:7] + "/" + s[:4]
}

// fechaHoraSAT writes a Fecha of a receipt as dd/mm/aaaa hh:mm.
func fechaHoraSAT(s string) string {
	if len(s) < 16 || s[10] != 'T' {
		return fechaSAT(s)
	}
	return fechaSAT(s) + " " + s[11:16]
}

// initials are the one or two letters of a name's tile.
func initials(name string) string {
	var out []rune
	for _, word := range strings.Fields(name) {
		if len(out) < 2 {
			out = append(out, []rune(strings.ToUpper(word))[0])
		}
	}
	return string(out)
}

// whole writes a number for a form: digits alone.
func whole[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// price writes a unit price with the decimals it has, two at least.
func price(d decimal.Decimal) string {
	if d.IsZero() {
		return ""
	}
	return grouped(d.Fixed(max(2, d.Scale())))
}
