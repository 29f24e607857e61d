package sheet

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readCSV reads values separated by comma, semicolon or tab, in UTF-8 with or
// without its mark, in Windows-1252, in both (each row by itself, told in its
// notes), or in the UTF-16 that Excel calls Unicode text.
func readCSV(file []byte) (Table, error) {
	file, err := plainBytes(file)
	if err != nil {
		return Table{}, err
	}
	comma, file := separator(file)
	in := csv.NewReader(bytes.NewReader(file))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes, in.ReuseRecord = comma, -1, true, true
	mixed := mixedEncodings(file)
	var g gatherer
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, refuse("No pudimos leer el archivo como CSV. Ábrelo en tu hoja de cálculo y guárdalo de nuevo como CSV UTF-8 o como Excel (.xlsx).")
		}
		line, _ := in.FieldPos(0)
		if len(record) > 10*MaxColumns {
			record = record[:10*MaxColumns]
		}
		if err := g.add(decoded(record, line, mixed)); err != nil {
			return Table{}, err
		}
	}
	if mixed {
		g.table.Notes = append(g.table.Notes, "El archivo mezcla dos codificaciones (UTF-8 y Windows-1252). Leímos cada renglón en la suya; revisa los acentos de los renglones señalados.")
	}
	return g.table, nil
}

// plainBytes takes the byte order mark away, turns UTF-16 into UTF-8, and refuses what is no text.
func plainBytes(file []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(file, []byte("\xef\xbb\xbf")):
		file = file[3:]
	case bytes.HasPrefix(file, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(file, []byte("\xfe\xff")):
		order = binary.BigEndian
	}
	if order != nil {
		units := make([]uint16, 0, len(file)/2)
		for i := 2; i+1 < len(file); i += 2 {
			units = append(units, order.Uint16(file[i:]))
		}
		file = []byte(string(utf16.Decode(units)))
	}
	if bytes.IndexByte(file, 0) >= 0 {
		return nil, refuse("El archivo no es un CSV ni un libro de Excel (.xlsx).")
	}
	return file, nil
}

// separator tells what stands between the values, by the first row that has any, and takes Excel's own "sep=;" away.
func separator(file []byte) (rune, []byte) {
	first, rest, _ := bytes.Cut(file, []byte("\n"))
	if word := bytes.TrimRight(first, "\r"); len(word) == 5 && bytes.EqualFold(word[:4], []byte("sep=")) && bytes.IndexByte([]byte(",;\t"), word[4]) >= 0 {
		return rune(word[4]), rest
	}
	commas, others, quoted := 0, map[byte]int{}, false
	for _, c := range file {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			commas++
		case c == ';' || c == '\t':
			others[c]++
		}
		if c == '\n' && !quoted && commas+len(others) > 0 {
			break
		}
	}
	best := ','
	for _, other := range []byte{';', '\t'} {
		if others[other] > commas {
			best, commas = rune(other), others[other]
		}
	}
	return best, file
}

// mixedEncodings reports whether some lines are UTF-8 beyond ASCII and others are not UTF-8 at all.
func mixedEncodings(file []byte) bool {
	if utf8.Valid(file) {
		return false
	}
	for line := range bytes.Lines(file) {
		if !ascii(line) && utf8.Valid(line) {
			return true
		}
	}
	return false
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decoded is a record as text: UTF-8 where the whole row is, else Windows-1252.
func decoded(record []string, line int, mixed bool) Row {
	row := Row{Line: line, Cells: make([]string, len(record))}
	valid := true
	for _, c := range record {
		valid = valid && utf8.ValidString(c)
	}
	for i, c := range record {
		if valid {
			row.Cells[i] = string([]byte(c)) // not a piece of the whole line
			continue
		}
		text, err := charmap.Windows1252.NewDecoder().String(c)
		if err != nil || bytes.ContainsRune([]byte(text), utf8.RuneError) {
			row.Notes = append(row.Notes, Note{i, "Tiene signos que no pudimos leer. Guarda el archivo como CSV UTF-8 y envíalo otra vez.", true})
		}
		row.Cells[i] = text
	}
	if !valid && mixed {
		row.Notes = append(row.Notes, Note{-1, "Este renglón viene en otra codificación (Windows-1252) que los demás: revisa sus acentos.", false})
	}
	return row
}
