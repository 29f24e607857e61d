package demo

import (
	"context"
	"time"

	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/store"
)

// An arrival is credits that come to the demo company.
type arrival struct {
	at  time.Time
	id  string
	lot credit.Lot
}

// credits makes the demo company one that pays for its stamps, with a history: a first
// package, a gift, and one bought days ago.
func (f *filler) credits(ctx context.Context, n int) error {
	now, real := f.Now(), int64(max(min(n, maxReal), 0))
	day := func(months, days int) time.Time { return now.AddDate(0, -months, -days) }
	first := (real/50 + 1) * 50 // enough for every receipt
	f.arrivals = []arrival{
		{day(months, 1), "demo:1", credit.Lot{Source: credit.Purchase, Units: first, Expires: day(months-12, 0), Ref: "Paquete inicial"}},
		{day(2, 0), "demo:2", credit.Lot{Source: credit.Bonus, Units: 25, Expires: day(-1, 0), Note: "Bono de bienvenida"}},
		{day(0, 3), "demo:3", credit.Lot{Source: credit.Purchase, Units: 100, Expires: day(-12, 0), Ref: "Paquete 100"}},
	}
	f.SetNow(f.arrivals[0].at)
	err := f.DB.Update(ctx, f.actor.Tenant, func(tx *store.Tx) error { return credit.SetPlan(ctx, tx, store.PlanPrepaid) })
	if err != nil {
		return err
	}
	err = f.arrive(ctx, f.arrivals[0].at)
	f.SetNow(time.Time{})
	return err
}

// arrive brings the credits that have come by the moment at.
func (f *filler) arrive(ctx context.Context, at time.Time) error {
	for len(f.arrivals) > 0 && !f.arrivals[0].at.After(at) {
		next := f.arrivals[0]
		f.arrivals = f.arrivals[1:]
		f.SetNow(next.at)
		err := f.DB.Update(ctx, f.actor.Tenant, func(tx *store.Tx) error { return credit.Grant(ctx, tx, next.id, next.lot) })
		if err != nil {
			return err
		}
	}
	return nil
}
