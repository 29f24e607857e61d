package pago20_test

import (
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/decimal"
)

// The people of the examples, and the folio fiscal that the PAC gave the invoice.
var (
	kemper = cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"}
	xenon  = cfdi.Receptor{
		Rfc: "XIA190128J61", Nombre: "XENON INDUSTRIAL ARTICLES", DomicilioFiscalReceptor: "76343", RegimenFiscalReceptor: "601", UsoCFDI: "G03",
	}
)

const folioFiscal = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"

// ppd is an invoice of 10,000.00 pesos and IVA, to be paid later.
func ppd(cat *catalogo.Catalog) *cfdi.Comprobante {
	iva := cfdi.Traslado{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.160000")}
	c := &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: "1", Fecha: "2026-10-05T10:00:00", FormaPago: "99", MetodoPago: "PPD", Moneda: "MXN",
		TipoDeComprobante: "I", Exportacion: "01", LugarExpedicion: "42501", Emisor: kemper, Receptor: xenon,
		Conceptos: []cfdi.Concepto{{
			ClaveProdServ: "80131502", Cantidad: decimal.FromInt(1), ClaveUnidad: "E48", Descripcion: "Renta de local",
			ValorUnitario: decimal.MustParse("10000.00"), ObjetoImp: "02", Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva}},
		}},
	}
	c.Totalize(cat)
	return c
}

// show prints what a payment says of its one invoice, and how many errors the rules find
// in the receipt of it.
func show(cat *catalogo.Catalog, pagos *pago20.Pagos) {
	p := pagos.Pago[0]
	d := p.DoctoRelacionado[0]
	fmt.Printf("%s %s a %s: parcialidad %s, debía %s, pagó %s, debe %s %s\n",
		p.Monto, p.MonedaP, p.TipoCambioP, d.NumParcialidad, d.ImpSaldoAnt, d.ImpPagado, d.ImpSaldoInsoluto, d.MonedaDR)

	c := pagos.Comprobante(kemper, xenon)
	c.Fecha, c.LugarExpedicion = p.FechaPago, "42501"
	fmt.Println(len(cfdi.Validate(c, cat, time.Time{}).Errors()), "errores")
}

// An invoice in pesos is paid in two parts: the first in pesos, the rest in dollars.
func Example() {
	cat := catalogo.New()
	factura := ppd(cat) // of 11,600.00

	first, err := pago20.New(cat, pago20.Pago{FechaPago: "2026-10-20T12:00:00", FormaDePagoP: "03", MonedaP: "MXN"}, pago20.Abono{
		Factura: factura, UUID: folioFiscal, Parcialidad: 1, Importe: decimal.MustParse("5000.00"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(cat, first)

	rest, dollars := decimal.MustParse("6600.00"), decimal.MustParse("360.66")
	second, err := pago20.New(cat, pago20.Pago{
		FechaPago: "2026-11-20T12:00:00", FormaDePagoP: "03", MonedaP: "USD", TipoCambioP: decimal.MustParse("18.3000"), Monto: dollars,
	}, pago20.Abono{
		Factura: factura, UUID: folioFiscal, Parcialidad: 2, SaldoAnterior: rest, Importe: rest,
		Equivalencia: pago20.Equivalencia(rest, dollars),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(cat, second)

	// Of one invoice, the bases of its payments add up to its own.
	for _, pagos := range []*pago20.Pagos{first, second} {
		d := pagos.Pago[0].DoctoRelacionado[0]
		iva := d.ImpuestosDR.TrasladosDR[0]
		fmt.Println(iva.BaseDR, iva.ImporteDR, d.EquivalenciaDR, pagos.Totales.MontoTotalPagos)
	}
	// Output:
	// 5000.00 MXN a 1: parcialidad 1, debía 11600.00, pagó 5000.00, debe 6600.00 MXN
	// 0 errores
	// 360.66 USD a 18.3000: parcialidad 2, debía 6600.00, pagó 6600.00, debe 0.00 MXN
	// 0 errores
	// 4310.34 689.65 1 5000.00
	// 5689.66 910.35 18.2997837299 6600.08
}

// What a payment cannot be is said before there is a receipt of it.
func ExampleAbonoError() {
	cat := catalogo.New()
	pago := pago20.Pago{FechaPago: "2026-10-20T12:00:00", FormaDePagoP: "03", MonedaP: "MXN"}
	_, err := pago20.New(cat, pago, pago20.Abono{
		Factura: ppd(cat), UUID: folioFiscal, Parcialidad: 2, SaldoAnterior: decimal.MustParse("6600.00"), Importe: decimal.MustParse("7000.00"),
	})
	fmt.Println(err)
	// Output:
	// El importe pagado 7000.00 es mayor que el saldo 6600.00 de la factura.
}
