package cfdi

import "slices"

func claveProdServKey(v *validation, i int, c *Concepto) {
	row, ok := v.cat.ClaveProdServ(c.ClaveProdServ)
	v.bigKey(line(i).path, "ClaveProdServ", c.ClaveProdServ, v.listed(row.Entry, ok))
}

// claveProdServTaxes: a few keys of the catalogue oblige to transfer IVA or IEPS.
func claveProdServTaxes(v *validation, i int, c *Concepto) {
	row, ok := v.cat.ClaveProdServ(c.ClaveProdServ)
	if !ok {
		return
	}
	for _, tax := range []struct {
		needed       bool
		key, acronym string
	}{{row.IVA, "002", "IVA"}, {row.IEPS, "003", "IEPS"}} {
		if tax.needed && !c.transfers(tax.key) {
			v.fail(conceptoPath(i, "ClaveProdServ"), "La clave "+row.Clave+" ("+row.Texto+") exige trasladar "+tax.acronym+" en el concepto.",
				"Agrega el "+tax.acronym+" o elige otra clave.")
		}
	}
}

func (c *Concepto) transfers(impuesto string) bool {
	return c.Impuestos != nil && slices.ContainsFunc(c.Impuestos.Traslados, func(t Traslado) bool { return t.Impuesto == impuesto })
}

func (c *Concepto) withholds(impuesto string) bool {
	return c.Impuestos != nil && slices.ContainsFunc(c.Impuestos.Retenciones, func(r ConceptoRetencion) bool { return r.Impuesto == impuesto })
}

func claveUnidadKey(v *validation, i int, c *Concepto) {
	row, ok := v.cat.ClaveUnidad(c.ClaveUnidad)
	v.bigKey(line(i).path, "ClaveUnidad", c.ClaveUnidad, v.listed(row.Entry, ok))
}

func valorUnitarioPositive(v *validation, i int, c *Concepto) {
	if v.is("IEN") && !c.ValorUnitario.IsZero() && c.ValorUnitario.Sign() <= 0 {
		v.fail(conceptoPath(i, "ValorUnitario"), "El precio debe ser mayor que cero.", "Escribe el precio o quita el concepto.")
	}
}

func importeLimits(v *validation, i int, c *Concepto) {
	if c.Importe.IsZero() || c.ValorUnitario.IsZero() || c.Cantidad.IsZero() {
		return
	}
	if !importeFits(c.Cantidad, c.ValorUnitario, c.Importe, v.decimals) {
		low, high := importeBetween(c.Cantidad, c.ValorUnitario, v.decimals)
		v.fail(conceptoPath(i, "Importe"), "El importe "+c.Importe.String()+" no es cantidad por precio; debe estar entre "+
			low.String()+" y "+high.String()+".", "Vuelve a calcular los totales.")
		v.recompute()
	}
}

func lineDescuentoDecimals(v *validation, i int, c *Concepto) {
	if c.Descuento.Scale() > c.Importe.Scale() {
		v.fail(conceptoPath(i, "Descuento"), "El descuento "+c.Descuento.String()+" tiene más decimales que el importe "+c.Importe.String()+".",
			"Escribe los dos con los mismos decimales.")
		v.recompute()
	}
}

func lineDescuentoLimit(v *validation, i int, c *Concepto) {
	if c.Descuento.Cmp(c.Importe) > 0 {
		v.fail(conceptoPath(i, "Descuento"), "El descuento "+c.Descuento.String()+" es mayor que el importe "+c.Importe.String()+".",
			"Baja el descuento.")
	}
}

func objetoImpKey(v *validation, i int, c *Concepto) {
	row, ok := v.cat.ObjetoImp(c.ObjetoImp)
	if l := v.listed(row.Entry, ok); !catalogued(c.ObjetoImp, l) {
		v.key(conceptoPath(i, "ObjetoImp"), c.ObjetoImp, "c_ObjetoImp", l)
		v.mendKey(conceptoPath(i, "ObjetoImp"), c.objetoOf())
	}
}

