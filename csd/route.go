package csd

import (
	"crypto"
	"crypto/rsa"
	"runtime"
)

// Route names who does the RSA operations of this process: Go's crypto/rsa, or the
// system's libcrypto with its version. A build with the tag libcrypto uses the library
// where it finds it; the bytes are the same either way.
func Route() string {
	if name := foreignRoute(); name != "" {
		return name
	}
	return "crypto/rsa de Go"
}

// OnlyGo is a copy of the key for which crypto/rsa signs, whatever the [Route]: to compare
// them, or where the system's library is not trusted. Each copy is wiped by itself. Error:
// ErrWiped.
func (k *Key) OnlyGo() (*Key, error) {
	der := k.PKCS8()
	if der == nil {
		return nil, ErrWiped
	}
	defer clear(der)
	twin, err := ParsePKCS8(der)
	if err == nil {
		twin.onlyGo = true
	}
	return twin, err
}

// OnlyGo is a copy of the certificate for which crypto/rsa verifies, whatever the [Route].
func (c *Certificate) OnlyGo() *Certificate {
	twin, err := ParseCertificate(c.Raw)
	if err != nil {
		panic("csd: a certificate that was read is not read again: " + err.Error())
	}
	twin.onlyGo = true
	return twin
}

// sign is the signature of a SHA-256 digest by whoever Route names. k.mu is held.
func (k *Key) sign(digest *[32]byte) (sig []byte, err error) {
	if !k.onlyGo {
		if e := k.engine(); e != nil {
			if sig, done, err := e.sign(digest, k.rsa.Size()); done {
				return sig, err
			}
		}
	}
	Secretly(func() { sig, err = rsa.SignPKCS1v15(nil, k.rsa, crypto.SHA256, digest[:]) })
	return sig, err
}

// holds reports whether sig is the signature of a SHA-256 digest by the key of c.
func (c *Certificate) holds(digest *[32]byte, sig []byte) error {
	defer runtime.KeepAlive(c) // and with it what libcrypto has of it
	if !c.onlyGo && len(sig) == c.key.Size() {
		if e := c.engine(); e != nil {
			if done, err := e.verify(digest, sig); done {
				return err
			}
		}
	}
	return rsa.VerifyPKCS1v15(c.key, crypto.SHA256, digest[:], sig)
}
