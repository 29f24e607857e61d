package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/passkey"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/totp"
)

const (
	passkeyLife    = 5 * time.Minute // to answer: a person looks for its device
	mostPasskeys   = 10              // of one person
	longestKeyName = 60              // characters
)

// Kinds of challenges for passkeys.
const (
	askAny   = "llave-entrar" // of whoever it is
	askHalf  = "llave-factor" // of who gave the password
	askProof = "llave-prueba" // of who is signed in
	askNew   = "llave-nueva"  // a new one
)

// A Passkey is a key that a person keeps in a device, as a list shows it.
type Passkey struct {
	ID, Nombre        string
	CreatedAt, UsedAt time.Time // UsedAt zero: never
}

// A PasskeyAsk is a question to a browser, for one answer within five minutes.
// Options is the JSON of WebAuthn; Pre names the browser that asked, for its cookie.
type PasskeyAsk struct {
	Options   []byte
	Pre       string
	ExpiresAt time.Time
}

// Passkeys lists the person's keys, the oldest first.
func (s *Service) Passkeys(ctx context.Context, a store.Actor) ([]Passkey, error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.Global().PasskeysOf(ctx, a.HomeTenant(), a.UserID, mostPasskeys)
	list := make([]Passkey, len(rows))
	for i, r := range rows {
		list[i] = Passkey{ID: r.ID, Nombre: r.Nombre, CreatedAt: store.FromMicros(r.CreatedAt)}
		if r.UsedAt > 0 {
			list[i].UsedAt = store.FromMicros(r.UsedAt)
		}
	}
	return list, err
}

// AskNewPasskey asks the browser of who is signed in for a new key. [ErrStepUp];
// fail.Conflict beyond ten.
func (s *Service) AskNewPasskey(ctx context.Context, a store.Actor) (PasskeyAsk, error) {
	if err := a.Require(store.RightView); err != nil {
		return PasskeyAsk{}, err
	}
	if err := s.requireFresh(a); err != nil {
		return PasskeyAsk{}, err
	}
	return s.askNew(ctx, personOf(a), a.SessionID)
}

// AddPasskey keeps the key that answered [Service.AskNewPasskey] under a name ("" is
// the device's). The person's other sessions end. codes are recovery codes, shown
// this one time, when it is the first of its second factors. Errors: field Nombre;
// fail.Denied; [ErrStepUp].
func (s *Service) AddPasskey(ctx context.Context, a store.Actor, pre, nombre string, answer []byte, c Client) (codes []string, err error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	if err := s.requireFresh(a); err != nil {
		return nil, err
	}
	return s.addPasskey(ctx, personOf(a), a, newKey{pre, nombre, answer, c}, false)
}

// RemovePasskey forgets a key of the person and ends its other sessions. Errors:
// fail.NotFound; [ErrStepUp].
func (s *Service) RemovePasskey(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	p := personOf(a)
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := tx.DeletePasskey(ctx, p.tenant, p.user, id); err != nil {
			return err
		}
		if err := s.dropCodes(ctx, tx, p); err != nil {
			return err
		}
		return s.passkeyChanged(ctx, tx, p, a, "user.passkey_off", nil)
	})
}

