package store

import (
	"context"

	"iofacturo.mx/internal/fail"
)

// A MasterCheckRow proves which master key seals this database.
type MasterCheckRow struct {
	KekID     string `db:"kek_id"` // name of the master key, not the key
	Sealed    []byte `db:"sealed"` // a known text under it
	CreatedAt int64  `db:"created_at"`
}

// MasterChecks returns the check values of the database; none before first use.
func (g *GlobalView) MasterChecks(ctx context.Context) ([]MasterCheckRow, error) {
	var rows []MasterCheckRow
	err := g.list(ctx, &rows, `SELECT kek_id, sealed, created_at FROM master_checks ORDER BY kek_id`)
	return rows, err
}

// LockMasterCheck returns the check value, and holds it until COMMIT: what is
// wrapped in this transaction is wrapped by the master key it names.
func (tx *GlobalTx) LockMasterCheck(ctx context.Context) (MasterCheckRow, error) {
	var r MasterCheckRow
	err := tx.get(ctx, &r, `SELECT kek_id, sealed, created_at FROM master_checks WHERE only_one = 1`+tx.db.dialect.lock)
	return r, err
}

// InsertMasterCheck keeps the first check value of a database that has none.
// When two processes start at once one of them is fail.Conflict.
func (tx *GlobalTx) InsertMasterCheck(ctx context.Context, r MasterCheckRow) error {
	_, err := tx.exec(ctx, `INSERT INTO master_checks (only_one, kek_id, sealed, created_at)
		VALUES (1, $1, $2, $3)`, r.KekID, r.Sealed, r.CreatedAt)
	return err
}

// UpdateMasterCheck puts the check value of another master key in the place of
// the one there is.
func (tx *GlobalTx) UpdateMasterCheck(ctx context.Context, r MasterCheckRow) error {
	_, err := tx.exec(ctx, `UPDATE master_checks SET kek_id = $1, sealed = $2, created_at = $3 WHERE only_one = 1`,
		r.KekID, r.Sealed, r.CreatedAt)
	return err
}

// A KeysetRow is the data keys of one tenant, wrapped by the master key.
type KeysetRow struct {
	Version   int64  `db:"version"`
	KekID     string `db:"kek_id"`
	Wrapped   []byte `db:"wrapped"`
	CreatedAt int64  `db:"created_at"`
	UsedAt    int64  `db:"used_at"` // about when something was last sealed under it
}

// Keyset returns one version of the tenant's keyset, or fail.NotFound.
func (v *View) Keyset(ctx context.Context, version int64) (KeysetRow, error) {
	var r KeysetRow
	err := v.get(ctx, &r, `SELECT version, kek_id, wrapped, created_at, used_at FROM tenant_keysets
		WHERE tenant_id = $1 AND version = $2`, version)
	return r, err
}

// CurrentKeyset returns the newest keyset of the tenant, or fail.NotFound.
func (v *View) CurrentKeyset(ctx context.Context) (KeysetRow, error) {
	var r KeysetRow
	err := v.get(ctx, &r, `SELECT version, kek_id, wrapped, created_at, used_at FROM tenant_keysets
		WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1`)
	return r, err
}

// InsertKeyset keeps a keyset unless its version exists, and returns the one kept.
func (tx *Tx) InsertKeyset(ctx context.Context, r KeysetRow) (KeysetRow, error) {
	_, err := tx.exec(ctx, `INSERT INTO tenant_keysets (tenant_id, version, kek_id, wrapped, created_at, used_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, version) DO NOTHING`,
		r.Version, r.KekID, r.Wrapped, r.CreatedAt, r.UsedAt)
	if err != nil {
		return KeysetRow{}, err
	}
	return tx.Keyset(ctx, r.Version)
}

// A TenantKeyset is a keyset with whose it is.
type TenantKeyset struct {
	TenantID string `db:"tenant_id"`
	KeysetRow
}

// Tenant returns the tenant whose keyset it is.
func (r TenantKeyset) Tenant() Tenant { return Tenant{id: r.TenantID} }

// KeysetUnderNext returns a keyset under the master key whose name follows after
// in order, or fail.NotFound.
func (g *GlobalView) KeysetUnderNext(ctx context.Context, after string) (TenantKeyset, error) {
	var r TenantKeyset
	err := g.get(ctx, &r, `SELECT tenant_id, version, kek_id, wrapped, created_at, used_at FROM tenant_keysets
		WHERE kek_id > $1 ORDER BY kek_id, tenant_id, version LIMIT 1`, after)
	return r, err
}

