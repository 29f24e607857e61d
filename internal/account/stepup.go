package account

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Prove notes that the person of a session has just proved who it is, by its
// password, so that a dangerous act goes through for five minutes. The token
// changes. Wrong passwords count as those of [Service.ChangePassword]. Errors:
// field Password; [ErrTooMany]; [ErrSession].
func (s *Service) Prove(ctx context.Context, a store.Actor, token, password string) (SignedIn, error) {
	if err := a.Require(store.RightView); err != nil {
		return SignedIn{}, err
	}
	user, err := s.cfg.DB.View(a.HomeTenant()).User(ctx, a.UserID)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.checkOld(ctx, a, user, password); err != nil {
		if fields := fail.FieldsOf(err); len(fields) > 0 {
			return SignedIn{}, fail.OnField("Password", "La contraseña no es correcta. No se hizo nada todavía.")
		}
		return SignedIn{}, err
	}
	return s.proved(ctx, a, token)
}

// proved moves the session on to a fresh proof.
func (s *Service) proved(ctx context.Context, a store.Actor, token string) (SignedIn, error) {
	var in SignedIn
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		in, err = s.promote(ctx, tx, token, func(r *store.SessionRow) error {
			if r.ID != a.SessionID || r.Stage != store.StageOpen {
				return over(store.Absent())
			}
			r.ProvedAt = store.Micros(s.now())
			return nil
		})
		if err != nil {
			return err
		}
		return audit(ctx, tx.For(a.HomeTenant()), a, "session.proved", "user/"+a.UserID, nil, nil)
	})
	return in, err
}
