package invite

import (
	"context"
	"encoding/json"
	"time"

	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// A Payment is an order that was paid. Instrument is what the payment service calls
// the card or account, the same for the same one; "" when it does not say.
type Payment struct {
	OrderID    string
	Instrument string
}

// settle is the job of a guest that looks at its referral; it writes to both sides.
type settle struct{}

// Kind names the job.
func (settle) Kind() string { return "invite.settle" }

// Reward is told of every order of tx's company that is paid, in the transaction that
// marks it so: the first one counts, and the instrument is remembered (as a hash), so
// that nobody is a guest of themselves. What it brings is given by a job that starts
// when tx is committed. Told twice, it is once.
func (s *Service) Reward(ctx context.Context, tx *store.Tx, p Payment) error {
	g, now, print := tx.AsGlobal(), store.Micros(tx.Now()), ""
	if p.Instrument != "" {
		print = store.PrintHash(p.Instrument)
		if err := g.KeepPrint(ctx, tx.Tenant(), print, now); err != nil {
			return err
		}
	}
	r, err := g.ReferralForUpdate(ctx, tx.Tenant())
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil || r.State != store.ReferralCame {
		return err
	}
	r.State, r.OrderID, r.Print, r.PaidAt = store.ReferralPaid, p.OrderID, print, now
	if err := g.UpdateReferral(ctx, r); err != nil {
		return err
	}
	return enqueue(ctx, tx)
}

// Clawback is told that an order of tx's company was given back or charged back, in the
// transaction that marks it so: what it brought to both sides is taken back, or is never
// given. The RFC brings nothing another time. Told twice, it is once.
func (s *Service) Clawback(ctx context.Context, tx *store.Tx, orderID string) error {
	g := tx.AsGlobal()
	r, err := g.ReferralForUpdate(ctx, tx.Tenant())
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil || orderID == "" || r.OrderID != orderID {
		return err
	}
	switch r.State {
	case store.ReferralPaid:
		r.State, r.DecidedAt = store.ReferralReversed, store.Micros(tx.Now())
		return g.UpdateReferral(ctx, r)
	case store.ReferralRewarded:
		r.State = store.ReferralBack
		if err := g.UpdateReferral(ctx, r); err != nil {
			return err
		}
		return enqueue(ctx, tx)
	}
	return nil
}

func enqueue(ctx context.Context, tx *store.Tx) error {
	return job.Enqueue(ctx, tx, settle{}, job.Options{Key: "uno", MaxAttempts: forever})
}

// runSettle decides the referral of a guest that paid. While it waits for the first
// stamp, it looks again after a quarter of the time that has passed, so that who
// stamps at once is rewarded at once; after an hour the hourly look takes over.
func (s *Service) runSettle(ctx context.Context, t store.Tenant, _ settle) error {
	paidAt, err := s.settle(ctx, t)
	if err != nil || paidAt == 0 {
		return err
	}
	passed := s.cfg.Now().Sub(store.FromMicros(paidAt))
	if passed >= every {
		return nil
	}
	return job.Snooze(max(again, passed/4))
}

// Settle looks at every referral that waits for something.
func (s *Service) Settle(ctx context.Context) error {
	const page = 200
	for _, state := range []string{store.ReferralPaid, store.ReferralBack} {
		for after := ""; ; {
			rows, err := s.cfg.DB.Global().ReferralsIn(ctx, state, after, page)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if _, err := s.settle(ctx, r.Guest()); err != nil {
					return err
				}
				after = r.GuestID
			}
			if len(rows) < page {
				break
			}
		}
	}
	return nil
}

// settle decides one referral. Whoever rewards a company waits for who did before, so
// that the month's cap holds. waits is when the order was paid, in microseconds, where
// something may still come; 0 where all is decided.
func (s *Service) settle(ctx context.Context, guest store.Tenant) (waits int64, err error) {
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		seen, err := tx.ReferralOf(ctx, guest)
		if err != nil {
			return absent(err)
		}
		if _, err := tx.ReferralCodeForUpdate(ctx, seen.Owner()); err != nil {
			return absent(err)
		}
		r, err := tx.ReferralForUpdate(ctx, guest)
		if err != nil {
			return err
		}
		now := tx.Now()
		switch r.State {
		case store.ReferralBack:
			r.State, r.DecidedAt = store.ReferralReversed, store.Micros(now)
			if err := s.takeBack(ctx, tx, r); err != nil {
				return err
			}
			return tx.UpdateReferral(ctx, r)
		case store.ReferralPaid:
		default:
			return nil
		}
		c, err := s.look(ctx, tx, r, now)
		if err != nil {
			return err
		}
		verdict, why := s.cfg.Rules.Decide(c)
		r.DecidedAt = store.Micros(now)
		switch verdict {
		case Wait:
			waits = r.PaidAt
			return nil
		case Refuse:
			r.State, r.Reason = store.ReferralRefused, why
		case Give:
			r.State = store.ReferralRewarded
			if err := s.give(ctx, tx, r, c.Guest, now); err != nil {
				return err
			}
		}
		return tx.UpdateReferral(ctx, r)
	})
	return waits, err
}

