package pdf

import "strings"

// kindOf names the document as people do.
func kindOf(s *source) string {
	switch s.TipoDeComprobante {
	case "I":
		if s.InformacionGlobal != nil {
			return "Factura global"
		}
		return "Factura"
	case "E":
		return "Nota de crédito"
	case "T":
		return "Traslado"
	case "P":
		return "Recibo de pago"
	case "N":
		return "Recibo de nómina"
	}
	return "Comprobante"
}

// short drops the full stop that some official texts end with.
func short(text string) string { return strings.TrimSuffix(text, ".") }

// named puts a key before its official text: "601 · General de Ley …".
func named(key string, found bool, text string) string {
	if !found {
		return key
	}
	return dot(key, short(text))
}

func (d *drawing) regimen(key string) string {
	row, ok := d.cat.RegimenFiscal(key)
	return named(key, ok, row.Texto)
}

// head draws issuer and folio, the band, and the facts of issue and stamp.
func (d *drawing) head() {
	const folioW = 58
	w := width - folioW - 5
	y := d.flow(name, left, d.y, w, d.Emisor.Nombre) + 0.6
	if d.NombreComercial != "" && !strings.EqualFold(d.NombreComercial, d.Emisor.Nombre) {
		y = d.flow(kind, left, y, w, d.NombreComercial)
	}
	y = d.pair(left, y, w, "RFC ", d.Emisor.Rfc, "")
	y = d.flow(body, left, y, w, "Régimen "+d.regimen(d.Emisor.RegimenFiscal))
	if contact := dot(d.Domicilio, d.Telefono, d.Correo, d.Web); contact != "" {
		y = d.flow(body, left, y, w, contact)
	}
	y = max(y, d.folio(folioW)) + 3.4
	d.line(left, right, y, 0.5, ink)
	d.y = y
	d.warn()
	d.facts()
}

func (d *drawing) folio(w float64) float64 {
	y := d.y
	d.textRight(kind, right, y, w, kindOf(d.source))
	y += kind.leading + 0.4
	number := joined("-", d.Serie, d.Folio)
	if number == "" {
		number = "Sin folio"
	}
	d.textRight(folio, right, y, w, number)
	y += folio.leading + 0.4
	tipo, ok := d.cat.TipoDeComprobante(d.TipoDeComprobante)
	d.textRight(body, right, y, w, dot("Tipo "+named(d.TipoDeComprobante, ok, tipo.Texto), "CFDI "+d.version()))
	return y + body.leading
}

func (d *drawing) version() string {
	if d.Version == "" {
		return "4.0"
	}
	return d.Version
}

// pair writes a word, a strong value and a rest on one line.
func (d *drawing) pair(x, y, w float64, word, value, rest string) float64 {
	word, value = d.encode(word), d.encode(value)
	d.put(body, x, y, word)
	x += d.measure(body, word)
	d.put(strong, x, y, value)
	used := d.measure(body, word) + d.measure(strong, value)
	d.text(body, x+d.measure(strong, value), y, w-used, rest)
	return y + body.leading
}

func (d *drawing) warn() {
	band := d.band()
	if band == "" {
		return
	}
	const h = 5.6
	s := style{"helvetica", "B", 7.5, h, warnInk}
	d.y += 3
	d.box(left, d.y, width, h, warnBg)
	encoded := d.encode(band)
	d.put(s, left+(width-d.measure(s, encoded))/2, d.y, encoded)
	d.y += h
}

// facts draws the line of folio fiscal, dates and place.
func (d *drawing) facts() {
	uuid, stamped := "Sin timbrar", "Sin timbrar"
	if d.timbre != nil {
		uuid, stamped = d.timbre.UUID, moment(d.timbre.FechaTimbrado)
	}
	facts := []struct {
		share       float64
		name, value string
	}{
		{0.38, "Folio fiscal", uuid},
		{0.19, "Emisión", moment(d.Fecha)},
		{0.19, "Certificación", stamped},
		{0.24, "Lugar de expedición", d.place(d.LugarExpedicion)},
	}
	y, x := d.y+3, left
	for _, f := range facts {
		w := f.share * width
		d.text(label, x, y, w-3, f.name)
		d.text(strong, x, y+label.leading, w-2, f.value)
		x += w
	}
	d.y = y + label.leading + strong.leading + 2.6
	d.line(left, right, d.y, 0.2, hair)
}

func (d *drawing) place(cp string) string {
	row, ok := d.cat.CodigoPostal(cp)
	if !ok {
		return cp
	}
	estado, _ := d.cat.Estado(row.Estado)
	return dot(cp, estado.Texto)
}

