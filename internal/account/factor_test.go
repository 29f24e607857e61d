package account

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	lib "github.com/pquerna/otp/totp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// code is what the person's application shows at the house's time.
func (h *house) code(setup FactorSetup) string {
	h.t.Helper()
	code, err := lib.GenerateCode(strings.ReplaceAll(setup.Secret, " ", ""), h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// guarded sets up the second factor of a person.
func (h *house) guarded(a store.Actor) (FactorSetup, []string) {
	h.t.Helper()
	setup, err := h.BeginFactor(h.t.Context(), h.fresh(a))
	if err != nil {
		h.t.Fatal(err)
	}
	codes, err := h.ConfirmFactor(h.t.Context(), h.fresh(a), h.code(setup))
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.pass(time.Minute) // the code that confirmed is spent
	return setup, codes
}

// TestAuthFactor: who has the second factor is asked for it, whatever they try.
func TestAuthFactor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		setup, codes := h.guarded(a)
		enter := func() SignedIn {
			t.Helper()
			in, err := h.enter(rfcA, goodPassword)
			if err != nil || in.Stage != store.StageFactor {
				t.Fatalf("after the password: %+v %v", in, err)
			}
			return in
		}
		wrong := func(code string) string { // another six digits
			if code[0] == '9' {
				return "0" + code[1:]
			}
			return "9" + code[1:]
		}
		t.Run("half a session opens nothing", func(t *testing.T) {
			in := enter()
			s, err := h.SessionOf(ctx, in.Token)
			if err != nil || s.Actor.Tenant.ID() != "" || s.Actor.Admin {
				t.Fatalf("%+v %v", s.Actor, err)
			}
			if _, err := h.Company(ctx, s.Actor); fail.KindOf(err) != fail.Denied {
				t.Errorf("reads the company: %v", err)
			}
		})
		t.Run("a good code lets on and the token changes", func(t *testing.T) {
			in := enter()
			on, left, err := h.PassFactor(ctx, in.Token, h.code(setup))
			if err != nil || left != -1 || on.Token == in.Token || on.Stage != store.StageOpen {
				t.Fatalf("%+v %d %v", on, left, err)
			}
			if !h.session(on.Token).Actor.Admin {
				t.Error("not let on")
			}
			if _, err := h.SessionOf(ctx, in.Token); !errors.Is(err, ErrSession) {
				t.Errorf("the token before still opens: %v", err)
			}
		})
		t.Run("the same code again", func(t *testing.T) {
			in := enter()
			if _, _, err := h.PassFactor(ctx, in.Token, h.code(setup)); !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
				t.Errorf("taken twice: %v", err)
			}
			h.clock.pass(time.Minute)
		})
		t.Run("the same code at once in two windows", func(t *testing.T) {
			one, two := enter(), enter()
			code := h.code(setup)
			var wg sync.WaitGroup
			var mu sync.Mutex
			passed := 0
			for _, in := range []SignedIn{one, two} {
				wg.Go(func() {
					if _, _, err := h.PassFactor(ctx, in.Token, code); err == nil {
						mu.Lock()
						passed++
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			if passed != 1 {
				t.Errorf("%d windows passed", passed)
			}
			h.clock.pass(time.Minute)
		})
		t.Run("another code", func(t *testing.T) {
			in := enter()
			if _, _, err := h.PassFactor(ctx, in.Token, wrong(h.code(setup))); !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
				t.Errorf("%v", err)
			}
			if _, _, err := h.PassFactor(ctx, in.Token, ""); !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
				t.Errorf("empty: %v", err)
			}
			h.clock.pass(time.Hour)
		})
		t.Run("a step late passes, three do not", func(t *testing.T) {
			in := enter()
			old := h.code(setup)
			h.clock.pass(95 * time.Second)
			if _, _, err := h.PassFactor(ctx, in.Token, old); err == nil {
				t.Error("three steps late")
			}
			late := h.code(setup)
			h.clock.pass(29 * time.Second)
			if _, _, err := h.PassFactor(ctx, in.Token, late); err != nil {
				t.Errorf("a step late: %v", err)
			}
			h.clock.pass(time.Hour)
		})
		t.Run("a recovery code, once", func(t *testing.T) {
			in := enter()
			on, left, err := h.PassFactor(ctx, in.Token, strings.ToUpper(codes[0]))
			if err != nil || left != 9 || on.Stage != store.StageOpen {
				t.Fatalf("%d %v", left, err)
			}
			again := enter()
			if _, _, err := h.PassFactor(ctx, again.Token, codes[0]); !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
				t.Errorf("twice: %v", err)
			}
			h.clock.pass(time.Hour)
		})
		t.Run("coming in takes fifteen minutes at most", func(t *testing.T) {
			in := enter()
			h.clock.pass(16 * time.Minute)
			if _, _, err := h.PassFactor(ctx, in.Token, h.code(setup)); !errors.Is(err, ErrSession) {
				t.Errorf("%v", err)
			}
			h.clock.pass(time.Hour)
		})
		t.Run("wrong codes have to wait, also after a restart", func(t *testing.T) {
			in := enter()
			for range failuresAllowed {
				_, _, _ = h.PassFactor(ctx, in.Token, wrong(h.code(setup)))
			}
			other := New(h.cfg)
			if _, _, err := other.PassFactor(ctx, in.Token, h.code(setup)); !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
			h.clock.pass(24 * time.Hour)
		})
		t.Run("a forgotten password does not go around it", func(t *testing.T) {
			if err := h.Recover(ctx, "admin", rfcA, ""); err != nil {
				t.Fatal(err)
			}
			u, err := h.db.View(a.Tenant).User(ctx, a.UserID)
			if err != nil {
				t.Fatal(err)
			}
			list := h.mails(u.Correo)
			link := linkIn(t, list[len(list)-1], "/contrasena/")
			const other = "cuatro gatos en la azotea 7"
			if _, err := h.SetNewPassword(ctx, link, other, other, Client{}); err != nil {
				t.Fatal(err)
			}
			if in, err := h.enter(rfcA, other); err != nil || in.Stage != store.StageFactor {
				t.Errorf("%+v %v", in, err)
			}
		})
		t.Run("a proof by code", func(t *testing.T) {
			in, err := h.enter(rfcA, "cuatro gatos en la azotea 7")
			if err != nil {
				t.Fatal(err)
			}
			on, _, err := h.PassFactor(ctx, in.Token, codes[1])
			if err != nil {
				t.Fatal(err)
			}
			h.clock.pass(6 * time.Minute)
			me := h.session(on.Token).Actor
			if err := h.RemoveFactor(ctx, me); !errors.Is(err, ErrStepUp) {
				t.Errorf("removed without a proof: %v", err)
			}
			const password = "cuatro gatos en la azotea 7"
			good := h.code(setup)
			for _, c := range []struct{ name, password, code, field string }{
				{"the password alone", password, "", "Codigo"},
				{"a wrong code", password, wrong(good), "Codigo"},
				{"the code alone", "", good, "Password"},
				{"a wrong password", "cuatro perros en la azotea", good, "Password"},
				{"a recovery code alone", "", codes[2], "Password"},
			} {
				if _, err := h.Prove(ctx, me, on.Token, c.password, c.code); !slices.Equal(fieldsOf(err), []string{c.field}) {
					t.Errorf("%s: %v", c.name, err)
				}
			}
			proved, err := h.Prove(ctx, me, on.Token, password, good)
			if err != nil {
				t.Fatal(err)
			}
			me = h.session(proved.Token).Actor
			if err := h.RemoveFactor(ctx, me); err != nil {
				t.Errorf("with a proof: %v", err)
			}
			if in, err := h.enter(rfcA, "cuatro gatos en la azotea 7"); err != nil || in.Stage != store.StageOpen {
				t.Errorf("after it was removed: %+v %v", in, err)
			}
		})
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

// TestAuthFactorIsDemandedAfterItsGrace: an Administrador sets it up or stays out.
func TestAuthFactorIsDemandedAfterItsGrace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		u, _ := h.hire(a, beto(store.RightReceipts))
		stage := func(usuario string) SignedIn {
			t.Helper()
			in, err := h.SignIn(ctx, Credentials{Usuario: usuario, Rfc: rfcA, Password: goodPassword, IP: "10.0.0.1"})
			if err != nil {
				t.Fatal(err)
			}
			return in
		}
		if in := stage("admin"); in.Stage != store.StageOpen {
			t.Errorf("on the first day: %s", in.Stage)
		}
		if f, err := h.Factor(ctx, a); err != nil || !f.Required || f.Until.Sub(h.clock.now()) < 13*24*time.Hour {
			t.Errorf("the grace is not told: %+v %v", f, err)
		}
		h.clock.pass(15 * 24 * time.Hour)
		if in := stage("beto"); in.Stage != store.StageOpen {
			t.Errorf("an Operación user, to whom no policy asks it: %s", in.Stage)
		}
		in := stage("admin")
		if in.Stage != store.StageFactor {
			t.Fatalf("an Administrador after the grace: %s", in.Stage)
		}
		if half, err := h.HalfOf(ctx, in.Token); err != nil || half.On || half.Usuario != "admin" {
			t.Errorf("%+v %v", half, err)
		}
		setup, err := h.BeginHalfFactor(ctx, in.Token)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.ConfirmHalfFactor(ctx, in.Token, "000000"); err == nil {
			t.Error("confirmed by any code")
		}
		codes, on, err := h.ConfirmHalfFactor(ctx, in.Token, h.code(setup))
		if err != nil || len(codes) != recoveryCodes || on.Stage != store.StageOpen {
			t.Fatalf("%d codes, %+v, %v", len(codes), on, err)
		}
		if !h.session(on.Token).Actor.Admin {
			t.Error("not let on")
		}
		p, err := h.Policy(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		p.SecondFactor, p.GraceDays = store.FactorAll, 0
		if _, err := h.SavePolicy(ctx, h.fresh(a), p); err != nil {
			t.Fatal(err)
		}
		stage("beto") // from now on it counts
		h.clock.pass(time.Hour)
		if in := stage("beto"); in.Stage != store.StageFactor {
			t.Errorf("everybody by policy, without grace: %s", in.Stage)
		}
		_ = u
	})
}

