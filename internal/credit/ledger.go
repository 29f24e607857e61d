package credit

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// A ledger is the book of one company within one transaction, locked: entries of a
// company follow each other.
type ledger struct {
	tx *store.Tx
	b  store.CreditBook
}

// open locks the book of tx's company; fail.NotFound when it has none.
func open(ctx context.Context, tx *store.Tx) (*ledger, error) {
	b, err := tx.CreditBookForUpdate(ctx)
	return &ledger{tx: tx, b: b}, err
}

// openOrNew is open for who brings credits: a company without a book gets one and stays
// without limit.
func openOrNew(ctx context.Context, tx *store.Tx) (*ledger, error) {
	l, err := open(ctx, tx)
	if fail.KindOf(err) != fail.NotFound {
		return l, err
	}
	if err := tx.OpenCreditBook(ctx, store.PlanUnlimited, store.Micros(tx.Now())); err != nil {
		return nil, err
	}
	return open(ctx, tx)
}

func (l *ledger) free() int64    { return l.b.Available + l.b.Promo }
func (l *ledger) balance() int64 { return l.free() + l.b.Held }

// account is where the book keeps the balance of an account.
func (l *ledger) account(name string) *int64 {
	return map[string]*int64{
		available: &l.b.Available, promo: &l.b.Promo, held: &l.b.Held, consumed: &l.b.Consumed, expired: &l.b.Expired, debt: &l.b.Debt,
		sold: &l.b.Sold, granted: &l.b.Granted, adjustments: &l.b.Adjustments, moved: &l.b.Moved,
	}[name]
}

// was reports whether an entry of this id is there; one with other content is an error.
func (l *ledger) was(ctx context.Context, id, digest string) (bool, error) {
	e, err := l.tx.CreditEntry(ctx, id)
	switch {
	case fail.KindOf(err) == fail.NotFound:
		return false, nil
	case err != nil:
		return false, err
	case e.Digest != digest:
		return false, fail.New(fail.Conflict, "Ya hay un movimiento con esa clave y otro contenido. No se movió ningún crédito.")
	}
	return true, nil
}

// post writes an entry: its lines, the lots they touch, and the book.
func (l *ledger) post(ctx context.Context, e store.CreditEntry, lines []store.CreditLine) error {
	free, balance := l.free(), l.balance()
	type change struct{ free, expired int64 }
	lots, order, sum := map[string]*change{}, []string{}, int64(0)
	for i := range lines {
		line := &lines[i]
		line.N = int64(i + 1)
		*l.account(line.Account) += line.Amount
		sum += line.Amount
		if line.LotID == "" || line.Account == held || line.Account == consumed {
			continue
		}
		if lots[line.LotID] == nil {
			lots[line.LotID] = &change{}
			order = append(order, line.LotID)
		}
		if line.Account == expired {
			lots[line.LotID].expired += line.Amount
		} else {
			lots[line.LotID].free += line.Amount
		}
	}
	if sum != 0 {
		return fmt.Errorf("credit: entry %s does not add up: %d", e.ID, sum)
	}
	l.b.Seq++
	e.Seq, e.At, e.Balance, e.Delta = l.b.Seq, store.Micros(l.tx.Now()), l.balance(), l.balance()-balance
	if err := l.tx.InsertCreditEntry(ctx, e); err != nil {
		return err
	}
	for _, line := range lines {
		if err := l.tx.InsertCreditLine(ctx, e.ID, line); err != nil {
			return err
		}
	}
	for _, id := range order {
		if err := l.tx.ChangeCreditLot(ctx, id, lots[id].free, lots[id].expired); err != nil {
			return err
		}
	}
	if err := l.watch(ctx, free); err != nil {
		return err
	}
	return l.tx.UpdateCreditBook(ctx, l.b)
}

// watch has people told, once each after credits came, that they run out and that they
// are gone. before is what was free.
func (l *ledger) watch(ctx context.Context, before int64) error {
	left, level := l.free(), int64(0)
	switch {
	case left >= before || l.b.Plan == store.PlanUnlimited:
		return nil
	case left == 0:
		level = 2
	case l.b.LowPct > 0 && left*100 <= l.b.LowPct*l.b.Mark:
		level = 1
	}
	if level <= l.b.Told {
		return nil
	}
	l.b.Told = level
	percent := ""
	if l.b.LowPct > 0 {
		percent = strconv.FormatInt(l.b.LowPct, 10) + " %"
	}
	return notice.Raise(ctx, l.tx, notice.Event{Key: "credits:low:" + strconv.FormatInt(l.b.Seq, 10), What: notice.CreditsLow, N: left, Ref: percent, Link: "/creditos"})
}

