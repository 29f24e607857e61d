package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/passkey/passkeytest"
	"iofacturo.mx/internal/store"
)

const portal = "http://localhost:8080"

// keyed gives a person a passkey and returns its device, and the recovery codes.
func (h *house) keyed(a store.Actor, name string) (*passkeytest.Device, []string) {
	h.t.Helper()
	d := passkeytest.New(portal)
	codes, err := h.addKey(a, d, name)
	if err != nil {
		h.t.Fatal(err)
	}
	return d, codes
}

func (h *house) addKey(a store.Actor, d *passkeytest.Device, name string) ([]string, error) {
	ask, err := h.AskNewPasskey(h.t.Context(), h.fresh(a))
	if err != nil {
		return nil, err
	}
	answer, err := d.Create(ask.Options)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.AddPasskey(h.t.Context(), h.fresh(a), ask.Pre, name, answer, Client{Device: chrome})
}

const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// comeByKey signs in with a device.
func (h *house) comeByKey(d *passkeytest.Device) (SignedIn, error) {
	h.t.Helper()
	ask, err := h.AskPasskey(h.t.Context(), "10.0.0.9")
	if err != nil {
		return SignedIn{}, err
	}
	answer, err := d.Use(ask.Options)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.SignInByPasskey(h.t.Context(), ask.Pre, answer, Client{IP: "10.0.0.9", Device: chrome})
}

