package invite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"

	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// invitationMail mails an invitation. The token of its refusal is made when the mail is,
// so that no queue holds one.
type invitationMail struct {
	ID string `json:"id"`
	N  int64  `json:"n"` // which of its mails
}

// Kind names the job.
func (invitationMail) Kind() string { return "invite.mail" }

func (m invitationMail) id() string { return fmt.Sprintf("invitacion-%s-%d", m.ID, m.N) }

// A page is the mail as text and as HTML: both say the same.
type page struct {
	Quien, Empresa, Nombre, Mensaje string
	Creditos                        int64
	URL, No                         string
}

// Hello is its first line.
func (p page) Hello() string {
	if p.Nombre == "" {
		return "Hola:"
	}
	return "Hola, " + p.Nombre + ":"
}

// Lines are its paragraphs.
func (p page) Lines() []string {
	return []string{
		p.Quien + ", de " + p.Empresa + ", te invita a facturar con ioFacturo: haces tus CFDI 4.0 en el navegador y el portal revisa cada regla del SAT antes de timbrar.",
		fmt.Sprintf("Registrarte no cuesta. Si lo haces con este enlace y compras, las dos empresas reciben %d ioCréditos de bono cuando timbras tu primer comprobante.", p.Creditos),
	}
}

// Note is its small print.
func (p page) Note() string {
	return "Te escribimos sólo porque " + p.Quien + " nos dio tu correo. Si no quieres invitaciones de nadie, dilo aquí y no recibirás otra:"
}

// letter is plain on purpose: mail programs know little of CSS.
var letter = template.Must(template.New("invitacion").Parse(`<!doctype html>
<html lang="es-MX">
<head><meta charset="utf-8">` + mailing.Head + `<title>Invitación a ioFacturo</title></head>
<body style="margin:0;padding:24px;background:#f6f4ef;color:#1f2a2e;font:16px/1.5 Georgia,'Times New Roman',serif">
<div class="paper" style="max-width:34em;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
<p style="margin:0 0 24px;font-weight:bold;letter-spacing:.02em">ioFacturo</p>
<p>{{.Hello}}</p>
{{if .Mensaje}}<p class="soft" style="font-size:13px;color:#5b676b;margin-bottom:0">{{.Quien}} te escribe:</p>
<blockquote style="margin:4px 0 16px;padding:0 0 0 16px;border-left:3px solid #12403a;white-space:pre-line">{{.Mensaje}}</blockquote>
{{end}}{{range .Lines}}<p>{{.}}</p>
{{end}}<p style="margin:24px 0"><a class="button" href="{{.URL}}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#12403a;color:#ffffff;text-decoration:none">Registrarme gratis</a></p>
<p class="soft" style="font-size:13px;color:#5b676b">Si el botón no abre, copia esta dirección en tu navegador:<br>{{.URL}}</p>
<p class="soft" style="font-size:13px;color:#5b676b">{{.Note}}<br><a class="soft" href="{{.No}}" style="color:#5b676b">No me inviten más</a></p>
</div>
</body>
</html>
`))

func (p page) text() string {
	s := p.Hello() + "\n\n"
	if p.Mensaje != "" {
		s += p.Quien + " te escribe:\n" + p.Mensaje + "\n\n"
	}
	for _, line := range p.Lines() {
		s += line + "\n\n"
	}
	return s + "Registrarme gratis:\n" + p.URL + "\n\n" + p.Note() + "\n" + p.No + "\n\nioFacturo\n"
}

// mail mails an invitation, unless its address wants none.
func (s *Service) mail(ctx context.Context, t store.Tenant, m invitationMail) error {
	v, g := s.cfg.DB.View(t), s.cfg.DB.Global()
	row, err := v.Invitation(ctx, m.ID)
	if err != nil || row.Mails != m.N || !s.On() {
		return absent(err)
	}
	if refused, err := g.RefusesInvitations(ctx, row.MailHash); err != nil || refused {
		return err
	}
	code, err := g.ReferralCodeOf(ctx, t)
	if err != nil {
		return absent(err)
	}
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	token, hash, err := door.NewToken()
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	link := store.LinkRow{TokenHash: hash, Kind: store.LinkNoInvites, Subject: row.MailHash, CreatedAt: store.Micros(now), ExpiresAt: store.Micros(now.Add(refuseLife))}
	if err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.InsertLink(ctx, link) }); err != nil {
		return err
	}
	p := page{
		Quien: row.UserName, Empresa: companyName(company), Nombre: row.Nombre, Mensaje: row.Mensaje, Creditos: s.cfg.Rules.Reward,
		URL: s.cfg.BaseURL + "/registro?invitacion=" + code.Code, No: s.cfg.BaseURL + "/invitaciones/no/" + token,
	}
	var html bytes.Buffer
	if err := letter.Execute(&html, p); err != nil {
		return err
	}
	err = s.cfg.Mailer.Send(ctx, send.Message{
		ID: m.id(), FromName: "ioFacturo", To: []string{row.Correo},
		Subject: p.Empresa + " te invita a ioFacturo", Text: p.text(), HTML: html.String(),
	})
	var f *fail.Error
	if errors.As(err, &f) && f.Kind == fail.Invalid {
		return nil // no server will take that address
	}
	return err
}

func companyName(c store.CompanyRow) string {
	switch {
	case c.NombreComercial != "":
		return c.NombreComercial
	case c.Nombre != "":
		return c.Nombre
	}
	return c.Rfc
}

// Refusable reports whether a link of a mail is one by which its reader refuses all
// invitations. Errors: [ErrLinkGone]; [ErrTooMany].
func (s *Service) Refusable(ctx context.Context, token, ip string) error {
	_, err := s.refusal(ctx, token, ip)
	return err
}

func (s *Service) refusal(ctx context.Context, token, ip string) (store.LinkRow, error) {
	if s == nil {
		return store.LinkRow{}, store.Absent()
	}
	if !s.knocks.Allow(ip, s.cfg.Now()) {
		return store.LinkRow{}, fail.Wrap(fail.Denied, "Recibimos muchas peticiones desde tu conexión. Espera unos minutos.", ErrTooMany)
	}
	link, err := s.cfg.DB.Global().Link(ctx, store.LinkNoInvites, door.Hash(token))
	if fail.KindOf(err) == fail.NotFound || err == nil && link.ExpiresAt < store.Micros(s.cfg.Now()) {
		return link, fail.Wrap(fail.NotFound, "Este enlace no sirve o ya venció.", ErrLinkGone)
	}
	return link, err
}

// RefuseAll has the reader of a mail never be invited again, by nobody. It may be said
// twice. Errors as [Service.Refusable].
func (s *Service) RefuseAll(ctx context.Context, token, ip string) error {
	link, err := s.refusal(ctx, token, ip)
	if err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return tx.RefuseInvitations(ctx, link.Subject, store.Micros(tx.Now()))
	})
}
