package account

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/decimal"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/store"
)

func TestEveryRightHasWords(t *testing.T) {
	names, rules := RightNames(), store.Rights()
	if len(names) != len(rules) {
		t.Fatalf("%d names of %d rights", len(names), len(rules))
	}
	for i, rule := range rules {
		if n := names[i]; n.Right != rule.Right || n.Group == "" || n.Name == "" || n.AdminOnly != rule.AdminOnly {
			t.Errorf("%s: %+v", rule.Right, n)
		}
	}
	for _, set := range ReadySets() {
		wide := store.Widen(set.Rights)
		for _, r := range set.Rights {
			if !slices.Contains(wide, r) {
				t.Errorf("%s holds %s, which an Operación user cannot have", set.Name, r)
			}
		}
	}
}

// hire makes an Operación user who has chosen a password, and signs it in.
func (h *house) hire(a store.Actor, in User) (User, SignedIn) {
	h.t.Helper()
	ctx := h.t.Context()
	u, err := h.SaveUser(ctx, h.fresh(a), in)
	if err != nil {
		h.t.Fatal(err)
	}
	list := h.mails(in.Correo)
	if len(list) == 0 {
		h.t.Fatalf("no invitation to %s", in.Correo)
	}
	link := linkIn(h.t, list[len(list)-1], "/contrasena/")
	got, err := h.SetNewPassword(ctx, link, goodPassword, goodPassword, Client{IP: "10.0.0.2"})
	if err != nil || got.Token == "" {
		h.t.Fatalf("first password: %v %v", got, err)
	}
	return u, got
}

func beto(rights ...store.Right) User {
	return User{Usuario: "beto", Nombre: "Beto Díaz", Correo: "beto@ejemplo.mx", Rights: rights}
}

func TestAUserIsInvitedAndDoesWhatItMay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		in := beto(store.RightDraft)
		in.Total, in.Tipos, in.Propios = decimal.MustParse("5000.00"), []string{"I"}, true
		u, got := h.hire(a, in)
		actor := h.session(got.Token).Actor
		if actor.Admin || !actor.Holds(store.RightDraft) || !actor.Holds(store.RightSeeCustomers) || actor.Holds(store.RightIssue) {
			t.Errorf("may %v", actor.Rights)
		}
		if !actor.Limits.Propios || actor.Limits.Total != 5_000_000_000 || !slices.Equal(actor.Limits.Tipos, []string{"I"}) {
			t.Errorf("limits %+v", actor.Limits)
		}
		if _, err := h.Users(ctx, actor, UserQuery{}); fail.KindOf(err) != fail.Denied {
			t.Errorf("saw the users: %v", err)
		}
		if _, err := h.SaveUser(ctx, h.fresh(actor), beto()); fail.KindOf(err) != fail.Denied {
			t.Errorf("made a user: %v", err)
		}
		page, err := h.Users(ctx, a, UserQuery{Q: "díaz"})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].ID != u.ID || page.Rows[0].State != store.UserActive {
			t.Errorf("found %+v %v", page, err)
		}
		if _, err := h.User(ctx, other, u.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company sees it: %v", err)
		}
		for name, call := range map[string]func() error{
			"block":    func() error { return h.BlockUser(ctx, h.fresh(other), u.ID) },
			"unblock":  func() error { return h.UnblockUser(ctx, h.fresh(other), u.ID) },
			"remove":   func() error { return h.RemoveUser(ctx, h.fresh(other), u.ID) },
			"invite":   func() error { return h.InviteUser(ctx, h.fresh(other), u.ID) },
			"hand":     func() error { _, err := h.HandPassword(ctx, h.fresh(other), u.ID); return err },
			"sessions": func() error { return h.CloseSessionsOf(ctx, h.fresh(other), u.ID) },
			"sees":     func() error { _, err := h.Sees(ctx, other, u.ID); return err },
		} {
			if err := call(); fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s by another company: %v", name, err)
			}
		}
		stale := a
		stale.ProvedAt = h.clock.now().Add(-6 * time.Minute)
		for name, err := range map[string]error{
			"save": errOf(h.SaveUser(ctx, stale, in)), "block": h.BlockUser(ctx, stale, u.ID), "remove": h.RemoveUser(ctx, stale, u.ID),
			"hand": errOf(h.HandPassword(ctx, stale, u.ID)), "role": errOf(h.SaveRole(ctx, stale, Role{Nombre: "Mostrador"})),
		} {
			if !errors.Is(err, ErrStepUp) {
				t.Errorf("%s without a fresh proof: %v", name, err)
			}
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoIsRemovedAtWorkIsOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		for name, c := range map[string]struct {
			act  func(id string) error
			back bool // comes in again with the same password
		}{
			"blocked":        {func(id string) error { return h.BlockUser(ctx, h.fresh(a), id) }, false},
			"removed":        {func(id string) error { return h.RemoveUser(ctx, h.fresh(a), id) }, false},
			"closed":         {func(id string) error { return h.CloseSessionsOf(ctx, h.fresh(a), id) }, true},
			"other rights":   {func(id string) error { return h.regrant(a, id, store.RightReceipts) }, true},
			"other password": {func(id string) error { return errOf(h.HandPassword(ctx, h.fresh(a), id)) }, false},
		} {
			in := beto(store.RightDraft)
			in.Usuario = "beto-" + regexp.MustCompile(`\W`).ReplaceAllString(name, "")
			in.Correo = in.Usuario + "@ejemplo.mx"
			u, got := h.hire(a, in)
			if err := c.act(u.ID); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if _, err := h.SessionOf(ctx, got.Token); !errors.Is(err, ErrSession) {
				t.Errorf("%s: still at work: %v", name, err)
			}
			_, err := h.SignIn(ctx, Credentials{Usuario: in.Usuario, Rfc: rfcA, Password: goodPassword, IP: "10.0.0.3"})
			if (err == nil) != c.back {
				t.Errorf("%s: comes in again: %v", name, err)
			}
		}
	})
}

