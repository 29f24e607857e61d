package cfdi_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/implocal"
	"iofacturo.mx/decimal"
)

// A factor is one thing in which documents differ, and its values; the first is the
// plainest.
type factor struct {
	name   string
	values []string
}

var factors = []factor{
	{"tipo", []string{"I", "E", "T"}},
	{"moneda", []string{"MXN", "MXN 1", "USD", "JPY", "XXX"}},
	{"metodo", []string{"PUE", "PPD", "none"}},
	{"receptor", []string{"moral", "física", "público", "global", "extranjero", "extranjero con registro"}},
	{"impuestos", []string{"01", "16", "8", "0", "exento", "ieps+16", "cuota+16", "16-isr", "16-isr-iva", "06-isr", "07", "03"}},
	{"precio", []string{"centavos", "millonésimas", "gross"}},
	{"descuento", []string{"no", "sí", "cero"}},
	{"conceptos", []string{"1", "2", "5"}},
	{"relaciones", []string{"no", "una", "dos grupos"}},
	{"tercero", []string{"no", "mexicano", "extranjero"}},
	{"aduana", []string{"no", "una", "dos"}},
	{"predial", []string{"no", "una", "dos"}},
	{"parte", []string{"no", "sola", "con precio y pedimento"}},
	{"locales", []string{"no", "traslado", "retención", "los dos"}},
	{"opcionales", []string{"no", "sí"}},
	{"texto", []string{"llano", "signos"}},
	{"addenda", []string{"no", "sí"}},
	{"exportacion", []string{"01", "03"}},
}

// A choice is one value of every factor, by name.
type choice map[string]string

// sane reports whether such a document can be: what the matrix of types and the rules
// of a receptor forbid is left out.
func (c choice) sane() bool {
	is := func(name string, values ...string) bool { return slices.Contains(values, c[name]) }
	transfer := is("tipo", "T")
	switch {
	case transfer != is("moneda", "XXX"), transfer != is("metodo", "none"):
		return false
	case transfer && (!is("impuestos", "01", "03") || !is("descuento", "no") || !is("locales", "no") || !is("precio", "centavos")):
		return false
	case is("receptor", "global") && (!is("tipo", "I") || !is("metodo", "PUE")):
		return false
	case is("precio", "gross") && is("descuento", "cero"):
		return false
	}
	return true
}

// pairs calls f for each pair of values of two factors in c.
func (c choice) pairs(f func(pair string)) {
	for i := range factors {
		for _, b := range factors[i+1:] {
			f(factors[i].name + "=" + c[factors[i].name] + " " + b.name + "=" + c[b.name])
		}
	}
}

func draw(r *rand.Rand) choice {
	for {
		c := choice{}
		for _, f := range factors {
			c[f.name] = f.values[r.IntN(len(f.values))]
		}
		if r.IntN(4) == 0 { // transfers are few among all
			c["tipo"], c["moneda"], c["metodo"], c["impuestos"], c["descuento"], c["locales"], c["precio"] = "T", "XXX", "none", []string{"01", "03"}[r.IntN(2)], "no", "no", "centavos"
		}
		if c.sane() {
			return c
		}
	}
}

// pairwise chooses documents so that every pair of values that can be together is, in
// one of them at least. It is the same list in every run.
func pairwise() (chosen []choice, left int) {
	r := rand.New(rand.NewPCG(40, 2022))
	open := map[string]bool{}
	for range 20_000 {
		draw(r).pairs(func(p string) { open[p] = true })
	}
	for len(open) > 0 && len(chosen) < 140 {
		var best choice
		most := -1
		for range 150 {
			c, n := draw(r), 0
			c.pairs(func(p string) {
				if open[p] {
					n++
				}
			})
			if n > most {
				best, most = c, n
			}
		}
		best.pairs(func(p string) { delete(open, p) })
		chosen = append(chosen, best)
	}
	return chosen, len(open)
}

