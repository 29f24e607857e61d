package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

const (
	noticePage    = 30
	mostPages     = 100                  // of notices that are looked at
	noticesKept   = 400 * 24 * time.Hour // what is older is dropped when something new comes
	noticesChosen = 40                   // lines in one digest; the rest is counted
)

// A Notice tells the person who looks of something that happened.
type Notice struct {
	ID          string
	Kind        notice.Kind
	Title, Text string // Spanish
	At          time.Time
	Unread      bool
	Link        bool // leads somewhere
}

// A NoticePage is one page of what the person was told, newest first.
type NoticePage struct {
	Rows   []Notice
	Unread int
	More   bool // there is a page after
}

// sight is which notices a may see: its own, of things it may see today.
func sight(a store.Actor) store.NoticeSight {
	s := store.NoticeSight{UserID: a.UserID, All: a.Admin, Rights: a.Rights}
	if !a.Admin && a.Limits.Propios {
		s.Owner = a.UserName
	}
	return s
}

// seesNotice is sight for one notice.
func seesNotice(a store.Actor, r store.NoticeRow) bool {
	return r.UserID == a.UserID && a.Holds(store.Right(r.Needs)) && (a.Admin || !a.Limits.Propios || r.Owner == "" || r.Owner == a.UserName)
}

// UnreadNotices counts what a was told in the company and has not read.
func (s *Service) UnreadNotices(ctx context.Context, a store.Actor) (int, error) {
	if err := a.Require(store.RightView); err != nil {
		return 0, err
	}
	n, err := s.cfg.DB.View(a.Tenant).UnreadNotices(ctx, sight(a))
	return int(n), err
}

// Notices returns a page, from 1, of what a was told in the company.
func (s *Service) Notices(ctx context.Context, a store.Actor, page int) (NoticePage, error) {
	unread, err := s.UnreadNotices(ctx, a)
	if err != nil {
		return NoticePage{}, err
	}
	page = min(max(page, 1), mostPages)
	rows, err := s.cfg.DB.View(a.Tenant).Notices(ctx, sight(a), noticePage+1, (page-1)*noticePage)
	if err != nil {
		return NoticePage{}, err
	}
	p := NoticePage{Unread: unread, More: len(rows) > noticePage && page < mostPages}
	for _, r := range rows[:min(len(rows), noticePage)] {
		n := Notice{ID: r.ID, Kind: notice.Kind(r.Kind), At: store.FromMicros(r.CreatedAt), Unread: r.ReadAt == 0, Link: r.Link != ""}
		n.Title, n.Text = notice.Words(r, false)
		p.Rows = append(p.Rows, n)
	}
	return p, nil
}

// OpenNotice notes that a has read a notice and returns the path of its thing, "" when
// there is none. fail.NotFound for what a may not see.
func (s *Service) OpenNotice(ctx context.Context, a store.Actor, id string) (link string, err error) {
	if err := a.Require(store.RightView); err != nil {
		return "", err
	}
	r, err := s.cfg.DB.View(a.Tenant).Notice(ctx, id)
	if err != nil {
		return "", err
	}
	if !seesNotice(a, r) {
		return "", store.Absent()
	}
	return r.Link, s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return tx.ReadNotice(ctx, id, store.Micros(s.now())) })
}

// ReadNotices notes that a has read everything it was told up to now.
func (s *Service) ReadNotices(ctx context.Context, a store.Actor) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	now := store.Micros(s.now())
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return tx.ReadNotices(ctx, a.UserID, now, now) })
}

// A Chosen is a kind of notice and how the person takes it.
type Chosen struct {
	notice.Rule
	Taste notice.Taste
}

// Tastes are how a person takes each kind of notice it can get. Version is of its row.
type Tastes struct {
	List    []Chosen
	Correo  string
	Version int
}

// keptTastes is how tastes lie in a user's row. The first two are older than the others.
type keptTastes struct {
	Dispositivo *bool                        `json:"dispositivo,omitempty"`
	Equipo      *bool                        `json:"equipo,omitempty"`
	Gustos      map[notice.Kind]notice.Taste `json:"gustos,omitempty"`
}

