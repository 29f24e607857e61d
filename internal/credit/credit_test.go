package credit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

var start = time.Date(2026, 3, 10, 18, 0, 0, 0, time.UTC)

// A clock stands still until it is told to move.
type clock struct{ at atomic.Int64 }

func (c *clock) Now() time.Time          { return store.FromMicros(c.at.Load()) }
func (c *clock) Advance(d time.Duration) { c.at.Add(d.Microseconds()) }

// A house is two companies and their ledgers. Whatever a test did, the balances are
// those that a replay of the entries gives.
type house struct {
	*credit.Service
	t     *testing.T
	db    *store.DB
	clock *clock
	a, b  store.Actor
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	c := &clock{}
	c.at.Store(store.Micros(start))
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c.at.Store(store.Micros(start))
		h := &house{t: t, db: db, clock: c, Service: credit.New(credit.Config{DB: db, Catalog: catalogo.New(), Now: c.Now})}
		ta, tb := storetest.Tenants(t, db)
		h.a = store.Actor{Tenant: ta, UserID: "u-1", UserName: "ana", Admin: true}
		h.b = store.Actor{Tenant: tb, UserID: "u-2", UserName: "beto", Admin: true}
		fn(t, h)
		h.replay()
	}, store.WithClock(c.Now))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// replay checks I8 and I9 of everybody.
func (h *house) replay() {
	h.t.Helper()
	tenants, err := h.db.Global().Tenants(context.Background(), "", 1000)
	must(h.t, err)
	for _, row := range tenants {
		found, err := credit.Check(context.Background(), h.db.View(row.Tenant()))
		must(h.t, err)
		for _, f := range found {
			h.t.Errorf("%s: %s %s", row.Rfc, f.Invariant, f.Detail)
		}
	}
	found, err := credit.CheckHouse(context.Background(), h.db.Global())
	must(h.t, err)
	for _, f := range found {
		h.t.Errorf("%s %s", f.Invariant, f.Detail)
	}
}

func (h *house) do(a store.Actor, fn func(tx *store.Tx) error) error {
	return h.db.Update(context.Background(), a.Tenant, fn)
}

func (h *house) prepaid(a store.Actor) {
	h.t.Helper()
	must(h.t, h.do(a, func(tx *store.Tx) error { return credit.SetPlan(context.Background(), tx, store.PlanPrepaid) }))
}

func (h *house) grant(a store.Actor, id string, lot credit.Lot) error {
	return h.do(a, func(tx *store.Tx) error { return credit.Grant(context.Background(), tx, id, lot) })
}

func (h *house) hold(a store.Actor, doc string) error {
	return h.do(a, func(tx *store.Tx) error { return credit.Hold(context.Background(), tx, doc, 1) })
}

func (h *house) capture(a store.Actor, doc string) error {
	return h.do(a, func(tx *store.Tx) error { return credit.Capture(context.Background(), tx, doc, 1, "A-1") })
}

func (h *house) release(a store.Actor, doc string) error {
	return h.do(a, func(tx *store.Tx) error { return credit.Release(context.Background(), tx, doc, 1) })
}

func (h *house) reverse(a store.Actor, id, of string) error {
	return h.do(a, func(tx *store.Tx) error { return credit.Reverse(context.Background(), tx, id, of, "Contracargo") })
}

// book is what the company's book says; want compares it, in the order free, promo,
// held, consumed, expired, debt.
func (h *house) want(a store.Actor, want ...int64) {
	h.t.Helper()
	b, err := h.db.View(a.Tenant).CreditBook(context.Background())
	if fail.KindOf(err) != fail.NotFound {
		must(h.t, err)
	}
	got := []int64{b.Available, b.Promo, b.Held, b.Consumed, b.Expired, b.Debt}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Errorf("available, promo, held, consumed, expired, debt = %v, want %v", got, want)
	}
}

