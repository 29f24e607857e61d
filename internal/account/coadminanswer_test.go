package account

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

// in brings a co-administration of A for B's person to a state and returns its id.
func (h *trio) in(state string) string {
	h.t.Helper()
	ctx := h.t.Context()
	switch state {
	case store.CoadminInvited:
		return h.invited(capture())
	case store.CoadminAsked:
		return h.asked()
	case store.CoadminActive:
		return h.letIn(capture())
	case store.CoadminRefused:
		id := h.invited(capture())
		h.ok(h.AnswerOffer(ctx, h.b, id, "", false))
		return id
	case store.CoadminRevoked:
		id := h.letIn(capture())
		h.ok(h.RevokeCoadmin(ctx, h.fresh(h.a), id))
		return id
	}
	g := capture()
	g.Until = h.clock.now().Add(time.Minute)
	id := h.letIn(g)
	token := h.at(id)
	h.clock.pass(2 * time.Minute)
	h.session(token)
	return id
}

// asked lets B ask A and returns the id of the request.
func (h *trio) asked() string {
	h.t.Helper()
	h.ok(h.AskCoadmin(h.t.Context(), h.b, rfcA))
	h.mails("nobody@x.mx")
	list, err := h.CoadminRequests(h.t.Context(), h.a)
	h.ok(err)
	if len(list) != 1 {
		h.t.Fatalf("%d requests", len(list))
	}
	return list[0].ID
}

// Every act × every state × every actor: what is not in the table is refused
// and changes nothing.
func TestWhoMayDoWhatWhen(t *testing.T) {
	type act struct {
		name string
		do   func(h *trio, who store.Actor, id string) error
		when map[string]string // actor → the state in which it may
	}
	acts := []act{
		{"accept offer", func(h *trio, who store.Actor, id string) error {
			return h.AnswerOffer(h.t.Context(), h.fresh(who), id, "", true)
		}, map[string]string{"b": store.CoadminInvited}},
		{"refuse offer", func(h *trio, who store.Actor, id string) error {
			return h.AnswerOffer(h.t.Context(), who, id, "", false)
		}, map[string]string{"b": store.CoadminInvited}},
		{"grant request", func(h *trio, who store.Actor, id string) error {
			return h.AnswerRequest(h.t.Context(), h.fresh(who), id, capture(), true)
		}, map[string]string{"a": store.CoadminAsked}},
		{"refuse request", func(h *trio, who store.Actor, id string) error {
			return h.AnswerRequest(h.t.Context(), h.fresh(who), id, Grant{}, false)
		}, map[string]string{"a": store.CoadminAsked}},
		{"change", func(h *trio, who store.Actor, id string) error {
			return h.ChangeCoadmin(h.t.Context(), h.fresh(who), id, 2, Grant{Admin: true})
		}, map[string]string{"a": store.CoadminActive}},
		{"revoke", func(h *trio, who store.Actor, id string) error {
			return h.RevokeCoadmin(h.t.Context(), h.fresh(who), id)
		}, map[string]string{"a": store.CoadminActive + store.CoadminInvited}},
		{"leave", func(h *trio, who store.Actor, id string) error { return h.LeaveCompany(h.t.Context(), who, id) }, map[string]string{"b": store.CoadminActive}},
	}
	states := []string{store.CoadminInvited, store.CoadminAsked, store.CoadminActive, store.CoadminRefused, store.CoadminRevoked, store.CoadminExpired}
	each(t, func(t *testing.T, house *house) {
		h, cells := threeCompanies(house), 0
		for _, state := range states {
			for _, x := range acts {
				for _, who := range []string{"a", "b", "c"} {
					cells++
					id := h.in(state)
					before, err := h.db.View(h.a.Tenant).Coadmin(t.Context(), id)
					h.ok(err)
					if before.State != state {
						t.Fatalf("in %s instead of %s", before.State, state)
					}
					actor := map[string]store.Actor{"a": h.a, "b": h.b, "c": h.c}[who]
					err = x.do(h, actor, id)
					after, readErr := h.db.View(h.a.Tenant).Coadmin(t.Context(), id)
					h.ok(readErr)
					if strings.Contains(x.when[who], state) && x.when[who] != "" {
						if err != nil {
							t.Errorf("%s by %s of one %s: %v", x.name, who, state, err)
						}
					} else if err == nil || after != before {
						t.Errorf("%s by %s of one %s: %v, changed %t", x.name, who, state, err, after != before)
					}
					h.clear()
				}
			}
		}
		t.Logf("%d cells", cells)
	})
}

