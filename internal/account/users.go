package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

const (
	invitationLife = 48 * time.Hour
	onceLife       = 24 * time.Hour // of a password that is handed over
	usersPerPage   = 50
)

// UserIdle is the state of a user whose account nobody used for longer than the
// company lets it rest; it is computed, not stored.
const UserIdle = "inactividad"

// A User is one row of the grid of users (manual §3.7) and its form. Field paths
// in errors are the names below; Version is the one read.
type User struct {
	ID         string
	Usuario    string // unique within the company; fixed once made
	Nombre     string
	Correo     string
	Admin      bool
	RoleID     string // "" = Rights and Limits are its own
	RoleName   string // read-only
	Rights     []store.Right
	Tipos      []string        // TipoDeComprobante it may make; empty = all
	Series     []string        // ids it may use; empty = all
	Sucursales []string        // branches it may issue from, store.MainBranch among them; empty = all
	Total      decimal.Decimal // most a receipt may come to, MXN; absent = no limit
	Propios    bool            // sees only receipts it made
	State      string          // read-only: store.UserActive … or UserIdle
	SeenAt     time.Time       // read-only; zero before the first entry
	Factor     bool            // read-only, of [Service.User] alone: has a second factor
	Version    int
}

// Gone reports whether the user was removed.
func (u User) Gone() bool { return u.State == store.UserGone }

// A UserQuery asks for a page of users: words, the removed instead of the rest,
// and the Next of the page before.
type UserQuery struct {
	Q     string
	Gone  bool
	Sort  string // usuario (also when empty), nombre, correo, tipo, acceso; "-" before it turns it around
	After string
}

// A UserPage is one page of users; Next is "" on the last.
type UserPage struct {
	Rows []User
	Next string
}

