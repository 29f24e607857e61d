package web

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// sessionCookie bears the session token. The __Host- prefix binds it to this
// address, to the whole of it and to secure connections (decision 22).
const sessionCookie = "__Host-sesion"

// A visitor is who is signed in at the browser that sent a request.
type visitor struct {
	account.Session
	token string
}

// actorOf returns who does it. Only handlers behind member or needs may ask.
func actorOf(r *http.Request) store.Actor { return requestOf(r).visitor.Actor }

// visitorOf returns who is signed in, nil for nobody.
func visitorOf(r *http.Request) *visitor { return requestOf(r).visitor }

// enter opens the door of one route: it finds the session, sends strangers to
// sign-in and refuses rights. done means the answer is written already.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, a access) (done bool, err error) {
	if a.kind == accessOpen {
		return false, nil
	}
	v, err := s.visitor(w, r)
	if err != nil {
		return false, err
	}
	if v != nil && v.Stage != store.StageOpen {
		return s.enterHalf(w, r, a, v)
	}
	requestOf(r).visitor = v
	if v != nil && v.Left != "" && a.kind != accessPublic {
		return true, s.sentHome(w, r, v)
	}
	err = a.check(v)
	switch {
	case errors.Is(err, errStranger) && a.kind == accessHalf && v != nil:
		return true, s.redirect(w, r, "/panel")
	case errors.Is(err, errStranger) && a.kind == accessOperator:
		return true, s.askOperator(w, r)
	case errors.Is(err, errStranger):
		return true, s.askSignIn(w, r)
	case errors.Is(err, errOperator) && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return true, s.redirect(w, r, "/operador")
	case errors.Is(err, errOperator):
		return false, fail.New(fail.NotFound, "Esta página no existe o cambió de lugar.")
	case v != nil && v.MustChange && a.kind != accessPublic && !openWhileMustChange(r.URL.Path):
		return true, s.redirect(w, r, "/cuenta/contrasena")
	}
	return false, err
}

// sentHome tells who was at work in a company that does not let them in any more
// that they are back in their own; what they just asked is not done.
func (s *Server) sentHome(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if err := s.Account.ToldLeft(r.Context(), v.token); err != nil {
		return err
	}
	text := "Cambiaron tus permisos o terminó tu acceso. Si todavía la administras, entra de nuevo desde la barra de arriba."
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		text = "No se guardó lo que acababas de enviar. " + text
	}
	s.flashed(w, flash{Kind: "warn", Title: "Saliste de " + v.Left + ": estás de vuelta en " + v.Empresa, Text: text})
	return s.redirect(w, r, "/panel")
}

// enterHalf opens to who still owes a step of coming in nothing but that step
// and what is public; there they are a stranger.
func (s *Server) enterHalf(w http.ResponseWriter, r *http.Request, a access, v *visitor) (done bool, err error) {
	switch {
	case a.kind == accessHalf && a.stage == v.Stage:
		requestOf(r).half = v
		return false, nil
	case a.kind == accessPublic:
		requestOf(r).half = v
		return false, nil
	}
	return true, s.redirect(w, r, stagePage(v.Stage))
}

// stagePage is where an owed step of coming in is done.
func stagePage(stage string) string {
	switch stage {
	case store.StageFactor:
		return "/entrar/segundo-factor"
	case store.StageCompany:
		return "/entrar/empresa"
	}
	return "/panel"
}

// proofPath is where one proves who one is before going to path.
func proofPath(path string) string { return "/confirmar-identidad?seguir=" + url.QueryEscape(path) }

// currentOf is the page a form was sent from, as the browser tells it, or the panel.
func currentOf(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/panel"
	}
	return localPath(u.RequestURI())
}

// halfOf returns who has begun to come in. Only handlers behind half may ask.
func halfOf(r *http.Request) *visitor { return requestOf(r).half }

func openWhileMustChange(path string) bool {
	return path == "/cuenta/contrasena" || path == "/salir" || path == "/cuenta/bienvenida"
}

// visitor reads the cookie. A token that opens nothing any more is nobody, and
// its cookie is taken back.
func (s *Server) visitor(w http.ResponseWriter, r *http.Request) (*visitor, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil || c.Value == "" {
		return nil, nil
	}
	session, err := s.Account.SessionOf(r.Context(), c.Value)
	if errors.Is(err, account.ErrSession) {
		s.dropCookie(w, sessionCookie)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	session.Actor.IP = addressOf(r)
	return &visitor{Session: session, token: c.Value}, nil
}

// setCookie stores a value that only this site's server reads. until zero means
// as long as the browser runs.
func (s *Server) setCookie(w http.ResponseWriter, name, value string, until time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", Expires: until,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// carry gives the browser the session of who just came in; one that it bore
// before, whole or half, ends.
func (s *Server) carry(w http.ResponseWriter, r *http.Request, in account.SignedIn) error {
	for _, before := range []*visitor{visitorOf(r), halfOf(r)} {
		if before == nil {
			continue
		}
		if err := s.Account.SignOut(r.Context(), before.token); err != nil {
			return err
		}
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	return nil
}

func (s *Server) dropCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Path: "/", MaxAge: -1,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// addressOf is the address the connection came from. Forwarded headers are not
// believed here: whoever puts a proxy in front rewrites RemoteAddr in cmd.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// askSignIn sends a stranger to the sign-in page, which leads back here. A form
// that was being sent is carried along, so that nothing typed is lost.
func (s *Server) askSignIn(w http.ResponseWriter, r *http.Request) error {
	if isPartial(r) {
		w.Header().Set("HX-Redirect", "/?seguir="+url.QueryEscape(currentPath(r)))
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return s.redirect(w, r, "/?seguir="+url.QueryEscape(r.URL.RequestURI()))
	}
	return s.showSignIn(w, r, http.StatusUnauthorized, signInForm{Seguir: r.URL.RequestURI(), Carried: carriedFrom(r), Expired: true})
}

// isPartial reports whether htmx asks for a part of a page.
func isPartial(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// currentPath is the page htmx asks from, or the panel.
func currentPath(r *http.Request) string {
	u, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil {
		return "/panel"
	}
	return localPath(u.RequestURI())
}

// localPath returns p when it is a path of this site and "/panel" otherwise.
// A browser reads "//host" and "/\host" as another site (T20).
func localPath(p string) string {
	u, err := url.Parse(p) // refuses control characters
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") || u.Scheme != "" {
		return "/panel"
	}
	return p
}
