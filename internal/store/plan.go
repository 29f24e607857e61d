package store

import "context"

// A PlanTermsRow is what was agreed with a company from an instant on.
type PlanTermsRow struct {
	ID          string `db:"id"`
	Plan        string `db:"plan"`
	Quantity    int64  `db:"quantity"` // ceiling or allowance of a month
	Price       int64  `db:"price"`    // millionths of a peso: of a stamp, or of the month
	StopUnpaid  bool   `db:"stop_unpaid"`
	FromAt      int64  `db:"from_at"`
	SetAt       int64  `db:"set_at"`
	WithdrawnAt int64  `db:"withdrawn_at"` // by others before it began, 0 for never
}

const termsColumns = `id, plan, quantity, price, stop_unpaid, from_at, set_at, withdrawn_at`

// PlanTerms returns what is in force at an instant, or fail.NotFound.
func (v *View) PlanTerms(ctx context.Context, at int64) (PlanTermsRow, error) {
	var r PlanTermsRow
	err := v.get(ctx, &r, `SELECT `+termsColumns+` FROM plan_terms WHERE tenant_id = $1 AND from_at <= $2 AND withdrawn_at = 0 ORDER BY from_at DESC, id DESC LIMIT 1`, at)
	return r, err
}

// PlanTermsOf returns the last of a plan that began until an instant, or fail.NotFound.
func (v *View) PlanTermsOf(ctx context.Context, plan string, at int64) (PlanTermsRow, error) {
	var r PlanTermsRow
	err := v.get(ctx, &r, `SELECT `+termsColumns+` FROM plan_terms WHERE tenant_id = $1 AND plan = $2 AND from_at <= $3 AND withdrawn_at = 0
		ORDER BY from_at DESC, id DESC LIMIT 1`, plan, at)
	return r, err
}

// PlanTermsList lists what was agreed, the newest first, at most limit.
func (v *View) PlanTermsList(ctx context.Context, limit int) ([]PlanTermsRow, error) {
	rows := []PlanTermsRow{}
	err := v.list(ctx, &rows, `SELECT `+termsColumns+` FROM plan_terms WHERE tenant_id = $1 ORDER BY from_at DESC, id DESC LIMIT $2`, limit)
	return rows, err
}

// InsertPlanTerms keeps what was agreed.
func (tx *Tx) InsertPlanTerms(ctx context.Context, r PlanTermsRow) error {
	_, err := tx.exec(ctx, `INSERT INTO plan_terms (tenant_id, `+termsColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Plan, r.Quantity, r.Price, r.StopUnpaid, r.FromAt, r.SetAt, r.WithdrawnAt)
	return err
}

// WithdrawPlanTerms takes back what has not begun at an instant.
func (tx *Tx) WithdrawPlanTerms(ctx context.Context, at int64) error {
	_, err := tx.exec(ctx, `UPDATE plan_terms SET withdrawn_at = $2 WHERE tenant_id = $1 AND from_at > $2 AND withdrawn_at = 0`, at)
	return err
}

// A StatementRow is a month that was billed.
type StatementRow struct {
	TenantID string `db:"tenant_id"`
	Mes      string `db:"mes"` // AAAA-MM
	Plan     string `db:"plan"`
	Units    int64  `db:"units"`
	Price    int64  `db:"price"`
	Subtotal int64  `db:"subtotal"`
	Iva      int64  `db:"iva"`
	Total    int64  `db:"total"`
	MadeAt   int64  `db:"made_at"`
	DueAt    int64  `db:"due_at"`
	Told     int64  `db:"told"`
	PaidAt   int64  `db:"paid_at"` // 0 = not paid
	PaidRef  string `db:"paid_ref"`
	PaidBy   string `db:"paid_by"`

	LateUnits int64 `db:"late_units"` // of Post pago, held before the company left it
	LatePrice int64 `db:"late_price"`
}

const statementColumns = `tenant_id, mes, plan, units, price, subtotal, iva, total, made_at, due_at, told, paid_at, paid_ref, paid_by, late_units, late_price`

// Tenant returns whose statement it is.
func (r StatementRow) Tenant() Tenant { return Tenant{id: r.TenantID} }

// CreditStatement returns that of a month, or fail.NotFound.
func (v *View) CreditStatement(ctx context.Context, mes string) (StatementRow, error) {
	var r StatementRow
	err := v.get(ctx, &r, `SELECT `+statementColumns+` FROM credit_statements WHERE tenant_id = $1 AND mes = $2`, mes)
	return r, err
}

// CreditStatements lists the company's before a month, the newest first, at most limit;
// "" is from the newest.
func (v *View) CreditStatements(ctx context.Context, before string, limit int) ([]StatementRow, error) {
	if before == "" {
		before = "9999-99"
	}
	rows := []StatementRow{}
	err := v.list(ctx, &rows, `SELECT `+statementColumns+` FROM credit_statements WHERE tenant_id = $1 AND mes < $2 ORDER BY mes DESC LIMIT $3`, before, limit)
	return rows, err
}

