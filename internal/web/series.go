package web

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/store"
)

func (s *Server) seriesRoutes() []route {
	return []route{
		{pattern: "GET /series", access: needs(store.RightSeeConfig), handle: s.series},
		{pattern: "GET /series/nueva", access: needs(store.RightConfigure), handle: s.newSerie},
		{pattern: "POST /series/nueva", access: needs(store.RightConfigure), handle: s.saveSerie},
		{pattern: "GET /series/{id}", access: needs(store.RightSeeConfig), handle: s.serie},
		{pattern: "GET /series/{id}/folios", access: needs(store.RightSeeConfig), handle: s.folios},
		{pattern: "GET /series/{id}/folios/csv", access: needs(store.RightSeeConfig), handle: s.foliosCSV},
		{pattern: "POST /series/{id}", access: needs(store.RightConfigure), handle: s.saveSerie},
	}
}

// A serieView is the form of one numbering.
type serieView struct {
	form
	account.Serie
	Branches []account.Branch
}

// Path is where its form is sent.
func (v serieView) Path() string {
	if v.ID == "" {
		return "/series/nueva"
	}
	return "/series/" + v.ID
}

// serieTypes are the kinds of receipt that this portal numbers.
func serieTypes() []option {
	return []option{{"I", "I · Ingreso (facturas)"}, {"E", "E · Egreso (notas de crédito)"}}
}

func tipoText(tipo string) string {
	switch tipo {
	case "I":
		return "Ingreso"
	case "E":
		return "Egreso"
	}
	return tipo
}

