package cartaporte31_test

import (
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
	"iofacturo.mx/cfdi/cfditest"
)

// TestTotalsAreMended, each by what the goods, wagons and places add up to.
func TestTotalsAreMended(t *testing.T) {
	judge := func(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
	for _, x := range []struct {
		code   string
		from   func() *cfdi.Comprobante
		change func(v V)
	}{
		{"CP149", local, func(v V) { v.Mercancias.PesoBrutoTotal = num("1") }},
		{"CP150", mar, func(v V) { v.Mercancias.PesoBrutoTotal = num("1") }},
		{"CP151", mar, func(v V) { v.Mercancias.PesoNetoTotal = num("1") }},
		{"CP151", mar, func(v V) { v.Mercancias.PesoNetoTotal = none }},
		{"CP152", tren, func(v V) { v.Mercancias.PesoNetoTotal = num("1") }},
		{"CP154", local, func(v V) { v.Mercancias.NumTotalMercancias = num("7") }},
		{"CP126", local, func(v V) { v.TotalDistRec = num("1") }},
	} {
		c := x.from()
		x.change(cp31.De(c))
		cfditest.Mended(t, c, x.code, judge)
	}
	c := mixto() // the matrix speaks of each mode as if it were alone: nothing is sure
	cp31.De(c).Mercancias.PesoBrutoTotal = num("1")
	for _, f := range judge(c) {
		if f.Code == "CP149" && f.Mend != nil {
			t.Errorf("%v", f)
		}
	}
}
