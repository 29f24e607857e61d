package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/store"
)

// An Offer is an invitation as the person sees it to whom it was made.
type Offer struct {
	ID      string
	Rfc     string // of the company that invites
	Empresa string
	Color   string
	Grant   Grant
	AskedAt time.Time
	EndsAt  time.Time
}

// Offers lists the invitations made to the RFC of the person's own company. One
// made to an address is opened by the link of its mail alone.
func (s *Service) Offers(ctx context.Context, a store.Actor) ([]Offer, error) {
	if err := mayShare(a); err != nil {
		return nil, err
	}
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return nil, err
	}
	since := store.Micros(s.now().Add(-offerLife))
	rows, err := s.cfg.DB.Global().Offers(ctx, company.Rfc, since, mostCoadmins)
	if err != nil {
		return nil, err
	}
	list := make([]Offer, 0, len(rows))
	for _, r := range rows {
		g, err := readGrant(r.CoadminID, r.Admin, r.Rights, r.Limits)
		if err != nil {
			return nil, err
		}
		o := Offer{
			ID: r.CoadminID, Rfc: r.Rfc, Empresa: nameOr(r.Name, r.Rfc), Color: colorOf(r.Color, r.Rfc),
			Grant: Grant{Admin: r.Admin, Rights: g.Rights, Limits: g.Limits}, AskedAt: store.FromMicros(r.AskedAt), EndsAt: store.FromMicros(r.AskedAt).Add(offerLife),
		}
		if r.Until != 0 {
			o.Grant.Until = store.FromMicros(r.Until)
		}
		list = append(list, o)
	}
	return list, nil
}

// OfferOf tells what a mailed link offers, and changes nothing. Errors:
// [ErrLinkUnknown] (also a link for somebody else), [ErrLinkExpired], [ErrLinkUsed].
func (s *Service) OfferOf(ctx context.Context, a store.Actor, link string) (Offer, error) {
	if err := mayShare(a); err != nil {
		return Offer{}, err
	}
	l, row, err := s.offered(ctx, s.cfg.DB.Global(), a, "", link)
	if err != nil {
		return Offer{}, err
	}
	t, err := s.cfg.DB.Global().TenantByID(ctx, l.TenantID)
	if err != nil {
		return Offer{}, err
	}
	c, err := s.coadminOf(row)
	return Offer{
		ID: row.ID, Rfc: t.Rfc, Empresa: nameOr(t.Name, t.Rfc), Color: colorOf(t.Color, t.Rfc), Grant: c.Grant, AskedAt: c.AskedAt,
		EndsAt: store.FromMicros(row.ExpiresAt),
	}, err
}

// offered finds an open invitation by its id or its link, if it is for a.
func (s *Service) offered(ctx context.Context, g *store.GlobalView, a store.Actor, id, link string) (store.LinkRow, store.CoadminRow, error) {
	me, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return store.LinkRow{}, store.CoadminRow{}, err
	}
	l := store.LinkRow{}
	if link != "" {
		if l, err = s.link(ctx, g, store.LinkCoadmin, link); err != nil {
			return l, store.CoadminRow{}, offerWords(err)
		}
	} else {
		found, err := g.GuestCompany(ctx, id, a.Tenant, a.UserID, me.Rfc)
		if err != nil {
			return l, store.CoadminRow{}, err
		}
		l.TenantID, l.Subject = found.OwnerID, id
	}
	row, err := s.cfg.DB.View(l.Tenant()).Coadmin(ctx, l.Subject)
	if err != nil {
		return l, row, offerWords(err)
	}
	return l, row, s.isFor(ctx, a, me.Rfc, l, row)
}

// isFor refuses an invitation that is not for a, or not open any more.
func (s *Service) isFor(ctx context.Context, a store.Actor, rfc string, l store.LinkRow, row store.CoadminRow) error {
	user, err := s.cfg.DB.View(a.Tenant).User(ctx, a.UserID)
	if err != nil {
		return err
	}
	byMail := row.InvitedMail != "" && l.TokenHash != "" && strings.EqualFold(row.InvitedMail, user.Correo)
	byRfc := row.InvitedRfc != "" && row.InvitedRfc == rfc
	switch {
	case !byMail && !byRfc, l.Tenant() == a.Tenant:
		return offerWords(linkUnknown())
	case row.State == store.CoadminRevoked:
		return offerWords(linkUnknown())
	case row.State != store.CoadminInvited:
		return offerWords(linkUsed())
	case s.tooLate(row):
		return offerWords(fail.Wrap(fail.Denied, "", ErrLinkExpired))
	}
	owner, err := s.cfg.DB.Global().TenantByID(ctx, l.TenantID)
	if err == nil && !owner.Open() {
		return offerWords(linkUnknown())
	}
	return err
}

