package cce20_test

import (
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/cfdi/cfditest"
)

// TestTotalIsMended, when it is wrong and when it is written with other decimals.
func TestTotalIsMended(t *testing.T) {
	judge := func(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
	for _, base := range []func() *cfdi.Comprobante{minima, muestra, definitiva} {
		for _, wrong := range []string{"1.23", "1000000"} {
			c := base()
			cce20.De(c).TotalUSD = num(wrong)
			cfditest.Mended(t, c, "CCE122", judge)
		}
	}
}

// TestOneValueIsMended: what can only be one thing, wrong or absent.
func TestOneValueIsMended(t *testing.T) {
	judge := func(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
	for _, k := range []struct {
		code   string
		from   func() *cfdi.Comprobante
		change func(c *cfdi.Comprobante)
	}{
		{"CCE108", ajeno, func(c *cfdi.Comprobante) { c.Receptor.Rfc, c.Receptor.Nombre = "H&E951128469", "HERRERIA & ELECTRICOS" }},
		{"CCE110", ajeno, concepto(0, func(k *cfdi.Concepto) { k.ObjetoImp = "03" })},
		{"CCE123", minima, of(func(x *X) { x.Emisor.Curp = curp })},
		{"CCE125", minima, plant(func(d *cce20.Domicilio) { d.Pais = "USA" })},
		{"CCE133", definitiva, of(func(x *X) { x.Receptor.NumRegIdTrib = "" })},
		{"301", minima, of(func(x *X) { x.Version = "1.1" })},
		{"301", minima, of(func(x *X) { x.Version = "" })},
		{"301", minima, of(func(x *X) { x.ClaveDePedimento = "A3" })},
		{"301", minima, of(func(x *X) { x.ClaveDePedimento = "" })},
	} {
		c := k.from()
		k.change(c)
		cfditest.Mended(t, c, k.code, judge)
	}
	c := ajeno() // with its taxes the line would break another rule: no mend
	c.Conceptos[0].ObjetoImp, c.Conceptos[0].Impuestos = "02", line("", "1", "1").Impuestos
	for _, f := range judge(c) {
		if f.Code == "CCE110" && f.Mend != nil {
			t.Errorf("%v", f)
		}
	}
}
