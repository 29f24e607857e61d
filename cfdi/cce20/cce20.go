// Package cce20 is the complement of exports, Comercio Exterior 2.0: what a CFDI
// that goes with goods out of the country tells the customs of them, of who sends,
// who receives and who owns them.
//
//	x, err := cce20.Exportacion{
//		Incoterm: "FOB", TipoCambioUSD: rate,
//		Emisor:   cce20.Emisor{Domicilio: plant},
//		Receptor: &cce20.Receptor{NumRegIdTrib: "123456789", Domicilio: &abroad},
//		Bienes: []cce20.Bien{{
//			NoIdentificacion: "A-1", FraccionArancelaria: "8481809900", Cantidad: kilos, Unidad: "01",
//		}},
//	}.ComercioExterior(c) // the amounts in dollars come from the lines of c, totalled before
//	c.Exportacion, c.Complementos = "02", append(c.Complementos, x)
//
// An [Exportacion] converts at the rates it is given and refuses what cannot be
// ([ExportacionError]): goods that no line bears, a quantity or value beyond the limits, a
// rate that is missing. The rate of the dollar is the caller's: that of the Diario Oficial is
// not here. [De] finds the complement in what was read.
//
// Its rules are the matrix of error codes of the SAT for Comercio Exterior 2.0, code by
// code in [Rules]; [cfdi.Validate] asks them. A FraccionArancelaria, a Colonia, a
// Municipio or a Localidad is looked up where its catalogue has been imported, see
// catalogo; elsewhere the PAC decides.
package cce20

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/ComercioExterior20"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "cce20",
	Local:  "ComercioExterior",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/ComercioExterior20/ComercioExterior20.xsd",
	Read:   read,
}

// ComercioExterior is what one CFDI tells the customs.
type ComercioExterior struct {
	Version                   string // 2.0
	MotivoTraslado            string // of a CFDI of type T
	ClaveDePedimento          string // A1
	CertificadoOrigen         string // 1 when the CFDI is the certificate of origin, else 0
	NumCertificadoOrigen      string
	NumeroExportadorConfiable string
	Incoterm                  string
	Observaciones             string
	TipoCambioUSD             decimal.Decimal // pesos for one dollar of the United States
	TotalUSD                  decimal.Decimal // sum of ValorDolares, two decimals
	Emisor                    *Emisor
	Propietario               []Propietario
	Receptor                  *Receptor
	Destinatario              []Destinatario
	Mercancias                []Mercancia
}

// Emisor is who exports.
type Emisor struct {
	Curp      string // of a person
	Domicilio Domicilio
}

// Propietario is who owns goods that another sends.
type Propietario struct {
	NumRegIdTrib     string
	ResidenciaFiscal string // of c_Pais
}

// Receptor is who buys.
type Receptor struct {
	NumRegIdTrib string // of a foreigner
	Domicilio    *Domicilio
}

// Destinatario is who gets the goods, where that is not the Receptor.
type Destinatario struct {
	NumRegIdTrib string
	Nombre       string
	Domicilio    []Domicilio
}

// Domicilio is an address: with keys of the SAT in Mexico, in words elsewhere, but for
// Pais (c_Pais) and the Estado of the United States and Canada ([catalogo.EstadoUSA]).
type Domicilio struct {
	Calle          string
	NumeroExterior string
	NumeroInterior string
	Colonia        string
	Localidad      string
	Referencia     string
	Municipio      string
	Estado         string
	Pais           string
	CodigoPostal   string
}

// Mercancia is one kind of goods: that of the Conceptos with its NoIdentificacion.
type Mercancia struct {
	NoIdentificacion         string
	FraccionArancelaria      string          // ten digits; "" of a service
	CantidadAduana           decimal.Decimal // in UnidadAduana
	UnidadAduana             string          // of c_UnidadAduana
	ValorUnitarioAduana      decimal.Decimal // dollars for one UnidadAduana
	ValorDolares             decimal.Decimal // of all of them
	DescripcionesEspecificas []DescripcionesEspecificas
}

