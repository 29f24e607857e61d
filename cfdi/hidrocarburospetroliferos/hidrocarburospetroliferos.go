// Package hidrocarburospetroliferos is the complement of fuel, Hidrocarburos y
// Petrolíferos 1.0, of one Concepto: under which permit it is sold.
package hidrocarburospetroliferos

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/hidrocarburospetroliferos"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "hidrocarburospetroliferos",
	Local:  "HidroYPetro",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/hidrocarburospetroliferos/hidrocarburospetroliferos.xsd",
	Read:   read,
}

// Permisos are the kinds of permit and how the number of each is written.
var Permisos = []struct{ Clave, Forma string }{
	{"PER01", `PL/[0-9]{1,20}/EXP/ES/[0-9]{4}`},
	{"PER02", `H/[0-9]{4,24}/COM/[0-9]{4}`},
	{"PER03", `PL/[0-9]{1,20}/DIS/OM/[0-9]{4}`},
	{"PER04", `PL/[0-9]{1,17}/EXP/ES/MM/[0-9]{4}`},
	{"PER05", `CNE/PL/[0-9]{1,16}/EXP/ES/[0-9]{4}`},
	{"PER06", `CNE/H/[0-9]{1,20}/COM/[0-9]{4}`},
	{"PER07", `CNE/PL/[0-9]{1,16}/DIS/OM/[0-9]{4}`},
	{"PER08", `CNE/PL/[0-9]{1,13}/EXP/ES/MM/[0-9]{4}`},
	{"PER09", `CNE/PL/[0-9]{1,19}/COM/[0-9]{4}`},
	{"PER10", `#[a-zA-Z0-9]{14}`},
	{"PER11", `F00\.07\.UH/[0-9]{1,20}/[0-9]{4}`},
}

// Productos are the fuels and their kinds.
var Productos = []struct {
	Clave        string
	SubProductos []string
}{
	{"15101505", []string{"SP18", "SP19", "SP22", "SP23", "SP24", "SP25", "SP48"}},
	{"15101514", []string{"SP16"}},
	{"15101515", []string{"SP17"}},
}

// HidroYPetro is the permit and the fuel.
type HidroYPetro struct {
	Version        string // 1.0
	TipoPermiso    string // one of Permisos
	NumeroPermiso  string
	ClaveHYP       string // one of Productos
	SubProductoHYP string
}

// New makes the complement of a line of fuel.
func New(tipoPermiso, numeroPermiso, claveHYP, subProductoHYP string) *HidroYPetro {
	return &HidroYPetro{"1.0", tipoPermiso, numeroPermiso, claveHYP, subProductoHYP}
}

func (h *HidroYPetro) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &h.Version),
		cfdi.Required("TipoPermiso", &h.TipoPermiso),
		cfdi.Required("NumeroPermiso", &h.NumeroPermiso),
		cfdi.Required("ClaveHYP", &h.ClaveHYP),
		cfdi.Required("SubProductoHYP", &h.SubProductoHYP),
	}
}

// De returns the complement of the line, or nil.
func De(c *cfdi.Concepto) *HidroYPetro {
	for _, k := range c.Complementos {
		if v, ok := k.(*HidroYPetro); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (h *HidroYPetro) Known() cfdi.Known { return Known }

// WriteCadena adds its attributes.
func (h *HidroYPetro) WriteCadena(w *cfdi.CadenaWriter) { w.Fields(h.fields()) }

// WriteXML writes the element.
func (h *HidroYPetro) WriteXML(w *xmldoc.Writer) {
	cfdi.WriteLeaf(w, "hidrocarburospetroliferos:HidroYPetro", h.fields())
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	h := &HidroYPetro{}
	return h, cfdi.ReadLeaf(e, h.fields())
}

// Validate reports what schema and catalogues refuse.
func (h *HidroYPetro) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	const clave = "Elige una de la lista."
	r := cfdi.NewReport(c, h)
	r.Missing("", h.fields())
	r.Lexical("301", "", h.fields(), map[string]int{"NumeroPermiso": 35})
	r.Want(h.Version == "1.0", "Version", h.Version, "La versión del complemento de hidrocarburos debe ser 1.0.", "Escribe 1.0.")
	permiso := slices.IndexFunc(Permisos, func(p struct{ Clave, Forma string }) bool { return p.Clave == h.TipoPermiso })
	r.Want(permiso >= 0, "TipoPermiso", h.TipoPermiso, "El tipo de permiso no existe en el catálogo del SAT.", clave)
	if permiso >= 0 {
		form := regexp.MustCompile("^(?:" + Permisos[permiso].Forma + ")$")
		r.Want(form.MatchString(h.NumeroPermiso), "NumeroPermiso", h.NumeroPermiso, "El número de permiso no tiene la forma de "+h.TipoPermiso+".", "Cópialo del permiso, con sus diagonales.")
	}
	var kinds []string
	for _, p := range Productos {
		if p.Clave == h.ClaveHYP {
			kinds = p.SubProductos
		}
	}
	r.Want(kinds != nil, "ClaveHYP", h.ClaveHYP, "La clave de hidrocarburo no existe en el catálogo del SAT.", clave)
	if kinds != nil {
		r.Want(slices.Contains(kinds, h.SubProductoHYP), "SubProductoHYP", h.SubProductoHYP, "El subproducto no es de la clave "+h.ClaveHYP+".", "Elige uno de "+strings.Join(kinds, ", ")+".")
	}
	for i := range c.Conceptos {
		if k := &c.Conceptos[i]; De(k) == h && kinds != nil && k.ClaveProdServ != h.ClaveHYP {
			r.Warn("HYP01", "ClaveHYP", "La clave del concepto es "+k.ClaveProdServ+" y la del complemento "+h.ClaveHYP+".", "Usa la misma clave en los dos.")
		}
	}
	return r.Found()
}
