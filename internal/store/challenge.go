package store

import "context"

// A ChallengeRow is something random that was asked of a browser, good for one
// answer. It is found by the SHA-256 of what the browser holds.
type ChallengeRow struct {
	Hash      string `db:"hash"`
	Kind      string `db:"kind"`
	Subject   string `db:"subject"`      // a user or session, "" before anybody is known
	TenantID  string `db:"owner_tenant"` // of the subject
	Data      string `db:"data"`         // what the answer is held against
	CreatedAt int64  `db:"created_at"`
	ExpiresAt int64  `db:"expires_at"`
}

// Tenant returns the tenant of the subject.
func (r ChallengeRow) Tenant() Tenant { return Tenant{id: r.TenantID} }

const challengeColumns = `hash, kind, subject, owner_tenant, data, created_at, expires_at`

// InsertChallenge keeps a new challenge and forgets those that are too old.
func (tx *GlobalTx) InsertChallenge(ctx context.Context, r ChallengeRow) error {
	if _, err := tx.exec(ctx, `DELETE FROM challenges WHERE expires_at < $1`, r.CreatedAt); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO challenges (`+challengeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.Hash, r.Kind, r.Subject, r.TenantID, r.Data, r.CreatedAt, r.ExpiresAt)
	return err
}

// Challenge returns a challenge without ending it; fail.NotFound as TakeChallenge.
func (g *GlobalView) Challenge(ctx context.Context, kind, hash string, now int64) (ChallengeRow, error) {
	var r ChallengeRow
	err := g.get(ctx, &r, `SELECT `+challengeColumns+` FROM challenges WHERE hash = $1 AND kind = $2 AND expires_at >= $3`, hash, kind, now)
	return r, err
}

// TakeChallenge returns a challenge and ends it, so that no second answer
// counts; fail.NotFound when it never was, is taken, or is too old at now.
func (tx *GlobalTx) TakeChallenge(ctx context.Context, kind, hash string, now int64) (ChallengeRow, error) {
	var r ChallengeRow
	err := tx.get(ctx, &r, `DELETE FROM challenges WHERE hash = $1 AND kind = $2 AND expires_at >= $3 RETURNING `+challengeColumns, hash, kind, now)
	return r, err
}
