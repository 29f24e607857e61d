package store

import "context"

// A DeliveryRow is one mail with a receipt, asked for or automatic.
type DeliveryRow struct {
	ID         string `db:"id"`
	DocumentID string `db:"document_id"`
	Dedup      string `db:"dedup"`      // one mail for one key, however often it is asked for
	Recipients string `db:"recipients"` // JSON list of addresses
	Copies     string `db:"copies"`     // JSON list of addresses
	Subject    string `db:"subject"`
	Body       string `db:"body"`
	State      string `db:"state"` // en-cola, enviado, fallido
	Error      string `db:"error"` // of the last try, Spanish
	Tries      int64  `db:"tries"`
	UserName   string `db:"user_name"`
	CreatedAt  int64  `db:"created_at"`
	SentAt     int64  `db:"sent_at"`
	Outcome    string `db:"outcome"` // JSON: what became of each address
}

const deliveryColumns = `id, document_id, dedup, recipients, copies, subject, body, state, error, tries, user_name, created_at, sent_at, outcome`

// InsertDelivery adds a mail to be sent. It reports false, and adds nothing,
// when its dedup key is already there.
func (tx *Tx) InsertDelivery(ctx context.Context, r DeliveryRow) (fresh bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO deliveries (tenant_id, `+deliveryColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (tenant_id, dedup) DO NOTHING`,
		r.ID, r.DocumentID, r.Dedup, r.Recipients, r.Copies, r.Subject, r.Body, r.State, r.Error, r.Tries, r.UserName, r.CreatedAt, r.SentAt, orEmpty(r.Outcome))
	return n == 1, err
}

// ChangeDelivery stores how a try to send went.
func (tx *Tx) ChangeDelivery(ctx context.Context, r DeliveryRow) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET state = $3, error = $4, tries = $5, sent_at = $6, outcome = $7 WHERE tenant_id = $1 AND id = $2`,
		r.ID, r.State, r.Error, r.Tries, r.SentAt, orEmpty(r.Outcome))
	return err
}

// orEmpty is a JSON object, the empty one for nothing.
func orEmpty(object string) string {
	if object == "" {
		return "{}"
	}
	return object
}

// DeliveryForUpdate is Delivery, locked.
func (tx *Tx) DeliveryForUpdate(ctx context.Context, id string) (DeliveryRow, error) {
	var r DeliveryRow
	err := tx.getLocked(ctx, &r, `SELECT `+deliveryColumns+` FROM deliveries WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Delivery returns one mail, or fail.NotFound.
func (v *View) Delivery(ctx context.Context, id string) (DeliveryRow, error) {
	var r DeliveryRow
	err := v.get(ctx, &r, `SELECT `+deliveryColumns+` FROM deliveries WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Deliveries returns the mails of a document, newest first.
func (v *View) Deliveries(ctx context.Context, documentID string) ([]DeliveryRow, error) {
	var rows []DeliveryRow
	err := v.list(ctx, &rows, `SELECT `+deliveryColumns+` FROM deliveries WHERE tenant_id = $1 AND document_id = $2 ORDER BY created_at DESC, id DESC`, documentID)
	return rows, err
}
