package shop_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/shop/gatewaytest"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

var start = time.Date(2026, 3, 10, 18, 0, 0, 0, time.UTC)

// A clock stands still until it is told to move.
type clock struct{ at atomic.Int64 }

func (c *clock) Now() time.Time          { return store.FromMicros(c.at.Load()) }
func (c *clock) Advance(d time.Duration) { c.at.Add(d.Microseconds()) }

// A house is two companies, an operator, a shop and the gateway that pays it. Whatever a
// test did, the ledgers add up.
type house struct {
	*shop.Service
	t        *testing.T
	db       *store.DB
	clock    *clock
	stripe   *shop.Stripe
	gate     *gatewaytest.Server
	jobs     *job.Runner
	a, b, op store.Actor
	p100     string       // a package of 100 credits for $250.00
	paid     atomic.Int64 // orders told of as paid, and as refunded
	refunded atomic.Int64
	receipts atomic.Int64
	told     atomic.Int64 // notices that a receipt is missing
	lacking  atomic.Bool  // no receipt can be issued

	whileIssuing atomic.Value // the order that is refunded meanwhile
}

const clabe = "002010077777777771"

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	c := &clock{}
	c.at.Store(store.Micros(start))
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c.at.Store(store.Micros(start))
		h := &house{t: t, db: db, clock: c}
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.gate.ServeHTTP(w, r) }))
		t.Cleanup(web.Close)
		h.gate = gatewaytest.New(gatewaytest.Config{Secret: "whsec_prueba", URL: web.URL, Now: c.Now, Webhook: h.hear})
		var err error
		h.stripe, err = shop.NewStripe("sk_test_1", "whsec_prueba", web.URL, c.Now)
		must(t, err)
		cat := catalogo.New()
		spei, err := shop.NewSPEI(clabe, "Operadora", cat.Location("06000"), c.Now)
		must(t, err)
		h.Service = shop.New(shop.Config{
			DB: db, Catalog: cat, Gateways: []shop.Gateway{h.stripe, spei}, On: true, BaseURL: "http://localhost", Now: c.Now,
			NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
			Paid: func(context.Context, *store.Tx, shop.Order) error {
				h.paid.Add(1)
				return nil
			},
			Refunded: func(context.Context, *store.Tx, shop.Order) error {
				h.refunded.Add(1)
				return nil
			},
			Receipt: func(_ context.Context, o shop.Order) (string, error) {
				if h.receipts.Add(1) == 1 || h.lacking.Load() {
					return "", fail.New(fail.Invalid, "Falta tu régimen.")
				}
				if h.whileIssuing.Load() == o.ID {
					_, err := h.GiveBack(context.Background(), h.op, o.Tenant.ID(), o.ID, "Se arrepintió")
					must(t, err)
				}
				return "cfdi-" + o.ID, nil
			},
			ReceiptFile: func(_ context.Context, id, kind string) (string, []byte, error) {
				return id + "." + kind, []byte("x"), nil
			},
		})
		h.jobs = job.New(db, append(h.Jobs(), job.Define(func(_ context.Context, _ store.Tenant, e notice.Event) error {
			if e.What == notice.ShopNoReceipt {
				h.told.Add(1)
			}
			return nil
		})), c.Now)
		ta, tb := storetest.Tenants(t, db)
		h.a = store.Actor{Tenant: ta, UserID: "u-1", UserName: "ana", Admin: true}
		h.b = store.Actor{Tenant: tb, UserID: "u-2", UserName: "beto", Admin: true}
		h.op = store.Actor{Tenant: store.Platform(), UserID: "op-1", UserName: "olga", Operator: true}
		must(t, db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
			if err := tx.InsertTenant(t.Context(), store.TenantRow{ID: store.Platform().ID(), Rfc: store.PlatformRfc, State: store.TenantClosed}); err != nil {
				return err
			}
			return tx.For(store.Platform()).InsertUser(t.Context(), store.UserRow{ID: "op-1", Usuario: "olga", Nombre: "Olga", Correo: "olga@example.mx"})
		}))
		h.p100, err = h.SavePackage(t.Context(), h.op, form("Paquete 100", "100", "250.00"))
		must(t, err)
		fn(t, h)
		h.replay()
	}, store.WithClock(c.Now))
}

