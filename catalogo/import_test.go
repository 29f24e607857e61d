package catalogo

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	prodHead   = "id\ttexto\tiva_trasladado\tieps_trasladado\tcomplemento\tvigencia_desde\tvigencia_hasta\testimulo_frontera\tsimilares\n"
	unidadHead = "id\ttexto\tvigencia_desde\tvigencia_hasta\tsimbolo\n"
	postalHead = "id\testado\tmunicipio\testimulo_frontera\thuso_descripcion\n"
)

func TestImportThenOpen(t *testing.T) {
	src := write(t, map[string]string{
		"c_ClaveProdServ.tsv": prodHead + "80131502\tArrendamiento\t1\t0\tx\t2019-01-07\t2030-01-01\t1\tRenta, Alquiler\n10101501\tGatos vivos\t0\t1\t\t2019-01-07\t\t0\t\n",
		"c_CodigoPostal.tsv":  postalHead + "22001\tBCN\t004\t1\tTiempo del Noroeste\n22000\tBCN\t004\t1\tTiempo del Noroeste\n22003\tBCN\t004\t1\tTiempo del Noroeste\n26000\tCOA\t\t\t\n",
	})
	dir := filepath.Join(t.TempDir(), "made", "here")
	report, err := Import(src, dir)
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Imported: []Status{{"ClaveProdServ", 2, true}, {"CodigoPostal", 4, true}}, Missing: []string{"ClaveUnidad", "NumPedimentoAduana", "PatenteAduanal", "Colonia", "Municipio", "Localidad", "ClaveProdServCP", "ClaveUnidadPeso", "MaterialPeligroso", "Estaciones", "CodigoTransporteAereo", "DerechosDePaso", "NumAutorizacionNaviero", "FraccionArancelaria"}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	row, ok := c.ClaveProdServ("80131502")
	wantRow := ClaveProdServ{Entry: Entry{"80131502", "Arrendamiento", "2019-01-07", "2030-01-01"}, IVA: true, Complemento: "x", Frontera: true}
	if diff := cmp.Diff(wantRow, row); !ok || diff != "" {
		t.Error(ok, diff)
	}
	if _, ok := c.ClaveProdServ("80131501"); ok || !c.Full("ClaveProdServ") || c.Full("ClaveUnidad") || !c.Full("FormaPago") {
		t.Error("a full catalogue and the everyday set are mixed up")
	}
	for cp, want := range map[string]CodigoPostal{
		"22001": {"22001", "BCN", "004", 1, ""}, "22003": {"22003", "BCN", "004", 1, ""}, "26000": {"26000", "COA", "", -1, ""}, "22002": {}, "06600": {},
	} {
		if got, ok := c.CodigoPostal(cp); got != want || ok != (want.Clave != "") {
			t.Errorf("%s: %+v %v", cp, got, ok)
		}
	}
	if got := c.SearchProdServ("renta", 3); len(got) != 1 || got[0].Clave != "80131502" {
		t.Errorf("%+v", got)
	}
}

// TestTownOfAPostalCode: neighbours of another town are another run, and a file stored
// before the towns were is still read.
func TestTownOfAPostalCode(t *testing.T) {
	head := "id\testado\tmunicipio\tlocalidad\testimulo_frontera\thuso_descripcion\n"
	dir := t.TempDir()
	if _, err := Import(write(t, map[string]string{"c_CodigoPostal.tsv": head + "70600\tOAX\t079\t06\t0\t\n70601\tOAX\t079\t\t0\t\n70602\tOAX\t079\t\t0\t\n"}), dir); err != nil {
		t.Fatal(err)
	}
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for cp, want := range map[string]string{"70600": "06", "70601": "", "70602": ""} {
		if row, ok := c.CodigoPostal(cp); !ok || row.Localidad != want || row.Municipio != "079" {
			t.Errorf("%s: %+v", cp, row)
		}
	}
	runs, err := parsePostals("70600\t70601\tOAX\t079\t0\tAmerica/Mexico_City\n")
	if err != nil || len(runs) != 1 || runs[0].municipio != 79 || runs[0].localidad != 0 {
		t.Errorf("%+v %v", runs, err)
	}
	for _, town := range []string{"6", "x6", "006"} {
		if _, err := Import(write(t, map[string]string{"c_CodigoPostal.tsv": head + "70600\tOAX\t079\t" + town + "\t0\t\n"}), t.TempDir()); err == nil {
			t.Errorf("town %s was taken", town)
		}
	}
}

// TestImportRefusesTheWholeFile: one bad row anywhere, and nothing changes.
func TestImportRefusesTheWholeFile(t *testing.T) {
	good := "80131502\tRenta\t0\t0\t\t2019-01-07\t\t1\t\n"
	dir := t.TempDir()
	if _, err := Import(write(t, map[string]string{"c_ClaveProdServ.tsv": prodHead + good}), dir); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	for name, files := range map[string]map[string]string{
		"short key":       {"c_ClaveProdServ.tsv": prodHead + good + "8013150\tRenta\t0\t0\t\t\t\t1\t\n"},
		"key twice":       {"c_ClaveProdServ.tsv": prodHead + good + good},
		"bad date":        {"c_ClaveProdServ.tsv": prodHead + "80131502\tRenta\t0\t0\t\t07/01/2019\t\t1\t\n"},
		"no column":       {"c_ClaveProdServ.tsv": "id\ttexto\n80131502\tRenta\n"},
		"no rows":         {"c_ClaveProdServ.tsv": prodHead},
		"empty":           {"c_ClaveProdServ.tsv": ""},
		"not gzip":        {"c_ClaveProdServ.tsv.gz": prodHead + good},
		"second file bad": {"c_ClaveProdServ.tsv": prodHead + "10101501\tGatos\t0\t0\t\t\t\t1\t\n", "c_ClaveUnidad.tsv": unidadHead + "LARGA\tx\t\t\t\n"},
		"postal state":    {"c_CodigoPostal.tsv": postalHead + "22000\tBC\t\t\t\n"},
		"postal border":   {"c_CodigoPostal.tsv": postalHead + "22000\tBCN\t\t3\t\n"},
		"nothing known":   {"c_Otra.tsv": "id\n"},
	} {
		if report, err := Import(write(t, files), dir); err == nil {
			t.Errorf("%s: imported %+v", name, report)
		}
		if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
			t.Fatalf("%s changed the folder:\n%s", name, diff)
		}
	}
	if _, err := Import(t.TempDir(), dir); !errors.Is(err, ErrNothing) {
		t.Error(err)
	}
}

