package pdf

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func samples(t *testing.T) map[string][]byte {
	t.Helper()
	draft, err := New(catalogo.New()).Draft(factura(), girasoles)
	if err != nil {
		t.Fatal(err)
	}
	test, cancelled := girasoles, girasoles
	test.Test, test.Notas = true, "Gracias por tu compra.\nBBVA 012 650 00123456789 0"
	cancelled.State = "cancelado"
	return map[string][]byte{
		"factura": render1(t, factura(), girasoles), "draft": draft, "usd": render1(t, exportUSD(), test),
		"long": render1(t, longTexts(), Options{}), "cancelled": render1(t, factura(), cancelled), "global": render1(t, global(t), girasoles),
		"many": render1(t, many(30), test),
	}
}

// global is a factura global with local taxes and a complement unknown here.
func global(tb testing.TB) *cfdi.Comprobante {
	tb.Helper()
	c := factura()
	c.CfdiRelacionados, c.MetodoPago, c.FormaPago = nil, "PUE", "01"
	c.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: "04", Meses: "11", Año: "2026"}
	c.Receptor = cfdi.Receptor{Rfc: "XAXX010101000", Nombre: "PUBLICO EN GENERAL", DomicilioFiscalReceptor: "72000", RegimenFiscalReceptor: "616", UsoCFDI: "S01"}
	c.Conceptos[0].Impuestos.Traslados[0] = cfdi.Traslado{Base: dec("13965.00"), Impuesto: "002", TipoFactor: "Exento"}
	c.Impuestos.Traslados = append(c.Impuestos.Traslados, cfdi.Traslado{Base: dec("13965.00"), Impuesto: "002", TipoFactor: "Exento"})
	c.Complementos = append(
		c.Complementos,
		unknown(tb, `<implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="1.0" TotaldeRetenciones="5.00" TotaldeTraslados="30.00">`+
			`<implocal:RetencionesLocales ImpLocRetenido="Cinco al millar" TasadeRetencion="0.50" Importe="5.00"/>`+
			`<implocal:TrasladosLocales ImpLocTrasladado="ISH" TasadeTraslado="3.00" Importe="30.00"/></implocal:ImpuestosLocales>`),
		unknown(tb, `<mi:DatosDeObra xmlns:mi="urn:mi" NumeroDeObra="77-B" Avance="40 %"><mi:Supervisor Nombre="Íñigo Peña"/><mi:Nota>Segunda etapa</mi:Nota></mi:DatosDeObra>`),
	)
	return c
}

func unknown(tb testing.TB, xml string) *cfdi.Unknown {
	tb.Helper()
	e, err := xmldoc.Parse([]byte(xml))
	if err != nil {
		tb.Fatal(err)
	}
	return &cfdi.Unknown{Space: e.Space, Prefix: e.Prefix, Local: e.Local, XML: []byte(xml)}
}

func TestGoldenText(t *testing.T) {
	spaces := regexp.MustCompile(`[ \f]+`)
	for name, b := range samples(t) {
		var lines []string
		for line := range strings.SplitSeq(textOf(t, b), "\n") {
			if line = strings.TrimSpace(spaces.ReplaceAllString(line, " ")); line != "" {
				lines = append(lines, line)
			}
		}
		got := strings.Join(lines, "\n") + "\n"
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-golden +now):\n%s", name, diff)
		}
	}
}

// TestEveryDemandOfTheLawIsPrinted holds the list of cfdi-rules section 8 and
// manual section 3.5 against the text of each design, with everything the company
// may leave out left out.
func TestEveryDemandOfTheLawIsPrinted(t *testing.T) {
	for _, design := range Designs {
		for _, ingles := range []bool{false, true} {
			o := girasoles
			o.Paper = Paper{Design: design, Hide: Parts, Ingles: ingles}
			t.Run(fmt.Sprint(design, ingles), func(t *testing.T) { demands(t, factura(), o) })
		}
	}
}

