package pago20_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/decimal"
)

func names() []string { return slices.Sorted(maps.Keys(bases())) }

// TestGolden keeps XML and cadena of each base.
// TestTaxesAreSummedByKind: by tax, factor and rate, however the rate is written; a rate of zero is as none.
func TestTaxesAreSummedByKind(t *testing.T) {
	row := func(impuesto, factor, tasa string) pago20.TrasladoDR {
		return pago20.TrasladoDR{BaseDR: num("100.00"), ImpuestoDR: impuesto, TipoFactorDR: factor, TasaOCuotaDR: num(tasa), ImporteDR: num("1.00")}
	}
	none := row("002", "Tasa", "0")
	none.TasaOCuotaDR = decimal.Decimal{}
	p := pago20.Pagos{Pago: []pago20.Pago{{DoctoRelacionado: []pago20.DoctoRelacionado{
		{ImpuestosDR: &pago20.ImpuestosDR{TrasladosDR: []pago20.TrasladoDR{
			row("003", "Tasa", "0.265000"), row("003", "Tasa", "0.300000"), row("003", "Tasa", "0.265001"), row("003", "Cuota", "0.265000"), row("002", "Tasa", "0.000000"),
		}}},
		{ImpuestosDR: &pago20.ImpuestosDR{TrasladosDR: []pago20.TrasladoDR{row("003", "Tasa", "0.265"), row("003", "Cuota", "0.265000"), none}}},
	}}}}
	p.Sum()
	var got []string
	for _, r := range p.Pago[0].ImpuestosP.TrasladosP {
		got = append(got, r.ImpuestoP+" "+r.TipoFactorP+" "+r.TasaOCuotaP.String()+" "+r.BaseP.String()+" "+r.ImporteP.String())
	}
	want := []string{"003 Tasa 0.265000 200.00 2.00", "003 Tasa 0.300000 100.00 1.00", "003 Tasa 0.265001 100.00 1.00", "003 Cuota 0.265000 200.00 2.00", "002 Tasa 0.000000 200.00 2.00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
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
	for name, base := range bases() {
		c := base()
		doc, err := cfdi.Read(cfdi.WriteXML(c), complementos.All)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(pago20.De(c), pago20.De(doc.Comprobante)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
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
		if diff := cmp.Diff(pago20.De(c), pago20.De(&back)); diff != "" {
			t.Errorf("%s, through JSON:\n%s", name, diff)
		}
	}
}

// TestOracle: schema and stylesheet of the SAT agree with every base.
func TestOracle(t *testing.T) {
	var docs []cfditest.Doc
	for _, name := range names() {
		docs = append(docs, cfditest.CFDI(t, name, bases()[name]()))
	}
	cfditest.Agree(t, docs)
}

// TestMatrix compares our list with the SAT's, code by code in order.
func TestMatrix(t *testing.T) { cfditest.Matrix(t, "pagos20-revB", "CRP2", 103, pago20.Rules()) }

// TestSamples: what other programs wrote and the SAT data calls valid.
func TestSamples(t *testing.T) {
	for _, name := range []string{"pago20-no-objeto.xml", "pago20-timbrado.xml", "pago20-varios-pagos.xml"} {
		doc, err := cfdi.Read(cfditest.Sample(t, "sat/samples/valid/"+name), complementos.All)
		if err != nil {
			t.Fatal(err)
		}
		p := pago20.De(doc.Comprobante)
		for _, f := range p.Validate(doc.Comprobante, cat, time.Time{}) {
			t.Errorf("%s: %v", name, f)
		}
		// What was written by hand is what Sum writes.
		again, err := cfdi.Read(cfdi.WriteXML(doc.Comprobante), complementos.All)
		if err != nil {
			t.Fatal(err)
		}
		pago20.De(again.Comprobante).Sum()
		if got, want := pago20.De(again.Comprobante).Totales.MontoTotalPagos, p.Totales.MontoTotalPagos; got.Cmp(want) != 0 {
			t.Errorf("%s: MontoTotalPagos %s, Sum makes %s", name, want, got)
		}
	}
}

// TestAbonoRefuses what cannot be settled.
func TestAbonoRefuses(t *testing.T) {
	f := invoice("MXN", rent())
	for name, a := range map[string]pago20.Abono{
		"nothing":             {Factura: f},
		"more than is owed":   {Factura: f, Importe: f.Total.Add(num("0.01"))},
		"more than is left":   {Factura: f, SaldoAnterior: num("10"), Importe: num("10.01")},
		"owed more than all":  {Factura: f, SaldoAnterior: f.Total.Add(num("1")), Importe: num("1")},
		"without equivalence": {Factura: invoice("USD", rent()), Importe: num("1")},
	} {
		if _, err := a.DoctoRelacionado("MXN", cat); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if d := docto(pago20.Abono{Factura: f, Importe: f.Total}, "MXN"); d.ImpSaldoInsoluto.String() != "0.00" {
		t.Errorf("paid whole, %s are left", d.ImpSaldoInsoluto)
	}
}

// drawn is an invoice of some lines and taxes.
func drawn(rt *rapid.T, moneda string) *cfdi.Comprobante {
	c := &cfdi.Comprobante{Moneda: moneda, TipoDeComprobante: "I"}
	for range rapid.IntRange(1, 4).Draw(rt, "lines") {
		k := cfdi.Concepto{Cantidad: num("1"), ValorUnitario: decimal.New(rapid.Int64Range(100, 90_000_00).Draw(rt, "price"), 2), ObjetoImp: "02"}
		switch rapid.IntRange(0, 4).Draw(rt, "taxes") {
		case 0:
			k.Impuestos = rent()
		case 1:
			k.ObjetoImp = "01"
		case 2:
			k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Exento"}}}
		case 3:
			k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: num("0.080000")}, iva16()}}
		default:
			k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva16()}}
		}
		c.Conceptos = append(c.Conceptos, k)
	}
	c.Totalize(cat)
	return c
}

