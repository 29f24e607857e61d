package cfdi

import (
	"iofacturo.mx/decimal"
)

// The summary of the taxes at the root: CFDI40201 to CFDI40221.

const (
	pathRetenidos   = "Impuestos.TotalImpuestosRetenidos"
	pathTrasladados = "Impuestos.TotalImpuestosTrasladados"
)

// summary calls check when the root has a node Impuestos and may have it.
func summary(check func(v *validation, i *Impuestos)) func(*validation) {
	return func(v *validation) {
		if v.c.Impuestos != nil && !v.is("TP") {
			check(v, v.c.Impuestos)
		}
	}
}

func impuestosForbidden(v *validation) {
	if v.c.Impuestos != nil && v.is("TP") {
		v.fail("Impuestos", "Un comprobante de tipo "+v.c.TipoDeComprobante+" no lleva resumen de impuestos.", "Quita el resumen de impuestos.")
		v.drop("Impuestos")
	}
}

func retenidosDecimals(v *validation, i *Impuestos) {
	v.tooFine(pathRetenidos, i.TotalImpuestosRetenidos)
}

func retenidosSum(v *validation, i *Impuestos) {
	if i.TotalImpuestosRetenidos.IsZero() {
		return
	}
	sum := decimal.FromInt(0)
	for _, r := range i.Retenciones {
		sum = sum.Add(r.Importe)
	}
	if i.TotalImpuestosRetenidos.Cmp(sum) != 0 {
		v.fail(pathRetenidos, "El total de impuestos retenidos no es la suma de las retenciones, que es "+sum.String()+".", fixTotal)
		v.recompute()
	}
}

func trasladadosDecimals(v *validation, i *Impuestos) {
	v.tooFine(pathTrasladados, i.TotalImpuestosTrasladados)
}

func trasladadosSum(v *validation, i *Impuestos) {
	if i.TotalImpuestosTrasladados.IsZero() {
		return
	}
	sum := decimal.FromInt(0)
	for _, t := range i.Traslados {
		sum = sum.Add(t.Importe)
	}
	switch {
	case i.TotalImpuestosTrasladados.Cmp(sum) != 0:
		v.fail(pathTrasladados, "El total de impuestos trasladados no es la suma de los traslados, que es "+sum.String()+".", fixTotal)
		v.recompute()
	case len(i.Traslados) > 0 && allExento(i.Traslados):
		v.warn(pathTrasladados, "Cuando todos los traslados son exentos no debe ir el total de impuestos trasladados.", fixTotal)
		v.recompute()
	}
}

func allExento(rows []Traslado) bool {
	for _, t := range rows {
		if t.TipoFactor != exento {
			return false
		}
	}
	return true
}

func retenidosRequired(v *validation, i *Impuestos) {
	if len(i.Retenciones) > 0 && i.TotalImpuestosRetenidos.IsZero() {
		v.fail(pathRetenidos, "Falta el total de impuestos retenidos.", fixTotal)
		v.recompute()
	}
}

func trasladadosRequired(v *validation, i *Impuestos) {
	if !allExento(i.Traslados) && i.TotalImpuestosTrasladados.IsZero() {
		v.fail(pathTrasladados, "Falta el total de impuestos trasladados.", fixTotal)
		v.recompute()
	}
}

func rootRetencionPath(j int, attribute string) string {
	return at("Impuestos.Retenciones", j) + "." + attribute
}

func rootTrasladoPath(j int, attribute string) string {
	return at("Impuestos.Traslados", j) + "." + attribute
}

func rootRetencionKey(v *validation, i *Impuestos) {
	for j, r := range i.Retenciones {
		v.impuesto(func(attribute string) string { return rootRetencionPath(j, attribute) }, r.Impuesto, false)
	}
}

