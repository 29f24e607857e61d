package job_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A note is the arguments of the tests' jobs.
type note struct {
	N int `json:"n"`
}

func (note) Kind() string { return "test.note" }

// A clock moves only when told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// each runs fn on both databases, with a clock that both store and runner use.
func each(t *testing.T, fn func(t *testing.T, db *store.DB, c *clock)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			fn(t, storetest.Open(t, name, store.WithClock(c.now)), c)
		})
	}
}

func enqueue(t testing.TB, db *store.DB, tenant store.Tenant, a job.Args, o job.Options) {
	t.Helper()
	err := db.Update(context.Background(), tenant, func(tx *store.Tx) error { return job.Enqueue(context.Background(), tx, a, o) })
	if err != nil {
		t.Fatal(err)
	}
}

func counts(t *testing.T, db *store.DB) store.JobCounts {
	t.Helper()
	c, err := db.Global().JobCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Oldest = 0
	return c
}

func drain(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAJobRunsForItsTenantAfterTheCommitAlone(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, b := storetest.Tenants(t, db)
		var ran []string
		r := job.New(db, []job.Def{job.Define(func(_ context.Context, tenant store.Tenant, n note) error {
			ran = append(ran, fmt.Sprint(tenant.ID(), n.N))
			return nil
		})}, c.now)
		enqueue(t, db, a, note{1}, job.Options{})
		enqueue(t, db, b, note{2}, job.Options{})
		refused := errors.New("refused")
		err := db.Update(t.Context(), a, func(tx *store.Tx) error {
			return errors.Join(job.Enqueue(t.Context(), tx, note{3}, job.Options{}), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		err = db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
			return job.EnqueueGlobal(t.Context(), tx, note{4}, job.Options{})
		})
		if err != nil {
			t.Fatal(err)
		}
		drain(t, r)
		slices.Sort(ran)
		want := []string{"4", a.ID() + "1", b.ID() + "2"}
		slices.Sort(want)
		if !slices.Equal(ran, want) || counts(t, db) != (store.JobCounts{}) {
			t.Errorf("ran %v, want %v; left %+v", ran, want, counts(t, db))
		}
	})
}

func TestAFailingJobBacksOffAndDies(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, b := storetest.Tenants(t, db)
		runs := 0
		r := job.New(db, []job.Def{job.Define(func(context.Context, store.Tenant, note) error {
			runs++
			if runs%2 == 0 {
				panic("no paper")
			}
			return errors.New("no ink")
		})}, c.now)
		enqueue(t, db, a, note{}, job.Options{MaxAttempts: 4})
		for try, pause := range []time.Duration{0, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
			c.pass(pause - pause/4)
			drain(t, r)
			if runs != try && try > 0 {
				t.Fatalf("%d runs before pause %d was over", runs, try)
			}
			c.pass(pause/2 + 1)
			drain(t, r)
			if runs != try+1 {
				t.Fatalf("%d runs after pause %d", runs, try)
			}
		}
		dead, err := db.View(a).DeadJobs(t.Context(), 10)
		if err != nil || len(dead) != 1 || !strings.Contains(dead[0].LastError, "no paper") || counts(t, db).Dead != 1 {
			t.Fatalf("dead: %+v, %v", dead, err)
		}
		if other, err := db.View(b).DeadJobs(t.Context(), 10); err != nil || len(other) != 0 {
			t.Errorf("another tenant sees %+v, %v", other, err)
		}
		revive := func(tenant store.Tenant) error {
			return db.Update(t.Context(), tenant, func(tx *store.Tx) error { return tx.ReviveJob(t.Context(), dead[0].ID) })
		}
		if revive(b) == nil {
			t.Error("another tenant revived it")
		}
		if err := revive(a); err != nil {
			t.Error(err)
		}
		drain(t, r)
		if runs != 5 {
			t.Errorf("%d runs after the revival", runs)
		}
	})
}

func TestASnoozeDoesNotCountAsAFailure(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, _ := storetest.Tenants(t, db)
		runs := 0
		r := job.New(db, []job.Def{job.Define(func(context.Context, store.Tenant, note) error {
			if runs++; runs <= 5 {
				return fmt.Errorf("not yet: %w", job.Snooze(time.Hour))
			}
			return nil
		})}, c.now)
		enqueue(t, db, a, note{}, job.Options{MaxAttempts: 2})
		for range 6 {
			drain(t, r)
			c.pass(time.Hour)
		}
		if runs != 6 || counts(t, db) != (store.JobCounts{}) {
			t.Errorf("%d runs, left %+v", runs, counts(t, db))
		}
	})
}