// LateStatements counts those that are not paid and were due.
func (v *View) LateStatements(ctx context.Context, now int64) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT count(*) FROM credit_statements WHERE tenant_id = $1 AND paid_at = 0 AND due_at <= $2`, now)
	return n, err
}

// InsertCreditStatement keeps that of a month; a second one is fail.Conflict.
func (tx *Tx) InsertCreditStatement(ctx context.Context, r StatementRow) error {
	_, err := tx.exec(ctx, `INSERT INTO credit_statements (tenant_id, mes, plan, units, price, subtotal, iva, total, made_at, due_at, told, paid_at, paid_ref, paid_by, late_units, late_price)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.Mes, r.Plan, r.Units, r.Price, r.Subtotal, r.Iva, r.Total, r.MadeAt, r.DueAt, r.Told, r.PaidAt, r.PaidRef, r.PaidBy, r.LateUnits, r.LatePrice)
	return err
}

// PayStatement marks one as paid, once: fail.NotFound the second time.
func (tx *Tx) PayStatement(ctx context.Context, mes, ref, by string, at int64) error {
	return tx.one(ctx, `UPDATE credit_statements SET paid_at = $3, paid_ref = $4, paid_by = $5 WHERE tenant_id = $1 AND mes = $2 AND paid_at = 0`, mes, at, ref, by)
}

// TellStatement notes that people were told that one is late.
func (tx *Tx) TellStatement(ctx context.Context, mes string) error {
	return tx.one(ctx, `UPDATE credit_statements SET told = 1 WHERE tenant_id = $1 AND mes = $2`, mes)
}

// CreditUsedOf counts what was used in the instants from..to of lots whose entries begin
// with a word: "post" or "prm".
func (v *View) CreditUsedOf(ctx context.Context, word string, from, to int64) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM credit_entries e
		JOIN credit_lines l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id
		JOIN credit_lots t ON t.tenant_id = e.tenant_id AND t.id = l.lot_id
		WHERE e.tenant_id = $1 AND e.kind = 'uso' AND e.at >= $3 AND e.at < $4 AND l.account = 'consumed' AND t.entry_id >= $2 || ':' AND t.entry_id < $2 || ';'`, word, from, to)
	return n, err
}

// DueBooks returns companies of a plan that have a month to bill and are not in this one
// yet, or whose other terms begin, after a company, at most limit.
func (g *GlobalView) DueBooks(ctx context.Context, plan, month string, now int64, after string, limit int) ([]Tenant, error) {
	ids := []string{}
	err := g.list(ctx, &ids, `SELECT tenant_id FROM credit_books WHERE plan = $1 AND tenant_id > $4 AND month <> '' AND (month <> $2 OR next_at > 0 AND next_at <= $3) ORDER BY tenant_id LIMIT $5`, plan, month, now, after, limit)
	tenants := []Tenant{}
	for _, id := range ids {
		tenants = append(tenants, Tenant{id: id})
	}
	return tenants, err
}

// UntoldStatements lists those that are late and of which nobody was told, at most limit.
func (g *GlobalView) UntoldStatements(ctx context.Context, now int64, limit int) ([]StatementRow, error) {
	rows := []StatementRow{}
	err := g.list(ctx, &rows, `SELECT `+statementColumns+` FROM credit_statements WHERE paid_at = 0 AND due_at <= $1 AND told = 0 ORDER BY due_at, tenant_id LIMIT $2`, now, limit)
	return rows, err
}

// A StatementPlace is where a list of all statements goes on.
type StatementPlace struct {
	MadeAt        int64
	TenantID, Mes string
}

// Statements lists those of all companies made before a place, the newest first, at most
// limit. which is pagados, pendientes, vencidos (due at now) or "" for all.
func (g *GlobalView) Statements(ctx context.Context, which string, now int64, at StatementPlace, limit int) ([]StatementRow, error) {
	rows := []StatementRow{}
	sql := statement(`SELECT ` + statementColumns + ` FROM credit_statements WHERE (made_at < $1 OR made_at = $1 AND (tenant_id < $2 OR tenant_id = $2 AND mes < $3))`)
	args := []any{at.MadeAt, at.TenantID, at.Mes, limit}
	switch which {
	case "pagados":
		sql += ` AND paid_at > 0`
	case "pendientes":
		sql += ` AND paid_at = 0`
	case "vencidos":
		sql += ` AND paid_at = 0 AND due_at <= $5`
		args = append(args, now)
	}
	sql += ` ORDER BY made_at DESC, tenant_id DESC, mes DESC LIMIT $4`
	return rows, g.list(ctx, &rows, sql, args...)
}
