package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"iofacturo.mx/internal/fail"
)

// record is a record of BIFF8.
func record(id int, parts ...any) []byte {
	body := pack(parts...)
	return append(pack(uint16(id), uint16(len(body))), body...)
}

func pack(parts ...any) []byte {
	var out bytes.Buffer
	for _, p := range parts {
		if s, ok := p.(string); ok {
			p = []byte(s)
		}
		if err := binary.Write(&out, binary.LittleEndian, p); err != nil {
			panic(err)
		}
	}
	return out.Bytes()
}

// wide is a text of two bytes a letter.
func wide(s string) []byte { return pack(utf16.Encode([]rune(s))) }

// workbook is the stream of a book with two sheets, of every kind of cell: texts of one and
// two bytes a letter, one of them cut by the end of its record, rich and phonetic ones.
func workbook() []byte {
	long := strings.Repeat("ñandú ", 30)
	head := bytes.Join([][]byte{
		record(recBOF, uint16(biff8), uint16(5), make([]byte, 12)),
		record(recDateMode, uint16(0)),
		record(recFormat, uint16(164), uint16(10), "\x00", "dd/mm/yyyy"),
		record(recXF, uint16(0), uint16(0), make([]byte, 16)),
		record(recXF, uint16(0), uint16(164), make([]byte, 16)),
	}, nil)
	texts := append(record(recSST, uint32(4), uint32(4),
		uint16(4), "\x00Clav", uint16(3), "\x01", wide("Año"), uint16(2), "\x0c", uint16(1), uint32(2), "ab", uint32(7), "\x01\x02",
		uint16(180), "\x01", wide(long[:len("ñandú ")*10])),
		record(recContinue, "\x01", wide(long[len("ñandú ")*10:]))...)
	first := bytes.Join([][]byte{
		record(recBOF, uint16(biff8), uint16(0x10), make([]byte, 12)),
		record(recLabelSST, uint16(0), uint16(0), uint16(0), uint32(0)),
		record(recLabelSST, uint16(0), uint16(2), uint16(0), uint32(1)),
		record(recLabelSST, uint16(1), uint16(0), uint16(0), uint32(3)),
		record(recLabelSST, uint16(1), uint16(1), uint16(0), uint32(2)),
		record(recRK, uint16(3), uint16(0), uint16(0), uint32(10101501<<2|2)),
		record(recRK, uint16(3), uint16(1), uint16(1), uint32(44562<<2|2)),
		record(recNumber, uint16(3), uint16(2), uint16(1), math.Float64bits(43472)),
		record(recMulRK, uint16(4), uint16(1), uint16(0), uint32(1650<<2|3), uint16(0), uint32(math.Float64bits(2.5)>>32), uint16(2)),
		record(recFormula, uint16(4), uint16(3), uint16(0), "\x00\x00\x00\x00\x00\x00\xff\xff", make([]byte, 8)),
		record(0x0221, uint16(9), uint16(9), uint16(9)), // of the formula, between it and its text
		record(recString, uint16(2), "\x00S\xed"),
		record(recBoolErr, uint16(4), uint16(4), uint16(0), "\x01\x00"),
		record(recLabel, uint16(5), uint16(0), uint16(0), uint16(3), "\x00fin"),
		record(recEOF),
	}, nil)
	second := bytes.Join([][]byte{record(recBOF, uint16(biff8), uint16(0x10), make([]byte, 12)), record(recEOF)}, nil)
	bound := func(at int, name string) []byte {
		return record(recBoundSht, uint32(at), uint16(0), uint8(len(name)), "\x00"+name)
	}
	size := len(head) + len(texts) + len(bound(0, "c_Uno")) + len(bound(0, "dos")) + len(record(recEOF))
	return bytes.Join([][]byte{head, texts, bound(size, "c_Uno"), bound(size+len(first), "dos"), record(recEOF), first, second}, nil)
}

