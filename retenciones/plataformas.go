package retenciones

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// ServiciosPlataformasTecnologicas are services through a platform, key 26; amounts in
// pesos. [Retenciones.Totalize] writes all but Periodicidad and Servicios.
type ServiciosPlataformasTecnologicas struct {
	Version                           string // 1.0
	Periodicidad                      string // 01 weekly, 02 monthly, 03 daily, 04 every fortnight, 05 other
	NumServ                           decimal.Decimal
	MonTotServSIVA                    decimal.Decimal
	TotalIVATrasladado                decimal.Decimal
	TotalIVARetenido                  decimal.Decimal
	TotalISRRetenido                  decimal.Decimal
	DifIVAEntregadoPrestServ          decimal.Decimal
	MonTotalporUsoPlataforma          decimal.Decimal
	MonTotalContribucionGubernamental decimal.Decimal
	Servicios                         []DetallesDelServicio
}

// DetallesDelServicio is one service, or goods sold.
type DetallesDelServicio struct {
	FormaPagoServ        string // 01 to 09
	TipoDeServ           string // 01 to 09, 11
	SubTipServ           string // 01 to 04, 08, 09
	RFCTerceroAutorizado string // of a person who helps the one registered
	FechaServ            string // 2026-11-20, when the customer pays
	PrecioServSinIVA     decimal.Decimal

	ImpuestosTrasladadosdelServicio *ImpuestosTrasladadosdelServicio
	ContribucionGubernamental       *ContribucionGubernamental
	ComisionDelServicio             *ComisionDelServicio
}

// ImpuestosTrasladadosdelServicio is the tax of a service.
type ImpuestosTrasladadosdelServicio struct {
	Base       decimal.Decimal
	Impuesto   string          // 02 is IVA here
	TipoFactor string          // Tasa
	TasaCuota  decimal.Decimal // 0.160000
	Importe    decimal.Decimal
}

// ContribucionGubernamental is what a state takes.
type ContribucionGubernamental struct {
	ImpContrib                     decimal.Decimal
	EntidadDondePagaLaContribucion string // 01 to 32
}

// ComisionDelServicio is what the platform takes. Porcentaje is a part of one, from 0.001
// to 1, three decimals; it and Base may be absent.
type ComisionDelServicio struct{ Base, Porcentaje, Importe decimal.Decimal }

func (s *ServiciosPlataformasTecnologicas) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &s.Version),
		cfdi.Required("Periodicidad", &s.Periodicidad),
		cfdi.RequiredNumber("NumServ", &s.NumServ),
		cfdi.RequiredNumber("MonTotServSIVA", &s.MonTotServSIVA),
		cfdi.RequiredNumber("TotalIVATrasladado", &s.TotalIVATrasladado),
		cfdi.RequiredNumber("TotalIVARetenido", &s.TotalIVARetenido),
		cfdi.RequiredNumber("TotalISRRetenido", &s.TotalISRRetenido),
		cfdi.RequiredNumber("DifIVAEntregadoPrestServ", &s.DifIVAEntregadoPrestServ),
		cfdi.RequiredNumber("MonTotalporUsoPlataforma", &s.MonTotalporUsoPlataforma),
		cfdi.OptionalNumber("MonTotalContribucionGubernamental", &s.MonTotalContribucionGubernamental),
	}
}

func (d *DetallesDelServicio) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("FormaPagoServ", &d.FormaPagoServ),
		cfdi.Required("TipoDeServ", &d.TipoDeServ),
		cfdi.Optional("SubTipServ", &d.SubTipServ),
		cfdi.Optional("RFCTerceroAutorizado", &d.RFCTerceroAutorizado),
		cfdi.Required("FechaServ", &d.FechaServ),
		cfdi.RequiredNumber("PrecioServSinIVA", &d.PrecioServSinIVA),
	}
}

