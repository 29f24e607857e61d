package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/georgysavva/scany/v2/sqlscan"
)

// A statement is SQL text: constants of this package, alone or joined. Nothing
// that came from outside is ever part of it, and nothing is formatted into it;
// a test reads the sources for that.
type statement = string

// A runner executes statements: the pool of readers, or one transaction.
type runner interface {
	QueryContext(ctx context.Context, sql string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, sql string, args ...any) (sql.Result, error)
}

// A scope is where statements run, with what one transaction has to remember.
type scope struct {
	db  *DB
	run runner
	txn *txn // nil outside of a transaction
}

// A txn is the state that every Tx of one transaction shares.
type txn struct {
	failed   error // the first statement error; nothing may follow it
	disk     bool  // failed below SQL: the whole group is lost
	enqueued bool  // a job was inserted: wake the runner after COMMIT
}

// query runs sql and scans its rows with scan.
func (s *scope) query(ctx context.Context, sql statement, args []any, scan func(rows *sql.Rows) error) error {
	ctx, err := s.ready(ctx, sql, args)
	if err != nil {
		return err
	}
	rows, err := s.run.QueryContext(ctx, string(sql), args...)
	if err == nil {
		err = scan(rows) // scany closes rows
	}
	return s.note(sql, err)
}

// exec runs sql and returns the number of rows it touched.
func (s *scope) exec(ctx context.Context, sql statement, args []any) (int64, error) {
	ctx, err := s.ready(ctx, sql, args)
	if err != nil {
		return 0, err
	}
	result, err := s.run.ExecContext(ctx, string(sql), args...)
	if err != nil {
		return 0, s.note(sql, err)
	}
	return result.RowsAffected()
}

// ready refuses a statement that cannot be meant: after a failed one, or with
// more or fewer arguments than placeholders (SQLite would take NULL or drop them).
func (s *scope) ready(ctx context.Context, sql statement, args []any) (context.Context, error) {
	if s.txn != nil && s.txn.failed != nil {
		return ctx, fmt.Errorf("%w: %w", errFailedTx, s.txn.failed)
	}
	if n := highestPlaceholder(sql); n != len(args) {
		return ctx, s.note(sql, fmt.Errorf("%d arguments for %d placeholders", len(args), n))
	}
	if s.txn != nil && s.db.dialect.detached {
		ctx = context.WithoutCancel(ctx) // an interrupted write would roll back everybody's
	}
	return ctx, nil
}

// note remembers a failed statement and translates its error. An absent row is
// an answer, not a failure.
func (s *scope) note(sql statement, err error) error {
	if err == nil {
		return nil
	}
	if !sqlscan.NotFound(err) {
		err = fmt.Errorf("%s: %w", head(sql), err)
		if s.txn != nil && s.txn.failed == nil {
			s.txn.failed, s.txn.disk = err, isDisk(err)
		}
	}
	return translate(err)
}

// get scans the one row of sql into dst, a pointer to a struct or to a value.
func (s *scope) get(ctx context.Context, dst any, query statement, args []any) error {
	return s.query(ctx, query, args, func(rows *sql.Rows) error { return sqlscan.ScanOne(dst, rows) })
}

// list scans all rows of sql into dst, a pointer to a slice.
func (s *scope) list(ctx context.Context, dst any, query statement, args []any) error {
	return s.query(ctx, query, args, func(rows *sql.Rows) error { return sqlscan.ScanAll(dst, rows) })
}

// highestPlaceholder returns the highest n of the $n in sql.
func highestPlaceholder(sql statement) int {
	highest := 0
	for i := strings.IndexByte(string(sql), '$'); i >= 0 && i < len(sql); {
		end := i + 1
		for end < len(sql) && sql[end] >= '0' && sql[end] <= '9' {
			end++
		}
		n, _ := strconv.Atoi(string(sql[i+1 : end]))
		highest = max(highest, n)
		next := strings.IndexByte(string(sql[end:]), '$')
		if next < 0 {
			break
		}
		i = end + next
	}
	return highest
}

// head returns the beginning of sql on one line, to name it in errors. It
// holds no argument, so nothing secret.
func head(sql statement) string {
	words := strings.Fields(string(sql))
	return strings.Join(words[:min(len(words), 6)], " ")
}
