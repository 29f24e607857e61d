package web

import (
	"net/http"
	"net/url"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) preciosRoutes() []route {
	see, edit := needs(store.RightSeeProducts), needs(store.RightProducts)
	return []route{
		{pattern: "GET /precios", access: see, handle: s.priceLists},
		{pattern: "GET /precios/nueva", access: edit, handle: s.priceListForm},
		{pattern: "POST /precios/nueva", access: edit, handle: s.savePriceList},
		{pattern: "GET /precios/{id}", access: see, handle: s.prices},
		{pattern: "POST /precios/{id}", access: edit, handle: s.savePrices},
		{pattern: "GET /precios/{id}/editar", access: edit, handle: s.priceListForm},
		{pattern: "POST /precios/{id}/editar", access: edit, handle: s.savePriceList},
		{pattern: "POST /precios/{id}/estado", access: edit, handle: s.priceListState},
		{pattern: "GET /precios/{id}/eliminar", access: edit, handle: s.askDeletePriceList},
		{pattern: "POST /precios/{id}/eliminar", access: edit, handle: s.deletePriceList},
	}
}

func priceListPage(title string) page { return page{Title: title, Section: "productos"} }

func (s *Server) priceLists(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Directory.PriceLists(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, priceListPage("Listas de precios"), priceListsPage(gridOf(r, priceListColumns()), list))
}

func priceListColumns() []column {
	return []column{{"nombre", "Lista", ""}, {"moneda", "Moneda", ""}, {"descuento", "Descuento", "num"}, {"precios", "Precios", "num"}, {"", "Estado", ""}}
}

// arrangePriceLists puts the lists into the state and order the address asks for.
func arrangePriceLists(v listView, list []directory.PriceList) ([]directory.PriceList, listView) {
	return arrange(v, list, func(x directory.PriceList) bool { return x.Activa }, map[string]comparison[directory.PriceList]{
		"nombre":    byText(func(x directory.PriceList) string { return x.Nombre }),
		"moneda":    byText(func(x directory.PriceList) string { return x.Moneda }),
		"descuento": func(x, y directory.PriceList) int { return x.Descuento.Cmp(y.Descuento) },
		"precios":   byNumber(func(x directory.PriceList) int { return x.Precios }),
	})
}

// A priceListView is the form of one list.
type priceListView struct {
	form
	directory.PriceList
	Monedas []option
}

// Path is where its form is sent.
func (v priceListView) Path() string {
	if v.ID == "" {
		return "/precios/nueva"
	}
	return "/precios/" + v.ID + "/editar"
}

func (s *Server) priceListForm(w http.ResponseWriter, r *http.Request) error {
	v := priceListView{PriceList: directory.PriceList{Moneda: "MXN", Activa: true}}
	if id := r.PathValue("id"); id != "" {
		var err error
		if v.PriceList, err = s.Directory.PriceList(r.Context(), actorOf(r), id); err != nil {
			return err
		}
	}
	return s.showPriceList(w, r, v)
}

func (s *Server) showPriceList(w http.ResponseWriter, r *http.Request, v priceListView) error {
	title := "Nueva lista de precios"
	if v.ID != "" {
		title = "Editar lista de precios"
	}
	v.Monedas = currencyOptions(s.Catalog)
	return s.renderForm(w, r, v.form, priceListPage(title), priceListFormPage(v, title))
}

