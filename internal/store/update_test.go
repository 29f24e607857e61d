package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	addNote   = `INSERT INTO notes (tenant_id, id, body) VALUES ($1, $2, $3)`
	readNote  = `SELECT body FROM notes WHERE tenant_id = $1 AND id = $2`
	countNote = `SELECT COUNT(*) FROM notes WHERE tenant_id = $1`
)

// withNotes adds a table of the tests' own and returns two tenants.
func withNotes(t testing.TB, db *store.DB) (a, b store.Tenant) {
	t.Helper()
	_, err := db.Pool().ExecContext(t.Context(), `CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
		n BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, id))`)
	if err != nil {
		t.Fatal(err)
	}
	return storetest.Tenants(t, db)
}

func count(t testing.TB, db *store.DB, tenant store.Tenant) int {
	t.Helper()
	var n int
	if err := db.View(tenant).Get(t.Context(), &n, countNote); err != nil {
		t.Fatal(err)
	}
	return n
}

// add returns a closure that adds the note id.
func add(ctx context.Context, id string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, addNote, id, "body of "+id)
		return err
	}
}

func TestAnUpdateIsSeenByItsTenantAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := withNotes(t, db)
		if err := db.Update(ctx, a, add(ctx, "1")); err != nil {
			t.Fatal(err)
		}
		var body string
		if err := db.View(a).Get(ctx, &body, readNote, "1"); err != nil || body != "body of 1" {
			t.Errorf("own note: %q, %v", body, err)
		}
		err := db.View(b).Get(ctx, &body, readNote, "1")
		if fail.KindOf(err) != fail.NotFound {
			t.Errorf("note of another tenant: %v, want NotFound", err)
		}
		if err := db.Update(ctx, b, add(ctx, "1")); err != nil {
			t.Errorf("the same id of another tenant: %v", err)
		}
	})
}

func TestWithoutATenantNothingRuns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		withNotes(t, db)
		var n int
		if err := db.View(store.Tenant{}).Get(t.Context(), &n, countNote); !errors.Is(err, store.ErrNoTenant) {
			t.Errorf("read: %v", err)
		}
		if err := db.Update(t.Context(), store.TenantOf(""), add(t.Context(), "1")); !errors.Is(err, store.ErrNoTenant) {
			t.Errorf("write: %v", err)
		}
	})
}

func TestAnErrorKeepsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := withNotes(t, db)
		own := errors.New("mine")
		err := db.Update(ctx, a, func(tx *store.Tx) error {
			if err := add(ctx, "1")(tx); err != nil {
				return err
			}
			return own
		})
		if !errors.Is(err, own) || count(t, db, a) != 0 || count(t, db, b) != 0 {
			t.Errorf("err = %v, %d notes", err, count(t, db, a))
		}
	})
}

func TestAFailedStatementLosesTheTransactionThoughSwallowed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, _ := withNotes(t, db)
		err := db.Update(ctx, a, func(tx *store.Tx) error {
			if err := add(ctx, "1")(tx); err != nil {
				return err
			}
			if err := add(ctx, "1")(tx); fail.KindOf(err) != fail.Conflict || !store.IsUnique(err) {
				t.Errorf("duplicate: %v, want Conflict", err)
			}
			if err := add(ctx, "2")(tx); err == nil {
				t.Error("a statement ran after a failed one")
			}
			return nil
		})
		if fail.KindOf(err) != fail.Conflict || count(t, db, a) != 0 {
			t.Errorf("err = %v, %d notes", err, count(t, db, a))
		}
	})
}

func TestAnAbsentRowDoesNotLoseTheTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, _ := withNotes(t, db)
		err := db.Update(ctx, a, func(tx *store.Tx) error {
			var body string
			if err := tx.GetLocked(ctx, &body, readNote, "1"); fail.KindOf(err) != fail.NotFound {
				t.Errorf("absent: %v", err)
			}
			return add(ctx, "1")(tx)
		})
		if err != nil || count(t, db, a) != 1 {
			t.Errorf("err = %v, %d notes", err, count(t, db, a))
		}
	})
}

func TestAPanicReachesItsCallerAndKeepsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := withNotes(t, db)
		func() {
			defer func() {
				if p := recover(); p != "mine" {
					t.Errorf("recovered %v", p)
				}
			}()
			_ = db.Update(ctx, a, func(tx *store.Tx) error {
				_ = add(ctx, "1")(tx)
				panic("mine")
			})
		}()
		var gone sync.WaitGroup
		gone.Go(func() {
			_ = db.Update(ctx, a, func(tx *store.Tx) error {
				_ = add(ctx, "2")(tx)
				runtime.Goexit() // as t.Fatal does
				return nil
			})
		})
		gone.Wait()
		if err := db.Update(ctx, b, add(ctx, "3")); err != nil {
			t.Errorf("after a panic: %v", err)
		}
		if count(t, db, a) != 0 || count(t, db, b) != 1 {
			t.Errorf("%d and %d notes", count(t, db, a), count(t, db, b))
		}
	})
}

