package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

const (
	passwordLinkLife = 30 * time.Minute
	passwordLinkRest = 5 * time.Minute // between two mails to one user
)

// The mails by which a person comes to a password: the first one, and a new one.
type (
	invitationMail struct {
		User    string `json:"user"`
		Version int64  `json:"version"` // of the user when it was asked for: one mail each time
	}
	forgottenMail struct {
		User string `json:"user"`
		Slot int64  `json:"slot"` // five minutes of the clock: one mail in each
	}
)

// Kind names the job.
func (invitationMail) Kind() string { return "account.invitation" }

// Kind names the job.
func (forgottenMail) Kind() string { return "account.forgotten" }

func (m invitationMail) id() string { return fmt.Sprintf("invitacion-%s-%d", m.User, m.Version) }
func (m forgottenMail) id() string  { return fmt.Sprintf("olvido-%s-%d", m.User, m.Slot) }

// InviteUser mails the link to choose a first or a new password, in place of the
// links mailed before; the password that there is keeps working until then.
func (s *Service) InviteUser(ctx context.Context, a store.Actor, id string) error {
	if err := s.mayRule(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		r, err := s.changeUser(ctx, tx, a, id, "user.invite", func(r *store.UserRow) error {
			if r.State == store.UserGone {
				return fail.New(fail.Conflict, "Ese usuario está de baja. No se envió nada.")
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := tx.DropLinks(ctx, store.LinkInvitation, id); err != nil {
			return err
		}
		return s.invite(ctx, tx.For(a.Tenant), r)
	})
}

// HandPassword gives a user a password to hand over: good once, for 24 hours,
// shown this one time and nowhere kept. The user's sessions end.
func (s *Service) HandPassword(ctx context.Context, a store.Actor, id string) (string, error) {
	if err := s.mayRule(a); err != nil {
		return "", err
	}
	password := handedPassword()
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		now, own := s.now(), tx.For(a.Tenant)
		_, err := s.changeUser(ctx, tx, a, id, "user.hand_password", func(r *store.UserRow) error {
			if r.State == store.UserGone {
				return fail.New(fail.Conflict, "Ese usuario está de baja. No se cambió nada.")
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := own.HandPassword(ctx, id, hash, store.Micros(now), store.Micros(now.Add(onceLife))); err != nil {
			return err
		}
		if err := errors.Join(tx.DropLinks(ctx, store.LinkInvitation, id), tx.SpendLinks(ctx, store.LinkPassword, id, store.Micros(now))); err != nil {
			return err
		}
		_, err = tx.DeleteSessionsOf(ctx, a.Tenant, id, "")
		return err
	})
	if err != nil {
		return "", err
	}
	return password, nil
}

// handedPassword is 130 random bits in groups that can be read aloud.
func handedPassword() string {
	text := strings.ToLower(rand.Text()) // base32, 5 bits each
	return text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:20] + "-" + text[20:]
}

// Recover mails a link to set a new password (manual §1.7): to an Administrador
// the link, good for 30 minutes and once; to an Operación user the word that its
// Administrador gives a new one. The answer and the work are the same whoever
// it is, also nobody. [ErrTooMany] by address.
func (s *Service) Recover(ctx context.Context, usuario, rfc, ip string) error {
	if !s.upLimit.Allow(ip, s.now()) {
		return tooMany("Recibimos muchas solicitudes desde tu conexión. Espera unos minutos e inténtalo de nuevo; no se envió nada.")
	}
	usuario, rfc = strings.ToLower(strings.TrimSpace(usuario)), strings.ToUpper(strings.TrimSpace(rfc))
	if err := checkAsked(usuario, rfc); err != nil {
		return err
	}
	t, u, err := s.find(ctx, usuario, rfc)
	if err != nil {
		return err
	}
	now := s.now()
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		// Whoever it is, one attempt is written: the time it takes tells nothing.
		count, err := tx.AddFailure(ctx, hashToken("recover|"+rfc+"|"+usuario), store.Micros(now), time.Hour.Microseconds(), failureMemory.Microseconds())
		if err != nil || u.ID == "" || u.State == store.UserGone || u.State == store.UserBlocked || count.Failures > mailsPerHour {
			return err
		}
		m := forgottenMail{User: u.ID, Slot: now.Unix() / int64(passwordLinkRest/time.Second)}
		return job.Enqueue(ctx, tx.For(t), m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
	})
}

// checkAsked refuses what can name nobody, before anything is looked up: it tells
// nothing of who there is.
func checkAsked(usuario, rfc string) error {
	var p problems
	if usuario == "" || len(usuario) > 254 {
		p.err("Usuario", "Falta el usuario con el que entras.", "Está en el correo con tus datos de acceso.")
	}
	p.text("Usuario", "El usuario", usuario, 254)
	if _, err := cfdi.ParseRFC(rfc); err != nil {
		p.err("Rfc", "El RFC no tiene la forma correcta: son 12 o 13 letras y números.", "Escribe el de tu empresa.")
	}
	return p.result("No se envió nada: revisa los campos marcados.")
}

// A NewPassword is what an open link to set a password shows.
type NewPassword struct {
	Usuario, Rfc, Nombre string
	First                bool // the person has none yet
}

// NewPasswordFor tells whose password a link sets. Errors as [Service.Invitation].
func (s *Service) NewPasswordFor(ctx context.Context, link string) (NewPassword, error) {
	_, _, out, err := s.settable(ctx, s.cfg.DB.Global(), link)
	return out, err
}

func (s *Service) settable(ctx context.Context, g *store.GlobalView, link string) (store.LinkRow, store.UserRow, NewPassword, error) {
	l, err := s.link(ctx, g, store.LinkInvitation, link)
	if errors.Is(err, ErrLinkUnknown) {
		l, err = s.link(ctx, g, store.LinkPassword, link)
	}
	if err != nil {
		return l, store.UserRow{}, NewPassword{}, newPasswordWords(err)
	}
	t, err := g.TenantByID(ctx, l.TenantID)
	if err != nil || t.State != store.TenantActive {
		return l, store.UserRow{}, NewPassword{}, newPasswordWords(linkUnknown())
	}
	u, err := s.cfg.DB.View(l.Tenant()).User(ctx, l.Subject)
	if err != nil || u.State == store.UserGone || u.State == store.UserBlocked {
		return l, u, NewPassword{}, newPasswordWords(linkUnknown())
	}
	return l, u, NewPassword{Usuario: u.Usuario, Rfc: t.Rfc, Nombre: u.Nombre, First: u.State == store.UserInvited}, nil
}

// SetNewPassword sets the password of a link's user, ends its sessions and mails
// a notice; a first password also signs the person in (SignedIn.Token is not
// empty), a forgotten one does not: the second factor is asked as always.
// Errors as [Service.Invitation]; fields Password, Password2.
func (s *Service) SetNewPassword(ctx context.Context, link, password, again string, c Client) (SignedIn, error) {
	l, u, data, err := s.settable(ctx, s.cfg.DB.Global(), link)
	if err != nil {
		return SignedIn{}, err
	}
	policy, err := s.policyIn(ctx, l.Tenant())
	if err != nil {
		return SignedIn{}, err
	}
	var p problems
	checkNew(&p, policy.PasswordLength, "Password", "Password2", password, again, u.Usuario, data.Rfc)
	if err := p.result("Tu contraseña no se cambió: revisa los campos marcados."); err != nil {
		return SignedIn{}, err
	}
	a := store.Actor{Tenant: l.Tenant(), UserID: u.ID, UserName: u.Usuario, IP: c.IP, Admin: u.Admin}
	if err := s.checkHistory(ctx, a, password); err != nil {
		return SignedIn{}, renamed(err, "Nueva", "Password")
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := tx.UseLink(ctx, l.TokenHash, store.Micros(s.now())); err != nil {
			return newPasswordWords(used(err))
		}
		own := tx.For(l.Tenant())
		now, err := own.UserForUpdate(ctx, u.ID)
		if err != nil {
			return err
		}
		if now.State != store.UserInvited {
			return s.writePassword(ctx, tx, a, hash)
		}
		now.State, now.Version = store.UserActive, now.Version+1
		if err := own.UpdateUser(ctx, now); err != nil {
			return err
		}
		if err := s.keepPassword(ctx, tx, a, hash); err != nil {
			return err
		}
		m := accessMail{User: u.ID}
		return job.Enqueue(ctx, own, m, job.Options{Key: m.User, MaxAttempts: mailAttempts})
	})
	if err != nil || l.Kind != store.LinkInvitation || !data.First {
		return SignedIn{}, err
	}
	return s.admit(ctx, newcomer{tenant: l.Tenant(), user: u.ID, way: WayLink, client: c})
}

