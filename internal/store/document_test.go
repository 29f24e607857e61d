package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// document is a row with every column set.
func document(id string) store.DocumentRow {
	folio := int64(7)
	return store.DocumentRow{
		ID: id, State: "borrador", Revision: 1, IssuedRevision: 1, Tipo: "I", SerieID: "s", Serie: "A", Folio: &folio,
		Fecha: "2026-03-10T12:00:00", CustomerID: "c", EmisorRfc: "EKU9003173C9", ReceptorRfc: "URE180429TM6",
		ReceptorNombre: "UNIVERSIDAD ROBÓTICA", ReceptorFold: "universidad robotica", Moneda: "USD", TipoCambio: "18.5",
		SubTotal: 1, Descuento: 2, Traslados: 3, Retenciones: 4, Total: 5, TotalMXN: 6, UUID: "U-" + id, CertificateID: "ce",
		NoCertificado: "30", PAC: "prueba", Test: true, ReasonCode: "402", ReasonMessage: "no", Correos: "[]", Notas: "n",
		CreatedBy: "ana", CreatedAt: 1, UpdatedAt: 2, StampedAt: 3,
	}
}

// update runs fn as one transaction and returns its error.
func update(t *testing.T, db *store.DB, tenant store.Tenant, fn func(ctx context.Context, tx *store.Tx) error) error {
	t.Helper()
	ctx := t.Context()
	return db.Update(ctx, tenant, func(tx *store.Tx) error { return fn(ctx, tx) })
}

func insert(t *testing.T, db *store.DB, tenant store.Tenant, r store.DocumentRow) {
	t.Helper()
	if err := update(t, db, tenant, func(ctx context.Context, tx *store.Tx) error { return tx.InsertDocument(ctx, r) }); err != nil {
		t.Fatal(err)
	}
}

func TestDocumentIsKeptForItsTenantAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		want := document("d1")
		insert(t, db, a, want)
		got, err := db.View(a).Document(t.Context(), "d1")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
		if _, err := db.View(b).Document(t.Context(), "d1"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other tenant: %v", err)
		}
		insert(t, db, b, want) // the same id and folio are another document there
		twice := document("d2")
		err = update(t, db, a, func(ctx context.Context, tx *store.Tx) error { return tx.InsertDocument(ctx, twice) })
		if fail.KindOf(err) != fail.Conflict {
			t.Errorf("a folio twice: %v", err)
		}
	})
}

func TestChangeDocumentIsGuardedAndCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		was := document("d1")
		insert(t, db, a, was)
		r := was
		r.State, r.Revision, r.Total, r.Fecha, r.Folio = "rechazado", 2, 50, "2026-04-01T00:00:00", nil
		change := func(tenant store.Tenant, was, r store.DocumentRow) error {
			return update(t, db, tenant, func(ctx context.Context, tx *store.Tx) error { return tx.ChangeDocument(ctx, was, r) })
		}
		if err := change(b, was, r); fail.KindOf(err) != fail.Conflict {
			t.Errorf("the other tenant changed it: %v", err)
		}
		if err := change(a, was, r); err != nil {
			t.Fatal(err)
		}
		if err := change(a, was, r); fail.KindOf(err) != fail.Conflict {
			t.Errorf("changed twice from the same state: %v", err)
		}
		got, err := db.View(a).Document(t.Context(), "d1")
		if diff := cmp.Diff(r, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
		sums, err := db.View(a).DocumentSums(t.Context(), store.DocumentFilter{})
		if want := []store.DocumentSum{{Moneda: "USD", N: 1, SubTotal: 1, Descuento: 2, Traslados: 3, Retenciones: 4, Total: 50}}; !cmp.Equal(sums, want) || err != nil {
			t.Errorf("%v %+v", err, sums)
		}
		if days, err := db.View(a).DocumentDaysDiffer(t.Context()); len(days) > 0 || err != nil {
			t.Errorf("sums differ: %v %v", days, err)
		}
		if months, err := db.View(a).DocumentMonthsDiffer(t.Context()); len(months) > 0 || err != nil {
			t.Errorf("months differ: %v %v", months, err)
		}
	})
}

