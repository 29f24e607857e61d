// Package notariospublicos is the complement of sales of property before a notary,
// Notarios Públicos 1.0: the property, the deed, the notary, who sells and who buys.
package notariospublicos

import (
	"regexp"
	"strconv"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/notariospublicos"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "notariospublicos",
	Local:  "NotariosPublicos",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/notariospublicos/notariospublicos.xsd",
	Read:   read,
}

// NotariosPublicos is one sale.
type NotariosPublicos struct {
	Version          string // 1.0
	DescInmuebles    []DescInmueble
	DatosOperacion   DatosOperacion
	DatosNotario     DatosNotario
	DatosEnajenante  Parte // who sells
	DatosAdquiriente Parte // who buys
}

// DescInmueble is one property.
type DescInmueble struct {
	TipoInmueble string // two digits
	Calle        string
	NoExterior   string
	NoInterior   string
	Colonia      string
	Localidad    string
	Referencia   string
	Municipio    string
	Estado       string // 01 to 32
	Pais         string // MEX
	CodigoPostal string
}

// DatosOperacion is the deed and its amounts.
type DatosOperacion struct {
	NumInstrumentoNotarial string // 1 to 999999
	FechaInstNotarial      string // 2026-11-20
	MontoOperacion         decimal.Decimal
	Subtotal               decimal.Decimal
	IVA                    decimal.Decimal
}

// DatosNotario is the notary.
type DatosNotario struct {
	CURP              string
	NumNotaria        string // 1 to 999
	EntidadFederativa string // 01 to 32
	Adscripcion       string
}

// Parte is one side of the sale. The SAT has two sets of nodes for the same: a
// person alone, DatosUnEnajenante or DatosUnAdquiriente, or all who own together,
// DatosEnajenantesCopSC or DatosAdquirientesCopSC.
type Parte struct {
	CoproSocConyugal string // CoproSocConyugalE: Si or No
	Uno              *Persona
	Varios           []Persona
}

// Persona is who sells or buys.
type Persona struct {
	Nombre          string
	ApellidoPaterno string
	ApellidoMaterno string
	RFC             string
	CURP            string
	Porcentaje      decimal.Decimal // of those who own together
}

// New makes an empty complement; [NotariosPublicos.Vende] and
// [NotariosPublicos.Compra] fill the two sides.
func New() *NotariosPublicos { return &NotariosPublicos{Version: "1.0"} }

// Vende sets who sells: one, or several who own together.
func (n *NotariosPublicos) Vende(quien ...Persona) { n.DatosEnajenante = parte(quien) }

// Compra sets who buys.
func (n *NotariosPublicos) Compra(quien ...Persona) { n.DatosAdquiriente = parte(quien) }

func parte(quien []Persona) Parte {
	if len(quien) == 1 {
		return Parte{CoproSocConyugal: "No", Uno: &quien[0]}
	}
	return Parte{CoproSocConyugal: "Si", Varios: quien}
}

func (n *NotariosPublicos) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("Version", &n.Version)}
}

func (d *DescInmueble) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoInmueble", &d.TipoInmueble),
		cfdi.Required("Calle", &d.Calle),
		cfdi.Optional("NoExterior", &d.NoExterior),
		cfdi.Optional("NoInterior", &d.NoInterior),
		cfdi.Optional("Colonia", &d.Colonia),
		cfdi.Optional("Localidad", &d.Localidad),
		cfdi.Optional("Referencia", &d.Referencia),
		cfdi.Required("Municipio", &d.Municipio),
		cfdi.Required("Estado", &d.Estado),
		cfdi.Required("Pais", &d.Pais),
		cfdi.Required("CodigoPostal", &d.CodigoPostal),
	}
}

func (d *DatosOperacion) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("NumInstrumentoNotarial", &d.NumInstrumentoNotarial),
		cfdi.Required("FechaInstNotarial", &d.FechaInstNotarial),
		cfdi.RequiredNumber("MontoOperacion", &d.MontoOperacion),
		cfdi.RequiredNumber("Subtotal", &d.Subtotal),
		cfdi.RequiredNumber("IVA", &d.IVA),
	}
}

