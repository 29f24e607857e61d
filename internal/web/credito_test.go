package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/directory"
)

// TestAnInvoiceBeginsWithTheCreditOfItsCustomer: series, terms and method go into the
// form, and who would owe more than it may is told so without being stopped.
func TestAnInvoiceBeginsWithTheCreditOfItsCustomer(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	serie := serieForm()
	serie.Set("Serie", "CRED")
	serie.Del("Predeterminada")
	b.follow(b.post("/series/nueva", serie))
	form := url.Values{
		"Rfc": {"URE180429TM6"}, "Nombre": {"UNIVERSIDAD ROBOTICA ESPAÑOLA"}, "CodigoPostal": {"65000"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G03"},
		"Serie": {"CRED"}, "DiasCredito": {"treinta"}, "LimiteCredito": {"1,000"},
	}
	bad := b.post("/clientes/nuevo", form)
	if bad.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", bad.Code)
	}
	has(t, bad, `value="treinta"`, `value="1,000"`, `id="`+findingID("DiasCredito", 0)+`"`, `id="`+findingID("LimiteCredito", 0)+`"`, `<option value="CRED" selected`)
	form.Set("DiasCredito", "30")
	form.Set("LimiteCredito", "1000")
	b.follow(b.post("/clientes/nuevo", form))
	list, err := p.Directory.Customers(t.Context(), a, directory.Filter{})
	must(t, err)
	id := list.Rows[0].ID
	has(t, b.get("/clientes/"+id), `name="DiasCredito" type="text" value="30"`, `name="LimiteCredito" type="text" value="1000.00"`)

	page := b.get("/comprobantes/nuevo?tipo=I&cliente=" + id)
	has(t, page, `name="CondicionesDePago" type="text" value="30 días"`, `value="PPD" checked`, "Le das 30 días de crédito y su límite es de $ 1,000.00", `selected>CRED`)
	credit := b.get("/comprobantes/nuevo?tipo=E&cliente=" + id)
	hasNo(t, credit, `value="30 días"`, `selected>CRED`)
	if res := other.get("/comprobantes/nuevo?tipo=I&cliente=" + id); res.Code != http.StatusNotFound {
		t.Errorf("another company fills its form with it: %d", res.Code)
	}

	path, invoice := newInvoice(t, b)
	invoice.Set("CustomerID", id)
	invoice.Set("MetodoPago", "PPD")
	invoice.Set("FormaPago", "99")
	invoice.Set("Conceptos[0].ValorUnitario", "900")
	has(t, b.press(path, invoice, "calcular"), "Pasa del límite de crédito de este cliente, $ 1,000.00")
	has(t, b.post("/comprobantes/totales", invoice), "Pasa del límite de crédito")
	foreign := other.post("/comprobantes/totales", invoice)
	hasNo(t, foreign, "Pasa del límite")
	for field, value := range map[string]string{"Conceptos[0].ValorUnitario": "400", "MetodoPago": "PUE", "Moneda": "USD", "Receptor.Rfc": "XAXX010101000"} {
		within := url.Values{}
		for k, v := range invoice {
			within[k] = v
		}
		within.Set(field, value)
		if strings.Contains(b.post("/comprobantes/totales", within).Body.String(), "Pasa del límite") {
			t.Errorf("with %s = %s it is not over the limit", field, value)
		}
	}
	if b.press(path, invoice, "timbrar-asi"); len(p.stamped(a).Rows) != 1 {
		t.Error("the limit warns, it does not stop")
	}
}
