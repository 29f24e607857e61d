package sheet

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The records of BIFF8 (MS-XLS) that say something about cells.
const (
	recFormula   = 0x0006
	recEOF       = 0x000a
	recDateMode  = 0x0022
	recFilePass  = 0x002f
	recContinue  = 0x003c
	recBoundSht  = 0x0085
	recMulRK     = 0x00bd
	recRString   = 0x00d6
	recXF        = 0x00e0
	recSST       = 0x00fc
	recLabelSST  = 0x00fd
	recNumber    = 0x0203
	recLabel     = 0x0204
	recBoolErr   = 0x0205
	recString    = 0x0207
	recRK        = 0x027e
	recFormat    = 0x041e
	recBOF       = 0x0809
	maxRecord    = 8224
	biff8        = 0x0600
	maxCellStyle = 1 << 16
)

// An xls is an open workbook of Excel 97 to 2003.
type xls struct {
	stream   *stream
	from1904 bool
	formats  map[int]string // of numbers, by id
	dates    []bool         // whether each cell style shows a day
	styles   []int          // the number format of each cell style
	texts    *texts
}

// texts keeps many strings in one piece of memory.
type texts struct {
	data []byte
	ends []uint32
}

func (t *texts) add(s []byte) error {
	if len(t.ends) >= maxStrings || len(t.data)+len(s) > maxBookText {
		return refuse("El libro tiene demasiado texto.")
	}
	t.data = append(t.data, s...)
	t.ends = append(t.ends, uint32(len(t.data)))
	return nil
}

func (t *texts) at(i int) string {
	if i < 0 || i >= len(t.ends) {
		return ""
	}
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return string(t.data[from:t.ends[i]])
}

// records reads record after record.
type records struct {
	r    *bufio.Reader
	id   int
	body []byte
	next [4]byte
	peek bool // next holds the head of the record after this one
}

func (s *stream) records(at int64) *records {
	return &records{r: bufio.NewReaderSize(io.NewSectionReader(s, at, s.size-at), 64<<10), body: make([]byte, 0, maxRecord)}
}

// read goes to the next record; io.EOF after the last one.
func (r *records) read() error {
	if !r.peek {
		if _, err := io.ReadFull(r.r, r.next[:]); err != nil {
			return io.EOF
		}
	}
	r.peek = false
	r.id = int(binary.LittleEndian.Uint16(r.next[:]))
	n := int(binary.LittleEndian.Uint16(r.next[2:]))
	if n > maxRecord {
		return errBroken
	}
	r.body = r.body[:n]
	if _, err := io.ReadFull(r.r, r.body); err != nil {
		return errBroken
	}
	return nil
}

// more goes to the next record where that continues this one.
func (r *records) more() bool {
	if !r.peek {
		if _, err := io.ReadFull(r.r, r.next[:]); err != nil {
			return false
		}
		r.peek = true
	}
	return binary.LittleEndian.Uint16(r.next[:]) == recContinue && r.read() == nil
}

func openXLS(r io.ReaderAt, size int64) (*Book, error) {
	c, err := openCompound(r, size)
	if err != nil {
		return nil, err
	}
	s, err := c.stream("Workbook", "Book")
	if err != nil {
		return nil, err
	}
	x := &xls{stream: s, formats: map[int]string{}, texts: &texts{}}
	book := &Book{}
	in := s.records(0)
	if in.read() != nil || in.id != recBOF || len(in.body) < 4 || binary.LittleEndian.Uint16(in.body) != biff8 {
		return nil, refuse("El libro es de un Excel anterior a 97. Guárdalo como .xlsx.")
	}
	for {
		err := in.read()
		if err != nil {
			return nil, errBroken // the globals have an end of their own
		}
		switch in.id {
		case recEOF:
			x.style()
			return book, nil
		case recFilePass:
			return nil, refuse("El libro tiene contraseña. Guárdalo sin ella.")
		case recDateMode:
			x.from1904 = len(in.body) > 0 && in.body[0] == 1
		case recFormat:
			x.format(in.body)
		case recXF:
			if len(in.body) >= 4 && len(x.styles) < maxCellStyle {
				x.styles = append(x.styles, int(binary.LittleEndian.Uint16(in.body[2:])))
			}
		case recSST:
			err = x.readTexts(in)
		case recBoundSht:
			err = x.bound(book, in.body)
		}
		if err != nil {
			return nil, err
		}
	}
}

