package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"iofacturo.mx/internal/fail"
)

func cells(t Table) [][]string {
	var all [][]string
	for _, r := range t.Rows {
		all = append(all, r.Cells)
	}
	return all
}

func TestReadCSV(t *testing.T) {
	want := [][]string{{"RFC", "Razón social"}, {"XIA190128J61", "PEÑA, S.A."}}
	for name, file := range map[string]string{
		"comma":         "RFC,Razón social\nXIA190128J61,\"PEÑA, S.A.\"\n",
		"semicolon":     "RFC;Razón social\r\nXIA190128J61;PEÑA, S.A.\r\n",
		"tab":           "RFC\tRazón social\nXIA190128J61\tPEÑA, S.A.",
		"mark":          "\ufeffRFC;Razón social\nXIA190128J61;\"PEÑA, S.A.\"",
		"sep":           "sep=;\r\nRFC;Razón social\r\nXIA190128J61;PEÑA, S.A.\r\n",
		"windows-1252":  "RFC;Raz\xf3n social\nXIA190128J61;PE\xd1A, S.A.\n",
		"utf-16":        "\xff\xfe" + string(utf16le("RFC\tRazón social\r\nXIA190128J61\tPEÑA, S.A.\r\n")),
		"blank rows":    "\n;\nRFC;Razón social\n;\nXIA190128J61; PEÑA, S.A.\u00a0;\n\n",
		"old Mac quote": "RFC;Razón social\nXIA190128J61;\"PEÑA, S.A.\";",
	} {
		got, err := Read([]byte(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(want, cells(got)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func utf16le(s string) (b []byte) {
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return b
}

func TestMixedEncodingsAreToldWithTheirRow(t *testing.T) {
	got, err := Read([]byte("RFC,Nombre\nA,PEÑA\nB,PE\xd1A\nC,\x81\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows[1].Cells[1] != "PEÑA" || got.Rows[2].Cells[1] != "PEÑA" || len(got.Notes) != 1 {
		t.Errorf("%+v", got)
	}
	if n := got.Rows[2].Notes; got.Rows[2].Line != 3 || len(n) != 1 || n[0].Bad || n[0].Column != -1 {
		t.Errorf("row 3: %+v", got.Rows[2])
	}
	if n := got.Rows[3].Notes; len(n) != 2 || !n[0].Bad || n[0].Column != 1 {
		t.Errorf("row 4: %+v", got.Rows[3])
	}
}

// book is a workbook whose first sheet fill filled.
func book(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(f *excelize.File, cell string, values ...any) {
	if err := f.SetSheetRow("Sheet1", cell, &values); err != nil {
		panic(err)
	}
}

func TestReadXLSX(t *testing.T) {
	file := book(t, func(f *excelize.File) {
		set(f, "A1", "RFC", "Precio", "CP")
		set(f, "A3", "XIA190128J61", 1234.5, "06000")
		style, _ := f.NewStyle(&excelize.Style{NumFmt: 8})
		_ = f.SetCellStyle("Sheet1", "B3", "B3", style)
	})
	got, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"RFC", "Precio", "CP"}, {"XIA190128J61", "1234.5", "06000"}}, cells(got)); diff != "" || got.Rows[1].Line != 3 {
		t.Errorf("line %d\n%s", got.Rows[1].Line, diff)
	}
}

func TestXLSXTellsFormulasAndMergedHeads(t *testing.T) {
	file := book(t, func(f *excelize.File) {
		set(f, "A1", "RFC", "Nombre")
		set(f, "A2", "XIA190128J61")
		_ = f.SetCellFormula("Sheet1", "B2", "UPPER(\"x\")") // no result is saved with it
		_ = f.MergeCell("Sheet1", "B1", "C1")
	})
	got, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "B1:C1") {
		t.Errorf("notes %q", got.Notes)
	}
	if n := got.Rows[1].Notes; len(n) != 1 || n[0].Column != 1 || !n[0].Bad {
		t.Errorf("row 2: %+v", got.Rows[1])
	}
	// With its result beside it, a formula is worth that.
	file = rezip(t, file, "xl/worksheets/sheet1.xml", func(s string) string {
		return strings.Replace(s, "</f>", "</f><v>7</v>", 1)
	})
	if got, err = Read(file); err != nil || got.Rows[1].Cells[1] != "7" || len(got.Notes) != 2 || len(got.Rows[1].Notes) != 0 {
		t.Errorf("%v %+v", err, got)
	}
}

// rezip is the archive with one part changed.
func rezip(t *testing.T, file []byte, name string, change func(string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range z.File {
		text, err := inflate(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			text = []byte(change(string(text)))
		}
		w, _ := out.Create(f.Name)
		_, _ = w.Write(text)
	}
	_ = out.Close()
	return b.Bytes()
}

func TestReadRefusesWhatIsTooMuchOrNoTable(t *testing.T) {
	wide := book(t, func(f *excelize.File) {
		for i := 1; i <= 200; i++ {
			name, _ := excelize.CoordinatesToCellName(i, 1)
			set(f, name, fmt.Sprint("c", i))
		}
	})
	small := book(t, func(f *excelize.File) { set(f, "A1", "RFC") })
	bomb := rezip(t, small, "xl/styles.xml", func(s string) string { return s + strings.Repeat(" ", 20<<20) })
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":        {nil, "vacío"},
		"200 columns":  {wide, "100 columnas"},
		"csv 200":      {[]byte(strings.Repeat("a,", 200) + "b"), "100 columnas"},
		"bomb":         {bomb, "ocupa demasiado"},
		"macro":        {rezip(t, small, "[Content_Types].xml", func(s string) string { return strings.Replace(s, "sheet.main+xml", "macroEnabled.main+xml", 1) }), "macros"},
		"old excel":    {[]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1}, ".xls"},
		"other zip":    {rezip(t, small, "", nil)[:40], "Excel"},
		"pdf":          {[]byte("%PDF-1.7"), "PDF"},
		"binary":       {[]byte("a,b\x00c"), "CSV"},
		"10,011 rows":  {[]byte("a,b\n" + strings.Repeat("1,2\n", MaxRows+aboveHead)), "10,000 renglones"},
		"broken sheet": {rezip(t, small, "xl/worksheets/sheet1.xml", func(string) string { return "<worksheet><sheetData><row" }), "dañada"},
	} {
		_, err := Read(c.file)
		if fail.KindOf(err) != fail.Invalid || !strings.Contains(fail.MessageOf(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMatchByHeadingInAnyOrder(t *testing.T) {
	columns := []Column{{Key: "Rfc", Label: "RFC"}, {Key: "Nombre", Label: "Nombre o razón social", Words: []string{"nombre", "cliente"}}, {Key: "Correos", Label: "Correos", Words: []string{"email"}}}
	for head, want := range map[string][]int{
		"CORREOS|r.f.c.|Razón Social|Nombre": {1, 3, 0},
		"e-mail|NOMBRE O RAZON SOCIAL|Rfc":   {2, 1, 0},
		"cliente|x":                          {-1, 0, -1},
	} {
		if diff := cmp.Diff(want, Match(columns, strings.Split(head, "|"))); diff != "" {
			t.Errorf("%s:\n%s", head, diff)
		}
	}
	rows := []Row{{Cells: []string{"Mis clientes"}}, {Cells: []string{"RFC", "Nombre"}}, {Cells: []string{"X", "Y"}}}
	if at := Head(rows, columns); at != 1 {
		t.Errorf("headings at %d", at)
	}
	if at := Head(nil, columns); at != -1 {
		t.Errorf("no rows: %d", at)
	}
}

// What is written comes back, and nothing in it is a formula.
func TestWrittenTablesComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("añÉ=+-@,;\"' \n5")), 0, 8, -1)
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 2, 4), 1, 3).Draw(rt, "rows")
		for i := range rows {
			rows[i][0] = "r" + rows[i][0] // no empty rows
		}
		var c, x bytes.Buffer
		toCSV, err := NewCSV(&c)
		if err != nil {
			rt.Fatal(err)
		}
		toXLSX, err := NewXLSX(&x, "Datos")
		if err != nil {
			rt.Fatal(err)
		}
		for _, w := range []Writer{toCSV, toXLSX} {
			for _, row := range rows {
				if err := w.Write(row); err != nil {
					rt.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				rt.Fatal(err)
			}
		}
		fromCSV, err := Read(c.Bytes())
		if err != nil {
			rt.Fatal(err)
		}
		fromXLSX, err := Read(x.Bytes())
		if err != nil || len(fromXLSX.Notes) > 0 {
			rt.Fatalf("%v %q", err, fromXLSX.Notes)
		}
		for i, row := range rows {
			for j := range row {
				want := tidy(row[j])
				got := ""
				if j < len(fromXLSX.Rows[i].Cells) {
					got = fromXLSX.Rows[i].Cells[j]
				}
				if got != want {
					rt.Errorf("xlsx %q came back as %q", want, got)
				}
				if got = ""; j < len(fromCSV.Rows[i].Cells) {
					got = fromCSV.Rows[i].Cells[j]
				}
				// As an import takes it. Who typed an apostrophe before a sign of a formula loses it.
				back := tidy(Bare(got))
				if row[j] == want && strings.ContainsAny(got[:min(1, len(got))], "=+-@") || back != want && back != tidy(Bare(want)) {
					rt.Errorf("csv %q came back as %q", want, got)
				}
			}
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"a;b\n1;2", "\"a\nb", "\xff\xfea\x00", "PE\xd1A,Ñ\n\x81", "sep=;\na;b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { bounded(t, b) })
}

func FuzzReadXLSX(f *testing.F) {
	file := book(f, func(x *excelize.File) {
		set(x, "A1", "RFC", "Nombre")
		set(x, "A2", "a", 1.5)
		_ = x.MergeCell("Sheet1", "A1", "B1")
	})
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Fuzz(func(t *testing.T, b []byte) { bounded(t, append([]byte("PK\x03\x04"), b[min(4, len(b)):]...)) })
}

// bounded holds whatever Read returns to its promises.
func bounded(t *testing.T, b []byte) {
	table, err := Read(b)
	if err != nil {
		if fail.KindOf(err) != fail.Invalid || fail.MessageOf(err) == "" {
			t.Fatal(err)
		}
		return
	}
	last := 0
	for _, r := range table.Rows {
		if r.Empty() && len(r.Notes) == 0 || r.Line <= last || len(r.Cells) > MaxColumns {
			t.Fatalf("line %d after %d, %d cells", r.Line, last, len(r.Cells))
		}
		last = r.Line
		for _, c := range r.Cells {
			if len([]rune(c)) > MaxCell || strings.ContainsRune(c, 0) {
				t.Fatalf("%.40q", c)
			}
		}
	}
}
