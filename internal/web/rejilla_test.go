package web

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"iofacturo.mx/internal/account"
)

// inThisOrder fails unless a page says the words one after the other.
func inThisOrder(t *testing.T, what string, res *httptest.ResponseRecorder, words ...string) {
	t.Helper()
	_, text, _ := strings.Cut(res.Body.String(), "<tbody>")
	for _, w := range words {
		_, rest, ok := strings.Cut(text, w)
		if !ok {
			t.Errorf("%s: %q is not after the others of %q:\n%s", what, w, words, textOf(res))
			return
		}
		text = rest
	}
}

// TestEveryGridIsSortedAndFilteredInItsAddress: each column with a heading to press puts
// the rows in its order and back, and the state leaves those on or off.
func TestEveryGridIsSortedAndFilteredInItsAddress(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	other, _ := p.issuer("XIA190128J61")
	for _, x := range []struct{ serie, from, active string }{{"ÁRBOL", "300", "si"}, {"BARRO", "20", ""}, {"COBRE", "1000", "si"}} {
		form := serieForm()
		form.Del("Predeterminada")
		form.Set("Serie", x.serie)
		form.Set("FolioInicial", x.from)
		form.Set("FolioSiguiente", x.from)
		if form.Del("Activa"); x.active != "" {
			form.Set("Activa", x.active)
		}
		b.follow(b.post("/series/nueva", form))
	}
	for _, x := range []struct{ nombre, cp, active string }{{"Zacatecas", "98000", "si"}, {"Ángeles", "64000", "si"}, {"Norte", "22000", ""}} {
		b.follow(b.post("/sucursales/nueva", url.Values{"Nombre": {x.nombre}, "CodigoPostal": {x.cp}, "Activa": {x.active}}))
	}
	for _, name := range []string{"Zona", "Ábaco"} {
		b.follow(b.post("/roles/nuevo", url.Values{"Nombre": {name}, "Permisos": {"documents.read"}}))
	}
	cert, err := p.Account.MakeTestCertificate(t.Context(), a)
	must(t, err)
	certs, err := p.Account.Certificates(t.Context(), a)
	must(t, err)
	old := certs[slices.IndexFunc(certs, func(c account.Certificate) bool { return c.ID != cert.ID })]
	numbers := []string{cert.NoCertificado, old.NoCertificado}
	slices.Sort(numbers)
	for _, x := range []struct {
		at    string
		words []string
	}{
		{"/series?orden=serie", []string{"ÁRBOL", "BARRO", "COBRE", "NC"}},
		{"/series?orden=-serie", []string{"NC", "COBRE", "BARRO", "ÁRBOL"}},
		{"/series?orden=siguiente", []string{"BARRO", "ÁRBOL", "COBRE"}},
		{"/series?orden=-inicial", []string{"COBRE", "ÁRBOL", "BARRO"}},
		{"/series?orden=-tipo", []string{"ÁRBOL", "NC"}},
		{"/series?orden=tipo", []string{"NC", "ÁRBOL"}},
		{"/sucursales?orden=nombre", []string{"Ángeles", "Matriz", "Norte", "Zacatecas"}},
		{"/sucursales?orden=-nombre", []string{"Zacatecas", "Norte", "Matriz", "Ángeles"}},
		{"/sucursales?orden=cp", []string{"22000", "64000", "72000", "98000"}},
		{"/sucursales?orden=-horario&estado=todos", []string{"UTC−08:00", "UTC−06:00"}},
		{"/impuestos?orden=-nombre", []string{"Retención", "IVA 16"}},
		{"/impuestos?orden=tipo", []string{"Retención", "Traslado"}},
		{"/impuestos?orden=-tipo", []string{"Traslado", "Retención"}},
		{"/roles?orden=nombre", []string{"Ábaco", "Zona"}},
		{"/roles?orden=-nombre", []string{"Zona", "Ábaco"}},
		{"/certificados?orden=numero", numbers},
		{"/certificados?orden=-numero", []string{numbers[1], numbers[0]}},
	} {
		res := b.get(x.at)
		inThisOrder(t, x.at, res, x.words...)
		if want := map[bool]string{true: `aria-sort="descending"`, false: `aria-sort="ascending"`}[strings.Contains(x.at, "orden=-")]; strings.Count(res.Body.String(), want) != 1 {
			t.Errorf("%s does not say how it is sorted", x.at)
		}
	}
	has(t, b.get("/series"), `href="/series?orden=serie"`, `href="/series?estado=inactivos"`)
	has(t, b.get("/series?estado=inactivos&orden=serie"), "BARRO", `href="/series?estado=inactivos&amp;orden=-serie"`)
	hasNo(t, b.get("/series?estado=inactivos"), "COBRE")
	hasNo(t, b.get("/series?estado=activos"), ">BARRO<")
	hasNo(t, b.get("/sucursales?estado=activos"), "Norte")
	hasNo(t, b.get("/sucursales?estado=inactivos"), "Zacatecas")
	hasNo(t, b.get("/series?orden=robo"), "aria-sort")
	has(t, other.get("/sucursales?estado=inactivos"), "No hay ninguno", "Ver todos")
	hasNo(t, other.get("/sucursales?orden=nombre"), "Zacatecas", "Ángeles")
	has(t, b.get("/comprobantes?orden=total"), `<input type="hidden" name="orden" value="total">`)
}

// TestUsersAreSortedInTheAddress: across pages, with the search and the state kept.
func TestUsersAreSortedInTheAddress(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	p.issuer("XIA190128J61")
	for _, x := range [][3]string{{"zoe", "Ángela Ruiz", "m@example.mx"}, {"ana", "Zoila Paz", "z@example.mx"}, {"luis", "Luis Gil", "a@example.mx"}} {
		b.follow(b.post("/usuarios/nuevo", url.Values{"Usuario": {x[0]}, "Nombre": {x[1]}, "Correo": {x[2]}, "Rol": {"consulta"}, "Correos": {x[2]}}))
	}
	inThisOrder(t, "as it comes", b.get("/usuarios"), ">admin<", ">ana<", ">luis<", ">zoe<")
	inThisOrder(t, "by name", b.get("/usuarios?orden=nombre"), "Ángela Ruiz", "Luis Gil", "Mariana", "Zoila Paz")
	inThisOrder(t, "by name, back", b.get("/usuarios?orden=-nombre"), "Zoila Paz", "Mariana", "Luis Gil", "Ángela Ruiz")
	inThisOrder(t, "by address", b.get("/usuarios?orden=correo"), ">luis<", ">zoe<", ">ana<")
	has(t, b.get("/usuarios?orden=-nombre&q=luis"), `href="/usuarios?bajas=si&amp;orden=-nombre&amp;q=luis"`, `name="orden" value="-nombre"`)
	hasNo(t, b.get("/usuarios?orden=-nombre&q=luis"), "Zoila")
}

// TestTheAuditIsReadFromEitherEnd.
func TestTheAuditIsReadFromEitherEnd(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("EKU9003173C9")
	inThisOrder(t, "newest first", b.get("/bitacora"), "n.º 2<", "n.º 1<")
	inThisOrder(t, "oldest first", b.get("/bitacora?orden=fecha"), "n.º 1<", "n.º 2<")
	has(t, b.get("/bitacora"), `href="/bitacora?orden=fecha"`, `aria-sort="descending"`)
	has(t, b.get("/bitacora?orden=fecha&que=company."), `aria-sort="ascending"`, `name="orden" value="fecha"`)
}