func form(name, credits, price string) shop.PackageForm {
	return shop.PackageForm{Name: name, Credits: credits, Price: price, Days: "365", From: "2026-01-01"}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hear is what the portal does with what the gateway says.
func (h *house) hear(signature string, body []byte) int {
	e, err := h.stripe.Read(signature, body)
	if err != nil {
		return http.StatusBadRequest
	}
	if err := h.Hear(context.Background(), h.stripe, e); err != nil {
		h.t.Errorf("%s: %v", e.Type, err)
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

// replay checks the ledgers and the orders.
func (h *house) replay() {
	h.t.Helper()
	for _, a := range []store.Actor{h.a, h.b} {
		found, err := credit.Check(context.Background(), h.db.View(a.Tenant))
		must(h.t, err)
		for _, f := range found {
			h.t.Errorf("%s: %s %s", a.UserName, f.Invariant, f.Detail)
		}
	}
	found, err := shop.Check(context.Background(), h.db)
	must(h.t, err)
	for _, f := range found {
		h.t.Error(f)
	}
}

// buy makes an order of n pieces of 100 credits.
func (h *house) buy(a store.Actor, method shop.Method, n int64) shop.Order {
	h.t.Helper()
	must(h.t, h.Put(h.t.Context(), a, h.p100, n))
	cart, err := h.Cart(h.t.Context(), a)
	must(h.t, err)
	id, err := h.Checkout(h.t.Context(), a, shop.Checkout{ID: uuid.NewString(), Method: string(method), Total: shop.Pesos(cart.Total)})
	must(h.t, err)
	return h.order(a, id)
}

func (h *house) order(a store.Actor, id string) shop.Order {
	h.t.Helper()
	o, err := h.Order(h.t.Context(), a, id)
	must(h.t, err)
	for i, m := range o.Moves {
		from := ""
		if i > 0 {
			from = o.Moves[i-1].State
		}
		if !shop.Moves(from, m.State) {
			h.t.Errorf("order %s went from %q to %q", id, from, m.State)
		}
	}
	return o
}

// stands says in which state an order is and how many credits its company has free.
func (h *house) stands(a store.Actor, id, state string, credits int64) {
	h.t.Helper()
	if o := h.order(a, id); o.State != state {
		h.t.Errorf("the order is %s, want %s", o.State, state)
	}
	if got := h.credits(a); got != credits {
		h.t.Errorf("%d credits, want %d", got, credits)
	}
}

func (h *house) credits(a store.Actor) int64 {
	b, err := h.db.View(a.Tenant).CreditBook(h.t.Context())
	if fail.KindOf(err) == fail.NotFound {
		return 0
	}
	must(h.t, err)
	return b.Available
}

func (h *house) flagged(n int) {
	h.t.Helper()
	list, err := h.Flagged(h.t.Context(), h.op)
	must(h.t, err)
	if len(list) != n {
		h.t.Errorf("%d events wait for the operator, want %d: %+v", len(list), n, list)
	}
}

// The states are a graph without a way back, and every move that is not in it is refused.
func TestStates(t *testing.T) {
	want := map[string][]string{
		"": {"pendiente"}, "pendiente": {"pagada", "vencida", "cancelada"}, "pagada": {"acreditada", "reembolsada"},
		"acreditada": {"reembolsada"}, "vencida": {"pagada"}, "cancelada": {"pagada"}, "reembolsada": nil,
	}
	for from, list := range want {
		for _, to := range append(shop.States(), "") {
			if got := shop.Moves(from, to); got != slices.Contains(list, to) {
				t.Errorf("%q → %q: %v", from, to, got)
			}
		}
	}
}

// A card pays an order: its credits come once, and it is told of once, with the
// card's hash, and a receipt that is asked for until it is there.
func TestACardPays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := h.buy(h.a, shop.Card, 2)
		if o.Credits != 200 || o.Subtotal != 500_000000 || o.IVA != 80_000000 || o.Total != 580_000000 || o.PayURL == "" {
			t.Errorf("%+v", o.OrderRow)
		}
		h.stands(h.a, o.ID, store.OrderPending, 0)
		if got := h.gate.Pay(o.Session); got != 200 {
			t.Errorf("answered %d", got)
		}
		h.stands(h.a, o.ID, store.OrderCredited, 200)
		x, _ := h.gate.Of(o.ID)
		h.gate.Deliver(h.gate.Event("checkout.session.completed", x)) // with another id
		h.stands(h.a, o.ID, store.OrderCredited, 200)
		h.flagged(0)
		if got := h.order(h.a, o.ID); got.Instrument != "huella"+h.a.Tenant.ID() || h.paid.Load() != 1 {
			t.Errorf("card %q, %d paid orders", got.Instrument, h.paid.Load())
		}
		h.gate.Pay(h.buy(h.a, shop.Card, 1).Session)
		if h.paid.Load() != 2 {
			t.Errorf("%d paid orders of two", h.paid.Load())
		}
		must(t, h.jobs.Drain(t.Context()))
		if _, _, err := h.ReceiptFile(t.Context(), h.a, o.ID, "xml"); fail.KindOf(err) == fail.Internal {
			t.Error(err)
		}
		h.clock.Advance(time.Hour)
		must(t, h.jobs.Drain(t.Context()))
		if name, _, err := h.ReceiptFile(t.Context(), h.a, o.ID, "xml"); err != nil || name != "cfdi-"+o.ID+".xml" {
			t.Errorf("%s %v", name, err)
		}
		if _, _, err := h.ReceiptFile(t.Context(), h.b, o.ID, "xml"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads the receipt: %v", err)
		}
		if _, err := h.Order(t.Context(), h.b, o.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads the order: %v", err)
		}
	})
}

