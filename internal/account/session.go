package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	touchEvery = time.Minute     // the last use is written at most so often
	freshFor   = 5 * time.Minute // a proof of identity is good so long for a dangerous act (threat T3)
)

// SessionOf returns the session of a token. [ErrSession] when it is over: idle
// or old beyond the company's policy, closed, or its user or company is gone.
// While the session's Stage is not open its Actor is the zero Actor, which
// every service refuses.
func (s *Service) SessionOf(ctx context.Context, token string) (Session, error) {
	hash, now := hashToken(token), s.now()
	row, err := s.cfg.DB.Global().SessionByHash(ctx, hash)
	if err != nil {
		return Session{}, over(err)
	}
	if row, err = s.comeHome(ctx, row); err != nil {
		return Session{}, over(err)
	}
	out, policy, err := s.sessionOf(ctx, row)
	if err != nil {
		return Session{}, over(err)
	}
	seen := store.FromMicros(row.SeenAt)
	if !now.Before(store.FromMicros(row.ExpiresAt)) || now.Sub(seen) > time.Duration(policy.SessionMinutes)*time.Minute ||
		now.Sub(out.StartedAt) >= time.Duration(policy.SessionHours)*time.Hour {
		return Session{}, over(fail.New(fail.NotFound, ""))
	}
	if now.Sub(seen) >= touchEvery {
		// A disk that takes no write still lets people read what is theirs; the
		// session then merely ends a little early.
		_ = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
			if err := tx.TouchSession(ctx, hash, store.Micros(now)); err != nil {
				return err
			}
			return tx.For(row.Home()).SetUserSeen(ctx, row.UserID, store.Micros(now))
		})
	}
	return out, nil
}

// sessionOf fills a session from its rows and returns the policy of the
// company worked in; for a guest, the stricter of both companies' limits.
func (s *Service) sessionOf(ctx context.Context, row store.SessionRow) (Session, store.PolicyRow, error) {
	var policy store.PolicyRow
	var color string
	for _, t := range slices.Compact([]store.Tenant{row.Home(), row.Tenant()}) {
		tenant, err := s.cfg.DB.Global().TenantByID(ctx, t.ID())
		if err != nil {
			return Session{}, policy, err
		}
		color = colorOf(tenant.Color, tenant.Rfc)
		if !tenant.Open() && t != store.Platform() {
			return Session{}, policy, fail.New(fail.NotFound, "")
		}
	}
	user, err := s.cfg.DB.View(row.Home()).User(ctx, row.UserID)
	if err != nil {
		return Session{}, policy, err
	}
	if user.State != store.UserActive {
		return Session{}, policy, fail.New(fail.NotFound, "")
	}
	view := s.cfg.DB.View(row.Tenant())
	company, err := view.Company(ctx)
	if err != nil {
		return Session{}, policy, err
	}
	if policy, err = view.Policy(ctx); err != nil {
		return Session{}, policy, err
	}
	home := policy
	if row.Home() != row.Tenant() {
		if home, err = s.cfg.DB.View(row.Home()).Policy(ctx); err != nil {
			return Session{}, policy, err
		}
		policy.SessionMinutes, policy.SessionHours = min(policy.SessionMinutes, home.SessionMinutes), min(policy.SessionHours, home.SessionHours)
	}
	out := Session{
		ID: row.ID, Usuario: user.Usuario, Nombre: user.Nombre, Correo: user.Correo, Rfc: company.Rfc, Empresa: company.Nombre,
		Stage: row.Stage, Way: Way(row.Way), StartedAt: store.FromMicros(row.CreatedAt),
		Color: color, Operator: row.Home() == store.Platform(),
	}
	if out.MustChange, err = s.mustChange(ctx, s.cfg.DB.Global(), row.Home(), user, home); err != nil {
		return Session{}, policy, err
	}
	if out.Left, err = s.leftName(ctx, row); err != nil {
		return Session{}, policy, err
	}
	if out.Empresa == "" {
		out.Empresa = company.Rfc
	}
	if row.Stage == store.StageOpen {
		out.Actor, err = s.actorOf(ctx, row, user)
	}
	return out, policy, err
}

// actorOf says what the person of an open session may do in the company worked in.
func (s *Service) actorOf(ctx context.Context, row store.SessionRow, user store.UserRow) (store.Actor, error) {
	a := store.Actor{
		Tenant: row.Tenant(), Home: row.Home(), UserID: user.ID, UserName: user.Usuario, IP: row.IP, SessionID: row.ID,
		ProvedAt: store.FromMicros(row.ProvedAt),
	}
	if a.Tenant == store.Platform() {
		a.Operator = true
		return a, nil
	}
	if a.IsGuest() {
		return s.guest(ctx, a)
	}
	rights, err := s.rightsOf(ctx, s.cfg.DB.View(a.Tenant), user)
	if err != nil {
		return store.Actor{}, err
	}
	a.Admin, a.Rights, a.Limits = user.Admin, rights.Rights, rights.Limits
	return a, nil
}

// granted is what a user who is not an Administrador may do.
type granted struct {
	Rights []store.Right
	Limits store.Limits
}

// rightsOf reads what a user may do: what the role says when there is one,
// otherwise what its own row says.
func (s *Service) rightsOf(ctx context.Context, v *store.View, u store.UserRow) (granted, error) {
	if u.Admin {
		return granted{}, nil
	}
	rights, limits := u.Rights, u.Limits
	if u.RoleID != "" {
		role, err := v.Role(ctx, u.RoleID)
		if err != nil {
			return granted{}, err
		}
		rights, limits = role.Rights, role.Limits
	}
	var g granted
	if err := json.Unmarshal([]byte(rights), &g.Rights); err != nil {
		return granted{}, fmt.Errorf("rights of user %s: %w", u.ID, err)
	}
	if err := json.Unmarshal([]byte(limits), &g.Limits); err != nil {
		return granted{}, fmt.Errorf("limits of user %s: %w", u.ID, err)
	}
	g.Rights = store.Widen(g.Rights)
	return g, nil
}

// requireFresh refuses a dangerous act unless the person proved who it is in
// the last five minutes (threat T3): [ErrStepUp]. The portal itself passes.
func (s *Service) requireFresh(a store.Actor) error {
	if a.IsSystem() || s.now().Sub(a.ProvedAt) <= freshFor {
		return nil
	}
	return fail.Wrap(fail.Denied, "Para esto confirma primero que eres tú. No se guardó nada todavía.", ErrStepUp)
}

// Fresh reports whether the person of a session proved who it is recently
// enough for a dangerous act.
func (s *Service) Fresh(a store.Actor) bool { return s.requireFresh(a) == nil }

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
		a := store.Actor{Tenant: row.Home(), UserID: row.UserID, IP: row.IP, SessionID: row.ID}
		return audit(ctx, tx.For(row.Home()), a, "session.close", "user/"+row.UserID, nil, nil)
	})
}
