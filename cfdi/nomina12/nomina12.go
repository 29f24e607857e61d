// Package nomina12 is the complement of payroll, Recibo de pago de nómina 1.2: who
// works for whom, what is paid, what is withheld.
//
//	n := &nomina12.Nomina{TipoNomina: "O", FechaPago: "2026-11-15", …}
//	n.Totalize()                              // every total
//	c := n.Comprobante(emisor, receptor)      // the CFDI that carries it
//	c.Fecha, c.LugarExpedicion = now, "42501"
//	p, err := cfdi.Prepare(c, cat, certificate, at)
//
// Every row of pay, deduction and other payment is the caller's, with what of it is taxed
// and what exempt: no tax, quota or subsidy is computed here. [Nomina.Totalize] adds the
// rows up and [Nomina.Comprobante] writes around them what the SAT prescribes. [De] finds
// the payroll in what was read.
//
// Its rules are the matrix of error codes of the SAT, Nómina 1.2 revision D, code by code
// in [Rules], where those that only a PAC can judge are said to be so; [cfdi.Validate]
// asks them. A subsidy is held against the most that the days paid allow, not against the
// wage.
package nomina12

import (
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const space = "http://www.sat.gob.mx/nomina12"

// Known tells cfdi how the complement is called and read.
var Known = cfdi.Known{
	Space:  space,
	Prefix: "nomina12",
	Local:  "Nomina",
	Schema: "http://www.sat.gob.mx/sitio_internet/cfd/nomina/nomina12.xsd",
	Read:   read,
}

// Nomina is one payment to one person. Amounts are in pesos and have two decimals; what
// is optional is "", absent or nil.
type Nomina struct {
	Version           string // 1.2
	TipoNomina        string // O ordinary, E extraordinary
	FechaPago         string // 2026-11-15, as all dates here
	FechaInicialPago  string
	FechaFinalPago    string
	NumDiasPagados    decimal.Decimal // whole, or with three decimals: 14.500
	TotalPercepciones decimal.Decimal // the totals are written by Totalize, here and below
	TotalDeducciones  decimal.Decimal
	TotalOtrosPagos   decimal.Decimal

	Emisor        *Emisor
	Receptor      Receptor
	Percepciones  *Percepciones
	Deducciones   *Deducciones
	OtrosPagos    []OtroPago
	Incapacidades []Incapacidad
}

// Emisor is the employer, beside what the CFDI says of it; nil where nothing is to be said.
type Emisor struct {
	Curp             string // of a person
	RegistroPatronal string // with social security
	RfcPatronOrigen  string // of the employer for whom the issuer only pays
	EntidadSNCF      *EntidadSNCF
}

// EntidadSNCF is where the money of a public employer comes from.
type EntidadSNCF struct {
	OrigenRecurso      string          // IP own, IF federal, IM both
	MontoRecursoPropio decimal.Decimal // with IM alone
}

// Receptor is who is paid, beside what the CFDI says of the person. Keys are those of the
// catalogues of nómina ([catalogo.TipoContrato] and its neighbours).
type Receptor struct {
	Curp                   string
	NumSeguridadSocial     string
	FechaInicioRelLaboral  string
	Antigüedad             string // P5W or P1Y2M3D, up to FechaFinalPago
	TipoContrato           string
	Sindicalizado          string // Sí or No
	TipoJornada            string
	TipoRegimen            string
	NumEmpleado            string
	Departamento           string
	Puesto                 string
	RiesgoPuesto           string
	PeriodicidadPago       string
	Banco                  string // never with a CLABE, which names it
	CuentaBancaria         string // of 10, 11, 16 or 18 digits
	SalarioBaseCotApor     decimal.Decimal
	SalarioDiarioIntegrado decimal.Decimal
	ClaveEntFed            string // of the state where the work was done
	SubContratacion        []SubContratacion
}

// SubContratacion is for whom the person works.
type SubContratacion struct {
	RfcLabora        string
	PorcentajeTiempo decimal.Decimal // per cent
}

// Percepciones are what is paid.
type Percepciones struct {
	TotalSueldos                 decimal.Decimal
	TotalSeparacionIndemnizacion decimal.Decimal
	TotalJubilacionPensionRetiro decimal.Decimal
	TotalGravado                 decimal.Decimal
	TotalExento                  decimal.Decimal
	Percepcion                   []Percepcion
	JubilacionPensionRetiro      *JubilacionPensionRetiro
	SeparacionIndemnizacion      *SeparacionIndemnizacion
}

// Percepcion is one kind of pay.
type Percepcion struct {
	TipoPercepcion   string // of c_TipoPercepcion
	Clave            string // of the employer, three characters or more
	Concepto         string
	ImporteGravado   decimal.Decimal
	ImporteExento    decimal.Decimal
	AccionesOTitulos *AccionesOTitulos // with TipoPercepcion 045 alone
	HorasExtra       []HorasExtra      // with TipoPercepcion 019 alone
}

// AccionesOTitulos are shares given.
type AccionesOTitulos struct{ ValorMercado, PrecioAlOtorgarse decimal.Decimal }

// HorasExtra are hours of one kind.
type HorasExtra struct {
	Dias          decimal.Decimal
	TipoHoras     string // 01 double, 02 triple, 03 simple
	HorasExtra    decimal.Decimal
	ImportePagado decimal.Decimal
}

// JubilacionPensionRetiro is a pension: paid at once (TipoPercepcion 039) or in parts (044).
type JubilacionPensionRetiro struct {
	TotalUnaExhibicion  decimal.Decimal
	TotalParcialidad    decimal.Decimal
	MontoDiario         decimal.Decimal
	IngresoAcumulable   decimal.Decimal
	IngresoNoAcumulable decimal.Decimal
}

// SeparacionIndemnizacion is what is paid to who leaves (TipoPercepcion 022, 023, 025).
type SeparacionIndemnizacion struct {
	TotalPagado         decimal.Decimal
	NumAñosServicio     decimal.Decimal
	UltimoSueldoMensOrd decimal.Decimal
	IngresoAcumulable   decimal.Decimal
	IngresoNoAcumulable decimal.Decimal
}

// Deducciones are what is kept back.
type Deducciones struct {
	TotalOtrasDeducciones   decimal.Decimal
	TotalImpuestosRetenidos decimal.Decimal
	Deduccion               []Deduccion
}

// Deduccion is one thing kept back.
type Deduccion struct {
	TipoDeduccion string // of c_TipoDeduccion; 002 is ISR
	Clave         string
	Concepto      string
	Importe       decimal.Decimal
}

// OtroPago is what is paid and is no income.
type OtroPago struct {
	TipoOtroPago             string // of c_TipoOtroPago
	Clave                    string
	Concepto                 string
	Importe                  decimal.Decimal
	SubsidioAlEmpleo         *SubsidioAlEmpleo         // with TipoOtroPago 002
	CompensacionSaldosAFavor *CompensacionSaldosAFavor // with TipoOtroPago 004
}

// SubsidioAlEmpleo is the subsidy that the period causes.
type SubsidioAlEmpleo struct{ SubsidioCausado decimal.Decimal }

// CompensacionSaldosAFavor is a balance of the year given back.
type CompensacionSaldosAFavor struct {
	SaldoAFavor     decimal.Decimal
	Año             string
	RemanenteSalFav decimal.Decimal
}

// Incapacidad is a time of illness.
type Incapacidad struct {
	DiasIncapacidad  decimal.Decimal
	TipoIncapacidad  string
	ImporteMonetario decimal.Decimal
}

func (n *Nomina) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &n.Version),
		cfdi.Required("TipoNomina", &n.TipoNomina),
		cfdi.Required("FechaPago", &n.FechaPago),
		cfdi.Required("FechaInicialPago", &n.FechaInicialPago),
		cfdi.Required("FechaFinalPago", &n.FechaFinalPago),
		cfdi.RequiredNumber("NumDiasPagados", &n.NumDiasPagados),
		cfdi.OptionalNumber("TotalPercepciones", &n.TotalPercepciones),
		cfdi.OptionalNumber("TotalDeducciones", &n.TotalDeducciones),
		cfdi.OptionalNumber("TotalOtrosPagos", &n.TotalOtrosPagos),
	}
}

