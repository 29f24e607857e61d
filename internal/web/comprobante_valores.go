package web

import (
	"net/url"
	"strconv"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
)

// draftValues writes a draft as the form that gives it back: readDraft of it is
// the same draft, and what could not be read stands there as it was typed.
func draftValues(d billing.Draft) url.Values {
	v := values{}
	c := &d.Comprobante
	v.set("ID", d.ID)
	v.set("Revision", strconv.Itoa(d.Revision))
	v.set("CustomerID", d.CustomerID)
	v.set("SerieID", d.SerieID)
	v.set("Notas", d.Notas)
	v.set("Addenda", d.Addenda.ID)
	for key, value := range d.Addenda.Values {
		v.set(addendaPrefix+key, value)
	}
	v.set("Correos", strings.Join(d.Correos, ", "))
	v.set("TipoDeComprobante", c.TipoDeComprobante)
	v.set("Fecha", minutes(c.Fecha))
	v.set("LugarExpedicion", c.LugarExpedicion)
	v.set("Exportacion", c.Exportacion)
	v.set("FormaPago", c.FormaPago)
	v.set("MetodoPago", c.MetodoPago)
	v.set("CondicionesDePago", c.CondicionesDePago)
	v.set("Moneda", c.Moneda)
	v.number("TipoCambio", c.TipoCambio)
	v.set("Emisor.Rfc", c.Emisor.Rfc)
	v.set("Emisor.Nombre", c.Emisor.Nombre)
	v.set("Emisor.RegimenFiscal", c.Emisor.RegimenFiscal)
	v.receptor(c.Receptor)
	if g := c.InformacionGlobal; g != nil {
		v.set("InformacionGlobal.Periodicidad", g.Periodicidad)
		v.set("InformacionGlobal.Meses", g.Meses)
		v.set("InformacionGlobal.Año", g.Año)
	}
	for i, group := range c.CfdiRelacionados {
		at := "CfdiRelacionados[" + strconv.Itoa(i) + "]."
		v.set(at+"TipoRelacion", group.TipoRelacion)
		ids := make([]string, 0, len(group.CfdiRelacionado))
		for _, r := range group.CfdiRelacionado {
			ids = append(ids, r.UUID)
		}
		v.set(at+"UUIDs", strings.Join(ids, "\n"))
	}
	for _, t := range localsOf(c) {
		url.Values(v).Add("Locales", t.Value())
	}
	v.set("Lineas", strconv.Itoa(len(c.Conceptos)))
	for i := range c.Conceptos {
		var extra billing.DraftLine
		if i < len(d.Lines) {
			extra = d.Lines[i]
		}
		v.line(linePath(i), c.Conceptos[i], extra)
	}
	for path, typed := range d.Raw {
		v.set(path, typed)
	}
	return url.Values(v)
}

// values are form values; an empty one is left out, as a browser's reading would not tell them apart.
type values url.Values

func (v values) set(name, value string) {
	if value != "" {
		url.Values(v).Set(name, value)
	}
}

func (v values) number(name string, d decimal.Decimal) { v.set(name, d.String()) }

func (v values) receptor(r cfdi.Receptor) {
	v.set("Receptor.Rfc", r.Rfc)
	v.set("Receptor.Nombre", r.Nombre)
	v.set("Receptor.DomicilioFiscalReceptor", r.DomicilioFiscalReceptor)
	v.set("Receptor.RegimenFiscalReceptor", r.RegimenFiscalReceptor)
	v.set("Receptor.UsoCFDI", r.UsoCFDI)
	v.set("Receptor.ResidenciaFiscal", r.ResidenciaFiscal)
	v.set("Receptor.NumRegIdTrib", r.NumRegIdTrib)
}

func (v values) line(at string, c cfdi.Concepto, extra billing.DraftLine) {
	v.set(at+"ProductID", extra.ProductID)
	v.set(at+"ClaveProdServ", c.ClaveProdServ)
	v.set(at+"NoIdentificacion", c.NoIdentificacion)
	v.number(at+"Cantidad", c.Cantidad)
	v.set(at+"ClaveUnidad", c.ClaveUnidad)
	v.set(at+"Unidad", c.Unidad)
	v.set(at+"Descripcion", c.Descripcion)
	v.set(at+"ObjetoImp", c.ObjetoImp)
	if extra.PrecioConImpuestos.IsZero() {
		v.number(at+"ValorUnitario", c.ValorUnitario)
	} else {
		v.number(at+"ValorUnitario", extra.PrecioConImpuestos)
		v.set(at+"ConImpuestos", "si")
	}
	switch {
	case !extra.DescuentoPct.IsZero():
		v.set(at+"Descuento", extra.DescuentoPct.String()+" %")
	case !extra.DescuentoConImpuestos.IsZero():
		v.number(at+"Descuento", extra.DescuentoConImpuestos)
	default:
		v.number(at+"Descuento", c.Descuento)
	}
	v.taxes(at, c.Impuestos)
	for _, p := range c.CuentaPredial {
		v.set(at+"CuentaPredial", p.Numero)
	}
	for _, a := range c.InformacionAduanera {
		v.set(at+"NumeroPedimento", a.NumeroPedimento)
	}
}

func (v values) taxes(at string, taxes *cfdi.ConceptoImpuestos) {
	if taxes == nil {
		return
	}
	for _, t := range taxes.Traslados {
		switch {
		case t.Impuesto == "002" && t.TipoFactor == "Exento":
			v.set(at+"IVA", exempt)
		case t.Impuesto == "002":
			v.number(at+"IVA", t.TasaOCuota)
		case t.TipoFactor == "Cuota":
			v.set(at+"IEPS", iepsUnit)
			v.number(at+"IEPSCuota", t.TasaOCuota)
		case t.Impuesto == "003":
			v.number(at+"IEPS", t.TasaOCuota)
		}
	}
	for _, t := range taxes.Retenciones {
		switch t.Impuesto {
		case "001":
			v.number(at+"RetISR", t.TasaOCuota)
		case "002":
			v.number(at+"RetIVA", t.TasaOCuota)
		}
	}
}

// minutes is a Fecha as the date box of a browser takes it.
func minutes(fecha string) string {
	if len(fecha) < len("2006-01-02T15:04") {
		return fecha
	}
	return fecha[:len("2006-01-02T15:04")]
}
