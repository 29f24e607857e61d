package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"iofacturo.mx/internal/store"
)

const (
	defaultWorkers = 8
	defaultLease   = 30 * time.Second
	defaultGrace   = 25 * time.Second // for what is in flight at shutdown
	pollEvery      = 250 * time.Millisecond
	firstPause     = 2 * time.Second
	longestPause   = 10 * time.Minute
)

// A Runner claims due jobs and does them. Several runners, in one process or
// many, share one queue.
type Runner struct {
	db      *store.DB
	defs    map[string]Def
	now     func() time.Time
	log     *slog.Logger
	workers int
	lease   time.Duration
	grace   time.Duration
	wake    chan struct{}
	jitter  func(d time.Duration) time.Duration

	mu   sync.Mutex
	held map[string]*held // running here, by job id
}

// A held job is one that this runner has claimed.
type held struct {
	row    store.JobRow // as claimed
	cancel context.CancelFunc
	lost   bool // somebody else has it now
}

// An Option changes what [New] takes for granted.
type Option func(*Runner)

// WithWorkers sets how many jobs run at once; the default is 8.
func WithWorkers(n int) Option { return func(r *Runner) { r.workers = n } }

// WithLease sets for how long a claim holds unless renewed; the default is 30 s.
func WithLease(d time.Duration) Option { return func(r *Runner) { r.lease = d } }

// WithGrace sets how long Run waits at its end for the jobs in flight before it
// cancels them; the default is 25 s.
func WithGrace(d time.Duration) Option { return func(r *Runner) { r.grace = d } }

// WithLog sets where failures are told; by default they are not.
func WithLog(l *slog.Logger) Option { return func(r *Runner) { r.log = l } }

// New returns a runner of the kinds in defs; now is the clock by which jobs are
// due. A kind defined twice is a bug and panics.
func New(db *store.DB, defs []Def, now func() time.Time, options ...Option) *Runner {
	r := &Runner{
		db: db, defs: map[string]Def{}, now: now, log: slog.New(slog.DiscardHandler),
		workers: defaultWorkers, lease: defaultLease, grace: defaultGrace,
		wake: make(chan struct{}, 1), held: map[string]*held{},
		jitter: func(d time.Duration) time.Duration { return d - d/8 + rand.N(d/4) },
	}
	for _, d := range defs {
		if _, twice := r.defs[d.kind]; twice {
			panic("job: " + d.kind + " is defined twice")
		}
		r.defs[d.kind] = d
	}
	for _, o := range options {
		o(r)
	}
	return r
}

// Wake has the runner look for due jobs at once instead of at the next poll.
// It never blocks.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run does jobs until ctx ends, then waits up to 25 s for those in flight; what
// is not done by then is put back. Errors of the database are logged and tried
// again at the next poll, so Run always returns nil after a clean end.
func (r *Runner) Run(ctx context.Context) error {
	defer r.db.OnJobs(r.Wake)()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var jobs, heart sync.WaitGroup
	heart.Go(func() { r.beat(working) })
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		rows, err := r.claim(ctx, r.free())
		if err != nil && ctx.Err() == nil {
			r.log.Error("claim jobs", "error", err)
		}
		for _, row := range rows {
			jobs.Go(func() {
				r.do(working, row)
				r.Wake() // a worker is free
			})
		}
		if len(rows) > 0 && r.free() > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-ticker.C:
		}
	}
	r.settle(&jobs, stop)
	stop()
	heart.Wait()
	return nil
}

// settle waits for the jobs in flight and cancels them when the grace is over.
func (r *Runner) settle(jobs *sync.WaitGroup, cancel func()) {
	timer := time.AfterFunc(r.grace, cancel)
	defer timer.Stop()
	jobs.Wait()
}

// Drain does all jobs that are due, one after the other, until none is left,
// jobs that they enqueue included. It is for tests and commands. A job's own
// error is not returned: it is tried again later or dead, as always.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		rows, err := r.claim(ctx, 1)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return ctx.Err()
		}
		for _, row := range rows {
			r.do(ctx, row)
		}
	}
}

// free returns how many more jobs may run here.
func (r *Runner) free() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.workers - len(r.held)
}

