package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// A ReferralCodeRow is the code by which a company invites others.
type ReferralCodeRow struct {
	Code      string `db:"code"` // upper case
	TenantID  string `db:"owner_tenant"`
	CreatedAt int64  `db:"created_at"`
}

// ReferralCode returns whose code it is, or fail.NotFound.
func (g *GlobalView) ReferralCode(ctx context.Context, code string) (ReferralCodeRow, error) {
	var r ReferralCodeRow
	err := g.get(ctx, &r, `SELECT code, owner_tenant, created_at FROM referral_codes WHERE code = $1`, code)
	return r, err
}

// ReferralCodeOf returns the code of a company, or fail.NotFound before it asked for one.
func (g *GlobalView) ReferralCodeOf(ctx context.Context, owner Tenant) (ReferralCodeRow, error) {
	var r ReferralCodeRow
	err := g.get(ctx, &r, `SELECT code, owner_tenant, created_at FROM referral_codes WHERE owner_tenant = $1`, owner.id)
	return r, err
}

// ReferralCodeForUpdate is [GlobalView.ReferralCodeOf]; nobody else rewards this
// company before the transaction ends.
func (tx *GlobalTx) ReferralCodeForUpdate(ctx context.Context, owner Tenant) (ReferralCodeRow, error) {
	var r ReferralCodeRow
	err := tx.get(ctx, &r, `SELECT code, owner_tenant, created_at FROM referral_codes WHERE owner_tenant = $1`+tx.db.dialect.lock, owner.id)
	return r, err
}

// InsertReferralCode keeps the code of a company. A code in use, or a company
// that has one, is fail.Conflict.
func (tx *GlobalTx) InsertReferralCode(ctx context.Context, r ReferralCodeRow) error {
	_, err := tx.exec(ctx, `INSERT INTO referral_codes (code, owner_tenant, created_at) VALUES ($1, $2, $3)`, r.Code, r.TenantID, r.CreatedAt)
	return err
}

// States of a [ReferralRow].
const (
	ReferralCame     = "registrado"
	ReferralPaid     = "pagado"   // waits for what else a reward needs
	ReferralRewarded = "premiado" // both sides have their credits
	ReferralRefused  = "negado"
	ReferralBack     = "por-revertir" // the order was given back after the reward
	ReferralReversed = "revertido"
)

// A ReferralRow is a company that came by the code of another.
type ReferralRow struct {
	GuestID   string `db:"guest_tenant"`
	OwnerID   string `db:"owner_tenant"`
	Code      string `db:"code"`
	MailHash  string `db:"correo_hash"` // of who registered it
	State     string `db:"state"`
	OrderID   string `db:"order_id"` // the first that was paid
	Print     string `db:"print"`    // of what it was paid with, "" for unknown
	Reason    string `db:"reason"`   // of what was refused
	CreatedAt int64  `db:"created_at"`
	PaidAt    int64  `db:"paid_at"`
	DecidedAt int64  `db:"decided_at"`
}

const referralColumns = `guest_tenant, owner_tenant, code, correo_hash, state, order_id, print, reason, created_at, paid_at, decided_at`

// Guest returns the company that came.
func (r ReferralRow) Guest() Tenant { return Tenant{id: r.GuestID} }

// Owner returns the company by whose code it came.
func (r ReferralRow) Owner() Tenant { return Tenant{id: r.OwnerID} }

// MailHash is what is kept of an address that must not be kept itself.
func MailHash(correo string) string {
	return hashOf("correo:" + strings.ToLower(strings.TrimSpace(correo)))
}

// RfcHash is what is kept of an RFC beyond the company that has it.
func RfcHash(rfc string) string { return hashOf("rfc:" + strings.ToUpper(strings.TrimSpace(rfc))) }

// PrintHash is what is kept of a payment instrument.
func PrintHash(instrument string) string { return hashOf("pago:" + instrument) }

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// InsertReferral notes that a company came by a code, the first time for ever.
func (tx *GlobalTx) InsertReferral(ctx context.Context, guest Tenant, code ReferralCodeRow, mailHash string, at int64) error {
	_, err := tx.exec(ctx, `INSERT INTO referrals (guest_tenant, owner_tenant, code, correo_hash, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (guest_tenant) DO NOTHING`, guest.id, code.TenantID, code.Code, mailHash, at)
	return err
}

