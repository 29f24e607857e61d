package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	lib "github.com/pquerna/otp/totp"

	"iofacturo.mx/internal/store"
)

func entry(rfc, password string) url.Values {
	return url.Values{"Usuario": {"admin"}, "Rfc": {rfc}, "Password": {password}}
}

// withFactor gives the Administrador a second factor and returns what makes its codes.
func (p *portal) withFactor(a store.Actor) func() string {
	p.t.Helper()
	a.ProvedAt = p.Now()
	setup, err := p.Account.BeginFactor(p.t.Context(), a)
	must(p.t, err)
	code := func() string {
		c, err := lib.GenerateCode(strings.ReplaceAll(setup.Secret, " ", ""), p.Now())
		must(p.t, err)
		return c
	}
	_, err = p.Account.ConfirmFactor(p.t.Context(), a, code())
	must(p.t, err)
	p.later(time.Minute) // the code that confirmed is spent
	return code
}

// TestAuthCookie: what the browser keeps of a session, and that nothing else opens it.
func TestAuthCookie(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	t.Run("is ours alone", func(t *testing.T) {
		res := p.browser().post("/entrar", entry("TCG180314LM7", password))
		found := false
		for _, c := range res.Result().Cookies() {
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%+v", c)
			}
			found = found || c.Name == sessionCookie
		}
		if !found || strings.Contains(res.Body.String()+res.Header().Get("Location"), res.Result().Cookies()[0].Value) {
			t.Error("no session, or its token is in the answer itself")
		}
	})
	t.Run("a value brought along opens nothing and is not kept", func(t *testing.T) {
		b := p.browser()
		planted := strings.Repeat("A", 43)
		b.cookies[sessionCookie] = planted
		if res := b.get("/empresa"); res.Code != http.StatusSeeOther {
			t.Errorf("opens: %d", res.Code)
		}
		b.cookies[sessionCookie] = planted
		b.post("/entrar", entry("TCG180314LM7", password))
		if b.cookies[sessionCookie] == planted || b.get("/empresa").Code != http.StatusOK {
			t.Error("the entry kept the planted value, or did not open")
		}
		b.cookies[sessionCookie] = planted
		if res := b.get("/empresa"); res.Code != http.StatusSeeOther {
			t.Errorf("opens after the entry: %d", res.Code)
		}
	})
	t.Run("counts in no address and no form", func(t *testing.T) {
		token := p.signedIn("TCG180314LM7").cookies[sessionCookie]
		b := p.browser()
		for _, res := range []*httptest.ResponseRecorder{b.get("/empresa?" + url.Values{sessionCookie: {token}}.Encode()), b.get("/empresa?sesion=" + token)} {
			if res.Code != http.StatusSeeOther {
				t.Errorf("%d", res.Code)
			}
		}
		if res := b.post("/series/nueva", url.Values{sessionCookie: {token}}); res.Code != http.StatusUnauthorized {
			t.Errorf("in a form: %d", res.Code)
		}
	})
	t.Run("another entry ends the one before", func(t *testing.T) {
		ca, err := testCA()
		must(t, err)
		cer, key, err := ca.CSD("TCG180314LM7", "TALLER DE CERAMICA LOS GIRASOLES", []byte("12345678a"))
		must(t, err)
		for name, come := range map[string]func(b *browser) *httptest.ResponseRecorder{
			"password": func(b *browser) *httptest.ResponseRecorder { return b.post("/entrar", entry("TCG180314LM7", password)) },
			"files of the seal": func(b *browser) *httptest.ResponseRecorder {
				return b.upload("/entrar/csd", map[string][]byte{"Cer": cer, "Key": key, "Password": []byte("12345678a")})
			},
		} {
			b := p.signedIn("TCG180314LM7")
			before := b.cookies[sessionCookie]
			if res := come(b); res.Code != http.StatusSeeOther || b.cookies[sessionCookie] == before {
				t.Fatalf("%s: %d", name, res.Code)
			}
			b.cookies[sessionCookie] = before
			if res := b.get("/empresa"); res.Code != http.StatusSeeOther {
				t.Errorf("%s: the session before still opens: %d", name, res.Code)
			}
		}
	})
	t.Run("goes when the session went", func(t *testing.T) {
		b := p.signedIn("TCG180314LM7")
		p.later(13 * time.Hour)
		if res := b.get("/empresa"); res.Code != http.StatusSeeOther || b.cookies[sessionCookie] != "" {
			t.Errorf("%d, cookie %q", res.Code, b.cookies[sessionCookie])
		}
		p.later(0)
	})
	t.Run("signing out takes a press", func(t *testing.T) {
		b := p.signedIn("TCG180314LM7")
		if res := b.get("/salir"); res.Code != http.StatusMethodNotAllowed || b.get("/empresa").Code != http.StatusOK {
			t.Errorf("a link signs out: %d", res.Code)
		}
	})
}

