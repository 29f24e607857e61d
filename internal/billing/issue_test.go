package billing_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

func TestIssueStampsADraft(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d := w.typed(w.a, "1000")
		d.Correos = []string{"cliente@example.mx"}
		d, err := w.SaveDraft(ctx, w.a, d)
		must(t, err)
		doc, err := w.Issue(ctx, w.a, d.ID, d.Revision)
		must(t, err)
		if doc.State != billing.Timbrado || doc.UUID == "" || doc.FolioText() != "A-1" || doc.Total.String() != "1160.00" || !doc.Test || !doc.HasXML {
			t.Fatalf("issued as %+v", doc)
		}
		if want := "2026-03-10T11:58:30"; doc.Fecha != want {
			t.Errorf("Fecha %s, want %s: a minute and a half ago where it is issued", doc.Fecha, want)
		}
		var names []string
		for _, e := range doc.History {
			names = append(names, e.Name)
		}
		if diff := cmp.Diff([]string{"crear", "numerar", "sellar", "enviar", "timbrar"}, names); diff != "" {
			t.Error(diff)
		}
		name, xml, err := w.XML(ctx, w.a, doc.ID)
		must(t, err)
		if name != "A-1_URE180429TM6.xml" {
			t.Errorf("name %q", name)
		}
		w.oracle(xml)
		if _, b, err := w.PDF(ctx, w.a, doc.ID); err != nil || !strings.HasPrefix(string(b), "%PDF") {
			t.Errorf("PDF: %v", err)
		}
		w.drain(3, 10*time.Second)
		mails, err := w.box.List(10)
		must(t, err)
		if len(mails) != 1 {
			t.Fatalf("%d mails, want 1", len(mails))
		}
		doc, err = w.Document(ctx, w.a, doc.ID)
		must(t, err)
		if len(doc.Deliveries) != 1 || doc.Deliveries[0].State != billing.Enviado {
			t.Errorf("deliveries %+v", doc.Deliveries)
		}
		if _, err := w.Document(ctx, w.b, doc.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other company sees it: %v", err)
		}
		w.check()
	})
}

func TestIssueTwiceIsOneDocument(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		d := w.saved(w.a, "10")
		var wg sync.WaitGroup
		docs := make([]billing.Document, 8)
		for i := range docs {
			wg.Go(func() {
				doc, err := w.Issue(context.Background(), w.a, d.ID, d.Revision)
				if err != nil {
					t.Error(err)
				}
				docs[i] = doc
			})
		}
		wg.Wait()
		for _, doc := range docs {
			if doc.State != billing.Timbrado || doc.Folio != 1 || doc.UUID != docs[0].UUID {
				t.Errorf("got %s %s %s", doc.State, doc.FolioText(), doc.UUID)
			}
		}
		if n, err := w.pac.Stamps(); err != nil || n != 1 {
			t.Errorf("the certifier stamped %d times, %v", n, err)
		}
		page, err := w.List(t.Context(), w.a, billing.Filter{})
		must(t, err)
		if page.Total != 1 {
			t.Errorf("%d documents", page.Total)
		}
		w.check()
	})
}

