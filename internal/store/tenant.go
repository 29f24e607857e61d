package store

// A Tenant names the company whose rows a View or Tx may touch. Its zero value
// owns nothing and every statement refuses it.
type Tenant struct{ id string }

// platformID is no UUIDv7, so no company has it.
const platformID = "plataforma"

// TenantOf returns the tenant with the given id. Only sign-in (account), job,
// demo and check may choose a tenant; a test keeps that list.
func TenantOf(id string) Tenant { return Tenant{id: id} }

// Platform returns the house itself: its users are the operators of the portal, its
// audit chain is what they did, and it owns nothing else. Its row says that it is
// closed, so that no door of the companies opens to it.
func Platform() Tenant { return Tenant{id: platformID} }

// PlatformRfc stands where a company has its RFC; no RFC looks like it.
const PlatformRfc = "OPERADOR"

// ID returns the tenant's id, a UUIDv7; "" for the zero Tenant.
func (t Tenant) ID() string { return t.id }
