package account

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

const exportPassword = "llave para mi otro sistema 7"

// proved is a who proved its identity just now.
func (h *house) proved(a store.Actor) store.Actor {
	a.ProvedAt = h.clock.now()
	return a
}

// withKey founds a company with one CSD and a second Administrador, and lets keys out.
func (h *house) withKey(rfc string) (a store.Actor, certificate string) {
	h.t.Helper()
	a = h.found(rfc)
	cer, key := csdOf(h.t, rfc)
	c, err := h.AddCertificate(h.t.Context(), h.fresh(a), cer, key, keyPassword)
	if err != nil {
		h.t.Fatal(err)
	}
	err = h.db.Update(h.t.Context(), a.Tenant, func(tx *store.Tx) error {
		return tx.InsertUser(h.t.Context(), store.UserRow{ID: "beto", Usuario: "beto", UsuarioFold: "beto", Nombre: "Beto", Correo: "beto@" + strings.ToLower(rfc) + ".mx", Admin: true})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return a, c.ID
}

func (h *house) allow(a store.Actor) {
	h.t.Helper()
	if err := h.AllowKeyExport(h.t.Context(), h.proved(a), true); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) ask(a store.Actor, certificate string) KeyExport {
	h.t.Helper()
	e, err := h.RequestKeyExport(h.t.Context(), h.proved(a), certificate)
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

// subjects of the mails to an address not read before.
func (h *house) subjects(to string) (all []string) {
	h.t.Helper()
	for _, m := range h.mails(to) {
		all = append(all, m.Subject)
	}
	return all
}

func TestAKeyLeavesOnceAfterADayAndEveryAdministratorHearsOfIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, cert := h.withKey(rfcA)
		correos := []string{"ana@" + strings.ToLower(rfcA) + ".mx", "beto@" + strings.ToLower(rfcA) + ".mx"}
		if _, err := h.RequestKeyExport(ctx, h.proved(a), cert); fail.KindOf(err) != fail.Denied {
			t.Errorf("it is off until the company decides: %v", err)
		}
		h.allow(a)
		h.mails(correos[0])
		e := h.ask(a, cert)
		if _, err := h.RequestKeyExport(ctx, h.proved(a), cert); fail.KindOf(err) != fail.Conflict {
			t.Errorf("asked twice: %v", err)
		}
		for _, to := range correos {
			if got := h.subjects(to); !slices.Equal(got, []string{"Pidieron exportar la llave de un certificado"}) {
				t.Errorf("%s hears %q", to, got)
			}
		}
		h.clock.pass(24*time.Hour - time.Minute)
		if _, _, err := h.ExportKey(ctx, h.proved(a), e.ID, exportPassword, exportPassword); fail.KindOf(err) != fail.Conflict {
			t.Errorf("before a day has passed: %v", err)
		}
		h.clock.pass(2 * time.Minute)
		if got := h.subjects(correos[1]); !slices.Equal(got, []string{"La llave pedida ya se puede descargar"}) {
			t.Errorf("when it is ready: %q", got)
		}
		if _, _, err := h.ExportKey(ctx, h.proved(a), e.ID, "corta", "corta"); fail.KindOf(err) != fail.Invalid || len(fieldsOf(err)) == 0 {
			t.Errorf("a weak password: %v", err)
		}
		name, file, err := h.ExportKey(ctx, h.proved(a), e.ID, exportPassword, exportPassword)
		if err != nil {
			t.Fatal(err)
		}
		row, err := h.db.View(a.Tenant).Certificate(ctx, cert)
		if err != nil {
			t.Fatal(err)
		}
		own, err := csd.ParseCertificate(row.Cer)
		if err != nil {
			t.Fatal(err)
		}
		key, err := csd.OpenKey(file, []byte(exportPassword))
		if err != nil || !key.Matches(own) || name != row.NoCertificado+".key" {
			t.Errorf("%s is not the key: %v", name, err)
		}
		if _, _, err := h.ExportKey(ctx, h.proved(a), e.ID, exportPassword, exportPassword); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a second time: %v", err)
		}
		h.clock.pass(2 * time.Minute)
		for _, to := range correos {
			if got := h.subjects(to); !slices.Contains(got, "Se descargó la llave de un certificado") {
				t.Errorf("%s does not hear that it went out: %q", to, got)
			}
		}
		if _, list, err := h.KeyExports(ctx, a); err != nil || len(list) != 0 {
			t.Errorf("%v is still waiting: %v", list, err)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
		var acts []string
		links, err := h.db.View(a.Tenant).Audits(ctx, "certificate/"+cert, 100)
		for _, l := range links {
			acts = append(acts, l.Action)
			if strings.Contains(l.After+l.Before, exportPassword) {
				t.Error("the audit holds the password")
			}
		}
		if err != nil || !slices.Contains(acts, "csd.export.request") || !slices.Contains(acts, "csd.export") {
			t.Errorf("%q: %v", acts, err)
		}
	})
}

