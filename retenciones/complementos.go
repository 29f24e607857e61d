package retenciones

import (
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const esquemas = "http://www.sat.gob.mx/esquemas/retencionpago/1/"

// A Complemento is what a CFDI of retentions says besides: [*Dividendos],
// [*Intereses], [*Pagosaextranjeros], [*ServiciosPlataformasTecnologicas] or, carried
// untouched, [*Otro]. No other package can make one.
type Complemento interface {
	kind() kind
	validate(r *cfdi.Report, path string)
	writeCadena(w *cfdi.CadenaWriter)
	writeXML(w *xmldoc.Writer)
}

// A kind is how the SAT calls a complement.
type kind struct {
	prefix, space, local, schema string
	typed                        bool // its prefix is declared at the root
}

// The complements with types.
var (
	dividendos        = kind{"dividendos", esquemas + "dividendos", "Dividendos", esquemas + "dividendos/dividendos.xsd", true}
	intereses         = kind{"intereses", esquemas + "intereses", "Intereses", esquemas + "intereses/intereses.xsd", true}
	pagosaextranjeros = kind{"pagosaextranjeros", esquemas + "pagosaextranjeros", "Pagosaextranjeros", esquemas + "pagosaextranjeros/pagosaextranjeros.xsd", true}
	plataformas       = kind{
		"plataformasTecnologicas", esquemas + "PlataformasTecnologicas10", "ServiciosPlataformasTecnologicas",
		esquemas + "PlataformasTecnologicas10/ServiciosPlataformasTecnologicas10.xsd", true,
	}
)

// otros is the part in the cadena of the complements that are carried untouched.
var otros = []struct {
	space, local string
	rows         cfdi.Rows
}{
	{esquemas + "arrendamientoenfideicomiso", "Arrendamientoenfideicomiso", cfdi.Rows{
		{"Arrendamientoenfideicomiso", "Version PagProvEfecPorFiduc RendimFideicom DeduccCorresp MontTotRet? MontResFiscDistFibras? MontOtrosConceptDistr? DescrMontOtrosConceptDistr?"},
	}},
	{esquemas + "enajenaciondeacciones", "EnajenaciondeAcciones", cfdi.Rows{{"EnajenaciondeAcciones", "Version ContratoIntermediacion Ganancia Perdida"}}},
	{esquemas + "fideicomisonoempresarial", "Fideicomisonoempresarial", cfdi.Rows{
		{"Fideicomisonoempresarial", "Version >IngresosOEntradas >DeduccOSalidas >RetEfectFideicomiso"},
		{"IngresosOEntradas", "MontTotEntradasPeriodo PartPropAcumDelFideicom PropDelMontTot >IntegracIngresos"},
		{"IntegracIngresos", "Concepto"},
		{"DeduccOSalidas", "MontTotEgresPeriodo PartPropDelFideicom PropDelMontTot >IntegracEgresos"},
		{"IntegracEgresos", "ConceptoS"},
		{"RetEfectFideicomiso", "MontRetRelPagFideic DescRetRelPagFideic"},
	}},
	{esquemas + "intereseshipotecarios", "Intereseshipotecarios", cfdi.Rows{
		{"Intereseshipotecarios", "Version CreditoDeInstFinanc SaldoInsoluto PropDeducDelCredit? MontTotIntNominalesDev? MontTotIntNominalesDevYPag? MontTotIntRealPagDeduc? NumContrato?"},
	}},
	{esquemas + "premios", "Premios", cfdi.Rows{{"Premios", "Version EntidadFederativa MontTotPago MontTotPagoGrav MontTotPagoExent"}}},
	{esquemas + "operacionesconderivados", "Operacionesconderivados", cfdi.Rows{{"Operacionesconderivados", "Version MontGanAcum MontPerdDed"}}},
	{esquemas + "sectorfinanciero", "SectorFinanciero", cfdi.Rows{{"SectorFinanciero", "Version IdFideicom NomFideicom? DescripFideicom"}}},
	{esquemas + "planesderetiro11", "Planesderetiro", cfdi.Rows{
		{"Planesderetiro", "Version SistemaFinanc MontTotAportAnioInmAnterior? MontIntRealesDevengAniooInmAnt HuboRetirosAnioInmAntPer " +
			"MontTotRetiradoAnioInmAntPer? MontTotExentRetiradoAnioInmAnt? MontTotExedenteAnioInmAnt? HuboRetirosAnioInmAnt " +
			"MontTotRetiradoAnioInmAnt? NumReferencia? >AportacionesODepositos"},
		{"AportacionesODepositos", "TipoAportacionODeposito MontAportODep RFCFiduciaria?"},
	}},
}

// An Otro is a complement without types here, carried untouched. Where its rows are
// known it has a part in the cadena; elsewhere [Cadena] fails with a
// [*cfdi.UnknownError].
type Otro struct {
	Space, Prefix, Local string
	Schema               string // as the document gave it
	XML                  []byte // with every namespace it uses declared in it
}

func (o *Otro) kind() kind { return kind{o.Prefix, o.Space, o.Local, o.Schema, false} }

func (o *Otro) validate(*cfdi.Report, string) {}

func (o *Otro) writeXML(w *xmldoc.Writer) { w.Raw(o.XML) }

func (o *Otro) writeCadena(w *cfdi.CadenaWriter) {
	e, err := xmldoc.Parse(o.XML)
	if err != nil {
		w.Fail(err)
		return
	}
	for _, k := range otros {
		if k.space == o.Space && k.local == o.Local {
			k.rows.WriteCadena(w, e)
			return
		}
	}
	w.Fail(&cfdi.UnknownError{Name: o.Prefix + ":" + o.Local})
}

func readComplemento(root *xmldoc.Element, src []byte, e *xmldoc.Element) (Complemento, error) {
	switch {
	case e.Is(dividendos.space, dividendos.local):
		d := &Dividendos{}
		return d, d.read(e)
	case e.Is(intereses.space, intereses.local):
		i := &Intereses{}
		return i, cfdi.ReadLeaf(e, i.fields())
	case e.Is(pagosaextranjeros.space, pagosaextranjeros.local):
		p := &Pagosaextranjeros{}
		return p, p.read(e)
	case e.Is(plataformas.space, plataformas.local):
		s := &ServiciosPlataformasTecnologicas{}
		return s, s.read(e)
	}
	o := &Otro{Space: e.Space, Prefix: e.Prefix, Local: e.Local, XML: cfdi.Standalone(src, e)}
	location, _ := root.AttrNS(xsiSpace, "schemaLocation")
	words := strings.Fields(location)
	for i := 0; i+1 < len(words); i += 2 {
		if words[i] == e.Space {
			o.Schema = words[i+1]
		}
	}
	return o, nil
}

// Dividendos are dividends or the distributable remainder, keys 14 and 15.
type Dividendos struct {
	Version    string // 1.0
	DividOUtil *DividOUtil
	Remanente  *Remanente
}

// DividOUtil is a dividend or profit distributed; amounts in pesos.
type DividOUtil struct {
	CveTipDivOUtil            string // 01 to 06
	MontISRAcredRetMexico     decimal.Decimal
	MontISRAcredRetExtranjero decimal.Decimal
	MontRetExtDivExt          decimal.Decimal
	TipoSocDistrDiv           string // Sociedad Nacional or Sociedad Extranjera
	MontISRAcredNal           decimal.Decimal
	MontDivAcumNal            decimal.Decimal
	MontDivAcumExt            decimal.Decimal
}

// Remanente is the remainder distributed: the share of the receptor, six decimals at most.
type Remanente struct{ ProporcionRem decimal.Decimal }

func (d *Dividendos) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("Version", &d.Version)}
}

