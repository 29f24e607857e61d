package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// maxPart is how large one part of an .xlsx may become when it is inflated: a sheet of
// 100,000 rows takes some 60 MB.
const (
	maxPart      = 1 << 30
	maxPartRatio = 400 // of a part above ratioFrom: sheets of rows alike shrink well
)

// An xlsx is an open workbook of today's Excel.
type xlsx struct {
	z        *zip.Reader
	from1904 bool
	dates    []bool // whether each cell style shows a day
	texts    *texts
}

func openXLSX(z *zip.Reader) (*Book, error) {
	if len(z.File) > maxParts {
		return nil, errBroken
	}
	for _, f := range z.File {
		if f.UncompressedSize64 > maxPart || f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxPartRatio {
			return nil, refuse("El libro de Excel ocupa demasiado al abrirlo.")
		}
	}
	x := &xlsx{z: z, texts: &texts{}}
	book, err := x.readBook()
	if err != nil {
		return nil, err
	}
	if err := x.readStyles(); err != nil {
		return nil, err
	}
	return book, x.readTexts()
}

// readBook reads which sheets there are and where.
func (x *xlsx) readBook() (*Book, error) {
	targets := map[string]string{}
	err := x.walk("xl/_rels/workbook.xml.rels", func(e xml.StartElement, _ *xml.Decoder) error {
		if e.Name.Local == "Relationship" && len(targets) < maxParts {
			targets[attr(e, "Id")] = attr(e, "Target")
		}
		return nil
	}, nil)
	if err != nil {
		return nil, err
	}
	book := &Book{}
	err = x.walk("xl/workbook.xml", func(e xml.StartElement, _ *xml.Decoder) error {
		switch e.Name.Local {
		case "workbookPr":
			x.from1904 = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
		case "sheet":
			target, whole := strings.CutPrefix(targets[attr(e, "id")], "/")
			if !whole {
				target = path.Join("xl", target)
			}
			if len(book.sheets) >= maxSheets {
				return refuse("El libro tiene demasiadas hojas.")
			}
			book.sheets = append(book.sheets, sheetPart{name: tidy(attr(e, "name")), walk: func(visit func(int, int, string) error) error {
				return x.walkSheet(target, visit)
			}})
		}
		return nil
	}, nil)
	return book, err
}

// readStyles tells which cell styles show a day.
func (x *xlsx) readStyles() error {
	formats, within := map[string]string{}, false
	return x.optional("xl/styles.xml", func(e xml.StartElement, _ *xml.Decoder) error {
		switch e.Name.Local {
		case "numFmt":
			if len(formats) < maxCellStyle {
				formats[attr(e, "numFmtId")] = attr(e, "formatCode")
			}
		case "cellXfs":
			within = true
		case "xf":
			if id, err := strconv.Atoi(attr(e, "numFmtId")); within && err == nil && len(x.dates) < maxCellStyle {
				x.dates = append(x.dates, dateFormat(id, formats[attr(e, "numFmtId")]))
			} else if within {
				x.dates = append(x.dates, false)
			}
		}
		return nil
	}, func(e xml.EndElement) error {
		within = within && e.Name.Local != "cellXfs"
		return nil
	})
}

// readTexts reads the table of texts.
func (x *xlsx) readTexts() error {
	var text []byte
	return x.optional("xl/sharedStrings.xml", func(e xml.StartElement, in *xml.Decoder) (err error) {
		switch e.Name.Local {
		case "rPh": // how it is read aloud
			return in.Skip()
		case "t":
			text, err = appendText(text, in)
		}
		return err
	}, func(e xml.EndElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		err := x.texts.add(text)
		text = text[:0]
		return err
	})
}

// appendText appends the text up to the end of the element that was begun.
func appendText(text []byte, in *xml.Decoder) ([]byte, error) {
	for {
		token, err := in.Token()
		if err != nil {
			return text, errBroken
		}
		switch e := token.(type) {
		case xml.CharData:
			if text = append(text, e...); len(text) > maxBookText {
				return text, errBroken
			}
		case xml.EndElement:
			return text, nil
		case xml.StartElement:
			if err := in.Skip(); err != nil {
				return text, errBroken
			}
		}
	}
}

// walkSheet visits the cells of a sheet.
func (x *xlsx) walkSheet(part string, visit func(line, column int, text string) error) error {
	var line, column, style int
	var kind string
	var text []byte
	return x.walk(part, func(e xml.StartElement, in *xml.Decoder) (err error) {
		switch e.Name.Local {
		case "row":
			line, column = line+1, -1
			if n, err := strconv.Atoi(attr(e, "r")); err == nil {
				line = n
			}
		case "c":
			column++
			if ref := attr(e, "r"); ref != "" {
				column, _ = place(ref)
			}
			if column < 0 {
				return errBroken
			}
			kind, text = attr(e, "t"), text[:0]
			style, _ = strconv.Atoi(attr(e, "s")) // none is 0
		case "rPh":
			return in.Skip()
		case "v", "t":
			text, err = appendText(text, in)
		}
		return err
	}, func(e xml.EndElement) error {
		if e.Name.Local != "c" || len(text) == 0 {
			return nil
		}
		return visit(line, column, x.value(kind, string(text), style))
	})
}

// value is what a cell of a kind holds, as text.
func (x *xlsx) value(kind, text string, style int) string {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(text); err == nil {
			return x.texts.at(i)
		}
		return ""
	case "e":
		return ""
	case "d":
		day, _, _ := strings.Cut(text, "T")
		return day
	case "str", "inlineStr", "b":
		return text
	}
	if style >= 0 && style < len(x.dates) && x.dates[style] {
		if day := dayOf(text, x.from1904); day != "" {
			return day
		}
	}
	return strings.TrimSuffix(text, ".0")
}

// walk visits the elements of a part as they begin and end.
func (x *xlsx) walk(name string, begin func(xml.StartElement, *xml.Decoder) error, end func(xml.EndElement) error) error {
	part := partOf(x.z, name)
	if part == nil {
		return errBroken
	}
	r, err := part.Open()
	if err != nil {
		return errBroken
	}
	defer r.Close()
	in := xml.NewDecoder(io.LimitReader(r, maxPart))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errBroken
		}
		switch e := token.(type) {
		case xml.StartElement:
			err = begin(e, in)
		case xml.EndElement:
			if end != nil {
				err = end(e)
			}
		}
		if err != nil {
			return err
		}
	}
}

// optional is walk of a part that need not be there.
func (x *xlsx) optional(name string, begin func(xml.StartElement, *xml.Decoder) error, end func(xml.EndElement) error) error {
	if partOf(x.z, name) == nil {
		return nil
	}
	return x.walk(name, begin, end)
}
