package account

import (
	"context"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// The operators of the portal are users of the house itself ([store.Platform]): they
// come in, prove who they are and are noted as everybody is, and have no right in any
// company. What they may do is here and in package operator.

// operatorActor is who an operator is in the chain of a company.
const operatorActor = "operador"

const (
	operatorMinutes = 15 // without use
	operatorHours   = 8
	shortestReason  = 5
	longestReason   = 300
)

// An Operator is one of those who run the portal.
type Operator struct {
	ID, Usuario, Nombre, Correo string
	State                       string // store.UserActive or UserBlocked
	SeenAt                      time.Time
	Factor                      bool // has a second factor
}

// ruler refuses who is no operator, and returns who is as Administrador of the house
// itself, whose rows are the operators and what they did.
func ruler(a store.Actor) (store.Actor, error) {
	if !a.Operator || a.Tenant != store.Platform() {
		return store.Actor{}, fail.New(fail.Denied, "Esto sólo lo hace quien opera el portal.")
	}
	a.Admin, a.Operator = true, false
	return a, nil
}

// SignInOperator opens the session of an operator, who then owes the second factor.
// Errors as [Service.SignIn].
func (s *Service) SignInOperator(ctx context.Context, c Credentials) (SignedIn, error) {
	if !s.ipLimit.Allow(c.IP, s.now()) {
		return SignedIn{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.")
	}
	usuario := strings.ToLower(strings.TrimSpace(c.Usuario))
	key := hashToken("operador|" + usuario)
	if err := s.attempt(ctx, key); err != nil {
		return SignedIn{}, err
	}
	u, err := s.cfg.DB.View(store.Platform()).UserByName(ctx, usuario)
	if ignoreAbsent(err) != nil {
		return SignedIn{}, err
	}
	ok, _, err := s.hasher.Check(ctx, u.Password, c.Password)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		if err := s.failed(ctx, key); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, fail.Wrap(fail.Denied, "El usuario o la contraseña no son correctos. Revísalos e inténtalo de nuevo.", ErrCredentials)
	}
	if err := s.mayUse(ctx, store.Platform(), u, key); err != nil {
		return SignedIn{}, err
	}
	return s.admit(ctx, newcomer{tenant: store.Platform(), user: u.ID, way: WayPassword, client: Client{c.IP, c.Device}, failureKey: key})
}

// SignInOperatorByPasskey is [Service.SignInByPasskey] at the door of the operators.
func (s *Service) SignInOperatorByPasskey(ctx context.Context, pre string, answer []byte, c Client) (SignedIn, error) {
	return s.signInByPasskey(ctx, pre, answer, c, true)
}

// Operators lists who runs the portal, the oldest first.
func (s *Service) Operators(ctx context.Context, a store.Actor) ([]Operator, error) {
	a, err := ruler(a)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Users(ctx, store.UserFilter{Limit: mostAdmins})
	if err != nil {
		return nil, err
	}
	list := make([]Operator, len(rows))
	for i, u := range rows {
		list[i] = Operator{ID: u.ID, Usuario: u.Usuario, Nombre: u.Nombre, Correo: u.Correo, State: u.State, SeenAt: store.FromMicros(u.SeenAt)}
		// A handful of people.
		if list[i].Factor, err = factorIn(ctx, s.cfg.DB.Global(), s.cfg.DB.View(a.Tenant), person{a.Tenant, u.ID}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AddOperator makes another operator and returns the password to hand over: good once,
// within a day. Errors: fields Usuario, Nombre, Correo; [ErrStepUp]; fail.Denied.
func (s *Service) AddOperator(ctx context.Context, a store.Actor, in Operator) (password string, err error) {
	a, err = ruler(a)
	if err != nil {
		return "", err
	}
	if err := s.requireFresh(a); err != nil {
		return "", err
	}
	return s.addOperator(ctx, a, in)
}

// FirstOperator is [Service.AddOperator] for whoever has the machine itself, from its
// command line: it makes the house when there is none yet.
func (s *Service) FirstOperator(ctx context.Context, in Operator) (password string, err error) {
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return s.build(ctx, tx) })
	if err != nil {
		return "", err
	}
	return s.addOperator(ctx, store.System(store.Platform()), in)
}

// build makes the house itself, unless it stands.
func (s *Service) build(ctx context.Context, tx *store.GlobalTx) error {
	if _, err := tx.TenantByID(ctx, store.Platform().ID()); err == nil || fail.KindOf(err) != fail.NotFound {
		return err
	}
	now := store.Micros(s.now())
	err := tx.InsertTenant(ctx, store.TenantRow{ID: store.Platform().ID(), Rfc: store.PlatformRfc, Name: "Operación del portal", State: store.TenantClosed, CreatedAt: now})
	if err != nil {
		return err
	}
	own := tx.For(store.Platform())
	err = own.InsertCompany(ctx, store.CompanyRow{Rfc: store.PlatformRfc, Nombre: "Operación del portal", Regimenes: "[]", Pais: "MEX", Version: 1, UpdatedAt: now})
	if err != nil {
		return err
	}
	policy := store.DefaultPolicy()
	policy.PasswordDays, policy.PasswordLength, policy.IdleDays = 0, 15, 0
	policy.SessionMinutes, policy.SessionHours = operatorMinutes, operatorHours
	policy.SecondFactor, policy.GraceDays = store.FactorAll, 0
	policy.CSDSignin, policy.CSDUpload, policy.UpdatedAt = false, false, now
	return own.InsertPolicy(ctx, policy)
}

func (s *Service) addOperator(ctx context.Context, a store.Actor, in Operator) (string, error) {
	in.Usuario, in.Nombre = strings.ToLower(strings.TrimSpace(in.Usuario)), clean(in.Nombre)
	var p problems
	if !userShape.MatchString(in.Usuario) {
		p.err("Usuario", "El usuario lleva de 3 a 40 letras, números, puntos o guiones, sin espacios.", "Por ejemplo: ana.perez.")
	}
	if n := len([]rune(in.Nombre)); n < 2 || n > 120 {
		p.err("Nombre", "Escribe el nombre de la persona, de 2 a 120 letras.", "Así queda en la bitácora.")
	}
	p.text("Nombre", "El nombre", in.Nombre, 120)
	correo, err := send.ParseAddress(in.Correo)
	if err != nil {
		p.err("Correo", fail.MessageOf(err), "")
	}
	if err := p.result("No se dio de alta: revisa los campos marcados."); err != nil {
		return "", err
	}
	password := handedPassword()
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	return password, s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		now, own := s.now(), tx.For(store.Platform())
		r := store.UserRow{
			ID: s.cfg.NewID(), Usuario: in.Usuario, UsuarioFold: in.Usuario, Nombre: in.Nombre, Correo: correo, Admin: true,
			State: store.UserActive, SeenAt: store.Micros(now), CreatedAt: store.Micros(now), Version: 1,
		}
		if _, err := own.UserByName(ctx, r.UsuarioFold); err == nil {
			return fail.OnField("Usuario", "Ya hay un operador con ese usuario. No se dio de alta; elige otro.")
		}
		if err := own.InsertUser(ctx, r); err != nil {
			return err
		}
		if err := own.SetWords(ctx, store.UserWords, r.ID, r.Usuario, r.Nombre, r.Correo); err != nil {
			return err
		}
		if err := own.HandPassword(ctx, r.ID, hash, store.Micros(now), store.Micros(now.Add(onceLife))); err != nil {
			return err
		}
		return audit(ctx, own, a, "operator.new", "user/"+r.ID, nil, map[string]string{"usuario": r.Usuario, "nombre": r.Nombre, "correo": correo})
	})
}

