package web

import (
	"database/sql"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// unknownID is an id that nothing has.
const unknownID = "01999999-0000-7000-8000-0000000000ff"

// mine are the ids of a company's rows by kind.
type mine map[string]string

// furnish gives a company one row of every kind and returns their ids.
func (p *portal) furnish(rfc string) (*browser, store.Actor, mine) {
	p.t.Helper()
	b, a := p.issuer(rfc)
	path, form := newInvoice(p.t, b)
	b.press(path, form, "timbrar")
	b.follow(b.post("/clientes/nuevo", customerForm()))
	b.follow(b.post("/productos/nuevo", productForm()))
	b.follow(b.post("/roles/nuevo", url.Values{"Nombre": {"Mostrador"}, "Rights": {"comprobantes.ver"}}))
	b.follow(b.post("/usuarios/nuevo", userForm("comprobantes.ver")))
	ctx, ids := p.t.Context(), mine{}
	ids["documento"] = p.stamped(a).Rows[0].ID
	customers, err := p.Directory.Customers(ctx, a, directory.Filter{})
	must(p.t, err)
	products, err := p.Directory.Products(ctx, a, directory.Filter{})
	must(p.t, err)
	series, err := p.Account.SeriesList(ctx, a)
	must(p.t, err)
	certificates, err := p.Account.Certificates(ctx, a)
	must(p.t, err)
	roles, err := p.Account.Roles(ctx, a)
	must(p.t, err)
	users, err := p.DB.View(a.Tenant).Users(ctx, store.UserFilter{Limit: 10})
	must(p.t, err)
	sessions, err := p.Account.Sessions(ctx, a)
	must(p.t, err)
	ids["cliente"], ids["producto"], ids["serie"], ids["certificado"] = customers.Rows[0].ID, products.Rows[0].ID, series[0].ID, certificates[0].ID
	b.follow(b.post("/sucursales/nueva", url.Values{"Nombre": {"Plaza Norte"}, "CodigoPostal": {"64000"}, "Activa": {"si"}}))
	lista, err := p.Directory.SavePriceList(ctx, a, directory.PriceList{Nombre: "Mayoreo", Moneda: "MXN"})
	must(p.t, err)
	ids["lista"] = lista.ID
	b.follow(b.post("/impuestos/nuevo", taxValues()))
	taxes, err := p.Directory.Impuestos(ctx, a)
	must(p.t, err)
	ids["impuesto"] = taxes[len(taxes)-1].ID // local ones come last
	b.follow(b.post("/addendas/nueva", addendaForm()))
	addendas, err := p.Directory.Addendas(ctx, a)
	must(p.t, err)
	ids["addenda"] = addendas[0].ID
	branches, err := p.Account.Branches(ctx, a)
	must(p.t, err)
	in, err := p.Bulk.Start(ctx, a, directory.BulkCustomers, "lista.csv", sheet.Table{Rows: []sheet.Row{{Line: 1, Cells: []string{"RFC", "Nombre"}}, {Line: 2, Cells: []string{"URE180429TM6", "ROBOTICA"}}}})
	must(p.t, err)
	p.drain()
	ids["importacion"] = in.ID
	ids["rol"], ids["sesion"], ids["sucursal"] = roles[0].ID, sessions[0].ID, branches[1].ID
	for _, u := range users {
		if u.Usuario == "beto" {
			ids["usuario"] = u.ID
		}
	}
	beto := store.Actor{Tenant: a.Tenant, UserID: ids["usuario"], UserName: "beto", Admin: true}
	p.passkey(beto) // the Administrador of these tests comes in with a password alone
	keys, err := p.Account.Passkeys(ctx, beto)
	must(p.t, err)
	must(p.t, p.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		e := notice.Event{Key: "prueba", What: notice.Rejected, Owner: "admin", Ref: "A-1", Detail: "El RFC no existe.", Link: "/comprobantes/" + ids["documento"]}
		return notice.Raise(ctx, tx, e)
	}))
	p.drain()
	told, err := p.Account.Notices(ctx, a, 1)
	must(p.t, err)
	ids["aviso"], ids["tarea"] = told.Rows[0].ID, p.stopped(a.Tenant)
	link, address, err := p.Directory.AskData(ctx, a, ids["cliente"], "")
	must(p.t, err)
	p.browser().follow(p.browser().post(strings.TrimPrefix(address, baseURL), url.Values{"Rfc": {"XIA190128J61"}, "Nombre": {"XENON"}, "CodigoPostal": {"76343"}, "RegimenFiscal": {"601"}, "UsoCFDI": {"G03"}}))
	ids["propuesta"] = link.ID
	must(p.t, p.Billing.Send(ctx, a, ids["documento"], []string{"x@example.mx"}, nil, "", ""))
	mailed, err := p.Billing.Document(ctx, a, ids["documento"]) // it waits, so that to send it again is a good request
	must(p.t, err)
	ids["envio"] = mailed.Deliveries[0].ID
	ids["solicitud"] = p.asked(b, ids["documento"])
	ids["paquete"] = p.package1()
	ids["pedido"] = p.ordered(b, ids["paquete"], "spei")
	_, err = p.Invite.Send(ctx, a, invite.Letter{Correos: "amiga@example.mx"})
	must(p.t, err)
	friends, err := p.Invite.List(ctx, a, "")
	must(p.t, err)
	ids["invitacion"] = friends.Rows[0].ID
	ids["llave"], ids["empresa"] = keys[0].ID, a.Tenant.ID()
	return b, a, ids
}

