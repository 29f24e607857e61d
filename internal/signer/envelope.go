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

// checkMaster proves that the ring holds the master key this database is sealed
// with, or seals a database that has none yet.
func (s *Signer) checkMaster(ctx context.Context) error {
	if s.master.ring == nil {
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
		if _, err := s.checked(r); err == nil {
			return nil
		}
	}
	return ErrMasterKey
}

// checked returns the master key that a check value names and opens with.
func (s *Signer) checked(r store.MasterCheckRow) (kek, error) {
	opener, err := s.master.named(r.KekID)
	if err != nil {
		return kek{}, err
	}
	text, err := opener.Decrypt(r.Sealed, checkData(r.KekID))
	if err != nil || string(text) != checkText {
		return kek{}, ErrMasterKey
	}
	return kek{r.KekID, opener}, nil
}

func (s *Signer) sealMaster(ctx context.Context) error {
	row, err := s.checkValue(s.master.current())
	if err != nil {
		return err
	}
	return s.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.InsertMasterCheck(ctx, row) })
}

func (s *Signer) checkValue(k kek) (store.MasterCheckRow, error) {
	sealed, err := k.aead.Encrypt([]byte(checkText), checkData(k.id))
	return store.MasterCheckRow{KekID: k.id, Sealed: sealed, CreatedAt: store.Micros(s.now())}, err
}

func checkData(kekID string) []byte { return associated(store.Tenant{}, kindCheck, kekID, "", 0) }

// currentKeyset returns the newest keyset of t and its version, makes the first
// one when there is none, and notes that it is used.
func (s *Signer) currentKeyset(ctx context.Context, gtx *store.GlobalTx, t store.Tenant) (tink.AEAD, int64, error) {
	tx := gtx.For(t)
	row, err := tx.CurrentKeyset(ctx)
	if fail.KindOf(err) == fail.NotFound {
		row, err = s.newKeyset(ctx, gtx, t, firstVersion)
	} else if err == nil {
		err = tx.UseKeyset(ctx, row.Version, store.Micros(s.now()))
	}
	if err != nil {
		return nil, 0, err
	}
	a, err := s.openKeyset(t, row)
	return a, row.Version, err
}

// newKeyset makes a version of t's keyset under the master key of the database,
// which stays that until COMMIT: a rotation finds this one too.
func (s *Signer) newKeyset(ctx context.Context, gtx *store.GlobalTx, t store.Tenant, version int64) (store.KeysetRow, error) {
	check, err := gtx.LockMasterCheck(ctx)
	if err != nil {
		return store.KeysetRow{}, err
	}
	master, err := s.checked(check)
	if err != nil {
		return store.KeysetRow{}, err
	}
	handle, err := keyset.NewHandle(aead.XAES256GCM192BitNonceKeyTemplate())
	if err != nil {
		return store.KeysetRow{}, err
	}
	wrapped, err := wrapKeyset(handle, master, t, version)
	if err != nil {
		return store.KeysetRow{}, err
	}
	now := store.Micros(s.now())
	return gtx.For(t).InsertKeyset(ctx, store.KeysetRow{Version: version, KekID: master.id, Wrapped: wrapped, CreatedAt: now, UsedAt: now})
}

func wrapKeyset(handle *keyset.Handle, master kek, t store.Tenant, version int64) ([]byte, error) {
	var wrapped bytes.Buffer
	err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), master.aead, associated(t, kindKeyset, "", "", version))
	return wrapped.Bytes(), err
}

func (s *Signer) unwrapKeyset(t store.Tenant, row store.KeysetRow) (*keyset.Handle, error) {
	master, err := s.master.named(row.KekID)
	if err != nil {
		return nil, fmt.Errorf("open keyset %d: %w", row.Version, err)
	}
	reader := keyset.NewBinaryReader(bytes.NewReader(row.Wrapped))
	handle, err := keyset.ReadWithAssociatedData(reader, master, associated(t, kindKeyset, "", "", row.Version))
	if err != nil {
		return nil, fmt.Errorf("open keyset %d: %w", row.Version, err)
	}
	return handle, nil
}

func (s *Signer) openKeyset(t store.Tenant, row store.KeysetRow) (tink.AEAD, error) {
	handle, err := s.unwrapKeyset(t, row)
	if err != nil {
		return nil, err
	}
	return aead.New(handle)
}

// wrap seals key for its place under a keyset of t.
func (s *Signer) wrap(keys tink.AEAD, t store.Tenant, version int64, certificateID string, cert *csd.Certificate, key *csd.Key) (store.KeyRow, error) {
	var wrapped []byte
	var err error
	csd.Secretly(func() {
		plain := key.PKCS8()
		wrapped, err = keys.Encrypt(plain, associated(t, kindCSD, certificateID, cert.NoCertificado, version))
		clear(plain)
	})
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
	var key *csd.Key
	csd.Secretly(func() {
		var plain []byte
		plain, err = keys.Decrypt(row.Wrapped, associated(t, kindCSD, row.CertificateID, row.NoCertificado, row.KeysetVersion))
		if err == nil {
			key, err = csd.ParsePKCS8(plain)
		}
		clear(plain)
	})
	if err != nil {
		return nil, fmt.Errorf("open the key of certificate %s: %w", row.NoCertificado, err)
	}
	return key, nil
}
