package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// TestAuthPassword: what a password may be, and what an old one is still good for.
func TestAuthPassword(t *testing.T) {
	change := func(t *testing.T, p *someone, old, next string) error {
		t.Helper()
		return p.ChangePassword(t.Context(), p.actor(p.in(old)), old, next, next)
	}
	var cases []authCase
	for name, password := range map[string]string{
		"of lower case letters alone": "puentes largos sobre agua",
		"of one case and no sign":     "PUENTESLARGOSSOBREAGUA",
		"of signs alone":              "~!#%^&*()_+=-[]{}",
		"of other alphabets":          "длинная фраза 長い文章 ñandú",
		"of emoji":                    "🌵🌮🎺🪅🐎🌽🥑🌶🏜🎸🪇🦅",
		"with blanks at both ends":    "  puentes largos sobre agua ",
		"of 64 characters":            strings.Repeat("puente y ", 7) + "a",
		"of 128 characters":           strings.Repeat("puente y ", 14) + "ab",
	} {
		cases = append(cases, authCase{name, func(t *testing.T, p *someone) {
			if err := change(t, p, goodPassword, password); err != nil {
				t.Fatalf("%v %v", err, fieldsOf(err))
			}
			p.in(password)
			for what, near := range map[string]string{
				"without its blanks": strings.TrimSpace(password), "without its last letter": password[:len(password)-1],
				"in capitals": strings.ToUpper(password), "in small letters": strings.ToLower(password),
			} {
				if near == password {
					continue
				}
				if _, err := p.enter(p.rfc, near); !errors.Is(err, ErrCredentials) {
					t.Errorf("%s: %v", what, err)
				}
			}
		}})
	}
	for name, password := range map[string]string{
		"of 11 characters": "puentes en ", "of 129 characters": strings.Repeat("puente y ", 14) + "abc",
		"with the product's name and a year": "ioFacturo2026", "with our words": "FacturaCFDI.2026", "with the user's name": "el gran admin 77",
		"of a walk along the keys": "qwertyuiopas", "the one it has": goodPassword,
	} {
		cases = append(cases, authCase{"not " + name, func(t *testing.T, p *someone) {
			if got := fieldsOf(change(t, p, goodPassword, password)); !slices.Equal(got, []string{"Nueva"}) {
				t.Errorf("%v", got)
			}
			p.in(goodPassword)
		}})
	}
	cases = append(
		cases,
		authCase{"not with the company's RFC", func(t *testing.T, p *someone) {
			if got := fieldsOf(change(t, p, goodPassword, "los de "+strings.ToLower(p.rfc)+" aquí")); !slices.Equal(got, []string{"Nueva"}) {
				t.Errorf("%v", got)
			}
		}},
		authCase{"not without the one it has", func(t *testing.T, p *someone) {
			err := p.ChangePassword(t.Context(), p.actor(p.in(goodPassword)), "", otherPassword, otherPassword)
			if !slices.Equal(fieldsOf(err), []string{"Anterior"}) {
				t.Errorf("%v", err)
			}
		}},
		authCase{"stays good for ever where the company wants so", func(t *testing.T, p *someone) {
			p.policy(func(q *Policy) { q.PasswordDays, q.IdleDays, q.GraceDays = 0, 0, 90 })
			p.clock.pass(400 * 24 * time.Hour)
			if in := p.in(goodPassword); in.MustChange {
				t.Error("due after 400 days")
			}
		}},
		authCase{"due, it opens until it is changed, and says so", func(t *testing.T, p *someone) {
			p.clock.pass(29 * 24 * time.Hour)
			in := p.in(goodPassword) // not idle
			p.clock.pass(25 * time.Hour)
			in = p.in(goodPassword)
			s, err := p.SessionOf(t.Context(), in.Token)
			if err != nil || !in.MustChange || !s.MustChange {
				t.Fatalf("%+v %v", in, err)
			}
			if err := p.ChangePassword(t.Context(), s.Actor, goodPassword, otherPassword, otherPassword); err != nil {
				t.Fatal(err)
			}
			if s, err = p.SessionOf(t.Context(), in.Token); err != nil || s.MustChange {
				t.Errorf("after the change: %+v %v", s, err)
			}
		}},
		authCase{"a change with the same words does not count", func(t *testing.T, p *someone) {
			p.clock.pass(29 * 24 * time.Hour)
			p.in(goodPassword)
			p.clock.pass(25 * time.Hour)
			if got := fieldsOf(change(t, p, goodPassword, goodPassword)); !slices.Equal(got, []string{"Nueva"}) {
				t.Errorf("%v", got)
			}
			if in := p.in(goodPassword); !in.MustChange {
				t.Error("no longer due")
			}
		}},
		authCase{"a longer one is asked once the policy says so", func(t *testing.T, p *someone) {
			p.policy(func(q *Policy) { q.PasswordLength = 40 })
			if got := fieldsOf(change(t, p, goodPassword, otherPassword)); !slices.Equal(got, []string{"Nueva"}) {
				t.Errorf("%v", got)
			}
		}},
		authCase{"one handed over is random, due at once and cannot be kept", func(t *testing.T, p *someone) {
			u, _ := p.hire(p.a, p.beto(false))
			one, err := p.HandPassword(t.Context(), p.fresh(p.a), u.ID)
			if err != nil {
				t.Fatal(err)
			}
			p.clock.pass(time.Second)
			two, err := p.HandPassword(t.Context(), p.fresh(p.a), u.ID)
			if bits := 5 * len(strings.ReplaceAll(two, "-", "")); err != nil || one == two || bits < 128 {
				t.Fatalf("%d bits, %v", bits, err)
			}
			in, err := p.SignIn(t.Context(), Credentials{Usuario: "beto", Rfc: p.rfc, Password: two})
			if err != nil || !in.MustChange {
				t.Fatalf("%+v %v", in, err)
			}
			me := p.actor(in)
			if got := fieldsOf(p.ChangePassword(t.Context(), me, two, two, two)); !slices.Equal(got, []string{"Nueva"}) {
				t.Errorf("kept: %v", got)
			}
			if err := p.ChangePassword(t.Context(), me, two, otherPassword, otherPassword); err != nil {
				t.Error(err)
			}
			for what, gone := range map[string]string{"the one before": one, "the one used": two} {
				if _, err := p.SignIn(t.Context(), Credentials{Usuario: "beto", Rfc: p.rfc, Password: gone}); !errors.Is(err, ErrCredentials) {
					t.Errorf("%s: %v", what, err)
				}
			}
		}},
	)
	eachCase(t, cases)
}

