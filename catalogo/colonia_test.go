package catalogo

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const coloniaHead = "colonia\tcodigo_postal\ttexto\n"

// manyColonias are n postal codes with three colonias each, as the SAT's file has them.
func manyColonias(n int) string {
	var b strings.Builder
	b.WriteString(coloniaHead)
	for key := range 3 {
		for cp := range n {
			fmt.Fprintf(&b, "%04d\t%05d\tColonia %d de %d\n", key, 1000+cp*2, key, cp)
		}
	}
	return b.String()
}

func imported(t *testing.T, files map[string]string) (*Catalog, string) {
	t.Helper()
	dir := t.TempDir()
	if _, err := Import(write(t, files), dir); err != nil {
		t.Fatal(err)
	}
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c, dir
}

// TestColoniasAreFoundWhereTheyLie: every postal code finds its own, the first and the
// last too, and one without colonias finds none.
func TestColoniasAreFoundWhereTheyLie(t *testing.T) {
	const n = 5000
	c, _ := imported(t, map[string]string{"c_Colonia.tsv": manyColonias(n)})
	for cp := range n {
		code := fmt.Sprintf("%05d", 1000+cp*2)
		got := c.Colonias(code)
		if len(got) != 3 || got[0] != (Colonia{"0000", code, fmt.Sprintf("Colonia 0 de %d", cp)}) || got[2].Clave != "0002" {
			t.Fatalf("%s: %+v", code, got)
		}
		if other := c.Colonias(fmt.Sprintf("%05d", 1001+cp*2)); len(other) != 0 {
			t.Fatalf("beside %s: %+v", code, other)
		}
	}
	for _, bad := range []string{"", "1000", "00000", "99999", "abcde", "01000 "} {
		if got := c.Colonias(bad); len(got) != 0 {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

// TestColoniasComeInSeveralFiles as in the SAT's workbook, and a sample only where there
// is nothing better.
func TestColoniasComeInSeveralFiles(t *testing.T) {
	one, two := coloniaHead+"0001\t44100\tCentro\n", coloniaHead+"0001\t06600\tJuárez\n"
	c, _ := imported(t, map[string]string{"c_Colonia_1.tsv": one, "c_Colonia_2.tsv": two, "c_Colonia.sample.tsv": coloniaHead + "0009\t44100\tDe muestra\n"})
	if got := c.Colonias("44100"); len(got) != 1 || got[0].Texto != "Centro" {
		t.Errorf("%+v", got)
	}
	if got := c.Colonias("06600"); len(got) != 1 || got[0].Texto != "Juárez" {
		t.Errorf("%+v", got)
	}
	c, _ = imported(t, map[string]string{"c_Colonia.sample.tsv": one})
	if got := c.Colonias("44100"); len(got) != 1 || c.Full("Colonia") {
		t.Errorf("%+v, full %v", got, c.Full("Colonia"))
	}
	if _, err := Import(write(t, map[string]string{"c_Colonia_1.tsv": one, "c_Colonia_2.tsv": one}), t.TempDir()); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a colonia in two files: %v", err)
	}
}

// TestOpenSeesDamagedColonias: a byte changed anywhere is noticed, though they are not
// read into memory.
func TestOpenSeesDamagedColonias(t *testing.T) {
	_, dir := imported(t, map[string]string{"c_Colonia.tsv": manyColonias(2)})
	path := storedPath(dir, "Colonia")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		data[i] ^= 1
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil {
			t.Fatalf("byte %d changed and nobody noticed", i)
		}
		data[i] ^= 1
	}
	for _, n := range []int{0, 3, len(data) - 1} {
		if err := os.WriteFile(path, data[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil {
			t.Errorf("cut to %d bytes and nobody noticed", n)
		}
	}
}

// TestColoniasTakeNoMemory: the whole of c_Colonia, and a Catalog no larger for it.
func TestColoniasTakeNoMemory(t *testing.T) {
	_, dir := imported(t, map[string]string{"c_Colonia.tsv": manyColonias(49_500)})
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	bare := New()
	alone := heap() - before
	before = heap()
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if with := heap() - before; with > alone+256<<10 {
		t.Errorf("%d bytes with the colonias, %d without", with, alone)
	}
	runtime.KeepAlive(bare)
	if !c.Full("Colonia") || len(c.Colonias("99998")) != 3 {
		t.Errorf("full %v, %+v", c.Full("Colonia"), c.Colonias("99998"))
	}
}

func TestMunicipiosAndLocalidadesByTheirState(t *testing.T) {
	c, _ := imported(t, map[string]string{
		"c_Municipio.tsv": "municipio\testado\ttexto\tvigencia_desde\tvigencia_hasta\n004\tBCN\tTijuana\t2022-01-01\t\n001\tBCN\tEnsenada\t2022-01-01\t\n001\tAGU\tAguascalientes\t2022-01-01\t\n",
		"c_Localidad.tsv": "localidad\testado\ttexto\n01\tBCN\tEnsenada\n",
	})
	if got := c.Municipio("BCN", "004"); got != "Tijuana" {
		t.Error(got)
	}
	if got := c.Municipio("AGU", "004"); got != "" {
		t.Error(got)
	}
	if got := c.Municipios("BCN"); !slices.Equal(got, []string{"Ensenada", "Tijuana"}) {
		t.Error(got)
	}
	if c.Localidad("BCN", "01") != "Ensenada" || c.Localidad("AGU", "01") != "" || New().Localidad("BCN", "01") != "" {
		t.Error("a town is of another state")
	}
	if got := c.Localidades("BCN"); !slices.Equal(got, []string{"Ensenada"}) || c.Localidades("AGU") != nil {
		t.Error(got)
	}
	bare := New()
	if bare.Municipio("BCN", "004") != "" || bare.Municipios("BCN") != nil || bare.Colonias("22000") != nil || bare.Full("Municipio") {
		t.Error("what was not imported says something")
	}
}

// TestImportRefusesBadPlaces: one bad row, and the file is refused whole.
func TestImportRefusesBadPlaces(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"postal code":  {"c_Colonia.tsv": coloniaHead + "0001\t4410\tCentro\n"},
		"colonia key":  {"c_Colonia.tsv": coloniaHead + "1\t44100\tCentro\n"},
		"no name":      {"c_Colonia.tsv": coloniaHead + "0001\t44100\t\n"},
		"municipality": {"c_Municipio.tsv": "municipio\testado\ttexto\n4\tBCN\tTijuana\n"},
		"state":        {"c_Localidad.tsv": "localidad\testado\ttexto\n01\tB\tEnsenada\n"},
	} {
		dir := t.TempDir()
		if report, err := Import(write(t, files), dir); err == nil {
			t.Errorf("%s: imported %+v", name, report)
		}
	}
}

// TestTheOfficialPlaces: the SAT's own files go in, and postal codes find their
// municipality and, where the sample has them, their colonias.
func TestTheOfficialPlaces(t *testing.T) {
	c := full(t)
	row, _ := c.CodigoPostal("01000")
	if got := c.Municipio(row.Estado, row.Municipio); got != "Álvaro Obregón" {
		t.Errorf("01000 is of %q", got)
	}
	if got := c.Colonias("01000"); len(got) == 0 || got[0].Texto != "San Ángel" {
		t.Errorf("01000 has %+v", got)
	}
	if len(c.Localidades("JAL")) < 5 || len(c.Municipios("OAX")) != 570 {
		t.Errorf("%d towns of Jalisco, %d municipalities of Oaxaca", len(c.Localidades("JAL")), len(c.Municipios("OAX")))
	}
}
