// Package addenda writes what a big customer wants to find in a receipt beside what the
// SAT does: XML of its own, in cfdi:Addenda, outside of what is sealed.
//
//	t, err := addenda.Parse("urn:cliente", `<pedido orden="{{OrdenDeCompra}}" total="{{Total}}"/>`, fields)
//	node, err := t.Render(comprobante, uuid, map[string]string{"OrdenDeCompra": "4711"})
//	xml, err := addenda.Put(stamped, node)
//
// A template is XML with variables between {{ and }}: those of [Variables], the fields
// the company declares for it, and within {{#Conceptos}} … {{/Conceptos}}, repeated for
// each line, those of [LineVariables]. What a variable stands for is always escaped, and
// a variable can only stand where it is text or the value of an attribute: no value can
// change what elements there are.
package addenda

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// Limits of a template and of what becomes of it.
const (
	MaxBody     = 64 << 10
	MaxRendered = 512 << 10
	MaxFields   = 15
	MaxValue    = 1000
)

// A Field is asked for on the receipt.
type Field struct {
	Key      string `json:"key"` // how the template names it
	Label    string `json:"label"`
	Required bool   `json:"required,omitempty"`
	Max      int    `json:"max"` // characters
}

// A Fault is why a template is refused, at a line of it; 0 is the whole.
type Fault struct {
	Line    int
	Message string
}

// Error is the fault with its line.
func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.Message
	}
	return fmt.Sprintf("Renglón %d: %s", f.Line, f.Message)
}

const (
	space   = "http://www.sat.gob.mx/cfd/4"
	ofSAT   = "http://www.sat.gob.mx/"
	block   = "Conceptos"
	mostLen = 40 // of a key
)

var keyShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// Variables are what a template can say of the receipt.
func Variables() []string {
	return []string{
		"Serie", "Folio", "Fecha", "UUID", "TipoDeComprobante", "SubTotal", "Descuento", "TotalImpuestosTrasladados", "TotalImpuestosRetenidos", "Total", "Moneda", "TipoCambio",
		"FormaPago", "MetodoPago", "CondicionesDePago", "LugarExpedicion", "Emisor.Rfc", "Emisor.Nombre", "Receptor.Rfc", "Receptor.Nombre", "Receptor.UsoCFDI", "NumeroDeConceptos",
	}
}

// LineVariables are what it can say of each line.
func LineVariables() []string {
	return []string{
		"Concepto.Numero", "Concepto.NoIdentificacion", "Concepto.ClaveProdServ", "Concepto.Cantidad", "Concepto.ClaveUnidad", "Concepto.Unidad",
		"Concepto.Descripcion", "Concepto.ValorUnitario", "Concepto.Descuento", "Concepto.Importe",
	}
}

// A piece is a literal, a variable, or the lines' block with its own pieces.
type piece struct {
	text     string
	variable string
	lines    []piece
}

// A Template is a body that was found good.
type Template struct {
	namespace string
	pieces    []piece
	fields    []Field
}

// CheckFields says what is wrong with declared fields, by their index; "" is nothing.
func CheckFields(fields []Field) []string {
	faults := make([]string, len(fields))
	known := slices.Concat(Variables(), LineVariables(), []string{block})
	for i, f := range fields {
		switch {
		case !keyShape.MatchString(f.Key) || len(f.Key) > mostLen:
			faults[i] = "La clave lleva letras sin acento, números y guión bajo, y empieza con letra: OrdenDeCompra."
		case slices.Contains(known, f.Key):
			faults[i] = "«" + f.Key + "» ya es un dato del comprobante: usa otra clave."
		case strings.TrimSpace(f.Label) == "" || len([]rune(f.Label)) > 60:
			faults[i] = "Falta el nombre del dato, de hasta 60 letras."
		case f.Max < 1 || f.Max > MaxValue:
			faults[i] = fmt.Sprintf("El largo va de 1 a %d.", MaxValue)
		}
		known = append(known, f.Key)
	}
	return faults
}

// CheckNamespace says what is wrong with a namespace; "" is nothing.
func CheckNamespace(namespace string) string {
	if len(namespace) > 300 || strings.ContainsAny(namespace, "\"<>& \t\r\n") || strings.HasPrefix(namespace, ofSAT) {
		return "El espacio de nombres es una dirección como http://www.cliente.com/addenda, y no puede ser del SAT."
	}
	return ""
}

