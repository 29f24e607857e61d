package cancelacion

import (
	"bytes"
	"crypto/sha1" // #nosec G505: see prepared.go
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/xmldoc"
)

// A Signed is a request that its own certificate confirms. One of the three is set.
// Whether the certificate is the taxpayer's, a CSD and in force is [Signed.Judge]'s to say.
type Signed struct {
	Cancelacion *Cancelacion
	Respuesta   *SolicitudAceptacionRechazo
	Consulta    *PeticionConsultaRelacionados
	Fecha       string // "" in a Consulta
	Certificate *csd.Certificate
}

// ErrSignature says that a request is not what was signed.
var ErrSignature = errors.New("la firma no corresponde a la solicitud")

// Verify reads a signed request, ours or another's, as a certifier does: one
// enveloped Signature at the end, with the algorithms of the SAT and no others.
// Values are taken from the tree that was verified. Errors: [*xmldoc.Error],
// [ErrSignature], those of [csd.ParseCertificate], or that it is no request. Whether the
// SAT would take it is [Signed.Judge]'s to say.
func Verify(xml []byte) (*Signed, error) {
	root, err := xmldoc.Parse(xml)
	if err != nil {
		return nil, err
	}
	s, sign, err := request(root)
	if err != nil {
		return nil, err
	}
	info, firma, certificate, err := signature(sign)
	if err != nil {
		return nil, err
	}
	w := &canonical{src: string(xml), without: sign}
	w.element(root, nil)
	digest := sha1.Sum(w.bytes()) // #nosec G401
	given, err := decode(path(info, "Reference", "DigestValue").Text)
	if w.mixed || err != nil || !bytes.Equal(digest[:], given) {
		return nil, fmt.Errorf("%w: el resumen es otro", ErrSignature)
	}
	w = &canonical{src: string(xml)}
	w.element(info, nil)
	if s.Certificate, err = csd.ParseCertificate(certificate); err != nil {
		return nil, err
	}
	if w.mixed || s.Certificate.VerifySHA1(w.bytes(), firma) != nil {
		return nil, ErrSignature
	}
	return s, nil
}

// Judge says for what the SAT would refuse s at that time, by the rules of the
// request and of the certificate that signed it.
func (s *Signed) Judge(at time.Time) Findings {
	switch {
	case s.Cancelacion != nil:
		return append(holder(s.Certificate, "RfcEmisor", s.Cancelacion.RfcEmisor, at), s.Cancelacion.judge()...)
	case s.Respuesta != nil:
		return append(holder(s.Certificate, "RfcReceptor", s.Respuesta.RfcReceptor, at), s.Respuesta.judge()...)
	}
	path, rfc := s.Consulta.signer()
	return append(holder(s.Certificate, path, rfc, at), s.Consulta.judge()...)
}

func malformed(e *xmldoc.Element, why string) error {
	return fmt.Errorf("la solicitud no tiene la forma del SAT: %s %s", e.Path(), why)
}

// request reads the body and returns the Signature beside it.
func request(root *xmldoc.Element) (*Signed, *xmldoc.Element, error) {
	if len(root.Children) == 0 {
		return nil, nil, malformed(root, "no tiene firma")
	}
	sign := root.Children[len(root.Children)-1]
	if !sign.Is(dsigSpace, "Signature") {
		return nil, nil, malformed(root, "no tiene firma al final")
	}
	if sign.Prefix != "" {
		return nil, nil, malformed(sign, "lleva prefijo")
	}
	rest := root.Children[:len(root.Children)-1]
	s := &Signed{}
	var err error
	switch {
	case root.Local == "Cancelacion" && (root.Space == SpaceCFDI || root.Space == SpaceRetenciones):
		err = s.cancelacion(root, rest)
	case root.Is(SpaceCFDI, "SolicitudAceptacionRechazo"):
		err = s.respuesta(root, rest)
	case root.Is(SpaceCFDI, "PeticionConsultaRelacionados"):
		p := &PeticionConsultaRelacionados{}
		s.Consulta = p
		err = read(root, rest, map[string]*string{
			"RfcEmisor": &p.RfcEmisor, "RfcPacEnviaSolicitud": &p.RfcPacEnviaSolicitud, "RfcReceptor": &p.RfcReceptor, "Uuid": &p.Uuid,
		})
		if err == nil && len(rest) > 0 {
			err = malformed(root, "tiene nodos de más")
		}
	default:
		err = malformed(root, "no es una solicitud")
	}
	return s, sign, err
}

