package web

import (
	"net/http"

	"iofacturo.mx/internal/fail"
)

func (s *Server) cuentaRoutes() []route {
	return []route{
		{pattern: "GET /cuenta/bienvenida", access: member(), handle: s.welcome},
		{pattern: "GET /cuenta/contrasena", access: person(), handle: s.passwordForm},
		{pattern: "POST /cuenta/contrasena", access: person(), handle: s.changePassword},
	}
}

// welcome shows the access data once the account exists.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, page{Title: "Tu cuenta está lista"}, welcomePage(visitorOf(r)))
}

func (s *Server) passwordForm(w http.ResponseWriter, r *http.Request) error {
	return s.showPassword(w, r, form{})
}

func (s *Server) showPassword(w http.ResponseWriter, r *http.Request, f form) error {
	return s.renderForm(w, r, f, page{Title: "Cambio de contraseña"}, passwordPage(visitorOf(r), f))
}

// changePassword sets a new password; the other sessions of the user are closed.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.Account.ChangePassword(r.Context(), actorOf(r), f.Raw("Anterior"), f.Raw("Nueva"), f.Raw("Confirmacion"))
	if err != nil {
		if err := f.take(err, fail.Denied, fail.Upstream); err != nil {
			return err
		}
		return s.showPassword(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Cambiaste tu contraseña", Text: "Cerramos tus otras sesiones y te avisamos por correo."})
	return s.redirect(w, r, "/panel")
}
