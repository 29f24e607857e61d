package store

import (
	"context"
	"math"
	"slices"
	"strconv"
)

// How a company pays for its stamps.
const (
	PlanUnlimited = "sin-limite"
	PlanPrepaid   = "paquete"
	PlanPostpaid  = "post-pago"
	PlanMonthly   = "prm"
)

// NeverExpires is the end of a lot that has none.
const NeverExpires = math.MaxInt64

// A CreditBook is how a company pays and what each account of its ledger holds. The
// last four are the platform's side of it: what came in from there is below zero.
type CreditBook struct {
	Plan    string `db:"plan"`
	Since   int64  `db:"since"` // of the plan
	LowPct  int64  `db:"low_pct"`
	Mark    int64  `db:"mark"` // free credits after the last arrival
	Told    int64  `db:"told"` // 1 once people were told that they run out
	Seq     int64  `db:"seq"`  // of the last entry
	Version int64  `db:"version"`
	Month   string `db:"month"`   // of plans by the month: the last it was brought into
	NextAt  int64  `db:"next_at"` // when other terms begin, 0 for none
	Stopped bool   `db:"stopped"` // stamping waits for a statement to be paid

	Available   int64 `db:"available"`
	Promo       int64 `db:"promo"`
	Held        int64 `db:"held"`
	Consumed    int64 `db:"consumed"`
	Expired     int64 `db:"expired"`
	Debt        int64 `db:"debt"` // zero or below
	Sold        int64 `db:"sold"`
	Granted     int64 `db:"granted"`
	Adjustments int64 `db:"adjustments"`
	Moved       int64 `db:"moved"` // between companies
}

const bookColumns = `plan, since, low_pct, mark, told, seq, version, month, next_at, stopped, available, promo, held, consumed, expired, debt, sold, granted, adjustments, moved`

// CreditBook returns the book of the company, or fail.NotFound: then it is without limit.
func (v *View) CreditBook(ctx context.Context) (CreditBook, error) {
	var b CreditBook
	err := v.get(ctx, &b, `SELECT `+bookColumns+` FROM credit_books WHERE tenant_id = $1`)
	return b, err
}

// CreditBookForUpdate is [View.CreditBook]; nobody else writes in it before this
// transaction ends.
func (tx *Tx) CreditBookForUpdate(ctx context.Context) (CreditBook, error) {
	var b CreditBook
	err := tx.getLocked(ctx, &b, `SELECT `+bookColumns+` FROM credit_books WHERE tenant_id = $1`)
	return b, err
}

// OpenCreditBook opens an empty book of the given plan unless there is one.
func (tx *Tx) OpenCreditBook(ctx context.Context, plan string, since int64) error {
	_, err := tx.exec(ctx, `INSERT INTO credit_books (tenant_id, plan, since) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO NOTHING`, plan, since)
	return err
}

// UpdateCreditBook keeps a book read by [Tx.CreditBookForUpdate].
func (tx *Tx) UpdateCreditBook(ctx context.Context, b CreditBook) error {
	_, err := tx.exec(ctx, `UPDATE credit_books SET plan = $2, since = $3, low_pct = $4, mark = $5, told = $6, seq = $7, version = $8,
		available = $9, promo = $10, held = $11, consumed = $12, expired = $13, debt = $14, sold = $15, granted = $16, adjustments = $17, moved = $18, month = $19, next_at = $20, stopped = $21
		WHERE tenant_id = $1`, b.Plan, b.Since, b.LowPct, b.Mark, b.Told, b.Seq, b.Version,
		b.Available, b.Promo, b.Held, b.Consumed, b.Expired, b.Debt, b.Sold, b.Granted, b.Adjustments, b.Moved, b.Month, b.NextAt, b.Stopped)
	return err
}

// A CreditLot is credits that came together and expire together.
type CreditLot struct {
	ID        string `db:"id"`
	Source    string `db:"source"`  // compra, bono, manual, recibido
	Account   string `db:"account"` // available, promo
	Units     int64  `db:"units"`
	Free      int64  `db:"free"`
	Expired   int64  `db:"expired"`
	ExpiresAt int64  `db:"expires_at"` // NeverExpires for none
	CreatedAt int64  `db:"created_at"`
	EntryID   string `db:"entry_id"` // that brought it
}

