package store

import "context"

// States of a co-administration.
const (
	CoadminInvited = "invitada"   // the company asked somebody in
	CoadminAsked   = "solicitada" // somebody asks the company
	CoadminActive  = "activa"     // both agree
	CoadminRefused = "rechazada"  // one of them did not
	CoadminRevoked = "revocada"   // one of them ended it
	CoadminExpired = "vencida"    // its end date passed
)

// A CoadminRow is one person of another company who may work in this one, or
// was asked, or asks.
type CoadminRow struct {
	ID           string `db:"id"`
	State        string `db:"state"`
	InvitedMail  string `db:"invited_mail"` // lower case; as it was typed, known to the portal or not
	InvitedRfc   string `db:"invited_rfc"`
	GuestTenant  string `db:"guest_tenant"` // "" until the person is known
	GuestUser    string `db:"guest_user"`
	GuestNombre  string `db:"guest_nombre"`
	GuestUsuario string `db:"guest_usuario"`
	GuestEmpresa string `db:"guest_empresa"`
	GuestRfc     string `db:"guest_rfc"`
	Admin        bool   `db:"admin"`  // all but what stays at home
	Rights       string `db:"rights"` // JSON list of Right
	Limits       string `db:"limits"` // JSON of Limits
	Until        int64  `db:"until"`  // 0 = no end
	AskedAt      int64  `db:"asked_at"`
	AskedBy      string `db:"asked_by"`
	ExpiresAt    int64  `db:"expires_at"` // of the invitation or request
	AnsweredAt   int64  `db:"answered_at"`
	AnsweredBy   string `db:"answered_by"`
	EndedAt      int64  `db:"ended_at"`
	EndedBy      string `db:"ended_by"`
	Version      int64  `db:"version"`
}

// Guest returns the company whose person it is; the zero Tenant until known.
func (r CoadminRow) Guest() Tenant { return Tenant{id: r.GuestTenant} }

const coadminColumns = `id, state, invited_mail, invited_rfc, guest_tenant, guest_user, guest_nombre, guest_usuario, guest_empresa, guest_rfc,
	admin, rights, limits, until, asked_at, asked_by, expires_at, answered_at, answered_by, ended_at, ended_by, version`

