package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// ErrLeft is wrapped by the refusal to enter a company that does not let the
// person in, or not any more.
var ErrLeft = errors.New("the company does not let in")

// mostCompanies bounds in how many companies of others one person works.
const mostCompanies = 500

// A WorkCompany is a company in which a person may work.
type WorkCompany struct {
	Key    string // names it for [Service.EnterCompany]; "" is the person's own
	Rfc    string
	Nombre string // the legal name, or the RFC until it is set
	Color  string // a word of [Colors]
	Admin  bool   // let in as Administrador; not told of the own one
	Rights []store.Right
	Limits store.Limits
	Since  time.Time // let in; zero for the own one
	Until  time.Time // zero for no end
}

// Own reports whether it is the company whose user the person is.
func (c WorkCompany) Own() bool { return c.Key == "" }

// CompaniesOf lists the companies in which a user of home may work now, the own
// one first, the others by name.
func (s *Service) CompaniesOf(ctx context.Context, home store.Tenant, user string) ([]WorkCompany, error) {
	own, err := s.cfg.DB.Global().TenantByID(ctx, home.ID())
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.Global().GuestCompanies(ctx, home, user, store.Micros(s.now()), mostCompanies)
	if err != nil {
		return nil, err
	}
	list := []WorkCompany{{Rfc: own.Rfc, Nombre: nameOr(own.Name, own.Rfc), Color: colorOf(own.Color, own.Rfc)}}
	for _, r := range rows {
		g, err := readGrant(r.CoadminID, r.Admin, r.Rights, r.Limits)
		if err != nil {
			return nil, err
		}
		c := WorkCompany{
			Key: r.CoadminID, Rfc: r.Rfc, Nombre: nameOr(r.Name, r.Rfc), Color: colorOf(r.Color, r.Rfc), Admin: r.Admin,
			Rights: g.Rights, Limits: g.Limits, Since: store.FromMicros(r.Since),
		}
		if r.Until != 0 {
			c.Until = store.FromMicros(r.Until)
		}
		list = append(list, c)
	}
	return list, nil
}

// Companies is [Service.CompaniesOf] for who is at work.
func (s *Service) Companies(ctx context.Context, a store.Actor) ([]WorkCompany, error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	return s.CompaniesOf(ctx, a.HomeTenant(), a.UserID)
}

func nameOr(name, rfc string) string {
	if name == "" {
		return rfc
	}
	return name
}

// EnterCompany lets the person of a session work in the company of key ("" is
// the own one), from the choice of a company at sign-in or from the switcher.
// The token changes. Errors: [ErrSession]; [ErrLeft] for a company that does
// not let the person in (any more), known or not.
func (s *Service) EnterCompany(ctx context.Context, token, key string) (SignedIn, error) {
	var in SignedIn
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.SessionByHash(ctx, hashToken(token))
		if err != nil {
			return over(err)
		}
		if row.Stage == store.StageFactor {
			return over(fail.New(fail.NotFound, ""))
		}
		user, err := tx.For(row.Home()).User(ctx, row.UserID)
		if err != nil {
			return over(err)
		}
		if err := mayEnter(user); err != nil {
			return err
		}
		to, err := s.entrance(ctx, tx, row, user, key)
		if err != nil {
			return err
		}
		in, err = s.promote(ctx, tx, token, func(r *store.SessionRow) error {
			r.WorkID, r.Stage = to.Tenant.ID(), store.StageOpen
			return nil
		})
		if err != nil || to.Tenant == row.Tenant() {
			return err
		}
		return auditBoth(ctx, tx, to, "session.enter", "user/"+row.UserID, map[string]string{"device": row.Device})
	})
	return in, err
}

// entrance is who the person of a session is in the company of key.
func (s *Service) entrance(ctx context.Context, tx *store.GlobalTx, row store.SessionRow, user store.UserRow, key string) (store.Actor, error) {
	a := store.Actor{Tenant: row.Home(), Home: row.Home(), UserID: user.ID, UserName: user.Usuario, IP: row.IP, SessionID: row.ID}
	if key == "" {
		return a, nil
	}
	shut := fail.Wrap(fail.NotFound, "Esa empresa no existe o ya no te da acceso. Sigues donde estabas.", ErrLeft)
	offer, err := tx.GuestCompany(ctx, key, row.Home(), user.ID, "")
	if err != nil {
		if fail.KindOf(err) == fail.NotFound {
			return a, shut
		}
		return a, err
	}
	a.Tenant = offer.Owner()
	grant, err := s.grantOf(ctx, tx.For(a.Tenant), a)
	if err != nil {
		if fail.KindOf(err) == fail.NotFound {
			return a, shut
		}
		return a, err
	}
	if err := s.asksFactor(ctx, tx, row, a.Tenant, grant); err != nil {
		return a, err
	}
	return s.named(ctx, &tx.GlobalView, a)
}

// asksFactor refuses who came in with a password alone where the company that
// lets in asks more of people like them. The factor is kept at home.
func (s *Service) asksFactor(ctx context.Context, tx *store.GlobalTx, row store.SessionRow, owner store.Tenant, grant store.CoadminRow) error {
	policy, err := tx.For(owner).Policy(ctx)
	asked := policy.SecondFactor == store.FactorAll || policy.SecondFactor == store.FactorAdmins && grant.Admin
	if err != nil || !asked || Way(row.Way) == WayPasskey {
		return err
	}
	has, err := s.hasFactor(ctx, tx, person{row.Home(), row.UserID})
	if err != nil || has {
		return err
	}
	return fail.Wrap(fail.Denied, "Esa empresa pide un segundo factor a quien entra. Actívalo en Mi cuenta, con tu propia empresa, e inténtalo de nuevo. Sigues donde estabas.", ErrLeft)
}

