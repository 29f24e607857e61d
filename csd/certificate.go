package csd

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
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

	shape shape
	key   *rsa.PublicKey
	sum   [32]byte // of Raw as it was read
	text  string   // Raw in base64
	mark  [32]byte // SHA-256 of text, by which a Trust remembers it

	foreign foreign // the public key inside libcrypto, where that is the route
	onlyGo  bool
}

// ParseCertificate reads a .cer: DER, at most [MaxFile] bytes, RSA.
// Errors: ErrTooLarge, ErrPEM, ErrKey (a private key was given), ErrRSA, ErrFormat.
func ParseCertificate(der []byte) (*Certificate, error) {
	if err := checkFile(der); err != nil {
		return nil, err
	}
	c := &Certificate{Raw: bytes.Clone(der), sum: sha256.Sum256(der), text: base64.StdEncoding.EncodeToString(der)}
	c.mark = sha256.Sum256([]byte(c.text))
	if err := unmarshal(c.Raw, &c.shape); err != nil {
		if looksLikeKey(der) {
			return nil, ErrKey
		}
		return nil, err
	}
	if !c.shape.sameAlgorithm() {
		return nil, ErrFormat
	}
	c.key = c.shape.Body.PublicKey.rsaKey()
	if c.key == nil || c.key.E != exponent || c.key.N.BitLen() < minBits || c.key.N.BitLen() > maxBits {
		return nil, says(ErrRSA, "El certificado no tiene una llave RSA de 2048 a 4096 bits como los del SAT.")
	}
	if err := c.describe(); err != nil {
		return nil, err
	}
	return c, nil
}

// describe fills the exported fields from the shape.
func (c *Certificate) describe() error {
	var subject, issuer names
	body := c.shape.Body
	if err := unmarshal(body.Subject.FullBytes, &subject); err != nil {
		return err
	}
	if err := unmarshal(body.Issuer.FullBytes, &issuer); err != nil {
		return err
	}
	allowed, err := body.usage()
	if err != nil {
		return err
	}
	c.NoCertificado = serialDigits(body.Serial.Bytes())
	c.NotBefore, c.NotAfter = body.Validity.NotBefore.UTC(), body.Validity.NotAfter.UTC()
	// A company's identifier reads "RFC / RFC of its representative".
	rfc, _, _ := strings.Cut(subject.of(oidUniqueID), "/")
	c.Rfc = strings.TrimSpace(rfc)
	c.Name, c.Branch, c.Issuer = subject.of(oidName), subject.of(oidUnit), issuer.of(oidCommonName)
	if c.Name == "" {
		c.Name = subject.of(oidCommonName)
	}
	c.Kind = kindOf(allowed, c.Rfc, c.Branch)
	return nil
}

// kindOf decides by key usage, which the SAT sets to signature and non-repudiation
// alone on a CSD and wider on an e.firma, and confirms a CSD by its branch (OU).
// PAC code 306 rests on this.
func kindOf(allowed usage, rfc, branch string) Kind {
	switch {
	case allowed.authority:
		return Authority
	case rfc == "" || !allowed.seal:
		return Other
	case !allowed.wider && branch != "":
		return CSD
	}
	return FIEL
}

// Verify reports whether sig is the RSA PKCS#1 v1.5 SHA-256 signature of message
// by the key of c; if not, the error is ErrSignature.
func (c *Certificate) Verify(message, sig []byte) error {
	digest := sha256.Sum256(message)
	if err := c.holds(&digest, sig); err != nil {
		return because(ErrSignature, err)
	}
	return nil
}

// InForce reports whether at lies within the validity of c, both ends included.
func (c *Certificate) InForce(at time.Time) bool {
	return !at.Before(c.NotBefore) && !at.After(c.NotAfter)
}

// Certificado returns the DER bytes in base64, as the attribute of that name has them.
func (c *Certificate) Certificado() string { return c.text }

// SHA256 returns the fingerprint of the DER bytes.
func (c *Certificate) SHA256() [32]byte { return c.sum }

// Bits returns the size of the public key in bits.
func (c *Certificate) Bits() int { return c.key.N.BitLen() }

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

func checkFile(b []byte) error {
	if len(b) > MaxFile {
		return ErrTooLarge
	}
	if bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n\ufeff"), []byte("-----BEGIN")) {
		return ErrPEM
	}
	return nil
}
