package cfdi

import (
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// SolveGross sets ValorUnitario from prices that include the transferred taxes
// (IVA, IEPS) and then runs [Comprobante.Totalize]. gross holds the price of
// one unit for each Concepto; an absent one leaves its line as it is, net. On
// a gross line Descuento, when there is one, is read with taxes included as
// well and comes back without them.
//
// What must come out is SubTotal − Descuento + TotalImpuestosTrasladados =
// Σ (Cantidad × gross − Descuento), to the decimals of the currency; what is
// withheld and local taxes come on top. exact says whether it did; nearest is
// the sum that resulted, the closest one when no ValorUnitario of six decimals
// fits: with a very large Cantidad, or rarely, by a cent, with IEPS and IVA on
// one line.
func (c *Comprobante) SolveGross(cat *catalogo.Catalog, gross []decimal.Decimal) (exact bool, nearest decimal.Decimal) {
	s := c.grossSolver(cat, gross)
	if len(s.lines) == 0 {
		c.Totalize(cat)
		return true, c.withTaxes()
	}
	if s.try(s.places); !s.simple() {
		s.try(fine)
		s.settle()
	}
	return s.off().Sign() == 0, c.withTaxes()
}

// A grossSolver looks for the unit prices of the gross lines of one document.
type grossSolver struct {
	c      *Comprobante
	cat    *catalogo.Catalog
	places int
	lines  []grossLine
	target decimal.Decimal // what withTaxes must give
}

// A grossLine is a line whose price includes its taxes, which are linear:
// total = factor × net + fixed, where fixed comes from cuotas.
type grossLine struct {
	*Concepto
	total         decimal.Decimal // Cantidad × gross − Descuento, taxes included
	discount      decimal.Decimal // Descuento, taxes included
	factor, fixed decimal.Decimal
}

func (c *Comprobante) grossSolver(cat *catalogo.Catalog, gross []decimal.Decimal) *grossSolver {
	s := &grossSolver{c: c, cat: cat, places: placesOf(c.Moneda, cat)}
	for i := range c.Conceptos {
		k := &c.Conceptos[i]
		if i >= len(gross) || gross[i].IsZero() || k.Cantidad.Sign() <= 0 {
			continue
		}
		l := grossLine{Concepto: k, discount: k.Descuento}
		l.total = k.Cantidad.Mul(gross[i]).Sub(k.Descuento)
		l.factor, l.fixed = k.Impuestos.linear(k.Cantidad)
		s.lines = append(s.lines, l)
		s.target = s.target.Add(l.total)
	}
	s.target = s.target.Add(s.netPart()).Round(s.places)
	return s
}

// netPart is what the lines with net prices come to on their own.
func (s *grossSolver) netPart() decimal.Decimal {
	alone := Comprobante{Moneda: s.c.Moneda}
	for i := range s.c.Conceptos {
		k := &s.c.Conceptos[i]
		if !slices.ContainsFunc(s.lines, func(l grossLine) bool { return l.Concepto == k }) {
			alone.Conceptos = append(alone.Conceptos, *k)
		}
	}
	if len(alone.Conceptos) == 0 {
		return decimal.Decimal{}
	}
	for i := range alone.Conceptos {
		alone.Conceptos[i].unshare()
	}
	alone.Totalize(s.cat)
	return alone.withTaxes()
}

// linear returns how the transferred taxes make a total of a net amount.
func (i *ConceptoImpuestos) linear(cantidad decimal.Decimal) (factor, fixed decimal.Decimal) {
	ieps, iva := decimal.FromInt(1), decimal.FromInt(1)
	fixed = decimal.FromInt(0)
	if i == nil {
		return ieps, fixed
	}
	for _, t := range i.Traslados {
		switch {
		case t.TipoFactor == factorExento:
		case t.TipoFactor == factorCuota && t.Base.IsZero():
			fixed = fixed.Add(cantidad.Mul(t.TasaOCuota))
		case t.TipoFactor == factorCuota:
			fixed = fixed.Add(t.Base.Mul(t.TasaOCuota))
		case t.Impuesto == impuestoIEPS:
			ieps = ieps.Add(t.TasaOCuota)
		default:
			iva = iva.Add(t.TasaOCuota)
		}
	}
	return ieps.Mul(iva), fixed.Mul(iva)
}

// try gives every gross line its price to so many decimals.
func (s *grossSolver) try(places int) {
	for _, l := range s.lines {
		if !l.discount.IsZero() {
			l.Descuento = l.discount.Quo(l.factor, places)
		}
		before := l.total.Sub(l.fixed).Quo(l.factor, fine+fine).Add(l.Descuento)
		l.ValorUnitario = before.Quo(l.Cantidad, places)
	}
	s.c.Totalize(s.cat)
}

// off tells how far the sum is from what was asked.
func (s *grossSolver) off() decimal.Decimal { return s.c.withTaxes().Sub(s.target) }

// simple reports whether prices with the decimals of the currency do: the sum
// and each line come out.
func (s *grossSolver) simple() bool {
	for _, l := range s.lines {
		if !l.sum().Equal(l.total) {
			return false
		}
	}
	return s.off().Sign() == 0
}

func (l grossLine) sum() decimal.Decimal {
	sum := l.Importe.Sub(l.Descuento)
	if l.Impuestos == nil {
		return sum
	}
	for _, t := range l.Impuestos.Traslados {
		sum = sum.Add(t.Importe)
	}
	return sum
}

// A knob is an amount of one line that may move by millionths. raises is 1 when
// the sum grows with it (ValorUnitario), -1 when it falls (Descuento).
type knob struct {
	*decimal.Decimal
	start  decimal.Decimal
	raises int64
	up     int64 // most steps worth trying, or legal, upwards
	down   int64
}

// settle moves one amount by millionths until the sum fits. The lines are right
// to a fraction of a cent; it is the rounding of SubTotal, Descuento and of each
// tax that can add up to a cent or two. Large lines go first; their discounts
// before their prices, which move by Cantidad millionths at a time.
func (s *grossSolver) settle() {
	if s.off().Sign() == 0 {
		return
	}
	best, found := s.off().Abs(), (*knob)(nil)
	var value decimal.Decimal
	for _, k := range s.knobs() {
		for _, steps := range s.crossing(&k) {
			s.turn(&k, steps)
			if off := s.off().Abs(); off.Cmp(best) < 0 {
				best, found, value = off, &k, *k.Decimal
			}
			if best.Sign() == 0 {
				return
			}
		}
		s.turn(&k, 0)
	}
	if found != nil {
		*found.Decimal = value
		s.c.Totalize(s.cat)
	}
}

// maxSettle bounds the work on long documents: one line nearly always does.
const maxSettle = 8

func (s *grossSolver) knobs() []knob {
	order := slices.Clone(s.lines)
	slices.SortStableFunc(order, func(a, b grossLine) int { return b.Importe.Cmp(a.Importe) })
	var out []knob
	for _, l := range order[:min(len(order), maxSettle)] {
		reach := decimal.New(int64(len(s.lines)+4), s.places) // a few units of the last decimal
		if l.Descuento.Sign() > 0 {
			most := microsOf(reach)
			out = append(out, knob{
				Decimal: &l.Concepto.Descuento, start: l.Descuento, raises: -1,
				up: min(most, microsOf(l.Importe.Sub(l.Descuento))-1), down: min(most, microsOf(l.Descuento)),
			})
		}
		most := microsOf(reach.Quo(l.Cantidad, fine)) + 2
		out = append(out, knob{
			Decimal: &l.ValorUnitario, start: l.ValorUnitario, raises: 1,
			up: most, down: min(most, microsOf(l.ValorUnitario)-1), // a price stays above zero
		})
	}
	return out
}

// crossing returns the two neighbouring steps between which the sum, which
// moves one way only as k does, passes what was asked.
func (s *grossSolver) crossing(k *knob) [2]int64 {
	short := s.off().Sign()
	sign, high := int64(-short)*k.raises, k.up
	if sign < 0 {
		high = k.down
	}
	low := int64(0)
	for low+1 < high {
		mid := (low + high) / 2
		if s.turn(k, sign*mid); s.off().Sign() == short { // still on the side it began
			low = mid
		} else {
			high = mid
		}
	}
	return [2]int64{sign * max(high, low), sign * low}
}

func (s *grossSolver) turn(k *knob, steps int64) {
	*k.Decimal = k.start.Add(decimal.New(steps, fine))
	s.c.Totalize(s.cat)
}

func microsOf(d decimal.Decimal) int64 {
	n, err := d.Micros()
	if err != nil {
		return 0 // too large to move by millionths
	}
	return n
}

// Prorate splits total by weights to so many places, by largest remainder: the
// shares add up to total exactly. For a discount on the whole document the
// weights are the Importes; no share exceeds its weight unless total exceeds
// their sum. Weights of zero or less get nothing; total must not be negative.
// A total of digits beyond places is rounded first.
func Prorate(total decimal.Decimal, weights []decimal.Decimal, places int) []decimal.Decimal {
	total = total.Round(places)
	sum := decimal.FromInt(0)
	shares, rest := make([]decimal.Decimal, len(weights)), make([]decimal.Decimal, len(weights))
	var order []int
	for i, w := range weights {
		shares[i] = decimal.New(0, places)
		if w.Sign() > 0 {
			sum = sum.Add(w)
			order = append(order, i)
		}
	}
	if len(order) == 0 || total.Sign() <= 0 {
		return shares
	}
	left := total
	for _, i := range order {
		part := total.Mul(weights[i])
		shares[i] = part.Quo(sum, places+fine).Truncate(places)
		if over := shares[i].Mul(sum).Cmp(part); over > 0 { // the quotient was rounded up past a unit
			shares[i] = shares[i].Sub(decimal.New(1, places))
		}
		rest[i] = part.Sub(shares[i].Mul(sum))
		left = left.Sub(shares[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	unit := decimal.New(1, places)
	mayExceed := total.Cmp(sum) > 0
	for pass := 0; left.Sign() > 0; pass++ {
		i := order[pass%len(order)]
		if next := shares[i].Add(unit); mayExceed || pass >= len(order) || next.Cmp(weights[i]) <= 0 {
			shares[i], left = next, left.Sub(unit)
		}
	}
	return shares
}
