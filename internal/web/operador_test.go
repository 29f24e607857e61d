package web

import (
	"bytes"
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/passkey/passkeytest"
	"iofacturo.mx/internal/store"
)

const operatorPassword = "cuarenta faros apagados al norte"

// operator makes an operator through the screens: one-time password, second factor, own
// password.
func (p *portal) operator(usuario string) (*browser, *passkeytest.Device) {
	p.t.Helper()
	once, err := p.Account.FirstOperator(context.Background(), account.Operator{Usuario: usuario, Nombre: "Olga Ríos", Correo: usuario + "@portal.mx"})
	must(p.t, err)
	b, d := p.browser(), passkeytest.New(baseURL)
	res := b.post("/operador/entrar", url.Values{"Usuario": {usuario}, "Password": {once}})
	if !strings.HasPrefix(res.Header().Get("Location"), "/entrar/segundo-factor") {
		p.t.Fatalf("%d %s %s", res.Code, res.Header(), textOf(res))
	}
	answer := b.answers(d, "/entrar/segundo-factor/llaves/reto", true)
	if res := b.post("/entrar/segundo-factor/llaves", url.Values{"Respuesta": {answer}}); res.Code != http.StatusOK || !strings.Contains(res.Body.String(), "códigos de recuperación") {
		p.t.Fatalf("%d %s", res.Code, textOf(res))
	}
	if res := b.get("/operador"); res.Header().Get("Location") != "/cuenta/contrasena" {
		p.t.Fatalf("%d %s", res.Code, res.Header())
	}
	if res := b.post("/cuenta/contrasena", url.Values{"Anterior": {once}, "Nueva": {operatorPassword}, "Confirmacion": {operatorPassword}}); res.Code != http.StatusSeeOther {
		p.t.Fatalf("%d %s", res.Code, textOf(res))
	}
	return b, d
}

