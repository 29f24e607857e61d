package cfdi

import (
	"strings"

	"iofacturo.mx/decimal"
)

// The taxes of a line: CFDI40174 to CFDI40186.

const (
	fixBase  = "Quita el impuesto de un concepto cuyo importe queda en cero."
	fixTasa  = "Elige la tasa de la lista; se escribe con seis decimales, como 0.160000."
	fixTotal = "Vuelve a calcular los totales."
	exento   = "Exento"
)

func trasladoBase(v *validation, p place, t *Traslado) { v.base(p, t.Base) }

func retencionBase(v *validation, p place, r *ConceptoRetencion) { v.base(p, r.Base) }

func (v *validation) base(p place, base decimal.Decimal) {
	if !base.IsZero() && base.Sign() <= 0 {
		v.fail(p.path("Base"), "La base del impuesto debe ser mayor que cero.", fixBase)
	}
}

func trasladoImpuesto(v *validation, p place, t *Traslado) { v.impuesto(p.path, t.Impuesto, true) }

func retencionImpuesto(v *validation, p place, r *ConceptoRetencion) {
	v.impuesto(p.path, r.Impuesto, false)
}

// impuesto reports a tax that does not exist or does not stand on this side.
func (v *validation) impuesto(path func(string) string, key string, traslado bool) {
	row, ok := v.cat.Impuesto(key)
	if l := v.listed(row.Entry, ok); !catalogued(key, l) {
		v.key(path("Impuesto"), key, "c_Impuesto", l)
		v.recompute() // which takes a row out of the summary that no line has
	} else if ok && traslado && !row.Traslado {
		v.fail(path("Impuesto"), "El "+row.Texto+" se retiene; no se traslada.", "Muévelo a las retenciones.")
	}
}

func trasladoTipoFactor(v *validation, p place, t *Traslado) { v.tipoFactor(p, t.TipoFactor) }

func retencionTipoFactor(v *validation, p place, r *ConceptoRetencion) {
	v.tipoFactor(p, r.TipoFactor)
}

func (v *validation) tipoFactor(p place, key string) {
	row, ok := v.cat.TipoFactor(key)
	if l := v.listed(row.Entry, ok); !catalogued(key, l) {
		v.key(p.path("TipoFactor"), key, "c_TipoFactor", l)
		for _, right := range []string{"Tasa", "Cuota", exento} {
			if strings.EqualFold(strings.TrimSpace(key), right) {
				v.mendAll("TipoFactor", key, right)
				v.tentative()
			}
		}
	}
}

func trasladoExento(v *validation, p place, t *Traslado) {
	if t.TipoFactor == exento && (!t.TasaOCuota.IsZero() || !t.Importe.IsZero()) {
		v.fail(p.path("TipoFactor"), "Un impuesto exento no lleva tasa ni importe.", "Quita la tasa y el importe, o elige Tasa.")
		v.recompute()
	}
}

func trasladoComplete(v *validation, p place, t *Traslado) {
	if t.TipoFactor != "Tasa" && t.TipoFactor != "Cuota" {
		return
	}
	if t.TasaOCuota.IsZero() {
		v.fail(p.path("TasaOCuota"), "Falta la tasa o cuota del impuesto.", fixTasa)
	}
	if t.Importe.IsZero() {
		v.fail(p.path("Importe"), "Falta el importe del impuesto.", fixTotal)
		v.recompute()
	}
}

func trasladoTasa(v *validation, p place, t *Traslado) {
	if !t.TasaOCuota.IsZero() && t.TipoFactor != exento {
		v.tasa(p.path, t.Impuesto, t.TipoFactor, true, t.TasaOCuota)
		v.frontera(p, t)
	}
}

func retencionTasa(v *validation, p place, r *ConceptoRetencion) {
	if !r.TasaOCuota.IsZero() && r.TipoFactor != exento {
		v.tasa(p.path, r.Impuesto, r.TipoFactor, false, r.TasaOCuota)
	}
}

// tasa reports a rate that c_TasaOCuota does not have for a tax and factor that
// are themselves right, or that is not written with six decimals.
func (v *validation) tasa(path func(string) string, impuesto, factor string, traslado bool, rate decimal.Decimal) {
	row, ok := v.cat.Impuesto(impuesto)
	if _, known := v.cat.TipoFactor(factor); !ok || !known || traslado && !row.Traslado {
		return // another code says so already
	}
	switch {
	case !v.cat.ValidRate(impuesto, factor, traslado, rate, v.c.Fecha):
		v.fail(path("TasaOCuota"), "El "+row.Texto+" no tiene la tasa "+rate.String()+" en el catálogo del SAT.", fixTasa)
	case rate.Scale() != 6:
		v.fail(path("TasaOCuota"), "La tasa "+rate.String()+" debe escribirse con seis decimales.", fixTasa)
		v.recompute()
	}
}

// frontera: IVA of 8 % needs a place of issue in the border region and a product
// that the decree covers (cfdi-rules §2.5); in a global invoice 01010101 will do.
// Whether the issuer is registered for it only the PAC knows.
func (v *validation) frontera(p place, t *Traslado) {
	if t.Impuesto != "002" || t.TasaOCuota.Cmp(decimal.New(8, 2)) != 0 {
		return
	}
	if cp, ok := v.cat.CodigoPostal(v.c.LugarExpedicion); ok && cp.Frontera == 0 {
		v.fail(p.path("TasaOCuota"), "El IVA de 8 % es de la región fronteriza y el código postal "+cp.Clave+" no está en ella.",
			"Usa la tasa de 16 % o el código postal de tu sucursal en la frontera.")
		return
	}
	c := v.c.Conceptos[p.concepto]
	row, ok := v.cat.ClaveProdServ(c.ClaveProdServ)
	if ok && !row.Frontera && c.ClaveProdServ != "01010101" {
		v.fail(p.path("TasaOCuota"), "La clave "+row.Clave+" ("+row.Texto+") no tiene el estímulo de IVA de 8 % de la frontera.",
			"Usa la tasa de 16 % en este concepto.")
	}
}

func trasladoImporte(v *validation, p place, t *Traslado) {
	v.taxLimits(p, t.Base, t.TasaOCuota, t.Importe)
}

func retencionImporte(v *validation, p place, r *ConceptoRetencion) {
	v.taxLimits(p, r.Base, r.TasaOCuota, r.Importe)
}

func (v *validation) taxLimits(p place, base, rate, importe decimal.Decimal) {
	if base.IsZero() || rate.IsZero() || importe.IsZero() || taxFits(base, rate, importe, v.decimals) {
		return
	}
	low, high := taxBetween(base, rate, max(v.decimals, importe.Scale()))
	v.fail(p.path("Importe"), "El impuesto "+importe.String()+" no es base por tasa; debe estar entre "+low.String()+" y "+high.String()+".",
		fixTotal)
	v.recompute()
}

func retencionExento(v *validation, p place, r *ConceptoRetencion) {
	if r.TipoFactor == exento {
		v.fail(p.path("TipoFactor"), "Una retención no puede ser exenta.", "Elige Tasa, o quita la retención.")
	}
}