func TestAKeyIsOneUnfinishedJob(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, b := storetest.Tenants(t, db)
		var ran []int
		r := job.New(db, []job.Def{job.Define(func(_ context.Context, tenant store.Tenant, n note) error {
			ran = append(ran, n.N)
			if len(ran) == 1 { // the same again while it runs: once more afterwards
				enqueue(t, db, tenant, note{8}, job.Options{Key: "k"})
				enqueue(t, db, tenant, note{9}, job.Options{Key: "k"})
			}
			return nil
		})}, c.now)
		enqueue(t, db, a, note{1}, job.Options{Key: "k", RunAt: c.now().Add(time.Hour)})
		enqueue(t, db, a, note{2}, job.Options{Key: "k"}) // brings the first forward
		enqueue(t, db, b, note{3}, job.Options{Key: "k", RunAt: c.now().Add(time.Minute)})
		drain(t, r)
		if !slices.Equal(ran, []int{1, 1}) {
			t.Errorf("ran %v", ran)
		}
		c.pass(time.Minute)
		enqueue(t, db, a, note{4}, job.Options{Key: "k"}) // finished, so it is a new one
		drain(t, r)
		slices.Sort(ran)
		if !slices.Equal(ran, []int{1, 1, 3, 4}) {
			t.Errorf("ran %v", ran)
		}
	})
}

// A worker that dies leaves its lease behind; when that is over another takes
// the job. The dead one, should it wake, changes nothing any more. A job that
// takes its worker down each time is buried.
func TestACrashedWorkersJobRunsAgainAfterItsLease(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, _ := storetest.Tenants(t, db)
		enqueue(t, db, a, note{}, job.Options{MaxAttempts: 3})
		claim := func() store.JobRow { // as a worker does that then dies
			t.Helper()
			due, err := db.Global().DueJobs(t.Context(), c.now(), 1, 1)
			if err != nil || len(due) != 1 {
				t.Fatalf("due: %+v, %v", due, err)
			}
			err = db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
				for _, want := range []bool{true, false} { // the second claim of the same row comes late
					if ok, err := tx.ClaimJob(t.Context(), due[0], c.now().Add(30*time.Second)); ok != want || err != nil {
						t.Errorf("claim: %v, %v", ok, err)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return due[0]
		}
		runs := 0
		r := job.New(db, []job.Def{job.Define(func(context.Context, store.Tenant, note) error { runs++; return nil })}, c.now)
		first := claim()
		c.pass(29 * time.Second)
		drain(t, r)
		if runs != 0 {
			t.Fatal("it ran under another's lease")
		}
		c.pass(2 * time.Second)
		claim()
		err := db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
			ok, err := tx.ExtendJob(t.Context(), first.ID, first.Attempt+1, c.now().Add(time.Hour))
			if ok {
				t.Error("a lost lease was extended")
			}
			return errors.Join(err, tx.FinishJob(t.Context(), first.ID, first.Attempt+1))
		})
		if err != nil || counts(t, db).Running != 1 {
			t.Fatalf("the dead worker changed something: %+v, %v", counts(t, db), err)
		}
		c.pass(time.Minute)
		claim()
		c.pass(time.Minute)
		drain(t, r)
		if runs != 0 || counts(t, db).Dead != 1 {
			t.Errorf("%d runs, %+v: want it buried after three crashes", runs, counts(t, db))
		}
		enqueue(t, db, a, note{}, job.Options{})
		claim()
		c.pass(time.Minute)
		drain(t, r)
		if runs != 1 {
			t.Errorf("%d runs after one crash", runs)
		}
	})
}

