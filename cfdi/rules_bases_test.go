package cfdi_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

// ownCatalogue is a full catalogue of a few rows of our own, so that unknown keys
// are wrong rather than undecided.
func ownCatalogue(t testing.TB) *catalogo.Catalog {
	t.Helper()
	src, dir := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"c_ClaveProdServ.tsv": "id\ttexto\tiva_trasladado\tieps_trasladado\tcomplemento\tvigencia_desde\tvigencia_hasta\testimulo_frontera\tsimilares\n" +
			"01010101\tNo existe en el catálogo\t0\t0\t\t2019-01-07\t\t0\t\n" +
			"80131502\tRenta\t0\t0\t\t2019-01-07\t\t1\t\n" +
			"80131503\tSin estímulo\t0\t0\t\t2019-01-07\t\t0\t\n" +
			"80111701\tPersonal\t1\t0\t\t2019-01-07\t\t1\t\n" +
			"84111505\tNómina\t0\t0\t\t2019-01-07\t\t0\t\n" +
			"84111506\tPago\t0\t0\t\t2019-01-07\t\t0\t\n" +
			"15101514\tGasolina\t0\t0\t\t2019-01-07\t\t0\t\n" +
			"99999999\tTerminada\t0\t0\t\t2019-01-07\t2024-12-31\t1\t\n",
		"c_ClaveUnidad.tsv":        "id\ttexto\tvigencia_desde\tvigencia_hasta\nE48\tServicio\t2022-01-01\t\nACT\tActividad\t2022-01-01\t\nH87\tPieza\t2022-01-01\t\n",
		"c_NumPedimentoAduana.tsv": "aduana\tpatente\tejercicio\tcantidad\tvigencia_desde\tvigencia_hasta\n47\t3807\t2026\t000500\t2026-01-01\t\n",
		"c_CodigoPostal.tsv":       "id\testado\tmunicipio\testimulo_frontera\thuso_descripcion\n06600\tCMX\t015\t0\t\n42501\tHID\t\t0\t\n36257\tGUA\t\t0\t\n22000\tBCN\t004\t1\t\n",
	} {
		if err := os.WriteFile(filepath.Join(src, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := catalogo.Import(src, dir); err != nil {
		t.Fatal(err)
	}
	cat, err := catalogo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// rulesAt is the clock of the cases: eight minutes after the bases' Fecha in
// central Mexico.
var rulesAt = time.Date(2026, 11, 20, 16, 8, 0, 0, time.UTC)

// factura is an invoice with a bit of everything that breaks no rule.
func factura() *cfdi.Comprobante {
	return &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: "7", Fecha: "2026-11-20T10:00:00", FormaPago: "03", MetodoPago: "PUE",
		Moneda: "MXN", TipoDeComprobante: "I", Exportacion: "01", LugarExpedicion: "42501",
		SubTotal: num("250.00"), Descuento: num("20.00"), Total: num("248.80"),
		Emisor: cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"},
		Receptor: cfdi.Receptor{
			Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "36257",
			RegimenFiscalReceptor: "612", UsoCFDI: "G03",
		},
		Conceptos: []cfdi.Concepto{
			{
				ClaveProdServ: "80131502", NoIdentificacion: "R-1", Cantidad: num("2"), ClaveUnidad: "E48", Unidad: "Mes",
				Descripcion: "Renta de local", ValorUnitario: num("100.00"), Importe: num("200.00"), Descuento: num("20.00"), ObjetoImp: "02",
				Impuestos: &cfdi.ConceptoImpuestos{
					Traslados: []cfdi.Traslado{
						{Base: num("180.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.160000"), Importe: num("28.80")},
					},
					Retenciones: []cfdi.ConceptoRetencion{
						{Base: num("180.00"), Impuesto: "001", TipoFactor: "Tasa", TasaOCuota: num("0.100000"), Importe: num("18.00")},
					},
				},
				ACuentaTerceros: &cfdi.ACuentaTerceros{
					RfcACuentaTerceros: "JUFA7608212V6", NombreACuentaTerceros: "ADRIANA JUAREZ FERNANDEZ",
					RegimenFiscalACuentaTerceros: "606", DomicilioFiscalACuentaTerceros: "01160",
				},
				CuentaPredial: []cfdi.CuentaPredial{{Numero: "15956011002"}},
			},
			{
				ClaveProdServ: "80131503", Cantidad: num("1"), ClaveUnidad: "H87", Descripcion: "Juego importado",
				ValorUnitario: num("50.00"), Importe: num("50.00"), ObjetoImp: "02",
				Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{
					{Base: num("50.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.160000"), Importe: num("8.00")},
				}},
				InformacionAduanera: []cfdi.InformacionAduanera{{NumeroPedimento: "26  47  3807  6000123"}},
				Parte: []cfdi.Parte{{
					ClaveProdServ: "80131502", Cantidad: num("2"), Descripcion: "Pieza", ValorUnitario: num("25.00"), Importe: num("50.00"),
					InformacionAduanera: []cfdi.InformacionAduanera{{NumeroPedimento: "26  47  3807  6000123"}},
				}},
			},
		},
		Impuestos: &cfdi.Impuestos{
			Retenciones:               []cfdi.Retencion{{Impuesto: "001", Importe: num("18.00")}},
			TotalImpuestosRetenidos:   num("18.00"),
			Traslados:                 []cfdi.Traslado{{Base: num("230.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: num("0.160000"), Importe: num("36.80")}},
			TotalImpuestosTrasladados: num("36.80"),
		},
	}
}

// exenta sells only what is exempt of IVA.
func exenta() *cfdi.Comprobante {
	c := factura()
	c.SubTotal, c.Descuento, c.Total = num("100.00"), cfdi.Concepto{}.Descuento, num("100.00")
	row := cfdi.Traslado{Base: num("100.00"), Impuesto: "002", TipoFactor: "Exento"}
	c.Conceptos = []cfdi.Concepto{{
		ClaveProdServ: "80131502", Cantidad: num("1"), ClaveUnidad: "E48", Descripcion: "Renta de casa",
		ValorUnitario: num("100.00"), Importe: num("100.00"), ObjetoImp: "02",
		Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{row}},
	}}
	c.Impuestos = &cfdi.Impuestos{Traslados: []cfdi.Traslado{row}}
	return c
}

// sinImpuestos has one line that bears no tax.
func sinImpuestos() *cfdi.Comprobante {
	c := exenta()
	c.Conceptos[0].ObjetoImp, c.Conceptos[0].Impuestos, c.Impuestos = "01", nil, nil
	return c
}

// global is a factura global of a month.
func global() *cfdi.Comprobante {
	c := sinImpuestos()
	c.Receptor = cfdi.Receptor{
		Rfc: "XAXX010101000", Nombre: "PUBLICO EN GENERAL", DomicilioFiscalReceptor: "42501",
		RegimenFiscalReceptor: "616", UsoCFDI: "S01",
	}
	c.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: "04", Meses: "11", Año: "2026"}
	return c
}

// extranjera is an invoice to somebody abroad, in dollars, with Comercio Exterior.
func extranjera() *cfdi.Comprobante {
	c := sinImpuestos()
	c.Moneda, c.TipoCambio, c.Exportacion = "USD", num("18.1234"), "02"
	c.Receptor = cfdi.Receptor{
		Rfc: "XEXX010101000", Nombre: "ACME INC", DomicilioFiscalReceptor: "42501", ResidenciaFiscal: "USA",
		NumRegIdTrib: "123456789", RegimenFiscalReceptor: "616", UsoCFDI: "S01",
	}
	c.Complementos = cfdi.Complementos{silent{"http://www.sat.gob.mx/ComercioExterior20"}}
	return c
}

// deTercero charges for somebody abroad.
func deTercero() *cfdi.Comprobante {
	c := sinImpuestos()
	c.Conceptos[0].ACuentaTerceros = &cfdi.ACuentaTerceros{
		RfcACuentaTerceros: "EXT990101NI1", NombreACuentaTerceros: cfdi.LeyendaTercero,
		RegimenFiscalACuentaTerceros: "616", DomicilioFiscalACuentaTerceros: "42501",
	}
	return c
}

// notaDeCredito gives back a part of an invoice.
func notaDeCredito() *cfdi.Comprobante {
	c := factura()
	c.TipoDeComprobante, c.Receptor.UsoCFDI = "E", "G02"
	c.CfdiRelacionados = []cfdi.CfdiRelacionados{{
		TipoRelacion: "01", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF"}},
	}}
	return c
}

// traslado moves goods of one's own.
func traslado() *cfdi.Comprobante {
	c := sinImpuestos()
	c.TipoDeComprobante, c.FormaPago, c.MetodoPago, c.Moneda = "T", "", "", "XXX"
	c.SubTotal, c.Total = num("0"), num("0")
	c.Receptor.UsoCFDI = "S01"
	c.Conceptos[0].ValorUnitario, c.Conceptos[0].Importe = num("0"), num("0")
	return c
}

// pago is the envelope of a payment.
func pago() *cfdi.Comprobante {
	c := traslado()
	c.TipoDeComprobante, c.Receptor.UsoCFDI = "P", "CP01"
	c.Complementos = cfdi.Complementos{silent{"http://www.sat.gob.mx/Pagos20"}}
	return c
}

// nomina is the envelope of a payroll.
func nomina() *cfdi.Comprobante {
	c := sinImpuestos()
	c.TipoDeComprobante, c.FormaPago = "N", ""
	c.Receptor.RegimenFiscalReceptor, c.Receptor.UsoCFDI = "605", "CN01"
	c.Conceptos[0].ClaveProdServ, c.Conceptos[0].ClaveUnidad = "84111505", "ACT"
	c.Complementos = cfdi.Complementos{silent{"http://www.sat.gob.mx/nomina12"}}
	return c
}

func bases() map[string]func() *cfdi.Comprobante {
	return map[string]func() *cfdi.Comprobante{
		"factura": factura, "exenta": exenta, "sinImpuestos": sinImpuestos, "global": global, "extranjera": extranjera,
		"deTercero": deTercero, "notaDeCredito": notaDeCredito, "traslado": traslado, "pago": pago, "nomina": nomina,
	}
}

// silent is a complement that is only there.
type silent struct{ space string }

func (s silent) Known() cfdi.Known {
	return cfdi.Known{Space: s.space, Prefix: "x", Local: "X", Read: func(*xmldoc.Element) (cfdi.Complemento, error) { return s, nil }}
}

func (silent) Validate(*cfdi.Comprobante, *catalogo.Catalog, time.Time) []cfdi.Finding { return nil }
func (silent) WriteCadena(*cfdi.CadenaWriter)                                          {}
func (silent) WriteXML(w *xmldoc.Writer)                                               { w.Start("x:X"); w.End() }
