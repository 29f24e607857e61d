package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

const (
	genericPublic = cfdi.RfcPublico
	genericAbroad = cfdi.RfcExtranjero
)

// partial makes a button replace the form's middle alone; without script it sends the whole form.
func (p capturePage) partial() templ.Attributes {
	return templ.Attributes{
		"hx-post": p.action(), "hx-target": "#captura", "hx-select": "#captura", "hx-swap": "outerHTML",
		"hx-select-oob": "#h-Lineas,#h-CustomerID",
	}
}

// action is where the form is sent: the address of its draft, saved already or not.
func (p capturePage) action() string { return "/comprobantes/" + p.Draft.ID }

// global and abroad report whether the fields only those receptors have are asked for.
func (p capturePage) global() bool {
	return p.Get("Receptor.Rfc") == genericPublic || p.Get("InformacionGlobal.Periodicidad") != "" ||
		p.hasErrors("InformacionGlobal.Periodicidad", "InformacionGlobal.Meses", "InformacionGlobal.Año")
}

func (p capturePage) abroad() bool {
	return p.Get("Receptor.Rfc") == genericAbroad || p.Get("Receptor.ResidenciaFiscal") != "" || p.Get("Receptor.NumRegIdTrib") != "" ||
		p.hasErrors("Receptor.ResidenciaFiscal", "Receptor.NumRegIdTrib")
}

func (p capturePage) foreign() bool {
	return (p.Get("Moneda") != "" && p.Get("Moneda") != "MXN") || p.hasErrors("TipoCambio")
}

// keyText is a key of the SAT with its words, which [firstWord] takes off again.
func (p capturePage) keyText(name string) string { return withWords(p.Get(name), p.key) }

func (p capturePage) unitText(name string) string { return withWords(p.Get(name), p.unit) }

func withWords(key string, words func(string) string) string {
	if words != nil && words(key) != "" {
		return key + " · " + words(key)
	}
	return key
}

// relationsOpen reports whether the fold of the related receipts must be open.
func (p capturePage) relationsOpen() bool {
	return p.Credit() || p.Searched == "comprobantes" || p.Look == firstRelated || slices.ContainsFunc(p.Findings, func(x finding) bool { return strings.HasPrefix(x.Path, "CfdiRelacionados") })
}

func (p capturePage) discardText() string {
	if p.Draft.Folio == 0 {
		return "Descartar borrador"
	}
	return "Anular el folio " + whole(p.Draft.Folio)
}

// stampVerb is what Timbrar asks for: once the warnings were shown, it goes on in spite of them.
func (p capturePage) stampVerb() string {
	if p.Warned {
		return "timbrar-asi"
	}
	return "timbrar"
}

// total is the Total with its currency.
func (p capturePage) total() string {
	c := p.Draft.Comprobante
	if c.Total.IsZero() {
		return money(decimal.New(0, 2), c.Moneda)
	}
	return money(c.Total, c.Moneda)
}

func (p capturePage) subtotal() string {
	c := p.Draft.Comprobante
	if c.SubTotal.IsZero() {
		return money(decimal.New(0, 2), c.Moneda)
	}
	return money(c.SubTotal, c.Moneda)
}

func (p capturePage) words() string {
	c := p.Draft.Comprobante
	if c.Total.Sign() <= 0 {
		return ""
	}
	return cfdi.AmountInWords(c.Total, c.Moneda)
}

// warnings are the findings that do not stop.
func (p capturePage) warnings() []finding {
	var out []finding
	for _, x := range p.Findings {
		if x.Warn {
			out = append(out, x)
		}
	}
	return out
}

// hasErrors reports whether something stands beside one of these fields.
func (p capturePage) hasErrors(names ...string) bool {
	return slices.ContainsFunc(p.Findings, func(x finding) bool { return slices.Contains(names, x.Path) })
}

// lineState are the attributes of an input of a line: what is wrong with it.
func (p capturePage) lineState(name string) templ.Attributes {
	attrs := input{Name: name}.state(p.form)
	by, _ := attrs["aria-describedby"].(string)
	attrs["aria-describedby"] = strings.TrimSpace(by + " " + lineHelpID(name))
	return attrs
}

func (p capturePage) pickState(name, label string) templ.Attributes {
	attrs := p.lineState(name)
	if label != "" {
		attrs["aria-label"] = label
	}
	return attrs
}

// otherRate names a rate that is not in the list.
func (p capturePage) otherRate(name string) string {
	if d, err := decimal.Parse(p.Get(name)); err == nil {
		return percent(d)
	}
	return p.Get(name)
}

// moreFields are the inputs of a line that the fold holds.
var moreFields = []string{"ObjetoImp", "RetISR", "RetIVA", "IEPS", "IEPSCuota", "NoIdentificacion", "Unidad", "CuentaPredial", "NumeroPedimento"}

// lineMore reports whether the fold of a line must be open: something in it is wrong.
func (p capturePage) lineMore(at string) bool {
	names := make([]string, 0, len(moreFields))
	for _, n := range moreFields {
		names = append(names, at+n)
	}
	return p.hasErrors(names...)
}

