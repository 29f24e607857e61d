package retenciones

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
)

// What the schemas of the complements refuse: code 301.

// check judges the nodes of one complement by their attributes: most are their lengths and
// decimals, signed reports whether the schema lets amounts below zero through. There they
// are a warning.
func check(r *cfdi.Report, path string, nodes func(func(string, []cfdi.Field)), most map[string]int, signed bool) {
	nodes(func(inner string, fields []cfdi.Field) {
		full := below(path, inner)
		r.Missing(full, fields)
		if signed {
			fields = unsigned(r, full, fields)
		}
		r.Lexical("301", full, fields, most)
	})
}

// unsigned returns the attributes but those below zero, which it judges.
func unsigned(r *cfdi.Report, path string, fields []cfdi.Field) []cfdi.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f cfdi.Field) bool {
		value, below := strings.CutPrefix(f.String(), "-")
		_, amount := names[f.Name]
		if _, decimals, _ := strings.Cut(value, "."); !below || !amount || len(decimals) > 6 {
			return false
		}
		r.Warn("301", path+"."+f.Name, r.Subject(f.Name)+" está por debajo de cero.", "Revisa el signo: una pérdida se escribe sin él, en su propio dato.")
		return true
	})
}

var siNo = []string{"SI", "NO"}

const (
	fixSiNo   = "Escribe SI o NO, en mayúsculas y sin acento."
	fixUno    = "Escribe 1.0."
	malUno    = "La versión del complemento debe ser 1.0."
	malNumero = "El número de servicios no es un entero mayor que cero."
)

func malSiNo(attribute, value string) string {
	return attribute + " dice " + cfdi.Quoted(value) + " y solo puede decir SI o NO."
}

// wantOne is Want for what can only be one value, and mends it.
func wantOne(r *cfdi.Report, path, value, only, message, fix string) {
	if r.Want(value == only, path, value, message, fix); value != "" && value != only {
		r.MendHere(path, only)
	}
}

// siONo wants SI or NO, and mends what is one of them in other letters.
func siONo(r *cfdi.Report, path, value, message string) {
	if r.Want(slices.Contains(siNo, value), path, value, message, fixSiNo); value == "" || slices.Contains(siNo, value) {
		return
	}
	if plain := strings.ReplaceAll(strings.ToUpper(strings.TrimSpace(value)), "Í", "I"); slices.Contains(siNo, plain) {
		r.MendHere(path, plain)
	}
}

func malClave(key, catalogue string) string {
	return "La clave " + cfdi.Quoted(key) + " no existe en el catálogo " + catalogue + " del SAT."
}

func (d *Dividendos) validate(r *cfdi.Report, path string) {
	check(r, path, d.nodes, nil, true)
	wantOne(r, path+".Version", d.Version, "1.0", malUno, fixUno)
	if u := d.DividOUtil; u != nil {
		r.Want(len(u.CveTipDivOUtil) == 2 && u.CveTipDivOUtil >= "01" && u.CveTipDivOUtil <= "06", path+".DividOUtil.CveTipDivOUtil", u.CveTipDivOUtil, malClave(u.CveTipDivOUtil, "c_TipoDividendoOUtilidadDistribuida"), "Escribe de 01 a 06; por ejemplo 01 si proviene de CUFIN.")
		r.Want(slices.Contains([]string{"Sociedad Nacional", "Sociedad Extranjera"}, u.TipoSocDistrDiv), path+".DividOUtil.TipoSocDistrDiv", u.TipoSocDistrDiv,
			"El tipo de sociedad "+cfdi.Quoted(u.TipoSocDistrDiv)+" no es ninguno de los dos que hay.", "Escribe Sociedad Nacional o Sociedad Extranjera.")
	}
	if m := d.Remanente; m != nil {
		r.Want(m.ProporcionRem.Cmp(mostProporcion) <= 0, path+".Remanente.ProporcionRem", m.ProporcionRem.String(), "La proporción del remanente es demasiado grande.", "Escribe 9999999999 como máximo.")
	}
}

