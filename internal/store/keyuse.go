package store

import "context"

// A KeyUse is a key of a catalogue of the SAT and how many active rows bear it.
type KeyUse struct {
	Clave string `db:"clave"`
	N     int    `db:"n"`
}

// A KeyField is a column of customers or products that holds a key of a catalogue.
type KeyField struct {
	table, column, columns statement
}

// The columns that hold keys.
var (
	ProductProdServ = KeyField{`products`, `clave_prod_serv`, productColumns}
	ProductUnidad   = KeyField{`products`, `clave_unidad`, productColumns}
	ProductObjeto   = KeyField{`products`, `objeto_imp`, productColumns}
	CustomerRegimen = KeyField{`customers`, `regimen_fiscal`, customerColumns}
	CustomerUso     = KeyField{`customers`, `uso_cfdi`, customerColumns}
	CustomerCP      = KeyField{`customers`, `codigo_postal`, customerColumns}
)

// KeyUses lists the keys of a field that active rows bear, by key, after the one
// given, at most limit.
func (v *View) KeyUses(ctx context.Context, f KeyField, after string, limit int) ([]KeyUse, error) {
	rows := []KeyUse{}
	err := v.list(ctx, &rows, `SELECT `+f.column+` AS clave, COUNT(*) AS n FROM `+f.table+` WHERE tenant_id = $1 AND activo = $2 AND `+f.column+` > $3
		GROUP BY `+f.column+` ORDER BY `+f.column+` LIMIT $4`, true, after, limit)
	return rows, err
}

// ProductsByKey lists the active products that bear a key, by id after the one given,
// at most limit.
func (v *View) ProductsByKey(ctx context.Context, f KeyField, clave, after string, limit int) ([]ProductRow, error) {
	rows := []ProductRow{}
	err := v.list(ctx, &rows, keyed(f), true, clave, after, limit)
	return rows, err
}

// CustomersByKey is [View.ProductsByKey] of customers.
func (v *View) CustomersByKey(ctx context.Context, f KeyField, clave, after string, limit int) ([]CustomerRow, error) {
	rows := []CustomerRow{}
	err := v.list(ctx, &rows, keyed(f), true, clave, after, limit)
	return rows, err
}

func keyed(f KeyField) statement {
	return `SELECT ` + f.columns + ` FROM ` + f.table + ` WHERE tenant_id = $1 AND activo = $2 AND ` + f.column + ` = $3 AND id > $4 ORDER BY id LIMIT $5`
}
