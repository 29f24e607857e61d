package cfdi

import (
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// Keys of the documents that are built here (guías de llenado, cfdi-rules §5).
const (
	claveFacturacion = "84111506" // Servicios de facturación: payments, advances, credit notes
	claveGlobal      = "01010101" // No existe en el catálogo
	claveActividad   = "ACT"

	relacionNota       = "01" // nota de crédito
	relacionDevolucion = "03"
	relacionAnticipo   = "07"

	formaCondonacion = "15"
	formaAnticipo    = "30"
	formaPorDefinir  = "99"
)

// Relate adds a relation with documents that are stamped already, in the group of its
// TipoRelacion; what is related already is not added twice.
func (c *Comprobante) Relate(tipoRelacion string, uuids ...string) {
	i := slices.IndexFunc(c.CfdiRelacionados, func(g CfdiRelacionados) bool { return g.TipoRelacion == tipoRelacion })
	if i < 0 {
		i = len(c.CfdiRelacionados)
		c.CfdiRelacionados = append(c.CfdiRelacionados, CfdiRelacionados{TipoRelacion: tipoRelacion})
	}
	g := &c.CfdiRelacionados[i]
	for _, uuid := range uuids {
		if row := (CfdiRelacionado{UUID: uuid}); !slices.Contains(g.CfdiRelacionado, row) {
			g.CfdiRelacionado = append(g.CfdiRelacionado, row)
		}
	}
}

// head returns what one document has in common with another: who, where, when and in
// which currency. It has no lines, amounts, relations or complements.
func (c *Comprobante) head(tipo string) *Comprobante {
	return &Comprobante{
		Version: "4.0", Serie: c.Serie, Folio: c.Folio, Fecha: c.Fecha, FormaPago: c.FormaPago, MetodoPago: "PUE", Moneda: c.Moneda,
		TipoCambio: c.TipoCambio, TipoDeComprobante: tipo, Exportacion: "01", LugarExpedicion: c.LugarExpedicion,
		Emisor: c.Emisor, Receptor: c.Receptor,
	}
}

// rates returns transfers without their amounts, which Totalize computes.
func rates(traslados []Traslado) *ConceptoImpuestos {
	if len(traslados) == 0 {
		return nil
	}
	out := &ConceptoImpuestos{}
	for _, t := range traslados {
		out.Traslados = append(out.Traslados, Traslado{Impuesto: t.Impuesto, TipoFactor: t.TipoFactor, TasaOCuota: t.TasaOCuota})
	}
	return out
}

// NewAnticipo returns the invoice of an advance, the first of its three documents
// (guía de llenado, apéndice 6, procedimiento A; cfdi-rules §5.7): what was received,
// taxes included, on one line. head gives who, where, when, FormaPago and currency;
// traslados the rates. It is an advance only while neither goods nor price are fixed.
//
//  1. NewAnticipo, stamped
//  2. the invoice of the whole operation, with Relate("07", its UUID)
//  3. [NewEgresoAnticipo], which takes the advance off that invoice
func NewAnticipo(cat *catalogo.Catalog, head *Comprobante, total decimal.Decimal, traslados ...Traslado) (*Comprobante, error) {
	if head.FormaPago == "" || head.FormaPago == formaPorDefinir {
		return nil, &AmountError{"Un anticipo ya se recibió: falta la forma en que lo pagaron."}
	}
	c := head.head("I")
	c.Conceptos = []Concepto{{
		ClaveProdServ: claveFacturacion, Cantidad: decimal.FromInt(1), ClaveUnidad: claveActividad, Descripcion: "Anticipo del bien o servicio",
		ValorUnitario: total, ObjetoImp: "02", Impuestos: rates(traslados),
	}}
	if len(traslados) == 0 {
		c.Conceptos[0].ObjetoImp = "01"
	}
	if err := c.SolveTotal(cat, total); err != nil {
		return nil, err
	}
	return c, nil
}

// NewEgresoAnticipo returns the third document of an advance: it takes anticipo off
// factura, which has the UUID given and is related to the advance already. FormaPago is
// 30 (Aplicación de anticipos). Fecha, Serie and Folio are those of factura: change them.
func NewEgresoAnticipo(cat *catalogo.Catalog, factura *Comprobante, uuid string, anticipo *Comprobante) (*Comprobante, error) {
	switch {
	case anticipo.Receptor.Rfc != factura.Receptor.Rfc:
		return nil, &AmountError{"El anticipo es de otro cliente: " + anticipo.Receptor.Rfc + "."}
	case anticipo.Moneda != factura.Moneda:
		return nil, &AmountError{"El anticipo es en " + anticipo.Moneda + " y la factura en " + factura.Moneda + "."}
	case anticipo.Total.Cmp(factura.Total) > 0:
		return nil, &AmountError{"El anticipo, " + money(anticipo.Total, anticipo.Moneda) + ", es mayor que la factura, " + money(factura.Total, factura.Moneda) + "."}
	}
	c := factura.head("E")
	c.FormaPago, c.Receptor.UsoCFDI = formaAnticipo, factura.usoEgreso(cat)
	c.Conceptos = anticipo.Clone().Conceptos
	for i := range c.Conceptos {
		c.Conceptos[i].Descripcion = "Aplicación de anticipo"
	}
	c.Relate(relacionAnticipo, uuid)
	c.Totalize(cat)
	return c, nil
}

// usoEgreso is G02 where the regime of the customer admits it, otherwise S01.
func (c *Comprobante) usoEgreso(cat *catalogo.Catalog) string {
	row, ok := cat.UsoCFDI("G02")
	if ok && row.Admits(c.Receptor.RegimenFiscalReceptor) && !c.Receptor.generico() {
		return "G02"
	}
	return "S01"
}

// A Venta is one ticket of a global receipt, or the part of it at one set of rates.
type Venta struct {
	NoIdentificacion string          // of the ticket
	FormaPago        string          // how it was paid
	Total            decimal.Decimal // what was charged, taxes included
	Traslados        []Traslado      // its rates; none for a sale without taxes
}

// NewGlobal returns the global receipt of the sales to people who asked for none
// (RMF 2.7.1.21; cfdi-rules §5.1): one line for each Venta, for XAXX010101000, with the
// FormaPago in which most was charged. head gives issuer, place, Fecha, Serie, Folio and
// currency. A ticket with several rates is a Venta for each, under one number. Total is
// exactly what was charged; the error is an [*AmountError] or, where that cannot be, a
// [*TotalError].
func NewGlobal(cat *catalogo.Catalog, head *Comprobante, periodo InformacionGlobal, ventas []Venta) (*Comprobante, error) {
	if len(ventas) == 0 {
		return nil, &AmountError{"La factura global no tiene ventas."}
	}
	c := head.head("I")
	c.FormaPago, c.InformacionGlobal = mostCharged(ventas), &periodo
	c.Receptor = Receptor{
		Rfc: RfcPublico, Nombre: nombrePublico, DomicilioFiscalReceptor: head.LugarExpedicion,
		RegimenFiscalReceptor: regimenGenerico, UsoCFDI: "S01",
	}
	gross, sum := make([]decimal.Decimal, len(ventas)), decimal.FromInt(0)
	for i, v := range ventas {
		if v.Total.Sign() <= 0 {
			return nil, &AmountError{"La venta " + Quoted(v.NoIdentificacion) + " no tiene importe."}
		}
		gross[i], sum = v.Total, sum.Add(v.Total)
		k := Concepto{
			ClaveProdServ: claveGlobal, NoIdentificacion: v.NoIdentificacion, Cantidad: decimal.FromInt(1), ClaveUnidad: claveActividad,
			Descripcion: "Venta", ObjetoImp: "02", Impuestos: rates(v.Traslados),
		}
		if k.Impuestos == nil {
			k.ObjetoImp = "01"
		}
		c.Conceptos = append(c.Conceptos, k)
	}
	if exact, _ := c.SolveGross(cat, gross); !exact {
		if err := c.SolveTotal(cat, sum); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// mostCharged is the FormaPago with the largest amount; the first of two that are even.
func mostCharged(ventas []Venta) string {
	sums := map[string]decimal.Decimal{}
	best := ""
	for _, v := range ventas {
		sums[v.FormaPago] = sums[v.FormaPago].Add(v.Total)
	}
	for _, v := range ventas {
		if best == "" || sums[v.FormaPago].Cmp(sums[best]) > 0 {
			best = v.FormaPago
		}
	}
	return best
}

// NewNotaDeCredito returns the egreso that takes importe, taxes included and less what
// is withheld, off an invoice, as a discount or allowance (TipoRelacion 01; cfdi-rules
// §5.6): one line for each set of taxes that the invoice has, in proportion. FormaPago
// is that of the invoice, or 15 (Condonación) where it is not paid yet: say how it is
// given back when it is. Fecha, Serie and Folio are those of factura: change them. The
// error is an [*AmountError] or a [*TotalError].
func NewNotaDeCredito(cat *catalogo.Catalog, factura *Comprobante, uuid string, importe decimal.Decimal) (*Comprobante, error) {
	if importe.Cmp(factura.Total) > 0 {
		return nil, &AmountError{"La nota de crédito, " + money(importe, factura.Moneda) + ", es mayor que la factura, " + money(factura.Total, factura.Moneda) + "."}
	}
	c := factura.egreso(cat, relacionNota, uuid, importe, factura.Total)
	for i := range factura.Conceptos {
		c.addCredited(&factura.Conceptos[i])
	}
	if len(c.Conceptos) == 0 || factura.Total.Sign() <= 0 {
		return nil, &AmountError{"La factura no cobra nada que se pueda acreditar."}
	}
	places := placesOf(c.Moneda, cat)
	for i := range c.Conceptos {
		k := &c.Conceptos[i]
		k.ValorUnitario = k.ValorUnitario.Mul(importe).Quo(factura.Total, places)
		if k.ValorUnitario.Sign() == 0 {
			k.ValorUnitario = decimal.New(1, places)
		}
		if k.Impuestos != nil {
			for j := range k.Impuestos.Traslados {
				if t := &k.Impuestos.Traslados[j]; t.TipoFactor == factorCuota {
					t.Base = t.Base.Mul(importe).Quo(factura.Total, fine)
				}
			}
		}
	}
	if err := c.SolveTotal(cat, importe); err != nil {
		return nil, err
	}
	return c, nil
}

// egreso begins the document that gives back part ÷ whole of an invoice.
func (c *Comprobante) egreso(cat *catalogo.Catalog, tipoRelacion, uuid string, part, whole decimal.Decimal) *Comprobante {
	e := c.head("E")
	if c.MetodoPago == "PPD" {
		e.FormaPago = formaCondonacion
	}
	e.Receptor.UsoCFDI = c.usoEgreso(cat)
	for _, k := range c.Complementos.clone() {
		if t, ok := k.(Totaler); ok && whole.Sign() > 0 { // local taxes are given back as well
			t.Scale(part, whole)
			e.Complementos = append(e.Complementos, k)
		}
	}
	e.Relate(tipoRelacion, uuid)
	return e
}

// addCredited adds what a line comes to, to the line with the same taxes.
func (c *Comprobante) addCredited(k *Concepto) {
	net := k.Importe.Sub(k.Descuento)
	if net.Sign() <= 0 {
		return
	}
	line := Concepto{
		ClaveProdServ: claveFacturacion, Cantidad: decimal.FromInt(1), ClaveUnidad: claveActividad, Descripcion: "Descuento o bonificación",
		ValorUnitario: net, ObjetoImp: k.ObjetoImp,
	}
	line.Impuestos = k.rates()
	for i := range c.Conceptos {
		if o := &c.Conceptos[i]; o.ObjetoImp == line.ObjetoImp && o.sameRates(&line) {
			o.ValorUnitario = o.ValorUnitario.Add(net)
			o.addCuotas(&line)
			return
		}
	}
	c.Conceptos = append(c.Conceptos, line)
}

// rates returns the taxes of a line without amounts, but for the quantity that a cuota
// is on.
func (c *Concepto) rates() *ConceptoImpuestos {
	if c.Impuestos == nil {
		return nil
	}
	out := &ConceptoImpuestos{}
	for _, t := range c.Impuestos.Traslados {
		bare := Traslado{Impuesto: t.Impuesto, TipoFactor: t.TipoFactor, TasaOCuota: t.TasaOCuota}
		if t.TipoFactor == factorCuota {
			bare.Base = t.Base
		}
		out.Traslados = append(out.Traslados, bare)
	}
	for _, r := range c.Impuestos.Retenciones {
		out.Retenciones = append(out.Retenciones, ConceptoRetencion{Impuesto: r.Impuesto, TipoFactor: r.TipoFactor, TasaOCuota: r.TasaOCuota})
	}
	return out
}

func (c *Concepto) sameRates(o *Concepto) bool {
	if c.Impuestos == nil || o.Impuestos == nil {
		return c.Impuestos == o.Impuestos
	}
	return slices.EqualFunc(c.Impuestos.Traslados, o.Impuestos.Traslados, func(a, b Traslado) bool { return transferred{Traslado: a}.same(b) }) &&
		slices.EqualFunc(c.Impuestos.Retenciones, o.Impuestos.Retenciones, func(a, b ConceptoRetencion) bool {
			return transferred{Traslado: Traslado(a)}.same(Traslado(b))
		})
}

func (c *Concepto) addCuotas(o *Concepto) {
	if c.Impuestos == nil {
		return
	}
	for i := range c.Impuestos.Traslados {
		if t := &c.Impuestos.Traslados[i]; t.TipoFactor == factorCuota {
			t.Base = t.Base.Add(o.Impuestos.Traslados[i].Base)
		}
	}
}

// NewDevolucion returns the egreso for goods that came back (TipoRelacion 03): of each
// line of the invoice so much as cantidades says, at its price, with its discount in
// proportion and its taxes; an absent quantity is none. FormaPago is as with
// [NewNotaDeCredito]. The error is an [*AmountError].
func NewDevolucion(cat *catalogo.Catalog, factura *Comprobante, uuid string, cantidades []decimal.Decimal) (*Comprobante, error) {
	var lines []Concepto
	back := decimal.FromInt(0)
	places := factura.style(placesOf(factura.Moneda, cat))
	for i := range factura.Conceptos {
		k := &factura.Conceptos[i]
		if i >= len(cantidades) || cantidades[i].Sign() <= 0 {
			continue
		}
		if cantidades[i].Cmp(k.Cantidad) > 0 {
			return nil, &AmountError{"De " + Quoted(k.Descripcion) + " se vendieron " + k.Cantidad.String() + " y devuelven " + cantidades[i].String() + "."}
		}
		line := Concepto{
			ClaveProdServ: k.ClaveProdServ, NoIdentificacion: k.NoIdentificacion, Cantidad: cantidades[i], ClaveUnidad: k.ClaveUnidad, Unidad: k.Unidad,
			Descripcion: k.Descripcion, ValorUnitario: k.ValorUnitario, ObjetoImp: k.ObjetoImp, Impuestos: k.rates(), ACuentaTerceros: clonePtr(k.ACuentaTerceros),
		}
		if !k.Descuento.IsZero() {
			line.Descuento = k.Descuento.Mul(cantidades[i]).Quo(k.Cantidad, places)
		}
		if line.Impuestos != nil {
			for j := range line.Impuestos.Traslados {
				if t := &line.Impuestos.Traslados[j]; t.TipoFactor == factorCuota {
					t.Base = t.Base.Mul(cantidades[i]).Quo(k.Cantidad, fine)
				}
			}
		}
		lines = append(lines, line)
		back = back.Add(k.Importe.Sub(k.Descuento).Mul(cantidades[i]).Quo(k.Cantidad, fine))
	}
	if len(lines) == 0 {
		return nil, &AmountError{"No hay nada que devolver: escribe cuánto regresa de cada concepto."}
	}
	e := factura.egreso(cat, relacionDevolucion, uuid, back, factura.SubTotal.Sub(factura.Descuento))
	e.Conceptos = lines
	e.Totalize(cat)
	return e, nil
}
