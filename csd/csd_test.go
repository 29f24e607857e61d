package csd_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/youmark/pkcs8"
	"pgregory.net/rapid"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

var password = []byte("una contraseña ñandú")

// made is one test authority with one CSD, made once: RSA keys are slow to draw.
var made = sync.OnceValue(func() (m struct {
	ca       *prueba.CA
	cer, key []byte
	cert     *csd.Certificate
	open     *csd.Key
},
) {
	check := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	var err error
	m.ca, err = prueba.New(start, 2048)
	check(err)
	m.cer, m.key, err = m.ca.CSD("CAÑF770131PA3", "FERNANDO CASTILLO ÑABARRO", password)
	check(err)
	m.cert, err = csd.ParseCertificate(m.cer)
	check(err)
	m.open, err = csd.OpenKey(m.key, password)
	check(err)
	return m
})

func TestWrongFilesAreNamed(t *testing.T) {
	m := made()
	plain := m.open.PKCS8()
	bare := x509.MarshalPKCS1PrivateKey(rsaOf(t, plain))
	keys := []struct {
		name string
		file []byte
		pass string
		want csd.Error
	}{
		{"wrong password", m.key, "otra", csd.ErrPassword},
		{"empty password", m.key, "", csd.ErrPassword},
		{"certificate", m.cer, string(password), csd.ErrCertificate},
		{"PEM", pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: m.key}), string(password), csd.ErrPEM},
		{"PEM after a byte order mark", append([]byte("\ufeff\r\n"), pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: m.key})...), "", csd.ErrPEM},
		{"PKCS#8 in clear", plain, string(password), csd.ErrUnencrypted},
		{"PKCS#1 in clear", bare, string(password), csd.ErrUnencrypted},
		{"empty", nil, string(password), csd.ErrFormat},
		{"cut off", m.key[:len(m.key)-7], string(password), csd.ErrFormat},
		{"something after", append(bytes.Clone(m.key), 0), string(password), csd.ErrFormat},
		{"too large", make([]byte, csd.MaxFile+1), string(password), csd.ErrTooLarge},
	}
	for _, k := range keys {
		_, err := csd.OpenKey(k.file, []byte(k.pass))
		checkError(t, "key: "+k.name, err, k.want)
	}
	for name, c := range map[string]struct {
		file []byte
		want csd.Error
	}{
		"key": {m.key, csd.ErrKey}, "PKCS#1": {bare, csd.ErrKey}, "PKCS#8": {plain, csd.ErrKey},
		"PEM":   {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.cer}), csd.ErrPEM},
		"empty": {nil, csd.ErrFormat}, "cut off": {m.cer[:200], csd.ErrFormat},
		"too large": {make([]byte, csd.MaxFile+1), csd.ErrTooLarge},
	} {
		_, err := csd.ParseCertificate(c.file)
		checkError(t, "certificate: "+name, err, c.want)
	}
}

func checkError(t *testing.T, name string, err error, want csd.Error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", name, err, want)
		return
	}
	if text := err.Error(); !strings.HasSuffix(text, ".") || strings.Contains(text, "asn1") {
		t.Errorf("%s: %q is no sentence for a person", name, text)
	}
}

func rsaOf(t testing.TB, pkcs8DER []byte) *rsa.PrivateKey {
	t.Helper()
	k, err := x509.ParsePKCS8PrivateKey(pkcs8DER)
	if err != nil {
		t.Fatal(err)
	}
	return k.(*rsa.PrivateKey)
}