// TestInstalmentsAddUp: an invoice paid in any number of parts, in its own currency
// or another, makes receipts that break no rule, whose bases add up to those of the
// invoice and whose balances meet.
func TestInstalmentsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		own := rapid.Bool().Draw(rt, "same currency")
		f := drawn(rt, "USD")
		monedaP := "USD"
		if !own {
			monedaP = "MXN"
		}
		rate := decimal.New(rapid.Int64Range(15_0000, 25_0000).Draw(rt, "rate"), 4)
		fine := false // a part was so little that its bases have six decimals
		bases, want := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		for _, k := range f.Conceptos {
			if k.Impuestos == nil {
				continue
			}
			for _, x := range k.Impuestos.Traslados {
				key := x.Impuesto + x.TipoFactor + x.TasaOCuota.String()
				want[key] = want[key].Add(x.Base)
			}
		}
		left := f.Total
		for n := 1; left.Sign() > 0; n++ {
			part := left
			if n < 6 && rapid.IntRange(0, 3).Draw(rt, "more") > 0 {
				part = decimal.New(rapid.Int64Range(1, 100).Draw(rt, "per cent"), 2).Mul(left).Round(2)
			}
			if part.Sign() <= 0 {
				part = left
			}
			a := pago20.Abono{Factura: f, UUID: uuid, Parcialidad: n, SaldoAnterior: left, Importe: part}
			monto := part
			if !own {
				monto = part.Mul(rate).Round(2)
				a.Equivalencia = pago20.Equivalencia(part, monto)
				if a.Equivalencia.Mul(monto).Cmp(part) < 0 {
					rt.Fatalf("%s settles more than %s pays", part, monto)
				}
			}
			d, err := a.DoctoRelacionado(monedaP, cat)
			if err != nil {
				rt.Fatal(err)
			}
			p := pago20.Pago{FechaPago: "2026-11-19T12:00:00", FormaDePagoP: "01", MonedaP: monedaP, Monto: monto, DoctoRelacionado: []pago20.DoctoRelacionado{d}}
			if own {
				p.TipoCambioP = rate
			}
			c := receipt(p)
			if got := found(c); len(got) > 0 {
				rt.Fatalf("%v\n%s", got, cfdi.WriteXML(c))
			}
			if d.ImpuestosDR != nil {
				for _, x := range d.ImpuestosDR.TrasladosDR {
					key := x.ImpuestoDR + x.TipoFactorDR + x.TasaOCuotaDR.String()
					bases[key] = bases[key].Add(x.BaseDR)
					fine = fine || x.BaseDR.Scale() > 2
				}
			}
			if d.ImpSaldoInsoluto.Cmp(left.Sub(part)) != 0 {
				rt.Fatalf("balance %s after %s of %s", d.ImpSaldoInsoluto, part, left)
			}
			left = left.Sub(part)
		}
		for key, base := range want {
			if !fine && bases[key].Cmp(base) != 0 {
				rt.Fatalf("%s: the parts add up to %s, the invoice has %s", key, bases[key], base)
			}
		}
	})
}

