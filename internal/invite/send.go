package invite

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// ErrTooMany is the cause of what a limit refuses.
var ErrTooMany = errors.New("invite: too many")

// ErrLinkGone is the cause of what a link says that opens nothing.
var ErrLinkGone = errors.New("invite: no such link")

// A Letter is what a person typed to invite friends. Correos holds up to [MostAtOnce]
// addresses, apart by commas, semicolons or lines.
type Letter struct{ Nombre, Correos, Mensaje string }

// advert is what a mail program turns into a link: a stranger's words go to somebody who
// did not ask for them, so they must not carry one.
var advert = regexp.MustCompile(`(?i)[@<>]|://|www\.|[a-z0-9-]{2,}\.(?:[a-z]{2,})\b`)

// read judges a letter.
func (l *Letter) read() (addresses []string, fields []fail.Field) {
	wrong := func(path, message, fix string) {
		fields = append(fields, fail.Field{Path: path, Message: message, Fix: fix})
	}
	l.Nombre = strings.Join(strings.Fields(l.Nombre), " ")
	l.Mensaje = strings.TrimSpace(strings.ReplaceAll(l.Mensaje, "\r\n", "\n"))
	if len([]rune(l.Nombre)) > longName {
		wrong("Nombre", fmt.Sprintf("El nombre pasa de %d letras.", longName), "Acórtalo.")
	}
	if len([]rune(l.Mensaje)) > longMessage {
		wrong("Mensaje", fmt.Sprintf("El mensaje pasa de %d letras.", longMessage), "Acórtalo.")
	}
	for path, text := range map[string]string{"Nombre": l.Nombre, "Mensaje": l.Mensaje} {
		if advert.MatchString(text) {
			wrong(path, "No puede llevar direcciones web ni de correo.", "El enlace para registrarse lo ponemos nosotros.")
		}
	}
	seen := map[string]bool{}
	for _, part := range strings.FieldsFunc(l.Correos, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }) {
		address, err := send.ParseAddress(part)
		if err != nil {
			wrong("Correos", fail.MessageOf(err), "")
			continue
		}
		if hash := store.MailHash(address); !seen[hash] {
			seen[hash] = true
			addresses = append(addresses, address)
		}
	}
	switch {
	case len(addresses) == 0 && len(fields) == 0:
		wrong("Correos", "Escribe el correo de tu amigo.", "Si son varios, sepáralos con comas.")
	case len(addresses) > MostAtOnce:
		wrong("Correos", fmt.Sprintf("Son más de %d correos.", MostAtOnce), "Mándalos en partes.")
	}
	return addresses, fields
}

// Send invites friends and returns how many addresses there were. The answer is the same
// whoever an address belongs to and whether it wants invitations. Errors: fields Nombre,
// Correos, Mensaje; [ErrTooMany].
func (s *Service) Send(ctx context.Context, a store.Actor, l Letter) (int, error) {
	if err := s.may(a); err != nil {
		return 0, err
	}
	addresses, fields := l.read()
	for _, address := range addresses {
		n, err := s.cfg.DB.View(a.Tenant).UsersWithMail(ctx, address)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			fields = append(fields, fail.Field{Path: "Correos", Message: address + " es de tu propia empresa.", Fix: "Quítalo."})
		}
	}
	if len(fields) > 0 {
		slices.SortStableFunc(fields, func(a, b fail.Field) int { return strings.Compare(a.Path, b.Path) })
		return 0, fail.WithFields("No se envió nada: revisa lo marcado.", fields...)
	}
	return len(addresses), s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		for _, address := range addresses {
			row, err := tx.InvitationTo(ctx, store.MailHash(address))
			switch {
			case fail.KindOf(err) == fail.NotFound:
				row = store.InvitationRow{Correo: address, MailHash: store.MailHash(address)}
			case err != nil:
				return err
			}
			row.Nombre, row.Mensaje = l.Nombre, l.Mensaje
			if len(addresses) > 1 {
				row.Nombre = "" // of which of them?
			}
			if err := s.again(ctx, tx, a, row); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "invite.sent", Object: "invitations", After: fmt.Sprintf(`{"correos":%d}`, len(addresses))})
	})
}

// lock has the company's invitations follow each other, so that its limits hold.
func lock(ctx context.Context, tx *store.Tx) error {
	_, err := tx.CompanyForUpdate(ctx)
	return absent(err)
}

