// Package fail carries an error from any depth to the user.
//
// A service says what kind of failure it is and what the user may read of it,
// in Spanish; the cause goes along for the log alone:
//
//	return fail.Wrap(fail.Upstream, "El PAC no contestó. Tu comprobante está guardado; lo reintentamos solos.", err)
//
// web and api translate it once each, by [KindOf], [MessageOf] and [FieldsOf].
// An error that is not of this package is [Internal] and shows only a fixed
// sentence. The package never logs and knows nothing of HTTP.
package fail

import (
	"context"
	"errors"
)

// A Kind tells what may be done about a failure.
type Kind uint8

// The kinds. Internal is the zero value: what nobody classified is our fault.
const (
	Internal Kind = iota // ours; nothing the user can mend
	Invalid              // the input breaks a rule; mend the named fields
	NotFound             // absent, or another tenant's, which is the same
	Conflict             // somebody was faster, or it exists already
	Denied               // not allowed
	Upstream             // another system failed; try again later
)

// String names the kind as logs and problem+json spell it.
func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "not_found", "conflict", "denied", "upstream"}
	if int(k) < len(names) {
		return names[k]
	}
	return names[Internal]
}

// A Field is one thing wrong with one input. Path names it as the document
// does (Conceptos[0].Importe); Code is the SAT's where one exists; Fix says
// what to do. Message and Fix are Spanish.
type Field struct {
	Path    string `json:"path"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// An Error is a failure with the words the user may read.
type Error struct {
	Kind    Kind
	Message string  // Spanish, for the user
	Fields  []Field // what to mend, when Invalid
	Err     error   // the cause, for the log; may be nil
}

// New returns a failure of kind k with the Spanish message for the user.
func New(k Kind, message string) *Error { return &Error{Kind: k, Message: message} }

// Wrap is New with the cause that the log shall show.
func Wrap(k Kind, message string, err error) *Error {
	return &Error{Kind: k, Message: message, Err: err}
}

// OnField returns an Invalid failure of the one input at path.
func OnField(path, message string) *Error {
	return WithFields(message, Field{Path: path, Message: message})
}

// WithFields returns an Invalid failure of the given fields under one message.
func WithFields(message string, fields ...Field) *Error {
	return &Error{Kind: Invalid, Message: message, Fields: fields}
}

// Error returns the words for the log: kind, message and cause.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Message
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// internalMessage is all a user reads of an error that nobody translated.
const internalMessage = "Algo falló de nuestro lado y ya quedó registrado. Revisa cómo quedó lo que hacías antes de intentarlo de nuevo."

// timeoutMessage is read when the time for the whole request ran out.
const timeoutMessage = "La operación tardó demasiado y la detuvimos. Revisa el estado antes de intentarlo de nuevo."

// KindOf returns the kind of err, found at any depth of wrapping. A deadline
// that passed is Upstream; everything unknown is Internal, and so is nil,
// which nobody should ask about.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.DeadlineExceeded):
		return Upstream
	}
	return Internal
}

// MessageOf returns the Spanish message the user may read. The text of an
// error of another package never gets out.
func MessageOf(err error) string {
	var e *Error
	switch {
	case errors.As(err, &e) && e.Message != "":
		return e.Message
	case errors.Is(err, context.DeadlineExceeded):
		return timeoutMessage
	}
	return internalMessage
}

// FieldsOf returns what is wrong with which input; nil when err names none.
func FieldsOf(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}
