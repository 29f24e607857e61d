package send

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"
	"iofacturo.mx/internal/fail"
)

// TLS says how the connection to the mail server is protected.
type TLS string

// The ways to protect the connection.
const (
	StartTLS    TLS = ""         // STARTTLS or nothing is sent: the default
	ImplicitTLS TLS = "implicit" // TLS from the first byte (port 465)
	PlainTLS    TLS = "none"     // no TLS: only for a server on this machine
)

// SMTP says how to reach the mail server. From is the bare address all mail leaves from.
type SMTP struct {
	Host               string
	Port               int // 0 = 587, or 465 with [ImplicitTLS]
	Username, Password string
	From               string
	TLS                TLS
	Timeout            time.Duration    // 0 = 30 s
	Now                func() time.Time // nil = time.Now; stamps the Date header
}

// An SMTPMailer sends through one mail server. Make it with [NewSMTP].
type SMTPMailer struct {
	cfg     SMTP
	options []mail.Option
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
	cfg.From = from
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	options, err := cfg.options()
	if err != nil {
		return nil, err
	}
	return &SMTPMailer{cfg: cfg, options: options}, nil
}

// options turns the settings into those of the mail library.
func (cfg SMTP) options() ([]mail.Option, error) {
	timeout := cfg.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	opts := []mail.Option{mail.WithTimeout(timeout), mail.WithoutNoop()}
	port := 587
	switch cfg.TLS {
	case StartTLS:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case ImplicitTLS:
		opts, port = append(opts, mail.WithSSL()), 465
	case PlainTLS:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("mail TLS mode %q is not known", cfg.TLS)
	}
	if cfg.Port != 0 {
		port = cfg.Port
	}
	opts = append(opts, mail.WithPort(port))
	if cfg.Username != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(cfg.Username), mail.WithPassword(cfg.Password))
	}
	return opts, nil
}

// Send delivers m over SMTP; see [Mailer].
func (s *SMTPMailer) Send(ctx context.Context, m Message) error {
	msg, err := compose(m, s.cfg.From, s.cfg.Now())
	if err != nil {
		return err
	}
	client, err := mail.NewClient(s.cfg.Host, s.options...)
	if err != nil {
		return fmt.Errorf("mail client: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return refusal(err)
	}
	return nil
}

// refusal tells a mail the server will never take from one worth repeating.
func refusal(err error) error {
	var se *mail.SendError
	permanent := errors.As(err, &se) && !se.IsTemp() && (se.Reason == mail.ErrSMTPRcptTo || se.Reason == mail.ErrSMTPMailFrom)
	if permanent {
		return fail.Wrap(fail.Invalid, "El servidor de correo no aceptó la dirección. Revisa que esté bien escrita.", err)
	}
	return fail.Wrap(fail.Upstream, "El servidor de correo no respondió. Lo volveremos a intentar.", err)
}
