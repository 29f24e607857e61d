package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

// address fills the wildcards of a pattern with something that names nothing.
func address(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, "{") && part != "{$}" {
			path = strings.Replace(path, part, "nada", 1)
		}
	}
	return method, strings.TrimSuffix(path, "{$}")
}

func TestEveryRouteSaysWhoMayUseIt(t *testing.T) {
	known := map[store.Right]bool{}
	for _, rule := range store.Rights() {
		known[rule.Right] = true
	}
	for _, rt := range newPortal(t).routes() {
		switch rt.access.kind {
		case accessOpen, accessPublic, accessMember, accessHalf, accessOperator:
		case accessRight:
			if !known[rt.access.right] {
				t.Errorf("%s asks for a right nobody can have: %q", rt.pattern, rt.access.right)
			}
		default:
			t.Errorf("%s has no access", rt.pattern)
		}
		if method, _ := address(rt.pattern); method != http.MethodGet && method != http.MethodPost {
			t.Errorf("%s: a page without script knows GET and POST alone", rt.pattern)
		}
	}
}

func TestStrangersAreSentToSignIn(t *testing.T) {
	p := newPortal(t)
	for _, rt := range p.routes() {
		if rt.access.kind == accessOpen || rt.access.kind == accessPublic {
			continue
		}
		method, path := address(rt.pattern)
		if method == http.MethodGet {
			res := p.browser().get(path)
			door := "/"
			if rt.access.kind == accessOperator {
				door = "/operador/entrar"
			}
			if want := door + "?seguir=" + url.QueryEscape(path); res.Code != http.StatusSeeOther || res.Header().Get("Location") != want {
				t.Errorf("%s: %d to %q, want sign-in", rt.pattern, res.Code, res.Header().Get("Location"))
			}
			continue
		}
		res := p.browser().post(path, url.Values{"Nombre": {"lo que escribí"}})
		if res.Code != http.StatusUnauthorized || !strings.Contains(res.Body.String(), `value="lo que escribí"`) {
			t.Errorf("%s: %d, and the form is not carried", rt.pattern, res.Code)
		}
	}
}

// Each kind of access against nobody, a user without rights, one with exactly
// the right, and the administrator.
func TestAccessLetsInWhomItSays(t *testing.T) {
	tenant := newPortal(t).found("TCG180314LM7", "Mariana").Tenant
	user := func(admin bool, rights ...store.Right) *visitor {
		return &visitor{Session: account.Session{Actor: store.Actor{Tenant: tenant, Admin: admin, Rights: rights}}}
	}
	tests := []struct {
		name   string
		access access
		want   [4]bool // nobody, no rights, the right, administrator
	}{
		{"nobody", access{}, [4]bool{false, false, false, false}},
		{"open", open(), [4]bool{true, true, true, true}},
		{"public", public(), [4]bool{true, true, true, true}},
		{"member", member(), [4]bool{false, true, true, true}},
		{"right", needs(store.RightIssue), [4]bool{false, false, true, true}},
		{"other right", needs(store.RightConfigure), [4]bool{false, false, false, true}},
	}
	for _, test := range tests {
		for i, v := range []*visitor{nil, user(false), user(false, store.RightIssue), user(true)} {
			if got := test.access.check(v) == nil; got != test.want[i] {
				t.Errorf("%s, visitor %d: in = %v", test.name, i, got)
			}
		}
	}
}

func TestHeadersOnEveryAnswer(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	var all []*httptest.ResponseRecorder
	for _, rt := range p.routes() {
		method, path := address(rt.pattern)
		if method == http.MethodGet {
			all = append(all, p.browser().get(path), in.get(path))
		} else if path != "/salir" {
			all = append(all, p.browser().post(path, nil), in.post(path, nil))
		}
	}
	all = append(all, in.get("/no/existe"), in.post("/terminos", nil), in.get("/static/nada.js"), in.get("/clientes/nada"))
	for _, res := range all {
		h := res.Header()
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self';") {
			t.Fatalf("CSP %q on %d", h.Get("Content-Security-Policy"), res.Code)
		}
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
			t.Error("unsafe in the CSP")
		}
		for _, want := range []string{"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(h.Get("Content-Security-Policy"), want) {
				t.Errorf("no %s in the CSP on %d", want, res.Code)
			}
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s = %q on %d", name, h.Get(name), res.Code)
			}
		}
		if h.Get("Cache-Control") == "" {
			t.Errorf("no Cache-Control on %d", res.Code)
		}
		if res.Code >= http.StatusInternalServerError {
			t.Errorf("%d: %s\n%s", res.Code, textOf(res), p.log)
		}
	}
}

func TestStrictTransportOnlyOverTLS(t *testing.T) {
	p := newPortal(t)
	if got := p.browser().get("/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("HSTS over http: %q", got)
	}
	c := p.Config
	c.BaseURL = "https://facturas.example.mx"
	w := httptest.NewRecorder()
	New(c).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://facturas.example.mx/", nil))
	if got := w.Header().Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
		t.Errorf("HSTS over https: %q", got)
	}
}

