package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/store"
)

// TestStaleKeysAreMendedOnScreen: the page names the key, keeps what was typed when the
// new one is no good, and changes all at once.
func TestStaleKeysAreMendedOnScreen(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("TCG180314LM7")
	has(t, b.get("/catalogos"), "Todo está al día", "Catálogos grandes")
	b.follow(b.post("/clientes/nuevo", customerForm()))
	err := p.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		rows, err := tx.CustomersByKey(t.Context(), store.CustomerUso, customerForm().Get("UsoCFDI"), "", 10)
		if err != nil || len(rows) == 0 {
			t.Fatal(len(rows), err)
		}
		rows[0].UsoCFDI = "P01"
		return tx.UpdateCustomer(t.Context(), rows[0])
	})
	must(t, err)
	has(t, b.get("/catalogos"), "Uso del CFDI", "P01", "1 cliente", "Cambiar")
	bad := b.post("/catalogos/clientes", url.Values{"Campo": {"UsoCFDI"}, "Clave": {"P01"}, "Nueva": {"P01"}})
	if bad.Code != http.StatusUnprocessableEntity || !strings.Contains(bad.Body.String(), "Elige otra clave") {
		t.Errorf("%d %s", bad.Code, textOf(bad))
	}
	has(t, b.follow(b.post("/catalogos/clientes", url.Values{"Campo": {"UsoCFDI"}, "Clave": {"P01"}, "Nueva": {"G01"}})), "Cambiamos 1", "Todo está al día")
}