// TestAuthTellsNothing: who is not let in learns only that, whatever is wrong.
func TestAuthTellsNothing(t *testing.T) {
	wrong := func(prepare func(t *testing.T, p *someone), usuario string) func(t *testing.T, p *someone) {
		return func(t *testing.T, p *someone) {
			if prepare != nil {
				prepare(t, p)
			}
			_, nobody := p.SignIn(t.Context(), Credentials{Usuario: "nadie", Rfc: "ZZZ010101ZZ1", Password: "no es esta clave"})
			before := p.hasher.calls.Load()
			_, err := p.SignIn(t.Context(), Credentials{Usuario: usuario, Rfc: p.rfc, Password: "no es esta clave"})
			if !errors.Is(err, ErrCredentials) || fail.MessageOf(err) != fail.MessageOf(nobody) || fail.KindOf(err) != fail.KindOf(nobody) {
				t.Errorf("%v, want %v", err, nobody)
			}
			if n := p.hasher.calls.Load() - before; n != 1 {
				t.Errorf("%d hashes", n)
			}
		}
	}
	eachCase(t, []authCase{
		{"a wrong password of a good user", wrong(nil, "admin")},
		{"a user that is none", wrong(nil, "nadie")},
		{"a user who was invited and has no password", wrong(func(t *testing.T, p *someone) {
			if _, err := p.SaveUser(t.Context(), p.fresh(p.a), p.beto(false)); err != nil {
				t.Fatal(err)
			}
		}, "beto")},
		{"a blocked user", wrong(func(t *testing.T, p *someone) {
			u, _ := p.hire(p.a, p.beto(false))
			if err := p.BlockUser(t.Context(), p.fresh(p.a), u.ID); err != nil {
				t.Fatal(err)
			}
		}, "beto")},
		{"a removed user", wrong(func(t *testing.T, p *someone) {
			u, _ := p.hire(p.a, p.beto(false))
			if err := p.RemoveUser(t.Context(), p.fresh(p.a), u.ID); err != nil {
				t.Fatal(err)
			}
		}, "beto")},
		{"an account that slept too long", wrong(func(t *testing.T, p *someone) { p.clock.pass(40 * 24 * time.Hour) }, "admin")},
		{"a user with a second factor", wrong(func(t *testing.T, p *someone) { p.guarded(p.a) }, "admin")},
		{"a closed company", wrong(func(t *testing.T, p *someone) {
			err := p.db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
				return tx.SetTenantState(t.Context(), p.a.Tenant.ID(), store.TenantClosed)
			})
			if err != nil {
				t.Fatal(err)
			}
		}, "admin")},
		{"asking to be let in", func(t *testing.T, p *someone) {
			for _, rfc := range []string{p.rfc, "ZZZ010101ZZ1"} {
				if err := p.AskAccess(t.Context(), AccessAsk{Rfc: rfc, Nombre: "Ana Ruiz", Correo: "ana@x.mx"}, ""); err != nil {
					t.Errorf("%s: %v", rfc, err)
				}
			}
		}},
	})
}