// TestOperatorReachesNoCompany asks every route there is as an operator: none of a
// company opens, nothing changes, and what the operator's own pages show is no row of
// a company but its name and numbers.
func TestOperatorReachesNoCompany(t *testing.T) {
	onBoth(t, func(t *testing.T, p *portal, rows *sql.DB) {
		_, _, ids := p.furnish("EKU9003173C9")
		op, _ := p.operator("olga")
		p.drain()
		ids["coadmin"] = unknownID
		before, cells := digest(t, rows, ""), 0
		for _, rt := range p.routes() {
			switch {
			case rt.access.kind == accessOpen || rt.access.kind == accessPublic || rt.access.kind == accessHalf || rt.access.kind == accessOperator || rt.access.house:
				continue
			}
			cells++
			res := op.ask(rt.pattern, walls()[rt.pattern], slot{place: "path"}, ids[kindOf(rt.pattern)])
			if strings.HasPrefix(rt.pattern, "GET ") && (res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/operador") ||
				!strings.HasPrefix(rt.pattern, "GET ") && res.Code != http.StatusNotFound {
				t.Errorf("%s: %d %s", rt.pattern, res.Code, res.Header().Get("Location"))
			}
		}
		if digest(t, rows, "") != before {
			t.Error("an operator changed something")
		}
		for _, path := range []string{"/operador", "/operador/empresas", "/operador/empresas/" + ids["empresa"], "/operador/operadores", "/operador/bitacora", "/cuenta/segundo-factor", "/cuenta/sesiones", "/cuenta/contrasena"} {
			res := op.get(path)
			if res.Code != http.StatusOK {
				t.Errorf("%s: %d %s", path, res.Code, textOf(res))
			}
			for _, secret := range []string{"Vajilla", "URE180429TM6", "beto@", "zoe@", "admin@example.mx", ids["documento"], ids["cliente"], ids["producto"], ids["llave"]} {
				if strings.Contains(res.Body.String(), secret) {
					t.Errorf("%s shows %q", path, secret)
				}
			}
		}
		t.Logf("%d routes closed to an operator", cells)
	})
}

// TestOperatorPagesExistForOperatorsAlone: for everybody else who is signed in they are
// pages that are not there, and a stranger is led to their door.
func TestOperatorPagesExistForOperatorsAlone(t *testing.T) {
	p := newPortal(t)
	admin, _, ids := p.furnish("EKU9003173C9")
	p.operator("olga")
	for _, rt := range p.routes() {
		if rt.access.kind != accessOperator {
			continue
		}
		res := admin.ask(rt.pattern, wall{}, slot{place: "path"}, ids["empresa"])
		if res.Code != http.StatusNotFound {
			t.Errorf("%s as Administrador: %d", rt.pattern, res.Code)
		}
		res = p.browser().ask(rt.pattern, wall{}, slot{place: "path"}, ids["empresa"])
		led := res.Code == http.StatusSeeOther && strings.HasPrefix(res.Header().Get("Location"), "/operador/entrar?seguir=")
		if strings.HasPrefix(rt.pattern, "POST ") {
			led = res.Code == http.StatusUnauthorized && strings.Contains(res.Body.String(), `action="/operador/entrar"`)
		}
		if !led {
			t.Errorf("%s as nobody: %d %s", rt.pattern, res.Code, res.Header())
		}
	}
}

// TestOperatorAtWork walks what an operator does, with its mistakes.
func TestOperatorAtWork(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	path, form := newInvoice(t, b)
	b.press(path, form, "timbrar")
	p.issuer("XIA190128J61")
	op, d := p.operator("olga")
	company := "/operador/empresas/" + a.Tenant.ID()
	t.Run("the door keeps what was typed, not the password", func(t *testing.T) {
		res := p.browser().post("/operador/entrar", url.Values{"Usuario": {"olga"}, "Password": {"no es esta frase"}})
		if s := res.Body.String(); res.Code != http.StatusForbidden && res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="olga"`) || strings.Contains(s, "no es esta frase") {
			t.Errorf("%d %s", res.Code, s)
		}
	})
	t.Run("the panel counts", func(t *testing.T) {
		text := textOf(op.get("/operador"))
		for _, want := range []string{"Abiertas 2", "Suspendidas 0", "Hoy 1", "Escribe", "Responde", "3 GB libres de 12 (25 %)", "prueba"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
	})
	t.Run("companies are found", func(t *testing.T) {
		for q, want := range map[string]int{"": 2, "eku": 1, "EKU9003173C9": 1, "xia": 1, "nadie": 0, "%": 2, "' OR 1=1 --": 0} {
			body := op.get("/operador/empresas?q=" + url.QueryEscape(q)).Body.String()
			if got := strings.Count(body, `href="/operador/empresas/0`); got != want {
				t.Errorf("%q: %d, want %d", q, got, want)
			}
		}
		if res := op.get("/operador/empresas/" + store.Platform().ID()); res.Code != http.StatusNotFound {
			t.Errorf("the house itself is listed: %d", res.Code)
		}
		if text := textOf(op.get(company)); !strings.Contains(text, time.Now().Format("01/2006")+" 1") {
			t.Error(text)
		}
	})
	t.Run("suspend and let work again", func(t *testing.T) {
		res := op.post(company+"/suspender", url.Values{"Motivo": {"ay"}})
		if s := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="ay"`) || !strings.Contains(s, `aria-invalid="true"`) {
			t.Errorf("%d %s", res.Code, s)
		}
		res = op.post(company+"/suspender", url.Values{"Motivo": {"No llegó el pago <b>de octubre</b>"}})
		if text := textOf(op.follow(res)); !strings.Contains(text, "Empresa suspendida") || !strings.Contains(text, "Reactivarla") {
			t.Error(text)
		}
		if res := b.get("/panel"); res.Code != http.StatusSeeOther {
			t.Errorf("its people go on: %d", res.Code)
		}
		out := p.browser().post("/entrar", url.Values{"Usuario": {"admin"}, "Rfc": {"EKU9003173C9"}, "Password": {password}})
		if s := out.Body.String(); !strings.Contains(s, "No llegó el pago &lt;b&gt;de octubre&lt;/b&gt;") {
			t.Error(textOf(out))
		}
		op.follow(op.post(company+"/reactivar", nil))
		back := p.signedIn("EKU9003173C9")
		if text := textOf(back.get("/bitacora")); !strings.Contains(text, "Suspendió la cuenta de la empresa") || !strings.Contains(text, "Quien opera el portal") {
			t.Error(text)
		}
		if text := textOf(op.get("/operador/bitacora")); !strings.Contains(text, "Suspendió la cuenta") || !strings.Contains(text, "Olga Ríos (olga)") {
			t.Error(text)
		}
	})
	t.Run("what was typed survives the end of the session", func(t *testing.T) {
		res := p.browser().post(company+"/suspender", url.Values{"Motivo": {"No llegó el pago"}})
		if s := res.Body.String(); res.Code != http.StatusUnauthorized || !strings.Contains(s, `value="No llegó el pago"`) || !strings.Contains(s, `action="/operador/entrar"`) {
			t.Fatalf("%d %s", res.Code, s)
		}
		back := p.browser()
		answer := back.answers(d, "/entrar/llave/reto", false)
		res = back.post("/operador/entrar/llave", url.Values{"Respuesta": {answer}, "seguir": {company + "/suspender"}, carriedField("Motivo"): {"No llegó el pago"}})
		if s := res.Body.String(); res.Code != http.StatusOK || !strings.Contains(s, `action="`+company+`/suspender"`) || !strings.Contains(s, `value="No llegó el pago"`) {
			t.Errorf("%d %s", res.Code, s)
		}
		if res := back.post("/operador/entrar", url.Values{"Usuario": {"olga"}, "Password": {operatorPassword}, "seguir": {"//evil.example"}}); strings.Contains(res.Header().Get("Location"), "evil") {
			t.Errorf("%s", res.Header())
		}
	})
	t.Run("another operator", func(t *testing.T) {
		res := op.post("/operador/operadores", url.Values{"Nombre": {"Pablo Cruz"}, "Usuario": {"p"}, "Correo": {"pablo@portal.mx"}})
		if s := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="Pablo Cruz"`) {
			t.Errorf("%d %s", res.Code, textOf(res))
		}
		res = op.post("/operador/operadores", url.Values{"Nombre": {"Pablo Cruz"}, "Usuario": {"pablo"}, "Correo": {"pablo@portal.mx"}})
		if !strings.Contains(textOf(res), "Contraseña de un solo uso") {
			t.Errorf("%d %s", res.Code, textOf(res))
		}
		if bytes.Contains(p.log.Bytes(), []byte(operatorPassword)) {
			t.Error("a password in the log")
		}
	})
	t.Run("a dangerous act waits for a proof", func(t *testing.T) {
		p.later(6 * time.Minute)
		res := op.post(company+"/suspender", url.Values{"Motivo": {"No llegó el pago"}})
		if res.Code != http.StatusForbidden || !strings.Contains(res.Body.String(), `value="No llegó el pago"`) {
			t.Fatalf("%d %s", res.Code, textOf(res))
		}
		answer := op.answers(d, "/confirmar-identidad/llave/reto", false)
		res = op.post("/confirmar-identidad", url.Values{"Respuesta": {answer}, "seguir": {company + "/suspender"}, carriedField("Motivo"): {"No llegó el pago"}})
		if res.Code != http.StatusOK || !strings.Contains(res.Body.String(), company+"/suspender") {
			t.Errorf("%d %s", res.Code, textOf(res))
		}
	})
	t.Run("the key alone at its own door", func(t *testing.T) {
		other := p.browser()
		answer := other.answers(d, "/entrar/llave/reto", false)
		if res := other.post("/entrar/llave", url.Values{"Respuesta": {answer}}); res.Code == http.StatusSeeOther {
			t.Errorf("an operator at the companies' door: %s", res.Header())
		}
		answer = other.answers(d, "/entrar/llave/reto", false)
		if res := other.post("/operador/entrar/llave", url.Values{"Respuesta": {answer}}); res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/operador" {
			t.Errorf("%d %s", res.Code, res.Header())
		}
	})
}
