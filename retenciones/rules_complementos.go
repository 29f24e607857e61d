package retenciones

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// What the schemas of the complements refuse: code 301.

// check judges the nodes of one complement by their attributes.
func check(r *cfdi.Report, path string, nodes func(func(string, []cfdi.Field)), most map[string]int) {
	nodes(func(inner string, fields []cfdi.Field) {
		full := path
		if inner != "" {
			full += "." + inner
		}
		r.Missing(full, fields)
		r.Lexical("301", full, fields, most)
	})
}

var siNo = []string{"SI", "NO"}

const (
	fixSiNo   = "Escribe SI o NO."
	fixUno    = "Escribe 1.0."
	malClave  = "La clave no existe en el catálogo del SAT."
	malSiNo   = "El dato no es SI ni NO."
	malUno    = "La versión del complemento debe ser 1.0."
	malBase   = "La base debe ser mayor que cero."
	malNumero = "El número de servicios no es un entero mayor que cero."
)

func (d *Dividendos) validate(r *cfdi.Report, path string) {
	check(r, path, d.nodes, nil)
	r.Want(d.Version == "1.0", path+".Version", d.Version, malUno, fixUno)
	if u := d.DividOUtil; u != nil {
		r.Want(len(u.CveTipDivOUtil) == 2 && u.CveTipDivOUtil >= "01" && u.CveTipDivOUtil <= "06", path+".DividOUtil.CveTipDivOUtil", u.CveTipDivOUtil, malClave, fixClave)
		r.Want(slices.Contains([]string{"Sociedad Nacional", "Sociedad Extranjera"}, u.TipoSocDistrDiv), path+".DividOUtil.TipoSocDistrDiv", u.TipoSocDistrDiv,
			"El tipo de sociedad no es uno de los dos.", "Elige Sociedad Nacional o Sociedad Extranjera.")
	}
	if m := d.Remanente; m != nil {
		r.Want(m.ProporcionRem.Cmp(decimal.FromInt(9_999_999_999)) <= 0, path+".Remanente.ProporcionRem", m.ProporcionRem.String(),
			"La proporción del remanente es mayor que la que el SAT acepta.", "Revisa la proporción.")
	}
}

func (i *Intereses) validate(r *cfdi.Report, path string) {
	check(r, path, func(visit func(string, []cfdi.Field)) { visit("", i.fields()) }, nil)
	r.Want(i.Version == "1.0", path+".Version", i.Version, malUno, fixUno)
	r.Want(slices.Contains(siNo, i.SistFinanciero), path+".SistFinanciero", i.SistFinanciero, malSiNo, fixSiNo)
	r.Want(slices.Contains(siNo, i.RetiroAORESRetInt), path+".RetiroAORESRetInt", i.RetiroAORESRetInt, malSiNo, fixSiNo)
	r.Want(slices.Contains(siNo, i.OperFinancDerivad), path+".OperFinancDerivad", i.OperFinancDerivad, malSiNo, fixSiNo)
}

var conceptoForm = regexp.MustCompile(`^[1-9]$`)

// paises are the keys of c_Pais of retentions, which has two letters where that of CFDI has three.
const paises = "" +
	"AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BR BS BT BV BW BY BZ CA CC CD " +
	"CF CG CH CI CK CL CM CN CO CR CU CV CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG " +
	"GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP " +
	"KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC " +
	"NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PIK PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI " +
	"SJ SK SL SM SN SO SR ST SV SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU " +
	"WF WS YE YT ZA ZM ZW"

func pais(key string) bool {
	for k := range strings.FieldsSeq(paises) {
		if k == key {
			return true
		}
	}
	return false
}

func (p *Pagosaextranjeros) validate(r *cfdi.Report, path string) {
	check(r, path, p.nodes, map[string]int{"DescripcionConcepto": 255, "NomDenRazSocB": 300})
	r.Want(p.Version == "1.0", path+".Version", p.Version, malUno, fixUno)
	r.Want(slices.Contains(siNo, p.EsBenefEfectDelCobro), path+".EsBenefEfectDelCobro", p.EsBenefEfectDelCobro, malSiNo, fixSiNo)
	if n := p.NoBeneficiario; n != nil {
		r.Want(pais(n.PaisDeResidParaEfecFisc), path+".NoBeneficiario.PaisDeResidParaEfecFisc", n.PaisDeResidParaEfecFisc, malClave, "Escribe la clave de dos letras del país, como US.")
		r.Want(conceptoForm.MatchString(n.ConceptoPago), path+".NoBeneficiario.ConceptoPago", n.ConceptoPago, malClave, fixClave)
	}
	if b := p.Beneficiario; b != nil {
		r.Want(conceptoForm.MatchString(b.ConceptoPago), path+".Beneficiario.ConceptoPago", b.ConceptoPago, malClave, fixClave)
		r.Want(cfdi.ValidRFC(b.RFC), path+".Beneficiario.RFC", b.RFC, "El RFC del beneficiario no está bien escrito.", "Revisa sus 12 o 13 caracteres.")
		r.Want(cfdi.ValidCURP(b.CURP), path+".Beneficiario.CURP", b.CURP, "La CURP del beneficiario no está bien escrita.", "Revisa sus 18 caracteres.")
	}
}

