package pdf

// headClasica draws issuer and folio, the band, the facts of issue and stamp,
// and the receiver beside the terms.
func (d *drawing) headClasica() {
	const folioW = 58
	x, logoW, logoH := d.left, 0.0, 0.0
	if logoW, logoH = d.logoSize(42, 20); logoW > 0 {
		d.out.image(d.Logo, x, d.y, logoW, logoH)
		x += logoW + 5
	}
	y := d.issuer(x, d.y, d.right-x-folioW-5)
	y = max(y, d.y+logoH, d.folio(folioW)) + 3.4
	d.line(d.left, d.right, y, 0.5, d.rule)
	d.y = y
	d.warn()
	d.issuedLine(0.38, 0.19, 0.19, 0.24)
	d.parties()
}

// issuer writes who issues, within w, and returns where it ends.
func (d *drawing) issuer(x, y, w float64) float64 {
	y = d.flow(d.name, x, y, w, d.Emisor.Nombre) + 0.6
	if comercial := d.comercial(); comercial != "" {
		y = d.flow(d.kind, x, y, w, comercial)
	}
	y = d.pair(x, y, w, "RFC ", d.Emisor.Rfc, "")
	y = d.flow(d.body, x, y, w, d.regimenEmisor())
	if contact := d.contact(); contact != "" {
		y = d.flow(d.body, x, y, w, contact)
	}
	return y
}

func (d *drawing) folio(w float64) float64 {
	y := d.y
	d.cutRight(d.kind, d.right, y, w, d.say(kindOf(d.source)))
	y += d.kind.leading + 0.4
	d.cutRight(d.number, d.right, y, w, d.numberText())
	y += d.number.leading + 0.4
	d.cutRight(d.body, d.right, y, w, d.tipo())
	return y + d.body.leading
}

// pair writes a word, a strong value and a rest on one line.
func (d *drawing) pair(x, y, w float64, word, value, rest string) float64 {
	word, value = d.encode(word), d.encode(value)
	d.put(d.body, x, y, word)
	used := d.measure(d.body, word)
	value = d.clip(d.strong, w-used, value)
	d.put(d.strong, x+used, y, value)
	used += d.measure(d.strong, value)
	if rest != "" {
		d.cut(d.body, x+used, y, w-used, rest)
	}
	return y + d.body.leading
}

func (d *drawing) warn() {
	band := d.band()
	if band == "" {
		return
	}
	const h = 5.6
	s := style{bold, 7.5, h, warnInk}
	ground := warnBg
	if d.roll {
		s.colour, ground = white, black
	}
	d.y += 3
	d.box(d.left, d.y, d.width, h, ground)
	d.cutCentre(s, d.y, band)
	d.y += h
}

// issuedLine draws folio fiscal, dates and place beside each other, each with
// its share of the width.
func (d *drawing) issuedLine(shares ...float64) {
	y, x := d.y+3, d.left
	for i, f := range d.issued() {
		w := shares[i] * d.width
		d.shrunk(d.label, x, y, w-3, f.name)
		d.shrunk(d.strong, x, y+d.label.leading, w-2, f.value)
		x += w
	}
	d.y = y + d.label.leading + d.strong.leading + 2.6
	d.line(d.left, d.right, d.y, 0.2, hair)
}

// shrunk writes one line, smaller where it is a little too long and cut where
// that would not do.
func (d *drawing) shrunk(s style, x, y, w float64, text string) {
	if have := d.measure(s, d.clip(s, 2*w, d.encode(text))); have > w {
		s.size *= max(w/have, 0.7)
	}
	d.cut(s, x, y, w+0.01, text)
}

// parties draws the receiver beside the terms of payment.
func (d *drawing) parties() {
	const gap = 8.0
	w := (d.width - gap) / 2
	y := d.y + 3.2
	d.y = max(d.receiver(d.left, y, w), d.payment(d.left+w+gap, y, w)) + 3.4
}

// receiver writes the receiver and returns where it ends.
func (d *drawing) receiver(x, y, w float64) float64 {
	d.cut(d.title, x, y, w, d.say("Receptor"))
	nombre := d.Receptor.Nombre
	if nombre == "" {
		nombre = "Por definir"
	}
	y = d.flow(d.strong, x, y+d.title.leading+0.3, w, nombre)
	cp := d.say("CP fiscal") + " " + d.Receptor.DomicilioFiscalReceptor
	if d.measure(d.body, d.encode(cp)) < w/2 {
		y = d.pair(x, y, w, "RFC ", d.Receptor.Rfc, " · "+cp)
	} else {
		y = d.flow(d.body, x, d.pair(x, y, w, "RFC ", d.Receptor.Rfc, ""), w, cp)
	}
	for _, fact := range d.receptor() {
		y = d.flow(d.body, x, y, w, fact)
	}
	return y
}

// payment writes the terms of payment and returns where they end.
func (d *drawing) payment(x, y, w float64) float64 {
	d.cut(d.title, x, y, w, d.termsTitle())
	y += d.title.leading + 0.3
	for _, term := range d.terms() {
		y = d.flow(d.body, x, y, w, term)
	}
	return y
}

