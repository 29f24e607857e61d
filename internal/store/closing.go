package store

import "context"

// A ClosingRow says that the company is to be closed.
type ClosingRow struct {
	AskedAt int64  `db:"asked_at"`
	AskedBy string `db:"asked_by"` // user name
	EndsAt  int64  `db:"ends_at"`  // when the grace is over
	Motivo  string `db:"motivo"`
}

// Closing returns the closing of the company, or fail.NotFound.
func (v *View) Closing(ctx context.Context) (ClosingRow, error) {
	var r ClosingRow
	err := v.get(ctx, &r, `SELECT asked_at, asked_by, ends_at, motivo FROM closings WHERE tenant_id = $1`)
	return r, err
}

// InsertClosing keeps that the company is to be closed; fail.Conflict when it is already.
func (tx *Tx) InsertClosing(ctx context.Context, r ClosingRow) error {
	_, err := tx.exec(ctx, `INSERT INTO closings (tenant_id, asked_at, asked_by, ends_at, motivo) VALUES ($1, $2, $3, $4, $5)`,
		r.AskedAt, r.AskedBy, r.EndsAt, r.Motivo)
	return err
}

// DeleteClosing takes the closing back; fail.NotFound when there is none.
func (tx *Tx) DeleteClosing(ctx context.Context) error {
	return tx.one(ctx, `DELETE FROM closings WHERE tenant_id = $1`)
}