func (s *Server) savePriceList(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := priceListView{form: f}
	put := v.put()
	v.PriceList = priceListFrom(&v.form)
	v.ID = r.PathValue("id")
	if put {
		v.Findings, v.Message = nil, ""
		return s.priceListAgainst(w, r, v)
	}
	for _, x := range v.Findings {
		v.Unread = append(v.Unread, fail.Field{Path: x.Path, Message: x.Message, Fix: x.Fix})
	}
	v.Findings, v.Message = nil, ""
	saved, err := s.Directory.SavePriceList(r.Context(), actorOf(r), v.PriceList)
	if err != nil {
		if err := v.take(err); err != nil {
			return err
		}
		return s.priceListAgainst(w, r, v)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Lista guardada: " + saved.Nombre, Text: "Asígnala a tus clientes en «Cómo le facturas»."})
	return s.redirect(w, r, "/precios/"+saved.ID)
}

// priceListAgainst draws a form that came back, beside what is stored now when somebody
// else was faster.
func (s *Server) priceListAgainst(w http.ResponseWriter, r *http.Request, v priceListView) error {
	err := v.settle(func() (url.Values, int, error) {
		now, err := s.Directory.PriceList(r.Context(), actorOf(r), v.ID)
		return priceListFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	if v.stale {
		id := v.ID
		v.PriceList = priceListFrom(&form{Values: v.Values})
		v.ID = id
	}
	return s.showPriceList(w, r, v)
}

// priceListFields are the inputs of the form of a list.
func priceListFields(x directory.PriceList) url.Values {
	return texts("Nombre", x.Nombre, "Moneda", x.Moneda, "Descuento", trimmed(x.Descuento))
}

func priceListFrom(f *form) directory.PriceList {
	return directory.PriceList{Nombre: f.Get("Nombre"), Moneda: f.Get("Moneda"), Descuento: f.decimal("Descuento", 4), Activa: true, Version: version(*f)}
}

func (s *Server) priceListState(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	active := f.Get("activo") == "si"
	if err := s.Directory.SetPriceListActive(r.Context(), actorOf(r), r.PathValue("id"), active); err != nil {
		return err
	}
	done := flash{Kind: "ok", Title: "Lista desactivada", Text: "A quien la tiene se le cobra el precio de cada producto."}
	if active {
		done = flash{Kind: "ok", Title: "Lista activada", Text: "Sus clientes vuelven a comprar con ella."}
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/precios")
}

func (s *Server) askDeletePriceList(w http.ResponseWriter, r *http.Request) error {
	x, err := s.Directory.PriceList(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := deleteView{
		Path: "/precios/" + x.ID, Back: "/precios", Noun: "lista", Name: x.Nombre, Active: x.Activa,
		UsedText:   "Hay clientes que compran con esta lista, así que no se elimina. Desactívala y se les cobra el precio de cada producto; la recuperas cuando quieras.",
		UnusedText: "Ningún cliente compra con ella. Si la eliminas se van también sus precios y no se pueden recuperar.",
	}
	if v.Used, err = s.Directory.PriceListUsed(r.Context(), actorOf(r), x.ID); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, priceListPage("Eliminar lista de precios"), deletePage(v))
}

func (s *Server) deletePriceList(w http.ResponseWriter, r *http.Request) error {
	if err := s.Directory.DeletePriceList(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Lista eliminada"})
	return s.redirect(w, r, "/precios")
}

// A pricesView is one page of the prices of a list, all in one form.
type pricesView struct {
	form
	listView
	directory.PricePage
}

// The fields of the price of a product: what is typed, and what stood there.
const (
	priceField  = "Precio."
	beforeField = "Antes."
)

// Path is where the form is sent: this very page of the list.
func (v pricesView) Path() string { return v.here }

func priceColumns() []column {
	return []column{{"descripcion", "Descripción", ""}, {"clave", "Clave", ""}, {"categoria", "Categoría", ""}, {"precio", "Precio del producto", "num"}, {"", "Precio en la lista", "num"}}
}

func (s *Server) prices(w http.ResponseWriter, r *http.Request) error {
	return s.showPrices(w, r, form{})
}

func (s *Server) showPrices(w http.ResponseWriter, r *http.Request, f form) error {
	filter, v := listOf(r, priceColumns())
	found, err := s.Directory.ListPrices(r.Context(), actorOf(r), r.PathValue("id"), filter)
	if err != nil {
		return err
	}
	if v.Categorias, err = s.Directory.Categorias(r.Context(), actorOf(r)); err != nil {
		return err
	}
	v = v.found(r, found.Total, found.Next, found.ByWord)
	view := pricesView{form: f, listView: v, PricePage: found}
	for _, p := range found.Rows { // who saves again has seen what stands there now
		if f.Values != nil {
			f.Values.Set(beforeField+p.ID, p.EnLista.String())
		}
	}
	return s.renderForm(w, r, f, priceListPage(found.List.Nombre), pricesPage(view))
}

// savePrices writes the prices of the page that were changed.
func (s *Server) savePrices(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	var changes []directory.PriceChange
	for name := range f.Values {
		id, ok := strings.CutPrefix(name, priceField)
		if !ok {
			continue
		}
		before, _ := decimal.Parse(f.Get(beforeField + id)) // what is no number was none
		changes = append(changes, directory.PriceChange{ProductID: id, Before: before, Price: f.decimal(name, 6), Path: name})
	}
	if len(f.Errors()) > 0 {
		f.Message = "No se guardó ningún precio: revisa los campos marcados."
		return s.showPrices(w, r, f)
	}
	n, err := s.Directory.SavePrices(r.Context(), actorOf(r), r.PathValue("id"), changes)
	if err != nil {
		if err := f.take(err); err != nil {
			return err
		}
		return s.showPrices(w, r, f)
	}
	done := flash{Kind: "ok", Title: "Precios guardados: " + count(n), Text: "Valen para lo que factures desde ahora."}
	if n == 0 {
		done = flash{Kind: "info", Title: "No cambiaste ningún precio"}
	}
	s.flashed(w, done)
	return s.redirect(w, r, r.URL.RequestURI())
}

// priceListOptions are the lists a customer may buy by: the active ones and the one it has.
func (s *Server) priceListOptions(r *http.Request, has string) ([]option, error) {
	a := actorOf(r)
	if !a.Holds(store.RightSeeProducts) {
		if has == "" {
			return nil, nil
		}
		return []option{{has, "La que tiene"}}, nil
	}
	list, err := s.Directory.PriceLists(r.Context(), a)
	var out []option
	for _, x := range list {
		if x.Activa || x.ID == has {
			text := x.Nombre + " · " + x.Moneda
			if !x.Activa {
				text += " · inactiva"
			}
			out = append(out, option{x.ID, text})
		}
	}
	return out, err
}

// listPriceText is what a product without a price in the list costs by it.
func listPriceText(l directory.PriceList, p directory.ListPrice) string {
	switch {
	case p.Precio.IsZero():
		return "sin precio"
	case p.Moneda != l.Moneda:
		return "su precio, en " + p.Moneda
	case l.Descuento.IsZero():
		return p.Precio.String()
	}
	left := decimal.FromInt(100).Sub(l.Descuento)
	return p.Precio.Mul(left).Quo(decimal.FromInt(100), 2).String()
}

// quoted puts the prices of the customer's list on the lines that still bear the
// products' own, and says why where it does not.
func (s *Server) quoted(r *http.Request, v url.Values, only int) (url.Values, string, error) {
	lines := typedLines(v)
	var ids []string
	for i, line := range lines {
		if line["ProductID"] != "" && (only < 0 || i == only) {
			ids = append(ids, line["ProductID"])
		}
	}
	a := actorOf(r)
	if v.Get("CustomerID") == "" || len(ids) == 0 || !a.Holds(store.RightSeeProducts) {
		return v, "", nil
	}
	products, err := s.Directory.ProductsByID(r.Context(), a, ids)
	if err != nil {
		return v, "", err
	}
	quotes, err := s.Directory.Quotes(r.Context(), a, v.Get("CustomerID"), orPesos(v.Get("Moneda")), products)
	if err != nil {
		return v, "", err
	}
	own := map[string]directory.Product{}
	for _, p := range products {
		own[p.ID] = p
	}
	note := ""
	for i, line := range lines {
		p, known := own[line["ProductID"]]
		if !known || only >= 0 && i != only || line["ValorUnitario"] != p.Precio.String() || line["Descuento"] != "" {
			continue
		}
		q := quotes[p.ID]
		line["ValorUnitario"] = q.Precio.String()
		if !q.Descuento.IsZero() {
			line["Descuento"] = trimmed(q.Descuento) + " %"
		}
		if q.Note != "" {
			note = q.Note
		}
	}
	return withLines(v, lines), note, nil
}
