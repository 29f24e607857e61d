package store

import "context"

// A RoleRow is a set of rights that a company gave a name.
type RoleRow struct {
	ID         string `db:"id"`
	Nombre     string `db:"nombre"`
	NombreFold string `db:"nombre_fold"` // unique within the tenant
	Rights     string `db:"rights"`      // JSON list of Right
	Limits     string `db:"limits"`      // JSON of Limits
	Version    int64  `db:"version"`
	UpdatedAt  int64  `db:"updated_at"`
	UpdatedBy  string `db:"updated_by"`
}

const roleColumns = `id, nombre, nombre_fold, rights, limits, version, updated_at, updated_by`

// Role returns one role, or fail.NotFound.
func (v *View) Role(ctx context.Context, id string) (RoleRow, error) {
	var r RoleRow
	err := v.get(ctx, &r, `SELECT `+roleColumns+` FROM roles WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Roles lists the roles of the company by name, at most limit.
func (v *View) Roles(ctx context.Context, limit int) ([]RoleRow, error) {
	rows := []RoleRow{}
	err := v.list(ctx, &rows, `SELECT `+roleColumns+` FROM roles WHERE tenant_id = $1 ORDER BY nombre_fold LIMIT $2`, limit)
	return rows, err
}

// InsertRole keeps a new role. A name in use is fail.Conflict.
func (tx *Tx) InsertRole(ctx context.Context, r RoleRow) error {
	_, err := tx.exec(ctx, `INSERT INTO roles (tenant_id, `+roleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Nombre, r.NombreFold, r.Rights, r.Limits, r.Version, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdateRole writes r over the role whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) UpdateRole(ctx context.Context, r RoleRow) error {
	return tx.one(ctx, `UPDATE roles SET nombre = $3, nombre_fold = $4, rights = $5, limits = $6, version = $7, updated_at = $8, updated_by = $9
		WHERE tenant_id = $1 AND id = $2 AND version = $7 - 1`,
		r.ID, r.Nombre, r.NombreFold, r.Rights, r.Limits, r.Version, r.UpdatedAt, r.UpdatedBy)
}
