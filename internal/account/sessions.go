package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

const (
	mostSessions = 100
	deviceMemory = 90 * 24 * time.Hour // a device not seen for longer is new again
)

// An OpenSession is one place where a person is signed in.
type OpenSession struct {
	ID            string
	Device        string // "Chrome en Windows"
	IP            string
	Way           Way
	Company       string // RFC of the company worked in
	Since, SeenAt time.Time
	Current       bool
}

// Sessions lists where the person is signed in, the one used last first.
func (s *Service) Sessions(ctx context.Context, a store.Actor) ([]OpenSession, error) {
	if err := a.Require(store.RightView); err != nil {
		return nil, err
	}
	g := s.cfg.DB.Global()
	rows, err := g.SessionsOf(ctx, a.HomeTenant(), a.UserID, store.Micros(s.now()), mostSessions)
	if err != nil {
		return nil, err
	}
	policy, err := s.policyIn(ctx, a.HomeTenant())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var list []OpenSession
	for _, r := range rows {
		if s.now().Sub(store.FromMicros(r.SeenAt)) > time.Duration(policy.SessionMinutes)*time.Minute {
			continue // over, and nobody came to find out
		}
		if _, known := names[r.WorkID]; !known { // two or three companies at most
			t, err := g.TenantByID(ctx, r.WorkID)
			if err != nil {
				return nil, err
			}
			names[r.WorkID] = t.Rfc
		}
		list = append(list, OpenSession{
			ID: r.ID, Device: DeviceName(r.Device), IP: r.IP, Way: Way(r.Way), Company: names[r.WorkID],
			Since: store.FromMicros(r.CreatedAt), SeenAt: store.FromMicros(r.SeenAt), Current: r.ID == a.SessionID,
		})
	}
	return list, nil
}

// CloseSession ends one session of the person; fail.NotFound when it is none of
// theirs. [ErrStepUp].
func (s *Service) CloseSession(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		n, err := tx.DeleteSessionOf(ctx, a.HomeTenant(), a.UserID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return store.Absent()
		}
		return audit(ctx, tx.For(a.HomeTenant()), a, "session.closed", "user/"+a.UserID, nil, map[string]string{"session": id})
	})
}

// CloseOtherSessions ends all sessions of the person but this one. [ErrStepUp].
func (s *Service) CloseOtherSessions(ctx context.Context, a store.Actor) (int, error) {
	if err := a.Require(store.RightView); err != nil {
		return 0, err
	}
	if err := s.requireFresh(a); err != nil {
		return 0, err
	}
	var n int64
	err := s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) (err error) {
		if n, err = tx.DeleteSessionsOf(ctx, a.HomeTenant(), a.UserID, a.SessionID); err != nil {
			return err
		}
		return audit(ctx, tx.For(a.HomeTenant()), a, "user.sessions_closed", "user/"+a.UserID, nil, map[string]int64{"sessions_closed": n})
	})
	return int(n), err
}

// DeviceName says in plain words what a browser says of itself (User-Agent).
func DeviceName(agent string) string {
	pick := func(list [][2]string, other string) string {
		for _, p := range list {
			if strings.Contains(agent, p[0]) {
				return p[1]
			}
		}
		return other
	}
	browser := pick([][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}, "Un navegador")
	system := pick([][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}, "otro sistema")
	return browser + " en " + system
}

// noteDevice tells, by the bell and by mail unless the person wants the bell alone, the first time a person comes in from a device and
// network not seen in 90 days. The very first device of all is the one the
// account was made on, and is not told.
func (s *Service) noteDevice(ctx context.Context, own *store.Tx, u store.UserRow, row store.SessionRow) error {
	now := s.now()
	hash := hashToken(DeviceName(row.Device) + "|" + door.Network(row.IP))
	others, known, err := own.KnowDevice(ctx, u.ID, hash, store.Micros(now), store.Micros(now.Add(-deviceMemory)))
	if err != nil || known || others == 0 {
		return err
	}
	m := deviceMail{User: u.ID, At: store.Micros(now), Device: DeviceName(row.Device), IP: row.IP}
	e := notice.Event{Key: m.id(), What: notice.Device, User: u.ID, Detail: m.Device + " · " + m.IP, Link: "/cuenta/sesiones", At: m.At}
	if err := notice.Raise(ctx, own, e); err != nil || tasteOf(u, notice.Device) != notice.Mail {
		return err
	}
	return job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}

// deviceMail tells a person of an entry from a new device.
type deviceMail struct {
	User   string `json:"user"`
	At     int64  `json:"at"`
	Device string `json:"device"`
	IP     string `json:"ip"`
}

// Kind names the job.
func (deviceMail) Kind() string { return "account.device" }

func (m deviceMail) id() string { return fmt.Sprintf("dispositivo-%s-%d", m.User, m.At) }

func (s *Service) mailDevice(ctx context.Context, t store.Tenant, m deviceMail) error {
	u, rfc, err := s.recipient(ctx, t, m.User)
	if err != nil {
		return ignoreAbsent(err)
	}
	in := tongueOf(u)
	device := in.say(m.Device, strings.NewReplacer(" en ", " on ", "Un navegador", "A browser", "otro sistema", "another system").Replace(m.Device))
	return s.mail(ctx, m.id(), u.Correo, letter{
		In:      in,
		Subject: in.say("Entraron a ioFacturo desde un dispositivo nuevo", "A sign-in to ioFacturo from a new device"),
		Hello:   u.Nombre,
		Lines: []string{in.say("El usuario "+u.Usuario+" (RFC "+rfc+") inició sesión desde un dispositivo o una red que no habíamos visto:",
			"The user "+u.Usuario+" (RFC "+rfc+") signed in from a device or network we had not seen:")},
		Facts:  [][2]string{{in.say("Dispositivo", "Device"), device}, {in.say("Dirección", "Address"), m.IP}, {in.say("Cuándo", "When"), s.at(in, m.At)}},
		Button: in.say("Ver mis sesiones", "See my sessions"), URL: s.cfg.BaseURL + "/cuenta/sesiones",
		Note: in.say("Si fuiste tú, no hagas nada. Si no, cierra esa sesión y cambia tu contraseña cuanto antes.",
			"If it was you, do nothing. If not, close that session and change your password as soon as you can."),
	})
}
