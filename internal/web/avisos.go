package web

import (
	"net/http"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

func (s *Server) avisosRoutes() []route {
	return []route{
		{pattern: "GET /avisos", access: member(), handle: s.notices},
		{pattern: "POST /avisos/leidos", access: member(), handle: s.readNotices},
		{pattern: "POST /avisos/{id}", access: member(), handle: s.openNotice},
		{pattern: "GET /notificaciones", access: member(), handle: s.tastes},
		{pattern: "POST /notificaciones", access: member(), handle: s.saveTastes, anywhere: true},
	}
}

// A noticesView is the page Avisos.
type noticesView struct {
	account.NoticePage
	Page int
}

func (s *Server) notices(w http.ResponseWriter, r *http.Request) error {
	n := pageOf(r)
	list, err := s.Account.Notices(r.Context(), actorOf(r), n)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Avisos"}, noticesPage(noticesView{list, n}))
}

func (s *Server) readNotices(w http.ResponseWriter, r *http.Request) error {
	if err := s.Account.ReadNotices(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.redirect(w, r, "/avisos")
}

func (s *Server) openNotice(w http.ResponseWriter, r *http.Request) error {
	link, err := s.Account.OpenNotice(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if link == "" {
		link = "/avisos"
	}
	return s.redirect(w, r, localPath(link))
}

// A tastesView is the page Notificaciones.
type tastesView struct {
	form
	account.Tastes
}

func (s *Server) tastes(w http.ResponseWriter, r *http.Request) error {
	return s.showTastes(w, r, form{})
}

func (s *Server) showTastes(w http.ResponseWriter, r *http.Request, f form) error {
	t, err := s.Account.Tastes(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	p := page{Title: "Notificaciones"}
	if actorOf(r).Holds(store.RightSeeConfig) {
		p.Section, p.Tab = "configuracion", "notificaciones"
	}
	return s.renderForm(w, r, f, p, tastesPage(tastesView{f, t}))
}

func (s *Server) saveTastes(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	chosen := map[notice.Kind]notice.Taste{}
	for _, k := range notice.Kinds() {
		if t := f.Get(string(k.Kind)); t != "" {
			chosen[k.Kind] = notice.Taste(t)
		}
	}
	if err := s.Account.SaveTastes(r.Context(), actorOf(r), version(f), chosen); err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showTastes(w, r, f)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Guardamos qué te avisamos"})
	return s.redirect(w, r, "/notificaciones")
}

// tasteOptions are the ways to take a kind of notice, as lines of a select.
func tasteOptions(r notice.Rule) []option {
	words := map[notice.Taste]string{
		notice.Mail: "Por correo, al momento", notice.Digest: "En el resumen diario", notice.Bell: "Sólo en la campana", notice.None: "No avisarme",
	}
	var list []option
	for _, t := range r.Tastes() {
		list = append(list, option{string(t), words[t]})
	}
	return list
}

// noticeKind is the colour of a kind of notice, and noticeDrawn its drawing.
func noticeKind(k notice.Kind) string {
	switch k {
	case notice.CertificateEnds, notice.Silent, notice.Device, notice.Access, notice.CreditsLow, notice.Stuck:
		return "warn"
	case notice.CertificateEnded, notice.Rejected, notice.Expired:
		return "bad"
	}
	return "info"
}

func noticeDrawn(k notice.Kind) string {
	switch k {
	case notice.CertificateEnds, notice.CertificateEnded:
		return "sello"
	case notice.Rejected, notice.Silent, notice.Expired:
		return "factura"
	case notice.Device:
		return "candado"
	case notice.Access:
		return "clientes"
	case notice.Support:
		return "soporte"
	}
	return "campana"
}
