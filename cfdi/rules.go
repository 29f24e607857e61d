package cfdi

import (
	"slices"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// Classes of a [Rule]: what must be at hand to judge it.
const (
	ClassLocal    = "L" // the document alone
	ClassCatalogo = "K" // the document and the catalogues of its date
	ClassRegistro = "R" // a registry that only the SAT and the PACs have
	ClassPAC      = "P" // the PAC itself
)

// States of a [Rule]; any other text is the reason why it is not a rule here.
const (
	StateRule = "rule" // judged by Validate
	StatePAC  = "pac"  // decided by the PAC
)

// A Rule is one code of an error matrix of the SAT and what becomes of it here.
type Rule struct {
	Family string `json:"family"` // "CFDI40", the matrix of 2024-12-13, or "PAC", codes of certifiers and of the Anexo 29
	Code   string `json:"code"`
	Path   string `json:"path"` // where its findings stand, without indices, or the node they stand in; "" = anywhere
	Class  string `json:"class"`
	State  string `json:"state"`

	check func(v *validation) // set if and only if State is StateRule
}

// Rules lists every code of the matrix of CFDI 4.0 in its order, then the codes of
// PACs that are judged here.
func Rules() []Rule { return slices.Clone(rules) }

// Validate reports everything that the rules of the SAT say of c and that can be
// judged here: structure, catalogues as of the Fecha of c, arithmetic, and
// warnings for what a PAC might refuse or the user did not mean. at is the clock,
// for the 72 hours of code 401 alone; with the zero time they are not judged, as
// with a document stamped long ago. Seal and certificate are [Verify]'s.
func Validate(c *Comprobante, cat *catalogo.Catalog, at time.Time) Findings {
	return validate(c, cat, at, true)
}

// validate is Validate; mends for amounts are left out where nobody asks for them.
func validate(c *Comprobante, cat *catalogo.Catalog, at time.Time, mend bool) Findings {
	v := &validation{c: c, cat: cat, at: at, decimals: 6, mended: mostMended}
	v.look()
	if m, ok := cat.Moneda(c.Moneda); ok {
		v.decimals = m.Decimales
	}
	for _, r := range rules {
		if r.check != nil {
			v.code = r.Code
			r.check(v)
		}
	}
	for _, advice := range advices {
		v.code = advice.code
		advice.give(v)
	}
	for _, complement := range c.Complementos {
		v.judge(complement)
	}
	for i := range c.Conceptos {
		for _, complement := range c.Conceptos[i].Complementos {
			v.judge(complement)
		}
	}
	switch {
	case !mend:
	case v.total() > v.mended:
		v.untried()
	default:
		v.mendAmounts()
		v.tryMends()
	}
	return v.all()
}

// keptNodes is how many nodes of a document are kept at hand, some 600 bytes each. A larger one is walked again whenever
// a rule goes through its nodes, and only the first few findings get a mend of their own.
const (
	keptNodes  = 40_000
	mendedHuge = 10
)

// look goes through the attributes once, without telling where they stand, which costs a text for each node: most
// documents have none that is missing or wrongly written.
func (v *validation) look() {
	v.c.nodes(placeless, make([]Field, 0, 24), func(_ string, fields []Field) {
		v.count++
		for i := 0; i < len(fields) && !v.flawed; i++ {
			problem, _ := fields[i].malformed()
			v.flawed = problem != "" || fields[i].missing()
		}
	})
	if v.count > keptNodes {
		v.mended = mendedHuge
	}
}

// eachNode visits every node; its fields are good until the next one.
func (v *validation) eachNode(visit func(path string, fields []Field)) {
	if v.count > keptNodes {
		v.c.nodes(placed, make([]Field, 0, 24), visit)
		return
	}
	if v.nodes == nil {
		v.nodes = make([]node, 0, v.count)
		v.c.nodes(placed, nil, func(path string, fields []Field) { v.nodes = append(v.nodes, node{path, fields}) })
	}
	for _, n := range v.nodes {
		visit(n.path, n.fields)
	}
}

// judge adds what a complement finds; its mends are tried out.
func (v *validation) judge(k Complemento) {
	for _, f := range k.Validate(v.c, v.cat, v.at) {
		v.add(f)
		if len(f.Mend) > 0 {
			v.tentative()
		}
	}
}

// validation is one run of the rules over one document.
type validation struct {
	gathered
	c        *Comprobante
	cat      *catalogo.Catalog
	at       time.Time
	decimals int    // of Moneda; 6, which excludes nothing, when Moneda is unknown
	code     string // of the rule that runs
	count    int    // nodes of c
	nodes    []node // all of them, kept once somebody asks where they stand; nil where they are too many
	flawed   bool   // an attribute is missing or wrongly written
	mended   int    // of how many findings on nothing is mended
	amounts  []int  // findings that computing again may mend
	tries    []int  // findings whose mend is to be tried out
}

// node is one node of the document: where it stands and its attributes.
type node struct {
	path   string
	fields []Field
}

// fail reports an error under the code of the rule that runs.
func (v *validation) fail(path, message, fix string) {
	v.add(errorAt(v.code, path, message, fix))
}

// warn reports a warning under the code of the rule that runs.
func (v *validation) warn(path, message, fix string) {
	v.add(warningAt(v.code, path, message, fix))
}

// is reports whether the TipoDeComprobante is one of these letters.
func (v *validation) is(types string) bool {
	t := v.c.TipoDeComprobante
	for i := range len(types) {
		if t == types[i:i+1] {
			return true
		}
	}
	return false
}

// A listing is what a catalogue says of a key on the day of the document.
type listing struct{ known, inForce bool }

// listed puts together what the catalogue answered for a key.
func (v *validation) listed(row catalogo.Entry, known bool) listing {
	return listing{known, known && row.InForce(v.c.Fecha)}
}

// catalogued reports whether a required or given key stands in its catalogue on
// the day of the document. An absent key is for the structure to report.
func catalogued(key string, l listing) bool { return key == "" || l.inForce }

// mendKey mends the finding that the running rule has just made at a path, if any.
func (v *validation) mendKey(path, value string) {
	if f := v.last(); f != nil && f.Code == v.code && f.Path == path && value != "" {
		v.mend(path, value)
		v.tentative()
	}
}

const fixClave = "Elige una clave de la lista."

// key reports a key that is not in its catalogue.
func (v *validation) key(path, key, catalogue string, l listing) {
	switch {
	case catalogued(key, l):
	case l.known:
		v.fail(path, "La clave "+Quoted(key)+" de "+catalogue+" no estaba vigente en la fecha del comprobante.", fixClave)
	default:
		v.fail(path, "La clave "+Quoted(key)+" no existe en el catálogo "+catalogue+" del SAT.", fixClave)
	}
}

// bigKey is key for a catalogue that may not be at hand whole: then only the PAC
// can tell that a key does not exist. Attribute and catalogue have one name.
func (v *validation) bigKey(path func(attribute string) string, attribute, key string, l listing) {
	if !catalogued(key, l) && (l.known || v.cat.Full(attribute)) {
		v.key(path(attribute), key, "c_"+attribute, l)
	}
}

// tooFine reports an amount with more decimals than its currency has. The zeros of
// T and P may have decimals (CFDI40109).
func (v *validation) tooFine(path string, d decimal.Decimal) {
	if d.Scale() > v.decimals && (d.Sign() != 0 || !v.is("TP")) {
		v.fail(path, "El importe "+d.String()+" tiene más decimales de los que admite la moneda "+v.c.Moneda+".",
			"Redondea el importe a los decimales de la moneda.")
		v.recompute()
	}
}

// eachConcepto calls check for every line.
func eachConcepto(check func(v *validation, i int, c *Concepto)) func(*validation) {
	return func(v *validation) {
		for i := range v.c.Conceptos {
			check(v, i, &v.c.Conceptos[i])
		}
	}
}

func conceptoPath(i int, attribute string) string { return at("Conceptos", i) + "." + attribute }

// line is where a line stands; its path is only built for a finding.
type line int

func (i line) path(attribute string) string { return conceptoPath(int(i), attribute) }

// eachTraslado calls check for every transfer of every line.
func eachTraslado(check func(v *validation, p place, t *Traslado)) func(*validation) {
	return eachConcepto(func(v *validation, i int, c *Concepto) {
		if c.Impuestos == nil {
			return
		}
		for j := range c.Impuestos.Traslados {
			check(v, place{i, j, "Impuestos.Traslados"}, &c.Impuestos.Traslados[j])
		}
	})
}

// eachRetencion calls check for every withholding of every line.
func eachRetencion(check func(v *validation, p place, r *ConceptoRetencion)) func(*validation) {
	return eachConcepto(func(v *validation, i int, c *Concepto) {
		if c.Impuestos == nil {
			return
		}
		for j := range c.Impuestos.Retenciones {
			check(v, place{i, j, "Impuestos.Retenciones"}, &c.Impuestos.Retenciones[j])
		}
	})
}

// eachParte calls check for every part of every line.
func eachParte(check func(v *validation, p place, part *Parte)) func(*validation) {
	return eachConcepto(func(v *validation, i int, c *Concepto) {
		for j := range c.Parte {
			check(v, place{i, j, "Parte"}, &c.Parte[j])
		}
	})
}

// place is where a child of a line stands; its path is only built for a finding.
type place struct {
	concepto, child int
	list            string
}

func (p place) path(attribute string) string {
	return at(conceptoPath(p.concepto, p.list), p.child) + "." + attribute
}

// spaceComercioExterior starts the namespace of every version of Comercio Exterior.
const spaceComercioExterior = "http://www.sat.gob.mx/ComercioExterior"
