package billing_test

import (
	"errors"
	"testing"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// operation is an Operación user of the first company with some rights.
func (w *world) operation(name string, limits store.Limits, rights ...store.Right) store.Actor {
	return store.Actor{Tenant: w.a.Tenant, UserID: "u-" + name, UserName: name, Rights: store.Widen(rights), Limits: limits}
}

func TestWhoSeesOnlyTheirOwnSeesNoOther(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		beto := w.operation("beto", store.Limits{Propios: true}, store.RightIssue, store.RightSend)
		issue := func(a store.Actor) billing.Document {
			t.Helper()
			d, err := w.SaveDraft(ctx, a, w.typed(a, "10"))
			must(t, err)
			doc, err := w.Issue(ctx, a, d.ID, d.Revision)
			must(t, err)
			return doc
		}
		theirs, own := issue(w.a), issue(beto)
		draft, err := w.SaveDraft(ctx, w.a, w.typed(w.a, "7"))
		must(t, err)
		const unknown = "01999999-0000-7000-8000-000000000000"
		for name, call := range map[string]func(id string) error{
			"Document":   func(id string) error { _, err := w.Document(ctx, beto, id); return err },
			"XML":        func(id string) error { _, _, err := w.XML(ctx, beto, id); return err },
			"PDF":        func(id string) error { _, _, err := w.PDF(ctx, beto, id); return err },
			"Duplicate":  func(id string) error { _, err := w.Duplicate(ctx, beto, id); return err },
			"CreditNote": func(id string) error { _, err := w.CreditNote(ctx, beto, id); return err },
			"Send":       func(id string) error { return w.Send(ctx, beto, id, []string{"x@example.mx"}, nil, "", "") },
			"Issue":      func(id string) error { _, err := w.Issue(ctx, beto, id, 1); return err },
			"Discard":    func(id string) error { return w.Discard(ctx, beto, id) },
			"Draft":      func(id string) error { _, err := w.Draft(ctx, beto, id); return err },
		} {
			want := call(unknown)
			for _, id := range []string{theirs.ID, draft.ID} {
				got := call(id)
				if fail.KindOf(got) != fail.NotFound || fail.MessageOf(got) != fail.MessageOf(want) {
					t.Errorf("%s of another's document: %v, of an unknown one: %v", name, got, want)
				}
			}
		}
		page, err := w.List(ctx, beto, billing.Filter{})
		must(t, err)
		if page.Total != 1 || len(page.Rows) != 1 || page.Rows[0].ID != own.ID || len(page.Sums) != 1 || page.Sums[0].Total.Cmp(own.Total) != 0 {
			t.Errorf("sees %d, sums %+v", page.Total, page.Sums)
		}
		found, err := w.List(ctx, beto, billing.Filter{Q: "XENON"})
		must(t, err)
		if all, err := w.List(ctx, w.a, billing.Filter{Q: "XENON"}); err != nil || found.Total >= all.Total && all.Total > 0 {
			t.Errorf("a search finds %d of %d", found.Total, all.Total)
		}
		panel, err := w.Panel(ctx, beto)
		must(t, err)
		whole, err := w.Panel(ctx, w.a)
		must(t, err)
		last := len(panel.Months) - 1
		if panel.Months[last].Facturado.Cmp(own.Total) != 0 || whole.Months[last].Facturado.Cmp(own.Total) <= 0 {
			t.Errorf("the panel adds %s of %s", panel.Months[last].Facturado, whole.Months[last].Facturado)
		}
		d := w.typed(beto, "9")
		d.ID, d.Revision = draft.ID, draft.Revision
		if _, err := w.SaveDraft(ctx, beto, d); fail.KindOf(err) != fail.NotFound {
			t.Errorf("wrote over another's draft: %v", err)
		}
	})
}

