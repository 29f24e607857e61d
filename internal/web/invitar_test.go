package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

var (
	inviteLink = regexp.MustCompile(`http://localhost:8080(/registro\?invitacion=\w+)`)
	refuseLink = regexp.MustCompile(`http://localhost:8080(/invitaciones/no/\S+)`)
)

// TestAFriendIsInvitedAndComes goes the whole way: the form, the mail, the registration
// with the code, the list; and the link by which somebody refuses.
func TestAFriendIsInvitedAndComes(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Escuela")
	_, err := p.Account.Found(t.Context(), account.Founding{Rfc: "XIA190128J61", Nombre: "Xenia", Correo: "xenia@example.mx", Usuario: "admin", Password: password})
	must(t, err)
	b := p.signedIn("EKU9003173C9")
	has(t, b.get("/panel"), "Invita a tus amigos", `href="/cuenta/invitar"`)
	has(t, b.get("/cuenta/invitar"), "25 ioCréditos", "hasta 10 premios al mes", "/registro?invitacion=", "duran 180 días")

	res := b.post("/cuenta/invitar", url.Values{"Nombre": {"Rosa"}, "Correos": {"rosa"}, "Mensaje": {"¡Hola!"}})
	has(t, res, `value="Rosa"`, `value="rosa"`, "¡Hola!")
	if res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", res.Code)
	}
	answers := []string{}
	for _, to := range []string{"rosa@example.mx", "xenia@example.mx"} { // the second belongs to a company
		answers = append(answers, textOf(b.follow(b.post("/cuenta/invitar", url.Values{"Correos": {to}})))[:200])
	}
	if answers[0] != answers[1] {
		t.Errorf("the answer tells who is registered:\n%s\n%s", answers[0], answers[1])
	}
	p.drain()
	mails, err := p.box.List(50)
	must(t, err)
	var text string
	for _, m := range mails {
		if strings.Contains(m.Text, "te invita a facturar") && strings.Contains(strings.Join(m.To, ","), "rosa@") {
			text = m.Text
		}
	}
	link, no := inviteLink.FindStringSubmatch(text), refuseLink.FindStringSubmatch(text)
	if link == nil || no == nil {
		t.Fatalf("no links: %q", text)
	}
	code := link[1][strings.Index(link[1], "=")+1:]
	guest := p.browser()
	has(t, guest.get(link[1]), code)
	guest.follow(guest.post("/registro", url.Values{"Nombre": {"Rosa"}, "Rfc": {"COS850425822"}, "Correo": {"rosa@example.mx"}, "Correo2": {"rosa@example.mx"}, "Acepta": {"si"}, "Codigo": {code}}))
	p.drain()
	mails, err = p.box.List(50)
	must(t, err)
	confirm := regexp.MustCompile(`http://localhost:8080(/confirmar/\S+)`)
	for _, m := range mails {
		if at := confirm.FindStringSubmatch(m.Text); at != nil {
			guest.follow(guest.post(at[1], url.Values{"Usuario": {"rosa"}, "Password": {password}, "Password2": {password}}))
			break
		}
	}
	has(t, b.get("/cuenta/invitar"), "Se registró", "1 empresa se registró con tu código")

	has(t, p.browser().get(no[1]), "¿No quieres más invitaciones?")
	if refused, err := p.DB.Global().RefusesInvitations(t.Context(), store.MailHash("rosa@example.mx")); err != nil || refused {
		t.Errorf("reading the page refused already (%v)", err)
	}
	has(t, p.browser().post(no[1], url.Values{}), "Listo, no te invitarán más")
	if refused, err := p.DB.Global().RefusesInvitations(t.Context(), store.MailHash("rosa@example.mx")); err != nil || !refused {
		t.Errorf("not refused (%v)", err)
	}
	if res := p.browser().get("/invitaciones/no/otro"); res.Code != http.StatusNotFound {
		t.Errorf("a link that is none: %d", res.Code)
	}
	if res := p.signedIn("XIA190128J61").get("/cuenta/invitar"); strings.Contains(res.Body.String(), "rosa@example.mx") {
		t.Error("another company sees whom this one invited")
	}
}

func TestWithoutAProgramNoPageLeadsToIt(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Escuela")
	p.Invite = nil
	b := p.signedIn("EKU9003173C9")
	for _, path := range []string{"/panel", "/cuenta", "/creditos"} {
		if body := b.get(path).Body.String(); strings.Contains(body, "/cuenta/invitar") || strings.Contains(body, "Invita a tus amigos") {
			t.Errorf("%s leads there", path)
		}
	}
	for _, path := range []string{"/cuenta/invitar", "/invitaciones/no/x"} {
		if res := b.get(path); res.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.Code)
		}
	}
	if res := b.post("/cuenta/invitar", url.Values{"Correos": {"x@example.mx"}}); res.Code != http.StatusNotFound {
		t.Errorf("POST: %d", res.Code)
	}
}
