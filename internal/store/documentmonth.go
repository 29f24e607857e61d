package store

import (
	"cmp"
	"context"
)

// document_months holds one row for each month, state, tipo, series and maker. It is
// changed only beside document_days, in the transaction that changes a document;
// [View.DocumentMonthsDiffer] proves that it is the sum over documents. A panel over
// a million of them reads some hundred rows, also for who is limited to a branch.

// monthKey is the bucket a document is counted in.
type monthKey struct{ mes, state, tipo, serieID, createdBy string }

func (r DocumentRow) month() monthKey {
	return monthKey{r.Fecha[:min(7, len(r.Fecha))], r.State, r.Tipo, r.SerieID, r.CreatedBy}
}

// compare orders the buckets as they are touched.
func (k monthKey) compare(l monthKey) int {
	return cmp.Or(cmp.Compare(k.mes, l.mes), cmp.Compare(k.state, l.state), cmp.Compare(k.tipo, l.tipo), cmp.Compare(k.serieID, l.serieID), cmp.Compare(k.createdBy, l.createdBy))
}

// A monthDelta is how many documents join a bucket and what they add up to in MXN millionths.
type monthDelta struct{ n, total int64 }

func (tx *Tx) recountMonth(ctx context.Context, was, r DocumentRow) error {
	from, to := was.month(), r.month()
	switch {
	case from == to:
		return tx.countMonth(ctx, to, 0, r.TotalMXN-was.TotalMXN)
	case to.compare(from) < 0:
		if err := tx.countMonth(ctx, to, 1, r.TotalMXN); err != nil {
			return err
		}
		return tx.countMonth(ctx, from, -1, -was.TotalMXN)
	}
	if err := tx.countMonth(ctx, from, -1, -was.TotalMXN); err != nil {
		return err
	}
	return tx.countMonth(ctx, to, 1, r.TotalMXN)
}

// countMonth adds n documents worth total to a bucket.
func (tx *Tx) countMonth(ctx context.Context, k monthKey, n, total int64) error {
	if n == 0 && total == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO document_months AS m (tenant_id, mes, state, tipo, serie_id, created_by, n, total_mxn)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (tenant_id, mes, state, tipo, serie_id, created_by) DO UPDATE SET n = m.n + excluded.n, total_mxn = m.total_mxn + excluded.total_mxn`,
		k.mes, k.state, k.tipo, k.serieID, k.createdBy, n, total)
	return err
}

// A MonthSum is how many documents of a tipo stand in a state, by month, and what
// they add up to in MXN millionths.
type MonthSum struct {
	Mes      string `db:"mes"` // AAAA-MM
	Tipo     string `db:"tipo"`
	State    string `db:"state"`
	N        int64  `db:"n"`
	TotalMXN int64  `db:"total_mxn"`
}

// DocumentMonths adds the documents since a month (AAAA-MM), of all that may be seen.
func (v *View) DocumentMonths(ctx context.Context, since string, seen Seen) ([]MonthSum, error) {
	q := &documentQuery{sql: "tenant_id = $1"}
	seen.where(q)
	var sums []MonthSum
	err := v.list(ctx, &sums, `SELECT mes, tipo, state, CAST(SUM(n) AS BIGINT) AS n, CAST(SUM(total_mxn) AS BIGINT) AS total_mxn
		FROM document_months WHERE `+q.sql+` AND mes >= `+q.arg(since)+`
		GROUP BY mes, tipo, state HAVING SUM(n) <> 0 ORDER BY mes, tipo, state`, q.args...)
	return sums, err
}

// A StateCount is how many documents are in a state.
type StateCount struct {
	State string `db:"state"`
	N     int64  `db:"n"`
}

// DocumentStates counts the documents of each state that has any, of all that may be seen.
func (v *View) DocumentStates(ctx context.Context, seen Seen) ([]StateCount, error) {
	q := &documentQuery{sql: "tenant_id = $1"}
	seen.where(q)
	var counts []StateCount
	err := v.list(ctx, &counts, `SELECT state, CAST(SUM(n) AS BIGINT) AS n FROM document_months
		WHERE `+q.sql+` GROUP BY state HAVING SUM(n) <> 0 ORDER BY state`, q.args...)
	return counts, err
}

// DocumentMonthsDiffer returns the months whose bucket is not the sum of its
// documents; always empty unless somebody wrote around this file.
func (v *View) DocumentMonthsDiffer(ctx context.Context) ([]string, error) {
	var months []string
	err := v.list(ctx, &months, `SELECT DISTINCT mes FROM (
		SELECT mes, state, tipo, serie_id, created_by, n, total_mxn FROM document_months WHERE tenant_id = $1
		UNION ALL
		SELECT substr(fecha, 1, 7) AS mes, state, tipo, serie_id, created_by, -COUNT(*), -SUM(total_mxn)
			FROM documents WHERE tenant_id = $1 GROUP BY substr(fecha, 1, 7), state, tipo, serie_id, created_by
		) AS both_sides GROUP BY mes, state, tipo, serie_id, created_by
		HAVING SUM(n) <> 0 OR SUM(total_mxn) <> 0
		ORDER BY mes`)
	return months, err
}
