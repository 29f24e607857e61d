package web

import (
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
)

// The budgets of the issue, in bytes as they travel.
const (
	scriptBudget = 60_000
	styleBudget  = 25_000
)

func TestBundleKeepsItsBudget(t *testing.T) {
	a := loadAssets()
	if !a.bundled() {
		t.Skip("internal/web/dist is empty: run `make ui` first")
	}
	for plain, most := range map[string]int{"app.js": scriptBudget, "app.css": styleBudget} {
		b, err := dist.ReadFile(path.Join("dist", a.names[plain]+".gz"))
		must(t, err)
		if len(b) > most {
			t.Errorf("%s weighs %d bytes compressed, more than %d", plain, len(b), most)
		}
	}
}

func TestFilesKeepTheirNameForEver(t *testing.T) {
	a := loadAssets()
	if !a.bundled() {
		t.Skip("internal/web/dist is empty: run `make ui` first")
	}
	p := newPortal(t)
	for _, plain := range []string{"app.css", "app.js", "favicon.svg"} {
		for _, accept := range []string{"br, gzip", "gzip", ""} {
			r := httptest.NewRequest(http.MethodGet, baseURL+a.path(plain), nil)
			r.Header.Set("Accept-Encoding", accept)
			w := httptest.NewRecorder()
			p.ServeHTTP(w, r)
			want, _, _ := strings.Cut(accept, ",")
			if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != want || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s for %q: %d %v", plain, accept, w.Code, w.Header())
			}
		}
	}
	has(t, p.browser().get("/"), a.path("app.css"), a.path("app.js"))
}

// Before the first `make ui` a page is plain, but it can be read and used.
func TestPagesAreLegibleWithoutTheBundle(t *testing.T) {
	p := newPortal(t)
	p.assets = assets{}
	res := p.browser().get("/")
	has(t, res, "Inicia sesión", `action="/entrar"`)
	if strings.Contains(res.Body.String(), `rel="stylesheet"`) {
		t.Error("a style sheet that does not exist is asked for")
	}
}

func TestPagesAreCompressed(t *testing.T) {
	p := newPortal(t)
	r := httptest.NewRequest(http.MethodGet, baseURL+"/terminos", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v", w.Header())
	}
	z, err := gzip.NewReader(w.Body)
	must(t, err)
	if !strings.Contains(drained(t, z), "Términos del servicio") {
		t.Error("not the page")
	}
}