// answered is what a device says to an ask.
func answered(t *testing.T, d *passkeytest.Device, ask PasskeyAsk, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.Use(ask.Options)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func denied(err error) bool { return err != nil && fail.KindOf(err) == fail.Denied }

// TestAuthPasskeyAlone: a passkey lets in with nothing else, and each thing that is not
// right keeps it out.
func TestAuthPasskeyAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		mine, codes := h.keyed(a, "")
		theirs, _ := h.keyed(b, "La de Beto")
		if len(codes) != recoveryCodes {
			t.Errorf("%d recovery codes with the first key", len(codes))
		}
		t.Run("comes in open", func(t *testing.T) {
			for d, rfc := range map[*passkeytest.Device]string{mine: rfcA, theirs: rfcB} {
				in, err := h.comeByKey(d)
				if err != nil || in.Stage != store.StageOpen || in.MustChange {
					t.Fatalf("%+v %v", in, err)
				}
				if s := h.session(in.Token); s.Rfc != rfc || s.Way != WayPasskey || !s.Actor.Admin {
					t.Errorf("%+v", s)
				}
			}
		})
		t.Run("an answer counts once", func(t *testing.T) {
			ask, err := h.AskPasskey(ctx, "10.0.0.9")
			answer := answered(t, mine, ask, err)
			if _, err := h.SignInByPasskey(ctx, ask.Pre, answer, Client{}); err != nil {
				t.Fatal(err)
			}
			if _, err := h.SignInByPasskey(ctx, ask.Pre, answer, Client{}); !denied(err) {
				t.Errorf("replayed: %v", err)
			}
		})
		t.Run("and for its own question", func(t *testing.T) {
			one, err := h.AskPasskey(ctx, "10.0.0.9")
			answer := answered(t, mine, one, err)
			two, err := h.AskPasskey(ctx, "10.0.0.9")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.SignInByPasskey(ctx, two.Pre, answer, Client{}); !denied(err) {
				t.Errorf("another browser's question: %v", err)
			}
			if _, err := h.SignInByPasskey(ctx, "", answer, Client{}); !denied(err) {
				t.Errorf("no question: %v", err)
			}
		})
		t.Run("within five minutes", func(t *testing.T) {
			ask, err := h.AskPasskey(ctx, "10.0.0.9")
			answer := answered(t, mine, ask, err)
			h.clock.pass(passkeyLife + time.Second)
			if _, err := h.SignInByPasskey(ctx, ask.Pre, answer, Client{}); !denied(err) {
				t.Errorf("late: %v", err)
			}
		})
		t.Run("a question of another kind", func(t *testing.T) {
			ask, err := h.AskProof(ctx, a)
			answer := answered(t, mine, ask, err)
			if _, err := h.SignInByPasskey(ctx, ask.Pre, answer, Client{}); !denied(err) {
				t.Errorf("the proof of somebody signed in lets in: %v", err)
			}
		})
		t.Run("bytes of a stranger", func(t *testing.T) {
			for _, answer := range []string{"", "{}", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, strings.Repeat("[", 70000)} {
				ask, err := h.AskPasskey(ctx, "10.0.0.9")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := h.SignInByPasskey(ctx, ask.Pre, []byte(answer), Client{}); !denied(err) {
					t.Errorf("%.20q: %v", answer, err)
				}
			}
		})
		t.Run("a key nobody registered", func(t *testing.T) {
			d := passkeytest.New(portal)
			ask, err := h.AskNewPasskey(ctx, h.fresh(a))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.Create(ask.Options); err != nil {
				t.Fatal(err)
			}
			if _, err := h.comeByKey(d); !denied(err) {
				t.Errorf("%v", err)
			}
		})
		t.Run("from another site, unverified, copied", func(t *testing.T) {
			for name, lie := range map[string]func(d *passkeytest.Device, on bool){
				"another origin": func(d *passkeytest.Device, on bool) {
					if d.Origin = portal; on {
						d.Origin = "http://localhost.evil.example"
					}
				},
				"unverified": func(d *passkeytest.Device, on bool) { d.Unverified = on },
				"copied":     func(d *passkeytest.Device, on bool) { d.Back = on },
			} {
				if _, err := h.comeByKey(mine); err != nil { // the counter kept is the device's, which ran ahead
					t.Errorf("before %s: %v", name, err)
				}
				lie(mine, true)
				if _, err := h.comeByKey(mine); !denied(err) {
					t.Errorf("%s: %v", name, err)
				}
				lie(mine, false)
				for range 3 { // the counter catches up
					_, _ = h.comeByKey(mine)
				}
				if _, err := h.comeByKey(mine); err != nil {
					t.Errorf("after %s: %v", name, err)
				}
			}
		})
		t.Run("saying it is somebody else", func(t *testing.T) {
			mine.Handle = []byte("somebody else")
			defer func() { mine.Handle = nil }()
			if _, err := h.comeByKey(mine); !denied(err) {
				t.Errorf("%v", err)
			}
		})
		t.Run("a blocked person, and one that slept", func(t *testing.T) {
			u, in := h.hire(a, beto(store.RightReceipts))
			d, _ := h.keyed(h.session(in.Token).Actor, "")
			if err := h.BlockUser(ctx, h.fresh(a), u.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := h.comeByKey(d); !denied(err) || !strings.Contains(err.Error(), "bloqueó") {
				t.Errorf("blocked: %v", err)
			}
			if err := h.UnblockUser(ctx, h.fresh(a), u.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := h.comeByKey(d); err != nil {
				t.Errorf("unblocked: %v", err)
			}
			h.clock.pass(31 * 24 * time.Hour)
			if _, err := h.comeByKey(d); !errors.Is(err, ErrInactive) {
				t.Errorf("asleep: %v", err)
			}
			if err := h.UnblockUser(ctx, h.fresh(a), u.ID); err != nil {
				t.Fatal(err)
			}
			if err := h.RemoveUser(ctx, h.fresh(a), u.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := h.comeByKey(d); !denied(err) {
				t.Errorf("gone: %v", err)
			}
		})
		t.Run("many questions from one address", func(t *testing.T) {
			h.clock.pass(time.Hour)
			var err error
			for range 70 {
				_, err = h.AskPasskey(ctx, "10.9.9.9")
			}
			if !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
		})
	})
}

// TestAuthPasskeyAsSecondFactor: after the password, a key does what a code does.
func TestAuthPasskeyAsSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		mine, codes := h.keyed(a, "Mi teléfono")
		theirs, _ := h.keyed(b, "")
		half := func() SignedIn {
			t.Helper()
			in, err := h.enter(rfcA, goodPassword)
			if err != nil || in.Stage != store.StageFactor {
				t.Fatalf("%+v %v", in, err)
			}
			return in
		}
		t.Run("passes", func(t *testing.T) {
			in := half()
			owes, err := h.HalfOf(ctx, in.Token)
			if err != nil || owes.On || owes.Keys != 1 || !owes.Any() {
				t.Fatalf("%+v %v", owes, err)
			}
			ask, err := h.AskHalfPasskey(ctx, in.Token)
			answer := answered(t, mine, ask, err)
			on, err := h.PassByPasskey(ctx, in.Token, ask.Pre, answer)
			if err != nil || on.Stage != store.StageOpen || on.Token == in.Token {
				t.Fatalf("%+v %v", on, err)
			}
			if _, err := h.SessionOf(ctx, in.Token); !errors.Is(err, ErrSession) {
				t.Errorf("the token before: %v", err)
			}
		})
		t.Run("another person's key does not", func(t *testing.T) {
			in := half()
			ask, err := h.AskHalfPasskey(ctx, in.Token)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := theirs.Use(ask.Options); err == nil {
				t.Error("the browser offers another person's key")
			}
			any, err := h.AskPasskey(ctx, "10.0.0.9")
			answer := answered(t, theirs, any, err)
			if _, err := h.PassByPasskey(ctx, in.Token, any.Pre, answer); !denied(err) {
				t.Errorf("%v", err)
			}
		})
		t.Run("nor the answer to another session's question", func(t *testing.T) {
			one, two := half(), half()
			ask, err := h.AskHalfPasskey(ctx, one.Token)
			answer := answered(t, mine, ask, err)
			if _, err := h.PassByPasskey(ctx, two.Token, ask.Pre, answer); !denied(err) {
				t.Errorf("%v", err)
			}
		})
		t.Run("the password alone adds no factor", func(t *testing.T) {
			in := half()
			if _, err := h.AskNewHalfPasskey(ctx, in.Token); !errors.Is(err, ErrSession) {
				t.Errorf("a key: %v", err)
			}
			if _, _, err := h.AddHalfPasskey(ctx, in.Token, "", "", nil, Client{}); !errors.Is(err, ErrSession) {
				t.Errorf("a key: %v", err)
			}
			if _, err := h.BeginHalfFactor(ctx, in.Token); !errors.Is(err, ErrSession) {
				t.Errorf("an authenticator: %v", err)
			}
			if _, _, err := h.ConfirmHalfFactor(ctx, in.Token, "123456"); !errors.Is(err, ErrSession) {
				t.Errorf("an authenticator: %v", err)
			}
		})
		t.Run("six digits of nobody", func(t *testing.T) {
			in := half()
			if _, _, err := h.PassFactor(ctx, in.Token, "123456"); !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
				t.Errorf("%v", err)
			}
		})
		t.Run("a recovery code, once", func(t *testing.T) {
			in := half()
			if _, left, err := h.PassFactor(ctx, in.Token, codes[0]); err != nil || left != recoveryCodes-1 {
				t.Fatalf("%d %v", left, err)
			}
			in = half()
			if _, _, err := h.PassFactor(ctx, in.Token, codes[0]); !slices.Equal(fieldsOf(err), []string{"Codigo"}) {
				t.Errorf("twice: %v", err)
			}
		})
		t.Run("who is in already owes nothing", func(t *testing.T) {
			in, err := h.comeByKey(mine)
			if err != nil {
				t.Fatal(err)
			}
			_, err1 := h.HalfOf(ctx, in.Token)
			_, err2 := h.AskHalfPasskey(ctx, in.Token)
			_, err3 := h.PassByPasskey(ctx, in.Token, "", nil)
			_, err4 := h.AskNewHalfPasskey(ctx, in.Token)
			_, _, err5 := h.AddHalfPasskey(ctx, in.Token, "", "", nil, Client{})
			_, err6 := h.BeginHalfFactor(ctx, in.Token)
			_, _, err7 := h.ConfirmHalfFactor(ctx, in.Token, "123456")
			_, _, err8 := h.PassFactor(ctx, in.Token, codes[1])
			for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
				if !errors.Is(err, ErrSession) {
					t.Errorf("call %d: %v", i+1, err)
				}
			}
		})
		t.Run("proof for a dangerous act", func(t *testing.T) {
			in, err := h.comeByKey(mine)
			if err != nil {
				t.Fatal(err)
			}
			h.clock.pass(6 * time.Minute)
			me := h.session(in.Token).Actor
			if _, err := h.AskNewPasskey(ctx, me); !errors.Is(err, ErrStepUp) {
				t.Errorf("asked without a proof: %v", err)
			}
			if _, err := h.AddPasskey(ctx, me, "", "", nil, Client{}); !errors.Is(err, ErrStepUp) {
				t.Errorf("added without a proof: %v", err)
			}
			if err := h.RemovePasskey(ctx, me, "id"); !errors.Is(err, ErrStepUp) {
				t.Errorf("removed without a proof: %v", err)
			}
			ask, err := h.AskProof(ctx, me)
			answer := answered(t, mine, ask, err)
			if _, err := h.ProveByPasskey(ctx, b, in.Token, ask.Pre, answer); !denied(err) {
				t.Errorf("somebody else's proof: %v", err)
			}
			ask, err = h.AskProof(ctx, me)
			answer = answered(t, mine, ask, err)
			proved, err := h.ProveByPasskey(ctx, me, in.Token, ask.Pre, answer)
			if err != nil {
				t.Fatal(err)
			}
			if !h.Fresh(h.session(proved.Token).Actor) {
				t.Error("the proof does not count")
			}
		})
		t.Run("who has a key need not renew the password", func(t *testing.T) {
			h.clock.pass(20 * 24 * time.Hour)
			if _, err := h.comeByKey(mine); err != nil { // not asleep
				t.Fatal(err)
			}
			h.clock.pass(20 * 24 * time.Hour)
			in, err := h.comeByKey(mine)
			if err != nil || in.MustChange || h.session(in.Token).MustChange {
				t.Errorf("%+v %v", in, err)
			}
			list, err := h.Passkeys(ctx, a)
			if err != nil || len(list) != 1 {
				t.Fatalf("%v %v", list, err)
			}
			if err := h.RemovePasskey(ctx, h.fresh(h.session(in.Token).Actor), list[0].ID); err != nil {
				t.Fatal(err)
			}
			if !h.session(in.Token).MustChange {
				t.Error("without the key the password lasts for ever")
			}
			if in, err := h.enter(rfcA, goodPassword); err != nil || in.Stage == store.StageOpen && !in.MustChange {
				t.Errorf("%+v %v", in, err)
			}
		})
	})
}

