// Package door holds what stands before a door that opens without a session: the
// token that only its holder knows, and the brake on whoever knocks too often.
//
//	token, hash, err := door.NewToken() // token goes into the link, hash is stored
//	if !limit.Allow(ip, now) { … }
package door

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// NewToken returns 256 random bits for a cookie or a link, and the hash that is stored.
func NewToken() (token, hash string, err error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", "", fmt.Errorf("token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, Hash(token), nil
}

// Hash is what the database knows of a token: it is random, so a plain SHA-256
// tells nothing of it (threat T2).
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
