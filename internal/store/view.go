package store

import (
	"context"
	"fmt"
	"strings"
)

// A View reads the rows of one tenant, each call by itself; the View within a
// [Tx] reads inside its transaction. Its methods are in the noun files.
type View struct {
	scope
	tenant Tenant
}

// View returns the readings of tenant t.
func (db *DB) View(t Tenant) *View {
	return &View{scope: scope{db: db, run: db.readers}, tenant: t}
}

// Tenant returns the tenant the View was born with.
func (v *View) Tenant() Tenant { return v.tenant }

// get scans the one row of sql into dst (pointer to struct or value). $1 is the
// tenant and is bound here; args start at $2. No row is fail.NotFound.
func (v *View) get(ctx context.Context, dst any, sql statement, args ...any) error {
	bound, err := v.bind(sql, args)
	if err != nil {
		return err
	}
	return v.scope.get(ctx, dst, sql, bound)
}

// list scans all rows of sql into dst (pointer to slice). $1 is the tenant and
// is bound here; args start at $2. No rows is an empty slice.
func (v *View) list(ctx context.Context, dst any, sql statement, args ...any) error {
	bound, err := v.bind(sql, args)
	if err != nil {
		return err
	}
	return v.scope.list(ctx, dst, sql, bound)
}

// bind puts the tenant before args. It refuses a statement that does not name
// the tenant: with conditions put together at run time no test sees it before.
func (v *View) bind(sql statement, args []any) ([]any, error) {
	if v.tenant.id == "" {
		return nil, ErrNoTenant
	}
	if !strings.Contains(sql, "tenant_id") {
		return nil, fmt.Errorf("store: a statement without tenant_id: %s", head(sql))
	}
	return append([]any{v.tenant.id}, args...), nil
}
