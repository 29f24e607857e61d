package account

import (
	"context"
	"regexp"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

const (
	registrationLife     = 48 * time.Hour
	resendPause          = time.Minute
	mailsPerHour         = 5  // links to one address, over all registrations
	mailsPerRegistration = 10 // links of one registration, whatever the addresses: it is no way to write to strangers
)

// advert is what a mail program turns into a link. A name goes into a mail to an
// address nobody has proved yet, so it must not carry one.
var advert = regexp.MustCompile(`(?i)[/@<>]|[a-z0-9-]{3,}\.[a-z]{2,}`)

// Register notes a registration and mails its link, valid 48 h and once. The
// answer is the same whatever the address. Errors: fields by name; an RFC that
// is registered already is [ErrRfcTaken] on field Rfc; [ErrTooMany].
func (s *Service) Register(ctx context.Context, r Registration, ip string) (Pending, error) {
	if !s.upLimit.Allow(ip, s.now()) {
		return Pending{}, tooMany("Recibimos muchos registros desde tu conexión. Espera unos minutos e inténtalo de nuevo; no se registró nada.")
	}
	warning, err := s.checkRegistration(ctx, &r)
	if err != nil {
		return Pending{}, err
	}
	if err := s.rfcFree(ctx, r.Rfc); err != nil {
		return Pending{}, err
	}
	token, hash, err := newToken()
	if err != nil {
		return Pending{}, err
	}
	now := s.now()
	row := store.RegistrationRow{
		ID: s.cfg.NewID(), PendingHash: hash, Rfc: r.Rfc, Nombre: r.Nombre, Correo: r.Correo, CorreoFold: strings.ToLower(r.Correo), Code: r.Codigo,
		CreatedAt: store.Micros(now), ExpiresAt: store.Micros(now.Add(registrationLife)),
	}
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		mail, err := s.countMail(ctx, tx, &row)
		if err != nil {
			return err
		}
		if err := tx.InsertRegistration(ctx, row); err != nil || !mail {
			return err
		}
		return enqueueConfirmation(ctx, tx, row)
	})
	p := pendingOf(row, token)
	p.RfcWarning = warning
	return p, err
}

// checkRegistration puts r into the form it is stored in.
func (s *Service) checkRegistration(ctx context.Context, r *Registration) (warning string, err error) {
	var p problems
	r.Nombre, r.Rfc = clean(r.Nombre), strings.ToUpper(strings.TrimSpace(r.Rfc))
	if n := len([]rune(r.Nombre)); n < 2 || n > 120 {
		p.err("Nombre", "Escribe tu nombre, de 2 a 120 letras.", "Es el de la persona de contacto.")
	}
	if advert.MatchString(r.Nombre) {
		p.err("Nombre", "El nombre no puede llevar una dirección web ni de correo.", "Escribe sólo el nombre de la persona de contacto.")
	}
	p.text("Nombre", "Tu nombre", r.Nombre, 120)
	rfc, rfcErr := cfdi.ParseRFC(r.Rfc)
	switch {
	case r.Rfc == "":
		p.err("Rfc", "Falta el RFC.", "Es el que va a facturar.")
	case rfcErr != nil:
		p.err("Rfc", "El RFC no tiene la forma correcta: son 12 o 13 letras y números, con una fecha que exista.", "Cópialo de la Constancia de Situación Fiscal.")
	case rfc.Persona == cfdi.Generico:
		p.err("Rfc", "Ese RFC es genérico y no es de nadie.", "Escribe el RFC que va a facturar.")
	case !rfc.Digito:
		warning = "El último dígito del RFC no concuerda con los demás. Compáralo con tu Constancia; si así dice, está bien."
	}
	r.Correo = checkTwice(&p, r.Correo, r.Correo2)
	if r.Codigo, err = s.checkCode(ctx, &p, r.Codigo); err != nil {
		return "", err
	}
	if !r.Acepta {
		p.err("Acepta", "Falta aceptar los términos y el aviso de privacidad.", "Léelos y marca la casilla.")
	}
	return warning, p.result("No se hizo el registro: revisa los campos marcados.")
}

// checkTwice reads an address typed twice; pasting is fine.
func checkTwice(p *problems, correo, correo2 string) string {
	address, err := send.ParseAddress(correo)
	if err != nil {
		p.err("Correo", fail.MessageOf(err), "")
		return correo
	}
	if again, err := send.ParseAddress(correo2); err != nil || !strings.EqualFold(again, address) {
		p.err("Correo2", "Los dos correos no son iguales.", "Escribe el mismo en los dos campos.")
	}
	return address
}

// rfcFree refuses an RFC that has a company, without a word about who runs it.
func (s *Service) rfcFree(ctx context.Context, rfc string) error {
	_, err := s.cfg.DB.Global().TenantByRfc(ctx, rfc)
	switch {
	case fail.KindOf(err) == fail.NotFound:
		return nil
	case err != nil:
		return err
	}
	return rfcTaken()
}

