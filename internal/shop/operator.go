package shop

import (
	"context"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// A SoldPage is some orders of everybody; Next goes on after them, "" at the end.
type SoldPage struct {
	Rows []store.SoldOrder
	Next string
}

// NoReceipt is, for [Service.Sold], the orders whose receipt could not be issued.
const NoReceipt = "sin-cfdi"

// Sold lists the orders of all companies for who runs the portal, the newest first. state
// is one of theirs, [NoReceipt], or "" for all.
func (s *Service) Sold(ctx context.Context, a store.Actor, state, before string) (SoldPage, error) {
	if err := operates(a); err != nil {
		return SoldPage{}, err
	}
	var rows []store.SoldOrder
	var err error
	if state == NoReceipt {
		rows, err = s.cfg.DB.Global().OrdersWithoutReceipt(ctx, ErrOwn.Message, before, listed+1)
	} else {
		rows, err = s.cfg.DB.Global().SoldOrders(ctx, state, before, listed+1)
	}
	p := SoldPage{Rows: rows}
	if len(rows) > listed {
		p.Rows, p.Next = rows[:listed], rows[listed-1].ID
	}
	return p, err
}

// A SoldOrder is an order as who runs the portal sees it, with what was said of it.
type SoldOrder struct {
	Order
	Rfc, Name string
	Events    []store.ShopEventRow
}

// SoldOrder returns an order of a company to who runs the portal.
func (s *Service) SoldOrder(ctx context.Context, a store.Actor, company, id string) (SoldOrder, error) {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return SoldOrder{}, err
	}
	v := s.cfg.DB.View(row.Tenant())
	o, err := s.read1(ctx, v, id)
	if err != nil {
		return SoldOrder{}, err
	}
	events, err := v.ShopEventsOf(ctx, id)
	return SoldOrder{o, row.Rfc, row.Name, events}, err
}

func (s *Service) company(ctx context.Context, a store.Actor, id string) (store.TenantRow, error) {
	if err := operates(a); err != nil {
		return store.TenantRow{}, err
	}
	return s.cfg.DB.Global().TenantByID(ctx, id)
}

// An Arrival is a transfer that came, as typed. Anyway credits the order though the
// amount is another or it does not wait any more; Why is then needed.
type Arrival struct {
	Amount, Day, Tracking string
	Anyway                bool
	Why                   string
}

// Confirm says that the transfer of an order came, and credits it. A transfer is of one
// order for ever, by its clave de rastreo. Errors: fields Importe, Dia, Rastreo,
// Decision, Motivo; fail.Conflict; fail.Denied; what Config.Fresh says.
func (s *Service) Confirm(ctx context.Context, a store.Actor, company, id string, in Arrival) error {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return err
	}
	e, err := s.arrived(in)
	if err != nil {
		return err
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx, e := gtx.For(row.Tenant()), e
		o, err := tx.OrderForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if o.Gateway != (SPEIAccount{}).Name() {
			return fail.New(fail.Conflict, "Este pedido no se paga por SPEI con referencia; lo confirma su pasarela. No se acreditó nada.")
		}
		if !Moves(o.State, store.OrderPaid) {
			return fail.New(fail.Conflict, "Este pedido ya está "+strings.ToLower(StateText(o.State))+". No se acreditó nada otra vez.")
		}
		why, err := accepts(o, e.Amount, in)
		if err != nil {
			return err
		}
		e.TenantID, e.OrderID, e.ClosedBy, e.Why = row.ID, id, a.UserName, why
		if kept, err := gtx.KeepShopEvent(ctx, e); err != nil || !kept {
			if err == nil {
				err = fail.OnField("Rastreo", "Esa clave de rastreo ya acreditó otro pedido. No se acreditó nada.")
			}
			return err
		}
		o.Tracking = e.ID
		if err := s.credited(ctx, tx, &o, "operador", strings.TrimSpace("Clave de rastreo "+e.ID+". "+why)); err != nil {
			return err
		}
		if e.Amount != o.Total {
			if err := tell(ctx, tx, o, notice.ShopDiffers, fmt.Sprintf("Llegaron $%s y el pedido era de $%s; se acreditó. Motivo: %s", Pesos(e.Amount), Pesos(o.Total), why)); err != nil {
				return err
			}
		}
		return s.onBoth(ctx, gtx, a, row, "payment.confirmed", o, map[string]any{"llegó": Pesos(e.Amount), "rastreo": e.ID, "dia": in.Day, "motivo": why})
	})
}

// accepts says whether a transfer credits an order: as it should be, or because a person
// decided so, who says why.
func accepts(o store.OrderRow, amount int64, in Arrival) (why string, err error) {
	var odd string
	switch {
	case amount != o.Total:
		odd = fmt.Sprintf("Llegaron $%s y el pedido es de $%s.", Pesos(amount), Pesos(o.Total))
	case o.State != store.OrderPending:
		odd = "El pedido está " + strings.ToLower(StateText(o.State)) + "."
	default:
		return "", nil
	}
	if !in.Anyway {
		return "", fail.WithFields("No se acreditó nada: hace falta tu decisión.", fail.Field{Path: "Decision", Message: odd, Fix: "Si lo vas a acreditar así, márcalo y escribe por qué. Si no, devuelve el dinero."})
	}
	return reason(in.Why)
}

