package pdf

import (
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// A textLine is one line of encoded text and its style.
type textLine struct {
	style style
	text  string
}

// A column of the table of Conceptos. It ends at right where it holds numbers.
type column struct {
	name    string
	x, w    float64
	numbers bool
}

// columns are those of the design, from left to right. The one called Concepto
// takes what the others leave.
func (d *drawing) columns() []column {
	var list []column
	switch d.design {
	case Compacta:
		list = []column{{"Cant.", 0, 15, true}, {"Unidad", 0, 19, false}, {"Clave", 0, 17, false}, {"Concepto", 0, 0, false}, {"P. unitario", 0, 22, true}, {"Descuento", 0, 19, true}, {"Importe", 0, 24, true}}
	case Servicios:
		list = []column{{"Concepto", 0, 0, false}, {"Importe", 0, 34, true}}
	case Ticket:
		list = []column{{"Concepto", 0, 0, false}, {"Importe", 0, 22, true}}
	default:
		list = []column{{"Cantidad", 0, 17, true}, {"Unidad", 0, 21, false}, {"Concepto", 0, 0, false}, {"P. unitario", 0, 25, true}, {"Descuento", 0, 21, true}, {"Importe", 0, 26, true}}
	}
	free := d.width
	for _, c := range list {
		free -= c.w
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

// conceptos draws the table; its head stands again on every page.
func (d *drawing) conceptos() {
	columns := d.columns()
	d.again = func() { d.tableHead(columns) }
	d.again()
	for i := range d.Conceptos {
		d.concepto(columns, &d.Conceptos[i])
	}
	d.again = nil
}

func (d *drawing) tableHead(columns []column) {
	s := style{bold, d.small.size, d.small.leading, d.headInk}
	second := style{sans, d.small.size - 0.5, d.small.leading, d.headInk}
	h := s.leading + 3.2
	if d.Paper.Ingles {
		h += second.leading
	}
	d.box(d.left, d.y, d.width, h, d.headFill)
	for _, c := range columns {
		names := []textLine{{s, c.name}}
		if d.Paper.Ingles {
			names = append(names, textLine{second, english[c.name]})
		}
		y := d.y + 1.6
		for _, n := range names {
			if c.numbers {
				d.cutRight(n.style, c.x+c.w-d.padX, y, c.w-d.padX, n.text)
			} else {
				d.cut(n.style, c.x+d.padX, y, c.w-d.padX, n.text)
			}
			y += n.style.leading
		}
	}
	d.y += h
	d.line(d.left, d.right, d.y, 0.2, d.headRule())
}

// headRule is the line below the head of the table: strong where the head has no ground.
func (d *drawing) headRule() colour {
	if d.headFill == white {
		return d.rule
	}
	return hair
}

// concepto draws one row. A row stays on one page unless it is long; then it
// runs on line by line.
func (d *drawing) concepto(columns []column, c *cfdi.Concepto) {
	var lines, side []textLine
	var at, beside column
	times := 0
	for _, col := range columns {
		switch col.name {
		case "Concepto":
			lines, times = d.conceptoLines(c, col.w-2*d.padX)
			at = col
		case "Unidad":
			side, beside = d.unidadLines(c, col.w-d.padX), col
		}
	}
	h := max(height(lines), height(side)) + 2*d.padY
	const keep = 45 // a longer row may be parted
	d.need(min(h, keep))
	y := d.y + d.padY
	for _, col := range columns {
		switch {
		case col.numbers && d.design == Servicios:
			d.cutRight(d.item, col.x+col.w, y, col.w-1, amount(c.Importe))
		case col.numbers && d.design == Ticket:
			d.cutRight(d.strong, col.x+col.w, y+height(lines[:times]), col.w-1, amount(c.Importe))
		case col.numbers:
			d.cutRight(d.body, col.x+col.w-d.padX, y, col.w-d.padX-1, figureOf(col.name, c))
		case col.name == "Clave":
			d.cut(d.body, col.x+d.padX, y, col.w-d.padX, c.ClaveProdServ)
		}
	}
	end := y + height(side)
	for _, l := range side {
		d.put(l.style, beside.x+d.padX, y, l.text)
		y += l.style.leading
	}
	d.y += d.padY
	for _, l := range lines {
		if d.need(l.style.leading + d.padY) {
			d.y += d.padY
			end = d.y
		}
		d.put(l.style, at.x+d.padX, d.y, l.text)
		d.y += l.style.leading
	}
	d.y = max(d.y, end) + d.padY
	d.line(d.left, d.right, d.y, 0.2, hair)
}

// figureOf is what a column of numbers says of a line.
func figureOf(column string, c *cfdi.Concepto) string {
	switch column {
	case "Cantidad", "Cant.":
		return quantity(c.Cantidad)
	case "P. unitario":
		return amount(c.ValorUnitario)
	case "Descuento":
		return amount(c.Descuento)
	}
	return amount(c.Importe)
}

func height(lines []textLine) float64 {
	h := 0.0
	for _, l := range lines {
		h += l.style.leading
	}
	return h
}

func (d *drawing) lines(into []textLine, s style, w float64, text string) []textLine {
	if text == "" {
		return into
	}
	for _, l := range d.wrap(s, w, text) {
		into = append(into, textLine{s, l})
	}
	return into
}

func (d *drawing) unidadLines(c *cfdi.Concepto, w float64) []textLine {
	lines := d.lines(nil, d.body, w, c.ClaveUnidad)
	for _, text := range d.unidadTexts(c) {
		lines = d.lines(lines, d.small, w, text)
	}
	return lines
}

// unidadTexts are the official name of the unit and the company's own word for it.
func (d *drawing) unidadTexts(c *cfdi.Concepto) []string {
	row, _ := d.cat.ClaveUnidad(c.ClaveUnidad)
	switch {
	case !d.Paper.Shows(PartUnidades):
		return []string{c.Unidad}
	case c.Unidad == row.Texto:
		return []string{c.Unidad}
	}
	return []string{row.Texto, c.Unidad}
}

// conceptoLines are the description and all that the XML says of the line; times is
// where quantity and price stand, after the description.
func (d *drawing) conceptoLines(c *cfdi.Concepto, w float64) (out []textLine, times int) {
	add := func(s style, w float64, text string) { out = d.lines(out, s, w, text) }
	full := w
	if d.roll {
		full = d.width // the amount stands beside quantity and price alone
	}
	if add(d.item, full, c.Descripcion); len(out) > 3 {
		out = nil // bold is for names, not for paragraphs
		add(d.body, full, c.Descripcion)
	}
	times = len(out)
	if d.design == Servicios || d.design == Ticket {
		add(d.body, w, d.times(c))
	}
	details := d.details(c)
	if d.design != Clasica {
		details = []string{joined(" \u2013 ", details...)} // one run of text: that is what makes it compact
	}
	for _, text := range details {
		add(d.small, full, text)
	}
	return out, times
}

// times tells quantity, unit and price where they have no columns: 6 SET Conjunto × 2,450.00.
func (d *drawing) times(c *cfdi.Concepto) string {
	off := ""
	if !c.Descuento.IsZero() {
		off = d.say("Descuento") + " " + amount(c.Descuento)
	}
	unidad := joined(" ", append([]string{c.ClaveUnidad}, d.unidadTexts(c)...)...)
	return dot(joined(" ", quantity(c.Cantidad), unidad)+" × "+amount(c.ValorUnitario), off)
}

// details are keys, taxes, pedimentos and the rest of a line.
func (d *drawing) details(c *cfdi.Concepto) []string {
	clave, ok := d.cat.ClaveProdServ(c.ClaveProdServ)
	noIdent := ""
	if c.NoIdentificacion != "" {
		noIdent = "No. ident. " + c.NoIdentificacion
	}
	objeto, _ := d.cat.ObjetoImp(c.ObjetoImp)
	keys := named(c.ClaveProdServ, ok, clave.Texto)
	if d.design == Compacta {
		keys = short(clave.Texto) // the key has a column
	}
	out := []string{dot(keys, noIdent, "Objeto "+joined(" ", c.ObjetoImp, short(objeto.Texto)))}
	if c.Impuestos != nil {
		for _, t := range c.Impuestos.Traslados {
			out = append(out, d.impuesto("", t))
		}
		for _, t := range c.Impuestos.Retenciones {
			out = append(out, d.impuesto("Ret. ", cfdi.Traslado(t)))
		}
	}
	for _, a := range c.InformacionAduanera {
		out = append(out, pedimento(a.NumeroPedimento))
	}
	for _, p := range c.CuentaPredial {
		out = append(out, "Cuenta predial "+p.Numero)
	}
	if t := c.ACuentaTerceros; t != nil {
		out = append(out, dot("A cuenta de "+t.NombreACuentaTerceros, "RFC "+t.RfcACuentaTerceros,
			"Régimen "+d.regimen(t.RegimenFiscalACuentaTerceros), "CP "+t.DomicilioFiscalACuentaTerceros))
	}
	for i := range c.Parte {
		out = append(out, d.parte(&c.Parte[i])...)
	}
	return append(out, d.complementoConcepto(c)...)
}

// pedimento tells one in a piece that no line parts.
func pedimento(number string) string {
	return "Pedimento\u00a0" + strings.ReplaceAll(number, " ", "\u00a0")
}

// impuesto tells one tax of a line: IVA 002 Tasa 0.160000 · base 100.00 · 16.00.
func (d *drawing) impuesto(prefix string, t cfdi.Traslado) string {
	what := joined(" ", prefix+d.taxName(t.Impuesto), t.Impuesto, t.TipoFactor, t.TasaOCuota.String())
	return dot(what, "base "+amount(t.Base), amount(t.Importe))
}

func (d *drawing) taxName(key string) string {
	row, _ := d.cat.Impuesto(key)
	return row.Texto
}

func (d *drawing) parte(p *cfdi.Parte) []string {
	price := ""
	if !p.ValorUnitario.IsZero() {
		price = amount(p.ValorUnitario) + " c/u"
	}
	out := []string{dot("Parte: "+joined(" ", quantity(p.Cantidad), p.Unidad, p.Descripcion), p.ClaveProdServ,
		p.NoIdentificacion, price, amount(p.Importe))}
	for _, a := range p.InformacionAduanera {
		out = append(out, pedimento(a.NumeroPedimento))
	}
	return out
}

// percents lists the rates at which a tax is withheld on the lines, since the
// summary of the XML does not tell them.
func (d *drawing) percents(impuesto string) string {
	var seen []string
	var last decimal.Decimal
	for i := range d.Conceptos {
		taxes := d.Conceptos[i].Impuestos
		if taxes == nil {
			continue
		}
		for _, t := range taxes.Retenciones {
			if t.Impuesto == impuesto && (len(seen) == 0 || !t.TasaOCuota.Equal(last)) {
				seen, last = addOnce(seen, rate(t.TipoFactor, t.TasaOCuota)), t.TasaOCuota
			}
		}
	}
	return joined(", ", seen...)
}

func addOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
