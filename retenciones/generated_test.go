package retenciones_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"iofacturo.mx/cfdi/cfditest"
	"iofacturo.mx/decimal"
	"iofacturo.mx/retenciones"
)

// pesos draws an amount, of three decimals at times: the builders round.
func pesos(rt *rapid.T, label string) decimal.Decimal {
	scale := rapid.IntRange(0, 3).Draw(rt, label+" decimals")
	return decimal.New(rapid.Int64Range(0, 900_000).Draw(rt, label), scale)
}

// anyRetention draws a retention of any kind that has a builder.
func anyRetention(rt *rapid.T) *retenciones.Retenciones {
	kind := rapid.SampledFrom([]string{"01", "02", "14", "15", "16", "18", "25", "26"}).Draw(rt, "kind")
	receptor := persona()
	abroad := rapid.Bool().Draw(rt, "abroad") && kind != "26" || kind == "18"
	if abroad {
		receptor = retenciones.AExtranjero(retenciones.Extranjero{NumRegIdTribR: rapid.SampledFrom([]string{"", "998877"}).Draw(rt, "number"), NomDenRazSocR: "WORLD <WIDE> & CO"})
	}
	r := begun(kind, receptor, "0")
	r.Totales.MontoTotGrav, r.Totales.MontoTotExent = pesos(rt, "taxed"), pesos(rt, "exempt")
	for range rapid.IntRange(0, 3).Draw(rt, "taxes") {
		tax := rapid.SampledFrom([]struct{ impuesto, rate, pago string }{{"001", "0.10", "04"}, {"001", "0.009", "03"}, {"002", "0.106667", "01"}, {"002", "0.08", "01"}}).Draw(rt, "tax")
		r.Withhold(tax.impuesto, pesos(rt, "base"), num(tax.rate), tax.pago)
	}
	needs := kind
	if abroad && (kind == "01" || kind == "02") {
		needs = "18"
	}
	switch needs {
	case "14":
		r.Complementos = []retenciones.Complemento{retenciones.NewDividendos(retenciones.DividOUtil{
			CveTipDivOUtil: "0" + strconv.Itoa(rapid.IntRange(1, 6).Draw(rt, "dividend")), TipoSocDistrDiv: rapid.SampledFrom([]string{"Sociedad Nacional", "Sociedad Extranjera"}).Draw(rt, "society"),
			MontISRAcredRetMexico: pesos(rt, "credit").Round(2),
		})}
	case "15":
		r.Complementos = []retenciones.Complemento{retenciones.NewRemanente(decimal.New(rapid.Int64Range(0, 1_000_000).Draw(rt, "part"), 6))}
	case "16":
		real := pesos(rt, "real")
		if rapid.Bool().Draw(rt, "lost") {
			real = decimal.FromInt(0).Sub(real)
		}
		r.Complementos = []retenciones.Complemento{retenciones.NewIntereses(pesos(rt, "nominal"), real)}
	case "18":
		concepto := strconv.Itoa(rapid.IntRange(1, 9).Draw(rt, "concept"))
		pago := retenciones.NewPagoExtranjero(retenciones.NoBeneficiario{PaisDeResidParaEfecFisc: "US", ConceptoPago: concepto, DescripcionConcepto: "Asistencia técnica"})
		if rapid.Bool().Draw(rt, "beneficiary") {
			pago = retenciones.NewPagoBeneficiario(retenciones.Beneficiario{
				RFC: "CACX7605101P8", CURP: "XEXX010101HNEXXXA4", NomDenRazSocB: "XOCHILT CASAS CHAVEZ", ConceptoPago: concepto, DescripcionConcepto: "Regalías",
			})
		}
		r.Complementos = []retenciones.Complemento{pago}
	case "25":
		r.DescRetenc = "Otra retención"
	case "26":
		var services []retenciones.DetallesDelServicio
		for range rapid.IntRange(1, 5).Draw(rt, "services") {
			services = append(services, retenciones.NewServicio("0"+strconv.Itoa(rapid.IntRange(1, 5).Draw(rt, "paid")), "0"+strconv.Itoa(rapid.IntRange(1, 4).Draw(rt, "service")), "2026-03-15", pesos(rt, "price"), pesos(rt, "commission")))
		}
		r.Complementos = []retenciones.Complemento{retenciones.NewPlataforma("0"+strconv.Itoa(rapid.IntRange(1, 5).Draw(rt, "period")), services...)}
	}
	r.Totalize()
	return r
}

// TestAnyRetentionIsRight: no rule finds an error.
func TestAnyRetentionIsRight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRetention(rt)
		for _, f := range retenciones.Validate(r, cat).Errors() {
			rt.Errorf("%s %s: %s\n%s", f.Code, f.Path, f.Message, retenciones.WriteXML(r))
		}
	})
}

// TestAnyRetentionMeetsTheOracle: schema and stylesheet of the SAT agree with a sample.
func TestAnyRetentionMeetsTheOracle(t *testing.T) {
	var docs []cfditest.Doc
	for i := range 24 {
		r := rapid.Custom(anyRetention).Example(i)
		r.Sello, r.Certificado, r.NoCertificado = "AA==", "AA==", "30001000000500003416"
		cadena, err := retenciones.Cadena(r)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, cfditest.Doc{Name: "retention" + strconv.Itoa(i), XML: retenciones.WriteXML(r), Cadena: cadena})
	}
	cfditest.Check(t, docs, "--unsigned")
	cfditest.Cadenas(t, cfditest.SheetRetenciones, docs)
}
