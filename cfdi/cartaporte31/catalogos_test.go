package cartaporte31

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
)

// table reads the columns of a catalogue of the SAT data.
func table(t *testing.T, name string, columns ...string) [][]string {
	t.Helper()
	path := "../../../shared/sat/catalogs/" + name + ".tsv"
	var r io.Reader
	f, err := os.Open(path)
	if err != nil {
		f, err = os.Open(path + ".gz")
	}
	if err != nil {
		t.Skip("needs the SAT data, which is not here: shared/sat/catalogs/" + filepath.Base(name))
	}
	defer f.Close()
	r = f
	if strings.HasSuffix(f.Name(), ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	lines := bufio.NewScanner(r)
	lines.Scan()
	head := strings.Split(lines.Text(), "\t")
	var rows [][]string
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = fields[slices.Index(head, c)]
		}
		rows = append(rows, row)
	}
	return rows
}

// keys returns the first column of the rows that are kept, in order.
func keys(rows [][]string, keep func(row []string) bool) []string {
	var out []string
	for _, r := range rows {
		if keep == nil || keep(r) {
			out = append(out, r[0])
		}
	}
	slices.Sort(out)
	return out
}

func ours(lists ...string) []string {
	var out []string
	for _, s := range lists {
		for item := range strings.FieldsSeq(s) {
			key, _, _ := strings.Cut(item, ":")
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// TestCataloguesAreTheSATs compares each small catalogue with the official one.
func TestCataloguesAreTheSATs(t *testing.T) {
	for name, list := range map[string]string{
		"SectorCOFEPRIS": sectores, "FormaFarmaceutica": formasFarmaceuticas,
		"CondicionesEspeciales": condicionesEspeciales, "DocumentoAduanero": documentosAduaneros, "RegistroISTMO": polosISTMO,
		"TipoEmbalaje": embalajes, "ConfigMaritima": embarcaciones, "ClaveTipoCarga": cargasMaritimas,
		"ContenedorMaritimo": contenedoresMaritimos, "Contenedor": contenedores, "TipoCarro": carros, "TipoDeTrafico": traficos,
	} {
		if diff := cmp.Diff(keys(table(t, "cartaporte31/c_"+name, "id"), nil), ours(list)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
	for _, c := range []struct {
		name, column, value string
		ours                []string
	}{
		{"cartaporte31/c_ConfigAutotransporte", "remolque", "0", ours(sinRemolque)},
		{"cartaporte31/c_ConfigAutotransporte", "remolque", "1", ours(conRemolque)},
		{"cartaporte31/c_TipoDeServicio", "contenedor", "0", ours(serviciosSinContenedor)},
		{"cartaporte31/c_TipoDeServicio", "contenedor", "1", ours(serviciosConContenedor)},
		{"cartaporte31/c_ClaveProdServCP", "material_peligroso", "1", ours(peligrosas)},
	} {
		of := func(row []string) bool { return row[1] == c.value }
		if diff := cmp.Diff(keys(table(t, c.name, "id", c.column), of), c.ours); diff != "" {
			t.Errorf("%s %s %s\n%s", c.name, c.column, c.value, diff)
		}
	}
	for way, list := range map[string]string{"Entrada": regimenesEntrada, "Salida": regimenesSalida} {
		both := func(row []string) bool { return strings.Contains(row[1], way) }
		if diff := cmp.Diff(keys(table(t, "cartaporte31/c_RegimenAduanero", "id", "impoexpo"), both), ours(list)); diff != "" {
			t.Errorf("%s\n%s", way, diff)
		}
	}
}

// TestLargeCataloguesByTheirForm: what is told of a key without its catalogue is true of
// every key in it.
func TestLargeCataloguesByTheirForm(t *testing.T) {
	for _, row := range table(t, "cartaporte31/c_Estaciones", "id", "clave_transporte", "nacionalidad", "texto") {
		if got := estacionTransporte(row[0]); got != row[1] {
			t.Errorf("station %s is of %s, not %s", row[0], row[1], got)
		}
		if got := extranjera(row[0]); got != (row[2] != "México") {
			t.Errorf("station %s lies in %s; abroad %v", row[0], row[2], got)
		}
		if got := generica(row[0]); got != (row[3] == "Extranjera") {
			t.Errorf("station %s is %s; it names none: %v", row[0], row[3], got)
		}
	}
	for _, row := range table(t, "cartaporte31/c_ClaveProdServCP", "id", "material_peligroso") {
		if got := peligro(row[0]); got != "" && got != row[1] {
			t.Errorf("goods %s: %q, the SAT says %q", row[0], got, row[1])
		}
	}
	for _, c := range []struct {
		name, prefix string
		most         int
	}{{"CodigoTransporteAereo", "CA", 173}, {"DerechosDePaso", "CDP", 119}} {
		rows := table(t, "cartaporte31/c_"+c.name, "id")
		for _, row := range rows {
			if !numbered(row[0], c.prefix, 3, c.most) {
				t.Errorf("%s %s", c.name, row[0])
			}
		}
		if len(rows) != c.most {
			t.Errorf("%d rows in %s, not %d", len(rows), c.name, c.most)
		}
	}
	for _, row := range table(t, "cartaporte31/c_MaterialPeligroso", "id") {
		if !digits(row[0], 4) {
			t.Errorf("dangerous material %s", row[0])
		}
	}
	for _, row := range table(t, "cartaporte31/c_ClaveUnidadPeso", "id") {
		if !unidad.ok(nil, row[0]) {
			t.Errorf("unit of weight %s", row[0])
		}
	}
	if (peligro("15101514") != "1") || peligro("43211503") != "0" || peligro("11121900") != "" || peligro("x") != "" {
		t.Error("the danger of goods is not told")
	}
}

// TestDatedKeyIsInForceFromItsDay: Integrante de Coordinados came nine days late.
func TestDatedKeyIsInForceFromItsDay(t *testing.T) {
	const figuras = "01 02 03 04 05:2024-07-26"
	if listed(figuras, "05", "2024-07-25") || !listed(figuras, "05", "2024-07-26") || !listed(figuras, "04", "") {
		t.Error("a date is not heeded")
	}
	figura := catalogo.FiguraTransporte
	if inForce(figura, "05", "2024-07-25") || !inForce(figura, "05", "2024-07-26") || !inForce(figura, "04", "2024-01-01") {
		t.Error("c_FiguraTransporte has other dates")
	}
	for _, none := range []string{"", " ", "0", "1", "05:2024-07-26", "2024-07-26", "01 02", "01 ", " 01", "06", ":"} {
		if listed(figuras, none, "2026-11-20") {
			t.Errorf("%q is no key", none)
		}
	}
}

// TestEveryFormHasWords: what may be malformed is told by a name that a haulier knows.
func TestEveryFormHasWords(t *testing.T) {
	for name := range forms {
		if _, ok := nombres[name]; !ok {
			t.Errorf("%s has no words", name)
		}
	}
	for name := range fewest {
		if _, ok := nombres[name]; !ok {
			t.Errorf("%s has no words", name)
		}
	}
	for _, name := range ours(positive, "TipoContenedor TotalDistRec DistanciaRecorrida NumPermisoSCT") {
		if _, ok := nombres[name]; !ok {
			t.Errorf("%s has no words", name)
		}
	}
}