func (s *Server) series(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Account.SeriesList(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	branches, err := s.Account.Branches(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, page{Title: "Series y folios", Section: "configuracion", Tab: "series"}, seriesPage(gridOf(r, seriesColumns()), list, branches))
}

func seriesColumns() []column {
	return []column{{"serie", "Serie", ""}, {"tipo", "Tipo de comprobante", ""}, {"sucursal", "Sucursal", ""}, {"inicial", "Inicial", "num"}, {"siguiente", "Siguiente", "num"}, {"final", "Final", "num"}, {"", "Estado", ""}}
}

// arrangeSeries orders the series as the address asks; one without end ends last.
func arrangeSeries(v listView, list []account.Serie, branches []account.Branch) ([]account.Serie, listView) {
	return arrange(v, list, func(x account.Serie) bool { return x.Activa }, map[string]comparison[account.Serie]{
		"serie":     byText(func(x account.Serie) string { return x.Serie }),
		"tipo":      byText(func(x account.Serie) string { return tipoText(x.TipoDeComprobante) }),
		"sucursal":  byText(func(x account.Serie) string { return branchName(branches, x.Sucursal) }),
		"inicial":   byNumber(func(x account.Serie) int64 { return x.FolioInicial }),
		"siguiente": byNumber(func(x account.Serie) int64 { return x.FolioSiguiente }),
		"final":     byNumber(func(x account.Serie) uint64 { return uint64(x.FolioFinal) - 1 }),
	})
}

// newSerie suggests what most need first: facturas from 1, by default.
func (s *Server) newSerie(w http.ResponseWriter, r *http.Request) error {
	tipo := "I"
	if r.URL.Query().Get("tipo") == "E" {
		tipo = "E"
	}
	name, err := s.freeName(r, tipo)
	if err != nil {
		return err
	}
	return s.showSerie(w, r, serieView{Serie: account.Serie{Serie: name, Sucursal: store.MainBranch, TipoDeComprobante: tipo, FolioInicial: 1, FolioSiguiente: 1, Activa: true, Predeterminada: true, UsoPct: -1}})
}

// freeName is what the first series of a kind is usually called, "" when there is one of
// that kind or the name is taken.
func (s *Server) freeName(r *http.Request, tipo string) (string, error) {
	name := map[string]string{"I": "A", "E": "NC"}[tipo]
	list, err := s.Account.SeriesList(r.Context(), actorOf(r))
	if slices.ContainsFunc(list, func(x account.Serie) bool { return x.TipoDeComprobante == tipo || x.Serie == name }) {
		return "", err
	}
	return name, err
}

func (s *Server) serie(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Account.Serie(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showSerie(w, r, serieView{Serie: one})
}

func (s *Server) showSerie(w http.ResponseWriter, r *http.Request, v serieView) error {
	var err error
	if v.Branches, err = s.Account.Branches(r.Context(), actorOf(r)); err != nil {
		return err
	}
	title := "Nueva serie"
	if v.ID != "" {
		title = "Editar serie"
	}
	return s.renderForm(w, r, v.form, page{Title: title, Section: "configuracion", Tab: "series"}, seriePage(v, title))
}

func (s *Server) saveSerie(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	put := f.put()
	in := serieFrom(&f, r.PathValue("id"))
	if len(f.Findings) == 0 && !put {
		_, err := s.Account.SaveSerie(r.Context(), actorOf(r), in)
		if err == nil {
			s.flashed(w, flash{Kind: "ok", Title: "Serie guardada", Text: "El folio se toma al timbrar, nunca antes."})
			return s.onward(w, r, "/series")
		}
		if err := f.take(err); err != nil {
			return err
		}
	}
	err = f.settle(func() (url.Values, int, error) {
		now, err := s.Account.Serie(r.Context(), actorOf(r), in.ID)
		return serieFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	return s.showSerie(w, r, serieView{form: f, Serie: serieFrom(&form{Values: f.Values}, in.ID)})
}

func serieFrom(f *form, id string) account.Serie {
	in := account.Serie{
		ID: id, Serie: f.Get("Serie"), Sucursal: f.Get("Sucursal"), TipoDeComprobante: f.Get("TipoDeComprobante"),
		FolioInicial: f.folio("FolioInicial"), FolioSiguiente: f.folio("FolioSiguiente"), FolioFinal: f.folio("FolioFinal"),
		Predeterminada: f.Checked("Predeterminada"), Activa: f.Checked("Activa"), Version: version(*f),
	}
	if in.ID == "" && in.FolioSiguiente < in.FolioInicial {
		in.FolioSiguiente = in.FolioInicial
	}
	return in
}

// serieFields are the inputs of a numbering's form.
func serieFields(x account.Serie) url.Values {
	v := texts("Serie", x.Serie, "Sucursal", x.Sucursal, "TipoDeComprobante", x.TipoDeComprobante, "FolioInicial", whole(x.FolioInicial),
		"FolioSiguiente", whole(x.FolioSiguiente), "FolioFinal", lastFolio(x.FolioFinal))
	box(v, "Predeterminada", x.Predeterminada)
	box(v, "Activa", x.Activa)
	return v
}

// folio reads a whole number that may be left empty.
func (f *form) folio(name string) int64 {
	text := f.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		f.refuse(name, "Escribe sólo números, sin comas ni letras.")
		return 0
	}
	return n
}

// folios is the report Folios usados y huecos of one series; ?desde= is the folio
// above which the page begins.
func (s *Server) folios(w http.ResponseWriter, r *http.Request) error {
	after, err := strconv.ParseInt(r.URL.Query().Get("desde"), 10, 64)
	if err != nil || after < 0 {
		after = 0
	}
	report, err := s.Account.Folios(r.Context(), actorOf(r), r.PathValue("id"), after)
	if err != nil {
		return err
	}
	next := ""
	if report.Siguiente > 0 {
		next = linkTo(r, "desde", strconv.FormatInt(report.Siguiente, 10))
	}
	return s.render(w, r, http.StatusOK, page{Title: "Folios usados y huecos", Section: "configuracion", Tab: "series"}, foliosPage(report, after > 0, next))
}

// foliosCSV streams the whole report, a page at a time.
func (s *Server) foliosCSV(w http.ResponseWriter, r *http.Request) error {
	report, err := s.Account.Folios(r.Context(), actorOf(r), r.PathValue("id"), 0)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", disposition("attachment", "folios-"+serieName(report.Serie.Serie)+".csv"))
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return dropped(err)
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"Serie", "Desde", "Hasta", "Cuántos", "Motivo", "Detalle", "Cuándo", "Quién"}); err != nil {
		return dropped(err)
	}
	for {
		for _, g := range report.Gaps {
			when := ""
			if !g.At.IsZero() {
				when = fechaHora(g.At)
			}
			cells := plainCells(report.Serie.Serie, whole(g.Desde), whole(g.Hasta), whole(g.N()), g.Motivo, g.Nota, when, g.Por)
			if err := out.Write(cells); err != nil {
				return dropped(err)
			}
		}
		if out.Flush(); out.Error() != nil || report.Siguiente == 0 {
			return dropped(out.Error())
		}
		if report, err = s.Account.Folios(r.Context(), actorOf(r), r.PathValue("id"), report.Siguiente); err != nil {
			s.Log.Error("folios cortados", "ref", requestOf(r).ref, "error", err)
			panic(http.ErrAbortHandler) // what was sent is not whole, and must not look so
		}
	}
}
