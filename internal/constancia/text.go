package constancia

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/ledongthuc/pdf"

	"iofacturo.mx/internal/fail"
)

const (
	maxPages  = 12
	maxGlyphs = 200_000
	maxReads  = 50_000 // of the parser; a file that makes it run in circles ends here
)

var errUnreadable = fail.New(fail.Invalid, "No pudimos leer este PDF: está dañado. Descarga la Constancia otra vez del portal del SAT; no se guardó nada.")

// A budget is a file that stops answering after so many reads, so that no structure
// that points at itself is followed for ever.
type budget struct {
	*bytes.Reader
	left int
}

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if b.left--; b.left < 0 {
		panic(errors.New("too many reads"))
	}
	return b.Reader.ReadAt(p, off)
}

// textOf returns the lines of text from top to bottom, the cells of a line separated
// by two spaces.
func textOf(file []byte) (lines []string, err error) {
	defer func() {
		if recover() != nil { // the parser panics on what it does not know
			lines, err = nil, errUnreadable
		}
	}()
	r, err := pdf.NewReader(&budget{bytes.NewReader(file), maxReads}, int64(len(file)))
	switch {
	case errors.Is(err, pdf.ErrInvalidPassword), err != nil && strings.Contains(err.Error(), "encrypt"):
		return nil, fail.New(fail.Invalid, "Este PDF tiene contraseña. Descarga la Constancia del portal del SAT y envíala tal cual; no se guardó nada.")
	case err != nil:
		return nil, errUnreadable
	}
	glyphs := 0
	for n := 1; n <= min(r.NumPage(), maxPages); n++ {
		text := r.Page(n).Content().Text
		if glyphs += len(text); glyphs > maxGlyphs {
			return nil, errUnreadable
		}
		lines = append(lines, linesOf(cellsOf(text))...)
	}
	return lines, nil
}

// A cell is a run of glyphs that follow each other on one line.
type cell struct {
	x, y, end, size float64
	last            float64 // where the last glyph begins
	text            string
}

// cellsOf joins glyphs to cells: a gap of two letters begins another cell, one of a
// quarter of a letter is a space. The parser knows no widths of composite fonts, and
// gives all glyphs of a run one place: theirs are guessed, too roughly to see a space,
// which such fonts write out.
func cellsOf(glyphs []pdf.Text) []cell {
	var out []cell
	for _, g := range glyphs {
		if g.S == "\n" || g.S == "" || math.IsNaN(g.X+g.Y+g.FontSize) {
			continue
		}
		size, wide, guessed := math.Max(math.Abs(g.FontSize), 1), g.W, false
		if wide == 0 {
			wide, guessed = guess(g.S)*size, true
		}
		if n := len(out) - 1; n >= 0 && math.Abs(out[n].y-g.Y) < size/4 {
			c := &out[n]
			gap := g.X - c.end
			switch {
			case guessed && g.X == c.last:
				c.text, c.end = c.text+g.S, c.end+wide
				continue
			case guessed && g.X > c.last && math.Abs(gap) < 2*size:
				c.text, c.end, c.last = c.text+g.S, g.X+wide, g.X
				continue
			case !guessed && gap > -size/2 && gap < 2*size:
				if gap > size/4 && !strings.HasSuffix(c.text, " ") {
					c.text += " "
				}
				c.text, c.end, c.last = c.text+g.S, g.X+wide, g.X
				continue
			}
		}
		out = append(out, cell{x: g.X, y: g.Y, end: g.X + wide, size: size, last: g.X, text: g.S})
	}
	return out
}

// guess is about how wide a letter is, in letters' heights.
func guess(s string) float64 {
	switch {
	case strings.Contains("iljt.,:;'|!()[]/ ", s):
		return 0.28
	case strings.Contains("mwMW@%", s):
		return 0.85
	case strings.ToUpper(s) == s && strings.ToLower(s) != s:
		return 0.68
	}
	return 0.54
}

// linesOf puts the cells of one page in the order they are read.
func linesOf(cells []cell) []string {
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Compare(b.y, a.y) })
	var lines []string
	for start := 0; start < len(cells); {
		end := start + 1
		for end < len(cells) && cells[start].y-cells[end].y < cells[start].size/2 {
			end++
		}
		row := cells[start:end]
		slices.SortStableFunc(row, func(a, b cell) int { return cmp.Compare(a.x, b.x) })
		parts := make([]string, 0, len(row))
		for _, c := range row {
			if text := strings.TrimSpace(c.text); text != "" {
				parts = append(parts, text)
			}
		}
		if len(parts) > 0 {
			lines = append(lines, strings.Join(parts, "  "))
		}
		start = end
	}
	return lines
}
