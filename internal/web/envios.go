package web

import (
	"net/http"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) enviosRoutes() []route {
	return []route{
		{pattern: "GET /envios", access: needs(store.RightSeeConfig), handle: s.mailSettings},
		{pattern: "POST /envios", access: needs(store.RightConfigure), handle: s.saveMailSettings},
		{pattern: "GET /envios/{tipo}", access: needs(store.RightSeeConfig), handle: s.mailTemplate},
		{pattern: "POST /envios/{tipo}", access: needs(store.RightConfigure), handle: s.saveMailTemplate},
		{pattern: "POST /envios/{tipo}/vista", access: needs(store.RightConfigure), handle: s.previewMail},
		{pattern: "POST /envios/{tipo}/restaurar", access: needs(store.RightConfigure), handle: s.restoreMailTemplate},
	}
}

func mailPageOf(title string) page {
	return page{Title: title, Section: "configuracion", Tab: "correo"}
}

// A mailView is the tab Correo.
type mailView struct {
	form
	account.MailSettings
	Templates []account.MailTemplate
	Server    account.MailServer
}

func (s *Server) mailSettings(w http.ResponseWriter, r *http.Request) error {
	in, err := s.Account.MailSettings(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.showMailSettings(w, r, mailView{MailSettings: in})
}

func (s *Server) showMailSettings(w http.ResponseWriter, r *http.Request, v mailView) error {
	var err error
	if v.Templates, err = s.Account.MailTemplates(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if v.Server, err = s.Account.MailServer(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.renderForm(w, r, v.form, mailPageOf("Correo"), mailSettingsPage(v))
}

func (s *Server) saveMailSettings(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := account.MailSettings{
		Remitente: f.Get("Remitente"), Responder: f.Get("Responder"), Copias: strings.FieldsFunc(f.Get("Copias"), func(c rune) bool { return c == ',' || c == ';' || c == '\n' }),
		Adjuntos: f.Get("Adjuntos"), Automatico: f.Checked("Automatico"), Version: version(f),
	}
	if err := s.Account.SaveMailSettings(r.Context(), actorOf(r), in); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showMailSettings(w, r, mailView{form: f, MailSettings: in})
	}
	s.flashed(w, flash{Kind: "ok", Title: "Guardamos cómo se envían tus comprobantes"})
	return s.redirect(w, r, "/envios")
}

// A templateView is the form of the mail of one type of document, with how it looks.
type templateView struct {
	form
	account.MailTemplate
	Subject, Text string // of the sample; "" while something is wrong
}

func (s *Server) mailTemplate(w http.ResponseWriter, r *http.Request) error {
	t, err := s.Account.MailTemplate(r.Context(), actorOf(r), r.PathValue("tipo"))
	if err != nil {
		return err
	}
	return s.showMailTemplate(w, r, templateView{MailTemplate: t})
}

func (s *Server) showMailTemplate(w http.ResponseWriter, r *http.Request, v templateView) error {
	if len(v.form.Errors()) == 0 {
		var err error
		if v.Subject, v.Text, err = s.Account.PreviewMail(r.Context(), actorOf(r), v.MailTemplate); err != nil {
			if err := v.form.take(err); err != nil {
				return err
			}
		}
	}
	return s.renderForm(w, r, v.form, mailPageOf("Correo de "+v.Name), mailTemplatePage(v))
}

// typedTemplate is the template that a form brings.
func (s *Server) typedTemplate(r *http.Request) (form, account.MailTemplate, error) {
	f, err := readForm(r)
	if err != nil {
		return f, account.MailTemplate{}, err
	}
	t, err := s.Account.MailTemplate(r.Context(), actorOf(r), r.PathValue("tipo"))
	t.Asunto, t.Texto, t.Version = f.Get("Asunto"), f.Get("Texto"), version(f)
	return f, t, err
}

func (s *Server) saveMailTemplate(w http.ResponseWriter, r *http.Request) error {
	f, t, err := s.typedTemplate(r)
	if err != nil {
		return err
	}
	if err := s.Account.SaveMailTemplate(r.Context(), actorOf(r), t); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showMailTemplate(w, r, templateView{form: f, MailTemplate: t})
	}
	s.flashed(w, flash{Kind: "ok", Title: "Plantilla guardada", Text: "La usan los correos que salgan desde ahora."})
	return s.redirect(w, r, "/envios")
}

func (s *Server) previewMail(w http.ResponseWriter, r *http.Request) error {
	f, t, err := s.typedTemplate(r)
	if err != nil {
		return err
	}
	v := templateView{form: f, MailTemplate: t}
	if !isPartial(r) {
		return s.showMailTemplate(w, r, v)
	}
	if v.Subject, v.Text, err = s.Account.PreviewMail(r.Context(), actorOf(r), t); err != nil {
		if err := v.form.take(err); err != nil {
			return err
		}
	}
	return s.fragment(w, r, mailPreview(v))
}

func (s *Server) restoreMailTemplate(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.RestoreMailTemplate(r.Context(), actorOf(r), r.PathValue("tipo")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Volvimos a la plantilla del portal"})
	return s.redirect(w, r, "/envios/"+r.PathValue("tipo"))
}
