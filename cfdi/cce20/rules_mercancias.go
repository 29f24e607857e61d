package cce20

import (
	"strconv"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The goods and their values: CCE122, CCE152 to CCE172.

const (
	unitService = "99"         // of c_UnidadAduana
	lineService = "E48"        // of c_ClaveUnidad
	sampleGoods = "9801000100" // the fraction of samples
)

// epsilon keeps the upper limits open, as the guides have it.
var epsilon = decimal.New(1, 12)

// mostCantidad is a quantity of more digits than the schema lets through.
var mostCantidad = decimal.FromInt(100_000_000_000_000)

// mostValor is a unit value of more digits than the matrix lets through (CCE156).
var mostValor = decimal.FromInt(10_000_000_000_000_000)

func half(d decimal.Decimal) decimal.Decimal { return decimal.New(5, d.Scale()+1) }

func (x *ComercioExterior) total() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range x.Mercancias {
		sum = sum.Add(x.Mercancias[i].ValorDolares)
	}
	return sum.Round(2)
}

// service reports whether what is exported is a service: it has no fraction.
func service(unidad string, lines []*cfdi.Concepto) bool {
	if unidad == unitService {
		return true
	}
	for _, line := range lines {
		if line.ClaveUnidad == lineService {
			return true
		}
	}
	return false
}

func (v *validation) service(m *Mercancia) bool {
	return service(m.UnidadAduana, v.lines[m.NoIdentificacion])
}

// special reports whether the value is one that the limits leave alone: 0 and 1.
func special(value decimal.Decimal) bool {
	return value.Sign() == 0 || value.Cmp(decimal.FromInt(1)) == 0
}

func unknownGoods(v *validation, path string, m *Mercancia) {
	if m.NoIdentificacion != "" && len(v.lines[m.NoIdentificacion]) == 0 {
		v.fail(path+".NoIdentificacion", "Ningún concepto tiene el número de identificación "+cfdi.Cut(m.NoIdentificacion)+" de esta mercancía.", "Escribe el mismo número en el concepto y en la mercancía.")
	}
}

func goodsTwice(v *validation, path string, m *Mercancia) {
	if v.kinds[[2]string{m.NoIdentificacion, m.FraccionArancelaria}] != m {
		v.fail(path+".NoIdentificacion", "La mercancía "+cfdi.Cut(m.NoIdentificacion)+" está repetida con la misma fracción arancelaria.", "Deja una sola con la suma de las dos.")
	}
}

// plainTraslado calls check for each line of goods that are moved and of which the
// customs are told nothing but what the line says.
func plainTraslado(v *validation, m *Mercancia, check func(path string, line *cfdi.Concepto)) {
	if v.c.TipoDeComprobante != "T" || !m.CantidadAduana.IsZero() {
		return
	}
	for _, i := range v.places[m.NoIdentificacion] {
		check(at("Conceptos", i), &v.c.Conceptos[i])
	}
}

func trasladoCantidad(v *validation, _ string, m *Mercancia) {
	plainTraslado(v, m, func(path string, line *cfdi.Concepto) {
		if q := line.Cantidad; !q.IsZero() && (q.Cmp(decimal.New(1, 3)) < 0 || q.Scale() > 3 || q.Cmp(mostCantidad) >= 0) {
			v.FailAt(v.code, path+".Cantidad", "La cantidad del concepto hace de cantidad en aduana: al menos 0.001, con tres decimales como máximo.", "Corrige la cantidad, o escribe cantidad, unidad y valor unitario en aduana de la mercancía.")
		}
	})
}

func trasladoUnidad(v *validation, _ string, m *Mercancia) {
	plainTraslado(v, m, func(path string, line *cfdi.Concepto) {
		if !inForce(catalogo.UnidadAduana, line.Unidad, v.c.Fecha) {
			v.FailAt(v.code, path+".Unidad", "La unidad del concepto hace de unidad de aduana y no está en el catálogo c_UnidadAduana del SAT.", "Escribe en la unidad del concepto la clave, por ejemplo 06 para piezas; o los datos de aduana de la mercancía.")
		}
	})
}