func TestACreditGoesFromPurchaseToUse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 10}))
		must(t, h.grant(h.a, "gift:1", credit.Lot{Source: credit.Bonus, Units: 2, Expires: start.AddDate(0, 1, 0)}))
		must(t, h.hold(h.a, "doc-1"))
		h.want(h.a, 10, 1, 1, 0, 0, 0) // the soonest to expire first
		must(t, h.capture(h.a, "doc-1"))
		must(t, h.hold(h.a, "doc-2"))
		must(t, h.release(h.a, "doc-2"))
		h.want(h.a, 10, 1, 0, 1, 0, 0)
		for range 2 { // each may run twice
			must(t, h.hold(h.a, "doc-1"))
			must(t, h.capture(h.a, "doc-1"))
			must(t, h.release(h.a, "doc-2"))
			must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 10}))
		}
		h.want(h.a, 10, 1, 0, 1, 0, 0)
		if err := h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 11}); fail.KindOf(err) != fail.Conflict {
			t.Errorf("an id with other content: %v", err)
		}
		must(t, h.release(h.a, "doc-1")) // it was used: nothing comes back
		h.want(h.a, 10, 1, 0, 1, 0, 0)
		h.want(h.b, 0, 0, 0, 0, 0, 0)
		if page, err := h.Movements(t.Context(), h.b, credit.Query{}); err != nil || len(page.Rows) != 0 {
			t.Errorf("the other company sees %v, %v", page, err)
		}
		page, err := h.Movements(t.Context(), h.a, credit.Query{})
		must(t, err)
		if len(page.Rows) != 3 || page.Rows[0].Kind != credit.KindUse || page.Rows[0].Balance != 11 || page.Rows[2].Balance != 10 {
			t.Errorf("movements: %+v", page.Rows)
		}
		page, err = h.Movements(t.Context(), h.a, credit.Query{Kind: credit.KindBonus, From: "2026-03-10", To: "2026-03-10"})
		must(t, err)
		if len(page.Rows) != 1 {
			t.Errorf("bonuses of the day: %+v", page.Rows)
		}
	})
}

func TestWithoutLimitNothingIsHeld(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.hold(h.a, "doc-1"))
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 1}))
		must(t, h.capture(h.a, "doc-1")) // numbered before: nothing is taken
		h.want(h.a, 1, 0, 0, 0, 0, 0)
		must(t, h.hold(h.a, "doc-2"))
		must(t, h.do(h.a, func(tx *store.Tx) error { return credit.SetPlan(t.Context(), tx, store.PlanUnlimited) }))
		must(t, h.capture(h.a, "doc-2"))
		must(t, h.hold(h.a, "doc-3"))
		h.want(h.a, 0, 0, 0, 1, 0, 0)
	})
}

func TestAHoldKeepsItsLotWhenItExpires(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 5, Expires: start.Add(time.Hour)}))
		must(t, h.hold(h.a, "used"))
		must(t, h.hold(h.a, "given back"))
		h.clock.Advance(2 * time.Hour)
		if err := h.hold(h.a, "late"); !errors.Is(err, credit.ErrNone) {
			t.Errorf("an expired credit was held: %v", err)
		}
		b, err := h.Balance(t.Context(), h.a)
		must(t, err)
		if b.Free != 0 || b.Held != 2 || !b.Low {
			t.Errorf("balance %+v", b)
		}
		must(t, h.Expire(t.Context()))
		h.want(h.a, 0, 0, 2, 0, 3, 0)
		must(t, h.capture(h.a, "used"))
		must(t, h.release(h.a, "given back"))
		h.want(h.a, 0, 0, 0, 1, 4, 0)
		must(t, h.Expire(t.Context()))
		h.want(h.a, 0, 0, 0, 1, 4, 0)
	})
}

func TestWhatIsTakenBackBeyondTheBalanceIsADebt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 10, Expires: start.AddDate(0, 1, 0)}))
		must(t, h.grant(h.a, "order:2", credit.Lot{Source: credit.Purchase, Units: 3}))
		for i := range 8 {
			doc := strconv.Itoa(i)
			must(t, h.hold(h.a, doc))
			must(t, h.capture(h.a, doc))
		}
		must(t, h.reverse(h.a, "refund:1", "order:1")) // 2 left of it, 3 of the other, 5 owed
		h.want(h.a, 0, 0, 0, 8, 0, -5)
		must(t, h.reverse(h.a, "refund:1", "order:1"))
		h.want(h.a, 0, 0, 0, 8, 0, -5)
		if err := h.reverse(h.a, "refund:again", "order:1"); fail.KindOf(err) != fail.Conflict {
			t.Errorf("reversed twice: %v", err)
		}
		if err := h.reverse(h.b, "refund:1", "order:1"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company's: %v", err)
		}
		must(t, h.grant(h.a, "order:3", credit.Lot{Source: credit.Purchase, Units: 4}))
		h.want(h.a, 0, 0, 0, 8, 0, -1)
		must(t, h.grant(h.a, "order:4", credit.Lot{Source: credit.Purchase, Units: 4}))
		h.want(h.a, 3, 0, 0, 8, 0, 0)
	})
}

