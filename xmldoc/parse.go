package xmldoc

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
	bom        = "\xef\xbb\xbf"
)

// Parse reads one document and returns its root. The error is an *Error. The
// tree keeps a copy of the source alive, not b itself.
func Parse(b []byte) (*Element, error) {
	elements, attrs, err := weigh(b)
	if err != nil {
		return nil, err
	}
	src := string(b)
	if elements > dryRun/2 {
		if _, err := read(&parser{src: src, dry: true}); err != nil {
			return nil, err
		}
	}
	return read(&parser{src: src, elements: make([]Element, 0, min(elements, firstSlab)), attrs: make([]Attr, 0, min(attrs, 4*firstSlab)), scratch: make([]Attr, 0, min(attrs, 24))})
}

// firstSlab bounds what is taken at once for the nodes that were counted: text may look
// like nodes.
const firstSlab = 1024

// dryRun is how many marks make a document worth checking to its end before a
// tree is built: a hostile one then costs its own size and no more.
const dryRun = 50_000

func read(p *parser) (*Element, error) {
	p.in = append(make([]NS, 0, 8), NS{"xml", xmlSpace})
	if err := p.document(); err != nil {
		return nil, err
	}
	return p.root, nil
}

// weigh refuses by size and count before anything is allocated, and returns how many
// elements and attributes there are at most: markup outside its place ('<' in CDATA,
// '=' in text) counts too.
func weigh(b []byte) (elements, attrs int, err error) {
	p := &parser{}
	if len(b) > MaxBytes {
		return 0, 0, p.fail("limit", "el archivo pesa más de 10 MB")
	}
	elements, attrs = bytes.Count(b, []byte("<"))-bytes.Count(b, []byte("</")), bytes.Count(b, []byte("="))
	switch {
	case elements > MaxNodes:
		return 0, 0, p.fail("limit", "el archivo tiene más de 250 000 elementos")
	case attrs > MaxAttrs:
		return 0, 0, p.fail("limit", "el archivo tiene más de 500 000 atributos")
	case !utf8.Valid(b):
		p.src, p.pos = string(b[:invalidAt(b)]), invalidAt(b)
		return 0, 0, p.fail("encoding", "el archivo no está en UTF-8; pídelo de nuevo a quien lo emitió")
	}
	return elements, attrs, nil
}

func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// A parser walks the source once, left to right, with the open elements on a
// stack of its own, so that depth costs no goroutine stack.
type parser struct {
	src  string
	pos  int
	dry  bool // check only: keep neither children, attributes nor text
	root *Element
	open []*Element
	in   []NS    // namespace declarations in scope, innermost last
	text []texts // character data of each open element, beside open

	elements []Element // slabs: one allocation for many nodes
	attrs    []Attr
	lists    []*Element // slab of the lists of children
	closed   []*Element // children of the open elements, as they ended
	began    []int      // where in closed those of each open element begin
	scratch  []Attr     // attributes of the tag being read
	decls    []NS
}

// texts gathers character data; the usual single run costs no copy.
type texts struct {
	first string
	more  []byte
}

func (t *texts) add(s string) {
	switch {
	case t.more != nil:
		t.more = append(t.more, s...)
	case t.first == "":
		t.first = s
	case s != "":
		t.more = append([]byte(t.first), s...)
	}
}

func (t *texts) String() string {
	if t.more != nil {
		return string(t.more)
	}
	return t.first
}

func (p *parser) fail(code, message string) *Error { return p.failAt(p.pos, code, message) }

func (p *parser) failAt(pos int, code, message string) *Error {
	before := p.src[:min(pos, len(p.src))]
	line := strings.Count(before, "\n")
	begin := 0
	if line > 0 {
		begin = strings.LastIndexByte(before, '\n') + 1
	}
	column := utf8.RuneCountInString(before[begin:])
	return &Error{Code: code, Line: line + 1, Column: column + 1, Offset: pos, Message: message}
}

func (p *parser) has(prefix string) bool { return strings.HasPrefix(p.src[p.pos:], prefix) }

func (p *parser) eof() bool { return p.pos >= len(p.src) }

func (p *parser) document() error {
	if p.has(bom) {
		p.pos += len(bom)
	}
	if err := p.declaration(); err != nil {
		return err
	}
	for !p.eof() {
		if err := p.next(); err != nil {
			return err
		}
	}
	switch {
	case len(p.open) > 0:
		return p.fail("syntax", "el archivo está cortado: falta cerrar "+quote(p.open[len(p.open)-1].Name()))
	case p.root == nil:
		return p.fail("root", "el archivo está vacío o no es XML")
	}
	return nil
}

// next takes one piece of content or markup.
func (p *parser) next() error {
	if p.src[p.pos] != '<' {
		return p.characters()
	}
	rest := p.src[p.pos:]
	switch {
	case len(rest) < 2:
		return p.fail("syntax", "el archivo está cortado")
	case rest[1] == '/':
		return p.endTag()
	case rest[1] == '?':
		return p.fail("instruction", "trae una instrucción de proceso (<?…?>), que un comprobante no lleva")
	case rest[1] != '!':
		return p.startTag()
	case strings.HasPrefix(rest, "<!--"):
		return p.comment()
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.cdata()
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return p.fail("doctype", "trae una declaración DOCTYPE, que no aceptamos por seguridad")
	}
	return p.fail("syntax", "trae una marca <! desconocida")
}

