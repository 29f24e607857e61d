package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) seguridadRoutes() []route {
	return []route{
		{pattern: "GET /seguridad", access: needs(store.RightSeeConfig), handle: s.policy},
		{pattern: "POST /seguridad", access: needs(store.RightConfigure), handle: s.savePolicy, fresh: true},
	}
}

// A policyView is the form of the rules of coming in.
type policyView struct {
	form
	account.Policy
}

func (s *Server) policy(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Account.Policy(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.showPolicy(w, r, policyView{Policy: p})
}

func (s *Server) showPolicy(w http.ResponseWriter, r *http.Request, v policyView) error {
	return s.renderForm(w, r, v.form, page{Title: "Seguridad", Section: "configuracion", Tab: "seguridad"}, policyPage(v))
}

// savePolicy stores the rules; the button Recomendada fills them in without saving.
func (s *Server) savePolicy(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := policyView{form: f}
	v.Policy = account.Policy{
		PasswordDays: f.number("PasswordDays"), PasswordLength: f.number("PasswordLength"), IdleDays: f.number("IdleDays"),
		SessionMinutes: f.number("SessionMinutes"), SessionHours: f.number("SessionHours"), GraceDays: f.number("GraceDays"),
		SecondFactor: f.Get("SecondFactor"), CSDSignin: f.Checked("CSDSignin"), CSDUpload: f.Checked("CSDUpload"), Color: f.Get("Color"), Version: version(f),
	}
	if f.Get("accion") == "recomendada" {
		return s.showPolicy(w, r, policyView{Policy: account.RecommendedPolicy(v.Policy)})
	}
	if _, err := s.Account.SavePolicy(r.Context(), actorOf(r), v.Policy); err != nil {
		if stepUp(err) {
			return err
		}
		if stale(err) {
			now, err := s.Account.Policy(r.Context(), actorOf(r))
			if err != nil {
				return err
			}
			v.Version = now.Version
			if err := v.compare(r.Context(), func(f form) templ.Component { return policyPage(policyView{form: f, Policy: now}) }); err != nil {
				return err
			}
		}
		if err := v.take(err); err != nil {
			return err
		}
		return s.showPolicy(w, r, v)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Guardamos las reglas de acceso", Text: "Valen desde la próxima vez que alguien entre."})
	return s.redirect(w, r, "/seguridad")
}

// colorName is what a colour of [account.Colors] is called on screen.
func colorName(color string) string {
	names := map[string]string{
		"anil": "Añil", "nopal": "Nopal", "cochinilla": "Cochinilla", "barro": "Barro", "jacaranda": "Jacaranda", "turquesa": "Turquesa", "mole": "Mole", "grafito": "Grafito",
	}
	return names[color]
}

// number reads a whole number; what is none is below every limit, and the service
// says so beside the field.
func (f form) number(name string) int {
	n, err := strconv.Atoi(f.Get(name))
	if err != nil {
		return -1
	}
	return n
}
