package signer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Request asks for the seal of one numbered document.
type Request struct {
	DocumentID    string
	Revision      int    // the issued revision
	CertificateID string // whose key signs
	XML           []byte // as P1 stored it: prepared, without Sello
}

// stateNumbered is the state of a document between P1 and P2 (reliability §3.1).
const stateNumbered = "numerado"

// Seal returns the signature of the document's cadena original, for
// cfdi.Prepared.Seal. In one transaction it checks that the document is numbered,
// that XML is what P1 stored of this revision, and that its certificate's key is
// here, and writes the audit record; only after that is committed it signs.
// Errors: fail.Denied; fail.NotFound (document or key); fail.Conflict when the
// document is not, or no longer, waiting for this seal; fail.Invalid when it
// cannot be sealed as it is.
func (s *Signer) Seal(ctx context.Context, a store.Actor, req Request) (sello []byte, err error) {
	if err := a.Require(store.RightIssue); err != nil {
		return nil, err
	}
	p, err := cfdi.ReadPrepared(req.XML, complementos.All)
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, "El comprobante preparado no se puede leer. No se selló ni se timbró nada.", err)
	}
	if err := s.checkPrepared(p); err != nil {
		return nil, err
	}
	var set store.KeysetRow
	var row store.KeyRow
	err = s.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := checkNumbered(ctx, tx, req, p.Comprobante()); err != nil {
			return err
		}
		if row, err = keyFor(ctx, tx, req.CertificateID, p.Certificate()); err != nil {
			return err
		}
		if set, err = tx.Keyset(ctx, row.KeysetVersion); err != nil {
			return err
		}
		return audit(ctx, tx, a, actionSign, "document/"+req.DocumentID, signEntry(req, row, p.Cadena()))
	})
	if err != nil {
		return nil, err
	}
	sello, err = s.sign(a.Tenant, set, row, p.Certificate(), p.Cadena())
	if err != nil {
		return nil, s.failed(ctx, a, req, row, err)
	}
	return sello, nil
}

// checkPrepared judges the document alone: what it says of itself must agree with
// the certificate in it.
func (s *Signer) checkPrepared(p *cfdi.Prepared) error {
	c, cert := p.Comprobante(), p.Certificate()
	if !strings.HasPrefix(p.Cadena(), "||") {
		return errors.New("signer: this is no cadena original")
	}
	if cert.Kind != csd.CSD {
		return refuse("El certificado no es un certificado de sello digital (CSD).")
	}
	if c.Emisor.Rfc != cert.Rfc || c.NoCertificado != cert.NoCertificado {
		return refuse("El certificado " + cert.NoCertificado + " es de " + cert.Rfc + " y el comprobante es de " + c.Emisor.Rfc + ".")
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", c.Fecha, s.zones.Location(c.LugarExpedicion))
	if err != nil {
		return refuse("La fecha del comprobante no se puede leer.")
	}
	if !cert.InForce(at) {
		return refuse("El certificado " + cert.NoCertificado + " es vigente del " + day(cert.NotBefore) + " al " +
			day(cert.NotAfter) + " y el comprobante es del " + day(at) + ".")
	}
	return nil
}

// checkNumbered holds the request against the rows of P1.
func checkNumbered(ctx context.Context, tx *store.Tx, req Request, c *cfdi.Comprobante) error {
	d, err := tx.Document(ctx, req.DocumentID)
	if err != nil {
		return err
	}
	stored, err := tx.XML(ctx, req.DocumentID, int64(req.Revision), store.PreparedXML)
	if err != nil {
		return err
	}
	folio := ""
	if d.Folio != nil {
		folio = strconv.FormatInt(*d.Folio, 10)
	}
	switch {
	case d.State != stateNumbered, d.IssuedRevision != int64(req.Revision):
		return conflict(fmt.Errorf("state %s, issued revision %d, asked for %d", d.State, d.IssuedRevision, req.Revision))
	case d.CertificateID != req.CertificateID:
		return conflict(errors.New("numbered for another certificate"))
	case folio == "" || folio != c.Folio || d.Serie != c.Serie:
		return conflict(fmt.Errorf("numbered %s %s, the XML says %s %s", d.Serie, folio, c.Serie, c.Folio))
	case !bytes.Equal(stored, req.XML):
		return conflict(errors.New("the XML is not what P1 stored"))
	}
	return nil
}

// keyFor returns the row of the key and makes sure it belongs to the certificate
// that the document carries.
func keyFor(ctx context.Context, tx *store.Tx, certificateID string, cert *csd.Certificate) (store.KeyRow, error) {
	row, err := tx.CertificateKey(ctx, certificateID)
	if fail.KindOf(err) == fail.NotFound {
		return row, fail.Wrap(fail.NotFound, "Ese certificado ya no tiene llave guardada. No se selló ni se timbró nada. Carga un CSD vigente y emite de nuevo.", err)
	}
	if err == nil && (row.NoCertificado != cert.NoCertificado || row.Rfc != cert.Rfc) {
		return row, conflict(fmt.Errorf("the key is of %s, the document carries %s", row.NoCertificado, cert.NoCertificado))
	}
	return row, err
}

// failed records that the signature announced in the audit chain was not made.
func (s *Signer) failed(ctx context.Context, a store.Actor, req Request, row store.KeyRow, cause error) error {
	err := s.db.Update(context.WithoutCancel(ctx), a.Tenant, func(tx *store.Tx) error {
		return audit(ctx, tx, a, actionFailed, "document/"+req.DocumentID,
			entry{Certificate: row.NoCertificado, Revision: req.Revision, Reason: cause.Error()})
	})
	return fmt.Errorf("sign document %s: %w", req.DocumentID, errors.Join(cause, err))
}

func signEntry(req Request, row store.KeyRow, cadena string) entry {
	sum := sha256.Sum256([]byte(cadena))
	return entry{Certificate: row.NoCertificado, Revision: req.Revision, Cadena: hex.EncodeToString(sum[:])}
}

func refuse(message string) error {
	return fail.New(fail.Invalid, message+" No se selló ni se timbró nada.")
}

func conflict(cause error) error {
	return fail.Wrap(fail.Conflict, "El comprobante ya no está en espera de su sello. No se selló otra vez: recarga la página para ver cómo va.", cause)
}

func day(t time.Time) string { return t.Format("02/01/2006") }
