package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// The limits of a [Book]. The SAT's catalogues are some 35 MB as .xls, and 400,000 rows.
const (
	MaxBookBytes = 160 << 20 // of the file
	maxBookText  = 256 << 20 // of the texts of all cells that are read
	maxBookRows  = 1 << 20   // of one sheet
	maxStrings   = 4 << 20   // of the table of texts
	maxSheets    = 256
)

// A Book is a workbook of Excel with all its sheets, .xls or .xlsx: for files of whoever
// runs the portal, larger than what [Read] takes. Its rows are read as they are asked
// for. Nothing in it is computed; a day is AAAA-MM-DD, other numbers are as stored.
type Book struct {
	sheets []sheetPart
	text   int // bytes of cells given so far
}

// A sheetPart is a sheet and how its rows are walked. visit gets each cell in order.
type sheetPart struct {
	name string
	walk func(visit func(line, column int, text string) error) error
}

// OpenBook reads what a workbook says of itself. r must stay open while its rows are read.
func OpenBook(r io.ReaderAt, size int64) (*Book, error) {
	if size > MaxBookBytes {
		return nil, refuse("El libro pesa más de " + strconv.Itoa(MaxBookBytes>>20) + " MB. No se leyó nada.")
	}
	head := make([]byte, 8)
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) || n < len(head) {
		return nil, refuse("El archivo está vacío o no se puede leer.")
	}
	switch {
	case string(head) == cfbMagic:
		return openXLS(r, size)
	case IsZip(head):
		z, err := zip.NewReader(r, size)
		if err != nil {
			return nil, errBroken
		}
		return openXLSX(z)
	}
	return nil, refuse("El archivo no es un libro de Excel (.xls o .xlsx).")
}

var errBroken = refuse("No pudimos leer el libro de Excel: está dañado o incompleto. Descárgalo otra vez.")

// Sheets are the names of the sheets, in order.
func (b *Book) Sheets() []string {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.name
	}
	return names
}

var errEnough = errors.New("enough")

// Rows walks the rows of a sheet, those without text left out. After an error there is
// no other row. Its cells are good for one turn.
func (b *Book) Rows(sheet int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		row, rows := Row{}, 0
		flush := func() error {
			if row.Empty() {
				return nil
			}
			if rows++; rows > maxBookRows {
				return refuse("La hoja " + b.sheets[sheet].name + " tiene demasiados renglones.")
			}
			if !yield(row, nil) {
				return errEnough
			}
			return nil
		}
		err := b.sheets[sheet].walk(func(line, column int, text string) error {
			if line < row.Line {
				return errBroken // rows come in order
			}
			if line > row.Line {
				if err := flush(); err != nil {
					return err
				}
				row = Row{Line: line, Cells: row.Cells[:0]}
			}
			if column >= MaxColumns {
				return nil
			}
			for len(row.Cells) <= column {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[column] = tidy(text)
			if b.text += len(text); b.text > maxBookText {
				return refuse("El libro tiene demasiado texto.")
			}
			return nil
		})
		if err == nil {
			err = flush()
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(Row{}, err)
		}
	}
}

// dateFormat reports whether a number format shows a day.
func dateFormat(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
	}
	quoted, bracket := false, false
	code = strings.ToLower(code)
	for i, c := range code {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket || i > 0 && code[i-1] == '\\':
		case c == 'd' || c == 'y':
			return true
		}
	}
	return false
}

// dayOf writes the day that a number of a workbook stands for, "" for none: days from
// 1899-12-30, for those after the 29th of February of 1900, which Excel believes in.
func dayOf(number string, from1904 bool) string {
	whole, _, _ := strings.Cut(number, ".")
	n, err := strconv.Atoi(whole)
	if from1904 {
		n += 1462
	}
	if err != nil || n < 1 || n > 2_958_465 {
		return ""
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(time.DateOnly)
}
