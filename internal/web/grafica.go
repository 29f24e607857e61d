package web

import (
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
)

// A bar is one column of a chart: x and width in percent of the drawing, y and
// height in pixels, so that letters keep their size on a narrow screen.
type bar struct {
	X, Width, Middle string
	Y, Height        string
	ValueY           string
	Value, Label     string
	Exact            string // for the table
	Name             string
	Current          bool
}

// chartTop and chartBase are where the tallest bar ends and all begin, in pixels.
const (
	chartTop  = 20
	chartBase = 170
)

// bars lays values out from zero, the largest reaching chartTop.
func bars(months []billing.Month, value func(billing.Month) decimal.Decimal, short, exact func(billing.Month) string) []bar {
	var top decimal.Decimal
	for _, m := range months {
		if v := value(m); v.Cmp(top) > 0 {
			top = v
		}
	}
	out := make([]bar, 0, len(months))
	slot := decimal.FromInt(100).Quo(decimal.FromInt(int64(max(len(months), 1))), 4)
	for i, m := range months {
		height := decimal.New(0, 1)
		if v := value(m); top.Sign() > 0 && v.Sign() > 0 {
			height = v.Mul(decimal.FromInt(chartBase-chartTop)).Quo(top, 1)
		}
		y := decimal.FromInt(chartBase).Sub(height)
		x := slot.Mul(decimal.FromInt(int64(i)))
		label, _, _ := strings.Cut(m.Label, " ")
		out = append(out, bar{
			X: x.Add(slot.Mul(decimal.New(21, 2))).Fixed(2) + "%", Width: slot.Mul(decimal.New(58, 2)).Fixed(2) + "%", Middle: x.Add(slot.Quo(decimal.FromInt(2), 4)).Fixed(2) + "%",
			Y: y.Fixed(1), Height: height.Fixed(1), ValueY: y.Sub(decimal.FromInt(5)).Fixed(1),
			Value: short(m), Label: label, Exact: exact(m), Name: m.Label, Current: m.Current,
		})
	}
	return out
}

// thousands is an amount short enough to stand on a bar: "184.3 k".
func thousands(d decimal.Decimal) string {
	switch {
	case d.Sign() == 0:
		return "0"
	case d.Abs().Cmp(decimal.FromInt(1_000_000)) >= 0:
		return d.Quo(decimal.FromInt(1_000_000), 1).Fixed(1) + " M"
	case d.Abs().Cmp(decimal.FromInt(1000)) >= 0:
		return d.Quo(decimal.FromInt(1000), 1).Fixed(1) + " k"
	}
	return d.Fixed(0)
}

// tersely is a count that stands on a narrow bar: "950", "1.2k", "38k", "1.4M".
func tersely(n int) string {
	d := decimal.FromInt(int64(n))
	switch {
	case n >= 1_000_000:
		return d.Quo(decimal.FromInt(1_000_000), 1).Fixed(1) + "M"
	case n >= 10_000:
		return d.Quo(decimal.FromInt(1000), 0).Fixed(0) + "k"
	case n >= 1000:
		return d.Quo(decimal.FromInt(1000), 1).Fixed(1) + "k"
	}
	return d.Fixed(0)
}
