package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

var passwordLink = regexp.MustCompile(`/contrasena/[A-Za-z0-9_-]{43}`)

// hired is a browser of an Operación user whom the Administrador of b invited.
func (p *portal) hired(b *browser, form url.Values) *browser {
	p.t.Helper()
	if res := b.post("/usuarios/nuevo", form); res.Code != http.StatusSeeOther {
		p.t.Fatalf("invite: %d\n%s", res.Code, textOf(res))
	}
	p.drain()
	mails, err := p.box.List(100)
	must(p.t, err)
	for _, m := range mails {
		if link := passwordLink.FindString(m.Text); link != "" && m.To[0] == form.Get("Correo") {
			own := p.browser()
			if res := own.get(link); res.Code != http.StatusOK {
				p.t.Fatalf("link: %d", res.Code)
			}
			res := own.post(link, url.Values{"Password": {password}, "Password2": {password}})
			if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/panel" {
				p.t.Fatalf("first password: %d\n%s", res.Code, textOf(res))
			}
			return own
		}
	}
	p.t.Fatalf("no invitation to %s", form.Get("Correo"))
	return nil
}

func userForm(rights ...string) url.Values {
	return url.Values{"Usuario": {"beto"}, "Nombre": {"Beto Díaz"}, "Correo": {"beto@example.mx"}, "Tipo": {"operacion"}, "Rights": rights}
}

func TestAnOperationUserSeesAndDoesWhatItMay(t *testing.T) {
	p := newPortal(t)
	admin, _ := p.issuer("EKU9003173C9")
	form := userForm("comprobantes.timbrar")
	form.Set("Total", "150.00")
	form.Set("Tipos", "I")
	beto := p.hired(admin, form)
	panel := beto.get("/panel").Body.String()
	for _, want := range []string{`href="/comprobantes"`, `href="/clientes"`, "/comprobantes/nuevo?tipo=I"} {
		if !strings.Contains(panel, want) {
			t.Errorf("the panel lacks %s", want)
		}
	}
	for _, hidden := range []string{`href="/empresa"`, `href="/certificados`, "/clientes/nuevo", "tipo=E"} {
		if strings.Contains(panel, hidden) {
			t.Errorf("the panel shows %s", hidden)
		}
	}
	for path, want := range map[string]int{
		"/comprobantes": 200, "/clientes": 200, "/productos": 200, "/empresa": 403, "/usuarios": 403, "/series": 403, "/clientes/nuevo": 403, "/cuenta": 200, "/cuenta/baja": 403,
	} {
		if res := beto.get(path); res.Code != want {
			t.Errorf("%s: %d, want %d", path, res.Code, want)
		}
	}
	path, invoice := newInvoice(t, beto)
	if res := beto.press(path, invoice, "timbrar"); res.Code != http.StatusUnprocessableEntity || !strings.Contains(textOf(res), "pasa de lo que tu usuario puede timbrar") {
		t.Errorf("above the limit: %d", res.Code)
	}
	small := url.Values{}
	for k, v := range invoice {
		small[k] = v
	}
	small.Set("Conceptos[0].ValorUnitario", "50")
	path, again := newInvoice(t, beto)
	for k := range again {
		if k == "SerieID" {
			small[k] = again[k]
		}
	}
	if res := beto.press(path, small, "timbrar"); res.Code != http.StatusSeeOther {
		t.Errorf("within it: %d\n%s", res.Code, textOf(res))
	}
	users := admin.get("/usuarios").Body.String()
	id := regexp.MustCompile(`/usuarios/([0-9a-f-]{36})`).FindAllStringSubmatch(users, -1)
	var betoPath string
	for _, m := range id {
		if strings.Contains(admin.get(m[0]).Body.String(), "beto@example.mx") {
			betoPath = m[0]
		}
	}
	if text := textOf(admin.get(betoPath + "/vista")); !strings.Contains(text, "Timbra hasta $150.00") || !strings.Contains(text, "No puede") {
		t.Error("what a user sees is not said")
	}
	if res := admin.post(betoPath+"/bloquear", nil); res.Code != http.StatusSeeOther {
		t.Fatalf("block: %d", res.Code)
	}
	if res := beto.get("/comprobantes"); res.Code != http.StatusSeeOther || !strings.HasPrefix(res.Header().Get("Location"), "/?seguir=") {
		t.Errorf("blocked at work: %d", res.Code)
	}
	if res := p.browser().post("/entrar", url.Values{"Usuario": {"beto"}, "Rfc": {"EKU9003173C9"}, "Password": {password}}); !strings.Contains(textOf(res), "bloqueó tu usuario") {
		t.Errorf("comes in: %d", res.Code)
	}
	res := admin.post(betoPath+"/contrasena", nil)
	once := regexp.MustCompile(`[a-z2-7]{5}(-[a-z2-7]{5}){3}-[a-z2-7]{6}`).FindString(res.Body.String())
	if once == "" || strings.Contains(p.log.String(), once) {
		t.Errorf("the password to hand over: %q", once)
	}
}

