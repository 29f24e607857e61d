package pdf

import (
	"fmt"

	qrcode "github.com/skip2/go-qrcode"

	"iofacturo.mx/cfdi"
)

// The QR: RMF 2.7.1.7 asks for 27.5 mm a side, ISO 18004 for a quiet zone of
// four modules around it.
const (
	qrSide  = 28.5
	qrQuiet = 4
	qrBox   = 33.0 // the column it stands in
)

var (
	certLabel = style{"helvetica", "", 6.5, 3, inkPale}
	certValue = style{"helvetica", "B", 7, 3.3, ink}
	certTitle = style{"helvetica", "B", 6.5, 3.2, inkPale}
)

// cert draws certificates, seals, cadena and QR at the foot of the last page.
// A draft, and whatever has no stamp, shows no QR and no seals.
func (d *drawing) cert() error {
	if d.timbre == nil {
		return nil
	}
	const x = left + qrBox + 5
	const w = right - x
	type signature struct {
		title string
		lines []string
	}
	signatures := []signature{
		{"Sello digital del CFDI", d.wrap(seal, w, d.Sello)},
		{"Sello digital del SAT", d.wrap(seal, w, d.timbre.SelloSAT)},
		{"Cadena original del complemento de certificación digital del SAT", d.wrap(seal, w, d.timbre.Cadena())},
	}
	facts := d.certFacts()
	h := 4 + certLabel.leading + certValue.leading + 1.5
	for _, s := range signatures {
		h += certTitle.leading + 1 + float64(len(s.lines))*seal.leading
	}
	h = max(h, 4+qrBox)
	y := bottom - h
	if d.need(h) {
		y = d.y // alone on its page it stands at the top
	}
	d.line(left, right, y, 0.2, rule)
	y += 4
	if err := d.qr(left, y-1, cfdi.VerificationURL(d.Comprobante, d.timbre.UUID)); err != nil {
		return err
	}
	column := w / float64(len(facts))
	for i, f := range facts {
		d.text(certLabel, x+float64(i)*column, y, column-2, f[0])
		d.text(certValue, x+float64(i)*column, y+certLabel.leading, column-2, f[1])
	}
	y += certLabel.leading + certValue.leading + 1.5
	for _, s := range signatures {
		d.text(certTitle, x, y, w, s.title)
		y += certTitle.leading
		for _, l := range s.lines {
			d.put(seal, x, y, l)
			y += seal.leading
		}
		y += 1
	}
	d.y = y
	return nil
}

func (d *drawing) certFacts() [][2]string {
	facts := [][2]string{
		{"Certificado del emisor", d.NoCertificado},
		{"Certificado del SAT", d.timbre.NoCertificadoSAT},
		{"RFC del proveedor de certificación", d.timbre.RfcProvCertif},
	}
	if d.timbre.Leyenda != "" {
		facts = append(facts, [2]string{"Leyenda", d.timbre.Leyenda})
	}
	return facts
}

// qr draws the code with runs of dark modules as one rectangle each, and makes
// it a link to where it points.
// QR returns the dark fields of the QR code of text, row by row, with the quiet
// zone of four around it.
func QR(text string) ([][]bool, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("QR: %w", err)
	}
	return code.Bitmap(), nil
}

func (d *drawing) qr(x, y float64, url string) error {
	code, err := qrcode.New(url, qrcode.Medium)
	if err != nil {
		return fmt.Errorf("QR: %w", err)
	}
	code.DisableBorder = true
	rows := code.Bitmap()
	module := qrSide / float64(len(rows))
	quiet := qrQuiet * module
	d.box(x, y, qrSide+2*quiet, qrSide+2*quiet, colour{0xff, 0xff, 0xff})
	d.pdf.SetFillColor(dark[0], dark[1], dark[2])
	for r, row := range rows {
		for from := 0; from < len(row); from++ {
			if !row[from] {
				continue
			}
			to := from
			for to < len(row) && row[to] {
				to++
			}
			d.pdf.Rect(x+quiet+float64(from)*module, y+quiet+float64(r)*module, float64(to-from)*module, module, "F")
			from = to
		}
	}
	d.pdf.LinkString(x+quiet, y+quiet, qrSide, qrSide, url)
	return nil
}
