package cancelacion

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/xmldoc"
)

// MaxAcuse is the largest acuse read, in bytes. One of 500 folios has about 100 kB.
const MaxAcuse = 1 << 20

// An Acuse is what the SAT answers to a Cancelacion or to a
// SolicitudAceptacionRechazo. It proves that the request was received.
type Acuse struct {
	Retenciones bool
	Fecha       string // as written: yyyy-mm-ddThh:mm:ss and up to nine decimals, central Mexico
	RfcEmisor   string // of a Cancelacion
	RfcReceptor string // of an answer
	RfcPac      string // of an answer
	CodEstatus  string // of the request as a whole; "" when each folio has its own
	Folios      []Estatus
	Sello       string // SignatureValue as given: an HMAC that only the SAT can verify
	Raw         []byte // the bytes read, untouched
}

// An Estatus is what the SAT says of one document.
type Estatus struct {
	UUID        string
	EstatusUUID string // a code: see [Explain]
	Respuesta   string // Aceptacion or Rechazo, of an answer
}

// Of returns the status of a document, whatever the case of its UUID.
func (a *Acuse) Of(uuid string) (Estatus, bool) {
	for _, f := range a.Folios {
		if strings.EqualFold(f.UUID, uuid) {
			return f, true
		}
	}
	return Estatus{}, false
}

// Code returns what the SAT says of a document, for [Explain]: its EstatusUUID, or the
// CodEstatus of a request refused as a whole, which names no folio; "" where the acuse
// is of other documents.
func (a *Acuse) Code(uuid string) string {
	if len(a.Folios) == 0 {
		return a.CodEstatus
	}
	f, _ := a.Of(uuid)
	return f.EstatusUUID
}

