package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// An AuditEntry is one thing done, as the caller knows it.
type AuditEntry struct {
	Actor  Actor  // who; its UserID and IP are kept
	Action string // what, like "csd.sign": a stable word
	Object string // to what, like "document/0192…"
	Before string // JSON of what it was, "" when nothing; never a secret
	After  string // JSON of what it became, "" when nothing; never a secret
}

// An AuditRow is one link of a tenant's audit chain.
type AuditRow struct {
	Seq      int64  `db:"seq"` // 1, 2, 3 … without gaps
	PrevHash []byte `db:"prev_hash"`
	Hash     []byte `db:"hash"`
	At       int64  `db:"at"` // microseconds UTC
	Actor    string `db:"actor"`
	IP       string `db:"ip"`
	Action   string `db:"action"`
	Object   string `db:"object"`
	Before   string `db:"before"`
	After    string `db:"after"`
}

// Time returns when it was done, in UTC.
func (r AuditRow) Time() time.Time { return FromMicros(r.At) }

// An AuditError says where a tenant's audit chain is broken.
type AuditError struct {
	Seq    int64 // the first link that does not hold
	Reason string
}

// Error says which link is broken and how.
func (e *AuditError) Error() string {
	return fmt.Sprintf("audit chain broken at %d: %s", e.Seq, e.Reason)
}

// Audit adds e to the tenant's hash chain, in the transaction that does what e
// says. The chain's head is locked until COMMIT, so a tenant's audited writes
// follow one another.
func (tx *Tx) Audit(ctx context.Context, e AuditEntry) error {
	head, err := tx.lockAuditHead(ctx)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	r := AuditRow{
		Seq: head.Seq, PrevHash: head.Hash, At: Micros(tx.Now()),
		Actor: e.Actor.UserID, IP: e.Actor.IP, Action: e.Action, Object: e.Object, Before: e.Before, After: e.After,
	}
	r.Hash = r.sum(tx.tenant)
	_, err = tx.exec(ctx, `INSERT INTO audit
		(tenant_id, seq, prev_hash, hash, at, actor, ip, action, object, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.Seq, r.PrevHash, r.Hash, r.At, r.Actor, r.IP, r.Action, r.Object, r.Before, r.After)
	if err == nil {
		_, err = tx.exec(ctx, `UPDATE audit_heads SET hash = $2 WHERE tenant_id = $1`, r.Hash)
	}
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// An auditHead is the number of a tenant's last link and its hash.
type auditHead struct {
	Seq  int64  `db:"seq"`
	Hash []byte `db:"hash"`
}

// genesis is what the first link follows. (Not the empty string: SQLite's driver
// reads that back as NULL.)
func genesis() []byte { return make([]byte, sha256.Size) }

// lockAuditHead counts the head on by one and returns the new number with the
// hash of the link before it. The row stays locked until COMMIT.
func (tx *Tx) lockAuditHead(ctx context.Context) (auditHead, error) {
	var head auditHead
	err := tx.get(ctx, &head, `INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, 1, $2)
		ON CONFLICT (tenant_id) DO UPDATE SET seq = audit_heads.seq + 1
		RETURNING seq, hash`, genesis())
	return head, err
}

// sum returns the SHA-256 of the link's canonical form: each field with its
// length before it, so that no two links share one form.
func (r AuditRow) sum(t Tenant) []byte {
	h := sha256.New()
	text := func(s string) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	text("iofacturo audit 1")
	text(t.id)
	number(r.Seq)
	text(string(r.PrevHash))
	number(r.At)
	for _, s := range []string{r.Actor, r.IP, r.Action, r.Object, r.Before, r.After} {
		text(s)
	}
	return h.Sum(nil)
}

// auditPage is how many links VerifyAudit holds in memory at a time.
const auditPage = 1000

// VerifyAudit reads the whole chain of tenant t and returns an [AuditError] at
// the first link that was changed, removed, added or moved.
func (db *DB) VerifyAudit(ctx context.Context, t Tenant) error {
	v := db.View(t)
	head, err := v.auditHead(ctx)
	if err != nil {
		return err
	}
	last := auditHead{Hash: genesis()}
	for last.Seq < head.Seq {
		rows, err := v.auditAfter(ctx, last.Seq, head.Seq)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return &AuditError{Seq: last.Seq + 1, Reason: "missing"}
		}
		for _, r := range rows {
			if err := r.follows(last, t); err != nil {
				return err
			}
			last = auditHead{Seq: r.Seq, Hash: r.Hash}
		}
	}
	if !bytes.Equal(last.Hash, head.Hash) {
		return &AuditError{Seq: last.Seq, Reason: "differs from the recorded head"}
	}
	return v.noAuditBeyond(ctx, head.Seq)
}

// follows returns an AuditError unless r is the link right after last.
func (r AuditRow) follows(last auditHead, t Tenant) error {
	switch {
	case r.Seq != last.Seq+1:
		return &AuditError{Seq: last.Seq + 1, Reason: "missing"}
	case !bytes.Equal(r.PrevHash, last.Hash):
		return &AuditError{Seq: r.Seq, Reason: "does not follow the link before it"}
	case !bytes.Equal(r.Hash, r.sum(t)):
		return &AuditError{Seq: r.Seq, Reason: "changed"}
	}
	return nil
}

// auditHead returns the recorded end of the chain, the zero head when the
// tenant has none.
func (v *View) auditHead(ctx context.Context) (auditHead, error) {
	var head auditHead
	err := v.get(ctx, &head, `SELECT seq, hash FROM audit_heads WHERE tenant_id = $1`)
	if isNotFound(err) {
		return auditHead{Hash: genesis()}, nil
	}
	return head, err
}

// auditAfter returns a page of links after seq, up to the link upTo.
func (v *View) auditAfter(ctx context.Context, seq, upTo int64) ([]AuditRow, error) {
	var rows []AuditRow
	err := v.list(ctx, &rows, `SELECT seq, prev_hash, hash, at, actor, ip, action, object, before, after
		FROM audit WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4`, seq, upTo, auditPage)
	return rows, err
}

// noAuditBeyond returns an AuditError when links follow seq although no head,
// read afterwards, says so.
func (v *View) noAuditBeyond(ctx context.Context, seq int64) error {
	var beyond int64
	err := v.get(ctx, &beyond, `SELECT COUNT(*) FROM audit WHERE tenant_id = $1 AND seq >
		(SELECT COALESCE(MAX(h.seq), $2) FROM audit_heads h WHERE h.tenant_id = $1)`, seq)
	if err == nil && beyond > 0 {
		return &AuditError{Seq: seq + 1, Reason: "added past the recorded head"}
	}
	return err
}

// Audits returns the newest links that concern object, newest first, at most
// limit. An empty object means everything of the tenant.
func (v *View) Audits(ctx context.Context, object string, limit int) ([]AuditRow, error) {
	var rows []AuditRow
	if object == "" {
		err := v.list(ctx, &rows, `SELECT seq, prev_hash, hash, at, actor, ip, action, object, before, after
			FROM audit WHERE tenant_id = $1 ORDER BY seq DESC LIMIT $2`, limit)
		return rows, err
	}
	err := v.list(ctx, &rows, `SELECT seq, prev_hash, hash, at, actor, ip, action, object, before, after
		FROM audit WHERE tenant_id = $1 AND object = $2 ORDER BY seq DESC LIMIT $3`, object, limit)
	return rows, err
}