// sweep lets go of lots that have expired.
func (l *ledger) sweep(ctx context.Context) error {
	page := 1 // mostly there is nothing to do
	now := store.Micros(l.tx.Now())
	for {
		lots, err := l.tx.FreeCreditLots(ctx, page)
		if err != nil {
			return err
		}
		due := 0
		for _, lot := range lots {
			if lot.ExpiresAt > now {
				break
			}
			due++
			e := store.CreditEntry{ID: "vencimiento:" + l.tx.NewID(), Kind: string(KindExpiry), Units: lot.Free, Digest: lot.ID}
			err := l.post(ctx, e, []store.CreditLine{{Account: lot.Account, LotID: lot.ID, Amount: -lot.Free}, {Account: expired, LotID: lot.ID, Amount: lot.Free}})
			if err != nil {
				return err
			}
		}
		if due < page {
			return nil
		}
		page = 100
	}
}

// take chooses n free credits, the soonest to expire first; of account alone when it is
// not "". It returns what it found, which may be less.
func (l *ledger) take(ctx context.Context, n int64, account string) (pieces []store.CreditLot, err error) {
	page := 1000
	if n == 1 && account == "" {
		page = 1
	}
	lots, err := l.tx.FreeCreditLots(ctx, page)
	if err != nil {
		return nil, err
	}
	for _, lot := range lots {
		if n == 0 {
			break
		}
		if account != "" && lot.Account != account {
			continue
		}
		lot.Free = min(lot.Free, n)
		n -= lot.Free
		pieces = append(pieces, lot)
	}
	return pieces, nil
}

// bring adds lots as one entry; they pay a debt first. Units and ends of the lots are
// given, their ids and sources set here.
func (l *ledger) bring(ctx context.Context, e store.CreditEntry, source Source, lots []store.CreditLot) error {
	var lines []store.CreditLine
	owed := -l.b.Debt
	if e.Kind == string(KindMonth) {
		owed = 0
	}
	for _, lot := range lots {
		paid := min(lot.Units, owed)
		owed -= paid
		lot.ID, lot.Source, lot.EntryID = l.tx.NewID(), string(source), e.ID
		lot.Account, lot.Free, lot.CreatedAt = source.account(), 0, store.Micros(l.tx.Now())
		if err := l.tx.InsertCreditLot(ctx, lot); err != nil {
			return err
		}
		lines = append(lines, store.CreditLine{Account: source.platform(), Amount: -lot.Units})
		e.Units += lot.Units
		if paid > 0 {
			lines = append(lines, store.CreditLine{Account: debt, Amount: paid})
		}
		if paid < lot.Units {
			lines = append(lines, store.CreditLine{Account: lot.Account, LotID: lot.ID, Amount: lot.Units - paid})
		}
	}
	if err := l.post(ctx, e, lines); err != nil {
		return err
	}
	l.b.Mark, l.b.Told = l.free(), 0
	if err := l.tx.UpdateCreditBook(ctx, l.b); err != nil {
		return err
	}
	return l.arrived(ctx)
}

// Arrived is the job that carries on what waited for credits; billing does it.
type Arrived struct{}

// Kind is the stable name of the job.
func (Arrived) Kind() string { return "credit.arrived" }

// arrived has what waits go on.
func (l *ledger) arrived(ctx context.Context) error {
	waiting, err := l.tx.CountCreditWaits(ctx)
	if err != nil || waiting == 0 {
		return err
	}
	return job.Enqueue(ctx, l.tx, Arrived{}, job.Options{Key: "uno", MaxAttempts: forever})
}

// A Lot is credits to come in. By is who brought them, if a person did.
type Lot struct {
	Source  Source
	Units   int64
	Expires time.Time // zero is never
	Ref     string    // name of what they came by: an order
	Note    string
	By      store.Actor
}

// Grant brings a lot of credits into the company of tx, under an id of the caller's:
// the same twice is once. What the company owes is paid first; documents that wait go
// on. Errors: fail.Invalid for a lot that cannot be; fail.Conflict for an id that
// already brought something else.
func Grant(ctx context.Context, tx *store.Tx, id string, lot Lot) error {
	end := int64(store.NeverExpires)
	if !lot.Expires.IsZero() {
		end = store.Micros(lot.Expires)
	}
	switch {
	case lot.Source != Purchase && lot.Source != Bonus && lot.Source != Manual:
		return fmt.Errorf("credit: no source %q", lot.Source)
	case id == "" || lot.Units <= 0 || lot.Units > maxUnits:
		return fail.New(fail.Invalid, "Los créditos son un número entero de 1 a 10,000,000. No se cargó nada.")
	}
	l, err := openOrNew(ctx, tx)
	if err != nil {
		return err
	}
	digest := fmt.Sprintf("%s|%d|%d|%s|%s", lot.Source, lot.Units, end, lot.Ref, lot.Note)
	if done, err := l.was(ctx, id, digest); done || err != nil {
		return err
	}
	if end <= store.Micros(tx.Now()) {
		return fail.New(fail.Invalid, "La vigencia ya pasó. No se cargó ningún crédito.")
	}
	if err := l.sweep(ctx); err != nil {
		return err
	}
	e := store.CreditEntry{ID: id, Kind: string(lot.Source), Digest: digest, Ref: lot.Ref, Note: lot.Note, UserID: lot.By.UserID, UserName: lot.By.UserName}
	return l.bring(ctx, e, lot.Source, []store.CreditLot{{Units: lot.Units, ExpiresAt: end}})
}

