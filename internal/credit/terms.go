package credit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// Terms are how a company pays. Quantity is the ceiling (Post pago) or the allowance
// (PRM) of a month; Price, in millionths of a peso without IVA, is of a stamp or of the
// month. Stop has stamping wait while a statement is late.
type Terms struct {
	Plan            string
	Quantity, Price int64
	Stop            bool
}

// SetTerms changes how a company pays and returns from when: at once, but for what
// lessens or ends a plan by the month, which has to wait for the month's end. A change
// that waited is withdrawn.
func SetTerms(ctx context.Context, tx *store.Tx, t Terms) (from time.Time, err error) {
	if !monthly(t.Plan) {
		t = Terms{Plan: t.Plan}
	}
	l, err := openOrNew(ctx, tx)
	if err != nil {
		return from, err
	}
	if err := l.roll(ctx); err != nil {
		return from, err
	}
	from = tx.Now()
	before := store.PlanTermsRow{}
	if monthly(l.b.Plan) {
		if before, err = tx.PlanTerms(ctx, store.Micros(from)); err != nil {
			return from, err
		}
		if t.Plan != before.Plan || t.Price != before.Price || t.Quantity < before.Quantity {
			if _, from, err = monthEdges(l.b.Month); err != nil {
				return from, err
			}
		}
	}
	if err := tx.WithdrawPlanTerms(ctx, store.Micros(tx.Now())); err != nil {
		return from, err
	}
	row := store.PlanTermsRow{ID: tx.NewID(), Plan: t.Plan, Quantity: t.Quantity, Price: t.Price, StopUnpaid: t.Stop, FromAt: store.Micros(from), SetAt: store.Micros(tx.Now())}
	if err := tx.InsertPlanTerms(ctx, row); err != nil {
		return from, err
	}
	l.b.NextAt = 0
	l.b.Version++
	switch now := tx.Now(); {
	case from.After(now):
		l.b.NextAt = row.FromAt
	case monthly(l.b.Plan): // more of the same
		if err := l.allot(ctx, word(t.Plan)+":"+l.b.Month+":"+row.ID, t.Quantity-before.Quantity); err != nil {
			return from, err
		}
	default:
		l.b.Plan, l.b.Since = t.Plan, row.FromAt
		if monthly(t.Plan) {
			l.b.Month = monthOf(now)
			if err := l.allot(ctx, word(t.Plan)+":"+l.b.Month, t.Quantity); err != nil {
				return from, err
			}
		} else if err := l.arrived(ctx); err != nil {
			return from, err
		}
	}
	if err := l.restop(ctx); err != nil {
		return from, err
	}
	return from, tx.UpdateCreditBook(ctx, l.b)
}

// A PlanForm is terms as an operator typed them. Price is in pesos without IVA.
type PlanForm struct {
	Plan, Quantity, Price string
	Stop                  bool
}

func (p PlanForm) read() (Terms, error) {
	t := Terms{Plan: p.Plan, Stop: p.Stop}
	var fields []fail.Field
	switch p.Plan {
	case store.PlanUnlimited, store.PlanPrepaid:
		return t, nil
	case store.PlanPostpaid, store.PlanMonthly:
	default:
		return t, fail.OnField("Paquete", "Elige uno de la lista.")
	}
	var err error
	if t.Quantity, err = strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(p.Quantity), ",", ""), 10, 64); err != nil || t.Quantity <= 0 || t.Quantity > maxUnits {
		fields = append(fields, fail.Field{Path: "Cantidad", Message: "Escribe cuántos timbres por mes, un número entero mayor que cero."})
	}
	price, err := decimal.Parse(strings.ReplaceAll(strings.TrimSpace(p.Price), ",", ""))
	if err == nil {
		t.Price, err = price.Micros()
	}
	if err != nil || t.Price < 0 || t.Price > maxPrice*1_000_000 {
		fields = append(fields, fail.Field{Path: "Precio", Message: "Escribe el precio en pesos, sin IVA.", Fix: "Por ejemplo 1.50; hasta seis decimales."})
	}
	if len(fields) > 0 {
		return t, fail.WithFields("No se cambió nada: revisa lo marcado.", fields...)
	}
	return t, nil
}

