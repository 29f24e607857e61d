package bulk

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// A room is a service whose one kind writes the words of its rows to be found.
type room struct {
	*Service
	t     *testing.T
	db    *store.DB
	jobs  *job.Runner
	clock *atomic.Int64
	a, b  store.Actor
	// trouble is what judging the row of a line meets, nil for nothing.
	trouble func(tx *store.Tx, line int) error
}

func each(t *testing.T, fn func(r *room)) {
	t.Helper()
	var clock atomic.Int64
	now := func() time.Time { return time.Unix(1_795_000_000+clock.Load(), 0).UTC() }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := &room{t: t, db: db, clock: &clock, trouble: func(*store.Tx, int) error { return nil }}
		master, err := signer.LoadMasterKey(filepath.Join(t.TempDir(), "master.key"), "", true)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := signer.New(db, master, now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(keys.Close)
		kind := Kind{Name: "palabras", Right: store.RightLoadProducts, Columns: []sheet.Column{{Key: "Palabra", Label: "Palabra", Required: true}, {Key: "Nota", Label: "Nota"}}, Judge: r.judge}
		r.Service = New(Config{DB: db, Signer: keys, Kinds: []Kind{kind}, Now: now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }})
		r.jobs = job.New(db, r.Jobs(), now)
		ta, tb := storetest.Tenants(t, db)
		r.a, r.b = store.Actor{Tenant: ta, UserID: "u", UserName: "ana", Admin: true}, store.Actor{Tenant: tb, UserID: "v", UserName: "beto", Admin: true}
		fn(r)
	}, store.WithClock(now))
}

func (r *room) judge(ctx context.Context, v *store.View, tx *store.Tx, _ store.Actor, rows []Entry) ([]Outcome, error) {
	var list []Outcome
	for _, e := range rows {
		word := e.Values["Palabra"]
		if err := r.trouble(tx, e.Line); err != nil {
			return nil, err
		}
		if word == "mala" {
			list = append(list, Outcome{State: Refused, Findings: []Finding{{Column: "Palabra", Message: "Esa palabra no."}}})
			continue
		}
		_, err := v.ProductByClave(ctx, word)
		o := Outcome{State: Same, Key: word}
		if fail.KindOf(err) == fail.NotFound {
			if o.State = Added; tx != nil {
				err = tx.InsertProduct(ctx, store.ProductRow{ID: "p-" + word, Clave: word, Descripcion: word, Moneda: "MXN", Traslados: "[]", Retenciones: "[]", Activo: true, Version: 1})
			} else {
				err = nil
			}
		}
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

func table(head string, words ...string) sheet.Table {
	t := sheet.Table{Rows: []sheet.Row{{Line: 1, Cells: strings.Split(head, ",")}}}
	for i, w := range words {
		t.Rows = append(t.Rows, sheet.Row{Line: i + 2, Cells: strings.Split(w, ",")})
	}
	return t
}

func numbered(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("w%05d", i))
	}
	return list
}

func (r *room) start(t sheet.Table) Import {
	r.t.Helper()
	in, err := r.Start(r.t.Context(), r.a, "palabras", "lista.csv", t)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.drained(in)
}