// Users lists a page of the company's users.
func (s *Service) Users(ctx context.Context, a store.Actor, q UserQuery) (UserPage, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return UserPage{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	filter := store.UserFilter{Q: q.Q, Gone: q.Gone, After: q.After, Limit: usersPerPage + 1}
	order, sorted := userOrders()[strings.TrimPrefix(q.Sort, "-")]
	if sorted {
		filter.After, filter.Limit = "", math.MaxInt32 // people are few: they are put in order here
	}
	rows, err := v.Users(ctx, filter)
	if err != nil {
		return UserPage{}, err
	}
	names, err := s.roleNames(ctx, v)
	if err != nil {
		return UserPage{}, err
	}
	policy, err := s.policyIn(ctx, a.Tenant)
	if err != nil {
		return UserPage{}, err
	}
	var page UserPage
	for i, r := range rows {
		if i == usersPerPage && !sorted {
			page.Next = rows[i-1].UsuarioFold
			break
		}
		u, err := s.userOf(r, policy)
		if err != nil {
			return UserPage{}, err
		}
		u.RoleName = names[u.RoleID]
		page.Rows = append(page.Rows, u)
	}
	if sorted {
		return inOrder(page.Rows, order, strings.HasPrefix(q.Sort, "-"), q.After), nil
	}
	return page, nil
}

// userOrders are the orders a list of users takes, beside that of the store.
func userOrders() map[string]func(x, y User) int {
	text := func(of func(User) string) func(x, y User) int {
		return func(x, y User) int { return strings.Compare(store.FoldLine(of(x)), store.FoldLine(of(y))) }
	}
	return map[string]func(x, y User) int{
		"usuario": text(func(u User) string { return u.Usuario }),
		"nombre":  text(func(u User) string { return u.Nombre }),
		"correo":  text(func(u User) string { return u.Correo }),
		"tipo":    text(func(u User) string { return map[bool]string{true: "0"}[u.Admin] + u.RoleName }),
		"acceso":  func(x, y User) int { return x.SeenAt.Compare(y.SeenAt) },
	}
}

// inOrder is the page of all users in an order, from the row number that after says.
func inOrder(all []User, order func(x, y User) int, down bool, after string) UserPage {
	slices.SortStableFunc(all, func(x, y User) int {
		if down {
			x, y = y, x
		}
		return order(x, y)
	})
	from, err := strconv.Atoi(after)
	if err != nil || from < 0 || from > len(all) {
		from = 0
	}
	page := UserPage{Rows: all[from:min(from+usersPerPage, len(all))]}
	if end := from + usersPerPage; end < len(all) {
		page.Next = strconv.Itoa(end)
	}
	return page
}

// User returns one user; fail.NotFound for one that is not this company's.
func (s *Service) User(ctx context.Context, a store.Actor, id string) (User, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return User{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	r, err := v.User(ctx, id)
	if err != nil {
		return User{}, err
	}
	policy, err := s.policyIn(ctx, a.Tenant)
	if err != nil {
		return User{}, err
	}
	u, err := s.userOf(r, policy)
	if err == nil && u.RoleID != "" {
		var role store.RoleRow
		role, err = v.Role(ctx, u.RoleID)
		u.RoleName = role.Nombre
	}
	if err != nil {
		return User{}, err
	}
	u.Factor, err = factorIn(ctx, s.cfg.DB.Global(), v, person{a.Tenant, id})
	return u, err
}

// Sees says what a user may do and touch once role and rules are applied.
func (s *Service) Sees(ctx context.Context, a store.Actor, id string) (store.Actor, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return store.Actor{}, err
	}
	v := s.cfg.DB.View(a.Tenant)
	r, err := v.User(ctx, id)
	if err != nil {
		return store.Actor{}, err
	}
	g, err := s.rightsOf(ctx, v, r)
	return store.Actor{Tenant: a.Tenant, UserID: r.ID, UserName: r.Usuario, Admin: r.Admin, Rights: g.Rights, Limits: g.Limits}, err
}

// userOf reads a row; who was away too long shows as such.
func (s *Service) userOf(r store.UserRow, p store.PolicyRow) (User, error) {
	u := User{
		ID: r.ID, Usuario: r.Usuario, Nombre: r.Nombre, Correo: r.Correo, Admin: r.Admin, RoleID: r.RoleID,
		State: r.State, Version: int(r.Version),
	}
	var l store.Limits
	if err := errors.Join(json.Unmarshal([]byte(r.Rights), &u.Rights), json.Unmarshal([]byte(r.Limits), &l)); err != nil {
		return u, fmt.Errorf("user %s: %w", r.ID, err)
	}
	u.Tipos, u.Series, u.Sucursales, u.Propios = l.Tipos, l.Series, l.Sucursales, l.Propios
	if l.Total > 0 {
		u.Total = decimal.FromMicros(l.Total)
	}
	if r.State != store.UserInvited {
		u.SeenAt = store.FromMicros(r.SeenAt)
	}
	if r.State == store.UserActive && p.IdleDays > 0 && store.FromMicros(r.SeenAt).AddDate(0, 0, int(p.IdleDays)).Before(s.now()) {
		u.State = UserIdle
	}
	return u, nil
}

// SaveUser makes (ID empty) or changes a user. A new one has no password and
// gets a link by mail to choose it; Admin, role, rights and limits that change
// end its sessions. Errors: fields by the names of [User]; [ErrStepUp];
// [ErrStale]; fail.Conflict for a user name in use, and for the last
// Administrador that would be none.
func (s *Service) SaveUser(ctx context.Context, a store.Actor, in User) (User, error) {
	if err := s.mayRule(a); err != nil {
		return User{}, err
	}
	limits, err := s.checkSaved(ctx, a, &in)
	if err != nil {
		return User{}, err
	}
	var saved store.UserRow
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		if in.ID == "" {
			saved, err = s.insertUser(ctx, own, a, in, limits)
			return err
		}
		saved, err = s.changeUser(ctx, tx, a, in.ID, "user.save", func(r *store.UserRow) error {
			if r.Version != int64(in.Version) {
				return stale("a este usuario", "Alguien", store.Micros(s.now()), s.zone())
			}
			r.Nombre, r.Correo, r.Admin, r.RoleID = in.Nombre, in.Correo, in.Admin, in.RoleID
			return permit(r, in.Rights, limits)
		})
		return err
	})
	if err != nil {
		return User{}, err
	}
	return s.User(ctx, a, saved.ID)
}

// mayRule says whether a may rule over users now.
func (s *Service) mayRule(a store.Actor) error {
	if err := a.Require(store.RightUsers); err != nil {
		return err
	}
	return s.requireFresh(a)
}

