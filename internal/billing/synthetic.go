package billing

import (
	"context"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Synthetic fills lists for the demo of a large company: it adds one row for each
// folio from first to last of the series, each showing the bytes of one of the
// stamped documents of ids, in turn, and marked as such. A synthetic row was
// never issued: it has no UUID, no log and no bytes of its own, and only a
// document stamped by a test certifier may be shown by one. All of it is one
// transaction; callers add a thousand or so at a time.
func (s *Service) Synthetic(ctx context.Context, a store.Actor, serieID, serie string, ids []string, first, last int64) error {
	if err := a.Require(store.RightIssue); err != nil {
		return err
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		shown := make([]store.DocumentRow, 0, len(ids))
		for _, id := range ids {
			r, err := tx.Document(ctx, id)
			if err != nil {
				return err
			}
			if State(r.State) != Timbrado || !r.Test || r.SyntheticOf != "" {
				return fail.New(fail.Invalid, "Sólo se repite en la demostración lo que timbró el certificador de pruebas.")
			}
			shown = append(shown, r)
		}
		var rows []store.DocumentRow
		for folio := first; folio <= last && len(shown) > 0; folio++ {
			r := shown[int(folio)%len(shown)]
			r.SyntheticOf, r.ID = r.ID, s.NewID()
			r.SerieID, r.Serie, r.Folio, r.UUID = serieID, serie, &folio, ""
			rows = append(rows, r)
			if err := setWords(ctx, tx, r); err != nil {
				return err
			}
		}
		return tx.InsertDocuments(ctx, rows)
	})
}
