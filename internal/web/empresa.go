package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) empresaRoutes() []route {
	return []route{
		{pattern: "GET /empresa", access: needs(store.RightSeeConfig), handle: s.companyForm},
		{pattern: "POST /empresa", access: needs(store.RightConfigure), handle: s.saveCompany},
	}
}

// A companyView is the page Empresa: what is stored or typed, and the lists.
type companyView struct {
	form
	account.Company
	Regimenes []option // those of this kind of person
	Estados   []option
	Stored    account.Company // when the form holds what a Constancia says over it
	Place     placeView       // of the fiscal postal code
}

// drawn is the company as it is stored, from which the form was drawn.
func (v companyView) drawn() account.Company {
	if v.Stored.Rfc != "" {
		return v.Stored
	}
	return v.Company
}

func (s *Server) companyForm(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Account.Company(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.showCompany(w, r, form{}, c)
}

func (s *Server) showCompany(w http.ResponseWriter, r *http.Request, f form, c account.Company) error {
	return s.renderForm(w, r, f, page{Title: "Datos de la empresa", Section: "configuracion", Tab: "empresa"}, companyPage(s.companyView(f, c)))
}

func (s *Server) companyView(f form, c account.Company) companyView {
	return companyView{form: f, Company: c, Regimenes: regimeOptions(s.Catalog, c.Moral(), !c.Moral()), Estados: stateOptions(s.Catalog), Place: s.place(c.CodigoPostal)}
}

// saveCompany stores the page. The RFC is the stored one, whatever was sent.
func (s *Server) saveCompany(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	stored, err := s.Account.Company(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	if !f.put() {
		typed := companyFrom(f, stored.Rfc)
		s.mendState(f, &typed.Estado)
		_, warnings, err := s.Account.SaveCompany(r.Context(), actorOf(r), typed)
		if err == nil {
			s.savedWith(w, "Guardamos los datos de tu empresa", "Se usarán en los próximos comprobantes; los que ya hiciste no cambian.", warnings)
			return s.onward(w, r, "/empresa")
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Account.Company(r.Context(), actorOf(r))
		return companyFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	return s.showCompany(w, r, f, companyFrom(f, stored.Rfc))
}

// companyFields are the inputs of the page Empresa.
func companyFields(c account.Company) url.Values {
	v := texts("Nombre", c.Nombre, "NombreComercial", c.NombreComercial, "RegimenDefault", c.RegimenDefault, "CodigoPostal", c.CodigoPostal,
		"Calle", c.Calle, "NoExterior", c.NoExterior, "NoInterior", c.NoInterior, "Colonia", c.Colonia, "Localidad", c.Localidad,
		"Referencia", c.Referencia, "Municipio", c.Municipio, "Estado", c.Estado, "Curp", c.Curp, "Contacto", c.Contacto,
		"Telefono", c.Telefono, "Correo", c.Correo, "Web", c.Web, "LugarExpedicion", c.LugarExpedicion)
	v["Regimenes"] = c.Regimenes
	box(v, "Frontera", c.Frontera)
	return v
}

func companyFrom(f form, rfc string) account.Company {
	regimes := slices.Clone(f.Values["Regimenes"])
	if def := f.Get("RegimenDefault"); def != "" && !slices.Contains(regimes, def) {
		regimes = append(regimes, def)
	}
	return account.Company{
		Rfc: rfc, Nombre: f.Get("Nombre"), NombreComercial: f.Get("NombreComercial"),
		Regimenes: regimes, RegimenDefault: f.Get("RegimenDefault"), CodigoPostal: f.Get("CodigoPostal"),
		Calle: f.Get("Calle"), NoExterior: f.Get("NoExterior"), NoInterior: f.Get("NoInterior"), Colonia: f.Get("Colonia"),
		Localidad: f.Get("Localidad"), Referencia: f.Get("Referencia"), Municipio: f.Get("Municipio"), Estado: f.Get("Estado"), Pais: f.Get("Pais"),
		Curp: f.Get("Curp"), Contacto: f.Get("Contacto"), Telefono: f.Get("Telefono"), Correo: f.Get("Correo"), Web: f.Get("Web"),
		LugarExpedicion: f.Get("LugarExpedicion"), Frontera: f.Checked("Frontera"), Version: version(f),
	}
}

// version is the one that was read when the form was drawn.
func version(f form) int {
	n, err := strconv.Atoi(f.Get("Version"))
	if err != nil {
		return 0 // an older one than any stored: the service says so
	}
	return n
}

// savedWith leaves the message of a save, with what the service changed or found
// odd on the way.
func (s *Server) savedWith(w http.ResponseWriter, title, text string, warnings []cfdi.Finding) {
	f := flash{Kind: "ok", Title: title, Text: text}
	if len(warnings) > 0 {
		var said []string
		for _, x := range warnings {
			said = append(said, strings.TrimSpace(x.Message+" "+x.Fix))
		}
		f.Kind, f.Text = "warn", strings.Join(said, "\n")
	}
	s.flashed(w, f)
}

// keyed writes a row of a catalogue as lists show it: "601 · General de Ley".
func keyed(e catalogo.Entry) option { return option{e.Clave, e.Clave + " · " + e.Texto} }

// regimeOptions lists the regimes of físicas, of morales, or of both.
func regimeOptions(cat *catalogo.Catalog, moral, fisica bool) []option {
	var list []option
	for _, row := range cat.RegimenesFiscales() {
		if (moral && row.Moral || fisica && row.Fisica) && row.Hasta == "" {
			list = append(list, keyed(row.Entry))
		}
	}
	return list
}

func stateOptions(cat *catalogo.Catalog) []option {
	var list []option
	for _, row := range cat.Estados() {
		list = append(list, option{row.Texto, row.Texto}) // the company keeps the name, as the PDF prints it
	}
	return list
}
