package web

import (
	"net/http"
	"net/url"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) impuestosRoutes() []route {
	return []route{
		{pattern: "GET /impuestos", access: needs(store.RightSeeConfig), handle: s.taxList},
		{pattern: "GET /impuestos/nuevo", access: needs(store.RightConfigure), handle: s.newTax},
		{pattern: "POST /impuestos/nuevo", access: needs(store.RightConfigure), handle: s.saveTax},
		{pattern: "GET /impuestos/{id}", access: needs(store.RightSeeConfig), handle: s.taxForm},
		{pattern: "POST /impuestos/{id}", access: needs(store.RightConfigure), handle: s.saveTax},
		{pattern: "POST /impuestos/{id}/eliminar", access: needs(store.RightConfigure), handle: s.deleteTax},
	}
}

func taxPage(title string) page {
	return page{Title: title, Section: "configuracion", Tab: "impuestos"}
}

// local is what the form sends for a tax that is none of the three federal ones.
const local = "local"

// A taxView is the form of one tax.
type taxView struct {
	form
	directory.Impuesto
}

// Path is where its form is sent.
func (v taxView) Path() string {
	if v.ID == "" {
		return "/impuestos/nuevo"
	}
	return "/impuestos/" + v.ID
}

// Fixed reports whether what it is can no longer change.
func (v taxView) Fixed() bool { return v.ID != "" && v.EnUso }

// Key is the choice of the select Impuesto.
func (v taxView) Key() string {
	if v.Local() {
		return local
	}
	return v.Impuesto.Impuesto
}

// Side is the choice of the select Tipo.
func (v taxView) Side() string {
	if v.Retencion {
		return "retencion"
	}
	return "traslado"
}

// Amount is the field Valor: per cent of a rate, pesos of a Cuota.
func (v taxView) Amount() string {
	if v.TipoFactor == "Cuota" {
		return trimmed(v.Valor)
	}
	return trimmed(toPercent(v.Valor))
}

func (s *Server) taxList(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Directory.Impuestos(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, taxPage("Impuestos"), taxesPage(gridOf(r, taxColumns()), list))
}

func (s *Server) newTax(w http.ResponseWriter, r *http.Request) error {
	x := directory.Impuesto{Impuesto: iva, TipoFactor: "Tasa", Activo: true}
	if r.URL.Query().Get("impuesto") == local {
		x.Impuesto = ""
	}
	return s.showTax(w, r, taxView{Impuesto: x})
}

