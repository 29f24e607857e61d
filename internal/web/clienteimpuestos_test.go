package web

import (
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
)

func TestAReceiptBearsTheTaxesOfItsCustomer(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	ctx := t.Context()
	cedular, err := p.Directory.SaveImpuesto(ctx, a, directory.Impuesto{Nombre: "Cedular", TipoFactor: "Tasa", Retencion: true, Valor: decimal.MustParse("0.02"), Activo: true})
	must(t, err)
	form := url.Values{
		"Rfc": {"URE180429TM6"}, "Nombre": {"UNIVERSIDAD ROBOTICA ESPAÑOLA"}, "CodigoPostal": {"65000"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G03"},
		"Impuestos": {"ret-isr-1.25", "ret-iva-10.6667", "ret-iva-4"},
	}
	has(t, b.post("/clientes/nuevo", form), "un concepto lleva uno de los dos", `value="ret-iva-4" checked`)
	form["Impuestos"] = []string{"ret-isr-1.25", cedular.ID}
	b.follow(b.post("/clientes/nuevo", form))
	list, err := p.Directory.Customers(ctx, a, directory.Filter{})
	must(t, err)
	id := list.Rows[0].ID
	has(t, b.get("/clientes/"+id), `value="ret-isr-1.25" checked`)
	isr := `<option value="0.012500" selected>`
	has(t, b.get("/comprobantes/nuevo?tipo=I&cliente="+id), "Este comprobante lleva además", "Retención de ISR 1.25 % (RESICO)", isr, `value="R 2.00 Cedular" checked`)

	path, invoice := newInvoice(t, b)
	picked := b.press(path, invoice, "cliente:"+id)
	has(t, picked, "Este comprobante lleva además", isr)
	invoice.Set("CustomerID", id)
	invoice.Set("Receptor.Rfc", "URE180429TM6")
	invoice.Set("Conceptos[0].RetISR", "0.012500")
	invoice.Set("Locales", "R 2.00 Cedular")
	more := b.press(path, invoice, "agregar")
	if n := strings.Count(more.Body.String(), isr); n != 2 {
		t.Errorf("%d lines bear the withholding, not 2", n)
	}
	less := b.press(path, invoice, "quitar-impuesto:ret-isr-1.25")
	hasNo(t, less, isr, "Quitar Retención de ISR")
	has(t, less, "Quitar Cedular")
	invoice.Set("Conceptos[0].RetISR", "")
	if n := strings.Count(b.press(path, invoice, "agregar").Body.String(), isr); n != 0 {
		t.Errorf("what was taken off comes back on %d lines", n)
	}
	hasNo(t, b.press(path, invoice, "quitar-impuesto:"+cedular.ID), `value="R 2.00 Cedular" checked`)
	invoice.Set("Conceptos[0].RetISR", "0.012500")
	foreign, theirs := newInvoice(t, other)
	theirs.Set("CustomerID", id)
	theirs.Set("Receptor.Rfc", "URE180429TM6")
	hasNo(t, other.press(foreign, theirs, "agregar"), isr)

	second := url.Values{"Rfc": {"XAXX010101000"}, "Nombre": {"VENTA"}, "CodigoPostal": {"65000"}, "RegimenFiscal": {"616"}, "UsoCFDI": {"S01"}}
	b.follow(b.post("/clientes/nuevo", second))
	found, err := p.Directory.SearchCustomers(ctx, a, "venta", 1)
	must(t, err)
	hasNo(t, b.press(path, invoice, "cliente:"+found[0].ID), isr, "lleva además")
}
