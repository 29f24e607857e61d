package cfdi_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
)

// line is a line of goods at a rate of IVA; "" is without taxes.
func line(description, price, rate string) cfdi.Concepto {
	k := cfdi.Concepto{
		ClaveProdServ: "01010101", Cantidad: num("1"), ClaveUnidad: "ACT", Descripcion: description, ValorUnitario: num(price), ObjetoImp: "01",
	}
	if rate != "" {
		k.ObjetoImp, k.Impuestos = "02", &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva(rate)}}
	}
	return k
}

func TestRemanente(t *testing.T) {
	cat := catalogo.New()
	advance, err := cfdi.NewAnticipo(cat, simple(), num("500.00"), iva("0.160000"))
	if err != nil {
		t.Fatal(err)
	}
	whole := simple()
	whole.Conceptos = []cfdi.Concepto{line("Mesa", "600.00", "0.16"), line("Libro.", "200.00", "0"), line("Silla", "400.00", "0.16")}
	before := string(cfdi.WriteXML(whole))
	rest, err := cfdi.NewRemanente(cat, whole, uuid1, advance)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "remanente", rest)
	if before != string(cfdi.WriteXML(whole)) {
		t.Error("the invoice given was changed")
	}
	// 1360.00 − 500.00, of which the advance took 431.03 and a millionth or so off what bears 16 %.
	if rest.Total.String() != "860.00" || rest.Descuento.String() != "431.03" || !rest.Conceptos[1].Descuento.IsZero() || rest.FormaPago != "03" ||
		rest.CfdiRelacionados[0].TipoRelacion != "07" || rest.CfdiRelacionados[0].CfdiRelacionado[0].UUID != uuid1 ||
		rest.Conceptos[1].Descripcion != "Libro. CFDI por remanente de un anticipo" {
		t.Errorf("%s", cfdi.WriteXML(rest))
	}
	second, err := cfdi.NewAnticipo(cat, simple(), num("100.00"), iva("0"))
	if err != nil {
		t.Fatal(err)
	}
	rest, err = cfdi.NewRemanente(cat, rest, uuid2, second)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "second", rest)
	if rest.Total.String() != "760.00" || len(rest.CfdiRelacionados[0].CfdiRelacionado) != 2 || strings.Count(rest.Conceptos[0].Descripcion, "CFDI por") != 1 {
		t.Errorf("%s", cfdi.WriteXML(rest))
	}
}

func TestRemanenteOfALongText(t *testing.T) {
	cat := catalogo.New()
	advance, err := cfdi.NewAnticipo(cat, simple(), num("500.00"), iva("0.160000"))
	if err != nil {
		t.Fatal(err)
	}
	whole := simple()
	whole.Conceptos[0].Descripcion = strings.Repeat("ñ", 1000)
	rest, err := cfdi.NewRemanente(cat, whole, uuid1, advance)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, cat, "long", rest)
	if d := rest.Conceptos[0].Descripcion; len([]rune(d)) != 1000 || !strings.HasSuffix(d, "ñ. CFDI por remanente de un anticipo") {
		t.Error(d)
	}
}

func TestRemanenteRefuses(t *testing.T) {
	cat := catalogo.New()
	advance, err := cfdi.NewAnticipo(cat, simple(), num("500.00"), iva("0.160000"))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(whole, advance *cfdi.Comprobante){
		"all of it":     func(_, a *cfdi.Comprobante) { a.Total = num("1160.00") },
		"of another":    func(_, a *cfdi.Comprobante) { a.Receptor.Rfc = "FUNK671228PH6" },
		"in dollars":    func(_, a *cfdi.Comprobante) { a.Moneda = "USD" },
		"a credit note": func(w, _ *cfdi.Comprobante) { w.TipoDeComprobante = "E" },
		"other taxes":   func(w, _ *cfdi.Comprobante) { w.Conceptos[0].Impuestos.Traslados[0].TasaOCuota = num("0.08") },
		"too little of it": func(w, _ *cfdi.Comprobante) {
			w.Conceptos = []cfdi.Concepto{line("Mesa", "400.00", "0.16"), line("Libro", "900.00", "0")}
		},
		"all that bears its tax": func(w, _ *cfdi.Comprobante) {
			w.Conceptos = []cfdi.Concepto{line("Mesa", "431.03", "0.16"), line("Libro", "900.00", "0")}
		},
		"what is withheld": func(w, _ *cfdi.Comprobante) {
			w.Conceptos[0].Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("002", "0.06")}
		},
		"local taxes": func(w, _ *cfdi.Comprobante) {
			w.Complementos = cfdi.Complementos{&implocal.ImpuestosLocales{Version: "1.0"}}
		},
	} {
		w, a := simple(), advance.Clone()
		change(w, a)
		var refused *cfdi.AmountError
		if _, err := cfdi.NewRemanente(cat, w, uuid1, a); !errors.As(err, &refused) || !strings.HasSuffix(refused.Message, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRemanenteToTheCent: whatever is sold and paid in advance, what remains is one less
// the other, and no rule finds anything.
func TestRemanenteToTheCent(t *testing.T) {
	cat := catalogo.New()
	rapid.Check(t, func(rt *rapid.T) {
		whole := simple()
		whole.Conceptos = nil
		for range rapid.IntRange(1, 5).Draw(rt, "lines") {
			k := line("Bien", decimal.New(rapid.Int64Range(10_00, 10_000_00).Draw(rt, "price"), 2).String(), rapid.SampledFrom([]string{"0.16", "0", ""}).Draw(rt, "iva"))
			k.Cantidad = decimal.New(rapid.Int64Range(10, 50_0).Draw(rt, "cantidad"), 1)
			if rapid.Bool().Draw(rt, "discounted") {
				k.Descuento = k.ValorUnitario.Mul(k.Cantidad).Mul(decimal.New(1, 1)).Round(2)
			}
			whole.Conceptos = append(whole.Conceptos, k)
		}
		whole.Totalize(cat)
		first := whole.Conceptos[0]
		var rates []cfdi.Traslado
		if first.Impuestos != nil {
			rates = []cfdi.Traslado{iva(first.Impuestos.Traslados[0].TasaOCuota.String())}
		}
		worth := first.Importe.Sub(first.Descuento).Mul(first.WithTaxes())
		part := worth.Mul(decimal.New(rapid.Int64Range(1, 95).Draw(rt, "per cent"), 2)).Round(2)
		if part.Sign() == 0 || part.Cmp(whole.Total) >= 0 {
			return
		}
		head := simple()
		advance, err := cfdi.NewAnticipo(cat, head, part, rates...)
		if err != nil {
			rt.Fatal(err)
		}
		clean(rt, cat, "advance", advance)
		rest, err := cfdi.NewRemanente(cat, whole, uuid1, advance)
		if err != nil {
			rt.Fatalf("%s of %s: %v\n%s", part, whole.Total, err, cfdi.WriteXML(whole))
		}
		if want := whole.Total.Sub(advance.Total); rest.Total.Cmp(want) != 0 {
			rt.Fatalf("%s remains, not %s", rest.Total, want)
		}
		clean(rt, cat, "remanente", rest)
	})
}