// BlockOperator keeps an operator from coming in, at once; the last one cannot be
// blocked. UnblockOperator lets it in again. [ErrStepUp].
func (s *Service) BlockOperator(ctx context.Context, a store.Actor, id string) error {
	a, err := ruler(a)
	if err != nil {
		return err
	}
	return s.BlockUser(ctx, a, id)
}

// UnblockOperator undoes [Service.BlockOperator].
func (s *Service) UnblockOperator(ctx context.Context, a store.Actor, id string) error {
	a, err := ruler(a)
	if err != nil {
		return err
	}
	return s.UnblockUser(ctx, a, id)
}

// ResetOperator takes the second factors of an operator away and returns a password to
// hand over, good once and within a day. From the command line a is the portal itself
// and usuario names the operator. [ErrStepUp]; fail.NotFound.
func (s *Service) ResetOperator(ctx context.Context, a store.Actor, id string) (string, error) {
	a, err := ruler(a)
	if err != nil {
		return "", err
	}
	return s.resetOperator(ctx, a, id)
}

// ResetOperatorByName is [Service.ResetOperator] for whoever has the machine itself.
func (s *Service) ResetOperatorByName(ctx context.Context, usuario string) (string, error) {
	u, err := s.cfg.DB.View(store.Platform()).UserByName(ctx, strings.ToLower(strings.TrimSpace(usuario)))
	if err != nil {
		return "", err
	}
	return s.resetOperator(ctx, store.System(store.Platform()), u.ID)
}

