package cartaporte31_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	cp31 "iofacturo.mx/cfdi/cartaporte31"
)

// tinyCatalogue is what the bases need of the large catalogues, and what breaks them.
var tinyCatalogue = map[string]string{
	"ClaveProdServCP": "id\ttexto\tmaterial_peligroso\tvigencia_desde\tvigencia_hasta\n" +
		"11121900\tPlantas\t0, 1\t2024-07-17\t\n15101514\tGasolina\t1\t2024-07-17\t\n50202306\tRefrescos\t0\t2024-07-17\t\n51101536\tAntibióticos\t0,1\t2024-07-17\t\n" +
		"50202301\tVieja\t0\t2024-07-17\t2026-11-19\n",
	"ClaveUnidadPeso":        "id\ttexto\tvigencia_desde\tvigencia_hasta\nKGM\tKilogramo\t2024-07-17\t\n",
	"MaterialPeligroso":      "id\ttexto\tvigencia_desde\tvigencia_hasta\n1203\tGASOLINA\t2024-07-17\t\n1203\tPETRÓLEO\t2024-07-17\t\n1202\tGASÓLEO\t2024-07-17\t2026-11-19\n",
	"CodigoTransporteAereo":  "id\ttexto\tvigencia_desde\tvigencia_hasta\nCA001\tUna\t2024-07-17\t\n",
	"DerechosDePaso":         "id\ttexto\tvigencia_desde\tvigencia_hasta\nCDP001\tD-1\t2024-07-17\t\n",
	"NumAutorizacionNaviero": "id\tvigencia_desde\tvigencia_hasta\nANG031/2024\t2024-01-01\t2027-01-01\nANG001/2020\t2020-01-01\t2026-11-19\n",
	"FraccionArancelaria":    "fraccion\ttexto\tvigencia_desde\tvigencia_hasta\tunidad\n3004909999\tLos demás\t2024-01-18\t\t01\n3004909998\tOtros\t2024-01-18\t2026-11-19\t01\n",
	"PatenteAduanal":         "id\tvigencia_desde\tvigencia_hasta\n3807\t2000-01-01\t2020-01-01\n",
	"Estaciones": "id\ttexto\tclave_transporte\tnacionalidad\tvigencia_desde\tvigencia_hasta\n" +
		"EA0001\tKonrad Adenauer\t03\tAlemania\t2024-07-17\t\nEA0418\tLos Cabos\t03\tMéxico\t2024-07-17\t\nEA0419\tCerrado\t03\tMéxico\t2024-07-17\t2026-11-19\n" +
		"EA2346\tExtranjera\t03\tExtranjera\t2024-07-17\t\nG0042\tMOTZORONGO\t04\tMéxico\t2024-07-17\t\nPM030\tMulege\t02\tMéxico\t2024-07-17\t\nPM038\tChampotón\t02\tMéxico\t2024-07-17\t\n" +
		"Q0486\tTERRERO\t04\tMéxico\t2024-07-17\t\nS0165\tHUAMANTLA\t04\tMéxico\t2024-07-17\t\nXX9\tPuerto Nuevo\t02\tPanamá\t2024-07-17\t\n",
}

