package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// A DB is the database of one ioFacturo. It is safe for concurrent use.
type DB struct {
	dialect  *dialect
	readers  runner  // reads outside of transactions
	pool     *sql.DB // PostgreSQL: all; SQLite: the one write connection
	reading  *sql.DB // SQLite: query_only connections; PostgreSQL: same as pool
	writer   *writer // SQLite only
	temp     string  // folder to remove on Close
	now      func() time.Time
	newID    func() string
	closed   atomic.Bool
	updating sync.Map // goroutines inside an Update
	packer   packer

	jobsMu sync.Mutex
	onJobs map[*func()]struct{}
}

// An Option changes what [Open] takes for granted.
type Option func(*DB)

// WithClock sets the clock of audit rows and jobs; the default is time.Now.
func WithClock(now func() time.Time) Option { return func(db *DB) { db.now = now } }

// WithIDs sets the maker of ids; the default is a random UUIDv7.
func WithIDs(newID func() string) Option { return func(db *DB) { db.newID = newID } }

// Open opens the database at url: "sqlite:PATH" (made when absent, mode 0600),
// "sqlite::memory:" (a throwaway) or "postgres://…". It refuses a PostgreSQL
// whose fsync, full_page_writes or synchronous_commit was weakened. Run
// [DB.Migrate] before use and [DB.Close] after it.
func Open(ctx context.Context, url string, options ...Option) (*DB, error) {
	db := &DB{now: time.Now, newID: newUUID, onJobs: map[*func()]struct{}{}}
	for _, o := range options {
		o(db)
	}
	var err error
	path, isSQLite := strings.CutPrefix(url, "sqlite:")
	from, isThrowaway := strings.CutPrefix(path, ":memory:")
	switch {
	case isSQLite && isThrowaway:
		err = db.openThrowaway(ctx, from)
	case isSQLite && path != "":
		err = db.openSQLite(ctx, path, "full")
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		err = db.openPostgres(ctx, url)
	default:
		return nil, errors.New("store: the database is given as sqlite:PATH or postgres://…")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// Close waits for the writes under way and closes the connections.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return nil
	}
	if db.writer != nil {
		db.writer.close()
	}
	var errs []error
	if db.reading != nil && db.reading != db.pool {
		errs = append(errs, db.reading.Close())
	}
	if db.pool != nil {
		errs = append(errs, db.pool.Close())
	}
	if db.temp != "" {
		errs = append(errs, os.RemoveAll(db.temp))
	}
	return errors.Join(errs...)
}

// Dialect returns "sqlite" or "postgres".
func (db *DB) Dialect() string { return db.dialect.name }

// Micros returns t as it is stored: microseconds since 1970 in UTC, 0 for the
// zero time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the inverse of [Micros]; the time is in UTC.
func FromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// clock returns now as it would come back from the database.
func (db *DB) clock() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// newUUID returns a UUIDv7; it panics when the machine has no randomness.
func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

// OnJobs has fn called after each commit that enqueued a job, until cancel.
// fn must not block.
func (db *DB) OnJobs(fn func()) (cancel func()) {
	key := &fn
	db.jobsMu.Lock()
	defer db.jobsMu.Unlock()
	db.onJobs[key] = struct{}{}
	return func() {
		db.jobsMu.Lock()
		defer db.jobsMu.Unlock()
		delete(db.onJobs, key)
	}
}

func (db *DB) wakeJobs() {
	db.jobsMu.Lock()
	defer db.jobsMu.Unlock()
	for fn := range db.onJobs {
		(*fn)()
	}
}
