package demo

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
)

// The tax keys of c_Impuesto that the demo uses.
const (
	isr  = "001"
	iva  = "002"
	ieps = "003"
)

// row is the product as the directory keeps it.
func (p product) row() directory.Product {
	traslados, retenciones := taxesOf(p.impuestos)
	return directory.Product{
		Clave: p.clave, Descripcion: p.descripcion, ClaveProdServ: p.sat, ClaveUnidad: p.unidad, Unidad: p.nombreUnidad,
		Precio: decimal.MustParse(p.precio), Moneda: "MXN", ObjetoImp: "02", Traslados: traslados, Retenciones: retenciones, Activo: true,
	}
}

// taxesOf spells out one way of being taxed; the rates stand in c_TasaOCuota.
func taxesOf(how string) (traslados, retenciones []directory.Tax) {
	rate := func(impuesto, value string) directory.Tax {
		return directory.Tax{Impuesto: impuesto, TipoFactor: "Tasa", TasaOCuota: decimal.MustParse(value)}
	}
	switch how {
	case iva0:
		return []directory.Tax{rate(iva, "0.000000")}, nil
	case iva8:
		return []directory.Tax{rate(iva, "0.080000")}, nil
	case exento:
		return []directory.Tax{{Impuesto: iva, TipoFactor: "Exento"}}, nil
	case ieps8:
		return []directory.Tax{rate(ieps, "0.080000"), rate(iva, "0.000000")}, nil
	case beer:
		return []directory.Tax{rate(ieps, "0.265000"), rate(iva, "0.160000")}, nil
	case spirits:
		return []directory.Tax{rate(ieps, "0.530000"), rate(iva, "0.160000")}, nil
	case freight:
		return []directory.Tax{rate(iva, "0.160000")}, []directory.Tax{rate(iva, "0.040000")}
	default:
		return []directory.Tax{rate(iva, "0.160000")}, nil
	}
}

// concepto is one line of a receipt: quantity times the product's price, taxed as given.
func concepto(p directory.Product, quantity string, traslados, retenciones []directory.Tax) cfdi.Concepto {
	taxes := &cfdi.ConceptoImpuestos{}
	for _, t := range traslados {
		taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: t.Impuesto, TipoFactor: t.TipoFactor, TasaOCuota: t.TasaOCuota})
	}
	for _, t := range retenciones {
		taxes.Retenciones = append(taxes.Retenciones, cfdi.ConceptoRetencion{Impuesto: t.Impuesto, TipoFactor: t.TipoFactor, TasaOCuota: t.TasaOCuota})
	}
	return cfdi.Concepto{
		ClaveProdServ: p.ClaveProdServ, NoIdentificacion: p.Clave, Cantidad: decimal.MustParse(quantity), ClaveUnidad: p.ClaveUnidad,
		Unidad: p.Unidad, Descripcion: p.Descripcion, ValorUnitario: p.Precio, ObjetoImp: "02", Impuestos: taxes,
	}
}
