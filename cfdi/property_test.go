package cfdi_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/decimal"
)

// Each property runs 100 cases; go test ./cfdi -rapid.checks=10000 runs ten
// thousand of each in less than a minute.

// TestReadWriteIsTheSame: what is written and read again is the same, in XML
// and in JSON, and writing it again gives the same bytes.
func TestReadWriteIsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := genAny(rt)
		xml := cfdi.WriteXML(c)
		doc, err := cfdi.Read(xml, complementos.All)
		if err != nil {
			rt.Fatalf("%v\n%s", err, xml)
		}
		if d := cmp.Diff(c, doc.Comprobante); d != "" {
			rt.Fatalf("read(write(c)) differs\n%s", d)
		}
		b, err := json.Marshal(c)
		if err != nil {
			rt.Fatal(err)
		}
		var got cfdi.Comprobante
		if err := json.Unmarshal(b, &got); err != nil {
			rt.Fatal(err)
		}
		if err := got.Decode(complementos.All); err != nil {
			rt.Fatal(err)
		}
		if again := cfdi.WriteXML(&got); !bytes.Equal(xml, again) {
			rt.Fatalf("JSON changed it\n%s\n%s", xml, again)
		}
	})
}

func TestTotalsKeepEveryLimit(t *testing.T) {
	cat := catalogo.New()
	rapid.Check(t, func(rt *rapid.T) {
		c, places := genPriced(rt)
		c.Totalize(cat)
		if broken := check(c, places); len(broken) > 0 {
			rt.Fatalf("%v\n%s", broken, cfdi.WriteXML(c))
		}
		before := cfdi.WriteXML(c)
		c.Totalize(cat)
		if again := cfdi.WriteXML(c); !bytes.Equal(before, again) {
			rt.Fatalf("Totalize twice differs\n%s\n%s", before, again)
		}
	})
}

// charged is SubTotal − Descuento + TotalImpuestosTrasladados.
func charged(c *cfdi.Comprobante) *big.Rat {
	sum := new(big.Rat).Sub(rat(c.SubTotal), rat(c.Descuento))
	if c.Impuestos != nil {
		sum.Add(sum, rat(c.Impuestos.TotalImpuestosTrasladados))
	}
	return sum
}

// TestGrossPricesComeOut: prices that include IVA come out to the last cent for
// everyday quantities, always within the limits, and exact tells the truth. One
// line under IEPS and IVA may miss by a cent: both taxes can change on the same
// millionth of its price.
func TestGrossPricesComeOut(t *testing.T) {
	cat := catalogo.New()
	rapid.Check(t, func(rt *rapid.T) {
		c := simple()
		c.Conceptos = nil
		var gross []decimal.Decimal
		want, everyday, alone := new(big.Rat), true, true
		for range rapid.IntRange(1, 8).Draw(rt, "lines") {
			k := cfdi.Concepto{
				ClaveProdServ: "01010101", ClaveUnidad: "ACT", Descripcion: "x", ObjetoImp: "02",
				Cantidad: decimal.FromInt(rapid.Int64Range(1, 200).Draw(rt, "cantidad")), Impuestos: genTaxes(rt, true),
			}
			if rapid.IntRange(0, 5).Draw(rt, "odd") == 0 {
				k.Cantidad = amount(rt, "cantidad", 50_000, 3)
			}
			price := decimal.New(rapid.Int64Range(15_000, 5_000_000).Draw(rt, "precio"), 2)
			if rapid.IntRange(0, 4).Draw(rt, "discount") == 0 {
				share := decimal.New(rapid.Int64Range(0, 40).Draw(rt, "per cent"), 2)
				k.Descuento = k.Cantidad.Mul(price).Mul(share).Truncate(2)
			}
			everyday = everyday && k.Cantidad.Cmp(decimal.FromInt(2000)) <= 0
			alone = alone && (k.Impuestos == nil || k.Impuestos.Traslados[0].Impuesto == "002" && len(k.Impuestos.Traslados) == 1)
			c.Conceptos, gross = append(c.Conceptos, k), append(gross, price)
			want.Add(want, rat(k.Cantidad.Mul(price).Sub(k.Descuento)))
		}
		exact, nearest := c.SolveGross(cat, gross)
		if broken := check(c, 2); len(broken) > 0 {
			rt.Fatalf("%v\n%s", broken, cfdi.WriteXML(c))
		}
		if charged(c).Cmp(rat(nearest)) != 0 {
			rt.Fatalf("nearest says %s, the document %s", nearest, charged(c).FloatString(6))
		}
		if came := charged(c).Cmp(grid(want, 2, 0)) == 0; came != exact {
			rt.Fatalf("exact is %v, %s came out of %s", exact, nearest, want.FloatString(6))
		}
		miss := new(big.Rat).Sub(rat(nearest), grid(want, 2, 0))
		if everyday && !exact && (alone || miss.Abs(miss).Cmp(big.NewRat(1, 100)) > 0) {
			rt.Fatalf("%s came out of %s\n%s", nearest, want.FloatString(6), cfdi.WriteXML(c))
		}
	})
}

func TestProrateAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var weights []decimal.Decimal
		sum := decimal.FromInt(0)
		for range rapid.IntRange(1, 12).Draw(rt, "lines") {
			w := amount(rt, "importe", 100_000, 2)
			weights, sum = append(weights, w), sum.Add(w)
		}
		total := sum.Mul(decimal.New(rapid.Int64Range(0, 100).Draw(rt, "per cent"), 2)).Truncate(2)
		got := decimal.FromInt(0)
		for i, share := range cfdi.Prorate(total, weights, 2) {
			if share.Sign() < 0 || share.Cmp(weights[i]) > 0 || share.Scale() != 2 {
				rt.Fatalf("share %s of weight %s", share, weights[i])
			}
			even := total.Mul(weights[i]).Quo(sum, 6)
			if share.Sub(even).Abs().Cmp(num("0.02")) > 0 {
				rt.Fatalf("share %s is far from %s", share, even)
			}
			got = got.Add(share)
		}
		if got.Cmp(total) != 0 {
			rt.Fatalf("shares add up to %s, not %s", got, total)
		}
	})
}
