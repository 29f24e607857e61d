package account

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Half is somebody who proved one thing and owes the second factor.
type Half struct {
	Usuario, Rfc string
	On           bool // an authenticator is set up: a code is asked
	Keys         int  // passkeys: one of them does as well
}

// Any reports whether there is something to ask for; otherwise it must be set up now.
func (h Half) Any() bool { return h.On || h.Keys > 0 }

// half returns the person of a session that owes the second factor, for the
// fifteen minutes that coming in may take: [ErrSession] otherwise.
func (s *Service) half(ctx context.Context, token string) (store.SessionRow, person, error) {
	row, err := s.cfg.DB.Global().SessionByHash(ctx, hashToken(token))
	if err != nil || row.Stage != store.StageFactor || s.now().Sub(store.FromMicros(row.CreatedAt)) > halfLife {
		if err == nil {
			err = store.Absent()
		}
		return row, person{}, over(err)
	}
	return row, person{row.Home(), row.UserID}, nil
}

// halfActor is who sets up a factor on the way in, for the audit chain alone.
func halfActor(row store.SessionRow) store.Actor {
	return store.Actor{Tenant: row.Home(), UserID: row.UserID, IP: row.IP, SessionID: row.ID}
}

// HalfOf tells who owes what.
func (s *Service) HalfOf(ctx context.Context, token string) (Half, error) {
	_, p, err := s.half(ctx, token)
	if err != nil {
		return Half{}, err
	}
	u, rfc, err := s.recipient(ctx, p.tenant, p.user)
	if err != nil {
		return Half{}, err
	}
	row, err := s.cfg.DB.View(p.tenant).TOTP(ctx, p.user)
	if ignoreAbsent(err) != nil {
		return Half{}, err
	}
	keys, err := s.cfg.DB.Global().CountPasskeys(ctx, p.tenant, p.user)
	return Half{Usuario: u.Usuario, Rfc: rfc, On: row.ConfirmedAt > 0, Keys: int(keys)}, err
}

// bare is half for who has no second factor and must set one up: who has one may not
// add another by the password alone.
func (s *Service) bare(ctx context.Context, token string) (store.SessionRow, person, error) {
	row, p, err := s.half(ctx, token)
	if err != nil {
		return row, p, err
	}
	h, err := s.HalfOf(ctx, token)
	if err == nil && h.Any() {
		err = over(store.Absent())
	}
	return row, p, err
}

// PassFactor takes the code of who owes it and lets them on; the token changes.
// left is how many recovery codes are left after one was taken, -1 otherwise.
// Errors: field Codigo; [ErrTooMany]; [ErrSession].
func (s *Service) PassFactor(ctx context.Context, token, code string) (in SignedIn, left int, err error) {
	_, p, err := s.half(ctx, token)
	if err != nil {
		return SignedIn{}, 0, err
	}
	left, err = s.takeCode(ctx, p, code)
	if err != nil && fail.KindOf(err) == fail.NotFound {
		err = fail.OnField("Codigo", "No tienes una aplicación de códigos. Usa tu llave de acceso o un código de recuperación.")
	}
	if err != nil {
		return SignedIn{}, 0, err
	}
	in, err = s.passed(ctx, token)
	return in, left, err
}

// passed moves a session that owed the second factor on.
func (s *Service) passed(ctx context.Context, token string) (SignedIn, error) {
	var in SignedIn
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		var row store.SessionRow
		in, err = s.promote(ctx, tx, token, func(r *store.SessionRow) error {
			if r.Stage != store.StageFactor {
				return over(store.Absent())
			}
			r.Stage, r.ProvedAt = store.StageOpen, store.Micros(s.now())
			_, err := tx.Challenge(ctx, choiceKind, choiceHash(r.ID), store.Micros(s.now()))
			if err == nil { // who came in by mail still owes the choice of a company
				r.Stage = store.StageCompany
			}
			row = *r
			return ignoreAbsent(err)
		})
		if err != nil {
			return err
		}
		own := tx.For(row.Home())
		user, err := own.User(ctx, row.UserID)
		if err != nil {
			return err
		}
		policy, err := own.Policy(ctx)
		if err != nil {
			return err
		}
		if in.MustChange, err = s.mustChange(ctx, &tx.GlobalView, row.Home(), user, policy); err != nil {
			return err
		}
		return audit(ctx, own, halfActor(row), "session.factor", "user/"+row.UserID, nil, nil)
	})
	return in, err
}

// BeginHalfFactor and ConfirmHalfFactor set up the second factor that the company
// demands, before anything else opens. Errors as [Service.BeginFactor] and
// [Service.ConfirmFactor]; [ErrSession].
func (s *Service) BeginHalfFactor(ctx context.Context, token string) (FactorSetup, error) {
	_, p, err := s.bare(ctx, token)
	if err != nil {
		return FactorSetup{}, err
	}
	return s.beginFactor(ctx, p)
}

// ConfirmHalfFactor confirms it, returns the recovery codes, and lets the person on.
func (s *Service) ConfirmHalfFactor(ctx context.Context, token, code string) ([]string, SignedIn, error) {
	row, p, err := s.bare(ctx, token)
	if err != nil {
		return nil, SignedIn{}, err
	}
	codes, err := s.confirmFactor(ctx, p, halfActor(row), code)
	if err != nil {
		return nil, SignedIn{}, err
	}
	in, err := s.passed(ctx, token)
	return codes, in, err
}
