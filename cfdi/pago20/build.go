package pago20

import (
	"cmp"
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// exento is the TipoFactor without rate and amount.
const exento = "Exento"

// An Abono is what one payment settles of one invoice.
type Abono struct {
	Factura       *cfdi.Comprobante // as it was issued; it is read, never changed
	UUID          string            // its folio fiscal
	Parcialidad   int               // 1 for the first payment of this invoice
	SaldoAnterior decimal.Decimal   // what was owed before; absent is the Total of the invoice
	Importe       decimal.Decimal   // what is settled, in the currency of the invoice
	// Equivalencia is how much of the currency of the invoice one of the payment's
	// is worth, see [Equivalencia]; absent where both are the same.
	Equivalencia decimal.Decimal
}

// An AbonoError says why an [Abono], or the payment of several, cannot be.
type AbonoError struct{ Message string }

// Error returns the reason, in Spanish for the user.
func (e *AbonoError) Error() string { return e.Message }

// Equivalencia returns the EquivalenciaDR with which paying monto settles
// importe of an invoice of another currency: ten decimals, the last rounded up, so
// that what is settled never exceeds what was paid. Each is in its own currency, and
// monto is not zero: the division would panic.
func Equivalencia(importe, monto decimal.Decimal) decimal.Decimal {
	e := importe.Quo(monto, 10)
	if e.Mul(monto).Cmp(importe) < 0 {
		e = e.Add(decimal.New(1, 10))
	}
	return e
}

// DoctoRelacionado returns the invoice as a payment in monedaP tells of it: its
// balances, and its taxes in proportion to what is settled. The parts of all
// payments of an invoice add up to its own bases, without anybody keeping them: each
// is the difference between what is settled after and before it. So do the amounts,
// but where the limits that the SAT gives each part forbid it by a cent. The error is an
// [*AbonoError].
func (a Abono) DoctoRelacionado(monedaP string, cat *catalogo.Catalog) (DoctoRelacionado, error) {
	f := a.Factura
	before := a.SaldoAnterior
	if before.IsZero() {
		before = f.Total
	}
	switch {
	case a.Importe.Sign() <= 0:
		return DoctoRelacionado{}, &AbonoError{"El importe pagado debe ser mayor que cero."}
	case a.Importe.Cmp(before) > 0:
		return DoctoRelacionado{}, &AbonoError{"El importe pagado " + a.Importe.String() + " es mayor que el saldo " + before.String() + " de la factura."}
	case before.Cmp(f.Total) > 0:
		return DoctoRelacionado{}, &AbonoError{"El saldo " + before.String() + " es mayor que el total de la factura."}
	case f.Moneda != monedaP && a.Equivalencia.Sign() <= 0:
		return DoctoRelacionado{}, &AbonoError{"La factura es en " + f.Moneda + " y el pago en " + monedaP + ": falta la equivalencia."}
	}
	places := 2
	if m, ok := cat.Moneda(f.Moneda); ok {
		places = m.Decimales
	}
	d := DoctoRelacionado{
		IdDocumento: a.UUID, Serie: f.Serie, Folio: f.Folio, MonedaDR: f.Moneda, EquivalenciaDR: decimal.FromInt(1),
		NumParcialidad: decimal.FromInt(int64(a.Parcialidad)),
		ImpSaldoAnt:    before.Round(places), ImpPagado: a.Importe.Round(places),
		ImpSaldoInsoluto: before.Sub(a.Importe).Round(places), ObjetoImpDR: "01",
	}
	if f.Moneda != monedaP {
		d.EquivalenciaDR = a.Equivalencia
	}
	settled := f.Total.Sub(before)
	share := share{total: f.Total, from: settled, to: settled.Add(a.Importe), places: places}
	if t := taxesOf(f, places); len(t) > 0 {
		d.ObjetoImpDR = "02"
		d.ImpuestosDR = share.of(t)
		if d.ImpuestosDR == nil { // so little that no base is left in the currency
			share.places = 6
			d.ImpuestosDR = share.of(t)
		}
		if d.ImpuestosDR == nil {
			d.ObjetoImpDR = "01"
		}
	} else if len(f.Conceptos) > 0 && slices.Contains([]string{"03", "04", "05"}, f.Conceptos[0].ObjetoImp) {
		d.ObjetoImpDR = f.Conceptos[0].ObjetoImp
	}
	return d, nil
}

// A tax is what an invoice charges or withholds at one rate.
type tax struct {
	withheld               bool
	impuesto, factor, rate string
	tasa, base, importe    decimal.Decimal
}

// taxesOf adds up the taxes of the lines, rate by rate, in the order of the lines.
func taxesOf(c *cfdi.Comprobante, places int) []tax {
	var list []tax
	add := func(t tax) {
		t.rate = t.tasa.String()
		i := slices.IndexFunc(list, func(o tax) bool {
			return o.withheld == t.withheld && o.impuesto == t.impuesto && o.factor == t.factor && o.rate == t.rate
		})
		if i < 0 {
			list = append(list, t)
			return
		}
		list[i].base, list[i].importe = list[i].base.Add(t.base), list[i].importe.Add(t.importe)
	}
	for i := range c.Conceptos {
		taxes := c.Conceptos[i].Impuestos
		if taxes == nil {
			continue
		}
		for _, t := range taxes.Traslados {
			add(tax{impuesto: t.Impuesto, factor: t.TipoFactor, tasa: t.TasaOCuota, base: t.Base, importe: t.Importe})
		}
		for _, r := range taxes.Retenciones {
			add(tax{withheld: true, impuesto: r.Impuesto, factor: r.TipoFactor, tasa: r.TasaOCuota, base: r.Base, importe: r.Importe})
		}
	}
	for i := range list {
		list[i].base, list[i].importe = list[i].base.Round(places), list[i].importe.Round(places)
	}
	return list
}

// A share is a part of an invoice: what is settled from one point of its Total to
// another.
type share struct {
	total, from, to decimal.Decimal
	places          int
}

// of returns the part of the taxes, nil when none has a base left.
func (s share) of(list []tax) *ImpuestosDR {
	out := &ImpuestosDR{}
	for _, t := range list {
		fromBase, toBase := s.cut(t.base, s.from), s.cut(t.base, s.to)
		base := toBase.Sub(fromBase)
		if base.Sign() <= 0 {
			continue
		}
		if t.factor == exento {
			out.TrasladosDR = append(out.TrasladosDR, TrasladoDR{BaseDR: base, ImpuestoDR: t.impuesto, TipoFactorDR: exento})
			continue
		}
		importe := toBase.Mul(t.importe).Quo(t.base, s.places).Sub(fromBase.Mul(t.importe).Quo(t.base, s.places))
		if ok, low, high := cfdi.TaxFits(base, t.tasa, importe, s.places); !ok {
			importe = between(importe, low, high)
		}
		if t.withheld {
			out.RetencionesDR = append(out.RetencionesDR, RetencionDR{base, t.impuesto, t.factor, t.tasa, importe})
		} else {
			out.TrasladosDR = append(out.TrasladosDR, TrasladoDR{base, t.impuesto, t.factor, t.tasa, importe})
		}
	}
	if out.RetencionesDR == nil && out.TrasladosDR == nil {
		return nil
	}
	return out
}

// cut returns the part of base that belongs to the first point of the Total.
func (s share) cut(base, point decimal.Decimal) decimal.Decimal {
	if point.Cmp(s.total) == 0 {
		return base.Round(s.places)
	}
	return base.Mul(point).Quo(s.total, s.places)
}

func between(d, low, high decimal.Decimal) decimal.Decimal {
	switch {
	case d.Cmp(low) < 0:
		return low
	case d.Cmp(high) > 0:
		return high
	}
	return d
}

// Sum writes what follows from the rest: the version, the rate of the peso, the
// taxes of each payment out of those of its documents, and Totales. [New] has done it;
// who puts payments together or changes one calls it again.
func (p *Pagos) Sum() {
	p.Version = "2.0"
	for i := range p.Pago {
		pago := &p.Pago[i]
		if pago.MonedaP == "MXN" {
			pago.TipoCambioP = decimal.FromInt(1)
		}
		pago.ImpuestosP = pago.sum()
	}
	p.Totales = p.totales()
}

// resum is Sum for the amounts alone: rows keep their place, and what is right within
// the limits of the matrix stays as it is written.
func (p *Pagos) resum() {
	for i := range p.Pago {
		pago := &p.Pago[i]
		if pago.ImpuestosP == nil {
			continue
		}
		want, exact := pago.expected()
		right := func(got *decimal.Decimal, want decimal.Decimal) {
			switch {
			case want.IsZero() || equals(*got, want, exact):
			case exact:
				*got = want
			default:
				*got = want.Truncate(6)
			}
		}
		for k := range pago.ImpuestosP.RetencionesP {
			r := &pago.ImpuestosP.RetencionesP[k]
			right(&r.ImporteP, want.retencion(r.ImpuestoP).ImporteP)
		}
		for k := range pago.ImpuestosP.TrasladosP {
			t := &pago.ImpuestosP.TrasladosP[k]
			sum := want.of(t)
			right(&t.BaseP, sum.BaseP)
			if t.TipoFactorP != exento {
				right(&t.ImporteP, sum.ImporteP)
			}
		}
	}
	p.Totales = p.totales()
}

// sum returns the taxes of a payment, nil when its documents have none. What was
// converted is cut to six decimals.
func (p *Pago) sum() *ImpuestosP {
	out, exact := p.expected()
	if out.RetencionesP == nil && out.TrasladosP == nil {
		return nil
	}
	if !exact {
		for i := range out.RetencionesP {
			out.RetencionesP[i].ImporteP = out.RetencionesP[i].ImporteP.Truncate(6)
		}
		for i := range out.TrasladosP {
			t := &out.TrasladosP[i]
			t.BaseP, t.ImporteP = t.BaseP.Truncate(6), t.ImporteP.Truncate(6)
		}
	}
	return &out.ImpuestosP
}

// A kind is what the transfers of one sum have in common; of withholdings the tax alone.
type kind struct{ impuesto, factor, tasa string }

func kindOf(impuesto, factor string, tasa decimal.Decimal) kind {
	if tasa.Sign() == 0 { // 0 as well as none at all
		return kind{impuesto, factor, ""}
	}
	return kind{impuesto, factor, tasa.Fixed(10)} // as many decimals as are read
}

func (p *TrasladoP) kind() kind { return kindOf(p.ImpuestoP, p.TipoFactorP, p.TasaOCuotaP) }

// sums are the taxes that the documents of a payment make, and where each kind stands.
type sums struct {
	ImpuestosP
	retained    map[string]int
	transferred map[kind]int
}

// raw adds up the taxes of the documents, converted and not rounded.
func (p *Pago) raw() *sums {
	out := &sums{retained: map[string]int{}, transferred: map[kind]int{}}
	for i := range p.DoctoRelacionado {
		d := &p.DoctoRelacionado[i]
		if d.ImpuestosDR == nil {
			continue
		}
		for _, r := range d.ImpuestosDR.RetencionesDR {
			row := out.retencion(r.ImpuestoDR)
			row.ImporteP = row.ImporteP.Add(d.converted(r.ImporteDR))
		}
		for _, t := range d.ImpuestosDR.TrasladosDR {
			row := out.traslado(t)
			row.BaseP = row.BaseP.Add(d.converted(t.BaseDR))
			if t.TipoFactorDR != exento {
				row.ImporteP = row.ImporteP.Add(d.converted(t.ImporteDR))
			}
		}
	}
	return out
}

func (s *sums) retencion(impuesto string) *RetencionP {
	k, ok := s.retained[impuesto]
	if !ok {
		k = len(s.RetencionesP)
		s.retained[impuesto] = k
		s.RetencionesP = append(s.RetencionesP, RetencionP{ImpuestoP: impuesto})
	}
	return &s.RetencionesP[k]
}

func (s *sums) traslado(t TrasladoDR) *TrasladoP {
	of := kindOf(t.ImpuestoDR, t.TipoFactorDR, t.TasaOCuotaDR)
	k, ok := s.transferred[of]
	if !ok {
		k = len(s.TrasladosP)
		s.transferred[of] = k
		s.TrasladosP = append(s.TrasladosP, TrasladoP{ImpuestoP: t.ImpuestoDR, TipoFactorP: t.TipoFactorDR, TasaOCuotaP: t.TasaOCuotaDR})
	}
	return &s.TrasladosP[k]
}

// of returns the sum of the kind of t, an empty one when there is none.
func (s *sums) of(t *TrasladoP) TrasladoP {
	if k, ok := s.transferred[t.kind()]; ok {
		return s.TrasladosP[k]
	}
	return TrasladoP{BaseP: decimal.FromInt(0), ImporteP: decimal.FromInt(0)}
}

// plain reports whether the document is in the currency of its payment.
func (d *DoctoRelacionado) plain() bool {
	return d.EquivalenciaDR.IsZero() || d.EquivalenciaDR.Cmp(decimal.FromInt(1)) == 0
}

// converted brings an amount to the currency of the payment, with far more
// decimals than are written.
func (d *DoctoRelacionado) converted(amount decimal.Decimal) decimal.Decimal {
	if d.plain() || d.EquivalenciaDR.Sign() <= 0 {
		return amount
	}
	return amount.Quo(d.EquivalenciaDR, 14)
}

// A bucket is one of the Totales: which rows it adds up.
type bucket struct {
	code string
	name string
	at   func(*Totales) *decimal.Decimal
	// of returns what a payment adds, and whether it has a row of the kind.
	of func(*ImpuestosP) (decimal.Decimal, bool)
}

// buckets are the sums of taxes, in the order of the matrix.
var buckets = []bucket{
	{"CRP20201", "TotalRetencionesIVA", func(t *Totales) *decimal.Decimal { return &t.TotalRetencionesIVA }, retained("002")},
	{"CRP20202", "TotalRetencionesISR", func(t *Totales) *decimal.Decimal { return &t.TotalRetencionesISR }, retained("001")},
	{"CRP20203", "TotalRetencionesIEPS", func(t *Totales) *decimal.Decimal { return &t.TotalRetencionesIEPS }, retained("003")},
	{"CRP20204", "TotalTrasladosBaseIVA16", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosBaseIVA16 }, ivaAt(16, baseP)},
	{"CRP20205", "TotalTrasladosImpuestoIVA16", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosImpuestoIVA16 }, ivaAt(16, importeP)},
	{"CRP20206", "TotalTrasladosBaseIVA8", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosBaseIVA8 }, ivaAt(8, baseP)},
	{"CRP20207", "TotalTrasladosImpuestoIVA8", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosImpuestoIVA8 }, ivaAt(8, importeP)},
	{"CRP20208", "TotalTrasladosBaseIVA0", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosBaseIVA0 }, ivaAt(0, baseP)},
	{"CRP20209", "TotalTrasladosImpuestoIVA0", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosImpuestoIVA0 }, ivaAt(0, importeP)},
	{"CRP20210", "TotalTrasladosBaseIVAExento", func(t *Totales) *decimal.Decimal { return &t.TotalTrasladosBaseIVAExento }, ivaAt(-1, baseP)},
}

