package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

const (
	listed      = 25
	mostPending = 10 // orders of a company that wait to be paid
	firstDue    = 25 * time.Hour
)

// An Order is what a company buys, with what is in it. Tenant is whose it is; Instrument
// is the hash of the card that paid it, as its gateway gives it, "" when it gives none.
type Order struct {
	store.OrderRow
	Tenant store.Tenant
	Lines  []store.OrderLineRow
	Moves  []store.OrderMoveRow
}

// Pays reports whether the order waits for its money.
func (o Order) Pays() bool { return o.State == store.OrderPending }

// Line is a line of an order with what it comes to.
func (o Order) Line(l store.OrderLineRow) Amounts {
	a, _ := amount(l.Price, l.Quantity) // fits: the order was made of it
	return a
}

// A Checkout is what the cart's page sends. ID is of the form: sent twice, it is one
// order. Total is the one that the page showed, as [Pesos] writes it.
type Checkout struct{ ID, Method, Total string }

// errChanged says that the cart is not the one that was seen.
var errChanged = fail.New(fail.Conflict, "Tu carrito cambió mientras lo veías. No se cobró nada: revisa cómo quedó y vuelve a continuar.")

// Checkout makes an order of the cart and asks its gateway where it is paid; when that
// does not answer, the order waits and [Service.Pay] asks again. Errors: field Metodo;
// fail.Conflict for a cart that is not the one seen; fail.Denied.
func (s *Service) Checkout(ctx context.Context, a store.Actor, in Checkout) (id string, err error) {
	if err := s.buys(a); err != nil {
		return "", err
	}
	g, ok := s.by(Method(in.Method))
	if !ok {
		return "", fail.OnField("Metodo", "Elige cómo vas a pagar. No se cobró nada.")
	}
	if id, err = s.order(ctx, a, g, in); err != nil {
		return "", err
	}
	if err := s.open(ctx, a.Tenant, id, g); err != nil {
		s.cfg.Log.WarnContext(ctx, "the place to pay an order", "order", id, "gateway", g.Name(), "error", err)
	}
	return id, nil
}

// order writes the order down, in one transaction with the emptied cart.
func (s *Service) order(ctx context.Context, a store.Actor, g Gateway, in Checkout) (id string, err error) {
	err = s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(a.Tenant)
		id = s.cfg.NewID()
		form := a.Tenant.ID() + ":" + in.ID
		if mine, err := gtx.ClaimOrderRef(ctx, "formulario", form, a.Tenant, id); err != nil || !mine {
			if err == nil {
				_, id, err = gtx.OrderRef(ctx, "formulario", form)
			}
			return err
		}
		o, lines, err := s.fill(ctx, gtx, a, in)
		if err != nil {
			return err
		}
		o.ID, o.Gateway, o.Method = id, g.Name(), in.Method
		if o.Ref, err = claimRef(ctx, gtx, a.Tenant, id); err != nil {
			return err
		}
		if err := tx.InsertOrder(ctx, o); err != nil {
			return err
		}
		for _, l := range lines {
			if err := tx.InsertOrderLine(ctx, id, l); err != nil {
				return err
			}
		}
		if err := tx.InsertOrderMove(ctx, id, store.OrderMoveRow{State: o.State, At: o.CreatedAt, Who: a.UserName, Note: Method(in.Method).Text()}); err != nil {
			return err
		}
		if err := tx.EmptyCart(ctx); err != nil {
			return err
		}
		if err := s.expireAt(ctx, tx, o); err != nil {
			return err
		}
		if err := tell(ctx, tx, o, notice.ShopOrdered, "$"+Pesos(o.Total)); err != nil {
			return err
		}
		return audit(ctx, tx, a, "order.created", "order/"+id, map[string]any{"total": Pesos(o.Total), "creditos": o.Credits, "metodo": in.Method})
	})
	return id, err
}

// claimRef gives an order the digits by which a bank knows it, and its own name.
func claimRef(ctx context.Context, gtx *store.GlobalTx, t store.Tenant, id string) (string, error) {
	if _, err := gtx.ClaimOrderRef(ctx, "pedido", id, t, id); err != nil {
		return "", err
	}
	for range 20 {
		ref := newRef()
		if ok, err := gtx.ClaimOrderRef(ctx, "referencia", ref, t, id); ok || err != nil {
			return ref, err
		}
	}
	return "", errors.New("shop: no reference is free")
}

