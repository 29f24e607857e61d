package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version, each step in a transaction
// of its own; on PostgreSQL one process at a time does it. It refuses a
// database that a newer ioFacturo has already changed.
func (db *DB) Migrate(ctx context.Context) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, provider); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Ready reports whether the database can serve: it answers, accepts writes, and
// its schema is the newest version.
func (db *DB) Ready(ctx context.Context) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	if pending {
		return errors.New("store: migrations are pending")
	}
	return db.UpdateGlobal(ctx, func(tx *GlobalTx) error { return tx.probe(ctx) })
}

// probe writes one row, so that a full or read-only disk shows.
func (tx *GlobalTx) probe(ctx context.Context) error {
	_, err := tx.exec(ctx, `INSERT INTO probes (id, at) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at`, Micros(tx.Now()))
	return err
}

// provider returns the migrations of db's dialect. The caller's db stays open.
func (db *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+db.dialect.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithDisableGlobalRegistry(true),
		goose.WithSlog(slog.New(slog.DiscardHandler)),
	}
	if db.dialect == postgresDialect {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(db.dialect.goose, db.pool, files, options...)
}

// refuseNewer returns an error when the database is ahead of this program.
func refuseNewer(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	if current > target {
		return fmt.Errorf("store: the database has schema version %d and this program knows %d: use the newer ioFacturo", current, target)
	}
	return nil
}