const lotColumns = `id, source, account, units, free, expired, expires_at, created_at, entry_id`

// InsertCreditLot keeps a new lot.
func (tx *Tx) InsertCreditLot(ctx context.Context, l CreditLot) error {
	_, err := tx.exec(ctx, `INSERT INTO credit_lots (tenant_id, `+lotColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		l.ID, l.Source, l.Account, l.Units, l.Free, l.Expired, l.ExpiresAt, l.CreatedAt, l.EntryID)
	return err
}

// ChangeCreditLot adds to what is free and to what has expired of a lot.
func (tx *Tx) ChangeCreditLot(ctx context.Context, id string, free, expired int64) error {
	_, err := tx.exec(ctx, `UPDATE credit_lots SET free = free + $3, expired = expired + $4 WHERE tenant_id = $1 AND id = $2`, id, free, expired)
	return err
}

// FreeCreditLots lists lots with credits left, the soonest to expire first, at most limit.
func (v *View) FreeCreditLots(ctx context.Context, limit int) ([]CreditLot, error) {
	rows := []CreditLot{}
	err := v.list(ctx, &rows, `SELECT `+lotColumns+` FROM credit_lots WHERE tenant_id = $1 AND free > 0 ORDER BY expires_at, id LIMIT $2`, limit)
	return rows, err
}

// CreditLot returns a lot by its id.
func (v *View) CreditLot(ctx context.Context, id string) (CreditLot, error) {
	var l CreditLot
	err := v.get(ctx, &l, `SELECT `+lotColumns+` FROM credit_lots WHERE tenant_id = $1 AND id = $2`, id)
	return l, err
}

// CreditLotsOf lists the lots that an entry brought.
func (v *View) CreditLotsOf(ctx context.Context, entryID string) ([]CreditLot, error) {
	rows := []CreditLot{}
	err := v.list(ctx, &rows, `SELECT `+lotColumns+` FROM credit_lots WHERE tenant_id = $1 AND entry_id = $2 ORDER BY id`, entryID)
	return rows, err
}

// CreditLotsAfter lists every lot after an id, for checks.
func (v *View) CreditLotsAfter(ctx context.Context, after string, limit int) ([]CreditLot, error) {
	rows := []CreditLot{}
	err := v.list(ctx, &rows, `SELECT `+lotColumns+` FROM credit_lots WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`, after, limit)
	return rows, err
}

// DueCredit returns tenants that have lots with credits left that expired at now or
// before, at most limit.
func (g *GlobalView) DueCredit(ctx context.Context, now int64, limit int) ([]Tenant, error) {
	ids := []string{}
	err := g.list(ctx, &ids, `SELECT tenant_id FROM credit_lots WHERE free > 0 AND expires_at <= $1 ORDER BY expires_at, tenant_id LIMIT $2`, now, limit)
	slices.Sort(ids)
	tenants := []Tenant{}
	for _, id := range slices.Compact(ids) {
		tenants = append(tenants, Tenant{id: id})
	}
	return tenants, err
}

// A CreditEntry is one thing that happened in a ledger.
type CreditEntry struct {
	ID         string `db:"id"` // chosen by the caller
	Seq        int64  `db:"seq"`
	Kind       string `db:"kind"`
	At         int64  `db:"at"`
	Digest     string `db:"digest"`
	DocumentID string `db:"document_id"`
	Ref        string `db:"ref"`
	Note       string `db:"note"`
	UserID     string `db:"user_id"`
	UserName   string `db:"user_name"`
	OtherID    string `db:"other_id"` // the other company of a transfer
	OtherRfc   string `db:"other_rfc"`
	OtherName  string `db:"other_name"`
	Reverses   string `db:"reverses"`
	Units      int64  `db:"units"`
	Delta      int64  `db:"delta"`   // of the balance: available, promo and held
	Balance    int64  `db:"balance"` // after it
}

const entryColumns = `id, seq, kind, at, digest, document_id, ref, note, user_id, user_name, other_id, other_rfc, other_name, reverses, units, delta, balance`

