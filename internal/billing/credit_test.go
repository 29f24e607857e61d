package billing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/store"
)

// prepaid makes a company pay for its stamps, with n credits to begin with.
func (w *world) prepaid(a store.Actor, n int64) {
	w.t.Helper()
	must(w.t, w.db.Update(context.Background(), a.Tenant, func(tx *store.Tx) error {
		return credit.SetPlan(context.Background(), tx, store.PlanPrepaid)
	}))
	w.clock.Advance(2 * time.Minute) // what is numbered from now on owes a credit
	if n > 0 {
		w.credits(a, "order:0", n)
	}
}

func (w *world) credits(a store.Actor, id string, n int64) {
	w.t.Helper()
	must(w.t, w.db.Update(context.Background(), a.Tenant, func(tx *store.Tx) error {
		return credit.Grant(context.Background(), tx, id, credit.Lot{Source: credit.Purchase, Units: n})
	}))
}

// book compares free, held and used of a company.
func (w *world) book(a store.Actor, free, held, used int64) {
	w.t.Helper()
	b, err := w.db.View(a.Tenant).CreditBook(context.Background())
	must(w.t, err)
	if b.Available != free || b.Held != held || b.Consumed != used {
		w.t.Errorf("%d free, %d held, %d used; want %d, %d, %d", b.Available, b.Held, b.Consumed, free, held, used)
	}
}

func TestAStampUsesOneCredit(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.prepaid(w.a, 3)
		d := w.saved(w.a, "100")
		for range 2 { // pressed twice
			if _, err := w.Issue(t.Context(), w.a, d.ID, d.Revision); err != nil {
				t.Fatal(err)
			}
		}
		w.book(w.a, 2, 0, 1)
		w.issued(w.b, "100") // without limit
		w.book(w.a, 2, 0, 1)
		if _, err := w.db.View(w.b.Tenant).CreditBook(t.Context()); fail.KindOf(err) != fail.NotFound {
			t.Errorf("who is without limit got a book: %v", err)
		}
		w.check()
	})
}

func TestARejectionGivesTheCreditBack(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.prepaid(w.a, 1)
		w.pac.SetFaults(prueba.Faults{All: prueba.RejectAll})
		doc := w.issued(w.a, "100")
		if doc.State != billing.Rechazado {
			t.Fatalf("%s", doc.State)
		}
		w.book(w.a, 1, 0, 0)
		w.check()
		w.pac.SetFaults(prueba.Faults{})
		doc, err := w.Issue(t.Context(), w.a, doc.ID, doc.Revision)
		must(t, err)
		if doc.State != billing.Timbrado {
			t.Fatalf("%s %v", doc.State, doc.Reason)
		}
		w.book(w.a, 0, 0, 1)
		w.check()
	})
}

func TestSilenceHoldsTheCredit(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.prepaid(w.a, 1)
		w.pac.SetFaults(prueba.Faults{All: prueba.SilentAfter})
		doc := w.issued(w.a, "100")
		w.book(w.a, 0, 1, 0)
		w.check()
		w.pac.SetFaults(prueba.Faults{})
		w.drain(4, time.Minute)
		doc, err := w.Document(t.Context(), w.a, doc.ID)
		must(t, err)
		if doc.State != billing.Timbrado {
			t.Fatalf("%s", doc.State)
		}
		w.book(w.a, 0, 0, 1)
		w.check()
	})
}

// Without credits nothing is refused and no folio is taken; what waits goes on by
// itself, the oldest first, and nobody passes it.
func TestWithoutCreditsDocumentsWait(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.prepaid(w.a, 0)
		var docs []billing.Document
		for i := range 3 {
			w.clock.Advance(time.Second)
			doc := w.issued(w.a, fmt.Sprint(100+i))
			if doc.State != billing.Borrador || doc.Waiting.IsZero() || doc.Folio != 0 {
				t.Fatalf("%+v", doc)
			}
			docs = append(docs, doc)
		}
		w.check()
		w.saved(w.a, "7") // a draft that waits for nothing
		list, err := w.List(t.Context(), w.a, billing.Filter{State: billing.Waits})
		if err != nil || list.Total != 3 || len(list.Rows) != 3 || !list.Rows[0].Waits || list.Queue != 3 {
			t.Errorf("what waits is listed as %+v (%v)", list, err)
		}
		if all, err := w.List(t.Context(), w.a, billing.Filter{}); err != nil || all.Total != 4 || all.Rows[0].Waits == all.Rows[3].Waits && all.Rows[0].Waits {
			t.Errorf("%+v (%v)", all, err)
		}
		if other, err := w.List(t.Context(), w.b, billing.Filter{State: billing.Waits}); err != nil || other.Total != 0 || other.Queue != 0 {
			t.Errorf("another company sees %+v (%v)", other, err)
		}
		w.credits(w.a, "order:1", 2)
		late := w.issued(w.a, "500") // two wait for two: it joins behind them
		if late.Waiting.IsZero() || late.Folio != 0 {
			t.Errorf("somebody passed those who waited: %+v", late)
		}
		w.drain(1, time.Second)
		w.book(w.a, 0, 0, 2)
		for i, want := range []struct {
			state billing.State
			folio int64
		}{{billing.Timbrado, 1}, {billing.Timbrado, 2}, {billing.Borrador, 0}} {
			doc, err := w.Document(t.Context(), w.a, docs[i].ID)
			must(t, err)
			if doc.State != want.state || doc.Folio != want.folio {
				t.Errorf("%d: %s folio %d, want %+v", i, doc.State, doc.Folio, want)
			}
		}
		// An edit leaves the queue; a discard too.
		d, err := w.Draft(t.Context(), w.a, docs[2].ID)
		must(t, err)
		d.Notas = "otra cosa"
		_, err = w.SaveDraft(t.Context(), w.a, d)
		must(t, err)
		must(t, w.Discard(t.Context(), w.a, late.ID))
		w.credits(w.a, "order:2", 5)
		w.drain(1, time.Second)
		w.book(w.a, 5, 0, 2)
		doc, err := w.Document(t.Context(), w.a, docs[2].ID)
		must(t, err)
		if doc.State != billing.Borrador || !doc.Waiting.IsZero() {
			t.Errorf("%s waits since %v", doc.State, doc.Waiting)
		}
		w.check()
	})
}

