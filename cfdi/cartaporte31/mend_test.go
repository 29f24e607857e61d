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
		{"CP125", local, func(v V) { v.TotalDistRec = none }},
		{"301", local, func(v V) { v.Mercancias.PesoBrutoTotal = none }},
		{"301", mar, func(v V) { v.Mercancias.PesoBrutoTotal = none }},
		{"301", local, func(v V) { v.Mercancias.NumTotalMercancias = none }},
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

// TestOneValueIsMended: what can only be one thing, and what may not be there.
func TestOneValueIsMended(t *testing.T) {
	judge := func(c *cfdi.Comprobante) cfdi.Findings { return cfdi.Validate(c, cat, time.Time{}) }
	for _, x := range []struct {
		code   string
		from   func() *cfdi.Comprobante
		change func(c *cfdi.Comprobante)
	}{
		{"CP102", local, func(c *cfdi.Comprobante) { c.SubTotal = num("1") }},
		{"CP103", local, func(c *cfdi.Comprobante) { c.Moneda = "MXN" }},
		{"CP105", local, func(c *cfdi.Comprobante) { c.Total = num("1") }},
		{"CP107", local, func(c *cfdi.Comprobante) { c.Receptor.Rfc, c.Receptor.Nombre = urr, "UNIVERSIDAD ROBOTICA ESPAÑOLA" }},
		{"CP111", local, func(c *cfdi.Comprobante) { c.Receptor.UsoCFDI = "G03" }},
		{"CP115", local, of(func(v V) { v.Version = "3.0" })},
		{"301", local, of(func(v V) { v.Version = "" })},
		{"CP125", mar, of(func(v V) { v.TotalDistRec = num("1") })},
		{"CP135", local, place(0, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "PM001", "Rosarito" })},
		{"CP139", aire, place(0, func(u *cp31.Ubicacion) { u.NavegacionTrafico = "Altura" })},
		{"CP140", local, place(0, func(u *cp31.Ubicacion) { u.TipoEstacion = "01" })},
		{"CP140", aire, place(1, func(u *cp31.Ubicacion) { u.TipoEstacion = "03" })},
		{"CP141", local, place(0, func(u *cp31.Ubicacion) { u.DistanciaRecorrida = num("1") })},
		{"CP153", mar, of(func(v V) { v.Mercancias.LogisticaInversaRecoleccionDevolucion = "Sí" })},
		{"CP155", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp, m.MaterialPeligroso = "43211503", "No" })},
		{"CP180", reparto, goods(0, func(m *cp31.Mercancia) { m.CantidadTransporta[0].CvesTransporte = "01" })},
		{"CP182", local, lorry(func(a *cp31.Autotransporte) {
			a.Seguros.AseguraMedAmbiente, a.Seguros.PolizaMedAmbiente = "Seguros Verdes", "VERDE-1"
		})},
		{"CP185", mar, of(func(v V) { v.Mercancias.TransporteMaritimo.PermisoTempNavegacion = "P-1" })},
		{"CP186", mar, box(0, func(b *cp31.ContenedorMaritimo) { b.PlacaVMCCP = "12AB3C" })},
		{"CP196", reparto, figure(3, func(f *cp31.TiposFigura) { f.NumLicencia = "LFD01234567" })},
	} {
		c := x.from()
		x.change(c)
		cfditest.Mended(t, c, x.code, judge)
	}
}
