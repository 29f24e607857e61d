package billing

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// wait is P1 without a credit: every rule is run, so that nobody waits for what would
// be refused, and the document is noted as waiting. It stays as it was, without folio;
// whoever changes it meanwhile takes it out of the queue.
func (s *Service) wait(ctx context.Context, tx *store.Tx, a store.Actor, was store.DocumentRow) error {
	d, err := draftOf(ctx, &tx.View, was)
	if err != nil {
		return err
	}
	w, err := s.wouldBe(ctx, &tx.View, d)
	if err != nil {
		return err
	}
	w.limited(a)
	if _, err := s.prepare(w); err != nil {
		return err
	}
	if err := credit.Wait(ctx, tx, a, was.ID, was.Revision); err != nil {
		return err
	}
	return audit(ctx, tx, a, "document.wait", was, was)
}

// waitsSince tells since when a document as it is now waits for a credit.
func waitsSince(ctx context.Context, v *store.View, r store.DocumentRow) (time.Time, error) {
	if !State(r.State).Editable() {
		return time.Time{}, nil
	}
	w, err := v.CreditWait(ctx, r.ID)
	if err != nil || w.Revision != r.Revision {
		return time.Time{}, ignoreAbsent(err)
	}
	return store.FromMicros(w.At), nil
}

// StopWaiting takes a document out of the queue for credits; it stays as it is.
func (s *Service) StopWaiting(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightIssue); err != nil {
		return err
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		was, err := tx.DocumentForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := sees(a, was); err != nil {
			return err
		}
		return tx.DropCreditWait(ctx, id)
	})
}

// runArrived is the job that goes on with what waited, the oldest first, for as long as
// there are credits.
func (s *Service) runArrived(ctx context.Context, t store.Tenant, _ credit.Arrived) error {
	for {
		queue, err := s.DB.View(t).CreditWaits(ctx, 1)
		if err != nil || len(queue) == 0 {
			return err
		}
		goesOn, err := s.next(ctx, t, queue[0])
		if err != nil || !goesOn {
			return err
		}
	}
}

// next issues the document at the head of the queue, on behalf of who asked; what has
// changed, is gone or may not be issued any more leaves the queue. goesOn is false when
// there is no credit for it.
func (s *Service) next(ctx context.Context, t store.Tenant, w store.CreditWait) (goesOn bool, err error) {
	a := store.System(t)
	if w.UserID != "" {
		a.UserID, a.UserName = w.UserID, w.UserName
	}
	row, err := s.number(ctx, a, w.DocumentID, w.Revision, true) // P1
	switch fail.KindOf(err) {
	case fail.NotFound, fail.Conflict, fail.Invalid, fail.Denied:
		return true, s.leaveQueue(ctx, t, w, err)
	}
	if err != nil {
		return false, err
	}
	if State(row.State).Editable() {
		return false, nil
	}
	if err := s.carry(ctx, a, row.ID); err != nil && !waiting(err) {
		s.Log.ErrorContext(ctx, "issue goes on in the background", "document", row.ID, "error", err)
	}
	return true, nil
}

// leaveQueue ends a wait that came to nothing; who can mend it is told why.
func (s *Service) leaveQueue(ctx context.Context, t store.Tenant, w store.CreditWait, why error) error {
	return s.DB.Update(ctx, t, func(tx *store.Tx) error {
		if err := tx.DropCreditWait(ctx, w.DocumentID); err != nil {
			return err
		}
		if kind := fail.KindOf(why); kind != fail.Invalid && kind != fail.Denied {
			return nil
		}
		r, err := tx.Document(ctx, w.DocumentID)
		if err != nil {
			return ignoreAbsent(err)
		}
		detail := fail.MessageOf(why)
		for _, f := range fail.FieldsOf(why) {
			detail += " " + f.Message
		}
		return notice.Raise(ctx, tx, notice.Event{
			Key: fmt.Sprintf("doc:%s:%s:%s", r.ID, strconv.FormatInt(w.Revision, 10), notice.Stuck), What: notice.Stuck, Owner: r.CreatedBy,
			Ref: kindText(r.Tipo) + " · " + r.ReceptorNombre, Detail: detail, Link: "/comprobantes/" + r.ID,
		})
	})
}

// AwaitingCredit lists the documents that wait for a credit and that a may see, the oldest
// first, at most limit.
func (s *Service) AwaitingCredit(ctx context.Context, a store.Actor, limit int) ([]Document, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return nil, err
	}
	v := s.DB.View(a.Tenant)
	queue, err := v.CreditWaits(ctx, limit)
	if err != nil {
		return nil, err
	}
	var list []Document
	for _, w := range queue {
		row, err := v.Document(ctx, w.DocumentID)
		if err == nil {
			err = sees(a, row)
		}
		if fail.KindOf(err) == fail.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		doc := documentOf(row)
		doc.Waiting = store.FromMicros(w.At)
		list = append(list, doc)
	}
	return list, nil
}