// clear ends what a cell left behind, and forgets how much was asked today.
func (h *trio) clear() {
	h.t.Helper()
	h.ok(h.db.UpdateGlobal(h.t.Context(), func(tx *store.GlobalTx) error {
		for _, key := range []string{"coadmin|" + h.a.Tenant.ID(), "coadmin-ask|" + h.b.Tenant.ID() + "|" + h.b.UserID, "coadmin-asked|" + h.a.Tenant.ID()} {
			if err := tx.ClearFailures(h.t.Context(), hashToken(key)); err != nil {
				return err
			}
		}
		own := tx.For(h.a.Tenant)
		for _, state := range []string{store.CoadminInvited, store.CoadminAsked, store.CoadminActive} {
			rows, err := own.Coadmins(h.t.Context(), state, 10)
			if err != nil {
				return err
			}
			for _, r := range rows {
				r.State, r.Version = store.CoadminRevoked, r.Version+1
				if err := own.UpdateCoadmin(h.t.Context(), r); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

func (h *trio) offerLink(to string) string {
	h.t.Helper()
	list := h.mails(to)
	i := slices.IndexFunc(list, func(m send.Kept) bool { return strings.Contains(m.Subject, "Te invitan a co-administrar") })
	if i < 0 {
		h.t.Fatalf("no invitation to %s in %d mails", to, len(list))
	}
	return linkIn(h.t, list[i], "/coadministracion/invitacion/")
}

func mailOf(rfc string) string { return "ana@" + strings.ToLower(rfc) + ".mx" }

func TestAMailedInvitationOpensOnceForItsPerson(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h, ctx := threeCompanies(house), t.Context()
		h.ok(h.InviteCoadmin(ctx, h.fresh(h.a), CoadminInvite{Quien: "ANA@" + rfcB + ".mx", Grant: capture()}))
		link := h.offerLink(mailOf(rfcB))
		if list, err := h.Offers(ctx, h.b); err != nil || len(list) != 0 {
			t.Errorf("an invitation to an address is listed without its link: %v %v", list, err)
		}
		o, err := h.OfferOf(ctx, h.b, link)
		h.ok(err)
		if o.Rfc != rfcA || !slices.Equal(o.Grant.Rights, capture().Rights) {
			t.Errorf("offer: %+v", o)
		}
		for who, a := range map[string]store.Actor{"another company": h.c, "the owner": h.a} {
			if _, err := h.OfferOf(ctx, a, link); !errors.Is(err, ErrLinkUnknown) {
				t.Errorf("%s reads it: %v", who, err)
			}
			wants(t, who+" answers it", h.AnswerOffer(ctx, h.fresh(a), "", link, true), ErrLinkUnknown)
		}
		wants(t, "a forged link", h.AnswerOffer(ctx, h.fresh(h.b), "", strings.Repeat("A", 43), true), ErrLinkUnknown)
		if err := h.AnswerOffer(ctx, h.fresh(h.b), o.ID, "", true); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the id without the link: %v", err)
		}
		stale := h.b
		stale.ProvedAt = h.clock.now().Add(-time.Hour)
		wants(t, "identity not proved lately", h.AnswerOffer(ctx, stale, "", link, true), ErrStepUp)
		h.ok(h.AnswerOffer(ctx, h.fresh(h.b), "", link, true))
		wants(t, "used again", h.AnswerOffer(ctx, h.fresh(h.b), "", link, true), ErrLinkUsed)
		if _, err := h.OfferOf(ctx, h.b, link); !errors.Is(err, ErrLinkUsed) {
			t.Errorf("read again: %v", err)
		}
		if list := h.mails(mailOf(rfcA)); len(list) != 1 || !strings.Contains(list[0].Subject, "Aceptaron") || !strings.Contains(list[0].Text, "Ana Pérez") {
			t.Errorf("the owner heard: %+v", list)
		}
		h.ok(h.InviteCoadmin(ctx, h.fresh(h.a), CoadminInvite{Quien: mailOf(rfcC), Grant: capture()}))
		late := h.offerLink(mailOf(rfcC))
		h.clock.pass(offerLife + time.Minute)
		wants(t, "after seven days", h.AnswerOffer(ctx, h.fresh(h.c), "", late, true), ErrLinkExpired)
		h.ok(h.InviteCoadmin(ctx, h.fresh(h.a), CoadminInvite{Quien: mailOf(rfcC), Grant: capture()}))
		back := h.offerLink(mailOf(rfcC))
		waiting, err := h.CoadminInvites(ctx, h.a)
		h.ok(err)
		h.ok(h.RevokeCoadmin(ctx, h.fresh(h.a), waiting[0].ID))
		wants(t, "taken back", h.AnswerOffer(ctx, h.fresh(h.c), "", back, true), ErrLinkUnknown)
	})
}

func TestInvitationsThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h, ctx := threeCompanies(house), t.Context()
		month := h.clock.now().AddDate(0, 1, 0)
		for name, x := range map[string]struct {
			in    CoadminInvite
			field string
		}{
			"own RFC":             {CoadminInvite{rfcA, capture()}, "Quien"},
			"own address":         {CoadminInvite{strings.ToUpper(mailOf(rfcA)), capture()}, "Quien"},
			"nobody":              {CoadminInvite{"", capture()}, "Quien"},
			"no RFC":              {CoadminInvite{"ABC", capture()}, "Quien"},
			"generic RFC":         {CoadminInvite{"XAXX010101000", capture()}, "Quien"},
			"two addresses":       {CoadminInvite{"a@x.mx, b@x.mx", capture()}, "Quien"},
			"a header":            {CoadminInvite{"a@x.mx\r\nBcc: b@x.mx", capture()}, "Quien"},
			"no right":            {CoadminInvite{rfcB, Grant{}}, "Rights"},
			"unknown right":       {CoadminInvite{rfcB, Grant{Rights: []store.Right{"todo"}}}, "Rights"},
			"users":               {CoadminInvite{rfcB, Grant{Rights: []store.Right{store.RightUsers}}}, "Rights"},
			"co-administration":   {CoadminInvite{rfcB, Grant{Rights: []store.Right{store.RightCoadmin}}}, "Rights"},
			"certificates":        {CoadminInvite{rfcB, Grant{Rights: []store.Right{store.RightCertificates}}}, "Rights"},
			"ended":               {CoadminInvite{rfcB, Grant{Rights: capture().Rights, Until: h.clock.now().Add(-time.Second)}}, "Until"},
			"in eleven years":     {CoadminInvite{rfcB, Grant{Rights: capture().Rights, Until: month.AddDate(11, 0, 0)}}, "Until"},
			"a type":              {CoadminInvite{rfcB, Grant{Rights: capture().Rights, Limits: store.Limits{Tipos: []string{"Z"}}}}, "Tipos"},
			"a series of nobody":  {CoadminInvite{rfcB, Grant{Rights: capture().Rights, Limits: store.Limits{Series: []string{"x"}}}}, "Series"},
			"less than nothing":   {CoadminInvite{rfcB, Grant{Rights: capture().Rights, Limits: store.Limits{Total: -1}}}, "Total"},
			"more than one holds": {CoadminInvite{rfcB, Grant{Admin: true}}, "Rights"},
		} {
			who := h.fresh(h.a)
			if name == "more than one holds" {
				who.Admin, who.Rights = false, []store.Right{store.RightCoadmin}
			}
			if err := h.InviteCoadmin(ctx, who, x.in); !slices.Contains(fieldsOf(err), x.field) {
				t.Errorf("%s: %v %v", name, err, fieldsOf(err))
			}
		}
		stale := h.a
		stale.ProvedAt = h.clock.now().Add(-time.Hour)
		wants(t, "not proved lately", h.InviteCoadmin(ctx, stale, CoadminInvite{rfcB, capture()}), ErrStepUp)
		clerk := h.fresh(h.a)
		clerk.Admin, clerk.Rights = false, store.Widen([]store.Right{store.RightIssue, store.RightExport, store.RightAudit})
		if err := h.InviteCoadmin(ctx, clerk, CoadminInvite{rfcB, capture()}); fail.KindOf(err) != fail.Denied {
			t.Errorf("an Operación user invites: %v", err)
		}
		h.invited(capture())
		if err := h.InviteCoadmin(ctx, h.fresh(h.a), CoadminInvite{rfcB, capture()}); !slices.Contains(fieldsOf(err), "Quien") {
			t.Errorf("invited twice: %v", err)
		}
		for i := range invitationsADay + 5 {
			err := h.InviteCoadmin(ctx, h.fresh(h.a), CoadminInvite{"uno" + string(rune('a'+i)) + "@x.mx", capture()})
			if i >= invitationsADay {
				wants(t, "too many in a day", err, ErrTooMany)
			}
		}
	})
}

