package credit

import (
	"context"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// Plans by the month. PRM brings an allowance, Post pago a ceiling; both are a lot that
// ends with the month, cannot be handed on, and is used like any other, so that the
// ledger itself holds the ceiling. When a month is over, what it costs is billed once.

const (
	monthShape = "2006-01"
	dueDays    = 10        // after a month ends, to pay its statement
	cent       = 10_000    // millionths
	iva        = 16        // percent, LIVA art. 1
	maxPrice   = 1_000_000 // pesos: of a stamp or of a month
)

// central is the clock of months: the capital's, six hours behind UTC the whole year
// since the law of time zones of 2022.
func central() *time.Location { return time.FixedZone("Centro", -6*60*60) }

func monthOf(at time.Time) string { return at.In(central()).Format(monthShape) }

// monthEdges are the instants in which a month begins and ends.
func monthEdges(month string) (from, to time.Time, err error) {
	from, err = time.ParseInLocation(monthShape, month, central())
	return from, from.AddDate(0, 1, 0), err
}

func monthly(plan string) bool { return plan == store.PlanPostpaid || plan == store.PlanMonthly }

// word begins the id of the entry that brings a month's lot.
func word(plan string) string {
	if plan == store.PlanPostpaid {
		return "post"
	}
	return "prm"
}

func isMonth(entryID string) bool {
	return strings.HasPrefix(entryID, "post:") || strings.HasPrefix(entryID, "prm:")
}

// stale reports whether a book has to be brought into the month of now first. One that
// left a plan by the month has a month too, while a stamp of then may still be used.
func stale(b store.CreditBook, now time.Time) bool {
	return b.Month != "" && (b.Month != monthOf(now) || b.NextAt != 0 && b.NextAt <= store.Micros(now))
}

// roll brings the book into this month: the months before are billed, other terms begin,
// and what the month brings comes in.
func (l *ledger) roll(ctx context.Context) error {
	now := l.tx.Now()
	if !stale(l.b, now) {
		return nil
	}
	if err := l.sweep(ctx); err != nil {
		return err
	}
	for this := monthOf(now); l.b.Month != "" && l.b.Month < this; {
		_, end, err := monthEdges(l.b.Month)
		if err != nil {
			return err
		}
		if err := l.bill(ctx, l.b.Month, end); err != nil {
			return err
		}
		l.b.Month = monthOf(end)
		if l.b.NextAt != 0 && l.b.NextAt <= store.Micros(end) {
			if err := l.begin(ctx, end); err != nil {
				return err
			}
		}
	}
	if monthly(l.b.Plan) {
		terms, err := l.tx.PlanTerms(ctx, store.Micros(now))
		if err != nil {
			return err
		}
		if err := l.allot(ctx, word(l.b.Plan)+":"+l.b.Month, terms.Quantity); err != nil {
			return err
		}
	} else if err := l.settle(ctx); err != nil {
		return err
	}
	if err := l.restop(ctx); err != nil {
		return err
	}
	return l.tx.UpdateCreditBook(ctx, l.b)
}

// settle ends the months of a book that left the plans by the month: nothing held then
// may still be used, and nothing of this month is to be billed.
func (l *ledger) settle(ctx context.Context) error {
	if l.b.Month == "" || l.b.Held > 0 {
		return nil
	}
	from, end, err := monthEdges(l.b.Month)
	if err != nil {
		return err
	}
	late, err := l.tx.CreditUsedOf(ctx, word(store.PlanPostpaid), store.Micros(from), store.Micros(end))
	if err == nil && late == 0 {
		l.b.Month = ""
	}
	return err
}

// begin takes over the terms that are in force at an instant.
func (l *ledger) begin(ctx context.Context, at time.Time) error {
	terms, err := l.tx.PlanTerms(ctx, store.Micros(at))
	if err != nil {
		return err
	}
	l.b.Plan, l.b.Since, l.b.NextAt = terms.Plan, store.Micros(at), 0
	l.b.Version++
	if !monthly(terms.Plan) {
		return l.arrived(ctx) // without limit, or with what was bought before
	}
	return nil
}

// allot brings what a month has, once. It pays no debt: that is not what it is for.
func (l *ledger) allot(ctx context.Context, id string, units int64) error {
	if units == 0 {
		return nil
	}
	_, end, err := monthEdges(l.b.Month)
	if err != nil {
		return err
	}
	if done, err := l.was(ctx, id, id); done || err != nil {
		return err
	}
	e := store.CreditEntry{ID: id, Kind: string(KindMonth), Digest: id, Ref: monthText(l.b.Month)}
	return l.bring(ctx, e, Bonus, []store.CreditLot{{Units: units, ExpiresAt: store.Micros(end)}})
}

// bill makes the statement of a month that is over, once.
func (l *ledger) bill(ctx context.Context, month string, end time.Time) error {
	_, err := l.tx.CreditStatement(ctx, month)
	if fail.KindOf(err) != fail.NotFound {
		return err
	}
	from, _, err := monthEdges(month)
	if err != nil {
		return err
	}
	terms, err := l.tx.PlanTerms(ctx, store.Micros(end)-1)
	if err != nil {
		return err
	}
	r := store.StatementRow{Mes: month, Plan: l.b.Plan, Price: terms.Price, MadeAt: store.Micros(l.tx.Now()), DueAt: store.Micros(end.AddDate(0, 0, dueDays))}
	if r.Plan != store.PlanPostpaid {
		if err := l.lateStamps(ctx, &r, from, end); err != nil {
			return err
		}
	}
	if !monthly(r.Plan) {
		if r.LateUnits == 0 {
			return nil
		}
		r.Plan, r.Price, r.LateUnits, r.LatePrice = store.PlanPostpaid, r.LatePrice, 0, 0
	}
	if r.Units, err = l.tx.CreditUsedOf(ctx, word(r.Plan), store.Micros(from), store.Micros(end)); err != nil {
		return err
	}
	r.Subtotal, r.Iva, r.Total = cost(r)
	if r.Total == 0 {
		r.PaidAt, r.PaidRef = r.MadeAt, "Sin cargo"
	}
	if err := l.tx.InsertCreditStatement(ctx, r); err != nil || r.Total == 0 {
		return err
	}
	return notice.Raise(ctx, l.tx, notice.Event{
		Key: "statement:" + month, What: notice.Statement, Link: "/creditos", Ref: monthText(month),
		Detail: "Total " + pesos(r.Total) + ", con IVA. Págalo a más tardar el " + lastDay(r.DueAt) + ".",
	})
}

// lateStamps puts into r what was held on Post pago, before the company left it, and used
// in this month; at the last price of then.
func (l *ledger) lateStamps(ctx context.Context, r *store.StatementRow, from, end time.Time) (err error) {
	r.LateUnits, err = l.tx.CreditUsedOf(ctx, word(store.PlanPostpaid), store.Micros(from), store.Micros(end))
	if err != nil || r.LateUnits == 0 {
		return err
	}
	terms, err := l.tx.PlanTermsOf(ctx, store.PlanPostpaid, store.Micros(end)-1)
	r.LatePrice = terms.Price
	return err
}

// cost is what a month is billed, in millionths, each amount rounded to the cent, half
// up: stamps by their price, or the month's own and the late stamps.
func cost(r store.StatementRow) (subtotal, tax, total int64) {
	subtotal = r.Price + r.LateUnits*r.LatePrice
	if r.Plan == store.PlanPostpaid {
		subtotal = r.Units * r.Price
	}
	round := func(n int64) int64 { return (n + cent/2) / cent * cent }
	subtotal = round(subtotal)
	tax = round(subtotal / 100 * iva)
	return subtotal, tax, subtotal + tax
}

// restop says anew whether stamping waits for a statement; what waited goes on when it
// does not any more.
func (l *ledger) restop(ctx context.Context) error {
	now, was := store.Micros(l.tx.Now()), l.b.Stopped
	late, err := l.tx.LateStatements(ctx, now)
	if err != nil {
		return err
	}
	terms, err := l.tx.PlanTerms(ctx, now)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	l.b.Stopped = late > 0 && terms.StopUnpaid
	if was && !l.b.Stopped {
		return l.arrived(ctx)
	}
	return nil
}

// Roll brings every company by the month into this month, and tells of statements that
// are late. The job that lets credits expire does it once an hour.
func (s *Service) Roll(ctx context.Context) error {
	const page = 200
	now := s.cfg.Now()
	for _, plan := range []string{store.PlanPostpaid, store.PlanMonthly, store.PlanPrepaid, store.PlanUnlimited} {
		for after := ""; ; {
			due, err := s.cfg.DB.Global().DueBooks(ctx, plan, monthOf(now), store.Micros(now), after, page)
			if err != nil {
				return err
			}
			for _, t := range due {
				after = t.ID()
				if err := s.inBook(ctx, t, (*ledger).roll); err != nil {
					return err
				}
			}
			if len(due) < page {
				break
			}
		}
	}
	for {
		late, err := s.cfg.DB.Global().UntoldStatements(ctx, store.Micros(now), page)
		if err != nil || len(late) == 0 {
			return err
		}
		for _, r := range late {
			if err := s.inBook(ctx, r.Tenant(), func(l *ledger, ctx context.Context) error { return l.late(ctx, r) }); err != nil {
				return err
			}
		}
	}
}

func (s *Service) inBook(ctx context.Context, t store.Tenant, do func(l *ledger, ctx context.Context) error) error {
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
		l, err := open(ctx, tx)
		if err != nil {
			return err
		}
		return do(l, ctx)
	})
}

