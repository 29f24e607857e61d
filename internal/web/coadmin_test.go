package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

// shared is two companies, the second let into the first, each at its browser.
type shared struct {
	*portal
	owner, guest *browser
	a, b         store.Actor
	key          string // of the first company for the second one's person
}

const ownerRfc, guestRfc = "EKU9003173C9", "XIA190128J61"

func newShared(t *testing.T, grant url.Values) *shared {
	t.Helper()
	p := newPortal(t)
	owner, a := p.issuer(ownerRfc)
	guest, b := p.issuer(guestRfc)
	s := &shared{portal: p, owner: owner, guest: guest, a: a, b: b}
	grant.Set("Quien", guestRfc)
	owner.follow(owner.post("/coadministracion/invitar", grant))
	offers, err := p.Account.Offers(t.Context(), b)
	must(t, err)
	if len(offers) != 1 {
		t.Fatalf("%d offers", len(offers))
	}
	s.key = offers[0].ID
	has(t, guest.get("/coadministracion/invitaciones"), "Aceptar", ownerRfc)
	guest.follow(guest.post("/coadministracion/ofertas/"+s.key, url.Values{"Respuesta": {"si"}}))
	return s
}

func ready() url.Values {
	return url.Values{"Nivel": {"permisos"}, "Rights": {string(store.RightIssue), string(store.RightCustomers)}}
}

func (s *shared) enter() {
	s.t.Helper()
	has(s.t, s.guest.follow(s.guest.post("/coadministracion/entrar", url.Values{"Clave": {s.key}})), "Trabajas como co-administrador")
}

// markIn is the mark that the forms of a page bear, all the same.
func markIn(t *testing.T, html string) string {
	t.Helper()
	forms := strings.Count(html, `method="post"`)
	found := regexp.MustCompile(`<input type="hidden" name="_empresa" value="([0-9a-f]{16})"/>`).FindAllStringSubmatch(html, -1)
	if forms == 0 || len(found) != forms {
		t.Fatalf("%d forms, %d marks", forms, len(found))
	}
	for _, m := range found {
		if m[1] != found[0][1] {
			t.Fatal("two marks on one page")
		}
	}
	return found[0][1]
}

func TestAPageOfOneCompanyWritesInNoOther(t *testing.T) {
	s := newShared(t, ready())
	own := markIn(t, s.guest.get("/clientes/nuevo").Body.String())
	s.enter()
	theirs := markIn(t, s.guest.get("/clientes/nuevo").Body.String())
	if own == theirs {
		t.Fatal("one mark for two companies")
	}
	stale := customerForm()
	stale.Set("_empresa", own)
	res := s.guest.post("/clientes/nuevo", stale)
	if res.Code != http.StatusConflict {
		t.Fatalf("written into the wrong company: %d", res.Code)
	}
	has(t, res, "Esta página es de otra empresa", "No se guardó ni se emitió nada")
	both := customerForm()
	both["_empresa"] = []string{theirs, own} // carried over a sign-in
	if res := s.guest.post("/clientes/nuevo", both); res.Code != http.StatusConflict {
		t.Fatalf("a carried form of another company: %d", res.Code)
	}
	before := s.customers(s.a)
	fresh := customerForm()
	fresh.Set("_empresa", theirs)
	s.guest.follow(s.guest.post("/clientes/nuevo", fresh))
	if got := s.customers(s.a); got != before+1 {
		t.Errorf("the page of today: %d customers, had %d", got, before)
	}
	if res := s.guest.post("/coadministracion/entrar", url.Values{"Clave": {""}, "_empresa": {own}}); res.Code != http.StatusSeeOther {
		t.Errorf("the switch is shut from an old page: %d", res.Code)
	}
	if res := s.guest.post("/salir", url.Values{"_empresa": {theirs}}); res.Code != http.StatusSeeOther {
		t.Errorf("signing out is shut from an old page: %d", res.Code)
	}
}

func (s *shared) customers(a store.Actor) int {
	s.t.Helper()
	rows, _, err := s.DB.View(a.Tenant).Customers(s.t.Context(), store.DirectoryFilter{Active: true, Limit: 100})
	must(s.t, err)
	return len(rows)
}

// A form with files bears the mark too, and nothing of its body is lost.
func TestAnUploadBearsTheMark(t *testing.T) {
	s := newShared(t, url.Values{"Nivel": {"administrador"}})
	own := markIn(t, s.guest.get("/certificados").Body.String())
	s.enter()
	theirs := markIn(t, s.guest.get("/certificados").Body.String())
	send := func(mark string) int {
		body := strings.ReplaceAll("--b0und\nContent-Disposition: form-data; name=\"_empresa\"\n\n"+mark+
			"\n--b0und\nContent-Disposition: form-data; name=\"Cer\"; filename=\"a.cer\"\nContent-Type: application/octet-stream\n\n"+
			strings.Repeat("x", 5000)+"\n--b0und--\n", "\n", "\r\n")
		r, err := http.NewRequest(http.MethodPost, baseURL+"/certificados/nuevo", strings.NewReader(body))
		must(t, err)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b0und")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		return s.guest.send(r).Code
	}
	if code := send(own); code != http.StatusConflict {
		t.Errorf("an upload of another company's page: %d", code)
	}
	if code := send(theirs); code != http.StatusUnprocessableEntity {
		t.Errorf("an upload of today's page: %d", code)
	}
}

