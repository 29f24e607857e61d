package implocal

import (
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// Codes of our own: the SAT has none for this complement.
const (
	codeSchema      = "301"        // the schema of the complement
	codeRetenciones = "IMPLOCAL01" // TotaldeRetenciones is not the sum
	codeTraslados   = "IMPLOCAL02" // TotaldeTraslados is not the sum
	codeTipo        = "IMPLOCAL03" // a document without amounts carries it
)

// Validate reports what the schema or the arithmetic refuses.
func (l *ImpuestosLocales) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	v := &validator{path: pathIn(c, l)}
	if l.Version != "1.0" {
		v.add(codeSchema, ".version", "La versión de los impuestos locales debe ser 1.0.", "Escribe 1.0.")
	}
	if c.TipoDeComprobante == "T" || c.TipoDeComprobante == "P" {
		v.add(codeTipo, "", "Un comprobante de traslado o de pago vale 0 y no lleva impuestos locales.",
			"Quita los impuestos locales.")
	}
	retenciones, traslados := decimal.FromInt(0), decimal.FromInt(0)
	for i := range l.RetencionesLocales {
		r := &l.RetencionesLocales[i]
		v.tax(".RetencionesLocales["+strconv.Itoa(i)+"]", "ImpLocRetenido", r.ImpLocRetenido,
			"TasadeRetencion", r.TasadeRetencion, r.Importe)
		retenciones = retenciones.Add(r.Importe)
	}
	for i := range l.TrasladosLocales {
		t := &l.TrasladosLocales[i]
		v.tax(".TrasladosLocales["+strconv.Itoa(i)+"]", "ImpLocTrasladado", t.ImpLocTrasladado,
			"TasadeTraslado", t.TasadeTraslado, t.Importe)
		traslados = traslados.Add(t.Importe)
	}
	v.total(codeRetenciones, ".TotaldeRetenciones", l.TotaldeRetenciones, retenciones, "retenciones")
	v.total(codeTraslados, ".TotaldeTraslados", l.TotaldeTraslados, traslados, "traslados")
	return append(v.found, l.lexical(c)...)
}

// lexical reports names that the cadena cannot carry.
func (l *ImpuestosLocales) lexical(c *cfdi.Comprobante) []cfdi.Finding {
	r := cfdi.NewReport(c, l)
	r.Name(map[string]string{"ImpLocRetenido": "el nombre del impuesto local retenido", "ImpLocTrasladado": "el nombre del impuesto local trasladado"})
	for i := range l.RetencionesLocales {
		r.Lexical(codeSchema, "RetencionesLocales["+strconv.Itoa(i)+"]", l.RetencionesLocales[i].fields()[:1], nil)
	}
	for i := range l.TrasladosLocales {
		r.Lexical(codeSchema, "TrasladosLocales["+strconv.Itoa(i)+"]", l.TrasladosLocales[i].fields()[:1], nil)
	}
	return r.Found()
}

type validator struct {
	path  string
	found []cfdi.Finding
}

func (v *validator) add(code, path, message, fix string) {
	v.found = append(v.found, cfdi.Finding{
		Code: code, Path: v.path + path, Severity: cfdi.SeverityError, Message: message, Fix: fix,
	})
}

func (v *validator) tax(path, nameField, name, rateField string, rate, importe decimal.Decimal) {
	if name == "" {
		v.add(codeSchema, path+"."+nameField, "Falta el nombre del impuesto local.",
			"Escribe cómo se llama, por ejemplo ISH.")
	}
	v.number(path+"."+rateField, "La tasa del impuesto local", rate)
	v.number(path+".Importe", "El importe del impuesto local", importe)
}

func (v *validator) total(code, path string, total, sum decimal.Decimal, what string) {
	v.number(path, "El total de "+what+" locales", total)
	if !total.IsZero() && total.Cmp(sum) != 0 {
		v.add(code, path, "El total de "+what+" locales es "+total.String()+" y la suma es "+sum.String()+".",
			"Vuelve a calcular los totales.")
	}
}

// number checks what the schema asks of a number: there, two decimals at most.
// The schema takes a negative one; no local tax is negative.
func (v *validator) number(path, what string, d decimal.Decimal) {
	switch {
	case d.IsZero():
		v.add(codeSchema, path, what+" falta.", "Escríbelo, aunque sea 0.00.")
	case d.Scale() > 2:
		v.add(codeSchema, path, what+" lleva más de dos decimales.", "Redondéalo a dos decimales.")
	case d.Sign() < 0:
		v.add(codeSchema, path, what+" es negativo.", "Escribe una cantidad de 0.00 o más.")
	}
}

func pathIn(c *cfdi.Comprobante, l *ImpuestosLocales) string {
	for i, k := range c.Complementos {
		if k == l {
			return "Complementos[" + strconv.Itoa(i) + "]"
		}
	}
	return "Complementos"
}