// TestManyDocumentsAreAsOneByOne: documents inserted at once, over several statements, read
// and count like those inserted one after another, and in their company alone.
func TestManyDocumentsAreAsOneByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		ctx := t.Context()
		var rows []store.DocumentRow
		for i := range 901 {
			r := document(fmt.Sprintf("d%04d", i))
			r.Fecha, r.UUID = fmt.Sprintf("2026-%02d-%02dT10:00:00", i%12+1, i%28+1), ""
			r.SerieID, r.Serie, r.CreatedBy, r.TotalMXN = fmt.Sprintf("s%d", i%3), fmt.Sprintf("S%d", i%3), fmt.Sprintf("u%d", i%2), int64(i)
			folio := int64(i + 1)
			r.Folio = &folio
			rows = append(rows, r)
		}
		insert(t, db, a, rows[0])
		if err := update(t, db, a, func(ctx context.Context, tx *store.Tx) error { return tx.InsertDocuments(ctx, rows[1:]) }); err != nil {
			t.Fatal(err)
		}
		for _, want := range []store.DocumentRow{rows[0], rows[1], rows[6], rows[7], rows[900]} {
			if got, err := db.View(a).Document(ctx, want.ID); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%v %s", err, cmp.Diff(want, got))
			}
		}
		sums, err := db.View(a).DocumentSums(ctx, store.DocumentFilter{})
		if err != nil || len(sums) != 1 || sums[0].N != 901 || sums[0].SubTotal != 901 {
			t.Errorf("%v %+v", err, sums)
		}
		if days, err := db.View(a).DocumentDaysDiffer(ctx); len(days) > 0 || err != nil {
			t.Errorf("sums differ: %v %v", days, err)
		}
		if months, err := db.View(a).DocumentMonthsDiffer(ctx); len(months) > 0 || err != nil {
			t.Errorf("months differ: %v %v", months, err)
		}
		if sums, err := db.View(b).DocumentSums(ctx, store.DocumentFilter{}); err != nil || len(sums) > 0 {
			t.Errorf("the other company has %v %+v", err, sums)
		}
	})
}

