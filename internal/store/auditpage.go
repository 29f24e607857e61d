package store

import (
	"context"
	"strconv"
)

// An AuditFilter chooses links of a tenant's chain. Zero fields choose all.
type AuditFilter struct {
	Actor    string // id of a user
	Action   string // exactly, or, when it ends in a dot, what begins with it
	From, To int64  // instants: from the first, before the second
	Before   int64  // links with a lower number; 0 = from the newest
	Oldest   bool   // from the oldest on: Before is then the number that links are above
	Limit    int
}

// AuditPage returns a page of links, newest first unless the oldest are asked for.
func (v *View) AuditPage(ctx context.Context, f AuditFilter) ([]AuditRow, error) {
	sql, args := statement(`SELECT seq, prev_hash, hash, at, actor, ip, action, object, before, after FROM audit WHERE tenant_id = $1`), []any{}
	and := func(condition statement, value any) {
		args = append(args, value)
		sql += ` AND ` + condition + ` $` + statement(strconv.Itoa(len(args)+1))
	}
	order := statement(` ORDER BY seq DESC`)
	if f.Oldest {
		order = ` ORDER BY seq`
	}
	if f.Before > 0 && f.Oldest {
		and(`seq >`, f.Before)
	} else if f.Before > 0 {
		and(`seq <`, f.Before)
	}
	if f.From > 0 {
		and(`at >=`, f.From)
	}
	if f.To > 0 {
		and(`at <`, f.To)
	}
	if f.Actor != "" {
		and(`actor =`, f.Actor)
	}
	if n := len(f.Action); n > 0 && f.Action[n-1] == '.' {
		and(`action >=`, f.Action)
		and(`action <`, f.Action[:n-1]+"/") // '/' follows '.'
	} else if n > 0 {
		and(`action =`, f.Action)
	}
	args = append(args, f.Limit)
	rows := []AuditRow{}
	err := v.list(ctx, &rows, sql+order+` LIMIT $`+statement(strconv.Itoa(len(args)+1)), args...)
	return rows, err
}

// AuditLength returns how many links the tenant's chain has.
func (v *View) AuditLength(ctx context.Context) (int64, error) {
	head, err := v.auditHead(ctx)
	return head.Seq, err
}

// AuditRoot returns how many links the tenant's chain has and the hash of the last.
func (v *View) AuditRoot(ctx context.Context) (links int64, root []byte, err error) {
	head, err := v.auditHead(ctx)
	return head.Seq, head.Hash, err
}

// An AuditRootRow is the end of one tenant's chain.
type AuditRootRow struct {
	TenantID string `db:"tenant_id"`
	Rfc      string `db:"rfc"`
	Links    int64  `db:"seq"`
	Hash     []byte `db:"hash"`
}

// Tenant returns the tenant whose chain it is.
func (r AuditRootRow) Tenant() Tenant { return Tenant{id: r.TenantID} }

// AuditRoots returns the ends of up to limit chains in the order of the tenants' ids,
// after the id given ("" for the first page).
func (g *GlobalView) AuditRoots(ctx context.Context, after string, limit int) ([]AuditRootRow, error) {
	rows := []AuditRootRow{}
	err := g.list(ctx, &rows, `SELECT h.tenant_id, t.rfc, h.seq, h.hash FROM audit_heads h JOIN tenants t ON t.id = h.tenant_id
		WHERE h.tenant_id > $1 ORDER BY h.tenant_id LIMIT $2`, after, limit)
	return rows, err
}

// AuditHash returns the hash of one link of the tenant's chain, or fail.NotFound.
func (v *View) AuditHash(ctx context.Context, seq int64) ([]byte, error) {
	var hash []byte
	err := v.get(ctx, &hash, `SELECT hash FROM audit WHERE tenant_id = $1 AND seq = $2`, seq)
	return hash, err
}

// GuestName returns the name of a person of another company that was let in, or
// fail.NotFound.
func (v *View) GuestName(ctx context.Context, userID string) (string, error) {
	var name string
	err := v.get(ctx, &name, `SELECT guest_nombre FROM coadmins WHERE tenant_id = $1 AND guest_user = $2 ORDER BY id LIMIT 1`, userID)
	return name, err
}