// imported are the built-in catalogues with those of a folder.
func imported(t testing.TB, from string) *catalogo.Catalog {
	t.Helper()
	dir := t.TempDir()
	if _, err := catalogo.Import(from, dir); err != nil {
		t.Fatal(err)
	}
	full, err := catalogo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// tiny imports the catalogues of these names, all of them where none is named.
func tiny(t testing.TB, names ...string) *catalogo.Catalog {
	t.Helper()
	from := t.TempDir()
	for name, text := range tinyCatalogue {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		if err := os.WriteFile(filepath.Join(from, "c_"+name+".tsv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return imported(t, from)
}

func ship(change func(s *cp31.TransporteMaritimo)) func(doc) {
	return of(func(v V) { change(v.Mercancias.TransporteMaritimo) })
}

// stationNames are those of the SAT.
var stationNames = map[string]string{"EA0418": "Los Cabos", "G0042": "MOTZORONGO", "PM030": "Mulege", "PM038": "Champotón", "Q0486": "TERRERO", "S0165": "HUAMANTLA"}

// known is a base with goods and stations that are in the catalogues of the SAT.
func known(base func() *cfdi.Comprobante) *cfdi.Comprobante {
	c := base()
	v := cp31.De(c)
	for i := range v.Ubicaciones {
		if name, ok := stationNames[v.Ubicaciones[i].NumEstacion]; ok {
			v.Ubicaciones[i].NombreEstacion = name
		}
	}
	for i := range v.Mercancias.Mercancia {
		if m := &v.Mercancias.Mercancia[i]; m.BienesTransp == "51101500" {
			m.BienesTransp = "51101536"
		}
	}
	return c
}

// A catalogueCase is a fault that only the catalogue named can tell; warned where code
// ends in a question mark, none where there is no code.
type catalogueCase struct {
	catalogue, code, path string
	from                  func() *cfdi.Comprobante
	change                func(c *cfdi.Comprobante)
	day                   string // of the document, where another
}

func catalogueCases() []catalogueCase {
	return []catalogueCase{
		{"ClaveProdServCP", "CP155", "Mercancias.Mercancia[0].MaterialPeligroso", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp = "11121900" }), ""},
		{"ClaveProdServCP", "", "", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp, m.MaterialPeligroso = "11121900", "No" }), ""},
		{"ClaveProdServCP", "CP999", "Mercancias.Mercancia[0].BienesTransp", local, goods(0, func(m *cp31.Mercancia) { m.BienesTransp = "50202399" }), ""},
		{"ClaveUnidadPeso", "CP999", "Mercancias.UnidadPeso", local, of(func(v V) { v.Mercancias.UnidadPeso = "ZZZ" }), ""},
		{"ClaveUnidadPeso", "CP999", "Mercancias.Mercancia[0].DetalleMercancia.UnidadPesoMerc", mar, goods(0, func(m *cp31.Mercancia) { m.DetalleMercancia.UnidadPesoMerc = "ZZZ" }), ""},
		{"MaterialPeligroso", "CP156", "Mercancias.Mercancia[0].CveMaterialPeligroso", reparto, goods(0, func(m *cp31.Mercancia) { m.CveMaterialPeligroso = "9999" }), ""},
		{"Estaciones", "CP136", "Ubicaciones[0].NumEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.NumEstacion = "PM999" }), ""},
		{"Estaciones", "CP136", "Ubicaciones[0].NumEstacion", tren, place(0, func(u *cp31.Ubicacion) { u.NumEstacion = "NADA" }), ""},
		{"Estaciones", "CP137", "Ubicaciones[0].NombreEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.NombreEstacion = "Progreso" }), ""},
		{"Estaciones", "CP137?", "Ubicaciones[0].NombreEstacion", mar, place(0, func(u *cp31.Ubicacion) { u.NombreEstacion = "MULEGE" }), ""},
		{"Estaciones", "", "", aire, place(1, func(u *cp31.Ubicacion) { u.NombreEstacion = "Colonia" }), ""},
		{"Estaciones", "", "", aire, place(1, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "EA2346", "Heathrow" }), ""},
		{"NumAutorizacionNaviero", "CP999", "Mercancias.TransporteMaritimo.NumAutorizacionNaviero", mar, ship(func(s *cp31.TransporteMaritimo) { s.NumAutorizacionNaviero = "ANG999/2024" }), ""},
		{"FraccionArancelaria", "CP999", "Mercancias.Mercancia[0].FraccionArancelaria", importacion, goods(0, func(m *cp31.Mercancia) { m.FraccionArancelaria = "3004909990" }), ""},
		{"FraccionArancelaria", "", "", importacion, goods(0, func(m *cp31.Mercancia) { m.FraccionArancelaria = "30049099" }), ""},
		{"PatenteAduanal", "CP174", "Mercancias.Mercancia[0].DocumentacionAduanera[0].NumPedimento", importacion, paper(0, func(d *cp31.DocumentacionAduanera) { d.NumPedimento = "26  24  0001  6000123" }), ""},
	}
}

// datedCases are rows of our own that end on the day before that of the bases.
func datedCases() []catalogueCase {
	last := "2026-11-19T23:59:59"
	old := goods(0, func(m *cp31.Mercancia) { m.BienesTransp = "50202301" })
	material := goods(0, func(m *cp31.Mercancia) { m.CveMaterialPeligroso = "1202" })
	airport := place(0, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion = "EA0419", "Cerrado" })
	agent := ship(func(s *cp31.TransporteMaritimo) { s.NumAutorizacionNaviero = "ANG001/2020" })
	fraction := goods(0, func(m *cp31.Mercancia) { m.FraccionArancelaria = "3004909998" })
	return []catalogueCase{
		{"ClaveProdServCP", "CP999", "Mercancias.Mercancia[0].BienesTransp", local, old, ""},
		{"ClaveProdServCP", "", "", local, old, last},
		{"MaterialPeligroso", "CP156", "Mercancias.Mercancia[0].CveMaterialPeligroso", reparto, material, ""},
		{"MaterialPeligroso", "", "", reparto, material, last},
		{"Estaciones", "CP136", "Ubicaciones[0].NumEstacion", aire, airport, ""},
		{"Estaciones", "", "", aire, airport, last},
		{"NumAutorizacionNaviero", "CP999", "Mercancias.TransporteMaritimo.NumAutorizacionNaviero", mar, agent, ""},
		{"NumAutorizacionNaviero", "", "", mar, agent, last},
		{"FraccionArancelaria", "CP999", "Mercancias.Mercancia[0].FraccionArancelaria", importacion, fraction, ""},
		{"FraccionArancelaria", "", "", importacion, fraction, last},
		// What a station is its row tells, not the form of its key.
		{"Estaciones", "", "", mar, func(c *cfdi.Comprobante) {
			place(1, func(u *cp31.Ubicacion) { u.NumEstacion, u.NombreEstacion, u.TipoEstacion = "XX9", "Nuevo", "" })(c)
		}, ""},
		{"CodigoTransporteAereo", "CP999", "Mercancias.TransporteAereo.CodigoTransportista", aire, plane(func(a *cp31.TransporteAereo) { a.CodigoTransportista = "CA002" }), ""},
		{"DerechosDePaso", "CP999", "Mercancias.TransporteFerroviario.DerechosDePaso[0].TipoDerechoDePaso", tren, of(func(v V) {
			v.Mercancias.TransporteFerroviario.DerechosDePaso[0].TipoDerechoDePaso = "CDP002"
		}), ""},
	}
}