func baseP(t *TrasladoP) decimal.Decimal    { return t.BaseP }
func importeP(t *TrasladoP) decimal.Decimal { return t.ImporteP }

func retained(impuesto string) func(*ImpuestosP) (decimal.Decimal, bool) {
	return func(i *ImpuestosP) (sum decimal.Decimal, any bool) {
		for _, r := range i.RetencionesP {
			if r.ImpuestoP == impuesto {
				sum, any = sum.Add(r.ImporteP), true
			}
		}
		return sum, any
	}
}

// ivaAt adds up the IVA at a rate in per cent; −1 is Exento.
func ivaAt(percent int64, of func(*TrasladoP) decimal.Decimal) func(*ImpuestosP) (decimal.Decimal, bool) {
	return func(i *ImpuestosP) (sum decimal.Decimal, any bool) {
		for j := range i.TrasladosP {
			t := &i.TrasladosP[j]
			is := t.TipoFactorP == "Tasa" && t.TasaOCuotaP.Cmp(decimal.New(percent, 2)) == 0
			if percent < 0 {
				is = t.TipoFactorP == exento
			}
			if t.ImpuestoP == "002" && is {
				sum, any = sum.Add(of(t)), true
			}
		}
		return sum, any
	}
}

// totales adds up the payments as they stand, in pesos.
func (p *Pagos) totales() Totales {
	var t Totales
	for _, b := range buckets {
		if sum, any := p.total(b); any {
			*b.at(&t) = sum
		}
	}
	t.MontoTotalPagos = p.monto()
	return t
}

