package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres opens the server at dsn, a postgres:// address.
func (db *DB) openPostgres(ctx context.Context, dsn string) error {
	db.dialect = postgresDialect
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	if _, set := cfg.RuntimeParams["random_page_cost"]; !set {
		// A page is found by its index as soon as read along the table, on the disks of
		// today; else PostgreSQL reads all customers to find a thousand.
		cfg.RuntimeParams["random_page_cost"] = "1.1"
	}
	db.pool = stdlib.OpenDB(*cfg)
	db.pool.SetMaxOpenConns(24)
	db.pool.SetMaxIdleConns(12)
	db.pool.SetConnMaxIdleTime(5 * time.Minute)
	db.reading, db.readers = db.pool, db.pool
	return checkDurable(ctx, db.pool)
}

// checkDurable refuses a server that acknowledges what is not on disk. Each
// setting is read as this session has it, whoever set it.
func checkDurable(ctx context.Context, db *sql.DB) error {
	for _, setting := range []struct {
		query statement
		name  string
		safe  []string
	}{
		{"SHOW fsync", "fsync", []string{"on"}},
		{"SHOW full_page_writes", "full_page_writes", []string{"on"}},
		{"SHOW synchronous_commit", "synchronous_commit", []string{"on", "remote_apply"}},
	} {
		var value string
		if err := db.QueryRowContext(ctx, string(setting.query)).Scan(&value); err != nil {
			return err
		}
		if !slices.Contains(setting.safe, value) {
			return fmt.Errorf("PostgreSQL runs with %s = %s: what it acknowledges may be lost; set it to on", setting.name, value)
		}
	}
	return nil
}
