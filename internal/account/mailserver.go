package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/mailing"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

const (
	mailTests        = 5 // of a mail server, at once; one more each mailTestEvery
	mailTestEvery    = time.Minute
	longestMailLogin = 254
)

// A MailServer is the mail server of the company's own (manual §3.9). Field paths in
// errors are the names below.
type MailServer struct {
	Servidor  string
	Puerto    int
	Cifrado   string // store.MailStartTLS, store.MailImplicit
	Usuario   string
	Password  string // as typed, never read: "" keeps the one there is
	Remitente string // address the receipts leave from
	Version   int    // 0: the company has none and uses the portal's

	Desde   time.Time // since when it is so
	Por     string    // user name of who left it so
	Falla   string    // Spanish; why nothing leaves by it, "" while it works
	FallaEn time.Time
}

// Propio reports whether the company has a server of its own.
func (m MailServer) Propio() bool { return m.Version > 0 }

// MailServer returns the company's own mail server; its zero value when its mail leaves
// by the portal's.
func (s *Service) MailServer(ctx context.Context, a store.Actor) (MailServer, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return MailServer{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).MailServer(ctx)
	if err != nil {
		return MailServer{}, ignoreAbsent(err)
	}
	m := MailServer{
		Servidor: r.Host, Puerto: int(r.Port), Cifrado: r.TLS, Usuario: r.Username, Remitente: r.Sender, Version: int(r.Version),
		Desde: store.FromMicros(r.UpdatedAt), Por: r.UpdatedBy, Falla: r.Failure,
	}
	if r.FailedAt > 0 {
		m.FallaEn = store.FromMicros(r.FailedAt)
	}
	return m, nil
}

// SaveMailServer has the company's receipts leave by in from now on. The password is
// kept sealed and asked again whenever server, port or user change: what is kept for
// one is never shown to another. Errors: fields by the names of [MailServer];
// [ErrStepUp]; [ErrStale].
func (s *Service) SaveMailServer(ctx context.Context, a store.Actor, in MailServer) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	before, err := s.cfg.DB.View(a.Tenant).MailServer(ctx)
	if ignoreAbsent(err) != nil {
		return err
	}
	if before.Version == int64(in.Version) { // of one that came too late the difference is told first
		if err := in.check(before, s.cfg.Guard); err != nil {
			return err
		}
	}
	row := store.MailServerRow{
		ID: before.ID, Host: in.Servidor, Port: int64(in.Puerto), TLS: in.Cifrado, Username: in.Usuario, Password: before.Password, Sender: in.Remitente,
		Version: int64(in.Version) + 1, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName,
	}
	if in.Password != "" && before.Version == int64(in.Version) {
		row.ID = s.cfg.NewID()
		plain := []byte(in.Password)
		defer clear(plain)
		if row.Password, err = s.cfg.Signer.Protect(ctx, a.Tenant, signer.KindSMTP, row.ID, plain); err != nil {
			return err
		}
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		now, err := tx.MailServer(ctx)
		if ignoreAbsent(err) != nil {
			return err
		}
		if now.Version != int64(in.Version) {
			if now.Version == 0 {
				now.UpdatedBy, now.UpdatedAt = "Alguien", store.Micros(s.now())
			}
			return stale("el servidor de correo", now.UpdatedBy, now.UpdatedAt, s.zone())
		}
		if in.Password == "" {
			row.Password = now.Password // it may lie under a newer keyset by now
		}
		if err := tx.SaveMailServer(ctx, row); err != nil {
			return err
		}
		if now.Version == 0 {
			return audit(ctx, tx, a, "mail.server", "mail/server", nil, row)
		}
		return audit(ctx, tx, a, "mail.server", "mail/server", now, row)
	})
}