// Time returns Fecha as an instant, in UTC.
func (a *Acuse) Time() time.Time {
	at, err := time.ParseInLocation(fechaForm, a.Fecha, central)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// ErrAcuse says that what came is no acuse of the SAT. Nothing can be concluded
// from it: whether the request was received has to be asked.
var ErrAcuse = errors.New("lo que llegó no es un acuse de cancelación del SAT")

// ReadAcuse reads an acuse, bare or inside the SOAP envelope of the SAT's own
// service. It is strict: what is repeated, displaced or from a foreign namespace
// is refused, never passed over. Errors: [*xmldoc.Error], [ErrAcuse].
func ReadAcuse(xml []byte) (*Acuse, error) {
	if len(xml) > MaxAcuse {
		return nil, fmt.Errorf("%w: pesa más de 1 MB", ErrAcuse)
	}
	root, err := xmldoc.Parse(xml)
	if err != nil {
		return nil, err
	}
	e, err := unwrapped(root)
	if err != nil {
		return nil, err
	}
	a := &Acuse{Raw: bytes.Clone(xml)}
	if err := a.read(e); err != nil {
		return nil, err
	}
	return a, nil
}

func noAcuse(e *xmldoc.Element, why string) error {
	return fmt.Errorf("%w: %s %s", ErrAcuse, e.Path(), why)
}

// ours reports whether a name of the acuse may stand in that namespace: the root
// often comes without any.
func ours(space string) bool { return space == "" || space == SpaceCFDI || space == SpaceRetenciones }

// The wrappers of the SOAP answer, from the outside.
const soapSpace = "http://schemas.xmlsoap.org/soap/envelope/"

var (
	acuses    = []string{"Acuse", "AcuseAceptacionRechazo"}
	responses = []string{"CancelaCFDResponse", "CancelaRetencionResponse", "ProcesarRespuestaResponse"}
	results   = []string{"CancelaCFDResult", "CancelaRetencionResult", "ProcesarRespuestaResult"}
)

// unwrapped finds the one acuse: root itself, or what the envelope holds.
func unwrapped(root *xmldoc.Element) (*xmldoc.Element, error) {
	if ours(root.Space) && slices.Contains(acuses, root.Local) {
		return root, nil
	}
	if !root.Is(soapSpace, "Envelope") {
		return nil, noAcuse(root, "no es un acuse")
	}
	bodies := root.All(soapSpace, "Body")
	if len(bodies) != 1 || len(bodies[0].Children) != 1 || len(root.Children) > 1+len(root.All(soapSpace, "Header")) {
		return nil, noAcuse(root, "no trae una sola respuesta")
	}
	e := bodies[0].Children[0]
	if e.Is(soapSpace, "Fault") {
		return nil, noAcuse(e, "es un error del servicio: "+short(e.Child("", "faultstring")))
	}
	for _, names := range [][]string{responses, results} {
		if e.Space == "" || !ours(e.Space) || !slices.Contains(names, e.Local) {
			return nil, noAcuse(e, "no es una respuesta de cancelación")
		}
		if &names[0] == &results[0] {
			return e, nil
		}
		if len(e.Children) != 1 || blank(e.Text) != "" {
			return nil, noAcuse(e, "no trae un solo resultado")
		}
		e = e.Children[0]
	}
	return nil, noAcuse(e, "no es un acuse")
}

func short(e *xmldoc.Element) string {
	if e == nil {
		return "sin explicación"
	}
	r := []rune(strings.Join(strings.Fields(e.Text), " "))
	return string(r[:min(len(r), 200)])
}

var (
	fechaAcuse = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?$`)
	codeForm   = regexp.MustCompile(`^[0-9A-Za-z_ ]{1,40}$`)
	selloForm  = regexp.MustCompile(`^[0-9A-Za-z+/=\s]{1,1000}$`)
)

func (a *Acuse) read(e *xmldoc.Element) error {
	for _, at := range e.Attrs {
		to := map[string]*string{
			"Fecha": &a.Fecha, "RfcEmisor": &a.RfcEmisor, "RfcReceptor": &a.RfcReceptor, "RfcPac": &a.RfcPac, "CodEstatus": &a.CodEstatus,
		}[at.Local]
		switch {
		case at.Space == xsiSpace: // schemaLocation, nil
		case at.Space != "" || to == nil:
			return noAcuse(e, "lleva un atributo que no va: "+at.Local)
		default:
			*to = blank(at.Value)
		}
	}
	if blank(e.Text) != "" {
		return noAcuse(e, "lleva texto")
	}
	if !fechaAcuse.MatchString(a.Fecha) || a.Time().IsZero() {
		return noAcuse(e, "no lleva una fecha")
	}
	if a.CodEstatus != "" && !codeForm.MatchString(a.CodEstatus) {
		return noAcuse(e, "lleva un código de estado que no lo es")
	}
	for _, rfc := range []string{a.RfcEmisor, a.RfcReceptor, a.RfcPac} {
		if rfc != "" && !rfcForm.MatchString(rfc) {
			return noAcuse(e, "lleva un RFC que no lo es")
		}
	}
	a.Retenciones = e.Space == SpaceRetenciones
	for _, c := range e.Children {
		if err := a.child(c); err != nil {
			return err
		}
	}
	return a.complete(e)
}

func (a *Acuse) child(c *xmldoc.Element) error {
	switch {
	case ours(c.Space) && c.Local == "Folios":
		a.Retenciones = a.Retenciones || c.Space == SpaceRetenciones
		return a.folio(c)
	case c.Is(dsigSpace, "Signature"):
		values := c.All(dsigSpace, "SignatureValue")
		if a.Sello != "" || len(values) != 1 || !selloForm.MatchString(values[0].Text) || len(values[0].Children) > 0 {
			return noAcuse(c, "no es el sello del SAT")
		}
		a.Sello = blank(values[0].Text)
		return nil
	}
	return noAcuse(c, "no va en un acuse")
}

func (a *Acuse) folio(e *xmldoc.Element) error {
	var f Estatus
	for _, at := range e.Attrs {
		if at.Space != "" || at.Local != "Respuesta" {
			return noAcuse(e, "lleva un atributo que no va: "+at.Local)
		}
		f.Respuesta = at.Value
	}
	for _, c := range e.Children {
		to := map[string]*string{"UUID": &f.UUID, "EstatusUUID": &f.EstatusUUID, "Respuesta": &f.Respuesta}[c.Local]
		if to == nil || *to != "" || !ours(c.Space) || len(c.Children) > 0 || len(c.Attrs) > 0 {
			return noAcuse(c, "no va en un folio")
		}
		*to = blank(c.Text)
	}
	switch {
	case blank(e.Text) != "" || !uuid(f.UUID) || !codeForm.MatchString(f.EstatusUUID):
		return noAcuse(e, "no trae un folio fiscal con su estado")
	case f.Respuesta != "" && f.Respuesta != Aceptacion && f.Respuesta != Rechazo:
		return noAcuse(e, "trae una respuesta que no lo es")
	case len(a.Folios) >= MaxFolios:
		return noAcuse(e, "trae demasiados folios")
	}
	if _, twice := a.Of(f.UUID); twice {
		return noAcuse(e, "repite un folio fiscal")
	}
	a.Folios = append(a.Folios, f)
	return nil
}

// complete refuses an acuse of nobody, and one that says nothing.
func (a *Acuse) complete(e *xmldoc.Element) error {
	switch {
	case a.RfcEmisor == "" && a.RfcReceptor == "":
		return noAcuse(e, "no dice de qué RFC es")
	case len(a.Folios) == 0 && a.CodEstatus == "":
		return noAcuse(e, "no dice nada de ningún folio")
	}
	return nil
}
