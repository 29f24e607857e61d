package send

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
)

var at = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

func clock() time.Time { return at }

func message() Message {
	return Message{
		ID: "job-0001", FromName: "Panadería Ñandú", ReplyTo: "ventas@empresa.mx", To: []string{"ana@x.mx"}, Cc: []string{"bea@x.mx"},
		Subject: "Tu factura A-12 ya está lista: gracias por tu compra, aquí van XML y PDF", Text: "Hola, Ana.\n\n¿Todo bien?\n",
		HTML: "<p>Hola, <b>Ana</b>.</p>",
		Attachments: []Attachment{
			{Name: "A-12.xml", Type: "application/xml", Data: []byte("<?xml version=\"1.0\"?>\n<a b=\"ñ\"/>\n")},
			{Name: "Año 12.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte{0, 1, 2, 255, '\r', '\n', '.'}, 500)},
		},
	}
}

// headerInjections are addresses no mail may carry (threat T20).
var headerInjections = []string{
	"", " ", "@", "a@", "@x.mx", "a", "a@x", "a@x.", "a@.mx", "a@x..mx", ".a@x.mx", "a.@x.mx", "a..b@x.mx",
	"a@x.mx\r\nBcc: b@x.mx", "a@x.mx\nBcc: b@x.mx", "a@x.mx\rBcc: b@x.mx", "a\r\n@x.mx", "a@x\r\n.mx", "\r\na@x.mx", "a@x.mx\r\n", "a@x.mx\n", "a@x.mx\r",
	"a@x.mx%0d%0aBcc:b@x.mx", "a@x.mx\x00", "a\x00@x.mx", "a@x.mx\t", "\ta@x.mx", "a@x.mx\x0b", "a@x.mx\u2028Bcc: b@x.mx", "a@x.mx\u0085Bcc: b@x.mx",
	"a@x.mx,b@x.mx", "a@x.mx;b@x.mx", "a@x.mx b@x.mx", "a b@x.mx", "a@x .mx", "Ana <a@x.mx>", "<a@x.mx>", "a@x.mx>", "a@x.mx (nota)",
	`"a b"@x.mx`, `"a\r\nb"@x.mx`, "a@[127.0.0.1]", "a@127.0.0.1", "a@b@x.mx", "a@x.mx@", "ñ@x.mx", "a@ñandú.mx", "a@-x.mx", "a@x-.mx", "a@x.m",
	"a@x.123", "mailto:a@x.mx\r\n", "a:b@x.mx", "a,@x.mx", "a@x_y.mx", "=?utf-8?q?a=0D=0A?=@x.mx\r\n", "a@x.mx\x7f", "a\x1b@x.mx",
	strings.Repeat("a", 65) + "@x.mx", "a@" + strings.Repeat("b", 64) + ".mx", "a@" + strings.Repeat("b.", 130) + "mx",
}

var goodAddresses = map[string]string{
	"ana@x.mx": "ana@x.mx", "  ana@x.mx ": "ana@x.mx", "Ana.Perez+cfdi@Empresa.COM.MX": "Ana.Perez+cfdi@empresa.com.mx",
	"o'neil@x.mx": "o'neil@x.mx", "a_b-c@sub.x-y.mx": "a_b-c@sub.x-y.mx", "1@2.mx": "1@2.mx", "a@xn--andu-6ra.mx": "a@xn--andu-6ra.mx",
}

func TestParseAddress(t *testing.T) {
	if len(headerInjections) < 40 {
		t.Errorf("%d vectors, want 40 or more", len(headerInjections))
	}
	for _, s := range headerInjections {
		if got, err := ParseAddress(s); fail.KindOf(err) != fail.Invalid || err == nil || got != "" {
			t.Errorf("%q passed as %q, %v", s, got, err)
		}
	}
	for s, want := range goodAddresses {
		if got, err := ParseAddress(s); err != nil || got != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range headerInjections {
		f.Add(s)
	}
	for s := range goodAddresses {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseAddress(s)
		if err != nil {
			return
		}
		again, err := ParseAddress(got)
		if err != nil || again != got || strings.ContainsAny(got, "\r\n\x00 <>,;\"()") {
			t.Errorf("%q gave %q", s, got)
		}
		if a, err := mail.ParseAddress(got); err != nil || a.Address != got || a.Name != "" {
			t.Errorf("%q is read as %v, %v by others", got, a, err)
		}
	})
}

func TestNothingInjectsAHeader(t *testing.T) {
	box := NewBox(t.TempDir(), clock)
	for name, change := range map[string]func(m *Message){
		"subject CRLF":       func(m *Message) { m.Subject = "Hola\r\nBcc: b@x.mx" },
		"subject LF":         func(m *Message) { m.Subject = "Hola\nBcc: b@x.mx" },
		"subject U+2028":     func(m *Message) { m.Subject = "Hola\u2028Bcc: b@x.mx" },
		"subject not UTF-8":  func(m *Message) { m.Subject = "Hola\xff" },
		"subject long":       func(m *Message) { m.Subject = strings.Repeat("a", 401) },
		"sender":             func(m *Message) { m.FromName = "Ana\r\nBcc: b@x.mx" },
		"reply to":           func(m *Message) { m.ReplyTo = "a@x.mx\r\nBcc: b@x.mx" },
		"to":                 func(m *Message) { m.To = []string{"a@x.mx\nBcc: b@x.mx"} },
		"cc":                 func(m *Message) { m.Cc = []string{"a@x.mx,b@x.mx"} },
		"nobody":             func(m *Message) { m.To, m.Cc = nil, nil },
		"too many":           func(m *Message) { m.To = make([]string, 51) },
		"id empty":           func(m *Message) { m.ID = "" },
		"id path":            func(m *Message) { m.ID = "../../etc/passwd" },
		"id CRLF":            func(m *Message) { m.ID = "a\r\nb" },
		"attachment path":    func(m *Message) { m.Attachments[0].Name = "../a.xml" },
		"attachment CRLF":    func(m *Message) { m.Attachments[0].Name = "a.xml\r\nX: y" },
		"attachment type":    func(m *Message) { m.Attachments[0].Type = "a/b\r\nX: y" },
		"attachment no name": func(m *Message) { m.Attachments[0].Name = "" },
		"attachments big":    func(m *Message) { m.Attachments[0].Data = make([]byte, maxAttachment+1) },
	} {
		m := message()
		change(&m)
		if err := box.Send(t.Context(), m); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
	if kept, err := box.List(10); err != nil || len(kept) != 0 {
		t.Errorf("kept %v, %v", kept, err)
	}
}

// checkMail reads raw as any mail program would and compares it with message().
func checkMail(t *testing.T, raw []byte) {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	want, words := message(), mime.WordDecoder{}
	subject, err := words.DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("subject is %q, %v", subject, err)
	}
	from, err := msg.Header.AddressList("From")
	if err != nil || from[0].Name != want.FromName {
		t.Errorf("from is %v, %v", from, err)
	}
	if id := msg.Header.Get("Message-ID"); !strings.HasPrefix(id, "<job-0001@") {
		t.Errorf("message id is %s", id)
	}
	if date, err := msg.Header.Date(); err != nil || !date.Equal(at) {
		t.Errorf("date is %v, %v", date, err)
	}
	parts := map[string][]byte{}
	collect(t, msg.Header.Get("Content-Type"), msg.Body, parts)
	for _, a := range want.Attachments {
		if !bytes.Equal(parts[a.Name], a.Data) {
			t.Errorf("attachment %s has %d bytes, want %d (parts %d)", a.Name, len(parts[a.Name]), len(a.Data), len(parts))
		}
	}
	unix := func(b []byte) string { return strings.ReplaceAll(string(b), "\r\n", "\n") }
	if unix(parts["text/plain"]) != want.Text || unix(parts["text/html"]) != want.HTML {
		t.Errorf("bodies are %q and %q", parts["text/plain"], parts["text/html"])
	}
}

// collect takes the parts of a multipart body by file name or type.
func collect(t *testing.T, contentType string, body io.Reader, parts map[string][]byte) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		t.Fatalf("%s: %v", contentType, err)
	}
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "multipart/") {
			collect(t, p.Header.Get("Content-Type"), p, parts)
			continue
		}
		one, err := mail.ReadMessage(io.MultiReader(strings.NewReader("Content-Transfer-Encoding: "+p.Header.Get("Content-Transfer-Encoding")+"\r\n\r\n"), p))
		if err != nil {
			t.Fatal(err)
		}
		data := decodeBody(t, one)
		name := p.FileName()
		if name == "" {
			name, _, _ = mime.ParseMediaType(p.Header.Get("Content-Type"))
		}
		words := mime.WordDecoder{}
		if plain, err := words.DecodeHeader(name); err == nil {
			name = plain
		}
		parts[name] = data
	}
}

