package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/store"
)

const (
	panelCeiling = 120 * time.Millisecond // of the whole page over loopback, p95
	panelRows    = 1_000_000              // receipts of the company, synthetic
	panelYears   = 5                      // over which they are spread
	panelBatch   = 2000                   // receipts a transaction
)

// panel reads the main panel of a company with a million receipts, signed in, as a
// browser does: the page with all its blocks.
func panel(ctx context.Context, w *world, n int) (figure, limit lap, err error) {
	rows := panelRows
	if n < 50 {
		rows = 20_000 // a trial, not the figure
	}
	if err := w.pile(ctx, rows); err != nil {
		return nil, nil, err
	}
	client, base, stop, err := w.serve(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for i := range n + 1 {
		start := time.Now()
		page, err := fetch(client, http.MethodGet, base+"/panel", nil)
		took := time.Since(start)
		if err != nil {
			return nil, nil, err
		}
		if strings.Contains(page, "Reintentar") || !strings.Contains(page, "Doce meses") {
			return nil, nil, errors.New("the panel does not show its figures")
		}
		if i > 0 { // the first opens the connections
			figure, limit = append(figure, took), append(limit, panelCeiling)
		}
	}
	return figure, limit, nil
}

// pile gives the company rows receipts without XML: of ten series, ten people and
// five years, in the states that receipts have.
func (w *world) pile(ctx context.Context, rows int) error {
	if w.piled >= rows {
		return nil
	}
	states := []billing.State{billing.Timbrado, billing.Timbrado, billing.Timbrado, billing.Timbrado, billing.Timbrado, billing.Timbrado, billing.Timbrado, billing.Timbrado, billing.Rechazado, billing.Borrador}
	at := w.now()
	step := panelYears * 365 * 24 * time.Hour / time.Duration(rows)
	for w.piled < rows {
		from, to := w.piled, min(w.piled+panelBatch, rows)
		err := w.db.Update(ctx, w.actor.Tenant, func(tx *store.Tx) error {
			batch := make([]store.DocumentRow, 0, to-from)
			for i := from; i < to; i++ {
				when := at.Add(-time.Duration(rows-1-i) * step)
				tipo := "I"
				if i%17 == 0 {
					tipo = "E"
				}
				folio := int64(i + 1)
				serie, who := i/7%10, i/3%10
				batch = append(batch, store.DocumentRow{
					ID: fmt.Sprintf("p-%07d", i), State: string(states[i%len(states)]), Revision: 1, IssuedRevision: 1, Tipo: tipo,
					SerieID: fmt.Sprintf("pila-%d", serie), Serie: fmt.Sprintf("P%d", serie), Folio: &folio, Fecha: when.Format("2006-01-02T15:04:05"),
					ReceptorRfc: "URE180429TM6", ReceptorNombre: "UNIVERSIDAD ROBOTICA ESPAÑOLA", ReceptorFold: "universidad robotica espanola", Moneda: "MXN",
					SubTotal: 1_000_000_000, Traslados: 160_000_000, Total: 1_160_000_000, TotalMXN: 1_160_000_000, Test: true, SyntheticOf: "p-0000000",
					CreatedBy: fmt.Sprintf("persona%d", who), CreatedAt: store.Micros(when), UpdatedAt: store.Micros(when), Correos: "[]",
				})
			}
			return tx.InsertDocuments(ctx, batch)
		})
		if err != nil {
			return err
		}
		w.piled = to
	}
	return nil
}