// T17: the same event a thousand times at once is one entry in the ledger.
func TestReplayedEventsCreditOnce(t *testing.T) {
	rounds := 60 // make test-deep says how many more
	if deep := os.Getenv("IOFACTURO_SHOP_REPLAYS"); deep != "" {
		var err error
		rounds, err = strconv.Atoi(deep)
		must(t, err)
	}
	each(t, func(t *testing.T, h *house) {
		o := h.buy(h.a, shop.Card, 1)
		x, _ := h.gate.Of(o.ID)
		x.Paid = true
		same := h.gate.Event("checkout.session.completed", x)
		signature := h.gate.Sign(same, h.clock.Now())
		var all sync.WaitGroup
		gate := make(chan struct{}, 16)
		for i := range rounds {
			all.Add(1)
			gate <- struct{}{}
			go func() {
				defer all.Done()
				defer func() { <-gate }()
				body, signed := same, signature
				if i%3 == 0 { // another event about the same money
					body = h.gate.Event("checkout.session.async_payment_succeeded", x)
					signed = h.gate.Sign(body, h.clock.Now())
				}
				if got := h.hear(signed, body); got != 200 {
					t.Errorf("answered %d", got)
				}
			}()
		}
		all.Wait()
		h.stands(h.a, o.ID, store.OrderCredited, 100)
		if h.paid.Load() != 1 {
			t.Errorf("told of as paid %d times", h.paid.Load())
		}
		entries, err := h.db.View(h.a.Tenant).CreditEntries(t.Context(), store.CreditFilter{Limit: 10})
		must(t, err)
		if len(entries) != 1 {
			t.Errorf("%d entries in the ledger", len(entries))
		}
	})
}

// What was not signed by the gateway within five minutes of now does nothing.
func TestForgedEventsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := h.buy(h.a, shop.Card, 1)
		x, _ := h.gate.Of(o.ID)
		x.Paid = true
		body := h.gate.Event("checkout.session.completed", x)
		good := h.gate.Sign(body, h.clock.Now())
		forger := gatewaytest.New(gatewaytest.Config{Secret: "whsec_otro", Now: h.clock.Now})
		for name, signature := range map[string]string{
			"none": "", "another's": forger.Sign(body, h.clock.Now()), "old": h.gate.Sign(body, h.clock.Now().Add(-301*time.Second)),
			"of the future": h.gate.Sign(body, h.clock.Now().Add(301*time.Second)), "without time": good[strings.Index(good, ",")+1:], "only v0": strings.ReplaceAll(good, "v1=", "v0="),
		} {
			if got := h.hear(signature, body); got != http.StatusBadRequest {
				t.Errorf("%s: %d", name, got)
			}
		}
		if got := h.hear(good, append(slices.Clone(body), ' ')); got != http.StatusBadRequest {
			t.Errorf("a changed body: %d", got)
		}
		h.stands(h.a, o.ID, store.OrderPending, 0)
		h.clock.Advance(299 * time.Second)
		if got := h.hear(good, body); got != 200 {
			t.Errorf("within five minutes: %d", got)
		}
		h.stands(h.a, o.ID, store.OrderCredited, 100)
	})
}

