package pdf

import (
	"bytes"
	"fmt"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
)

// A canvas takes what a drawing puts down. There are three: the PDF, the picture
// of a preview, and the blank one that a roll is measured on. Lengths are
// millimetres from the top left; text is cp1252, y its baseline.
type canvas interface {
	page(w, h float64)
	turn(page int) // goes back to a page, the first is 1
	text(s style, x, y float64, encoded string)
	line(x1, x2, y, thickness float64, c colour)
	box(x, y, w, h float64, c colour)
	image(png []byte, x, y, w, h float64)
	tilt(degrees, x, y float64, draw func())
	link(x, y, w, h float64, url string)
	code(x, y, side float64, c *code)
}

// runsOfDark calls draw for each run of dark modules of a row of a code.
func (c *code) runsOfDark(draw func(x, y, w int)) {
	for y := range c.side {
		row := c.row(y)
		for from := 0; from < len(row); from++ {
			if row[from] == 0 {
				continue
			}
			to := from
			for to < len(row) && row[to] == 1 {
				to++
			}
			draw(from, y, to-from)
			from = to
		}
	}
}

// A font is one of those every reader of PDF has by itself.
type font uint8

const (
	sans font = iota
	bold
	mono
	fonts
)

// core names them as the library does.
func (f font) core() (family, weight string) {
	switch f {
	case bold:
		return "helvetica", "B"
	case mono:
		return "courier", ""
	}
	return "helvetica", ""
}

// metrics are the widths of all characters at size 1. They are
// asked of the library once: measuring is most of what a drawing does.
type metrics [fonts][256]float64

func newMetrics() *metrics {
	p := fpdf.New("P", "pt", "Letter", "")
	var m metrics
	for f := range fonts {
		family, weight := f.core()
		p.SetFont(family, weight, 1)
		for c := range m[f] {
			m[f][c] = p.GetStringWidth(string([]byte{byte(c)}))
		}
	}
	return &m
}

const mmPerPoint = 25.4 / 72

// width of encoded text in millimetres.
func (m *metrics) width(s style, encoded string) float64 {
	table, sum := &m[s.font], 0.0
	for i := range len(encoded) {
		sum += table[encoded[i]]
	}
	return sum * s.size * mmPerPoint
}

// blank measures: it keeps nothing.
type blank struct{}

func (blank) page(float64, float64)                           {}
func (blank) turn(int)                                        {}
func (blank) text(style, float64, float64, string)            {}
func (blank) line(float64, float64, float64, float64, colour) {}
func (blank) box(float64, float64, float64, float64, colour)  {}
func (blank) image([]byte, float64, float64, float64, float64) {
}
func (blank) tilt(float64, float64, float64, func())          {}
func (blank) code(float64, float64, float64, *code)           {}
func (blank) link(float64, float64, float64, float64, string) {}

// file is the PDF.
type file struct {
	pdf  *fpdf.Fpdf
	h    float64 // of the page
	last style   // in force, to spare repeated operators
}

func (f *file) page(w, h float64) {
	f.pdf.AddPageFormat("P", fpdf.SizeType{Wd: w, Ht: h})
	f.h, f.last = h, style{}
}

func (f *file) turn(page int) {
	f.pdf.SetPage(page)
	f.pdf.SetFont("courier", "", 1) // so that the page is told its font anew
	f.last = style{}
}

func (f *file) text(s style, x, y float64, encoded string) {
	if f.last.font != s.font || f.last.size != s.size {
		family, weight := s.font.core()
		f.pdf.SetFont(family, weight, s.size)
	}
	if f.last.size == 0 || f.last.colour != s.colour {
		f.pdf.SetTextColor(int(s.colour[0]), int(s.colour[1]), int(s.colour[2]))
	}
	f.last = s
	f.pdf.Text(x, y, encoded)
}

// code is one path in a square of modules: shorter than as many rectangles, and no
// seam shows between them.
func (f *file) code(x, y, side float64, c *code) {
	module := side / float64(c.side) / mmPerPoint
	out := fmt.Appendf(nil, "q %.3f %.3f %.3f rg %.5f 0 0 %.5f %.3f %.3f cm", float64(dark[0])/255, float64(dark[1])/255, float64(dark[2])/255,
		module, -module, x/mmPerPoint, (f.h-y)/mmPerPoint)
	c.runsOfDark(func(x, y, w int) {
		for _, n := range [...]int{x, y, w} {
			out = strconv.AppendInt(append(out, ' '), int64(n), 10)
		}
		out = append(out, " 1 re"...)
	})
	f.pdf.RawWriteStr(string(append(out, " f Q"...)))
}

func (f *file) line(x1, x2, y, thickness float64, c colour) {
	f.pdf.SetDrawColor(int(c[0]), int(c[1]), int(c[2]))
	f.pdf.SetLineWidth(thickness)
	f.pdf.Line(x1, y, x2, y)
}

func (f *file) box(x, y, w, h float64, c colour) {
	f.pdf.SetFillColor(int(c[0]), int(c[1]), int(c[2]))
	f.pdf.Rect(x, y, w, h, "F")
}

// image draws a PNG of [ReadLogo]; the library keeps its bytes once a document.
func (f *file) image(png []byte, x, y, w, h float64) {
	const name = "logo"
	if f.pdf.GetImageInfo(name) == nil {
		f.pdf.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(png))
	}
	f.pdf.ImageOptions(name, x, y, w, h, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
}

func (f *file) tilt(degrees, x, y float64, draw func()) {
	f.pdf.TransformBegin()
	f.pdf.TransformRotate(degrees, x, y)
	draw()
	f.pdf.TransformEnd()
	f.last = style{}
}

func (f *file) link(x, y, w, h float64, url string) { f.pdf.LinkString(x, y, w, h, url) }
