// Package bulk imports lists: what a file holds is kept sealed, judged row by row
// without writing anything, and written when its owner says so. It knows nothing
// of customers or products: each service says in a [Kind] which columns there are,
// what its rules make of a row, and how it is written.
//
//	s := bulk.New(bulk.Config{DB: db, Signer: keys, Kinds: append(dir.Kinds(), accounts.Kinds()...), Now: time.Now, NewID: newID})
//	in, err := s.Start(ctx, actor, "clientes", "lista.csv", table) // judged by a job
//	err = s.Run(ctx, actor, "clientes", in.ID, in.Version, false)  // written by a job
//
// Rows lie in chunks, each judged or written in one transaction together with the
// word on how far it came: a job that dies goes on where it was, and no row is
// written twice. They are sealed with a key of their own, which goes with them
// after [Keeps].
package bulk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/sheet"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

const (
	// Keeps is for how long the rows of an import are kept.
	Keeps = 72 * time.Hour
	// chunkRows is how many rows one transaction writes: other companies wait for it.
	chunkRows = 200
	// kept is how many imports of a kind a company has at once.
	kept = 10
)

// A Kind is one thing that can be imported.
type Kind struct {
	Name    string // "clientes"; stable
	Right   store.Right
	Columns []sheet.Column
	// Judge says what becomes of rows, in their order, by the state that v shows. With
	// tx (whose View v is) it writes too, but for the rows with an error. It may run again.
	Judge func(ctx context.Context, v *store.View, tx *store.Tx, a store.Actor, rows []Entry) ([]Outcome, error)
}

// An Entry is one row as a [Kind] reads it: the texts by the key of their column,
// without the empty ones.
type Entry struct {
	Line   int
	Values map[string]string
}

// A State is what becomes of a row.
type State string

// What becomes of a row.
const (
	Added   State = "nuevo"
	Changed State = "cambio"
	Same    State = "igual"
	Refused State = "error"
)

// An Outcome is what becomes of a row and why. Key tells two rows that mean the same thing.
type Outcome struct {
	State    State     `json:"s"`
	Key      string    `json:"-"`
	Findings []Finding `json:"f,omitempty"`
}

// A Finding is one thing to say of a row. Column is the label of the template, "" for the whole row.
type Finding struct {
	Column  string `json:"c,omitempty"`
	Message string `json:"m"`
	Fix     string `json:"x,omitempty"`
	Warn    bool   `json:"w,omitempty"`
}

// Config is what a [Service] works with; all of it is required.
type Config struct {
	DB     *store.DB
	Signer signer.Custody
	Kinds  []Kind
	Now    func() time.Time
	NewID  func() string // UUIDv7
}

// A Service keeps imports and runs them. Safe for concurrent use.
type Service struct{ cfg Config }

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Kind returns the kind of that name.
func (s *Service) Kind(name string) (Kind, bool) {
	i := slices.IndexFunc(s.cfg.Kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return s.cfg.Kinds[i], true
}

// An Import is a list being imported.
type Import struct {
	store.ImportRow
	Head  []string // the headings of the file
	Match []int    // for each column of the kind, which heading stands over it; -1 for none
	Notes []string // what there is to say of the whole file
	First []string // the texts of its first row
}

// Unknown lists the headings that stand over nothing we know.
func (i Import) Unknown() []string {
	var list []string
	for at, h := range i.Head {
		if h != "" && !slices.Contains(i.Match, at) {
			list = append(list, h)
		}
	}
	return list
}

// Missing lists the labels of the columns without which nothing can be done.
func (k Kind) Missing(match []int) []string {
	var list []string
	for i, c := range k.Columns {
		if c.Required && (i >= len(match) || match[i] < 0) {
			list = append(list, c.Label)
		}
	}
	return list
}

// meta is what lies sealed beside the rows.
type meta struct {
	Head  []string `json:"head"`
	Match []int    `json:"match"`
	Notes []string `json:"notes,omitempty"`
	First []string `json:"first,omitempty"`
}

// open requires the right of a kind.
func (s *Service) open(a store.Actor, name string) (Kind, error) {
	k, ok := s.Kind(name)
	if !ok {
		return k, fail.New(fail.NotFound, "Eso no se importa.")
	}
	return k, a.Require(k.Right)
}

// Start keeps a list. When a heading stands over every column it needs and none is
// unknown, its rows are judged at once; else it waits for [Service.SetColumns].
func (s *Service) Start(ctx context.Context, a store.Actor, kind, name string, table sheet.Table) (Import, error) {
	k, err := s.open(a, kind)
	if err != nil {
		return Import{}, err
	}
	head := sheet.Head(table.Rows, k.Columns)
	rows := table.Rows[head+1:]
	switch {
	case len(rows) == 0:
		return Import{}, fail.New(fail.Invalid, "El archivo no tiene renglones debajo de los encabezados. Descarga la plantilla, llénala y vuelve a enviarla.")
	case len(rows) > sheet.MaxRows:
		return Import{}, fail.New(fail.Invalid, "El archivo tiene más de 10,000 renglones. Parte la lista en varios archivos.")
	}
	if err := s.room(ctx, a, kind); err != nil {
		return Import{}, err
	}
	m := meta{Head: table.Rows[head].Cells, Notes: table.Notes, First: rows[0].Cells}
	m.Match = sheet.Match(k.Columns, m.Head)
	now := s.cfg.Now()
	in := Import{ImportRow: store.ImportRow{
		ID: s.cfg.NewID(), Kind: kind, Nombre: shortName(name), State: store.ImportColumns, Renglones: int64(len(rows)), Version: 1,
		CreatedAt: store.Micros(now), ExpiresAt: store.Micros(now.Add(Keeps)), UserID: a.UserID, UserName: a.UserName, IP: a.IP,
	}}
	in.take(m)
	if len(k.Missing(m.Match)) == 0 && len(in.Unknown()) == 0 {
		in.State = store.ImportChecking
	}
	return in, s.keep(ctx, a, in, m, rows)
}

// room refuses one import more than a company may have of a kind.
func (s *Service) room(ctx context.Context, a store.Actor, kind string) error {
	list, err := s.cfg.DB.View(a.Tenant).Imports(ctx, kind, kept)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.State == store.ImportExpired {
			return nil
		}
	}
	if len(list) == kept {
		return fail.New(fail.Invalid, fmt.Sprintf("Ya tienes %d importaciones guardadas, y cada una se guarda tres días. Borra una que ya no necesites.", kept))
	}
	return nil
}

