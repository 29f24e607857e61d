package store

import (
	"context"
	"time"

	"iofacturo.mx/internal/fail"
)

// States of a job. One that succeeded has no row.
const (
	JobReady   = "ready"
	JobRunning = "running" // under a lease that ends at DueAt
	JobDead    = "dead"    // gave up; a person decides
)

// A JobRow is one piece of durable work. The table is global and undistributed:
// TenantID is data, "" for work of no tenant.
type JobRow struct {
	ID          string `db:"id"`
	TenantID    string `db:"tenant_id"`
	Kind        string `db:"kind"`
	Dedup       string `db:"dedup"` // one unfinished job a tenant, kind and dedup
	Args        string `db:"args"`  // JSON
	State       string `db:"state"`
	DueAt       int64  `db:"due_at"`       // when it may be claimed: its start, or the end of its lease
	Attempt     int64  `db:"attempt"`      // counts every claim: the fence against a worker that lost its lease
	Tries       int64  `db:"tries"`        // claims that count against MaxAttempts
	MaxAttempts int64  `db:"max_attempts"` // then it is dead
	Again       bool   `db:"again"`        // enqueued once more while it ran
	LastError   string `db:"last_error"`
	CreatedAt   int64  `db:"created_at"`
	UpdatedAt   int64  `db:"updated_at"`
}

// Tenant returns the tenant the job works for, the zero Tenant for none.
func (r JobRow) Tenant() Tenant { return Tenant{id: r.TenantID} }

// InsertJob enqueues a job of this tenant, or wakes the unfinished one of the
// same kind and dedup: see [GlobalTx.InsertJob].
func (tx *Tx) InsertJob(ctx context.Context, r JobRow) error {
	if tx.tenant.id == "" {
		return ErrNoTenant
	}
	r.TenantID = tx.tenant.id
	return (&GlobalTx{GlobalView{tx.scope}}).InsertJob(ctx, r)
}

// InsertJob enqueues a job. When an unfinished job of its tenant, kind and dedup
// exists, that one is kept with its arguments and made due no later than r; if
// it is running, it will run once more. The runner wakes after COMMIT.
func (tx *GlobalTx) InsertJob(ctx context.Context, r JobRow) error {
	now := Micros(tx.Now())
	_, err := tx.exec(ctx, `INSERT INTO jobs
		(id, tenant_id, kind, dedup, args, state, due_at, attempt, tries, max_attempts, again, last_error, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 'ready', $6, 0, 0, $7, FALSE, '', $8, $8)
		ON CONFLICT (tenant_id, kind, dedup) WHERE state <> 'dead' DO UPDATE SET
			again = (jobs.state = 'running'),
			due_at = CASE WHEN jobs.state = 'ready' AND excluded.due_at < jobs.due_at THEN excluded.due_at ELSE jobs.due_at END`,
		r.ID, r.TenantID, r.Kind, r.Dedup, r.Args, r.DueAt, r.MaxAttempts, now)
	if err == nil {
		tx.txn.enqueued = true
	}
	return err
}

// DueJobs returns what may be claimed at now: of each tenant at most perTenant
// jobs, every tenant's first before anybody's second, limit in all.
func (g *GlobalView) DueJobs(ctx context.Context, now time.Time, perTenant, limit int) ([]JobRow, error) {
	tenants, err := g.waitingTenants(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	queues := make([][]JobRow, len(tenants))
	for i, id := range tenants {
		err := g.list(ctx, &queues[i], `SELECT id, tenant_id, kind, dedup, args, state, due_at, attempt, tries, max_attempts,
			again, last_error, created_at, updated_at FROM jobs
			WHERE tenant_id = $1 AND state <> 'dead' AND due_at <= $2 ORDER BY due_at, id LIMIT $3`, id, Micros(now), perTenant)
		if err != nil {
			return nil, err
		}
	}
	var due []JobRow
	for place := range perTenant {
		for _, q := range queues {
			if place < len(q) && len(due) < limit {
				due = append(due, q[place])
			}
		}
	}
	return due, nil
}

// waitingTenants returns the tenants with due jobs, the one waiting longest
// first. It jumps from tenant to tenant through the index, so a long queue of
// one of them costs the others nothing.
func (g *GlobalView) waitingTenants(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := g.list(ctx, &ids, `WITH RECURSIVE waiting (tenant_id) AS (
			SELECT MIN(tenant_id) FROM jobs WHERE state <> 'dead' AND tenant_id >= ''
			UNION ALL
			SELECT (SELECT MIN(j.tenant_id) FROM jobs j WHERE j.state <> 'dead' AND j.tenant_id > w.tenant_id)
			FROM waiting w WHERE w.tenant_id IS NOT NULL
		), earliest AS (
			SELECT w.tenant_id, (SELECT MIN(j.due_at) FROM jobs j WHERE j.tenant_id = w.tenant_id AND j.state <> 'dead') AS due_at
			FROM waiting w WHERE w.tenant_id IS NOT NULL
		)
		SELECT tenant_id FROM earliest WHERE due_at <= $1 ORDER BY due_at, tenant_id LIMIT $2`, Micros(now), limit)
	return ids, err
}

// ClaimJob takes the job as it was read, under a lease until the given instant.
// It returns false when somebody was faster.
func (tx *GlobalTx) ClaimJob(ctx context.Context, r JobRow, until time.Time) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE jobs SET state = 'running', attempt = attempt + 1, tries = tries + 1, again = FALSE,
		due_at = $4, updated_at = $5
		WHERE id = $1 AND attempt = $2 AND due_at = $3 AND state <> 'dead'`,
		r.ID, r.Attempt, r.DueAt, Micros(until), Micros(tx.Now()))
	return n == 1, err
}

// ExtendJob moves the end of the lease of a claim. It returns false when the
// lease was lost.
func (tx *GlobalTx) ExtendJob(ctx context.Context, id string, attempt int64, until time.Time) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE jobs SET due_at = $3 WHERE id = $1 AND attempt = $2 AND state = 'running'`,
		id, attempt, Micros(until))
	return n == 1, err
}