// TestAuthFactorSecretLiesNowhere: neither database nor mail holds the secret or a
// recovery code.
func TestAuthFactorSecretLiesNowhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		setup, codes := h.guarded(a)
		row, err := h.db.View(a.Tenant).TOTP(ctx, a.UserID)
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.ReplaceAll(setup.Secret, " ", "")
		if strings.Contains(string(row.Secret), secret) {
			t.Error("the secret lies open")
		}
		audits, err := h.db.View(a.Tenant).Audits(ctx, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		for _, r := range audits {
			said.WriteString(r.Before + r.After)
		}
		for _, m := range h.mails("ana@" + strings.ToLower(rfcA) + ".mx") {
			said.WriteString(m.Text + m.HTML)
		}
		for _, canary := range append(codes, secret) {
			if strings.Contains(said.String(), canary) {
				t.Error("a mail or the audit chain holds a secret")
			}
		}
		if _, err := h.BeginFactor(ctx, h.fresh(a)); fail.KindOf(err) != fail.Conflict {
			t.Errorf("a second one over the first: %v", err)
		}
	})
}

func TestAuthSessionsAreListedAndClosed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, other := h.found(rfcA), h.found(rfcB)
		const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
		const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
		come := func(ip, agent string) SignedIn {
			t.Helper()
			in, err := h.SignIn(ctx, Credentials{Usuario: "admin", Rfc: rfcA, Password: goodPassword, IP: ip, Device: agent})
			if err != nil {
				t.Fatal(err)
			}
			return in
		}
		one := come("10.0.0.1", chrome)
		two := come("10.0.9.9", phone)
		come("10.0.9.9", phone)
		me := h.session(one.Token).Actor
		list, err := h.Sessions(ctx, me)
		if err != nil || len(list) != 3 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		names := map[string]int{}
		var second string
		for _, s := range list {
			names[s.Device]++
			if s.Current != (s.ID == me.SessionID) || s.Company != rfcA {
				t.Errorf("%+v", s)
			}
			if s.ID == h.session(two.Token).ID {
				second = s.ID
			}
		}
		if names["Chrome en Windows"] != 1 || names["Safari en iPhone"] != 2 {
			t.Errorf("%v", names)
		}
		if err := h.CloseSession(ctx, other, second); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company closed it: %v", err)
		}
		if err := h.CloseSession(ctx, me, second); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SessionOf(ctx, two.Token); !errors.Is(err, ErrSession) {
			t.Errorf("closed, and still opens: %v", err)
		}
		if n, err := h.CloseOtherSessions(ctx, me); err != nil || n != 1 {
			t.Errorf("closed %d, %v", n, err)
		}
		if _, err := h.SessionOf(ctx, one.Token); err != nil {
			t.Errorf("its own went too: %v", err)
		}
		told := 0
		for _, m := range h.mails("ana@" + strings.ToLower(rfcA) + ".mx") {
			if strings.Contains(m.Subject, "dispositivo nuevo") {
				told++
			}
		}
		if told != 1 {
			t.Errorf("a new device was told %d times", told)
		}
		_ = a
	})
}

// digits is what the application of an authenticator that is kept shows now.
func (h *house) digits(t store.Tenant, row store.TOTPRow) string {
	h.t.Helper()
	secret, err := h.cfg.Signer.Reveal(h.t.Context(), t, signer.KindTOTP, row.UserID, row.Secret)
	if err != nil {
		h.t.Fatal(err)
	}
	code, err := lib.GenerateCode(string(secret), h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}
