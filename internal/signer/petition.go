package signer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/cancelacion"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Petition asks for one signed request to the SAT. Exactly one of the three is
// set; its RFC has to be the certificate's.
type Petition struct {
	CertificateID string    // whose key signs; it need not be the one that sealed the document
	Fecha         time.Time // what the request says; the same gives the same bytes

	Cancelacion *cancelacion.Cancelacion                  `json:",omitempty"`
	Respuesta   *cancelacion.SolicitudAceptacionRechazo   `json:",omitempty"`
	Consulta    *cancelacion.PeticionConsultaRelacionados `json:",omitempty"`

	ByNumber bool // as [cancelacion.Prepared.ByNumber]: some certifiers ask for it
}

// How far Fecha may be from the clock: what waited over a weekend may still be
// signed again, tomorrow's may not.
const (
	petitionAge   = 72 * time.Hour
	petitionAhead = 5 * time.Minute
)

const (
	nothingSigned = " No se firmó ni se mandó nada."
	petitionWrong = "La solicitud al SAT no se puede firmar como está."
)

// Sign returns the signed XML of a request to cancel, to answer a cancellation or
// to ask what is related. What is signed is written here, from the values of p,
// after the rules of cancelacion judged them: nobody hands in bytes, so RSA-SHA1,
// which the SAT asks for here and nowhere else, signs nothing of another's choice.
// The audit record is committed before the key touches it. Errors: fail.Denied;
// fail.NotFound (certificate or key); fail.Conflict when the key is not the
// certificate's; fail.Invalid, with fields, when the SAT would refuse the request.
func (s *Signer) Sign(ctx context.Context, a store.Actor, p Petition) (xml []byte, err error) {
	if err := a.Require(store.RightIssue); err != nil {
		return nil, err
	}
	if err := p.check(s.now()); err != nil {
		return nil, err
	}
	var set store.KeysetRow
	var row store.KeyRow
	var prepared *cancelacion.Prepared
	err = s.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		cert, err := s.petitioner(ctx, tx, p.CertificateID)
		if err != nil {
			return err
		}
		if prepared, err = p.prepare(cert); err != nil {
			return err
		}
		if row, err = petitionKey(ctx, tx, p.CertificateID, cert); err != nil {
			return err
		}
		if set, err = tx.Keyset(ctx, row.KeysetVersion); err != nil {
			return err
		}
		sum := sha256.Sum256(prepared.XML())
		return audit(ctx, tx, a, actionPetition, "certificate/"+p.CertificateID,
			entry{Certificate: row.NoCertificado, Kind: p.kind(), Petition: hex.EncodeToString(sum[:]), Folios: p.folios()})
	})
	if err != nil {
		return nil, err
	}
	firma, err := s.with(a.Tenant, set, row, func(key *csd.Key) ([]byte, error) { return key.SignSHA1(prepared.SignedInfo()) })
	if err == nil {
		xml, err = prepared.Sign(firma)
	}
	if err != nil {
		return nil, s.petitionFailed(ctx, a, p, row, err)
	}
	return xml, nil
}

// check judges what needs no certificate, before anything is read or written.
func (p Petition) check(now time.Time) error {
	set := 0
	for _, is := range []bool{p.Cancelacion != nil, p.Respuesta != nil, p.Consulta != nil} {
		if is {
			set++
		}
	}
	switch n := p.count(); {
	case set != 1:
		return errors.New("signer: a petition is one of three")
	case n > cancelacion.MaxFolios:
		return fail.OnField("Folios", fmt.Sprintf("La solicitud nombra %d comprobantes y caben %d.", n, cancelacion.MaxFolios)+nothingSigned+" Divídela en varias.")
	case p.Fecha.After(now.Add(petitionAhead)), p.Fecha.Before(now.Add(-petitionAge)):
		return fail.OnField("Fecha", "La fecha de la solicitud no es de hoy ni de hace poco."+nothingSigned+" Pídela de nuevo.")
	}
	return nil
}

func (p Petition) count() int {
	switch {
	case p.Cancelacion != nil:
		return len(p.Cancelacion.Folios)
	case p.Respuesta != nil:
		return len(p.Respuesta.Folios)
	}
	return 1
}

