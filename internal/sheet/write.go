package sheet

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Media types of what is written.
const (
	MediaCSV  = "text/csv; charset=utf-8"
	MediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// A Writer writes one table row by row. Close ends it.
type Writer interface {
	Write(cells []string) error
	Close() error
}

// Plain keeps a spreadsheet from taking a text for a formula: what begins like
// one gets an apostrophe in front (threat T8).
func Plain(s string) string {
	if tidy(s) != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Bare takes the apostrophe of [Plain] away, so that what was exported can come back.
func Bare(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@\t\r\n\x00", rune(s[1])) {
		return s[1:]
	}
	return s
}

// NewCSV returns a writer of CSV with the mark by which spreadsheets know UTF-8.
func NewCSV(w io.Writer) (Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	return &csvWriter{to: bufio.NewWriter(w)}, nil
}

type csvWriter struct{ to *bufio.Writer }

// Write writes one row, every cell in quotes; what looks like a formula is made plain text.
func (c *csvWriter) Write(cells []string) error {
	for i, s := range cells {
		if i > 0 {
			c.to.WriteByte(',') // the writer keeps its first error for the last line
		}
		c.to.WriteString(`"` + strings.ReplaceAll(Plain(s), `"`, `""`) + `"`)
	}
	_, err := c.to.WriteString("\r\n")
	return err
}

// Close sends what is still kept back.
func (c *csvWriter) Close() error { return c.to.Flush() }

// NewXLSX returns a writer of a workbook with one sheet, all of it text and the
// first row its headings. The file is assembled by Close.
func NewXLSX(w io.Writer, name string) (Writer, error) {
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", name); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	if err := out.SetColWidth(1, MaxColumns, 22); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return &xlsxWriter{to: w, book: book, out: out, bold: bold}, nil
}

type xlsxWriter struct {
	to   io.Writer
	book *excelize.File
	out  *excelize.StreamWriter
	bold int
	line int
}

// Write writes one row of text cells: what looks like a formula is none.
func (x *xlsxWriter) Write(cells []string) error {
	x.line++
	row := make([]any, len(cells))
	for i, s := range cells {
		if x.line == 1 {
			row[i] = excelize.Cell{StyleID: x.bold, Value: s}
		} else {
			row[i] = s
		}
	}
	return x.out.SetRow(fmt.Sprintf("A%d", x.line), row)
}

// Close assembles the file and sends it.
func (x *xlsxWriter) Close() error {
	defer x.book.Close()
	if err := x.out.Flush(); err != nil {
		return err
	}
	_, err := x.book.WriteTo(x.to)
	return err
}
