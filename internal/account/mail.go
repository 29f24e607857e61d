package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// mailAttempts is how often a mail is tried, over about an hour and a half.
const mailAttempts = 16

// The mails are jobs: sent at least once, each with one Message-ID. A link's
// token is made when the mail is, so that no queue ever holds one.
type (
	confirmationMail struct {
		Registration string `json:"registration"`
		N            int64  `json:"n"` // which of its mails; a newer one replaces it
	}
	accessMail struct {
		User string `json:"user"`
	}
	passwordMail struct {
		User string `json:"user"`
		At   int64  `json:"at"`
	}
	unlockMail struct {
		User string `json:"user"`
		Slot int64  `json:"slot"` // five minutes of the clock: one mail in each
	}
)

// Kind names the job.
func (confirmationMail) Kind() string { return "account.confirmation" }

// Kind names the job.
func (accessMail) Kind() string { return "account.access" }

// Kind names the job.
func (passwordMail) Kind() string { return "account.password" }

// Kind names the job.
func (unlockMail) Kind() string { return "account.unlock" }

func (m confirmationMail) id() string { return fmt.Sprintf("registro-%s-%d", m.Registration, m.N) }
func (m accessMail) id() string       { return "acceso-" + m.User }
func (m passwordMail) id() string     { return fmt.Sprintf("contrasena-%s-%d", m.User, m.At) }
func (m unlockMail) id() string       { return fmt.Sprintf("desbloqueo-%s-%d", m.User, m.Slot) }

// mailConfirmation mails the link of a registration that still waits for it.
func (s *Service) mailConfirmation(ctx context.Context, _ store.Tenant, m confirmationMail) error {
	row, err := s.cfg.DB.Global().Registration(ctx, m.Registration)
	if err != nil {
		return ignoreAbsent(err)
	}
	if row.UsedAt != 0 || row.Mails > m.N {
		return nil
	}
	token, err := s.newLink(ctx, store.LinkRow{Kind: store.LinkRegistration, Subject: row.ID, ExpiresAt: row.ExpiresAt})
	if err != nil {
		return err
	}
	in := spanish // nobody chose yet
	return s.mail(ctx, m.id(), row.Correo, letter{
		In:      in,
		Subject: in.say("Confirma tu registro en ioFacturo", "Confirm your ioFacturo registration"),
		Hello:   row.Nombre,
		Lines: []string{
			in.say("Recibimos tu registro para facturar con el RFC "+row.Rfc+".", "We received your registration to invoice with the RFC (tax id) "+row.Rfc+"."),
			in.say("Confirma tu correo y elige tu contraseña con este enlace. Sirve una sola vez, hasta el "+s.at(in, row.ExpiresAt)+".",
				"Confirm your e-mail and choose your password with this link. It works once, until "+s.at(in, row.ExpiresAt)+"."),
		},
		Button: in.say("Confirmar mi correo", "Confirm my e-mail"), URL: s.cfg.BaseURL + "/confirmar/" + token,
		Note: in.say("Si no te registraste tú, no hagas nada: sin la confirmación no se crea ninguna cuenta.", "If it was not you, do nothing: without the confirmation no account is made."),
	})
}

// mailAccess mails user name and RFC to a new user; never a password.
func (s *Service) mailAccess(ctx context.Context, t store.Tenant, m accessMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	return s.mail(ctx, m.id(), u.Correo, letter{
		In:      in,
		Subject: in.say("Tus datos de acceso a ioFacturo", "Your ioFacturo access data"),
		Hello:   u.Nombre,
		Lines: []string{in.say("Tu cuenta está lista. Guarda este correo: estos son tus datos para entrar.",
			"Your account is ready. Keep this e-mail: this is what you sign in with.")},
		Facts: [][2]string{
			{in.say("Usuario", "User"), u.Usuario},
			{"RFC", rfc},
			{in.say("Contraseña", "Password"), in.say("la que elegiste al confirmar; no la enviamos por correo", "the one you chose when confirming; we never mail it")},
		},
		Button: in.say("Iniciar sesión", "Sign in"), URL: s.cfg.BaseURL + "/",
		Note: in.say("Nunca te pediremos tu contraseña por correo ni por teléfono.", "We will never ask for your password by e-mail or telephone."),
	})
}

