package store

import "context"

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
	bound, err := v.bind(args)
	if err != nil {
		return err
	}
	return v.scope.get(ctx, dst, sql, bound)
}

// list scans all rows of sql into dst (pointer to slice). $1 is the tenant and
// is bound here; args start at $2. No rows is an empty slice.
func (v *View) list(ctx context.Context, dst any, sql statement, args ...any) error {
	bound, err := v.bind(args)
	if err != nil {
		return err
	}
	return v.scope.list(ctx, dst, sql, bound)
}

// bind puts the tenant before args.
func (v *View) bind(args []any) ([]any, error) {
	if v.tenant.id == "" {
		return nil, ErrNoTenant
	}
	return append([]any{v.tenant.id}, args...), nil
}
