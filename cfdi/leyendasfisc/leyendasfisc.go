// Package leyendasfisc is the complement of legends, Leyendas Fiscales 1.0: texts that some
// provision asks for. The SAT writes its prefix leyendasFisc.
package leyendasfisc

import (
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/leyendasFiscales"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "leyendasFisc",
	Local:  "LeyendasFiscales",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/leyendasFiscales/leyendasFisc.xsd",
	Read:   read,
}

// LeyendasFiscales are the legends of a Comprobante.
type LeyendasFiscales struct {
	Version string // 1.0; the attribute is written in lower case
	Leyenda []Leyenda
}

// Leyenda is one text and what asks for it.
type Leyenda struct {
	DisposicionFiscal string // such as RESDERAUTH
	Norma             string
	TextoLeyenda      string
}

// New makes the complement of some texts.
func New(textos ...string) *LeyendasFiscales {
	l := &LeyendasFiscales{Version: "1.0"}
	for _, texto := range textos {
		l.Leyenda = append(l.Leyenda, Leyenda{TextoLeyenda: texto})
	}
	return l
}

func (l *LeyendasFiscales) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("version", &l.Version)}
}

func (l *Leyenda) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Optional("disposicionFiscal", &l.DisposicionFiscal),
		cfdi.Optional("norma", &l.Norma),
		cfdi.Required("textoLeyenda", &l.TextoLeyenda),
	}
}

// De returns the complement of c, or nil.
func De(c *cfdi.Comprobante) *LeyendasFiscales {
	for _, k := range c.Complementos {
		if v, ok := k.(*LeyendasFiscales); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (l *LeyendasFiscales) Known() cfdi.Known { return Known }

// WriteCadena adds the version and each legend.
func (l *LeyendasFiscales) WriteCadena(w *cfdi.CadenaWriter) {
	w.Fields(l.fields())
	for i := range l.Leyenda {
		w.Fields(l.Leyenda[i].fields())
	}
}

// WriteXML writes the element.
func (l *LeyendasFiscales) WriteXML(w *xmldoc.Writer) {
	w.Start("leyendasFisc:LeyendasFiscales")
	cfdi.WriteFields(w, l.fields())
	for i := range l.Leyenda {
		cfdi.WriteLeaf(w, "leyendasFisc:Leyenda", l.Leyenda[i].fields())
	}
	w.End()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	l := &LeyendasFiscales{}
	if err := cfdi.ReadFields(e, l.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "Leyenda*")
	if err != nil {
		return nil, err
	}
	return l, cfdi.ReadLeaves(kids[0], &l.Leyenda, (*Leyenda).fields)
}

// Validate reports what the schema refuses.
func (l *LeyendasFiscales) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	r := cfdi.NewReport(c, l)
	r.Missing("", l.fields())
	r.Want(l.Version == "1.0", "version", l.Version, "La versión de las leyendas fiscales debe ser 1.0.", "Escribe 1.0.")
	if len(l.Leyenda) == 0 {
		r.Fail("301", "Leyenda", "El complemento de leyendas no tiene ninguna.", "Escribe una leyenda, o quita el complemento.")
	}
	for i := range l.Leyenda {
		path := "Leyenda[" + strconv.Itoa(i) + "]"
		r.Missing(path, l.Leyenda[i].fields())
		r.Lexical("301", path, l.Leyenda[i].fields(), nil)
	}
	return r.Found()
}
