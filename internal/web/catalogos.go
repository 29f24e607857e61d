package web

import (
	"net/http"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/store"
)

func (s *Server) catalogosRoutes() []route {
	return []route{
		{pattern: "GET /catalogos", access: needs(store.RightSeeConfig), handle: s.catalogs},
		{pattern: "POST /catalogos/productos", access: needs(store.RightProducts), handle: s.mendKey},
		{pattern: "POST /catalogos/clientes", access: needs(store.RightCustomers), handle: s.mendKey},
	}
}

// A catalogsView is the page of what the SAT's catalogues left behind.
type catalogsView struct {
	form
	Stale     []directory.StaleKey
	Large     []catalogo.Status
	Regimenes []option
	Usos      []option
	Objetos   []option
}

// Options are the keys one may choose in place of a stale one; none where it is typed
// or searched.
func (v catalogsView) Options(campo string) []option {
	switch campo {
	case "RegimenFiscal":
		return v.Regimenes
	case "UsoCFDI":
		return v.Usos
	case "ObjetoImp":
		return v.Objetos
	}
	return nil
}

// Here reports whether what was sent concerns this line, so that it says what is wrong.
func (v catalogsView) Here(k directory.StaleKey) bool {
	return v.Get("Campo") == k.Campo && v.Get("Clave") == k.Clave
}

func (s *Server) catalogs(w http.ResponseWriter, r *http.Request) error {
	return s.showCatalogs(w, r, form{})
}

func (s *Server) showCatalogs(w http.ResponseWriter, r *http.Request, f form) error {
	v := catalogsView{form: f, Large: s.Catalog.Status(), Regimenes: regimeOptions(s.Catalog, true, true), Usos: usoOptions(s.Catalog)}
	if a := actorOf(r); a.Holds(store.RightSeeProducts) || a.Holds(store.RightSeeCustomers) {
		var err error
		if v.Stale, err = s.Directory.StaleKeys(r.Context(), a); err != nil {
			return err
		}
	}
	for _, o := range s.Catalog.ObjetosImp() {
		if o.Hasta == "" {
			v.Objetos = append(v.Objetos, keyed(o.Entry))
		}
	}
	return s.renderForm(w, r, v.form, page{Title: "Catálogos", Section: "configuracion", Tab: "catalogos"}, catalogsPage(v))
}

func (s *Server) mendKey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	m, err := s.Directory.MendKey(r.Context(), actorOf(r), f.Get("Campo"), f.Get("Clave"), firstWord(f.Get("Nueva")))
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showCatalogs(w, r, f)
	}
	said := flash{Kind: "ok", Title: "Cambiamos " + count(m.Done), Text: "De la clave " + f.Get("Clave") + " a " + firstWord(f.Get("Nueva")) + ". Quedó en la bitácora."}
	if m.Left > 0 {
		said.Kind = "warn"
		said.Text += "\n" + count(m.Left) + " quedaron como estaban:\n" + strings.Join(m.Failed, "\n")
	}
	s.flashed(w, said)
	return s.redirect(w, r, "/catalogos")
}

// catalogName is a catalogue as people call it.
func catalogName(campo string) string {
	switch campo {
	case "ClaveProdServ":
		return "Clave del SAT"
	case "ClaveUnidad":
		return "Clave de unidad"
	case "ObjetoImp":
		return "Objeto de impuesto"
	case "RegimenFiscal":
		return "Régimen fiscal"
	case "UsoCFDI":
		return "Uso del CFDI"
	case "CodigoPostal":
		return "Código postal"
	case "NumPedimentoAduana":
		return "Pedimentos"
	case "Colonia":
		return "Colonias"
	case "Municipio":
		return "Municipios"
	case "Localidad":
		return "Localidades"
	case "PatenteAduanal":
		return "Patentes aduanales"
	case "ClaveProdServCP":
		return "Carta Porte: bienes transportados"
	case "ClaveUnidadPeso":
		return "Carta Porte: unidades de peso"
	case "MaterialPeligroso":
		return "Carta Porte: materiales peligrosos"
	case "Estaciones":
		return "Carta Porte: puertos, aeropuertos y estaciones"
	case "CodigoTransporteAereo":
		return "Carta Porte: aerolíneas"
	case "DerechosDePaso":
		return "Carta Porte: derechos de paso"
	case "NumAutorizacionNaviero":
		return "Carta Porte: autorizaciones navieras"
	case "FraccionArancelaria":
		return "Comercio exterior: fracciones arancelarias"
	}
	return campo
}
