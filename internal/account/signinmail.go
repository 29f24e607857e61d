package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	mailSlots    = 3  // passwords compared for one address, known or not: the work is always the same
	mostAccounts = 20 // accounts of one address that are looked at for the ones used last
	choiceLife   = 15 * time.Minute
	choiceKind   = "cuentas"
)

// byMail reports whether what was typed is an address and no company was named.
func (c Credentials) byMail() bool {
	return strings.TrimSpace(c.Rfc) == "" && strings.Contains(c.Usuario, "@")
}

// signInByMail is SignIn with an address: the password is held against those of
// the three accounts of the address that were used last. Who may then work in
// more than one company chooses ([Service.Choices]).
func (s *Service) signInByMail(ctx context.Context, c Credentials) (SignedIn, error) {
	fold := strings.ToLower(strings.TrimSpace(c.Usuario))
	key := hashToken("mail|" + fold)
	if err := s.attempt(ctx, key); err != nil {
		return SignedIn{}, err
	}
	accounts, err := s.accountsOf(ctx, fold)
	if err != nil {
		return SignedIn{}, err
	}
	var right []account
	for i := range mailSlots {
		var one account
		if i < len(accounts) {
			one = accounts[i]
		}
		ok, _, err := s.hasher.Check(ctx, one.user.Password, c.Password)
		if err != nil {
			return SignedIn{}, err
		}
		if ok {
			right = append(right, one)
		}
	}
	if len(right) == 0 {
		if err := s.failed(ctx, key); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, wrongCredentials()
	}
	first := right[0]
	if err := s.mayUse(ctx, first.tenant, first.user, key); err != nil {
		return SignedIn{}, err
	}
	companies, err := s.CompaniesOf(ctx, first.tenant, first.user.ID)
	if err != nil {
		return SignedIn{}, err
	}
	n := newcomer{tenant: first.tenant, user: first.user.ID, way: WayMail, client: Client{c.IP, c.Device}, failureKey: key}
	if len(companies)+len(right) > 2 {
		n.stage = store.StageCompany
	}
	in, err := s.admit(ctx, n)
	if err != nil || n.stage != store.StageCompany {
		return in, err
	}
	return in, s.keepChoice(ctx, in.Token, right[1:])
}

// An account is a user of a company, both there.
type account struct {
	tenant store.Tenant
	user   store.UserRow
}

// accountsOf are the accounts of an address that can be entered, the one used
// last first.
func (s *Service) accountsOf(ctx context.Context, fold string) ([]account, error) {
	g := s.cfg.DB.Global()
	found, err := g.UsersByMail(ctx, fold, mostAccounts)
	if err != nil {
		return nil, err
	}
	var list []account
	for _, m := range found {
		t, err := g.TenantByID(ctx, m.TenantID)
		if err != nil {
			return nil, err
		}
		u, err := s.cfg.DB.View(m.Tenant()).User(ctx, m.UserID)
		if err != nil {
			return nil, err
		}
		if t.State == store.TenantActive && u.Password != "" && u.State != store.UserGone {
			list = append(list, account{m.Tenant(), u})
		}
	}
	slices.SortFunc(list, func(a, b account) int { return int(b.user.SeenAt/1e6 - a.user.SeenAt/1e6) })
	return list[:min(len(list), mailSlots)], nil
}

// mayUse is what stands between a right password and the door: a handed password
// that is too old, and an account that slept too long.
func (s *Service) mayUse(ctx context.Context, t store.Tenant, u store.UserRow, key string) error {
	if u.OnceUntil != 0 && u.OnceUntil < store.Micros(s.now()) {
		return fail.New(fail.Denied, "La contraseña de un solo uso ya venció: dura 24 horas. Pide otra a quien te la dio.")
	}
	if err := mayEnter(u); err != nil {
		return err
	}
	idle, err := s.idle(ctx, t, u)
	if err != nil || !idle {
		return err
	}
	return s.lockedByIdleness(ctx, t, u, key)
}

// A kept account waits for its person to choose it.
type kept struct {
	Tenant string `json:"t"`
	User   string `json:"u"`
}

// choiceHash finds the choice that a session owes, whatever its token is by now.
func choiceHash(session string) string { return hashToken(choiceKind + "|" + session) }