// ChangePlan changes how a company pays, and returns from when: see [SetTerms]. The
// company is told. Errors: fields Paquete, Cantidad, Precio; fail.NotFound; fail.Denied;
// what Config.Fresh says.
func (s *Service) ChangePlan(ctx context.Context, a store.Actor, company string, in PlanForm) (from time.Time, err error) {
	if err := s.operates(a); err != nil {
		return from, err
	}
	row, err := s.company(ctx, company)
	if err != nil {
		return from, err
	}
	t, err := in.read()
	if err != nil {
		return from, err
	}
	if err := s.fresh(a); err != nil {
		return from, err
	}
	after := map[string]any{"paquete": t.Plan}
	if monthly(t.Plan) {
		after["cantidad"], after["precio_millonesimas"], after["detener"] = t.Quantity, t.Price, t.Stop
	}
	return from, s.onBoth(ctx, a, row, "credits.plan", after, func(tx *store.Tx, _ bool) (bool, error) {
		if from, err = SetTerms(ctx, tx, t); err != nil {
			return false, err
		}
		after["desde"] = from.In(central()).Format(dayShape)
		return true, notice.Raise(ctx, tx, notice.Event{
			Key: "plan:" + strconv.FormatInt(store.Micros(tx.Now()), 10), What: notice.Statement, Link: "/creditos", Ref: "cambia tu paquete",
			Detail: t.Text() + ", desde el " + from.In(central()).Format("02/01/2006") + ".",
		})
	})
}

// Text says the terms in a few words.
func (t Terms) Text() string {
	switch t.Plan {
	case store.PlanPostpaid:
		return fmt.Sprintf("Post pago: hasta %s timbres al mes, %s cada uno más IVA", count(t.Quantity), Money(t.Price))
	case store.PlanMonthly:
		return fmt.Sprintf("PRM: %s timbres al mes por %s más IVA", count(t.Quantity), Money(t.Price))
	}
	return PlanText(t.Plan)
}

// Money writes millionths of a peso, with at least two decimals.
func Money(micros int64) string {
	if micros%cent == 0 {
		return pesos(micros)
	}
	return "$" + count(micros/1_000_000) + "." + strings.TrimRight(fmt.Sprintf("%06d", micros%1_000_000), "0")
}

// Agreed is terms with when they began, or will.
type Agreed struct {
	Terms
	From      time.Time
	Withdrawn bool // before they began
}

// A Statement is a month that was billed.
type Statement struct {
	store.StatementRow
	Rfc  string // of whose it is, for who runs the portal
	Late bool
}

// Month is which, as a person reads it.
func (s Statement) Month() string { return monthText(s.Mes) }

// Due is the last day to pay it.
func (s Statement) Due() string { return lastDay(s.DueAt) }

// State is a word: pagado, vencido, pendiente.
func (s Statement) State() string {
	switch {
	case s.PaidAt != 0:
		return "pagado"
	case s.Late:
		return "vencido"
	}
	return "pendiente"
}

// A Contract is how a company pays, what was agreed before, what changes, and what was
// billed.
type Contract struct {
	Now        *Agreed // nil for a company without terms
	Next       *Agreed // what waits for the month's end, nil for nothing
	History    []Agreed
	Statements []Statement // the newest first
	More       string      // month to go on from, "" for none
	Stopped    bool        // stamping waits for a statement to be paid
}

const (
	termsShown     = 20
	statementsPage = 12
)

// Contract returns the company's own; it needs [store.RightBuy].
func (s *Service) Contract(ctx context.Context, a store.Actor, before string) (Contract, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return Contract{}, err
	}
	return s.contract(ctx, s.cfg.DB.View(a.Tenant), before)
}

