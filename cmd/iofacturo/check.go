package main

import (
	"fmt"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/store"
)

type checkCmd struct{ dataFlags }

// Run walks every company: the chain of its audit, every invariant of its documents, a replay of its credits and its orders.
func (c *checkCmd) Run(w *world) error {
	trust, err := trustOf(w, c.dataFlags)
	if err != nil {
		return err
	}
	db, err := openStore(w.ctx, w, &c.dataFlags, store.WithClock(w.now))
	if err != nil {
		return err
	}
	defer db.Close()
	found, err := billing.Check(w.ctx, db, trust)
	if err != nil {
		return err
	}
	orders, err := shop.Check(w.ctx, db)
	if err != nil {
		return err
	}
	for _, line := range found {
		fmt.Fprintln(w.stdout, line)
	}
	for _, line := range orders {
		fmt.Fprintln(w.stdout, line)
	}
	if len(found)+len(orders) > 0 {
		return errFindings
	}
	fmt.Fprintln(w.stderr, "Todo en orden: folios, sellos, timbres, estados, créditos, pedidos y bitácora.")
	return nil
}
