package directory

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// Config is what a [Service] works with; all of it is required.
type Config struct {
	DB      *store.DB
	Catalog *catalogo.Catalog
	Now     func() time.Time
	NewID   func() string // UUIDv7
	Mailer  send.Mailer   // takes the links by which customers fill their data
	BaseURL string        // begins their addresses, as https://facturas.mx
}

// A Service keeps customers and products. Safe for concurrent use.
type Service struct {
	cfg    Config
	knocks *door.Limiter // on the doors of links, by network address
}

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg: cfg, knocks: door.NewLimiter(2*time.Second, 30)} }

const (
	defaultLimit = 50
	maxLimit     = 200
)

// rows turns f into what the store reads.
func (f Filter) rows() store.DirectoryFilter {
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	sort, desc := strings.CutPrefix(f.Sort, "-")
	return store.DirectoryFilter{Q: f.Q, Categoria: store.FoldLine(f.Categoria), Valid: f.Valid, Active: !f.Inactive, All: f.All, Sort: sort, Desc: desc, After: readCursor(f.After), Limit: min(limit, maxLimit)}
}

// writeCursor packs where a page ended for a link; "" when there is no next one.
func writeCursor(c store.Cursor) string {
	if c == (store.Cursor{}) {
		return ""
	}
	order := "n"
	if c.ByWord {
		order = "w"
	}
	return base64.RawURLEncoding.EncodeToString([]byte(order + c.ID + "\n" + c.Key))
}

// readCursor is the inverse of writeCursor; what is not a cursor is the first page.
func readCursor(s string) store.Cursor {
	b, err := base64.RawURLEncoding.DecodeString(s)
	id, key, ok := strings.Cut(string(b), "\n")
	if err != nil || !ok || len(id) < 2 || strings.ContainsRune(key, 0) || !utf8.Valid(b) {
		return store.Cursor{}
	}
	return store.Cursor{Key: key, ID: id[1:], ByWord: id[0] == 'w'}
}

// problems gathers what is wrong with a form: errors by field, and warnings.
type problems struct {
	fields   []fail.Field
	warnings []cfdi.Finding
}

func (p *problems) err(path, message, fix string) {
	p.fields = append(p.fields, fail.Field{Path: path, Message: message, Fix: fix})
}

// unread adds what the form could not read, in place of what the rules say of
// the nothing that stands there.
func (p *problems) unread(list []fail.Field) {
	for _, f := range list {
		p.fields = slices.DeleteFunc(p.fields, func(x fail.Field) bool { return x.Path == f.Path })
	}
	p.fields = append(p.fields, list...)
}

func (p *problems) warn(path, message, fix string) {
	p.warnings = append(p.warnings, cfdi.Finding{Path: path, Severity: cfdi.SeverityWarning, Message: message, Fix: fix})
}

// text reports a value that is too long or has signs the SAT refuses.
func (p *problems) text(path, value string, longest int) {
	switch {
	case len([]rune(value)) > longest:
		p.err(path, fmt.Sprintf("Es demasiado largo: caben %d caracteres.", longest), "Acórtalo.")
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }):
		p.err(path, "Tiene signos que no se ven y el SAT no acepta.", "Vuelve a escribirlo a mano.")
	}
}

// line is [problems.text] for a value of one line that goes into the XML.
func (p *problems) line(path, value string, longest int) {
	p.text(path, value, longest)
	if strings.ContainsRune(value, '|') {
		p.err(path, "No puede llevar el signo |, que el SAT usa para separar.", "Quítalo o cámbialo por un guion.")
	}
}

// result is nil when nothing is wrong.
func (p *problems) result(what string) error {
	if len(p.fields) == 0 {
		return nil
	}
	return fail.WithFields("No se guardó "+what+": revisa los campos marcados.", p.fields...)
}

// clean trims a typed text and turns every run of blanks into one space.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// ErrStale is a save over somebody else's change: nothing was written.
var ErrStale = errors.New("directory: changed by somebody else meanwhile")

// stale is the answer to a save over somebody else's change.
func stale(what, who string, at int64, zone *time.Location) error {
	when := store.FromMicros(at).In(zone).Format("02/01/2006 15:04")
	return fail.Wrap(fail.Conflict, who+" cambió "+what+" el "+when+", mientras lo tenías abierto. No se guardó nada: "+
		"compara lo guardado con lo tuyo antes de guardar otra vez.", ErrStale)
}

// audit notes a change in the transaction that makes it.
func audit(ctx context.Context, tx *store.Tx, a store.Actor, action, object string, before, after any) error {
	entry := store.AuditEntry{Actor: a, Action: action, Object: object}
	for _, side := range []struct {
		value any
		text  *string
	}{{before, &entry.Before}, {after, &entry.After}} {
		if side.value == nil {
			continue
		}
		b, err := json.Marshal(side.value)
		if err != nil {
			return fmt.Errorf("audit %s: %w", action, err)
		}
		*side.text = string(b)
	}
	return tx.Audit(ctx, entry)
}

// today is the date by which catalogue rows and rates are judged.
func (s *Service) today() string {
	return s.cfg.Now().In(s.zone()).Format(time.DateOnly)
}

// zone is that of central Mexico, where most of the country is.
func (s *Service) zone() *time.Location { return s.cfg.Catalog.Location("06000") }
