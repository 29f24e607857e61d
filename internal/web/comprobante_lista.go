package web

import (
	"net/http"
	"slices"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
)

// A listPage is the list of documents with its filters.
type listPage struct {
	billing.Page
	Filter billing.Filter
	Series []account.Serie
	Bar    pager
	sort   func(key string) string // address with another order
	drop   func(name string) string
	view   func(state string) string
	Plain  bool // nothing is filtered
}

const documentRows = 25

func (s *Server) listDocuments(w http.ResponseWriter, r *http.Request) error {
	ctx, a, q := r.Context(), actorOf(r), r.URL.Query()
	f := billing.Filter{
		State: q.Get("estado"), Tipo: q.Get("tipo"), Q: query(r), From: q.Get("desde"), To: q.Get("hasta"),
		Serie: q.Get("serie"), Moneda: q.Get("moneda"), Sort: q.Get("orden"), Page: pageOf(r), Limit: documentRows,
	}
	found, err := s.Billing.List(ctx, a, f)
	if err != nil {
		return err
	}
	series, err := s.Account.SeriesList(ctx, a)
	if err != nil {
		return err
	}
	if found.Total > 0 { // the last step of the wizard: the list was opened with something in it
		if err := s.Account.Consulted(ctx, a); err != nil {
			return err
		}
	}
	p := listPage{
		Page: found, Filter: f, Series: series,
		Bar:   pager{Page: found.Page, Limit: found.Limit, Total: found.Total, Link: func(n int) string { return linkTo(r, "pagina", whole(n)) }},
		sort:  func(key string) string { return linkTo(r, "orden", key, "pagina", "") },
		drop:  func(name string) string { return linkTo(r, name, "", "pagina", "") },
		view:  func(state string) string { return linkTo(r, "estado", state, "pagina", "") },
		Plain: f.State == "" && f.Tipo == "" && f.Q == "" && f.From == "" && f.To == "" && f.Serie == "" && f.Moneda == "",
	}
	return s.render(w, r, http.StatusOK, page{Title: "Comprobantes", Section: "comprobantes"}, listBody(p))
}

// views are the tabs of the list: the states people ask for.
var views = []option{
	{"", "Todos"}, {"timbrado", "Timbrados"}, {"borrador", "Borradores"}, {"rechazado", "Rechazados"}, {"sin-respuesta", "Sin respuesta"}, {billing.Waits, "En espera de créditos"},
}

// views leaves out what waits for credits where nothing does.
func (p listPage) views() []option {
	if p.Queue > 0 || p.Filter.State == billing.Waits {
		return views
	}
	return slices.DeleteFunc(slices.Clone(views), func(o option) bool { return o.Value == billing.Waits })
}

// A chip is one filter in force and the way to take it off.
type chip struct{ Name, Label, Value string }

func (p listPage) chips() []chip {
	var out []chip
	for _, c := range []chip{
		{"q", "Buscar", p.Filter.Q},
		{"tipo", "Tipo", typeName(p.Filter.Tipo)},
		{"desde", "Desde", fechaSAT(p.Filter.From)},
		{"hasta", "Hasta", fechaSAT(p.Filter.To)},
		{"serie", "Serie", p.Filter.Serie},
		{"moneda", "Moneda", p.Filter.Moneda},
	} {
		if c.Value != "" {
			out = append(out, c)
		}
	}
	return out
}

// A column is one heading one can sort by.
type column struct{ Key, Text, Class string }

var columns = []column{{"folio", "Folio", ""}, {"total", "Total", "num"}, {"receptor", "Cliente", ""}, {"fecha", "Fecha", ""}}

// order is the aria-sort of a column and the sort its link asks for.
func (p listPage) order(key string) (state, next string) {
	now := p.Filter.Sort
	if now == "" {
		now = "-fecha"
	}
	switch now {
	case key:
		return "ascending", "-" + key
	case "-" + key:
		return "descending", key
	}
	if key == "receptor" {
		return "", key
	}
	return "", "-" + key
}

func (p listPage) ariaSort(key string) string { state, _ := p.order(key); return state }

func (p listPage) sortLink(key string) string { _, next := p.order(key); return p.sort(next) }

// sumName says what the sums add: without a state, what is stamped alone.
func (p listPage) sumName() string {
	if p.Filter.State == "" {
		return "Timbrado"
	}
	return "Suma"
}

// sums are those that have an amount; a currency of nothing but drafts adds nothing.
func (p listPage) sums() []billing.Sum {
	return slices.DeleteFunc(slices.Clone(p.Sums), func(s billing.Sum) bool { return s.Total.Sign() == 0 })
}

// rowFecha is the day of a row; a draft has none yet.
func rowFecha(r billing.Row) string {
	if r.Folio == 0 || r.Fecha == "" {
		return "—"
	}
	return fechaSAT(r.Fecha)
}

// rowName is what the first column says: the folio, or what it is before it has one.
func rowName(r billing.Row) string {
	if r.Folio == 0 {
		return "Borrador"
	}
	return r.FolioText()
}

func rowKind(r billing.Row) string {
	if r.Tipo == "E" {
		return "Nota de crédito"
	}
	return "Factura"
}

// rowCustomer is who a row is for, or says that nobody was chosen.
func rowCustomer(r billing.Row) string {
	if r.ReceptorNombre == "" {
		return "Sin cliente todavía"
	}
	return r.ReceptorNombre
}
