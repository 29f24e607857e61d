package store

import (
	"context"
	"strconv"
	"strings"
)

// States of a user.
const (
	UserActive  = "activo"
	UserBlocked = "bloqueado" // by an Administrador
	UserInvited = "invitado"  // has no password yet
	UserGone    = "baja"      // stays for what it did
)

// A UserRow is one person of a tenant.
type UserRow struct {
	ID          string `db:"id"`
	Usuario     string `db:"usuario"`
	UsuarioFold string `db:"usuario_fold"` // lower case; unique within the tenant
	Nombre      string `db:"nombre"`
	Correo      string `db:"correo"`
	Admin       bool   `db:"admin"`
	Password    string `db:"password"`    // PHC string, "" before the first one
	PasswordAt  int64  `db:"password_at"` // when it was set
	MustChange  bool   `db:"must_change"`
	SeenAt      int64  `db:"seen_at"` // last use of the account
	CreatedAt   int64  `db:"created_at"`
	State       string `db:"state"`   // UserActive, …
	RoleID      string `db:"role_id"` // "" = Rights and Limits are its own
	Rights      string `db:"rights"`  // JSON list of Right
	Limits      string `db:"limits"`  // JSON of Limits
	Telefono    string `db:"telefono"`
	Idioma      string `db:"idioma"` // of mails: es, en
	Avisos      string `db:"avisos"` // JSON: which notices are mailed
	Version     int64  `db:"version"`
	OnceUntil   int64  `db:"once_until"` // end of a password handed over by an Administrador, 0 for one's own
}

const userColumns = `id, usuario, usuario_fold, nombre, correo, admin, password, password_at, must_change, seen_at, created_at,
	state, role_id, rights, limits, telefono, idioma, avisos, version, once_until`