func priceListForm() url.Values {
	return url.Values{"Nombre": {"Menudeo"}, "Moneda": {"MXN"}, "Version": {"1"}}
}

// asked writes to support with a picture and a document, and returns the ticket's id.
func (p *portal) asked(b *browser, document string) string {
	p.t.Helper()
	res := b.upload("/soporte/nuevo", map[string][]byte{"Asunto": []byte("No timbra"), "Texto": []byte("¿Qué hago?"), "Imagen": screenshot(p.t), "Comprobante": []byte(document)})
	to := res.Header().Get("Location")
	if res.Code != http.StatusSeeOther {
		p.t.Fatalf("%d %s", res.Code, textOf(res))
	}
	return strings.TrimPrefix(to, "/soporte/solicitudes/")
}

// A slot is one place of a request that names a row.
type slot struct{ place, name, kind string }

func parseSlot(t *testing.T, text string) slot {
	t.Helper()
	place, rest, ok := strings.Cut(text, ":")
	name, kind, ok2 := strings.Cut(rest, "=")
	if !ok || !ok2 {
		t.Fatalf("the slot %q is not place:name=kind", text)
	}
	return slot{place, name, kind}
}

// ask sends the request of a route with id in one of its slots.
func (b *browser) ask(pattern string, w wall, s slot, id string) *httptest.ResponseRecorder {
	method, path, _ := strings.Cut(pattern, " ")
	path = strings.TrimSuffix(path, "{$}")
	delete(b.cookies, flashCookie) // of the request before
	form := url.Values{}
	if w.form != nil {
		form = w.form()
	}
	if s.place == "form" {
		form.Set(s.name, id)
	}
	own := uuid.NewString() // of a draft that the asking company makes itself
	if form.Has("ID") && s.name != "ID" {
		form.Set("ID", own)
	}
	inPath := own
	if s.place == "path" {
		inPath = id
	}
	path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, inPath)
	if s.place == "query" {
		path += "?" + url.Values{s.name: {id}}.Encode()
	}
	if method == http.MethodGet {
		return b.get(path)
	}
	return b.post(path, form)
}

var (
	ownDraft  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}`)
	reference = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b`)
	revision  = regexp.MustCompile(`(name="Revision" value=")[0-9]+|(data-revision=")[0-9]+|\b[0-9]{2}:[0-9]{2}\b`)
)

// answer is what an answer says, but for the id itself, which comes back in
// links, the reference for support, and how often a draft was saved.
func answer(res *httptest.ResponseRecorder, id string) string {
	body := strings.ReplaceAll(res.Body.String(), id, "ID")
	body = ownDraft.ReplaceAllString(body, "OWN")
	body = revision.ReplaceAllString(reference.ReplaceAllString(body, "REF"), "")
	for _, c := range res.Result().Cookies() {
		if text, err := base64.RawURLEncoding.DecodeString(c.Value); c.Name == flashCookie && err == nil {
			body += "\n" + strings.ReplaceAll(string(text), id, "ID")
		}
	}
	return fmt.Sprint(res.Code, " ", strings.ReplaceAll(res.Header().Get("Location"), id, "ID"), "\n", body)
}

// TestNobodyReachesAnotherCompany asks every route there is, in every slot that
// names a row, with a row of another company, as its Administrador, as a
// stranger, and from a closed company: the answer is byte for byte that to an id
// which nothing has, and not one row of the other company changes.
func TestNobodyReachesAnotherCompany(t *testing.T) { onBoth(t, nobodyReachesAnotherCompany) }