// DescripcionesEspecificas tells pieces of one kind of goods apart; the SAT names
// each in plural.
type DescripcionesEspecificas struct {
	Marca       string
	Modelo      string
	SubModelo   string
	NumeroSerie string
}

func (x *ComercioExterior) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &x.Version),
		cfdi.Optional("MotivoTraslado", &x.MotivoTraslado),
		cfdi.Required("ClaveDePedimento", &x.ClaveDePedimento),
		cfdi.Required("CertificadoOrigen", &x.CertificadoOrigen),
		cfdi.Optional("NumCertificadoOrigen", &x.NumCertificadoOrigen),
		cfdi.Optional("NumeroExportadorConfiable", &x.NumeroExportadorConfiable),
		cfdi.Optional("Incoterm", &x.Incoterm),
		cfdi.Optional("Observaciones", &x.Observaciones),
		cfdi.RequiredNumber("TipoCambioUSD", &x.TipoCambioUSD),
		cfdi.RequiredNumber("TotalUSD", &x.TotalUSD),
	}
}

func (e *Emisor) fields() []cfdi.Field { return []cfdi.Field{cfdi.Optional("Curp", &e.Curp)} }

func (p *Propietario) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("NumRegIdTrib", &p.NumRegIdTrib),
		cfdi.Required("ResidenciaFiscal", &p.ResidenciaFiscal),
	}
}

func (r *Receptor) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Optional("NumRegIdTrib", &r.NumRegIdTrib)}
}

func (d *Destinatario) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Optional("NumRegIdTrib", &d.NumRegIdTrib), cfdi.Optional("Nombre", &d.Nombre)}
}

func (d *Domicilio) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Calle", &d.Calle),
		cfdi.Optional("NumeroExterior", &d.NumeroExterior),
		cfdi.Optional("NumeroInterior", &d.NumeroInterior),
		cfdi.Optional("Colonia", &d.Colonia),
		cfdi.Optional("Localidad", &d.Localidad),
		cfdi.Optional("Referencia", &d.Referencia),
		cfdi.Optional("Municipio", &d.Municipio),
		cfdi.Required("Estado", &d.Estado),
		cfdi.Required("Pais", &d.Pais),
		cfdi.Required("CodigoPostal", &d.CodigoPostal),
	}
}

func (m *Mercancia) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("NoIdentificacion", &m.NoIdentificacion),
		cfdi.Optional("FraccionArancelaria", &m.FraccionArancelaria),
		cfdi.OptionalNumber("CantidadAduana", &m.CantidadAduana),
		cfdi.Optional("UnidadAduana", &m.UnidadAduana),
		cfdi.OptionalNumber("ValorUnitarioAduana", &m.ValorUnitarioAduana),
		cfdi.RequiredNumber("ValorDolares", &m.ValorDolares),
	}
}

func (d *DescripcionesEspecificas) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Marca", &d.Marca),
		cfdi.Optional("Modelo", &d.Modelo),
		cfdi.Optional("SubModelo", &d.SubModelo),
		cfdi.Optional("NumeroSerie", &d.NumeroSerie),
	}
}

