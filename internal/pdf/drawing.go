package pdf

import (
	"bytes"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"iofacturo.mx/catalogo"
)

// The sheet: letter, millimetres, after look/representacion.css.
const (
	pageW, pageH = 215.9, 279.4
	margin       = 12.0
	left         = margin
	right        = pageW - margin
	width        = right - left
	footTop      = pageH - margin - 3.5 // the rule above the foot
	bottom       = footTop - 3          // where content ends
)

const ellipsis = "\x85" // … in cp1252

type colour [3]int

var (
	ink     = colour{0x22, 0x1e, 0x19}
	inkSoft = colour{0x57, 0x50, 0x45}
	inkPale = colour{0x6c, 0x64, 0x58}
	accent  = colour{0x9a, 0x4a, 0x00}
	warnInk = colour{0x7a, 0x3a, 0x00}
	warnBg  = colour{0xfd, 0xee, 0xdb}
	headBg  = colour{0xf4, 0xef, 0xe5}
	hair    = colour{0xe5, 0xdf, 0xd3}
	rule    = colour{0xcf, 0xc6, 0xb6}
	ghost   = colour{0xf1, 0xec, 0xe4} // SIN VALIDEZ FISCAL behind the text
	ghostRd = colour{0xf8, 0xdc, 0xd6} // CANCELADO behind the text
	dark    = colour{0x11, 0x11, 0x11}
)

// A style is a font, its size in points, its line height in millimetres.
type style struct {
	family, weight string
	size, leading  float64
	colour         colour
}

var (
	body   = style{"helvetica", "", 8.5, 4.2, ink}
	strong = style{"helvetica", "B", 8.5, 4.2, ink}
	small  = style{"helvetica", "", 7, 3.3, inkSoft}
	label  = style{"helvetica", "", 7, 3.4, inkPale}
	title  = style{"helvetica", "B", 7, 3.8, inkPale}
	foot   = style{"helvetica", "", 7, 3.3, inkSoft}
	name   = style{"helvetica", "B", 13, 5.6, ink}
	kind   = style{"helvetica", "B", 9, 4.2, accent}
	folio  = style{"helvetica", "B", 19, 7.6, ink}
	grand  = style{"helvetica", "B", 13, 6, ink}
	seal   = style{"courier", "", 5.6, 2.5, ink}
)

// A drawing is one PDF in the making. y is where the next part begins.
type drawing struct {
	*source
	cat  *catalogo.Catalog
	pdf  *fpdf.Fpdf
	y    float64
	last style // in force, to spare repeated operators
	lost bool  // a character could not be shown
}

func newDrawing(cat *catalogo.Catalog, s *source) *drawing {
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
	return &drawing{source: s, cat: cat, pdf: p}
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

func (d *drawing) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := d.pdf.Output(&out)
	return out.Bytes(), err
}

// newPage begins a page with its mark behind everything.
func (d *drawing) newPage() {
	d.pdf.AddPage()
	d.last = style{}
	d.y = margin
	d.watermark()
}

// need begins a new page, with the short head, unless h millimetres are left.
// It reports whether it did.
func (d *drawing) need(h float64) bool {
	if d.y+h <= bottom {
		return false
	}
	d.newPage()
	d.shortHead()
	return true
}

func (d *drawing) use(s style) {
	if d.last == s {
		return
	}
	d.pdf.SetFont(s.family, s.weight, s.size)
	d.pdf.SetTextColor(s.colour[0], s.colour[1], s.colour[2])
	d.last = s
}

// measure returns the width of encoded text in millimetres.
func (d *drawing) measure(s style, encoded string) float64 {
	d.use(s)
	return d.pdf.GetStringWidth(encoded)
}

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
	d.use(s)
	// The baseline: half of what the line is higher than the letters, and
	// their ascent, some 0.73 of the size.
	const mmPerPoint = 25.4 / 72
	size := s.size * mmPerPoint
	d.pdf.Text(x, y+(s.leading-size)/2+0.76*size, encoded)
}

// text writes one line that is cut to fit w with an ellipsis.
func (d *drawing) text(s style, x, y, w float64, text string) {
	d.put(s, x, y, d.clip(s, w, d.encode(text)))
}

func (d *drawing) clip(s style, w float64, encoded string) string {
	if d.measure(s, encoded) <= w {
		return encoded
	}
	used, n := d.measure(s, ellipsis), 0
	for ; n < len(encoded); n++ {
		if used += d.pdf.GetStringWidth(encoded[n : n+1]); used > w {
			break
		}
	}
	return encoded[:n] + ellipsis
}

// textRight writes one line that ends at x, made smaller where it is wider
// than w: digits are never cut.
func (d *drawing) textRight(s style, x, y, w float64, text string) {
	encoded := d.encode(text)
	if have := d.measure(s, encoded); have > w {
		s.size *= w / have
	}
	d.put(s, x-d.measure(s, encoded), y, encoded)
}

// flow writes paragraphs within w from y on and returns where they end. What
// is longer than the page, which no valid document is, ends in an ellipsis.
func (d *drawing) flow(s style, x, y, w float64, text string) float64 {
	for _, line := range d.wrap(s, w, text) {
		if y+2*s.leading > bottom {
			d.put(s, x, y, ellipsis)
			return y + s.leading
		}
		d.put(s, x, y, line)
		y += s.leading
	}
	return y
}

func (d *drawing) line(x1, x2, y, thickness float64, c colour) {
	d.pdf.SetDrawColor(c[0], c[1], c[2])
	d.pdf.SetLineWidth(thickness)
	d.pdf.Line(x1, y, x2, y)
}

func (d *drawing) box(x, y, w, h float64, c colour) {
	d.pdf.SetFillColor(c[0], c[1], c[2])
	d.pdf.Rect(x, y, w, h, "F")
}

// watermark writes the mark across the page, in a tint that leaves the text
// upon it readable.
func (d *drawing) watermark() {
	mark := d.mark()
	if mark == "" {
		return
	}
	s := style{"helvetica", "B", 64, 24, ghost}
	if d.State == "cancelado" {
		s = style{"helvetica", "B", 92, 34, ghostRd}
	}
	encoded := d.encode(mark)
	const diagonal, angle = 235.0, 52
	if w := d.measure(s, encoded); w > diagonal {
		s.size *= diagonal / w
	}
	w := d.measure(s, encoded)
	d.pdf.TransformBegin()
	d.pdf.TransformRotate(angle, pageW/2, pageH/2)
	d.put(s, (pageW-w)/2, pageH/2-s.leading/2, encoded)
	d.pdf.TransformEnd()
	d.last = style{}
}

// feet writes the foot of each page, once their number is known.
func (d *drawing) feet() {
	pages := d.pdf.PageCount()
	for n := 1; n <= pages; n++ {
		d.pdf.SetPage(n)
		d.pdf.SetFont("courier", "", 1) // so that the page is told its font anew
		d.last = style{}
		d.line(left, right, footTop, 0.2, hair)
		legend := "Este documento es una representación impresa de un CFDI"
		if d.lost {
			legend += ". Los caracteres que no se pueden imprimir aparecen como «?»; consulta el XML"
		}
		d.text(foot, left, footTop+1.2, width-30, legend)
		d.textRight(foot, right, footTop+1.2, 28, "Página "+strconv.Itoa(n)+" de "+strconv.Itoa(pages))
	}
}