// keep seals the rows and stores all of it.
func (s *Service) keep(ctx context.Context, a store.Actor, in Import, m meta, rows []sheet.Row) error {
	key, wrapped, err := s.newKey(ctx, a.Tenant, in.ID)
	if err != nil {
		return err
	}
	box := sealer{key: key, place: a.Tenant.ID() + "|" + in.ID}
	in.DataKey = wrapped
	if in.Meta, err = box.seal("meta", m); err != nil {
		return err
	}
	var chunks []store.ImportChunk
	for part := range slices.Chunk(rows, chunkRows) {
		c := store.ImportChunk{N: int64(len(chunks))}
		if c.Body, err = box.seal("body"+strconv.FormatInt(c.N, 10), part); err != nil {
			return err
		}
		c.Outcome = []byte{0}
		chunks = append(chunks, c)
	}
	in.Chunks = int64(len(chunks))
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := tx.InsertImport(ctx, in.ImportRow); err != nil {
			return err
		}
		for _, c := range chunks {
			if err := tx.InsertImportChunk(ctx, in.ID, c); err != nil {
				return err
			}
		}
		if err := job.Enqueue(ctx, tx, expireArgs{in.ID}, job.Options{RunAt: store.FromMicros(in.ExpiresAt)}); err != nil {
			return err
		}
		if in.State != store.ImportChecking {
			return nil
		}
		return job.Enqueue(ctx, tx, checkArgs{in.ID}, job.Options{Key: in.ID})
	})
}

func shortName(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[len(r)-120:])
	}
	return s
}

// take unpacks what lay sealed.
func (i *Import) take(m meta) { i.Head, i.Match, i.Notes, i.First = m.Head, m.Match, m.Notes, m.First }

// Imports lists the newest imports of a kind that are still kept, without their headings.
func (s *Service) Imports(ctx context.Context, a store.Actor, kind string) ([]Import, error) {
	if _, err := s.open(a, kind); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Imports(ctx, kind, kept)
	var list []Import
	for _, r := range rows {
		if r.State != store.ImportExpired {
			list = append(list, Import{ImportRow: r})
		}
	}
	return list, err
}

// Import returns one import; fail.NotFound for one that is gone, of another kind or not this company's.
func (s *Service) Import(ctx context.Context, a store.Actor, kind, id string) (Import, error) {
	in, _, err := s.read(ctx, a, kind, id)
	return in, err
}