// arrived reads a transfer as it was typed.
func (s *Service) arrived(in Arrival) (store.ShopEventRow, error) {
	now := s.cfg.Now()
	e := store.ShopEventRow{Gateway: SPEIAccount{}.Name(), Type: "confirmación", State: store.EventDone, ReceivedAt: store.Micros(now), ClosedAt: store.Micros(now)}
	var bad []fail.Field
	var ok bool
	if e.Amount, ok = parsePesos(in.Amount); !ok {
		bad = append(bad, fail.Field{Path: "Importe", Message: "Escribe cuánto llegó, con dos decimales a lo más."})
	}
	day, err := time.ParseInLocation(dayShape, in.Day, s.cfg.Catalog.Location(capital))
	if err != nil || day.After(now) || now.Sub(day) > 366*24*time.Hour {
		bad = append(bad, fail.Field{Path: "Dia", Message: "Elige el día en que llegó: no puede ser futuro ni de hace más de un año."})
	}
	e.ID = strings.ToUpper(strings.Join(strings.Fields(in.Tracking), ""))
	if n := len(e.ID); n < 6 || n > 30 || strings.Trim(e.ID, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		bad = append(bad, fail.Field{Path: "Rastreo", Message: "La clave de rastreo lleva de 6 a 30 letras y números.", Fix: "Está en tu estado de cuenta, junto al depósito."})
	}
	if bad != nil {
		return e, fail.WithFields("No se acreditó nada: revisa lo marcado.", bad...)
	}
	e.Raw = fmt.Sprintf("importe %s, día %s", Pesos(e.Amount), in.Day)
	return e, nil
}

// GiveBack refunds an order: its money by its gateway, where that does it, and its
// credits, of which those used become a debt. byHand says that a person has to send the
// money. Errors: field Motivo; fail.Conflict; fail.Upstream; fail.Denied; what
// Config.Fresh says.
func (s *Service) GiveBack(ctx context.Context, a store.Actor, company, id, why string) (byHand bool, err error) {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return false, err
	}
	if why, err = reason(why); err != nil {
		return false, err
	}
	if err := s.fresh(a); err != nil {
		return false, err
	}
	o, err := s.read1(ctx, s.cfg.DB.View(row.Tenant()), id)
	if err != nil {
		return false, err
	}
	if !Moves(o.State, store.OrderRefunded) {
		return false, errNotPaid
	}
	byHand = true
	if g, ok := s.gateway(o.Gateway); ok {
		if byHand, err = g.Refund(ctx, o); err != nil {
			return false, err
		}
	}
	return byHand, s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(row.Tenant())
		o, err := tx.OrderForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if o.State != store.OrderRefunded { // the gateway may have said so first
			if err := s.refunded(ctx, tx, &o, "operador", why); err != nil {
				return err
			}
		}
		return s.onBoth(ctx, gtx, a, row, "order.refunded", o, map[string]any{"motivo": why, "a_mano": byHand})
	})
}

var errNotPaid = fail.New(fail.Conflict, "Este pedido no está pagado. No se devolvió nada.")

// Stands reports whether the order was refunded and its receipt is still in force.
func (o Order) Stands() bool { return o.State == store.OrderRefunded && o.ReceiptID != "" }

// Lacks reports whether the receipt of the order could not be issued and still may be.
func (o Order) Lacks() bool {
	return o.State == store.OrderCredited && o.ReceiptID == "" && o.ReceiptWhy != "" && o.ReceiptWhy != ErrOwn.Message
}

// RetryReceipt asks at once for the receipt of an order that lacks it. Errors: why it
// could not be issued, as fail.Invalid; fail.Conflict when the order does not lack it;
// fail.Denied; what Config.Fresh says.
func (s *Service) RetryReceipt(ctx context.Context, a store.Actor, company, id string) error {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return err
	}
	if err := s.fresh(a); err != nil {
		return err
	}
	o, err := s.read1(ctx, s.cfg.DB.View(row.Tenant()), id)
	if err != nil {
		return err
	}
	if !o.Lacks() || s.cfg.Receipt == nil {
		return fail.New(fail.Conflict, "A este pedido no le falta su CFDI. No se emitió otro.")
	}
	failed, err := s.tryReceipt(ctx, o)
	if err != nil {
		return err
	}
	if failed != nil {
		return fail.Wrap(fail.Invalid, "Todavía no se puede emitir: "+whyNot(failed)+" No se emitió nada.", failed)
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		return s.onBoth(ctx, gtx, a, row, "order.receipt", o.OrderRow, map[string]any{})
	})
}

// SoldReceipt reads the CFDI of an order for who runs the portal: "xml" or "pdf".
func (s *Service) SoldReceipt(ctx context.Context, a store.Actor, company, id, kind string) (name string, b []byte, err error) {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return "", nil, err
	}
	o, err := s.read1(ctx, s.cfg.DB.View(row.Tenant()), id)
	if err != nil {
		return "", nil, err
	}
	if o.ReceiptID == "" || s.cfg.ReceiptFile == nil {
		return "", nil, store.Absent()
	}
	return s.cfg.ReceiptFile(ctx, o.ReceiptID, kind)
}

// ReceiptFile reads the CFDI of an order of the company: "xml" or "pdf".
func (s *Service) ReceiptFile(ctx context.Context, a store.Actor, id, kind string) (name string, b []byte, err error) {
	o, err := s.Order(ctx, a, id)
	if err != nil {
		return "", nil, err
	}
	if o.ReceiptID == "" || s.cfg.ReceiptFile == nil {
		return "", nil, store.Absent()
	}
	return s.cfg.ReceiptFile(ctx, o.ReceiptID, kind)
}
