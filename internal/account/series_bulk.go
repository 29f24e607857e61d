package account

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

// BulkSeries is the name of the series among what is imported.
const BulkSeries = "series"

// Kinds are what this service imports.
func (s *Service) Kinds() []bulk.Kind {
	return []bulk.Kind{{Name: BulkSeries, Right: store.RightConfigure, Columns: SerieColumns(), Judge: s.judgeSeries}}
}

// SerieColumns are those of a list of series; keys are the fields of [Serie].
func SerieColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "Serie", Label: "Serie", Words: []string{"letra", "prefijo", "nombre serie"}, Required: true, Help: "Hasta 25 letras y números.", Example: "A"},
		{Key: "TipoDeComprobante", Label: "Tipo de comprobante", Words: []string{"tipo", "tipo comprobante", "documento"}, Required: true, Help: "I o Ingreso, E o Egreso.", Example: "I"},
		{Key: "Sucursal", Label: "Sucursal", Words: []string{"tienda", "lugar"}, Help: "Nombre o clave; vacía es la matriz.", Example: "Matriz"},
		{Key: "FolioInicial", Label: "Folio inicial", Words: []string{"inicial", "del folio", "folio inicio"}, Help: "1 si va vacío.", Example: "1"},
		{Key: "FolioSiguiente", Label: "Folio siguiente", Words: []string{"siguiente", "folio actual", "próximo folio", "consecutivo"}, Help: "Con cuál sigues; sólo puede subir.", Example: "1"},
		{Key: "FolioFinal", Label: "Folio final", Words: []string{"final", "al folio"}, Help: "Vacío: sin fin."},
		{Key: "Predeterminada", Label: "Predeterminada", Words: []string{"default", "por defecto", "principal"}, Help: "sí o no.", Example: "sí"},
		{Key: "Activa", Label: "Activa", Words: []string{"estado", "estatus", "activo"}, Help: "sí o no; sí si va vacía.", Example: "sí"},
	}
}

// SerieCells are the cells of a series under [SerieColumns]; branches names its branch.
func SerieCells(x Serie, branches []Branch) []string {
	word := map[bool]string{true: "sí", false: "no"}
	branch, last := "", ""
	for _, b := range branches {
		if b.ID == x.Sucursal {
			branch = b.Nombre
		}
	}
	if x.FolioFinal > 0 {
		last = strconv.FormatInt(x.FolioFinal, 10)
	}
	return []string{
		x.Serie, x.TipoDeComprobante, branch, strconv.FormatInt(x.FolioInicial, 10), strconv.FormatInt(x.FolioSiguiente, 10), last,
		word[x.Predeterminada], word[x.Activa],
	}
}

// judgeSeries holds rows to the rules of the form, with the series there are: a row
// is the series with its letters and type.
func (s *Service) judgeSeries(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []bulk.Entry) ([]bulk.Outcome, error) {
	others, err := v.SeriesList(ctx)
	if err != nil {
		return nil, err
	}
	branches, err := v.Branches(ctx, mostBranches)
	if err != nil {
		return nil, err
	}
	list := make([]bulk.Outcome, len(rows))
	for i, e := range rows {
		in, old, p := s.serieFrom(e, others, branches)
		if len(p.fields) == 0 {
			if err := s.checkSerie(in, old, others); err != nil {
				p.fields = fail.FieldsOf(err)
			}
		}
		list[i] = serieOutcome(in, old, p)
		if tx == nil || list[i].State != bulk.Added && list[i].State != bulk.Changed {
			continue
		}
		if _, err := s.writeSerie(ctx, tx, a, in, others); err != nil {
			return nil, err
		}
		if others, err = tx.SeriesList(ctx); err != nil { // the mark of default moves
			return nil, err
		}
	}
	return list, nil
}

// serieFrom reads a row over the series it means, the zero row for a new one.
func (s *Service) serieFrom(e bulk.Entry, others []store.SerieRow, branches []store.BranchRow) (Serie, store.SerieRow, problems) {
	var p problems
	in := Serie{Serie: strings.ToUpper(clean(e.Values["Serie"])), Sucursal: store.MainBranch, FolioInicial: 1, Activa: true}
	var types [][2]string
	for _, t := range s.cfg.Catalog.TiposDeComprobante() {
		types = append(types, [2]string{t.Clave, t.Texto})
	}
	tipo, _, ok := bulk.Key(e.Values["TipoDeComprobante"], types)
	if in.TipoDeComprobante = tipo; ok && tipo != "I" && tipo != "E" {
		p.err("TipoDeComprobante", "Aquí se numeran sólo ingresos (I) y egresos (E).", "Elige uno de los dos.")
	}
	var old store.SerieRow
	for _, r := range others {
		if r.Serie == in.Serie && r.TipoDeComprobante == tipo {
			old, in = r, serieOf(r)
		}
	}
	if name := e.Values["Sucursal"]; name != "" && sheet.Fold(name) != "matriz" {
		in.Sucursal = ""
		for _, b := range branches {
			if store.FoldLine(name) == b.NombreFold || b.Clave != "" && strings.EqualFold(clean(name), b.Clave) {
				in.Sucursal = b.ID
			}
		}
		if in.Sucursal == "" {
			p.err("Sucursal", fmt.Sprintf("No tienes una sucursal «%s».", name), "Escribe su nombre o su clave como en Sucursales; vacía es la matriz.")
		}
	} else if name != "" {
		in.Sucursal = store.MainBranch
	}
	p.folio("FolioInicial", e, &in.FolioInicial)
	p.folio("FolioSiguiente", e, &in.FolioSiguiente)
	p.folio("FolioFinal", e, &in.FolioFinal)
	p.yesNo("Predeterminada", e, &in.Predeterminada)
	p.yesNo("Activa", e, &in.Activa)
	if in.FolioSiguiente == 0 {
		in.FolioSiguiente = in.FolioInicial
	}
	return in, old, p
}

func (p *problems) folio(name string, e bulk.Entry, to *int64) {
	typed := e.Values[name]
	if typed == "" {
		return
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(typed, ",", ""), 10, 64)
	if err != nil {
		p.err(name, "«"+typed+"» no es un folio.", "Escribe sólo el número.")
	}
	*to = n
}

func (p *problems) yesNo(name string, e bulk.Entry, to *bool) {
	typed := e.Values[name]
	if typed == "" {
		return
	}
	on, ok := bulk.YesNo(typed)
	if !ok {
		p.err(name, "«"+typed+"» no dice sí ni no.", "Escribe sí o no.")
	}
	*to = on
}

func serieOutcome(in Serie, old store.SerieRow, p problems) bulk.Outcome {
	o := bulk.Outcome{Key: "serie|" + in.TipoDeComprobante + "|" + in.Serie, State: bulk.Changed}
	for _, f := range p.fields {
		label := ""
		for _, c := range SerieColumns() {
			if c.Key == f.Path {
				label = c.Label
			}
		}
		o.Findings = append(o.Findings, bulk.Finding{Column: label, Message: f.Message, Fix: f.Fix})
	}
	switch {
	case len(p.fields) > 0:
		o.State = bulk.Refused
	case old.ID == "":
		o.State = bulk.Added
	case serieOf(old) == in:
		o.State = bulk.Same
	}
	return o
}