// claim takes up to n due jobs under a lease.
func (r *Runner) claim(ctx context.Context, n int) ([]store.JobRow, error) {
	if n <= 0 {
		return nil, nil
	}
	now := r.now()
	due, err := r.db.Global().DueJobs(ctx, now, r.share(), n+r.workers)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	due = r.fair(due, n)
	var claimed []store.JobRow
	err = r.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		claimed = claimed[:0]
		for _, row := range due {
			ok, err := r.take(ctx, tx, &row, now.Add(r.lease))
			if err != nil {
				return err
			}
			if ok {
				claimed = append(claimed, row)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	r.hold(claimed)
	return claimed, nil
}

// take claims row as it was read. A job that used up its attempts without ever
// returning (it took its process down each time) is buried instead.
func (r *Runner) take(ctx context.Context, tx *store.GlobalTx, row *store.JobRow, until time.Time) (bool, error) {
	ok, err := tx.ClaimJob(ctx, *row, until)
	if err != nil || !ok {
		return false, err
	}
	row.Attempt, row.Tries = row.Attempt+1, row.Tries+1
	if row.Tries > row.MaxAttempts {
		return false, tx.BuryJob(ctx, row.ID, row.Attempt, "interrupted each time it ran")
	}
	return true, nil
}

// share is how many workers one tenant may have at once.
func (r *Runner) share() int { return max(1, r.workers/2) }

// fair leaves out of due what runs here already or is beyond its tenant's
// share, and keeps the first n.
func (r *Runner) fair(due []store.JobRow, n int) []store.JobRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	running := map[string]int{}
	for _, h := range r.held {
		running[h.row.TenantID]++
	}
	var chosen []store.JobRow
	for _, row := range due {
		if _, here := r.held[row.ID]; here || running[row.TenantID] >= r.share() || len(chosen) == n {
			continue
		}
		running[row.TenantID]++
		chosen = append(chosen, row)
	}
	return chosen
}

// hold notes the claimed rows before their goroutines start.
func (r *Runner) hold(rows []store.JobRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range rows {
		r.held[row.ID] = &held{row: row, cancel: func() {}}
	}
}

// do runs one claimed job and records how it ended.
func (r *Runner) do(ctx context.Context, row store.JobRow) {
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	r.mu.Lock()
	h := r.held[row.ID]
	h.cancel = cancel
	r.mu.Unlock()
	err := r.call(run, row)
	r.mu.Lock()
	lost := h.lost
	r.mu.Unlock()
	if !lost {
		r.record(ctx, row, err)
	}
	r.mu.Lock()
	delete(r.held, row.ID)
	r.mu.Unlock()
}

// call runs the function of row's kind; a panic is an error like any other.
func (r *Runner) call(ctx context.Context, row store.JobRow) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	d, ok := r.defs[row.Kind]
	if !ok {
		return fmt.Errorf("no job of kind %q is defined", row.Kind)
	}
	return d.run(context.WithValue(ctx, lastTry{}, row.Tries >= row.MaxAttempts), row.Tenant(), []byte(row.Args))
}

// record writes down how a job ended. If that fails the lease runs out and the
// job runs again.
func (r *Runner) record(ctx context.Context, row store.JobRow, jobErr error) {
	interrupted := jobErr != nil && ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	err := r.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		pause, sleeps := snoozed(jobErr)
		switch {
		case jobErr == nil:
			return tx.FinishJob(ctx, row.ID, row.Attempt)
		case sleeps:
			return tx.PutBackJob(ctx, row.ID, row.Attempt, r.now().Add(pause), false, jobErr.Error())
		case interrupted:
			return tx.PutBackJob(ctx, row.ID, row.Attempt, r.now(), false, "interrupted by a shutdown")
		case row.Tries >= row.MaxAttempts:
			return tx.BuryJob(ctx, row.ID, row.Attempt, jobErr.Error())
		}
		return tx.PutBackJob(ctx, row.ID, row.Attempt, r.now().Add(r.backoff(row.Tries)), true, jobErr.Error())
	})
	if _, sleeps := snoozed(jobErr); jobErr != nil && !sleeps {
		r.log.Warn("job failed", "kind", row.Kind, "job", row.ID, "try", row.Tries, "error", jobErr)
	}
	if err != nil {
		r.log.Error("record job", "kind", row.Kind, "job", row.ID, "error", err)
	}
}

// backoff returns the pause after the given number of failures: 2 s doubling
// to 10 min, with an eighth of jitter either way.
func (r *Runner) backoff(failures int64) time.Duration {
	pause := longestPause
	if failures <= 9 {
		pause = min(firstPause<<(max(failures, 1)-1), longestPause)
	}
	return r.jitter(pause)
}

// beat renews the leases held here, three times in the life of each, until ctx
// ends. A job whose lease was lost is cancelled.
func (r *Runner) beat(ctx context.Context) {
	ticker := time.NewTicker(max(r.lease/3, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := r.renew(ctx); err != nil && !errors.Is(err, context.Canceled) {
			r.log.Error("renew leases", "error", err)
		}
	}
}

// renew extends every lease held here in one transaction.
func (r *Runner) renew(ctx context.Context) error {
	r.mu.Lock()
	mine := maps.Clone(r.held)
	r.mu.Unlock()
	if len(mine) == 0 {
		return nil
	}
	var lost []*held
	err := r.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		lost = lost[:0]
		for id, h := range mine {
			ok, err := tx.ExtendJob(ctx, id, h.row.Attempt, r.now().Add(r.lease))
			if err != nil {
				return err
			}
			if !ok {
				lost = append(lost, h)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range lost {
		h.lost = true // or finished meanwhile, when it does not matter
		h.cancel()
	}
	return nil
}