func TestFoliosAreExactlyOneToN(t *testing.T) {
	const workers, each = 32, documentsEach
	eachWorld(t, func(t *testing.T, w *world) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		var folios []int64
		for range workers {
			wg.Go(func() {
				for range each {
					d, err := w.SaveDraft(context.Background(), w.a, w.typed(w.a, "10"))
					if err != nil {
						t.Error(err)
						return
					}
					doc, err := w.Issue(context.Background(), w.a, d.ID, d.Revision)
					if err != nil || doc.State != billing.Timbrado {
						t.Errorf("%s %v", doc.State, err)
						return
					}
					mu.Lock()
					folios = append(folios, doc.Folio)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		slices.Sort(folios)
		for i, f := range folios {
			if f != int64(i+1) {
				t.Fatalf("folio %d at place %d", f, i+1)
			}
		}
		if len(folios) != workers*each {
			t.Fatalf("%d folios", len(folios))
		}
		w.check()
	})
}

func TestIssueRefusesWhatAnotherTabChanged(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.saved(w.a, "10")
	other := d
	other.Notas = "otra ventana"
	_, err := w.SaveDraft(t.Context(), w.a, other)
	must(t, err)
	if _, err := w.Issue(t.Context(), w.a, d.ID, d.Revision); fail.KindOf(err) != fail.Conflict {
		t.Errorf("stale revision: %v", err)
	}
	if _, err := w.SaveDraft(t.Context(), w.a, d); fail.KindOf(err) != fail.Conflict {
		t.Errorf("stale save: %v", err)
	}
	if _, err := w.Issue(t.Context(), w.b, d.ID, d.Revision); fail.KindOf(err) != fail.NotFound {
		t.Errorf("another company: %v", err)
	}
}

func TestIssueSaysEverythingWrongAndUsesNoFolio(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.typed(w.a, "10")
	d.Comprobante.FormaPago, d.Comprobante.Receptor = "", cfdi.Receptor{}
	d.Raw = map[string]string{"Conceptos[0].ValorUnitario": "doce pesos"}
	d, err := w.SaveDraft(t.Context(), w.a, d)
	must(t, err)
	_, err = w.Issue(t.Context(), w.a, d.ID, d.Revision)
	if fail.KindOf(err) != fail.Invalid {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range fail.FieldsOf(err) {
		paths = append(paths, f.Path)
	}
	for _, want := range []string{"FormaPago", "Receptor.Rfc", "Conceptos[0].ValorUnitario"} {
		if !slices.Contains(paths, want) {
			t.Errorf("%s is not named among %v", want, paths)
		}
	}
	if doc := w.issued(w.a, "20"); doc.Folio != 1 {
		t.Errorf("the refused issue used a folio: %s", doc.FolioText())
	}
	w.check()
}

func TestRejectedKeepsItsFolioAndCanBeIssuedAgain(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.pac.SetFaults(prueba.Faults{All: prueba.RejectAll})
		doc := w.issued(w.a, "10")
		if doc.State != billing.Rechazado || doc.Reason.Code != "402" || doc.Folio != 1 {
			t.Fatalf("%s %+v %s", doc.State, doc.Reason, doc.FolioText())
		}
		w.pac.SetFaults(prueba.Faults{})
		if other := w.issued(w.a, "20"); other.Folio != 2 {
			t.Errorf("the next one got folio %d", other.Folio)
		}
		d, err := w.Draft(ctx, w.a, doc.ID)
		must(t, err)
		d.Comprobante.Conceptos[0].ValorUnitario = decimal.MustParse("11")
		d.SerieID = "elsewhere"
		d, err = w.SaveDraft(ctx, w.a, d)
		must(t, err)
		doc, err = w.Issue(ctx, w.a, d.ID, d.Revision)
		must(t, err)
		if doc.State != billing.Timbrado || doc.FolioText() != "A-1" || doc.Total.String() != "12.76" {
			t.Errorf("%s %s %s", doc.State, doc.FolioText(), doc.Total)
		}
		w.check()
	})
}

func TestDiscardAccountsForTheFolio(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.pac.SetFaults(prueba.Faults{All: prueba.RejectAll})
		doc := w.issued(w.a, "10")
		must(t, w.Discard(ctx, w.a, doc.ID))
		doc, err := w.Document(ctx, w.a, doc.ID)
		must(t, err)
		if doc.State != billing.Anulado || doc.Reason.Message == "" {
			t.Errorf("%s %+v", doc.State, doc.Reason)
		}
		d := w.saved(w.a, "10")
		if err := w.Discard(ctx, w.b, d.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company discards: %v", err)
		}
		must(t, w.Discard(ctx, w.a, d.ID))
		if _, err := w.Document(ctx, w.a, d.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a discarded draft is there: %v", err)
		}
		w.pac.SetFaults(prueba.Faults{})
		stamped := w.issued(w.a, "10")
		if err := w.Discard(ctx, w.a, stamped.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a stamped document was discarded: %v", err)
		}
		w.check()
	})
}

func TestSilenceIsSettledByTheJob(t *testing.T) {
	for _, fault := range []prueba.Fault{prueba.SilentBefore, prueba.SilentAfter} {
		eachWorld(t, func(t *testing.T, w *world) {
			w.pac.SetFaults(prueba.Faults{Choose: func(call int) prueba.Fault {
				if call == 1 {
					return fault
				}
				return 0
			}})
			doc := w.issued(w.a, "10")
			if doc.State != billing.Incierto || doc.State.Label() != "sin-respuesta" {
				t.Fatalf("%s", doc.State)
			}
			if _, err := w.SaveDraft(t.Context(), w.a, billing.Draft{ID: doc.ID, Revision: doc.Revision, Comprobante: doc.Comprobante}); fail.KindOf(err) != fail.Conflict {
				t.Errorf("an uncertain document was edited: %v", err)
			}
			if err := w.Discard(t.Context(), w.a, doc.ID); fail.KindOf(err) != fail.Conflict {
				t.Errorf("an uncertain document was discarded: %v", err)
			}
			w.drain(12, 10*time.Second)
			doc, err := w.Document(t.Context(), w.a, doc.ID)
			must(t, err)
			if n, err := w.pac.Stamps(); doc.State != billing.Timbrado || n != 1 || err != nil {
				t.Errorf("%s after %d stamps, %v", doc.State, n, err)
			}
			w.check()
		})
	}
}

