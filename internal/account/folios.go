package account

import (
	"context"
	"slices"
	"time"

	"iofacturo.mx/internal/store"
)

// gapPage is how many runs of folios a page of the report has.
const gapPage = 50

// A FolioGap is a run of folios of a numbering that have no receipt, and why.
type FolioGap struct {
	Desde, Hasta int64
	Motivo       string    // what happened to them, for the user
	Nota         string    // more about it, may be empty
	DocumentID   string    // of the document that keeps the folio, "" where there is none
	At           time.Time // zero when it is not known
	Por          string    // user name, "" when it is not known
}

// N is how many folios the run has.
func (g FolioGap) N() int64 { return g.Hasta - g.Desde + 1 }

// A FolioReport is a page of the report *Folios usados y huecos* of one numbering.
type FolioReport struct {
	Serie
	Usados    int64 // folios from the first to the last one given or passed over
	Recibos   int64 // of them, how many are stamped receipts
	Huecos    int64 // and how many are not
	Gaps      []FolioGap
	Siguiente int64 // where the next page goes on, 0 for none
}

// Folios tells which folios of a numbering have no receipt and why, from above the
// folio after (0 for the first page). It reads what has none, never what has.
// fail.NotFound for a numbering that is not this company's.
func (s *Service) Folios(ctx context.Context, a store.Actor, serieID string, after int64) (FolioReport, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return FolioReport{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	row, err := v.Serie(ctx, serieID)
	if err != nil {
		return FolioReport{}, err
	}
	out := FolioReport{Serie: serieOf(row), Usados: row.FolioSiguiente - row.FolioInicial}
	skipped, unstamped, err := v.FoliosWithout(ctx, serieID)
	if err != nil {
		return FolioReport{}, err
	}
	out.Huecos = skipped + unstamped
	out.Recibos = max(0, out.Usados-out.Huecos)
	skips, err := v.Skips(ctx, serieID, after, gapPage+1)
	if err != nil {
		return FolioReport{}, err
	}
	documents, err := v.Unstamped(ctx, serieID, after, gapPage+1)
	if err != nil {
		return FolioReport{}, err
	}
	out.Gaps = gapsOf(skips, documents)
	if len(out.Gaps) > gapPage {
		out.Gaps = out.Gaps[:gapPage]
		out.Siguiente = out.Gaps[gapPage-1].Hasta
	}
	return out, nil
}

// gapsOf puts both kinds of gap in the order of their folios.
func gapsOf(skips []store.SkipRow, documents []store.FolioRow) []FolioGap {
	gaps := make([]FolioGap, 0, len(skips)+len(documents))
	for _, r := range skips {
		g := FolioGap{Desde: r.Desde, Hasta: r.Hasta, Por: r.ByUser}
		if r.At != 0 {
			g.At = store.FromMicros(r.At)
		}
		switch r.Motivo {
		case store.SkipRaised:
			g.Motivo = "Saltados: alguien subió el folio siguiente"
		case store.SkipBefore:
			g.Motivo = "Usados antes de empezar aquí"
			g.Nota = "La serie se dio de alta con un folio siguiente mayor que el inicial."
		default:
			g.Motivo = "Saltados al subir el folio siguiente"
			g.Nota = "Fue antes de que el portal anotara quién y cuándo."
		}
		gaps = append(gaps, g)
	}
	for _, r := range documents {
		gaps = append(gaps, FolioGap{
			Desde: r.Folio, Hasta: r.Folio, Motivo: unstampedText(r.State), Nota: r.ReasonMessage, DocumentID: r.ID,
			At: store.FromMicros(r.UpdatedAt), Por: r.CreatedBy,
		})
	}
	slices.SortFunc(gaps, func(x, y FolioGap) int { return int(x.Desde - y.Desde) })
	return gaps
}

// unstampedText says why a document of a state has a folio and is no receipt.
func unstampedText(state string) string {
	switch state {
	case "anulado":
		return "Anulado sin timbrar"
	case "rechazado":
		return "Rechazado: guarda su folio para corregirlo"
	case "vencido":
		return "No se timbró a tiempo: guarda su folio para corregirlo"
	case "incierto":
		return "Sin respuesta del certificador todavía"
	}
	return "En proceso de timbrarse"
}

// skipped are the folios that a numbering passes over when row replaces old (zero
// for a new one); false when there are none.
func skipped(old, row store.SerieRow) (store.SkipRow, bool) {
	r := store.SkipRow{SerieID: row.ID, Desde: old.FolioSiguiente, Hasta: row.FolioSiguiente - 1, Motivo: store.SkipRaised, At: row.UpdatedAt, ByUser: row.UpdatedBy}
	if old.FolioSiguiente == old.FolioInicial { // none given yet, so the first one may have moved too
		r.Desde = row.FolioInicial
	}
	if old.ID == "" {
		r.Motivo = store.SkipBefore
	}
	return r, r.Hasta >= r.Desde
}

// skip notes what [skipped] finds.
func skip(ctx context.Context, tx *store.Tx, old, row store.SerieRow) error {
	if r, any := skipped(old, row); any {
		return tx.InsertSkip(ctx, r)
	}
	return nil
}
