package csd

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
)

// The shapes of PKCS#8 and PKCS#5 (RFC 5958, RFC 8018).
type (
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Params struct {
		KDF    pkix.AlgorithmIdentifier
		Cipher pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

var (
	oidPBES2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt     = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
	oidPBES1      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5}     // prefix of PKCS#5 schemes
	oidPKCS12PBE  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1} // prefix of PKCS#12 schemes
	oidHMACSHA1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}
	oidHMACSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oid3DES       = asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}
	oidAES128     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}
	oidAES192     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}
	oidAES256     = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
)

// blockCiphers lists what an .key may be encrypted with. The SAT uses the first.
var blockCiphers = []struct {
	oid     asn1.ObjectIdentifier
	keySize int
	open    func(key []byte) (cipher.Block, error)
}{
	{oid3DES, 24, des.NewTripleDESCipher},
	{oidAES128, 16, aes.NewCipher},
	{oidAES192, 24, aes.NewCipher},
	{oidAES256, 32, aes.NewCipher},
}

// decrypt opens an EncryptedPrivateKeyInfo. A wrong password shows as padding
// that is not PKCS#7, or later as plaintext that is not a key: both ErrPassword.
func decrypt(e *encryptedKey, password []byte) ([]byte, error) {
	mode, err := openCipher(e.Algorithm, password)
	if err != nil {
		return nil, err
	}
	size := mode.BlockSize()
	if len(e.Data) == 0 || len(e.Data)%size != 0 {
		return nil, ErrFormat
	}
	plain := make([]byte, len(e.Data))
	mode.CryptBlocks(plain, e.Data)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > size {
		return nil, ErrPassword
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			return nil, ErrPassword
		}
	}
	return plain[:len(plain)-pad], nil
}

// openCipher reads the PBES2 parameters and derives the key, refusing what would
// cost too much before any of it is computed.
func openCipher(algorithm pkix.AlgorithmIdentifier, password []byte) (cipher.BlockMode, error) {
	if !algorithm.Algorithm.Equal(oidPBES2) {
		return nil, refuseScheme(algorithm.Algorithm)
	}
	var scheme pbes2Params
	if err := unmarshal(algorithm.Parameters.FullBytes, &scheme); err != nil {
		return nil, err
	}
	kdf, err := readKDF(scheme.KDF)
	if err != nil {
		return nil, err
	}
	prf, err := kdf.hash()
	if err != nil {
		return nil, err
	}
	for _, c := range blockCiphers {
		if !c.oid.Equal(scheme.Cipher.Algorithm) {
			continue
		}
		if kdf.KeyLength != 0 && kdf.KeyLength != c.keySize {
			return nil, ErrFormat
		}
		return derive(kdf, prf, c.keySize, c.open, scheme.Cipher, password)
	}
	return nil, ErrCipher
}

func derive(kdf pbkdf2Params, prf func() hash.Hash, keySize int, open func([]byte) (cipher.Block, error),
	algorithm pkix.AlgorithmIdentifier, password []byte,
) (cipher.BlockMode, error) {
	var iv []byte
	if err := unmarshal(algorithm.Parameters.FullBytes, &iv); err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(prf, string(password), kdf.Salt, kdf.Iterations, keySize)
	if err != nil {
		return nil, because(ErrCipher, err)
	}
	defer clear(key)
	block, err := open(key)
	if err != nil {
		return nil, because(ErrCipher, err)
	}
	if len(iv) != block.BlockSize() {
		return nil, ErrFormat
	}
	return cipher.NewCBCDecrypter(block, iv), nil
}

func readKDF(algorithm pkix.AlgorithmIdentifier) (pbkdf2Params, error) {
	var p pbkdf2Params
	if algorithm.Algorithm.Equal(oidScrypt) {
		return p, says(ErrCipher, "La llave está protegida con scrypt, que el SAT no usa. Elige el archivo .key original.")
	}
	if !algorithm.Algorithm.Equal(oidPBKDF2) {
		return p, ErrCipher
	}
	if err := unmarshal(algorithm.Parameters.FullBytes, &p); err != nil {
		return p, err
	}
	if p.Iterations < 1 || len(p.Salt) == 0 {
		return p, ErrFormat
	}
	if p.Iterations > MaxIterations {
		return p, says(ErrCipher, "La llave pide demasiado cálculo para abrirse y las del SAT no lo hacen. Elige el archivo .key original.")
	}
	return p, nil
}