// petitioner returns the tenant's certificate, which has to be in force now,
// whatever date the request carries.
func (s *Signer) petitioner(ctx context.Context, tx *store.Tx, id string) (*csd.Certificate, error) {
	row, err := tx.Certificate(ctx, id)
	if err != nil {
		return nil, err
	}
	cert, err := csd.ParseCertificate(row.Cer)
	if err != nil {
		return nil, fmt.Errorf("signer: certificate %s: %w", id, err)
	}
	switch {
	case row.RevokedAt != 0:
		return nil, petitionRefused("El certificado " + cert.NoCertificado + " está revocado.")
	case !cert.InForce(s.now()):
		return nil, petitionRefused("El certificado " + cert.NoCertificado + " es vigente del " + day(cert.NotBefore) + " al " + day(cert.NotAfter) + ".")
	}
	return cert, nil
}

func petitionRefused(why string) error {
	return fail.OnField("Certificado", why+nothingSigned+" Firma con un certificado de sello digital vigente de tu empresa.")
}

// prepare writes the request. What the SAT would refuse it for are its fields.
func (p Petition) prepare(cert *csd.Certificate) (prepared *cancelacion.Prepared, err error) {
	switch {
	case p.Cancelacion != nil:
		prepared, err = p.Cancelacion.Prepare(cert, p.Fecha)
	case p.Respuesta != nil:
		prepared, err = p.Respuesta.Prepare(cert, p.Fecha)
	default:
		prepared, err = p.Consulta.Prepare(cert, p.Fecha)
	}
	if found := cancelacion.Findings(nil); errors.As(err, &found) {
		fields := make([]fail.Field, len(found))
		for i, f := range found {
			fields[i] = fail.Field{Path: f.Path, Code: f.Code, Message: f.Message, Fix: f.Fix}
		}
		return nil, fail.WithFields(petitionWrong+nothingSigned, fields...)
	}
	if err == nil && p.ByNumber {
		prepared = prepared.ByNumber()
	}
	return prepared, err
}

// petitionKey is keyFor in the words of a request.
func petitionKey(ctx context.Context, tx *store.Tx, id string, cert *csd.Certificate) (store.KeyRow, error) {
	row, err := tx.CertificateKey(ctx, id)
	if fail.KindOf(err) == fail.NotFound {
		return row, fail.Wrap(fail.NotFound, "Ese certificado ya no tiene llave guardada."+nothingSigned+" Carga un CSD vigente y pídelo de nuevo.", err)
	}
	if err == nil && (row.NoCertificado != cert.NoCertificado || row.Rfc != cert.Rfc) {
		return row, fail.Wrap(fail.Conflict, "La llave guardada no es la de ese certificado."+nothingSigned+" Carga de nuevo tu CSD.",
			fmt.Errorf("the key is of %s, the certificate is %s", row.NoCertificado, cert.NoCertificado))
	}
	return row, err
}

// kind and folios are what the audit chain keeps in clear.
func (p Petition) kind() string {
	switch {
	case p.Cancelacion != nil && p.Cancelacion.Retenciones:
		return "cancelacion de retenciones"
	case p.Cancelacion != nil:
		return "cancelacion"
	case p.Respuesta != nil:
		return "respuesta"
	}
	return "relacionados"
}

func (p Petition) folios() (list []string) {
	switch {
	case p.Cancelacion != nil:
		for _, f := range p.Cancelacion.Folios {
			line := f.UUID + " " + f.Motivo
			if f.FolioSustitucion != "" {
				line += " " + f.FolioSustitucion
			}
			list = append(list, line)
		}
	case p.Respuesta != nil:
		for _, f := range p.Respuesta.Folios {
			list = append(list, f.UUID+" "+f.Respuesta)
		}
	default:
		list = []string{p.Consulta.Uuid}
	}
	return list
}

// petitionFailed records that the signature announced in the audit chain was not made.
func (s *Signer) petitionFailed(ctx context.Context, a store.Actor, p Petition, row store.KeyRow, cause error) error {
	err := s.db.Update(context.WithoutCancel(ctx), a.Tenant, func(tx *store.Tx) error {
		return audit(ctx, tx, a, actionPetitionFailed, "certificate/"+p.CertificateID,
			entry{Certificate: row.NoCertificado, Kind: p.kind(), Reason: cause.Error()})
	})
	return fmt.Errorf("sign a request with certificate %s: %w", p.CertificateID, errors.Join(cause, err))
}
