package web

import (
	"context"
	"regexp"
	"strings"
)

// A fieldHelp is what a field asks for, in a sentence or two, in the words of the SAT.
type fieldHelp struct {
	Field string // name of the input; of a list, with empty brackets
	Text  string
	Line  bool // always on screen below the field; otherwise while one is in it
}

// A formHelp holds the helps of the forms under one address.
type formHelp struct {
	Path   string // first part of the address: "clientes" is /clientes and what is below
	Title  string
	Fields []fieldHelp
}

var brackets = regexp.MustCompile(`\[[0-9]+\]`)

// helpFor is the help of a field on the page that is asked for: of the longest
// address that has one.
func helpFor(ctx context.Context, name string) fieldHelp {
	q, ok := ctx.Value(requestKey{}).(*request)
	if !ok {
		return fieldHelp{}
	}
	name = brackets.ReplaceAllString(name, "[]")
	path, best, found := strings.Trim(q.path, "/")+"/", -1, fieldHelp{}
	for _, form := range formHelps {
		if len(form.Path) <= best || form.Path != "" && !strings.HasPrefix(path, form.Path+"/") {
			continue
		}
		for _, h := range form.Fields {
			if h.Field == name {
				best, found = len(form.Path), h
			}
		}
	}
	return found
}

// helped is the input with its help, unless the page gave it one of its own.
func (in input) helped(ctx context.Context) input {
	if in.Help != "" || in.Tip != "" {
		return in
	}
	if h := helpFor(ctx, in.Name); h.Line {
		in.Help = h.Text
	} else {
		in.Tip = h.Text
	}
	return in
}

// helpID is where the help of a field stands.
func helpID(name string) string { return fieldID(name) + "-h" }

// A lineHelp is the help of a field of a line, under the name people read.
type lineHelp struct{ Field, Title, Text string }

// lineHelpsFor are the helps of the fields of a line.
func lineHelpsFor(ctx context.Context) []lineHelp {
	var list []lineHelp
	for _, o := range []option{
		{"Descripcion", "Descripción"},
		{"Cantidad", "Cantidad"},
		{"ValorUnitario", "Precio"},
		{"Descuento", "Descuento"},
		{"ClaveProdServ", "Clave SAT"},
		{"ClaveUnidad", "Unidad del SAT"},
		{"IVA", "IVA"},
		{"ConImpuestos", "Impuestos incluidos"},
		{"ObjetoImp", "Objeto de impuesto"},
		{"RetISR", "Retención de ISR"},
		{"RetIVA", "Retención de IVA"},
		{"IEPS", "IEPS"},
		{"IEPSCuota", "IEPS por cuota"},
		{"NoIdentificacion", "Tu clave"},
		{"Unidad", "Nombre de la unidad"},
		{"CuentaPredial", "Cuenta predial"},
		{"NumeroPedimento", "Pedimento"},
	} {
		if h := helpFor(ctx, "Conceptos[]."+o.Value); h.Text != "" {
			list = append(list, lineHelp{o.Value, o.Text, h.Text})
		}
	}
	return list
}

// lineHelpID is where the help of a field stands that every line has.
func lineHelpID(name string) string {
	return "concepto-" + name[strings.LastIndexByte(name, '.')+1:] + "-h"
}
