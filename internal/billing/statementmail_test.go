package billing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send/sendtest"
	"iofacturo.mx/internal/store"
)

// TestAReminderTellsWhatIsOverdue: nothing before its day; then what credit notes left,
// the oldest first, each moneda on its own, and of no other company.
func TestAReminderTellsWhatIsOverdue(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.buyer(w.a, "c1")
		w.buyer(w.b, "c1")
		first := w.sold(w.a, "c1", "I", "PPD", "MXN", "100", "") // as those of TestAnAccountStatement: judged once
		w.sold(w.a, "c1", "I", "PUE", "MXN", "50", "")
		w.sold(w.a, "c1", "E", "PUE", "MXN", "10", first.UUID)
		w.sold(w.a, "c1", "I", "PPD", "MXN", "200", "")
		w.sold(w.a, "c1", "I", "PPD", "USD", "7", "")
		w.sold(w.a, "c1", "E", "PUE", "MXN", "140", first.UUID) // with the other, all of the first and 58.00 of the second
		w.sold(w.b, "c1", "I", "PPD", "MXN", "1000", "")
		if err := w.SendReminder(ctx, w.a, "c1", []string{"pagos@ure.example"}); fail.KindOf(err) != fail.Conflict {
			t.Errorf("with nothing overdue: %v", err)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		w.sold(w.a, "c1", "I", "PPD", "MXN", "9", "") // not yet due
		o, err := w.Overdue(ctx, w.a, "c1")
		must(t, err)
		var rows []string
		for _, r := range o.Rows {
			rows = append(rows, r.Total.Fixed(2)+" "+r.Saldo.Fixed(2)+" "+r.Moneda)
		}
		if want := []string{"232.00 174.00 MXN", "8.12 8.12 USD"}; !slices.Equal(rows, want) {
			t.Errorf("%q, want %q", rows, want)
		}
		st, err := w.Statement(ctx, w.a, "c1", billing.StatementFilter{})
		must(t, err)
		if len(o.Totals) != 2 || !o.Totals[0].Vencido.Equal(st.Now.Vencido) || o.Totals[0].Vencido.Fixed(2) != "174.00" || o.Totals[0].Saldo.Fixed(2) != "184.44" {
			t.Errorf("%+v beside %s", o.Totals, st.Now.Vencido)
		}
		for path, to := range map[string][]string{"to": {" "}, "to[0]": {"no es"}} {
			if err := w.SendReminder(ctx, w.a, "c1", to); len(fail.FieldsOf(err)) != 1 || fail.FieldsOf(err)[0].Path != path {
				t.Errorf("%s: %v", path, err)
			}
		}
		own := store.Actor{Tenant: w.a.Tenant, UserName: "luis", Rights: []store.Right{store.RightReceipts, store.RightSend}, Limits: store.Limits{Propios: true}}
		reader := store.Actor{Tenant: w.a.Tenant, Rights: []store.Right{store.RightReceipts}}
		for _, who := range []store.Actor{own, reader} {
			if err := w.SendReminder(ctx, who, "c1", []string{"a@b.mx"}); fail.KindOf(err) != fail.Denied {
				t.Errorf("%v: %v", who.Rights, err)
			}
			if list, err := w.CustomerMails(ctx, who, "c1"); err != nil || list != nil {
				t.Errorf("%v sees %v %v", who.Rights, list, err)
			}
		}
		must(t, w.SendReminder(ctx, w.a, "c1", []string{"pagos@ure.example"}))
		must(t, w.runner.Drain(ctx))
		kept, err := w.box.List(20)
		must(t, err)
		m := kept[0]
		for _, part := range []string{"A-3 · ", "venció ", "· $174.00 MXN · de $232.00 MXN", "$8.12 USD", ": $174.00 MXN", ": $8.12 USD", "RFC "} {
			if !strings.Contains(m.Text, part) {
				t.Errorf("%q is not in\n%s", part, m.Text)
			}
		}
		if !strings.HasPrefix(m.Subject, "Recordatorio de pago de ") || strings.Contains(m.Text, "A-1 · ") || strings.Contains(m.Text, "1,160.00") || len(m.Attachments) != 0 {
			t.Errorf("%s\n%s", m.Subject, m.Text)
		}
		if faults := sendtest.Faults(m); len(faults) > 0 {
			t.Error(faults)
		}
		list, err := w.CustomerMails(ctx, w.a, "c1")
		if err != nil || len(list) != 1 || !list[0].Reminder || list[0].State != billing.Enviado || list[0].To[0] != "pagos@ure.example" {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := w.CustomerMails(ctx, w.b, "c1"); err != nil || len(list) != 0 {
			t.Errorf("the other company: %+v %v", list, err)
		}
		t.Run("paid up before it leaves, it does not", func(t *testing.T) {
			must(t, w.SendReminder(ctx, w.a, "c1", []string{"pagos@ure.example"}))
			w.sold(w.a, "c1", "E", "PUE", "MXN", "300", first.UUID)
			w.sold(w.a, "c1", "E", "PUE", "USD", "8", first.UUID)
			must(t, w.runner.Drain(ctx))
			list, err := w.CustomerMails(ctx, w.a, "c1")
			if err != nil || list[0].State != billing.Fallido || !strings.Contains(list[0].Error, "ya no había nada vencido") {
				t.Errorf("%+v %v", list, err)
			}
			if after, err := w.box.List(20); err != nil || after[0].ID != m.ID {
				t.Errorf("%v %v", after[0].Subject, err)
			}
		})
	})
}

