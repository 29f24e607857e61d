package cfdi

import (
	"strings"

	"iofacturo.mx/xmldoc"
)

// Rows are the part of one complement in the cadena original, node by node; the
// first row is that of its element.
type Rows []Row

// A Row is one node and, in its second text, what it gives to the cadena, in order:
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
type Row [2]string

// Row returns the row of a node inside parent, nil when the stylesheet has none.
func (rs Rows) Row(parent, node string) *Row {
	var found *Row
	for i := range rs {
		r := &rs[i]
		if r[0] == node && found == nil {
			found = r
		}
		if at, inner, ok := strings.Cut(r[0], "/"); ok && at == parent && inner == node {
			return r
		}
	}
	return found
}

// WriteCadena adds what the rows take from e, whose nodes are all of one namespace.
func (rs Rows) WriteCadena(w *CadenaWriter, e *xmldoc.Element) { rs.write(w, e, &rs[0]) }

func (rs Rows) write(w *CadenaWriter, e *xmldoc.Element, r *Row) {
	if r == nil {
		return
	}
	for item := range strings.FieldsSeq(r[1]) {
		switch {
		case strings.HasPrefix(item, ">>"):
			rs.deep(w, e, item[2:])
		case item[0] == '>':
			for _, child := range e.Children {
				if child.Is(e.Space, item[1:]) {
					rs.write(w, child, rs.Row(e.Local, child.Local))
				}
			}
		case item[0] == '=':
			rs.text(w, e, item[1:])
		default:
			rowAttribute(w, e, item)
		}
	}
}

// deep writes every node of that name below e.
func (rs Rows) deep(w *CadenaWriter, e *xmldoc.Element, node string) {
	for _, child := range e.Children {
		if child.Is(e.Space, node) {
			rs.write(w, child, rs.Row(e.Local, node))
		}
		rs.deep(w, child, node)
	}
}

// text writes the text of the nodes at the end of a path.
func (rs Rows) text(w *CadenaWriter, e *xmldoc.Element, item string) {
	nodes := []*xmldoc.Element{e}
	for name := range strings.SplitSeq(strings.TrimRight(item, "?*"), "/") {
		var next []*xmldoc.Element
		for _, n := range nodes {
			next = append(next, n.All(e.Space, name)...)
		}
		nodes = next
	}
	switch {
	case strings.HasSuffix(item, "*"):
		for _, n := range nodes {
			w.Required(wholeText(n))
		}
	case len(nodes) > 0:
		w.Required(wholeText(nodes[0]))
	case !strings.HasSuffix(item, "?"):
		w.Required("")
	}
}

// wholeText returns the text of e as XPath does: with that of the nodes inside.
func wholeText(e *xmldoc.Element) string {
	text := e.Text
	for _, child := range e.Children {
		text += wholeText(child)
	}
	return text
}

func rowAttribute(w *CadenaWriter, e *xmldoc.Element, item string) {
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
