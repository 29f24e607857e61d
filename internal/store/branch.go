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
	Calle        string `db:"calle"`
	NoExterior   string `db:"no_exterior"`
	NoInterior   string `db:"no_interior"`
	Colonia      string `db:"colonia"`
	Localidad    string `db:"localidad"`
	Referencia   string `db:"referencia"`
	Municipio    string `db:"municipio"`
	Estado       string `db:"estado"`
	Frontera     bool   `db:"frontera"` // applies the stimulus of the border region
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

const branchColumns = `id, nombre, nombre_fold, clave, codigo_postal, telefono, correo, responsable, activa, version, updated_at, updated_by,
	calle, no_exterior, no_interior, colonia, localidad, referencia, municipio, estado, frontera`

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
	_, err := tx.exec(ctx, `INSERT INTO branches (tenant_id, `+branchColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		r.ID, r.Nombre, r.NombreFold, r.Clave, r.CodigoPostal, r.Telefono, r.Correo, r.Responsable, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy,
		r.Calle, r.NoExterior, r.NoInterior, r.Colonia,
		r.Localidad, r.Referencia, r.Municipio, r.Estado, r.Frontera)
	return err
}

// UpdateBranch writes r over the branch whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) UpdateBranch(ctx context.Context, r BranchRow) error {
	return tx.one(ctx, `UPDATE branches SET nombre = $3, nombre_fold = $4, clave = $5, codigo_postal = $6, telefono = $7, correo = $8,
		responsable = $9, activa = $10, version = $11, updated_at = $12, updated_by = $13, calle = $14, no_exterior = $15, no_interior = $16,
		colonia = $17, localidad = $18, referencia = $19, municipio = $20, estado = $21, frontera = $22 WHERE tenant_id = $1 AND id = $2 AND version = $11 - 1`,
		r.ID, r.Nombre, r.NombreFold, r.Clave, r.CodigoPostal, r.Telefono, r.Correo, r.Responsable, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy,
		r.Calle, r.NoExterior, r.NoInterior, r.Colonia,
		r.Localidad, r.Referencia, r.Municipio, r.Estado, r.Frontera)
}

// BranchUse is what a branch has: numberings, documents of theirs in any state, and
// certificates of its own that are not deleted.
type BranchUse struct {
	Series       bool `db:"series"`
	Documents    bool `db:"documents"`
	Skips        bool `db:"skips"` // folios passed over
	Certificates bool `db:"certificates"`
}

// BranchUse tells what a branch has.
func (v *View) BranchUse(ctx context.Context, id string) (BranchUse, error) {
	var u BranchUse
	err := v.get(ctx, &u, `SELECT
		EXISTS (SELECT 1 FROM series WHERE tenant_id = $1 AND branch_id = $2) AS series,
		EXISTS (SELECT 1 FROM series s JOIN documents d ON d.tenant_id = s.tenant_id AND d.serie_id = s.id WHERE s.tenant_id = $1 AND s.branch_id = $2) AS documents,
		EXISTS (SELECT 1 FROM series s JOIN serie_skips k ON k.tenant_id = s.tenant_id AND k.serie_id = s.id WHERE s.tenant_id = $1 AND s.branch_id = $2) AS skips,
		EXISTS (SELECT 1 FROM certificates WHERE tenant_id = $1 AND branch_id = $2 AND deleted_at = 0) AS certificates`, id)
	return u, err
}

// DeleteBranch takes a branch away with its numberings, none of which may have a
// document or a skipped folio; fail.NotFound for another version than this one.
func (tx *Tx) DeleteBranch(ctx context.Context, id string, version int64) error {
	if err := tx.one(ctx, `DELETE FROM branches WHERE tenant_id = $1 AND id = $2 AND version = $3`, id, version); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM series WHERE tenant_id = $1 AND branch_id = $2`, id)
	return err
}
