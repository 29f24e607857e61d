// Package invite is *Invita un amigo*: a company mails its code to friends, and when one
// registers with it, buys and stamps, both companies are given credits.
//
//	s := invite.New(invite.Config{DB: db, Rules: invite.Rules{Reward: 25, MonthlyCap: 10}, Mailer: mailer, …})
//	n, err := s.Send(ctx, actor, invite.Letter{Nombre: "Rosa", Correos: "rosa@example.mx"})
//	err = s.Reward(ctx, tx, invite.Payment{OrderID: id, Instrument: "tok_…"}) // with the payment
//	err = s.Clawback(ctx, tx, id)                                               // with the refund
//
// Whether a reward is due is a pure function, [Rules.Decide], of facts that the service
// gathers. A referral goes registrado → pagado → premiado; what it waits for after the
// payment (a certificate, the first stamp) is looked at when it is paid and once an hour.
//
// It never says who is registered: an address that has a company, one that refuses
// invitations and one that is new are answered alike. It keeps what people refuse as
// hashes, gives each RFC one reward for ever, and gives none while Rules.Reward is zero.
package invite

import (
	"context"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// The limits of the program, as its page tells them.
const (
	MailsADay   = 20  // of a company, within 24 hours
	MostAtOnce  = 10  // addresses of one form
	MailsEach   = 3   // to one address, a day apart at least
	RewardDays  = 180 // the credits of a reward last
	InviteDays  = 60  // an invitation counts as expired after
	longMessage = 500
	longName    = 80
	pageRows    = 25
	every       = time.Hour
	again       = 2 * time.Second // at least, between two looks at a guest that just paid
	forever     = 1 << 30         // attempts of a job that never gives up
	attempts    = 16              // of a mail
	refuseLife  = 2 * 365 * 24 * time.Hour
	capital     = "06000" // its clock begins the months
)

// Config is what the service is made of.
type Config struct {
	DB      *store.DB
	Rules   Rules
	Catalog *catalogo.Catalog
	Mailer  send.Mailer
	BaseURL string
	Now     func() time.Time
	NewID   func() string
}

// A Service invites and rewards. Safe for concurrent use.
type Service struct {
	cfg    Config
	knocks *door.Limiter // on the links without a session, by network address
}

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg, door.NewLimiter(2*time.Second, 30)} }

// On reports whether there is a program at all; nil has none.
func (s *Service) On() bool { return s != nil && s.cfg.Rules.Reward > 0 }

// Rules are those of the program.
func (s *Service) Rules() Rules { return s.cfg.Rules }

// Jobs are what the service does by itself.
func (s *Service) Jobs() []job.Def {
	return []job.Def{job.Define(s.mail), job.Define(s.runSettle), job.Define(s.runHourly)}
}

// hourly looks at the referrals that wait, once an hour, for the whole house.
type hourly struct{}

// Kind names the job.
func (hourly) Kind() string { return "invite.hourly" }

// Begin has the hourly look go on for ever. It may be called at every start.
func (s *Service) Begin(ctx context.Context) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return job.EnqueueGlobal(ctx, tx, hourly{}, job.Options{Key: "uno", MaxAttempts: forever})
	})
}

func (s *Service) runHourly(ctx context.Context, _ store.Tenant, _ hourly) error {
	if err := s.Settle(ctx); err != nil {
		return err
	}
	return job.Snooze(every)
}

// month is AAAA-MM of central Mexico.
func (s *Service) month(at time.Time) string {
	return at.In(s.cfg.Catalog.Location(capital)).Format("2006-01")
}