func (e *Emisor) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Optional("Curp", &e.Curp), cfdi.Optional("RegistroPatronal", &e.RegistroPatronal), cfdi.Optional("RfcPatronOrigen", &e.RfcPatronOrigen),
	}
}

func (e *EntidadSNCF) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("OrigenRecurso", &e.OrigenRecurso), cfdi.OptionalNumber("MontoRecursoPropio", &e.MontoRecursoPropio)}
}

func (r *Receptor) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Curp", &r.Curp),
		cfdi.Optional("NumSeguridadSocial", &r.NumSeguridadSocial),
		cfdi.Optional("FechaInicioRelLaboral", &r.FechaInicioRelLaboral),
		cfdi.Optional("Antigüedad", &r.Antigüedad),
		cfdi.Required("TipoContrato", &r.TipoContrato),
		cfdi.Optional("Sindicalizado", &r.Sindicalizado),
		cfdi.Optional("TipoJornada", &r.TipoJornada),
		cfdi.Required("TipoRegimen", &r.TipoRegimen),
		cfdi.Required("NumEmpleado", &r.NumEmpleado),
		cfdi.Optional("Departamento", &r.Departamento),
		cfdi.Optional("Puesto", &r.Puesto),
		cfdi.Optional("RiesgoPuesto", &r.RiesgoPuesto),
		cfdi.Required("PeriodicidadPago", &r.PeriodicidadPago),
		cfdi.Optional("Banco", &r.Banco),
		cfdi.Optional("CuentaBancaria", &r.CuentaBancaria),
		cfdi.OptionalNumber("SalarioBaseCotApor", &r.SalarioBaseCotApor),
		cfdi.OptionalNumber("SalarioDiarioIntegrado", &r.SalarioDiarioIntegrado),
		cfdi.Required("ClaveEntFed", &r.ClaveEntFed),
	}
}

