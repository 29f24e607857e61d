package cfdi_test

import (
	"testing"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
)

// TestVectors are the examples of the rules (cfdi-rules §2.1) for a tax on a
// base, where the Importe must be rounded half away from zero.
func TestVectors(t *testing.T) {
	cat := catalogo.New()
	for _, v := range []struct{ base, rate, want string }{
		{"998.00", "0.16", "159.68"},
		{"86.206897", "0.16", "13.793104"},
		{"1000000.00", "0.106667", "106667.00"},
		{"0.03", "0.16", "0.00"},
		{"0.05", "0.300", "0.02"},         // 0.015: half goes up
		{"1.000005", "0.30", "0.300002"},  // 0.3000015
		{"33.333333", "0.08", "2.666667"}, // 2.66666664
	} {
		c := simple()
		c.Conceptos[0].ValorUnitario = num(v.base)
		c.Conceptos[0].Impuestos.Traslados[0].TasaOCuota = num(v.rate)
		c.Totalize(cat)
		if got := c.Conceptos[0].Impuestos.Traslados[0].Importe.String(); got != v.want {
			t.Errorf("%s × %s = %s, want %s", v.base, v.rate, got, v.want)
		}
	}
}

func TestTotalizeByType(t *testing.T) {
	cat := catalogo.New()
	for _, v := range []struct{ tipo, subTotal, total string }{
		{"I", "1000.00", "1160.00"}, {"E", "1000.00", "1160.00"}, {"T", "0", "0"}, {"P", "0", "0"}, {"N", "1000.00", "1000.00"},
	} {
		c := simple()
		c.TipoDeComprobante = v.tipo
		c.Totalize(cat)
		if c.SubTotal.String() != v.subTotal || c.Total.String() != v.total {
			t.Errorf("%s: SubTotal %s, Total %s", v.tipo, c.SubTotal, c.Total)
		}
		if has := c.Impuestos != nil; has != (v.tipo == "I" || v.tipo == "E") {
			t.Errorf("%s: root Impuestos present: %v (CFDI40201)", v.tipo, has)
		}
	}
}

// TestTotalizeEmptyDraft: a form just opened has lines without numbers.
func TestTotalizeEmptyDraft(t *testing.T) {
	c := &cfdi.Comprobante{TipoDeComprobante: "I", Conceptos: []cfdi.Concepto{
		{}, {ObjetoImp: "02", Impuestos: &cfdi.ConceptoImpuestos{Traslados: []cfdi.Traslado{iva("0.16")}}},
	}}
	c.Totalize(catalogo.New())
	if c.SubTotal.String() != "0.00" || c.Total.String() != "0.00" {
		t.Errorf("SubTotal %q, Total %q", c.SubTotal, c.Total)
	}
	if exact, nearest := c.SolveGross(catalogo.New(), []decimal.Decimal{num("116")}); !exact || nearest.Sign() != 0 {
		t.Errorf("a line without Cantidad: %v %s", exact, nearest)
	}
}

