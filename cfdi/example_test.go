package cfdi_test

import (
	"bytes"
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
)

// The people of the examples.
var (
	kemper = cfdi.Emisor{Rfc: "EKU9003173C9", Nombre: "ESCUELA KEMPER URGATE", RegimenFiscal: "601"}
	casas  = cfdi.Emisor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", RegimenFiscal: "612"}
	xenon  = cfdi.Receptor{
		Rfc: "XIA190128J61", Nombre: "XENON INDUSTRIAL ARTICLES", DomicilioFiscalReceptor: "76343", RegimenFiscalReceptor: "601", UsoCFDI: "G03",
	}
)

// iva16 is a transfer of IVA of 16 %.
var iva16 = cfdi.Traslado{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: decimal.MustParse("0.160000")}

// invoice begins an invoice of today, in pesos, paid by transfer at once.
func invoice(emisor cfdi.Emisor, lines ...cfdi.Concepto) *cfdi.Comprobante {
	return &cfdi.Comprobante{
		Version: "4.0", Serie: "A", Folio: "1", Fecha: "2026-11-20T10:00:00", FormaPago: "03", MetodoPago: "PUE", Moneda: "MXN",
		TipoDeComprobante: "I", Exportacion: "01", LugarExpedicion: "42501", Emisor: emisor, Receptor: xenon, Conceptos: lines,
	}
}

// service is a line of one service with IVA.
func service(what, price string) cfdi.Concepto {
	return cfdi.Concepto{
		ClaveProdServ: "80131502", Cantidad: decimal.FromInt(1), ClaveUnidad: "E48", Descripcion: what, ValorUnitario: decimal.MustParse(price),
		ObjetoImp: "02", Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva16}},
	}
}

// show prints what a document comes to and what the rules find.
func show(c *cfdi.Comprobante) {
	cat := catalogo.New()
	fmt.Printf("%s %s %s: subtotal %s, total %s %s, %d errores\n", c.TipoDeComprobante, c.MetodoPago, c.FormaPago, c.SubTotal, c.Total, c.Moneda,
		len(cfdi.Validate(c, cat, time.Time{}).Errors()))
}

// An invoice that is paid at once.
func Example() {
	c := invoice(kemper, service("Renta de local", "8500.00"))
	c.Totalize(catalogo.New())
	show(c)
	for _, line := range c.Explain(catalogo.New()) {
		fmt.Println(line)
	}
	// Output:
	// I PUE 03: subtotal 8500.00, total 9860.00 MXN, 0 errores
	// Renta de local: 1 × $8,500.00 = $8,500.00.
	// Renta de local: IVA 16 %: $8,500.00 × 16 % = $1,360.00.
	// Subtotal: $8,500.00.
	// IVA 16 %: $1,360.00.
	// Total: $8,500.00 + $1,360.00 = $9,860.00.
}