// Money that is not that of its order is kept and shown, and credits nothing until who
// runs the portal says so.
func TestOddMoneyWaitsForTheOperator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		odd := map[string]func(x *gatewaytest.Session){
			"less":            func(x *gatewaytest.Session) { x.Amount-- },
			"more":            func(x *gatewaytest.Session) { x.Amount++ },
			"dollars":         func(x *gatewaytest.Session) { x.Currency = "usd" },
			"another company": func(x *gatewaytest.Session) { x.Company = h.b.Tenant.ID() },
			"another session": func(x *gatewaytest.Session) { x.ID = "cs_test_otra" },
		}
		n := 0
		var last shop.Order
		var told [][]byte
		for name, change := range odd {
			o := h.buy(h.a, shop.Card, 1)
			x, _ := h.gate.Of(o.ID)
			x.Paid = true
			change(&x)
			told = append(told, h.gate.Event("checkout.session.completed", x))
			if got := h.gate.Deliver(told[n]); got != 200 {
				t.Errorf("%s: %d", name, got)
			}
			n++
			if got := h.order(h.a, o.ID); got.State != store.OrderPending {
				t.Errorf("%s: %s", name, got.State)
			}
			last = o
		}
		real := gatewaytest.New(gatewaytest.Config{Secret: "whsec_prueba", Live: true, Now: h.clock.Now, Webhook: h.hear})
		x, _ := h.gate.Of(last.ID)
		x.Paid = true
		real.Deliver(real.Event("checkout.session.completed", x))
		h.flagged(n + 1)
		if h.credits(h.a) != 0 {
			t.Error("odd money made credits")
		}
		list, err := h.Flagged(t.Context(), h.op)
		must(t, err)
		if err := h.Decide(t.Context(), h.a, "stripe", list[0].ID, true, "porque sí"); fail.KindOf(err) != fail.Denied {
			t.Errorf("a company decides: %v", err)
		}
		accepted := 0
		for _, e := range list {
			if strings.HasPrefix(e.Why, "Llegaron MXN") {
				must(t, h.Decide(t.Context(), h.op, e.Gateway, e.ID, true, "Se aclaró por teléfono"))
				accepted++
			} else {
				must(t, h.Decide(t.Context(), h.op, e.Gateway, e.ID, false, "No es nuestro"))
			}
			if err := h.Decide(t.Context(), h.op, e.Gateway, e.ID, true, "otra vez"); fail.KindOf(err) != fail.Conflict {
				t.Errorf("decided twice: %v", err)
			}
		}
		h.flagged(0)
		for _, body := range told { // told again, there is nothing to decide again
			h.gate.Deliver(body)
		}
		h.flagged(0)
		if accepted != 2 || h.credits(h.a) != 200 {
			t.Errorf("%d accepted, %d credits", accepted, h.credits(h.a))
		}
	})
}

// OXXO: a slip, then the money, in whatever order they are told; a slip that nobody pays
// ends the order.
func TestASlipIsPaidLater(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := h.buy(h.a, shop.OXXO, 1)
		h.gate.Promise(o.Session)
		h.stands(h.a, o.ID, store.OrderPending, 0)
		h.clock.Advance(50 * time.Hour) // a card would have been late
		must(t, h.jobs.Drain(t.Context()))
		h.stands(h.a, o.ID, store.OrderPending, 0)
		if err := h.Cancel(t.Context(), h.a, o.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("cancelled with a slip in somebody's hand: %v", err)
		}
		h.gate.Settle(o.Session)
		h.stands(h.a, o.ID, store.OrderCredited, 100)
		x, _ := h.gate.Of(o.ID)
		x.Paid = false
		for _, late := range []string{"checkout.session.completed", "checkout.session.async_payment_failed", "checkout.session.expired", "payment_intent.created", "algo.nuevo"} {
			if got := h.gate.Deliver(h.gate.Event(late, x)); got != 200 {
				t.Errorf("%s: %d", late, got)
			}
		}
		h.stands(h.a, o.ID, store.OrderCredited, 100)
		h.flagged(0)

		first := h.buy(h.a, shop.OXXO, 1) // the money is told of before the slip
		h.gate.Settle(first.Session)
		h.gate.Promise(first.Session)
		h.stands(h.a, first.ID, store.OrderCredited, 200)

		never := h.buy(h.a, shop.OXXO, 1)
		h.gate.Promise(never.Session)
		h.gate.Refuse(never.Session)
		h.stands(h.a, never.ID, store.OrderExpired, 200)
		h.gate.Settle(never.Session) // and then it was paid
		h.stands(h.a, never.ID, store.OrderExpired, 200)
		h.flagged(1)
		list, err := h.Flagged(t.Context(), h.op)
		must(t, err)
		must(t, h.Decide(t.Context(), h.op, "stripe", list[0].ID, true, "Llegó tarde, se acredita"))
		h.stands(h.a, never.ID, store.OrderCredited, 300)
	})
}

// Nobody pays: the order ends. Somebody cancels: nobody can pay it any more.
func TestOrdersEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o, c, paying := h.buy(h.a, shop.Card, 1), h.buy(h.a, shop.Card, 1), h.buy(h.b, shop.Card, 1)
		if err := h.Cancel(t.Context(), h.b, c.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company cancels: %v", err)
		}
		must(t, h.Cancel(t.Context(), h.a, c.ID))
		h.stands(h.a, c.ID, store.OrderCanceled, 0)
		if x, _ := h.gate.Of(c.ID); x.Status != "expired" {
			t.Errorf("the session is %s", x.Status)
		}
		h.gate.Promise(paying.Session)
		if err := h.Cancel(t.Context(), h.b, paying.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("cancelled while paid: %v", err)
		}
		h.clock.Advance(26 * time.Hour)
		must(t, h.jobs.Drain(t.Context()))
		h.stands(h.a, o.ID, store.OrderExpired, 0)
		h.gate.Pay(o.Session)
		h.stands(h.a, o.ID, store.OrderExpired, 0)
		h.flagged(1)
		h.gate.Refund(o.Session) // the money went back: nothing is left to decide
		h.flagged(0)
	})
}

