package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// TLS says how the connection to the mail server is protected.
type TLS string

// The ways to protect the connection.
const (
	StartTLS    TLS = ""         // STARTTLS or nothing is sent: the default
	ImplicitTLS TLS = "implicit" // TLS from the first byte (port 465)
	PlainTLS    TLS = "none"     // no TLS: only for a server on this machine
)

const (
	wholeTime  = 4        // timeouts that a mail may take from the first byte to the last
	mostAnswer = 64 << 10 // bytes a server may say, TLS included
)

// SMTP says how to reach the mail server. From is the bare address all mail leaves from.
type SMTP struct {
	Host               string
	Port               int // 0 = 587, or 465 with [ImplicitTLS]
	Username, Password string
	From               string
	TLS                TLS
	Timeout            time.Duration    // of one step; 0 = 30 s. The whole takes four at most
	Now                func() time.Time // nil = time.Now; stamps the Date header

	// Guard is set for a server that somebody else than who runs the portal named: it
	// is reached where the guard allows and never without TLS.
	Guard *Guard
}

// An SMTPMailer sends through one mail server. Make it with [NewSMTP].
type SMTPMailer struct {
	cfg SMTP
}

// NewSMTP returns a mailer for cfg, or an error when cfg cannot work. It does
// not connect: each Send dials, so that a server restart needs no care.
func NewSMTP(cfg SMTP) (*SMTPMailer, error) {
	from, err := ParseAddress(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("mail sender %q: %w", cfg.From, err)
	}
	if cfg.Host == "" {
		return nil, errors.New("mail server host is empty")
	}
	port := 587
	switch cfg.TLS {
	case StartTLS:
	case ImplicitTLS:
		port = 465
	case PlainTLS:
		if cfg.Guard != nil {
			return nil, errors.New("a mail server of others is not reached without TLS")
		}
	default:
		return nil, fmt.Errorf("mail TLS mode %q is not known", cfg.TLS)
	}
	if cfg.Port == 0 {
		cfg.Port = port
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	cfg.From = from
	return &SMTPMailer{cfg}, nil
}

// Send delivers m over SMTP; see [Mailer]. An error of the server is a [*Problem].
func (s *SMTPMailer) Send(ctx context.Context, m Message) error {
	msg, err := compose(m, s.cfg.From, s.cfg.Now())
	if err != nil {
		return err
	}
	c, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	return c.deliver(s.cfg.From, m.envelope(), msg)
}

// Try connects and signs in, and sends nothing: nil says that the settings work so far.
func (s *SMTPMailer) Try(ctx context.Context) error {
	c, err := s.open(ctx)
	if err == nil {
		c.close()
	}
	return err
}

// A dialogue is one connection with a mail server.
type dialogue struct {
	*smtp.Client
	conn net.Conn
	stop func() bool // of what watches the context
}

// open connects, protects the connection and signs in.
func (s *SMTPMailer) open(ctx context.Context) (*dialogue, error) {
	conn, err := s.dial(ctx)
	if errors.Is(err, errForbidden) || errors.Is(err, errPort) {
		return nil, problem(AtServer, err)
	}
	if err != nil {
		return nil, problem(AtConnect, err)
	}
	d := &dialogue{conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })}
	if at, err := s.greet(ctx, d); err != nil {
		d.stop()
		_ = conn.Close() // nothing was sent
		return nil, problem(at, err)
	}
	return d, nil
}

// greet brings d to where a mail may begin.
func (s *SMTPMailer) greet(ctx context.Context, d *dialogue) (Step, error) {
	conn := d.conn
	if s.cfg.TLS == ImplicitTLS {
		secure := tls.Client(conn, s.tls())
		short, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
		defer cancel()
		if err := secure.HandshakeContext(short); err != nil {
			return stepOfTLS(err), err
		}
		conn = secure
	}
	var err error
	if d.Client, err = smtp.NewClient(conn, s.cfg.Host); err != nil {
		return AtConnect, err
	}
	d.SkipSMTPUTF8(true) // our addresses are ASCII
	if err := d.Hello(domainOf(s.cfg.From)); err != nil {
		return AtConnect, err
	}
	if s.cfg.TLS == StartTLS {
		if ok, _ := d.Extension("STARTTLS"); !ok {
			return AtTLS, errors.New("the server does not offer STARTTLS")
		}
		if err := d.Client.StartTLS(s.tls()); err != nil {
			return stepOfTLS(err), err
		}
	}
	if s.cfg.Username == "" {
		return "", nil
	}
	auth, err := s.auth(d)
	if err == nil {
		err = d.Auth(auth)
	}
	return AtLogin, err
}

