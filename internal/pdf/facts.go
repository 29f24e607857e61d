package pdf

import (
	"encoding/binary"
	"strings"
)

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

func (d *drawing) regimenEmisor() string {
	return d.say("Régimen") + " " + d.regimen(d.Emisor.RegimenFiscal)
}

// comercial is the commercial name, where it says more than the fiscal one.
func (d *drawing) comercial() string {
	if strings.EqualFold(d.NombreComercial, d.Emisor.Nombre) {
		return ""
	}
	return d.NombreComercial
}

// contact is what the company shows of itself, on one line.
func (d *drawing) contact() string {
	p, branch := d.Paper, ""
	if d.Sucursal != "" {
		branch = d.say("Sucursal") + " " + d.Sucursal
	}
	return dot(p.shown(PartDomicilio, d.Domicilio), p.shown(PartSucursal, branch), p.shown(PartTelefono, d.Telefono), p.shown(PartCorreo, d.Correo), p.shown(PartWeb, d.Web))
}

func (d *drawing) numberText() string {
	if number := joined("-", d.Serie, d.Folio); number != "" {
		return number
	}
	return "Sin folio"
}

// tipo tells the type and the version of the standard.
func (d *drawing) tipo() string {
	tipo, ok := d.cat.TipoDeComprobante(d.TipoDeComprobante)
	version := d.Version
	if version == "" {
		version = "4.0"
	}
	return dot(d.say("Tipo")+" "+named(d.TipoDeComprobante, ok, tipo.Texto), "CFDI "+version)
}

// A fact is a label and what it says.
type fact struct{ name, value string }

// issued are folio fiscal, both dates and the place.
func (d *drawing) issued() [4]fact {
	uuid, stamped := "Sin timbrar", "Sin timbrar"
	if d.timbre != nil {
		uuid, stamped = d.timbre.UUID, moment(d.timbre.FechaTimbrado)
	}
	return [4]fact{
		{d.say("Folio fiscal"), uuid},
		{d.say("Emisión"), moment(d.Fecha)},
		{d.say("Certificación"), stamped},
		{d.say("Lugar de expedición"), d.place(d.LugarExpedicion)},
	}
}

func (d *drawing) place(cp string) string {
	row, ok := d.cat.CodigoPostal(cp)
	if !ok {
		return cp
	}
	estado, _ := d.cat.Estado(row.Estado)
	return dot(cp, estado.Texto)
}

func (d *drawing) receptor() []string {
	r := d.Receptor
	uso, ok := d.cat.UsoCFDI(r.UsoCFDI)
	facts := []string{
		d.say("Régimen") + " " + d.regimen(r.RegimenFiscalReceptor),
		d.say("Uso") + " " + named(r.UsoCFDI, ok, uso.Texto),
	}
	if r.ResidenciaFiscal != "" {
		pais, ok := d.cat.Pais(r.ResidenciaFiscal)
		facts = append(facts, d.say("Residencia fiscal")+" "+named(r.ResidenciaFiscal, ok, pais.Texto))
	}
	if r.NumRegIdTrib != "" {
		facts = append(facts, d.say("Registro tributario")+" "+r.NumRegIdTrib)
	}
	if d.DomicilioReceptor != "" && d.Paper.Shows(PartReceptor) {
		facts = append(facts, d.DomicilioReceptor)
	}
	return facts
}

func (d *drawing) termsTitle() string {
	if d.MetodoPago == "" && d.FormaPago == "" {
		return d.say("Datos del comprobante")
	}
	return d.say("Pago")
}

func (d *drawing) terms() []string {
	var out []string
	add := func(word, text string) {
		if text != "" {
			out = append(out, word+text)
		}
	}
	metodo, ok := d.cat.MetodoPago(d.MetodoPago)
	add(d.say("Método")+" ", named(d.MetodoPago, ok, metodo.Texto))
	forma, ok := d.cat.FormaPago(d.FormaPago)
	add(d.say("Forma")+" ", named(d.FormaPago, ok, forma.Texto))
	exportacion, ok := d.cat.Exportacion(d.Exportacion)
	add(d.say("Moneda")+" ", d.moneda())
	add(d.say("Exportación")+" ", named(d.Exportacion, ok, exportacion.Texto))
	add(d.say("Condiciones")+": ", d.CondicionesDePago)
	add(d.say("Confirmación")+" ", d.Confirmacion)
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
		s = dot(s, d.say("tipo de cambio")+" "+grouped(d.TipoCambio.String()))
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
		d.say("Periodicidad") + " " + named(g.Periodicidad, ok, periodicidad.Texto),
		d.say("Meses") + " " + named(g.Meses, known, meses.Texto) + " · Año " + g.Año,
	}
}

// noMoneda is the currency of documents without amounts (T, P).
const noMoneda = "XXX"

// totalLine names the total and tells it.
func (d *drawing) totalLine() (what, figure string) {
	if d.Moneda == noMoneda {
		return "Total", amount(d.Total)
	}
	return "Total " + d.Moneda, "$ " + amount(d.Total)
}

// logoSize fits the logo into w by h; 0, 0 where there is none to show.
func (d *drawing) logoSize(w, h float64) (float64, float64) {
	const header = 24 // signature, then IHDR with width and height (PNG 11.2.1)
	if len(d.Logo) < header || !d.Paper.Shows(PartLogo) {
		return 0, 0
	}
	wide, high := float64(binary.BigEndian.Uint32(d.Logo[16:])), float64(binary.BigEndian.Uint32(d.Logo[20:]))
	if wide < 1 || high < 1 {
		return 0, 0
	}
	scale := min(w/wide, h/high)
	return wide * scale, high * scale
}
