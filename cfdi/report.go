package cfdi

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Report gathers what the rules of one complement say of it.
type Report struct {
	gathered
	path      string
	k         Complemento       // nil in a report of no complement
	nodes     Nodes             // of the complement or the document; nil where nothing is mended
	names     map[string]string // see Name
	only      map[string]string // see Only
	mends     int               // looked for here: with more than are tried out, no more are
	recounted bool              // whether MendBy has been asked
	recount   []Change          // what it found
}

// NewReport begins the report of k where it stands in c: Complementos[0], or
// Conceptos[2].Complementos[0].
func NewReport(c *Comprobante, k Complemento) *Report {
	if i := slices.Index(c.Complementos, k); i >= 0 {
		return newReport(at("Complementos", i), k)
	}
	for j := range c.Conceptos {
		if i := slices.Index(c.Conceptos[j].Complementos, k); i >= 0 {
			return newReport(at("Conceptos", j)+"."+at("Complementos", i), k)
		}
	}
	return &Report{path: "Complementos"}
}

func newReport(path string, k Complemento) *Report {
	r := &Report{path: path, k: k}
	if w, ok := k.(Walker); ok {
		r.nodes = nodesOf(w)
	}
	return r
}

// Nodes calls visit with the path and the attributes of each node of a document.
type Nodes func(visit func(path string, fields []Field))

func nodesOf(k Walker) Nodes {
	return func(visit func(string, []Field)) { k.Walk(VisitTree(visit)) }
}

// NewDocumentReport begins the report of a document that is no Comprobante, whose nodes are
// those that [Report.MendHere] mends; [ApplyTo] does what it says.
func NewDocumentReport(nodes Nodes) *Report { return &Report{nodes: nodes} }

// Name has the report call attributes by plain words of its own, as "la fecha de pago" for
// FechaPago; of an attribute that is not among them it speaks as a Comprobante does.
func (r *Report) Name(attributes map[string]string) { r.names = attributes }

// Label is an attribute in plain words, with its article; Subject the same at the start of a sentence.
func (r *Report) Label(attribute string) string {
	if l, ok := r.names[attribute]; ok {
		return l
	}
	return label(attribute)
}

// Subject is [Report.Label] with a capital letter.
func (r *Report) Subject(attribute string) string { return capital(r.Label(attribute)) }

// Only names the attributes, by their paths below the complement, of which the schema knows
// one value alone: [Report.Missing] and [Report.Want] mend them.
func (r *Report) Only(values map[string]string) { r.only = values }

func (r *Report) mendOnly(path string) {
	if value, ok := r.only[path]; ok {
		r.MendHere(path, value)
	}
}

// Fail adds an error at a path below the complement, "" for itself.
func (r *Report) Fail(code, path, message, fix string) {
	r.FailAt(code, r.full(path), message, fix)
}

// full is the path in the document of a path below the complement.
func (r *Report) full(path string) string {
	if path == "" {
		return r.path
	}
	return join(r.path, path)
}

// Warn adds a warning at a path below the complement.
func (r *Report) Warn(code, path, message, fix string) {
	r.add(warningAt(code, r.full(path), message, fix))
}

// FailAt adds an error at a path of the document that carries the complement.
func (r *Report) FailAt(code, path, message, fix string) {
	r.add(errorAt(code, path, message, fix))
}

// Mend adds to the last finding what must stand at an attribute of c, the document
// that carries the complement; "" takes it out. It is offered only where nothing else
// breaks by it.
func (r *Report) Mend(c *Comprobante, path, value string) {
	f, ok := c.attribute(path)
	r.change(path, f, ok, value)
}

func (r *Report) change(path string, f Field, there bool, value string) {
	if last := r.last(); last != nil && there && f.String() != value {
		last.Mend = append(last.Mend, Change{Path: path, Old: f.String(), New: value})
	}
}

// MendHere is [Report.Mend] for an attribute at a path below the complement, which must be
// a [Walker], or of the document.
func (r *Report) MendHere(path, value string) {
	if r.nodes != nil && r.last() != nil && r.mends < mostTries {
		r.mends++
		f, ok := attributeAt(path, r.nodes)
		r.change(join(r.path, path), f, ok, value)
	}
}

// MendBy gives the last finding all by which change, done to a copy, alters the
// complement: for sums that are computed together. Only attributes may differ, and what
// is the same number stays as it is written. change is one for all findings of a
// report and is done once.
func (r *Report) MendBy(change func(copied Complemento)) {
	k, ok := r.k.(Walker)
	last := r.last()
	if !ok || last == nil {
		return
	}
	if !r.recounted {
		r.recounted, r.recount = true, r.changesBy(k, change)
	}
	last.Mend = slices.Clip(r.recount)
	if len(r.recount) > mostChanges {
		r.recount = nil // the first finding alone says it
	}
}

