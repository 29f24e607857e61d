package billing_test

import (
	"context"
	"strings"
	"testing"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// TestBothSidesAreToldOfACancellation: the company by a notice, the receiver by mail,
// once each; of what changes nothing for the receiver, the company alone; and a document
// of another company is none.
func TestBothSidesAreToldOfACancellation(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		doc := w.mailed(w.a, "cliente@example.mx")
		tell := func(a store.Actor, n billing.CancellationNews) error {
			err := w.db.Update(ctx, a.Tenant, func(tx *store.Tx) error { return w.TellCancellation(ctx, tx, a, doc.ID, n) })
			must(t, w.runner.Drain(ctx))
			return err
		}
		mails := func() []send.Kept {
			kept, err := w.box.List(10)
			must(t, err)
			return kept
		}
		if err := tell(w.b, billing.CancellationNews{ID: "c1"}); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company's: %v", err)
		}
		for i, x := range []struct {
			billing.CancellationNews
			subject, text string
			mails, told   int
		}{
			{billing.CancellationNews{ID: "c1", Answer: notice.Silent3}, "Cancelación de Factura A-1 de ", "3 días hábiles para aceptar o rechazar la cancelación en tu Buzón Tributario; si no contestas, se da por aceptada.", 2, 1},
			{billing.CancellationNews{ID: "c1", Answer: notice.Silent3}, "Cancelación de Factura A-1 de ", "", 2, 2}, // the world hears each raising; people are told once
			{billing.CancellationNews{ID: "c1", Outcome: notice.Uncancelled}, "Cancelación de ", "", 2, 3},
			{billing.CancellationNews{ID: "c2", Outcome: notice.Turned}, "Sigue vigente: Factura A-1 de ", "rechazaste", 3, 4},
			{billing.CancellationNews{ID: "c3", Answer: notice.Express3}, "Cancelación de ", "si no contestas, no se cancela.", 4, 5},
			{billing.CancellationNews{ID: "c2b", Answer: notice.Again}, "Cancelación de ", "Pedimos otra vez", 5, 6},
			{billing.CancellationNews{ID: "c4", Answer: notice.NoAnswer}, "Cancelación de ", "No hace falta que lo aceptes", 6, 7},
			{billing.CancellationNews{ID: "c4", Outcome: notice.Unanswered}, "Cancelado: Factura A-1 de ", "Ya no está vigente", 7, 8},
		} {
			must(t, tell(w.a, x.CancellationNews))
			kept := mails()
			if len(kept) != x.mails || !strings.HasPrefix(kept[0].Subject, x.subject) || !strings.Contains(kept[0].Text, x.text) || w.heard(w.a.Tenant.ID()+" cancelacion:") != x.told {
				t.Errorf("%d: %d mails, told %d: %s\n%s", i, len(kept), w.heard("cancelacion:"), kept[0].Subject, kept[0].Text)
			}
		}
		if w.heard(w.b.Tenant.ID()+" cancelacion:") != 0 {
			t.Errorf("told %v", w.told)
		}
	})
}