// Reverse takes back what the entry of brought by [Grant]: first what is left of it,
// then what is left of other lots, and what is spent already becomes a debt. What has
// expired meanwhile was lost once. The same twice is once; an entry is reversed once.
// Errors: fail.NotFound; fail.Conflict for what cannot be taken back.
func Reverse(ctx context.Context, tx *store.Tx, id, of, why string) error {
	l, err := open(ctx, tx)
	if err != nil {
		return err
	}
	digest := of + "|" + why
	if done, err := l.was(ctx, id, digest); done || err != nil {
		return err
	}
	origin, err := tx.CreditEntry(ctx, of)
	if err != nil {
		return err
	}
	source := Source(origin.Kind)
	if source != Purchase && source != Bonus && source != Manual {
		return fail.New(fail.Conflict, "Ese movimiento no se puede revertir. No se movió ningún crédito.")
	}
	if err := l.sweep(ctx); err != nil {
		return err
	}
	lots, err := tx.CreditLotsOf(ctx, of)
	if err != nil {
		return err
	}
	lines := []store.CreditLine{{Account: source.platform(), Amount: origin.Units}}
	rest := origin.Units
	back := func(account, lot string, n int64) {
		if n > 0 {
			lines = append(lines, store.CreditLine{Account: account, LotID: lot, Amount: -n})
			rest -= n
		}
	}
	for _, lot := range lots {
		back(lot.Account, lot.ID, min(lot.Free, rest))
		back(expired, lot.ID, min(lot.Expired, rest))
	}
	others, err := tx.FreeCreditLots(ctx, 1000)
	if err != nil {
		return err
	}
	for _, lot := range others {
		if lot.EntryID != of {
			back(lot.Account, lot.ID, min(lot.Free, rest))
		}
	}
	back(debt, "", rest)
	e := store.CreditEntry{ID: id, Kind: string(KindReversal), Digest: digest, Reverses: of, Ref: origin.Ref, Note: why, Units: origin.Units}
	return l.post(ctx, e, lines)
}

// names of the entries of one revision of a document.
func holdID(doc string, revision int64) string { return fmt.Sprintf("reserva:%s:%d", doc, revision) }
func useID(doc string, revision int64) string  { return fmt.Sprintf("uso:%s:%d", doc, revision) }
func releaseID(doc string, revision int64) string {
	return fmt.Sprintf("liberacion:%s:%d", doc, revision)
}

// prepaid is what a company that pays for its stamps has free, as it was last written;
// below zero for one that is without limit. A book of another month has to be opened to
// be known: that is more than nothing.
func prepaid(ctx context.Context, tx *store.Tx) (free int64, err error) {
	b, err := tx.CreditBook(ctx)
	switch {
	case fail.KindOf(err) == fail.NotFound || err == nil && b.Plan == store.PlanUnlimited:
		return -1, nil
	case err != nil:
		return 0, err
	case stale(b, tx.Now()):
		return 1, nil
	case b.Stopped:
		return 0, nil
	}
	return b.Available + b.Promo, nil
}

// Hold puts one credit aside for a revision of a document, in the transaction that
// gives it its folio. It holds nothing for a company without limit. [ErrNone] when no
// credit is free.
func Hold(ctx context.Context, tx *store.Tx, doc string, revision int64) error {
	free, err := prepaid(ctx, tx)
	if err != nil || free < 0 {
		return err
	}
	id := holdID(doc, revision)
	if free == 0 { // seen without queueing for the book
		_, err := tx.CreditEntry(ctx, id)
		if fail.KindOf(err) == fail.NotFound {
			return ErrNone
		}
		return err
	}
	l, err := open(ctx, tx)
	if err != nil {
		return err
	}
	if done, err := l.was(ctx, id, doc); done || err != nil {
		return err
	}
	if err := l.roll(ctx); err != nil {
		return err
	}
	if l.b.Plan == store.PlanUnlimited {
		return nil
	}
	if l.b.Stopped {
		return ErrNone
	}
	if err := l.sweep(ctx); err != nil {
		return err
	}
	pieces, err := l.take(ctx, 1, "")
	if err != nil {
		return err
	}
	if len(pieces) == 0 {
		return ErrNone
	}
	lot := pieces[0]
	return l.post(ctx, store.CreditEntry{ID: id, Kind: string(KindHold), Digest: doc, DocumentID: doc, Units: 1}, []store.CreditLine{
		{Account: lot.Account, LotID: lot.ID, Amount: -1}, {Account: held, LotID: lot.ID, Amount: 1},
	})
}

