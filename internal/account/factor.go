package account

import (
	"context"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/pdf"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/totp"
)

const (
	halfLife      = 15 * time.Minute // to finish coming in
	recoveryCodes = 10
)

// A person is a user in the company that keeps it.
type person struct {
	tenant store.Tenant
	user   string
}

func personOf(a store.Actor) person { return person{a.HomeTenant(), a.UserID} }

// A Factor is how a person stands with the second factor.
type Factor struct {
	On        bool      // an authenticator is set up
	Keys      int       // passkeys
	Since     time.Time // … since then
	CodesLeft int       // recovery codes
	Required  bool      // the company asks for one
	Until     time.Time // when it is asked at the door, zero when it is not or is already
}

// Any reports whether the person has a second factor of any kind.
func (f Factor) Any() bool { return f.On || f.Keys > 0 }

// A FactorSetup is an authenticator that was begun: what its owner reads or types,
// shown until a code confirms it.
type FactorSetup struct {
	Secret string   // base32 in groups of four
	URL    string   // otpauth://…
	QR     [][]bool // dark fields, row by row
}

// Factor says how the person stands with the second factor.
func (s *Service) Factor(ctx context.Context, a store.Actor) (Factor, error) {
	if err := a.Require(store.RightView); err != nil {
		return Factor{}, err
	}
	v := s.cfg.DB.View(a.HomeTenant())
	row, err := v.TOTP(ctx, a.UserID)
	if ignoreAbsent(err) != nil {
		return Factor{}, err
	}
	u, err := v.User(ctx, a.UserID)
	if err != nil {
		return Factor{}, err
	}
	p, err := s.policyIn(ctx, a.HomeTenant())
	if err != nil {
		return Factor{}, err
	}
	keys, err := s.cfg.DB.Global().CountPasskeys(ctx, a.HomeTenant(), a.UserID)
	if err != nil {
		return Factor{}, err
	}
	f := Factor{Required: factorRequired(u, p), Keys: int(keys), On: row.ConfirmedAt > 0}
	if f.On {
		f.Since = store.FromMicros(row.ConfirmedAt)
	}
	if f.Any() {
		left, err := v.RecoveryCodesLeft(ctx, a.UserID)
		f.CodesLeft = int(left)
		return f, err
	}
	if !f.Required {
		return f, nil
	}
	since, err := v.FactorDue(ctx, a.UserID)
	if err == nil {
		f.Until = store.FromMicros(since).AddDate(0, 0, int(p.GraceDays))
	}
	return f, ignoreAbsent(err)
}

// factorRequired reports whether the company asks u for a second factor: by its
// policy, and in any case of who may load a CSD (reliability §2).
func factorRequired(u store.UserRow, p store.PolicyRow) bool {
	return u.Admin || p.SecondFactor == store.FactorAll
}

// factorDue reports whether a second factor is asked of who came in by way: of who
// has one always; of who must have one, once the grace is over.
func (s *Service) factorDue(ctx context.Context, tx *store.GlobalTx, n newcomer, u store.UserRow, p store.PolicyRow) (bool, error) {
	own := tx.For(n.tenant)
	has, err := s.hasFactor(ctx, tx, person{n.tenant, u.ID})
	switch {
	case err != nil:
		return false, err
	case has:
		return n.way != WayPasskey, nil
	case !factorRequired(u, p):
		return false, own.DeleteFactorDue(ctx, u.ID)
	}
	now := store.Micros(s.now())
	if err := own.PutFactorDue(ctx, u.ID, now); err != nil {
		return false, err
	}
	since, err := own.FactorDue(ctx, u.ID)
	return now >= store.Micros(store.FromMicros(since).AddDate(0, 0, int(p.GraceDays))), err
}

// BeginFactor begins an authenticator for the person, in place of one that was
// begun and not confirmed. [ErrStepUp]; fail.Conflict when there is one already.
func (s *Service) BeginFactor(ctx context.Context, a store.Actor) (FactorSetup, error) {
	if err := a.Require(store.RightView); err != nil {
		return FactorSetup{}, err
	}
	if err := s.requireFresh(a); err != nil {
		return FactorSetup{}, err
	}
	return s.beginFactor(ctx, personOf(a))
}

func (s *Service) beginFactor(ctx context.Context, p person) (FactorSetup, error) {
	u, rfc, err := s.recipient(ctx, p.tenant, p.user)
	if err != nil {
		return FactorSetup{}, err
	}
	secret, url, err := totp.New("ioFacturo", u.Usuario+"@"+rfc)
	if err != nil {
		return FactorSetup{}, err
	}
	sealed, err := s.cfg.Signer.Protect(ctx, p.tenant, signer.KindTOTP, p.user, []byte(secret))
	if err != nil {
		return FactorSetup{}, err
	}
	row := store.TOTPRow{UserID: p.user, Secret: sealed, CreatedAt: store.Micros(s.now())}
	err = s.cfg.DB.Update(ctx, p.tenant, func(tx *store.Tx) error { return tx.BeginTOTP(ctx, row) })
	if fail.KindOf(err) == fail.Conflict {
		return FactorSetup{}, fail.New(fail.Conflict, "Ya tienes un segundo factor. Quítalo antes de poner otro; no se cambió nada.")
	}
	if err != nil {
		return FactorSetup{}, err
	}
	return setupOf(secret, url)
}

