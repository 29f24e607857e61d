package store

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/georgysavva/scany/v2/sqlscan"
	"github.com/jackc/pgx/v5"
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
		return Absent()
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

// isRefused reports whether PostgreSQL itself said that it did not commit. Any
// other error of a COMMIT leaves open what happened: the driver's words for a
// broken connection are many, so they are not listed. Class 57 is the server
// being shut down, 08 a connection failure.
func isRefused(err error) bool {
	code := postgresCode(err)
	return errors.Is(err, pgx.ErrTxCommitRollback) || code != "" && code[:2] != "57" && code[:2] != "08"
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

// Absent is the answer to a row that is not there, for who must be told the same
// of one that they may not know of.
func Absent() error {
	return fail.Wrap(fail.NotFound, "No encontramos lo que buscas. Puede que se haya borrado o que la dirección esté incompleta.", sql.ErrNoRows)
}