func rootRetencionTwice(v *validation, i *Impuestos) {
	for j, r := range i.Retenciones {
		for _, before := range i.Retenciones[:j] {
			if before.Impuesto == r.Impuesto {
				v.fail(rootRetencionPath(j, "Impuesto"), "El resumen repite la retención del impuesto "+r.Impuesto+".", fixTotal)
				v.recompute()
				break
			}
		}
	}
}

func rootRetencionDecimals(v *validation, i *Impuestos) {
	for j, r := range i.Retenciones {
		v.tooFine(rootRetencionPath(j, "Importe"), r.Importe)
	}
}

// withheld is what the lines withhold of one tax.
type withheld struct {
	impuesto string
	importe  decimal.Decimal
	listed   bool // at the root
}

func (v *validation) withheldByLines() []withheld {
	var sums []withheld
	for i := range v.c.Conceptos {
		if v.c.Conceptos[i].Impuestos == nil {
			continue
		}
		for _, r := range v.c.Conceptos[i].Impuestos.Retenciones {
			sums = addWithheld(sums, r)
		}
	}
	return sums
}

func addWithheld(sums []withheld, r ConceptoRetencion) []withheld {
	for i := range sums {
		if sums[i].impuesto == r.Impuesto {
			sums[i].importe = sums[i].importe.Add(r.Importe)
			return sums
		}
	}
	return append(sums, withheld{impuesto: r.Impuesto, importe: r.Importe})
}

// rootRetencionSum compares the root with the lines both ways.
func rootRetencionSum(v *validation) {
	if v.is("TP") {
		return
	}
	sums := v.withheldByLines()
	if v.c.Impuestos != nil {
		for j, r := range v.c.Impuestos.Retenciones {
			want := decimal.FromInt(0)
			for i := range sums {
				if sums[i].impuesto == r.Impuesto {
					want, sums[i].listed = sums[i].importe, true
				}
			}
			v.rounded(rootRetencionPath(j, "Importe"), "La retención del impuesto "+r.Impuesto, r.Importe, want)
		}
	}
	for _, s := range sums {
		if !s.listed {
			v.fail("Impuestos.Retenciones", "El resumen no tiene la retención del impuesto "+s.impuesto+" de los conceptos.", fixTotal)
			v.recompute()
		}
	}
}

// rounded reports an amount of the root that is not the rounded sum of the lines.
func (v *validation) rounded(path, what string, got, sum decimal.Decimal) {
	if want := sum.Round(v.decimals); got.Cmp(want) != 0 {
		v.fail(path, what+" suma "+want.String()+" en los conceptos y el resumen dice "+got.String()+".", fixTotal)
		v.recompute()
	}
}

// transferred is what the lines transfer under one tax, factor and rate.
type transferred struct {
	Traslado
	listed bool // at the root
}

// same compares factors too, so that 0 % and Exento never mix.
func (t transferred) same(o Traslado) bool {
	return t.Impuesto == o.Impuesto && t.TipoFactor == o.TipoFactor && t.TasaOCuota.Equal(o.TasaOCuota)
}

func (v *validation) transferredByLines() []transferred {
	var sums []transferred
	for i := range v.c.Conceptos {
		if v.c.Conceptos[i].Impuestos == nil {
			continue
		}
		for _, t := range v.c.Conceptos[i].Impuestos.Traslados {
			sums = addTransferred(sums, t)
		}
	}
	return sums
}

func addTransferred(sums []transferred, t Traslado) []transferred {
	for i := range sums {
		if sums[i].same(t) {
			sums[i].Base, sums[i].Importe = sums[i].Base.Add(t.Base), sums[i].Importe.Add(t.Importe)
			return sums
		}
	}
	return append(sums, transferred{Traslado: t})
}

func rootExento(v *validation, i *Impuestos) {
	if !allExento(i.Traslados) {
		return
	}
	for j, t := range i.Traslados {
		if !t.TasaOCuota.IsZero() || !t.Importe.IsZero() {
			v.fail(at("Impuestos.Traslados", j), "Un traslado exento lleva solo base, impuesto y tipo de factor.", fixTotal)
			v.recompute()
		}
	}
}

