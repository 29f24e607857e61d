package account

import (
	"context"
	"fmt"
	"time"

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
	if l, ok := s.ownerLetter(row, m.What, empresa); ok {
		return s.mailAdmins(ctx, t, m, l)
	}
	l, ok := s.guestLetter(row, m.What, empresa)
	if !ok || row.GuestTenant == "" {
		return nil
	}
	guest, err := s.cfg.DB.View(row.Guest()).User(ctx, row.GuestUser)
	if err != nil {
		return ignoreAbsent(err)
	}
	l.Hello = guest.Nombre
	return s.mail(ctx, m.id(), guest.Correo, l)
}

// mailAdmins mails l to every Administrador of t who wants such notices.
func (s *Service) mailAdmins(ctx context.Context, t store.Tenant, m coadminMail, l letter) error {
	admins, err := s.cfg.DB.View(t).Admins(ctx, mostAdmins)
	if err != nil {
		return err
	}
	for _, u := range admins {
		if !avisosOf(u).Equipo {
			continue
		}
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
		err = s.mail(ctx, m.id()+u.ID, u.Correo, letter{
			Subject: "Te invitan a co-administrar una empresa en ioFacturo",
			Hello:   u.Nombre,
			Lines: []string{
				empresa + " te invita a trabajar en su empresa con tu propio usuario, sin compartir contraseñas.",
				"Ve qué podrías hacer y decide si aceptas. El enlace sirve una sola vez, hasta el " + s.local(row.ExpiresAt) + ".",
			},
			Facts:  [][2]string{{"Empresa", empresa}, {"Permisos", levelWords(row.Admin)}, {"Invita", row.AskedBy}},
			Button: "Ver la invitación", URL: s.cfg.BaseURL + "/coadministracion/invitacion/" + token,
			Note: "Si todavía no tienes una empresa en ioFacturo, regístrala primero con este correo y luego abre el enlace. Si no conoces a quien te invita, no hagas nada.",
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

func levelWords(admin bool) string {
	if admin {
		return "Administrador (todo, menos usuarios, co-administración, llaves y baja)"
	}
	return "los que verás al abrir el enlace"
}

// ownerLetter is what the company that lets in hears; not ok for what it did itself.
func (s *Service) ownerLetter(row store.CoadminRow, what, empresa string) (letter, bool) {
	who := row.GuestNombre + ", de " + row.GuestEmpresa + " (" + row.GuestRfc + "),"
	see, tab := "Ver quién co-administra", "/coadministracion/mia"
	l := letter{Facts: [][2]string{{"Usuario", row.GuestUsuario + "@" + row.GuestRfc}, {"Tu empresa", empresa}}}
	switch what {
	case store.CoadminAsked:
		l.Subject, see, tab = "Alguien pide co-administrar tu empresa en ioFacturo", "Ver la solicitud", "/coadministracion/invitaciones"
		l.Lines = []string{who + " pide trabajar en tu empresa con su propio usuario. Tú decides si entra y qué puede hacer."}
		l.Note = "Si no conoces a esa persona, no hagas nada: sin tu permiso nadie entra."
	case store.CoadminActive:
		l.Subject = "Aceptaron co-administrar tu empresa en ioFacturo"
		l.Lines = []string{who + " aceptó tu invitación y ya puede trabajar en tu empresa. Lo que haga queda en tu bitácora con su nombre."}
		l.Note = "Puedes cambiar sus permisos o quitarle el acceso cuando quieras."
	case store.CoadminRefused:
		l.Subject = "No aceptaron co-administrar tu empresa en ioFacturo"
		l.Lines = []string{who + " no aceptó tu invitación. Nadie más entró a tu empresa."}
	case "dejada":
		l.Subject = "Dejaron de co-administrar tu empresa en ioFacturo"
		l.Lines = []string{who + " dejó de administrar tu empresa y ya no puede entrar. Lo que hizo se queda en tu bitácora."}
	default:
		return l, false
	}
	l.Button, l.URL = see, s.cfg.BaseURL+tab
	return l, true
}

// guestLetter is what the person who is let in hears.
func (s *Service) guestLetter(row store.CoadminRow, what, empresa string) (letter, bool) {
	l := letter{Facts: [][2]string{{"Empresa", empresa}}}
	switch what {
	case "respuesta-" + store.CoadminActive:
		l.Subject = "Ya puedes co-administrar una empresa en ioFacturo"
		l.Lines = []string{empresa + " aceptó tu solicitud. Entra con tu usuario de siempre y cambia de empresa en la barra de arriba."}
	case "respuesta-" + store.CoadminRefused:
		l.Subject = "No aceptaron tu solicitud de co-administración"
		l.Lines = []string{empresa + " no aceptó tu solicitud para trabajar en su empresa."}
		return l, true
	case "cambiada":
		l.Subject = "Cambiaron tus permisos en una empresa de ioFacturo"
		l.Lines = []string{empresa + " cambió lo que puedes hacer en su empresa. Si estabas trabajando en ella, vuelve a entrar para seguir."}
	case "revocada":
		l.Subject = "Ya no co-administras una empresa en ioFacturo"
		l.Lines = []string{empresa + " te quitó el acceso desde el " + s.local(row.EndedAt) + ". Tu propia empresa no cambia en nada."}
		return l, true
	default:
		return l, false
	}
	if row.Until != 0 {
		l.Facts = append(l.Facts, [2]string{"Hasta", s.day(row.Until)})
	}
	l.Button, l.URL = "Ver mis empresas", s.cfg.BaseURL+"/coadministracion"
	return l, true
}

// day is the last day of an end date as people in central Mexico read it.
func (s *Service) day(micros int64) string {
	return time.UnixMicro(micros).Add(-time.Second).In(s.zone()).Format("02/01/2006")
}