// AskPasskey asks for the key of whoever it is. [ErrTooMany] by address.
func (s *Service) AskPasskey(ctx context.Context, ip string) (PasskeyAsk, error) {
	if !s.ipLimit.Allow(ip, s.now()) {
		return PasskeyAsk{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.")
	}
	ask, err := s.cfg.Passkeys.UseAny()
	if err != nil {
		return PasskeyAsk{}, passkeyRefused(err)
	}
	return s.keepAsk(ctx, askAny, person{}, "", ask)
}

// SignInByPasskey opens the session of the person whose key answered
// [Service.AskPasskey]: a key is two factors, so that nothing more is asked. Errors:
// fail.Denied; [ErrTooMany]; [ErrInactive].
func (s *Service) SignInByPasskey(ctx context.Context, pre string, answer []byte, c Client) (SignedIn, error) {
	return s.signInByPasskey(ctx, pre, answer, c, false)
}

// signInByPasskey opens a session at one of two doors: that of the companies or that of
// the operators.
func (s *Service) signInByPasskey(ctx context.Context, pre string, answer []byte, c Client, operator bool) (SignedIn, error) {
	if !s.ipLimit.Allow(c.IP, s.now()) {
		return SignedIn{}, tooMany("Recibimos muchos intentos desde tu conexión. Espera un minuto e inténtalo de nuevo.")
	}
	state, err := s.takeAsk(ctx, askAny, person{}, "", pre)
	if err != nil {
		return SignedIn{}, err
	}
	id, err := passkey.IDOf(answer)
	if err != nil {
		return SignedIn{}, passkeyRefused(err)
	}
	row, err := s.cfg.DB.Global().PasskeyByHash(ctx, keyHash(id))
	if err == nil && (row.Home() == store.Platform()) != operator {
		err = store.Absent()
	}
	if err != nil {
		if fail.KindOf(err) == fail.NotFound {
			return SignedIn{}, fail.New(fail.Denied, "Esa llave de acceso ya no abre ninguna cuenta aquí: la quitaron, o es de otro portal. No entraste; entra con tu contraseña.")
		}
		return SignedIn{}, err
	}
	p := person{row.Home(), row.UserID}
	if err := s.usePasskey(ctx, p, state, answer); err != nil {
		return SignedIn{}, err
	}
	u, err := s.cfg.DB.View(p.tenant).User(ctx, p.user)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.mayUse(ctx, p.tenant, u, ""); err != nil {
		return SignedIn{}, err
	}
	return s.admit(ctx, newcomer{tenant: p.tenant, user: p.user, way: WayPasskey, client: c})
}

// AskHalfPasskey asks who owes the second factor for one of its keys: [ErrSession];
// fail.NotFound for who has none.
func (s *Service) AskHalfPasskey(ctx context.Context, token string) (PasskeyAsk, error) {
	row, p, err := s.half(ctx, token)
	if err != nil {
		return PasskeyAsk{}, err
	}
	return s.askUse(ctx, askHalf, p, row.ID)
}

// PassByPasskey is [Service.PassFactor] with the answer to [Service.AskHalfPasskey].
// Errors: fail.Denied; [ErrSession].
func (s *Service) PassByPasskey(ctx context.Context, token, pre string, answer []byte) (SignedIn, error) {
	row, p, err := s.half(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	state, err := s.takeAsk(ctx, askHalf, p, row.ID, pre)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.usePasskey(ctx, p, state, answer); err != nil {
		return SignedIn{}, err
	}
	return s.passed(ctx, token)
}

// AskNewHalfPasskey and AddHalfPasskey make a key the second factor that the company
// demands of who has none, before anything else opens. Errors as
// [Service.AskNewPasskey] and [Service.AddPasskey]; [ErrSession].
func (s *Service) AskNewHalfPasskey(ctx context.Context, token string) (PasskeyAsk, error) {
	row, p, err := s.bare(ctx, token)
	if err != nil {
		return PasskeyAsk{}, err
	}
	return s.askNew(ctx, p, row.ID)
}

// AddHalfPasskey keeps the key, returns the recovery codes, and lets the person on.
func (s *Service) AddHalfPasskey(ctx context.Context, token, pre, nombre string, answer []byte, c Client) ([]string, SignedIn, error) {
	row, p, err := s.bare(ctx, token)
	if err != nil {
		return nil, SignedIn{}, err
	}
	codes, err := s.addPasskey(ctx, p, halfActor(row), newKey{pre, nombre, answer, c}, true)
	if err != nil {
		return nil, SignedIn{}, err
	}
	in, err := s.passed(ctx, token)
	return codes, in, err
}

// AskProof asks who is signed in for one of its keys, as proof for a dangerous act.
// fail.NotFound for who has none.
func (s *Service) AskProof(ctx context.Context, a store.Actor) (PasskeyAsk, error) {
	if err := a.Require(store.RightView); err != nil {
		return PasskeyAsk{}, err
	}
	return s.askUse(ctx, askProof, personOf(a), a.SessionID)
}

// ProveByPasskey is [Service.Prove] with the answer to [Service.AskProof]: the key and
// what opens it are two factors.
func (s *Service) ProveByPasskey(ctx context.Context, a store.Actor, token, pre string, answer []byte) (SignedIn, error) {
	if err := a.Require(store.RightView); err != nil {
		return SignedIn{}, err
	}
	state, err := s.takeAsk(ctx, askProof, personOf(a), a.SessionID, pre)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.usePasskey(ctx, personOf(a), state, answer); err != nil {
		return SignedIn{}, err
	}
	return s.proved(ctx, a, token)
}

// keyHash is how a key is found.
func keyHash(id []byte) string {
	sum := sha256.Sum256(id)
	return hex.EncodeToString(sum[:])
}

// passkeysOf returns a person as its keys know it, with them.
func (s *Service) passkeysOf(ctx context.Context, p person) (passkey.Person, []passkey.Key, []store.PasskeyRow, error) {
	u, rfc, err := s.recipient(ctx, p.tenant, p.user)
	if err != nil {
		return passkey.Person{}, nil, nil, err
	}
	handle := sha256.Sum256([]byte("passkey|" + p.tenant.ID() + "|" + p.user))
	rows, err := s.cfg.DB.Global().PasskeysOf(ctx, p.tenant, p.user, mostPasskeys)
	keys := make([]passkey.Key, len(rows))
	for i, r := range rows {
		keys[i].Data = r.Data
	}
	return passkey.Person{Handle: handle[:], Name: u.Usuario + "@" + rfc, Display: u.Nombre}, keys, rows, err
}

func (s *Service) askNew(ctx context.Context, p person, session string) (PasskeyAsk, error) {
	who, keys, _, err := s.passkeysOf(ctx, p)
	if err != nil {
		return PasskeyAsk{}, err
	}
	if len(keys) >= mostPasskeys {
		return PasskeyAsk{}, fail.New(fail.Conflict, "Ya tienes diez llaves de acceso. Quita una que no uses antes de poner otra.")
	}
	ask, err := s.cfg.Passkeys.Create(who, keys)
	if err != nil {
		return PasskeyAsk{}, passkeyRefused(err)
	}
	return s.keepAsk(ctx, askNew, p, session, ask)
}

func (s *Service) askUse(ctx context.Context, kind string, p person, session string) (PasskeyAsk, error) {
	who, keys, _, err := s.passkeysOf(ctx, p)
	if err != nil {
		return PasskeyAsk{}, err
	}
	if len(keys) == 0 {
		return PasskeyAsk{}, fail.New(fail.NotFound, "No tienes llaves de acceso. Usa tu contraseña o tu código.")
	}
	ask, err := s.cfg.Passkeys.Use(who, keys)
	if err != nil {
		return PasskeyAsk{}, passkeyRefused(err)
	}
	return s.keepAsk(ctx, kind, p, session, ask)
}

// keepAsk keeps what an answer is held against, for the browser and the session that
// asked.
func (s *Service) keepAsk(ctx context.Context, kind string, p person, session string, ask passkey.Ask) (PasskeyAsk, error) {
	pre, hash, err := newToken()
	if err != nil {
		return PasskeyAsk{}, err
	}
	now := s.now()
	out := PasskeyAsk{Options: ask.Options, Pre: pre, ExpiresAt: now.Add(passkeyLife)}
	return out, s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return tx.InsertChallenge(ctx, store.ChallengeRow{
			Hash: hash, Kind: kind, Subject: p.user + "|" + session, TenantID: p.tenant.ID(), Data: string(ask.State),
			CreatedAt: store.Micros(now), ExpiresAt: store.Micros(out.ExpiresAt),
		})
	})
}