// TestMonthsAreTheSumOfWhatOneSees: the sums by month follow every change, for all, for
// who sees their own and for who sees some series; a recount finds what is not so.
func TestMonthsAreTheSumOfWhatOneSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		ctx := t.Context()
		stamped := func(id, serie, by, fecha, state string, total int64) store.DocumentRow {
			r := document(id)
			r.SerieID, r.CreatedBy, r.Fecha, r.State, r.TotalMXN, r.Tipo, r.Folio, r.UUID = serie, by, fecha, state, total, "I", nil, ""
			return r
		}
		rows := []store.DocumentRow{
			stamped("m1", "centro", "ana", "2026-02-28T10:00:00", "timbrado", 100), stamped("m2", "norte", "beto", "2026-03-01T10:00:00", "timbrado", 20),
			stamped("m3", "norte", "ana", "2026-03-31T10:00:00", "timbrado", 3), stamped("m4", "", "beto", "2026-03-31T10:00:00", "borrador", 7), stamped("m5", "norte", "beto", "2026-03-02T10:00:00", "borrador", 9),
		}
		for _, r := range rows {
			insert(t, db, a, r)
		}
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		moved := rows[4]
		moved.State, moved.Fecha, moved.TotalMXN = "timbrado", "2026-04-01T00:00:00", 11
		must(update(t, db, a, func(ctx context.Context, tx *store.Tx) error { return tx.ChangeDocument(ctx, rows[4], moved) }))
		must(update(t, db, a, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteDraft(ctx, rows[3]) }))
		for name, c := range map[string]struct {
			tenant store.Tenant
			seen   store.Seen
			want   []store.MonthSum
		}{
			"all":           {a, store.Seen{}, []store.MonthSum{{"2026-03", "I", "timbrado", 2, 23}, {"2026-04", "I", "timbrado", 1, 11}}},
			"one's own":     {a, store.Seen{CreatedBy: "ana"}, []store.MonthSum{{"2026-03", "I", "timbrado", 1, 3}}},
			"of a branch":   {a, store.Seen{Series: []string{"centro"}, Drafter: "beto"}, nil},
			"of the other":  {a, store.Seen{Series: []string{"norte"}, Drafter: "beto"}, []store.MonthSum{{"2026-03", "I", "timbrado", 2, 23}, {"2026-04", "I", "timbrado", 1, 11}}},
			"other company": {b, store.Seen{}, nil},
		} {
			got, err := db.View(c.tenant).DocumentMonths(ctx, "2026-03", c.seen)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v %s", name, err, diff)
			}
		}
		if months, err := db.View(a).DocumentMonthsDiffer(ctx); len(months) > 0 || err != nil {
			t.Errorf("%v %v", months, err)
		}
		must(update(t, db, a, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE document_months SET n = n + 1 WHERE tenant_id = $1 AND mes = '2026-04'`)
			return err
		}))
		if months, err := db.View(a).DocumentMonthsDiffer(ctx); err != nil || !cmp.Equal(months, []string{"2026-04"}) {
			t.Errorf("a wrong sum is found in %v, %v", months, err)
		}
		if months, err := db.View(b).DocumentMonthsDiffer(ctx); len(months) > 0 || err != nil {
			t.Errorf("the other company: %v %v", months, err)
		}
	})
}

func TestXMLNeverChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		insert(t, db, a, document("d1"))
		keep := func(xml string) error {
			return update(t, db, a, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertXML(ctx, "d1", 1, store.SealedXML, []byte(xml), 9)
			})
		}
		if err := keep("<a/>"); err != nil {
			t.Fatal(err)
		}
		if err := keep("<a/>"); err != nil {
			t.Errorf("the same bytes again: %v", err)
		}
		if err := keep("<b/>"); fail.KindOf(err) != fail.Conflict {
			t.Errorf("other bytes in their place: %v", err)
		}
		got, err := db.View(a).XML(t.Context(), "d1", 1, store.SealedXML)
		if string(got) != "<a/>" || err != nil {
			t.Errorf("%q %v", got, err)
		}
		if _, err := db.View(b).XML(t.Context(), "d1", 1, store.SealedXML); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other tenant: %v", err)
		}
	})
}

func TestOneOpenAttemptAndOneUUID(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		insert(t, db, a, document("d1"))
		attempt := store.AttemptRow{DocumentID: "d1", Revision: 1, PAC: "prueba", Reference: "d1.1", SHA256: []byte{1}, StartedAt: 1, LeaseUntil: 2}
		open := func() error {
			return update(t, db, a, func(ctx context.Context, tx *store.Tx) error {
				n, err := tx.InsertAttempt(ctx, attempt)
				attempt.N = n
				return err
			})
		}
		if err := open(); err != nil {
			t.Fatal(err)
		}
		if err := open(); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a second open attempt: %v", err)
		}
		attempt.N, attempt.Outcome, attempt.EndedAt = 1, "no-entregado", 3
		finish := func() error {
			return update(t, db, a, func(ctx context.Context, tx *store.Tx) error { return tx.ChangeAttempt(ctx, attempt) })
		}
		if err := finish(); err != nil {
			t.Fatal(err)
		}
		if err := finish(); fail.KindOf(err) != fail.Conflict {
			t.Errorf("an outcome changed: %v", err)
		}
		attempt.Outcome = ""
		if err := open(); err != nil || attempt.N != 2 {
			t.Errorf("the next attempt: %d %v", attempt.N, err)
		}
		if _, err := db.View(b).OpenAttempt(t.Context(), "d1"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other tenant: %v", err)
		}
		for i, want := range []bool{true, false} {
			err := db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
				fresh, err := tx.InsertStamp(t.Context(), store.StampRow{UUID: "X", TenantID: []string{a.ID(), b.ID()}[i], DocumentID: "d1"})
				if fresh != want {
					t.Errorf("take %d of the UUID: %t", i, fresh)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestDeliveryIsQueuedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		insert(t, db, a, document("d1"))
		for i, id := range []string{"m1", "m2"} {
			err := update(t, db, a, func(ctx context.Context, tx *store.Tx) error {
				fresh, err := tx.InsertDelivery(ctx, store.DeliveryRow{ID: id, DocumentID: "d1", Dedup: "auto", Recipients: "[]", Copies: "[]", State: "en-cola", CreatedAt: int64(i)})
				if fresh != (i == 0) {
					t.Errorf("delivery %s is fresh: %t", id, fresh)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		mails, err := db.View(a).Deliveries(t.Context(), "d1")
		if len(mails) != 1 || mails[0].ID != "m1" || err != nil {
			t.Errorf("%+v %v", mails, err)
		}
		if mails, err := db.View(b).Deliveries(t.Context(), "d1"); len(mails) != 0 || err != nil {
			t.Errorf("the other tenant: %+v %v", mails, err)
		}
	})
}
