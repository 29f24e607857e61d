package invite_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

var (
	start = time.Date(2026, 3, 10, 18, 0, 0, 0, time.UTC)
	ctx   = context.Background()
)

// A house is companies that invite each other, over one store.
type house struct {
	*invite.Service
	t    *testing.T
	db   *store.DB
	at   *atomic.Int64
	box  *send.Box
	jobs *job.Runner
	a, b store.Actor
}

func (h *house) later(d time.Duration) { h.at.Add(d.Microseconds()) }

func each(t *testing.T, rules invite.Rules, fn func(t *testing.T, h *house)) {
	t.Helper()
	at := &atomic.Int64{}
	now := func() time.Time { return store.FromMicros(at.Load()) }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at.Store(store.Micros(start))
		box := send.NewBox(t.TempDir(), now)
		s := invite.New(invite.Config{
			DB: db, Rules: rules, Catalog: catalogo.New(), Mailer: box, BaseURL: "https://x.mx", Now: now,
			NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		})
		h := &house{Service: s, t: t, db: db, at: at, box: box, jobs: job.New(db, s.Jobs(), now)}
		h.a, h.b = h.company("EKU9003173C9"), h.company("XIA190128J61")
		fn(t, h)
		h.replay()
	}, store.WithClock(now))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// replay checks the ledger of everybody (I8, I9).
func (h *house) replay() {
	h.t.Helper()
	list, err := h.db.Global().Tenants(ctx, "", 1000)
	must(h.t, err)
	for _, row := range list {
		found, err := credit.Check(ctx, h.db.View(row.Tenant()))
		must(h.t, err)
		for _, f := range found {
			h.t.Errorf("%s: %s %s", row.Rfc, f.Invariant, f.Detail)
		}
	}
}

// company is one with a person, a code and credits to stamp with.
func (h *house) company(rfc string) store.Actor {
	h.t.Helper()
	t := storetest.Tenant(h.t, h.db, rfc)
	must(h.t, h.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(t)
		if err := own.InsertCompany(ctx, store.CompanyRow{Rfc: rfc, Nombre: "EMPRESA " + rfc, Regimenes: "[]", Version: 1}); err != nil {
			return err
		}
		u := store.UserRow{ID: "u-" + rfc, Usuario: "admin", UsuarioFold: "admin", Correo: strings.ToLower(rfc) + "@example.mx", Admin: true}
		if err := own.InsertUser(ctx, u); err != nil {
			return err
		}
		if err := credit.SetPlan(ctx, own, store.PlanPrepaid); err != nil {
			return err
		}
		return tx.InsertReferralCode(ctx, store.ReferralCodeRow{Code: "C" + rfc, TenantID: t.ID()})
	}))
	return store.Actor{Tenant: t, UserID: "u-" + rfc, UserName: "ana", Admin: true}
}

func (h *house) came(guest, owner store.Actor, correo string) {
	h.t.Helper()
	must(h.t, h.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		code, err := tx.ReferralCodeOf(ctx, owner.Tenant)
		if err != nil {
			return err
		}
		return tx.InsertReferral(ctx, guest.Tenant, code, store.MailHash(correo), store.Micros(tx.Now()))
	}))
}

func (h *house) pays(a store.Actor, order, card string) {
	h.t.Helper()
	must(h.t, h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := credit.Grant(ctx, tx, "order:"+order, credit.Lot{Source: credit.Purchase, Units: 10}); err != nil {
			return err
		}
		return h.Reward(ctx, tx, invite.Payment{OrderID: order, Instrument: card})
	}))
}

func (h *house) proves(a store.Actor) {
	h.t.Helper()
	must(h.t, h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		return tx.InsertCertificate(ctx, store.CertificateRow{ID: tx.NewID(), NoCertificado: tx.NewID()[:20], Rfc: "X", Cer: []byte{1}})
	}))
}

func (h *house) stamps(a store.Actor) {
	h.t.Helper()
	must(h.t, h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		doc := tx.NewID()
		if err := credit.Hold(ctx, tx, doc, 1); err != nil {
			return err
		}
		return credit.Capture(ctx, tx, doc, 1, "A-1")
	}))
}

