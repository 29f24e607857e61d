package web

import (
	"net/http"
	"strings"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) factorRoutes() []route {
	return []route{
		{pattern: "GET /cuenta/segundo-factor", access: person(), handle: s.factor},
		{pattern: "POST /cuenta/segundo-factor", access: person(), handle: s.beginFactor, fresh: true},
		{pattern: "POST /cuenta/segundo-factor/confirmar", access: person(), handle: s.confirmFactor, fresh: true},
		{pattern: "POST /cuenta/segundo-factor/codigos", access: person(), handle: s.newCodes, fresh: true},
		{pattern: "POST /cuenta/segundo-factor/quitar", access: person(), handle: s.removeFactor, fresh: true},
		{pattern: "GET /entrar/segundo-factor", access: half(store.StageFactor), handle: s.halfFactor},
		{pattern: "POST /entrar/segundo-factor", access: half(store.StageFactor), handle: s.passFactor},
		{pattern: "POST /entrar/segundo-factor/poner", access: half(store.StageFactor), handle: s.beginHalfFactor},
		{pattern: "POST /entrar/segundo-factor/confirmar", access: half(store.StageFactor), handle: s.confirmHalfFactor},
		{pattern: "GET /cuenta/sesiones", access: person(), handle: s.sessions},
		{pattern: "POST /cuenta/sesiones/{id}/cerrar", access: person(), handle: s.closeSession, fresh: true},
		{pattern: "POST /cuenta/sesiones/cerrar-las-demas", access: person(), handle: s.closeOtherSessions, fresh: true},
	}
}

// A factorView is the page of the second factor.
type factorView struct {
	form
	account.Factor
	Passkeys []account.Passkey
	Setup    *account.FactorSetup
	Codes    []string // shown this one time
	Path     string   // where the setup is confirmed
	Next     string   // where to go once the codes are kept
}

func (s *Server) factor(w http.ResponseWriter, r *http.Request) error {
	return s.showFactor(w, r, factorView{})
}

