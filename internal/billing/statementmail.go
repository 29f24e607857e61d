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
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// The statement of a customer and the reminder of what is overdue leave as the mails of
// receipts do: by a job, under one Message-ID, by the company's own server if it has
// one, with what became of each address kept.

const (
	mostMailed   = 40 // rows that a mail tells; a statement has all of them attached
	mailsOnSight = 10 // that a statement shows as sent
)

// Overdue are the documents of a customer that should be paid by now, oldest first, and
// what they add up to by moneda. What credit notes take off is taken off the oldest.
type Overdue struct {
	Rows   []OverdueRow
	More   int // documents beside Rows
	Totals []Owed
}

// An OverdueRow is one document that is overdue, and what is owed of it.
type OverdueRow struct {
	ID, Folio, Fecha, Vence, Moneda string
	Total, Saldo                    decimal.Decimal
}

// Overdue lists what a customer should have paid by today. Errors as [Service.Statement].
func (s *Service) Overdue(ctx context.Context, a store.Actor, customerID string) (Overdue, error) {
	st, err := s.statement(ctx, a, customerID, StatementFilter{}, 1)
	if err != nil {
		return Overdue{}, err
	}
	return s.overdue(ctx, a, st)
}

func (s *Service) overdue(ctx context.Context, a store.Actor, st Statement) (out Overdue, err error) {
	v, due := s.DB.View(a.Tenant), dayAfter(st.Today, -st.DiasCredito)
	m := store.Movements{CustomerID: st.CustomerID, Seen: seenBy(a)}
	sums, err := v.OwedSums(ctx, m, due)
	if err != nil {
		return out, err
	}
	m.To, m.Owed, m.Limit = due, true, 500
	for _, sum := range sums {
		credit := -sum.Abonos
		if sum.Vencido <= credit {
			continue
		}
		out.Totals = append(out.Totals, Owed{Moneda: sum.Moneda, Saldo: decimal.FromMicros(sum.Cargos - credit), Vencido: decimal.FromMicros(sum.Vencido - credit)})
		m.Moneda, m.AfterFecha, m.AfterID = sum.Moneda, "", ""
		for rows := []store.DocumentRow{{}}; len(rows) > 0; {
			if rows, err = v.CustomerDocuments(ctx, m); err != nil {
				return out, err
			}
			for _, r := range rows {
				m.AfterFecha, m.AfterID = r.Fecha, r.ID
				off := min(credit, r.Adeudo)
				credit -= off
				out.add(r, r.Adeudo-off, st.DiasCredito)
			}
		}
	}
	return out, nil
}

func (o *Overdue) add(r store.DocumentRow, owed int64, days int) {
	switch {
	case owed <= 0:
	case len(o.Rows) == mostMailed:
		o.More++
	default:
		x := movementOf(r, owed, days)
		o.Rows = append(o.Rows, OverdueRow{x.ID, x.Folio, x.Fecha, x.Vence, r.Moneda, x.Cargo, x.Saldo})
	}
}

// A CustomerMail is a statement or a reminder that was mailed to a customer.
type CustomerMail struct {
	Reminder bool
	To, Cc   []string
	State    DeliveryState
	Error    string // Spanish
	Who      string // user name
	At       time.Time
}