// offerWords gives the answers of a link the words of an invitation.
func offerWords(err error) error {
	switch {
	case errors.Is(err, ErrLinkExpired):
		return fail.Wrap(fail.Denied, "Esta invitación ya venció: dura siete días. No se cambió nada; pide que te la envíen de nuevo.", ErrLinkExpired)
	case errors.Is(err, ErrLinkUsed):
		return fail.Wrap(fail.Conflict, "Esta invitación ya se respondió. No se cambió nada más.", ErrLinkUsed)
	case errors.Is(err, ErrLinkUnknown), fail.KindOf(err) == fail.NotFound:
		return fail.Wrap(fail.NotFound, "Esta invitación no existe, se retiró o es para otra persona. Ábrela con el usuario del correo al que llegó.", ErrLinkUnknown)
	}
	return err
}

// AnswerOffer accepts or refuses an invitation, by its id from the list or by
// its link. Accepting it needs a recent proof of identity. Errors as
// [Service.OfferOf]; [ErrStepUp]; fail.Conflict for who is let in already.
func (s *Service) AnswerOffer(ctx context.Context, a store.Actor, id, link string, yes bool) error {
	if err := mayShare(a); err != nil {
		return err
	}
	if err := s.requireFresh(a); yes && err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		l, row, err := s.offered(ctx, &tx.GlobalView, a, id, link)
		if err != nil {
			return err
		}
		now := s.now()
		if link != "" {
			if err := tx.UseLink(ctx, l.TokenHash, store.Micros(now)); err != nil {
				return offerWords(used(err))
			}
		}
		own := tx.For(l.Tenant())
		before, err := own.CoadminForUpdate(ctx, row.ID)
		switch {
		case err != nil:
			return err
		case before.State != store.CoadminInvited:
			return offerWords(linkUsed())
		}
		if row, err = s.known(ctx, tx, a, before); err != nil {
			return err
		}
		row.State = store.CoadminRefused
		if yes {
			row.State = store.CoadminActive
			if err := s.expire(ctx, tx, l.Tenant(), a.Tenant, a.UserID); err != nil {
				return err
			}
		}
		return s.answered(ctx, tx, a, l.Tenant(), before, row)
	})
}

// known writes into the row who the guest is.
func (s *Service) known(ctx context.Context, tx *store.GlobalTx, a store.Actor, r store.CoadminRow) (store.CoadminRow, error) {
	own := tx.For(a.HomeTenant())
	user, err := own.User(ctx, a.UserID)
	if err != nil {
		return r, err
	}
	company, err := own.Company(ctx)
	r.GuestTenant, r.GuestUser, r.GuestNombre, r.GuestUsuario = a.HomeTenant().ID(), user.ID, user.Nombre, user.Usuario
	r.GuestEmpresa, r.GuestRfc = nameOr(company.Nombre, company.Rfc), company.Rfc
	return r, err
}

// answered keeps an answer on both sides and tells the other one.
func (s *Service) answered(ctx context.Context, tx *store.GlobalTx, a store.Actor, owner store.Tenant, before, row store.CoadminRow) error {
	row.AnsweredAt, row.AnsweredBy, row.Version = store.Micros(s.now()), a.UserName, before.Version+1
	own := tx.For(owner)
	err := own.UpdateCoadmin(ctx, row)
	if fail.KindOf(err) == fail.Conflict {
		return fail.New(fail.Conflict, "Esa persona ya co-administra la empresa. No se cambió nada; para otros permisos, cámbialos en la lista.")
	}
	if err != nil {
		return err
	}
	action, other := "coadmin.accept", owner
	if row.State == store.CoadminRefused {
		action = "coadmin.refuse"
	}
	if a.Tenant == owner {
		other = row.Guest()
	}
	if err := auditSides(ctx, tx, a, other, action, before, row); err != nil {
		return err
	}
	what := row.State
	if a.Tenant == owner {
		what = "respuesta-" + row.State
	}
	return enqueueCoadmin(ctx, own, row, what)
}

