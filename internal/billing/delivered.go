package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// An outcome is what became of each address of a mail, over all its tries. Who is in
// neither list is still to get it.
type outcome struct {
	Done    []string `json:"done,omitempty"`    // have it
	Refused []Bounce `json:"refused,omitempty"` // never will
}

func outcomeOf(d store.DeliveryRow) (outcome, error) {
	var o outcome
	if err := json.Unmarshal([]byte(d.Outcome), &o); err != nil {
		return o, fmt.Errorf("outcome of mail %s: %w", d.ID, err)
	}
	return o, nil
}

// settled are the addresses that a try leaves out.
func (o outcome) settled() []string {
	list := slices.Clone(o.Done)
	for _, r := range o.Refused {
		list = append(list, r.Address)
	}
	return list
}

// add takes in how a try went and returns who got the mail by it, and who bounced.
func (o *outcome) add(d store.DeliveryRow, failure error) (got []string, bounced []Bounce, err error) {
	var p send.Problem
	if known, ok := send.ProblemOf(failure); ok {
		p = *known
	}
	for _, r := range p.Refused {
		bounced = append(bounced, Bounce(r))
	}
	before := o.settled()
	o.Refused = append(o.Refused, bounced...)
	if failure != nil && !p.Sent {
		return nil, bounced, nil
	}
	to, cc, err := listed(d)
	if err != nil {
		return nil, nil, err
	}
	out := slices.Concat(before, p.Later, o.settled())
	for _, a := range append(to, cc...) {
		same := func(b string) bool { return strings.EqualFold(a, b) }
		if !slices.ContainsFunc(out, same) && !slices.ContainsFunc(got, same) {
			got = append(got, a)
		}
	}
	o.Done = append(o.Done, got...)
	return got, bounced, nil
}

// missing says, in Spanish, who does not get the mail; "" when all do.
func (o outcome) missing() string {
	var list []string
	for _, r := range o.Refused {
		list = append(list, r.Address+" ("+r.Reason+")")
	}
	if len(list) == 0 {
		return ""
	}
	return "No le llegó a " + strings.Join(list, ", ") + "."
}

// tried takes into d how a try went: who got the mail by it, and who bounced. What can
// never work, or has failed too often, is given up where the user sees it; the rest is
// tried again by the job, and nobody who has the mail gets it again.
func (s *Service) tried(by way, d *store.DeliveryRow, failure error) (got []string, bounced []Bounce, err error) {
	o, err := outcomeOf(*d)
	if err != nil {
		return nil, nil, err
	}
	if got, bounced, err = o.add(*d, failure); err != nil {
		return nil, nil, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, nil, fmt.Errorf("outcome: %w", err)
	}
	d.Tries++
	d.Outcome = string(text)
	p, known := send.ProblemOf(failure)
	switch over := d.Tries >= maxDeliveries; {
	case failure == nil, len(o.Done) > 0 && (over || known && p.Lasting):
		d.State, d.Error, d.SentAt = string(Enviado), o.missing(), s.micros()
		if known && (p.Step != send.AtRecipients || len(p.Later) > 0) {
			d.Error = strings.TrimSpace(d.Error + " " + fail.MessageOf(failure))
		}
	case fail.KindOf(failure) == fail.Invalid, over, known && p.Lasting && by.own > 0:
		d.State, d.Error = string(Fallido), fail.MessageOf(failure)
	default:
		d.Error = fail.MessageOf(failure) + " Lo volveremos a intentar."
	}
	return got, bounced, nil
}

// delivered notes how a try of the mail of a document went.
func (s *Service) delivered(ctx context.Context, t store.Tenant, by way, d store.DeliveryRow, failure error) error {
	got, bounced, err := s.tried(by, &d, failure)
	if err != nil {
		return err
	}
	err = s.DB.Update(ctx, t, func(tx *store.Tx) error {
		if err := tx.ChangeDelivery(ctx, d); err != nil {
			return err
		}
		if err := s.noteDocumentAddresses(ctx, tx, d, got, bounced); err != nil {
			return err
		}
		return s.noteServer(ctx, tx, by, d, failure)
	})
	if err != nil || d.State != string(EnCola) {
		return err
	}
	return fmt.Errorf("deliver %s: %w", d.ID, failure)
}