// CustomerMails are the last that were mailed to a customer, newest first; none for who
// does not see customers or all of their documents.
func (s *Service) CustomerMails(ctx context.Context, a store.Actor, customerID string) ([]CustomerMail, error) {
	if !a.Holds(store.RightReceipts) || !a.Holds(store.RightSeeCustomers) || !seenBy(a).All() {
		return nil, nil
	}
	rows, err := s.DB.View(a.Tenant).CustomerMails(ctx, customerID, mailsOnSight)
	if err != nil {
		return nil, err
	}
	var out []CustomerMail
	for _, r := range rows {
		m := CustomerMail{Reminder: r.What == store.MailReminder, State: DeliveryState(r.State), Error: r.Error, Who: r.UserName, At: store.FromMicros(r.CreatedAt)}
		if m.To, m.Cc, err = listed(asDelivery(r)); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// SendStatement queues the statement of a customer to be mailed: its movements, and all
// of them as a table attached. Errors: to, to[0]…; From, To; fail.Denied for who does
// not see all that the statement would tell.
func (s *Service) SendStatement(ctx context.Context, a store.Actor, customerID string, f StatementFilter, to []string) error {
	if err := mayMail(a); err != nil {
		return err
	}
	st, err := s.statement(ctx, a, customerID, f, 1)
	if err != nil {
		return err
	}
	r := store.CustomerMailRow{What: store.MailStatement, CustomerID: customerID, Moneda: st.Moneda, Desde: st.From, Hasta: st.To}
	return s.queueCustomerMail(ctx, a, r, to)
}

// SendReminder queues a mail that reminds a customer of what is overdue, in every
// moneda. Errors: to, to[0]…; fail.Conflict when nothing is overdue; fail.Denied for who
// does not see all that it would tell.
func (s *Service) SendReminder(ctx context.Context, a store.Actor, customerID string, to []string) error {
	if err := mayMail(a); err != nil {
		return err
	}
	o, err := s.Overdue(ctx, a, customerID)
	if err != nil {
		return err
	}
	if len(o.Totals) == 0 {
		return fail.New(fail.Conflict, "Este cliente no tiene nada vencido. No se envió ningún recordatorio.")
	}
	return s.queueCustomerMail(ctx, a, store.CustomerMailRow{What: store.MailReminder, CustomerID: customerID}, to)
}

func mayMail(a store.Actor) error {
	if err := a.Require(store.RightSend); err != nil {
		return err
	}
	if !seenBy(a).All() {
		return fail.New(fail.Denied, "Tu usuario no ve todos los comprobantes: el correo saldría incompleto. No se envió nada; pídeselo a quien administra tu empresa.")
	}
	return nil
}

func (s *Service) queueCustomerMail(ctx context.Context, a store.Actor, r store.CustomerMailRow, to []string) error {
	addresses, fields := cleanAddresses("to", to)
	switch {
	case len(fields) > 0:
		return fail.WithFields("No se envió nada: revisa lo marcado.", fields...)
	case len(addresses) == 0:
		return fail.WithFields("No se envió nada: revisa lo marcado.", fail.Field{Path: "to", Message: "Escribe al menos una dirección de correo."})
	case len(addresses) > maxAddresses:
		return fail.WithFields("No se envió nada: revisa lo marcado.", fail.Field{Path: "to", Message: fmt.Sprintf("Caben %d direcciones.", maxAddresses)})
	}
	r.ID, r.State, r.UserName, r.CreatedAt = s.NewID(), string(EnCola), a.UserName, s.micros()
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		settings, err := tx.MailSettings(ctx)
		if err != nil {
			return err
		}
		copies, err := settings.Addresses()
		if err != nil {
			return err
		}
		cc := copied(mail{to: addresses}, copies)
		if r.Recipients, r.Copies, err = jsonLists(addresses, cc); err != nil {
			return err
		}
		if err := tx.InsertCustomerMail(ctx, r); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, customerMailArgs{r.ID}, job.Options{Key: r.ID, MaxAttempts: forever}); err != nil {
			return err
		}
		after, err := json.Marshal(map[string]string{"moneda": r.Moneda, "from": r.Desde, "to": r.Hasta, "addresses": strings.Join(append(addresses, cc...), ", ")})
		if err != nil {
			return err
		}
		action := map[string]string{store.MailStatement: "customer.statement", store.MailReminder: "customer.reminder"}[r.What]
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: action, Object: "customer/" + r.CustomerID, After: string(after)})
	})
}

// customerMailArgs name the mail that a job sends.
type customerMailArgs struct {
	ID string `json:"id"`
}

// Kind is the stable name of the job.
func (customerMailArgs) Kind() string { return "billing.customermail" }

// runCustomerMail mails a statement or a reminder as it is now.
func (s *Service) runCustomerMail(ctx context.Context, t store.Tenant, args customerMailArgs) error {
	r, err := s.DB.View(t).CustomerMail(ctx, args.ID)
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil || r.State != string(EnCola) {
		return err
	}
	var by way
	m, err := s.customerMessage(ctx, t, r)
	if err == nil {
		by, err = s.wayOf(ctx, t)
	}
	if err == nil {
		err = by.Send(ctx, m)
	}
	return s.customerMailed(ctx, t, by, r, err)
}