var (
	entidadForm = regexp.MustCompile(`^(0[1-9]|[12][0-9]|3[0-2])$`)
	periodoForm = regexp.MustCompile(`^0[1-5]$`)
	formaForm   = regexp.MustCompile(`^0[1-9]$`)
	tipoForm    = regexp.MustCompile(`^(0[1-9]|11)$`)
	subtipoForm = regexp.MustCompile(`^0[123489]$`)
	tributoForm = regexp.MustCompile(`^0[1-3]$`)
	numeroForm  = regexp.MustCompile(`^[1-9][0-9]*$`)
)

func (s *ServiciosPlataformasTecnologicas) validate(r *cfdi.Report, path string) {
	check(r, path, s.nodes, map[string]int{"Porcentaje": 3})
	r.Want(s.Version == "1.0", path+".Version", s.Version, malUno, fixUno)
	r.Want(periodoForm.MatchString(s.Periodicidad), path+".Periodicidad", s.Periodicidad, malClave, fixClave)
	r.Want(numeroForm.MatchString(s.NumServ.String()), path+".NumServ", s.NumServ.String(), malNumero, fixSums)
	if len(s.Servicios) == 0 {
		r.Fail("301", path+".Servicios", "El complemento no tiene servicios.", "Agrega al menos un servicio.")
	}
	for i := range s.Servicios {
		d, path := &s.Servicios[i], path+"."+at("Servicios", i)
		d.validate(r, path)
	}
}

// tasas are the rates of c_TasaCuota.
var tasas = []decimal.Decimal{decimal.New(16, 2), decimal.New(8, 2), decimal.New(0, 2), decimal.New(50, 2)}

func (d *DetallesDelServicio) validate(r *cfdi.Report, path string) {
	r.Want(formaForm.MatchString(d.FormaPagoServ), path+".FormaPagoServ", d.FormaPagoServ, malClave, fixClave)
	r.Want(tipoForm.MatchString(d.TipoDeServ), path+".TipoDeServ", d.TipoDeServ, malClave, fixClave)
	r.Want(subtipoForm.MatchString(d.SubTipServ), path+".SubTipServ", d.SubTipServ, malClave, fixClave)
	_, err := time.Parse(time.DateOnly, d.FechaServ)
	r.Want(err == nil, path+".FechaServ", d.FechaServ, "La fecha del servicio no es una fecha.", "Escríbela como 2026-11-20.")
	r.Want(cfdi.ValidRFC(d.RFCTerceroAutorizado) && utf8.RuneCountInString(d.RFCTerceroAutorizado) == 13, path+".RFCTerceroAutorizado", d.RFCTerceroAutorizado,
		"El RFC del tercero no es de una persona física o no está bien escrito.", "Revisa sus 13 caracteres.")
	if t := d.ImpuestosTrasladadosdelServicio; t != nil {
		path := path + ".ImpuestosTrasladadosdelServicio"
		r.Want(t.Base.Sign() != 0, path+".Base", t.Base.String(), malBase, "Escribe la base del impuesto.")
		r.Want(tributoForm.MatchString(t.Impuesto), path+".Impuesto", t.Impuesto, malClave, "Escribe 02, que aquí es el IVA.")
		r.Want(t.TipoFactor == "Tasa", path+".TipoFactor", t.TipoFactor, "El factor debe ser Tasa.", "Escribe Tasa.")
		r.Want(slices.ContainsFunc(tasas, t.TasaCuota.Equal), path+".TasaCuota", t.TasaCuota.String(), "La tasa no existe en el catálogo del SAT.", "Escríbela como parte de uno: 16 % es 0.160000.")
	}
	if c := d.ContribucionGubernamental; c != nil {
		r.Want(entidadForm.MatchString(c.EntidadDondePagaLaContribucion), path+".ContribucionGubernamental.EntidadDondePagaLaContribucion", c.EntidadDondePagaLaContribucion, malClave, fixClave)
	}
	if c := d.ComisionDelServicio; c != nil {
		path := path + ".ComisionDelServicio"
		r.Want(c.Base.Sign() != 0, path+".Base", c.Base.String(), malBase, "Escribe la base de la comisión, o déjala vacía.")
		r.Want(c.Porcentaje.Sign() != 0 && c.Porcentaje.Cmp(decimal.FromInt(1)) <= 0, path+".Porcentaje", c.Porcentaje.String(),
			"El porcentaje de la comisión no está entre 0.001 y 1.", "Escríbelo como parte de uno: 20 % es 0.200.")
	}
}
