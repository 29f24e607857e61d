// Package retenciones is the other document of the SAT: the CFDI of retentions and
// information of payments, Retenciones 2.0. It stands on the seal, the cadena and the
// writers of cfdi and has a model, rules and complements of its own.
//
//	r := retenciones.New("14", emisor, receptor, retenciones.Periodo{MesIni: "03", MesFin: "03", Ejercicio: "2026"})
//	r.FechaExp, r.LugarExpRetenc = "2026-04-02T10:00:00", "42501"
//	r.Complementos = []retenciones.Complemento{retenciones.NewDividendos(…)}
//	r.Totales.MontoTotGrav = decimal.MustParse("100000.00")
//	r.Withhold("001", decimal.MustParse("100000.00"), decimal.MustParse("0.10"), "03")
//	r.Totalize()
//	xml, err := r.Seal(cat, certificate, key.Sign) // every rule; err may be cfdi.Findings
//
// The bytes that [Retenciones.Seal] returns are the truth: a PAC stamps them, and they
// come back through [Read], as documents of others do, to be judged by [Verify] (seal,
// certificate, stamp) and [Validate] (rules of the SAT).
//
// Which complement a kind of retention needs stands in [Claves]. Four have types and a
// builder here; others are carried untouched as [Otro], and what has no cadena here is
// never sealed. Rates are the caller's: no rule of the SAT judges them.
//
// The rules are the matrix of error codes of Retenciones 2.0, code by code in [Rules],
// and, under 301, what the schemas refuse.
package retenciones

import (
	"bytes"
	"strings"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	"iofacturo.mx/decimal"
	"iofacturo.mx/xmldoc"
)

const (
	space    = "http://www.sat.gob.mx/esquemas/retencionpago/2"
	schema   = "http://www.sat.gob.mx/esquemas/retencionpago/2/retencionpagov2.xsd"
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"
)

// Retenciones is one document. SAT names, letter by letter. Version, Sello,
// NoCertificado and Certificado are written by [Retenciones.Seal].
type Retenciones struct {
	Version        string
	FolioInt       string // optional, letters and digits
	Sello          string
	NoCertificado  string
	Certificado    string
	FechaExp       string // 2026-11-20T10:00:00, local time of LugarExpRetenc
	LugarExpRetenc string // postal code
	CveRetenc      string // 01 to 28, see [Claves]
	DescRetenc     string // required by key 25

	CfdiRetenRelacionados *CfdiRetenRelacionados
	Emisor                Emisor
	Receptor              Receptor
	Periodo               Periodo
	Totales               Totales
	Complementos          []Complemento
	Addenda               []byte // the node as it came
}

// CfdiRetenRelacionados is the document that this one replaces or adds to.
type CfdiRetenRelacionados struct{ TipoRelacion, UUID string }

// Emisor is who withholds.
type Emisor struct{ RfcE, NomDenRazSocE, RegimenFiscalE string }

// Receptor is from whom it was withheld: one of the two.
type Receptor struct {
	NacionalidadR string // Nacional or Extranjero
	Nacional      *Nacional
	Extranjero    *Extranjero
}

// Nacional is a receptor with an RFC.
type Nacional struct{ RfcR, NomDenRazSocR, CurpR, DomicilioFiscalR string }

// Extranjero is a receptor without.
type Extranjero struct{ NumRegIdTribR, NomDenRazSocR string }

// Periodo is the months, 01 to 12, of a year of four digits.
type Periodo struct{ MesIni, MesFin, Ejercicio string }

// Totales are the amounts in pesos, two decimals. MontoTotGrav, MontoTotExent and the
// taxes withheld are the caller's; [Retenciones.Totalize] adds up the others.
type Totales struct {
	MontoTotOperacion  decimal.Decimal
	MontoTotGrav       decimal.Decimal
	MontoTotExent      decimal.Decimal
	MontoTotRet        decimal.Decimal
	UtilidadBimestral  decimal.Decimal // required by key 28
	ISRCorrespondiente decimal.Decimal // required by key 28
	ImpRetenidos       []ImpRetenidos
}

// ImpRetenidos is one tax withheld; the SAT names each in plural.
type ImpRetenidos struct {
	BaseRet     decimal.Decimal
	ImpuestoRet string // 001 ISR, 002 IVA, 003 IEPS
	MontoRet    decimal.Decimal
	TipoPagoRet string // of c_TipoPagoRet: 01 is of IVA, 02 of IEPS, 03 and 04 of ISR
}

