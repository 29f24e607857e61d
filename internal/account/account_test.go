package account

import (
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/send/sendtest"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

const goodPassword = "tres tristes tapires 9"

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// testCA is made once: its keys cost seconds.
var testCA = sync.OnceValues(func() (*prueba.CA, error) { return prueba.New(start, 2048) })

// A house is the service with everything real around it and a clock to move.
type house struct {
	*Service
	t      *testing.T
	db     *store.DB
	box    *send.Box
	runner *job.Runner
	clock  *clock
	read   map[string]bool // mails read so far
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Microsecond) // no two instants are one
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// each runs fn in a fresh house on both databases.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	c := &clock{at: start}
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, newHouse(t, db, c)) }, store.WithClock(c.now))
}

// cheap is what a hash costs here but where the cost itself is looked at: the
// tests make thousands.
var cheap = HashCost{Memory: 64, Time: 1}

func newHouse(t *testing.T, db *store.DB, c *clock) *house {
	t.Helper()
	ca, err := testCA()
	if err != nil {
		t.Fatal(err)
	}
	master, err := signer.LoadMasterKey("", base64.StdEncoding.EncodeToString(make([]byte, 32)), false)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := signer.New(db, master, c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sign.Close)
	h := &house{t: t, db: db, clock: c, box: send.NewBox(t.TempDir(), c.now), read: map[string]bool{}}
	passkeys, err := passkey.New("http://localhost:8080", "", "ioFacturo")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	cat := catalogo.New()
	h.Service = New(Config{
		DB: db, Signer: sign, Catalog: cat, PDF: pdf.New(cat), Trust: csd.NewTrust(ca.Root()), TestCA: ca, Mailer: h.box,
		BaseURL: "http://localhost:8080", Now: c.now, NewID: func() string { n++; return fmt.Sprintf("id-%06d", n) },
		Hash: cheap, Passkeys: passkeys,
	})
	h.runner = job.New(db, h.Jobs(), c.now)
	t.Cleanup(h.look)
	return h
}

// gallery holds one of each mail that any test had sent.
var gallery sendtest.Gallery

// TestMain runs the tests and then, when all of them ran, sees that every kind of letter
// was among their mails: each was looked at where it was sent.
func TestMain(m *testing.M) {
	code := m.Run()
	if dir := os.Getenv("IOFACTURO_MAIL_GALLERY"); dir != "" {
		if err := gallery.Hang(dir, "account"); err != nil {
			panic(err)
		}
	}
	if whole := flag.Lookup("test.run").Value.String() == "" && !testing.Short(); code == 0 && whole {
		if sent := gallery.Kinds(); !slices.Equal(sent, letters) {
			fmt.Printf("the letters are %v, those that a test had sent %v\n", letters, sent)
			code = 1
		}
	}
	os.Exit(code)
}

// letters are the mails this package writes, by the heads of their ids.
var letters = []string{
	"acceso", "acceso-pedido", "aviso", "baja", "coadmin", "contrasena", "correo", "correo-cambiado", "desbloqueo", "dispositivo", "factor",
	"invitacion", "llave", "olvido", "passkey", "registro", "resumen",
}

// look judges every mail of the house.
func (h *house) look() {
	all, err := h.box.List(1000)
	if err != nil {
		h.t.Error(err)
	}
	for _, fault := range gallery.Look(all, goodPassword) {
		h.t.Error(fault)
	}
}

// mails runs the due jobs and returns the mails to an address not read before, oldest first.
func (h *house) mails(to string) []send.Kept {
	h.t.Helper()
	if err := h.runner.Drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	all, err := h.box.List(1000)
	if err != nil {
		h.t.Fatal(err)
	}
	var fresh []send.Kept
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].To[0] == to && !h.read[all[i].ID] {
			h.read[all[i].ID] = true
			fresh = append(fresh, all[i])
		}
	}
	return fresh
}

var linkShape = regexp.MustCompile(`http://localhost:8080/(confirmar|desbloquear)/([A-Za-z0-9_-]{43})`)

// link returns the token of the newest mail to an address, which must hold one.
func (h *house) link(to string) string {
	h.t.Helper()
	mails := h.mails(to)
	if len(mails) == 0 {
		h.t.Fatalf("no mail to %s", to)
	}
	m := linkShape.FindStringSubmatch(mails[len(mails)-1].Text)
	if m == nil {
		h.t.Fatalf("no link in %q", mails[len(mails)-1].Text)
	}
	return m[2]
}

func registration(rfc, correo string) Registration {
	return Registration{Nombre: "Ana Pérez", Rfc: rfc, Correo: correo, Correo2: correo, Acepta: true}
}

// found makes a company without the mails.
func (h *house) found(rfc string) store.Actor {
	h.t.Helper()
	a, err := h.Found(h.t.Context(), Founding{
		Rfc: rfc, Nombre: "Ana Pérez", Correo: "ana@" + strings.ToLower(rfc) + ".mx", Usuario: "admin", Password: goodPassword, PasswordDays: 30,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// enter signs the admin of an RFC in.
func (h *house) enter(rfc, password string) (SignedIn, error) {
	return h.SignIn(h.t.Context(), Credentials{Usuario: "admin", Rfc: rfc, Password: password, IP: "10.0.0.1", Device: "test"})
}

func (h *house) session(token string) Session {
	h.t.Helper()
	s, err := h.SessionOf(h.t.Context(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// wants fails unless err is target.
func wants(t *testing.T, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: got %v, want %v", what, err, target)
	}
	if err != nil && fail.MessageOf(err) == "" {
		t.Errorf("%s: no words for the user", what)
	}
}

// fieldsOf lists the paths an error names.
func fieldsOf(err error) []string {
	var paths []string
	for _, f := range fail.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	return paths
}

// newStore is a fresh SQLite with the clock of a house.
func newStore(t *testing.T, c *clock) *store.DB {
	t.Helper()
	return storetest.Open(t, "sqlite", store.WithClock(c.now))
}
