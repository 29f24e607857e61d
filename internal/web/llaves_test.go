package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/passkey/passkeytest"
	"iofacturo.mx/internal/store"
)

// passkey gives a person a passkey and returns its device.
func (p *portal) passkey(a store.Actor) *passkeytest.Device {
	p.t.Helper()
	a.ProvedAt = p.Now()
	d := passkeytest.New(baseURL)
	ask, err := p.Account.AskNewPasskey(p.t.Context(), a)
	must(p.t, err)
	answer, err := d.Create(ask.Options)
	must(p.t, err)
	_, err = p.Account.AddPasskey(p.t.Context(), a, ask.Pre, "Mi llave", answer, account.Client{})
	must(p.t, err)
	return d
}

// answers does what the script does: it asks at path and answers with a device.
func (b *browser) answers(d *passkeytest.Device, path string, make bool) string {
	b.p.t.Helper()
	res := b.post(path, nil)
	if res.Code != http.StatusOK || res.Header().Get("Content-Type") != "application/json" {
		b.p.t.Fatalf("%s: %d %s", path, res.Code, res.Body)
	}
	say := d.Use
	if make {
		say = d.Create
	}
	answer, err := say(res.Body.Bytes())
	must(b.p.t, err)
	return string(answer)
}

func TestAuthPasskeyOnScreen(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	d := passkeytest.New(baseURL)
	t.Run("a key is added and listed", func(t *testing.T) {
		answer := b.answers(d, "/cuenta/llaves/reto", true)
		page := b.post("/cuenta/llaves", url.Values{"Nombre": {"Mi teléfono"}, "Respuesta": {answer}})
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "códigos de recuperación") {
			t.Fatalf("%d %s", page.Code, page.Body)
		}
		if again := b.post("/cuenta/llaves", url.Values{"Respuesta": {answer}}); again.Code == http.StatusOK && !strings.Contains(again.Body.String(), "El intento venció") {
			t.Errorf("%d %s", again.Code, again.Body)
		}
		if list := b.get("/cuenta/segundo-factor").Body.String(); !strings.Contains(list, "Mi teléfono") || !strings.Contains(list, "Sin usar") {
			t.Error(list)
		}
	})
	t.Run("a name that cannot be comes back", func(t *testing.T) {
		answer := b.answers(passkeytest.New(baseURL), "/cuenta/llaves/reto", true)
		page := b.post("/cuenta/llaves", url.Values{"Nombre": {"caja|dos"}, "Respuesta": {answer}})
		if s := page.Body.String(); page.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="caja|dos"`) || !strings.Contains(s, `aria-invalid="true"`) {
			t.Errorf("%d %s", page.Code, s)
		}
	})
	t.Run("it lets in alone, and once", func(t *testing.T) {
		stranger := p.browser()
		answer := stranger.answers(d, "/entrar/llave/reto", false)
		res := stranger.post("/entrar/llave", url.Values{"Respuesta": {answer}, "seguir": {"/clientes"}})
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/clientes" {
			t.Fatalf("%d %s %s", res.Code, res.Header(), res.Body)
		}
		if page := stranger.get("/panel"); page.Code != http.StatusOK {
			t.Errorf("%d", page.Code)
		}
		again := p.browser().post("/entrar/llave", url.Values{"Respuesta": {answer}})
		if again.Code != http.StatusUnprocessableEntity || !strings.Contains(again.Body.String(), "El intento venció") {
			t.Errorf("%d %s", again.Code, again.Body)
		}
	})
	t.Run("it follows the password", func(t *testing.T) {
		half := p.browser()
		res := half.post("/entrar", url.Values{"Usuario": {"admin"}, "Rfc": {"EKU9003173C9"}, "Password": {password}})
		if !strings.HasPrefix(res.Header().Get("Location"), "/entrar/segundo-factor") {
			t.Fatalf("%d %s", res.Code, res.Header())
		}
		page := half.get("/entrar/segundo-factor").Body.String()
		if !strings.Contains(page, "Usar mi llave de acceso") || strings.Contains(page, "Poner una llave") {
			t.Error(page)
		}
		if res := half.post("/entrar/segundo-factor/llaves/reto", nil); res.Code == http.StatusOK {
			t.Errorf("the password alone may add a key: %d", res.Code)
		}
		answer := half.answers(d, "/entrar/segundo-factor/llave/reto", false)
		if res := half.post("/entrar/segundo-factor", url.Values{"Respuesta": {answer}}); res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/panel" {
			t.Errorf("%d %s %s", res.Code, res.Header(), res.Body)
		}
	})
	t.Run("it proves who one is", func(t *testing.T) {
		p.later(6 * time.Minute)
		res := b.post("/cuenta/llaves/reto", nil)
		if res.Code != http.StatusForbidden {
			t.Fatalf("added without a proof: %d", res.Code)
		}
		alone := b.post("/confirmar-identidad", url.Values{"Password": {password}, "seguir": {"/cuenta/segundo-factor"}})
		if s := alone.Body.String(); alone.Code != http.StatusUnprocessableEntity || !strings.Contains(s, "Falta el código de tu segundo factor") || !strings.Contains(s, "Código de recuperación") {
			t.Errorf("the password alone proves: %d %s", alone.Code, s)
		}
		answer := b.answers(d, "/confirmar-identidad/llave/reto", false)
		if res := b.post("/confirmar-identidad", url.Values{"Respuesta": {answer}, "seguir": {"/cuenta/segundo-factor"}}); res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/cuenta/segundo-factor" {
			t.Errorf("%d %s %s", res.Code, res.Header(), res.Body)
		}
	})
}

var passwordInput = regexp.MustCompile(`<input[^>]*\bname="(Password2?|Anterior|Nueva|Confirmacion)"[^>]*>`)

// TestAuthPasswordFields: every field for a password hides it and lets a manager fill it.
func TestAuthPasswordFields(t *testing.T) {
	p := newPortal(t)
	in, _ := p.issuer("EKU9003173C9")
	fields := 0
	for path, b := range map[string]*browser{"/": p.browser(), "/operador/entrar": p.browser(), "/cuenta/contrasena": in, "/confirmar-identidad": in} {
		for _, field := range passwordInput.FindAllString(b.get(path).Body.String(), -1) {
			fields++
			if !strings.Contains(field, `type="password"`) || strings.Contains(field, `autocomplete="off"`) || !strings.Contains(field, "-password\"") || strings.Contains(field, "paste") {
				t.Errorf("%s: %s", path, field)
			}
		}
	}
	if fields < 6 {
		t.Errorf("only %d fields found", fields)
	}
}
