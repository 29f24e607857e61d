package account

import (
	"context"
	"fmt"
	"time"

	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// coadminMail tells one side of a co-administration what the other one did.
type coadminMail struct {
	ID      string `json:"id"`
	What    string `json:"what"`
	Version int64  `json:"version"` // of the row, which names the event
}

// Kind names the job.
func (coadminMail) Kind() string { return "account.coadmin" }

func (m coadminMail) id() string { return fmt.Sprintf("coadmin-%s-%s-%d", m.ID, m.What, m.Version) }

// mailCoadmin mails what happened to whom it concerns; an invitation with its link.
func (s *Service) mailCoadmin(ctx context.Context, t store.Tenant, m coadminMail) error {
	v := s.cfg.DB.View(t)
	row, err := v.Coadmin(ctx, m.ID)
	if err != nil {
		return ignoreAbsent(err)
	}
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	empresa := nameOr(company.Nombre, company.Rfc) + " (" + company.Rfc + ")"
	if m.What == store.CoadminInvited {
		return s.mailOffer(ctx, t, m, row, empresa)
	}
	if _, ok := s.ownerLetter(spanish, row, m.What, empresa); ok {
		return s.mailAdmins(ctx, t, m, row, empresa)
	}
	if row.GuestTenant == "" {
		return nil
	}
	guest, err := s.cfg.DB.View(row.Guest()).User(ctx, row.GuestUser)
	if err != nil {
		return ignoreAbsent(err)
	}
	l, ok := s.guestLetter(tongueOf(guest), row, m.What, empresa)
	if !ok {
		return nil
	}
	l.Hello = guest.Nombre
	return s.mail(ctx, m.id(), guest.Correo, l)
}

// mailAdmins mails what happened to every Administrador of t who wants such notices.
func (s *Service) mailAdmins(ctx context.Context, t store.Tenant, m coadminMail, row store.CoadminRow, empresa string) error {
	admins, err := s.cfg.DB.View(t).Admins(ctx, mostAdmins)
	if err != nil {
		return err
	}
	for _, u := range admins {
		if tasteOf(u, notice.Access) != notice.Mail {
			continue
		}
		l, _ := s.ownerLetter(tongueOf(u), row, m.What, empresa)
		l.Hello = u.Nombre
		if err := s.mail(ctx, m.id()+"-"+u.ID, u.Correo, l); err != nil {
			return err
		}
	}
	return nil
}

// mailOffer mails the link of an invitation: to the address, or to the
// Administradores of the company of the RFC. Who has no company here is told
// how to get one.
func (s *Service) mailOffer(ctx context.Context, t store.Tenant, m coadminMail, row store.CoadminRow, empresa string) error {
	if row.State != store.CoadminInvited || s.tooLate(row) {
		return nil
	}
	to := []store.UserRow{{ID: "", Correo: row.InvitedMail, Nombre: row.InvitedMail}}
	if row.InvitedRfc != "" {
		guest, err := s.cfg.DB.Global().TenantByRfc(ctx, row.InvitedRfc)
		if err != nil || guest.State != store.TenantActive {
			return ignoreAbsent(err)
		}
		if to, err = s.cfg.DB.View(guest.Tenant()).Admins(ctx, mostAdmins); err != nil {
			return err
		}
		if err := s.noteOffer(ctx, t, guest.Tenant(), row); err != nil {
			return err
		}
	}
	for _, u := range to {
		token, err := s.newLink(ctx, store.LinkRow{Kind: store.LinkCoadmin, Subject: row.ID, TenantID: t.ID(), ExpiresAt: row.ExpiresAt})
		if err != nil {
			return err
		}
		in := tongueOf(u)
		err = s.mail(ctx, m.id()+u.ID, u.Correo, letter{
			In:      in,
			Subject: in.say("Te invitan a co-administrar una empresa en ioFacturo", "You are invited to co-administer a company in ioFacturo"),
			Hello:   u.Nombre,
			Lines: []string{
				in.say(empresa+" te invita a trabajar en su empresa con tu propio usuario, sin compartir contraseñas.", empresa+" invites you to work in its company with your own user, without sharing passwords."),
				in.say("Ve qué podrías hacer y decide si aceptas. El enlace sirve una sola vez, hasta el "+s.at(in, row.ExpiresAt)+".",
					"See what you could do and decide whether to accept. The link works once, until "+s.at(in, row.ExpiresAt)+"."),
			},
			Facts:  [][2]string{{in.say("Empresa", "Company"), empresa}, {in.say("Permisos", "Rights"), levelWords(in, row.Admin)}, {in.say("Invita", "Invited by"), row.AskedBy}},
			Button: in.say("Ver la invitación", "See the invitation"), URL: s.cfg.BaseURL + "/coadministracion/invitacion/" + token,
			Note: in.say("Si todavía no tienes una empresa en ioFacturo, regístrala primero con este correo y luego abre el enlace. Si no conoces a quien te invita, no hagas nada.",
				"If you have no company in ioFacturo yet, register it first with this e-mail and then open the link. If you do not know who invites you, do nothing."),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// noteOffer notes in the chain of the company invited that it was, once.
func (s *Service) noteOffer(ctx context.Context, owner, guest store.Tenant, row store.CoadminRow) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		before, err := tx.LinksSince(ctx, store.LinkCoadmin, row.ID, 0)
		if err != nil || before > 0 {
			return err
		}
		t, err := tx.TenantByID(ctx, owner.ID())
		if err != nil {
			return err
		}
		note := noteOf(row)
		note.By = row.AskedBy + "@" + t.Rfc
		return audit(ctx, tx.For(guest), store.System(guest), "coadmin.invited", "coadmin/"+row.ID, nil, note)
	})
}

func levelWords(in tongue, admin bool) string {
	if admin {
		return in.say("Administrador (todo, menos usuarios, co-administración, llaves y baja)", "Administrador (all but users, co-administration, keys and closing)")
	}
	return in.say("los que verás al abrir el enlace", "those you will see when you open the link")
}

// ownerLetter is what the company that lets in hears; not ok for what it did itself.
func (s *Service) ownerLetter(in tongue, row store.CoadminRow, what, empresa string) (letter, bool) {
	who := row.GuestNombre + in.say(", de ", ", of ") + row.GuestEmpresa + " (" + row.GuestRfc + "),"
	see, tab := in.say("Ver quién co-administra", "See who co-administers"), "/coadministracion/mia"
	l := letter{In: in, Facts: [][2]string{{in.say("Usuario", "User"), row.GuestUsuario + "@" + row.GuestRfc}, {in.say("Tu empresa", "Your company"), empresa}}}
	switch what {
	case store.CoadminAsked:
		l.Subject = in.say("Alguien pide co-administrar tu empresa en ioFacturo", "Somebody asks to co-administer your company in ioFacturo")
		see, tab = in.say("Ver la solicitud", "See the request"), "/coadministracion/invitaciones"
		l.Lines = []string{in.say(who+" pide trabajar en tu empresa con su propio usuario. Tú decides si entra y qué puede hacer.",
			who+" asks to work in your company with their own user. You decide whether they get in and what they may do.")}
		l.Note = in.say("Si no conoces a esa persona, no hagas nada: sin tu permiso nadie entra.", "If you do not know that person, do nothing: nobody gets in without your leave.")
	case store.CoadminActive:
		l.Subject = in.say("Aceptaron co-administrar tu empresa en ioFacturo", "Your invitation to co-administer was accepted in ioFacturo")
		l.Lines = []string{in.say(who+" aceptó tu invitación y ya puede trabajar en tu empresa. Lo que haga queda en tu bitácora con su nombre.",
			who+" accepted your invitation and can work in your company now. What they do stays in your log under their name.")}
		l.Note = in.say("Puedes cambiar sus permisos o quitarle el acceso cuando quieras.", "You can change their rights or take the access away whenever you like.")
	case store.CoadminRefused:
		l.Subject = in.say("No aceptaron co-administrar tu empresa en ioFacturo", "Your invitation to co-administer was declined in ioFacturo")
		l.Lines = []string{in.say(who+" no aceptó tu invitación. Nadie más entró a tu empresa.", who+" declined your invitation. Nobody else got into your company.")}
	case "dejada":
		l.Subject = in.say("Dejaron de co-administrar tu empresa en ioFacturo", "Somebody stopped co-administering your company in ioFacturo")
		l.Lines = []string{in.say(who+" dejó de administrar tu empresa y ya no puede entrar. Lo que hizo se queda en tu bitácora.",
			who+" stopped administering your company and cannot get in any more. What they did stays in your log.")}
	default:
		return l, false
	}
	l.Button, l.URL = see, s.cfg.BaseURL+tab
	return l, true
}

// guestLetter is what the person who is let in hears.
func (s *Service) guestLetter(in tongue, row store.CoadminRow, what, empresa string) (letter, bool) {
	l := letter{In: in, Facts: [][2]string{{in.say("Empresa", "Company"), empresa}}}
	switch what {
	case "respuesta-" + store.CoadminActive:
		l.Subject = in.say("Ya puedes co-administrar una empresa en ioFacturo", "You can co-administer a company in ioFacturo now")
		l.Lines = []string{in.say(empresa+" aceptó tu solicitud. Entra con tu usuario de siempre y cambia de empresa en la barra de arriba.",
			empresa+" accepted your request. Sign in with your own user as always and change the company in the bar above.")}
	case "respuesta-" + store.CoadminRefused:
		l.Subject = in.say("No aceptaron tu solicitud de co-administración", "Your request to co-administer was declined")
		l.Lines = []string{in.say(empresa+" no aceptó tu solicitud para trabajar en su empresa.", empresa+" declined your request to work in its company.")}
		return l, true
	case "cambiada":
		l.Subject = in.say("Cambiaron tus permisos en una empresa de ioFacturo", "Your rights in a company of ioFacturo changed")
		l.Lines = []string{in.say(empresa+" cambió lo que puedes hacer en su empresa. Si estabas trabajando en ella, vuelve a entrar para seguir.",
			empresa+" changed what you may do in its company. If you were working in it, enter it again to go on.")}
	case "revocada":
		l.Subject = in.say("Ya no co-administras una empresa en ioFacturo", "You no longer co-administer a company in ioFacturo")
		l.Lines = []string{in.say(empresa+" te quitó el acceso desde el "+s.at(in, row.EndedAt)+". Tu propia empresa no cambia en nada.",
			empresa+" took your access away on "+s.at(in, row.EndedAt)+". Nothing changes in your own company.")}
		return l, true
	default:
		return l, false
	}
	if row.Until != 0 {
		l.Facts = append(l.Facts, [2]string{in.say("Hasta", "Until"), s.day(in, row.Until)})
	}
	l.Button, l.URL = in.say("Ver mis empresas", "See my companies"), s.cfg.BaseURL+"/coadministracion"
	return l, true
}

// day is the last day of an end date as people in central Mexico read it.
func (s *Service) day(in tongue, micros int64) string {
	at := time.UnixMicro(micros).Add(-time.Second).In(s.zone())
	return in.say(at.Format("02/01/2006"), at.Format("January 2, 2006"))
}