func TestAnUpdateInsideAnUpdateIsAnError(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := withNotes(t, db)
		err := db.Update(ctx, a, func(*store.Tx) error { return db.Update(ctx, b, add(ctx, "1")) })
		if !errors.Is(err, store.ErrNested) {
			t.Errorf("err = %v", err)
		}
		if err := db.Update(ctx, a, add(ctx, "1")); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestWrongNumberOfArgumentsIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, _ := withNotes(t, db)
		for _, args := range [][]any{{"1"}, {"1", "body", "more"}} {
			err := db.Update(ctx, a, func(tx *store.Tx) error {
				_, err := tx.Exec(ctx, addNote, args...)
				return err
			})
			if err == nil {
				t.Errorf("%d arguments were taken", len(args))
			}
		}
	})
}

func TestHighestPlaceholder(t *testing.T) {
	for sql, want := range map[string]int{
		"": 0, "SELECT 1": 0, "a = $1": 1, "$2, $1": 2, "$9 $10 $3": 10, "$1$2": 2, "x$": 0,
	} {
		if got := store.HighestPlaceholder(sql); got != want {
			t.Errorf("%q: %d, want %d", sql, got, want)
		}
	}
}

func TestWhatHasBegunIsNotCancelledOnSQLite(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	a, _ := withNotes(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Update(ctx, a, func(tx *store.Tx) error {
		cancel()
		return add(ctx, "1")(tx)
	})
	if err != nil || count(t, db, a) != 1 {
		t.Errorf("err = %v, %d notes", err, count(t, db, a))
	}
}

func TestWhoGivesUpWaitingWritesNothing(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	a, b := withNotes(t, db)
	inside, release := make(chan struct{}), make(chan struct{})
	var holder sync.WaitGroup
	holder.Go(func() {
		err := db.Update(t.Context(), a, func(tx *store.Tx) error {
			close(inside)
			<-release
			return add(t.Context(), "1")(tx)
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-inside
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := db.Update(ctx, b, add(ctx, "2")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
	close(release)
	holder.Wait()
	if count(t, db, a) != 1 || count(t, db, b) != 0 {
		t.Errorf("%d and %d notes", count(t, db, a), count(t, db, b))
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, _ := withNotes(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.Update(t.Context(), a, add(t.Context(), "1")); !errors.Is(err, store.ErrClosed) {
			t.Errorf("err = %v", err)
		}
	})
}

// Every acknowledged write of many goroutines is there, none of the refused
// ones, and the counter that all of them raise has no gap.
func TestManyWritersAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := withNotes(t, db)
		for _, tenant := range []store.Tenant{a, b} {
			if err := db.Update(ctx, tenant, add(ctx, "counter")); err != nil {
				t.Fatal(err)
			}
		}
		const writers, each = 16, 40
		var numbers sync.Map
		var refused atomic.Int64
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				tenant := []store.Tenant{a, b}[w%2]
				for i := range each {
					var n int
					err := db.Update(ctx, tenant, func(tx *store.Tx) error {
						if err := tx.Get(ctx, &n, `UPDATE notes SET n = n + 1 WHERE tenant_id = $1 AND id = $2 RETURNING n`, "counter"); err != nil {
							return err
						}
						if i%5 == 4 {
							return fail.New(fail.Invalid, "no")
						}
						return add(ctx, fmt.Sprintf("%d-%d", w, i))(tx)
					})
					switch {
					case i%5 == 4 && fail.KindOf(err) == fail.Invalid:
						refused.Add(1)
					case err != nil:
						t.Error(err)
						return
					default:
						if _, twice := numbers.LoadOrStore(fmt.Sprint(w%2, " ", n), true); twice {
							t.Errorf("number %d given twice", n)
						}
					}
				}
			})
		}
		all.Wait()
		want := writers / 2 * each * 4 / 5
		for _, tenant := range []store.Tenant{a, b} {
			var last int
			if err := db.View(tenant).Get(ctx, &last, `SELECT n FROM notes WHERE tenant_id = $1 AND id = $2`, "counter"); err != nil || last != want {
				t.Errorf("counter = %d, want %d (%v)", last, want, err)
			}
			if n := count(t, db, tenant) - 1; n != want {
				t.Errorf("%d notes, want %d", n, want)
			}
		}
		if refused.Load() != writers*each/5 {
			t.Errorf("%d refused", refused.Load())
		}
	})
}