// What has an error is refused at once, credits or not; what gets one while it waits
// leaves the queue, those behind it go on and its people are told.
func TestWhatCannotBeIssuedDoesNotWait(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.prepaid(w.a, 0)
		d := w.typed(w.a, "100")
		d.Comprobante.Receptor.Rfc = "NADA"
		d, err := w.SaveDraft(t.Context(), w.a, d)
		must(t, err)
		if _, err := w.Issue(t.Context(), w.a, d.ID, d.Revision); fail.KindOf(err) != fail.Invalid {
			t.Errorf("it waits with an error: %v", err)
		}
		d = w.typed(w.a, "100")
		d.Comprobante.Fecha = w.clock.Now().Add(-6 * time.Hour).Add(-time.Hour).Format("2006-01-02T15:04:05")
		d, err = w.SaveDraft(t.Context(), w.a, d)
		must(t, err)
		first, err := w.Issue(t.Context(), w.a, d.ID, d.Revision)
		must(t, err)
		w.clock.Advance(time.Second)
		second := w.issued(w.a, "200")
		w.clock.Advance(80 * time.Hour) // the date of the first is too old by now
		w.credits(w.a, "order:1", 5)
		w.drain(2, time.Second)
		w.book(w.a, 4, 0, 1)
		first, err = w.Document(t.Context(), w.a, first.ID)
		must(t, err)
		second, err = w.Document(t.Context(), w.a, second.ID)
		must(t, err)
		if first.State != billing.Borrador || !first.Waiting.IsZero() || second.State != billing.Timbrado {
			t.Errorf("first %s %v, second %s", first.State, first.Waiting, second.State)
		}
		if told := strings.Join(w.told, "\n"); !strings.Contains(told, "doc:"+first.ID+":1:comprobante.espera") {
			t.Errorf("told: %s", told)
		}
		w.check()
	})
}

// I7 is seen when it is broken.
func TestTheCheckSeesAStampWithoutItsCredit(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		doc := w.issued(w.a, "100") // without limit
		must(t, w.db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error {
			return tx.OpenCreditBook(t.Context(), store.PlanPrepaid, store.Micros(start.Add(-time.Hour)))
		}))
		found, err := billing.Check(t.Context(), w.db, w.trust)
		must(t, err)
		if len(found) != 1 || found[0].Invariant != "I7" || found[0].Document != doc.ID {
			t.Errorf("%v", found)
		}
	})
}

// At the ceiling of Post pago what is sent to be stamped waits, and goes on with the
// new month; the month is billed what it stamped.
func TestAtTheCeilingDocumentsWaitForTheMonth(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		must(t, w.db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error {
			_, err := credit.SetTerms(t.Context(), tx, credit.Terms{Plan: store.PlanPostpaid, Quantity: 1, Price: 2_000_000})
			return err
		}))
		w.clock.Advance(2 * time.Minute)
		if d := w.issued(w.a, "100"); d.State != billing.Timbrado {
			t.Fatalf("%s", d.State)
		}
		late := w.issued(w.a, "200")
		if late.State != billing.Borrador || late.Waiting.IsZero() {
			t.Fatalf("%s passed the ceiling", late.State)
		}
		w.check()
		w.clock.Advance(31 * 24 * time.Hour)
		must(t, credit.New(credit.Config{DB: w.db, Now: w.clock.Now}).Roll(t.Context()))
		w.drain(1, time.Second)
		d, err := w.Document(t.Context(), w.a, late.ID)
		if err != nil || d.State != billing.Timbrado {
			t.Errorf("with the new month: %s (%v)", d.State, err)
		}
		list, err := w.db.View(w.a.Tenant).CreditStatements(t.Context(), "", 5)
		if err != nil || len(list) != 1 || list[0].Units != 1 || list[0].Total != 2_320_000 {
			t.Errorf("%+v (%v)", list, err)
		}
		w.check()
	})
}
