package signer

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/pac/pactest"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

func clock() time.Time { return start }

const (
	rfcA, nameA = pactest.Rfc, pactest.Name
	rfcB, nameB = "XIA190128J61", "XENON INDUSTRIAL ARTICLES"
	password    = "canario-contraseña-1"
)

// files are a certificate and its key as the SAT gives them.
type files struct{ cer, key []byte }

// drawn are files of one test authority, made once: RSA keys are slow to draw.
var drawn = sync.OnceValue(func() (d struct {
	a, a2, b, b2, fiel, old files
	root                    []byte
},
) {
	issue := func(ca *prueba.CA, rfc, name string, fiel bool) (f files) {
		make := ca.CSD
		if fiel {
			make = ca.FIEL
		}
		var err error
		if f.cer, f.key, err = make(rfc, name, []byte(password)); err != nil {
			panic(err)
		}
		return f
	}
	ca, err := prueba.New(start, 2048)
	if err != nil {
		panic(err)
	}
	ancient, err := prueba.New(start.AddDate(-6, 0, 0), 2048)
	if err != nil {
		panic(err)
	}
	d.a, d.a2, d.b = issue(ca, rfcA, nameA, false), issue(ca, rfcA, nameA, false), issue(ca, rfcB, nameB, false)
	d.b2, d.root = issue(ca, rfcB, nameB, false), ca.Root().Raw
	d.fiel, d.old = issue(ca, rfcA, nameA, true), issue(ancient, rfcA, nameA, false)
	return d
})

// world is a signer over a database with two tenants, each with a CSD called "cert".
type world struct {
	db   *store.DB
	s    *Signer
	a, b store.Actor
	cat  *catalogo.Catalog
}

func newWorld(t testing.TB, db *store.DB) world {
	t.Helper()
	s, err := New(db, masterKey(t), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return newWorldOf(t, db, s)
}

func newWorldOf(t testing.TB, db *store.DB, s *Signer) world {
	t.Helper()
	tenantA, tenantB := storetest.Tenants(t, db)
	w := world{db: db, s: s, a: store.System(tenantA), b: store.System(tenantB), cat: catalogo.New()}
	w.a.IP, w.a.SessionID = "192.0.2.7", "session-a"
	w.load(t, w.a, "cert", drawn().a, rfcA)
	w.load(t, w.b, "cert", drawn().b, rfcB)
	return w
}

func (w world) load(t testing.TB, a store.Actor, id string, f files, rfc string) *csd.Certificate {
	t.Helper()
	loaded, err := w.s.Load(t.Context(), a, Pair{CertificateID: id, Cer: f.cer, Key: f.key, Password: []byte(password), Rfc: rfc})
	if err == nil {
		err = w.db.Update(t.Context(), a.Tenant, func(tx *store.Tx) error { return keep(t.Context(), tx, loaded) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Certificate
}

// keep keeps a loaded pair as account does.
func keep(ctx context.Context, tx *store.Tx, loaded Loaded) error {
	c := loaded.Certificate
	err := tx.InsertCertificate(ctx, store.CertificateRow{
		ID: loaded.Key.CertificateID, NoCertificado: c.NoCertificado, Rfc: c.Rfc, Nombre: c.Name, Cer: c.Raw,
		NotBefore: store.Micros(c.NotBefore), NotAfter: store.Micros(c.NotAfter), Prueba: true, Activo: true, CreatedAt: store.Micros(start),
	})
	if err != nil {
		return err
	}
	return tx.InsertCertificateKey(ctx, loaded.Key)
}

func (w world) destroy(t testing.TB, a store.Actor, id string) error {
	t.Helper()
	return w.db.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		if err := tx.DeleteCertificate(t.Context(), id); err != nil {
			return err
		}
		return Destroy(t.Context(), tx, a, id)
	})
}

func masterKey(t testing.TB) MasterKey {
	t.Helper()
	m, err := LoadMasterKey("", freshMaster(t), false)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func freshMaster(t testing.TB) string {
	t.Helper()
	key := make([]byte, masterSize)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(key)
}

// number prepares a receipt of the actor's company and keeps it as P1 does. It
// returns the request for its seal.
func (w world) number(t testing.TB, a store.Actor, id string, folio int, f files, rfc, name string, at time.Time) Request {
	t.Helper()
	c := pactest.Document(w.cat, at, folio)
	c.Emisor.Rfc, c.Emisor.Nombre = rfc, name
	cert, err := csd.ParseCertificate(f.cer)
	if err != nil {
		t.Fatal(err)
	}
	p, err := cfdi.Prepare(c, w.cat, cert, at)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(folio)
	row := store.DocumentRow{
		ID: id, State: stateNumbered, Revision: 2, IssuedRevision: 2, Tipo: "I", Serie: c.Serie, Folio: &n, Fecha: c.Fecha,
		EmisorRfc: rfc, Moneda: "MXN", CertificateID: "cert", NoCertificado: cert.NoCertificado,
		CreatedAt: store.Micros(at), UpdatedAt: store.Micros(at),
	}
	err = w.db.Update(t.Context(), a.Tenant, func(tx *store.Tx) error {
		if err := tx.InsertDocument(t.Context(), row); err != nil {
			return err
		}
		return tx.InsertXML(t.Context(), id, 2, store.PreparedXML, p.XML(), store.Micros(at))
	})
	if err != nil {
		t.Fatal(err)
	}
	return Request{DocumentID: id, Revision: 2, CertificateID: "cert", XML: p.XML()}
}

func (w world) numberA(t testing.TB, folio int) Request {
	t.Helper()
	return w.number(t, w.a, fmt.Sprintf("doc-%d", folio), folio, drawn().a, rfcA, nameA, start)
}

// seals checks that sello is the seal of the request's document.
func seals(t testing.TB, req Request, sello []byte) {
	t.Helper()
	p, err := cfdi.ReadPrepared(req.XML, complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Seal(sello); err != nil {
		t.Error(err)
	}
}

// acts returns the actions in the tenant's audit chain, oldest first, after
// checking that the chain holds.
func (w world) acts(t testing.TB, a store.Actor) []string {
	t.Helper()
	if err := w.db.VerifyAudit(t.Context(), a.Tenant); err != nil {
		t.Fatal(err)
	}
	rows, err := w.db.View(a.Tenant).Audits(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	acts := make([]string, len(rows))
	for i, r := range rows {
		acts[len(rows)-1-i] = r.Action + " " + r.Object
	}
	return acts
}
