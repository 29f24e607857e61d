package retenciones_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/decimal"
	"iofacturo.mx/retenciones"
)

var (
	cat  = catalogo.New()
	none decimal.Decimal
)

func num(s string) decimal.Decimal { return decimal.MustParse(s) }

var emisor = retenciones.Emisor{RfcE: "EKU9003173C9", NomDenRazSocE: "ESCUELA KEMPER URGATE", RegimenFiscalE: "601"}

func persona() retenciones.Receptor {
	return retenciones.ANacional(retenciones.Nacional{RfcR: "CACX7605101P8", NomDenRazSocR: "XOCHILT CASAS CHAVEZ", DomicilioFiscalR: "36257"})
}

func marzo() retenciones.Periodo {
	return retenciones.Periodo{MesIni: "03", MesFin: "04", Ejercicio: "2026"}
}

func begun(clave string, receptor retenciones.Receptor, grav string) *retenciones.Retenciones {
	r := retenciones.New(clave, emisor, receptor, marzo())
	r.FolioInt, r.FechaExp, r.LugarExpRetenc = "A1", "2026-11-20T12:00:00", "42501"
	r.Totales.MontoTotGrav = num(grav)
	return r
}

// honorarios are professional services: no complement.
func honorarios() *retenciones.Retenciones {
	r := begun("01", persona(), "1000.00")
	r.Withhold("001", num("1000.00"), num("0.10"), "04")
	r.Withhold("002", num("1000.00"), num("0.106667"), "01")
	r.Totalize()
	return r
}

func dividendos() *retenciones.Retenciones {
	r := begun("14", persona(), "100000.00")
	r.Totales.MontoTotExent = num("5.5")
	r.Withhold("001", num("100000.00"), num("0.10"), "03")
	r.CfdiRetenRelacionados = &retenciones.CfdiRetenRelacionados{TipoRelacion: "01", UUID: "5FB2822E-396D-4725-8521-CDC4BDD20CCF"}
	r.Complementos = []retenciones.Complemento{&retenciones.Dividendos{
		Version: "1.0",
		DividOUtil: &retenciones.DividOUtil{
			CveTipDivOUtil: "01", MontISRAcredRetMexico: num("10000.00"), MontISRAcredRetExtranjero: num("0.00"), MontRetExtDivExt: num("0.00"),
			TipoSocDistrDiv: "Sociedad Nacional", MontISRAcredNal: num("1.00"), MontDivAcumNal: num("2.00"), MontDivAcumExt: num("3.00"),
		},
		Remanente: &retenciones.Remanente{ProporcionRem: num("0.5")},
	}}
	r.Totalize()
	return r
}

func intereses() *retenciones.Retenciones {
	r := begun("16", persona(), "500.00")
	r.Withhold("001", num("100000.00"), num("0.009"), "04")
	i := retenciones.NewIntereses(num("500.00"), num("120.00"))
	i.SistFinanciero = "SI"
	r.Complementos = []retenciones.Complemento{i}
	r.Totalize()
	return r
}

func extranjeros() *retenciones.Retenciones {
	r := begun("18", retenciones.AExtranjero(retenciones.Extranjero{NumRegIdTribR: "998877", NomDenRazSocR: "WORLD WIDE <COMPANY> & CO"}), "2000.00")
	r.Withhold("001", num("2000.00"), num("0.25"), "03")
	r.Complementos = []retenciones.Complemento{retenciones.NewPagoExtranjero(retenciones.NoBeneficiario{
		PaisDeResidParaEfecFisc: "US", ConceptoPago: "3", DescripcionConcepto: "Asistencia técnica",
	})}
	r.Totalize()
	return r
}

func plataforma() *retenciones.Retenciones {
	r := begun("26", persona(), "300.00")
	r.Withhold("001", num("300.00"), num("0.021"), "04")
	r.Withhold("002", num("300.00"), num("0.08"), "01")
	service := func(precio, iva string) retenciones.DetallesDelServicio {
		return retenciones.DetallesDelServicio{
			FormaPagoServ: "01", TipoDeServ: "01", SubTipServ: "01", FechaServ: "2026-03-15", PrecioServSinIVA: num(precio),
			ImpuestosTrasladadosdelServicio: &retenciones.ImpuestosTrasladadosdelServicio{Base: num(precio), Impuesto: "02", TipoFactor: "Tasa", TasaCuota: num("0.160000"), Importe: num(iva)},
			ComisionDelServicio:             &retenciones.ComisionDelServicio{Base: num(precio), Porcentaje: num("0.200"), Importe: num("20.00")},
		}
	}
	s := retenciones.NewPlataforma("02", service("100.00", "16.00"), service("200.00", "32.00"))
	s.Servicios[1].RFCTerceroAutorizado = "CACX7605101P8"
	s.Servicios[1].ContribucionGubernamental = &retenciones.ContribucionGubernamental{ImpContrib: num("3.00"), EntidadDondePagaLaContribucion: "09"}
	r.Complementos = []retenciones.Complemento{s}
	r.Totalize()
	return r
}

