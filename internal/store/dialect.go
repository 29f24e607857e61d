package store

import (
	"database/sql"

	"github.com/pressly/goose/v3"
)

// A dialect is everything in which the two databases differ. Whatever is not
// here is one text for both.
type dialect struct {
	name      string // also the folder of its migrations
	goose     goose.Dialect
	lock      statement // ends a SELECT whose row shall stay as read until COMMIT
	detached  bool      // statements in a transaction ignore the caller's cancellation
	isolation sql.IsolationLevel
}

var sqliteDialect = &dialect{
	name:     "sqlite",
	goose:    goose.DialectSQLite3,
	lock:     "", // the one writer holds the database
	detached: true,
}

var postgresDialect = &dialect{
	name:      "postgres",
	goose:     goose.DialectPostgres,
	lock:      " FOR UPDATE",
	isolation: sql.LevelReadCommitted,
}
