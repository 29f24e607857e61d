package xmldoc

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
)

// node is what every parser must agree on: names, attributes and text, in order.
type node struct {
	Space, Local string
	Attrs        []Attr
	Text         string
	Children     []node
}

func ours(e *Element) node {
	n := node{Space: e.Space, Local: e.Local, Text: e.Text}
	for _, a := range e.Attrs {
		n.Attrs = append(n.Attrs, Attr{Space: a.Space, Local: a.Local, Value: a.Value})
	}
	for _, c := range e.Children {
		n.Children = append(n.Children, ours(c))
	}
	return n
}

// standard reads the same tree with encoding/xml.
func standard(b []byte) (node, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte(bom))))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var stack []*node
	var root *node
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if root == nil {
				return node{}, io.ErrUnexpectedEOF
			}
			return *root, nil
		}
		if err != nil {
			return node{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{Space: token.Name.Space, Local: token.Name.Local, Attrs: standardAttrs(token.Attr)}
			if len(stack) == 0 {
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if len(stack) > 0 {
				parent := stack[len(stack)-1]
				parent.Children = append(parent.Children, *n)
			}
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].Text += string(token)
			}
		}
	}
}

// standardAttrs drops declarations and does the white space normalization that
// encoding/xml leaves out. A literal and a referenced line feed look alike
// there, so the comparison is made with both as a space.
func standardAttrs(in []xml.Attr) []Attr {
	var out []Attr
	for _, a := range in {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		out = append(out, Attr{Space: a.Name.Space, Local: a.Name.Local, Value: a.Value})
	}
	return out
}

// second reads with beevik/etree, which has a tree and namespaces of its own.
func second(b []byte) (node, error) {
	doc := etree.NewDocument()
	doc.ReadSettings.PreserveDuplicateAttrs = true
	if err := doc.ReadFromBytes(bytes.TrimPrefix(b, []byte(bom))); err != nil {
		return node{}, err
	}
	if doc.Root() == nil {
		return node{}, io.ErrUnexpectedEOF
	}
	return fromEtree(doc.Root()), nil
}

func fromEtree(e *etree.Element) node {
	n := node{Space: e.NamespaceURI(), Local: e.Tag}
	for _, a := range e.Attr {
		if a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns" {
			continue
		}
		attr := Attr{Local: a.Key, Value: a.Value}
		if a.Space != "" {
			attr.Space = a.NamespaceURI()
		}
		if a.Space == "xml" {
			attr.Space = xmlSpace
		}
		n.Attrs = append(n.Attrs, attr)
	}
	for _, c := range e.Child {
		switch c := c.(type) {
		case *etree.Element:
			n.Children = append(n.Children, fromEtree(c))
		case *etree.CharData:
			n.Text += c.Data
		}
	}
	return n
}

// blank makes what the other parsers do not normalize look alike.
func blank(n node) node {
	flat := strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ")
	n.Text = flat.Replace(n.Text)
	n.Attrs = slices.Clone(n.Attrs)
	for i := range n.Attrs {
		n.Attrs[i].Value = flat.Replace(n.Attrs[i].Value)
	}
	n.Children = slices.Clone(n.Children)
	for i := range n.Children {
		n.Children[i] = blank(n.Children[i])
	}
	return n
}

// agree fails unless the other parsers accept what we accept and see the same.
func agree(t *testing.T, b []byte) {
	t.Helper()
	root, err := Parse(b)
	if err != nil {
		return // stricter is fine
	}
	want := blank(ours(root))
	for name, parse := range map[string]func([]byte) (node, error){"encoding/xml": standard, "etree": second} {
		got, err := parse(b)
		if err != nil {
			t.Fatalf("%s refuses what we accept: %v\n%q", name, err, b)
		}
		if diff := cmp.Diff(want, blank(got)); diff != "" {
			t.Fatalf("%s sees another document (-ours +theirs):\n%s\n%q", name, diff, b)
		}
	}
	within(t, b, root, 0, len(b))
}

// within checks that offsets nest and cut whole elements.
func within(t *testing.T, b []byte, e *Element, from, to int) {
	t.Helper()
	if e.Start < from || e.End > to || b[e.Start] != '<' || b[e.End-1] != '>' {
		t.Fatalf("%s stands at %d:%d inside %d:%d", e.Path(), e.Start, e.End, from, to)
	}
	at := e.Start
	for _, c := range e.Children {
		within(t, b, c, at, e.End)
		at = c.End
	}
}

func TestOtherParsersSeeTheSame(t *testing.T) {
	agree(t, []byte(sample))
	files := samples(t)
	if len(files) == 0 {
		t.Skip("../shared/sat/samples is absent: only our own sample was compared")
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(b); err != nil {
				t.Fatal(err)
			}
			agree(t, b)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	for _, s := range []string{
		`<a/>`, `<a b="&#10;"/>`, `<a xmlns="u"><b xmlns=""/></a>`, `<p:a xmlns:p="u" p:b="1" b="2"/>`, `<a>x<![CDATA[y]]>z</a>`,
		`<a><!-- c -->t</a>`, "<a b='\t\n'/>", `<a xml:lang="es"/>`, `<á é="í"/>`, `<a></a >`, `<?xml version='1.0'?><a/>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { agree(t, b) })
}

func BenchmarkParse(b *testing.B) {
	line := `<c:L Clave="01010101" Cantidad="1.00" Descripcion="Servicio de consultoría" Importe="100.00"><c:T Base="100.00" Tasa="0.160000"/></c:L>`
	src := []byte(`<c:A xmlns:c="urn:c">` + strings.Repeat(line, 100) + `</c:A>`)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(src); err != nil {
			b.Fatal(err)
		}
	}
}