// regrant gives a user other rights.
func (h *house) regrant(a store.Actor, id string, rights ...store.Right) error {
	u, err := h.User(h.t.Context(), a, id)
	if err != nil {
		return err
	}
	u.Rights = rights
	_, err = h.SaveUser(h.t.Context(), h.fresh(a), u)
	return err
}

func TestTheLastAdministradorCannotGo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		demote := func(id string) error {
			u, err := h.User(ctx, a, id)
			if err != nil {
				return err
			}
			u.Admin = false
			_, err = h.SaveUser(ctx, h.fresh(a), u)
			return err
		}
		for name, err := range map[string]error{
			"block": h.BlockUser(ctx, h.fresh(a), a.UserID), "remove": h.RemoveUser(ctx, h.fresh(a), a.UserID), "demote": demote(a.UserID),
		} {
			if fail.KindOf(err) != fail.Conflict {
				t.Errorf("%s the last one: %v", name, err)
			}
		}
		second := beto()
		second.Admin = true
		u, _ := h.hire(a, second)
		if err := demote(a.UserID); err != nil {
			t.Errorf("the first of two: %v", err)
		}
		if err := h.BlockUser(ctx, h.fresh(a), u.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("then the other: %v", err)
		}
	})
}

// TestTwoAdministradoresRemoveEachOtherAtOnce: whoever is faster stays.
func TestTwoAdministradoresRemoveEachOtherAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		in := beto()
		in.Admin = true
		u, got := h.hire(a, in)
		b := h.session(got.Token).Actor
		for round := range 30 {
			var wg sync.WaitGroup
			wg.Go(func() { _ = h.BlockUser(ctx, h.fresh(a), u.ID) })
			wg.Go(func() { _ = h.BlockUser(ctx, h.fresh(b), a.UserID) })
			wg.Wait()
			admins, err := h.db.View(a.Tenant).Admins(ctx, 5)
			if err != nil || len(admins) != 1 {
				t.Fatalf("round %d: %d Administradores, %v", round, len(admins), err)
			}
			for _, id := range []string{a.UserID, u.ID} {
				if id != admins[0].ID {
					if err := h.UnblockUser(ctx, h.fresh(a), id); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

func TestLinksToAPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		admin, err := h.User(ctx, a, a.UserID)
		if err != nil {
			t.Fatal(err)
		}
		forgot := func() string {
			t.Helper()
			h.clock.pass(6 * time.Minute)
			if err := h.Recover(ctx, "admin", rfcA, ""); err != nil {
				t.Fatal(err)
			}
			list := h.mails(admin.Correo)
			return linkIn(t, list[len(list)-1], "/contrasena/")
		}
		const other = "cuatro gatos en la azotea 7"
		in, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		link := forgot()
		if _, err := h.SetNewPassword(ctx, link, "corta", "corta", Client{}); len(fail.FieldsOf(err)) == 0 {
			t.Errorf("a short password: %v", err)
		}
		if _, err := h.SetNewPassword(ctx, link, goodPassword, goodPassword, Client{}); !slices.Equal(fieldsOf(err), []string{"Password"}) {
			t.Errorf("one of the last five: %v", err)
		}
		got, err := h.SetNewPassword(ctx, link, other, other, Client{})
		if err != nil || got.Token != "" {
			t.Fatalf("a forgotten password signs nobody in: %v %v", got, err)
		}
		if _, err := h.SessionOf(ctx, in.Token); !errors.Is(err, ErrSession) {
			t.Errorf("a session outlives its password: %v", err)
		}
		for name, c := range map[string]struct {
			link string
			want error
		}{
			"used":    {link, ErrLinkUsed},
			"forged":  {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ErrLinkUnknown},
			"expired": {func() string { l := forgot(); h.clock.pass(31 * time.Minute); return l }(), ErrLinkExpired},
		} {
			if _, err := h.SetNewPassword(ctx, c.link, goodPassword+"x", goodPassword+"x", Client{}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.enter(rfcA, other); err != nil {
			t.Errorf("with the new password: %v", err)
		}
	})
}

func TestRecoveringTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		h.hire(a, beto(store.RightReceipts))
		for _, who := range [][2]string{{"admin", rfcA}, {"beto", rfcA}, {"nadie", rfcA}, {"admin", rfcB}} {
			if err := h.Recover(ctx, who[0], who[1], ""); err != nil {
				t.Errorf("%v is told apart: %v", who, err)
			}
		}
		for _, c := range []struct {
			usuario, rfc string
			want         []string
		}{
			{"", "", []string{"Usuario", "Rfc"}},
			{"admin", "XX", []string{"Rfc"}},
			{strings.Repeat("a", 255), rfcA, []string{"Usuario"}},
			{"ad\nmin", rfcB, []string{"Usuario"}},
		} {
			if err := h.Recover(ctx, c.usuario, c.rfc, ""); !slices.Equal(fieldsOf(err), c.want) {
				t.Errorf("%.10q %q: %v", c.usuario, c.rfc, err)
			}
		}
		list := h.mails("beto@ejemplo.mx")
		list = slices.DeleteFunc(list, func(m send.Kept) bool { return m.Subject == "Tus datos de acceso a ioFacturo" })
		if len(list) != 1 || regexp.MustCompile(`/contrasena/`).MatchString(list[0].Text) {
			t.Errorf("an Operación user got %d mails, or a link", len(list))
		}
		for range 20 {
			h.clock.pass(6 * time.Minute)
			if err := h.Recover(ctx, "beto", rfcA, ""); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(h.mails("beto@ejemplo.mx")); n > 2*mailsPerHour+2 {
			t.Errorf("%d mails in two hours", n)
		}
	})
}