func (s *Server) showFactor(w http.ResponseWriter, r *http.Request, v factorView) error {
	f, err := s.Account.Factor(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	if v.Passkeys, err = s.Account.Passkeys(r.Context(), actorOf(r)); err != nil {
		return err
	}
	v.Factor, v.Path, v.Next = f, "/cuenta/segundo-factor/confirmar", "/cuenta/segundo-factor"
	return s.renderForm(w, r, v.form, page{Title: "Segundo factor"}, factorPage(v))
}

func (s *Server) beginFactor(w http.ResponseWriter, r *http.Request) error {
	setup, err := s.Account.BeginFactor(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.showFactor(w, r, factorView{Setup: &setup})
}

// confirmFactor takes the first code. A wrong one begins anew: the secret is not
// sent back and forth.
func (s *Server) confirmFactor(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	codes, err := s.Account.ConfirmFactor(r.Context(), actorOf(r), f.Get("Codigo"))
	if err != nil {
		return s.factorRefused(w, r, f, err)
	}
	return s.showFactor(w, r, factorView{Codes: codes})
}

func (s *Server) factorRefused(w http.ResponseWriter, r *http.Request, f form, err error) error {
	if stepUp(err) {
		return err
	}
	if err := f.take(err, fail.Denied); err != nil {
		return err
	}
	v := factorView{form: f}
	if setup, err := s.Account.BeginFactor(r.Context(), actorOf(r)); err == nil {
		v.Setup = &setup
		v.Message += " Hicimos una clave nueva: vuelve a leerla con tu aplicación."
	}
	return s.showFactor(w, r, v)
}

func (s *Server) newCodes(w http.ResponseWriter, r *http.Request) error {
	codes, err := s.Account.NewRecoveryCodes(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.showFactor(w, r, factorView{Codes: codes})
}

func (s *Server) removeFactor(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.RemoveFactor(r.Context(), actorOf(r)); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Quitaste tu aplicación de códigos", Text: "Cerramos tus otras sesiones y te avisamos por correo."})
	return s.redirect(w, r, "/cuenta/segundo-factor")
}

// A halfView is the page between the password and the portal.
type halfView struct {
	form
	account.Half
	Seguir string
	Setup  *account.FactorSetup
	Codes  []string
	Next   string
}

func (s *Server) halfFactor(w http.ResponseWriter, r *http.Request) error {
	return s.showHalf(w, r, http.StatusOK, halfView{Seguir: localPath(r.URL.Query().Get("seguir"))})
}

func (s *Server) showHalf(w http.ResponseWriter, r *http.Request, status int, v halfView) error {
	var err error
	if v.Codes == nil {
		if v.Half, err = s.Account.HalfOf(r.Context(), halfOf(r).token); err != nil {
			s.dropCookie(w, sessionCookie)
			return s.redirect(w, r, "/")
		}
	}
	return s.renderOutside(w, r, status, page{Title: "Segundo factor"}, halfPage(v))
}

func (s *Server) passFactor(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := halfView{form: f, Seguir: localPath(f.Get("seguir"))}
	var in account.SignedIn
	left := -1
	if f.Get("Respuesta") != "" {
		pre, answer := s.passkeyAnswer(w, r, f)
		in, err = s.Account.PassByPasskey(r.Context(), halfOf(r).token, pre, answer)
	} else {
		in, left, err = s.Account.PassFactor(r.Context(), halfOf(r).token, f.Get("Codigo"))
	}
	if err != nil {
		status := formStatus(err)
		if err := v.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showHalf(w, r, status, v)
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	if left >= 0 {
		s.flashed(w, flash{
			Kind: "warn", Title: "Usaste un código de recuperación", Text: "Te quedan " + count(left) + ". Haz nuevos antes de que se acaben.",
			Link: "/cuenta/segundo-factor", Label: "Ver mi segundo factor",
		})
	}
	return s.redirect(w, r, s.afterFactor(in, v.Seguir))
}

func (s *Server) beginHalfFactor(w http.ResponseWriter, r *http.Request) error {
	setup, err := s.Account.BeginHalfFactor(r.Context(), halfOf(r).token)
	if err != nil {
		return err
	}
	return s.showHalf(w, r, http.StatusOK, halfView{Setup: &setup})
}

func (s *Server) confirmHalfFactor(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	codes, in, err := s.Account.ConfirmHalfFactor(r.Context(), halfOf(r).token, f.Get("Codigo"))
	if err != nil {
		v := halfView{form: f}
		status := formStatus(err)
		if err := v.take(err, fail.Denied); err != nil {
			return err
		}
		if setup, err := s.Account.BeginHalfFactor(r.Context(), halfOf(r).token); err == nil {
			v.Setup = &setup
			v.Message += " Hicimos una clave nueva: vuelve a leerla con tu aplicación."
		}
		return s.showHalf(w, r, status, v)
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	return s.showHalf(w, r, http.StatusOK, halfView{Codes: codes, Next: s.afterFactor(in, "/panel")})
}

// drawnQR is a QR code as the path of an SVG: one square of 1 for each dark field.
func drawnQR(rows [][]bool) string {
	var b strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			run := 1
			for x+run < len(row) && row[x+run] {
				run++
			}
			b.WriteString("M" + count(x) + " " + count(y) + "h" + count(run) + "v1h-" + count(run) + "z")
			x += run
		}
	}
	return b.String()
}

func (s *Server) sessions(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Account.Sessions(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Sesiones"}, sessionsPage(list))
}

func (s *Server) closeSession(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.CloseSession(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Cerramos esa sesión"})
	return s.redirect(w, r, "/cuenta/sesiones")
}

func (s *Server) closeOtherSessions(w http.ResponseWriter, r *http.Request) error {
	n, err := s.Account.CloseOtherSessions(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Cerramos tus demás sesiones", Text: "Eran " + count(n) + ". Ésta sigue abierta."})
	return s.redirect(w, r, "/cuenta/sesiones")
}