func nobodyReachesAnotherCompany(t *testing.T, p *portal, rows *sql.DB) {
	me, _, _ := p.furnish("EKU9003173C9")
	_, other, theirs := p.furnish("XIA190128J61")
	theirs["coadmin"] = p.shareWith(other)
	closed, closedActor := p.issuer("URE180429TM6")
	must(t, p.DB.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
		return tx.SetTenantState(t.Context(), closedActor.Tenant.ID(), store.TenantClosed)
	}))
	p.drain()
	table, before := walls(), digest(t, rows, other.Tenant.ID())
	routes, places, requests := 0, 0, 0
	for _, rt := range p.routes() {
		w, ok := table[rt.pattern]
		if !ok {
			t.Errorf("%s has no wall: add a line to walls() in walls_table_test.go, as\n\t%q: slots(\"path:id=<kind>\", \"form:<field>=<kind>\"),\nor none when nothing in it names a row", rt.pattern, rt.pattern)
			continue
		}
		routes++
		if strings.Contains(rt.pattern, "{id}") && !slices.ContainsFunc(w.slots, func(s string) bool { return strings.HasPrefix(s, "path:id=") || strings.HasPrefix(s, "form:") }) {
			t.Errorf("%s has an id in its path and no slot for it", rt.pattern)
		}
		for _, text := range w.slots {
			s := parseSlot(t, text)
			id, known := theirs[s.kind], s.kind != "secret" && s.kind != "file"
			if known && id == "" {
				t.Fatalf("%s: no row of kind %q", rt.pattern, s.kind)
			}
			if !known {
				continue
			}
			places++
			for name, b := range map[string]*browser{"another company": me, "nobody": p.browser(), "a closed company": closed} {
				requests += 2
				want, got := answer(b.ask(rt.pattern, w, s, unknownID), unknownID), answer(b.ask(rt.pattern, w, s, id), id)
				if want != got {
					t.Errorf("%s, %s: as %s an id of theirs is told from an unknown one:\n--- unknown\n%s\n--- theirs\n%s", rt.pattern, text, name, short(want), short(got))
				}
			}
			if digest(t, rows, other.Tenant.ID()) != before {
				t.Fatalf("%s, %s: a row of the other company changed", rt.pattern, text)
			}
		}
	}
	for pattern := range table {
		if !slices.ContainsFunc(p.routes(), func(rt route) bool { return rt.pattern == pattern }) {
			t.Errorf("%s is a wall without a route", pattern)
		}
	}
	t.Logf("%d routes, %d slots, %d requests", routes, places, requests)
	if places < 60 {
		t.Errorf("only %d slots: the table has lost some", places)
	}
}

// shareWith makes an invitation of the company and returns its id.
func (p *portal) shareWith(a store.Actor) string {
	p.t.Helper()
	b := p.signedIn("XIA190128J61")
	b.follow(b.post("/coadministracion/invitar", url.Values{"Quien": {"URE180429TM6"}, "Nivel": {"permisos"}, "Rights": {"comprobantes.ver"}}))
	list, err := p.Account.CoadminInvites(p.t.Context(), a)
	must(p.t, err)
	if len(list) != 1 {
		p.t.Fatalf("%d invitations", len(list))
	}
	return list[0].ID
}

func short(s string) string {
	if len(s) > 600 {
		return s[:600] + "…"
	}
	return s
}

// A role is somebody at a browser and what they may do.
type role struct {
	name string
	b    *browser
	a    store.Actor // the zero Actor for who is nobody here
}

// TestEveryRoleDoesWhatItMayAndSeesNoMore asks every route as every role: who
// lacks the right is refused and changes nothing, who holds it is not refused; and
// no page shows anybody a link or a button that would refuse them.
func TestEveryRoleDoesWhatItMayAndSeesNoMore(t *testing.T) { onBoth(t, everyRoleDoesWhatItMay) }

