package pdf

import (
	"bytes"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"iofacturo.mx/catalogo"
)

const ellipsis = "\x85" // … in cp1252

// A drawing is one receipt in the making. y is where the next part begins.
type drawing struct {
	*source
	*look
	cat     *catalogo.Catalog
	metrics *metrics
	out     canvas
	heights []float64 // of the pages of a roll, once they are known
	pages   int
	y       float64
	lost    bool // a character could not be shown

	again func() // what stands again at the top of a page, nil outside tables
}

// newFile begins a PDF that tells what it is.
func newFile(s *source) *file {
	p := fpdf.New("P", "mm", "Letter", "")
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.SetCatalogSort(true)
	p.SetLang("es-MX")
	p.SetTitle(dot(kindOf(s), joined("-", s.Serie, s.Folio), s.Emisor.Nombre), true)
	p.SetAuthor(s.Emisor.Nombre, true)
	p.SetSubject("Representación impresa de un CFDI 4.0", true)
	p.SetCreator("ioFacturo", true)
	at := dateOf(s)
	p.SetCreationDate(at)
	p.SetModificationDate(at)
	if s.timbre != nil && len(s.xml) > 0 {
		p.SetAttachments([]fpdf.Attachment{{Content: s.xml, Filename: s.timbre.UUID + ".xml", Description: "El CFDI: el comprobante fiscal es este XML"}})
	}
	return &file{pdf: p}
}

// dateOf dates the PDF by its document, so that the same XML gives the same
// bytes.
func dateOf(s *source) time.Time {
	fecha := s.Fecha
	if s.timbre != nil {
		fecha = s.timbre.FechaTimbrado
	}
	at, err := time.Parse("2006-01-02T15:04:05", fecha)
	if err != nil {
		return time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC) // CFDI 4.0 began
	}
	return at
}

func (f *file) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := f.pdf.Output(&out)
	return out.Bytes(), err
}

// newPage begins a page with its mark behind everything.
func (d *drawing) newPage() {
	h := d.pageH
	if d.pages < len(d.heights) {
		h = d.heights[d.pages]
	}
	d.pages++
	d.out.page(d.pageW, h)
	d.y = d.top
	d.watermark(h)
}

// need begins a new page, with the short head and what a table repeats, unless h
// millimetres are left. It reports whether it did.
func (d *drawing) need(h float64) bool {
	if d.y+h <= d.bottom {
		return false
	}
	d.measured()
	d.newPage()
	d.shortHead()
	if d.again != nil {
		d.again()
	}
	return true
}

// measured notes how high the page of a roll became.
func (d *drawing) measured() {
	if d.roll && len(d.heights) < d.pages {
		d.heights = append(d.heights, d.y+d.top+4)
	}
}

// measure returns the width of encoded text in millimetres.
func (d *drawing) measure(s style, encoded string) float64 { return d.metrics.width(s, encoded) }

func (d *drawing) encode(text string) string {
	encoded, lost := encode(text)
	d.lost = d.lost || lost
	return encoded
}

// put writes encoded text with the top of its line at y.
func (d *drawing) put(s style, x, y float64, encoded string) {
	if encoded == "" {
		return
	}
	// The baseline: half of what the line is higher than the letters, and
	// their ascent, some 0.73 of the size.
	size := s.size * mmPerPoint
	d.out.text(s, x, y+(s.leading-size)/2+0.76*size, encoded)
}

// cut writes one line that is cut to fit w with an ellipsis.
func (d *drawing) cut(s style, x, y, w float64, text string) {
	d.put(s, x, y, d.clip(s, w, d.encode(text)))
}

func (d *drawing) clip(s style, w float64, encoded string) string {
	if len(encoded) < 4096 && d.measure(s, encoded) <= w {
		return encoded
	}
	used, n := d.measure(s, ellipsis), 0
	for ; n < len(encoded); n++ {
		if used += d.measure(s, encoded[n:n+1]); used > w {
			break
		}
	}
	return encoded[:n] + ellipsis
}

