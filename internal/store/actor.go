package store

import (
	"slices"
	"time"

	"iofacturo.mx/internal/fail"
)

// An Actor is who does something: a signed-in person at work in one tenant, or
// the system on its behalf. Services take it instead of a bare tenant.
type Actor struct {
	Tenant    Tenant // the company worked in
	Home      Tenant // the company whose user it is; zero means Tenant
	UserID    string
	UserName  string
	IP        string
	SessionID string
	Admin     bool      // has every right
	Operator  bool      // of the portal: has none in any company
	Rights    []Right   // of who is not an Administrador, as [Widen] gave them
	Limits    Limits    // of who is not an Administrador
	ProvedAt  time.Time // when the person last proved who it is, in this session
}

// System returns the actor that jobs of tenant t run as. It has every right.
func System(t Tenant) Actor {
	return Actor{Tenant: t, UserID: systemUser, UserName: systemUser, Admin: true}
}

const systemUser = "sistema"

// IsSystem reports whether no person but the portal itself acts.
func (a Actor) IsSystem() bool { return a.UserID == systemUser && a.SessionID == "" }

// HomeTenant returns the company that keeps the person's user, password and
// second factor; it differs from Tenant for who co-administers another company.
func (a Actor) HomeTenant() Tenant {
	if a.Home.id == "" {
		return a.Tenant
	}
	return a.Home
}

// IsGuest reports whether the person belongs to another company.
func (a Actor) IsGuest() bool { return a.HomeTenant() != a.Tenant }

// Holds reports whether a has right r.
func (a Actor) Holds(r Right) bool {
	return a.Tenant.id != "" && (a.Admin || r == RightView || slices.Contains(a.Rights, r))
}

// Require returns nil when a holds one of the rights, otherwise a
// [fail.Denied] error.
func (a Actor) Require(oneOf ...Right) error {
	if slices.ContainsFunc(oneOf, a.Holds) {
		return nil
	}
	return fail.New(fail.Denied, "No tienes permiso para hacer esto. No se guardó ni se emitió nada. Pídeselo a la persona que administra tu empresa.")
}