func (d *DividOUtil) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("CveTipDivOUtil", &d.CveTipDivOUtil),
		cfdi.RequiredNumber("MontISRAcredRetMexico", &d.MontISRAcredRetMexico),
		cfdi.RequiredNumber("MontISRAcredRetExtranjero", &d.MontISRAcredRetExtranjero),
		cfdi.OptionalNumber("MontRetExtDivExt", &d.MontRetExtDivExt),
		cfdi.Required("TipoSocDistrDiv", &d.TipoSocDistrDiv),
		cfdi.OptionalNumber("MontISRAcredNal", &d.MontISRAcredNal),
		cfdi.OptionalNumber("MontDivAcumNal", &d.MontDivAcumNal),
		cfdi.OptionalNumber("MontDivAcumExt", &d.MontDivAcumExt),
	}
}

func (r *Remanente) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.OptionalNumber("ProporcionRem", &r.ProporcionRem)}
}

func (d *Dividendos) kind() kind { return dividendos }

// nodes calls visit for every node; so do those of the other complements.
func (d *Dividendos) nodes(visit func(path string, fields []cfdi.Field)) {
	visit("", d.fields())
	if d.DividOUtil != nil {
		visit("DividOUtil", d.DividOUtil.fields())
	}
	if d.Remanente != nil {
		visit("Remanente", d.Remanente.fields())
	}
}

func (d *Dividendos) writeCadena(w *cfdi.CadenaWriter) {
	d.nodes(func(_ string, fields []cfdi.Field) { w.Fields(fields) })
}

func (d *Dividendos) writeXML(w *xmldoc.Writer) {
	w.Start("dividendos:Dividendos")
	cfdi.WriteFields(w, d.fields())
	if d.DividOUtil != nil {
		cfdi.WriteLeaf(w, "dividendos:DividOUtil", d.DividOUtil.fields())
	}
	if d.Remanente != nil {
		cfdi.WriteLeaf(w, "dividendos:Remanente", d.Remanente.fields())
	}
	w.End()
}

