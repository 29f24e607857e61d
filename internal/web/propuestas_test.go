package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/directory"
)

func ownCustomer() url.Values {
	return url.Values{"Rfc": {"XIA190128J61"}, "Nombre": {"XENON INDUSTRIAL ARTICLES"}, "CodigoPostal": {"76343"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G03"}, "Correos[0]": {"pagos@xenon.mx"}, "Notas": {"paga tarde"}}
}

// TestCustomerFillsItsData: the company makes a link, its customer opens it without an
// account, mends and sends its data, and the company sees what would change and accepts.
func TestCustomerFillsItsData(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	b.follow(b.post("/clientes/nuevo", ownCustomer()))
	path := firstLink(t, b.get("/clientes"), "/clientes/")
	made := b.post(path+"/enlace", url.Values{"Correo": {"pagos@xenon.mx"}})
	_, rest, _ := strings.Cut(made.Body.String(), `value="`+baseURL+`/datos/`)
	token, _, _ := strings.Cut(rest, `"`)
	if len(token) != 43 {
		t.Fatalf("no link: %s", textOf(made))
	}
	stranger, at := p.browser(), "/datos/"+token
	page := stranger.get(at)
	has(t, page, "XIA190128J61", "76343")
	for _, secret := range []string{"paga tarde", "pagos@xenon.mx", "/clientes", path} {
		if strings.Contains(page.Body.String(), secret) {
			t.Errorf("the page of the link tells %q", secret)
		}
	}
	typed := url.Values{"Rfc": {"xia190128j61"}, "Nombre": {"Xenon Industrial Articles, S.A. de C.V."}, "CodigoPostal": {"00000"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G01"}, "Correos[0]": {"nuevo@xenon.mx"}}
	res := stranger.post(at, typed)
	has(t, res, "Ese código postal no existe", "Corregir", "nuevo@xenon.mx")
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	mended := filled(t, stranger.post(at, pressing(filled(t, res.Body.String()), putting(url.Values{"Nombre": {"XENON INDUSTRIAL ARTICLES"}}))).Body.String())
	if mended.Get("Nombre") != "XENON INDUSTRIAL ARTICLES" {
		t.Errorf("the mend left %q", mended.Get("Nombre"))
	}
	mended.Set("CodigoPostal", "64000")
	has(t, stranger.follow(stranger.post(at, mended)), "Gracias")
	for _, gone := range []string{at, "/datos/" + strings.Repeat("A", 43), "/datos/x"} {
		if res := stranger.get(gone); res.Code != http.StatusGone || !strings.Contains(textOf(res), "Este enlace ya no sirve") {
			t.Errorf("%s: %d", gone, res.Code)
		}
	}
	list := b.get("/clientes")
	has(t, list, "Un cliente te envió sus datos", "Envió sus datos")
	proposal := firstLink(t, b.get("/propuestas"), "/propuestas/0")
	seen := b.get(proposal)
	has(t, seen, "76343", "64000", "nuevo@xenon.mx", "Aceptar estos datos")
	v := hidden(seen.Body.String(), "Version")
	has(t, b.follow(b.post(proposal+"/aceptar", url.Values{"Version": {v}})), "Datos aceptados", "64000")
	if res := b.post(proposal+"/aceptar", url.Values{"Version": {v}}); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("accepted twice: %d", res.Code)
	}
}

// TestDuplicateAndDelete: a copy begins a new row; what was never used is deleted, what
// was used is offered to be deactivated.
func TestDuplicateAndDelete(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	b.follow(b.post("/clientes/nuevo", ownCustomer()))
	b.follow(b.post("/productos/nuevo", productForm()))
	customer, product := firstLink(t, b.get("/clientes"), "/clientes/"), firstLink(t, b.get("/productos"), "/productos/")
	copied := filled(t, b.get("/clientes/nuevo?de="+strings.TrimPrefix(customer, "/clientes/")).Body.String())
	copied.Set("Clave", "SUR")
	has(t, b.follow(b.post("/clientes/nuevo", copied)), "Cliente guardado", "2 en total")
	twin := filled(t, b.get("/productos/nuevo?de="+strings.TrimPrefix(product, "/productos/")).Body.String())
	twin.Set("Clave", "VAJ-02")
	has(t, b.follow(b.post("/productos/nuevo", twin)), "Producto guardado", "2 en total")

	invoice, form := newInvoice(t, b)
	form.Set("CustomerID", strings.TrimPrefix(customer, "/clientes/"))
	form.Set("Conceptos[0].ProductID", strings.TrimPrefix(product, "/productos/"))
	b.press(invoice, form, "timbrar")
	if n := len(p.stamped(a).Rows); n != 1 {
		t.Fatalf("%d stamped", n)
	}
	for _, used := range []string{customer, product} {
		has(t, b.get(used+"/eliminar"), "ya está en comprobantes", "Desactivar")
		if res := b.post(used+"/eliminar", nil); res.Code != http.StatusConflict {
			t.Errorf("%s used and deleted: %d", used, res.Code)
		}
	}
	customers, err := p.Directory.Customers(t.Context(), a, directory.Filter{Q: "sur"})
	must(t, err)
	products, err := p.Directory.Products(t.Context(), a, directory.Filter{Q: "02"})
	must(t, err)
	for _, unused := range []string{"/clientes/" + customers.Rows[0].ID, "/productos/" + products.Rows[0].ID} {
		has(t, b.get(unused+"/eliminar"), "Nunca se usó")
		has(t, b.follow(b.post(unused+"/eliminar", nil)), "eliminado", "1 en total")
		if res := b.get(unused); res.Code != http.StatusNotFound {
			t.Errorf("%s is still there: %d", unused, res.Code)
		}
	}
}
