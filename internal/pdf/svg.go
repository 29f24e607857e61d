package pdf

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// picture draws the first page as SVG, which every browser shows in an <img>:
// phones have no reader of PDF inside a page.
type picture struct {
	b       strings.Builder
	w, h    float64
	current int
	metrics *metrics
}

func (p *picture) page(w, h float64) {
	if p.current++; p.current == 1 {
		p.w, p.h = w, h
	}
}

func (p *picture) turn(page int) { p.current = page }

// mm writes a length with a hundredth of a millimetre.
func mm(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

func (c colour) hex() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

func (p *picture) put(format string, args ...any) {
	if p.current == 1 {
		fmt.Fprintf(&p.b, format, args...)
	}
}

// text is stretched to the width it has on paper, whatever font the browser has.
func (p *picture) text(s style, x, y float64, encoded string) {
	if strings.TrimSpace(encoded) == "" {
		return
	}
	weight := ""
	switch s.font {
	case bold:
		weight = ` font-weight="700"`
	case mono:
		weight = ` font-family="Courier New,Liberation Mono,monospace"`
	}
	p.put(`<text x="%s" y="%s" font-size="%s" fill="%s"%s textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`,
		mm(x), mm(y), mm(s.size*mmPerPoint), s.colour.hex(), weight, mm(p.metrics.width(s, encoded)), escaped(encoded))
}

func escaped(encoded string) string {
	var out strings.Builder
	for i := range len(encoded) {
		switch r := charmap.Windows1252.DecodeByte(encoded[i]); {
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '&':
			out.WriteString("&amp;")
		case r < ' ', r == '\ufffd':
			out.WriteByte(' ')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func (p *picture) line(x1, x2, y, thickness float64, c colour) {
	p.put(`<path d="M%s %sH%s" stroke="%s" stroke-width="%s"/>`, mm(x1), mm(y), mm(x2), c.hex(), mm(thickness))
}

func (p *picture) box(x, y, w, h float64, c colour) {
	p.put(`<path d="M%s %sh%sv%sh-%sz" fill="%s" shape-rendering="crispEdges"/>`, mm(x), mm(y), mm(w), mm(h), mm(w), c.hex())
}

func (p *picture) image(png []byte, x, y, w, h float64) {
	p.put(`<image x="%s" y="%s" width="%s" height="%s" href="data:image/png;base64,%s"/>`,
		mm(x), mm(y), mm(w), mm(h), base64.StdEncoding.EncodeToString(png))
}

func (p *picture) tilt(degrees, x, y float64, draw func()) {
	p.put(`<g transform="rotate(%s %s %s)">`, mm(-degrees), mm(x), mm(y))
	draw()
	p.put(`</g>`)
}

func (p *picture) code(x, y, side float64, c *code) {
	var path strings.Builder
	c.runsOfDark(func(x, y, w int) { fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, w, w) })
	p.put(`<path transform="translate(%s %s) scale(%s)" fill="%s" d="%s"/>`, mm(x), mm(y), strconv.FormatFloat(side/float64(c.side), 'f', 5, 64), dark.hex(), path.String())
}

func (*picture) link(float64, float64, float64, float64, string) {}

func (p *picture) bytes() []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%smm" height="%smm" font-family="Helvetica,Arial,Liberation Sans,sans-serif"><rect width="100%%" height="100%%" fill="#fff"/>%s</svg>`,
		mm(p.w), mm(p.h), mm(p.w), mm(p.h), p.b.String())
}
