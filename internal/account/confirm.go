package account

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// defaultUser is the name of a company's first user.
const defaultUser = "admin"

var userShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,39}$`)

// Invitation tells whom a mailed link is for. [ErrLinkUnknown],
// [ErrLinkExpired] or [ErrLinkUsed] otherwise.
func (s *Service) Invitation(ctx context.Context, link string) (Invited, error) {
	row, err := s.invited(ctx, s.cfg.DB.Global(), link)
	if err != nil {
		return Invited{}, err
	}
	return Invited{Rfc: row.Rfc, Nombre: row.Nombre, Correo: row.Correo, Usuario: defaultUser}, nil
}

// invited returns the open registration of a link that still works. With
// [ErrLinkExpired] the row comes along.
func (s *Service) invited(ctx context.Context, g *store.GlobalView, link string) (store.RegistrationRow, error) {
	l, linkErr := s.link(ctx, g, store.LinkRegistration, link)
	if linkErr != nil && !errors.Is(linkErr, ErrLinkExpired) {
		return store.RegistrationRow{}, linkErr
	}
	row, err := g.Registration(ctx, l.Subject)
	switch {
	case fail.KindOf(err) == fail.NotFound:
		return row, linkUnknown()
	case err != nil:
		return row, err
	case row.UsedAt != 0:
		return row, linkUsed()
	}
	return row, linkErr
}

// link returns a link of a kind that is not used and not too old.
func (s *Service) link(ctx context.Context, g *store.GlobalView, kind, token string) (store.LinkRow, error) {
	l, err := g.Link(ctx, kind, hashToken(token))
	switch {
	case fail.KindOf(err) == fail.NotFound:
		return l, linkUnknown()
	case err != nil:
		return l, err
	case l.UsedAt != 0:
		return l, linkUsed()
	case store.Micros(s.now()) > l.ExpiresAt:
		return l, fail.Wrap(fail.Denied, "Este enlace ya venció. Pide uno nuevo; llega al mismo correo.", ErrLinkExpired)
	}
	return l, nil
}

func linkUnknown() error {
	return fail.Wrap(fail.NotFound, "Este enlace no existe o ya lo reemplazó uno más nuevo. Abre el correo más reciente, o regístrate de nuevo.", ErrLinkUnknown)
}

func linkUsed() error {
	return fail.Wrap(fail.Conflict, "Este enlace ya se usó: tu cuenta está lista. Inicia sesión.", ErrLinkUsed)
}

// RenewInvitation mails a new link in place of an expired one, to the same
// address. [ErrTooMany] when asked again within a minute.
func (s *Service) RenewInvitation(ctx context.Context, link, ip string) error {
	if !s.upLimit.Allow(ip, s.now()) {
		return tooMany("Recibimos muchas solicitudes desde tu conexión. Espera unos minutos e inténtalo de nuevo.")
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := s.invited(ctx, &tx.GlobalView, link)
		if err != nil && !errors.Is(err, ErrLinkExpired) {
			return err
		}
		return s.mailAgain(ctx, tx, row)
	})
}

// Confirm turns a registration into a company with its first user, signs it in
// and mails the access data, never the password. Errors: as [Service.Invitation];
// fields Usuario, Password, Password2; [ErrRfcTaken] when somebody else was faster.
func (s *Service) Confirm(ctx context.Context, link string, c Confirmation) (AccessData, SignedIn, error) {
	row, err := s.invited(ctx, s.cfg.DB.Global(), link)
	if err != nil {
		return AccessData{}, SignedIn{}, err
	}
	if c.Usuario = strings.ToLower(strings.TrimSpace(c.Usuario)); c.Usuario == "" {
		c.Usuario = defaultUser
	}
	var p problems
	checkUser(&p, c.Usuario)
	checkNew(&p, shortestPassword, "Password", "Password2", c.Password, c.Password2, c.Usuario, row.Rfc)
	if err := p.result("Tu cuenta aún no se creó: revisa los campos marcados."); err != nil {
		return AccessData{}, SignedIn{}, err
	}
	hash, err := s.hasher.Hash(ctx, c.Password)
	if err != nil {
		return AccessData{}, SignedIn{}, err
	}
	f := founding{
		rfc: row.Rfc, contacto: row.Nombre, correo: row.Correo, usuario: c.Usuario, hash: hash,
		days: store.DefaultPolicy().PasswordDays, ip: c.IP, tenant: s.cfg.NewID(), user: s.cfg.NewID(), at: s.now(),
	}
	session, in, err := s.newSession(newcomer{tenant: f.actor().Tenant, user: f.user, way: WayLink, client: Client{c.IP, c.Device}})
	if err != nil {
		return AccessData{}, SignedIn{}, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		now := store.Micros(s.now())
		if err := used(tx.UseLink(ctx, hashToken(link), now)); err != nil {
			return err
		}
		if err := used(tx.UseRegistration(ctx, row.ID, now)); err != nil {
			return err
		}
		if err := s.found(ctx, tx, f); err != nil {
			return err
		}
		if err := s.cameBy(ctx, tx, f.actor().Tenant, row.Code, f.correo); err != nil {
			return err
		}
		return tx.InsertSession(ctx, session)
	})
	if err != nil {
		return AccessData{}, SignedIn{}, err
	}
	return AccessData{Usuario: c.Usuario, Rfc: row.Rfc, Correo: row.Correo}, in, nil
}

// used turns "no row left to use" into the link's own answer.
func used(err error) error {
	if fail.KindOf(err) == fail.NotFound && err != nil {
		return linkUsed()
	}
	return err
}

func checkUser(p *problems, usuario string) {
	if !userShape.MatchString(usuario) {
		p.err("Usuario", "El usuario lleva de 3 a 40 letras minúsculas sin acento, números, punto o guion.", "Por ejemplo: admin.")
	}
}

// founding is what a new company needs.
type founding struct {
	tenant, user          string
	rfc, contacto, correo string
	usuario, hash         string
	days                  int64
	ip                    string
	quiet                 bool // no mail
	at                    time.Time
}

func (f founding) actor() store.Actor {
	return store.Actor{Tenant: store.TenantOf(f.tenant), UserID: f.user, UserName: f.usuario, IP: f.ip, Admin: true, ProvedAt: f.at}
}

// found writes tenant, company and first user, the audit row and the mail.
func (s *Service) found(ctx context.Context, tx *store.GlobalTx, f founding) error {
	now, a := store.Micros(s.now()), f.actor()
	err := tx.InsertTenant(ctx, store.TenantRow{ID: f.tenant, Rfc: f.rfc, Name: f.rfc, State: store.TenantActive, CreatedAt: now})
	if fail.KindOf(err) == fail.Conflict {
		return rfcTaken()
	}
	if err != nil {
		return err
	}
	own := tx.For(a.Tenant)
	err = own.InsertCompany(ctx, store.CompanyRow{
		Rfc: f.rfc, Regimenes: "[]", Pais: "MEX", Contacto: f.contacto, Correo: f.correo,
		Version: 1, UpdatedAt: now, UpdatedBy: f.usuario,
	})
	if err != nil {
		return err
	}
	policy := store.DefaultPolicy()
	policy.PasswordDays, policy.UpdatedAt, policy.UpdatedBy = f.days, now, f.usuario
	if err := own.InsertPolicy(ctx, policy); err != nil {
		return err
	}
	if err := s.newReferralCode(ctx, tx, a.Tenant); err != nil {
		return err
	}
	if s.cfg.Founded != nil {
		if err := s.cfg.Founded(ctx, own); err != nil {
			return err
		}
	}
	err = own.InsertUser(ctx, store.UserRow{
		ID: f.user, Usuario: f.usuario, UsuarioFold: f.usuario, Nombre: f.contacto, Correo: f.correo, Admin: true,
		Password: f.hash, PasswordAt: now, SeenAt: now, CreatedAt: now,
	})
	if err != nil {
		return err
	}
	if err := audit(ctx, own, a, "company.found", "company", nil, AccessData{Usuario: f.usuario, Rfc: f.rfc, Correo: f.correo}); err != nil || f.quiet {
		return err
	}
	m := accessMail{User: f.user}
	return job.Enqueue(ctx, own, m, job.Options{Key: m.User, MaxAttempts: mailAttempts})
}

// A Founding makes a company without a mailed link: for the demo and for
// tests. PasswordDays 0 = the password never has to be changed.
type Founding struct {
	Rfc, Nombre, Correo string // Nombre is the contact's
	Usuario, Password   string
	PasswordDays        int
}

// Found makes a company and its first user, signs nobody in and mails nothing.
// [ErrRfcTaken] when the RFC has a company.
func (s *Service) Found(ctx context.Context, in Founding) (store.Actor, error) {
	hash, err := s.hasher.Hash(ctx, in.Password)
	if err != nil {
		return store.Actor{}, err
	}
	f := founding{
		rfc: in.Rfc, contacto: in.Nombre, correo: in.Correo, usuario: in.Usuario, hash: hash, days: int64(in.PasswordDays),
		tenant: s.cfg.NewID(), user: s.cfg.NewID(), quiet: true, at: s.now(),
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return s.found(ctx, tx, f) })
	return f.actor(), err
}
