package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/store"
)

// searchRows is how many lines a search box offers.
const searchRows = 12

// recentKeys is how many keys of its own a company sees before the others of a search.
const recentKeys = 60

func (s *Server) buscarRoutes() []route {
	return []route{
		{pattern: "GET /buscar/clientes", access: needs(store.RightSeeCustomers), handle: s.searchCustomers},
		{pattern: "GET /buscar/productos", access: needs(store.RightSeeProducts), handle: s.searchProducts},
		{pattern: "GET /buscar/comprobantes", access: needs(store.RightReceipts), handle: s.searchStamped},
		{pattern: "GET /buscar/claves", access: needs(store.RightSeeProducts), handle: s.searchKeys},
		{pattern: "GET /buscar/unidades", access: needs(store.RightSeeProducts), handle: s.searchUnits},
	}
}

// A choice is one line of a search box. Value goes into the box; Fill goes into
// the fields of those names around it (the script matches the end of a name).
type choice struct {
	Value, Code, Text, Small string
	Fill                     map[string]string
}

// fill writes Fill for the data-fill attribute.
func (c choice) fill() string {
	b, err := json.Marshal(c.Fill)
	if err != nil {
		return "{}" // a map of strings always marshals
	}
	return string(b)
}

func query(r *http.Request) string { return strings.TrimSpace(r.URL.Query().Get("q")) }

func (s *Server) searchCustomers(w http.ResponseWriter, r *http.Request) error {
	found, err := s.Directory.SearchCustomers(r.Context(), actorOf(r), query(r), searchRows)
	if err != nil {
		return err
	}
	list := make([]choice, 0, len(found))
	for _, c := range found {
		list = append(list, customerChoice(c))
	}
	return s.fragment(w, r, choices(list, "Ningún cliente coincide."))
}

// customerChoice fills the receptor of a receipt.
func customerChoice(c directory.Customer) choice {
	return choice{Value: c.Nombre, Code: c.Rfc, Text: c.Nombre, Small: "CP " + c.CodigoPostal + " · régimen " + c.RegimenFiscal, Fill: map[string]string{
		"CustomerID": c.ID, "Receptor.Rfc": c.Rfc, "Receptor.Nombre": c.Nombre, "Receptor.DomicilioFiscalReceptor": c.CodigoPostal,
		"Receptor.RegimenFiscalReceptor": c.RegimenFiscal, "Receptor.UsoCFDI": c.UsoCFDI,
	}}
}

func (s *Server) searchProducts(w http.ResponseWriter, r *http.Request) error {
	found, err := s.Directory.SearchProducts(r.Context(), actorOf(r), query(r), searchRows)
	if err != nil {
		return err
	}
	list := make([]choice, 0, len(found))
	for _, p := range found {
		list = append(list, choice{Value: p.Descripcion, Code: p.Clave, Text: p.Descripcion, Small: money(p.Precio, p.Moneda), Fill: map[string]string{
			"ProductID": p.ID, "NoIdentificacion": p.Clave, "Descripcion": p.Descripcion, "ClaveProdServ": p.ClaveProdServ,
			"ClaveUnidad": p.ClaveUnidad, "Unidad": p.Unidad, "ValorUnitario": p.Precio.String(), "ObjetoImp": p.ObjetoImp,
		}})
	}
	return s.fragment(w, r, choices(list, "Ningún producto coincide."))
}

// searchStamped offers the company's own stamped receipts, to relate another to them.
func (s *Server) searchStamped(w http.ResponseWriter, r *http.Request) error {
	found, err := s.stampedLike(r, query(r))
	if err != nil {
		return err
	}
	list := make([]choice, 0, len(found))
	for _, d := range found {
		list = append(list, choice{Value: d.FolioText(), Code: d.FolioText(), Text: d.ReceptorNombre, Small: money(d.Total, d.Moneda) + " · " + fechaSAT(d.Fecha), Fill: map[string]string{"UUID": d.UUID}})
	}
	return s.fragment(w, r, choices(list, "Ningún comprobante timbrado coincide."))
}

