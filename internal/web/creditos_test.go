package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/store"
)

// TestCreditsOnScreen: what a company sees of its credits, the way of a transfer and
// its errors, each beside its field.
func TestCreditsOnScreen(t *testing.T) {
	p := newPortal(t)
	a, b := p.found("EKU9003173C9", "Ana Kemper"), p.found("XIA190128J61", "Beto Xenon")
	ana := p.signedIn("EKU9003173C9")
	has(t, ana.get("/creditos"), "Tu empresa timbra sin límite")
	must(t, p.DB.Update(context.Background(), a.Tenant, func(tx *store.Tx) error {
		if err := credit.SetPlan(t.Context(), tx, store.PlanPrepaid); err != nil {
			return err
		}
		if err := credit.Grant(t.Context(), tx, "gift", credit.Lot{Source: credit.Bonus, Units: 30, Note: "Por tu amistad"}); err != nil {
			return err
		}
		return credit.Grant(t.Context(), tx, "order", credit.Lot{Source: credit.Purchase, Units: 1200, Ref: "Paquete 1,200", Expires: time.Now().AddDate(1, 0, 0)})
	}))
	has(t, ana.get("/creditos"), "1,230", "30 de bono", "Paquete de créditos", "Paquete 1,200", "Por tu amistad")
	if text := textOf(ana.get("/creditos?tipo=bono")); strings.Contains(text, "Paquete 1,200") {
		t.Error("the filter lets a purchase through")
	}
	csv := ana.get("/creditos/csv?tipo=compra").Body.String()
	if !strings.Contains(csv, ",Compra,1200,1230,\"Paquete 1,200\"") || strings.Contains(csv, "Bono") {
		t.Errorf("CSV: %s", csv)
	}
	if res := ana.post("/creditos/aviso", url.Values{"Aviso": {"95"}, "Version": {"2"}}); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("95 %%: %d", res.Code)
	}
	if res := ana.post("/creditos/aviso", url.Values{"Aviso": {"20"}, "Version": {"2"}}); res.Code != http.StatusSeeOther {
		t.Errorf("20 %%: %d %s", res.Code, textOf(res))
	}

	id := regexp.MustCompile(`name="ID" value="(\w+)"`).FindStringSubmatch(ana.get("/cuenta/transferencia").Body.String())[1]
	typed := url.Values{"ID": {id}, "Rfc": {"COSC8001137NA"}, "Creditos": {"500"}, "Nota": {"Préstamo"}}
	res := ana.post("/cuenta/transferencia", typed)
	has(t, res, "Ninguna empresa de ioFacturo tiene ese RFC.")
	if body := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="Préstamo"`) || !strings.Contains(body, id) {
		t.Error("what was typed is lost")
	}
	typed.Set("Rfc", "xia190128j61")
	has(t, ana.post("/cuenta/transferencia", typed), "¿Es correcto?", "XIA190128J61", "730")
	for range 2 { // pressed twice
		if res := ana.post("/cuenta/transferencia/confirmar", typed); res.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", res.Code, textOf(res))
		}
	}
	has(t, ana.get("/cuenta/transferencia"), "500 créditos", "Préstamo")
	beto := p.signedIn("XIA190128J61")
	has(t, beto.get("/cuenta/transferencia?ver=recibidas"), "500 créditos", "EKU9003173C9")
	book, err := p.DB.View(b.Tenant).CreditBook(t.Context())
	if err != nil || book.Available != 500 {
		t.Errorf("%+v, %v", book, err)
	}
	p.later(10 * time.Minute) // the proof of signing in is too old by then
	typed.Set("ID", "otra")
	if res := ana.post("/cuenta/transferencia/confirmar", typed); res.Code == http.StatusSeeOther && !strings.Contains(res.Header().Get("Location"), "confirmar-identidad") {
		t.Errorf("a transfer without a fresh proof: %d %s", res.Code, res.Header().Get("Location"))
	}
	if book, err := p.DB.View(b.Tenant).CreditBook(t.Context()); err != nil || book.Available != 500 {
		t.Errorf("%+v, %v", book, err)
	}
}

// TestAPlanByTheMonthOnScreen: the operator agrees Post pago, the company sees it, the
// month is billed, falls due, stops the stamping and is paid.
func TestAPlanByTheMonthOnScreen(t *testing.T) {
	p := newPortal(t)
	a := p.found("EKU9003173C9", "Ana Kemper")
	op, _ := p.operator("olga")
	at := "/operador/empresas/" + a.Tenant.ID()
	res := op.post(at+"/paquete", url.Values{"Paquete": {"post-pago"}, "Cantidad": {"muchos"}, "Precio": {"1.50"}, "Detener": {"si"}})
	if has(t, res, "un número entero mayor que cero", `value="muchos"`, `value="1.50"`); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	has(t, op.follow(op.post(at+"/paquete", url.Values{"Paquete": {"post-pago"}, "Cantidad": {"1,000"}, "Precio": {"1.505"}, "Detener": {"si"}})), "hasta 1,000 timbres al mes, $1.505 cada uno más IVA")
	has(t, p.signedIn("EKU9003173C9").get("/creditos"), "Post pago: hasta 1,000 timbres al mes, $1.505 cada uno más IVA, desde el")
	must(t, p.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		if err := credit.Hold(t.Context(), tx, "doc", 1); err != nil {
			return err
		}
		return credit.Capture(t.Context(), tx, "doc", 1, "A-1")
	}))
	has(t, op.follow(op.post(at+"/paquete", url.Values{"Paquete": {"prm"}, "Cantidad": {"500"}, "Precio": {"99"}})), "Cambia el", "PRM: 500 timbres al mes por $99.00 más IVA")
	has(t, p.signedIn("EKU9003173C9").get("/creditos"), "Tu paquete cambia el")
	has(t, op.follow(op.post(at+"/paquete", url.Values{"Paquete": {"post-pago"}, "Cantidad": {"1000"}, "Precio": {"1.505"}, "Detener": {"si"}})), "retirado antes de empezar")

	must(t, p.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error { // the clock of the store does not move here
		return tx.InsertCreditStatement(t.Context(), store.StatementRow{
			Mes: "2026-01", Plan: store.PlanPostpaid, Units: 3, Price: 1_505_000, Subtotal: 4_520_000, Iva: 720_000, Total: 5_240_000, MadeAt: 1, DueAt: 2,
		})
	}))
	must(t, p.Credit.Roll(t.Context()))
	ana := p.signedIn("EKU9003173C9")
	has(t, ana.get("/creditos"), "El timbrado espera por un estado de cuenta vencido", "enero de 2026", "$5.24", "Vencido")
	has(t, op.get("/operador/estados"), "EKU9003173C9", "enero de 2026", "Vencido")
	has(t, op.get("/operador/estados?ver=pagados"), "Aquí no hay ninguno")
	res = op.post(at+"/estados/pagado", url.Values{"Mes": {"2026-01"}, "Referencia": {""}})
	has(t, res, "Escribe con qué se pagó")
	has(t, op.follow(op.post(at+"/estados/pagado", url.Values{"Mes": {"2026-01"}, "Referencia": {"SPEI 881"}})), "Estado de cuenta pagado", "SPEI 881")
	if text := textOf(ana.get("/creditos")); strings.Contains(text, "El timbrado espera") || !strings.Contains(text, "Pagado") {
		t.Errorf("after it was paid: %s", text)
	}
	p.found("XIA190128J61", "Beto")
	if text := textOf(p.signedIn("XIA190128J61").get("/creditos")); strings.Contains(text, "enero de 2026") {
		t.Error("another company sees the statement")
	}
}
