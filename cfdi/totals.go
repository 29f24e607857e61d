package cfdi

import (
	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// Keys of the SAT that the arithmetic turns on.
const (
	impuestoISR  = "001"
	impuestoIVA  = "002"
	impuestoIEPS = "003"
	factorCuota  = "Cuota"
	factorExento = "Exento"
)

// fine is the most decimals the schema allows in an amount of a Concepto.
const fine = 6

// Totalize recomputes every amount of c from Cantidad, ValorUnitario,
// Descuento and the rates (Anexo 20; CFDI40108–40111, 40119, 40167, 40180,
// 40186, 40201–40221). Lines are rounded, the summary only adds lines up:
//
//   - a Concepto keeps the decimals of the currency, unless some ValorUnitario
//     has more: then all of them have six;
//   - IVA is on Importe − Descuento + IEPS of the line. The Base of an IEPS
//     cuota is the quantity taxed: as given, or else Cantidad;
//   - Exento has neither rate nor amount; rates are written with six decimals;
//   - T and P are worth 0 and, like N, have no root Impuestos.
//
// Nothing is forced to be legal: a discount above its line gives a negative
// base, which the rules then report.
func (c *Comprobante) Totalize(cat *catalogo.Catalog) {
	places := placesOf(c.Moneda, cat)
	style := c.style(places)
	for i := range c.Conceptos {
		c.Conceptos[i].totalize(style)
	}
	c.summarize(places)
}

// style returns the decimals of the lines in a currency of so many.
func (c *Comprobante) style(places int) int {
	for i := range c.Conceptos {
		if c.Conceptos[i].ValorUnitario.Scale() > places {
			return fine
		}
	}
	return places
}

// placesOf returns the decimals of a currency (c_Moneda), 2 when it is unknown.
func placesOf(moneda string, cat *catalogo.Catalog) int {
	if m, ok := cat.Moneda(moneda); ok {
		return m.Decimales
	}
	return 2
}

func (c *Concepto) totalize(places int) {
	c.Importe = c.Cantidad.Mul(c.ValorUnitario).Round(places)
	c.Descuento = c.Descuento.Round(places)
	for i := range c.Parte {
		if p := &c.Parte[i]; !p.ValorUnitario.IsZero() {
			p.Importe = p.Cantidad.Mul(p.ValorUnitario).Round(places)
		}
	}
	if c.Impuestos == nil {
		return
	}
	if len(c.Impuestos.Traslados)+len(c.Impuestos.Retenciones) == 0 {
		c.Impuestos = nil
		return
	}
	c.Impuestos.totalize(c.Importe.Sub(c.Descuento), c.Cantidad, places)
}

// totalize computes the taxes of a line worth net. IEPS comes first, for it is
// part of the base of IVA.
func (i *ConceptoImpuestos) totalize(net, cantidad decimal.Decimal, places int) {
	withIEPS := net
	for k := range i.Traslados {
		if t := &i.Traslados[k]; t.Impuesto == impuestoIEPS {
			t.totalize(net, cantidad, places)
			withIEPS = withIEPS.Add(t.Importe)
		}
	}
	for k := range i.Traslados {
		switch t := &i.Traslados[k]; t.Impuesto {
		case impuestoIEPS:
		case impuestoIVA:
			t.totalize(withIEPS, cantidad, places)
		default:
			t.totalize(net, cantidad, places)
		}
	}
	for k := range i.Retenciones {
		r, base := &i.Retenciones[k], net
		if r.Impuesto == impuestoIVA {
			base = withIEPS
		}
		t := Traslado(*r)
		t.totalize(base, cantidad, places)
		*r = ConceptoRetencion(t)
	}
}

func (t *Traslado) totalize(base, cantidad decimal.Decimal, places int) {
	switch t.TipoFactor {
	case factorExento:
		t.Base, t.TasaOCuota, t.Importe = base.Round(places), decimal.Decimal{}, decimal.Decimal{}
		return
	case factorCuota:
		if t.Base.IsZero() {
			t.Base = cantidad
		}
	default:
		t.Base = base.Round(places)
	}
	t.TasaOCuota = t.TasaOCuota.Round(fine)
	t.Importe = t.Base.Mul(t.TasaOCuota).Round(places)
}

// summarize adds the lines up (rules §2.2). A root Importe is the sum of the
// lines' and never Base × rate (CFDI40221).
func (c *Comprobante) summarize(places int) {
	if c.TipoDeComprobante == "T" || c.TipoDeComprobante == "P" {
		c.SubTotal, c.Total = decimal.FromInt(0), decimal.FromInt(0)
		c.Descuento, c.Impuestos = decimal.Decimal{}, nil
		return
	}
	var subTotal, descuento decimal.Decimal
	for i := range c.Conceptos {
		subTotal = subTotal.Add(c.Conceptos[i].Importe)
		descuento = descuento.Add(c.Conceptos[i].Descuento)
	}
	c.SubTotal = orZero(subTotal).Round(places)
	c.Descuento = descuento.Round(places)
	c.Impuestos = nil
	if c.TipoDeComprobante != "N" {
		c.Impuestos = sumImpuestos(c.Conceptos, places)
	}
	c.Total = c.withTaxes().Sub(c.retained()).Round(places)
	c.addLocal(places)
}

func orZero(d decimal.Decimal) decimal.Decimal {
	if d.IsZero() {
		return decimal.FromInt(0)
	}
	return d
}

// withTaxes is what the customer is charged before anything is withheld.
func (c *Comprobante) withTaxes() decimal.Decimal {
	net := c.SubTotal.Sub(c.Descuento)
	if c.Impuestos == nil {
		return net
	}
	return net.Add(c.Impuestos.TotalImpuestosTrasladados)
}

func (c *Comprobante) retained() decimal.Decimal {
	if c.Impuestos == nil {
		return decimal.Decimal{}
	}
	return c.Impuestos.TotalImpuestosRetenidos
}

// addLocal brings the local taxes into Total; they stay out of root Impuestos.
func (c *Comprobante) addLocal(places int) {
	for _, k := range c.Complementos {
		if local, ok := k.(Totaler); ok {
			local.Totalize(c.SubTotal.Sub(c.Descuento))
			traslados, retenciones := local.Totales()
			c.Total = c.Total.Add(traslados).Sub(retenciones).Round(places)
		}
	}
}

// sumImpuestos groups the taxes of all lines: transfers by Impuesto, TipoFactor
// and rate, so that 0 % and Exento never mix; retentions by Impuesto. It
// returns nil when there is none.
func sumImpuestos(lines []Concepto, places int) *Impuestos {
	s := &Impuestos{}
	for i := range lines {
		if lines[i].Impuestos == nil {
			continue
		}
		for _, t := range lines[i].Impuestos.Traslados {
			s.addTraslado(t)
		}
		for _, r := range lines[i].Impuestos.Retenciones {
			s.addRetencion(r)
		}
	}
	if len(s.Traslados)+len(s.Retenciones) == 0 {
		return nil
	}
	for i := range s.Traslados {
		t := &s.Traslados[i]
		t.Base, t.Importe = t.Base.Round(places), t.Importe.Round(places)
		s.TotalImpuestosTrasladados = s.TotalImpuestosTrasladados.Add(t.Importe) // absent while all are Exento
	}
	for i := range s.Retenciones {
		r := &s.Retenciones[i]
		r.Importe = r.Importe.Round(places)
		s.TotalImpuestosRetenidos = s.TotalImpuestosRetenidos.Add(r.Importe)
	}
	return s
}

func (s *Impuestos) addTraslado(t Traslado) {
	for i := range s.Traslados {
		row := &s.Traslados[i]
		if row.Impuesto == t.Impuesto && row.TipoFactor == t.TipoFactor && row.TasaOCuota.Equal(t.TasaOCuota) {
			row.Base, row.Importe = row.Base.Add(t.Base), row.Importe.Add(t.Importe)
			return
		}
	}
	s.Traslados = append(s.Traslados, t)
}

func (s *Impuestos) addRetencion(r ConceptoRetencion) {
	for i := range s.Retenciones {
		if row := &s.Retenciones[i]; row.Impuesto == r.Impuesto {
			row.Importe = row.Importe.Add(r.Importe)
			return
		}
	}
	s.Retenciones = append(s.Retenciones, Retencion{Impuesto: r.Impuesto, Importe: r.Importe})
}