func (s *Service) contract(ctx context.Context, v *store.View, before string) (c Contract, err error) {
	book, err := v.CreditBook(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return c, err
	}
	c.Stopped = book.Stopped
	rows, err := v.PlanTermsList(ctx, termsShown)
	if err != nil {
		return c, err
	}
	now := store.Micros(s.cfg.Now())
	for _, r := range rows {
		g := Agreed{Terms{r.Plan, r.Quantity, r.Price, r.StopUnpaid}, store.FromMicros(r.FromAt), r.WithdrawnAt != 0}
		switch {
		case g.Withdrawn:
		case r.FromAt > now:
			c.Next = &g
		case c.Now == nil:
			c.Now = &g
		}
		c.History = append(c.History, g)
	}
	list, err := v.CreditStatements(ctx, before, statementsPage+1)
	if len(list) > statementsPage {
		list = list[:statementsPage]
		c.More = list[statementsPage-1].Mes
	}
	for _, r := range list {
		c.Statements = append(c.Statements, Statement{r, "", r.PaidAt == 0 && r.DueAt <= now})
	}
	return c, err
}

// Pay marks a statement as paid, with the reference of the payment. Stamping that waited
// for it goes on. Errors: field Referencia; fail.NotFound for what is not there or paid
// already; fail.Denied; what Config.Fresh says.
func (s *Service) Pay(ctx context.Context, a store.Actor, company, month, ref string) error {
	if err := s.operates(a); err != nil {
		return err
	}
	row, err := s.company(ctx, company)
	if err != nil {
		return err
	}
	ref = strings.Join(strings.Fields(ref), " ")
	if n := len([]rune(ref)); n < 3 || n > maxNote {
		return fail.OnField("Referencia", "Escribe con qué se pagó: la referencia o el folio de la transferencia.")
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.onBoth(ctx, a, row, "credits.paid", map[string]any{"mes": month, "referencia": ref}, func(tx *store.Tx, _ bool) (bool, error) {
		l, err := open(ctx, tx)
		if err != nil {
			return false, err
		}
		if err := tx.PayStatement(ctx, month, ref, a.UserName, store.Micros(tx.Now())); err != nil {
			return false, err
		}
		if err := l.restop(ctx); err != nil {
			return false, err
		}
		return true, tx.UpdateCreditBook(ctx, l.b)
	})
}

// A StatementPage is some statements of all companies, the newest first.
type StatementPage struct {
	Rows []Statement
	Next string // place to go on from, "" for none
}

// Statements lists those of all companies that are pagados, pendientes or vencidos, or
// all for "", from a place.
func (s *Service) Statements(ctx context.Context, a store.Actor, which, from string) (p StatementPage, err error) {
	if err := s.operates(a); err != nil {
		return p, err
	}
	at := store.StatementPlace{MadeAt: store.NeverExpires}
	if parts := strings.Split(from, "_"); len(parts) == 3 {
		if n, err := strconv.ParseInt(parts[0], 10, 64); err == nil {
			at = store.StatementPlace{MadeAt: n, TenantID: parts[1], Mes: parts[2]}
		}
	}
	now := store.Micros(s.cfg.Now())
	rows, err := s.cfg.DB.Global().Statements(ctx, which, now, at, pageRows+1)
	if err != nil {
		return p, err
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		last := rows[pageRows-1]
		p.Next = fmt.Sprintf("%d_%s_%s", last.MadeAt, last.TenantID, last.Mes)
	}
	for _, r := range rows {
		t, err := s.cfg.DB.Global().TenantByID(ctx, r.TenantID)
		if err != nil && fail.KindOf(err) != fail.NotFound {
			return p, err
		}
		p.Rows = append(p.Rows, Statement{r, t.Rfc, r.PaidAt == 0 && r.DueAt <= now})
	}
	return p, nil
}