func absent(err error) error {
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	return err
}

// mostAbove is how far up it is looked who invited whom.
const mostAbove = 100

// look gathers what the rules ask about.
func (s *Service) look(ctx context.Context, tx *store.GlobalTx, r store.ReferralRow, now time.Time) (c Case, err error) {
	guest, err := tx.TenantByID(ctx, r.GuestID)
	if err != nil {
		return c, err
	}
	c.Guest = guest.Rfc
	for up := r.OwnerID; len(c.Above) < mostAbove; {
		row, err := tx.TenantByID(ctx, up)
		if fail.KindOf(err) == fail.NotFound {
			break
		}
		if err != nil {
			return c, err
		}
		if len(c.Above) == 0 {
			c.OwnerOpen = row.Open()
		}
		c.Above = append(c.Above, row.Rfc)
		above, err := tx.ReferralOf(ctx, row.Tenant())
		if fail.KindOf(err) == fail.NotFound {
			break
		}
		if err != nil {
			return c, err
		}
		up = above.OwnerID
	}
	if c.SameMail, err = tx.SharesMail(ctx, r.Guest(), r.Owner()); err != nil {
		return c, err
	}
	if c.SameInstrument, err = tx.SharesPrint(ctx, r.Guest(), r.Owner()); err != nil {
		return c, err
	}
	if c.Before, err = tx.Rewarded(ctx, store.RfcHash(c.Guest)); err != nil {
		return c, err
	}
	if c.ThisMonth, err = tx.RewardsIn(ctx, r.Owner(), s.month(now)); err != nil {
		return c, err
	}
	list, err := tx.For(r.Guest()).Certificates(ctx)
	if err != nil {
		return c, err
	}
	c.Certificate = len(list) > 0
	c.Stamped, err = tx.For(r.Guest()).CreditUsedSince(ctx, r.PaidAt)
	return c, err
}

func entryOf(r store.ReferralRow) string { return "invitacion:" + r.GuestID }

// sides are the two companies of a referral in the order in which books are always
// opened, so that a transfer between them never waits for this and this for it.
func sides(tx *store.GlobalTx, r store.ReferralRow) []*store.Tx {
	a, b := tx.For(r.Guest()), tx.For(r.Owner())
	if a.Tenant().ID() > b.Tenant().ID() {
		a, b = b, a
	}
	return []*store.Tx{a, b}
}

// give writes the reward of both sides.
func (s *Service) give(ctx context.Context, tx *store.GlobalTx, r store.ReferralRow, rfc string, now time.Time) error {
	row := store.RewardRow{RfcHash: store.RfcHash(rfc), GuestID: r.GuestID, OwnerID: r.OwnerID, Mes: s.month(now), Units: s.cfg.Rules.Reward, At: store.Micros(now)}
	if err := tx.InsertReward(ctx, row); err != nil {
		return err
	}
	end := now.AddDate(0, 0, RewardDays)
	for _, side := range sides(tx, r) {
		text := "Invita un amigo: tu invitado ya compró y timbró"
		if side.Tenant() == r.Guest() {
			text = "Invita un amigo: por tu primera compra"
		}
		err := credit.Grant(ctx, side, entryOf(r), credit.Lot{Source: credit.Bonus, Units: s.cfg.Rules.Reward, Expires: end, Note: text})
		if err != nil {
			return err
		}
		if err := told(ctx, side, "invite.rewarded", r, s.cfg.Rules.Reward, "recibiste créditos de bono", text+"."); err != nil {
			return err
		}
	}
	return nil
}

// takeBack reverses the reward of both sides.
func (s *Service) takeBack(ctx context.Context, tx *store.GlobalTx, r store.ReferralRow) error {
	for _, side := range sides(tx, r) {
		const why = "Invita un amigo: la compra se devolvió"
		if err := credit.Reverse(ctx, side, "reverso:"+entryOf(r), entryOf(r), why); err != nil {
			return err
		}
		if err := told(ctx, side, "invite.reversed", r, 0, "se corrigió tu saldo", why+"; los créditos de bono que dio se quitaron."); err != nil {
			return err
		}
	}
	return nil
}

// told leaves it in the audit of a side and has its people told.
func told(ctx context.Context, tx *store.Tx, action string, r store.ReferralRow, units int64, ref, detail string) error {
	after, err := json.Marshal(map[string]any{"creditos": units, "invitado": tx.Tenant() == r.Guest()})
	if err != nil {
		return err
	}
	if err := tx.Audit(ctx, store.AuditEntry{Actor: store.System(tx.Tenant()), Action: action, Object: "credits", After: string(after)}); err != nil {
		return err
	}
	return notice.Raise(ctx, tx, notice.Event{Key: action + ":" + r.GuestID, What: notice.CreditsMoved, Link: "/creditos", N: units, Ref: ref, Detail: detail})
}
