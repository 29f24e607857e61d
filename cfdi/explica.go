package cfdi

import (
	"strconv"
	"strings"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
)

// Explain tells in Spanish, a line for each amount, how it came about: what was
// multiplied, what was added, where a digit was rounded. It explains the document as it
// stands, and says so where an amount is not what its parts give.
func (c *Comprobante) Explain(cat *catalogo.Catalog) []string {
	e := &explainer{c: c, cat: cat, places: placesOf(c.Moneda, cat)}
	for i := range c.Conceptos {
		e.line(&c.Conceptos[i])
	}
	e.summary()
	return e.said
}

type explainer struct {
	c      *Comprobante
	cat    *catalogo.Catalog
	places int
	said   []string
}

func (e *explainer) money(d decimal.Decimal) string { return money(trimmed(d), e.c.Moneda) }

// result ends a sentence with what came out: written stands in the document, exact is
// what the parts give.
func (e *explainer) result(exact, written decimal.Decimal) string {
	rounded := exact.Round(max(written.Scale(), 0))
	switch {
	case written.IsZero():
		return " = " + e.money(exact) + ", que no está en el comprobante."
	case exact.Cmp(written) == 0:
		return " = " + e.money(written) + "."
	case rounded.Cmp(written) == 0:
		return " = " + e.money(exact) + ", que se redondea a " + e.money(written) + "."
	}
	return " = " + e.money(rounded) + "; el comprobante dice " + e.money(written) + "."
}

// trimmed leaves out zeros at the end beyond two decimals.
func trimmed(d decimal.Decimal) decimal.Decimal {
	for d.Scale() > 2 && d.Round(d.Scale()-1).Cmp(d) == 0 {
		d = d.Round(d.Scale() - 1)
	}
	return d
}

func (e *explainer) line(k *Concepto) {
	name := k.Descripcion
	if r := []rune(name); len(r) > 40 {
		name = string(r[:40]) + "…"
	}
	e.said = append(e.said, name+": "+k.Cantidad.String()+" × "+e.money(k.ValorUnitario)+e.result(k.Cantidad.Mul(k.ValorUnitario), k.Importe))
	if !k.Descuento.IsZero() {
		e.said = append(e.said, name+": menos el descuento, "+e.money(k.Importe)+" − "+e.money(k.Descuento)+" = "+e.money(k.Importe.Sub(k.Descuento))+".")
	}
	if k.Impuestos == nil {
		return
	}
	for _, t := range k.Impuestos.Traslados {
		e.tax(name, "", t)
	}
	for _, r := range k.Impuestos.Retenciones {
		e.tax(name, " retenido", Traslado(r))
	}
}

func (e *explainer) tax(name, how string, t Traslado) {
	what := name + ": " + e.taxName(t) + how
	switch t.TipoFactor {
	case factorExento:
		e.said = append(e.said, what+": sobre "+e.money(t.Base)+" no se cobra.")
	case factorCuota:
		e.said = append(e.said, what+": "+t.Base.String()+" × "+e.money(t.TasaOCuota)+e.result(t.Base.Mul(t.TasaOCuota), t.Importe))
	default:
		e.said = append(e.said, what+": "+e.money(t.Base)+" × "+percent(t.TasaOCuota)+e.result(t.Base.Mul(t.TasaOCuota), t.Importe))
	}
}

// taxName is what people call a tax: IVA 16 %, IEPS por cuota, IVA exento.
func (e *explainer) taxName(t Traslado) string {
	name := t.Impuesto
	if row, ok := e.cat.Impuesto(t.Impuesto); ok {
		name = row.Texto
	}
	switch t.TipoFactor {
	case factorExento:
		return name + " exento"
	case factorCuota:
		return name + " por cuota"
	}
	return name + " " + percent(t.TasaOCuota)
}

// percent writes a rate as people say it: 0.160000 is 16 %.
func percent(rate decimal.Decimal) string {
	d := rate.Mul(hundred)
	for d.Scale() > 0 && d.Round(d.Scale()-1).Cmp(d) == 0 {
		d = d.Round(d.Scale() - 1)
	}
	return d.String() + " %"
}

// mostAddends bounds the sums that are spelled out.
const mostAddends = 6

