package cfdi

import (
	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// hundred is what a percentage is of.
var hundred = decimal.FromInt(100)

// DiscountPercent sets Descuento of a line to a percentage of Cantidad × precio, with
// six decimals, which [Comprobante.Totalize] rounds. precio is ValorUnitario, or the
// price with taxes that [Comprobante.SolveGross] is to be given.
func (c *Concepto) DiscountPercent(percent, precio decimal.Decimal) {
	c.Descuento = c.Cantidad.Mul(precio).Mul(percent).Quo(hundred, fine)
}

// WithTaxes returns what one unit of money becomes with the rates of the line on top:
// IVA is on the price with IEPS (LIVA art. 12). Cuotas are not rates and add nothing.
func (c *Concepto) WithTaxes() decimal.Decimal {
	factor, _ := c.Impuestos.linear(decimal.Decimal{})
	return factor
}

// Discount takes descuento, without taxes, off the whole document: each line gets its
// part by largest remainder (cfdi-rules §2.3), in proportion to what it comes to and with
// its decimals, and everything is totalized. Discounts that lines already have are
// replaced. The error is an [*AmountError]: a discount below zero or above what is sold.
func (c *Comprobante) Discount(cat *catalogo.Catalog, descuento decimal.Decimal) error {
	places := placesOf(c.Moneda, cat)
	style := c.style(places) // a share of fewer decimals than its line could be above it
	weights, sum := make([]decimal.Decimal, len(c.Conceptos)), decimal.FromInt(0)
	for i := range c.Conceptos {
		k := &c.Conceptos[i]
		weights[i] = k.Cantidad.Mul(k.ValorUnitario).Round(style)
		sum = sum.Add(weights[i])
	}
	switch descuento = descuento.Round(places); {
	case descuento.Sign() < 0:
		return &AmountError{"El descuento no puede ser negativo."}
	case descuento.Cmp(sum.Round(places)) > 0:
		return &AmountError{"El descuento " + money(descuento, c.Moneda) + " es mayor que lo que se vende, " + money(sum.Round(places), c.Moneda) + "."}
	case descuento.Cmp(sum) > 0:
		descuento = sum // all of it, whose SubTotal was rounded up
	}
	for i, share := range Prorate(descuento, weights, style) {
		c.Conceptos[i].Descuento = decimal.Decimal{}
		if share.Sign() > 0 {
			c.Conceptos[i].Descuento = share
		}
	}
	c.Totalize(cat)
	return nil
}

// An AmountError says why a document cannot be built of the amounts given.
type AmountError struct{ Message string }

// Error returns the reason, in Spanish for the user.
func (e *AmountError) Error() string { return e.Message }