// tasteOf is how a user takes a kind of notice.
func tasteOf(u store.UserRow, k notice.Kind) notice.Taste {
	r, ok := notice.RuleOf(k)
	if !ok {
		return notice.None
	}
	var kept keptTastes
	if json.Unmarshal([]byte(u.Avisos), &kept) != nil {
		return r.Usual
	}
	old := map[notice.Kind]*bool{notice.Device: kept.Dispositivo, notice.Access: kept.Equipo}[k]
	switch t := kept.Gustos[k]; {
	case slices.Contains(r.Tastes(), t):
		return t
	case old != nil && !*old:
		return notice.Bell
	}
	return r.Usual
}

// Tastes returns how the person takes its notices: the kinds it can get.
func (s *Service) Tastes(ctx context.Context, a store.Actor) (Tastes, error) {
	if err := a.Require(store.RightView); err != nil {
		return Tastes{}, err
	}
	v := s.cfg.DB.View(a.HomeTenant())
	u, err := v.User(ctx, a.UserID)
	if err != nil {
		return Tastes{}, err
	}
	own, err := s.atHome(ctx, v, u)
	if err != nil {
		return Tastes{}, err
	}
	out := Tastes{Version: int(u.Version), Correo: u.Correo}
	for _, r := range notice.Kinds() {
		if own.Holds(r.Needs) {
			out.List = append(out.List, Chosen{r, tasteOf(u, r.Kind)})
		}
	}
	return out, nil
}

// atHome is a user as an actor in its own company.
func (s *Service) atHome(ctx context.Context, v *store.View, u store.UserRow) (store.Actor, error) {
	g, err := s.rightsOf(ctx, v, u)
	return store.Actor{Tenant: v.Tenant(), UserID: u.ID, UserName: u.Usuario, Admin: u.Admin, Rights: g.Rights, Limits: g.Limits}, err
}

// SaveTastes keeps how the person takes its notices. A kind that is not chosen stays
// as it was. Errors: fields by the kinds' names; [ErrStale].
func (s *Service) SaveTastes(ctx context.Context, a store.Actor, version int, chosen map[notice.Kind]notice.Taste) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	var p problems
	for k, t := range chosen {
		if r, ok := notice.RuleOf(k); !ok || !slices.Contains(r.Tastes(), t) {
			p.err(string(k), "Ese aviso no se puede recibir así.", "Elige una de las formas de la lista.")
		}
	}
	if err := p.result("No se guardó: revisa lo marcado."); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.HomeTenant(), func(tx *store.Tx) error {
		row, err := tx.UserForUpdate(ctx, a.UserID)
		if err != nil {
			return err
		}
		if row.Version != int64(version) {
			return stale("tu perfil", "Alguien", store.Micros(s.now()), s.zone())
		}
		kept := keptTastes{Gustos: map[notice.Kind]notice.Taste{}}
		for _, r := range notice.Kinds() {
			kept.Gustos[r.Kind] = tasteOf(row, r.Kind)
			if t, ok := chosen[r.Kind]; ok {
				kept.Gustos[r.Kind] = t
			}
		}
		text, err := json.Marshal(kept)
		if err != nil {
			return fmt.Errorf("tastes: %w", err)
		}
		before := row.Avisos
		row.Avisos, row.Version = string(text), row.Version+1
		if err := tx.UpdateUser(ctx, row); err != nil {
			return err
		}
		return audit(ctx, tx, a, "user.notices", "user/"+a.UserID, json.RawMessage(before), kept)
	})
}