func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

// TestOpenSeesDamage: a byte changed anywhere in a stored file is noticed.
func TestOpenSeesDamage(t *testing.T) {
	dir := t.TempDir()
	src := write(t, map[string]string{"c_ClaveUnidad.tsv": unidadHead + "E48\tServicio\t2022-01-01\t\t\nH87\tPieza\t2022-01-01\t\t\n"})
	if _, err := Import(src, dir); err != nil {
		t.Fatal(err)
	}
	path := storedPath(dir, "ClaveUnidad")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "ClaveUnidad") {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	if c, err := Open(filepath.Join(dir, "absent")); err != nil || c.Full("ClaveUnidad") {
		t.Error(err)
	}
}

func TestImportOfficial(t *testing.T) {
	c := full(t)
	want := []Status{{"ClaveProdServ", 52514, true}, {"ClaveUnidad", 2418, true}, {"CodigoPostal", len(c.postales), true}, {"NumPedimentoAduana", 58853, true}, {"Colonia", 1046, false}, {"Municipio", 2478, true}, {"Localidad", 664, true}, {"PatenteAduanal", 3413, true}, {"ClaveProdServCP", 48757, true}, {"ClaveUnidadPeso", 472, true}, {"MaterialPeligroso", 2346, true}, {"Estaciones", 5280, true}, {"CodigoTransporteAereo", 173, true}, {"DerechosDePaso", 119, true}, {"NumAutorizacionNaviero", 339, true}, {"FraccionArancelaria", 11519, true}}
	if diff := cmp.Diff(want, c.Status()); diff != "" {
		t.Error(diff)
	}
	for _, r := range officialRows(t, "c_CodigoPostal.rebuilt.tsv.gz") {
		row, ok := c.CodigoPostal(r["id"])
		if !ok || row.Estado != r["estado"] || row.Municipio != r["municipio"] || row.Localidad != r["localidad"] {
			t.Fatalf("%s: %+v", r["id"], row)
		}
	}
	for _, x := range []struct {
		aduana, patente, year string
		number                int
		day                   string
		allowed               bool
	}{
		{"01", "3173", "2009", 999999, "2018-01-01", true},
		{"01", "3173", "1999", 1, "2018-01-01", false},
		{"99", "3173", "2009", 1, "2018-01-01", false},
	} {
		if allowed, known := c.Pedimento(x.aduana, x.patente, x.year, x.number, x.day); allowed != x.allowed || !known {
			t.Errorf("%+v: %v %v", x, allowed, known)
		}
	}
	if _, known := New().Pedimento("01", "3173", "2009", 1, ""); known {
		t.Error("the built-in set knows pedimentos")
	}
}

func FuzzImport(f *testing.F) {
	for i, text := range []string{
		prodHead + "80131502\tRenta\t0\t0\t\t2019-01-07\t\t1\tAlquiler\n",
		unidadHead + "E48\tServicio\t2022-01-01\t\t\n\nH87\tPieza\t\t\tpz\n",
		postalHead + "22000\tBCN\t004\t1\t\n22001\tBCN\t004\t1\t\n",
		"aduana\tpatente\tejercicio\tcantidad\tvigencia_desde\tvigencia_hasta\n47\t3807\t2026\t000500\t2026-01-01\t\n",
		"\ufeffid\ttexto\tvigencia_desde\tvigencia_hasta\na\tb\x00\n",
	} {
		f.Add(i%len(sources), text)
	}
	f.Fuzz(func(t *testing.T, which int, text string) {
		s := sources[((which%len(sources))+len(sources))%len(sources)]
		e := edit(&s)
		if e.read(strings.NewReader(text)) != nil || e.order() != nil {
			return
		}
		// What was accepted can be stored, opened and searched.
		body, err := s.body(e.lines)
		if err != nil {
			return // more different words than an index holds
		}
		body, err = unpack(s.name, pack(s.name, body))
		if err != nil {
			t.Fatal(err)
		}
		c := New()
		if err := c.take(s.name, body); err != nil {
			t.Fatalf("%v of %q", err, text)
		}
		for _, line := range e.lines {
			key := keyOf(line)
			c.ClaveProdServ(key)
			c.ClaveUnidad(key)
			if s.name == "CodigoPostal" {
				if _, ok := c.CodigoPostal(key); !ok {
					t.Fatalf("%s was imported and is not there", key)
				}
			}
		}
		c.SearchProdServ("renta", 5)
		c.SearchUnidad("pieza", 5)
	})
}
