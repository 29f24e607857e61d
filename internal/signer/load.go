package signer

import (
	"context"
	"errors"
	"strings"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Pair is a certificate and its key as the taxpayer has them.
type Pair struct {
	CertificateID string // chosen by the caller
	Cer, Key      []byte // the two files
	Password      []byte // of the key; used here and not kept
	Rfc           string // of the company: the certificate must be its own
	// Save, when set, writes what the caller keeps of the certificate, in the
	// same transaction.
	Save func(ctx context.Context, tx *store.Tx, cert *csd.Certificate) error
}

const nothingKept = " No se guardó nada."

// Load checks the pair in every way manual §3.3 asks: it opens, the two belong
// together, it is a CSD and no e.firma, it is in force, and it is the company's.
// Then it wraps the key, keeps it with an audit record, and forgets password and
// files. Errors: fail.Denied; fail.Invalid on the field Cer, Key or Password;
// fail.Conflict when the certificate has a key already.
func (s *Signer) Load(ctx context.Context, a store.Actor, in Pair) (*csd.Certificate, error) {
	if err := a.Require(store.RightCertificates); err != nil {
		return nil, err
	}
	if in.CertificateID == "" || strings.Contains(in.CertificateID, "|") {
		return nil, errors.New("signer: a certificate needs an id without |")
	}
	cert, err := s.checkCertificate(in)
	if err != nil {
		return nil, err
	}
	key, err := openKey(in, cert)
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	err = s.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := s.wrap(ctx, tx, in.CertificateID, cert, key)
		if err != nil {
			return err
		}
		if err := tx.InsertCertificateKey(ctx, row); err != nil {
			return err
		}
		if in.Save != nil {
			if err := in.Save(ctx, tx, cert); err != nil {
				return err
			}
		}
		return audit(ctx, tx, a, actionLoad, "certificate/"+in.CertificateID, entry{Certificate: cert.NoCertificado})
	})
	if err != nil {
		return nil, err
	}
	return cert, nil
}

func (s *Signer) checkCertificate(in Pair) (*csd.Certificate, error) {
	cert, err := csd.ParseCertificate(in.Cer)
	if err != nil {
		return nil, onField("Cer", err)
	}
	switch {
	case cert.Kind == csd.FIEL:
		return nil, fail.OnField("Cer", "Este certificado es de tu e.firma, no un certificado de sello digital (CSD)."+nothingKept+
			" Genera o descarga tu CSD en el portal del SAT (Certifica y CertiSAT) y elige ese archivo.")
	case cert.Kind != csd.CSD || cert.NoCertificado == "":
		return nil, fail.OnField("Cer", "El archivo no es un certificado de sello digital (CSD)."+nothingKept+
			" Elige el archivo .cer de tu CSD.")
	case cert.Rfc != in.Rfc:
		return nil, fail.OnField("Cer", "El certificado es de "+cert.Rfc+" y tu empresa es "+in.Rfc+"."+nothingKept+
			" Elige el CSD de tu empresa.")
	case s.now().After(cert.NotAfter):
		return nil, fail.OnField("Cer", "El certificado venció el "+day(cert.NotAfter)+"."+nothingKept+
			" Elige uno vigente o renuévalo en el portal del SAT.")
	case !cert.InForce(s.now()):
		return nil, fail.OnField("Cer", "El certificado empieza a valer el "+day(cert.NotBefore)+"."+nothingKept+
			" Elige uno vigente, o vuelve ese día.")
	}
	return cert, nil
}

func openKey(in Pair, cert *csd.Certificate) (*csd.Key, error) {
	key, err := csd.OpenKey(in.Key, in.Password)
	if errors.Is(err, csd.ErrPassword) {
		return nil, onField("Password", err)
	}
	if err != nil {
		return nil, onField("Key", err)
	}
	if !key.Matches(cert) {
		key.Wipe()
		return nil, fail.OnField("Key", "La llave no es la de ese certificado."+nothingKept+
			" Elige el .cer y el .key que el SAT te dio juntos.")
	}
	return key, nil
}

func onField(path string, err error) error {
	e := fail.OnField(path, err.Error()+nothingKept)
	e.Err = err
	return e
}
