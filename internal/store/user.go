package store

import "context"

// A UserRow is one person of a tenant.
type UserRow struct {
	ID          string `db:"id"`
	Usuario     string `db:"usuario"`
	UsuarioFold string `db:"usuario_fold"` // lower case; unique within the tenant
	Nombre      string `db:"nombre"`
	Correo      string `db:"correo"`
	Admin       bool   `db:"admin"`
	Password    string `db:"password"`    // PHC string
	PasswordAt  int64  `db:"password_at"` // when it was set
	MustChange  bool   `db:"must_change"`
	SeenAt      int64  `db:"seen_at"` // last use of the account
	CreatedAt   int64  `db:"created_at"`
}

const userColumns = `id, usuario, usuario_fold, nombre, correo, admin, password, password_at, must_change, seen_at, created_at`

// User returns one user, or fail.NotFound.
func (v *View) User(ctx context.Context, id string) (UserRow, error) {
	var r UserRow
	err := v.get(ctx, &r, `SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// UserByName returns the user of a folded user name, or fail.NotFound.
func (v *View) UserByName(ctx context.Context, fold string) (UserRow, error) {
	var r UserRow
	err := v.get(ctx, &r, `SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND usuario_fold = $2`, fold)
	return r, err
}

// InsertUser keeps a new user. A name in use is fail.Conflict.
func (tx *Tx) InsertUser(ctx context.Context, r UserRow) error {
	_, err := tx.exec(ctx, `INSERT INTO users (tenant_id, `+userColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, r.Usuario, r.UsuarioFold, r.Nombre, r.Correo, r.Admin, r.Password, r.PasswordAt, r.MustChange, r.SeenAt, r.CreatedAt)
	if err != nil {
		return err
	}
	return tx.keepPassword(ctx, r.ID, r.PasswordAt, r.Password)
}

// SetPassword gives a user a new password, as a hash, and remembers it among
// the ones it had. The same instant twice is fail.Conflict.
func (tx *Tx) SetPassword(ctx context.Context, userID, hash string, at int64) error {
	err := tx.one(ctx, `UPDATE users SET password = $3, password_at = $4, must_change = $5, seen_at = $4 WHERE tenant_id = $1 AND id = $2`,
		userID, hash, at, false)
	if err != nil {
		return err
	}
	return tx.keepPassword(ctx, userID, at, hash)
}

// RehashPassword replaces the hash of a password that stays the same.
func (tx *Tx) RehashPassword(ctx context.Context, userID, old, hash string) error {
	_, err := tx.exec(ctx, `UPDATE users SET password = $4 WHERE tenant_id = $1 AND id = $2 AND password = $3`, userID, old, hash)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE passwords SET password = $4 WHERE tenant_id = $1 AND user_id = $2 AND password = $3`, userID, old, hash)
	return err
}

func (tx *Tx) keepPassword(ctx context.Context, userID string, at int64, hash string) error {
	_, err := tx.exec(ctx, `INSERT INTO passwords (tenant_id, user_id, at, password) VALUES ($1, $2, $3, $4)`, userID, at, hash)
	return err
}

// Passwords lists the hashes of the n passwords a user had last, the current one first.
func (v *View) Passwords(ctx context.Context, userID string, n int) ([]string, error) {
	hashes := []string{}
	err := v.list(ctx, &hashes, `SELECT password FROM passwords WHERE tenant_id = $1 AND user_id = $2 ORDER BY at DESC LIMIT $3`, userID, n)
	return hashes, err
}

// SetUserSeen notes that a user used the account at the given instant.
func (tx *Tx) SetUserSeen(ctx context.Context, userID string, at int64) error {
	return tx.one(ctx, `UPDATE users SET seen_at = $3 WHERE tenant_id = $1 AND id = $2`, userID, at)
}
