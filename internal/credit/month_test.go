package credit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (h *house) terms(a store.Actor, t credit.Terms) time.Time {
	h.t.Helper()
	var from time.Time
	must(h.t, h.do(a, func(tx *store.Tx) (err error) {
		from, err = credit.SetTerms(context.Background(), tx, t)
		return err
	}))
	return from
}

// stamp holds and captures n documents; it returns how many had a credit.
func (h *house) stamp(a store.Actor, name string, n int) int {
	h.t.Helper()
	for i := range n {
		doc := fmt.Sprintf("%s-%d", name, i)
		if err := h.hold(a, doc); errors.Is(err, credit.ErrNone) {
			return i
		} else if err != nil {
			h.t.Fatal(err)
		}
		must(h.t, h.capture(a, doc))
	}
	return n
}

func (h *house) billed(a store.Actor, month string) store.StatementRow {
	h.t.Helper()
	r, err := h.db.View(a.Tenant).CreditStatement(context.Background(), month)
	must(h.t, err)
	return r
}

// on is an instant of central Mexico.
func on(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour+6, minute, 0, 0, time.UTC)
}

func (h *house) goTo(at time.Time) { h.clock.at.Store(store.Micros(at)) }

var post = credit.Terms{Plan: store.PlanPostpaid, Quantity: 3, Price: 1_505_000, Stop: true}

func TestPostpaidCountsUpToItsCeilingAndBillsTheMonth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.terms(h.a, post)
		h.terms(h.b, credit.Terms{Plan: store.PlanPostpaid, Quantity: 9, Price: 1_000_000})
		if n := h.stamp(h.a, "march", 5); n != 3 {
			t.Fatalf("%d stamps of a ceiling of 3", n)
		}
		h.stamp(h.b, "march", 2)
		_, err := h.Transfer(ctx, h.a, credit.Transfer{ID: "1", Rfc: "XIA190128J61", Units: "1"})
		if fail.KindOf(err) != fail.Invalid {
			t.Errorf("what is on credit was handed on: %v", err)
		}
		h.goTo(on(2026, 3, 31, 23, 59))
		must(t, h.Roll(ctx))
		if _, err := h.db.View(h.a.Tenant).CreditStatement(ctx, "2026-03"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a month was billed before its end: %v", err)
		}
		h.goTo(on(2026, 4, 1, 0, 0))
		for range 2 {
			must(t, h.Expire(ctx))
			must(t, h.Roll(ctx))
		}
		r := h.billed(h.a, "2026-03")
		// 3 × 1.505 = 4.515, to the cent 4.52; 16 % of it 0.7232, to the cent 0.72
		if r.Units != 3 || r.Subtotal != 4_520_000 || r.Iva != 720_000 || r.Total != 5_240_000 || r.DueAt != store.Micros(on(2026, 4, 11, 0, 0)) {
			t.Errorf("%+v", r)
		}
		if r := h.billed(h.b, "2026-03"); r.Units != 2 || r.Total != 2_320_000 {
			t.Errorf("the other company: %+v", r)
		}
		if n := h.stamp(h.a, "april", 1); n != 1 {
			t.Error("the new month has no stamps")
		}
		h.goTo(on(2026, 4, 11, 0, 0))
		must(t, h.Roll(ctx))
		if n := h.stamp(h.a, "late", 1); n != 0 {
			t.Error("stamping goes on although the statement is late and the operator said stop")
		}
		h.goTo(on(2026, 4, 12, 0, 0))
		if n := h.stamp(h.b, "late", 1); n != 1 {
			t.Error("stamping stopped although the operator did not say so")
		}
		c, err := h.Contract(ctx, h.a, "")
		if err != nil || !c.Stopped || len(c.Statements) != 1 || c.Statements[0].State() != "vencido" || c.Now == nil {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestAPaidStatementLetsStampingGoOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, op := context.Background(), house0(t, h)
		h.terms(h.a, post)
		h.stamp(h.a, "march", 1)
		h.goTo(on(2026, 4, 20, 12, 0))
		must(t, h.Roll(ctx))
		if h.stamp(h.a, "x", 1) != 0 {
			t.Fatal("it did not stop")
		}
		id := h.a.Tenant.ID()
		if err := h.Pay(ctx, op, id, "2026-03", "  "); fmt.Sprint(fail.FieldsOf(err)) == "[]" {
			t.Errorf("without a reference: %v", err)
		}
		if err := h.Pay(ctx, h.a, id, "2026-03", "SPEI 1"); fail.KindOf(err) != fail.Denied {
			t.Errorf("the company itself: %v", err)
		}
		if err := h.Pay(ctx, op, h.b.Tenant.ID(), "2026-03", "SPEI 1"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("of another company: %v", err)
		}
		must(t, h.Pay(ctx, op, id, "2026-03", "SPEI 1"))
		if err := h.Pay(ctx, op, id, "2026-03", "SPEI 2"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("twice: %v", err)
		}
		if h.stamp(h.a, "y", 1) != 1 {
			t.Error("it did not go on")
		}
		for which, want := range map[string]int{"": 1, "pagados": 1, "pendientes": 0, "vencidos": 0} {
			p, err := h.Statements(ctx, op, which, "")
			if err != nil || len(p.Rows) != want {
				t.Errorf("%q: %d rows, want %d (%v)", which, len(p.Rows), want, err)
			}
		}
	})
}