// add explains a sum of amounts of the lines.
func (e *explainer) add(what string, amounts []decimal.Decimal, written decimal.Decimal) {
	sum, texts := decimal.FromInt(0), make([]string, len(amounts))
	for i, a := range amounts {
		sum, texts[i] = sum.Add(a), e.money(a)
	}
	how := strings.Join(texts, " + ")
	if len(amounts) > mostAddends {
		how = "la suma de " + strconv.Itoa(len(amounts)) + " importes"
	}
	if len(amounts) == 1 {
		e.said = append(e.said, what+":"+strings.TrimPrefix(e.result(sum, written), " ="))
		return
	}
	e.said = append(e.said, what+": "+how+e.result(sum, written))
}

func (e *explainer) summary() {
	c := e.c
	if c.TipoDeComprobante == "T" || c.TipoDeComprobante == "P" {
		e.said = append(e.said, "Total: un comprobante de tipo "+c.TipoDeComprobante+" vale cero.")
		return
	}
	e.add("Subtotal", e.amounts(func(k *Concepto) []decimal.Decimal { return []decimal.Decimal{k.Importe} }), c.SubTotal)
	how := []string{e.money(c.SubTotal)}
	total := c.SubTotal
	if !c.Descuento.IsZero() {
		e.add("Descuento", e.amounts(func(k *Concepto) []decimal.Decimal {
			if k.Descuento.IsZero() {
				return nil
			}
			return []decimal.Decimal{k.Descuento}
		}), c.Descuento)
		how, total = append(how, "− "+e.money(c.Descuento)), total.Sub(c.Descuento)
	}
	if i := c.Impuestos; i != nil {
		total = total.Add(e.transfers(i, &how)).Sub(e.withheld(i, &how))
	}
	for _, k := range c.Complementos {
		if local, ok := k.(Totaler); ok {
			traslados, retenciones := local.Totales()
			how = append(how, "+ "+e.money(orZero(traslados))+" − "+e.money(orZero(retenciones))+" de impuestos locales")
			total = total.Add(traslados).Sub(retenciones)
		}
	}
	if len(how) == 1 && total.Cmp(c.Total) == 0 {
		e.said = append(e.said, "Total: "+e.money(c.Total)+".")
		return
	}
	e.said = append(e.said, "Total: "+strings.Join(how, " ")+e.result(total, c.Total))
}

// amounts lists what each line gives.
func (e *explainer) amounts(of func(k *Concepto) []decimal.Decimal) []decimal.Decimal {
	var out []decimal.Decimal
	for i := range e.c.Conceptos {
		out = append(out, of(&e.c.Conceptos[i])...)
	}
	return out
}

func (e *explainer) transfers(i *Impuestos, how *[]string) decimal.Decimal {
	sum := decimal.FromInt(0)
	for _, row := range i.Traslados {
		if row.TipoFactor == factorExento {
			continue
		}
		e.add(e.taxName(row), e.amounts(func(k *Concepto) (out []decimal.Decimal) {
			if k.Impuestos == nil {
				return nil
			}
			for _, t := range k.Impuestos.Traslados {
				if (transferred{Traslado: row}).same(t) {
					out = append(out, t.Importe)
				}
			}
			return out
		}), row.Importe)
		*how, sum = append(*how, "+ "+e.money(row.Importe)), sum.Add(row.Importe)
	}
	return sum
}

func (e *explainer) withheld(i *Impuestos, how *[]string) decimal.Decimal {
	sum := decimal.FromInt(0)
	for _, row := range i.Retenciones {
		name := row.Impuesto
		if cat, ok := e.cat.Impuesto(row.Impuesto); ok {
			name = cat.Texto
		}
		e.add(name+" retenido", e.amounts(func(k *Concepto) (out []decimal.Decimal) {
			if k.Impuestos == nil {
				return nil
			}
			for _, r := range k.Impuestos.Retenciones {
				if r.Impuesto == row.Impuesto {
					out = append(out, r.Importe)
				}
			}
			return out
		}), row.Importe)
		*how, sum = append(*how, "− "+e.money(row.Importe)), sum.Add(row.Importe)
	}
	return sum
}
