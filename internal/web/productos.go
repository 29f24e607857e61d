package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// listRows is how many rows a page of customers or products shows.
const listRows = 50

func (s *Server) productosRoutes() []route {
	return []route{
		{pattern: "GET /productos", access: needs(store.RightSeeProducts), handle: s.products},
		{pattern: "GET /productos/nuevo", access: needs(store.RightProducts), handle: s.newProduct},
		{pattern: "POST /productos/nuevo", access: needs(store.RightProducts), handle: s.saveProduct},
		{pattern: "GET /productos/{id}", access: needs(store.RightSeeProducts), handle: s.product},
		{pattern: "POST /productos/{id}", access: needs(store.RightProducts), handle: s.saveProduct},
		{pattern: "GET /productos/{id}/eliminar", access: needs(store.RightProducts), handle: s.askDeleteProduct},
		{pattern: "POST /productos/{id}/eliminar", access: needs(store.RightProducts), handle: s.deleteProduct},
		{pattern: "POST /productos/{id}/estado", access: needs(store.RightProducts), handle: s.productState},
		{pattern: "GET /productos/{id}/imagen", access: needs(store.RightSeeProducts), handle: s.productImage},
		{pattern: "POST /productos/{id}/imagen", access: needs(store.RightProducts), handle: s.saveProductImage, body: uploadBody},
	}
}

// A listView is what lists of customers and products have in common.
type listView struct {
	Q          string
	Categoria  string // of products
	Categorias []string
	State      string // activos, inactivos, todos
	Sat        string // customers: what the SAT said of them, "" for all
	Sort       string // as in the address: rfc, -rfc; "" is the first column
	ByWord     bool   // a search with very many matches comes by the word found
	Total      int
	First      bool   // this is the first page
	NextLink   string // "" on the last page
	Cols       []column
	Mixed      bool                            // a short list with rows in both states
	here       string                          // the address as it was asked for
	given      bool                            // without a sort it is in the order it comes in, not in that of its first column
	link       func(name, value string) string // the address with another filter, from its first page
}

// The states a list is filtered by.
const (
	stateActive   = "activos"
	stateInactive = "inactivos"
	stateAll      = "todos"
)

// Plain reports whether nothing is filtered.
func (v listView) Plain() bool {
	return v.Q == "" && v.Categoria == "" && v.Sat == "" && v.State == stateActive
}

// StateLink is the list in another state.
func (v listView) StateLink(state string) string {
	if state == stateActive {
		state = ""
	}
	return v.link("estado", state)
}

// order is the aria-sort of a column and the sort its link asks for.
func (v listView) order(key string) (state, next string) {
	now := v.Sort
	if now == "" && !v.given {
		now = v.Cols[0].Key
	}
	switch {
	case v.ByWord:
		return "", key
	case key != "" && now == key:
		return "ascending", "-" + key
	case now == "-"+key:
		return "descending", key
	}
	return "", key
}

func (v listView) ariaSort(key string) string { state, _ := v.order(key); return state }

func (v listView) sortLink(key string) string { _, next := v.order(key); return v.link("orden", next) }

// listOf reads the filters of a list from its address; cols are its columns, those
// with a key to sort by, the first by default.
func listOf(r *http.Request, cols []column) (directory.Filter, listView) {
	q := r.URL.Query()
	v := listView{Q: strings.TrimSpace(q.Get("q")), State: q.Get("estado"), Sort: q.Get("orden"), Categoria: strings.TrimSpace(q.Get("categoria")), Cols: cols, First: q.Get("despues") == ""}
	if v.State != stateInactive && v.State != stateAll {
		v.State = stateActive
	}
	if key := strings.TrimPrefix(v.Sort, "-"); key == "" || !slices.ContainsFunc(cols, func(c column) bool { return c.Key == key }) {
		v.Sort = ""
	}
	v.here = r.URL.RequestURI()
	v.link = func(name, value string) string { return linkTo(r, name, value, "despues", "") }
	return directory.Filter{Q: v.Q, Categoria: v.Categoria, Inactive: v.State == stateInactive, All: v.State == stateAll, Sort: v.Sort, After: q.Get("despues"), Limit: listRows}, v
}

// exportQuery are the filters of the list as the end of an address.
func (v listView) exportQuery() string {
	q := ""
	if v.Q != "" {
		q += "&q=" + url.QueryEscape(v.Q)
	}
	if v.Categoria != "" {
		q += "&categoria=" + url.QueryEscape(v.Categoria)
	}
	if v.Sat != "" {
		q += "&sat=" + v.Sat
	}
	if v.State != stateActive {
		q += "&estado=" + v.State
	}
	if v.Sort != "" {
		q += "&orden=" + url.QueryEscape(v.Sort)
	}
	return q
}

