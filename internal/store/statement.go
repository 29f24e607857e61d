package store

import "context"

// customer_balances holds what each customer owes by moneda, and by how many documents.
// It is changed only here, beside document_days, in the transaction that changes a
// document; [View.CustomerBalancesDiffer] proves that it is the sum over the stamped ones.

const stampedState = "timbrado"

// owes reports whether r counts for what its customer owes.
func (r DocumentRow) owes() bool { return r.CustomerID != "" && r.State == stampedState }

func (tx *Tx) recountOwed(ctx context.Context, was, r DocumentRow) error {
	if was.owes() && r.owes() && was.CustomerID == r.CustomerID && was.Moneda == r.Moneda {
		if was.Adeudo == r.Adeudo {
			return nil
		}
		r.Adeudo -= was.Adeudo
		return tx.addOwed(ctx, r, 0)
	}
	if err := tx.countOwed(ctx, was, -1); err != nil { // a stamped document keeps its customer: one of the two does nothing
		return err
	}
	return tx.countOwed(ctx, r, 1)
}

// countOwed adds (n is 1) or takes off (−1) what r counts.
func (tx *Tx) countOwed(ctx context.Context, r DocumentRow, n int64) error {
	if !r.owes() {
		return nil
	}
	r.Adeudo *= n
	return tx.addOwed(ctx, r, n)
}

func (tx *Tx) addOwed(ctx context.Context, r DocumentRow, n int64) error {
	_, err := tx.exec(ctx, `INSERT INTO customer_balances AS b (tenant_id, customer_id, moneda, n, saldo) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id, customer_id, moneda) DO UPDATE SET n = b.n + excluded.n, saldo = b.saldo + excluded.saldo`,
		r.CustomerID, r.Moneda, n, r.Adeudo)
	return err
}

// A BalanceRow is what a customer owes in one moneda, in millionths.
type BalanceRow struct {
	CustomerID string `db:"customer_id"`
	Moneda     string `db:"moneda"`
	N          int64  `db:"n"`
	Saldo      int64  `db:"saldo"`
}

// CustomerBalances are what the customers of ids, at most a few hundred, owe.
func (v *View) CustomerBalances(ctx context.Context, ids []string) ([]BalanceRow, error) {
	rows := []BalanceRow{}
	if len(ids) == 0 {
		return rows, nil
	}
	p := picker{sql: `SELECT customer_id, moneda, n, saldo FROM customer_balances WHERE tenant_id = $1 AND customer_id IN (`}
	for i, id := range ids {
		if i > 0 {
			p.sql += `, `
		}
		p.sql += p.arg(id)
	}
	p.sql += `) ORDER BY customer_id, moneda`
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// CustomerBalancesDiffer returns the customers whose balance is not the sum of their
// stamped documents; always empty unless somebody wrote around this file.
func (v *View) CustomerBalancesDiffer(ctx context.Context) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `SELECT DISTINCT customer_id FROM (
		SELECT customer_id, moneda, saldo FROM customer_balances WHERE tenant_id = $1
		UNION ALL
		SELECT customer_id, moneda, -SUM(adeudo) FROM documents
			WHERE tenant_id = $1 AND customer_id <> '' AND state = 'timbrado' GROUP BY customer_id, moneda
		) AS both_sides GROUP BY customer_id, moneda HAVING SUM(saldo) <> 0 ORDER BY customer_id`)
	return ids, err
}

// A Movements chooses the stamped documents of one customer in one moneda. From and To
// bound Fecha as text, From included and To not, "" without a bound; after the document
// of AfterFecha and AfterID.
type Movements struct {
	CustomerID, Moneda  string
	From, To            string
	AfterFecha, AfterID string
	Seen                Seen
	Owed                bool // only what is paid later
	Limit               int
}

func (m Movements) where() *documentQuery {
	q := &documentQuery{}
	q.sql = "tenant_id = $1 AND customer_id <> '' AND state = 'timbrado' AND customer_id = " + q.arg(m.CustomerID)
	if m.Moneda != "" {
		q.sql += " AND moneda = " + q.arg(m.Moneda)
	}
	if m.From != "" {
		q.sql += " AND fecha >= " + q.arg(m.From)
	}
	if m.To != "" {
		q.sql += " AND fecha < " + q.arg(m.To)
	}
	if m.Owed {
		q.sql += " AND adeudo > 0"
	}
	m.Seen.where(q)
	return q
}

