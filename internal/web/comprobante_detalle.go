package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/xmldoc"
)

// A documentPage is one document with the tab that is open.
type documentPage struct {
	form
	Doc   billing.Document
	Tab   string // documento, xml, envios, bitacora
	XML   []xmlLine
	names names

	Attached string // which files go with a mail, for the tab envios
}

// names gives the official texts of the keys a document shows.
type names struct {
	Regimen, RegimenReceptor, Uso, Metodo, Forma, Exportacion string
}

// tabsOf are the parts of a document that exist.
var documentTabs = []struct{ Key, Text string }{
	{"documento", "Documento"}, {"xml", "XML"}, {"envios", "Envíos"}, {"bitacora", "Bitácora"},
}

func (s *Server) renderDocument(w http.ResponseWriter, r *http.Request, doc billing.Document, f form) error {
	p := documentPage{form: f, Doc: doc, Tab: r.URL.Query().Get("ver"), names: s.namesOf(doc)}
	if !slices.ContainsFunc(documentTabs, func(t struct{ Key, Text string }) bool { return t.Key == p.Tab }) {
		p.Tab = "documento"
	}
	if len(f.Findings) > 0 {
		p.Tab = "envios"
	}
	if p.Tab == "xml" && doc.HasXML {
		_, b, err := s.Billing.XML(r.Context(), actorOf(r), doc.ID)
		if err != nil {
			return err
		}
		if p.XML, err = prettyXML(b); err != nil {
			return err
		}
	}
	if p.Tab == "envios" {
		var err error
		if p.Attached, err = s.Billing.Attached(r.Context(), actorOf(r)); err != nil {
			return err
		}
	}
	return s.renderForm(w, r, f, page{Title: documentName(doc), Section: "comprobantes"}, documentBody(p))
}

func (s *Server) namesOf(doc billing.Document) names {
	c, cat := doc.Comprobante, s.Catalog
	var n names
	if x, ok := cat.RegimenFiscal(c.Emisor.RegimenFiscal); ok {
		n.Regimen = x.Texto
	}
	if x, ok := cat.RegimenFiscal(c.Receptor.RegimenFiscalReceptor); ok {
		n.RegimenReceptor = x.Texto
	}
	if x, ok := cat.UsoCFDI(c.Receptor.UsoCFDI); ok {
		n.Uso = x.Texto
	}
	if x, ok := cat.MetodoPago(c.MetodoPago); ok {
		n.Metodo = x.Texto
	}
	if x, ok := cat.FormaPago(c.FormaPago); ok {
		n.Forma = x.Texto
	}
	if x, ok := cat.Exportacion(c.Exportacion); ok {
		n.Exportacion = x.Texto
	}
	return n
}

func (s *Server) previewDraft(w http.ResponseWriter, r *http.Request) error {
	name, b, err := s.Billing.DraftPDF(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.inline(w, r, "application/pdf", name, b)
}

func (s *Server) downloadXML(w http.ResponseWriter, r *http.Request) error {
	return s.file(w, r, "application/xml", s.Billing.XML)
}

func (s *Server) downloadPDF(w http.ResponseWriter, r *http.Request) error {
	return s.file(w, r, "application/pdf", s.Billing.PDF)
}

func (s *Server) sendDocument(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ctx, a, id := r.Context(), actorOf(r), r.PathValue("id")
	err = s.Billing.Send(ctx, a, id, addresses(f.Get("Para")), addresses(f.Get("Copia")), f.Get("Asunto"), f.Get("Texto"))
	if err == nil {
		attached, err := s.Billing.Attached(ctx, a)
		if err != nil {
			return err
		}
		s.flashed(w, flash{Kind: "ok", Title: "Va en camino.", Text: "Enviamos " + attached + "; aquí ves si llegó al servidor de correo."})
		return s.redirect(w, r, "/comprobantes/"+id+"?ver=envios")
	}
	doc, lost := s.Billing.Document(ctx, a, id)
	if lost != nil {
		return lost
	}
	if err := f.take(err); err != nil {
		return err
	}
	f.place(mailField)
	return s.renderDocument(w, r, doc, f)
}

// sendAgain tries a mail once more for those who do not have it.
func (s *Server) sendAgain(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Billing.SendAgain(r.Context(), actorOf(r), id, r.PathValue("envio")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Va otra vez.", Text: "Sólo a quienes no lo tienen; nadie lo recibe dos veces."})
	return s.redirect(w, r, "/comprobantes/"+id+"?ver=envios")
}

// mailField is the box that a path of billing.Send speaks of: "cc[1]" is in Copia.
func mailField(path string) string {
	switch name, _, _ := strings.Cut(path, "["); name {
	case "cc":
		return "Copia"
	case "subject":
		return "Asunto"
	case "text":
		return "Texto"
	}
	return "Para"
}

// addresses splits what was typed in a box of mail addresses.
func addresses(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(",; \n\r\t", c) })
}

