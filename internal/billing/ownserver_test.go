package billing_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send/sendtest"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// ownServer has the mail of a leave by s.
func (w *world) ownServer(a store.Actor, s *sendtest.Server, version int64, password string) {
	w.t.Helper()
	w.Guard = *s.Guard()
	sealed, err := w.Signer.Protect(w.t.Context(), a.Tenant, signer.KindSMTP, "servidor", []byte(password))
	must(w.t, err)
	must(w.t, w.db.Update(w.t.Context(), a.Tenant, func(tx *store.Tx) error {
		return tx.SaveMailServer(w.t.Context(), store.MailServerRow{
			ID: "servidor", Host: s.Host, Port: int64(s.Port), TLS: store.MailStartTLS, Username: sendtest.User, Password: sealed, Sender: "facturas@kemper.mx", Version: version,
		})
	}))
}

// mailed issues a document of a to the addresses and runs its mail.
func (w *world) mailed(a store.Actor, to ...string) billing.Document {
	w.t.Helper()
	ctx := w.t.Context()
	d := w.typed(a, "100.00")
	d.Correos = to
	d, err := w.SaveDraft(ctx, a, d)
	must(w.t, err)
	doc, err := w.Issue(ctx, a, d.ID, d.Revision)
	must(w.t, err)
	w.drain(1, 0)
	return w.seen(a, doc.ID)
}

func (w *world) seen(a store.Actor, id string) billing.Document {
	w.t.Helper()
	doc, err := w.Document(w.t.Context(), a, id)
	must(w.t, err)
	return doc
}

func (w *world) bounces(a store.Actor, addresses ...string) []string {
	w.t.Helper()
	rows, err := w.db.View(a.Tenant).Bounces(w.t.Context(), addresses)
	must(w.t, err)
	var list []string
	for _, r := range rows {
		list = append(list, r.Address)
	}
	slices.Sort(list)
	return list
}

func (w *world) heard(part string) (n int) {
	for _, e := range w.told {
		if strings.Contains(e, part) {
			n++
		}
	}
	return n
}

// TestReceiptsLeaveByTheCompanysOwnServer: its mail by its server, from its address, the
// other company's by the portal's; good addresses receive once, bad ones are marked with
// their reason, and sending again reaches only who does not have it.
func TestReceiptsLeaveByTheCompanysOwnServer(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		s := sendtest.New(t, sendtest.StartTLS)
		w.ownServer(w.a, s, 1, sendtest.Password)
		s.Answer("mala@x.mx", 550)
		s.Answer("luego@x.mx", 450)
		doc := w.mailed(w.a, "buena@x.mx", "mala@x.mx", "luego@x.mx")
		w.mailed(w.b, "buena@x.mx")
		if kept, err := w.box.List(10); err != nil || len(kept) != 1 || !strings.HasPrefix(kept[0].Subject, "Factura A-1 de XENON") {
			t.Errorf("the portal's mails: %v %v", kept, err)
		}
		m := doc.Deliveries[0]
		if m.State != billing.EnCola || s.Copies("buena@x.mx") != 1 || len(m.Bounced) != 1 || m.Bounced[0] != (billing.Bounce{Address: "mala@x.mx", Reason: "no existe ese buzón, 550 5.1.1"}) {
			t.Errorf("after a try: %+v", m)
		}
		if err := w.SendAgain(ctx, w.a, doc.ID, m.ID); err != nil {
			t.Errorf("of one that waits: %v", err)
		}
		s.Answer("luego@x.mx", 250)
		w.drain(3, time.Minute)
		m = w.seen(w.a, doc.ID).Deliveries[0]
		if m.State != billing.Enviado || m.Error != "No le llegó a mala@x.mx (no existe ese buzón, 550 5.1.1)." || !m.Again() ||
			s.Copies("buena@x.mx") != 1 || s.Copies("luego@x.mx") != 1 || s.Copies("mala@x.mx") != 0 {
			t.Errorf("in the end: %+v, %d mails", m, len(s.Mails()))
		}
		for _, sent := range s.Mails() {
			if sent.From != "facturas@kemper.mx" || sent.ID != s.Mails()[0].ID {
				t.Errorf("%+v", sent)
			}
		}
		if a, b := w.bounces(w.a, "mala@x.mx", "buena@x.mx"), w.bounces(w.b, "mala@x.mx"); !slices.Equal(a, []string{"mala@x.mx"}) || len(b) != 0 {
			t.Errorf("marked %v and %v", a, b)
		}
		if w.heard(w.a.Tenant.ID()+" rebote:") != 1 || w.heard("correo:") != 0 {
			t.Errorf("told %v", w.told)
		}

		if err := w.SendAgain(ctx, w.b, doc.ID, m.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("by the other company: %v", err)
		}
		s.Answer("mala@x.mx", 250)
		must(t, w.SendAgain(ctx, w.a, doc.ID, m.ID))
		must(t, w.SendAgain(ctx, w.a, doc.ID, m.ID))
		w.drain(3, time.Minute)
		m = w.seen(w.a, doc.ID).Deliveries[0]
		if m.State != billing.Enviado || m.Error != "" || len(m.Bounced) != 0 || s.Copies("mala@x.mx") != 1 || s.Copies("buena@x.mx") != 1 || s.Copies("luego@x.mx") != 1 {
			t.Errorf("again: %+v, %+v", m, s.Mails())
		}
		if left := w.bounces(w.a, "mala@x.mx"); len(left) != 0 {
			t.Errorf("still marked: %v", left)
		}
		if err := w.SendAgain(ctx, w.a, doc.ID, m.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("of one that everybody has: %v", err)
		}
		w.drain(2, time.Minute)
		if len(s.Mails()) != 3 {
			t.Errorf("%d mails", len(s.Mails()))
		}
	})
}

