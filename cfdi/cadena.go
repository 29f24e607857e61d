package cfdi

import (
	"fmt"
)

// A CadenaWriter builds a cadena original: it alone trims, collapses and
// joins, as the templates Requerido and Opcional of the SAT stylesheet do.
// It also notes the first complement it cannot write.
type CadenaWriter struct {
	b   []byte
	err error
	row [24]Field // of the node being written, so that none is allocated
}

// Required adds a value whose attribute must exist: always one field, empty
// when the value is.
func (w *CadenaWriter) Required(value string) {
	w.b = appendCollapsed(append(w.b, '|'), value)
}

// Optional adds a value only when its attribute is there.
func (w *CadenaWriter) Optional(value string) {
	if value != "" {
		w.Required(value)
	}
}

// Fields adds the attributes of one node in their order.
func (w *CadenaWriter) Fields(fields []Field) {
	for _, f := range fields {
		switch {
		case f.use == unsealedUse:
		case f.num != nil:
			if f.use != optionalUse || !f.num.IsZero() {
				w.b = f.num.Append(append(w.b, '|'))
			}
		case f.use == optionalUse:
			w.Optional(*f.text)
		default:
			w.Required(*f.text)
		}
	}
}

// Cadena returns the whole cadena original of a document that wrote itself from
// its root on, or the first error noted.
func (w *CadenaWriter) Cadena() (string, error) {
	if w.err != nil {
		return "", w.err
	}
	return "|" + string(w.b) + "||", nil
}

// String returns what is written so far: one complement's part, in its tests.
func (w *CadenaWriter) String() string { return string(w.b) }

// Fail says that something cannot be written; the first error stays.
func (w *CadenaWriter) Fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Cadena returns the cadena original of c, byte for byte what
// cadenaoriginal_4_0.xslt of the SAT makes of its XML. The error is an
// [*UnknownError] when c carries a complement that is not known here.
func Cadena(c *Comprobante) (string, error) {
	w := &CadenaWriter{b: append(make([]byte, 0, 512+192*len(c.Conceptos)), '|')} // as long as most are
	c.writeCadena(w)
	if w.err != nil {
		return "", w.err
	}
	return string(append(w.b, "||"...)), nil
}

// An UnknownError names a complement whose cadena cannot be written here.
type UnknownError struct{ Name string }

// Error names the complement, in Spanish for the user.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("complemento desconocido aquí: %s; su cadena original no se puede calcular", e.Name)
}

func (c *Comprobante) writeCadena(w *CadenaWriter) {
	w.Fields(c.fields(w.row[:0]))
	if c.InformacionGlobal != nil {
		w.Fields(c.InformacionGlobal.fields(w.row[:0]))
	}
	for i := range c.CfdiRelacionados {
		c.CfdiRelacionados[i].writeCadena(w)
	}
	w.Fields(c.Emisor.fields(w.row[:0]))
	w.Fields(c.Receptor.fields(w.row[:0]))
	for i := range c.Conceptos {
		c.Conceptos[i].writeCadena(w)
	}
	if c.Impuestos != nil {
		c.Impuestos.writeCadena(w)
	}
	for _, k := range c.Complementos {
		k.WriteCadena(w)
	}
}

func (r *CfdiRelacionados) writeCadena(w *CadenaWriter) {
	w.Fields(r.fields(w.row[:0]))
	for i := range r.CfdiRelacionado {
		w.Fields(r.CfdiRelacionado[i].fields(w.row[:0]))
	}
}

func (c *Concepto) writeCadena(w *CadenaWriter) {
	w.Fields(c.fields(w.row[:0]))
	if c.Impuestos != nil {
		for i := range c.Impuestos.Traslados {
			w.Fields(c.Impuestos.Traslados[i].fields(w.row[:0]))
		}
		for i := range c.Impuestos.Retenciones {
			w.Fields(c.Impuestos.Retenciones[i].fields(w.row[:0]))
		}
	}
	if c.ACuentaTerceros != nil {
		w.Fields(c.ACuentaTerceros.fields(w.row[:0]))
	}
	for i := range c.InformacionAduanera {
		w.Fields(c.InformacionAduanera[i].fields(w.row[:0]))
	}
	for i := range c.CuentaPredial {
		w.Fields(c.CuentaPredial[i].fields(w.row[:0]))
	}
	for _, k := range c.Complementos {
		k.WriteCadena(w)
	}
	for i := range c.Parte {
		p := &c.Parte[i]
		w.Fields(p.fields(w.row[:0]))
		for j := range p.InformacionAduanera {
			w.Fields(p.InformacionAduanera[j].fields(w.row[:0]))
		}
	}
}

// writeCadena puts each total after its details, unlike the XML, where both
// are attributes of the node itself.
func (i *Impuestos) writeCadena(w *CadenaWriter) {
	for k := range i.Retenciones {
		w.Fields(i.Retenciones[k].fields(w.row[:0]))
	}
	w.Optional(i.TotalImpuestosRetenidos.String())
	for k := range i.Traslados {
		w.Fields(i.Traslados[k].fields(w.row[:0]))
	}
	w.Optional(i.TotalImpuestosTrasladados.String())
}

// isSpace knows the four characters that XML calls white space; normalize-space
// leaves every other one (such as the no-break space) alone.
func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// appendCollapsed adds s trimmed and with each run of white space as one space
// (normalize-space of XPath 1.0).
func appendCollapsed(b []byte, s string) []byte {
	if isCollapsed(s) {
		return append(b, s...)
	}
	start := len(b)
	for i := 0; i < len(s); {
		for i < len(s) && isSpace(s[i]) {
			i++
		}
		from := i
		for i < len(s) && !isSpace(s[i]) {
			i++
		}
		if from == i {
			return b
		}
		if len(b) > start {
			b = append(b, ' ')
		}
		b = append(b, s[from:i]...)
	}
	return b
}

// isCollapsed reports whether s is what appendCollapsed would write, as nearly every
// value is.
func isCollapsed(s string) bool {
	space := true // as if one stood before s
	for i := range len(s) {
		was := space
		if space = isSpace(s[i]); space && (was || s[i] != ' ') {
			return false
		}
	}
	return !space || s == ""
}

// collapse returns s as appendCollapsed writes it.
func collapse(s string) string {
	if isCollapsed(s) {
		return s
	}
	return string(appendCollapsed(nil, s))
}