// InsertCreditEntry keeps an entry for ever.
func (tx *Tx) InsertCreditEntry(ctx context.Context, e CreditEntry) error {
	_, err := tx.exec(ctx, `INSERT INTO credit_entries (tenant_id, `+entryColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		e.ID, e.Seq, e.Kind, e.At, e.Digest, e.DocumentID, e.Ref, e.Note, e.UserID, e.UserName, e.OtherID, e.OtherRfc, e.OtherName,
		e.Reverses, e.Units, e.Delta, e.Balance)
	return err
}

// CreditEntry returns an entry by its id, or fail.NotFound.
func (v *View) CreditEntry(ctx context.Context, id string) (CreditEntry, error) {
	var e CreditEntry
	err := v.get(ctx, &e, `SELECT `+entryColumns+` FROM credit_entries WHERE tenant_id = $1 AND id = $2`, id)
	return e, err
}

// A CreditLine is what an entry puts into an account, or takes from it below zero.
type CreditLine struct {
	N       int64  `db:"n"`
	Account string `db:"account"`
	LotID   string `db:"lot_id"` // of what is available, promo or held
	Amount  int64  `db:"amount"`
}

// InsertCreditLine keeps a line of an entry for ever.
func (tx *Tx) InsertCreditLine(ctx context.Context, entryID string, l CreditLine) error {
	_, err := tx.exec(ctx, `INSERT INTO credit_lines (tenant_id, entry_id, n, account, lot_id, amount) VALUES ($1, $2, $3, $4, $5, $6)`,
		entryID, l.N, l.Account, l.LotID, l.Amount)
	return err
}

// CreditLines lists the lines of an entry.
func (v *View) CreditLines(ctx context.Context, entryID string) ([]CreditLine, error) {
	rows := []CreditLine{}
	err := v.list(ctx, &rows, `SELECT n, account, lot_id, amount FROM credit_lines WHERE tenant_id = $1 AND entry_id = $2 ORDER BY n`, entryID)
	return rows, err
}

// CreditReplay adds up every line of the ledger by account.
func (v *View) CreditReplay(ctx context.Context) (map[string]int64, error) {
	var rows []CreditLine
	err := v.list(ctx, &rows, `SELECT account, CAST(SUM(amount) AS BIGINT) AS amount FROM credit_lines WHERE tenant_id = $1 GROUP BY account`)
	sums := map[string]int64{}
	for _, r := range rows {
		sums[r.Account] = r.Amount
	}
	return sums, err
}

// CreditReplayLots adds up the free credits of every lot from the lines.
func (v *View) CreditReplayLots(ctx context.Context) (map[string]int64, error) {
	var rows []CreditLine
	err := v.list(ctx, &rows, `SELECT lot_id, CAST(SUM(amount) AS BIGINT) AS amount FROM credit_lines
		WHERE tenant_id = $1 AND account IN ('available', 'promo') GROUP BY lot_id`)
	sums := map[string]int64{}
	for _, r := range rows {
		sums[r.LotID] = r.Amount
	}
	return sums, err
}

// UnbalancedCredit lists entries whose lines do not add up to nothing, at most limit.
func (v *View) UnbalancedCredit(ctx context.Context, limit int) ([]string, error) {
	ids := []string{}
	err := v.list(ctx, &ids, `SELECT entry_id FROM credit_lines WHERE tenant_id = $1 GROUP BY entry_id HAVING SUM(amount) <> 0 ORDER BY entry_id LIMIT $2`, limit)
	return ids, err
}

// A CreditFilter chooses entries that changed the balance. Zero fields choose all.
type CreditFilter struct {
	Kinds    []string
	From, To int64 // instants, To excluded; 0 is open
	Before   int64 // seq, 0 from the newest
	Limit    int
}

