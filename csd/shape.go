package csd

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"
)

// The shape of an X.509 certificate (RFC 5280). It is read here and not by
// crypto/x509 because that one refuses what the SAT really issued: its authority
// 1189 of 2023, and so every CSD under it, has accents in PrintableStrings.
type (
	shape struct {
		Body      body
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	body struct {
		Raw        asn1.RawContent
		Version    int `asn1:"optional,explicit,default:0,tag:0"`
		Serial     *big.Int
		Algorithm  pkix.AlgorithmIdentifier
		Issuer     asn1.RawValue
		Validity   struct{ NotBefore, NotAfter time.Time }
		Subject    asn1.RawValue
		PublicKey  publicKey
		IssuerID   asn1.BitString   `asn1:"optional,tag:1"`
		SubjectID  asn1.BitString   `asn1:"optional,tag:2"`
		Extensions []pkix.Extension `asn1:"optional,explicit,tag:3"`
	}
	publicKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	attribute struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	attributeSET []attribute
	names        []attributeSET
)

var (
	oidCommonName       = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidUnit             = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidName             = asn1.ObjectIdentifier{2, 5, 4, 41}
	oidUniqueID         = asn1.ObjectIdentifier{2, 5, 4, 45}
	oidKeyUsage         = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidBasicConstraints = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidExtendedKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
)

// of returns the first attribute of that type, "" when there is none. Text that
// is not UTF-8 is read as Latin-1, byte by byte.
func (n names) of(oid asn1.ObjectIdentifier) string {
	for _, set := range n {
		for _, a := range set {
			if a.Type.Equal(oid) {
				return strings.TrimSpace(text(a.Value))
			}
		}
	}
	return ""
}

func text(v asn1.RawValue) string {
	if v.Tag == asn1.TagBMPString {
		var s string
		if _, err := asn1.Unmarshal(v.FullBytes, &s); err == nil {
			return s
		}
	}
	if utf8.Valid(v.Bytes) {
		return string(v.Bytes)
	}
	runes := make([]rune, len(v.Bytes))
	for i, b := range v.Bytes {
		runes[i] = rune(b)
	}
	return string(runes)
}

// rsaKey returns the RSA public key, or nil when it is another or too large to read.
func (p publicKey) rsaKey() *rsa.PublicKey {
	if !p.Algorithm.Algorithm.Equal(oidRSA) || p.Key.BitLength > 8*(maxBits/8+64) {
		return nil
	}
	key, err := x509.ParsePKCS1PublicKey(p.Key.RightAlign())
	if err != nil {
		return nil
	}
	return key
}

// sameAlgorithm reports whether the algorithm outside what is signed, its
// parameters included, is the one inside (RFC 5280 §4.1.1.2): whoever changes the
// one that no signature covers must be seen.
func (s shape) sameAlgorithm() bool {
	out, in := s.Algorithm, s.Body.Algorithm
	return out.Algorithm.Equal(in.Algorithm) && bytes.Equal(out.Parameters.FullBytes, in.Parameters.FullBytes)
}

// usage is what the extensions allow.
type usage struct {
	authority bool
	seal      bool // signature and non-repudiation
	wider     bool // anything beside them
}

func (b body) usage() (u usage, err error) {
	for _, e := range b.Extensions {
		switch {
		case e.Id.Equal(oidBasicConstraints):
			var c struct {
				IsCA    bool `asn1:"optional"`
				PathLen int  `asn1:"optional,default:-1"`
			}
			err = unmarshal(e.Value, &c)
			u.authority = c.IsCA
		case e.Id.Equal(oidKeyUsage):
			var bits asn1.BitString
			err = unmarshal(e.Value, &bits)
			u.seal = bits.At(0)&bits.At(1) == 1
			for i := 2; i < bits.BitLength; i++ {
				u.wider = u.wider || bits.At(i) == 1
			}
		case e.Id.Equal(oidExtendedKeyUsage):
			u.wider = true
		}
		if err != nil {
			return u, err
		}
	}
	return u, nil
}
