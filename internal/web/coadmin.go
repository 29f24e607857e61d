package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) coadminRoutes() []route {
	share := needs(store.RightCoadmin)
	return []route{
		{pattern: "GET /coadministracion", access: member(), handle: s.guestCompanies},
		{pattern: "POST /coadministracion/entrar", access: member(), handle: s.enterCompany, anywhere: true},
		{pattern: "POST /coadministracion/empresas/{id}/dejar", access: member(), handle: s.leaveCompany, anywhere: true},
		{pattern: "GET /coadministracion/mia", access: share, handle: s.coadmins},
		{pattern: "GET /coadministracion/mia/{id}", access: share, handle: s.coadmin, fresh: true},
		{pattern: "POST /coadministracion/mia/{id}", access: share, handle: s.saveCoadmin, fresh: true},
		{pattern: "POST /coadministracion/mia/{id}/quitar", access: share, handle: s.revokeCoadmin, fresh: true},
		{pattern: "POST /coadministracion/mia/{id}/rechazar", access: share, handle: s.refuseRequest, fresh: true},
		{pattern: "GET /coadministracion/invitar", access: share, handle: s.inviteForm, fresh: true},
		{pattern: "POST /coadministracion/invitar", access: share, handle: s.inviteCoadmin, fresh: true},
		{pattern: "GET /coadministracion/invitaciones", access: share, handle: s.invitations},
		{pattern: "POST /coadministracion/solicitar", access: share, handle: s.askCoadmin},
		{pattern: "POST /coadministracion/ofertas/{id}", access: share, handle: s.answerOffer},
		{pattern: "GET /coadministracion/invitacion/{token}", access: member(), handle: s.offer},
		{pattern: "POST /coadministracion/invitacion/{token}", access: member(), handle: s.answerOfferLink},
	}
}

// A guestCompaniesView is the tab of the companies of others.
type guestCompaniesView struct {
	Who  *visitor
	List []account.WorkCompany
}

