package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

const (
	offerLife        = 7 * 24 * time.Hour  // of an invitation and its links
	askLife          = 30 * 24 * time.Hour // of a request
	mostCoadmins     = 200                 // of one company in one state
	invitationsADay  = 20                  // of one company
	requestsADay     = 10                  // of one person
	longestGrant     = 10                  // years
	oneDay           = 24 * time.Hour
	coadminKeptUsers = "Los usuarios, la co-administración, la exportación de llaves y la baja de la empresa nunca se comparten."
)

// A Grant is what a company lets a person of another one do: all but what never
// leaves it (Admin), or a set of rights within limits.
type Grant struct {
	Admin  bool
	Rights []store.Right
	Limits store.Limits
	Until  time.Time // zero for no end
}

// A Coadmin is one person of another company as the company that lets in sees
// it. Until the person is known, Invitado is what was typed.
type Coadmin struct {
	ID       string
	State    string // store.CoadminInvited, …
	Invitado string // the address or RFC that was invited, "" for who asked
	Nombre   string
	Usuario  string
	Empresa  string
	Rfc      string
	Grant    Grant
	AskedAt  time.Time
	AskedBy  string
	Since    time.Time // zero before both agreed
	Expired  bool      // the end date, or that of the invitation, has passed
	Version  int
}

// A CoadminInvite is the form to invite somebody: Quien is an e-mail or an RFC.
type CoadminInvite struct {
	Quien string
	Grant
}

// mayShare is for an Administrador of the company itself.
func mayShare(a store.Actor) error {
	if err := a.Require(store.RightCoadmin); err != nil {
		return err
	}
	if a.IsGuest() {
		return notForGuests("decide quién más entra")
	}
	return nil
}

// notForGuests refuses what stays with the company's own people.
func notForGuests(what string) error {
	return fail.New(fail.Denied, "Sólo quien administra la empresa desde dentro "+what+". No se cambió nada.")
}

// mayShareNow is [mayShare] for an act that gives or takes rights (threat T3).
func (s *Service) mayShareNow(a store.Actor) error {
	if err := mayShare(a); err != nil {
		return err
	}
	return s.requireFresh(a)
}

// Coadmins lists who of other companies may work in this one.
func (s *Service) Coadmins(ctx context.Context, a store.Actor) ([]Coadmin, error) {
	return s.coadminsIn(ctx, a, store.CoadminActive)
}

// CoadminInvites lists whom the company invited without an answer yet.
func (s *Service) CoadminInvites(ctx context.Context, a store.Actor) ([]Coadmin, error) {
	return s.coadminsIn(ctx, a, store.CoadminInvited)
}

// CoadminRequests lists who asks the company to be let in.
func (s *Service) CoadminRequests(ctx context.Context, a store.Actor) ([]Coadmin, error) {
	list, err := s.coadminsIn(ctx, a, store.CoadminAsked)
	return slices.DeleteFunc(list, func(c Coadmin) bool { return c.Expired }), err
}

