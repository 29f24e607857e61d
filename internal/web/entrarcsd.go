package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// challengeCookie names the browser that asked for a challenge.
const challengeCookie = "__Host-reto"

func (s *Server) entrarCSDRoutes() []route {
	return []route{
		{pattern: "GET /entrar/csd", access: public(), handle: s.csdForm},
		{pattern: "POST /entrar/csd/reto", access: public(), handle: s.csdChallenge},
		{pattern: "POST /entrar/csd/firma", access: public(), handle: s.csdAnswer},
		{pattern: "POST /entrar/csd", access: public(), handle: s.csdFiles, body: uploadBody},
	}
}

// A csdView is the page to come in with a seal certificate.
type csdView struct {
	form
	Register bool // the RFC has no company: offer to register it
}

func (s *Server) csdForm(w http.ResponseWriter, r *http.Request) error {
	return s.showCSD(w, r, http.StatusOK, csdView{})
}

func (s *Server) showCSD(w http.ResponseWriter, r *http.Request, status int, v csdView) error {
	return s.renderOutside(w, r, status, page{Title: "Entrar con CSD"}, csdPage(v))
}

// csdChallenge gives the script something to sign, and the browser the cookie
// without which the signature is worth nothing.
func (s *Server) csdChallenge(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Account.ChallengeCSD(r.Context(), addressOf(r))
	if err != nil {
		return err
	}
	b, err := json.Marshal(map[string]string{"nonce": c.Nonce, "time": c.Time, "origin": c.Origin})
	if err != nil {
		return err
	}
	s.setCookie(w, challengeCookie, c.Pre, c.ExpiresAt)
	return s.write(w, r, http.StatusOK, "application/json", b)
}

// csdAnswer takes the certificate and the signature that the script made; the key
// and its password stay in the browser.
func (s *Server) csdAnswer(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in := account.CSDAnswer{Nonce: f.Get("Nonce"), Time: f.Get("Hora")}
	cer, err1 := base64.StdEncoding.DecodeString(f.Get("Certificado"))
	sig, err2 := base64.StdEncoding.DecodeString(f.Get("Firma"))
	if errors.Join(err1, err2) != nil {
		return fail.New(fail.Invalid, "No recibimos bien el certificado. No entraste; inténtalo otra vez.")
	}
	in.Cer, in.Signature = cer, sig
	if c, err := r.Cookie(challengeCookie); err == nil {
		in.Pre = c.Value
	}
	s.dropCookie(w, challengeCookie)
	got, err := s.Account.SignInByCSD(r.Context(), in, account.Client{IP: addressOf(r), Device: device(r)})
	return s.enterByCSD(w, r, got, err)
}

// csdFiles is csdAnswer for a browser without script.
func (s *Server) csdFiles(w http.ResponseWriter, r *http.Request) error {
	up, f, err := readUpload(r)
	if err != nil {
		return err
	}
	if len(f.Findings) > 0 {
		return s.showCSD(w, r, http.StatusUnprocessableEntity, csdView{form: f})
	}
	got, err := s.Account.SignInByCSDFiles(r.Context(), up["Cer"], up["Key"], up["Password"], account.Client{IP: addressOf(r), Device: device(r)})
	return s.enterByCSD(w, r, got, err)
}

func (s *Server) enterByCSD(w http.ResponseWriter, r *http.Request, in account.SignedIn, err error) error {
	if err != nil {
		v := csdView{Register: errors.Is(err, account.ErrNoCompany)}
		status := formStatus(err)
		if err := v.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showCSD(w, r, status, v)
	}
	if err := s.carry(w, r, in); err != nil {
		return err
	}
	switch {
	case in.Stage != store.StageOpen:
		return s.redirect(w, r, stagePage(in.Stage))
	case in.MustChange:
		return s.redirect(w, r, "/cuenta/contrasena")
	}
	return s.redirect(w, r, "/panel")
}
