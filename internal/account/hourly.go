package account

import (
	"context"
	"fmt"
	"time"

	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

const (
	every      = time.Hour
	sweepPage  = 200
	digestHour = 8       // of the company's own clock
	lateDays   = 7       // a certificate that ended longer ago is no news
	forever    = 1 << 30 // attempts of a job that never gives up
	day        = 24 * time.Hour
)

// endingDays are how long before the end of a certificate people are told, in days
// (manual §3.3), the nearest first.
func endingDays() []int64 { return []int64{1, 5, 15, 30, 60} }

// hourly is the job that looks once an hour for what time alone brings about: a
// certificate that ends, a digest that is due. There is one in the whole house.
type hourly struct{}

// Kind names the job.
func (hourly) Kind() string { return "account.hourly" }

// Begin has the hourly look go on for ever. It may be called at every start.
func (s *Service) Begin(ctx context.Context) error {
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		return job.EnqueueGlobal(ctx, tx, hourly{}, job.Options{Key: "uno", MaxAttempts: forever})
	})
}

func (s *Service) runHourly(ctx context.Context, _ store.Tenant, _ hourly) error {
	if err := s.lookAtCertificates(ctx); err != nil {
		return err
	}
	if err := s.lookAtDigests(ctx); err != nil {
		return err
	}
	return job.Snooze(every)
}

// lookAtCertificates tells of each certificate that ends in as many days as
// endingDays say, or has ended, once.
func (s *Service) lookAtCertificates(ctx context.Context) error {
	now := s.now()
	until := store.Micros(now.Add(time.Duration(endingDays()[4]) * day))
	after := store.Ending{NotAfter: store.Micros(now.Add(-lateDays * day))}
	for {
		page, err := s.cfg.DB.Global().EndingCertificates(ctx, after, until, sweepPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			if err := s.certificateEnds(ctx, c, now); err != nil {
				return err
			}
		}
		after = page[len(page)-1]
	}
}

// certificateEnds tells of one certificate, unless that was done, a newer one is in
// force, or the company is closed.
func (s *Service) certificateEnds(ctx context.Context, c store.Ending, now time.Time) error {
	left := store.FromMicros(c.NotAfter).Sub(now)
	mark := endMark(left)
	if mark == c.Told {
		return nil
	}
	t := c.Tenant()
	company, err := s.cfg.DB.Global().TenantByID(ctx, c.TenantID)
	if err != nil || company.State != store.TenantActive {
		return err
	}
	v := s.cfg.DB.View(t)
	if renewed, err := v.OutlivesCertificate(ctx, c.NotAfter, store.Micros(now)); err != nil || renewed {
		return err
	}
	row, err := v.Certificate(ctx, c.ID)
	if err != nil {
		return err
	}
	e := notice.Event{
		Key: fmt.Sprintf("csd:%s:%d", c.ID, mark), What: notice.CertificateEnds, Ref: row.NoCertificado, Link: "/certificados",
		N: int64((left + day - 1) / day), At: store.Micros(now),
	}
	if mark < 0 {
		e.What = notice.CertificateEnded
	}
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
		fresh, err := tx.TellCertificate(ctx, c.ID, mark)
		if err != nil || !fresh {
			return err
		}
		return notice.Raise(ctx, tx, e)
	})
}

// endMark is the step of endingDays that a certificate is in with so long to go: -1
// once it ended.
func endMark(left time.Duration) int64 {
	if left < 0 {
		return -1
	}
	for _, d := range endingDays() {
		if left <= time.Duration(d)*day {
			return d
		}
	}
	return 0
}

// lookAtDigests has the digest of everybody go out for whom it is past eight in the
// morning, of what came before that.
func (s *Service) lookAtDigests(ctx context.Context) error {
	now, after := s.now(), store.Waiting{}
	for {
		page, err := s.cfg.DB.Global().WaitingDigests(ctx, after, sweepPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, w := range page {
			if err := s.digestDue(ctx, w, now); err != nil {
				return err
			}
		}
		after = page[len(page)-1]
	}
}

func (s *Service) digestDue(ctx context.Context, w store.Waiting, now time.Time) error {
	v := s.cfg.DB.View(w.Tenant())
	company, err := v.Company(ctx)
	if err != nil {
		return ignoreAbsent(err)
	}
	local := now.In(s.zoneOfCompany(company))
	cut := time.Date(local.Year(), local.Month(), local.Day(), digestHour, 0, 0, 0, local.Location())
	if local.Before(cut) {
		return nil
	}
	waiting, err := v.DigestNotices(ctx, w.UserID, store.Micros(cut), 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	m := digestMail{User: w.UserID, Day: cut.Format(time.DateOnly), Before: store.Micros(cut)}
	return s.cfg.DB.Update(ctx, w.Tenant(), func(tx *store.Tx) error {
		return job.Enqueue(ctx, tx, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
	})
}

// zoneOfCompany is that of its place of issue.
func (s *Service) zoneOfCompany(c store.CompanyRow) *time.Location {
	for _, cp := range []string{c.LugarExpedicion, c.CodigoPostal} {
		if cp != "" {
			return s.cfg.Catalog.Location(cp)
		}
	}
	return s.zone()
}

// digestMail is the job that mails a person what came in a day, once.
type digestMail struct {
	User   string `json:"user"`
	Day    string `json:"day"`
	Before int64  `json:"before"`
}

// Kind names the job.
func (digestMail) Kind() string { return "account.digest" }

func (m digestMail) id() string { return "resumen-" + m.User + "-" + m.Day }

func (s *Service) mailDigest(ctx context.Context, t store.Tenant, m digestMail) error {
	v := s.cfg.DB.View(t)
	rows, err := v.DigestNotices(ctx, m.User, m.Before, noticesChosen+1)
	if err != nil || len(rows) == 0 {
		return err
	}
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	a, err := s.atHome(ctx, v, u)
	if err != nil {
		return err
	}
	in := tongueOf(u)
	l := letter{
		In: in, Subject: in.say("Tus avisos de ioFacturo", "Your ioFacturo notices") + " · " + rfc, Hello: u.Nombre,
		Lines:  []string{in.say("Esto pasó desde el resumen anterior:", "This happened since the last digest:")},
		Button: in.say("Ver mis avisos", "See my notices"), URL: s.cfg.BaseURL + "/avisos",
		Note: in.say("Qué te avisamos y cómo lo eliges en Notificaciones.", "What you are told, and how, you choose under Notificaciones."),
	}
	told := 0
	for _, r := range rows[:min(len(rows), noticesChosen)] {
		if !seesNotice(a, r) {
			continue
		}
		title, text := notice.Words(r, bool(in))
		l.Lines = append(l.Lines, "• "+title+". "+text)
		told++
	}
	if len(rows) > noticesChosen {
		l.Lines = append(l.Lines, in.say("Hay más: están todos en la página.", "There are more: all of them are on the page."))
	}
	if told > 0 && u.State == store.UserActive {
		if err := s.mail(ctx, m.id(), u.Correo, l); err != nil {
			return err
		}
	}
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error { return tx.DigestMailed(ctx, m.User, m.Before) })
}
