package cfdi

import (
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

const (
	pesos     = "MXN"
	sinMoneda = "XXX"
)

// money writes an amount as a person reads it: $1,234.50, or $1,234.50 USD.
func money(d decimal.Decimal, moneda string) string {
	s := d.String()
	if d.IsZero() {
		s = "0"
	}
	digits := strings.TrimPrefix(s, "-")
	whole, cents, has := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	out := "$" + whole
	if has {
		out += "." + cents
	}
	if len(digits) < len(s) {
		out = "−" + out
	}
	if moneda != pesos && moneda != "" {
		out += " " + moneda
	}
	return out
}

// SetMoneda says in which currency the document is, and what one unit of it is worth in
// pesos, as the rules want it (CFDI40113–40117): no TipoCambio in pesos, six decimals at
// most elsewhere, and the rate of the DOF at hand. The error is an [*AmountError].
func (c *Comprobante) SetMoneda(cat *catalogo.Catalog, moneda string, tipoCambio decimal.Decimal) error {
	switch _, known := cat.Moneda(moneda); {
	case !known || moneda == sinMoneda:
		return &AmountError{"La moneda " + Quoted(moneda) + " no está en el catálogo del SAT."}
	case moneda == pesos:
		c.Moneda, c.TipoCambio = moneda, decimal.Decimal{}
		return nil
	}
	if tipoCambio = tipoCambio.Round(fine); tipoCambio.Sign() <= 0 {
		return &AmountError{"Falta cuántos pesos vale una unidad de " + moneda + "."}
	}
	c.Moneda, c.TipoCambio = moneda, tipoCambio
	return nil
}

// Pesos returns an amount of the document in pesos, rounded to cents.
func (c *Comprobante) Pesos(d decimal.Decimal) decimal.Decimal { return d.Mul(c.rate()).Round(2) }

// rate is what one unit of the currency is worth in pesos.
func (c *Comprobante) rate() decimal.Decimal {
	if c.Moneda == pesos || c.TipoCambio.IsZero() {
		return decimal.FromInt(1)
	}
	return c.TipoCambio
}

// Convert brings prices and discounts to another currency and totalizes: to its decimals,
// or to six where the price had more than its own currency has. Agree on the total first
// when it must be round: [Comprobante.SolveTotal]. The error, which leaves the document
// as it was, is an [*AmountError]: an unknown currency, a line that vanishes, or a cuota
// of IEPS, which the law gives in pesos.
func (c *Comprobante) Convert(cat *catalogo.Catalog, moneda string, tipoCambio decimal.Decimal) error {
	out := c.Clone()
	if err := out.SetMoneda(cat, moneda, tipoCambio); err != nil {
		return err
	}
	from, to := placesOf(c.Moneda, cat), placesOf(moneda, cat)
	for i := range out.Conceptos {
		k := &out.Conceptos[i]
		places := to
		if k.ValorUnitario.Scale() > from {
			places = fine
		}
		convert := func(d decimal.Decimal) decimal.Decimal { return d.Mul(c.rate()).Quo(out.rate(), places) }
		k.ValorUnitario = convert(k.ValorUnitario)
		if !k.Descuento.IsZero() {
			k.Descuento = convert(k.Descuento)
		}
		if k.Impuestos == nil {
			continue
		}
		for _, t := range k.Impuestos.Traslados {
			if t.TipoFactor == factorCuota {
				return &AmountError{"El concepto " + Quoted(k.Descripcion) + " lleva una cuota de IEPS, que es en pesos."}
			}
		}
	}
	out.Totalize(cat)
	for i := range out.Conceptos {
		if k := &out.Conceptos[i]; c.Conceptos[i].worth() && !(k.worth() && k.Importe.Cmp(k.Descuento) > 0) {
			return &AmountError{"El precio de " + Quoted(k.Descripcion) + " es menor que la unidad más pequeña de " + moneda + "."}
		}
	}
	*c = *out
	return nil
}

// worth reports whether a line costs anything, before it is rounded.
func (c *Concepto) worth() bool { return c.Cantidad.Mul(c.ValorUnitario).Cmp(c.Descuento) > 0 }
