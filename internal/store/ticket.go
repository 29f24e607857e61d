package store

import "context"

// States of a ticket.
const (
	TicketOpen     = "abierto"    // who runs the portal is to answer
	TicketAnswered = "contestado" // who asked may answer
	TicketClosed   = "cerrado"
)

// A TicketRow is what somebody of a company asked who runs the portal.
type TicketRow struct {
	ID        string `db:"id"`
	Asunto    string `db:"asunto"`
	State     string `db:"state"`
	UserID    string `db:"user_id"` // who asked
	UserName  string `db:"user_name"`
	CreatedAt int64  `db:"created_at"`
	UpdatedAt int64  `db:"updated_at"` // of the last message
}

// A TicketMessageRow is one message of a ticket. A list leaves its two files out.
type TicketMessageRow struct {
	N         int64  `db:"n"` // 1, 2, 3… within the ticket
	Operador  bool   `db:"operador"`
	UserName  string `db:"user_name"`
	Texto     string `db:"texto"`
	Imagen    []byte `db:"imagen"`    // JPEG, nil for none
	Documento string `db:"documento"` // what the XML is of, "" for none
	XML       []byte `db:"xml"`
	CreatedAt int64  `db:"created_at"`
	HasImage  bool   `db:"has_image"`
}

const ticketColumns = `id, asunto, state, user_id, user_name, created_at, updated_at`

// InsertTicket keeps a new ticket; its first message follows.
func (tx *Tx) InsertTicket(ctx context.Context, r TicketRow) error {
	_, err := tx.exec(ctx, `INSERT INTO tickets (tenant_id, `+ticketColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.ID, r.Asunto, r.State, r.UserID, r.UserName, r.CreatedAt, r.UpdatedAt)
	return err
}

// TicketForUpdate returns a ticket that nobody else changes before the transaction ends.
func (tx *Tx) TicketForUpdate(ctx context.Context, id string) (TicketRow, error) {
	var r TicketRow
	err := tx.getLocked(ctx, &r, `SELECT `+ticketColumns+` FROM tickets WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// SetTicket changes the state of a ticket and when it was last written to.
func (tx *Tx) SetTicket(ctx context.Context, id, state string, at int64) error {
	_, err := tx.exec(ctx, `UPDATE tickets SET state = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2`, id, state, at)
	return err
}

// InsertTicketMessage adds a message to a ticket that is locked, and returns its number.
func (tx *Tx) InsertTicketMessage(ctx context.Context, ticketID string, r TicketMessageRow) (int64, error) {
	err := tx.get(ctx, &r.N, `SELECT COALESCE(MAX(n), 0) + 1 FROM ticket_messages WHERE tenant_id = $1 AND ticket_id = $2`, ticketID)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `INSERT INTO ticket_messages (tenant_id, ticket_id, n, operador, user_name, texto, imagen, documento, xml, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, ticketID, r.N, r.Operador, r.UserName, r.Texto, r.Imagen, r.Documento, r.XML, r.CreatedAt)
	return r.N, err
}

// Ticket returns one ticket, or fail.NotFound.
func (v *View) Ticket(ctx context.Context, id string) (TicketRow, error) {
	var r TicketRow
	err := v.get(ctx, &r, `SELECT `+ticketColumns+` FROM tickets WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// Tickets lists the tickets of a company, the last written first, at most limit.
func (v *View) Tickets(ctx context.Context, limit int) ([]TicketRow, error) {
	rows := []TicketRow{}
	err := v.list(ctx, &rows, `SELECT `+ticketColumns+` FROM tickets WHERE tenant_id = $1 ORDER BY updated_at DESC LIMIT $2`, limit)
	return rows, err
}

// TicketsOf is [View.Tickets] for those that one person asked.
func (v *View) TicketsOf(ctx context.Context, userID string, limit int) ([]TicketRow, error) {
	rows := []TicketRow{}
	err := v.list(ctx, &rows, `SELECT `+ticketColumns+` FROM tickets WHERE tenant_id = $1 AND user_id = $2 ORDER BY updated_at DESC LIMIT $3`, userID, limit)
	return rows, err
}

// TicketMessages returns what was written in a ticket, oldest first, without its files.
func (v *View) TicketMessages(ctx context.Context, ticketID string) ([]TicketMessageRow, error) {
	rows := []TicketMessageRow{}
	err := v.list(ctx, &rows, `SELECT n, operador, user_name, texto, documento, created_at, imagen IS NOT NULL AS has_image
		FROM ticket_messages WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY n`, ticketID)
	return rows, err
}

// TicketMessage returns one message with its files, or fail.NotFound.
func (v *View) TicketMessage(ctx context.Context, ticketID string, n int64) (TicketMessageRow, error) {
	var r TicketMessageRow
	err := v.get(ctx, &r, `SELECT n, operador, user_name, texto, imagen, documento, xml, created_at, imagen IS NOT NULL AS has_image
		FROM ticket_messages WHERE tenant_id = $1 AND ticket_id = $2 AND n = $3`, ticketID, n)
	return r, err
}

// CountTicketMessages counts what the company wrote since an instant, up to limit.
func (v *View) CountTicketMessages(ctx context.Context, since int64, limit int) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM (SELECT n FROM ticket_messages WHERE tenant_id = $1 AND created_at >= $2 AND NOT operador LIMIT $3) AS few`, since, limit)
	return n, err
}

// A QueuedTicket is a ticket as who runs the portal sees it in the queue.
type QueuedTicket struct {
	TicketRow
	TenantID string `db:"tenant_id"`
	Rfc      string `db:"rfc"`
	Name     string `db:"name"`
}

// TicketQueue lists the tickets of everybody in a state, the one waiting longest first.
func (g *GlobalView) TicketQueue(ctx context.Context, state string, limit int) ([]QueuedTicket, error) {
	rows := []QueuedTicket{}
	err := g.list(ctx, &rows, `SELECT t.tenant_id, n.rfc, n.name, t.id, t.asunto, t.state, t.user_id, t.user_name, t.created_at, t.updated_at
		FROM tickets t JOIN tenants n ON n.id = t.tenant_id WHERE t.state = $1 ORDER BY t.updated_at LIMIT $2`, state, limit)
	return rows, err
}
