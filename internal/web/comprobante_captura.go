package web

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
)

// This file turns the invoice form into a billing.Draft and back. The name of
// an input is the Path of the finding that belongs beside it, so that nothing
// has to be looked up: Conceptos[2].ValorUnitario is both. Where the form asks
// in another way than the Anexo 20 writes (taxes, discounts, pedimentos),
// [fieldFor] says which input a Path belongs to.

// maxLines bounds what one form may hold; larger receipts come by import.
const maxLines = 500

// Values of the tax selects that are no rate.
const (
	exempt   = "exento" // IVA exento
	iepsUnit = "cuota"  // IEPS in pesos per unit
)

// A draftReader reads the form once, field by field, keeping what cannot be read.
type draftReader struct {
	values url.Values
	draft  billing.Draft
	form   *form
}

// readDraft reads the invoice form. What cannot be read as a value stays in
// Draft.Raw as typed, with a finding beside its field in the form given back.
func readDraft(values url.Values) (billing.Draft, form) {
	f := form{Values: values}
	r := &draftReader{values: values, form: &f}
	r.draft.Raw = map[string]string{}
	r.head()
	n := min(r.int("Lineas"), maxLines)
	for i := range n {
		r.line(i)
	}
	return r.draft, f
}

func (r *draftReader) get(name string) string { return strings.TrimSpace(r.values.Get(name)) }

