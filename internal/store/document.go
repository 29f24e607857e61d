package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"iofacturo.mx/internal/fail"
)

// A DocumentRow is the index of one document: its state and the columns a list
// filters, sorts and adds by. Amounts are millionths, instants microseconds UTC.
type DocumentRow struct {
	ID             string `db:"id"`
	State          string `db:"state"`
	Revision       int64  `db:"revision"`        // grows with each save and each rejection
	IssuedRevision int64  `db:"issued_revision"` // revision P1 fixed last, 0 if never
	Tipo           string `db:"tipo"`
	SerieID        string `db:"serie_id"`
	Serie          string `db:"serie"`
	Folio          *int64 `db:"folio"` // nil until P1
	Fecha          string `db:"fecha"` // as in the XML; of a draft, local time of its last save
	CustomerID     string `db:"customer_id"`
	EmisorRfc      string `db:"emisor_rfc"`
	ReceptorRfc    string `db:"receptor_rfc"`
	ReceptorNombre string `db:"receptor_nombre"`
	ReceptorFold   string `db:"receptor_fold"` // for sorting
	Moneda         string `db:"moneda"`
	TipoCambio     string `db:"tipo_cambio"`
	SubTotal       int64  `db:"subtotal"`
	Descuento      int64  `db:"descuento"`
	Traslados      int64  `db:"traslados"`
	Retenciones    int64  `db:"retenciones"`
	Total          int64  `db:"total"`
	TotalMXN       int64  `db:"total_mxn"` // at the document's own rate
	UUID           string `db:"uuid"`      // upper case, "" until stamped
	CertificateID  string `db:"certificate_id"`
	NoCertificado  string `db:"no_certificado"`
	PAC            string `db:"pac"`
	Test           bool   `db:"test"`
	ReasonCode     string `db:"reason_code"`
	ReasonMessage  string `db:"reason_message"`
	Correos        string `db:"correos"` // JSON list of addresses
	Notas          string `db:"notas"`
	SyntheticOf    string `db:"synthetic_of"` // demo only: the document whose XML this row shows
	CreatedBy      string `db:"created_by"`   // user name
	CreatedAt      int64  `db:"created_at"`
	UpdatedAt      int64  `db:"updated_at"`
	StampedAt      int64  `db:"stamped_at"`
	MetodoPago     string `db:"metodo_pago"` // "-" when it says none; "" of a draft, or stamped before this was kept
	Adeudo         int64  `db:"adeudo"`      // by how much it changes what its customer owes once stamped
}

// XMLOf is the id whose bytes r shows: its own, but for synthetic rows of the demo.
func (r DocumentRow) XMLOf() string {
	if r.SyntheticOf != "" {
		return r.SyntheticOf
	}
	return r.ID
}

const documentColumns = `id, state, revision, issued_revision, tipo, serie_id, serie, folio, fecha, customer_id,
	emisor_rfc, receptor_rfc, receptor_nombre, receptor_fold, moneda, tipo_cambio,
	subtotal, descuento, traslados, retenciones, total, total_mxn,
	uuid, certificate_id, no_certificado, pac, test, reason_code, reason_message, correos, notas, synthetic_of,
	created_by, created_at, updated_at, stamped_at, metodo_pago, adeudo`

// documentMarks are the placeholders of documentColumns, after that of the tenant.
const documentMarks = `$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
	$20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39`

