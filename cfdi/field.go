package cfdi

import (
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// A Field ties one attribute of a SAT node to where its value lives. A node
// lists its fields once, in SAT order; reading, writing, cadena, clean-up and
// the search for missing attributes all walk that list. Complement packages
// build theirs the same way.
type Field struct {
	Name string
	use  use
	text *string
	num  *decimal.Decimal
}

type use uint8

const (
	requiredUse use = iota
	optionalUse
	unsealedUse // in the XML, never in the cadena: Sello and Certificado
	verbatimUse // required, and its inner spaces are part of the value
)

// Required is a text attribute that every such node must have.
func Required(name string, v *string) Field { return Field{name, requiredUse, v, nil} }

// Optional is a text attribute that is left out when empty.
func Optional(name string, v *string) Field { return Field{name, optionalUse, v, nil} }

// RequiredNumber is a number that every such node must have.
func RequiredNumber(name string, v *decimal.Decimal) Field {
	return Field{name, requiredUse, nil, v}
}

// OptionalNumber is a number that is left out when absent.
func OptionalNumber(name string, v *decimal.Decimal) Field {
	return Field{name, optionalUse, nil, v}
}

// Unsealed is a required text that the cadena does not cover: Sello, Certificado.
func Unsealed(name string, v *string) Field { return unsealed(name, v) }

func unsealed(name string, v *string) Field { return Field{name, unsealedUse, v, nil} }
func verbatim(name string, v *string) Field { return Field{name, verbatimUse, v, nil} }

// String returns the value as the XML has it, "" when absent.
func (f Field) String() string {
	if f.num != nil {
		return f.num.String()
	}
	return *f.text
}

// normalize brings a text to the form the schema reads (white space
// collapsed). NumeroPedimento keeps its double spaces, which are its pattern.
func (f Field) normalize() {
	switch {
	case f.text == nil:
	case f.use == verbatimUse:
		*f.text = strings.Trim(*f.text, " \t\r\n")
	default:
		*f.text = collapse(*f.text)
	}
}

func (f Field) set(e *xmldoc.Element, value string) error {
	if f.text != nil {
		*f.text = value
		if value == "" && f.use == optionalUse {
			return readError(e, "el atributo "+f.Name+" está vacío; si no hay valor, el atributo no debe ir")
		}
		return nil
	}
	d, err := decimal.ParseXML(strings.Trim(value, " \t\r\n"))
	if err != nil {
		return readError(e, "el atributo "+f.Name+" no es un número válido: "+Quoted(value))
	}
	*f.num = d
	return nil
}

// WriteFields writes the attributes of the element just started; those without
// a value are left out.
func WriteFields(w *xmldoc.Writer, fields []Field) {
	var buf [40]byte
	for _, f := range fields {
		if f.num != nil {
			w.Opt(f.Name, string(f.num.Append(buf[:0])))
		} else {
			w.Opt(f.Name, *f.text)
		}
	}
}

const xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"

// ReadFields reads the attributes of e. It refuses an attribute that is not in
// the list: what the cadena does not cover must not be in a node of the SAT.
// Missing attributes stay empty; the rules report them.
func ReadFields(e *xmldoc.Element, fields []Field) error {
	for _, a := range e.Attrs {
		if a.Space == xsiSpace {
			continue
		}
		f, ok := findField(fields, a)
		if !ok {
			return readError(e, "el atributo "+Quoted(a.Local)+" no existe en este nodo")
		}
		if err := f.set(e, a.Value); err != nil {
			return err
		}
	}
	return nil
}

func findField(fields []Field, a xmldoc.Attr) (Field, bool) {
	for _, f := range fields {
		if a.Space == "" && f.Name == a.Local {
			return f, true
		}
	}
	return Field{}, false
}

// ReadChildren sorts the children of e, all of one namespace, by name and
// checks order and number. Each name stands for exactly one child; with "?"
// at its end for none or one, with "*" for any number. The result has one
// list for each name. Text between them is refused.
func ReadChildren(e *xmldoc.Element, space string, names ...string) ([][]*xmldoc.Element, error) {
	if strings.Trim(e.Text, " \t\r\n") != "" {
		return nil, readError(e, "tiene texto donde solo van nodos")
	}
	lists := make([][]*xmldoc.Element, len(names))
	at := 0
	for k, child := range e.Children {
		i := at
		for i < len(names) && !child.Is(space, strings.TrimRight(names[i], "?*")) {
			i++
		}
		if i == len(names) {
			return nil, readError(child, "este nodo no va aquí o está fuera de orden")
		}
		if len(lists[i]) == 1 && !strings.HasSuffix(names[i], "*") {
			return nil, readError(child, "este nodo está repetido")
		}
		// Those of one name stand side by side: their list is a part of the children's.
		lists[i] = e.Children[k-len(lists[i]) : k+1 : k+1]
		at = i
	}
	for i, name := range names {
		if len(lists[i]) == 0 && strings.TrimRight(name, "?*") == name {
			return nil, readError(e, "falta el nodo "+name)
		}
	}
	return lists, nil
}

// A ReadError says why well-formed XML is not a CFDI 4.0.
type ReadError struct {
	Path    string // of the element, as [xmldoc.Element.Path] gives it
	Message string // Spanish
}

// Error returns place and reason.
func (e *ReadError) Error() string { return e.Path + ": " + e.Message }

// NewReadError says why e cannot be read.
func NewReadError(e *xmldoc.Element, message string) error { return readError(e, message) }

func readError(e *xmldoc.Element, message string) error {
	return &ReadError{Path: e.Path(), Message: message}
}

// Quoted shows foreign text in a message, cut to a readable length.
func Quoted(s string) string { return "«" + Cut(s) + "»" }

// Cut brings foreign text to a length that can be read in a message.
func Cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
