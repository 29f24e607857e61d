package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

func (h *house) raise(t store.Tenant, e notice.Event) {
	h.t.Helper()
	must(h.t, h.db.Update(h.t.Context(), t, func(tx *store.Tx) error { return notice.Raise(h.t.Context(), tx, e) }))
	must(h.t, h.runner.Drain(h.t.Context()))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(n int) notice.Event {
	return notice.Event{Key: fmt.Sprintf("doc:%d", n), What: notice.Rejected, Owner: "beto", Ref: fmt.Sprintf("Factura A-%d", n), Detail: "El RFC no existe.", Link: "/comprobantes/x"}
}

// seller adds an Operación user "beto" with rights and limits.
func (h *house) seller(a store.Actor, limits store.Limits, rights ...store.Right) store.Actor {
	h.t.Helper()
	id := h.cfg.NewID()
	must(h.t, h.db.Update(h.t.Context(), a.Tenant, func(tx *store.Tx) error {
		words := []string{}
		for _, r := range rights {
			words = append(words, `"`+string(r)+`"`)
		}
		own := "{}"
		if limits.Propios {
			own = `{"propios":true}`
		}
		return tx.InsertUser(h.t.Context(), store.UserRow{
			ID: id, Usuario: "beto", UsuarioFold: "beto", Nombre: "Beto", Correo: "beto@ejemplo.mx", Rights: "[" + strings.Join(words, ",") + "]", Limits: own, CreatedAt: store.Micros(h.clock.now()),
		})
	}))
	return store.Actor{Tenant: a.Tenant, UserID: id, UserName: "beto", Rights: store.Widen(rights), Limits: limits}
}

func TestNoticesReachWhoMaySeeTheirThingOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		beto := h.seller(a, store.Limits{Propios: true}, store.RightReceipts)
		h.raise(a.Tenant, refused(1))
		h.raise(a.Tenant, refused(1))
		other := refused(2)
		other.Owner = "carla"
		h.raise(a.Tenant, other)
		for i, want := range []int{2, 1, 0} {
			who := []store.Actor{a, beto, b}[i]
			p, err := h.Notices(ctx, who, 1)
			must(t, err)
			n, err := h.UnreadNotices(ctx, who)
			must(t, err)
			if len(p.Rows) != want || n != want || p.Unread != want {
				t.Errorf("%s of %s: %d rows, %d unread, want %d", who.UserName, who.Tenant.ID(), len(p.Rows), n, want)
			}
		}
		p, err := h.Notices(ctx, a, 1)
		must(t, err)
		if p.Rows[0].Title != "Rechazado: Factura A-2" || p.Rows[0].Text != "El RFC no existe." {
			t.Errorf("%+v", p.Rows[0])
		}
		_, foreign := h.OpenNotice(ctx, b, p.Rows[0].ID)
		_, another := h.OpenNotice(ctx, beto, p.Rows[0].ID)
		_, unknown := h.OpenNotice(ctx, b, "no hay")
		if fail.KindOf(foreign) != fail.NotFound || foreign.Error() != unknown.Error() || another.Error() != unknown.Error() {
			t.Errorf("%v, %v, %v", foreign, another, unknown)
		}
		if link, err := h.OpenNotice(ctx, a, p.Rows[0].ID); err != nil || link != "/comprobantes/x" {
			t.Errorf("%q %v", link, err)
		}
		if n, err := h.UnreadNotices(ctx, a); n != 1 || err != nil {
			t.Errorf("after one was read: %d %v", n, err)
		}
		must(t, h.ReadNotices(ctx, a))
		if n, err := h.UnreadNotices(ctx, a); n != 0 || err != nil {
			t.Errorf("after all were read: %d %v", n, err)
		}
		if n, err := h.UnreadNotices(ctx, beto); n != 1 || err != nil {
			t.Errorf("reading mine read another's: %d %v", n, err)
		}
		beto.Rights = store.Widen(nil) // the right was taken away
		if n, err := h.UnreadNotices(ctx, beto); n != 0 || err != nil {
			t.Errorf("without the right: %d %v", n, err)
		}
	})
}

func TestTastesAreKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		chosen, err := h.Tastes(ctx, a)
		if err != nil || len(chosen.List) != len(notice.Kinds()) {
			t.Fatalf("%+v %v", chosen, err)
		}
		if err := h.SaveTastes(ctx, a, chosen.Version, map[notice.Kind]notice.Taste{notice.Device: notice.None}); fail.KindOf(err) != fail.Invalid || fieldsOf(err)[0] != string(notice.Device) {
			t.Errorf("security was switched off: %v", err)
		}
		must(t, h.SaveTastes(ctx, a, chosen.Version, map[notice.Kind]notice.Taste{notice.Rejected: notice.Mail, notice.Expired: notice.None}))
		wants(t, "over a newer one", h.SaveTastes(ctx, a, chosen.Version, nil), ErrStale)
		h.raise(a.Tenant, refused(1))
		gone := refused(2)
		gone.What = notice.Expired
		h.raise(a.Tenant, gone)
		if list := h.mails("ana@" + strings.ToLower(rfcA) + ".mx"); len(list) != 1 || !strings.Contains(list[0].Subject, "Rechazado: Factura A-1") || !strings.Contains(list[0].Text, "El RFC no existe.") {
			t.Errorf("%d mails: %+v", len(list), list)
		}
		if n, err := h.UnreadNotices(ctx, a); n != 1 || err != nil {
			t.Errorf("%d %v", n, err)
		}
		beto := h.seller(a, store.Limits{}, store.RightReceipts)
		list, err := h.Tastes(ctx, beto)
		must(t, err)
		for _, c := range list.List {
			if c.Needs != store.RightReceipts && c.Needs != store.RightView {
				t.Errorf("who sees receipts is offered %s", c.Kind)
			}
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

// TestADigestGoesOutOnceADay: at eight in the morning of the company, whatever restarts.
func TestADigestGoesOutOnceADay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		for _, who := range []store.Actor{a, b} {
			chosen, err := h.Tastes(ctx, who)
			must(t, err)
			must(t, h.SaveTastes(ctx, who, chosen.Version, map[notice.Kind]notice.Taste{notice.Rejected: notice.Digest}))
		}
		must(t, h.db.Update(ctx, b.Tenant, func(tx *store.Tx) error { // Tijuana, two hours behind
			row, err := tx.CompanyForUpdate(ctx)
			if err != nil {
				return err
			}
			row.CodigoPostal, row.LugarExpedicion, row.Version = "22000", "22000", row.Version+1
			return tx.UpdateCompany(ctx, row)
		}))
		must(t, h.Begin(ctx))
		h.raise(a.Tenant, refused(1))
		h.raise(a.Tenant, refused(2))
		h.raise(b.Tenant, refused(3))
		mailA, mailB := "ana@"+strings.ToLower(rfcA)+".mx", "ana@"+strings.ToLower(rfcB)+".mx"
		central, border := h.cfg.Catalog.Location("06000"), h.cfg.Catalog.Location("22000")
		sent := map[string]int{}
		for range 60 {
			h.clock.pass(time.Hour + time.Minute)
			must(t, h.Begin(ctx)) // every start says so
			h.runner = job.New(h.db, h.Jobs(), h.clock.now)
			for to, zone := range map[string]*time.Location{mailA: central, mailB: border} {
				for _, m := range h.mails(to) {
					sent[to]++
					if !strings.HasPrefix(m.Subject, "Tus avisos de ioFacturo") || to == mailA && strings.Count(m.Text, "• ") != 2 || to == mailB && !strings.Contains(m.Text, "A-3") {
						t.Errorf("%s: %s\n%s", to, m.Subject, m.Text)
					}
					if at := h.clock.now().In(zone); at.Hour() < 8 || at.Hour() > 9 {
						t.Errorf("%s: at %s", to, at)
					}
				}
			}
		}
		if sent[mailA] != 1 || sent[mailB] != 1 {
			t.Errorf("two days after: %v", sent)
		}
	})
}

func TestACertificateThatEndsIsToldOnceAStep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		beto := h.seller(a, store.Limits{}, store.RightSeeConfig, store.RightReceipts)
		began := h.clock.now()
		end := began.Add(70 * day)
		keep := func(t store.Tenant, id string, from, to time.Time) {
			must(h.t, h.db.Update(ctx, t, func(tx *store.Tx) error {
				return tx.InsertCertificate(ctx, store.CertificateRow{
					ID: id, NoCertificado: "3000100000050000" + id, Rfc: rfcA, Cer: []byte{1}, NotBefore: store.Micros(from), NotAfter: store.Micros(to), Activo: true, CreatedAt: store.Micros(from),
				})
			}))
		}
		keep(a.Tenant, "0001", start.AddDate(-4, 0, 0), end)
		keep(b.Tenant, "0002", start.AddDate(-4, 0, 0), end)
		must(t, h.Begin(ctx))
		titles := map[store.Tenant][]string{}
		mails := 0
		days := func(n int) {
			for range n * 2 {
				h.clock.pass(12 * time.Hour)
				must(t, h.Begin(ctx))
				h.runner = job.New(h.db, h.Jobs(), h.clock.now)
				must(t, h.runner.Drain(ctx))
			}
			for _, who := range []store.Actor{a, b} {
				p, err := h.Notices(ctx, who, 1)
				must(t, err)
				titles[who.Tenant] = nil
				for _, r := range p.Rows {
					titles[who.Tenant] = append(titles[who.Tenant], r.Title)
				}
			}
			mails += len(h.mails("ana@" + strings.ToLower(rfcA) + ".mx"))
		}
		days(9)
		if len(titles[a.Tenant]) != 0 {
			t.Fatalf("61 days before: %v", titles)
		}
		days(45) // 16 days before
		keep(b.Tenant, "0003", h.clock.now().Add(-time.Hour), end.AddDate(4, 0, 0))
		days(30)
		want := "Tu certificado venció|Tu certificado vence mañana o antes|Tu certificado vence en 5 días|Tu certificado vence en 15 días|Tu certificado vence en 30 días|Tu certificado vence en 60 días"
		if got := strings.Join(titles[a.Tenant], "|"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got := strings.Join(titles[b.Tenant], "|"); got != "Tu certificado vence en 30 días|Tu certificado vence en 60 días" {
			t.Errorf("renewed in time: %s", got)
		}
		if mails != 6 {
			t.Errorf("%d mails to the Administrador", mails)
		}
		if p, err := h.Notices(ctx, beto, 1); err != nil || len(p.Rows) != 0 || len(h.mails("beto@ejemplo.mx")) != 0 {
			t.Errorf("who only looks was told: %+v %v", p.Rows, err)
		}
	})
}