// checkSaved puts in into the form it is stored in.
func (s *Service) checkSaved(ctx context.Context, a store.Actor, in *User) (store.Limits, error) {
	var p problems
	in.Nombre, in.Usuario = clean(in.Nombre), strings.ToLower(strings.TrimSpace(in.Usuario))
	if n := len([]rune(in.Nombre)); n < 2 || n > 120 {
		p.err("Nombre", "Escribe el nombre de la persona, de 2 a 120 letras.", "Así queda en la bitácora.")
	}
	p.text("Nombre", "El nombre", in.Nombre, 120)
	if in.ID == "" {
		checkUser(&p, in.Usuario)
	}
	if address, err := send.ParseAddress(in.Correo); err != nil {
		p.err("Correo", fail.MessageOf(err), "")
	} else {
		in.Correo = address
	}
	limits := s.checkLimits(ctx, a, in.Rights, in, &p)
	return limits, p.result("El usuario no se guardó: revisa los campos marcados.")
}

// checkLimits reads what narrows a user or a role; in holds them.
func (s *Service) checkLimits(ctx context.Context, a store.Actor, rights []store.Right, in *User, p *problems) store.Limits {
	if in.Admin || in.RoleID != "" {
		in.Rights, in.Tipos, in.Series, in.Sucursales, in.Total, in.Propios = nil, nil, nil, nil, decimal.Decimal{}, false
		if in.Admin {
			in.RoleID = ""
		} else if _, err := s.cfg.DB.View(a.Tenant).Role(ctx, in.RoleID); err != nil {
			p.err("RoleID", "Ese conjunto de permisos ya no existe.", "Elige otro, o marca los permisos uno por uno.")
		}
		return store.Limits{}
	}
	for _, r := range rights {
		if !slices.ContainsFunc(store.Rights(), func(rule store.RightRule) bool { return rule.Right == r && !rule.AdminOnly }) {
			p.err("Rights", "Uno de los permisos no se le puede dar a un usuario de Operación.", "Quítalo, o haz a la persona Administrador.")
		}
	}
	l := store.Limits{Tipos: in.Tipos, Series: in.Series, Sucursales: in.Sucursales, Propios: in.Propios}
	s.checkBranches(ctx, a, in.Sucursales, p)
	for _, id := range in.Series {
		if _, err := s.cfg.DB.View(a.Tenant).Serie(ctx, id); err != nil {
			p.err("Series", "Una de las series ya no existe.", "Elige entre las que hay.")
		}
	}
	if !in.Total.IsZero() {
		micros, err := in.Total.Micros()
		if err != nil || micros <= 0 {
			p.err("Total", "El importe máximo no se puede leer.", "Escribe una cantidad en pesos, o déjalo vacío para no poner límite.")
		}
		l.Total = micros
	}
	return l
}

// permit writes rights and limits into a row.
func permit(r *store.UserRow, rights []store.Right, limits store.Limits) error {
	if rights == nil {
		rights = []store.Right{}
	}
	words, err := json.Marshal(rights)
	if err != nil {
		return fmt.Errorf("rights: %w", err)
	}
	narrow, err := json.Marshal(limits)
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	r.Rights, r.Limits = string(words), string(narrow)
	return nil
}

func (s *Service) insertUser(ctx context.Context, own *store.Tx, a store.Actor, in User, limits store.Limits) (store.UserRow, error) {
	now := store.Micros(s.now())
	r := store.UserRow{
		ID: s.cfg.NewID(), Usuario: in.Usuario, UsuarioFold: in.Usuario, Nombre: in.Nombre, Correo: in.Correo, Admin: in.Admin,
		RoleID: in.RoleID, State: store.UserInvited, SeenAt: now, CreatedAt: now, Version: 1,
	}
	if err := permit(&r, in.Rights, limits); err != nil {
		return r, err
	}
	if _, err := own.UserByName(ctx, r.UsuarioFold); err == nil {
		taken := fail.OnField("Usuario", "Ya hay un usuario con ese nombre en tu empresa, aunque esté de baja. No se guardó nada: elige otro.")
		taken.Kind = fail.Conflict
		return r, taken
	}
	if err := own.InsertUser(ctx, r); err != nil {
		return r, err
	}
	if err := own.SetWords(ctx, store.UserWords, r.ID, r.Usuario, r.Nombre, r.Correo); err != nil {
		return r, err
	}
	if err := audit(ctx, own, a, "user.new", "user/"+r.ID, nil, facts(r)); err != nil {
		return r, err
	}
	return r, s.invite(ctx, own, r)
}

// invite mails a link to choose the first password.
func (s *Service) invite(ctx context.Context, own *store.Tx, r store.UserRow) error {
	m := invitationMail{User: r.ID, Version: r.Version}
	return job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}