func (r *draftReader) int(name string) int {
	n, err := strconv.Atoi(r.get(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// number reads an amount with at most places decimals.
func (r *draftReader) number(path string, places int) decimal.Decimal {
	text := r.get(path)
	if text == "" {
		return decimal.Decimal{}
	}
	d, message := readNumber(text, places)
	if message != "" {
		r.unread(path, text, message)
	}
	return d
}

func (r *draftReader) unread(path, text, message string) {
	r.draft.Raw[path] = text
	r.form.refuse(path, message)
}

var numberShape = regexp.MustCompile(`^\d{1,12}(\.\d+)?$`)

// readNumber reads a non-negative number as people type it in a form, or says in
// Spanish why it is none. The limit of 12 whole digits is the portal's (10¹²).
func readNumber(text string, places int) (decimal.Decimal, string) {
	plain := strings.TrimSpace(strings.TrimPrefix(text, "$"))
	if strings.HasPrefix(plain, ".") {
		plain = "0" + plain
	}
	switch {
	case strings.Contains(plain, ","):
		return decimal.Decimal{}, "Escribe la cantidad sin comas, con punto para los decimales: 1234.50."
	case strings.HasPrefix(plain, "-") || strings.HasPrefix(plain, "−"):
		return decimal.Decimal{}, "No puede ser negativo. Si es una rebaja, ponla como descuento."
	case !numberShape.MatchString(plain):
		return decimal.Decimal{}, "No es una cantidad. Usa sólo números y un punto: 1234.50."
	}
	d, err := decimal.Parse(plain)
	if err != nil || d.Scale() > places {
		return decimal.Decimal{}, fmt.Sprintf("Tiene demasiados decimales: aquí caben hasta %d.", places)
	}
	return d, ""
}

// head reads everything above and below the lines.
func (r *draftReader) head() {
	d, c := &r.draft, &r.draft.Comprobante
	d.ID, d.Revision = r.get("ID"), r.int("Revision")
	d.CustomerID, d.SerieID, d.Notas = r.get("CustomerID"), r.get("SerieID"), r.get("Notas")
	d.Addenda = draftAddenda(r.values)
	d.Correos = strings.FieldsFunc(r.get("Correos"), func(c rune) bool { return c == ',' || c == ';' || c == ' ' || c == '\n' || c == '\r' })
	c.Version = "4.0"
	c.TipoDeComprobante = r.get("TipoDeComprobante")
	c.Fecha = r.fecha()
	c.LugarExpedicion, c.Exportacion = r.get("LugarExpedicion"), r.get("Exportacion")
	c.FormaPago, c.MetodoPago, c.CondicionesDePago = r.get("FormaPago"), r.get("MetodoPago"), r.get("CondicionesDePago")
	c.Moneda = r.get("Moneda")
	if c.Moneda != "MXN" {
		c.TipoCambio = r.number("TipoCambio", 6)
	}
	c.Emisor = cfdi.Emisor{Rfc: r.get("Emisor.Rfc"), Nombre: r.get("Emisor.Nombre"), RegimenFiscal: r.get("Emisor.RegimenFiscal")}
	c.Receptor = cfdi.Receptor{
		Rfc: strings.ToUpper(r.get("Receptor.Rfc")), Nombre: r.get("Receptor.Nombre"),
		DomicilioFiscalReceptor: r.get("Receptor.DomicilioFiscalReceptor"), RegimenFiscalReceptor: r.get("Receptor.RegimenFiscalReceptor"),
		UsoCFDI: r.get("Receptor.UsoCFDI"), ResidenciaFiscal: r.get("Receptor.ResidenciaFiscal"), NumRegIdTrib: r.get("Receptor.NumRegIdTrib"),
	}
	if p := r.get("InformacionGlobal.Periodicidad"); p != "" {
		c.InformacionGlobal = &cfdi.InformacionGlobal{Periodicidad: p, Meses: r.get("InformacionGlobal.Meses"), Año: r.get("InformacionGlobal.Año")}
	}
	r.relations()
	r.locals()
}

// draftAddenda is the addenda chosen and what was typed for it.
func draftAddenda(v url.Values) billing.DraftAddenda {
	d := billing.DraftAddenda{ID: strings.TrimSpace(v.Get("Addenda"))}
	if d.ID != "" {
		d.Values = addendaValues(v)
	}
	return d
}

// fecha reads the date box (AAAA-MM-DDThh:mm, as browsers send it); empty means "now, when it is issued".
func (r *draftReader) fecha() string {
	text := r.get("Fecha")
	if text == "" {
		return ""
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format("2006-01-02T15:04:05")
		}
	}
	r.unread("Fecha", text, "No es una fecha con hora. Déjala vacía para usar la de este momento.")
	return ""
}

// relations reads one group of UUIDs a relation, each separated by blanks or lines.
func (r *draftReader) relations() {
	for i := range 10 {
		path := fmt.Sprintf("CfdiRelacionados[%d]", i)
		kind, uuids := r.get(path+".TipoRelacion"), strings.Fields(strings.ReplaceAll(r.get(path+".UUIDs"), ",", " "))
		if kind == "" && len(uuids) == 0 {
			continue
		}
		group := cfdi.CfdiRelacionados{TipoRelacion: kind}
		for _, id := range uuids {
			group.CfdiRelacionado = append(group.CfdiRelacionado, cfdi.CfdiRelacionado{UUID: id})
		}
		r.draft.Comprobante.CfdiRelacionados = append(r.draft.Comprobante.CfdiRelacionados, group)
	}
}

// line reads the concept i and what the form keeps beside it.
func (r *draftReader) line(i int) {
	at := linePath(i)
	c := cfdi.Concepto{
		ClaveProdServ: firstWord(r.get(at + "ClaveProdServ")), NoIdentificacion: r.get(at + "NoIdentificacion"),
		Cantidad: r.number(at+"Cantidad", 6), ClaveUnidad: firstWord(r.get(at + "ClaveUnidad")), Unidad: r.get(at + "Unidad"),
		Descripcion: r.get(at + "Descripcion"), ObjetoImp: r.get(at + "ObjetoImp"),
	}
	extra := billing.DraftLine{ProductID: r.get(at + "ProductID")}
	price := r.number(at+"ValorUnitario", 6)
	if r.values.Get(at+"ConImpuestos") != "" {
		extra.PrecioConImpuestos = price
	} else {
		c.ValorUnitario = price
	}
	r.discount(at, &c, &extra)
	if c.ObjetoImp == "" {
		c.ObjetoImp = "02"
	}
	c.Impuestos = r.taxes(at, c.ObjetoImp)
	if n := r.get(at + "CuentaPredial"); n != "" {
		c.CuentaPredial = []cfdi.CuentaPredial{{Numero: n}}
	}
	if n := r.get(at + "NumeroPedimento"); n != "" {
		c.InformacionAduanera = []cfdi.InformacionAduanera{{NumeroPedimento: n}}
	}
	r.draft.Comprobante.Conceptos = append(r.draft.Comprobante.Conceptos, c)
	r.draft.Lines = append(r.draft.Lines, extra)
}

// discount reads an amount ("50.00", with taxes where the price has them) or a percentage of the line ("5 %").
func (r *draftReader) discount(at string, c *cfdi.Concepto, extra *billing.DraftLine) {
	path := at + "Descuento"
	text := r.get(path)
	number, percentage := strings.CutSuffix(text, "%")
	if !percentage {
		if r.values.Get(at+"ConImpuestos") != "" {
			extra.DescuentoConImpuestos = r.number(path, 6)
		} else {
			c.Descuento = r.number(path, 6)
		}
		return
	}
	d, message := readNumber(strings.TrimSpace(number), 4)
	switch {
	case message != "":
		r.unread(path, text, message)
	case d.Cmp(decimal.FromInt(100)) > 0:
		r.unread(path, text, "El descuento no puede pasar de 100 %.")
	default:
		extra.DescuentoPct = d
	}
}

// taxes reads the selects of a line; an object that admits none drops them.
func (r *draftReader) taxes(at, objeto string) *cfdi.ConceptoImpuestos {
	taxes := &cfdi.ConceptoImpuestos{}
	transfers := objeto == "02" || objeto == "07"
	if transfers {
		taxes.Traslados = r.ieps(at)
		if iva := r.get(at + "IVA"); iva == exempt {
			taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: "002", TipoFactor: "Exento"})
		} else if iva != "" && objeto == "02" {
			taxes.Traslados = append(taxes.Traslados, cfdi.Traslado{Impuesto: "002", TipoFactor: "Tasa", TasaOCuota: r.rate(at + "IVA")})
		}
	}
	if transfers || objeto == "06" || objeto == "08" {
		for _, w := range []struct{ name, impuesto string }{{"RetISR", "001"}, {"RetIVA", "002"}} {
			if r.get(at+w.name) != "" {
				taxes.Retenciones = append(taxes.Retenciones, cfdi.ConceptoRetencion{Impuesto: w.impuesto, TipoFactor: "Tasa", TasaOCuota: r.rate(at + w.name)})
			}
		}
	}
	if len(taxes.Traslados) == 0 && len(taxes.Retenciones) == 0 {
		return nil
	}
	return taxes
}