// TestLimits holds the examples of the guide.
func TestLimits(t *testing.T) {
	for _, v := range []struct{ importe, eq, low, high string }{
		{"2000.00", "20.1234", "99.38", "99.39"}, {"100.00", "0.0497", "2009.94", "2014.20"},
	} {
		for _, monto := range []struct {
			value string
			ok    bool
		}{{v.low, true}, {num(v.low).Sub(num("0.01")).String(), false}} {
			c := receipt(paid("MXN", monto.value, pago20.DoctoRelacionado{
				IdDocumento: uuid, MonedaDR: "USD", EquivalenciaDR: num(v.eq), NumParcialidad: num("1"),
				ImpSaldoAnt: num(v.importe), ImpPagado: num(v.importe), ImpSaldoInsoluto: num("0.00"), ObjetoImpDR: "01",
			}))
			if got := found(c); (len(got) == 0) != monto.ok {
				t.Errorf("%s at %s paid with %s: %v", v.importe, v.eq, monto.value, got)
			}
		}
	}
}

// TestNewPays two invoices at once, one of them in dollars.
func TestNewPays(t *testing.T) {
	pesos, dollars := invoice("MXN", rent()), invoice("USD", rent())
	half := pesos.Total.Quo(num("2"), 2)
	paid := num("18.1234").Mul(dollars.Total).Round(2)
	pago := pago20.Pago{FechaPago: "2026-11-19T12:00:00", FormaDePagoP: "03", MonedaP: "MXN"}
	abonos := []pago20.Abono{
		{Factura: pesos, UUID: uuid, Parcialidad: 1, Importe: half},
		{Factura: dollars, UUID: uuid, Parcialidad: 1, Importe: dollars.Total, Equivalencia: pago20.Equivalencia(dollars.Total, paid)},
	}
	p, err := pago20.New(cat, pago, abonos...)
	if err != nil {
		t.Fatal(err)
	}
	if want := half.Add(paid); p.Pago[0].Monto.Cmp(want) != 0 || p.Totales.MontoTotalPagos.Cmp(want) != 0 {
		t.Errorf("paid %s of %s", p.Pago[0].Monto, want)
	}
	c := receipt(p.Pago...)
	if got := found(c); len(got) > 0 {
		t.Error(got)
	}
	pago.Monto = half
	if _, err := pago20.New(cat, pago, abonos...); err == nil {
		t.Error("more is settled than was paid")
	}
	if _, err := pago20.New(cat, pago); err == nil {
		t.Error("a payment of nothing")
	}
	pago.Monto = half.Add(num("100.00"))
	if _, err := pago20.New(cat, pago, abonos[0]); err != nil {
		t.Errorf("more may be paid than is settled: %v", err)
	}
}

// TestWhatHasOneValueIsMended: what the CFDI around must say, and what sums and rates of the
// payment must be, has one value, which its finding carries, and nothing else breaks by it.
func TestWhatHasOneValueIsMended(t *testing.T) {
	mended := map[string]bool{}
	for _, r := range ruleCases() {
		c := r.from()
		r.change(c)
		found := cfdi.Validate(c, cat, time.Time{})
		for _, f := range found {
			if f.Code != r.code || len(f.Mend) == 0 {
				continue
			}
			after := c.Clone()
			if err := cfdi.Apply(after, f); err != nil {
				t.Fatalf("%s: %v", r.code, err)
			}
			if left := cfdi.Validate(after, cat, time.Time{}); len(left.Errors()) >= len(found.Errors()) {
				t.Errorf("%s: after %v there are %v", r.code, f.Mend, left)
			}
			mended[r.code] = true
		}
	}
	t.Logf("%d codes carry a mend", len(mended))
	for _, code := range []string{"CRP20201", "CRP20209", "CRP20211", "CRP20215", "CRP20238", "CRP20244", "CRP20253", "CRP20260", "CRP20266", "CRP20272"} {
		if !mended[code] {
			t.Errorf("%s carries none: %v", code, slices.Sorted(maps.Keys(mended)))
		}
	}
}

