package store

import "context"

// What an operator may read: how many there are of things, and when; never a row of a
// company but its name, state and certificates' ends.

// CompanyTotals counts the companies by state.
type CompanyTotals struct {
	Active    int64 `db:"active"`
	Suspended int64 `db:"suspended"`
	Closed    int64 `db:"closed"`
}

// CompanyTotals adds up all companies.
func (g *GlobalView) CompanyTotals(ctx context.Context) (CompanyTotals, error) {
	var t CompanyTotals
	err := g.get(ctx, &t, `SELECT COUNT(CASE WHEN state = 'activo' AND suspended_at = 0 THEN 1 END) AS active,
		COUNT(CASE WHEN state = 'activo' AND suspended_at > 0 THEN 1 END) AS suspended,
		COUNT(CASE WHEN state = 'cerrado' THEN 1 END) AS closed FROM tenants WHERE id <> $1`, platformID)
	return t, err
}

// StampsSince counts what was stamped at the given instant or later, for everybody.
func (g *GlobalView) StampsSince(ctx context.Context, at int64) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT COUNT(*) FROM stamps WHERE created_at >= $1`, at)
	return n, err
}

// OpenAttempts are the calls to a certifier whose end is not known.
type OpenAttempts struct {
	Companies int64 `db:"companies"`
	Attempts  int64 `db:"attempts"`
	Oldest    int64 `db:"oldest"` // when the oldest began, 0 for none
}

// OpenAttempts adds up the attempts without an outcome.
func (g *GlobalView) OpenAttempts(ctx context.Context) (OpenAttempts, error) {
	var o OpenAttempts
	err := g.get(ctx, &o, `SELECT COUNT(DISTINCT tenant_id) AS companies, COUNT(*) AS attempts, COALESCE(MIN(started_at), 0) AS oldest
		FROM attempts WHERE outcome = ''`)
	return o, err
}

// SignInWaits counts who has to wait at now after failed attempts, and until when the
// last of them.
type SignInWaits struct {
	Waiting int64 `db:"waiting"`
	Until   int64 `db:"until"`
}

// SignInWaits adds up the waits at the given instant.
func (g *GlobalView) SignInWaits(ctx context.Context, now int64) (SignInWaits, error) {
	var w SignInWaits
	err := g.get(ctx, &w, `SELECT COUNT(*) AS waiting, COALESCE(MAX(wait_until), 0) AS until FROM signin_failures WHERE wait_until > $1`, now)
	return w, err
}

// A CompanyUse is one company as an operator sees it in a list.
type CompanyUse struct {
	ID          string `db:"id"`
	Rfc         string `db:"rfc"`
	Name        string `db:"name"`
	State       string `db:"state"`
	CreatedAt   int64  `db:"created_at"`
	SuspendedAt int64  `db:"suspended_at"`
	Users       int64  `db:"users"`   // that are not gone
	SeenAt      int64  `db:"seen_at"` // last use by any of them
	Stamped     int64  `db:"stamped"` // of the days asked for
}

// CompanyUses lists companies by RFC, after the one given, at most limit: those whose
// RFC or name, in capitals, is like pattern; Stamped counts from the day since.
func (g *GlobalView) CompanyUses(ctx context.Context, pattern, after, since string, limit int) ([]CompanyUse, error) {
	rows := []CompanyUse{}
	err := g.list(ctx, &rows, `SELECT t.id, t.rfc, t.name, t.state, t.created_at, t.suspended_at,
		(SELECT COUNT(*) FROM users u WHERE u.tenant_id = t.id AND u.state <> 'baja') AS users,
		(SELECT COALESCE(MAX(u.seen_at), 0) FROM users u WHERE u.tenant_id = t.id) AS seen_at,
		(SELECT COALESCE(SUM(d.n), 0) FROM document_days d WHERE d.tenant_id = t.id AND d.dia >= $3 AND d.state = 'timbrado') AS stamped
		FROM tenants t WHERE t.rfc > $2 AND t.id <> $5 AND (t.rfc LIKE $1 OR UPPER(t.name) LIKE $1) ORDER BY t.rfc LIMIT $4`,
		pattern, after, since, limit, platformID)
	return rows, err
}

// A UserState is how many users are in a state.
type UserState struct {
	State string `db:"state"`
	N     int64  `db:"n"`
}

// UserStatesOf counts the users of a company by state.
func (g *GlobalView) UserStatesOf(ctx context.Context, id string) ([]UserState, error) {
	rows := []UserState{}
	err := g.list(ctx, &rows, `SELECT state, COUNT(*) AS n FROM users WHERE tenant_id = $1 GROUP BY state ORDER BY state`, id)
	return rows, err
}

// A MonthUse is how much a company stamped in a month.
type MonthUse struct {
	Month string `db:"month"` // AAAA-MM
	N     int64  `db:"n"`
}

// MonthUses counts what a company stamped by month, from the day since, newest first.
func (g *GlobalView) MonthUses(ctx context.Context, id, since string) ([]MonthUse, error) {
	rows := []MonthUse{}
	err := g.list(ctx, &rows, `SELECT SUBSTR(dia, 1, 7) AS month, SUM(n) AS n FROM document_days
		WHERE tenant_id = $1 AND dia >= $2 AND state = 'timbrado' GROUP BY SUBSTR(dia, 1, 7) ORDER BY month DESC`, id, since)
	return rows, err
}

// CertificateEnds returns when the certificates of a company that are in use end, the
// soonest first, at most limit.
func (g *GlobalView) CertificateEnds(ctx context.Context, id string, limit int) ([]int64, error) {
	rows := []int64{}
	err := g.list(ctx, &rows, `SELECT not_after FROM certificates WHERE tenant_id = $1 AND activo AND deleted_at = 0 ORDER BY not_after LIMIT $2`, id, limit)
	return rows, err
}
