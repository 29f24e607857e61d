package store

import "context"

// A TOTPRow is the authenticator of a person.
type TOTPRow struct {
	UserID      string `db:"user_id"`
	Secret      []byte `db:"secret"`       // sealed by the signer for UserID
	LastStep    int64  `db:"last_step"`    // of the last code taken
	ConfirmedAt int64  `db:"confirmed_at"` // 0 = begun, opens nothing
	CreatedAt   int64  `db:"created_at"`
}

const totpColumns = `user_id, secret, last_step, confirmed_at, created_at`

// TOTP returns the authenticator of a user, or fail.NotFound.
func (v *View) TOTP(ctx context.Context, userID string) (TOTPRow, error) {
	var r TOTPRow
	err := v.get(ctx, &r, `SELECT `+totpColumns+` FROM totps WHERE tenant_id = $1 AND user_id = $2`, userID)
	return r, err
}

// BeginTOTP keeps an authenticator that is not confirmed yet in place of another
// such; a confirmed one stays: fail.Conflict.
func (tx *Tx) BeginTOTP(ctx context.Context, r TOTPRow) error {
	if _, err := tx.exec(ctx, `DELETE FROM totps WHERE tenant_id = $1 AND user_id = $2 AND confirmed_at = 0`, r.UserID); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO totps (tenant_id, `+totpColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.UserID, r.Secret, r.LastStep, r.ConfirmedAt, r.CreatedAt)
	return err
}

// ConfirmTOTP makes a begun authenticator count; fail.NotFound when there is none.
func (tx *Tx) ConfirmTOTP(ctx context.Context, userID string, step, at int64) error {
	return tx.one(ctx, `UPDATE totps SET confirmed_at = $4, last_step = $3 WHERE tenant_id = $1 AND user_id = $2 AND confirmed_at = 0`, userID, step, at)
}

// UseTOTP notes the step of a code that was taken; fail.NotFound when that step,
// or a later one, was taken before.
func (tx *Tx) UseTOTP(ctx context.Context, userID string, step int64) error {
	return tx.one(ctx, `UPDATE totps SET last_step = $3 WHERE tenant_id = $1 AND user_id = $2 AND last_step < $3 AND confirmed_at > 0`, userID, step)
}

// DeleteTOTP forgets the authenticator of a user.
func (tx *Tx) DeleteTOTP(ctx context.Context, userID string) error {
	_, err := tx.exec(ctx, `DELETE FROM totps WHERE tenant_id = $1 AND user_id = $2`, userID)
	return err
}

// PutRecoveryCodes keeps the hashes of new codes in place of all before them.
func (tx *Tx) PutRecoveryCodes(ctx context.Context, userID string, hashes []string) error {
	if _, err := tx.exec(ctx, `DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2`, userID); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.exec(ctx, `INSERT INTO recovery_codes (tenant_id, user_id, hash) VALUES ($1, $2, $3)`, userID, h); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode takes a code, once: fail.NotFound the second time.
func (tx *Tx) UseRecoveryCode(ctx context.Context, userID, hash string, at int64) error {
	return tx.one(ctx, `UPDATE recovery_codes SET used_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND hash = $3 AND used_at = 0`, userID, hash, at)
}

// RecoveryCodesLeft counts the codes of a user that were not taken.
func (v *View) RecoveryCodesLeft(ctx context.Context, userID string) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2 AND used_at = 0`, userID)
	return n, err
}

// FactorDue returns since when a second factor is asked of a user, or fail.NotFound.
func (v *View) FactorDue(ctx context.Context, userID string) (int64, error) {
	var since int64
	err := v.get(ctx, &since, `SELECT since FROM factor_dues WHERE tenant_id = $1 AND user_id = $2`, userID)
	return since, err
}

// PutFactorDue notes since when it is asked, unless that is noted already.
func (tx *Tx) PutFactorDue(ctx context.Context, userID string, since int64) error {
	_, err := tx.exec(ctx, `INSERT INTO factor_dues (tenant_id, user_id, since) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, user_id) DO NOTHING`, userID, since)
	return err
}

// DeleteFactorDue forgets it, when it is no longer asked.
func (tx *Tx) DeleteFactorDue(ctx context.Context, userID string) error {
	_, err := tx.exec(ctx, `DELETE FROM factor_dues WHERE tenant_id = $1 AND user_id = $2`, userID)
	return err
}

// KnowDevice notes that a user came in from a device at the given instant, forgets
// those not seen since the instant old, and returns how many others are known and
// whether this one was.
func (tx *Tx) KnowDevice(ctx context.Context, userID, hash string, at, old int64) (others int64, known bool, err error) {
	if _, err := tx.exec(ctx, `DELETE FROM known_devices WHERE tenant_id = $1 AND user_id = $2 AND seen_at < $3`, userID, old); err != nil {
		return 0, false, err
	}
	n, err := tx.exec(ctx, `UPDATE known_devices SET seen_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND hash = $3`, userID, hash, at)
	if err != nil {
		return 0, false, err
	}
	err = tx.get(ctx, &others, `SELECT COUNT(*) FROM known_devices WHERE tenant_id = $1 AND user_id = $2 AND hash <> $3`, userID, hash)
	if err != nil || n > 0 {
		return others, n > 0, err
	}
	_, err = tx.exec(ctx, `INSERT INTO known_devices (tenant_id, user_id, hash, seen_at) VALUES ($1, $2, $3, $4)`, userID, hash, at)
	return others, false, err
}
