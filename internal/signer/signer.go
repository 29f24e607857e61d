// Package signer keeps the private keys of the tenants and is the only place
// where one is ever in clear.
//
//	master, err := signer.LoadMasterKey("data/keys/master.key", "", true)
//	s, err := signer.New(db, master, time.Now)         // refuses a wrong master key
//	loaded, err := s.Load(ctx, actor, signer.Pair{…})  // checks .cer and .key, wraps the key
//	sello, err := s.Seal(ctx, actor, signer.Request{…})
//	wrapped, err := s.Protect(ctx, tenant, signer.KindTOTP, userID, secret)
//
// A key is wrapped by a keyset of its tenant, the keyset by the master key, and
// each ciphertext is bound to its place. Passwords are used once and not kept.
//
// Seal takes a numbered document, never a digest: it derives the cadena original
// itself, and commits the audit record before the key touches it. No audit
// record, no signature. The same document gives the same seal, so Seal may be
// repeated after a crash. Sign does the same for a request to the SAT (cancel,
// answer, ask what is related), which it writes itself from typed values.
package signer

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/store"
)

// Words of the audit chain.
const (
	actionLoad   = "csd.load"
	actionForget = "csd.forget"
	actionSign   = "csd.sign"
	actionFailed = "csd.sign.failed"
	actionAsk    = "csd.export.request"
	actionExport = "csd.export"

	actionPetition       = "csd.request"
	actionPetitionFailed = "csd.request.failed"
)

// Signer holds the custody of one database.
type Signer struct {
	db     *store.DB
	master MasterKey
	now    func() time.Time
	keys   *cache // opened keys, for a moment
	zones  *catalogo.Catalog
}

// New returns the signer of db. The first one seals a check value into the
// database; later ones must open it. Errors: [ErrMasterKey]; those of the database.
func New(db *store.DB, master MasterKey, now func() time.Time) (*Signer, error) {
	s := &Signer{db: db, master: master, now: now, keys: newCache(now), zones: catalogo.New()}
	if err := s.checkMaster(context.Background()); err != nil {
		return nil, err
	}
	return s, nil
}

// Close overwrites the keys that are open in memory.
func (s *Signer) Close() { s.keys.wipe() }

// key opens the key of a row, or takes it from the cache. The name in the cache
// covers the place and the ciphertext, so that a row changed underneath misses.
func (s *Signer) key(t store.Tenant, set store.KeysetRow, row store.KeyRow) (*csd.Key, error) {
	place := associated(t, kindCSD, row.CertificateID, row.NoCertificado, row.KeysetVersion)
	name := sha256.Sum256(append(place, row.Wrapped...))
	if key := s.keys.get(name); key != nil {
		return key, nil
	}
	key, err := s.unwrap(t, set, row)
	if err != nil {
		return nil, err
	}
	s.keys.put(name, key)
	return key, nil
}

// sign seals a cadena with the key of a row.
func (s *Signer) sign(t store.Tenant, set store.KeysetRow, row store.KeyRow, cert *csd.Certificate, cadena string) ([]byte, error) {
	sello, err := s.with(t, set, row, func(key *csd.Key) ([]byte, error) { return key.Sign([]byte(cadena)) })
	if err != nil {
		return nil, err
	}
	return sello, cert.Verify([]byte(cadena), sello)
}

// with signs with the key of a row. A key may be wiped between the cache and the
// signature; then it is opened once more.
func (s *Signer) with(t store.Tenant, set store.KeysetRow, row store.KeyRow, sign func(*csd.Key) ([]byte, error)) ([]byte, error) {
	for range 2 {
		key, err := s.key(t, set, row)
		if err != nil {
			return nil, err
		}
		signature, err := sign(key)
		if errors.Is(err, csd.ErrWiped) {
			continue
		}
		return signature, err
	}
	return nil, csd.ErrWiped
}