// The least of each complement, as its builder makes it.
func dividendoMinimo() *retenciones.Retenciones {
	r := begun("14", persona(), "100.00")
	r.Complementos = []retenciones.Complemento{retenciones.NewDividendos(retenciones.DividOUtil{CveTipDivOUtil: "06", TipoSocDistrDiv: "Sociedad Extranjera"})}
	r.Totalize()
	return r
}

func remanente() *retenciones.Retenciones {
	r := begun("15", persona(), "100.00")
	r.Complementos = []retenciones.Complemento{retenciones.NewRemanente(none)}
	r.Totalize()
	return r
}

// perdida are interests that inflation ate.
func perdida() *retenciones.Retenciones {
	r := begun("16", persona(), "10.00")
	r.Complementos = []retenciones.Complemento{retenciones.NewIntereses(num("10"), num("-2.5"))}
	r.Totalize()
	return r
}

// beneficiario is paid abroad and is who the money is for.
func beneficiario() *retenciones.Retenciones {
	r := begun("18", retenciones.AExtranjero(retenciones.Extranjero{NomDenRazSocR: "WORLD WIDE"}), "10.00")
	r.Complementos = []retenciones.Complemento{retenciones.NewPagoBeneficiario(retenciones.Beneficiario{
		RFC: "CACX7605101P8", CURP: "XEXX010101HNEXXXA4", NomDenRazSocB: "XOCHILT CASAS CHAVEZ", ConceptoPago: "1", DescripcionConcepto: "Regalías",
	})}
	r.Totalize()
	return r
}

func plataformaMinima() *retenciones.Retenciones {
	r := begun("26", retenciones.ANacional(retenciones.Nacional{
		RfcR: "CACX7605101P8", NomDenRazSocR: "XOCHILT CASAS CHAVEZ", CurpR: "XEXX010101HNEXXXA4", DomicilioFiscalR: "36257",
	}), "10.00")
	least := retenciones.NewServicio("01", "03", "2026-03-15", num("10"), none)
	least.ImpuestosTrasladadosdelServicio, least.ComisionDelServicio = nil, nil
	r.Complementos = []retenciones.Complemento{retenciones.NewPlataforma("05", least, retenciones.NewServicio("02", "03", "2026-03-16", num("99.999"), num("5")))}
	r.Totalize()
	return r
}

// TestBuildersCount what follows from what they are told.
func TestBuildersCount(t *testing.T) {
	i := perdida().Complementos[0].(*retenciones.Intereses)
	if i.MontIntReal.String() != "0.00" || i.Perdida.String() != "2.50" || i.MontIntNominal.String() != "10.00" {
		t.Errorf("%+v", i)
	}
	s := plataformaMinima().Complementos[0].(*retenciones.ServiciosPlataformasTecnologicas)
	for name, got := range map[string][2]string{
		"NumServ": {s.NumServ.String(), "2"}, "MonTotServSIVA": {s.MonTotServSIVA.String(), "110.00"}, "TotalIVATrasladado": {s.TotalIVATrasladado.String(), "16.00"},
		"MonTotalporUsoPlataforma": {s.MonTotalporUsoPlataforma.String(), "5.00"}, "DifIVAEntregadoPrestServ": {s.DifIVAEntregadoPrestServ.String(), "16.00"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %s, not %s", name, got[0], got[1])
		}
	}
}

// rif is a payment to who was in the RIF.
func rif() *retenciones.Retenciones {
	r := begun("28", persona(), "0")
	r.Totales.UtilidadBimestral, r.Totales.ISRCorrespondiente = num("100.00"), num("2.00")
	r.Totalize()
	return r
}

// publico is of nobody in particular.
func publico() *retenciones.Retenciones {
	r := honorarios()
	r.CveRetenc, r.DescRetenc = "25", "Otra"
	r.Receptor = retenciones.ANacional(retenciones.Nacional{RfcR: "XAXX010101000", NomDenRazSocR: "PUBLICO EN GENERAL", DomicilioFiscalR: "42501"})
	return r
}

func bases() map[string]func() *retenciones.Retenciones {
	return map[string]func() *retenciones.Retenciones{
		"honorarios": honorarios, "dividendos": dividendos, "intereses": intereses, "extranjeros": extranjeros, "plataforma": plataforma, "rif": rif, "publico": publico,
		"dividendoMinimo": dividendoMinimo, "remanente": remanente, "perdida": perdida, "beneficiario": beneficiario, "plataformaMinima": plataformaMinima,
	}
}

func names() []string { return slices.Sorted(maps.Keys(bases())) }

type ruleCase struct {
	code, path string
	from       func() *retenciones.Retenciones
	change     func(r *retenciones.Retenciones)
}

func nacional(change func(n *retenciones.Nacional)) func(*retenciones.Retenciones) {
	return func(r *retenciones.Retenciones) { change(r.Receptor.Nacional) }
}