// Four runners on one queue: every job runs, none twice.
func TestFourWorkersRunEachJobOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		const jobs = 200
		var runs [jobs]atomic.Int64
		var left atomic.Int64
		left.Store(jobs)
		ctx, stop := context.WithCancel(t.Context())
		defs := []job.Def{job.Define(func(_ context.Context, _ store.Tenant, n note) error {
			runs[n.N].Add(1)
			if left.Add(-1) == 0 {
				stop()
			}
			return nil
		})}
		for n := range jobs {
			enqueue(t, db, []store.Tenant{a, b}[n%2], note{n}, job.Options{})
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := job.New(db, defs, time.Now, job.WithWorkers(4)).Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for n := range runs {
			if runs[n].Load() != 1 {
				t.Errorf("job %d ran %d times", n, runs[n].Load())
			}
		}
		if counts(t, db) != (store.JobCounts{}) {
			t.Errorf("left %+v", counts(t, db))
		}
	})
}

// A tenant with a long queue does not keep another one waiting.
func TestATenantsBulkDoesNotHoldUpAnother(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, b := storetest.Tenants(t, db)
		var order []store.Tenant
		r := job.New(db, []job.Def{job.Define(func(_ context.Context, tenant store.Tenant, _ note) error {
			order = append(order, tenant)
			return nil
		})}, c.now)
		for n := range 30 {
			enqueue(t, db, a, note{n}, job.Options{})
		}
		c.pass(time.Second)
		enqueue(t, db, b, note{}, job.Options{})
		due, err := db.Global().DueJobs(t.Context(), c.now(), 4, 8)
		if err != nil || len(due) != 5 || due[0].Tenant() != a || due[1].Tenant() != b || due[2].Tenant() != a {
			t.Errorf("due: %v, %v", due, err)
		}
		drain(t, r)
		if len(order) != 31 {
			t.Errorf("%d ran", len(order))
		}
	})
}

func TestEnqueueWakesARunningRunnerAndAShutdownPutsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, _ := storetest.Tenants(t, db)
		started := make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		r := job.New(db, []job.Def{job.Define(func(ctx context.Context, _ store.Tenant, _ note) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		})}, time.Now, job.WithGrace(10*time.Millisecond))
		var all sync.WaitGroup
		all.Go(func() { _ = r.Run(ctx) })
		enqueue(t, db, a, note{}, job.Options{MaxAttempts: 1})
		<-started
		stop()
		all.Wait()
		if got := counts(t, db); got.Ready != 1 {
			t.Errorf("%+v, want the interrupted job ready", got)
		}
	})
}

// A job longer than its lease keeps it by the heartbeat: nobody else starts it.
func TestTheHeartbeatKeepsALongJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, _ := storetest.Tenants(t, db)
		const lease = 150 * time.Millisecond
		var runs atomic.Int64
		ctx, stop := context.WithCancel(t.Context())
		defs := []job.Def{job.Define(func(ctx context.Context, _ store.Tenant, _ note) error {
			runs.Add(1)
			select {
			case <-time.After(4 * lease):
			case <-ctx.Done():
				t.Error("the lease was lost")
			}
			stop()
			return nil
		})}
		enqueue(t, db, a, note{}, job.Options{})
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { _ = job.New(db, defs, time.Now, job.WithLease(lease)).Run(ctx) })
		}
		all.Wait()
		if runs.Load() != 1 {
			t.Errorf("%d runs", runs.Load())
		}
	})
}

func TestAJobOfAnUnknownKindIsNotLost(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB, c *clock) {
		a, _ := storetest.Tenants(t, db)
		enqueue(t, db, a, note{}, job.Options{MaxAttempts: 1})
		drain(t, job.New(db, nil, c.now))
		dead, err := db.View(a).DeadJobs(t.Context(), 1)
		if err != nil || len(dead) != 1 || !strings.Contains(dead[0].LastError, "test.note") {
			t.Errorf("%+v, %v", dead, err)
		}
	})
}

func BenchmarkRunner(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			db := storetest.Open(b, name)
			t1, t2 := storetest.Tenants(b, db)
			for i := range b.N {
				enqueue(b, db, []store.Tenant{t1, t2}[i%2], note{i}, job.Options{})
			}
			var left atomic.Int64
			left.Store(int64(b.N))
			ctx, stop := context.WithCancel(b.Context())
			r := job.New(db, []job.Def{job.Define(func(context.Context, store.Tenant, note) error {
				if left.Add(-1) == 0 {
					stop()
				}
				return nil
			})}, time.Now)
			b.ResetTimer()
			if err := r.Run(ctx); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}