func (s *Service) resetOperator(ctx context.Context, a store.Actor, id string) (string, error) {
	password, err := s.HandPassword(ctx, a, id)
	if err != nil {
		return "", err
	}
	return password, s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return s.dropFactors(ctx, tx, person{store.Platform(), id}, a)
	})
}

// OperatorLog is [Service.Audit] of what the operators did.
func (s *Service) OperatorLog(ctx context.Context, a store.Actor, q AuditQuery) (AuditPage, error) {
	a, err := ruler(a)
	if err != nil {
		return AuditPage{}, err
	}
	return s.Audit(ctx, a, q)
}

// Suspend keeps the people of a company from coming in and ends their sessions; what
// was sent to be stamped goes on. They are told why. Errors: field Motivo; [ErrStepUp];
// fail.NotFound; fail.Conflict when it is suspended or closed already.
func (s *Service) Suspend(ctx context.Context, a store.Actor, id, why string) error {
	why = clean(why)
	var p problems
	if len([]rune(why)) < shortestReason {
		p.err("Motivo", "Escribe por qué: la empresa lo lee al entrar.", "Una frase basta.")
	}
	p.text("Motivo", "El motivo", why, longestReason)
	if err := p.result("No se suspendió: revisa lo marcado."); err != nil {
		return err
	}
	if !strings.HasSuffix(why, ".") {
		why += "."
	}
	return s.setSuspended(ctx, a, id, why, true)
}

// Resume undoes [Service.Suspend].
func (s *Service) Resume(ctx context.Context, a store.Actor, id string) error {
	return s.setSuspended(ctx, a, id, "", false)
}

func (s *Service) setSuspended(ctx context.Context, a store.Actor, id, why string, on bool) error {
	a, err := ruler(a)
	if err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.TenantByID(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case row.Tenant() == store.Platform():
			return store.Absent()
		case row.State != store.TenantActive:
			return fail.New(fail.Conflict, "Esa empresa está cerrada. No se cambió nada.")
		case on == (row.SuspendedAt > 0):
			return fail.New(fail.Conflict, "La empresa ya estaba así. No se cambió nada.")
		}
		action, at := "company.resumed", int64(0)
		if on {
			action, at = "company.suspended", store.Micros(s.now())
		}
		if err := tx.SuspendTenant(ctx, id, at, why); err != nil {
			return err
		}
		if on {
			if _, err := tx.DeleteTenantSessions(ctx, row.Tenant()); err != nil {
				return err
			}
		}
		after := map[string]string{"rfc": row.Rfc, "motivo": why}
		if err := audit(ctx, tx.For(store.Platform()), a, action, "company/"+id, nil, after); err != nil {
			return err
		}
		theirs := store.Actor{Tenant: row.Tenant(), UserID: operatorActor}
		return audit(ctx, tx.For(row.Tenant()), theirs, action, "company", nil, after)
	})
}
