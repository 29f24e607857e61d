package prueba

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// profile is what one certificate says of its holder.
type profile struct {
	rfc, name, branch string // no branch on an e.firma
	usage             []byte
	extended          bool // nsCertType and extended key usage, as an e.firma has
	from, to          time.Time
}

// Key usages as the SAT sets them, in DER: signature and non-repudiation; the
// same with data encipherment and key agreement.
var (
	usageSeal   = []byte{0x03, 0x02, 0x06, 0xC0}
	usagePerson = []byte{0x03, 0x02, 0x03, 0xD8}
)

// A company's certificate names its representative. Nobody's.
const (
	representativeRfc  = "PEPJ800101AA8"
	representativeCurp = "PEPJ800101HDFRRR09"
)

var (
	oidCommonName   = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidSerialNumber = asn1.ObjectIdentifier{2, 5, 4, 5}
	oidCountry      = asn1.ObjectIdentifier{2, 5, 4, 6}
	oidOrganization = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidUnit         = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidName         = asn1.ObjectIdentifier{2, 5, 4, 41}
	oidUniqueID     = asn1.ObjectIdentifier{2, 5, 4, 45}

	oidKeyUsage   = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidNsCertType = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 1}
)

// template lays the certificate out: two extensions on a CSD, four on an e.firma.
func (p profile) template() (*x509.Certificate, error) {
	subject, err := asn1.Marshal(p.subject())
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, RawSubject: subject, NotBefore: p.from, NotAfter: p.to,
		SignatureAlgorithm: x509.SHA256WithRSA, BasicConstraintsValid: true,
		ExtraExtensions: []pkix.Extension{{Id: oidKeyUsage, Value: p.usage}},
	}
	if p.extended {
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: oidNsCertType, Value: []byte{0x03, 0x02, 0x05, 0xA0}})
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageClientAuth}
	}
	return t, nil
}

// subject gives the attributes in the order of the SAT. The unique identifier and
// the serial number of a company carry its representative after a slash.
func (p profile) subject() pkix.RDNSequence {
	id, curp := p.rfc, representativeCurp
	if len([]rune(p.rfc)) == 12 {
		id, curp = p.rfc+" / "+representativeRfc, " / "+representativeCurp
	}
	s := pkix.RDNSequence{
		attribute(oidCommonName, p.name), attribute(oidName, p.name), attribute(oidOrganization, p.name),
	}
	if p.extended {
		s = append(s, attribute(oidCountry, "MX"))
	}
	s = append(s, attribute(oidUniqueID, id), attribute(oidSerialNumber, curp))
	if p.branch != "" {
		s = append(s, attribute(oidUnit, p.branch))
	}
	return s
}

func rootTemplate(since time.Time) (*x509.Certificate, error) {
	subject, err := asn1.Marshal(pkix.RDNSequence{
		attribute(oidCommonName, rootName), attribute(oidOrganization, rootOrganization),
	})
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber: serial, RawSubject: subject, NotBefore: since, NotAfter: since.AddDate(rootYears, 0, 0),
		SignatureAlgorithm: x509.SHA256WithRSA, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, nil
}

func attribute(oid asn1.ObjectIdentifier, value string) pkix.RelativeDistinguishedNameSET {
	return pkix.RelativeDistinguishedNameSET{{Type: oid, Value: value}}
}

// newSerial draws a serial number whose twenty bytes are ASCII digits, starting
// 3000 as those of the SAT's test authority do. 9 follows, where the SAT's have
// 1 or 0, so that ours never meets one of theirs.
func newSerial() (*big.Int, error) {
	digits := []byte("30009")
	for len(digits) < 20 {
		n, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			return nil, err
		}
		digits = append(digits, '0'+byte(n.Int64()))
	}
	return new(big.Int).SetBytes(digits), nil
}