// customerMailed notes how a try went, as delivered does.
func (s *Service) customerMailed(ctx context.Context, t store.Tenant, by way, r store.CustomerMailRow, failure error) error {
	d := asDelivery(r)
	got, bounced, err := s.tried(by, &d, failure)
	if err != nil {
		return err
	}
	if kind := fail.KindOf(failure); failure != nil && (kind == fail.NotFound || kind == fail.Conflict) { // the customer is gone, or paid up
		d.State, d.Error = string(Fallido), fail.MessageOf(failure)
	}
	r.State, r.Error, r.Tries, r.SentAt, r.Outcome = d.State, d.Error, d.Tries, d.SentAt, d.Outcome
	err = s.DB.Update(ctx, t, func(tx *store.Tx) error {
		if err := tx.ChangeCustomerMail(ctx, r); err != nil {
			return err
		}
		about := notice.Event{Key: r.ID, Owner: r.UserName, Ref: customerMailName(r), Link: "/clientes/" + r.CustomerID + "/cuenta"}
		if err := s.noteAddresses(ctx, tx, about, got, bounced); err != nil {
			return err
		}
		return s.noteServer(ctx, tx, by, d, failure)
	})
	if err != nil || r.State != string(EnCola) {
		return err
	}
	return fmt.Errorf("mail %s: %w", r.ID, failure)
}

func customerMailName(r store.CustomerMailRow) string {
	if r.What == store.MailReminder {
		return "un recordatorio de pago"
	}
	return "un estado de cuenta"
}

// asDelivery is what a mail to a customer has in common with the mail of a receipt.
func asDelivery(r store.CustomerMailRow) store.DeliveryRow {
	return store.DeliveryRow{ID: r.ID, Recipients: r.Recipients, Copies: r.Copies, State: r.State, Error: r.Error, Tries: r.Tries, SentAt: r.SentAt, Outcome: r.Outcome}
}

// customerMessage puts the mail together from what is owed now.
func (s *Service) customerMessage(ctx context.Context, t store.Tenant, r store.CustomerMailRow) (send.Message, error) {
	v := s.DB.View(t)
	company, err := v.Company(ctx)
	if err != nil {
		return send.Message{}, err
	}
	settings, err := v.MailSettings(ctx)
	if err != nil {
		return send.Message{}, err
	}
	m := send.Message{FromName: orElse(settings.FromName, orElse(company.NombreComercial, company.Nombre)), ReplyTo: orElse(settings.ReplyTo, company.Correo)}
	d := asDelivery(r)
	if m.To, m.Cc, err = listed(d); err != nil {
		return m, err
	}
	o, err := outcomeOf(d)
	if err != nil {
		return m, err
	}
	m.Done = o.settled()
	signed := m.FromName + "\nRFC " + company.Rfc
	var l ledger
	if r.What == store.MailReminder {
		m.ID, m.Subject = "recordatorio-"+r.ID, "Recordatorio de pago de "+m.FromName
		l, err = s.reminderLetter(ctx, t, r, m.FromName)
	} else {
		m.ID, m.Subject = "estado-"+r.ID, "Estado de cuenta con "+m.FromName
		l, m.Attachments, err = s.statementLetter(ctx, t, r, m.FromName)
	}
	if err != nil {
		return m, err
	}
	l.After = append(l.After, signed)
	m.Text, m.HTML = l.text(), l.html()
	return m, nil
}

// statementLetter is the statement of a period with its last movements, and all of them
// as a table.
func (s *Service) statementLetter(ctx context.Context, t store.Tenant, r store.CustomerMailRow, empresa string) (ledger, []send.Attachment, error) {
	a, f := store.System(t), StatementFilter{Moneda: r.Moneda, From: r.Desde, To: r.Hasta}
	var st Statement
	var rows []Movement
	n := 0
	_, err := s.movements(ctx, a, r.CustomerID, f, func(page Statement, first bool) error {
		if first {
			st = page
		}
		n += len(page.Rows)
		rows = append(rows, page.Rows...)
		rows = rows[max(0, len(rows)-mostMailed):]
		return nil
	})
	if err != nil {
		return ledger{}, nil, err
	}
	var table bytes.Buffer
	table.WriteString("\ufeff")
	w := csv.NewWriter(&table)
	if err := s.StatementRows(ctx, a, r.CustomerID, f, w.Write); err != nil {
		return ledger{}, nil, err
	}
	w.Flush()
	file := send.Attachment{Name: "estado-de-cuenta-" + st.From + "-" + st.To + ".csv", Type: "text/csv", Data: table.Bytes()}
	return statementLedger(st, rows, n, empresa), []send.Attachment{file}, w.Error()
}

