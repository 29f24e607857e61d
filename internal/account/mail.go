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
	return s.mail(ctx, m.id(), row.Correo, letter{
		Subject: "Confirma tu registro en ioFacturo",
		Hello:   row.Nombre,
		Lines: []string{
			"Recibimos tu registro para facturar con el RFC " + row.Rfc + ".",
			"Confirma tu correo y elige tu contraseña con este enlace. Sirve una sola vez, hasta el " + s.local(row.ExpiresAt) + ".",
		},
		Button: "Confirmar mi correo", URL: s.cfg.BaseURL + "/confirmar/" + token,
		Note: "Si no te registraste tú, no hagas nada: sin la confirmación no se crea ninguna cuenta.",
	})
}

// mailAccess mails user name and RFC to a new user; never a password.
func (s *Service) mailAccess(ctx context.Context, t store.Tenant, m accessMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	return s.mail(ctx, m.id(), u.Correo, letter{
		Subject: "Tus datos de acceso a ioFacturo",
		Hello:   u.Nombre,
		Lines:   []string{"Tu cuenta está lista. Guarda este correo: estos son tus datos para entrar."},
		Facts:   [][2]string{{"Usuario", u.Usuario}, {"RFC", rfc}, {"Contraseña", "la que elegiste al confirmar; no la enviamos por correo"}},
		Button:  "Iniciar sesión", URL: s.cfg.BaseURL + "/",
		Note: "Nunca te pediremos tu contraseña por correo ni por teléfono.",
	})
}

// mailPasswordChanged tells a user that the password is another one.
func (s *Service) mailPasswordChanged(ctx context.Context, t store.Tenant, m passwordMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	return s.mail(ctx, m.id(), u.Correo, letter{
		Subject: "Cambió tu contraseña de ioFacturo",
		Hello:   u.Nombre,
		Lines: []string{
			"La contraseña del usuario " + u.Usuario + " (RFC " + rfc + ") cambió el " + s.local(m.At) + ".",
			"Por seguridad cerramos las demás sesiones de este usuario.",
		},
		Note: "Si no la cambiaste tú, entra cuanto antes, cámbiala otra vez y revisa quién más usa tu correo.",
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
	return s.mail(ctx, m.id(), u.Correo, letter{
		Subject: "Desbloquea tu cuenta de ioFacturo",
		Hello:   u.Nombre,
		Lines: []string{
			"El usuario " + u.Usuario + " (RFC " + rfc + ") se bloqueó porque pasaron más de 30 días sin usarlo. Tus datos están a salvo.",
			"Desbloquéalo con este enlace. Sirve una sola vez y dura 30 minutos; después inicia sesión como siempre.",
		},
		Button: "Desbloquear mi cuenta", URL: s.cfg.BaseURL + "/desbloquear/" + token,
		Note: "Si no intentaste entrar tú, no abras el enlace y cambia tu contraseña en cuanto puedas: alguien la escribió bien.",
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

// local writes an instant as people in central Mexico read it.
func (s *Service) local(micros int64) string {
	months := [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	at := time.UnixMicro(micros).In(s.zone())
	return fmt.Sprintf("%d de %s de %d a las %s (hora del centro)", at.Day(), months[at.Month()-1], at.Year(), at.Format("15:04"))
}
