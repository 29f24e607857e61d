package store

import "context"

// A PaperRow is how a company prints the receipts of a branch ([MainBranch] among
// them) and a type; an empty one stands for all of them.
type PaperRow struct {
	BranchID  string `db:"branch_id"`
	Tipo      string `db:"tipo"`
	Settings  string `db:"settings"` // JSON
	Version   int64  `db:"version"`
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

// A LogoRow is the logo of the same scope.
type LogoRow struct {
	BranchID  string `db:"branch_id"`
	Tipo      string `db:"tipo"`
	PNG       []byte `db:"png"`
	SHA256    string `db:"sha256"` // hexadecimal
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

const (
	paperColumns = `branch_id, tipo, settings, version, updated_at, updated_by`
	logoColumns  = `branch_id, tipo, png, sha256, updated_at, updated_by`

	// ruling are the rows that could rule a branch and a type, the most particular
	// first: both, the branch, the type, the company.
	ruling = ` WHERE tenant_id = $1 AND branch_id IN ('', $2) AND tipo IN ('', $3) ORDER BY branch_id DESC, tipo DESC LIMIT 1`
)

// PaperScopes lists the scopes that have a design of their own, without the company's
// last: by branch and type, at most limit.
func (v *View) PaperScopes(ctx context.Context, limit int) ([]PaperRow, error) {
	rows := []PaperRow{}
	err := v.list(ctx, &rows, `SELECT `+paperColumns+` FROM paper_designs WHERE tenant_id = $1 ORDER BY branch_id, tipo LIMIT $2`, limit)
	return rows, err
}

// Paper returns the design that rules receipts of a branch and a type, the most
// particular there is. fail.NotFound when there is none.
func (v *View) Paper(ctx context.Context, branch, tipo string) (PaperRow, error) {
	var r PaperRow
	err := v.get(ctx, &r, `SELECT `+paperColumns+` FROM paper_designs`+ruling, branch, tipo)
	return r, err
}

// PaperLogo is Paper for the logo.
func (v *View) PaperLogo(ctx context.Context, branch, tipo string) (LogoRow, error) {
	var r LogoRow
	err := v.get(ctx, &r, `SELECT `+logoColumns+` FROM paper_logos`+ruling, branch, tipo)
	return r, err
}

// LogoDigest returns the scope and the digest of the logo that rules, without its
// bytes. fail.NotFound when there is none.
func (v *View) LogoDigest(ctx context.Context, branch, tipo string) (LogoRow, error) {
	var r LogoRow
	err := v.get(ctx, &r, `SELECT branch_id, tipo, sha256, updated_at, updated_by FROM paper_logos`+ruling, branch, tipo)
	return r, err
}

// InsertPaper keeps the first design of a scope. One that is there is fail.Conflict.
func (tx *Tx) InsertPaper(ctx context.Context, r PaperRow) error {
	_, err := tx.exec(ctx, `INSERT INTO paper_designs (tenant_id, `+paperColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.BranchID, r.Tipo, r.Settings, r.Version, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdatePaper writes r over the design whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) UpdatePaper(ctx context.Context, r PaperRow) error {
	return tx.one(ctx, `UPDATE paper_designs SET settings = $4, version = $5, updated_at = $6, updated_by = $7
		WHERE tenant_id = $1 AND branch_id = $2 AND tipo = $3 AND version = $5 - 1`,
		r.BranchID, r.Tipo, r.Settings, r.Version, r.UpdatedAt, r.UpdatedBy)
}

// DeletePaper forgets the design of exactly this scope; fail.NotFound when it has none.
func (tx *Tx) DeletePaper(ctx context.Context, branch, tipo string) error {
	return tx.one(ctx, `DELETE FROM paper_designs WHERE tenant_id = $1 AND branch_id = $2 AND tipo = $3`, branch, tipo)
}

// PutLogo keeps the logo of a scope in the place of the one before.
func (tx *Tx) PutLogo(ctx context.Context, r LogoRow) error {
	_, err := tx.exec(ctx, `INSERT INTO paper_logos (tenant_id, `+logoColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (tenant_id, branch_id, tipo) DO UPDATE SET png = excluded.png, sha256 = excluded.sha256, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		r.BranchID, r.Tipo, r.PNG, r.SHA256, r.UpdatedAt, r.UpdatedBy)
	return err
}

// DeleteLogo forgets the logo of exactly this scope; fail.NotFound when it has none.
func (tx *Tx) DeleteLogo(ctx context.Context, branch, tipo string) error {
	return tx.one(ctx, `DELETE FROM paper_logos WHERE tenant_id = $1 AND branch_id = $2 AND tipo = $3`, branch, tipo)
}
