// Package operator is what who runs the portal sees: how many companies there are and
// how much they use it, how the portal is, and what waits.
//
//	o := operator.New(operator.Config{DB: db, Ping: ping, Disk: disk, Version: version, Now: time.Now})
//	totals, err := o.Totals(ctx, actor)
//
// What everybody may know of it is [Service.State]. It reads numbers and instants through [store.GlobalView] alone: no customer, product,
// document, mail or key of a company passes here, and nothing here writes. Who operators
// are and what they do is account's.
package operator

import (
	"context"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	listRows  = 50
	useMonths = 12
	mostCerts = 20
)

// Config is what the service looks at. Ping asks the keeper of the keys whether it is
// there; Disk says how much of the data's disk is free and how large it is, in bytes.
type Config struct {
	DB      *store.DB
	Ping    func(ctx context.Context) error
	Disk    func() (free, total int64, err error)
	Version string
	Now     func() time.Time
}

// A Service reads for the operators. Safe for concurrent use.
type Service struct {
	cfg   Config
	start time.Time
	kept  kept
}

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg: cfg, start: cfg.Now()} }

// require refuses who is no operator.
func require(a store.Actor) error {
	if a.Operator && a.Tenant == store.Platform() {
		return nil
	}
	return fail.New(fail.Denied, "Esto sólo lo ve quien opera el portal.")
}

// Totals counts the companies by state.
func (s *Service) Totals(ctx context.Context, a store.Actor) (store.CompanyTotals, error) {
	if err := require(a); err != nil {
		return store.CompanyTotals{}, err
	}
	return s.cfg.DB.Global().CompanyTotals(ctx)
}

// Stamps is how much was stamped today and this month, in UTC.
type Stamps struct{ Today, Month int64 }

// Stamps counts them for everybody.
func (s *Service) Stamps(ctx context.Context, a store.Actor) (Stamps, error) {
	if err := require(a); err != nil {
		return Stamps{}, err
	}
	y, m, d := s.cfg.Now().UTC().Date()
	g := s.cfg.DB.Global()
	today, err := g.StampsSince(ctx, store.Micros(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		return Stamps{}, err
	}
	month, err := g.StampsSince(ctx, store.Micros(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)))
	return Stamps{Today: today, Month: month}, err
}

// Work is what waits to be done, and for an answer.
type Work struct {
	Jobs     store.JobCounts
	Attempts store.OpenAttempts
}

// Work adds up the queue and the attempts without an outcome.
func (s *Service) Work(ctx context.Context, a store.Actor) (Work, error) {
	if err := require(a); err != nil {
		return Work{}, err
	}
	g := s.cfg.DB.Global()
	jobs, err := g.JobCounts(ctx)
	if err != nil {
		return Work{}, err
	}
	attempts, err := g.OpenAttempts(ctx)
	return Work{Jobs: jobs, Attempts: attempts}, err
}

// Waits counts who has to wait after failed attempts to come in.
func (s *Service) Waits(ctx context.Context, a store.Actor) (store.SignInWaits, error) {
	if err := require(a); err != nil {
		return store.SignInWaits{}, err
	}
	return s.cfg.DB.Global().SignInWaits(ctx, store.Micros(s.cfg.Now()))
}

// Health is how the portal is. An error in it is a finding, not a failure.
type Health struct {
	Write, Keys error // the store takes a write; the keeper of the keys answers
	Free, Total int64 // of the data's disk, in bytes; 0 when unknown
	Version     string
	Since       time.Time // of this process
}

// Health looks at the store, the keys and the disk, for at most two seconds.
func (s *Service) Health(ctx context.Context, a store.Actor) (Health, error) {
	if err := require(a); err != nil {
		return Health{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	h := Health{Write: s.cfg.DB.Ready(ctx), Keys: s.cfg.Ping(ctx), Version: s.cfg.Version, Since: s.start}
	free, total, err := s.cfg.Disk()
	if err == nil {
		h.Free, h.Total = free, total
	}
	return h, nil
}

// A Query asks for a page of companies: those whose RFC or name holds Q, after the RFC
// of the last one of the page before.
type Query struct{ Q, After string }

// A Page is one page of companies by RFC; Next is "" on the last.
type Page struct {
	Rows []store.CompanyUse
	Next string
}

// Companies lists companies and how much each stamped this month.
func (s *Service) Companies(ctx context.Context, a store.Actor, q Query) (Page, error) {
	if err := require(a); err != nil {
		return Page{}, err
	}
	text := strings.NewReplacer("%", "", "_", "").Replace(strings.ToUpper(strings.TrimSpace(q.Q)))
	rows, err := s.cfg.DB.Global().CompanyUses(ctx, "%"+text+"%", q.After, s.cfg.Now().Format("2006-01")+"-01", listRows+1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Rows: rows}
	if len(rows) > listRows {
		p.Rows = rows[:listRows]
		p.Next = p.Rows[listRows-1].Rfc
	}
	return p, nil
}

// A Company is one company as an operator sees it: numbers and instants.
type Company struct {
	store.TenantRow
	Users        []store.UserState
	Months       []store.MonthUse // of the last twelve, newest first
	Certificates []time.Time      // ends of those in use, the soonest first
}

// Company returns one company; fail.NotFound for none.
func (s *Service) Company(ctx context.Context, a store.Actor, id string) (Company, error) {
	if err := require(a); err != nil {
		return Company{}, err
	}
	g := s.cfg.DB.Global()
	row, err := g.TenantByID(ctx, id)
	if err != nil {
		return Company{}, err
	}
	if row.Tenant() == store.Platform() {
		return Company{}, store.Absent()
	}
	c := Company{TenantRow: row}
	if c.Users, err = g.UserStatesOf(ctx, id); err != nil {
		return Company{}, err
	}
	since := s.cfg.Now().AddDate(0, -useMonths+1, 0).Format("2006-01") + "-01"
	if c.Months, err = g.MonthUses(ctx, id, since); err != nil {
		return Company{}, err
	}
	ends, err := g.CertificateEnds(ctx, id, mostCerts)
	for _, at := range ends {
		c.Certificates = append(c.Certificates, store.FromMicros(at))
	}
	return c, err
}