func demands(t *testing.T, c *cfdi.Comprobante, o Options) {
	text := tight(oracle(t, render1(t, c, o), "pdftotext", "-raw", "in.pdf", "-"))
	timbre := cfdi.Timbre{Version: "1.1", UUID: uuid, FechaTimbrado: "2026-11-08T12:40:21", RfcProvCertif: "PRU260101AB1", SelloCFD: c.Sello, NoCertificadoSAT: "30001000000709876543"}
	for what, want := range map[string]string{
		"legend": "Este documento es una representación impresa de un CFDI", "uuid": uuid,
		"emisor rfc": "TCG180314LM7", "emisor": "TALLER DE CERAMICA LOS GIRASOLES", "régimen": "601 · General de Ley Personas Morales",
		"receptor rfc": "HCS110908RT5", "receptor": "HOTEL CASONA SAN FRANCISCO", "cp": "37700", "uso": "G03 · Gastos en general",
		"folio": "A-1284", "certificate": "30001000000712345678", "SAT certificate": "30001000000709876543", "PAC": "PRU260101AB1",
		"place": "72000 · Puebla", "issued": "08/11/2026 12:40:18", "stamped": "08/11/2026 12:40:21", "type": "I · Ingreso",
		"version": "CFDI 4.0", "key": "52152016", "unit": "H87", "ident": "VAJ-24", "objeto": "02 Sí objeto de impuesto", "quantity": "12",
		"price": "385.50", "amount": "14,700.00", "description": "Taller de cerámica para huéspedes, 3 horas",
		"tax of a line": "IVA 002 Tasa 0.160000 · base 13,965.00 · 2,234.40", "retención of a line": "Ret. IVA 002 Tasa 0.040000 · base 1,850.00 · 74.00",
		"pedimento": "Pedimento 21 47 3807 8003832", "subtotal": "27,976.00", "discount": "735.00", "by rate": "Traslado IVA 16 %", "base": "base 27,241.00",
		"retención": "IVA 4 %", "retenido": "– 74.00", "total": "$ 31,525.56",
		"método": "PPD · Pago en parcialidades o diferido", "forma": "99 · Por definir", "moneda": "MXN · Peso Mexicano", "exportación": "01 · No aplica",
		"conditions": "Orden de compra OC-5531", "relation": "04 · Sustitución de los CFDI previos", "related": "9B1D7E44-60A2-4C3F-8E15-2A7C90D4F1B6",
		"Sello": c.Sello, "SelloSAT": signature("sat"), "cadena": timbre.Cadena(),
	} {
		if !strings.Contains(text, tight(want)) {
			t.Errorf("%s is missing: %q", what, want)
		}
	}
}

// tight drops all space: where lines break is the business of each design.
func tight(text string) string { return strings.Join(strings.Fields(text), "") }

// TestWhatIsKnownIsShownUnlessLeftOut takes the optional parts one by one.
func TestWhatIsKnownIsShownUnlessLeftOut(t *testing.T) {
	shows := map[Part]string{
		PartDomicilio: "Calle 6 Norte 412", PartSucursal: "Sucursal Centro", PartTelefono: "222 555 0148", PartCorreo: "facturas@losgirasoles.mx", PartWeb: "· losgirasoles.mx",
		PartReceptor: "Calle Umarán 3", PartUnidades: "Conjunto", PartCuentas: "CLABE 012650001234567891", PartImporteLet: "PESOS 56/100 M.N.", PartLogo: "",
	}
	for i, part := range Parts {
		want, ok := shows[part]
		if !ok {
			t.Fatalf("no text tells part %s", part)
		}
		with := dressed(t, Designs[i%len(Designs)])
		without := with
		without.Paper.Hide = []Part{part}
		a, b := render1(t, factura(), with), render1(t, factura(), without)
		if part == PartLogo {
			if !bytes.Contains(a, []byte("/Subtype /Image")) || bytes.Contains(b, []byte("/Subtype /Image")) {
				t.Error("the logo does not come and go")
			}
			continue
		}
		if have, gone := tight(oracle(t, a, "pdftotext", "-raw", "in.pdf", "-")), tight(oracle(t, b, "pdftotext", "-raw", "in.pdf", "-")); !strings.Contains(have, tight(want)) || strings.Contains(gone, tight(want)) {
			t.Errorf("%s: %q does not come and go", part, want)
		}
	}
}

