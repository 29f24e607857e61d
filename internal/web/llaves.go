package web

import (
	"net/http"
	"net/url"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) llavesRoutes() []route {
	return []route{
		{pattern: "POST /cuenta/llaves/reto", access: person(), handle: s.askNewPasskey, fresh: true},
		{pattern: "POST /cuenta/llaves", access: person(), handle: s.addPasskey, fresh: true},
		{pattern: "POST /cuenta/llaves/{id}/quitar", access: person(), handle: s.removePasskey, fresh: true},
		{pattern: "POST /confirmar-identidad/llave/reto", access: person(), handle: s.askProofByPasskey},
		{pattern: "POST /entrar/llave/reto", access: public(), handle: s.askPasskey},
		{pattern: "POST /entrar/llave", access: public(), handle: s.signInByPasskey},
		{pattern: "POST /entrar/segundo-factor/llave/reto", access: half(store.StageFactor), handle: s.askHalfPasskey},
		{pattern: "POST /entrar/segundo-factor/llaves/reto", access: half(store.StageFactor), handle: s.askNewHalfPasskey},
		{pattern: "POST /entrar/segundo-factor/llaves", access: half(store.StageFactor), handle: s.addHalfPasskey},
	}
}

// A keyButton is a button whose script asks the browser for a passkey and sends its
// form with the answer.
type keyButton struct {
	Act    string // "usar" or "crear"
	Ask    string // path that gives the question
	Action string // path that takes the answer
	Label  string
	Class  string
	Name   bool // a name for the new key is asked
}

// passkeyAnswer is what the script sent, and the cookie of the browser that asked,
// which is taken back: a question counts once.
func (s *Server) passkeyAnswer(w http.ResponseWriter, r *http.Request, f form) (pre string, answer []byte) {
	if c, err := r.Cookie(challengeCookie); err == nil {
		pre = c.Value
	}
	s.dropCookie(w, challengeCookie)
	return pre, []byte(f.Get("Respuesta"))
}

// sendAsk gives the script a question, and the browser the cookie without which the
// answer is worth nothing.
func (s *Server) sendAsk(w http.ResponseWriter, r *http.Request, ask account.PasskeyAsk, err error) error {
	if err != nil {
		return err
	}
	s.setCookie(w, challengeCookie, ask.Pre, ask.ExpiresAt)
	return s.write(w, r, http.StatusOK, "application/json", ask.Options)
}

func (s *Server) askNewPasskey(w http.ResponseWriter, r *http.Request) error {
	ask, err := s.Account.AskNewPasskey(r.Context(), actorOf(r))
	return s.sendAsk(w, r, ask, err)
}

func (s *Server) askProofByPasskey(w http.ResponseWriter, r *http.Request) error {
	ask, err := s.Account.AskProof(r.Context(), actorOf(r))
	return s.sendAsk(w, r, ask, err)
}

func (s *Server) askPasskey(w http.ResponseWriter, r *http.Request) error {
	ask, err := s.Account.AskPasskey(r.Context(), addressOf(r))
	return s.sendAsk(w, r, ask, err)
}

func (s *Server) askHalfPasskey(w http.ResponseWriter, r *http.Request) error {
	ask, err := s.Account.AskHalfPasskey(r.Context(), halfOf(r).token)
	return s.sendAsk(w, r, ask, err)
}

func (s *Server) askNewHalfPasskey(w http.ResponseWriter, r *http.Request) error {
	ask, err := s.Account.AskNewHalfPasskey(r.Context(), halfOf(r).token)
	return s.sendAsk(w, r, ask, err)
}

func (s *Server) addPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	pre, answer := s.passkeyAnswer(w, r, f)
	codes, err := s.Account.AddPasskey(r.Context(), actorOf(r), pre, f.Get("Nombre"), answer, account.Client{Device: device(r)})
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := f.take(err, fail.Denied, fail.Conflict); err != nil {
			return err
		}
		return s.showFactor(w, r, factorView{form: f})
	}
	if codes != nil {
		return s.showFactor(w, r, factorView{Codes: codes})
	}
	s.flashed(w, flash{Kind: "ok", Title: "Agregamos tu llave de acceso", Text: "Cerramos tus otras sesiones y te avisamos por correo."})
	return s.redirect(w, r, "/cuenta/segundo-factor")
}

func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.RemovePasskey(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Quitamos esa llave de acceso", Text: "Cerramos tus otras sesiones y te avisamos por correo. Bórrala también de tu dispositivo."})
	return s.redirect(w, r, "/cuenta/segundo-factor")
}

// addHalfPasskey makes a key the second factor of who must have one to come in.
func (s *Server) addHalfPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	pre, answer := s.passkeyAnswer(w, r, f)
	codes, in, err := s.Account.AddHalfPasskey(r.Context(), halfOf(r).token, pre, "", answer, account.Client{Device: device(r)})
	if err != nil {
		v, status := halfView{form: f}, formStatus(err)
		if err := v.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showHalf(w, r, status, v)
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	return s.showHalf(w, r, http.StatusOK, halfView{Codes: codes, Next: s.afterFactor(in, "/panel")})
}

// afterFactor is where who passed the second factor goes: what is still owed first.
func (s *Server) afterFactor(in account.SignedIn, seguir string) string {
	switch {
	case in.Stage != store.StageOpen:
		return stagePage(in.Stage) + "?seguir=" + url.QueryEscape(seguir)
	case in.MustChange:
		return "/cuenta/contrasena"
	}
	return seguir
}

// signInByPasskey opens the session of whoever's key it is.
func (s *Server) signInByPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	page := signInForm{form: f, Carried: carriedOf(f.Values)}
	if to := f.Get("seguir"); to != "" {
		page.Seguir = localPath(to)
	}
	pre, answer := s.passkeyAnswer(w, r, f)
	in, err := s.Account.SignInByPasskey(r.Context(), pre, answer, account.Client{IP: addressOf(r), Device: device(r)})
	if err != nil {
		return s.signInFailed(w, r, page, err)
	}
	return s.cameIn(w, r, page, in)
}
