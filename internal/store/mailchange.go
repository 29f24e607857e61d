package store

import "context"

// A MailChangeRow is an address that a user wants instead of its own.
type MailChangeRow struct {
	UserID    string `db:"user_id"`
	ID        string `db:"id"` // names this change, not the one after it
	Nuevo     string `db:"nuevo"`
	OldAgreed bool   `db:"old_agreed"` // the link at the present address was used
	NewAgreed bool   `db:"new_agreed"` // the one at the new address was
	AskedAt   int64  `db:"asked_at"`
	ExpiresAt int64  `db:"expires_at"`
}

const mailChangeColumns = `user_id, id, nuevo, old_agreed, new_agreed, asked_at, expires_at`

// MailChange returns the change of address a user waits for, or fail.NotFound.
func (v *View) MailChange(ctx context.Context, userID string) (MailChangeRow, error) {
	var r MailChangeRow
	err := v.get(ctx, &r, `SELECT `+mailChangeColumns+` FROM mail_changes WHERE tenant_id = $1 AND user_id = $2`, userID)
	return r, err
}

// MailChangeForUpdate is [View.MailChange] for a row about to change.
func (tx *Tx) MailChangeForUpdate(ctx context.Context, userID string) (MailChangeRow, error) {
	var r MailChangeRow
	err := tx.getLocked(ctx, &r, `SELECT `+mailChangeColumns+` FROM mail_changes WHERE tenant_id = $1 AND user_id = $2`, userID)
	return r, err
}

// PutMailChange keeps the change of address of a user in place of any before it.
func (tx *Tx) PutMailChange(ctx context.Context, r MailChangeRow) error {
	_, err := tx.exec(ctx, `INSERT INTO mail_changes (tenant_id, `+mailChangeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (tenant_id, user_id) DO UPDATE SET id = excluded.id, nuevo = excluded.nuevo, old_agreed = excluded.old_agreed,
			new_agreed = excluded.new_agreed, asked_at = excluded.asked_at, expires_at = excluded.expires_at`,
		r.UserID, r.ID, r.Nuevo, r.OldAgreed, r.NewAgreed, r.AskedAt, r.ExpiresAt)
	return err
}

// DeleteMailChange forgets the change of address of a user, if there is one.
func (tx *Tx) DeleteMailChange(ctx context.Context, userID string) error {
	_, err := tx.exec(ctx, `DELETE FROM mail_changes WHERE tenant_id = $1 AND user_id = $2`, userID)
	return err
}
