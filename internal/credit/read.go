package credit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	pageRows = 50
	mostLots = 100
	dayShape = "2006-01-02"
)

// A Balance is how a company stands.
type Balance struct {
	Plan      string // store.PlanUnlimited, …
	Free      int64  // that can be used now
	Promo     int64  // of these, those that cannot be handed on
	Held      int64  // put aside for receipts under way
	Debt      int64  // what the next credits pay first
	UsedMonth int64
	LowPct    int64 // people are told at this percentage; 0 is never
	Low       bool
	Waiting   int64 // receipts that wait for a credit
	Lots      []LotLeft
	Version   int64
}

// Unlimited reports whether stamps cost nothing here.
func (b Balance) Unlimited() bool { return b.Plan == store.PlanUnlimited }

// PlanText is a kind of package as a person reads it.
func PlanText(plan string) string {
	switch plan {
	case store.PlanPrepaid:
		return "Paquete de créditos"
	case store.PlanPostpaid:
		return "Post pago"
	case store.PlanMonthly:
		return "PRM"
	}
	return "Sin límite"
}

// A LotLeft is a lot with credits left.
type LotLeft struct {
	Source  Source
	Units   int64 // it came with
	Free    int64
	Expires time.Time // zero is never
	Since   time.Time
	Month   bool // of a plan by the month
}

// SourceText is where a lot came from as a person reads it.
func (l LotLeft) SourceText() string {
	if l.Month {
		return "Timbres del mes"
	}
	switch l.Source {
	case Bonus:
		return "Bono"
	case Manual:
		return "Carga del operador"
	case Received:
		return "Transferencia"
	}
	return "Compra"
}

func lotLeft(r store.CreditLot) LotLeft {
	l := LotLeft{Source: Source(r.Source), Units: r.Units, Free: r.Free, Since: store.FromMicros(r.CreatedAt), Month: isMonth(r.EntryID)}
	if r.ExpiresAt != store.NeverExpires {
		l.Expires = store.FromMicros(r.ExpiresAt)
	}
	return l
}

// Balance tells how the company stands; it needs [store.RightBuy].
func (s *Service) Balance(ctx context.Context, a store.Actor) (Balance, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return Balance{}, err
	}
	return s.balance(ctx, s.cfg.DB.View(a.Tenant))
}

func (s *Service) balance(ctx context.Context, v *store.View) (Balance, error) {
	row, err := v.CreditBook(ctx)
	if fail.KindOf(err) == fail.NotFound {
		return Balance{Plan: store.PlanUnlimited}, nil
	}
	if err != nil {
		return Balance{}, err
	}
	b := Balance{Plan: row.Plan, Held: row.Held, Debt: -row.Debt, LowPct: row.LowPct, Version: row.Version}
	lots, err := v.FreeCreditLots(ctx, mostLots)
	if err != nil {
		return b, err
	}
	b.Free, b.Promo = row.Available+row.Promo, row.Promo
	for _, lot := range lots {
		if lot.ExpiresAt > store.Micros(s.cfg.Now()) {
			b.Lots = append(b.Lots, lotLeft(lot))
			continue
		}
		b.Free -= lot.Free // expired, and not swept yet
		if lot.Account == promo {
			b.Promo -= lot.Free
		}
	}
	b.Low = b.Plan != store.PlanUnlimited && (b.Free == 0 || row.LowPct > 0 && b.Free*100 <= row.LowPct*row.Mark)
	zone, err := s.zone(ctx, v)
	if err != nil {
		return b, err
	}
	y, m, _ := s.cfg.Now().In(zone).Date()
	from := time.Date(y, m, 1, 0, 0, 0, 0, zone)
	if b.UsedMonth, err = v.CreditUsed(ctx, store.Micros(from), store.Micros(from.AddDate(0, 1, 0))); err != nil {
		return b, err
	}
	b.Waiting, err = v.CountCreditWaits(ctx)
	return b, err
}

// zone is the company's own clock.
func (s *Service) zone(ctx context.Context, v *store.View) (*time.Location, error) {
	c, err := v.Company(ctx)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return nil, err
	}
	return s.cfg.Catalog.Location(c.Lugar()), nil
}

// A Query chooses movements. Zero fields choose all.
type Query struct {
	Kind     Kind
	From, To string // days, AAAA-MM-DD, of the company's clock
	Before   int64  // Seq to go on from
}

// A Movement is one line of what happened to the balance.
type Movement struct {
	Seq                int64
	ID                 string
	At                 time.Time
	Kind               Kind
	DocumentID         string // of a use
	Ref, Note, Who     string
	OtherRfc, OtherNam string // the other company of a transfer
	Units              int64
	Delta              int64 // of the balance
	Balance            int64 // after it, with what is held
	Debt               int64 // that it paid, or left
	Reverses           string
}

