package store

import (
	"context"
	"strings"
)

// How the connection with a company's own mail server is protected.
const (
	MailStartTLS = "starttls"
	MailImplicit = "implicito"
)

// A MailServerRow is the mail server of the company's own. Password is sealed by the
// signer for ID, which is new with each password.
type MailServerRow struct {
	ID        string `db:"id"`
	Host      string `db:"host"`
	Port      int64  `db:"port"`
	TLS       string `db:"tls"`
	Username  string `db:"username"`
	Password  []byte `db:"password" json:"-"`
	Sender    string `db:"sender"`
	Version   int64  `db:"version"`
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
	FailedAt  int64  `db:"failed_at"` // since when nothing leaves by it, 0 while it works
	Failure   string `db:"failure"`   // why, Spanish
}

const mailServerColumns = `id, host, port, tls, username, password, sender, version, updated_at, updated_by, failed_at, failure`

// MailServer returns the company's own mail server, or fail.NotFound when it has none.
func (v *View) MailServer(ctx context.Context) (MailServerRow, error) {
	var r MailServerRow
	err := v.get(ctx, &r, `SELECT `+mailServerColumns+` FROM mail_servers WHERE tenant_id = $1`)
	return r, err
}

// SaveMailServer writes r over the server whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) SaveMailServer(ctx context.Context, r MailServerRow) error {
	return tx.one(ctx, `INSERT INTO mail_servers (tenant_id, `+mailServerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (tenant_id) DO UPDATE SET id = excluded.id, host = excluded.host, port = excluded.port, tls = excluded.tls, username = excluded.username,
		password = excluded.password, sender = excluded.sender, version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by,
		failed_at = excluded.failed_at, failure = excluded.failure WHERE mail_servers.version = excluded.version - 1`,
		r.ID, r.Host, r.Port, r.TLS, r.Username, r.Password, r.Sender, r.Version, r.UpdatedAt, r.UpdatedBy, r.FailedAt, r.Failure)
}

// DeleteMailServer takes the server away, with its password; none is no error.
func (tx *Tx) DeleteMailServer(ctx context.Context) error {
	_, err := tx.exec(ctx, `DELETE FROM mail_servers WHERE tenant_id = $1`)
	return err
}

// FailMailServer notes that nothing leaves by the server as it was at a version. It
// reports true for the first to say so since it last worked.
func (tx *Tx) FailMailServer(ctx context.Context, version, at int64, why string) (first bool, err error) {
	n, err := tx.exec(ctx, `UPDATE mail_servers SET failed_at = $3, failure = $4 WHERE tenant_id = $1 AND version = $2 AND failed_at = 0`, version, at, why)
	return n == 1, err
}

// MendMailServer notes that mail leaves by the server as it is at a version.
func (tx *Tx) MendMailServer(ctx context.Context, version int64) error {
	_, err := tx.exec(ctx, `UPDATE mail_servers SET failed_at = 0, failure = '' WHERE tenant_id = $1 AND version = $2 AND failed_at <> 0`, version)
	return err
}

// A BounceRow is an address that a mail server refused for good, in lower case.
type BounceRow struct {
	Address   string `db:"address"`
	BouncedAt int64  `db:"bounced_at"`
	Reason    string `db:"reason"` // Spanish
}

// PutBounce notes that an address was refused.
func (tx *Tx) PutBounce(ctx context.Context, r BounceRow) error {
	_, err := tx.exec(ctx, `INSERT INTO mail_bounces (tenant_id, address, bounced_at, reason) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, address) DO UPDATE SET bounced_at = excluded.bounced_at, reason = excluded.reason`,
		strings.ToLower(r.Address), r.BouncedAt, r.Reason)
	return err
}

// ClearBounce notes that an address takes mail.
func (tx *Tx) ClearBounce(ctx context.Context, address string) error {
	_, err := tx.exec(ctx, `DELETE FROM mail_bounces WHERE tenant_id = $1 AND address = $2`, strings.ToLower(address))
	return err
}

// Bounces are those of the addresses given that were refused.
func (v *View) Bounces(ctx context.Context, addresses []string) ([]BounceRow, error) {
	rows := []BounceRow{}
	if len(addresses) == 0 {
		return rows, nil
	}
	lower := make([]string, len(addresses))
	for i, a := range addresses {
		lower[i] = strings.ToLower(a)
	}
	var p picker
	p.sql = `SELECT address, bounced_at, reason FROM mail_bounces WHERE tenant_id = $1 AND address IN (` + p.in(lower) + `)`
	err := v.list(ctx, &rows, p.sql, p.args...)
	return rows, err
}
