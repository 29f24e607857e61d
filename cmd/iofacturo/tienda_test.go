package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/store"
)

// sellingShop is the portal of a trader that sells credits by SPEI and invoices them.
func (s *trader) sellingShop(t *testing.T) *portal {
	t.Helper()
	w := &world{ctx: t.Context(), stderr: &bytes.Buffer{}, env: func(string) string { return "" }, now: time.Now}
	sell := selling{on: true, shopFlags: shopFlags{CLABE: "002010077777777771", SPEIName: "Kemper", OperatorRfc: "EKU9003173C9"}}
	p, err := openPortal(t.Context(), w, wiring{dataFlags: s.flags, sell: sell, invites: invite.Rules{Reward: 25, MonthlyCap: 3}, baseURL: "http://localhost:8080", now: time.Now, log: slog.New(slog.DiscardHandler)})
	check(t, err)
	t.Cleanup(p.Close)
	return p
}

// A paid order is invoiced by the company of the portal to the company that bought, once,
// for what was charged; wrong data of the buyer keep it until they are mended.
func TestAnOrderIsInvoiced(t *testing.T) {
	seller := newTrader(t)
	p, ctx := seller.sellingShop(t), t.Context()
	check(t, p.sells(t, "p1", 33_330000))
	buyer, err := p.account.Found(ctx, account.Founding{Rfc: "URE180429TM6", Nombre: "Beto", Correo: "beto@ejemplo.mx", Usuario: "admin", Password: "tres tristes tapires 9"})
	check(t, err)
	o := p.paidOrder(t, buyer, 7)
	r := receipts{p, "EKU9003173C9"}
	if _, err := r.issue(ctx, o); fail.KindOf(err) != fail.Invalid {
		t.Errorf("invoiced to a company without data: %v", err)
	}
	check(t, p.jobs.Drain(ctx))
	if o, err := p.shop.Order(ctx, buyer, o.ID); err != nil || o.ReceiptID != "" || o.ReceiptWhy == "" {
		t.Errorf("%+v %v", o.OrderRow, err)
	}
	c, err := p.account.Company(ctx, buyer)
	check(t, err)
	c.Nombre, c.Regimenes, c.RegimenDefault, c.CodigoPostal, c.LugarExpedicion = "UNIVERSIDAD ROBOTICA ESPAÑOLA", []string{"601"}, "601", "86991", "86991"
	_, _, err = p.account.SaveCompany(ctx, buyer, c)
	check(t, err)
	first, err := r.issue(ctx, o)
	check(t, err)
	again, err := r.issue(ctx, o)
	if err != nil || again != first {
		t.Errorf("asked twice: %s and %s, %v", first, again, err)
	}
	name, xml, err := r.file(ctx, first, "xml")
	check(t, err)
	for _, part := range []string{`Total="270.64"`, `SubTotal="233.31"`, `Rfc="URE180429TM6"`, `FormaPago="03"`, `MetodoPago="PUE"`, `UsoCFDI="G03"`, `Importe="37.33"`, "TimbreFiscalDigital", "Pedido " + o.Ref} {
		if !strings.Contains(string(xml), part) {
			t.Errorf("%s lacks %s:\n%s", name, part, xml)
		}
	}
	if _, pdf, err := r.file(ctx, first, "pdf"); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("%v", err)
	}
	check(t, p.sells(t, "p2", 250_000000))
	own := p.paidOrder(t, seller.actor, 1)
	if _, err := r.issue(ctx, own); !errors.Is(err, shop.ErrOwn) {
		t.Errorf("it invoices itself: %v", err)
	}
}

