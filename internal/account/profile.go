package account

import (
	"context"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// A Profile is what a person keeps of itself (manual §11.1). Version is the one
// read; a save with an older one is [ErrStale].
type Profile struct {
	Usuario  string // read-only
	Nombre   string
	Telefono string
	Correo   string // changed by [Service.AskMailChange] alone
	Idioma   string // of the mails: LangSpanish, LangEnglish
	Admin    bool   // read-only
	Version  int
	Change   *MailChange // an address that waits, nil for none
}

// The languages of mails. Screens are in Spanish.
const (
	LangSpanish = "es"
	LangEnglish = "en"
)

// Profile returns what the person keeps of itself.
func (s *Service) Profile(ctx context.Context, a store.Actor) (Profile, error) {
	if err := a.Require(store.RightView); err != nil {
		return Profile{}, err
	}
	v := s.cfg.DB.View(a.HomeTenant())
	u, err := v.User(ctx, a.UserID)
	if err != nil {
		return Profile{}, err
	}
	p := profileOf(u)
	change, err := v.MailChange(ctx, u.ID)
	switch {
	case err == nil && change.ExpiresAt > store.Micros(s.now()):
		p.Change = mailChangeOf(change)
	case err != nil && fail.KindOf(err) != fail.NotFound:
		return Profile{}, err
	}
	return p, nil
}

func profileOf(u store.UserRow) Profile {
	return Profile{
		Usuario: u.Usuario, Nombre: u.Nombre, Telefono: u.Telefono, Correo: u.Correo, Idioma: u.Idioma,
		Admin: u.Admin, Version: int(u.Version),
	}
}

// SaveProfile keeps name, telephone and language of the person.
// Errors: fields by the names of [Profile]; [ErrStale].
func (s *Service) SaveProfile(ctx context.Context, a store.Actor, p Profile) (Profile, error) {
	if err := a.Require(store.RightView); err != nil {
		return Profile{}, err
	}
	if err := p.check(); err != nil {
		return Profile{}, err
	}
	var saved Profile
	err := s.cfg.DB.Update(ctx, a.HomeTenant(), func(tx *store.Tx) error {
		row, err := tx.UserForUpdate(ctx, a.UserID)
		if err != nil {
			return err
		}
		if row.Version != int64(p.Version) {
			return stale("tu perfil", "Alguien", store.Micros(s.now()), s.zone())
		}
		before := profileOf(row)
		row.Nombre, row.Telefono, row.Idioma, row.Version = p.Nombre, p.Telefono, p.Idioma, row.Version+1
		saved = profileOf(row)
		if err := tx.UpdateUser(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "user.profile", "user/"+a.UserID, before, saved)
	})
	return saved, err
}

// check puts p into the form it is stored in.
func (p *Profile) check() error {
	var bad problems
	p.Nombre, p.Telefono = clean(p.Nombre), clean(p.Telefono)
	if n := len([]rune(p.Nombre)); n < 2 || n > 120 {
		bad.err("Nombre", "Escribe tu nombre, de 2 a 120 letras.", "Así te saludamos y así queda en la bitácora.")
	}
	bad.text("Nombre", "Tu nombre", p.Nombre, 120)
	bad.text("Telefono", "El teléfono", p.Telefono, 40)
	if p.Idioma != LangSpanish && p.Idioma != LangEnglish {
		bad.err("Idioma", "Falta el idioma de tus correos.", "Elige español o inglés.")
	}
	return bad.result("Tu perfil no se guardó: revisa los campos marcados.")
}

// A MailChange is an address that waits for both sides to agree.
type MailChange struct {
	Nuevo                string
	OldAgreed, NewAgreed bool
	ExpiresAt            time.Time
}

func mailChangeOf(r store.MailChangeRow) *MailChange {
	return &MailChange{Nuevo: r.Nuevo, OldAgreed: r.OldAgreed, NewAgreed: r.NewAgreed, ExpiresAt: store.FromMicros(r.ExpiresAt)}
}
