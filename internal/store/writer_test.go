package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// A full disk fails everybody who shares the COMMIT, and nobody is told
// otherwise; once there is room, writing goes on.
func TestAFullDiskFailsTheWholeGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "sqlite")
		a, b := withNotes(t, db)
		pragma(t, db, "PRAGMA max_page_count = 60")
		release := make(chan struct{})
		var all sync.WaitGroup
		var first, big error
		all.Go(func() {
			first = db.Update(t.Context(), a, func(tx *store.Tx) error {
				<-release
				return add(t.Context(), "small")(tx)
			})
		})
		synctest.Wait() // first is inside
		all.Go(func() {
			big = db.Update(t.Context(), b, func(tx *store.Tx) error {
				_, _ = tx.Exec(t.Context(), addNote, "big", strings.Repeat("x", 4<<20))
				return nil // swallowed, and yet
			})
		})
		synctest.Wait() // big is queued
		close(release)
		all.Wait()
		if first == nil || big == nil {
			t.Errorf("told that all is well: %v, %v", first, big)
		}
		if count(t, db, a)+count(t, db, b) != 0 {
			t.Error("something was kept")
		}
		pragma(t, db, "PRAGMA max_page_count = 100000")
		if err := db.Update(t.Context(), a, add(t.Context(), "again")); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
}

func pragma(t *testing.T, db *store.DB, text string) {
	t.Helper()
	if _, err := db.Pool().ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// Closures that wait while another runs share its COMMIT: of those that fail,
// panic or give up nothing stays, of the others everything.
func TestWhatWaitsSharesOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "sqlite")
		a, b := withNotes(t, db)
		release := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			_ = db.Update(t.Context(), a, func(tx *store.Tx) error { <-release; return add(t.Context(), "first")(tx) })
		})
		synctest.Wait()
		before := store.Commits(db)
		gone, leave := context.WithCancel(t.Context())
		for i := range 12 {
			all.Go(func() {
				defer func() { _ = recover() }()
				ctx := t.Context()
				if i%4 == 3 {
					ctx = gone
				}
				_ = db.Update(ctx, b, func(tx *store.Tx) error {
					err := add(t.Context(), fmt.Sprint(i))(tx)
					switch i % 4 {
					case 1:
						return errors.New("refused")
					case 2:
						panic("mine")
					}
					return err
				})
			})
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(release)
		all.Wait()
		if n := count(t, db, a); n != 1 {
			t.Errorf("first: %d notes", n)
		}
		if n := count(t, db, b); n != 3 {
			t.Errorf("%d notes, want those of 0, 4 and 8", n)
		}
		if n := store.Commits(db) - before; n != 1 {
			t.Errorf("%d commits, want 1", n)
		}
	})
}

func TestTheFileIsPrivateAndDurable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "año 100%?.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", suffix, info, err)
		}
	}
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0", "busy_timeout": "5000",
	} {
		for name, pool := range map[string]*sql.DB{"writer": db.Pool(), "reader": db.Reading()} {
			var got string
			err := pool.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got)
			if err != nil || got != want {
				t.Errorf("%s of the %s: %q, want %q (%v)", pragma, name, got, want, err)
			}
		}
	}
	if _, err := db.Reading().ExecContext(t.Context(), "DELETE FROM jobs"); err == nil {
		t.Error("a reader's connection wrote")
	}
}

// An acknowledged write is there when the file is opened anew, and migrating
// twice changes nothing.
func TestReopenedFileHasWhatWasAcknowledged(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	var tenant store.Tenant
	for round := range 2 {
		db, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			tenant = storetest.Tenant(t, db, "EKU9003173C9")
		} else if got, err := db.Global().TenantByRfc(t.Context(), "EKU9003173C9"); err != nil || got.Tenant() != tenant {
			t.Errorf("%v, %v", got, err)
		}
		if err := db.Ready(t.Context()); err != nil {
			t.Errorf("not ready: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "mysql://x", "data/x.db", "sqlite:" + t.TempDir()} {
		if db, err := store.Open(t.Context(), url); err == nil {
			db.Close()
			t.Errorf("%q was opened", url)
		}
	}
}

// A database that a newer program has migrated is refused, not damaged.
func TestMigrateRefusesANewerSchema(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		_, err := db.Pool().ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)")
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "newer") {
			t.Errorf("err = %v", err)
		}
	})
}

// BenchmarkUpdate measures an insert of 6 kB on a real file with full syncs.
// One writer alone waits for each sync; many share it. Measured on two cores
// with an NVMe-like disk: 1 writer 4,100 updates/s, 8 writers 12,200, 64
// writers 20,800. What counts is the ratio within one run.
func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "bench.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			tenant, _ := withNotes(b, db)
			body := strings.Repeat("x", 6<<10)
			var all sync.WaitGroup
			b.ResetTimer()
			for w := range writers {
				all.Go(func() {
					for i := w; i < b.N; i += writers {
						err := db.Update(context.Background(), tenant, func(tx *store.Tx) error {
							_, err := tx.Exec(context.Background(), addNote, fmt.Sprint(i), body)
							return err
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

// Whoever is refused for what another of the group wrote hears of it once that
// can be read: not before the COMMIT they share.
func TestARefusalWaitsForWhatItSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "sqlite")
		a, _ := withNotes(t, db)
		errSeen := errors.New("it is there already")
		first, last := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		told := false
		all.Go(func() {
			_ = db.Update(t.Context(), a, func(tx *store.Tx) error { <-first; return add(t.Context(), "once")(tx) })
		})
		synctest.Wait()
		all.Go(func() {
			if err := db.Update(t.Context(), a, func(*store.Tx) error { return errSeen }); !errors.Is(err, errSeen) {
				t.Errorf("refused with %v", err)
			}
			told = true
			if count(t, db, a) != 1 {
				t.Error("told of what cannot be read yet")
			}
		})
		synctest.Wait()
		all.Go(func() {
			_ = db.Update(t.Context(), a, func(*store.Tx) error { <-last; return nil })
		})
		synctest.Wait()
		close(first)
		synctest.Wait()
		if told {
			t.Error("told before the COMMIT")
		}
		close(last)
		all.Wait()
	})
}
