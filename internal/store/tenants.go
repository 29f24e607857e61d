package store

import (
	"context"
)

// States of a tenant.
const (
	TenantActive = "activo"
	TenantClosed = "cerrado"
)

// A TenantRow is one company that keeps its rows here.
type TenantRow struct {
	ID        string `db:"id"`
	Rfc       string `db:"rfc"` // unique among all tenants
	Name      string `db:"name"`
	State     string `db:"state"` // TenantActive, TenantClosed
	CreatedAt int64  `db:"created_at"`
	Color     string `db:"color"` // word of the palette, "" = made from the RFC

	SuspendedAt  int64  `db:"suspended_at"`  // by the operator, 0 = it is not
	SuspendedFor string `db:"suspended_for"` // why, as its people are told
}

const tenantColumns = `id, rfc, name, state, created_at, color, suspended_at, suspended_for`

// Open reports whether the company's people may come in.
func (r TenantRow) Open() bool { return r.State == TenantActive && r.SuspendedAt == 0 }

// Tenant returns the tenant the row stands for.
func (r TenantRow) Tenant() Tenant { return Tenant{id: r.ID} }

// InsertTenant keeps a new tenant. Another one of the same Rfc is fail.Conflict.
func (tx *GlobalTx) InsertTenant(ctx context.Context, r TenantRow) error {
	_, err := tx.exec(ctx, `INSERT INTO tenants (id, rfc, name, state, created_at) VALUES ($1, $2, $3, $4, $5)`,
		r.ID, r.Rfc, r.Name, r.State, r.CreatedAt)
	return err
}

// SetTenantName changes the name of the tenant with the given id.
func (tx *GlobalTx) SetTenantName(ctx context.Context, id, name string) error {
	_, err := tx.exec(ctx, `UPDATE tenants SET name = $2 WHERE id = $1`, id, name)
	return err
}

// SetTenantState changes the state of the tenant with the given id.
func (tx *GlobalTx) SetTenantState(ctx context.Context, id, state string) error {
	_, err := tx.exec(ctx, `UPDATE tenants SET state = $2 WHERE id = $1`, id, state)
	return err
}

// SuspendTenant suspends a company at the given instant, or lets it work again at 0.
func (tx *GlobalTx) SuspendTenant(ctx context.Context, id string, at int64, why string) error {
	return tx.one(ctx, `UPDATE tenants SET suspended_at = $2, suspended_for = $3 WHERE id = $1`, id, at, why)
}

// TenantByRfc returns the tenant of an Rfc, or fail.NotFound.
func (g *GlobalView) TenantByRfc(ctx context.Context, rfc string) (TenantRow, error) {
	var r TenantRow
	err := g.get(ctx, &r, `SELECT `+tenantColumns+` FROM tenants WHERE rfc = $1`, rfc)
	return r, err
}

// TenantByID returns the tenant with the given id, or fail.NotFound.
func (g *GlobalView) TenantByID(ctx context.Context, id string) (TenantRow, error) {
	var r TenantRow
	err := g.get(ctx, &r, `SELECT `+tenantColumns+` FROM tenants WHERE id = $1`, id)
	return r, err
}

// Tenants returns up to limit tenants in the order of their ids, after the id
// given ("" for the first page). It serves jobs and checks over everybody.
func (g *GlobalView) Tenants(ctx context.Context, after string, limit int) ([]TenantRow, error) {
	var rows []TenantRow
	err := g.list(ctx, &rows, `SELECT `+tenantColumns+` FROM tenants WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
	return rows, err
}
