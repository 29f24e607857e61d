package billing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// An account statement tells what a customer owes by what the company issued it: an
// invoice paid later (PPD) is owed until a credit note takes it off, one paid at issue
// (PUE) is charged and paid at once. Payments are not kept yet: none is guessed.

const (
	statementRows  = 50
	mostStatement  = 5000 // rows of a file or a mail
	statementYears = 5    // of the longest period
)

// A StatementFilter chooses the part of a statement. From and To are days (AAAA-MM-DD),
// both included; empty, the last twelve months. Moneda empty is the one most used.
type StatementFilter struct {
	Moneda, From, To string
	After            string // Next of the page before
}

// A Statement is one page of what a customer was charged and credited in one moneda.
type Statement struct {
	CustomerID, Nombre, Rfc string
	Correos                 []string
	DiasCredito             int
	Moneda, From, To        string
	Monedas                 []Owed          // all that the customer has documents in
	Opening                 decimal.Decimal // owed before From
	Start                   decimal.Decimal // owed before the first row of this page
	Charged, Credited, Spot decimal.Decimal // of the period: paid later, taken off, paid at issue
	Closing                 decimal.Decimal // owed at the end of To
	Rows                    []Movement
	Next                    string
	Now                     Owed            // today, whatever the period
	Limit, Free             decimal.Decimal // of credit, absent without one or in another moneda
	Today                   string
	Partial                 bool // who asks does not see everything
}

// An Owed is what is owed in one moneda today, and what of it is overdue.
type Owed struct {
	Moneda         string
	Saldo, Vencido decimal.Decimal
}

// A Movement is one document of a statement and what is owed after it.
type Movement struct {
	ID, Fecha, Tipo, Folio, UUID, MetodoPago string
	Cargo, Abono, Saldo                      decimal.Decimal
	Vence                                    string // day it is due, "" when it is paid at issue
}

// Spot reports whether it was settled as it was issued.
func (m Movement) Spot() bool { return m.Cargo.Equal(m.Abono) }

// Statement is one page of the statement of a customer. Who sees only some documents
// gets those, and is told; who does not see customers gets no addresses and no limit.
// Errors: From, To; fail.NotFound.
func (s *Service) Statement(ctx context.Context, a store.Actor, customerID string, f StatementFilter) (Statement, error) {
	return s.statement(ctx, a, customerID, f, statementRows)
}

func (s *Service) statement(ctx context.Context, a store.Actor, customerID string, f StatementFilter, limit int) (Statement, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return Statement{}, err
	}
	v := s.DB.View(a.Tenant)
	customer, err := v.Customer(ctx, customerID)
	if err != nil {
		return Statement{}, err
	}
	company, err := v.Company(ctx)
	if absent(&err); err != nil {
		return Statement{}, err
	}
	st := Statement{
		CustomerID: customer.ID, Nombre: customer.Nombre, Rfc: customer.Rfc, DiasCredito: int(customer.DiasCredito),
		Today: s.Now().In(s.Catalog.Location(lugar(company))).Format(time.DateOnly), Partial: !seenBy(a).All(),
	}
	if st.From, st.To, err = period(f, st.Today); err != nil {
		return st, err
	}
	if !a.Holds(store.RightSeeCustomers) { // what is owed is told by receipts; this is not
		customer.Correos, customer.LimiteCredito = "[]", nil
	}
	if st.Correos, err = customerMails(customer); err != nil {
		return st, err
	}
	m := store.Movements{CustomerID: customerID, Seen: seenBy(a), Limit: limit + 1}
	if err := st.now(ctx, v, m, customer, f.Moneda); err != nil {
		return st, err
	}
	m.Moneda, m.From, m.To = st.Moneda, st.From, dayAfter(st.To, 1)
	if err := st.sums(ctx, v, m); err != nil {
		return st, err
	}
	m.AfterFecha, m.AfterID, _ = strings.Cut(f.After, "|")
	return st, st.page(ctx, v, m, limit)
}

// period is the days asked for, or the last twelve months.
func period(f StatementFilter, today string) (from, to string, err error) {
	day, _ := time.Parse(time.DateOnly, today)
	from, to = orElse(f.From, day.AddDate(-1, 0, 1).Format(time.DateOnly)), orElse(f.To, today)
	var days [2]time.Time
	for i, x := range []struct{ path, value string }{{"From", from}, {"To", to}} {
		if days[i], err = time.Parse(time.DateOnly, x.value); err != nil {
			return "", "", fail.OnField(x.path, "La fecha va como AAAA-MM-DD.")
		}
	}
	switch {
	case days[1].Before(days[0]):
		return "", "", fail.OnField("To", "El periodo termina antes de empezar.")
	case days[1].After(days[0].AddDate(statementYears, 0, 0)):
		return "", "", fail.OnField("From", fmt.Sprintf("El periodo puede ser de hasta %d años.", statementYears))
	}
	return from, to, nil
}