func TestWhatExpiredIsNotTakenBackTwice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 10, Expires: start.Add(time.Hour)}))
		h.clock.Advance(2 * time.Hour)
		must(t, h.reverse(h.a, "refund:1", "order:1"))
		h.want(h.a, 0, 0, 0, 0, 0, 0)
	})
}

// T16: 64 workers on one credit, one winner.
func TestOneCreditHasOneWinner(t *testing.T) {
	rounds := 50 // make test-deep says how many more
	if deep := os.Getenv("IOFACTURO_CREDIT_ROUNDS"); deep != "" {
		var err error
		rounds, err = strconv.Atoi(deep)
		must(t, err)
	}
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		for round := range rounds {
			must(t, h.grant(h.a, fmt.Sprint("order:", round), credit.Lot{Source: credit.Purchase, Units: 1}))
			var won, lost atomic.Int64
			var wg sync.WaitGroup
			for worker := range 64 {
				wg.Go(func() {
					switch err := h.hold(h.a, fmt.Sprintf("%d-%d", round, worker)); {
					case err == nil:
						won.Add(1)
					case errors.Is(err, credit.ErrNone):
						lost.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if won.Load() != 1 || lost.Load() != 63 {
				t.Fatalf("round %d: %d won, %d lost", round, won.Load(), lost.Load())
			}
		}
		h.want(h.a, 0, 0, int64(rounds), 0, 0, 0)
	})
}

func TestTransfersInRingsConserveTheSum(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const companies, each = 32, 20
		ring := make([]store.Actor, companies)
		rfcs := make([]string, companies)
		for i := range ring {
			rfcs[i] = fmt.Sprintf("AAA%06dAA%d", 10101+i, i%10)
			ring[i] = store.Actor{Tenant: storetest.Tenant(t, h.db, rfcs[i]), UserID: "u", UserName: "u", Admin: true}
			h.prepaid(ring[i])
			must(t, h.grant(ring[i], "order", credit.Lot{Source: credit.Purchase, Units: each, Expires: start.AddDate(0, 0, 1+i)}))
		}
		var wg sync.WaitGroup
		for i := range ring {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(i)))
				for n := range 12 {
					to := (i + 1 + random.IntN(3)) % companies
					_, err := h.Transfer(t.Context(), ring[i], credit.Transfer{ID: strconv.Itoa(n), Rfc: rfcs[to], Units: strconv.Itoa(1 + random.IntN(15))})
					if err != nil && len(fail.FieldsOf(err)) == 0 {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		sum := int64(0)
		for _, a := range ring {
			b, err := h.db.View(a.Tenant).CreditBook(t.Context())
			must(t, err)
			if b.Available < 0 {
				t.Errorf("below zero: %+v", b)
			}
			sum += b.Available
		}
		if sum != companies*each {
			t.Errorf("%d credits came out of %d", sum, companies*each)
		}
	})
}

func TestATransferSaysWhyNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, rfcA, rfcB := t.Context(), "EKU9003173C9", "XIA190128J61"
		try := func(units, rfc string) (path, said string) {
			_, err := h.Transfer(ctx, h.a, credit.Transfer{ID: "x" + units + rfc, Rfc: rfc, Units: units})
			for _, f := range fail.FieldsOf(err) {
				return f.Path, f.Message
			}
			return "", fmt.Sprint(err)
		}
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 10, Expires: start.Add(time.Hour)}))
		h.clock.Advance(2 * time.Hour)
		must(t, h.grant(h.a, "order:2", credit.Lot{Source: credit.Purchase, Units: 1000, Expires: start.AddDate(0, 1, 0)}))
		must(t, h.grant(h.a, "gift", credit.Lot{Source: credit.Bonus, Units: 5}))
		for _, c := range []struct{ units, rfc, path, said string }{
			{"5", "COSC8001137NA", "Rfc", "Ninguna empresa de ioFacturo tiene ese RFC."},
			{"5", store.PlatformRfc, "Rfc", "Ninguna empresa de ioFacturo tiene ese RFC."},
			{"5", rfcA, "Rfc", "Ese RFC es el de tu propia empresa."},
			{"5", "", "Rfc", "Falta el RFC de la empresa que los recibe."},
			{"0", rfcB, "Creditos", "Escribe un número entero mayor que cero."},
			{"1.5", rfcB, "Creditos", "Escribe un número entero mayor que cero."},
			{"1001", rfcB, "Creditos", "Los créditos de bono no se transfieren. De los demás tienes 1,000 libres."},
			{"1010", rfcB, "Creditos", "Los créditos vencidos no se transfieren. Vigentes y libres tienes 1,000."},
			{"5000", rfcB, "Creditos", "No te alcanzan: puedes transferir 1,000 como máximo."},
		} {
			if path, said := try(c.units, c.rfc); path != c.path || said != c.said {
				t.Errorf("%s to %q: %s %q", c.units, c.rfc, path, said)
			}
		}
		p, err := h.Preview(ctx, h.a, credit.Transfer{Rfc: " xia190128j61 ", Units: "1,000"})
		if err != nil || p.Name != rfcB || p.N != 1000 || p.Left != 0 {
			t.Errorf("%+v, %v", p, err)
		}
		h.want(h.b, 0, 0, 0, 0, 0, 0)
		for range 2 { // a form sent twice is one transfer
			_, err = h.Transfer(ctx, h.a, credit.Transfer{ID: "form-1", Rfc: rfcB, Units: "400", Note: "préstamo"})
			must(t, err)
		}
		h.want(h.a, 600, 5, 0, 0, 10, 0)
		h.want(h.b, 400, 0, 0, 0, 0, 0)
		b, err := h.Balance(ctx, h.b)
		must(t, err)
		if len(b.Lots) != 1 || !b.Lots[0].Expires.Equal(start.AddDate(0, 1, 0)) || b.Plan != store.PlanUnlimited {
			t.Errorf("what came is %+v", b)
		}
		if path, said := try("5", rfcB); path != "" {
			t.Errorf("%s %s", path, said)
		}
		sent, err := h.Transfers(ctx, h.a, true, 0)
		must(t, err)
		got, err := h.Transfers(ctx, h.b, false, 0)
		must(t, err)
		if len(sent.Rows) != 2 || len(got.Rows) != 2 || got.Rows[1].OtherRfc != rfcA || got.Rows[1].Who != "" || sent.Rows[1].Note != "préstamo" {
			t.Errorf("sent %+v, got %+v", sent.Rows, got.Rows)
		}
		plain := h.a
		plain.Admin, plain.Rights = false, store.Widen([]store.Right{store.RightBuy, store.RightTransfer})
		if _, err := h.Transfer(ctx, plain, credit.Transfer{ID: "y", Rfc: rfcB, Units: "1"}); fail.KindOf(err) != fail.Denied {
			t.Errorf("who is no Administrador transferred: %v", err)
		}
		if _, err := h.Balance(ctx, plain); err != nil {
			t.Error(err)
		}
	})
}

