package store

import "context"

// An AddendaRow is one template of addenda of the company.
type AddendaRow struct {
	ID         string `db:"id"`
	Nombre     string `db:"nombre"`
	NombreFold string `db:"nombre_fold"` // unique within the company
	Espacio    string `db:"espacio"`     // namespace, "" for none
	Cuerpo     string `db:"cuerpo"`
	Campos     string `db:"campos"` // JSON
	Activa     bool   `db:"activa"`
	Version    int64  `db:"version"`
	UpdatedAt  int64  `db:"updated_at"`
	UpdatedBy  string `db:"updated_by"`
}

const addendaColumns = `id, nombre, nombre_fold, espacio, cuerpo, campos, activa, version, updated_at, updated_by`

// Addendas lists the templates of the company by name, at most limit.
func (v *View) Addendas(ctx context.Context, limit int) ([]AddendaRow, error) {
	rows := []AddendaRow{}
	err := v.list(ctx, &rows, `SELECT `+addendaColumns+` FROM addendas WHERE tenant_id = $1 ORDER BY nombre_fold LIMIT $2`, limit)
	return rows, err
}

// Addenda returns one template, or fail.NotFound.
func (v *View) Addenda(ctx context.Context, id string) (AddendaRow, error) {
	var r AddendaRow
	err := v.get(ctx, &r, `SELECT `+addendaColumns+` FROM addendas WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// AddendaForUpdate is [View.Addenda] for a row about to change.
func (tx *Tx) AddendaForUpdate(ctx context.Context, id string) (AddendaRow, error) {
	var r AddendaRow
	err := tx.getLocked(ctx, &r, `SELECT `+addendaColumns+` FROM addendas WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// InsertAddenda keeps a new template. A name in use is fail.Conflict.
func (tx *Tx) InsertAddenda(ctx context.Context, r AddendaRow) error {
	_, err := tx.exec(ctx, `INSERT INTO addendas (tenant_id, `+addendaColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Nombre, r.NombreFold, r.Espacio, r.Cuerpo, r.Campos, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdateAddenda writes r over the template whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) UpdateAddenda(ctx context.Context, r AddendaRow) error {
	return tx.one(ctx, `UPDATE addendas SET nombre = $3, nombre_fold = $4, espacio = $5, cuerpo = $6, campos = $7, activa = $8, version = $9, updated_at = $10, updated_by = $11
		WHERE tenant_id = $1 AND id = $2 AND version = $9 - 1`,
		r.ID, r.Nombre, r.NombreFold, r.Espacio, r.Cuerpo, r.Campos, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy)
}

// DeleteAddenda forgets a template; receipts that bear it have their own copy, and
// customers that began with it begin with none.
func (tx *Tx) DeleteAddenda(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, `UPDATE customers SET addenda_id = '', version = version + 1 WHERE tenant_id = $1 AND addenda_id = $2 AND addenda_id <> ''`, id); err != nil {
		return err
	}
	return tx.one(ctx, `DELETE FROM addendas WHERE tenant_id = $1 AND id = $2`, id)
}

// A DocumentAddendaRow is the addenda of one document, with its own copy of the template.
type DocumentAddendaRow struct {
	DocumentID string `db:"document_id"`
	AddendaID  string `db:"addenda_id"`
	Nombre     string `db:"nombre"`
	Espacio    string `db:"espacio"`
	Cuerpo     string `db:"cuerpo"`
	Campos     string `db:"campos"`
	Valores    string `db:"valores"` // JSON
	UpdatedAt  int64  `db:"updated_at"`
	UpdatedBy  string `db:"updated_by"`
}

const documentAddendaColumns = `document_id, addenda_id, nombre, espacio, cuerpo, campos, valores, updated_at, updated_by`

// DocumentAddenda returns the addenda of a document, or fail.NotFound.
func (v *View) DocumentAddenda(ctx context.Context, documentID string) (DocumentAddendaRow, error) {
	var r DocumentAddendaRow
	err := v.get(ctx, &r, `SELECT `+documentAddendaColumns+` FROM document_addendas WHERE tenant_id = $1 AND document_id = $2`, documentID)
	return r, err
}

// PutDocumentAddenda writes the addenda of a document over the one it had.
func (tx *Tx) PutDocumentAddenda(ctx context.Context, r DocumentAddendaRow) error {
	_, err := tx.exec(ctx, `INSERT INTO document_addendas (tenant_id, `+documentAddendaColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (tenant_id, document_id) DO UPDATE SET addenda_id = excluded.addenda_id, nombre = excluded.nombre, espacio = excluded.espacio,
		cuerpo = excluded.cuerpo, campos = excluded.campos, valores = excluded.valores, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		r.DocumentID, r.AddendaID, r.Nombre, r.Espacio, r.Cuerpo, r.Campos, r.Valores, r.UpdatedAt, r.UpdatedBy)
	return err
}

// DropDocumentAddenda takes the addenda off a document, if it has one.
func (tx *Tx) DropDocumentAddenda(ctx context.Context, documentID string) error {
	_, err := tx.exec(ctx, `DELETE FROM document_addendas WHERE tenant_id = $1 AND document_id = $2`, documentID)
	return err
}