func everyRoleDoesWhatItMay(t *testing.T, p *portal, rows *sql.DB) {
	admin, a, ids := p.furnish("EKU9003173C9")
	roles := []role{{"nobody", p.browser(), store.Actor{}}, {"Administrador", admin, a}}
	for i, rule := range store.Rights() {
		if !rule.AdminOnly {
			roles = append(roles, p.roleWith(admin, fmt.Sprintf("u%d", i), rule.Right))
		}
	}
	cells, links := 0, 0
	for _, who := range roles {
		before := digest(t, rows, "")
		for _, rt := range p.routes() {
			if rt.access.kind == accessHalf || rt.pattern == "POST /salir" || rt.pattern == "POST /entrar" {
				continue // their own tests: doors of coming in
			}
			refused := who.a.Tenant.ID() == "" && rt.access.kind != accessOpen && rt.access.kind != accessPublic ||
				rt.access.kind == accessRight && !who.a.Holds(rt.access.right) || rt.access.kind == accessOperator
			if !refused {
				continue
			}
			cells++
			res := who.b.ask(rt.pattern, wall{}, slot{place: "path"}, ids["documento"])
			want := http.StatusForbidden
			if rt.access.kind == accessOperator {
				want = http.StatusNotFound
			}
			if who.a.Tenant.ID() == "" {
				want = http.StatusUnauthorized
				if strings.HasPrefix(rt.pattern, "GET ") {
					want = http.StatusSeeOther
				}
			}
			if res.Code != want {
				t.Errorf("%s as %s: %d, want %d", rt.pattern, who.name, res.Code, want)
			}
		}
		if digest(t, rows, "") != before {
			t.Errorf("%s changed something that it may not", who.name)
		}
		for _, rt := range p.routes() {
			method, path, _ := strings.Cut(rt.pattern, " ")
			if method != http.MethodGet || rt.access.kind != accessMember && (rt.access.kind != accessRight || !who.a.Holds(rt.access.right)) || who.a.Tenant.ID() == "" || strings.Contains(path, "{token}") {
				continue
			}
			id := ids[kindOf(rt.pattern)]
			res := who.b.get(strings.Replace(path, "{id}", id, 1))
			cells++
			if res.Code == http.StatusForbidden || res.Code >= 500 {
				t.Errorf("%s as %s: %d, and it holds the right", rt.pattern, who.name, res.Code)
			}
			links += p.noFalseDoors(who, rt.pattern, res.Body.String())
		}
	}
	t.Logf("%d roles, %d cells, %d links and buttons", len(roles), cells, links)
}

// kindOf is the kind of row in the path of a pattern.
func kindOf(pattern string) string {
	for _, s := range walls()[pattern].slots {
		if kind, ok := strings.CutPrefix(s, "path:id="); ok {
			return kind
		}
	}
	return "documento"
}

// roleWith is an Operación user with one right.
func (p *portal) roleWith(admin *browser, usuario string, r store.Right) role {
	p.t.Helper()
	form := userForm(string(r))
	form.Set("Usuario", usuario+"x")
	form.Set("Correo", usuario+"@example.mx")
	b := p.hired(admin, form)
	session, err := p.Account.SessionOf(p.t.Context(), b.cookies[sessionCookie])
	must(p.t, err)
	return role{string(r), b, session.Actor}
}

var door = regexp.MustCompile(`<(a|form|button)\b[^>]*?\b(href|action|formaction|hx-get|hx-post)="([^"]*)"[^>]*>`)

// noFalseDoors reports every link and button of a page that leads where who looks
// at it may not go, and returns how many there are.
func (p *portal) noFalseDoors(who role, page, html string) int {
	p.t.Helper()
	n := 0
	for _, m := range door.FindAllStringSubmatch(html, -1) {
		method := http.MethodGet
		if strings.Contains(m[0], `method="post"`) || m[2] == "formaction" || m[2] == "hx-post" {
			method = http.MethodPost
		}
		target, _, _ := strings.Cut(strings.ReplaceAll(m[3], "&amp;", "&"), "#")
		if !strings.HasPrefix(target, "/") {
			continue
		}
		n++
		r := httptest.NewRequest(method, baseURL+target, nil)
		_, pattern := p.mux.Handler(r)
		i := slices.IndexFunc(p.routes(), func(rt route) bool { return rt.pattern == pattern })
		if i < 0 {
			p.t.Errorf("%s as %s: %s %s leads nowhere", page, who.name, method, target)
			continue
		}
		if a := p.routes()[i].access; a.kind == accessRight && !who.a.Holds(a.right) && !strings.Contains(html, `class="lock" disabled`) {
			p.t.Errorf("%s as %s shows %s %s, which refuses it", page, who.name, method, target)
		}
	}
	return n
}

// Every unsafe route refuses what another site sends (T12).
func TestEveryUnsafeRouteRefusesOtherSites(t *testing.T) {
	p := newPortal(t)
	p.found("EKU9003173C9", "Ana")
	b := p.signedIn("EKU9003173C9")
	asked := 0
	for _, rt := range p.routes() {
		method, path := address(rt.pattern)
		if method == http.MethodGet {
			continue
		}
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://otro.example"}, {"Origin", "null"}} {
			asked++
			r := httptest.NewRequest(method, baseURL+path, strings.NewReader("x=1"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header[0], header[1])
			if res := b.send(r); res.Code != http.StatusForbidden {
				t.Errorf("%s with %s: %s: %d", rt.pattern, header[0], header[1], res.Code)
			}
		}
	}
	t.Logf("%d requests from other sites", asked)
}
