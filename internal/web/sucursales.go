package web

import (
	"net/http"
	"net/url"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) sucursalesRoutes() []route {
	return []route{
		{pattern: "GET /sucursales", access: needs(store.RightSeeConfig), handle: s.branches},
		{pattern: "GET /sucursales/nueva", access: needs(store.RightConfigure), handle: s.newBranch},
		{pattern: "POST /sucursales/nueva", access: needs(store.RightConfigure), handle: s.saveBranch},
		{pattern: "GET /sucursales/{id}", access: needs(store.RightSeeConfig), handle: s.branch},
		{pattern: "POST /sucursales/{id}", access: needs(store.RightConfigure), handle: s.saveBranch},
	}
}

func branchesPageOf(title string) page {
	return page{Title: title, Section: "configuracion", Tab: "sucursales"}
}

// A branchView is the form of one branch.
type branchView struct {
	form
	account.Branch
}

// Path is where its form is sent.
func (v branchView) Path() string {
	if v.ID == "" {
		return "/sucursales/nueva"
	}
	return "/sucursales/" + v.ID
}

func (s *Server) branches(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Account.Branches(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, branchesPageOf("Sucursales"), branchesPage(list))
}

func (s *Server) newBranch(w http.ResponseWriter, r *http.Request) error {
	return s.showBranch(w, r, branchView{Branch: account.Branch{Activa: true}})
}

func (s *Server) branch(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Account.Branch(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showBranch(w, r, branchView{Branch: one})
}

func (s *Server) showBranch(w http.ResponseWriter, r *http.Request, v branchView) error {
	title := "Nueva sucursal"
	if v.ID != "" {
		title = "Editar sucursal"
	}
	return s.renderForm(w, r, v.form, branchesPageOf(title), branchPage(v, title))
}

func (s *Server) saveBranch(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if !f.put() {
		_, err := s.Account.SaveBranch(r.Context(), actorOf(r), branchFrom(f, id))
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Sucursal guardada", Text: "Dale una serie en Series y folios para facturar desde ella."})
			return s.redirect(w, r, "/sucursales")
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Account.Branch(r.Context(), actorOf(r), id)
		return branchFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	return s.showBranch(w, r, branchView{form: f, Branch: branchFrom(f, id)})
}

func branchFrom(f form, id string) account.Branch {
	return account.Branch{
		ID: id, Nombre: f.Get("Nombre"), Clave: f.Get("Clave"), CodigoPostal: f.Get("CodigoPostal"), Telefono: f.Get("Telefono"),
		Correo: f.Get("Correo"), Responsable: f.Get("Responsable"), Activa: f.Checked("Activa"), Version: version(f),
	}
}

// branchFields are the inputs of a branch's form.
func branchFields(b account.Branch) url.Values {
	v := texts("Nombre", b.Nombre, "Clave", b.Clave, "CodigoPostal", b.CodigoPostal, "Telefono", b.Telefono, "Correo", b.Correo, "Responsable", b.Responsable)
	box(v, "Activa", b.Activa)
	return v
}

// branchOptions are the branches as lines of a select; one that is off only when it
// is chosen already.
func branchOptions(list []account.Branch, chosen string) []option {
	var out []option
	for _, b := range list {
		if b.Activa || b.ID == chosen {
			out = append(out, option{b.ID, b.Nombre + " · CP " + b.CodigoPostal})
		}
	}
	return out
}
