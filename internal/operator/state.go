package operator

import (
	"context"
	"slices"
	"sync"
	"time"

	"iofacturo.mx/internal/store"
)

// A Condition is how a part of the portal is, as everybody may read it.
type Condition string

// The conditions, the best first.
const (
	Normal Condition = "normal"
	Slow   Condition = "demoras"
	Silent Condition = "sin respuesta"
)

const (
	stateWindow = time.Hour   // what the state looks back on
	stateKept   = time.Minute // how long it is told before it is looked at again
	slowStamp   = 10 * time.Second
	slowMail    = 2 * time.Minute
	silentAfter = 2 * time.Minute // a call without an end counts as silence from here
	mostDue     = 100             // jobs looked at
	fewCalls    = 3               // fewer silent ones tell nothing of the certifier
)

// A Part is one part of the portal in the last hour. Failed are calls without an answer
// or mails that could not be delivered; what a certifier refuses is an answer.
type Part struct {
	Condition Condition
	Done      int
	Failed    int
	Median    time.Duration // of those done; 0 for none
}

// A State is how the portal is, told to everybody: numbers of the whole, of nobody.
type State struct {
	At             time.Time
	Stamping, Mail Part
	Waiting        int // jobs that are due and not taken; 100 is that many or more
	Queue          Condition
}

// Worst is the condition of the whole.
func (s State) Worst() Condition {
	order := []Condition{Normal, Slow, Silent}
	return order[max(slices.Index(order, s.Stamping.Condition), slices.Index(order, s.Mail.Condition), slices.Index(order, s.Queue))]
}

// kept is the state that is told again within a minute.
type kept struct {
	mu    sync.Mutex
	state State
}

// State is how the portal has seen itself work in the last hour, at most a minute old.
// Anybody may ask.
func (s *Service) State(ctx context.Context) (State, error) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	now := s.cfg.Now()
	if age := now.Sub(s.kept.state.At); !s.kept.state.At.IsZero() && age >= 0 && age < stateKept {
		return s.kept.state, nil
	}
	g, since := s.cfg.DB.Global(), store.Micros(now.Add(-stateWindow))
	calls, err := g.CallsSince(ctx, since)
	if err != nil {
		return State{}, err
	}
	mails, err := g.MailsSince(ctx, since)
	if err != nil {
		return State{}, err
	}
	due, err := g.DueJobs(ctx, now, mostDue, mostDue)
	if err != nil {
		return State{}, err
	}
	st := State{At: now, Stamping: stamping(calls, now), Mail: mailing(mails, now), Waiting: len(due), Queue: Normal}
	if slices.ContainsFunc(due, func(j store.JobRow) bool { return now.Sub(store.FromMicros(j.DueAt)) > silentAfter }) {
		st.Queue = Slow
	}
	s.kept.state = st
	return st, nil
}

// stamping judges the calls to certifiers.
func stamping(calls []store.Call, now time.Time) Part {
	var took []time.Duration
	p := Part{}
	for _, c := range calls {
		switch began := store.FromMicros(c.StartedAt); {
		case c.Outcome == "timbrado" || c.Outcome == "rechazado":
			took = append(took, store.FromMicros(c.EndedAt).Sub(began))
		case c.Outcome != "" || now.Sub(began) > silentAfter:
			p.Failed++
		}
	}
	return p.judged(took, slowStamp)
}

// mailing judges the mails with receipts.
func mailing(mails []store.MailSent, now time.Time) Part {
	var took []time.Duration
	p := Part{}
	for _, m := range mails {
		switch asked := store.FromMicros(m.CreatedAt); {
		case m.State == "enviado":
			took = append(took, store.FromMicros(m.SentAt).Sub(asked))
		case m.State == "fallido" || now.Sub(asked) > slowMail:
			p.Failed++
		}
	}
	return p.judged(took, slowMail)
}

// judged completes a part from how long what was done took.
func (p Part) judged(took []time.Duration, slow time.Duration) Part {
	slices.Sort(took)
	p.Done, p.Condition = len(took), Normal
	if p.Done > 0 {
		p.Median = took[p.Done/2]
	}
	switch {
	case p.Failed >= fewCalls && p.Done == 0:
		p.Condition = Silent
	case p.Failed >= fewCalls && p.Failed*4 >= p.Done || p.Median > slow:
		p.Condition = Slow
	}
	return p
}