// TestAuthHalfASessionReachesNothing walks every route with a session that owes
// the second factor.
func TestAuthHalfASessionReachesNothing(t *testing.T) {
	p := newPortal(t)
	code := p.withFactor(p.found("TCG180314LM7", "Mariana"))
	b := p.browser()
	if res := b.post("/entrar", entry("TCG180314LM7", password)); !strings.HasPrefix(res.Header().Get("Location"), "/entrar/segundo-factor") {
		t.Fatalf("after the password: %d to %q", res.Code, res.Header().Get("Location"))
	}
	half, walked := b.cookies[sessionCookie], 0
	for _, rt := range p.routes() {
		if rt.access.kind == accessOpen || rt.access.kind == accessPublic || rt.access.kind == accessHalf && rt.access.stage == store.StageFactor {
			continue
		}
		walked++
		method, path := address(rt.pattern)
		res := b.get(path)
		if method == http.MethodPost {
			res = b.post(path, url.Values{"a": {"1"}})
		}
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/entrar/segundo-factor" {
			t.Errorf("%s: %d to %q", rt.pattern, res.Code, res.Header().Get("Location"))
		}
	}
	if walked < 80 {
		t.Errorf("only %d routes were walked", walked)
	}
	if res := b.post("/entrar/segundo-factor", url.Values{"Codigo": {code()}}); res.Code != http.StatusSeeOther || b.cookies[sessionCookie] == half {
		t.Fatalf("the code: %d\n%s", res.Code, textOf(res))
	}
	if res := b.get("/empresa"); res.Code != http.StatusOK {
		t.Errorf("after it: %d", res.Code)
	}
	b.cookies[sessionCookie] = half
	if res := b.get("/empresa"); res.Header().Get("Location") == "" {
		t.Errorf("the half session opens: %d", res.Code)
	}
}

// TestAuthADuePasswordStopsEverythingElse walks every route with one.
func TestAuthADuePasswordStopsEverythingElse(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	admin := p.signedIn("TCG180314LM7")
	p.hired(admin, userForm("comprobantes.timbrar"))
	users := regexp.MustCompile(`/usuarios/([0-9a-f-]{36})`).FindAllString(admin.get("/usuarios").Body.String(), -1)
	once := ""
	for _, path := range users {
		if strings.Contains(admin.get(path).Body.String(), "beto@example.mx") {
			once = regexp.MustCompile(`[a-z2-7]{5}(-[a-z2-7]{5}){3}-[a-z2-7]{6}`).FindString(admin.post(path+"/contrasena", nil).Body.String())
		}
	}
	b := p.browser()
	res := b.post("/entrar", url.Values{"Usuario": {"beto"}, "Rfc": {"TCG180314LM7"}, "Password": {once}})
	if once == "" || res.Header().Get("Location") != "/cuenta/contrasena" {
		t.Fatalf("%q: %d to %q", once, res.Code, res.Header().Get("Location"))
	}
	for _, rt := range p.routes() {
		if rt.access.kind != accessMember && (rt.access.kind != accessRight || rt.access.right != store.RightReceipts) {
			continue
		}
		method, path := address(rt.pattern)
		if openWhileMustChange(path) {
			continue
		}
		res := b.get(path)
		if method == http.MethodPost {
			res = b.post(path, url.Values{"a": {"1"}})
		}
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/cuenta/contrasena" {
			t.Errorf("%s: %d to %q", rt.pattern, res.Code, res.Header().Get("Location"))
		}
	}
	res = b.post("/cuenta/contrasena", url.Values{"Anterior": {once}, "Nueva": {password + " y más"}, "Confirmacion": {password + " y más"}})
	if res.Header().Get("Location") != "/panel" || b.get("/comprobantes").Code != http.StatusOK {
		t.Errorf("after the change: %d", res.Code)
	}
}

// TestAuthEveryPageLeadsOut: wherever somebody is signed in, signing out is there.
func TestAuthEveryPageLeadsOut(t *testing.T) {
	p := newPortal(t)
	b, _, ids := p.furnish("EKU9003173C9")
	seen := 0
	for _, rt := range p.routes() {
		method, path := address(rt.pattern)
		if method != http.MethodGet || rt.access.kind != accessMember && rt.access.kind != accessRight {
			continue
		}
		for _, slot := range walls()[rt.pattern].slots {
			if s := parseSlot(t, slot); s.place == "path" && ids[s.kind] != "" {
				path = strings.Replace(path, "nada", ids[s.kind], 1)
			}
		}
		res := b.get(path)
		if !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") || !strings.Contains(res.Body.String(), "<h1") {
			continue // a part of a page, a file, or on to another
		}
		if seen++; !strings.Contains(res.Body.String(), `action="/salir"`) {
			t.Errorf("%s (%d) has no way to sign out", path, res.Code)
		}
	}
	if seen < 30 {
		t.Errorf("only %d pages were seen", seen)
	}
}

