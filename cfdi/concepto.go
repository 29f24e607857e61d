package cfdi

import "iofacturo.mx/decimal"

// A Concepto is one line: a good or service with its taxes.
type Concepto struct {
	ClaveProdServ    string          `json:"ClaveProdServ,omitempty"`
	NoIdentificacion string          `json:"NoIdentificacion,omitempty"`
	Cantidad         decimal.Decimal `json:"Cantidad,omitzero"`
	ClaveUnidad      string          `json:"ClaveUnidad,omitempty"`
	Unidad           string          `json:"Unidad,omitempty"`
	Descripcion      string          `json:"Descripcion,omitempty"`
	ValorUnitario    decimal.Decimal `json:"ValorUnitario,omitzero"`
	Importe          decimal.Decimal `json:"Importe,omitzero"`
	Descuento        decimal.Decimal `json:"Descuento,omitzero"`
	ObjetoImp        string          `json:"ObjetoImp,omitempty"`

	Impuestos           *ConceptoImpuestos    `json:"Impuestos,omitempty"`
	ACuentaTerceros     *ACuentaTerceros      `json:"ACuentaTerceros,omitempty"`
	InformacionAduanera []InformacionAduanera `json:"InformacionAduanera,omitempty"`
	CuentaPredial       []CuentaPredial       `json:"CuentaPredial,omitempty"`
	Complementos        Complementos          `json:"Complementos,omitempty"` // ComplementoConcepto
	Parte               []Parte               `json:"Parte,omitempty"`
}

func (c *Concepto) fields(b []Field) []Field {
	return append(
		b,
		Required("ClaveProdServ", &c.ClaveProdServ),
		Optional("NoIdentificacion", &c.NoIdentificacion),
		RequiredNumber("Cantidad", &c.Cantidad),
		Required("ClaveUnidad", &c.ClaveUnidad),
		Optional("Unidad", &c.Unidad),
		Required("Descripcion", &c.Descripcion),
		RequiredNumber("ValorUnitario", &c.ValorUnitario),
		RequiredNumber("Importe", &c.Importe),
		OptionalNumber("Descuento", &c.Descuento),
		Required("ObjetoImp", &c.ObjetoImp),
	)
}

// ConceptoImpuestos are the federal taxes of one Concepto.
type ConceptoImpuestos struct {
	Traslados   []Traslado          `json:"Traslados,omitempty"`
	Retenciones []ConceptoRetencion `json:"Retenciones,omitempty"`
}

// ACuentaTerceros names the third party for whom a line is charged.
type ACuentaTerceros struct {
	RfcACuentaTerceros             string `json:"RfcACuentaTerceros,omitempty"`
	NombreACuentaTerceros          string `json:"NombreACuentaTerceros,omitempty"`
	RegimenFiscalACuentaTerceros   string `json:"RegimenFiscalACuentaTerceros,omitempty"`
	DomicilioFiscalACuentaTerceros string `json:"DomicilioFiscalACuentaTerceros,omitempty"`
}

func (t *ACuentaTerceros) fields(b []Field) []Field {
	return append(
		b,
		Required("RfcACuentaTerceros", &t.RfcACuentaTerceros),
		Required("NombreACuentaTerceros", &t.NombreACuentaTerceros),
		Required("RegimenFiscalACuentaTerceros", &t.RegimenFiscalACuentaTerceros),
		Required("DomicilioFiscalACuentaTerceros", &t.DomicilioFiscalACuentaTerceros),
	)
}

// InformacionAduanera is the pedimento under which goods came in, 21
// characters with two spaces between its groups.
type InformacionAduanera struct {
	NumeroPedimento string `json:"NumeroPedimento,omitempty"`
}

func (a *InformacionAduanera) fields(b []Field) []Field {
	return append(b, verbatim("NumeroPedimento", &a.NumeroPedimento))
}

// CuentaPredial is the property tax account of a rented building.
type CuentaPredial struct {
	Numero string `json:"Numero,omitempty"`
}

func (p *CuentaPredial) fields(b []Field) []Field { return append(b, Required("Numero", &p.Numero)) }

// A Parte is one component of a kit. It bears no taxes.
type Parte struct {
	ClaveProdServ       string                `json:"ClaveProdServ,omitempty"`
	NoIdentificacion    string                `json:"NoIdentificacion,omitempty"`
	Cantidad            decimal.Decimal       `json:"Cantidad,omitzero"`
	Unidad              string                `json:"Unidad,omitempty"`
	Descripcion         string                `json:"Descripcion,omitempty"`
	ValorUnitario       decimal.Decimal       `json:"ValorUnitario,omitzero"`
	Importe             decimal.Decimal       `json:"Importe,omitzero"`
	InformacionAduanera []InformacionAduanera `json:"InformacionAduanera,omitempty"`
}

func (p *Parte) fields(b []Field) []Field {
	return append(
		b,
		Required("ClaveProdServ", &p.ClaveProdServ),
		Optional("NoIdentificacion", &p.NoIdentificacion),
		RequiredNumber("Cantidad", &p.Cantidad),
		Optional("Unidad", &p.Unidad),
		Required("Descripcion", &p.Descripcion),
		OptionalNumber("ValorUnitario", &p.ValorUnitario),
		OptionalNumber("Importe", &p.Importe),
	)
}