func setupOf(secret, url string) (FactorSetup, error) {
	qr, err := pdf.QR(url)
	groups := ""
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			groups += " "
		}
		groups += string(c)
	}
	return FactorSetup{Secret: groups, URL: url, QR: qr}, err
}

// ConfirmFactor makes the begun authenticator count once it showed a good code, and
// returns the recovery codes, this one time. The person's other sessions end.
// Errors: field Codigo; [ErrTooMany]; [ErrStepUp].
func (s *Service) ConfirmFactor(ctx context.Context, a store.Actor, code string) ([]string, error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	if err := s.requireFresh(a); err != nil {
		return nil, err
	}
	return s.confirmFactor(ctx, personOf(a), a, code)
}

func (s *Service) confirmFactor(ctx context.Context, p person, a store.Actor, code string) ([]string, error) {
	row, err := s.cfg.DB.View(p.tenant).TOTP(ctx, p.user)
	if err != nil || row.ConfirmedAt > 0 {
		return nil, fail.New(fail.Conflict, "No hay un segundo factor por confirmar. Empieza otra vez.")
	}
	step, err := s.checkDigits(ctx, p, row, code)
	if err != nil {
		return nil, err
	}
	codes, hashes := totp.RecoveryCodes(p.user, recoveryCodes)
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(p.tenant)
		if err := own.ConfirmTOTP(ctx, p.user, step, store.Micros(s.now())); err != nil {
			return err
		}
		if err := own.PutRecoveryCodes(ctx, p.user, hashes); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, p, a, true)
	})
	return codes, err
}

// factorChanged ends the other sessions of the person, notes it and mails a notice.
func (s *Service) factorChanged(ctx context.Context, tx *store.GlobalTx, p person, a store.Actor, on bool) error {
	if err := tx.ClearFailures(ctx, factorKey(p)); err != nil {
		return err
	}
	if _, err := tx.DeleteSessionsOf(ctx, p.tenant, p.user, a.SessionID); err != nil {
		return err
	}
	action := "user.factor_off"
	if on {
		action = "user.factor_on"
	}
	own := tx.For(p.tenant)
	if err := audit(ctx, own, a, action, "user/"+p.user, nil, nil); err != nil {
		return err
	}
	m := factorMail{User: p.user, At: store.Micros(s.now()), On: on}
	return job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}

// factorKey names the failed codes of a person.
func factorKey(p person) string { return hashToken("factor|" + p.tenant.ID() + "|" + p.user) }

// checkDigits holds six digits against an authenticator and returns their step.
// Wrong ones count like wrong passwords.
func (s *Service) checkDigits(ctx context.Context, p person, row store.TOTPRow, code string) (int64, error) {
	if err := s.attempt(ctx, factorKey(p)); err != nil {
		return 0, err
	}
	secret, err := s.cfg.Signer.Reveal(ctx, p.tenant, signer.KindTOTP, p.user, row.Secret)
	if err != nil {
		return 0, err
	}
	defer clear(secret)
	step, ok := totp.Verify(string(secret), code, s.now(), row.LastStep)
	if ok {
		return step, nil
	}
	return 0, s.wrongCode(ctx, p)
}

func (s *Service) wrongCode(ctx context.Context, p person) error {
	if err := s.failed(ctx, factorKey(p)); err != nil {
		return err
	}
	return fail.OnField("Codigo", "Ese código no es correcto o ya se usó. Espera al siguiente y escríbelo otra vez.")
}

// takeCode takes six digits or a recovery code of a person, each once: fail.NotFound
// for six digits of who has no authenticator. It returns how many recovery codes are left, -1
// when six digits were taken.
func (s *Service) takeCode(ctx context.Context, p person, code string) (left int, err error) {
	if totp.IsRecovery(code) {
		return s.takeRecovery(ctx, p, code)
	}
	row, err := s.cfg.DB.View(p.tenant).TOTP(ctx, p.user)
	if err != nil {
		return 0, err
	}
	step, err := s.checkDigits(ctx, p, row, code)
	if err != nil {
		return 0, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := tx.For(p.tenant).UseTOTP(ctx, p.user, step); err != nil {
			return err
		}
		return tx.ClearFailures(ctx, factorKey(p))
	})
	if err != nil && fail.KindOf(err) == fail.NotFound { // the same digits at once in another window
		return 0, s.wrongCode(ctx, p)
	}
	return -1, err
}