func TestARequestIsPutBeforeTheCompanyOnce(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h, ctx := threeCompanies(house), t.Context()
		id := h.asked()
		h.ok(h.AskCoadmin(ctx, h.b, rfcA))
		h.ok(h.AskCoadmin(ctx, h.b, "AAA010101AAA")) // nobody's: the same answer
		if list := h.mails(mailOf(rfcA)); len(list) != 1 || !strings.Contains(list[0].Subject, "pide co-administrar") {
			t.Errorf("the owner heard: %d", len(list))
		}
		if list, err := h.CoadminRequests(ctx, h.a); err != nil || len(list) != 1 || list[0].Rfc != rfcB {
			t.Errorf("requests: %+v %v", list, err)
		}
		if list, err := h.CoadminRequests(ctx, h.c); err != nil || len(list) != 0 {
			t.Errorf("another company's: %+v %v", list, err)
		}
		if err := h.AskCoadmin(ctx, h.b, rfcB); !slices.Contains(fieldsOf(err), "Rfc") {
			t.Errorf("asking oneself: %v", err)
		}
		h.ok(h.AnswerRequest(ctx, h.fresh(h.a), id, Grant{Admin: true}, true))
		if list := h.mails(mailOf(rfcB)); len(list) != 1 || !strings.Contains(list[0].Subject, "Ya puedes co-administrar") || list[0].HTML == "" {
			t.Errorf("who asked heard: %+v", list)
		}
		h.session(h.at(id))
		h.ok(h.ChangeCoadmin(ctx, h.fresh(h.a), id, 2, capture()))
		wants(t, "over a change of somebody else", h.ChangeCoadmin(ctx, h.fresh(h.a), id, 2, capture()), ErrStale)
		h.ok(h.RevokeCoadmin(ctx, h.fresh(h.a), id))
		var heard []string
		for _, m := range h.mails(mailOf(rfcB)) {
			heard = append(heard, m.Subject)
		}
		if !slices.ContainsFunc(heard, func(s string) bool { return strings.Contains(s, "Cambiaron tus permisos") }) ||
			!slices.ContainsFunc(heard, func(s string) bool { return strings.Contains(s, "Ya no co-administras") }) {
			t.Errorf("heard %v", heard)
		}
	})
}

// One link pressed by many at once lets in once.
func TestAnInvitationAcceptedAtOnceCountsOnce(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h, ctx := threeCompanies(house), t.Context()
		h.ok(h.InviteCoadmin(ctx, h.fresh(h.a), CoadminInvite{Quien: mailOf(rfcB), Grant: capture()}))
		link, who := h.offerLink(mailOf(rfcB)), h.fresh(h.b)
		var all sync.WaitGroup
		var good atomic.Int64
		for range 8 {
			all.Go(func() {
				if err := h.AnswerOffer(ctx, who, "", link, true); err == nil {
					good.Add(1)
				} else if !errors.Is(err, ErrLinkUsed) {
					t.Errorf("the slower: %v", err)
				}
			})
		}
		all.Wait()
		if list, err := h.Coadmins(ctx, h.a); good.Load() != 1 || err != nil || len(list) != 1 {
			t.Errorf("%d accepted, %d let in: %v", good.Load(), len(list), err)
		}
	})
}