// TestAuthPasswordFieldsOfEveryPage: every field for a password hides what is typed, takes what
// is pasted and tells a password manager what it is.
func TestAuthPasswordFieldsOfEveryPage(t *testing.T) {
	pages, err := filepath.Glob("*.templ")
	must(t, err)
	field, kept := regexp.MustCompile(`input\{Name: "(Password2?|Anterior|Nueva|Confirmacion)"[^\n]*`), 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		must(t, err)
		for _, m := range field.FindAllString(string(text), -1) {
			kept++
			if !strings.Contains(m, `Type: "password"`) || !strings.Contains(m, `"autocomplete": "`) {
				t.Errorf("%s: %s", page, m)
			}
			if strings.Contains(m, `"maxlength": "`) && !strings.Contains(m, `"maxlength": "128"`) {
				t.Errorf("%s cuts a password short: %s", page, m)
			}
		}
	}
	if kept < 10 {
		t.Errorf("only %d fields for passwords", kept)
	}
	scripts, err := filepath.Glob("ui/src/*.ts")
	must(t, err)
	if len(scripts) < 5 {
		t.Fatalf("only %d scripts", len(scripts))
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		must(t, err)
		if m := regexp.MustCompile(`(?i)["'](paste|beforepaste|contextmenu)["']|onpaste|inputType`).Find(text); m != nil {
			t.Errorf("%s meddles with what is pasted: %s", script, m)
		}
	}
}

// TestAuthPasswordArrivesAsTyped: nothing is cut off or changed on the way from the form.
func TestAuthPasswordArrivesAsTyped(t *testing.T) {
	for name, typed := range map[string]string{
		"blanks around": "  puentes largos sobre agua  ", "signs": `a+b&c=d%20"<é>'\;ñ`, "capitals": "PuEnTeS LaRgOs SoBrE", "128 characters": strings.Repeat("puente y ", 14) + "ab",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t)
			p.found("TCG180314LM7", "Mariana")
			b := p.signedIn("TCG180314LM7")
			res := b.post("/cuenta/contrasena", url.Values{"Anterior": {password}, "Nueva": {typed}, "Confirmacion": {typed}})
			if res.Code != http.StatusSeeOther {
				t.Fatalf("%d\n%s", res.Code, textOf(res))
			}
			for _, other := range []string{strings.TrimSpace(typed), strings.ToLower(typed), typed[:len(typed)-1]} {
				if other != typed {
					if res := p.browser().post("/entrar", entry("TCG180314LM7", other)); res.Code != http.StatusUnprocessableEntity {
						t.Errorf("%q lets in: %d", other, res.Code)
					}
				}
			}
			if res := p.browser().post("/entrar", entry("TCG180314LM7", typed)); res.Code != http.StatusSeeOther {
				t.Errorf("as typed: %d", res.Code)
			}
		})
	}
}

// TestAuthClosingASessionAsksWhoItIs, on the page too.
func TestAuthClosingASessionAsksWhoItIs(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	here, there := p.signedIn("TCG180314LM7"), p.signedIn("TCG180314LM7")
	p.later(10 * time.Minute)
	if res := here.post("/cuenta/sesiones/cerrar-las-demas", nil); res.Code != http.StatusForbidden || there.get("/empresa").Code != http.StatusOK {
		t.Fatalf("%d", res.Code)
	}
	if res := here.post("/confirmar-identidad", url.Values{"Password": {password}, "seguir": {"/cuenta/sesiones"}}); res.Code != http.StatusSeeOther {
		t.Fatalf("proved: %d", res.Code)
	}
	if res := here.post("/cuenta/sesiones/cerrar-las-demas", nil); res.Code != http.StatusSeeOther || there.get("/empresa").Code == http.StatusOK {
		t.Errorf("after it: %d", res.Code)
	}
}

// TestAuthTooManyIsTold: who has to wait is told so with 429 and how long.
func TestAuthTooManyIsTold(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	for range 5 {
		p.browser().post("/entrar", entry("TCG180314LM7", "no es esta clave"))
	}
	res := p.browser().post("/entrar", entry("TCG180314LM7", password))
	if res.Code != http.StatusTooManyRequests {
		t.Errorf("%d", res.Code)
	}
	has(t, res, "espera 15 minutos")
}

// TestAuthSecurityPageTellsWhereWeDeviate: who sets the rules reads that renewing passwords
// is our default and not what is advised, and mends it with one press.
func TestAuthSecurityPageTellsWhereWeDeviate(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	b := p.signedIn("TCG180314LM7")
	page := b.get("/seguridad")
	has(t, page, "De fábrica se cambian cada 30 días", "el NIST y OWASP hoy piden no obligarlo", "Llenar con la política recomendada")
	advised := b.post("/seguridad", url.Values{"Version": {hidden(page.Body.String(), "Version")}, "accion": {"recomendada"}}).Body.String()
	for _, want := range []string{`name="PasswordDays" type="text" value="0"`, `name="PasswordLength" type="text" value="15"`, `value="todos" selected`} {
		if !strings.Contains(advised, want) {
			t.Errorf("the advised rules lack %s", want)
		}
	}
}