func trasladoValor(v *validation, _ string, m *Mercancia) {
	plainTraslado(v, m, func(path string, line *cfdi.Concepto) {
		most := 4
		if moneda, ok := v.cat.Moneda(v.c.Moneda); ok {
			most = min(most, moneda.Decimales)
		}
		value := line.ValorUnitario
		if value.Sign() == 0 {
			most = 4 // 0.0000 is the least by the letter, whatever the currency
		}
		decimals := "más de " + strconv.Itoa(most) + " decimales"
		if most == 0 {
			decimals = "decimales, que la moneda no admite"
		}
		if value.Sign() < 0 || value.Scale() > most || value.Cmp(mostValor) >= 0 {
			v.FailAt(v.code, path+".ValorUnitario", "El valor unitario del concepto hace de valor en aduana: no puede ser negativo ni tener "+decimals+".", "Corrígelo, o escribe cantidad, unidad y valor unitario en aduana de la mercancía.")
		}
	})
}

// dollars returns what the lines are worth in dollars at most and at least, and ok
// unless the exchange rates are missing: cents, the last of each towards the outside,
// since each number may have been rounded in its last decimal. The peso has no rate.
//
// The matrix speaks of a least and a greatest value and of the sum of the lines, and not
// of how the two go together (CCE157, CCE158, CCE172). Here each line brings half of its
// own last decimal, not the sum half of its own: of the two readings that is the wider by
// at most half a cent a line, and a value between them follows from lines rounded one by
// one, as CFDI40167 lets them be. What is refused here is refused by either reading; what
// is let through and a PAC refuses costs nothing but the answer.
func dollars(c *cfdi.Comprobante, rate decimal.Decimal, lines []*cfdi.Concepto, of func(*cfdi.Concepto) decimal.Decimal) (low, high decimal.Decimal, ok bool) {
	low, high = decimal.FromInt(0), decimal.FromInt(0)
	for _, line := range lines {
		if amount := of(line); amount.Sign() > 0 {
			low, high = low.Add(amount.Sub(half(amount))), high.Add(amount.Add(half(amount)).Sub(epsilon))
		}
	}
	if c.Moneda != "MXN" {
		if c.TipoCambio.Sign() <= 0 {
			return low, high, false
		}
		low, high = low.Mul(c.TipoCambio.Sub(half(c.TipoCambio))), high.Mul(c.TipoCambio.Add(half(c.TipoCambio)).Sub(epsilon))
	}
	least := rate.Sub(half(rate))
	if least.Sign() <= 0 {
		return low, high, false
	}
	low = low.Quo(rate.Add(half(rate)).Sub(epsilon), 14).Truncate(2)
	return low, high.Quo(least, 14).RoundUp(2), true
}

func importe(line *cfdi.Concepto) decimal.Decimal   { return line.Importe }
func descuento(line *cfdi.Concepto) decimal.Decimal { return line.Descuento }

// A stock is the goods of one number: how many, what they are worth, and whether a value
// among them is one of those that the limits leave alone.
type stock struct {
	n             int
	sum           decimal.Decimal
	left          bool
	first, sample *Mercancia // the first of them, and the first that is a sample
}

// count adds up the goods once, for a document may have thousands.
func (v *validation) count() {
	v.stocks, v.kinds = map[string]*stock{}, map[[2]string]*Mercancia{}
	for i := range v.x.Mercancias {
		m := &v.x.Mercancias[i]
		if kind := [2]string{m.NoIdentificacion, m.FraccionArancelaria}; v.kinds[kind] == nil {
			v.kinds[kind] = m
		}
		s := v.stocks[m.NoIdentificacion]
		if s == nil {
			s = &stock{sum: decimal.FromInt(0), first: m}
			v.stocks[m.NoIdentificacion] = s
		}
		if s.sample == nil && m.FraccionArancelaria == sampleGoods {
			s.sample = m
		}
		s.n, s.sum, s.left = s.n+1, s.sum.Add(m.ValorDolares), s.left || special(m.ValorDolares)
	}
}

// worth compares the goods with the number of m with their lines. The matrix says it
// three times, of one and of many: each is told under one code.
func (v *validation) worth(path string, m *Mercancia, of func(lines, goods int) bool) {
	lines := v.lines[m.NoIdentificacion]
	goods := v.stocks[m.NoIdentificacion]
	if goods.left || len(lines) == 0 || v.c.TipoDeComprobante == "T" || !of(len(lines), goods.n) {
		return
	}
	low, high, ok := dollars(v.c, v.x.TipoCambioUSD, lines, importe)
	if ok && (goods.sum.Cmp(low) < 0 || goods.sum.Cmp(high) > 0) {
		v.fail(path+".ValorDolares", "La mercancía "+cfdi.Cut(m.NoIdentificacion)+" vale "+goods.sum.String()+" dólares y sus conceptos, al tipo de cambio, entre "+low.String()+" y "+high.String()+".",
			"Corrige el valor en dólares, el importe del concepto o el tipo de cambio del dólar.")
	}
}

