package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// How failed attempts are answered (manual §1.4, threats T13 and T14). Waits
// are 15, 30, 60 … minutes: at most 40 failures in any 24 hours.
const (
	failuresAllowed = 5
	failureWindow   = 15 * time.Minute
	firstWait       = 15 * time.Minute
	longestWait     = 24 * time.Hour
	failureMemory   = 7 * 24 * time.Hour
)

const (
	unlockLife = 30 * time.Minute
	unlockRest = 5 * time.Minute // between two mails with a link to unlock
)

// SignIn opens a session, by user and RFC or by e-mail and no RFC. Wrong credentials are [ErrCredentials], whatever is
// wrong, after the same work; [ErrTooMany] after five failures; [ErrInactive]
// when they are right but the account was not used for 30 days: then a link to
// unlock it was mailed.
func (s *Service) SignIn(ctx context.Context, c Credentials) (SignedIn, error) {
	if !s.ipLimit.Allow(c.IP, s.now()) {
		return SignedIn{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.")
	}
	if c.byMail() {
		return s.signInByMail(ctx, c)
	}
	usuario, rfc := strings.ToLower(strings.TrimSpace(c.Usuario)), strings.ToUpper(strings.TrimSpace(c.Rfc))
	key := hashToken("signin|" + rfc + "|" + usuario)
	if err := s.attempt(ctx, key); err != nil {
		return SignedIn{}, err
	}
	tenant, user, err := s.find(ctx, usuario, rfc)
	if err != nil {
		return SignedIn{}, err
	}
	ok, old, err := s.hasher.Check(ctx, user.Password, c.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		if err := s.failed(ctx, key); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, wrongCredentials()
	}
	if old {
		if err := s.rehash(ctx, tenant, user, c.Password); err != nil {
			return SignedIn{}, err
		}
	}
	if err := s.mayUse(ctx, tenant, user, key); err != nil {
		return SignedIn{}, err
	}
	return s.admit(ctx, newcomer{tenant: tenant, user: user.ID, way: WayPassword, client: Client{c.IP, c.Device}, failureKey: key})
}

// idle reports whether an account was not used for longer than the company
// lets it rest.
func (s *Service) idle(ctx context.Context, t store.Tenant, u store.UserRow) (bool, error) {
	p, err := s.policyIn(ctx, t)
	if err != nil || p.IdleDays == 0 {
		return false, err
	}
	return store.FromMicros(u.SeenAt).AddDate(0, 0, int(p.IdleDays)).Before(s.now()), nil
}

// find returns the user of a name and an RFC. Nobody is the zero row, whose
// empty hash costs the same work as a real one.
func (s *Service) find(ctx context.Context, usuario, rfc string) (store.Tenant, store.UserRow, error) {
	row, err := s.cfg.DB.Global().TenantByRfc(ctx, rfc)
	if err != nil || row.State != store.TenantActive {
		return store.Tenant{}, store.UserRow{}, ignoreAbsent(err)
	}
	user, err := s.cfg.DB.View(row.Tenant()).UserByName(ctx, usuario)
	return row.Tenant(), user, ignoreAbsent(err)
}

func ignoreAbsent(err error) error {
	if err != nil && fail.KindOf(err) == fail.NotFound {
		return nil
	}
	return err
}

// attempt counts an attempt before it is judged, so that many at once are not
// all let through; [ErrTooMany] while the key has to wait.
func (s *Service) attempt(ctx context.Context, key string) error {
	now := s.now()
	var row store.FailureRow
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		row, err = tx.Failures(ctx, key)
		if err != nil || row.WaitUntil > store.Micros(now) {
			return err
		}
		row, err = tx.AddFailure(ctx, key, store.Micros(now), failureWindow.Microseconds(), failureMemory.Microseconds())
		if err != nil || row.Failures <= failuresAllowed {
			return err
		}
		row.WaitUntil = store.Micros(now.Add(waitFor(row.Rounds)))
		return tx.SetWait(ctx, key, row.WaitUntil)
	})
	if err != nil {
		return err
	}
	if wait := store.FromMicros(row.WaitUntil).Sub(now); wait > 0 {
		return tooMany(fmt.Sprintf("Hubo demasiados intentos fallidos. Por seguridad, espera %s e inténtalo de nuevo.", inMinutes(wait)))
	}
	return nil
}

// failed makes the key wait when the attempt counted before was one too many.
func (s *Service) failed(ctx context.Context, key string) error {
	now := s.now()
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.Failures(ctx, key)
		if err != nil || row.Failures < failuresAllowed {
			return err
		}
		return tx.SetWait(ctx, key, store.Micros(now.Add(waitFor(row.Rounds))))
	})
}

