package account

import (
	"context"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Way is how somebody proved who they are when they came in.
type Way string

// The ways of coming in.
const (
	WayPassword Way = "contrasena"  // user, RFC and password
	WayMail     Way = "correo"      // e-mail and password
	WayCSD      Way = "csd"         // the seal certificate's key signed a challenge in the browser
	WayCSDFiles Way = "csd-archivo" // … or was sent along by one without script
	WayPasskey  Way = "llave"       // a passkey
	WayLink     Way = "enlace"      // the mailed link that founded the company or the user
)

// A Client is the browser at the other end: its address and what it says of itself.
type Client struct{ IP, Device string }

// longestDevice is what is kept of a browser's description, in characters.
const longestDevice = 300

// A newcomer proved who they are: the user of a company, by which way.
type newcomer struct {
	tenant     store.Tenant
	user       string // id
	way        Way
	client     Client
	failureKey string // whose failed attempts are forgotten, "" for none
	stage      string // owed before anything else, "" to find out
}

// admit opens the session of who proved who they are. Every way of coming in
// ends here. It refuses who is blocked or gone, finds what is still owed (the
// second factor), and notes the entry. Errors: fail.Denied; [ErrInactive] is
// found before, since it mails a link.
func (s *Service) admit(ctx context.Context, n newcomer) (SignedIn, error) {
	session, in, err := s.newSession(n)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := s.mayOpen(ctx, tx, n.tenant); err != nil {
			return err
		}
		own := tx.For(n.tenant)
		user, err := own.User(ctx, n.user)
		if err != nil {
			return err
		}
		if err := mayEnter(user); err != nil {
			return err
		}
		policy, err := own.Policy(ctx)
		if err != nil {
			return err
		}
		if session.Stage, err = s.stageOf(ctx, tx, user, policy, n); err != nil {
			return err
		}
		in.Stage = session.Stage
		if in.MustChange, err = s.mustChange(ctx, &tx.GlobalView, n.tenant, user, policy); err != nil {
			return err
		}
		if n.failureKey != "" {
			if err := tx.ClearFailures(ctx, n.failureKey); err != nil {
				return err
			}
		}
		if err := tx.InsertSession(ctx, session); err != nil {
			return err
		}
		if err := own.SetUserSeen(ctx, user.ID, session.SeenAt); err != nil {
			return err
		}
		if err := s.noteDevice(ctx, own, user, session); err != nil {
			return err
		}
		a := store.Actor{Tenant: n.tenant, UserID: user.ID, UserName: user.Usuario, IP: n.client.IP, SessionID: session.ID, Admin: user.Admin}
		return audit(ctx, own, a, "session.open", "user/"+user.ID, nil,
			map[string]string{"device": session.Device, "way": string(n.way), "stage": session.Stage})
	})
	return in, err
}

// mayOpen refuses a company that is closed, or that the operator suspended, once it is
// known who asks.
func (s *Service) mayOpen(ctx context.Context, tx *store.GlobalTx, t store.Tenant) error {
	row, err := tx.TenantByID(ctx, t.ID())
	switch {
	case err != nil || t == store.Platform() || row.Open():
		return err
	case row.State != store.TenantActive:
		return fail.New(fail.Denied, "Esa empresa ya no está abierta aquí. No entraste.")
	}
	return fail.New(fail.Denied, "Quien opera este portal suspendió la cuenta de tu empresa el "+s.local(row.SuspendedAt)+": "+row.SuspendedFor+
		" Tus comprobantes y tus datos están a salvo; escríbele para reactivarla.")
}

// mayEnter refuses a user who is not active, once it is known that it is them.
func mayEnter(u store.UserRow) error {
	switch u.State {
	case store.UserActive:
		return nil
	case store.UserBlocked:
		return fail.New(fail.Denied, "Quien administra tu empresa bloqueó tu usuario. Tus datos están a salvo: pídele que lo desbloquee.")
	case store.UserInvited:
		return fail.New(fail.Denied, "Tu usuario todavía no tiene contraseña. Abre el enlace del correo con el que te invitaron, o pide otro a quien administra tu empresa.")
	}
	return fail.New(fail.Denied, "Tu usuario ya no está de alta en esta empresa. Si crees que es un error, habla con quien la administra.")
}

// stageOf says what the newcomer still owes before working.
func (s *Service) stageOf(ctx context.Context, tx *store.GlobalTx, u store.UserRow, p store.PolicyRow, n newcomer) (string, error) {
	owed, err := s.factorDue(ctx, tx, n, u, p)
	switch {
	case err != nil:
		return "", err
	case owed:
		return store.StageFactor, nil
	case n.stage != "":
		return n.stage, nil
	}
	return store.StageOpen, nil
}

// mustChange reports whether the password of a user of home must be changed before
// anything else. Who has a passkey need not renew it (reliability §2).
func (s *Service) mustChange(ctx context.Context, g *store.GlobalView, home store.Tenant, u store.UserRow, p store.PolicyRow) (bool, error) {
	if u.MustChange {
		return true, nil
	}
	if p.PasswordDays == 0 || store.FromMicros(u.PasswordAt).AddDate(0, 0, int(p.PasswordDays)).After(s.now()) {
		return false, nil
	}
	keys, err := g.CountPasskeys(ctx, home, u.ID)
	return keys == 0, err
}

// sessionLife is how long a session may last under any policy; the company's
// own limit is checked at each use.
const sessionLife = 24 * time.Hour

// newSession prepares a session that starts now, open and in the user's own company.
func (s *Service) newSession(n newcomer) (store.SessionRow, SignedIn, error) {
	token, hash, err := newToken()
	if err != nil {
		return store.SessionRow{}, SignedIn{}, err
	}
	now := s.now()
	end := now.Add(sessionLife)
	device := n.client.Device
	if r := []rune(device); len(r) > longestDevice {
		device = string(r[:longestDevice])
	}
	row := store.SessionRow{
		TokenHash: hash, ID: s.cfg.NewID(), TenantID: n.tenant.ID(), WorkID: n.tenant.ID(), UserID: n.user,
		IP: n.client.IP, Device: strings.ToValidUTF8(device, ""), Stage: store.StageOpen, Way: string(n.way),
		CreatedAt: store.Micros(now), SeenAt: store.Micros(now), ExpiresAt: store.Micros(end), ProvedAt: store.Micros(now),
	}
	return row, SignedIn{Token: token, ExpiresAt: end, Stage: row.Stage}, nil
}

// promote moves a session on: to another stage, company or proof. The token
// changes with it, so that one seen before opens nothing. change may refuse.
func (s *Service) promote(ctx context.Context, tx *store.GlobalTx, token string, change func(r *store.SessionRow) error) (SignedIn, error) {
	fresh, hash, err := newToken()
	if err != nil {
		return SignedIn{}, err
	}
	row, err := tx.SessionByHash(ctx, hashToken(token))
	if err != nil {
		return SignedIn{}, over(err)
	}
	old := row.TokenHash
	row.TokenHash, row.SeenAt = hash, store.Micros(s.now())
	if err := change(&row); err != nil {
		return SignedIn{}, err
	}
	if err := tx.MoveSession(ctx, old, row); err != nil {
		return SignedIn{}, over(err)
	}
	return SignedIn{Token: fresh, ExpiresAt: store.FromMicros(row.ExpiresAt), Stage: row.Stage}, nil
}
