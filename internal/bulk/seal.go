package bulk

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"

	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// newKey makes the key of an import and has the signer wrap it.
func (s *Service) newKey(ctx context.Context, t store.Tenant, id string) (key, wrapped []byte, err error) {
	key = make([]byte, 32)
	rand.Read(key) //nolint:errcheck // never fails since Go 1.24
	wrapped, err = s.cfg.Signer.Protect(ctx, t, signer.KindImport, id, key)
	return key, wrapped, err
}

// sealerOf opens the key of an import.
func (s *Service) sealerOf(ctx context.Context, t store.Tenant, row store.ImportRow) (sealer, error) {
	key, err := s.cfg.Signer.Reveal(ctx, t, signer.KindImport, row.ID, row.DataKey)
	if err != nil {
		return sealer{}, fmt.Errorf("key of import %s: %w", row.ID, err)
	}
	return sealer{key: key, place: t.ID() + "|" + row.ID}, nil
}

// A sealer seals the parts of one import with AES-256-GCM; the part's name and its
// place are sealed along, so that it opens nowhere else.
type sealer struct {
	key   []byte
	place string
}

func (b sealer) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(b.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal packs a value and seals it.
func (b sealer) seal(part string, value any) ([]byte, error) {
	aead, err := b.gcm()
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(z).Encode(value); err != nil {
		return nil, fmt.Errorf("pack %s: %w", part, err)
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, packed.Bytes(), []byte(b.place+"|"+part)), nil
}

// maxPart bounds what a part unpacks to.
const maxPart = 64 << 20

// open is the inverse of seal.
func (b sealer) open(part string, sealed []byte, into any) error {
	aead, err := b.gcm()
	if err != nil {
		return err
	}
	packed, err := aead.Open(nil, nil, sealed, []byte(b.place+"|"+part))
	if err != nil {
		return fmt.Errorf("part %s of an import: %w", part, signer.ErrSecret)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack %s: %w", part, err)
	}
	if err := json.NewDecoder(io.LimitReader(z, maxPart)).Decode(into); err != nil {
		return fmt.Errorf("unpack %s: %w", part, err)
	}
	return nil
}
