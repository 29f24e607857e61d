package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
)

// A product's lots, its picture and its category, without script: each button keeps what
// is typed, and each mistake stands beside its field.
func TestAProductsFormKeepsWhatIsTyped(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	form := productForm()
	form.Set("Categoria", "Cerámica")
	b.follow(b.post("/productos/nuevo", form))
	has(t, b.get("/productos?categoria=CERAMICA"), "Vajilla de talavera", "1 en total", `<option value="Cerámica" selected>`)
	has(t, b.get("/productos?categoria=otra"), "Nada hay en «otra»")
	page, err := p.Directory.Products(t.Context(), a, directory.Filter{})
	must(t, err)
	id := page.Rows[0].ID
	path := "/productos/" + id

	typed := productForm()
	typed.Set("Version", "1")
	typed.Set("Descripcion", "Todavía sin guardar")
	typed.Set("Precio", "12x")
	typed.Set("Lote.Pedimento", "26  99  3807  6000123")
	typed.Set("Lote.Cantidad", "3")
	typed.Set("accion", "lote")
	has(t, b.post(path, typed), "nombra la aduana 99", `value="26  99  3807  6000123"`, "Todavía sin guardar", `value="12x"`, `id="f-Lote-Pedimento-e`)
	typed.Set("Lote.Pedimento", "264738076000123") // the blanks are ours to put
	res := b.post(path, typed)
	has(t, res, "Lote agregado", "26  47  3807  6000123", "Todavía sin guardar", `value="12x"`)
	if strings.Contains(res.Body.String(), `value="264738076000123"`) {
		t.Error("the lot is still in its fields")
	}
	lots, _, err := p.Directory.Lotes(t.Context(), a, id)
	must(t, err)
	if len(lots) != 1 || lots[0].Cantidad.String() != "3" {
		t.Fatalf("%+v", lots)
	}
	typed.Del("Lote.Pedimento")
	typed.Set("accion", "cerrar:"+lots[0].ID)
	has(t, b.post(path, typed), "Lote cerrado", "Todavía sin guardar", "Cerrado")
	typed.Set("accion", "abrir:"+lots[0].ID)
	has(t, b.post(path, typed), "Lote abierto", "Todavía sin guardar")

	parts := map[string][]byte{"Descripcion": []byte("Todavía sin guardar"), "Precio": []byte("12x"), "ClaveUnidad": []byte("H87"), "Version": []byte("1"), "accion": []byte("imagen")}
	for name, file := range map[string][]byte{"Es un SVG": []byte("<svg/>"), "no es una imagen": []byte("hola"), "está vacío": {}} {
		parts["Imagen"] = file
		has(t, b.upload(path+"/imagen", parts), name, "Todavía sin guardar", `value="12x"`, `id="f-Imagen-e`)
	}
	parts["Imagen"] = screenshot(t)
	has(t, b.upload(path+"/imagen", parts), "Imagen guardada", "Todavía sin guardar", `src="/productos/`+id+`/imagen?v=`)
	has(t, b.get("/productos"), `class="thumb"`)
	img := b.get(path + "/imagen")
	tag := img.Header().Get("ETag")
	if img.Code != http.StatusOK || img.Header().Get("Content-Type") != "image/jpeg" || tag == "" || !strings.HasPrefix(img.Header().Get("Cache-Control"), "private") {
		t.Errorf("%d %v", img.Code, img.Header())
	}
	if strings.Contains(img.Body.String(), "SECRETO") {
		t.Error("what came behind the picture was kept")
	}
	r := httptest.NewRequest(http.MethodGet, path+"/imagen", nil)
	r.Header.Set("If-None-Match", tag)
	if again := b.send(r); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("known already: %d", again.Code)
	}
	parts["accion"] = []byte("sin-imagen")
	has(t, b.upload(path+"/imagen", parts), "Imagen quitada", "Todavía sin guardar")
	if gone := b.get(path + "/imagen"); gone.Code != http.StatusNotFound {
		t.Errorf("%d", gone.Code)
	}
	stored, err := p.Directory.Product(t.Context(), a, id)
	must(t, err)
	if stored.Descripcion != "Vajilla de talavera" || stored.Version != 1 {
		t.Errorf("a button saved the product: %+v", stored)
	}
	typed = productForm()
	typed.Set("Version", "1")
	typed.Set("Imagen", "foto.png")
	has(t, b.follow(b.post(path, typed)), "sin la imagen")

	// a receipt's line offers the lot, and takes it
	invoice, lines := newInvoice(t, b)
	lines.Set("Lineas", "0")
	offered := b.press(invoice, lines, "producto:"+id)
	has(t, offered, `value="pedimento:0:26  47  3807  6000123"`)
	lines.Set("Lineas", "1")
	lines.Set("Conceptos[0].ProductID", id)
	took := b.press(invoice, lines, "pedimento:0:26  47  3807  6000123")
	has(t, took, `name="Conceptos[0].NumeroPedimento" type="text" value="26  47  3807  6000123"`)
	if strings.Contains(took.Body.String(), `value="pedimento:0:`) {
		t.Error("a line that has its number is still offered others")
	}
}

