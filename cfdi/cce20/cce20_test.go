package cce20_test

import (
	"bytes"
	"errors"
	"math/bits"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cce20"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/decimal"
)

// TestTownByTheWholeCatalogue: a town that the catalogue does not give the postal code is
// a warning.
func TestTownByTheWholeCatalogue(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"c_CodigoPostal.tsv": "id\testado\tmunicipio\tlocalidad\testimulo_frontera\thuso_descripcion\n76199\tQUE\t014\t01\t0\t\n",
		"c_Localidad.tsv":    "localidad\testado\ttexto\n01\tQUE\tUna\n02\tQUE\tOtra\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole := imported(t, dir)
	for town, want := range map[string][]string{"01": {}, "": {}, "02": {"CCE130", "CCE141", "CCE150"}, "03": {"CCE128", "CCE137", "CCE146"}} {
		if diff := cmp.Diff(want, addressed(whole, func(d *cce20.Domicilio) { d.Localidad = town })); diff != "" {
			t.Errorf("%s: %s", town, diff)
		}
	}
	c := minima()
	x := cce20.De(c)
	x.Emisor.Domicilio = planta()
	x.Emisor.Domicilio.Localidad = "02"
	for _, f := range x.Validate(c, whole, time.Time{}) {
		if f.IsError() {
			t.Error(f)
		}
	}
}

// TestSample: what another program wrote and the SAT data calls valid.
func TestSample(t *testing.T) {
	doc, err := cfdi.Read(cfditest.Sample(t, "sat/samples/valid/ingreso-comercioexterior20-usd.xml"), complementos.All)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, found(doc.Comprobante)); diff != "" {
		t.Error(diff)
	}
	for _, f := range cce20.De(doc.Comprobante).Validate(doc.Comprobante, imported(t, cfditest.Shared(t, "sat/catalogs")), time.Time{}) {
		t.Errorf("with the catalogues of the SAT: %v", f)
	}
}

func TestGolden(t *testing.T) {
	for _, name := range names() {
		c := bases()[name]()
		cfditest.Golden(t, name+".xml", string(cfdi.WriteXML(c)))
		cfditest.Golden(t, name+".cadena", cfditest.Cadena(t, c))
	}
}

// TestReadsWhatItWrites: the model comes back from XML and from JSON.
func TestReadsWhatItWrites(t *testing.T) {
	all := pairwise()
	for _, base := range bases() {
		all = append(all, base())
	}
	for _, c := range all {
		doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cce20.De(c), cce20.De(doc.Comprobante)); diff != "" {
			t.Error(diff)
		}
		text, err := c.Complementos.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back cfdi.Comprobante
		if err := back.Complementos.UnmarshalJSON(text); err != nil {
			t.Fatal(err)
		}
		if err := back.Decode(complementos.All); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cce20.De(c), cce20.De(&back)); diff != "" {
			t.Errorf("through JSON:\n%s", diff)
		}
	}
}

