package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// openThrowaway opens a database that vanishes on Close, empty or a copy of the
// closed one in the file from. It is a file in a temporary folder and not a
// ":memory:" database, so that readers and writer meet in WAL exactly as they
// do in production; only the syncs are left out.
func (db *DB) openThrowaway(ctx context.Context, from string) error {
	dir, err := os.MkdirTemp("", "iofacturo-")
	if err != nil {
		return err
	}
	db.temp = dir
	path := filepath.Join(dir, "memory.db")
	if from != "" {
		b, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return err
		}
	}
	return db.openSQLite(ctx, path, "off")
}

// openSQLite opens the file at path with one connection to write and several
// that can only read. synchronous is "full" but for throwaways.
func (db *DB) openSQLite(ctx context.Context, path, synchronous string) error {
	db.dialect = sqliteDialect
	if err := createPrivate(path); err != nil {
		return err
	}
	var err error
	if db.pool, err = sql.Open("sqlite", sqliteDSN(path, synchronous, false)); err != nil {
		return err
	}
	db.pool.SetMaxOpenConns(1)
	if db.reading, err = sql.Open("sqlite", sqliteDSN(path, synchronous, true)); err != nil {
		return err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	db.reading.SetMaxOpenConns(readers)
	db.reading.SetMaxIdleConns(readers)
	if err := setWAL(ctx, db.pool); err != nil {
		return err
	}
	if err := db.reading.PingContext(ctx); err != nil {
		return err
	}
	db.readers = newPool(db.reading)
	db.writer = newWriter(newPool(db.pool))
	return nil
}

// sqliteDSN returns the driver's address of the file. The keys are the
// driver's own; those of other drivers would be ignored silently.
func sqliteDSN(path, synchronous string, readOnly bool) string {
	q := url.Values{
		"_pragma": {
			"busy_timeout(5000)", "foreign_keys(1)", "synchronous(" + synchronous + ")",
			"trusted_schema(0)", "journal_size_limit(67108864)",
		},
		"_txlock":      {"immediate"},
		"_time_format": {"sqlite"},
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// createPrivate makes the file readable by its owner alone before SQLite makes
// it with the umask's mode; its -wal and -shm inherit the mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// setWAL turns on the write-ahead log. The switch needs the file alone for a
// moment and does not heed the busy time-out, hence the retry.
func setWAL(ctx context.Context, db *sql.DB) error {
	for deadline := time.Now().Add(5 * time.Second); ; {
		var mode string
		err := db.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(&mode)
		if err == nil && mode == "wal" {
			return nil
		}
		busy := sqliteCode(err)&0xff == sqlite3.SQLITE_BUSY
		if err != nil && !busy {
			return fmt.Errorf("turn on WAL: %w", err)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("turn on WAL: journal mode is %q: %w", mode, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