func rootBaseDecimals(v *validation, i *Impuestos) {
	for j, t := range i.Traslados {
		v.tooFine(rootTrasladoPath(j, "Base"), t.Base)
	}
}

func rootBaseSum(v *validation, i *Impuestos) {
	if !allExento(i.Traslados) {
		v.rootBases(i)
	}
}

func rootBaseExento(v *validation, i *Impuestos) {
	if allExento(i.Traslados) {
		v.rootBases(i)
	}
}

func (v *validation) rootBases(i *Impuestos) {
	sums := v.transferredByLines()
	for j, t := range i.Traslados {
		for _, s := range sums {
			if s.same(t) {
				v.rounded(rootTrasladoPath(j, "Base"), "La base del impuesto "+t.Impuesto, t.Base, s.Base)
			}
		}
	}
}

func rootTrasladoKey(v *validation, i *Impuestos) {
	for j, t := range i.Traslados {
		v.impuesto(func(attribute string) string { return rootTrasladoPath(j, attribute) }, t.Impuesto, true)
	}
}

func rootTrasladoTwice(v *validation, i *Impuestos) {
	for j, t := range i.Traslados {
		for _, before := range i.Traslados[:j] {
			if (transferred{Traslado: before}).same(t) {
				v.fail(at("Impuestos.Traslados", j), "El resumen repite un traslado con el mismo impuesto, factor y tasa.", fixTotal)
				v.recompute()
				break
			}
		}
	}
}

func rootTrasladoTasa(v *validation, i *Impuestos) {
	for j, t := range i.Traslados {
		path := func(attribute string) string { return rootTrasladoPath(j, attribute) }
		_, known := v.cat.TipoFactor(t.TipoFactor)
		switch {
		case !known && t.TipoFactor != "":
			v.fail(path("TipoFactor"), "El tipo de factor "+Quoted(t.TipoFactor)+" no existe.", fixTotal)
			v.recompute()
		case t.TipoFactor == exento && !t.TasaOCuota.IsZero() && !allExento(i.Traslados):
			v.fail(path("TasaOCuota"), "Un traslado exento no lleva tasa.", fixTotal)
			v.recompute()
		case t.TipoFactor == exento:
		case t.TasaOCuota.IsZero():
			v.fail(path("TasaOCuota"), "Falta la tasa o cuota del traslado.", fixTotal)
			v.recompute()
		default:
			v.tasa(path, t.Impuesto, t.TipoFactor, true, t.TasaOCuota)
		}
	}
}

func rootTrasladoDecimals(v *validation, i *Impuestos) {
	for j, t := range i.Traslados {
		v.tooFine(rootTrasladoPath(j, "Importe"), t.Importe)
	}
}

// rootTrasladoSum compares the root with the lines both ways; the base of a row
// that the lines do not have is reported with it.
func rootTrasladoSum(v *validation) {
	if v.is("TP") {
		return
	}
	sums := v.transferredByLines()
	if v.c.Impuestos != nil {
		for j, t := range v.c.Impuestos.Traslados {
			v.rootTraslado(j, t, sums)
		}
	}
	for _, s := range sums {
		if !s.listed {
			v.fail("Impuestos.Traslados", "El resumen no tiene el traslado del impuesto "+s.Impuesto+" ("+s.TipoFactor+" "+s.TasaOCuota.String()+
				") de los conceptos.", fixTotal)
			v.recompute()
		}
	}
}

func (v *validation) rootTraslado(j int, t Traslado, sums []transferred) {
	for i := range sums {
		if !sums[i].same(t) {
			continue
		}
		sums[i].listed = true
		if t.TipoFactor != exento {
			v.rounded(rootTrasladoPath(j, "Importe"), "El impuesto "+t.Impuesto, t.Importe, sums[i].Importe)
		}
		return
	}
	v.fail(at("Impuestos.Traslados", j), "Ningún concepto tiene este traslado del resumen.", fixTotal)
	v.recompute()
}