// format notes a number format of the book's own.
func (x *xls) format(body []byte) {
	if len(body) < 5 || len(x.formats) >= maxCellStyle {
		return
	}
	code, _ := unicodeText(body[4:], int(binary.LittleEndian.Uint16(body[2:])))
	x.formats[int(binary.LittleEndian.Uint16(body))] = string(code)
}

// style tells which cell styles show a day, once all formats are known.
func (x *xls) style() {
	for _, format := range x.styles {
		x.dates = append(x.dates, dateFormat(format, x.formats[format]))
	}
}

// bound notes a sheet: where it begins and its name.
func (x *xls) bound(book *Book, body []byte) error {
	if len(body) < 8 {
		return errBroken
	}
	at := int64(binary.LittleEndian.Uint32(body))
	name, _ := unicodeText(body[7:], int(body[6]))
	switch {
	case body[5] != 0: // a chart or macros
		return nil
	case at >= x.stream.size:
		return errBroken
	case len(book.sheets) >= maxSheets:
		return refuse("El libro tiene demasiadas hojas.")
	}
	book.sheets = append(book.sheets, sheetPart{name: tidy(string(name)), walk: func(visit func(int, int, string) error) error {
		return x.walk(at, visit)
	}})
	return nil
}

// unicodeText reads a text of n letters that starts with its flags; ok is false where it
// goes on in another record.
func unicodeText(b []byte, n int) (text []byte, ok bool) {
	if len(b) == 0 {
		return nil, n == 0
	}
	wide := b[0]&1 != 0
	text, left, _ := letters(nil, b[1:], n, wide)
	return text, left == 0
}

// letters appends up to n letters of b, of one byte or two each, to text.
func letters(text, b []byte, n int, wide bool) (_ []byte, left int, rest []byte) {
	if wide {
		take := min(n, len(b)/2)
		units := make([]uint16, take)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		return append(text, string(utf16.Decode(units))...), n - take, b[2*take:]
	}
	take := min(n, len(b))
	for _, c := range b[:take] {
		text = append(text, string(rune(c))...)
	}
	return text, n - take, b[take:]
}

// readTexts reads the table of texts, which goes on over many records: a text that is cut
// says again how wide its letters are.
func (x *xls) readTexts(in *records) error {
	if len(in.body) < 8 {
		return errBroken
	}
	count := int(binary.LittleEndian.Uint32(in.body[4:]))
	if count > maxStrings {
		return refuse("El libro tiene demasiado texto.")
	}
	p := piece{in, in.body[8:]}
	var text []byte
	for range count {
		head, ok := p.take(3)
		if !ok {
			return errBroken
		}
		n, flags := int(binary.LittleEndian.Uint16(head)), head[2]
		skip := 0
		if flags&8 != 0 { // rich
			b, ok := p.take(2)
			if !ok {
				return errBroken
			}
			skip = 4 * int(binary.LittleEndian.Uint16(b))
		}
		if flags&4 != 0 { // phonetic
			b, ok := p.take(4)
			if !ok {
				return errBroken
			}
			skip += int(min(binary.LittleEndian.Uint32(b), maxBookText))
		}
		text = text[:0]
		for wide := flags&1 != 0; ; {
			if text, n, p.b = letters(text, p.b, n, wide); n == 0 {
				break
			}
			if !in.more() || len(in.body) == 0 {
				return errBroken
			}
			wide, p.b = in.body[0]&1 != 0, in.body[1:]
		}
		if !p.skip(skip) {
			return errBroken
		}
		if err := x.texts.add(text); err != nil {
			return err
		}
	}
	return nil
}

// A piece is what is left of a record that others continue.
type piece struct {
	in *records
	b  []byte
}

// take returns n bytes, few, that may stand in two records.
func (p *piece) take(n int) ([]byte, bool) {
	var out []byte
	for {
		k := min(n-len(out), len(p.b))
		out, p.b = append(out, p.b[:k]...), p.b[k:]
		if len(out) == n {
			return out, true
		}
		if !p.in.more() {
			return nil, false
		}
		p.b = p.in.body
	}
}

