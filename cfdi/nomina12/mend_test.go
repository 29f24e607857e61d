package nomina12_test

import (
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/nomina12"
	"iofacturo.mx/decimal"
)

// TestTotalsAreMended: whichever total is wrong or missing, one mend puts all right.
func TestTotalsAreMended(t *testing.T) {
	wrong := num("1.23")
	for _, x := range []struct {
		code   string
		from   func() *cfdi.Comprobante
		change func(n *N)
	}{
		{"NOM37", sueldo, func(n *N) { n.TotalPercepciones = wrong }},
		{"NOM39", sueldo, func(n *N) { n.TotalDeducciones = wrong }},
		{"NOM40", sueldo, func(n *N) { n.TotalOtrosPagos = wrong }},
		{"NOM37", sueldo, func(n *N) { n.TotalPercepciones = none }},
		{"NOM70", sueldo, func(n *N) { n.Percepciones.TotalSueldos = wrong }},
		{"NOM69", sueldo, func(n *N) { n.Percepciones.TotalSueldos = wrong }},
		{"NOM77", sueldo, func(n *N) { n.Percepciones.TotalSueldos = none }},
		{"NOM71", finiquito, func(n *N) { n.Percepciones.TotalSeparacionIndemnizacion = wrong }},
		{"NOM78", finiquito, func(n *N) { n.Percepciones.TotalSeparacionIndemnizacion = none }},
		{"NOM72", pension, func(n *N) { n.Percepciones.TotalJubilacionPensionRetiro = wrong }},
		{"NOM73", sueldo, func(n *N) { n.Percepciones.TotalGravado = wrong }},
		{"NOM74", sueldo, func(n *N) { n.Percepciones.TotalExento = wrong }},
		{"NOM109", sueldo, func(n *N) { n.NumDiasPagados = num("15.5") }},
		{"NOM91", sueldo, func(n *N) { n.Deducciones.TotalImpuestosRetenidos = wrong }},
		// An amount that was changed by hand: totals and CFDI follow.
		{"NOM73", sueldo, func(n *N) {
			p := &n.Percepciones.Percepcion[0]
			p.ImporteGravado = p.ImporteGravado.Add(decimal.FromInt(100))
		}},
	} {
		c := x.from()
		x.change(nomina12.De(c))
		cfditest.Mended(t, c, x.code, judge)
	}
	for _, x := range []struct {
		code   string
		from   func() *cfdi.Comprobante
		change func(c *cfdi.Comprobante)
	}{
		{"NOM5", sueldo, of(func(n *N) { n.Emisor.Curp = curp })},
		{"NOM16", sueldo, line(func(c *cfdi.Concepto) { c.Cantidad = num("1.0") })},
		{"NOM34", finiquito, who(func(r *nomina12.Receptor) { r.PeriodicidadPago = "04" })},
		{"NOM63", asimilado, who(func(r *nomina12.Receptor) { r.Banco = "002" })},
		{"NOM109", asimilado, of(func(n *N) { n.NumDiasPagados = num("15.5") })},
		{"301", asimilado, of(func(n *N) { n.Version = "1.1" })},
		{"301", asimilado, of(func(n *N) { n.Version = "" })},
	} {
		c := x.from()
		x.change(c)
		cfditest.Mended(t, c, x.code, judge)
	}
	c := sueldo()
	c.Conceptos[0].Importe, c.Conceptos[0].ValorUnitario, c.SubTotal, c.Total = wrong, wrong, wrong, wrong
	cfditest.Mended(t, c, "NOM20", judge)
}

// TestDaysPaidHaveThreeDecimals or none: the pattern of the schema knows no 15.5.
func TestDaysPaidHaveThreeDecimals(t *testing.T) {
	for given, want := range map[string]string{"15": "15", "15.5": "15.500", "0.25": "0.250", "15.125": "15.125", "15.1234": "15.1234"} {
		n := nomina12.De(sueldo())
		n.NumDiasPagados = num(given)
		if n.Totalize(); n.NumDiasPagados.String() != want {
			t.Errorf("%s days are written %s, not %s", given, n.NumDiasPagados, want)
		}
	}
}

func judge(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