// valueOfLines is of one kind of goods on many lines.
func valueOfLines(v *validation, path string, m *Mercancia) {
	v.worth(path, m, func(lines, goods int) bool { return lines > 1 && goods == 1 })
}

// valueOfGoods is of a number that many kinds of goods have: told at the first.
func valueOfGoods(v *validation, path string, m *Mercancia) {
	if v.stocks[m.NoIdentificacion].first == m {
		v.worth(path, m, func(_, goods int) bool { return goods > 1 })
	}
}

// valueOfLine is of one kind of goods on one line; and nothing but a service is worth
// nothing.
func valueOfLine(v *validation, path string, m *Mercancia) {
	if !m.ValorDolares.IsZero() && m.ValorDolares.Sign() == 0 && !v.service(m) {
		v.fail(path+".ValorDolares", "Solo un servicio (unidad de aduana 99 o clave de unidad E48) puede valer 0 dólares.", "Escribe el valor en dólares; si la norma lo permite, 1.")
		return
	}
	v.worth(path, m, func(lines, goods int) bool { return lines == 1 && goods == 1 })
}

const fixNoFraccion = "Quita la fracción arancelaria; si es mercancía y no servicio, corrige la unidad."

func fraccionOfService(v *validation, path string, m *Mercancia) {
	if v.service(m) && m.FraccionArancelaria != "" {
		v.fail(path+".FraccionArancelaria", "Un servicio (unidad de aduana 99 o clave de unidad E48) no tiene fracción arancelaria.", fixNoFraccion)
	}
}

func fraccionMissing(v *validation, path string, m *Mercancia) {
	if !v.service(m) && m.FraccionArancelaria == "" {
		v.fail(path+".FraccionArancelaria", "Falta la fracción arancelaria de la mercancía.", "Escribe los diez dígitos; tu agente aduanal la conoce.")
	}
}

func fraccionOf99(v *validation, path string, m *Mercancia) {
	if m.UnidadAduana == unitService && m.FraccionArancelaria != "" {
		v.fail(path+".FraccionArancelaria", "Con la unidad de aduana 99 (SERVICIO) no va fracción arancelaria.", fixNoFraccion)
	}
}

// fraccion returns the row of the fraction, and whether the catalogue is at hand to tell
// that there is none: without it only the PAC can.
func (v *validation) fraccion(m *Mercancia) (row catalogo.FraccionArancelaria, ok, full bool) {
	row, ok = v.cat.FraccionArancelaria(m.FraccionArancelaria, v.c.Fecha)
	return row, ok && row.InForce(v.c.Fecha), m.FraccionArancelaria != "" && v.cat.Full("FraccionArancelaria")
}

func fraccionKey(v *validation, path string, m *Mercancia) {
	if _, ok, full := v.fraccion(m); full && !ok {
		v.fail(path+".FraccionArancelaria", "La fracción arancelaria "+cfdi.Cut(m.FraccionArancelaria)+" no existe en el catálogo del SAT, o no está vigente en la fecha del comprobante.", "Revisa los diez dígitos con tu agente aduanal.")
	}
}

// fraccionUnit is the unit of CCE161 too, told once.
func fraccionUnit(v *validation, path string, m *Mercancia) {
	if row, ok, full := v.fraccion(m); full && ok && m.UnidadAduana != "" && m.UnidadAduana != row.UMT {
		v.fail(path+".UnidadAduana", "La aduana cuenta la fracción arancelaria "+m.FraccionArancelaria+" en la unidad "+unidad(row.UMT)+", no en "+unidad(m.UnidadAduana)+".", "Escribe "+row.UMT+" en la unidad de aduana, y la cantidad y el valor unitario en esa unidad.")
	}
}