func TestPRMUsesTheMonthFirstAndKeepsWhatWasBought(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		must(t, h.grant(h.a, "order:1", credit.Lot{Source: credit.Purchase, Units: 5}))
		h.terms(h.a, credit.Terms{Plan: store.PlanMonthly, Quantity: 4, Price: 99_000_000})
		h.stamp(h.a, "march", 2)
		h.want(h.a, 5, 2, 0, 2, 0, 0)
		h.goTo(on(2026, 4, 1, 0, 0)) // nobody rolled: the first stamp does
		if n := h.stamp(h.a, "april", 7); n != 7 {
			t.Fatalf("%d", n)
		}
		h.want(h.a, 2, 0, 0, 9, 2, 0) // 2 of March did not accumulate
		if r := h.billed(h.a, "2026-03"); r.Units != 2 || r.Total != 114_840_000 {
			t.Errorf("%+v", r)
		}
		from := h.terms(h.a, credit.Terms{Plan: store.PlanPrepaid})
		if !from.Equal(on(2026, 5, 1, 0, 0)) {
			t.Errorf("a plan by the month ended at %s", from)
		}
		c, err := h.Contract(ctx, h.a, "")
		if err != nil || c.Next == nil || c.Next.Plan != store.PlanPrepaid || c.Now.Plan != store.PlanMonthly {
			t.Errorf("%+v %v", c, err)
		}
		h.goTo(on(2026, 5, 1, 0, 0))
		must(t, h.Roll(ctx))
		if n := h.stamp(h.a, "may", 9); n != 2 {
			t.Errorf("%d stamps of 2 bought", n)
		}
		h.goTo(on(2026, 6, 1, 0, 0))
		must(t, h.Roll(ctx))
		if _, err := h.db.View(h.a.Tenant).CreditStatement(ctx, "2026-05"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a month without a plan was billed: %v", err)
		}
		if h.billed(h.a, "2026-04").Total != 114_840_000 {
			t.Error("the last month was not billed")
		}
	})
}

func TestMoreOfTheSameIsAtOnceAndLessWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.terms(h.a, post)
		h.stamp(h.a, "a", 3)
		more := post
		more.Quantity = 5
		if from := h.terms(h.a, more); !from.Equal(h.clock.Now()) {
			t.Errorf("more stamps wait until %s", from)
		}
		if n := h.stamp(h.a, "b", 4); n != 2 {
			t.Errorf("%d more stamps, want 2", n)
		}
		dear := more
		dear.Price *= 2
		if from := h.terms(h.a, dear); !from.Equal(on(2026, 4, 1, 0, 0)) {
			t.Errorf("another price is of %s", from)
		}
		h.goTo(on(2026, 4, 1, 0, 0))
		h.stamp(h.a, "c", 1)
		h.goTo(on(2026, 5, 2, 0, 0))
		must(t, h.Roll(context.Background()))
		if m, a := h.billed(h.a, "2026-03"), h.billed(h.a, "2026-04"); m.Price != post.Price || m.Units != 5 || a.Price != dear.Price || a.Units != 1 {
			t.Errorf("%+v\n%+v", m, a)
		}
	})
}

// TestOneOfManyWorkersGetsTheLastStamp: 64 at the ceiling less one.
func TestOneOfManyWorkersGetsTheLastStamp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.terms(h.a, post)
		h.stamp(h.a, "before", 2)
		var all sync.WaitGroup
		var won atomic.Int64
		for i := range 64 {
			all.Go(func() {
				err := h.hold(h.a, fmt.Sprint("w", i))
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, credit.ErrNone) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d workers got the last stamp", won.Load())
		}
	})
}