func (i *ImpuestosTrasladadosdelServicio) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("Base", &i.Base), cfdi.Required("Impuesto", &i.Impuesto), cfdi.Required("TipoFactor", &i.TipoFactor),
		cfdi.RequiredNumber("TasaCuota", &i.TasaCuota), cfdi.RequiredNumber("Importe", &i.Importe),
	}
}

func (c *ContribucionGubernamental) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("ImpContrib", &c.ImpContrib), cfdi.Required("EntidadDondePagaLaContribucion", &c.EntidadDondePagaLaContribucion),
	}
}

func (c *ComisionDelServicio) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.OptionalNumber("Base", &c.Base), cfdi.OptionalNumber("Porcentaje", &c.Porcentaje), cfdi.RequiredNumber("Importe", &c.Importe),
	}
}

func (s *ServiciosPlataformasTecnologicas) kind() kind { return plataformas }

func (s *ServiciosPlataformasTecnologicas) nodes(visit func(path string, fields []cfdi.Field)) {
	visit("", s.fields())
	for i := range s.Servicios {
		d, path := &s.Servicios[i], at("Servicios", i)
		visit(path, d.fields())
		if d.ImpuestosTrasladadosdelServicio != nil {
			visit(path+".ImpuestosTrasladadosdelServicio", d.ImpuestosTrasladadosdelServicio.fields())
		}
		if d.ContribucionGubernamental != nil {
			visit(path+".ContribucionGubernamental", d.ContribucionGubernamental.fields())
		}
		if d.ComisionDelServicio != nil {
			visit(path+".ComisionDelServicio", d.ComisionDelServicio.fields())
		}
	}
}

func (s *ServiciosPlataformasTecnologicas) writeCadena(w *cfdi.CadenaWriter) {
	s.nodes(func(_ string, fields []cfdi.Field) { w.Fields(fields) })
}

func (s *ServiciosPlataformasTecnologicas) writeXML(w *xmldoc.Writer) {
	const prefix = "plataformasTecnologicas:"
	w.Start(prefix + "ServiciosPlataformasTecnologicas")
	cfdi.WriteFields(w, s.fields())
	w.Start(prefix + "Servicios")
	for i := range s.Servicios {
		d := &s.Servicios[i]
		w.Start(prefix + "DetallesDelServicio")
		cfdi.WriteFields(w, d.fields())
		if d.ImpuestosTrasladadosdelServicio != nil {
			cfdi.WriteLeaf(w, prefix+"ImpuestosTrasladadosdelServicio", d.ImpuestosTrasladadosdelServicio.fields())
		}
		if d.ContribucionGubernamental != nil {
			cfdi.WriteLeaf(w, prefix+"ContribucionGubernamental", d.ContribucionGubernamental.fields())
		}
		if d.ComisionDelServicio != nil {
			cfdi.WriteLeaf(w, prefix+"ComisionDelServicio", d.ComisionDelServicio.fields())
		}
		w.End()
	}
	w.End()
	w.End()
}

func (s *ServiciosPlataformasTecnologicas) read(e *xmldoc.Element) error {
	if err := cfdi.ReadFields(e, s.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, e.Space, "Servicios")
	if err != nil {
		return err
	}
	if err := cfdi.ReadFields(kids[0][0], nil); err != nil {
		return err
	}
	inner, err := cfdi.ReadChildren(kids[0][0], e.Space, "DetallesDelServicio*")
	if err != nil {
		return err
	}
	return cfdi.ReadMany(inner[0], &s.Servicios, readServicio)
}

func readServicio(e *xmldoc.Element, d *DetallesDelServicio) error {
	if err := cfdi.ReadFields(e, d.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, e.Space, "ImpuestosTrasladadosdelServicio?", "ContribucionGubernamental?", "ComisionDelServicio?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &d.ImpuestosTrasladadosdelServicio, (*ImpuestosTrasladadosdelServicio).fields); err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[1], &d.ContribucionGubernamental, (*ContribucionGubernamental).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[2], &d.ComisionDelServicio, (*ComisionDelServicio).fields)
}