// pairwise are twelve documents in which each two of what may be there or not meet in
// all four ways: the choice n is made in document i when the bit i of its number is
// set; numbers of ten bits of which five are set differ both ways, and the first two
// documents have nothing and everything.
func pairwise() []*cfdi.Comprobante {
	var codes []uint
	for n := range uint(1 << 10) {
		if bits.OnesCount(n) == 5 {
			codes = append(codes, n<<2|2)
		}
	}
	var out []*cfdi.Comprobante
	for i := range 12 {
		next := 0
		has := func() bool {
			next++
			return codes[next-1]>>i&1 == 1
		}
		text := func(s string) string {
			if has() {
				return s
			}
			return ""
		}
		number := func(s string) decimal.Decimal {
			if has() {
				return num(s)
			}
			return none
		}
		address := func() cce20.Domicilio {
			return cce20.Domicilio{
				Calle: "Uno", NumeroExterior: text("1"), NumeroInterior: text("2"), Colonia: text("0214"), Localidad: text("01"), Referencia: text("  al   lado "),
				Municipio: text("014"), Estado: "QUE", Pais: "MEX", CodigoPostal: "76199",
			}
		}
		x := &X{
			Version: "2.0", MotivoTraslado: text("05"), ClaveDePedimento: "A1", CertificadoOrigen: "0", NumCertificadoOrigen: text("123456"),
			NumeroExportadorConfiable: text("E1"), Incoterm: text("FOB"), Observaciones: text("ñ & <ú>"), TipoCambioUSD: num("18.1234"), TotalUSD: num("1.00"),
		}
		if has() {
			x.Emisor = &cce20.Emisor{Curp: text(curp), Domicilio: address()}
		}
		if has() {
			x.Propietario = []cce20.Propietario{{NumRegIdTrib: "123456789", ResidenciaFiscal: "USA"}, {NumRegIdTrib: "1234567", ResidenciaFiscal: "ESP"}}
		}
		if has() {
			x.Receptor = &cce20.Receptor{NumRegIdTrib: text("123456789")}
			if has() {
				x.Receptor.Domicilio = at(address())
			}
		}
		if has() {
			x.Destinatario = []cce20.Destinatario{{NumRegIdTrib: text("123456789"), Nombre: text("Uno"), Domicilio: []cce20.Domicilio{address(), austin()}}, {Domicilio: []cce20.Domicilio{madrid()}}}
		}
		m := cce20.Mercancia{
			NoIdentificacion: "A-1", FraccionArancelaria: text("8481809900"), CantidadAduana: number("1.000"), UnidadAduana: text("06"),
			ValorUnitarioAduana: number("1.000000"), ValorDolares: num("1.0000"),
		}
		if has() {
			m.DescripcionesEspecificas = []cce20.DescripcionesEspecificas{{Marca: "a", Modelo: text("b"), SubModelo: text("c"), NumeroSerie: text("d")}, {Marca: "z"}}
		}
		x.Mercancias = []cce20.Mercancia{m, {NoIdentificacion: "B", ValorDolares: num("0")}}
		c := minima()
		c.Complementos = cfdi.Complementos{x}
		out = append(out, c)
	}
	return out
}

// TestOracle: schema and stylesheet of the SAT agree with every base and with every
// pair of what may be there or not.
func TestOracle(t *testing.T) {
	var docs []cfditest.Doc
	for _, name := range names() {
		docs = append(docs, cfditest.CFDI(t, name, bases()[name]()))
	}
	for i, c := range pairwise() {
		docs = append(docs, cfditest.CFDI(t, "pairwise"+strconv.Itoa(i), c))
	}
	cfditest.Agree(t, docs)
}

