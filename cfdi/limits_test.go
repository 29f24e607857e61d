package cfdi_test

import (
	"fmt"
	"math/big"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The checker below is written from the rules (cfdi-rules §2.1, §2.2) over
// big.Rat and shares nothing with Totalize.

func rat(d decimal.Decimal) *big.Rat {
	r := new(big.Rat)
	if s := d.String(); s != "" {
		if _, ok := r.SetString(s); !ok {
			panic("not a number: " + s)
		}
	}
	return r
}

// tenths are 10^-n; nothing here writes to them.
var tenths = func() (out [20]*big.Rat) {
	for n := range out {
		out[n] = new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
	}
	return out
}()

func tenth(n int) *big.Rat { return tenths[n] }

// grid brings r to n decimals: mode -1 down, +1 up, 0 half up. r ≥ 0.
func grid(r *big.Rat, n, mode int) *big.Rat {
	scaled := new(big.Rat).Quo(r, tenth(n))
	if mode == 0 {
		scaled.Add(scaled, big.NewRat(1, 2))
	}
	q, m := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	if mode > 0 && m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(q), tenth(n))
}

func half(d decimal.Decimal) *big.Rat {
	return new(big.Rat).Quo(tenth(d.Scale()), big.NewRat(2, 1))
}

// band returns the limits of a × b, where half is how far a and b may be off.
func band(a, ha, b, hb *big.Rat, places int) (low, high *big.Rat) {
	eps := tenth(12)
	less := func(x, h *big.Rat) *big.Rat { return new(big.Rat).Sub(x, h) }
	more := func(x, h *big.Rat) *big.Rat {
		if h.Sign() == 0 {
			return x
		}
		return new(big.Rat).Sub(new(big.Rat).Add(x, h), eps)
	}
	low = new(big.Rat).Mul(less(a, ha), less(b, hb))
	if low.Sign() < 0 {
		low = new(big.Rat)
	}
	high = new(big.Rat).Mul(more(a, ha), more(b, hb))
	return grid(low, places, -1), grid(high, places, +1)
}

func inBand(x, low, high *big.Rat) bool { return x.Cmp(low) >= 0 && x.Cmp(high) <= 0 }

type limits struct {
	places int
	broken []string
}

func (l *limits) want(ok bool, format string, args ...any) {
	if !ok {
		l.broken = append(l.broken, fmt.Sprintf(format, args...))
	}
}

// check returns every limit that c breaks. places are those of its currency.
func check(c *cfdi.Comprobante, places int) []string {
	l := &limits{places: places}
	for i := range c.Conceptos {
		l.concepto(i, &c.Conceptos[i])
	}
	l.summary(c)
	return l.broken
}

func (l *limits) concepto(i int, k *cfdi.Concepto) {
	q, v, importe := rat(k.Cantidad), rat(k.ValorUnitario), rat(k.Importe)
	for _, places := range []int{l.places, max(l.places, k.Importe.Scale())} {
		low, high := band(q, half(k.Cantidad), v, half(k.ValorUnitario), places)
		l.want(inBand(importe, low, high), "CFDI40167 line %d: %s", i, k.Importe)
	}
	l.want(importe.Cmp(grid(new(big.Rat).Mul(q, v), k.Importe.Scale(), 0)) == 0, "line %d: Importe %s", i, k.Importe)
	l.want(k.Importe.Scale() <= 6, "line %d: Importe %s has too many decimals", i, k.Importe)
	l.want(k.Descuento.Scale() <= k.Importe.Scale(), "CFDI40168 line %d", i)
	l.want(rat(k.Descuento).Cmp(importe) <= 0, "CFDI40169 line %d", i)
	if k.Impuestos == nil {
		return
	}
	net := new(big.Rat).Sub(importe, rat(k.Descuento))
	taxed := new(big.Rat).Set(net)
	for _, t := range k.Impuestos.Traslados {
		if t.Impuesto == "003" {
			taxed.Add(taxed, rat(t.Importe))
		}
	}
	bases := map[string]*big.Rat{"001": net, "002": taxed, "003": net}
	for _, t := range k.Impuestos.Traslados {
		l.tax(fmt.Sprintf("line %d traslado", i), t, bases[t.Impuesto])
	}
	for _, r := range k.Impuestos.Retenciones {
		l.tax(fmt.Sprintf("line %d retencion", i), cfdi.Traslado(r), bases[r.Impuesto])
	}
}

