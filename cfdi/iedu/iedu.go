// Package iedu is the complement of private schools, Instituciones Educativas
// Privadas 1.0, of one Concepto: whose school fee it is.
package iedu

import (
	"slices"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/iedu"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "iedu",
	Local:  "instEducativas",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/iedu/iedu.xsd",
	Read:   read,
}

// Niveles are the levels of education that may be deducted, letter by letter.
var Niveles = []string{"Preescolar", "Primaria", "Secundaria", "Profesional técnico", "Bachillerato o su equivalente"}

// InstEducativas are the data of the pupil and the school.
type InstEducativas struct {
	Version        string // 1.0
	NombreAlumno   string
	CURP           string
	NivelEducativo string // one of Niveles
	AutRVOE        string // clave del centro de trabajo or RVOE
	RfcPago        string // of who pays, where the Receptor does not
}

// New makes the complement of one pupil.
func New(nombreAlumno, curp, nivelEducativo, autRVOE string) *InstEducativas {
	return &InstEducativas{Version: "1.0", NombreAlumno: nombreAlumno, CURP: curp, NivelEducativo: nivelEducativo, AutRVOE: autRVOE}
}

func (i *InstEducativas) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("version", &i.Version),
		cfdi.Required("nombreAlumno", &i.NombreAlumno),
		cfdi.Required("CURP", &i.CURP),
		cfdi.Required("nivelEducativo", &i.NivelEducativo),
		cfdi.Required("autRVOE", &i.AutRVOE),
		cfdi.Optional("rfcPago", &i.RfcPago),
	}
}

// De returns the complement of the line, or nil.
func De(c *cfdi.Concepto) *InstEducativas {
	for _, k := range c.Complementos {
		if v, ok := k.(*InstEducativas); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (i *InstEducativas) Known() cfdi.Known { return Known }

// WriteCadena adds its attributes.
func (i *InstEducativas) WriteCadena(w *cfdi.CadenaWriter) { w.Fields(i.fields()) }

// WriteXML writes the element.
func (i *InstEducativas) WriteXML(w *xmldoc.Writer) {
	cfdi.WriteLeaf(w, "iedu:instEducativas", i.fields())
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	i := &InstEducativas{}
	return i, cfdi.ReadLeaf(e, i.fields())
}

// Validate reports what the schema refuses.
func (i *InstEducativas) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	r := cfdi.NewReport(c, i)
	r.Missing("", i.fields())
	r.Lexical("301", "", i.fields(), nil)
	r.Want(i.Version == "1.0", "version", i.Version, "La versión del complemento de instituciones educativas debe ser 1.0.", "Escribe 1.0.")
	r.Want(cfdi.ValidCURP(i.CURP), "CURP", i.CURP, "La CURP del alumno no está bien escrita.", "Revisa sus 18 caracteres.")
	r.Want(slices.Contains(Niveles, i.NivelEducativo), "nivelEducativo", i.NivelEducativo, "El nivel educativo no es uno de los que el SAT conoce.", "Elige uno de la lista.")
	r.Want(cfdi.ValidRFC(i.RfcPago), "rfcPago", i.RfcPago, "El RFC de quien paga no está bien escrito.", "Revisa sus 12 o 13 caracteres.")
	return r.Found()
}