// TestAuthWaits: whatever is guessed at is guessed five times, then waits, and a
// restarted portal remembers.
func TestAuthWaits(t *testing.T) {
	type door func(p *someone, s *Service, right bool) error
	pick := func(right bool, yes, no string) string {
		if right {
			return yes
		}
		return no
	}
	const bad = "no es esta clave"
	for name, open := range map[string]func(t *testing.T, p *someone) door{
		"user, RFC and password": func(t *testing.T, _ *someone) door {
			return func(p *someone, s *Service, right bool) error {
				return errOf(s.SignIn(t.Context(), Credentials{Usuario: "admin", Rfc: p.rfc, Password: pick(right, goodPassword, bad)}))
			}
		},
		"address and password": func(t *testing.T, _ *someone) door {
			return func(p *someone, s *Service, right bool) error {
				return errOf(s.SignIn(t.Context(), Credentials{Usuario: p.correo, Password: pick(right, goodPassword, bad)}))
			}
		},
		"the old password of an open session": func(t *testing.T, p *someone) door {
			me := p.actor(p.in(goodPassword))
			return func(p *someone, s *Service, right bool) error {
				return s.ChangePassword(t.Context(), me, pick(right, goodPassword, bad), otherPassword, otherPassword)
			}
		},
		"a proof by password": func(t *testing.T, p *someone) door {
			in := p.in(goodPassword)
			me := p.actor(in)
			return func(p *someone, s *Service, right bool) error {
				return errOf(s.Prove(t.Context(), me, in.Token, pick(right, goodPassword, bad), ""))
			}
		},
		"recovery codes": func(t *testing.T, p *someone) door {
			_, codes := p.guarded(p.a)
			in := p.in(goodPassword)
			return func(p *someone, s *Service, right bool) error {
				_, _, err := s.PassFactor(t.Context(), in.Token, pick(right, codes[0], strings.Repeat("a", 26)))
				return err
			}
		},
		"a proof by code": func(t *testing.T, p *someone) door {
			setup, _ := p.guarded(p.a)
			in, _, err := p.PassFactor(t.Context(), p.in(goodPassword).Token, p.code(setup))
			if err != nil {
				t.Fatal(err)
			}
			me := p.actor(in)
			return func(p *someone, s *Service, right bool) error {
				_, err := s.Prove(t.Context(), me, in.Token, goodPassword, pick(right, p.codeOf(t, me), "abcdef"))
				return err
			}
		},
		"the first code of a setup": func(t *testing.T, p *someone) door {
			setup, err := p.BeginFactor(t.Context(), p.fresh(p.a))
			if err != nil {
				t.Fatal(err)
			}
			return func(p *someone, s *Service, right bool) error {
				return errOf(s.ConfirmFactor(t.Context(), p.fresh(p.a), pick(right, p.code(setup), "abcdef")))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachCase(t, []authCase{{"waits, also after a restart", func(t *testing.T, p *someone) {
				ask := open(t, p)
				for i := range failuresAllowed {
					if err := ask(p, p.Service, false); err == nil || errors.Is(err, ErrTooMany) {
						t.Fatalf("guess %d: %v", i+1, err)
					}
				}
				for what, s := range map[string]*Service{"here": p.Service, "after a restart": New(p.cfg)} {
					if err := ask(p, s, true); !errors.Is(err, ErrTooMany) {
						t.Errorf("%s: the right one is judged: %v", what, err)
					}
				}
			}}})
		})
	}
	t.Run("nobody else waits", func(t *testing.T) {
		eachCase(t, []authCase{{"the neighbours come in", func(t *testing.T, p *someone) {
			p.hire(p.a, p.beto(false))
			for range failuresAllowed + 1 {
				_, _ = p.enter(p.rfc, bad)
			}
			if _, err := p.SignIn(t.Context(), Credentials{Usuario: "beto", Rfc: p.rfc, Password: goodPassword}); err != nil {
				t.Errorf("another user of the company: %v", err)
			}
			p.found(rfcB)
			if _, err := p.enter(rfcB, goodPassword); err != nil {
				t.Errorf("the same name in another company: %v", err)
			}
		}}})
	})
	t.Run("who is at work goes on", func(t *testing.T) {
		eachCase(t, []authCase{{"a stranger's guesses lock nobody out", func(t *testing.T, p *someone) {
			in := p.in(goodPassword)
			for range failuresAllowed + 1 {
				_, _ = p.enter(p.rfc, bad)
			}
			p.open("at work", in)
			p.clock.pass(16 * time.Minute)
			p.in(goodPassword)
		}}})
	})
}

