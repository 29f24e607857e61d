package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"iofacturo.mx/internal/store"
)

// The migrations take longer than most tests, above all under the race
// detector. Each test therefore gets a copy of a database migrated once: a file
// on SQLite, a template on PostgreSQL. Both are named by the migrations' digest
// and shared by the test processes of one machine.

// sqliteTemplate returns the path of a migrated, closed SQLite database.
func sqliteTemplate() (string, error) {
	digest, err := migrationsDigest("sqlite")
	if err != nil {
		return "", err
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("iofacturo-template-%d-%s.db", os.Getuid(), digest))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "iofacturo-template-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	fresh := filepath.Join(dir, "fresh.db")
	if err := migrate("sqlite:" + fresh); err != nil {
		return "", err
	}
	return path, os.Rename(fresh, path) // whole, or not there
}

// postgresTemplate returns the name of a migrated database nobody is connected to.
func postgresTemplate(t testing.TB) string {
	t.Helper()
	digest, err := migrationsDigest("postgres")
	if err != nil {
		t.Fatal(err)
	}
	name := "iof_template_" + digest
	if err := makeTemplate(server(t), name, func() error { return migrate(beside(t, name)) }); err != nil {
		t.Fatal(err)
	}
	return name
}

// makeTemplate makes the database name unless it is there and whole, one process
// at a time.
func makeTemplate(server, name string, fill func() error) error {
	ctx := context.Background()
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer pool.Close()
	admin, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer admin.Close()
	if _, err := admin.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return err
	}
	var whole bool
	if err := admin.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&whole); err != nil || whole {
		return err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name + " TEMPLATE template0"} {
		if _, err := admin.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := fill(); err != nil {
		return err
	}
	_, err = admin.ExecContext(ctx, "ALTER DATABASE "+name+" IS_TEMPLATE true") // whole from here on
	return err
}

func migrate(address string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx), db.Close())
}

// migrationsDigest tells one set of migrations from another.
func migrationsDigest(dialect string) (string, error) {
	_, self, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("storetest: built without its sources")
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(self), "..", "migrations", dialect, "*.sql"))
	if err != nil || len(files) == 0 {
		return "", fmt.Errorf("storetest: no migrations of %s: %w", dialect, err)
	}
	sum := sha256.New()
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(file), len(b), b)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:8]), nil
}