// renamed gives the findings on one field of an error the name of another.
func renamed(err error, from, to string) error {
	var f *fail.Error
	if errors.As(err, &f) {
		for i := range f.Fields {
			if f.Fields[i].Path == from {
				f.Fields[i].Path = to
			}
		}
	}
	return err
}

// newPasswordWords gives the answers of a link the words of this one.
func newPasswordWords(err error) error {
	var words string
	var e error
	switch {
	case errors.Is(err, ErrLinkExpired):
		words, e = "Este enlace ya venció. Tu contraseña no cambió: pide otro enlace y ábrelo en cuanto llegue.", ErrLinkExpired
	case errors.Is(err, ErrLinkUsed):
		words, e = "Este enlace ya se usó: entra con la contraseña que elegiste.", ErrLinkUsed
	case errors.Is(err, ErrLinkUnknown):
		words, e = "Este enlace no existe o ya lo reemplazó uno más nuevo. Abre el correo más reciente o pide otro.", ErrLinkUnknown
	default:
		return err
	}
	return fail.Wrap(fail.KindOf(err), words, e)
}

// mailInvitation mails the link to choose a password.
func (s *Service) mailInvitation(ctx context.Context, t store.Tenant, m invitationMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	if u.Version > m.Version && u.State != store.UserInvited || u.State == store.UserGone {
		return nil
	}
	end := store.Micros(s.now().Add(invitationLife))
	token, err := s.newLink(ctx, store.LinkRow{Kind: store.LinkInvitation, Subject: u.ID, TenantID: t.ID(), ExpiresAt: end})
	if err != nil {
		return err
	}
	in := tongueOf(u)
	l := letter{
		In:      in,
		Subject: in.say("Elige tu contraseña de ioFacturo", "Choose your ioFacturo password"),
		Hello:   u.Nombre,
		Lines: []string{
			in.say("Quien administra la empresa con RFC "+rfc+" te dio un usuario en ioFacturo.", "Whoever administers the company with RFC "+rfc+" gave you a user in ioFacturo."),
			in.say("Elige tu contraseña con este enlace. Sirve una sola vez, hasta el "+s.at(in, end)+".", "Choose your password with this link. It works once, until "+s.at(in, end)+"."),
		},
		Facts:  [][2]string{{in.say("Usuario", "User"), u.Usuario}, {"RFC", rfc}},
		Button: in.say("Elegir mi contraseña", "Choose my password"), URL: s.cfg.BaseURL + "/contrasena/" + token,
		Note: in.say("Si no esperabas este correo, no hagas nada y avisa a esa empresa.", "If you did not expect this e-mail, do nothing and tell that company."),
	}
	if u.State != store.UserInvited {
		l.Lines[0] = in.say("Quien administra la empresa con RFC "+rfc+" pidió que elijas una contraseña nueva.", "Whoever administers the company with RFC "+rfc+" asked you to choose a new password.")
	}
	return s.mail(ctx, m.id(), u.Correo, l)
}

