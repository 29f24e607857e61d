// Package sheet reads tables that people keep in spreadsheets, CSV or XLSX, and
// writes both. It knows nothing of what the columns mean.
//
//	table, err := sheet.Read(file)           // rows of text with their numbers
//	head := sheet.Head(table.Rows, columns)  // where the headings are
//	match := sheet.Match(columns, table.Rows[head].Cells)
//
// What it reads is foreign: it is bounded ([MaxBytes] and its neighbours), told
// apart by its content and never by its name, and nothing in it is computed.
// Errors are fail.Invalid with a sentence for the user.
package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"iofacturo.mx/internal/fail"
)

// The limits of [Read].
const (
	MaxBytes   = 10 << 20 // of the file as sent
	MaxRows    = 10_000   // beside the headings
	MaxColumns = 100
	MaxCell    = 4_000    // characters of one cell
	MaxText    = 24 << 20 // bytes of all cells together
)

// aboveHead is how many rows may stand over the first one of data: titles and headings.
const aboveHead = 10

// A Table is what a file holds, row by row, empty rows left out.
type Table struct {
	Rows  []Row
	Notes []string // what the reader has to say of the whole file
}

// A Row is one row of a file.
type Row struct {
	Line  int // in the file, from 1
	Cells []string
	Notes []Note
}

// A Note is what the reader has to say of a row. A bad one means that its text
// cannot be trusted.
type Note struct {
	Column  int // from 0; -1 for the whole row
	Message string
	Bad     bool
}

// Empty reports whether no cell of the row holds a text.
func (r Row) Empty() bool {
	for _, c := range r.Cells {
		if c != "" {
			return false
		}
	}
	return true
}

// Read reads a file, CSV or XLSX.
func Read(file []byte) (Table, error) {
	switch {
	case len(file) > MaxBytes:
		return Table{}, refuse("El archivo pesa más de 10 MB. Parte la lista en varios archivos.")
	case len(bytes.TrimSpace(file)) == 0:
		return Table{}, refuse("El archivo está vacío. Descarga la plantilla, llénala y vuelve a enviarla.")
	case IsZip(file):
		return readXLSX(file)
	case bytes.HasPrefix(file, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return Table{}, refuse("El archivo es de un Excel anterior (.xls) o tiene contraseña. Guárdalo como libro de Excel (.xlsx), sin contraseña, o como CSV.")
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return Table{}, refuse("Es un PDF. Envía la lista en CSV o en Excel (.xlsx).")
	}
	return readCSV(file)
}

// IsZip reports whether a file is a ZIP, as an XLSX is too.
func IsZip(file []byte) bool { return bytes.HasPrefix(file, []byte("PK\x03\x04")) }

func refuse(message string) error { return fail.New(fail.Invalid, message) }

// A gatherer takes rows in and holds them to the limits.
type gatherer struct {
	table Table
	bytes int
}

// add takes one row in; blank cells at its end are cut off and empty rows left out.
func (g *gatherer) add(r Row) error {
	last := 0
	for i, c := range r.Cells {
		r.Cells[i] = tidy(c)
		if r.Cells[i] != "" {
			last = i + 1
		}
	}
	for _, n := range r.Notes {
		last = max(last, n.Column+1)
	}
	last = min(last, len(r.Cells))
	if last > MaxColumns {
		return refuse("El archivo tiene más de 100 columnas. Deja sólo las que se importan: la plantilla dice cuáles.")
	}
	for i, c := range r.Cells[:last] {
		g.bytes += len(c)
		if len(c) > MaxCell && utf8.RuneCountInString(c) > MaxCell {
			r.Cells[i] = string([]rune(c)[:MaxCell])
			r.Notes = append(r.Notes, Note{i, "El texto pasa de 4,000 letras. Si hay unas comillas sin cerrar, ciérralas.", true})
		}
	}
	switch {
	case last == 0:
		return nil
	case len(g.table.Rows) >= MaxRows+aboveHead:
		return refuse("El archivo tiene más de 10,000 renglones. Parte la lista en varios archivos.")
	case g.bytes > MaxText:
		return refuse("El archivo tiene demasiado texto. Parte la lista en varios archivos.")
	}
	r.Cells = r.Cells[:last:last]
	g.table.Rows = append(g.table.Rows, r)
	return nil
}

// tidy cuts blanks off both ends, the hard ones that spreadsheets like too, and takes out what no database keeps.
func tidy(s string) string {
	if strings.ContainsRune(s, 0) {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.Trim(s, " \t\r\n\u00a0\ufeff\u200b")
}
