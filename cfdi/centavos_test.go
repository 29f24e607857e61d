package cfdi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
)

// clean reports every error that the rules find.
func clean(t failer, cat *catalogo.Catalog, what string, c *cfdi.Comprobante) {
	t.Helper()
	for _, f := range cfdi.Validate(c, cat, time.Time{}).Errors() {
		t.Errorf("%s: %s %s: %s", what, f.Code, f.Path, f.Message)
	}
}

// agreed is an invoice of a professional to a company: with IVA, ISR and IVA withheld.
func agreed() *cfdi.Comprobante {
	c := simple()
	c.Emisor = cfdi.Emisor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", RegimenFiscal: "612"}
	c.Conceptos[0].Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("001", "0.10"), withheld("002", "0.106667")}
	return c
}

func TestSolveTotal(t *testing.T) {
	cat := catalogo.New()
	mixed := agreed()
	mixed.Conceptos = append(mixed.Conceptos, mixed.Conceptos[0], mixed.Conceptos[0])
	mixed.Conceptos[1].Cantidad, mixed.Conceptos[1].ValorUnitario, mixed.Conceptos[1].Descuento = num("3"), num("33.33"), num("5.55")
	mixed.Conceptos[1].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{ieps("Tasa", "0.08"), iva("0.16")}}
	mixed.Conceptos[2].Cantidad, mixed.Conceptos[2].ValorUnitario = num("0.333333"), num("10")
	mixed.Conceptos[2].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0")}}
	lodged := simple()
	lodged.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{
		TrasladosLocales: []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.5")}},
	}}
	yen := simple()
	yen.Moneda, yen.TipoCambio = "JPY", num("0.12")
	for _, c := range []struct {
		name, total, unit string
		from              func() *cfdi.Comprobante
	}{
		{"cents that do", "100.00", "86.21", simple},
		{"millionths needed", "1000.01", "", simple},
		{"a fee with withholdings", "10000.00", "", agreed},
		{"a fee of one peso", "1.00", "", agreed},
		{"three lines, IEPS, discount", "999.99", "", mixed.Clone},
		{"lodging", "1500.00", "", lodged.Clone},
		{"yen", "117", "", yen.Clone},
		{"a million", "1234567.89", "", agreed},
	} {
		doc := c.from()
		if err := doc.SolveTotal(cat, num(c.total)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if doc.Total.Cmp(num(c.total)) != 0 {
			t.Errorf("%s: total %s", c.name, doc.Total)
		}
		if c.unit != "" && doc.Conceptos[0].ValorUnitario.String() != c.unit {
			t.Errorf("%s: price %s", c.name, doc.Conceptos[0].ValorUnitario)
		}
		clean(t, cat, c.name, doc)
	}
}

// TestSolveTotalKeepsABase: a line is left with less than nothing by no rounding, and a
// present stays one.
func TestSolveTotalKeepsABase(t *testing.T) {
	cat := catalogo.New()
	small := simple()
	small.Moneda, small.TipoCambio = "JPY", num("0.12")
	small.Conceptos = append(small.Conceptos, small.Clone().Conceptos[0])
	small.Conceptos[0].ValorUnitario = num("9000")
	small.Conceptos[1].Cantidad, small.Conceptos[1].ValorUnitario = num("0.324"), num("2")
	present := simple()
	present.Conceptos = append(present.Conceptos, cfdi.Concepto{
		ClaveProdServ: "80131500", Cantidad: num("3"), ClaveUnidad: "E48", Descripcion: "De regalo", ValorUnitario: num("33.33"), Descuento: num("99.99"), ObjetoImp: "01",
	})
	for name, c := range map[string]struct {
		doc   *cfdi.Comprobante
		total string
	}{"a line below one yen": {small, "7000"}, "a present": {present, "777.77"}} {
		c.doc.Totalize(cat)
		clean(t, cat, name+" before", c.doc)
		if err := c.doc.SolveTotal(cat, num(c.total)); err != nil || c.doc.Total.Cmp(num(c.total)) != 0 {
			t.Errorf("%s: %s %v", name, c.doc.Total, err)
		}
		clean(t, cat, name, c.doc)
	}
	if line := present.Conceptos[1]; line.Descuento.Cmp(line.Importe) != 0 {
		t.Errorf("%s is left of the present", line.Importe.Sub(line.Descuento))
	}
}