// tell is the job that tells whoever should know of an event, each once: the person it
// concerns, who made the thing and, where the kind says so, every Administrador.
func (s *Service) tell(ctx context.Context, t store.Tenant, e notice.Event) error {
	rule, ok := notice.RuleOf(e.What)
	if !ok {
		return nil // of a kind that is no more
	}
	v := s.cfg.DB.View(t)
	people, err := listeners(ctx, v, rule, e)
	if err != nil {
		return err
	}
	for _, u := range people {
		a, err := s.atHome(ctx, v, u)
		if err != nil {
			return err
		}
		row := store.NoticeRow{
			UserID: u.ID, Event: e.Key, Kind: string(e.What), Needs: string(rule.Needs), Owner: e.Owner,
			Ref: e.Ref, Detail: e.Detail, N: e.N, Link: e.Link, CreatedAt: e.At,
		}
		taste := tasteOf(u, e.What)
		if u.State != store.UserActive || taste == notice.None || !seesNotice(a, row) {
			continue
		}
		if !rule.Letter {
			row.Mail = map[notice.Taste]string{notice.Mail: store.NoticeMailNow, notice.Digest: store.NoticeInDigest}[taste]
		}
		if err := s.keepNotice(ctx, t, row); err != nil {
			return err
		}
	}
	return nil
}

// listeners are who might be told of e.
func listeners(ctx context.Context, v *store.View, rule notice.Rule, e notice.Event) ([]store.UserRow, error) {
	var people []store.UserRow
	add := func(u store.UserRow, err error) error {
		if err == nil && !slices.ContainsFunc(people, func(o store.UserRow) bool { return o.ID == u.ID }) {
			people = append(people, u)
		}
		return ignoreAbsent(err)
	}
	if rule.Admins {
		admins, err := v.Admins(ctx, mostAdmins)
		if err != nil {
			return nil, err
		}
		people = admins
	}
	if e.User != "" {
		if err := add(v.User(ctx, e.User)); err != nil {
			return nil, err
		}
	}
	if e.Owner != "" {
		if err := add(v.UserByName(ctx, strings.ToLower(e.Owner))); err != nil {
			return nil, err
		}
	}
	return people, nil
}

// keepNotice keeps a notice, unless the person was told, with the job of its mail.
func (s *Service) keepNotice(ctx context.Context, t store.Tenant, row store.NoticeRow) error {
	row.ID = s.cfg.NewID()
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error {
		if err := tx.DropNotices(ctx, row.UserID, store.Micros(s.now().Add(-noticesKept))); err != nil {
			return err
		}
		fresh, err := tx.InsertNotice(ctx, row)
		if err != nil || !fresh || row.Mail != store.NoticeMailNow {
			return err
		}
		return job.Enqueue(ctx, tx, noticeMail{row.ID}, job.Options{Key: row.ID, MaxAttempts: mailAttempts})
	})
}

// noticeMail is the job that mails one notice.
type noticeMail struct {
	Notice string `json:"notice"`
}

// Kind names the job.
func (noticeMail) Kind() string { return "account.notice" }

func (s *Service) mailNotice(ctx context.Context, t store.Tenant, m noticeMail) error {
	r, err := s.cfg.DB.View(t).Notice(ctx, m.Notice)
	if err != nil || r.Mail != store.NoticeMailNow {
		return ignoreAbsent(err)
	}
	u, rfc, err := s.recipient(ctx, t, r.UserID)
	if err != nil {
		return ignoreAbsent(err)
	}
	a, err := s.atHome(ctx, s.cfg.DB.View(t), u)
	if err != nil {
		return err
	}
	if u.State == store.UserActive && seesNotice(a, r) {
		in := tongueOf(u)
		title, text := notice.Words(r, bool(in))
		l := letter{
			In: in, Subject: title + " · " + rfc, Hello: u.Nombre, Lines: []string{title + ".", text},
			Button: in.say("Ver en ioFacturo", "See it in ioFacturo"), URL: s.cfg.BaseURL + r.Link,
			Note: in.say("Qué te avisamos y cómo lo eliges en Notificaciones.", "What you are told, and how, you choose under Notificaciones."),
		}
		if err := s.mail(ctx, "aviso-"+r.ID, u.Correo, l); err != nil {
			return err
		}
	}
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error { return tx.NoticeMailed(ctx, r.ID) })
}