// TestAMendWritesToACopy: who holds the complement from before sees nothing of it, and a
// mend that fails half way has done nothing.
func TestAMendWritesToACopy(t *testing.T) {
	c := receipt(paid("MXN", "100", docto(pago20.Abono{Importe: num("100"), Factura: invoice("MXN", nil)}, "MXN")))
	before := pago20.De(c)
	before.Totales.MontoTotalPagos = num("99")
	found := cfdi.Validate(c, cat, time.Time{})
	i := slices.IndexFunc(found, func(f cfdi.Finding) bool { return f.Code == "CRP20211" })
	if i < 0 || len(found[i].Mend) == 0 {
		t.Fatalf("no mend among %v", found)
	}
	bad := found[i]
	bad.Mend = append(slices.Clone(bad.Mend), cfdi.Change{Path: "Complementos[0].Totales.Nada", New: "1"})
	if err := cfdi.Apply(c, bad); err == nil || pago20.De(c).Totales.MontoTotalPagos.String() != "99" {
		t.Errorf("half a mend: %v, %v", err, pago20.De(c).Totales.MontoTotalPagos)
	}
	if err := cfdi.Apply(c, found[i]); err != nil {
		t.Fatal(err)
	}
	if got := before.Totales.MontoTotalPagos.String(); got != "99" {
		t.Errorf("the complement from before says %s", got)
	}
	if got := pago20.De(c).Totales.MontoTotalPagos.Cmp(num("100")); got != 0 {
		t.Errorf("the mended one says %s", pago20.De(c).Totales.MontoTotalPagos)
	}
	if err := cfdi.Apply(c, found[i]); err == nil {
		t.Error("the same mend twice")
	}
}

// TestLargePaymentInAnotherCurrency: ten decimals of the equivalence are too few for a large
// amount, whose Monto is then rounded so that what is settled does not exceed it.
func TestLargePaymentInAnotherCurrency(t *testing.T) {
	for _, x := range []struct{ moneda, monedaP, total, eq, monto string }{
		{"BHD", "MXN", "1333515.010", "0.0208328126", "64010320.44"}, // 64010320.4349…
		{"BHD", "JPY", "172747.165", "0.0025061874", "68928272"},
		{"USD", "MXN", "100.00", "0.0497", "2012.07"}, // an equivalence with room is rounded as ever
	} {
		f := &cfdi.Comprobante{Moneda: x.moneda, TipoDeComprobante: "I", Conceptos: []cfdi.Concepto{{Cantidad: num("1"), ValorUnitario: num(x.total), ObjetoImp: "01"}}}
		f.Totalize(cat)
		pago := pago20.Pago{FechaPago: "2026-11-19T12:00:00", FormaDePagoP: "03", MonedaP: x.monedaP}
		if x.monedaP != "MXN" {
			pago.TipoCambioP = num("0.1203")
		}
		p, err := pago20.New(cat, pago, pago20.Abono{Factura: f, UUID: uuid, Parcialidad: 1, Importe: f.Total, Equivalencia: num(x.eq)})
		if err != nil {
			t.Fatal(err)
		}
		if p.Pago[0].Monto.String() != x.monto {
			t.Errorf("%s %s are %s %s, not %s", x.total, x.moneda, p.Pago[0].Monto, x.monedaP, x.monto)
		}
		for _, found := range cfdi.Validate(receipt(p.Pago...), cat, time.Time{}).Errors() {
			t.Errorf("%s %s: %s %s", x.total, x.moneda, found.Code, found.Message)
		}
	}
}
