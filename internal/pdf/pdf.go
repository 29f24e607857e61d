// Package pdf makes the printed representation of a CFDI: PDF, in one of four
// designs on letter paper or a roll of 80 mm.
//
// What is printed is read from the XML alone, so the same bytes and the same
// settings give the same PDF at any time and the XML stays the original, which
// travels inside the PDF. All that Anexo 20, CFF 29-A and RMF 2.7.1.7 demand is
// on every design, whatever the company leaves out; keys stand beside their
// official texts.
//
//	r := pdf.New(catalogo.New())
//	b, err := r.Document(xml, pdf.Options{State: "timbrado", Paper: pdf.Paper{Design: pdf.Compacta}})
//
// Complements that the core knows are printed by a table of their nodes with the words
// people use; the others generically, node by
// node, so that nothing of a document is left out. The PDF carries no script and
// no font file; texts beyond the Western alphabets (cp1252) show a replacement
// and a note that points to the XML. Nothing is stored, and nothing is read but
// the arguments.
package pdf

import (
	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/xmldoc"
)

// A Renderer draws printed representations. It holds the catalogues and the
// widths of the letters, and may be used by many goroutines.
type Renderer struct {
	cat     *catalogo.Catalog
	metrics *metrics
}

// New returns a renderer that takes the texts of keys from cat.
func New(cat *catalogo.Catalog) *Renderer { return &Renderer{cat: cat, metrics: newMetrics()} }

// Options are what the XML does not tell. Every field may be empty.
type Options struct {
	// State of the document as billing names it; cancelado prints the mark
	// CANCELADO across each page.
	State string
	// Test marks a document of a test certificate or test PAC: SIN VALIDEZ
	// FISCAL.
	Test bool
	// Notas are printed below the totals, line breaks kept. They are no part
	// of the CFDI.
	Notas string
	// NombreComercial, Domicilio, Telefono, Correo and Web of the issuer go
	// below its fiscal name, Sucursal with the branch it was issued from.
	NombreComercial, Domicilio, Telefono, Correo, Web, Sucursal string
	// DomicilioReceptor is the receiver's address, which no CFDI tells.
	DomicilioReceptor string
	// Paper is how the company wants it; Logo is a PNG as [ReadLogo] made it.
	Paper Paper
	Logo  []byte
}

// Document returns the PDF of a CFDI 4.0 with the XML attached. Without a stamp
// it is marked SIN VALIDEZ FISCAL and has neither QR nor stamp nor attachment.
// The error is that of [cfdi.Read].
func (r *Renderer) Document(xml []byte, o Options) ([]byte, error) {
	s, err := read(xml, o)
	if err != nil {
		return nil, err
	}
	return r.file(s)
}

// Draft returns the PDF of a document that is not issued yet, however
// incomplete, marked BORRADOR – SIN VALIDEZ FISCAL, without QR and seals.
func (r *Renderer) Draft(c *cfdi.Comprobante, o Options) ([]byte, error) {
	root, err := xmldoc.Parse(cfdi.WriteXML(c))
	if err != nil {
		return nil, err
	}
	return r.file(&source{Comprobante: c, root: root, draft: true, Options: o})
}

// Picture returns the first page of what [Renderer.Document] makes as SVG, with
// nothing in it that acts or reaches out.
func (r *Renderer) Picture(xml []byte, o Options) ([]byte, error) {
	s, err := read(xml, o)
	if err != nil {
		return nil, err
	}
	p := &picture{metrics: r.metrics}
	if err := r.render(s, p); err != nil {
		return nil, err
	}
	return p.bytes(), nil
}

func (r *Renderer) file(s *source) ([]byte, error) {
	f := newFile(s)
	if err := r.render(s, f); err != nil {
		return nil, err
	}
	return f.bytes()
}

func read(xml []byte, o Options) (*source, error) {
	doc, err := cfdi.Read(xml, nil)
	if err != nil {
		return nil, err
	}
	root, err := xmldoc.Parse(xml)
	if err != nil {
		return nil, err
	}
	return &source{Comprobante: doc.Comprobante, timbre: doc.Timbre, root: root, xml: xml, Options: o}, nil
}

// A source is all that one PDF is drawn from.
type source struct {
	*cfdi.Comprobante
	Options
	timbre *cfdi.Timbre    // nil when not stamped
	root   *xmldoc.Element // for the complements, printed from their nodes
	xml    []byte          // attached when stamped
	draft  bool
}

// mark returns what is written across each page, "" for a valid document.
func (s *source) mark() string {
	switch {
	case s.draft:
		return "BORRADOR – SIN VALIDEZ FISCAL"
	case s.State == "cancelado":
		return "CANCELADO"
	case s.Test, s.timbre == nil:
		return "SIN VALIDEZ FISCAL"
	}
	return ""
}

// band returns the sentence of the band below the head, "" for none.
func (s *source) band() string {
	switch {
	case s.draft:
		return "BORRADOR – SIN VALIDEZ FISCAL"
	case s.timbre == nil:
		return "SIN TIMBRAR – SIN VALIDEZ FISCAL"
	case s.State == "cancelado" && s.Test:
		return "CANCELADO · COMPROBANTE DE PRUEBA – SIN VALIDEZ FISCAL"
	case s.State == "cancelado":
		return "CANCELADO ANTE EL SAT"
	case s.Test:
		return "COMPROBANTE DE PRUEBA – SIN VALIDEZ FISCAL"
	}
	return ""
}