// TestAFailingOwnServerIsToldOnce: mails that cannot leave say why and are given up, the
// Administrador is told once a failure, and nothing leaves by another server instead.
func TestAFailingOwnServerIsToldOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		s := sendtest.New(t, sendtest.StartTLS)
		w.ownServer(w.a, s, 1, "canario-equivocado-3")
		one, two := w.mailed(w.a, "ana@x.mx"), w.mailed(w.a, "ana@x.mx")
		for _, doc := range []billing.Document{one, two} {
			m := doc.Deliveries[0]
			if m.State != billing.Fallido || !strings.Contains(m.Error, "usuario o la contraseña") || strings.Contains(m.Error, "canario") || !m.Again() {
				t.Errorf("%+v", m)
			}
		}
		w.drain(2, time.Minute)
		row, err := w.db.View(w.a.Tenant).MailServer(ctx)
		must(t, err)
		if w.heard(w.a.Tenant.ID()+" correo:") != 1 || row.FailedAt == 0 || !strings.Contains(row.Failure, "usuario o la contraseña") {
			t.Errorf("told %v, %+v", w.told, row)
		}
		if kept, err := w.box.List(10); err != nil || len(kept) != 0 || len(s.Mails()) != 0 {
			t.Errorf("left all the same: %v %v", kept, err)
		}
		w.ownServer(w.a, s, 2, sendtest.Password)
		must(t, w.SendAgain(ctx, w.a, one.ID, one.Deliveries[0].ID))
		w.drain(1, 0)
		row, err = w.db.View(w.a.Tenant).MailServer(ctx)
		must(t, err)
		if m := w.seen(w.a, one.ID).Deliveries[0]; m.State != billing.Enviado || s.Copies("ana@x.mx") != 1 || row.FailedAt != 0 {
			t.Errorf("mended: %+v %+v", m, row)
		}
		s.SetPassword("otra")
		must(t, w.SendAgain(ctx, w.a, two.ID, two.Deliveries[0].ID))
		w.drain(1, 0)
		if w.heard(w.a.Tenant.ID()+" correo:") != 2 || w.heard("rebote:") != 0 {
			t.Errorf("told %v", w.told)
		}
	})
}

// TestAnOwnServerThatIsAwayIsTriedLong: no connection is no reason to give up at once.
func TestAnOwnServerThatIsAwayIsTriedLong(t *testing.T) {
	w := newWorld(t, "sqlite")
	s := sendtest.New(t, sendtest.Plain) // its TLS will be refused, so first an address where nobody is
	w.ownServer(w.a, s, 1, sendtest.Password)
	must(t, w.db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error {
		row, err := tx.MailServer(t.Context())
		row.Port, row.Version = 1, 2
		if err != nil {
			return err
		}
		return tx.SaveMailServer(t.Context(), row)
	}))
	doc := w.mailed(w.a, "ana@x.mx")
	if m := doc.Deliveries[0]; m.State != billing.EnCola || !strings.HasSuffix(m.Error, "Lo volveremos a intentar.") || w.heard("correo:") != 0 {
		t.Errorf("%+v %v", m, w.told)
	}
	w.drain(25, time.Hour)
	if m := w.seen(w.a, doc.ID).Deliveries[0]; m.State != billing.Fallido || m.Tries != 20 || w.heard("correo:") != 1 {
		t.Errorf("%+v %v", m, w.told)
	}
}
