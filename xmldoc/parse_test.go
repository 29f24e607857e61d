package xmldoc

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = "\xef\xbb\xbf" + `<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<!-- exported -->
<c:Doc xmlns:c="urn:c" xmlns:x='urn:x' Total = "1.00" x:lugar='a"b'>
  <c:Line Text="a&amp;b&#10;c	d&#x1F600;"/><c:Line Text="Ñandú"/>
  <Free xmlns="urn:d"><In xmlns="" a="1"/>one<!-- - -->two<![CDATA[<&>]]>&lt;</Free>
</c:Doc>
`

func TestParseReadsWhatIsThere(t *testing.T) {
	root, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if !root.Is("urn:c", "Doc") || root.Is("urn:x", "Doc") || root.Name() != "c:Doc" {
		t.Errorf("root is %q in %q", root.Name(), root.Space)
	}
	if diff := cmp.Diff([]NS{{"c", "urn:c"}, {"x", "urn:x"}}, root.Decls); diff != "" {
		t.Error(diff)
	}
	wantAttrs := []Attr{{Local: "Total", Value: "1.00"}, {Space: "urn:x", Prefix: "x", Local: "lugar", Value: `a"b`}}
	if diff := cmp.Diff(wantAttrs, root.Attrs); diff != "" {
		t.Error(diff)
	}
	lines := root.All("urn:c", "Line")
	if len(lines) != 2 || root.Child("urn:c", "Line") != lines[0] {
		t.Fatalf("%d lines", len(lines))
	}
	if v, ok := lines[0].Attr("Text"); !ok || v != "a&b\nc d😀" {
		t.Errorf("Text = %q", v)
	}
	if got := sample[lines[1].Start:lines[1].End]; got != `<c:Line Text="Ñandú"/>` {
		t.Errorf("source of the second line is %q", got)
	}
	if got := lines[1].Path(); got != "/c:Doc/c:Line[2]" {
		t.Errorf("Path = %q", got)
	}
	free := root.Child("urn:d", "Free")
	if free == nil || free.Text != "onetwo<&><" || free.Path() != "/c:Doc/Free" {
		t.Fatalf("Free = %+v", free)
	}
	in := free.Child("", "In")
	if v, ok := in.Attr("a"); !ok || v != "1" {
		t.Error("xmlns=\"\" must take the default namespace away")
	}
	if space, ok := in.Lookup("x"); !ok || space != "urn:x" {
		t.Errorf("Lookup(x) = %q, %v", space, ok)
	}
	if _, ok := in.Lookup("nobody"); ok {
		t.Error("Lookup finds a prefix nobody declared")
	}
	if got := sample[root.Start:root.End]; !strings.HasPrefix(got, "<c:Doc") || !strings.HasSuffix(got, "</c:Doc>") {
		t.Errorf("source of the root is %q", got)
	}
}

func TestNilElementIsEmpty(t *testing.T) {
	var e *Element
	if _, ok := e.Attr("a"); ok || e.Child("", "a") != nil || e.All("", "a") != nil || e.Path() != "" || e.Name() != "" || e.Is("", "") {
		t.Error("a nil element must be empty")
	}
}

func TestAttributeNormalization(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"a\tb", "a b"},
		{"a\nb", "a b"},
		{"a\r\nb", "a b"},
		{"a\rb", "a b"},
		{"a&#9;&#10;&#13;b", "a\t\n\rb"},
		{"&quot;&apos;&lt;&gt;&amp;amp;", `"'<>&amp;`},
		{"&#65;&#x42;&#x00043;", "ABC"},
		{"&#x0000000000042;", "B"}, // the longest we read
		{">", ">"},
		{"  two  ", "  two  "},
	}
	for _, tt := range tests {
		root, err := Parse([]byte(`<a v="` + tt.raw + `"/>`))
		if err != nil {
			t.Errorf("%q: %v", tt.raw, err)
			continue
		}
		if v, _ := root.Attr("v"); v != tt.want {
			t.Errorf("%q reads %q, want %q", tt.raw, v, tt.want)
		}
	}
}

