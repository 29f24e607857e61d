package cfdi_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/decimal"
)

// TestManyFindings: of a document of 200,000 empty lines some hundreds of findings are told and the others counted, in
// little memory beside the document and soon.
func TestManyFindings(t *testing.T) {
	const lines, perLine = 200_000, 7
	xml := `<?xml version="1.0" encoding="UTF-8"?><cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" Version="4.0"><cfdi:Emisor/><cfdi:Receptor/><cfdi:Conceptos>` +
		strings.Repeat("<cfdi:Concepto/>", lines) + `</cfdi:Conceptos></cfdi:Comprobante>`
	doc, err := cfdi.Read([]byte(xml), nil)
	if err != nil {
		t.Fatal(err)
	}
	cat := catalogo.New()
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // what is on the heap is in use, but for a tenth
	held := heapInUse()
	stop, peak := make(chan bool), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(2 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	}()
	start := time.Now()
	found := cfdi.Validate(doc.Comprobante, cat, time.Time{})
	took := time.Since(start)
	stop <- true
	used := int64(<-peak) - int64(held)
	runtime.KeepAlive(doc)
	t.Logf("%d findings told, %d MiB, %s", len(found), used>>20, took)

	last := found[len(found)-1]
	if told := len(found) - 1; told > 1_200 || told+last.More < lines*perLine || !last.IsError() || last.Code != "" || last.Path != "" {
		t.Errorf("%d told, the last %+v", told, last)
	}
	if !strings.Contains(last.Message, "errores más") || last.Fix == "" {
		t.Errorf("the last says %q %q", last.Message, last.Fix)
	}
	if used > 64<<20 {
		t.Errorf("takes %d MiB", used>>20)
	}
	if took > 15*time.Second { // a second, in truth
		t.Errorf("takes %s", took)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestFindingsLeftOutAreCounted: no code hides another one, errors that are left out leave an error behind, and what a
// complement leaves out is counted with the rest.
func TestFindingsLeftOutAreCounted(t *testing.T) {
	count := func(found []cfdi.Finding) (told map[string]int, errors, warnings int) {
		told = map[string]int{}
		for _, f := range found {
			switch {
			case f.More == 0:
				told[f.Code]++
			case f.IsError():
				errors += f.More
			default:
				warnings += f.More
			}
		}
		return told, errors, warnings
	}
	r := cfdi.NewDocumentReport(nil)
	for i := range 499 {
		r.Fail("few", fmt.Sprint(i), "m", "f")
	}
	r.Warn("few", "499", "m", "f")
	if told, errors, warnings := count(r.Found()); len(r.Found()) != 500 || told["few"] != 500 || errors+warnings != 0 {
		t.Errorf("of 500: %d told, %d and %d left out", told["few"], errors, warnings)
	}
	r.Fail("few", "500", "m", "f")
	r.Mend(&cfdi.Comprobante{}, "Serie", "A") // of the one left out: none
	for range 900 {
		r.Warn("warned", "", "m", "f")
	}
	r.Fail("late", "", "m", "f")
	r.Fail("late", "", "m", "f")
	r.Warn("later", "", "m", "f")
	told, errors, warnings := count(r.Found())
	if told["few"] != 500 || told["warned"] != 500 || told["late"] != 1 || told["later"] != 1 || errors != 2 || warnings != 400 {
		t.Errorf("%v told, %d errors and %d warnings left out", told, errors, warnings)
	}
	for _, f := range r.Found() {
		if f.Mend != nil {
			t.Errorf("%+v is mended", f)
		}
	}
	if last := r.Found()[len(r.Found())-2]; last.Message != "Hay 2 errores más que aquí no se muestran." {
		t.Errorf("%q", last.Message)
	}
}

// TestFindingsOfAComplementAreCounted: what the report of a complement leaves out is among what the document leaves out.
func TestFindingsOfAComplementAreCounted(t *testing.T) {
	const documents = 3_000
	p := &pago20.Pagos{Pago: []pago20.Pago{{DoctoRelacionado: make([]pago20.DoctoRelacionado, documents)}}}
	c := &cfdi.Comprobante{TipoDeComprobante: "P", Complementos: []cfdi.Complemento{p}}
	alone := p.Validate(c, catalogo.New(), time.Time{})
	found := cfdi.Validate(c, catalogo.New(), time.Time{})
	left := func(found []cfdi.Finding) (n, told int) {
		for _, f := range found {
			if n += f.More; f.More > 0 && f.IsError() {
				told++
			}
		}
		return n, told
	}
	more, told := left(found)
	if of, _ := left(alone); of < documents || more < of || told != 1 {
		t.Errorf("%d left out of the document, in %d findings, and %d of its complement", more, told, of)
	}
}

// TestAReportSpeaksPlainly: attributes by the names of the complement, and each fault of writing with what to do about it.
func TestAReportSpeaksPlainly(t *testing.T) {
	r := cfdi.NewDocumentReport(nil)
	r.Name(map[string]string{"Peso": "el peso", "Placa": "la placa"})
	none, minus, fine, blank, long, bar := decimal.Decimal{}, decimal.MustParse("-1"), decimal.MustParse("0.1234"), " ", "ABCDEFG", "A|B"
	odd, err := decimal.ParseXML(".5")
	if err != nil {
		t.Fatal(err)
	}
	r.Missing("Carro", []cfdi.Field{cfdi.RequiredNumber("Peso", &none), cfdi.Required("Total", new(string))})
	r.Lexical("X1", "", []cfdi.Field{cfdi.RequiredNumber("Peso", &minus), cfdi.RequiredNumber("Peso", &fine), cfdi.RequiredNumber("Peso", &odd)}, map[string]int{"Peso": 3})
	r.Lexical("X1", "", []cfdi.Field{cfdi.Required("Placa", &blank), cfdi.Optional("Placa", &blank), cfdi.Required("Placa", &long), cfdi.Required("Placa", &bar)}, map[string]int{"Placa": 6})
	var got []string
	for _, f := range r.Found() {
		got = append(got, strings.Join([]string{f.Code, f.Path, f.Message, f.Fix}, "/"))
	}
	want := []string{
		"301/Carro.Peso/Falta el peso./Escribe el dato; el SAT lo exige.",
		"301/Carro.Total/Falta el total./Escribe el dato; el SAT lo exige.",
		"X1/Peso/El peso está por debajo de cero./Escribe el número sin el signo menos.",
		"X1/Peso/El peso tiene más de 3 decimales./Escribe 3 decimales como máximo.",
		"X1/Peso/El peso debe llevar cifras a los dos lados del punto y ningún signo./Escríbelo así: 0.5.",
		"X1/Placa/La placa está en blanco./Escribe el dato; el SAT lo exige.",
		"X1/Placa/La placa está en blanco./Escribe el dato, o deja el campo vacío.",
		"X1/Placa/La placa tiene más de 6 caracteres./Escribe 6 caracteres como máximo.",
		"X1/Placa/La placa lleva un carácter prohibido (la barra | o uno invisible)./Quita ese carácter.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
