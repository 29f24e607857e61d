package account

import (
	"context"
	"slices"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Policy says how the people of a company come in (manual §1.4, reliability
// §2). Days, minutes, hours and characters are whole numbers; 0 days is never.
// Version is the one read; a save with an older one is [ErrStale].
type Policy struct {
	PasswordDays   int    // a password lasts so long
	PasswordLength int    // least characters of a new one
	IdleDays       int    // an account unused for longer locks
	SessionMinutes int    // a session unused for longer ends
	SessionHours   int    // a session older than this ends
	SecondFactor   string // store.FactorOptional, FactorAdmins, FactorAll
	GraceDays      int    // to set up a second factor that is required
	CSDSignin      bool   // the seal certificate lets its holder in
	CSDUpload      bool   // … also from a browser without script
	Color          string // of the company in the bar, a word of [Colors]; "" = made from its RFC
	Version        int
	UpdatedAt      time.Time
	UpdatedBy      string
}

// Policy returns the company's policy.
func (s *Service) Policy(ctx context.Context, a store.Actor) (Policy, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return Policy{}, err
	}
	row, err := s.cfg.DB.View(a.Tenant).Policy(ctx)
	return policyOf(row), err
}

// RecommendedPolicy is p as we would set it: long passwords that do not age, a
// second factor for everybody (NIST 800-63B-4, ASVS 5.0 6.2.10).
func RecommendedPolicy(p Policy) Policy {
	p.PasswordDays, p.PasswordLength, p.SecondFactor, p.CSDUpload = 0, 15, store.FactorAll, false
	p.IdleDays, p.SessionMinutes, p.SessionHours, p.GraceDays = 90, 30, 12, 14
	return p
}

// SavePolicy keeps p. Errors: fail.Denied, to guests too; fields by the names of [Policy];
// [ErrStale] over somebody else's change.
func (s *Service) SavePolicy(ctx context.Context, a store.Actor, p Policy) (Policy, error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return Policy{}, err
	}
	if err := s.requireFresh(a); err != nil {
		return Policy{}, err
	}
	if a.IsGuest() {
		return Policy{}, notForGuests("decide cómo se entra a ella")
	}
	if err := p.check(); err != nil {
		return Policy{}, err
	}
	var saved Policy
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		before, err := tx.Policy(ctx)
		if err != nil {
			return err
		}
		if before.Version != int64(p.Version) {
			return stale("las reglas de acceso", before.UpdatedBy, before.UpdatedAt, s.zone())
		}
		row := p.row()
		row.Version, row.UpdatedAt, row.UpdatedBy = before.Version+1, store.Micros(s.now()), a.UserName
		saved = policyOf(row)
		if err := tx.UpdatePolicy(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "policy.save", "policy", before, row)
	})
	return saved, err
}

func (p Policy) check() error {
	var bad problems
	for _, n := range []struct {
		path        string
		value       int
		least, most int
		words       string
	}{
		{"PasswordLength", p.PasswordLength, shortestPassword, longestPassword, "La longitud mínima va de 12 a 128 caracteres."},
		{"PasswordDays", p.PasswordDays, 0, 365, "El plazo va de 1 a 365 días; 0 es sin cambio obligado."},
		{"IdleDays", p.IdleDays, 0, 365, "El plazo va de 1 a 365 días; 0 es sin bloqueo."},
		{"GraceDays", p.GraceDays, 0, 90, "El plazo va de 0 a 90 días."},
		{"SessionMinutes", p.SessionMinutes, 5, 12 * 60, "La espera va de 5 a 720 minutos."},
		{"SessionHours", p.SessionHours, 1, 24, "La duración va de 1 a 24 horas."},
	} {
		if n.value < n.least || n.value > n.most {
			bad.err(n.path, n.words, "Escribe un número entero entre esos límites.")
		}
	}
	if !slices.Contains([]string{store.FactorOptional, store.FactorAdmins, store.FactorAll}, p.SecondFactor) {
		bad.err("SecondFactor", "Falta decir a quién se le pide un segundo factor.", "Elige una de las opciones.")
	}
	if p.Color != "" && !slices.Contains(Colors(), p.Color) {
		bad.err("Color", "El color no se puede leer.", "Elígelo de la paleta.")
	}
	return bad.result("Las reglas de acceso no se guardaron: revisa los campos marcados.")
}

func (p Policy) row() store.PolicyRow {
	return store.PolicyRow{
		PasswordDays: int64(p.PasswordDays), PasswordLength: int64(p.PasswordLength), IdleDays: int64(p.IdleDays),
		SessionMinutes: int64(p.SessionMinutes), SessionHours: int64(p.SessionHours), SecondFactor: p.SecondFactor,
		GraceDays: int64(p.GraceDays), CSDSignin: p.CSDSignin, CSDUpload: p.CSDUpload, Color: p.Color,
	}
}

func policyOf(r store.PolicyRow) Policy {
	return Policy{
		PasswordDays: int(r.PasswordDays), PasswordLength: int(r.PasswordLength), IdleDays: int(r.IdleDays),
		SessionMinutes: int(r.SessionMinutes), SessionHours: int(r.SessionHours), SecondFactor: r.SecondFactor,
		GraceDays: int(r.GraceDays), CSDSignin: r.CSDSignin, CSDUpload: r.CSDUpload, Color: r.Color,
		Version: int(r.Version), UpdatedAt: store.FromMicros(r.UpdatedAt), UpdatedBy: r.UpdatedBy,
	}
}

// policyIn is the policy of a company, for rules that need no right to be known.
func (s *Service) policyIn(ctx context.Context, t store.Tenant) (store.PolicyRow, error) {
	row, err := s.cfg.DB.View(t).Policy(ctx)
	if err != nil && fail.KindOf(err) == fail.NotFound {
		return store.DefaultPolicy(), nil
	}
	return row, err
}