// An invoice that is paid later, and the receipt of the first half.
func Example_pagoEnParcialidades() {
	cat := catalogo.New()
	c := invoice(kemper, service("Renta de local", "8500.00"))
	c.MetodoPago, c.FormaPago = "PPD", "99"
	c.Totalize(cat)
	show(c)

	pagos, err := pago20.New(cat, pago20.Pago{FechaPago: "2026-11-20T12:00:00", FormaDePagoP: "03", MonedaP: "MXN"}, pago20.Abono{
		Factura: c, UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF", Parcialidad: 1, Importe: decimal.MustParse("4930.00"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := pagos.Comprobante(kemper, xenon)
	p.Fecha, p.LugarExpedicion = "2026-11-20T13:00:00", "42501"
	show(p)
	d := pagos.Pago[0].DoctoRelacionado[0]
	fmt.Println("quedan", d.ImpSaldoInsoluto, "base", d.ImpuestosDR.TrasladosDR[0].BaseDR, "IVA", d.ImpuestosDR.TrasladosDR[0].ImporteDR)
	// Output:
	// I PPD 99: subtotal 8500.00, total 9860.00 MXN, 0 errores
	// P  : subtotal 0, total 0 XXX, 0 errores
	// quedan 4930.00 base 4250.00 IVA 680.00
}

// An invoice is judged, sealed and verified. The certificate is one of a test authority.
func ExamplePrepare() {
	cat, now := catalogo.New(), time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	ca, err := prueba.New(now, 2048)
	if err != nil {
		fmt.Println(err)
		return
	}
	password := []byte("contraseña de prueba")
	cer, llave, err := ca.CSD(kemper.Rfc, kemper.Nombre, password)
	if err != nil {
		fmt.Println(err)
		return
	}
	certificate, err := csd.ParseCertificate(cer)
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := csd.OpenKey(llave, password)
	if err != nil {
		fmt.Println(err)
		return
	}

	c := invoice(kemper, service("Renta de local", "8500.00"))
	c.Totalize(cat)
	p, err := cfdi.Prepare(c, cat, certificate, now) // every rule; err is Findings
	if err != nil {
		fmt.Println(err)
		return
	}
	sealed, err := p.SealWith(key) // or Seal, with what another signed
	if err != nil {
		fmt.Println(err)
		return
	}
	trust := csd.NewTrust(ca.Root())
	fmt.Println(len(cfdi.Verify(sealed.XML(), complementos.All, trust, false).Errors()), "errores")
	changed := bytes.Replace(sealed.XML(), []byte("8500.00"), []byte("9500.00"), 1)
	fmt.Println(cfdi.Verify(changed, complementos.All, trust, false).Errors()[0].Code)
	// Output:
	// 0 errores
	// 302
}

// A credit note of 10 % of an invoice.
func ExampleNewNotaDeCredito() {
	cat := catalogo.New()
	factura := invoice(kemper, service("Renta de local", "8500.00"))
	factura.Totalize(cat)
	c, err := cfdi.NewNotaDeCredito(cat, factura, "5FB2822E-396D-4725-8521-CDC4BDD20CCF", decimal.MustParse("986.00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	show(c)
	fmt.Println(c.CfdiRelacionados[0].TipoRelacion, c.Receptor.UsoCFDI, c.Conceptos[0].Descripcion)
	// Output:
	// E PUE 03: subtotal 850.00, total 986.00 MXN, 0 errores
	// 01 G02 Descuento o bonificación
}

// The global receipt of a month, from tickets whose prices include IVA.
func ExampleNewGlobal() {
	period := cfdi.InformacionGlobal{Periodicidad: "04", Meses: "11", Año: "2026"}
	c, err := cfdi.NewGlobal(catalogo.New(), invoice(kemper), period, []cfdi.Venta{
		{NoIdentificacion: "T-1001", FormaPago: "01", Total: decimal.MustParse("116.00"), Traslados: []cfdi.Traslado{iva16}},
		{NoIdentificacion: "T-1002", FormaPago: "04", Total: decimal.MustParse("99.99"), Traslados: []cfdi.Traslado{iva16}},
		{NoIdentificacion: "T-1003", FormaPago: "01", Total: decimal.MustParse("35.50"), Traslados: []cfdi.Traslado{iva16}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(c)
	for _, k := range c.Conceptos {
		fmt.Println(k.NoIdentificacion, k.ValorUnitario)
	}
	// Output:
	// I PUE 01: subtotal 216.80, total 251.49 MXN, 0 errores
	// T-1001 100.00
	// T-1002 86.20
	// T-1003 30.60
}

// Fees of a person to a company, of which a round sum was agreed: ISR of 10 % and two
// thirds of IVA are withheld.
func Example_honorarios() {
	cat := catalogo.New()
	c := invoice(casas, service("Asesoría contable", "1.00"))
	w, _ := cfdi.FindWithholding("honorarios", c.Fecha)
	w.Apply(&c.Conceptos[0])
	if err := c.SolveTotal(cat, decimal.MustParse("10000.00")); err != nil {
		fmt.Println(err)
		return
	}
	show(c)
	fmt.Println(w.Fuente)
	for _, line := range c.Explain(cat)[4:] {
		fmt.Println(line)
	}
	// Output:
	// I PUE 03: subtotal 10489.52, total 10000.00 MXN, 0 errores
	// LISR art. 106; LIVA art. 1-A, fr. II, inciso a); RLIVA art. 3, fr. I
	// Subtotal: $10,489.52.
	// IVA 16 %: $1,678.32.
	// ISR retenido: $1,048.95.
	// IVA retenido: $1,118.89.
	// Total: $10,489.52 + $1,678.32 − $1,048.95 − $1,118.89 = $10,000.00.
}

// An advance in its three documents.
func ExampleNewAnticipo() {
	cat := catalogo.New()
	advance, err := cfdi.NewAnticipo(cat, invoice(kemper), decimal.MustParse("3000.00"), iva16)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(advance) // stamped: its UUID ends in A

	whole := invoice(kemper, service("Renta de local", "8500.00"))
	whole.Relate("07", "00000000-0000-4000-8000-00000000000A")
	whole.Totalize(cat)
	show(whole) // stamped: its UUID ends in B

	back, err := cfdi.NewEgresoAnticipo(cat, whole, "00000000-0000-4000-8000-00000000000B", advance)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(back)
	// Output:
	// I PUE 03: subtotal 2586.21, total 3000.00 MXN, 0 errores
	// I PUE 03: subtotal 8500.00, total 9860.00 MXN, 0 errores
	// E PUE 30: subtotal 2586.21, total 3000.00 MXN, 0 errores
}

// The same advance in two documents: the invoice is of what remains.
func ExampleNewRemanente() {
	cat := catalogo.New()
	advance, err := cfdi.NewAnticipo(cat, invoice(kemper), decimal.MustParse("3000.00"), iva16)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(advance) // stamped: its UUID ends in A

	whole := invoice(kemper, service("Renta de local", "8500.00"))
	rest, err := cfdi.NewRemanente(cat, whole, "00000000-0000-4000-8000-00000000000A", advance)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(rest)
	fmt.Println(rest.Conceptos[0].Descripcion, rest.Descuento, rest.CfdiRelacionados[0].TipoRelacion)
	// Output:
	// I PUE 03: subtotal 2586.21, total 3000.00 MXN, 0 errores
	// I PUE 03: subtotal 8500.00, total 6860.00 MXN, 0 errores
	// Renta de local. CFDI por remanente de un anticipo 2586.21 07
}

// A finding that has one right mend carries it.
func ExampleApply() {
	c := invoice(kemper, service("Renta de local", "8500.00"))
	c.MetodoPago = "PPD"
	c.Totalize(catalogo.New())
	for _, f := range cfdi.Validate(c, catalogo.New(), time.Time{}) {
		fmt.Println(f.Code, f.Fix, f.Mend)
		if err := cfdi.Apply(c, f); err != nil {
			fmt.Println(err)
		}
	}
	show(c)
	// Output:
	// CFDI40105 Elige la forma de pago 99, o el método PUE si ya te pagaron. [{FormaPago 03 99}]
	// I PPD 99: subtotal 8500.00, total 9860.00 MXN, 0 errores
}