func (r *Retenciones) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("Version", &r.Version),
		cfdi.Unsealed("Sello", &r.Sello),
		cfdi.Required("NoCertificado", &r.NoCertificado),
		cfdi.Unsealed("Certificado", &r.Certificado),
		cfdi.Optional("FolioInt", &r.FolioInt),
		cfdi.Required("FechaExp", &r.FechaExp),
		cfdi.Required("LugarExpRetenc", &r.LugarExpRetenc),
		cfdi.Required("CveRetenc", &r.CveRetenc),
		cfdi.Optional("DescRetenc", &r.DescRetenc),
	}
}

func (c *CfdiRetenRelacionados) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("TipoRelacion", &c.TipoRelacion), cfdi.Required("UUID", &c.UUID)}
}

func (e *Emisor) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("RfcE", &e.RfcE), cfdi.Required("NomDenRazSocE", &e.NomDenRazSocE), cfdi.Required("RegimenFiscalE", &e.RegimenFiscalE),
	}
}

func (r *Receptor) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Required("NacionalidadR", &r.NacionalidadR)}
}

func (n *Nacional) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("RfcR", &n.RfcR), cfdi.Required("NomDenRazSocR", &n.NomDenRazSocR),
		cfdi.Optional("CurpR", &n.CurpR), cfdi.Required("DomicilioFiscalR", &n.DomicilioFiscalR),
	}
}

func (x *Extranjero) fields() []cfdi.Field {
	return []cfdi.Field{cfdi.Optional("NumRegIdTribR", &x.NumRegIdTribR), cfdi.Required("NomDenRazSocR", &x.NomDenRazSocR)}
}

func (p *Periodo) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.Required("MesIni", &p.MesIni), cfdi.Required("MesFin", &p.MesFin), cfdi.Required("Ejercicio", &p.Ejercicio),
	}
}

func (t *Totales) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.RequiredNumber("MontoTotOperacion", &t.MontoTotOperacion),
		cfdi.RequiredNumber("MontoTotGrav", &t.MontoTotGrav),
		cfdi.RequiredNumber("MontoTotExent", &t.MontoTotExent),
		cfdi.RequiredNumber("MontoTotRet", &t.MontoTotRet),
		cfdi.OptionalNumber("UtilidadBimestral", &t.UtilidadBimestral),
		cfdi.OptionalNumber("ISRCorrespondiente", &t.ISRCorrespondiente),
	}
}

func (i *ImpRetenidos) fields() []cfdi.Field {
	return []cfdi.Field{
		cfdi.OptionalNumber("BaseRet", &i.BaseRet), cfdi.Optional("ImpuestoRet", &i.ImpuestoRet),
		cfdi.RequiredNumber("MontoRet", &i.MontoRet), cfdi.Required("TipoPagoRet", &i.TipoPagoRet),
	}
}

// nodes calls visit for every node but those of complements.
func (r *Retenciones) nodes(visit func(path string, fields []cfdi.Field)) {
	visit("", r.fields())
	if r.CfdiRetenRelacionados != nil {
		visit("CfdiRetenRelacionados", r.CfdiRetenRelacionados.fields())
	}
	visit("Emisor", r.Emisor.fields())
	visit("Receptor", r.Receptor.fields())
	if r.Receptor.Nacional != nil {
		visit("Receptor.Nacional", r.Receptor.Nacional.fields())
	}
	if r.Receptor.Extranjero != nil {
		visit("Receptor.Extranjero", r.Receptor.Extranjero.fields())
	}
	visit("Periodo", r.Periodo.fields())
	visit("Totales", r.Totales.fields())
	for i := range r.Totales.ImpRetenidos {
		visit(at("Totales.ImpRetenidos", i), r.Totales.ImpRetenidos[i].fields())
	}
}

// allNodes calls visit for every node, those of the complements that are typed here among them.
func (r *Retenciones) allNodes(visit func(path string, fields []cfdi.Field)) {
	r.nodes(visit)
	for i, k := range r.Complementos {
		if typed, ok := k.(interface {
			nodes(visit func(path string, fields []cfdi.Field))
		}); ok {
			typed.nodes(func(path string, fields []cfdi.Field) { visit(below(at("Complementos", i), path), fields) })
		}
	}
}

// below is a path inside a node, "" for the node itself.
func below(node, inner string) string {
	if inner == "" {
		return node
	}
	return node + "." + inner
}