// TestAuthCSDDoor: what the seal certificate does not open, whoever holds it.
func TestAuthCSDDoor(t *testing.T) {
	ca, err := testCA()
	if err != nil {
		t.Fatal(err)
	}
	later, err := prueba.New(start.AddDate(3, 0, 0), 2048)
	if err != nil {
		t.Fatal(err)
	}
	own, second, future := newSeal(t, ca, rfcA), newSeal(t, ca, rfcA), newSeal(t, later, rfcA)
	for _, c := range []struct {
		name string
		run  func(t *testing.T, h *house, a store.Actor, enter func(in CSDAnswer) error, sign func(s seal) CSDAnswer)
	}{
		{"a challenge is spent by a wrong answer", func(t *testing.T, _ *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			in := sign(own)
			bad := in
			bad.Signature = slices.Clone(in.Signature)
			bad.Signature[7] ^= 1
			if err := enter(bad); !slices.Equal(fieldsOf(err), []string{"Key"}) {
				t.Errorf("one bit: %v", err)
			}
			if err := enter(in); fail.KindOf(err) != fail.Denied {
				t.Errorf("the right answer after it: %v", err)
			}
		}},
		{"a challenge is answered once, also in two windows at once", func(t *testing.T, _ *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			in := sign(own)
			got := make(chan error)
			for range 2 {
				go func() { got <- enter(in) }()
			}
			if one, two := <-got, <-got; (one == nil) == (two == nil) {
				t.Errorf("%v and %v", one, two)
			}
		}},
		{"a certificate that is not in force yet", func(t *testing.T, _ *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			if err := enter(sign(future)); !slices.Equal(fieldsOf(err), []string{"Cer"}) || !strings.Contains(fail.MessageOf(err), "empieza a valer") {
				t.Errorf("%v", err)
			}
		}},
		{"a certificate with a bit changed", func(t *testing.T, _ *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			in := sign(own)
			in.Cer = slices.Clone(in.Cer)
			in.Cer[len(in.Cer)-9] ^= 1
			if err := enter(in); !slices.Equal(fieldsOf(err), []string{"Cer"}) {
				t.Errorf("%v", err)
			}
		}},
		{"the certificate of another holder of the same RFC", func(t *testing.T, _ *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			in := sign(own)
			in.Cer = second.cer
			if err := enter(in); !slices.Equal(fieldsOf(err), []string{"Key"}) {
				t.Errorf("%v", err)
			}
		}},
		{"a seal of a receipt is no answer", func(t *testing.T, h *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			if strings.HasPrefix(CSDMessage(h.cfg.BaseURL, "n", rfcA, "t"), "||") {
				t.Error("what is signed could pass for a cadena original")
			}
		}},
		{"a closed company", func(t *testing.T, h *house, a store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			err := h.db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error {
				return tx.SetTenantState(t.Context(), a.Tenant.ID(), store.TenantClosed)
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := enter(sign(own)); !errors.Is(err, ErrNoCompany) {
				t.Errorf("%v", err)
			}
		}},
		{"an account that slept too long", func(t *testing.T, h *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			h.clock.pass(40 * 24 * time.Hour)
			if err := enter(sign(own)); !errors.Is(err, ErrInactive) {
				t.Errorf("%v", err)
			}
		}},
		{"a second factor that is due and not set up", func(t *testing.T, h *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			if err := enter(sign(own)); err != nil { // the grace begins
				t.Fatal(err)
			}
			h.clock.pass(15 * 24 * time.Hour)
			in, err := h.SignInByCSD(t.Context(), sign(own), Client{IP: "10.1.1.1"})
			if err != nil || in.Stage != store.StageFactor {
				t.Errorf("%+v %v", in, err)
			}
		}},
		{"too many from one network", func(t *testing.T, h *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			in := sign(own)
			h.ipLimit = door.NewLimiter(time.Hour, 1)
			_ = enter(CSDAnswer{})
			if err := enter(in); !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
		}},
		{"too many files from one network", func(t *testing.T, h *house, _ store.Actor, enter func(CSDAnswer) error, sign func(seal) CSDAnswer) {
			var err error
			for range 21 {
				_, err = h.SignInByCSDFiles(t.Context(), own.cer, own.key, []byte("otra clave"), Client{IP: "10.9.9.9"})
			}
			if !errors.Is(err, ErrTooMany) {
				t.Errorf("%v", err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				a := h.found(rfcA)
				c.run(t, h, a, func(in CSDAnswer) error {
					return errOf(h.SignInByCSD(t.Context(), in, Client{IP: "10.1.1.1", Device: "test"}))
				}, func(s seal) CSDAnswer {
					ch, err := h.ChallengeCSD(t.Context(), "")
					if err != nil {
						t.Fatal(fmt.Errorf("challenge: %w", err))
					}
					return s.sign(t, ch, h.cfg.BaseURL, rfcA)
				})
			})
		})
	}
}