// Parse reads a template. namespace, "" for none, is that of its elements without
// prefix. Errors: *[Fault].
func Parse(namespace, body string, fields []Field) (*Template, error) {
	switch {
	case strings.TrimSpace(body) == "":
		return nil, &Fault{0, "Falta el XML de la addenda."}
	case len(body) > MaxBody:
		return nil, &Fault{0, fmt.Sprintf("El XML pasa de %d kB.", MaxBody>>10)}
	case CheckNamespace(namespace) != "":
		return nil, &Fault{0, CheckNamespace(namespace)}
	case strings.Contains(body, "<?"):
		return nil, &Fault{lineOf(body, strings.Index(body, "<?")), "Quita «<?…?>»: la addenda va dentro del comprobante, que ya lo tiene."}
	case strings.Contains(body, "<!"):
		return nil, &Fault{lineOf(body, strings.Index(body, "<!")), "No puede llevar comentarios, CDATA, DOCTYPE ni entidades: deja sólo los elementos."}
	}
	t := &Template{namespace: namespace, fields: fields}
	var err error
	if t.pieces, err = t.cut(body); err != nil {
		return nil, err
	}
	return t, t.try()
}

func lineOf(s string, at int) int { return 1 + strings.Count(s[:at], "\n") }

// cut takes a body apart at its variables.
func (t *Template) cut(body string) ([]piece, error) {
	var list []piece
	into, opened := &list, 0
	var inner []piece
	for at := 0; at < len(body); {
		i := strings.Index(body[at:], "{{")
		if i < 0 {
			*into = append(*into, piece{text: body[at:]})
			break
		}
		if i > 0 {
			*into = append(*into, piece{text: body[at : at+i]})
		}
		line := lineOf(body, at+i)
		name, _, ok := strings.Cut(body[at+i+2:], "}}")
		if !ok || len(name) > 100 {
			return nil, &Fault{line, "Un «{{» no se cierra con «}}»."}
		}
		at += i + len(name) + 4
		switch name = strings.TrimSpace(name); {
		case name == "#"+block && opened == 0:
			into, opened = &inner, line
		case name == "/"+block && opened > 0:
			list = append(list, piece{lines: inner})
			into, inner, opened = &list, nil, 0
		case slices.Contains(Variables(), name), slices.ContainsFunc(t.fields, func(f Field) bool { return f.Key == name }),
			opened > 0 && slices.Contains(LineVariables(), name):
			*into = append(*into, piece{variable: name})
		case slices.Contains(LineVariables(), name):
			return nil, &Fault{line, "«{{" + name + "}}» es de cada concepto: va entre {{#Conceptos}} y {{/Conceptos}}."}
		default:
			return nil, &Fault{line, "No hay un dato «{{" + name + "}}». Usa los de la lista o agrégalo en los datos que se piden."}
		}
	}
	if opened > 0 {
		return nil, &Fault{opened, "{{#Conceptos}} no se cierra con {{/Conceptos}}."}
	}
	return list, nil
}

// try writes the template with plain values and with hostile ones, for none, one and
// two lines: all of it has to be well-formed, and values must change no element.
func (t *Template) try() error {
	for _, lines := range []int{1, 0, 2} {
		var shapes [3]string
		for i, value := range []string{"x", "", " a=\"b\" <c d='e'/> & ]]> -- ]]&gt; </c> "} {
			node := t.write(func(string) string { return value }, slices.Repeat([]func(string) string{func(string) string { return value }}, lines))
			root, err := xmldoc.Parse(node)
			if e, ok := errors.AsType[*xmldoc.Error](err); ok {
				fault := &Fault{e.Line, e.Message}
				if i > 0 {
					fault.Message = "Un dato está donde no puede ir: sólo dentro de un elemento o entre comillas, como valor de un atributo."
				} else if lines != 1 {
					fault.Message = "Con ningún concepto, o con varios, deja de ser XML: {{#Conceptos}} rodea elementos completos."
				}
				return fault
			}
			if len(root.Children) == 0 {
				return &Fault{1, "Falta al menos un elemento."}
			}
			if shapes[i], err = shape(root.Children); err != nil {
				return err
			}
		}
		if shapes[0] != shapes[1] || shapes[0] != shapes[2] {
			return &Fault{0, "Un dato está donde no puede ir: sólo dentro de un elemento o entre comillas, como valor de un atributo."}
		}
	}
	return nil
}

// shape names the elements and attributes, and refuses those that speak for the SAT.
func shape(list []*xmldoc.Element) (string, error) {
	var b strings.Builder
	for _, e := range list {
		if strings.HasPrefix(e.Space, ofSAT) {
			return "", &Fault{0, "El elemento " + e.Name() + " es del SAT: en una addenda van sólo los de tu cliente."}
		}
		fmt.Fprintf(&b, "<{%s}%s", e.Space, e.Local)
		for _, a := range e.Attrs {
			fmt.Fprintf(&b, " {%s}%s", a.Space, a.Local)
		}
		inner, err := shape(e.Children)
		if err != nil {
			return "", err
		}
		b.WriteString(">" + inner + "</>")
	}
	return b.String(), nil
}

// write is the whole element; line breaks of the body stay, so that places are told by its lines.
func (t *Template) write(value func(string) string, lines []func(string) string) []byte {
	var b bytes.Buffer
	b.WriteString(`<cfdi:Addenda xmlns:cfdi="` + space + `" xmlns="` + t.namespace + `">`)
	put(&b, t.pieces, value, lines)
	b.WriteString(`</cfdi:Addenda>`)
	return b.Bytes()
}