func (p *piece) skip(n int) bool {
	for n > len(p.b) {
		n -= len(p.b)
		if !p.in.more() {
			return false
		}
		p.b = p.in.body
	}
	p.b = p.b[n:]
	return true
}

// walk visits the cells of the sheet that starts at at.
func (x *xls) walk(at int64, visit func(line, column int, text string) error) error {
	in := x.stream.records(at)
	if in.read() != nil || in.id != recBOF {
		return errBroken
	}
	var line, column int // of a formula whose result is the text that follows, 0 for none
	for {
		if err := in.read(); err != nil {
			return errBroken // a sheet has an end of its own
		}
		b := in.body
		if in.id == recEOF {
			return nil
		}
		if in.id == recString {
			if len(b) < 3 {
				return errBroken
			}
			if line == 0 {
				continue
			}
			text, _ := unicodeText(b[2:], int(binary.LittleEndian.Uint16(b)))
			if err := visit(line, column, string(text)); err != nil {
				return err
			}
			line = 0
			continue
		}
		if len(b) < 6 {
			continue
		}
		l, c := int(binary.LittleEndian.Uint16(b))+1, int(binary.LittleEndian.Uint16(b[2:]))
		if in.id == recFormula {
			line, column = l, c
		}
		if err := x.cell(in.id, l, c, b, visit); err != nil {
			return err
		}
	}
}

// cell visits what one record says, if it speaks of cells.
func (x *xls) cell(id, line, column int, b []byte, visit func(line, column int, text string) error) error {
	style := int(binary.LittleEndian.Uint16(b[4:]))
	switch {
	case id == recLabelSST && len(b) >= 10:
		return visit(line, column, x.texts.at(int(binary.LittleEndian.Uint32(b[6:]))))
	case (id == recLabel || id == recRString) && len(b) >= 9:
		text, _ := unicodeText(b[8:], int(binary.LittleEndian.Uint16(b[6:])))
		return visit(line, column, string(text))
	case id == recNumber && len(b) >= 14:
		return visit(line, column, x.number(binary.LittleEndian.Uint64(b[6:]), style))
	case id == recRK && len(b) >= 10:
		return visit(line, column, x.rk(binary.LittleEndian.Uint32(b[6:]), style))
	case id == recMulRK:
		for at := 4; at+6 <= len(b)-2; at += 6 {
			style := int(binary.LittleEndian.Uint16(b[at:]))
			if err := visit(line, column, x.rk(binary.LittleEndian.Uint32(b[at+2:]), style)); err != nil {
				return err
			}
			column++
		}
	case id == recFormula && len(b) >= 14:
		if b[12] == 0xff && b[13] == 0xff { // a text that follows, a truth, an error or nothing
			return nil
		}
		return visit(line, column, x.number(binary.LittleEndian.Uint64(b[6:]), style))
	case id == recBoolErr && len(b) >= 8 && b[7] == 0:
		return visit(line, column, strconv.Itoa(int(b[6])))
	}
	return nil
}

// number writes a number, as a day where its style shows one.
func (x *xls) number(bits uint64, style int) string {
	f := math.Float64frombits(bits)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	return x.shown(strconv.FormatFloat(f, 'f', -1, 64), style)
}

// rk writes a number of four bytes: whole or the upper half of a real one, and perhaps a
// hundred times too large.
func (x *xls) rk(v uint32, style int) string {
	if v&2 != 0 {
		n := int32(v) >> 2
		if v&1 == 0 {
			return x.shown(strconv.Itoa(int(n)), style)
		}
		return x.shown(hundredths(int(n)), style)
	}
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&1 != 0 {
		f /= 100
	}
	return x.number(math.Float64bits(f), style)
}

// hundredths writes n/100.
func hundredths(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := sign + strconv.Itoa(n/100)
	if cents := n % 100; cents > 0 {
		text += "." + strings.TrimRight(strconv.Itoa(100 + cents)[1:], "0")
	}
	return text
}

func (x *xls) shown(number string, style int) string {
	if style < len(x.dates) && x.dates[style] {
		if day := dayOf(number, x.from1904); day != "" {
			return day
		}
	}
	return number
}