func service(change func(s *retenciones.DetallesDelServicio)) func(*retenciones.Retenciones) {
	return func(r *retenciones.Retenciones) {
		change(&r.Complementos[0].(*retenciones.ServiciosPlataformasTecnologicas).Servicios[1])
	}
}

func ruleCases() []ruleCase {
	type R = retenciones.Retenciones
	const c0 = "Complementos[0]."
	return []ruleCase{
		{"Reten20103", "FechaExp", honorarios, func(r *R) { r.FechaExp = "2026-11-20 12:00:00" }},
		{"Reten20103", "FechaExp", honorarios, func(r *R) { r.FechaExp = "2026-02-30T12:00:00" }},
		{"Reten20104", "LugarExpRetenc", honorarios, func(r *R) { r.LugarExpRetenc = "00000" }},
		{"Reten20105", "CveRetenc", honorarios, func(r *R) { r.CveRetenc = "29" }},
		{"Reten20106", "DescRetenc", publico, func(r *R) { r.DescRetenc = "" }},
		{"Reten20107", "Complementos", dividendos, func(r *R) { r.Complementos = nil }},
		{"Reten20107", "Complementos", extranjeros, func(r *R) { r.CveRetenc, r.Complementos = "01", nil }},
		{"Reten20107", "Complementos", honorarios, func(r *R) { r.CveRetenc = "06" }},
		{"Reten20108", "Totales.MontoTotGrav", rif, func(r *R) { r.Totales.MontoTotGrav, r.Totales.MontoTotOperacion = num("1.00"), num("1.00") }},
		{"Reten20108", "Totales.MontoTotExent", rif, func(r *R) { r.Totales.MontoTotExent, r.Totales.MontoTotOperacion = num("1.00"), num("1.00") }},
		{"Reten20109", "CfdiRetenRelacionados.TipoRelacion", dividendos, func(r *R) { r.CfdiRetenRelacionados.TipoRelacion = "99" }},
		{"Reten20111", "Emisor.RegimenFiscalE", honorarios, func(r *R) { r.Emisor.RegimenFiscalE = "602" }},
		{"Reten20112", "Emisor.RegimenFiscalE", honorarios, func(r *R) { r.Emisor.RegimenFiscalE = "612" }},
		{"Reten20116", "Receptor.Nacional.NomDenRazSocR", honorarios, nacional(func(n *retenciones.Nacional) { n.NomDenRazSocR = "PUBLICO EN GENERAL" })},
		{"Reten20116", "Receptor.Nacional.NomDenRazSocR", publico, nacional(func(n *retenciones.Nacional) { n.NomDenRazSocR = "JUAN" })},
		{"Reten20116", "Receptor.Nacional.NomDenRazSocR", honorarios, nacional(func(n *retenciones.Nacional) { n.NomDenRazSocR = "PÚBLICO EN GENERAL" })},
		{"Reten20117", "Receptor.Nacional.CurpR", honorarios, nacional(func(n *retenciones.Nacional) { n.RfcR, n.CurpR = "URE180429TM6", "XEXX010101HNEXXXA4" })},
		{"Reten20120", "Receptor.Nacional.DomicilioFiscalR", publico, nacional(func(n *retenciones.Nacional) { n.DomicilioFiscalR = "06600" })},
		{"Reten20121", "Periodo.MesIni", honorarios, func(r *R) { r.Periodo.MesIni = "00" }},
		{"Reten20122", "Periodo.MesIni", honorarios, func(r *R) { r.Periodo.MesIni = "05" }},
		{"Reten20124", "Periodo.MesFin", honorarios, func(r *R) { r.Periodo.MesFin = "02" }},
		{"Reten20123", "Periodo.MesFin", honorarios, func(r *R) { r.Periodo.MesFin = "13" }},
		{"Reten20126", "Periodo.Ejercicio", honorarios, func(r *R) { r.Periodo.Ejercicio = "2027" }},
		{"Reten20126", "Periodo.Ejercicio", honorarios, func(r *R) { r.Periodo.Ejercicio = "2020" }},
		{"Reten20127", "Totales.MontoTotOperacion", honorarios, func(r *R) { r.Totales.MontoTotOperacion = num("1000.01") }},
		{"Reten20128", "Totales.MontoTotGrav", honorarios, func(r *R) { r.Totales.MontoTotGrav = num("1000.01") }},
		{"Reten20129", "Totales.MontoTotExent", honorarios, func(r *R) { r.Totales.MontoTotExent = num("1000.01") }},
		{"Reten20130", "Totales.ImpRetenidos", honorarios, func(r *R) { r.Totales.ImpRetenidos = nil }},
		{"Reten20131", "Totales.MontoTotRet", honorarios, func(r *R) { r.Totales.MontoTotRet = num("206.66") }},
		{"Reten20132", "Totales.UtilidadBimestral", rif, func(r *R) { r.Totales.UtilidadBimestral = num("0.00") }},
		{"Reten20133", "Totales.ISRCorrespondiente", rif, func(r *R) { r.Totales.ISRCorrespondiente = none }},
		{"Reten20134", "Totales.ImpRetenidos[0].TipoPagoRet", honorarios, func(r *R) { r.Totales.ImpRetenidos[0].TipoPagoRet = "05" }},
		{"Reten20135", "Totales.ImpRetenidos[1].TipoPagoRet", honorarios, func(r *R) { r.Totales.ImpRetenidos[1].TipoPagoRet = "03" }},
		{"301", "Emisor.NomDenRazSocE", honorarios, func(r *R) { r.Emisor.NomDenRazSocE = "" }},
		{"301", "FolioInt", honorarios, func(r *R) { r.FolioInt = "A-1" }},
		{"301", "FolioInt", honorarios, func(r *R) { r.FolioInt = strings.Repeat("1", 21) }},
		{"301", "LugarExpRetenc", publico, func(r *R) { r.LugarExpRetenc = "" }},
		{"301", "Receptor.Nacional.NomDenRazSocR", honorarios, nacional(func(n *retenciones.Nacional) { n.NomDenRazSocR = strings.Repeat("X", 255) })},
		{"301", "Receptor.Extranjero.NomDenRazSocR", extranjeros, func(r *R) { r.Receptor.Extranjero.NomDenRazSocR = strings.Repeat("X", 301) }},
		{"301", "Totales.ImpRetenidos[0].ImpuestoRet", honorarios, func(r *R) { r.Totales.ImpRetenidos[0].ImpuestoRet = "004" }},
		{"301", "Receptor.NacionalidadR", honorarios, func(r *R) { r.Receptor.NacionalidadR = "Extranjero" }},
		{"301", "Totales.MontoTotRet", honorarios, func(r *R) { r.Totales.MontoTotRet = num("206.670") }},
		{"301", "Totales.ImpRetenidos[0].MontoRet", rif, func(r *R) { r.Totales.ImpRetenidos = []retenciones.ImpRetenidos{{TipoPagoRet: "03"}} }},
		{"301", "CfdiRetenRelacionados.UUID", dividendos, func(r *R) { r.CfdiRetenRelacionados.UUID = "x" }},
		{"301", c0 + "DividOUtil.CveTipDivOUtil", dividendos, func(r *R) { r.Complementos[0].(*retenciones.Dividendos).DividOUtil.CveTipDivOUtil = "07" }},
		{"Reten20126", "Periodo.Ejercicio", honorarios, func(r *R) { r.Periodo.Ejercicio = "02026" }},
		{"301", c0 + "DividOUtil.MontISRAcredRetMexico", dividendos, func(r *R) { r.Complementos[0].(*retenciones.Dividendos).DividOUtil.MontISRAcredRetMexico = none }},
		{"301", c0 + "SistFinanciero", intereses, func(r *R) { r.Complementos[0].(*retenciones.Intereses).SistFinanciero = "Sí" }},
		{"301", c0 + "NoBeneficiario.ConceptoPago", extranjeros, func(r *R) { r.Complementos[0].(*retenciones.Pagosaextranjeros).NoBeneficiario.ConceptoPago = "0" }},
		{"301", c0 + "NoBeneficiario.PaisDeResidParaEfecFisc", extranjeros, func(r *R) {
			r.Complementos[0].(*retenciones.Pagosaextranjeros).NoBeneficiario.PaisDeResidParaEfecFisc = "ZZ"
		}},
		{"301", c0 + "Version", intereses, func(r *R) { r.Complementos[0].(*retenciones.Intereses).Version = "-1" }},
		{"301", c0 + "Version", dividendos, func(r *R) { r.Complementos[0].(*retenciones.Dividendos).Version = "-1.0" }},
		{"301", c0 + "MontIntNominal", intereses, func(r *R) { r.Complementos[0].(*retenciones.Intereses).MontIntNominal = num("-0.1234567") }},
		{"301", c0 + "Remanente.ProporcionRem", dividendos, func(r *R) { r.Complementos[0].(*retenciones.Dividendos).Remanente.ProporcionRem = num("10000000000") }},
		{"301", c0 + "Servicios[1].FormaPagoServ", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.FormaPagoServ = "10" })},
		{"301", c0 + "Servicios[1].TipoDeServ", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.TipoDeServ = "10" })},
		{"301", c0 + "Servicios[1].SubTipServ", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.SubTipServ = "05" })},
		{"301", c0 + "Servicios[1].RFCTerceroAutorizado", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.RFCTerceroAutorizado = "EKU9003173C9" })},
		{"301", c0 + "Servicios[1].ImpuestosTrasladadosdelServicio.Base", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.ImpuestosTrasladadosdelServicio.Base = num("0.00") })},
		{"301", c0 + "Servicios[1].ImpuestosTrasladadosdelServicio.Impuesto", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.ImpuestosTrasladadosdelServicio.Impuesto = "002" })},
		{"301", c0 + "Servicios[1].ImpuestosTrasladadosdelServicio.TasaCuota", plataforma, service(func(s *retenciones.DetallesDelServicio) {
			s.ImpuestosTrasladadosdelServicio.TasaCuota = num("0.150000")
		})},
		{"301", c0 + "Servicios[1].ComisionDelServicio.Base", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.ComisionDelServicio.Base = num("0.00") })},
		{"301", c0 + "Servicios[1].ComisionDelServicio.Porcentaje", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.ComisionDelServicio.Porcentaje = num("1.001") })},
		{"301", c0 + "Servicios[1].ComisionDelServicio.Porcentaje", plataforma, service(func(s *retenciones.DetallesDelServicio) { s.ComisionDelServicio.Porcentaje = num("0.000") })},
		{"301", c0 + "Servicios[1].FechaServ", plataforma, func(r *R) {
			r.Complementos[0].(*retenciones.ServiciosPlataformasTecnologicas).Servicios[1].FechaServ = "15/03/2026"
		}},
		{"301", c0 + "Servicios[1].ContribucionGubernamental.EntidadDondePagaLaContribucion", plataforma, func(r *R) {
			r.Complementos[0].(*retenciones.ServiciosPlataformasTecnologicas).Servicios[1].ContribucionGubernamental.EntidadDondePagaLaContribucion = "33"
		}},
	}
}