// Cadena returns the cadena original, byte for byte what retenciones.xslt of the
// SAT makes of the XML. The error is a [*cfdi.UnknownError] when r carries a
// complement that is not known here.
func Cadena(r *Retenciones) (string, error) {
	w := &cfdi.CadenaWriter{}
	r.nodes(func(_ string, fields []cfdi.Field) { w.Fields(fields) })
	for _, k := range r.Complementos {
		k.writeCadena(w)
	}
	return w.Cadena()
}

// WriteXML writes r with the prefixes and the order of the SAT, in one line.
func WriteXML(r *Retenciones) []byte {
	w := xmldoc.NewWriter()
	w.Start("retenciones:Retenciones")
	w.Attr("xmlns:retenciones", space)
	w.Attr("xmlns:xsi", xsiSpace)
	schemas := space + " " + schema
	listed := map[string]bool{}
	for _, k := range r.Complementos {
		kind := k.kind()
		if kind.typed {
			w.Attr("xmlns:"+kind.prefix, kind.space)
		}
		if kind.schema != "" && !listed[kind.space] {
			listed[kind.space] = true
			schemas += " " + kind.space + " " + kind.schema
		}
	}
	w.Attr("xsi:schemaLocation", schemas)
	cfdi.WriteFields(w, r.fields())
	if r.CfdiRetenRelacionados != nil {
		cfdi.WriteLeaf(w, "retenciones:CfdiRetenRelacionados", r.CfdiRetenRelacionados.fields())
	}
	cfdi.WriteLeaf(w, "retenciones:Emisor", r.Emisor.fields())
	w.Start("retenciones:Receptor")
	cfdi.WriteFields(w, r.Receptor.fields())
	if r.Receptor.Nacional != nil {
		cfdi.WriteLeaf(w, "retenciones:Nacional", r.Receptor.Nacional.fields())
	}
	if r.Receptor.Extranjero != nil {
		cfdi.WriteLeaf(w, "retenciones:Extranjero", r.Receptor.Extranjero.fields())
	}
	w.End()
	cfdi.WriteLeaf(w, "retenciones:Periodo", r.Periodo.fields())
	w.Start("retenciones:Totales")
	cfdi.WriteFields(w, r.Totales.fields())
	for i := range r.Totales.ImpRetenidos {
		cfdi.WriteLeaf(w, "retenciones:ImpRetenidos", r.Totales.ImpRetenidos[i].fields())
	}
	w.End()
	if len(r.Complementos) > 0 {
		w.Start("retenciones:Complemento")
		for _, k := range r.Complementos {
			k.writeXML(w)
		}
		w.End()
	}
	w.Raw(r.Addenda)
	w.End()
	return w.Bytes()
}

// Is reports whether xml speaks of being a CFDI of retentions 2.0, without reading it:
// enough to choose between [Read] and that of cfdi, and no more.
func Is(xml []byte) bool { return bytes.Contains(xml, []byte(`"`+space+`"`)) }

// A Document is a CFDI of retentions as it was read.
type Document struct {
	Retenciones *Retenciones
	Timbre      *cfdi.Timbre // nil when it is not stamped
	Raw         []byte       // the bytes read, untouched

	ambiguous cfdi.Findings // what would let the seal stand for other values
}

// Read reads a CFDI of retentions 2.0, strictly: a node or attribute that the SAT
// does not know, a repeated or displaced node and text between nodes are refused.
// Errors: [*xmldoc.Error], [*cfdi.ReadError].
func Read(xml []byte) (*Document, error) {
	root, err := xmldoc.Parse(xml)
	if err != nil {
		return nil, err
	}
	if !root.Is(space, "Retenciones") {
		return nil, cfdi.NewReadError(root, "no es un CFDI de retenciones 2.0")
	}
	d := &Document{Retenciones: &Retenciones{}, Raw: bytes.Clone(xml)}
	if err := d.read(root); err != nil {
		return nil, err
	}
	d.ambiguous = cfdi.Ambiguous(xml, root)
	return d, nil
}

