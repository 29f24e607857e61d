package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/store"
)

// issuer is a browser of a company that can issue: data, series, certificate.
func (p *portal) issuer(rfc string) (*browser, store.Actor) {
	p.t.Helper()
	a := p.found(rfc, "Mariana")
	b := p.signedIn(rfc)
	b.follow(b.post("/empresa", url.Values{
		"Version": {hidden(b.get("/empresa").Body.String(), "Version")}, "Nombre": {"TALLER DE CERAMICA LOS GIRASOLES"},
		"RegimenDefault": {"601"}, "CodigoPostal": {"72000"}, "LugarExpedicion": {"72000"}, "Pais": {"MEX"},
	}))
	b.follow(b.post("/series/nueva", serieForm()))
	credit := serieForm()
	credit.Set("Serie", "NC")
	credit.Set("TipoDeComprobante", "E")
	b.follow(b.post("/series/nueva", credit))
	b.follow(b.post("/certificados/prueba", nil))
	return b, a
}

var actionOf = regexp.MustCompile(`id="factura" action="(/comprobantes/[0-9a-f-]{36})"`)

// newInvoice opens the form and fills it as a shopkeeper would.
func newInvoice(t *testing.T, b *browser) (path string, form url.Values) {
	t.Helper()
	page := b.get("/comprobantes/nuevo?tipo=I").Body.String()
	m := actionOf.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no form:\n%s", page)
	}
	_, serie, _ := strings.Cut(page, `name="SerieID"`)
	_, serie, _ = strings.Cut(serie, `<option value="`)
	serie, _, _ = strings.Cut(serie, `"`)
	return m[1], url.Values{
		"Revision": {"0"}, "TipoDeComprobante": {"I"}, "SerieID": {serie}, "Moneda": {"MXN"}, "MetodoPago": {"PUE"}, "FormaPago": {"01"},
		"Exportacion": {"01"}, "LugarExpedicion": {"72000"}, "Emisor.RegimenFiscal": {"601"},
		"Receptor.Rfc": {"URE180429TM6"}, "Receptor.Nombre": {"UNIVERSIDAD ROBOTICA ESPAÑOLA"}, "Receptor.DomicilioFiscalReceptor": {"65000"},
		"Receptor.RegimenFiscalReceptor": {"601"}, "Receptor.UsoCFDI": {"G03"},
		"Lineas": {"1"}, "Conceptos[0].Descripcion": {"Vajilla"}, "Conceptos[0].ClaveProdServ": {"52152101 · Vajillas"}, "Conceptos[0].ClaveUnidad": {"H87"},
		"Conceptos[0].Cantidad": {"2"}, "Conceptos[0].ValorUnitario": {"100"}, "Conceptos[0].ObjetoImp": {"02"}, "Conceptos[0].IVA": {"0.160000"},
	}
}

// press posts the form with one of its buttons.
func (b *browser) press(path string, form url.Values, button string) *httptest.ResponseRecorder {
	sent := url.Values{"accion": {button}}
	for name, typed := range form {
		sent[name] = typed
	}
	return b.post(path, sent)
}

// stamped are the documents of the company that have their stamp.
func (p *portal) stamped(a store.Actor) billing.Page {
	p.t.Helper()
	page, err := p.Billing.List(p.t.Context(), a, billing.Filter{State: "timbrado"})
	must(p.t, err)
	return page
}

func TestStampingPressedTwiceIsOneReceipt(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	var wait sync.WaitGroup
	var answers [3]*httptest.ResponseRecorder
	for i := range answers {
		tab := &browser{p: p, cookies: map[string]string{}}
		for name, value := range b.cookies {
			tab.cookies[name] = value
		}
		wait.Go(func() { answers[i] = tab.press(path, form, "timbrar-asi") })
	}
	wait.Wait()
	for i, res := range answers {
		if res.Code != http.StatusSeeOther || res.Header().Get("Location") != path {
			t.Errorf("press %d: %d to %q\n%s", i, res.Code, res.Header().Get("Location"), textOf(res))
		}
	}
	if page := p.stamped(a); page.Total != 1 || page.Rows[0].Total.String() != "232.00" {
		t.Errorf("%+v", page)
	}
	if res := b.press(path, form, "timbrar"); res.Header().Get("Location") != path {
		t.Errorf("the button back and Timbrar again: %d", res.Code)
	}
	has(t, b.get(path), "Factura A-1", "Timbrado", "$ 232.00", "XML")
	for _, part := range []string{"?ver=xml", "?ver=envios", "?ver=bitacora", "?ver=nada"} {
		if res := b.get(path + part); res.Code != http.StatusOK || forbidden.MatchString(res.Body.String()) {
			t.Errorf("%s: %d", part, res.Code)
		}
	}
	if xml := b.get(path + "/xml"); xml.Header().Get("Content-Type") != "application/xml" || !strings.Contains(xml.Body.String(), "TimbreFiscalDigital") {
		t.Errorf("XML: %d", xml.Code)
	}
	if pdf := b.get(path + "/pdf"); !strings.HasPrefix(pdf.Body.String(), "%PDF") {
		t.Errorf("PDF: %d", pdf.Code)
	}
	if page := p.stamped(a); page.Total != 1 {
		t.Errorf("%d receipts", page.Total)
	}
}

