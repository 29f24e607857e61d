package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"iofacturo.mx/internal/account"
)

// TestBranchesOnScreen: a branch is written, gets a series, and its documents come from
// its postal code; a user is limited to it.
func TestBranchesOnScreen(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("EKU9003173C9")
	if text := textOf(b.get("/sucursales")); !strings.Contains(text, "Matriz") || !strings.Contains(text, "UTC−06:00") {
		t.Error(text)
	}
	if strings.Contains(b.get("/series/nueva").Body.String(), `name="Sucursal"`) {
		t.Error("a choice of one branch")
	}
	res := b.post("/sucursales/nueva", url.Values{"Nombre": {"Frontera"}, "CodigoPostal": {"00000"}, "Responsable": {"Nora Gil"}})
	if s := res.Body.String(); res.Code != http.StatusUnprocessableEntity || !strings.Contains(s, `value="Nora Gil"`) || !strings.Contains(s, `aria-invalid="true"`) {
		t.Errorf("%d %s", res.Code, textOf(res))
	}
	b.follow(b.post("/sucursales/nueva", url.Values{"Nombre": {"Frontera"}, "CodigoPostal": {"22000"}, "Activa": {"si"}}))
	list, err := p.Account.Branches(t.Context(), a)
	must(t, err)
	id := list[1].ID
	if !strings.Contains(b.get("/series/nueva").Body.String(), "Frontera · CP 22000") {
		t.Error("the new branch is not offered to a series")
	}
	serie := serieForm()
	serie.Set("Serie", "F")
	serie.Set("Sucursal", id)
	if text := textOf(b.follow(b.post("/series/nueva", serie))); !strings.Contains(text, "Frontera") {
		t.Error(text)
	}
	if page := b.get("/comprobantes/nuevo?tipo=I"); page.Code != http.StatusSeeOther && !strings.Contains(page.Body.String(), `value="22000"`) {
		if page = b.follow(page); !strings.Contains(page.Body.String(), `value="22000"`) {
			t.Error("a draft of the default series does not begin at its branch")
		}
	}
	series, err := p.Account.SeriesList(t.Context(), a)
	must(t, err)
	path, form := newInvoice(t, b)
	for _, s := range series {
		if s.Serie == "F" {
			form.Set("SerieID", s.ID)
		}
	}
	b.press(path, form, "timbrar")
	rows := p.stamped(a).Rows
	if len(rows) != 1 || rows[0].Serie != "F" {
		t.Fatalf("%+v", rows)
	}
	if text := textOf(b.get("/comprobantes/" + rows[0].ID)); !strings.Contains(text, "Lugar de expedición 22000") {
		t.Error(text)
	}
	user := userForm("comprobantes.timbrar")
	user.Set("Sucursales", id)
	b.follow(b.post("/usuarios/nuevo", user))
	users, err := p.Account.Users(t.Context(), a, account.UserQuery{Q: "beto"})
	must(t, err)
	page := b.get("/usuarios/" + users.Rows[0].ID).Body.String()
	if !strings.Contains(page, `value="`+id+`" checked`) {
		t.Error("the branch of the user is not ticked")
	}
	off := url.Values{"Nombre": {"Frontera"}, "CodigoPostal": {"22000"}, "Version": {"1"}}
	b.follow(b.post("/sucursales/"+id, off))
	if strings.Contains(b.get("/series/nueva").Body.String(), "Frontera · CP 22000") {
		t.Error("a branch that is off is offered")
	}
}
