// Package job runs durable work: a job is enqueued in the transaction that
// causes it and runs at least once after that transaction was committed,
// whatever process crashes in between.
//
//	type Stamp struct{ DocumentID string `json:"document_id"` }
//	func (Stamp) Kind() string { return "billing.stamp" }
//
//	err := job.Enqueue(ctx, tx, Stamp{DocumentID: id}, job.Options{Key: id})
//
//	defs := []job.Def{job.Define(func(ctx context.Context, t store.Tenant, a Stamp) error { … })}
//	err := job.New(db, defs, time.Now).Run(ctx) // blocks until ctx ends
//
// A job may run more than once and must be safe to. An error is tried again
// after 2 s, 4 s … 10 min with jitter, until its attempts are used up; then the
// job is dead and stays visible (store.View.DeadJobs). [Snooze] asks to be run
// later without counting as a failure. A worker holds a job by a lease that it
// renews; when the worker dies, the lease ends and another takes over.
//
// Claims are fair: every tenant's first job before anybody's second, and one
// tenant never has more than half of the workers. Both databases run the same
// statements.
package job
