package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// leads fails unless an answer sends the browser to path.
func leads(t *testing.T, what string, code int, location, path string) {
	t.Helper()
	if code != http.StatusSeeOther || location != path {
		t.Errorf("%s: %d to %q, want %q", what, code, location, path)
	}
}

// TestTheWizardLeadsFromStepToStep: what is saved along it goes on to the next step, and
// the first receipt holds the only customer and the only product. Another company has
// done it all and is led nowhere.
func TestTheWizardLeadsFromStepToStep(t *testing.T) {
	p := newPortal(t)
	other, _ := p.issuer("XIA190128J61")
	p.found("TCG180314LM7", "Mariana")
	b := p.signedIn("TCG180314LM7")
	has(t, b.get("/panel"), `href="/empresa?asistente=si"`, `href="/productos/nuevo?asistente=si"`, `href="/series/nueva?asistente=si"`)
	company := url.Values{"Version": {"1"}, "Nombre": {"TALLER DE CERAMICA LOS GIRASOLES"}, "RegimenDefault": {"601"}, "CodigoPostal": {"72000"}, "Pais": {"MEX"}}
	steps := []struct {
		path string
		form url.Values
		next string
	}{
		{"/empresa", company, "/productos/nuevo?asistente=si"},
		{"/productos/nuevo", productForm(), "/clientes/nuevo?asistente=si"},
		{"/clientes/nuevo", customerForm(), "/series/nueva?asistente=si"},
		{"/series/nueva", serieForm(), "/certificados?asistente=si"},
		{"/certificados/prueba", nil, "/comprobantes/nuevo?tipo=I&asistente=si"},
	}
	for _, s := range steps {
		if s.form != nil {
			bad := b.post(s.path+"?asistente=si", url.Values{"Version": {"1"}})
			has(t, bad, `action="`+s.path+`?asistente=si"`) // a form that comes back is still on its way
		}
		res := b.post(s.path+"?asistente=si", s.form)
		leads(t, s.path, res.Code, res.Header().Get("Location"), s.next)
	}
	has(t, b.get("/certificados?asistente=si"), `action="/certificados/prueba?asistente=si"`, `action="/certificados/nuevo?asistente=si"`) // without proving anew who one is
	p.later(10 * time.Minute)
	has(t, b.get("/certificados?asistente=si"), `href="/certificados/nuevo?asistente=si"`)
	p.later(0)
	has(t, b.get(steps[4].next), "PUBLICO EN GENERAL", "Vajilla de talavera", `value="XAXX010101000"`)
	hasNo(t, b.get("/comprobantes/nuevo?tipo=I"), `value="XAXX010101000"`)

	hasNo(t, other.get("/comprobantes/nuevo?tipo=I&asistente=si"), "PUBLICO EN GENERAL", "Vajilla de talavera")
}

// TestOffTheWizardASaveGoesBackToItsList: who came by the menu stays where they work.
func TestOffTheWizardASaveGoesBackToItsList(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	b := p.signedIn("TCG180314LM7")
	res := b.post("/productos/nuevo", productForm())
	leads(t, "a product", res.Code, res.Header().Get("Location"), "/productos")
	second := productForm()
	second.Set("Clave", "OTRA")
	res = b.post("/productos/nuevo?asistente=no", second)
	leads(t, "a product", res.Code, res.Header().Get("Location"), "/productos")
}

// TestTheFirstSeriesHasItsUsualName: A for what is charged and NC for what is credited,
// while there is none of that kind.
func TestTheFirstSeriesHasItsUsualName(t *testing.T) {
	p := newPortal(t)
	p.found("TCG180314LM7", "Mariana")
	other, _ := p.issuer("XIA190128J61")
	b := p.signedIn("TCG180314LM7")
	has(t, b.get("/series/nueva"), `name="Serie" type="text" value="A"`)
	has(t, b.get("/series/nueva?tipo=E"), `name="Serie" type="text" value="NC"`)
	has(t, other.get("/series/nueva"), `name="Serie" type="text" value=""`)
}

// hasNo fails if a page says one of the words.
func hasNo(t *testing.T, res *httptest.ResponseRecorder, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(res.Body.String(), w) {
			t.Errorf("the page says %q", w)
		}
	}
}
