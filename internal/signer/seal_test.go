package signer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestSealAuditsThenSigns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		req := w.numberA(t, 1)
		sello, err := w.s.Seal(t.Context(), w.a, req)
		if err != nil {
			t.Fatal(err)
		}
		seals(t, req, sello)
		again, err := w.s.Seal(t.Context(), w.a, req)
		if err != nil || !bytes.Equal(sello, again) {
			t.Errorf("signing again after a crash gives other bytes (%v)", err)
		}
		want := []string{"csd.load certificate/cert", "csd.sign document/doc-1", "csd.sign document/doc-1"}
		if diff := cmp.Diff(want, w.acts(t, w.a)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"csd.load certificate/cert"}, w.acts(t, w.b)); diff != "" {
			t.Errorf("the other tenant: %s", diff)
		}
		w.checkEntry(t, req)
	})
}

// checkEntry looks for who, from where and what in the newest audit record.
func (w world) checkEntry(t *testing.T, req Request) {
	t.Helper()
	rows, err := w.db.View(w.a.Tenant).Audits(t.Context(), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	p, err := cfdi.ReadPrepared(req.XML, complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(p.Cadena()))
	for _, want := range []string{hex.EncodeToString(sum[:]), `"revision":2`, `"session":"session-a"`, p.Certificate().NoCertificado} {
		if !strings.Contains(rows[0].After, want) {
			t.Errorf("the record has no %s: %s", want, rows[0].After)
		}
	}
	if rows[0].Actor != "sistema" || rows[0].IP != "192.0.2.7" {
		t.Errorf("by %s from %s", rows[0].Actor, rows[0].IP)
	}
}

func TestSealRefusesWhatIsNotNumberedForIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.load(t, w.a, "cert2", drawn().a2, rfcA)
		req, other := w.numberA(t, 1), w.numberA(t, 2)
		for name, c := range map[string]struct {
			actor  store.Actor
			change func(r *Request)
			want   fail.Kind
		}{
			"another tenant's document": {w.b, func(*Request) {}, fail.NotFound},
			"unknown document":          {w.a, func(r *Request) { r.DocumentID = "none" }, fail.NotFound},
			"XML of another document":   {w.a, func(r *Request) { r.XML = other.XML }, fail.Conflict},
			"other revision":            {w.a, func(r *Request) { r.Revision = 1 }, fail.NotFound},
			"other certificate":         {w.a, func(r *Request) { r.CertificateID = "cert2" }, fail.Conflict},
			"not a CFDI":                {w.a, func(r *Request) { r.XML = []byte("||4.0|hola||") }, fail.Invalid},
			"without the right":         {store.Actor{Tenant: w.a.Tenant, Rights: []store.Right{store.RightView}}, func(*Request) {}, fail.Denied},
		} {
			r := req
			c.change(&r)
			sello, err := w.s.Seal(t.Context(), c.actor, r)
			if fail.KindOf(err) != c.want || sello != nil {
				t.Errorf("%s: %v, %d bytes", name, err, len(sello))
			}
		}
		w.refusesAfterSealing(t, req)
		if acts := w.acts(t, w.a); len(acts) != 2 {
			t.Errorf("refusals left audit records: %v", acts)
		}
	})
}

