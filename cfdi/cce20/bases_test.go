package cce20_test

import (
	"maps"
	"slices"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/decimal"
)

type X = cce20.ComercioExterior

var (
	cat  = catalogo.New()
	none decimal.Decimal
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

const (
	uuid = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
	curp = "XEXX010101HNEXXXA4"
)

func line(id, quantity, price string) cfdi.Concepto {
	return cfdi.Concepto{
		ClaveProdServ: "40141600", NoIdentificacion: id, Cantidad: num(quantity), ClaveUnidad: "H87", Unidad: "Pieza", Descripcion: "Válvula",
		ValorUnitario: num(price), ObjetoImp: "02",
		Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.000000")}}},
	}
}

// invoice is the export of some lines to a company abroad.
func invoice(moneda, rate string, lines ...cfdi.Concepto) *cfdi.Comprobante {
	c := &cfdi.Comprobante{
		Version: "4.0", Fecha: "2026-11-20T11:58:00", FormaPago: "03", Moneda: moneda, TipoDeComprobante: "I", Exportacion: "02",
		MetodoPago: "PUE", LugarExpedicion: "76199",
		Emisor: cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: cfdi.RfcExtranjero, Nombre: "ACME VALVES", DomicilioFiscalReceptor: "76199", ResidenciaFiscal: "USA", NumRegIdTrib: "123456789",
			RegimenFiscalReceptor: "616", UsoCFDI: "S01",
		},
		Conceptos: lines,
	}
	if rate != "" {
		c.TipoCambio = num(rate)
	}
	c.Totalize(cat)
	return c
}

func planta() cce20.Domicilio {
	return cce20.Domicilio{
		Calle: "Calle del Papel", NumeroExterior: "1", NumeroInterior: "B & C", Colonia: "0214", Localidad: "01", Referencia: "Junto al río", Municipio: "014",
		Estado: "QUE", Pais: "MEX", CodigoPostal: "76199",
	}
}

func austin() cce20.Domicilio {
	return cce20.Domicilio{
		Calle: "Congress Avenue", NumeroExterior: "100", NumeroInterior: "5", Colonia: "Downtown", Localidad: "Austin", Referencia: "\"Corner\"",
		Municipio: "Travis", Estado: "TX", Pais: "USA", CodigoPostal: "78701",
	}
}

func toronto() cce20.Domicilio {
	return cce20.Domicilio{Calle: "Bay Street", Estado: "ON", Pais: "CAN", CodigoPostal: "M5J 2N8"}
}

func madrid() cce20.Domicilio {
	return cce20.Domicilio{Calle: "Gran Vía", Estado: "Madrid", Pais: "ESP", CodigoPostal: "28013"}
}

func at(d cce20.Domicilio) *cce20.Domicilio { return &d }

// carrying adds the complement that an export makes.
func carrying(c *cfdi.Comprobante, e cce20.Exportacion) *cfdi.Comprobante {
	x, err := e.ComercioExterior(c)
	if err != nil {
		panic(err)
	}
	c.Complementos = append(c.Complementos, x)
	return c
}

// definitiva says all that a sale in dollars can.
func definitiva() *cfdi.Comprobante {
	return carrying(invoice("USD", "18.123400", line("A-1", "100", "12.50"), line("B-2", "3.5", "99.99"), line("B-2", "1", "0.07")), cce20.Exportacion{
		NumCertificadoOrigen: "CERT-0001", NumeroExportadorConfiable: "MX/123/2026", Incoterm: "FOB", Observaciones: "Sin  marcas ñ",
		Emisor:   cce20.Emisor{Domicilio: planta()},
		Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
		Destinatario: []cce20.Destinatario{
			{NumRegIdTrib: "987654321", Nombre: "ACME <NORTH>", Domicilio: []cce20.Domicilio{toronto()}}, {Domicilio: []cce20.Domicilio{madrid(), madrid()}},
		},
		Bienes: []cce20.Bien{
			{
				NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("100"), Unidad: "01",
				DescripcionesEspecificas: []cce20.DescripcionesEspecificas{{Marca: "Acme", Modelo: "V1", SubModelo: "a", NumeroSerie: "S-1"}, {Marca: "Acme"}},
			},
			{NoIdentificacion: "B-2", FraccionArancelaria: "8481809900", Cantidad: num("3.500"), Unidad: "01", ValorUnitario: num("50")},
			{NoIdentificacion: "B-2", FraccionArancelaria: "8481300100", Cantidad: num("1"), Unidad: "01"},
		},
	})
}

