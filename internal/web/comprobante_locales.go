package web

import (
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
)

// mostLocals bounds how many local taxes one receipt bears here.
const mostLocals = 10

// A localTax is one box of the fold Impuestos locales. Its value holds all that the
// receipt says of it, so that a tax that left the company's list stays in a draft.
type localTax struct {
	Retencion bool
	Percent   decimal.Decimal // two decimals
	Nombre    string
}

// Value is the tax as the form sends it: "T 3.00 ISH".
func (t localTax) Value() string {
	side := "T"
	if t.Retencion {
		side = "R"
	}
	return side + " " + t.Percent.Fixed(2) + " " + t.Nombre
}

// Text is the tax as the form shows it: "ISH 3 %".
func (t localTax) Text() string {
	text := t.Nombre + " " + trimmed(t.Percent) + " %"
	if t.Retencion {
		return "Retención " + text
	}
	return text
}

// readLocal is the inverse of [localTax.Value].
func readLocal(value string) (localTax, bool) {
	side, rest, _ := strings.Cut(value, " ")
	rate, name, _ := strings.Cut(rest, " ")
	percent, err := decimal.Parse(rate)
	ok := err == nil && (side == "T" || side == "R") && name != "" && len(name) <= 240 && percent.Sign() > 0 && percent.Scale() <= 2
	return localTax{side == "R", percent, name}, ok
}

// defaultLocals are the boxes that a new receipt begins with.
func defaultLocals(taxes []directory.Impuesto) []string {
	var out []string
	for _, x := range taxes {
		if x.Activo && x.Predeterminado && x.Local() {
			out = append(out, localTax{x.Retencion, toPercent(x.Valor), x.Nombre}.Value())
		}
	}
	return out
}

// locals reads the boxes into the complement; what each amounts to is computed.
func (r *draftReader) locals() {
	values := r.values["Locales"]
	l := &implocal.ImpuestosLocales{Version: "1.0"}
	for _, value := range values[:min(len(values), mostLocals)] {
		t, ok := readLocal(value)
		switch {
		case !ok:
		case t.Retencion:
			l.RetencionesLocales = append(l.RetencionesLocales, implocal.RetencionesLocales{ImpLocRetenido: t.Nombre, TasadeRetencion: t.Percent})
		default:
			l.TrasladosLocales = append(l.TrasladosLocales, implocal.TrasladosLocales{ImpLocTrasladado: t.Nombre, TasadeTraslado: t.Percent})
		}
	}
	if len(l.TrasladosLocales)+len(l.RetencionesLocales) > 0 {
		r.draft.Comprobante.Complementos = append(r.draft.Comprobante.Complementos, l)
	}
}

// localLine is one local tax of a receipt and what it amounts to.
type localLine struct {
	localTax
	Importe decimal.Decimal
}

// localsOf lists the local taxes of a receipt.
func localsOf(c *cfdi.Comprobante) []localLine {
	var out []localLine
	for _, k := range c.Complementos {
		l, ok := k.(*implocal.ImpuestosLocales)
		if !ok {
			continue
		}
		for _, t := range l.TrasladosLocales {
			out = append(out, localLine{localTax{false, t.TasadeTraslado, t.ImpLocTrasladado}, t.Importe})
		}
		for _, t := range l.RetencionesLocales {
			out = append(out, localLine{localTax{true, t.TasadeRetencion, t.ImpLocRetenido}, t.Importe})
		}
	}
	return out
}

// A localBox is one box and whether it is ticked.
type localBox struct {
	localTax
	On bool
}

// Locals are the boxes: the company's active local taxes and those the receipt bears.
func (p capturePage) Locals() []localBox {
	var out []localBox
	chosen := p.form.Values["Locales"]
	for _, x := range p.Impuestos {
		if x.Activo && x.Local() {
			t := localTax{x.Retencion, toPercent(x.Valor), x.Nombre}
			out = append(out, localBox{t, slices.Contains(chosen, t.Value())})
		}
	}
	for _, value := range chosen[:min(len(chosen), mostLocals)] {
		known := slices.ContainsFunc(out, func(b localBox) bool { return b.Value() == value })
		if t, ok := readLocal(value); ok && !known {
			out = append(out, localBox{t, true})
		}
	}
	return out
}

// localText says in the fold's head what is ticked.
func (p capturePage) localText() string {
	var on []string
	for _, b := range p.Locals() {
		if b.On {
			on = append(on, b.Text())
		}
	}
	return strings.Join(on, ", ")
}