func (s *SubContratacion) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("RfcLabora", &s.RfcLabora), cfdi.RequiredNumber("PorcentajeTiempo", &s.PorcentajeTiempo)}
}

func (p *Percepciones) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.OptionalNumber("TotalSueldos", &p.TotalSueldos),
		cfdi.OptionalNumber("TotalSeparacionIndemnizacion", &p.TotalSeparacionIndemnizacion),
		cfdi.OptionalNumber("TotalJubilacionPensionRetiro", &p.TotalJubilacionPensionRetiro),
		cfdi.RequiredNumber("TotalGravado", &p.TotalGravado),
		cfdi.RequiredNumber("TotalExento", &p.TotalExento),
	}
}

func (p *Percepcion) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoPercepcion", &p.TipoPercepcion), cfdi.Required("Clave", &p.Clave), cfdi.Required("Concepto", &p.Concepto),
		cfdi.RequiredNumber("ImporteGravado", &p.ImporteGravado), cfdi.RequiredNumber("ImporteExento", &p.ImporteExento),
	}
}

func (a *AccionesOTitulos) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.RequiredNumber("ValorMercado", &a.ValorMercado), cfdi.RequiredNumber("PrecioAlOtorgarse", &a.PrecioAlOtorgarse)}
}

func (h *HorasExtra) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("Dias", &h.Dias), cfdi.Required("TipoHoras", &h.TipoHoras),
		cfdi.RequiredNumber("HorasExtra", &h.HorasExtra), cfdi.RequiredNumber("ImportePagado", &h.ImportePagado),
	}
}

func (j *JubilacionPensionRetiro) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.OptionalNumber("TotalUnaExhibicion", &j.TotalUnaExhibicion), cfdi.OptionalNumber("TotalParcialidad", &j.TotalParcialidad),
		cfdi.OptionalNumber("MontoDiario", &j.MontoDiario), cfdi.RequiredNumber("IngresoAcumulable", &j.IngresoAcumulable),
		cfdi.RequiredNumber("IngresoNoAcumulable", &j.IngresoNoAcumulable),
	}
}

func (s *SeparacionIndemnizacion) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("TotalPagado", &s.TotalPagado), cfdi.RequiredNumber("NumAñosServicio", &s.NumAñosServicio),
		cfdi.RequiredNumber("UltimoSueldoMensOrd", &s.UltimoSueldoMensOrd), cfdi.RequiredNumber("IngresoAcumulable", &s.IngresoAcumulable),
		cfdi.RequiredNumber("IngresoNoAcumulable", &s.IngresoNoAcumulable),
	}
}