// mailForgotten answers who forgot the password.
func (s *Service) mailForgotten(ctx context.Context, t store.Tenant, m forgottenMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	asked := in.say("Se pidió una contraseña nueva para el usuario "+u.Usuario+" (RFC "+rfc+").", "A new password was asked for, for the user "+u.Usuario+" (RFC "+rfc+").")
	if !u.Admin {
		return s.mail(ctx, m.id(), u.Correo, letter{
			In:      in,
			Subject: in.say("Tu contraseña de ioFacturo", "Your ioFacturo password"),
			Hello:   u.Nombre,
			Lines: []string{asked, in.say("La de un usuario de Operación la restablece quien administra la empresa, en Configuración, Usuarios. Pídesela.",
				"That of an Operación user is reset by whoever administers the company, in Configuración, Usuarios. Ask them.")},
			Note: in.say("Si no lo pediste tú, no hagas nada: tu contraseña sigue siendo la misma.", "If it was not you, do nothing: your password is still the same."),
		})
	}
	end := store.Micros(s.now().Add(passwordLinkLife))
	token, err := s.newLink(ctx, store.LinkRow{Kind: store.LinkPassword, Subject: u.ID, TenantID: t.ID(), ExpiresAt: end})
	if err != nil {
		return err
	}
	return s.mail(ctx, m.id(), u.Correo, letter{
		In:      in,
		Subject: in.say("Elige una contraseña nueva de ioFacturo", "Choose a new ioFacturo password"),
		Hello:   u.Nombre,
		Lines: []string{asked, in.say("Elígela con este enlace. Sirve una sola vez y dura 30 minutos. Al usarlo se cierran tus sesiones.",
			"Choose it with this link. It works once, for 30 minutes. Using it closes your sessions.")},
		Button: in.say("Elegir contraseña", "Choose a password"), URL: s.cfg.BaseURL + "/contrasena/" + token,
		Note: in.say("Si no lo pediste tú, no abras el enlace: tu contraseña sigue siendo la misma.", "If it was not you, do not open the link: your password is still the same."),
	})
}
