package pdf

import (
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// A sheet says how the nodes of one complement are printed, by their names in the
// SAT's schema. What it does not name is printed nevertheless, below the name the
// SAT gave it: nothing of a document is left out.
type sheet map[string]form

// A form is how one kind of node is printed.
type form struct {
	title string // what people call it; without one its facts go on below those above
	data  []datum
	table bool                           // neighbours of this name are the rows of one table
	count bool                           // several of them are numbered: Pago 1, Pago 2
	more  func(e *xmldoc.Element) []fact // what follows from them
}

// A datum is an attribute, in the order in which it is read.
type datum struct {
	attr, name string
	as         func(*drawing, string) string // nil: as written
	width      float64                       // of its column on letter paper in mm; rest: what the others leave; 0: no column, it stands below its row
	numbers    bool
}

// rest is the width of the column that takes what the others leave.
const rest = -1

// sheet prints a complement.
func (d *drawing) sheet(known sheet, e *xmldoc.Element) {
	title := known[e.Local].title
	if title == "" {
		title = spaced(e.Local)
	}
	d.need(2*d.title.leading + 4*d.small.leading)
	d.line(d.left, d.right, d.y, 0.2, hair)
	d.y += 1.2
	heading := "Complemento " + title
	if en := english[title]; d.Paper.Ingles && en != "" {
		heading += " / " + en + " complement"
	}
	d.cut(style{bold, d.title.size + 1, d.title.leading + 0.6, d.text}, d.left, d.y, d.width, heading)
	d.y += d.title.leading + 1
	d.inside(known, e)
	d.y += 1.2
}

// inside prints the facts of a node and what is in it.
func (d *drawing) inside(known sheet, e *xmldoc.Element) {
	d.cells(d.facts(known[e.Local], e))
	for i := 0; i < len(e.Children); {
		n := 1
		for i+n < len(e.Children) && e.Children[i+n].Local == e.Children[i].Local {
			n++
		}
		d.group(known, e.Children[i:i+n])
		i += n
	}
}

// group prints neighbours of one name.
func (d *drawing) group(known sheet, nodes []*xmldoc.Element) {
	f := known[nodes[0].Local]
	if f.table {
		d.rows(known, f, nodes)
		return
	}
	for i, e := range nodes {
		title := d.say(f.title)
		if f.count && len(nodes) > 1 {
			title += " " + strconv.Itoa(i+1)
		}
		if title != "" {
			d.need(d.title.leading + 4*d.small.leading)
			d.y += 0.8
			d.cut(d.title, d.left, d.y, d.width, title)
			d.y += d.title.leading
		}
		d.inside(known, e)
	}
}

// facts are the attributes of a node that it has, in the order of its form, and after
// them those the form does not name.
func (d *drawing) facts(f form, e *xmldoc.Element) []fact {
	var out []fact
	for _, datum := range f.data {
		if value, ok := e.Attr(datum.attr); ok {
			out = append(out, fact{d.say(datum.name), datum.show(d, value)})
		}
	}
	if f.more != nil {
		for _, more := range f.more(e) {
			out = append(out, fact{d.say(more.name), more.value})
		}
	}
	for _, a := range e.Attrs {
		if a.Space == "" && !f.names(a.Local) && !strings.EqualFold(a.Local, "version") {
			out = append(out, fact{spaced(a.Local), a.Value})
		}
	}
	if text := strings.TrimSpace(e.Text); text != "" {
		out = append(out, fact{"", text})
	}
	return out
}

func (f form) names(attr string) bool {
	for _, d := range f.data {
		if d.attr == attr {
			return true
		}
	}
	return false
}

func (f datum) show(d *drawing, value string) string {
	if f.as == nil {
		return value
	}
	return f.as(d, value)
}

// told is a node in one line of text: what it is and what it says.
func (d *drawing) told(known sheet, e *xmldoc.Element) string {
	f := known[e.Local]
	title := f.title
	if title == "" {
		title = spaced(e.Local)
	}
	return dot(append([]string{d.say(title)}, sayings(d.facts(f, e))...)...)
}

// sayings are facts as running text.
func sayings(facts []fact) []string {
	out := make([]string, len(facts))
	for i, f := range facts {
		out[i] = joined(" ", f.name, f.value)
	}
	return out
}

// cells sets facts in columns, each name above its value; where paper is dear, in
// one run of text.
func (d *drawing) cells(facts []fact) {
	if len(facts) == 0 {
		return
	}
	if d.design == Compacta || d.design == Ticket {
		d.running(style{sans, d.small.size, d.small.leading, d.body.colour}, d.left, d.width, dot(sayings(facts)...))
		d.y += 0.8
		return
	}
	const columns = 4
	value := style{sans, d.body.size - 0.5, d.body.leading - 0.4, d.body.colour}
	w := d.width / columns
	for len(facts) > 0 {
		taken, used, high := 0, 0, 0
		var lines [columns][]string
		var at [columns]int
		for taken < len(facts) && used < columns {
			span := 1
			text := d.wrap(value, w-2, facts[taken].value)
			for span < columns && (len(text) > 2 || len(text) > 1 && !strings.Contains(facts[taken].value, " ")) {
				span++
				text = d.wrap(value, w*float64(span)-2, facts[taken].value)
			}
			if used+span > columns && used > 0 {
				break
			}
			at[taken], lines[taken] = used, text
			used += span
			high = max(high, len(text))
			taken++
		}
		const most = 12 // lines; what is longer runs on over the page
		if high > most {
			d.running(d.label, d.left, d.width, facts[0].name)
			d.running(value, d.left, d.width, facts[0].value)
			facts = facts[1:]
			continue
		}
		d.need(d.label.leading + float64(high)*value.leading)
		for i := range taken {
			x := d.left + w*float64(at[i])
			d.cut(d.label, x, d.y, w*4-2, facts[i].name)
			for k, line := range lines[i] {
				d.put(value, x, d.y+d.label.leading+float64(k)*value.leading, line)
			}
		}
		d.y += d.label.leading + float64(high)*value.leading + 1
		facts = facts[taken:]
	}
}

// rows prints nodes as a table, on a roll one below the other.
func (d *drawing) rows(known sheet, f form, nodes []*xmldoc.Element) {
	if f.title != "" {
		d.need(d.title.leading + 6*d.small.leading)
		d.y += 0.8
		d.cut(d.title, d.left, d.y, d.width, d.say(f.title))
		d.y += d.title.leading
	}
	if d.roll {
		for _, e := range nodes {
			d.running(style{sans, d.small.size, d.small.leading, d.body.colour}, d.left, d.width, dot(sayings(d.facts(f, e))...))
			for _, text := range d.deep(known, filled(e.Children)) {
				d.running(d.small, d.left+2, d.width-2, text)
			}
			d.y += 1
		}
		return
	}
	columns := d.columnsOf(f, nodes)
	d.need(12)
	d.again = func() { d.tableHead(columns) }
	d.again()
	for _, e := range nodes {
		d.row(known, f, columns, e)
	}
	d.again = nil
	d.y += 1.5
}

// columnsOf are the columns that have anything to say, from left to right.
func (d *drawing) columnsOf(f form, nodes []*xmldoc.Element) []column {
	var list []column
	free := d.width
	for _, datum := range f.data {
		if datum.width == 0 || !anyHas(nodes, datum.attr) {
			continue
		}
		w := datum.width
		if w == rest {
			w = 0
		}
		list = append(list, column{datum.name, 0, w, datum.numbers})
		free -= w
	}
	x := d.left
	for i := range list {
		if list[i].w == 0 {
			list[i].w = free
		}
		list[i].x = x
		x += list[i].w
	}
	return list
}

func anyHas(nodes []*xmldoc.Element, attr string) bool {
	for _, e := range nodes {
		if _, ok := e.Attr(attr); ok {
			return true
		}
	}
	return false
}

// row prints one node: its columns, and below them, small, what has no column.
func (d *drawing) row(known sheet, f form, columns []column, e *xmldoc.Element) {
	ink := style{sans, d.small.size + 0.4, d.small.leading + 0.3, d.body.colour}
	below := form{}
	cells := make([][]string, 0, len(columns))
	high, column := 1, 0
	for _, datum := range f.data {
		if column == len(columns) || datum.name != columns[column].name {
			below.data = append(below.data, datum)
			continue
		}
		value, _ := e.Attr(datum.attr)
		lines := []string{d.encode(datum.show(d, value))}
		if !datum.numbers {
			lines = d.wrap(ink, columns[column].w-2*d.padX, datum.show(d, value))
		}
		cells = append(cells, lines)
		high = max(high, len(lines))
		column++
	}
	small := sayings(d.facts(below, bare(e, f, below)))
	const keep = 6 // lines that stay together; a longer row runs on
	d.need(float64(min(high, keep))*ink.leading + d.padY + d.small.leading*min(1, float64(len(small))))
	d.y += d.padY * 0.6
	for k := range high {
		d.need(ink.leading)
		for i, c := range columns {
			switch {
			case k >= len(cells[i]):
			case c.numbers:
				d.fit(ink, c.x+c.w-d.padX, d.y, c.w-d.padX, cells[i][k])
			default:
				d.put(ink, c.x+d.padX, d.y, cells[i][k])
			}
		}
		d.y += ink.leading
	}
	if len(small) > 0 {
		d.running(d.small, d.left+d.padX, d.width-2*d.padX, dot(small...))
	}
	for _, text := range d.deep(known, filled(e.Children)) {
		d.running(d.small, d.left+d.padX+3, d.width-2*d.padX-3, text)
	}
	d.y += d.padY * 0.6
	d.line(d.left, d.right, d.y, 0.2, hair)
}

// fit writes encoded text that ends at x, smaller where it is wider than w.
func (d *drawing) fit(s style, x, y, w float64, encoded string) {
	if have := d.measure(s, encoded); have > w {
		s.size *= w / have
	}
	d.put(s, x-d.measure(s, encoded), y, encoded)
}

// bare is e without the attributes that have a column.
func bare(e *xmldoc.Element, f, below form) *xmldoc.Element {
	out := &xmldoc.Element{Space: e.Space, Prefix: e.Prefix, Local: e.Local, Text: e.Text}
	for _, a := range e.Attrs {
		if !f.names(a.Local) || below.names(a.Local) {
			out.Attrs = append(out.Attrs, a)
		}
	}
	return out
}

// filled drops the nodes that hold nothing but others, and gives these in their place.
func filled(nodes []*xmldoc.Element) []*xmldoc.Element {
	var out []*xmldoc.Element
	for _, e := range nodes {
		if len(e.Attrs) == 0 && strings.TrimSpace(e.Text) == "" {
			out = append(out, filled(e.Children)...)
			continue
		}
		out = append(out, e)
	}
	return out
}

// montoConLetra spells what was paid: the document itself has no amount.
func montoConLetra(e *xmldoc.Element) []fact {
	text, _ := e.Attr("Monto")
	moneda, _ := e.Attr("MonedaP")
	monto, err := decimal.Parse(text)
	if err != nil {
		return nil
	}
	return []fact{{"Importe con letra", cfdi.AmountInWords(monto, moneda)}}
}

// Ways in which a value is shown. Each takes what the XML says and gives it back as
// it came where it is not what it should be.

func pesos(_ *drawing, value string) string {
	n, err := decimal.Parse(value)
	if err != nil {
		return value
	}
	return amount(n)
}

func number(_ *drawing, value string) string {
	n, err := decimal.Parse(value)
	if err != nil {
		return value
	}
	return quantity(n)
}

// when shows a moment or a day.
func when(_ *drawing, value string) string {
	if len(value) == len("2006-01-02") {
		return strings.TrimSuffix(moment(value+"T"), " ")
	}
	return moment(value)
}

func tasa(_ *drawing, value string) string {
	n, err := decimal.Parse(value)
	if err != nil {
		return value
	}
	return value + " (" + quantity(n.Mul(decimal.FromInt(100))) + " %)"
}

func formaPago(d *drawing, key string) string {
	row, ok := d.cat.FormaPago(key)
	return named(key, ok, row.Texto)
}

func currency(d *drawing, key string) string {
	row, ok := d.cat.Moneda(key)
	return named(key, ok && key != noMoneda, row.Texto)
}

func country(d *drawing, key string) string {
	row, ok := d.cat.Pais(key)
	return named(key, ok, row.Texto)
}

func state(d *drawing, key string) string {
	row, ok := d.cat.Estado(key)
	return named(key, ok, row.Texto)
}

func tax(d *drawing, key string) string { return joined(" ", key, d.taxName(key)) }

func objeto(d *drawing, key string) string {
	row, ok := d.cat.ObjetoImp(key)
	return named(key, ok, row.Texto)
}

func unit(d *drawing, key string) string {
	row, ok := d.cat.ClaveUnidad(key)
	return joined(" ", key, texto(ok, row.Texto))
}

func texto(ok bool, text string) string {
	if !ok {
		return ""
	}
	return short(text)
}

// key shows the official text beside a key.
func key(of catalogo.Short) func(*drawing, string) string {
	return func(_ *drawing, value string) string {
		row, ok := of.Find(value)
		return named(value, ok, row.Texto)
	}
}
