package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// accessAsksPerDay bounds how many strangers a company hears of in one day.
const accessAsksPerDay = 5

// An AccessAsk is somebody who works in a company that is registered already
// and wants to be let in (manual §1.2).
type AccessAsk struct {
	Rfc, Nombre, Correo string
}

// askMail tells the Administradores of a company who asks to be let in.
type askMail struct {
	Slot   int64  `json:"slot"` // the day and its number: so many mails a day, no more
	N      int64  `json:"n"`
	Nombre string `json:"nombre"`
	Correo string `json:"correo"`
}

// Kind names the job.
func (askMail) Kind() string { return "account.ask" }

func (m askMail) id() string { return fmt.Sprintf("acceso-pedido-%d-%d", m.Slot, m.N) }

// AskAccess passes on to the Administradores of a company that somebody asks
// for a user. The answer is the same whether the company exists or not. Fields
// in errors: Rfc, Nombre, Correo; [ErrTooMany] by address.
func (s *Service) AskAccess(ctx context.Context, in AccessAsk, ip string) error {
	if !s.upLimit.Allow(ip, s.now()) {
		return tooMany("Recibimos muchas solicitudes desde tu conexión. Espera unos minutos e inténtalo de nuevo; no se envió nada.")
	}
	var p problems
	in.Rfc, in.Nombre = strings.ToUpper(strings.TrimSpace(in.Rfc)), clean(in.Nombre)
	if _, err := cfdi.ParseRFC(in.Rfc); err != nil {
		p.err("Rfc", "El RFC no tiene la forma correcta: son 12 o 13 letras y números.", "Escribe el de la empresa en la que trabajas.")
	}
	if n := len([]rune(in.Nombre)); n < 2 || n > 120 || advert.MatchString(in.Nombre) {
		p.err("Nombre", "Escribe tu nombre, de 2 a 120 letras y sin direcciones.", "Así sabrán quién pide el acceso.")
	}
	p.text("Nombre", "Tu nombre", in.Nombre, 120)
	correo, err := send.ParseAddress(in.Correo)
	if err != nil {
		p.err("Correo", fail.MessageOf(err), "")
	}
	if err := p.result("No se envió la solicitud: revisa los campos marcados."); err != nil {
		return err
	}
	row, err := s.cfg.DB.Global().TenantByRfc(ctx, in.Rfc)
	if err != nil || row.State != store.TenantActive {
		return ignoreAbsent(err)
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		now := s.now()
		day := now.Unix() / int64(24*time.Hour/time.Second)
		count, err := tx.AddFailure(ctx, hashToken("ask|"+row.ID), store.Micros(now), (24 * time.Hour).Microseconds(), failureMemory.Microseconds())
		if err != nil || count.Failures > accessAsksPerDay {
			return err
		}
		own := tx.For(row.Tenant())
		a := store.Actor{Tenant: row.Tenant(), UserName: in.Nombre, IP: ip}
		if err := audit(ctx, own, a, "access.asked", "company", nil, map[string]string{"nombre": in.Nombre, "correo": correo}); err != nil {
			return err
		}
		if err := notice.Raise(ctx, own, notice.Event{
			Key: fmt.Sprintf("acceso-pedido-%d-%d", day, count.Failures), What: notice.Access, Detail: in.Nombre + ", " + correo, Link: "/usuarios/nuevo",
		}); err != nil {
			return err
		}
		m := askMail{Slot: day, N: count.Failures, Nombre: in.Nombre, Correo: correo}
		return job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
	})
}

// mailAsk tells every Administrador who asks to be let in.
func (s *Service) mailAsk(ctx context.Context, t store.Tenant, m askMail) error {
	v := s.cfg.DB.View(t)
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	admins, err := v.Admins(ctx, mostAdmins)
	if err != nil {
		return err
	}
	for _, u := range admins {
		if tasteOf(u, notice.Access) != notice.Mail {
			continue
		}
		in := tongueOf(u)
		err := s.mail(ctx, fmt.Sprintf("%s-%s", m.id(), u.ID), u.Correo, letter{
			In:      in,
			Subject: in.say("Alguien pide acceso a tu empresa en ioFacturo", "Somebody asks for access to your company in ioFacturo"),
			Hello:   u.Nombre,
			Lines: []string{in.say("Una persona pide un usuario en la empresa con RFC "+company.Rfc+". Estos son los datos que escribió; no los hemos comprobado:",
				"A person asks for a user in the company with RFC "+company.Rfc+". This is what they wrote; we have not checked it:")},
			Facts:  [][2]string{{in.say("Nombre", "Name"), m.Nombre}, {in.say("Correo", "E-mail"), m.Correo}},
			Button: in.say("Dar de alta un usuario", "Add a user"), URL: s.cfg.BaseURL + "/usuarios/nuevo",
			Note: in.say("Si no la conoces, no hagas nada: sin tu permiso nadie entra.", "If you do not know them, do nothing: nobody gets in without your leave."),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