func TestLineEndsOfTextAndCDATA(t *testing.T) {
	for _, src := range []string{"<a>uno\r\ndos\rtres\n\r\n</a>", "<a><![CDATA[uno\r\ndos\rtres\n\r\n]]></a>"} {
		root, err := Parse([]byte(src))
		if want := "uno\ndos\ntres\n\n"; err != nil || root.Text != want {
			t.Errorf("%q reads %q, want %q: %v", src, root.Text, want, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, src, code string }{
		{"empty", "", "root"},
		{"only a declaration", `<?xml version="1.0"?>`, "root"},
		{"only space", " \n", "root"},
		{"doctype", `<!DOCTYPE a><a/>`, "doctype"},
		{"doctype inside", `<a><!DOCTYPE a></a>`, "doctype"},
		{"lower-case doctype", `<!doctype a><a/>`, "syntax"},
		{"xxe", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "doctype"},
		{"instruction", `<?php x?><a/>`, "instruction"},
		{"instruction inside", `<a><?x?></a>`, "instruction"},
		{"instruction after", `<a/><?x?>`, "instruction"},
		{"stylesheet", `<?xml-stylesheet href="x"?><a/>`, "instruction"},
		{"second declaration", `<?xml version="1.0"?><?xml version="1.0"?><a/>`, "instruction"},
		{"declaration after a space", ` <?xml version="1.0"?><a/>`, "instruction"},
		{"declaration without version", `<?xml encoding="UTF-8"?><a/>`, "syntax"},
		{"bare declaration", `<?xml ?><a/>`, "syntax"},
		{"declaration out of order", `<?xml version="1.0" standalone="no" encoding="UTF-8"?><a/>`, "syntax"},
		{"version 1.1", `<?xml version="1.1"?><a/>`, "syntax"},
		{"latin-1", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, "encoding"},
		{"utf-16 with mark", "\xff\xfe<\x00a\x00/\x00>\x00", "encoding"},
		{"bad utf-8", "<a b='\xc3\x28'/>", "encoding"},
		{"overlong utf-8", "<a>\xc0\xbc</a>", "encoding"},
		{"surrogate", "<a>\xed\xa0\x80</a>", "encoding"},
		{"nul", "<a>\x00</a>", "encoding"},
		{"control", "<a b='\x1b'/>", "encoding"},
		{"U+FFFE", "<a>\ufffe</a>", "encoding"},
		{"control in CDATA", "<a><![CDATA[\x01]]></a>", "encoding"},
		{"control in a comment", "<a><!--\x01--></a>", "encoding"},
		{"control by reference", `<a b="&#1;"/>`, "entity"},
		{"surrogate by reference", `<a b="&#xD800;"/>`, "entity"},
		{"beyond Unicode", `<a b="&#x110000;"/>`, "entity"},
		{"negative reference", `<a b="&#-1;"/>`, "entity"},
		{"empty reference", `<a b="&#;"/>`, "entity"},
		{"capital X", `<a b="&#X41;"/>`, "entity"},
		{"named entity", `<a b="&nbsp;"/>`, "entity"},
		{"bare ampersand", `<a b="R&D"/>`, "entity"},
		{"bare ampersand in text", `<a>R & D</a>`, "entity"},
		{"duplicate attribute", `<a b="1" b="2"/>`, "duplicate"},
		{"duplicate by namespace", `<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>`, "duplicate"},
		{"duplicate declaration", `<a xmlns:p="u" xmlns:p="v"/>`, "duplicate"},
		{"duplicate default", `<a xmlns="u" xmlns="v"/>`, "duplicate"},
		{"undeclared on element", `<c:a/>`, "prefix"},
		{"undeclared on attribute", `<a c:b="1"/>`, "prefix"},
		{"out of scope", `<a><b xmlns:c="u"/><c:d/></a>`, "prefix"},
		{"declared as nothing", `<a xmlns:c=""/>`, "prefix"},
		{"xml rebound", `<a xmlns:xml="u"/>`, "prefix"},
		{"another prefix for xml", `<a xmlns:y="` + xmlSpace + `"/>`, "prefix"},
		{"xmlns declared", `<a xmlns:xmlns="u"/>`, "prefix"},
		{"element in xmlns", `<xmlns:a/>`, "prefix"},
		{"second root", `<a/><b/>`, "root"},
		{"text after", `<a/>x`, "root"},
		{"text before", `x<a/>`, "root"},
		{"CDATA after", `<a/><![CDATA[x]]>`, "root"},
		{"reference after", `<a/>&#32;`, "root"},
		{"cut", `<a><b></b>`, "syntax"},
		{"cut in a tag", `<a b="1"`, "syntax"},
		{"cut in a value", `<a b="1`, "syntax"},
		{"cut at the sign", `<a><`, "syntax"},
		{"wrong close", `<a></b>`, "syntax"},
		{"wrong prefix closes", `<p:a xmlns:p="u" xmlns:q="u"></q:a>`, "syntax"},
		{"closed too often", `<a/></a>`, "syntax"},
		{"closing tag with attribute", `<a></a b="1">`, "syntax"},
		{"no quotes", `<a b=1/>`, "syntax"},
		{"no value", `<a b/>`, "syntax"},
		{"no space between attributes", `<a b="1"c="2"/>`, "syntax"},
		{"less-than in a value", `<a b="<"/>`, "syntax"},
		{"open CDATA", `<a><![CDATA[x</a>`, "syntax"},
		{"CDATA end in text", `<a>]]></a>`, "syntax"},
		{"two dashes in a comment", `<a><!-- -- --></a>`, "syntax"},
		{"comment ends in three", `<a><!-- ---></a>`, "syntax"},
		{"open comment", `<a><!-- </a>`, "syntax"},
		{"space before the name", `< a/>`, "syntax"},
		{"digit begins a name", `<1a/>`, "syntax"},
		{"combining mark begins a name", "<\u0301a/>", "syntax"},
		{"two colons", `<a:b:c xmlns:a="u"/>`, "syntax"},
		{"ends in a colon", `<a: xmlns:a="u"/>`, "syntax"},
		{"begins with a colon", `<:a/>`, "syntax"},
		{"long element", "<" + strings.Repeat("n", MaxNameBytes+1) + "/>", "limit"},
		{"long attribute", "<a " + strings.Repeat("n", MaxNameBytes+1) + `="1"/>`, "limit"},
		{"reference too long", "<a>&#x00000000000042;</a>", "entity"},
		{"too deep", strings.Repeat("<a>", 65) + strings.Repeat("</a>", 65), "limit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.src))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("Parse = %v, want an *Error", err)
			}
			if e.Code != tt.code {
				t.Errorf("refused as %q (%v), want %q", e.Code, e, tt.code)
			}
		})
	}
}

