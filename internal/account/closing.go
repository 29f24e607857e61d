package account

import (
	"context"
	"fmt"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// closingGrace is how long a company that asked to be closed can think better
// of it (manual §11.1).
const closingGrace = 30 * 24 * time.Hour

// A Closing is a company that is to be closed.
type Closing struct {
	AskedAt, EndsAt time.Time
	AskedBy, Motivo string
}

// closeCompany is the job that closes a company when its grace is over.
type closeCompany struct {
	AskedAt int64 `json:"asked_at"` // names the closing, not a later one
}

// closingMail tells every Administrador that the company is to be closed, or
// that it is not.
type closingMail struct {
	AskedAt int64 `json:"asked_at"`
	Kept    bool  `json:"kept"`
}

// Kind names the job.
func (closeCompany) Kind() string { return "account.close" }

// Kind names the job.
func (closingMail) Kind() string { return "account.closing" }

// Closing returns when the company is to be closed; fail.NotFound when it is not.
func (s *Service) Closing(ctx context.Context, a store.Actor) (Closing, error) {
	if err := a.Require(store.RightView); err != nil {
		return Closing{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).Closing(ctx)
	return Closing{AskedAt: store.FromMicros(r.AskedAt), EndsAt: store.FromMicros(r.EndsAt), AskedBy: r.AskedBy, Motivo: r.Motivo}, err
}

// CloseCompany asks for the company to be closed in 30 days. Until then it works
// as always and [Service.KeepCompany] takes it back; then its sessions end,
// nobody comes in, and the keys of its certificates are destroyed. Its receipts
// stay, for the law wants them kept. Errors: fail.Denied (an Administrador of
// the company itself, [ErrStepUp]); field Rfc unless it is the company's;
// fail.Conflict when it is asked for already.
func (s *Service) CloseCompany(ctx context.Context, a store.Actor, rfc, motivo string) error {
	if err := s.mayClose(a); err != nil {
		return err
	}
	var p problems
	motivo = clean(motivo)
	p.text("Motivo", "El motivo", motivo, 500)
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return err
	}
	if rfc != company.Rfc {
		p.err("Rfc", "El RFC no es el de tu empresa.", "Escríbelo completo para confirmar que quieres darla de baja.")
	}
	if err := p.result("La empresa no se dio de baja: revisa los campos marcados."); err != nil {
		return err
	}
	now := s.now()
	row := store.ClosingRow{AskedAt: store.Micros(now), AskedBy: a.UserName, EndsAt: store.Micros(now.Add(closingGrace)), Motivo: motivo}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := tx.InsertClosing(ctx, row); err != nil {
			if fail.KindOf(err) == fail.Conflict {
				return fail.New(fail.Conflict, "La baja de tu empresa ya estaba pedida. No se cambió nada.")
			}
			return err
		}
		if err := audit(ctx, tx, a, "company.closing", "company", nil, row); err != nil {
			return err
		}
		j := closeCompany{AskedAt: row.AskedAt}
		if err := job.Enqueue(ctx, tx, j, job.Options{Key: fmt.Sprint(j.AskedAt), RunAt: now.Add(closingGrace)}); err != nil {
			return err
		}
		m := closingMail{AskedAt: row.AskedAt}
		return job.Enqueue(ctx, tx, m, job.Options{Key: fmt.Sprint(m.AskedAt, m.Kept), MaxAttempts: mailAttempts})
	})
}

func (s *Service) mayClose(a store.Actor) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if a.IsGuest() {
		return notForGuests("puede darla de baja")
	}
	return s.requireFresh(a)
}

// KeepCompany takes the closing back. Errors as [Service.CloseCompany];
// fail.NotFound when it is not to be closed.
func (s *Service) KeepCompany(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightConfigure); err != nil {
		return err
	}
	if a.IsGuest() {
		return notForGuests("puede cancelar su baja")
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.Closing(ctx)
		if err != nil {
			return err
		}
		if err := tx.DeleteClosing(ctx); err != nil {
			return err
		}
		if err := audit(ctx, tx, a, "company.kept", "company", row, nil); err != nil {
			return err
		}
		m := closingMail{AskedAt: row.AskedAt, Kept: true}
		return job.Enqueue(ctx, tx, m, job.Options{Key: fmt.Sprint(m.AskedAt, m.Kept), MaxAttempts: mailAttempts})
	})
}

