// Package totp makes and checks the six digits of an authenticator (RFC 6238:
// SHA-1, 30 seconds), and the codes for who lost theirs.
//
//	secret, url, err := totp.New("ioFacturo", "admin@EKU9003173C9")
//	step, ok := totp.Verify(secret, "492039", time.Now(), lastStep)
//	codes, hashes := totp.RecoveryCodes("user id", 10)
//
// It keeps nothing: whoever calls keeps the step of the last code taken, so that
// none is taken twice, and the hashes of the codes, never the codes.
package totp

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	lib "github.com/pquerna/otp/totp"
)

const (
	period    = 30 // seconds
	drift     = 1  // steps that a clock may be off
	secretLen = 20 // bytes, as long as the hash
)

// New returns a fresh secret, in base32 as people type it, and the address that
// an authenticator reads from a QR code.
func New(issuer, account string) (secret, url string, err error) {
	key, err := lib.Generate(lib.GenerateOpts{Issuer: issuer, AccountName: account, Period: period, SecretSize: secretLen})
	if err != nil {
		return "", "", fmt.Errorf("totp: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// Verify reports whether code is one of secret's at now, give or take a step, and
// of a step later than last. The step must be kept as the next last.
func Verify(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	current := now.Unix() / period
	for s := current - drift; s <= current+drift; s++ {
		want, err := lib.GenerateCodeCustom(secret, time.Unix(s*period, 0), lib.ValidateOpts{Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// RecoveryCodes returns n codes of 130 random bits, xxxxx-xxxxx-xxxxx-xxxxx-xxxxxx, and
// what is kept of each for its owner: with so many bits a plain hash tells nothing
// (ASVS 6.5.2).
func RecoveryCodes(owner string, n int) (codes, hashes []string) {
	for range n {
		text := strings.ToLower(rand.Text())
		code := text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:20] + "-" + text[20:]
		codes, hashes = append(codes, code), append(hashes, HashRecovery(owner, code))
	}
	return codes, hashes
}

// HashRecovery is what is kept of an owner's code, however it was typed.
func HashRecovery(owner, code string) string {
	plain := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	sum := sha256.Sum256([]byte("recovery|" + owner + "|" + plain))
	return hex.EncodeToString(sum[:])
}

// IsRecovery reports whether a typed code has the shape of a recovery code, not of
// six digits.
func IsRecovery(code string) bool {
	return len(strings.NewReplacer(" ", "", "-", "").Replace(code)) > 8
}