func (i *Intereses) validate(r *cfdi.Report, path string) {
	check(r, path, func(visit func(string, []cfdi.Field)) { visit("", i.fields()) }, nil, true)
	wantOne(r, path+".Version", i.Version, "1.0", malUno, fixUno)
	siONo(r, path+".SistFinanciero", i.SistFinanciero, malSiNo("SistFinanciero", i.SistFinanciero))
	siONo(r, path+".RetiroAORESRetInt", i.RetiroAORESRetInt, malSiNo("RetiroAORESRetInt", i.RetiroAORESRetInt))
	siONo(r, path+".OperFinancDerivad", i.OperFinancDerivad, malSiNo("OperFinancDerivad", i.OperFinancDerivad))
}

var conceptoForm = regexp.MustCompile(`^[1-9]$`)

// concepto judges whom a payment abroad is made to.
func concepto(r *cfdi.Report, path, clave string) {
	r.Want(conceptoForm.MatchString(clave), path, clave, malClave(clave, "c_TipoContribuyenteSujetoRetencion"), "Escribe de 1 a 9; por ejemplo 2 si son otras personas físicas o 3 si es persona moral.")
}

func (p *Pagosaextranjeros) validate(r *cfdi.Report, path string) {
	check(r, path, p.nodes, map[string]int{"DescripcionConcepto": 255, "NomDenRazSocB": 300}, false)
	wantOne(r, path+".Version", p.Version, "1.0", malUno, fixUno)
	siONo(r, path+".EsBenefEfectDelCobro", p.EsBenefEfectDelCobro, malSiNo("EsBenefEfectDelCobro", p.EsBenefEfectDelCobro))
	if n := p.NoBeneficiario; n != nil {
		r.Want(listed(paises, n.PaisDeResidParaEfecFisc), path+".NoBeneficiario.PaisDeResidParaEfecFisc", n.PaisDeResidParaEfecFisc,
			malClave(n.PaisDeResidParaEfecFisc, "c_Pais de retenciones"), "Escribe las dos letras del país, por ejemplo US; no las tres del CFDI.")
		concepto(r, path+".NoBeneficiario.ConceptoPago", n.ConceptoPago)
	}
	if b := p.Beneficiario; b != nil {
		concepto(r, path+".Beneficiario.ConceptoPago", b.ConceptoPago)
		r.Want(cfdi.ValidRFC(b.RFC), path+".Beneficiario.RFC", b.RFC, "El RFC del beneficiario "+cfdi.Quoted(b.RFC)+" no está bien escrito.", "Cópialo de su constancia de situación fiscal: 12 o 13 caracteres.")
		r.Want(cfdi.ValidCURP(b.CURP), path+".Beneficiario.CURP", b.CURP, "La CURP del beneficiario "+cfdi.Quoted(b.CURP)+" no está bien escrita.", "Revisa sus 18 caracteres.")
	}
}

var (
	entidadForm = regexp.MustCompile(`^(0[1-9]|[12][0-9]|3[0-2])$`)
	periodoForm = regexp.MustCompile(`^0[1-5]$`)
	numeroForm  = regexp.MustCompile(`^[1-9][0-9]*$`)
)

func (s *ServiciosPlataformasTecnologicas) validate(r *cfdi.Report, path string) {
	check(r, path, s.nodes, map[string]int{"Porcentaje": 3}, false)
	wantOne(r, path+".Version", s.Version, "1.0", malUno, fixUno)
	r.Want(periodoForm.MatchString(s.Periodicidad), path+".Periodicidad", s.Periodicidad, malClave(s.Periodicidad, "c_Periodicidad"), "Escribe 01 semanal, 02 mensual, 03 diario, 04 quincenal o 05 otro.")
	r.Want(numeroForm.MatchString(s.NumServ.String()), path+".NumServ", s.NumServ.String(), malNumero, "Escribe cuántos servicios son: "+strconv.Itoa(len(s.Servicios))+".")
	if len(s.Servicios) == 0 {
		r.Fail("301", path+".Servicios", "El complemento no tiene servicios.", "Agrega al menos un servicio.")
	}
	for i := range s.Servicios {
		s.Servicios[i].validate(r, path+"."+at("Servicios", i))
	}
}

