package store

// A Tenant names the company whose rows a View or Tx may touch. Its zero value
// owns nothing and every statement refuses it.
type Tenant struct{ id string }

// TenantOf returns the tenant with the given id. Only sign-in (account), job,
// demo and check may choose a tenant; a test keeps that list.
func TenantOf(id string) Tenant { return Tenant{id: id} }

// ID returns the tenant's id, a UUIDv7; "" for the zero Tenant.
func (t Tenant) ID() string { return t.id }