// ieps reads the IEPS of a line, by rate or by unit.
func (r *draftReader) ieps(at string) []cfdi.Traslado {
	kind, unit := r.get(at+"IEPS"), r.get(at+"IEPSCuota")
	switch {
	case kind == "" && unit == "":
		return nil
	case kind == iepsUnit, kind == "": // a quota typed is a quota meant
		return []cfdi.Traslado{{Impuesto: "003", TipoFactor: "Cuota", TasaOCuota: r.rate(at + "IEPSCuota")}}
	default:
		if unit != "" {
			r.unread(at+"IEPSCuota", unit, "El IEPS va por tasa o por cuota, no por las dos. Borra la cuota o elige «IEPS por cuota».")
		}
		return []cfdi.Traslado{{Impuesto: "003", TipoFactor: "Tasa", TasaOCuota: r.rate(at + "IEPS")}}
	}
}

// rate reads a rate or quota and writes it with six decimals, as the SAT compares it.
func (r *draftReader) rate(path string) decimal.Decimal {
	d := r.number(path, 6)
	if d.IsZero() {
		return d
	}
	return d.Round(6)
}

func linePath(i int) string { return fmt.Sprintf("Conceptos[%d].", i) }

// firstWord lets "52152101 · Tazas" stand for its key.
func firstWord(s string) string {
	if i := strings.IndexAny(s, " ·"); i > 0 && len(s) > i && strings.Contains(s, "·") {
		return s[:i]
	}
	return s
}

var taxPath = regexp.MustCompile(`^Conceptos\[(\d+)\]\.Impuestos(?:\.(Traslados|Retenciones)(?:\[(\d+)\])?)?`)

// fieldFor is the input a finding's Path belongs to: itself, or the one by which
// the form asks for it. "" means that no input of this form can mend it.
func fieldFor(path string, d *billing.Draft) string {
	if m := taxPath.FindStringSubmatch(path); m != nil {
		return taxField(m, d)
	}
	if m := linePathShape.FindStringSubmatch(path); m != nil {
		return lineField(m[1], m[2])
	}
	if m := relationShape.FindStringSubmatch(path); m != nil {
		return "CfdiRelacionados[" + cmp.Or(m[1], "0") + "]." + cmp.Or(m[2], "UUIDs")
	}
	head, _, _ := strings.Cut(path, "[")
	switch head, _, nested := strings.Cut(head, "."); {
	case slices.Contains(headFields, path):
		return path
	case head == "Addenda":
		return path
	case head == "Serie", head == "Folio":
		return "SerieID"
	case head == "InformacionGlobal" && !nested:
		return "InformacionGlobal.Periodicidad"
	case head == "Receptor":
		return "Receptor.Rfc"
	case slices.Contains(sumFields, head):
		return "Total"
	}
	if slices.Contains(headFields, head) {
		return head
	}
	return ""
}

// mendedAt is the page where a finding without an input here is mended, "" for none.
func mendedAt(path string) string {
	head, _, _ := strings.Cut(path, ".")
	switch head {
	case "Emisor":
		return "/empresa"
	case "NoCertificado", "Certificado":
		return "/certificados"
	}
	return ""
}

var (
	linePathShape = regexp.MustCompile(`^Conceptos\[(\d+)\]\.?([A-Za-z]*)`)
	relationShape = regexp.MustCompile(`^CfdiRelacionados(?:\[(\d+)\])?(?:\.(TipoRelacion))?`)
)

