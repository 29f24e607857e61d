package billing_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/send/sendtest"
	"iofacturo.mx/internal/store"
)

// buyer is a customer of a with days and limit of credit.
func (w *world) buyer(a store.Actor, id string) {
	w.t.Helper()
	limit := int64(1_000_000_000)
	must(w.t, w.db.Update(context.Background(), a.Tenant, func(tx *store.Tx) error {
		return tx.InsertCustomer(context.Background(), store.CustomerRow{
			ID: id, Rfc: receptor().Rfc, Nombre: receptor().Nombre, NombreFold: id, Correos: `[{"Direccion":"pagos@ure.example"}]`, Impuestos: "[]",
			DiasCredito: 30, LimiteCredito: &limit, Activo: true, Version: 1,
		})
	}))
}

// sold issues a receipt of tipo to a customer, worth price and its IVA.
func (w *world) sold(a store.Actor, customer, tipo, metodo, moneda, price, related string) billing.Document {
	w.t.Helper()
	ctx := context.Background()
	d, err := w.NewDraft(ctx, a, tipo)
	must(w.t, err)
	lines := w.typed(a, price).Comprobante
	d.CustomerID, d.Comprobante.Receptor, d.Comprobante.Conceptos = customer, receptor(), lines.Conceptos
	d.Comprobante.MetodoPago, d.Comprobante.FormaPago, d.Comprobante.Moneda = metodo, map[string]string{"PPD": "99", "PUE": "03"}[metodo], moneda
	if moneda != "MXN" {
		d.Comprobante.TipoCambio = lines.Conceptos[0].Cantidad
	}
	if related != "" {
		d.Comprobante.CfdiRelacionados = []cfdi.CfdiRelacionados{{TipoRelacion: "01", CfdiRelacionado: []cfdi.CfdiRelacionado{{UUID: related}}}}
	}
	d, err = w.SaveDraft(ctx, a, d)
	must(w.t, err)
	doc, err := w.Issue(ctx, a, d.ID, d.Revision)
	must(w.t, err)
	if doc.State != billing.Timbrado {
		w.t.Fatalf("%s: %v", doc.State, doc.Reason)
	}
	w.clock.Advance(time.Minute)
	return doc
}

func told(st billing.Statement) string {
	return strings.Join([]string{st.Opening.Fixed(2), st.Charged.Fixed(2), st.Credited.Fixed(2), st.Spot.Fixed(2), st.Closing.Fixed(2), st.Now.Saldo.Fixed(2), st.Now.Vencido.Fixed(2)}, " ")
}

