package store

import "context"

// mostCalls is how many of the newest calls and mails the state of the portal is told from.
const mostCalls = 1000

// A Call is one delivery to a certifier, of whomever: when, and what became of it.
type Call struct {
	PAC       string `db:"pac"`
	StartedAt int64  `db:"started_at"`
	EndedAt   int64  `db:"ended_at"`
	Outcome   string `db:"outcome"`
}

// CallsSince lists the newest calls to certifiers begun since an instant. It tells
// nothing of whose they are.
func (g *GlobalView) CallsSince(ctx context.Context, since int64) ([]Call, error) {
	rows := []Call{}
	err := g.list(ctx, &rows, `SELECT pac, started_at, ended_at, outcome FROM attempts
		WHERE tenant_id <> '' AND started_at >= $1 ORDER BY started_at DESC LIMIT $2`, since, mostCalls)
	return rows, err
}

// A MailSent is one mail with a receipt, of whomever: when, and what became of it.
type MailSent struct {
	CreatedAt int64  `db:"created_at"`
	SentAt    int64  `db:"sent_at"`
	State     string `db:"state"`
}

// MailsSince lists the newest mails asked for since an instant.
func (g *GlobalView) MailsSince(ctx context.Context, since int64) ([]MailSent, error) {
	rows := []MailSent{}
	err := g.list(ctx, &rows, `SELECT created_at, sent_at, state FROM deliveries
		WHERE tenant_id <> '' AND created_at >= $1 ORDER BY created_at DESC LIMIT $2`, since, mostCalls)
	return rows, err
}
