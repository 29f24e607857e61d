package store

import (
	"context"
	"database/sql"
)

// A RegistrationRow is somebody who asked for a company.
type RegistrationRow struct {
	ID          string `db:"id"`
	PendingHash string `db:"pending_hash"` // SHA-256 of the token the browser holds
	Rfc         string `db:"rfc"`
	Nombre      string `db:"nombre"`
	Correo      string `db:"correo"`
	CorreoFold  string `db:"correo_fold"` // lower case, to count
	Mails       int64  `db:"mails"`       // links asked for so far
	MailedAt    int64  `db:"mailed_at"`
	CreatedAt   int64  `db:"created_at"`
	ExpiresAt   int64  `db:"expires_at"`
	UsedAt      int64  `db:"used_at"` // 0 = not confirmed
	Code        string `db:"code"`    // by which it was invited, "" for none
}

const registrationColumns = `id, pending_hash, rfc, nombre, correo, correo_fold, mails, mailed_at, created_at, expires_at, used_at, code`

// Registration returns one registration, or fail.NotFound.
func (g *GlobalView) Registration(ctx context.Context, id string) (RegistrationRow, error) {
	var r RegistrationRow
	err := g.get(ctx, &r, `SELECT `+registrationColumns+` FROM registrations WHERE id = $1`, id)
	return r, err
}

// RegistrationByPending returns the registration of a pending token's hash, or fail.NotFound.
func (g *GlobalView) RegistrationByPending(ctx context.Context, hash string) (RegistrationRow, error) {
	var r RegistrationRow
	err := g.get(ctx, &r, `SELECT `+registrationColumns+` FROM registrations WHERE pending_hash = $1`, hash)
	return r, err
}

// MailsTo counts the links asked for to an address (folded) since the given instant.
func (g *GlobalView) MailsTo(ctx context.Context, fold string, since int64) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT CAST(COALESCE(SUM(mails), 0) AS BIGINT) FROM registrations WHERE correo_fold = $1 AND created_at >= $2`, fold, since)
	return n, err
}

// InsertRegistration keeps a new registration.
func (tx *GlobalTx) InsertRegistration(ctx context.Context, r RegistrationRow) error {
	_, err := tx.exec(ctx, `INSERT INTO registrations (`+registrationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, r.PendingHash, r.Rfc, r.Nombre, r.Correo, r.CorreoFold, r.Mails, r.MailedAt, r.CreatedAt, r.ExpiresAt, r.UsedAt, r.Code)
	return err
}

// UpdateRegistration writes the address, the count of mails and the end of r,
// unless it was confirmed in the mean time: fail.NotFound.
func (tx *GlobalTx) UpdateRegistration(ctx context.Context, r RegistrationRow) error {
	return tx.one(ctx, `UPDATE registrations SET correo = $2, correo_fold = $3, mails = $4, mailed_at = $5, expires_at = $6 WHERE id = $1 AND used_at = 0`,
		r.ID, r.Correo, r.CorreoFold, r.Mails, r.MailedAt, r.ExpiresAt)
}

// UseRegistration marks a registration as confirmed, once: fail.NotFound the second time.
func (tx *GlobalTx) UseRegistration(ctx context.Context, id string, at int64) error {
	return tx.one(ctx, `UPDATE registrations SET used_at = $2 WHERE id = $1 AND used_at = 0`, id, at)
}

// Kinds of links.
const (
	LinkRegistration = "registro"      // Subject is a registration
	LinkUnlock       = "desbloqueo"    // Subject is a user of TenantID
	LinkInvitation   = "invitacion"    // Subject is a user of TenantID who has no password yet
	LinkPassword     = "contrasena"    // Subject is a user of TenantID who forgot the password
	LinkMailOld      = "correo-actual" // Subject is a user of TenantID, Data its MailChangeRow.ID
	LinkMailNew      = "correo-nuevo"  // the same, sent to the new address
	LinkCoadmin      = "coadmin"       // Subject is a co-administration of TenantID
	LinkNoInvites    = "no-me-inviten" // Subject is the MailHash of who was invited
)

// A LinkRow is one link sent by mail, found by the SHA-256 of its token.
type LinkRow struct {
	TokenHash string `db:"token_hash"`
	Kind      string `db:"kind"`
	Subject   string `db:"subject"`
	TenantID  string `db:"owner_tenant"`
	Data      string `db:"data"` // what else the link is about, "" for nothing; no secret
	CreatedAt int64  `db:"created_at"`
	ExpiresAt int64  `db:"expires_at"`
	UsedAt    int64  `db:"used_at"` // 0 = not used
}

const linkColumns = `token_hash, kind, subject, owner_tenant, data, created_at, expires_at, used_at`

// Tenant returns the tenant of the link's subject; the zero Tenant for a registration.
func (r LinkRow) Tenant() Tenant { return Tenant{id: r.TenantID} }

// Link returns the link of a kind with a token's hash, or fail.NotFound.
func (g *GlobalView) Link(ctx context.Context, kind, hash string) (LinkRow, error) {
	var r LinkRow
	err := g.get(ctx, &r, `SELECT `+linkColumns+` FROM links WHERE token_hash = $2 AND kind = $1`, kind, hash)
	return r, err
}

// InsertLink keeps a new link.
func (tx *GlobalTx) InsertLink(ctx context.Context, r LinkRow) error {
	_, err := tx.exec(ctx, `INSERT INTO links (`+linkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.TokenHash, r.Kind, r.Subject, r.TenantID, r.Data, r.CreatedAt, r.ExpiresAt, r.UsedAt)
	return err
}

// UseLink marks a link as used, once: fail.NotFound the second time.
func (tx *GlobalTx) UseLink(ctx context.Context, hash string, at int64) error {
	return tx.one(ctx, `UPDATE links SET used_at = $2 WHERE token_hash = $1 AND used_at = 0`, hash, at)
}

// DropLinks forgets the links of a subject, so that what was mailed opens nothing.
func (tx *GlobalTx) DropLinks(ctx context.Context, kind, subject string) error {
	_, err := tx.exec(ctx, `DELETE FROM links WHERE kind = $1 AND subject = $2`, kind, subject)
	return err
}

// SpendLinks marks the links of a subject as used, so that what was mailed before
// opens nothing and says why.
func (tx *GlobalTx) SpendLinks(ctx context.Context, kind, subject string, at int64) error {
	_, err := tx.exec(ctx, `UPDATE links SET used_at = $3 WHERE kind = $1 AND subject = $2 AND used_at = 0`, kind, subject, at)
	return err
}

// LinksSince counts the links of a subject made since the given instant.
func (g *GlobalView) LinksSince(ctx context.Context, kind, subject string, since int64) (int64, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM links WHERE kind = $1 AND subject = $2 AND created_at >= $3`, kind, subject, since)
	return n, err
}

// one runs a statement that must touch a row; none is fail.NotFound.
func (tx *GlobalTx) one(ctx context.Context, text statement, args ...any) error {
	n, err := tx.exec(ctx, text, args...)
	if err == nil && n == 0 {
		return translate(sql.ErrNoRows)
	}
	return err
}
