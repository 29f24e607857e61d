package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// TestMailTabOnScreen: what is wrong stands beside its field with what was typed, the
// preview escapes, and the portal's template comes back.
func TestMailTabOnScreen(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	has(t, b.get("/envios"), "Correo", "Factura", "Nota de crédito", "la del portal")
	res := b.post("/envios", url.Values{"Remitente": {"Kemper"}, "Copias": {"a@b.mx, nada"}, "Adjuntos": {"ambos"}, "Version": {"0"}})
	if s := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="a@b.mx, nada"`) || !strings.Contains(s, `aria-invalid="true"`) {
		t.Errorf("%d %s", res.Code, textOf(res))
	}
	has(t, b.follow(b.post("/envios", url.Values{"Remitente": {"Kemper"}, "Copias": {"a@b.mx; c@d.mx"}, "Adjuntos": {"pdf"}, "Version": {"0"}})), "a@b.mx, c@d.mx", "Kemper")
	typed := url.Values{"Asunto": {"Va {{folio}}"}, "Texto": {"<script>x</script> {{cliente}}"}, "Version": {"0"}}
	if s := b.post("/envios/I/vista", typed).Body.String(); !strings.Contains(s, "Va A-1292") || !strings.Contains(s, "&lt;script&gt;x&lt;/script&gt; UNIVERSIDAD") || strings.Contains(s, "<script>x") {
		t.Error(s)
	}
	has(t, b.follow(b.post("/envios/I", typed)), "la tuya", "Va {{folio}}")
	typed.Set("Texto", "{{nada}}")
	typed.Set("Version", "1")
	has(t, b.post("/envios/I", typed), "La variable {{nada}} no existe")
	has(t, b.follow(b.post("/envios/I/restaurar", nil)), "{{documento}} {{folio}} de {{empresa}}")
	if res := b.get("/envios/X"); res.Code != http.StatusNotFound {
		t.Errorf("a type that has none: %d", res.Code)
	}
}

// TestNoticesOnScreen: the bell counts, a notice leads to its thing and is read by that.
func TestNoticesOnScreen(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	has(t, b.get("/avisos"), "Nada por ahora")
	must(t, p.DB.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		for _, key := range []string{"1", "2"} {
			if err := notice.Raise(t.Context(), tx, notice.Event{Key: key, What: notice.Rejected, Ref: "Factura A-" + key, Detail: "El RFC <b>no</b> existe.", Link: "/clientes"}); err != nil {
				return err
			}
		}
		return nil
	}))
	p.drain()
	has(t, b.get("/panel"), `aria-label="Avisos, 2 sin leer"`)
	list, err := p.Account.Notices(t.Context(), a, 1)
	must(t, err)
	has(t, b.get("/avisos"), "Rechazado: Factura A-1", "El RFC &lt;b&gt;no&lt;/b&gt; existe.")
	if res := b.post("/avisos/"+list.Rows[0].ID, nil); res.Header().Get("Location") != "/clientes" {
		t.Errorf("%d to %q", res.Code, res.Header().Get("Location"))
	}
	has(t, b.get("/panel"), `aria-label="Avisos, 1 sin leer"`)
	has(t, b.follow(b.post("/avisos/leidos", nil)), `aria-label="Avisos"`)
	tastes, err := p.Account.Tastes(t.Context(), a)
	must(t, err)
	has(t, b.follow(b.post("/notificaciones", url.Values{"Version": {whole(tastes.Version)}, string(notice.Rejected): {"resumen"}})), "Guardamos qué te avisamos")
	has(t, b.post("/notificaciones", url.Values{"Version": {whole(tastes.Version + 1)}, string(notice.Device): {"ninguno"}}), "Ese aviso no se puede recibir así")
}
