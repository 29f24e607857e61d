package directory

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/xmldoc"
)

// The gate of a ZIP of XML (threat T7). What it holds is counted as it is read.
const (
	maxXML       = 10_000
	maxXMLBytes  = 10 << 20
	maxXMLTotal  = 300 << 20
	maxXMLRatio  = 100
	xmlRatioFrom = 256 << 10 // a smaller one does no harm, however well it packs
)

// TableFromXML reads a ZIP of CFDI 3.2, 3.3 and 4.0 that the company issued and
// returns its customers or its products (kind) as a list to import, each once, by
// the newest receipt that names it. What an old receipt does not carry is left
// empty and told. The company is that of a.
func (s *Service) TableFromXML(ctx context.Context, a store.Actor, kind string, file []byte) (sheet.Table, error) {
	right := store.RightLoadCustomers
	if kind == BulkProducts {
		right = store.RightLoadProducts
	}
	if err := a.Require(right); err != nil {
		return sheet.Table{}, err
	}
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return sheet.Table{}, err
	}
	g := gleaning{rfc: strings.ToUpper(company.Rfc), products: kind == BulkProducts, found: map[string]*gleaned{}}
	if err := g.readZip(ctx, file); err != nil {
		return sheet.Table{}, err
	}
	return g.table()
}

// A gleaning gathers what receipts say.
type gleaning struct {
	rfc      string
	products bool
	found    map[string]*gleaned

	receipts, others, broken int
	beyond                   bool
}

// A gleaned thing is a customer or product with the newest word on each of its columns.
type gleaned struct {
	at      string // Fecha of the newest receipt that names it
	version string // of that receipt
	values  map[string]string
	dates   map[string]string // when each value was said
}

func (g *gleaning) readZip(ctx context.Context, file []byte) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return fail.New(fail.Invalid, "No pudimos abrir el ZIP. Vuelve a comprimir tus XML y envíalo de nuevo.")
	}
	if len(z.File) > maxXML {
		return fail.New(fail.Invalid, "El ZIP tiene más de 10,000 archivos. Pártelo por año o por mes.")
	}
	total := int64(0)
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.FileInfo().IsDir() || !strings.HasSuffix(strings.ToLower(f.Name), ".xml") || !f.Mode().IsRegular() {
			continue // PDFs lie beside them; an archive in the archive is not opened
		}
		if f.UncompressedSize64 > xmlRatioFrom && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxXMLRatio {
			return fail.New(fail.Invalid, "El ZIP ocupa demasiado al abrirlo. Comprime sólo tus XML y envíalo de nuevo.")
		}
		text, err := readEntry(f)
		if err != nil {
			g.broken++
			continue
		}
		if total += int64(len(text)); total > maxXMLTotal {
			return fail.New(fail.Invalid, "Los XML del ZIP suman más de 300 MB. Pártelo por año o por mes.")
		}
		g.read(text)
	}
	return nil
}

func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxXMLBytes+1))
	if err == nil && len(b) > maxXMLBytes {
		err = fail.New(fail.Invalid, "")
	}
	return b, err
}

// old reads an attribute of CFDI 3.3 and 4.0, or the same of 3.2, which begins in lower case.
func old(e *xmldoc.Element, name string) string {
	if v, ok := e.Attr(name); ok {
		return strings.TrimSpace(v)
	}
	v, _ := e.Attr(strings.ToLower(name[:1]) + name[1:])
	return strings.TrimSpace(v)
}

// read takes one receipt in.
func (g *gleaning) read(text []byte) {
	root, err := xmldoc.Parse(text)
	if err != nil || root.Local != "Comprobante" || root.Space != "http://www.sat.gob.mx/cfd/4" && root.Space != "http://www.sat.gob.mx/cfd/3" {
		g.broken++
		return
	}
	ns := root.Space
	if !strings.EqualFold(old(root.Child(ns, "Emisor"), "Rfc"), g.rfc) {
		g.others++
		return
	}
	tipo := strings.ToUpper(old(root, "TipoDeComprobante"))
	income := tipo == "I" || tipo == "INGRESO"
	if !income && (g.products || tipo != "E" && tipo != "EGRESO") {
		return // payments, payroll and transfers tell nothing of what is sold to whom
	}
	g.receipts++
	fecha, version := old(root, "Fecha"), old(root, "Version")
	if g.products {
		for _, c := range root.Child(ns, "Conceptos").All(ns, "Concepto") {
			g.product(c, ns, old(root, "Moneda"), fecha, version)
		}
		return
	}
	g.customer(root.Child(ns, "Receptor"), ns, fecha, version)
}

func (g *gleaning) customer(e *xmldoc.Element, ns, fecha, version string) {
	rfc := strings.ToUpper(old(e, "Rfc"))
	nombre, _ := cfdi.NormalizeNombre(old(e, "Nombre"))
	if rfc == "" || nombre == "" && generic(rfc) {
		return
	}
	key := rfc
	if generic(rfc) {
		key += "|" + store.FoldLine(nombre)
	}
	uso := old(e, "UsoCFDI")
	if uso == "P01" { // "por definir" of 3.3 is no use any more
		uso = ""
	}
	values := map[string]string{
		"Rfc": rfc, "Nombre": nombre, "CodigoPostal": old(e, "DomicilioFiscalReceptor"), "RegimenFiscal": old(e, "RegimenFiscalReceptor"), "UsoCFDI": uso,
		"ResidenciaFiscal": old(e, "ResidenciaFiscal"), "NumRegIdTrib": old(e, "NumRegIdTrib"),
	}
	if d := e.Child(ns, "Domicilio"); d != nil { // 3.2: where the customer is, which need not be the fiscal domicile
		for _, name := range []string{"Calle", "NoExterior", "NoInterior", "Colonia", "Localidad", "Municipio", "Estado", "Referencia"} {
			values[name] = old(d, name)
		}
		if cp := old(d, "CodigoPostal"); cp != "" && values["Referencia"] == "" {
			values["Referencia"] = "C.P. " + cp
		}
	}
	g.say(key, fecha, version, values)
}