// TestAStampHeldOnPostPagoIsBilledAfterLeavingIt, whatever comes after it, whether the
// month turns before the stamp is used or with it, and once.
func TestAStampHeldOnPostPagoIsBilledAfterLeavingIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		month := 1
		for _, plan := range []credit.Terms{{Plan: store.PlanPrepaid}, {Plan: store.PlanUnlimited}, {Plan: store.PlanMonthly, Quantity: 4, Price: 99_000_000}} {
			for _, rollFirst := range []bool{true, false} {
				a, name := h.a, fmt.Sprint(plan.Plan, rollFirst)
				begin, next, then := on(2027, time.Month(month), 1, 0, 0), on(2027, time.Month(month+1), 1, 0, 0), on(2027, time.Month(month+2), 1, 0, 0)
				month += 3
				h.goTo(begin)
				h.terms(a, credit.Terms{Plan: store.PlanPostpaid, Quantity: 3, Price: post.Price})
				h.goTo(begin.Add(time.Hour))
				must(t, h.Roll(ctx))
				for _, doc := range []string{"used", "late", "given back"} {
					must(t, h.hold(a, name+doc))
				}
				must(t, h.capture(a, name+"used"))
				if from := h.terms(a, plan); !from.Equal(next) {
					t.Fatalf("%s: from %s", name, from)
				}
				h.goTo(next.Add(time.Hour))
				if rollFirst {
					must(t, h.Roll(ctx))
				}
				must(t, h.capture(a, name+"late"))
				must(t, h.release(a, name+"given back"))
				h.replay()
				must(t, h.Roll(ctx))
				h.replay()
				for range 2 {
					h.goTo(then)
					must(t, h.Roll(ctx))
				}
				h.replay()
				first, second := h.billed(a, begin.Add(-6*time.Hour).Format("2006-01")), h.billed(a, next.Add(-6*time.Hour).Format("2006-01"))
				if first.Units != 1 {
					t.Errorf("%s: %+v", name, first)
				}
				// 1.505, to the cent 1.51, and with the month's own 100.505, 100.51
				want := store.StatementRow{Plan: store.PlanPostpaid, Units: 1, Price: post.Price, Subtotal: 1_510_000}
				if plan.Plan == store.PlanMonthly {
					want = store.StatementRow{Plan: store.PlanMonthly, Price: plan.Price, Subtotal: 100_510_000, LateUnits: 1, LatePrice: post.Price}
				}
				if second.Plan != want.Plan || second.Units != want.Units || second.Price != want.Price || second.Subtotal != want.Subtotal ||
					second.LateUnits != want.LateUnits || second.LatePrice != want.LatePrice {
					t.Errorf("%s: %+v", name, second)
				}
				if plan.Plan == store.PlanMonthly { // leave it again
					h.terms(a, credit.Terms{Plan: store.PlanPrepaid})
					month++
				}
				h.goTo(on(2027, time.Month(month), 1, 0, 0))
				must(t, h.Roll(ctx))
				b, err := h.db.View(a.Tenant).CreditBook(ctx)
				if err != nil || b.Month != "" {
					t.Errorf("%s: the book still has a month: %q %v", name, b.Month, err)
				}
			}
		}
		if list, err := h.db.View(h.b.Tenant).CreditStatements(ctx, "", 9); err != nil || len(list) != 0 {
			t.Errorf("the other company: %+v %v", list, err)
		}
	})
}

// TestRandomYearsAreBilledWhole: plans change, documents are held in one month and
// stamped in the next; every stamp of a plan by the month is on one statement.
func TestRandomYearsAreBilledWhole(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, r := context.Background(), rand.New(rand.NewPCG(7, 9))
		plans := []string{store.PlanPostpaid, store.PlanMonthly, store.PlanPostpaid, store.PlanPrepaid, store.PlanUnlimited}
		open, doc := []string{}, 0
		h.terms(h.a, post)
		for range 120 {
			h.clock.Advance(time.Duration(r.IntN(200)) * time.Hour)
			switch r.IntN(6) {
			case 0:
				h.terms(h.a, credit.Terms{Plan: plans[r.IntN(5)], Quantity: 1 + r.Int64N(6), Price: r.Int64N(3_000_000)})
			case 1:
				must(t, h.Roll(ctx))
			case 2, 3:
				doc++
				if err := h.hold(h.a, fmt.Sprint(doc)); err == nil {
					open = append(open, fmt.Sprint(doc))
				} else if !errors.Is(err, credit.ErrNone) {
					t.Fatal(err)
				}
			default:
				if len(open) > 0 {
					if d := open[0]; r.IntN(4) == 0 {
						must(t, h.release(h.a, d))
					} else {
						must(t, h.capture(h.a, d))
					}
					open = open[1:]
				}
			}
			h.replay()
		}
		list, err := h.db.View(h.a.Tenant).CreditStatements(ctx, "", 100)
		if err != nil || len(list) < 6 {
			t.Errorf("%d statements (%v)", len(list), err)
		}
	})
}
