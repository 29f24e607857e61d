package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// portalName is who acts in the history of an order when no person does.
const portalName = "portal"

// entryID names the ledger's entry of a line of an order.
func entryID(order string, n int64) string { return fmt.Sprintf("pedido:%s:%d", order, n) }

// orderName is how people call an order.
func orderName(o store.OrderRow) string { return "pedido " + o.Ref }

// credited takes an order that is locked through pagada to acreditada: the credits come,
// the company is told and the receipt is asked for, all in tx. It keeps the row.
func (s *Service) credited(ctx context.Context, tx *store.Tx, o *store.OrderRow, who, note string) error {
	if err := s.move(ctx, tx, o, store.OrderPaid, who, note); err != nil {
		return err
	}
	lines, err := tx.OrderLines(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		lot := credit.Lot{Source: credit.Purchase, Units: l.Credits * l.Quantity, Ref: l.Name, Note: "Pedido " + o.Ref}
		if l.ValidDays > 0 {
			lot.Expires = s.endOfDay(s.cfg.Now(), int(l.ValidDays)).UTC()
		}
		if err := credit.Grant(ctx, tx, entryID(o.ID, l.N), lot); err != nil {
			return err
		}
	}
	// Grant waited for the book of the company: nobody else pays for it until tx ends.
	o.PaidAt = s.micros()
	if err := s.move(ctx, tx, o, store.OrderCredited, portalName, fmt.Sprintf("%d créditos", o.Credits)); err != nil {
		return err
	}
	if err := tx.UpdateOrder(ctx, *o); err != nil {
		return err
	}
	if s.cfg.Paid != nil {
		if err := s.cfg.Paid(ctx, tx, Order{OrderRow: *o, Tenant: tx.Tenant(), Lines: lines}); err != nil {
			return err
		}
	}
	if s.cfg.Receipt != nil {
		if err := job.Enqueue(ctx, tx, receipt{o.ID}, job.Options{Key: o.ID}); err != nil {
			return err
		}
	}
	return tell(ctx, tx, *o, notice.ShopPaid, "")
}

// expired ends an order that is locked and was not paid.
func (s *Service) expired(ctx context.Context, tx *store.Tx, o *store.OrderRow, why string) error {
	if err := s.move(ctx, tx, o, store.OrderExpired, portalName, why); err != nil {
		return err
	}
	if err := tx.UpdateOrder(ctx, *o); err != nil {
		return err
	}
	return tell(ctx, tx, *o, notice.ShopExpired, why)
}

// refunded takes back the credits of an order that is locked: what was used becomes a
// debt.
func (s *Service) refunded(ctx context.Context, tx *store.Tx, o *store.OrderRow, who, why string) error {
	lines, err := tx.OrderLines(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := credit.Reverse(ctx, tx, "reembolso:"+entryID(o.ID, l.N), entryID(o.ID, l.N), "Reembolso del pedido "+o.Ref); err != nil {
			return err
		}
	}
	if err := s.move(ctx, tx, o, store.OrderRefunded, who, why); err != nil {
		return err
	}
	if err := tx.UpdateOrder(ctx, *o); err != nil {
		return err
	}
	if o.ReceiptID != "" {
		if err := stands(ctx, tx, *o); err != nil {
			return err
		}
	}
	if s.cfg.Refunded != nil {
		if err := s.cfg.Refunded(ctx, tx, Order{OrderRow: *o, Tenant: tx.Tenant(), Lines: lines}); err != nil {
			return err
		}
	}
	return tell(ctx, tx, *o, notice.ShopRefunded, why)
}

// tell raises a notice about an order for who made it and for the Administradores.
func tell(ctx context.Context, tx *store.Tx, o store.OrderRow, what notice.Kind, detail string) error {
	return notice.Raise(ctx, tx, notice.Event{
		Key: string(what) + ":" + o.ID, What: what, User: o.UserID, Ref: orderName(o), Detail: detail, N: o.Credits, Link: "/tienda/pedidos/" + o.ID,
	})
}

// A receipt is the job that has the company of the portal issue the CFDI of an order.
type receipt struct {
	Order string `json:"order"`
}

// Kind names the job.
func (receipt) Kind() string { return "shop.receipt" }

func (s *Service) runReceipt(ctx context.Context, t store.Tenant, r receipt) error {
	o, err := s.read1(ctx, s.cfg.DB.View(t), r.Order)
	if err != nil || o.ReceiptID != "" || s.cfg.Receipt == nil || o.State != store.OrderCredited {
		return err
	}
	failed, err := s.tryReceipt(ctx, o)
	if err != nil || failed == nil || errors.Is(failed, ErrOwn) {
		return err
	}
	s.cfg.Log.WarnContext(ctx, "the receipt of an order", "order", r.Order, "error", failed)
	return job.Snooze(min(max(s.cfg.Now().Sub(store.FromMicros(o.PaidAt)), receiptPause), receiptLongest))
}

// tryReceipt asks once for the receipt of an order and keeps what came of it. The first
// time it fails the company is told.
func (s *Service) tryReceipt(ctx context.Context, o Order) (failed, err error) {
	id, failed := s.cfg.Receipt(ctx, o)
	return failed, s.cfg.DB.Update(ctx, o.Tenant, func(tx *store.Tx) error {
		row, err := tx.OrderForUpdate(ctx, o.ID)
		if err != nil || row.ReceiptID != "" { // somebody else was faster
			return err
		}
		if failed == nil {
			row.ReceiptID, row.ReceiptWhy = id, ""
			if err := tx.UpdateOrder(ctx, row); err != nil || row.State != store.OrderRefunded {
				return err
			}
			return stands(ctx, tx, row)
		}
		first := row.ReceiptWhy == ""
		row.ReceiptWhy = whyNot(failed)
		if err := tx.UpdateOrder(ctx, row); err != nil || !first || errors.Is(failed, ErrOwn) {
			return err
		}
		return tell(ctx, tx, row, notice.ShopNoReceipt, row.ReceiptWhy)
	})
}

// stands notes in the audit chain that the receipt of a refunded order is still in force:
// nothing cancels it but a person.
func stands(ctx context.Context, tx *store.Tx, o store.OrderRow) error {
	return audit(ctx, tx, store.System(tx.Tenant()), "order.receipt.stands", "order/"+o.ID, map[string]any{"pedido": o.Ref, "comprobante": o.ReceiptID})
}

// ErrOwn is said by Config.Receipt of an order of the company that runs the portal.
var ErrOwn = fail.New(fail.Invalid, "Tu empresa es la que opera el portal: no se factura a sí misma.")

// How long a receipt waits that could not be issued, mostly until somebody mends the data
// of a company: as long as it has been wanted, so that each pause is twice the last, up to
// a day.
const (
	receiptPause   = 10 * time.Minute
	receiptLongest = 24 * time.Hour
)