func TestLimitsOfTypeSeriesAndAmount(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		serie := w.typed(w.a, "10").SerieID
		for _, c := range []struct {
			name   string
			limits store.Limits
			path   string // of the refusal at issuing, "" when it is issued
		}{
			{"none", store.Limits{}, ""},
			{"its type", store.Limits{Tipos: []string{"I"}}, ""},
			{"its series", store.Limits{Series: []string{serie}}, ""},
			{"another series", store.Limits{Series: []string{"otra"}}, "SerieID"},
			{"exactly the amount", store.Limits{Total: 11_600_000}, ""},
			{"a cent below", store.Limits{Total: 11_590_000}, "Total"},
		} {
			a := w.operation("beto", c.limits, store.RightIssue)
			d, err := w.SaveDraft(ctx, a, w.typed(a, "10"))
			must(t, err)
			doc, err := w.Issue(ctx, a, d.ID, d.Revision)
			paths := map[string]bool{}
			for _, f := range fail.FieldsOf(err) {
				paths[f.Path] = true
			}
			if c.path == "" && (err != nil || doc.State != billing.Timbrado) {
				t.Errorf("%s: %v %v (total %s)", c.name, doc.State, err, d.Comprobante.Total)
			}
			if c.path != "" && !paths[c.path] {
				t.Errorf("%s: %v", c.name, err)
			}
			if c.path != "" {
				if after, err := w.Document(ctx, w.a, d.ID); err != nil || after.State != billing.Borrador || after.Folio != 0 {
					t.Errorf("%s: left %v with folio %d, %v", c.name, after.State, after.Folio, err)
				}
				if doc, err := w.Issue(ctx, w.a, d.ID, d.Revision); err != nil || doc.State != billing.Timbrado {
					t.Errorf("%s: an Administrador could not stamp it: %v", c.name, err)
				}
			}
		}
		onlyCredit := w.operation("beto", store.Limits{Tipos: []string{"E"}}, store.RightIssue)
		if _, err := w.NewDraft(ctx, onlyCredit, "I"); fail.KindOf(err) != fail.Denied {
			t.Errorf("began another type: %v", err)
		}
		if _, err := w.SaveDraft(ctx, onlyCredit, w.typed(w.a, "1")); fail.KindOf(err) != fail.Denied {
			t.Errorf("saved another type: %v", err)
		}
	})
}

// TestEveryMethodAsksForItsRight calls everything with each single right alone.
func TestEveryMethodAsksForItsRight(t *testing.T) {
	w := newWorld(t, "sqlite")
	ctx := t.Context()
	d, err := w.SaveDraft(ctx, w.a, w.typed(w.a, "10"))
	must(t, err)
	calls := map[store.Right]map[string]func(a store.Actor) error{
		store.RightReceipts: {
			"List":     func(a store.Actor) error { _, err := w.List(ctx, a, billing.Filter{}); return err },
			"Panel":    func(a store.Actor) error { _, err := w.Panel(ctx, a); return err },
			"Waiting":  func(a store.Actor) error { _, err := w.Waiting(ctx, a); return err },
			"Document": func(a store.Actor) error { _, err := w.Document(ctx, a, d.ID); return err },
			"Draft":    func(a store.Actor) error { _, err := w.Draft(ctx, a, d.ID); return err },
			"XML":      func(a store.Actor) error { _, _, err := w.XML(ctx, a, d.ID); return err },
			"PDF":      func(a store.Actor) error { _, _, err := w.PDF(ctx, a, d.ID); return err },
			"DraftPDF": func(a store.Actor) error { _, _, err := w.DraftPDF(ctx, a, d.ID); return err },
			"Review":   func(a store.Actor) error { _, err := w.Review(ctx, a, d); return err },
		},
		store.RightDraft: {
			"NewDraft":   func(a store.Actor) error { _, err := w.NewDraft(ctx, a, "I"); return err },
			"SaveDraft":  func(a store.Actor) error { _, err := w.SaveDraft(ctx, a, w.typed(w.a, "1")); return err },
			"Duplicate":  func(a store.Actor) error { _, err := w.Duplicate(ctx, a, d.ID); return err },
			"CreditNote": func(a store.Actor) error { _, err := w.CreditNote(ctx, a, d.ID); return err },
			"Discard":    func(a store.Actor) error { return w.Discard(ctx, a, "nada") },
		},
		store.RightIssue: {"Issue": func(a store.Actor) error { _, err := w.Issue(ctx, a, d.ID, 99); return err }},
		store.RightSend:  {"Send": func(a store.Actor) error { return w.Send(ctx, a, d.ID, []string{"x@example.mx"}, nil, "", "") }},
		store.RightExport: {"ExportStamped": func(a store.Actor) error {
			return w.ExportStamped(ctx, a, func(string, []byte) error { return errors.New("nothing is stamped") })
		}},
	}
	asked := 0
	for _, rule := range store.Rights() {
		if rule.AdminOnly {
			continue
		}
		a := w.operation("beto", store.Limits{}, rule.Right)
		for needs, methods := range calls {
			for name, call := range methods {
				asked++
				if denied := fail.KindOf(call(a)) == fail.Denied; denied == a.Holds(needs) {
					t.Errorf("%s with the right %q alone: denied %v, want %v", name, rule.Right, denied, !a.Holds(needs))
				}
			}
		}
	}
	t.Logf("%d methods × rights asked", asked)
}
