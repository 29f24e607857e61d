package signer

import (
	"context"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Custody is all that the rest of the house may ask of the keys. Two live: a
// [*Signer] in this process, and a [*Client] of one that runs in its own and
// alone has the master key.
type Custody interface {
	// Load checks a certificate with its key and wraps the key for its row.
	Load(ctx context.Context, a store.Actor, in Pair) (Loaded, error)
	// Seal signs a numbered document.
	Seal(ctx context.Context, a store.Actor, req Request) (sello []byte, err error)
	// Sign writes and signs a request to the SAT about cancellations.
	Sign(ctx context.Context, a store.Actor, p Petition) (xml []byte, err error)
	// Forget lets go of a key in memory, after [Destroy] destroyed its row.
	Forget(ctx context.Context, a store.Actor, certificateID string) error
	// AllowExport begins to take a key out, Export ends it a day later.
	AllowExport(ctx context.Context, a store.Actor, certificateID, exportID string) (Promise, error)
	Export(ctx context.Context, a store.Actor, exportID string, password []byte) (key []byte, err error)
	// Protect and Reveal seal and open the other secrets of a tenant.
	Protect(ctx context.Context, t store.Tenant, kind, object string, plain []byte) ([]byte, error)
	Reveal(ctx context.Context, t store.Tenant, kind, object string, wrapped []byte) ([]byte, error)
}

// Loaded is a pair that passed every check, ready to be kept: no secret in clear.
type Loaded struct {
	Certificate *csd.Certificate
	Key         store.KeyRow // for Tx.InsertCertificateKey
}

// Destroy destroys the key of a certificate within a transaction of the caller,
// who tells [Custody.Forget] after it; the certificate and what it sealed stay.
// The keyset goes with the last secret under it. Errors: fail.Denied; fail.NotFound.
func Destroy(ctx context.Context, tx *store.Tx, a store.Actor, certificateID string) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	if tx.Tenant() != a.Tenant {
		return fail.New(fail.Internal, "El certificado no es de esta empresa. No se borró nada.")
	}
	row, err := tx.CertificateKey(ctx, certificateID)
	if err != nil {
		return err
	}
	if err := tx.DeleteCertificateKey(ctx, certificateID); err != nil {
		return err
	}
	if err := tx.CancelKeyExports(ctx, certificateID, a.UserName); err != nil {
		return err
	}
	if err := audit(ctx, tx, a, actionForget, "certificate/"+certificateID, entry{Certificate: row.NoCertificado}); err != nil {
		return err
	}
	return shred(ctx, tx)
}

// Forget wipes the keys open in memory; which of them is not worth telling, they
// open again when needed. Errors: fail.Denied.
func (s *Signer) Forget(_ context.Context, a store.Actor, _ string) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	s.keys.wipe()
	return nil
}

// shred destroys the versions of the tenant's keyset under which nothing lies any
// more. One that was used a moment ago stays until the next time: what was sealed
// under it may still be on its way to its row.
func shred(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Keysets(ctx)
	if err != nil {
		return err
	}
	used := map[int64]bool{}
	err = eachSecret(ctx, tx, func(_ store.SecretColumn, row store.SecretRow) error {
		version, _, err := splitSecret(row.Wrapped)
		used[version] = true
		return err
	})
	if err != nil {
		return err
	}
	before := store.Micros(tx.Now().Add(-useKeeps))
	for _, r := range rows {
		if used[r.Version] {
			continue
		}
		if err := tx.DeleteKeyset(ctx, r.Version, before); err != nil {
			return err
		}
	}
	return nil
}

// eachSecret calls fn with every secret of the tenant, a page at a time.
func eachSecret(ctx context.Context, tx *store.Tx, fn func(store.SecretColumn, store.SecretRow) error) error {
	const page = 200
	for _, column := range store.SecretColumns() {
		for after := ""; ; {
			rows, err := tx.Secrets(ctx, column, after, page)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := fn(column, r); err != nil {
					return err
				}
				after = r.Object
			}
			if len(rows) < page {
				break
			}
		}
	}
	return nil
}
