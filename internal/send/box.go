package send

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	"iofacturo.mx/internal/fail"
)

// boxSender is the address the box writes as sender; .invalid never exists (RFC 2606).
const boxSender = "avisos@iofacturo.invalid"

// keptName is the shape of a kept mail's ID and file name: instant, then Message.ID.
var keptName = regexp.MustCompile(`^[0-9]{16}-[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$`)

// A Box keeps each mail as one .eml file in a folder instead of sending it.
// It is safe for concurrent use. Make it with [NewBox].
type Box struct {
	dir string
	now func() time.Time
	mu  sync.Mutex // one writer, so that a repeat is seen
}

// A Kept is one mail in a [Box]. ID names it for [Box.Open].
type Kept struct {
	ID          string
	At          time.Time
	From        string
	To, Cc      []string
	Subject     string
	Text, HTML  string
	Attachments []string // file names
}

// NewBox returns a box over the folder dir, which is made (0700) at the first
// mail. now stamps the mails.
func NewBox(dir string, now func() time.Time) *Box {
	return &Box{dir: dir, now: now}
}

// Send keeps m as a file, fsynced before it returns. A message whose ID is
// already kept is not kept again. See [Mailer].
func (b *Box) Send(_ context.Context, m Message) error {
	at := b.now().UTC()
	msg, err := compose(m, boxSender, at)
	if err != nil {
		return err
	}
	var eml bytes.Buffer
	if _, err := msg.WriteTo(&eml); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	ids, err := b.ids()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id[17:] == m.ID {
			return nil
		}
	}
	return b.keep(fmt.Sprintf("%016d-%s", at.UnixMicro(), m.ID), eml.Bytes())
}

// keep writes the file whole or not at all.
func (b *Box) keep(id string, eml []byte) error {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return fmt.Errorf("mail box: %w", err)
	}
	f, err := os.CreateTemp(b.dir, ".eml-*")
	if err != nil {
		return fmt.Errorf("mail box: %w", err)
	}
	_, err = f.Write(eml)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), b.path(id))
	}
	if err != nil {
		return fmt.Errorf("keep mail: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// List returns the newest n mails, newest first, without reading more than those.
func (b *Box) List(n int) ([]Kept, error) {
	ids, err := b.ids()
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	kept := make([]Kept, 0, min(n, len(ids)))
	for _, id := range ids[:min(n, len(ids))] {
		k, _, err := b.Open(id)
		if err != nil {
			return nil, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}

// Open returns one kept mail and its .eml bytes; [fail.NotFound] for an ID that
// names none. No ID reaches outside the folder.
func (b *Box) Open(id string) (Kept, []byte, error) {
	missing := fail.New(fail.NotFound, "Ese correo ya no está en el buzón de salida.")
	if !keptName.MatchString(id) {
		return Kept{}, nil, missing
	}
	eml, err := os.ReadFile(b.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return Kept{}, nil, missing
	}
	if err != nil {
		return Kept{}, nil, fmt.Errorf("read mail: %w", err)
	}
	k, err := readKept(eml)
	if err != nil {
		return Kept{}, nil, fmt.Errorf("read mail %s: %w", id, err)
	}
	micros, err := strconv.ParseInt(id[:16], 10, 64)
	if err != nil {
		return Kept{}, nil, fmt.Errorf("read mail %s: %w", id, err)
	}
	k.ID, k.At = id, time.UnixMicro(micros).UTC()
	return k, eml, nil
}

// ids lists what is kept, in no order. A folder not made yet is empty.
func (b *Box) ids() ([]string, error) {
	entries, err := os.ReadDir(b.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("mail box: %w", err)
	}
	var ids []string
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), ".eml")
		if ok && keptName.MatchString(id) && e.Type().IsRegular() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (b *Box) path(id string) string { return filepath.Join(b.dir, id+".eml") }

// readKept takes a mail of ours apart again.
func readKept(eml []byte) (Kept, error) {
	msg, err := mail.EMLToMsgFromReader(bytes.NewReader(eml))
	if err != nil {
		return Kept{}, err
	}
	var k Kept
	for _, a := range msg.GetFrom() {
		k.From = a.Address
		if a.Name != "" {
			k.From = a.Name + " <" + a.Address + ">"
		}
	}
	for _, a := range msg.GetTo() {
		k.To = append(k.To, a.Address)
	}
	for _, a := range msg.GetCc() {
		k.Cc = append(k.Cc, a.Address)
	}
	if s := msg.GetGenHeader(mail.HeaderSubject); len(s) > 0 {
		k.Subject = decoded(s[0])
	}
	for _, f := range msg.GetAttachments() {
		k.Attachments = append(k.Attachments, decoded(f.Name))
	}
	err = readParts(msg, &k)
	return k, err
}

// decoded turns the encoded words of a header (RFC 2047) into text.
func decoded(s string) string {
	var words mime.WordDecoder
	text, err := words.DecodeHeader(s)
	if err != nil {
		return s
	}
	return text
}

// readParts fills the two bodies of k.
func readParts(msg *mail.Msg, k *Kept) error {
	for _, p := range msg.GetParts() {
		body, err := p.GetContent()
		if err != nil {
			return err
		}
		switch { // the library also lists the wrapper of the two, empty
		case len(body) == 0:
		case p.GetContentType() == mail.TypeTextHTML:
			k.HTML = string(body)
		default:
			k.Text = string(body)
		}
	}
	return nil
}