func TestAnotherTabIsToldAndLosesNothing(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	b.follow(b.press(path, form, "guardar"))
	stale := form
	form = url.Values{}
	for name, typed := range stale {
		form[name] = typed
	}
	stale.Set("Conceptos[0].Descripcion", "lo que escribí en la otra <ventana>")
	for _, button := range []string{"guardar", "revisar", "timbrar"} {
		res := b.press(path, stale, button)
		if res.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", button, res.Code)
		}
		has(t, res, "otra ventana", "lo que escribí en la otra &lt;ventana&gt;", "Ver la otra versión", `value="copiar"`)
	}
	if res := b.follow(b.press(path, form, "guardar")); !strings.Contains(res.Body.String(), "Vajilla") {
		t.Error("the same content again is no conflict")
	}
	copied := b.press(path, stale, "copiar")
	if to := copied.Header().Get("Location"); to == path || to == "" {
		t.Errorf("copy: %d to %q", copied.Code, to)
	}
	has(t, b.follow(copied), "lo que escribí en la otra &lt;ventana&gt;")
	if page := p.stamped(a); page.Total != 0 {
		t.Errorf("%d receipts", page.Total)
	}
}

func TestDraftSurvivesWithWhatCouldNotBeRead(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	for name, typed := range map[string]string{
		"Conceptos[0].ValorUnitario": "1e9", "Conceptos[0].Cantidad": "dos", "Conceptos[0].Descuento": "120 %", "Notas": "línea 1\nlínea «2»",
	} {
		form.Set(name, typed)
	}
	has(t, b.press(path, form, "guardar"), "Guardamos el borrador", `href="#f-Conceptos-0-ValorUnitario"`, `aria-invalid="true"`)
	has(t, b.get(path), `value="1e9"`, `value="dos"`, `value="120 %"`, "línea «2»", "datos que no pudimos leer")
	res := b.press(path, form, "timbrar-asi") // the same content, so no conflict
	has(t, res, "no se timbró nada")
	if page := p.stamped(a); page.Total != 0 || res.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d receipts, %d", page.Total, res.Code)
	}
}

func TestAutosaveTellsWhereItStands(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	form.Set("ID", strings.TrimPrefix(path, "/comprobantes/"))
	save := func() (status int, told struct {
		ID       string
		Revision int
		Message  string
	},
	) {
		res := b.post("/comprobantes/autoguardar", form)
		must(t, json.Unmarshal(res.Body.Bytes(), &told))
		return res.Code, told
	}
	status, first := save()
	if status != http.StatusOK || first.Revision != 1 || "/comprobantes/"+first.ID != path {
		t.Errorf("%d %+v", status, first)
	}
	form.Set("Notas", "otra")
	if status, told := save(); status != http.StatusConflict || !strings.Contains(told.Message, "otra ventana") {
		t.Errorf("stale: %d %+v", status, told)
	}
	form.Set("Revision", "1")
	if status, told := save(); status != http.StatusOK || told.Revision != 2 {
		t.Errorf("%d %+v", status, told)
	}
	form.Set("Revision", "2")
	if res := b.press(path, form, "timbrar-asi"); res.Header().Get("Location") != path {
		t.Errorf("stamping what was saved by itself: %d\n%s", res.Code, textOf(res))
	}
}

func TestLiveTotals(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("TCG180314LM7")
	_, form := newInvoice(t, b)
	form.Set("Lineas", "2")
	form.Set("Conceptos[1].ValorUnitario", "letras")
	res := b.post("/comprobantes/totales", form)
	has(t, res, `id="totales"`, "$ 232.00", `id="total-corto"`, `id="importe-0"`, "200.00", `id="importe-1"`, "DOSCIENTOS TREINTA Y DOS PESOS")
	if strings.Contains(res.Body.String(), "<html") {
		t.Error("it is a whole page")
	}
}