func objetoImpNeedsTaxes(v *validation, i int, c *Concepto) {
	if c.ObjetoImp == "02" && c.Impuestos == nil {
		v.fail(conceptoPath(i, "ObjetoImp"), "El concepto es objeto de impuesto (02) y no tiene impuestos.",
			"Agrega sus impuestos, o elige 01 si no es objeto o 03 si no desglosas.")
		v.mend(conceptoPath(i, "ObjetoImp"), "01")
	}
}

func objetoImpNoTaxes(v *validation, i int, c *Concepto) {
	if c.Impuestos != nil && slices.Contains([]string{"01", "03", "04", "05"}, c.ObjetoImp) {
		v.fail(conceptoPath(i, "ObjetoImp"), "Con el objeto de impuesto "+c.ObjetoImp+" el concepto no debe llevar impuestos.",
			"Quita los impuestos del concepto, o elige 02.")
		if !v.is("T") { // where it is the taxes that are wrong
			v.mend(conceptoPath(i, "ObjetoImp"), "02")
		}
	}
}

// objetoImpOnlyISR: 06 and 08 do not transfer; ISR may be withheld.
func objetoImpOnlyISR(v *validation, i int, c *Concepto) {
	if c.ObjetoImp != "06" && c.ObjetoImp != "08" {
		return
	}
	for _, impuesto := range []string{"002", "003"} {
		if c.transfers(impuesto) || c.withholds(impuesto) {
			v.fail(conceptoPath(i, "ObjetoImp"), "Con el objeto de impuesto "+c.ObjetoImp+" el concepto no lleva IVA ni IEPS; solo puede retener ISR.",
				"Quita el IVA y el IEPS del concepto.")
			return
		}
	}
}

// objetoImpIEPS: 07 transfers IEPS and never IVA.
func objetoImpIEPS(v *validation, i int, c *Concepto) {
	if c.ObjetoImp == "07" && (c.transfers("002") || c.withholds("002") || !c.transfers("003")) {
		v.fail(conceptoPath(i, "ObjetoImp"), "Con el objeto de impuesto 07 el concepto traslada IEPS y no lleva IVA.",
			"Agrega el IEPS y quita el IVA del concepto.")
	}
}

func lineTaxesEmpty(v *validation, i int, c *Concepto) {
	if c.Impuestos != nil && len(c.Impuestos.Traslados) == 0 && len(c.Impuestos.Retenciones) == 0 {
		v.fail(conceptoPath(i, "Impuestos"), "El concepto tiene un apartado de impuestos vacío.",
			"Agrega al menos un impuesto o quita el apartado.")
		if c.ObjetoImp == "02" { // which CFDI40171 would say next
			v.mend(conceptoPath(i, "ObjetoImp"), "01")
		}
		v.drop(conceptoPath(i, "Impuestos"))
	}
}

func parteKey(v *validation, p place, part *Parte) {
	row, ok := v.cat.ClaveProdServ(part.ClaveProdServ)
	v.bigKey(p.path, "ClaveProdServ", part.ClaveProdServ, v.listed(row.Entry, ok))
}

func parteValor(v *validation, p place, part *Parte) {
	if !part.ValorUnitario.IsZero() && part.ValorUnitario.Sign() <= 0 {
		v.fail(p.path("ValorUnitario"), "El precio de la parte debe ser mayor que cero.", "Escribe el precio o déjalo vacío.")
	}
}

func parteImporte(v *validation, p place, part *Parte) {
	if part.Importe.IsZero() || part.ValorUnitario.IsZero() || part.Cantidad.IsZero() {
		return
	}
	if !importeFits(part.Cantidad, part.ValorUnitario, part.Importe, v.decimals) {
		v.fail(p.path("Importe"), "El importe de la parte, "+part.Importe.String()+", no es cantidad por precio.",
			"Corrige cantidad, precio o importe de la parte.")
		v.mend(p.path("Importe"), part.Cantidad.Mul(part.ValorUnitario).Round(v.decimals).String())
		v.tentative() // of a price below zero
	}
}
