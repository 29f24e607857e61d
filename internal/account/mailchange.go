package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

const (
	mailChangeLife  = 48 * time.Hour
	mailChangePause = time.Minute // between two of one user
)

// changeMail asks one of the two addresses of a change to agree.
type changeMail struct {
	User   string `json:"user"`
	Change string `json:"change"`
	New    bool   `json:"new"`
}

// changedMail tells the address before that it is no more.
type changedMail struct {
	User   string `json:"user"`
	Change string `json:"change"`
	Old    string `json:"old"` // the address before, which no row holds any more
}

// Kind names the job.
func (changeMail) Kind() string { return "account.mail_change" }

// Kind names the job.
func (changedMail) Kind() string { return "account.mail_changed" }

func (m changeMail) id() string  { return fmt.Sprintf("correo-%s-%t", m.Change, m.New) }
func (m changedMail) id() string { return "correo-cambiado-" + m.Change }

// AskMailChange asks for another address: each of the two gets a link, and the
// change is made when both were used within 48 hours. A change asked for before
// is forgotten with its links. Fields in errors: Correo, Correo2; [ErrStepUp];
// [ErrTooMany] within a minute of the last one.
func (s *Service) AskMailChange(ctx context.Context, a store.Actor, correo, correo2 string) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	var p problems
	correo = checkTwice(&p, correo, correo2)
	if err := p.result("Tu correo no se cambió: revisa los campos marcados."); err != nil {
		return err
	}
	now := s.now()
	row := store.MailChangeRow{
		UserID: a.UserID, ID: s.cfg.NewID(), Nuevo: correo, AskedAt: store.Micros(now), ExpiresAt: store.Micros(now.Add(mailChangeLife)),
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.HomeTenant())
		u, err := own.UserForUpdate(ctx, a.UserID)
		if err != nil {
			return err
		}
		if strings.EqualFold(u.Correo, correo) {
			return fail.OnField("Correo", "Ese ya es tu correo. No se cambió nada.")
		}
		if before, err := own.MailChange(ctx, u.ID); err == nil && now.Sub(store.FromMicros(before.AskedAt)) < mailChangePause {
			return tooMany("Acabas de pedir un cambio de correo. Espera un minuto antes de pedir otro; el anterior sigue en pie.")
		}
		if err := dropMailLinks(ctx, tx, u.ID); err != nil {
			return err
		}
		if err := own.PutMailChange(ctx, row); err != nil {
			return err
		}
		for _, fresh := range []bool{false, true} {
			m := changeMail{User: u.ID, Change: row.ID, New: fresh}
			if err := job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts}); err != nil {
				return err
			}
		}
		return audit(ctx, own, a, "user.mail_asked", "user/"+u.ID, u.Correo, correo)
	})
}

func dropMailLinks(ctx context.Context, tx *store.GlobalTx, user string) error {
	return errors.Join(tx.DropLinks(ctx, store.LinkMailOld, user), tx.DropLinks(ctx, store.LinkMailNew, user))
}

// CancelMailChange forgets the change that waits; its links stop working.
func (s *Service) CancelMailChange(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.HomeTenant())
		row, err := own.MailChange(ctx, a.UserID)
		if err != nil {
			return ignoreAbsent(err)
		}
		if err := dropMailLinks(ctx, tx, a.UserID); err != nil {
			return err
		}
		if err := own.DeleteMailChange(ctx, a.UserID); err != nil {
			return err
		}
		return audit(ctx, own, a, "user.mail_kept", "user/"+a.UserID, row.Nuevo, nil)
	})
}

// A MailAgreement is what a link of a change of address is about. Done says
// that both addresses have agreed, and New that the link came to the new one.
type MailAgreement struct {
	Usuario, Rfc, Nuevo string
	New, Done           bool
}

// MailAgreement tells what a link of a change of address is about, and changes
// nothing. Errors as [Service.Invitation].
func (s *Service) MailAgreement(ctx context.Context, link string) (MailAgreement, error) {
	_, _, out, err := s.mailAgreement(ctx, s.cfg.DB.Global(), link)
	return out, err
}

func (s *Service) mailAgreement(ctx context.Context, g *store.GlobalView, link string) (store.LinkRow, store.MailChangeRow, MailAgreement, error) {
	l, err := s.link(ctx, g, store.LinkMailOld, link)
	if errors.Is(err, ErrLinkUnknown) {
		l, err = s.link(ctx, g, store.LinkMailNew, link)
	}
	if err != nil {
		return l, store.MailChangeRow{}, MailAgreement{}, mailChangeWords(err)
	}
	v := s.cfg.DB.View(l.Tenant())
	change, err := v.MailChange(ctx, l.Subject)
	if err != nil || change.ID != l.Data {
		return l, change, MailAgreement{}, mailChangeWords(linkUnknown())
	}
	u, rfc, err := s.recipient(ctx, l.Tenant(), l.Subject)
	return l, change, MailAgreement{Usuario: u.Usuario, Rfc: rfc, Nuevo: change.Nuevo, New: l.Kind == store.LinkMailNew}, err
}

// AgreeMailChange agrees on behalf of the address that got the link. With the
// second of the two the address is changed, the other sessions of the user are
// closed, and the address before hears of it. Errors as [Service.Invitation].
func (s *Service) AgreeMailChange(ctx context.Context, link, ip string) (MailAgreement, error) {
	var out MailAgreement
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		l, _, agreed, err := s.mailAgreement(ctx, &tx.GlobalView, link)
		if err != nil {
			return err
		}
		out = agreed
		if err := tx.UseLink(ctx, l.TokenHash, store.Micros(s.now())); err != nil {
			return mailChangeWords(used(err))
		}
		own := tx.For(l.Tenant())
		change, err := own.MailChangeForUpdate(ctx, l.Subject)
		if err != nil {
			return err
		}
		if out.New {
			change.NewAgreed = true
		} else {
			change.OldAgreed = true
		}
		out.Done = change.NewAgreed && change.OldAgreed
		a := store.Actor{Tenant: l.Tenant(), UserID: l.Subject, UserName: out.Usuario, IP: ip}
		if !out.Done {
			if err := own.PutMailChange(ctx, change); err != nil {
				return err
			}
			return audit(ctx, own, a, "user.mail_agreed", "user/"+l.Subject, nil, map[string]bool{"new": out.New})
		}
		return s.changeMail(ctx, tx, a, change)
	})
	return out, err
}