// TestXMLTravelsInside takes the attachment out again, byte for byte.
func TestXMLTravelsInside(t *testing.T) {
	if _, err := exec.LookPath("pdfdetach"); err != nil {
		t.Skip("pdfdetach is not installed (apt-get install poppler-utils): the attachment stays unread")
	}
	xml := stamped(t, longTexts())
	for _, design := range Designs {
		b, err := New(catalogo.New()).Document(xml, Options{Paper: Paper{Design: design}})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "in.pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("pdfdetach", "-saveall", "in.pdf")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		got, err := os.ReadFile(filepath.Join(dir, uuid+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, xml) {
			t.Errorf("%s: %d bytes came out of %d", design, len(got), len(xml))
		}
	}
	draft, err := New(catalogo.New()).Draft(factura(), girasoles)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(draft, []byte("/Type /EmbeddedFile ")) {
		t.Error("a draft carries a file")
	}
}

// TestTicketIsAsLongAsItsContent: a roll ends where the legend does.
func TestTicketIsAsLongAsItsContent(t *testing.T) {
	box := regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`)
	last := decimal.FromInt(0)
	for _, n := range []int{1, 4, 40} {
		b := render1(t, many(n), Options{Paper: Paper{Design: Ticket}})
		found := box.FindAllSubmatch(b, -1)
		sizes := found[0]
		if string(sizes[1]) != "226.77" {
			t.Errorf("the roll is %s points wide, want 226.77 (80 mm)", sizes[1])
		}
		h := decimal.MustParse(string(sizes[2]))
		if h.Cmp(last) <= 0 || h.Cmp(decimal.FromInt(int64(900+110*n))) > 0 {
			t.Errorf("%d lines make %s points", n, h)
		}
		last = h
	}
}

// TestColoursAreReadWhateverTheCompanyChooses holds every colour against WCAG.
func TestColoursAreReadWhateverTheCompanyChooses(t *testing.T) {
	for n := 0; n < 1<<24; n += 4099 {
		p := Paper{Color: fmt.Sprintf("#%06x", n)}
		for _, p.Design = range Designs {
			l := lookOf(p)
			for what, c := range map[string]float64{
				"text on paper": contrast(l.text, white), "title": contrast(l.title.colour, white), "text upon the colour": contrast(l.upon, l.main),
				"head of the table": contrast(l.headInk, l.headFill), "grand total": contrast(l.upon, l.main),
			} {
				if c < legible {
					t.Fatalf("%s %s: %s has contrast %.2f", p.Design, p.Color, what, c)
				}
			}
		}
	}
	for _, wrong := range []string{"red", "#12", "#12345g", "1d4f8f#", "#1d4f8f "} {
		if ValidColor(wrong) || parseColour(wrong) != accent {
			t.Errorf("%q is taken for a colour", wrong)
		}
	}
}

func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestQRLeadsToTheSAT(t *testing.T) {
	read := func(name string, c *cfdi.Comprobante, design Design) {
		b := render1(t, c, dressed(t, design))
		got := scan(t, b)
		if want := cfdi.VerificationURL(c, uuid); got != want {
			t.Errorf("%s %s: QR reads %q, want %q", design, name, got, want)
		}
		if !bytes.Contains(b, []byte("/URI ("+pdfEscape(cfdi.VerificationURL(c, uuid)))) {
			t.Errorf("%s %s: the QR is no link", design, name)
		}
	}
	for _, design := range Designs {
		read("short", factura(), design)
	}
	read("long", longTexts(), Compacta)
	read("ampersand and ñ", ampersand(), Ticket)
}

// TestQRIsLargeEnough measures the link that lies upon the code: RMF 2.7.1.7
// wants 27.5 mm a side at least.
func TestQRIsLargeEnough(t *testing.T) {
	for _, design := range Designs {
		largeEnough(t, design)
	}
}

func largeEnough(t *testing.T, design Design) {
	rect := regexp.MustCompile(`/Rect \[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]`).FindSubmatch(render1(t, factura(), Options{Paper: Paper{Design: design}}))
	if rect == nil {
		t.Fatal("the QR is no link")
	}
	at := func(i int) decimal.Decimal { return decimal.MustParse(string(rect[i])).Abs() }
	least := decimal.MustParse("77.95") // points
	for side, points := range map[string]decimal.Decimal{"width": at(3).Sub(at(1)).Abs(), "height": at(4).Sub(at(2)).Abs()} {
		if points.Cmp(least) < 0 {
			t.Errorf("%s: %s is %s points, want %s", design, side, points, least)
		}
	}
}

// TestAbsurdLengthsStayCheap prints what no valid document holds, but a
// received one may.
func TestAbsurdLengthsStayCheap(t *testing.T) {
	c := factura()
	long := strings.Repeat("WÑ", 20_000)
	c.Emisor.Nombre, c.Receptor.Nombre, c.CondicionesDePago, c.Serie = long, long, long, long
	for _, design := range Designs {
		start := time.Now()
		b := render1(t, c, Options{NombreComercial: long, Paper: Paper{Design: design}})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", design, took)
		}
		if text := flat(textOf(t, b)); !strings.Contains(text, "$ 31,525.56") || !strings.Contains(text, uuid) {
			t.Errorf("%s: what matters is pushed off the page", design)
		}
	}
}

func pdfEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s)
}

func ampersand() *cfdi.Comprobante {
	c := factura()
	c.Emisor.Rfc, c.Total = "Ñ&Ñ180314LM7", dec("0.99")
	return c
}

func TestUnstampedHasNoQRAndNoSeals(t *testing.T) {
	r := New(catalogo.New())
	draft, err := r.Draft(factura(), girasoles)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := r.Document(cfdi.WriteXML(factura()), girasoles)
	if err != nil {
		t.Fatal(err)
	}
	empty, err := r.Draft(&cfdi.Comprobante{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"draft": draft, "sealed": sealed, "empty": empty} {
		text := flat(textOf(t, b))
		if !strings.Contains(text, "SIN VALIDEZ FISCAL") {
			t.Errorf("%s is not marked", name)
		}
		if strings.Contains(text, "Sello digital") || strings.Contains(text, factura().Sello[:20]) || bytes.Contains(b, []byte("verificacfdi")) {
			t.Errorf("%s shows a seal or a QR", name)
		}
	}
	if !strings.Contains(flat(textOf(t, draft)), "BORRADOR – SIN VALIDEZ FISCAL") {
		t.Error("a draft does not say BORRADOR")
	}
}

func TestMarks(t *testing.T) {
	tests := []struct {
		name   string
		o      Options
		have   []string
		absent []string
	}{
		{"valid", Options{State: "timbrado"}, nil, []string{"CANCELADO", "SIN VALIDEZ", "BORRADOR"}},
		{"test", Options{Test: true}, []string{"SIN VALIDEZ FISCAL", "COMPROBANTE DE PRUEBA"}, []string{"CANCELADO"}},
		{"cancelled", Options{State: "cancelado"}, []string{"CANCELADO"}, []string{"SIN VALIDEZ"}},
		{"cancelled test", Options{State: "cancelado", Test: true}, []string{"CANCELADO", "SIN VALIDEZ FISCAL"}, nil},
	}
	for _, tt := range tests {
		text := flat(textOf(t, render1(t, factura(), tt.o)))
		for _, want := range tt.have {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q", tt.name, want)
			}
		}
		for _, not := range tt.absent {
			if strings.Contains(text, not) {
				t.Errorf("%s: says %q", tt.name, not)
			}
		}
	}
}

func TestLongTablesRepeatHeadAndCountPages(t *testing.T) {
	b := render1(t, many(1300), girasoles)
	pages := strings.Split(strings.TrimSuffix(textOf(t, b), "\f"), "\f")
	if len(pages) < 100 {
		t.Fatalf("only %d pages", len(pages))
	}
	n := len(pages)
	for i, page := range pages {
		page = flat(page)
		if !strings.Contains(page, "Página "+itoa(i+1)+" de "+itoa(n)) {
			t.Errorf("page %d does not tell its number", i+1)
		}
		if i < n-1 && !strings.Contains(page, "Cantidad Unidad Concepto") {
			t.Errorf("page %d has no table head", i+1)
		}
		if !strings.Contains(page, "A-1284") {
			t.Errorf("page %d does not say whose it is", i+1)
		}
	}
	text := flat(strings.Join(pages, " "))
	for i := 1; i <= 1300; i++ {
		if !strings.Contains(text, " "+itoa(i)+". ") {
			t.Fatalf("line %d is not printed", i)
		}
	}
}

func TestSameXMLSameBytes(t *testing.T) {
	if !bytes.Equal(render1(t, factura(), girasoles), render1(t, factura(), girasoles)) {
		t.Error("the PDF depends on more than its document")
	}
}

func TestPDFIsPassiveAndSound(t *testing.T) {
	all := samples(t)
	for _, design := range Designs {
		all[string(design)] = render1(t, global(t), dressed(t, design))
	}
	for name, b := range all {
		plain := oracle(t, b, "qpdf", "--stream-data=uncompress", "--object-streams=disable", "in.pdf", "-")
		for _, active := range []string{"/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA", "/SubmitForm", "/RichMedia"} {
			if strings.Contains(plain, active) {
				t.Errorf("%s contains %s", name, active)
			}
		}
		if n := strings.Count(plain, "/Filespec"); n > 1 {
			t.Errorf("%s carries %d files; its XML is one", name, n)
		}
		oracle(t, b, "qpdf", "--check", "in.pdf")
	}
}

func TestForeignTextNeitherBreaksNorInjects(t *testing.T) {
	c := factura()
	c.Receptor.Nombre = "A) Tj ET /JS (x) ( \\ 陶 \u202e ş"
	c.Conceptos[0].Descripcion = "uno\ndos\ttres \U0001F600"
	b := render1(t, c, girasoles)
	oracle(t, b, "qpdf", "--check", "in.pdf")
	text := flat(textOf(t, b))
	if !strings.Contains(text, `A) Tj ET /JS (x) ( \ ? ? s`) {
		t.Errorf("the name is printed otherwise: %s", text[:400])
	}
	if !strings.Contains(text, "Los caracteres que no se pueden imprimir") {
		t.Error("nothing tells that characters are missing")
	}
}

func TestDocumentRefusesWhatIsNoCFDI(t *testing.T) {
	for _, xml := range []string{"", "<a/>", "%PDF-1.4"} {
		if _, err := New(catalogo.New()).Document([]byte(xml), Options{}); err == nil {
			t.Errorf("%q became a PDF", xml)
		}
	}
}

func TestSamplesOfTheSATArePrinted(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "sat", "samples", "valid", "*.xml"))
	if err != nil || len(paths) == 0 {
		t.Skip("../shared/sat/samples is absent: no foreign documents were printed")
	}
	for _, path := range paths {
		xml, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, design := range Designs {
			if _, err := New(catalogo.New()).Document(xml, Options{Paper: Paper{Design: design}}); err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
		}
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("A", "Descripción", "1.00", "Nota\nlarga")
	f.Add("", "", "", "")
	f.Add("\x00\xff", strings.Repeat("W", 3000), "999999999999999999.9999999999", strings.Repeat("\n", 400))
	r := New(catalogo.New())
	f.Fuzz(func(t *testing.T, nombre, descripcion, importe, notas string) {
		c := factura()
		c.Receptor.Nombre, c.Conceptos[1].Descripcion, c.CondicionesDePago = nombre, descripcion, notas
		_ = c.Conceptos[2].Importe.UnmarshalText([]byte(importe))
		if len(nombre)+len(descripcion)+len(notas) > 1<<16 {
			return
		}
		design := Designs[len(nombre)%len(Designs)]
		if _, err := r.Draft(c, Options{Notas: notas, Paper: Paper{Design: design, Leyenda: notas, Pie: nombre, Color: notas}}); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkDocument(b *testing.B) {
	for name, c := range map[string]*cfdi.Comprobante{"one page": factura(), "1000 lines": many(1000)} {
		xml, r := stamped(b, c), New(catalogo.New())
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Document(xml, girasoles); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPlainPage(b *testing.B) {
	lines := make([]string, 55)
	for i := range lines {
		lines[i] = strings.Repeat("texto sin más ", 6)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := PlainPages(1, lines); err != nil {
			b.Fatal(err)
		}
	}
}
