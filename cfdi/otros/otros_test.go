package otros

import (
	"bytes"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/decimal"
)

// Of each complement twelve elements are made. The choices of its table (an
// attribute that may be absent, none or two of a node) are numbered, and in
// element n the choice has the bit n of a number of its own: none in the first,
// every one in the second, and in the other ten exactly five. Numbers of equal
// weight differ both ways, so each pair of choices meets in all four ways.
const (
	elements = 12
	rest     = elements - 2
)

// codes returns the numbers of ten bits of which five are set.
func codes() []uint {
	var out []uint
	for n := range uint(1 << rest) {
		if bits.OnesCount(n) == rest/2 {
			out = append(out, n<<2|2)
		}
	}
	return out
}

// A maker writes the n-th element of one complement.
type maker struct {
	c       *complemento
	n       int
	choices map[string]int // number of each choice of the table
	values  int
	bare    bool // required attributes are left out too
	b       strings.Builder
}

func (m *maker) choice(of, item string) bool {
	name := of + " " + item
	if _, ok := m.choices[name]; !ok {
		m.choices[name] = len(m.choices)
	}
	return !m.bare && codes()[m.choices[name]]>>m.n&1 == 1
}

// value is a text of its own, now and then one that must be escaped or collapsed.
func (m *maker) value() string {
	m.values++
	spice := []string{"", "", "&amp;&lt;&quot;", "  dos  espacios ", "ñ á", "&#10;&#9;x", ""}
	return fmt.Sprintf("v%d%s", m.values, spice[m.values%len(spice)])
}

func (m *maker) node(r *cfdi.Row, name string) {
	tag := m.c.prefix + ":" + name
	m.b.WriteString("<" + tag)
	m.attributes(r)
	m.b.WriteString(">")
	if r != nil {
		for item := range strings.FieldsSeq(r[1]) {
			m.children(r, item)
		}
	}
	m.b.WriteString("</" + tag + ">")
}

func (m *maker) attributes(r *cfdi.Row) {
	if r == nil {
		return
	}
	for item := range strings.FieldsSeq(r[1]) {
		name, optional := strings.CutSuffix(item, "?")
		if strings.ContainsAny(item[:1], ">=") || m.bare || optional && !m.choice(r[0], item) {
			continue
		}
		value := m.value()
		if name == "version" && m.n%2 == 1 {
			value = "1.1" // where a row asks for it
		}
		if optional && m.n == 3 {
			value = "" // there, and empty
		}
		if _, after, ok := strings.Cut(name, ":"); ok {
			name = after
		}
		m.b.WriteString(" " + name + `="` + value + `"`)
	}
}

func (m *maker) children(r *cfdi.Row, item string) {
	switch {
	case strings.HasPrefix(item, ">>"):
		if m.choice(r[0], item) {
			inner := m.c.rows.Row(r[0], item[2:])
			m.node(inner, item[2:])
			m.b.WriteString("<" + m.c.prefix + ":Parte>")
			m.node(inner, item[2:])
			m.b.WriteString("</" + m.c.prefix + ":Parte>")
		}
	case item[0] == '>':
		if m.choice(r[0], item) {
			for range 2 {
				m.node(m.c.rows.Row(r[0], item[1:]), item[1:])
			}
		}
	case item[0] == '=':
		many := strings.HasSuffix(item, "*")
		if m.choice(r[0], item) {
			m.path(strings.Split(strings.TrimRight(item[1:], "?*"), "/"), many)
		}
	}
}

func (m *maker) path(names []string, many bool) {
	tag := m.c.prefix + ":" + names[0]
	if len(names) == 1 {
		for range 2 {
			m.b.WriteString("<" + tag + ">" + m.value() + "<" + m.c.prefix + ":text>hondo</" + m.c.prefix + ":text></" + tag + ">")
			if !many {
				return
			}
		}
		return
	}
	m.b.WriteString("<" + tag + ">")
	m.path(names[1:], many)
	m.b.WriteString("</" + tag + ">")
}

// made is the n-th element of c; one more has not even what is required.
func made(c *complemento, n int) string {
	m := &maker{c: c, choices: map[string]int{}}
	for m.n = range elements { // the first two meet every choice and number it
		m.b.Reset()
		m.values = 0
		m.node(&c.rows[0], c.local)
		if m.n == n {
			return m.b.String()
		}
	}
	m.bare = true
	m.b.Reset()
	m.node(&c.rows[0], c.local)
	return m.b.String()
}

// document is a Comprobante that carries the n-th element of every complement.
func document(list []complemento, n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0"`)
	for _, c := range list {
		b.WriteString(" xmlns:" + c.prefix + `="` + c.space + `"`)
	}
	b.WriteString(`><cfdi:Emisor/><cfdi:Receptor/><cfdi:Conceptos/><cfdi:Complemento>`)
	for i := range list {
		b.WriteString("\n" + made(&list[i], n))
	}
	b.WriteString("</cfdi:Complemento></cfdi:Comprobante>\n")
	return b.Bytes()
}

