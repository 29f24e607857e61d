package signer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// rewrapPage is how many keysets one transaction wraps anew: short enough that
// nobody who seals meanwhile notices.
const rewrapPage = 200

// ReplaceMasterKey puts a new current key into the file at path: the one in the
// file newPath, or a fresh one when that is empty. The key that was there goes to
// old/ first, so that whoever reads the ring at any moment opens everything. Call
// [Signer.RotateMaster] with the ring read again. It does nothing when the key is
// the current one already.
func ReplaceMasterKey(path, newPath string) error {
	was, err := readKey(path)
	if err != nil {
		return err
	}
	next := filepath.Join(filepath.Dir(path), "next.key")
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) { // of a run that was killed before anything lay under it
		return err
	}
	if newPath == "" {
		err = createMaster(next)
	} else {
		err = copyMaster(newPath, next)
	}
	if err != nil {
		return fmt.Errorf("new master key: %w", err)
	}
	now, err := readKey(next)
	if err != nil {
		return err
	}
	if now[0].id == was[0].id {
		return os.Remove(next)
	}
	old := filepath.Join(oldFolder(path), was[0].id+".key")
	if err := copyMaster(path, old); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("keep the old master key: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func copyMaster(from, to string) error {
	if _, err := readKey(from); err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	defer clear(text)
	return writeMaster(to, text)
}

// MasterPending reports whether something is still wrapped by another master key
// than the current one of the ring.
func (s *Signer) MasterPending(ctx context.Context) (bool, error) {
	rows, err := s.db.Global().MasterChecks(ctx)
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		if r.KekID != s.master.current().id {
			return true, nil
		}
	}
	other, err := s.otherKek(ctx)
	return other != "", err
}

// RotateMaster wraps the keyset of every tenant by the current key of the ring and
// returns how many it wrapped. Secrets are not touched, and sealing goes on
// meanwhile. Killed, it carries on when it is called again. After it nothing
// needs the other keys of the ring.
func (s *Signer) RotateMaster(ctx context.Context) (int, error) {
	to := s.master.current()
	check, err := s.checkValue(to)
	if err != nil {
		return 0, err
	}
	// From here on new keysets are wrapped by it, so that the pages below come to an end.
	err = s.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		was, err := tx.LockMasterCheck(ctx)
		if err != nil || was.KekID == to.id {
			return err
		}
		if _, err := s.checked(was); err != nil {
			return err
		}
		return tx.UpdateMasterCheck(ctx, check)
	})
	if err != nil {
		return 0, err
	}
	for done := 0; ; {
		from, err := s.otherKek(ctx)
		if err != nil || from == "" {
			return done, err
		}
		n, err := s.rewrap(ctx, from, to)
		if err != nil {
			return done, err
		}
		done += n
	}
}

// otherKek names a master key beside the current one that wraps something; "" is none.
func (s *Signer) otherKek(ctx context.Context) (string, error) {
	current := s.master.current().id
	for after := ""; ; {
		row, err := s.db.Global().KeysetUnderNext(ctx, after)
		switch {
		case fail.KindOf(err) == fail.NotFound:
			return "", nil
		case err != nil:
			return "", err
		case row.KekID != current:
			return row.KekID, nil
		}
		after = row.KekID
	}
}

// rewrap moves one page of keysets from a key of the ring to another.
func (s *Signer) rewrap(ctx context.Context, from string, to kek) (n int, err error) {
	err = s.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		rows, err := tx.KeysetsUnder(ctx, from, rewrapPage)
		if err != nil {
			return err
		}
		n = len(rows)
		for _, r := range rows {
			handle, err := s.unwrapKeyset(r.Tenant(), r.KeysetRow)
			if err != nil {
				return err
			}
			wrapped, err := wrapKeyset(handle, to, r.Tenant(), r.Version)
			if err != nil {
				return err
			}
			if err := tx.For(r.Tenant()).RewrapKeyset(ctx, r.KeysetRow, to.id, wrapped); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// RotateTenant gives tenant t, or [store.Platform], a new version of its keyset
// and seals all its secrets anew under it, in one transaction. Versions without a
// secret go, but those used a moment ago only the next time. With unless, a
// tenant whose keyset is younger than that is left as it is. It returns how many
// secrets were sealed anew.
func (s *Signer) RotateTenant(ctx context.Context, t store.Tenant, unless time.Duration) (n int, err error) {
	err = s.db.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		n = 0
		tx := gtx.For(t)
		was, err := tx.CurrentKeyset(ctx)
		if fail.KindOf(err) == fail.NotFound {
			return nil // nothing was ever sealed
		}
		if err != nil {
			return err
		}
		if s.now().Sub(store.FromMicros(was.CreatedAt)) >= unless {
			if n, err = s.reseal(ctx, gtx, tx, was.Version+1); err != nil {
				return err
			}
		}
		return shred(ctx, tx)
	})
	return n, err
}

func (s *Signer) reseal(ctx context.Context, gtx *store.GlobalTx, tx *store.Tx, version int64) (n int, err error) {
	row, err := s.newKeyset(ctx, gtx, tx.Tenant(), version)
	if err != nil {
		return 0, err
	}
	keys, err := s.openKeyset(tx.Tenant(), row)
	if err != nil {
		return 0, err
	}
	o := opener{s: s, tx: tx, keys: map[int64]tink.AEAD{}}
	rows, err := tx.CertificateKeys(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		plain, err := o.open(ctx, kindCSD, r.CertificateID, r.NoCertificado, r.KeysetVersion, r.Wrapped)
		if err != nil {
			return 0, fmt.Errorf("key of certificate %s: %w", r.NoCertificado, err)
		}
		wrapped, err := keys.Encrypt(plain, associated(tx.Tenant(), kindCSD, r.CertificateID, r.NoCertificado, version))
		clear(plain)
		if err == nil {
			err = tx.RewrapCertificateKey(ctx, r, version, wrapped)
		}
		if err != nil {
			return 0, err
		}
		n++
	}
	err = eachSecret(ctx, tx, func(column store.SecretColumn, r store.SecretRow) error {
		was, sealed, err := splitSecret(r.Wrapped)
		if err != nil {
			return err
		}
		plain, err := o.open(ctx, column.Kind, r.Object, "", was, sealed)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", column.Kind, r.Object, err)
		}
		wrapped, err := sealSecret(keys, tx.Tenant(), column.Kind, r.Object, version, plain)
		clear(plain)
		if err != nil {
			return err
		}
		n++
		return tx.ReplaceSecret(ctx, column, r, wrapped)
	})
	return n, err
}

// An opener opens what lies under older versions of a tenant's keyset.
type opener struct {
	s    *Signer
	tx   *store.Tx
	keys map[int64]tink.AEAD
}

func (o *opener) open(ctx context.Context, kind, object, serial string, version int64, sealed []byte) ([]byte, error) {
	keys, ok := o.keys[version]
	if !ok {
		row, err := o.tx.Keyset(ctx, version)
		if err != nil {
			return nil, err
		}
		if keys, err = o.s.openKeyset(o.tx.Tenant(), row); err != nil {
			return nil, err
		}
		o.keys[version] = keys
	}
	plain, err := keys.Decrypt(sealed, associated(o.tx.Tenant(), kind, object, serial, version))
	if err != nil {
		return nil, ErrSecret
	}
	return plain, nil
}
