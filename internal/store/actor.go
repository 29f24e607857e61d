package store

import (
	"slices"

	"iofacturo.mx/internal/fail"
)

// A Right is something an [Actor] may be allowed to do.
type Right string

// The rights of manual §2.6, each guarding the methods of one service.
const (
	RightView         Right = "ver"
	RightIssue        Right = "emitir"
	RightSend         Right = "enviar"
	RightCustomers    Right = "clientes"
	RightProducts     Right = "productos"
	RightConfigure    Right = "configurar"
	RightCertificates Right = "certificados"
)

// An Actor is who does something: a signed-in user of one tenant, or the
// system on its behalf. Services take it instead of a bare tenant.
type Actor struct {
	Tenant    Tenant
	UserID    string
	UserName  string
	IP        string
	SessionID string
	Admin     bool    // has every right
	Rights    []Right // of a user who is not an administrator
}

// System returns the actor that jobs of tenant t run as. It has every right.
func System(t Tenant) Actor {
	return Actor{Tenant: t, UserID: "sistema", UserName: "sistema", Admin: true}
}

// Require returns nil when a holds right r, otherwise a [fail.Denied] error.
func (a Actor) Require(r Right) error {
	if a.Tenant.id != "" && (a.Admin || slices.Contains(a.Rights, r)) {
		return nil
	}
	return fail.New(fail.Denied, "No tienes permiso para hacer esto. No se guardó ni se emitió nada. Pídeselo a la persona que administra tu empresa.")
}