// Detail is what else there is to say of it.
func (m Movement) Detail() string {
	parts := []string{}
	switch {
	case m.OtherRfc != "":
		parts = append(parts, m.OtherRfc+" · "+m.OtherNam)
	case m.Ref != "":
		parts = append(parts, m.Ref)
	}
	if m.Note != "" {
		parts = append(parts, m.Note)
	}
	if m.Debt > 0 {
		parts = append(parts, fmt.Sprintf("%s de %s cubren un adeudo", count(m.Debt), count(m.Units)))
	}
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += " · "
		}
		text += p
	}
	return text
}

// A Page is some movements, newest first.
type Page struct {
	Rows []Movement
	Next int64 // Before of the next page, 0 for none
}

// Movements lists what happened to the balance. Errors: fields desde, hasta for what is
// no day.
func (s *Service) Movements(ctx context.Context, a store.Actor, q Query) (Page, error) {
	if err := a.Require(store.RightBuy); err != nil {
		return Page{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	f := store.CreditFilter{Before: q.Before, Limit: pageRows + 1}
	if q.Kind != "" && slices.Contains(Kinds(), q.Kind) {
		f.Kinds = []string{string(q.Kind)}
	}
	zone, err := s.zone(ctx, v)
	if err != nil {
		return Page{}, err
	}
	if f.From, err = day(q.From, zone, 0); err != nil {
		return Page{}, fail.OnField("desde", "Escribe el día como 2026-03-31.")
	}
	if f.To, err = day(q.To, zone, 1); err != nil {
		return Page{}, fail.OnField("hasta", "Escribe el día como 2026-03-31.")
	}
	return page(ctx, v, f)
}

// day is the instant a day begins, or another so many days later; 0 for "".
func day(text string, zone *time.Location, later int) (int64, error) {
	if text == "" {
		return 0, nil
	}
	at, err := time.ParseInLocation(dayShape, text, zone)
	return store.Micros(at.AddDate(0, 0, later)), err
}

func page(ctx context.Context, v *store.View, f store.CreditFilter) (Page, error) {
	rows, err := v.CreditEntries(ctx, f)
	if err != nil {
		return Page{}, err
	}
	var p Page
	for i, r := range rows {
		if i == f.Limit-1 {
			p.Next = p.Rows[i-1].Seq
			break
		}
		m := Movement{
			Seq: r.Seq, ID: r.ID, At: store.FromMicros(r.At), Kind: Kind(r.Kind), DocumentID: r.DocumentID, Ref: r.Ref, Note: r.Note, Who: r.UserName,
			OtherRfc: r.OtherRfc, OtherNam: r.OtherName, Units: r.Units, Delta: r.Delta, Balance: r.Balance, Reverses: r.Reverses,
		}
		if r.Delta > 0 {
			m.Debt = r.Units - r.Delta
		}
		p.Rows = append(p.Rows, m)
	}
	return p, nil
}

// Transfers lists what was sent to other companies, or received.
func (s *Service) Transfers(ctx context.Context, a store.Actor, sent bool, before int64) (Page, error) {
	if err := a.Require(store.RightTransfer); err != nil {
		return Page{}, err
	}
	kind := KindReceived
	if sent {
		kind = KindSent
	}
	return page(ctx, s.cfg.DB.View(a.Tenant), store.CreditFilter{Kinds: []string{string(kind)}, Before: before, Limit: pageRows + 1})
}

// SetLow changes at which percentage people are told that credits run out; 0 is never.
// Errors: field Aviso; fail.Conflict when somebody changed it meanwhile.
func (s *Service) SetLow(ctx context.Context, a store.Actor, percent, version int64) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if percent < 0 || percent > 90 {
		return fail.OnField("Aviso", "Elige un porcentaje de 0 a 90; 0 es no avisar.")
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		l, err := openOrNew(ctx, tx)
		if err != nil {
			return err
		}
		if l.b.Version != version {
			return fail.New(fail.Conflict, "Alguien cambió el aviso mientras lo editabas. No se guardó: revísalo y guarda otra vez.")
		}
		before := l.b.LowPct
		l.b.LowPct, l.b.Version = percent, l.b.Version+1
		if err := tx.UpdateCreditBook(ctx, l.b); err != nil {
			return err
		}
		return audit(ctx, tx, a, "credits.low", "credits", map[string]int64{"aviso": before}, map[string]int64{"aviso": percent})
	})
}

// audit adds what was done to the chain of tx's company.
func audit(ctx context.Context, tx *store.Tx, a store.Actor, action, object string, before, after any) error {
	e := store.AuditEntry{Actor: a, Action: action, Object: object}
	for text, value := range map[*string]any{&e.Before: before, &e.After: after} {
		if value == nil {
			continue
		}
		b, err := json.Marshal(value)
		if err != nil {
			return err
		}
		*text = string(b)
	}
	return tx.Audit(ctx, e)
}
