package pdf

import "iofacturo.mx/cfdi"

// The QR: RMF 2.7.1.7 asks for 27.5 mm a side, ISO 18004 for a quiet zone of
// four modules around it.
const (
	qrSide  = 28.5
	qrQuiet = 4
	qrBox   = 33.0 // the column it stands in
)

// A sealed is a seal or the cadena, with its heading and wrapped lines.
type sealed struct {
	title string
	lines []string
}

func (d *drawing) signatures(w float64) []sealed {
	return []sealed{
		{d.say("Sello digital del CFDI"), d.wrap(d.seal, w, d.Sello)},
		{d.say("Sello digital del SAT"), d.wrap(d.seal, w, d.timbre.SelloSAT)},
		{d.say("Cadena original del complemento de certificación digital del SAT"), d.wrap(d.seal, w, d.timbre.Cadena())},
	}
}

// cert draws certificates, seals, cadena and QR at the foot of the last page.
// A draft, and whatever has no stamp, shows no QR and no seals.
func (d *drawing) cert() error {
	if d.timbre == nil {
		return nil
	}
	x := d.left + qrBox + 5
	w := d.right - x
	signatures, facts := d.signatures(w), d.certFacts()
	h := d.certHeight(signatures)
	if d.y+h > d.bottom {
		d.seal, d.sealGap = style{mono, 5, 1.95, ink}, 0.3 // smaller letters spare a page that holds nothing else
		signatures = d.signatures(w)
		h = d.certHeight(signatures)
	}
	y := d.bottom - h
	if d.need(h) {
		y = d.y // alone on its page it stands at the top
	}
	d.line(d.left, d.right, y, 0.2, rule)
	y += 4
	if err := d.qr(d.left, y-1); err != nil {
		return err
	}
	column := w / float64(len(facts))
	for i, f := range facts {
		d.shrunk(d.certLabel, x+float64(i)*column, y, column-2, f.name)
		d.shrunk(d.certValue, x+float64(i)*column, y+d.certLabel.leading, column-2, f.value)
	}
	d.y = y + d.certLabel.leading + d.certValue.leading + 1.5
	d.seals(signatures, x, w)
	return nil
}

func (d *drawing) certHeight(signatures []sealed) float64 {
	h := 4 + d.certLabel.leading + d.certValue.leading + 1.5
	for _, s := range signatures {
		h += d.certTitle.leading + d.sealGap + float64(len(s.lines))*d.seal.leading
	}
	return max(h, 4+qrBox)
}

// seals writes the signatures one below the other.
func (d *drawing) seals(signatures []sealed, x, w float64) {
	for _, s := range signatures {
		d.cut(d.certTitle, x, d.y, w, s.title)
		d.y += d.certTitle.leading
		for _, l := range s.lines {
			d.put(d.seal, x, d.y, l)
			d.y += d.seal.leading
		}
		d.y += d.sealGap
	}
}

// endOfRoll is what closes a ticket: QR, certificates and seals below each other,
// and the legend.
func (d *drawing) endOfRoll() error {
	if d.timbre != nil {
		d.dashes(1.4)
		if err := d.qr((d.pageW-qrBox)/2, d.y); err != nil {
			return err
		}
		d.y += qrBox + 1
		for _, f := range d.certFacts() {
			d.y = d.flow(d.certLabel, d.left, d.y, d.width, f.name)
			d.y = d.flow(d.certValue, d.left, d.y, d.width, f.value) + 0.4
		}
		d.y++
		d.seals(d.signatures(d.width), d.left, d.width)
	}
	d.dashes(1)
	for _, text := range []string{d.footnote(), d.legend()} {
		if text != "" {
			d.y = d.centred(d.foot, d.y, text) + 0.6
		}
	}
	d.measured()
	return nil
}

func (d *drawing) certFacts() []fact {
	facts := []fact{
		{d.say("Certificado del emisor"), d.NoCertificado},
		{d.say("Certificado del SAT"), d.timbre.NoCertificadoSAT},
		{d.say("RFC del proveedor de certificación"), d.timbre.RfcProvCertif},
	}
	if d.timbre.Leyenda != "" {
		facts = append(facts, fact{d.say("Leyenda"), d.timbre.Leyenda})
	}
	return facts
}

// qr draws the code of the document and makes it a link to where it points.
func (d *drawing) qr(x, y float64) error {
	url := cfdi.VerificationURL(d.Comprobante, d.timbre.UUID)
	code, err := newCode(url)
	if err != nil {
		return err
	}
	module := qrSide / float64(code.side)
	quiet := qrQuiet * module
	d.box(x, y, qrSide+2*quiet, qrSide+2*quiet, white)
	d.out.code(x+quiet, y+quiet, qrSide, code)
	d.out.link(x+quiet, y+quiet, qrSide, qrSide, url)
	return nil
}
