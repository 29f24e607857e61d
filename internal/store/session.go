package store

import "context"

// A SessionRow is one open session, found by the SHA-256 of its token.
type SessionRow struct {
	TokenHash string `db:"token_hash"`
	ID        string `db:"id"`
	TenantID  string `db:"owner_tenant"`
	UserID    string `db:"user_id"`
	IP        string `db:"ip"`
	Device    string `db:"device"`
	CreatedAt int64  `db:"created_at"`
	SeenAt    int64  `db:"seen_at"`
	ExpiresAt int64  `db:"expires_at"` // absolute end
}

const sessionColumns = `token_hash, id, owner_tenant, user_id, ip, device, created_at, seen_at, expires_at`

// Tenant returns the tenant the session works in.
func (r SessionRow) Tenant() Tenant { return Tenant{id: r.TenantID} }

// SessionByHash returns the session of a token's hash, or fail.NotFound.
func (g *GlobalView) SessionByHash(ctx context.Context, hash string) (SessionRow, error) {
	var r SessionRow
	err := g.get(ctx, &r, `SELECT `+sessionColumns+` FROM sessions WHERE token_hash = $1`, hash)
	return r, err
}

// InsertSession keeps a new session and forgets those whose end has passed.
func (tx *GlobalTx) InsertSession(ctx context.Context, r SessionRow) error {
	if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE expires_at < $1`, r.CreatedAt); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO sessions (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.TokenHash, r.ID, r.TenantID, r.UserID, r.IP, r.Device, r.CreatedAt, r.SeenAt, r.ExpiresAt)
	return err
}

// TouchSession notes that a session was used at the given instant.
func (tx *GlobalTx) TouchSession(ctx context.Context, hash string, at int64) error {
	_, err := tx.exec(ctx, `UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2`, hash, at)
	return err
}

// DeleteSession ends the session of a token's hash, if there is one.
func (tx *GlobalTx) DeleteSession(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash = $1`, hash)
	return err
}

// DeleteSessionsOf ends the sessions of a user but the one with the id keep
// ("" = none is kept), and returns how many there were.
func (tx *GlobalTx) DeleteSessionsOf(ctx context.Context, t Tenant, userID, keep string) (int64, error) {
	return tx.exec(ctx, `DELETE FROM sessions WHERE owner_tenant = $1 AND user_id = $2 AND id <> $3`, t.id, userID, keep)
}

// A FailureRow counts failed sign-ins of what was typed as RFC and user.
type FailureRow struct {
	KeyHash   string `db:"key_hash"`
	Failures  int64  `db:"failures"` // since FirstAt
	Rounds    int64  `db:"rounds"`   // waits imposed so far
	FirstAt   int64  `db:"first_at"`
	WaitUntil int64  `db:"wait_until"`
	UpdatedAt int64  `db:"updated_at"`
}

// Failures returns the failures of a key; the zero row when there are none.
func (g *GlobalView) Failures(ctx context.Context, keyHash string) (FailureRow, error) {
	r := FailureRow{KeyHash: keyHash}
	err := g.get(ctx, &r, `SELECT key_hash, failures, rounds, first_at, wait_until, updated_at FROM signin_failures WHERE key_hash = $1`, keyHash)
	if isNotFound(err) {
		return FailureRow{KeyHash: keyHash}, nil
	}
	return r, err
}

// AddFailure counts one more failed sign-in of a key at now and returns the
// count. Failures older than window count from one again, and a key quiet for
// longer than forget starts anew. It also drops rows nobody touched since.
// All times in microseconds.
func (tx *GlobalTx) AddFailure(ctx context.Context, keyHash string, now, window, forget int64) (FailureRow, error) {
	var r FailureRow
	if _, err := tx.exec(ctx, `DELETE FROM signin_failures WHERE updated_at < $1`, now-forget); err != nil {
		return r, err
	}
	err := tx.get(ctx, &r, `INSERT INTO signin_failures (key_hash, failures, rounds, first_at, wait_until, updated_at)
		VALUES ($1, 1, 0, $2, 0, $2)
		ON CONFLICT (key_hash) DO UPDATE SET
			failures = CASE WHEN signin_failures.first_at < $3 THEN 1 ELSE signin_failures.failures + 1 END,
			first_at = CASE WHEN signin_failures.first_at < $3 THEN $2 ELSE signin_failures.first_at END,
			updated_at = $2
		RETURNING key_hash, failures, rounds, first_at, wait_until, updated_at`, keyHash, now, now-window)
	return r, err
}

// SetWait makes a key wait until the given instant and starts its count anew.
func (tx *GlobalTx) SetWait(ctx context.Context, keyHash string, until int64) error {
	_, err := tx.exec(ctx, `UPDATE signin_failures SET wait_until = $2, rounds = rounds + 1, failures = 0 WHERE key_hash = $1`, keyHash, until)
	return err
}

// ClearFailures forgets the failures of a key.
func (tx *GlobalTx) ClearFailures(ctx context.Context, keyHash string) error {
	_, err := tx.exec(ctx, `DELETE FROM signin_failures WHERE key_hash = $1`, keyHash)
	return err
}