// check puts in into the form it is stored in; before is what is kept.
func (in *MailServer) check(before store.MailServerRow, guard send.Guard) error {
	var p problems
	in.Servidor = strings.ToLower(strings.TrimSpace(in.Servidor))
	if err := guard.CheckHost(in.Servidor); err != nil {
		p.err("Servidor", fail.MessageOf(err), "Te lo da tu proveedor de correo.")
	}
	if err := guard.CheckPort(in.Servidor, in.Puerto); err != nil {
		p.err("Puerto", fail.MessageOf(err), "Lo usual es 587 con STARTTLS y 465 con TLS desde el inicio.")
	}
	if in.Cifrado != store.MailStartTLS && in.Cifrado != store.MailImplicit {
		p.err("Cifrado", "Falta el tipo de cifrado.", "Elige STARTTLS o TLS desde el inicio.")
	}
	in.Usuario = strings.TrimSpace(in.Usuario)
	if in.Usuario == "" {
		p.err("Usuario", "Falta el usuario.", "Casi siempre es el correo completo.")
	}
	p.text("Usuario", "El usuario", in.Usuario, longestMailLogin)
	same := before.Version > 0 && before.Host == in.Servidor && before.Port == int64(in.Puerto) && before.Username == in.Usuario
	switch {
	case in.Password == "" && before.Version == 0:
		p.err("Password", "Falta la contraseña.", "Si tu proveedor da contraseñas de aplicación, usa una de ésas.")
	case in.Password == "" && !same:
		p.err("Password", "Cambiaste el servidor, el puerto o el usuario: escribe otra vez la contraseña.", "La que guardamos sólo sirve para donde la diste.")
	case len(in.Password) > longestMailLogin || strings.ContainsAny(in.Password, "\r\n\x00"):
		p.err("Password", "Esa contraseña no puede ser: es demasiado larga o tiene saltos de línea.", "Cópiala otra vez.")
	}
	correo, err := send.ParseAddress(in.Remitente)
	if strings.TrimSpace(in.Remitente) == "" {
		err = fail.New(fail.Invalid, "Falta la dirección del remitente.")
	}
	if err != nil {
		p.err("Remitente", fail.MessageOf(err), "La dirección desde la que salen tus comprobantes.")
	} else {
		in.Remitente = correo
	}
	return p.result("No se guardó nada: revisa los campos marcados. Tus comprobantes siguen saliendo como hasta ahora.")
}

// DropMailServer has the company's receipts leave by the portal's server again and
// destroys what was kept of its own. [ErrStepUp].
func (s *Service) DropMailServer(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		before, err := tx.MailServer(ctx)
		if err != nil {
			return ignoreAbsent(err)
		}
		if err := tx.DeleteMailServer(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, a, "mail.server.off", "mail/server", before, nil)
	})
}

// TestMailServer sends a mail by the company's own server to the person who asks and
// returns its address. The error says in Spanish how far it came: a [send.Problem].
// fail.NotFound when the company has none; fail.Conflict when it was tried too often.
func (s *Service) TestMailServer(ctx context.Context, a store.Actor) (to string, err error) {
	if err := a.Require(store.RightConfigure); err != nil {
		return "", err
	}
	u, err := s.cfg.DB.View(a.HomeTenant()).User(ctx, a.UserID)
	if err != nil {
		return "", err
	}
	m, version, err := s.post().Of(ctx, a.Tenant)
	if err != nil {
		return "", err
	}
	if !s.mailTests.Allow("empresa:"+a.Tenant.ID(), s.now()) {
		return "", fail.New(fail.Conflict, "Ya probaste varias veces seguidas. No se envió nada: espera un minuto y prueba otra vez.")
	}
	l := testLetter(u)
	text, html, err := l.render()
	if err != nil {
		return "", err
	}
	failure := m.Send(ctx, send.Message{ID: "prueba-" + s.cfg.NewID(), FromName: "ioFacturo", To: []string{u.Correo}, Subject: l.Subject, Text: text, HTML: html})
	result := "enviado"
	if p, ok := send.ProblemOf(failure); ok {
		result = string(p.Step)
	} else if failure != nil {
		return "", failure
	}
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if failure == nil {
			if err := tx.MendMailServer(ctx, version); err != nil {
				return err
			}
		}
		return audit(ctx, tx, a, "mail.server.test", "mail/server", nil, result)
	})
	if err != nil {
		return "", fmt.Errorf("note the test: %w", err)
	}
	return u.Correo, failure
}

// testLetter is the mail by which a server is tried.
func testLetter(u store.UserRow) letter {
	in := tongueOf(u)
	return letter{
		In: in, Subject: in.say("Prueba de tu servidor de correo", "Test of your mail server"), Hello: u.Nombre,
		Lines: []string{in.say("Si lees esto, tus comprobantes ya pueden salir por tu propio servidor.", "If you read this, your receipts can leave by your own server.")},
		Note:  in.say("Lo pediste en Configuración › Correo.", "You asked for it under Configuración › Correo."),
	}
}

// post finds by which server the mail of a company leaves.
func (s *Service) post() mailing.Post {
	return mailing.Post{DB: s.cfg.DB, Keys: s.cfg.Signer, Guard: s.cfg.Guard, Now: s.cfg.Now}
}
