package store

import "context"

// A SessionRow is one open session, found by the SHA-256 of its token.
type SessionRow struct {
	TokenHash string `db:"token_hash"`
	ID        string `db:"id"`
	TenantID  string `db:"owner_tenant"` // whose user it is
	WorkID    string `db:"work_tenant"`  // the company worked in
	UserID    string `db:"user_id"`
	IP        string `db:"ip"`
	Device    string `db:"device"`
	CreatedAt int64  `db:"created_at"`
	SeenAt    int64  `db:"seen_at"`
	ExpiresAt int64  `db:"expires_at"`  // absolute end
	Stage     string `db:"stage"`       // StageOpen, StageFactor, StageCompany
	Way       string `db:"way"`         // how the person came in
	ProvedAt  int64  `db:"proved_at"`   // last proof of identity
	LeftID    string `db:"left_tenant"` // the company it was sent home from, until its person is told
}

// Stages of a session. Only an open one lets its person work.
const (
	StageOpen    = "abierta"
	StageFactor  = "factor"  // the second factor is still owed
	StageCompany = "empresa" // the company to work in is still to be chosen
)

const sessionColumns = `token_hash, id, owner_tenant, work_tenant, user_id, ip, device, created_at, seen_at, expires_at, stage, way, proved_at, left_tenant`

// Tenant returns the tenant the session works in.
func (r SessionRow) Tenant() Tenant { return Tenant{id: r.WorkID} }

// Home returns the tenant whose user the session belongs to.
func (r SessionRow) Home() Tenant { return Tenant{id: r.TenantID} }

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
	_, err := tx.exec(ctx, `INSERT INTO sessions (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		r.TokenHash, r.ID, r.TenantID, r.WorkID, r.UserID, r.IP, r.Device, r.CreatedAt, r.SeenAt, r.ExpiresAt, r.Stage, r.Way, r.ProvedAt, r.LeftID)
	return err
}

// TouchSession notes that a session was used at the given instant.
func (tx *GlobalTx) TouchSession(ctx context.Context, hash string, at int64) error {
	_, err := tx.exec(ctx, `UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2`, hash, at)
	return err
}

// MoveSession gives an open or half-open session another token, stage, company
// and last proof, all at once; fail.NotFound when old opens nothing any more.
func (tx *GlobalTx) MoveSession(ctx context.Context, old string, r SessionRow) error {
	return tx.one(ctx, `UPDATE sessions SET token_hash = $2, work_tenant = $3, stage = $4, proved_at = $5, seen_at = $6 WHERE token_hash = $1`,
		old, r.TokenHash, r.WorkID, r.Stage, r.ProvedAt, r.SeenAt)
}

// SessionsOf lists the sessions of a user that have not ended at the given
// instant, the one used last first, at most limit.
func (g *GlobalView) SessionsOf(ctx context.Context, home Tenant, userID string, now int64, limit int) ([]SessionRow, error) {
	rows := []SessionRow{}
	err := g.list(ctx, &rows, `SELECT `+sessionColumns+` FROM sessions WHERE owner_tenant = $1 AND user_id = $2 AND expires_at > $3
		ORDER BY seen_at DESC, id LIMIT $4`, home.id, userID, now, limit)
	return rows, err
}

// DeleteSession ends the session of a token's hash, if there is one.
func (tx *GlobalTx) DeleteSession(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE token_hash = $1`, hash)
	return err
}

// DeleteSessionOf ends one session of a user by its id, and returns how many there were.
func (tx *GlobalTx) DeleteSessionOf(ctx context.Context, home Tenant, userID, id string) (int64, error) {
	return tx.exec(ctx, `DELETE FROM sessions WHERE owner_tenant = $1 AND user_id = $2 AND id = $3`, home.id, userID, id)
}

// DeleteSessionsOf ends the sessions of a user but the one with the id keep
// ("" = none is kept), and returns how many there were.
func (tx *GlobalTx) DeleteSessionsOf(ctx context.Context, t Tenant, userID, keep string) (int64, error) {
	return tx.exec(ctx, `DELETE FROM sessions WHERE owner_tenant = $1 AND user_id = $2 AND id <> $3`, t.id, userID, keep)
}

// Left returns the company a session was sent home from.
func (r SessionRow) Left() Tenant { return Tenant{id: r.LeftID} }

// SendHome ends what the sessions of a user of home do in the company work: they
// go on in the user's own company and remember why. It returns how many there were.
func (tx *GlobalTx) SendHome(ctx context.Context, work, home Tenant, userID string) (int64, error) {
	return tx.exec(ctx, `UPDATE sessions SET left_tenant = work_tenant, work_tenant = owner_tenant
		WHERE work_tenant = $1 AND owner_tenant = $2 AND user_id = $3 AND work_tenant <> owner_tenant`, work.id, home.id, userID)
}

// ToldHome forgets that a session was sent home, once its person was told.
func (tx *GlobalTx) ToldHome(ctx context.Context, hash string) error {
	_, err := tx.exec(ctx, `UPDATE sessions SET left_tenant = '' WHERE token_hash = $1`, hash)
	return err
}

// DeleteTenantSessions ends every session of the company's own people, wherever
// they work. Guests at work there go home by themselves.
func (tx *GlobalTx) DeleteTenantSessions(ctx context.Context, owner Tenant) (int64, error) {
	return tx.exec(ctx, `DELETE FROM sessions WHERE owner_tenant = $1`, owner.id)
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