// A refund takes the credits back, once, and before its payment was heard of it keeps
// the order from being credited.
func TestRefunds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o := h.buy(h.a, shop.Card, 1)
		h.gate.Pay(o.Session)
		h.gate.Refund(o.Session)
		h.stands(h.a, o.ID, store.OrderRefunded, 0)
		h.gate.Refund(o.Session)
		h.stands(h.a, o.ID, store.OrderRefunded, 0)
		if h.refunded.Load() != 1 {
			t.Errorf("told of as refunded %d times", h.refunded.Load())
		}

		early := h.buy(h.a, shop.Card, 1)
		h.gate.Refund(early.Session)
		h.gate.Pay(early.Session)
		h.stands(h.a, early.ID, store.OrderCanceled, 0)
		h.flagged(1)

		bank := h.buy(h.a, shop.Card, 1)
		h.gate.Pay(bank.Session)
		x, _ := h.gate.Of(bank.ID)
		h.gate.Deliver(h.gate.Event("charge.dispute.created", x))
		h.stands(h.a, bank.ID, store.OrderRefunded, 0)

		back := h.buy(h.a, shop.Card, 1)
		h.gate.Pay(back.Session)
		if _, err := h.GiveBack(t.Context(), h.a, h.a.Tenant.ID(), back.ID, "porque sí"); fail.KindOf(err) != fail.Denied {
			t.Errorf("a company refunds itself: %v", err)
		}
		byHand, err := h.GiveBack(t.Context(), h.op, h.a.Tenant.ID(), back.ID, "Compró dos veces")
		must(t, err)
		if x, _ := h.gate.Of(back.ID); !x.Refunded || byHand {
			t.Errorf("refunded %v, by hand %v", x.Refunded, byHand)
		}
		h.stands(h.a, back.ID, store.OrderRefunded, 0)
		if _, err := h.GiveBack(t.Context(), h.op, h.a.Tenant.ID(), back.ID, "Otra vez lo mismo"); fail.KindOf(err) != fail.Conflict {
			t.Errorf("refunded twice: %v", err)
		}
	})
}

// A receipt that cannot be issued is asked for ever more seldom, at most once a day; the
// company hears of it once, and who runs the portal sees it and can ask at once.
func TestAMissingReceiptIsSeenAndAskedForEverMoreSeldom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.lacking.Store(true)
		o := h.buy(h.a, shop.Card, 1)
		h.gate.Pay(o.Session)
		tries := []time.Duration{}
		for range 7 * 24 * 6 { // a week, every ten minutes
			before := h.receipts.Load()
			must(t, h.jobs.Drain(ctx))
			if h.receipts.Load() != before {
				tries = append(tries, h.clock.Now().Sub(start))
			}
			h.clock.Advance(10 * time.Minute)
		}
		want := []time.Duration{0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 4000, 5440, 6880, 8320, 9760}
		for i := range want {
			want[i] *= time.Minute
		}
		if !slices.Equal(tries, want) {
			t.Errorf("tried after %v", tries)
		}
		if n := h.told.Load(); n != 1 {
			t.Errorf("told %d times", n)
		}
		lack := func() int {
			p, err := h.Sold(ctx, h.op, shop.NoReceipt, "")
			must(t, err)
			return len(p.Rows)
		}
		if n := lack(); n != 1 {
			t.Errorf("%d orders lack their receipt", n)
		}
		id := h.a.Tenant.ID()
		if err := h.RetryReceipt(ctx, h.a, id, o.ID); fail.KindOf(err) != fail.Denied {
			t.Errorf("the company itself: %v", err)
		}
		if err := h.RetryReceipt(ctx, h.op, h.b.Tenant.ID(), o.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("an order of another company: %v", err)
		}
		if err := h.RetryReceipt(ctx, h.op, id, o.ID); fail.KindOf(err) != fail.Invalid || !strings.Contains(fail.MessageOf(err), "Falta tu régimen") {
			t.Errorf("it cannot be: %v", err)
		}
		h.lacking.Store(false)
		must(t, h.RetryReceipt(ctx, h.op, id, o.ID))
		if err := h.RetryReceipt(ctx, h.op, id, o.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a second receipt: %v", err)
		}
		if got := h.order(h.a, o.ID); got.ReceiptID != "cfdi-"+o.ID || got.Lacks() || lack() != 0 {
			t.Errorf("%+v", got.OrderRow)
		}
		h.audited(h.a, "order.receipt", 1)
		h.audited(h.b, "order.receipt", 0)
	})
}

