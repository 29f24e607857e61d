package bulk

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/store"
)

type (
	checkArgs  struct{ ID string }
	writeArgs  struct{ ID string }
	expireArgs struct{ ID string }
)

// Kind is the stable name of the job.
func (checkArgs) Kind() string { return "bulk.check" }

// Kind is the stable name of the job.
func (writeArgs) Kind() string { return "bulk.write" }

// Kind is the stable name of the job.
func (expireArgs) Kind() string { return "bulk.expire" }

// Jobs are the works of this service.
func (s *Service) Jobs() []job.Def {
	return []job.Def{
		job.Define(func(ctx context.Context, t store.Tenant, a checkArgs) error {
			return s.work(ctx, t, a.ID, store.ImportChecking, s.check)
		}),
		job.Define(func(ctx context.Context, t store.Tenant, a writeArgs) error {
			return s.work(ctx, t, a.ID, store.ImportWriting, s.write)
		}),
		job.Define(func(ctx context.Context, t store.Tenant, a expireArgs) error {
			return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error { return tx.ExpireImport(ctx, a.ID) })
		}),
	}
}

// errMoved says that the import went on to another state while it was worked on.
var errMoved = errors.New("bulk: the import moved on")

// A task is one import being worked on.
type task struct {
	kind  Kind
	row   store.ImportRow // as it was read
	match []int
	box   sealer
	actor store.Actor
}

// work opens the import, if it still waits in state, and does what there is to do.
// What no other try would mend, and the last try, end it as failed.
func (s *Service) work(ctx context.Context, t store.Tenant, id, state string, do func(ctx context.Context, x task) error) error {
	row, err := s.cfg.DB.View(t).Import(ctx, id)
	if fail.KindOf(err) == fail.NotFound || err == nil && row.State != state {
		return nil
	}
	if err != nil {
		return err
	}
	k, ok := s.Kind(row.Kind)
	if !ok {
		return fmt.Errorf("no kind %q", row.Kind)
	}
	box, err := s.sealerOf(ctx, t, row)
	if err != nil {
		return err
	}
	var m meta
	if err := box.open("meta", row.Meta, &m); err != nil {
		return err
	}
	err = do(ctx, task{kind: k, row: row, match: m.Match, box: box, actor: actorOf(t, row)})
	if errors.Is(err, errMoved) {
		return nil
	}
	motivo := fail.MessageOf(err)
	if kind := fail.KindOf(err); err == nil || kind != fail.Invalid && kind != fail.Denied {
		if err == nil || !job.LastTry(ctx) {
			return err
		}
		motivo = "Algo falló de nuestro lado. " + left(row) + " Revísalo otra vez en un rato; si vuelve a pasar, avísanos."
	} else {
		err = nil
	}
	ended := s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
		return s.advance(ctx, tx, row, func(now *store.ImportRow) { now.State, now.Motivo = store.ImportFailed, motivo })
	})
	return errors.Join(err, ended)
}

// left says what an import that stopped has left behind.
func left(row store.ImportRow) string {
	if row.State == store.ImportWriting && !row.Todo {
		return "Los renglones que alcanzaron a escribirse se quedan, y al repetir no se duplican."
	}
	return "No se importó nada."
}

// advance changes the row of an import that nobody moved since was was read.
func (s *Service) advance(ctx context.Context, tx *store.Tx, was store.ImportRow, change func(now *store.ImportRow)) error {
	now, err := tx.ImportForUpdate(ctx, was.ID)
	if err != nil {
		return err
	}
	if now.State != was.State || now.Version != was.Version {
		return errMoved
	}
	change(&now)
	if now.State != was.State {
		now.Version++
	}
	return tx.UpdateImport(ctx, now)
}

// A batch is the rows of one chunk.
type batch struct {
	chunk store.ImportChunk
	rows  []sheet.Row
}