// judge compares what the catalogues find with the case.
func (k *catalogueCase) judge(t *testing.T, cat *catalogo.Catalog) {
	t.Helper()
	c := known(k.from)
	if k.day != "" {
		c.Fecha = k.day
	}
	k.change(c)
	var got []string
	for _, f := range cp31.De(c).Validate(c, cat, time.Time{}) {
		code := f.Code
		if !f.IsError() {
			code += "?"
		}
		got = append(got, code+" "+f.Path)
		if !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
			t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
		}
	}
	var want []string
	if k.code != "" {
		want = []string{k.code + " Complementos[0]." + k.path}
	}
	if !slices.Equal(want, got) {
		t.Errorf("%s on %s: got %v, want %v", k.catalogue, c.Fecha, got, want)
	}
}

// TestLargeCataloguesDecide: each fault is told where its catalogue was imported, alone or
// with the others, and left to the PAC where it was not.
func TestLargeCataloguesDecide(t *testing.T) {
	all := tiny(t)
	alone := map[string]*catalogo.Catalog{}
	for name := range tinyCatalogue {
		alone[name] = tiny(t, name)
	}
	proved := map[string]bool{}
	for _, k := range slices.Concat(catalogueCases(), datedCases()) {
		k.judge(t, all)
		k.judge(t, alone[k.catalogue])
		proved[k.catalogue] = proved[k.catalogue] || k.code != ""
		if k.code != "" {
			k.code = ""
			k.judge(t, cat)
		}
	}
	for name := range tinyCatalogue {
		if !proved[name] {
			t.Errorf("no fault that c_%s tells", name)
		}
	}
	basesAreGood(t, all)
}

func basesAreGood(t *testing.T, cat *catalogo.Catalog) {
	t.Helper()
	for name, base := range bases() {
		c := known(base)
		for _, f := range cp31.De(c).Validate(c, cat, time.Time{}) {
			t.Errorf("%s: %v", name, f)
		}
	}
}

// TestOfficialCataloguesDecide is the same of the catalogues of the SAT.
func TestOfficialCataloguesDecide(t *testing.T) {
	from := t.TempDir()
	for name := range tinyCatalogue {
		found, err := filepath.Glob("../../../shared/sat/catalogs/*/c_" + name + ".tsv*")
		if err != nil || len(found) != 1 {
			t.Skip("needs the SAT data, which is not here: shared/sat/catalogs/c_" + name)
		}
		data, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, filepath.Base(found[0])), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	official := imported(t, from)
	basesAreGood(t, official)
	for _, k := range catalogueCases() {
		k.judge(t, official)
	}
}

// BenchmarkValidateImported judges the same with the large catalogues at hand.
func BenchmarkValidateImported(b *testing.B) {
	full := tiny(b)
	c := known(reparto)
	v := cp31.De(c)
	for b.Loop() {
		v.Validate(c, full, time.Time{})
	}
}
