package account

import (
	"context"

	"iofacturo.mx/internal/store"
)

// mostDead is how many stopped tasks are told at once.
const mostDead = 5

// A StoppedJob is a task of the portal that gave up and waits for a person.
type StoppedJob struct {
	ID   string
	Kind string // as the service that owns it names it
}

// StoppedJobs are the company's tasks that gave up, newest first. What went wrong
// stays in the log: it may tell of how the portal is made.
func (s *Service) StoppedJobs(ctx context.Context, a store.Actor) ([]StoppedJob, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).DeadJobs(ctx, mostDead)
	if err != nil {
		return nil, err
	}
	list := make([]StoppedJob, len(rows))
	for i, r := range rows {
		list[i] = StoppedJob{r.ID, r.Kind}
	}
	return list, nil
}

// RetryJob sets a stopped task to work again. fail.NotFound when it is not stopped
// any more, fail.Conflict when the same work is queued anew.
func (s *Service) RetryJob(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := tx.ReviveJob(ctx, id); err != nil {
			return err
		}
		return audit(ctx, tx, a, "tarea.reintentar", id, nil, nil)
	})
}