// validate judges one service, with what belongs to it.
func (d *DetallesDelServicio) validate(r *cfdi.Report, path string) {
	key := func(name, value, list, catalogue string) {
		r.Want(listed(list, value), path+"."+name, value, malClave(value, catalogue), "Escribe una de estas claves: "+strings.ReplaceAll(list, " ", ", ")+".")
	}
	key("FormaPagoServ", d.FormaPagoServ, formasPagoServ, "c_FormaPagoServ")
	key("TipoDeServ", d.TipoDeServ, tiposDeServ, "c_TipoDeServ")
	key("SubTipServ", d.SubTipServ, subTiposServ, "c_SubTipoServ")
	_, err := time.Parse(time.DateOnly, d.FechaServ)
	r.Want(err == nil, path+".FechaServ", d.FechaServ, "La fecha del servicio "+cfdi.Quoted(d.FechaServ)+" no existe o no tiene la forma correcta.", "Escríbela como 2026-11-20.")
	r.Want(cfdi.ValidRFC(d.RFCTerceroAutorizado) && len([]rune(d.RFCTerceroAutorizado)) == 13, path+".RFCTerceroAutorizado", d.RFCTerceroAutorizado,
		"El tercero autorizado es una persona física y "+cfdi.Quoted(d.RFCTerceroAutorizado)+" no es un RFC de 13 caracteres.", "Cópialo de su constancia de situación fiscal.")
	if t := d.ImpuestosTrasladadosdelServicio; t != nil {
		tax := path + ".ImpuestosTrasladadosdelServicio"
		key("ImpuestosTrasladadosdelServicio.Impuesto", t.Impuesto, tiposImpuesto, "c_TipoImpuesto")
		wantOne(r, tax+".TipoFactor", t.TipoFactor, "Tasa", "El factor "+cfdi.Quoted(t.TipoFactor)+" no es Tasa, el único que hay.", "Escribe Tasa.")
		r.Want(t.Base.Sign() != 0, tax+".Base", t.Base.String(), "La base del impuesto debe ser mayor que cero.", "Escribe el precio del servicio sin IVA.")
		r.Want(rate(t.TasaCuota), tax+".TasaCuota", t.TasaCuota.String(), "La tasa "+t.TasaCuota.String()+" no existe en el catálogo c_TasaCuota del SAT.", "Escribe 0.160000, 0.080000, 0.000000 o 0.500000.")
	}
	if c := d.ContribucionGubernamental; c != nil {
		r.Want(entidadForm.MatchString(c.EntidadDondePagaLaContribucion), path+".ContribucionGubernamental.EntidadDondePagaLaContribucion", c.EntidadDondePagaLaContribucion,
			malClave(c.EntidadDondePagaLaContribucion, "c_EntidadesFederativas"), "Escribe de 01 a 32; por ejemplo 09 si es la Ciudad de México.")
	}
	if c := d.ComisionDelServicio; c != nil {
		r.Want(c.Base.Sign() != 0, path+".ComisionDelServicio.Base", c.Base.String(), "La base de la comisión debe ser mayor que cero.", "Escribe sobre cuánto se calcula, o quita la base.")
		r.Want(c.Porcentaje.Sign() != 0 && c.Porcentaje.Cmp(decimal.FromInt(1)) <= 0, path+".ComisionDelServicio.Porcentaje", c.Porcentaje.String(),
			"El porcentaje de la comisión va de 0.001 a 1.000.", "Escríbelo como proporción: 0.200 si es el 20 %.")
	}
}

// mostProporcion is the greatest part of a remainder that the schema knows.
var mostProporcion = decimal.FromInt(9_999_999_999)

// rate reports whether a rate stands in c_TasaCuota, however many zeros it ends in.
func rate(d decimal.Decimal) bool {
	return slices.ContainsFunc(strings.Fields(tasasCuota), func(s string) bool { return decimal.MustParse(s).Cmp(d) == 0 })
}