// Coadmin returns one co-administration, or fail.NotFound.
func (v *View) Coadmin(ctx context.Context, id string) (CoadminRow, error) {
	var r CoadminRow
	err := v.get(ctx, &r, `SELECT `+coadminColumns+` FROM coadmins WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// CoadminForUpdate is [View.Coadmin] for a row about to change.
func (tx *Tx) CoadminForUpdate(ctx context.Context, id string) (CoadminRow, error) {
	var r CoadminRow
	err := tx.getLocked(ctx, &r, `SELECT `+coadminColumns+` FROM coadmins WHERE tenant_id = $1 AND id = $2`, id)
	return r, err
}

// GuestCoadmin returns the active co-administration of a user of another
// company, or fail.NotFound.
func (v *View) GuestCoadmin(ctx context.Context, home Tenant, userID string) (CoadminRow, error) {
	var r CoadminRow
	err := v.get(ctx, &r, `SELECT `+coadminColumns+` FROM coadmins WHERE tenant_id = $1 AND guest_tenant = $2 AND guest_user = $3 AND state = 'activa'`,
		home.id, userID)
	return r, err
}

// Coadmins lists the co-administrations in a state, the newest first, at most limit.
func (v *View) Coadmins(ctx context.Context, state string, limit int) ([]CoadminRow, error) {
	rows := []CoadminRow{}
	err := v.list(ctx, &rows, `SELECT `+coadminColumns+` FROM coadmins WHERE tenant_id = $1 AND state = $2 ORDER BY asked_at DESC, id DESC LIMIT $3`, state, limit)
	return rows, err
}

// InsertCoadmin keeps a new co-administration on both sides.
func (tx *Tx) InsertCoadmin(ctx context.Context, r CoadminRow) error {
	_, err := tx.exec(ctx, `INSERT INTO coadmins (tenant_id, `+coadminColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		r.ID, r.State, r.InvitedMail, r.InvitedRfc, r.GuestTenant, r.GuestUser, r.GuestNombre, r.GuestUsuario, r.GuestEmpresa, r.GuestRfc,
		r.Admin, r.Rights, r.Limits, r.Until, r.AskedAt, r.AskedBy, r.ExpiresAt, r.AnsweredAt, r.AnsweredBy, r.EndedAt, r.EndedBy, r.Version)
	if err != nil {
		return err
	}
	return tx.keepGuest(ctx, r)
}

// UpdateCoadmin writes r on both sides, over the row whose version is the one
// before r's: fail.NotFound otherwise. A second active one of the same person is fail.Conflict.
func (tx *Tx) UpdateCoadmin(ctx context.Context, r CoadminRow) error {
	err := tx.one(ctx, `UPDATE coadmins SET state = $3, guest_tenant = $4, guest_user = $5, guest_nombre = $6, guest_usuario = $7, guest_empresa = $8,
		guest_rfc = $9, admin = $10, rights = $11, limits = $12, until = $13, answered_at = $14, answered_by = $15, ended_at = $16, ended_by = $17,
		expires_at = $18, version = $19 WHERE tenant_id = $1 AND id = $2 AND version = $19 - 1`,
		r.ID, r.State, r.GuestTenant, r.GuestUser, r.GuestNombre, r.GuestUsuario, r.GuestEmpresa, r.GuestRfc, r.Admin, r.Rights, r.Limits, r.Until,
		r.AnsweredAt, r.AnsweredBy, r.EndedAt, r.EndedBy, r.ExpiresAt, r.Version)
	if err != nil {
		return err
	}
	return tx.keepGuest(ctx, r)
}

// keepGuest writes the guest's side of r.
func (tx *Tx) keepGuest(ctx context.Context, r CoadminRow) error {
	g := &GlobalTx{GlobalView{tx.scope}}
	rfc := r.GuestRfc
	if rfc == "" {
		rfc = r.InvitedRfc
	}
	_, err := g.exec(ctx, `INSERT INTO guest_companies (owner_tenant, coadmin_id, guest_tenant, guest_user, guest_rfc, state, admin, rights, limits, asked_at, since, until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (owner_tenant, coadmin_id) DO UPDATE SET guest_tenant = excluded.guest_tenant, guest_user = excluded.guest_user,
			guest_rfc = excluded.guest_rfc, state = excluded.state, admin = excluded.admin, rights = excluded.rights, limits = excluded.limits,
			since = excluded.since, until = excluded.until`,
		tx.tenant.id, r.ID, r.GuestTenant, r.GuestUser, rfc, r.State, r.Admin, r.Rights, r.Limits, r.AskedAt, r.AnsweredAt, r.Until)
	return err
}

// A GuestCompany is a company that lets a person of another one in, or offers
// to, as that person sees it.
type GuestCompany struct {
	OwnerID   string `db:"owner_tenant"`
	CoadminID string `db:"coadmin_id"`
	GuestID   string `db:"guest_tenant"`
	GuestUser string `db:"guest_user"`
	State     string `db:"state"`
	Admin     bool   `db:"admin"`
	Rights    string `db:"rights"`
	Limits    string `db:"limits"`
	AskedAt   int64  `db:"asked_at"`
	Since     int64  `db:"since"`
	Until     int64  `db:"until"`
	Rfc       string `db:"rfc"` // of the owner
	Name      string `db:"name"`
	Color     string `db:"color"`
}

// Owner returns the company that lets in.
func (g GuestCompany) Owner() Tenant { return Tenant{id: g.OwnerID} }

const guestColumns = `g.owner_tenant, g.coadmin_id, g.guest_tenant, g.guest_user, g.state, g.admin, g.rights, g.limits, g.asked_at, g.since, g.until,
	t.rfc, t.name, t.color`

// GuestCompanies lists the active companies that let a user of home in and
// whose end date is not reached at now, by name, at most limit.
func (g *GlobalView) GuestCompanies(ctx context.Context, home Tenant, userID string, now int64, limit int) ([]GuestCompany, error) {
	rows := []GuestCompany{}
	err := g.list(ctx, &rows, `SELECT `+guestColumns+` FROM guest_companies g JOIN tenants t ON t.id = g.owner_tenant
		WHERE g.guest_tenant = $1 AND g.guest_user = $2 AND g.state = 'activa' AND (g.until = 0 OR g.until > $3) AND t.state = $4 AND t.suspended_at = 0
		ORDER BY t.name, t.rfc LIMIT $5`, home.id, userID, now, TenantActive, limit)
	return rows, err
}

// GuestCompany returns what one company offers or gives to a user of home, or
// to the company of an RFC while no person is known; fail.NotFound otherwise.
func (g *GlobalView) GuestCompany(ctx context.Context, coadminID string, home Tenant, userID, rfc string) (GuestCompany, error) {
	var row GuestCompany
	err := g.get(ctx, &row, `SELECT `+guestColumns+` FROM guest_companies g JOIN tenants t ON t.id = g.owner_tenant
		WHERE g.coadmin_id = $1 AND t.state = $5 AND t.suspended_at = 0
		AND ((g.guest_tenant = $2 AND g.guest_user = $3) OR (g.guest_tenant = '' AND g.guest_rfc = $4 AND g.guest_rfc <> '' AND g.state = 'invitada'))`,
		coadminID, home.id, userID, rfc, TenantActive)
	return row, err
}

// Offers lists the invitations to whoever administers the company of an RFC,
// asked at since or later, the newest first, at most limit.
func (g *GlobalView) Offers(ctx context.Context, rfc string, since int64, limit int) ([]GuestCompany, error) {
	rows := []GuestCompany{}
	err := g.list(ctx, &rows, `SELECT `+guestColumns+` FROM guest_companies g JOIN tenants t ON t.id = g.owner_tenant
		WHERE g.guest_rfc = $1 AND g.state = 'invitada' AND g.asked_at >= $2 AND t.state = $3 AND t.suspended_at = 0 ORDER BY g.asked_at DESC LIMIT $4`,
		rfc, since, TenantActive, limit)
	return rows, err
}

// LiveGuest reports whether a user of home has an active or asked
// co-administration of the company owner.
func (g *GlobalView) LiveGuest(ctx context.Context, owner, home Tenant, userID string, since int64) (bool, error) {
	var n int64
	err := g.get(ctx, &n, `SELECT count(*) FROM guest_companies WHERE guest_tenant = $1 AND guest_user = $2 AND owner_tenant = $3
		AND (state = 'activa' OR (state = 'solicitada' AND asked_at >= $4))`, home.id, userID, owner.id, since)
	return n > 0, err
}
