package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) sucursalesRoutes() []route {
	return []route{
		{pattern: "GET /sucursales", access: needs(store.RightSeeConfig), handle: s.branches},
		{pattern: "GET /sucursales/nueva", access: needs(store.RightConfigure), handle: s.newBranch},
		{pattern: "POST /sucursales/nueva", access: needs(store.RightConfigure), handle: s.saveBranch},
		{pattern: "GET /sucursales/{id}", access: needs(store.RightSeeConfig), handle: s.branch},
		{pattern: "POST /sucursales/{id}/eliminar", access: needs(store.RightConfigure), handle: s.deleteBranch},
		{pattern: "GET /codigo-postal", access: needs(store.RightSeeConfig), handle: s.postalCode},
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
	Estados      []option
	Place        placeView // of the postal code as it stands
	Use          store.BranchUse
	Series       []account.Serie
	Certificates []account.Certificate
}

// Deletable reports whether nothing keeps the branch from being taken away.
func (v branchView) Deletable() bool { return !v.Use.Documents && !v.Use.Skips && !v.Use.Certificates }

// A placeView is what is said of a postal code beside its field.
type placeView struct {
	account.Place
	Typed string
	Known bool
}

func (s *Server) place(cp string) placeView {
	cp = strings.TrimSpace(cp)
	place, ok := s.Account.Place(cp)
	return placeView{Place: place, Typed: cp, Known: ok}
}

// Text says where a postal code lies.
func (v placeView) Text() string {
	if !v.Known {
		return ""
	}
	text := v.Estado + " · " + v.Zona
	if v.Municipio != "" {
		text = v.Municipio + ", " + text
	}
	switch v.Frontera {
	case account.BorderYes:
		text += " · región fronteriza"
	case account.BorderUnknown:
		text += " · si es región fronteriza lo decide el certificador"
	}
	return text
}

// postalCode is the fragment beside a postal code while it is typed: ?cp=, or the
// field of the form it was asked from.
func (s *Server) postalCode(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	cp := q.Get("CodigoPostal")
	if cp == "" {
		cp = q.Get("cp")
	}
	return s.fragment(w, r, placeUpdate(s.place(cp)))
}

// listed ties a field of an address to what its postal code offers.
func listed(id string) templ.Attributes { return templ.Attributes{"list": id} }

// offState is the state of the postal code when the address says another.
func offState(place placeView, estado string) string {
	if place.Known && estado != "" && estado != place.Estado {
		return place.Estado
	}
	return ""
}

// mendState takes the state of the postal code when its button was pressed.
func (s *Server) mendState(f form, estado *string) {
	if place := s.place(f.Get("CodigoPostal")); place.Known && f.Get("Enmienda") == "estado" {
		*estado = place.Estado
	}
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
	return s.render(w, r, http.StatusOK, branchesPageOf("Sucursales"), branchesPage(gridOf(r, branchColumns()), list))
}

func branchColumns() []column {
	return []column{{"nombre", "Nombre", ""}, {"clave", "Clave", ""}, {"cp", "Código postal", ""}, {"horario", "Horario", ""}, {"responsable", "Responsable", ""}, {"", "Estado", ""}}
}

func arrangeBranches(v listView, list []account.Branch) ([]account.Branch, listView) {
	return arrange(v, list, func(x account.Branch) bool { return x.Activa }, map[string]comparison[account.Branch]{
		"nombre":      byText(func(x account.Branch) string { return x.Nombre }),
		"clave":       byText(func(x account.Branch) string { return x.Clave }),
		"cp":          byText(func(x account.Branch) string { return x.CodigoPostal }),
		"horario":     byText(func(x account.Branch) string { return x.Zona }),
		"responsable": byText(func(x account.Branch) string { return x.Responsable }),
	})
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
	v.Estados, v.Place = stateOptions(s.Catalog), s.place(v.CodigoPostal)
	if v.ID != "" {
		title = "Editar sucursal"
		if err := s.addBranchHas(r, &v); err != nil {
			return err
		}
	}
	return s.renderForm(w, r, v.form, branchesPageOf(title), branchPage(v, title))
}

// addBranchHas adds what the branch has of its own.
func (s *Server) addBranchHas(r *http.Request, v *branchView) error {
	ctx, a := r.Context(), actorOf(r)
	var err error
	if v.Use, err = s.Account.BranchUse(ctx, a, v.ID); err != nil {
		return err
	}
	series, err := s.Account.SeriesList(ctx, a)
	if err != nil {
		return err
	}
	certificates, err := s.Account.Certificates(ctx, a)
	if err != nil {
		return err
	}
	v.Series = slices.DeleteFunc(series, func(x account.Serie) bool { return x.Sucursal != v.ID })
	v.Certificates = slices.DeleteFunc(certificates, func(x account.Certificate) bool { return x.Sucursal != v.ID })
	return nil
}

func (s *Server) deleteBranch(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Account.DeleteBranch(r.Context(), actorOf(r), r.PathValue("id"), version(f)); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Sucursal eliminada", Text: "No tenía comprobantes. Sus series, sin usar, se fueron con ella."})
	return s.redirect(w, r, "/sucursales")
}

func (s *Server) saveBranch(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if !f.put() {
		in := branchFrom(f, id)
		s.mendState(f, &in.Estado)
		_, err := s.Account.SaveBranch(r.Context(), actorOf(r), in)
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
		Calle: f.Get("Calle"), NoExterior: f.Get("NoExterior"), NoInterior: f.Get("NoInterior"), Colonia: f.Get("Colonia"), Localidad: f.Get("Localidad"),
		Referencia: f.Get("Referencia"), Municipio: f.Get("Municipio"), Estado: f.Get("Estado"), Frontera: f.Checked("Frontera"),
	}
}

// branchFields are the inputs of a branch's form.
func branchFields(b account.Branch) url.Values {
	v := texts("Nombre", b.Nombre, "Clave", b.Clave, "CodigoPostal", b.CodigoPostal, "Telefono", b.Telefono, "Correo", b.Correo, "Responsable", b.Responsable,
		"Calle", b.Calle, "NoExterior", b.NoExterior, "NoInterior", b.NoInterior, "Colonia", b.Colonia, "Localidad", b.Localidad,
		"Referencia", b.Referencia, "Municipio", b.Municipio, "Estado", b.Estado)
	box(v, "Activa", b.Activa)
	box(v, "Frontera", b.Frontera)
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