// drained is the import after all jobs that are due ran, and again when those that
// failed are due again, until none is left.
func (r *room) drained(in Import) Import {
	r.t.Helper()
	for range job.DefaultMaxAttempts + 1 {
		if err := r.jobs.Drain(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		r.clock.Add(700) // the longest pause between two tries is ten minutes
	}
	in, err := r.Import(r.t.Context(), r.a, "palabras", in.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return in
}

func (r *room) run(in Import, todo bool) Import {
	r.t.Helper()
	if err := r.Run(r.t.Context(), r.a, "palabras", in.ID, in.Version, todo); err != nil {
		r.t.Fatal(err)
	}
	return r.drained(in)
}

func (r *room) products() int {
	r.t.Helper()
	n, err := r.db.View(r.a.Tenant).CountProducts(r.t.Context(), store.DirectoryFilter{All: true})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// TestRowsAreWrittenInChunksOnce: what the last rows met stops neither those before
// them nor a second go, and no row is written twice.
func TestRowsAreWrittenInChunksOnce(t *testing.T) {
	each(t, func(r *room) {
		in := r.start(table("Palabra", numbered(450)...))
		if in.State != store.ImportChecked || in.Nuevos != 450 || in.Chunks != 3 || r.products() != 0 {
			r.t.Fatalf("judged: %s, %d new, %d chunks, %d written", in.State, in.Nuevos, in.Chunks, r.products())
		}
		r.trouble = func(tx *store.Tx, line int) error {
			if tx != nil && line > 402 {
				return errors.New("the disk is full")
			}
			return nil
		}
		in = r.run(in, false)
		if in.State != store.ImportFailed || r.products() != 400 || in.Hechos != 400 || in.Nuevos != 400 || !strings.Contains(in.Motivo, "se quedan") || !strings.Contains(in.Motivo, "de nuestro lado") {
			r.t.Fatalf("%s, %d written: %q", in.State, r.products(), in.Motivo)
		}
		r.trouble = func(*store.Tx, int) error { return nil }
		if err := r.SetColumns(r.t.Context(), r.a, "palabras", in.ID, in.Version, in.Match); err != nil {
			r.t.Fatal(err)
		}
		if in = r.drained(in); in.Iguales != 400 || in.Nuevos != 50 {
			r.t.Fatalf("judged again: %d as they are, %d new", in.Iguales, in.Nuevos)
		}
		if in = r.run(in, false); in.State != store.ImportDone || r.products() != 450 {
			r.t.Errorf("%s, %d written", in.State, r.products())
		}
	})
}

// TestAllOrNothing: with one row that cannot be written, nothing is.
func TestAllOrNothing(t *testing.T) {
	each(t, func(r *room) {
		in := r.start(table("Palabra", append(numbered(300), "mala")...))
		if in.Errores != 1 {
			r.t.Fatalf("%d errors", in.Errores)
		}
		if err := r.Run(r.t.Context(), r.a, "palabras", in.ID, in.Version, true); fail.KindOf(err) != fail.Invalid {
			r.t.Errorf("with an error: %v", err)
		}
		if in = r.run(in, false); in.State != store.ImportDone || r.products() != 300 {
			r.t.Errorf("the good ones: %s, %d written", in.State, r.products())
		}
		r.trouble = func(tx *store.Tx, line int) error {
			if tx != nil && line > 250 {
				return errors.New("the disk is full")
			}
			return nil
		}
		more := r.start(table("Palabra", "x1", "x2"))
		if more = r.run(more, true); more.State != store.ImportDone || r.products() != 302 {
			r.t.Errorf("%s, %d written", more.State, r.products())
		}
		var words []string
		for i := range 300 {
			words = append(words, fmt.Sprintf("y%05d", i))
		}
		last := r.run(r.start(table("Palabra", words...)), true)
		if last.State != store.ImportFailed || r.products() != 302 || !strings.Contains(last.Motivo, "No se importó nada") {
			r.t.Errorf("%s, %d written: %q", last.State, r.products(), last.Motivo)
		}
	})
}

// TestColumnsAreAskedWhenUnclear: an unknown heading waits for its owner, who says
// what it is; the same word twice in a file is refused the second time.
func TestColumnsAreAskedWhenUnclear(t *testing.T) {
	each(t, func(r *room) {
		in := r.start(table("Vocablo,Nota", "uno,a", "dos,b", "uno,c"))
		if in.State != store.ImportColumns || strings.Join(in.Unknown(), " ") != "Vocablo" {
			r.t.Fatalf("%s, unknown %v", in.State, in.Unknown())
		}
		for name, match := range map[string][]int{"twice": {0, 0}, "missing": {-1, 1}, "outside": {7, 1}, "short": {0}} {
			if err := r.SetColumns(r.t.Context(), r.a, "palabras", in.ID, in.Version, match); fail.KindOf(err) != fail.Invalid {
				r.t.Errorf("%s: %v", name, err)
			}
		}
		if err := r.SetColumns(r.t.Context(), r.a, "palabras", in.ID, in.Version, []int{0, 1}); err != nil {
			r.t.Fatal(err)
		}
		if in = r.drained(in); in.Nuevos != 2 || in.Errores != 1 {
			r.t.Errorf("%d new, %d errors", in.Nuevos, in.Errores)
		}
		if err := r.SetColumns(r.t.Context(), r.a, "palabras", in.ID, 1, []int{0, 1}); fail.KindOf(err) != fail.Conflict {
			r.t.Errorf("an old version: %v", err)
		}
	})
}

// TestImportsAreTheirOwners: another company, and who lacks the right, reach none of
// it; after three days the rows are gone.
func TestImportsAreTheirOwners(t *testing.T) {
	each(t, func(r *room) {
		ctx := r.t.Context()
		in, err := r.Start(ctx, r.a, "palabras", "lista.csv", table("Palabra", "uno"))
		if err != nil {
			r.t.Fatal(err)
		}
		without := r.a
		without.Admin = false
		for who, want := range map[*store.Actor]fail.Kind{&r.b: fail.NotFound, &without: fail.Denied} {
			_, err1 := r.Import(ctx, *who, "palabras", in.ID)
			_, err2 := r.Lines(ctx, *who, "palabras", in.ID, 0, true, 10)
			err3 := r.SetColumns(ctx, *who, "palabras", in.ID, in.Version, in.Match)
			err4 := r.Run(ctx, *who, "palabras", in.ID, in.Version, false)
			err5 := r.Discard(ctx, *who, "palabras", in.ID)
			err6 := r.Result(ctx, *who, "palabras", in.ID, func([]string) error { return nil })
			for i, err := range []error{err1, err2, err3, err4, err5, err6} {
				if fail.KindOf(err) != want {
					r.t.Errorf("call %d: %v, want %v", i+1, err, want)
				}
			}
		}
		if list, err := r.Imports(ctx, r.b, "palabras"); err != nil || len(list) != 0 {
			r.t.Errorf("another company sees %v, %v", list, err)
		}
		r.clock.Add(int64(Keeps/time.Second) + 60)
		if err := r.jobs.Drain(ctx); err != nil {
			r.t.Fatal(err)
		}
		if _, err := r.Import(ctx, r.a, "palabras", in.ID); fail.KindOf(err) != fail.NotFound {
			r.t.Errorf("after three days: %v", err)
		}
	})
}

func TestReadingCells(t *testing.T) {
	for typed, want := range map[string]string{
		"1,234.50": "1234.50", "$ 1234.5": "1234.5", "1250.500000000001": "1250.5", "-3": "-3", "12 MXN": "12",
		"1,23": "", "1.2.3": "", "": "", "1e5": "", "٣": "", strings.Repeat("9", 41): "",
	} {
		d, ok := Number(typed)
		if got := d.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, ok, want)
		}
	}
	for typed, want := range map[string][2]bool{"Sí": {true, true}, "NO": {false, true}, "x": {true, true}, "quizá": {false, false}, "": {false, false}} {
		if on, ok := YesNo(typed); on != want[0] || ok != want[1] {
			t.Errorf("%q: %v %v", typed, on, ok)
		}
	}
	texts := [][2]string{{"601", "General de Ley Personas Morales"}, {"G03", "Gastos en general."}}
	for typed, want := range map[string]string{"601": "601", "601 - General": "601", "g03": "G03", "gastos en GENERAL": "G03", "999": ""} {
		if key, _, ok := Key(typed, texts); ok != (want != "") || ok && key != want {
			t.Errorf("%q: %q, %v", typed, key, ok)
		}
	}
}
