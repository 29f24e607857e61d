// Package donat is the complement of donations, Donatarias 1.1, which an authorised
// donee adds to the CFDI of what it was given.
package donat

import (
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/donat"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "donat",
	Local:  "Donatarias",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/donat/donat11.xsd",
	Read:   read,
}

// Leyenda is what the SAT asks a donee to say when it has no text of its own.
const Leyenda = "Este comprobante ampara un donativo, el cual será destinado por la donataria a los fines propios de su objeto social. " +
	"En el caso de que los bienes donados hayan sido deducidos previamente para los efectos del impuesto sobre la renta, este donativo no es deducible."

// Donatarias are the data of the authorisation; the SAT writes them in lower case.
type Donatarias struct {
	Version           string // 1.1
	NoAutorizacion    string
	FechaAutorizacion string // 2026-11-20
	Leyenda           string
}

// New makes the complement of a donee with the official text.
func New(noAutorizacion, fechaAutorizacion string) *Donatarias {
	return &Donatarias{"1.1", noAutorizacion, fechaAutorizacion, Leyenda}
}

func (d *Donatarias) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("version", &d.Version),
		cfdi.Required("noAutorizacion", &d.NoAutorizacion),
		cfdi.Required("fechaAutorizacion", &d.FechaAutorizacion),
		cfdi.Required("leyenda", &d.Leyenda),
	}
}

// De returns the complement of c, or nil.
func De(c *cfdi.Comprobante) *Donatarias {
	for _, k := range c.Complementos {
		if v, ok := k.(*Donatarias); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (d *Donatarias) Known() cfdi.Known { return Known }

// WriteCadena adds its attributes.
func (d *Donatarias) WriteCadena(w *cfdi.CadenaWriter) { w.Fields(d.fields()) }

// WriteXML writes the element.
func (d *Donatarias) WriteXML(w *xmldoc.Writer) { cfdi.WriteLeaf(w, "donat:Donatarias", d.fields()) }

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	d := &Donatarias{}
	return d, cfdi.ReadLeaf(e, d.fields())
}

// Validate reports what the schema refuses, and warns of a donation that says it
// causes taxes or comes from who is no donee.
func (d *Donatarias) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	r := cfdi.NewReport(c, d)
	r.Missing("", d.fields())
	r.Lexical("301", "", d.fields(), nil)
	r.Want(d.Version == "1.1", "version", d.Version, "La versión del complemento de donatarias debe ser 1.1.", "Escribe 1.1.")
	_, err := time.Parse(time.DateOnly, d.FechaAutorizacion)
	r.Want(err == nil, "fechaAutorizacion", d.FechaAutorizacion, "La fecha de la autorización no es una fecha.", "Escríbela como 2026-11-20.")
	if c.Emisor.RegimenFiscal != "603" {
		r.Warn("DONAT01", "", "Un donativo lo ampara una persona moral con fines no lucrativos (régimen 603).", "Revisa el régimen fiscal de tu empresa.")
	}
	return r.Found()
}
