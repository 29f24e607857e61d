package shop

import (
	"context"
	"fmt"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Check looks through every order there is and says what may not be: a way through the
// states that the table does not have (I11), a total that is not that of the lines, and
// credits that an order brought without being paid, did not bring though it was, or kept
// though it was refunded (I14).
func Check(ctx context.Context, db *store.DB) (found []string, err error) {
	last := ""
	for {
		tenants, err := db.Global().Tenants(ctx, last, 200)
		if err != nil || len(tenants) == 0 {
			return found, err
		}
		for _, row := range tenants {
			last = row.ID
			faults, err := CheckCompany(ctx, db.View(row.Tenant()))
			if err != nil {
				return nil, err
			}
			for _, f := range faults {
				found = append(found, row.Rfc+": "+f)
			}
		}
	}
}

// CheckCompany is [Check] for the orders that a view sees.
func CheckCompany(ctx context.Context, v *store.View) (found []string, err error) {
	before := ""
	for {
		rows, err := v.Orders(ctx, before, 200)
		if err != nil || len(rows) == 0 {
			return found, err
		}
		for _, r := range rows {
			before = r.ID
			faults, err := checkOrder(ctx, v, r)
			if err != nil {
				return nil, err
			}
			for _, f := range faults {
				found = append(found, "order "+r.ID+": "+f)
			}
		}
	}
}

func checkOrder(ctx context.Context, v *store.View, r store.OrderRow) (found []string, err error) {
	moves, err := v.OrderMoves(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	state := ""
	for _, m := range moves {
		if !Moves(state, m.State) {
			found = append(found, fmt.Sprintf("I11: it went from %q to %q", state, m.State))
		}
		state = m.State
	}
	if state != r.State {
		found = append(found, fmt.Sprintf("I11: it is %q and its history ends in %q", r.State, state))
	}
	lines, err := v.OrderLines(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var sum Amounts
	for _, l := range lines {
		a, err := amount(l.Price, l.Quantity)
		if err != nil {
			return nil, err
		}
		sum = sum.plus(a)
		faults, err := checkCredits(ctx, v, r, l)
		if err != nil {
			return nil, err
		}
		found = append(found, faults...)
	}
	if sum != (Amounts{r.Subtotal, r.IVA, r.Total}) {
		found = append(found, "its lines do not add up to its total")
	}
	return found, nil
}

// checkCredits compares a line with its entries in the ledger.
func checkCredits(ctx context.Context, v *store.View, r store.OrderRow, l store.OrderLineRow) (found []string, err error) {
	has := func(id string) (units int64, there bool, err error) {
		e, err := v.CreditEntry(ctx, id)
		if fail.KindOf(err) == fail.NotFound {
			return 0, false, nil
		}
		return e.Units, true, err
	}
	units, came, err := has(entryID(r.ID, l.N))
	if err != nil {
		return nil, err
	}
	_, left, err := has("reembolso:" + entryID(r.ID, l.N))
	if err != nil {
		return nil, err
	}
	paid := r.State == store.OrderCredited || r.State == store.OrderRefunded
	if came != paid || came && units != l.Credits*l.Quantity {
		found = append(found, fmt.Sprintf("I14: it is %q and line %d brought %d credits", r.State, l.N, units))
	}
	if left != (r.State == store.OrderRefunded) {
		found = append(found, fmt.Sprintf("I14: it is %q and line %d taken back: %v", r.State, l.N, left))
	}
	return found, nil
}
