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
