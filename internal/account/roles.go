package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// mostRoles bounds how many sets of rights a company makes.
const mostRoles = 100

// A Role is a set of rights and limits with a name of the company's own. Field
// paths in errors are the names below.
type Role struct {
	ID      string
	Nombre  string
	Rights  []store.Right
	Tipos   []string
	Series  []string
	Total   decimal.Decimal
	Propios bool
	Version int
}

// Roles lists the company's own sets of rights.
func (s *Service) Roles(ctx context.Context, a store.Actor) ([]Role, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Roles(ctx, mostRoles)
	if err != nil {
		return nil, err
	}
	list := make([]Role, len(rows))
	for i, r := range rows {
		if list[i], err = roleOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Role returns one set; fail.NotFound for one that is not this company's.
func (s *Service) Role(ctx context.Context, a store.Actor, id string) (Role, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return Role{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).Role(ctx, id)
	if err != nil {
		return Role{}, err
	}
	return roleOf(r)
}

func roleOf(r store.RoleRow) (Role, error) {
	role := Role{ID: r.ID, Nombre: r.Nombre, Version: int(r.Version)}
	var l store.Limits
	if err := errors.Join(json.Unmarshal([]byte(r.Rights), &role.Rights), json.Unmarshal([]byte(r.Limits), &l)); err != nil {
		return role, fmt.Errorf("role %s: %w", r.ID, err)
	}
	role.Tipos, role.Series, role.Propios = l.Tipos, l.Series, l.Propios
	if l.Total > 0 {
		role.Total = decimal.FromMicros(l.Total)
	}
	return role, nil
}

// roleNames are the names of the company's sets by id.
func (s *Service) roleNames(ctx context.Context, v *store.View) (map[string]string, error) {
	rows, err := v.Roles(ctx, mostRoles)
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Nombre
	}
	return names, err
}

// SaveRole makes (ID empty) or changes a set of rights; a change holds at once
// and ends the sessions of its users. Errors: fields by the names of [Role];
// [ErrStepUp]; [ErrStale]; fail.Conflict for a name in use.
func (s *Service) SaveRole(ctx context.Context, a store.Actor, in Role) (Role, error) {
	if err := s.mayRule(a); err != nil {
		return Role{}, err
	}
	var p problems
	in.Nombre = clean(in.Nombre)
	if n := len([]rune(in.Nombre)); n < 2 || n > 60 {
		p.err("Nombre", "Escribe un nombre de 2 a 60 letras.", "Por ejemplo: Mostrador.")
	}
	p.text("Nombre", "El nombre del rol", in.Nombre, 60)
	held := User{Rights: in.Rights, Tipos: in.Tipos, Series: in.Series, Total: in.Total, Propios: in.Propios}
	limits := s.checkLimits(ctx, a, in.Rights, &held, &p)
	if err := p.result("El conjunto de permisos no se guardó: revisa los campos marcados."); err != nil {
		return Role{}, err
	}
	var words store.UserRow
	if err := permit(&words, in.Rights, limits); err != nil {
		return Role{}, err
	}
	row := store.RoleRow{
		ID: in.ID, Nombre: in.Nombre, NombreFold: store.FoldLine(in.Nombre), Rights: words.Rights, Limits: words.Limits,
		Version: int64(in.Version) + 1, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName,
	}
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return s.writeRole(ctx, tx, a, &row) })
	if fail.KindOf(err) == fail.Conflict && !errors.Is(err, ErrStale) {
		taken := fail.OnField("Nombre", "Ya hay un conjunto con ese nombre. No se guardó nada: elige otro.")
		taken.Kind = fail.Conflict
		return Role{}, taken
	}
	if err != nil {
		return Role{}, err
	}
	return roleOf(row)
}

func (s *Service) writeRole(ctx context.Context, tx *store.GlobalTx, a store.Actor, row *store.RoleRow) error {
	own := tx.For(a.Tenant)
	if row.ID == "" {
		row.ID, row.Version = s.cfg.NewID(), 1
		if err := own.InsertRole(ctx, *row); err != nil {
			return err
		}
		return audit(ctx, own, a, "role.new", "role/"+row.ID, nil, row)
	}
	was, err := own.Role(ctx, row.ID)
	if err != nil {
		return err
	}
	if was.Version != row.Version-1 {
		return stale("este conjunto de permisos", was.UpdatedBy, was.UpdatedAt, s.zone())
	}
	if err := own.UpdateRole(ctx, *row); err != nil {
		return err
	}
	users, err := own.UsersOfRole(ctx, row.ID, mostOfRole)
	if err != nil {
		return err
	}
	for _, id := range users {
		if _, err := tx.DeleteSessionsOf(ctx, a.Tenant, id, ""); err != nil {
			return err
		}
	}
	return audit(ctx, own, a, "role.save", "role/"+row.ID, was, row)
}

// mostOfRole bounds whose sessions a changed set ends; their rights hold at once
// in any case, since a session reads them at each use.
const mostOfRole = 1000
