// Package send takes mail out of the house: by SMTP, or into a folder of .eml
// files that the demo shows as its Buzón de salida.
//
//	mailer, err := send.NewSMTP(send.SMTP{Host: "smtp.example.mx", Port: 587, From: "avisos@example.mx"})
//	err = mailer.Send(ctx, send.Message{ID: "job-1", To: []string{"ana@example.mx"}, Subject: "Hola", Text: "Hola"})
//
// It hides MIME, header encoding and the mail library. Delivery is at least
// once: a caller that repeats a message keeps its ID, which becomes the
// Message-ID, so that the receiving side can tell a repeat from a new mail.
// It never lets a line break into a header and never logs what it sends.
package send

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail"
	"iofacturo.mx/internal/fail"
)

// A Message is one mail. ID is required and stays the same when the mail is
// repeated: letters, digits, dot, hyphen and underscore, at most 120.
// At least one address in To or Cc; Text is required, HTML is optional.
type Message struct {
	ID          string
	FromName    string // shown name of the sender; the address is the mailer's own
	ReplyTo     string // bare address, optional
	To, Cc      []string
	Done        []string // of To and Cc: those that need no copy any more
	Subject     string
	Text, HTML  string
	Attachments []Attachment
}

// An Attachment is one file of a Message; Type is its media type.
type Attachment struct {
	Name, Type string
	Data       []byte
}

// A Mailer delivers messages. Its living implementations are [SMTPMailer] and [Box].
type Mailer interface {
	// Send delivers m or says why not: [fail.Invalid] when m itself is wrong and
	// repeating it is useless, [fail.Upstream] when trying later may help. A
	// [*Problem] says which addresses have it all the same.
	Send(ctx context.Context, m Message) error
}

const (
	maxSubject    = 400
	maxRecipients = 50
	maxAttachment = 20 << 20 // what common mail servers still take, all files together
)

// envelope is whom m goes to: everybody once, but those that are done.
func (m Message) envelope() []string {
	var list []string
	for _, a := range append(append([]string{}, m.To...), m.Cc...) {
		same := func(o string) bool { return strings.EqualFold(o, a) }
		if !slices.ContainsFunc(m.Done, same) && !slices.ContainsFunc(list, same) {
			list = append(list, a)
		}
	}
	return list
}

// check refuses a message that would not be a clean mail (T20: header injection).
func (m Message) check() error {
	if !plainID(m.ID) {
		return errors.New("message ID is empty or has characters other than letters, digits, '.', '-' and '_'")
	}
	if len(m.To)+len(m.Cc) == 0 {
		return fail.New(fail.Invalid, "El correo no tiene destinatario. Escribe al menos una dirección.")
	}
	if len(m.To)+len(m.Cc) > maxRecipients {
		return fail.New(fail.Invalid, fmt.Sprintf("El correo tiene más de %d destinatarios. Envíalo en partes.", maxRecipients))
	}
	if len(m.envelope()) == 0 {
		return fail.New(fail.Invalid, "Nadie falta por recibir este correo.")
	}
	for _, a := range append(append([]string{}, m.To...), m.Cc...) {
		if _, err := ParseAddress(a); err != nil {
			return err
		}
	}
	if m.ReplyTo != "" {
		if _, err := ParseAddress(m.ReplyTo); err != nil {
			return err
		}
	}
	for _, line := range []string{m.Subject, m.FromName} {
		if !headerText(line) {
			return fail.New(fail.Invalid, "El asunto o el nombre del remitente tiene saltos de línea o caracteres de control. Escríbelo en una sola línea.")
		}
	}
	return m.checkAttachments()
}

func (m Message) checkAttachments() error {
	total := 0
	for _, a := range m.Attachments {
		if a.Name == "" || !headerText(a.Name) || strings.ContainsAny(a.Name, `/\"`) {
			return fmt.Errorf("attachment name %q is not a plain file name", a.Name)
		}
		if !headerText(a.Type) {
			return fmt.Errorf("attachment type %q is not a media type", a.Type)
		}
		total += len(a.Data)
	}
	if total > maxAttachment {
		return fail.New(fail.Invalid, "Los archivos adjuntos pasan de 20 MB. Envía menos archivos en cada correo.")
	}
	return nil
}

// headerText reports whether s may stand in a header: valid UTF-8, one line,
// no control characters, of bearable length.
func headerText(s string) bool {
	if len(s) > maxSubject || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

// plainID reports whether s may be a Message.ID; it is also a safe part of a file name.
func plainID(s string) bool {
	if s == "" || len(s) > 120 || s[0] == '.' {
		return false
	}
	for _, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_", r)
		if !ok {
			return false
		}
	}
	return true
}

// compose builds the MIME form of m, sent from the bare address from at time at.
func compose(m Message, from string, at time.Time) (*mail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := address(msg, m, from); err != nil {
		return nil, err
	}
	msg.SetMessageIDWithValue(m.ID + "@" + domainOf(from))
	msg.SetDateWithValue(at)
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	for _, a := range m.Attachments {
		err := msg.AttachReader(a.Name, bytes.NewReader(a.Data), mail.WithFileContentType(mail.ContentType(a.Type)))
		if err != nil {
			return nil, fmt.Errorf("attach %s: %w", a.Name, err)
		}
	}
	return msg, nil
}

// address writes the address headers of m.
func address(msg *mail.Msg, m Message, from string) error {
	if m.FromName == "" {
		if err := msg.From(from); err != nil {
			return fmt.Errorf("sender address: %w", err)
		}
	} else if err := msg.FromFormat(m.FromName, from); err != nil {
		return fmt.Errorf("sender address: %w", err)
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return fmt.Errorf("reply address: %w", err)
		}
	}
	if err := msg.To(m.To...); err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	if err := msg.Cc(m.Cc...); err != nil {
		return fmt.Errorf("recipient: %w", err)
	}
	return nil
}

func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}
