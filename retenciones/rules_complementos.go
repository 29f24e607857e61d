package retenciones

import (
	"regexp"
	"slices"
	"time"

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
	fixBase   = "Escribe sobre cuánto se calcula, o quita el nodo."
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
}

func (i *Intereses) validate(r *cfdi.Report, path string) {
	check(r, path, func(visit func(string, []cfdi.Field)) { visit("", i.fields()) }, nil)
	r.Want(i.Version == "1.0", path+".Version", i.Version, malUno, fixUno)
	r.Want(slices.Contains(siNo, i.SistFinanciero), path+".SistFinanciero", i.SistFinanciero, malSiNo, fixSiNo)
	r.Want(slices.Contains(siNo, i.RetiroAORESRetInt), path+".RetiroAORESRetInt", i.RetiroAORESRetInt, malSiNo, fixSiNo)
	r.Want(slices.Contains(siNo, i.OperFinancDerivad), path+".OperFinancDerivad", i.OperFinancDerivad, malSiNo, fixSiNo)
}

var (
	conceptoForm = regexp.MustCompile(`^[1-9]$`)
	paisForm     = regexp.MustCompile(`^([A-Z]{2}|PIK)$`)
)

func (p *Pagosaextranjeros) validate(r *cfdi.Report, path string) {
	check(r, path, p.nodes, map[string]int{"DescripcionConcepto": 255, "NomDenRazSocB": 300})
	r.Want(p.Version == "1.0", path+".Version", p.Version, malUno, fixUno)
	r.Want(slices.Contains(siNo, p.EsBenefEfectDelCobro), path+".EsBenefEfectDelCobro", p.EsBenefEfectDelCobro, malSiNo, fixSiNo)
	if n := p.NoBeneficiario; n != nil {
		r.Want(paisForm.MatchString(n.PaisDeResidParaEfecFisc), path+".NoBeneficiario.PaisDeResidParaEfecFisc", n.PaisDeResidParaEfecFisc, "El país no es una clave de dos letras.", fixClave)
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
	subTipoForm = regexp.MustCompile(`^0[1-489]$`)
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
		r.Want(formaForm.MatchString(d.FormaPagoServ), path+".FormaPagoServ", d.FormaPagoServ, malClave, fixClave)
		_, err := time.Parse(time.DateOnly, d.FechaServ)
		r.Want(err == nil, path+".FechaServ", d.FechaServ, "La fecha del servicio no es una fecha.", "Escríbela como 2026-11-20.")
		r.Want(cfdi.ValidRFC(d.RFCTerceroAutorizado), path+".RFCTerceroAutorizado", d.RFCTerceroAutorizado, "El RFC del tercero no está bien escrito.", "Revisa sus 13 caracteres.")
		r.Want(tipoForm.MatchString(d.TipoDeServ), path+".TipoDeServ", d.TipoDeServ, malClave, fixClave)
		r.Want(subTipoForm.MatchString(d.SubTipServ), path+".SubTipServ", d.SubTipServ, malClave, fixClave)
		if t := d.ImpuestosTrasladadosdelServicio; t != nil {
			t.validate(r, path+".ImpuestosTrasladadosdelServicio")
		}
		if c := d.ComisionDelServicio; c != nil {
			r.Want(c.Base.Sign() > 0, path+".ComisionDelServicio.Base", c.Base.String(), malBase, fixBase)
			r.Want(c.Porcentaje.Sign() > 0 && c.Porcentaje.Cmp(decimal.FromInt(1)) <= 0, path+".ComisionDelServicio.Porcentaje", c.Porcentaje.String(),
				"El porcentaje de la comisión debe ser mayor que cero y no pasar de 1.", "Escríbelo como parte de uno: 20 % es 0.200.")
		}
		if c := d.ContribucionGubernamental; c != nil {
			r.Want(entidadForm.MatchString(c.EntidadDondePagaLaContribucion), path+".ContribucionGubernamental.EntidadDondePagaLaContribucion", c.EntidadDondePagaLaContribucion, malClave, fixClave)
		}
	}
}

// tasasServicio are those of c_TasaCuota of the platforms.
var tasasServicio = []string{"0.160000", "0.080000", "0.000000", "0.500000"}

func (i *ImpuestosTrasladadosdelServicio) validate(r *cfdi.Report, path string) {
	r.Want(i.Base.Sign() > 0, path+".Base", i.Base.String(), malBase, fixBase)
	r.Want(slices.Contains([]string{"01", "02", "03"}, i.Impuesto), path+".Impuesto", i.Impuesto, malClave, fixClave)
	r.Want(i.TipoFactor == "Tasa", path+".TipoFactor", i.TipoFactor, "El factor debe ser Tasa.", "Escribe Tasa.")
	r.Want(slices.Contains(tasasServicio, i.TasaCuota.Fixed(6)), path+".TasaCuota", i.TasaCuota.String(), "La tasa no está en el catálogo de las plataformas.",
		"Elige 0.160000, 0.080000, 0.000000 o 0.500000.")
}