func (s *Service) load(ctx context.Context, v *store.View, x task, n int64) (batch, error) {
	c, err := v.ImportChunk(ctx, x.row.ID, n)
	if err != nil {
		return batch{}, err
	}
	b := batch{chunk: c}
	err = x.box.open("body"+strconv.FormatInt(n, 10), c.Body, &b.rows)
	return b, err
}

func outcomePart(n int64) string { return "outcome" + strconv.FormatInt(n, 10) }

// entries reads the rows by their columns; what the reader of the file found bad is refused already.
func (x task) entries(rows []sheet.Row) (list []Entry, refused map[int][]Finding, told map[int][]Finding) {
	refused, told = map[int][]Finding{}, map[int][]Finding{}
	for i, r := range rows {
		e := Entry{Line: r.Line, Values: map[string]string{}}
		for c, at := range x.match {
			if at >= 0 && at < len(r.Cells) && r.Cells[at] != "" {
				e.Values[x.kind.Columns[c].Key] = sheet.Bare(r.Cells[at])
			}
		}
		for _, n := range r.Notes {
			label, used := x.label(n.Column)
			if !used {
				continue
			}
			f := Finding{Column: label, Message: n.Message, Warn: !n.Bad}
			told[i] = append(told[i], f)
			if n.Bad {
				refused[i] = append(refused[i], f)
			}
		}
		list = append(list, e)
	}
	return list, refused, told
}

// label is the label of the column that a cell belongs to; a cell of a column that is not read is not used.
func (x task) label(cell int) (string, bool) {
	if cell < 0 {
		return "", true
	}
	for c, at := range x.match {
		if at == cell {
			return x.kind.Columns[c].Label, true
		}
	}
	return "", false
}

// judge says what becomes of the rows of a batch. skip are those that are refused
// already, with what was said of them.
func (s *Service) judge(ctx context.Context, v *store.View, tx *store.Tx, x task, rows []sheet.Row, skip map[int]Outcome) ([]Outcome, error) {
	entries, refused, told := x.entries(rows)
	all := make([]Outcome, len(rows))
	var todo []Entry
	var places []int
	for i, e := range entries {
		if o, is := skip[i]; is {
			all[i] = o
		} else if refused[i] != nil {
			all[i] = Outcome{State: Refused, Findings: told[i]}
		} else {
			todo, places = append(todo, e), append(places, i)
		}
	}
	if len(todo) == 0 {
		return all, nil
	}
	judged, err := x.kind.Judge(ctx, v, tx, x.actor, todo)
	if err != nil {
		return nil, err
	}
	for j, o := range judged {
		o.Findings = append(told[places[j]], o.Findings...)
		all[places[j]] = o
	}
	return all, nil
}

// count adds outcomes to the figures of an import.
func count(row *store.ImportRow, list []Outcome) {
	row.Hechos += int64(len(list))
	for _, o := range list {
		switch o.State {
		case Added:
			row.Nuevos++
		case Changed:
			row.Cambios++
		case Same:
			row.Iguales++
		case Refused:
			row.Errores++
		}
		if o.State != Refused && len(o.Findings) > 0 {
			row.Avisos++
		}
	}
}

// check judges all rows from the first one on and writes nothing of them.
func (s *Service) check(ctx context.Context, x task) error {
	v := s.cfg.DB.View(x.actor.Tenant)
	seen := map[string]int{} // the line where a thing stands
	for n := range x.row.Chunks {
		b, err := s.load(ctx, v, x, n)
		if err != nil {
			return err
		}
		list, err := s.judge(ctx, v, nil, x, b.rows, nil)
		if err != nil {
			return err
		}
		twice(list, b.rows, seen)
		if err := s.note(ctx, x, n, list); err != nil {
			return err
		}
	}
	return s.cfg.DB.Update(ctx, x.actor.Tenant, func(tx *store.Tx) error {
		return s.advance(ctx, tx, x.row, func(now *store.ImportRow) { now.State = store.ImportChecked })
	})
}