// Document returns the row of one document, or fail.NotFound.
func (v *View) Document(ctx context.Context, id string) (DocumentRow, error) {
	var r DocumentRow
	err := v.get(ctx, &r, `SELECT `+documentColumns+` FROM documents WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// DocumentForUpdate is [View.Document] for a row about to change.
func (tx *Tx) DocumentForUpdate(ctx context.Context, id string) (DocumentRow, error) {
	var r DocumentRow
	err := tx.getLocked(ctx, &r, `SELECT `+documentColumns+` FROM documents WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// DocumentsAfter returns up to limit documents in the order of their ids, after
// the id given ("" for the first page). It serves checks over everything.
func (v *View) DocumentsAfter(ctx context.Context, after string, limit int) ([]DocumentRow, error) {
	var rows []DocumentRow
	err := v.list(ctx, &rows, `SELECT `+documentColumns+` FROM documents WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`, after, limit)
	return rows, err
}

// DocumentOfKey returns the document that an idempotency key made, or fail.NotFound.
func (v *View) DocumentOfKey(ctx context.Context, key string) (DocumentRow, error) {
	var r DocumentRow
	err := v.get(ctx, &r, `SELECT `+documentColumns+` FROM documents WHERE tenant_id = $1
		AND id = (SELECT document_id FROM idempotency WHERE tenant_id = $1 AND key = $2)`, key)
	return r, err
}

// InsertIdempotency binds an idempotency key to the document it makes; a key already
// bound is fail.Conflict.
func (tx *Tx) InsertIdempotency(ctx context.Context, key string, r DocumentRow) error {
	_, err := tx.exec(ctx, `INSERT INTO idempotency (tenant_id, key, document_id, revision, created_at) VALUES ($1, $2, $3, $4, $5)`, key, r.ID, r.Revision, r.UpdatedAt)
	return err
}

// InsertDocument adds a document and counts it.
func (tx *Tx) InsertDocument(ctx context.Context, r DocumentRow) error {
	_, err := tx.exec(ctx, `INSERT INTO documents (tenant_id, `+documentColumns+`) VALUES ($1, `+documentMarks+`)`,
		r.values()...)
	if err != nil {
		return err
	}
	return tx.enter(ctx, r)
}

// documentsAtOnce is how many documents one statement inserts. SQLite looks each
// numbered parameter up in a list, so that more of them take longer for each.
const documentsAtOnce = 6

// InsertDocuments is [Tx.InsertDocument] for many: few statements, and each bucket of
// the counts is touched once.
func (tx *Tx) InsertDocuments(ctx context.Context, rows []DocumentRow) error {
	days, months := map[dayKey]dayDelta{}, map[monthKey]monthDelta{}
	for part := range slices.Chunk(rows, documentsAtOnce) {
		q := documentQuery{}
		values := make([]string, 0, len(part))
		for _, r := range part {
			marks := make([]string, 0, len(q.args)/len(part)+1)
			for _, v := range r.values() {
				marks = append(marks, string(q.arg(v)))
			}
			values = append(values, `($1, `+strings.Join(marks, ", ")+`)`)
			days[r.day()] = days[r.day()].plus(r.delta())
			m := months[r.month()]
			months[r.month()] = monthDelta{m.n + 1, m.total + r.TotalMXN}
		}
		if _, err := tx.exec(ctx, statement(`INSERT INTO documents (tenant_id, `+documentColumns+`) VALUES `+strings.Join(values, ", ")), q.args...); err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(days), dayKey.compare) {
		if err := tx.count(ctx, k, days[k]); err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(months), monthKey.compare) {
		if err := tx.countMonth(ctx, k, months[k].n, months[k].total); err != nil {
			return err
		}
	}
	return nil
}

// ChangeDocument turns was into r, provided the stored row still has the state
// and the revision of was; otherwise it answers fail.Conflict and changes nothing.
// It writes the columns that differ, so that only their indexes are touched.
func (tx *Tx) ChangeDocument(ctx context.Context, was, r DocumentRow) error {
	p := documentQuery{}
	id, state, revision := p.arg(was.ID), p.arg(was.State), p.arg(was.Revision)
	before, after := was.values(), r.values()
	columns := strings.Split(documentColumns, ",")
	var sets []string
	for i, column := range columns {
		if before[i] != after[i] {
			sets = append(sets, strings.TrimSpace(column)+" = "+string(p.arg(after[i])))
		}
	}
	if len(sets) == 0 {
		return nil
	}
	n, err := tx.exec(ctx, statement(`UPDATE documents SET `+strings.Join(sets, ", ")+` WHERE tenant_id = $1 AND id = `)+id+
		` AND state = `+state+` AND revision = `+revision, p.args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fail.New(fail.Conflict, "El comprobante cambió mientras lo veías. Vuelve a abrirlo para ver cómo quedó.")
	}
	return tx.recount(ctx, was, r)
}

// DeleteDraft removes a document that never had a folio, with everything of it.
// A document with a folio is fail.Conflict: its folio must stay accounted for.
func (tx *Tx) DeleteDraft(ctx context.Context, r DocumentRow) error {
	for _, table := range []statement{"drafts", "document_events"} {
		_, err := tx.exec(ctx, `DELETE FROM `+table+` WHERE tenant_id = $1 AND document_id = $2`, r.ID)
		if err != nil {
			return err
		}
	}
	n, err := tx.exec(ctx, `DELETE FROM documents WHERE tenant_id = $1 AND id = $2 AND state = 'borrador' AND folio IS NULL AND revision = $3`, r.ID, r.Revision)
	if err != nil {
		return err
	}
	if n == 0 {
		return fail.New(fail.Conflict, "Este comprobante ya no es un borrador; no se puede descartar.")
	}
	return tx.leave(ctx, r)
}

// values are the columns of documentColumns in their order.
func (r DocumentRow) values() []any {
	return []any{
		r.ID, r.State, r.Revision, r.IssuedRevision, r.Tipo, r.SerieID, r.Serie, r.Folio, r.Fecha, r.CustomerID,
		r.EmisorRfc, r.ReceptorRfc, r.ReceptorNombre, r.ReceptorFold, r.Moneda, r.TipoCambio,
		r.SubTotal, r.Descuento, r.Traslados, r.Retenciones, r.Total, r.TotalMXN,
		r.UUID, r.CertificateID, r.NoCertificado, r.PAC, r.Test, r.ReasonCode, r.ReasonMessage, r.Correos, r.Notas, r.SyntheticOf,
		r.CreatedBy, r.CreatedAt, r.UpdatedAt, r.StampedAt, r.MetodoPago, r.Adeudo,
	}
}
