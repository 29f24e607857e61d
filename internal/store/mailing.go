package store

import (
	"context"
	"encoding/json"
	"fmt"

	"iofacturo.mx/internal/fail"
)

// What goes with a receipt's mail.
const (
	AttachBoth = "ambos"
	AttachXML  = "xml"
	AttachPDF  = "pdf"
)

// A MailSettingsRow is how the company's receipts go by mail. Version 0 is the portal's
// own way, which no row says.
type MailSettingsRow struct {
	FromName  string `db:"from_name"` // "" = the company's
	ReplyTo   string `db:"reply_to"`  // "" = the company's
	Copies    string `db:"copies"`    // JSON list of addresses
	Attach    string `db:"attach"`    // AttachBoth, …
	Automatic bool   `db:"automatic"` // on stamping
	Version   int64  `db:"version"`
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

// Addresses are those that get a copy of every mail.
func (r MailSettingsRow) Addresses() ([]string, error) {
	var list []string
	if err := json.Unmarshal([]byte(r.Copies), &list); err != nil {
		return nil, fmt.Errorf("copies: %w", err)
	}
	return list, nil
}

const mailSettingsColumns = `from_name, reply_to, copies, attach, automatic, version, updated_at, updated_by`

// MailSettings returns how the company's receipts go by mail.
func (v *View) MailSettings(ctx context.Context) (MailSettingsRow, error) {
	r := MailSettingsRow{}
	err := v.get(ctx, &r, `SELECT `+mailSettingsColumns+` FROM mail_settings WHERE tenant_id = $1`)
	if err != nil && fail.KindOf(err) == fail.NotFound {
		return MailSettingsRow{Copies: "[]", Attach: AttachBoth, Automatic: true}, nil
	}
	return r, err
}

// SaveMailSettings writes r over the settings whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) SaveMailSettings(ctx context.Context, r MailSettingsRow) error {
	return tx.one(ctx, `INSERT INTO mail_settings (tenant_id, `+mailSettingsColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (tenant_id) DO UPDATE SET from_name = excluded.from_name, reply_to = excluded.reply_to, copies = excluded.copies, attach = excluded.attach,
		automatic = excluded.automatic, version = excluded.version, updated_at = excluded.updated_at, updated_by = excluded.updated_by
		WHERE mail_settings.version = excluded.version - 1`,
		r.FromName, r.ReplyTo, r.Copies, r.Attach, r.Automatic, r.Version, r.UpdatedAt, r.UpdatedBy)
}

// A MailTemplateRow is what the mail of a type of document says.
type MailTemplateRow struct {
	Tipo      string `db:"tipo"`
	Subject   string `db:"subject"`
	Body      string `db:"body"`
	Version   int64  `db:"version"`
	UpdatedAt int64  `db:"updated_at"`
	UpdatedBy string `db:"updated_by"`
}

// MailTemplate returns the template that the company wrote for a type, or fail.NotFound.
func (v *View) MailTemplate(ctx context.Context, tipo string) (MailTemplateRow, error) {
	var r MailTemplateRow
	err := v.get(ctx, &r, `SELECT tipo, subject, body, version, updated_at, updated_by FROM mail_templates WHERE tenant_id = $1 AND tipo = $2`, tipo)
	return r, err
}

// SaveMailTemplate writes r over the template whose version is the one before r's:
// fail.NotFound otherwise.
func (tx *Tx) SaveMailTemplate(ctx context.Context, r MailTemplateRow) error {
	return tx.one(ctx, `INSERT INTO mail_templates (tenant_id, tipo, subject, body, version, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (tenant_id, tipo) DO UPDATE SET subject = excluded.subject, body = excluded.body, version = excluded.version,
		updated_at = excluded.updated_at, updated_by = excluded.updated_by WHERE mail_templates.version = excluded.version - 1`,
		r.Tipo, r.Subject, r.Body, r.Version, r.UpdatedAt, r.UpdatedBy)
}

// DeleteMailTemplate takes a template away; one that is not there is no error.
func (tx *Tx) DeleteMailTemplate(ctx context.Context, tipo string) error {
	_, err := tx.exec(ctx, `DELETE FROM mail_templates WHERE tenant_id = $1 AND tipo = $2`, tipo)
	return err
}