func (d *Dividendos) read(e *xmldoc.Element) error {
	if err := cfdi.ReadFields(e, d.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, e.Space, "DividOUtil?", "Remanente?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &d.DividOUtil, (*DividOUtil).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[1], &d.Remanente, (*Remanente).fields)
}

// Intereses are interests, key 16; amounts in pesos.
type Intereses struct {
	Version           string // 1.0
	SistFinanciero    string // SI or NO, as the next two
	RetiroAORESRetInt string
	OperFinancDerivad string
	MontIntNominal    decimal.Decimal
	MontIntReal       decimal.Decimal
	Perdida           decimal.Decimal
}

func (i *Intereses) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &i.Version),
		cfdi.Required("SistFinanciero", &i.SistFinanciero),
		cfdi.Required("RetiroAORESRetInt", &i.RetiroAORESRetInt),
		cfdi.Required("OperFinancDerivad", &i.OperFinancDerivad),
		cfdi.RequiredNumber("MontIntNominal", &i.MontIntNominal),
		cfdi.RequiredNumber("MontIntReal", &i.MontIntReal),
		cfdi.RequiredNumber("Perdida", &i.Perdida),
	}
}

func (i *Intereses) kind() kind                                         { return intereses }
func (i *Intereses) nodes(visit func(path string, fields []cfdi.Field)) { visit("", i.fields()) }
func (i *Intereses) writeCadena(w *cfdi.CadenaWriter)                   { w.Fields(i.fields()) }
func (i *Intereses) writeXML(w *xmldoc.Writer)                          { cfdi.WriteLeaf(w, "intereses:Intereses", i.fields()) }

// Pagosaextranjeros are payments to residents abroad, key 18.
type Pagosaextranjeros struct {
	Version              string // 1.0
	EsBenefEfectDelCobro string // SI or NO
	NoBeneficiario       *NoBeneficiario
	Beneficiario         *Beneficiario
}

// NoBeneficiario is who is paid and is not the beneficial owner.
type NoBeneficiario struct {
	PaisDeResidParaEfecFisc string // two letters: US
	ConceptoPago            string // 1 to 9
	DescripcionConcepto     string
}

// Beneficiario is the beneficial owner.
type Beneficiario struct {
	RFC, CURP, NomDenRazSocB string
	ConceptoPago             string // 1 to 9
	DescripcionConcepto      string
}

func (p *Pagosaextranjeros) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("Version", &p.Version), cfdi.Required("EsBenefEfectDelCobro", &p.EsBenefEfectDelCobro)}
}

func (n *NoBeneficiario) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("PaisDeResidParaEfecFisc", &n.PaisDeResidParaEfecFisc),
		cfdi.Required("ConceptoPago", &n.ConceptoPago), cfdi.Required("DescripcionConcepto", &n.DescripcionConcepto),
	}
}

func (b *Beneficiario) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("RFC", &b.RFC), cfdi.Required("CURP", &b.CURP), cfdi.Required("NomDenRazSocB", &b.NomDenRazSocB),
		cfdi.Required("ConceptoPago", &b.ConceptoPago), cfdi.Required("DescripcionConcepto", &b.DescripcionConcepto),
	}
}

func (p *Pagosaextranjeros) kind() kind { return pagosaextranjeros }

func (p *Pagosaextranjeros) nodes(visit func(path string, fields []cfdi.Field)) {
	visit("", p.fields())
	if p.NoBeneficiario != nil {
		visit("NoBeneficiario", p.NoBeneficiario.fields())
	}
	if p.Beneficiario != nil {
		visit("Beneficiario", p.Beneficiario.fields())
	}
}

func (p *Pagosaextranjeros) writeCadena(w *cfdi.CadenaWriter) {
	p.nodes(func(_ string, fields []cfdi.Field) { w.Fields(fields) })
}

func (p *Pagosaextranjeros) writeXML(w *xmldoc.Writer) {
	w.Start("pagosaextranjeros:Pagosaextranjeros")
	cfdi.WriteFields(w, p.fields())
	if p.NoBeneficiario != nil {
		cfdi.WriteLeaf(w, "pagosaextranjeros:NoBeneficiario", p.NoBeneficiario.fields())
	}
	if p.Beneficiario != nil {
		cfdi.WriteLeaf(w, "pagosaextranjeros:Beneficiario", p.Beneficiario.fields())
	}
	w.End()
}

func (p *Pagosaextranjeros) read(e *xmldoc.Element) error {
	if err := cfdi.ReadFields(e, p.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, e.Space, "NoBeneficiario?", "Beneficiario?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &p.NoBeneficiario, (*NoBeneficiario).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[1], &p.Beneficiario, (*Beneficiario).fields)
}