// Every cipher and pseudo-random function we read, encrypted by another library.
func TestOpensWhatOthersEncrypt(t *testing.T) {
	m := made()
	private := rsaOf(t, m.open.PKCS8())
	for cipherName, c := range map[string]pkcs8.Cipher{
		"3DES": pkcs8.TripleDESCBC, "AES-128": pkcs8.AES128CBC, "AES-192": pkcs8.AES192CBC, "AES-256": pkcs8.AES256CBC,
	} {
		for _, opts := range []pkcs8.PBKDF2Opts{
			{SaltSize: 8, IterationCount: 2048, HMACHash: 3}, // crypto.SHA1
			{SaltSize: 16, IterationCount: 10_000, HMACHash: 5},
		} {
			der, err := pkcs8.MarshalPrivateKey(private, password, &pkcs8.Opts{Cipher: c, KDFOpts: opts})
			if err != nil {
				t.Fatal(err)
			}
			key, err := csd.OpenKey(der, password)
			if err != nil || !key.Matches(m.cert) {
				t.Errorf("%s with hash %v: %v", cipherName, opts.HMACHash, err)
			}
		}
	}
	scrypt, err := pkcs8.MarshalPrivateKey(private, password, &pkcs8.Opts{
		Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 2, BlockSize: 8, ParallelizationParameter: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = csd.OpenKey(scrypt, password)
	checkError(t, "scrypt", err, csd.ErrCipher)
}

func TestOthersOpenWhatWeEncrypt(t *testing.T) {
	m := made()
	private, err := pkcs8.ParsePKCS8PrivateKeyRSA(m.key, password)
	if err != nil || !private.Equal(rsaOf(t, m.open.PKCS8())) {
		t.Fatalf("the other library does not open our key: %v", err)
	}
	strong, err := m.open.EncryptAES(password)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := csd.OpenKey(strong, password); err != nil || !again.Matches(m.cert) {
		t.Errorf("we do not open our own: %v", err)
	}
	if private, err = pkcs8.ParsePKCS8PrivateKeyRSA(strong, password); err != nil || !private.Equal(rsaOf(t, m.open.PKCS8())) {
		t.Errorf("the other library does not open our stronger key: %v", err)
	}
	_, err = csd.OpenKey(strong, []byte("otra"))
	checkError(t, "wrong password", err, csd.ErrPassword)
}

func TestRefusesKeysThatAreNotOfTheSAT(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]any{"RSA 1024": small, "elliptic": curve} {
		der, err := pkcs8.MarshalPrivateKey(key, password, pkcs8.DefaultOpts)
		if err != nil {
			t.Fatal(err)
		}
		_, err = csd.OpenKey(der, password)
		checkError(t, name, err, csd.ErrRSA)
	}
}

func TestSignatureIsDeterministicAndBreaksWithAnyFlippedBit(t *testing.T) {
	m := made()
	message := []byte("||4.0|A|1|2026-11-22T10:00:00|…||")
	sig, err := m.open.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := m.open.Sign(message); !bytes.Equal(sig, again) {
		t.Error("the same message gave two signatures")
	}
	rapid.Check(t, func(t *rapid.T) {
		text, seal := bytes.Clone(message), bytes.Clone(sig)
		target := rapid.SampledFrom([][]byte{text, seal}).Draw(t, "target")
		bit := rapid.IntRange(0, len(target)*8-1).Draw(t, "bit")
		target[bit/8] ^= 1 << (bit % 8)
		if err := m.cert.Verify(text, seal); !errors.Is(err, csd.ErrSignature) {
			t.Fatalf("verified after flipping bit %d: %v", bit, err)
		}
	})
	if err := m.cert.Verify(message, sig); err != nil {
		t.Error(err)
	}
}

func TestWipedKeyIsUselessAndNeverPrinted(t *testing.T) {
	key, err := csd.ParsePKCS8(made().open.PKCS8())
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %s %#v %+v", key, key, key, key); text != "[oculto] [oculto] [oculto] [oculto]" {
		t.Errorf("a key prints as %q", text)
	}
	key.Wipe()
	key.Wipe()
	if _, err := key.Sign([]byte("||")); !errors.Is(err, csd.ErrWiped) {
		t.Errorf("a wiped key signs: %v", err)
	}
	if key.PKCS8() != nil || key.Matches(made().cert) {
		t.Error("a wiped key still shows itself")
	}
}

func TestTrustTellsAuthoritiesApart(t *testing.T) {
	m := made()
	stranger, err := prueba.New(start, 2048) // same subject, other key
	if err != nil {
		t.Fatal(err)
	}
	trust := csd.NewTrust(m.ca.Root())
	authority, test, err := trust.Check(m.cert, start)
	if err != nil || authority != "AC de pruebas ioFacturo" || !test {
		t.Errorf("ours: %q, %t, %v", authority, test, err)
	}
	if _, _, err := csd.NewTrust(stranger.Root()).Check(m.cert, start); !errors.Is(err, csd.ErrUnknownAuthority) {
		t.Errorf("an authority of the same name passes: %v", err)
	}
	for _, at := range []time.Time{m.cert.NotBefore.Add(-time.Second), m.cert.NotAfter.Add(time.Second)} {
		authority, test, err := trust.Check(m.cert, at)
		if !errors.Is(err, csd.ErrNotInForce) || authority == "" || !test {
			t.Errorf("at %v: %q, %t, %v", at, authority, test, err)
		}
	}
	if _, _, err := csd.NewTrust(m.cert).Check(m.cert, start); !errors.Is(err, csd.ErrUnknownAuthority) {
		t.Errorf("a CSD became an authority: %v", err)
	}
}

func TestPACCertificatesAreFoundByNumber(t *testing.T) {
	pac, _ := made().ca.PAC()
	trust := csd.NewTrust()
	if trust.PACCertificate(pac.NoCertificado) != nil {
		t.Error("an unknown PAC is found")
	}
	trust.AddPAC(pac)
	if trust.PACCertificate(pac.NoCertificado) != pac {
		t.Error("the PAC is not found")
	}
}

func BenchmarkOpenKey(b *testing.B) {
	m := made()
	for b.Loop() {
		if _, err := csd.OpenKey(m.key, password); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	m, message := made(), bytes.Repeat([]byte("|cadena"), 200)
	for b.Loop() {
		if _, err := m.open.Sign(message); err != nil {
			b.Fatal(err)
		}
	}
}
