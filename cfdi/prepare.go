package cfdi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
)

// A Prepared is a Comprobante that passed every local rule and is bound to a
// certificate: only its Sello is missing. It does not change.
type Prepared struct {
	c      *Comprobante
	cert   *csd.Certificate
	xml    []byte
	sello  int // where in xml it belongs
	cadena string
}

// Prepare makes c ready to be sealed with cert: a deep copy with white space
// as the schema reads it, Version, NoCertificado and Certificado set, no Sello.
// Amounts stay as they are: [Comprobante.Totalize] comes before. The error is
// [Findings] with everything found when something forbids the seal. at is the
// clock, for the 72 hours alone.
func Prepare(c *Comprobante, cat *catalogo.Catalog, cert *csd.Certificate, at time.Time) (*Prepared, error) {
	c = c.Clone()
	c.Version, c.Sello = "4.0", ""
	c.nodes(placeless, make([]Field, 0, 24), func(_ string, fields []Field) {
		for _, f := range fields {
			f.normalize()
		}
	})
	c.NoCertificado = cert.NoCertificado
	c.Certificado = cert.Certificado()
	found := c.signed().Holder(cert, cat.Location(c.LugarExpedicion))
	found = append(found, Validate(c, cat, at)...)
	if len(found.Errors()) > 0 {
		return nil, found
	}
	return prepared(c, cert)
}

func prepared(c *Comprobante, cert *csd.Certificate) (*Prepared, error) {
	cadena, err := Cadena(c)
	if err != nil {
		return nil, err
	}
	xml, sello := writeXML(c)
	return &Prepared{c: c, cert: cert, xml: xml, sello: sello, cadena: cadena}, nil
}

// Comprobante returns a copy of the document, without Sello.
func (p *Prepared) Comprobante() *Comprobante { return p.c.Clone() }

// Cadena returns the cadena original, whose bytes the seal signs.
func (p *Prepared) Cadena() string { return p.cadena }

// XML returns the document without Sello.
func (p *Prepared) XML() []byte { return bytes.Clone(p.xml) }

// Certificate returns the certificate the document is bound to.
func (p *Prepared) Certificate() *csd.Certificate { return p.cert }

// ReadPrepared reads back what [Prepared.XML] gave; its XML is the same bytes.
// Rules are not run again. The error says that xml was not written by Prepare.
func ReadPrepared(xml []byte, known []Known) (*Prepared, error) {
	doc, err := Read(xml, known)
	if err != nil {
		return nil, err
	}
	if doc.Timbre != nil || doc.Comprobante.Sello != "" {
		return nil, errors.New("read prepared: the document is sealed already")
	}
	cert, err := certificateOf(doc.Comprobante.Certificado)
	if err != nil {
		return nil, fmt.Errorf("read prepared: %w", err)
	}
	p, err := prepared(doc.Comprobante, cert)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(p.xml, xml) {
		return nil, errors.New("read prepared: the bytes are not those that Prepare writes")
	}
	return p, nil
}

// certificateOf reads the attribute Certificado.
func certificateOf(certificado string) (*csd.Certificate, error) {
	der, err := decodeBase64(certificado)
	if err != nil {
		return nil, fmt.Errorf("Certificado: %w", err)
	}
	cert, err := csd.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("Certificado: %w", err)
	}
	return cert, nil
}

// decodeBase64 passes over white space, which some issuers leave in.
func decodeBase64(s string) ([]byte, error) {
	clean := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if !isSpace(s[i]) {
			clean = append(clean, s[i])
		}
	}
	return base64.StdEncoding.Strict().AppendDecode(nil, clean)
}

// A Sealed is a document with a Sello that its own certificate confirms.
type Sealed struct {
	c     *Comprobante
	cert  *csd.Certificate
	xml   []byte
	known []Known
}

// Seal puts the signature of the cadena, as [csd.Key.Sign] makes it elsewhere, into the
// document. It verifies it with the certificate first; the error says that it
// does not fit.
func (p *Prepared) Seal(sello []byte) (*Sealed, error) {
	if err := p.cert.Verify([]byte(p.cadena), sello); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return p.sealed(sello), nil
}

// SealWith signs the cadena with the key of the certificate and puts the signature into the
// document. The public key of the one must be that of the other, and [csd.Key.Sign] holds
// what it signs against it: nothing is left to verify. Errors: [csd.ErrPair], also for a wiped
// key, and those of Sign.
func (p *Prepared) SealWith(key *csd.Key) (*Sealed, error) {
	if !key.Matches(p.cert) {
		return nil, fmt.Errorf("seal: %w", csd.ErrPair)
	}
	sello, err := key.Sign([]byte(p.cadena))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return p.sealed(sello), nil
}

// sealed is the document with a signature that is known to be right.
func (p *Prepared) sealed(sello []byte) *Sealed {
	c := *p.c // what hangs from it is never changed: neither type gives it away
	c.Sello = base64.StdEncoding.EncodeToString(sello)
	const attribute = ` Sello="`
	xml := make([]byte, 0, len(p.xml)+len(attribute)+len(c.Sello)+1)
	xml = append(append(xml, p.xml[:p.sello]...), attribute...)
	xml = append(append(xml, c.Sello...), '"')
	xml = append(xml, p.xml[p.sello:]...)
	return &Sealed{c: &c, cert: p.cert, xml: xml, known: c.kinds()}
}

// ReadSealed reads a sealed document without stamp, ours or another's, and
// verifies its seal with the certificate in it. XML returns the same bytes.
// Errors: those of [Read], [*UnknownError], [Findings] when the seal is broken.
func ReadSealed(xml []byte, known []Known) (*Sealed, error) {
	doc, err := Read(xml, known)
	if err != nil {
		return nil, err
	}
	if doc.Timbre != nil {
		return nil, Findings{errorAt("307", "Complementos", "El comprobante ya tiene timbre: "+doc.Timbre.UUID+".",
			"No lo vuelvas a timbrar; usa el que ya existe.")}
	}
	if _, err := Cadena(doc.Comprobante); err != nil {
		return nil, err
	}
	cert, found := checkSeal(doc.Comprobante.signed(), nil)
	if len(found) > 0 {
		return nil, found
	}
	return &Sealed{c: doc.Comprobante, cert: cert, xml: doc.Raw, known: known}, nil
}

// XML returns the sealed bytes: those to store and to send, unchanged for ever.
func (s *Sealed) XML() []byte { return bytes.Clone(s.xml) }

// SHA256 returns the fingerprint of the sealed bytes.
func (s *Sealed) SHA256() [32]byte { return sha256.Sum256(s.xml) }

// Comprobante returns a copy of the document.
func (s *Sealed) Comprobante() *Comprobante { return s.c.Clone() }

// Certificate returns the certificate that confirmed the seal.
func (s *Sealed) Certificate() *csd.Certificate { return s.cert }
