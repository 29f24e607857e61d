package store

import "context"

// A CompanyRow is what a tenant says of itself: the Emisor of its receipts.
type CompanyRow struct {
	Rfc             string `db:"rfc"`
	Nombre          string `db:"nombre"`
	NombreComercial string `db:"nombre_comercial"`
	Regimenes       string `db:"regimenes"` // JSON list of keys
	RegimenDefault  string `db:"regimen_default"`
	CodigoPostal    string `db:"codigo_postal"`
	Calle           string `db:"calle"`
	NoExterior      string `db:"no_exterior"`
	NoInterior      string `db:"no_interior"`
	Colonia         string `db:"colonia"`
	Localidad       string `db:"localidad"`
	Referencia      string `db:"referencia"`
	Municipio       string `db:"municipio"`
	Estado          string `db:"estado"`
	Pais            string `db:"pais"`
	Curp            string `db:"curp"`
	Contacto        string `db:"contacto"`
	Telefono        string `db:"telefono"`
	Correo          string `db:"correo"`
	Web             string `db:"web"`
	LugarExpedicion string `db:"lugar_expedicion"`
	Version         int64  `db:"version"`
	UpdatedAt       int64  `db:"updated_at"`
	UpdatedBy       string `db:"updated_by"`
	Frontera        bool   `db:"frontera"` // the main branch applies the stimulus of the border region
}

// Domicilio is the address of the company on one line.
func (r CompanyRow) Domicilio() string {
	return Address{
		Calle: r.Calle, NoExterior: r.NoExterior, NoInterior: r.NoInterior, Colonia: r.Colonia, Localidad: r.Localidad, Municipio: r.Municipio, Estado: r.Estado,
	}.Line(r.CodigoPostal)
}

// Lugar is the postal code that the main branch issues from.
func (r CompanyRow) Lugar() string {
	if r.LugarExpedicion != "" {
		return r.LugarExpedicion
	}
	return r.CodigoPostal
}

const companyColumns = `rfc, nombre, nombre_comercial, regimenes, regimen_default, codigo_postal, calle, no_exterior, no_interior,
	colonia, localidad, referencia, municipio, estado, pais, curp, contacto, telefono, correo, web, lugar_expedicion,
	version, updated_at, updated_by, frontera`

// Company returns the company, or fail.NotFound before it is founded.
func (v *View) Company(ctx context.Context) (CompanyRow, error) {
	var r CompanyRow
	err := v.get(ctx, &r, `SELECT `+companyColumns+` FROM company WHERE tenant_id = $1`)
	return r, err
}

// CompanyForUpdate is [View.Company] for a row about to change.
func (tx *Tx) CompanyForUpdate(ctx context.Context) (CompanyRow, error) {
	var r CompanyRow
	err := tx.getLocked(ctx, &r, `SELECT `+companyColumns+` FROM company WHERE tenant_id = $1`)
	return r, err
}

// InsertCompany keeps the one company of the tenant.
func (tx *Tx) InsertCompany(ctx context.Context, r CompanyRow) error {
	_, err := tx.exec(ctx, `INSERT INTO company (tenant_id, `+companyColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`,
		r.Rfc, r.Nombre, r.NombreComercial, r.Regimenes, r.RegimenDefault, r.CodigoPostal, r.Calle, r.NoExterior, r.NoInterior,
		r.Colonia, r.Localidad, r.Referencia, r.Municipio, r.Estado, r.Pais, r.Curp, r.Contacto, r.Telefono, r.Correo, r.Web,
		r.LugarExpedicion, r.Version, r.UpdatedAt, r.UpdatedBy, r.Frontera)
	return err
}

// UpdateCompany writes r over the company. The RFC never changes.
func (tx *Tx) UpdateCompany(ctx context.Context, r CompanyRow) error {
	_, err := tx.exec(ctx, `UPDATE company SET nombre = $2, nombre_comercial = $3, regimenes = $4, regimen_default = $5,
		codigo_postal = $6, calle = $7, no_exterior = $8, no_interior = $9, colonia = $10, localidad = $11, referencia = $12,
		municipio = $13, estado = $14, pais = $15, curp = $16, contacto = $17, telefono = $18, correo = $19, web = $20,
		lugar_expedicion = $21, version = $22, updated_at = $23, updated_by = $24, frontera = $25 WHERE tenant_id = $1`,
		r.Nombre, r.NombreComercial, r.Regimenes, r.RegimenDefault, r.CodigoPostal, r.Calle, r.NoExterior, r.NoInterior,
		r.Colonia, r.Localidad, r.Referencia, r.Municipio, r.Estado, r.Pais, r.Curp, r.Contacto, r.Telefono, r.Correo, r.Web,
		r.LugarExpedicion, r.Version, r.UpdatedAt, r.UpdatedBy, r.Frontera)
	return err
}

// A SetupRow counts what the wizard asks for, each as none or some, and how the
// person keeps the wizard.
type SetupRow struct {
	Productos   bool `db:"productos"`
	Clientes    bool `db:"clientes"`
	Series      bool `db:"series"`
	Certificado bool `db:"certificado"`
	Comprobante bool `db:"comprobante"`
	Consulta    bool `db:"consulta"`   // the person opened the list of receipts
	Consultado  bool `db:"consultado"` // somebody of the company did
	Minimized   bool `db:"minimized"`
	Hidden      bool `db:"hidden"`
}

// Setup tells which steps of the wizard have what they need at the instant
// now (microseconds): active products, customers, series, a CSD in force, a
// stamped receipt; and what the person did of it. Each is one look into an index.
func (v *View) Setup(ctx context.Context, userID string, now int64) (SetupRow, error) {
	var r SetupRow
	err := v.get(ctx, &r, `SELECT
		EXISTS (SELECT 1 FROM products WHERE tenant_id = $1 AND activo = $3) AS productos,
		EXISTS (SELECT 1 FROM customers WHERE tenant_id = $1 AND activo = $3) AS clientes,
		EXISTS (SELECT 1 FROM series WHERE tenant_id = $1 AND activa = $3) AS series,
		EXISTS (SELECT 1 FROM certificates WHERE tenant_id = $1 AND activo = $3 AND deleted_at = 0 AND revoked_at = 0 AND not_before <= $2 AND not_after >= $2) AS certificado,
		EXISTS (SELECT 1 FROM documents WHERE tenant_id = $1 AND state = 'timbrado') AS comprobante,
		EXISTS (SELECT 1 FROM assistants WHERE tenant_id = $1 AND user_id = $4 AND consulted_at > 0) AS consulta,
		EXISTS (SELECT 1 FROM assistants WHERE tenant_id = $1 AND consulted_at > 0) AS consultado,
		EXISTS (SELECT 1 FROM assistants WHERE tenant_id = $1 AND user_id = $4 AND minimized = $3) AS minimized,
		EXISTS (SELECT 1 FROM assistants WHERE tenant_id = $1 AND user_id = $4 AND hidden = $3) AS hidden`, now, true, userID)
	return r, err
}
