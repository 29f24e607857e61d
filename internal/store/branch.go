package store

import "context"

// MainBranch names the company's main branch where a list holds ids: it is no row.
const MainBranch = "matriz"

// A BranchRow is a branch of the company.
type BranchRow struct {
	ID           string `db:"id"`
	Nombre       string `db:"nombre"`
	NombreFold   string `db:"nombre_fold"` // unique within the company
	Clave        string `db:"clave"`
	CodigoPostal string `db:"codigo_postal"` // place of issue and time zone
	Telefono     string `db:"telefono"`
	Correo       string `db:"correo"`
	Responsable  string `db:"responsable"`
	Activa       bool   `db:"activa"`
	Version      int64  `db:"version"`
	UpdatedAt    int64  `db:"updated_at"`
	UpdatedBy    string `db:"updated_by"`
}

// Print says how a receipt issued from the branch names it and reaches it; what the
// branch leaves empty stays the company's.
func (r BranchRow) Print(name, telefono, correo *string) {
	*name = r.Nombre + " · C.P. " + r.CodigoPostal
	if r.Telefono != "" {
		*telefono = r.Telefono
	}
	if r.Correo != "" {
		*correo = r.Correo
	}
}

const branchColumns = `id, nombre, nombre_fold, clave, codigo_postal, telefono, correo, responsable, activa, version, updated_at, updated_by`

// Branches lists the company's branches by name, at most limit.
func (v *View) Branches(ctx context.Context, limit int) ([]BranchRow, error) {
	rows := []BranchRow{}
	err := v.list(ctx, &rows, `SELECT `+branchColumns+` FROM branches WHERE tenant_id = $1 ORDER BY nombre_fold LIMIT $2`, limit)
	return rows, err
}

// Branch returns one branch, or fail.NotFound.
func (v *View) Branch(ctx context.Context, id string) (BranchRow, error) {
	var r BranchRow
	err := v.get(ctx, &r, `SELECT `+branchColumns+` FROM branches WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// InsertBranch keeps a new branch. A name in use is fail.Conflict.
func (tx *Tx) InsertBranch(ctx context.Context, r BranchRow) error {
	_, err := tx.exec(ctx, `INSERT INTO branches (tenant_id, `+branchColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.ID, r.Nombre, r.NombreFold, r.Clave, r.CodigoPostal, r.Telefono, r.Correo, r.Responsable, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdateBranch writes r over the branch whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) UpdateBranch(ctx context.Context, r BranchRow) error {
	return tx.one(ctx, `UPDATE branches SET nombre = $3, nombre_fold = $4, clave = $5, codigo_postal = $6, telefono = $7, correo = $8,
		responsable = $9, activa = $10, version = $11, updated_at = $12, updated_by = $13 WHERE tenant_id = $1 AND id = $2 AND version = $11 - 1`,
		r.ID, r.Nombre, r.NombreFold, r.Clave, r.CodigoPostal, r.Telefono, r.Correo, r.Responsable, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy)
}
