package pdf

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The columns of the table of Conceptos, from left to right.
const (
	padX, padY   = 1.5, 1.8
	cantidadW    = 17.0
	unidadW      = 21.0
	unitarioW    = 25.0
	descuentoW   = 21.0
	importeW     = 26.0
	conceptoX    = left + cantidadW + unidadW
	conceptoW    = width - cantidadW - unidadW - unitarioW - descuentoW - importeW
	unitarioEnd  = right - importeW - descuentoW
	descuentoEnd = right - importeW
)

// A textLine is one line of encoded text and its style.
type textLine struct {
	style style
	text  string
}

// conceptos draws the table; its head stands again on every page.
func (d *drawing) conceptos() {
	d.tableHead()
	for i := range d.Conceptos {
		d.concepto(&d.Conceptos[i])
	}
}

func (d *drawing) tableHead() {
	const h = 6.6
	s := style{"helvetica", "B", 7, h, ink}
	d.box(left, d.y, width, h, headBg)
	d.textRight(s, left+cantidadW-padX, d.y, cantidadW-padX, "Cantidad")
	d.text(s, left+cantidadW+padX, d.y, unidadW, "Unidad")
	d.text(s, conceptoX+padX, d.y, conceptoW, "Concepto")
	d.textRight(s, unitarioEnd-padX, d.y, unitarioW, "P. unitario")
	d.textRight(s, descuentoEnd-padX, d.y, descuentoW, "Descuento")
	d.textRight(s, right-padX, d.y, importeW, "Importe")
	d.y += h
	d.line(left, right, d.y, 0.2, hair)
}

// concepto draws one row. A row stays on one page unless it is long; then it
// runs on line by line.
func (d *drawing) concepto(c *cfdi.Concepto) {
	lines, unidad := d.conceptoLines(c), d.unidadLines(c)
	h := max(height(lines), height(unidad)) + 2*padY
	const keep = 45 // a longer row may be parted
	if d.need(min(h, keep)) {
		d.tableHead()
	}
	y := d.y + padY
	d.textRight(body, left+cantidadW-padX, y, cantidadW-padX, quantity(c.Cantidad))
	d.textRight(body, unitarioEnd-padX, y, unitarioW-2*padX, amount(c.ValorUnitario))
	d.textRight(body, descuentoEnd-padX, y, descuentoW-2*padX, amount(c.Descuento))
	d.textRight(body, right-padX, y, importeW-2*padX, amount(c.Importe))
	end := y + height(unidad)
	for _, l := range unidad {
		d.put(l.style, left+cantidadW+padX, y, l.text)
		y += l.style.leading
	}
	d.y = d.y + padY
	for _, l := range lines {
		if d.need(l.style.leading + padY) {
			d.tableHead()
			d.y += padY
			end = d.y
		}
		d.put(l.style, conceptoX+padX, d.y, l.text)
		d.y += l.style.leading
	}
	d.y = max(d.y, end) + padY
	d.line(left, right, d.y, 0.2, hair)
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

func (d *drawing) unidadLines(c *cfdi.Concepto) []textLine {
	const w = unidadW - padX
	lines := d.lines(nil, body, w, c.ClaveUnidad)
	row, _ := d.cat.ClaveUnidad(c.ClaveUnidad)
	lines = d.lines(lines, small, w, row.Texto)
	if c.Unidad != row.Texto {
		lines = d.lines(lines, small, w, c.Unidad)
	}
	return lines
}

// conceptoLines are the description and all that the XML says of the line.
func (d *drawing) conceptoLines(c *cfdi.Concepto) []textLine {
	const w = conceptoW - 2*padX
	var out []textLine
	add := func(s style, text string) { out = d.lines(out, s, w, text) }
	if add(strong, c.Descripcion); len(out) > 3 {
		out = nil // bold is for names, not for paragraphs
		add(body, c.Descripcion)
	}
	clave, ok := d.cat.ClaveProdServ(c.ClaveProdServ)
	noIdent := ""
	if c.NoIdentificacion != "" {
		noIdent = "No. ident. " + c.NoIdentificacion
	}
	objeto, _ := d.cat.ObjetoImp(c.ObjetoImp)
	add(small, dot(named(c.ClaveProdServ, ok, clave.Texto), noIdent, "Objeto "+joined(" ", c.ObjetoImp, short(objeto.Texto))))
	if c.Impuestos != nil {
		for _, t := range c.Impuestos.Traslados {
			add(small, d.impuesto("", t))
		}
		for _, t := range c.Impuestos.Retenciones {
			add(small, d.impuesto("Ret. ", cfdi.Traslado(t)))
		}
	}
	for _, a := range c.InformacionAduanera {
		add(small, "Pedimento "+a.NumeroPedimento)
	}
	for _, p := range c.CuentaPredial {
		add(small, "Cuenta predial "+p.Numero)
	}
	if t := c.ACuentaTerceros; t != nil {
		add(small, dot("A cuenta de "+t.NombreACuentaTerceros, "RFC "+t.RfcACuentaTerceros,
			"Régimen "+d.regimen(t.RegimenFiscalACuentaTerceros), "CP "+t.DomicilioFiscalACuentaTerceros))
	}
	for i := range c.Parte {
		for _, text := range d.parte(&c.Parte[i]) {
			add(small, text)
		}
	}
	for _, text := range d.complementoConcepto(c) {
		add(small, text)
	}
	return out
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
		out = append(out, "Pedimento "+a.NumeroPedimento)
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
