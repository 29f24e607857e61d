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
}

const nothingKept = " No se guardó nada."

// Load checks the pair in every way manual §3.3 asks: it opens, the two belong
// together, it is a CSD and no e.firma, it is in force, and it is the company's.
// Then it writes that into the audit chain, wraps the key for the row the caller
// keeps with the certificate, and forgets password and files. Errors:
// fail.Denied; fail.Invalid on the field Cer, Key or Password.
func (s *Signer) Load(ctx context.Context, a store.Actor, in Pair) (Loaded, error) {
	if err := a.Require(store.RightCertificates); err != nil {
		return Loaded{}, err
	}
	if in.CertificateID == "" || strings.Contains(in.CertificateID, "|") {
		return Loaded{}, errors.New("signer: a certificate needs an id without |")
	}
	cert, err := s.checkCertificate(in)
	if err != nil {
		return Loaded{}, err
	}
	key, err := openKey(in, cert)
	if err != nil {
		return Loaded{}, err
	}
	defer key.Wipe()
	loaded := Loaded{Certificate: cert}
	err = s.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		keys, version, err := s.currentKeyset(ctx, tx, a.Tenant)
		if err != nil {
			return err
		}
		if loaded.Key, err = s.wrap(keys, a.Tenant, version, in.CertificateID, cert, key); err != nil {
			return err
		}
		return audit(ctx, tx.For(a.Tenant), a, actionLoad, "certificate/"+in.CertificateID, entry{Certificate: cert.NoCertificado})
	})
	return loaded, err
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
	var key *csd.Key
	var err error
	csd.Secretly(func() { key, err = csd.OpenKey(in.Key, in.Password) })
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