func (s *Service) coadminsIn(ctx context.Context, a store.Actor, state string) ([]Coadmin, error) {
	if err := mayShare(a); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Coadmins(ctx, state, mostCoadmins)
	if err != nil {
		return nil, err
	}
	list := make([]Coadmin, 0, len(rows))
	for _, r := range rows {
		c, err := s.coadminOf(r)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Coadmin returns one of the company, in any state, or fail.NotFound.
func (s *Service) Coadmin(ctx context.Context, a store.Actor, id string) (Coadmin, error) {
	if err := mayShare(a); err != nil {
		return Coadmin{}, err
	}
	r, err := s.cfg.DB.View(a.Tenant).Coadmin(ctx, id)
	if err != nil {
		return Coadmin{}, err
	}
	return s.coadminOf(r)
}

func (s *Service) coadminOf(r store.CoadminRow) (Coadmin, error) {
	g := Grant{Admin: r.Admin}
	if err := json.Unmarshal([]byte(r.Rights), &g.Rights); err != nil {
		return Coadmin{}, fmt.Errorf("rights of co-administration %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Limits), &g.Limits); err != nil {
		return Coadmin{}, fmt.Errorf("limits of co-administration %s: %w", r.ID, err)
	}
	c := Coadmin{
		ID: r.ID, State: r.State, Invitado: r.InvitedMail + r.InvitedRfc, Nombre: r.GuestNombre, Usuario: r.GuestUsuario, Empresa: r.GuestEmpresa,
		Rfc: r.GuestRfc, AskedAt: store.FromMicros(r.AskedAt), AskedBy: r.AskedBy, Version: int(r.Version), Expired: s.tooLate(r) || ended(r, s.now()),
	}
	if r.Until != 0 {
		g.Until = store.FromMicros(r.Until)
	}
	if r.AnsweredAt != 0 {
		c.Since = store.FromMicros(r.AnsweredAt)
	}
	c.Grant = g
	return c, nil
}

// tooLate reports whether nobody answered an invitation or request in its time.
func (s *Service) tooLate(r store.CoadminRow) bool {
	waits := r.State == store.CoadminInvited || r.State == store.CoadminAsked
	return waits && store.Micros(s.now()) > r.ExpiresAt
}

// InviteCoadmin invites somebody by e-mail or RFC and mails a link that works
// once, for seven days. The answer is the same whether the portal knows who it
// is or not. Errors: fail.Denied; [ErrStepUp]; fields Quien, Rights, Until;
// fail.Conflict for an invitation that waits; [ErrTooMany] beyond 20 a day.
func (s *Service) InviteCoadmin(ctx context.Context, a store.Actor, in CoadminInvite) error {
	if err := s.mayShareNow(a); err != nil {
		return err
	}
	var p problems
	row := store.CoadminRow{ID: s.cfg.NewID(), State: store.CoadminInvited, Version: 1}
	if err := s.checkInvited(ctx, a, &p, in.Quien, &row); err != nil {
		return err
	}
	s.checkGrant(ctx, a, &p, in.Grant)
	if err := p.result("No se envió ninguna invitación: revisa los campos marcados."); err != nil {
		return err
	}
	if err := in.into(&row); err != nil {
		return err
	}
	now := s.now()
	row.AskedAt, row.AskedBy, row.ExpiresAt = store.Micros(now), a.UserName, store.Micros(now.Add(offerLife))
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := s.fewer(ctx, tx, "coadmin|"+a.Tenant.ID(), invitationsADay); err != nil {
			return err
		}
		own := tx.For(a.Tenant)
		if err := s.notWaiting(ctx, own, row); err != nil {
			return err
		}
		if err := own.InsertCoadmin(ctx, row); err != nil {
			return err
		}
		if err := audit(ctx, own, a, "coadmin.invite", "coadmin/"+row.ID, nil, noteOf(row)); err != nil {
			return err
		}
		return enqueueCoadmin(ctx, own, row, "invitada")
	})
}

// checkInvited reads whom an invitation is for. Oneself is refused.
func (s *Service) checkInvited(ctx context.Context, a store.Actor, p *problems, quien string, row *store.CoadminRow) error {
	quien = strings.TrimSpace(quien)
	if strings.Contains(quien, "@") {
		correo, err := send.ParseAddress(quien)
		if err != nil {
			p.err("Quien", fail.MessageOf(err), "")
			return nil
		}
		row.InvitedMail = strings.ToLower(correo)
		me, err := s.cfg.DB.View(a.Tenant).User(ctx, a.UserID)
		if err == nil && strings.EqualFold(me.Correo, correo) {
			p.err("Quien", "Ése es tu correo: ya administras esta empresa.", "Escribe el de otra persona.")
		}
		return ignoreAbsent(err)
	}
	row.InvitedRfc = strings.ToUpper(quien)
	if !personalRFC(row.InvitedRfc) {
		p.err("Quien", "No es un correo ni un RFC.", "Escribe el correo de la persona, o el RFC de la empresa desde la que trabaja.")
		return nil
	}
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err == nil && company.Rfc == row.InvitedRfc {
		p.err("Quien", "Ése es el RFC de tu propia empresa.", "Para dar acceso a alguien de tu empresa, dalo de alta en Usuarios.")
	}
	return err
}

// personalRFC reports whether a text is the RFC of somebody.
func personalRFC(rfc string) bool {
	r, err := cfdi.ParseRFC(rfc)
	return err == nil && r.Persona != cfdi.Generico
}

// checkGrant refuses what the giver does not have, or nobody may give.
func (s *Service) checkGrant(ctx context.Context, a store.Actor, p *problems, g Grant) {
	switch {
	case g.Admin && !a.Admin:
		p.err("Rights", "No puedes dar más de lo que tú puedes hacer.", "Elige los permisos uno por uno.")
	case !g.Admin && len(g.Rights) == 0:
		p.err("Rights", "Falta decir qué podrá hacer.", "Marca al menos un permiso.")
	case !g.Admin:
		for _, r := range g.Rights {
			if !GrantRight(r) || !a.Holds(r) {
				p.err("Rights", "Uno de los permisos no se puede dar.", coadminKeptUsers)
				break
			}
		}
	}
	for _, t := range g.Limits.Tipos {
		if !slices.Contains([]string{"I", "E", "P", "N", "T"}, t) {
			p.err("Tipos", "Uno de los tipos de comprobante no existe.", "Elige los de la lista.")
			break
		}
	}
	for _, id := range g.Limits.Series {
		if _, err := s.cfg.DB.View(a.Tenant).Serie(ctx, id); err != nil {
			p.err("Series", "Una de las series ya no existe.", "Elige entre las que hay.")
			break
		}
	}
	s.checkBranches(ctx, a, g.Limits.Sucursales, p)
	if g.Limits.Total < 0 {
		p.err("Total", "El importe máximo no puede ser negativo.", "Déjalo vacío para no limitarlo.")
	}
	now := s.now()
	if !g.Until.IsZero() && (!g.Until.After(now) || g.Until.After(now.AddDate(longestGrant, 0, 0))) {
		p.err("Until", "La fecha en que termina tiene que ser posterior a hoy, a lo más en diez años.", "Déjala vacía para no poner término.")
	}
}

// GrantRight reports whether a right can be given by itself to a person of
// another company: all that an Operación user of one's own could hold.
func GrantRight(r store.Right) bool {
	for _, rule := range store.Rights() {
		if rule.Right == r {
			return !rule.AdminOnly && r != store.RightView
		}
	}
	return false
}

// into writes g into the row.
func (g Grant) into(r *store.CoadminRow) error {
	rights, err := json.Marshal(slices.Concat([]store.Right{}, g.Rights))
	if err != nil {
		return fmt.Errorf("rights: %w", err)
	}
	limits, err := json.Marshal(g.Limits)
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	r.Admin, r.Rights, r.Limits, r.Until = g.Admin, string(rights), string(limits), 0
	if g.Admin {
		r.Rights, r.Limits = "[]", "{}"
	}
	if !g.Until.IsZero() {
		r.Until = store.Micros(g.Until)
	}
	return nil
}

// fewer counts one more act of a day; [ErrTooMany] beyond most.
func (s *Service) fewer(ctx context.Context, tx *store.GlobalTx, key string, most int64) error {
	count, err := tx.AddFailure(ctx, hashToken(key), store.Micros(s.now()), oneDay.Microseconds(), failureMemory.Microseconds())
	if err == nil && count.Failures > most {
		return tooMany("Ya enviaste muchas invitaciones o solicitudes hoy. No se envió esta; inténtalo mañana.")
	}
	return err
}

// notWaiting refuses a second invitation to the same, and more than fit the page.
func (s *Service) notWaiting(ctx context.Context, own *store.Tx, row store.CoadminRow) error {
	waiting, err := own.Coadmins(ctx, store.CoadminInvited, mostCoadmins)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if w.InvitedMail == row.InvitedMail && w.InvitedRfc == row.InvitedRfc && !s.tooLate(w) {
			return fail.OnField("Quien", "Ya hay una invitación sin responder para esa persona. No se envió otra: retírala primero.")
		}
	}
	if len(waiting) >= mostCoadmins {
		return fail.OnField("Quien", "Tienes demasiadas invitaciones sin responder. Retira algunas antes de enviar otra.")
	}
	return nil
}

