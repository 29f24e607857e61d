package cfdi

import "iofacturo.mx/decimal"

// A Comprobante is one CFDI 4.0 (Anexo 20) without its stamp. Fields bear the
// names of the SAT, stand in the order of the cadena original and hold what is
// written in the XML: text as text, amounts as exact decimals with their
// digits. The empty text and the absent [decimal.Decimal] write no attribute.
type Comprobante struct {
	Version           string          `json:"Version,omitempty"`
	Serie             string          `json:"Serie,omitempty"`
	Folio             string          `json:"Folio,omitempty"`
	Fecha             string          `json:"Fecha,omitempty"` // local time of LugarExpedicion, AAAA-MM-DDThh:mm:ss
	Sello             string          `json:"Sello,omitempty"` // base64
	FormaPago         string          `json:"FormaPago,omitempty"`
	NoCertificado     string          `json:"NoCertificado,omitempty"`
	Certificado       string          `json:"Certificado,omitempty"` // base64 of the DER
	CondicionesDePago string          `json:"CondicionesDePago,omitempty"`
	SubTotal          decimal.Decimal `json:"SubTotal,omitzero"`
	Descuento         decimal.Decimal `json:"Descuento,omitzero"`
	Moneda            string          `json:"Moneda,omitempty"`
	TipoCambio        decimal.Decimal `json:"TipoCambio,omitzero"`
	Total             decimal.Decimal `json:"Total,omitzero"`
	TipoDeComprobante string          `json:"TipoDeComprobante,omitempty"`
	Exportacion       string          `json:"Exportacion,omitempty"`
	MetodoPago        string          `json:"MetodoPago,omitempty"`
	LugarExpedicion   string          `json:"LugarExpedicion,omitempty"`
	Confirmacion      string          `json:"Confirmacion,omitempty"`

	InformacionGlobal *InformacionGlobal `json:"InformacionGlobal,omitempty"`
	CfdiRelacionados  []CfdiRelacionados `json:"CfdiRelacionados,omitempty"`
	Emisor            Emisor             `json:"Emisor"`
	Receptor          Receptor           `json:"Receptor"`
	Conceptos         []Concepto         `json:"Conceptos,omitempty"`
	Impuestos         *Impuestos         `json:"Impuestos,omitempty"`
	Complementos      Complementos       `json:"Complementos,omitempty"`

	// Addenda is the whole cfdi:Addenda element as bytes that stand alone
	// (every prefix it uses is declared in it). It is never part of a seal.
	Addenda []byte `json:"Addenda,omitempty"`
}

func (c *Comprobante) fields(b []Field) []Field {
	return append(
		b,
		Required("Version", &c.Version),
		Optional("Serie", &c.Serie),
		Optional("Folio", &c.Folio),
		Required("Fecha", &c.Fecha),
		unsealed("Sello", &c.Sello),
		Optional("FormaPago", &c.FormaPago),
		Required("NoCertificado", &c.NoCertificado),
		unsealed("Certificado", &c.Certificado),
		Optional("CondicionesDePago", &c.CondicionesDePago),
		RequiredNumber("SubTotal", &c.SubTotal),
		OptionalNumber("Descuento", &c.Descuento),
		Required("Moneda", &c.Moneda),
		OptionalNumber("TipoCambio", &c.TipoCambio),
		RequiredNumber("Total", &c.Total),
		Required("TipoDeComprobante", &c.TipoDeComprobante),
		Required("Exportacion", &c.Exportacion),
		Optional("MetodoPago", &c.MetodoPago),
		Required("LugarExpedicion", &c.LugarExpedicion),
		Optional("Confirmacion", &c.Confirmacion),
	)
}

// InformacionGlobal says which period a factura global covers.
type InformacionGlobal struct {
	Periodicidad string `json:"Periodicidad,omitempty"`
	Meses        string `json:"Meses,omitempty"`
	Año          string `json:"Año,omitempty"`
}

func (g *InformacionGlobal) fields(b []Field) []Field {
	return append(
		b,
		Required("Periodicidad", &g.Periodicidad),
		Required("Meses", &g.Meses),
		Required("Año", &g.Año),
	)
}

// CfdiRelacionados is one group of related documents under one TipoRelacion.
type CfdiRelacionados struct {
	TipoRelacion    string            `json:"TipoRelacion,omitempty"`
	CfdiRelacionado []CfdiRelacionado `json:"CfdiRelacionado,omitempty"`
}

func (r *CfdiRelacionados) fields(b []Field) []Field {
	return append(b, Required("TipoRelacion", &r.TipoRelacion))
}

// CfdiRelacionado names one related document by the UUID of its stamp.
type CfdiRelacionado struct {
	UUID string `json:"UUID,omitempty"`
}

func (r *CfdiRelacionado) fields(b []Field) []Field { return append(b, Required("UUID", &r.UUID)) }

// Emisor is the taxpayer who issues.
type Emisor struct {
	Rfc              string `json:"Rfc,omitempty"`
	Nombre           string `json:"Nombre,omitempty"`
	RegimenFiscal    string `json:"RegimenFiscal,omitempty"`
	FacAtrAdquirente string `json:"FacAtrAdquirente,omitempty"`
}

func (e *Emisor) fields(b []Field) []Field {
	return append(
		b,
		Required("Rfc", &e.Rfc),
		Required("Nombre", &e.Nombre),
		Required("RegimenFiscal", &e.RegimenFiscal),
		Optional("FacAtrAdquirente", &e.FacAtrAdquirente),
	)
}

// Receptor is the taxpayer who receives.
type Receptor struct {
	Rfc                     string `json:"Rfc,omitempty"`
	Nombre                  string `json:"Nombre,omitempty"`
	DomicilioFiscalReceptor string `json:"DomicilioFiscalReceptor,omitempty"`
	ResidenciaFiscal        string `json:"ResidenciaFiscal,omitempty"`
	NumRegIdTrib            string `json:"NumRegIdTrib,omitempty"`
	RegimenFiscalReceptor   string `json:"RegimenFiscalReceptor,omitempty"`
	UsoCFDI                 string `json:"UsoCFDI,omitempty"`
}

func (r *Receptor) fields(b []Field) []Field {
	return append(
		b,
		Required("Rfc", &r.Rfc),
		Required("Nombre", &r.Nombre),
		Required("DomicilioFiscalReceptor", &r.DomicilioFiscalReceptor),
		Optional("ResidenciaFiscal", &r.ResidenciaFiscal),
		Optional("NumRegIdTrib", &r.NumRegIdTrib),
		Required("RegimenFiscalReceptor", &r.RegimenFiscalReceptor),
		Required("UsoCFDI", &r.UsoCFDI),
	)
}
