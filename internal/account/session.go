package account

import (
	"context"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	sessionLife = 12 * time.Hour   // absolute
	sessionIdle = 30 * time.Minute // since the last request
	touchEvery  = time.Minute      // the last use is written at most so often
)

// SessionOf returns the session of a token. [ErrSession] when it is over: idle
// for 30 minutes, 12 hours old, closed, or its user or company is gone.
func (s *Service) SessionOf(ctx context.Context, token string) (Session, error) {
	hash, now := hashToken(token), s.now()
	row, err := s.cfg.DB.Global().SessionByHash(ctx, hash)
	if err != nil {
		return Session{}, over(err)
	}
	seen := store.FromMicros(row.SeenAt)
	if !now.Before(store.FromMicros(row.ExpiresAt)) || now.Sub(seen) > sessionIdle {
		return Session{}, over(fail.New(fail.NotFound, ""))
	}
	out, err := s.sessionOf(ctx, row)
	if err != nil {
		return Session{}, over(err)
	}
	if now.Sub(seen) >= touchEvery {
		// A disk that takes no write still lets people read what is theirs; the
		// session then merely ends a little early.
		_ = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
			if err := tx.TouchSession(ctx, hash, store.Micros(now)); err != nil {
				return err
			}
			return tx.For(row.Tenant()).SetUserSeen(ctx, row.UserID, store.Micros(now))
		})
	}
	return out, nil
}

// sessionOf fills a session from its rows.
func (s *Service) sessionOf(ctx context.Context, row store.SessionRow) (Session, error) {
	tenant, err := s.cfg.DB.Global().TenantByID(ctx, row.TenantID)
	if err != nil {
		return Session{}, err
	}
	if tenant.State != store.TenantActive {
		return Session{}, fail.New(fail.NotFound, "")
	}
	view := s.cfg.DB.View(row.Tenant())
	user, err := view.User(ctx, row.UserID)
	if err != nil {
		return Session{}, err
	}
	company, err := view.Company(ctx)
	if err != nil {
		return Session{}, err
	}
	out := Session{
		Actor: store.Actor{Tenant: row.Tenant(), UserID: user.ID, UserName: user.Usuario, IP: row.IP, SessionID: row.ID, Admin: user.Admin},
		ID:    row.ID, Usuario: user.Usuario, Nombre: user.Nombre, Correo: user.Correo, Rfc: company.Rfc, Empresa: company.Nombre,
		MustChange: due(user, company.PasswordDays, s.now()), StartedAt: store.FromMicros(row.CreatedAt),
	}
	if out.Empresa == "" {
		out.Empresa = company.Rfc
	}
	return out, nil
}

// over turns what is absent into the end of the session.
func over(err error) error {
	if fail.KindOf(err) != fail.NotFound {
		return err
	}
	return fail.Wrap(fail.Denied, "Tu sesión terminó. Lo que habías guardado está a salvo: inicia sesión para seguir.", ErrSession)
}

// SignOut ends the session of a token; one that is over already is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	hash := hashToken(token)
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.SessionByHash(ctx, hash)
		if err != nil {
			return ignoreAbsent(err)
		}
		if err := tx.DeleteSession(ctx, hash); err != nil {
			return err
		}
		a := store.Actor{Tenant: row.Tenant(), UserID: row.UserID, IP: row.IP, SessionID: row.ID}
		return audit(ctx, tx.For(row.Tenant()), a, "session.close", "user/"+row.UserID, nil, nil)
	})
}