func TestOtherSitesMayNotPost(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	for _, rt := range p.routes() {
		method, path := address(rt.pattern)
		if method != http.MethodPost {
			continue
		}
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://malo.example"} {
			r := httptest.NewRequest(http.MethodPost, baseURL+path, strings.NewReader("a=1"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(name, value)
			if res := in.send(r); res.Code != http.StatusForbidden {
				t.Errorf("%s with %s: %s answers %d", rt.pattern, name, value, res.Code)
			}
		}
	}
}

func TestUnknownThingsAreNotFound(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	for _, path := range []string{"/clientes/nada", "/productos/nada", "/series/nada", "/buzon/nada", "/no-hay", "/static/app.js", "/static/..%2fserver.go"} {
		res := in.get(path)
		if res.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, res.Code)
		}
		has(t, res, "No lo encontramos", "<h1>")
	}
	res := in.post("/terminos", nil)
	if res.Code != http.StatusMethodNotAllowed || res.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST /terminos: %d, Allow %q", res.Code, res.Header().Get("Allow"))
	}
}

// What belongs to another company answers like what does not exist.
func TestAnotherCompanySeesNothing(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	p.found("OOMR790512AB3", "Rosa")
	mine, other := p.signedIn("TCG180314LM7"), p.signedIn("OOMR790512AB3")
	mine.follow(mine.post("/clientes/nuevo", customerForm()))
	mine.follow(mine.post("/productos/nuevo", productForm()))
	mine.follow(mine.post("/series/nueva", serieForm()))
	for _, list := range []string{"/clientes", "/productos", "/series"} {
		path := firstLink(t, mine.get(list), list+"/")
		if res := mine.get(path); res.Code != http.StatusOK {
			t.Errorf("GET %s by its owner: %d", path, res.Code)
		}
		theirs := other.get(path)
		missing := other.get(list + "/nada")
		if theirs.Code != http.StatusNotFound || textOf(theirs) != textOf(missing) {
			t.Errorf("GET %s by another company: %d\n%s\n%s", path, theirs.Code, textOf(theirs), textOf(missing))
		}
		if strings.Contains(other.get(list).Body.String(), path) {
			t.Errorf("%s of another company lists %s", list, path)
		}
	}
}

// A document of another company cannot be read, sent, copied, changed or thrown away.
func TestAnotherCompanysDocumentDoesNotExist(t *testing.T) {
	p := newPortal(t)
	owner := p.found("TCG180314LM7", "Mariana")
	p.found("OOMR790512AB3", "Rosa")
	d, err := p.Billing.NewDraft(t.Context(), owner, "I")
	must(t, err)
	d, err = p.Billing.SaveDraft(t.Context(), owner, d)
	must(t, err)
	mine, other := p.signedIn("TCG180314LM7"), p.signedIn("OOMR790512AB3")
	for _, rt := range p.comprobanteRoutes() {
		method, path, _ := strings.Cut(rt.pattern, " ")
		if !strings.Contains(path, "{id}") || rt.pattern == "POST /comprobantes/{id}" {
			continue
		}
		ask := func(b *browser, id string) *httptest.ResponseRecorder {
			if method == http.MethodGet {
				return b.get(strings.Replace(path, "{id}", id, 1))
			}
			return b.post(strings.Replace(path, "{id}", id, 1), url.Values{"Para": {"ana@x.mx"}})
		}
		theirs, missing := ask(other, d.ID), ask(other, "nada")
		if theirs.Code != http.StatusNotFound || textOf(theirs) != textOf(missing) {
			t.Errorf("%s by another company: %d\n%s", rt.pattern, theirs.Code, textOf(theirs))
		}
	}
	if res := mine.get("/comprobantes/" + d.ID); res.Code != http.StatusOK {
		t.Errorf("its owner: %d", res.Code)
	}
	other.post("/comprobantes/"+d.ID, url.Values{"TipoDeComprobante": {"I"}, "Revision": {"1"}, "Notas": {"robado"}})
	if kept, err := p.Billing.Draft(t.Context(), owner, d.ID); err != nil || kept.Revision != d.Revision || kept.Notas != "" {
		t.Errorf("another company changed it: %+v, %v", kept, err)
	}
}

// What is no text is no address, and leaves a form without being missed.
func TestNothingButTextComesIn(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	in := p.signedIn("TCG180314LM7")
	for _, path := range []string{"/clientes/%00", "/comprobantes/%ff", "/comprobantes?serie=%00", "/clientes?q=a%c3"} {
		if res := in.get(path); res.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, res.Code)
		}
	}
	form := customerForm()
	form.Set("Notas", "una\x00 nota\xff")
	in.follow(in.post("/clientes/nuevo", form))
	has(t, in.get(firstLink(t, in.get("/clientes"), "/clientes/")), "una nota")
}

// firstLink finds the first link below prefix that is not a form for a new one.
func firstLink(t *testing.T, res *httptest.ResponseRecorder, prefix string) string {
	t.Helper()
	for _, piece := range strings.Split(res.Body.String(), `href="`)[1:] {
		path, _, _ := strings.Cut(piece, `"`)
		if strings.HasPrefix(path, prefix) && !strings.HasPrefix(path, prefix+"nuev") && !strings.Contains(path, "?") {
			return path
		}
	}
	t.Fatalf("no link below %s in\n%s", prefix, textOf(res))
	return ""
}

func TestPanicBecomesAPage(t *testing.T) {
	p := newPortal(t)
	p.root = p.identified(p.recovered(p.guarded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secreto") }))))
	res := p.browser().get("/")
	if res.Code != http.StatusInternalServerError || strings.Contains(res.Body.String(), "secreto") {
		t.Errorf("%d: %s", res.Code, textOf(res))
	}
	has(t, res, "Algo falló de nuestro lado", "Referencia")
	if res.Header().Get("Content-Security-Policy") == "" {
		t.Error("no CSP on the page of a panic")
	}
}