func (d *Document) read(root *xmldoc.Element) error {
	r := d.Retenciones
	if err := cfdi.ReadFields(root, r.fields()); err != nil {
		return err
	}
	if r.Version != "2.0" {
		return cfdi.NewReadError(root, "la versión no es 2.0")
	}
	kids, err := cfdi.ReadChildren(root, space, "CfdiRetenRelacionados?", "Emisor", "Receptor", "Periodo", "Totales", "Complemento?", "Addenda?")
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return cfdi.ReadOne(kids[0], &r.CfdiRetenRelacionados, (*CfdiRetenRelacionados).fields) },
		func() error { return cfdi.ReadLeaf(kids[1][0], r.Emisor.fields()) },
		func() error { return r.Receptor.read(kids[2][0]) },
		func() error { return cfdi.ReadLeaf(kids[3][0], r.Periodo.fields()) },
		func() error { return r.Totales.read(kids[4][0]) },
		func() error { return d.complementos(root, kids[5]) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, a := range kids[6] {
		r.Addenda = cfdi.Standalone(d.Raw, a)
	}
	return nil
}

func (r *Receptor) read(e *xmldoc.Element) error {
	if err := cfdi.ReadFields(e, r.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "Nacional?", "Extranjero?")
	if err != nil {
		return err
	}
	if err := cfdi.ReadOne(kids[0], &r.Nacional, (*Nacional).fields); err != nil {
		return err
	}
	return cfdi.ReadOne(kids[1], &r.Extranjero, (*Extranjero).fields)
}

func (t *Totales) read(e *xmldoc.Element) error {
	if err := cfdi.ReadFields(e, t.fields()); err != nil {
		return err
	}
	kids, err := cfdi.ReadChildren(e, space, "ImpRetenidos*")
	if err != nil {
		return err
	}
	return cfdi.ReadLeaves(kids[0], &t.ImpRetenidos, (*ImpRetenidos).fields)
}

// maxComplementos is how many a document may carry: the SAT has about a dozen.
const maxComplementos = 100

func (d *Document) complementos(root *xmldoc.Element, list []*xmldoc.Element) error {
	if len(list) == 0 {
		return nil
	}
	if err := cfdi.ReadFields(list[0], nil); err != nil {
		return err
	}
	if strings.TrimSpace(list[0].Text) != "" {
		return cfdi.NewReadError(list[0], "tiene texto donde solo van complementos")
	}
	if len(list[0].Children) > maxComplementos {
		return cfdi.NewReadError(list[0], "lleva más complementos de los que existen")
	}
	for _, e := range list[0].Children {
		timbre, ok, err := cfdi.ReadTimbre(e)
		switch {
		case err != nil:
			return err
		case ok && d.Timbre != nil:
			return cfdi.NewReadError(e, "un CFDI lleva un solo TimbreFiscalDigital, en su nodo Complemento")
		case ok:
			d.Timbre = timbre
			continue
		case e.Space == space:
			return cfdi.NewReadError(e, "no es un complemento: es un nodo del propio comprobante fuera de su lugar")
		}
		k, err := readComplemento(root, d.Raw, e)
		if err != nil {
			return err
		}
		d.Retenciones.Complementos = append(d.Retenciones.Complementos, k)
	}
	return nil
}

func (r *Retenciones) signed() *cfdi.Signed {
	return &cfdi.Signed{
		Rfc: r.Emisor.RfcE, Fecha: r.FechaExp, RfcPath: "Emisor.RfcE", FechaPath: "FechaExp",
		NoCertificado: r.NoCertificado, Certificado: r.Certificado, Sello: r.Sello,
		Cadena: func() (string, error) { return Cadena(r) },
	}
}

// Verify reports what is wrong with seal, certificate, chain and stamp of a CFDI of
// retentions, under the codes of [cfdi.Verify]. An authority, a PAC or a complement
// that is not known here are warnings; strict makes them errors. It does not ask the
// rules: that is [Validate].
func Verify(xml []byte, t *csd.Trust, strict bool) cfdi.Findings {
	d, err := Read(xml)
	if err != nil {
		return cfdi.Findings{{
			Code: "301", Severity: cfdi.SeverityError, Message: "El XML no es un CFDI de retenciones legible: " + err.Error(),
			Fix: "Pide de nuevo el archivo a quien lo emitió.",
		}}
	}
	report := cfdi.NewDocumentReport(nil)
	d.Retenciones.nodes(report.Missing)
	signed := d.Retenciones.signed()
	signed.Timbre = d.Timbre
	found := append(cfdi.Findings(report.Found()), d.ambiguous...)
	found = append(found, signed.Verify(t)...)
	if strict {
		for i := range found {
			found[i].Severity = cfdi.SeverityError
		}
	}
	return found
}
