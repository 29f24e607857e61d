package notice_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// TestEveryKindCanBeToldAndChosen: each line of the table has words in both languages, a
// right, and a taste that may be chosen.
func TestEveryKindCanBeToldAndChosen(t *testing.T) {
	seen := map[notice.Kind]bool{}
	for _, r := range append(notice.Kinds(), notice.Coming()...) {
		if seen[r.Kind] || r.Name == "" || !strings.HasSuffix(r.Help, ".") || r.Needs == "" {
			t.Errorf("%+v", r)
		}
		seen[r.Kind] = true
		if got, ok := notice.RuleOf(r.Kind); !ok || got != r {
			t.Errorf("%s is found as %+v", r.Kind, got)
		}
		if !slices.Contains(r.Tastes(), r.Usual) {
			t.Errorf("%s: the usual taste %s cannot be chosen", r.Kind, r.Usual)
		}
		if off := slices.Contains(r.Tastes(), notice.None); off == (r.Security || r.Letter) {
			t.Errorf("%s can be switched off: %v", r.Kind, off)
		}
		for _, n := range []int64{0, 1, 12} {
			row := store.NoticeRow{Kind: string(r.Kind), Ref: "REF-7", Detail: "DETALLE", N: n}
			var both [2]string
			for i, english := range []bool{false, true} {
				title, text := notice.Words(row, english)
				if title == "" || text == "" || title == "REF-7" || !strings.Contains(title+text, "REF-7") && !strings.Contains(title+text, "DETALLE") {
					t.Errorf("%s says %q, %q", r.Kind, title, text)
				}
				both[i] = title
			}
			if both[0] == both[1] {
				t.Errorf("%s is the same in both languages: %q", r.Kind, both[0])
			}
		}
	}
	if _, ok := notice.RuleOf("nada"); ok {
		t.Error("a kind that is none has a rule")
	}
	if title, text := notice.Words(store.NoticeRow{Kind: "nada", Ref: "a", Detail: "b"}, false); title != "a" || text != "b" {
		t.Errorf("a kind that is no more: %q %q", title, text)
	}
	if title, _ := notice.Words(store.NoticeRow{Kind: string(notice.FoliosLow)}, false); title != "La serie sin nombre se queda sin folios" {
		t.Error(title)
	}
	for n, want := range map[int64]string{0: "Ya no queda ninguno.", 1: "Queda 1.", 7: "Quedan 7."} {
		if _, text := notice.Words(store.NoticeRow{Kind: string(notice.FoliosLow), N: n}, false); !strings.HasPrefix(text, want) {
			t.Errorf("%d left: %q", n, text)
		}
	}
}

// TestAnEventIsRaisedWithWhatCausesIt: it becomes known when its transaction is
// committed and not otherwise, to its own company, once while it waits.
func TestAnEventIsRaisedWithWhatCausesIt(t *testing.T) {
	at := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := storetest.Tenants(t, db)
		var heard []string
		var times []int64
		runner := job.New(db, []job.Def{job.Define(func(_ context.Context, t store.Tenant, e notice.Event) error {
			heard, times = append(heard, t.ID()+" "+e.Key), append(times, e.At)
			return nil
		})}, now)
		raise := func(tenant store.Tenant, key string, after error) {
			t.Helper()
			err := db.Update(ctx, tenant, func(tx *store.Tx) error {
				if err := notice.Raise(ctx, tx, notice.Event{Key: key, What: notice.FoliosLow, Ref: "A"}); err != nil {
					return err
				}
				return after
			})
			if err != after {
				t.Fatal(err)
			}
		}
		raise(a, "uno", nil)
		raise(a, "uno", nil)
		raise(a, "dos", context.Canceled)
		raise(b, "uno", nil)
		if err := runner.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		slices.Sort(heard)
		want := []string{a.ID() + " uno", b.ID() + " uno"}
		slices.Sort(want)
		if !slices.Equal(heard, want) || times[0] != store.Micros(at) {
			t.Errorf("heard %v at %v, want %v", heard, times, want)
		}
	}, store.WithClock(now))
}

