package billing_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/store"
)

// TestMailsAreAsTheCompanyWantsThem: words, sender, copies, attachments, and whether they
// go out by themselves; the other company's stay the portal's.
func TestMailsAreAsTheCompanyWantsThem(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		settings := store.MailSettingsRow{FromName: "Kemper & <Hijos>", ReplyTo: "cobros@kemper.mx", Copies: `["conta@kemper.mx"]`, Attach: store.AttachXML, Automatic: false, Version: 1}
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			if err := tx.SaveMailSettings(ctx, settings); err != nil {
				return err
			}
			return tx.SaveMailTemplate(ctx, store.MailTemplateRow{Tipo: "I", Subject: "{{documento}} {{folio}}", Body: "Para {{cliente}} <i>: {{total}}", Version: 1})
		}))
		made := map[store.Tenant]billing.Document{}
		for _, a := range []store.Actor{w.a, w.b} {
			d := w.typed(a, "100.00")
			d.Correos = []string{"cliente@example.mx"}
			d, err := w.SaveDraft(ctx, a, d)
			must(t, err)
			made[a.Tenant], err = w.Issue(ctx, a, d.ID, d.Revision)
			must(t, err)
		}
		must(t, w.runner.Drain(ctx))
		kept, err := w.box.List(10)
		must(t, err)
		if len(kept) != 1 || !strings.HasPrefix(kept[0].Subject, "Factura A-1 de XENON") || len(kept[0].Cc) != 0 || len(kept[0].Attachments) != 2 {
			t.Fatalf("by themselves: %+v", kept)
		}
		must(t, w.Send(ctx, w.a, made[w.a.Tenant].ID, []string{"cliente@example.mx"}, nil, "", ""))
		must(t, w.runner.Drain(ctx))
		kept, err = w.box.List(10)
		must(t, err)
		m := kept[0]
		if len(kept) != 2 || m.Subject != "Factura A-1" || !strings.Contains(m.From, "Kemper & <Hijos>") || !slices.Equal(m.Cc, []string{"conta@kemper.mx"}) ||
			len(m.Attachments) != 1 || !strings.HasSuffix(m.Attachments[0], ".xml") {
			t.Errorf("%+v", m)
		}
		if !strings.Contains(m.Text, "Para UNIVERSIDAD ROBOTICA ESPAÑOLA <i>: $116.00") || !strings.Contains(m.HTML, "&lt;i&gt;") || strings.Contains(m.HTML, "<i>") {
			t.Errorf("%s\n%s", m.Text, m.HTML)
		}
	})
}

// A refusal of the certifier is an event, once.
func TestARefusalIsTold(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "100.00")
	d.Comprobante.CondicionesDePago = prueba.AskRefusal
	d, err := w.SaveDraft(context.Background(), w.a, d)
	must(t, err)
	doc, err := w.Issue(context.Background(), w.a, d.ID, d.Revision)
	must(t, err)
	w.drain(3, time.Minute)
	if doc.State != billing.Rechazado || len(w.told) != 1 || !strings.HasPrefix(w.told[0], w.a.Tenant.ID()+" doc:"+doc.ID) {
		t.Errorf("%s: %v", doc.State, w.told)
	}
}

// TestAReceiptOfAPaymentHasItsWords: the mail of a P says what it is and no amount; and
// what can be issued is what the company can write a template for.
func TestAReceiptOfAPaymentHasItsWords(t *testing.T) {
	w := newWorld(t, "sqlite")
	ctx := t.Context()
	doc := w.mailed(w.a)
	must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error { // none is issued here yet: a stamped one whose row says P
		was, err := tx.Document(ctx, doc.ID)
		r := was
		r.Tipo = "P"
		if err != nil {
			return err
		}
		return tx.ChangeDocument(ctx, was, r)
	}))
	must(t, w.Send(ctx, w.a, doc.ID, []string{"cliente@example.mx"}, nil, "", ""))
	must(t, w.runner.Drain(ctx))
	kept, err := w.box.List(1)
	must(t, err)
	if m := kept[0]; m.Subject != "Recibo de pago A-1 de ESCUELA KEMPER URGATE" || !strings.Contains(m.Text, "el recibo de pago A-1: dice") || strings.Contains(m.Text, "$") || len(m.Attachments) != 2 {
		t.Errorf("%s\n%s %v", m.Subject, m.Text, m.Attachments)
	}
	var listed []string
	for _, k := range mailing.Types() {
		listed = append(listed, k.Tipo)
	}
	if !slices.Equal(listed, billing.Tipos()) {
		t.Errorf("templates for %v, issued are %v: list it in mailing.Types", listed, billing.Tipos())
	}
}