func (s *Service) read(ctx context.Context, a store.Actor, kind, id string) (Import, sealer, error) {
	if _, err := s.open(a, kind); err != nil {
		return Import{}, sealer{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Import(ctx, id)
	if err != nil {
		return Import{}, sealer{}, err
	}
	if row.Kind != kind || row.State == store.ImportExpired {
		return Import{}, sealer{}, fail.New(fail.NotFound, "")
	}
	box, err := s.sealerOf(ctx, a.Tenant, row)
	if err != nil {
		return Import{}, sealer{}, err
	}
	in, m := Import{ImportRow: row}, meta{}
	if err := box.open("meta", row.Meta, &m); err != nil {
		return Import{}, sealer{}, err
	}
	in.take(m)
	return in, box, nil
}

// SetColumns says which heading stands over which column (indexes into Head, -1 for
// none) and has the rows judged anew. Errors: fail.Invalid; fail.Conflict when it
// went on meanwhile.
func (s *Service) SetColumns(ctx context.Context, a store.Actor, kind, id string, version int64, match []int) error {
	k, err := s.open(a, kind)
	if err != nil {
		return err
	}
	in, box, err := s.read(ctx, a, kind, id)
	if err != nil {
		return err
	}
	if err := checkMatch(k, in, match); err != nil {
		return err
	}
	sealed, err := box.seal("meta", meta{Head: in.Head, Match: match, Notes: in.Notes, First: in.First})
	if err != nil {
		return err
	}
	return s.move(ctx, a, id, version, []string{store.ImportColumns, store.ImportChecked, store.ImportFailed}, func(row *store.ImportRow) (job.Args, error) {
		row.State, row.Meta, row.Motivo = store.ImportChecking, sealed, ""
		return checkArgs{id}, nil
	})
}

func checkMatch(k Kind, in Import, match []int) error {
	var fields []fail.Field
	for i, at := range match {
		switch {
		case i >= len(k.Columns) || at >= len(in.Head) || at < -1:
			return fail.New(fail.Invalid, "Esas columnas no son las del archivo. Vuelve a abrir la página.")
		case at >= 0 && slices.Contains(match[:i], at):
			fields = append(fields, fail.Field{Path: k.Columns[i].Key, Message: "Esa columna del archivo ya está en otro dato.", Fix: "Elige otra o déjalo sin columna."})
		case at < 0 && k.Columns[i].Required:
			fields = append(fields, fail.Field{Path: k.Columns[i].Key, Message: "Falta decir qué columna trae " + k.Columns[i].Label + ".", Fix: "Sin ella no se distingue un renglón de otro."})
		}
	}
	if len(match) != len(k.Columns) {
		return fail.New(fail.Invalid, "Esas columnas no son las del archivo. Vuelve a abrir la página.")
	}
	if len(fields) > 0 {
		return fail.WithFields("Revisa las columnas marcadas. No se importó nada.", fields...)
	}
	return nil
}

// Run has the rows written: all of them or none (todo), or those without an error.
func (s *Service) Run(ctx context.Context, a store.Actor, kind, id string, version int64, todo bool) error {
	if _, err := s.Import(ctx, a, kind, id); err != nil {
		return err
	}
	return s.move(ctx, a, id, version, []string{store.ImportChecked}, func(row *store.ImportRow) (job.Args, error) {
		if todo && row.Errores > 0 {
			return nil, fail.New(fail.Invalid, "Con «todo o nada» ningún renglón puede tener errores. No se importó nada: corrige el archivo o elige sólo los renglones buenos.")
		}
		row.State, row.Todo, row.Motivo = store.ImportWriting, todo, ""
		row.UserID, row.UserName, row.IP = a.UserID, a.UserName, a.IP // who says so answers for it
		return writeArgs{id}, nil
	})
}

// move brings an import from one of the states to the next and enqueues what does it.
func (s *Service) move(ctx context.Context, a store.Actor, id string, version int64, from []string, change func(row *store.ImportRow) (job.Args, error)) error {
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.ImportForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if row.Version != version || !slices.Contains(from, row.State) {
			return fail.New(fail.Conflict, "Esta importación ya avanzó: alguien la siguió en otra ventana. Ábrela de nuevo para ver cómo va.")
		}
		args, err := change(&row)
		if err != nil {
			return err
		}
		row.Version++
		row.Hechos, row.Nuevos, row.Cambios, row.Iguales, row.Errores, row.Avisos = 0, 0, 0, 0, 0, 0
		if err := tx.UpdateImport(ctx, row); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, args, job.Options{Key: id})
	})
}

// Discard lets go of an import and its rows at once. What it wrote stays.
func (s *Service) Discard(ctx context.Context, a store.Actor, kind, id string) error {
	if _, err := s.Import(ctx, a, kind, id); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return tx.ExpireImport(ctx, id) })
}

// audit notes what an import did, in figures: each row it wrote notes itself.
func audit(ctx context.Context, tx *store.Tx, row store.ImportRow) error {
	after, err := json.Marshal(map[string]any{"archivo": row.Nombre, "nuevos": row.Nuevos, "cambios": row.Cambios, "iguales": row.Iguales, "errores": row.Errores})
	if err != nil {
		return fmt.Errorf("audit import: %w", err)
	}
	return tx.Audit(ctx, store.AuditEntry{Actor: actorOf(tx.Tenant(), row), Action: "import.run", Object: "import/" + row.ID, After: string(after)})
}

// actorOf is who asked for it. The right was looked at then.
func actorOf(t store.Tenant, row store.ImportRow) store.Actor {
	return store.Actor{Tenant: t, UserID: row.UserID, UserName: row.UserName, IP: row.IP}
}
