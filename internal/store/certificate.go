package store

import "context"

// A CertificateRow is one seal certificate. Its key lies with the signer.
type CertificateRow struct {
	ID            string `db:"id"`
	NoCertificado string `db:"no_certificado"` // 20 digits
	Rfc           string `db:"rfc"`
	Nombre        string `db:"nombre"`
	Cer           []byte `db:"cer"`        // DER
	NotBefore     int64  `db:"not_before"` // microseconds UTC
	NotAfter      int64  `db:"not_after"`  // in force at this second
	Prueba        bool   `db:"prueba"`     // of a test authority
	Activo        bool   `db:"activo"`
	DeletedAt     int64  `db:"deleted_at"` // 0 = not deleted
	CreatedAt     int64  `db:"created_at"`
	CreatedBy     string `db:"created_by"`
	BranchID      string `db:"branch_id"`  // "" = the whole company; MainBranch or a branch's id = that one alone
	RevokedAt     int64  `db:"revoked_at"` // 0 = not revoked; a revoked one never seals again
}

const certificateColumns = `id, no_certificado, rfc, nombre, cer, not_before, not_after, prueba, activo, deleted_at, created_at, created_by, branch_id, revoked_at`

// Certificates lists the certificates that are not deleted, newest first.
func (v *View) Certificates(ctx context.Context) ([]CertificateRow, error) {
	rows := []CertificateRow{}
	err := v.list(ctx, &rows, `SELECT `+certificateColumns+` FROM certificates WHERE tenant_id = $1 AND deleted_at = 0
		ORDER BY not_before DESC, created_at DESC, id`)
	return rows, err
}

// CertificatesOf lists the rows of one certificate number, also the deleted ones.
func (v *View) CertificatesOf(ctx context.Context, noCertificado string) ([]CertificateRow, error) {
	rows := []CertificateRow{}
	err := v.list(ctx, &rows, `SELECT `+certificateColumns+` FROM certificates WHERE tenant_id = $1 AND no_certificado = $2 ORDER BY id LIMIT 20`, noCertificado)
	return rows, err
}

// Certificate returns one certificate, deleted or not, or fail.NotFound.
func (v *View) Certificate(ctx context.Context, id string) (CertificateRow, error) {
	var r CertificateRow
	err := v.get(ctx, &r, `SELECT `+certificateColumns+` FROM certificates WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// CertificateInForce returns the certificate that receipts of a branch (an id or
// MainBranch) and of the instant at (microseconds UTC) are sealed with: the newest
// one of the branch's own that is active and in force, else the newest such one of
// the whole company; fail.NotFound when there is none.
func (v *View) CertificateInForce(ctx context.Context, at int64, branch string) (CertificateRow, error) {
	var r CertificateRow
	err := v.get(ctx, &r, `SELECT `+certificateColumns+` FROM certificates WHERE tenant_id = $1 AND deleted_at = 0 AND revoked_at = 0
		AND activo = $3 AND not_before <= $2 AND not_after >= $2 AND branch_id IN ('', $4)
		ORDER BY CASE WHEN branch_id = '' THEN 1 ELSE 0 END, not_before DESC, created_at DESC, id LIMIT 1`, at, true, branch)
	return r, err
}

// InsertCertificate keeps a new certificate. The same number twice is fail.Conflict.
func (tx *Tx) InsertCertificate(ctx context.Context, r CertificateRow) error {
	_, err := tx.exec(ctx, `INSERT INTO certificates (tenant_id, `+certificateColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		r.ID, r.NoCertificado, r.Rfc, r.Nombre, r.Cer, r.NotBefore, r.NotAfter, r.Prueba, r.Activo, r.DeletedAt, r.CreatedAt, r.CreatedBy, r.BranchID, r.RevokedAt)
	return err
}

// SetCertificateActive lets a certificate seal or keeps it from sealing;
// fail.NotFound for one that is deleted or revoked.
func (tx *Tx) SetCertificateActive(ctx context.Context, id string, active bool) error {
	return tx.one(ctx, `UPDATE certificates SET activo = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at = 0 AND revoked_at = 0`, id, active)
}

// SetCertificateBranch gives a certificate to one branch (an id or MainBranch) or,
// with "", to the whole company; fail.NotFound for one that is deleted.
func (tx *Tx) SetCertificateBranch(ctx context.Context, id, branch string) error {
	return tx.one(ctx, `UPDATE certificates SET branch_id = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at = 0`, id, branch)
}

// RevokeCertificate keeps a certificate from sealing for ever; fail.NotFound for
// one that is deleted or revoked already.
func (tx *Tx) RevokeCertificate(ctx context.Context, id string) error {
	return tx.one(ctx, `UPDATE certificates SET revoked_at = $3, activo = $4 WHERE tenant_id = $1 AND id = $2 AND deleted_at = 0 AND revoked_at = 0`,
		id, Micros(tx.Now()), false)
}

// DeleteCertificate marks a certificate as deleted; the row stays for the receipts it sealed.
func (tx *Tx) DeleteCertificate(ctx context.Context, id string) error {
	return tx.one(ctx, `UPDATE certificates SET deleted_at = $3, activo = $4 WHERE tenant_id = $1 AND id = $2 AND deleted_at = 0`,
		id, Micros(tx.Now()), false)
}
