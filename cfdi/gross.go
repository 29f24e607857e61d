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
// the sum that resulted, the closest one when a large Cantidad leaves no
// ValorUnitario of six decimals that fits.
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

// settle moves the price of one line by millionths until the sum fits. The
// lines are right to a fraction of a cent; it is the rounding of SubTotal and
// of each tax that can add up to a cent or two. Large lines go first; the
// finest step of a line is its Cantidad in millionths.
func (s *grossSolver) settle() {
	if s.off().Sign() == 0 {
		return
	}
	order := slices.Clone(s.lines)
	slices.SortStableFunc(order, func(a, b grossLine) int { return b.Importe.Cmp(a.Importe) })
	order = order[:min(len(order), maxSettle)]
	best, line, price := s.off().Abs(), (*Concepto)(nil), decimal.Decimal{}
	for _, l := range order {
		start := l.ValorUnitario
		for _, steps := range s.crossing(l) {
			s.move(l, start, steps)
			if off := s.off().Abs(); off.Cmp(best) < 0 {
				best, line, price = off, l.Concepto, l.ValorUnitario
			}
			if best.Sign() == 0 {
				return
			}
		}
		s.move(l, start, 0)
	}
	if line != nil {
		line.ValorUnitario = price
		s.c.Totalize(s.cat)
	}
}

// maxSettle bounds the work on long documents: one line nearly always does.
const maxSettle = 8

// crossing returns the two neighbouring steps between which the sum, which
// never falls as a price rises, passes what was asked.
func (s *grossSolver) crossing(l grossLine) [2]int64 {
	start := l.ValorUnitario
	sign := int64(-s.off().Sign())
	low, high := int64(0), s.reach(l)
	if sign < 0 {
		high = min(high, microsOf(start)-1) // the price stays above zero
	}
	for low+1 < high {
		mid := (low + high) / 2
		s.move(l, start, sign*mid)
		if int64(s.off().Sign()) == -sign { // still on the side it began
			low = mid
		} else {
			high = mid
		}
	}
	return [2]int64{sign * high, sign * low}
}

// reach is the most steps worth trying: those that move the line by a few
// units of the currency's last decimal.
func (s *grossSolver) reach(l grossLine) int64 {
	unit := decimal.New(int64(len(s.lines)+4), s.places)
	return microsOf(unit.Quo(l.Cantidad, fine)) + 2
}

func microsOf(d decimal.Decimal) int64 {
	n, err := d.Micros()
	if err != nil {
		return 0 // too large to move by millionths
	}
	return n
}

func (s *grossSolver) move(l grossLine, start decimal.Decimal, steps int64) {
	l.ValorUnitario = start.Add(decimal.New(steps, fine))
	s.c.Totalize(s.cat)
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
