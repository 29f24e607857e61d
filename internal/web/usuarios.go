package web

import (
	"net/http"
	"net/url"
	"slices"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func (s *Server) usuariosRoutes() []route {
	see, rule := needs(store.RightSeeConfig), needs(store.RightUsers)
	return []route{
		{pattern: "GET /usuarios", access: see, handle: s.users},
		{pattern: "GET /usuarios/nuevo", access: rule, handle: s.newUser},
		{pattern: "POST /usuarios/nuevo", access: rule, handle: s.saveUser, fresh: true},
		{pattern: "GET /usuarios/{id}", access: see, handle: s.user},
		{pattern: "POST /usuarios/{id}", access: rule, handle: s.saveUser, fresh: true},
		{pattern: "GET /usuarios/{id}/vista", access: see, handle: s.userSees},
		{pattern: "POST /usuarios/{id}/invitar", access: rule, handle: s.inviteUser, fresh: true},
		{pattern: "POST /usuarios/{id}/contrasena", access: rule, handle: s.handPassword, fresh: true},
		{pattern: "POST /usuarios/{id}/bloquear", access: rule, handle: s.blockUser, fresh: true},
		{pattern: "POST /usuarios/{id}/desbloquear", access: rule, handle: s.unblockUser, fresh: true},
		{pattern: "POST /usuarios/{id}/sesiones", access: rule, handle: s.closeUserSessions, fresh: true},
		{pattern: "POST /usuarios/{id}/segundo-factor", access: rule, handle: s.resetFactor, fresh: true},
		{pattern: "POST /usuarios/{id}/baja", access: rule, handle: s.removeUser, fresh: true},
		{pattern: "GET /roles", access: see, handle: s.roles},
		{pattern: "GET /roles/nuevo", access: rule, handle: s.newRole},
		{pattern: "POST /roles/nuevo", access: rule, handle: s.saveRole, fresh: true},
		{pattern: "GET /roles/{id}", access: see, handle: s.role},
		{pattern: "POST /roles/{id}", access: rule, handle: s.saveRole, fresh: true},
	}
}

func usersPageOf(title string) page {
	return page{Title: title, Section: "configuracion", Tab: "usuarios"}
}

// A usersView is the grid of users.
type usersView struct {
	account.UserPage
	Query account.UserQuery
	Next  string // address of the next page, "" on the last
	Grid  listView
}

func userColumns() []column {
	return []column{{"nombre", "Nombre", ""}, {"usuario", "Usuario", ""}, {"correo", "Correo", ""}, {"tipo", "Tipo", ""}, {"acceso", "Último acceso", ""}, {"", "Estado", ""}}
}

func (s *Server) users(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := usersView{Grid: gridOf(r, userColumns())}
	v.Grid.link = func(name, value string) string { return linkTo(r, name, value, "desde", "") }
	v.Query = account.UserQuery{Q: q.Get("q"), Gone: q.Get("bajas") != "", Sort: v.Grid.Sort, After: q.Get("desde")}
	var err error
	if v.UserPage, err = s.Account.Users(r.Context(), actorOf(r), v.Query); err != nil {
		return err
	}
	if v.UserPage.Next != "" {
		v.Next = linkTo(r, "desde", v.UserPage.Next)
	}
	return s.render(w, r, http.StatusOK, usersPageOf("Usuarios"), usersPage(v))
}

// A userView is the form of one user.
type userView struct {
	form
	account.User
	Me       bool // it is who looks at it
	Roles    []account.Role
	Series   []account.Serie
	Branches []account.Branch
	Once     string // the password to hand over, shown this one time
}

func (s *Server) newUser(w http.ResponseWriter, r *http.Request) error {
	return s.showUser(w, r, userView{User: account.User{Rights: account.ReadySets()[0].Rights}})
}

func (s *Server) user(w http.ResponseWriter, r *http.Request) error {
	u, err := s.Account.User(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showUser(w, r, userView{User: u})
}

func (s *Server) showUser(w http.ResponseWriter, r *http.Request, v userView) error {
	v, err := s.userLists(r, v)
	if err != nil {
		return err
	}
	title := "Nuevo usuario"
	if v.ID != "" {
		title = v.Nombre
	}
	return s.renderForm(w, r, v.form, usersPageOf(title), userPage(v, title))
}

// userLists adds what the form of a user offers.
func (s *Server) userLists(r *http.Request, v userView) (userView, error) {
	a := actorOf(r)
	var err error
	if v.Roles, err = s.Account.Roles(r.Context(), a); err != nil {
		return v, err
	}
	if v.Series, err = s.Account.SeriesList(r.Context(), a); err != nil {
		return v, err
	}
	v.Me = v.ID != "" && v.ID == a.UserID && !a.IsGuest()
	v.Branches, err = s.Account.Branches(r.Context(), a)
	return v, err
}

// userAgainst draws a form that came back, beside what is stored now when somebody
// else was faster.
func (s *Server) userAgainst(w http.ResponseWriter, r *http.Request, v userView) error {
	err := v.settle(func() (url.Values, int, error) {
		now, err := s.Account.User(r.Context(), actorOf(r), v.ID)
		return userFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	if v.stale {
		id := v.ID
		v.User = userFrom(&form{Values: v.Values})
		v.ID = id
	}
	return s.showUser(w, r, v)
}

// roleAgainst is [Server.userAgainst] of a set of rights.
func (s *Server) roleAgainst(w http.ResponseWriter, r *http.Request, v roleView) error {
	err := v.settle(func() (url.Values, int, error) {
		now, err := s.Account.Role(r.Context(), actorOf(r), v.ID)
		return roleFields(now), now.Version, err
	})
	if err != nil {
		return err
	}
	if v.stale {
		v.Role = roleFrom(&form{Values: v.Values}, v.ID)
	}
	return s.showRole(w, r, v)
}

// userFields are the inputs of the form of a user.
func userFields(u account.User) url.Values {
	v := grantValues(u.Rights, u.Tipos, u.Series, u.Sucursales, u.Total, u.Propios)
	for name, value := range map[string]string{"Nombre": u.Nombre, "Correo": u.Correo, "Tipo": kindValue(u), "RoleID": u.RoleID} {
		v.Set(name, value)
	}
	return v
}

// roleFields are the inputs of the form of a set of rights.
func roleFields(r account.Role) url.Values {
	v := grantValues(r.Rights, r.Tipos, r.Series, r.Sucursales, r.Total, r.Propios)
	v.Set("Nombre", r.Nombre)
	return v
}

func grantValues(rights []store.Right, tipos, series, branches []string, total decimal.Decimal, own bool) url.Values {
	v := url.Values{"Tipos": tipos, "Series": series, "Sucursales": branches, "Total": {totalText2(total)}, "Rights": nil}
	for _, r := range rights {
		v.Add("Rights", string(r))
	}
	box(v, "Propios", own)
	return v
}

// saveUser stores the form. The buttons of the ready sets send the same form
// without saving it: it comes back with their boxes ticked.
func (s *Server) saveUser(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := userView{form: f}
	put := v.put()
	v.User = userFrom(&v.form)
	v.ID = r.PathValue("id")
	if put {
		v.Findings, v.Message = nil, ""
		return s.userAgainst(w, r, v)
	}
	if set := f.Get("conjunto"); set != "" {
		v.form = form{Values: f.Values}
		v.Rights, v.RoleID = setRights(set), ""
		v.Values.Del("RoleID")
		return s.showUser(w, r, v)
	}
	if len(v.Findings) > 0 {
		return s.showUser(w, r, v)
	}
	saved, err := s.Account.SaveUser(r.Context(), actorOf(r), v.User)
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := v.take(err); err != nil {
			return err
		}
		return s.userAgainst(w, r, v)
	}
	done := flash{Kind: "ok", Title: "Usuario guardado", Text: saved.Nombre}
	if v.ID == "" {
		done = flash{Kind: "ok", Title: "Invitamos a " + saved.Nombre, Text: "Le enviamos un enlace para elegir su contraseña; dura 48 horas."}
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/usuarios")
}

// setRights are the rights of a ready set.
func setRights(key string) []store.Right {
	for _, set := range account.ReadySets() {
		if set.Key == key {
			return set.Rights
		}
	}
	return nil
}

func userFrom(f *form) account.User {
	u := account.User{
		Usuario: f.Get("Usuario"), Nombre: f.Get("Nombre"), Correo: f.Get("Correo"), Admin: f.Get("Tipo") == "administrador",
		RoleID: f.Get("RoleID"), Version: version(*f),
	}
	u.Rights, u.Tipos, u.Series, u.Total, u.Propios = grantFrom(f)
	u.Sucursales = f.Values["Sucursales"]
	return u
}

func roleFrom(f *form, id string) account.Role {
	r := account.Role{ID: id, Nombre: f.Get("Nombre"), Version: version(*f)}
	r.Rights, r.Tipos, r.Series, r.Total, r.Propios = grantFrom(f)
	r.Sucursales = f.Values["Sucursales"]
	return r
}

// grantFrom reads the boxes of rights and what narrows them.
func grantFrom(f *form) (rights []store.Right, tipos, series []string, total decimal.Decimal, own bool) {
	for _, r := range f.Values["Rights"] {
		rights = append(rights, store.Right(r))
	}
	return rights, f.Values["Tipos"], f.Values["Series"], f.decimal("Total", 2), f.Checked("Propios")
}

// holds reports whether the box of a right is ticked.
func holds(list []store.Right, r store.Right) bool { return slices.Contains(list, r) }

// A userSeesView is what a user can see and do.
type userSeesView struct {
	account.User
	Actor store.Actor
	Names []account.RightName
	Serie map[string]string
}

func (s *Server) userSees(w http.ResponseWriter, r *http.Request) error {
	a := actorOf(r)
	u, err := s.Account.User(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := userSeesView{User: u, Names: account.RightNames(), Serie: map[string]string{}}
	if v.Actor, err = s.Account.Sees(r.Context(), a, u.ID); err != nil {
		return err
	}
	series, err := s.Account.SeriesList(r.Context(), a)
	if err != nil {
		return err
	}
	for _, one := range series {
		v.Serie[one.ID] = serieName(one.Serie)
	}
	return s.render(w, r, http.StatusOK, usersPageOf("Lo que ve "+u.Nombre), userSeesPage(v))
}

// actOn does one thing with the user of the address and says so.
func (s *Server) actOn(w http.ResponseWriter, r *http.Request, act func(id string) error, done flash) error {
	id := r.PathValue("id")
	if err := act(id); err != nil {
		return err
	}
	s.flashed(w, done)
	return s.redirect(w, r, "/usuarios/"+id)
}

func (s *Server) inviteUser(w http.ResponseWriter, r *http.Request) error {
	return s.actOn(w, r, func(id string) error { return s.Account.InviteUser(r.Context(), actorOf(r), id) },
		flash{Kind: "ok", Title: "Enviamos el enlace", Text: "Con él elige su contraseña; dura 48 horas y sirve una vez."})
}

func (s *Server) blockUser(w http.ResponseWriter, r *http.Request) error {
	return s.actOn(w, r, func(id string) error { return s.Account.BlockUser(r.Context(), actorOf(r), id) },
		flash{Kind: "ok", Title: "Usuario bloqueado", Text: "Cerramos sus sesiones; no podrá entrar hasta que lo desbloquees."})
}

func (s *Server) unblockUser(w http.ResponseWriter, r *http.Request) error {
	return s.actOn(w, r, func(id string) error { return s.Account.UnblockUser(r.Context(), actorOf(r), id) },
		flash{Kind: "ok", Title: "Usuario desbloqueado", Text: "Ya puede entrar con su contraseña."})
}

func (s *Server) closeUserSessions(w http.ResponseWriter, r *http.Request) error {
	return s.actOn(w, r, func(id string) error { return s.Account.CloseSessionsOf(r.Context(), actorOf(r), id) },
		flash{Kind: "ok", Title: "Cerramos sus sesiones", Text: "Tendrá que entrar otra vez."})
}

func (s *Server) resetFactor(w http.ResponseWriter, r *http.Request) error {
	return s.actOn(w, r, func(id string) error { return s.Account.ResetFactor(r.Context(), actorOf(r), id) },
		flash{Kind: "ok", Title: "Quitamos su segundo factor", Text: "Cerramos sus sesiones y le avisamos por correo. Entra con su contraseña y pone otro."})
}

func (s *Server) removeUser(w http.ResponseWriter, r *http.Request) error {
	return s.actOn(w, r, func(id string) error { return s.Account.RemoveUser(r.Context(), actorOf(r), id) },
		flash{Kind: "ok", Title: "Usuario dado de baja", Text: "Ya no puede entrar; su nombre queda en lo que hizo."})
}

// handPassword shows a password to hand over, this one time: no address, cookie
// or log ever holds it.
func (s *Server) handPassword(w http.ResponseWriter, r *http.Request) error {
	once, err := s.Account.HandPassword(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	u, err := s.Account.User(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showUser(w, r, userView{User: u, Once: once})
}

func (s *Server) roles(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Account.Roles(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, usersPageOf("Conjuntos de permisos"), rolesPage(gridOf(r, roleColumns()), list))
}

func roleColumns() []column { return []column{{"nombre", "Nombre", ""}, {"permisos", "Permisos", ""}} }

// arrangeRoles orders the sets by name, or by how much they allow.
func arrangeRoles(v listView, list []account.Role) ([]account.Role, listView) {
	return arrange(v, list, func(account.Role) bool { return true }, map[string]comparison[account.Role]{
		"nombre":   byText(func(x account.Role) string { return x.Nombre }),
		"permisos": byNumber(func(x account.Role) int { return len(x.Rights) }),
	})
}

// A roleView is the form of one set of rights.
type roleView struct {
	form
	account.Role
	SeriesAll []account.Serie
	Branches  []account.Branch
}

func (s *Server) newRole(w http.ResponseWriter, r *http.Request) error {
	return s.showRole(w, r, roleView{})
}

func (s *Server) role(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Account.Role(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showRole(w, r, roleView{Role: one})
}

func (s *Server) showRole(w http.ResponseWriter, r *http.Request, v roleView) error {
	var err error
	if v.SeriesAll, err = s.Account.SeriesList(r.Context(), actorOf(r)); err != nil {
		return err
	}
	if v.Branches, err = s.Account.Branches(r.Context(), actorOf(r)); err != nil {
		return err
	}
	title := "Nuevo conjunto de permisos"
	if v.ID != "" {
		title = v.Nombre
	}
	return s.renderForm(w, r, v.form, usersPageOf(title), rolePage(v, title))
}

func (s *Server) saveRole(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := roleView{form: f}
	put := v.put()
	v.Role = roleFrom(&v.form, r.PathValue("id"))
	if put {
		v.Findings, v.Message = nil, ""
		return s.roleAgainst(w, r, v)
	}
	if set := f.Get("conjunto"); set != "" {
		v.form = form{Values: f.Values}
		v.Rights = setRights(set)
		return s.showRole(w, r, v)
	}
	if len(v.Findings) > 0 {
		return s.showRole(w, r, v)
	}
	saved, err := s.Account.SaveRole(r.Context(), actorOf(r), v.Role)
	if err != nil {
		if stepUp(err) {
			return err
		}
		if err := v.take(err, fail.Conflict); err != nil {
			return err
		}
		return s.roleAgainst(w, r, v)
	}
	s.flashed(w, flash{Kind: "ok", Title: "Conjunto guardado", Text: saved.Nombre + ". Quienes lo tienen entran otra vez con los permisos nuevos."})
	return s.redirect(w, r, "/roles")
}
