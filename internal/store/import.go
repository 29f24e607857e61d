package store

import "context"

// States of an import.
const (
	ImportColumns  = "columnas"   // waits for the word on its columns
	ImportChecking = "revisando"  // its rows are being judged
	ImportChecked  = "revisada"   // waits for the word to write
	ImportWriting  = "importando" // its rows are being written
	ImportDone     = "terminada"
	ImportFailed   = "fallida"
	ImportExpired  = "vencida" // its rows are gone
)

// An ImportRow is a list somebody imports.
type ImportRow struct {
	ID        string `db:"id"`
	Kind      string `db:"kind"`
	Nombre    string `db:"nombre"` // of the file
	State     string `db:"state"`
	Todo      bool   `db:"todo"`     // all rows or none
	DataKey   []byte `db:"data_key"` // as the signer wrapped it
	Meta      []byte `db:"meta"`     // sealed
	Renglones int64  `db:"renglones"`
	Chunks    int64  `db:"chunks"`
	Hechos    int64  `db:"hechos"` // rows judged or written so far
	Nuevos    int64  `db:"nuevos"`
	Cambios   int64  `db:"cambios"`
	Iguales   int64  `db:"iguales"`
	Errores   int64  `db:"errores"`
	Avisos    int64  `db:"avisos"` // rows with warnings and no error
	Motivo    string `db:"motivo"` // why it failed, for the user
	Version   int64  `db:"version"`
	CreatedAt int64  `db:"created_at"`
	ExpiresAt int64  `db:"expires_at"`
	UserID    string `db:"user_id"`
	UserName  string `db:"user_name"`
	IP        string `db:"ip"`
}

const importColumns = `id, kind, nombre, state, todo, data_key, meta, renglones, chunks, hechos, nuevos, cambios, iguales, errores, avisos,
	motivo, version, created_at, expires_at, user_id, user_name, ip`

// An ImportChunk is some rows of an import and what became of them, sealed.
type ImportChunk struct {
	N       int64  `db:"n"`
	Body    []byte `db:"body"`
	Outcome []byte `db:"outcome"`
	Done    bool   `db:"done"`
}