// waitFor doubles with each round of failures.
func waitFor(rounds int64) time.Duration {
	return min(firstWait<<min(rounds, 10), longestWait)
}

func inMinutes(d time.Duration) string {
	switch m := int((d + time.Minute - 1) / time.Minute); {
	case m <= 1:
		return "un minuto"
	case m < 120:
		return fmt.Sprintf("%d minutos", m)
	default:
		return fmt.Sprintf("%d horas", (m+59)/60)
	}
}

// rehash stores a password that is right under today's costs.
func (s *Service) rehash(ctx context.Context, t store.Tenant, u store.UserRow, password string) error {
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error { return tx.RehashPassword(ctx, u.ID, u.Password, hash) })
}

// lockedByIdleness mails a link to unlock the account, at most one in five
// minutes, and says so: the password was right, so it tells nothing to a stranger.
func (s *Service) lockedByIdleness(ctx context.Context, t store.Tenant, u store.UserRow, key string) error {
	if !u.Admin {
		return fail.Wrap(fail.Denied, "Tu usuario se bloqueó porque pasó mucho tiempo sin usarse. Tus datos están a salvo: "+
			"pídele a quien administra tu empresa que lo desbloquee en Configuración, Usuarios.", ErrInactive)
	}
	now := s.now()
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if key != "" {
			if err := tx.ClearFailures(ctx, key); err != nil {
				return err
			}
		}
		sent, err := tx.LinksSince(ctx, store.LinkUnlock, u.ID, store.Micros(now.Add(-unlockRest)))
		if err != nil || sent > 0 {
			return err
		}
		m := unlockMail{User: u.ID, Slot: now.Unix() / int64(unlockRest/time.Second)}
		return job.Enqueue(ctx, tx.For(t), m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
	})
	if err != nil {
		return err
	}
	return fail.Wrap(fail.Denied, "Tu cuenta se bloqueó porque pasó mucho tiempo sin usarse. Tus datos están a salvo: "+
		"te enviamos un correo con un enlace para desbloquearla; dura 30 minutos.", ErrInactive)
}

// UnlockFor tells whose account an unlock link opens. Errors as [Service.Invitation].
func (s *Service) UnlockFor(ctx context.Context, link string) (AccessData, error) {
	_, _, data, err := s.unlockable(ctx, s.cfg.DB.Global(), link)
	return data, err
}

func (s *Service) unlockable(ctx context.Context, g *store.GlobalView, link string) (store.LinkRow, store.UserRow, AccessData, error) {
	l, err := s.link(ctx, g, store.LinkUnlock, link)
	if err != nil {
		return l, store.UserRow{}, AccessData{}, unlockWords(err)
	}
	t, err := g.TenantByID(ctx, l.TenantID)
	if err != nil {
		return l, store.UserRow{}, AccessData{}, err
	}
	u, err := s.cfg.DB.View(l.Tenant()).User(ctx, l.Subject)
	return l, u, AccessData{Usuario: u.Usuario, Rfc: t.Rfc, Correo: u.Correo}, err
}

// Unlock opens an account locked by inactivity; the user then signs in as
// always. Errors as [Service.Invitation].
func (s *Service) Unlock(ctx context.Context, link, ip string) (AccessData, error) {
	l, u, data, err := s.unlockable(ctx, s.cfg.DB.Global(), link)
	if err != nil {
		return AccessData{}, err
	}
	a := store.Actor{Tenant: l.Tenant(), UserID: u.ID, UserName: u.Usuario, IP: ip, Admin: u.Admin}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		now := store.Micros(s.now())
		if err := used(tx.UseLink(ctx, l.TokenHash, now)); err != nil {
			return unlockWords(err)
		}
		own := tx.For(l.Tenant())
		if err := own.SetUserSeen(ctx, u.ID, now); err != nil {
			return err
		}
		return audit(ctx, own, a, "user.unlock", "user/"+u.ID, nil, nil)
	})
	return data, err
}

// unlockWords gives the answers of a link the words of this one.
func unlockWords(err error) error {
	var words string
	var e error
	switch {
	case errors.Is(err, ErrLinkExpired):
		words, e = "Este enlace ya venció: dura 30 minutos. Inicia sesión otra vez y te enviamos uno nuevo.", ErrLinkExpired
	case errors.Is(err, ErrLinkUsed):
		words, e = "Este enlace ya se usó: tu cuenta está desbloqueada. Inicia sesión.", ErrLinkUsed
	case errors.Is(err, ErrLinkUnknown):
		words, e = "Este enlace no existe. Inicia sesión y, si tu cuenta sigue bloqueada, te enviamos uno nuevo.", ErrLinkUnknown
	default:
		return err
	}
	return fail.Wrap(fail.KindOf(err), words, e)
}