func (h *house) back(a store.Actor, order string) {
	h.t.Helper()
	must(h.t, h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error { return h.Clawback(ctx, tx, order) }))
}

func (h *house) state(a store.Actor) string {
	h.t.Helper()
	r, err := h.db.Global().ReferralOf(ctx, a.Tenant)
	must(h.t, err)
	return strings.TrimSuffix(r.State+" "+r.Reason, " ")
}

func (h *house) promo(a store.Actor) int64 {
	h.t.Helper()
	b, err := h.db.View(a.Tenant).CreditBook(ctx)
	must(h.t, err)
	return b.Promo + b.Debt
}

func (h *house) drain() {
	h.t.Helper()
	must(h.t, h.jobs.Drain(ctx))
}

var program = invite.Rules{Reward: 25, MonthlyCap: 3}

func TestARewardComesWhenAllIsThereAndGoesWithTheOrder(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		h.came(h.b, h.a, "nueva@example.mx")
		h.pays(h.b, "1", "card-b")
		h.drain()
		if h.state(h.b) != "pagado" || h.promo(h.a) != 0 {
			t.Fatalf("%s, %d", h.state(h.b), h.promo(h.a))
		}
		h.proves(h.b)
		must(t, h.Settle(ctx))
		if h.state(h.b) != "pagado" {
			t.Fatal("rewarded without a stamp")
		}
		h.later(time.Minute)
		h.stamps(h.b)
		for range 2 {
			must(t, h.Settle(ctx))
			if h.state(h.b) != "premiado" || h.promo(h.a) != 25 || h.promo(h.b) != 25 {
				t.Fatalf("%s: %d and %d", h.state(h.b), h.promo(h.a), h.promo(h.b))
			}
		}
		h.back(h.b, "another")
		h.drain()
		if h.promo(h.a) != 25 {
			t.Error("another order took it back")
		}
		for range 2 {
			h.back(h.b, "1")
			h.drain()
			if h.state(h.b) != "revertido" || h.promo(h.a) != 0 || h.promo(h.b) != 0 {
				t.Fatalf("%s: %d and %d", h.state(h.b), h.promo(h.a), h.promo(h.b))
			}
		}
		h.pays(h.b, "2", "card-b")
		h.stamps(h.b)
		must(t, h.Settle(ctx))
		if h.promo(h.a) != 0 {
			t.Error("a second order brought it again")
		}
	})
}

// Who stamps soon after paying is rewarded by the job of the payment; who takes more
// than an hour, by the hourly look alone.
func TestWhoStampsAtOnceIsRewardedAtOnce(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		soon, late := h.b, h.company("IVD920810GU2")
		for _, guest := range []store.Actor{soon, late} {
			h.came(guest, h.a, guest.Tenant.ID()+"@example.mx")
			h.proves(guest)
			h.pays(guest, "o-"+guest.Tenant.ID(), "card-"+guest.Tenant.ID())
		}
		h.drain()
		h.later(time.Second)
		h.stamps(soon)
		h.later(2 * time.Second)
		h.drain()
		if h.state(soon) != "premiado" || h.state(late) != "pagado" {
			t.Fatalf("%s and %s", h.state(soon), h.state(late))
		}
		for range 40 { // each look waits for a quarter of what has passed
			h.later(3 * time.Minute)
			h.drain()
		}
		h.stamps(late)
		h.later(5 * time.Hour)
		h.drain()
		if h.state(late) != "pagado" {
			t.Errorf("%s: looked at after an hour", h.state(late))
		}
		must(t, h.Settle(ctx))
		if h.state(late) != "premiado" {
			t.Error(h.state(late))
		}
	})
}

