package cfdi

import (
	"bytes"
	"slices"
	"strings"

	"iofacturo.mx/xmldoc"
)

// A Document is a CFDI 4.0 as it was read.
type Document struct {
	Comprobante *Comprobante
	Timbre      *Timbre // nil when it is not stamped
	Raw         []byte  // the bytes read, untouched

	ambiguous Findings // what would let the seal stand for other values
}

// Read reads any CFDI 4.0, by namespace and strictly: a node or attribute that
// the SAT does not know, a repeated or displaced node and text between nodes
// are refused. Complements that are not in known (usually complementos.All)
// are carried as *[Unknown]. Missing attributes are left to the rules. Errors:
// [*xmldoc.Error], [*ReadError].
func Read(xml []byte, known []Known) (*Document, error) {
	doc, err := read(xml, known)
	if err == nil {
		doc.Raw = bytes.Clone(xml)
	}
	return doc, err
}

// read is Read for who does not keep the bytes.
func read(xml []byte, known []Known) (*Document, error) {
	root, err := xmldoc.Parse(xml)
	if err != nil {
		return nil, err
	}
	if !root.Is(Space, "Comprobante") {
		return nil, readError(root, "no es un CFDI 4.0")
	}
	r := &reader{src: xml, known: known, root: root}
	c, err := r.comprobante(root)
	if err != nil {
		return nil, err
	}
	return &Document{Comprobante: c, Timbre: r.timbre, ambiguous: Ambiguous(xml, root)}, nil
}

type reader struct {
	src     []byte
	known   []Known
	root    *xmldoc.Element
	schemas map[string]string // namespace → XSD, from xsi:schemaLocation, once somebody asked
	timbre  *Timbre
	row     [24]Field // of the node being read
	taxes   int       // of the lines
}

// inRow lists the fields of a node in r's row.
func inRow[T any](r *reader, fields func(*T, []Field) []Field) func(*T) []Field {
	return func(t *T) []Field { return fields(t, r.row[:0]) }
}

// maxRates is how many different taxes, by factor and rate, a document may have. The
// summary has a row for each; real ones have ten at most.
const maxRates = 500

// countRates refuses a document that has a rate of its own in each of its lines: adding
// them up would cost the square of its size.
func (r *reader) countRates(e *xmldoc.Element, lines []Concepto) error {
	if r.taxes <= maxRates {
		return nil
	}
	type rate struct {
		kept                   bool
		impuesto, factor, rate string
	}
	rates := map[rate]bool{}
	for i := range lines {
		if lines[i].Impuestos == nil {
			continue
		}
		for _, t := range lines[i].Impuestos.Traslados {
			rates[rate{false, t.Impuesto, t.TipoFactor, t.TasaOCuota.String()}] = true
		}
		for _, t := range lines[i].Impuestos.Retenciones {
			rates[rate{true, t.Impuesto, t.TipoFactor, t.TasaOCuota.String()}] = true
		}
		if len(rates) > maxRates {
			return readError(e, "lleva más impuestos y tasas distintos de los que existen")
		}
	}
	return nil
}

func schemasOf(root *xmldoc.Element) map[string]string {
	value, _ := root.AttrNS(xsiSpace, "schemaLocation")
	words := strings.Fields(value)
	out := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		out[words[i]] = words[i+1]
	}
	return out
}

