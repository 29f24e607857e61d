package store

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// How it became known what the SAT says of a customer.
const (
	SaidByReceipt = "comprobante" // a certifier stamped a receipt with these data
	SaidByFile    = "archivo"     // the SAT's answer to a file
)

// CustomerWords is the kind of word under which customers are indexed.
const CustomerWords = "customer"

// An Address is where somebody is, in the parts the Constancia has.
type Address struct {
	Calle      string `db:"calle"`
	NoExterior string `db:"no_exterior"`
	NoInterior string `db:"no_interior"`
	Colonia    string `db:"colonia"`
	Localidad  string `db:"localidad"`
	Municipio  string `db:"municipio"`
	Estado     string `db:"estado"`
	Pais       string `db:"pais"` // key of c_Pais, "" for México
	Referencia string `db:"referencia"`
}

// Line is the address on one line with its postal code; "" when it says nothing but
// that. Referencia comes last, and stands alone where it is all there is.
func (a Address) Line(cp string) string {
	street := strings.Join(strings.Fields(a.Calle+" "+a.NoExterior), " ")
	if a.NoInterior != "" {
		street += " int. " + a.NoInterior
	}
	var parts []string
	for _, p := range []string{street, a.Colonia, a.Localidad, a.Municipio, a.Estado} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) > 0 && cp != "" {
		parts = append(parts, "C.P. "+cp)
	}
	if a.Referencia != "" {
		parts = append(parts, a.Referencia)
	}
	return strings.Join(parts, ", ")
}

// A CustomerRow is one receiver of receipts.
type CustomerRow struct {
	ID               string `db:"id"`
	Rfc              string `db:"rfc"`
	Nombre           string `db:"nombre"`
	NombreFold       string `db:"nombre_fold"` // [FoldLine] of Nombre
	CodigoPostal     string `db:"codigo_postal"`
	RegimenFiscal    string `db:"regimen_fiscal"`
	UsoCFDI          string `db:"uso_cfdi"`
	Correos          string `db:"correos"` // JSON
	ResidenciaFiscal string `db:"residencia_fiscal"`
	NumRegIdTrib     string `db:"num_reg_id_trib"`
	Telefono         string `db:"telefono"`
	Contacto         string `db:"contacto"`
	Address
	Notas             string `db:"notas"`
	Clave             string `db:"clave"`
	FormaPago         string `db:"forma_pago"`
	MetodoPago        string `db:"metodo_pago"`
	Moneda            string `db:"moneda"`
	CondicionesDePago string `db:"condiciones_de_pago"`
	Serie             string `db:"serie"` // name of the series its invoices begin with
	DiasCredito       int64  `db:"dias_credito"`
	LimiteCredito     *int64 `db:"limite_credito"` // millionths, nil without a limit
	ListaPrecios      string `db:"lista_precios"`  // id of its list of prices
	Impuestos         string `db:"impuestos"`      // JSON, ids of taxes
	AddendaID         string `db:"addenda_id"`
	ValidadoAt        int64  `db:"validado_at"`        // 0 while the SAT said nothing of the row as it is
	ValidadoResultado string `db:"validado_resultado"` // what it objected to, "" when all agrees
	ValidadoPor       string `db:"validado_por"`
	ValidadoComo      string `db:"validado_como"`
	Activo            bool   `db:"activo"`
	Version           int64  `db:"version"`
	CreatedAt         int64  `db:"created_at"`
	UpdatedAt         int64  `db:"updated_at"`
	UpdatedBy         string `db:"updated_by"`
}

const customerColumns = `id, rfc, nombre, nombre_fold, codigo_postal, regimen_fiscal, uso_cfdi, correos, residencia_fiscal,
	num_reg_id_trib, telefono, contacto, calle, no_exterior, no_interior, colonia, localidad, municipio, estado, pais, referencia,
	notas, clave, forma_pago, metodo_pago, moneda, condiciones_de_pago,
	serie, dias_credito, limite_credito, lista_precios, impuestos, addenda_id, validado_at, validado_resultado, validado_por, validado_como, activo, version, created_at, updated_at, updated_by`

// words are the texts a customer is found by.
func (r CustomerRow) words() []string {
	return []string{r.Rfc, r.Nombre, r.Clave, r.CodigoPostal, r.RegimenFiscal, r.UsoCFDI, r.Correos, r.Contacto}
}

