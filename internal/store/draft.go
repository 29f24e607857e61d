package store

import "context"

// DraftBody returns what the form stored of a document, JSON, or fail.NotFound.
func (v *View) DraftBody(ctx context.Context, documentID string) (string, error) {
	var body string
	err := v.get(ctx, &body, `SELECT body FROM drafts WHERE tenant_id = $1 AND document_id = $2`, documentID)
	return body, err
}

// PutDraftBody stores what the form typed, in place of what it typed before.
// The document row must exist; its revision is what guards against two tabs.
func (tx *Tx) PutDraftBody(ctx context.Context, documentID, body string) error {
	_, err := tx.exec(ctx, `INSERT INTO drafts (tenant_id, document_id, body) VALUES ($1, $2, $3)
		ON CONFLICT (tenant_id, document_id) DO UPDATE SET body = excluded.body`, documentID, body)
	return err
}
