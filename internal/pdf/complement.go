package pdf

import (
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const (
	timbreSpace   = "http://www.sat.gob.mx/TimbreFiscalDigital"
	implocalSpace = "http://www.sat.gob.mx/implocal"
	xsiSpace      = "http://www.w3.org/2001/XMLSchema-instance"
)

// nodes returns the complements of the document but the stamp.
func (d *drawing) nodes() []*xmldoc.Element {
	var out []*xmldoc.Element
	for _, complemento := range d.root.All(cfdi.Space, "Complemento") {
		for _, e := range complemento.Children {
			if e.Space != timbreSpace {
				out = append(out, e)
			}
		}
	}
	return out
}

// locales are the local taxes as lines of the totals, for Total counts them.
func (d *drawing) locales() []total {
	var out []total
	for _, e := range d.nodes() {
		if !e.Is(implocalSpace, "ImpuestosLocales") {
			continue
		}
		for _, t := range e.All(implocalSpace, "TrasladosLocales") {
			out = append(out, total{local("Traslado", t, "ImpLocTrasladado", "TasadeTraslado"), "impuesto local", importe(t, false)})
		}
		for _, r := range e.All(implocalSpace, "RetencionesLocales") {
			out = append(out, total{local("Retención", r, "ImpLocRetenido", "TasadeRetencion"), "impuesto local", importe(r, true)})
		}
	}
	return out
}

// local names a local tax and its rate, which the complement writes in percent.
func local(what string, e *xmldoc.Element, name, tasa string) string {
	tax, _ := e.Attr(name)
	percent, _ := e.Attr(tasa)
	if d, err := decimal.Parse(percent); err == nil {
		percent = quantity(d) + " %"
	}
	return joined(" ", what, tax, percent)
}

func importe(e *xmldoc.Element, off bool) string {
	text, _ := e.Attr("Importe")
	d, err := decimal.Parse(text)
	switch {
	case err != nil:
		return text
	case off:
		return minus(d)
	}
	return amount(d)
}

// drawn are the complements with a drawing of their own, by namespace. Each that
// the core knows has one (a test says so); the rest is printed node by node.
var drawn = map[string]func(*drawing, *xmldoc.Element){
	implocalSpace:                                       (*drawing).impuestosLocales,
	"http://www.sat.gob.mx/Pagos20":                     (*drawing).plain,
	"http://www.sat.gob.mx/nomina12":                    (*drawing).plain,
	"http://www.sat.gob.mx/CartaPorte31":                (*drawing).plain,
	"http://www.sat.gob.mx/donat":                       (*drawing).plain,
	"http://www.sat.gob.mx/leyendasFiscales":            (*drawing).plain,
	"http://www.sat.gob.mx/ine":                         (*drawing).plain,
	"http://www.sat.gob.mx/notariospublicos":            (*drawing).plain,
	"http://www.sat.gob.mx/servicioparcialconstruccion": (*drawing).plain,
	"http://www.sat.gob.mx/vehiculousado":               (*drawing).plain,
	"http://www.sat.gob.mx/iedu":                        (*drawing).plain,
	"http://www.sat.gob.mx/hidrocarburospetroliferos":   (*drawing).plain,
}

// impuestosLocales adds up what stands line by line among the totals.
func (d *drawing) impuestosLocales(e *xmldoc.Element) {
	traslados, _ := e.Attr("TotaldeTraslados")
	retenciones, _ := e.Attr("TotaldeRetenciones")
	d.section("Complemento Impuestos Locales", dot("Traslados locales "+traslados, "Retenciones locales "+retenciones))
}

// complementos prints each complement.
func (d *drawing) complementos() {
	for _, e := range d.nodes() {
		draw, ok := drawn[e.Space]
		if !ok {
			draw = (*drawing).plain
		}
		draw(d, e)
	}
}

// plain prints a complement node by node.
func (d *drawing) plain(e *xmldoc.Element) {
	d.need(d.title.leading + 3*d.small.leading)
	d.cut(d.title, d.left, d.y, d.width, d.say("Complemento")+" "+spaced(e.Local))
	d.y += d.title.leading
	d.node(e, 0)
	d.y += 2.2
}

// node writes the facts of e and, indented, those of its children.
func (d *drawing) node(e *xmldoc.Element, depth int) {
	step := d.width / 64
	x := d.left + step*float64(min(depth, 8))
	if text := facts(e, depth > 0); text != "" {
		d.running(d.small, x, d.right-x, text)
	}
	for _, c := range e.Children {
		d.node(c, depth+1)
	}
}

// facts tells a node in one text: its name, where it is not a heading
// already, and each attribute with its value.
func facts(e *xmldoc.Element, withName bool) string {
	var parts []string
	if withName {
		parts = append(parts, spaced(e.Local))
	}
	for _, a := range e.Attrs {
		if a.Space != xsiSpace {
			parts = append(parts, spaced(a.Local)+": "+a.Value)
		}
	}
	if text := strings.TrimSpace(e.Text); text != "" {
		parts = append(parts, text)
	}
	return dot(parts...)
}

// spaced makes a name of the SAT readable: ImpSaldoAnt is Imp Saldo Ant.
func spaced(name string) string {
	var out strings.Builder
	previous := 'A'
	for _, r := range name {
		if isUpper(r) && !isUpper(previous) {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		previous = r
	}
	return out.String()
}

func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }

// complementoConcepto tells the complements of one line.
func (d *drawing) complementoConcepto(c *cfdi.Concepto) []string {
	var out []string
	for _, complemento := range c.Complementos {
		w := xmldoc.NewWriter()
		w.Start("x")
		known := complemento.Known()
		if known.Prefix != "" {
			w.Attr("xmlns:"+known.Prefix, known.Space)
		}
		complemento.WriteXML(w)
		w.End()
		root, err := xmldoc.Parse(w.Bytes())
		if err != nil {
			out = append(out, "Complemento "+known.Local+": consulta el XML")
			continue
		}
		out = append(out, deep(root.Children)...)
	}
	return out
}

func deep(nodes []*xmldoc.Element) []string {
	var out []string
	for _, e := range nodes {
		out = append(append(out, facts(e, true)), deep(e.Children)...)
	}
	return out
}
