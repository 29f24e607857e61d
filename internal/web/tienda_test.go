package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/shop/gatewaytest"
	"iofacturo.mx/internal/store"
)

// A gate is the payment gateway of a portal under test; portal hears what it says.
type gate struct {
	*gatewaytest.Server
	portal *Server
}

func newShop(t *testing.T, db *store.DB, cat *catalogo.Catalog, accounts *account.Service, now func() time.Time, newID func() string) (*shop.Service, *gate) {
	t.Helper()
	g := &gate{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.Server.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	g.Server = gatewaytest.New(gatewaytest.Config{Secret: "whsec_prueba", URL: web.URL, Now: now, Webhook: g.hear})
	stripe, err := shop.NewStripe("sk_test_1", "whsec_prueba", web.URL, now)
	must(t, err)
	spei, err := shop.NewSPEI("002010077777777771", "Operadora de prueba", cat.Location("06000"), now)
	must(t, err)
	return shop.New(shop.Config{
		DB: db, Catalog: cat, Gateways: []shop.Gateway{stripe, spei}, On: true, BaseURL: baseURL, Now: now, NewID: newID, Fresh: accounts.Proved,
	}), g
}

// hear posts what the gateway says to the portal.
func (g *gate) hear(signature string, body []byte) int {
	r := httptest.NewRequest(http.MethodPost, baseURL+"/pagos/stripe", strings.NewReader(string(body)))
	r.Header.Set("Stripe-Signature", signature)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	g.portal.ServeHTTP(w, r)
	return w.Code
}

// package1 is a package of 100 credits for $250.00.
func (p *portal) package1() string {
	p.t.Helper()
	const id = "01999999-0000-7000-8000-000000000100"
	must(p.t, p.DB.UpdateGlobal(p.t.Context(), func(tx *store.GlobalTx) error {
		if _, err := tx.Package(p.t.Context(), id); err == nil {
			return nil
		}
		return tx.InsertPackage(p.t.Context(), store.PackageRow{ID: id, Name: "Paquete 100", Credits: 100, Price: 250_000000, ValidDays: 365, FromAt: 1, Version: 1, CreatedAt: 1})
	}))
	return id
}

// ordered is an order of one package.
func (p *portal) ordered(b *browser, packageID, method string) string {
	p.t.Helper()
	b.follow(b.post("/tienda", url.Values{"Paquete": {packageID}}))
	cart := b.get("/tienda/carrito").Body.String()
	form := url.Values{"Metodo": {method}, "ID": {valueOf(cart, "ID")}, "Total": {valueOf(cart, "Total")}}
	res := b.post("/tienda/pagar", form)
	if res.Code != http.StatusSeeOther {
		p.t.Fatalf("%d %s", res.Code, textOf(res))
	}
	return strings.TrimPrefix(res.Header().Get("Location"), "/tienda/pedidos/")
}

// valueOf is what an input of a page holds.
func valueOf(html, name string) string {
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(html)
	if m == nil {
		return ""
	}
	return m[1]
}

// A company buys by card: the credits come when the gateway says so, and not when the
// buyer comes back.
func TestBuyByCard(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	p.found("XIA190128J61", "Beto")
	b, other := p.signedIn("EKU9003173C9"), p.signedIn("XIA190128J61")
	has(t, b.get("/tienda"), "Quien administra este portal aún no publica paquetes")
	id := p.package1()
	has(t, b.get("/tienda"), "Paquete 100", "$ 250.00", "$ 290.00 en total", "$ 2.50 + IVA", "un año")
	has(t, b.get("/panel"), `href="/tienda"`)
	order := p.ordered(b, id, "tarjeta")
	x, ok := p.gate.Of(order)
	if !ok || x.Amount != 29000 || x.Currency != "mxn" {
		t.Fatalf("%+v", x)
	}
	page := "/tienda/pedidos/" + order
	has(t, b.get(page), "Ir a pagar $ 290.00", x.ID, "Pendiente de pago")
	has(t, b.get(page+"?regreso=si"), "Estamos confirmando tu pago")
	if res := other.get(page); res.Code != http.StatusNotFound {
		t.Errorf("another company: %d", res.Code)
	}
	if got := p.gate.Pay(x.ID); got != http.StatusOK {
		t.Fatalf("answered %d", got)
	}
	has(t, b.get(page), "Llegaron 100 ioCréditos", "Acreditado", "El CFDI te lo envía quien opera el portal")
	has(t, b.get("/tienda/pedidos"), "Acreditado")
	has(t, b.get("/creditos"), "Paquete 100")
	p.drain()
	has(t, b.get("/avisos"), "Compra pagada")
	hasNo(t, other.get("/avisos"), "Compra pagada")
	if res := b.get(page + "/pdf"); res.Code != http.StatusNotFound {
		t.Errorf("a receipt that is none: %d", res.Code)
	}
}

// What is not signed is refused, and what is too long is not read.
func TestStripeIsToldApart(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	order := p.ordered(b, p.package1(), "tarjeta")
	x, _ := p.gate.Of(order)
	x.Paid = true
	body := p.gate.Event("checkout.session.completed", x)
	g := &gate{portal: p.Server}
	for name, sent := range map[string]struct {
		signature string
		body      []byte
	}{
		"unsigned": {"", body}, "forged": {"t=1,v1=00", body}, "old": {p.gate.Sign(body, time.Now().Add(-time.Hour)), body},
		"too long": {p.gate.Sign(body, time.Now()), append(body, make([]byte, shop.MaxEvent)...)},
	} {
		if got := g.hear(sent.signature, sent.body); got != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got)
		}
	}
	has(t, b.get("/tienda/pedidos/"+order), "Pendiente de pago")
	if strings.Contains(p.log.String(), "whsec_") || strings.Contains(p.log.String(), "sk_test") {
		t.Error("a secret is in the log")
	}
}