// late tells once that a statement was not paid in time.
func (l *ledger) late(ctx context.Context, seen store.StatementRow) error {
	r, err := l.tx.CreditStatement(ctx, seen.Mes)
	if err != nil || r.PaidAt != 0 || r.Told != 0 {
		return err
	}
	if err := l.tx.TellStatement(ctx, r.Mes); err != nil {
		return err
	}
	if err := l.restop(ctx); err != nil {
		return err
	}
	text := "Debía pagarse a más tardar el " + lastDay(r.DueAt) + ". Total " + pesos(r.Total) + ", con IVA."
	if l.b.Stopped {
		text += " Lo que mandes a timbrar espera hasta que se pague; capturar y consultar sigue igual."
	}
	if err := l.tx.UpdateCreditBook(ctx, l.b); err != nil {
		return err
	}
	return notice.Raise(ctx, l.tx, notice.Event{Key: "statement:late:" + r.Mes, What: notice.Statement, Link: "/creditos", Ref: monthText(r.Mes) + ", vencido", Detail: text})
}

// monthText is AAAA-MM as a person reads it.
func monthText(month string) string {
	at, err := time.Parse(monthShape, month)
	if err != nil {
		return month
	}
	names := []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	return names[at.Month()-1] + " de " + at.Format("2006")
}

// lastDay is the last day before an instant.
func lastDay(micros int64) string {
	return store.FromMicros(micros).Add(-time.Second).In(central()).Format("02/01/2006")
}

// pesos writes millionths that are whole cents.
func pesos(micros int64) string {
	cents := micros / cent
	return "$" + count(cents/100) + "." + string(rune('0'+cents%100/10)) + string(rune('0'+cents%10))
}
