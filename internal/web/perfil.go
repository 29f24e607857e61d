package web

import (
	"net/http"
	"net/url"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) perfilRoutes() []route {
	return []route{
		{pattern: "GET /cuenta", access: member(), handle: s.profile},
		{pattern: "POST /cuenta", access: member(), handle: s.saveProfile},
		{pattern: "POST /cuenta/correo", access: member(), handle: s.askMailChange, fresh: true},
		{pattern: "POST /cuenta/correo/cancelar", access: member(), handle: s.cancelMailChange},
		{pattern: "POST /cuenta/invitacion", access: member(), handle: s.makeReferral},
		{pattern: "GET /correo/{token}", access: public(), handle: s.mailAgreement},
		{pattern: "POST /correo/{token}", access: public(), handle: s.agreeMailChange},
		{pattern: "POST /cuenta/descargar", access: needs(store.RightExport), handle: s.downloadAll, fresh: true},
		{pattern: "GET /cuenta/baja", access: needs(store.RightConfigure), handle: s.closingPage},
		{pattern: "POST /cuenta/baja", access: needs(store.RightConfigure), handle: s.closeCompany, fresh: true},
		{pattern: "POST /cuenta/baja/cancelar", access: needs(store.RightConfigure), handle: s.keepCompany},
		{pattern: "GET /pedir-acceso", access: public(), handle: s.askAccessForm},
		{pattern: "POST /pedir-acceso", access: public(), handle: s.askAccess},
	}
}

// A profileView is the page Mi cuenta.
type profileView struct {
	form
	account.Profile
	Who      *visitor
	Referral account.Referral
	Closing  *account.Closing // the company is to be closed, nil when not
}

func (s *Server) profile(w http.ResponseWriter, r *http.Request) error {
	return s.showProfile(w, r, form{})
}

func (s *Server) showProfile(w http.ResponseWriter, r *http.Request, f form) error {
	v, err := s.profileView(r)
	if err != nil {
		return err
	}
	v.form = f
	return s.renderForm(w, r, f, page{Title: "Mi cuenta"}, profilePage(v))
}

// profileView is the profile as it is stored, with what stands around it.
func (s *Server) profileView(r *http.Request) (profileView, error) {
	a := actorOf(r)
	v := profileView{Who: visitorOf(r)}
	var err error
	if v.Profile, err = s.Account.Profile(r.Context(), a); err != nil {
		return v, err
	}
	if v.Referral, err = s.Account.Referral(r.Context(), a); err != nil {
		return v, err
	}
	v.Closing, err = s.closingOf(r)
	return v, err
}

// closingOf returns the closing of the company, nil when it stays.
func (s *Server) closingOf(r *http.Request) (*account.Closing, error) {
	c, err := s.Account.Closing(r.Context(), actorOf(r))
	switch {
	case err == nil:
		return &c, nil
	case fail.KindOf(err) == fail.NotFound:
		return nil, nil
	}
	return nil, err
}