func TestAKeyExportCanBeCanceledAndExpires(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, cert := h.withKey(rfcA)
		other, otherCert := h.withKey(rfcB)
		h.allow(a)
		h.allow(other)
		e := h.ask(a, cert)
		theirs := h.ask(other, otherCert)
		for name, err := range map[string]error{
			"cancel another's": h.CancelKeyExport(ctx, h.proved(other), e.ID),
			"take another's":   second(h.ExportKey(ctx, h.proved(other), e.ID, exportPassword, exportPassword)),
			"ask another's":    first(h.RequestKeyExport(ctx, h.proved(other), cert)),
		} {
			if fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		beto := store.Actor{Tenant: a.Tenant, UserID: "beto", UserName: "beto", Admin: true}
		if err := h.CancelKeyExport(ctx, beto, e.ID); err != nil {
			t.Fatal(err)
		}
		h.clock.pass(25 * time.Hour)
		if err := second(h.ExportKey(ctx, h.proved(a), e.ID, exportPassword, exportPassword)); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a canceled one: %v", err)
		}
		if got := h.subjects("ana@" + strings.ToLower(rfcA) + ".mx"); !slices.Contains(got, "Se canceló la exportación de una llave") || slices.Contains(got, "La llave pedida ya se puede descargar") {
			t.Errorf("heard %q", got)
		}
		if err := h.CancelKeyExport(ctx, beto, e.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("canceled twice: %v", err)
		}
		late := h.ask(a, cert)
		h.clock.pass(96*time.Hour + time.Second)
		if err := second(h.ExportKey(ctx, h.proved(a), late.ID, exportPassword, exportPassword)); fail.KindOf(err) != fail.Conflict {
			t.Errorf("after its time: %v", err)
		}
		h.ask(a, cert) // and again
		if err := h.AllowKeyExport(ctx, h.proved(a), false); err != nil {
			t.Fatal(err)
		}
		if allowed, list, err := h.KeyExports(ctx, a); err != nil || allowed || len(list) != 0 {
			t.Errorf("no longer allowed, and %v waits: %v", list, err)
		}
		if _, err := h.db.View(other.Tenant).KeyExport(ctx, theirs.ID); err != nil {
			t.Error(err)
		}
	})
}

func first[T any](_ T, err error) error          { return err }
func second[A, B any](_ A, _ B, err error) error { return err }

// Whoever can write in the database cannot make the wait shorter, nor use the
// word given for one certificate on another.
func TestTheDayOfWaitingIsNotInTheDatabasesHands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, cert := h.withKey(rfcA)
		cer, key := csdOf(t, rfcA)
		more, err := h.AddCertificate(ctx, h.fresh(a), cer, key, keyPassword)
		if err != nil {
			t.Fatal(err)
		}
		h.allow(a)
		old := h.ask(a, cert)
		h.clock.pass(25 * time.Hour)
		fresh := h.ask(a, more.ID)
		was, err := h.db.View(a.Tenant).KeyExport(ctx, fresh.ID)
		if err != nil {
			t.Fatal(err)
		}
		due, err := h.db.View(a.Tenant).KeyExport(ctx, old.ID)
		if err != nil {
			t.Fatal(err)
		}
		forge := func(id string, change func(*store.KeyExportRow)) {
			r := was
			r.ID = id
			change(&r)
			err := h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
				if err := tx.CancelKeyExports(ctx, more.ID, ""); err != nil {
					return err
				}
				return tx.InsertKeyExport(ctx, r)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for id, change := range map[string]func(*store.KeyExportRow){
			"ticket of another request": func(r *store.KeyExportRow) { r.Ticket = due.Ticket },
			"its own under another id":  func(r *store.KeyExportRow) { r.DueAt = due.DueAt },
			"no ticket":                 func(r *store.KeyExportRow) { r.Ticket = []byte{1} },
		} {
			forge(id, change)
			if _, file, err := h.ExportKey(ctx, h.proved(a), id, exportPassword, exportPassword); !errors.Is(err, signer.ErrSecret) || file != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestWhoMayTakeAKeyOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, cert := h.withKey(rfcA)
		guest := h.found(rfcB)
		h.allow(a)
		stale := a
		stale.ProvedAt = h.clock.now().Add(-time.Hour)
		stale.SessionID = "s"
		for name, try := range map[string]struct {
			actor store.Actor
			want  error
		}{
			"nobody":            {store.Actor{}, nil},
			"without the right": {store.Actor{Tenant: a.Tenant, UserID: "x", Rights: []store.Right{store.RightIssue}, ProvedAt: h.clock.now()}, nil},
			"a guest":           {store.Actor{Tenant: a.Tenant, Home: guest.Tenant, UserID: "x", Admin: true, ProvedAt: h.clock.now()}, nil},
			"the portal itself": {store.System(a.Tenant), nil},
			"proved long ago":   {stale, ErrStepUp},
		} {
			_, err := h.RequestKeyExport(ctx, try.actor, cert)
			if fail.KindOf(err) != fail.Denied || try.want != nil && !errors.Is(err, try.want) {
				t.Errorf("%s asks: %v", name, err)
			}
		}
		if _, list, err := h.KeyExports(ctx, a); err != nil || len(list) != 0 {
			t.Errorf("%v, %v", list, err)
		}
	})
}

// Deleting the certificate ends what waits, and the keyset goes with its last secret.
func TestDeletingACertificateShredsItsKeyset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, cert := h.withKey(rfcA)
		h.allow(a)
		e := h.ask(a, cert)
		h.clock.pass(time.Hour)
		if err := h.DeleteCertificate(ctx, h.fresh(a), cert); err != nil {
			t.Fatal(err)
		}
		if err := second(h.ExportKey(ctx, h.proved(a), e.ID, exportPassword, exportPassword)); fail.KindOf(err) == fail.Internal || err == nil {
			t.Errorf("the request outlives the key: %v", err)
		}
		if rows, err := h.db.View(a.Tenant).Keysets(ctx); err != nil || len(rows) != 0 {
			t.Errorf("%d keysets left: %v", len(rows), err)
		}
		if row, err := h.db.View(a.Tenant).Certificate(ctx, cert); err != nil || len(row.Cer) == 0 {
			t.Errorf("the certificate is gone: %v", err)
		}
	})
}