// runClose closes the company unless it thought better of it.
func (s *Service) runClose(ctx context.Context, t store.Tenant, args closeCompany) error {
	row, err := s.cfg.DB.View(t).Closing(ctx)
	if err != nil || row.AskedAt != args.AskedAt {
		return ignoreAbsent(err)
	}
	if wait := store.FromMicros(row.EndsAt).Sub(s.now()); wait > 0 {
		return job.Snooze(wait)
	}
	a := store.System(t)
	err = s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(t)
		if err := own.DeleteClosing(ctx); err != nil {
			return ignoreAbsent(err)
		}
		certificates, err := own.Certificates(ctx)
		if err != nil {
			return err
		}
		for _, c := range certificates {
			if err := signer.Destroy(ctx, own, a, c.ID); ignoreAbsent(err) != nil {
				return err
			}
		}
		if err := tx.SetTenantState(ctx, t.ID(), store.TenantClosed); err != nil {
			return err
		}
		closed, err := tx.DeleteTenantSessions(ctx, t)
		if err != nil {
			return err
		}
		return audit(ctx, own, a, "company.closed", "company", row, map[string]int64{"sessions_closed": closed})
	})
	if err != nil {
		return err
	}
	_ = s.cfg.Signer.Forget(ctx, a, "") // destroyed is destroyed: a signer that is away forgets by itself
	return nil
}

// mostAdmins bounds how many Administradores a notice goes to.
const mostAdmins = 50

// mailClosing tells every Administrador how it stands with the closing.
func (s *Service) mailClosing(ctx context.Context, t store.Tenant, m closingMail) error {
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
		in, end := tongueOf(u), store.Micros(store.FromMicros(m.AskedAt).Add(closingGrace))
		l := letter{
			In:      in,
			Subject: in.say("Se pidió dar de baja tu empresa en ioFacturo", "It was asked to close your company in ioFacturo"),
			Hello:   u.Nombre,
			Lines: []string{
				in.say("Se pidió dar de baja a la empresa con RFC "+company.Rfc+". Se cerrará el "+s.at(in, end)+".", "It was asked to close the company with RFC "+company.Rfc+". It will be closed on "+s.at(in, end)+"."),
				in.say("Hasta entonces todo funciona como siempre. Descarga tus comprobantes: la ley te pide conservarlos al menos cinco años.",
					"Until then everything works as always. Download your receipts: the law asks you to keep them for at least five years."),
			},
			Button: in.say("Ver o cancelar la baja", "See or cancel the closing"), URL: s.cfg.BaseURL + "/cuenta/baja",
			Note: in.say("Si no estás de acuerdo, cancélala desde ahí; basta un clic.", "If you do not agree, cancel it there; one click is enough."),
		}
		if m.Kept {
			l = letter{
				In:      in,
				Subject: in.say("La baja de tu empresa se canceló", "The closing of your company was cancelled"),
				Hello:   u.Nombre,
				Lines:   []string{in.say("La empresa con RFC "+company.Rfc+" sigue abierta. No se borró ni se cerró nada.", "The company with RFC "+company.Rfc+" stays open. Nothing was deleted or closed.")},
			}
		}
		if err := s.mail(ctx, fmt.Sprintf("baja-%s-%d-%t", u.ID, m.AskedAt, m.Kept), u.Correo, l); err != nil {
			return err
		}
	}
	return nil
}

// NoteExport notes in the audit chain that a person takes everything along, and
// says whether it may: fail.Denied, [ErrStepUp].
func (s *Service) NoteExport(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightExport); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		return audit(ctx, tx, a, "company.export", "company", nil, nil)
	})
}
