package store

import "context"

// Why folios were skipped.
const (
	SkipRaised  = "subido"       // somebody raised the next folio
	SkipBefore  = "antes"        // the numbering began above its first folio: they were used elsewhere
	SkipUnknown = "sin-registro" // before skips were kept
)

// A SkipRow is a run of folios that no document will ever have.
type SkipRow struct {
	SerieID string `db:"serie_id"`
	Desde   int64  `db:"desde"`
	Hasta   int64  `db:"hasta"`
	Motivo  string `db:"motivo"`
	At      int64  `db:"at"` // microseconds UTC; 0 = not known
	ByUser  string `db:"by_user"`
}

// A FolioRow is a document that has a folio and is no receipt.
type FolioRow struct {
	ID            string `db:"id"`
	Folio         int64  `db:"folio"`
	State         string `db:"state"`
	ReasonMessage string `db:"reason_message"`
	UpdatedAt     int64  `db:"updated_at"`
	CreatedBy     string `db:"created_by"`
}

// InsertSkip notes folios that a numbering passes over.
func (tx *Tx) InsertSkip(ctx context.Context, r SkipRow) error {
	_, err := tx.exec(ctx, `INSERT INTO serie_skips (tenant_id, serie_id, desde, hasta, motivo, at, by_user) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.SerieID, r.Desde, r.Hasta, r.Motivo, r.At, r.ByUser)
	return err
}

// Skips lists the skipped runs of a numbering that begin above a folio, in order, at most limit.
func (v *View) Skips(ctx context.Context, serieID string, after int64, limit int) ([]SkipRow, error) {
	rows := []SkipRow{}
	err := v.list(ctx, &rows, `SELECT serie_id, desde, hasta, motivo, at, by_user FROM serie_skips
		WHERE tenant_id = $1 AND serie_id = $2 AND desde > $3 ORDER BY desde LIMIT $4`, serieID, after, limit)
	return rows, err
}

// Unstamped lists the documents of a numbering above a folio that have a folio and
// are no receipt, in order, at most limit.
func (v *View) Unstamped(ctx context.Context, serieID string, after int64, limit int) ([]FolioRow, error) {
	rows := []FolioRow{}
	err := v.list(ctx, &rows, `SELECT id, folio, state, reason_message, updated_at, created_by FROM documents
		WHERE tenant_id = $1 AND serie_id = $2 AND folio > $3 AND folio IS NOT NULL AND uuid = '' AND synthetic_of = '' ORDER BY folio LIMIT $4`, serieID, after, limit)
	return rows, err
}

// FoliosWithout counts the folios of a numbering without a receipt: those skipped,
// and those of documents that are none.
func (v *View) FoliosWithout(ctx context.Context, serieID string) (skipped, unstamped int64, err error) {
	var n struct {
		Skipped   int64 `db:"skipped"`
		Unstamped int64 `db:"unstamped"`
	}
	err = v.get(ctx, &n, `SELECT
		(SELECT CAST(COALESCE(SUM(hasta - desde + 1), 0) AS BIGINT) FROM serie_skips WHERE tenant_id = $1 AND serie_id = $2) AS skipped,
		(SELECT COUNT(*) FROM documents WHERE tenant_id = $1 AND serie_id = $2 AND folio IS NOT NULL AND uuid = '' AND synthetic_of = '') AS unstamped`, serieID)
	return n.Skipped, n.Unstamped, err
}
