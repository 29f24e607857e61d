package store

import "context"

// A PasskeyRow is one passkey of a person, found by the SHA-256 of its id.
type PasskeyRow struct {
	KeyHash   string `db:"key_hash"`
	ID        string `db:"id"` // names it on screen
	TenantID  string `db:"owner_tenant"`
	UserID    string `db:"user_id"`
	Nombre    string `db:"nombre"`
	Data      []byte `db:"data"` // public key and counter
	CreatedAt int64  `db:"created_at"`
	UsedAt    int64  `db:"used_at"` // 0 = never
}

// Home returns the tenant whose user holds the key.
func (r PasskeyRow) Home() Tenant { return Tenant{id: r.TenantID} }

const passkeyColumns = `key_hash, id, owner_tenant, user_id, nombre, data, created_at, used_at`

// PasskeyByHash returns the passkey of an id's hash, or fail.NotFound.
func (g *GlobalView) PasskeyByHash(ctx context.Context, hash string) (PasskeyRow, error) {
	var r PasskeyRow
	err := g.get(ctx, &r, `SELECT `+passkeyColumns+` FROM passkeys WHERE key_hash = $1`, hash)
	return r, err
}

// PasskeysOf lists the passkeys of a user of home, the oldest first, at most limit.
func (g *GlobalView) PasskeysOf(ctx context.Context, home Tenant, userID string, limit int) ([]PasskeyRow, error) {
	rows := []PasskeyRow{}
	err := g.list(ctx, &rows, `SELECT `+passkeyColumns+` FROM passkeys WHERE owner_tenant = $1 AND user_id = $2 ORDER BY id LIMIT $3`, home.id, userID, limit)
	return rows, err
}

// CountPasskeys counts the passkeys of a user of home.
func (g *GlobalView) CountPasskeys(ctx context.Context, home Tenant, userID string) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT COUNT(*) FROM passkeys WHERE owner_tenant = $1 AND user_id = $2`, home.id, userID)
	return n, err
}

// InsertPasskey keeps a new passkey; fail.Conflict when it is kept already, by
// whomever.
func (tx *GlobalTx) InsertPasskey(ctx context.Context, r PasskeyRow) error {
	_, err := tx.exec(ctx, `INSERT INTO passkeys (`+passkeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.KeyHash, r.ID, r.TenantID, r.UserID, r.Nombre, r.Data, r.CreatedAt, r.UsedAt)
	return err
}

// UsePasskey keeps what a passkey became by being used at the given instant, in
// place of what it was before; fail.NotFound when that is not so any more.
func (tx *GlobalTx) UsePasskey(ctx context.Context, hash string, before, data []byte, at int64) error {
	return tx.one(ctx, `UPDATE passkeys SET data = $3, used_at = $4 WHERE key_hash = $1 AND data = $2`, hash, before, data, at)
}

// DeletePasskeys forgets all passkeys of a user of home.
func (tx *GlobalTx) DeletePasskeys(ctx context.Context, home Tenant, userID string) error {
	_, err := tx.exec(ctx, `DELETE FROM passkeys WHERE owner_tenant = $1 AND user_id = $2`, home.id, userID)
	return err
}

// DeletePasskey forgets one passkey of a user of home; fail.NotFound for none.
func (tx *GlobalTx) DeletePasskey(ctx context.Context, home Tenant, userID, id string) error {
	return tx.one(ctx, `DELETE FROM passkeys WHERE owner_tenant = $1 AND user_id = $2 AND id = $3`, home.id, userID, id)
}