// stepOfTLS tells a connection that was lost from TLS that does not come about.
func stepOfTLS(err error) Step {
	var late net.Error
	if errors.As(err, &late) && late.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return AtConnect
	}
	return AtTLS
}

func (s *SMTPMailer) tls() *tls.Config {
	c := &tls.Config{ServerName: s.cfg.Host, MinVersion: tls.VersionTLS12}
	if s.cfg.Guard != nil {
		c.RootCAs = s.cfg.Guard.Roots
	}
	return c
}

// dial connects, by the guard if there is one. The connection ends by itself.
func (s *SMTPMailer) dial(ctx context.Context) (net.Conn, error) {
	var conn net.Conn
	var err error
	if s.cfg.Guard != nil {
		conn, err = s.cfg.Guard.dial(ctx, s.cfg.Host, s.cfg.Port, s.cfg.Timeout)
	} else {
		d := net.Dialer{Timeout: s.cfg.Timeout}
		conn, err = d.DialContext(ctx, "tcp", net.JoinHostPort(s.cfg.Host, strconv.Itoa(s.cfg.Port)))
	}
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(wholeTime * s.cfg.Timeout)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &bounded{Conn: conn, left: mostAnswer}, nil
}

// bounded is a connection on which only so much is said.
type bounded struct {
	net.Conn
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the mail server says too much")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

var errNoLogin = errors.New("no way to sign in that both know")

// auth is the best way to sign in that the server offers. In clear the password is
// not sent.
func (s *SMTPMailer) auth(d *dialogue) (smtp.Auth, error) {
	_, offered := d.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	user, password, secure := s.cfg.Username, s.cfg.Password, s.cfg.TLS != PlainTLS
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(user, password), nil
	case slices.Contains(ways, "PLAIN") && secure:
		return smtp.PlainAuth("", user, password, s.cfg.Host, false), nil
	case slices.Contains(ways, "LOGIN") && secure:
		return smtp.LoginAuth(user, password, s.cfg.Host, false), nil
	case slices.Contains(ways, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(user, password), nil
	}
	return nil, errNoLogin
}

// deliver sends msg to the addresses that the server takes, and says of the others.
func (d *dialogue) deliver(from string, to []string, msg *mail.Msg) error {
	if err := d.Mail("<" + from + ">"); err != nil {
		return problem(AtSender, err)
	}
	var refused []Refused
	var later []string
	for _, address := range to {
		var answer *textproto.Error
		err := d.Rcpt("<" + address + ">")
		switch {
		case err == nil:
		case !errors.As(err, &answer) || answer.Code == 421:
			return problem(AtConnect, err)
		case answer.Code >= 500:
			refused = append(refused, Refused{address, whyRefused(answer)})
		default:
			later = append(later, address)
		}
	}
	if len(refused)+len(later) == len(to) {
		return missed(refused, later, false)
	}
	if err := d.write(msg); err != nil {
		return problem(AtMessage, err)
	}
	if len(refused)+len(later) > 0 {
		return missed(refused, later, true)
	}
	return nil
}

// write sends what the mail says and waits for the server to take it.
func (d *dialogue) write(msg *mail.Msg) error {
	w, err := d.Data()
	if err != nil {
		return err
	}
	if _, err := msg.WriteTo(w); err != nil {
		return fmt.Errorf("write mail: %w", err) // the connection is closed without the end of the mail
	}
	return w.Close()
}

// close says goodbye. A mail that was taken stays taken whatever comes of it.
func (d *dialogue) close() {
	_ = d.Quit()
	d.stop()
	_ = d.conn.Close()
}