// changeMail gives the user the new address; a link to a password that lies in
// the mailbox before opens nothing any more.
func (s *Service) changeMail(ctx context.Context, tx *store.GlobalTx, a store.Actor, change store.MailChangeRow) error {
	own := tx.For(a.Tenant)
	u, err := own.UserForUpdate(ctx, a.UserID)
	if err != nil {
		return err
	}
	old := u.Correo
	u.Correo, u.Version = change.Nuevo, u.Version+1
	if err := own.UpdateUser(ctx, u); err != nil {
		return err
	}
	if err := own.DeleteMailChange(ctx, u.ID); err != nil {
		return err
	}
	if err := tx.SpendLinks(ctx, store.LinkPassword, u.ID, store.Micros(s.now())); err != nil {
		return err
	}
	if _, err := tx.DeleteSessionsOf(ctx, a.Tenant, u.ID, ""); err != nil {
		return err
	}
	m := changedMail{User: u.ID, Change: change.ID, Old: old}
	if err := job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts}); err != nil {
		return err
	}
	return audit(ctx, own, a, "user.mail", "user/"+u.ID, old, u.Correo)
}

// mailChangeWords gives the answers of a link the words of this one.
func mailChangeWords(err error) error {
	var words string
	var e error
	switch {
	case errors.Is(err, ErrLinkExpired):
		words, e = "Este enlace ya venció: dura 48 horas. Tu correo sigue siendo el mismo; pide el cambio otra vez desde Mi cuenta.", ErrLinkExpired
	case errors.Is(err, ErrLinkUsed):
		words, e = "Este enlace ya se usó. Si falta el otro correo por confirmar, abre el enlace que recibió.", ErrLinkUsed
	case errors.Is(err, ErrLinkUnknown):
		words, e = "Este enlace no existe o el cambio de correo ya se canceló. Tu correo sigue siendo el mismo.", ErrLinkUnknown
	default:
		return err
	}
	return fail.Wrap(fail.KindOf(err), words, e)
}

// mailChangeAsked mails the link to one of the two addresses of a change that
// still waits.
func (s *Service) mailChangeAsked(ctx context.Context, t store.Tenant, m changeMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	change, err := s.cfg.DB.View(t).MailChange(ctx, m.User)
	if err != nil || change.ID != m.Change {
		return ignoreAbsent(err)
	}
	kind, to := store.LinkMailOld, u.Correo
	if m.New {
		kind, to = store.LinkMailNew, change.Nuevo
	}
	token, err := s.newLink(ctx, store.LinkRow{Kind: kind, Subject: u.ID, TenantID: t.ID(), Data: change.ID, ExpiresAt: change.ExpiresAt})
	if err != nil {
		return err
	}
	in := tongueOf(u)
	return s.mail(ctx, m.id(), to, letter{
		In:      in,
		Subject: in.say("Confirma el cambio de tu correo en ioFacturo", "Confirm the change of your e-mail in ioFacturo"),
		Hello:   u.Nombre,
		Lines: []string{
			in.say("Se pidió que el correo del usuario "+u.Usuario+" (RFC "+rfc+") sea "+change.Nuevo+".", "It was asked that the e-mail of the user "+u.Usuario+" (RFC "+rfc+") be "+change.Nuevo+"."),
			in.say("El cambio se hace cuando lo confirman los dos correos, el de ahora y el nuevo. Este enlace sirve una sola vez, hasta el "+s.at(in, change.ExpiresAt)+".",
				"The change is made once both addresses confirm it, the present one and the new one. This link works once, until "+s.at(in, change.ExpiresAt)+"."),
		},
		Button: in.say("Confirmar el cambio", "Confirm the change"), URL: s.cfg.BaseURL + "/correo/" + token,
		Note: in.say("Si no lo pediste tú, no abras el enlace: sin él tu correo no cambia. Cambia tu contraseña, porque alguien entró con ella.",
			"If it was not you, do not open the link: without it your e-mail does not change. Change your password, because somebody signed in with it."),
	})
}

// mailChanged tells the address before that it was replaced.
func (s *Service) mailChanged(ctx context.Context, t store.Tenant, m changedMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	for i, to := range []string{m.Old, u.Correo} {
		if _, err := send.ParseAddress(to); err != nil {
			continue
		}
		err := s.mail(ctx, fmt.Sprintf("%s-%d", m.id(), i), to, letter{
			In:      in,
			Subject: in.say("Cambió tu correo en ioFacturo", "Your e-mail changed in ioFacturo"),
			Hello:   u.Nombre,
			Lines: []string{
				in.say("El usuario "+u.Usuario+" (RFC "+rfc+") recibe desde ahora sus avisos en otro correo.", "The user "+u.Usuario+" (RFC "+rfc+") gets its notices at another e-mail from now on."),
				in.say("Cerramos sus sesiones abiertas: entra otra vez con la contraseña de siempre.", "We closed its open sessions: sign in again with the same password."),
			},
			Note: in.say("Si no fuiste tú, avisa cuanto antes a quien administra tu empresa.", "If it was not you, tell whoever administers your company as soon as you can."),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
