package send_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/send/sendtest"
)

// mailer is a mailer for s as a company would have it.
func mailer(t *testing.T, s *sendtest.Server, change func(*send.SMTP)) *send.SMTPMailer {
	t.Helper()
	cfg := send.SMTP{
		Host: s.Host, Port: s.Port, Username: sendtest.User, Password: sendtest.Password, From: "facturas@empresa.mx", Guard: s.Guard(), Timeout: 2 * time.Second,
	}
	if change != nil {
		change(&cfg)
	}
	m, err := send.NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func letter(to ...string) send.Message {
	return send.Message{ID: "carta-1", To: to, Subject: "Hola", Text: "Hola"}
}

// TestEachAddressIsToldApart: good addresses receive, bad ones are named, those put off
// can be tried alone, and nobody gets a mail twice.
func TestEachAddressIsToldApart(t *testing.T) {
	s := sendtest.New(t, sendtest.StartTLS)
	m := mailer(t, s, nil)
	s.Answer("mala@x.mx", 550)
	s.Answer("luego@x.mx", 451)
	l := letter("buena@x.mx", "mala@x.mx")
	l.Cc = []string{"luego@x.mx", "Buena@x.mx"}
	err := m.Send(t.Context(), l)
	p, ok := send.ProblemOf(err)
	if !ok || !p.Sent || p.Lasting || p.Step != send.AtRecipients || fail.KindOf(err) != fail.Upstream || !cmp.Equal(p.Later, []string{"luego@x.mx"}) ||
		len(p.Refused) != 1 || p.Refused[0].Address != "mala@x.mx" || p.Refused[0].Reason != "no existe ese buzón, 550 5.1.1" {
		t.Fatalf("%+v, %v", p, err)
	}
	l.Done = []string{"buena@x.mx", "mala@x.mx"}
	s.Answer("luego@x.mx", 250)
	if err := m.Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if s.Copies("buena@x.mx") != 1 || s.Copies("luego@x.mx") != 1 || s.Copies("mala@x.mx") != 0 || s.Copies("Buena@x.mx") != 0 {
		t.Errorf("%+v", s.Mails())
	}
	if list := s.Mails(); list[0].ID != list[1].ID || list[0].From != "facturas@empresa.mx" {
		t.Errorf("%+v", list)
	}
	err = m.Send(t.Context(), letter("mala@x.mx"))
	if p, ok := send.ProblemOf(err); !ok || p.Sent || !p.Lasting || fail.KindOf(err) != fail.Invalid {
		t.Errorf("%+v", p)
	}
	l.Done = append(l.Done, "luego@x.mx")
	if err := m.Send(t.Context(), l); fail.KindOf(err) != fail.Invalid || len(s.Mails()) != 2 {
		t.Errorf("a mail for nobody: %v", err)
	}
}

// TestWhatIsWrongIsToldInWords: each step that can fail says so, and none says the
// password, not even when the server repeats it.
func TestWhatIsWrongIsToldInWords(t *testing.T) {
	start, implicit, plain := sendtest.New(t, sendtest.StartTLS), sendtest.New(t, sendtest.Implicit), sendtest.New(t, sendtest.Plain)
	start.Answer("otro@empresa.mx", 553)
	start.Answer("luego@empresa.mx", 451)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	for name, c := range map[string]struct {
		s       *sendtest.Server
		change  func(*send.SMTP)
		step    send.Step
		lasting bool
		says    string
	}{
		"sent":              {start, nil, "", false, ""},
		"sent, implicit":    {implicit, func(c *send.SMTP) { c.TLS = send.ImplicitTLS }, "", false, ""},
		"nobody there":      {start, func(c *send.SMTP) { c.Port = closed }, send.AtConnect, false, "no respondió"},
		"inside":            {start, func(c *send.SMTP) { c.Guard = &send.Guard{}; c.Port = 25; c.Host = "localhost" }, send.AtServer, true, "no está en una dirección pública"},
		"no TLS":            {plain, nil, send.AtTLS, true, "conexión cifrada"},
		"no TLS at all":     {plain, func(c *send.SMTP) { c.TLS = send.ImplicitTLS }, send.AtTLS, true, "conexión cifrada"},
		"implicit, not so":  {start, func(c *send.SMTP) { c.TLS = send.ImplicitTLS }, send.AtTLS, true, "conexión cifrada"},
		"another's name":    {start, func(c *send.SMTP) { c.Host = "127.0.0.1" }, send.AtTLS, true, "certificado válido para su nombre"},
		"unknown authority": {start, func(c *send.SMTP) { c.Guard = &send.Guard{Loopback: true} }, send.AtTLS, true, "certificado válido"},
		"wrong password":    {start, func(c *send.SMTP) { c.Password = "canario-malo-9" }, send.AtLogin, true, "usuario o la contraseña"},
		"wrong sender":      {start, func(c *send.SMTP) { c.From = "otro@empresa.mx" }, send.AtSender, true, "remitente"},
		"sender put off":    {start, func(c *send.SMTP) { c.From = "luego@empresa.mx" }, send.AtSender, false, "remitente"},
	} {
		m := mailer(t, c.s, c.change)
		err := m.Send(t.Context(), letter("ana@x.mx"))
		p, ok := send.ProblemOf(err)
		if c.step == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !ok || p.Step != c.step || p.Lasting != c.lasting || !strings.Contains(fail.MessageOf(err), c.says) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		for _, said := range []string{fmt.Sprintf("%v %+v %#v", err, p, err), fail.MessageOf(err)} {
			if strings.Contains(said, sendtest.Password) || strings.Contains(said, "canario") {
				t.Errorf("%s: the password is in %s", name, said)
			}
		}
	}
	if len(plain.Mails()) != 0 || plain.Logins() != 0 || len(start.Mails()) != 1 || len(implicit.Mails()) != 1 {
		t.Error("the servers saw something else")
	}
	start.AnswerMail(552)
	if err := mailer(t, start, nil).Send(t.Context(), letter("ana@x.mx")); fail.KindOf(err) != fail.Invalid {
		t.Errorf("a mail it does not want: %v", err)
	}
	if err := mailer(t, start, nil).Try(t.Context()); err != nil {
		t.Errorf("trying: %v", err)
	}
	if _, err := send.NewSMTP(send.SMTP{Host: "a.mx", From: "a@b.mx", TLS: send.PlainTLS, Guard: &send.Guard{}}); err == nil {
		t.Error("a company's server without TLS")
	}
}

// TestAServerThatTalksTooMuchOrNotAtAll is left, in time and in bytes.
func TestAServerThatTalksTooMuchOrNotAtAll(t *testing.T) {
	var said atomic.Int64
	for name, speak := range map[string]func(net.Conn){
		"flood":   func(c net.Conn) { said.Store(flood(c, "220-"+strings.Repeat("x", 1000)+"\r\n")) },
		"no line": func(c net.Conn) { said.Store(flood(c, strings.Repeat("2", 4096))) },
		"silence": func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) },
		"garbage": func(c net.Conn) { _, _ = c.Write([]byte("canario no es SMTP\r\n")) },
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		said.Store(0)
		over := make(chan struct{})
		go func() {
			defer close(over)
			c, err := l.Accept()
			if err == nil {
				speak(c)
				_ = c.Close()
			}
		}()
		m, err := send.NewSMTP(send.SMTP{Host: "localhost", Port: l.Addr().(*net.TCPAddr).Port, From: "a@b.mx", Guard: &send.Guard{Loopback: true}, Timeout: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		err = m.Send(t.Context(), letter("ana@x.mx"))
		if p, ok := send.ProblemOf(err); !ok || p.Step != send.AtConnect || strings.Contains(err.Error(), "canario") {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		<-over
		if n := said.Load(); n > 16<<20 { // what lies in the buffers of the machine, and no more
			t.Errorf("%s: %d bytes were taken", name, n)
		}
	}
}

// flood writes as much as is taken and returns how much that was.
func flood(c net.Conn, line string) (said int64) {
	for range 1 << 20 {
		n, err := c.Write([]byte(line))
		said += int64(n)
		if err != nil {
			break
		}
	}
	return said
}