func (l *limits) tax(where string, t cfdi.Traslado, base *big.Rat) {
	if t.TipoFactor == "Exento" {
		l.want(t.TasaOCuota.IsZero() && t.Importe.IsZero(), "CFDI40177 %s", where)
		return
	}
	l.want(t.TasaOCuota.Scale() == 6, "CFDI40179 %s: %s", where, t.TasaOCuota)
	l.want(t.TipoFactor == "Cuota" || rat(t.Base).Cmp(base) == 0, "%s: Base %s", where, t.Base)
	places := max(l.places, t.Importe.Scale())
	low, high := band(rat(t.Base), half(t.Base), rat(t.TasaOCuota), new(big.Rat), places)
	l.want(inBand(rat(t.Importe), low, high), "CFDI40180 %s: %s", where, t.Importe)
}

func (l *limits) round(r *big.Rat) *big.Rat { return grid(r, l.places, 0) }

// exactly wants got to be sum, rounded to the currency and written with its
// decimals at most.
func (l *limits) exactly(code string, got decimal.Decimal, sum *big.Rat) {
	l.want(rat(got).Cmp(l.round(sum)) == 0, "%s: %s is not %s", code, got, l.round(sum).FloatString(6))
	l.want(got.Scale() <= l.places, "%s: %s has too many decimals", code, got)
}

func (l *limits) summary(c *cfdi.Comprobante) {
	subTotal, descuento, any := new(big.Rat), new(big.Rat), false
	rows, bases, kept := map[string]*big.Rat{}, map[string]*big.Rat{}, map[string]*big.Rat{}
	add := func(m map[string]*big.Rat, key string, d decimal.Decimal) {
		if m[key] == nil {
			m[key] = new(big.Rat)
		}
		m[key].Add(m[key], rat(d))
	}
	key := func(t cfdi.Traslado) string { return t.Impuesto + t.TipoFactor + t.TasaOCuota.String() }
	for _, k := range c.Conceptos {
		subTotal.Add(subTotal, rat(k.Importe))
		descuento.Add(descuento, rat(k.Descuento))
		any = any || !k.Descuento.IsZero()
		if k.Impuestos == nil {
			continue
		}
		for _, t := range k.Impuestos.Traslados {
			add(rows, key(t), t.Importe)
			add(bases, key(t), t.Base)
		}
		for _, r := range k.Impuestos.Retenciones {
			add(kept, r.Impuesto, r.Importe)
		}
	}
	l.exactly("CFDI40108", c.SubTotal, subTotal)
	l.exactly("CFDI40111", c.Descuento, descuento)
	l.want(any != c.Descuento.IsZero(), "CFDI40111: Descuento present %v", !c.Descuento.IsZero())
	l.want(rat(c.Descuento).Cmp(rat(c.SubTotal)) <= 0, "CFDI40110")
	total := new(big.Rat).Sub(rat(c.SubTotal), rat(c.Descuento))
	l.taxes(c, rows, bases, kept, key, total)
	for _, k := range c.Complementos {
		traslados, retenciones := k.(cfdi.Totaler).Totales()
		total.Add(total, rat(traslados)).Sub(total, rat(retenciones))
	}
	if total.Sign() >= 0 {
		l.exactly("CFDI40119", c.Total, total)
	}
}

func (l *limits) taxes(c *cfdi.Comprobante, rows, bases, kept map[string]*big.Rat, key func(cfdi.Traslado) string, total *big.Rat) {
	i := c.Impuestos
	if i == nil {
		l.want(len(rows)+len(kept) == 0, "CFDI40211/221: no root Impuestos")
		return
	}
	l.want(len(i.Traslados) == len(rows), "CFDI40218: %d rows for %d rates", len(i.Traslados), len(rows))
	l.want(len(i.Retenciones) == len(kept), "CFDI40208: %d rows for %d taxes", len(i.Retenciones), len(kept))
	charged, withheld, rated := new(big.Rat), new(big.Rat), false
	for _, t := range i.Traslados {
		if rows[key(t)] == nil {
			l.want(false, "CFDI40219: row %s comes from no line", key(t))
			continue
		}
		l.exactly("CFDI40215", t.Base, bases[key(t)])
		l.exactly("CFDI40221", t.Importe, rows[key(t)])
		l.want((t.TipoFactor == "Exento") == t.Importe.IsZero(), "CFDI40213: %+v", t)
		charged.Add(charged, rat(t.Importe))
		rated = rated || t.TipoFactor != "Exento"
	}
	for _, r := range i.Retenciones {
		l.exactly("CFDI40211", r.Importe, kept[r.Impuesto])
		withheld.Add(withheld, rat(r.Importe))
	}
	l.exactly("CFDI40205", i.TotalImpuestosTrasladados, charged)
	l.exactly("CFDI40203", i.TotalImpuestosRetenidos, withheld)
	l.want(rated != i.TotalImpuestosTrasladados.IsZero(), "CFDI40212: TotalImpuestosTrasladados present %v", !rated)
	l.want(len(kept) > 0 != i.TotalImpuestosRetenidos.IsZero(), "CFDI40206")
	total.Add(total, charged).Sub(total, withheld)
}
