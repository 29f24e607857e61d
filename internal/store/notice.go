package store

import (
	"context"
	"strconv"
)

// How a notice goes by mail.
const (
	NoticeNotMailed = ""        // the bell alone
	NoticeMailNow   = "ahora"   // its own mail, not sent yet
	NoticeInDigest  = "resumen" // with the others of the day, not sent yet
	NoticeMailed    = "hecho"
)

// A NoticeRow tells one person of one event.
type NoticeRow struct {
	ID        string `db:"id"`
	UserID    string `db:"user_id"`
	Event     string `db:"event"` // once a person
	Kind      string `db:"kind"`
	Needs     string `db:"needs"`  // the right without which its thing may not be seen
	Owner     string `db:"owner"`  // user name that made the thing, "" for nobody's
	Ref       string `db:"ref"`    // name of the thing: a folio, a number of certificate
	Detail    string `db:"detail"` // Spanish or a name
	N         int64  `db:"n"`      // days, or whatever the kind counts
	Link      string `db:"link"`   // path of the thing
	CreatedAt int64  `db:"created_at"`
	ReadAt    int64  `db:"read_at"` // 0 = not read
	Mail      string `db:"mail"`    // NoticeNotMailed, …
}

const noticeColumns = `id, user_id, event, kind, needs, owner, ref, detail, n, link, created_at, read_at, mail`

// A NoticeSight is whose notices, and which of them may be seen.
type NoticeSight struct {
	UserID string
	All    bool    // of every right
	Rights []Right // … or of these
	Owner  string  // of things of this user name and of nobody's; "" for everybody's
}

// where continues a statement whose $1 is the tenant and whose $2 the person.
func (s NoticeSight) where(sql statement) (statement, []any) {
	args := []any{s.UserID}
	mark := func(value any) statement {
		args = append(args, value)
		return statement("$" + strconv.Itoa(len(args)+1))
	}
	if !s.All {
		sql += ` AND needs IN (` + mark(string(RightView))
		for _, r := range s.Rights {
			sql += `, ` + mark(string(r))
		}
		sql += `)`
	}
	if s.Owner != "" {
		sql += ` AND (owner = '' OR owner = ` + mark(s.Owner) + `)`
	}
	return sql, args
}

// InsertNotice keeps a notice. It reports false, and keeps nothing, when the person
// was told of the event already.
func (tx *Tx) InsertNotice(ctx context.Context, r NoticeRow) (fresh bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO notices (tenant_id, `+noticeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (tenant_id, user_id, event) DO NOTHING`,
		r.ID, r.UserID, r.Event, r.Kind, r.Needs, r.Owner, r.Ref, r.Detail, r.N, r.Link, r.CreatedAt, r.ReadAt, r.Mail)
	return n == 1, err
}

// Notices lists a page of what s sees, newest first.
func (v *View) Notices(ctx context.Context, s NoticeSight, limit, offset int) ([]NoticeRow, error) {
	sql, args := s.where(`SELECT ` + noticeColumns + ` FROM notices WHERE tenant_id = $1 AND user_id = $2`)
	n := len(args) + 1
	sql += statement(` ORDER BY created_at DESC, id DESC LIMIT $` + strconv.Itoa(n+1) + ` OFFSET $` + strconv.Itoa(n+2))
	rows := []NoticeRow{}
	err := v.list(ctx, &rows, sql, append(args, limit, offset)...)
	return rows, err
}

// UnreadNotices counts what s sees and has not read.
func (v *View) UnreadNotices(ctx context.Context, s NoticeSight) (int64, error) {
	sql, args := s.where(`SELECT COUNT(*) FROM notices WHERE tenant_id = $1 AND user_id = $2 AND read_at = 0`)
	var n int64
	err := v.get(ctx, &n, sql, args...)
	return n, err
}

