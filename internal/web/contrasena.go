package web

import (
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
)

func (s *Server) contrasenaRoutes() []route {
	return []route{
		{pattern: "GET /recuperar", access: public(), handle: s.recoverForm},
		{pattern: "POST /recuperar", access: public(), handle: s.recover},
		{pattern: "GET /contrasena/{token}", access: public(), handle: s.newPasswordForm},
		{pattern: "POST /contrasena/{token}", access: public(), handle: s.setNewPassword},
	}
}

// A recoverView is the page for who forgot the password.
type recoverView struct {
	form
	Sent bool
}

func (s *Server) recoverForm(w http.ResponseWriter, r *http.Request) error {
	return s.showRecover(w, r, http.StatusOK, recoverView{})
}

func (s *Server) showRecover(w http.ResponseWriter, r *http.Request, status int, v recoverView) error {
	return s.renderOutside(w, r, status, page{Title: "Recuperar acceso"}, recoverPage(v))
}

// recover answers alike whoever it is.
func (s *Server) recover(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.Recover(r.Context(), f.Get("Usuario"), f.Get("Rfc"), addressOf(r)); err != nil {
		status := formStatus(err)
		if err := f.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showRecover(w, r, status, recoverView{form: f})
	}
	return s.showRecover(w, r, http.StatusOK, recoverView{Sent: true})
}

// newPasswordForm opens a mailed link. Reading the page changes nothing, for
// mail filters open links too.
func (s *Server) newPasswordForm(w http.ResponseWriter, r *http.Request) error {
	return s.showNewPassword(w, r, http.StatusOK, form{})
}

func (s *Server) showNewPassword(w http.ResponseWriter, r *http.Request, status int, f form) error {
	n, err := s.Account.NewPasswordFor(r.Context(), r.PathValue("token"))
	if p, gone := passwordLinkProblem(err); gone {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, status, page{Title: "Elige tu contraseña"}, newPasswordPage(r.PathValue("token"), n, f))
}

// passwordLinkProblem is linkProblem in the words of a link to a password.
func passwordLinkProblem(err error) (linkTrouble, bool) {
	if _, gone := linkProblem(err, ""); !gone {
		return linkTrouble{}, false
	}
	return linkTrouble{Title: "Este enlace ya no sirve", Text: fail.MessageOf(err)}, true
}

func (s *Server) setNewPassword(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.Account.SetNewPassword(r.Context(), r.PathValue("token"), f.Raw("Password"), f.Raw("Password2"),
		account.Client{IP: addressOf(r), Device: device(r)})
	if _, gone := passwordLinkProblem(err); gone {
		return s.showNewPassword(w, r, http.StatusGone, f)
	}
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showNewPassword(w, r, http.StatusUnprocessableEntity, f)
	}
	if in.Token == "" {
		s.flashed(w, flash{Kind: "ok", Title: "Tu contraseña cambió", Text: "Cerramos tus sesiones. Entra con la nueva."})
		return s.redirect(w, r, "/")
	}
	if err := s.carry(w, r, in); err != nil {
		return err
	}
	return s.redirect(w, r, stagePage(in.Stage))
}