// headFields are the inputs whose name is the Path of an attribute; Conceptos is the list itself.
var headFields = []string{
	"SerieID", "Fecha", "LugarExpedicion", "Exportacion", "FormaPago", "MetodoPago", "CondicionesDePago", "Moneda", "TipoCambio", "Conceptos",
	"Emisor.RegimenFiscal", "Correos", "Receptor.Rfc", "Receptor.Nombre", "Receptor.DomicilioFiscalReceptor", "Receptor.RegimenFiscalReceptor",
	"Receptor.UsoCFDI", "Receptor.ResidenciaFiscal", "Receptor.NumRegIdTrib", "InformacionGlobal.Periodicidad", "InformacionGlobal.Meses", "InformacionGlobal.Año",
}

// sumFields are computed: what is wrong with them stands beside the total.
var sumFields = []string{"SubTotal", "Descuento", "Total", "Impuestos"}

// lineFields are the inputs of a line.
var lineFields = []string{
	"Descripcion", "Cantidad", "ValorUnitario", "Descuento", "ClaveProdServ", "ClaveUnidad", "IVA", "ObjetoImp", "RetISR", "RetIVA", "IEPS", "IEPSCuota",
	"NoIdentificacion", "Unidad", "CuentaPredial", "NumeroPedimento",
}

// lineField is the input of line i for an attribute or node of a Concepto; the
// line itself when the form does not ask for it.
func lineField(i, name string) string {
	switch name {
	case "Importe", "PrecioConImpuestos":
		name = "ValorUnitario"
	case "DescuentoPct":
		name = "Descuento"
	case "InformacionAduanera":
		name = "NumeroPedimento"
	}
	if slices.Contains(lineFields, name) {
		return "Conceptos[" + i + "]." + name
	}
	return "Conceptos[" + i + "]"
}

func taxField(m []string, d *billing.Draft) string {
	line, _ := strconv.Atoi(m[1])
	at := linePath(line)
	if line >= len(d.Comprobante.Conceptos) || d.Comprobante.Conceptos[line].Impuestos == nil || m[3] == "" {
		return at + "IVA"
	}
	taxes := d.Comprobante.Conceptos[line].Impuestos
	i, _ := strconv.Atoi(m[3])
	switch {
	case m[2] == "Retenciones" && i < len(taxes.Retenciones) && taxes.Retenciones[i].Impuesto == "001":
		return at + "RetISR"
	case m[2] == "Retenciones":
		return at + "RetIVA"
	case i < len(taxes.Traslados) && taxes.Traslados[i].Impuesto == "003" && taxes.Traslados[i].TipoFactor == "Cuota":
		return at + "IEPSCuota"
	case i < len(taxes.Traslados) && taxes.Traslados[i].Impuesto == "003":
		return at + "IEPS"
	}
	return at + "IVA"
}

// judged adds what billing found to the form, each beside the input that can mend it.
func (f *form) judged(found cfdi.Findings, d *billing.Draft) {
	for _, x := range found {
		path := fieldFor(x.Path, d)
		if f.unread(path) || follows(x, found) {
			continue
		}
		f.Findings = append(f.Findings, finding{Path: path, Code: x.Code, Message: x.Message, Fix: x.Fix, Link: mendedAt(x.Path), Warn: !x.IsError()})
	}
	slices.SortStableFunc(f.Findings, func(a, b finding) int { return cmp.Compare(place(a.Path), place(b.Path)) })
}

// place orders the summary as the form goes: section by section, line by line.
func place(path string) int {
	sections := []string{"SerieID", "Emisor", "LugarExpedicion", "Fecha", "Exportacion", "Receptor", "InformacionGlobal", "Correos", "MetodoPago", "FormaPago", "Moneda", "TipoCambio", "CondicionesDePago", "Conceptos", "CfdiRelacionados", "Total"}
	head, rest, _ := strings.Cut(path, "[")
	head, _, _ = strings.Cut(head, ".")
	number, _, _ := strings.Cut(rest, "]")
	line, err := strconv.Atoi(number)
	if err != nil {
		line = 0
	}
	return slices.Index(sections, head)*(maxLines+1) + line
}

// unread reports whether the field has a finding of our own reading, which says
// what is wrong in plainer words than the rules can.
func (f *form) unread(path string) bool {
	return path != "" && slices.ContainsFunc(f.Findings, func(x finding) bool { return x.Path == path && x.Code == "" && !x.Warn })
}

// follows reports whether x, about a tax or an amount of a line, only follows
// from a price or quantity of that line that is missing.
func follows(x cfdi.Finding, found cfdi.Findings) bool {
	line, rest, ok := strings.Cut(x.Path, "].")
	if !ok || !(strings.HasPrefix(rest, "Impuestos") || rest == "Importe") {
		return false
	}
	return slices.ContainsFunc(found, func(y cfdi.Finding) bool {
		return y.IsError() && (y.Path == line+"].ValorUnitario" || y.Path == line+"].Cantidad")
	})
}