func dayAfter(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

func customerMails(r store.CustomerRow) ([]string, error) {
	to, cc, err := addressees(r.Correos)
	return append(to, cc...), err
}

// now fills in what is owed today, by moneda: what credit notes take off is taken off
// the oldest invoices first.
func (st *Statement) now(ctx context.Context, v *store.View, m store.Movements, r store.CustomerRow, moneda string) error {
	sums, err := v.OwedSums(ctx, m, dayAfter(st.Today, -int(r.DiasCredito)))
	if err != nil {
		return err
	}
	st.Moneda = moneda
	for i, x := range sums {
		o := Owed{Moneda: x.Moneda, Saldo: decimal.FromMicros(x.Cargos + x.Abonos), Vencido: decimal.FromMicros(max(0, x.Vencido+x.Abonos))}
		st.Monedas = append(st.Monedas, o)
		if x.Moneda == moneda || moneda == "" && i == 0 {
			st.Moneda, st.Now = x.Moneda, o
		}
	}
	st.Moneda = orElse(st.Moneda, orElse(r.Moneda, "MXN"))
	if st.Now.Moneda == "" {
		st.Now = Owed{Moneda: st.Moneda, Saldo: decimal.New(0, 2), Vencido: decimal.New(0, 2)}
	}
	if r.LimiteCredito != nil && st.Moneda == orElse(r.Moneda, "MXN") {
		st.Limit = decimal.FromMicros(*r.LimiteCredito)
		st.Free = st.Limit.Sub(st.Now.Saldo)
	}
	return nil
}

func (st *Statement) sums(ctx context.Context, v *store.View, m store.Movements) error {
	before, err := v.OwedThrough(ctx, m)
	if err != nil {
		return err
	}
	sums, err := v.OwedSums(ctx, m, "")
	if err != nil {
		return err
	}
	var x store.OwedSum
	if len(sums) > 0 {
		x = sums[0]
	}
	st.Opening, st.Closing = decimal.FromMicros(before), decimal.FromMicros(before+x.Cargos+x.Abonos)
	st.Charged, st.Credited, st.Spot = decimal.FromMicros(x.Cargos), decimal.FromMicros(-x.Abonos), decimal.FromMicros(x.Contado)
	return nil
}

// page fills in the rows, and what is owed before the first and after each.
func (st *Statement) page(ctx context.Context, v *store.View, m store.Movements, limit int) error {
	owed, err := v.OwedThrough(ctx, m)
	if err != nil {
		return err
	}
	rows, err := v.CustomerDocuments(ctx, m)
	if err != nil {
		return err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		st.Next = rows[limit-1].Fecha + "|" + rows[limit-1].ID
	}
	st.Start = decimal.FromMicros(owed)
	for _, r := range rows {
		owed += r.Adeudo
		st.Rows = append(st.Rows, movementOf(r, owed, st.DiasCredito))
	}
	return nil
}

func movementOf(r store.DocumentRow, owed int64, days int) Movement {
	x := Movement{
		ID: r.ID, Fecha: r.Fecha, Tipo: r.Tipo, Folio: folioText(r.Serie, folioOf(r)), UUID: r.UUID, MetodoPago: r.MetodoPago,
		Saldo: decimal.FromMicros(owed),
	}
	total, zero := decimal.FromMicros(r.Total), decimal.New(0, 2)
	switch {
	case r.Adeudo > 0:
		x.Cargo, x.Abono, x.Vence = total, zero, dayAfter(r.Fecha[:min(10, len(r.Fecha))], days)
	case r.Adeudo < 0:
		x.Cargo, x.Abono = zero, total
	default:
		x.Cargo, x.Abono = total, total
	}
	return x
}

// StatementRows calls out with each row of the statement of the period, with its
// heading first, up to five thousand: texts, amounts with two decimals.
func (s *Service) StatementRows(ctx context.Context, a store.Actor, customerID string, f StatementFilter, out func(cells []string) error) error {
	f.After = ""
	if err := out([]string{"Fecha", "Comprobante", "Folio", "Folio fiscal", "Método de pago", "Vence", "Cargo", "Abono", "Saldo", "Moneda"}); err != nil {
		return err
	}
	more, err := s.movements(ctx, a, customerID, f, func(st Statement, first bool) error {
		if first {
			if err := out([]string{st.From, "Saldo anterior", "", "", "", "", "", "", st.Opening.Fixed(2), st.Moneda}); err != nil {
				return err
			}
		}
		for _, r := range st.Rows {
			cells := []string{strings.Replace(r.Fecha, "T", " ", 1), kindText(r.Tipo), r.Folio, r.UUID, r.MetodoPago, r.Vence, r.Cargo.Fixed(2), r.Abono.Fixed(2), r.Saldo.Fixed(2), st.Moneda}
			if err := out(cells); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !more {
		return err
	}
	return out([]string{"", fmt.Sprintf("Sólo van los primeros %d movimientos: elige un periodo más corto.", mostStatement), "", "", "", "", "", "", "", ""})
}

// movements calls out with each page of the statement of the period, up to five
// thousand rows; more when there are others.
func (s *Service) movements(ctx context.Context, a store.Actor, customerID string, f StatementFilter, out func(st Statement, first bool) error) (more bool, err error) {
	for n := 0; n < mostStatement; {
		st, err := s.statement(ctx, a, customerID, f, 500)
		if err != nil {
			return false, err
		}
		if err := out(st, f.After == ""); err != nil {
			return false, err
		}
		n += len(st.Rows)
		f.Moneda, f.From, f.To, f.After = st.Moneda, st.From, st.To, st.Next
		if st.Next == "" {
			return false, nil
		}
	}
	return true, nil
}

// Balances are what customers owe by their ids, for the column of a list. Who sees only
// some documents gets none.
func (s *Service) Balances(ctx context.Context, a store.Actor, ids []string) (map[string][]Owed, error) {
	if !a.Holds(store.RightReceipts) || !seenBy(a).All() {
		return nil, nil
	}
	rows, err := s.DB.View(a.Tenant).CustomerBalances(ctx, ids)
	out := map[string][]Owed{}
	for _, r := range rows {
		if r.Saldo != 0 {
			out[r.CustomerID] = append(out[r.CustomerID], Owed{Moneda: r.Moneda, Saldo: decimal.FromMicros(r.Saldo)})
		}
	}
	return out, err
}