// facts is what the audit chain keeps of a user: no password.
func facts(r store.UserRow) map[string]any {
	return map[string]any{
		"usuario": r.Usuario, "nombre": r.Nombre, "correo": r.Correo, "administrador": r.Admin, "estado": r.State,
		"rol": r.RoleID, "permisos": json.RawMessage(r.Rights), "limites": json.RawMessage(r.Limits),
	}
}

// changeUser changes a user under lock, keeps at least one Administrador, ends
// the sessions of who may now do other things, and notes before and after.
func (s *Service) changeUser(ctx context.Context, tx *store.GlobalTx, a store.Actor, id, action string, change func(r *store.UserRow) error) (store.UserRow, error) {
	own := tx.For(a.Tenant)
	if _, err := own.CompanyForUpdate(ctx); err != nil { // one at a time, so that two cannot remove each other
		return store.UserRow{}, err
	}
	was, err := own.UserForUpdate(ctx, id)
	if err != nil {
		return was, err
	}
	r := was
	if err := change(&r); err != nil {
		return was, err
	}
	r.Version = was.Version + 1
	if err := own.UpdateUser(ctx, r); err != nil {
		return was, err
	}
	if err := keepsAdmin(ctx, own); err != nil {
		return was, err
	}
	if err := own.SetWords(ctx, store.UserWords, r.ID, r.Usuario, r.Nombre, r.Correo); err != nil {
		return was, err
	}
	if was.State != r.State || was.Admin != r.Admin || was.RoleID != r.RoleID || was.Rights != r.Rights || was.Limits != r.Limits {
		if _, err := tx.DeleteSessionsOf(ctx, a.Tenant, r.ID, ""); err != nil {
			return was, err
		}
	}
	return r, audit(ctx, own, a, action, "user/"+r.ID, facts(was), facts(r))
}

// keepsAdmin refuses what would leave the company without an Administrador.
func keepsAdmin(ctx context.Context, own *store.Tx) error {
	admins, err := own.Admins(ctx, 1)
	if err != nil || len(admins) > 0 {
		return err
	}
	return fail.New(fail.Conflict, "Es el último Administrador de la empresa: sin uno nadie podría entrar a administrarla. No se cambió nada; nombra antes a otra persona.")
}

// BlockUser keeps a user from coming in, at once, until [Service.UnblockUser].
func (s *Service) BlockUser(ctx context.Context, a store.Actor, id string) error {
	return s.setUserState(ctx, a, id, "user.block", func(r *store.UserRow) error {
		if r.State != store.UserActive {
			return fail.New(fail.Conflict, "Ese usuario no está activo. No se cambió nada.")
		}
		r.State = store.UserBlocked
		return nil
	})
}

// UnblockUser lets a blocked user in again, and one whom idleness locked out.
func (s *Service) UnblockUser(ctx context.Context, a store.Actor, id string) error {
	if err := s.mayRule(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		_, err := s.changeUser(ctx, tx, a, id, "user.unblock", func(r *store.UserRow) error {
			if r.State != store.UserActive && r.State != store.UserBlocked {
				return fail.New(fail.Conflict, "Ese usuario no está bloqueado. No se cambió nada.")
			}
			r.State = store.UserActive
			return nil
		})
		if err != nil {
			return err
		}
		return tx.For(a.Tenant).SetUserSeen(ctx, id, store.Micros(s.now()))
	})
}

// RemoveUser takes a user out of the company; its name stays on what it did.
func (s *Service) RemoveUser(ctx context.Context, a store.Actor, id string) error {
	return s.setUserState(ctx, a, id, "user.remove", func(r *store.UserRow) error {
		r.State = store.UserGone
		return nil
	})
}

func (s *Service) setUserState(ctx context.Context, a store.Actor, id, action string, change func(r *store.UserRow) error) error {
	if err := s.mayRule(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		_, err := s.changeUser(ctx, tx, a, id, action, func(r *store.UserRow) error {
			if r.State == store.UserGone {
				return fail.New(fail.Conflict, "Ese usuario ya está de baja. No se cambió nada.")
			}
			return change(r)
		})
		return err
	})
}

// CloseSessionsOf ends the sessions of a user of the company.
func (s *Service) CloseSessionsOf(ctx context.Context, a store.Actor, id string) error {
	if err := s.mayRule(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		if _, err := own.User(ctx, id); err != nil {
			return err
		}
		n, err := tx.DeleteSessionsOf(ctx, a.Tenant, id, "")
		if err != nil {
			return err
		}
		return audit(ctx, own, a, "user.sessions_closed", "user/"+id, nil, map[string]int64{"sessions_closed": n})
	})
}