func (s *Server) guestCompanies(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Account.Companies(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Empresas que administro"}, guestCompaniesPage(guestCompaniesView{visitorOf(r), list[1:]}))
}

// enterCompany lets the person work in another company; the token changes.
func (s *Server) enterCompany(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.Account.EnterCompany(r.Context(), visitorOf(r).token, f.Get("Clave"))
	if errors.Is(err, account.ErrLeft) {
		s.flashed(w, flash{Kind: "warn", Title: "No puedes entrar a esa empresa", Text: fail.MessageOf(err)})
		return s.redirect(w, r, "/coadministracion")
	}
	if err != nil {
		return err
	}
	s.setCookie(w, sessionCookie, in.Token, in.ExpiresAt)
	return s.redirect(w, r, "/panel")
}

func (s *Server) leaveCompany(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.LeaveCompany(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	if err := s.Account.ToldLeft(r.Context(), visitorOf(r).token); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Dejaste de administrar esa empresa", Text: "Ya no puedes entrar en ella; avisamos a quien la administra."})
	return s.redirect(w, r, "/coadministracion")
}

func (s *Server) coadmins(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Account.Coadmins(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Quién co-administra mi empresa"}, coadminsPage(list))
}

// A grantView is the form of what somebody may do: to invite, to let in who
// asks, to change.
type grantView struct {
	form
	account.Coadmin
	Quien    string
	Series   []account.Serie
	Branches []account.Branch
}

func (s *Server) inviteForm(w http.ResponseWriter, r *http.Request) error {
	return s.showGrant(w, r, grantView{Coadmin: account.Coadmin{Grant: account.Grant{Rights: account.ReadySets()[0].Rights}}})
}

func (s *Server) showGrant(w http.ResponseWriter, r *http.Request, v grantView) error {
	var err error
	if v.Series, err = s.Account.SeriesList(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if v.Branches, err = s.Account.Branches(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.renderForm(w, r, v.form, page{Title: v.title()}, grantPage(v))
}

func (v grantView) title() string {
	switch v.State {
	case "":
		return "Invitar a co-administrar"
	case store.CoadminAsked:
		return "Dar acceso a " + v.Nombre
	}
	return "Permisos de " + v.Nombre
}

// read takes the form over; more asks for a ready set instead of saving.
func (v *grantView) read(f form) (more bool) {
	v.form = f
	v.Quien = f.Get("Quien")
	rights, tipos, series, total, own := grantFrom(&v.form)
	g := account.Grant{Admin: f.Get("Nivel") == "administrador", Rights: rights, Limits: store.Limits{Tipos: tipos, Series: series, Sucursales: f.Values["Sucursales"], Propios: own}}
	if micros, err := total.Micros(); !total.IsZero() {
		if err != nil || micros <= 0 {
			v.refuse("Total", "El importe máximo no se puede leer. Escribe una cantidad en pesos.")
		}
		g.Limits.Total = micros
	}
	if text := f.Get("Until"); text != "" {
		day, err := time.ParseInLocation(time.DateOnly, text, centro())
		if err != nil {
			v.refuse("Until", "Esa fecha no existe. Escríbela como año-mes-día, por ejemplo 2027-01-31.")
		}
		g.Until = day.AddDate(0, 0, 1) // to the end of that day
	}
	v.Grant = g
	set := f.Get("conjunto")
	if set == "" {
		return false
	}
	v.form = form{Values: f.Values}
	v.Values.Del("Nivel")
	v.Grant.Admin, v.Grant.Rights = false, setRights(set)
	return true
}

func (s *Server) inviteCoadmin(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	var v grantView
	if v.read(f) || len(v.Findings) > 0 {
		return s.showGrant(w, r, v)
	}
	err = s.Account.InviteCoadmin(r.Context(), actorOf(r), account.CoadminInvite{Quien: v.Quien, Grant: v.Grant})
	if err != nil {
		return s.grantFailed(w, r, v, err)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Invitación enviada", Text: "Si corresponde a alguien, le llegará un enlace que dura siete días. Nadie entra hasta que lo acepte."})
	return s.redirect(w, r, "/coadministracion/invitaciones")
}

// grantFailed shows the form again with what was wrong.
func (s *Server) grantFailed(w http.ResponseWriter, r *http.Request, v grantView, err error) error {
	if err := v.take(err, tooManyKinds(err)...); err != nil {
		return err
	}
	return s.showGrant(w, r, v)
}

// coadmin is the form of one person: what they may do, or the answer to who asks.
func (s *Server) coadmin(w http.ResponseWriter, r *http.Request) error {
	c, err := s.openCoadmin(r)
	if err != nil {
		return err
	}
	v := grantView{Coadmin: c}
	if c.State == store.CoadminAsked {
		v.Grant.Rights = account.ReadySets()[0].Rights
	}
	return s.showGrant(w, r, v)
}

// openCoadmin is the person of the address, who is in or asks.
func (s *Server) openCoadmin(r *http.Request) (account.Coadmin, error) {
	c, err := s.Account.Coadmin(r.Context(), actorOf(r), r.PathValue("id"))
	if err == nil && c.State != store.CoadminActive && (c.State != store.CoadminAsked || c.Expired) {
		return c, fail.New(fail.NotFound, "")
	}
	return c, err
}

func (s *Server) saveCoadmin(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	c, err := s.openCoadmin(r)
	if err != nil {
		return err
	}
	v := grantView{Coadmin: c}
	if v.read(f) || len(v.Findings) > 0 {
		return s.showGrant(w, r, v)
	}
	done := flash{Kind: "ok", Title: c.Nombre + " ya puede trabajar en tu empresa", Text: "Le avisamos por correo."}
	if c.State == store.CoadminAsked {
		err = s.Account.AnswerRequest(r.Context(), actorOf(r), c.ID, v.Grant, true)
	} else {
		err = s.Account.ChangeCoadmin(r.Context(), actorOf(r), c.ID, version(f), v.Grant)
		done = flash{Kind: "ok", Title: "Permisos guardados", Text: "Valen desde ya: si " + c.Nombre + " estaba dentro, tendrá que entrar de nuevo."}
	}
	if err != nil {
		return s.grantFailed(w, r, v, err)
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/coadministracion/mia")
}

func (s *Server) revokeCoadmin(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Account.Coadmin(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Account.RevokeCoadmin(r.Context(), actorOf(r), c.ID); err != nil {
		return err
	}
	if c.State == store.CoadminInvited {
		s.flashed(w, flash{Kind: "ok", Title: "Retiraste la invitación", Text: "Su enlace ya no sirve."})
		return s.redirect(w, r, "/coadministracion/invitaciones")
	}
	s.flashed(w, flash{Kind: "ok", Title: c.Nombre + " ya no entra a tu empresa", Text: "Le avisamos por correo. Lo que hizo se queda en tu bitácora."})
	return s.redirect(w, r, "/coadministracion/mia")
}

func (s *Server) refuseRequest(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.AnswerRequest(r.Context(), actorOf(r), r.PathValue("id"), account.Grant{}, false); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Rechazaste la solicitud", Text: "Le avisamos por correo; nadie entró."})
	return s.redirect(w, r, "/coadministracion/invitaciones")
}

// An invitationsView is the tab of what waits for an answer.
type invitationsView struct {
	form
	Offers   []account.Offer   // to us
	Requests []account.Coadmin // of who wants in
	Sent     []account.Coadmin // by us
}

func (s *Server) invitations(w http.ResponseWriter, r *http.Request) error {
	return s.showInvitations(w, r, form{})
}

func (s *Server) showInvitations(w http.ResponseWriter, r *http.Request, f form) error {
	v, a := invitationsView{form: f}, actorOf(r)
	var err error
	if v.Offers, err = s.Account.Offers(r.Context(), a); err != nil {
		return err
	}
	if v.Requests, err = s.Account.CoadminRequests(r.Context(), a); err != nil {
		return err
	}
	if v.Sent, err = s.Account.CoadminInvites(r.Context(), a); err != nil {
		return err
	}
	return s.renderForm(w, r, f, page{Title: "Invitaciones"}, invitationsPage(v))
}

// askCoadmin answers alike whether there is a company of the RFC or not.
func (s *Server) askCoadmin(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.AskCoadmin(r.Context(), actorOf(r), f.Get("Rfc")); err != nil {
		if err := f.take(err, tooManyKinds(err)...); err != nil {
			return err
		}
		return s.showInvitations(w, r, f)
	}
	s.flashed(w, flash{
		Kind: "ok", Title: "Solicitud enviada",
		Text: "Si hay una empresa con el RFC " + strings.ToUpper(f.Get("Rfc")) + ", avisamos a quien la administra. Cuando te dé acceso la verás aquí y te llegará un correo.",
	})
	return s.redirect(w, r, "/coadministracion/invitaciones")
}

func tooManyKinds(err error) []fail.Kind {
	if errors.Is(err, account.ErrTooMany) {
		return []fail.Kind{fail.Denied}
	}
	return nil
}

func (s *Server) answerOffer(w http.ResponseWriter, r *http.Request) error {
	return s.answer(w, r, r.PathValue("id"), "")
}

// offer opens the link of a mail. Reading it changes nothing, for mail filters
// open links too.
func (s *Server) offer(w http.ResponseWriter, r *http.Request) error {
	o, err := s.Account.OfferOf(r.Context(), actorOf(r), r.PathValue("token"))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Invitación"}, offerPage(r.PathValue("token"), o))
}

func (s *Server) answerOfferLink(w http.ResponseWriter, r *http.Request) error {
	return s.answer(w, r, "", r.PathValue("token"))
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, id, link string) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	yes := f.Get("Respuesta") == "si"
	err = s.Account.AnswerOffer(r.Context(), actorOf(r), id, link, yes)
	if err != nil {
		return err
	}
	done := flash{Kind: "ok", Title: "No aceptaste la invitación", Text: "Avisamos a quien te invitó."}
	if yes {
		done = flash{Kind: "ok", Title: "Ya co-administras la empresa", Text: "Entra desde aquí o desde la barra de arriba, con tu usuario de siempre."}
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/coadministracion")
}