// TestAuthPasskeyIsKept: what a person's list of keys says and what changes with it.
func TestAuthPasskeyIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		other, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		d, codes := h.keyed(a, "  Mi   teléfono ")
		if len(codes) == 0 {
			t.Error("no recovery codes")
		}
		if _, err := h.SessionOf(ctx, other.Token); !errors.Is(err, ErrSession) {
			t.Errorf("the other session goes on: %v", err)
		}
		if got := h.subjects("ana@" + strings.ToLower(rfcA) + ".mx"); !slices.Contains(got, "Agregaste una llave de acceso en ioFacturo") {
			t.Errorf("mails %q", got)
		}
		_, none := h.keyed(a, "")
		if none != nil {
			t.Error("recovery codes again with the second key")
		}
		list, err := h.Passkeys(ctx, a)
		if err != nil || len(list) != 2 || list[0].Nombre != "Mi teléfono" || list[1].Nombre != "Chrome en Windows" || !list[0].UsedAt.IsZero() {
			t.Fatalf("%+v %v", list, err)
		}
		if _, err := h.comeByKey(d); err != nil {
			t.Fatal(err)
		}
		if list, err = h.Passkeys(ctx, a); err != nil || list[0].UsedAt.IsZero() {
			t.Errorf("%+v %v", list, err)
		}
		t.Run("a name that cannot be", func(t *testing.T) {
			for _, name := range []string{strings.Repeat("ñ", 61), "a|b"} {
				if _, err := h.addKey(a, passkeytest.New(portal), name); !slices.Equal(fieldsOf(err), []string{"Nombre"}) {
					t.Errorf("%.10q: %v", name, err)
				}
			}
		})
		t.Run("another company's key does not exist", func(t *testing.T) {
			if list, err := h.Passkeys(ctx, b); err != nil || len(list) != 0 {
				t.Errorf("%v %v", list, err)
			}
			foreign, unknown := h.RemovePasskey(ctx, h.fresh(b), list[0].ID), h.RemovePasskey(ctx, h.fresh(b), "no hay")
			if fail.KindOf(foreign) != fail.NotFound || foreign.Error() != unknown.Error() {
				t.Errorf("%v, %v", foreign, unknown)
			}
			if _, err := h.AskProof(ctx, b); fail.KindOf(err) != fail.NotFound {
				t.Errorf("asked for a key that is not there: %v", err)
			}
		})
		t.Run("the question of another person", func(t *testing.T) {
			ask, err := h.AskNewPasskey(ctx, h.fresh(a))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := passkeytest.New(portal).Create(ask.Options)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.AddPasskey(ctx, h.fresh(b), ask.Pre, "", answer, Client{}); !denied(err) {
				t.Errorf("%v", err)
			}
		})
		t.Run("one device holds one", func(t *testing.T) {
			ask, err := h.AskNewPasskey(ctx, h.fresh(a))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.Create(ask.Options); err == nil {
				t.Error("two")
			}
		})
		t.Run("codes go with the last factor and not before", func(t *testing.T) {
			left := func() int {
				n, err := h.db.View(a.Tenant).RecoveryCodesLeft(ctx, a.UserID)
				if err != nil {
					t.Fatal(err)
				}
				return int(n)
			}
			setup, _ := h.guarded(a)
			_ = setup
			for i, id := range []string{list[0].ID, list[1].ID} {
				if err := h.RemovePasskey(ctx, h.fresh(a), id); err != nil {
					t.Fatal(err)
				}
				if left() != recoveryCodes {
					t.Errorf("%d codes after key %d", left(), i)
				}
			}
			if err := h.RemoveFactor(ctx, h.fresh(a)); err != nil {
				t.Fatal(err)
			}
			if left() != 0 {
				t.Errorf("%d codes of no factor", left())
			}
			if in, err := h.enter(rfcA, goodPassword); err != nil || in.Stage != store.StageOpen {
				t.Errorf("%+v %v", in, err)
			}
		})
		t.Run("a removed key opens nothing", func(t *testing.T) {
			if _, err := h.comeByKey(d); !denied(err) {
				t.Errorf("%v", err)
			}
		})
		t.Run("ten are the most", func(t *testing.T) {
			for i := range mostPasskeys {
				h.keyed(a, fmt.Sprint("llave ", i))
			}
			if _, err := h.AskNewPasskey(ctx, h.fresh(a)); fail.KindOf(err) != fail.Conflict {
				t.Errorf("%v", err)
			}
		})
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