func (r *Report) changesBy(k Walker, change func(Complemento)) []Change {
	copied, err := cloneComplemento(k)
	after, ok := copied.(Walker)
	if err != nil || !ok {
		return nil
	}
	change(after)
	var was, is []node
	k.Walk(VisitTree(func(path string, fields []Field) { was = append(was, node{path, fields}) }))
	after.Walk(VisitTree(func(path string, fields []Field) { is = append(is, node{path, fields}) }))
	if len(was) != len(is) {
		return nil
	}
	var out []Change
	for i := range was {
		if was[i].path != is[i].path {
			return nil
		}
		for j, f := range was[i].fields {
			if now := is[i].fields[j]; !f.same(now) {
				out = append(out, Change{Path: join(r.path, join(was[i].path, f.Name)), Old: f.String(), New: now.String()})
			}
		}
	}
	return out
}

// same reports whether two fields hold one text, or one number however written.
func (f Field) same(o Field) bool {
	if f.num == nil || f.num.IsZero() || o.num.IsZero() {
		return f.String() == o.String()
	}
	return f.num.Cmp(*o.num) == 0
}

// Missing adds code 301 for each attribute of a node that the schema requires
// and that is not there.
func (r *Report) Missing(path string, fields []Field) {
	for _, f := range fields {
		if f.use != optionalUse && f.empty() {
			r.Fail("301", join(path, f.Name), "Falta "+r.Label(f.Name)+".", "Escribe el dato; el SAT lo exige.")
			r.mendOnly(join(path, f.Name))
		}
	}
}

// Lexical adds an error under code for each attribute of a node that no schema of
// the SAT lets through: a character that the cadena cannot carry, a text in blank or
// longer than most says, a number that is negative or has more decimals than most
// says, six where it says nothing.
func (r *Report) Lexical(code, path string, fields []Field, most map[string]int) {
	for _, f := range fields {
		if problem, fix := f.problem(most[f.Name]); problem != "" {
			r.Fail(code, join(path, f.Name), r.Subject(f.Name)+" "+problem+".", fix)
		}
	}
}

// problem is what no schema lets through in the value of an attribute, and what to do about
// it; "" when nothing.
func (f Field) problem(most int) (problem, fix string) {
	if f.empty() {
		return "", ""
	}
	if f.num != nil {
		if most == 0 {
			most = 6
		}
		switch {
		case f.num.Sign() < 0:
			return wordsNegative, fixNegative
		case !f.num.Plain():
			return f.oddly()
		case f.num.Scale() > most:
			return tooManyDecimals(most)
		}
		return "", ""
	}
	switch s := *f.text; {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, forbidden):
		return "lleva un carácter prohibido (la barra | o uno invisible)", "Quita ese carácter."
	case most > 0 && len(s) > most && utf8.RuneCountInString(s) > most:
		return "tiene más de " + strconv.Itoa(most) + " caracteres", "Escribe " + strconv.Itoa(most) + " caracteres como máximo."
	case collapse(s) == "" && f.use == optionalUse:
		return "está en blanco", "Escribe el dato, o deja el campo vacío."
	case collapse(s) == "":
		return "está en blanco", "Escribe el dato; el SAT lo exige."
	}
	return "", ""
}

const (
	wordsNegative = "está por debajo de cero"
	fixNegative   = "Escribe el número sin el signo menos."
)

// oddly says how a number is written that has a sign of plus, or no digits on one side of its point.
func (f Field) oddly() (problem, fix string) {
	return "debe llevar cifras a los dos lados del punto y ningún signo", "Escríbelo así: " + f.num.Fixed(f.num.Scale()) + "."
}

func tooManyDecimals(most int) (problem, fix string) {
	n := strconv.Itoa(most)
	return "tiene más de " + n + " decimales", "Escribe " + n + " decimales como máximo."
}

// Want adds an error under code 301, of the schema, unless ok or the value is
// absent, which [Report.Missing] reports.
func (r *Report) Want(ok bool, path, value, message, fix string) {
	if value != "" && !ok {
		r.Fail("301", path, message, fix)
		r.mendOnly(path)
	}
}

// Found returns all that was added; of very many, those of each code that came first and how many others there are.
func (r *Report) Found() []Finding { return r.all() }