// A price that changes while it is in the cart is said, and nothing is charged.
func TestACartThatChanged(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	id := p.package1()
	b.follow(b.post("/tienda", url.Values{"Paquete": {id}}))
	cart := b.get("/tienda/carrito").Body.String()
	must(t, p.DB.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
		row, err := tx.PackageForUpdate(t.Context(), id)
		if err != nil {
			return err
		}
		row.Price = 300_000000
		return tx.UpdatePackage(t.Context(), row)
	}))
	res := b.post("/tienda/pagar", url.Values{"Metodo": {"spei"}, "ID": {valueOf(cart, "ID")}, "Total": {valueOf(cart, "Total")}})
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	has(t, res, "No se cobró nada", "cambió de precio: de $250.00 a $300.00", "$ 348.00")
	res = b.post("/tienda/carrito", url.Values{"Paquete": {id}, "Cantidad[0]": {"muchos"}})
	has(t, res, `value="muchos"`, "Escribe de 1 a 99")
	b.follow(b.post("/tienda/carrito", url.Values{"Paquete": {id}, "Cantidad[0]": {"3"}}))
	has(t, b.get("/tienda/carrito"), "$ 1,044.00")
	b.follow(b.post("/tienda/carrito", url.Values{"Quitar": {id}}))
	has(t, b.get("/tienda/carrito"), "Tu carrito está vacío")
}

// The operator makes packages, confirms a transfer, decides over odd money and refunds;
// each act is in both logs.
func TestTheOperatorRunsTheShop(t *testing.T) {
	p := newPortal(t)
	a := p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	op, _ := p.operator("olga")
	has(t, op.get("/operador/paquetes"), "Todavía no hay paquetes")
	form := url.Values{"Nombre": {"Paquete 50"}, "Creditos": {"cincuenta"}, "Precio": {"150"}, "Vigencia": {"365"}, "Desde": {"2026-01-01"}, "Orden": {"1"}}
	has(t, op.post("/operador/paquetes/nuevo", form), `value="cincuenta"`, "Escribe un número entero")
	form.Set("Creditos", "50")
	op.follow(op.post("/operador/paquetes/nuevo", form))
	list := op.get("/operador/paquetes").Body.String()
	path := regexp.MustCompile(`/operador/paquetes/[0-9a-f]{8}-[0-9a-f-]+`).FindString(list)
	has(t, op.get(path), `value="150.00"`)
	order := p.ordered(b, strings.TrimPrefix(path, "/operador/paquetes/"), "spei")
	page := b.get("/tienda/pedidos/" + order)
	has(t, page, "002 010 07777777777 1", "Operadora de prueba", "$ 174.00")

	sold := "/operador/pedidos/" + a.Tenant.ID() + "/" + order
	has(t, op.get("/operador/pedidos"), "EKU9003173C9", sold)
	has(t, op.get("/operador/pedidos?estado=pendiente"), sold)
	hasNo(t, op.get("/operador/pedidos?estado=vencida"), sold)
	arrival := url.Values{"Importe": {"170.00"}, "Dia": {time.Now().In(centro()).Format("2006-01-02")}, "Rastreo": {"MBAN0123456789"}}
	has(t, op.post(sold+"/confirmar", arrival), "Llegaron $170.00 y el pedido es de $174.00", `value="MBAN0123456789"`)
	has(t, b.get("/tienda/pedidos/"+order), "Pendiente de pago")
	arrival.Set("Importe", "174.00")
	op.follow(op.post(sold+"/confirmar", arrival))
	has(t, b.get("/tienda/pedidos/"+order), "Llegaron 50 ioCréditos")
	has(t, op.post(sold+"/reembolsar", url.Values{"MotivoReembolso": {"no"}}), "Escribe por qué")
	op.follow(op.post(sold+"/reembolsar", url.Values{"MotivoReembolso": {"Se equivocó de paquete"}}))
	has(t, b.get("/tienda/pedidos/"+order), "Se devolvió el pago", "Se equivocó de paquete")

	odd := p.ordered(b, strings.TrimPrefix(path, "/operador/paquetes/"), "tarjeta")
	x, _ := p.gate.Of(odd)
	x.Paid, x.Amount = true, x.Amount-100
	p.gate.Deliver(p.gate.Event("checkout.session.completed", x))
	has(t, op.get("/operador/pagos"), "Llegaron MXN 173.00")
	event := regexp.MustCompile(`/operador/pagos/stripe/evt_[A-Za-z0-9_]+`).FindString(op.get("/operador/pagos").Body.String())
	has(t, op.get(event), "Acreditar el pedido", "Cerrar sin acreditar")
	has(t, op.post(event, url.Values{"accion": {"acreditar"}}), "Escribe por qué")
	op.follow(op.post(event, url.Values{"accion": {"acreditar"}, "Motivo": {"Un peso de comisión"}}))
	has(t, b.get("/tienda/pedidos/"+odd), "Acreditado")
	has(t, op.get("/operador/bitacora"), "Confirmó el depósito de un pedido", "Reembolsó un pedido", "Acreditó un pago que no coincidía", "Publicó un paquete")
	has(t, b.get("/bitacora"), "Confirmó el depósito de un pedido", "Reembolsó un pedido", "Hizo un pedido en la Tienda")

	form.Set("Version", "9")
	has(t, op.post(path, form), "Alguien cambió o retiró este paquete")
	op.follow(op.post(path+"/retirar", nil))
	has(t, b.get("/tienda"), "aún no publica paquetes")
}