// found completes the view with what the list gave.
func (v listView) found(r *http.Request, total int, next string, byWord bool) listView {
	v.Total, v.ByWord = total, byWord
	if next != "" {
		v.NextLink = linkTo(r, "despues", next)
	}
	return v
}

func productColumns() []column {
	return []column{{"descripcion", "Descripción", ""}, {"clave", "Clave", ""}, {"precio", "Precio", "num"}, {"sat", "Clave SAT", ""}, {"unidad", "Unidad", ""}, {"categoria", "Categoría", ""}, {"", "Impuestos", ""}, {"", "Estado", ""}}
}

func (s *Server) products(w http.ResponseWriter, r *http.Request) error {
	filter, v := listOf(r, productColumns())
	found, err := s.Directory.Products(r.Context(), actorOf(r), filter)
	if err != nil {
		return err
	}
	if v.Categorias, err = s.Directory.Categorias(r.Context(), actorOf(r)); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Productos", Section: "productos"}, productsPage(v.found(r, found.Total, found.Next, found.ByWord), found.Rows))
}

// A productView is the form of one product. Its taxes are five plain fields: what
// a product really has is at most one of each.
type productView struct {
	form
	directory.Product
	Keys       []choice // what the words in ClaveProdServ found, without script
	KeyText    string   // text of the key in the catalogue
	UnitText   string
	Objetos    []option
	Monedas    []option
	IVA        []option // what the company has active, and what is chosen
	RetISR     []option // per cent, as suggestions
	RetIVA     []option
	IEPS       []option
	Categorias []option
	Lotes      []directory.Lote
	AllLotes   int // how many there are, shown or not
	taxes      productTaxes
}

// carga are the fields of the Carta Porte, which a fold holds.
func (v productView) carga() bool {
	return !v.PesoEnKg.IsZero() || v.MaterialPeligroso != "" || hasErrorsIn(v.form, "PesoEnKg", "MaterialPeligroso", "CveMaterialPeligroso", "Embalaje")
}

// lotesOpen reports whether the fold of the lots is open: there are some, or one was typed.
func (v productView) lotesOpen() bool {
	return len(v.Lotes) > 0 || hasErrorsIn(v.form, "Lote.Pedimento", "Lote.Nota", "Lote.Cantidad", "Lote.Fecha")
}

// imagePath is the address of the picture of a product, another one when it changes.
func imagePath(p directory.Product) string { return "/productos/" + p.ID + "/imagen?v=" + p.Imagen }

// Path is where its form is sent.
func (v productView) Path() string {
	if v.ID == "" {
		return "/productos/nuevo"
	}
	return "/productos/" + v.ID
}