func (s *Server) saveProfile(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if !f.put() {
		_, err = s.Account.SaveProfile(r.Context(), actorOf(r), account.Profile{
			Nombre: f.Get("Nombre"), Telefono: f.Get("Telefono"), Idioma: f.Get("Idioma"), Version: version(f),
		})
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Guardamos tu perfil"})
			return s.redirect(w, r, "/cuenta")
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Account.Profile(r.Context(), actorOf(r))
		return profileFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	return s.showProfile(w, r, f)
}

// profileFields are the inputs of the form of one's own profile.
func profileFields(p account.Profile) url.Values {
	return texts("Nombre", p.Nombre, "Telefono", p.Telefono, "Idioma", p.Idioma)
}

func (s *Server) askMailChange(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Account.AskMailChange(r.Context(), actorOf(r), f.Get("Correo"), f.Get("Correo2"))
	if stepUp(err) {
		return err
	}
	if err != nil {
		if err := f.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showProfile(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Te enviamos dos correos", Text: "Confirma el cambio desde el correo de ahora y desde el nuevo. Hasta entonces sigue el de siempre."})
	return s.redirect(w, r, "/cuenta")
}

func (s *Server) cancelMailChange(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.CancelMailChange(r.Context(), actorOf(r)); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Tu correo sigue siendo el de siempre", Text: "Los enlaces que enviamos ya no sirven."})
	return s.redirect(w, r, "/cuenta")
}

// makeReferral gives a company from before there were codes its own.
func (s *Server) makeReferral(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.MakeReferral(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if s.Invite.On() {
		return s.redirect(w, r, "/cuenta/invitar")
	}
	return s.redirect(w, r, "/cuenta#invita")
}

// mailAgreement opens the link of a change of address. Reading it changes
// nothing, for mail filters open links too.
func (s *Server) mailAgreement(w http.ResponseWriter, r *http.Request) error {
	m, err := s.Account.MailAgreement(r.Context(), r.PathValue("token"))
	if p, gone := mailProblem(err); gone {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Confirmar correo"}, mailAgreementPage(r.PathValue("token"), m))
}

func (s *Server) agreeMailChange(w http.ResponseWriter, r *http.Request) error {
	m, err := s.Account.AgreeMailChange(r.Context(), r.PathValue("token"), addressOf(r))
	if p, gone := mailProblem(err); gone {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	p := linkTrouble{Title: "Falta el otro correo", Text: "Confirmado. El cambio se hace cuando también se confirme desde el otro correo."}
	if m.Done {
		p = linkTrouble{Title: "Tu correo cambió", Text: "Desde ahora tus avisos llegan a " + m.Nuevo + ". Cerramos tus sesiones: entra con la contraseña de siempre."}
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: p.Title}, linkPage(p))
}

// mailProblem is linkProblem in the words of a change of address.
func mailProblem(err error) (linkTrouble, bool) {
	if _, gone := linkProblem(err, ""); !gone {
		return linkTrouble{}, false
	}
	return linkTrouble{Title: "Este enlace ya no sirve", Text: fail.MessageOf(err)}, true
}

// A closingView is the page to close the company.
type closingView struct {
	form
	Who     *visitor
	Closing *account.Closing
}

func (s *Server) closingPage(w http.ResponseWriter, r *http.Request) error {
	return s.showClosing(w, r, form{})
}

func (s *Server) showClosing(w http.ResponseWriter, r *http.Request, f form) error {
	c, err := s.closingOf(r)
	if err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Dar de baja la empresa"}, closeCompanyPage(closingView{f, visitorOf(r), c}))
}

func (s *Server) closeCompany(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Account.CloseCompany(r.Context(), actorOf(r), f.Get("Rfc"), f.Get("Motivo"))
	if stepUp(err) {
		return err
	}
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showClosing(w, r, f)
	}
	s.flashed(w, flash{Kind: "warn", Title: "Tu empresa se cerrará en 30 días", Text: "Hasta entonces todo funciona. Descarga tus comprobantes y, si cambias de opinión, cancela la baja aquí mismo."})
	return s.redirect(w, r, "/cuenta/baja")
}

func (s *Server) keepCompany(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.KeepCompany(r.Context(), actorOf(r)); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Tu empresa se queda", Text: "Cancelamos la baja; no se borró ni se cerró nada."})
	return s.redirect(w, r, "/cuenta")
}

// An askAccessView is the page for who works in a company that is here already.
type askAccessView struct {
	form
	Rfc  string
	Sent bool
}

func (s *Server) askAccessForm(w http.ResponseWriter, r *http.Request) error {
	return s.showAskAccess(w, r, http.StatusOK, askAccessView{Rfc: r.URL.Query().Get("rfc")})
}

func (s *Server) showAskAccess(w http.ResponseWriter, r *http.Request, status int, v askAccessView) error {
	return s.renderOutside(w, r, status, page{Title: "Pedir acceso"}, askAccessPage(v))
}

// askAccess answers alike whether the company exists or not.
func (s *Server) askAccess(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Account.AskAccess(r.Context(), account.AccessAsk{Rfc: f.Get("Rfc"), Nombre: f.Get("Nombre"), Correo: f.Get("Correo")}, addressOf(r))
	if err != nil {
		status := formStatus(err)
		if err := f.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showAskAccess(w, r, status, askAccessView{form: f})
	}
	return s.showAskAccess(w, r, http.StatusOK, askAccessView{Sent: true})
}