func TestWhoIsSentHomeIsTold(t *testing.T) {
	s := newShared(t, ready())
	s.enter()
	path, form := newInvoice(t, s.guest)
	s.guest.press(path, form, "timbrar")
	if rows := s.stamped(s.a).Rows; len(rows) != 1 {
		t.Fatalf("%d stamped in the company of the owner", len(rows))
	}
	if rows := s.stamped(s.b).Rows; len(rows) != 0 {
		t.Fatalf("%d stamped at home", len(rows))
	}
	events, err := s.DB.View(s.a.Tenant).Events(t.Context(), s.stamped(s.a).Rows[0].ID)
	must(t, err)
	for _, e := range events {
		if e.UserName != "admin@"+guestRfc && e.UserName != "sistema" {
			t.Errorf("%s by %q", e.Event, e.UserName)
		}
	}
	has(t, s.owner.get("/coadministracion/mia"), "admin@"+guestRfc)
	s.owner.follow(s.owner.post("/coadministracion/mia/"+s.key+"/quitar", nil))
	res := s.guest.post("/clientes/nuevo", customerForm())
	if res.Code != http.StatusSeeOther {
		t.Fatalf("written after it was revoked: %d", res.Code)
	}
	has(t, s.guest.follow(res), "estás de vuelta en", "No se guardó lo que acababas de enviar")
	if strings.Contains(textOf(s.guest.get("/panel")), "estás de vuelta en") {
		t.Error("told twice")
	}
	if res := s.guest.get("/comprobantes/" + s.stamped(s.a).Rows[0].ID); res.Code != http.StatusNotFound {
		t.Errorf("a receipt of the other company: %d", res.Code)
	}
	res = s.guest.post("/coadministracion/entrar", url.Values{"Clave": {s.key}})
	has(t, s.guest.follow(res), "No puedes entrar a esa empresa")
}

// A guest sees the first tab alone, and nothing of who else comes in.
func TestAGuestReachesNoMoreThanItsRights(t *testing.T) {
	s := newShared(t, ready())
	s.enter()
	for path, want := range map[string]int{
		"/coadministracion": 200, "/clientes": 200, "/comprobantes": 200,
		"/coadministracion/mia": 403, "/coadministracion/invitaciones": 403, "/coadministracion/invitar": 403, "/coadministracion/mia/" + s.key: 403,
		"/usuarios": 403, "/usuarios/nuevo": 403, "/certificados/nuevo": 403, "/cuenta": 200,
	} {
		if res := s.guest.get(path); res.Code != want {
			t.Errorf("%s: %d, want %d", path, res.Code, want)
		}
	}
	if text := s.guest.get("/panel").Body.String(); !strings.Contains(text, "Empresas que administro") || strings.Contains(text, "/coadministracion/invitar") {
		t.Error("the menu of a guest")
	}
	// The owner's Administrador has no way into the guest's company.
	for _, key := range []string{s.key, "unknown", s.b.Tenant.ID()} {
		s.owner.post("/coadministracion/entrar", url.Values{"Clave": {key}})
		has(t, s.owner.get("/empresa"), ownerRfc)
	}
}

// The form as it is drawn can be sent as it is: nothing is filled in that it would refuse.
func TestTheFormOfAGrantHoldsNoLimitsOfItsOwn(t *testing.T) {
	p := newPortal(t)
	p.found(ownerRfc, "Ana")
	b := p.signedIn(ownerRfc)
	if html := b.get("/coadministracion/invitar").Body.String(); !regexp.MustCompile(`name="Total" type="text" value=""`).MatchString(html) {
		t.Error("an amount nobody typed")
	}
	g := ready()
	g.Set("Quien", "contador@example.mx")
	g.Set("Until", "2026-13-45")
	has(t, b.post("/coadministracion/invitar", g), "Esa fecha no existe")
	g.Set("Until", "2001-01-01")
	has(t, b.post("/coadministracion/invitar", g), "posterior a hoy")
	g.Set("conjunto", account.ReadySets()[2].Key)
	if res := b.post("/coadministracion/invitar", g); res.Code != http.StatusOK || !strings.Contains(res.Body.String(), "contador@example.mx") {
		t.Errorf("a ready set: %d", res.Code)
	}
}

