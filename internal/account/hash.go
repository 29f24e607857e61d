package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// A HashCost is what one password hash takes: Argon2id with one lane.
type HashCost struct {
	Memory uint32 // KiB
	Time   uint32 // passes
}

// hashCost is the portal's: 19 MiB, two passes (decision 29).
func hashCost() HashCost { return HashCost{Memory: 19 * 1024, Time: 2} }

const (
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
	hashSlots    = 2 // hashes at a time: 2 × 19 MiB and two cores, whatever comes in
)

// A hasher makes and checks password hashes, two at a time.
type hasher struct {
	cost  HashCost
	slots chan struct{}
	dummy string       // hash of a password nobody has, for unknown users
	calls atomic.Int64 // hashes computed; tests compare the work of two answers
}

func newHasher(cost HashCost) *hasher {
	if cost == (HashCost{}) {
		cost = hashCost()
	}
	h := &hasher{cost: cost, slots: make(chan struct{}, hashSlots)}
	h.dummy = encodePHC(make([]byte, argonSalt), make([]byte, argonKey), cost)
	return h
}

// Hash returns the PHC string of password under a fresh salt.
func (h *hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	key, err := h.key(ctx, password, salt, h.cost, argonThreads, argonKey)
	if err != nil {
		return "", err
	}
	return encodePHC(salt, key, h.cost), nil
}

// Check reports whether password is the one of the PHC string, and whether the
// string was made with other costs than today's and should be made again. An
// empty phc costs the same work and is never right.
func (h *hasher) Check(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	known := phc != ""
	if !known {
		phc = h.dummy
	}
	p, err := decodePHC(phc)
	if err != nil {
		return false, false, err
	}
	key, err := h.key(ctx, password, p.salt, p.cost, p.threads, uint32(len(p.key)))
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(key, p.key) == 1
	stale = p.cost != h.cost || p.threads != argonThreads || len(p.key) != argonKey
	return known && same, stale, nil
}

// key waits for a free slot and computes.
func (h *hasher) key(ctx context.Context, password string, salt []byte, cost HashCost, threads uint8, size uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	h.calls.Add(1)
	return argon2.IDKey([]byte(password), salt, cost.Time, cost.Memory, threads, size), nil
}

// phc is a parsed PHC string of Argon2id.
type phc struct {
	cost      HashCost
	threads   uint8
	salt, key []byte
}

func encodePHC(salt, key []byte, cost HashCost) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, cost.Memory, cost.Time, argonThreads, b64(salt), b64(key))
}

// decodePHC reads what encodePHC wrote, and refuses costs nobody sets, so that
// a damaged row cannot ask for gigabytes.
func decodePHC(s string) (phc, error) {
	bad := errors.New("password hash is not an Argon2id PHC string")
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, bad
	}
	var p phc
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.Memory, &p.cost.Time, &p.threads); err != nil || n != 3 {
		return phc{}, bad
	}
	if p.cost.Memory < 8 || p.cost.Memory > 1<<20 || p.cost.Time < 1 || p.cost.Time > 20 || p.threads < 1 || p.threads > 16 {
		return phc{}, bad
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(p.salt) < 8 || len(p.key) < 16 || len(p.key) > 64 {
		return phc{}, bad
	}
	return p, nil
}
