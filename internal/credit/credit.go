// Package credit is the ledger of credits: what a company has bought, been given, used,
// handed on and lost, in double entry and whole numbers. One stamp uses one credit.
//
//	err := credit.Grant(ctx, tx, "order:"+id, credit.Lot{Source: credit.Purchase, Units: 100, Expires: inAYear})
//	err = credit.Hold(ctx, tx, doc, revision)    // with the folio, in the same transaction
//	err = credit.Capture(ctx, tx, doc, revision, "A-12") // stamped
//	err = credit.Release(ctx, tx, doc, revision) // rejected or expired
//	err = credit.Reverse(ctx, tx, "refund:"+id, "order:"+id, "Contracargo")
//
// An entry is lines that add up to nothing over the accounts of the company (available,
// promo, held, consumed, expired, debt) and the platform's side of it (sold, granted,
// adjustments, moved). Its id is chosen by the caller: a second call with the same id
// and content does nothing, with other content is an error. Nothing is ever changed or
// deleted; a correction is an entry that reverses. Credits lie in lots that expire; the
// soonest to expire is used first, promotional ones among them, and a held credit stays
// with its lot.
//
// It hides how the lots are chosen and that every entry of a company waits for the one
// before. What it will never do: let a balance go below zero (what is taken back beyond
// it is a debt, which the next credits pay), or take a credit of a company that is
// without limit.
//
// A plan by the month (Post pago, PRM) is a lot as well, which ends with the month: the
// ceiling is what the lot holds, and what was used of it is billed once, [SetTerms].
package credit

import (
	"context"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// Config is what the service is made of. Fresh refuses who has not just proved who it
// is; nil refuses nobody.
type Config struct {
	DB      *store.DB
	Catalog *catalogo.Catalog
	Fresh   func(a store.Actor) error
	Now     func() time.Time
}

// A Service shows the ledger to the company's people, moves credits between companies,
// and lets credits expire. Safe for concurrent use.
type Service struct{ cfg Config }

// New returns the service over cfg.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Jobs lists what the service does by itself: letting credits expire.
func (s *Service) Jobs() []job.Def { return []job.Def{job.Define(s.runExpire)} }

func (s *Service) fresh(a store.Actor) error {
	if s.cfg.Fresh == nil {
		return nil
	}
	return s.cfg.Fresh(a)
}

// A Source is where a lot of credits came from. The value is kept.
type Source string

// The sources.
const (
	Purchase Source = "compra"
	Bonus    Source = "bono"   // promotional: cannot be handed on
	Manual   Source = "manual" // loaded by who runs the portal
	Received Source = "recibido"
)

// Accounts of a company and of the platform's side of it.
const (
	available   = "available"
	promo       = "promo"
	held        = "held"
	consumed    = "consumed"
	expired     = "expired"
	debt        = "debt"
	sold        = "sold"
	granted     = "granted"
	adjustments = "adjustments"
	moved       = "moved"
)

// account is where the free credits of a lot of this source lie.
func (s Source) account() string {
	if s == Bonus {
		return promo
	}
	return available
}

// platform is the account that credits of this source come from.
func (s Source) platform() string {
	return map[Source]string{Purchase: sold, Bonus: granted, Manual: adjustments, Received: moved}[s]
}

// A Kind is what an entry is. The value is kept.
type Kind string

// The kinds of entries.
const (
	KindPurchase Kind = "compra"
	KindBonus    Kind = "bono"
	KindManual   Kind = "manual"
	KindHold     Kind = "reserva"
	KindUse      Kind = "uso"
	KindRelease  Kind = "liberacion"
	KindSent     Kind = "transferencia-enviada"
	KindReceived Kind = "transferencia-recibida"
	KindExpiry   Kind = "vencimiento"
	KindReversal Kind = "reverso"
	KindMonth    Kind = "mensualidad"
)

// Kinds lists what can change a balance, in the order a screen offers it.
func Kinds() []Kind {
	return []Kind{KindPurchase, KindBonus, KindManual, KindMonth, KindUse, KindSent, KindReceived, KindExpiry, KindReversal}
}

// Text is the kind as a person reads it.
func (k Kind) Text() string {
	switch k {
	case KindPurchase:
		return "Compra"
	case KindBonus:
		return "Bono"
	case KindManual:
		return "Carga del operador"
	case KindMonth:
		return "Timbres del mes"
	case KindHold:
		return "Apartado"
	case KindUse:
		return "Timbre"
	case KindRelease:
		return "Devuelto al saldo"
	case KindSent:
		return "Transferencia enviada"
	case KindReceived:
		return "Transferencia recibida"
	case KindExpiry:
		return "Vencimiento"
	case KindReversal:
		return "Corrección"
	}
	return string(k)
}

const (
	maxUnits = 10_000_000 // of one entry
	maxNote  = 200        // characters
	every    = time.Hour  // looks for what expired
	forever  = 1 << 30    // attempts of a job that never gives up
)

// ErrNone is the cause of [Hold]'s refusal when there is no credit.
var ErrNone = fail.New(fail.Conflict, "No quedan créditos. No se emitió ni se cobró nada.")

// expire is the job that lets lots expire, once an hour, for the whole house.
type expire struct{}

// Kind names the job.
func (expire) Kind() string { return "credit.expire" }

// Begin has lots expire from now on. It may be called at every start.
func (s *Service) Begin(ctx context.Context) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return job.EnqueueGlobal(ctx, tx, expire{}, job.Options{Key: "uno", MaxAttempts: forever})
	})
}

func (s *Service) runExpire(ctx context.Context, _ store.Tenant, _ expire) error {
	if err := s.Expire(ctx); err != nil {
		return err
	}
	if err := s.Roll(ctx); err != nil {
		return err
	}
	return job.Snooze(every)
}

// Expire lets go of what has expired, of every company.
func (s *Service) Expire(ctx context.Context) error {
	const page = 200
	for {
		due, err := s.cfg.DB.Global().DueCredit(ctx, store.Micros(s.cfg.Now()), page)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, t := range due {
			err := s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
				l, err := open(ctx, tx)
				if err != nil {
					return err
				}
				return l.sweep(ctx)
			})
			if err != nil {
				return err
			}
		}
	}
}