// named gives a guest a name that is nobody's in the company worked in:
// user@RFC of the own one.
func (s *Service) named(ctx context.Context, g *store.GlobalView, a store.Actor) (store.Actor, error) {
	home, err := g.TenantByID(ctx, a.HomeTenant().ID())
	if err != nil {
		return store.Actor{}, err
	}
	a.UserName += "@" + home.Rfc
	return a, nil
}

// grantOf returns what the company a.Tenant gives to a guest now; fail.NotFound
// for nothing, or nothing any more.
func (s *Service) grantOf(ctx context.Context, v interface {
	GuestCoadmin(ctx context.Context, home store.Tenant, userID string) (store.CoadminRow, error)
}, a store.Actor,
) (store.CoadminRow, error) {
	row, err := v.GuestCoadmin(ctx, a.HomeTenant(), a.UserID)
	if err == nil && ended(row, s.now()) {
		return row, fail.New(fail.NotFound, "")
	}
	return row, err
}

// ended reports whether the end date of a co-administration has passed.
func ended(r store.CoadminRow, now time.Time) bool {
	return r.Until != 0 && !now.Before(store.FromMicros(r.Until))
}

// guest says what a user of another company may do in this one: what an active
// co-administration gives, while its end date is not reached. fail.NotFound for nothing.
func (s *Service) guest(ctx context.Context, a store.Actor) (store.Actor, error) {
	row, err := s.grantOf(ctx, s.cfg.DB.View(a.Tenant), a)
	if err != nil {
		return store.Actor{}, err
	}
	g, err := readGrant(row.ID, row.Admin, row.Rights, row.Limits)
	if err != nil {
		return store.Actor{}, err
	}
	a.Rights, a.Limits = g.Rights, g.Limits
	return s.named(ctx, s.cfg.DB.Global(), a)
}

// readGrant reads what a row gives. Who is let in as Administrador holds every
// right but those over who comes in.
func readGrant(id string, admin bool, rights, limits string) (granted, error) {
	var g granted
	if admin {
		return granted{Rights: guestAdminRights()}, nil
	}
	if err := json.Unmarshal([]byte(rights), &g.Rights); err != nil {
		return granted{}, fmt.Errorf("rights of co-administration %s: %w", id, err)
	}
	if err := json.Unmarshal([]byte(limits), &g.Limits); err != nil {
		return granted{}, fmt.Errorf("limits of co-administration %s: %w", id, err)
	}
	g.Rights = store.Widen(g.Rights)
	return g, nil
}

// guestAdminRights are those of a guest let in as Administrador. Users and
// co-administration stay with the company; taking a key out and closing it are
// refused to every guest where they are done.
func guestAdminRights() []store.Right {
	var list []store.Right
	for _, r := range store.Rights() {
		if r.Right != store.RightUsers && r.Right != store.RightCoadmin {
			list = append(list, r.Right)
		}
	}
	return list
}

// comeHome sends a session home that works in a company which does not let its
// person in any more: revoked, past its end, or closed.
func (s *Service) comeHome(ctx context.Context, row store.SessionRow) (store.SessionRow, error) {
	if row.Home() == row.Tenant() {
		return row, nil
	}
	shut, err := s.shut(ctx, row)
	if err != nil || !shut {
		return row, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if _, err := tx.SendHome(ctx, row.Tenant(), row.Home(), row.UserID); err != nil {
			return err
		}
		return s.expire(ctx, tx, row.Tenant(), row.Home(), row.UserID)
	})
	row.LeftID, row.WorkID = row.WorkID, row.TenantID
	return row, err
}

// shut reports whether the company that a guest's session works in is closed to it.
func (s *Service) shut(ctx context.Context, row store.SessionRow) (bool, error) {
	tenant, err := s.cfg.DB.Global().TenantByID(ctx, row.WorkID)
	if err == nil && tenant.Open() {
		_, err = s.grantOf(ctx, s.cfg.DB.View(row.Tenant()), store.Actor{Tenant: row.Tenant(), Home: row.Home(), UserID: row.UserID})
		if err == nil {
			return false, nil
		}
	}
	return true, ignoreAbsent(err)
}

// expire notes on both sides that the end date of a co-administration has passed.
func (s *Service) expire(ctx context.Context, tx *store.GlobalTx, owner, home store.Tenant, user string) error {
	own := tx.For(owner)
	row, err := own.GuestCoadmin(ctx, home, user)
	if err != nil || !ended(row, s.now()) {
		return ignoreAbsent(err)
	}
	before := row
	row.State, row.EndedAt, row.EndedBy, row.Version = store.CoadminExpired, row.Until, "", row.Version+1
	if err := own.UpdateCoadmin(ctx, row); err != nil {
		return err
	}
	return auditSides(ctx, tx, store.System(owner), home, "coadmin.expired", before, row)
}

// leftName is the name of the company a session was sent home from, told once.
func (s *Service) leftName(ctx context.Context, row store.SessionRow) (string, error) {
	if row.LeftID == "" {
		return "", nil
	}
	t, err := s.cfg.DB.Global().TenantByID(ctx, row.LeftID)
	return nameOr(t.Name, t.Rfc), err
}

// ToldLeft notes that the person of a session knows why it works in its own company.
func (s *Service) ToldLeft(ctx context.Context, token string) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.ToldHome(ctx, hashToken(token)) })
}
