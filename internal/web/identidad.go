package web

import (
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
)

func (s *Server) identidadRoutes() []route {
	return []route{
		{pattern: "GET /confirmar-identidad", access: person(), handle: s.proofForm},
		{pattern: "POST /confirmar-identidad", access: person(), handle: s.prove, body: 2 * carriedLimit},
	}
}

// A proofView asks who is signed in to prove it once more before something
// dangerous, and holds the form that waits for it.
type proofView struct {
	form
	Who     *visitor
	Seguir  string
	Carried []pair
	Factor  account.Factor // who has one shows it too, or a passkey alone
}

func (s *Server) proofForm(w http.ResponseWriter, r *http.Request) error {
	return s.showProof(w, r, http.StatusOK, proofView{Seguir: localPath(r.URL.Query().Get("seguir"))})
}

func (s *Server) showProof(w http.ResponseWriter, r *http.Request, status int, v proofView) error {
	v.Who = visitorOf(r)
	var err error
	if v.Factor, err = s.Account.Factor(r.Context(), v.Who.Actor); err != nil {
		return err
	}
	return s.renderOutside(w, r, status, page{Title: "Confirma que eres tú"}, proofPage(v))
}

// prove takes the password and the second factor; what waited goes on, a form by one press more.
func (s *Server) prove(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := proofView{form: f, Seguir: localPath(f.Get("seguir")), Carried: carriedOf(f.Values)}
	var in account.SignedIn
	if f.Get("Respuesta") != "" {
		pre, answer := s.passkeyAnswer(w, r, f)
		in, err = s.Account.ProveByPasskey(r.Context(), actorOf(r), visitorOf(r).token, pre, answer)
	} else {
		in, err = s.Account.Prove(r.Context(), actorOf(r), visitorOf(r).token, f.Raw("Password"), f.Get("Codigo"))
	}
	if err != nil {
		status := formStatus(err)
		if err := v.take(err, fail.Denied); err != nil {
			return err
		}
		return s.showProof(w, r, status, v)
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	if len(v.Carried) > 0 {
		return s.renderOutside(w, r, http.StatusOK, pageNamed("Continuar"), proofContinuePage(v))
	}
	return s.redirect(w, r, v.Seguir)
}

// askProof sends who is about to do something dangerous to prove who they are,
// and from there back here; a form that was being sent is carried along.
func (s *Server) askProof(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return s.redirect(w, r, proofPath(r.URL.RequestURI()))
	}
	if isPartial(r) {
		return s.redirect(w, r, proofPath(currentPath(r)))
	}
	carried := carriedFrom(r)
	if len(carried) == 0 && r.ContentLength > 0 {
		return s.redirect(w, r, proofPath(currentOf(r))) // files and passwords are typed again
	}
	if len(carried) == 0 {
		carried = []pair{{"confirmado", "si"}} // a bare button waits for its press too
	}
	return s.showProof(w, r, http.StatusForbidden, proofView{Seguir: r.URL.RequestURI(), Carried: carried})
}
