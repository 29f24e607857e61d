package store

import (
	"context"

	"iofacturo.mx/internal/fail"
)

// An AttemptRow is one delivery of sealed bytes to one certifier. It is written
// before the first byte leaves and stays open (Outcome "") until it is known
// for certain what became of it; a document has at most one open.
type AttemptRow struct {
	DocumentID string `db:"document_id"`
	N          int64  `db:"n"` // 1, 2, 3… within the document
	Revision   int64  `db:"revision"`
	PAC        string `db:"pac"`
	Reference  string `db:"reference"` // ours, the same for the same bytes
	SHA256     []byte `db:"sha256"`    // of the sealed bytes
	StartedAt  int64  `db:"started_at"`
	LeaseUntil int64  `db:"lease_until"` // until then somebody may still be sending
	Tries      int64  `db:"tries"`       // questions asked after the first sending
	EndedAt    int64  `db:"ended_at"`
	Outcome    string `db:"outcome"` // "", timbrado, rechazado, no-entregado, vencido
	Code       string `db:"code"`
	Message    string `db:"message"`
	Answer     []byte `db:"answer"` // bytes of an answer that was not accepted, kept as evidence
}

const attemptColumns = `document_id, n, revision, pac, reference, sha256, started_at, lease_until, tries, ended_at, outcome, code, message, answer`

// OpenAttempt returns the unsettled attempt of a document, or fail.NotFound.
func (v *View) OpenAttempt(ctx context.Context, documentID string) (AttemptRow, error) {
	var r AttemptRow
	err := v.get(ctx, &r, `SELECT `+attemptColumns+` FROM attempts WHERE tenant_id = $1 AND document_id = $2 AND outcome = ''`, documentID)
	return r, err
}

// Attempts returns every attempt of a document, oldest first.
func (v *View) Attempts(ctx context.Context, documentID string) ([]AttemptRow, error) {
	var rows []AttemptRow
	err := v.list(ctx, &rows, `SELECT `+attemptColumns+` FROM attempts WHERE tenant_id = $1 AND document_id = $2 ORDER BY n`, documentID)
	return rows, err
}

// InsertAttempt opens an attempt and returns its number. fail.Conflict when the
// document has one open.
func (tx *Tx) InsertAttempt(ctx context.Context, r AttemptRow) (int64, error) {
	err := tx.get(ctx, &r.N, `SELECT COALESCE(MAX(n), 0) + 1 FROM attempts WHERE tenant_id = $1 AND document_id = $2`, r.DocumentID)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `INSERT INTO attempts (tenant_id, `+attemptColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		r.DocumentID, r.N, r.Revision, r.PAC, r.Reference, r.SHA256, r.StartedAt, r.LeaseUntil, r.Tries, r.EndedAt, r.Outcome, r.Code, r.Message, r.Answer)
	return r.N, err
}

// ChangeAttempt stores what is known of an open attempt; with an Outcome it
// closes it for ever. An attempt no longer open is fail.Conflict.
func (tx *Tx) ChangeAttempt(ctx context.Context, r AttemptRow) error {
	n, err := tx.exec(ctx, `UPDATE attempts SET lease_until = $4, tries = $5, ended_at = $6, outcome = $7, code = $8, message = $9, answer = $10
		WHERE tenant_id = $1 AND document_id = $2 AND n = $3 AND outcome = ''`,
		r.DocumentID, r.N, r.LeaseUntil, r.Tries, r.EndedAt, r.Outcome, r.Code, r.Message, r.Answer)
	if err == nil && n == 0 {
		return fail.New(fail.Conflict, "Este envío al certificador ya tiene respuesta.")
	}
	return err
}

// An EventRow is one line of the append-only log of a document.
type EventRow struct {
	DocumentID string `db:"document_id"`
	Seq        int64  `db:"seq"`
	At         int64  `db:"at"`
	Event      string `db:"event"`
	From       string `db:"from_state"`
	To         string `db:"to_state"`
	Revision   int64  `db:"revision"`
	UserID     string `db:"user_id"`
	UserName   string `db:"user_name"`
	Code       string `db:"code"`
	Message    string `db:"message"`
}

// InsertEvent appends to the log of a document; it numbers the line itself. The
// caller has changed the document in the same transaction, which keeps others off.
func (tx *Tx) InsertEvent(ctx context.Context, e EventRow) error {
	_, err := tx.exec(ctx, `INSERT INTO document_events (tenant_id, document_id, seq, at, event, from_state, to_state, revision, user_id, user_name, code, message)
		SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, CAST($3 AS BIGINT), $4, $5, $6, CAST($7 AS BIGINT), $8, $9, $10, $11
		FROM document_events WHERE tenant_id = $1 AND document_id = $2`,
		e.DocumentID, e.At, e.Event, e.From, e.To, e.Revision, e.UserID, e.UserName, e.Code, e.Message)
	return err
}

// Events returns the log of a document, oldest first.
func (v *View) Events(ctx context.Context, documentID string) ([]EventRow, error) {
	var rows []EventRow
	err := v.list(ctx, &rows, `SELECT document_id, seq, at, event, from_state, to_state, revision, user_id, user_name, code, message
		FROM document_events WHERE tenant_id = $1 AND document_id = $2 ORDER BY seq`, documentID)
	return rows, err
}

// A StampRow says whose document a UUID is. It is global: no UUID twice in the house.
type StampRow struct {
	UUID       string `db:"uuid"` // upper case
	TenantID   string `db:"tenant_id"`
	DocumentID string `db:"document_id"`
	Revision   int64  `db:"revision"`
	CreatedAt  int64  `db:"created_at"`
}

// InsertStamp takes a UUID for a document. It reports false when the UUID is
// already taken, by whomever.
func (tx *GlobalTx) InsertStamp(ctx context.Context, r StampRow) (fresh bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO stamps (uuid, tenant_id, document_id, revision, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (uuid) DO NOTHING`, r.UUID, r.TenantID, r.DocumentID, r.Revision, r.CreatedAt)
	return n == 1, err
}

// Stamp returns whose document a UUID is, or fail.NotFound.
func (g *GlobalView) Stamp(ctx context.Context, uuid string) (StampRow, error) {
	var r StampRow
	err := g.get(ctx, &r, `SELECT uuid, tenant_id, document_id, revision, created_at FROM stamps WHERE uuid = $1`, uuid)
	return r, err
}
