package demo

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/pac/pactest"
	pacprueba "iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// parts is a portal in a throw-away folder whose real time is now.
func parts(t *testing.T, ca *prueba.CA, now time.Time) (Parts, *csd.Trust) {
	t.Helper()
	moved := now
	clock := func() time.Time { return moved }
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := store.Open(t.Context(), "sqlite::memory:", store.WithClock(clock))
	ok(err)
	t.Cleanup(func() { _ = db.Close() })
	ok(db.Migrate(t.Context()))
	dir := t.TempDir()
	master, err := signer.LoadMasterKey(filepath.Join(dir, "master.key"), "", true)
	ok(err)
	keys, err := signer.New(db, master, clock)
	ok(err)
	certifier, _ := ca.PAC()
	trust := csd.NewTrust(ca.Root())
	trust.AddPAC(certifier)
	cat := catalogo.New()
	pac, err := pacprueba.New(pacprueba.Config{CA: ca, Trust: trust, Catalog: cat, Log: filepath.Join(dir, "pac.log"), Now: clock})
	ok(err)
	t.Cleanup(func() { _ = pac.Close() })
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	box := send.NewBox(filepath.Join(dir, "buzon"), clock)
	passkeys, err := passkey.New("http://localhost", "", "ioFacturo")
	ok(err)
	drawing := pdf.New(cat)
	accounts := account.New(account.Config{
		DB: db, Signer: keys, Catalog: cat, PDF: drawing, Trust: trust, TestCA: ca, Mailer: box, BaseURL: "http://localhost", Passkeys: passkeys, Now: clock, NewID: newID,
		Hash: account.HashCost{Memory: 64, Time: 1},
	})
	bills := billing.New(billing.Config{DB: db, Signer: keys, PAC: pac, Catalog: cat, Trust: trust, PDF: drawing, Mailer: box, Now: clock, NewID: newID})
	return Parts{
		DB: db, Account: accounts, Billing: bills, Catalog: cat, Log: io.Discard,
		Directory: directory.New(directory.Config{DB: db, Catalog: cat, Now: clock, NewID: newID, Mailer: box, BaseURL: "http://localhost"}),
		Jobs:      job.New(db, append(accounts.Jobs(), bills.Jobs()...), clock),
		Now:       func() time.Time { return now },
		SetNow: func(at time.Time) {
			if moved = at; at.IsZero() {
				moved = now
			}
		},
	}, trust
}

func testCA(t *testing.T) *prueba.CA {
	t.Helper()
	ca, err := prueba.New(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), 2048)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// TestFillOnAnyDay: whatever the day it is made on, the demo is whole, and a second time changes nothing.
func TestFillOnAnyDay(t *testing.T) {
	ca := testCA(t)
	for _, day := range []string{"2026-05-01T06:00:00Z", "2026-08-31T23:50:00Z", "2026-11-22T18:30:00Z", "2027-02-28T12:00:00Z"} {
		now, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		p, trust := parts(t, ca, now)
		access, err := Fill(t.Context(), p, 45)
		if err != nil || !access.Made {
			t.Fatalf("%s: made %v, %v", day, access.Made, err)
		}
		states := statesOf(t, p)
		if states["borrador"] != 3 || states["rechazado"] != 2 || states["sin-respuesta"] != 1 || states["timbrado"] != 45-len(endings) {
			t.Errorf("%s: %v", day, states)
		}
		if again, err := Fill(t.Context(), p, 45); err != nil || again.Made {
			t.Errorf("%s: a second time made %v, %v", day, again.Made, err)
		}
		broken, err := billing.Check(context.WithoutCancel(t.Context()), p.DB, trust)
		if err != nil || len(broken) > 0 {
			t.Errorf("%s: %v, %v", day, broken, err)
		}
		certifier, _ := ca.PAC()
		pactest.Oracle(t, certifier, storetest.Stamped(t, p.DB)...)
	}
}

func statesOf(t *testing.T, p Parts) map[string]int {
	t.Helper()
	row, err := p.DB.Global().TenantByRfc(t.Context(), Rfc)
	if err != nil {
		t.Fatal(err)
	}
	panel, err := p.Billing.Waiting(t.Context(), store.System(row.Tenant()))
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, s := range panel.ByState {
		states[s.Label] = s.N
	}
	return states
}

// TestEveryCustomerMayBuyEverything: no draw of the demo can meet a rule it breaks.
func TestEveryCustomerMayBuyEverything(t *testing.T) {
	ctx := t.Context()
	ca := testCA(t)
	p, _ := parts(t, ca, time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC))
	f := &filler{Parts: p, rng: newRand(), series: map[string]string{}, products: map[string]directory.Product{}}
	if err := f.company(ctx, newPassword()); err != nil {
		t.Fatal(err)
	}
	if err := f.directory(ctx); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.customers {
		d, err := f.draft(ctx, "I", c)
		if err != nil {
			t.Fatal(err)
		}
		d.Correos = nil
		if c.Rfc == genericPublic {
			d.Comprobante.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: "01", Meses: "11", Año: "2026"}
		}
		if c.Rfc == genericForeign {
			continue // has a kind of its own, which TestFillOnAnyDay makes
		}
		for _, x := range products {
			row := f.products[x.clave]
			f.add(&d, row, "3", row.Traslados, row.Retenciones)
		}
		f.stamped = nil
		if err := f.issue(ctx, d); err != nil {
			t.Errorf("everything to %s: %v", c.Nombre, err)
			continue
		}
		if c.Rfc == genericPublic {
			continue
		}
		if len(f.stamped) != 1 {
			t.Errorf("everything to %s was not stamped", c.Nombre)
			continue
		}
		if err := f.creditNote(ctx); err != nil {
			t.Errorf("credit note to %s: %v", c.Nombre, err)
		}
	}
	certifier, _ := ca.PAC()
	pactest.Oracle(t, certifier, storetest.Stamped(t, p.DB)...)
}
