package csd

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // SHA-384 and SHA-512 for crypto.Hash
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Trust knows certification authorities and PAC certificates. Fill it when the
// program starts; afterwards it may be read from several goroutines at once. What it
// has seen to be a certificate, and who issued it, it remembers by SHA-256; whether it is
// in force is asked each time.
type Trust struct {
	authorities []anchor
	pacs        map[string]*Certificate
	memory      memory
}

type anchor struct {
	cert *Certificate
	test bool
}

// NewTrust returns a Trust that knows the given authorities as test ones and none
// of the SAT: those come from [Trust.AddDir]. A certificate of another [Kind] is passed
// over.
func NewTrust(extra ...*Certificate) *Trust {
	t := &Trust{pacs: map[string]*Certificate{}}
	for _, c := range extra {
		t.add(c, true)
	}
	return t
}

// AddDir reads the .cer files of dir and its folders and accepts those that are
// authorities of the SAT by the SHA-256 in the table of this package; any other
// file is passed over. It returns how many authorities became known. A dir that
// does not exist adds none; the error is that of a folder or file that cannot be read.
func (t *Trust) AddDir(dir string) (added int, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.EqualFold(filepath.Ext(path), ".cer") {
			return err
		}
		der, err := readFile(path)
		if err != nil {
			return err
		}
		a, known := satAuthority(sha256.Sum256(der))
		if !known {
			return nil
		}
		c, err := ParseCertificate(der)
		if err != nil {
			return err
		}
		if t.add(c, a.test) {
			added++
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return added, nil
	}
	return added, err
}

// Check tells which authority issued c and whether it is a test one. The
// authority must have been in force when it issued c, and c must be in force at
// at, which is compared as an instant: turn a Fecha into UTC first. Authorities
// themselves are trusted by fingerprint, so the check ends there; roots stand in
// the table to vouch for nothing but what they signed. What c is for is not asked: who
// wants a seal looks at its [Kind].
// Errors: ErrUnknownAuthority; ErrNotInForce, with authority and test filled in.
func (t *Trust) Check(c *Certificate, at time.Time) (authority string, test bool, err error) {
	a, ok := t.issuer(c)
	switch {
	case !ok:
		return "", false, ErrUnknownAuthority
	case !c.InForce(at):
		return a.cert.Name, a.test, notInForce(c)
	}
	return a.cert.Name, a.test, nil
}

// issuer is the authority that signed c when it was in force itself.
func (t *Trust) issuer(c *Certificate) (anchor, bool) {
	if v := t.memory.get(c.mark); v != nil {
		return v.by, true
	}
	for _, a := range t.authorities {
		if bytes.Equal(a.cert.shape.Body.Subject.FullBytes, c.shape.Body.Issuer.FullBytes) && a.cert.InForce(c.NotBefore) && signedBy(c, a.cert) {
			t.memory.put(&vouched{c, a})
			return a, true
		}
	}
	return anchor{}, false
}

// Certificate reads the attribute Certificado of a document: base64 of DER, white space
// passed over. One whose authority t knows is not read twice; what it returns may be
// shared: it is read, never written. A nil t remembers nothing. Errors: those of
// [ParseCertificate], and of base64.
func (t *Trust) Certificate(certificado string) (*Certificate, error) {
	if t != nil {
		text := unsafe.Slice(unsafe.StringData(certificado), len(certificado)) // read, never written
		if v := t.memory.get(sha256.Sum256(text)); v != nil {
			return v.cert, nil
		}
	}
	return readCertificado(certificado)
}

func readCertificado(certificado string) (*Certificate, error) {
	clean := make([]byte, 0, len(certificado))
	for i := range len(certificado) {
		if b := certificado[i]; b != ' ' && b != '\t' && b != '\n' && b != '\r' {
			clean = append(clean, b)
		}
	}
	der, err := base64.StdEncoding.Strict().AppendDecode(nil, clean)
	if err != nil {
		return nil, err
	}
	return ParseCertificate(der)
}

// Test reports whether c was issued by a test authority, whatever the date;
// false as well when the authority is unknown.
func (t *Trust) Test(c *Certificate) bool {
	_, test, _ := t.Check(c, c.NotBefore)
	return test
}

// Known reports whether an authority that t knows issued c, whatever the date.
func (t *Trust) Known(c *Certificate) bool {
	_, _, err := t.Check(c, c.NotBefore)
	return err == nil
}

// AddPAC makes the certificate of a PAC known by its number, by which a
// TimbreFiscalDigital names it (NoCertificadoSAT).
func (t *Trust) AddPAC(c *Certificate) { t.pacs[c.NoCertificado] = c }

// PACCertificate returns the PAC certificate with that NoCertificado, or nil.
func (t *Trust) PACCertificate(no string) *Certificate { return t.pacs[no] }

func (t *Trust) add(c *Certificate, test bool) bool {
	if c.Kind != Authority {
		return false
	}
	same := func(a anchor) bool { return a.cert.SHA256() == c.SHA256() }
	if slices.ContainsFunc(t.authorities, same) {
		return false
	}
	t.authorities = append(t.authorities, anchor{c, test})
	return true
}

// signatures lists what certificates are signed with. SHA-1 is there because the
// authorities of the SAT used it until 2016; crypto/x509 would refuse it.
var signatures = []struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
}{
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, crypto.SHA1},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, crypto.SHA256},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, crypto.SHA384},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, crypto.SHA512},
}

// signedBy checks the signature of issuer on c. The algorithm stands twice in a
// certificate and must be the same.
func signedBy(c, issuer *Certificate) bool {
	algorithm := c.shape.Algorithm.Algorithm
	if !algorithm.Equal(c.shape.Body.Algorithm.Algorithm) {
		return false
	}
	for _, s := range signatures {
		if s.oid.Equal(algorithm) {
			digest := s.hash.New()
			digest.Write(c.shape.Body.Raw)
			return rsa.VerifyPKCS1v15(issuer.key, s.hash, digest.Sum(nil), c.shape.Signature.RightAlign()) == nil
		}
	}
	return false
}

func notInForce(c *Certificate) error {
	const day = "02/01/2006"
	return says(ErrNotInForce, "El certificado "+c.NoCertificado+" es vigente del "+
		c.NotBefore.Format(day)+" al "+c.NotAfter.Format(day)+", y la fecha pedida queda fuera.")
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxFile || !info.Mode().IsRegular() {
		return nil, nil
	}
	return os.ReadFile(path)
}