// De returns the Comercio Exterior of c, or nil.
func De(c *cfdi.Comprobante) *ComercioExterior {
	for _, k := range c.Complementos {
		if x, ok := k.(*ComercioExterior); ok {
			return x
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (x *ComercioExterior) Known() cfdi.Known { return Known }

// WriteCadena adds every node.
func (x *ComercioExterior) WriteCadena(w *cfdi.CadenaWriter) { x.Walk(cfdi.CadenaTree(w)) }

// WriteXML writes the element.
func (x *ComercioExterior) WriteXML(w *xmldoc.Writer) { x.Walk(cfdi.XMLTree(w, "cce20")) }

// Walk takes t through the nodes in the order of ComercioExterior20.xslt, which is that
// of the XML.
func (x *ComercioExterior) Walk(t cfdi.Tree) {
	t.Open("ComercioExterior", "", x.fields())
	if x.Emisor != nil {
		t.Open("Emisor", "Emisor", x.Emisor.fields())
		t.Leaf("Domicilio", "Emisor.Domicilio", x.Emisor.Domicilio.fields())
		t.Close()
	}
	cfdi.WalkLeaves(t, "Propietario", "Propietario", x.Propietario, (*Propietario).fields)
	if x.Receptor != nil {
		t.Open("Receptor", "Receptor", x.Receptor.fields())
		if x.Receptor.Domicilio != nil {
			t.Leaf("Domicilio", "Receptor.Domicilio", x.Receptor.Domicilio.fields())
		}
		t.Close()
	}
	for i := range x.Destinatario {
		d, path := &x.Destinatario[i], t.At("Destinatario", i)
		t.Open("Destinatario", path, d.fields())
		cfdi.WalkLeaves(t, "Domicilio", path+".Domicilio", d.Domicilio, (*Domicilio).fields)
		t.Close()
	}
	t.Open("Mercancias", "Mercancias", nil)
	for i := range x.Mercancias {
		m, path := &x.Mercancias[i], t.At("Mercancias", i)
		t.Open("Mercancia", path, m.fields())
		cfdi.WalkLeaves(t, "DescripcionesEspecificas", path+".DescripcionesEspecificas", m.DescripcionesEspecificas, (*DescripcionesEspecificas).fields)
		t.Close()
	}
	t.Close()
	t.Close()
}

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	x := &ComercioExterior{}
	if err := cfdi.ReadFields(e, x.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "Emisor?", "Propietario*", "Receptor?", "Destinatario*", "Mercancias")
	if err != nil {
		return nil, err
	}
	for _, emisor := range kids[0] {
		x.Emisor = &Emisor{}
		if err := readEmisor(emisor, x.Emisor); err != nil {
			return nil, err
		}
	}
	if err := cfdi.ReadMany(kids[1], &x.Propietario, func(e *xmldoc.Element, p *Propietario) error {
		return cfdi.ReadLeaf(e, p.fields())
	}); err != nil {
		return nil, err
	}
	for _, receptor := range kids[2] {
		x.Receptor = &Receptor{}
		if err := readReceptor(receptor, x.Receptor); err != nil {
			return nil, err
		}
	}
	if err := cfdi.ReadMany(kids[3], &x.Destinatario, readDestinatario); err != nil {
		return nil, err
	}
	goods := kids[4][0]
	if err := cfdi.ReadFields(goods, nil); err != nil {
		return nil, err
	}
	if kids, err = cfdi.ReadChildren(goods, space, "Mercancia*"); err != nil {
		return nil, err
	}
	return x, cfdi.ReadMany(kids[0], &x.Mercancias, readMercancia)
}

func readDomicilio(e *xmldoc.Element, d *Domicilio) error { return cfdi.ReadLeaf(e, d.fields()) }

func readEmisor(e *xmldoc.Element, emisor *Emisor) error {
	if err := cfdi.ReadFields(e, emisor.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Domicilio")
	if err != nil {
		return err
	}
	return readDomicilio(kids[0][0], &emisor.Domicilio)
}

func readReceptor(e *xmldoc.Element, r *Receptor) error {
	if err := cfdi.ReadFields(e, r.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Domicilio?")
	if err != nil || len(kids[0]) == 0 {
		return err
	}
	r.Domicilio = &Domicilio{}
	return readDomicilio(kids[0][0], r.Domicilio)
}

func readDestinatario(e *xmldoc.Element, d *Destinatario) error {
	if err := cfdi.ReadFields(e, d.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Domicilio*")
	if err != nil {
		return err
	}
	return cfdi.ReadMany(kids[0], &d.Domicilio, readDomicilio)
}

func readMercancia(e *xmldoc.Element, m *Mercancia) error {
	if err := cfdi.ReadFields(e, m.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "DescripcionesEspecificas*")
	if err != nil {
		return err
	}
	return cfdi.ReadMany(kids[0], &m.DescripcionesEspecificas, func(e *xmldoc.Element, d *DescripcionesEspecificas) error {
		return cfdi.ReadLeaf(e, d.fields())
	})
}
