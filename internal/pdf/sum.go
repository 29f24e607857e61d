package pdf

import (
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// A total is one line of the sum: what it is, a smaller remark, the figure.
type total struct{ what, remark, figure string }

// sum draws the totals on the right and, beside them, words, relations and
// notes as far as there is room; the rest follows below at full width.
func (d *drawing) sum() {
	totals, w, gap := d.totals(), 78.0, 8.0
	switch d.design {
	case Compacta:
		w = 66
	case Ticket:
		w, gap = d.width, 0
	case Servicios:
		w = 86
	}
	d.need(min(float64(len(totals))*(d.body.leading+0.6)+16, letterH/2))
	y, page := d.y+d.padY*2, d.pages
	end := d.drawTotals(totals, d.right-w, y, w)
	if d.roll || d.pages != page {
		d.y = end + 1 // more taxes than a page holds, or no room beside them
		d.sections(d.besides())
		return
	}
	blocks, free := d.besides(), d.width-w-gap
	for len(blocks) > 0 {
		lines := d.wrap(d.body, free, blocks[0].text)
		h := d.title.leading + float64(len(lines))*d.body.leading
		if y+h > max(end, d.y+60) || y+h > d.bottom {
			break
		}
		if blocks[0].title != "" {
			d.cut(d.title, d.left, y, free, blocks[0].title)
			y += d.title.leading
		}
		y = d.flow(d.body, d.left, y, free, blocks[0].text) + 2
		blocks = blocks[1:]
	}
	d.y = max(y, end) + 2
	d.sections(blocks)
}

func (d *drawing) drawTotals(totals []total, x, y, w float64) float64 {
	for _, t := range totals {
		if y+5 > d.bottom {
			d.need(d.bottom)
			y = d.y
		}
		figureW := d.measure(d.body, d.encode(t.figure))
		d.cutRight(d.body, d.right-d.padX, y, w*0.6, t.figure)
		what := d.clip(d.body, w-figureW-2-d.padX, d.encode(t.what))
		d.put(d.body, x, y, what)
		used := d.measure(d.body, what) + 1.5
		switch {
		case t.remark == "":
		case used+d.measure(d.small, d.encode(t.remark))+figureW+1.5+d.padX < w:
			d.cut(d.small, x+used, y+(d.body.leading-d.small.leading)/2, w, t.remark)
		default:
			y += d.body.leading
			d.cut(d.small, x, y, w, t.remark)
		}
		y += d.body.leading + 0.6
	}
	return d.grandTotal(x, y+0.8, w)
}

// grandTotal is what the eye looks for: below a strong rule, or on a ground of the
// company's colour.
func (d *drawing) grandTotal(x, y, w float64) float64 {
	what, figure := d.totalLine()
	pad := d.padX
	if d.design == Servicios {
		pad = 3
		d.box(x, y, w, d.grand.leading+4, d.main)
		y += 2
	} else {
		d.line(x, d.right, y, 0.5, d.rule)
		y += 1.6
	}
	left := x
	if d.design == Servicios {
		left += pad
	}
	d.put(d.grand, left, y, d.encode(what))
	d.cutRight(d.grand, d.right-pad, y, w-d.measure(d.grand, d.encode(what))-4-2*pad, figure)
	return y + d.grand.leading + 2
}

func (d *drawing) totals() []total {
	out := []total{{d.say("Subtotal"), "", amount(d.SubTotal)}}
	if !d.Descuento.IsZero() {
		out = append(out, total{d.say("Descuento"), "", minus(d.Descuento)})
	}
	if d.Impuestos != nil {
		for _, t := range d.Impuestos.Traslados {
			out = append(out, d.traslado(t))
		}
		for _, r := range d.Impuestos.Retenciones {
			what := joined(" ", d.say("Retención"), d.taxName(r.Impuesto), d.percents(r.Impuesto))
			out = append(out, total{what, "", minus(r.Importe)})
		}
	}
	return append(out, d.locales()...)
}

func (d *drawing) traslado(t cfdi.Traslado) total {
	what := joined(" ", "Traslado", d.taxName(t.Impuesto), rate(t.TipoFactor, t.TasaOCuota))
	figure := amount(t.Importe)
	if t.Importe.IsZero() {
		figure = "exento"
		what = joined(" ", "Traslado", d.taxName(t.Impuesto))
	}
	return total{what, "base " + amount(t.Base), figure}
}

// minus shows what is taken off.
func minus(d decimal.Decimal) string {
	if d.Sign() <= 0 {
		return amount(d)
	}
	return "– " + amount(d) // as near to a true minus as cp1252 comes
}

// A block is a small heading, which may be empty, and the text below it.
type block struct{ title, text string }

// besides are the blocks that stand beside the totals.
func (d *drawing) besides() []block {
	out := []block{{d.say("Importe con letra"), d.Paper.shown(PartImporteLet, d.words())}}
	for _, group := range d.CfdiRelacionados {
		tipo, ok := d.cat.TipoRelacion(group.TipoRelacion)
		text := named(group.TipoRelacion, ok, tipo.Texto)
		for _, r := range group.CfdiRelacionado {
			text += "\n" + r.UUID
		}
		out = append(out, block{d.say("CFDI relacionados"), text})
	}
	var accounts []string
	for _, c := range d.Paper.Cuentas {
		accounts = append(accounts, c.text())
	}
	out = append(out, block{d.say("Cuentas bancarias"), d.Paper.shown(PartCuentas, joined("\n", accounts...))}, block{d.say("Notas"), d.Notas}, block{"", d.Paper.Leyenda})
	return slices.DeleteFunc(out, func(b block) bool { return b.text == "" })
}

// words spells the total; a document without currency (T, P) has none.
func (d *drawing) words() string {
	if d.Total.IsZero() || d.Moneda == "" || d.Moneda == noMoneda {
		return ""
	}
	return cfdi.AmountInWords(d.Total, d.Moneda)
}

func (d *drawing) sections(blocks []block) {
	for _, b := range blocks {
		d.section(b.title, b.text)
	}
}

// section writes a heading and text over the whole width, running on to the
// next page where it must.
func (d *drawing) section(heading, text string) {
	if text == "" {
		return
	}
	d.need(d.title.leading + 2*d.body.leading)
	if heading != "" {
		d.cut(d.title, d.left, d.y, d.width, heading)
		d.y += d.title.leading
	}
	d.running(d.body, d.left, d.width, text)
	d.y += 2.2
}

// running writes text line by line over as many pages as it takes.
func (d *drawing) running(s style, x, w float64, text string) {
	for _, line := range d.wrap(s, w, text) {
		d.need(s.leading)
		d.put(s, x, d.y, line)
		d.y += s.leading
	}
}