// moreLabel says what the fold of a line holds beside the usual.
func (p capturePage) moreLabel(at string) string {
	var parts []string
	if o := p.Get(at + "ObjetoImp"); o != "" && o != "02" {
		parts = append(parts, "Objeto "+o)
	}
	for _, t := range []struct {
		name    string
		options []option
	}{{"IEPS", p.Options.IEPS}, {"RetISR", p.Options.RetISR}, {"RetIVA", p.Options.RetIVA}} {
		if v := p.Get(at + t.name); v != "" {
			parts = append(parts, chosen(t.options, v))
		}
	}
	if p.Get(at+"CuentaPredial") != "" {
		parts = append(parts, "Predial")
	}
	if p.Get(at+"NumeroPedimento") != "" {
		parts = append(parts, "Pedimento")
	}
	if len(parts) == 0 {
		return "Más datos"
	}
	return strings.Join(parts, " · ")
}

func (p capturePage) seriePlaceholder() string {
	if len(p.Options.Series) == 0 {
		return "Falta crear una serie"
	}
	return ""
}

// groups is one place per relation typed, and always one.
func (p capturePage) groups() []struct{} {
	return make([]struct{}, max(1, len(p.Draft.Comprobante.CfdiRelacionados)))
}

func (p capturePage) relatedText() string {
	n := 0
	for _, g := range p.Draft.Comprobante.CfdiRelacionados {
		n += len(g.CfdiRelacionado)
	}
	switch n {
	case 0:
		return "Ninguno"
	case 1:
		return "1 folio fiscal"
	}
	return count(n) + " folios fiscales"
}

// mendValue is the button's value that writes m into field.
func mendValue(field string, m mend) string {
	return "corregir:" + url.QueryEscape(field) + "=" + url.QueryEscape(m.Value)
}

func outOfBand(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"hx-swap-oob": "true"}
	}
	return templ.Attributes{}
}

// A taxLine is one tax of the summary and how it comes about.
type taxLine struct {
	Name, Money, Base, Sum string
	Lines                  []taxPart
}

// A taxPart is what one concept adds to a tax.
type taxPart struct{ Text, Amount string }

// taxes are the rows of the tax summary, each with the concepts it adds up.
func (p capturePage) taxes() []taxLine {
	c := p.Draft.Comprobante
	out := p.federal(c)
	for _, t := range localsOf(&c) {
		line := taxLine{Name: t.Text(), Money: money(t.Importe, c.Moneda), Base: "Suma", Sum: amount(t.Importe)}
		if t.Retencion {
			line.Money = money(t.Importe.Neg(), c.Moneda)
		}
		line.Lines = []taxPart{{"Subtotal menos descuentos " + amount(c.SubTotal.Sub(c.Descuento)) + " × " + trimmed(t.Percent) + " %", amount(t.Importe)}}
		out = append(out, line)
	}
	return out
}

func (p capturePage) federal(c cfdi.Comprobante) []taxLine {
	if c.Impuestos == nil {
		return nil
	}
	var out []taxLine
	for _, t := range c.Impuestos.Traslados {
		line := taxLine{Name: transferName(t), Money: money(t.Importe, c.Moneda), Base: "Base " + amount(t.Base), Sum: amount(t.Importe)}
		if t.TipoFactor == "Exento" {
			line.Money = "Exento"
		}
		for i, concept := range c.Conceptos {
			if concept.Impuestos == nil {
				continue
			}
			for _, x := range concept.Impuestos.Traslados {
				if x.Impuesto == t.Impuesto && x.TipoFactor == t.TipoFactor && x.TasaOCuota.Equal(t.TasaOCuota) {
					line.Lines = append(line.Lines, taxPart{count(i+1) + " · " + amount(x.Base) + rateText(x.TasaOCuota), amount(x.Importe)})
				}
			}
		}
		out = append(out, line)
	}
	for _, t := range c.Impuestos.Retenciones {
		line := taxLine{Name: "Ret. " + taxName(t.Impuesto), Money: money(t.Importe.Neg(), c.Moneda), Base: "Suma", Sum: amount(t.Importe)}
		for i, concept := range c.Conceptos {
			if concept.Impuestos == nil {
				continue
			}
			for _, x := range concept.Impuestos.Retenciones {
				if x.Impuesto == t.Impuesto {
					line.Lines = append(line.Lines, taxPart{count(i+1) + " · " + amount(x.Base) + rateText(x.TasaOCuota), amount(x.Importe)})
				}
			}
		}
		out = append(out, line)
	}
	return out
}

func rateText(rate decimal.Decimal) string {
	if rate.IsZero() {
		return ""
	}
	return " × " + rate.String()
}

// taxName is the short name of a key of c_Impuesto.
func taxName(k string) string {
	switch k {
	case "001":
		return "ISR"
	case "002":
		return "IVA"
	case "003":
		return "IEPS"
	}
	return k
}

// transferName is a transferred tax as people say it: "IVA 16 %", "IVA exento", "IEPS 0.50 por unidad".
func transferName(t cfdi.Traslado) string {
	switch t.TipoFactor {
	case "Exento":
		return taxName(t.Impuesto) + " exento"
	case "Cuota":
		return taxName(t.Impuesto) + " " + t.TasaOCuota.String() + " por unidad"
	}
	return taxName(t.Impuesto) + " " + percent(t.TasaOCuota)
}