func TestAnAccountStatement(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.buyer(w.a, "c1")
		w.buyer(w.b, "c1") // the same id in another company
		later := w.sold(w.a, "c1", "I", "PPD", "MXN", "100", "")
		spot := w.sold(w.a, "c1", "I", "PUE", "MXN", "50", "")
		w.sold(w.a, "c1", "E", "PUE", "MXN", "10", later.UUID)
		w.sold(w.a, "c1", "E", "PUE", "MXN", "5", spot.UUID) // given back as it was paid
		w.sold(w.a, "c1", "I", "PPD", "USD", "7", "")
		w.sold(w.a, "", "I", "PPD", "MXN", "999", "") // of nobody in the list
		w.sold(w.b, "c1", "I", "PPD", "MXN", "1000", "")
		if _, err := w.SaveDraft(ctx, w.a, func() billing.Draft {
			d := w.typed(w.a, "8")
			d.CustomerID = "c1"
			d.Comprobante.MetodoPago = "PPD"
			return d
		}()); err != nil {
			t.Fatal(err)
		}
		st, err := w.Statement(ctx, w.a, "c1", billing.StatementFilter{})
		must(t, err)
		if got, want := told(st), "0.00 116.00 11.60 58.00 104.40 104.40 0.00"; got != want || st.Moneda != "MXN" || len(st.Monedas) != 2 {
			t.Errorf("got %s in %s, want %s", got, st.Moneda, want)
		}
		var rows []string
		for _, r := range st.Rows {
			rows = append(rows, r.Tipo+" "+r.Cargo.Fixed(2)+" "+r.Abono.Fixed(2)+" "+r.Saldo.Fixed(2))
		}
		if want := []string{"I 116.00 0.00 116.00", "I 58.00 58.00 116.00", "E 0.00 11.60 104.40", "E 5.80 5.80 104.40"}; !slices.Equal(rows, want) {
			t.Errorf("%q", rows)
		}
		if st.Limit.Fixed(2) != "1000.00" || st.Free.Fixed(2) != "895.60" {
			t.Errorf("limit %s, free %s", st.Limit, st.Free)
		}
		if dollars, err := w.Statement(ctx, w.a, "c1", billing.StatementFilter{Moneda: "USD"}); err != nil || dollars.Closing.Fixed(2) != "8.12" || !dollars.Limit.IsZero() {
			t.Errorf("%s %s %v", dollars.Closing, dollars.Limit, err)
		}
		if other, err := w.Statement(ctx, w.b, "c1", billing.StatementFilter{}); err != nil || other.Closing.Fixed(2) != "1160.00" || len(other.Rows) != 1 {
			t.Errorf("the other company: %s %v", other.Closing, err)
		}
		t.Run("a month later it is overdue, and what is before a period is its opening", func(t *testing.T) {
			w.clock.Advance(31 * 24 * time.Hour)
			today := w.clock.Now().UTC().Format(time.DateOnly)
			st, err := w.Statement(ctx, w.a, "c1", billing.StatementFilter{From: today, To: today})
			if err != nil || told(st) != "104.40 0.00 0.00 0.00 104.40 104.40 104.40" || len(st.Rows) != 0 {
				t.Errorf("%s, %d rows, %v", told(st), len(st.Rows), err)
			}
		})
		t.Run("what cannot be", func(t *testing.T) {
			for path, f := range map[string]billing.StatementFilter{"From": {From: "ayer"}, "To": {From: "2026-02-01", To: "2026-01-01"}} {
				if _, err := w.Statement(ctx, w.a, "c1", f); len(fail.FieldsOf(err)) != 1 || fail.FieldsOf(err)[0].Path != path {
					t.Errorf("%s: %v", path, err)
				}
			}
			if _, err := w.Statement(ctx, w.a, "nobody", billing.StatementFilter{}); fail.KindOf(err) != fail.NotFound {
				t.Error(err)
			}
			if _, err := w.Statement(ctx, store.Actor{Tenant: w.a.Tenant}, "c1", billing.StatementFilter{}); fail.KindOf(err) != fail.Denied {
				t.Error(err)
			}
		})
		t.Run("who sees only what it made sees its part alone and mails nothing", func(t *testing.T) {
			own := store.Actor{Tenant: w.a.Tenant, UserName: "luis", Rights: []store.Right{store.RightReceipts, store.RightSeeCustomers, store.RightSend}, Limits: store.Limits{Propios: true}}
			st, err := w.Statement(ctx, own, "c1", billing.StatementFilter{})
			if err != nil || len(st.Rows) != 0 || !st.Partial || !st.Now.Saldo.IsZero() && st.Now.Saldo.Sign() != 0 {
				t.Errorf("%+v %v", st, err)
			}
			if b, err := w.Balances(ctx, own, []string{"c1"}); err != nil || len(b) != 0 {
				t.Errorf("%v %v", b, err)
			}
			if err := w.SendStatement(ctx, own, "c1", billing.StatementFilter{}, []string{"a@b.mx"}); fail.KindOf(err) != fail.Denied {
				t.Error(err)
			}
		})
		t.Run("the balances are kept", func(t *testing.T) {
			b, err := w.Balances(ctx, w.a, []string{"c1", "c2"})
			if err != nil || len(b["c1"]) != 2 || b["c1"][0].Saldo.Fixed(2) != "104.40" {
				t.Errorf("%v %v", b, err)
			}
			w.check()
		})
		t.Run("what was stamped before is read by the job", func(t *testing.T) {
			must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
				rows, err := tx.DocumentsAfter(ctx, "", 100)
				for _, was := range rows {
					r := was
					r.MetodoPago, r.Adeudo = "", 0
					if err := tx.ChangeDocument(ctx, was, r); err != nil {
						return err
					}
				}
				return err
			}))
			if st, err := w.Statement(ctx, w.a, "c1", billing.StatementFilter{}); err != nil || st.Now.Saldo.Sign() != 0 {
				t.Errorf("%s %v", told(st), err)
			}
			w.check()
			must(t, w.db.Update(ctx, w.a.Tenant, func(tx *store.Tx) error {
				return job.Enqueue(ctx, tx, billing.OwedJob(), job.Options{Key: "all"})
			}))
			must(t, w.runner.Drain(ctx))
			if st, err := w.Statement(ctx, w.a, "c1", billing.StatementFilter{}); err != nil || st.Now.Saldo.Fixed(2) != "104.40" {
				t.Errorf("%s %v", told(st), err)
			}
			w.check()
		})
	})
}

// TestAStatementIsPagedAndMailed: the rows of a page begin where those of the one before ended.
func TestAStatementIsPagedAndMailed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.buyer(w.a, "c1")
		for range 3 {
			w.sold(w.a, "c1", "I", "PPD", "MXN", "100", "")
		}
		f := billing.StatementFilter{}
		first, err := billing.StatementPage(ctx, w.Service, w.a, "c1", f, 2)
		must(t, err)
		f.After = first.Next
		second, err := billing.StatementPage(ctx, w.Service, w.a, "c1", f, 2)
		must(t, err)
		if len(first.Rows) != 2 || len(second.Rows) != 1 || second.Next != "" || second.Start.Fixed(2) != "232.00" || second.Rows[0].Saldo.Fixed(2) != "348.00" {
			t.Errorf("%+v\n%+v", first, second)
		}
		n := 0
		must(t, w.StatementRows(ctx, w.a, "c1", billing.StatementFilter{}, func(cells []string) error { n++; return nil }))
		if n != 5 {
			t.Errorf("%d rows", n)
		}
		for path, to := range map[string][]string{"to": {""}, "to[0]": {"no es"}} {
			if err := w.SendStatement(ctx, w.a, "c1", billing.StatementFilter{}, to); len(fail.FieldsOf(err)) != 1 || fail.FieldsOf(err)[0].Path != path {
				t.Errorf("%s: %v", path, err)
			}
		}
		must(t, w.SendStatement(ctx, w.a, "c1", billing.StatementFilter{}, first.Correos))
		must(t, w.runner.Drain(ctx))
		mails, err := w.box.List(10)
		must(t, err)
		i := slices.IndexFunc(mails, func(m send.Kept) bool { return strings.HasPrefix(m.Subject, "Estado de cuenta") })
		if i < 0 || mails[i].To[0] != "pagos@ure.example" || !strings.Contains(mails[i].Text, "$348.00 MXN") || !strings.Contains(mails[i].HTML, "Factura A-3") ||
			!strings.Contains(mails[i].HTML, ">saldo $232.00<") || len(sendtest.Faults(mails[i])) > 0 || len(mails[i].Attachments) != 1 {
			t.Errorf("%+v", mails)
		}
	})
}