// fill makes an order and its lines of the cart as it is.
func (s *Service) fill(ctx context.Context, gtx *store.GlobalTx, a store.Actor, in Checkout) (store.OrderRow, []store.OrderLineRow, error) {
	var o store.OrderRow
	tx := gtx.For(a.Tenant)
	rows, err := tx.Cart(ctx)
	if err != nil {
		return o, nil, err
	}
	c, err := s.mend(ctx, &gtx.GlobalView, rows)
	if err != nil {
		return o, nil, err
	}
	pending, err := tx.CountPending(ctx, mostPending)
	switch {
	case err != nil:
		return o, nil, err
	case Pesos(c.Total) != in.Total:
		return o, nil, errChanged
	case len(c.Lines) == 0:
		return o, nil, fail.New(fail.Conflict, "Tu carrito está vacío. No se cobró nada: elige un paquete.")
	case c.Total > Method(in.Method).most():
		return o, nil, fail.OnField("Metodo", fmt.Sprintf("Así se pagan hasta $%s a la vez. No se cobró nada: elige otro método o compra menos.", Pesos(Method(in.Method).most())))
	case pending >= mostPending:
		return o, nil, fail.New(fail.Conflict, fmt.Sprintf("Tu empresa ya tiene %d pedidos sin pagar. No se hizo otro: paga o cancela alguno.", mostPending))
	}
	var lines []store.OrderLineRow
	for i, l := range c.Lines {
		if ok, err := gtx.SellPackage(ctx, l.ID, l.Version); err != nil || !ok {
			if err == nil {
				err = errChanged
			}
			return o, nil, err
		}
		lines = append(lines, store.OrderLineRow{N: int64(i + 1), PackageID: l.ID, Name: l.Name, Credits: l.Credits, Price: l.Price, Quantity: l.Quantity, ValidDays: l.ValidDays})
	}
	now := s.cfg.Now()
	return store.OrderRow{
		State: store.OrderPending, Credits: c.Credits, Subtotal: c.Subtotal, IVA: c.IVA, Total: c.Total,
		UserID: a.UserID, UserName: a.UserName, CreatedAt: store.Micros(now), DueAt: store.Micros(now.Add(firstDue)),
	}, lines, nil
}

// open asks the gateway where an order is paid and keeps it.
func (s *Service) open(ctx context.Context, t store.Tenant, id string, g Gateway) error {
	v := s.cfg.DB.View(t)
	o, err := s.read1(ctx, v, id)
	if err != nil {
		return err
	}
	b := Bill{Order: o, Company: t.ID(), Back: s.cfg.BaseURL + "/tienda/pedidos/" + id}
	if user, err := v.User(ctx, o.UserID); err == nil {
		b.Mail = user.Correo
	}
	place, err := g.Open(ctx, b)
	if err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(t)
		row, err := tx.OrderForUpdate(ctx, id)
		if err != nil || row.State != store.OrderPending {
			return err
		}
		if place.Session != "" {
			if ok, err := gtx.ClaimOrderRef(ctx, g.Name(), place.Session, t, id); err != nil || !ok {
				return errors.Join(err, fail.New(fail.Upstream, "La pasarela repitió un nombre. No se cobró nada."))
			}
		}
		row.Session, row.PayURL = place.Session, place.URL
		if due := store.Micros(place.Due); due > row.DueAt {
			row.DueAt = due
			if err := s.expireAt(ctx, tx, row); err != nil {
				return err
			}
		}
		return tx.UpdateOrder(ctx, row)
	})
}

// Pay asks again where an order is paid, when its gateway did not answer before.
func (s *Service) Pay(ctx context.Context, a store.Actor, id string) error {
	if err := s.buys(a); err != nil {
		return err
	}
	o, err := s.cfg.DB.View(a.Tenant).Order(ctx, id)
	if err != nil || o.State != store.OrderPending || o.Session != "" {
		return err
	}
	g, ok := s.gateway(o.Gateway)
	if !ok {
		return fail.New(fail.Conflict, "Ese método de pago ya no está disponible. No se cobró nada: cancela el pedido y haz otro.")
	}
	return s.open(ctx, a.Tenant, id, g)
}