func TestWhatIsNeverRewarded(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		n := 0
		guest := func(correo string, change func(g store.Actor)) store.Actor {
			n++
			g := h.company(fmt.Sprintf("GUE%06dAA%d", 900101+n, n%10))
			h.came(g, h.a, correo)
			change(g)
			h.proves(g)
			h.pays(g, fmt.Sprintf("o-%d", n), fmt.Sprintf("card-%d", n))
			h.stamps(g)
			h.drain()
			must(t, h.Settle(ctx))
			return g
		}
		h.pays(h.a, "of-a", "card-2") // the card of the second guest
		if g := guest("x@example.mx", func(store.Actor) {}); h.state(g) != "premiado" {
			t.Errorf("a good one: %s", h.state(g))
		}
		if g := guest("y@example.mx", func(store.Actor) {}); h.state(g) != "negado mismo-pago" {
			t.Errorf("the same card: %s", h.state(g))
		}
		g := guest("z@example.mx", func(g store.Actor) {
			must(t, h.db.Update(ctx, g.Tenant, func(tx *store.Tx) error {
				return tx.InsertUser(ctx, store.UserRow{ID: "otro", Usuario: "otro", UsuarioFold: "otro", Correo: "EKU9003173C9@example.mx"})
			}))
		})
		if h.state(g) != "negado mismo-correo" {
			t.Errorf("the same address: %s", h.state(g))
		}
		for _, want := range []string{"premiado", "premiado", "negado tope"} {
			if g := guest("w@example.mx", func(store.Actor) {}); h.state(g) != want {
				t.Errorf("%s, want %s", h.state(g), want)
			}
		}
		h.later(31 * 24 * time.Hour)
		if g := guest("v@example.mx", func(store.Actor) {}); h.state(g) != "premiado" {
			t.Errorf("the next month: %s", h.state(g))
		}
		if h.promo(h.a) != 4*25 {
			t.Errorf("who invited has %d", h.promo(h.a))
		}
	})
}

// TestRandomLivesKeepTheRules: many companies, events in any order, guests settled at the
// same time; then what was given is held against the graph.
func TestRandomLivesKeepTheRules(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(3, 14))
		people, by := []store.Actor{h.a, h.b}, map[int]int{}
		paid := map[int]string{}
		for round := range 200 {
			h.later(time.Hour)
			i := r.IntN(len(people))
			switch r.IntN(7) {
			case 0, 1:
				if len(people) < 20 {
					p := h.company(fmt.Sprintf("RAN%06dAB%d", 800101+len(people), len(people)%10))
					by[len(people)] = i
					h.came(p, people[i], "p@example.mx")
					people = append(people, p)
				}
			case 2:
				h.proves(people[i])
			case 3:
				order := fmt.Sprintf("r-%d", round)
				h.pays(people[i], order, fmt.Sprintf("card-%d", r.IntN(30)))
				if paid[i] == "" {
					paid[i] = order
				}
			case 4:
				if paid[i] != "" {
					h.stamps(people[i])
				}
			case 5:
				if r.IntN(4) == 0 {
					h.back(people[i], paid[i])
				}
			case 6:
				var all sync.WaitGroup
				for range 2 {
					all.Go(func() {
						if err := h.Settle(ctx); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
			}
		}
		h.drain()
		must(t, h.Settle(ctx))
		gave, perOwner := 0, map[int]int{}
		for i, p := range people {
			host, came := by[i]
			if !came {
				continue
			}
			state := h.state(p)
			entry, err := h.db.View(people[host].Tenant).CreditEntry(ctx, "invitacion:"+p.Tenant.ID())
			given := err == nil
			if given != (state == "premiado" || state == "revertido" && entry.ID != "") {
				t.Errorf("%d is %s and given=%v", i, state, given)
			}
			if !given {
				continue
			}
			gave++
			perOwner[host]++
			if list, err := h.db.View(p.Tenant).Certificates(ctx); err != nil || len(list) == 0 || paid[i] == "" {
				t.Errorf("%d was rewarded too early (%v)", i, err)
			}
			mine, err := h.db.View(p.Tenant).CreditEntry(ctx, "invitacion:"+p.Tenant.ID())
			if err != nil || mine.Units != entry.Units {
				t.Errorf("%d: one side only (%v)", i, err)
			}
		}
		for host, k := range perOwner {
			if k > int(program.MonthlyCap) {
				t.Errorf("%d got %d rewards in a month", host, k)
			}
		}
		if gave < 3 {
			t.Errorf("%d rewards: the lives are no test", gave)
		}
	})
}

