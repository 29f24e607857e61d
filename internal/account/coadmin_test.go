package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const rfcC = "URE180429TM6"

// trio is three companies: A lets in, B is let in, C has nothing to do with it.
type trio struct {
	*house
	a, b, c store.Actor
}

func threeCompanies(h *house) *trio {
	return &trio{h, h.found(rfcA), h.found(rfcB), h.found(rfcC)}
}

func (h *trio) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("%v (%s)", err, fail.MessageOf(err))
	}
}

func capture() Grant { return Grant{Rights: []store.Right{store.RightIssue}} }

// invited lets A invite B by its RFC and returns the id of the offer.
func (h *trio) invited(g Grant) string {
	h.t.Helper()
	h.ok(h.InviteCoadmin(h.t.Context(), h.fresh(h.a), CoadminInvite{Quien: rfcB, Grant: g}))
	offers, err := h.Offers(h.t.Context(), h.b)
	h.ok(err)
	if len(offers) != 1 {
		h.t.Fatalf("%d offers", len(offers))
	}
	return offers[0].ID
}

// letIn makes B a co-administrator of A and returns the id.
func (h *trio) letIn(g Grant) string {
	h.t.Helper()
	id := h.invited(g)
	h.ok(h.AnswerOffer(h.t.Context(), h.fresh(h.b), id, "", true))
	return id
}

// at signs B's person in and lets it work in A; it returns the token.
func (h *trio) at(id string) string {
	h.t.Helper()
	in, err := h.enter(rfcB, goodPassword)
	h.ok(err)
	moved, err := h.EnterCompany(h.t.Context(), in.Token, id)
	h.ok(err)
	if _, err := h.SessionOf(h.t.Context(), in.Token); !errors.Is(err, ErrSession) {
		h.t.Errorf("the token before the switch still opens: %v", err)
	}
	return moved.Token
}

func TestAGuestWorksUnderItsOwnName(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h := threeCompanies(house)
		id := h.letIn(capture())
		s := h.session(h.at(id))
		switch {
		case s.Actor.Tenant != h.a.Tenant || s.Actor.HomeTenant() != h.b.Tenant || !s.Actor.IsGuest():
			t.Errorf("works in %v of %v", s.Actor.Tenant, s.Actor.HomeTenant())
		case s.Actor.UserName != "admin@"+rfcB || s.Rfc != rfcA:
			t.Errorf("known as %q in %s", s.Actor.UserName, s.Rfc)
		case s.Actor.Admin || !s.Actor.Holds(store.RightIssue) || !s.Actor.Holds(store.RightDraft) || s.Actor.Holds(store.RightExport):
			t.Errorf("holds %v", s.Actor.Rights)
		}
		list, err := h.Companies(t.Context(), s.Actor)
		h.ok(err)
		if len(list) != 2 || !list[0].Own() || list[0].Rfc != rfcB || list[1].Rfc != rfcA || list[1].Key != id {
			t.Errorf("companies: %+v", list)
		}
		for _, x := range []store.Actor{h.a, h.c} {
			if list, err := h.Companies(t.Context(), x); err != nil || len(list) != 1 {
				t.Errorf("another one works in %d companies: %v", len(list), err)
			}
		}
		for _, tenant := range []store.Tenant{h.a.Tenant, h.b.Tenant} {
			rows, err := h.db.View(tenant).Audits(t.Context(), "", 100)
			h.ok(err)
			for _, action := range []string{"coadmin.accept", "session.enter"} {
				if !slices.ContainsFunc(rows, func(r store.AuditRow) bool {
					return r.Action == action && r.Actor == h.b.UserID && strings.Contains(r.After, "admin")
				}) {
					t.Errorf("no %s of the guest in the chain of %s", action, tenant.ID())
				}
			}
			h.ok(h.db.VerifyAudit(t.Context(), tenant))
		}
		h.mails("")
		rows, err := h.db.View(h.b.Tenant).Audits(t.Context(), "coadmin/"+id, 100)
		h.ok(err)
		if !slices.ContainsFunc(rows, func(r store.AuditRow) bool { return r.Action == "coadmin.accept" }) {
			t.Error("nothing in the guest's chain")
		}
	})
}

