// Package sendtest is a mail server for tests that knows the truth: which addresses it
// took, which it refused, and every mail it accepted, for whom, in order.
//
//	s := sendtest.New(t, sendtest.StartTLS)
//	s.Answer("nadie@x.mx", 550)
//	m, err := send.NewSMTP(send.SMTP{Host: s.Host, Port: s.Port, Username: sendtest.User, Password: sendtest.Password, From: "a@x.mx", Guard: s.Guard()})
//
// It speaks TLS with a certificate of its own making, which [Server.Guard] trusts.
package sendtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"iofacturo.mx/internal/send"
)

// Who may sign in.
const (
	User     = "cuenta@correo.prueba"
	Password = "canario-del-correo-7"
)

// A Mode is how the server speaks TLS.
type Mode int

// The modes.
const (
	StartTLS Mode = iota
	Implicit
	Plain // none at all
)

// A Mail is what the server accepted.
type Mail struct {
	From string
	To   []string // of the envelope
	ID   string   // Message-ID
	Data []byte
}

// A Server is one mail server on this machine.
type Server struct {
	Host string
	Port int

	roots    *x509.CertPool
	leaf     *x509.Certificate
	mu       sync.Mutex
	password string
	answers  map[string]int
	said     int // code for every mail, 0 is yes
	mails    []Mail
	logins   int // sign-ins that were right
}

// New starts a server that ends with the test.
func New(t testing.TB, mode Mode) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Host: "localhost", Port: l.Addr().(*net.TCPAddr).Port, roots: x509.NewCertPool(), password: Password, answers: map[string]int{}}
	cert := s.certificate(t)
	server := smtp.NewServer(s)
	server.Domain = "correo.prueba"
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	switch mode {
	case StartTLS:
		server.TLSConfig = config
	case Implicit:
		l = tls.NewListener(l, config)
	case Plain:
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return s
}

// certificate makes what the server shows, and trusts it.
func (s *Server) certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "correo.prueba"}, DNSNames: []string{"localhost", "correo.prueba"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.leaf = leaf
	s.roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Guard lets this server through and trusts it.
func (s *Server) Guard() *send.Guard { return &send.Guard{Loopback: true, Roots: s.roots} }

// TrustedBy has a pool trust this server, beside others.
func (s *Server) TrustedBy(pool *x509.CertPool) { pool.AddCert(s.leaf) }

// Answer has RCPT of an address answered with code; 250 is yes again.
func (s *Server) Answer(address string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[strings.ToLower(address)] = code
}

// AnswerMail has every mail answered with code after its last byte; 250 is yes again.
func (s *Server) AnswerMail(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = code
}

// SetPassword changes what one signs in with.
func (s *Server) SetPassword(p string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.password = p
}

// Mails are those that were accepted, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Copies counts the mails that were accepted for an address.
func (s *Server) Copies(address string) int {
	n := 0
	for _, m := range s.Mails() {
		if slices.Contains(m.To, address) {
			n++
		}
	}
	return n
}

// Logins counts who signed in.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// NewSession is called by the protocol.
func (s *Server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{Server: s}, nil }

type session struct {
	*Server
	in   bool
	from string
	to   []string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if user != User || password != s.password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "not " + password} // a server that repeats what it was told
		}
		s.in = true
		s.logins++
		return nil
	}), nil
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.in {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return answer(s.answers[strings.ToLower(from)])
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := answer(s.answers[strings.ToLower(to)]); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(strings.NewReader(string(b)))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := answer(s.said); err != nil {
		return err
	}
	s.mails = append(s.mails, Mail{From: s.from, To: slices.Clone(s.to), ID: m.Header.Get("Message-ID"), Data: b})
	return nil
}

// answer is what a code says; 0 and 250 are yes.
func answer(code int) error {
	if code == 0 || code == 250 {
		return nil
	}
	e := &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no, says the server"}
	return e
}
