package xmldoc

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	hostileTime   = 50 * time.Millisecond // T4 of the threat model
	hostileMemory = 32 << 20
)

// hostile makes the files that must be refused: every attack at every place of
// a small document, and documents beyond each limit.
func hostile() map[string]string {
	files := map[string]string{}
	doc := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<c:A xmlns:c="urn:c" T="1"><c:B V="x"><c:C/>text</c:B></c:A>`
	between := []string{"<c:A", "<c:B", "<c:C", "text", "</c:B", "</c:A"}
	attacks := map[string]string{
		"doctype":       `<!DOCTYPE c:A>`,
		"xxe file":      `<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]>`,
		"xxe http":      `<!DOCTYPE A [<!ENTITY % d SYSTEM "http://127.0.0.1/x.dtd"> %d;]>`,
		"laughs":        laughs(),
		"quadratic":     `<!DOCTYPE A [<!ENTITY a "` + strings.Repeat("a", 50_000) + `">]>`,
		"instruction":   `<?xml-stylesheet type="text/xsl" href="http://127.0.0.1/"?>`,
		"php":           `<?php system("id"); ?>`,
		"declaration":   `<?xml version="1.0" encoding="UTF-7"?>`,
		"entity":        `&x;`,
		"html entity":   `&nbsp;`,
		"nul reference": `&#0;`,
		"surrogate":     `&#xD83D;&#xDE00;`,
		"beyond":        `&#99999999999;`,
		"ampersand":     `&`,
		"nul":           "\x00",
		"escape":        "\x1b",
		"nonchar":       "\uffff",
		"latin-1":       "\xf1",
		"overlong":      "\xe0\x80\xbc",
		"undeclared":    `<evil:B/>`,
		"undeclared at": `<B evil:V="1"/>`,
		"duplicate":     `<B V="1" V="2"/>`,
		"duplicate ns":  `<B xmlns:p="u" xmlns:q="u" p:V="1" q:V="2"/>`,
		"no quotes":     `<B V=1/>`,
		"open tag":      `<B>`,
		"open CDATA":    `<![CDATA[`,
		"CDATA end":     `]]>`,
		"open comment":  `<!-- `,
		"bad comment":   `<!-- a -- b -->`,
		"marked":        `<![INCLUDE[x]]>`,
		"element decl":  `<!ELEMENT A ANY>`,
		"close":         `</evil>`,
		"empty name":    `<>`,
		"deep":          strings.Repeat("<d>", 200) + strings.Repeat("</d>", 200),
	}
	for name, attack := range attacks {
		for i, place := range between {
			files[fmt.Sprintf("%s before %d", name, i)] = strings.Replace(doc, place, attack+place, 1)
		}
		files[name+" after"] = doc + attack + "<c:A/>"
		files[name+" in a value"] = strings.Replace(doc, `V="x"`, `V="`+attack+`<"`, 1)
	}
	for name, big := range oversized() {
		files[name] = big
	}
	for name, odd := range disguised(doc) {
		files[name] = odd
	}
	for n := 1; n < len(doc); n += 5 {
		files[fmt.Sprintf("cut at %d", n)] = doc[:n]
	}
	return files
}

