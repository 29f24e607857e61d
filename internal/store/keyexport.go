package store

import "context"

// States of a request to take a key out.
const (
	ExportPending   = "pendiente"
	ExportCanceled  = "cancelada"
	ExportDelivered = "entregada"
	ExportExpired   = "vencida"
)

// A KeyExportRow is a request to take the key of a certificate out.
type KeyExportRow struct {
	ID            string `db:"id"`
	CertificateID string `db:"certificate_id"`
	State         string `db:"state"`
	Ticket        []byte `db:"ticket"` // the signer's word on what was asked when, sealed
	RequestedAt   int64  `db:"requested_at"`
	RequestedBy   string `db:"requested_by"`
	DueAt         int64  `db:"due_at"`     // not before
	ExpiresAt     int64  `db:"expires_at"` // not after
	EndedAt       int64  `db:"ended_at"`
	EndedBy       string `db:"ended_by"`
}

const keyExportColumns = `id, certificate_id, state, ticket, requested_at, requested_by, due_at, expires_at, ended_at, ended_by`

// KeyExport returns one request, or fail.NotFound.
func (v *View) KeyExport(ctx context.Context, id string) (KeyExportRow, error) {
	var r KeyExportRow
	err := v.get(ctx, &r, `SELECT `+keyExportColumns+` FROM key_exports WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// KeyExportForUpdate is [View.KeyExport] for a row about to change.
func (tx *Tx) KeyExportForUpdate(ctx context.Context, id string) (KeyExportRow, error) {
	var r KeyExportRow
	err := tx.getLocked(ctx, &r, `SELECT `+keyExportColumns+` FROM key_exports WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// PendingKeyExports lists the requests that have not ended, the newest first: one
// for each certificate at most.
func (v *View) PendingKeyExports(ctx context.Context) ([]KeyExportRow, error) {
	rows := []KeyExportRow{}
	err := v.list(ctx, &rows, `SELECT `+keyExportColumns+` FROM key_exports WHERE tenant_id = $1 AND state = 'pendiente' ORDER BY id DESC`)
	return rows, err
}

// InsertKeyExport keeps a new request. A second one that has not ended, for the
// same certificate, is fail.Conflict.
func (tx *Tx) InsertKeyExport(ctx context.Context, r KeyExportRow) error {
	_, err := tx.exec(ctx, `INSERT INTO key_exports (tenant_id, `+keyExportColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.CertificateID, r.State, r.Ticket, r.RequestedAt, r.RequestedBy, r.DueAt, r.ExpiresAt, r.EndedAt, r.EndedBy)
	return err
}

// EndKeyExport ends a pending request in the given state; fail.NotFound when it
// has ended already.
func (tx *Tx) EndKeyExport(ctx context.Context, id, state, by string) error {
	return tx.one(ctx, `UPDATE key_exports SET state = $3, ended_at = $4, ended_by = $5 WHERE tenant_id = $1 AND id = $2 AND state = 'pendiente'`,
		id, state, Micros(tx.Now()), by)
}

// ExpireKeyExports ends the pending requests of a certificate that came to an end
// by the instant at.
func (tx *Tx) ExpireKeyExports(ctx context.Context, certificateID string, at int64) error {
	_, err := tx.exec(ctx, `UPDATE key_exports SET state = $4, ended_at = expires_at
		WHERE tenant_id = $1 AND certificate_id = $2 AND state = 'pendiente' AND expires_at <= $3`, certificateID, at, ExportExpired)
	return err
}

// CancelKeyExports ends every pending request of a certificate.
func (tx *Tx) CancelKeyExports(ctx context.Context, certificateID, by string) error {
	_, err := tx.exec(ctx, `UPDATE key_exports SET state = $3, ended_at = $4, ended_by = $5
		WHERE tenant_id = $1 AND certificate_id = $2 AND state = 'pendiente'`, certificateID, ExportCanceled, Micros(tx.Now()), by)
	return err
}

// A CustodyRow is what a company decided about its keys.
type CustodyRow struct {
	Export    bool   `db:"export"` // whether a key may be asked for at all
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

// Custody returns what the company decided; nothing leaves before it decides.
func (v *View) Custody(ctx context.Context) (CustodyRow, error) {
	var r CustodyRow
	err := v.get(ctx, &r, `SELECT export, updated_at, updated_by FROM custody WHERE tenant_id = $1`)
	if isNotFound(err) {
		return CustodyRow{}, nil
	}
	return r, err
}

// SaveCustody keeps what the company decides.
func (tx *Tx) SaveCustody(ctx context.Context, r CustodyRow) error {
	_, err := tx.exec(ctx, `INSERT INTO custody (tenant_id, export, updated_at, updated_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id) DO UPDATE SET export = excluded.export, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		r.Export, r.UpdatedAt, r.UpdatedBy)
	return err
}