func TestReadySetsTickTheirBoxesWithoutScript(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	form := userForm()
	form.Set("conjunto", "consulta")
	page := b.post("/usuarios/nuevo", form).Body.String()
	for right, on := range map[string]bool{"comprobantes.ver": true, "clientes.ver": true, "comprobantes.timbrar": false, "clientes.editar": false} {
		if got := strings.Contains(page, `value="`+right+`" checked`); got != on {
			t.Errorf("%s ticked: %v", right, got)
		}
	}
	if !strings.Contains(page, `value="Beto Díaz"`) {
		t.Error("what was typed is lost")
	}
}

func TestADangerousActWaitsForAProof(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	p.later(10 * time.Minute)
	res := b.post("/usuarios/nuevo", userForm("comprobantes.ver"))
	if res.Code != http.StatusForbidden || !strings.Contains(res.Body.String(), `name="seguir.Nombre" value="Beto Díaz"`) {
		t.Fatalf("asked: %d, or the form is lost", res.Code)
	}
	before := b.cookies[sessionCookie]
	carried := url.Values{"seguir": {"/usuarios/nuevo"}, "Password": {"no es esta 123"}}
	for k, v := range userForm("comprobantes.ver") {
		carried["seguir."+k] = v
	}
	if res := b.post("/confirmar-identidad", carried); res.Code != http.StatusUnprocessableEntity || !strings.Contains(res.Body.String(), "Beto Díaz") {
		t.Fatalf("a wrong password: %d", res.Code)
	}
	carried.Set("Password", password)
	res = b.post("/confirmar-identidad", carried)
	if res.Code != http.StatusOK || !strings.Contains(res.Body.String(), `name="Nombre" value="Beto Díaz"`) {
		t.Fatalf("proved: %d", res.Code)
	}
	after := b.cookies[sessionCookie]
	if after == before {
		t.Error("the token did not change")
	}
	b.cookies[sessionCookie] = before
	if res := b.get("/panel"); res.Code != http.StatusSeeOther {
		t.Errorf("the token before still works: %d", res.Code)
	}
	b.cookies[sessionCookie] = after
	if res := b.post("/usuarios/nuevo", userForm("comprobantes.ver")); res.Code != http.StatusSeeOther {
		t.Errorf("after the proof: %d", res.Code)
	}
}

func TestForgottenPasswordAnswersAlike(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	known := textOf(p.browser().post("/recuperar", url.Values{"Usuario": {"admin"}, "Rfc": {"EKU9003173C9"}}))
	unknown := textOf(p.browser().post("/recuperar", url.Values{"Usuario": {"nadie"}, "Rfc": {"XIA190128J61"}}))
	if known != unknown || !strings.Contains(known, "Revisa tu correo") {
		t.Error("the answers differ")
	}
	p.drain()
	mails, err := p.box.List(10)
	must(t, err)
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	link := passwordLink.FindString(mails[0].Text)
	b := p.browser()
	const other = "cuatro gatos en la azotea 7"
	if res := b.post(link, url.Values{"Password": {other}, "Password2": {"otra"}}); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("two that differ: %d", res.Code)
	}
	if res := b.post(link, url.Values{"Password": {other}, "Password2": {other}}); res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/" {
		t.Errorf("set: %d", res.Code)
	}
	if res := b.get(link); res.Code != http.StatusGone {
		t.Errorf("used: %d", res.Code)
	}
}
