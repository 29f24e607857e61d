package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/send/sendtest"
)

// TestOwnMailServerOnScreen: put, tried, left, and what its failures look like on the
// receipt and the customer; the password is on no page and in no log.
func TestOwnMailServerOnScreen(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	s := sendtest.New(t, sendtest.StartTLS)
	s.TrustedBy(p.roots)
	var pages strings.Builder
	see := func(page string, words ...string) {
		t.Helper()
		pages.WriteString(page)
		for _, w := range words {
			if !strings.Contains(page, w) {
				t.Errorf("no %q on the page", w)
			}
		}
	}
	see(b.get("/envios").Body.String(), "Salen por el correo de ioFacturo", "Usar mi servidor")
	form := func(version, password string) url.Values {
		return url.Values{"Servidor": {s.Host}, "Puerto": {whole(s.Port)}, "Cifrado": {"starttls"}, "Usuario": {sendtest.User}, "Password": {password}, "Remitente": {"facturas@kemper.mx"}, "Version": {version}}
	}
	bad := form("0", sendtest.Password)
	bad.Set("Servidor", "http://169.254.169.254/")
	bad.Set("Puerto", "x")
	res := b.post("/envios/servidor", bad)
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	see(res.Body.String(), "sin números de IP", `value="http://169.254.169.254/"`, "por los puertos 587", `aria-invalid="true"`)
	see(b.follow(b.post("/envios/servidor", form("0", "canario-equivocado-3"))).Body.String(), "Guardamos tu servidor de correo", "facturas@kemper.mx", "Guardada; no se muestra")
	see(b.get("/envios/servidor").Body.String(), `value="`+sendtest.User+`"`)
	see(b.follow(b.post("/envios/servidor/probar", nil)).Body.String(), "No aceptó el usuario o la contraseña", "No se envió nada")
	see(b.post("/envios/servidor", form("0", sendtest.Password)).Body.String(), "mientras lo tenías abierto")

	// a receipt that cannot leave says so, is sent again, and bounces
	b.follow(b.post("/clientes/nuevo", customerForm()))
	path, invoice := newInvoice(t, b)
	b.follow(b.press(path, invoice, "timbrar-asi"))
	see(b.get(path+"?ver=envios").Body.String(), "Van adjuntos el XML y el PDF.")
	b.follow(b.post(path+"/enviar", url.Values{"Para": {"caja@example.mx"}}))
	p.drain()
	see(b.get(path+"?ver=envios").Body.String(), "No enviado", "no aceptó el usuario o la contraseña", "Enviar otra vez")
	see(b.get("/envios").Body.String(), "No está enviando desde el")
	see(b.get("/avisos").Body.String(), "Tu servidor de correo no envía")
	see(b.follow(b.post("/envios/servidor", form("1", sendtest.Password))).Body.String(), "Guardamos tu servidor de correo")
	see(b.follow(b.post("/envios/servidor/probar", nil)).Body.String(), "Tu servidor funciona", "admin@example.mx")
	doc, err := p.Billing.Document(t.Context(), a, strings.TrimPrefix(path, "/comprobantes/"))
	must(t, err)
	again := path + "/envios/" + doc.Deliveries[0].ID + "/otra-vez"
	s.Answer("caja@example.mx", 550)
	see(b.follow(b.post(again, nil)).Body.String(), "Va otra vez", "En cola")
	p.drain()
	see(b.get(path+"?ver=envios").Body.String(), "No enviado", "caja@example.mx", "Enviar otra vez")
	see(b.get("/clientes").Body.String(), "Este correo rebotó el ")
	customers := b.get("/clientes").Body.String()
	_, id, _ := strings.Cut(customers, `class="id wrap" href="`)
	id, _, _ = strings.Cut(id, `"`)
	see(b.get(id).Body.String(), "Este correo rebotó el ", "no existe ese buzón")
	if res := other.post(again, nil); res.Code != http.StatusNotFound {
		t.Errorf("sent again by another company: %d", res.Code)
	}
	s.Answer("caja@example.mx", 250)
	b.follow(b.post(again, nil))
	p.drain()
	if page := b.get("/clientes").Body.String(); strings.Contains(page, "rebotó") || s.Copies("caja@example.mx") != 1 {
		t.Errorf("still marked, or %d copies", s.Copies("caja@example.mx"))
	}
	if res := b.post(again, nil); res.Code != http.StatusConflict {
		t.Errorf("sent again to who has it: %d", res.Code)
	}

	// what goes along is what the company chose
	b.follow(b.post("/envios", url.Values{"Adjuntos": {"pdf"}, "Version": {"0"}}))
	see(b.get(path+"?ver=envios").Body.String(), "Va adjunto sólo el PDF.")
	see(b.follow(b.post(path+"/enviar", url.Values{"Para": {"x@example.mx"}})).Body.String(), "Enviamos el PDF;")

	see(other.get("/envios").Body.String(), "Salen por el correo de ioFacturo")
	see(b.follow(b.post("/envios/servidor/quitar", nil)).Body.String(), "Vuelves al correo de ioFacturo", "Usar mi servidor")
	if res := b.post("/envios/servidor/probar", nil); res.Code != http.StatusNotFound {
		t.Errorf("a test of none: %d", res.Code)
	}
	for _, canary := range []string{sendtest.Password, "canario-equivocado-3"} {
		if strings.Contains(pages.String(), canary) || strings.Contains(p.log.String(), canary) {
			t.Errorf("%s is on a page or in the log", canary)
		}
	}
}