func (s *Service) takeRecovery(ctx context.Context, p person, code string) (left int, err error) {
	if err := s.attempt(ctx, factorKey(p)); err != nil {
		return 0, err
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(p.tenant)
		if err := own.UseRecoveryCode(ctx, p.user, totp.HashRecovery(p.user, code), store.Micros(s.now())); err != nil {
			return err
		}
		n, err := own.RecoveryCodesLeft(ctx, p.user)
		if err != nil {
			return err
		}
		left = int(n)
		return tx.ClearFailures(ctx, factorKey(p))
	})
	if err != nil && fail.KindOf(err) == fail.NotFound {
		return 0, s.wrongCode(ctx, p)
	}
	return left, err
}

// RemoveFactor takes the person's authenticator away and ends its other sessions.
// [ErrStepUp].
func (s *Service) RemoveFactor(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	p := personOf(a)
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := tx.For(p.tenant).DeleteTOTP(ctx, p.user); err != nil {
			return err
		}
		if err := s.dropCodes(ctx, tx, p); err != nil {
			return err
		}
		return s.factorChanged(ctx, tx, p, a, false)
	})
}

// dropFactors takes every second factor of a person away, ends its sessions, notes it
// and mails a notice.
func (s *Service) dropFactors(ctx context.Context, tx *store.GlobalTx, p person, a store.Actor) error {
	own := tx.For(p.tenant)
	if err := own.DeleteTOTP(ctx, p.user); err != nil {
		return err
	}
	if err := tx.DeletePasskeys(ctx, p.tenant, p.user); err != nil {
		return err
	}
	if err := own.PutRecoveryCodes(ctx, p.user, nil); err != nil {
		return err
	}
	return s.factorChanged(ctx, tx, p, a, false)
}

// ResetFactor takes the second factors of another user of the company away, for who
// lost theirs. Errors: [ErrStepUp]; fail.NotFound; fail.Conflict for who has none.
func (s *Service) ResetFactor(ctx context.Context, a store.Actor, id string) error {
	if err := s.mayRule(a); err != nil {
		return err
	}
	p := person{a.Tenant, id}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if _, err := tx.For(p.tenant).User(ctx, id); err != nil {
			return err
		}
		has, err := s.hasFactor(ctx, tx, p)
		if err != nil {
			return err
		}
		if !has {
			return fail.New(fail.Conflict, "Ese usuario no tiene un segundo factor. No se cambió nada.")
		}
		return s.dropFactors(ctx, tx, p, a)
	})
}

// NewRecoveryCodes gives the person new recovery codes; those before are worth
// nothing. [ErrStepUp]; fail.Conflict without a second factor.
func (s *Service) NewRecoveryCodes(ctx context.Context, a store.Actor) ([]string, error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	if err := s.requireFresh(a); err != nil {
		return nil, err
	}
	p := personOf(a)
	f, err := s.Factor(ctx, a)
	if err != nil {
		return nil, err
	}
	if !f.Any() {
		return nil, fail.New(fail.Conflict, "Todavía no tienes un segundo factor. Ponlo primero.")
	}
	codes, hashes := totp.RecoveryCodes(p.user, recoveryCodes)
	return codes, s.cfg.DB.Update(ctx, p.tenant, func(tx *store.Tx) error {
		if err := tx.PutRecoveryCodes(ctx, p.user, hashes); err != nil {
			return err
		}
		return audit(ctx, tx, a, "user.recovery_codes", "user/"+p.user, nil, nil)
	})
}

// factorMail tells a person that its second factor was set up or taken away.
type factorMail struct {
	User string `json:"user"`
	At   int64  `json:"at"`
	On   bool   `json:"on"`
}

// Kind names the job.
func (factorMail) Kind() string { return "account.factor" }

func (m factorMail) id() string { return fmt.Sprintf("factor-%s-%d", m.User, m.At) }

func (s *Service) mailFactor(ctx context.Context, t store.Tenant, m factorMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	l := letter{
		In:      in,
		Subject: in.say("Pusiste un segundo factor en ioFacturo", "You set up a second factor in ioFacturo"),
		Hello:   u.Nombre,
		Lines: []string{in.say("El usuario "+u.Usuario+" (RFC "+rfc+") pide desde el "+s.at(in, m.At)+" un código además de la contraseña.",
			"Since "+s.at(in, m.At)+" the user "+u.Usuario+" (RFC "+rfc+") asks for a code besides the password.")},
		Note: in.say("Si no fuiste tú, avisa cuanto antes a quien administra tu empresa: alguien entró con tu contraseña.",
			"If it was not you, tell whoever administers your company as soon as you can: somebody signed in with your password."),
	}
	if !m.On {
		l.Subject = in.say("Se quitó el segundo factor de tu usuario", "The second factor of your user was taken away")
		l.Lines = []string{in.say("El usuario "+u.Usuario+" (RFC "+rfc+") ya no pide desde el "+s.at(in, m.At)+" lo que se quitó. Si todavía tiene otro segundo factor, ese sigue.",
			"Since "+s.at(in, m.At)+" the user "+u.Usuario+" (RFC "+rfc+") no longer asks for what was taken away. If it has another second factor, that one stays.")}
	}
	return s.mail(ctx, m.id(), u.Correo, l)
}
