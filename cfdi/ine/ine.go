// Package ine is the complement of what is sold to political parties, INE 1.1.
package ine

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/ine"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "ine",
	Local:  "INE",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/ine/ine11.xsd",
	Read:   read,
}

// The keys of the schema.
var (
	Procesos  = []string{"Ordinario", "Precampaña", "Campaña"}
	Comites   = []string{"Ejecutivo Nacional", "Ejecutivo Estatal", "Directivo Estatal"}
	Ambitos   = []string{"Local", "Federal"}
	Entidades = []string{
		"AGU", "BCN", "BCS", "CAM", "CHP", "CHH", "COA", "COL", "CR1", "CR2", "CR3", "CR4", "CR5", "DIF", "DUR", "GUA", "GRO",
		"HID", "JAL", "MEX", "MIC", "MOR", "NAC", "NAY", "NLE", "OAX", "PUE", "QUE", "ROO", "SLP", "SIN", "SON", "TAB", "TAM", "TLA",
		"VER", "YUC", "ZAC",
	}
)

// INE tells which process and which part of a party the expense is of.
type INE struct {
	Version        string // 1.1
	TipoProceso    string // one of Procesos
	TipoComite     string // one of Comites
	IdContabilidad string
	Entidad        []Entidad
}

// Entidad is one state.
type Entidad struct {
	ClaveEntidad string // one of Entidades
	Ambito       string // one of Ambitos
	Contabilidad []Contabilidad
}

// Contabilidad is one number of the books of the party.
type Contabilidad struct{ IdContabilidad string }

// New makes the complement of a process.
func New(tipoProceso string) *INE { return &INE{Version: "1.1", TipoProceso: tipoProceso} }

func (n *INE) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &n.Version),
		cfdi.Required("TipoProceso", &n.TipoProceso),
		cfdi.Optional("TipoComite", &n.TipoComite),
		cfdi.Optional("IdContabilidad", &n.IdContabilidad),
	}
}

func (e *Entidad) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("ClaveEntidad", &e.ClaveEntidad), cfdi.Optional("Ambito", &e.Ambito)}
}

func (c *Contabilidad) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("IdContabilidad", &c.IdContabilidad)}
}

// De returns the complement of c, or nil.
func De(c *cfdi.Comprobante) *INE {
	for _, k := range c.Complementos {
		if v, ok := k.(*INE); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (n *INE) Known() cfdi.Known { return Known }

// WriteCadena adds each state followed by its books.
func (n *INE) WriteCadena(w *cfdi.CadenaWriter) {
	w.Fields(n.fields())
	for i := range n.Entidad {
		e := &n.Entidad[i]
		w.Fields(e.fields())
		for j := range e.Contabilidad {
			w.Fields(e.Contabilidad[j].fields())
		}
	}
}

// WriteXML writes the element.
func (n *INE) WriteXML(w *xmldoc.Writer) {
	w.Start("ine:INE")
	cfdi.WriteFields(w, n.fields())
	for i := range n.Entidad {
		e := &n.Entidad[i]
		w.Start("ine:Entidad")
		cfdi.WriteFields(w, e.fields())
		for j := range e.Contabilidad {
			cfdi.WriteLeaf(w, "ine:Contabilidad", e.Contabilidad[j].fields())
		}
		w.End()
	}
	w.End()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	n := &INE{}
	if err := cfdi.ReadFields(e, n.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "Entidad*")
	if err != nil {
		return nil, err
	}
	return n, cfdi.ReadMany(kids[0], &n.Entidad, readEntidad)
}

func readEntidad(e *xmldoc.Element, v *Entidad) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Contabilidad*")
	if err != nil {
		return err
	}
	return cfdi.ReadLeaves(kids[0], &v.Contabilidad, (*Contabilidad).fields)
}

var idForm = regexp.MustCompile(`^[0-9]{1,6}$`)

// Validate reports what the schema refuses and warns, under codes of our own, of
// what a process or a committee goes without.
func (n *INE) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	const clave, id = "Elige una de la lista.", "Escribe de uno a seis dígitos."
	r := cfdi.NewReport(c, n)
	r.Missing("", n.fields())
	r.Want(n.Version == "1.1", "Version", n.Version, "La versión del complemento INE debe ser 1.1.", "Escribe 1.1.")
	r.Want(slices.Contains(Procesos, n.TipoProceso), "TipoProceso", n.TipoProceso, "El tipo de proceso no es uno de los que el INE conoce.", clave)
	r.Want(slices.Contains(Comites, n.TipoComite), "TipoComite", n.TipoComite, "El tipo de comité no es uno de los que el INE conoce.", clave)
	r.Want(idForm.MatchString(n.IdContabilidad), "IdContabilidad", n.IdContabilidad, "El número de contabilidad no tiene de uno a seis dígitos.", id)
	if len(n.Entidad) > 76 {
		r.Fail("301", "Entidad", "El complemento INE lleva más de 76 entidades.", "Reparte la factura.")
	}
	seen := map[string]bool{}
	for i := range n.Entidad {
		e, path := &n.Entidad[i], "Entidad["+strconv.Itoa(i)+"]"
		r.Missing(path, e.fields())
		r.Want(slices.Contains(Entidades, e.ClaveEntidad), path+".ClaveEntidad", e.ClaveEntidad, "La entidad no es una de las que el INE conoce.", clave)
		r.Want(slices.Contains(Ambitos, e.Ambito), path+".Ambito", e.Ambito, "El ámbito debe ser Local o Federal.", clave)
		for j := range e.Contabilidad {
			inner := path + ".Contabilidad[" + strconv.Itoa(j) + "]"
			r.Missing(inner, e.Contabilidad[j].fields())
			r.Want(idForm.MatchString(e.Contabilidad[j].IdContabilidad), inner+".IdContabilidad", e.Contabilidad[j].IdContabilidad, "El número de contabilidad no tiene de uno a seis dígitos.", id)
		}
		if key := e.ClaveEntidad + " " + e.Ambito; seen[key] {
			r.Warn("INE03", path, "La entidad "+key+" está dos veces.", "Junta sus contabilidades en una.")
		} else {
			seen[key] = true
		}
		if slices.Contains(Procesos[1:], n.TipoProceso) && e.Ambito == "" {
			r.Warn("INE02", path+".Ambito", "En precampaña y campaña cada entidad dice su ámbito.", "Elige Local o Federal.")
		}
	}
	if n.TipoProceso == "Ordinario" && n.TipoComite == "" {
		r.Warn("INE01", "TipoComite", "En el proceso ordinario va el tipo de comité.", clave)
	}
	return r.Found()
}
