package cfdi

import (
	"bytes"
	"errors"

	"iofacturo.mx/csd"
)

// A Stamped is a document with its TimbreFiscalDigital: a valid CFDI.
type Stamped struct {
	c      *Comprobante
	timbre *Timbre
	xml    []byte
}

// XML returns the bytes of the PAC, untouched.
func (st *Stamped) XML() []byte { return bytes.Clone(st.xml) }

// Timbre returns a copy of the stamp.
func (st *Stamped) Timbre() *Timbre { return clonePtr(st.timbre) }

// Comprobante returns a copy of the document.
func (st *Stamped) Comprobante() *Comprobante { return st.c.Clone() }

// ReadStamped reads a stamped document whose stamp names its Sello. Signatures
// are [Verify]'s to check. Errors: those of [Read]; one that says that stamp
// and document do not belong together.
func ReadStamped(xml []byte, known []Known) (*Stamped, error) {
	doc, err := Read(xml, known)
	if err != nil {
		return nil, err
	}
	if doc.Timbre == nil {
		return nil, errors.New("el comprobante no tiene TimbreFiscalDigital")
	}
	if doc.Timbre.SelloCFD != doc.Comprobante.Sello {
		return nil, Findings{selloCFDDiffers()}
	}
	return &Stamped{c: doc.Comprobante, timbre: doc.Timbre, xml: doc.Raw}, nil
}

// Accept judges what a PAC gave back for s and returns it as Stamped. All must
// hold: it is well-formed; all but the stamp equals what was sent, node by node
// and as cadena; SelloCFD is our Sello; the UUID has its form; FechaTimbrado
// lies within 72 hours after Fecha; t knows the certificate of the PAC, and it
// confirms SelloSAT. The error is [Findings]; the caller keeps the bytes and
// treats the document as uncertain, never as refused.
func (s *Sealed) Accept(stamped []byte, t *csd.Trust) (*Stamped, error) {
	doc, err := Read(stamped, s.known)
	if err != nil {
		return nil, Findings{errorAt("301", "", "La respuesta del PAC no se puede leer: "+err.Error(), askPAC)}
	}
	if doc.Timbre == nil {
		return nil, Findings{errorAt(codeStamp, "Timbre", "La respuesta del PAC no trae timbre.", askPAC)}
	}
	found := s.compare(doc.Comprobante)
	found = append(found, checkTimbre(doc.Comprobante.signed(), doc.Timbre)...)
	found = append(found, checkSelloSAT(doc.Timbre, t)...)
	for i := range found {
		found[i].Severity = SeverityError // an unknown PAC is no warning here
	}
	if len(found) > 0 {
		return nil, found
	}
	return &Stamped{c: doc.Comprobante, timbre: doc.Timbre, xml: doc.Raw}, nil
}

const askPAC = "Guarda la respuesta tal como llegó y consulta al PAC; el comprobante queda sin confirmar."

// compare finds whether got differs from what was sealed. Both are written
// anew, since a PAC may break lines or move namespace declarations.
func (s *Sealed) compare(got *Comprobante) Findings {
	if bytes.Equal(WriteXML(s.c), WriteXML(got)) {
		return nil
	}
	path := ""
	if !bytes.Equal(s.c.Addenda, got.Addenda) {
		path = "Addenda"
	}
	return Findings{errorAt(codeStamp, path, "El PAC devolvió un comprobante distinto del que se le envió.", askPAC)}
}