// A coadminNote is what the chains of both companies keep of a change.
type coadminNote struct {
	State    string `json:"state"`
	Invitado string `json:"invitado,omitempty"`
	Usuario  string `json:"usuario,omitempty"`
	Nombre   string `json:"nombre,omitempty"`
	Rfc      string `json:"rfc,omitempty"`
	Admin    bool   `json:"admin"`
	Rights   string `json:"rights"`
	Limits   string `json:"limits"`
	Until    int64  `json:"until,omitempty"`
	By       string `json:"by,omitempty"` // who, where it is not a user of the company whose chain it is
}

func noteOf(r store.CoadminRow) coadminNote {
	return coadminNote{
		State: r.State, Invitado: r.InvitedMail + r.InvitedRfc, Usuario: r.GuestUsuario, Nombre: r.GuestNombre, Rfc: r.GuestRfc,
		Admin: r.Admin, Rights: r.Rights, Limits: r.Limits, Until: r.Until,
	}
}

// auditSides notes a change in the chain of the company a acts for, and in that
// of the other one, when it is known.
func auditSides(ctx context.Context, tx *store.GlobalTx, a store.Actor, other store.Tenant, action string, before, after store.CoadminRow) error {
	was, is := noteOf(before), noteOf(after)
	is.By = a.UserName
	if err := audit(ctx, tx.For(a.Tenant), a, action, "coadmin/"+after.ID, was, is); err != nil || other == (store.Tenant{}) || other == a.Tenant {
		return err
	}
	return audit(ctx, tx.For(other), a, action, "coadmin/"+after.ID, was, is)
}

// auditBoth notes in the company worked in and in the person's own one what a
// guest does.
func auditBoth(ctx context.Context, tx *store.GlobalTx, a store.Actor, action, object string, after map[string]string) error {
	after["by"] = a.UserName
	if err := audit(ctx, tx.For(a.Tenant), a, action, object, nil, after); err != nil || !a.IsGuest() {
		return err
	}
	return audit(ctx, tx.For(a.HomeTenant()), a, action, object, nil, after)
}

func enqueueCoadmin(ctx context.Context, own *store.Tx, r store.CoadminRow, what string) error {
	m := coadminMail{ID: r.ID, What: what, Version: r.Version}
	return job.Enqueue(ctx, own, m, job.Options{Key: m.id(), MaxAttempts: mailAttempts})
}
