package cfdi_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

const (
	uuid1 = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
	uuid2 = "00000000-0000-4000-8000-00000000000A"
)

func TestWithholdings(t *testing.T) {
	cat := catalogo.New()
	for _, w := range cfdi.Withholdings("2026-11-20T10:00:00") {
		if w.Clave == "" || w.Texto == "" || w.Fuente == "" {
			t.Errorf("%+v does not say what it is", w)
		}
		c := simple()
		c.Emisor = cfdi.Emisor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", RegimenFiscal: "612"}
		if len(w.Regimenes) > 0 {
			c.Emisor.RegimenFiscal = w.Regimenes[0]
		}
		if !w.Suits(c.Emisor, c.Receptor) {
			t.Errorf("%s does not suit", w.Clave)
		}
		if w.Suits(c.Emisor, cfdi.Receptor{Rfc: "FUNK671228PH6"}) {
			t.Errorf("%s: a person withholds", w.Clave)
		}
		w.Apply(&c.Conceptos[0])
		w.Apply(&c.Conceptos[0]) // twice is once
		c.Totalize(cat)
		clean(t, cat, w.Clave, c)
		if !w.ISR.IsZero() != slices.ContainsFunc(c.Impuestos.Retenciones, func(r cfdi.Retencion) bool { return r.Impuesto == "001" }) {
			t.Errorf("%s: %v", w.Clave, c.Impuestos.Retenciones)
		}
	}
	for _, c := range []struct{ clave, rate, total string }{
		{"honorarios", "0.16", "953.33"},
		{"arrendamiento", "0.16", "953.33"},
		{"comisiones", "0.16", "1053.33"},
		{"fletes", "0.16", "1120.00"},
		{"resico-servicios", "0.16", "1040.83"},
		{"resico-bienes", "0.16", "1147.50"},
		{"desperdicios", "0.16", "1000.00"},
		{"honorarios", "0.08", "926.67"},
		{"honorarios", "0", "900.00"},
	} {
		w, ok := cfdi.FindWithholding(c.clave, "2026-11-20")
		if !ok {
			t.Fatal(c.clave)
		}
		doc := simple()
		doc.Conceptos[0].Impuestos.Traslados[0].TasaOCuota = num(c.rate)
		w.Apply(&doc.Conceptos[0])
		doc.Totalize(cat)
		if doc.Total.String() != c.total {
			t.Errorf("%s at %s: %s, want %s", c.clave, c.rate, doc.Total, c.total)
		}
	}
	if _, ok := cfdi.FindWithholding("resico-servicios", "2021-12-31"); ok {
		t.Error("RESICO before it began")
	}
	w, _ := cfdi.FindWithholding("honorarios", "2026-11-20")
	if w.Suits(cfdi.Emisor{Rfc: emisorRfc, RegimenFiscal: "612"}, simple().Receptor) {
		t.Error("a company issues fees")
	}
	w.ISR, w.IVA16 = num("0.050000"), decimal.Decimal{} // a case of its own
	doc := simple()
	w.Apply(&doc.Conceptos[0])
	if doc.Totalize(cat); doc.Total.String() != "1110.00" {
		t.Errorf("changed by hand: %s", doc.Total)
	}
}

func TestDiscount(t *testing.T) {
	cat := catalogo.New()
	c := simple()
	c.Conceptos = append(c.Conceptos, c.Conceptos[0], c.Conceptos[0])
	for i, price := range []string{"33.33", "33.33", "33.34"} {
		c.Conceptos[i].ValorUnitario = num(price)
		c.Conceptos[i].Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0.16")}}
	}
	if err := c.Discount(cat, num("10.00")); err != nil || c.Descuento.String() != "10.00" || c.Total.String() != "104.40" {
		t.Errorf("%s of %s: %v", c.Descuento, c.Total, err)
	}
	clean(t, cat, "discount", c)
	if err := c.Discount(cat, num("0")); err != nil || !c.Descuento.IsZero() {
		t.Errorf("taken back: %s %v", c.Descuento, err)
	}
	var refused *cfdi.AmountError
	for _, much := range []string{"100.01", "-1"} {
		if err := c.Discount(cat, num(much)); !errors.As(err, &refused) {
			t.Errorf("%s: %v", much, err)
		}
	}
	c.Conceptos[0].DiscountPercent(num("12.5"), c.Conceptos[0].ValorUnitario)
	if c.Totalize(cat); c.Conceptos[0].Descuento.String() != "4.17" {
		t.Errorf("12.5 %% of 33.33 is %s", c.Conceptos[0].Descuento)
	}
}