// Who refunds an order is left with a receipt in force, and is told so.
func TestTheReceiptOfARefundedOrderStands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.receipts.Store(1) // none fails
		issued, none, later := h.buy(h.a, shop.Card, 1), h.buy(h.a, shop.Card, 1), h.buy(h.b, shop.Card, 1)
		h.gate.Pay(issued.Session)
		must(t, h.jobs.Drain(ctx))
		h.gate.Pay(none.Session)
		for _, o := range []shop.Order{issued, none} {
			_, err := h.GiveBack(ctx, h.op, h.a.Tenant.ID(), o.ID, "Lo pidió su dueño")
			must(t, err)
		}
		must(t, h.jobs.Drain(ctx))
		if !h.order(h.a, issued.ID).Stands() || h.order(h.a, none.ID).Stands() {
			t.Error("it is not told which receipt is in force")
		}
		h.audited(h.a, "order.receipt.stands", 1)
		name, _, err := h.SoldReceipt(ctx, h.op, h.a.Tenant.ID(), issued.ID, "pdf")
		if err != nil || name != "cfdi-"+issued.ID+".pdf" {
			t.Errorf("%s %v", name, err)
		}
		for who, try := range map[string]struct {
			a       store.Actor
			company string
			want    fail.Kind
		}{"the company": {h.a, h.a.Tenant.ID(), fail.Denied}, "of another": {h.op, h.b.Tenant.ID(), fail.NotFound}} {
			if _, _, err := h.SoldReceipt(ctx, try.a, try.company, issued.ID, "pdf"); fail.KindOf(err) != try.want {
				t.Errorf("%s: %v", who, err)
			}
		}
		h.whileIssuing.Store(later.ID) // the money goes back while the receipt is being issued
		h.gate.Pay(later.Session)
		must(t, h.jobs.Drain(ctx))
		if !h.order(h.b, later.ID).Stands() {
			t.Errorf("%+v", h.order(h.b, later.ID).OrderRow)
		}
		h.audited(h.b, "order.receipt.stands", 1)
	})
}

// audited counts the records of an action in the chain of a company.
func (h *house) audited(a store.Actor, action string, want int) {
	h.t.Helper()
	rows, err := h.db.View(a.Tenant).Audits(context.Background(), "", 200)
	must(h.t, err)
	n := 0
	for _, r := range rows {
		if r.Action == action {
			n++
		}
	}
	if n != want {
		h.t.Errorf("%s: %d records of %s, want %d", a.UserName, n, action, want)
	}
}

// A transfer credits what it is for when a person says that it came, once for its clave
// de rastreo; another amount needs a decision with a reason.
func TestATransferIsConfirmed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		o, other := h.buy(h.a, shop.SPEI, 1), h.buy(h.b, shop.SPEI, 1)
		if len(o.Ref) != 7 || o.Ref == other.Ref || o.PayURL != "" {
			t.Errorf("%+v", o.OrderRow)
		}
		company := h.a.Tenant.ID()
		good := shop.Arrival{Amount: "$290.00", Day: "2026-03-10", Tracking: "mbank01 0012345"}
		if err := h.Confirm(t.Context(), h.a, company, o.ID, good); fail.KindOf(err) != fail.Denied {
			t.Errorf("a company confirms: %v", err)
		}
		for path, bad := range map[string]shop.Arrival{
			"Importe": {Amount: "290.001", Day: good.Day, Tracking: good.Tracking}, "Dia": {Amount: "290", Day: "2026-03-12", Tracking: good.Tracking},
			"Rastreo": {Amount: "290", Day: good.Day, Tracking: "x"}, "Decision": {Amount: "289.99", Day: good.Day, Tracking: good.Tracking},
			"Motivo": {Amount: "289.99", Day: good.Day, Tracking: good.Tracking, Anyway: true},
		} {
			err := h.Confirm(t.Context(), h.op, company, o.ID, bad)
			if fields := fail.FieldsOf(err); len(fields) != 1 || fields[0].Path != path {
				t.Errorf("%s: %v", path, err)
			}
		}
		h.stands(h.a, o.ID, store.OrderPending, 0)
		if err := h.Confirm(t.Context(), h.op, h.b.Tenant.ID(), o.ID, good); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the order of another company: %v", err)
		}
		must(t, h.Confirm(t.Context(), h.op, company, o.ID, good))
		h.stands(h.a, o.ID, store.OrderCredited, 100)
		if err := h.Confirm(t.Context(), h.op, company, o.ID, good); fail.KindOf(err) != fail.Conflict {
			t.Errorf("twice: %v", err)
		}
		if err := h.Confirm(t.Context(), h.op, h.b.Tenant.ID(), other.ID, good); len(fail.FieldsOf(err)) != 1 {
			t.Errorf("one transfer for two orders: %v", err)
		}
		h.clock.Advance(7 * 24 * time.Hour)
		must(t, h.jobs.Drain(t.Context()))
		h.stands(h.b, other.ID, store.OrderExpired, 0)
		exact := shop.Arrival{Amount: "290", Day: "2026-03-17", Tracking: "TARDE122"}
		if fields := fail.FieldsOf(h.Confirm(t.Context(), h.op, h.b.Tenant.ID(), other.ID, exact)); len(fields) != 1 || fields[0].Path != "Decision" {
			t.Errorf("a transfer that came too late needs no decision: %v", fields)
		}
		late := shop.Arrival{Amount: "280", Day: "2026-03-17", Tracking: "TARDE123", Anyway: true, Why: "Acordado con el cliente"}
		must(t, h.Confirm(t.Context(), h.op, h.b.Tenant.ID(), other.ID, late))
		h.stands(h.b, other.ID, store.OrderCredited, 100)
		byHand, err := h.GiveBack(t.Context(), h.op, h.b.Tenant.ID(), other.ID, "Se arrepintió")
		if err != nil || !byHand {
			t.Errorf("%v %v", byHand, err)
		}
		h.stands(h.b, other.ID, store.OrderRefunded, 0)
	})
}