// TestLocalTaxesFollow the prices: by their rate, or in proportion where an amount was
// given.
func TestLocalTaxesFollow(t *testing.T) {
	cat := catalogo.New()
	for given, want := range map[string]string{"": "43.93", "20": "25.10"} {
		c := simple()
		ish := implocal.TrasladosLocales{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.5")}
		if given != "" {
			ish.Importe = num(given)
		}
		c.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{TrasladosLocales: []implocal.TrasladosLocales{ish}}}
		total := map[string]string{"": "1500.00", "20": "1481.17"}[given]
		if err := c.SolveTotal(cat, num(total)); err != nil {
			t.Fatal(err)
		}
		if got := implocal.De(c).TrasladosLocales[0].Importe.String(); got != want || c.Total.String() != total {
			t.Errorf("%q: ISH %s, want %s; total %s of subtotal %s", given, got, want, c.Total, c.SubTotal)
		}
	}
	f := simple()
	f.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{TrasladosLocales: []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.5")}}}}
	f.Conceptos[0].Cantidad = num("4")
	f.Totalize(cat)
	note, err := cfdi.NewNotaDeCredito(cat, f, uuid1, num("478.00"))
	if err != nil || note.SubTotal.String() != "400.00" || implocal.De(note).TotaldeTraslados.String() != "14.00" {
		t.Errorf("credited %s with local %s: %v", note.SubTotal, implocal.De(note).TotaldeTraslados, err)
	}
	back, err := cfdi.NewDevolucion(cat, f, uuid1, []decimal.Decimal{num("1")})
	if err != nil || back.Total.String() != "1195.00" || implocal.De(back).TotaldeTraslados.String() != "35.00" {
		t.Errorf("came back %s with local %s: %v", back.Total, implocal.De(back).TotaldeTraslados, err)
	}
	yen := simple()
	yen.Moneda, yen.TipoCambio = "JPY", num("0.12")
	yen.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{TrasladosLocales: []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.55")}}}}
	if yen.Totalize(cat); implocal.De(yen).TotaldeTraslados.String() != "36.00" || yen.Total.String() != "1196" {
		t.Errorf("%s of %s", implocal.De(yen).TotaldeTraslados, yen.Total)
	}
	clean(t, cat, "yen", yen)
}

// TestSolveTotalRefuses what cannot be asked for, and leaves the document alone.
func TestSolveTotalRefuses(t *testing.T) {
	cat := catalogo.New()
	fuel := simple()
	fuel.Conceptos[0].Impuestos.Traslados = []cfdi.Traslado{ieps("Cuota", "6.5")}
	fuel.Conceptos[0].Cantidad = num("40")
	free := simple()
	free.Conceptos[0].ValorUnitario = num("0")
	transfer := simple()
	transfer.TipoDeComprobante = "T"
	for _, c := range []struct {
		name, total string
		doc         *cfdi.Comprobante
	}{
		{"nothing", "0", simple()},
		{"less", "-1", simple()},
		{"fine", "1.001", simple()},
		{"no price", "1", free},
		{"of type T", "1", transfer},
		{"less than its cuota", "200.00", fuel},
		{"all cuota", "260.00", fuel},
	} {
		c.doc.Totalize(cat)
		before := c.doc.Clone()
		var refused *cfdi.AmountError
		if err := c.doc.SolveTotal(cat, num(c.total)); !errors.As(err, &refused) || refused.Message == "" {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(before.Total, c.doc.Total); diff != "" {
			t.Errorf("%s: changed\n%s", c.name, diff)
		}
	}
}

// TestSolveTotalSaysWhenNoneFits: one kilowatt-hour moves the total by a millionth
// times two million.
func TestSolveTotalSaysWhenNoneFits(t *testing.T) {
	cat := catalogo.New()
	c := simple()
	c.Conceptos[0].Cantidad, c.Conceptos[0].ValorUnitario = num("2000000"), num("1.20")
	var none *cfdi.TotalError
	if err := c.SolveTotal(cat, num("2784000.01")); !errors.As(err, &none) || none.Nearest.Cmp(c.Total) != 0 || none.Want.String() != "2784000.01" {
		t.Fatal(err)
	}
	if off := none.Nearest.Sub(none.Want).Abs(); off.Cmp(num("1.20")) > 0 {
		t.Errorf("off by %s", off)
	}
	clean(t, cat, "nearest", c)
	c = simple()
	c.Conceptos = append(c.Conceptos, c.Conceptos[0])
	c.Conceptos[0].Cantidad, c.Conceptos[0].ValorUnitario = num("2000000"), num("1.20")
	c.Conceptos[1].ValorUnitario = num("50")
	if err := c.SolveTotal(cat, num("2784000.01")); err != nil { // a small line makes up for the large one
		t.Error(err)
	}
}

// TestAnyTotalIsMet: whatever was agreed on everyday documents comes out to the cent,
// and every rule passes.
func TestAnyTotalIsMet(t *testing.T) {
	t.Parallel()
	cat := catalogo.New()
	rapid.Check(t, func(rt *rapid.T) {
		c := agreed()
		c.Conceptos = nil
		for range rapid.IntRange(1, 5).Draw(rt, "lines") {
			k := cfdi.Concepto{
				ClaveProdServ: "01010101", ClaveUnidad: "ACT", Descripcion: "x", ObjetoImp: "02",
				Cantidad: decimal.FromInt(1).Add(amount(rt, "cantidad", 100, 3)), ValorUnitario: amount(rt, "precio", 10_000, 2),
			}
			k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva(rapid.SampledFrom([]string{"0.16", "0.16", "0"}).Draw(rt, "iva"))}}
			if rapid.Bool().Draw(rt, "ieps") {
				k.Impuestos.Traslados = append(k.Impuestos.Traslados, ieps("Tasa", rapid.SampledFrom(iepsRates).Draw(rt, "rate")))
			}
			if rapid.Bool().Draw(rt, "withheld") {
				k.Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("001", rapid.SampledFrom([]string{"0.10", "0.0125"}).Draw(rt, "isr")), withheld("002", "0.106667")}
			}
			if rapid.IntRange(0, 3).Draw(rt, "discount") == 0 {
				k.DiscountPercent(num("10"), k.ValorUnitario)
			}
			c.Conceptos = append(c.Conceptos, k)
		}
		c.Totalize(cat)
		want := c.Total.Mul(amount(rt, "share", 2, 3)).Round(2)
		if want.Cmp(num("1")) < 0 {
			return
		}
		before := c.Clone()
		err := c.SolveTotal(cat, want)
		var near *cfdi.TotalError
		if errors.As(err, &near) && len(before.Conceptos) == 1 && near.Nearest.Sub(want).Abs().Cmp(num("0.01")) <= 0 {
			// A line of many units alone may miss by a cent; it is left at the nearest, and right.
			if c.Total.Cmp(near.Nearest) != 0 || len(cfdi.Validate(c, cat, clock).Errors()) > len(cfdi.Validate(before, cat, clock).Errors()) {
				rt.Fatalf("left at %s, said %s\n%s", c.Total, near.Nearest, cfdi.WriteXML(c))
			}
			return
		}
		if err != nil {
			rt.Fatalf("%v of %s\n%s", err, want, cfdi.WriteXML(before))
		}
		if c.Total.Cmp(want) != 0 {
			rt.Fatalf("%s came out of %s", c.Total, want)
		}
		clean(rt, cat, "solved", c)
		again := c.Clone()
		again.Totalize(cat)
		if diff := cmp.Diff(cfdi.WriteXML(c), cfdi.WriteXML(again)); diff != "" {
			rt.Fatalf("totalizing again changes it\n%s", diff)
		}
	})
}