// mailPasswordChanged tells a user that the password is another one.
func (s *Service) mailPasswordChanged(ctx context.Context, t store.Tenant, m passwordMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	return s.mail(ctx, m.id(), u.Correo, letter{
		In:      in,
		Subject: in.say("Cambió tu contraseña de ioFacturo", "Your ioFacturo password changed"),
		Hello:   u.Nombre,
		Lines: []string{
			in.say("La contraseña del usuario "+u.Usuario+" (RFC "+rfc+") cambió el "+s.at(in, m.At)+".",
				"The password of the user "+u.Usuario+" (RFC "+rfc+") changed on "+s.at(in, m.At)+"."),
			in.say("Por seguridad cerramos las demás sesiones de este usuario.", "To be safe, we closed this user's other sessions."),
		},
		Note: in.say("Si no la cambiaste tú, entra cuanto antes, cámbiala otra vez y revisa quién más usa tu correo.",
			"If you did not change it, sign in as soon as you can, change it again and check who else uses your e-mail."),
	})
}

// mailUnlock mails the link that opens an account locked by inactivity.
func (s *Service) mailUnlock(ctx context.Context, t store.Tenant, m unlockMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	end := store.Micros(s.now().Add(unlockLife))
	token, err := s.newLink(ctx, store.LinkRow{Kind: store.LinkUnlock, Subject: u.ID, TenantID: t.ID(), ExpiresAt: end})
	if err != nil {
		return err
	}
	in := tongueOf(u)
	return s.mail(ctx, m.id(), u.Correo, letter{
		In:      in,
		Subject: in.say("Desbloquea tu cuenta de ioFacturo", "Unlock your ioFacturo account"),
		Hello:   u.Nombre,
		Lines: []string{
			in.say("El usuario "+u.Usuario+" (RFC "+rfc+") se bloqueó porque pasó mucho tiempo sin usarse. Tus datos están a salvo.",
				"The user "+u.Usuario+" (RFC "+rfc+") was locked because it was not used for a long time. Your data are safe."),
			in.say("Desbloquéalo con este enlace. Sirve una sola vez y dura 30 minutos; después inicia sesión como siempre.",
				"Unlock it with this link. It works once, for 30 minutes; then sign in as always."),
		},
		Button: in.say("Desbloquear mi cuenta", "Unlock my account"), URL: s.cfg.BaseURL + "/desbloquear/" + token,
		Note: in.say("Si no intentaste entrar tú, no abras el enlace y cambia tu contraseña en cuanto puedas: alguien la escribió bien.",
			"If you did not try to sign in, do not open the link, and change your password as soon as you can: somebody typed it right."),
	})
}

// recipient is the user of a mail and the RFC of the company.
func (s *Service) recipient(ctx context.Context, t store.Tenant, id string) (store.UserRow, string, error) {
	view := s.cfg.DB.View(t)
	u, err := view.User(ctx, id)
	if err != nil {
		return u, "", err
	}
	company, err := view.Company(ctx)
	return u, company.Rfc, err
}

// newLink keeps a link and returns its token.
func (s *Service) newLink(ctx context.Context, row store.LinkRow) (string, error) {
	token, hash, err := newToken()
	if err != nil {
		return "", err
	}
	row.TokenHash, row.CreatedAt = hash, store.Micros(s.now())
	return token, s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.InsertLink(ctx, row) })
}

// mail sends one letter. An address that no server will take is not tried again.
func (s *Service) mail(ctx context.Context, id, to string, l letter) error {
	text, html, err := l.render()
	if err != nil {
		return err
	}
	err = s.cfg.Mailer.Send(ctx, send.Message{ID: id, FromName: "ioFacturo", To: []string{to}, Subject: l.Subject, Text: text, HTML: html})
	var f *fail.Error
	if errors.As(err, &f) && f.Kind == fail.Invalid {
		return nil
	}
	return err
}

// at writes an instant as people in central Mexico read it, in the language in.
func (s *Service) at(in tongue, micros int64) string {
	return in.say(s.local(micros), time.UnixMicro(micros).In(s.zone()).Format("January 2, 2006 at 15:04")+" (central Mexico time)")
}

// local writes an instant as people in central Mexico read it.
func (s *Service) local(micros int64) string {
	months := [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	at := time.UnixMicro(micros).In(s.zone())
	return fmt.Sprintf("%d de %s de %d a las %s (hora del centro)", at.Day(), months[at.Month()-1], at.Year(), at.Format("15:04"))
}
