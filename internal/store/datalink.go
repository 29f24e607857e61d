package store

import "context"

// States of a [DataLinkRow].
const (
	DataLinkOpen      = "abierto"   // the customer may answer until it expires
	DataLinkAnswered  = "propuesto" // what it sent waits for the company
	DataLinkAccepted  = "aceptado"
	DataLinkRejected  = "rechazado"
	DataLinkWithdrawn = "retirado" // by the company, or by a newer one for the same customer
)

// A DataLinkRow is a link by which a customer fills its own data.
type DataLinkRow struct {
	ID         string `db:"id"`
	CustomerID string `db:"customer_id"` // "" = it makes a new one
	Correo     string `db:"correo"`      // where it was mailed, "" = only copied
	State      string `db:"state"`
	Proposal   string `db:"proposal"` // JSON, while it waits to be decided
	AskedBy    string `db:"asked_by"`
	CreatedAt  int64  `db:"created_at"`
	ExpiresAt  int64  `db:"expires_at"`
	AnsweredAt int64  `db:"answered_at"`
	DecidedAt  int64  `db:"decided_at"`
	DecidedBy  string `db:"decided_by"`
}

const dataLinkColumns = `id, customer_id, correo, state, proposal, asked_by, created_at, expires_at, answered_at, decided_at, decided_by`

// LinkData is the kind of [LinkRow] whose Subject is a DataLinkRow of TenantID.
const LinkData = "datos"

// DataLink returns one link, or fail.NotFound.
func (v *View) DataLink(ctx context.Context, id string) (DataLinkRow, error) {
	var r DataLinkRow
	err := v.get(ctx, &r, `SELECT `+dataLinkColumns+` FROM data_links WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// DataLinkForUpdate is [View.DataLink] for a row about to change.
func (tx *Tx) DataLinkForUpdate(ctx context.Context, id string) (DataLinkRow, error) {
	var r DataLinkRow
	err := tx.getLocked(ctx, &r, `SELECT `+dataLinkColumns+` FROM data_links WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// DataLinks lists the newest links of a state, at most limit.
func (v *View) DataLinks(ctx context.Context, state string, limit int) ([]DataLinkRow, error) {
	rows := []DataLinkRow{}
	err := v.list(ctx, &rows, `SELECT `+dataLinkColumns+` FROM data_links WHERE tenant_id = $1 AND state = $2 ORDER BY created_at DESC, id DESC LIMIT $3`, state, limit)
	return rows, err
}

// DataLinksOf lists the newest links of a customer, at most limit.
func (v *View) DataLinksOf(ctx context.Context, customerID string, limit int) ([]DataLinkRow, error) {
	rows := []DataLinkRow{}
	err := v.list(ctx, &rows, `SELECT `+dataLinkColumns+` FROM data_links WHERE tenant_id = $1 AND customer_id = $2 ORDER BY created_at DESC LIMIT $3`, customerID, limit)
	return rows, err
}

// CountDataLinks counts the links made since an instant, up to limit.
func (v *View) CountDataLinks(ctx context.Context, since int64, limit int) (int, error) {
	var n int
	err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM data_links WHERE tenant_id = $1 AND created_at >= $2 LIMIT $3) AS made`, since, limit)
	return n, err
}

// InsertDataLink keeps a new link.
func (tx *Tx) InsertDataLink(ctx context.Context, r DataLinkRow) error {
	_, err := tx.exec(ctx, `INSERT INTO data_links (tenant_id, `+dataLinkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, r.CustomerID, r.Correo, r.State, r.Proposal, r.AskedBy, r.CreatedAt, r.ExpiresAt, r.AnsweredAt, r.DecidedAt, r.DecidedBy)
	return err
}

// UpdateDataLink writes what changes in the life of a link.
func (tx *Tx) UpdateDataLink(ctx context.Context, r DataLinkRow) error {
	return tx.one(ctx, `UPDATE data_links SET state = $3, proposal = $4, answered_at = $5, decided_at = $6, decided_by = $7, customer_id = $8
		WHERE tenant_id = $1 AND id = $2`, r.ID, r.State, r.Proposal, r.AnsweredAt, r.DecidedAt, r.DecidedBy, r.CustomerID)
}
