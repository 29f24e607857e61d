package cfdi

import (
	"strings"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// remanente is what each line says that an advance was taken off (guía de llenado,
// apéndice 6, procedimiento B).
const remanente = "CFDI por remanente de un anticipo"

// mostDescripcion is how many characters the schema lets a Descripcion have.
const mostDescripcion = 1000

// useEgreso is the way out where an advance cannot be taken off a line.
const useEgreso = " Factura la operación completa y aplica el anticipo con una nota de crédito."

// NewRemanente returns the second and last document of an advance by procedure B of the
// SAT (guía de llenado, apéndice 6; cfdi-rules §5.7): the invoice of the whole operation
// with the advance as discount, related to it with 07, so that what is charged is what
// remains. factura is that invoice as it would be without an advance, uuid and anticipo
// the stamped advance, of [NewAnticipo]. More than one advance is taken off one by one.
//
//  1. [NewAnticipo], stamped
//  2. NewRemanente
//
// Where [NewEgresoAnticipo] needs a third document, this asks more of the operation: the
// advance is taken off the lines that bear its taxes, for IVA was paid on it already, and
// something must remain. Total is exactly that of factura less that of the advance; where
// cents ask for it, amounts of lines are given six decimals. The error is an
// [*AmountError], which says to take the other way, or a [*TotalError].
func NewRemanente(cat *catalogo.Catalog, factura *Comprobante, uuid string, anticipo *Comprobante) (*Comprobante, error) {
	c := factura.Clone()
	c.Totalize(cat)
	if message := c.refusesAnticipo(anticipo); message != "" {
		return nil, &AmountError{message}
	}
	want := c.Total.Sub(anticipo.Total)
	places := placesOf(c.Moneda, cat)
	var taken []int
	for i := range anticipo.Conceptos {
		lines, ok := c.takeOff(&anticipo.Conceptos[i], places)
		if !ok {
			return nil, &AmountError{"Los conceptos con los mismos impuestos que el anticipo no alcanzan para restarlo de ellos." + useEgreso}
		}
		taken = append(taken, lines...)
	}
	for i := range c.Conceptos {
		c.Conceptos[i].remains()
	}
	c.Relate(relacionAnticipo, uuid)
	if c.Totalize(cat); c.Total.Cmp(want) != 0 && !c.settleDiscounts(cat, want, taken) {
		return nil, &TotalError{Want: want, Nearest: c.Total, Message: "Ningún descuento deja el remanente en " + money(want, c.Moneda) + ": lo más cercano es " + money(c.Total, c.Moneda) + "." + useEgreso}
	}
	return c, nil
}

// refusesAnticipo says why an advance cannot be taken off an invoice, "" when it can.
func (c *Comprobante) refusesAnticipo(anticipo *Comprobante) string {
	for _, k := range c.Complementos {
		if _, ok := k.(Totaler); ok {
			return "La factura lleva impuestos locales, que no van sobre el remanente." + useEgreso
		}
	}
	switch {
	case c.TipoDeComprobante != "I":
		return "Un anticipo solo se resta de una factura."
	case anticipo.Receptor.Rfc != c.Receptor.Rfc:
		return "El anticipo es de otro cliente: " + anticipo.Receptor.Rfc + "."
	case anticipo.Moneda != c.Moneda:
		return "El anticipo es en " + anticipo.Moneda + " y la factura en " + c.Moneda + "."
	case anticipo.Total.Cmp(c.Total) >= 0:
		return "El anticipo, " + money(anticipo.Total, c.Moneda) + ", no deja remanente en la factura, " + money(c.Total, c.Moneda) + "." + useEgreso
	}
	return ""
}

// takeOff discounts a line of the advance from the lines with its taxes, in proportion
// to what they are worth, and tells which; ok is false where they are worth less, or a
// tax would be left without a base.
func (c *Comprobante) takeOff(anticipo *Concepto, places int) (lines []int, ok bool) {
	off := anticipo.Importe.Sub(anticipo.Descuento).Round(places)
	var weights []decimal.Decimal
	sum := decimal.FromInt(0)
	for i := range c.Conceptos {
		k := &c.Conceptos[i]
		net := k.Importe.Sub(k.Descuento).Truncate(places)
		if net.Sign() <= 0 || k.ObjetoImp != anticipo.ObjetoImp || !k.sameRates(anticipo) {
			continue
		}
		lines, weights, sum = append(lines, i), append(weights, net), sum.Add(net)
	}
	if off.Cmp(sum) > 0 {
		return nil, false
	}
	for j, share := range Prorate(off, weights, places) {
		k := &c.Conceptos[lines[j]]
		if share.Cmp(weights[j]) >= 0 && k.Impuestos != nil {
			return nil, false
		}
		if share.Sign() > 0 {
			k.Descuento = k.Descuento.Add(share)
		}
	}
	return lines, true
}

// remains says that the line is of what remains after an advance.
func (c *Concepto) remains() {
	if strings.HasSuffix(c.Descripcion, remanente) {
		return
	}
	text := []rune(strings.TrimRight(c.Descripcion, ". "))
	text = text[:min(len(text), mostDescripcion-utf8.RuneCountInString(". "+remanente))]
	c.Descripcion = strings.TrimRight(string(text), ". ") + ". " + remanente
}

// settleDiscounts moves one of the discounts of these lines by less than a cent until
// Total is what is wanted.
func (c *Comprobante) settleDiscounts(cat *catalogo.Catalog, want decimal.Decimal, lines []int) bool {
	for i := range c.Conceptos {
		k := &c.Conceptos[i]
		k.ValorUnitario = k.ValorUnitario.Round(fine)
	}
	s := &totalSolver{c: c, cat: cat, places: placesOf(c.Moneda, cat), total: want}
	s.totalize()
	var levers []lever
	for _, i := range lines {
		if k := &c.Conceptos[i]; k.Descuento.Sign() > 0 && k.Descuento.Cmp(k.Importe) < 0 && len(levers) < maxSettle {
			s.lines = append(s.lines, pricedLine{k, k.ValorUnitario, k.Descuento})
			levers = append(levers, lever{&k.Descuento, s.parts(&k.Descuento)})
		}
	}
	return s.settle(levers)
}
