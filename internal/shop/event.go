package shop

import (
	"context"
	"fmt"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// whyNot is an error as a person may read it.
func whyNot(err error) string {
	text := fail.MessageOf(err)
	for _, f := range fail.FieldsOf(err) {
		text += " " + f.Message
	}
	return strings.TrimSpace(text)
}

// What a gateway says, as the shop understands it.
const (
	said      = ""          // nothing that concerns an order
	paid      = "pagado"    // the money is there
	promised  = "prometido" // the buyer has a slip; the money comes later
	failed    = "fallido"   // it will not be paid
	returned  = "devuelto"  // all of the money went back
	returning = "parcial"   // some of the money went back
	disputed  = "disputado" // the bank took the money back
	won       = "ganado"    // and gave it again
)

// An Event is what a gateway says. [Stripe.Read] makes it of bytes whose signature holds.
type Event struct {
	ID, Type string
	raw      string
	what     string
	order    string // names that the gateway was given by us
	company  string
	session  string
	payment  string
	card     string // hash
	amount   int64  // millionths
	currency string
	odd      string // why it cannot be right, whatever the order
}

// Hear takes what the gateway g says, once. Heard again, it does nothing. An error means
// that nothing was kept and that it should be said again.
func (s *Service) Hear(ctx context.Context, g Gateway, e Event) error {
	if e.what == paid {
		if asks, ok := g.(interface {
			Instrument(ctx context.Context, payment string) (string, error)
		}); ok && e.payment != "" {
			var err error
			if e.card, err = asks.Instrument(ctx, e.payment); err != nil {
				s.cfg.Log.WarnContext(ctx, "the card of a payment", "event", e.ID, "error", err)
			}
		}
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		row := store.ShopEventRow{Gateway: g.Name(), ID: e.ID, Type: e.Type, Raw: e.raw, ReceivedAt: s.micros(), State: store.EventNothing}
		if kept, err := gtx.KeepShopEvent(ctx, row); err != nil || !kept {
			return err
		}
		if e.what == said {
			return nil
		}
		if e.what == paid && e.odd == "" && e.currency == "mxn" {
			row.Amount = e.amount // that may be accepted
		}
		var err error
		if row.State, row.Why, err = s.judge(ctx, gtx, g, e, &row); err != nil {
			return err
		}
		return gtx.EndShopEvent(ctx, row)
	})
}

// judge does what an event means and says what became of it. It writes whose it is into
// row.
func (s *Service) judge(ctx context.Context, gtx *store.GlobalTx, g Gateway, e Event, row *store.ShopEventRow) (state, why string, err error) {
	t, id, err := whose(ctx, gtx, g.Name(), e)
	if fail.KindOf(err) == fail.NotFound {
		if e.what == failed || e.what == promised {
			return store.EventNothing, "No es de ningún pedido.", nil
		}
		return store.EventReview, "No sabemos de qué pedido es.", nil
	}
	if err != nil {
		return "", "", err
	}
	tx := gtx.For(t)
	o, err := tx.OrderForUpdate(ctx, id)
	if err != nil {
		return "", "", err
	}
	row.TenantID, row.OrderID = t.ID(), id
	if why := differs(g, e, t, o); why != "" {
		if e.what != paid {
			return store.EventReview, why, nil
		}
		return store.EventReview, why, tell(ctx, tx, o, notice.ShopDiffers, why)
	}
	switch e.what {
	case paid:
		return s.hearPaid(ctx, gtx, g, e, t, o)
	case promised:
		return s.hearPromised(ctx, tx, e, o)
	case failed:
		if o.State != store.OrderPending {
			return store.EventNothing, "El pedido ya no esperaba pago.", nil
		}
		return store.EventDone, "", s.expired(ctx, tx, &o, "El pago no se completó. No se cobró nada.")
	case returned, disputed:
		return s.hearReturned(ctx, gtx, e, tx, o)
	case returning:
		return store.EventReview, "Se devolvió sólo una parte; decide cuántos créditos revertir.", nil
	}
	return store.EventReview, "El banco resolvió el contracargo a tu favor; decide si devuelves los créditos.", nil
}

// whose finds the order of an event by the names that the gateway knows it by.
func whose(ctx context.Context, gtx *store.GlobalTx, gateway string, e Event) (store.Tenant, string, error) {
	for _, name := range [][2]string{{gateway, e.session}, {gateway, e.payment}, {"pedido", e.order}} {
		if name[1] == "" {
			continue
		}
		t, id, err := gtx.OrderRef(ctx, name[0], name[1])
		if fail.KindOf(err) != fail.NotFound {
			return t, id, err
		}
	}
	return store.Tenant{}, "", store.Absent()
}

