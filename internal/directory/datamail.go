package directory

import (
	"bytes"
	"context"
	"errors"
	"html/template"

	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// A dataLetter is the mail with a link, as text and as HTML: both say the same.
type dataLetter struct{ Empresa, Rfc, URL, Hasta string }

// Lines are its paragraphs.
func (l dataLetter) Lines() []string {
	return []string{
		l.Empresa + " (RFC " + l.Rfc + ") quiere facturarte con tus datos correctos y te pide que los revises tú.",
		"Ten a la mano tu Constancia de Situación Fiscal: de ahí salen RFC, nombre, código postal y régimen. No hace falta crear una cuenta ni escribir ninguna contraseña.",
		"El enlace sirve una sola vez, hasta el " + l.Hasta + ".",
	}
}

// Note is its small print.
func (l dataLetter) Note() string {
	return "Si no conoces a " + l.Empresa + ", no hagas nada: sin tu respuesta no cambia nada. Nunca te pediremos contraseñas, tu e.firma ni datos de tarjetas."
}

// dataHTML is plain on purpose: mail programs know little of CSS.
var dataHTML = template.Must(template.New("datos").Parse(`<!doctype html>
<html lang="es-MX">
<head><meta charset="utf-8">` + mailing.Head + `<title>Actualiza tus datos para facturar</title></head>
<body style="margin:0;padding:24px;background:#f6f4ef;color:#1f2a2e;font:16px/1.5 Georgia,'Times New Roman',serif">
<div class="paper" style="max-width:34em;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
<p style="margin:0 0 24px;font-weight:bold">{{.Empresa}}</p>
<p>Hola:</p>
{{range .Lines}}<p>{{.}}</p>
{{end}}<p style="margin:24px 0"><a class="button" href="{{.URL}}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#12403a;color:#ffffff;text-decoration:none">Revisar mis datos</a></p>
<p class="soft" style="font-size:13px;color:#5b676b">Si el botón no abre, copia esta dirección en tu navegador:<br>{{.URL}}</p>
<p class="soft" style="font-size:13px;color:#5b676b">{{.Note}}</p>
<p class="soft" style="font-size:13px;color:#5b676b">Enviado con ioFacturo</p>
</div>
</body>
</html>
`))

func (l dataLetter) text() string {
	s := "Hola:\n\n"
	for _, line := range l.Lines() {
		s += line + "\n\n"
	}
	return s + "Revisar mis datos:\n" + l.URL + "\n\n" + l.Note() + "\n\nEnviado con ioFacturo\n"
}

// mailDataLink mails a link that still waits for its answer.
func (s *Service) mailDataLink(ctx context.Context, t store.Tenant, m dataMail) error {
	view := s.cfg.DB.View(t)
	row, err := view.DataLink(ctx, m.Link)
	if err != nil || row.State != store.DataLinkOpen || row.ExpiresAt < store.Micros(s.cfg.Now()) {
		return ignoreAbsent(err)
	}
	company, err := view.Company(ctx)
	if err != nil {
		return err
	}
	token, hash, err := door.NewToken()
	if err != nil {
		return err
	}
	now := store.Micros(s.cfg.Now())
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.InsertLink(ctx, linkOf(t, row, hash, now)) })
	if err != nil {
		return err
	}
	l := dataLetter{Empresa: company.Nombre, Rfc: company.Rfc, URL: s.cfg.BaseURL + "/datos/" + token, Hasta: store.FromMicros(row.ExpiresAt).In(s.zone()).Format("02/01/2006 a las 15:04") + " (hora del centro)"}
	if company.NombreComercial != "" {
		l.Empresa = company.NombreComercial
	}
	var html bytes.Buffer
	if err := dataHTML.Execute(&html, l); err != nil {
		return err
	}
	err = s.cfg.Mailer.Send(ctx, send.Message{
		ID: "datos-" + row.ID, FromName: l.Empresa, ReplyTo: company.Correo, To: []string{row.Correo},
		Subject: l.Empresa + " te pide tus datos para facturar", Text: l.text(), HTML: html.String(),
	})
	var f *fail.Error
	if errors.As(err, &f) && f.Kind == fail.Invalid {
		return nil // no server will take that address
	}
	return err
}
