package pago20

import (
	"slices"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// The sums: CRP20201 to CRP20211, CRP20262 to CRP20274.

const withheldBuckets, transferredBuckets = 3, 10 // of buckets: the first three, then the rest

// failSum is fail for an amount that follows from others: it is mended by computing all
// of them again.
func (v *validation) failSum(path, message, fix string) {
	v.fail(path, message, fix)
	v.MendBy(func(copied cfdi.Complemento) { copied.(*Pagos).resum() })
}

// present reports whether any of these Totales is written.
func (v *validation) present(list []bucket) bool {
	return slices.ContainsFunc(list, func(b bucket) bool { return !b.at(&v.p.Totales).IsZero() })
}

// kin are the Totales of which one at least must be there: a code of its own asks
// for the first of them.
func kin(i int) []bucket {
	switch {
	case i < withheldBuckets:
		return buckets[:withheldBuckets]
	case i%2 == 1 || i == transferredBuckets-1: // bases
		return []bucket{buckets[3], buckets[5], buckets[7], buckets[9]}
	}
	return []bucket{buckets[4], buckets[6], buckets[8]}
}

// totalOf is the rule of one of the Totales.
func totalOf(i int) func(*validation) {
	return func(v *validation) {
		b := buckets[i]
		want, any := v.p.total(b)
		got := *b.at(&v.p.Totales)
		if got.IsZero() && (!any || !v.present(kin(i))) {
			return // nothing to sum, or a code of its own says that none is there
		}
		if got.IsZero() || got.Cmp(want) != 0 {
			v.failSum("Totales."+b.name, v.Subject(b.name)+" debe ser "+want.String()+": la suma de los pagos, en pesos.", "Escribe "+want.String()+", o corrige los impuestos de los pagos.")
		}
	}
}

func montoTotal(v *validation) {
	got, want := v.p.Totales.MontoTotalPagos, v.p.monto()
	if !got.IsZero() && got.Cmp(want) != 0 {
		v.failSum("Totales.MontoTotalPagos", "El total de los pagos es "+got.String()+" y la suma de los montos, en pesos, es "+want.String()+".", "Escribe "+want.String()+", o corrige el monto de algún pago.")
	}
}

// someTotal fails when a payment has such a row and none of the Totales is there.
func (v *validation) someTotal(list []bucket, has func(*ImpuestosP) bool, what string) {
	if v.present(list) {
		return
	}
	for i := range v.p.Pago {
		if p := v.p.Pago[i].ImpuestosP; p != nil && has(p) {
			v.failSum("Totales", "Los pagos llevan "+what+" y los totales no lo dicen.", fixSums)
			return
		}
	}
}

func retencionTotals(v *validation) {
	v.someTotal(kin(0), func(i *ImpuestosP) bool { return len(i.RetencionesP) > 0 }, "impuestos retenidos")
}

func iva(i *ImpuestosP, but string) bool {
	return slices.ContainsFunc(i.TrasladosP, func(t TrasladoP) bool { return t.ImpuestoP == "002" && t.TipoFactorP != but })
}

func baseTotals(v *validation) {
	v.someTotal(kin(3), func(i *ImpuestosP) bool { return iva(i, "") }, "IVA trasladado")
}

func importeTotals(v *validation) {
	v.someTotal(kin(4), func(i *ImpuestosP) bool { return iva(i, exento) }, "IVA trasladado")
}

func retencionPKey(v *validation, path string, i *ImpuestosP) {
	for k := range i.RetencionesP {
		v.impuesto(path+at("RetencionesP", k)+".ImpuestoP", i.RetencionesP[k].ImpuestoP, false)
	}
}

func retencionPTwice(v *validation, path string, i *ImpuestosP) {
	for k, r := range i.RetencionesP {
		if slices.ContainsFunc(i.RetencionesP[:k], func(o RetencionP) bool { return o.ImpuestoP == r.ImpuestoP }) {
			v.fail(path+at("RetencionesP", k), "El impuesto retenido "+r.ImpuestoP+" está dos veces en el pago.", "Deja uno con la suma de los dos.")
		}
	}
}

func trasladoPKey(v *validation, path string, i *ImpuestosP) {
	for k := range i.TrasladosP {
		v.impuesto(path+at("TrasladosP", k)+".ImpuestoP", i.TrasladosP[k].ImpuestoP, true)
	}
}

func trasladoPTwice(v *validation, path string, i *ImpuestosP) {
	seen := make(map[kind]bool, len(i.TrasladosP))
	for k := range i.TrasladosP {
		t := &i.TrasladosP[k]
		before := seen[t.kind()]
		if seen[t.kind()] = true; before {
			v.fail(path+at("TrasladosP", k), "El impuesto trasladado "+t.ImpuestoP+" está dos veces en el pago con el mismo factor y tasa.", "Deja uno con la suma de los dos.")
		}
	}
}

func trasladoPTasa(v *validation, path string, i *ImpuestosP) {
	for k, t := range i.TrasladosP {
		v.tasa(path+at("TrasladosP", k)+".TasaOCuotaP", t.ImpuestoP, t.TipoFactorP, true, t.TasaOCuotaP)
	}
}

// expected returns the taxes that the documents of a payment make, and whether
// they are exact: no document is in another currency.
func (p *Pago) expected() (want *sums, exact bool) {
	want = p.raw()
	exact = !slices.ContainsFunc(p.DoctoRelacionado, func(d DoctoRelacionado) bool { return d.ImpuestosDR != nil && !d.plain() })
	return want, exact
}

// equals compares a sum that was written with what it must be. A sum of what was
// converted may be cut or rounded, at two decimals or more.
func equals(got, want decimal.Decimal, exact bool) bool {
	if exact {
		return got.Cmp(want) == 0
	}
	places := max(got.Scale(), 2)
	return got.Cmp(want.Truncate(places)) == 0 || got.Cmp(want.Round(places)) == 0
}

// shown writes a sum with the decimals of the amount it is compared with, two at least.
func shown(sum, got decimal.Decimal) string { return sum.Fixed(max(got.Scale(), 2)) }

func retencionPSum(v *validation, path string, p *Pago) {
	want, exact := p.expected()
	var have []RetencionP
	if p.ImpuestosP != nil {
		have = p.ImpuestosP.RetencionesP
	}
	for k, r := range have {
		sum := want.retencion(r.ImpuestoP).ImporteP
		if !r.ImporteP.IsZero() && !equals(r.ImporteP, sum, exact) {
			v.failSum(path+".ImpuestosP."+at("RetencionesP", k)+".ImporteP", "Lo retenido en el pago es "+r.ImporteP.String()+" y la suma de sus facturas es "+shown(sum, r.ImporteP)+".", "Corrige lo retenido en el pago, o en alguna de sus facturas.")
		}
	}
	for _, r := range want.RetencionesP {
		if !slices.ContainsFunc(have, func(o RetencionP) bool { return o.ImpuestoP == r.ImpuestoP }) {
			v.fail(path+".ImpuestosP.RetencionesP", "Las facturas del pago retienen el impuesto "+r.ImpuestoP+" y el pago no lo suma.", "Agrega al pago ese impuesto con la suma de sus facturas.")
		}
	}
}

// onlyExento reports whether no document transfers any tax but exempt ones.
func (p *Pago) onlyExento() bool {
	some := false
	for i := range p.DoctoRelacionado {
		if taxes := p.DoctoRelacionado[i].ImpuestosDR; taxes != nil {
			for _, t := range taxes.TrasladosDR {
				if t.TipoFactorDR != exento {
					return false
				}
				some = true
			}
		}
	}
	return some
}

func (p *Pago) trasladosP() []TrasladoP {
	if p.ImpuestosP == nil {
		return nil
	}
	return p.ImpuestosP.TrasladosP
}

func trasladoPExento(v *validation, path string, p *Pago) {
	only := p.onlyExento()
	for k, t := range p.trasladosP() {
		if (t.TipoFactorP == exento || only) && (!t.TasaOCuotaP.IsZero() || !t.ImporteP.IsZero()) {
			v.fail(path+".ImpuestosP."+at("TrasladosP", k), "Un impuesto exento lleva solo su base.", "Quita la tasa y el importe.")
			row := path + ".ImpuestosP." + at("TrasladosP", k)
			v.MendHere(row+".TasaOCuotaP", "")
			v.MendHere(row+".ImporteP", "")
		}
	}
}

func basePSum(v *validation, path string, p *Pago) {
	if !p.onlyExento() {
		v.baseSum(path, p)
	}
}

func basePExento(v *validation, path string, p *Pago) {
	if p.onlyExento() {
		v.baseSum(path, p)
	}
}

func (v *validation) baseSum(path string, p *Pago) {
	want, exact := p.expected()
	only := p.onlyExento()
	for k := range p.trasladosP() {
		t := &p.ImpuestosP.TrasladosP[k]
		if sum := want.of(t).BaseP; !t.BaseP.IsZero() && !equals(t.BaseP, sum, exact) && (!only || t.TipoFactorP == exento) {
			v.failSum(path+".ImpuestosP."+at("TrasladosP", k)+".BaseP", "La base del impuesto en el pago es "+t.BaseP.String()+" y la suma de sus facturas es "+shown(sum, t.BaseP)+".", "Corrige la base en el pago, o en alguna de sus facturas.")
		}
	}
}

func importePSum(v *validation, path string, p *Pago) {
	want, exact := p.expected()
	have, only := p.trasladosP(), p.onlyExento()
	for k := range have {
		t := &have[k]
		if sum := want.of(t).ImporteP; t.TipoFactorP != exento && !only && !equals(t.ImporteP, sum, exact) {
			v.failSum(path+".ImpuestosP."+at("TrasladosP", k)+".ImporteP", "El importe del impuesto en el pago es "+t.ImporteP.String()+" y la suma de sus facturas es "+shown(sum, t.ImporteP)+".", "Corrige el importe en el pago, o en alguna de sus facturas.")
		}
	}
	for k := range want.TrasladosP {
		t := &want.TrasladosP[k]
		if !slices.ContainsFunc(have, func(o TrasladoP) bool { return o.ImpuestoP == t.ImpuestoP }) {
			v.fail(path+".ImpuestosP.TrasladosP", "Las facturas del pago trasladan el impuesto "+t.ImpuestoP+" y el pago no lo suma.", "Agrega al pago ese impuesto con la suma de sus facturas.")
		}
	}
}
