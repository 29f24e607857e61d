package mailing

import (
	"context"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// A Post finds the way by which the mail of a company leaves. Guard says where a server
// that a company named may be; its zero value is the strict one.
type Post struct {
	DB    *store.DB
	Keys  signer.Custody
	Guard send.Guard
	Now   func() time.Time
}

// Of returns the company's own mail server and its version; fail.NotFound when its mail
// leaves by the portal's. It is the one place where the password is opened.
func (p Post) Of(ctx context.Context, t store.Tenant) (m *send.SMTPMailer, version int64, err error) {
	row, err := p.DB.View(t).MailServer(ctx)
	if err != nil {
		return nil, 0, err
	}
	password, err := p.Keys.Reveal(ctx, t, signer.KindSMTP, row.ID, row.Password)
	if err != nil {
		return nil, row.Version, fail.Wrap(fail.Upstream, "No pudimos abrir la contraseña de tu servidor de correo. No se envió nada; escríbela otra vez en Configuración › Correo.", fmt.Errorf("password of the mail server: %w", err))
	}
	defer clear(password)
	mode := send.StartTLS
	if row.TLS == store.MailImplicit {
		mode = send.ImplicitTLS
	}
	m, err = send.NewSMTP(send.SMTP{
		Host: row.Host, Port: int(row.Port), Username: row.Username, Password: string(password), From: row.Sender, TLS: mode, Guard: &p.Guard, Now: p.Now,
	})
	return m, row.Version, err
}