// TestAuthPasskeyIsDemanded: who must have a second factor and has none may make a key
// at the door.
func TestAuthPasskeyIsDemanded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.found(rfcA)
		if _, err := h.enter(rfcA, goodPassword); err != nil { // the grace begins
			t.Fatal(err)
		}
		h.clock.pass(15 * 24 * time.Hour)
		in, err := h.enter(rfcA, goodPassword)
		if err != nil || in.Stage != store.StageFactor {
			t.Fatalf("%+v %v", in, err)
		}
		if owes, err := h.HalfOf(ctx, in.Token); err != nil || owes.Any() {
			t.Fatalf("%+v %v", owes, err)
		}
		d := passkeytest.New(portal)
		ask, err := h.AskNewHalfPasskey(ctx, in.Token)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := d.Create(ask.Options)
		if err != nil {
			t.Fatal(err)
		}
		codes, on, err := h.AddHalfPasskey(ctx, in.Token, ask.Pre, "", answer, Client{Device: chrome})
		if err != nil || len(codes) != recoveryCodes || on.Stage != store.StageOpen {
			t.Fatalf("%d %+v %v", len(codes), on, err)
		}
		h.session(on.Token)
		if _, err := h.comeByKey(d); err != nil {
			t.Error(err)
		}
	})
}

