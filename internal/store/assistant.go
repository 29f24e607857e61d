package store

import "context"

// An AssistantRow is how a person keeps the assistant in a company.
type AssistantRow struct {
	Minimized   bool  `db:"minimized"`
	Hidden      bool  `db:"hidden"`
	ConsultedAt int64 `db:"consulted_at"` // when the list of receipts was first opened with one in it, 0 never
}

// Assistant returns how a person keeps the assistant, or fail.NotFound for who
// never touched it.
func (v *View) Assistant(ctx context.Context, userID string) (AssistantRow, error) {
	var r AssistantRow
	err := v.get(ctx, &r, `SELECT minimized, hidden, consulted_at FROM assistants WHERE tenant_id = $1 AND user_id = $2`, userID)
	return r, err
}

// ShowAssistant keeps how a person wants the assistant.
func (tx *Tx) ShowAssistant(ctx context.Context, userID string, minimized, hidden bool) error {
	_, err := tx.exec(ctx, `INSERT INTO assistants (tenant_id, user_id, minimized, hidden) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, user_id) DO UPDATE SET minimized = excluded.minimized, hidden = excluded.hidden`, userID, minimized, hidden)
	return err
}

// Consulted keeps the instant (microseconds) at which a person first saw the list of
// receipts with one in it; a later one changes nothing.
func (tx *Tx) Consulted(ctx context.Context, userID string, at int64) error {
	_, err := tx.exec(ctx, `INSERT INTO assistants AS a (tenant_id, user_id, consulted_at) VALUES ($1, $2, $3)
		ON CONFLICT (tenant_id, user_id) DO UPDATE SET consulted_at = CASE WHEN a.consulted_at = 0 THEN excluded.consulted_at ELSE a.consulted_at END`, userID, at)
	return err
}