// What another company has is as unknown as what nobody has.
func TestAnothersDocumentDoesNotExist(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	b.follow(b.press(path, form, "timbrar-asi"))
	p.found("EKU9003173C9", "Otra")
	other := p.signedIn("EKU9003173C9")
	const nobodys = "/comprobantes/00000000-0000-7000-8000-000000000000"
	for _, part := range []string{"", "?ver=xml", "/xml", "/pdf", "/vista"} {
		theirs, none := other.get(path+part), other.get(nobodys+part)
		if theirs.Code != http.StatusNotFound || theirs.Body.String() != none.Body.String() {
			t.Errorf("GET %s: %d, and the pages differ: %t", part, theirs.Code, theirs.Body.String() != none.Body.String())
		}
	}
	for _, part := range []string{"/enviar", "/descartar", "/duplicar", "/nota-de-credito"} {
		theirs, none := other.post(path+part, url.Values{"Para": {"a@example.mx"}}), other.post(nobodys+part, url.Values{"Para": {"a@example.mx"}})
		if theirs.Code != http.StatusNotFound || theirs.Body.String() != none.Body.String() {
			t.Errorf("POST %s: %d\n%s", part, theirs.Code, textOf(theirs))
		}
	}
	form.Set("Revision", "1")
	has(t, other.press(path, form, "guardar"), "ya no existe", "Vajilla")
	has(t, b.get(path), "Timbrado")
}

func TestFromADocumentComeOthers(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	b.follow(b.press(path, form, "timbrar-asi"))
	has(t, b.follow(b.post(path+"/duplicar", nil)), "Factura en borrador", "Copiamos el comprobante")
	has(t, b.follow(b.post(path+"/nota-de-credito", nil)), "Nota de crédito en borrador", "1 folio fiscal")
	has(t, b.post(path+"/enviar", url.Values{"Para": {"no es correo"}}), "No se envió nada", `href="#f-Para"`, "no es correo")
	has(t, b.follow(b.post(path+"/enviar", url.Values{"Para": {"a@example.mx"}})), "Va en camino", "a@example.mx")
	p.drain()
	has(t, b.get(path+"?ver=envios"), "a@example.mx", "Enviado")
	uuid := p.stamped(a).Rows[0].UUID
	other, credit := newInvoice(t, b)
	credit.Set("TipoDeComprobante", "E")
	credit.Set("buscarComprobante", "universidad")
	has(t, b.press(other, credit, "buscar-comprobantes"), `value="relacionar:`+uuid+`"`)
	has(t, b.press(other, credit, "relacionar:"+uuid), uuid+"</textarea>", "1 folio fiscal")
	has(t, b.get("/buscar/comprobantes?q=a-1"), uuid, "UNIVERSIDAD")
	has(t, b.get("/comprobantes"), "3 comprobantes", "Timbrado MXN $ 232.00", "A-1")
	has(t, b.get("/comprobantes?q=universidad&estado=borrador"), "2 comprobantes")
	has(t, b.get("/comprobantes?q=zzz"), "Nada coincide con estos filtros", "Limpiar filtros")
	has(t, b.get("/panel"), "$ 232.00", "2 borradores por terminar", "días")
}

var (
	summaryLink = regexp.MustCompile(`<a href="#([^"]+)">`)
	anyID       = regexp.MustCompile(`\sid="([^"]+)"`)
)

