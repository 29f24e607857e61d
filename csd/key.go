package csd

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"sync"
)

// Key is the private key of a certificate, decrypted in memory. Its methods may
// be called from several goroutines at once. It prints as nothing but "[oculto]".
type Key struct {
	mu  sync.RWMutex // held by Sign while it uses the numbers Wipe destroys
	rsa *rsa.PrivateKey

	foreign foreign // the key inside libcrypto, where that is the route
	onlyGo  bool
}

// OpenKey decrypts an .key of the SAT: DER, PKCS#8 under PBES2, at most [MaxFile]
// bytes. The password counts byte by byte. It keeps neither argument. Errors: ErrTooLarge, ErrPEM, ErrCertificate,
// ErrUnencrypted, ErrCipher, ErrPassword, ErrRSA, ErrFormat.
func OpenKey(der, password []byte) (*Key, error) {
	if err := checkFile(der); err != nil {
		return nil, err
	}
	var sealed encryptedKey
	if err := unmarshal(der, &sealed); err != nil {
		return nil, whatInstead(der, err)
	}
	plain, err := decrypt(&sealed, password)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	var outer privateKeyInfo
	if err := unmarshal(plain, &outer); err != nil {
		return nil, because(ErrPassword, err)
	}
	return ParsePKCS8(plain)
}

// ParsePKCS8 reads a key in clear, as PKCS8 returns it: RSA of 2048 to 4096 bits,
// two primes, exponent 65537. Errors: ErrTooLarge, ErrFormat, ErrRSA.
func ParsePKCS8(der []byte) (*Key, error) {
	if len(der) > MaxFile {
		return nil, ErrTooLarge
	}
	if err := measure(der); err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, because(ErrRSA, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, ErrRSA
	}
	return &Key{rsa: key}, nil
}

// Matches reports whether k is the private key of c; a wiped one is of none.
func (k *Key) Matches(c *Certificate) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.rsa != nil && k.rsa.PublicKey.Equal(c.key)
}

// Sign returns the RSA PKCS#1 v1.5 SHA-256 signature of message; the same message
// always gives the same bytes, whatever the [Route]. Either route holds it against the
// public key before it is released, for a fault while signing could give the key away;
// who seals verifies it with the certificate besides. Error: ErrWiped, ErrSignature.
func (k *Key) Sign(message []byte) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.rsa == nil {
		return nil, ErrWiped
	}
	digest := sha256.Sum256(message)
	sig, err := k.sign(&digest)
	if err != nil {
		return nil, because(ErrSignature, err)
	}
	return sig, nil
}

// PKCS8 returns the key in clear, DER; nil after Wipe. The caller clears it after use.
func (k *Key) PKCS8() []byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.rsa == nil {
		return nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.rsa)
	if err != nil {
		panic("csd: a valid RSA key does not marshal: " + err.Error())
	}
	return der
}

// Encrypt returns the key as an .key file in the shape of the SAT (PBES2, 3DES).
// Errors: ErrWiped, and those of the standard library's cryptography.
func (k *Key) Encrypt(password []byte) ([]byte, error) { return k.encrypt(password, asSAT) }

// EncryptAES returns the key as an .key file that is harder to break: PBES2 with
// AES-256 and [MaxIterations] rounds of PBKDF2 with HMAC-SHA256. [OpenKey] opens it.
// Errors: as of [Key.Encrypt].
func (k *Key) EncryptAES(password []byte) ([]byte, error) { return k.encrypt(password, strong) }

func (k *Key) encrypt(password []byte, r recipe) ([]byte, error) {
	plain := k.PKCS8()
	if plain == nil {
		return nil, ErrWiped
	}
	defer clear(plain)
	return encrypt(plain, password, r)
}

// Wipe overwrites the numbers of the key and makes it useless. Best effort: the
// runtime may have copied them.
func (k *Key) Wipe() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.rsa == nil {
		return
	}
	numbers := append([]*big.Int{k.rsa.D, k.rsa.Precomputed.Dp, k.rsa.Precomputed.Dq, k.rsa.Precomputed.Qinv}, k.rsa.Primes...)
	for _, n := range numbers {
		if n != nil {
			clear(n.Bits())
		}
	}
	k.rsa = nil
	k.foreign.wipe()
}

// String hides the key from %v and %s.
func (k *Key) String() string { return "[oculto]" }

// GoString hides the key from %#v.
func (k *Key) GoString() string { return "[oculto]" }

type (
	privateKeyInfo struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
		Rest      asn1.RawValue `asn1:"optional"` // attributes, which the SAT adds to some keys
	}
	rsaKey struct {
		Version                         int
		N                               *big.Int
		E                               *big.Int
		D, P, Q, ExpP, ExpQ, Coefficent *big.Int
	}
)

var oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

// measure refuses numbers too large to compute with and shapes the SAT never
// makes, before crypto/x509 starts to validate them.
func measure(der []byte) error {
	var outer privateKeyInfo
	if err := unmarshal(der, &outer); err != nil {
		return err
	}
	if !outer.Algorithm.Algorithm.Equal(oidRSA) {
		return ErrRSA
	}
	var k rsaKey
	if err := unmarshal(outer.Key, &k); err != nil {
		return because(ErrRSA, err)
	}
	bits := k.N.BitLen()
	if k.Version != 0 || bits < minBits || bits > maxBits || k.E.Cmp(big.NewInt(exponent)) != 0 || k.P.Cmp(k.Q) == 0 {
		return ErrRSA
	}
	for _, n := range []*big.Int{k.N, k.D, k.P, k.Q, k.ExpP, k.ExpQ, k.Coefficent} {
		if n.Sign() <= 0 || n.BitLen() > bits {
			return ErrRSA
		}
	}
	return nil
}

// whatInstead names what was given in the place of an encrypted key.
func whatInstead(der []byte, err error) error {
	if unmarshal(der, &shape{}) == nil {
		return ErrCertificate
	}
	if looksLikeKey(der) {
		return ErrUnencrypted
	}
	return err
}

// looksLikeKey reports whether der is a private key, encrypted or not.
func looksLikeKey(der []byte) bool {
	var sealed encryptedKey
	var outer privateKeyInfo
	var bare rsaKey
	return unmarshal(der, &sealed) == nil || unmarshal(der, &outer) == nil || unmarshal(der, &bare) == nil
}