// Who works in many companies can search among them; the own one comes first.
func TestManyCompaniesCanBeSearched(t *testing.T) {
	p := newPortal(t)
	me := p.found(ownerRfc, "Ana")
	for i := range switchSearch {
		other := p.found(fmt.Sprintf("ABC%02d0101AB%d", i+10, i), "Dueña")
		must(t, p.DB.Update(t.Context(), other.Tenant, func(tx *store.Tx) error {
			return tx.InsertCoadmin(t.Context(), store.CoadminRow{
				ID: fmt.Sprint("co", i), State: store.CoadminActive, GuestTenant: me.Tenant.ID(), GuestUser: me.UserID, Rights: "[]", Limits: "{}",
				AskedAt: 1, AskedBy: "admin", ExpiresAt: 1, AnsweredAt: 1, Version: 1,
			})
		}))
	}
	html := p.signedIn(ownerRfc).get("/panel").Body.String()
	if n := strings.Count(html, `name="Clave"`); n != switchSearch+1 || !strings.Contains(html, "data-filter hidden") {
		t.Errorf("%d companies", n)
	}
	if first := strings.Index(html, `data-filter-row="`+ownerRfc); first < 0 || first > strings.Index(html, `data-filter-row="ABC`) {
		t.Error("the own company is not the first")
	}
}

// The answers do not tell whether an RFC or an address is known.
func TestAsksAndInvitesAnswerAlike(t *testing.T) {
	p := newPortal(t)
	p.found(ownerRfc, "Ana")
	p.found(guestRfc, "Beto")
	b := p.signedIn(ownerRfc)
	known := textOf(b.follow(b.post("/coadministracion/solicitar", url.Values{"Rfc": {guestRfc}})))
	unknown := textOf(b.follow(b.post("/coadministracion/solicitar", url.Values{"Rfc": {"URE180429TM6"}})))
	if strings.ReplaceAll(known, guestRfc, "X") != strings.ReplaceAll(unknown, "URE180429TM6", "X") {
		t.Errorf("asking tells them apart:\n%s\n%s", known, unknown)
	}
	for _, who := range []string{guestRfc, "URE180429TM6", "nadie@example.mx"} {
		g := ready()
		g.Set("Quien", who)
		if res := b.follow(b.post("/coadministracion/invitar", g)); !strings.Contains(textOf(res), "Invitación enviada") {
			t.Errorf("%s: %s", who, textOf(res))
		}
	}
	p.drain()
	has(t, p.signedIn(guestRfc).get("/coadministracion/invitaciones"), "Piden entrar a tu empresa", "Responder", "Aceptar")
}

// White letters can be read on every colour of the palette: contrast of 4.5 or more.
func TestPaletteCanBeRead(t *testing.T) {
	css, err := os.ReadFile("ui/css/components.css")
	must(t, err)
	for _, word := range account.Colors() {
		m := regexp.MustCompile(`\[data-hue="` + word + `"\] \{ --hue: #([0-9a-f]{6});`).FindSubmatch(css)
		if m == nil {
			t.Errorf("%s is not drawn", word)
			continue
		}
		if c := contrastWithWhite(t, string(m[1])); c < 4500 {
			t.Errorf("%s: %d thousandths", word, c)
		}
	}
}

// contrastWithWhite is the contrast of WCAG in thousandths, in whole numbers.
func contrastWithWhite(t *testing.T, hex string) int {
	t.Helper()
	lum := 0
	for i, weight := range []int{2126, 7152, 722} {
		n, err := strconv.ParseInt(hex[2*i:2*i+2], 16, 64)
		must(t, err)
		lum += weight * linear(int(n))
	}
	return 105_000 * 1000 / (lum/10_000 + 5_000)
}

// linear is a byte of sRGB as light, in hundred-thousandths, never less than it
// is: the chord between points of the curve lies above it.
func linear(n int) int {
	points := [][2]int{{0, 0}, {16, 518}, {32, 1444}, {48, 2956}, {64, 5127}, {80, 8022}, {96, 11697}, {112, 16203}, {128, 21586}, {144, 27889}, {160, 35153}, {176, 43415}, {192, 52712}, {208, 63076}, {224, 74540}, {240, 87137}, {255, 100000}}
	for i := 1; i < len(points); i++ {
		if lo, hi := points[i-1], points[i]; n <= hi[0] {
			return lo[1] + (hi[1]-lo[1])*(n-lo[0])/(hi[0]-lo[0])
		}
	}
	panic(fmt.Sprint(n))
}

// Whatever a body with files begins with, looking for the mark takes nothing of it.
func FuzzMarksTakeNothing(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"_empresa\"\r\n\r\n0123456789abcdef\r\n--b--\r\n"))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"Cer\"\r\n\r\n"))
	f.Add(bytes.Repeat([]byte("-"), 5000))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, baseURL, bytes.NewReader(body))
		must(t, err)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		marks, err := marksOf(r)
		must(t, err)
		left, err := io.ReadAll(r.Body)
		must(t, err)
		if !bytes.Equal(left, body) || len(marks) > 1 {
			t.Errorf("%d of %d bytes left, %d marks", len(left), len(body), len(marks))
		}
	})
}
