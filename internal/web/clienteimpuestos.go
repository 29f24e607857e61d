package web

import (
	"net/http"
	"net/url"
	"slices"

	"iofacturo.mx/internal/directory"
)

// The taxes a customer brings are not stored beside its receipts: they are in their
// lines, where each can be changed. Which of them a receipt bears is told by its lines.

// An extraTax is one tax of the customer of a receipt, as its lines have it.
type extraTax struct {
	ID, Nombre   string
	Field, Value string // of each line; Field is "" for a local one, whose Value is a box
}

// extrasOf are the taxes that the receipts of a customer begin with.
func extrasOf(c directory.Customer, taxes []directory.Impuesto) []extraTax {
	var list []extraTax
	for _, x := range c.Extras(taxes) {
		e := extraTax{ID: x.ID, Nombre: x.Nombre, Value: localTax{x.Retencion, toPercent(x.Valor), x.Nombre}.Value()}
		if !x.Local() {
			e.Field, e.Value = map[bool]string{true: "Ret"}[x.Retencion]+taxName(x.Impuesto), x.Valor.Fixed(6)
		}
		list = append(list, e)
	}
	return list
}

// on reports whether the receipt bears the tax: a line does, or its box is ticked.
func (e extraTax) on(v url.Values) bool {
	if e.Field == "" {
		return slices.Contains(v["Locales"], e.Value)
	}
	return slices.ContainsFunc(typedLines(v), func(line map[string]string) bool { return line[e.Field] == e.Value })
}

// add puts the tax on the lines that are subject to taxes and have none in its place.
func (e extraTax) add(v url.Values) {
	if e.Field == "" {
		if !e.on(v) {
			v["Locales"] = append(slices.Clone(v["Locales"]), e.Value)
		}
		return
	}
	for i, line := range typedLines(v) {
		if line["ObjetoImp"] == "02" && line[e.Field] == "" {
			v.Set(linePath(i)+e.Field, e.Value)
		}
	}
}

// drop takes the tax off the lines that have it.
func (e extraTax) drop(v url.Values) {
	if e.Field == "" {
		v["Locales"] = slices.DeleteFunc(slices.Clone(v["Locales"]), func(x string) bool { return x == e.Value })
		return
	}
	for i, line := range typedLines(v) {
		if line[e.Field] == e.Value {
			v.Set(linePath(i)+e.Field, "")
		}
	}
}

// swapExtras takes the taxes that the customer of before brought off the receipt and
// puts on those of the one it is for now.
func swapExtras(v url.Values, before, now directory.Customer, taxes []directory.Impuesto) {
	if before.ID == now.ID && before.ID != "" {
		before = directory.Customer{}
	}
	for _, e := range extrasOf(before, taxes) {
		e.drop(v)
	}
	for _, e := range extrasOf(now, taxes) {
		e.add(v)
	}
}

// keepExtras gives the lines of edited the taxes of the customer that v, of before the
// edit, bore; of a receipt without lines all of them.
func keepExtras(v, edited url.Values, c directory.Customer, taxes []directory.Impuesto) {
	for _, e := range extrasOf(c, taxes) {
		if e.Field != "" && (e.on(v) || len(typedLines(v)) == 0) {
			e.add(edited)
		}
	}
}

// withExtras is [keepExtras] for the customer that the form names.
func (s *Server) withExtras(r *http.Request, v, edited url.Values, taxes []directory.Impuesto) error {
	c, err := s.receptor(r, form{Values: v})
	if err == nil {
		keepExtras(v, edited, c, taxes)
	}
	return err
}

// dropExtra takes one tax of the customer, by its id, off the receipt.
func (s *Server) dropExtra(r *http.Request, v url.Values, id string, taxes []directory.Impuesto) error {
	c, err := s.receptor(r, form{Values: v})
	for _, e := range extrasOf(c, taxes) {
		if e.ID == id {
			e.drop(v)
		}
	}
	return err
}

// Extras are the taxes of its customer that the receipt bears.
func (p capturePage) Extras() []extraTax {
	return slices.DeleteFunc(extrasOf(p.Customer, p.Impuestos), func(e extraTax) bool { return !e.on(p.form.Values) })
}