func (g *gleaning) product(c *xmldoc.Element, ns, moneda, fecha, version string) {
	clave, descripcion := clean(old(c, "NoIdentificacion")), clean(old(c, "Descripcion"))
	if descripcion == "" || old(c, "ClaveProdServ") == "84111506" && descripcion == "Pago" {
		return
	}
	key := "d" + store.FoldLine(descripcion)
	if clave != "" {
		key = "c" + clave
	}
	if len(moneda) != 3 { // 3.2 had it as free text
		moneda = ""
	}
	values := map[string]string{
		"Clave": clave, "Descripcion": descripcion, "ClaveProdServ": old(c, "ClaveProdServ"), "ClaveUnidad": old(c, "ClaveUnidad"), "Unidad": old(c, "Unidad"),
		"Precio": old(c, "ValorUnitario"), "Moneda": moneda, "ObjetoImp": old(c, "ObjetoImp"), "CuentaPredial": old(c.Child(ns, "CuentaPredial"), "Numero"),
	}
	taxes := c.Child(ns, "Impuestos")
	for _, t := range taxes.Child(ns, "Traslados").All(ns, "Traslado") {
		values[map[string]string{iva: "IVA", ieps: "IEPS"}[old(t, "Impuesto")]] = taxCell(t)
	}
	for _, t := range taxes.Child(ns, "Retenciones").All(ns, "Retencion") {
		values[map[string]string{iva: "RetIVA", isr: "RetISR"}[old(t, "Impuesto")]] = taxCell(t)
	}
	g.say(key, fecha, version, values)
}

// taxCell is a tax of a receipt as the list writes it.
func taxCell(e *xmldoc.Element) string {
	rate, err := decimal.Parse(old(e, "TasaOCuota"))
	if old(e, "TipoFactor") != "Exento" && err != nil {
		return ""
	}
	return rateCell([]Tax{{Impuesto: iva, TipoFactor: old(e, "TipoFactor"), TasaOCuota: rate}}, iva)
}

// say notes what a receipt says of a thing: the newest word on each column stays.
func (g *gleaning) say(key, fecha, version string, values map[string]string) {
	x, known := g.found[key]
	if !known {
		if len(g.found) == sheet.MaxRows {
			g.beyond = true
			return
		}
		x = &gleaned{values: map[string]string{}, dates: map[string]string{}}
		g.found[key] = x
	}
	if fecha >= x.at {
		x.at, x.version = fecha, version
	}
	for column, v := range values {
		if v != "" && column != "" && fecha >= x.dates[column] {
			x.values[column], x.dates[column] = v, fecha
		}
	}
}

// table writes what was found as a list, by name.
func (g *gleaning) table() (sheet.Table, error) {
	columns, sort, needed := CustomerColumns(), "Nombre", map[string]string{"CodigoPostal": "código postal fiscal", "RegimenFiscal": "régimen fiscal", "UsoCFDI": "uso del CFDI"}
	if g.products {
		columns, sort, needed = ProductColumns(), "Descripcion", map[string]string{"ClaveProdServ": "clave SAT", "ClaveUnidad": "clave de unidad"}
	}
	if len(g.found) == 0 {
		return sheet.Table{}, fail.New(fail.Invalid, fmt.Sprintf("En el ZIP no hay CFDI emitidos por %s de los que tomar datos (%d son de otro emisor y %d no se pudieron leer).", g.rfc, g.others, g.broken))
	}
	list := make([]*gleaned, 0, len(g.found))
	for _, x := range g.found {
		list = append(list, x)
	}
	slices.SortFunc(list, func(x, y *gleaned) int {
		return cmp.Or(cmp.Compare(x.values[sort], y.values[sort]), cmp.Compare(x.values["Rfc"]+x.values["Clave"], y.values["Rfc"]+y.values["Clave"]))
	})
	head := sheet.Row{Line: 1}
	for _, c := range columns {
		head.Cells = append(head.Cells, c.Label)
	}
	t := sheet.Table{Rows: []sheet.Row{head}, Notes: g.notes()}
	for i, x := range list {
		row := sheet.Row{Line: i + 2}
		var lacks []string
		for _, c := range columns {
			row.Cells = append(row.Cells, x.values[c.Key])
			if name := needed[c.Key]; name != "" && x.values[c.Key] == "" && !generic(x.values["Rfc"]) {
				lacks = append(lacks, name)
			}
		}
		if len(lacks) > 0 {
			row.Notes = []sheet.Note{{Column: -1, Message: fmt.Sprintf("Su CFDI más reciente es %s, del %s, y no dice: %s.", x.version, day(x.at), strings.Join(lacks, ", "))}}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

func day(fecha string) string { return fecha[:min(len(fecha), 10)] }

func (g *gleaning) notes() []string {
	notes := []string{fmt.Sprintf("Leímos %d CFDI tuyos; de cada uno tomamos sus datos más recientes.", g.receipts)}
	if g.others > 0 {
		notes = append(notes, fmt.Sprintf("%d XML son de otro emisor y no se tomaron.", g.others))
	}
	if g.broken > 0 {
		notes = append(notes, fmt.Sprintf("%d archivos no son un CFDI 3.2, 3.3 o 4.0 que se pueda leer.", g.broken))
	}
	if g.beyond {
		notes = append(notes, "Hay más de 10,000: tomamos los primeros. Importa éstos y envía el resto en otro ZIP.")
	}
	return notes
}