func put(b *bytes.Buffer, pieces []piece, value func(string) string, lines []func(string) string) {
	for _, p := range pieces {
		switch {
		case p.variable != "":
			_ = xml.EscapeText(b, []byte(value(p.variable))) // a buffer takes everything
		case p.lines != nil:
			for _, line := range lines {
				put(b, p.lines, line, nil)
			}
		default:
			b.WriteString(p.text)
		}
		if b.Len() > MaxRendered {
			return
		}
	}
}

// CheckValues says what is missing or too long in what was typed, by key.
func (t *Template) CheckValues(values map[string]string) map[string]string {
	faults := map[string]string{}
	for _, f := range t.fields {
		switch v := strings.TrimSpace(values[f.Key]); {
		case v == "" && f.Required:
			faults[f.Key] = "Falta " + f.Label + "."
		case len([]rune(v)) > f.Max:
			faults[f.Key] = fmt.Sprintf("%s: caben %d caracteres.", f.Label, f.Max)
		}
	}
	return faults
}

// Fields are what is asked for on the receipt.
func (t *Template) Fields() []Field { return t.fields }

// Render writes cfdi:Addenda for a receipt. uuid is "" before the stamp.
func (t *Template) Render(c *cfdi.Comprobante, uuid string, values map[string]string) ([]byte, error) {
	known := ofReceipt(c, uuid)
	of := func(name string) string {
		if v, ok := known[name]; ok {
			return v
		}
		return strings.TrimSpace(values[name])
	}
	lines := make([]func(string) string, len(c.Conceptos))
	for i := range c.Conceptos {
		own := ofLine(c.Conceptos[i], i)
		lines[i] = func(name string) string {
			if v, ok := own[name]; ok {
				return v
			}
			return of(name)
		}
	}
	node := t.write(of, lines)
	if len(node) > MaxRendered {
		return nil, &Fault{0, fmt.Sprintf("La addenda pasa de %d kB con los datos de este comprobante.", MaxRendered>>10)}
	}
	if _, err := xmldoc.Parse(node); err != nil {
		return nil, &Fault{0, err.Error()}
	}
	return node, nil
}

func text(d decimal.Decimal) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func ofReceipt(c *cfdi.Comprobante, uuid string) map[string]string {
	m := map[string]string{
		"Serie": c.Serie, "Folio": c.Folio, "Fecha": c.Fecha, "UUID": uuid, "TipoDeComprobante": c.TipoDeComprobante, "SubTotal": text(c.SubTotal),
		"Descuento": text(c.Descuento), "Total": text(c.Total), "Moneda": c.Moneda, "TipoCambio": text(c.TipoCambio), "FormaPago": c.FormaPago,
		"MetodoPago": c.MetodoPago, "CondicionesDePago": c.CondicionesDePago, "LugarExpedicion": c.LugarExpedicion, "Emisor.Rfc": c.Emisor.Rfc,
		"Emisor.Nombre": c.Emisor.Nombre, "Receptor.Rfc": c.Receptor.Rfc, "Receptor.Nombre": c.Receptor.Nombre, "Receptor.UsoCFDI": c.Receptor.UsoCFDI,
		"NumeroDeConceptos": strconv.Itoa(len(c.Conceptos)), "TotalImpuestosTrasladados": "", "TotalImpuestosRetenidos": "",
	}
	if c.Impuestos != nil {
		m["TotalImpuestosTrasladados"], m["TotalImpuestosRetenidos"] = text(c.Impuestos.TotalImpuestosTrasladados), text(c.Impuestos.TotalImpuestosRetenidos)
	}
	return m
}

func ofLine(c cfdi.Concepto, i int) map[string]string {
	return map[string]string{
		"Concepto.Numero": strconv.Itoa(i + 1), "Concepto.NoIdentificacion": c.NoIdentificacion, "Concepto.ClaveProdServ": c.ClaveProdServ,
		"Concepto.Cantidad": text(c.Cantidad), "Concepto.ClaveUnidad": c.ClaveUnidad, "Concepto.Unidad": c.Unidad, "Concepto.Descripcion": c.Descripcion,
		"Concepto.ValorUnitario": text(c.ValorUnitario), "Concepto.Descuento": text(c.Descuento), "Concepto.Importe": text(c.Importe),
	}
}

// Put writes node before the end of a receipt that has no Addenda yet: every byte that
// was there stays where it was.
func Put(receipt, node []byte) ([]byte, error) {
	root, err := xmldoc.Parse(receipt)
	if err != nil {
		return nil, err
	}
	if !root.Is(space, "Comprobante") || root.Child(space, "Addenda") != nil {
		return nil, errors.New("addenda: no receipt, or one that has an Addenda")
	}
	at := bytes.LastIndex(receipt[:root.End], []byte("</"))
	if at < 0 {
		return nil, errors.New("addenda: an empty receipt")
	}
	return slices.Concat(receipt[:at], node, receipt[at:]), nil
}
