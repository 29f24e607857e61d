// Package pago20 is the complement of payments received, Recepción de Pagos 2.0:
// what a CFDI of type P says of each payment, which invoices it settles and the
// taxes that were paid with it.
//
//	pago := pago20.Pago{FechaPago: "2026-11-20T12:00:00", FormaDePagoP: "03", MonedaP: "MXN"}
//	pagos, err := pago20.New(cat, pago, pago20.Abono{
//		Factura: invoice, UUID: uuid, Parcialidad: 2, SaldoAnterior: owed, Importe: paid,
//	})
//	c := pagos.Comprobante(emisor, receptor) // the CFDI that carries them
//	c.Fecha, c.LugarExpedicion = now, "42501"
//	p, err := cfdi.Prepare(c, cat, certificate, at)
//
// [New] makes one payment of as many invoices as it settles, every balance, tax and
// total in it. It refuses what cannot be ([AbonoError]): more than what is owed, less paid
// than settled, two currencies without their [Equivalencia]. A receipt of several
// payments is a [Pagos] of several [Pago], totalled by [Pagos.Sum]; [De] finds it in
// what was read.
//
// How much is owed and how many payments there were is the caller's to know: no
// document tells it.
//
// Its rules are the matrix of error codes of the SAT, Pagos 2.0 revision B, code by code
// in [Rules], where those that only a PAC can judge are said to be so; [cfdi.Validate]
// asks them.
package pago20

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/Pagos20"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "pago20",
	Local:  "Pagos",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/Pagos/Pagos20.xsd",
	Read:   read,
}

// Pagos are the payments that one receipt tells of.
type Pagos struct {
	Version string // 2.0
	Totales Totales
	Pago    []Pago
}

// Totales are the sums of all payments in pesos, two decimals; one that has no
// row to sum is absent.
type Totales struct {
	TotalRetencionesIVA         decimal.Decimal
	TotalRetencionesISR         decimal.Decimal
	TotalRetencionesIEPS        decimal.Decimal
	TotalTrasladosBaseIVA16     decimal.Decimal
	TotalTrasladosImpuestoIVA16 decimal.Decimal
	TotalTrasladosBaseIVA8      decimal.Decimal
	TotalTrasladosImpuestoIVA8  decimal.Decimal
	TotalTrasladosBaseIVA0      decimal.Decimal
	TotalTrasladosImpuestoIVA0  decimal.Decimal
	TotalTrasladosBaseIVAExento decimal.Decimal
	MontoTotalPagos             decimal.Decimal
}

// Pago is one payment: when, how and how much, from which account to which, and what
// it settles. What is optional is "" or absent.
type Pago struct {
	FechaPago        string          // 2026-11-20T12:00:00
	FormaDePagoP     string          // of c_FormaPago, but for 99
	MonedaP          string          // of c_Moneda, but for XXX
	TipoCambioP      decimal.Decimal // pesos for one of MonedaP; 1 for the peso
	Monto            decimal.Decimal // in MonedaP
	NumOperacion     string
	RfcEmisorCtaOrd  string
	NomBancoOrdExt   string
	CtaOrdenante     string
	RfcEmisorCtaBen  string
	CtaBeneficiario  string
	TipoCadPago      string
	CertPago         string
	CadPago          string
	SelloPago        string
	DoctoRelacionado []DoctoRelacionado
	ImpuestosP       *ImpuestosP
}

// DoctoRelacionado is one invoice and what the payment settles of it, in the currency of
// the invoice.
type DoctoRelacionado struct {
	IdDocumento      string // its folio fiscal
	Serie            string
	Folio            string
	MonedaDR         string
	EquivalenciaDR   decimal.Decimal // of MonedaDR for one of MonedaP; 1 where they are the same
	NumParcialidad   decimal.Decimal
	ImpSaldoAnt      decimal.Decimal
	ImpPagado        decimal.Decimal
	ImpSaldoInsoluto decimal.Decimal
	ObjetoImpDR      string
	ImpuestosDR      *ImpuestosDR
}

// ImpuestosDR are the taxes of what is settled of one invoice, in its currency.
type ImpuestosDR struct {
	RetencionesDR []RetencionDR
	TrasladosDR   []TrasladoDR
}

// RetencionDR is one tax withheld, in MonedaDR.
type RetencionDR struct {
	BaseDR       decimal.Decimal
	ImpuestoDR   string
	TipoFactorDR string
	TasaOCuotaDR decimal.Decimal
	ImporteDR    decimal.Decimal
}

// TrasladoDR is one tax transferred, in MonedaDR; Exento has neither rate nor amount.
type TrasladoDR struct {
	BaseDR       decimal.Decimal
	ImpuestoDR   string
	TipoFactorDR string
	TasaOCuotaDR decimal.Decimal
	ImporteDR    decimal.Decimal
}

// ImpuestosP are the taxes of one payment, in its currency.
type ImpuestosP struct {
	RetencionesP []RetencionP
	TrasladosP   []TrasladoP
}

