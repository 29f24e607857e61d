package cfdi

import (
	"encoding/json"
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

// A Complemento is one SAT complement carried by a [Comprobante] or by one of
// its Conceptos. Each lives in a package of its own named by its SAT prefix;
// cfdi/complementos lists them.
type Complemento interface {
	// Known tells its name and how it is read.
	Known() Known
	// Validate reports what its error matrix says of it, carried by c, with the
	// catalogues of cat. at is the clock.
	Validate(c *Comprobante, cat *catalogo.Catalog, at time.Time) []Finding
	// WriteCadena adds its part of the cadena original.
	WriteCadena(w *CadenaWriter)
	// WriteXML writes its element; its prefix is declared at the root.
	WriteXML(w *xmldoc.Writer)
}

// A Totaler is a Complemento whose amounts take part in Total: local taxes.
// It is separate from Complemento because all others have no such amounts.
type Totaler interface {
	// Totalize recomputes its amounts, in the currency of the document. base is
	// SubTotal − Descuento, with the decimals of the currency.
	Totalize(base decimal.Decimal)
	// Scale makes amounts that were given part ÷ whole of what they are, for a
	// document over that part; Totalize rounds them.
	Scale(part, whole decimal.Decimal)
	// Totales returns TotaldeTraslados and TotaldeRetenciones as they stand.
	Totales() (traslados, retenciones decimal.Decimal)
}

// A Known is what cfdi must know of a complement to carry it.
type Known struct {
	Space  string // namespace, e.g. http://www.sat.gob.mx/implocal
	Prefix string // as the SAT wants it
	Local  string // name of its element
	Schema string // address of its XSD for xsi:schemaLocation
	// Read makes the complement of its element. It refuses what it does not
	// know.
	Read func(e *xmldoc.Element) (Complemento, error)
	// Cadena, in the place of Read, writes what the stylesheet of the SAT takes
	// from its element. Such a complement is carried as [*Carried].
	Cadena func(w *CadenaWriter, e *xmldoc.Element)
}

// carry makes a complement of an element that was read.
func (k Known) carry(u Unknown) Complemento {
	if u.Schema == "" {
		u.Schema = k.Schema
	}
	return &Carried{Unknown: u, cadena: k.Cadena}
}

// Name returns the name with the prefix of the SAT.
func (k Known) Name() string {
	if k.Prefix == "" {
		return k.Local
	}
	return k.Prefix + ":" + k.Local
}

func find(known []Known, space, local string) (Known, bool) {
	for _, k := range known {
		if k.Space == space && k.Local == local {
			return k, true
		}
	}
	return Known{}, false
}

// An Unknown is a complement without a package of its own here, carried
// untouched. It has no cadena: [Cadena] fails with an [*UnknownError].
type Unknown struct {
	Space, Prefix, Local string
	Schema               string // as the document gave it, "" when it did not
	XML                  []byte // the element as written, with every namespace it uses declared in it
}

// Known names it; reading it again makes another Unknown.
func (u *Unknown) Known() Known {
	return Known{Space: u.Space, Prefix: u.Prefix, Local: u.Local, Schema: u.Schema}
}

// Validate warns that nothing is known of it.
func (u *Unknown) Validate(*Comprobante, *catalogo.Catalog, time.Time) []Finding {
	return []Finding{warningAt(codeUnknown, "Complementos",
		"Complemento desconocido aquí: "+u.Known().Name()+". Va en el XML tal como llegó, sin revisar.",
		"Revisa ese complemento con quien lo generó.")}
}

// WriteCadena fails: see [UnknownError].
func (u *Unknown) WriteCadena(w *CadenaWriter) { w.Fail(&UnknownError{Name: u.Known().Name()}) }

// WriteXML writes the bytes that were read.
func (u *Unknown) WriteXML(w *xmldoc.Writer) { w.Raw(u.XML) }

// A Carried is a complement that has no type here but whose place in the cadena
// original is known: its element is carried untouched, as that of an [Unknown],
// and a seal that covers it can be made and checked. Its content is not judged.
type Carried struct {
	Unknown
	cadena func(w *CadenaWriter, e *xmldoc.Element)
}

// Known names it and tells how its cadena is written.
func (c *Carried) Known() Known {
	k := c.Unknown.Known()
	k.Cadena = c.cadena
	return k
}

// Validate warns that its content is not judged.
func (c *Carried) Validate(*Comprobante, *catalogo.Catalog, time.Time) []Finding {
	return []Finding{warningAt(codeCarried, "Complementos",
		"El contenido del complemento "+c.Known().Name()+" va en el XML tal como llegó: aquí entra en el sello, pero sus reglas las revisa el PAC.",
		"Revisa ese complemento con quien lo generó.")}
}

// WriteCadena adds what the stylesheet of the SAT takes from the element.
func (c *Carried) WriteCadena(w *CadenaWriter) {
	e, err := xmldoc.Parse(c.XML)
	if err != nil {
		w.Fail(fmt.Errorf("read complement %s: %w", c.Known().Name(), err))
		return
	}
	c.cadena(w, e)
}

// Complementos are the complements of one node. As JSON each is its name and
// its XML, so that a draft survives whatever complements exist; what comes
// back from JSON is *Unknown until [Comprobante.Decode] gives it its type.
type Complementos []Complemento

type complementoJSON struct {
	Nombre  string `json:"Nombre"`
	Esquema string `json:"Esquema,omitempty"`
	XML     string `json:"XML"`
}

// MarshalJSON writes [{"Nombre": "implocal:ImpuestosLocales", "XML": "<…>"}].
func (cs Complementos) MarshalJSON() ([]byte, error) {
	list := make([]complementoJSON, len(cs))
	for i, c := range cs {
		e, src, err := fragment(c)
		if err != nil {
			return nil, err
		}
		list[i] = complementoJSON{c.Known().Name(), c.Known().Schema, string(standalone(src, e))}
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (cs *Complementos) UnmarshalJSON(b []byte) error {
	var list []complementoJSON
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*cs = nil
	for _, item := range list {
		e, err := xmldoc.Parse([]byte(item.XML))
		if err != nil {
			return fmt.Errorf("read complement %s: %w", item.Nombre, err)
		}
		*cs = append(*cs, &Unknown{e.Space, e.Prefix, e.Local, item.Esquema, []byte(item.XML)})
	}
	return nil
}

// Decode gives each complement that came from JSON its type. Those that are
// not in known stay *Unknown.
func (c *Comprobante) Decode(known []Known) error {
	if err := c.Complementos.decode(known); err != nil {
		return err
	}
	for i := range c.Conceptos {
		if err := c.Conceptos[i].Complementos.decode(known); err != nil {
			return err
		}
	}
	return nil
}

func (cs Complementos) decode(known []Known) error {
	for i, c := range cs {
		u, ok := c.(*Unknown)
		if !ok {
			continue
		}
		k, ok := find(known, u.Space, u.Local)
		if !ok {
			continue
		}
		if k.Read == nil {
			cs[i] = k.carry(*u)
			continue
		}
		e, err := xmldoc.Parse(u.XML)
		if err != nil {
			return fmt.Errorf("read complement %s: %w", k.Name(), err)
		}
		if cs[i], err = k.Read(e); err != nil {
			return err
		}
	}
	return nil
}

// fragment writes one complement alone and parses it.
func fragment(c Complemento) (*xmldoc.Element, []byte, error) {
	w := xmldoc.NewWriter()
	w.Start("cfdi:Complemento")
	w.Attr("xmlns:cfdi", Space)
	if k := c.Known(); k.Prefix != "" {
		w.Attr("xmlns:"+k.Prefix, k.Space)
	}
	c.WriteXML(w)
	w.End()
	src := w.Bytes()
	root, err := xmldoc.Parse(src)
	if err != nil || len(root.Children) != 1 {
		return nil, nil, fmt.Errorf("write complement %s: %w", c.Known().Name(), err)
	}
	return root.Children[0], src, nil
}

func (cs Complementos) clone() Complementos {
	if cs == nil {
		return nil
	}
	out := make(Complementos, len(cs))
	for i, c := range cs {
		var err error
		if out[i], err = cloneComplemento(c); err != nil {
			panic("cfdi: " + c.Known().Name() + " does not read what it writes: " + err.Error())
		}
	}
	return out
}

// cloneComplemento returns a copy. It fails where c holds what no XML can.
func cloneComplemento(c Complemento) (Complemento, error) {
	switch c := c.(type) { // bytes are never written to
	case *Unknown:
		dup := *c
		return &dup, nil
	case *Carried:
		dup := *c
		return &dup, nil
	}
	e, _, err := fragment(c)
	if err != nil {
		return nil, err
	}
	return c.Known().Read(e)
}