// compoundOf lays a stream in a compound file: in large sectors from 4096 bytes on, else in small ones.
func compoundOf(data []byte) []byte {
	const none = 0xffffffff
	size := len(data)
	fat, mini := []uint32{0xfffffffd, 0xfffffffe}, []uint32{}
	link := func(table []uint32, n int) []uint32 {
		for i := range n {
			next := uint32(len(table) + 1)
			if i == n-1 {
				next = 0xfffffffe
			}
			table = append(table, next)
		}
		return table
	}
	data = append(bytes.Clone(data), make([]byte, (512-size%512)%512)...)
	rootStart, start, miniStart := uint32(0xfffffffe), uint32(2), uint32(0xfffffffe)
	fat = link(fat, len(data)/512)
	var miniFAT []byte
	if size < 4096 {
		rootStart, start, miniStart = 2, 0, uint32(len(fat))
		mini = link(mini, (size+63)/64)
		for len(mini) < 128 {
			mini = append(mini, none)
		}
		miniFAT = pack(mini)
		fat = append(fat, 0xfffffffe)
	}
	for len(fat) < 128 {
		fat = append(fat, none)
	}
	entry := func(name string, kind uint8, start uint32, size int) []byte {
		n := make([]byte, 64)
		copy(n, wide(name))
		return pack(n, uint16(2*len(name)+2), kind, make([]byte, 49), start, uint64(size))
	}
	difat := make([]uint32, 109)
	for i := range difat {
		difat[i] = none
	}
	difat[0] = 0
	header := pack(cfbMagic, make([]byte, 16), uint16(0x3e), uint16(3), uint16(0xfffe), uint16(9), uint16(6), make([]byte, 6),
		uint32(0), uint32(1), uint32(1), uint32(0), uint32(4096), miniStart, uint32(1), uint32(0xfffffffe), uint32(0), difat)
	dir := append(append(entry("Root Entry", 5, rootStart, len(data)), entry("Workbook", 2, start, size)...), make([]byte, 256)...)
	return bytes.Join([][]byte{header, pack(fat), dir, data, miniFAT}, nil)
}

