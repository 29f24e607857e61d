package cce20_test

import (
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/decimal"
)

// sale is an invoice of a hundred valves to a company in Texas, in pesos and at the rate of
// what is exported.
func sale(cat *catalogo.Catalog) *cfdi.Comprobante {
	c := &cfdi.Comprobante{
		Version: "4.0", Fecha: "2026-11-20T12:00:00", FormaPago: "03", MetodoPago: "PUE", Moneda: "MXN", TipoDeComprobante: "I",
		Exportacion: "02", LugarExpedicion: "76199",
		Emisor: cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: cfdi.RfcExtranjero, Nombre: "ACME VALVES", DomicilioFiscalReceptor: "76199", ResidenciaFiscal: "USA", NumRegIdTrib: "123456789",
			RegimenFiscalReceptor: "616", UsoCFDI: "S01",
		},
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "40141600", NoIdentificacion: "A-1", Cantidad: decimal.FromInt(100), ClaveUnidad: "H87", Descripcion: "Válvula de bola",
			ValorUnitario: decimal.MustParse("1850.00"), ObjetoImp: "02", Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
				{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.000000")},
			}},
		}},
	}
	c.Totalize(cat) // what the goods are worth comes from the lines
	return c
}

// export is what the exporter knows: the customs count the valves by the kilogram.
func export() cce20.Exportacion {
	return cce20.Exportacion{
		Incoterm: "FOB", TipoCambioUSD: decimal.MustParse("18.5000"),
		Emisor: cce20.Emisor{Domicilio: cce20.Domicilio{Calle: "Calle del Papel", Municipio: "014", Estado: "QUE", Pais: "MEX", CodigoPostal: "76199"}},
		Receptor: &cce20.Receptor{
			NumRegIdTrib: "123456789", Domicilio: &cce20.Domicilio{Calle: "Congress Avenue", Estado: "TX", Pais: "USA", CodigoPostal: "78701"},
		},
		Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: decimal.FromInt(350), Unidad: "01"}},
	}
}

// The goods of an invoice are told to the customs, in their unit and in dollars.
func Example() {
	cat := catalogo.New()
	c := sale(cat)
	x, err := export().ComercioExterior(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Complementos = append(c.Complementos, x)
	m := x.Mercancias[0]
	fmt.Println(m.CantidadAduana, "kg a", m.ValorUnitarioAduana, "son", m.ValorDolares, "dólares; en total", x.TotalUSD)
	fmt.Println(len(cfdi.Validate(c, cat, time.Time{}).Errors()), "errores")
	// Output:
	// 350 kg a 28.571429 son 10000.00 dólares; en total 10000.00
	// 0 errores
}

// What an export cannot be is said before there is a complement of it.
func ExampleExportacionError() {
	e := export()
	e.Bienes[0].NoIdentificacion = "B-2"
	_, err := e.ComercioExterior(sale(catalogo.New()))
	var reason *cce20.ExportacionError
	if errors.As(err, &reason) {
		fmt.Println(reason.Path, reason.Message)
	}
	// Output:
	// Bienes[0].NoIdentificacion Ningún concepto tiene este número de identificación.
}
