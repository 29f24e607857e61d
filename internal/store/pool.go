package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

const sqliteFull = sqlite3.SQLITE_FULL

// maxPrepared bounds the statements kept prepared; lists with many optional
// conditions would otherwise collect for ever.
const maxPrepared = 512

// A pool is SQLite's connections with their prepared statements: parsing costs
// more than most of our statements. (pgx keeps its own.)
type pool struct {
	*sql.DB
	mu       sync.RWMutex
	prepared map[string]*sql.Stmt

	impatient sync.Once
	sick      error
}

func newPool(db *sql.DB) *pool { return &pool{DB: db, prepared: map[string]*sql.Stmt{}} }

// stmt returns query prepared, or nil when the pool keeps enough of them.
func (p *pool) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.RLock()
	s, n := p.prepared[query], len(p.prepared)
	p.mu.RUnlock()
	if s != nil || n >= maxPrepared {
		return s, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.prepared[query]; s != nil {
		return s, nil
	}
	s, err := p.DB.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.prepared[query] = s
	return s, nil
}

// QueryContext runs query by its prepared statement.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.DB.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

// patience is how long a write waits for another process that writes the same
// file, as the portal and its signer do.
const patience = 20 * time.Second

// begin starts a transaction that holds the write lock from its start. SQLite's
// own waiting looks every 100 ms, between which a busy neighbour takes the lock
// again and again; so it is told to give up at once and is asked again.
func (p *pool) begin() (*groupTx, error) {
	p.impatient.Do(func() { _, p.sick = p.DB.ExecContext(context.Background(), "PRAGMA busy_timeout = 3") })
	if p.sick != nil {
		return nil, p.sick
	}
	for deadline := time.Now().Add(patience); ; {
		tx, err := p.DB.BeginTx(context.Background(), nil)
		if err == nil {
			return &groupTx{Tx: tx, pool: p}, nil
		}
		if sqliteCode(err)&0xff != sqlite3.SQLITE_BUSY || time.Now().After(deadline) {
			return nil, err
		}
	}
}
