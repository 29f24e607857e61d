package store

import "context"

// An InvitationRow is a friend whom a company invited by mail.
type InvitationRow struct {
	ID        string `db:"id"`
	Nombre    string `db:"nombre"`
	Correo    string `db:"correo"`
	MailHash  string `db:"correo_hash"`
	Mensaje   string `db:"mensaje"`
	UserName  string `db:"user_name"` // who invited
	Mails     int64  `db:"mails"`
	CreatedAt int64  `db:"created_at"`
	MailedAt  int64  `db:"mailed_at"` // the last time
}

const invitationColumns = `id, nombre, correo, correo_hash, mensaje, user_name, mails, created_at, mailed_at`

// Invitation returns one, or fail.NotFound.
func (v *View) Invitation(ctx context.Context, id string) (InvitationRow, error) {
	var r InvitationRow
	err := v.get(ctx, &r, `SELECT `+invitationColumns+` FROM invitations WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// InvitationTo returns the one of an address, or fail.NotFound.
func (v *View) InvitationTo(ctx context.Context, mailHash string) (InvitationRow, error) {
	var r InvitationRow
	err := v.get(ctx, &r, `SELECT `+invitationColumns+` FROM invitations WHERE tenant_id = $1 AND correo_hash = $2`, mailHash)
	return r, err
}

// Invitations lists those before an id, the newest first, at most limit; "" is from the
// newest.
func (v *View) Invitations(ctx context.Context, before string, limit int) ([]InvitationRow, error) {
	if before == "" {
		before = "~" // after every id
	}
	rows := []InvitationRow{}
	err := v.list(ctx, &rows, `SELECT `+invitationColumns+` FROM invitations WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, before, limit)
	return rows, err
}

// InvitationsSince counts the addresses that were mailed since an instant.
func (v *View) InvitationsSince(ctx context.Context, since int64) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT count(*) FROM invitations WHERE tenant_id = $1 AND mailed_at > $2`, since)
	return n, err
}

// InsertInvitation keeps a new one; another to the same address is fail.Conflict.
func (tx *Tx) InsertInvitation(ctx context.Context, r InvitationRow) error {
	_, err := tx.exec(ctx, `INSERT INTO invitations (tenant_id, `+invitationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ID, r.Nombre, r.Correo, r.MailHash, r.Mensaje, r.UserName, r.Mails, r.CreatedAt, r.MailedAt)
	return err
}

// MailInvitation notes that one is mailed once more, with these words.
func (tx *Tx) MailInvitation(ctx context.Context, r InvitationRow) error {
	return tx.one(ctx, `UPDATE invitations SET nombre = $3, mensaje = $4, user_name = $5, mails = $6, mailed_at = $7 WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.Nombre, r.Mensaje, r.UserName, r.Mails, r.MailedAt)
}

// RefusesInvitations reports whether an address wants no invitation from anybody.
func (g *GlobalView) RefusesInvitations(ctx context.Context, mailHash string) (bool, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM invitation_refusals WHERE correo_hash = $1`, mailHash)
	return n > 0, err
}

// RefuseInvitations notes it, for ever.
func (tx *GlobalTx) RefuseInvitations(ctx context.Context, mailHash string, at int64) error {
	_, err := tx.exec(ctx, `INSERT INTO invitation_refusals (correo_hash, at) VALUES ($1, $2) ON CONFLICT (correo_hash) DO NOTHING`, mailHash, at)
	return err
}

// CreditUsedSince reports whether a credit was used at or after an instant.
func (v *View) CreditUsedSince(ctx context.Context, at int64) (bool, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM credit_entries WHERE tenant_id = $1 AND kind = 'uso' AND at >= $2 LIMIT 1) AS used`, at)
	return n > 0, err
}