// build makes the document of a choice.
func (ch choice) build() *cfdi.Comprobante {
	c := simple()
	c.LugarExpedicion, c.TipoDeComprobante, c.Exportacion = "22000", ch["tipo"], ch["exportacion"]
	switch ch["moneda"] {
	case "MXN 1":
		c.TipoCambio = num("1")
	case "USD":
		c.Moneda, c.TipoCambio = "USD", num("18.123456")
	case "JPY":
		c.Moneda, c.TipoCambio = "JPY", num("0.12")
	case "XXX":
		c.Moneda = "XXX"
	}
	switch ch["metodo"] {
	case "PPD":
		c.MetodoPago, c.FormaPago = "PPD", "99"
	case "none":
		c.MetodoPago, c.FormaPago = "", ""
	}
	c.Receptor = ch.receptor(c)
	c.Conceptos = nil
	for i := range map[string]int{"1": 1, "2": 2, "5": 5}[ch["conceptos"]] {
		c.Conceptos = append(c.Conceptos, ch.line(c, i))
	}
	ch.around(c)
	cat := catalogo.New()
	if ch["precio"] == "gross" {
		var gross []decimal.Decimal
		for _, k := range c.Conceptos {
			gross = append(gross, k.ValorUnitario)
		}
		c.SolveGross(cat, gross)
	}
	c.Totalize(cat)
	c.NoCertificado, c.Certificado, c.Sello = "30001000000500003416", "AA==", "AA=="
	return c
}

func (ch choice) receptor(c *cfdi.Comprobante) cfdi.Receptor {
	generic := cfdi.Receptor{Rfc: "XAXX010101000", Nombre: "MOSTRADOR", DomicilioFiscalReceptor: c.LugarExpedicion, RegimenFiscalReceptor: "616", UsoCFDI: "S01"}
	switch ch["receptor"] {
	case "física":
		return cfdi.Receptor{Rfc: "CACX7605101P8", Nombre: "XOCHILT CASAS CHAVEZ", DomicilioFiscalReceptor: "36257", RegimenFiscalReceptor: "612", UsoCFDI: "D01"}
	case "global":
		generic.Nombre = "PUBLICO EN GENERAL"
		c.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: "04", Meses: "11", Año: "2026"}
		return generic
	case "público":
		return generic
	case "extranjero":
		generic.Rfc, generic.Nombre = "XEXX010101000", "ACME INC"
		return generic
	case "extranjero con registro":
		generic.Rfc, generic.Nombre, generic.ResidenciaFiscal, generic.NumRegIdTrib = "XEXX010101000", "ACME INC", "USA", "123456789"
		return generic
	}
	return c.Receptor
}

func (ch choice) line(c *cfdi.Comprobante, i int) cfdi.Concepto {
	k := cfdi.Concepto{
		ClaveProdServ: "80131502", Cantidad: num([]string{"1", "3", "0.75", "12.5", "2"}[i]), ClaveUnidad: "E48", Descripcion: fmt.Sprintf("Concepto %d", i+1),
		ValorUnitario: num([]string{"100.00", "33.33", "1999.99", "7.10", "0.55"}[i]), ObjetoImp: "02", Impuestos: &cfdi.ConceptoImpuestos{},
	}
	if ch["precio"] == "millonésimas" {
		k.ValorUnitario = num([]string{"100.123456", "33.333333", "1999.999999", "7.100001", "0.5"}[i])
	}
	if ch["moneda"] == "JPY" && ch["precio"] != "millonésimas" {
		k.ValorUnitario = k.ValorUnitario.RoundUp(0)
	}
	if ch["tipo"] == "T" {
		k.ValorUnitario = num("0")
	}
	t := func(list ...cfdi.Traslado) { k.Impuestos.Traslados = list }
	switch tax := ch["impuestos"]; tax {
	case "01", "03":
		k.ObjetoImp, k.Impuestos = tax, nil
	case "16":
		t(iva("0.16"))
	case "8":
		t(iva([]string{"0.08", "0.16", "0.08", "0.08", "0.08"}[i]))
	case "0":
		t(iva("0"))
	case "exento":
		t(cfdi.Traslado{Impuesto: "002", TipoFactor: "Exento"})
	case "ieps+16":
		t(ieps("Tasa", "0.265"), iva("0.16"))
	case "cuota+16":
		t(ieps("Cuota", "6.4555"), iva("0.16"))
	case "16-isr":
		t(iva("0.16"))
		k.Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("001", "0.0125")}
	case "16-isr-iva":
		t(iva("0.16"))
		k.Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("002", "0.106667"), withheld("001", "0.10")}
	case "06-isr":
		k.ObjetoImp = "06"
		k.Impuestos.Retenciones = []cfdi.ConceptoRetencion{withheld("001", "0.10")}
	case "07":
		k.ObjetoImp = "07"
		t(ieps("Tasa", "0.08"))
	}
	switch ch["descuento"] {
	case "sí":
		k.DiscountPercent(num("10"), k.ValorUnitario)
	case "cero":
		k.Descuento = num("0")
	}
	if i == 0 {
		ch.first(c, &k)
	}
	return k
}

