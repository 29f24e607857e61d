package store_test

import (
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// An order and a cart of one company do not exist for another, a name at a gateway is
// given once, and an event is kept once.
func TestShopRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := storetest.Tenants(t, db)
		err := db.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
			if err := gtx.InsertPackage(ctx, store.PackageRow{ID: "p1", Name: "Cien", Credits: 100, Price: 100_000000, Version: 1}); err != nil {
				return err
			}
			for version, want := range map[int64]bool{1: true, 2: false} {
				if ok, err := gtx.SellPackage(ctx, "p1", version); err != nil || ok != want {
					t.Errorf("version %d sold: %v %v", version, ok, err)
				}
			}
			tx := gtx.For(a)
			if err := tx.InsertOrder(ctx, store.OrderRow{ID: "o1", State: store.OrderPending, Gateway: "spei", Method: "spei", Ref: "1234567"}); err != nil {
				return err
			}
			for _, state := range []string{store.OrderPending, store.OrderPaid} {
				if err := tx.InsertOrderMove(ctx, "o1", store.OrderMoveRow{State: state}); err != nil {
					return err
				}
			}
			if err := tx.InsertOrderLine(ctx, "o1", store.OrderLineRow{N: 1, PackageID: "p1"}); err != nil {
				return err
			}
			for _, claim := range []struct {
				t    store.Tenant
				want bool
			}{{a, true}, {a, true}, {b, false}} {
				if ok, err := gtx.ClaimOrderRef(ctx, "spei", "1234567", claim.t, "o1"); err != nil || ok != claim.want {
					t.Errorf("claimed by %v: %v %v", claim.t, ok, err)
				}
			}
			for _, want := range []bool{true, false} {
				if ok, err := gtx.KeepShopEvent(ctx, store.ShopEventRow{Gateway: "stripe", ID: "evt_1", State: store.EventDone, TenantID: a.ID(), OrderID: "o1"}); err != nil || ok != want {
					t.Errorf("kept: %v %v", ok, err)
				}
			}
			return tx.PutCart(ctx, store.CartRow{PackageID: "p1", Quantity: 2, Price: 5})
		})
		if err != nil {
			t.Fatal(err)
		}
		mine, theirs := db.View(a), db.View(b)
		if moves, err := mine.OrderMoves(ctx, "o1"); err != nil || len(moves) != 2 || moves[1].N != 2 {
			t.Errorf("%+v %v", moves, err)
		}
		if events, err := mine.ShopEventsOf(ctx, "o1"); err != nil || len(events) != 1 {
			t.Errorf("%+v %v", events, err)
		}
		if _, err := theirs.Order(ctx, "o1"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company reads it: %v", err)
		}
		lists := map[string]func() (int, error){
			"orders": func() (int, error) { l, err := theirs.Orders(ctx, "", 9); return len(l), err },
			"lines":  func() (int, error) { l, err := theirs.OrderLines(ctx, "o1"); return len(l), err },
			"moves":  func() (int, error) { l, err := theirs.OrderMoves(ctx, "o1"); return len(l), err },
			"events": func() (int, error) { l, err := theirs.ShopEventsOf(ctx, "o1"); return len(l), err },
			"cart":   func() (int, error) { l, err := theirs.Cart(ctx); return len(l), err },
		}
		for name, list := range lists {
			if n, err := list(); n != 0 || err != nil {
				t.Errorf("another company lists %d %s: %v", n, name, err)
			}
		}
		err = db.Update(ctx, b, func(tx *store.Tx) error {
			if err := tx.UpdateOrder(ctx, store.OrderRow{ID: "o1", State: store.OrderCanceled}); err != nil {
				return err
			}
			return tx.EmptyCart(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		sold, err := db.Global().SoldOrders(ctx, store.OrderPending, "", 9)
		if err != nil || len(sold) != 1 || sold[0].TenantID != a.ID() || sold[0].Rfc == "" {
			t.Errorf("%+v %v", sold, err)
		}
		if cart, err := mine.Cart(ctx); err != nil || len(cart) != 1 {
			t.Errorf("%+v %v", cart, err)
		}
	})
}