// Capture uses the credit held for a revision of a document that was stamped. ref is its
// folio. Nothing is held for who was without limit when it was numbered.
func Capture(ctx context.Context, tx *store.Tx, doc string, revision int64, ref string) error {
	return end(ctx, tx, doc, revision, func(l *ledger, hold store.CreditLine) error {
		e := store.CreditEntry{ID: useID(doc, revision), Kind: string(KindUse), Digest: doc, DocumentID: doc, Ref: ref, Units: 1}
		return l.post(ctx, e, []store.CreditLine{{Account: held, LotID: hold.LotID, Amount: -1}, {Account: consumed, LotID: hold.LotID, Amount: 1}})
	})
}

// Release gives back the credit held for a revision of a document that surely was not
// stamped; to a lot that has expired meanwhile, to expire.
func Release(ctx context.Context, tx *store.Tx, doc string, revision int64) error {
	return end(ctx, tx, doc, revision, func(l *ledger, hold store.CreditLine) error {
		e := store.CreditEntry{ID: releaseID(doc, revision), Kind: string(KindRelease), Digest: doc, DocumentID: doc, Units: 1}
		err := l.post(ctx, e, []store.CreditLine{{Account: held, LotID: hold.LotID, Amount: -1}, {Account: hold.Account, LotID: hold.LotID, Amount: 1}})
		if err != nil {
			return err
		}
		if err := l.sweep(ctx); err != nil {
			return err
		}
		return l.arrived(ctx)
	})
}

// end finishes a hold, once. hold is the line that took the credit from its lot.
func end(ctx context.Context, tx *store.Tx, doc string, revision int64, finish func(l *ledger, hold store.CreditLine) error) error {
	l, err := open(ctx, tx)
	if fail.KindOf(err) == fail.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	lines, err := tx.CreditLines(ctx, holdID(doc, revision))
	if err != nil || len(lines) == 0 {
		return err
	}
	for _, id := range []string{useID(doc, revision), releaseID(doc, revision)} {
		if done, err := l.was(ctx, id, doc); done || err != nil {
			return err
		}
	}
	return finish(l, lines[0])
}

// Room reports whether a document may be numbered now: the company is without limit, or
// a credit is free beside those that longer-waiting documents will take. turn says that
// it is the document's turn, so nobody is before it. Nobody else takes what it saw
// before tx ends.
func Room(ctx context.Context, tx *store.Tx, doc string, turn bool) (bool, error) {
	if free, err := prepaid(ctx, tx); err != nil || free < 0 {
		return true, err
	}
	l, err := open(ctx, tx)
	if err != nil {
		return false, err
	}
	if err := l.roll(ctx); err != nil {
		return false, err
	}
	if l.b.Plan == store.PlanUnlimited || l.b.Stopped {
		return !l.b.Stopped, nil
	}
	if err := l.sweep(ctx); err != nil {
		return false, err
	}
	if turn || l.free() == 0 {
		return l.free() > 0, nil
	}
	waiting, err := tx.CountCreditWaits(ctx)
	return l.free() > waiting, err
}

// Wait has a document wait for a credit. It goes on by itself, the oldest first, once
// there is one: see [Arrived].
func Wait(ctx context.Context, tx *store.Tx, a store.Actor, doc string, revision int64) error {
	err := tx.PutCreditWait(ctx, store.CreditWait{DocumentID: doc, Revision: revision, At: store.Micros(tx.Now()), UserID: a.UserID, UserName: a.UserName})
	if err != nil {
		return err
	}
	l, err := open(ctx, tx)
	if err != nil || l.free() == 0 || l.b.Stopped {
		return err
	}
	return l.arrived(ctx)
}

// SetPlan changes how a company pays that is not by the month: without limit, or prepaid.
func SetPlan(ctx context.Context, tx *store.Tx, plan string) error {
	if plan != store.PlanUnlimited && plan != store.PlanPrepaid {
		return fail.New(fail.Invalid, "Ese tipo de paquete necesita más datos. No se cambió nada.")
	}
	b, err := tx.CreditBook(ctx)
	if err == nil && b.Plan == plan || err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	_, err = SetTerms(ctx, tx, Terms{Plan: plan})
	return err
}
