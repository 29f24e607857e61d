package credit

import (
	"context"
	"fmt"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Fault is a fact of a ledger that an invariant forbids (reliability paper §3.6).
type Fault struct {
	Invariant string // I7, I8, I9
	Detail    string
}

// Check replays the ledger of one company: every entry adds up to nothing, the balance
// of each account and lot is what its lines add up to (I8), what came in is what is there,
// and what a month was billed is what was used of it (I9).
func Check(ctx context.Context, v *store.View) ([]Fault, error) {
	for try := 0; ; try++ { // a book that is written meanwhile is read again
		b, err := v.CreditBook(ctx)
		if fail.KindOf(err) == fail.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		found, err := replay(ctx, v, b)
		if err != nil || len(found) == 0 {
			return found, err
		}
		now, err := v.CreditBook(ctx)
		if err != nil || now.Seq == b.Seq || try == 5 {
			return found, err
		}
	}
}

func replay(ctx context.Context, v *store.View, b store.CreditBook) (found []Fault, err error) {
	broken := func(invariant, format string, args ...any) {
		found = append(found, Fault{invariant, fmt.Sprintf(format, args...)})
	}
	unbalanced, err := v.UnbalancedCredit(ctx, 100)
	if err != nil {
		return nil, err
	}
	for _, id := range unbalanced {
		broken("I8", "entry %s does not add up to nothing", id)
	}
	sums, err := v.CreditReplay(ctx)
	if err != nil {
		return nil, err
	}
	l := &ledger{b: b}
	for _, name := range []string{available, promo, held, consumed, expired, debt, sold, granted, adjustments, moved} {
		if *l.account(name) != sums[name] {
			broken("I8", "%s is %d and its entries add up to %d", name, *l.account(name), sums[name])
		}
	}
	if b.Available < 0 || b.Promo < 0 || b.Held < 0 {
		broken("I8", "a balance is below zero: %d, %d, %d", b.Available, b.Promo, b.Held)
	}
	in := -(b.Sold + b.Granted + b.Adjustments + b.Moved)
	if there := b.Available + b.Promo + b.Held + b.Consumed + b.Expired + b.Debt; in != there {
		broken("I9", "%d came in and %d are there", in, there)
	}
	if err := lots(ctx, v, b, broken); err != nil {
		return nil, err
	}
	return found, statements(ctx, v, b, broken)
}

// lots holds what each lot says to have free against the lines.
func lots(ctx context.Context, v *store.View, b store.CreditBook, broken func(invariant, format string, args ...any)) error {
	free, err := v.CreditReplayLots(ctx)
	if err != nil {
		return err
	}
	sum := int64(0)
	for after := ""; ; {
		rows, err := v.CreditLotsAfter(ctx, after, 500)
		if err != nil {
			return err
		}
		for _, lot := range rows {
			if free[lot.ID] != lot.Free {
				broken("I8", "lot %s has %d free and its entries add up to %d", lot.ID, lot.Free, free[lot.ID])
			}
			sum += lot.Free
			after = lot.ID
		}
		if len(rows) == 0 {
			break
		}
	}
	if sum != b.Available+b.Promo {
		broken("I8", "lots have %d free, the book %d", sum, b.Available+b.Promo)
	}
	return nil
}

// statements holds each month that was billed against the stamps of that month, its
// amounts against each other, and all of them against all stamps of Post pago until now.
func statements(ctx context.Context, v *store.View, b store.CreditBook, broken func(invariant, format string, args ...any)) error {
	billed := int64(0)
	for before := ""; ; {
		rows, err := v.CreditStatements(ctx, before, 100)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, r := range rows {
			before = r.Mes
			from, to, err := monthEdges(r.Mes)
			if err != nil || !monthly(r.Plan) {
				broken("I9", "a statement of %q for %q", r.Plan, r.Mes)
				continue
			}
			used, err := v.CreditUsedOf(ctx, word(r.Plan), store.Micros(from), store.Micros(to))
			if err != nil {
				return err
			}
			if used != r.Units {
				broken("I9", "%s: %d stamps were used and %d billed", r.Mes, used, r.Units)
			}
			billed += r.LateUnits
			if r.Plan == store.PlanPostpaid {
				billed += r.Units
			}
			if s, t, sum := cost(r); s != r.Subtotal || t != r.Iva || sum != r.Total {
				broken("I9", "%s: %d stamps at %d are billed as %d + %d = %d", r.Mes, r.Units, r.Price, r.Subtotal, r.Iva, r.Total)
			}
		}
	}
	until := int64(store.NeverExpires)
	if b.Month != "" {
		from, _, err := monthEdges(b.Month)
		if err != nil {
			return err
		}
		until = store.Micros(from)
	}
	used, err := v.CreditUsedOf(ctx, word(store.PlanPostpaid), 0, until)
	if err == nil && used != billed {
		broken("I9", "%d stamps of Post pago were used and %d stand on statements", used, billed)
	}
	return err
}

// CheckHouse looks at what concerns all companies: what one handed on, another got (I8).
func CheckHouse(ctx context.Context, g *store.GlobalView) ([]Fault, error) {
	for try := 0; ; try++ {
		t, err := g.CreditTotals(ctx)
		if err != nil || t.Moved == 0 {
			return nil, err
		}
		if try == 3 {
			return []Fault{{"I8", fmt.Sprintf("transfers between companies add up to %d", t.Moved)}}, nil
		}
	}
}

// Held is what the ledger says of a revision of a document.
type Held struct{ Held, Used, Released bool }

// HeldFor tells whether a credit was held for a revision of a document, and what became
// of it.
func HeldFor(ctx context.Context, v *store.View, doc string, revision int64) (h Held, err error) {
	for id, is := range map[string]*bool{holdID(doc, revision): &h.Held, useID(doc, revision): &h.Used, releaseID(doc, revision): &h.Released} {
		_, err := v.CreditEntry(ctx, id)
		if err != nil && fail.KindOf(err) != fail.NotFound {
			return h, err
		}
		*is = err == nil
	}
	return h, nil
}
