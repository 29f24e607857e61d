package store

import "context"

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

// InsertReferralCode keeps the code of a company. A code in use, or a company
// that has one, is fail.Conflict.
func (tx *GlobalTx) InsertReferralCode(ctx context.Context, r ReferralCodeRow) error {
	_, err := tx.exec(ctx, `INSERT INTO referral_codes (code, owner_tenant, created_at) VALUES ($1, $2, $3)`, r.Code, r.TenantID, r.CreatedAt)
	return err
}

// InsertReferral notes that a company came by a code, the first time for ever.
func (tx *GlobalTx) InsertReferral(ctx context.Context, guest Tenant, code ReferralCodeRow, at int64) error {
	_, err := tx.exec(ctx, `INSERT INTO referrals (guest_tenant, owner_tenant, code, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (guest_tenant) DO NOTHING`, guest.id, code.TenantID, code.Code, at)
	return err
}

// Referrals counts the companies that came by the code of owner.
func (g *GlobalView) Referrals(ctx context.Context, owner Tenant) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM referrals WHERE owner_tenant = $1`, owner.id)
	return n, err
}