func fraccionOfLine(v *validation, _ string, m *Mercancia) {
	row, ok, full := v.fraccion(m)
	if !full || !ok || m.UnidadAduana != "" {
		return
	}
	for _, i := range v.places[m.NoIdentificacion] {
		if v.c.Conceptos[i].Unidad != row.UMT {
			v.FailAt(v.code, at("Conceptos", i)+".Unidad", "La aduana cuenta la fracción arancelaria "+m.FraccionArancelaria+" en la unidad "+unidad(row.UMT)+", y la unidad del concepto es otra.", "Escribe "+row.UMT+" en la unidad del concepto, o los datos de aduana de la mercancía.")
		}
	}
}

// samples: what samples are worth is what the lines discount. Told at the first kind
// of goods of a number.
func samples(v *validation, path string, m *Mercancia) {
	if m.FraccionArancelaria != sampleGoods || v.c.TipoDeComprobante == "T" {
		return
	}
	goods := v.stocks[m.NoIdentificacion]
	if goods.sample != m {
		return
	}
	sum := goods.sum
	if _, high, ok := dollars(v.c, v.x.TipoCambioUSD, v.lines[m.NoIdentificacion], descuento); ok && sum.Cmp(high) > 0 {
		v.fail(path+".ValorDolares", "La muestra "+cfdi.Cut(m.NoIdentificacion)+" vale "+sum.String()+" dólares, más que el descuento de sus conceptos, de "+high.String()+".",
			"Descuenta todo su valor en el concepto, o corrige la fracción arancelaria.")
	}
}

// customs counts which of the three attributes of the customs are there.
func (m *Mercancia) customs() int {
	n := 0
	for _, there := range []bool{!m.CantidadAduana.IsZero(), m.UnidadAduana != "", !m.ValorUnitarioAduana.IsZero()} {
		if there {
			n++
		}
	}
	return n
}

const fixCustoms = "Escribe cantidad, unidad y valor unitario en aduana."

func customsHalf(v *validation, path string, m *Mercancia) {
	switch n := m.customs(); {
	case n == 1 || n == 2:
		v.fail(path, "De cantidad, unidad y valor unitario en aduana van los tres datos o ninguno.", fixCustoms)
	case n == 0 && len(v.lines[m.NoIdentificacion]) > 1:
		v.fail(path, "La mercancía está en varios conceptos: faltan su cantidad, unidad y valor unitario en aduana.", fixCustoms)
	}
}

// customsAll is of goods without any, beside others that have some.
func customsAll(v *validation, path string, m *Mercancia) {
	if m.customs() > 0 {
		return
	}
	for i := range v.x.Mercancias {
		if v.x.Mercancias[i].customs() > 0 {
			v.fail(path, "Otra mercancía dice cantidad, unidad y valor unitario en aduana: entonces los dicen todas, y a esta le faltan.", fixCustoms)
			return
		}
	}
}

func unitValue(v *validation, path string, m *Mercancia) {
	if value := m.ValorUnitarioAduana; !value.IsZero() && value.Sign() <= 0 && m.UnidadAduana != unitService {
		v.fail(path+".ValorUnitarioAduana", "El valor unitario en aduana debe ser mayor que cero.", "Escribe cuántos dólares vale una unidad.")
	}
}

// customsBetween returns the limits of quantity × unit value, in cents, half of the last
// decimal of each to both sides, as CCE171 has it with those of the lines. That the two
// are wide and not the product to the cent shows in what is stamped: 117.64 × 3.40 is
// told as 400.00 dollars.
func customsBetween(quantity, value decimal.Decimal) (low, high decimal.Decimal) {
	low = quantity.Sub(half(quantity)).Mul(value.Sub(half(value)))
	high = quantity.Add(half(quantity)).Sub(epsilon).Mul(value.Add(half(value)).Sub(epsilon))
	return low.Truncate(2), high.RoundUp(2)
}

func customsProduct(v *validation, path string, m *Mercancia) {
	if m.CantidadAduana.IsZero() || m.ValorUnitarioAduana.IsZero() || m.ValorDolares.IsZero() || special(m.ValorDolares) {
		return
	}
	if low, high := customsBetween(m.CantidadAduana, m.ValorUnitarioAduana); m.ValorDolares.Cmp(low) < 0 || m.ValorDolares.Cmp(high) > 0 {
		v.fail(path+".ValorDolares", "El valor "+m.ValorDolares.String()+" no es la cantidad por el valor unitario en aduana: debe estar entre "+low.String()+" y "+high.String()+" dólares.",
			"Corrige el valor en dólares, la cantidad o el valor unitario.")
	}
}