func TestAHandedPasswordIsGoodOnceAndADay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		u, _ := h.hire(a, beto(store.RightReceipts))
		password, err := h.HandPassword(ctx, h.fresh(a), u.ID)
		if err != nil || len(password) != 30 {
			t.Fatal(password, err)
		}
		in, err := h.SignIn(ctx, Credentials{Usuario: "beto", Rfc: rfcA, Password: password, IP: "10.0.0.4"})
		if err != nil || !in.MustChange {
			t.Fatalf("first entry: %+v %v", in, err)
		}
		h.clock.pass(25 * time.Hour)
		if _, err := h.SignIn(ctx, Credentials{Usuario: "beto", Rfc: rfcA, Password: password, IP: "10.0.0.4"}); fail.KindOf(err) != fail.Denied {
			t.Errorf("a day later: %v", err)
		}
	})
}

func TestRolesHoldAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		role, err := h.SaveRole(ctx, h.fresh(a), Role{Nombre: "Mostrador", Rights: []store.Right{store.RightIssue}, Propios: true})
		if err != nil {
			t.Fatal(err)
		}
		in := beto()
		in.RoleID = role.ID
		_, got := h.hire(a, in)
		if actor := h.session(got.Token).Actor; !actor.Holds(store.RightIssue) || !actor.Limits.Propios {
			t.Errorf("with the role: %+v", actor)
		}
		role.Rights = []store.Right{store.RightReceipts}
		if role, err = h.SaveRole(ctx, h.fresh(a), role); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SessionOf(ctx, got.Token); !errors.Is(err, ErrSession) {
			t.Errorf("a session outlives the rights it was opened with: %v", err)
		}
		again, err := h.SignIn(ctx, Credentials{Usuario: "beto", Rfc: rfcA, Password: goodPassword, IP: "10.0.0.5"})
		if err != nil {
			t.Fatal(err)
		}
		if actor := h.session(again.Token).Actor; actor.Holds(store.RightIssue) || !actor.Holds(store.RightReceipts) {
			t.Errorf("after the change: %+v", actor)
		}
		stale := role
		stale.Version--
		if _, err := h.SaveRole(ctx, h.fresh(a), stale); !errors.Is(err, ErrStale) {
			t.Errorf("over a newer one: %v", err)
		}
		if _, err := h.SaveRole(ctx, h.fresh(a), Role{Nombre: "MOSTRADOR"}); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a name twice: %v", err)
		}
		if _, err := h.SaveRole(ctx, h.fresh(a), Role{Nombre: "Jefe", Rights: []store.Right{store.RightUsers}}); !slices.Equal(fieldsOf(err), []string{"Rights"}) {
			t.Errorf("a right of the Administrador alone: %v", err)
		}
		if _, err := h.Role(ctx, other, role.ID); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company sees the role: %v", err)
		}
		foreign := beto()
		foreign.Usuario, foreign.RoleID = "carla", role.ID
		if _, err := h.SaveUser(ctx, h.fresh(other), foreign); !slices.Equal(fieldsOf(err), []string{"RoleID"}) {
			t.Errorf("another company gives the role: %v", err)
		}
	})
}