// RetencionP is the sum of one tax withheld, in MonedaP.
type RetencionP struct {
	ImpuestoP string
	ImporteP  decimal.Decimal
}

// TrasladoP is the sum of one tax transferred at one rate, in MonedaP.
type TrasladoP struct {
	BaseP       decimal.Decimal
	ImpuestoP   string
	TipoFactorP string
	TasaOCuotaP decimal.Decimal
	ImporteP    decimal.Decimal
}

func (p *Pagos) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("Version", &p.Version)}
}

func (t *Totales) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.OptionalNumber("TotalRetencionesIVA", &t.TotalRetencionesIVA),
		cfdi.OptionalNumber("TotalRetencionesISR", &t.TotalRetencionesISR),
		cfdi.OptionalNumber("TotalRetencionesIEPS", &t.TotalRetencionesIEPS),
		cfdi.OptionalNumber("TotalTrasladosBaseIVA16", &t.TotalTrasladosBaseIVA16),
		cfdi.OptionalNumber("TotalTrasladosImpuestoIVA16", &t.TotalTrasladosImpuestoIVA16),
		cfdi.OptionalNumber("TotalTrasladosBaseIVA8", &t.TotalTrasladosBaseIVA8),
		cfdi.OptionalNumber("TotalTrasladosImpuestoIVA8", &t.TotalTrasladosImpuestoIVA8),
		cfdi.OptionalNumber("TotalTrasladosBaseIVA0", &t.TotalTrasladosBaseIVA0),
		cfdi.OptionalNumber("TotalTrasladosImpuestoIVA0", &t.TotalTrasladosImpuestoIVA0),
		cfdi.OptionalNumber("TotalTrasladosBaseIVAExento", &t.TotalTrasladosBaseIVAExento),
		cfdi.RequiredNumber("MontoTotalPagos", &t.MontoTotalPagos),
	}
}

func (p *Pago) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("FechaPago", &p.FechaPago),
		cfdi.Required("FormaDePagoP", &p.FormaDePagoP),
		cfdi.Required("MonedaP", &p.MonedaP),
		cfdi.OptionalNumber("TipoCambioP", &p.TipoCambioP),
		cfdi.RequiredNumber("Monto", &p.Monto),
		cfdi.Optional("NumOperacion", &p.NumOperacion),
		cfdi.Optional("RfcEmisorCtaOrd", &p.RfcEmisorCtaOrd),
		cfdi.Optional("NomBancoOrdExt", &p.NomBancoOrdExt),
		cfdi.Optional("CtaOrdenante", &p.CtaOrdenante),
		cfdi.Optional("RfcEmisorCtaBen", &p.RfcEmisorCtaBen),
		cfdi.Optional("CtaBeneficiario", &p.CtaBeneficiario),
		cfdi.Optional("TipoCadPago", &p.TipoCadPago),
		cfdi.Optional("CertPago", &p.CertPago),
		cfdi.Optional("CadPago", &p.CadPago),
		cfdi.Optional("SelloPago", &p.SelloPago),
	}
}

func (d *DoctoRelacionado) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("IdDocumento", &d.IdDocumento),
		cfdi.Optional("Serie", &d.Serie),
		cfdi.Optional("Folio", &d.Folio),
		cfdi.Required("MonedaDR", &d.MonedaDR),
		cfdi.OptionalNumber("EquivalenciaDR", &d.EquivalenciaDR),
		cfdi.RequiredNumber("NumParcialidad", &d.NumParcialidad),
		cfdi.RequiredNumber("ImpSaldoAnt", &d.ImpSaldoAnt),
		cfdi.RequiredNumber("ImpPagado", &d.ImpPagado),
		cfdi.RequiredNumber("ImpSaldoInsoluto", &d.ImpSaldoInsoluto),
		cfdi.Required("ObjetoImpDR", &d.ObjetoImpDR),
	}
}

func (r *RetencionDR) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("BaseDR", &r.BaseDR),
		cfdi.Required("ImpuestoDR", &r.ImpuestoDR),
		cfdi.Required("TipoFactorDR", &r.TipoFactorDR),
		cfdi.RequiredNumber("TasaOCuotaDR", &r.TasaOCuotaDR),
		cfdi.RequiredNumber("ImporteDR", &r.ImporteDR),
	}
}

func (t *TrasladoDR) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("BaseDR", &t.BaseDR),
		cfdi.Required("ImpuestoDR", &t.ImpuestoDR),
		cfdi.Required("TipoFactorDR", &t.TipoFactorDR),
		cfdi.OptionalNumber("TasaOCuotaDR", &t.TasaOCuotaDR),
		cfdi.OptionalNumber("ImporteDR", &t.ImporteDR),
	}
}

func (r *RetencionP) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("ImpuestoP", &r.ImpuestoP), cfdi.RequiredNumber("ImporteP", &r.ImporteP)}
}