// User returns one user, or fail.NotFound.
func (v *View) User(ctx context.Context, id string) (UserRow, error) {
	var r UserRow
	err := v.get(ctx, &r, `SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// UserForUpdate is [View.User] for a row about to change.
func (tx *Tx) UserForUpdate(ctx context.Context, id string) (UserRow, error) {
	var r UserRow
	err := tx.getLocked(ctx, &r, `SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// UserByName returns the user of a folded user name, or fail.NotFound.
func (v *View) UserByName(ctx context.Context, fold string) (UserRow, error) {
	var r UserRow
	err := v.get(ctx, &r, `SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND usuario_fold = $2`, fold)
	return r, err
}

// Admins lists the active Administradores, the oldest first, at most limit.
func (v *View) Admins(ctx context.Context, limit int) ([]UserRow, error) {
	rows := []UserRow{}
	err := v.list(ctx, &rows, `SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND admin AND state = $2 ORDER BY created_at, id LIMIT $3`,
		UserActive, limit)
	return rows, err
}

// InsertUser keeps a new user and its address. A name in use is fail.Conflict.
func (tx *Tx) InsertUser(ctx context.Context, r UserRow) error {
	r.fill()
	_, err := tx.exec(ctx, `INSERT INTO users (tenant_id, `+userColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		r.ID, r.Usuario, r.UsuarioFold, r.Nombre, r.Correo, r.Admin, r.Password, r.PasswordAt, r.MustChange, r.SeenAt, r.CreatedAt,
		r.State, r.RoleID, r.Rights, r.Limits, r.Telefono, r.Idioma, r.Avisos, r.Version, r.OnceUntil)
	if err != nil {
		return err
	}
	if err := tx.keepMail(ctx, r.ID, r.Correo); err != nil || r.Password == "" {
		return err
	}
	return tx.keepPassword(ctx, r.ID, r.PasswordAt, r.Password)
}

// UpdateUser writes what an Administrador or the person may change of r: not
// the password, nor when the account was used. The row must still have the
// version before r's: fail.NotFound otherwise.
func (tx *Tx) UpdateUser(ctx context.Context, r UserRow) error {
	r.fill()
	err := tx.one(ctx, `UPDATE users SET usuario = $3, usuario_fold = $4, nombre = $5, correo = $6, admin = $7, state = $8, role_id = $9,
		rights = $10, limits = $11, telefono = $12, idioma = $13, avisos = $14, must_change = $15, version = $16
		WHERE tenant_id = $1 AND id = $2 AND version = $16 - 1`,
		r.ID, r.Usuario, r.UsuarioFold, r.Nombre, r.Correo, r.Admin, r.State, r.RoleID, r.Rights, r.Limits, r.Telefono, r.Idioma, r.Avisos, r.MustChange, r.Version)
	if err != nil {
		return err
	}
	if r.State == UserGone {
		return tx.keepMail(ctx, r.ID, "")
	}
	return tx.keepMail(ctx, r.ID, r.Correo)
}

// fill gives the words their defaults.
func (r *UserRow) fill() {
	for _, d := range []struct {
		word  *string
		value string
	}{{&r.State, UserActive}, {&r.Rights, "[]"}, {&r.Limits, "{}"}, {&r.Idioma, "es"}, {&r.Avisos, "{}"}} {
		if *d.word == "" {
			*d.word = d.value
		}
	}
	r.Version = max(r.Version, 1)
}

// HandPassword gives a user a password that somebody hands over: it must be
// changed at first entry and is good until the instant given.
func (tx *Tx) HandPassword(ctx context.Context, userID, hash string, at, until int64) error {
	err := tx.one(ctx, `UPDATE users SET password = $3, password_at = $4, must_change = $5, seen_at = $4, once_until = $6, state = $7
		WHERE tenant_id = $1 AND id = $2`, userID, hash, at, true, until, UserActive)
	if err != nil {
		return err
	}
	return tx.keepPassword(ctx, userID, at, hash)
}

// UserWords is the kind of word under which users are indexed.
const UserWords = "user"

// A UserFilter chooses users. Zero fields choose all who are not gone.
type UserFilter struct {
	Q     string // words, each the beginning of one of the user's
	Gone  bool   // those who are, instead
	After string // usuario_fold of the last one seen
	Limit int
}

// Users lists a page of users by their name.
func (v *View) Users(ctx context.Context, f UserFilter) ([]UserRow, error) {
	sql, args := statement(`SELECT `+userColumns+` FROM users WHERE tenant_id = $1 AND usuario_fold > $2 AND (state = $3) = $4`), []any{f.After, UserGone, f.Gone}
	mark := func(value any) statement {
		args = append(args, value)
		return statement("$" + strconv.Itoa(len(args)+1))
	}
	words := Fold(f.Q)
	for _, w := range words[:min(len(words), 6)] {
		sql += ` AND EXISTS (SELECT 1 FROM words w WHERE w.tenant_id = $1 AND w.kind = ` + mark(UserWords) + ` AND w.row_id = users.id
			AND w.word >= ` + mark(w) + ` AND w.word < ` + mark(w+afterAll) + `)`
	}
	rows := []UserRow{}
	err := v.list(ctx, &rows, sql+` ORDER BY usuario_fold LIMIT `+mark(f.Limit), args...)
	return rows, err
}

// UsersOfRole lists the ids of the users that have a role, at most limit.
func (v *View) UsersOfRole(ctx context.Context, roleID string, limit int) ([]string, error) {
	ids := []string{}
	err := v.list(ctx, &ids, `SELECT id FROM users WHERE tenant_id = $1 AND role_id = $2 ORDER BY id LIMIT $3`, roleID, limit)
	return ids, err
}

// A MailUser is a user that has an address.
type MailUser struct {
	TenantID string `db:"owner_tenant"`
	UserID   string `db:"user_id"`
}

// Tenant returns the tenant of the user.
func (m MailUser) Tenant() Tenant { return Tenant{id: m.TenantID} }

// UsersByMail lists whose address it is (lower case), at most limit, in the
// order the users were made.
func (g *GlobalView) UsersByMail(ctx context.Context, fold string, limit int) ([]MailUser, error) {
	rows := []MailUser{}
	err := g.list(ctx, &rows, `SELECT owner_tenant, user_id FROM mail_users WHERE correo_fold = $1 ORDER BY user_id LIMIT $2`, fold, limit)
	return rows, err
}

// keepMail notes that an address is a user's, and none before it is; "" is none.
func (tx *Tx) keepMail(ctx context.Context, userID, correo string) error {
	g := &GlobalTx{GlobalView{tx.scope}}
	if _, err := g.exec(ctx, `DELETE FROM mail_users WHERE owner_tenant = $1 AND user_id = $2`, tx.tenant.id, userID); err != nil {
		return err
	}
	if correo == "" {
		return nil
	}
	_, err := g.exec(ctx, `INSERT INTO mail_users (correo_fold, owner_tenant, user_id) VALUES ($1, $2, $3)`, strings.ToLower(correo), tx.tenant.id, userID)
	return err
}

// SetPassword gives a user a new password, as a hash, and remembers it among
// the ones it had. The same instant twice is fail.Conflict.
func (tx *Tx) SetPassword(ctx context.Context, userID, hash string, at int64) error {
	err := tx.one(ctx, `UPDATE users SET password = $3, password_at = $4, must_change = $5, seen_at = $4, once_until = 0 WHERE tenant_id = $1 AND id = $2`,
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
