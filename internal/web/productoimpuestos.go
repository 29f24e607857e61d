package web

import (
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/directory"
)

// The keys of c_Impuesto.
const (
	isr  = "001"
	iva  = "002"
	ieps = "003"
)

// productTaxes are the taxes of a product as its form has them: rates in
// percent, as people say them. IVA is the rate as the catalogue writes it, or
// "Exento"; empty is none.
type productTaxes struct {
	IVA             string
	IEPS, IEPSCuota decimal.Decimal // percent; pesos a unit
	RetISR, RetIVA  decimal.Decimal // percent
	traslados       []string        // field behind Traslados[i]
	retenciones     []string        // field behind Retenciones[i]
}

// noIVA is the choice of a product without IVA, exemptIVA that of an exempt one.
const (
	noIVA     = "no"
	exemptIVA = "Exento"
)

// ivaOptions are the ways a product can bear IVA: those of the company, the one it
// bears already, and none.
func ivaOptions(taxes []directory.Impuesto, chosen string) []option {
	var out []option
	for _, o := range rateChoices(taxes, iva, false) {
		if o.Value == exempt {
			o.Value = exemptIVA
		}
		out = append(out, o)
	}
	known := slices.ContainsFunc(out, func(o option) bool { return o.Value == chosen })
	if rate, err := decimal.Parse(chosen); !known && chosen == exemptIVA {
		out = append(out, option{chosen, "IVA exento"})
	} else if !known && err == nil {
		out = append(out, option{chosen, "IVA " + percent(rate)})
	}
	return append(out, option{noIVA, "Sin IVA"})
}

// taxesOf reads the taxes of a stored product into the fields.
func taxesOf(p directory.Product) productTaxes {
	t := productTaxes{IVA: noIVA}
	for _, x := range p.Traslados {
		switch {
		case x.Impuesto == iva && x.TipoFactor == "Exento":
			t.IVA = exemptIVA
		case x.Impuesto == iva:
			t.IVA = x.TasaOCuota.Fixed(6)
		case x.Impuesto == ieps && x.TipoFactor == "Cuota":
			t.IEPSCuota = x.TasaOCuota
		case x.Impuesto == ieps:
			t.IEPS = toPercent(x.TasaOCuota)
		}
	}
	for _, x := range p.Retenciones {
		switch x.Impuesto {
		case isr:
			t.RetISR = toPercent(x.TasaOCuota)
		case iva:
			t.RetIVA = toPercent(x.TasaOCuota)
		}
	}
	return t
}

// taxesFrom reads the fields of the form.
func taxesFrom(f *form) productTaxes {
	return productTaxes{
		IVA: f.Get("IVA"), IEPS: f.decimal("IEPS", 4), IEPSCuota: f.decimal("IEPSCuota", 6),
		RetISR: f.decimal("RetISR", 4), RetIVA: f.decimal("RetIVA", 4),
	}
}

// lists gives the taxes as a product has them and remembers which field made each.
func (t *productTaxes) lists() (traslados, retenciones []directory.Tax) {
	add := func(field string, x directory.Tax) {
		t.traslados = append(t.traslados, field)
		traslados = append(traslados, x)
	}
	switch t.IVA {
	case "", noIVA:
	case exemptIVA:
		add("IVA", directory.Tax{Impuesto: iva, TipoFactor: "Exento"})
	default:
		rate, err := decimal.Parse(t.IVA)
		if err == nil { // an invented value is no rate; the list offers only good ones
			add("IVA", directory.Tax{Impuesto: iva, TipoFactor: "Tasa", TasaOCuota: rate})
		}
	}
	if t.IEPS.Sign() > 0 {
		add("IEPS", directory.Tax{Impuesto: ieps, TipoFactor: "Tasa", TasaOCuota: fromPercent(t.IEPS)})
	}
	if t.IEPSCuota.Sign() > 0 {
		add("IEPSCuota", directory.Tax{Impuesto: ieps, TipoFactor: "Cuota", TasaOCuota: t.IEPSCuota.Round(6)})
	}
	for _, x := range []struct {
		field, key string
		pct        decimal.Decimal
	}{{"RetISR", isr, t.RetISR}, {"RetIVA", iva, t.RetIVA}} {
		if x.pct.Sign() > 0 {
			t.retenciones = append(t.retenciones, x.field)
			retenciones = append(retenciones, directory.Tax{Impuesto: x.key, TipoFactor: "Tasa", TasaOCuota: fromPercent(x.pct)})
		}
	}
	return traslados, retenciones
}

// placed moves findings on Traslados[i] and Retenciones[i] to the fields they came from.
func (t productTaxes) placed(list []finding) []finding {
	for i, x := range list {
		for prefix, fields := range map[string][]string{"Traslados[": t.traslados, "Retenciones[": t.retenciones} {
			rest, ok := strings.CutPrefix(x.Path, prefix)
			if !ok {
				continue
			}
			n, err := strconv.Atoi(rest[:max(strings.IndexByte(rest, ']'), 0)])
			if err == nil && n >= 0 && n < len(fields) {
				list[i].Path = fields[n]
			}
		}
		if x.Path == "Traslados" || x.Path == "Retenciones" {
			list[i].Path = map[string]string{"Traslados": "IVA", "Retenciones": "RetISR"}[x.Path]
		}
	}
	return list
}

// toPercent writes the rate 0.106667 as 10.6667.
func toPercent(rate decimal.Decimal) decimal.Decimal {
	if rate.IsZero() {
		return rate
	}
	return rate.Mul(decimal.FromInt(100)).Round(4)
}

// fromPercent reads 10.6667 as the rate 0.106667, six decimals as the catalogue has them.
func fromPercent(pct decimal.Decimal) decimal.Decimal {
	return pct.Quo(decimal.FromInt(100), 6)
}

// trimmed writes a number without useless zeros: 10.6667, 16.
func trimmed(d decimal.Decimal) string {
	s := d.String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// taxText says the taxes of a product in a few words, for the list.
func taxText(p directory.Product) string {
	var words []string
	for _, x := range p.Traslados {
		words = append(words, taxWord("", x))
	}
	for _, x := range p.Retenciones {
		words = append(words, taxWord("ret. ", x))
	}
	if len(words) == 0 {
		return "Sin impuestos"
	}
	return strings.Join(words, ", ")
}

func taxWord(before string, x directory.Tax) string {
	name := map[string]string{isr: "ISR", iva: "IVA", ieps: "IEPS"}[x.Impuesto]
	switch x.TipoFactor {
	case "Exento":
		return before + name + " exento"
	case "Cuota":
		return before + name + " $ " + trimmed(x.TasaOCuota)
	}
	return before + name + " " + percent(x.TasaOCuota)
}
