package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/store"
)

// DefaultMaxAttempts is how often a job runs when [Options] do not say: with
// the pauses between, about two and a half hours.
const DefaultMaxAttempts = 25

// Args are what a job has to know: a struct that JSON can carry. Kind is its
// stable name, like "billing.stamp"; renaming it orphans queued jobs.
type Args interface{ Kind() string }

// Options of one enqueued job. The zero value is a job to run at once.
type Options struct {
	// Key makes the job unique among its tenant's unfinished jobs of its kind:
	// enqueued again, the one that waits is kept, and the one that runs will run
	// once more. "" is never the same as another.
	Key string
	// RunAt is the earliest start; zero is now.
	RunAt time.Time
	// MaxAttempts is how often it runs before it is dead; 0 is DefaultMaxAttempts.
	MaxAttempts int
}

// Enqueue adds the job a of tx's tenant; it exists if tx is committed.
func Enqueue(ctx context.Context, tx *store.Tx, a Args, o Options) error {
	row, err := newRow(a, o, tx.Now(), tx.NewID())
	if err != nil {
		return err
	}
	return tx.InsertJob(ctx, row)
}

// EnqueueGlobal adds the job a that works for no single tenant; it runs with
// the zero Tenant.
func EnqueueGlobal(ctx context.Context, gtx *store.GlobalTx, a Args, o Options) error {
	row, err := newRow(a, o, gtx.Now(), gtx.NewID())
	if err != nil {
		return err
	}
	return gtx.InsertJob(ctx, row)
}

// newRow returns the row of a job; now is its earliest start.
func newRow(a Args, o Options, now time.Time, id string) (store.JobRow, error) {
	args, err := json.Marshal(a)
	if err != nil {
		return store.JobRow{}, fmt.Errorf("enqueue %s: %w", a.Kind(), err)
	}
	row := store.JobRow{ID: id, Kind: a.Kind(), Dedup: "key:" + o.Key, Args: string(args), MaxAttempts: int64(o.MaxAttempts)}
	if o.Key == "" {
		row.Dedup = "id:" + id
	}
	if o.MaxAttempts <= 0 {
		row.MaxAttempts = DefaultMaxAttempts
	}
	if o.RunAt.After(now) {
		now = o.RunAt
	}
	row.DueAt = store.Micros(now)
	return row, nil
}

// A Def binds a kind of job to the function that does it. [Define] makes it.
type Def struct {
	kind string
	run  func(ctx context.Context, t store.Tenant, args []byte) error
}

// Kind returns the name of the jobs that d does.
func (d Def) Kind() string { return d.kind }

// Define returns how jobs with arguments A are done. run may be called more
// than once for a job; its ctx ends when the lease is lost or the grace of a
// shutdown is over.
func Define[A Args](run func(ctx context.Context, t store.Tenant, a A) error) Def {
	var zero A
	return Def{kind: zero.Kind(), run: func(ctx context.Context, t store.Tenant, args []byte) error {
		var a A
		if err := json.Unmarshal(args, &a); err != nil {
			return fmt.Errorf("arguments: %w", err)
		}
		return run(ctx, t, a)
	}}
}

// lastTry is the key under which the context of a run holds whether it is the last.
type lastTry struct{}

// LastTry reports whether the job that runs with ctx is dead when it fails this time,
// so that it can leave word where people see it.
func LastTry(ctx context.Context) bool {
	last, _ := ctx.Value(lastTry{}).(bool)
	return last
}

// A snooze is the error that asks for a later run.
type snooze struct{ pause time.Duration }

// Error says for how long the job sleeps.
func (s *snooze) Error() string { return "snoozed for " + s.pause.String() }

// Snooze returns an error by which a job asks to run again after d, without
// counting as a failed attempt.
func Snooze(d time.Duration) error { return &snooze{d} }

// snoozed returns the pause a job asked for.
func snoozed(err error) (time.Duration, bool) {
	var s *snooze
	if errors.As(err, &s) {
		return s.pause, true
	}
	return 0, false
}
