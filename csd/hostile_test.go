package csd

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

// keyAsking makes an .key whose PBKDF2 asks for that many rounds.
func keyAsking(t *testing.T, rounds int) []byte {
	t.Helper()
	der, err := marshalPBES2(recipe{rounds: rounds}, make([]byte, 8), make([]byte, 8), make([]byte, 64))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestCostlyKeyIsRefusedAtOnce(t *testing.T) {
	for _, rounds := range []int{MaxIterations + 1, 1 << 31, 1<<62 - 1} {
		der, begin := keyAsking(t, rounds), time.Now()
		_, err := OpenKey(der, []byte("x"))
		if !errors.Is(err, ErrCipher) {
			t.Errorf("%d rounds: %v", rounds, err)
		}
		if took := time.Since(begin); took > 10*time.Millisecond {
			t.Errorf("%d rounds refused after %v", rounds, took)
		}
	}
	for _, rounds := range []int{0, -1} {
		if _, err := OpenKey(keyAsking(t, rounds), nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%d rounds: %v", rounds, err)
		}
	}
	if _, err := OpenKey(keyAsking(t, MaxIterations), nil); !errors.Is(err, ErrPassword) {
		t.Errorf("the most rounds allowed: %v", err)
	}
}

func TestOldSchemesAreExplained(t *testing.T) {
	for name, oid := range map[string]asn1.ObjectIdentifier{
		"pbeWithMD5AndDES":  {1, 2, 840, 113549, 1, 5, 3},
		"pbeWithSHA1And3DE": {1, 2, 840, 113549, 1, 12, 1, 3},
	} {
		der, err := asn1.Marshal(encryptedKey{Algorithm: pkix.AlgorithmIdentifier{Algorithm: oid}, Data: make([]byte, 8)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = OpenKey(der, nil)
		if !errors.Is(err, ErrCipher) || !strings.Contains(err.Error(), "PBES1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A key whose numbers are far too large must not reach the arithmetic.
func TestHugeNumbersAreRefusedAtOnce(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 60_000)
	huge.Add(huge, big.NewInt(1))
	for name, k := range map[string]rsaKey{
		"modulus": {0, huge, big.NewInt(exponent), huge, huge, huge, huge, huge, huge},
		"prime": {
			0, new(big.Int).Lsh(big.NewInt(3), 2047), big.NewInt(exponent), big.NewInt(3),
			huge, big.NewInt(7), big.NewInt(3), big.NewInt(3), big.NewInt(3),
		},
		"equal primes": {
			0, new(big.Int).Lsh(big.NewInt(1), 2047), big.NewInt(exponent), big.NewInt(3),
			big.NewInt(7), big.NewInt(7), big.NewInt(3), big.NewInt(3), big.NewInt(3),
		},
		"negative": {
			0, new(big.Int).Lsh(big.NewInt(1), 2047), big.NewInt(exponent), big.NewInt(-3),
			big.NewInt(7), big.NewInt(5), big.NewInt(3), big.NewInt(3), big.NewInt(3),
		},
	} {
		bare, err := asn1.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		der, err := asn1.Marshal(struct {
			Version   int
			Algorithm pkix.AlgorithmIdentifier
			Key       []byte
		}{0, pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue}, bare})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		if _, err := ParsePKCS8(der); !errors.Is(err, ErrRSA) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(begin); took > 10*time.Millisecond {
			t.Errorf("%s refused after %v", name, took)
		}
	}
}

// The table must not name a fingerprint twice, nor call one authority both live and test.
func TestAuthorityTableIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range satAuthorities {
		if len(a.sha256) != 64 || len(a.serial) != 20 || a.from >= a.to || seen[a.sha256] {
			t.Errorf("%+v", a)
		}
		seen[a.sha256] = true
	}
}
