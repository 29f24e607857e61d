package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The gate of an XLSX, which is a ZIP (threat T7).
const (
	maxParts   = 1_000
	maxInflate = 48 << 20 // of all parts together
	maxRatio   = 100      // of a part above ratioFrom
	ratioFrom  = 1 << 20
)

// IsWorkbook reports whether a ZIP is a workbook of Excel.
func IsWorkbook(file []byte) bool {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	return err == nil && partOf(z, "[Content_Types].xml") != nil
}

// readXLSX reads the first sheet of a workbook as it was stored: numbers without
// their format, formulas by the result that was saved with them.
func readXLSX(file []byte) (Table, error) {
	broken := refuse("No pudimos leer el libro de Excel. Ábrelo, guárdalo otra vez como .xlsx y envíalo de nuevo.")
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return Table{}, broken
	}
	if err := gate(z); err != nil {
		return Table{}, err
	}
	seen, err := survey(z)
	if err != nil {
		return Table{}, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxInflate, UnzipXMLSizeLimit: maxInflate, RawCellValue: true})
	if err != nil {
		return Table{}, broken
	}
	defer book.Close()
	names := book.GetSheetList()
	if len(names) == 0 {
		return Table{}, broken
	}
	rows, err := book.Rows(names[0])
	if err != nil {
		return Table{}, broken
	}
	defer rows.Close()
	g := gatherer{table: Table{Notes: seen.notes(len(names))}}
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return Table{}, broken
		}
		if err := g.add(Row{Line: line, Cells: cells, Notes: seen.formulas[line]}); err != nil {
			return Table{}, err
		}
	}
	if rows.Error() != nil {
		return Table{}, broken
	}
	return g.table, nil
}

// gate refuses what inflates to too much and what runs: what a part says of its
// size holds, for the reader of the standard library stops where it ends.
func gate(z *zip.Reader) error {
	total := uint64(0)
	for _, f := range z.File {
		total += f.UncompressedSize64
		switch {
		case len(z.File) > maxParts, total > maxInflate, f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio:
			return refuse("El libro de Excel ocupa demasiado al abrirlo. Copia sólo la lista a un libro nuevo y envía ese.")
		case strings.EqualFold(path.Base(f.Name), "vbaProject.bin"):
			return refuse("El libro tiene macros y no lo abrimos. Guárdalo como libro de Excel sin macros (.xlsx).")
		}
	}
	types := partOf(z, "[Content_Types].xml")
	if types == nil || partOf(z, "xl/workbook.xml") == nil {
		return refuse("El ZIP no es un libro de Excel (.xlsx).")
	}
	text, err := inflate(types)
	if err != nil || bytes.Contains(text, []byte("macroEnabled")) {
		return refuse("El libro tiene macros o está dañado. Guárdalo como libro de Excel sin macros (.xlsx).")
	}
	return nil
}

func partOf(z *zip.Reader, name string) *zip.File {
	for _, f := range z.File {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func inflate(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxInflate))
}

// A surveyed sheet is what a row-by-row reading of values does not tell.
type surveyed struct {
	formulas map[int][]Note // by row: cells whose formula has no result with it
	computed int            // formulas with one
	merged   []string       // "A1:C1", those that begin in the first rows
	wide     bool
}

func (s surveyed) notes(sheets int) []string {
	var notes []string
	if sheets > 1 {
		notes = append(notes, "El libro tiene "+strconv.Itoa(sheets)+" hojas. Leímos sólo la primera.")
	}
	if len(s.merged) > 0 {
		notes = append(notes, "Hay celdas combinadas en el encabezado ("+strings.Join(s.merged, ", ")+"): el nombre cuenta sólo para su primera columna. Si falta una columna, sepáralas.")
	}
	if s.computed > 0 {
		notes = append(notes, "Hay fórmulas: tomamos el último resultado que guardó tu hoja de cálculo, sin volver a calcularlas.")
	}
	return notes
}

// survey walks the XML of the first sheet once.
func survey(z *zip.Reader) (surveyed, error) {
	s := surveyed{formulas: map[int][]Note{}}
	part := firstSheet(z)
	if part == nil {
		return s, refuse("El libro de Excel no tiene hojas.")
	}
	r, err := part.Open()
	if err != nil {
		return s, refuse("No pudimos leer el libro de Excel.")
	}
	defer r.Close()
	in := xml.NewDecoder(io.LimitReader(r, maxInflate))
	var cell struct {
		column, line int
		formula      bool
		value        bool
	}
	for {
		token, err := in.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, refuse("No pudimos leer el libro de Excel: su hoja está dañada.")
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "c":
				cell.column, cell.line = place(attr(e, "r"))
				cell.formula, cell.value = false, false
				s.wide = s.wide || cell.column >= MaxColumns
			case "f":
				cell.formula = true
			case "v", "is":
				cell.value = true
			case "mergeCell":
				if column, line := place(attr(e, "ref")); line <= aboveHead && column >= 0 && len(s.merged) < 5 {
					s.merged = append(s.merged, attr(e, "ref"))
				}
			}
		case xml.EndElement:
			if e.Name.Local == "c" && cell.formula {
				s.note(cell.line, cell.column, cell.value)
			}
		}
	}
	if s.wide {
		return s, refuse("El archivo tiene más de 100 columnas. Deja sólo las que se importan: la plantilla dice cuáles.")
	}
	return s, nil
}

func (s *surveyed) note(line, column int, value bool) {
	if value {
		s.computed++
		return
	}
	if len(s.formulas) <= MaxRows+aboveHead {
		s.formulas[line] = append(s.formulas[line], Note{column, "La celda tiene una fórmula sin resultado guardado. Abre el archivo en tu hoja de cálculo y guárdalo, o pega sólo el valor.", true})
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// place reads the first cell of a reference: "C7" and "C7:D9" are column 2, line 7.
func place(ref string) (column, line int) {
	ref, _, _ = strings.Cut(ref, ":")
	column, line, err := excelize.CellNameToCoordinates(ref)
	if err != nil {
		return -1, 0
	}
	return column - 1, line
}

// firstSheet is the part that holds the sheet named first in the workbook.
func firstSheet(z *zip.Reader) *zip.File {
	var book struct {
		Sheets []struct {
			ID string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	for name, into := range map[string]any{"xl/workbook.xml": &book, "xl/_rels/workbook.xml.rels": &links} {
		part := partOf(z, name)
		if part == nil {
			return nil
		}
		text, err := inflate(part)
		if err != nil || xml.Unmarshal(text, into) != nil {
			return nil
		}
	}
	for _, link := range links.List {
		if len(book.Sheets) > 0 && link.ID == book.Sheets[0].ID {
			if target, whole := strings.CutPrefix(link.Target, "/"); whole {
				return partOf(z, target)
			}
			return partOf(z, path.Join("xl", link.Target))
		}
	}
	return nil
}
