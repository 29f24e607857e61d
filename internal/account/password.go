package account

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/leaked"
	"iofacturo.mx/internal/store"
)

const (
	shortestPassword = 12
	longestPassword  = 128
	passwordHistory  = 5
)

// ChangePassword sets a new password, closes the user's other sessions and
// mails a notice. Fields in errors: Anterior, Nueva, Confirmacion;
// [ErrTooMany] after five wrong old passwords.
func (s *Service) ChangePassword(ctx context.Context, a store.Actor, old, new1, new2 string) error {
	view := s.cfg.DB.View(a.HomeTenant())
	user, err := view.User(ctx, a.UserID)
	if err != nil {
		return err
	}
	company, err := view.Company(ctx)
	if err != nil {
		return err
	}
	if err := s.checkOld(ctx, a, user, old); err != nil {
		return err
	}
	policy, err := s.policyIn(ctx, a.HomeTenant())
	if err != nil {
		return err
	}
	var p problems
	checkNew(&p, policy.PasswordLength, "Nueva", "Confirmacion", new1, new2, user.Usuario, company.Rfc)
	if err := p.result("Tu contraseña no se cambió: revisa los campos marcados."); err != nil {
		return err
	}
	if err := s.checkHistory(ctx, a, new1); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, new1)
	if err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return s.writePassword(ctx, tx, a, hash) })
}

// checkOld asks for the password once more, counting failures as sign-in does:
// who finds an open session must not guess it.
func (s *Service) checkOld(ctx context.Context, a store.Actor, user store.UserRow, old string) error {
	key := hashToken("password|" + a.HomeTenant().ID() + "|" + a.UserID)
	if err := s.attempt(ctx, key); err != nil {
		return err
	}
	ok, _, err := s.hasher.Check(ctx, user.Password, old)
	if err != nil {
		return err
	}
	if !ok {
		if err := s.failed(ctx, key); err != nil {
			return err
		}
		return fail.OnField("Anterior", "La contraseña anterior no es correcta. Tu contraseña no se cambió.")
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.ClearFailures(ctx, key) })
}

// checkHistory refuses one of the last five passwords.
func (s *Service) checkHistory(ctx context.Context, a store.Actor, password string) error {
	hashes, err := s.cfg.DB.View(a.HomeTenant()).Passwords(ctx, a.UserID, passwordHistory)
	if err != nil {
		return err
	}
	for _, h := range hashes {
		same, _, err := s.hasher.Check(ctx, h, password)
		if err != nil {
			return err
		}
		if same {
			return fail.OnField("Nueva", "Esa contraseña ya la usaste entre las últimas cinco. Tu contraseña no se cambió: elige otra.")
		}
	}
	return nil
}

// writePassword stores the hash, closes the other sessions, notes and mails it.
func (s *Service) writePassword(ctx context.Context, tx *store.GlobalTx, a store.Actor, hash string) error {
	if err := s.keepPassword(ctx, tx, a, hash); err != nil {
		return err
	}
	m := passwordMail{User: a.UserID, At: store.Micros(s.now())}
	return job.Enqueue(ctx, tx.For(a.HomeTenant()), m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}

// keepPassword is writePassword without the mail. Links to a forgotten password
// that were mailed before open nothing any more.
func (s *Service) keepPassword(ctx context.Context, tx *store.GlobalTx, a store.Actor, hash string) error {
	now, own := store.Micros(s.now()), tx.For(a.HomeTenant())
	if err := own.SetPassword(ctx, a.UserID, hash, now); err != nil {
		return err
	}
	if err := tx.SpendLinks(ctx, store.LinkPassword, a.UserID, now); err != nil {
		return err
	}
	closed, err := tx.DeleteSessionsOf(ctx, a.HomeTenant(), a.UserID, a.SessionID)
	if err != nil {
		return err
	}
	return audit(ctx, own, a, "user.password", "user/"+a.UserID, nil, map[string]int64{"sessions_closed": closed})
}

// checkNew holds a new password against the rules of manual §1.6.
func checkNew(p *problems, least int64, path, path2, password, again, usuario, rfc string) {
	n := len([]rune(norm.NFC.String(password)))
	folded := strings.ToLower(password)
	switch {
	case password == "":
		p.err(path, "Falta la contraseña.", "Una frase de varias palabras es fácil de recordar y difícil de adivinar.")
	case n < int(least):
		p.err(path, fmt.Sprintf("La contraseña es corta: lleva al menos %d caracteres.", least), "Una frase de varias palabras es fácil de recordar y difícil de adivinar.")
	case n > longestPassword:
		p.err(path, "La contraseña es muy larga: caben 128 caracteres.", "Acórtala.")
	case usuario != "" && strings.Contains(folded, strings.ToLower(usuario)):
		p.err(path, "La contraseña no puede llevar tu usuario.", "Elige una frase que nadie relacione contigo.")
	case rfc != "" && strings.Contains(folded, strings.ToLower(rfc)):
		p.err(path, "La contraseña no puede llevar tu RFC.", "Elige una frase que nadie relacione contigo.")
	case common(password):
		p.err(path, "Esa contraseña es de las que primero se prueban.", "Elige una frase de varias palabras que no vayan juntas.")
	case leaked.All().Has(norm.NFC.String(password)):
		p.err(path, "Esa contraseña ya se filtró de otro sitio y anda en las listas de quienes las roban.", "Elige una frase de varias palabras que no vayan juntas.")
	}
	if password != again {
		p.err(path2, "Las dos contraseñas no son iguales.", "Escríbela igual en los dos campos.")
	}
}
