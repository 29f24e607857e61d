package csd_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

// A build with the tag libcrypto takes the library where the system has it: a machine for
// tests has it, since openssl is one of the programs they call.
func TestRouteIsTheOneOfTheBuild(t *testing.T) {
	route := csd.Route()
	t.Log(route)
	switch {
	case !builtWithLibcrypto && route != "crypto/rsa de Go":
		t.Errorf("without the tag the route is %s", route)
	case builtWithLibcrypto && !strings.HasPrefix(route, "libcrypto (OpenSSL 3."):
		if os.Getenv("CI") != "" {
			t.Errorf("with the tag the route is %s", route)
		} else {
			t.Skip("sin libcrypto.so.3 en esta máquina")
		}
	}
}

// routes is a pair of the test authority and its twin that only Go works with.
func routes(t *testing.T) (cert, goCert *csd.Certificate, key, goKey *csd.Key) {
	t.Helper()
	ca, err := prueba.New(time.Now(), 2048)
	if err != nil {
		t.Fatal(err)
	}
	cer, der, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE", []byte("12345678a"))
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = csd.ParseCertificate(cer); err != nil {
		t.Fatal(err)
	}
	if key, err = csd.OpenKey(der, []byte("12345678a")); err != nil {
		t.Fatal(err)
	}
	if goKey, err = key.OnlyGo(); err != nil {
		t.Fatal(err)
	}
	return cert, cert.OnlyGo(), key, goKey
}

func TestBothRoutesWriteTheSameBytes(t *testing.T) {
	cert, goCert, key, goKey := routes(t)
	for i := range 64 {
		message := bytes.Repeat([]byte{byte(i), 0x7c}, i*31)
		one, err := key.Sign(message)
		if err != nil {
			t.Fatal(err)
		}
		other, err := goKey.Sign(message)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one, other) {
			t.Fatalf("message %d: %x by %s, %x by Go", i, one, csd.Route(), other)
		}
		for _, c := range []*csd.Certificate{cert, goCert} {
			if err := c.Verify(message, one); err != nil {
				t.Errorf("message %d: %v", i, err)
			}
			if err := c.Verify(append(message, '|'), one); !errors.Is(err, csd.ErrSignature) {
				t.Errorf("another message than %d: %v", i, err)
			}
		}
	}
}

// What is no signature is none by either route, at the first sight of a certificate and later.
func TestBothRoutesRefuseTheSame(t *testing.T) {
	cert, goCert, key, _ := routes(t)
	message := []byte("||4.0|A|1||")
	good, err := key.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(key.PKCS8())
	if err != nil {
		t.Fatal(err)
	}
	secret := parsed.(*rsa.PrivateKey)
	size, n := secret.Size(), secret.N
	// raw signs any block, also one that no signer writes.
	raw := func(block []byte) []byte {
		return new(big.Int).Exp(new(big.Int).SetBytes(block), secret.D, n).FillBytes(make([]byte, size))
	}
	sum := sha256.Sum256(message)
	info := append([]byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}, sum[:]...)
	block := func(fill byte, info, tail []byte) []byte {
		b := append([]byte{0, 1}, bytes.Repeat([]byte{fill}, size-3-len(info)-len(tail))...)
		return append(append(append(b, 0), info...), tail...)
	}
	if !bytes.Equal(raw(block(0xff, info, nil)), good) {
		t.Fatal("this test does not know what a signature is made of")
	}
	noNull := append([]byte{0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20}, sum[:]...)
	otherHash := bytes.Clone(info)
	otherHash[14] = 0x02 // SHA-384
	flipped := bytes.Clone(good)
	flipped[size/2] ^= 1
	short := append([]byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}, info...)
	forgeries := map[string][]byte{
		"nothing":                  {},
		"one byte more":            append(bytes.Clone(good), 0),
		"one zero before":          append([]byte{0}, good...),
		"one byte less":            good[:size-1],
		"a bit":                    flipped,
		"zeros":                    make([]byte, size),
		"one":                      new(big.Int).SetInt64(1).FillBytes(make([]byte, size)),
		"the modulus":              n.FillBytes(make([]byte, size)),
		"all ones":                 bytes.Repeat([]byte{0xff}, size),
		"without NULL":             raw(block(0xff, noNull, nil)),
		"garbage behind":           raw(block(0xff, info, []byte("garbage"))),
		"little padding":           raw(append(short, make([]byte, size-len(short))...)),
		"padding of another kind":  raw(append([]byte{0, 2}, block(0xff, info, nil)[2:]...)),
		"padding of other bytes":   raw(block(0xfe, info, nil)),
		"the name of another hash": raw(block(0xff, otherHash, nil)),
		"the hash alone":           raw(block(0xff, sum[:], nil)),
	}
	if more := new(big.Int).Add(new(big.Int).SetBytes(good), n); more.BitLen() <= 8*size {
		forgeries["plus the modulus"] = more.FillBytes(make([]byte, size))
	}
	for what, sig := range forgeries {
		for route, c := range map[string]*csd.Certificate{"Go": goCert, csd.Route(): cert} {
			for sight := range 3 {
				if err := c.Verify(message, sig); !errors.Is(err, csd.ErrSignature) {
					t.Errorf("%s, by %s at sight %d: %v", what, route, sight, err)
				}
			}
		}
	}
	if err := cert.Verify(message, good); err != nil {
		t.Errorf("the good one after them: %v", err)
	}
}

// A key may be wiped while others sign with it: each gets the signature or hears that the
// key is gone. The twin lives on.
func TestWipedWhileSigning(t *testing.T) {
	cert, _, key, twin := routes(t)
	message := []byte("||4.0||")
	var signers sync.WaitGroup
	started := make(chan struct{}, 8)
	for range 8 {
		signers.Go(func() {
			for first := true; ; first = false {
				sig, err := key.Sign(message)
				if first {
					started <- struct{}{}
				}
				if errors.Is(err, csd.ErrWiped) {
					return
				}
				if err == nil {
					err = cert.Verify(message, sig)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 8 {
		<-started
	}
	key.Wipe()
	key.Wipe()
	signers.Wait()
	if _, err := key.OnlyGo(); !errors.Is(err, csd.ErrWiped) {
		t.Errorf("a copy of a wiped key: %v", err)
	}
	if _, err := twin.Sign(message); err != nil {
		t.Errorf("the twin: %v", err)
	}
}
