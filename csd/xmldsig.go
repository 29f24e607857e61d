package csd

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // #nosec G505: what the SAT's cancellations are signed with
	"math/big"
)

// SignSHA1 returns the RSA PKCS#1 v1.5 SHA-1 signature of message. Only requests of
// cancellation are signed so, because the SAT takes nothing else there; a seal is
// [Key.Sign]. Like it, the signature is verified before it is released. Error:
// ErrWiped, ErrSignature.
func (k *Key) SignSHA1(message []byte) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.rsa == nil {
		return nil, ErrWiped
	}
	digest := sha1.Sum(message) // #nosec G401
	var sig []byte
	var err error
	Secretly(func() { sig, err = rsa.SignPKCS1v15(nil, k.rsa, crypto.SHA1, digest[:]) })
	if err != nil {
		return nil, because(ErrSignature, err)
	}
	if err := rsa.VerifyPKCS1v15(&k.rsa.PublicKey, crypto.SHA1, digest[:], sig); err != nil {
		return nil, because(ErrSignature, err)
	}
	return sig, nil
}

// VerifySHA1 is [Certificate.Verify] for what [Key.SignSHA1] signs.
func (c *Certificate) VerifySHA1(message, sig []byte) error {
	digest := sha1.Sum(message) // #nosec G401
	if err := rsa.VerifyPKCS1v15(c.key, crypto.SHA1, digest[:], sig); err != nil {
		return because(ErrSignature, err)
	}
	return nil
}

// PublicKey returns a copy of the public key, for who has to write its numbers.
func (c *Certificate) PublicKey() *rsa.PublicKey {
	return &rsa.PublicKey{N: new(big.Int).Set(c.key.N), E: c.key.E}
}