// takeAsk returns what an answer is held against, once, to who asked.
func (s *Service) takeAsk(ctx context.Context, kind string, p person, session, pre string) ([]byte, error) {
	var row store.ChallengeRow
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		row, err = tx.TakeChallenge(ctx, kind, hashToken(pre), store.Micros(s.now()))
		return err
	})
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return nil, err
	}
	if err != nil || row.Subject != p.user+"|"+session || row.TenantID != p.tenant.ID() {
		return nil, fail.New(fail.Denied, "El intento venció o ya se usó: dura cinco minutos. No se hizo nada; inténtalo otra vez.")
	}
	return []byte(row.Data), nil
}

// usePasskey holds an answer against the keys of a person and keeps what the key
// became.
func (s *Service) usePasskey(ctx context.Context, p person, state, answer []byte) error {
	who, keys, rows, err := s.passkeysOf(ctx, p)
	if err != nil {
		return err
	}
	used, err := s.cfg.Passkeys.Used(who, keys, state, answer)
	if err != nil {
		return passkeyRefused(err)
	}
	for _, r := range rows {
		if r.KeyHash != keyHash(used.ID) {
			continue
		}
		err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
			return tx.UsePasskey(ctx, r.KeyHash, r.Data, used.Data, store.Micros(s.now()))
		})
		if err != nil && fail.KindOf(err) == fail.NotFound { // used or removed in another window meanwhile
			return passkeyRefused(passkey.ErrAnswer)
		}
		return err
	}
	return passkeyRefused(passkey.ErrAnswer)
}