// Referrals counts the companies that came by the code of owner.
func (g *GlobalView) Referrals(ctx context.Context, owner Tenant) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM referrals WHERE owner_tenant = $1`, owner.id)
	return n, err
}

// ReferralOf returns by whom a company came, or fail.NotFound.
func (g *GlobalView) ReferralOf(ctx context.Context, guest Tenant) (ReferralRow, error) {
	var r ReferralRow
	err := g.get(ctx, &r, `SELECT `+referralColumns+` FROM referrals WHERE guest_tenant = $1`, guest.id)
	return r, err
}

// ReferralForUpdate is [GlobalView.ReferralOf] for a row about to change.
func (tx *GlobalTx) ReferralForUpdate(ctx context.Context, guest Tenant) (ReferralRow, error) {
	var r ReferralRow
	err := tx.get(ctx, &r, `SELECT `+referralColumns+` FROM referrals WHERE guest_tenant = $1`+tx.db.dialect.lock, guest.id)
	return r, err
}

// UpdateReferral writes what becomes of a referral.
func (tx *GlobalTx) UpdateReferral(ctx context.Context, r ReferralRow) error {
	return tx.one(ctx, `UPDATE referrals SET state = $2, order_id = $3, print = $4, reason = $5, paid_at = $6, decided_at = $7 WHERE guest_tenant = $1`,
		r.GuestID, r.State, r.OrderID, r.Print, r.Reason, r.PaidAt, r.DecidedAt)
}

// ReferralsIn lists referrals in a state after a guest, at most limit.
func (g *GlobalView) ReferralsIn(ctx context.Context, state, after string, limit int) ([]ReferralRow, error) {
	rows := []ReferralRow{}
	err := g.list(ctx, &rows, `SELECT `+referralColumns+` FROM referrals WHERE state = $1 AND guest_tenant > $2 ORDER BY guest_tenant LIMIT $3`, state, after, limit)
	return rows, err
}

// CountReferrals counts those who came by the code of owner and are in a state.
func (g *GlobalView) CountReferrals(ctx context.Context, owner Tenant, state string) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM referrals WHERE owner_tenant = $1 AND state = $2`, owner.id, state)
	return n, err
}

// ReferralByMail returns who came by the code of owner with an address, the latest, or
// fail.NotFound.
func (g *GlobalView) ReferralByMail(ctx context.Context, owner Tenant, mailHash string) (ReferralRow, error) {
	var r ReferralRow
	err := g.get(ctx, &r, `SELECT `+referralColumns+` FROM referrals WHERE owner_tenant = $1 AND correo_hash = $2 ORDER BY created_at DESC LIMIT 1`, owner.id, mailHash)
	return r, err
}

// AsGlobal is the same transaction for what is of no single tenant.
func (tx *Tx) AsGlobal() *GlobalTx { return &GlobalTx{GlobalView{tx.scope}} }

// A RewardRow is a reward that an RFC brought, once for ever.
type RewardRow struct {
	RfcHash string `db:"rfc_hash"`
	GuestID string `db:"guest_tenant"`
	OwnerID string `db:"owner_tenant"`
	Mes     string `db:"mes"` // AAAA-MM
	Units   int64  `db:"units"`
	At      int64  `db:"at"`
}

// InsertReward keeps a reward; one for the same RFC is fail.Conflict.
func (tx *GlobalTx) InsertReward(ctx context.Context, r RewardRow) error {
	_, err := tx.exec(ctx, `INSERT INTO referral_rewards (rfc_hash, guest_tenant, owner_tenant, mes, units, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.RfcHash, r.GuestID, r.OwnerID, r.Mes, r.Units, r.At)
	return err
}

// Rewarded reports whether an RFC ever brought a reward.
func (g *GlobalView) Rewarded(ctx context.Context, rfcHash string) (bool, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM referral_rewards WHERE rfc_hash = $1`, rfcHash)
	return n > 0, err
}

// RewardsIn counts what a company was rewarded for in a month.
func (g *GlobalView) RewardsIn(ctx context.Context, owner Tenant, mes string) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM referral_rewards WHERE owner_tenant = $1 AND mes = $2`, owner.id, mes)
	return n, err
}

// KeepPrint notes that a company paid with an instrument.
func (tx *GlobalTx) KeepPrint(ctx context.Context, t Tenant, print string, at int64) error {
	_, err := tx.exec(ctx, `INSERT INTO payment_prints (print, owner_tenant, at) VALUES ($1, $2, $3) ON CONFLICT (owner_tenant, print) DO NOTHING`, print, t.id, at)
	return err
}

// SharesPrint reports whether two companies ever paid with the same instrument.
func (g *GlobalView) SharesPrint(ctx context.Context, a, b Tenant) (bool, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM payment_prints x JOIN payment_prints y ON x.print = y.print WHERE x.owner_tenant = $1 AND y.owner_tenant = $2`, a.id, b.id)
	return n > 0, err
}

// SharesMail reports whether somebody of a has the address of somebody of b.
func (g *GlobalView) SharesMail(ctx context.Context, a, b Tenant) (bool, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM mail_users x JOIN mail_users y ON x.correo_fold = y.correo_fold WHERE x.owner_tenant = $1 AND y.owner_tenant = $2`, a.id, b.id)
	return n > 0, err
}