func (d *Deducciones) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.OptionalNumber("TotalOtrasDeducciones", &d.TotalOtrasDeducciones), cfdi.OptionalNumber("TotalImpuestosRetenidos", &d.TotalImpuestosRetenidos),
	}
}

func (d *Deduccion) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoDeduccion", &d.TipoDeduccion), cfdi.Required("Clave", &d.Clave), cfdi.Required("Concepto", &d.Concepto),
		cfdi.RequiredNumber("Importe", &d.Importe),
	}
}

func (o *OtroPago) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("TipoOtroPago", &o.TipoOtroPago), cfdi.Required("Clave", &o.Clave), cfdi.Required("Concepto", &o.Concepto),
		cfdi.RequiredNumber("Importe", &o.Importe),
	}
}

func (s *SubsidioAlEmpleo) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.RequiredNumber("SubsidioCausado", &s.SubsidioCausado)}
}

func (c *CompensacionSaldosAFavor) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("SaldoAFavor", &c.SaldoAFavor), cfdi.Required("Año", &c.Año), cfdi.RequiredNumber("RemanenteSalFav", &c.RemanenteSalFav),
	}
}

func (i *Incapacidad) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("DiasIncapacidad", &i.DiasIncapacidad), cfdi.Required("TipoIncapacidad", &i.TipoIncapacidad),
		cfdi.OptionalNumber("ImporteMonetario", &i.ImporteMonetario),
	}
}

// De returns the payroll of c, or nil.
func De(c *cfdi.Comprobante) *Nomina {
	for _, k := range c.Complementos {
		if n, ok := k.(*Nomina); ok {
			return n
		}
	}
	return nil
}

// Known tells its name and how it is read.
func (n *Nomina) Known() cfdi.Known { return Known }

// Walk takes t through the nodes in the order of nomina12.xslt, which is that of the XML.
func (n *Nomina) Walk(t cfdi.Tree) {
	t.Open("Nomina", "", n.fields())
	if e := n.Emisor; e != nil {
		t.Open("Emisor", "Emisor", e.fields())
		if e.EntidadSNCF != nil {
			t.Leaf("EntidadSNCF", "Emisor.EntidadSNCF", e.EntidadSNCF.fields())
		}
		t.Close()
	}
	t.Open("Receptor", "Receptor", n.Receptor.fields())
	cfdi.WalkLeaves(t, "SubContratacion", "Receptor.SubContratacion", n.Receptor.SubContratacion, (*SubContratacion).fields)
	t.Close()
	if p := n.Percepciones; p != nil {
		t.Open("Percepciones", "Percepciones", p.fields())
		for i := range p.Percepcion {
			one, path := &p.Percepcion[i], t.At("Percepciones.Percepcion", i)
			t.Open("Percepcion", path, one.fields())
			if one.AccionesOTitulos != nil {
				t.Leaf("AccionesOTitulos", path+".AccionesOTitulos", one.AccionesOTitulos.fields())
			}
			cfdi.WalkLeaves(t, "HorasExtra", path+".HorasExtra", one.HorasExtra, (*HorasExtra).fields)
			t.Close()
		}
		if p.JubilacionPensionRetiro != nil {
			t.Leaf("JubilacionPensionRetiro", "Percepciones.JubilacionPensionRetiro", p.JubilacionPensionRetiro.fields())
		}
		if p.SeparacionIndemnizacion != nil {
			t.Leaf("SeparacionIndemnizacion", "Percepciones.SeparacionIndemnizacion", p.SeparacionIndemnizacion.fields())
		}
		t.Close()
	}
	if d := n.Deducciones; d != nil {
		t.Open("Deducciones", "Deducciones", d.fields())
		cfdi.WalkLeaves(t, "Deduccion", "Deducciones.Deduccion", d.Deduccion, (*Deduccion).fields)
		t.Close()
	}
	if len(n.OtrosPagos) > 0 {
		t.Open("OtrosPagos", "OtrosPagos", nil)
		for i := range n.OtrosPagos {
			o, path := &n.OtrosPagos[i], t.At("OtrosPagos", i)
			t.Open("OtroPago", path, o.fields())
			if o.SubsidioAlEmpleo != nil {
				t.Leaf("SubsidioAlEmpleo", path+".SubsidioAlEmpleo", o.SubsidioAlEmpleo.fields())
			}
			if o.CompensacionSaldosAFavor != nil {
				t.Leaf("CompensacionSaldosAFavor", path+".CompensacionSaldosAFavor", o.CompensacionSaldosAFavor.fields())
			}
			t.Close()
		}
		t.Close()
	}
	cfdi.WalkGroup(t, "Incapacidades", "Incapacidad", "Incapacidades", n.Incapacidades, (*Incapacidad).fields)
	t.Close()
}