func TestATransferAsksForAProof(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stale := errors.New("prove it")
		s := credit.New(credit.Config{DB: h.db, Catalog: catalogo.New(), Now: h.clock.Now, Fresh: func(store.Actor) error { return stale }})
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 10}))
		if _, err := s.Transfer(t.Context(), h.a, credit.Transfer{ID: "x", Rfc: "XIA190128J61", Units: "1"}); !errors.Is(err, stale) {
			t.Errorf("%v", err)
		}
		h.want(h.a, 10, 0, 0, 0, 0, 0)
	})
}

func TestPeopleAreToldOnceThatCreditsRunOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		told := func() (n int) {
			rows, err := h.db.Global().DueJobs(t.Context(), h.clock.Now(), 100, 100)
			must(t, err)
			for _, r := range rows {
				if r.Kind == "notice.tell" {
					n++
				}
			}
			return n
		}
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 20}))
		for i, want := range []int{16: 0, 17: 1, 18: 1, 19: 2} {
			must(t, h.hold(h.a, strconv.Itoa(i)))
			if got := told(); got != want {
				t.Errorf("after %d of 20, told %d times", i+1, got)
			}
		}
	})
}

func TestTheOperatorLoadsAndTakesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		op := house0(t, h)
		load := credit.Load{ID: "form-1", Units: "50", Expires: "2026-12-31", Why: "Cortesía por la caída"}
		for range 2 {
			must(t, h.Load(ctx, op, h.a.Tenant.ID(), load))
		}
		_, err := h.ChangePlan(ctx, op, h.a.Tenant.ID(), credit.PlanForm{Plan: store.PlanPrepaid})
		must(t, err)
		h.want(h.a, 50, 0, 0, 0, 0, 0)
		acc, err := h.Account(ctx, op, h.a.Tenant.ID())
		must(t, err)
		if len(acc.In) != 1 || acc.Plan != store.PlanPrepaid || acc.In[0].Note != load.Why {
			t.Errorf("%+v", acc)
		}
		must(t, h.TakeBack(ctx, op, h.a.Tenant.ID(), acc.In[0].ID, "Se cargó de más"))
		h.want(h.a, 0, 0, 0, 0, 0, 0)
		for side, tenant := range map[string]store.Tenant{"credits": h.a.Tenant, "company/" + h.a.Tenant.ID(): store.Platform()} {
			links, err := h.db.View(tenant).Audits(ctx, side, 100)
			must(t, err)
			if len(links) != 3 {
				t.Errorf("%s has %d links: %+v", side, len(links), links)
			}
		}
		for name, err := range map[string]error{
			"a company's administrator": h.Load(ctx, h.a, h.a.Tenant.ID(), load),
			"the house itself":          h.Load(ctx, op, store.Platform().ID(), load),
			"no reason":                 h.Load(ctx, op, h.a.Tenant.ID(), credit.Load{ID: "2", Units: "1"}),
			"too many":                  h.Load(ctx, op, h.a.Tenant.ID(), credit.Load{ID: "3", Units: "100001", Why: "porque sí"}),
			"a day that is over":        h.Load(ctx, op, h.a.Tenant.ID(), credit.Load{ID: "4", Units: "1", Expires: "2026-03-09", Why: "porque sí"}),
			"post pago":                 second(h.ChangePlan(ctx, op, h.a.Tenant.ID(), credit.PlanForm{Plan: store.PlanPostpaid})),
		} {
			if err == nil {
				t.Errorf("%s went through", name)
			}
		}
		h.want(h.a, 0, 0, 0, 0, 0, 0)
	})
}

