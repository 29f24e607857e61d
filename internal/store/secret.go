package store

import "context"

// A SecretColumn is a column that holds what signer.Protect sealed.
type SecretColumn struct {
	Kind    string // as Protect was told
	list    statement
	replace statement
}

// SecretColumns is every column that holds sealed secrets. Whoever keeps one
// elsewhere adds a line: a tenant's keyset is destroyed once nothing listed here
// lies under it, and what is not listed is lost with it.
//
// list gives object (what Protect was told) and wrapped in the order of object,
// after $2 and at most $3; replace puts $4 where object is $2 and wrapped $3.
func SecretColumns() []SecretColumn {
	return []SecretColumn{
		{
			Kind:    "totp",
			list:    `SELECT user_id AS object, secret AS wrapped FROM totps WHERE tenant_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3`,
			replace: `UPDATE totps SET secret = $4 WHERE tenant_id = $1 AND user_id = $2 AND secret = $3`,
		},
		{
			Kind:    "export",
			list:    `SELECT id AS object, ticket AS wrapped FROM key_exports WHERE tenant_id = $1 AND state = 'pendiente' AND id > $2 ORDER BY id LIMIT $3`,
			replace: `UPDATE key_exports SET ticket = $4 WHERE tenant_id = $1 AND id = $2 AND ticket = $3`,
		},
		{
			Kind:    "import",
			list:    `SELECT id AS object, data_key AS wrapped FROM imports WHERE tenant_id = $1 AND state <> 'vencida' AND id > $2 ORDER BY id LIMIT $3`,
			replace: `UPDATE imports SET data_key = $4 WHERE tenant_id = $1 AND id = $2 AND data_key = $3`,
		},
		{
			Kind:    "smtp",
			list:    `SELECT id AS object, password AS wrapped FROM mail_servers WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
			replace: `UPDATE mail_servers SET password = $4 WHERE tenant_id = $1 AND id = $2 AND password = $3`,
		},
	}
}

// A SecretRow is one sealed secret.
type SecretRow struct {
	Object  string `db:"object"`
	Wrapped []byte `db:"wrapped"`
}

// Secrets returns up to limit secrets of a column, after the object given.
func (tx *Tx) Secrets(ctx context.Context, c SecretColumn, after string, limit int) ([]SecretRow, error) {
	var rows []SecretRow
	err := tx.list(ctx, &rows, c.list, after, limit)
	return rows, err
}

// ReplaceSecret puts the same secret sealed anew in the place of row, unless
// another was kept there meanwhile.
func (tx *Tx) ReplaceSecret(ctx context.Context, c SecretColumn, row SecretRow, wrapped []byte) error {
	_, err := tx.exec(ctx, c.replace, row.Object, row.Wrapped, wrapped)
	return err
}

// Keysets lists the versions of the tenant's keyset, oldest first.
func (v *View) Keysets(ctx context.Context) ([]KeysetRow, error) {
	var rows []KeysetRow
	err := v.list(ctx, &rows, `SELECT version, kek_id, wrapped, created_at, used_at FROM tenant_keysets
		WHERE tenant_id = $1 ORDER BY version`)
	return rows, err
}

// DeleteKeyset destroys a version that was last used before the given instant and
// wraps no certificate's key; otherwise it does nothing.
func (tx *Tx) DeleteKeyset(ctx context.Context, version, before int64) error {
	_, err := tx.exec(ctx, `DELETE FROM tenant_keysets WHERE tenant_id = $1 AND version = $2 AND used_at < $3 AND NOT EXISTS
		(SELECT 1 FROM certificate_keys k WHERE k.tenant_id = $1 AND k.keyset_version = $2)`, version, before)
	return err
}