func (s *Server) taxForm(w http.ResponseWriter, r *http.Request) error {
	x, err := s.Directory.Impuesto(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showTax(w, r, taxView{Impuesto: x})
}

func (s *Server) showTax(w http.ResponseWriter, r *http.Request, v taxView) error {
	title := "Nuevo impuesto"
	if v.ID != "" {
		title = "Editar impuesto"
	}
	return s.renderForm(w, r, v.form, taxPage(title), taxPageOf(v, title))
}

func (s *Server) saveTax(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := taxView{form: f}
	put := v.put()
	if err := s.readTax(r, &v); err != nil {
		return err
	}
	if put {
		v.Findings, v.Message = nil, ""
		return s.taxAgainst(w, r, v)
	}
	for _, x := range v.Findings {
		v.Unread = append(v.Unread, fail.Field{Path: x.Path, Message: x.Message, Fix: x.Fix})
	}
	v.Findings, v.Message = nil, ""
	if _, err := s.Directory.SaveImpuesto(r.Context(), actorOf(r), v.Impuesto); err != nil {
		if err := v.take(err); err != nil {
			return err
		}
		return s.taxAgainst(w, r, v)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Impuesto guardado", Text: "Vale para lo que hagas desde ahora; tus productos y comprobantes no cambian."})
	return s.redirect(w, r, "/impuestos")
}

// readTax reads the form; what a tax in use is was not asked.
func (s *Server) readTax(r *http.Request, v *taxView) error {
	v.Impuesto = taxFrom(&v.form)
	if v.ID = r.PathValue("id"); v.ID == "" {
		return nil
	}
	stored, err := s.Directory.Impuesto(r.Context(), actorOf(r), v.ID)
	if err != nil || !stored.EnUso {
		return err
	}
	v.Impuesto.Impuesto, v.Retencion, v.TipoFactor, v.Valor, v.EnUso = stored.Impuesto, stored.Retencion, stored.TipoFactor, stored.Valor, true
	if stored.Local() {
		v.Nombre = stored.Nombre
	}
	return nil
}

// taxAgainst draws a form that came back, beside what is stored now when somebody else
// was faster.
func (s *Server) taxAgainst(w http.ResponseWriter, r *http.Request, v taxView) error {
	err := v.settle(func() (url.Values, int, error) {
		now, err := s.Directory.Impuesto(r.Context(), actorOf(r), v.ID)
		return taxFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	if v.stale {
		found, message := v.Findings, v.Message
		if err := s.readTax(r, &v); err != nil {
			return err
		}
		v.Findings, v.Message = found, message
	}
	return s.showTax(w, r, v)
}

// taxFields are the inputs of the form of a tax.
func taxFields(x directory.Impuesto) url.Values {
	v := taxView{Impuesto: x}
	fields := texts("Nombre", x.Nombre, "Impuesto", v.Key(), "Retencion", v.Side(), "TipoFactor", x.TipoFactor, "Valor", v.Amount())
	if v.Fixed() {
		fields = texts("Nombre", x.Nombre)
	}
	box(fields, "Activo", x.Activo)
	box(fields, "Predeterminado", x.Predeterminado)
	return fields
}

func taxFrom(f *form) directory.Impuesto {
	x := directory.Impuesto{
		Nombre: f.Get("Nombre"), Impuesto: f.Get("Impuesto"), Retencion: f.Get("Retencion") == "retencion", TipoFactor: f.Get("TipoFactor"),
		Activo: f.Checked("Activo"), Predeterminado: f.Checked("Predeterminado"), Version: version(*f),
	}
	if x.Impuesto == local {
		x.Impuesto = ""
	}
	if x.TipoFactor == "Cuota" {
		x.Valor = f.decimal("Valor", 6)
	} else if d := f.decimal("Valor", 4); !d.IsZero() {
		x.Valor = fromPercent(d)
	}
	return x
}

func (s *Server) deleteTax(w http.ResponseWriter, r *http.Request) error {
	if err := s.Directory.DeleteImpuesto(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Impuesto eliminado", Text: "Ya no se ofrece."})
	return s.redirect(w, r, "/impuestos")
}

// taxAmount says how much a tax is: "16 %", "exento", "$ 0.55 por unidad".
func taxColumns() []column {
	return []column{{"nombre", "Nombre", ""}, {"impuesto", "Impuesto", ""}, {"tipo", "Tipo", ""}, {"valor", "Valor", "num"}, {"uso", "Uso", ""}, {"", "Estado", ""}}
}

func arrangeTaxes(v listView, list []directory.Impuesto) ([]directory.Impuesto, listView) {
	return arrange(v, list, func(x directory.Impuesto) bool { return x.Activo }, map[string]comparison[directory.Impuesto]{
		"nombre":   byText(func(x directory.Impuesto) string { return x.Nombre }),
		"impuesto": byText(taxKind),
		"tipo":     byText(taxSide),
		"valor":    func(x, y directory.Impuesto) int { return x.Valor.Cmp(y.Valor) },
		"uso":      byText(func(x directory.Impuesto) string { return map[bool]string{true: "En uso", false: "Sin usar"}[x.EnUso] }),
	})
}

// taxSide says whether a tax is added or held back.
func taxSide(x directory.Impuesto) string {
	if x.Retencion {
		return "Retención"
	}
	return "Traslado"
}

func taxAmount(x directory.Impuesto) string {
	switch x.TipoFactor {
	case "Exento":
		return "exento"
	case "Cuota":
		return "$ " + trimmed(x.Valor) + " por unidad"
	}
	return percent(x.Valor)
}

// taxKind names what a tax is of.
func taxKind(x directory.Impuesto) string {
	if x.Local() {
		return "Local"
	}
	return map[string]string{isr: "ISR", iva: "IVA", ieps: "IEPS"}[x.Impuesto]
}

// rateChoices are the active taxes of a key and side as lines of a select: the rate of
// six decimals, or [exempt]; a Cuota is typed and stands in no list.
func rateChoices(list []directory.Impuesto, impuesto string, retencion bool) []option {
	var out []option
	for _, x := range list {
		if x.Activo && !x.Local() && x.Impuesto == impuesto && x.Retencion == retencion && x.TipoFactor != "Cuota" {
			value := exempt
			if x.TipoFactor == "Tasa" {
				value = x.Valor.Fixed(6)
			}
			out = append(out, option{value, x.Nombre})
		}
	}
	return out
}

// percentChoices are the rates of [rateChoices] as people type them: 10.6667.
func percentChoices(list []directory.Impuesto, impuesto string, retencion bool) []option {
	var out []option
	for _, o := range rateChoices(list, impuesto, retencion) {
		if rate, err := decimal.Parse(o.Value); err == nil {
			out = append(out, option{trimmed(toPercent(rate)), o.Text})
		}
	}
	return out
}

// defaultTaxes are what a new product bears.
func defaultTaxes(list []directory.Impuesto) (traslados, retenciones []directory.Tax) {
	for _, x := range list {
		switch {
		case !x.Activo || !x.Predeterminado || x.Local():
		case x.Retencion:
			retenciones = append(retenciones, x.Tax())
		default:
			traslados = append(traslados, x.Tax())
		}
	}
	return traslados, retenciones
}