// TestAStatementLeavesAsReceiptsDo: by the company's own server, with its copies, once
// to each address, one Message-ID; who is refused is marked and told of.
func TestAStatementLeavesAsReceiptsDo(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.buyer(w.a, "c1")
		w.sold(w.a, "c1", "I", "PPD", "MXN", "100", "")
		s := sendtest.New(t, sendtest.StartTLS)
		w.ownServer(w.a, s, 1, sendtest.Password)
		must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
			return tx.SaveMailSettings(ctx, store.MailSettingsRow{FromName: "Kemper", Copies: `["conta@kemper.mx"]`, Attach: store.AttachBoth, Automatic: true, Version: 1})
		}))
		s.Answer("mala@x.mx", 550)
		s.Answer("luego@x.mx", 450)
		must(t, w.SendStatement(ctx, w.a, "c1", billing.StatementFilter{}, []string{"buena@x.mx", "mala@x.mx", "luego@x.mx"}))
		w.drain(1, 0)
		s.Answer("luego@x.mx", 250)
		w.drain(3, time.Minute)
		list, err := w.CustomerMails(ctx, w.a, "c1")
		must(t, err)
		if len(list) != 1 || list[0].State != billing.Enviado || list[0].Error != "No le llegó a mala@x.mx (no existe ese buzón, 550 5.1.1)." || !slices.Equal(list[0].Cc, []string{"conta@kemper.mx"}) {
			t.Errorf("%+v", list)
		}
		if s.Copies("buena@x.mx") != 1 || s.Copies("luego@x.mx") != 1 || s.Copies("conta@kemper.mx") != 1 || s.Copies("mala@x.mx") != 0 {
			t.Errorf("%d mails", len(s.Mails()))
		}
		for _, sent := range s.Mails() {
			if sent.From != "facturas@kemper.mx" || sent.ID != s.Mails()[0].ID || !strings.Contains(string(sent.Data), "text/csv") {
				t.Errorf("%s %s", sent.From, sent.ID)
			}
		}
		if a, b := w.bounces(w.a, "mala@x.mx", "buena@x.mx"), w.bounces(w.b, "mala@x.mx"); !slices.Equal(a, []string{"mala@x.mx"}) || len(b) != 0 || w.heard(w.a.Tenant.ID()+" rebote:") != 1 {
			t.Errorf("marked %v and %v, told %v", a, b, w.told)
		}
	})
}