// CreditEntries lists entries that changed the balance, newest first.
func (v *View) CreditEntries(ctx context.Context, f CreditFilter) ([]CreditEntry, error) {
	rows := []CreditEntry{}
	args := []any{}
	mark := func(value any) statement {
		args = append(args, value)
		return statement("$" + strconv.Itoa(len(args)+1))
	}
	sql := statement(`SELECT ` + entryColumns + ` FROM credit_entries WHERE tenant_id = $1 AND delta <> 0`)
	for i, k := range f.Kinds {
		if i == 0 {
			sql += ` AND kind IN (` + mark(k)
		} else {
			sql += `, ` + mark(k)
		}
	}
	if len(f.Kinds) > 0 {
		sql += `)`
	}
	if f.From != 0 {
		sql += ` AND at >= ` + mark(f.From)
	}
	if f.To != 0 {
		sql += ` AND at < ` + mark(f.To)
	}
	if f.Before != 0 {
		sql += ` AND seq < ` + mark(f.Before)
	}
	sql += ` ORDER BY seq DESC LIMIT ` + mark(f.Limit)
	return rows, v.list(ctx, &rows, sql, args...)
}

// CreditUsed adds up the credits used in the instants from..to.
func (v *View) CreditUsed(ctx context.Context, from, to int64) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT CAST(COALESCE(SUM(units), 0) AS BIGINT) FROM credit_entries WHERE tenant_id = $1 AND kind = 'uso' AND at >= $2 AND at < $3`, from, to)
	return n, err
}

// A CreditWait is a document that waits for a credit.
type CreditWait struct {
	DocumentID string `db:"document_id"`
	Revision   int64  `db:"revision"`
	At         int64  `db:"at"`
	UserID     string `db:"user_id"` // who asked
	UserName   string `db:"user_name"`
}

// PutCreditWait has a document wait; one that waits already keeps its place.
func (tx *Tx) PutCreditWait(ctx context.Context, w CreditWait) error {
	_, err := tx.exec(ctx, `INSERT INTO credit_waits (tenant_id, document_id, revision, at, user_id, user_name) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, document_id) DO UPDATE SET revision = excluded.revision, user_id = excluded.user_id, user_name = excluded.user_name`,
		w.DocumentID, w.Revision, w.At, w.UserID, w.UserName)
	return err
}

// DropCreditWait ends the wait of a document, if it waits.
func (tx *Tx) DropCreditWait(ctx context.Context, documentID string) error {
	_, err := tx.exec(ctx, `DELETE FROM credit_waits WHERE tenant_id = $1 AND document_id = $2`, documentID)
	return err
}

// CreditWait returns the wait of a document, or fail.NotFound.
func (v *View) CreditWait(ctx context.Context, documentID string) (CreditWait, error) {
	var w CreditWait
	err := v.get(ctx, &w, `SELECT document_id, revision, at, user_id, user_name FROM credit_waits WHERE tenant_id = $1 AND document_id = $2`, documentID)
	return w, err
}

// CreditWaits lists what waits, the oldest first, at most limit.
func (v *View) CreditWaits(ctx context.Context, limit int) ([]CreditWait, error) {
	rows := []CreditWait{}
	err := v.list(ctx, &rows, `SELECT document_id, revision, at, user_id, user_name FROM credit_waits WHERE tenant_id = $1 ORDER BY at, document_id LIMIT $2`, limit)
	return rows, err
}

// CountCreditWaits counts what waits.
func (v *View) CountCreditWaits(ctx context.Context) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM credit_waits WHERE tenant_id = $1`)
	return n, err
}

// CreditTotals are the platform's accounts over all companies.
type CreditTotals struct {
	Sold        int64 `db:"sold"`
	Granted     int64 `db:"granted"`
	Adjustments int64 `db:"adjustments"`
	Moved       int64 `db:"moved"` // zero, but while a transfer is half read
}

// CreditTotals adds up the platform's side of every book: one row for each company, for
// checks and for who runs the portal.
func (g *GlobalView) CreditTotals(ctx context.Context) (CreditTotals, error) {
	var t CreditTotals
	err := g.get(ctx, &t, `SELECT CAST(COALESCE(SUM(sold), 0) AS BIGINT) AS sold, CAST(COALESCE(SUM(granted), 0) AS BIGINT) AS granted,
		CAST(COALESCE(SUM(adjustments), 0) AS BIGINT) AS adjustments, CAST(COALESCE(SUM(moved), 0) AS BIGINT) AS moved FROM credit_books WHERE tenant_id > ''`)
	return t, err
}

// UsersWithMail counts the people of the company that have an address.
func (v *View) UsersWithMail(ctx context.Context, correo string) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND LOWER(correo) = LOWER($2) AND state <> 'baja'`, correo)
	return n, err
}