// WriteCadena adds every node.
func (n *Nomina) WriteCadena(w *cfdi.CadenaWriter) { n.Walk(cfdi.CadenaTree(w)) }

// WriteXML writes the element.
func (n *Nomina) WriteXML(w *xmldoc.Writer) { n.Walk(cfdi.XMLTree(w, "nomina12")) }

func read(e *xmldoc.Element) (cfdi.Complemento, error) {
	n := &Nomina{}
	if err := cfdi.ReadFields(e, n.fields()); err != nil {
		return nil, err
	}
	kids, err := cfdi.ReadChildren(e, space, "Emisor?", "Receptor", "Percepciones?", "Deducciones?", "OtrosPagos?", "Incapacidades?")
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() error { return optional(kids[0], &n.Emisor, readEmisor) },
		func() error { return readReceptor(kids[1][0], &n.Receptor) },
		func() error { return optional(kids[2], &n.Percepciones, readPercepciones) },
		func() error { return optional(kids[3], &n.Deducciones, readDeducciones) },
		func() error { return readOtrosPagos(kids[4], n) },
		func() error {
			return cfdi.ReadGroup(kids[5], space, "Incapacidad", &n.Incapacidades, (*Incapacidad).fields)
		},
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// optional reads the node of a list of none or one.
func optional[T any](list []*xmldoc.Element, into **T, read func(*xmldoc.Element, *T) error) error {
	if len(list) == 0 {
		return nil
	}
	*into = new(T)
	return read(list[0], *into)
}

func readEmisor(e *xmldoc.Element, v *Emisor) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "EntidadSNCF?")
	if err != nil {
		return err
	}
	return cfdi.ReadOne(kids[0], &v.EntidadSNCF, (*EntidadSNCF).fields)
}

func readReceptor(e *xmldoc.Element, v *Receptor) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "SubContratacion*")
	if err != nil {
		return err
	}
	return cfdi.ReadLeaves(kids[0], &v.SubContratacion, (*SubContratacion).fields)
}

func readPercepciones(e *xmldoc.Element, v *Percepciones) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Percepcion*", "JubilacionPensionRetiro?", "SeparacionIndemnizacion?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadMany(kids[0], &v.Percepcion, readPercepcion); err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[1], &v.JubilacionPensionRetiro, (*JubilacionPensionRetiro).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[2], &v.SeparacionIndemnizacion, (*SeparacionIndemnizacion).fields)
}

func readPercepcion(e *xmldoc.Element, v *Percepcion) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "AccionesOTitulos?", "HorasExtra*")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &v.AccionesOTitulos, (*AccionesOTitulos).fields); err != nil {
		return err
	}
	return cfdi.ReadLeaves(kids[1], &v.HorasExtra, (*HorasExtra).fields)
}

func readDeducciones(e *xmldoc.Element, v *Deducciones) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Deduccion*")
	if err != nil {
		return err
	}
	return cfdi.ReadLeaves(kids[0], &v.Deduccion, (*Deduccion).fields)
}

func readOtrosPagos(list []*xmldoc.Element, n *Nomina) error {
	if len(list) == 0 {
		return nil
	}
	if err := cfdi.ReadFields(list[0], nil); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(list[0], space, "OtroPago*")
	if err != nil {
		return err
	}
	if len(kids[0]) == 0 {
		return cfdi.NewReadError(list[0], "el nodo está vacío; debe llevar al menos un OtroPago")
	}
	return cfdi.ReadMany(kids[0], &n.OtrosPagos, readOtroPago)
}

func readOtroPago(e *xmldoc.Element, v *OtroPago) error {
	if err := cfdi.ReadFields(e, v.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "SubsidioAlEmpleo?", "CompensacionSaldosAFavor?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &v.SubsidioAlEmpleo, (*SubsidioAlEmpleo).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[1], &v.CompensacionSaldosAFavor, (*CompensacionSaldosAFavor).fields)
}