func (s *Signed) cancelacion(root *xmldoc.Element, folios []*xmldoc.Element) error {
	c := &Cancelacion{Retenciones: root.Space == SpaceRetenciones}
	s.Cancelacion = c
	if err := read(root, folios, map[string]*string{"RfcEmisor": &c.RfcEmisor, "Fecha": &s.Fecha}); err != nil {
		return err
	}
	for _, group := range folios {
		if err := read(group, group.Children, nil); err != nil || !group.Is(root.Space, "Folios") {
			return errors.Join(err, malformed(group, "no son Folios"))
		}
		for _, e := range group.Children {
			var f Folio
			err := read(e, nil, map[string]*string{"UUID": &f.UUID, "Motivo": &f.Motivo, "FolioSustitucion": &f.FolioSustitucion})
			if err != nil || !e.Is(root.Space, "Folio") || len(e.Children) > 0 || blank(e.Text) != "" {
				return errors.Join(err, malformed(e, "no es un Folio"))
			}
			if c.Folios = append(c.Folios, f); len(c.Folios) > MaxFolios {
				return malformed(root, "nombra demasiados folios")
			}
		}
	}
	return nil
}

func (s *Signed) respuesta(root *xmldoc.Element, folios []*xmldoc.Element) error {
	r := &SolicitudAceptacionRechazo{}
	s.Respuesta = r
	err := read(root, folios, map[string]*string{
		"Fecha": &s.Fecha, "RfcPacEnviaSolicitud": &r.RfcPacEnviaSolicitud, "RfcReceptor": &r.RfcReceptor,
	})
	if err != nil {
		return err
	}
	for _, e := range folios {
		uuid, answer := e.All(SpaceCFDI, "UUID"), e.All(SpaceCFDI, "Respuesta")
		if err := read(e, e.Children, nil); err != nil || !e.Is(SpaceCFDI, "Folios") || len(uuid) != 1 || len(answer) != 1 || len(e.Children) != 2 {
			return errors.Join(err, malformed(e, "no es un UUID con su Respuesta"))
		}
		for _, leaf := range e.Children {
			if err := read(leaf, nil, nil); err != nil || len(leaf.Children) > 0 {
				return errors.Join(err, malformed(leaf, "no es un valor"))
			}
		}
		if r.Folios = append(r.Folios, Respuesta{uuid[0].Text, answer[0].Text}); len(r.Folios) > MaxFolios {
			return malformed(root, "nombra demasiados folios")
		}
	}
	return nil
}

// read takes the attributes of e, all without prefix and known, and refuses text
// beside children.
func read(e *xmldoc.Element, children []*xmldoc.Element, into map[string]*string) error {
	for _, a := range e.Attrs {
		to := into[a.Local]
		if a.Space != "" || to == nil {
			return malformed(e, "lleva un atributo que no va: "+a.Local)
		}
		*to = a.Value
	}
	if (len(children) > 0 || len(e.Children) > 0) && blank(e.Text) != "" {
		return malformed(e, "lleva texto entre sus nodos")
	}
	return nil
}

func blank(s string) string { return strings.Trim(s, " \t\r\n") }

// signature checks the shape of a Signature and every algorithm in it.
func signature(sign *xmldoc.Element) (info *xmldoc.Element, firma, certificate []byte, err error) {
	if !shape(sign, "SignedInfo", "SignatureValue", "KeyInfo") {
		return nil, nil, nil, malformed(sign, "no es la firma que pide el SAT")
	}
	info = sign.Children[0]
	reference := path(info, "Reference")
	ok := shape(info, "CanonicalizationMethod", "SignatureMethod", "Reference") && shape(reference, "Transforms", "DigestMethod", "DigestValue") &&
		shape(path(reference, "Transforms"), "Transform") &&
		algorithm(path(info, "CanonicalizationMethod"), c14n) && algorithm(path(info, "SignatureMethod"), rsaSHA1) &&
		algorithm(path(reference, "Transforms", "Transform"), enveloped) && algorithm(path(reference, "DigestMethod"), sha1URI)
	if uri, there := reference.Attr("URI"); !ok || !there || uri != "" || len(reference.Attrs) != 1 {
		return nil, nil, nil, malformed(info, "no firma el documento entero con los algoritmos del SAT")
	}
	data := path(sign, "KeyInfo").All(dsigSpace, "X509Data")
	if len(data) != 1 || len(data[0].All(dsigSpace, "X509Certificate")) != 1 {
		return nil, nil, nil, malformed(sign, "no lleva un solo certificado")
	}
	if certificate, err = decode(path(data[0], "X509Certificate").Text); err != nil {
		return nil, nil, nil, malformed(data[0], "lleva un certificado ilegible")
	}
	if firma, err = decode(sign.Children[1].Text); err != nil {
		return nil, nil, nil, malformed(sign, "lleva una firma ilegible")
	}
	return info, firma, certificate, nil
}

