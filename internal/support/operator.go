package support

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// A CompanyTicket is a ticket as who runs the portal sees it.
type CompanyTicket struct {
	Ticket
	Company   string // id
	Rfc, Name string
}

// require refuses who does not run the portal.
func require(a store.Actor) error {
	if a.Operator && a.Tenant == store.Platform() {
		return nil
	}
	return fail.New(fail.Denied, "Esto sólo lo ve quien opera el portal.")
}

// Queue lists the tickets of all companies in a state, the one waiting longest first.
func (s *Service) Queue(ctx context.Context, a store.Actor, state string) ([]store.QueuedTicket, error) {
	if err := require(a); err != nil {
		return nil, err
	}
	return s.cfg.DB.Global().TicketQueue(ctx, state, listed)
}

// Open returns a ticket of a company to who runs the portal; fail.NotFound for none.
func (s *Service) Open(ctx context.Context, a store.Actor, company, id string) (CompanyTicket, error) {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return CompanyTicket{}, err
	}
	v := s.cfg.DB.View(row.Tenant())
	t, err := v.Ticket(ctx, id)
	if err != nil {
		return CompanyTicket{}, err
	}
	messages, err := v.TicketMessages(ctx, id)
	return CompanyTicket{Ticket{t, messages}, row.ID, row.Rfc, row.Name}, err
}

// Sent returns a message with its files to who runs the portal.
func (s *Service) Sent(ctx context.Context, a store.Actor, company, id string, n int64) (store.TicketMessageRow, error) {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return store.TicketMessageRow{}, err
	}
	return s.cfg.DB.View(row.Tenant()).TicketMessage(ctx, id, n)
}

// Answer adds an answer, tells who asked and has the ticket close itself when nobody
// writes for fourteen days. Errors: field Texto; fail.Conflict when it is closed.
func (s *Service) Answer(ctx context.Context, a store.Actor, company, id, text string) error {
	return s.change(ctx, a, company, id, "support.answer", func(tx *store.Tx, t store.TicketRow) error {
		row, err := s.messageOf(Message{Texto: text}, false)
		if err != nil {
			return err
		}
		row.Operador, row.UserName = true, a.UserName
		if err := s.add(ctx, tx, t, row, store.TicketAnswered); err != nil {
			return err
		}
		if err := answered(ctx, tx, t, row.CreatedAt); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, closing{t.ID}, job.Options{Key: t.ID, RunAt: s.cfg.Now().Add(quiet)})
	})
}

// Finish closes a ticket for who runs the portal.
func (s *Service) Finish(ctx context.Context, a store.Actor, company, id string) error {
	return s.change(ctx, a, company, id, "support.close", func(tx *store.Tx, t store.TicketRow) error {
		return tx.SetTicket(ctx, t.ID, store.TicketClosed, t.UpdatedAt)
	})
}

// change does something to a ticket of a company, noted in the log of the portal.
func (s *Service) change(ctx context.Context, a store.Actor, company, id, action string, do func(tx *store.Tx, t store.TicketRow) error) error {
	row, err := s.company(ctx, a, company)
	if err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(row.Tenant())
		t, err := tx.TicketForUpdate(ctx, id)
		if err == nil {
			err = writable(t)
		}
		if err == nil {
			err = do(tx, t)
		}
		if err != nil {
			return err
		}
		return gtx.For(store.Platform()).Audit(ctx, store.AuditEntry{Actor: a, Action: action, Object: "ticket/" + id})
	})
}

// company is that of an id, for who runs the portal alone.
func (s *Service) company(ctx context.Context, a store.Actor, id string) (store.TenantRow, error) {
	if err := require(a); err != nil {
		return store.TenantRow{}, err
	}
	return s.cfg.DB.Global().TenantByID(ctx, id)
}