// askCoadmin passes a request on to the company of an RFC, if there is one: the
// form answers before anybody looks.
type askCoadmin struct {
	User string `json:"user"`
	Rfc  string `json:"rfc"`
	At   int64  `json:"at"`
}

// Kind names the job.
func (askCoadmin) Kind() string { return "account.coadmin_ask" }

// AskCoadmin asks the company of an RFC to be let in. The answer is the same
// whether there is one or not. Errors: fail.Denied; field Rfc; [ErrTooMany]
// beyond ten a day.
func (s *Service) AskCoadmin(ctx context.Context, a store.Actor, rfc string) error {
	if err := mayShare(a); err != nil {
		return err
	}
	rfc = strings.ToUpper(strings.TrimSpace(rfc))
	if !personalRFC(rfc) {
		return fail.OnField("Rfc", "El RFC no tiene la forma correcta: son 12 o 13 letras y números. No se envió nada.")
	}
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return err
	}
	if company.Rfc == rfc {
		return fail.OnField("Rfc", "Ése es el RFC de tu propia empresa; ya trabajas en ella.")
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		if err := s.fewer(ctx, tx, "coadmin-ask|"+a.Tenant.ID()+"|"+a.UserID, requestsADay); err != nil {
			return err
		}
		own := tx.For(a.Tenant)
		if err := audit(ctx, own, a, "coadmin.ask", "user/"+a.UserID, nil, map[string]string{"rfc": rfc}); err != nil {
			return err
		}
		m := askCoadmin{User: a.UserID, Rfc: rfc, At: store.Micros(s.now())}
		return job.Enqueue(ctx, own, m, job.Options{Key: m.User + "|" + m.Rfc, MaxAttempts: mailAttempts})
	})
}

// runAskCoadmin puts a request before the company it is for.
func (s *Service) runAskCoadmin(ctx context.Context, home store.Tenant, m askCoadmin) error {
	t, err := s.cfg.DB.Global().TenantByRfc(ctx, m.Rfc)
	if err != nil || !t.Open() {
		return ignoreAbsent(err)
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		live, err := tx.LiveGuest(ctx, t.Tenant(), home, m.User, store.Micros(s.now().Add(-askLife)))
		if err != nil || live {
			return err
		}
		a := store.Actor{Tenant: home, UserID: m.User}
		row, err := s.known(ctx, tx, a, store.CoadminRow{
			ID: s.cfg.NewID(), State: store.CoadminAsked, Rights: "[]", Limits: "{}", AskedAt: m.At, ExpiresAt: m.At + askLife.Microseconds(), Version: 1,
		})
		if err != nil {
			return ignoreAbsent(err)
		}
		row.AskedBy = row.GuestUsuario + "@" + row.GuestRfc
		own := tx.For(t.Tenant())
		count, err := tx.AddFailure(ctx, hashToken("coadmin-asked|"+t.ID), store.Micros(s.now()), oneDay.Microseconds(), failureMemory.Microseconds())
		if err != nil || count.Failures > invitationsADay {
			return err
		}
		if err := own.InsertCoadmin(ctx, row); err != nil {
			return err
		}
		a.Tenant, a.Home, a.UserName = t.Tenant(), home, row.AskedBy
		if err := audit(ctx, own, a, "coadmin.asked", "coadmin/"+row.ID, nil, noteOf(row)); err != nil {
			return err
		}
		return enqueueCoadmin(ctx, own, row, row.State)
	})
}

// AnswerRequest lets in who asked, with the rights of g, or refuses. Errors:
// fail.Denied; [ErrStepUp]; fields as [Service.InviteCoadmin]; fail.NotFound
// for a request that is not open; fail.Conflict for who is let in already.
func (s *Service) AnswerRequest(ctx context.Context, a store.Actor, id string, g Grant, yes bool) error {
	if err := s.mayShareNow(a); err != nil {
		return err
	}
	var p problems
	if yes {
		s.checkGrant(ctx, a, &p, g)
	}
	if err := p.result("No se dio ningún acceso: revisa los campos marcados."); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.For(a.Tenant).CoadminForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if row.State != store.CoadminAsked || s.tooLate(row) {
			return fail.New(fail.NotFound, "Esa solicitud ya se respondió o ya venció. No se cambió nada.")
		}
		before := row
		row.State = store.CoadminRefused
		if yes {
			row.State = store.CoadminActive
			if err := g.into(&row); err != nil {
				return err
			}
			if err := s.expire(ctx, tx, a.Tenant, row.Guest(), row.GuestUser); err != nil {
				return err
			}
		}
		return s.answered(ctx, tx, a, a.Tenant, before, row)
	})
}