func TestGrossPrice(t *testing.T) {
	cat := catalogo.New()
	for _, v := range []struct {
		name, cantidad, gross, descuento string
		taxes                            *cfdi.ConceptoImpuestos
		valor, total                     string
		exact                            bool
	}{
		{"even", "1", "116", "", traslados(iva("0.16")), "100.00", "116.00", true},
		{"two decimals do", "1", "99.99", "", traslados(iva("0.16")), "86.20", "99.99", true},
		{"six are needed", "3", "99.99", "", traslados(iva("0.16")), "86.198276", "299.97", true},
		{"discount with tax", "1", "116", "11.60", traslados(iva("0.16")), "100.00", "104.40", true},
		{"IEPS inside IVA", "1", "125.28", "", traslados(ieps("Tasa", "0.08"), iva("0.16")), "100.00", "125.28", true},
		{"cuota", "10", "24.00", "", traslados(ieps("Cuota", "0.5911"), iva("0.16")), "20.098555", "240.00", true},
		{"exento", "1", "77.77", "", traslados(cfdi.Traslado{Impuesto: "002", TipoFactor: "Exento"}), "77.77", "77.77", true},
		{"no tax", "7", "0.10", "", nil, "0.10", "0.70", true},
		{"too many for a millionth", "30000", "9.99", "", traslados(iva("0.16")), "8.612069", "299700.00", true},
		{"cannot come out", "1000000", "9.99", "", traslados(iva("0.16")), "8.612069", "9990000.04", false},
	} {
		t.Run(v.name, func(t *testing.T) {
			c := simple()
			k := &c.Conceptos[0]
			k.Cantidad, k.Impuestos = num(v.cantidad), v.taxes
			if v.descuento != "" {
				k.Descuento = num(v.descuento)
			}
			exact, nearest := c.SolveGross(cat, []decimal.Decimal{num(v.gross)})
			if k.ValorUnitario.String() != v.valor || nearest.String() != v.total || exact != v.exact {
				t.Errorf("ValorUnitario %s, sum %s, exact %v; want %s, %s, %v",
					k.ValorUnitario, nearest, exact, v.valor, v.total, v.exact)
			}
		})
	}
}

func traslados(list ...cfdi.Traslado) *cfdi.ConceptoImpuestos {
	return &cfdi.ConceptoImpuestos{Traslados: list}
}

// TestGrossBesideNet: lines with net prices keep theirs, and what is withheld
// comes on top.
func TestGrossBesideNet(t *testing.T) {
	c := simple()
	c.Conceptos = append(c.Conceptos, c.Conceptos[0])
	c.Conceptos[1].Impuestos = traslados(iva("0.16"))
	c.Conceptos[1].Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("001", "0.10")}
	exact, nearest := c.SolveGross(catalogo.New(), []decimal.Decimal{{}, num("33.33")})
	if !exact || nearest.String() != "1193.33" || c.Conceptos[0].ValorUnitario.String() != "1000.00" {
		t.Errorf("exact %v, sum %s, net price %s", exact, nearest, c.Conceptos[0].ValorUnitario)
	}
	if want := nearest.Sub(c.Impuestos.TotalImpuestosRetenidos); c.Total.Cmp(want) != 0 {
		t.Errorf("Total %s, want %s", c.Total, want)
	}
}

func TestProrate(t *testing.T) {
	for _, v := range []struct {
		total   string
		weights []string
		want    []string
	}{
		{"10", []string{"1", "1", "1"}, []string{"3.34", "3.33", "3.33"}},
		{"0.90", []string{"0.006", "0.994"}, []string{"0.00", "0.90"}}, // never more than the line
		{"5", []string{"0", "2", "-1"}, []string{"0.00", "5.00", "0.00"}},
		{"0", []string{"1", "2"}, []string{"0.00", "0.00"}},
		{"100", []string{"33.33", "66.67"}, []string{"33.33", "66.67"}},
		{"1", nil, nil},
	} {
		var weights []decimal.Decimal
		for _, w := range v.weights {
			weights = append(weights, num(w))
		}
		for i, share := range cfdi.Prorate(num(v.total), weights, 2) {
			if share.String() != v.want[i] {
				t.Errorf("%s by %v: share %d is %s, want %s", v.total, v.weights, i, share, v.want[i])
			}
		}
	}
}

// TestLocalTaxes: an Importe that is there stays, one that is not is computed,
// and both sides reach Total.
func TestLocalTaxes(t *testing.T) {
	c := simple()
	local := &implocal.ImpuestosLocales{
		RetencionesLocales: []implocal.RetencionesLocales{{ImpLocRetenido: "5 al millar", TasadeRetencion: num("0.5")}},
		TrasladosLocales:   []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3"), Importe: num("15")}},
	}
	c.Complementos = cfdi.Complementos{local}
	c.Totalize(catalogo.New())
	if got := c.Total.String(); got != "1170.00" { // 1160 + 15 − 5
		t.Errorf("Total %s", got)
	}
	if found := local.Validate(c, catalogo.New(), clock); len(found) > 0 {
		t.Error(found)
	}
}
