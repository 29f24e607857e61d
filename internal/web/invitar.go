package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/store"
)

func (s *Server) invitarRoutes() []route {
	return []route{
		{pattern: "GET /cuenta/invitar", access: needs(store.RightView), handle: s.friends},
		{pattern: "POST /cuenta/invitar", access: needs(store.RightView), handle: s.inviteFriends},
		{pattern: "POST /cuenta/invitar/{id}/reenviar", access: needs(store.RightView), handle: s.inviteAgain},
		{pattern: "GET /invitaciones/no/{token}", access: public(), handle: s.refuseForm},
		{pattern: "POST /invitaciones/no/{token}", access: public(), handle: s.refuseAll, anywhere: true},
	}
}

// A friendsView is the page Invita un amigo.
type friendsView struct {
	form
	invite.Page
	Rules    invite.Rules
	Referral account.Referral
	Newer    bool
	NextURL  string
}

func (s *Server) friends(w http.ResponseWriter, r *http.Request) error {
	return s.showFriends(w, r, form{})
}

func (s *Server) showFriends(w http.ResponseWriter, r *http.Request, f form) error {
	v, a, before := friendsView{form: f}, actorOf(r), r.URL.Query().Get("antes")
	if !s.Invite.On() {
		return store.Absent()
	}
	v.Rules, v.Newer = s.Invite.Rules(), before != ""
	var err error
	if v.Page, err = s.Invite.List(r.Context(), a, before); err != nil {
		return err
	}
	if v.Referral, err = s.Account.Referral(r.Context(), a); err != nil {
		return err
	}
	if v.Next != "" {
		v.NextURL = linkTo(r, "antes", v.Next)
	}
	return s.renderForm(w, r, f, page{Title: "Invita un amigo"}, friendsPage(v))
}

// inviteFriends says the same whoever the addresses belong to.
func (s *Server) inviteFriends(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	n, err := s.Invite.Send(r.Context(), actorOf(r), invite.Letter{Nombre: f.Get("Nombre"), Correos: f.Get("Correos"), Mensaje: f.Get("Mensaje")})
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showFriends(w, r, f)
	}
	title := "Invitación en camino"
	if n > 1 {
		title = count(n) + " invitaciones en camino"
	}
	s.flashed(w, flash{Kind: "ok", Title: title, Text: "Le llega a quien acepte invitaciones. Aquí verás si se registra con tu código."})
	return s.redirect(w, r, "/cuenta/invitar")
}

func (s *Server) inviteAgain(w http.ResponseWriter, r *http.Request) error {
	if err := s.Invite.Resend(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		var f form
		if err := f.take(err); err != nil {
			return err
		}
		s.flashed(w, flash{Kind: "warn", Title: "No se reenvió", Text: f.Findings[0].Message})
		return s.redirect(w, r, "/cuenta/invitar")
	}
	s.flashed(w, flash{Kind: "ok", Title: "Invitación en camino otra vez"})
	return s.redirect(w, r, "/cuenta/invitar")
}

// refuseForm opens the link of a mail. Reading it changes nothing, for mail filters open
// links too.
func (s *Server) refuseForm(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if err := s.Invite.Refusable(r.Context(), token, addressOf(r)); err != nil {
		return s.refusalClosed(w, r, err)
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: "No me inviten más"}, refusePage(token, false))
}

func (s *Server) refuseAll(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if err := s.Invite.RefuseAll(r.Context(), token, addressOf(r)); err != nil {
		return s.refusalClosed(w, r, err)
	}
	return s.renderOutside(w, r, http.StatusOK, page{Title: "No te invitarán más"}, refusePage(token, true))
}

func (s *Server) refusalClosed(w http.ResponseWriter, r *http.Request, err error) error {
	switch {
	case errors.Is(err, invite.ErrTooMany):
		s.showStatus(w, r, http.StatusTooManyRequests, err)
		return nil
	case errors.Is(err, invite.ErrLinkGone):
		return fail.New(fail.NotFound, fail.MessageOf(err)+" Si sigues recibiendo invitaciones, usa el enlace de la más reciente.")
	}
	return err
}

// inviteBlock is the card of the panel; nil without a program.
func (s *Server) inviteBlock(q panelRequest) (templ.Component, error) {
	if !s.Invite.On() {
		return nil, nil
	}
	code, err := s.Account.Referral(q, q.actor)
	if err != nil {
		return nil, err
	}
	return panelInvite(s.Invite.Rules(), code), nil
}

// invitationText is a state as a word.
func invitationText(state invite.State) string {
	switch state {
	case invite.Registered:
		return "Se registró"
	case invite.Rewarded:
		return "Con premio"
	case invite.Expired:
		return "Vencida"
	}
	return "Enviada"
}

// invitationBadge is the colour of a state, in the words of the badges.
func invitationBadge(state invite.State) string {
	switch state {
	case invite.Registered:
		return "activo"
	case invite.Rewarded:
		return "pagado"
	case invite.Expired:
		return "inactivo"
	}
	return "en-cola"
}

// cameText is what came of the code in all.
func cameText(p invite.Page) string {
	if p.Came == 0 {
		return "Todavía nadie se registra con tu código."
	}
	return count(int(p.Came)) + " " + plural(int(p.Came), "empresa se registró", "empresas se registraron") + " con tu código; " +
		count(int(p.Rewarded)) + " con premio."
}
