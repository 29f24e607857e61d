package pdf

import (
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

const (
	sumW   = 78.0 // the column of totals
	sumGap = 8.0
	totalH = 4.8
)

// A total is one line of the sum: what it is, a smaller remark, the figure.
type total struct{ what, remark, figure string }

// sum draws the totals on the right and, beside them, words, relations and
// notes as far as there is room; the rest follows below at full width.
func (d *drawing) sum() {
	totals := d.totals()
	d.need(min(float64(len(totals))*totalH+16, pageH/2))
	y, page := d.y+4, d.pdf.PageNo()
	end := d.drawTotals(totals, y)
	if d.pdf.PageNo() != page {
		d.y = end // more taxes than a page holds
		d.sections(d.besides())
		return
	}
	blocks := d.besides()
	for len(blocks) > 0 {
		lines := d.wrap(body, width-sumW-sumGap, blocks[0].text)
		h := title.leading + float64(len(lines))*body.leading
		if y+h > max(end, d.y+60) || y+h > bottom {
			break
		}
		d.text(title, left, y, width-sumW-sumGap, blocks[0].title)
		y = d.flow(body, left, y+title.leading, width-sumW-sumGap, blocks[0].text) + 2
		blocks = blocks[1:]
	}
	d.y = max(y, end) + 2
	d.sections(blocks)
}

func (d *drawing) drawTotals(totals []total, y float64) float64 {
	x := right - sumW
	for _, t := range totals {
		if y+5 > bottom {
			d.need(pageH)
			y = d.y
		}
		figureW := d.measure(body, d.encode(t.figure))
		d.textRight(body, right-padX, y, sumW*0.6, t.figure)
		what := d.clip(body, sumW-figureW-2-padX, d.encode(t.what))
		d.put(body, x, y, what)
		used := d.measure(body, what) + 1.5
		if t.remark != "" && used+figureW+6+padX < sumW {
			d.text(small, x+used, y+0.45, sumW-used-figureW-3-padX, t.remark)
		}
		y += totalH
	}
	y += 0.8
	d.line(x, right, y, 0.5, ink)
	y += 1.6
	what, figure := "Total "+d.Moneda, "$ "+amount(d.Total)
	if d.Moneda == noMoneda {
		what, figure = "Total", amount(d.Total)
	}
	d.put(grand, x, y, d.encode(what))
	d.textRight(grand, right-padX, y, sumW-d.measure(grand, d.encode(what))-4-padX, figure)
	return y + grand.leading + 1
}

func (d *drawing) totals() []total {
	out := []total{{"Subtotal", "", amount(d.SubTotal)}}
	if !d.Descuento.IsZero() {
		out = append(out, total{"Descuento", "", minus(d.Descuento)})
	}
	if d.Impuestos != nil {
		for _, t := range d.Impuestos.Traslados {
			out = append(out, d.traslado(t))
		}
		for _, r := range d.Impuestos.Retenciones {
			what := joined(" ", "Retención", d.taxName(r.Impuesto), d.percents(r.Impuesto))
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

// A block is a small heading and the text below it.
type block struct{ title, text string }

// besides are the blocks that stand beside the totals.
func (d *drawing) besides() []block {
	out := []block{{"Importe con letra", d.words()}}
	for _, group := range d.CfdiRelacionados {
		tipo, ok := d.cat.TipoRelacion(group.TipoRelacion)
		text := named(group.TipoRelacion, ok, tipo.Texto)
		for _, r := range group.CfdiRelacionado {
			text += "\n" + r.UUID
		}
		out = append(out, block{"CFDI relacionados", text})
	}
	out = append(out, block{"Notas", d.Notas})
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
	d.need(title.leading + 2*body.leading)
	d.text(title, left, d.y, width, heading)
	d.y += title.leading
	d.running(body, left, width, text)
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
