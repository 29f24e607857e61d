package catalogo

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A Sheet is one sheet of the SAT's workbook: its rows from the first on, days written
// AAAA-MM-DD, DD/MM/AAAA or as the number Excel keeps.
type Sheet struct {
	Name string
	Rows iter.Seq2[[]string, error]
}

// aboveHeadings is how many rows may stand over the headings.
const aboveHeadings = 30

// ReadSheets reads the large catalogues of a workbook as the SAT publishes them: headings
// below some rows of titles, the largest in several sheets (c_X_Parte_1, c_X_1), keys and
// dates as numbers here and there. A row it cannot read refuses the whole.
func ReadSheets(sheets []Sheet) (*Edition, error) {
	e := &Edition{}
	for i := range sources {
		t := edit(&sources[i])
		for _, sheet := range sheets {
			if !strings.EqualFold(baseName(sheet.Name), "c_"+t.name) {
				continue
			}
			if err := t.readSheet(sheet); err != nil {
				return nil, fmt.Errorf("import sheet %s: %w", sheet.Name, err)
			}
		}
		if len(t.lines) == 0 {
			continue
		}
		if err := t.order(); err != nil {
			return nil, fmt.Errorf("import c_%s: %w", t.name, err)
		}
		e.tables = append(e.tables, t)
	}
	if len(e.tables) == 0 {
		return nil, fmt.Errorf("import workbook: %w", ErrNothing)
	}
	return e, nil
}

// baseName is the name of a catalogue without the number of the sheet that holds a part of it.
func baseName(sheet string) string {
	name := strings.TrimSpace(sheet)
	name = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(name, " "), ")"), "0123456789")
	for _, part := range []string{"_Parte_", " (Parte ", "_"} {
		if cut, ok := strings.CutSuffix(name, part); ok {
			return cut
		}
	}
	return strings.TrimSpace(sheet)
}

// readSheet takes in the rows below the headings.
func (t *edited) readSheet(sheet Sheet) error {
	var at []int // where each column stands
	n := 0
	for cells, err := range sheet.Rows {
		if err != nil {
			return err
		}
		n++
		if at == nil {
			if at = t.headings(cells); at == nil && n > aboveHeadings {
				break
			}
			continue
		}
		cell := func(i int) string {
			if at[i] < 0 || at[i] >= len(cells) {
				return ""
			}
			return strings.Join(strings.Fields(cells[at[i]]), " ")
		}
		key := cell(0)
		if key == "" && t.keyless(cells, at) || strings.HasPrefix(key, "Contin") || t.name == "CodigoPostal" && strings.Trim(key, "0") == "" {
			continue // more headings, a note, or the postal code that is none
		}
		i := 0
		err = t.take(func(c column) string {
			i++
			return c.clean(cell(i - 1))
		})
		if err != nil {
			return fmt.Errorf("row %d of those with text: %w", n, err)
		}
	}
	if at == nil {
		return fmt.Errorf("no headings: %s", t.wanted())
	}
	return nil
}

// keyless reports whether a row that lacks its key lacks its dates and its text as well.
func (t *edited) keyless(cells []string, at []int) bool {
	for i, c := range t.columns {
		if c.need && at[i] < len(cells) && strings.TrimSpace(cells[at[i]]) != "" {
			return false
		}
	}
	return true
}

// headings finds the columns in a row of headings; nil where it is none.
func (s *source) headings(cells []string) []int {
	folded := make([]string, len(cells))
	for i, c := range cells {
		folded[i] = foldHeading(c)
	}
	at := make([]int, len(s.columns))
	for i, c := range s.columns {
		at[i] = slices.IndexFunc(folded, func(head string) bool {
			return head != "" && (head == foldHeading(c.name) || slices.Contains(strings.Fields(c.heads), head))
		})
		if at[i] < 0 && c.need {
			return nil
		}
	}
	return at
}

func (s *source) wanted() string {
	var names []string
	for _, c := range s.columns {
		if c.need {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}

// foldHeading leaves the letters and figures of a heading, without accents.
func foldHeading(s string) string {
	return strings.Map(func(r rune) rune {
		if r = foldRune(r); unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// clean is what a cell of the workbook says, as a TSV file would.
func (c column) clean(cell string) string {
	switch {
	case c.kind == day:
		return cleanDay(cell)
	case c.kind == yes:
		switch foldHeading(cell) {
		case "si", "1":
			return "1"
		case "no", "opcional", "0", "":
			return "0"
		}
	case len(cell) < c.width && digits(cell):
		return strings.Repeat("0", c.width-len(cell)) + cell
	}
	return cell
}

// cleanDay writes a date AAAA-MM-DD; what is none stays as it is.
func cleanDay(cell string) string {
	if n, err := strconv.Atoi(cell); err == nil && n > 20_000 && n < 80_000 { // 1954 to 2119
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(time.DateOnly)
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(cell, "T", " "), " ")
	for _, layout := range []string{time.DateOnly, "2/1/2006", "02/01/2006"} {
		if d, err := time.Parse(layout, first); err == nil {
			return d.Format(time.DateOnly)
		}
	}
	return cell
}
