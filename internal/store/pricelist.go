package store

import "context"

// A PriceListRow is a list of prices.
type PriceListRow struct {
	ID         string `db:"id"`
	Nombre     string `db:"nombre"`
	NombreFold string `db:"nombre_fold"` // [FoldLine] of Nombre
	Moneda     string `db:"moneda"`
	Descuento  string `db:"descuento"` // per cent, a decimal, "" without one
	Activa     bool   `db:"activa"`
	Version    int64  `db:"version"`
	CreatedAt  int64  `db:"created_at"`
	UpdatedAt  int64  `db:"updated_at"`
	UpdatedBy  string `db:"updated_by"`
}

// A PriceRow is what a product costs in a list.
type PriceRow struct {
	ListID    string `db:"list_id"`
	ProductID string `db:"product_id"`
	Precio    int64  `db:"precio"` // millionths
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

const (
	priceListColumns = `id, nombre, nombre_fold, moneda, descuento, activa, version, created_at, updated_at, updated_by`
	priceColumns     = `list_id, product_id, precio, updated_at, updated_by`
)

// PriceLists lists the lists of a company by name, at most limit.
func (v *View) PriceLists(ctx context.Context, limit int) ([]PriceListRow, error) {
	rows := []PriceListRow{}
	err := v.list(ctx, &rows, `SELECT `+priceListColumns+` FROM price_lists WHERE tenant_id = $1 ORDER BY nombre_fold LIMIT $2`, limit)
	return rows, err
}

// PriceList returns one list, or fail.NotFound.
func (v *View) PriceList(ctx context.Context, id string) (PriceListRow, error) {
	var r PriceListRow
	err := v.get(ctx, &r, `SELECT `+priceListColumns+` FROM price_lists WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// PriceListForUpdate is [View.PriceList] for a row about to change.
func (tx *Tx) PriceListForUpdate(ctx context.Context, id string) (PriceListRow, error) {
	var r PriceListRow
	err := tx.getLocked(ctx, &r, `SELECT `+priceListColumns+` FROM price_lists WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// InsertPriceList keeps a new list. A name in use is fail.Conflict.
func (tx *Tx) InsertPriceList(ctx context.Context, r PriceListRow) error {
	_, err := tx.exec(ctx, `INSERT INTO price_lists (tenant_id, `+priceListColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Nombre, r.NombreFold, r.Moneda, r.Descuento, r.Activa, r.Version, r.CreatedAt, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdatePriceList writes r over the row with its id, whatever version that has.
func (tx *Tx) UpdatePriceList(ctx context.Context, r PriceListRow) error {
	return tx.one(ctx, `UPDATE price_lists SET nombre = $3, nombre_fold = $4, moneda = $5, descuento = $6, activa = $7, version = $8, updated_at = $9, updated_by = $10
		WHERE tenant_id = $1 AND id = $2`, r.ID, r.Nombre, r.NombreFold, r.Moneda, r.Descuento, r.Activa, r.Version, r.UpdatedAt, r.UpdatedBy)
}

// DeletePriceList forgets a list and its prices.
func (tx *Tx) DeletePriceList(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, `DELETE FROM prices WHERE tenant_id = $1 AND list_id = $2`, id); err != nil {
		return err
	}
	return tx.one(ctx, `DELETE FROM price_lists WHERE tenant_id = $1 AND id = $2`, id)
}

// PriceListUsed reports whether a customer has the list.
func (v *View) PriceListUsed(ctx context.Context, id string) (bool, error) {
	var n int
	err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM customers WHERE tenant_id = $1 AND lista_precios = $2 AND lista_precios <> '' LIMIT 1) AS used`, id)
	return n > 0, err
}

// CountPrices counts the prices of each list, by its id.
func (v *View) CountPrices(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		ListID string `db:"list_id"`
		N      int    `db:"n"`
	}
	err := v.list(ctx, &rows, `SELECT list_id, count(*) AS n FROM prices WHERE tenant_id = $1 GROUP BY list_id`)
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.ListID] = r.N
	}
	return counts, err
}

// Prices lists the prices that a list has of the products, of which there are at most
// a few hundred.
func (v *View) Prices(ctx context.Context, list string, products []string) ([]PriceRow, error) {
	rows := []PriceRow{}
	if len(products) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + priceColumns + ` FROM prices WHERE tenant_id = $1 AND list_id = ` + p.arg(list) + ` AND product_id IN (` + p.in(products) + `)`
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// PutPrice keeps a price in the place of the one before.
func (tx *Tx) PutPrice(ctx context.Context, r PriceRow) error {
	_, err := tx.exec(ctx, `INSERT INTO prices (tenant_id, `+priceColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, list_id, product_id) DO UPDATE SET precio = excluded.precio, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		r.ListID, r.ProductID, r.Precio, r.UpdatedAt, r.UpdatedBy)
	return err
}

// DeletePrice forgets what a product costs in a list.
func (tx *Tx) DeletePrice(ctx context.Context, list, product string) error {
	_, err := tx.exec(ctx, `DELETE FROM prices WHERE tenant_id = $1 AND list_id = $2 AND product_id = $3`, list, product)
	return err
}