// Whatever is wrong, its link in the summary leads to something on the page.
func TestEveryFindingLeadsToItsField(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("TCG180314LM7")
	spoil := map[string]url.Values{
		"nothing typed":  {"Lineas": {"0"}},
		"an empty line":  {"Conceptos[0].Descripcion": {""}, "Conceptos[0].ValorUnitario": {""}, "Conceptos[0].ClaveUnidad": {""}},
		"bad keys":       {"Moneda": {"USD"}, "Conceptos[0].ClaveProdServ": {"x"}, "Conceptos[0].ClaveUnidad": {"-"}, "Receptor.UsoCFDI": {"S01"}, "Correos": {"no es"}},
		"bad numbers":    {"Conceptos[0].Cantidad": {"-1"}, "Conceptos[0].IEPSCuota": {"x"}, "TipoCambio": {"y"}, "Moneda": {"EUR"}},
		"other taxes":    {"Conceptos[0].RetISR": {"0.900000"}, "Conceptos[0].IEPS": {"0.123000"}, "Conceptos[0].ObjetoImp": {"09"}},
		"a bad relation": {"CfdiRelacionados[0].TipoRelacion": {"01"}, "CfdiRelacionados[0].UUIDs": {"no-uuid"}},
		"an old date":    {"Fecha": {"2020-01-01T10:00"}, "LugarExpedicion": {"1"}, "Exportacion": {"02"}},
		"the public":     {"Receptor.Rfc": {"XAXX010101000"}, "Receptor.Nombre": {"PUBLICO EN GENERAL"}, "InformacionGlobal.Periodicidad": {"05"}, "InformacionGlobal.Meses": {"99"}},
		"a foreigner":    {"Receptor.Rfc": {"XEXX010101000"}, "Receptor.ResidenciaFiscal": {"ZZZ"}},
		"no series":      {"SerieID": {"otra"}, "Conceptos[0].CuentaPredial": {"---"}, "Conceptos[0].NumeroPedimento": {"1"}},
		"too much":       {"Conceptos[0].Cantidad": {"999999999999"}, "Conceptos[0].ValorUnitario": {"999999999999"}},
	}
	for name, change := range spoil {
		path, form := newInvoice(t, b)
		for field, typed := range change {
			form[field] = typed
		}
		body := b.press(path, form, "revisar").Body.String()
		ids := map[string]bool{}
		for _, m := range anyID.FindAllStringSubmatch(body, -1) {
			if ids[m[1]] {
				t.Errorf("%s: two elements are %q", name, m[1])
			}
			ids[m[1]] = true
		}
		links := summaryLink.FindAllStringSubmatch(body, -1)
		if len(links) == 0 {
			t.Errorf("%s: nothing is wrong:\n%s\n%s", name, p.log, body)
		}
		for _, m := range links {
			if !ids[m[1]] {
				t.Errorf("%s: nothing is called %q", name, m[1])
			}
		}
	}
}

func TestCorregirMendsAndReviewsAgain(t *testing.T) {
	p := newPortal(t)
	b, _ := p.issuer("TCG180314LM7")
	path, form := newInvoice(t, b)
	form.Set("MetodoPago", "PPD")
	form.Set("Receptor.Nombre", "Universidad Robótica Española, S.A. de C.V.")
	res := b.press(path, form, "revisar")
	has(t, res, `value="corregir:FormaPago=99"`, `value="corregir:Receptor.Nombre=`)
	form.Set("Revision", "1")
	has(t, b.press(path, form, "corregir:FormaPago=99"), `<option value="99" selected>`)
	if res := b.press(path, form, "corregir:%zz"); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("a mend nobody offered: %d", res.Code)
	}
}

// TestALocalTaxIsChargedAndStays: a box of the form becomes the complement, in the
// totals, in the XML, and the tax is one in use.
func TestALocalTaxIsChargedAndStays(t *testing.T) {
	p := newPortal(t)
	b, a := p.issuer("TCG180314LM7")
	b.follow(b.post("/impuestos/nuevo", taxValues()))
	path, form := newInvoice(t, b)
	if page := b.get("/comprobantes/nuevo?tipo=I"); !strings.Contains(page.Body.String(), `value="T 3.00 ISH"`) {
		t.Errorf("the form does not offer it:\n%s", textOf(page))
	}
	form["Locales"] = []string{"T 3.00 ISH", "no es nada", "T -1.00 X"}
	b.follow(b.press(path, form, "guardar"))
	has(t, b.get(path), "ISH 3 %", "$ 6.00", "$ 238.00")
	form.Set("Revision", "1")
	if res := b.press(path, form, "timbrar-asi"); res.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", res.Code, textOf(res))
	}
	if page := p.stamped(a); page.Total != 1 || page.Rows[0].Total.String() != "238.00" {
		t.Fatalf("%+v", page)
	}
	has(t, b.get(path+"/xml"), `ImpLocTrasladado="ISH" TasadeTraslado="3.00" Importe="6.00"`)
	taxes, err := p.Directory.Impuestos(t.Context(), a)
	must(t, err)
	x := taxes[len(taxes)-1]
	if x.Nombre != "ISH" || !x.EnUso {
		t.Errorf("%+v", x)
	}
	if res := b.post("/impuestos/"+x.ID+"/eliminar", nil); res.Code != http.StatusConflict {
		t.Errorf("deleted: %d", res.Code)
	}
	changed := taxValues()
	changed.Set("Valor", "5")
	b.follow(b.post("/impuestos/"+x.ID, changed))
	if again, err := p.Directory.Impuesto(t.Context(), a, x.ID); err != nil || again.Valor.String() != "0.030000" {
		t.Errorf("%+v %v", again, err)
	}
}
