package pdf

import (
	"bytes"

	"codeberg.org/go-pdf/fpdf"
)

// PlainPages returns n letter pages of lines of text in a core font and nothing
// else. It is what the library alone costs: bench holds the invoice against it.
func PlainPages(n int, lines []string) ([]byte, error) {
	p := fpdf.New("P", "mm", "Letter", "")
	translate := p.UnicodeTranslatorFromDescriptor("")
	for range n {
		p.AddPage()
		p.SetFont("helvetica", "", 8)
		for _, line := range lines {
			p.CellFormat(0, 4, translate(line), "", 1, "L", false, 0, "")
		}
	}
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}