func (d *DatosNotario) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("CURP", &d.CURP),
		cfdi.Required("NumNotaria", &d.NumNotaria),
		cfdi.Required("EntidadFederativa", &d.EntidadFederativa),
		cfdi.Optional("Adscripcion", &d.Adscripcion),
	}
}

func (p *Parte) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("CoproSocConyugalE", &p.CoproSocConyugal)}
}

// A seller alone must give surname and CURP; a buyer, who may be a company, and
// those who own together need not.
func (p *Persona) seller() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Nombre", &p.Nombre), cfdi.Required("ApellidoPaterno", &p.ApellidoPaterno),
		cfdi.Optional("ApellidoMaterno", &p.ApellidoMaterno), cfdi.Required("RFC", &p.RFC), cfdi.Required("CURP", &p.CURP),
	}
}

func (p *Persona) buyer() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Nombre", &p.Nombre), cfdi.Optional("ApellidoPaterno", &p.ApellidoPaterno),
		cfdi.Optional("ApellidoMaterno", &p.ApellidoMaterno), cfdi.Required("RFC", &p.RFC), cfdi.Optional("CURP", &p.CURP),
	}
}

func (p *Persona) owner() []cfdi.Field {
	return append(p.buyer(), cfdi.RequiredNumber("Porcentaje", &p.Porcentaje))
}

// A side is how the SAT calls the nodes of one Parte.
type side struct {
	node, one, group, each string
	alone                  func(*Persona) []cfdi.Field
}

var (
	enajenante  = side{"DatosEnajenante", "DatosUnEnajenante", "DatosEnajenantesCopSC", "DatosEnajenanteCopSC", (*Persona).seller}
	adquiriente = side{"DatosAdquiriente", "DatosUnAdquiriente", "DatosAdquirientesCopSC", "DatosAdquirienteCopSC", (*Persona).buyer}
)