func TestGuestsSettledAtOnceKeepTheCap(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		var guests []store.Actor
		for i := range 12 {
			g := h.company(fmt.Sprintf("CON%06dA%02d", 900101+i, i))
			guests = append(guests, g)
			h.came(g, h.a, "c@example.mx")
			h.proves(g)
			h.pays(g, fmt.Sprint(i), fmt.Sprint("card", i))
			h.stamps(g)
		}
		var all sync.WaitGroup
		for _, g := range guests { // as several workers do, each with its own
			all.Go(func() {
				if err := h.SettleOne(ctx, g.Tenant); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if h.promo(h.a) != 3*25 {
			t.Errorf("%d, want the cap of 3 rewards", h.promo(h.a))
		}
	})
}

func fieldsOf(err error) []string {
	var list []string
	for _, f := range fail.FieldsOf(err) {
		list = append(list, f.Path)
	}
	return list
}

func TestWhatALetterMayHold(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		for name, c := range map[string]struct {
			letter invite.Letter
			fields string
		}{
			"nobody":        {invite.Letter{}, "[Correos]"},
			"no address":    {invite.Letter{Correos: "rosa"}, "[Correos]"},
			"eleven":        {invite.Letter{Correos: eleven()}, "[Correos]"},
			"own company":   {invite.Letter{Correos: "EKU9003173c9@example.mx"}, "[Correos]"},
			"long message":  {invite.Letter{Correos: "a@example.mx", Mensaje: strings.Repeat("ñ", 501)}, "[Mensaje]"},
			"a link":        {invite.Letter{Correos: "a@example.mx", Mensaje: "mira http://malo.mx"}, "[Mensaje]"},
			"a bare domain": {invite.Letter{Correos: "a@example.mx", Nombre: "malo.com"}, "[Nombre]"},
		} {
			if _, err := h.Send(ctx, h.a, c.letter); fmt.Sprint(fieldsOf(err)) != c.fields {
				t.Errorf("%s: %v, want %s", name, fieldsOf(err), c.fields)
			}
		}
		n, err := h.Send(ctx, h.a, invite.Letter{Correos: "a@example.mx, b@example.mx; A@example.mx\nxia190128j61@example.mx", Mensaje: strings.Repeat("ñ", 500)})
		if err != nil || n != 3 {
			t.Errorf("%d, %v", n, err)
		}
		h.drain()
		mails, err := h.box.List(10)
		must(t, err)
		if len(mails) != 3 {
			t.Errorf("%d mails: one that is registered is told apart", len(mails))
		}
	})
}

func eleven() string {
	var list []string
	for i := range 11 {
		list = append(list, fmt.Sprintf("p%d@example.mx", i))
	}
	return strings.Join(list, ",")
}

var no = regexp.MustCompile(`/invitaciones/no/(\S+)`)

