// Package vehiculousado is the complement of used vehicles, Vehículo Usado 1.0, of who sells
// one that was bought from a person.
package vehiculousado

import (
	"regexp"
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/vehiculousado"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "vehiculousado",
	Local:  "VehiculoUsado",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/vehiculousado/vehiculousado.xsd",
	Read:   read,
}

// VehiculoUsado is the vehicle; all but the version is written with a small letter.
type VehiculoUsado struct {
	Version             string // 1.0
	MontoAdquisicion    decimal.Decimal
	MontoEnajenacion    decimal.Decimal
	ClaveVehicular      string
	Marca               string
	Tipo                string
	Modelo              string // year
	NumeroMotor         string
	NumeroSerie         string
	NIV                 string
	Valor               decimal.Decimal
	InformacionAduanera []InformacionAduanera
}

// InformacionAduanera is where the vehicle came in.
type InformacionAduanera struct {
	Numero string
	Fecha  string // 2026-11-20
	Aduana string
}

// New makes the complement of a vehicle; the caller adds what else is known of it.
func New(claveVehicular, marca, tipo, modelo string, adquisicion, enajenacion, valor decimal.Decimal) *VehiculoUsado {
	return &VehiculoUsado{
		Version: "1.0", MontoAdquisicion: adquisicion, MontoEnajenacion: enajenacion, Valor: valor,
		ClaveVehicular: claveVehicular, Marca: marca, Tipo: tipo, Modelo: modelo,
	}
}

func (v *VehiculoUsado) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &v.Version),
		cfdi.RequiredNumber("montoAdquisicion", &v.MontoAdquisicion),
		cfdi.RequiredNumber("montoEnajenacion", &v.MontoEnajenacion),
		cfdi.Required("claveVehicular", &v.ClaveVehicular),
		cfdi.Required("marca", &v.Marca),
		cfdi.Required("tipo", &v.Tipo),
		cfdi.Required("modelo", &v.Modelo),
		cfdi.Optional("numeroMotor", &v.NumeroMotor),
		cfdi.Optional("numeroSerie", &v.NumeroSerie),
		cfdi.Optional("NIV", &v.NIV),
		cfdi.RequiredNumber("valor", &v.Valor),
	}
}

func (i *InformacionAduanera) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("numero", &i.Numero), cfdi.Required("fecha", &i.Fecha), cfdi.Optional("aduana", &i.Aduana),
	}
}

// De returns the complement of c, or nil.
func De(c *cfdi.Comprobante) *VehiculoUsado {
	for _, k := range c.Complementos {
		if v, ok := k.(*VehiculoUsado); ok {
			return v
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (v *VehiculoUsado) Known() cfdi.Known { return Known }

// WriteCadena adds the vehicle and where it came in.
func (v *VehiculoUsado) WriteCadena(w *cfdi.CadenaWriter) {
	w.Fields(v.fields())
	for i := range v.InformacionAduanera {
		w.Fields(v.InformacionAduanera[i].fields())
	}
}

// WriteXML writes the element.
func (v *VehiculoUsado) WriteXML(w *xmldoc.Writer) {
	w.Start("vehiculousado:VehiculoUsado")
	cfdi.WriteFields(w, v.fields())
	for i := range v.InformacionAduanera {
		cfdi.WriteLeaf(w, "vehiculousado:InformacionAduanera", v.InformacionAduanera[i].fields())
	}
	w.End()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	v := &VehiculoUsado{}
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "InformacionAduanera*")
	if err != nil {
		return nil, err
	}
	return v, cfdi.ReadLeaves(kids[0], &v.InformacionAduanera, (*InformacionAduanera).fields)
}

var most = map[string]int{"claveVehicular": 7, "marca": 50, "tipo": 50, "numeroMotor": 17, "numeroSerie": 17, "NIV": 17}

var modeloForm = regexp.MustCompile(`^[0-9]{4}$`)

// Validate reports what the schema refuses.
func (v *VehiculoUsado) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	r := cfdi.NewReport(c, v)
	r.Missing("", v.fields())
	r.Lexical("301", "", v.fields(), most)
	r.Want(v.Version == "1.0", "Version", v.Version, "La versión del complemento de vehículo usado debe ser 1.0.", "Escribe 1.0.")
	r.Want(modeloForm.MatchString(v.Modelo), "modelo", v.Modelo, "El modelo no es un año de cuatro dígitos.", "Escribe el año del vehículo.")
	for i := range v.InformacionAduanera {
		a, path := &v.InformacionAduanera[i], "InformacionAduanera["+strconv.Itoa(i)+"]"
		r.Missing(path, a.fields())
		r.Lexical("301", path, a.fields(), nil)
		_, err := time.Parse(time.DateOnly, a.Fecha)
		r.Want(err == nil, path+".fecha", a.Fecha, "La fecha de importación no es una fecha.", "Escríbela como 2026-11-20.")
	}
	return r.Found()
}
