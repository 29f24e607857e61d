package store

import "context"

// ProductWords is the kind of word under which products are indexed.
const ProductWords = "product"

// A ProductRow is one thing sold.
type ProductRow struct {
	ID                     string `db:"id"`
	Clave                  string `db:"clave"`
	Descripcion            string `db:"descripcion"`
	DescripcionFold        string `db:"descripcion_fold"` // [FoldLine] of Descripcion
	ClaveProdServ          string `db:"clave_prod_serv"`
	ClaveUnidad            string `db:"clave_unidad"`
	Unidad                 string `db:"unidad"`
	Precio                 *int64 `db:"precio"` // millionths; nil = none given
	Moneda                 string `db:"moneda"`
	PrecioIncluyeImpuestos bool   `db:"precio_incluye_impuestos"`
	ObjetoImp              string `db:"objeto_imp"`
	Traslados              string `db:"traslados"`   // JSON
	Retenciones            string `db:"retenciones"` // JSON
	CuentaPredial          string `db:"cuenta_predial"`
	Categoria              string `db:"categoria"`
	CategoriaFold          string `db:"categoria_fold"` // [FoldLine] of Categoria
	PesoEnKg               string `db:"peso_en_kg"`     // of one unit, a decimal
	MaterialPeligroso      string `db:"material_peligroso"`
	CveMaterialPeligroso   string `db:"cve_material_peligroso"`
	Embalaje               string `db:"embalaje"`
	Imagen                 string `db:"imagen"` // digest of its picture, "" without one
	Activo                 bool   `db:"activo"`
	Version                int64  `db:"version"`
	CreatedAt              int64  `db:"created_at"`
	UpdatedAt              int64  `db:"updated_at"`
	UpdatedBy              string `db:"updated_by"`
}

const productColumns = `id, clave, descripcion, descripcion_fold, clave_prod_serv, clave_unidad, unidad, precio, moneda,
	precio_incluye_impuestos, objeto_imp, traslados, retenciones, cuenta_predial, categoria, categoria_fold,
	peso_en_kg, material_peligroso, cve_material_peligroso, embalaje, imagen, activo, version, created_at, updated_at, updated_by`

// productColumnsOfP are productColumns of p.
const productColumnsOfP = `p.id, p.clave, p.descripcion, p.descripcion_fold, p.clave_prod_serv, p.clave_unidad, p.unidad, p.precio, p.moneda,
	p.precio_incluye_impuestos, p.objeto_imp, p.traslados, p.retenciones, p.cuenta_predial, p.categoria, p.categoria_fold,
	p.peso_en_kg, p.material_peligroso, p.cve_material_peligroso, p.embalaje, p.imagen, p.activo, p.version, p.created_at, p.updated_at, p.updated_by`

// words are the texts a product is found by.
func (r ProductRow) words() []string {
	return []string{r.Clave, r.Descripcion, r.ClaveProdServ, r.Categoria}
}

