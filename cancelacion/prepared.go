package cancelacion

import (
	"bytes"
	"crypto/sha1" // #nosec G505: the SAT takes no other digest in its cancellations
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"iofacturo.mx/csd"
)

// What the SAT wants in a signature, and nothing else.
const (
	dsigSpace = "http://www.w3.org/2000/09/xmldsig#"
	c14n      = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	rsaSHA1   = dsigSpace + "rsa-sha1"
	sha1URI   = dsigSpace + "sha1"
	enveloped = dsigSpace + "enveloped-signature"

	xsdSpace = "http://www.w3.org/2001/XMLSchema"
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"

	// What SignedInfo inherits in place, and so what its canonical form says.
	inherited = ` xmlns:xsd="` + xsdSpace + `" xmlns:xsi="` + xsiSpace + `"`
	header    = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
)

// attr is an attribute; those of one element are given in canonical order.
type attr struct{ name, value string }

// A body is a request being written in its canonical form: no declaration, no
// white space, attributes sorted, no empty-element tags.
type body struct {
	buf  bytes.Buffer
	name string
}

func open(space, name string, attrs ...attr) *body {
	b := &body{name: name}
	b.buf.WriteString("<" + name + ` xmlns="` + space + `"` + inherited)
	b.attrs(attrs)
	return b
}

func (b *body) start(name string, attrs ...attr) {
	b.buf.WriteString("<" + name)
	b.attrs(attrs)
}

func (b *body) attrs(list []attr) {
	for _, a := range list {
		b.buf.WriteString(" " + a.name + `="` + attrText.Replace(a.value) + `"`)
	}
	b.buf.WriteByte('>')
}

func (b *body) end(name string) { b.buf.WriteString("</" + name + ">") }

func (b *body) leaf(name, text string) {
	b.start(name)
	b.buf.WriteString(elementText.Replace(text))
	b.end(name)
}

// What canonical XML writes for the marks that may not stand for themselves (C14N 1.0 §2.3).
var (
	attrText    = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
	elementText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
)

// A Prepared is a request that passed every rule and lacks its signature alone.
// It does not change.
type Prepared struct {
	cert     *csd.Certificate
	open     []byte // the request but for the end tag of its root
	name     string
	info     string // SignedInfo from after its name and declarations
	byNumber bool
}

func (b *body) prepared(cert *csd.Certificate) *Prepared {
	p := &Prepared{cert: cert, open: bytes.Clone(b.buf.Bytes()), name: b.name}
	digest := sha1.Sum(p.canonical()) // #nosec G401
	p.info = `><CanonicalizationMethod Algorithm="` + c14n + `"></CanonicalizationMethod>` +
		`<SignatureMethod Algorithm="` + rsaSHA1 + `"></SignatureMethod>` +
		`<Reference URI=""><Transforms><Transform Algorithm="` + enveloped + `"></Transform></Transforms>` +
		`<DigestMethod Algorithm="` + sha1URI + `"></DigestMethod>` +
		`<DigestValue>` + base64.StdEncoding.EncodeToString(digest[:]) + `</DigestValue></Reference></SignedInfo>`
	return p
}

func (p *Prepared) canonical() []byte {
	return append(bytes.Clone(p.open), "</"+p.name+">"...)
}

// XML returns the request without signature.
func (p *Prepared) XML() []byte { return append([]byte(header), p.canonical()...) }

// SignedInfo returns the bytes to sign, RSA PKCS#1 v1.5 with SHA-1, as
// [csd.Key.SignSHA1] does: SignedInfo in canonical form, with what it inherits.
func (p *Prepared) SignedInfo() []byte {
	return []byte(`<SignedInfo xmlns="` + dsigSpace + `"` + inherited + p.info)
}

// Certificate returns the certificate whose key has to sign.
func (p *Prepared) Certificate() *csd.Certificate { return p.cert }

// ByNumber returns p with the certificate named by its 20 digits instead of the
// decimal serial of XMLDSig. Sources differ on what X509SerialNumber holds, and
// the SAT reads the certificate itself; a PAC may ask for one of them.
func (p *Prepared) ByNumber() *Prepared {
	q := *p
	q.byNumber = true
	return &q
}

// Sign puts firma, the signature of [Prepared.SignedInfo], into the request. It is
// verified with the certificate first; the error says that it does not fit.
func (p *Prepared) Sign(firma []byte) ([]byte, error) {
	if err := p.cert.VerifySHA1(p.SignedInfo(), firma); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	parsed, err := x509.ParseCertificate(p.cert.Raw)
	if err != nil {
		return nil, fmt.Errorf("sign: certificate: %w", err)
	}
	info, err := p.keyInfo(parsed)
	if err != nil {
		return nil, fmt.Errorf("sign: certificate: %w", err)
	}
	out := append([]byte(header), p.open...)
	out = append(out, `<Signature xmlns="`+dsigSpace+`"><SignedInfo`+p.info+
		`<SignatureValue>`+base64.StdEncoding.EncodeToString(firma)+`</SignatureValue>`+info+`</Signature></`+p.name+`>`...)
	return out, nil
}

// keyInfo says which key signed: issuer and serial, the certificate, the numbers.
func (p *Prepared) keyInfo(cert *x509.Certificate) (string, error) {
	issuer, err := issuerName(cert.RawIssuer)
	if err != nil {
		return "", err
	}
	key := p.cert.PublicKey()
	serial := cert.SerialNumber.String()
	if p.byNumber {
		serial = p.cert.NoCertificado
	}
	base64 := base64.StdEncoding.EncodeToString
	return `<KeyInfo><X509Data><X509IssuerSerial><X509IssuerName>` + elementText.Replace(issuer) + `</X509IssuerName>` +
		`<X509SerialNumber>` + serial + `</X509SerialNumber></X509IssuerSerial>` +
		`<X509Certificate>` + base64(p.cert.Raw) + `</X509Certificate></X509Data>` +
		`<KeyValue><RSAKeyValue><Modulus>` + base64(key.N.Bytes()) + `</Modulus>` +
		`<Exponent>` + base64(big.NewInt(int64(key.E)).Bytes()) + `</Exponent></RSAKeyValue></KeyValue></KeyInfo>`, nil
}

// attributeNames are those of the SAT's authorities, as its own samples write them.
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU",
	"2.5.4.17": "postalCode", "2.5.4.45": "x500UniqueIdentifier", "1.2.840.113549.1.9.1": "emailAddress",
	"1.2.840.113549.1.9.2": "unstructuredName",
}

// issuerName writes a name in the order of the certificate, as the SAT's samples
// do. [pkix.Name.String] turns it around and writes in hexadecimal what it does not know.
func issuerName(raw []byte) (string, error) {
	var sequence pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &sequence); err != nil {
		return "", err
	}
	var parts []string
	for _, set := range sequence {
		for _, a := range set {
			name := attributeNames[a.Type.String()]
			if name == "" {
				name = "OID." + a.Type.String()
			}
			parts = append(parts, name+"="+nameText(fmt.Sprint(a.Value)))
		}
	}
	return strings.Join(parts, ","), nil
}

// nameText escapes what separates parts of a name (RFC 4514, with the comma as the samples write it).
func nameText(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	return strings.NewReplacer(`\`, `\\`, ",", `\2c`, `"`, `\"`, "+", `\+`, "<", `\<`, ">", `\>`, ";", `\;`).Replace(clean)
}
