package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

const (
	mostCopies   = 5
	mailTextSize = 4000
)

// MailSettings are how the company's receipts go by mail (manual §3.9). Field paths in
// errors are the names below.
type MailSettings struct {
	Remitente  string   // name shown as sender, "" is the company's
	Responder  string   // where answers go, "" is the company's address
	Copias     []string // get a copy of every mail
	Adjuntos   string   // store.AttachBoth, …
	Automatico bool     // a receipt goes out as it is stamped
	Version    int      // 0 before anybody chose
}

// A MailTemplate is what the mail of a type of document says.
type MailTemplate struct {
	mailing.Type
	Asunto, Texto string
	Propia        bool // the company wrote it
	Version       int
}

// MailSettings returns how the company's receipts go by mail.
func (s *Service) MailSettings(ctx context.Context, a store.Actor) (MailSettings, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return MailSettings{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).MailSettings(ctx)
	if err != nil {
		return MailSettings{}, err
	}
	return mailSettingsOf(r)
}

func mailSettingsOf(r store.MailSettingsRow) (MailSettings, error) {
	copies, err := r.Addresses()
	return MailSettings{Remitente: r.FromName, Responder: r.ReplyTo, Copias: copies, Adjuntos: r.Attach, Automatico: r.Automatic, Version: int(r.Version)}, err
}

// SaveMailSettings keeps in. Errors: fields by the names of [MailSettings]; [ErrStale].
func (s *Service) SaveMailSettings(ctx context.Context, a store.Actor, in MailSettings) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	copies, err := json.Marshal(in.Copias)
	if err != nil {
		return fmt.Errorf("copies: %w", err)
	}
	row := store.MailSettingsRow{
		FromName: in.Remitente, ReplyTo: in.Responder, Copies: string(copies), Attach: in.Adjuntos, Automatic: in.Automatico,
		Version: int64(in.Version) + 1, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName,
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		before, err := tx.MailSettings(ctx)
		if err != nil {
			return err
		}
		if before.Version != int64(in.Version) {
			return stale("el envío de comprobantes", before.UpdatedBy, before.UpdatedAt, s.zone())
		}
		if err := tx.SaveMailSettings(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "mail.settings", "mail", before, row)
	})
}

// check puts in into the form it is stored in.
func (in *MailSettings) check() error {
	var p problems
	in.Remitente = clean(in.Remitente)
	p.text("Remitente", "El nombre del remitente", in.Remitente, 100)
	in.Responder = strings.TrimSpace(in.Responder)
	if in.Responder != "" {
		correo, err := send.ParseAddress(in.Responder)
		if err != nil {
			p.err("Responder", fail.MessageOf(err), "")
		}
		in.Responder = correo
	}
	copies := []string{}
	for _, c := range in.Copias {
		if strings.TrimSpace(c) == "" {
			continue
		}
		correo, err := send.ParseAddress(c)
		if err != nil {
			p.err("Copias", fail.MessageOf(err), "Separa los correos con comas.")
			break
		}
		if !slices.ContainsFunc(copies, func(o string) bool { return strings.EqualFold(o, correo) }) {
			copies = append(copies, correo)
		}
	}
	if in.Copias = copies; len(copies) > mostCopies {
		p.err("Copias", "Son demasiadas copias fijas: caben 5.", "Deja las que de verdad hacen falta.")
	}
	if !slices.Contains([]string{store.AttachBoth, store.AttachXML, store.AttachPDF}, in.Adjuntos) {
		p.err("Adjuntos", "Falta qué se adjunta.", "Elige XML, PDF o los dos.")
	}
	return p.result("No se guardó nada: revisa los campos marcados.")
}

