package store

import "context"

// Words of PolicyRow.SecondFactor: of whom a second factor is asked.
const (
	FactorOptional = "opcional"
	FactorAdmins   = "administradores"
	FactorAll      = "todos"
)

// A PolicyRow says how the people of a company come in.
type PolicyRow struct {
	PasswordDays   int64  `db:"password_days"`   // a password lasts so long; 0 = for ever
	PasswordLength int64  `db:"password_length"` // least characters
	IdleDays       int64  `db:"idle_days"`       // an account unused for longer locks; 0 = never
	SessionMinutes int64  `db:"session_minutes"` // a session unused for longer ends
	SessionHours   int64  `db:"session_hours"`   // a session older than this ends
	SecondFactor   string `db:"second_factor"`   // FactorOptional, …
	GraceDays      int64  `db:"grace_days"`      // to set up a second factor that is required
	CSDSignin      bool   `db:"csd_signin"`      // the seal certificate lets its holder in
	CSDUpload      bool   `db:"csd_upload"`      // … also from a browser without script
	Color          string `db:"color"`           // of the company in the bar: a word of the palette, "" = made from its RFC
	Version        int64  `db:"version"`
	UpdatedAt      int64  `db:"updated_at"`
	UpdatedBy      string `db:"updated_by"`
}

const policyColumns = `password_days, password_length, idle_days, session_minutes, session_hours, second_factor, grace_days,
	csd_signin, csd_upload, color, version, updated_at, updated_by`

// DefaultPolicy is what a company starts with (manual §1.4).
func DefaultPolicy() PolicyRow {
	return PolicyRow{
		PasswordDays: 30, PasswordLength: 12, IdleDays: 30, SessionMinutes: 30, SessionHours: 12,
		SecondFactor: FactorOptional, GraceDays: 14, CSDSignin: true, CSDUpload: true, Version: 1,
	}
}

// Policy returns the policy of the company, or fail.NotFound before it is founded.
func (v *View) Policy(ctx context.Context) (PolicyRow, error) {
	var r PolicyRow
	err := v.get(ctx, &r, `SELECT `+policyColumns+` FROM policies WHERE tenant_id = $1`)
	return r, err
}

// InsertPolicy keeps the one policy of the company.
func (tx *Tx) InsertPolicy(ctx context.Context, r PolicyRow) error {
	_, err := tx.exec(ctx, `INSERT INTO policies (tenant_id, `+policyColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		r.PasswordDays, r.PasswordLength, r.IdleDays, r.SessionMinutes, r.SessionHours, r.SecondFactor, r.GraceDays,
		r.CSDSignin, r.CSDUpload, r.Color, r.Version, r.UpdatedAt, r.UpdatedBy)
	return err
}

// UpdatePolicy writes r over the policy whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) UpdatePolicy(ctx context.Context, r PolicyRow) error {
	err := tx.one(ctx, `UPDATE policies SET password_days = $2, password_length = $3, idle_days = $4, session_minutes = $5,
		session_hours = $6, second_factor = $7, grace_days = $8, csd_signin = $9, csd_upload = $10, color = $11,
		version = $12, updated_at = $13, updated_by = $14 WHERE tenant_id = $1 AND version = $12 - 1`,
		r.PasswordDays, r.PasswordLength, r.IdleDays, r.SessionMinutes, r.SessionHours, r.SecondFactor, r.GraceDays,
		r.CSDSignin, r.CSDUpload, r.Color, r.Version, r.UpdatedAt, r.UpdatedBy)
	if err != nil {
		return err
	}
	g := &GlobalTx{GlobalView{tx.scope}} // where the switcher reads it
	_, err = g.exec(ctx, `UPDATE tenants SET color = $2 WHERE id = $1`, tx.tenant.id, r.Color)
	return err
}