// Customer returns one customer, or fail.NotFound.
func (v *View) Customer(ctx context.Context, id string) (CustomerRow, error) {
	var r CustomerRow
	err := v.get(ctx, &r, `SELECT `+customerColumns+` FROM customers WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// CustomerForUpdate is [View.Customer] for a row about to change.
func (tx *Tx) CustomerForUpdate(ctx context.Context, id string) (CustomerRow, error) {
	var r CustomerRow
	err := tx.getLocked(ctx, &r, `SELECT `+customerColumns+` FROM customers WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

var customerDirectory = directory{table: `customers`, columns: customerColumns, kind: CustomerWords, sorts: []sorting{
	{name: "nombre", key: `t.nombre_fold`},
	{name: "rfc", key: `t.rfc`},
	{name: "cp", key: `t.codigo_postal`},
	{name: "regimen", key: `t.regimen_fiscal`},
	{name: "uso", key: `t.uso_cfdi`},
}}

// Customers lists one page of the customers of f in its order (a search with very many
// matches: by the word found), and where the next page begins; the zero Cursor
// when there is none.
func (v *View) Customers(ctx context.Context, f DirectoryFilter) ([]CustomerRow, Cursor, error) {
	words, err := v.wordsFor(ctx, CustomerWords, f)
	if err != nil {
		return nil, Cursor{}, err
	}
	byWord, limit := f.byWord(words), f.Limit
	f.Limit++ // one more tells whether there is a next page
	var found []struct {
		CustomerRow
		Hit string `db:"hit"`
	}
	p := customerDirectory.page(f, words)
	if err := v.list(ctx, &found, p.sql, p.args...); err != nil {
		return nil, Cursor{}, err
	}
	rows, next := make([]CustomerRow, min(len(found), limit)), Cursor{}
	for i := range rows {
		rows[i] = found[i].CustomerRow
	}
	if len(found) > limit {
		last := found[limit-1]
		next = Cursor{Key: last.Hit, ID: last.ID, ByWord: byWord}
	}
	return rows, next, nil
}

// CountCustomers counts the customers of f on all pages, up to [CountLimit].
func (v *View) CountCustomers(ctx context.Context, f DirectoryFilter) (int, error) {
	return v.count(ctx, customerDirectory, f)
}

// CustomersByRfc lists up to ten customers of an RFC.
func (v *View) CustomersByRfc(ctx context.Context, rfc string) ([]CustomerRow, error) {
	rows := []CustomerRow{}
	err := v.list(ctx, &rows, `SELECT `+customerColumns+` FROM customers WHERE tenant_id = $1 AND rfc = $2 ORDER BY nombre_fold, clave LIMIT 10`, rfc)
	return rows, err
}

// InsertCustomer keeps a new customer and its words. The same RFC, name and
// key twice is fail.Conflict.
func (tx *Tx) InsertCustomer(ctx context.Context, r CustomerRow) error {
	_, err := tx.exec(ctx, `INSERT INTO customers (tenant_id, `+customerColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)`,
		r.ID, r.Rfc, r.Nombre, r.NombreFold, r.CodigoPostal, r.RegimenFiscal, r.UsoCFDI, r.Correos, r.ResidenciaFiscal,
		r.NumRegIdTrib, r.Telefono, r.Contacto, r.Calle, r.NoExterior, r.NoInterior, r.Colonia, r.Localidad, r.Municipio,
		r.Estado, r.Pais, r.Referencia, r.Notas, r.Clave, r.FormaPago, r.MetodoPago, r.Moneda, r.CondicionesDePago,
		r.Serie, r.DiasCredito, r.LimiteCredito, r.ListaPrecios, r.Impuestos, r.AddendaID, r.ValidadoAt, r.ValidadoResultado, r.ValidadoPor, r.ValidadoComo,
		r.Activo, r.Version, r.CreatedAt, r.UpdatedAt, r.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.SetWords(ctx, CustomerWords, r.ID, r.words()...)
}

// UpdateCustomer writes r over the row with its id, whatever version that has.
func (tx *Tx) UpdateCustomer(ctx context.Context, r CustomerRow) error {
	_, err := tx.exec(ctx, `UPDATE customers SET rfc = $3, nombre = $4, nombre_fold = $5, codigo_postal = $6, regimen_fiscal = $7, uso_cfdi = $8, correos = $9,
		residencia_fiscal = $10, num_reg_id_trib = $11, telefono = $12, contacto = $13, calle = $14, no_exterior = $15, no_interior = $16,
		colonia = $17, localidad = $18, municipio = $19, estado = $20, pais = $21, referencia = $22, notas = $23,
		clave = $24, forma_pago = $25, metodo_pago = $26, moneda = $27, condiciones_de_pago = $28, serie = $29, dias_credito = $30,
		limite_credito = $31, impuestos = $32, addenda_id = $33, validado_at = $34, validado_resultado = $35, validado_por = $36, validado_como = $37,
		activo = $38, version = $39, updated_at = $40, updated_by = $41, lista_precios = $42
		WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.Rfc, r.Nombre, r.NombreFold, r.CodigoPostal, r.RegimenFiscal, r.UsoCFDI, r.Correos, r.ResidenciaFiscal,
		r.NumRegIdTrib, r.Telefono, r.Contacto, r.Calle, r.NoExterior, r.NoInterior, r.Colonia, r.Localidad, r.Municipio,
		r.Estado, r.Pais, r.Referencia, r.Notas, r.Clave, r.FormaPago, r.MetodoPago, r.Moneda, r.CondicionesDePago,
		r.Serie, r.DiasCredito, r.LimiteCredito, r.Impuestos, r.AddendaID, r.ValidadoAt, r.ValidadoResultado, r.ValidadoPor, r.ValidadoComo,
		r.Activo, r.Version, r.UpdatedAt, r.UpdatedBy, r.ListaPrecios)
	if err != nil {
		return err
	}
	return tx.SetWords(ctx, CustomerWords, r.ID, r.words()...)
}

// SaySAT notes what the SAT said of a customer whose RFC, name and postal code, and
// regime where r has one, are still those of r. It reports whether they are.
func (tx *Tx) SaySAT(ctx context.Context, r CustomerRow) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE customers SET validado_at = $3, validado_resultado = $4, validado_por = $5, validado_como = $6
		WHERE tenant_id = $1 AND id = $2 AND rfc = $7 AND nombre = $8 AND codigo_postal = $9 AND (regimen_fiscal = $10 OR $10 = '')`,
		r.ID, r.ValidadoAt, r.ValidadoResultado, r.ValidadoPor, r.ValidadoComo, r.Rfc, r.Nombre, r.CodigoPostal, r.RegimenFiscal)
	return n > 0, err
}

// MoveGenericCustomers gives the customers with a generic RFC the postal code
// of a new place of issue, which theirs has to equal (CFDI40149).
func (tx *Tx) MoveGenericCustomers(ctx context.Context, place string) error {
	_, err := tx.exec(ctx, `UPDATE customers SET codigo_postal = $2 WHERE tenant_id = $1 AND rfc IN ('XAXX010101000', 'XEXX010101000')`, place)
	return err
}

// CustomerNames fills in the names of the customers whose ids are the keys of names,
// of which there are at most a few hundred.
func (v *View) CustomerNames(ctx context.Context, names map[string]string) error {
	ids := slices.Sorted(maps.Keys(names))
	for start := 0; start < len(ids); start += 100 {
		p := picker{sql: `SELECT id, nombre FROM customers WHERE tenant_id = $1 AND id IN (`}
		for i, id := range ids[start:min(start+100, len(ids))] {
			if i > 0 {
				p.sql += `, `
			}
			p.sql += p.arg(id)
		}
		p.sql += `)`
		var rows []struct {
			ID     string `db:"id"`
			Nombre string `db:"nombre"`
		}
		if err := v.list(ctx, &rows, p.sql, p.args...); err != nil {
			return err
		}
		for _, r := range rows {
			names[r.ID] = r.Nombre
		}
	}
	return nil
}

// CustomerUsed reports whether a document, a draft too, names the customer.
func (v *View) CustomerUsed(ctx context.Context, id string) (bool, error) {
	var n int
	err := v.get(ctx, &n, `SELECT count(*) FROM (SELECT 1 FROM documents WHERE tenant_id = $1 AND customer_id = $2 AND customer_id <> '' LIMIT 1) AS used`, id)
	return n > 0, err
}

// DeleteCustomer forgets a customer and its words.
func (tx *Tx) DeleteCustomer(ctx context.Context, id string) error {
	if err := tx.SetWords(ctx, CustomerWords, id); err != nil {
		return err
	}
	return tx.one(ctx, `DELETE FROM customers WHERE tenant_id = $1 AND id = $2`, id)
}
