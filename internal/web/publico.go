package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) publicRoutes() []route {
	return []route{
		{pattern: "GET /{$}", access: public(), handle: s.home},
		{pattern: "GET /Account/LogOn", access: public(), handle: s.oldSignIn},
		{pattern: "GET /entrar", access: public(), handle: s.oldSignIn},
		{pattern: "POST /entrar", access: public(), handle: s.signIn, body: 2 * carriedLimit},
		{pattern: "POST /salir", access: public(), handle: s.signOut, anywhere: true},
		{pattern: "GET /terminos", access: public(), handle: s.terms},
		{pattern: "GET /privacidad", access: public(), handle: s.privacy},
		{pattern: "GET /static/{file}", access: open(), handle: s.static},
		{pattern: "GET /livez", access: open(), handle: s.livez},
		{pattern: "GET /readyz", access: open(), handle: s.readyz},
	}
}

// A signInForm is the sign-in page: what was typed, where to go afterwards, and
// the form that waited for it.
type signInForm struct {
	form
	Seguir  string // path to go to, "" for the panel
	Carried []pair // fields of the form that was being sent
	Expired bool   // the session was over while something was being sent
	Notice  *flash // what was just done, nil for nothing
}

// home is the public page with the sign-in form.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	seguir := r.URL.Query().Get("seguir")
	if seguir != "" {
		seguir = localPath(seguir)
	}
	if visitorOf(r) != nil {
		return s.redirect(w, r, localPath(seguir))
	}
	return s.showSignIn(w, r, http.StatusOK, signInForm{Seguir: seguir})
}

// oldSignIn keeps the addresses people have in their bookmarks.
func (s *Server) oldSignIn(w http.ResponseWriter, r *http.Request) error {
	return s.redirect(w, r, "/")
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, f signInForm) error {
	f.Notice = s.takeFlash(w, r)
	return s.renderOutside(w, r, status, page{Title: "Inicia sesión"}, signInPage(f, s.Demo))
}

// signIn opens a session. A form that waited for it is offered on a page of its
// own: repeating it by itself would do something nobody pressed.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	page := signInForm{form: f, Carried: carriedOf(f.Values)}
	if to := f.Get("seguir"); to != "" {
		page.Seguir = localPath(to)
	}
	in, err := s.Account.SignIn(r.Context(), account.Credentials{
		Usuario: f.Get("Usuario"), Rfc: f.Get("Rfc"), Password: f.Raw("Password"), IP: addressOf(r), Device: device(r),
	})
	if err != nil {
		return s.signInFailed(w, r, page, err)
	}
	return s.cameIn(w, r, page, in)
}

// cameIn gives the browser its new session and goes on with what waited for it.
func (s *Server) cameIn(w http.ResponseWriter, r *http.Request, page signInForm, in account.SignedIn) error {
	if err := s.carry(w, r, in); err != nil {
		return err
	}
	switch {
	case in.Stage != store.StageOpen:
		return s.redirect(w, r, stagePage(in.Stage)+"?seguir="+url.QueryEscape(localPath(page.Seguir)))
	case in.MustChange:
		return s.redirect(w, r, "/cuenta/contrasena")
	case len(page.Carried) > 0:
		return s.renderOutside(w, r, http.StatusOK, pageNamed("Continuar"), continuePage(page))
	}
	return s.redirect(w, r, localPath(page.Seguir))
}

func pageNamed(title string) page { return page{Title: title} }

func (s *Server) signInFailed(w http.ResponseWriter, r *http.Request, f signInForm, err error) error {
	status := http.StatusUnprocessableEntity
	if errors.Is(err, account.ErrTooMany) {
		status = http.StatusTooManyRequests
	}
	if err := f.take(err, fail.Denied, fail.Upstream); err != nil {
		return err
	}
	return s.showSignIn(w, r, status, f)
}

// device is the browser's own description, kept with the session.
func device(r *http.Request) string {
	d := r.UserAgent()
	if len(d) > 200 {
		d = d[:200]
	}
	return d
}

// signOut ends the session and forgets its cookie.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if v := visitorOf(r); v != nil {
		if err := s.Account.SignOut(r.Context(), v.token); err != nil {
			return err
		}
	}
	s.dropCookie(w, sessionCookie)
	s.flashed(w, flash{Kind: "ok", Title: "Cerraste tu sesión", Text: "Tus borradores quedaron guardados."})
	return s.redirect(w, r, "/")
}

func (s *Server) terms(w http.ResponseWriter, r *http.Request) error {
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Términos del servicio"}, termsPage())
}

func (s *Server) privacy(w http.ResponseWriter, r *http.Request) error {
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Aviso de privacidad"}, privacyPage())
}

// livez answers while the process runs.
func (s *Server) livez(w http.ResponseWriter, r *http.Request) error {
	return s.write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// readyz answers 200 when the store takes a write within a second, 503 otherwise,
// and tells strangers nothing more (decision 22).
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := s.DB.Ready(ctx); err != nil {
		s.Log.Error("not ready", "error", err)
		return s.write(w, r, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte("no\n"))
	}
	return s.write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// carriedField is the name under which a field waits on the sign-in page.
func carriedField(name string) string { return carriedPrefix + name }

// pathOf is the path of an address without its query, to say where one goes.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}