func TestPricesOfAListByForm(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	b.follow(b.post("/productos/nuevo", productForm()))
	products, err := p.Directory.Products(t.Context(), a, directory.Filter{})
	must(t, err)
	product := products.Rows[0]
	has(t, b.get("/precios"), "Aún no hay listas")
	has(t, b.post("/precios/nueva", url.Values{"Nombre": {""}, "Moneda": {"MXN"}, "Descuento": {"diez"}}), "Falta el nombre", `value="diez"`, "Esto no es un número")
	has(t, b.follow(b.post("/precios/nueva", url.Values{"Nombre": {"Mayoreo"}, "Moneda": {"MXN"}, "Descuento": {"10"}})), "Lista guardada: Mayoreo", "menos 10 %", `placeholder="3105.00"`)
	lists, err := p.Directory.PriceLists(t.Context(), a)
	must(t, err)
	path, field := "/precios/"+lists[0].ID, priceField+product.ID
	has(t, b.post(path+"?q=vaj", url.Values{field: {"3,000"}, beforeField + product.ID: {""}}), "sin comas", `value="3,000"`)
	has(t, b.follow(b.post(path+"?q=vaj", url.Values{field: {"3000"}, beforeField + product.ID: {""}})), "Precios guardados: 1", `value="3000`, "1 en total")
	res := b.post(path, url.Values{field: {"2900"}, beforeField + product.ID: {"2800"}})
	has(t, res, "Alguien lo cambió mientras tanto", `value="2900"`, `name="`+beforeField+product.ID+`" value="3000`)

	customer := customerForm()
	customer.Set("ListaPrecios", lists[0].ID)
	b.follow(b.post("/clientes/nuevo", customer))
	customers, err := p.Directory.Customers(t.Context(), a, directory.Filter{})
	must(t, err)
	who := customers.Rows[0]
	has(t, b.get("/clientes/"+who.ID), `<option value="`+lists[0].ID+`" selected>Mayoreo · MXN</option>`)

	price := func(moneda, button string, prepare func(v url.Values)) *httptest.ResponseRecorder {
		invoice, lines := newInvoice(t, b)
		lines.Set("Lineas", "0")
		lines.Set("Moneda", moneda)
		prepare(lines)
		return b.press(invoice, lines, button)
	}
	chosen := func(v url.Values) { v.Set("CustomerID", who.ID); v.Set("Receptor.Rfc", who.Rfc) }
	unit := func(price string) string {
		return `name="Conceptos[0].ValorUnitario" aria-label="Precio unitario del concepto 1" inputmode="decimal" autocomplete="off" value="` + price
	}
	has(t, price("MXN", "producto:"+product.ID, chosen), unit("3000"))
	has(t, price("MXN", "producto:"+product.ID, func(url.Values) {}), unit("3450"))
	has(t, price("USD", "producto:"+product.ID, chosen), unit("3450"), "está en MXN y el comprobante en USD")
	line := func(price string) func(v url.Values) {
		return func(v url.Values) {
			v.Set("Lineas", "1")
			v.Set("Conceptos[0].ProductID", product.ID)
			v.Set("Conceptos[0].ValorUnitario", price)
		}
	}
	has(t, price("MXN", "cliente:"+who.ID, line(product.Precio.String())), unit("3000"))
	has(t, price("MXN", "cliente:"+who.ID, line("99")), unit("99")) // a price of one's own stays
	_, err = p.Directory.SavePrices(t.Context(), a, lists[0].ID, []directory.PriceChange{{ProductID: product.ID, Before: decimal.MustParse("3000")}})
	must(t, err)
	has(t, price("MXN", "producto:"+product.ID, chosen), unit("3450"), `value="10 %"`)

	has(t, b.get(path+"/eliminar"), "Hay clientes que compran con esta lista", "Desactivar")
	has(t, b.get("/exportar/precios?formato=csv&lista="+lists[0].ID), `"Lista","Clave","Descripción","Precio"`, `"Mayoreo","VAJ-01"`)
	has(t, b.get("/importar/precios?lista="+lists[0].ID), "Los precios van a la lista Mayoreo", `action="/importar/precios?lista=`)
	sent := b.follow(b.upload("/importar/precios?lista="+lists[0].ID, map[string][]byte{"Archivo": []byte("Clave,Precio\nVAJ-01,2999\n")}))
	p.drain()
	if sent.Code != http.StatusOK {
		t.Fatal(sent.Code)
	}
	imports, err := p.Bulk.Imports(t.Context(), a, directory.BulkPrices)
	must(t, err)
	if len(imports) != 1 || imports[0].Nuevos != 1 || imports[0].Errores != 0 {
		t.Errorf("%+v", imports)
	}
}
