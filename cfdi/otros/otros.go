// Package otros is the long tail: the complements that have no types here and
// still must be verified when they arrive in a CFDI of somebody else. Each is a
// few rows of a table that say which attributes of which nodes take part in the
// cadena original, in the order of the stylesheet of the SAT; its element is
// carried untouched as [*cfdi.Carried].
//
// A complement that gets a package of its own loses its rows here.
package otros

import (
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const sitio = "http://www.sat.gob.mx/sitio_internet/cfd/"

// All holds the complements of the table. It is read, never written to.
var All = known(tabla)

// A complemento is the part of one complement in the cadena.
type complemento struct {
	prefix, space, local string
	schema               string // below the site of the SAT
	rows                 []row  // the first is that of its element
}

// A row is one node and what it gives to the cadena, in order:
//
//	Nombre      an attribute that always counts, empty when it is not there
//	Nombre?     an attribute that counts when it is there
//	1.1:Nombre  an attribute that always counts in a node of that version
//	>Nodo       each child of that name, by its own row
//	>>Nodo      each node of that name at any depth
//	=a/b        the text of the first such node, empty when there is none
//	=a/b?       the text of the first such node, when there is one
//	=a/b*       the text of each such node
//
// A row named Padre/Nodo is for the Nodo inside a Padre alone.
type row struct{ node, items string }

func known(list []complemento) []cfdi.Known {
	out := make([]cfdi.Known, len(list))
	for i := range list {
		c := &list[i]
		out[i] = cfdi.Known{
			Space: c.space, Prefix: c.prefix, Local: c.local, Schema: sitio + c.schema,
			Cadena: func(w *cfdi.CadenaWriter, e *xmldoc.Element) { c.write(w, e, &c.rows[0]) },
		}
	}
	return out
}

// row returns the row of a node inside parent, nil when the stylesheet has none.
func (c *complemento) row(parent, node string) *row {
	var found *row
	for i := range c.rows {
		r := &c.rows[i]
		if r.node == node && found == nil {
			found = r
		}
		if at, inner, ok := strings.Cut(r.node, "/"); ok && at == parent && inner == node {
			return r
		}
	}
	return found
}

func (c *complemento) write(w *cfdi.CadenaWriter, e *xmldoc.Element, r *row) {
	for item := range strings.FieldsSeq(r.items) {
		switch {
		case strings.HasPrefix(item, ">>"):
			c.deep(w, e, item[2:])
		case item[0] == '>':
			for _, child := range e.Children {
				if child.Is(c.space, item[1:]) {
					c.write(w, child, c.row(e.Local, child.Local))
				}
			}
		case item[0] == '=':
			c.text(w, e, item[1:])
		default:
			attribute(w, e, item)
		}
	}
}

// deep writes every node of that name below e.
func (c *complemento) deep(w *cfdi.CadenaWriter, e *xmldoc.Element, node string) {
	for _, child := range e.Children {
		if child.Is(c.space, node) {
			c.write(w, child, c.row(e.Local, node))
		}
		c.deep(w, child, node)
	}
}

// text writes the text of the nodes at the end of a path.
func (c *complemento) text(w *cfdi.CadenaWriter, e *xmldoc.Element, item string) {
	nodes := []*xmldoc.Element{e}
	for name := range strings.SplitSeq(strings.TrimRight(item, "?*"), "/") {
		var next []*xmldoc.Element
		for _, n := range nodes {
			next = append(next, n.All(c.space, name)...)
		}
		nodes = next
	}
	switch {
	case strings.HasSuffix(item, "*"):
		for _, n := range nodes {
			w.Required(whole(n))
		}
	case len(nodes) > 0:
		w.Required(whole(nodes[0]))
	case !strings.HasSuffix(item, "?"):
		w.Required("")
	}
}

// whole returns the text of e as XPath does: with that of the nodes inside.
func whole(e *xmldoc.Element) string {
	text := e.Text
	for _, child := range e.Children {
		text += whole(child)
	}
	return text
}

func attribute(w *cfdi.CadenaWriter, e *xmldoc.Element, item string) {
	if version, name, ok := strings.Cut(item, ":"); ok {
		if has, _ := e.Attr("version"); has != version {
			return
		}
		item = name
	}
	name, optional := strings.CutSuffix(item, "?")
	value, there := e.Attr(name)
	if there || !optional {
		w.Required(value)
	}
}