// passkeyRefused gives the refusals of a key their words.
func passkeyRefused(err error) error {
	switch {
	case errors.Is(err, passkey.ErrNumeric):
		return fail.Wrap(fail.Conflict, "Este portal se abre con una dirección de números, y las llaves de acceso necesitan un nombre. Usa tu contraseña o una aplicación de códigos.", err)
	case errors.Is(err, passkey.ErrCopied):
		return fail.Wrap(fail.Denied, "Esa llave de acceso parece una copia y no la aceptamos. Quítala en Segundo factor y pon otra; mientras, entra con tu contraseña.", err)
	case errors.Is(err, passkey.ErrAnswer):
		return fail.Wrap(fail.Denied, "No pudimos comprobar tu llave de acceso. No se hizo nada; inténtalo otra vez o usa tu contraseña.", err)
	}
	return err
}

// addPasskey keeps a new key of a person. first refuses who has a second factor
// already: who only gave a password may not add one.
func (s *Service) addPasskey(ctx context.Context, p person, a store.Actor, n newKey, first bool) ([]string, error) {
	name, err := keyName(n.nombre, n.client)
	if err != nil {
		return nil, err
	}
	state, err := s.takeAsk(ctx, askNew, p, a.SessionID, n.pre)
	if err != nil {
		return nil, err
	}
	who, _, _, err := s.passkeysOf(ctx, p)
	if err != nil {
		return nil, err
	}
	key, err := s.cfg.Passkeys.Created(who, state, n.answer)
	if err != nil {
		return nil, passkeyRefused(err)
	}
	codes, hashes := totp.RecoveryCodes(p.user, recoveryCodes)
	now := store.Micros(s.now())
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(p.tenant)
		if _, err := own.UserForUpdate(ctx, p.user); err != nil { // one at a time, so that ten are the most
			return err
		}
		had, err := s.hasFactor(ctx, tx, p)
		switch {
		case err != nil:
			return err
		case had && first:
			return over(store.Absent())
		}
		if n, err := tx.CountPasskeys(ctx, p.tenant, p.user); err != nil || n >= mostPasskeys {
			return errors.Join(err, fail.New(fail.Conflict, "Ya tienes diez llaves de acceso. Quita una que no uses antes de poner otra."))
		}
		err = tx.InsertPasskey(ctx, store.PasskeyRow{
			KeyHash: keyHash(key.ID), ID: s.cfg.NewID(), TenantID: p.tenant.ID(), UserID: p.user, Nombre: name, Data: key.Data, CreatedAt: now,
		})
		if fail.KindOf(err) == fail.Conflict {
			return fail.New(fail.Conflict, "Esa llave de acceso ya está registrada. No se agregó otra vez.")
		}
		if err != nil {
			return err
		}
		if had {
			codes = nil
		} else if err := own.PutRecoveryCodes(ctx, p.user, hashes); err != nil {
			return err
		}
		return s.passkeyChanged(ctx, tx, p, a, "user.passkey_on", map[string]string{"nombre": name})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// A newKey is what came back for [Service.AskNewPasskey].
type newKey struct {
	pre, nombre string
	answer      []byte
	client      Client
}

// keyName is the name of a new key: what was typed, or where it was made.
func keyName(typed string, c Client) (string, error) {
	name := clean(typed)
	if name == "" {
		name = DeviceName(c.Device)
	}
	var bad problems
	bad.text("Nombre", "El nombre de la llave", name, longestKeyName)
	return name, bad.result("La llave no se agregó: revisa su nombre.")
}

// hasFactor reports whether a person has any second factor.
func (s *Service) hasFactor(ctx context.Context, tx *store.GlobalTx, p person) (bool, error) {
	return factorIn(ctx, &tx.GlobalView, &tx.For(p.tenant).View, p)
}

func factorIn(ctx context.Context, g *store.GlobalView, v *store.View, p person) (bool, error) {
	row, err := v.TOTP(ctx, p.user)
	if ignoreAbsent(err) != nil || row.ConfirmedAt > 0 {
		return true, ignoreAbsent(err)
	}
	n, err := g.CountPasskeys(ctx, p.tenant, p.user)
	return n > 0, err
}

// dropCodes forgets the recovery codes of who has no second factor any more.
func (s *Service) dropCodes(ctx context.Context, tx *store.GlobalTx, p person) error {
	has, err := s.hasFactor(ctx, tx, p)
	if err != nil || has {
		return err
	}
	return tx.For(p.tenant).PutRecoveryCodes(ctx, p.user, nil)
}

// passkeyChanged ends the other sessions of the person, notes it and mails a notice.
func (s *Service) passkeyChanged(ctx context.Context, tx *store.GlobalTx, p person, a store.Actor, action string, after any) error {
	if _, err := tx.DeleteSessionsOf(ctx, p.tenant, p.user, a.SessionID); err != nil {
		return err
	}
	own := tx.For(p.tenant)
	if err := audit(ctx, own, a, action, "user/"+p.user, nil, after); err != nil {
		return err
	}
	m := passkeyMail{User: p.user, At: store.Micros(s.now()), On: action == "user.passkey_on"}
	return job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}

// passkeyMail tells a person that a passkey of theirs was added or taken away.
type passkeyMail struct {
	User string `json:"user"`
	At   int64  `json:"at"`
	On   bool   `json:"on"`
}

// Kind names the job.
func (passkeyMail) Kind() string { return "account.passkey" }

func (m passkeyMail) id() string { return fmt.Sprintf("passkey-%s-%d", m.User, m.At) }

func (s *Service) mailPasskey(ctx context.Context, t store.Tenant, m passkeyMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	l := letter{
		In:      in,
		Subject: in.say("Agregaste una llave de acceso en ioFacturo", "You added a passkey in ioFacturo"),
		Hello:   u.Nombre,
		Lines: []string{in.say("El usuario "+u.Usuario+" (RFC "+rfc+") puede entrar desde el "+s.at(in, m.At)+" con una llave de acceso nueva.",
			"Since "+s.at(in, m.At)+" the user "+u.Usuario+" (RFC "+rfc+") can sign in with a new passkey.")},
		Note: in.say("Si no fuiste tú, quítala en Segundo factor, cambia tu contraseña y avisa a quien administra tu empresa.",
			"If it was not you, take it away in Segundo factor, change your password and tell whoever administers your company."),
	}
	if !m.On {
		l.Subject = in.say("Se quitó una llave de acceso de tu usuario", "A passkey of your user was taken away")
		l.Lines = []string{in.say("El usuario "+u.Usuario+" (RFC "+rfc+") ya no puede entrar con ella desde el "+s.at(in, m.At)+".",
			"Since "+s.at(in, m.At)+" the user "+u.Usuario+" (RFC "+rfc+") cannot sign in with it any more.")}
		l.Note = in.say("Si no fuiste tú, cambia tu contraseña y avisa a quien administra tu empresa.", "If it was not you, change your password and tell whoever administers your company.")
	}
	return s.mail(ctx, m.id(), u.Correo, l)
}
