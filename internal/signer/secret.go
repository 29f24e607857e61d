package signer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Kinds of what [Signer.Protect] seals. The private key of a certificate is none
// of them: it never comes out.
const (
	KindTOTP = "totp" // of a person, or of an operator under [store.Platform]
	KindPAC  = "pac"  // credentials at a certifier
	KindSMTP = "smtp" // password of a mail server

	KindImport = "import" // key of the rows of a list being imported
)

// secretKinds is every kind that Protect and Reveal know.
func secretKinds() []string { return []string{KindTOTP, KindPAC, KindSMTP, KindImport} }

// ErrSecret says that a sealed secret does not open in the place it lies in: it
// was moved, changed, or its keyset was destroyed.
var ErrSecret = errors.New("signer: the secret does not open in this place")

// maxSecret bounds what is protected: credentials, not documents.
const maxSecret = 8 << 10

// secretForm is the first byte of a sealed secret; the version of its keyset
// follows as a varint, then the ciphertext.
const secretForm = 1

// Protect seals a secret that belongs to tenant t, or to [store.Platform], for
// the row it will lie in: kind and object (the row's id) are part of the seal, so
// that it opens nowhere else. Call it before the transaction that keeps the
// result. A new column for such secrets is a line in store.SecretColumns, or its
// rows are lost when the tenant's keyset is changed.
func (s *Signer) Protect(ctx context.Context, t store.Tenant, kind, object string, plain []byte) ([]byte, error) {
	if err := checkPlace(kind, object); err != nil {
		return nil, err
	}
	if s.db.Updating() { // in its own process the signer would wait for it for ever
		return nil, store.ErrNested
	}
	if len(plain) == 0 || len(plain) > maxSecret {
		return nil, fmt.Errorf("signer: a secret of %d bytes", len(plain))
	}
	keys, version, err := s.current(ctx, t)
	if err != nil {
		return nil, err
	}
	return sealSecret(keys, t, kind, object, version, plain)
}

// Reveal opens what Protect sealed, in the same place. The caller clears it after
// use. Errors: [ErrSecret].
func (s *Signer) Reveal(ctx context.Context, t store.Tenant, kind, object string, wrapped []byte) ([]byte, error) {
	if err := checkPlace(kind, object); err != nil {
		return nil, err
	}
	version, sealed, err := splitSecret(wrapped)
	if err != nil {
		return nil, err
	}
	row, err := s.db.View(t).Keyset(ctx, version)
	if fail.KindOf(err) == fail.NotFound {
		return nil, ErrSecret
	}
	if err != nil {
		return nil, err
	}
	keys, err := s.openKeyset(t, row)
	if err != nil {
		return nil, err
	}
	plain, err := keys.Decrypt(sealed, associated(t, kind, object, "", version))
	if err != nil {
		return nil, ErrSecret
	}
	return plain, nil
}

// checkPlace refuses a kind that is not on the list and an object that could be
// read as another place.
func checkPlace(kind, object string) error {
	if !slices.Contains(secretKinds(), kind) {
		return fmt.Errorf("signer: %q is no kind of secret", kind)
	}
	if object == "" || strings.Contains(object, "|") {
		return errors.New("signer: a secret needs the id of its row, without |")
	}
	return nil
}

func sealSecret(keys tink.AEAD, t store.Tenant, kind, object string, version int64, plain []byte) ([]byte, error) {
	sealed, err := keys.Encrypt(plain, associated(t, kind, object, "", version))
	if err != nil {
		return nil, err
	}
	return append(binary.AppendUvarint([]byte{secretForm}, uint64(version)), sealed...), nil
}

// splitSecret returns the version of the keyset and the ciphertext.
func splitSecret(wrapped []byte) (version int64, sealed []byte, err error) {
	if len(wrapped) < 2 || wrapped[0] != secretForm {
		return 0, nil, ErrSecret
	}
	v, n := binary.Uvarint(wrapped[1:])
	if n <= 0 || v == 0 || v > 1<<31 {
		return 0, nil, ErrSecret
	}
	return int64(v), wrapped[1+n:], nil
}

const (
	useNoted = time.Minute      // how late used_at of a keyset may be
	useKeeps = 10 * time.Minute // how long what was sealed may take to reach its row
)

// current returns the newest keyset of t and its version, made when there is
// none, and notes that it is used: see [Destroy].
func (s *Signer) current(ctx context.Context, t store.Tenant) (tink.AEAD, int64, error) {
	row, err := s.db.View(t).CurrentKeyset(ctx)
	if err == nil && s.now().Sub(store.FromMicros(row.UsedAt)).Abs() < useNoted {
		keys, err := s.openKeyset(t, row)
		return keys, row.Version, err
	}
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return nil, 0, err
	}
	var keys tink.AEAD
	err = s.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		keys, row.Version, err = s.currentKeyset(ctx, tx, t)
		return err
	})
	return keys, row.Version, err
}