// De returns the sale of c, or nil.
func De(c *cfdi.Comprobante) *NotariosPublicos {
	for _, k := range c.Complementos {
		if n, ok := k.(*NotariosPublicos); ok {
			return n
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (n *NotariosPublicos) Known() cfdi.Known { return Known }

// WriteCadena adds properties, deed, notary, seller and buyer.
func (n *NotariosPublicos) WriteCadena(w *cfdi.CadenaWriter) {
	w.Fields(n.fields())
	for i := range n.DescInmuebles {
		w.Fields(n.DescInmuebles[i].fields())
	}
	w.Fields(n.DatosOperacion.fields())
	w.Fields(n.DatosNotario.fields())
	n.DatosEnajenante.writeCadena(w, enajenante)
	n.DatosAdquiriente.writeCadena(w, adquiriente)
}

func (p *Parte) writeCadena(w *cfdi.CadenaWriter, s side) {
	w.Fields(p.fields())
	if p.Uno != nil {
		w.Fields(s.alone(p.Uno))
	}
	for i := range p.Varios {
		w.Fields(p.Varios[i].owner())
	}
}

// WriteXML writes the element.
func (n *NotariosPublicos) WriteXML(w *xmldoc.Writer) {
	w.Start("notariospublicos:NotariosPublicos")
	cfdi.WriteFields(w, n.fields())
	cfdi.WriteGroup(w, "notariospublicos:DescInmuebles", "notariospublicos:DescInmueble", n.DescInmuebles, (*DescInmueble).fields)
	cfdi.WriteLeaf(w, "notariospublicos:DatosOperacion", n.DatosOperacion.fields())
	cfdi.WriteLeaf(w, "notariospublicos:DatosNotario", n.DatosNotario.fields())
	n.DatosEnajenante.writeXML(w, enajenante)
	n.DatosAdquiriente.writeXML(w, adquiriente)
	w.End()
}

func (p *Parte) writeXML(w *xmldoc.Writer, s side) {
	w.Start("notariospublicos:" + s.node)
	cfdi.WriteFields(w, p.fields())
	if p.Uno != nil {
		cfdi.WriteLeaf(w, "notariospublicos:"+s.one, s.alone(p.Uno))
	}
	cfdi.WriteGroup(w, "notariospublicos:"+s.group, "notariospublicos:"+s.each, p.Varios, (*Persona).owner)
	w.End()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	n := &NotariosPublicos{}
	if err := cfdi.ReadFields(e, n.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "DescInmuebles?", "DatosOperacion", "DatosNotario", "DatosEnajenante", "DatosAdquiriente")
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error {
			return cfdi.ReadGroup(kids[0], space, "DescInmueble", &n.DescInmuebles, (*DescInmueble).fields)
		},
		func() error { return cfdi.ReadLeaf(kids[1][0], n.DatosOperacion.fields()) },
		func() error { return cfdi.ReadLeaf(kids[2][0], n.DatosNotario.fields()) },
		func() error { return n.DatosEnajenante.read(kids[3][0], enajenante) },
		func() error { return n.DatosAdquiriente.read(kids[4][0], adquiriente) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (p *Parte) read(e *xmldoc.Element, s side) error {
	if err := cfdi.ReadFields(e, p.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, s.one+"?", s.group+"?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &p.Uno, s.alone); err != nil {
		return err
	}
	return cfdi.ReadGroup(kids[1], space, s.each, &p.Varios, (*Persona).owner)
}

var most = map[string]int{
	"Calle": 150, "NoExterior": 55, "NoInterior": 30, "Colonia": 100, "Localidad": 100, "Referencia": 100, "Municipio": 100,
	"Adscripcion": 255, "Nombre": 254, "ApellidoPaterno": 200, "ApellidoMaterno": 200, "Porcentaje": 2,
}

var (
	tipoForm       = regexp.MustCompile(`^[0-9]{2}$`)
	paisForm       = regexp.MustCompile(`^[A-ZÑ]{3}$`)
	postalForm     = regexp.MustCompile(`^[0-9]{5}$`)
	estadoForm     = regexp.MustCompile(`^(0[1-9]|[12][0-9]|3[0-2])$`)
	escrituraForm  = regexp.MustCompile(`^[1-9][0-9]{0,5}$`)
	notariaForm    = regexp.MustCompile(`^[1-9][0-9]{0,2}$`)
	cien           = decimal.FromInt(100)
	codePorcentaje = "NOTARIOS01" // the shares of those who own together are not 100; ours
)

// Validate reports what the schema refuses, and shares that do not add up.
func (n *NotariosPublicos) Validate(c *cfdi.Comprobante, _ *catalogo.Catalog, _ time.Time) []cfdi.Finding {
	const estado = "Elige la entidad, de 01 a 32."
	r := cfdi.NewReport(c, n)
	node := func(path string, fields []cfdi.Field) {
		r.Missing(path, fields)
		r.Lexical("301", path, fields, most)
	}
	node("", n.fields())
	r.Want(n.Version == "1.0", "Version", n.Version, "La versión del complemento de notarios debe ser 1.0.", "Escribe 1.0.")
	if len(n.DescInmuebles) == 0 {
		r.Fail("301", "DescInmuebles", "La operación no dice de qué inmueble es.", "Describe al menos un inmueble.")
	}
	for i := range n.DescInmuebles {
		d, path := &n.DescInmuebles[i], "DescInmuebles["+strconv.Itoa(i)+"]"
		node(path, d.fields())
		r.Want(tipoForm.MatchString(d.TipoInmueble), path+".TipoInmueble", d.TipoInmueble, "El tipo de inmueble no tiene dos dígitos.", "Elige uno de la lista.")
		r.Want(estadoForm.MatchString(d.Estado), path+".Estado", d.Estado, "El estado no es una de las 32 entidades.", estado)
		r.Want(paisForm.MatchString(d.Pais), path+".Pais", d.Pais, "El país no es una clave de tres letras.", "Escribe MEX.")
		r.Want(postalForm.MatchString(d.CodigoPostal), path+".CodigoPostal", d.CodigoPostal, "El código postal no tiene cinco dígitos.", "Revisa el código postal del inmueble.")
	}
	o := &n.DatosOperacion
	node("DatosOperacion", o.fields())
	r.Want(escrituraForm.MatchString(o.NumInstrumentoNotarial), "DatosOperacion.NumInstrumentoNotarial", o.NumInstrumentoNotarial,
		"El número de escritura no va de 1 a 999999.", "Revisa el número de la escritura.")
	_, err := time.Parse(time.DateOnly, o.FechaInstNotarial)
	r.Want(err == nil, "DatosOperacion.FechaInstNotarial", o.FechaInstNotarial, "La fecha de la escritura no es una fecha.", "Escríbela como 2026-11-20.")
	d := &n.DatosNotario
	node("DatosNotario", d.fields())
	r.Want(cfdi.ValidCURP(d.CURP), "DatosNotario.CURP", d.CURP, "La CURP del notario no está bien escrita.", "Revisa sus 18 caracteres.")
	r.Want(notariaForm.MatchString(d.NumNotaria), "DatosNotario.NumNotaria", d.NumNotaria, "El número de notaría no va de 1 a 999.", "Revisa el número de la notaría.")
	r.Want(estadoForm.MatchString(d.EntidadFederativa), "DatosNotario.EntidadFederativa", d.EntidadFederativa, "La entidad de la notaría no es una de las 32.", estado)
	n.DatosEnajenante.validate(r, enajenante)
	n.DatosAdquiriente.validate(r, adquiriente)
	return r.Found()
}

func (p *Parte) validate(r *cfdi.Report, s side) {
	is := func(want string) bool { return p.CoproSocConyugal == want }
	r.Missing(s.node, p.fields())
	switch {
	case p.Uno == nil && len(p.Varios) == 0 || p.Uno != nil && len(p.Varios) > 0:
		r.Fail("301", s.node, "La operación no dice quién es, o lo dice dos veces.", "Escribe una persona, o las que son dueñas juntas.")
	case p.Uno != nil:
		r.Want(is("No"), s.node+".CoproSocConyugal", p.CoproSocConyugal, "Una sola persona no es copropiedad ni sociedad conyugal.", "Elige No.")
		p.Uno.validate(r, s.node+".Uno", s.alone(p.Uno))
	default:
		r.Want(is("Si"), s.node+".CoproSocConyugal", p.CoproSocConyugal, "Varias personas son copropiedad o sociedad conyugal.", "Elige Si.")
		sum, whole := decimal.FromInt(0), true
		for i := range p.Varios {
			p.Varios[i].validate(r, s.node+".Varios["+strconv.Itoa(i)+"]", p.Varios[i].owner())
			sum = sum.Add(p.Varios[i].Porcentaje)
			whole = whole && !p.Varios[i].Porcentaje.IsZero()
		}
		if whole && sum.Cmp(cien) != 0 {
			r.Fail(codePorcentaje, s.node, "Los porcentajes suman "+sum.String()+", no 100.", "Corrige la parte de cada persona.")
		}
	}
}

func (p *Persona) validate(r *cfdi.Report, path string, fields []cfdi.Field) {
	r.Missing(path, fields)
	r.Lexical("301", path, fields, most)
	r.Want(cfdi.ValidRFC(p.RFC), path+".RFC", p.RFC, "El RFC no está bien escrito.", "Revisa sus 12 o 13 caracteres.")
	r.Want(cfdi.ValidCURP(p.CURP), path+".CURP", p.CURP, "La CURP no está bien escrita.", "Revisa sus 18 caracteres.")
}