// differs says why an event cannot be of an order, "" when it can.
func differs(g Gateway, e Event, t store.Tenant, o store.OrderRow) string {
	switch {
	case e.odd != "":
		return e.odd
	case o.Gateway != g.Name():
		return "El pedido se paga de otra forma."
	case e.company != "" && e.company != t.ID() || e.order != "" && e.order != o.ID:
		return "La empresa o el pedido no son los de la sesión de pago."
	case e.what == paid && e.session != "" && o.Session != "" && e.session != o.Session:
		return "La sesión de pago no es la de este pedido."
	case e.what == paid && (e.currency != "mxn" || e.amount != o.Total):
		return fmt.Sprintf("Llegaron %s %s y el pedido es de MXN %s.", strings.ToUpper(e.currency), Pesos(e.amount), Pesos(o.Total))
	case e.what == returned && e.amount != o.Total:
		return fmt.Sprintf("Se devolvieron $%s y el pedido es de $%s.", Pesos(e.amount), Pesos(o.Total))
	}
	return ""
}

// hearPaid is money for an order: of one that waits it makes credits.
func (s *Service) hearPaid(ctx context.Context, gtx *store.GlobalTx, g Gateway, e Event, t store.Tenant, o store.OrderRow) (state, why string, err error) {
	tx := gtx.For(t)
	if e.payment != "" {
		if mine, err := gtx.ClaimOrderRef(ctx, g.Name(), e.payment, t, o.ID); err != nil || !mine {
			return store.EventReview, "Ese pago ya era de otro pedido.", err
		}
	}
	switch {
	case o.State == store.OrderPending:
		o.Payment, o.Instrument = e.payment, e.card
		return store.EventDone, "", s.credited(ctx, tx, &o, portalName, Method(o.Method).Text())
	case o.PaidAt > 0 && (e.payment == "" || e.payment == o.Payment):
		return store.EventNothing, "El pedido ya estaba acreditado.", nil
	case o.PaidAt > 0:
		return store.EventReview, "Es un segundo pago del mismo pedido.", tell(ctx, tx, o, notice.ShopDiffers, "Llegó un segundo pago del mismo pedido.")
	}
	why = "Llegó dinero de un pedido " + strings.ToLower(StateText(o.State)) + "."
	if o.Payment == "" {
		o.Payment, o.Instrument = e.payment, e.card
		if err := tx.UpdateOrder(ctx, o); err != nil {
			return "", "", err
		}
	}
	return store.EventReview, why, tell(ctx, tx, o, notice.ShopDiffers, why)
}

// voucherDays is how long a slip of a store or an account for a transfer is good.
const voucherDays = 3

// hearPromised lets an order wait for a slip to be paid.
func (s *Service) hearPromised(ctx context.Context, tx *store.Tx, e Event, o store.OrderRow) (state, why string, err error) {
	if o.State != store.OrderPending {
		return store.EventNothing, "El pedido ya no esperaba pago.", nil
	}
	o.Voucher, o.Payment = true, e.payment
	o.DueAt = max(o.DueAt, store.Micros(s.endOfDay(s.cfg.Now(), voucherDays+1))) // a day for the money to come through
	if err := tx.UpdateOrder(ctx, o); err != nil {
		return "", "", err
	}
	return store.EventDone, "", s.expireAt(ctx, tx, o)
}

// hearReturned is money that went back. Before its payment was heard of, it keeps the
// order from being credited by it.
func (s *Service) hearReturned(ctx context.Context, gtx *store.GlobalTx, e Event, tx *store.Tx, o store.OrderRow) (state, why string, err error) {
	note := "El pago se devolvió."
	if e.what == disputed {
		note = "El banco recibió un contracargo."
	}
	switch {
	case Moves(o.State, store.OrderRefunded):
		return store.EventDone, "", s.refunded(ctx, tx, &o, portalName, note)
	case o.State == store.OrderPending:
		if err := s.move(ctx, tx, &o, store.OrderCanceled, portalName, note); err != nil {
			return "", "", err
		}
		return store.EventDone, "Se devolvió antes de que supiéramos del pago.", tx.UpdateOrder(ctx, o)
	case o.State == store.OrderRefunded:
		return store.EventNothing, "El pedido ya estaba reembolsado.", nil
	}
	// Money that waited for a decision is gone: there is nothing left to decide.
	events, err := tx.ShopEventsOf(ctx, o.ID)
	if err != nil {
		return "", "", err
	}
	for _, r := range events {
		if r.State == store.EventReview {
			r.State, r.ClosedBy, r.ClosedAt, r.Why = store.EventReviewed, portalName, s.micros(), r.Why+" "+note
			if err := gtx.EndShopEvent(ctx, r); err != nil {
				return "", "", err
			}
		}
	}
	return store.EventDone, note, nil
}

