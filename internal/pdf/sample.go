package pdf

import (
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// Sample is a receipt of the type I or E that a company could issue, stamped by nobody:
// what a preview shows. Print it with Options.Test.
func Sample(emisor cfdi.Emisor, lugar, tipo string) ([]byte, error) {
	d := decimal.MustParse
	iva := func(base, importe string) *cfdi.ConceptoImpuestos {
		return &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Base: d(base), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.160000"), Importe: d(importe)}}}
	}
	flete := iva("1000.00", "160.00")
	flete.Retenciones = []cfdi.ConceptoRetencion{{Base: d("1000.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.040000"), Importe: d("40.00")}}
	if tipo != "E" {
		tipo = "I"
	}
	c := &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: "128", Fecha: "2026-01-15T10:30:00", Sello: sampleSeal, FormaPago: "03", NoCertificado: "00000000000000000000", Certificado: "MUESTRA",
		SubTotal: d("6300.00"), Descuento: d("300.00"), Moneda: "MXN", Total: d("6920.00"), TipoDeComprobante: tipo, Exportacion: "01", MetodoPago: "PUE", LugarExpedicion: lugar,
		Emisor:   emisor,
		Receptor: cfdi.Receptor{Rfc: "XAXX010101000", Nombre: "CLIENTE DE MUESTRA", DomicilioFiscalReceptor: lugar, RegimenFiscalReceptor: "616", UsoCFDI: "S01"},
		Conceptos: []cfdi.Concepto{
			{ClaveProdServ: "80101500", NoIdentificacion: "ASE-1", Cantidad: d("1"), ClaveUnidad: "E48", Descripcion: "Asesoría para abrir la segunda tienda, con visita y reporte por escrito", ValorUnitario: d("4000.00"), Importe: d("4000.00"), Descuento: d("300.00"), ObjetoImp: "02", Impuestos: iva("3700.00", "592.00")},
			{ClaveProdServ: "56101700", NoIdentificacion: "ESC-40", Cantidad: d("2"), ClaveUnidad: "H87", Descripcion: "Escritorio de pino de 1.20 m", ValorUnitario: d("650.00"), Importe: d("1300.00"), ObjetoImp: "02", Impuestos: iva("1300.00", "208.00")},
			{ClaveProdServ: "78101802", NoIdentificacion: "FLE-2", Cantidad: d("1"), ClaveUnidad: "E48", Descripcion: "Flete local", ValorUnitario: d("1000.00"), Importe: d("1000.00"), ObjetoImp: "02", Impuestos: flete},
		},
		Impuestos: &cfdi.Impuestos{
			Retenciones: []cfdi.Retencion{{Impuesto: "002", Importe: d("40.00")}}, TotalImpuestosRetenidos: d("40.00"),
			Traslados: []cfdi.Traslado{{Base: d("6000.00"), Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: d("0.160000"), Importe: d("960.00")}}, TotalImpuestosTrasladados: d("960.00"),
		},
	}
	return cfdi.AddTimbre(cfdi.WriteXML(c), &cfdi.Timbre{
		Version: "1.1", UUID: "00000000-0000-4000-8000-000000000000", FechaTimbrado: "2026-01-15T10:30:02", RfcProvCertif: "AAA010101AAA",
		SelloCFD: c.Sello, NoCertificadoSAT: "00000000000000000000", SelloSAT: sampleSeal,
	})
}

// sampleSeal is as long as a seal and says what it is.
var sampleSeal = strings.Repeat("MUESTRA/SIN/VALIDEZ/FISCAL/", 13)[:342] + "=="