// total returns one of the Totales, and whether there is a row of its kind.
func (p *Pagos) total(b bucket) (sum decimal.Decimal, any bool) {
	sum = decimal.FromInt(0)
	for i := range p.Pago {
		if p.Pago[i].ImpuestosP == nil {
			continue
		}
		s, has := b.of(p.Pago[i].ImpuestosP)
		sum, any = sum.Add(s.Mul(p.Pago[i].rate())), any || has
	}
	return sum.Round(2), any
}

func (p *Pagos) monto() decimal.Decimal {
	sum := decimal.FromInt(0)
	for i := range p.Pago {
		sum = sum.Add(p.Pago[i].Monto.Mul(p.Pago[i].rate()))
	}
	return sum.Round(2)
}

// rate is TipoCambioP, 1 when it is missing, which a code of its own reports.
func (p *Pago) rate() decimal.Decimal { return cmp.Or(p.TipoCambioP, decimal.FromInt(1)) }

// Comprobante returns the CFDI of type P that carries the payments: all of it but
// Serie, Folio, Fecha and LugarExpedicion, which is the place of the issuer.
func (p *Pagos) Comprobante(emisor cfdi.Emisor, receptor cfdi.Receptor) *cfdi.Comprobante {
	receptor.UsoCFDI = "CP01"
	zero, one := decimal.FromInt(0), decimal.FromInt(1)
	return &cfdi.Comprobante{
		Version: "4.0", SubTotal: zero, Moneda: "XXX", Total: zero, TipoDeComprobante: "P", Exportacion: "01",
		Emisor: emisor, Receptor: receptor,
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "84111506", Cantidad: one, ClaveUnidad: "ACT", Descripcion: "Pago",
			ValorUnitario: zero, Importe: zero, ObjetoImp: "01",
		}},
		Complementos: cfdi.Complementos{p},
	}
}