func cadena(t *testing.T, xml []byte) string {
	t.Helper()
	doc, err := cfdi.Read(xml, All)
	if err != nil {
		t.Fatal(err)
	}
	got, err := cfdi.Cadena(doc.Comprobante)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCadenaIsThatOfTheStylesheet compares every complement, one by one, with
// the stylesheets of the SAT.
func TestCadenaIsThatOfTheStylesheet(t *testing.T) {
	var docs []cfditest.Doc
	for i, c := range tabla {
		for n := range elements + 1 {
			xml := document(tabla[i:i+1], n)
			docs = append(docs, cfditest.Doc{Name: fmt.Sprintf("%s-%d", c.prefix, n), XML: xml, Cadena: cadena(t, xml)})
		}
	}
	cfditest.Cadenas(t, cfditest.SheetCFDI, docs)
}

// TestGolden keeps the cadenas where the stylesheets are not at hand.
func TestGolden(t *testing.T) {
	var b strings.Builder
	for i := range tabla {
		for n := range elements + 1 {
			b.WriteString(tabla[i].prefix + " " + cadena(t, document(tabla[i:i+1], n)) + "\n")
		}
	}
	cfditest.Golden(t, "otros.golden", b.String())
}

// TestEveryPairOfChoicesMeets keeps the generator honest.
func TestEveryPairOfChoicesMeets(t *testing.T) {
	list := codes()
	for i, a := range list {
		for _, b := range list[:i] {
			var met uint
			for n := range elements {
				met |= 1 << (a>>n&1<<1 | b>>n&1)
			}
			if met != 15 {
				t.Fatalf("%012b and %012b do not meet in all ways", a, b)
			}
		}
	}
}

// TestCarriedIsUntouched: the element is written back as it came, through XML,
// JSON and a copy.
func TestCarriedIsUntouched(t *testing.T) {
	xml := document(tabla, 1)
	doc, err := cfdi.Read(xml, All)
	if err != nil {
		t.Fatal(err)
	}
	c := doc.Comprobante
	if len(c.Complementos) != len(tabla) {
		t.Fatalf("%d complements of %d", len(c.Complementos), len(tabla))
	}
	want, err := cfdi.Cadena(c)
	if err != nil {
		t.Fatal(err)
	}
	for i := range tabla {
		k := c.Complementos[i].(*cfdi.Carried)
		name := "<" + tabla[i].prefix + ":" + tabla[i].local
		element := made(&tabla[i], 1)[len(name):]
		if !bytes.HasPrefix(k.XML, []byte(name)) || !bytes.HasSuffix(k.XML, []byte(element)) {
			t.Errorf("%s changed: %s", name, k.XML)
		}
	}
	written := cfdi.WriteXML(c)
	if got := cadena(t, written); got != want {
		t.Errorf("written anew\n got %s\nwant %s", got, want)
	}
	text, err := c.Complementos.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var back cfdi.Comprobante
	if err := back.Complementos.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	if _, err := cfdi.Cadena(&back); !errors.As(err, new(*cfdi.UnknownError)) {
		t.Errorf("before Decode: %v", err)
	}
	if err := back.Decode(All); err != nil {
		t.Fatal(err)
	}
	c.Complementos = back.Complementos
	if got, err := cfdi.Cadena(c); err != nil || got != want {
		t.Errorf("through JSON: %v\n got %s\nwant %s", err, got, want)
	}
	for _, k := range c.Complementos {
		found := k.Validate(c, catalogo.New(), time.Time{})
		if len(found) != 1 || found[0].Severity != cfdi.SeverityWarning {
			t.Errorf("%s: %v", k.Known().Name(), found)
		}
	}
}

// TestTableNamesWhatItHas: each node of the table is reached, and each that is
// reached has a row; no number is in the table twice.
func TestTableNamesWhatItHas(t *testing.T) {
	seen := map[string]bool{}
	for i := range tabla {
		c := &tabla[i]
		if seen[c.space] {
			t.Errorf("%s stands twice", c.space)
		}
		seen[c.space] = true
		reached := map[*cfdi.Row]bool{&c.rows[0]: true}
		for range 10 { // deeper than any
			for r := range reached {
				for item := range strings.FieldsSeq(r[1]) {
					if item[0] != '>' {
						continue
					}
					name := strings.TrimLeft(item, ">")
					inner := c.rows.Row(r[0], name)
					if inner == nil {
						t.Fatalf("%s: %s names %s, which has no row", c.prefix, r[0], name)
					}
					reached[inner] = true
				}
			}
		}
		if len(reached) != len(c.rows) {
			t.Errorf("%s: %d rows, %d reached", c.prefix, len(c.rows), len(reached))
		}
	}
}

// BenchmarkCadena measures what a carried complement costs.
func BenchmarkCadena(b *testing.B) {
	doc, err := cfdi.Read(document(tabla, 1), All)
	if err != nil {
		b.Fatal(err)
	}
	doc.Comprobante.Total = decimal.FromInt(0)
	for b.Loop() {
		if _, err := cfdi.Cadena(doc.Comprobante); err != nil {
			b.Fatal(err)
		}
	}
}
