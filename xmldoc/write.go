package xmldoc

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Writer writes one document, without indentation: the bytes of a sealed
// Comprobante are final, and white space in them helps nobody. Calls out of
// order (an attribute after a child, an End too many) are bugs and panic. Names and
// prefixes are the caller's own words and not checked, nor is that there is one root.
type Writer struct {
	buf  []byte
	open []string
	tag  bool // the start tag of the innermost element still takes attributes
}

// NewWriter returns a writer that has written the XML declaration.
func NewWriter() *Writer {
	w := &Writer{buf: make([]byte, 0, 6<<10)}
	w.buf = append(w.buf, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"...)
	return w
}

// Start opens an element; name is written as given, with its prefix.
func (w *Writer) Start(name string) {
	w.closeTag()
	w.buf = append(append(w.buf, '<'), name...)
	w.open, w.tag = append(w.open, name), true
}

// Attr writes an attribute of the element just started. Markup is escaped, and
// tab, line feed and carriage return go out as references, so that they come
// back as they are. A character XML cannot carry becomes U+FFFD: validate first.
func (w *Writer) Attr(name, value string) {
	if !w.tag {
		panic("xmldoc: attribute " + name + " outside a start tag")
	}
	w.buf = append(append(w.buf, ' '), name...)
	w.buf = append(w.buf, '=', '"')
	w.escape(value)
	w.buf = append(w.buf, '"')
}

// Opt writes the attribute unless value is "".
func (w *Writer) Opt(name, value string) {
	if value != "" {
		w.Attr(name, value)
	}
}

// Text writes character data, escaped as an attribute value is.
func (w *Writer) Text(s string) {
	w.closeTag()
	w.escape(s)
}

// Raw writes b untouched and unchecked: whole elements read before and carried on.
func (w *Writer) Raw(b []byte) {
	w.closeTag()
	w.buf = append(w.buf, b...)
}

// End closes the innermost element, as <name/> when nothing is inside.
func (w *Writer) End() {
	last := len(w.open) - 1
	if w.tag {
		w.buf, w.tag = append(w.buf, '/', '>'), false
	} else {
		w.buf = append(w.buf, '<', '/')
		w.buf = append(append(w.buf, w.open[last]...), '>')
	}
	w.open = w.open[:last]
}

// Len returns how many bytes are written.
func (w *Writer) Len() int { return len(w.buf) }

// Bytes returns what is written, which nothing is added to any more. It panics while an
// element is open.
func (w *Writer) Bytes() []byte {
	if len(w.open) > 0 {
		panic("xmldoc: element " + w.open[len(w.open)-1] + " is still open")
	}
	return slices.Clip(w.buf)
}

func (w *Writer) closeTag() {
	if w.tag {
		w.buf, w.tag = append(w.buf, '>'), false
	}
}

func (w *Writer) escape(s string) {
	from := 0
	for i := 0; i < len(s); {
		if itself[s[i]] {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if with := escaped(r, n); with != "" {
			w.buf = append(append(w.buf, s[from:i]...), with...)
			from = i + n
		}
		i += n
	}
	w.buf = append(w.buf, s[from:]...)
}

// itself are the bytes that stand for themselves: ASCII but for markup and controls.
var itself = func() (table [256]bool) {
	for c := range rune(utf8.RuneSelf) {
		table[c] = escaped(c, 1) == ""
	}
	return table
}()

// escaped returns what stands for r, "" for itself. n tells an encoded U+FFFD
// from bytes that are not UTF-8.
func escaped(r rune, n int) string {
	const markup = "&<>\"\t\n\r"
	switch {
	case r < utf8.RuneSelf && strings.IndexByte(markup, byte(r)) >= 0:
		return references[r]
	case r == utf8.RuneError && n == 1, !xmlChar(r):
		return "\uFFFD"
	}
	return ""
}

var references = map[rune]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;",
	'\t': "&#9;", '\n': "&#10;", '\r': "&#13;",
}
