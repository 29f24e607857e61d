package cfdi

import (
	"bytes"
	"strings"

	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// A cadena is values and bars. What the schema of the SAT forbids, a bar inside a value
// or a value without its shape, would let a seal be carried to other values: Serie
// "A|4711" has the cadena of Serie "A" and Folio "4711". A document of somebody else
// has not passed the schema here, so that much of it is judged before its seal is believed.

// maxBars is how many are reported: whoever writes one on purpose may write many.
const maxBars = 20

// Ambiguous reports the values of a document, its Addenda aside, that hold the bar.
func Ambiguous(src []byte, root *xmldoc.Element) Findings {
	if bytes.IndexByte(src, '|') < 0 && !bytes.Contains(src, []byte("&#")) {
		return nil
	}
	found := barsOf(nil, root)
	for _, child := range root.Children {
		if child.Local != "Addenda" {
			found = bars(found, child)
		}
	}
	return found
}

func bars(found Findings, e *xmldoc.Element) Findings {
	found = barsOf(found, e)
	for _, child := range e.Children {
		if len(found) >= maxBars {
			break
		}
		found = bars(found, child)
	}
	return found
}

func barsOf(found Findings, e *xmldoc.Element) Findings {
	for _, a := range e.Attrs {
		if a.Space != xsiSpace && strings.Contains(a.Value, "|") && len(found) < maxBars {
			found = append(found, bar(e, a.Local))
		}
	}
	if strings.Contains(e.Text, "|") {
		found = append(found, bar(e, "texto"))
	}
	return found
}

// spei reports whether an attribute is the one in which the schema lets the bar through and
// holds what has some: the cadena of a SPEI, which starts with two. What follows it may be
// hidden in it all the same, so it is a warning.
func spei(e *xmldoc.Element, name string) bool {
	value, _ := e.Attr(name)
	return name == "CadPago" && strings.HasPrefix(value, "||") && e.Is("http://www.sat.gob.mx/Pagos20", "Pago")
}

func bar(e *xmldoc.Element, name string) Finding {
	if spei(e, name) {
		return warningAt("301", strings.TrimPrefix(e.Path(), "/")+"/"+name,
			"La cadena del pago (CadPago) lleva la barra |, como la de un SPEI: el sello no dice por sí solo dónde termina.",
			"Compara las facturas pagadas y sus importes con lo que te envió quien lo emitió.")
	}
	return errorAt("301", strings.TrimPrefix(e.Path(), "/")+"/"+name,
		"El dato "+name+" lleva la barra |, que separa los datos de la cadena original: con ella uno puede pasar por otro sin romper el sello.",
		"No uses el comprobante: pide uno nuevo a quien lo emitió.")
}

// shaped is [forms] without what is stricter there than the schema.
func shaped(name, value, verbatim string) bool {
	switch name {
	case "DomicilioFiscalReceptor", "DomicilioFiscalACuentaTerceros", "LugarExpedicion":
		return len(value) == 5 && allDigits(value)
	case "NumeroPedimento":
		_, problem := cutPedimento(strings.Trim(verbatim, " \t\r\n"))
		return problem == ""
	}
	form, ok := forms[name]
	return !ok || form.is(value)
}

// displaced reports taxes of lines that the summary does not have or the other way
// round: a Traslado and a Retencion of a line have the same cadena, so that the seal
// alone does not tell them apart. A warning, for the amounts are Validate's to judge.
func displaced(c *Comprobante) Findings {
	const line, summary = 1, 2
	type tax struct {
		kept     bool // a Retencion, of which the summary tells no rate
		impuesto string
		factor   string
		rate     decimal.Decimal
		seen     int
	}
	rows := make([]tax, 0, 8)
	see := func(t tax) {
		for i := range rows {
			r := &rows[i]
			if r.kept == t.kept && r.impuesto == t.impuesto && r.factor == t.factor && r.rate.Equal(t.rate) {
				r.seen |= t.seen
				return
			}
		}
		rows = append(rows, t)
	}
	for i := range c.Conceptos {
		taxes := c.Conceptos[i].Impuestos
		if taxes == nil {
			continue
		}
		for j := range taxes.Traslados {
			t := &taxes.Traslados[j]
			see(tax{false, t.Impuesto, t.TipoFactor, t.TasaOCuota, line})
		}
		for j := range taxes.Retenciones {
			see(tax{true, taxes.Retenciones[j].Impuesto, "", decimal.Decimal{}, line})
		}
	}
	if c.Impuestos != nil {
		for j := range c.Impuestos.Traslados {
			t := &c.Impuestos.Traslados[j]
			see(tax{false, t.Impuesto, t.TipoFactor, t.TasaOCuota, summary})
		}
		for j := range c.Impuestos.Retenciones {
			see(tax{true, c.Impuestos.Retenciones[j].Impuesto, "", decimal.Decimal{}, summary})
		}
	}
	for i := range rows {
		if rows[i].seen != line|summary {
			return Findings{warningAt(codeDisplaced, "Impuestos",
				"Los impuestos de los conceptos no son los del resumen. El sello no distingue un traslado de una retención de un concepto: alguien pudo cambiarlos.",
				"Compara el comprobante con el verificador del SAT o pide el XML de nuevo a quien lo emitió.")}
		}
	}
	return nil
}
