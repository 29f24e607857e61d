package store

import "context"

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

// Keys lists the keys of a field that active rows bear, in order, after the one given, at
// most limit. It goes from key to key along the index, so that it costs by the keys and
// not by the rows that bear them.
func (v *View) Keys(ctx context.Context, f KeyField, after string, limit int) ([]string, error) {
	keys := []string{}
	err := v.list(ctx, &keys, keysOf(f), true, after, limit)
	return keys, err
}

func keysOf(f KeyField) statement {
	next := `SELECT MIN(` + f.column + `) FROM ` + f.table + ` WHERE tenant_id = $1 AND activo = $2 AND ` + f.column + ` > `
	return `WITH RECURSIVE k (clave) AS (` + next + `$3 UNION ALL SELECT (` + next + `k.clave) FROM k WHERE k.clave IS NOT NULL)
		SELECT clave FROM k WHERE clave IS NOT NULL LIMIT $4`
}

// CountKey counts the active rows that bear a key.
func (v *View) CountKey(ctx context.Context, f KeyField, clave string) (int, error) {
	var n int
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM `+f.table+` WHERE tenant_id = $1 AND activo = $2 AND `+f.column+` = $3`, true, clave)
	return n, err
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
