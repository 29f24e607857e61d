package store

import "context"

// A TaxRow is one tax that the company works with.
type TaxRow struct {
	ID             string `db:"id"`
	Nombre         string `db:"nombre"`
	NombreFold     string `db:"nombre_fold"` // unique within the company
	Impuesto       string `db:"impuesto"`    // 001, 002, 003; "" = local
	Retencion      bool   `db:"retencion"`
	TipoFactor     string `db:"tipo_factor"`
	Valor          string `db:"valor"` // six decimals; "" of Exento
	Activo         bool   `db:"activo"`
	Predeterminado bool   `db:"predeterminado"`
	Version        int64  `db:"version"`
	UpdatedAt      int64  `db:"updated_at"`
	UpdatedBy      string `db:"updated_by"`
}

// Use names the tax as documents and products bear it, see [Tx.UseTaxes].
func (r TaxRow) Use() string {
	if r.Impuesto == "" {
		return TaxUse(r.Retencion, "local "+r.NombreFold, r.TipoFactor, r.Valor)
	}
	return TaxUse(r.Retencion, r.Impuesto, r.TipoFactor, r.Valor)
}

// TaxUse names a tax: its side, its key (of a local one "local " and its folded name),
// its factor and its rate of six decimals.
func TaxUse(retencion bool, impuesto, tipoFactor, valor string) string {
	side := "T"
	if retencion {
		side = "R"
	}
	return side + " " + impuesto + " " + tipoFactor + " " + valor
}

const taxColumns = `id, nombre, nombre_fold, impuesto, retencion, tipo_factor, valor, activo, predeterminado, version, updated_at, updated_by`

// Taxes lists the company's taxes by key, side and name, at most limit.
func (v *View) Taxes(ctx context.Context, limit int) ([]TaxRow, error) {
	rows := []TaxRow{}
	err := v.list(ctx, &rows, `SELECT `+taxColumns+` FROM taxes WHERE tenant_id = $1 ORDER BY nombre_fold LIMIT $2`, limit)
	return rows, err
}

// InsertTax keeps a new tax. A name in use is fail.Conflict.
func (tx *Tx) InsertTax(ctx context.Context, r TaxRow) error {
	_, err := tx.exec(ctx, `INSERT INTO taxes (tenant_id, `+taxColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.ID, r.Nombre, r.NombreFold, r.Impuesto, r.Retencion, r.TipoFactor, r.Valor, r.Activo, r.Predeterminado, r.Version, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdateTax writes r over the tax whose version is the one before r's: fail.NotFound
// otherwise.
func (tx *Tx) UpdateTax(ctx context.Context, r TaxRow) error {
	return tx.one(ctx, `UPDATE taxes SET nombre = $3, nombre_fold = $4, impuesto = $5, retencion = $6, tipo_factor = $7, valor = $8, activo = $9,
		predeterminado = $10, version = $11, updated_at = $12, updated_by = $13 WHERE tenant_id = $1 AND id = $2 AND version = $11 - 1`,
		r.ID, r.Nombre, r.NombreFold, r.Impuesto, r.Retencion, r.TipoFactor, r.Valor, r.Activo, r.Predeterminado, r.Version, r.UpdatedAt, r.UpdatedBy)
}

// DeleteTax forgets a tax of that version: fail.NotFound otherwise.
func (tx *Tx) DeleteTax(ctx context.Context, id string, version int64) error {
	return tx.one(ctx, `DELETE FROM taxes WHERE tenant_id = $1 AND id = $2 AND version = $3`, id, version)
}

// UseTaxes notes the taxes of a product, customer or document, each named by [TaxUse].
func (tx *Tx) UseTaxes(ctx context.Context, uses []string) error {
	for _, use := range uses {
		if _, err := tx.exec(ctx, `INSERT INTO tax_uses (tenant_id, uso) VALUES ($1, $2) ON CONFLICT DO NOTHING`, use); err != nil {
			return err
		}
	}
	return nil
}

// TaxUsed reports whether a product, customer or document of the company ever bore a tax.
func (v *View) TaxUsed(ctx context.Context, use string) (bool, error) {
	var n int
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM tax_uses WHERE tenant_id = $1 AND uso = $2`, use)
	return n > 0, err
}

// TaxUses lists what [Tx.UseTaxes] noted, at most limit.
func (v *View) TaxUses(ctx context.Context, limit int) ([]string, error) {
	rows := []string{}
	err := v.list(ctx, &rows, `SELECT uso FROM tax_uses WHERE tenant_id = $1 ORDER BY uso LIMIT $2`, limit)
	return rows, err
}