func (p *parser) characters() error {
	start := p.pos
	end := strings.IndexByte(p.src[start:], '<')
	if end < 0 {
		end = len(p.src) - start
	}
	raw := p.src[start : start+end]
	if len(p.open) == 0 {
		if i := strings.IndexFunc(raw, notSpace); i >= 0 {
			return p.failAt(start+i, "root", "hay texto fuera del elemento raíz")
		}
		p.pos += end
		return nil
	}
	if i := strings.Index(raw, "]]>"); i >= 0 {
		return p.failAt(start+i, "syntax", "el texto trae ]]> sin abrir")
	}
	s, err := p.unescape(start, raw, false)
	if err != nil {
		return err
	}
	p.keepText(s)
	p.pos += end
	return nil
}

func (p *parser) comment() error {
	start := p.pos
	body := p.src[start+len("<!--"):]
	end := strings.Index(body, "--")
	if end < 0 || !strings.HasPrefix(body[end:], "-->") {
		return p.fail("syntax", "trae un comentario mal cerrado")
	}
	if err := p.check(start+len("<!--"), body[:end], false); err != nil {
		return err
	}
	p.pos = start + len("<!--") + end + len("-->")
	return nil
}

func (p *parser) cdata() error {
	start := p.pos + len("<![CDATA[")
	if len(p.open) == 0 {
		return p.fail("root", "hay texto fuera del elemento raíz")
	}
	end := strings.Index(p.src[start:], "]]>")
	if end < 0 {
		return p.fail("syntax", "trae una sección CDATA sin cerrar")
	}
	body := p.src[start : start+end]
	if err := p.check(start, body, false); err != nil {
		return err
	}
	p.keepText(lineFeeds(body))
	p.pos = start + end + len("]]>")
	return nil
}

func (p *parser) endTag() error {
	start := p.pos
	if len(p.open) == 0 {
		return p.fail("syntax", "cierra un elemento que nunca se abrió")
	}
	e := p.open[len(p.open)-1]
	p.pos += len("</")
	name := p.name()
	if name != e.Name() {
		return p.failAt(start, "syntax", "cierra "+quote(name)+" donde toca cerrar "+quote(e.Name()))
	}
	p.spaces()
	if !p.has(">") {
		return p.fail("syntax", "la etiqueta de cierre de "+quote(name)+" está mal escrita")
	}
	p.pos++
	p.close(e)
	return nil
}

func (p *parser) close(e *Element) {
	last := len(p.open) - 1
	e.Text, e.End = p.text[last].String(), p.pos
	p.in = p.in[:len(p.in)-len(e.Decls)]
	if !p.dry {
		e.Children = p.keepChildren(p.closed[p.began[last]:])
		p.closed = append(p.closed[:p.began[last]], e)
	}
	p.open, p.text, p.began = p.open[:last], p.text[:last], p.began[:last]
}

func (p *parser) keepChildren(list []*Element) []*Element {
	if len(list) == 0 {
		return nil
	}
	if cap(p.lists)-len(p.lists) < len(list) {
		p.lists = make([]*Element, 0, max(len(list), min(4096, max(32, 2*cap(p.lists)))))
	}
	from := len(p.lists)
	p.lists = append(p.lists, list...)
	return slices.Clip(p.lists[from:])
}

func (p *parser) startTag() error {
	start := p.pos
	if len(p.open) == 0 && p.root != nil {
		return p.fail("root", "trae un segundo elemento raíz")
	}
	if len(p.open) >= MaxDepth {
		return p.fail("limit", "anida más de 64 elementos")
	}
	p.pos++
	name := p.name()
	prefix, local, ok := splitName(name)
	if len(name) > MaxNameBytes {
		return p.failAt(start, "limit", "el nombre de un elemento pesa más de 1 KB")
	}
	if !ok {
		return p.failAt(start, "syntax", "el nombre de un elemento está mal escrito")
	}
	if err := p.attributes(name); err != nil {
		return err
	}
	e := p.newElement()
	e.Prefix, e.Local, e.Start = prefix, local, start
	if err := p.bind(e); err != nil {
		return err
	}
	p.attach(e)
	if p.has("/>") {
		p.pos += len("/>")
		p.close(e)
		return nil
	}
	p.pos++ // attributes stopped at '>'
	return nil
}

func (p *parser) attach(e *Element) {
	if len(p.open) == 0 {
		p.root = e
	} else {
		e.Parent = p.open[len(p.open)-1]
	}
	p.open, p.text, p.began = append(p.open, e), append(p.text, texts{}), append(p.began, len(p.closed))
}

func (p *parser) keepText(s string) {
	if !p.dry {
		p.text[len(p.text)-1].add(s)
	}
}

// newElement and keepAttrs take nodes from slabs that grow with the document.
func (p *parser) newElement() *Element {
	if p.dry {
		if p.elements == nil {
			p.elements = make([]Element, MaxDepth) // one for each depth is enough
		}
		e := &p.elements[len(p.open)]
		*e = Element{}
		return e
	}
	if len(p.elements) == cap(p.elements) {
		p.elements = make([]Element, 0, min(1024, max(8, 2*cap(p.elements))))
	}
	p.elements = p.elements[:len(p.elements)+1]
	return &p.elements[len(p.elements)-1]
}

func (p *parser) keepAttrs(attrs []Attr) []Attr {
	if len(attrs) == 0 || p.dry {
		return nil
	}
	if cap(p.attrs)-len(p.attrs) < len(attrs) {
		p.attrs = make([]Attr, 0, max(len(attrs), min(4096, max(32, 2*cap(p.attrs)))))
	}
	from := len(p.attrs)
	p.attrs = append(p.attrs, attrs...)
	return slices.Clip(p.attrs[from:])
}