// statementLedger tells the last rows of n.
func statementLedger(st Statement, rows []Movement, n int, empresa string) ledger {
	l := ledger{
		Title: "Estado de cuenta", Hello: st.Nombre,
		Before: []string{fmt.Sprintf("Éste es tu estado de cuenta con %s, del %s al %s.", empresa, plainDay(st.From), plainDay(st.To))},
		Facts: [][2]string{
			{"Saldo anterior", pesos(st.Opening, st.Moneda)},
			{"Facturado a crédito", pesos(st.Charged, st.Moneda)},
			{"Notas de crédito", pesos(st.Credited, st.Moneda)},
			{"Saldo al " + plainDay(st.To), pesos(st.Closing, st.Moneda)},
		},
		Heads: [2]string{"Movimiento", "Importe y saldo"},
	}
	if st.Now.Vencido.Sign() > 0 {
		l.Facts = append(l.Facts, [2]string{"Vencido al " + plainDay(st.Today), pesos(st.Now.Vencido, st.Moneda)})
	}
	for _, r := range rows {
		what, amount := plainDay(day(r.Fecha)), pesos(r.Cargo, "")
		switch {
		case r.Spot():
			what += ", pagada al emitir"
		case r.Vence != "":
			what += ", vence " + plainDay(r.Vence)
		default:
			amount = "−" + pesos(r.Abono, "")
		}
		l.Rows = append(l.Rows, [4]string{kindText(r.Tipo) + " " + r.Folio, what, amount, "saldo " + pesos(r.Saldo, "")})
	}
	switch {
	case n == 0:
		l.After = append(l.After, "En este periodo no hubo movimientos.")
	case n > len(rows):
		l.After = append(l.After, fmt.Sprintf("Aquí ves los últimos %d movimientos de %d; todos van en la tabla adjunta.", len(rows), n))
	default:
		l.After = append(l.After, "Los mismos movimientos van en la tabla adjunta.")
	}
	l.After = append(l.After, "Considera sólo los comprobantes emitidos aquí; si ya pagaste y no se ve, responde a este correo.")
	return l
}

// reminderLetter is what is overdue now. fail.Conflict when nothing is any more.
func (s *Service) reminderLetter(ctx context.Context, t store.Tenant, r store.CustomerMailRow, empresa string) (ledger, error) {
	st, err := s.statement(ctx, store.System(t), r.CustomerID, StatementFilter{}, 1)
	if err != nil {
		return ledger{}, err
	}
	o, err := s.overdue(ctx, store.System(t), st)
	if err != nil {
		return ledger{}, err
	}
	if len(o.Totals) == 0 {
		return ledger{}, fail.New(fail.Conflict, "Cuando iba a salir ya no había nada vencido. No se envió.")
	}
	return reminderLedger(st, o, empresa), nil
}

func reminderLedger(st Statement, o Overdue, empresa string) ledger {
	l := ledger{Title: "Recordatorio de pago", Hello: st.Nombre, Heads: [2]string{"Factura", "Por pagar"}}
	l.Before = []string{"Te escribimos de " + empresa + " para recordarte estas facturas, que ya pasaron su fecha de pago:"}
	for _, r := range o.Rows {
		row := [4]string{r.Folio, plainDay(day(r.Fecha)) + ", venció " + plainDay(r.Vence), pesos(r.Saldo, r.Moneda), ""}
		if !r.Saldo.Equal(r.Total) {
			row[3] = "de " + pesos(r.Total, r.Moneda)
		}
		l.Rows = append(l.Rows, row)
	}
	if o.More > 0 {
		l.Rows = append(l.Rows, [4]string{fmt.Sprintf("Y %d más", o.More), "están en tu estado de cuenta", "", ""})
	}
	for _, x := range o.Totals {
		l.Sums = append(l.Sums, [2]string{"Total vencido al " + plainDay(st.Today), pesos(x.Vencido, x.Moneda)})
	}
	l.After = []string{
		"Si ya pagaste, gracias: responde a este correo con tu comprobante y lo revisamos.",
		"Si tienes alguna duda o necesitas acordar otra fecha, también puedes responder aquí.",
	}
	return l
}

// day is the day of a Fecha.
func day(fecha string) string { return fecha[:min(len(time.DateOnly), len(fecha))] }

// pesos writes an amount as a mail does.
func pesos(d decimal.Decimal, moneda string) string {
	text := d.Fixed(2)
	if n, err := d.Micros(); err == nil {
		text = grouped(n)
	}
	if negative := strings.TrimPrefix(text, "-"); negative != text {
		return strings.TrimSpace("−$" + negative + " " + moneda)
	}
	return strings.TrimSpace("$" + text + " " + moneda)
}

// plainDay writes AAAA-MM-DD as people do.
func plainDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}
