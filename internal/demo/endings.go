package demo

import (
	"context"

	"iofacturo.mx/internal/billing"
	pacprueba "iofacturo.mx/internal/pac/prueba"
)

// endings are the receipts that did not end well or have not ended: what a panel has to show besides the stamped ones.
var endings = []func(*filler, context.Context) error{
	(*filler).emptyDraft, (*filler).saleDraft, (*filler).saleDraft, (*filler).refused, (*filler).refused, (*filler).unanswered,
}

// emptyDraft is a form somebody opened, chose a customer in, and left.
func (f *filler) emptyDraft(ctx context.Context) error {
	return first(f.waiting(ctx, "", false))
}

// saleDraft is a sale typed whole and not issued yet.
func (f *filler) saleDraft(ctx context.Context) error {
	return first(f.waiting(ctx, "", true))
}

// refused is a sale the test PAC was asked to refuse.
func (f *filler) refused(ctx context.Context) error { return f.asking(ctx, pacprueba.AskRefusal) }

// unanswered is a sale the test PAC was asked to keep silent about; it stays so.
func (f *filler) unanswered(ctx context.Context) error { return f.asking(ctx, pacprueba.AskSilence) }

func (f *filler) asking(ctx context.Context, words string) error {
	d, err := f.waiting(ctx, words, true)
	if err != nil {
		return err
	}
	_, err = f.Billing.Issue(ctx, f.actor, d.ID, d.Revision)
	return err
}

// waiting is a saved draft, with one line or none.
func (f *filler) waiting(ctx context.Context, conditions string, line bool) (billing.Draft, error) {
	d, err := f.draft(ctx, "I", f.named())
	if err != nil {
		return d, err
	}
	d.Comprobante.CondicionesDePago = conditions
	if line {
		p := f.products[products[f.rng.IntN(12)].clave]
		f.add(&d, p, "3", p.Traslados, p.Retenciones)
	}
	return f.Billing.SaveDraft(ctx, f.actor, d)
}

// first forgets what was made and keeps whether it could be.
func first(_ billing.Draft, err error) error { return err }