func rfcTaken() error {
	e := fail.OnField("Rfc", "Ya hay una empresa registrada con ese RFC. Si es tuya, inicia sesión con tu usuario; si trabajas en ella, pide acceso a quien la administra.")
	e.Kind, e.Err = fail.Conflict, ErrRfcTaken
	return e
}

func tooMany(message string) error { return fail.Wrap(fail.Denied, message, ErrTooMany) }

// countMail counts one more link to the address of row; false when it has had
// enough within the hour, which the person who registers is not told.
func (s *Service) countMail(ctx context.Context, tx *store.GlobalTx, row *store.RegistrationRow) (bool, error) {
	now := s.now()
	sent, err := tx.MailsTo(ctx, row.CorreoFold, store.Micros(now.Add(-time.Hour)))
	if err != nil || sent >= mailsPerHour {
		return false, err
	}
	row.Mails++
	row.MailedAt = store.Micros(now)
	return true, nil
}

func pendingOf(r store.RegistrationRow, token string) Pending {
	return Pending{ID: r.ID, Token: token, Rfc: r.Rfc, Correo: r.Correo, ExpiresAt: store.FromMicros(r.ExpiresAt)}
}

// PendingOf returns the registration a browser's pending token names:
// [ErrLinkUnknown] or [ErrLinkUsed] when there is nothing to wait for.
func (s *Service) PendingOf(ctx context.Context, pendingToken string) (Pending, error) {
	row, err := openRegistration(ctx, s.cfg.DB.Global(), pendingToken)
	return pendingOf(row, pendingToken), err
}

func openRegistration(ctx context.Context, g *store.GlobalView, pendingToken string) (store.RegistrationRow, error) {
	row, err := g.RegistrationByPending(ctx, hashToken(pendingToken))
	switch {
	case fail.KindOf(err) == fail.NotFound:
		return row, fail.Wrap(fail.NotFound, "Este navegador no tiene un registro en espera. Regístrate de nuevo; toma un minuto.", ErrLinkUnknown)
	case err != nil:
		return row, err
	case row.UsedAt != 0:
		return row, linkUsed()
	}
	return row, nil
}

// Resend mails the link again. [ErrTooMany] when asked again within a minute.
func (s *Service) Resend(ctx context.Context, pendingToken string) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := openRegistration(ctx, &tx.GlobalView, pendingToken)
		if err != nil {
			return err
		}
		return s.mailAgain(ctx, tx, row)
	})
}

// mailAgain mails a fresh link of an open registration and lets it live 48 h
// more. [ErrTooMany] within a minute of the last one, and after ten in all.
func (s *Service) mailAgain(ctx context.Context, tx *store.GlobalTx, row store.RegistrationRow) error {
	now := s.now()
	if store.FromMicros(row.MailedAt).Add(resendPause).After(now) {
		return tooMany("Acabamos de enviarte el correo. Espera un minuto y revisa también la carpeta de no deseados.")
	}
	if row.Mails >= mailsPerRegistration {
		return tooMany("Ya enviamos varios enlaces de este registro; no se envió otro. Revisa la carpeta de no deseados o regístrate de nuevo.")
	}
	mail, err := s.countMail(ctx, tx, &row)
	if err != nil {
		return err
	}
	row.ExpiresAt = store.Micros(now.Add(registrationLife))
	if err := tx.UpdateRegistration(ctx, row); err != nil || !mail {
		return err
	}
	return enqueueConfirmation(ctx, tx, row)
}

// ChangeAddress sends the link to another address; the links mailed so far
// stop working. Fields in errors: Correo, Correo2.
func (s *Service) ChangeAddress(ctx context.Context, pendingToken, correo, correo2 string) (Pending, error) {
	var p problems
	correo = checkTwice(&p, correo, correo2)
	if err := p.result("No se cambió el correo: revisa los campos marcados."); err != nil {
		return Pending{}, err
	}
	var changed Pending
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := openRegistration(ctx, &tx.GlobalView, pendingToken)
		if err != nil {
			return err
		}
		if err := tx.DropLinks(ctx, store.LinkRegistration, row.ID); err != nil {
			return err
		}
		if row.CorreoFold != strings.ToLower(correo) {
			row.MailedAt = 0 // another address has not waited for anything
		}
		row.Correo, row.CorreoFold = correo, strings.ToLower(correo)
		changed = pendingOf(row, pendingToken)
		return s.mailAgain(ctx, tx, row)
	})
	return changed, err
}

func enqueueConfirmation(ctx context.Context, tx *store.GlobalTx, row store.RegistrationRow) error {
	m := confirmationMail{Registration: row.ID, N: row.Mails}
	return job.EnqueueGlobal(ctx, tx, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}