// TestDiscountOfFineLines: a line of six decimals that is worth less than a cent, or a
// fraction above a whole one, gets no more than it is worth; all may be taken off.
func TestDiscountOfFineLines(t *testing.T) {
	cat := catalogo.New()
	rapid.Check(t, func(rt *rapid.T) {
		c := simple()
		c.Moneda = rapid.SampledFrom([]string{"MXN", "JPY"}).Draw(rt, "moneda")
		if c.Moneda == "JPY" {
			c.TipoCambio = num("0.12")
		}
		c.Conceptos = nil
		for range rapid.IntRange(1, 5).Draw(rt, "lines") {
			k := simple().Conceptos[0]
			k.ValorUnitario = decimal.New(rapid.Int64Range(1_000, 3_000_000).Draw(rt, "precio"), 6)
			c.Conceptos = append(c.Conceptos, k)
		}
		c.Totalize(cat)
		places := map[string]int{"MXN": 2}[c.Moneda]
		much := c.SubTotal.Mul(decimal.New(rapid.Int64Range(0, 80).Draw(rt, "per cent"), 2)).Truncate(places)
		if err := c.Discount(cat, much); err != nil || much.Sign() > 0 && c.Descuento.Cmp(much) != 0 {
			rt.Fatalf("%s of %s: %v", c.Descuento, c.SubTotal, err)
		}
		clean(rt, cat, "discount", c)
		all := c.SubTotal
		if err := c.Discount(cat, all); err != nil || all.Sign() > 0 && c.Descuento.Cmp(all) != 0 {
			rt.Fatalf("all: %s of %s: %v", c.Descuento, all, err)
		}
	})
}

func TestMoneda(t *testing.T) {
	cat := catalogo.New()
	c := simple()
	c.Totalize(cat)
	if err := c.Convert(cat, "USD", num("18.1234")); err != nil || c.Conceptos[0].ValorUnitario.String() != "55.18" || c.Total.String() != "64.01" {
		t.Fatalf("%s %s %v", c.Conceptos[0].ValorUnitario, c.Total, err)
	}
	clean(t, cat, "USD", c)
	if got := c.Pesos(c.Total); got.String() != "1160.08" {
		t.Errorf("%s in pesos", got)
	}
	if err := c.Convert(cat, "JPY", num("0.12")); err != nil || c.Conceptos[0].ValorUnitario.String() != "8334" {
		t.Errorf("%s %v", c.Conceptos[0].ValorUnitario, err)
	}
	clean(t, cat, "JPY", c)
	if err := c.Convert(cat, "MXN", none); err != nil || !c.TipoCambio.IsZero() || c.Conceptos[0].ValorUnitario.String() != "1000.08" {
		t.Errorf("%s %s %v", c.TipoCambio, c.Conceptos[0].ValorUnitario, err)
	}
	clean(t, cat, "MXN", c)
	before := c.Clone()
	fuel := simple()
	fuel.Conceptos[0].Impuestos.Traslados = []cfdi.Traslado{ieps("Cuota", "6.5")}
	var refused *cfdi.AmountError
	sip := simple()
	sip.Conceptos[0].Cantidad, sip.Conceptos[0].ValorUnitario = num("0.335"), num("1")
	sip.Totalize(cat)
	for name, err := range map[string]error{
		"no rate": c.Convert(cat, "USD", none), "no currency": c.Convert(cat, "XXX", none), "unknown": c.Convert(cat, "ZZZ", num("1")),
		"too dear": c.Convert(cat, "XAU", num("1000000")), "a third of a yen": sip.Convert(cat, "JPY", num("1")), "cuota": fuel.Convert(cat, "USD", num("18")),
	} {
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(cfdi.WriteXML(before), cfdi.WriteXML(c)); diff != "" {
		t.Errorf("a refusal changed it\n%s", diff)
	}
}

// TestAnticipo goes its three steps.
func TestAnticipo(t *testing.T) {
	cat := catalogo.New()
	advance, err := cfdi.NewAnticipo(cat, simple(), num("500.00"), iva("0.160000"))
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "advance", advance)
	whole := simple()
	whole.Relate("07", uuid1)
	whole.Relate("07", uuid1)
	whole.Totalize(cat)
	clean(t, cat, "whole", whole)
	back, err := cfdi.NewEgresoAnticipo(cat, whole, uuid2, advance)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "egreso", back)
	if advance.Total.String() != "500.00" || back.Total.String() != "500.00" || back.FormaPago != "30" || back.TipoDeComprobante != "E" ||
		back.CfdiRelacionados[0].CfdiRelacionado[0].UUID != uuid2 || back.Receptor.UsoCFDI != "G02" || len(whole.CfdiRelacionados[0].CfdiRelacionado) != 1 {
		t.Errorf("%s", cfdi.WriteXML(back))
	}
	large := advance.Clone()
	large.Total = num("1160.01")
	other := advance.Clone()
	other.Receptor.Rfc = "FUNK671228PH6"
	dollars := advance.Clone()
	dollars.Moneda = "USD"
	for name, a := range map[string]*cfdi.Comprobante{"too large": large, "of another": other, "in dollars": dollars} {
		if _, err := cfdi.NewEgresoAnticipo(cat, whole, uuid2, a); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	unpaid := simple()
	unpaid.FormaPago = "99"
	if _, err := cfdi.NewAnticipo(cat, unpaid, num("1")); err == nil {
		t.Error("an advance that nobody paid")
	}
	if c, err := cfdi.NewAnticipo(cat, simple(), num("1000.00")); err != nil || c.Conceptos[0].ObjetoImp != "01" {
		t.Error("an advance without taxes: ", err)
	}
}