// first adds to the first line what few lines have.
func (ch choice) first(c *cfdi.Comprobante, k *cfdi.Concepto) {
	switch ch["tercero"] {
	case "mexicano":
		k.ACuentaTerceros = &cfdi.ACuentaTerceros{
			RfcACuentaTerceros: "JUFA7608212V6", NombreACuentaTerceros: "ADRIANA JUAREZ FERNANDEZ", RegimenFiscalACuentaTerceros: "606", DomicilioFiscalACuentaTerceros: "01160",
		}
	case "extranjero":
		k.ACuentaTerceros = &cfdi.ACuentaTerceros{
			RfcACuentaTerceros: "EXT990101NI1", NombreACuentaTerceros: cfdi.LeyendaTercero, RegimenFiscalACuentaTerceros: "616", DomicilioFiscalACuentaTerceros: c.LugarExpedicion,
		}
	}
	pedimentos := []cfdi.InformacionAduanera{{NumeroPedimento: "26  47  3807  6000123"}, {NumeroPedimento: "25  47  3807  5000124"}}
	accounts := []cfdi.CuentaPredial{{Numero: "15956011002"}, {Numero: "A1"}}
	k.InformacionAduanera = pedimentos[:slices.Index([]string{"no", "una", "dos"}, ch["aduana"])]
	k.CuentaPredial = accounts[:slices.Index([]string{"no", "una", "dos"}, ch["predial"])]
	switch ch["parte"] {
	case "sola":
		k.Parte = []cfdi.Parte{{ClaveProdServ: "80131502", Cantidad: num("1.5"), Descripcion: "Parte"}}
	case "con precio y pedimento":
		k.Parte = []cfdi.Parte{
			{ClaveProdServ: "80131502", Cantidad: num("1"), Descripcion: "Otra"},
			{
				ClaveProdServ: "80131502", NoIdentificacion: "P 2", Cantidad: num("3"), Unidad: "Pieza", Descripcion: "Parte", ValorUnitario: num("1.333333"),
				InformacionAduanera: pedimentos,
			},
		}
	}
	if ch["opcionales"] == "sí" {
		k.NoIdentificacion, k.Unidad = "SKU-1", "Mes"
	}
	if ch["texto"] == "signos" {
		k.Descripcion = `  Ñandú "fino"   & <caro> 'de' ½″` + "\u00a0á "
	}
}

