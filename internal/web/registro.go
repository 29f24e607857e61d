package web

import (
	"errors"
	"net/http"
	"net/url"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
)

// pendingCookie names the registration that waits for its link, so that the
// browser that registered can ask for it again.
const pendingCookie = "__Host-registro"

func (s *Server) registroRoutes() []route {
	return []route{
		{pattern: "GET /registro", access: public(), handle: s.registerForm},
		{pattern: "POST /registro", access: public(), handle: s.register},
		{pattern: "GET /registro/enviado", access: public(), handle: s.registered},
		{pattern: "POST /registro/reenviar", access: public(), handle: s.resend},
		{pattern: "POST /registro/cambiar-correo", access: public(), handle: s.changeAddress},
		{pattern: "GET /confirmar/{token}", access: public(), handle: s.confirmForm},
		{pattern: "POST /confirmar/{token}", access: public(), handle: s.confirm},
		{pattern: "POST /confirmar/{token}/renovar", access: public(), handle: s.renew},
		{pattern: "GET /desbloquear/{token}", access: public(), handle: s.unlockForm},
		{pattern: "POST /desbloquear/{token}", access: public(), handle: s.unlock},
	}
}

func (s *Server) registerForm(w http.ResponseWriter, r *http.Request) error {
	f := form{}
	if code := r.URL.Query().Get("invitacion"); code != "" {
		f.Values = url.Values{"Codigo": {code}}
	}
	return s.showRegister(w, r, http.StatusOK, f)
}

func (s *Server) showRegister(w http.ResponseWriter, r *http.Request, status int, f form) error {
	return s.renderOutside(w, r, status, page{Title: "Registro gratuito"}, registerPage(f))
}

// register notes a registration and sends its link.
func (s *Server) register(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	pending, err := s.Account.Register(r.Context(), account.Registration{
		Nombre: f.Get("Nombre"), Rfc: f.Get("Rfc"), Correo: f.Get("Correo"), Correo2: f.Get("Correo2"), Acepta: f.Checked("Acepta"),
		Codigo: f.Get("Codigo"),
	}, addressOf(r))
	if err != nil {
		status := formStatus(err)
		if errors.Is(err, account.ErrRfcTaken) {
			f.Values.Set(rfcTakenField, f.Get("Rfc"))
		}
		if err := f.take(err, fail.Denied, fail.Upstream); err != nil {
			return err
		}
		return s.showRegister(w, r, status, f)
	}
	s.setCookie(w, pendingCookie, pending.Token, pending.ExpiresAt)
	return s.redirect(w, r, "/registro/enviado")
}

// rfcTakenField holds, in a form that came back, the RFC that has a company
// already: the page then says the ways to it.
const rfcTakenField = "rfc-tomado"