// A package that was sold is not changed but replaced; a cart follows it and says so;
// nothing is ordered at a price that was not seen.
func TestACartIsMended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		gone, err := h.SavePackage(ctx, h.op, form("Paquete 10", "10", "40"))
		must(t, err)
		h.buy(h.b, shop.SPEI, 1)
		must(t, h.Put(ctx, h.a, h.p100, 2))
		must(t, h.Put(ctx, h.a, gone, 1))
		seen, err := h.Cart(ctx, h.a)
		must(t, err)
		if len(seen.Lines) != 2 || seen.Total != 626_400000 || seen.Changes != nil {
			t.Errorf("%+v", seen)
		}
		p, err := h.Package(ctx, h.op, h.p100)
		must(t, err)
		f := h.Form(p)
		f.Price = "300"
		dearer, err := h.SavePackage(ctx, h.op, f)
		must(t, err)
		if dearer == h.p100 {
			t.Error("a package that was sold was changed")
		}
		if _, err := h.SavePackage(ctx, h.op, f); fail.KindOf(err) != fail.Conflict {
			t.Errorf("saved over another: %v", err)
		}
		must(t, h.Withdraw(ctx, h.op, gone))
		cart, err := h.Cart(ctx, h.a)
		must(t, err)
		if len(cart.Lines) != 1 || cart.Lines[0].Was != 250_000000 || len(cart.Changes) != 2 || cart.Total != 696_000000 {
			t.Errorf("%+v", cart)
		}
		form := shop.Checkout{ID: "f1", Method: "spei", Total: shop.Pesos(seen.Total)}
		if _, err := h.Checkout(ctx, h.a, form); fail.KindOf(err) != fail.Conflict {
			t.Errorf("ordered at a price that is no more: %v", err)
		}
		form.Total = shop.Pesos(cart.Total)
		id, err := h.Checkout(ctx, h.a, form)
		must(t, err)
		again, err := h.Checkout(ctx, h.a, form)
		if err != nil || again != id {
			t.Errorf("pressed twice: %s and %s, %v", id, again, err)
		}
		if cart, err := h.Cart(ctx, h.a); err != nil || len(cart.Lines) != 0 {
			t.Errorf("%+v %v", cart, err)
		}
		if err := h.Put(ctx, h.a, gone, 1); fail.KindOf(err) != fail.Conflict {
			t.Errorf("put what is withdrawn: %v", err)
		}
		seller := h.a
		seller.Admin, seller.Rights = false, []store.Right{store.RightReceipts}
		if err := h.Put(ctx, seller, dearer, 1); fail.KindOf(err) != fail.Denied {
			t.Errorf("bought without the right: %v", err)
		}
	})
}

// When the gateway does not answer, the order waits and can be paid later.
func TestAGatewayThatIsDown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.gate.Down(true)
		o := h.buy(h.a, shop.Card, 1)
		if o.State != store.OrderPending || o.PayURL != "" {
			t.Errorf("%+v", o.OrderRow)
		}
		if err := h.Pay(t.Context(), h.a, o.ID); fail.KindOf(err) != fail.Upstream {
			t.Error(err)
		}
		h.gate.Down(false)
		must(t, h.Pay(t.Context(), h.a, o.ID))
		must(t, h.Pay(t.Context(), h.a, o.ID))
		if n := len(h.gate.Sessions()); n != 1 {
			t.Errorf("%d sessions", n)
		}
		h.gate.Pay(h.order(h.a, o.ID).Session)
		h.stands(h.a, o.ID, store.OrderCredited, 100)
	})
}

