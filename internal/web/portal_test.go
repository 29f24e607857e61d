package web

import (
	"bytes"
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/operator"
	"iofacturo.mx/internal/pac/pactest"
	pacprueba "iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/shop/gatewaytest"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
	"iofacturo.mx/internal/support"
)

const (
	baseURL  = "http://localhost:8080"
	password = "girasoles de talavera 16"
)

// testCA is one authority for the whole run: making one costs a second.
var testCA = sync.OnceValues(func() (*prueba.CA, error) { return prueba.New(time.Now(), 2048) })

// A portal is the real thing over a fresh store, with its mail in a box.
type portal struct {
	*Server
	t    *testing.T
	box  *send.Box
	jobs *job.Runner
	log  *bytes.Buffer

	roots *x509.CertPool      // who vouches for a company's mail server
	ahead *atomic.Int64       // how far the portal's clock is before the real one
	gate  *gatewaytest.Server // takes money that is none
}

// later lets the portal's clock be d ahead.
func (p *portal) later(d time.Duration) { p.ahead.Store(int64(d)) }

// cheap is what a password hash costs here.
var cheap = account.HashCost{Memory: 64, Time: 1}

func newPortal(t *testing.T) *portal {
	t.Helper()
	return newPortalOn(t, storetest.Open(t, "sqlite"))
}

func newPortalOn(t *testing.T, db *store.DB) *portal {
	t.Helper()
	dir, cat, ahead := t.TempDir(), catalogo.New(), &atomic.Int64{}
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	ca, err := testCA()
	must(t, err)
	trust := csd.NewTrust(ca.Root())
	pacCert, _ := ca.PAC()
	trust.AddPAC(pacCert)
	master, err := signer.LoadMasterKey(filepath.Join(dir, "master.key"), "", true)
	must(t, err)
	seals, err := signer.New(db, master, now)
	must(t, err)
	certifier, err := pacprueba.New(pacprueba.Config{CA: ca, Trust: trust, Catalog: cat, Log: filepath.Join(dir, "pac.log"), Now: now})
	must(t, err)
	box := send.NewBox(filepath.Join(dir, "buzon"), now)
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	passkeys, err := passkey.New(baseURL, "", "ioFacturo")
	must(t, err)
	roots := x509.NewCertPool()
	guard := send.Guard{Loopback: true, Roots: roots}
	drawing := pdf.New(cat)
	accounts := account.New(account.Config{Guard: guard, DB: db, Signer: seals, Catalog: cat, PDF: drawing, Trust: trust, TestCA: ca, Mailer: box, BaseURL: baseURL, Passkeys: passkeys, Now: now, NewID: newID, Hash: cheap})
	bills := billing.New(billing.Config{Guard: guard, DB: db, Signer: seals, PAC: certifier, Catalog: cat, Trust: trust, PDF: drawing, Mailer: box, Now: now, NewID: newID})
	catalogues := directory.New(directory.Config{DB: db, Catalog: cat, Now: now, NewID: newID, Mailer: box, BaseURL: baseURL})
	lists := bulk.New(bulk.Config{DB: db, Signer: seals, Kinds: append(catalogues.Kinds(), accounts.Kinds()...), Now: now, NewID: newID})
	credits := credit.New(credit.Config{DB: db, Catalog: cat, Fresh: accounts.Proved, Now: now})
	friends := invite.New(invite.Config{DB: db, Rules: invite.Rules{Reward: 25, MonthlyCap: 10}, Catalog: cat, Mailer: box, BaseURL: baseURL, Now: now, NewID: newID})
	asked := support.New(support.Config{DB: db, Now: now, NewID: newID})
	sells, gate := newShop(t, db, cat, accounts, now, newID)
	log := &bytes.Buffer{}
	t.Cleanup(func() { pactest.Oracle(t, pacCert, storetest.Stamped(t, db)...) }) // all that the test stamped
	p := &portal{
		t: t, box: box, log: log, ahead: ahead, roots: roots, gate: gate.Server,
		jobs: job.New(db, slices.Concat(accounts.Jobs(), catalogues.Jobs(), bills.Jobs(), lists.Jobs(), credits.Jobs(), asked.Jobs(), sells.Jobs(), friends.Jobs()), now),
		Server: New(Config{
			Operator: operator.New(operator.Config{
				DB: db, Version: "prueba", Now: now, Disk: func() (free, total int64, err error) { return 3 << 30, 12 << 30, nil },
				Ping: func(ctx context.Context) error {
					_, err := seals.Protect(ctx, store.Platform(), signer.KindTOTP, "sonda", []byte("x"))
					return err
				},
			}),
			DB: db, Support: asked, Invite: friends, Account: accounts, Directory: catalogues, Bulk: lists,
			Billing: bills, Credit: credits, Shop: sells, Catalog: cat, Box: box, Demo: true, BaseURL: baseURL, Now: now, Log: slog.New(slog.NewTextHandler(log, nil)),
		}),
	}
	gate.portal = p.Server
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// found makes a company whose administrator is "admin".
func (p *portal) found(rfc, name string) store.Actor {
	p.t.Helper()
	a, err := p.Account.Found(context.Background(), account.Founding{Rfc: rfc, Nombre: name, Correo: "admin@example.mx", Usuario: "admin", Password: password})
	must(p.t, err)
	return a
}

// drain runs the jobs that are due.
func (p *portal) drain() {
	p.t.Helper()
	must(p.t, p.jobs.Drain(p.t.Context()))
}

// A browser keeps cookies and asks like one.
type browser struct {
	p       *portal
	cookies map[string]string
}

func (p *portal) browser() *browser { return &browser{p: p, cookies: map[string]string{}} }

// signedIn is a browser of the company's administrator.
func (p *portal) signedIn(rfc string) *browser {
	p.t.Helper()
	b := p.browser()
	res := b.post("/entrar", url.Values{"Usuario": {"admin"}, "Rfc": {rfc}, "Password": {password}})
	if res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/panel" {
		p.t.Fatalf("sign-in: %d to %q\n%s", res.Code, res.Header().Get("Location"), textOf(res))
	}
	return b
}

