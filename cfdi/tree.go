package cfdi

import (
	"iofacturo.mx/xmldoc"
)

// A Walker is a Complemento that shows its nodes one by one, in the order of its
// schema. [Apply] mends only in complements that do.
type Walker interface {
	Complemento
	// Walk takes t through every node.
	Walk(t Tree)
}

// A Tree is taken through the nodes of a complement, in an order that is both that of
// the XML and that of the cadena: a complement of many nodes walks them once, and that
// walk writes it, seals it and finds its attributes.
//
//	func (n *Nomina) Walk(t cfdi.Tree) {
//		t.Open("Nomina", "", n.fields())
//		t.Open("Receptor", "Receptor", n.Receptor.fields())
//		cfdi.WalkLeaves(t, "SubContratacion", "Receptor.SubContratacion", n.Receptor.SubContratacion, (*SubContratacion).fields)
//		t.Close()
//		t.Close()
//	}
//
//	func (n *Nomina) WriteCadena(w *cfdi.CadenaWriter) { n.Walk(cfdi.CadenaTree(w)) }
//	func (n *Nomina) WriteXML(w *xmldoc.Writer)        { n.Walk(cfdi.XMLTree(w, "nomina12")) }
//
// Names are those of the elements, without prefix. Paths are those of findings, below
// the complement; "" is the complement itself.
type Tree struct {
	open   func(name, path string, fields []Field)
	close  func()
	placed bool // whether anybody reads the paths
}

// CadenaTree adds the attributes of each node to the cadena original.
func CadenaTree(w *CadenaWriter) Tree {
	return Tree{open: func(_, _ string, fields []Field) { w.Fields(fields) }, close: func() {}}
}

// XMLTree writes each node under the prefix of the complement.
func XMLTree(w *xmldoc.Writer, prefix string) Tree {
	return Tree{
		open: func(name, _ string, fields []Field) {
			w.Start(prefix + ":" + name)
			WriteFields(w, fields)
		},
		close: w.End,
	}
}

// VisitTree calls visit with the path and the attributes of each node; nodes that only
// group others have none.
func VisitTree(visit func(path string, fields []Field)) Tree {
	return Tree{open: func(_, path string, fields []Field) { visit(path, fields) }, close: func() {}, placed: true}
}

// Open begins a node, which Close ends; those opened between are inside it.
func (t Tree) Open(name, path string, fields []Field) { t.open(name, path, fields) }

// Close ends the node opened last.
func (t Tree) Close() { t.close() }

// Leaf is a node without others inside.
func (t Tree) Leaf(name, path string, fields []Field) {
	t.open(name, path, fields)
	t.close()
}

// At returns the path of one of a list, as Ubicaciones[2]; "" where nobody reads it.
func (t Tree) At(list string, i int) string {
	if !t.placed {
		return ""
	}
	return at(list, i)
}

// WalkLeaves takes t through a list of nodes without others inside; path is that of the
// list.
func WalkLeaves[T any](t Tree, name, path string, list []T, fields func(*T) []Field) {
	for i := range list {
		t.Leaf(name, t.At(path, i), fields(&list[i]))
	}
}

// WalkGroup takes t through a node that only groups leaves and is absent without them.
func WalkGroup[T any](t Tree, outer, name, path string, list []T, fields func(*T) []Field) {
	if len(list) > 0 {
		t.Open(outer, path, nil)
		WalkLeaves(t, name, path, list, fields)
		t.Close()
	}
}