// A company cannot fill the shop with orders that it does not pay.
func TestTenOrdersWaitAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 10 {
			h.buy(h.a, shop.SPEI, 1)
		}
		must(t, h.Put(t.Context(), h.a, h.p100, 1))
		eleventh := shop.Checkout{ID: uuid.NewString(), Method: string(shop.SPEI), Total: "290.00"}
		if _, err := h.Checkout(t.Context(), h.a, eleventh); fail.KindOf(err) != fail.Conflict || !strings.Contains(fail.MessageOf(err), "10 pedidos sin pagar") {
			t.Errorf("an eleventh: %v", err)
		}
		h.buy(h.b, shop.SPEI, 1) // the other company goes on
	})
}

// Wherever the gateway's answer points, nothing of ours goes there.
func TestTheGatewayLeadsNowhereElse(t *testing.T) {
	var led atomic.Int64
	away := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { led.Add(1) }))
	defer away.Close()
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, away.URL, http.StatusTemporaryRedirect)
	}))
	defer gate.Close()
	g, err := shop.NewStripe("sk_test_1", "whsec_prueba", gate.URL, func() time.Time { return start })
	must(t, err)
	o := shop.Order{OrderRow: store.OrderRow{ID: "o", Payment: "pi_1", Method: string(shop.Card), Total: 1_000000}}
	if _, err := g.Refund(t.Context(), o); fail.KindOf(err) != fail.Upstream || led.Load() != 0 {
		t.Errorf("%v, led away %d times", err, led.Load())
	}
}

// Centavos: what is charged is what the CFDI of the same lines adds up to.
func TestAmountsAreRoundedAsACFDI(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, err := h.SavePackage(t.Context(), h.op, form("Raro", "7", "33.33"))
		must(t, err)
		must(t, h.Put(t.Context(), h.a, id, 7))
		c, err := h.Cart(t.Context(), h.a)
		must(t, err)
		if c.Subtotal != 233_310000 || c.IVA != 37_330000 || c.Total != 270_640000 { // 37.3296
			t.Errorf("%+v", c.Amounts)
		}
	})
}

// The check sees what may not be.
func TestCheckSeesPlantedFaults(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, plant := range map[string]func(ctx context.Context, tx *store.Tx, r store.OrderRow) error{
			"I14": func(ctx context.Context, tx *store.Tx, r store.OrderRow) error {
				return credit.Grant(ctx, tx, "pedido:"+r.ID+":1", credit.Lot{Source: credit.Purchase, Units: 100})
			},
			"I11": func(ctx context.Context, tx *store.Tx, r store.OrderRow) error {
				return tx.InsertOrderMove(ctx, r.ID, store.OrderMoveRow{State: store.OrderRefunded})
			},
			"add up": func(ctx context.Context, tx *store.Tx, r store.OrderRow) error {
				return tx.InsertOrderLine(ctx, r.ID, store.OrderLineRow{N: 2, Price: 1_000000, Quantity: 1})
			},
		} {
			o := h.buy(h.b, shop.SPEI, 1)
			undo := fail.New(fail.Conflict, "")
			err := h.db.Update(t.Context(), h.b.Tenant, func(tx *store.Tx) error {
				if err := plant(t.Context(), tx, o.OrderRow); err != nil {
					return err
				}
				found, err := shop.CheckCompany(t.Context(), &tx.View)
				if err != nil || !strings.Contains(strings.Join(found, "; "), name) {
					t.Errorf("%s: %v %v", name, found, err)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Error(err)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	g, err := shop.NewStripe("sk_test_1", "whsec_prueba", "", func() time.Time { return start })
	if err != nil {
		f.Fatal(err)
	}
	fake := gatewaytest.New(gatewaytest.Config{Secret: "whsec_prueba", Now: func() time.Time { return start }})
	good := fake.Event("checkout.session.completed", gatewaytest.Session{ID: "cs_1"})
	f.Add(fake.Sign(good, start), good)
	f.Add("t=,v1=", []byte("{}"))
	f.Fuzz(func(t *testing.T, signature string, body []byte) {
		_, _ = g.Read(signature, body)
		_, _ = g.Read(fake.Sign(body, start), body)
	})
}

// A CLABE with a wrong digit is no account.
func TestCLABE(t *testing.T) {
	for c, good := range map[string]bool{clabe: true, "002010077777777772": false, "": false, "00201007777777777": false, "00201007777777777x": false, "002 010 07777777777 1": true} {
		if _, err := shop.NewSPEI(c, "X", time.UTC, time.Now); (err == nil) != good {
			t.Errorf("%q: %v", c, err)
		}
	}
}