func TestAUserFormNamesItsMistakes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		_, err := h.SaveUser(ctx, h.fresh(a), User{Usuario: "Ñandú!", Nombre: "x", Correo: "nada", Rights: []store.Right{"inventado"}, Series: []string{"no"}, Total: decimal.MustParse("-1")})
		got := fieldsOf(err)
		slices.Sort(got)
		if fmt.Sprint(got) != "[Correo Nombre Rights Series Total Usuario]" {
			t.Errorf("%v", got)
		}
		h.hire(a, beto())
		again := beto()
		again.Usuario = " BETO "
		if _, err := h.SaveUser(ctx, h.fresh(a), again); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a user name twice: %v", err)
		}
	})
}

// TestAuthFactorIsResetByAnAdministrador: who lost the second factor gets in again by a
// word of its own Administrador, and nobody else's.
func TestAuthFactorIsResetByAnAdministrador(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		u, in := h.hire(a, beto(store.RightReceipts))
		who := h.session(in.Token).Actor
		if err := h.ResetFactor(ctx, h.fresh(a), u.ID); fail.KindOf(err) != fail.Conflict {
			t.Errorf("nothing to take: %v", err)
		}
		h.guarded(who)
		d, _ := h.keyed(who, "")
		if got, err := h.User(ctx, a, u.ID); err != nil || !got.Factor {
			t.Errorf("%+v %v", got, err)
		}
		foreign, unknown := h.ResetFactor(ctx, h.fresh(other), u.ID), h.ResetFactor(ctx, h.fresh(other), "no hay")
		if fail.KindOf(foreign) != fail.NotFound || foreign.Error() != unknown.Error() {
			t.Errorf("another company's: %v, %v", foreign, unknown)
		}
		if err := h.ResetFactor(ctx, h.fresh(who), a.UserID); fail.KindOf(err) != fail.Denied {
			t.Errorf("by an Operación user: %v", err)
		}
		late := a
		late.ProvedAt = h.clock.now().Add(-time.Hour)
		if err := h.ResetFactor(ctx, late, u.ID); !errors.Is(err, ErrStepUp) {
			t.Errorf("without a proof: %v", err)
		}
		if err := h.ResetFactor(ctx, h.fresh(a), u.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SessionOf(ctx, in.Token); !errors.Is(err, ErrSession) {
			t.Errorf("the session goes on: %v", err)
		}
		if _, err := h.comeByKey(d); !denied(err) {
			t.Errorf("the key still opens: %v", err)
		}
		in, err := h.SignIn(ctx, Credentials{Usuario: "beto", Rfc: rfcA, Password: goodPassword, IP: "10.0.0.2"})
		if err != nil || in.Stage != store.StageOpen {
			t.Errorf("%+v %v", in, err)
		}
	})
}