// refusesAfterSealing moves the document on, after which it is sealed no more.
func (w world) refusesAfterSealing(t *testing.T, req Request) {
	t.Helper()
	for _, state := range []string{"sellado", "timbrado", "rechazado"} {
		err := w.db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error {
			was, err := tx.Document(t.Context(), req.DocumentID)
			if err != nil {
				return err
			}
			r := was
			r.State = state
			return tx.ChangeDocument(t.Context(), was, r)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Seal(t.Context(), w.a, req); fail.KindOf(err) != fail.Conflict {
			t.Errorf("state %s: %v", state, err)
		}
	}
}

func TestSealRefusesAnotherTaxpayersDocument(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	req := w.numberA(t, 1)
	foreign := bytes.Replace(req.XML, []byte(`Rfc="`+rfcA), []byte(`Rfc="`+rfcB), 1)
	if bytes.Equal(foreign, req.XML) {
		t.Fatal("the document names no issuer")
	}
	req.XML = foreign
	if _, err := w.s.Seal(t.Context(), w.a, req); fail.KindOf(err) != fail.Invalid || !strings.Contains(fail.MessageOf(err), rfcA) {
		t.Error(err)
	}
}

// Fecha is compared in the zone of LugarExpedicion: the last minutes of a
// certificate count in Mexico, not in Greenwich.
func TestSealRefusesExpiredCSD(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	cert := w.load(t, w.a, "cert2", drawn().a2, rfcA)
	end := cert.NotAfter
	good := w.dated(t, 1, end)
	if _, err := w.s.Seal(t.Context(), w.a, good); err != nil {
		t.Errorf("at its last second: %v", err)
	}
	late := w.dated(t, 2, end.Add(time.Second))
	if _, err := w.s.Seal(t.Context(), w.a, late); fail.KindOf(err) != fail.Invalid {
		t.Errorf("a second late: %v", err)
	}
}

// dated numbers a document with certificate a, whose Fecha is then moved to at.
func (w world) dated(t *testing.T, folio int, at time.Time) Request {
	t.Helper()
	req := w.numberA(t, folio)
	local := func(at time.Time) []byte {
		return []byte(`Fecha="` + at.In(w.cat.Location("06300")).Format("2006-01-02T15:04:05"))
	}
	moved := bytes.Replace(req.XML, local(start), local(at), 1)
	err := w.db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error {
		req.Revision = 3
		was, err := tx.Document(t.Context(), req.DocumentID)
		if err != nil {
			return err
		}
		r := was
		r.IssuedRevision = 3
		if err := tx.ChangeDocument(t.Context(), was, r); err != nil {
			return err
		}
		return tx.InsertXML(t.Context(), req.DocumentID, 3, store.PreparedXML, moved, store.Micros(start))
	})
	if err != nil {
		t.Fatal(err)
	}
	req.XML = moved
	return req
}

// onDisk runs fn over databases that a second connection can reach.
func onDisk(t *testing.T, fn func(t *testing.T, db *store.DB, raw *sql.DB)) {
	for name, driver := range map[string]string{"sqlite": "sqlite", "postgres": "pgx"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "db")
			address, source := "sqlite:"+path, path
			if name == "postgres" {
				address = storetest.NewPostgres(t)
				source = address
			}
			db, err := store.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open(driver, source)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			fn(t, db, raw)
		})
	}
}

func TestNoAuditNoSignature(t *testing.T) {
	onDisk(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		w := newWorld(t, db)
		req := w.numberA(t, 1)
		if _, err := raw.ExecContext(t.Context(), `ALTER TABLE audit RENAME TO audit_away`); err != nil {
			t.Fatal(err)
		}
		sello, err := w.s.Seal(t.Context(), w.a, req)
		if err == nil || sello != nil {
			t.Errorf("signed without an audit record: %d bytes, %v", len(sello), err)
		}
		if n := len(w.s.keys.keys); n != 0 {
			t.Errorf("%d keys were opened before the audit record", n)
		}
		if _, err := raw.ExecContext(t.Context(), `ALTER TABLE audit_away RENAME TO audit`); err != nil {
			t.Fatal(err)
		}
		if sello, err = w.s.Seal(t.Context(), w.a, req); err != nil {
			t.Fatal(err)
		}
		seals(t, req, sello)
	})
}

func TestSwappedCiphertextDoesNotSign(t *testing.T) {
	onDisk(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		w := newWorld(t, db)
		req := w.numberA(t, 1)
		_, err := raw.ExecContext(t.Context(), `UPDATE certificate_keys SET wrapped =
			(SELECT k.wrapped FROM certificate_keys k WHERE k.tenant_id = $1) WHERE tenant_id = $2`,
			w.b.Tenant.ID(), w.a.Tenant.ID())
		if err != nil {
			t.Fatal(err)
		}
		if sello, err := w.s.Seal(t.Context(), w.a, req); err == nil || sello != nil {
			t.Error("the other tenant's ciphertext signs")
		}
		acts := w.acts(t, w.a)
		if last := acts[len(acts)-1]; last != "csd.sign.failed document/doc-1" {
			t.Errorf("the failure is not in the chain: %v", acts)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	w := newWorld(b, storetest.Open(b, "sqlite"))
	req := w.numberA(b, 1)
	for b.Loop() {
		if _, err := w.s.Seal(context.Background(), w.a, req); err != nil {
			b.Fatal(err)
		}
	}
}