func (s *Service) noteDocumentAddresses(ctx context.Context, tx *store.Tx, d store.DeliveryRow, got []string, bounced []Bounce) error {
	var about notice.Event
	if len(bounced) > 0 {
		r, err := tx.Document(ctx, d.DocumentID)
		if err != nil {
			return err
		}
		about = notice.Event{Key: d.ID, Owner: r.CreatedBy, Ref: kindText(r.Tipo) + " " + folioText(r.Serie, folioOf(r)), Link: "/comprobantes/" + r.ID + "?ver=envios"}
	}
	return s.noteAddresses(ctx, tx, about, got, bounced)
}

// noteAddresses marks the addresses that bounced, tells of each, and takes the mark off
// those that take mail. Of about, the key is the id of the mail.
func (s *Service) noteAddresses(ctx context.Context, tx *store.Tx, about notice.Event, got []string, bounced []Bounce) error {
	for _, a := range got {
		if err := tx.ClearBounce(ctx, a); err != nil {
			return err
		}
	}
	for _, b := range bounced {
		if err := tx.PutBounce(ctx, store.BounceRow{Address: b.Address, BouncedAt: s.micros(), Reason: b.Reason}); err != nil {
			return err
		}
		e := about
		e.Key, e.What, e.Detail = "rebote:"+about.Key+":"+strings.ToLower(b.Address), notice.Bounced, b.Address+": "+b.Reason
		if err := notice.Raise(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// noteServer keeps whether the company's own server works. It is told once that it does
// not: when a mail was given up for what the server is and not for what it was sent.
func (s *Service) noteServer(ctx context.Context, tx *store.Tx, by way, d store.DeliveryRow, failure error) error {
	if by.own == 0 {
		return nil
	}
	p, known := send.ProblemOf(failure)
	if failure == nil || known && (p.Step == send.AtRecipients || p.Step == send.AtMessage) {
		return tx.MendMailServer(ctx, by.own)
	}
	if d.State != string(Fallido) {
		return nil
	}
	now := s.micros()
	first, err := tx.FailMailServer(ctx, by.own, now, fail.MessageOf(failure))
	if err != nil || !first {
		return err
	}
	row, err := tx.MailServer(ctx)
	if err != nil {
		return err
	}
	return notice.Raise(ctx, tx, notice.Event{
		Key: fmt.Sprintf("correo:%d:%d", by.own, now), What: notice.MailServer, Ref: row.Host, Detail: fail.MessageOf(failure), Link: "/envios", At: now,
	})
}

// SendAgain tries a mail once more for those of its addresses that do not have it. One
// that waits already is left alone. Errors: fail.NotFound; fail.Conflict when everybody
// has it.
func (s *Service) SendAgain(ctx context.Context, a store.Actor, documentID, deliveryID string) error {
	if err := a.Require(store.RightSend); err != nil {
		return err
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		r, err := tx.Document(ctx, documentID)
		if err == nil {
			err = sees(a, r)
		}
		if err != nil {
			return err
		}
		d, err := tx.DeliveryForUpdate(ctx, deliveryID)
		if err != nil {
			return err
		}
		if d.DocumentID != documentID {
			return store.Absent()
		}
		o, err := outcomeOf(d)
		if err != nil || d.State == string(EnCola) {
			return err
		}
		if d.State == string(Enviado) && d.Error == "" {
			return fail.New(fail.Conflict, "Ese correo ya lo recibieron todos. No se envió otra vez; si quieres mandarlo de nuevo, usa Enviar por correo.")
		}
		o.Refused = nil
		text, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("outcome: %w", err)
		}
		d.State, d.Error, d.Tries, d.SentAt, d.Outcome = string(EnCola), "", 0, 0, string(text)
		if err := tx.ChangeDelivery(ctx, d); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, deliverArgs{DeliveryID: d.ID}, job.Options{Key: d.ID, MaxAttempts: forever}); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "document.send", Object: "document/" + documentID})
	})
}

// Attached says, in Spanish, which files go with the mails of the company.
func (s *Service) Attached(ctx context.Context, a store.Actor) (string, error) {
	if err := a.Require(store.RightReceipts); err != nil {
		return "", err
	}
	settings, err := s.DB.View(a.Tenant).MailSettings(ctx)
	switch settings.Attach {
	case store.AttachXML:
		return "el XML", err
	case store.AttachPDF:
		return "el PDF", err
	}
	return "el XML y el PDF", err
}