func (t *TrasladoP) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("BaseP", &t.BaseP),
		cfdi.Required("ImpuestoP", &t.ImpuestoP),
		cfdi.Required("TipoFactorP", &t.TipoFactorP),
		cfdi.OptionalNumber("TasaOCuotaP", &t.TasaOCuotaP),
		cfdi.OptionalNumber("ImporteP", &t.ImporteP),
	}
}

// De returns the payments of c, or nil.
func De(c *cfdi.Comprobante) *Pagos {
	for _, k := range c.Complementos {
		if p, ok := k.(*Pagos); ok {
			return p
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (p *Pagos) Known() cfdi.Known { return Known }

// WriteCadena adds every node.
func (p *Pagos) WriteCadena(w *cfdi.CadenaWriter) { p.Walk(cfdi.CadenaTree(w)) }

// WriteXML writes the element.
func (p *Pagos) WriteXML(w *xmldoc.Writer) { p.Walk(cfdi.XMLTree(w, "pago20")) }

// Walk takes t through the nodes in the order of Pagos20.xslt, which is that of the XML:
// taxes of a payment after its documents, withheld before transferred.
func (p *Pagos) Walk(t cfdi.Tree) {
	t.Open("Pagos", "", p.fields())
	t.Leaf("Totales", "Totales", p.Totales.fields())
	for i := range p.Pago {
		p.Pago[i].walk(t, t.At("Pago", i))
	}
	t.Close()
}

func (p *Pago) walk(t cfdi.Tree, path string) {
	t.Open("Pago", path, p.fields())
	for i := range p.DoctoRelacionado {
		d, path := &p.DoctoRelacionado[i], t.At(path+".DoctoRelacionado", i)
		t.Open("DoctoRelacionado", path, d.fields())
		if taxes := d.ImpuestosDR; taxes != nil {
			t.Open("ImpuestosDR", path+".ImpuestosDR", nil)
			cfdi.WalkGroup(t, "RetencionesDR", "RetencionDR", path+".ImpuestosDR.RetencionesDR", taxes.RetencionesDR, (*RetencionDR).fields)
			cfdi.WalkGroup(t, "TrasladosDR", "TrasladoDR", path+".ImpuestosDR.TrasladosDR", taxes.TrasladosDR, (*TrasladoDR).fields)
			t.Close()
		}
		t.Close()
	}
	if taxes := p.ImpuestosP; taxes != nil {
		t.Open("ImpuestosP", path+".ImpuestosP", nil)
		cfdi.WalkGroup(t, "RetencionesP", "RetencionP", path+".ImpuestosP.RetencionesP", taxes.RetencionesP, (*RetencionP).fields)
		cfdi.WalkGroup(t, "TrasladosP", "TrasladoP", path+".ImpuestosP.TrasladosP", taxes.TrasladosP, (*TrasladoP).fields)
		t.Close()
	}
	t.Close()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	p := &Pagos{}
	if err := cfdi.ReadFields(e, p.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "Totales", "Pago*")
	if err != nil {
		return nil, err
	}
	if err := cfdi.ReadLeaf(kids[0][0], p.Totales.fields()); err != nil {
		return nil, err
	}
	return p, cfdi.ReadMany(kids[1], &p.Pago, readPago)
}

func readPago(e *xmldoc.Element, p *Pago) error {
	if err := cfdi.ReadFields(e, p.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "DoctoRelacionado*", "ImpuestosP?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadMany(kids[0], &p.DoctoRelacionado, readDocto); err != nil || len(kids[1]) == 0 {
		return err
	}
	p.ImpuestosP = &ImpuestosP{}
	return readTaxes(kids[1][0], "P", &p.ImpuestosP.RetencionesP, (*RetencionP).fields, &p.ImpuestosP.TrasladosP, (*TrasladoP).fields)
}

func readDocto(e *xmldoc.Element, d *DoctoRelacionado) error {
	if err := cfdi.ReadFields(e, d.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "ImpuestosDR?")
	if err != nil || len(kids[0]) == 0 {
		return err
	}
	d.ImpuestosDR = &ImpuestosDR{}
	return readTaxes(kids[0][0], "DR", &d.ImpuestosDR.RetencionesDR, (*RetencionDR).fields, &d.ImpuestosDR.TrasladosDR, (*TrasladoDR).fields)
}

// readTaxes reads the two groups of a node of taxes, of which both may be missing:
// a code of the matrix speaks of that.
func readTaxes[R, T any](e *xmldoc.Element, of string, retenciones *[]R, ofR func(*R) []cfdi.Field, traslados *[]T, ofT func(*T) []cfdi.Field) error {
	if err := cfdi.ReadFields(e, nil); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Retenciones"+of+"?", "Traslados"+of+"?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadGroup(kids[0], space, "Retencion"+of, retenciones, ofR); err != nil {
		return err
	}
	return cfdi.ReadGroup(kids[1], space, "Traslado"+of, traslados, ofT)
}
