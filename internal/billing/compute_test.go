package billing

import (
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// A discount typed on a price with taxes is taken off that price, taxes and all,
// however often it is computed.
func TestComputeTakesADiscountWithTaxesOffThePriceWithTaxes(t *testing.T) {
	s := New(Config{Catalog: catalogo.New()})
	d := Draft{
		Comprobante: cfdi.Comprobante{Moneda: "MXN", TipoDeComprobante: "I", Conceptos: []cfdi.Concepto{{
			Cantidad: decimal.MustParse("2"), ObjetoImp: "02",
			Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.160000")}}},
		}}},
		Lines: []DraftLine{{PrecioConImpuestos: decimal.MustParse("116.00"), DescuentoConImpuestos: decimal.MustParse("58.00")}},
	}
	for range 2 {
		if found := s.Compute(&d); len(found) > 0 {
			t.Fatal(found)
		}
		if got := d.Comprobante.Total.Fixed(2); got != "174.00" {
			t.Errorf("Total %s", got)
		}
		if got := d.Comprobante.Descuento.Fixed(2); got != "50.00" {
			t.Errorf("Descuento %s", got)
		}
	}
}