// hash returns the pseudo-random function; absent means HMAC-SHA1 (RFC 8018 A.2).
func (p pbkdf2Params) hash() (func() hash.Hash, error) {
	switch oid := p.PRF.Algorithm; {
	case len(oid) == 0, oid.Equal(oidHMACSHA1):
		return sha1.New, nil
	case oid.Equal(oidHMACSHA256):
		return sha256.New, nil
	}
	return nil, ErrCipher
}

func refuseScheme(oid asn1.ObjectIdentifier) error {
	if hasPrefix(oid, oidPBES1) || hasPrefix(oid, oidPKCS12PBE) {
		return says(ErrCipher, "La llave usa un cifrado antiguo (PBES1) que ya no es seguro: alguien la convirtió. Elige el archivo .key original que te dio el SAT.")
	}
	return ErrCipher
}

func hasPrefix(oid, prefix asn1.ObjectIdentifier) bool {
	return len(oid) > len(prefix) && oid[:len(prefix)].Equal(prefix)
}

// A recipe is how a key is encrypted: everything else is drawn.
type recipe struct {
	rounds, salt int
	hash         func() hash.Hash
	prf          asn1.ObjectIdentifier // nil leaves it out, which means HMAC-SHA1
	cipher       int                   // in blockCiphers
}

// asSAT is what the SAT makes: PBES2, PBKDF2 with HMAC-SHA1 and 2,048 rounds over
// a salt of 8 bytes, 3DES in CBC mode; key length and PRF left out.
var asSAT = recipe{rounds: 2048, salt: 8, hash: sha1.New}

// strong is the most that this package opens again, and other programs too.
var strong = recipe{rounds: MaxIterations, salt: 16, hash: sha256.New, prf: oidHMACSHA256, cipher: 3}

// encrypt makes an EncryptedPrivateKeyInfo.
func encrypt(plain, password []byte, r recipe) ([]byte, error) {
	with := blockCiphers[r.cipher]
	salt := make([]byte, r.salt)
	if _, err := rand.Read(salt); err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(r.hash, string(password), salt, r.rounds, with.keySize)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	block, err := with.open(key)
	if err != nil {
		return nil, err
	}
	iv := make([]byte, block.BlockSize())
	if _, err := rand.Read(iv); err != nil {
		return nil, err
	}
	pad := block.BlockSize() - len(plain)%block.BlockSize()
	data := make([]byte, len(plain)+pad)
	copy(data, plain)
	for i := len(plain); i < len(data); i++ {
		data[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	return marshalPBES2(r, salt, iv, data)
}

func marshalPBES2(r recipe, salt, iv, data []byte) ([]byte, error) {
	kdf, err := r.kdf(salt)
	if err != nil {
		return nil, err
	}
	vector, err := asn1.Marshal(iv)
	if err != nil {
		return nil, err
	}
	scheme, err := asn1.Marshal(pbes2Params{
		KDF:    pkix.AlgorithmIdentifier{Algorithm: oidPBKDF2, Parameters: asn1.RawValue{FullBytes: kdf}},
		Cipher: pkix.AlgorithmIdentifier{Algorithm: blockCiphers[r.cipher].oid, Parameters: asn1.RawValue{FullBytes: vector}},
	})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(encryptedKey{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidPBES2, Parameters: asn1.RawValue{FullBytes: scheme}},
		Data:      data,
	})
}

// kdf is the parameters of PBKDF2; HMAC-SHA1 is its default and not written.
func (r recipe) kdf(salt []byte) ([]byte, error) {
	if r.prf == nil {
		return asn1.Marshal(struct {
			Salt       []byte
			Iterations int
		}{salt, r.rounds})
	}
	return asn1.Marshal(struct {
		Salt       []byte
		Iterations int
		PRF        pkix.AlgorithmIdentifier
	}{salt, r.rounds, pkix.AlgorithmIdentifier{Algorithm: r.prf, Parameters: asn1.NullRawValue}})
}

// unmarshal reads exactly one DER value.
func unmarshal(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err != nil {
		return because(ErrFormat, err)
	}
	if len(rest) > 0 {
		return ErrFormat
	}
	return nil
}