// ChangeCoadmin gives a co-administrator other rights; what they were doing here
// ends. Version is the one read: [ErrStale]. Errors as [Service.InviteCoadmin];
// fail.NotFound for one that is not active.
func (s *Service) ChangeCoadmin(ctx context.Context, a store.Actor, id string, version int, g Grant) error {
	if err := s.mayShareNow(a); err != nil {
		return err
	}
	var p problems
	s.checkGrant(ctx, a, &p, g)
	if err := p.result("Los permisos no se cambiaron: revisa los campos marcados."); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		own := tx.For(a.Tenant)
		row, err := own.CoadminForUpdate(ctx, id)
		switch {
		case err != nil:
			return err
		case row.State != store.CoadminActive:
			return fail.New(fail.NotFound, "Esa persona ya no co-administra tu empresa. No se cambió nada.")
		case row.Version != int64(version):
			return stale("los permisos", "Alguien", store.Micros(s.now()), s.zone())
		}
		before := row
		if err := g.into(&row); err != nil {
			return err
		}
		row.Version++
		return s.changed(ctx, tx, a, a.Tenant, "coadmin.change", "cambiada", before, row)
	})
}

// changed keeps row, sends its person home, notes it on both sides and mails it.
func (s *Service) changed(ctx context.Context, tx *store.GlobalTx, a store.Actor, owner store.Tenant, action, what string, before, row store.CoadminRow) error {
	own := tx.For(owner)
	if err := own.UpdateCoadmin(ctx, row); err != nil {
		return err
	}
	if row.GuestTenant != "" {
		if _, err := tx.SendHome(ctx, owner, row.Guest(), row.GuestUser); err != nil {
			return err
		}
	}
	other := row.Guest()
	if a.Tenant != owner {
		other = owner
	}
	if err := auditSides(ctx, tx, a, other, action, before, row); err != nil || what == "" {
		return err
	}
	return enqueueCoadmin(ctx, own, row, what)
}

// RevokeCoadmin ends a co-administration at once, with all its person does here,
// or takes an invitation back. Errors: fail.Denied; [ErrStepUp]; fail.NotFound.
func (s *Service) RevokeCoadmin(ctx context.Context, a store.Actor, id string) error {
	if err := s.mayShareNow(a); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		row, err := tx.For(a.Tenant).CoadminForUpdate(ctx, id)
		if err != nil {
			return err
		}
		what := "revocada"
		switch row.State {
		case store.CoadminActive:
		case store.CoadminInvited:
			what = "" // nobody was in yet
		default:
			return fail.New(fail.NotFound, "Esa co-administración ya había terminado. No se cambió nada.")
		}
		return s.changed(ctx, tx, a, a.Tenant, "coadmin.revoke", what, row, s.over(row, a))
	})
}

// over is the row of a co-administration that a ends.
func (s *Service) over(r store.CoadminRow, a store.Actor) store.CoadminRow {
	r.State, r.EndedAt, r.EndedBy, r.Version = store.CoadminRevoked, store.Micros(s.now()), a.UserName, r.Version+1
	return r
}

// LeaveCompany ends one's own co-administration of another company.
// fail.NotFound for one that does not let the person in.
func (s *Service) LeaveCompany(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightView); err != nil {
		return err
	}
	return s.cfg.DB.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
		found, err := tx.GuestCompany(ctx, id, a.HomeTenant(), a.UserID, "")
		if err != nil {
			return err
		}
		row, err := tx.For(found.Owner()).CoadminForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if row.State != store.CoadminActive {
			return fail.New(fail.NotFound, "Ya no administrabas esa empresa. No se cambió nada.")
		}
		me := a
		me.Tenant, me.Home, me.UserName = a.HomeTenant(), store.Tenant{}, row.GuestUsuario+"@"+row.GuestRfc
		return s.changed(ctx, tx, me, found.Owner(), "coadmin.leave", "dejada", row, s.over(row, me))
	})
}