// TestWhatIsToComeTellsItsFacts: each event of a kind that nothing raises yet, as its
// typed facts make it; no line stands in both tables.
func TestWhatIsToComeTellsItsFacts(t *testing.T) {
	c := notice.Cancellation{ID: "c1", DocumentID: "d1", Ref: "Factura A-12", Owner: "ana", Receiver: "XENON"}
	request := notice.Request{UUID: "U1", Ref: "Factura F-7", Supplier: "XENON"}
	listing := func(s notice.Situation) notice.Event {
		return notice.Listing{Rfc: "XIA190128J61", Nombre: "XENON", Situation: s, Edition: "2026-11-01"}.Found()
	}
	keys := map[string]bool{}
	for _, x := range []struct {
		notice.Event
		title, text, english string
	}{
		{c.Asked(notice.Silent3), "Cancelación pedida: Factura A-12", "XENON tiene 3 días hábiles para aceptar o rechazar; si no contesta, se da por aceptada. Sigue vigente", "no answer means acceptance"},
		{c.Asked(notice.Express3), "Cancelación pedida: Factura A-12", "si no contesta, no se cancela", "without an express yes"},
		{c.Asked(notice.NoAnswer), "Cancelación pedida: Factura A-12", "No necesita que XENON la acepte", "needs no acceptance"},
		{c.Asked(notice.Again), "Cancelación pedida: Factura A-12", "esta vez no hay plazo", "no term"},
		{c.Over(notice.Cancelled), "Cancelado: Factura A-12", "no hacía falta", "did not have to"},
		{c.Over(notice.Accepted), "Cancelado: Factura A-12", "XENON aceptó", "XENON accepted"},
		{c.Over(notice.Unanswered), "Cancelado: Factura A-12", "no contestó a tiempo", "in time"},
		{c.Over(notice.Turned), "No se canceló: Factura A-12", "sigue vigente", "stays in force"},
		{c.Over(notice.Uncancelled), "No se canceló: Factura A-12", "relacionados vigentes", "related"},
		{notice.Run{ID: "r1", Name: "Rentas", Why: "No hay créditos.", Missing: 2}.Failed(), "No salió completa: Rentas", "Faltaron 2 comprobantes, que no se timbraron ni gastaron crédito. No hay créditos.", "2 receipts are missing"},
		{notice.Run{ID: "r2", Name: "Rentas", Why: "No hay créditos.", Missing: 1}.Failed(), "No salió completa: Rentas", "Faltó 1 comprobante", "1 receipt is missing"},
		{request.Left(72), "Un proveedor pide cancelar: Factura F-7", "Tienes 3 días hábiles desde que lo pidió: quedan 72 horas.", "72 hours are left"},
		{request.Left(1), "Un proveedor pide cancelar: Factura F-7", "queda 1 hora.", "1 hour is left"},
		{listing(notice.Definitivo), "En la lista del SAT: XIA190128J61 XENON", "del 01/11/2026, su situación es: Definitivo. Antes de usar", "Before you use"},
		{listing(notice.Presunto), "En la lista del SAT: XIA190128J61 XENON", "Todavía puede aclararlo", "may still clear"},
		{listing(notice.Desvirtuado), "Aclarado en la lista del SAT: XIA190128J61 XENON", "No hace falta", "nothing for you"},
		{listing(notice.SentenciaFavorable), "Aclarado en la lista del SAT: XIA190128J61 XENON", "No hace falta", "nothing for you"},
	} {
		row := store.NoticeRow{Kind: string(x.What), Ref: x.Ref, Detail: x.Detail, N: x.N}
		title, text := notice.Words(row, false)
		_, english := notice.Words(row, true)
		if title != x.title || !strings.Contains(text, x.text) || !strings.Contains(english, x.english) {
			t.Errorf("%s: %q, %q, %q", x.Key, title, text, english)
		}
		keys[x.Key] = true
	}
	if len(keys) != 10 { // one for each thing that happens, whatever it says
		t.Errorf("%d keys: %v", len(keys), keys)
	}
	for _, r := range notice.Coming() {
		if slices.Contains(notice.Kinds(), r) {
			t.Errorf("%s is offered and cannot happen", r.Kind)
		}
	}
}