// TestAuthChoiceComesAfterTheCode: who came in by mail and has a second factor chooses a
// company only once it was shown.
func TestAuthChoiceComesAfterTheCode(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.found(rfcA), h.found(rfcB)
		const mail = "beto@ejemplo.mx"
		for _, boss := range []store.Actor{a, b} {
			_, in := h.hire(boss, beto(store.RightReceipts))
			h.guarded(h.session(in.Token).Actor)
		}
		in, err := h.SignIn(ctx, Credentials{Usuario: mail, Password: goodPassword, IP: "10.0.0.9"})
		if err != nil || in.Stage != store.StageFactor {
			t.Fatalf("%+v %v", in, err)
		}
		if _, err := h.EnterCompany(ctx, in.Token, ""); !errors.Is(err, ErrSession) {
			t.Errorf("works before the code: %v", err)
		}
		if _, err := h.Choices(ctx, in.Token); !errors.Is(err, ErrSession) {
			t.Errorf("chooses before the code: %v", err)
		}
		if _, err := h.Choose(ctx, in.Token, "cuenta-0", Client{}); !errors.Is(err, ErrSession) {
			t.Errorf("chooses before the code: %v", err)
		}
		s, err := h.SessionOf(ctx, in.Token)
		if err != nil {
			t.Fatal(err)
		}
		home := store.SessionRow{}
		if home, err = h.db.Global().SessionByHash(ctx, hashToken(in.Token)); err != nil {
			t.Fatal(err)
		}
		row, err := h.db.View(home.Home()).TOTP(ctx, home.UserID)
		if err != nil {
			t.Fatal(err)
		}
		on, _, err := h.PassFactor(ctx, in.Token, h.digits(home.Home(), row))
		if err != nil || on.Stage != store.StageCompany {
			t.Fatalf("%+v %v (%s)", on, err, s.Rfc)
		}
		if got, err := h.SessionOf(ctx, on.Token); err != nil || got.Actor.Tenant.ID() != "" {
			t.Errorf("works before the choice: %+v %v", got.Actor, err)
		}
		list, err := h.Choices(ctx, on.Token)
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v %v", list, err)
		}
		got, err := h.Choose(ctx, on.Token, "cuenta-0", Client{})
		if err != nil || got.Stage != store.StageFactor { // the other account has its own
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := h.Choices(ctx, on.Token); !errors.Is(err, ErrSession) {
			t.Errorf("chooses twice: %v", err)
		}
	})
}