// formStatus is the status of a form that comes back.
func formStatus(err error) int {
	if errors.Is(err, account.ErrTooMany) {
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

// pending returns the registration of this browser and its token.
func (s *Server) pending(r *http.Request) (account.Pending, string, error) {
	c, err := r.Cookie(pendingCookie)
	if err != nil {
		return account.Pending{}, "", fail.New(fail.NotFound, "Este navegador no tiene un registro en espera. Si ya confirmaste tu correo, inicia sesión; si no, regístrate de nuevo.")
	}
	p, err := s.Account.PendingOf(r.Context(), c.Value)
	return p, c.Value, err
}

// registered says where the link went and offers to send it again or elsewhere.
func (s *Server) registered(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.pending(r)
	if err != nil {
		return err
	}
	return s.showRegistered(w, r, http.StatusOK, p, form{})
}

func (s *Server) showRegistered(w http.ResponseWriter, r *http.Request, status int, p account.Pending, f form) error {
	return s.renderOutside(w, r, status, page{Title: "Confirma tu correo"}, registeredPage(p, f, s.boxOpen(), s.takeFlash(w, r)))
}

// resend mails the link once more.
func (s *Server) resend(w http.ResponseWriter, r *http.Request) error {
	p, token, err := s.pending(r)
	if err != nil {
		return err
	}
	if err := s.Account.Resend(r.Context(), token); err != nil {
		f := form{}
		if err := f.take(err, fail.Denied, fail.Upstream); err != nil {
			return err
		}
		return s.showRegistered(w, r, formStatus(err), p, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Te enviamos otro enlace", Text: "Sirve el más reciente; revisa también la carpeta de no deseados."})
	return s.redirect(w, r, "/registro/enviado")
}

// changeAddress sends the link to another address.
func (s *Server) changeAddress(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	p, token, err := s.pending(r)
	if err != nil {
		return err
	}
	changed, err := s.Account.ChangeAddress(r.Context(), token, f.Get("Correo"), f.Get("Correo2"))
	if err != nil {
		status := formStatus(err)
		if err := f.take(err, fail.Denied, fail.Upstream); err != nil {
			return err
		}
		return s.showRegistered(w, r, status, p, f)
	}
	if changed.Token != "" {
		s.setCookie(w, pendingCookie, changed.Token, changed.ExpiresAt)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Cambiamos tu correo", Text: "El enlace anterior ya no sirve; te enviamos uno nuevo."})
	return s.redirect(w, r, "/registro/enviado")
}

// confirmForm opens a mailed link: it asks for the password. Reading the page
// changes nothing, for mail filters open links too.
func (s *Server) confirmForm(w http.ResponseWriter, r *http.Request) error {
	return s.showConfirm(w, r, http.StatusOK, form{})
}

func (s *Server) showConfirm(w http.ResponseWriter, r *http.Request, status int, f form) error {
	token := r.PathValue("token")
	in, err := s.Account.Invitation(r.Context(), token)
	if p, ok := linkProblem(err, token); ok {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, status, page{Title: "Elige tu contraseña"}, confirmPage(token, in, f))
}

// A linkTrouble is a mailed link that does not open any more.
type linkTrouble struct {
	Title, Text string
	Renew       string // path that mails a new one, "" when there is none
}

func linkProblem(err error, token string) (linkTrouble, bool) {
	switch {
	case errors.Is(err, account.ErrLinkExpired):
		return linkTrouble{"Tu enlace venció", "Los enlaces duran 48 horas. Podemos enviarte uno nuevo al mismo correo.", "/confirmar/" + token + "/renovar"}, true
	case errors.Is(err, account.ErrLinkUsed):
		return linkTrouble{"Este enlace ya se usó", "Tu correo ya está confirmado. Inicia sesión con tu usuario, RFC y contraseña.", ""}, true
	case errors.Is(err, account.ErrLinkUnknown):
		return linkTrouble{"Este enlace no sirve", "Puede estar incompleto, o te enviamos uno más nuevo. Revisa el último correo que recibiste.", ""}, true
	}
	return linkTrouble{}, false
}

// confirm makes the company and its first user and signs it in.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	_, in, err := s.Account.Confirm(r.Context(), r.PathValue("token"), account.Confirmation{
		Usuario: f.Get("Usuario"), Password: f.Raw("Password"), Password2: f.Raw("Password2"), IP: addressOf(r), Device: device(r),
	})
	if _, gone := linkProblem(err, ""); gone {
		return s.showConfirm(w, r, http.StatusGone, f)
	}
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showConfirm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err := s.carry(w, r, in); err != nil {
		return err
	}
	s.dropCookie(w, pendingCookie)
	return s.redirect(w, r, "/cuenta/bienvenida")
}

// renew mails a new link in place of one that expired.
func (s *Server) renew(w http.ResponseWriter, r *http.Request) error {
	err := s.Account.RenewInvitation(r.Context(), r.PathValue("token"), addressOf(r))
	if p, gone := linkProblem(err, r.PathValue("token")); gone && p.Renew == "" {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Enlace enviado"}, linkPage(linkTrouble{
		"Te enviamos un enlace nuevo", "Llegará al mismo correo en un momento. Ábrelo antes de 48 horas.", "",
	}))
}

// unlockForm opens the link mailed to an account that slept too long.
func (s *Server) unlockForm(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	data, err := s.Account.UnlockFor(r.Context(), token)
	if p, gone := unlockProblem(err); gone {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: "Desbloquear cuenta"}, unlockPage(token, data))
}

// unlockProblem is linkProblem without the offer of a new one: signing in again
// mails it.
func unlockProblem(err error) (linkTrouble, bool) {
	p, gone := linkProblem(err, "")
	if gone {
		p = linkTrouble{"Este enlace ya no sirve", "Inicia sesión otra vez: si tu cuenta sigue bloqueada, te enviaremos un enlace nuevo.", ""}
	}
	return p, gone
}

func (s *Server) unlock(w http.ResponseWriter, r *http.Request) error {
	_, err := s.Account.Unlock(r.Context(), r.PathValue("token"), addressOf(r))
	if p, gone := unlockProblem(err); gone {
		return s.renderOutside(w, r, http.StatusGone, page{Title: p.Title}, linkPage(p))
	}
	if err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Tu cuenta está abierta otra vez", Text: "Entra con tu usuario, RFC y contraseña de siempre."})
	return s.redirect(w, r, "/")
}
