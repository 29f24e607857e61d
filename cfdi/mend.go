package cfdi

import (
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/decimal"
)

// A Change is one step of a mend: what stands at a path of the document and what
// must stand there. Values are as the XML has them; "" is nothing, so that a Change
// to "" takes an attribute out. A path that ends in a node, without values, takes
// the node out once its attributes are gone.
type Change struct {
	Path string `json:"path"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// A MendError says why a mend cannot be applied: there is none, or the document is
// no longer the one it was made for.
type MendError struct {
	Path    string
	Message string // Spanish, for the user
}

// Error returns place and reason.
func (e *MendError) Error() string { return strings.TrimPrefix(e.Path+": "+e.Message, ": ") }

// Apply mends in c what f found, by the changes that f carries. It does all of them
// or, with a [*MendError], none: where one of the values is not the one that was
// there when the document was judged, somebody else has mended it. Judge c again
// afterwards; paths of other findings may have moved.
func Apply(c *Comprobante, f Finding) error {
	if len(f.Mend) == 0 {
		return noMend(f)
	}
	done := c.cloneNodes()
	if err := done.unshareComplements(f.Mend); err != nil {
		return err
	}
	for _, change := range f.Mend {
		if err := done.apply(change); err != nil {
			return err
		}
	}
	for i := len(f.Mend) - 1; i >= 0; i-- { // the last rows first, so that the others keep their place
		if f.Mend[i].isNode() {
			if err := done.dropNode(f.Mend[i].Path); err != nil {
				return err
			}
		}
	}
	*c = *done
	return nil
}

// unshareComplements gives c copies of the complements that the changes reach into.
func (c *Comprobante) unshareComplements(changes []Change) error {
	own := map[string]bool{}
	for _, change := range changes {
		list, i, _, ok := c.complementAt(change.Path)
		if !ok || own[change.Path[:inside(change.Path)]] {
			continue
		}
		own[change.Path[:inside(change.Path)]] = true
		copied, err := cloneComplemento((*list)[i])
		if err != nil {
			return &MendError{change.Path, "El complemento lleva un dato que no cabe en un XML; corrígelo primero."}
		}
		*list = slices.Clone(*list)
		(*list)[i] = copied
	}
	return nil
}

// inside returns where in a path that of the attribute of a complement begins, behind
// the index of the complement; -1 in another path.
func inside(path string) int {
	const list = "Complementos["
	i := strings.Index(path, list)
	if i < 0 || i > 0 && path[i-1] != '.' {
		return -1
	}
	if end := strings.IndexByte(path[i:], ']'); end > 0 {
		return i + end + 1
	}
	return -1
}

// complementAt takes the path of an attribute of a complement apart: the list it stands
// in, which one it is and the path inside.
func (c *Comprobante) complementAt(path string) (list *Complementos, i int, rest string, ok bool) {
	end := inside(path)
	if end < 0 {
		return nil, 0, "", false
	}
	outer, i, ok := rowOf(path[:end])
	list = &c.Complementos
	if line, isLine := strings.CutSuffix(outer, ".Complementos"); ok && isLine {
		name, j, isRow := rowOf(line)
		if !isRow || name != "Conceptos" || j >= len(c.Conceptos) {
			return nil, 0, "", false
		}
		list = &c.Conceptos[j].Complementos
	}
	if !ok || i >= len(*list) {
		return nil, 0, "", false
	}
	return list, i, strings.TrimPrefix(path[end:], "."), true
}

// ApplyTo is [Apply] for a document that is no Comprobante: it mends attributes of its nodes, all
// that f carries or, with a [*MendError], none.
func ApplyTo(nodes Nodes, f Finding) error {
	if len(f.Mend) == 0 {
		return noMend(f)
	}
	found := make([]Field, len(f.Mend))
	for i, change := range f.Mend {
		var ok bool
		if found[i], ok = attributeAt(change.Path, nodes); !ok {
			return gone(change)
		}
		if err := found[i].fits(change); err != nil {
			return err
		}
	}
	for i, change := range f.Mend {
		found[i].write(change)
	}
	return nil
}

func noMend(f Finding) error {
	return &MendError{f.Path, "No hay una sola corrección posible; decide tú."}
}

func gone(ch Change) error { return &MendError{ch.Path, "Ese dato ya no está en el comprobante."} }

// fits says why a change is not for the attribute as it is now.
func (f Field) fits(ch Change) error {
	if f.String() != ch.Old {
		return &MendError{ch.Path, "El dato cambió: era " + Quoted(ch.Old) + " y ahora es " + Quoted(f.String()) + "."}
	}
	if _, err := decimal.Parse(ch.New); err != nil && f.num != nil && ch.New != "" {
		return &MendError{ch.Path, "La corrección " + Quoted(ch.New) + " no es un número."}
	}
	return nil
}

// write puts into the attribute what a change that fits has for it.
func (f Field) write(ch Change) {
	if f.num == nil {
		*f.text = ch.New
		return
	}
	*f.num = decimal.Decimal{}
	if ch.New != "" {
		*f.num = decimal.MustParse(ch.New)
	}
}

func (ch Change) isNode() bool { return ch.Old == "" && ch.New == "" }

// apply writes one attribute, in a new row of the summary where it belongs in one.
func (c *Comprobante) apply(ch Change) error {
	if ch.isNode() {
		return nil
	}
	f, ok := c.attribute(ch.Path)
	if !ok && ch.Old == "" {
		c.grow(ch.Path)
		f, ok = c.attribute(ch.Path)
	}
	if !ok {
		return gone(ch)
	}
	if err := f.fits(ch); err != nil {
		return err
	}
	f.write(ch)
	return nil
}

// attribute finds the attribute at a path as findings have it.
func (c *Comprobante) attribute(path string) (Field, bool) {
	list, i, rest, ok := c.complementAt(path)
	if !ok {
		return attributeAt(path, func(visit func(string, []Field)) { c.nodes(placed, make([]Field, 0, 24), visit) })
	}
	if k, ok := (*list)[i].(Walker); ok {
		return attributeAt(rest, nodesOf(k))
	}
	return Field{}, false
}

func attributeAt(path string, nodes Nodes) (found Field, ok bool) {
	node, name := "", path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		node, name = path[:i], path[i+1:]
	}
	nodes(func(at string, fields []Field) {
		if ok || at != node {
			return
		}
		for _, f := range fields {
			if f.Name == name {
				found, ok = f, true
			}
		}
	})
	return found, ok
}

const (
	rowsTraslado  = "Impuestos.Traslados"
	rowsRetencion = "Impuestos.Retenciones"
)

// grow adds the row of the summary that a path names, when it is the next one.
func (c *Comprobante) grow(path string) {
	if c.Impuestos == nil && strings.HasPrefix(path, "Impuestos.") {
		c.Impuestos = &Impuestos{}
	}
	list, i, ok := rowOf(path)
	switch {
	case !ok || c.Impuestos == nil:
	case list == rowsTraslado && i == len(c.Impuestos.Traslados):
		c.Impuestos.Traslados = append(c.Impuestos.Traslados, Traslado{})
	case list == rowsRetencion && i == len(c.Impuestos.Retenciones):
		c.Impuestos.Retenciones = append(c.Impuestos.Retenciones, Retencion{})
	}
}

// rowOf takes a path such as Impuestos.Traslados[1].Base or Conceptos[0].Parte[2]
// apart at its last index.
func rowOf(path string) (list string, i int, ok bool) {
	open, end := strings.LastIndexByte(path, '['), strings.LastIndexByte(path, ']')
	if open < 0 || end < open {
		return "", 0, false
	}
	i, err := strconv.Atoi(path[open+1 : end])
	return path[:open], i, err == nil && i >= 0
}

// dropNode takes out a node that may be taken out.
func (c *Comprobante) dropNode(path string) error {
	gone := &MendError{path, "Ese apartado ya no está en el comprobante."}
	if path == "Impuestos" {
		if c.Impuestos == nil {
			return gone
		}
		c.Impuestos = nil
		return nil
	}
	list, i, ok := rowOf(path)
	if !ok {
		return gone
	}
	if c.Impuestos != nil && list == rowsTraslado && i < len(c.Impuestos.Traslados) {
		c.Impuestos.Traslados = append(c.Impuestos.Traslados[:i], c.Impuestos.Traslados[i+1:]...)
		return nil
	}
	if c.Impuestos != nil && list == rowsRetencion && i < len(c.Impuestos.Retenciones) {
		c.Impuestos.Retenciones = append(c.Impuestos.Retenciones[:i], c.Impuestos.Retenciones[i+1:]...)
		return nil
	}
	for k := range c.Conceptos {
		if c.Conceptos[k].dropNode(strings.TrimPrefix(path, at("Conceptos", k)+".")) {
			return nil
		}
	}
	return gone
}

func (c *Concepto) dropNode(path string) bool {
	if path == "Impuestos" {
		had := c.Impuestos != nil
		c.Impuestos = nil
		return had
	}
	lists := map[string]*[]InformacionAduanera{"InformacionAduanera": &c.InformacionAduanera}
	for j := range c.Parte {
		lists[at("Parte", j)+".InformacionAduanera"] = &c.Parte[j].InformacionAduanera
	}
	list, i, ok := rowOf(path)
	rows := lists[list]
	if !ok || rows == nil || i >= len(*rows) {
		return false
	}
	*rows = append((*rows)[:i], (*rows)[i+1:]...)
	return true
}

// changesTo lists what makes after of c, attribute by attribute: only amounts,
// texts and rows of the summary may differ.
func (c *Comprobante) changesTo(after *Comprobante) []Change {
	list := func(c *Comprobante) []placedValue {
		return values(func(visit func(string, []Field)) { c.nodes(placed, make([]Field, 0, 24), visit) })
	}
	was, is := list(c), list(after)
	out, n := differences(was, is)
	was, is = was[n:], is[n:] // the lines are the same, mostly, and the summary is not
	now, had, has := make(map[string]string, len(is)), make(map[string]bool, len(was)), map[string]bool{}
	for _, a := range is {
		now[a.path], has[a.node()] = a.value, true
	}
	for _, a := range was {
		had[a.path] = true
		if value := now[a.path]; value != a.value {
			out = append(out, Change{Path: a.path, Old: a.value, New: value})
		}
	}
	for _, a := range is {
		if !had[a.path] && a.value != "" {
			out = append(out, Change{Path: a.path, New: a.value})
		}
	}
	gone := ""
	for _, a := range was {
		node := a.node()
		if has[node] || gone != "" && (node == gone || strings.HasPrefix(node, gone+".")) {
			continue // a node goes with the one it is in
		}
		gone = node
		out = append(out, Change{Path: node})
	}
	return out
}

// A placedValue is the value of one attribute and where it stands.
type placedValue struct{ path, value string }

// values lists the attributes of nodes in their order.
func values(nodes Nodes) (all []placedValue) {
	nodes(func(path string, fields []Field) {
		for _, f := range fields {
			all = append(all, placedValue{join(path, f.Name), f.String()})
		}
	})
	return all
}

// node is where the node of the attribute stands.
func (v placedValue) node() string { return v.path[:max(strings.LastIndexByte(v.path, '.'), 0)] }

// differences are the values of is that are not those of was, as far as both have the same
// nodes: for the first n.
func differences(was, is []placedValue) (out []Change, n int) {
	for n < min(len(was), len(is)) && was[n].path == is[n].path {
		if was[n].value != is[n].value {
			out = append(out, Change{Path: was[n].path, Old: was[n].value, New: is[n].value})
		}
		n++
	}
	return out, n
}

// Mends by what a rule knows.

// mostMended is how many findings of one document get a mend of their own, for finding its
// place costs the size of the document each time. With more of them nothing is tried out.
const mostMended = 500

// mend adds a change to the finding just made: what must stand at a path.
func (v *validation) mend(path, value string) {
	if v.total() > v.mended {
		return
	}
	f, at := &v.found[len(v.found)-1], strings.LastIndexByte(path, '.')
	v.eachNode(func(node string, fields []Field) {
		if node != path[:max(at, 0)] {
			return
		}
		for _, field := range fields {
			if field.Name == path[at+1:] && field.String() != value {
				f.Mend = append(f.Mend, Change{Path: path, Old: field.String(), New: value})
			}
		}
	})
}

// mendAll adds to the finding just made that all attributes of a name with one text
// get another.
func (v *validation) mendAll(name, old, value string) {
	if v.total() > v.mended {
		return
	}
	f := &v.found[len(v.found)-1]
	v.eachNode(func(node string, fields []Field) {
		for _, field := range fields {
			if field.Name == name && field.String() == old && old != value {
				f.Mend = append(f.Mend, Change{Path: join(node, name), Old: old, New: value})
			}
		}
	})
}

// drop adds to the finding just made that a node goes, with its attributes.
func (v *validation) drop(node string) {
	if v.total() > v.mended {
		return
	}
	f := &v.found[len(v.found)-1]
	v.eachNode(func(path string, fields []Field) {
		if path != node && !strings.HasPrefix(path, node+".") {
			return
		}
		for _, field := range fields {
			if !field.empty() {
				f.Mend = append(f.Mend, Change{Path: join(path, field.Name), Old: field.String()})
			}
		}
	})
	f.Mend = append(f.Mend, Change{Path: node})
}

// Tries.

// tentative says that the mend of the finding just made may do harm elsewhere: it is
// tried out when all rules have run, see [validation.tryMends].
func (v *validation) tentative() {
	if !v.left {
		v.tries = append(v.tries, len(v.found)-1)
	}
}

// mostTries bounds how many mends are tried out for one document.
const mostTries = 20

// tryMends keeps the tentative mends after which their finding is gone and no other
// error has come.
func (v *validation) tryMends() {
	var before map[string]bool
	for n, i := range v.tries {
		f := &v.found[i]
		if len(f.Mend) == 0 {
			continue
		}
		if before == nil {
			before = keysOf(v.found)
		}
		if n >= mostTries {
			f.Mend = nil
			continue
		}
		if after := v.c.cloneNodes(); Apply(after, *f) != nil || !v.better(before, after, *f) {
			f.Mend = nil
		}
	}
}

// untried drops the mends that would have to be tried out.
func (v *validation) untried() {
	for _, i := range v.tries {
		v.found[i].Mend = nil
	}
}

// better reports whether a document that was mended lacks f and has no new error.
func (v *validation) better(before map[string]bool, after *Comprobante, f Finding) bool {
	left := keysOf(validate(after, v.cat, v.at, false))
	if _, stays := left[f.Code+" "+f.Path]; stays {
		return false
	}
	for key, isError := range left {
		if isError && !before[key] {
			return false
		}
	}
	return true
}

// Amounts.

// recompute says of the finding just made that an amount is at fault, which
// computing it again may mend: see [validation.mendAmounts].
func (v *validation) recompute() {
	if !v.left {
		v.amounts = append(v.amounts, len(v.found)-1)
	}
}

// mostChanges bounds what each of many findings carries: beyond it the first alone
// says how the amounts come right.
const mostChanges = 200

// mendAmounts gives the findings about amounts their mend: the summary added up
// again or, where that does not do, the lines computed again too. It is tried out
// and only offered where its finding goes and no other error comes.
func (v *validation) mendAmounts() {
	for _, way := range []func(*Comprobante, int){(*Comprobante).resum, (*Comprobante).recount} {
		if len(v.amounts) == 0 {
			return
		}
		v.mendBy(way)
	}
}

func (v *validation) mendBy(way func(*Comprobante, int)) {
	after := v.c.cloneNodes()
	way(after, v.decimals)
	changes := v.c.changesTo(after)
	if len(changes) == 0 || v.unreadLocal() {
		return
	}
	before, left := keysOf(v.found), keysOf(validate(after, v.cat, v.at, false))
	for key, isError := range left {
		if isError && !before[key] {
			return
		}
	}
	var rest []int
	for _, i := range v.amounts {
		f := &v.found[i]
		if _, stays := left[f.Code+" "+f.Path]; stays {
			rest = append(rest, i)
			continue
		}
		f.Mend = changes
		if len(changes) > mostChanges {
			v.amounts = nil
			return
		}
	}
	v.amounts = rest
}

func keysOf(found Findings) map[string]bool {
	keys := make(map[string]bool, len(found))
	for _, f := range found {
		key := f.Code + " " + f.Path
		keys[key] = keys[key] || f.IsError()
	}
	return keys
}

// unreadLocal reports local taxes that nobody could read: no total can be told.
func (v *validation) unreadLocal() bool {
	for _, k := range v.c.Complementos {
		if u, ok := k.(*Unknown); ok && u.Space == spaceImplocal {
			return true
		}
	}
	return false
}

const spaceImplocal = "http://www.sat.gob.mx/implocal"

// resum adds the lines up again; local taxes stay as they stand.
func (c *Comprobante) resum(places int) {
	local := c.Complementos
	c.Complementos = nil
	c.summarize(places)
	c.Complementos = local
	for _, k := range local {
		if t, ok := k.(Totaler); ok {
			traslados, retenciones := t.Totales()
			c.Total = c.Total.Add(traslados).Sub(retenciones).Round(places)
		}
	}
}

// recount computes the lines again, as Totalize does, and adds them up.
func (c *Comprobante) recount(places int) {
	style := c.style(places)
	for i := range c.Conceptos {
		c.Conceptos[i].totalize(style)
	}
	c.resum(places)
}

// Keys that follow from the rest.

// usoOf returns the one UsoCFDI of payments, payrolls and generic receptores, ""
// where it is for the receptor to say.
func (v *validation) usoOf() string {
	switch {
	case v.is("P"):
		return "CP01"
	case v.is("N"):
		return "CN01"
	case v.c.Receptor.generico():
		return "S01"
	}
	return ""
}

// objetoOf returns what ObjetoImp follows from the taxes of a line: 02 with them,
// 01 without.
func (c *Concepto) objetoOf() string {
	if c.Impuestos != nil {
		return "02"
	}
	return "01"
}

// onlyOne returns the one value that an absent attribute can have, "" where there
// are several.
func (v *validation) onlyOne(path string) string {
	switch generic := v.c.Receptor.generico(); path {
	case "Exportacion":
		if v.is("NP") || v.c.Receptor.Rfc != RfcExtranjero && !v.exterior() {
			return "01"
		}
	case "Moneda":
		return map[string]string{"P": "XXX", "N": "MXN"}[v.c.TipoDeComprobante]
	case "Receptor.UsoCFDI":
		return v.usoOf()
	case "Receptor.RegimenFiscalReceptor":
		if generic && !v.is("N") {
			return regimenGenerico
		}
	case "Receptor.DomicilioFiscalReceptor":
		if generic {
			return v.c.LugarExpedicion
		}
	}
	index, isLine := strings.CutPrefix(path, "Conceptos[")
	index, isObjeto := strings.CutSuffix(index, "].ObjetoImp")
	if i, err := strconv.Atoi(index); isLine && isObjeto && err == nil && i < len(v.c.Conceptos) {
		return v.c.Conceptos[i].objetoOf()
	}
	return ""
}
