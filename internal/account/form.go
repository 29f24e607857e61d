package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// problems gathers what is wrong with a form: errors by field, and warnings.
type problems struct {
	fields   []fail.Field
	warnings []cfdi.Finding
}

func (p *problems) err(path, message, fix string) {
	p.fields = append(p.fields, fail.Field{Path: path, Message: message, Fix: fix})
}

func (p *problems) warn(path, message, fix string) {
	p.warnings = append(p.warnings, cfdi.Finding{Path: path, Severity: cfdi.SeverityWarning, Message: message, Fix: fix})
}

// text reports a value that is too long or has signs that do not show, unless
// something stands beside its field already. what names it as a sentence begins:
// "El nombre".
func (p *problems) text(path, what, value string, longest int) {
	switch {
	case slices.ContainsFunc(p.fields, func(f fail.Field) bool { return f.Path == path }):
	case len([]rune(value)) > longest:
		p.err(path, fmt.Sprintf("%s es demasiado largo: caben %d caracteres.", what, longest), "Acórtalo.")
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == '|' }):
		p.err(path, what+" tiene saltos de línea o signos que no se aceptan.", "Escríbelo en una sola línea, sin el signo |.")
	}
}

// result is nil when nothing is wrong.
func (p *problems) result(message string) error {
	if len(p.fields) == 0 {
		return nil
	}
	return fail.WithFields(message, p.fields...)
}

// clean trims a typed text and turns every run of blanks into one space.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// stale is the answer to a save over somebody else's change.
func stale(what, who string, at int64, zone *time.Location) error {
	when := store.FromMicros(at).In(zone).Format("02/01/2006 15:04")
	return fail.Wrap(fail.Conflict, who+" cambió "+what+" el "+when+", mientras lo tenías abierto. No se guardó nada: "+
		"compara lo guardado con lo tuyo antes de guardar otra vez.", ErrStale)
}

// audit notes a change in the transaction that makes it. Neither side may hold
// a secret.
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

// now is the clock as the database keeps it.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }

// zone is that of central Mexico, where most of the country is.
func (s *Service) zone() *time.Location { return s.cfg.Catalog.Location("06000") }
