// Package prueba is a certification authority for trying the portal: it makes
// certificates shaped like those of the SAT that have no fiscal validity, so that
// nobody needs a real CSD, and the certificate the test PAC stamps with.
//
//	ca, err := prueba.Open(dataDir, time.Now())        // made once, in dataDir/ca
//	cer, key, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", password)
//	trust := csd.NewTrust(ca.Root())
//
// Whatever it issues says so: the issuer is "AC de pruebas ioFacturo" of "SIN
// VALIDEZ FISCAL", and csd.Trust reports it as a test authority.
package prueba

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"

	"iofacturo.mx/csd"
)

// The test PAC: a company that does not exist.
const (
	// PACRfc is the made-up RFC of the test PAC.
	PACRfc = "PPI2611220AA"
	// PACName is its name.
	PACName = "PAC DE PRUEBAS IOFACTURO"
)

const (
	rootBits, leafBits  = 4096, 2048
	rootYears, csdYears = 20, 4
	rootName            = "AC de pruebas ioFacturo"
	rootOrganization    = "SIN VALIDEZ FISCAL"
	branch              = "Pruebas"
)

// CA is the test authority with its keys.
type CA struct {
	now     time.Time
	root    *csd.Certificate
	rootKey *rsa.PrivateKey
	pac     *csd.Certificate
	pacKey  *csd.Key
}

// New makes an authority in memory whose root key has the given bits: 2048 in
// tests, where the seconds a key of 4096 takes would count. now is the start:
// everything issued is valid from a year before it, so that receipts dated some
// months back verify.
func New(now time.Time, bits int) (*CA, error) {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, fmt.Errorf("make the key of the test authority: %w", err)
	}
	ca := &CA{now: now.UTC().Truncate(time.Second), rootKey: key}
	if ca.root, err = ca.issueRoot(); err != nil {
		return nil, fmt.Errorf("issue the root of the test authority: %w", err)
	}
	if ca.pac, ca.pacKey, err = ca.issuePAC(); err != nil {
		return nil, fmt.Errorf("issue the certificate of the test PAC: %w", err)
	}
	return ca, nil
}

// Root returns the certificate of the authority.
func (ca *CA) Root() *csd.Certificate { return ca.root }

// PAC returns the certificate and key of the test PAC, whose RFC is [PACRfc].
func (ca *CA) PAC() (*csd.Certificate, *csd.Key) { return ca.pac, ca.pacKey }

// CSD issues a certificado de sello digital for four years and returns its two
// files as the SAT would give them: .cer in DER, .key encrypted with password.
func (ca *CA) CSD(rfc, name string, password []byte) (cer, key []byte, err error) {
	return ca.pair(profile{rfc: rfc, name: name, branch: branch, usage: usageSeal}, password)
}

// FIEL issues an e.firma, so that one can see the portal refuse it.
func (ca *CA) FIEL(rfc, name string, password []byte) (cer, key []byte, err error) {
	return ca.pair(profile{rfc: rfc, name: name, usage: usagePerson, extended: true}, password)
}

func (ca *CA) pair(p profile, password []byte) (cer, key []byte, err error) {
	p.from, p.to = ca.since(), ca.since().AddDate(csdYears, 0, 0)
	c, k, err := ca.issue(p)
	if err != nil {
		return nil, nil, fmt.Errorf("issue a test certificate for %s: %w", p.rfc, err)
	}
	defer k.Wipe()
	if key, err = k.Encrypt(password); err != nil {
		return nil, nil, fmt.Errorf("encrypt the key of a test certificate: %w", err)
	}
	return c.Raw, key, nil
}

// issue makes a key and its certificate.
func (ca *CA) issue(p profile) (*csd.Certificate, *csd.Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, leafBits)
	if err != nil {
		return nil, nil, err
	}
	template, err := p.template()
	if err != nil {
		return nil, nil, err
	}
	parent, err := x509.ParseCertificate(ca.root.Raw)
	if err != nil {
		return nil, nil, err
	}
	parent.SubjectKeyId = nil // the SAT writes no key identifiers into a CSD
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &private.PublicKey, ca.rootKey)
	if err != nil {
		return nil, nil, err
	}
	return both(der, private)
}

func (ca *CA) issueRoot() (*csd.Certificate, error) {
	template, err := rootTemplate(ca.since())
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &ca.rootKey.PublicKey, ca.rootKey)
	if err != nil {
		return nil, err
	}
	return csd.ParseCertificate(der)
}

// issuePAC gives the PAC as many years as the root, so that an old data folder
// still stamps.
func (ca *CA) issuePAC() (*csd.Certificate, *csd.Key, error) {
	return ca.issue(profile{
		rfc: PACRfc, name: PACName, branch: "PAC" + PACRfc, usage: usageSeal,
		from: ca.since(), to: ca.root.NotAfter,
	})
}

func (ca *CA) since() time.Time { return ca.now.AddDate(-1, 0, 0) }

func both(der []byte, private *rsa.PrivateKey) (*csd.Certificate, *csd.Key, error) {
	cert, err := csd.ParseCertificate(der)
	if err != nil {
		return nil, nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	defer clear(pkcs8)
	key, err := csd.ParsePKCS8(pkcs8)
	return cert, key, err
}