func (s *Server) discardDraft(w http.ResponseWriter, r *http.Request) error {
	if err := s.Billing.Discard(r.Context(), actorOf(r), r.PathValue("id")); err != nil {
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: "Descartado.", Text: "No se timbró nada."})
	return s.redirect(w, r, "/comprobantes")
}

func (s *Server) duplicateDocument(w http.ResponseWriter, r *http.Request) error {
	return s.fromDocument(w, r, s.Billing.Duplicate, "Copiamos el comprobante a un borrador nuevo.", "Revisa los datos; el folio y la fecha serán nuevos.")
}

func (s *Server) creditNote(w http.ResponseWriter, r *http.Request) error {
	return s.fromDocument(w, r, s.Billing.CreditNote, "Preparamos la nota de crédito.", "Ya está relacionada con su factura; deja sólo lo que devuelves o descuentas.")
}

// fromDocument makes a draft out of a document and leads to it.
func (s *Server) fromDocument(w http.ResponseWriter, r *http.Request, derive deriver, title, text string) error {
	d, err := derive(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		if k := fail.KindOf(err); k == fail.Invalid || k == fail.Conflict {
			s.flashed(w, flash{Kind: "bad", Title: fail.MessageOf(err)})
			return s.redirect(w, r, "/comprobantes/"+r.PathValue("id"))
		}
		return err
	}
	s.flashed(w, flash{Kind: "ok", Title: title, Text: text})
	return s.redirect(w, r, "/comprobantes/"+d.ID)
}

// An xmlLine is one line of the XML laid out for reading; Depth indents it.
type xmlLine struct {
	N, Depth int
	Open     string // "<cfdi:Emisor", or "</cfdi:Emisor>"
	Attrs    []xmldoc.Attr
	Close    string // ">" or "/>"
}

// code writes the line, escaped, with nothing between its parts that the XML has not.
func (l xmlLine) code() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString("<code><b>" + templ.EscapeString(l.Open) + "</b>")
		for _, a := range l.Attrs {
			b.WriteString(" <i>" + templ.EscapeString(attrName(a)) + "</i>=<q>" + templ.EscapeString(a.Value) + "</q>")
		}
		b.WriteString("<b>" + templ.EscapeString(l.Close) + "</b></code>")
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// testName says what a document without fiscal value is.
func testName(d billing.Document) string {
	if d.Timbre == nil {
		return "de pruebas, sin timbre"
	}
	return "timbrado por el certificador de pruebas"
}

// prettyXML lays the stored bytes out, one element a line. It shows
// them; the file downloaded is the bytes themselves.
func prettyXML(b []byte) ([]xmlLine, error) {
	root, err := xmldoc.Parse(bytes.TrimSpace(b))
	if err != nil {
		return nil, err
	}
	var lines []xmlLine
	add := func(l xmlLine) {
		l.N = len(lines) + 1
		lines = append(lines, l)
	}
	var walk func(e *xmldoc.Element, depth int)
	walk = func(e *xmldoc.Element, depth int) {
		name := e.Local
		if e.Prefix != "" {
			name = e.Prefix + ":" + e.Local
		}
		if len(e.Children) == 0 {
			add(xmlLine{Depth: depth, Open: "<" + name, Attrs: e.Attrs, Close: "/>"})
			return
		}
		add(xmlLine{Depth: depth, Open: "<" + name, Attrs: e.Attrs, Close: ">"})
		for _, c := range e.Children {
			walk(c, depth+1)
		}
		add(xmlLine{Depth: depth, Open: "</" + name + ">"})
	}
	walk(root, 0)
	return lines, nil
}

// attrName is the name of an attribute as written.
func attrName(a xmldoc.Attr) string {
	if a.Prefix != "" {
		return a.Prefix + ":" + a.Local
	}
	return a.Local
}

// indent is the class for a depth; deeper than the last one looks like it.
func indent(depth int) string { return "d" + whole(min(depth, 7)) }

type deriver func(ctx context.Context, a actor, id string) (billing.Draft, error)

// joined writes mail addresses one after another.
func joined(list []string) string { return strings.Join(list, ", ") }

// whoDid names the system where no person acted.
func whoDid(who string) string {
	if who == "" || who == "sistema" {
		return "El sistema"
	}
	return who
}

// typeName is the word of a TipoDeComprobante.
func typeName(tipo string) string {
	switch tipo {
	case "I":
		return "Ingreso"
	case "E":
		return "Egreso"
	}
	return tipo
}

func deliveryKind(s billing.DeliveryState) string {
	switch s {
	case billing.Enviado:
		return "ok"
	case billing.Fallido:
		return "bad"
	}
	return "now"
}

func eventKind(e billing.Event) string {
	switch e.To {
	case billing.Timbrado:
		return "ok"
	case billing.Rechazado, billing.Vencido:
		return "bad"
	case billing.Incierto:
		return "now"
	}
	return ""
}
