package store

import "context"

// A ProductLotRow is one customs document by which a product came in.
type ProductLotRow struct {
	ProductID string `db:"product_id"`
	ID        string `db:"id"`
	Pedimento string `db:"pedimento"`
	Nota      string `db:"nota"`
	Cantidad  string `db:"cantidad"` // a decimal, "" when nobody said
	Fecha     string `db:"fecha"`    // a day, "" when nobody said
	Abierto   bool   `db:"abierto"`
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

const productLotColumns = `product_id, id, pedimento, nota, cantidad, fecha, abierto, updated_at, updated_by`

// ProductLots lists the newest lots of a product, at most limit.
func (v *View) ProductLots(ctx context.Context, product string, limit int) ([]ProductLotRow, error) {
	rows := []ProductLotRow{}
	err := v.list(ctx, &rows, `SELECT `+productLotColumns+` FROM product_lots WHERE tenant_id = $1 AND product_id = $2 ORDER BY fecha DESC, id DESC LIMIT $3`, product, limit)
	return rows, err
}

// OpenProductLots lists the newest open lots of the products, each at most limit, in one question.
func (v *View) OpenProductLots(ctx context.Context, products []string, limit int) ([]ProductLotRow, error) {
	rows := []ProductLotRow{}
	if len(products) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + productLotColumns + ` FROM (SELECT ` + productLotColumns + `, ROW_NUMBER() OVER (PARTITION BY product_id ORDER BY fecha DESC, id DESC) AS nth
		FROM product_lots WHERE tenant_id = $1 AND abierto = TRUE AND product_id IN (` + p.in(products) + `)) AS lots WHERE nth <= ` + p.arg(limit) + ` ORDER BY product_id, nth`
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// CountProductLots counts the lots of a product.
func (v *View) CountProductLots(ctx context.Context, product string) (int, error) {
	var n int
	err := v.get(ctx, &n, `SELECT count(*) FROM product_lots WHERE tenant_id = $1 AND product_id = $2`, product)
	return n, err
}

// HasProductLot reports whether a product has a lot of that number.
func (v *View) HasProductLot(ctx context.Context, product, pedimento string) (bool, error) {
	var n int
	err := v.get(ctx, &n, `SELECT count(*) FROM product_lots WHERE tenant_id = $1 AND product_id = $2 AND pedimento = $3`, product, pedimento)
	return n > 0, err
}

// ProductLotForUpdate returns one lot of a product that is about to change, or fail.NotFound.
func (tx *Tx) ProductLotForUpdate(ctx context.Context, product, id string) (ProductLotRow, error) {
	var r ProductLotRow
	err := tx.getLocked(ctx, &r, `SELECT `+productLotColumns+` FROM product_lots WHERE tenant_id = $1 AND product_id = $2 AND id = $3`, product, id)
	return r, err
}

// InsertProductLot keeps a new lot. A number that the product has is fail.Conflict.
func (tx *Tx) InsertProductLot(ctx context.Context, r ProductLotRow) error {
	_, err := tx.exec(ctx, `INSERT INTO product_lots (tenant_id, `+productLotColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ProductID, r.ID, r.Pedimento, r.Nota, r.Cantidad, r.Fecha, r.Abierto, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdateProductLot opens or closes a lot.
func (tx *Tx) UpdateProductLot(ctx context.Context, r ProductLotRow) error {
	return tx.one(ctx, `UPDATE product_lots SET abierto = $4, updated_at = $5, updated_by = $6 WHERE tenant_id = $1 AND product_id = $2 AND id = $3`,
		r.ProductID, r.ID, r.Abierto, r.UpdatedAt, r.UpdatedBy)
}

// DeleteProductLot forgets a lot.
func (tx *Tx) DeleteProductLot(ctx context.Context, product, id string) error {
	return tx.one(ctx, `DELETE FROM product_lots WHERE tenant_id = $1 AND product_id = $2 AND id = $3`, product, id)
}

// Categorias lists the categories of the products in their order, at most limit, each
// as one of its products writes it. It reads one row of the index for each.
func (v *View) Categorias(ctx context.Context, limit int) ([]string, error) {
	names := []string{}
	err := v.list(ctx, &names, `WITH RECURSIVE folds (fold) AS (
			SELECT MIN(categoria_fold) FROM products WHERE tenant_id = $1 AND categoria_fold <> ''
			UNION ALL SELECT (SELECT MIN(q.categoria_fold) FROM products q WHERE q.tenant_id = $1 AND q.categoria_fold <> '' AND q.categoria_fold > folds.fold)
			FROM folds WHERE fold IS NOT NULL)
		SELECT (SELECT MIN(p.categoria) FROM products p WHERE p.tenant_id = $1 AND p.categoria_fold <> '' AND p.categoria_fold = folds.fold) AS categoria
		FROM folds WHERE fold IS NOT NULL LIMIT $2`, limit)
	return names, err
}

// ProductImage returns the JPEG of a product and its digest, or fail.NotFound.
func (v *View) ProductImage(ctx context.Context, product string) (jpeg []byte, digest string, err error) {
	var r struct {
		JPEG   []byte `db:"jpeg"`
		Digest string `db:"digest"`
	}
	err = v.get(ctx, &r, `SELECT jpeg, digest FROM product_images WHERE tenant_id = $1 AND product_id = $2`, product)
	return r.JPEG, r.Digest, err
}

// PutProductImage keeps the picture of a product in the place of the one before.
func (tx *Tx) PutProductImage(ctx context.Context, product, digest string, jpeg []byte) error {
	_, err := tx.exec(ctx, `INSERT INTO product_images (tenant_id, product_id, digest, jpeg) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, product_id) DO UPDATE SET digest = excluded.digest, jpeg = excluded.jpeg`, product, digest, jpeg)
	return err
}

// DeleteProductImage forgets the picture of a product, if it has one.
func (tx *Tx) DeleteProductImage(ctx context.Context, product string) error {
	_, err := tx.exec(ctx, `DELETE FROM product_images WHERE tenant_id = $1 AND product_id = $2`, product)
	return err
}