// TestGlobal: as many lines as tickets, and the total is what was charged.
func TestGlobal(t *testing.T) {
	cat := catalogo.New()
	period := cfdi.InformacionGlobal{Periodicidad: "04", Meses: "11", Año: "2026"}
	c, err := cfdi.NewGlobal(cat, simple(), period, []cfdi.Venta{
		{"T-1", "01", num("116.00"), []cfdi.Traslado{iva("0.160000")}},
		{"T-2", "04", num("99.99"), []cfdi.Traslado{iva("0.160000")}},
		{"T-2", "04", num("20.00"), []cfdi.Traslado{iva("0.000000")}},
		{"T-3", "01", num("3.50"), nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "global", c)
	if c.Total.String() != "239.49" || c.FormaPago != "04" || len(c.Conceptos) != 4 || c.Conceptos[3].ObjetoImp != "01" ||
		c.Conceptos[2].NoIdentificacion != "T-2" || c.Receptor.DomicilioFiscalReceptor != c.LugarExpedicion {
		t.Errorf("%s", cfdi.WriteXML(c))
	}
	if _, err := cfdi.NewGlobal(cat, simple(), period, nil); err == nil {
		t.Error("a global receipt of nothing")
	}
	if _, err := cfdi.NewGlobal(cat, simple(), period, []cfdi.Venta{{"T", "01", none, nil}}); err == nil {
		t.Error("a sale of nothing")
	}
	rapid.Check(t, func(rt *rapid.T) {
		var sales []cfdi.Venta
		sum := num("0")
		for range rapid.IntRange(1, 60).Draw(rt, "tickets") {
			v := cfdi.Venta{"T", "01", decimal.New(rapid.Int64Range(1_00, 5_000_00).Draw(rt, "total"), 2), []cfdi.Traslado{iva(rapid.SampledFrom([]string{"0.160000", "0.000000"}).Draw(rt, "iva"))}}
			sales, sum = append(sales, v), sum.Add(v.Total)
		}
		c, err := cfdi.NewGlobal(cat, simple(), period, sales)
		if err != nil {
			rt.Fatal(err)
		}
		if c.Total.Cmp(sum) != 0 {
			rt.Fatalf("%s of %s", c.Total, sum)
		}
		clean(rt, cat, "global", c)
	})
}

// TestCreditNotes take any part off any invoice.
func TestCreditNotes(t *testing.T) {
	cat := catalogo.New()
	rapid.Check(t, func(rt *rapid.T) {
		f := simple()
		f.Conceptos = nil
		for range rapid.IntRange(1, 5).Draw(rt, "lines") {
			k := cfdi.Concepto{
				ClaveProdServ: "01010101", ClaveUnidad: "ACT", Descripcion: "x", ObjetoImp: "02",
				Cantidad: decimal.FromInt(rapid.Int64Range(1, 20).Draw(rt, "cantidad")), ValorUnitario: decimal.New(rapid.Int64Range(10_00, 10_000_00).Draw(rt, "precio"), 2),
			}
			switch rapid.IntRange(0, 4).Draw(rt, "taxes") {
			case 0:
				k.ObjetoImp = "01"
			case 1:
				k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{ieps("Cuota", "0.5911"), iva("0.16")}}
			case 2:
				k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{{Impuesto: "002", TipoFactor: "Exento"}}}
			case 3:
				k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0.16")}, Retenciones: []cfdi.ConceptoRetencion{withheld("001", "0.0125"), withheld("002", "0.106667")}}
			default:
				k.Impuestos = &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0.16")}}
			}
			f.Conceptos = append(f.Conceptos, k)
		}
		f.Totalize(cat)
		part := f.Total.Mul(decimal.New(rapid.Int64Range(10, 100).Draw(rt, "per cent"), 2)).Round(2)
		c, err := cfdi.NewNotaDeCredito(cat, f, uuid1, part)
		if err != nil {
			rt.Fatalf("%s of %s: %v\n%s", part, f.Total, err, cfdi.WriteXML(f))
		}
		if c.Total.Cmp(part) != 0 {
			rt.Fatalf("%s of %s", c.Total, part)
		}
		clean(rt, cat, "credit note", c)
		var all []decimal.Decimal
		for _, k := range f.Conceptos {
			all = append(all, k.Cantidad)
		}
		c, err = cfdi.NewDevolucion(cat, f, uuid1, all)
		if err != nil || c.Total.Cmp(f.Total) != 0 {
			rt.Fatalf("all of %s came back as %s: %v", f.Total, c.Total, err)
		}
		clean(rt, cat, "return", c)
	})
}