// An OrderPage is some orders of a company; Next goes on after them, "" at the end.
type OrderPage struct {
	Rows []store.OrderRow
	Next string
}

// Orders lists the orders of the company, the newest first.
func (s *Service) Orders(ctx context.Context, a store.Actor, before string) (OrderPage, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return OrderPage{}, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Orders(ctx, before, listed+1)
	p := OrderPage{Rows: rows}
	if len(rows) > listed {
		p.Rows, p.Next = rows[:listed], rows[listed-1].ID
	}
	return p, err
}

// Order returns one order of the company; fail.NotFound for any other.
func (s *Service) Order(ctx context.Context, a store.Actor, id string) (Order, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return Order{}, err
	}
	return s.read1(ctx, s.cfg.DB.View(a.Tenant), id)
}

func (s *Service) read1(ctx context.Context, v *store.View, id string) (Order, error) {
	o := Order{Tenant: v.Tenant()}
	var err error
	if o.OrderRow, err = v.Order(ctx, id); err != nil {
		return o, err
	}
	if o.Lines, err = v.OrderLines(ctx, id); err != nil {
		return o, err
	}
	o.Moves, err = v.OrderMoves(ctx, id)
	return o, err
}

// Cancel ends an order that waits to be paid, at its gateway first. Errors:
// fail.Conflict when it is being paid or does not wait any more; fail.Upstream.
func (s *Service) Cancel(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightBuy); err != nil {
		return err
	}
	o, err := s.read1(ctx, s.cfg.DB.View(a.Tenant), id)
	if err != nil || o.State == store.OrderCanceled {
		return err
	}
	if !o.Pays() {
		return errNotPending
	}
	if o.Voucher {
		return fail.New(fail.Conflict, "Ya tienes una ficha para pagar este pedido. Si no la vas a pagar, déjala vencer: no se cobra nada.")
	}
	if g, ok := s.gateway(o.Gateway); ok {
		if err := g.Close(ctx, o); err != nil {
			return err
		}
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.OrderForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if row.State != store.OrderPending {
			return errNotPending
		}
		if err := s.move(ctx, tx, &row, store.OrderCanceled, a.UserName, ""); err != nil {
			return err
		}
		if err := tx.UpdateOrder(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "order.canceled", "order/"+id, nil)
	})
}

var errNotPending = fail.New(fail.Conflict, "Este pedido ya no está pendiente. No se canceló ni se cobró nada.")

// move takes an order that is locked to another state; the caller keeps the row.
func (s *Service) move(ctx context.Context, tx *store.Tx, o *store.OrderRow, to, who, note string) error {
	if !Moves(o.State, to) {
		return fail.New(fail.Conflict, fmt.Sprintf("El pedido está %s y no puede pasar a %s. No se cobró ni se acreditó nada.", o.State, to))
	}
	o.State = to
	return tx.InsertOrderMove(ctx, o.ID, store.OrderMoveRow{State: to, At: s.micros(), Who: who, Note: note})
}

// An expire is the job that ends an order which nobody paid.
type expire struct {
	Order string `json:"order"`
}

// Kind names the job.
func (expire) Kind() string { return "shop.expire" }

// expireAt has an order end when it is due.
func (s *Service) expireAt(ctx context.Context, tx *store.Tx, o store.OrderRow) error {
	return job.Enqueue(ctx, tx, expire{o.ID}, job.Options{Key: o.ID, RunAt: store.FromMicros(o.DueAt)})
}

func (s *Service) runExpire(ctx context.Context, t store.Tenant, e expire) error {
	var rest time.Duration
	err := s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
		rest = 0
		o, err := tx.OrderForUpdate(ctx, e.Order)
		if err != nil || o.State != store.OrderPending {
			return err
		}
		if rest = store.FromMicros(o.DueAt).Sub(s.cfg.Now()); rest > 0 {
			return nil
		}
		return s.expired(ctx, tx, &o, "Nadie lo pagó a tiempo.")
	})
	if err == nil && rest > 0 {
		return job.Snooze(rest)
	}
	return err
}
