package store

import "context"

// A GlobalView reads what is not of one tenant: tenants by RFC, registrations,
// sessions by token, stamp UUIDs, e-mails, jobs.
type GlobalView struct{ scope }

// A GlobalTx writes what is not of one tenant.
type GlobalTx struct{ GlobalView }

// Global returns the readings that are not of one tenant.
func (db *DB) Global() *GlobalView {
	return &GlobalView{scope{db: db, run: db.readers}}
}

// UpdateGlobal is [DB.Update] for what is not of one tenant.
func (db *DB) UpdateGlobal(ctx context.Context, fn func(tx *GlobalTx) error) error {
	return db.update(ctx, func(s scope) error { return fn(&GlobalTx{GlobalView{s}}) })
}

// For returns the same transaction as that of tenant t, for what has to change
// on both sides at once.
func (tx *GlobalTx) For(t Tenant) *Tx {
	return &Tx{View{scope: tx.scope, tenant: t}}
}

// get scans the one row of sql into dst; args start at $1. No row is fail.NotFound.
func (g *GlobalView) get(ctx context.Context, dst any, sql statement, args ...any) error {
	return g.scope.get(ctx, dst, sql, args)
}

// list scans all rows of sql into dst, a pointer to a slice; args start at $1.
func (g *GlobalView) list(ctx context.Context, dst any, sql statement, args ...any) error {
	return g.scope.list(ctx, dst, sql, args)
}

// exec runs sql and returns the number of rows touched; args start at $1.
func (tx *GlobalTx) exec(ctx context.Context, sql statement, args ...any) (int64, error) {
	return tx.scope.exec(ctx, sql, args)
}
