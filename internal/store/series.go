package store

import (
	"context"
	"database/sql"

	"iofacturo.mx/internal/fail"
)

// A SerieRow is one numbering of receipts of one type.
type SerieRow struct {
	ID                string `db:"id"`
	Serie             string `db:"serie"` // may be empty
	TipoDeComprobante string `db:"tipo_de_comprobante"`
	FolioInicial      int64  `db:"folio_inicial"`
	FolioSiguiente    int64  `db:"folio_siguiente"` // the next one given; only goes up
	FolioFinal        int64  `db:"folio_final"`     // 0 = no end
	Predeterminada    bool   `db:"predeterminada"`
	Activa            bool   `db:"activa"`
	Version           int64  `db:"version"`
	UpdatedAt         int64  `db:"updated_at"`
	UpdatedBy         string `db:"updated_by"`
	BranchID          string `db:"branch_id"` // "" = the main branch
}

// Branch names whose numbering it is: an id, or MainBranch.
func (r SerieRow) Branch() string {
	if r.BranchID == "" {
		return MainBranch
	}
	return r.BranchID
}

// lowPct is the share of a range from which on it is said to run out (manual §3.6).
const lowPct = 90

// UsedPct is how much of the range is used, in percent; -1 for one without end.
func (r SerieRow) UsedPct() int {
	if r.FolioFinal == 0 {
		return -1
	}
	return int((r.FolioSiguiente - r.FolioInicial) * 100 / (r.FolioFinal - r.FolioInicial + 1))
}

// Left is how many folios the range still has; 0 for one without end.
func (r SerieRow) Left() int64 {
	if r.FolioFinal == 0 {
		return 0
	}
	return max(0, r.FolioFinal-r.FolioSiguiente+1)
}

// Low reports whether the range is used by nine tenths or more.
func (r SerieRow) Low() bool { return r.UsedPct() >= lowPct }

const serieColumns = `id, serie, tipo_de_comprobante, folio_inicial, folio_siguiente, folio_final, predeterminada, activa, version, updated_at, updated_by, branch_id`

// SeriesList lists all numberings by type and series.
func (v *View) SeriesList(ctx context.Context) ([]SerieRow, error) {
	rows := []SerieRow{}
	err := v.list(ctx, &rows, `SELECT `+serieColumns+` FROM series WHERE tenant_id = $1 ORDER BY tipo_de_comprobante, serie, id`)
	return rows, err
}

// Serie returns one numbering, or fail.NotFound.
func (v *View) Serie(ctx context.Context, id string) (SerieRow, error) {
	var r SerieRow
	err := v.get(ctx, &r, `SELECT `+serieColumns+` FROM series WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// SerieForUpdate is [View.Serie] for a row about to change.
func (tx *Tx) SerieForUpdate(ctx context.Context, id string) (SerieRow, error) {
	var r SerieRow
	err := tx.getLocked(ctx, &r, `SELECT `+serieColumns+` FROM series WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// DefaultSerie returns the active default numbering of a type; when none is
// marked, the only active one; fail.NotFound otherwise.
func (v *View) DefaultSerie(ctx context.Context, tipo string) (SerieRow, error) {
	var rows []SerieRow
	err := v.list(ctx, &rows, `SELECT `+serieColumns+` FROM series WHERE tenant_id = $1 AND tipo_de_comprobante = $2 AND activa = $3
		ORDER BY predeterminada DESC, serie LIMIT 2`, tipo, true)
	switch {
	case err != nil:
		return SerieRow{}, err
	case len(rows) == 1 || len(rows) == 2 && rows[0].Predeterminada:
		return rows[0], nil
	}
	return SerieRow{}, translate(sql.ErrNoRows)
}

// InsertSerie keeps a new numbering. The same series and type twice is fail.Conflict.
func (tx *Tx) InsertSerie(ctx context.Context, r SerieRow) error {
	_, err := tx.exec(ctx, `INSERT INTO series (tenant_id, `+serieColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.ID, r.Serie, r.TipoDeComprobante, r.FolioInicial, r.FolioSiguiente, r.FolioFinal, r.Predeterminada, r.Activa,
		r.Version, r.UpdatedAt, r.UpdatedBy, r.BranchID)
	return err
}

// UpdateSerie writes r over the numbering with its id. A folio_siguiente below
// the stored one is refused as fail.NotFound: it only goes up.
func (tx *Tx) UpdateSerie(ctx context.Context, r SerieRow) error {
	return tx.one(ctx, `UPDATE series SET serie = $3, tipo_de_comprobante = $4, folio_inicial = $5, folio_siguiente = $6, folio_final = $7,
		predeterminada = $8, activa = $9, version = $10, updated_at = $11, updated_by = $12, branch_id = $13
		WHERE tenant_id = $1 AND id = $2 AND folio_siguiente <= $6`,
		r.ID, r.Serie, r.TipoDeComprobante, r.FolioInicial, r.FolioSiguiente, r.FolioFinal, r.Predeterminada, r.Activa,
		r.Version, r.UpdatedAt, r.UpdatedBy, r.BranchID)
}

// ClearDefaultSerie takes the mark from the default numbering of a type, so
// that another one may have it.
func (tx *Tx) ClearDefaultSerie(ctx context.Context, tipo string) error {
	_, err := tx.exec(ctx, `UPDATE series SET predeterminada = $3, version = version + 1 WHERE tenant_id = $1 AND tipo_de_comprobante = $2 AND predeterminada = $4`,
		tipo, false, true)
	return err
}

// NextFolio takes the next folio of a numbering: given once, in the order of
// the transactions that commit. A transaction that rolls back gives it back.
// Errors: fail.NotFound; fail.Conflict when the series is off or used up.
func (tx *Tx) NextFolio(ctx context.Context, serieID string) (serie string, folio int64, err error) {
	var given struct {
		Serie string `db:"serie"`
		Folio int64  `db:"folio"`
	}
	err = tx.get(ctx, &given, `UPDATE series SET folio_siguiente = folio_siguiente + 1
		WHERE tenant_id = $1 AND id = $2 AND activa = $3 AND (folio_final = 0 OR folio_siguiente <= folio_final)
		RETURNING serie, folio_siguiente - 1 AS folio`, serieID, true)
	if isNotFound(err) {
		return "", 0, tx.whyNoFolio(ctx, serieID)
	}
	return given.Serie, given.Folio, err
}

func (tx *Tx) whyNoFolio(ctx context.Context, id string) error {
	r, err := tx.Serie(ctx, id)
	switch {
	case err != nil:
		return err
	case !r.Activa:
		return fail.New(fail.Conflict, "La serie "+r.Serie+" está desactivada. No se emitió nada: actívala en Series y folios o elige otra.")
	}
	return fail.New(fail.Conflict, "La serie "+r.Serie+" ya usó todos sus folios. No se emitió nada: amplía su rango en Series y folios o elige otra.")
}

// one runs a statement that must touch a row; none is fail.NotFound.
func (tx *Tx) one(ctx context.Context, text statement, args ...any) error {
	n, err := tx.exec(ctx, text, args...)
	if err == nil && n == 0 {
		return translate(sql.ErrNoRows)
	}
	return err
}