// around adds what stands around the lines.
func (ch choice) around(c *cfdi.Comprobante) {
	group := func(tipo string, uuids ...string) { c.Relate(tipo, uuids...) }
	switch ch["relaciones"] {
	case "una":
		group("04", uuid1)
	case "dos grupos":
		group("04", uuid1, uuid2)
		group("07", uuid2)
	}
	local := &implocal.ImpuestosLocales{}
	if ch["locales"] == "traslado" || ch["locales"] == "los dos" {
		local.TrasladosLocales = []implocal.TrasladosLocales{{ImpLocTrasladado: "ISH", TasadeTraslado: num("3.50")}, {ImpLocTrasladado: "Otro & más", TasadeTraslado: num("1.00")}}
	}
	if ch["locales"] == "retención" || ch["locales"] == "los dos" {
		local.RetencionesLocales = []implocal.RetencionesLocales{{ImpLocRetenido: "5 al millar", TasadeRetencion: num("0.50")}}
	}
	if ch["locales"] != "no" {
		c.Complementos = cfdi.Complementos{local}
	}
	if ch["opcionales"] == "no" {
		c.Serie, c.Folio = "", ""
	} else {
		c.Emisor.FacAtrAdquirente = "0123456789"
		if c.TipoDeComprobante != "T" {
			c.CondicionesDePago = "30 días"
		}
	}
	if ch["addenda"] == "sí" {
		c.Addenda = []byte(`<cfdi:Addenda xmlns:cfdi="http://www.sat.gob.mx/cfd/4"><pedido xmlns="urn:cliente"> 4711 </pedido></cfdi:Addenda>`)
	}
}

// TestGeneratedMeetTheOracle: the least, everything, and documents in which every
// value of a factor meets every other that it can meet. Our rules find no error, the
// schema of the SAT takes them all, and its stylesheet gives the same cadena.
func TestGeneratedMeetTheOracle(t *testing.T) {
	chosen, left := pairwise()
	if left > 0 {
		t.Errorf("%d pairs of values are in no document", left)
	}
	if len(chosen) < 70 || len(chosen) > 130 {
		t.Errorf("%d documents", len(chosen))
	}
	docs := []*cfdi.Comprobante{goldens()["todo"], goldens()["sencillo"]}
	for _, ch := range chosen {
		c := ch.build()
		docs = append(docs, c)
		for _, f := range cfdi.Validate(c, catalogo.New(), time.Time{}).Errors() {
			t.Errorf("%v:\n%s %s: %s", ch, f.Code, f.Path, f.Message)
		}
	}
	meetTheOracle(t, docs)
}

// meetTheOracle has the stylesheet and the schema of the SAT judge many documents,
// in one process each.
func meetTheOracle(t *testing.T, docs []*cfdi.Comprobante) {
	t.Helper()
	for _, tool := range []string{"xsltproc", "xmllint"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s", tool)
		}
	}
	dir := t.TempDir()
	sheet := shared(t, "sat/xml/www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt")
	sealed, plain := []string{"--nonet", sheet}, []string{"--nonet", "--noout", "--schema", shared(t, "sat/xml/cfdi40-light.xsd")}
	var want []string
	for i, c := range docs {
		cadena, err := cfdi.Cadena(c)
		if err != nil {
			t.Fatal(err)
		}
		bare := c.Clone()
		bare.Addenda = nil // which the schema leaves to the customer
		for name, doc := range map[string]*cfdi.Comprobante{"": c, "bare": bare} {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d%s.xml", i, name)), cfdi.WriteXML(doc), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, cadena)
		sealed, plain = append(sealed, filepath.Join(dir, fmt.Sprintf("%03d.xml", i))), append(plain, filepath.Join(dir, fmt.Sprintf("%03dbare.xml", i)))
	}
	env := append(os.Environ(), "XML_CATALOG_FILES="+shared(t, "sat/xml/catalog.xml"))
	cmd := exec.Command("xsltproc", sealed...)
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xsltproc: %v", err)
	}
	rest := string(out)
	for i, cadena := range want {
		after, ok := strings.CutPrefix(rest, cadena)
		if !ok {
			t.Errorf("cadena of\n%s\n got %s\nwant %s", cfdi.WriteXML(docs[i]), cadena, rest[:min(len(rest), len(cadena)+40)])
			break // the others follow it in one text
		}
		rest = after
	}
	cmd = exec.Command("xmllint", plain...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		for line := range strings.Lines(string(out)) {
			if !strings.HasSuffix(line, " validates\n") {
				t.Error(strings.TrimSpace(line))
			}
		}
	}
}