// Flagged lists what gateways said that waits for who runs the portal, the newest first.
func (s *Service) Flagged(ctx context.Context, a store.Actor) ([]store.ShopEventRow, error) {
	if err := operates(a); err != nil {
		return nil, err
	}
	return s.cfg.DB.Global().ShopEvents(ctx, store.EventReview, 100)
}

// Decide ends an event that waits for who runs the portal: accept credits its order.
// Errors: field Motivo; fail.NotFound; fail.Conflict; fail.Denied.
func (s *Service) Decide(ctx context.Context, a store.Actor, gateway, id string, accept bool, why string) error {
	if err := operates(a); err != nil {
		return err
	}
	why, err := reason(why)
	if err != nil {
		return err
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		e, err := gtx.ShopEventForUpdate(ctx, gateway, id)
		if err != nil {
			return err
		}
		if e.State != store.EventReview {
			return fail.New(fail.Conflict, "Alguien ya decidió sobre este pago. No se movió nada.")
		}
		e.State, e.ClosedBy, e.ClosedAt = store.EventReviewed, a.UserName, s.micros()
		if err := gtx.EndShopEvent(ctx, e); err != nil {
			return err
		}
		if !accept {
			return audit(ctx, gtx.For(store.Platform()), a, "payment.dismissed", "payment/"+id, map[string]any{"motivo": why})
		}
		if e.OrderID == "" || e.Amount == 0 {
			return fail.New(fail.Conflict, "No hay un pedido que acreditar con esto. No se movió nada.")
		}
		row, err := gtx.TenantByID(ctx, e.TenantID)
		if err != nil {
			return err
		}
		o, err := gtx.For(row.Tenant()).OrderForUpdate(ctx, e.OrderID)
		if err != nil {
			return err
		}
		if err := s.credited(ctx, gtx.For(row.Tenant()), &o, "operador", why); err != nil {
			return err
		}
		return s.onBoth(ctx, gtx, a, row, "payment.accepted", o, map[string]any{"motivo": why, "llegó": Pesos(e.Amount)})
	})
}

// reason is why an operator does something, tidied.
func reason(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	if n := len([]rune(text)); n < 5 || n > 200 {
		return "", fail.OnField("Motivo", "Escribe por qué, de 5 a 200 letras: queda en las dos bitácoras.")
	}
	return text, nil
}

// onBoth leaves what an operator did to an order in the operators' audit and in the
// company's, and whether the operator has a user there.
func (s *Service) onBoth(ctx context.Context, gtx *store.GlobalTx, a store.Actor, row store.TenantRow, action string, o store.OrderRow, said map[string]any) error {
	theirs, house := gtx.For(row.Tenant()), gtx.For(store.Platform())
	who, err := house.User(ctx, a.UserID)
	if err != nil {
		return err
	}
	users, err := theirs.UsersWithMail(ctx, who.Correo)
	if err != nil {
		return err
	}
	said["rfc"], said["pedido"], said["total"], said["operador_es_usuario"] = row.Rfc, o.Ref, Pesos(o.Total), who.Correo != "" && users > 0
	if err := audit(ctx, house, a, action, "order/"+o.ID, said); err != nil {
		return err
	}
	return audit(ctx, theirs, store.Actor{Tenant: row.Tenant(), UserID: "operador"}, action, "order/"+o.ID, said)
}

// Event returns what a gateway said to who runs the portal.
func (s *Service) Event(ctx context.Context, a store.Actor, gateway, id string) (store.ShopEventRow, error) {
	if err := operates(a); err != nil {
		return store.ShopEventRow{}, err
	}
	return s.cfg.DB.Global().ShopEvent(ctx, gateway, id)
}

// HearStripe takes what is sent to the address that Stripe knows. Errors: fail.Invalid
// for what Stripe did not sign; fail.NotFound where it is not used.
func (s *Service) HearStripe(ctx context.Context, signature string, body []byte) error {
	if s != nil {
		for _, g := range s.cfg.Gateways {
			if g, ok := g.(*Stripe); ok {
				e, err := g.Read(signature, body)
				if err != nil {
					return err
				}
				return s.Hear(ctx, g, e)
			}
		}
	}
	return store.Absent()
}