func (s *Server) stampedLike(r *http.Request, words string) ([]billing.Row, error) {
	page, err := s.Billing.List(r.Context(), actorOf(r), billing.Filter{State: billing.Timbrado.Label(), Q: words, Limit: searchRows})
	return page.Rows, err
}

func (s *Server) searchKeys(w http.ResponseWriter, r *http.Request) error {
	list, err := s.keyChoices(r, query(r))
	if err != nil {
		return err
	}
	return s.fragment(w, r, choices(list, "Ninguna clave coincide; prueba con otra palabra."))
}

// keyChoices offers SAT product keys for the words, those the company used of late
// before the others; none typed yet, the recent ones. Each fills in the taxes that the
// company's own product of that key bears, or else those the law lays on it.
func (s *Server) keyChoices(r *http.Request, words string) ([]choice, error) {
	recent, err := s.Directory.RecentProducts(r.Context(), actorOf(r), recentKeys)
	if err != nil {
		return nil, err
	}
	own := map[string]directory.Product{}
	var first, rest []choice
	for _, p := range recent {
		own[p.ClaveProdServ] = p
		if row, ok := s.Catalog.ClaveProdServ(p.ClaveProdServ); ok && words == "" && len(first) < searchRows {
			first = append(first, ownKey(row, p))
		}
	}
	for _, row := range s.Catalog.SearchProdServ(words, searchRows) {
		if p, ok := own[row.Clave]; ok {
			first = append(first, ownKey(row, p))
			continue
		}
		c := choice{Value: row.Clave, Code: row.Clave, Text: row.Texto}
		if u, ok := s.Catalog.Usual(row.Clave); ok {
			c.Small = usualText(u)
			if u.Always && u.IVA != catalogo.IVAGeneral {
				c.Fill = map[string]string{"IVA": u.IVA}
			}
		}
		rest = append(rest, c)
	}
	return append(first, rest...), nil
}

// ownKey is a key that the company's product p bears, with its taxes; what is withheld
// depends on the customer, and is left to who issues.
func ownKey(row catalogo.ClaveProdServ, p directory.Product) choice {
	t := taxesOf(p)
	return choice{Value: row.Clave, Code: row.Clave, Text: row.Texto, Small: "Usada hace poco · " + taxText(p), Fill: map[string]string{
		"IVA": t.IVA, "IEPS": trimmed(t.IEPS), "IEPSCuota": trimmed(t.IEPSCuota),
	}}
}

// usualText says in a few words how the law taxes a key.
func usualText(u catalogo.Usual) string {
	switch {
	case u.IVA == catalogo.IVACero && u.IEPS:
		return "Suele ir a IVA 0 % y puede causar IEPS"
	case u.IVA == catalogo.IVACero:
		return "Suele ir a IVA 0 %"
	case u.IVA == catalogo.IVAExento && u.Always:
		return "Suele ir exento de IVA"
	case u.IVA == catalogo.IVAExento:
		return "Puede ir exento de IVA"
	case u.IEPS:
		return "Puede causar IEPS"
	}
	return ""
}

func (s *Server) searchUnits(w http.ResponseWriter, r *http.Request) error {
	words := query(r)
	found := s.Catalog.SearchUnidad(words, searchRows)
	if words == "" {
		recent, err := s.Directory.RecentKeys(r.Context(), actorOf(r), searchRows)
		if err != nil {
			return err
		}
		found = nil
		for _, k := range recent.ClaveUnidad {
			if row, ok := s.Catalog.ClaveUnidad(k); ok {
				found = append(found, row)
			}
		}
	}
	return s.fragment(w, r, choices(unitChoices(found), "Ninguna unidad coincide."))
}

func unitChoices(found []catalogo.ClaveUnidad) []choice {
	list := make([]choice, 0, len(found))
	for _, u := range found {
		list = append(list, choice{Value: u.Clave, Code: u.Clave, Text: u.Texto, Small: u.Simbolo, Fill: map[string]string{"Unidad": u.Texto}})
	}
	return list
}
