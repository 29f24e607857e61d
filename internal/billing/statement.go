package billing

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
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
	for n := 0; n < mostStatement; {
		st, err := s.statement(ctx, a, customerID, f, 500)
		if err != nil {
			return err
		}
		if n == 0 {
			if err := out([]string{st.From, "Saldo anterior", "", "", "", "", "", "", st.Opening.Fixed(2), st.Moneda}); err != nil {
				return err
			}
		}
		for _, r := range st.Rows {
			cells := []string{strings.Replace(r.Fecha, "T", " ", 1), kindText(r.Tipo), r.Folio, r.UUID, r.MetodoPago, r.Vence, r.Cargo.Fixed(2), r.Abono.Fixed(2), r.Saldo.Fixed(2), st.Moneda}
			if err := out(cells); err != nil {
				return err
			}
			n++
		}
		f.Moneda, f.From, f.To, f.After = st.Moneda, st.From, st.To, st.Next
		if st.Next == "" {
			return nil
		}
	}
	return out([]string{"", fmt.Sprintf("Sólo van los primeros %d movimientos: elige un periodo más corto.", mostStatement), "", "", "", "", "", "", "", ""})
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

// statementArgs are a statement to be mailed.
type statementArgs struct {
	ID, CustomerID, Moneda, From, To string
	Addresses                        []string
}

// Kind is the stable name of the job.
func (statementArgs) Kind() string { return "billing.statement" }

// SendStatement queues the statement of a customer to be mailed, with its movements as
// a table attached. Errors: to, to[0]…; From, To; fail.Denied for who does not see all
// that the statement would tell.
func (s *Service) SendStatement(ctx context.Context, a store.Actor, customerID string, f StatementFilter, to []string) error {
	if err := a.Require(store.RightSend); err != nil {
		return err
	}
	if !seenBy(a).All() {
		return fail.New(fail.Denied, "Tu usuario no ve todos los comprobantes: el estado de cuenta saldría incompleto. No se envió nada; pídeselo a quien administra tu empresa.")
	}
	st, err := s.Statement(ctx, a, customerID, f)
	if err != nil {
		return err
	}
	addresses, fields := cleanAddresses("to", to)
	switch {
	case len(fields) > 0:
		return fail.WithFields("No se envió nada: revisa lo marcado.", fields...)
	case len(addresses) == 0:
		return fail.WithFields("No se envió nada: revisa lo marcado.", fail.Field{Path: "to", Message: "Escribe al menos una dirección de correo."})
	case len(addresses) > maxAddresses:
		return fail.WithFields("No se envió nada: revisa lo marcado.", fail.Field{Path: "to", Message: fmt.Sprintf("Caben %d direcciones.", maxAddresses)})
	}
	args := statementArgs{s.NewID(), customerID, st.Moneda, st.From, st.To, addresses}
	after, err := json.Marshal(map[string]string{"moneda": st.Moneda, "from": st.From, "to": st.To, "addresses": strings.Join(addresses, ", ")})
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := job.Enqueue(ctx, tx, args, job.Options{Key: args.ID, MaxAttempts: maxDeliveries}); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "customer.statement", Object: "customer/" + customerID, After: string(after)})
	})
}

// runStatement mails a statement as it is now.
func (s *Service) runStatement(ctx context.Context, t store.Tenant, args statementArgs) error {
	a := store.System(t)
	f := StatementFilter{Moneda: args.Moneda, From: args.From, To: args.To}
	st, err := s.Statement(ctx, a, args.CustomerID, f)
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var table bytes.Buffer
	table.WriteString("\ufeff")
	w := csv.NewWriter(&table)
	if err := s.StatementRows(ctx, a, args.CustomerID, f, w.Write); err != nil {
		return err
	}
	w.Flush()
	v := s.DB.View(t)
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	settings, err := v.MailSettings(ctx)
	if err != nil {
		return err
	}
	name := orElse(settings.FromName, orElse(company.NombreComercial, company.Nombre))
	text := statementText(st, name)
	by, err := s.wayOf(ctx, t)
	if err != nil {
		return err
	}
	err = by.Send(ctx, send.Message{
		ID: "estado-" + args.ID, FromName: name, ReplyTo: orElse(settings.ReplyTo, company.Correo), To: args.Addresses,
		Subject: "Estado de cuenta con " + name, Text: text, HTML: htmlOf(text),
		Attachments: []send.Attachment{{Name: "estado-de-cuenta-" + st.From + "-" + st.To + ".csv", Type: "text/csv", Data: table.Bytes()}},
	})
	if fail.KindOf(err) == fail.Invalid && err != nil {
		return nil // no server will take these addresses
	}
	return err
}

// statementText is what the mail of a statement says.
func statementText(st Statement, empresa string) string {
	amount := func(d decimal.Decimal) string {
		n, err := d.Micros()
		if err != nil {
			return d.Fixed(2)
		}
		return "$" + grouped(n) + " " + st.Moneda
	}
	text := fmt.Sprintf("Hola:\n\nÉste es el estado de cuenta de %s con %s, del %s al %s.\n\n", st.Nombre, empresa, plainDay(st.From), plainDay(st.To))
	text += fmt.Sprintf("Saldo anterior: %s\nFacturado a crédito: %s\nNotas de crédito: %s\nSaldo al %s: %s", amount(st.Opening), amount(st.Charged), amount(st.Credited), plainDay(st.To), amount(st.Closing))
	if st.Now.Vencido.Sign() > 0 {
		text += fmt.Sprintf("\n\nAl %s están vencidos %s.", plainDay(st.Today), amount(st.Now.Vencido))
	}
	return text + "\n\nCada movimiento va en la tabla adjunta. Considera sólo los comprobantes emitidos aquí; si ya pagaste y no se ve, responde a este correo."
}

// plainDay writes AAAA-MM-DD as people do.
func plainDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}