// TestExportacionRefuses what the matrix would, at its field.
func TestExportacionRefuses(t *testing.T) {
	good := func() cce20.Exportacion {
		return cce20.Exportacion{TipoCambioUSD: num("18.0000"), Bienes: []cce20.Bien{{NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: num("1"), Unidad: "01"}}}
	}
	pesos := func() *cfdi.Comprobante { return invoice("MXN", "", line("A-1", "1", "180.00")) }
	if _, err := good().ComercioExterior(pesos()); err != nil {
		t.Fatal(err)
	}
	for _, k := range []struct {
		path   string
		c      *cfdi.Comprobante
		change func(e *cce20.Exportacion, b *cce20.Bien)
	}{
		{"TipoCambioUSD", pesos(), func(e *cce20.Exportacion, _ *cce20.Bien) { e.TipoCambioUSD = none }},
		{"Bienes", pesos(), func(e *cce20.Exportacion, _ *cce20.Bien) { e.Bienes = nil }},
		{"Bienes[0].NoIdentificacion", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.NoIdentificacion = "A-2" }},
		{"Bienes[0].Unidad", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Unidad = "" }},
		{"Bienes[0].Cantidad", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad = num("0") }},
		{"Bienes[0].Cantidad", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad = num("1.0001") }},
		{"Bienes[0].FraccionArancelaria", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.FraccionArancelaria = "" }},
		{"Bienes[0].FraccionArancelaria", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Unidad = "99" }},
		{"Bienes[0].FueraDeValor", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.FueraDeValor = true }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.ValorUnitario = num("-1") }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.ValorUnitario = num("10.02") }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad = num("99999999999999") }},
		{"Bienes[0].ValorUnitario", pesos(), func(_ *cce20.Exportacion, b *cce20.Bien) { b.Cantidad, b.ValorUnitario = num("0.001"), num("0.01") }},
		{"Bienes[0].ValorUnitario", invoice("EUR", "", line("A-1", "1", "10.00")), func(*cce20.Exportacion, *cce20.Bien) {}},
		{"Bienes[0].ValorUnitario", moved(), func(*cce20.Exportacion, *cce20.Bien) {}},
		{"Bienes[0].ValorUnitario", pesos(), func(e *cce20.Exportacion, b *cce20.Bien) { e.Bienes = append(e.Bienes, *b) }},
		{"Bienes[1].ValorUnitario", pesos(), func(e *cce20.Exportacion, b *cce20.Bien) {
			e.Bienes = append(e.Bienes, *b)
			e.Bienes[0].ValorUnitario = num("10")
		}},
	} {
		e := good()
		k.change(&e, &e.Bienes[0])
		var refused *cce20.ExportacionError
		if _, err := e.ComercioExterior(k.c); !errors.As(err, &refused) || refused.Path != k.path || !strings.HasSuffix(refused.Message, ".") {
			t.Errorf("%s: %v", k.path, err)
		}
	}
}

// anyExport draws what is sold, in any currency, in any quantity of the customs.
func anyExport(rt *rapid.T) *cfdi.Comprobante {
	monedas := []string{"MXN", "USD", "EUR"}
	moneda, rate := monedas[rapid.IntRange(0, 2).Draw(rt, "currency")], ""
	if moneda != "MXN" {
		rate = decimal.New(rapid.Int64Range(15_0000, 25_0000).Draw(rt, "rate"), 4).String()
	}
	var lines []cfdi.Concepto
	e := cce20.Exportacion{
		Incoterm: "FOB", TipoCambioUSD: decimal.New(rapid.Int64Range(15_0000, 25_0000).Draw(rt, "dollar"), 4), Emisor: cce20.Emisor{Domicilio: planta()},
		Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: at(austin())},
	}
	if rapid.Bool().Draw(rt, "certificate") {
		e.NumCertificadoOrigen, e.Observaciones = "CO-123456", "Frágil & <pesado>"
	}
	for i := range rapid.IntRange(1, 4).Draw(rt, "goods") {
		id := "A-" + strconv.Itoa(i)
		for range rapid.IntRange(1, 2).Draw(rt, "lines") {
			quantity := decimal.New(rapid.Int64Range(1_000, 500_000).Draw(rt, "sold"), 3)
			price := decimal.New(rapid.Int64Range(100_0000, 90_000_0000).Draw(rt, "price"), 4)
			lines = append(lines, line(id, quantity.String(), price.Round(rapid.SampledFrom([]int{2, 2, 4}).Draw(rt, "decimals")).String()))
		}
		if rapid.IntRange(0, 3).Draw(rt, "service") == 0 { // all its lines, no fraction
			for j := range lines {
				if lines[j].NoIdentificacion == id {
					lines[j].ClaveUnidad = "E48"
				}
			}
			e.Bienes = append(e.Bienes, cce20.Bien{NoIdentificacion: id, Cantidad: num("1"), Unidad: "99", FueraDeValor: rapid.Bool().Draw(rt, "no part of the value")})
			continue
		}
		b := cce20.Bien{NoIdentificacion: id, FraccionArancelaria: "8481809900", Cantidad: decimal.New(rapid.Int64Range(1, 900_000).Draw(rt, "quantity"), 3), Unidad: "01"}
		if rapid.Bool().Draw(rt, "shared") {
			part := b
			part.FraccionArancelaria, part.Cantidad, part.ValorUnitario = "8481300100", num("1"), decimal.New(rapid.Int64Range(10_000, 1_000_000).Draw(rt, "unit"), 6)
			e.Bienes = append(e.Bienes, part)
		}
		e.Bienes = append(e.Bienes, b)
	}
	c := invoice(moneda, rate, lines...)
	x, err := e.ComercioExterior(c)
	if err != nil {
		rt.Fatal(err)
	}
	c.Complementos = cfdi.Complementos{x}
	return c
}

