// Package servicioparcial is the complement of building in parts, Servicios Parciales de
// Construcción 1.0: the permit and the property.
package servicioparcial

import (
	"regexp"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/servicioparcialconstruccion"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "servicioparcial",
	Local:  "parcialesconstruccion",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/servicioparcialconstruccion/servicioparcialconstruccion.xsd",
	Read:   read,
}

// Parcialesconstruccion are the permit and the property where the work is done.
type Parcialesconstruccion struct {
	Version       string // 1.0
	NumPerLicoAut string // permit, licence or authorisation
	Inmueble      Inmueble
}

// Inmueble is where the property is.
type Inmueble struct {
	Calle        string
	NoExterior   string
	NoInterior   string
	Colonia      string
	Localidad    string
	Referencia   string
	Municipio    string
	Estado       string // 01 to 32, as the INEGI numbers them
	CodigoPostal string
}

// New makes the complement of a permit.
func New(numPerLicoAut string, inmueble Inmueble) *Parcialesconstruccion {
	return &Parcialesconstruccion{"1.0", numPerLicoAut, inmueble}
}

func (p *Parcialesconstruccion) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("Version", &p.Version), cfdi.Required("NumPerLicoAut", &p.NumPerLicoAut)}
}

func (i *Inmueble) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Calle", &i.Calle),
		cfdi.Optional("NoExterior", &i.NoExterior),
		cfdi.Optional("NoInterior", &i.NoInterior),
		cfdi.Optional("Colonia", &i.Colonia),
		cfdi.Optional("Localidad", &i.Localidad),
		cfdi.Optional("Referencia", &i.Referencia),
		cfdi.Required("Municipio", &i.Municipio),
		cfdi.Required("Estado", &i.Estado),
		cfdi.Required("CodigoPostal", &i.CodigoPostal),
	}
}

// De returns the complement of c, or nil.
func De(c *cfdi.Comprobante) *Parcialesconstruccion {
	for _, k := range c.Complementos {
		if v, ok := k.(*Parcialesconstruccion); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (p *Parcialesconstruccion) Known() cfdi.Known { return Known }

// WriteCadena adds the permit and the property.
func (p *Parcialesconstruccion) WriteCadena(w *cfdi.CadenaWriter) {
	w.Fields(p.fields())
	w.Fields(p.Inmueble.fields())
}

// WriteXML writes the element.
func (p *Parcialesconstruccion) WriteXML(w *xmldoc.Writer) {
	w.Start("servicioparcial:parcialesconstruccion")
	cfdi.WriteFields(w, p.fields())
	cfdi.WriteLeaf(w, "servicioparcial:Inmueble", p.Inmueble.fields())
	w.End()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	p := &Parcialesconstruccion{}
	if err := cfdi.ReadFields(e, p.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "Inmueble")
	if err != nil {
		return nil, err
	}
	return p, cfdi.ReadLeaf(kids[0][0], p.Inmueble.fields())
}

var most = map[string]int{
	"NumPerLicoAut": 40, "Calle": 150, "NoExterior": 55, "NoInterior": 30, "Colonia": 100, "Localidad": 100, "Referencia": 100, "Municipio": 100,
}

var (
	estadoForm = regexp.MustCompile(`^(0[1-9]|[12][0-9]|3[0-2])$`)
	postalForm = regexp.MustCompile(`^[0-9]{5}$`)
)

// Validate reports what the schema refuses.
func (p *Parcialesconstruccion) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	r := cfdi.NewReport(c, p)
	r.Missing("", p.fields())
	r.Missing("Inmueble", p.Inmueble.fields())
	r.Lexical("301", "", p.fields(), most)
	r.Lexical("301", "Inmueble", p.Inmueble.fields(), most)
	r.Want(p.Version == "1.0", "Version", p.Version, "La versión del complemento de construcción debe ser 1.0.", "Escribe 1.0.")
	r.Want(estadoForm.MatchString(p.Inmueble.Estado), "Inmueble.Estado", p.Inmueble.Estado, "El estado no es una de las 32 entidades.", "Elige la entidad, de 01 a 32.")
	r.Want(postalForm.MatchString(p.Inmueble.CodigoPostal), "Inmueble.CodigoPostal", p.Inmueble.CodigoPostal, "El código postal no tiene cinco dígitos.", "Revisa el código postal del inmueble.")
	return r.Found()
}
