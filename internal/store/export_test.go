package store

import (
	"context"
	"database/sql"
)

// The tests of this package stand outside of it, because storetest imports it.
// Through these doors they reach what noun files reach.

// Get is get.
func (v *View) Get(ctx context.Context, dst any, sql string, args ...any) error {
	return v.get(ctx, dst, sql, args...)
}

// List is list.
func (v *View) List(ctx context.Context, dst any, sql string, args ...any) error {
	return v.list(ctx, dst, sql, args...)
}

// Exec is exec.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	return tx.exec(ctx, sql, args...)
}

// GetLocked is getLocked.
func (tx *Tx) GetLocked(ctx context.Context, dst any, sql string, args ...any) error {
	return tx.getLocked(ctx, dst, sql, args...)
}

// Exec is exec.
func (tx *GlobalTx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	return tx.exec(ctx, sql, args...)
}

// Pool is the connection pool that writes.
func (db *DB) Pool() *sql.DB { return db.pool }

// Reading is the connection pool that reads.
func (db *DB) Reading() *sql.DB { return db.reading }

// HighestPlaceholder is highestPlaceholder.
func HighestPlaceholder(sql string) int { return highestPlaceholder(sql) }

// IsUnique is isUnique.
func IsUnique(err error) bool { return isUnique(err) }

// MaxGroup is maxGroup.
const MaxGroup = maxGroup

// Commits is how many groups the writer has committed.
func Commits(db *DB) int64 { return db.writer.commits.Load() }

// Sum is sum: what a forger would compute.
func (r AuditRow) Sum(t Tenant) []byte { return r.sum(t) }