// Import returns one import, or fail.NotFound.
func (v *View) Import(ctx context.Context, id string) (ImportRow, error) {
	var r ImportRow
	err := v.get(ctx, &r, `SELECT `+importColumns+` FROM imports WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// ImportForUpdate is [View.Import] for a row about to change.
func (tx *Tx) ImportForUpdate(ctx context.Context, id string) (ImportRow, error) {
	var r ImportRow
	err := tx.getLocked(ctx, &r, `SELECT `+importColumns+` FROM imports WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Imports lists the newest imports of a kind, at most n.
func (v *View) Imports(ctx context.Context, kind string, n int) ([]ImportRow, error) {
	rows := []ImportRow{}
	err := v.list(ctx, &rows, `SELECT `+importColumns+` FROM imports WHERE tenant_id = $1 AND kind = $2 ORDER BY id DESC LIMIT $3`, kind, n)
	return rows, err
}

// InsertImport keeps a new import.
func (tx *Tx) InsertImport(ctx context.Context, r ImportRow) error {
	_, err := tx.exec(ctx, `INSERT INTO imports (tenant_id, `+importColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		r.ID, r.Kind, r.Nombre, r.State, r.Todo, r.DataKey, r.Meta, r.Renglones, r.Chunks, r.Hechos, r.Nuevos, r.Cambios, r.Iguales, r.Errores,
		r.Avisos, r.Motivo, r.Version, r.CreatedAt, r.ExpiresAt, r.UserID, r.UserName, r.IP)
	return err
}

// UpdateImport writes how far an import has come over its row.
func (tx *Tx) UpdateImport(ctx context.Context, r ImportRow) error {
	return tx.one(ctx, `UPDATE imports SET state = $3, todo = $4, data_key = $5, meta = $6, hechos = $7, nuevos = $8, cambios = $9, iguales = $10,
		errores = $11, avisos = $12, motivo = $13, version = $14, user_id = $15, user_name = $16, ip = $17 WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.State, r.Todo, r.DataKey, r.Meta, r.Hechos, r.Nuevos, r.Cambios, r.Iguales, r.Errores, r.Avisos, r.Motivo, r.Version, r.UserID, r.UserName, r.IP)
}

// ImportChunk returns the rows number n of an import, or fail.NotFound.
func (v *View) ImportChunk(ctx context.Context, id string, n int64) (ImportChunk, error) {
	var r ImportChunk
	err := v.get(ctx, &r, `SELECT n, body, outcome, done FROM import_chunks WHERE tenant_id = $1 AND import_id = $2 AND n = $3`, id, n)
	return r, err
}

// InsertImportChunk keeps some rows of an import.
func (tx *Tx) InsertImportChunk(ctx context.Context, id string, r ImportChunk) error {
	_, err := tx.exec(ctx, `INSERT INTO import_chunks (tenant_id, import_id, n, body, outcome, done) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, r.N, r.Body, r.Outcome, r.Done)
	return err
}

// UpdateImportChunk keeps what became of some rows.
func (tx *Tx) UpdateImportChunk(ctx context.Context, id string, r ImportChunk) error {
	return tx.one(ctx, `UPDATE import_chunks SET outcome = $4, done = $5 WHERE tenant_id = $1 AND import_id = $2 AND n = $3`, id, r.N, r.Outcome, r.Done)
}

// ExpireImport lets go of the rows of an import and of the key to them.
func (tx *Tx) ExpireImport(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, `DELETE FROM import_chunks WHERE tenant_id = $1 AND import_id = $2`, id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE imports SET state = $3, data_key = $4, meta = $4, version = version + 1 WHERE tenant_id = $1 AND id = $2`, id, ImportExpired, []byte{0})
	return err
}

// CustomersByRfcs lists the customers of any of the RFCs, at most limit.
func (v *View) CustomersByRfcs(ctx context.Context, rfcs []string, limit int) ([]CustomerRow, error) {
	rows := []CustomerRow{}
	if len(rfcs) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + customerColumns + ` FROM customers WHERE tenant_id = $1 AND rfc IN (` + p.in(rfcs) + `) ORDER BY rfc, nombre_fold, clave LIMIT ` + p.arg(limit)
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// ProductsByClaves lists the products with any of the company's own keys.
func (v *View) ProductsByClaves(ctx context.Context, claves []string) ([]ProductRow, error) {
	rows := []ProductRow{}
	if len(claves) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + productColumns + ` FROM products WHERE tenant_id = $1 AND clave <> '' AND clave IN (` + p.in(claves) + `)`
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// ProductsByDescripcion lists the products without a key of their own whose folded description is one of folds.
func (v *View) ProductsByDescripcion(ctx context.Context, folds []string, limit int) ([]ProductRow, error) {
	rows := []ProductRow{}
	if len(folds) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + productColumns + ` FROM products WHERE tenant_id = $1 AND activo IN (TRUE, FALSE) AND descripcion_fold IN (` + p.in(folds) +
		`) AND clave = '' ORDER BY id LIMIT ` + p.arg(limit)
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// in adds the values of an IN and returns their placeholders.
func (p *picker) in(values []string) statement {
	list := statement(``)
	for i, v := range values {
		if i > 0 {
			list += `, `
		}
		list += p.arg(v)
	}
	return list
}

// CustomersKeyed lists the customers of any of the RFCs whose key is one of claves.
func (v *View) CustomersKeyed(ctx context.Context, rfcs, claves []string, limit int) ([]CustomerRow, error) {
	rows := []CustomerRow{}
	if len(rfcs) == 0 || len(claves) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + customerColumns + ` FROM customers WHERE tenant_id = $1 AND rfc IN (` + p.in(rfcs) + `) AND clave IN (` + p.in(claves) +
		`) ORDER BY rfc, nombre_fold, clave LIMIT ` + p.arg(limit)
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// CustomersNamed lists the customers of any of the RFCs whose folded name is one of folds.
func (v *View) CustomersNamed(ctx context.Context, rfcs, folds []string, limit int) ([]CustomerRow, error) {
	rows := []CustomerRow{}
	if len(rfcs) == 0 || len(folds) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + customerColumns + ` FROM customers WHERE tenant_id = $1 AND rfc IN (` + p.in(rfcs) + `) AND nombre_fold IN (` + p.in(folds) +
		`) ORDER BY rfc, nombre_fold, clave LIMIT ` + p.arg(limit)
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}