func (s *Server) newProduct(w http.ResponseWriter, r *http.Request) error {
	if from := r.URL.Query().Get("de"); from != "" { // a copy to begin with
		p, err := s.Directory.Product(r.Context(), actorOf(r), from)
		if err != nil {
			return err
		}
		p.ID, p.Clave, p.Version, p.Activo = "", "", 0, true
		return s.showProduct(w, r, productView{Product: p, taxes: taxesOf(p)})
	}
	taxes, err := s.Directory.Impuestos(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	p := directory.Product{Moneda: "MXN", ObjetoImp: "02", ClaveUnidad: "H87", Activo: true}
	p.Traslados, p.Retenciones = defaultTaxes(taxes)
	return s.showProduct(w, r, productView{Product: p, taxes: taxesOf(p)})
}

func (s *Server) product(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Directory.Product(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showProduct(w, r, productView{Product: p, taxes: taxesOf(p)})
}

func (s *Server) showProduct(w http.ResponseWriter, r *http.Request, v productView) error {
	title := "Nuevo producto"
	if v.ID != "" {
		title = "Editar producto"
	}
	v, err := s.withChoices(r, v)
	if err != nil {
		return err
	}
	return s.renderForm(w, r, v.form, page{Title: title, Section: "productos"}, productPage(v, title))
}

// withChoices adds what the selects offer and the texts of the keys.
func (s *Server) withChoices(r *http.Request, v productView) (productView, error) {
	for _, o := range s.Catalog.ObjetosImp() {
		v.Objetos = append(v.Objetos, keyed(o.Entry))
	}
	v.Monedas = currencyOptions(s.Catalog)
	taxes, err := s.Directory.Impuestos(r.Context(), actorOf(r))
	if err != nil {
		return v, err
	}
	v.IVA = ivaOptions(taxes, v.taxes.IVA)
	v.RetISR, v.RetIVA, v.IEPS = percentChoices(taxes, isr, true), percentChoices(taxes, iva, true), percentChoices(taxes, ieps, false)
	if k, ok := s.Catalog.ClaveProdServ(v.ClaveProdServ); ok {
		v.KeyText = k.Texto
	}
	if u, ok := s.Catalog.ClaveUnidad(v.ClaveUnidad); ok {
		v.UnitText = u.Texto
	}
	names, err := s.Directory.Categorias(r.Context(), actorOf(r))
	if err != nil {
		return v, err
	}
	for _, name := range names {
		v.Categorias = append(v.Categorias, option{Value: name})
	}
	if v, err = s.withLotes(r, v); err != nil {
		return v, err
	}
	odd, err := s.Directory.ReviewTaxes(actorOf(r), v.Product)
	if err != nil {
		return v, err
	}
	v.judge(odd)
	v.Findings = v.taxes.placed(v.Findings)
	return v, nil
}

// currencyOptions lists the currencies, the everyday ones first.
func currencyOptions(cat *catalogo.Catalog) []option {
	first := []string{"MXN", "USD", "EUR"}
	var head, rest []option
	for _, m := range cat.Monedas() {
		switch {
		case m.Clave == "XXX" || m.Clave == "XTS":
		case slices.Contains(first, m.Clave):
			head = append(head, keyed(m.Entry))
		default:
			rest = append(rest, keyed(m.Entry))
		}
	}
	slices.SortFunc(head, func(a, b option) int { return slices.Index(first, a.Value) - slices.Index(first, b.Value) })
	return append(head, rest...)
}

// saveProduct stores the form. The button Buscar of the key sends the same form
// without saving it: it comes back with what was found.
func (s *Server) saveProduct(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := productView{form: f}
	if chosen := f.Get("ClaveElegida"); chosen != "" {
		f.Values.Set("ClaveProdServ", chosen)
	}
	put := v.put()
	v.Product, v.taxes = productFrom(&v.form)
	v.ID = r.PathValue("id")
	if put {
		v.Findings, v.Message = nil, ""
		return s.productAgainst(w, r, v)
	}
	if verb, id, _ := strings.Cut(f.Get("accion"), ":"); v.ID != "" && slices.Contains([]string{"lote", "cerrar", "abrir", "quitar"}, verb) {
		return s.changeLotes(w, r, v, verb, id)
	}
	if f.Get("accion") == "buscar" {
		v.form = form{Values: f.Values}
		if v.Keys, err = s.keyChoices(r, v.ClaveProdServ); err != nil {
			return err
		}
		return s.showProduct(w, r, v)
	}
	for _, x := range v.Findings { // a person hears of every mistake at once
		v.Unread = append(v.Unread, fail.Field{Path: x.Path, Message: x.Message, Fix: x.Fix})
	}
	v.Findings, v.Message = nil, ""
	saved, warnings, err := s.Directory.SaveProduct(r.Context(), actorOf(r), v.Product)
	if err != nil {
		if err := v.take(err); err != nil {
			return err
		}
		v.Findings = v.taxes.placed(v.Findings)
		return s.productAgainst(w, r, v)
	}
	switch {
	case f.Get("Imagen") != "": // its own button sends it
		s.flashed(w, flash{Kind: "warn", Title: "Producto guardado, sin la imagen", Text: "Elígela otra vez y usa «Subir la imagen»."})
		return s.redirect(w, r, "/productos/"+saved.ID)
	case f.Get("Lote.Pedimento") != "":
		s.flashed(w, flash{Kind: "warn", Title: "Producto guardado, sin el lote " + f.Get("Lote.Pedimento"), Text: "Escríbelo otra vez y usa «Agregar el lote»."})
		return s.redirect(w, r, "/productos/"+saved.ID)
	}
	s.savedWith(w, "Producto guardado", saved.Descripcion, warnings)
	return s.onward(w, r, "/productos")
}

// productAgainst draws a form that came back, beside what is stored now when
// somebody else was faster.
func (s *Server) productAgainst(w http.ResponseWriter, r *http.Request, v productView) error {
	err := v.settle(func() (url.Values, int, error) {
		now, err := s.Directory.Product(r.Context(), actorOf(r), v.ID)
		return productFields(now, taxesOf(now)), now.Version, err
	})
	if err != nil {
		return err
	}
	if v.stale {
		id := v.ID
		v.Product, v.taxes = productFrom(&form{Values: v.Values})
		v.ID = id
	}
	return s.showProduct(w, r, v)
}

// productFields are the inputs of a product's form.
func productFields(p directory.Product, t productTaxes) url.Values {
	v := texts("Clave", p.Clave, "Descripcion", p.Descripcion, "ClaveProdServ", p.ClaveProdServ, "ClaveUnidad", p.ClaveUnidad, "Unidad", p.Unidad,
		"Precio", p.Precio.String(), "Moneda", p.Moneda, "ObjetoImp", p.ObjetoImp, "CuentaPredial", p.CuentaPredial, "IVA", t.IVA,
		"Categoria", p.Categoria, "PesoEnKg", p.PesoEnKg.String(), "MaterialPeligroso", p.MaterialPeligroso, "CveMaterialPeligroso", p.CveMaterialPeligroso, "Embalaje", p.Embalaje,
		"RetISR", trimmed(t.RetISR), "RetIVA", trimmed(t.RetIVA), "IEPS", trimmed(t.IEPS), "IEPSCuota", trimmed(t.IEPSCuota))
	box(v, "PrecioIncluyeImpuestos", p.PrecioIncluyeImpuestos)
	return v
}

func productFrom(f *form) (directory.Product, productTaxes) {
	p := directory.Product{
		Clave: f.Get("Clave"), Descripcion: f.Get("Descripcion"), ClaveProdServ: f.Get("ClaveProdServ"), ClaveUnidad: f.Get("ClaveUnidad"),
		Unidad: f.Get("Unidad"), Precio: f.decimal("Precio", 6), Moneda: f.Get("Moneda"), PrecioIncluyeImpuestos: f.Checked("PrecioIncluyeImpuestos"),
		ObjetoImp: f.Get("ObjetoImp"), CuentaPredial: f.Get("CuentaPredial"), Categoria: f.Get("Categoria"),
		PesoEnKg: f.decimal("PesoEnKg", 3), MaterialPeligroso: f.Get("MaterialPeligroso"), CveMaterialPeligroso: f.Get("CveMaterialPeligroso"), Embalaje: f.Get("Embalaje"), Activo: true, Version: version(*f),
	}
	t := taxesFrom(f)
	p.Traslados, p.Retenciones = t.lists()
	return p, t
}

// productState deactivates a product or brings it back.
func (s *Server) productState(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	active := f.Get("activo") == "si"
	if err := s.Directory.SetProductActive(r.Context(), actorOf(r), r.PathValue("id"), active); err != nil {
		return err
	}
	s.flashed(w, stateFlash("Producto", active))
	return s.redirect(w, r, "/productos")
}

// A deleteView asks once before what cannot be taken back.
type deleteView struct {
	Path, Back, Noun, Name string
	Used                   bool // it stands in documents: it is only deactivated
	Active                 bool
	UsedText, UnusedText   string // "" is what is said of customers and products
}

func (s *Server) askDeleteProduct(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Directory.Product(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := deleteView{Path: "/productos/" + p.ID, Back: "/productos", Noun: "producto", Name: p.Descripcion, Active: p.Activo}
	if v.Used, err = s.Directory.ProductUsed(r.Context(), actorOf(r), p.ID); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Eliminar producto", Section: "productos"}, deletePage(v))
}

func (s *Server) deleteProduct(w http.ResponseWriter, r *http.Request) error {
	if err := s.Directory.DeleteProduct(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Producto eliminado"})
	return s.redirect(w, r, "/productos")
}

func stateFlash(noun string, active bool) flash {
	if active {
		return flash{Kind: "ok", Title: noun + " activado", Text: "Ya aparece otra vez al facturar."}
	}
	return flash{Kind: "ok", Title: noun + " desactivado", Text: "Ya no aparece al facturar; lo encuentras en «Inactivos»."}
}

// decimal reads an amount with at most places decimals; empty is absent.
func (f *form) decimal(name string, places int) decimal.Decimal {
	text := strings.TrimSpace(strings.TrimPrefix(f.Get(name), "$"))
	if text == "" {
		return decimal.Decimal{}
	}
	d, err := decimal.Parse(text)
	switch {
	case err != nil && strings.Contains(text, ","):
		f.refuse(name, "Escribe el número sin comas y con punto para los centavos: 1234.50")
	case err != nil:
		f.refuse(name, "Esto no es un número. Usa sólo dígitos y un punto: 1234.50")
	case d.Scale() > places:
		f.refuse(name, "Tiene demasiados decimales; el SAT acepta hasta "+whole(places)+" aquí.")
	case d.Sign() < 0:
		f.refuse(name, "No puede ser negativo.")
	}
	if err != nil {
		return decimal.Decimal{}
	}
	return d
}