func TestBoxKeepsWhatItIsGiven(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "buzon")
	now := at
	box := NewBox(dir, func() time.Time { return now })
	if kept, err := box.List(10); err != nil || len(kept) != 0 {
		t.Errorf("empty box: %v, %v", kept, err)
	}
	for range 2 { // a repeat is not a second mail
		if err := box.Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	second := message()
	second.ID, second.To, second.Subject, second.HTML, second.Attachments = "job-0002", []string{"eva@x.mx"}, "Corto", "", nil
	if err := box.Send(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	kept, err := box.List(10)
	if err != nil || len(kept) != 2 || kept[0].Subject != "Corto" {
		t.Fatalf("%+v, %v", kept, err)
	}
	want := Kept{
		ID: kept[1].ID, At: at, From: "Panadería Ñandú <avisos@iofacturo.invalid>", To: []string{"ana@x.mx"}, Cc: []string{"bea@x.mx"},
		Subject: message().Subject, Text: message().Text, HTML: message().HTML, Attachments: []string{"A-12.xml", "Año 12.pdf"},
	}
	got := kept[1]
	got.Text = strings.ReplaceAll(got.Text, "\r\n", "\n")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	_, raw, err := box.Open(kept[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, raw)
	if one, err := box.List(1); err != nil || len(one) != 1 || one[0].ID != kept[0].ID {
		t.Errorf("newest one: %v, %v", one, err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder is %v, %v", info.Mode(), err)
	}
}

func TestBoxOpensNothingOutside(t *testing.T) {
	dir := t.TempDir()
	box := NewBox(filepath.Join(dir, "buzon"), clock)
	if err := os.WriteFile(filepath.Join(dir, "secreto.eml"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := box.Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", ".", "..", "../secreto", "..%2fsecreto", "/etc/passwd", "1795370400000000-../../secreto", "1795370400000000-", "nada", "1795370400000001-job-0001"} {
		if _, _, err := box.Open(id); fail.KindOf(err) != fail.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestBoxManyAtOnce(t *testing.T) {
	box := NewBox(t.TempDir(), clock)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := box.Send(t.Context(), message()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if kept, err := box.List(100); err != nil || len(kept) != 1 {
		t.Errorf("%d mails, %v; want one", len(kept), err)
	}
}

// A capture is a mail server that keeps what it takes.
type capture struct {
	mu      sync.Mutex
	from    string
	to      []string
	data    []byte
	refuse  string // a recipient it has never heard of
	tempErr bool
}

func (c *capture) NewSession(*smtp.Conn) (smtp.Session, error) { return c, nil }
func (c *capture) Reset()                                      {}
func (c *capture) Logout() error                               { return nil }
func (c *capture) Mail(from string, _ *smtp.MailOptions) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.from = from
	return nil
}

func (c *capture) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.tempErr:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
	case to == c.refuse:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	c.to = append(c.to, to)
	return nil
}

func (c *capture) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data = b
	return err
}

// serve starts a mail server and returns a mailer for it.
func serve(t *testing.T, c *capture) *SMTPMailer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(c)
	server.Domain = "localhost"
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	m, err := NewSMTP(SMTP{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "avisos@empresa.mx", TLS: PlainTLS, Timeout: 5 * time.Second, Now: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSMTPEndToEnd(t *testing.T) {
	c := &capture{}
	m := serve(t, c)
	if err := m.Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	if c.from != "avisos@empresa.mx" || !cmp.Equal(c.to, []string{"ana@x.mx", "bea@x.mx"}) {
		t.Errorf("envelope is %s → %v", c.from, c.to)
	}
	checkMail(t, c.data)
	if !bytes.Contains(c.data, []byte("<job-0001@empresa.mx>")) {
		t.Error("the Message-ID is not that of the job")
	}
}

func TestSMTPTellsNeverFromLater(t *testing.T) {
	never := serve(t, &capture{refuse: "ana@x.mx"})
	if err := never.Send(t.Context(), message()); fail.KindOf(err) != fail.Invalid {
		t.Errorf("unknown recipient: %v", err)
	}
	later := serve(t, &capture{tempErr: true})
	if err := later.Send(t.Context(), message()); fail.KindOf(err) != fail.Upstream {
		t.Errorf("busy server: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	gone, err := NewSMTP(SMTP{Host: "127.0.0.1", Port: port, From: "avisos@empresa.mx", TLS: PlainTLS, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Send(t.Context(), message()); fail.KindOf(err) != fail.Upstream {
		t.Errorf("no server: %v", err)
	}
}

func TestSMTPSendsNothingWithoutTLSUnlessTold(t *testing.T) {
	c := &capture{}
	plain := serve(t, c)
	strict, err := NewSMTP(SMTP{Host: "127.0.0.1", Port: plain.cfg.Port, From: "avisos@empresa.mx", Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := strict.Send(t.Context(), message()); fail.KindOf(err) != fail.Upstream || c.from != "" {
		t.Errorf("sent in clear: %v, from %q", err, c.from)
	}
}

func TestNewSMTPRefusesWhatCannotWork(t *testing.T) {
	for _, cfg := range []SMTP{{Host: "x.mx"}, {From: "a@x.mx"}, {Host: "x.mx", From: "a@x.mx\r\n"}, {Host: "x.mx", From: "a@x.mx", TLS: "quizá"}} {
		if _, err := NewSMTP(cfg); err == nil {
			t.Errorf("%+v passed", cfg)
		}
	}
}

func decodeBody(t *testing.T, m *mail.Message) []byte {
	t.Helper()
	r := m.Body
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
