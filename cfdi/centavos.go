package cfdi

import (
	"cmp"
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// A TotalError says that no prices of six decimals give the Total that was agreed.
type TotalError struct {
	Want, Nearest decimal.Decimal
	Message       string // Spanish, for the user: why, and what to do
}

// Error returns the reason.
func (e *TotalError) Error() string { return e.Message }

// SolveTotal changes prices, all in the same proportion, so that Total is exactly what
// was agreed, taxes, withholdings and local taxes counted (cfdi-rules §2.3): with the
// decimals of the currency when that does, otherwise with six. Quantities and rates
// stay; discounts go with their prices, and so do local taxes. The document comes out
// totalized.
//
// The error is an [*AmountError] for a total that cannot be asked for, which leaves the
// document as it was, or a [*TotalError] when none fits, which leaves it at the nearest:
// with a Cantidad so large that a millionth of its price is worth more than a cent or,
// by a cent and rarely, on a single line of many units whose taxes all round at once.
func (c *Comprobante) SolveTotal(cat *catalogo.Catalog, total decimal.Decimal) error {
	s := &totalSolver{c: c, cat: cat, places: placesOf(c.Moneda, cat), total: total, scaled: decimal.FromInt(1)}
	s.keepLocal()
	if message := s.refuses(); message != "" {
		return &AmountError{message}
	}
	s.totalize()
	if s.off().Sign() == 0 {
		return nil
	}
	ratio, ok := s.ratio()
	if !ok {
		s.price(decimal.FromInt(1), fine) // as it was
		return &AmountError{"Los impuestos por cuota o las retenciones no dejan llegar a " + money(total, c.Moneda) + " cambiando solo los precios."}
	}
	if s.price(ratio, s.places) && s.off().Sign() == 0 && s.sound() {
		return nil
	}
	if !s.price(ratio, fine) {
		s.price(decimal.FromInt(1), fine)
		return &AmountError{"Con un total de " + money(total, c.Moneda) + " algún precio quedaría en cero."}
	}
	if s.settle(s.levers()) {
		return nil
	}
	return &TotalError{Want: total, Nearest: c.Total, Message: "Ningún precio de seis decimales da " + money(total, c.Moneda) +
		"; lo más cercano es " + money(c.Total, c.Moneda) + ". Parte el concepto de mayor cantidad en dos, o véndelo en una unidad más grande."}
}

// A totalSolver looks for the prices of one document.
type totalSolver struct {
	c      *Comprobante
	cat    *catalogo.Catalog
	places int
	total  decimal.Decimal
	lines  []pricedLine
	local  Complementos    // local taxes as they were given, by their place; nil for other complements
	scaled decimal.Decimal // by how much local taxes that were given grow
}

// A pricedLine is a line whose price may change, as it was given.
type pricedLine struct {
	*Concepto
	price, discount decimal.Decimal
}

// free reports whether all of the line was taken off it.
func (l pricedLine) free() bool {
	return l.discount.Sign() > 0 && l.discount.Cmp(l.Cantidad.Mul(l.price).Round(l.discount.Scale())) == 0
}

// refuses says why no total can be looked for, "" when one can.
func (s *totalSolver) refuses() string {
	for i := range s.c.Conceptos {
		if k := &s.c.Conceptos[i]; k.ValorUnitario.Sign() > 0 && k.Cantidad.Sign() > 0 {
			s.lines = append(s.lines, pricedLine{k, k.ValorUnitario, k.Descuento})
		}
	}
	switch {
	case s.c.TipoDeComprobante != "I" && s.c.TipoDeComprobante != "E":
		return "Solo una factura o una nota de crédito tienen un total que acordar."
	case s.total.Sign() <= 0:
		return "El total acordado debe ser mayor que cero."
	case s.total.Round(s.places).Cmp(s.total) != 0:
		return "El total " + s.total.String() + " tiene más decimales que su moneda."
	case len(s.lines) == 0:
		return "Ningún concepto tiene precio: escribe al menos uno para repartir el total."
	}
	return ""
}

func (s *totalSolver) off() decimal.Decimal { return s.c.Total.Sub(s.total) }

// ratio returns what all prices are to be multiplied by. Total grows in a straight
// line with them, but for roundings: two points tell the line, and points that lie
// further apart tell it better.
func (s *totalSolver) ratio() (decimal.Decimal, bool) {
	one, unit := s.c.Total, decimal.FromInt(1)
	run := unit // from 1 to the second point
	for range 3 {
		s.price(unit.Add(run), fine)
		rise := s.c.Total.Sub(one)
		if rise.Sign()*run.Sign() <= 0 {
			return decimal.Decimal{}, false
		}
		next := s.total.Sub(one).Mul(run).Quo(rise, fine+fine)
		if next.Abs().Cmp(unit) <= 0 {
			return unit.Add(next), unit.Add(next).Sign() > 0
		}
		run = next
	}
	return unit.Add(run), unit.Add(run).Sign() > 0
}

// price multiplies every price and discount, to so many decimals; it reports whether
// all stay above zero.
func (s *totalSolver) price(ratio decimal.Decimal, places int) bool {
	positive := true
	for _, l := range s.lines {
		l.ValorUnitario = l.price.Mul(ratio).Round(places)
		switch {
		case l.free():
			l.Descuento = l.Cantidad.Mul(l.ValorUnitario) // which Totalize rounds as it does Importe
		case !l.discount.IsZero():
			l.Descuento = l.discount.Mul(ratio).Round(places)
		}
		positive = positive && l.ValorUnitario.Sign() > 0
	}
	s.scaled = ratio
	s.totalize()
	return positive
}

// totalize lets local taxes follow their rates or, where an Importe was given, the
// prices.
func (s *totalSolver) totalize() {
	for i, k := range s.local {
		if k != nil {
			dup := Complementos{k}.clone()[0]
			dup.(Totaler).Scale(s.scaled, decimal.FromInt(1))
			s.c.Complementos[i] = dup
		}
	}
	s.c.Totalize(s.cat)
}

func (s *totalSolver) keepLocal() {
	s.local = make(Complementos, len(s.c.Complementos))
	for i, k := range s.c.Complementos {
		if _, ok := k.(Totaler); ok {
			s.local[i] = Complementos{k}.clone()[0]
		}
	}
}

// A lever is one amount of a line that may move by millionths, and what it moves.
type lever struct {
	at    *decimal.Decimal
	parts []part
}

// A part is one amount of the summary before it is rounded, and how much of it a unit
// of a lever brings.
type part struct{ sum, slope decimal.Decimal }

// settle moves one of the levers by millionths until Total fits, and otherwise leaves
// the nearest.
func (s *totalSolver) settle(levers []lever) bool {
	if s.off().Sign() == 0 {
		return true
	}
	best := s.off().Abs()
	var found *decimal.Decimal
	var value decimal.Decimal
	for _, l := range levers {
		start := *l.at
		for _, steps := range s.turningPoints(l) {
			*l.at = start.Add(decimal.New(steps, fine))
			s.totalize()
			if off := s.off().Abs(); off.Cmp(best) < 0 && s.sound() {
				best, found, value = off, l.at, *l.at
			}
			if best.Sign() == 0 {
				return true
			}
		}
		*l.at = start
		s.totalize()
	}
	if found != nil {
		*found = value
		s.totalize()
	}
	return false
}

// sound reports whether every price is above zero and something left of each line, where
// there was: a tax has a base.
func (s *totalSolver) sound() bool {
	for _, l := range s.lines {
		left := l.Importe.Sub(l.Descuento).Sign()
		if l.ValorUnitario.Sign() <= 0 || l.Descuento.Sign() < 0 || left < 0 || left == 0 && !l.free() {
			return false
		}
	}
	return true
}

// levers are the price of the largest line first, then of others, then discounts.
func (s *totalSolver) levers() []lever {
	order := slices.Clone(s.lines)
	slices.SortStableFunc(order, func(a, b pricedLine) int { return b.Importe.Cmp(a.Importe) })
	order = order[:min(len(order), maxSettle)]
	var out []lever
	for _, l := range order {
		out = append(out, lever{&l.ValorUnitario, s.parts(&l.ValorUnitario)})
	}
	for _, l := range order {
		if l.Descuento.Sign() > 0 {
			out = append(out, lever{&l.Descuento, s.parts(&l.Descuento)})
		}
	}
	return out
}

// mostTurns bounds how far an amount is moved.
const mostTurns = 100

// turningPoints lists by how many millionths a lever must move for some amount of the
// summary to round to its next unit, the nearest first. Between them Total does not
// change; what is withheld makes it go down at some of them, so that they are tried one
// by one rather than halved.
func (s *totalSolver) turningPoints(l lever) []int64 {
	unit := decimal.New(1, s.places)
	reach := s.off().Abs().Add(unit.Mul(decimal.FromInt(int64(len(s.lines) + 4))))
	most := min(mostTurns, microsOf(reach)/max(1, microsOf(unit)))
	var out []int64
	for _, p := range l.parts {
		if p.slope.Sign() == 0 {
			continue
		}
		slack := 2 + min(10, microsOf(decimal.New(1, fine).Quo(p.slope.Abs(), fine))) // of the rounding of the line itself
		half := p.sum.Truncate(s.places).Add(decimal.New(5, s.places+1)).Sub(p.sum)
		for n := int64(0); n <= most; n++ {
			for _, way := range []int64{n, -n - 1} {
				at := microsOf(half.Add(unit.Mul(decimal.FromInt(way))).Quo(p.slope, fine))
				for near := -slack; near <= slack; near++ {
					out = append(out, at+near)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b int64) int { return cmp.Or(cmp.Compare(max(a, -a), max(b, -b)), cmp.Compare(a, b)) })
	return slices.Compact(out)
}

// parts tells how each amount of the summary grows with a lever, by moving it by one.
func (s *totalSolver) parts(at *decimal.Decimal) []part {
	before, start := s.sums(), *at
	*at = start.Add(decimal.FromInt(1))
	s.totalize()
	after := s.sums()
	*at = start
	s.totalize()
	out := make([]part, len(before))
	for i := range before {
		out[i] = part{before[i], after[i].Sub(before[i])}
	}
	return out
}

// sums are the amounts of the summary, not rounded.
func (s *totalSolver) sums() []decimal.Decimal {
	var importe, descuento decimal.Decimal
	var traslados []transferred
	var retenciones []withheld
	for i := range s.c.Conceptos {
		k := &s.c.Conceptos[i]
		importe, descuento = importe.Add(k.Importe), descuento.Add(k.Descuento)
		if k.Impuestos == nil {
			continue
		}
		for _, t := range k.Impuestos.Traslados {
			traslados = addTransferred(traslados, t)
		}
		for _, r := range k.Impuestos.Retenciones {
			retenciones = addWithheld(retenciones, r)
		}
	}
	out := []decimal.Decimal{importe, descuento}
	for _, t := range traslados {
		out = append(out, t.Importe)
	}
	for _, r := range retenciones {
		out = append(out, r.importe)
	}
	return out
}