// minima says the least, in pesos, to a receptor with an RFC.
func minima() *cfdi.Comprobante {
	c := invoice("MXN", "", line("A-1", "7", "123.45"))
	c.Receptor = cfdi.Receptor{Rfc: "H&E951128469", Nombre: "HERRERIA & ELECTRICOS", DomicilioFiscalReceptor: "06002", RegimenFiscalReceptor: "601", UsoCFDI: "G01"}
	return carrying(c, cce20.Exportacion{
		Incoterm: "EXW", TipoCambioUSD: num("18.1234"), Emisor: cce20.Emisor{Domicilio: cce20.Domicilio{Calle: "Uno", Estado: "QUE", Pais: "MEX", CodigoPostal: "76199"}},
		Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("7"), Unidad: "01"}},
	})
}

// sinAduana has what the line says for the customs too.
func sinAduana() *cfdi.Comprobante {
	c := minima()
	m := &cce20.De(c).Mercancias[0]
	m.CantidadAduana, m.UnidadAduana, m.ValorUnitarioAduana = none, "", none
	return c
}

// fisica is a person that sells to a Mexican address.
func fisica() *cfdi.Comprobante {
	c := minima()
	c.Emisor = cfdi.Emisor{Rfc: "FUNK671228PH6", Nombre: "KARLA FUENTE NOLASCO", RegimenFiscal: "612"}
	x := cce20.De(c)
	x.Emisor.Curp, x.Receptor = curp, &cce20.Receptor{Domicilio: at(planta())}
	x.Destinatario = []cce20.Destinatario{{Domicilio: []cce20.Domicilio{planta()}}}
	return c
}

// moved are goods of others, whose lines have no price.
func moved() *cfdi.Comprobante {
	k := line("A-1", "5", "0")
	k.ObjetoImp, k.Impuestos = "01", nil
	c := invoice("XXX", "", k)
	c.TipoDeComprobante, c.FormaPago, c.MetodoPago = "T", "", ""
	c.Receptor = cfdi.Receptor{Rfc: c.Emisor.Rfc, Nombre: c.Emisor.Nombre, DomicilioFiscalReceptor: "76199", RegimenFiscalReceptor: "601", UsoCFDI: "S01"}
	c.Totalize(cat)
	return c
}

func ajeno() *cfdi.Comprobante {
	return carrying(moved(), cce20.Exportacion{
		MotivoTraslado: "05", Incoterm: "DAP", TipoCambioUSD: num("18.1234"), Emisor: cce20.Emisor{Domicilio: planta()},
		Propietario:  []cce20.Propietario{{NumRegIdTrib: "123456789", ResidenciaFiscal: "USA"}, {NumRegIdTrib: "B-12345678", ResidenciaFiscal: "ESP"}},
		Destinatario: []cce20.Destinatario{{Domicilio: []cce20.Domicilio{austin()}}},
		Bienes:       []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("5"), Unidad: "01", ValorUnitario: num("2.125")}},
	})
}

// facturado moves goods that were sold before, with what the lines say alone.
func facturado() *cfdi.Comprobante {
	c := ajeno()
	c.CfdiRelacionados = []cfdi.CfdiRelacionados{{TipoRelacion: "05", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: uuid}}}}
	c.Conceptos[0].Unidad = "01"
	x := cce20.De(c)
	x.MotivoTraslado, x.Propietario = "01", nil
	m := &x.Mercancias[0]
	m.CantidadAduana, m.UnidadAduana, m.ValorUnitarioAduana = none, "", none
	return c
}

// muestra is given away: all of it is discounted.
func muestra() *cfdi.Comprobante {
	k := line("A-1", "2", "50.00")
	k.Descuento, k.ObjetoImp, k.Impuestos = num("100.00"), "01", nil
	return carrying(invoice("USD", "18.1234", k), cce20.Exportacion{
		Incoterm: "FOB", Emisor: cce20.Emisor{Domicilio: planta()}, Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
		Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "9801000100", Cantidad: num("2"), Unidad: "01"}},
	})
}

// servicio goes with goods: one that counts in their value and one that does not.
func servicio() *cfdi.Comprobante {
	flete, otro := line("S-1", "1", "300.00"), line("S-2", "1", "10.00")
	flete.ClaveUnidad, otro.ClaveUnidad = "E48", "E48"
	return carrying(invoice("USD", "18.1234", line("A-1", "2", "50.00"), flete, otro), cce20.Exportacion{
		Incoterm: "CIF", Emisor: cce20.Emisor{Domicilio: planta()}, Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
		Bienes: []cce20.Bien{
			{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("2"), Unidad: "01"},
			{NoIdentificacion: "S-1", Cantidad: num("1"), Unidad: "99"},
			{NoIdentificacion: "S-2", Cantidad: num("1"), Unidad: "99", FueraDeValor: true},
		},
	})
}

func bases() map[string]func() *cfdi.Comprobante {
	return map[string]func() *cfdi.Comprobante{
		"definitiva": definitiva, "minima": minima, "sinAduana": sinAduana, "fisica": fisica, "ajeno": ajeno, "facturado": facturado,
		"muestra": muestra, "servicio": servicio,
	}
}

func names() []string { return slices.Sorted(maps.Keys(bases())) }
