package billing

import (
	"fmt"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// Compute recomputes every amount of d from what was typed: quantities, prices
// with or without taxes, discounts by amount or percentage, rates. It reads and
// writes nothing stored, and may run on every key pressed: computing what was
// computed changes nothing. It returns what stood in the way of the arithmetic,
// and warns when no assignment of decimals gives the total of the prices typed.
func (s *Service) Compute(d *Draft) cfdi.Findings {
	c := &d.Comprobante
	d.fitLines()
	gross := make([]decimal.Decimal, len(d.Lines))
	var found cfdi.Findings
	for i, l := range d.Lines {
		concept := &c.Conceptos[i]
		if l.PrecioConImpuestos.Sign() > 0 {
			gross[i] = l.PrecioConImpuestos
		}
		pct, ok := l.discount()
		if !ok {
			found = append(found, cfdi.Finding{
				Path: fmt.Sprintf("Conceptos[%d].Descuento", i), Severity: cfdi.SeverityError,
				Message: "El descuento debe ser un porcentaje entre 0 y 100.", Fix: "Escribe, por ejemplo, 10 para descontar el 10 %.",
			})
		}
		d.Lines[i].DescuentoConImpuestos = discount(concept, l.DescuentoConImpuestos, pct, gross[i])
	}
	if exact, nearest := c.SolveGross(s.Catalog, gross); !exact {
		found = append(found, cfdi.Finding{
			Path: "Total", Severity: cfdi.SeverityWarning,
			Message: fmt.Sprintf("Con los precios con impuestos incluidos no se llega exacto al total; lo más cercano es $%s.", nearest.Fixed(2)),
			Fix:     "Acepta esa cantidad o cambia un precio o una cantidad.",
		})
	}
	return found
}

// fitLines gives each Concepto its DraftLine.
func (d *Draft) fitLines() {
	lines := make([]DraftLine, len(d.Comprobante.Conceptos))
	copy(lines, d.Lines)
	d.Lines = lines
}

// discount returns the percentage of a line; absent when there is none. ok is
// false when it is not between 0 and 100.
func (l DraftLine) discount() (pct decimal.Decimal, ok bool) {
	hundred := decimal.FromInt(100)
	if l.DescuentoPct.Sign() < 0 || l.DescuentoPct.Cmp(hundred) > 0 {
		return decimal.Decimal{}, false
	}
	return l.DescuentoPct, true
}

// discount sets Descuento as SolveGross wants it: of a line with taxes included,
// with taxes as well. typed is such an amount as a person wrote it; without it the
// amount the draft holds is the one of the CFDI, without taxes. It returns the
// amount to keep as typed, so that computing again gives the same.
func discount(c *cfdi.Concepto, typed, pct, gross decimal.Decimal) decimal.Decimal {
	price := c.ValorUnitario
	if !gross.IsZero() {
		price = gross
	}
	switch {
	case pct.Sign() > 0:
		c.DiscountPercent(pct, price)
	case !pct.IsZero():
		c.Descuento = decimal.Decimal{} // 0 %: none
	case !gross.IsZero() && !typed.IsZero():
		c.Descuento = typed
	case !gross.IsZero() && c.Descuento.Sign() != 0:
		c.Descuento = c.Descuento.Mul(c.WithTaxes()).Round(6)
		return c.Descuento
	}
	return typed
}