// cutRight writes one line that ends at x, made smaller where it is wider
// than w: digits are never cut.
func (d *drawing) cutRight(s style, x, y, w float64, text string) {
	encoded := d.encode(text)
	if have := d.measure(s, encoded); have > w {
		s.size *= w / have
	}
	d.put(s, x-d.measure(s, encoded), y, encoded)
}

// cutCentre writes one line in the middle of the sheet, made smaller where it
// must.
func (d *drawing) cutCentre(s style, y float64, text string) {
	encoded := d.encode(text)
	if have := d.measure(s, encoded); have > d.width {
		s.size *= d.width / have
	}
	d.put(s, (d.pageW-d.measure(s, encoded))/2, y, encoded)
}

// flow writes paragraphs within w from y on and returns where they end. What
// is longer than the page, which no valid document is, ends in an ellipsis.
func (d *drawing) flow(s style, x, y, w float64, text string) float64 {
	for _, line := range d.wrap(s, w, text) {
		if y+2*s.leading > d.bottom {
			d.put(s, x, y, ellipsis)
			return y + s.leading
		}
		d.put(s, x, y, line)
		y += s.leading
	}
	return y
}

// centred is flow with each line in the middle of the sheet.
func (d *drawing) centred(s style, y float64, text string) float64 {
	for _, line := range d.wrap(s, d.width, text) {
		if y+2*s.leading > d.bottom {
			return y
		}
		d.put(s, (d.pageW-d.measure(s, line))/2, y, line)
		y += s.leading
	}
	return y
}

func (d *drawing) line(x1, x2, y, thickness float64, c colour) { d.out.line(x1, x2, y, thickness, c) }

func (d *drawing) box(x, y, w, h float64, c colour) { d.out.box(x, y, w, h, c) }

// watermark writes the mark across the page, in a tint that leaves the text
// upon it readable; on a roll it stands again and again.
func (d *drawing) watermark(h float64) {
	mark := d.mark()
	if mark == "" {
		return
	}
	s := style{bold, 64, 24, ghost}
	if d.State == "cancelado" {
		s = style{bold, 92, 34, ghostRd}
	}
	encoded := d.encode(mark)
	diagonal, angle, every := 235.0, 52.0, h
	if d.roll {
		diagonal, every = 88, 105
	}
	if w := d.measure(s, encoded); w > diagonal {
		s.size *= diagonal / w
	}
	s.leading = s.size * mmPerPoint
	w := d.measure(s, encoded)
	if d.roll && len(d.heights) == 0 {
		return // being measured
	}
	for y := min(every, h) / 2; y < h; y += every {
		d.out.tilt(angle, d.pageW/2, y, func() { d.put(s, (d.pageW-w)/2, y-s.leading/2, encoded) })
	}
}

// legend is what the law has a printed CFDI say of itself (RMF 2.7.1.7).
func (d *drawing) legend() string {
	text := "Este documento es una representación impresa de un CFDI"
	if d.Paper.Ingles {
		text += " / This is a printed representation of a CFDI"
	}
	return text
}

// footnote is the second line of a foot: the company's own words, and what the
// fonts could not show.
func (d *drawing) footnote() string {
	missing := ""
	if d.lost {
		missing = "Los caracteres que no se pueden imprimir aparecen como «?»; consulta el XML"
	}
	return dot(d.Paper.Pie, missing)
}

// feet writes the foot of each page, once their number is known.
func (d *drawing) feet() {
	top := d.bottom + 3
	for n := 1; n <= d.pages; n++ {
		d.out.turn(n)
		d.line(d.left, d.right, top, 0.2, hair)
		d.cut(d.foot, d.left, top+1.2, d.width-30, d.legend())
		d.cutRight(d.foot, d.right, top+1.2, 28, d.say("Página")+" "+strconv.Itoa(n)+" de "+strconv.Itoa(d.pages))
		if note := d.footnote(); note != "" {
			d.cutCentre(d.foot, top+1.2+d.foot.leading, note)
		}
	}
}