// keepChoice notes that the session owes the choice of a company, and the other
// accounts whose password was right.
func (s *Service) keepChoice(ctx context.Context, token string, others []account) error {
	list := make([]kept, len(others))
	for i, o := range others {
		list[i] = kept{o.tenant.ID(), o.user.ID}
	}
	data, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("choice: %w", err)
	}
	now := s.now()
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.SessionByHash(ctx, hashToken(token))
		if err != nil {
			return over(err)
		}
		return tx.InsertChallenge(ctx, store.ChallengeRow{
			Hash: choiceHash(row.ID), Kind: choiceKind, Data: string(data), CreatedAt: store.Micros(now), ExpiresAt: store.Micros(now.Add(choiceLife)),
		})
	})
}

// A Choice is a company in which who came in by mail may work. Key names it for
// [Service.Choose].
type Choice struct {
	Key, Rfc, Nombre, Usuario, Color string
}

const accountKey = "cuenta-"

// Choices lists the companies from which who owes the choice chooses:
// [ErrSession] for who owes none.
func (s *Service) Choices(ctx context.Context, token string) ([]Choice, error) {
	row, others, err := s.choosing(ctx, token)
	if err != nil {
		return nil, err
	}
	own, err := s.cfg.DB.View(row.Home()).User(ctx, row.UserID)
	if err != nil {
		return nil, err
	}
	companies, err := s.CompaniesOf(ctx, row.Home(), row.UserID)
	if err != nil {
		return nil, err
	}
	var list []Choice
	for _, c := range companies {
		list = append(list, Choice{Key: c.Key, Rfc: c.Rfc, Nombre: c.Nombre, Usuario: own.Usuario, Color: c.Color})
	}
	for i, o := range others {
		t, err := s.cfg.DB.Global().TenantByID(ctx, o.Tenant)
		if err != nil {
			return nil, err
		}
		u, err := s.cfg.DB.View(t.Tenant()).User(ctx, o.User)
		if err != nil {
			return nil, err
		}
		list = append(list, Choice{Key: accountKey + strconv.Itoa(i), Rfc: t.Rfc, Nombre: nameOr(t.Name, t.Rfc), Usuario: u.Usuario, Color: colorOf(t.Color, t.Rfc)})
	}
	return list, nil
}

// choosing returns the session that owes the choice and the accounts kept for it.
func (s *Service) choosing(ctx context.Context, token string) (store.SessionRow, []kept, error) {
	hash, now := hashToken(token), s.now()
	row, err := s.cfg.DB.Global().SessionByHash(ctx, hash)
	if err != nil || row.Stage != store.StageCompany || now.Sub(store.FromMicros(row.CreatedAt)) > choiceLife {
		if err == nil {
			err = store.Absent()
		}
		return row, nil, over(err)
	}
	c, err := s.cfg.DB.Global().Challenge(ctx, choiceKind, choiceHash(row.ID), store.Micros(now))
	if err != nil {
		return row, nil, over(err)
	}
	var others []kept
	if err := json.Unmarshal([]byte(c.Data), &others); err != nil {
		return row, nil, fmt.Errorf("choice: %w", err)
	}
	return row, others, nil
}

// Choose lets who owes the choice work in the company of key. The token changes.
// Errors: [ErrSession]; [ErrLeft]; as for every entry.
func (s *Service) Choose(ctx context.Context, token, key string, c Client) (SignedIn, error) {
	row, others, err := s.choosing(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	number, another := strings.CutPrefix(key, accountKey)
	if !another {
		return s.EnterCompany(ctx, token, key)
	}
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(others) {
		return SignedIn{}, store.Absent()
	}
	t, err := s.cfg.DB.Global().TenantByID(ctx, others[i].Tenant)
	if err != nil {
		return SignedIn{}, err
	}
	u, err := s.cfg.DB.View(t.Tenant()).User(ctx, others[i].User)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.mayUse(ctx, t.Tenant(), u, ""); err != nil {
		return SignedIn{}, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if _, err := tx.TakeChallenge(ctx, choiceKind, choiceHash(row.ID), store.Micros(s.now())); err != nil {
			return over(err)
		}
		return tx.DeleteSession(ctx, hashToken(token))
	})
	if err != nil {
		return SignedIn{}, err
	}
	return s.admit(ctx, newcomer{tenant: t.Tenant(), user: u.ID, way: WayMail, client: c})
}

func wrongCredentials() error {
	return fail.Wrap(fail.Denied, "El usuario, el RFC o la contraseña no son correctos. Revísalos e inténtalo de nuevo.", ErrCredentials)
}