func TestLyingAnswersLeaveItUncertainWithTheBytesKept(t *testing.T) {
	for _, lie := range prueba.Lies() {
		w := newWorld(t, "sqlite")
		w.issued(w.a, "5") // a stamp to borrow from
		w.pac.SetFaults(prueba.Faults{Choose: func(call int) prueba.Fault {
			if call == 1 {
				return lie
			}
			return 0
		}})
		doc := w.issued(w.a, "10")
		if doc.State != billing.Incierto {
			t.Errorf("lie %d was taken: %s", lie, doc.State)
			continue
		}
		attempt, err := w.db.View(w.a.Tenant).OpenAttempt(t.Context(), doc.ID)
		must(t, err)
		if len(attempt.Answer) == 0 {
			t.Errorf("lie %d: the bytes of the answer are gone", lie)
		}
		w.drain(12, 10*time.Second)
		if doc, err = w.Document(t.Context(), w.a, doc.ID); err != nil || doc.State != billing.Timbrado {
			t.Errorf("lie %d: %s %v after the certifier told the truth", lie, doc.State, err)
		}
		w.check()
	}
}

func TestUndeliveredWaitsInTheQueue(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.pac.SetFaults(prueba.Faults{All: prueba.Refused})
	doc := w.issued(w.a, "10")
	if doc.State != billing.Sellado || doc.Reason.Message == "" {
		t.Fatalf("%s %+v", doc.State, doc.Reason)
	}
	w.drain(20, 10*time.Second)
	w.pac.SetFaults(prueba.Faults{})
	w.drain(70, 10*time.Second)
	if doc, err := w.Document(t.Context(), w.a, doc.ID); err != nil || doc.State != billing.Timbrado {
		t.Errorf("%s %v", doc.State, err)
	}
	w.check()
}

func TestVencidoOnlyAfter72HoursAndANegativeQuery(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.pac.SetFaults(prueba.Faults{All: prueba.SilentBefore})
	doc := w.issued(w.a, "10")
	w.drain(440, 10*time.Minute) // 73 h and more of silence
	doc, err := w.Document(t.Context(), w.a, doc.ID)
	must(t, err)
	if doc.State != billing.Incierto {
		t.Fatalf("silence alone made it %s", doc.State)
	}
	w.pac.SetFaults(prueba.Faults{})
	w.drain(6, 10*time.Minute)
	if doc, err = w.Document(t.Context(), w.a, doc.ID); err != nil || doc.State != billing.Vencido || doc.Reason.Code != "PLAZO" {
		t.Fatalf("%s %+v %v", doc.State, doc.Reason, err)
	}
	if doc, err = w.Issue(t.Context(), w.a, doc.ID, doc.Revision); err != nil || doc.State != billing.Timbrado || doc.Folio != 1 {
		t.Errorf("again: %s %s %v", doc.State, doc.FolioText(), err)
	}
	w.check()
}

func TestAnotherCompaniesUUIDIsNotTaken(t *testing.T) {
	w := newWorld(t, "sqlite")
	d := w.saved(w.a, "10")
	w.pac.SetFaults(prueba.Faults{Choose: func(call int) prueba.Fault {
		if call == 1 {
			return prueba.SilentAfter
		}
		return 0
	}})
	doc, err := w.Issue(t.Context(), w.a, d.ID, d.Revision)
	must(t, err)
	// the other company holds the UUID that this document will come back with
	xml, err := w.db.View(w.a.Tenant).XML(t.Context(), doc.ID, 1, store.SealedXML)
	must(t, err)
	sealed, err := cfdi.ReadSealed(xml, nil)
	must(t, err)
	timbre, found, err := w.pac.Timbre(sealed)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	must(t, w.db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
		_, err := tx.InsertStamp(t.Context(), store.StampRow{UUID: strings.ToUpper(timbre.UUID), TenantID: w.b.Tenant.ID(), DocumentID: "x"})
		return err
	}))
	w.drain(10, 10*time.Second)
	if doc, err = w.Document(t.Context(), w.a, doc.ID); err != nil || doc.State != billing.Incierto {
		t.Errorf("%s %v", doc.State, err)
	}
}

func TestSealRefusedForGoodGoesBackToItsAuthor(t *testing.T) {
	w := newWorld(t, "sqlite")
	doc := w.issued(w.a, "5")
	v := w.db.View(w.a.Tenant)
	cert, err := v.CertificateInForce(t.Context(), store.Micros(w.clock.Now()), store.MainBranch)
	must(t, err)
	must(t, w.db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error { return signer.Destroy(t.Context(), tx, w.a, cert.ID) }))
	doc = w.issued(w.a, "10")
	if doc.State != billing.Rechazado || doc.Reason.Code != "SELLO" || doc.Folio != 2 {
		t.Errorf("%s %+v %s", doc.State, doc.Reason, doc.FolioText())
	}
	w.check()
}
