// Package billing is the life of a document: it is typed as a draft, numbered,
// sealed, stamped by a certifier (PAC), delivered, found again and credited.
//
// It hides the phases of issuing (P1–P6 of docs/issuance.md), their recovery
// after a crash and the certifier's silence. A caller needs five lines:
//
//	s := billing.New(cfg)
//	d, err := s.NewDraft(ctx, actor, "I")
//	d, err = s.SaveDraft(ctx, actor, d)
//	doc, err := s.Issue(ctx, actor, d.ID, d.Revision) // doc.State is Timbrado, or says what happened
//	name, xml, err := s.XML(ctx, actor, doc.ID)
//
// The whole way of one invoice is told by issue.go (P1, P2) and stamp.go (P3–P5).
// What it will never do: write a sealed XML again from structs, send a document
// to a second certifier while the first may have stamped it, or take silence for
// a refusal.
package billing

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/csd"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/pac"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// Config is what the service is made of. Log, Now, NewID and Crash may be left nil.
type Config struct {
	DB      *store.DB
	Signer  signer.Custody
	PAC     pac.PAC
	Catalog *catalogo.Catalog
	Trust   *csd.Trust // certificates a Timbre is judged by
	PDF     *pdf.Renderer
	Mailer  send.Mailer // of the portal
	Guard   send.Guard  // of the mail servers that companies name; zero is the strict one

	Log   *slog.Logger       // nil keeps silent
	Now   func() time.Time   // the clock; nil means time.Now
	NewID func() string      // ids of rows; nil means UUIDv7
	Crash func(point string) // called between phases with C1…C8; tests kill the process there, production leaves it nil
}

// A Service issues and keeps the documents of every company of one database.
// It is safe for concurrent use.
type Service struct {
	Config
	busy *inFlight // documents this process is stamping right now
}

// New makes the service. Nothing runs until it is called or its [Service.Jobs] do.
func New(cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if cfg.Crash == nil {
		cfg.Crash = func(string) {}
	}
	return &Service{Config: cfg, busy: newInFlight()}
}

// Jobs lists the durable jobs of billing: one carries a document to its Timbre,
// one delivers it, one goes on with those that waited for credits.
func (s *Service) Jobs() []job.Def {
	return []job.Def{job.Define(s.runStamp), job.Define(s.runDeliver), job.Define(s.runArrived), job.Define(s.runOwed), job.Define(s.runCustomerMail)}
}