func (r *reader) comprobante(e *xmldoc.Element) (*Comprobante, error) {
	c := &Comprobante{}
	if err := ReadFields(e, c.fields(r.row[:0])); err != nil {
		return nil, err
	}
	if c.Version != "4.0" {
		return nil, readError(e, "la versión no es 4.0")
	}
	kids, err := ReadChildren(e, Space, "InformacionGlobal?", "CfdiRelacionados*", "Emisor", "Receptor",
		"Conceptos", "Impuestos?", "Complemento?", "Addenda?")
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error { return ReadOne(kids[0], &c.InformacionGlobal, inRow(r, (*InformacionGlobal).fields)) },
		func() error { return ReadMany(kids[1], &c.CfdiRelacionados, r.relacionados) },
		func() error { return ReadLeaf(kids[2][0], c.Emisor.fields(r.row[:0])) },
		func() error { return ReadLeaf(kids[3][0], c.Receptor.fields(r.row[:0])) },
		func() error { return r.conceptos(kids[4][0], c) },
		func() error { return r.impuestos(kids[5], c) },
		func() error { return r.complementos(kids[6], &c.Complementos, true) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for _, a := range kids[7] {
		c.Addenda = standalone(r.src, a)
	}
	return c, nil
}

func (r *reader) relacionados(e *xmldoc.Element, g *CfdiRelacionados) error {
	if err := ReadFields(e, g.fields(r.row[:0])); err != nil {
		return err
	}
	kids, err := ReadChildren(e, Space, "CfdiRelacionado*")
	if err != nil {
		return err
	}
	return ReadLeaves(kids[0], &g.CfdiRelacionado, inRow(r, (*CfdiRelacionado).fields))
}

func (r *reader) conceptos(e *xmldoc.Element, c *Comprobante) error {
	if err := ReadFields(e, nil); err != nil {
		return err
	}
	kids, err := ReadChildren(e, Space, "Concepto*")
	if err != nil {
		return err
	}
	if err := ReadMany(kids[0], &c.Conceptos, r.concepto); err != nil {
		return err
	}
	return r.countRates(e, c.Conceptos)
}

func (r *reader) concepto(e *xmldoc.Element, c *Concepto) error {
	if err := ReadFields(e, c.fields(r.row[:0])); err != nil {
		return err
	}
	kids, err := ReadChildren(e, Space, "Impuestos?", "ACuentaTerceros?", "InformacionAduanera*", "CuentaPredial*",
		"ComplementoConcepto?", "Parte*")
	if err != nil {
		return err
	}
	for _, k := range kids[0] {
		c.Impuestos = &ConceptoImpuestos{}
		if err := r.conceptoImpuestos(k, c.Impuestos); err != nil {
			return err
		}
		r.taxes += len(c.Impuestos.Traslados) + len(c.Impuestos.Retenciones)
	}
	if err := ReadOne(kids[1], &c.ACuentaTerceros, inRow(r, (*ACuentaTerceros).fields)); err != nil {
		return err
	}
	if err := ReadLeaves(kids[2], &c.InformacionAduanera, inRow(r, (*InformacionAduanera).fields)); err != nil {
		return err
	}
	if err := ReadLeaves(kids[3], &c.CuentaPredial, inRow(r, (*CuentaPredial).fields)); err != nil {
		return err
	}
	if err := r.complementos(kids[4], &c.Complementos, false); err != nil {
		return err
	}
	return ReadMany(kids[5], &c.Parte, r.parte)
}

func (r *reader) conceptoImpuestos(e *xmldoc.Element, i *ConceptoImpuestos) error {
	if err := ReadFields(e, nil); err != nil {
		return err
	}
	kids, err := ReadChildren(e, Space, "Traslados?", "Retenciones?")
	if err != nil {
		return err
	}
	if err := ReadGroup(kids[0], Space, "Traslado", &i.Traslados, inRow(r, (*Traslado).fields)); err != nil {
		return err
	}
	return ReadGroup(kids[1], Space, "Retencion", &i.Retenciones, inRow(r, (*ConceptoRetencion).fields))
}

func (r *reader) impuestos(list []*xmldoc.Element, c *Comprobante) error {
	if len(list) == 0 {
		return nil
	}
	i := &Impuestos{}
	c.Impuestos = i
	if err := ReadFields(list[0], i.fields(r.row[:0])); err != nil {
		return err
	}
	kids, err := ReadChildren(list[0], Space, "Retenciones?", "Traslados?")
	if err != nil {
		return err
	}
	if err := ReadGroup(kids[0], Space, "Retencion", &i.Retenciones, inRow(r, (*Retencion).fields)); err != nil {
		return err
	}
	if err := ReadGroup(kids[1], Space, "Traslado", &i.Traslados, inRow(r, (*Traslado).fields)); err != nil {
		return err
	}
	if len(i.Traslados) > maxRates || len(i.Retenciones) > maxRates {
		return readError(list[0], "lleva más impuestos y tasas distintos de los que existen")
	}
	return nil
}

func (r *reader) parte(e *xmldoc.Element, p *Parte) error {
	if err := ReadFields(e, p.fields(r.row[:0])); err != nil {
		return err
	}
	kids, err := ReadChildren(e, Space, "InformacionAduanera*")
	if err != nil {
		return err
	}
	return ReadLeaves(kids[0], &p.InformacionAduanera, inRow(r, (*InformacionAduanera).fields))
}

// maxComplementos is how many one node may carry: the SAT has about forty.
const maxComplementos = 100

// complementos reads the children of a Complemento or ComplementoConcepto. The
// stamp is taken aside, once, and only at the root of the document.
func (r *reader) complementos(list []*xmldoc.Element, into *Complementos, root bool) error {
	if len(list) == 0 {
		return nil
	}
	if err := ReadFields(list[0], nil); err != nil {
		return err
	}
	if strings.Trim(list[0].Text, " \t\r\n") != "" {
		return readError(list[0], "tiene texto donde solo van complementos")
	}
	if !root && len(list[0].Children) == 0 { // the schema, too; that of the document may be empty
		return readError(list[0], "el nodo está vacío; debe llevar al menos un complemento")
	}
	if len(list[0].Children) > maxComplementos {
		return readError(list[0], "lleva más complementos de los que existen")
	}
	for _, e := range list[0].Children {
		if e.Space == timbreSpace {
			if err := r.readTimbre(e, root); err != nil {
				return err
			}
			continue
		}
		c, err := r.complemento(e)
		if err != nil {
			return err
		}
		*into = append(*into, c)
	}
	return nil
}

func (r *reader) readTimbre(e *xmldoc.Element, root bool) error {
	if !root || r.timbre != nil || e.Local != "TimbreFiscalDigital" {
		return readError(e, "un CFDI lleva un solo TimbreFiscalDigital, en su nodo Complemento")
	}
	r.timbre = &Timbre{}
	return ReadLeaf(e, r.timbre.fields())
}

func (r *reader) complemento(e *xmldoc.Element) (Complemento, error) {
	k, ok := find(r.known, e.Space, e.Local)
	if ok && k.Read != nil {
		return k.Read(e)
	}
	if e.Space == Space {
		return nil, readError(e, "no es un complemento: es un nodo del propio comprobante fuera de su lugar")
	}
	if r.schemas == nil {
		r.schemas = schemasOf(r.root)
	}
	u := Unknown{e.Space, e.Prefix, e.Local, r.schemas[e.Space], standalone(r.src, e)}
	if ok {
		return k.carry(u), nil
	}
	return &u, nil
}

// ReadOne reads the leaf of a list of none or one.
func ReadOne[T any](list []*xmldoc.Element, into **T, fields func(*T) []Field) error {
	if len(list) == 0 {
		return nil
	}
	*into = new(T)
	return ReadLeaf(list[0], fields(*into))
}

// ReadMany reads each node of a list with read.
func ReadMany[T any](list []*xmldoc.Element, into *[]T, read func(*xmldoc.Element, *T) error) error {
	if len(list) == 0 {
		return nil
	}
	*into = make([]T, len(list))
	for i, e := range list {
		if err := read(e, &(*into)[i]); err != nil {
			return err
		}
	}
	return nil
}

// ReadLeaves reads nodes that have attributes alone.
func ReadLeaves[T any](list []*xmldoc.Element, into *[]T, fields func(*T) []Field) error {
	return ReadMany(list, into, func(e *xmldoc.Element, v *T) error { return ReadLeaf(e, fields(v)) })
}

// ReadGroup reads the leaves, of one namespace, inside an optional node that only
// groups them. One that groups nothing is refused: the schema does, and it would not come back.
func ReadGroup[T any](list []*xmldoc.Element, space, name string, into *[]T, fields func(*T) []Field) error {
	if len(list) == 0 {
		return nil
	}
	if err := ReadFields(list[0], nil); err != nil {
		return err
	}
	kids, err := ReadChildren(list[0], space, name+"*")
	if err != nil {
		return err
	}
	if len(kids[0]) == 0 {
		return readError(list[0], "el nodo está vacío; debe llevar al menos un "+name)
	}
	return ReadLeaves(kids[0], into, fields)
}

// ReadLeaf reads a node that has attributes alone: no child, no text.
func ReadLeaf(e *xmldoc.Element, fields []Field) error {
	if _, err := ReadChildren(e, ""); err != nil {
		return err
	}
	return ReadFields(e, fields)
}

// Standalone returns e as written in src, with the namespace declarations it takes
// from outside written into it, so that it can stand in any document.
func Standalone(src []byte, e *xmldoc.Element) []byte { return standalone(src, e) }

// standalone returns e as written in src, with the namespace declarations it
// takes from outside written into it, so that it can stand in any document.
func standalone(src []byte, e *xmldoc.Element) []byte {
	raw := src[e.Start:e.End]
	head := 1 + len(e.Name())
	out := slices.Clone(raw[:head])
	for _, prefix := range borrowed(e) {
		space, _ := e.Lookup(prefix)
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		out = append(out, ' ')
		out = append(out, name...)
		out = append(out, '=', '"')
		out = append(out, escapeAttr.Replace(space)...)
		out = append(out, '"')
	}
	return append(out, raw[head:]...)
}

var escapeAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

// borrowed returns, sorted, the prefixes used in e whose declaration stands
// outside of it. Its time is that of reading e, however much is declared outside:
// a document may hold many such elements.
func borrowed(e *xmldoc.Element) []string {
	used := map[string]bool{}
	prefixesIn(e, map[string]int{}, used)
	out := make([]string, 0, len(used))
	for prefix := range used {
		if space, _ := e.Lookup(prefix); space != "" {
			out = append(out, prefix)
		}
	}
	slices.Sort(out)
	return out
}

// prefixesIn gathers the prefixes that occur in a name, an attribute value or the
// text of e below no declaration of their own. Values count because a QName may
// hide in one (xsi:type="ns:T").
func prefixesIn(e *xmldoc.Element, bound map[string]int, used map[string]bool) {
	for _, d := range e.Decls {
		bound[d.Prefix]++
	}
	use := func(prefix string) {
		if bound[prefix] == 0 {
			used[prefix] = true
		}
	}
	use(e.Prefix)
	qnames(e.Text, use)
	for _, a := range e.Attrs {
		if a.Prefix != "" {
			use(a.Prefix)
		}
		qnames(a.Value, use)
	}
	for _, c := range e.Children {
		prefixesIn(c, bound, used)
	}
	for _, d := range e.Decls {
		bound[d.Prefix]--
	}
}

// qnames calls use for what stands before each colon and could be a prefix.
func qnames(s string, use func(string)) {
	for {
		colon := strings.IndexByte(s, ':')
		if colon < 0 {
			return
		}
		from := strings.LastIndexAny(s[:colon], " \t\r\n\"'()[]{}<>,;=/|@$*+") + 1
		if prefix := s[from:colon]; prefix != "" && len(prefix) <= xmldoc.MaxNameBytes {
			use(prefix)
		}
		s = s[colon+1:]
	}
}