// parties draws the receiver beside the terms of payment.
func (d *drawing) parties() {
	const gap = 8.0
	w := (width - gap) / 2
	y := d.y + 3.2
	d.text(title, left, y, w, "Receptor")
	d.text(title, left+w+gap, y, w, d.termsTitle())
	y += title.leading + 0.3
	nombre := d.Receptor.Nombre
	if nombre == "" {
		nombre = "Por definir"
	}
	yl := d.flow(strong, left, y, w, nombre)
	yl = d.pair(left, yl, w, "RFC ", d.Receptor.Rfc, " · CP fiscal "+d.Receptor.DomicilioFiscalReceptor)
	for _, fact := range d.receptor() {
		yl = d.flow(body, left, yl, w, fact)
	}
	yr := y
	for _, term := range d.terms() {
		yr = d.flow(body, left+w+gap, yr, w, term)
	}
	d.y = max(yl, yr) + 3.4
}

func (d *drawing) receptor() []string {
	r := d.Receptor
	uso, ok := d.cat.UsoCFDI(r.UsoCFDI)
	facts := []string{
		"Régimen " + d.regimen(r.RegimenFiscalReceptor),
		"Uso " + named(r.UsoCFDI, ok, uso.Texto),
	}
	if r.ResidenciaFiscal != "" {
		pais, ok := d.cat.Pais(r.ResidenciaFiscal)
		facts = append(facts, "Residencia fiscal "+named(r.ResidenciaFiscal, ok, pais.Texto))
	}
	if r.NumRegIdTrib != "" {
		facts = append(facts, "Registro tributario "+r.NumRegIdTrib)
	}
	return facts
}

func (d *drawing) termsTitle() string {
	if d.MetodoPago == "" && d.FormaPago == "" {
		return "Datos del comprobante"
	}
	return "Pago"
}

func (d *drawing) terms() []string {
	var out []string
	add := func(word, text string) {
		if text != "" {
			out = append(out, word+text)
		}
	}
	metodo, ok := d.cat.MetodoPago(d.MetodoPago)
	add("Método ", named(d.MetodoPago, ok, metodo.Texto))
	forma, ok := d.cat.FormaPago(d.FormaPago)
	add("Forma ", named(d.FormaPago, ok, forma.Texto))
	exportacion, ok := d.cat.Exportacion(d.Exportacion)
	add("Moneda ", d.moneda())
	add("Exportación ", named(d.Exportacion, ok, exportacion.Texto))
	add("Condiciones: ", d.CondicionesDePago)
	add("Confirmación ", d.Confirmacion)
	add("Facturado por el adquirente: operación ", d.Emisor.FacAtrAdquirente)
	return append(out, d.global()...)
}

func (d *drawing) moneda() string {
	row, ok := d.cat.Moneda(d.Moneda)
	if d.Moneda == noMoneda {
		return d.Moneda // its official text explains ISO 4217, not the document
	}
	s := named(d.Moneda, ok, row.Texto)
	if !d.TipoCambio.IsZero() && d.Moneda != "MXN" {
		s = dot(s, "tipo de cambio "+grouped(d.TipoCambio.String()))
	}
	return s
}

// global tells the period of a factura global.
func (d *drawing) global() []string {
	g := d.InformacionGlobal
	if g == nil {
		return nil
	}
	periodicidad, ok := d.cat.Periodicidad(g.Periodicidad)
	meses, known := d.cat.Meses(g.Meses)
	return []string{
		"Periodicidad " + named(g.Periodicidad, ok, periodicidad.Texto),
		"Meses " + named(g.Meses, known, meses.Texto) + " · Año " + g.Año,
	}
}

// noMoneda is the currency of documents without amounts (T, P).
const noMoneda = "XXX"

// shortHead opens every page but the first.
func (d *drawing) shortHead() {
	uuid := ""
	if d.timbre != nil {
		uuid = d.timbre.UUID
	}
	d.text(strong, left, d.y, width*0.62, d.Emisor.Nombre)
	d.textRight(strong, right, d.y, width*0.36, dot(kindOf(d.source), joined("-", d.Serie, d.Folio)))
	d.y += strong.leading
	d.text(small, left, d.y, width*0.5, "RFC "+d.Emisor.Rfc)
	d.textRight(small, right, d.y, width*0.48, uuid)
	d.y += small.leading + 1.6
	d.line(left, right, d.y, 0.5, ink)
	d.warn()
	d.y += 3.4
}