// MailTemplates lists what the mails of each type of document say.
func (s *Service) MailTemplates(ctx context.Context, a store.Actor) ([]MailTemplate, error) {
	var list []MailTemplate
	for _, k := range mailing.Types() {
		t, err := s.MailTemplate(ctx, a, k.Tipo)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// MailTemplate returns what the mail of a type of document says; fail.NotFound for a
// type that has none.
func (s *Service) MailTemplate(ctx context.Context, a store.Actor, tipo string) (MailTemplate, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return MailTemplate{}, err
	}
	i := slices.IndexFunc(mailing.Types(), func(k mailing.Type) bool { return k.Tipo == tipo })
	if i < 0 {
		return MailTemplate{}, store.Absent()
	}
	usual := mailing.Usual(tipo)
	t := MailTemplate{Type: mailing.Types()[i], Asunto: usual.Subject, Texto: usual.Body}
	r, err := s.cfg.DB.View(a.Tenant).MailTemplate(ctx, tipo)
	if err == nil {
		t.Asunto, t.Texto, t.Propia, t.Version = r.Subject, r.Body, true, int(r.Version)
	}
	return t, ignoreAbsent(err)
}

// SaveMailTemplate keeps what the mail of a type says. Errors: fields Asunto and Texto;
// [ErrStale]; fail.NotFound for a type that has none.
func (s *Service) SaveMailTemplate(ctx context.Context, a store.Actor, in MailTemplate) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if _, err := s.MailTemplate(ctx, a, in.Tipo); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	row := store.MailTemplateRow{
		Tipo: in.Tipo, Subject: in.Asunto, Body: in.Texto, Version: int64(in.Version) + 1, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName,
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		before, err := tx.MailTemplate(ctx, in.Tipo)
		if ignoreAbsent(err) != nil {
			return err
		}
		if before.Version != int64(in.Version) {
			if before.Version == 0 {
				before.UpdatedBy, before.UpdatedAt = "Alguien", store.Micros(s.now())
			}
			return stale("esta plantilla", before.UpdatedBy, before.UpdatedAt, s.zone())
		}
		if err := tx.SaveMailTemplate(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "mail.template", "mail/"+in.Tipo, before, row)
	})
}

// check puts in into the form it is stored in.
func (in *MailTemplate) check() error {
	var p problems
	in.Asunto, in.Texto = clean(in.Asunto), strings.TrimSpace(strings.ReplaceAll(in.Texto, "\r\n", "\n"))
	if in.Asunto == "" {
		p.err("Asunto", "Falta el asunto.", "Por ejemplo: {{documento}} {{folio}} de {{empresa}}.")
	}
	p.text("Asunto", "El asunto", in.Asunto, 200)
	if in.Texto == "" {
		p.err("Texto", "Falta el mensaje.", "")
	}
	if len([]rune(in.Texto)) > mailTextSize {
		p.err("Texto", fmt.Sprintf("El mensaje es demasiado largo: caben %d caracteres.", mailTextSize), "Acórtalo.")
	}
	for _, x := range [][2]string{{"Asunto", in.Asunto}, {"Texto", in.Texto}} {
		if err := mailing.Check(x[1]); err != nil {
			p.err(x[0], err.Error(), "")
		}
	}
	return p.result("La plantilla no se guardó: revisa los campos marcados.")
}

// RestoreMailTemplate takes the company's template of a type away: the portal's own is
// used again.
func (s *Service) RestoreMailTemplate(ctx context.Context, a store.Actor, tipo string) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if _, err := s.MailTemplate(ctx, a, tipo); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		before, err := tx.MailTemplate(ctx, tipo)
		if err != nil {
			return ignoreAbsent(err)
		}
		if err := tx.DeleteMailTemplate(ctx, tipo); err != nil {
			return err
		}
		return audit(ctx, tx, a, "mail.template", "mail/"+tipo, before, nil)
	})
}

// PreviewMail is a template as it looks for a sample receipt of the company. What is
// wrong with it is in the error, as SaveMailTemplate says it.
func (s *Service) PreviewMail(ctx context.Context, a store.Actor, in MailTemplate) (subject, text string, err error) {
	if _, err := s.MailTemplate(ctx, a, in.Tipo); err != nil {
		return "", "", err
	}
	if err := in.check(); err != nil {
		return "", "", err
	}
	c, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return "", "", err
	}
	v := mailing.Sample(in.Tipo, nameOr(c.NombreComercial, nameOr(c.Nombre, c.Rfc)), c.Rfc)
	t := mailing.Template{Subject: in.Asunto, Body: in.Texto}
	return t.SubjectOf(v), t.TextOf(v), nil
}
