package web

import (
	"strings"

	"iofacturo.mx/catalogo"
)

// captureOptions are the lines of every select of the invoice form, in force on
// the day of the receipt.
type captureOptions struct {
	Regimenes    []option // of the company
	Receptor     []option // all of c_RegimenFiscal
	Usos         []option
	Formas       []option
	Metodos      []option
	Monedas      []option
	Exportacion  []option
	Objetos      []option
	Relaciones   []option
	Periodicidad []option
	Meses        []option
	Años         []option
	IVA          []option
	IEPS         []option
	RetISR       []option
	RetIVA       []option
	Series       []option
}

// row is what every catalogue row gives a select.
type row interface {
	Key() string
	InForce(fecha string) bool
}

// optionsOf writes rows in force as "clave · texto".
func optionsOf[T row](rows []T, fecha string, text func(T) string) []option {
	out := make([]option, 0, len(rows))
	for _, r := range rows {
		if r.InForce(fecha) {
			out = append(out, option{Value: r.Key(), Text: r.Key() + " · " + text(r)})
		}
	}
	return out
}

func (s *Server) captureOptions(p capturePage) captureOptions {
	cat := s.Catalog
	now := s.Now().In(cat.Location(p.Company.LugarExpedicion))
	day := p.Draft.Comprobante.Fecha
	if day == "" {
		day = now.Format("2006-01-02")
	}
	o := captureOptions{
		Receptor:     optionsOf(cat.RegimenesFiscales(), day, func(r catalogo.RegimenFiscal) string { return r.Texto }),
		Usos:         optionsOf(cat.UsosCFDI(), day, func(r catalogo.UsoCFDI) string { return r.Texto }),
		Formas:       optionsOf(cat.FormasPago(), day, func(r catalogo.FormaPago) string { return r.Texto }),
		Metodos:      []option{{"PUE", "PUE · Una exhibición"}, {"PPD", "PPD · Diferido"}},
		Monedas:      currencies(cat, day),
		Exportacion:  optionsOf(cat.Exportaciones(), day, func(r catalogo.Exportacion) string { return r.Texto }),
		Objetos:      optionsOf(cat.ObjetosImp(), day, func(r catalogo.ObjetoImp) string { return r.Texto }),
		Relaciones:   optionsOf(cat.TiposRelacion(), day, func(r catalogo.TipoRelacion) string { return r.Texto }),
		Periodicidad: optionsOf(cat.Periodicidades(), day, func(r catalogo.Periodicidad) string { return r.Texto }),
		Meses:        optionsOf(cat.MesesLista(), day, func(r catalogo.Meses) string { return r.Texto }),
		IVA:          rateChoices(p.Impuestos, iva, false),
		IEPS:         append(rateChoices(p.Impuestos, ieps, false), option{iepsUnit, "IEPS por cuota"}),
		RetISR:       rateChoices(p.Impuestos, isr, true),
		RetIVA:       rateChoices(p.Impuestos, iva, true),
	}
	for _, year := range []int{0, -1} {
		y := now.AddDate(year, 0, 0).Format("2006")
		o.Años = append(o.Años, option{y, y})
	}
	for _, k := range p.Company.Regimenes {
		if r, ok := cat.RegimenFiscal(k); ok {
			o.Regimenes = append(o.Regimenes, option{k, k + " · " + r.Texto})
		}
	}
	for _, serie := range p.Series {
		name := serie.Serie
		if name == "" {
			name = "Sin serie"
		}
		text := name + " · sigue el folio " + whole(serie.FolioSiguiente)
		switch {
		case serie.Agotada:
			text += " · agotada"
		case serie.PorAgotarse || serie.Quedan == 1:
			text += " · por agotarse, le quedan " + whole(serie.Quedan)
		}
		o.Series = append(o.Series, option{serie.ID, text})
	}
	return o
}

// currencies puts what businesses use first.
func currencies(cat *catalogo.Catalog, day string) []option {
	all := optionsOf(cat.Monedas(), day, func(r catalogo.Moneda) string { return r.Texto })
	first := []option{}
	var rest []option
	for _, o := range all {
		switch o.Value {
		case "MXN", "USD", "EUR":
			first = append(first, o)
		case "XXX":
		default:
			rest = append(rest, o)
		}
	}
	order := map[string]int{"MXN": 0, "USD": 1, "EUR": 2}
	sorted := make([]option, len(first))
	for _, o := range first {
		sorted[order[o.Value]] = o
	}
	return append(sorted, rest...)
}

// chosen is the text of the option with this value, or the value itself.
func chosen(options []option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}

// emisorLine is the one-line summary of the issuer's part.
func (p capturePage) emisorLine() string {
	parts := []string{"CP " + p.typedOr("LugarExpedicion", p.Company.LugarExpedicion)}
	parts = append(parts, "Régimen "+p.typedOr("Emisor.RegimenFiscal", p.Company.RegimenDefault))
	if p.Draft.Folio > 0 {
		parts = append(parts, "Folio "+strings.TrimPrefix(p.Draft.Serie+"-"+whole(p.Draft.Folio), "-"))
	} else if text := chosen(p.Options.Series, p.Get("SerieID")); text != "" {
		parts = append(parts, "Serie "+text)
	}
	if p.Get("Fecha") == "" {
		parts = append(parts, "Fecha: al timbrar")
	} else {
		parts = append(parts, fechaHoraSAT(p.Get("Fecha")))
	}
	return strings.Join(parts, " · ")
}

func (p capturePage) typedOr(name, otherwise string) string {
	if v := p.Get(name); v != "" {
		return v
	}
	return otherwise
}
