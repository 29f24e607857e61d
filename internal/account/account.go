// Package account holds what belongs to a company before any receipt exists:
// its registration, users, passwords and sessions, its data, certificates and
// series.
//
//	s := account.New(account.Config{DB: db, Signer: sig, Catalog: cat, Trust: trust, Mailer: m, BaseURL: "http://localhost:8080", Now: time.Now, NewID: newID})
//	pending, err := s.Register(ctx, account.Registration{…}, ip)   // mails a link
//	access, token, err := s.Confirm(ctx, link, account.Confirmation{…})
//	session, err := s.SessionOf(ctx, token)                         // session.Actor is who does it
//	company, err := s.Company(ctx, session.Actor)
//
// It is the one room that turns a password or a token into a [store.Tenant].
// Tokens lie in the database as SHA-256 only, passwords as Argon2id; no mail
// carries a password; answers to strangers never tell whether an account
// exists. It knows nothing of HTTP and cookies.
package account

import (
	"context"
	"sync"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// Config is what a [Service] works with. TestCA is nil unless the portal
// stamps with the test PAC; Hash may be zero; everything else is required.
type Config struct {
	DB       *store.DB
	Signer   signer.Custody
	Catalog  *catalogo.Catalog
	PDF      *pdf.Renderer // draws the samples of the printed form
	Trust    *csd.Trust
	TestCA   *prueba.CA
	Mailer   send.Mailer
	Guard    send.Guard // of the mail servers that companies name; zero is the strict one
	BaseURL  string     // where links in mails point to, without the last slash
	Passkeys *passkey.Party
	Now      func() time.Time
	NewID    func() string                                 // UUIDv7
	Founded  func(ctx context.Context, tx *store.Tx) error // what else a new company gets; nil is nothing
	Hash     HashCost                                      // of a password; zero is the portal's, which only tests undercut
}

// A Service does what a company's people ask for. Safe for concurrent use.
type Service struct {
	cfg     Config
	hasher  *hasher
	ipLimit *door.Limiter // sign-in attempts by address
	upLimit *door.Limiter // registrations by address

	mailTests *door.Limiter // of own mail servers, by company
	pdf       *pdf.Renderer
	logos     sync.Mutex // held while a picture is decoded
}

// New returns the service over cfg.
func New(cfg Config) *Service {
	return &Service{
		cfg:     cfg,
		hasher:  newHasher(cfg.Hash),
		ipLimit: door.NewLimiter(time.Second, 60),
		upLimit: door.NewLimiter(30*time.Second, 20),

		mailTests: door.NewLimiter(mailTestEvery, mailTests),
		pdf:       cfg.PDF,
	}
}

// Jobs lists the mails this service sends and what it does later, for the runner.
func (s *Service) Jobs() []job.Def {
	return []job.Def{
		job.Define(s.mailConfirmation),
		job.Define(s.mailAccess),
		job.Define(s.mailPasswordChanged),
		job.Define(s.mailUnlock),
		job.Define(s.mailInvitation),
		job.Define(s.mailFactor),
		job.Define(s.mailPasskey),
		job.Define(s.mailDevice),
		job.Define(s.mailForgotten),
		job.Define(s.mailChangeAsked),
		job.Define(s.mailChanged),
		job.Define(s.runClose),
		job.Define(s.mailClosing),
		job.Define(s.mailAsk),
		job.Define(s.mailKeyExport),
		job.Define(s.tell),
		job.Define(s.mailNotice),
		job.Define(s.mailDigest),
		job.Define(s.runHourly),
		job.Define(s.mailCoadmin),
		job.Define(s.runAskCoadmin),
	}
}

// Proved refuses, with [ErrStepUp], who has not just proved who it is: for the dangerous
// acts of other services.
func (s *Service) Proved(a store.Actor) error { return s.requireFresh(a) }

// TestMode reports whether the portal stamps with the test PAC, so that
// [Service.MakeTestCertificate] works.
func (s *Service) TestMode() bool { return s.cfg.TestCA != nil }