// What a guest does with password, profile and address is done at home; what
// guards a company is held by no guest, however high.
func TestAGuestHasNoSayOverWhoComesIn(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h := threeCompanies(house)
		id := h.letIn(Grant{Admin: true})
		g := h.fresh(h.session(h.at(id)).Actor)
		for _, r := range []store.Right{store.RightUsers, store.RightCoadmin} {
			if g.Holds(r) {
				t.Errorf("a guest holds %s", r)
			}
		}
		if !g.Holds(store.RightConfigure) || !g.Holds(store.RightCertificates) {
			t.Error("a guest let in as Administrador cannot configure")
		}
		ctx := t.Context()
		for what, err := range map[string]error{
			"invite": h.InviteCoadmin(ctx, g, CoadminInvite{Quien: rfcC, Grant: capture()}),
			"ask":    h.AskCoadmin(ctx, g, rfcC),
			"revoke": h.RevokeCoadmin(ctx, g, id),
			"change": h.ChangeCoadmin(ctx, g, id, 2, Grant{Admin: true}),
			"close":  h.CloseCompany(ctx, g, rfcA, ""),
			"keep":   h.KeepCompany(ctx, g),
			"export": h.AllowKeyExport(ctx, g, true),
			"list":   errOf(h.Coadmins(ctx, g)),
			"offers": errOf(h.Offers(ctx, g)),
			"policy": errOf(h.SavePolicy(ctx, g, Policy{})),
		} {
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("%s: %v", what, err)
			}
		}
		p, err := h.Profile(ctx, g)
		h.ok(err)
		if p.Correo != "ana@"+strings.ToLower(rfcB)+".mx" {
			t.Errorf("profile of %s", p.Correo)
		}
		h.ok(h.ChangePassword(ctx, g, goodPassword, "lluvia sobre tejas 44", "lluvia sobre tejas 44"))
		if _, err := h.enter(rfcB, "lluvia sobre tejas 44"); err != nil {
			t.Errorf("the new password at home: %v", err)
		}
		if _, err := h.enter(rfcA, goodPassword); err != nil {
			t.Errorf("the owner's password changed: %v", err)
		}
	})
}

// errOf is the error of a call whose other answer does not matter.
func errOf[T any](_ T, err error) error { return err }

// Whoever the owner lets in, nobody of the owner gets into the guest's company.
func TestTheDoorOpensOneWay(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h := threeCompanies(house)
		id := h.letIn(Grant{Admin: true})
		for rfc, actor := range map[string]store.Actor{rfcA: h.a, rfcC: h.c} {
			in, err := h.enter(rfc, goodPassword)
			h.ok(err)
			if _, err := h.EnterCompany(t.Context(), in.Token, id); !errors.Is(err, ErrLeft) {
				t.Errorf("%s enters by the guest's key: %v", rfc, err)
			}
			unknown := errOf(h.EnterCompany(t.Context(), in.Token, "unknown"))
			known := errOf(h.EnterCompany(t.Context(), in.Token, id))
			if fail.MessageOf(known) != fail.MessageOf(unknown) || fail.KindOf(known) != fail.KindOf(unknown) {
				t.Errorf("a foreign key is told from an unknown one: %v %v", known, unknown)
			}
			if s := h.session(in.Token); s.Actor.Tenant != actor.Tenant {
				t.Errorf("%s works in %s", rfc, s.Rfc)
			}
		}
	})
}