// shape reports whether the children of e are these, in this order, and no others.
func shape(e *xmldoc.Element, names ...string) bool {
	return e != nil && blank(e.Text) == "" && slices.EqualFunc(e.Children, names, func(c *xmldoc.Element, name string) bool {
		return c.Is(dsigSpace, name) && c.Prefix == ""
	})
}

func algorithm(e *xmldoc.Element, want string) bool {
	got, _ := e.Attr("Algorithm")
	return got == want && len(e.Attrs) == 1 && len(e.Children) == 0 && blank(e.Text) == ""
}

func path(e *xmldoc.Element, names ...string) *xmldoc.Element {
	for _, name := range names {
		e = e.Child(dsigSpace, name)
	}
	if e == nil {
		return &xmldoc.Element{}
	}
	return e
}

func decode(s string) ([]byte, error) {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, s)
	return base64.StdEncoding.Strict().DecodeString(clean)
}

// canonical writes inclusive C14N 1.0 without comments of elements that hold
// either children, with white space between them, or text. mixed says that one held both.
type canonical struct {
	src     string
	out     strings.Builder
	without *xmldoc.Element
	mixed   bool
}

func (w *canonical) bytes() []byte { return []byte(w.out.String()) }

// element writes e. said is what its written ancestors declared; nil for the apex,
// which says everything in scope.
func (w *canonical) element(e *xmldoc.Element, said map[string]string) {
	now := w.declarations(e, said)
	attrs := slices.Clone(e.Attrs)
	slices.SortFunc(attrs, func(a, b xmldoc.Attr) int {
		return strings.Compare(a.Space+"\x00"+a.Local, b.Space+"\x00"+b.Local)
	})
	for _, a := range attrs {
		name := a.Local
		if a.Prefix != "" {
			name = a.Prefix + ":" + name
		}
		w.out.WriteString(" " + name + `="` + attrText.Replace(a.Value) + `"`)
	}
	w.out.WriteByte('>')
	if len(e.Children) == 0 {
		w.out.WriteString(elementText.Replace(e.Text))
	} else {
		w.children(e, now)
	}
	w.out.WriteString("</" + e.Name() + ">")
}

func (w *canonical) children(e *xmldoc.Element, said map[string]string) {
	from := e.Start + strings.IndexByte(w.src[e.Start:], '>') + 1
	if first := w.src[e.Start:e.Children[0].Start]; strings.Count(first, ">") != 1 {
		from = e.Children[0].Start // a comment, or > in a value: judged as mixed below
		w.mixed = true
	}
	for _, c := range e.Children {
		w.between(from, c.Start)
		if c != w.without {
			w.element(c, said)
		}
		from = c.End
	}
	w.between(from, e.End-len("</"+e.Name()+">"))
}

// between writes the white space from..to of the source. The reader takes every
// line end as a line feed, and so does this.
func (w *canonical) between(from, to int) {
	if from > to || blank(w.src[from:to]) != "" {
		w.mixed = true
		return
	}
	w.out.WriteString(strings.ReplaceAll(strings.ReplaceAll(w.src[from:to], "\r\n", "\n"), "\r", "\n"))
}

func (w *canonical) declarations(e *xmldoc.Element, said map[string]string) map[string]string {
	inScope := map[string]string{}
	for p := e; p != nil; p = p.Parent {
		for _, d := range p.Decls {
			if _, inner := inScope[d.Prefix]; !inner {
				inScope[d.Prefix] = d.Space
			}
		}
	}
	w.out.WriteString("<" + e.Name())
	prefixes := make([]string, 0, len(inScope))
	for prefix, space := range inScope {
		// xmlns="" is said only to undo a namespace that was said.
		if said[prefix] != space {
			prefixes = append(prefixes, prefix)
		}
	}
	slices.Sort(prefixes)
	for _, prefix := range prefixes {
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		w.out.WriteString(" " + name + `="` + attrText.Replace(inScope[prefix]) + `"`)
	}
	return inScope
}