// send asks with the browser's cookies and keeps those that come back.
func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	r.RemoteAddr = "192.0.2.7:4711"
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.p.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return w
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	return b.send(httptest.NewRequest(http.MethodGet, baseURL+path, nil))
}

func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, baseURL+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// upload posts files and fields as a form with files does.
func (b *browser) upload(path string, parts map[string][]byte) *httptest.ResponseRecorder {
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for name, data := range parts {
		part, err := mw.CreateFormFile(name, name)
		must(b.p.t, err)
		_, err = part.Write(data)
		must(b.p.t, err)
	}
	must(b.p.t, mw.Close())
	r := httptest.NewRequest(http.MethodPost, baseURL+path, &body)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// follow opens where an answer redirects to.
func (b *browser) follow(res *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	b.p.t.Helper()
	to := res.Header().Get("Location")
	if res.Code != http.StatusSeeOther || to == "" {
		b.p.t.Fatalf("no redirect: %d\n%s", res.Code, textOf(res))
	}
	return b.get(to)
}

var (
	tags   = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
)

// textOf is a page as one reads it.
func textOf(res *httptest.ResponseRecorder) string {
	return strings.TrimSpace(blanks.ReplaceAllString(tags.ReplaceAllString(res.Body.String(), " "), " "))
}

// has fails the test when the page does not say each of the words.
func has(t *testing.T, res *httptest.ResponseRecorder, words ...string) {
	t.Helper()
	body := res.Body.String()
	for _, w := range words {
		if !strings.Contains(body, w) && !strings.Contains(textOf(res), w) {
			t.Errorf("the page (%d) does not say %q:\n%s", res.Code, w, textOf(res))
		}
	}
}

// drained reads a body whole.
func drained(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	must(t, err)
	return string(b)
}
