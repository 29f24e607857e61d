package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

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

func sheetsOf(t testing.TB, file []byte) (map[string][][]string, error) {
	t.Helper()
	book, err := OpenBook(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	out := map[string][][]string{}
	for i, name := range book.Sheets() {
		for row, err := range book.Rows(i) {
			if err != nil {
				return out, err
			}
			out[name] = append(out[name], append([]string{}, row.Cells...))
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

func FuzzBook(f *testing.F) {
	f.Add(compoundOf(workbook()))
	f.Add(compoundOf(append(workbook(), make([]byte, 8000)...)))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := sheetsOf(t, file); err != nil && fail.KindOf(err) != fail.Invalid {
			t.Errorf("%v", err)
		}
	})
}
