package account

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Prove notes that the person of a session has just proved who it is, by all that
// it comes in with, so that a dangerous act goes through for five minutes
// (ASVS 7.5.1): the password, and of who has a second factor a code of it too, six
// digits or a recovery code. [Service.ProveByPasskey] stands for both. The token
// changes. Wrong ones count as those of [Service.ChangePassword] and
// [Service.PassFactor]. Errors: fields Password, Codigo; [ErrTooMany]; [ErrSession].
func (s *Service) Prove(ctx context.Context, a store.Actor, token, password, code string) (SignedIn, error) {
	if err := a.Require(store.RightView); err != nil {
		return SignedIn{}, err
	}
	factor, err := s.Factor(ctx, a)
	if err != nil {
		return SignedIn{}, err
	}
	if factor.Any() && code == "" {
		return SignedIn{}, fail.OnField("Codigo", "Falta el código de tu segundo factor. No se hizo nada todavía.")
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
	if factor.Any() {
		_, err := s.takeCode(ctx, personOf(a), code)
		if err != nil && fail.KindOf(err) == fail.NotFound { // digits, of who has passkeys alone
			return SignedIn{}, fail.OnField("Codigo", "No tienes una aplicación de códigos: usa tu llave de acceso o un código de recuperación.")
		}
		if err != nil {
			return SignedIn{}, err
		}
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