// rowsOf are the rows of every sheet of a book, as far as it can be read.
func rowsOf(t testing.TB, file []byte) ([][]Row, error) {
	t.Helper()
	book, err := OpenBook(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	out := make([][]Row, len(book.Sheets()))
	for i := range out {
		for row, err := range book.Rows(i) {
			if err != nil {
				return out, err
			}
			row.Cells = slices.Clone(row.Cells)
			out[i] = append(out[i], row)
		}
	}
	return out, nil
}

// sheetsOf are the cells of a book by the name of their sheet, of one that can be read.
func sheetsOf(t testing.TB, file []byte) (map[string][][]string, error) {
	t.Helper()
	sheets, err := rowsOf(t, file)
	if err != nil {
		return nil, err
	}
	book, err := OpenBook(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	out := map[string][][]string{}
	for i, name := range book.Sheets() {
		for _, row := range sheets[i] {
			out[name] = append(out[name], row.Cells)
		}
	}
	return out, nil
}

var booked = map[string][][]string{"c_Uno": {
	{"Clav", "", "Año"},
	{strings.TrimSpace(strings.Repeat("ñandú ", 30)), "ab"},
	{"10101501", "2022-01-01", "2019-01-07"},
	{"", "16.5", "2.5", "Sí", "1"},
	{"fin"},
}}

func TestReadOldWorkbook(t *testing.T) {
	small := workbook()
	for name, stream := range map[string][]byte{"small sectors": small, "large sectors": append(small, make([]byte, 8000)...)} {
		got, err := sheetsOf(t, compoundOf(stream))
		if diff := cmp.Diff(booked, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestReadNewWorkbook(t *testing.T) {
	f := excelize.NewFile()
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"A1": "Clav", "C1": "Año", "A2": " Gato\u00a0", "B2": 44562, "C2": 3.5, "A3": 7, "B3": true} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellStyle("Sheet1", "B2", "B2", date); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("c_Dos"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue("c_Dos", "B5", "solo"); err != nil {
		t.Fatal(err)
	}
	file, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	got, err := sheetsOf(t, file.Bytes())
	want := map[string][][]string{"Sheet1": {{"Clav", "", "Año"}, {"Gato", "2022-01-01", "3.5"}, {"7", "1"}}, "c_Dos": {{"", "solo"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestHostileWorkbooks: what is cut, bites its own tail or claims too much is refused with
// a sentence, and soon.
func TestHostileWorkbooks(t *testing.T) {
	good := compoundOf(append(workbook(), make([]byte, 8000)...))
	patch := func(at int, b ...byte) []byte {
		bad := bytes.Clone(good)
		copy(bad[at:], b)
		return bad
	}
	claim := bytes.Index(good, pack(uint32(4), uint32(4)))
	for name, file := range map[string][]byte{
		"empty":               {},
		"text":                []byte("c_ClaveProdServ;Descripción"),
		"cut":                 good[:2000],
		"a chain around":      patch(512+4*2, 2, 0, 0, 0),
		"a chain out of file": patch(512+4*2, 0xf0, 0xff, 0xff, 0),
		"odd sectors":         patch(30, 30),
		"a billion texts":     patch(claim+4, 0xff, 0xff, 0xff, 0x7f),
		"more texts than any": patch(claim+4, 0xff, 0xff, 0, 0),
		"Excel 95":            compoundOf(append(record(recBOF, uint16(0x500), uint16(5)), make([]byte, 5000)...)),
		"with a password":     compoundOf(append(append(record(recBOF, uint16(biff8), uint16(5)), record(recFilePass, uint16(0))...), make([]byte, 5000)...)),
	} {
		_, err := sheetsOf(t, file)
		if fail.KindOf(err) != fail.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := OpenBook(bytes.NewReader(good), MaxBookBytes+1); fail.KindOf(err) != fail.Invalid {
		t.Error(err)
	}
}

// The ways in which [FuzzBook] makes a book of its bytes.
const (
	asFile     = iota // the file itself
	asStream          // the stream of a .xls
	asSheet           // a part of a .xlsx
	asTexts           // another
	asStyles          // another
	waysOfBook        // how many there are
)

// bookParts are the parts of a .xlsx that [FuzzBook] puts its bytes in.
var bookParts = map[int]string{asSheet: "xl/worksheets/sheet1.xml", asTexts: "xl/sharedStrings.xml", asStyles: "xl/styles.xml"}

// partsOf are the parts of a .xlsx with texts, a day and a truth, by name.
func partsOf(t testing.TB) map[string][]byte {
	t.Helper()
	file := book(t, func(x *excelize.File) {
		set(x, "A1", "RFC", "Año", "Día", "¿Sí?")
		set(x, "A2", "<a & b>", 1.5, 44562, true)
		day, err := x.NewStyle(&excelize.Style{NumFmt: 14})
		if err == nil {
			err = x.SetCellStyle("Sheet1", "C2", "C2", day)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		if strings.Contains(f.Name, "docProps") || strings.Contains(f.Name, "theme") {
			continue // nothing that is read
		}
		if parts[f.Name], err = fs.ReadFile(z, f.Name); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

// zipOf joins parts, one of them with other bytes.
func zipOf(t testing.TB, parts map[string][]byte, name string, other []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		data := parts[part]
		if part == name {
			data = other
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// workbookOf1904 is the stream of a book whose days are counted from 1904: its days are of styles of its own and of Excel's.
func workbookOf1904() []byte {
	head := bytes.Join([][]byte{
		record(recBOF, uint16(biff8), uint16(5), make([]byte, 12)),
		record(recDateMode, uint16(1)),
		record(recFormat, uint16(165), uint16(8), "\x01", wide("ȺȺȺȺ\\d d")),
		record(recXF, uint16(0), uint16(14), make([]byte, 16)),
		record(recXF, uint16(0), uint16(165), make([]byte, 16)),
	}, nil)
	bound := func(at int) []byte {
		return record(recBoundSht, uint32(at), uint16(0), uint8(4), "\x01", wide("Días"))
	}
	return bytes.Join([][]byte{
		head, bound(len(head) + len(bound(0)) + len(record(recEOF))), record(recEOF),
		record(recBOF, uint16(biff8), uint16(0x10), make([]byte, 12)),
		record(recString, uint16(2), "\x00of"), // of no formula
		record(recRK, uint16(0), uint16(0), uint16(0), uint32(43100<<2|2)),
		record(recRK, uint16(0), uint16(1), uint16(1), uint32(0<<2|2)),
		record(recNumber, uint16(0), uint16(2), uint16(0), math.Float64bits(2_958_000)), // past the year 9999
		record(recMulRK, uint16(1), uint16(0), uint16(0), uint32(1<<2|2), uint16(9), uint32(1<<2|2), uint16(1)),
		record(recFormula, uint16(1), uint16(2), uint16(0), math.Float64bits(0.5), make([]byte, 8)),
		record(recEOF),
	}, nil)
}

func TestDaysFrom1904(t *testing.T) {
	got, err := sheetsOf(t, compoundOf(workbookOf1904()))
	want := map[string][][]string{"Días": {{"2022-01-01", "1904-01-01", "2958000"}, {"1904-01-02", "1", "1904-01-01"}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// recordEnds are where the records of a stream end.
func recordEnds(stream []byte) (ends []int) {
	for at := 0; at+4 <= len(stream); {
		at += 4 + int(binary.LittleEndian.Uint16(stream[at+2:]))
		ends = append(ends, at)
	}
	return ends
}

// TestCutWorkbooks: a book that ends anywhere but at its end is refused.
func TestCutWorkbooks(t *testing.T) {
	for name, stream := range map[string][]byte{"1900": workbook(), "1904": workbookOf1904()} {
		ends := recordEnds(stream)
		for _, end := range ends[:len(ends)-1] {
			for _, cut := range []int{end - 1, end} {
				if _, err := sheetsOf(t, compoundOf(stream[:cut])); fail.KindOf(err) != fail.Invalid {
					t.Errorf("%s, cut at %d of %d: %v", name, cut, len(stream), err)
				}
			}
		}
	}
}

// FuzzBook makes a book of its bytes in one of several ways, so that what it changes reaches the reader of cells and not
// the chains and sums around them alone.
func FuzzBook(f *testing.F) {
	parts := partsOf(f)
	for _, stream := range [][]byte{workbook(), append(workbook(), make([]byte, 8000)...), workbookOf1904()} {
		f.Add(byte(asFile), compoundOf(stream))
		f.Add(byte(asStream), stream)
	}
	for _, stream := range [][]byte{workbook(), workbookOf1904()} {
		for _, end := range recordEnds(stream) {
			f.Add(byte(asStream), stream[:end])
		}
	}
	f.Add(byte(asFile), zipOf(f, parts, "", nil))
	for way, name := range bookParts {
		f.Add(byte(way), parts[name])
		f.Add(byte(way), parts[name][:len(parts[name])/2])
	}
	f.Fuzz(func(t *testing.T, way byte, data []byte) {
		switch way %= waysOfBook; way {
		case asFile:
		case asStream:
			data = compoundOf(data[:min(len(data), 48<<10)])
		default:
			data = zipOf(t, parts, bookParts[int(way)], data)
		}
		sheets, err := rowsOf(t, data)
		if err != nil && fail.KindOf(err) != fail.Invalid {
			t.Errorf("%v", err)
		}
		for _, rows := range sheets {
			last := 0
			for _, row := range rows {
				if row.Line <= last || row.Empty() || len(row.Cells) > MaxColumns {
					t.Fatalf("line %d after %d, %d cells", row.Line, last, len(row.Cells))
				}
				last = row.Line
				for _, c := range row.Cells {
					if !utf8.ValidString(c) || strings.ContainsRune(c, 0) {
						t.Fatalf("%.40q", c)
					}
				}
			}
		}
	})
}