func TestErrorTellsThePlace(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{
			"<a>\n  ñañá<b c='1' c='2'/>\n</a>",
			"XML, línea 2, columna 7: el elemento «b» repite el atributo «c»",
		},
		{
			"<a>\r\nuno &amp; dos &x; tres</a>",
			"XML, línea 2, columna 15: usa la entidad «&x;», que no aceptamos",
		},
		{
			"<a>Peña & Hijos</a>",
			"XML, línea 1, columna 9: trae un & sin escapar o una referencia sin cerrar",
		},
		{
			"<a b='ñ\uFFFF'/>",
			"XML, línea 1, columna 8: trae un carácter de control que XML no permite",
		},
	} {
		if _, err := Parse([]byte(tt.src)); err == nil || err.Error() != tt.want {
			t.Errorf("%q: error %q, want %q", tt.src, err, tt.want)
		}
	}
}

func TestDepthAtTheLimitIsRead(t *testing.T) {
	if _, err := Parse([]byte(strings.Repeat("<a>", MaxDepth) + strings.Repeat("</a>", MaxDepth))); err != nil {
		t.Error(err)
	}
}

func TestNamesAtTheLimitAreRead(t *testing.T) {
	name := strings.Repeat("n", MaxNameBytes)
	if _, err := Parse([]byte("<" + name + " " + name + `="1"></` + name + ">")); err != nil {
		t.Error(err)
	}
}