func TestWhoRefusesIsLeftAloneByEverybody(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		letter := invite.Letter{Nombre: "Rosa <3", Correos: "Rosa@example.mx"}
		if _, err := h.Send(ctx, h.a, letter); fmt.Sprint(fieldsOf(err)) != "[Nombre]" {
			t.Fatal(err)
		}
		letter.Nombre, letter.Mensaje = "Rosa & hijas", "Hola\nté"
		_, err := h.Send(ctx, h.a, letter)
		must(t, err)
		h.drain()
		mails, err := h.box.List(10)
		must(t, err)
		if len(mails) != 1 || !strings.Contains(mails[0].Text, "/registro?invitacion=CEKU9003173C9") || !strings.Contains(mails[0].HTML, "Rosa &amp; hijas") {
			t.Fatalf("%+v", mails)
		}
		m := no.FindStringSubmatch(mails[0].Text)
		if m == nil || !strings.Contains(mails[0].HTML, m[1]) {
			t.Fatal("no way to refuse in both parts")
		}
		must(t, h.Refusable(ctx, m[1], "192.0.2.1"))
		if err := h.RefuseAll(ctx, "otro", "192.0.2.1"); !errors.Is(err, invite.ErrLinkGone) {
			t.Errorf("a token that is none: %v", err)
		}
		for range 2 {
			must(t, h.RefuseAll(ctx, m[1], "192.0.2.1"))
		}
		h.later(25 * time.Hour)
		p, err := h.List(ctx, h.a, "")
		must(t, err)
		must(t, h.Resend(ctx, h.a, p.Rows[0].ID))
		n, err := h.Send(ctx, h.b, invite.Letter{Correos: "rosa@EXAMPLE.mx"})
		if err != nil || n != 1 {
			t.Errorf("the answer tells: %d, %v", n, err)
		}
		h.drain()
		if mails, err = h.box.List(10); err != nil || len(mails) != 1 {
			t.Errorf("%d mails to who refused (%v)", len(mails), err)
		}
		if p, err = h.List(ctx, h.b, ""); err != nil || len(p.Rows) != 1 || p.Rows[0].State != invite.Sent {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestTheLimitsOfMails(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		for n := range 2 {
			var list []string
			for i := range 10 {
				list = append(list, fmt.Sprintf("p%d.%d@example.mx", n, i))
			}
			_, err := h.Send(ctx, h.a, invite.Letter{Correos: strings.Join(list, " ")})
			must(t, err)
		}
		if _, err := h.Send(ctx, h.a, invite.Letter{Correos: "uno@example.mx"}); !errors.Is(err, invite.ErrTooMany) {
			t.Errorf("the 21st: %v", err)
		}
		if _, err := h.Send(ctx, h.b, invite.Letter{Correos: "uno@example.mx"}); err != nil {
			t.Errorf("another company: %v", err)
		}
		p, err := h.List(ctx, h.a, "")
		must(t, err)
		id := p.Rows[0].ID
		if err := h.Resend(ctx, h.a, id); !errors.Is(err, invite.ErrTooMany) {
			t.Errorf("at once: %v", err)
		}
		if err := h.Resend(ctx, h.b, id); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company's: %v", err)
		}
		for range 2 {
			h.later(25 * time.Hour)
			must(t, h.Resend(ctx, h.a, id))
		}
		h.later(25 * time.Hour)
		if err := h.Resend(ctx, h.a, id); !errors.Is(err, invite.ErrTooMany) {
			t.Errorf("the fourth: %v", err)
		}
	})
}

func TestTheListSaysWhatBecameOfEach(t *testing.T) {
	each(t, program, func(t *testing.T, h *house) {
		_, err := h.Send(ctx, h.a, invite.Letter{Correos: "uno@example.mx dos@example.mx tres@example.mx"})
		must(t, err)
		h.came(h.b, h.a, "DOS@example.mx")
		c := h.company("COS850425822")
		h.came(c, h.a, "tres@example.mx")
		h.proves(c)
		h.pays(c, "1", "")
		h.stamps(c)
		must(t, h.Settle(ctx))
		h.later(61 * 24 * time.Hour)
		p, err := h.List(ctx, h.a, "")
		must(t, err)
		got := []string{}
		for _, r := range p.Rows {
			got = append(got, r.Correo+" "+string(r.State))
		}
		slices.Sort(got)
		if fmt.Sprint(got) != "[dos@example.mx registrada tres@example.mx premiada uno@example.mx vencida]" || p.Came != 2 || p.Rewarded != 1 {
			t.Errorf("%v %+v", got, p)
		}
		if other, err := h.List(ctx, h.b, ""); err != nil || len(other.Rows) != 0 {
			t.Errorf("another company sees %+v (%v)", other, err)
		}
	})
}

func TestWithoutAProgramNothingIsThere(t *testing.T) {
	each(t, invite.Rules{MonthlyCap: 3}, func(t *testing.T, h *house) {
		if h.On() || (*invite.Service)(nil).On() {
			t.Error("it is on")
		}
		if _, err := h.Send(ctx, h.a, invite.Letter{Correos: "a@example.mx"}); fail.KindOf(err) != fail.NotFound {
			t.Error(err)
		}
		h.came(h.b, h.a, "b@example.mx")
		h.proves(h.b)
		h.pays(h.b, "1", "")
		h.stamps(h.b)
		must(t, h.Settle(ctx))
		if h.promo(h.a) != 0 {
			t.Error("it rewards")
		}
	})
}