// disguised are files that say one encoding and are another, or that two readers would read as two documents.
func disguised(doc string) map[string]string {
	declared := func(attributes string) string {
		return strings.Replace(doc, `<?xml version="1.0" encoding="UTF-8"?>`, "<?xml "+attributes+"?>", 1)
	}
	wide := func(order string, width int) string {
		b := new(strings.Builder)
		for _, c := range []byte(order + doc) {
			b.WriteByte(c)
			b.WriteString(strings.Repeat("\x00", width-1))
		}
		return b.String()
	}
	return map[string]string{
		"UTF-16":                    wide("", 2),
		"UTF-16 with its mark":      "\xff\xfe" + wide("", 2),
		"UTF-16, big end first":     "\xfe\xff\x00" + wide("", 2),
		"UTF-32":                    "\xff\xfe\x00\x00" + wide("", 4),
		"UTF-7":                     "+/v8-" + doc,
		"EBCDIC":                    "\x4c\x6f\xa7\x94\x93" + doc,
		"says UTF-16":               declared(`version="1.0" encoding="UTF-16"`),
		"says Latin-1":              declared(`version="1.0" encoding="ISO-8859-1"`),
		"says Windows":              declared(`version="1.0" encoding="windows-1252"`),
		"says nothing known":        declared(`version="1.0" encoding="x-user-defined"`),
		"says two encodings":        declared(`version="1.0" encoding="UTF-8" encoding="UTF-16"`),
		"encoding before version":   declared(`encoding="UTF-8" version="1.0"`),
		"no version":                declared(`encoding="UTF-8"`),
		"XML 1.1":                   declared(`version="1.1" encoding="UTF-8"`),
		"XML 2.0":                   declared(`version="2.0" encoding="UTF-8"`),
		"declaration twice":         `<?xml version="1.0"?>` + doc,
		"declaration late":          " " + doc,
		"declaration in capitals":   strings.Replace(doc, "<?xml", "<?XML", 1),
		"two marks":                 bom + bom + doc,
		"mark after the start":      "\n" + bom + doc,
		"mark at the end":           doc + bom,
		"NUL at the end":            doc + "\x00",
		"overlong slash":            strings.Replace(doc, "text", "\xc0\xaf", 1),
		"overlong NUL":              strings.Replace(doc, "text", "\xc0\x80", 1),
		"surrogate bytes":           strings.Replace(doc, "text", "\xed\xa0\x80", 1),
		"beyond Unicode":            strings.Replace(doc, "text", "\xf4\x90\x80\x80", 1),
		"letter cut":                doc[:len(doc)-1] + "\xc3",
		"xmlns rebound":             strings.Replace(doc, "<c:B", `<c:B xmlns:xmlns="urn:e"`, 1),
		"xml rebound":               strings.Replace(doc, "<c:B", `<c:B xmlns:xml="urn:e"`, 1),
		"another prefix for xml":    strings.Replace(doc, "<c:B", `<c:B xmlns:e="http://www.w3.org/XML/1998/namespace"`, 1),
		"another prefix for xmlns":  strings.Replace(doc, "<c:B", `<c:B xmlns:e="http://www.w3.org/2000/xmlns/"`, 1),
		"prefix undone":             strings.Replace(doc, "<c:B", `<c:B xmlns:c=""`, 1),
		"prefix twice":              strings.Replace(doc, "<c:B", `<c:B xmlns:e="a" xmlns:e="b"`, 1),
		"default namespace twice":   strings.Replace(doc, "<c:B", `<c:B xmlns="a" xmlns="b"`, 1),
		"three parts in a name":     strings.Replace(doc, "<c:C/>", "<c:C:D/>", 1),
		"colon first":               strings.Replace(doc, "<c:C/>", "<:C/>", 1),
		"colon last":                strings.Replace(doc, "<c:C/>", "<c:/>", 1),
		"name of a digit":           strings.Replace(doc, "<c:C/>", "<1C/>", 1),
		"space in the tag":          strings.Replace(doc, "<c:C/>", "< c:C/>", 1),
		"slash and space":           strings.Replace(doc, "<c:C/>", "<c:C/ >", 1),
		"less in a value":           strings.Replace(doc, `V="x"`, `V="<"`, 1),
		"values without space":      strings.Replace(doc, `V="x"`, `V="x"W="y"`, 1),
		"CDATA in a tag":            strings.Replace(doc, `V="x"`, `<![CDATA[V="x"]]>`, 1),
		"CDATA that hides an end":   strings.Replace(doc, "text", "<![CDATA[</c:B>", 1),
		"CDATA in small letters":    strings.Replace(doc, "text", "<![cdata[x]]>", 1),
		"CDATA around the root":     `<![CDATA[` + doc + `]]>`,
		"comment in a tag":          strings.Replace(doc, `V="x"`, `<!-- V="x" -->`, 1),
		"comment of three dashes":   strings.Replace(doc, "text", "<!-- x --->", 1),
		"comment over two elements": strings.Replace(doc, "<c:C/>", "<!-- <c:C/>", 1),
		"elements that cross":       strings.Replace(doc, "<c:C/>", "<c:C></c:B></c:C>", 1),
		"end in capitals":           strings.Replace(doc, "</c:B>", "</c:b>", 1),
		"reference without number":  strings.Replace(doc, "text", "&#;", 1),
		"reference in capitals":     strings.Replace(doc, "text", "&#X41;", 1),
		"reference negative":        strings.Replace(doc, "text", "&#-65;", 1),
		"reference that overflows":  strings.Replace(doc, "text", "&#x100000041;", 1),
		"reference without end":     strings.Replace(doc, "text", "&amp", 1),
		"entity in capitals":        strings.Replace(doc, "text", "&AMP;", 1),
		"entity of an attribute":    strings.Replace(doc, `V="x"`, `V="&x;"`, 1),
		"DOCTYPE in small letters":  strings.Replace(doc, "<c:A", "<!doctype a><c:A", 1),
		"DOCTYPE after the root":    doc + `<!DOCTYPE c:A>`,
		"parameter entities":        strings.Replace(doc, "<c:A", `<!DOCTYPE a [<!ENTITY % a "<!ENTITY b 'c'>"> %a;]><c:A`, 1),
		"notation":                  strings.Replace(doc, "<c:A", `<!DOCTYPE a [<!NOTATION n SYSTEM "x">]><c:A`, 1),
		"public identifier":         strings.Replace(doc, "<c:A", `<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1/x"><c:A`, 1),
		"defaults from a DTD":       strings.Replace(doc, "<c:A", `<!DOCTYPE a [<!ATTLIST c:A T CDATA "9">]><c:A`, 1),
		"text before the root":      strings.Replace(doc, "<c:A", "x<c:A", 1),
		"reference before the root": strings.Replace(doc, "<c:A", "&#32;<c:A", 1),
		"a gzip":                    "\x1f\x8b\x08\x00" + doc,
		"a zip":                     "PK\x03\x04" + doc,
		"a PDF":                     "%PDF-1.7\n" + doc,
		"only a declaration":        `<?xml version="1.0" encoding="UTF-8"?>`,
		"only a mark":               bom,
		"only spaces":               " \n\t ",
	}
}