// FinishJob removes a job that succeeded, or makes it ready at once when it was
// enqueued again meanwhile. A claim that lost its lease changes nothing.
func (tx *GlobalTx) FinishJob(ctx context.Context, id string, attempt int64) error {
	n, err := tx.exec(ctx, `DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND state = 'running' AND NOT again`, id, attempt)
	if err != nil || n == 1 {
		return err
	}
	now := Micros(tx.Now())
	_, err = tx.exec(ctx, `UPDATE jobs SET state = 'ready', again = FALSE, tries = 0, last_error = '', due_at = $3, updated_at = $3
		WHERE id = $1 AND attempt = $2 AND state = 'running'`, id, attempt, now)
	tx.txn.enqueued = true
	return err
}

// PutBackJob makes a claimed job ready again at due. With counted false the
// claim does not count against its attempts. reason is for the administrator.
func (tx *GlobalTx) PutBackJob(ctx context.Context, id string, attempt int64, due time.Time, counted bool, reason string) error {
	uncount := 1
	if counted {
		uncount = 0
	}
	_, err := tx.exec(ctx, `UPDATE jobs SET state = 'ready', due_at = CASE WHEN again AND due_at < $3 THEN due_at ELSE $3 END,
		again = FALSE, tries = tries - $4, last_error = $5, updated_at = $6
		WHERE id = $1 AND attempt = $2 AND state = 'running'`, id, attempt, Micros(due), uncount, reason, Micros(tx.Now()))
	return err
}

// BuryJob gives a claimed job up: it stays, dead, until a person decides.
func (tx *GlobalTx) BuryJob(ctx context.Context, id string, attempt int64, reason string) error {
	_, err := tx.exec(ctx, `UPDATE jobs SET state = 'dead', again = FALSE, last_error = $3, updated_at = $4
		WHERE id = $1 AND attempt = $2 AND state = 'running'`, id, attempt, reason, Micros(tx.Now()))
	return err
}

// DeadJobs returns the jobs of this tenant that gave up, newest first.
func (v *View) DeadJobs(ctx context.Context, limit int) ([]JobRow, error) {
	var rows []JobRow
	err := v.list(ctx, &rows, `SELECT id, tenant_id, kind, dedup, args, state, due_at, attempt, tries, max_attempts,
		again, last_error, created_at, updated_at
		FROM jobs WHERE tenant_id = $1 AND state = 'dead' ORDER BY updated_at DESC, id LIMIT $2`, limit)
	return rows, err
}

// ReviveJob makes a dead job of this tenant ready at once with all its attempts
// before it. It is fail.Conflict when the same work is queued anew already, and
// fail.NotFound when no such job is dead.
func (tx *Tx) ReviveJob(ctx context.Context, id string) error {
	n, err := tx.exec(ctx, `UPDATE jobs SET state = 'ready', tries = 0, due_at = $3, updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND state = 'dead'`, id, Micros(tx.Now()))
	if err == nil && n == 0 {
		return fail.New(fail.NotFound, "Esa tarea ya no está detenida. No hay nada que reintentar.")
	}
	tx.txn.enqueued = true
	return err
}

// JobCounts are the queue's figures for the administrator.
type JobCounts struct {
	Ready   int64 `db:"ready"`
	Running int64 `db:"running"`
	Dead    int64 `db:"dead"`
	Oldest  int64 `db:"oldest"` // when the job due longest became due, microseconds UTC; 0 without jobs
}

// JobCounts adds up the whole queue.
func (g *GlobalView) JobCounts(ctx context.Context) (JobCounts, error) {
	var c JobCounts
	err := g.get(ctx, &c, `SELECT COUNT(CASE WHEN state = 'ready' THEN 1 END) AS ready,
		COUNT(CASE WHEN state = 'running' THEN 1 END) AS running,
		COUNT(CASE WHEN state = 'dead' THEN 1 END) AS dead,
		COALESCE(MIN(CASE WHEN state <> 'dead' THEN due_at END), 0) AS oldest FROM jobs`)
	return c, err
}