// consequences are the findings that a fault cannot be without.
var consequences = map[string]string{
	"Reten20128": "Reten20127 Totales.MontoTotOperacion", "Reten20129": "Reten20127 Totales.MontoTotOperacion",
	"Reten20122": "Reten20124 Periodo.MesFin", "Reten20124": "Reten20122 Periodo.MesIni",
}

func found(r *retenciones.Retenciones) []string {
	out := []string{}
	for _, f := range retenciones.Validate(r, cat) {
		out = append(out, f.Code+" "+f.Path)
	}
	return out
}

func TestBasesBreakNoRule(t *testing.T) {
	for name, base := range bases() {
		if diff := cmp.Diff([]string{}, found(base())); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestEachRuleFindsItsFault(t *testing.T) {
	for _, c := range ruleCases() {
		r := c.from()
		c.change(r)
		cfditest.Place(t, retenciones.Rules(), "", c.code, c.path)
		want := []string{c.code + " " + c.path}
		if more := consequences[c.code]; more != "" {
			want = append(want, more)
		}
		got := found(r)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s at %s:\n%s", c.code, c.path, diff)
		}
		for _, f := range retenciones.Validate(r, cat) {
			if strings.Contains(f.Fix, " .") || strings.Contains(f.Message, "  ") || !strings.HasSuffix(f.Message, ".") || !strings.HasSuffix(f.Fix, ".") {
				t.Errorf("%s speaks badly: %q %q", f.Code, f.Message, f.Fix)
			}
		}
	}
}

// TestPaises: the countries are those of the SAT, and no others.
func TestPaises(t *testing.T) {
	r := extranjeros()
	n := r.Complementos[0].(*retenciones.Pagosaextranjeros).NoBeneficiario
	official := map[string]bool{}
	for line := range strings.Lines(string(cfditest.Sample(t, "sat/catalogs/retenciones20/c_Pais.tsv"))) {
		official[strings.Split(line, "\t")[0]] = true
	}
	delete(official, "id")
	keys := []string{"PIK", "PIX"}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			keys = append(keys, string(a)+string(b))
		}
	}
	for _, key := range keys {
		if n.PaisDeResidParaEfecFisc = key; (len(found(r)) == 0) != official[key] {
			t.Errorf("%s: %v", key, found(r))
		}
	}
	if len(official) != 247 {
		t.Errorf("%d countries", len(official))
	}
}

