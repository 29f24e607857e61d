package web

import (
	"context"
	"errors"
	"io"

	"github.com/a-h/templ"

	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/directory"
)

// This file is how two people who edit the same row find each other: who saves
// second gets the form back as typed, with what is stored now beside each field
// that differs, over the version that is stored now, so that saving again is done
// knowingly.

// A snapshot is what the fields of a form show of the stored row. It is made by
// drawing the form of that row, so that it is always of the same fields. Nil is no
// snapshot, and does nothing.
type snapshot struct {
	drawing bool
	fields  map[string]storedField
}

// A storedField is what is stored of a field: as it is sent, and as people read it.
type storedField struct{ Value, Text string }

// note keeps what a field shows while the stored row is drawn.
func (s *snapshot) note(name, value, text string) {
	if s != nil && s.drawing {
		s.fields[name] = storedField{value, text}
	}
}

// other returns what is stored in a field that shows something else.
func (s *snapshot) other(name, value string) (storedField, bool) {
	if s == nil || s.drawing {
		return storedField{}, false
	}
	now, ok := s.fields[name]
	return now, ok && now.Value != value
}

// stale reports whether somebody else saved the row in the mean time.
func stale(err error) bool {
	return errors.Is(err, account.ErrStale) || errors.Is(err, directory.ErrStale)
}

// compare draws the stored row, by the page that draw gives for an empty form, and
// keeps what its fields show.
func (f *form) compare(ctx context.Context, draw func(form) templ.Component) error {
	now := &snapshot{drawing: true, fields: map[string]storedField{}}
	ctx = context.WithValue(ctx, iconsKey{}, &iconSet{})
	if err := draw(form{Now: now}).Render(ctx, io.Discard); err != nil {
		return err
	}
	now.drawing = false
	f.Now = now
	return nil
}
