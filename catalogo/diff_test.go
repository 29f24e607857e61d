package catalogo

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func edition(t testing.TB, files map[string]string) *Edition {
	t.Helper()
	e, err := ReadFolder(write(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const peligrosoHead = "id\ttexto\tclase_o_div\tpeligro_secundario\tnombre_tecnico\tvigencia_desde\tvigencia_hasta\n"

// TestDiff: each way in which a key changes is told under its name, and no other; blanks
// are no change.
func TestDiff(t *testing.T) {
	before := edition(t, map[string]string{
		"c_ClaveProdServ.tsv": prodHead + "10101501\tGatos vivos\t0\t0\t\t2019-01-07\t\t0\tMichis\n10101502\tPerros\t0\t0\t\t2019-01-07\t\t0\t\n10101504\tMulas\t0\t0\t\t2019-01-07\t\t0\t\n10101505\tRatones\t0\t0\t\t2019-01-07\t2020-01-01\t0\t\n",
		"c_ClaveUnidad.tsv":   unidadHead + "E48\tUnidad  de servicio\t2022-01-01\t\t\n",
		"c_MaterialPeligroso.tsv": peligrosoHead + "1796\tMEZCLA\t8\t5.1\t\t2024-07-17\t\n1796\tMEZCLA\t8\t\t\t2024-07-17\t\n" +
			"1790\tÁCIDO  NÍTRICO\t8\t6.1\t\t2024-07-17\t\n",
		"c_Municipio.tsv": "municipio\testado\ttexto\n001\tAGU\tAguascalientes\n",
	})
	after := edition(t, map[string]string{
		"c_ClaveProdServ.tsv": prodHead + "10101501\tGatos\t1\t0\t\t2019-01-07\t\t0\tMichis\n10101502\tPerros\t0\t0\t\t2019-01-07\t2026-12-31\t0\t\n10101503\tVacas\t0\t0\t\t2026-01-01\t\t0\t\n10101505\tRatones\t0\t0\t\t2019-01-07\t2027-01-01\t0\t\n",
		"c_ClaveUnidad.tsv":   unidadHead + "E48\tUnidad de servicio\t2022-01-01\t\t\n",
		"c_MaterialPeligroso.tsv": peligrosoHead + "1796\tMEZCLA\t8\t5.1\t\t2024-07-17\t\n" +
			"1790\tÁCIDO NÍTRICO\t8\t6.1\t\t2024-07-17\t\n",
	})
	want := []TableDiff{
		{
			Name: "ClaveProdServ", Before: 4, After: 4,
			Added:   []Change{{"10101503", "Vacas", "", "2026-01-01 – "}},
			Retired: []Change{{"10101502", "Perros", "2019-01-07 – ", "2019-01-07 – 2026-12-31"}, {"10101504", "Mulas", "2019-01-07 – ", ""}},
			Texts:   []Change{{"10101501", "Gatos", "Gatos vivos", "Gatos"}},
			Dates:   []Change{{"10101505", "Ratones", "2019-01-07 – 2020-01-01", "2019-01-07 – 2027-01-01"}},
			Others: []Change{{
				"10101501", "Gatos", "iva_trasladado 0, ieps_trasladado 0, estimulo_frontera 0, similares Michis",
				"iva_trasladado 1, ieps_trasladado 0, estimulo_frontera 0, similares Michis",
			}},
		},
		{Name: "ClaveUnidad", Before: 1, After: 1},
		{Name: "MaterialPeligroso", Before: 3, After: 2, Retired: []Change{{"1796", "MEZCLA", "2024-07-17 – ", ""}}},
	}
	if diff := cmp.Diff(want, Diff(before, after)); diff != "" {
		t.Error(diff)
	}
	for _, d := range Diff(after, after) {
		if !d.Empty() {
			t.Errorf("%+v of itself", d)
		}
	}
}

// TestDiffOfAnEditionWithoutDays: columns that one edition lacks have not changed in every row.
func TestDiffOfAnEditionWithoutDays(t *testing.T) {
	before := edition(t, map[string]string{"c_Municipio.tsv": "municipio\testado\ttexto\n001\tAGU\tAguascalientes\n002\tAGU\tAsientos\n"})
	after := edition(t, map[string]string{
		"c_Municipio.tsv": "municipio\testado\ttexto\tvigencia_desde\tvigencia_hasta\n001\tAGU\tAguascalientes\t2022-01-01\t\n002\tAGU\tAsientos\t2022-01-01\t2026-12-31\n",
	})
	found := Diff(before, after)[0]
	if len(found.Dates)+len(found.Others)+len(found.Texts) > 0 || len(found.Retired) != 1 {
		t.Errorf("%+v", found)
	}
}

// TestWhatIsStoredAndExportedIsTheEdition: what an import left, and its export, are read
// again as what came in.
func TestWhatIsStoredAndExportedIsTheEdition(t *testing.T) {
	first, err := ReadFolder(shared(t, "sat/catalogs"))
	if err != nil {
		t.Fatal(err)
	}
	full(t) // stores them
	stored, err := ReadFolder(officialDir)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := stored.Export(out); err != nil {
		t.Fatal(err)
	}
	exported, err := ReadFolder(out)
	if err != nil {
		t.Fatal(err)
	}
	if len(exported.tables) != len(first.tables) {
		t.Fatalf("%d catalogues of %d", len(exported.tables), len(first.tables))
	}
	for i, x := range exported.tables {
		if !slices.Equal(x.lines, first.tables[i].lines) || !slices.Equal(x.rows, first.tables[i].rows) {
			t.Errorf("%s is another", x.name)
		}
	}
}

// TestOpenReadsTheFormatBefore: catalogues that version 2 stored, with the words of their rows.
func TestOpenReadsTheFormatBefore(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"ClaveProdServ": "10101501\tGatos vivos\t\t\t\t\n" + textMark + " gato vivo michi \n",
		"Colonia":       "06600 0001\tJuárez\n",
	} {
		if err := os.WriteFile(storedPath(dir, name), []byte(head(magicBefore, name, body)+"\n"+body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.SearchProdServ("michis", 3); len(got) != 1 || got[0].Clave != "10101501" || len(c.Colonias("06600")) != 1 {
		t.Errorf("%+v %v", got, c.Colonias("06600"))
	}
}

func TestCataloguesOfComplements(t *testing.T) {
	c := full(t)
	if row, ok := c.ClaveProdServCP("01010101", "2026-01-01"); !ok || row.MaterialPeligroso != "0,1" || row.Texto != "No existe en el catálogo" {
		t.Errorf("%+v", row)
	}
	if row, ok := c.FraccionArancelaria("0101210100", ""); !ok || row.UMT != "07" || row.Desde != "2024-01-18" {
		t.Errorf("%+v", row)
	}
	if row, ok := c.MaterialPeligroso("0004", ""); !ok || row.ClaseODiv != "1.1D" {
		t.Errorf("%+v", row)
	}
	if row, ok := c.Estacion("PM001", ""); !ok || row.Texto != "Rosarito" || row.ClaveTransporte != "02" {
		t.Errorf("%+v", row)
	}
	if row, ok := c.DerechoDePaso("CDP001", ""); !ok || row.OtorgaRecibe != "Recibe" || !strings.HasPrefix(row.De, "Torreón") {
		t.Errorf("%+v", row)
	}
	if row, ok := c.CodigoTransporteAereo("CA001", ""); !ok || row.DesignadorOACI != "ANA" {
		t.Errorf("%+v", row)
	}
	if row, ok := c.ClaveUnidadPeso("X1A", ""); !ok || row.Bandera != "Embalaje" {
		t.Errorf("%+v", row)
	}
	if row, ok := c.NumAutorizacionNaviero("SCT418/068/2018", "2025-01-01"); !ok || row.InForce("2025-01-01") || !row.InForce("2020-01-01") {
		t.Errorf("%+v", row)
	}
	if row, ok := c.PatenteAduanal("0074", ""); !ok || row.Desde != "2001-07-03" {
		t.Errorf("%+v", row)
	}
	for _, key := range []string{"", "0", "01010101\t", "99999999", "\n"} {
		if row, ok := c.ClaveProdServCP(key, ""); ok || row.Clave != "" {
			t.Errorf("%q: %+v", key, row)
		}
	}
	if !c.Full("Estaciones") || New().Full("Estaciones") {
		t.Error("who has c_Estaciones")
	}
	if _, ok := New().Estacion("PM001", ""); ok {
		t.Error("the built-in set knows stations")
	}
}

// TestOfOneKeyTheRowInForce: the row of the day is given, else the last one.
func TestOfOneKeyTheRowInForce(t *testing.T) {
	dir := t.TempDir()
	e := edition(t, map[string]string{"c_MaterialPeligroso.tsv": peligrosoHead + "1796\tVIEJO\t8\t\t\t2024-01-01\t2025-12-31\n1796\tYA NO\t8\t\t\t2022-06-01\t2023-01-01\n1796\tNUEVO\t8\t\t\t2026-01-01\t\n"})
	if err := e.Store(dir); err != nil {
		t.Fatal(err)
	}
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2025-05-05": "VIEJO", "2026-05-05": "NUEVO", "2022-07-01": "YA NO", "2021-01-01": "YA NO"} {
		if row, ok := c.MaterialPeligroso("1796", day); !ok || row.Texto != want {
			t.Errorf("%s: %+v", day, row)
		}
	}
}

// sheetOf is a sheet of the rows given.
func sheetOf(name string, rows ...[]string) Sheet {
	return Sheet{name, func(yield func([]string, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}}
}

var (
	prodHeadings   = []string{"c_ClaveProdServ", "Descripción", "Incluir IVA trasladado", "Incluir IEPS trasladado", "Complemento que debe incluir", "FechaInicioVigencia", "FechaFinVigencia", "Estímulo Franja Fronteriza", "Palabras similares"}
	postalHeadings = []string{"c_CodigoPostal", "c_Estado", "c_Municipio", "c_Localidad", "Estímulo Franja Fronteriza", "Fecha inicio de vigencia", "Fecha fin de vigencia", "Referencias del Huso Horario"}
)

// TestReadSheets: the workbook as the SAT writes it gives what the TSV files give.
func TestReadSheets(t *testing.T) {
	got, err := ReadSheets([]Sheet{
		sheetOf("Presentación", []string{"Catálogos"}),
		sheetOf("c_ClaveProdServ", []string{"Versión CFDI"}, []string{"4.0"}, prodHeadings,
			[]string{"1010101", "No existe  en\nel catálogo", "Opcional", "No", "", "44562", "", "0"},
			[]string{"10101501", "Gatos vivos", "Sí", "Si", "x", "07/01/2019", "1/2/2030", "1", "Michis"}),
		sheetOf("c_CodigoPostal_Parte_2", postalHeadings, []string{"", "", "", "", "", "", "", "Descripción del Huso Horario"}, []string{"22001", "BCN", "4", "", "1", "44562", "", "Tiempo del Noroeste"}),
		sheetOf("c_CodigoPostal_Parte_1", postalHeadings, []string{"00000"}, []string{"1000", "CMX", "010", "1", "0", "2022-01-01 00:00:00", "", "Tiempo del Centro"}, []string{"Continúa en c_CodigoPostal_Parte_2"}),
		sheetOf("C_PatenteAduanal", []string{"C_PatenteAduanal", "Inicio de vigencia de la patente", "Fin de vigencia de la patente"}, []string{"74", "2001-07-03"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := edition(t, map[string]string{
		"c_ClaveProdServ.tsv": prodHead + "01010101\tNo existe en el catálogo\t0\t0\t\t2022-01-01\t\t0\t\n10101501\tGatos vivos\t1\t1\tx\t2019-01-07\t2030-02-01\t1\tMichis\n",
		"c_CodigoPostal.tsv": "id\testado\tmunicipio\tlocalidad\testimulo_frontera\tvigencia_desde\tvigencia_hasta\thuso_descripcion\n" +
			"01000\tCMX\t010\t01\t0\t2022-01-01\t\tTiempo del Centro\n22001\tBCN\t004\t\t1\t2022-01-01\t\tTiempo del Noroeste\n",
		"c_PatenteAduanal.tsv": "id\tvigencia_desde\tvigencia_hasta\n0074\t2001-07-03\t\n",
	})
	for i, x := range want.tables {
		if diff := cmp.Diff(x.rows, got.tables[i].rows); diff != "" || len(got.tables) != len(want.tables) {
			t.Errorf("%s:\n%s", x.name, diff)
		}
	}
}

func TestReadSheetsRefusesTheWhole(t *testing.T) {
	broken := errors.New("broken")
	for name, sheets := range map[string][]Sheet{
		"nothing known":  {sheetOf("Hoja1", prodHeadings)},
		"no headings":    {sheetOf("c_ClaveProdServ", []string{"10101501", "Gatos"})},
		"a date in May":  {sheetOf("c_ClaveProdServ", prodHeadings, []string{"10101501", "Gatos", "No", "No", "", "mayo"})},
		"a key of words": {sheetOf("c_ClaveProdServ", prodHeadings, []string{"gatos", "Gatos", "No", "No", "", "44562"})},
		"a lost key":     {sheetOf("c_ClaveProdServ", prodHeadings, []string{"", "Gatos", "No", "No", "", "44562"})},
		"a key twice":    {sheetOf("C_PatenteAduanal", []string{"C_PatenteAduanal", "Inicio de vigencia", "Fin de vigencia"}, []string{"74", "44562"}, []string{"0074", "44562"})},
		"a broken sheet": {{"c_ClaveProdServ", func(yield func([]string, error) bool) { yield(nil, broken) }}},
	} {
		if e, err := ReadSheets(sheets); err == nil {
			t.Errorf("%s: read %+v", name, e.Report())
		}
	}
}

func FuzzReadSheets(f *testing.F) {
	f.Add("c_ClaveProdServ", strings.Join(prodHeadings, "\t")+"\n10101501\tGatos\tSí\tNo\t\t44562\t\t1\tMichis")
	f.Add("c_CodigoPostal_Parte_1", strings.Join(postalHeadings, "\t")+"\n1000\tCMX\t010\t1\t0\t2022-01-01")
	f.Add("C_Colonia (Parte 2)", "c_Colonia\tc_CodigoPostal\tNombre del asentamiento\n1\t6600\tJuárez")
	f.Fuzz(func(t *testing.T, name, text string) {
		var rows [][]string
		for line := range strings.SplitSeq(text, "\n") {
			rows = append(rows, strings.Split(line, "\t"))
		}
		e, err := ReadSheets([]Sheet{sheetOf(name, rows...)})
		if err != nil {
			return
		}
		// What was accepted is stored, opened, and read again as it is.
		dir := t.TempDir()
		if err := e.Store(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err != nil {
			t.Fatal(err)
		}
		again, err := ReadFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range Diff(e, again) {
			if !d.Empty() {
				t.Errorf("%+v", d)
			}
		}
	})
}