// CustomerDocuments lists them in the order they were issued, at most Limit.
func (v *View) CustomerDocuments(ctx context.Context, m Movements) ([]DocumentRow, error) {
	q := m.where()
	if m.AfterFecha != "" {
		q.sql += " AND (fecha, id) > (" + q.arg(m.AfterFecha) + ", " + q.arg(m.AfterID) + ")"
	}
	rows := []DocumentRow{}
	err := v.list(ctx, &rows, `SELECT `+documentColumns+` FROM documents WHERE `+q.sql+` ORDER BY fecha, id LIMIT `+q.arg(m.Limit), q.args...)
	return rows, err
}

// OwedThrough is what the documents of m up to and with that of AfterFecha and AfterID
// add to what the customer owes; those before From when there is none.
func (v *View) OwedThrough(ctx context.Context, m Movements) (int64, error) {
	from := m.From
	m.From, m.To = "", ""
	q := m.where()
	if m.AfterFecha != "" {
		q.sql += " AND (fecha, id) <= (" + q.arg(m.AfterFecha) + ", " + q.arg(m.AfterID) + ")"
	} else {
		q.sql += " AND fecha < " + q.arg(from)
	}
	var n int64
	err := v.get(ctx, &n, `SELECT CAST(COALESCE(SUM(adeudo), 0) AS BIGINT) FROM documents WHERE `+q.sql, q.args...)
	return n, err
}

// An OwedSum adds the documents of one moneda, in millionths.
type OwedSum struct {
	Moneda  string `db:"moneda"`
	N       int64  `db:"n"`
	Cargos  int64  `db:"cargos"`  // what is paid later
	Abonos  int64  `db:"abonos"`  // what credit notes take off, negative
	Contado int64  `db:"contado"` // invoices paid at issue
	Vencido int64  `db:"vencido"` // of Cargos, what is of before a day
}

// OwedSums adds the documents of m by moneda; of Vencido, those before the day due.
func (v *View) OwedSums(ctx context.Context, m Movements, due string) ([]OwedSum, error) {
	q := m.where()
	sums := []OwedSum{}
	err := v.list(ctx, &sums, `SELECT moneda, COUNT(*) AS n,
		CAST(SUM(CASE WHEN adeudo > 0 THEN adeudo ELSE 0 END) AS BIGINT) AS cargos,
		CAST(SUM(CASE WHEN adeudo < 0 THEN adeudo ELSE 0 END) AS BIGINT) AS abonos,
		CAST(SUM(CASE WHEN adeudo = 0 AND tipo = 'I' THEN total ELSE 0 END) AS BIGINT) AS contado,
		CAST(SUM(CASE WHEN adeudo > 0 AND fecha < `+q.arg(due)+` THEN adeudo ELSE 0 END) AS BIGINT) AS vencido
		FROM documents WHERE `+q.sql+` GROUP BY moneda ORDER BY COUNT(*) DESC, moneda`, q.args...)
	return sums, err
}

// MetodoPagoOf is how the stamped document of a UUID is paid; "" when it is not the
// company's.
func (v *View) MetodoPagoOf(ctx context.Context, uuid string) (string, error) {
	var list []string
	err := v.list(ctx, &list, `SELECT metodo_pago FROM documents WHERE tenant_id = $1 AND uuid = $2 AND uuid <> ''`, uuid)
	if len(list) == 0 {
		return "", err
	}
	return list[0], err
}

// OwedUnread lists stamped documents of which nobody knows how they are paid, invoices
// before their credit notes, at most limit.
func (v *View) OwedUnread(ctx context.Context, limit int) ([]DocumentRow, error) {
	rows := []DocumentRow{}
	err := v.list(ctx, &rows, `SELECT `+documentColumns+` FROM documents WHERE tenant_id = $1 AND metodo_pago = '' AND state = 'timbrado'
		ORDER BY tipo DESC, id LIMIT $2`, limit)
	return rows, err
}