// harmless are documents beside those of ruleCases, as far as each rule lets.
func harmless() map[string]*retenciones.Retenciones {
	accent, rate, little, minus := publico(), plataforma(), plataforma(), dividendos()
	accent.Receptor.Nacional.NomDenRazSocR = "PÚBLICO EN GENERAL" // as the error of Reten20116 spells it
	service(func(s *retenciones.DetallesDelServicio) { s.ImpuestosTrasladadosdelServicio.TasaCuota = num("0.08") })(rate)
	service(func(s *retenciones.DetallesDelServicio) {
		s.ComisionDelServicio.Porcentaje, s.ComisionDelServicio.Base, s.FormaPagoServ, s.TipoDeServ, s.SubTipServ = num("1.000"), num("0.000001"), "09", "11", "08"
	})(little)
	d := minus.Complementos[0].(*retenciones.Dividendos)
	d.DividOUtil.MontDivAcumNal, d.Remanente.ProporcionRem = num("-2.00"), num("-0.5")
	lost := intereses()
	lost.Complementos[0].(*retenciones.Intereses).MontIntReal = num("-2.50")
	long := extranjeros()
	long.Receptor.Extranjero.NomDenRazSocR = strings.Repeat("X", 300)
	isle := extranjeros()
	isle.Complementos[0].(*retenciones.Pagosaextranjeros).NoBeneficiario.PaisDeResidParaEfecFisc = "PIK"
	return map[string]*retenciones.Retenciones{"accent": accent, "rate": rate, "little": little, "minus": minus, "lost": lost, "long": long, "isle": isle}
}

