package xmldoc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWriterWrites(t *testing.T) {
	w := NewWriter()
	w.Start("c:A")
	w.Attr("xmlns:c", "urn:c")
	w.Attr("Empty", "")
	w.Opt("Absent", "")
	w.Opt("Text", "a&b<c>d\"e'f\tg\nh\ri")
	w.Start("c:B")
	w.End()
	w.Raw([]byte("<raw/>"))
	w.Start("c:C")
	w.Text("1 < 2")
	w.End()
	w.End()
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<c:A xmlns:c="urn:c" Empty="" Text="a&amp;b&lt;c&gt;d&quot;e'f&#9;g&#10;h&#13;i"><c:B/><raw/><c:C>1 &lt; 2</c:C></c:A>`
	if diff := cmp.Diff(want, string(w.Bytes())); diff != "" {
		t.Error(diff)
	}
}

func TestWriterNeverWritesWhatXMLForbids(t *testing.T) {
	w := NewWriter()
	w.Start("a")
	w.Attr("v", "x\x00\x1b\xff\ufffe\ufffdñ")
	w.End()
	root, err := Parse(w.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := root.Attr("v"); v != "x\ufffd\ufffd\ufffd\ufffd\ufffdñ" {
		t.Errorf("v = %q", v)
	}
}

func TestWriterPanicsOnDisorder(t *testing.T) {
	for name, f := range map[string]func(w *Writer){
		"attribute after a child": func(w *Writer) { w.Start("a"); w.Start("b"); w.End(); w.Attr("c", "") },
		"end too many":            func(w *Writer) { w.Start("a"); w.End(); w.End() },
		"bytes while open":        func(w *Writer) { w.Start("a"); w.Bytes() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f(NewWriter())
		}()
	}
}

// TestReadWhatWasWritten draws trees, writes them and reads them back.
func TestReadWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tree().Draw(t, "tree")
		w := NewWriter()
		want.write(w, true)
		root, err := Parse(w.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, w.Bytes())
		}
		if diff := cmp.Diff(want, ours(root)); diff != "" {
			t.Fatalf("%s\n%s", diff, w.Bytes())
		}
	})
}

func (n node) write(w *Writer, root bool) {
	w.Start("p:" + n.Local)
	if root {
		w.Attr("xmlns:p", "urn:p")
	}
	for _, a := range n.Attrs {
		w.Attr(a.Local, a.Value)
	}
	if n.Text != "" {
		w.Text(n.Text)
	}
	for _, c := range n.Children {
		c.write(w, false)
	}
	w.End()
}

func tree() *rapid.Generator[node] {
	text := rapid.StringOf(rapid.OneOf(
		rapid.SampledFrom([]rune("&<>\"'\t\n\r ]]>--ñÁ€😀\u2028")),
		rapid.Rune().Filter(xmlChar),
	))
	var grow func(depth int) *rapid.Generator[node]
	grow = func(depth int) *rapid.Generator[node] {
		return rapid.Custom(func(t *rapid.T) node {
			n := node{Space: "urn:p", Local: rapid.SampledFrom([]string{"A", "Año", "b-c.d", "_e1"}).Draw(t, "name")}
			n.Text = text.Draw(t, "text")
			for _, local := range []string{"x", "y", "z"} {
				if rapid.Bool().Draw(t, local) {
					n.Attrs = append(n.Attrs, Attr{Local: local, Value: text.Draw(t, "value")})
				}
			}
			if depth > 0 {
				n.Children = rapid.SliceOfN(grow(depth-1), 0, 3).Draw(t, "children")
			}
			if len(n.Children) == 0 {
				n.Children = nil
			}
			return n
		})
	}
	return grow(2)
}

func FuzzWriteAttr(f *testing.F) {
	for _, s := range []string{"", "a&b", "<\"'>", "\t\n\r", "ñ😀", "\x00\xff", "]]>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := NewWriter()
		w.Start("a")
		w.Attr("v", s)
		w.End()
		root, err := Parse(w.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if !xmlChar(r) {
				return '\ufffd'
			}
			return r
		}, s)
		if v, _ := root.Attr("v"); v != want {
			t.Fatalf("%q came back as %q", s, v)
		}
	})
}