// twice refuses what stands in the file already.
func twice(list []Outcome, rows []sheet.Row, seen map[string]int) {
	for i := range list {
		o := &list[i]
		if o.State == Refused || o.Key == "" {
			continue
		}
		if line, is := seen[o.Key]; is {
			o.State = Refused
			o.Findings = append(o.Findings, Finding{Message: fmt.Sprintf("Es el mismo que el renglón %d.", line), Fix: "Deja uno solo."})
			continue
		}
		seen[o.Key] = rows[i].Line
	}
}

// note keeps what was found in one chunk and how far the judging is. A judging
// that starts over begins its figures anew.
func (s *Service) note(ctx context.Context, x task, n int64, list []Outcome) error {
	sealed, err := x.box.seal(outcomePart(n), list)
	if err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, x.actor.Tenant, func(tx *store.Tx) error {
		if err := tx.UpdateImportChunk(ctx, x.row.ID, store.ImportChunk{N: n, Outcome: sealed}); err != nil {
			return err
		}
		return s.advance(ctx, tx, x.row, func(now *store.ImportRow) {
			if n == 0 {
				now.Hechos, now.Nuevos, now.Cambios, now.Iguales, now.Errores, now.Avisos = 0, 0, 0, 0, 0, 0
			}
			count(now, list)
		})
	})
}

// write writes the rows: chunk by chunk, or all in one transaction.
func (s *Service) write(ctx context.Context, x task) error {
	if x.row.Todo {
		return s.cfg.DB.Update(ctx, x.actor.Tenant, func(tx *store.Tx) error {
			for n := range x.row.Chunks {
				if err := s.writeChunk(ctx, tx, x, n); err != nil {
					return err
				}
			}
			return s.finish(ctx, tx, x)
		})
	}
	for n := range x.row.Chunks {
		err := s.cfg.DB.Update(ctx, x.actor.Tenant, func(tx *store.Tx) error { return s.writeChunk(ctx, tx, x, n) })
		if err != nil {
			return err
		}
	}
	return s.cfg.DB.Update(ctx, x.actor.Tenant, func(tx *store.Tx) error { return s.finish(ctx, tx, x) })
}

// writeChunk writes the rows of a chunk that is not written yet.
func (s *Service) writeChunk(ctx context.Context, tx *store.Tx, x task, n int64) error {
	b, err := s.load(ctx, &tx.View, x, n)
	if err != nil || b.chunk.Done {
		return err
	}
	var before []Outcome
	if err := x.box.open(outcomePart(n), b.chunk.Outcome, &before); err != nil {
		return err
	}
	skip := map[int]Outcome{}
	for i, o := range before {
		if o.State == Refused {
			skip[i] = o
		}
	}
	list, err := s.judge(ctx, &tx.View, tx, x, b.rows, skip)
	if err != nil {
		return err
	}
	for i, o := range list {
		if x.row.Todo && o.State == Refused {
			return fail.New(fail.Invalid, fmt.Sprintf("Algo cambió desde la revisión y el renglón %d ya no se puede importar: %s No se importó nada; vuelve a revisar el archivo.", b.rows[i].Line, said(o)))
		}
	}
	c := store.ImportChunk{N: n, Done: true}
	if c.Outcome, err = x.box.seal(outcomePart(n), list); err != nil {
		return err
	}
	if err := tx.UpdateImportChunk(ctx, x.row.ID, c); err != nil {
		return err
	}
	return s.advance(ctx, tx, x.row, func(now *store.ImportRow) { count(now, list) })
}

func said(o Outcome) string {
	for _, f := range o.Findings {
		if !f.Warn {
			return f.Message
		}
	}
	return ""
}

// finish ends an import whose rows are all written.
func (s *Service) finish(ctx context.Context, tx *store.Tx, x task) error {
	var last store.ImportRow
	err := s.advance(ctx, tx, x.row, func(now *store.ImportRow) {
		now.State = store.ImportDone
		last = *now
	})
	if err != nil {
		return err
	}
	return audit(ctx, tx, last)
}