// headCompacta puts all that stands above the table into three columns.
func (d *drawing) headCompacta() {
	const folioW, gap = 52, 5.0
	d.box(0, 0, d.pageW, 2.2, d.main)
	x := d.left
	logoW, logoH := d.logoSize(34, 14)
	if logoW > 0 {
		d.out.image(d.Logo, x, d.y, logoW, logoH)
		x += logoW + 4
	}
	y := d.issuer(x, d.y, d.right-x-folioW-gap)
	d.y = max(y, d.y+logoH, d.folio(folioW)) + 1.8
	d.line(d.left, d.right, d.y, 0.4, d.rule)
	d.warn()
	y = d.y + 2
	w := (d.width - 2*gap) / 3
	end := max(d.receiver(d.left, y, w), d.payment(d.left+w+gap, y, w))
	x = d.left + 2*(w+gap)
	for _, f := range d.issued() {
		d.shrunk(d.label, x, y, w, f.name)
		d.shrunk(d.strong, x, y+d.label.leading, w, f.value)
		y += d.label.leading + d.strong.leading + 0.3
	}
	d.y = max(end, y) + 1.6
}

// headServicios opens with a band in the company's colour.
func (d *drawing) headServicios() {
	const folioW, pad, gap = 62, 7.5, 6.0
	onBand := style{sans, 8, 3.9, d.upon}
	x := d.left
	logoW, logoH := d.logoSize(40, 22)
	if logoW > 0 {
		x += logoW + 4 + 5
	}
	w := d.right - x - folioW - gap
	lines := d.lines(nil, d.name, w, d.Emisor.Nombre)
	lines = first(lines, 12)
	if comercial := d.comercial(); comercial != "" {
		lines = append(lines, first(d.lines(nil, d.kind, w, comercial), 3)...)
	}
	facts := d.lines(nil, onBand, w, "RFC "+d.Emisor.Rfc)
	facts = d.lines(facts, onBand, w, d.regimenEmisor())
	lines = append(lines, first(d.lines(facts, onBand, w, d.contact()), 8)...)
	h := max(height(lines), logoH+4, d.kind.leading+d.number.leading+onBand.leading+1)
	d.box(0, 0, d.pageW, h+2*pad, d.main)
	if logoW > 0 {
		d.box(d.left, pad+(h-logoH)/2-2, logoW+4, logoH+4, white)
		d.out.image(d.Logo, d.left+2, pad+(h-logoH)/2, logoW, logoH)
	}
	y := pad
	for _, l := range lines {
		d.put(l.style, x, y, l.text)
		y += l.style.leading
	}
	d.cutRight(d.kind, d.right, pad, folioW, d.say(kindOf(d.source)))
	d.cutRight(d.number, d.right, pad+d.kind.leading+0.5, folioW, d.numberText())
	d.cutRight(onBand, d.right, pad+d.kind.leading+d.number.leading+1, folioW, d.tipo())
	d.y = h + 2*pad
	d.warn()
	d.y++
	d.issuedLine(0.37, 0.19, 0.19, 0.25)
	d.parties()
}

// headTicket stands in the middle of the roll.
func (d *drawing) headTicket() {
	if w, h := d.logoSize(46, 24); w > 0 {
		d.out.image(d.Logo, (d.pageW-w)/2, d.y, w, h)
		d.y += h + 2
	}
	y := d.y
	if comercial := d.comercial(); comercial != "" {
		y = d.centred(d.kind, y, comercial)
	}
	y = d.centred(d.name, y, d.Emisor.Nombre) + 0.6
	y = d.centred(d.strong, y, "RFC "+d.Emisor.Rfc)
	y = d.centred(d.body, y, d.regimenEmisor())
	if contact := d.contact(); contact != "" {
		y = d.centred(d.body, y, contact)
	}
	d.y = y + 1.2
	d.cutCentre(d.kind, d.y, d.say(kindOf(d.source)))
	d.y += d.kind.leading
	d.cutCentre(d.number, d.y, d.numberText())
	d.y += d.number.leading
	d.y = d.centred(d.body, d.y, d.tipo())
	d.warn()
	d.y += 1.6
	for i, f := range d.issued() {
		if i == 0 {
			d.shrunk(d.label, d.left, d.y, d.width, f.name)
			d.shrunk(d.strong, d.left, d.y+d.label.leading, d.width, f.value)
			d.y += d.label.leading + d.strong.leading + 0.4
			continue
		}
		d.y = d.flow(d.body, d.left, d.y, d.width, f.name+" "+f.value)
	}
	d.dashes(1.4)
	d.y = d.receiver(d.left, d.y, d.width)
	d.dashes(1.4)
	d.y = d.payment(d.left, d.y, d.width)
	d.y += 1.4
}

// dashes part the sections of a ticket, with gap above and below.
func (d *drawing) dashes(gap float64) {
	d.y += gap
	for x := d.left; x < d.right; x += 2 {
		d.line(x, min(x+1.1, d.right), d.y, 0.2, d.rule)
	}
	d.y += gap
}

// shortHead opens every page but the first.
func (d *drawing) shortHead() {
	uuid := ""
	if d.timbre != nil {
		uuid = d.timbre.UUID
	}
	what := dot(d.say(kindOf(d.source)), joined("-", d.Serie, d.Folio))
	d.cut(d.strong, d.left, d.y, d.width*0.6, d.Emisor.Nombre)
	d.cutRight(d.strong, d.right, d.y, d.width*0.38, what)
	d.y += d.strong.leading
	d.cut(d.small, d.left, d.y, d.width*0.4, "RFC "+d.Emisor.Rfc)
	d.cutRight(d.small, d.right, d.y, d.width*0.58, uuid)
	d.y += d.small.leading + 1.6
	d.line(d.left, d.right, d.y, 0.5, d.rule)
	d.warn()
	d.y += 3.4
}
