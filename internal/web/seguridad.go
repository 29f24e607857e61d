package web

import (
	"net/http"
	"net/url"
	"strconv"

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
	if f.Get("accion") == "recomendada" {
		return s.showPolicy(w, r, policyView{Policy: account.RecommendedPolicy(policyFrom(f))})
	}
	if !f.put() {
		_, err := s.Account.SavePolicy(r.Context(), actorOf(r), policyFrom(f))
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Guardamos las reglas de acceso", Text: "Valen desde la próxima vez que alguien entre."})
			return s.redirect(w, r, "/seguridad")
		}
		if stepUp(err) {
			return err
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Account.Policy(r.Context(), actorOf(r))
		return policyFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	return s.showPolicy(w, r, policyView{form: f, Policy: policyFrom(f)})
}

func policyFrom(f form) account.Policy {
	return account.Policy{
		PasswordDays: f.number("PasswordDays"), PasswordLength: f.number("PasswordLength"), IdleDays: f.number("IdleDays"),
		SessionMinutes: f.number("SessionMinutes"), SessionHours: f.number("SessionHours"), GraceDays: f.number("GraceDays"),
		SecondFactor: f.Get("SecondFactor"), CSDSignin: f.Checked("CSDSignin"), CSDUpload: f.Checked("CSDUpload"), Color: f.Get("Color"), Version: version(f),
	}
}

// policyFields are the inputs of the form of the rules.
func policyFields(p account.Policy) url.Values {
	v := texts("PasswordDays", whole(p.PasswordDays), "PasswordLength", whole(p.PasswordLength), "IdleDays", whole(p.IdleDays),
		"SessionMinutes", whole(p.SessionMinutes), "SessionHours", whole(p.SessionHours), "GraceDays", whole(p.GraceDays),
		"SecondFactor", p.SecondFactor, "Color", p.Color)
	box(v, "CSDSignin", p.CSDSignin)
	box(v, "CSDUpload", p.CSDUpload)
	return v
}

func colorOptions() []option {
	var list []option
	for _, c := range account.Colors() {
		list = append(list, option{c, colorName(c)})
	}
	return list
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