// TestWhatTheSchemaLetsThroughIsNoError: the oracle agrees.
func TestWhatTheSchemaLetsThroughIsNoError(t *testing.T) {
	var docs []cfditest.Doc
	for name, r := range harmless() {
		for _, f := range retenciones.Validate(r, cat).Errors() {
			t.Errorf("%s: %v", name, f)
		}
		r.Sello, r.Certificado, r.NoCertificado = "AA==", "AA==", "30001000000500003416"
		docs = append(docs, cfditest.Doc{Name: name, XML: retenciones.WriteXML(r)})
	}
	cfditest.Check(t, docs, "--unsigned")
}

func TestEveryRuleHasACase(t *testing.T) {
	proved := map[string]bool{}
	for _, c := range ruleCases() {
		proved[c.code] = true
	}
	for _, r := range retenciones.Rules() {
		if (r.State == cfdi.StateRule) != proved[r.Code] {
			t.Errorf("%s: state %q, proved %v", r.Code, r.State, proved[r.Code])
		}
		if (r.Class == cfdi.ClassRegistro || r.Class == cfdi.ClassPAC) != (r.State == cfdi.StatePAC) {
			t.Errorf("%s is of class %s and its state is %q", r.Code, r.Class, r.State)
		}
	}
}

// TestCountries: of all keys of two letters those of the SAT are taken, and no others.
func TestCountries(t *testing.T) {
	official := map[string]bool{}
	for line := range strings.Lines(string(cfditest.Sample(t, "sat/catalogs/retenciones20/c_Pais.tsv"))) {
		key, _, _ := strings.Cut(line, "\t")
		official[key] = key != "id"
	}
	keys := []string{"PIK", "MEX", "us"}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			keys = append(keys, string([]rune{a, b}))
		}
	}
	taken := 0
	for _, key := range keys {
		r := extranjeros()
		r.Complementos[0].(*retenciones.Pagosaextranjeros).NoBeneficiario.PaisDeResidParaEfecFisc = key
		got := len(found(r)) == 0
		if got != official[key] {
			t.Errorf("%s: taken %v, official %v", key, got, official[key])
		}
		if got {
			taken++
		}
	}
	if taken != 247 {
		t.Errorf("%d countries are taken", taken)
	}
}

func TestMatrix(t *testing.T) {
	cfditest.Matrix(t, "retenciones20", "Reten2", 34, retenciones.Rules())
}

