package web

import (
	"errors"
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) elegirRoutes() []route {
	return []route{
		{pattern: "GET /entrar/empresa", access: half(store.StageCompany), handle: s.choices},
		{pattern: "POST /entrar/empresa", access: half(store.StageCompany), handle: s.choose},
	}
}

// A choiceView asks who came in by mail in which company to work.
type choiceView struct {
	form
	List   []account.Choice
	Seguir string
}

func (s *Server) choices(w http.ResponseWriter, r *http.Request) error {
	return s.showChoices(w, r, http.StatusOK, choiceView{Seguir: localPath(r.URL.Query().Get("seguir"))})
}

func (s *Server) showChoices(w http.ResponseWriter, r *http.Request, status int, v choiceView) error {
	list, err := s.Account.Choices(r.Context(), halfOf(r).token)
	if errors.Is(err, account.ErrSession) {
		s.dropCookie(w, sessionCookie)
		return s.redirect(w, r, "/")
	}
	if err != nil {
		return err
	}
	v.List = list
	return s.renderOutside(w, r, status, page{Title: "Elige tu empresa"}, choicesPage(v))
}

func (s *Server) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := choiceView{form: f, Seguir: localPath(f.Get("seguir"))}
	in, err := s.Account.Choose(r.Context(), halfOf(r).token, f.Get("Clave"), account.Client{IP: addressOf(r), Device: device(r)})
	if errors.Is(err, account.ErrSession) {
		s.dropCookie(w, sessionCookie)
		return s.redirect(w, r, "/")
	}
	if err != nil {
		if err := v.take(err, fail.Denied, fail.NotFound); err != nil {
			return err
		}
		return s.showChoices(w, r, http.StatusUnprocessableEntity, v)
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	switch {
	case in.Stage != store.StageOpen:
		return s.redirect(w, r, stagePage(in.Stage))
	case in.MustChange:
		return s.redirect(w, r, "/cuenta/contrasena")
	}
	return s.redirect(w, r, v.Seguir)
}
