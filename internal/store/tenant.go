package store

// A Tenant names the company whose rows a View or Tx may touch. Its zero value
// owns nothing and every statement refuses it.
type Tenant struct{ id string }

// platformID is no UUIDv7, so no company has it.
const platformID = "plataforma"

// TenantOf returns the tenant with the given id. Only sign-in (account), job,
// demo and check may choose a tenant; a test keeps that list.
func TenantOf(id string) Tenant { return Tenant{id: id} }

// Platform returns the keeper of what belongs to the house itself and to no
// company: the keyset under which the secrets of its operators lie. It is in no
// list of tenants, nobody signs in to it, and it owns nothing else.
func Platform() Tenant { return Tenant{id: platformID} }

// ID returns the tenant's id, a UUIDv7; "" for the zero Tenant.
func (t Tenant) ID() string { return t.id }
