package pago20_test

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/cfdi/pago20"
	"iofacturo.mx/decimal"
)

// pesosOf are what a unit of each currency is worth, about.
var pesosOf = map[string]string{"MXN": "1", "USD": "18.1234", "EUR": "21.05", "JPY": "0.1203"}

// anyPayment draws one payment, in any currency, of parts of up to five invoices in any
// others, as [pago20.New] makes its receipt.
func anyPayment(rt *rapid.T) *cfdi.Comprobante {
	monedas := []string{"MXN", "USD", "EUR", "JPY"}
	pago := pago20.Pago{FechaPago: "2026-11-19T12:00:00", FormaDePagoP: "03", MonedaP: rapid.SampledFrom(monedas).Draw(rt, "currency")}
	if pago.MonedaP != "MXN" {
		pago.TipoCambioP = num(pesosOf[pago.MonedaP])
	}
	places := placesOf(pago.MonedaP)
	var abonos []pago20.Abono
	sum := decimal.FromInt(0)
	for range rapid.IntRange(1, 5).Draw(rt, "invoices") {
		f := drawn(rt, rapid.SampledFrom(monedas).Draw(rt, "of"))
		a := pago20.Abono{Factura: f, UUID: uuid, Parcialidad: rapid.IntRange(1, 3).Draw(rt, "part"), Importe: f.Total}
		if rapid.Bool().Draw(rt, "a part") {
			if part := f.Total.Mul(decimal.New(rapid.Int64Range(1, 99).Draw(rt, "per cent"), 2)).Round(placesOf(f.Moneda)); part.Sign() > 0 {
				a.Importe = part
			}
		}
		if left := f.Total.Sub(a.Importe); rapid.Bool().Draw(rt, "paid before") && left.Sign() > 0 {
			a.SaldoAnterior = a.Importe.Add(left.Quo(num("2"), placesOf(f.Moneda)))
		}
		paid := a.Importe
		if f.Moneda != pago.MonedaP {
			paid = a.Importe.Mul(num(pesosOf[f.Moneda])).Quo(num(pesosOf[pago.MonedaP]), places)
			if paid.Sign() <= 0 {
				paid = decimal.New(1, places)
			}
			a.Equivalencia = pago20.Equivalencia(a.Importe, paid)
		}
		abonos, sum = append(abonos, a), sum.Add(paid)
	}
	if rapid.Bool().Draw(rt, "more paid") {
		pago.Monto = sum.Add(decimal.New(rapid.Int64Range(0, 1000_00).Draw(rt, "more"), places)).Round(places)
	}
	p, err := pago20.New(cat, pago, abonos...)
	if err != nil {
		rt.Fatal(err)
	}
	return receipt(p.Pago...)
}

func placesOf(moneda string) int {
	row, _ := cat.Moneda(moneda)
	return row.Decimales
}

// TestAnyPaymentIsRight: no rule, of the complement or of the CFDI, finds an error.
func TestAnyPaymentIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := anyPayment(rt)
		for _, f := range cfdi.Validate(c, cat, time.Time{}).Errors() {
			rt.Errorf("%s %s: %s\n%s", f.Code, f.Path, f.Message, cfdi.WriteXML(c))
		}
		// The rules count as the builder does: this is counted anew.
		p := pagos(c)
		pago := p.Pago[0]
		if want := pago.Monto.Mul(num(pesosOf[pago.MonedaP])).Round(2); p.Totales.MontoTotalPagos.Cmp(want) != 0 {
			rt.Errorf("%s in pesos is not %s", p.Totales.MontoTotalPagos, want)
		}
	})
}

// TestAnyPaymentMeetsTheOracle: schema and stylesheet of the SAT agree with a sample.
func TestAnyPaymentMeetsTheOracle(t *testing.T) {
	var docs []cfditest.Doc
	for i := range 12 {
		docs = append(docs, cfditest.CFDI(t, "payment"+strconv.Itoa(i), rapid.Custom(anyPayment).Example(i)))
	}
	cfditest.Agree(t, docs)
}