func cadena(t *testing.T, r *retenciones.Retenciones) string {
	t.Helper()
	s, err := retenciones.Cadena(r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGolden(t *testing.T) {
	for _, name := range names() {
		r := bases()[name]()
		cfditest.Golden(t, name+".xml", string(retenciones.WriteXML(r)))
		cfditest.Golden(t, name+".cadena", cadena(t, r))
	}
}

func TestReadsWhatItWrites(t *testing.T) {
	for name, base := range bases() {
		r := base()
		d, err := retenciones.Read(retenciones.WriteXML(r))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(r, d.Retenciones); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := string(retenciones.WriteXML(dividendos()))
	for name, xml := range map[string]string{
		"another root":       strings.ReplaceAll(good, "retencionpago/2\"", "retencionpago/1\""),
		"another version":    strings.Replace(good, `Version="2.0"`, `Version="1.0"`, 1),
		"unknown attribute":  strings.Replace(good, `MesIni=`, `Mes="1" MesIni=`, 1),
		"unknown node":       strings.Replace(good, `<retenciones:Periodo `, `<retenciones:Otro/><retenciones:Periodo `, 1),
		"text":               strings.Replace(good, `<retenciones:Periodo `, `x<retenciones:Periodo `, 1),
		"unknown in a child": strings.Replace(good, `ProporcionRem=`, `Otro="1" ProporcionRem=`, 1),
	} {
		if xml == good {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := retenciones.Read([]byte(xml)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// clock is the day the tests live in.
var clock = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)

func pair(t *testing.T, ca *prueba.CA) (*csd.Certificate, *csd.Key) {
	t.Helper()
	cer, private, err := ca.CSD("EKU9003173C9", "ESCUELA", []byte("contraseña"))
	if err != nil {
		t.Fatal(err)
	}
	cert, err := csd.ParseCertificate(cer)
	if err != nil {
		t.Fatal(err)
	}
	key, err := csd.OpenKey(private, []byte("contraseña"))
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// TestSealedMeetsTheOracle: what we seal is confirmed by ourselves and by programs
// that share nothing with this project.
func TestSealedMeetsTheOracle(t *testing.T) {
	ca, err := prueba.New(clock, 2048)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := pair(t, ca)
	var docs []cfditest.Doc
	for _, name := range names() {
		xml, err := bases()[name]().Seal(cat, cert, key.Sign)
		if err != nil {
			t.Fatal(err)
		}
		if found := retenciones.Verify(xml, csd.NewTrust(ca.Root()), true); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		if !retenciones.Is(xml) {
			t.Errorf("%s is not recognized", name)
		}
		broken := strings.Replace(string(xml), `MesFin="04"`, `MesFin="05"`, 1)
		if found := retenciones.Verify([]byte(broken), csd.NewTrust(ca.Root()), false); len(found) != 1 || found[0].Code != "302" {
			t.Errorf("%s altered: %v", name, found)
		}
		docs = append(docs, cfditest.Doc{Name: name, XML: xml})
	}
	wrong := honorarios()
	wrong.Periodo.MesFin = "13"
	if _, err := wrong.Seal(cat, cert, nil); err == nil {
		t.Error("what breaks a rule was sealed")
	}
	cfditest.Check(t, docs, "--require-csd", "--vigencia")
}

// TestSamples: documents of other programs, sealed with certificates of the SAT.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cfditest.Shared(t, "sat/samples/retenciones"), "*.xml"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		xml, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range retenciones.Verify(xml, csd.NewTrust(), false) {
			// The authority is not given; the certificate of the one of 2022 is of 2023.
			if f.Code != "308" && !(f.Code == "305" && filepath.Base(file) == "retencion20-cfdiutils.xml") {
				t.Errorf("%s: %v", filepath.Base(file), f)
			}
		}
	}
}

// carried are the complements without types, with all that they may say and with
// the least.
var carried = map[string][]string{
	"arrendamientoenfideicomiso:Arrendamientoenfideicomiso": {
		`Version="1.0" PagProvEfecPorFiduc="1" RendimFideicom="2" DeduccCorresp="3" MontTotRet="4" MontResFiscDistFibras="5" MontOtrosConceptDistr="6" DescrMontOtrosConceptDistr=" a  b "/>`,
		`DeduccCorresp="3" RendimFideicom="2" PagProvEfecPorFiduc="1" Version="1.0"/>`,
	},
	"enajenaciondeacciones:EnajenaciondeAcciones": {`Version="1.0" ContratoIntermediacion="1" Ganancia="2" Perdida="3"/>`, `/>`},
	"fideicomisonoempresarial:Fideicomisonoempresarial": {
		`Version="1.0"><fideicomisonoempresarial:IngresosOEntradas MontTotEntradasPeriodo="1" PartPropAcumDelFideicom="2" PropDelMontTot="3"><fideicomisonoempresarial:IntegracIngresos Concepto="4"/></fideicomisonoempresarial:IngresosOEntradas>` +
			`<fideicomisonoempresarial:DeduccOSalidas MontTotEgresPeriodo="5" PartPropDelFideicom="6" PropDelMontTot="7"><fideicomisonoempresarial:IntegracEgresos ConceptoS="8"/></fideicomisonoempresarial:DeduccOSalidas>` +
			`<fideicomisonoempresarial:RetEfectFideicomiso MontRetRelPagFideic="9" DescRetRelPagFideic="10"/></fideicomisonoempresarial:Fideicomisonoempresarial>`,
		`Version="1.0"/>`,
	},
	"intereseshipotecarios:Intereseshipotecarios": {
		`Version="1.0" CreditoDeInstFinanc="SI" SaldoInsoluto="1" PropDeducDelCredit="2" MontTotIntNominalesDev="3" MontTotIntNominalesDevYPag="4" MontTotIntRealPagDeduc="5" NumContrato="6"/>`,
		`Version="1.0" CreditoDeInstFinanc="SI" SaldoInsoluto="1" NumContrato=""/>`,
	},
	"premios:Premios": {`Version="1.0" EntidadFederativa="09" MontTotPago="1" MontTotPagoGrav="2" MontTotPagoExent="3"/>`, `/>`},
	"operacionesconderivados:Operacionesconderivados": {`Version="1.0" MontGanAcum="1" MontPerdDed="2"/>`, `/>`},
	"sectorfinanciero:SectorFinanciero":               {`Version="1.0" IdFideicom="1" NomFideicom="2" DescripFideicom="3"/>`, `Version="1.0" IdFideicom="1" DescripFideicom="3"/>`},
	"planesderetiro11:Planesderetiro": {
		`Version="1.1" SistemaFinanc="SI" MontTotAportAnioInmAnterior="1" MontIntRealesDevengAniooInmAnt="2" HuboRetirosAnioInmAntPer="SI" MontTotRetiradoAnioInmAntPer="3" MontTotExentRetiradoAnioInmAnt="4" ` +
			`MontTotExedenteAnioInmAnt="5" HuboRetirosAnioInmAnt="NO" MontTotRetiradoAnioInmAnt="6" NumReferencia="7"><planesderetiro11:AportacionesODepositos TipoAportacionODeposito="a" MontAportODep="8" RFCFiduciaria="9"/>` +
			`<planesderetiro11:AportacionesODepositos TipoAportacionODeposito="b" MontAportODep="10"/></planesderetiro11:Planesderetiro>`,
		`Version="1.1"/>`,
	},
}

// TestCarried: complements without types take part in the cadena as the stylesheet
// has it, and are written back as they came.
func TestCarried(t *testing.T) {
	var docs []cfditest.Doc
	for name, variants := range carried {
		prefix, _, _ := strings.Cut(name, ":")
		for i, rest := range variants {
			element := "<" + name + ` xmlns:` + prefix + `="http://www.sat.gob.mx/esquemas/retencionpago/1/` + prefix + `" ` + rest
			xml := strings.Replace(string(retenciones.WriteXML(honorarios())), "</retenciones:Retenciones>", "<retenciones:Complemento>"+element+"</retenciones:Complemento></retenciones:Retenciones>", 1)
			d, err := retenciones.Read([]byte(xml))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := string(retenciones.WriteXML(d.Retenciones)); got != xml {
				t.Errorf("%s\n got %s\nwant %s", name, got, xml)
			}
			docs = append(docs, cfditest.Doc{Name: fmt.Sprintf("%s-%d", prefix, i), XML: []byte(xml), Cadena: cadena(t, d.Retenciones)})
		}
	}
	unknown := strings.Replace(string(retenciones.WriteXML(honorarios())), "</retenciones:Retenciones>", `<retenciones:Complemento><a:B xmlns:a="urn:a"/></retenciones:Complemento></retenciones:Retenciones>`, 1)
	if d, err := retenciones.Read([]byte(unknown)); err != nil {
		t.Error(err)
	} else if _, err := retenciones.Cadena(d.Retenciones); err == nil {
		t.Error("a complement nobody knows has a cadena")
	}
	cfditest.Cadenas(t, cfditest.SheetRetenciones, docs)
}

// TestOneRightMendIsCarried: where one value alone is right a finding carries it, it is applied, and with it the fault is gone
// and no new one has come.
func TestOneRightMendIsCarried(t *testing.T) {
	type R = retenciones.Retenciones
	platform := func(r *R) *retenciones.ServiciosPlataformasTecnologicas {
		return r.Complementos[0].(*retenciones.ServiciosPlataformasTecnologicas)
	}
	for _, c := range []struct {
		path   string
		from   func() *R
		change func(r *R)
	}{
		{"Receptor.NacionalidadR", honorarios, func(r *R) { r.Receptor.NacionalidadR = "Extranjero" }},
		{"Receptor.Nacional.DomicilioFiscalR", publico, func(r *R) { r.Receptor.Nacional.DomicilioFiscalR = "06000" }},
		{"Totales.MontoTotGrav", rif, func(r *R) { r.Totales.MontoTotGrav = num("10.00") }},
		{"Totales.MontoTotOperacion", honorarios, func(r *R) { r.Totales.MontoTotOperacion = r.Totales.MontoTotOperacion.Add(num("1.00")) }},
		{"Totales.MontoTotRet", honorarios, func(r *R) { r.Totales.MontoTotRet = r.Totales.MontoTotRet.Add(num("1.00")) }},
		{"Totales.ImpRetenidos[1].TipoPagoRet", honorarios, func(r *R) { r.Totales.ImpRetenidos[1].TipoPagoRet = "03" }},
		{"Complementos[0].Version", dividendos, func(r *R) { r.Complementos[0].(*retenciones.Dividendos).Version = "1.1" }},
		{"Complementos[0].SistFinanciero", intereses, func(r *R) { r.Complementos[0].(*retenciones.Intereses).SistFinanciero = "Sí" }},
		{"Complementos[0].Servicios[1].ImpuestosTrasladadosdelServicio.TipoFactor", plataforma, func(r *R) {
			platform(r).Servicios[1].ImpuestosTrasladadosdelServicio.TipoFactor = "Cuota"
		}},
	} {
		r := c.from()
		c.change(r)
		before := found(r)
		i := slices.IndexFunc(retenciones.Validate(r, cat), func(f cfdi.Finding) bool { return f.Path == c.path && len(f.Mend) > 0 })
		if i < 0 {
			t.Errorf("%s: no mend among %v", c.path, before)
			continue
		}
		finding := retenciones.Validate(r, cat)[i]
		if err := retenciones.Apply(r, finding); err != nil {
			t.Errorf("%s: %v", c.path, err)
		}
		if after := found(r); len(after) >= len(before) || slices.ContainsFunc(after, func(f string) bool { return !slices.Contains(before, f) }) {
			t.Errorf("%s: before %v, after %v", c.path, before, after)
		}
		var stale *cfdi.MendError
		if err := retenciones.Apply(r, finding); !errors.As(err, &stale) {
			t.Errorf("%s: applied twice: %v", c.path, err)
		}
	}
	if err := retenciones.Apply(honorarios(), cfdi.Finding{}); err == nil {
		t.Error("a finding without a mend was applied")
	}
}