// An operator who has a user in the company is named so where the company reads it.
func TestAnOperatorWhoIsAUserThereIsShown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		op := house0(t, h)
		must(t, h.do(h.a, func(tx *store.Tx) error {
			return tx.InsertUser(t.Context(), store.UserRow{ID: "u-9", Usuario: "oscar", UsuarioFold: "oscar", Nombre: "Óscar", Correo: "op@example.mx", State: store.UserActive, Version: 1})
		}))
		must(t, h.Load(t.Context(), op, h.a.Tenant.ID(), credit.Load{ID: "1", Units: "5", Why: "Porque puedo"}))
		page, err := h.Movements(t.Context(), h.a, credit.Query{})
		must(t, err)
		if len(page.Rows) != 1 || page.Rows[0].Note != "Porque puedo (quien los cargó tiene un usuario en esta empresa)" {
			t.Errorf("%+v", page.Rows)
		}
	})
}

// house0 builds the house with one operator.
func house0(t *testing.T, h *house) store.Actor {
	t.Helper()
	must(t, h.db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
		err := tx.InsertTenant(t.Context(), store.TenantRow{ID: store.Platform().ID(), Rfc: store.PlatformRfc, Name: "Operación", State: store.TenantClosed})
		if err != nil {
			return err
		}
		return tx.For(store.Platform()).InsertUser(t.Context(), store.UserRow{
			ID: "op-1", Usuario: "opera", UsuarioFold: "opera", Nombre: "Ópera", Correo: "op@example.mx", Admin: true, State: store.UserActive, Version: 1,
		})
	}))
	return store.Actor{Tenant: store.Platform(), UserID: "op-1", UserName: "opera", Operator: true}
}

// A check that cannot fail is none: what it must see is planted.
func TestTheCheckSeesWhatDoesNotAddUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.prepaid(h.a)
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 5}))
		book, err := h.db.View(h.a.Tenant).CreditBook(t.Context())
		must(t, err)
		wrong := book
		wrong.Available++
		must(t, h.do(h.a, func(tx *store.Tx) error { return tx.UpdateCreditBook(t.Context(), wrong) }))
		found, err := credit.Check(t.Context(), h.db.View(h.a.Tenant))
		must(t, err)
		if len(found) != 3 { // the account, what came in, the lots
			t.Errorf("%+v", found)
		}
		below := book
		below.Available = -1
		if err := h.do(h.a, func(tx *store.Tx) error { return tx.UpdateCreditBook(t.Context(), below) }); err == nil {
			t.Error("the database took a balance below zero")
		}
		must(t, h.do(h.a, func(tx *store.Tx) error { return tx.UpdateCreditBook(t.Context(), book) }))
	})
}

// second is the error of a pair.
func second[T any](_ T, err error) error { return err }