// Product returns one product, or fail.NotFound.
func (v *View) Product(ctx context.Context, id string) (ProductRow, error) {
	var r ProductRow
	err := v.get(ctx, &r, `SELECT `+productColumns+` FROM products WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// ProductForUpdate is [View.Product] for a row about to change.
func (tx *Tx) ProductForUpdate(ctx context.Context, id string) (ProductRow, error) {
	var r ProductRow
	err := tx.getLocked(ctx, &r, `SELECT `+productColumns+` FROM products WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

var productDirectory = directory{table: `products`, columns: productColumns, kind: ProductWords, sorts: []sorting{
	{name: "descripcion", key: `t.descripcion_fold`},
	{name: "clave", key: `t.clave`},
	{name: "precio", key: `COALESCE(t.precio, -1)`, number: true},
	{name: "sat", key: `t.clave_prod_serv`},
	{name: "unidad", key: `t.clave_unidad`},
	{name: "categoria", key: `t.categoria_fold`},
}}

// Products lists one page of the products of f in its order (a search with very many
// matches: by the word found), and where the next page begins; the zero Cursor
// when there is none.
func (v *View) Products(ctx context.Context, f DirectoryFilter) ([]ProductRow, Cursor, error) {
	words, err := v.wordsFor(ctx, ProductWords, f)
	if err != nil {
		return nil, Cursor{}, err
	}
	byWord, limit := f.byWord(words), f.Limit
	f.Limit++ // one more tells whether there is a next page
	var found []struct {
		ProductRow
		Hit string `db:"hit"`
	}
	p := productDirectory.page(f, words)
	if err := v.list(ctx, &found, p.sql, p.args...); err != nil {
		return nil, Cursor{}, err
	}
	rows, next := make([]ProductRow, min(len(found), limit)), Cursor{}
	for i := range rows {
		rows[i] = found[i].ProductRow
	}
	if len(found) > limit {
		last := found[limit-1]
		next = Cursor{Key: last.Hit, ID: last.ID, ByWord: byWord}
	}
	return rows, next, nil
}

// CountProducts counts the products of f on all pages, up to [CountLimit].
func (v *View) CountProducts(ctx context.Context, f DirectoryFilter) (int, error) {
	return v.count(ctx, productDirectory, f)
}

// InsertProduct keeps a new product and its words. A key in use is fail.Conflict.
func (tx *Tx) InsertProduct(ctx context.Context, r ProductRow) error {
	_, err := tx.exec(ctx, `INSERT INTO products (tenant_id, `+productColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`,
		r.ID, r.Clave, r.Descripcion, r.DescripcionFold, r.ClaveProdServ, r.ClaveUnidad, r.Unidad, r.Precio, r.Moneda,
		r.PrecioIncluyeImpuestos, r.ObjetoImp, r.Traslados, r.Retenciones, r.CuentaPredial, r.Categoria, r.CategoriaFold,
		r.PesoEnKg, r.MaterialPeligroso, r.CveMaterialPeligroso, r.Embalaje, r.Imagen, r.Activo, r.Version,
		r.CreatedAt, r.UpdatedAt, r.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.SetWords(ctx, ProductWords, r.ID, r.words()...)
}

// UpdateProduct writes r over the row with its id, whatever version that has.
func (tx *Tx) UpdateProduct(ctx context.Context, r ProductRow) error {
	_, err := tx.exec(ctx, `UPDATE products SET clave = $3, descripcion = $4, descripcion_fold = $5, clave_prod_serv = $6,
		clave_unidad = $7, unidad = $8, precio = $9, moneda = $10, precio_incluye_impuestos = $11, objeto_imp = $12, traslados = $13,
		retenciones = $14, cuenta_predial = $15, categoria = $16, categoria_fold = $17, peso_en_kg = $18, material_peligroso = $19,
		cve_material_peligroso = $20, embalaje = $21, imagen = $22, activo = $23, version = $24, updated_at = $25, updated_by = $26
		WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.Clave, r.Descripcion, r.DescripcionFold, r.ClaveProdServ, r.ClaveUnidad, r.Unidad, r.Precio, r.Moneda,
		r.PrecioIncluyeImpuestos, r.ObjetoImp, r.Traslados, r.Retenciones, r.CuentaPredial, r.Categoria, r.CategoriaFold,
		r.PesoEnKg, r.MaterialPeligroso, r.CveMaterialPeligroso, r.Embalaje, r.Imagen, r.Activo, r.Version,
		r.UpdatedAt, r.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.SetWords(ctx, ProductWords, r.ID, r.words()...)
}

// ProductByClave returns the product with the company's own key, or fail.NotFound.
func (v *View) ProductByClave(ctx context.Context, clave string) (ProductRow, error) {
	var r ProductRow
	err := v.get(ctx, &r, `SELECT `+productColumns+` FROM products WHERE tenant_id = $1 AND clave = $2`, clave)
	return r, err
}

// ProductsByID lists the products with one of the ids, of which there are at most a few hundred.
func (v *View) ProductsByID(ctx context.Context, ids []string) ([]ProductRow, error) {
	rows := []ProductRow{}
	if len(ids) == 0 {
		return rows, nil
	}
	var p picker
	p.sql = `SELECT ` + productColumns + ` FROM products WHERE tenant_id = $1 AND id IN (` + p.in(ids) + `)`
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}

// Kinds of keys remembered in recents.
const (
	RecentProdServ = "prodserv"
	RecentUnidad   = "unidad"
)

// TouchRecent remembers that a key of a kind was used now.
func (tx *Tx) TouchRecent(ctx context.Context, kind, clave string) error {
	_, err := tx.exec(ctx, `INSERT INTO recents (tenant_id, kind, clave, used_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, kind, clave) DO UPDATE SET used_at = $4`, kind, clave, Micros(tx.Now()))
	return err
}

// Recents lists the n keys of a kind used last, newest first.
func (v *View) Recents(ctx context.Context, kind string, n int) ([]string, error) {
	keys := []string{}
	err := v.list(ctx, &keys, `SELECT clave FROM recents WHERE tenant_id = $1 AND kind = $2 ORDER BY used_at DESC, clave LIMIT $3`, kind, n)
	return keys, err
}

// RecentProducts lists, for each of the n keys of c_ClaveProdServ used last, newest
// first, the newest active product that bears it.
func (v *View) RecentProducts(ctx context.Context, n int) ([]ProductRow, error) {
	rows := []ProductRow{}
	err := v.list(ctx, &rows, `SELECT `+productColumnsOfP+` FROM (SELECT clave, used_at FROM recents
			WHERE tenant_id = $1 AND kind = $2 ORDER BY used_at DESC, clave LIMIT $3) r
		JOIN products p ON p.tenant_id = $1 AND p.id = (SELECT MAX(q.id) FROM products q
			WHERE q.tenant_id = $1 AND q.activo = $4 AND q.clave_prod_serv = r.clave)
		ORDER BY r.used_at DESC, r.clave`, RecentProdServ, n, true)
	return rows, err
}

// UseProduct remembers that a document was issued with a product, if it still exists.
func (tx *Tx) UseProduct(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE products SET usado = TRUE WHERE tenant_id = $1 AND id = $2 AND usado = FALSE`, id)
	return err
}

// ProductUsed reports whether a document was issued with the product.
func (v *View) ProductUsed(ctx context.Context, id string) (bool, error) {
	var used bool
	err := v.get(ctx, &used, `SELECT usado FROM products WHERE tenant_id = $1 AND id = $2`, id)
	return used, err
}

// DeleteProduct forgets a product, its words, lots, picture and prices.
func (tx *Tx) DeleteProduct(ctx context.Context, id string) error {
	if err := tx.SetWords(ctx, ProductWords, id); err != nil {
		return err
	}
	for _, text := range []statement{
		`DELETE FROM product_lots WHERE tenant_id = $1 AND product_id = $2`,
		`DELETE FROM product_images WHERE tenant_id = $1 AND product_id = $2`,
		`DELETE FROM prices WHERE tenant_id = $1 AND product_id = $2`,
	} {
		if _, err := tx.exec(ctx, text, id); err != nil {
			return err
		}
	}
	return tx.one(ctx, `DELETE FROM products WHERE tenant_id = $1 AND id = $2`, id)
}
