package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/georgysavva/scany/v2/sqlscan"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"iofacturo.mx/internal/fail"
)

var (
	// ErrUnknownOutcome says that the connection or disk failed during COMMIT:
	// the writes may or may not be kept. Reread by an idempotency key; never
	// take it for a failure.
	ErrUnknownOutcome = errors.New("store: the outcome of COMMIT is unknown")
	// ErrNested says that Update was called inside an Update.
	ErrNested = errors.New("store: Update inside an Update")
	// ErrClosed says that the DB was closed.
	ErrClosed = errors.New("store: database is closed")
	// ErrNoTenant says that a View or Tx has the zero [Tenant].
	ErrNoTenant = errors.New("store: no tenant")

	errFailedTx = errors.New("store: an earlier statement of this transaction failed")
)

// translate gives err of a statement the kind a service expects: an absent row
// is fail.NotFound, a duplicate is fail.Conflict. The cause stays reachable.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case sqlscan.NotFound(err), errors.Is(err, sql.ErrNoRows):
		return fail.Wrap(fail.NotFound, "No encontramos lo que buscas. Puede que se haya borrado o que la dirección esté incompleta.", sql.ErrNoRows)
	case isUnique(err):
		return fail.Wrap(fail.Conflict, "Ya existe un registro igual. No se guardó nada: revisa los datos o usa el que ya está.", err)
	}
	return err
}

// isUnique reports whether err is a violated primary or unique key.
func isUnique(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return postgresCode(err) == "23505"
}

// isNotFound reports whether err says that a row is absent.
func isNotFound(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// isRetryable reports whether PostgreSQL asks for the transaction to be run again.
func isRetryable(err error) bool {
	code := postgresCode(err)
	return code == "40001" || code == "40P01"
}

// isDisk reports whether SQLite failed below the statement: it may have rolled
// back the whole transaction, so everybody in it has to know.
func isDisk(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT,
		sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT:
		return true
	}
	return false
}

// isLost reports whether the connection was lost, so that what it was doing
// may have happened.
func isLost(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		(postgresCode(err) != "" && postgresCode(err)[:2] == "57")
}

// sqliteCode returns SQLite's extended result code within err, 0 if there is none.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// postgresCode returns the SQLSTATE within err, "" if there is none.
func postgresCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// unknownOutcome marks err, met during COMMIT, with [ErrUnknownOutcome].
func unknownOutcome(err error) error { return fmt.Errorf("%w: %w", ErrUnknownOutcome, err) }
