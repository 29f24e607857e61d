package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/directory"
)

func TestAddendas(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	bad := addendaForm()
	bad.Set("Cuerpo", "<pedido>\n{{Nada}}\n</pedido>")
	res := b.post("/addendas/nueva", bad)
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	has(t, res, "Renglón 2: No hay un dato «{{Nada}}»", "&lt;pedido&gt;", `value="Orden de compra"`)
	shown := addendaForm()
	shown.Set("accion", "vista")
	has(t, b.post("/addendas/nueva", shown), "Así queda con un comprobante de ejemplo", "orden=&#34;Orden de compra&#34;")
	if list, err := p.Directory.Addendas(t.Context(), a); err != nil || len(list) != 0 {
		t.Errorf("looking stores: %v %v", list, err)
	}
	b.follow(b.post("/addendas/nueva", addendaForm()))
	list, err := p.Directory.Addendas(t.Context(), a)
	must(t, err)
	id := list[0].ID
	has(t, b.get("/addendas"), "Cliente", "Pide Orden de compra")
	if res := other.get("/addendas/" + id); res.Code != http.StatusNotFound {
		t.Errorf("another company reads it: %d", res.Code)
	}
	customer := customerForm()
	customer.Set("AddendaID", id)
	b.follow(b.post("/clientes/nuevo", customer))
	customers, err := p.Directory.Customers(t.Context(), a, directory.Filter{})
	must(t, err)
	has(t, b.get("/comprobantes/nuevo?tipo=I&cliente="+customers.Rows[0].ID), `<option value="`+id+`" selected>Cliente`, `name="Addenda.Orden"`)

	path, invoice := newInvoice(t, b)
	invoice.Set("Addenda", id)
	has(t, b.press(path, invoice, "revisar"), "Falta Orden de compra.")
	invoice = formOf(invoice, "Addenda.Orden", "4711", "Revision", "1")
	b.press(path, invoice, "timbrar-asi")
	rows := p.stamped(a).Rows
	if len(rows) != 1 {
		t.Fatal("nothing was stamped")
	}
	at := "/comprobantes/" + rows[0].ID
	if xml := b.get(at + "/xml").Body.String(); !strings.Contains(xml, `<pedido orden="4711"/></cfdi:Addenda></cfdi:Comprobante>`) {
		t.Errorf("%s", xml)
	}
	has(t, b.get(at+"/addenda"), `value="4711"`, "La que lleva ahora: Cliente")
	has(t, b.post(at+"/addenda", url.Values{"Addenda": {id}, "Addenda.Orden": {""}}), "Falta Orden de compra.")
	b.follow(b.post(at+"/addenda", url.Values{"Addenda": {""}}))
	if xml := b.get(at + "/xml").Body.String(); strings.Contains(xml, "Addenda") {
		t.Error("it is still there")
	}
	b.follow(b.post("/addendas/"+id+"/eliminar", url.Values{}))
	if c, err := p.Directory.Customer(t.Context(), a, customers.Rows[0].ID); err != nil || c.AddendaID != "" {
		t.Errorf("%q %v", c.AddendaID, err)
	}
}

// formOf is v with some values instead of its own.
func formOf(v url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for name, value := range v {
		out[name] = value
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}