// Resend mails an invitation once more, with the words it had. Errors: fail.NotFound;
// [ErrTooMany]; fail.Conflict.
func (s *Service) Resend(ctx context.Context, a store.Actor, id string) error {
	if err := s.may(a); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		row, err := tx.Invitation(ctx, id)
		if err != nil {
			return err
		}
		if err := s.again(ctx, tx, a, row); err != nil {
			return err
		}
		return tx.Audit(ctx, store.AuditEntry{Actor: a, Action: "invite.sent", Object: "invitations", After: `{"correos":1,"otra_vez":true}`})
	})
}

// may refuses who may not invite, and everybody while there is no program.
func (s *Service) may(a store.Actor) error {
	if !s.On() {
		return store.Absent()
	}
	return a.Require(store.RightView)
}

// again has a new invitation mailed, or one more time an old one, within the limits.
func (s *Service) again(ctx context.Context, tx *store.Tx, a store.Actor, row store.InvitationRow) error {
	now := tx.Now()
	day := store.Micros(now.Add(-24 * time.Hour))
	switch {
	case row.MailedAt > day:
		return tooMany("Ya invitaste a " + row.Correo + " en las últimas 24 horas. No se envió nada; espera a mañana.")
	case row.Mails >= MailsEach:
		return tooMany(fmt.Sprintf("A %s ya le escribiste %d veces. No se envió nada; mejor pásale tu enlace.", row.Correo, MailsEach))
	}
	sent, err := tx.InvitationsSince(ctx, day)
	if err != nil {
		return err
	}
	if sent >= MailsADay {
		return tooMany(fmt.Sprintf("Tu empresa puede enviar %d invitaciones en 24 horas y ya no caben éstas. No se envió nada; espera a mañana o pasa tu enlace.", MailsADay))
	}
	row.UserName, row.MailedAt = a.UserName, store.Micros(now)
	row.Mails++
	if row.ID == "" {
		row.ID, row.CreatedAt = s.cfg.NewID(), row.MailedAt
		err = tx.InsertInvitation(ctx, row)
	} else {
		err = tx.MailInvitation(ctx, row)
	}
	if err != nil {
		return err
	}
	m := invitationMail{row.ID, row.Mails}
	return job.Enqueue(ctx, tx, m, job.Options{Key: m.id(), MaxAttempts: attempts})
}

func tooMany(message string) error {
	e := fail.OnField("Correos", message)
	e.Err = ErrTooMany
	return e
}

// State is how an invitation stands. The value is shown.
type State string

// The states, in the order they come.
const (
	Sent       State = "enviada"
	Registered State = "registrada"
	Rewarded   State = "premiada"
	Expired    State = "vencida"
)

// An Invitation is one as its company sees it.
type Invitation struct {
	ID, Nombre, Correo, By string
	State                  State
	Mails                  int64
	At                     time.Time // of the last mail
	Again                  bool      // it may be mailed once more now
}

// A Page is some invitations, the newest first, and what came of the code in all.
type Page struct {
	Rows           []Invitation
	Next           string // Before of the next page, "" for none
	Came, Rewarded int64
}

// List returns invitations before an id. That a friend registered is seen only when they
// did it with this company's code.
func (s *Service) List(ctx context.Context, a store.Actor, before string) (Page, error) {
	var p Page
	if err := s.may(a); err != nil {
		return p, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Invitations(ctx, before, pageRows+1)
	if err != nil {
		return p, err
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		p.Next = rows[pageRows-1].ID
	}
	g, now := s.cfg.DB.Global(), s.cfg.Now()
	for _, r := range rows {
		i := Invitation{ID: r.ID, Nombre: r.Nombre, Correo: r.Correo, By: r.UserName, State: Sent, Mails: r.Mails, At: store.FromMicros(r.MailedAt)}
		came, err := g.ReferralByMail(ctx, a.Tenant, r.MailHash)
		switch {
		case err == nil && (came.State == store.ReferralRewarded):
			i.State = Rewarded
		case err == nil:
			i.State = Registered
		case fail.KindOf(err) != fail.NotFound:
			return p, err
		case now.Sub(i.At) > InviteDays*24*time.Hour:
			i.State = Expired
		}
		i.Again = (i.State == Sent || i.State == Expired) && r.Mails < MailsEach && now.Sub(i.At) >= 24*time.Hour
		p.Rows = append(p.Rows, i)
	}
	if p.Came, err = g.Referrals(ctx, a.Tenant); err != nil {
		return p, err
	}
	p.Rewarded, err = g.CountReferrals(ctx, a.Tenant, store.ReferralRewarded)
	return p, err
}
