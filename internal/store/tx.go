package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"
)

// A Tx writes the rows of one tenant within one transaction; its View reads
// inside that transaction. Its methods are in the noun files.
type Tx struct{ View }

// Update runs fn in one transaction of tenant t and returns after it is on
// disk. It is the only way to write. An error of fn, or of any statement even
// if fn swallowed it, keeps nothing. fn may run again when PostgreSQL reports a
// conflict (40001, 40P01), so it must not change what is outside of tx, and it
// never calls the network. Errors: fn's own; [ErrUnknownOutcome] when COMMIT
// was cut off; [ErrNested]; [ErrClosed]; ctx's when it ended before fn began.
func (db *DB) Update(ctx context.Context, t Tenant, fn func(tx *Tx) error) error {
	if t.id == "" {
		return ErrNoTenant
	}
	return db.update(ctx, func(s scope) error { return fn(&Tx{View{scope: s, tenant: t}}) })
}

// Now returns the store's clock in UTC, to the microsecond as it is stored.
func (tx *Tx) Now() time.Time { return tx.db.clock() }

// NewID returns a fresh UUIDv7.
func (tx *Tx) NewID() string { return tx.db.newID() }

// Now returns the store's clock in UTC, to the microsecond as it is stored.
func (tx *GlobalTx) Now() time.Time { return tx.db.clock() }

// NewID returns a fresh UUIDv7.
func (tx *GlobalTx) NewID() string { return tx.db.newID() }

// exec runs sql and returns the number of rows touched. $1 is the tenant and is
// bound here; args start at $2. A duplicate key is fail.Conflict.
func (tx *Tx) exec(ctx context.Context, sql statement, args ...any) (int64, error) {
	bound, err := tx.bind(sql, args)
	if err != nil {
		return 0, err
	}
	return tx.scope.exec(ctx, sql, bound)
}

// getLocked is get for a row about to change: nobody else changes it before
// this transaction ends.
func (tx *Tx) getLocked(ctx context.Context, dst any, sql statement, args ...any) error {
	return tx.get(ctx, dst, sql+tx.db.dialect.lock, args...)
}

// update runs fn in one transaction, by the group writer on SQLite.
func (db *DB) update(ctx context.Context, fn func(s scope) error) error {
	leave, err := db.enter()
	if err != nil {
		return err
	}
	defer leave()
	state := &txn{}
	attempt := func(run runner) (*txn, error) {
		*state = txn{}
		err := fn(scope{db: db, run: run, txn: state})
		if err == nil && state.failed != nil {
			err = translate(state.failed)
		}
		return state, err
	}
	if db.writer != nil {
		err = db.writer.do(ctx, attempt)
	} else {
		err = db.retry(ctx, attempt)
	}
	if err == nil && state.enqueued {
		db.wakeJobs()
	}
	return err
}

// enter refuses an Update inside an Update: on SQLite it would wait for itself
// for ever. A closure that hands its nested Update to another goroutine is not
// caught here.
func (db *DB) enter() (leave func(), err error) {
	id := goroutine()
	if _, nested := db.updating.LoadOrStore(id, struct{}{}); nested {
		return nil, ErrNested
	}
	return func() { db.updating.Delete(id) }, nil
}

// Updating reports whether the running goroutine is inside an Update, where
// nothing may be asked of another process that writes here too.
func (db *DB) Updating() bool {
	_, inside := db.updating.Load(goroutine())
	return inside
}

// goroutine returns what identifies the running goroutine: the first line of
// its stack, "goroutine 7".
func goroutine() string {
	var buf [40]byte
	line := buf[:runtime.Stack(buf[:], false)]
	if i := bytes.IndexByte(line, '['); i > 0 {
		line = line[:i]
	}
	return string(line)
}

// maxRetries bounds how often a conflicting transaction runs again; with the
// pauses of retry that is about two seconds.
const maxRetries = 12

// retry runs attempt in a PostgreSQL transaction, again while it conflicts.
func (db *DB) retry(ctx context.Context, attempt func(run runner) (*txn, error)) error {
	for try := 0; ; try++ {
		err := db.once(ctx, attempt)
		if !isRetryable(err) || try == maxRetries || errors.Is(err, ErrUnknownOutcome) {
			return err
		}
		pause := time.Millisecond << min(try, 8)
		timer := time.NewTimer(pause/2 + rand.N(pause))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// once runs attempt in one PostgreSQL transaction.
func (db *DB) once(ctx context.Context, attempt func(run runner) (*txn, error)) error {
	tx, err := db.pool.BeginTx(ctx, &sql.TxOptions{Isolation: db.dialect.isolation})
	if err != nil {
		if errors.Is(err, sql.ErrConnDone) || db.closed.Load() {
			return ErrClosed
		}
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() // after Commit it does nothing; else the reason is already known
	if _, err := attempt(tx); err != nil {
		return err
	}
	err = tx.Commit()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil:
		return ctx.Err() // rolled back before COMMIT was sent
	case isRefused(err):
		return fmt.Errorf("commit: %w", err)
	}
	return unknownOutcome(err)
}