// Notice returns one notice, or fail.NotFound.
func (v *View) Notice(ctx context.Context, id string) (NoticeRow, error) {
	var r NoticeRow
	err := v.get(ctx, &r, `SELECT `+noticeColumns+` FROM notices WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// ReadNotice notes when a notice was first read.
func (tx *Tx) ReadNotice(ctx context.Context, id string, at int64) error {
	_, err := tx.exec(ctx, `UPDATE notices SET read_at = $3 WHERE tenant_id = $1 AND id = $2 AND read_at = 0`, id, at)
	return err
}

// ReadNotices notes that a person has read all that came up to an instant.
func (tx *Tx) ReadNotices(ctx context.Context, userID string, upTo, at int64) error {
	_, err := tx.exec(ctx, `UPDATE notices SET read_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND read_at = 0 AND created_at <= $3`, userID, upTo, at)
	return err
}

// NoticeMailed notes that a notice went out by itself.
func (tx *Tx) NoticeMailed(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, `UPDATE notices SET mail = 'hecho' WHERE tenant_id = $1 AND id = $2`, id)
	return err
}

// DigestNotices lists what waits for a person's digest and came before an instant,
// oldest first, at most limit.
func (v *View) DigestNotices(ctx context.Context, userID string, before int64, limit int) ([]NoticeRow, error) {
	rows := []NoticeRow{}
	err := v.list(ctx, &rows, `SELECT `+noticeColumns+` FROM notices
		WHERE tenant_id = $1 AND user_id = $2 AND mail = 'resumen' AND created_at < $3 ORDER BY created_at, id LIMIT $4`, userID, before, limit)
	return rows, err
}

// DigestMailed notes that all that waited for the digest and came before an instant
// went out.
func (tx *Tx) DigestMailed(ctx context.Context, userID string, before int64) error {
	_, err := tx.exec(ctx, `UPDATE notices SET mail = 'hecho' WHERE tenant_id = $1 AND user_id = $2 AND mail = 'resumen' AND created_at < $3`, userID, before)
	return err
}

// DropNotices deletes what a person was told before an instant.
func (tx *Tx) DropNotices(ctx context.Context, userID string, before int64) error {
	_, err := tx.exec(ctx, `DELETE FROM notices WHERE tenant_id = $1 AND user_id = $2 AND created_at < $3`, userID, before)
	return err
}

// A Waiting is a person whose digest waits.
type Waiting struct {
	TenantID string `db:"tenant_id"`
	UserID   string `db:"user_id"`
}

// Tenant returns the tenant of the person.
func (w Waiting) Tenant() Tenant { return Tenant{id: w.TenantID} }

// WaitingDigests lists who has a digest waiting, of everybody, after the person given.
func (g *GlobalView) WaitingDigests(ctx context.Context, after Waiting, limit int) ([]Waiting, error) {
	rows := []Waiting{}
	err := g.list(ctx, &rows, `SELECT tenant_id, user_id FROM notices WHERE mail = 'resumen' AND (tenant_id, user_id) > ($1, $2)
		GROUP BY tenant_id, user_id ORDER BY tenant_id, user_id LIMIT $3`, after.TenantID, after.UserID, limit)
	return rows, err
}

// An Ending is a certificate that ends.
type Ending struct {
	NotAfter int64  `db:"not_after"`
	TenantID string `db:"tenant_id"`
	ID       string `db:"id"`
	Told     int64  `db:"told"` // as TellCertificate noted
}

// Tenant returns the tenant of the certificate.
func (e Ending) Tenant() Tenant { return Tenant{id: e.TenantID} }

// EndingCertificates lists the certificates of everybody that end after the one given
// and before an instant.
func (g *GlobalView) EndingCertificates(ctx context.Context, after Ending, before int64, limit int) ([]Ending, error) {
	rows := []Ending{}
	err := g.list(ctx, &rows, `SELECT not_after, tenant_id, id, told FROM certificates
		WHERE deleted_at = 0 AND activo AND (not_after, tenant_id, id) > ($1, $2, $3) AND not_after < $4 ORDER BY not_after, tenant_id, id LIMIT $5`,
		after.NotAfter, after.TenantID, after.ID, before, limit)
	return rows, err
}

// TellCertificate notes of how many days before its end people are told, -1 of the
// end; false when they were told so already.
func (tx *Tx) TellCertificate(ctx context.Context, id string, days int64) (bool, error) {
	n, err := tx.exec(ctx, `UPDATE certificates SET told = $3 WHERE tenant_id = $1 AND id = $2 AND told <> $3`, id, days)
	return n == 1, err
}

// OutlivesCertificate reports whether the company has a certificate, active and in
// force at an instant, that ends after notAfter.
func (v *View) OutlivesCertificate(ctx context.Context, notAfter, at int64) (bool, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM certificates WHERE tenant_id = $1 AND deleted_at = 0 AND activo AND not_before <= $2 AND not_after > $3`, at, notAfter)
	return n > 0, err
}
