// Package implocal is the complement of local taxes, Impuestos Locales 1.0:
// those of a state or a municipality, such as the tax on lodging (a traslado)
// or the 5 al millar withheld on public works (a retention). They stay out of
// the root Impuestos of the Comprobante and take part in its Total.
//
//	local := &implocal.ImpuestosLocales{TrasladosLocales: []implocal.TrasladosLocales{
//		{ImpLocTrasladado: "ISH", TasadeTraslado: decimal.MustParse("3.00")},
//	}}
//	c.Complementos = append(c.Complementos, local)
//	c.Totalize(cat) // fills Importe, the totals and Total
//
// The SAT published a schema and a stylesheet for it but no error matrix: what
// Validate says under IMPLOCAL codes is the arithmetic that PACs apply, what
// it says under 301 is the schema.
package implocal

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/implocal"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "implocal",
	Local:  "ImpuestosLocales",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/implocal/implocal.xsd",
	Read:   read,
}

// ImpuestosLocales are the local taxes of a Comprobante. Amounts have two
// decimals, rates are per cent.
type ImpuestosLocales struct {
	Version            string // 1.0; the attribute is written in lower case
	TotaldeRetenciones decimal.Decimal
	TotaldeTraslados   decimal.Decimal
	RetencionesLocales []RetencionesLocales
	TrasladosLocales   []TrasladosLocales
}

// RetencionesLocales is one local tax withheld; the SAT names each in plural.
type RetencionesLocales struct {
	ImpLocRetenido  string
	TasadeRetencion decimal.Decimal // per cent: 0.50 is half of one per cent
	Importe         decimal.Decimal
}

// TrasladosLocales is one local tax transferred.
type TrasladosLocales struct {
	ImpLocTrasladado string
	TasadeTraslado   decimal.Decimal // per cent: 3.00
	Importe          decimal.Decimal
}

func (l *ImpuestosLocales) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("version", &l.Version),
		cfdi.RequiredNumber("TotaldeRetenciones", &l.TotaldeRetenciones),
		cfdi.RequiredNumber("TotaldeTraslados", &l.TotaldeTraslados),
	}
}

func (r *RetencionesLocales) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("ImpLocRetenido", &r.ImpLocRetenido),
		cfdi.RequiredNumber("TasadeRetencion", &r.TasadeRetencion),
		cfdi.RequiredNumber("Importe", &r.Importe),
	}
}

func (t *TrasladosLocales) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("ImpLocTrasladado", &t.ImpLocTrasladado),
		cfdi.RequiredNumber("TasadeTraslado", &t.TasadeTraslado),
		cfdi.RequiredNumber("Importe", &t.Importe),
	}
}

// De returns the local taxes of c, or nil.
func De(c *cfdi.Comprobante) *ImpuestosLocales {
	for _, k := range c.Complementos {
		if l, ok := k.(*ImpuestosLocales); ok {
			return l
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (l *ImpuestosLocales) Known() cfdi.Known { return Known }

// WriteCadena adds totals, retentions and transfers, in the order of
// implocal.xslt.
func (l *ImpuestosLocales) WriteCadena(w *cfdi.CadenaWriter) {
	w.Fields(l.fields())
	for i := range l.RetencionesLocales {
		w.Fields(l.RetencionesLocales[i].fields())
	}
	for i := range l.TrasladosLocales {
		w.Fields(l.TrasladosLocales[i].fields())
	}
}

// WriteXML writes the element, retentions first.
func (l *ImpuestosLocales) WriteXML(w *xmldoc.Writer) {
	w.Start("implocal:ImpuestosLocales")
	cfdi.WriteFields(w, l.fields())
	for i := range l.RetencionesLocales {
		w.Start("implocal:RetencionesLocales")
		cfdi.WriteFields(w, l.RetencionesLocales[i].fields())
		w.End()
	}
	for i := range l.TrasladosLocales {
		w.Start("implocal:TrasladosLocales")
		cfdi.WriteFields(w, l.TrasladosLocales[i].fields())
		w.End()
	}
	w.End()
}

// read takes retentions and transfers in any order, as the schema does.
func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	l := &ImpuestosLocales{}
	if err := cfdi.ReadFields(e, l.fields()); err != nil {
		return nil, err
	}
	var err error
	for _, child := range e.Children {
		switch {
		case child.Is(space, "RetencionesLocales"):
			var r RetencionesLocales
			err = cfdi.ReadLeaf(child, r.fields())
			l.RetencionesLocales = append(l.RetencionesLocales, r)
		case child.Is(space, "TrasladosLocales"):
			var t TrasladosLocales
			err = cfdi.ReadLeaf(child, t.fields())
			l.TrasladosLocales = append(l.TrasladosLocales, t)
		default:
			_, err = cfdi.ReadChildren(e, space, "RetencionesLocales*", "TrasladosLocales*")
		}
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

// Totalize gives each tax without Importe the one its rate makes of base, which
// is SubTotal − Descuento, and adds both sides up. An Importe that is there
// stays: some local taxes are on part of the invoice only. Amounts have the decimals
// of base, two at most: those of the currency.
func (l *ImpuestosLocales) Totalize(base decimal.Decimal) {
	l.Version = "1.0"
	l.TotaldeRetenciones, l.TotaldeTraslados = decimal.New(0, 2), decimal.New(0, 2)
	for i := range l.RetencionesLocales {
		r := &l.RetencionesLocales[i]
		r.TasadeRetencion, r.Importe = amounts(base, r.TasadeRetencion, r.Importe)
		l.TotaldeRetenciones = l.TotaldeRetenciones.Add(r.Importe)
	}
	for i := range l.TrasladosLocales {
		t := &l.TrasladosLocales[i]
		t.TasadeTraslado, t.Importe = amounts(base, t.TasadeTraslado, t.Importe)
		l.TotaldeTraslados = l.TotaldeTraslados.Add(t.Importe)
	}
}

func amounts(base, rate, given decimal.Decimal) (tasa, importe decimal.Decimal) {
	if given.IsZero() {
		given = base.Mul(rate).Mul(decimal.New(1, 2)) // per cent
	}
	return rate.Round(2), given.Round(min(2, base.Scale())).Round(2)
}

// Scale makes each Importe that is there part ÷ whole of what it is.
func (l *ImpuestosLocales) Scale(part, whole decimal.Decimal) {
	scale := func(importe *decimal.Decimal) {
		if !importe.IsZero() {
			*importe = importe.Mul(part).Quo(whole, 6)
		}
	}
	for i := range l.RetencionesLocales {
		scale(&l.RetencionesLocales[i].Importe)
	}
	for i := range l.TrasladosLocales {
		scale(&l.TrasladosLocales[i].Importe)
	}
}

// Totales returns TotaldeTraslados and TotaldeRetenciones.
func (l *ImpuestosLocales) Totales() (traslados, retenciones decimal.Decimal) {
	return l.TotaldeTraslados, l.TotaldeRetenciones
}
