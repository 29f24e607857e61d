// Package xmldoc reads foreign XML strictly and writes ours.
//
// The reader is one tokenizer of our own, since encoding/xml lets pass what a
// signed document must not contain. It refuses, each with line, column and a
// Spanish sentence: DOCTYPE and every entity but the five of XML and character
// references; processing instructions other than the XML declaration; duplicate
// attributes, also under two prefixes of one namespace; prefixes nobody
// declared; a second root or text beside the root; any encoding but UTF-8,
// characters XML forbids; and whatever is beyond the limits ([MaxBytes] and its
// neighbours), which it mostly sees before it allocates.
//
// Accepted: a byte order mark at the very start (many issuers of CFDI write
// one); comments, which are ignored and split no text; CDATA sections, which
// are text. Line ends and attribute white space are normalized as XML 1.0
// sections 2.11 and 3.3.3 say, so that every conforming reader sees the same.
//
//	root, err := xmldoc.Parse(b)
//	if !root.Is("http://www.sat.gob.mx/cfd/4", "Comprobante") { … }
//	for _, c := range root.Child(ns, "Conceptos").All(ns, "Concepto") {
//		v, ok := c.Attr("Importe")
//	}
//	original := b[c.Start:c.End] // the bytes as they came
//
// A [Writer] escapes what it is given and writes the document in one go:
//
//	w := xmldoc.NewWriter()
//	w.Start("cfdi:Emisor")
//	w.Attr("Rfc", rfc)
//	w.End()
//	b = w.Bytes()
//
// The package knows nothing of the SAT and of no schema: which element may stand how
// often is the caller's to check, by namespace and name, never by prefix. It opens no
// file and no connection.
package xmldoc

import (
	"fmt"
	"strconv"
)

// The limits of Parse. What exceeds one is refused with Code "limit".
const (
	MaxBytes      = 10 << 20 // of a document
	MaxDepth      = 64       // elements inside one another
	MaxNodes      = 250_000  // elements, comments and CDATA sections
	MaxAttrs      = 500_000  // attributes in a document
	MaxTagAttrs   = 256      // attributes of one element
	MaxAttrBytes  = 1 << 20  // of one attribute value as written
	MaxNameBytes  = 1 << 10  // of one name, prefix included
	MaxNamespaces = 256      // namespace declarations in scope at once
)

// An Attr is an attribute other than a namespace declaration. Space is its
// namespace, "" without prefix. Value is unescaped and normalized.
type Attr struct{ Space, Prefix, Local, Value string }

// A NS is a namespace declaration: xmlns:Prefix="Space", or xmlns="Space" when
// Prefix is "".
type NS struct{ Prefix, Space string }

// An Element is one element of a parsed document. Its methods work on a nil
// *Element as on one without attributes and children, so that steps can be
// chained.
type Element struct {
	Space, Prefix, Local string
	Attrs                []Attr // in document order
	Decls                []NS   // namespaces declared on this very element
	Children             []*Element
	Text                 string // character data directly inside, CDATA included
	Start, End           int    // byte offsets: source[Start:End] is the element as written
	Parent               *Element
}

// Attr returns the value of the attribute with that name and no namespace.
func (e *Element) Attr(local string) (string, bool) { return e.AttrNS("", local) }

// AttrNS returns the value of the attribute with that namespace and name.
func (e *Element) AttrNS(space, local string) (string, bool) {
	if e == nil {
		return "", false
	}
	for i := range e.Attrs {
		if a := &e.Attrs[i]; a.Local == local && a.Space == space {
			return a.Value, true
		}
	}
	return "", false
}

// Is reports whether e has that namespace and name, whatever its prefix.
func (e *Element) Is(space, local string) bool {
	return e != nil && e.Local == local && e.Space == space
}

// Child returns the first child with that namespace and name, or nil.
func (e *Element) Child(space, local string) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		if c.Is(space, local) {
			return c
		}
	}
	return nil
}

// All returns the children with that namespace and name, in document order.
func (e *Element) All(space, local string) []*Element {
	if e == nil {
		return nil
	}
	var all []*Element
	for _, c := range e.Children {
		if c.Is(space, local) {
			all = append(all, c)
		}
	}
	return all
}

// Lookup returns the namespace that prefix stands for at e. A caller who cuts
// source[Start:End] out of its document declares these anew.
func (e *Element) Lookup(prefix string) (space string, ok bool) {
	for ; e != nil; e = e.Parent {
		for _, d := range e.Decls {
			if d.Prefix == prefix {
				return d.Space, true
			}
		}
	}
	return "", prefix == ""
}

// Name returns the name as written, with its prefix.
func (e *Element) Name() string {
	if e == nil {
		return ""
	}
	return qualified(e.Prefix, e.Local)
}

// Path tells where e stands: "/cfdi:Comprobante/cfdi:Conceptos/cfdi:Concepto[2]".
// The number, from 1, appears where siblings share the name.
func (e *Element) Path() string {
	if e == nil {
		return ""
	}
	return e.Parent.Path() + "/" + e.Name() + e.position()
}

func (e *Element) position() string {
	if e.Parent == nil {
		return ""
	}
	n, at := 0, 0
	for _, c := range e.Parent.Children {
		if c.Is(e.Space, e.Local) {
			n++
		}
		if c == e {
			at = n
		}
	}
	if n < 2 {
		return ""
	}
	return "[" + strconv.Itoa(at) + "]"
}

// An Error says why and where a document was refused. Code is stable
// (doctype, instruction, entity, duplicate, prefix, root, encoding, limit,
// syntax); Message is Spanish, for the user. Line and Column count from 1,
// Column in characters.
type Error struct {
	Code         string
	Line, Column int
	Offset       int // in bytes
	Message      string
}

// Error returns the message with its place.
func (e *Error) Error() string {
	return fmt.Sprintf("XML, línea %d, columna %d: %s", e.Line, e.Column, e.Message)
}

func qualified(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}