func TestCreditNotesSayWhatTheyAre(t *testing.T) {
	cat := catalogo.New()
	f := factura()
	c, err := cfdi.NewNotaDeCredito(cat, f, uuid1, num("24.88"))
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "note", c)
	if c.CfdiRelacionados[0].TipoRelacion != "01" || len(c.Conceptos) != 2 || c.FormaPago != "03" || c.Conceptos[0].ClaveProdServ != "84111506" {
		t.Errorf("%s", cfdi.WriteXML(c))
	}
	f.MetodoPago, f.FormaPago = "PPD", "99"
	c, err = cfdi.NewDevolucion(cat, f, uuid1, []decimal.Decimal{num("1")})
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "return", c)
	if c.CfdiRelacionados[0].TipoRelacion != "03" || c.FormaPago != "15" || len(c.Conceptos) != 1 || c.Conceptos[0].Descuento.String() != "10.00" || c.Total.String() != "95.40" {
		t.Errorf("%s", cfdi.WriteXML(c))
	}
	for name, err := range map[string]error{
		"more than it": second(cfdi.NewNotaDeCredito(cat, f, uuid1, num("248.81"))), "nothing": second(cfdi.NewNotaDeCredito(cat, f, uuid1, num("0"))),
		"more than sold": second(cfdi.NewDevolucion(cat, f, uuid1, []decimal.Decimal{num("3")})), "nothing back": second(cfdi.NewDevolucion(cat, f, uuid1, nil)),
	} {
		var refused *cfdi.AmountError
		if !errors.As(err, &refused) || !strings.HasSuffix(refused.Message, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ *cfdi.Comprobante, err error) error { return err }

// TestExplain says each figure as a person would.
func TestExplain(t *testing.T) {
	cat := catalogo.New()
	c := agreed()
	c.Conceptos[0].Cantidad, c.Conceptos[0].ValorUnitario = num("3"), num("33.33")
	c.Conceptos = append(c.Conceptos, cfdi.Concepto{
		ClaveProdServ: "01010101", ClaveUnidad: "ACT", Cantidad: num("1.5"), Descripcion: "Café", ValorUnitario: num("1234.567"), Descuento: num("10"), ObjetoImp: "02",
		Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0")}},
	})
	c.Totalize(cat)
	want := []string{
		"Renta de local: 3 × $33.33 = $99.99.",
		"Renta de local: IVA 16 %: $99.99 × 16 % = $15.9984.",
		"Renta de local: ISR 10 % retenido: $99.99 × 10 % = $9.999.",
		"Renta de local: IVA 10.6667 % retenido: $99.99 × 10.6667 % = $10.66563333, que se redondea a $10.665633.",
		"Café: 1.5 × $1,234.567 = $1,851.8505.",
		"Café: menos el descuento, $1,851.8505 − $10.00 = $1,841.8505.",
		"Café: IVA 0 %: $1,841.8505 × 0 % = $0.00.",
		"Subtotal: $99.99 + $1,851.8505 = $1,951.8405, que se redondea a $1,951.84.",
		"Descuento: $10.00.",
		"IVA 16 %: $15.9984, que se redondea a $16.00.",
		"IVA 0 %: $0.00.",
		"ISR retenido: $9.999, que se redondea a $10.00.",
		"IVA retenido: $10.665633, que se redondea a $10.67.",
		"Total: $1,951.84 − $10.00 + $16.00 + $0.00 − $10.00 − $10.67 = $1,937.17.",
	}
	if diff := cmp.Diff(want, c.Explain(cat)); diff != "" {
		t.Error(diff)
	}
	short := simple()
	short.Totalize(cat)
	short.Total = num("1160.01")
	if got := short.Explain(cat); got[len(got)-1] != "Total: $1,000.00 + $160.00 = $1,160.00; el comprobante dice $1,160.01." {
		t.Error(got)
	}
	if got := pago().Explain(cat); got[len(got)-1] != "Total: un comprobante de tipo P vale cero." {
		t.Error(got)
	}
	rapid.Check(t, func(rt *rapid.T) { genAny(rt).Explain(cat) }) // whatever it is, without a panic
}
