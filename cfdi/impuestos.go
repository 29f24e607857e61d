package cfdi

import "iofacturo.mx/decimal"

// A Traslado is one transferred tax, of a Concepto or summed at the root.
// TipoFactor Exento has neither TasaOCuota nor Importe.
type Traslado struct {
	Base       decimal.Decimal `json:"Base,omitzero"`
	Impuesto   string          `json:"Impuesto,omitempty"`
	TipoFactor string          `json:"TipoFactor,omitempty"`
	TasaOCuota decimal.Decimal `json:"TasaOCuota,omitzero"`
	Importe    decimal.Decimal `json:"Importe,omitzero"`
}

func (t *Traslado) fields(b []Field) []Field {
	return append(
		b,
		RequiredNumber("Base", &t.Base),
		Required("Impuesto", &t.Impuesto),
		Required("TipoFactor", &t.TipoFactor),
		OptionalNumber("TasaOCuota", &t.TasaOCuota),
		OptionalNumber("Importe", &t.Importe),
	)
}

// A ConceptoRetencion is one tax withheld on a Concepto.
type ConceptoRetencion struct {
	Base       decimal.Decimal `json:"Base,omitzero"`
	Impuesto   string          `json:"Impuesto,omitempty"`
	TipoFactor string          `json:"TipoFactor,omitempty"`
	TasaOCuota decimal.Decimal `json:"TasaOCuota,omitzero"`
	Importe    decimal.Decimal `json:"Importe,omitzero"`
}

func (r *ConceptoRetencion) fields(b []Field) []Field {
	return append(
		b,
		RequiredNumber("Base", &r.Base),
		Required("Impuesto", &r.Impuesto),
		Required("TipoFactor", &r.TipoFactor),
		RequiredNumber("TasaOCuota", &r.TasaOCuota),
		RequiredNumber("Importe", &r.Importe),
	)
}

// Impuestos is the summary of the federal taxes at the root.
type Impuestos struct {
	Retenciones               []Retencion     `json:"Retenciones,omitempty"`
	TotalImpuestosRetenidos   decimal.Decimal `json:"TotalImpuestosRetenidos,omitzero"`
	Traslados                 []Traslado      `json:"Traslados,omitempty"`
	TotalImpuestosTrasladados decimal.Decimal `json:"TotalImpuestosTrasladados,omitzero"`
}

func (i *Impuestos) fields(b []Field) []Field {
	return append(
		b,
		OptionalNumber("TotalImpuestosRetenidos", &i.TotalImpuestosRetenidos),
		OptionalNumber("TotalImpuestosTrasladados", &i.TotalImpuestosTrasladados),
	)
}

// A Retencion is what is withheld of one tax in the whole Comprobante.
type Retencion struct {
	Impuesto string          `json:"Impuesto,omitempty"`
	Importe  decimal.Decimal `json:"Importe,omitzero"`
}

func (r *Retencion) fields(b []Field) []Field {
	return append(
		b,
		Required("Impuesto", &r.Impuesto),
		RequiredNumber("Importe", &r.Importe),
	)
}
