package store

import "context"

// What a mail to a customer is.
const (
	MailStatement = "estado"
	MailReminder  = "recordatorio"
)

// A CustomerMailRow is one mail to a customer that is about no single receipt.
type CustomerMailRow struct {
	ID         string `db:"id"`
	CustomerID string `db:"customer_id"`
	What       string `db:"what"`
	Moneda     string `db:"moneda"` // of a statement, with its days
	Desde      string `db:"desde"`
	Hasta      string `db:"hasta"`
	Recipients string `db:"recipients"` // JSON list of addresses
	Copies     string `db:"copies"`     // JSON list of addresses
	State      string `db:"state"`      // en-cola, enviado, fallido
	Error      string `db:"error"`      // of the last try, Spanish
	Tries      int64  `db:"tries"`
	Outcome    string `db:"outcome"` // JSON: what became of each address
	UserName   string `db:"user_name"`
	CreatedAt  int64  `db:"created_at"`
	SentAt     int64  `db:"sent_at"`
}

const customerMailColumns = `id, customer_id, what, moneda, desde, hasta, recipients, copies, state, error, tries, outcome, user_name, created_at, sent_at`

// InsertCustomerMail adds a mail to be sent.
func (tx *Tx) InsertCustomerMail(ctx context.Context, r CustomerMailRow) error {
	_, err := tx.exec(ctx, `INSERT INTO customer_mails (tenant_id, `+customerMailColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.ID, r.CustomerID, r.What, r.Moneda, r.Desde, r.Hasta, r.Recipients, r.Copies, r.State, r.Error, r.Tries, orEmpty(r.Outcome), r.UserName, r.CreatedAt, r.SentAt)
	return err
}

// ChangeCustomerMail stores how a try to send went.
func (tx *Tx) ChangeCustomerMail(ctx context.Context, r CustomerMailRow) error {
	_, err := tx.exec(ctx, `UPDATE customer_mails SET state = $3, error = $4, tries = $5, sent_at = $6, outcome = $7 WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.State, r.Error, r.Tries, r.SentAt, orEmpty(r.Outcome))
	return err
}

// CustomerMail returns one mail, or fail.NotFound.
func (v *View) CustomerMail(ctx context.Context, id string) (CustomerMailRow, error) {
	var r CustomerMailRow
	err := v.get(ctx, &r, `SELECT `+customerMailColumns+` FROM customer_mails WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// CustomerMails returns the last mails to a customer, newest first.
func (v *View) CustomerMails(ctx context.Context, customerID string, limit int) ([]CustomerMailRow, error) {
	rows := []CustomerMailRow{}
	err := v.list(ctx, &rows, `SELECT `+customerMailColumns+` FROM customer_mails WHERE tenant_id = $1 AND customer_id = $2
		ORDER BY created_at DESC, id DESC LIMIT $3`, customerID, limit)
	return rows, err
}
