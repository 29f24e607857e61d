package store

import (
	"cmp"
	"context"
)

// document_days holds one row for each day, state, tipo, serie and moneda. It is
// changed only here, in the transaction that changes a document, so it always
// equals the sum over documents; [View.DocumentDaysDiffer] proves it.

// dayKey is the bucket a document is counted in.
type dayKey struct{ dia, state, tipo, serie, moneda string }

func (r DocumentRow) day() dayKey {
	return dayKey{r.Fecha[:min(10, len(r.Fecha))], r.State, r.Tipo, r.Serie, r.Moneda}
}

// compare orders the buckets as they are touched.
func (k dayKey) compare(l dayKey) int {
	return cmp.Or(cmp.Compare(k.dia, l.dia), cmp.Compare(k.state, l.state), cmp.Compare(k.tipo, l.tipo), cmp.Compare(k.serie, l.serie), cmp.Compare(k.moneda, l.moneda))
}

// A dayDelta is what a document adds to its bucket.
type dayDelta struct {
	n       int64
	amounts [6]int64
}

func (r DocumentRow) delta() dayDelta {
	return dayDelta{1, [6]int64{r.SubTotal, r.Descuento, r.Traslados, r.Retenciones, r.Total, r.TotalMXN}}
}

// minus takes e off d.
func (d dayDelta) minus(e dayDelta) dayDelta {
	d.n -= e.n
	for i := range d.amounts {
		d.amounts[i] -= e.amounts[i]
	}
	return d
}

// plus adds e to d.
func (d dayDelta) plus(e dayDelta) dayDelta { return d.minus(dayDelta{}.minus(e)) }

// recount moves a document from the buckets of was to those of r. Buckets are
// touched in one fixed order, days before months before balances, so that two writers never wait
// for each other.
func (tx *Tx) recount(ctx context.Context, was, r DocumentRow) error {
	if err := tx.recountDay(ctx, was, r); err != nil {
		return err
	}
	if err := tx.recountMonth(ctx, was, r); err != nil {
		return err
	}
	return tx.recountOwed(ctx, was, r)
}

// enter counts a document that was not there before.
func (tx *Tx) enter(ctx context.Context, r DocumentRow) error {
	if err := tx.count(ctx, r.day(), r.delta()); err != nil {
		return err
	}
	if err := tx.countMonth(ctx, r.month(), 1, r.TotalMXN); err != nil {
		return err
	}
	return tx.countOwed(ctx, r, 1)
}

// leave takes a document that is no more out of the counts.
func (tx *Tx) leave(ctx context.Context, r DocumentRow) error {
	if err := tx.count(ctx, r.day(), dayDelta{}.minus(r.delta())); err != nil {
		return err
	}
	if err := tx.countMonth(ctx, r.month(), -1, -r.TotalMXN); err != nil {
		return err
	}
	return tx.countOwed(ctx, r, -1)
}

func (tx *Tx) recountDay(ctx context.Context, was, r DocumentRow) error {
	from, to := was.day(), r.day()
	switch {
	case from == to:
		return tx.count(ctx, to, r.delta().minus(was.delta()))
	case to.compare(from) < 0:
		if err := tx.count(ctx, to, r.delta()); err != nil {
			return err
		}
		return tx.count(ctx, from, dayDelta{}.minus(was.delta()))
	}
	if err := tx.count(ctx, from, dayDelta{}.minus(was.delta())); err != nil {
		return err
	}
	return tx.count(ctx, to, r.delta())
}

// count adds d to a bucket.
func (tx *Tx) count(ctx context.Context, k dayKey, d dayDelta) error {
	if d == (dayDelta{}) {
		return nil
	}
	a := d.amounts
	_, err := tx.exec(ctx, `INSERT INTO document_days AS d
		(tenant_id, dia, state, tipo, serie, moneda, n, subtotal, descuento, traslados, retenciones, total, total_mxn)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (tenant_id, dia, state, tipo, serie, moneda) DO UPDATE SET
		n = d.n + excluded.n, subtotal = d.subtotal + excluded.subtotal, descuento = d.descuento + excluded.descuento,
		traslados = d.traslados + excluded.traslados, retenciones = d.retenciones + excluded.retenciones,
		total = d.total + excluded.total, total_mxn = d.total_mxn + excluded.total_mxn`,
		k.dia, k.state, k.tipo, k.serie, k.moneda, d.n, a[0], a[1], a[2], a[3], a[4], a[5])
	return err
}

// A DocumentSum adds documents of one moneda, in millionths.
type DocumentSum struct {
	Moneda      string `db:"moneda"`
	N           int64  `db:"n"`
	SubTotal    int64  `db:"subtotal"`
	Descuento   int64  `db:"descuento"`
	Traslados   int64  `db:"traslados"`
	Retenciones int64  `db:"retenciones"`
	Total       int64  `db:"total"`
}

// DocumentDaysDiffer returns the days whose bucket is not the sum of its
// documents; always empty unless somebody wrote around this file.
func (v *View) DocumentDaysDiffer(ctx context.Context) ([]string, error) {
	var days []string
	err := v.list(ctx, &days, `SELECT DISTINCT dia FROM (
		SELECT dia, state, tipo, serie, moneda, n, subtotal, descuento, traslados, retenciones, total, total_mxn
			FROM document_days WHERE tenant_id = $1
		UNION ALL
		SELECT substr(fecha, 1, 10) AS dia, state, tipo, serie, moneda, -COUNT(*), -SUM(subtotal), -SUM(descuento), -SUM(traslados), -SUM(retenciones), -SUM(total), -SUM(total_mxn)
			FROM documents WHERE tenant_id = $1 GROUP BY substr(fecha, 1, 10), state, tipo, serie, moneda
		) AS both_sides GROUP BY dia, state, tipo, serie, moneda
		HAVING SUM(n) <> 0 OR SUM(subtotal) <> 0 OR SUM(descuento) <> 0 OR SUM(traslados) <> 0 OR SUM(retenciones) <> 0 OR SUM(total) <> 0 OR SUM(total_mxn) <> 0
		ORDER BY dia`)
	return days, err
}