func laughs() string {
	s := `<!DOCTYPE l [<!ENTITY l0 "ja">`
	for i := 1; i < 12; i++ {
		s += fmt.Sprintf(`<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	return s + `]>`
}

func oversized() map[string]string {
	wide, spaces, names := new(strings.Builder), new(strings.Builder), new(strings.Builder)
	for i := range 200_000 {
		fmt.Fprintf(wide, ` a%d=""`, i)
		fmt.Fprintf(names, ` a%d=""`, i%199_999)
		fmt.Fprintf(spaces, ` xmlns:n%d="u%d"`, i, i)
	}
	return map[string]string{
		"11 MiB":                 "<a>" + strings.Repeat("x", 11<<20) + "</a>",
		"attribute of 1.1 MiB":   `<a b="` + strings.Repeat("x", MaxAttrBytes+1) + `"/>`,
		"300k elements":          "<a>" + strings.Repeat("<b/>", 300_000) + "</a>",
		"300k comments":          "<a>" + strings.Repeat("<!---->", 300_000) + "</a>",
		"a million deep":         strings.Repeat("<a>", 1<<20),
		"200k deep":              strings.Repeat("<a>", 200_000),
		"600k attributes":        "<a>" + strings.Repeat(`<b c="" d="" e=""/>`, 200_000) + "</a>",
		"200k attributes, cut":   "<a" + wide.String(),
		"200k with one twice":    "<a" + names.String() + "/>",
		"200k namespaces":        "<a" + spaces.String() + "/>",
		"long name, not closed":  "<" + strings.Repeat("n", 9<<20) + ">",
		"long name, wrong close": "<" + strings.Repeat("n", 4<<20) + "></" + strings.Repeat("n", 4<<20) + "m>",
		"long attribute name":    "<a " + strings.Repeat("n", 9<<20) + `="1"/>`,
		"long closing name":      "<a></" + strings.Repeat("n", 9<<20) + ">",
		"references and a fault": "<a>" + strings.Repeat("&amp;", 1<<20) + "&x;</a>",
		"lines and a fault":      "<a>" + strings.Repeat("\r\n", 4<<20) + "&x;</a>",
		"CDATA and a fault":      "<a>" + strings.Repeat("<![CDATA[x]]>", 200_000) + "</b>",
		"249k elements, cut":     "<a>" + strings.Repeat("<b/>", 249_000),
	}
}

func TestHostileFilesAreRefusedFastAndSmall(t *testing.T) {
	files := hostile()
	if len(files) < 200 {
		t.Fatalf("only %d hostile files", len(files))
	}
	for name, src := range files {
		b := []byte(src)
		took, used, err := measure(b)
		for again := 0; took > hostileTime && again < 2; again++ {
			took, _, err = measure(b) // another process had the core
		}
		switch {
		case err == nil:
			t.Errorf("%s: accepted", name)
		case took > hostileTime && !raceEnabled:
			t.Errorf("%s: took %v", name, took)
		case used > hostileMemory:
			t.Errorf("%s: took %d MiB", name, used>>20)
		case len(err.Error()) > 400:
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
	t.Logf("%d hostile files", len(files))
}

func measure(b []byte) (took time.Duration, used uint64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, err = Parse(b)
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return took, after.TotalAlloc - before.TotalAlloc, err
}

// samples returns the SAT's sample documents beside the project, if there.
func samples(tb testing.TB) map[string][]byte {
	tb.Helper()
	dir := moduleRoot(tb)
	paths, err := filepath.Glob(filepath.Join(dir, "..", "shared", "sat", "samples", "valid", "*.xml"))
	if err != nil {
		tb.Fatal(err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		files[filepath.Base(path)] = b
	}
	return files
}

func moduleRoot(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	tb.Fatal("no go.mod above the test")
	return ""
}