// TestAnyExportIsRight: the complement of whatever is sold breaks no rule, nor does its CFDI.
func TestAnyExportIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := anyExport(rt)
		if got := found(c); len(got) > 0 {
			rt.Fatalf("%v\n%s", got, cfdi.WriteXML(c))
		}
		for _, f := range cfdi.Validate(c, cat, time.Time{}).Errors() {
			rt.Errorf("%s %s: %s\n%s", f.Code, f.Path, f.Message, cfdi.WriteXML(c))
		}
		x, sum := cce20.De(c), decimal.FromInt(0) // the rule counts as the builder does: this is counted anew
		for _, m := range x.Mercancias {
			sum = sum.Add(m.ValorDolares)
		}
		if x.TotalUSD.Cmp(sum) != 0 || x.TotalUSD.Scale() != 2 {
			rt.Errorf("%s dollars are not %s", x.TotalUSD, sum)
		}
	})
}

// TestAnyExportMeetsTheOracle: schema and stylesheet of the SAT agree with a sample.
func TestAnyExportMeetsTheOracle(t *testing.T) {
	var docs []cfditest.Doc
	for i := range 12 {
		docs = append(docs, cfditest.CFDI(t, "export"+strconv.Itoa(i), rapid.Custom(anyExport).Example(i)))
	}
	cfditest.Agree(t, docs)
}

// FuzzRead: no element panics, and what is read is written and read the same.
func FuzzRead(f *testing.F) {
	for _, name := range names() {
		f.Add(cfdi.WriteXML(bases()[name]()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := cfdi.Read(b, []cfdi.Known{cce20.Known})
		if err != nil {
			return
		}
		x := cce20.De(doc.Comprobante)
		if x == nil {
			return
		}
		x.Validate(doc.Comprobante, cat, time.Time{})
		once := cfdi.WriteXML(doc.Comprobante)
		again, err := cfdi.Read(once, []cfdi.Known{cce20.Known})
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, once)
		}
		if twice := cfdi.WriteXML(again.Comprobante); !bytes.Equal(once, twice) {
			t.Fatalf("written twice it differs\n%s\n%s", once, twice)
		}
		first, err1 := cfdi.Cadena(doc.Comprobante)
		second, err2 := cfdi.Cadena(again.Comprobante)
		if first != second || (err1 == nil) != (err2 == nil) {
			t.Fatalf("the cadena changed\n%s\n%s", first, second)
		}
	})
}

// TestTheTotalIsMended: the sum in dollars has one value.
func TestTheTotalIsMended(t *testing.T) {
	tested := 0
	for _, k := range ruleCases() {
		c := k.from()
		k.change(c)
		for _, f := range cfdi.Validate(c, cat, time.Time{}) {
			if f.Code != k.code || !strings.HasSuffix(f.Path, ".TotalUSD") || len(f.Mend) == 0 {
				continue
			}
			tested++
			if err := cfdi.Apply(c, f); err != nil {
				t.Fatal(err)
			}
			if left := cfdi.Validate(c, cat, time.Time{}).Errors(); len(left) > 0 {
				t.Errorf("%s: %v is left", k.code, left)
			}
			break
		}
	}
	if tested == 0 {
		t.Error("no total of dollars carries a mend")
	}
}