// KeysetsUnder returns up to limit keysets that the named master key wraps.
func (g *GlobalView) KeysetsUnder(ctx context.Context, kekID string, limit int) ([]TenantKeyset, error) {
	var rows []TenantKeyset
	err := g.list(ctx, &rows, `SELECT tenant_id, version, kek_id, wrapped, created_at, used_at FROM tenant_keysets
		WHERE kek_id = $1 ORDER BY tenant_id, version LIMIT $2`, kekID, limit)
	return rows, err
}

// RewrapKeyset keeps the same keyset wrapped by another master key, unless
// somebody did so meanwhile.
func (tx *Tx) RewrapKeyset(ctx context.Context, was KeysetRow, kekID string, wrapped []byte) error {
	_, err := tx.exec(ctx, `UPDATE tenant_keysets SET kek_id = $4, wrapped = $5 WHERE tenant_id = $1 AND version = $2 AND kek_id = $3`,
		was.Version, was.KekID, kekID, wrapped)
	return err
}

// UseKeyset notes that something is sealed under a version at the instant at.
func (tx *Tx) UseKeyset(ctx context.Context, version, at int64) error {
	return tx.one(ctx, `UPDATE tenant_keysets SET used_at = $3 WHERE tenant_id = $1 AND version = $2`, version, at)
}

// A KeyRow is the private key of one certificate, wrapped by the tenant's keyset.
type KeyRow struct {
	CertificateID string `db:"certificate_id"`
	NoCertificado string `db:"no_certificado"`
	Rfc           string `db:"rfc"`
	KeysetVersion int64  `db:"keyset_version"`
	Wrapped       []byte `db:"wrapped"`
	CreatedAt     int64  `db:"created_at"`
}

// CertificateKey returns the wrapped key of one certificate, or fail.NotFound.
func (v *View) CertificateKey(ctx context.Context, certificateID string) (KeyRow, error) {
	var r KeyRow
	err := v.get(ctx, &r, `SELECT certificate_id, no_certificado, rfc, keyset_version, wrapped, created_at
		FROM certificate_keys WHERE tenant_id = $1 AND certificate_id = $2`, certificateID)
	return r, err
}

// CertificateKeys returns all wrapped keys of the tenant; they are few.
func (v *View) CertificateKeys(ctx context.Context) ([]KeyRow, error) {
	var rows []KeyRow
	err := v.list(ctx, &rows, `SELECT certificate_id, no_certificado, rfc, keyset_version, wrapped, created_at
		FROM certificate_keys WHERE tenant_id = $1 ORDER BY certificate_id`)
	return rows, err
}

// RewrapCertificateKey keeps the same key under another version of the tenant's
// keyset, unless somebody did so meanwhile.
func (tx *Tx) RewrapCertificateKey(ctx context.Context, was KeyRow, version int64, wrapped []byte) error {
	_, err := tx.exec(ctx, `UPDATE certificate_keys SET keyset_version = $4, wrapped = $5
		WHERE tenant_id = $1 AND certificate_id = $2 AND keyset_version = $3`, was.CertificateID, was.KeysetVersion, version, wrapped)
	return err
}

// InsertCertificateKey keeps a wrapped key. A second one for the same certificate is fail.Conflict.
func (tx *Tx) InsertCertificateKey(ctx context.Context, r KeyRow) error {
	_, err := tx.exec(ctx, `INSERT INTO certificate_keys
		(tenant_id, certificate_id, no_certificado, rfc, keyset_version, wrapped, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.CertificateID, r.NoCertificado, r.Rfc, r.KeysetVersion, r.Wrapped, r.CreatedAt)
	return err
}

// DeleteCertificateKey destroys the wrapped key of one certificate; fail.NotFound when there is none.
func (tx *Tx) DeleteCertificateKey(ctx context.Context, certificateID string) error {
	n, err := tx.exec(ctx, `DELETE FROM certificate_keys WHERE tenant_id = $1 AND certificate_id = $2`, certificateID)
	if err == nil && n == 0 {
		return fail.New(fail.NotFound, "Ese certificado no tiene llave guardada. No hubo nada que borrar.")
	}
	return err
}