// New returns Pagos of one payment that settles abonos: pago says when, how, in which
// currency and, where it is not in pesos, at what TipoCambioP. Monto, when absent, is
// what the abonos come to, rounded up where the limits of CRP20276 do not let it be rounded
// down: they leave an EquivalenciaDR of ten decimals no room for a large amount. More may have
// been paid than is settled. The error is an [*AbonoError].
func New(cat *catalogo.Catalog, pago Pago, abonos ...Abono) (*Pagos, error) {
	settled := decimal.FromInt(0)
	for _, a := range abonos {
		d, err := a.DoctoRelacionado(pago.MonedaP, cat)
		if err != nil {
			return nil, err
		}
		pago.DoctoRelacionado = append(pago.DoctoRelacionado, d)
		settled = settled.Add(d.converted(d.ImpPagado))
	}
	places := 2
	if m, ok := cat.Moneda(pago.MonedaP); ok {
		places = m.Decimales
	}
	switch {
	case len(abonos) == 0:
		return nil, &AbonoError{"El pago no dice qué facturas salda."}
	case pago.Monto.IsZero():
		pago.Monto = settled.Round(places)
		if low, _ := pago.limits(places); pago.Monto.Cmp(settled) < 0 && pago.Monto.Cmp(low) < 0 {
			pago.Monto = settled.RoundUp(places)
		}
	case pago.Monto.Cmp(settled.Round(places)) < 0:
		return nil, &AbonoError{"Se pagaron " + pago.Monto.String() + " y se saldan " + settled.Round(places).String() + " " + pago.MonedaP + "."}
	}
	p := &Pagos{Pago: []Pago{pago}}
	p.Sum()
	return p, nil
}