// However it ends, the next request of the guest is at home and says why.
func TestTheEndSendsTheGuestHome(t *testing.T) {
	ends := map[string]func(ctx context.Context, h *trio, id string) error{
		"revoked": func(ctx context.Context, h *trio, id string) error { return h.RevokeCoadmin(ctx, h.fresh(h.a), id) },
		"changed": func(ctx context.Context, h *trio, id string) error {
			return h.ChangeCoadmin(ctx, h.fresh(h.a), id, 2, Grant{Rights: []store.Right{store.RightReceipts}})
		},
		"left":    func(ctx context.Context, h *trio, id string) error { return h.LeaveCompany(ctx, h.b, id) },
		"expired": func(_ context.Context, h *trio, _ string) error { h.clock.pass(10 * time.Minute); return nil },
		"closed": func(ctx context.Context, h *trio, _ string) error {
			return h.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
				return tx.SetTenantState(ctx, h.a.Tenant.ID(), store.TenantClosed)
			})
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, house *house) {
				h := threeCompanies(house)
				g := capture()
				if name == "expired" {
					g.Until = h.clock.now().Add(5 * time.Minute)
				}
				id := h.letIn(g)
				token := h.at(id)
				h.session(token)
				h.ok(end(t.Context(), h, id))
				s := h.session(token)
				if s.Actor.Tenant != h.b.Tenant || s.Actor.IsGuest() || !s.Actor.Admin || s.Left != rfcA {
					t.Fatalf("works in %s, sent home from %q", s.Rfc, s.Left)
				}
				h.ok(h.ToldLeft(t.Context(), token))
				if s := h.session(token); s.Left != "" {
					t.Error("told twice")
				}
				moved, err := h.EnterCompany(t.Context(), token, id)
				if name == "changed" {
					h.ok(err)
					if a := h.session(moved.Token).Actor; a.Holds(store.RightDraft) || !a.Holds(store.RightReceipts) {
						t.Errorf("after the change: %v", a.Rights)
					}
					return
				}
				if !errors.Is(err, ErrLeft) {
					t.Errorf("in again: %v", err)
				}
				if list, err := h.Companies(t.Context(), s.Actor); err != nil || len(list) != 1 {
					t.Errorf("still listed: %v %v", list, err)
				}
				for _, tenant := range []store.Tenant{h.a.Tenant, h.b.Tenant} {
					rows, err := h.db.View(tenant).Audits(t.Context(), "coadmin/"+id, 1)
					h.ok(err)
					if want := map[string]string{"revoked": "coadmin.revoke", "left": "coadmin.leave", "expired": "coadmin.expired", "closed": "coadmin.accept"}[name]; rows[0].Action != want {
						t.Errorf("the last word of %s is %s", tenant.ID(), rows[0].Action)
					}
				}
			})
		})
	}
}

// A company that asks its people for a second factor asks its guests too.
func TestAGuestBringsTheFactorTheCompanyAsksFor(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h, ctx := threeCompanies(house), t.Context()
		policy := func(word string) {
			p, err := h.Policy(ctx, h.a)
			h.ok(err)
			p.SecondFactor = word
			_, err = h.SavePolicy(ctx, h.a, p)
			h.ok(err)
		}
		id := h.letIn(capture())
		in, err := h.enter(rfcB, goodPassword)
		h.ok(err)
		policy(store.FactorAdmins) // it is no Administrador there
		moved, err := h.EnterCompany(ctx, in.Token, id)
		h.ok(err)
		back, err := h.EnterCompany(ctx, moved.Token, "")
		h.ok(err)
		policy(store.FactorAll)
		_, err = h.EnterCompany(ctx, back.Token, id)
		wants(t, "without a factor", err, ErrLeft)
		h.ok(h.db.Update(ctx, h.b.Tenant, func(tx *store.Tx) error {
			if err := tx.BeginTOTP(ctx, store.TOTPRow{UserID: h.b.UserID, Secret: []byte("x"), CreatedAt: 1}); err != nil {
				return err
			}
			return tx.ConfirmTOTP(ctx, h.b.UserID, 1, store.Micros(h.clock.now()))
		}))
		_, err = h.EnterCompany(ctx, back.Token, id)
		h.ok(err)
	})
}

// A guest whose own account or company is shut is nobody anywhere.
func TestShutAtHomeIsShutEverywhere(t *testing.T) {
	each(t, func(t *testing.T, house *house) {
		h := threeCompanies(house)
		token := h.at(h.letIn(capture()))
		state := func(to string) {
			h.ok(h.db.Update(t.Context(), h.b.Tenant, func(tx *store.Tx) error {
				u, err := tx.UserForUpdate(t.Context(), h.b.UserID)
				if err != nil {
					return err
				}
				u.State, u.Version = to, u.Version+1
				return tx.UpdateUser(t.Context(), u)
			}))
		}
		for _, to := range []string{store.UserBlocked, store.UserGone} {
			state(to)
			if _, err := h.SessionOf(t.Context(), token); !errors.Is(err, ErrSession) {
				t.Errorf("%s at home, and still at work: %v", to, err)
			}
		}
		state(store.UserActive)
		h.session(token)
		h.ok(h.db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
			return tx.SetTenantState(t.Context(), h.b.Tenant.ID(), store.TenantClosed)
		}))
		if _, err := h.SessionOf(t.Context(), token); !errors.Is(err, ErrSession) {
			t.Errorf("the own company is closed: %v", err)
		}
	})
}
