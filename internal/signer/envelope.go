package signer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// ErrMasterKey says that the database is sealed by another master key than the
// one given. Start with the right one; nothing was changed.
var ErrMasterKey = errors.New("signer: this is not the master key of this database")

// What is wrapped says so in its associated data.
const (
	kindCheck  = "check"
	kindKeyset = "keyset"
	kindCSD    = "csd"

	checkText    = "iofacturo master key check"
	firstVersion = 1
)

// associated binds a ciphertext to its place: moved to another tenant, row,
// certificate or keyset it does not open.
func associated(t store.Tenant, kind, object, serial string, version int64) []byte {
	return []byte(strings.Join([]string{"v1", t.ID(), kind, object, serial, strconv.FormatInt(version, 10)}, "|"))
}

// checkMaster proves that the master key is the one this database was sealed
// with, or seals a database that has none yet.
func (s *Signer) checkMaster(ctx context.Context) error {
	if s.master.aead == nil {
		return errors.New("signer: no master key")
	}
	rows, err := s.db.Global().MasterChecks(ctx)
	if err == nil && len(rows) == 0 {
		if err = s.sealMaster(ctx); err != nil && fail.KindOf(err) != fail.Conflict {
			return fmt.Errorf("seal the master key check: %w", err)
		}
		rows, err = s.db.Global().MasterChecks(ctx)
	}
	if err != nil {
		return fmt.Errorf("read the master key check: %w", err)
	}
	for _, r := range rows {
		text, err := s.master.aead.Decrypt(r.Sealed, checkData(r.KekID))
		if err == nil && string(text) == checkText {
			return nil
		}
	}
	return ErrMasterKey
}

func (s *Signer) sealMaster(ctx context.Context) error {
	sealed, err := s.master.aead.Encrypt([]byte(checkText), checkData(s.master.id))
	if err != nil {
		return err
	}
	return s.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return tx.InsertMasterCheck(ctx, store.MasterCheckRow{KekID: s.master.id, Sealed: sealed, CreatedAt: store.Micros(s.now())})
	})
}

func checkData(kekID string) []byte { return associated(store.Tenant{}, kindCheck, kekID, "", 0) }

// currentKeyset returns the newest keyset of the tenant of tx and its version,
// and makes the first one when there is none.
func (s *Signer) currentKeyset(ctx context.Context, tx *store.Tx) (tink.AEAD, int64, error) {
	row, err := tx.CurrentKeyset(ctx)
	if fail.KindOf(err) == fail.NotFound {
		row, err = s.newKeyset(ctx, tx)
	}
	if err != nil {
		return nil, 0, err
	}
	a, err := s.openKeyset(tx.Tenant(), row)
	return a, row.Version, err
}

func (s *Signer) newKeyset(ctx context.Context, tx *store.Tx) (store.KeysetRow, error) {
	handle, err := keyset.NewHandle(aead.XAES256GCM192BitNonceKeyTemplate())
	if err != nil {
		return store.KeysetRow{}, err
	}
	var wrapped bytes.Buffer
	place := associated(tx.Tenant(), kindKeyset, "", "", firstVersion)
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), s.master.aead, place); err != nil {
		return store.KeysetRow{}, err
	}
	return tx.InsertKeyset(ctx, store.KeysetRow{
		Version: firstVersion, KekID: s.master.id, Wrapped: wrapped.Bytes(), CreatedAt: store.Micros(s.now()),
	})
}

func (s *Signer) openKeyset(t store.Tenant, row store.KeysetRow) (tink.AEAD, error) {
	reader := keyset.NewBinaryReader(bytes.NewReader(row.Wrapped))
	handle, err := keyset.ReadWithAssociatedData(reader, s.master.aead, associated(t, kindKeyset, "", "", row.Version))
	if err != nil {
		return nil, fmt.Errorf("open keyset %d: %w", row.Version, err)
	}
	return aead.New(handle)
}

// wrap seals key for its place under the tenant's keyset.
func (s *Signer) wrap(ctx context.Context, tx *store.Tx, certificateID string, cert *csd.Certificate, key *csd.Key) (store.KeyRow, error) {
	keys, version, err := s.currentKeyset(ctx, tx)
	if err != nil {
		return store.KeyRow{}, err
	}
	plain := key.PKCS8()
	defer clear(plain)
	wrapped, err := keys.Encrypt(plain, associated(tx.Tenant(), kindCSD, certificateID, cert.NoCertificado, version))
	if err != nil {
		return store.KeyRow{}, err
	}
	return store.KeyRow{
		CertificateID: certificateID, NoCertificado: cert.NoCertificado, Rfc: cert.Rfc,
		KeysetVersion: version, Wrapped: wrapped, CreatedAt: store.Micros(s.now()),
	}, nil
}

// unwrap opens the key of a row that belongs to tenant t.
func (s *Signer) unwrap(t store.Tenant, set store.KeysetRow, row store.KeyRow) (*csd.Key, error) {
	keys, err := s.openKeyset(t, set)
	if err != nil {
		return nil, err
	}
	plain, err := keys.Decrypt(row.Wrapped, associated(t, kindCSD, row.CertificateID, row.NoCertificado, row.KeysetVersion))
	if err != nil {
		return nil, fmt.Errorf("open the key of certificate %s: %w", row.NoCertificado, err)
	}
	defer clear(plain)
	return csd.ParsePKCS8(plain)
}
