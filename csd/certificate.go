package csd

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"time"
)

// Certificate is an X.509 certificate as the SAT issues them.
type Certificate struct {
	Raw           []byte // the DER bytes
	NoCertificado string // 20 digits: the bytes of the serial number read as ASCII; "" when they are not digits
	Rfc           string // of the holder, "" when the certificate names none
	Name          string // of the holder
	Branch        string // organizationalUnitName: the branch of a CSD
	Issuer        string // common name of the authority
	Kind          Kind
	NotBefore     time.Time // UTC
	NotAfter      time.Time // UTC, still in force at this second

	x509 *x509.Certificate
	key  *rsa.PublicKey
}

// ParseCertificate reads a .cer: DER, at most [MaxFile] bytes, RSA.
// Errors: ErrTooLarge, ErrPEM, ErrKey (a private key was given), ErrRSA, ErrFormat.
func ParseCertificate(der []byte) (*Certificate, error) {
	if err := checkFile(der); err != nil {
		return nil, err
	}
	if looksLikeKey(der) {
		return nil, ErrKey
	}
	x, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, because(ErrFormat, err)
	}
	key, ok := x.PublicKey.(*rsa.PublicKey)
	if !ok || key.E != exponent || key.N.BitLen() < minBits || key.N.BitLen() > maxBits {
		return nil, says(ErrRSA, "El certificado no tiene una llave RSA de 2048 a 4096 bits como los del SAT.")
	}
	c := &Certificate{
		Raw: bytes.Clone(x.Raw), NoCertificado: serialDigits(x.SerialNumber.Bytes()),
		Rfc: holderRfc(x), Name: holderName(x), Branch: nameOf(x, oidUnit), Issuer: x.Issuer.CommonName,
		Kind: kindOf(x), NotBefore: x.NotBefore.UTC(), NotAfter: x.NotAfter.UTC(), x509: x, key: key,
	}
	return c, nil
}

// Verify reports whether sig is the RSA PKCS#1 v1.5 SHA-256 signature of message
// by the key of c; if not, the error is ErrSignature.
func (c *Certificate) Verify(message, sig []byte) error {
	digest := sha256.Sum256(message)
	if err := rsa.VerifyPKCS1v15(c.key, crypto.SHA256, digest[:], sig); err != nil {
		return because(ErrSignature, err)
	}
	return nil
}

// InForce reports whether at lies within the validity of c, both ends included.
func (c *Certificate) InForce(at time.Time) bool {
	return !at.Before(c.NotBefore) && !at.After(c.NotAfter)
}

// SHA256 returns the fingerprint of the DER bytes.
func (c *Certificate) SHA256() [32]byte { return sha256.Sum256(c.Raw) }

// Bits returns the size of the public key in bits.
func (c *Certificate) Bits() int { return c.key.N.BitLen() }

var (
	oidUnit     = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidName     = asn1.ObjectIdentifier{2, 5, 4, 41}
	oidUniqueID = asn1.ObjectIdentifier{2, 5, 4, 45}
)

func nameOf(x *x509.Certificate, oid asn1.ObjectIdentifier) string {
	for _, n := range x.Subject.Names {
		if s, ok := n.Value.(string); ok && n.Type.Equal(oid) {
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// holderRfc takes the x500UniqueIdentifier of the subject up to the slash: a
// company's reads "RFC / RFC of its representative".
func holderRfc(x *x509.Certificate) string {
	rfc, _, _ := strings.Cut(nameOf(x, oidUniqueID), "/")
	return strings.TrimSpace(rfc)
}

func holderName(x *x509.Certificate) string {
	if name := nameOf(x, oidName); name != "" {
		return name
	}
	return strings.TrimSpace(x.Subject.CommonName)
}

// serialDigits reads a serial number the way the SAT writes it: each byte is an ASCII digit.
func serialDigits(serial []byte) string {
	if len(serial) != 20 {
		return ""
	}
	for _, b := range serial {
		if b < '0' || b > '9' {
			return ""
		}
	}
	return string(serial)
}

// kindOf decides by key usage, which the SAT sets to signature and non-repudiation
// alone on a CSD and wider on an e.firma, and confirms a CSD by its branch (OU).
// PAC code 306 rests on this.
func kindOf(x *x509.Certificate) Kind {
	const seal = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	extended := len(x.ExtKeyUsage)+len(x.UnknownExtKeyUsage) > 0
	switch {
	case x.IsCA:
		return Authority
	case holderRfc(x) == "":
		return Other
	case x.KeyUsage == seal && !extended && nameOf(x, oidUnit) != "":
		return CSD
	case x.KeyUsage&seal == seal:
		return FIEL
	}
	return Other
}

func checkFile(b []byte) error {
	if len(b) > MaxFile {
		return ErrTooLarge
	}
	if bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n\ufeff"), []byte("-----BEGIN")) {
		return ErrPEM
	}
	return nil
}