// A friend that came by a code, has its certificate, buys and stamps brings credits to
// both companies; the refund of that order takes them back.
func TestAFriendThatBuysRewardsBoth(t *testing.T) {
	friend := newTrader(t)
	p, ctx := friend.sellingShop(t), t.Context()
	check(t, p.sells(t, "p1", 33_330000))
	host, err := p.account.Found(ctx, account.Founding{Rfc: "URE180429TM6", Nombre: "Beto", Correo: "beto@ejemplo.mx", Usuario: "admin", Password: "tres tristes tapires 9"})
	check(t, err)
	code, err := p.db.Global().ReferralCodeOf(ctx, host.Tenant)
	check(t, err)
	check(t, p.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		err := tx.InsertReferral(ctx, friend.actor.Tenant, code, "", store.Micros(tx.Now()))
		for _, a := range []store.Actor{host, friend.actor} {
			err = errors.Join(err, credit.SetPlan(ctx, tx.For(a.Tenant), store.PlanPrepaid))
		}
		return err
	}))
	promo := func(when string, want int64) {
		t.Helper()
		check(t, p.jobs.Drain(ctx))
		for _, a := range []store.Actor{host, friend.actor} {
			if b, err := p.db.View(a.Tenant).CreditBook(ctx); err != nil || b.Promo+b.Debt != want {
				t.Errorf("%s: %+v %v", when, b, err)
			}
		}
	}
	o := p.paidOrder(t, friend.actor, 1)
	promo("paid, nothing stamped", 0)
	d := friend.draft(t, p)
	_, err = p.billing.Issue(ctx, friend.actor, d.ID, d.Revision)
	check(t, err)
	promo("stamped, not looked at again", 0)
	check(t, p.invite.Settle(ctx)) // once an hour
	promo("stamped", 25)
	users, err := p.db.View(store.Platform()).Users(ctx, store.UserFilter{Limit: 1})
	check(t, err)
	op := store.Actor{Tenant: store.Platform(), UserID: users[0].ID, UserName: "olga", Operator: true, ProvedAt: time.Now()}
	_, err = p.shop.GiveBack(ctx, op, friend.actor.Tenant.ID(), o.ID, "Lo pidió su dueño")
	check(t, err)
	check(t, p.jobs.Drain(ctx))
	if b, err := p.db.View(host.Tenant).CreditBook(ctx); err != nil || b.Promo != 0 {
		t.Errorf("refunded: %+v %v", b, err)
	}
}

// sells keeps the one package there is, of 10 credits at a price.
func (p *portal) sells(t *testing.T, id string, price int64) error {
	t.Helper()
	return p.db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
		open, err := tx.Packages(t.Context(), 9)
		if err != nil {
			return err
		}
		for _, r := range open {
			r.WithdrawnAt = 1
			if err := tx.UpdatePackage(t.Context(), r); err != nil {
				return err
			}
		}
		return tx.InsertPackage(t.Context(), store.PackageRow{ID: id, Name: "Diez", Credits: 10, Price: price, FromAt: 1, Version: 1})
	})
}

// paidOrder is an order of n pieces of what is sold, whose transfer came.
func (p *portal) paidOrder(t *testing.T, a store.Actor, n int64) shop.Order {
	t.Helper()
	ctx := t.Context()
	list, err := p.shop.Packages(ctx, a)
	check(t, err)
	check(t, p.shop.Put(ctx, a, list[0].ID, n))
	cart, err := p.shop.Cart(ctx, a)
	check(t, err)
	id, err := p.shop.Checkout(ctx, a, shop.Checkout{ID: "f", Method: "spei", Total: shop.Pesos(cart.Total)})
	check(t, err)
	users, err := p.db.View(store.Platform()).Users(ctx, store.UserFilter{Limit: 1})
	check(t, err)
	if len(users) == 0 {
		_, err := p.account.FirstOperator(ctx, account.Operator{Usuario: "olga", Nombre: "Olga", Correo: "olga@portal.mx"})
		check(t, err)
		users, err = p.db.View(store.Platform()).Users(ctx, store.UserFilter{Limit: 1})
		check(t, err)
	}
	op := store.Actor{Tenant: store.Platform(), UserID: users[0].ID, UserName: "olga", Operator: true, ProvedAt: time.Now()}
	check(t, p.shop.Confirm(ctx, op, a.Tenant.ID(), id, shop.Arrival{Amount: shop.Pesos(cart.Total), Day: time.Now().In(time.FixedZone("", -6*3600)).Format("2006-01-02"), Tracking: "RASTREO" + strings.ToUpper(a.Tenant.ID()[:8]+id[24:])}))
	o, err := p.shop.Order(ctx, a, id)
	check(t, err)
	return o
}

// What is half configured, or is no account, is said at once; a secret is in no message.
func TestShopFlags(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	key, secret := file("key", "sk_test_canario\n"), file("secret", "whsec_canario")
	for name, c := range map[string]struct {
		flags shopFlags
		good  bool
	}{
		"none": {shopFlags{}, true}, "a key alone": {shopFlags{StripeKey: key}, false}, "an account alone": {shopFlags{CLABE: "002010077777777771"}, false},
		"no such file": {shopFlags{StripeKey: filepath.Join(dir, "x"), StripeSecret: secret}, false}, "all": {shopFlags{StripeKey: key, StripeSecret: secret, CLABE: "1", SPEIName: "X"}, true},
	} {
		s, err := c.flags.read(true)
		if (err == nil) != c.good || err != nil && strings.Contains(err.Error(), "canario") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "all" && (s.key != "sk_test_canario" || s.secret != "whsec_canario") {
			t.Error("the files were not read as they should")
		}
	}
	for _, wrong := range [][2]string{{"pk_live_canario", "whsec_canario"}, {"sk_live_canario", "canario"}} {
		if _, err := shop.NewStripe(wrong[0], wrong[1], "", time.Now); err == nil || strings.Contains(err.Error(), "canario") {
			t.Errorf("%v", err)
		}
	}
}
