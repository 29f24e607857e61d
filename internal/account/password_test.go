package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPasswordRules(t *testing.T) {
	for password, ok := range map[string]bool{
		goodPassword:                 true,
		"caballo correcto bateria ñ": true,
		"Kv7#mQ2!xT9z":               true,
		"ñandú ñoño 12":              true,
		"Once letras":                false, // 11
		"contraseña2026":             false,
		"C0ntr4señ@2026!":            false,
		"Facturacion123":             false,
		"qwertyuiop[]":               true,
		"LeaveMeAlone":               false, // leaked
		"leave me alone 4":           true,
		"qwertyuiopas":               false,
		"123456789012":               false,
		"aaaaaaaaaaaab":              false,
		"abcdefghijkl":               false,
		"holaholahola":               false,
		"administrador1":             false,
		"mi admin secreto 77":        false, // holds the user
		"el EKU9003173C9 mio":        false, // holds the RFC
		"20261122180000":             false,
		"+52 (222) 248-9012":         false,
		"4152 3136 0912 7748":        true, // sixteen digits
		"#?%-)~_;&!{]":               true,
		strings.Repeat("aeioub", 22): false, // 132
	} {
		var p problems
		checkNew(&p, shortestPassword, "P", "P2", password, password, "admin", rfcA)
		if (len(p.fields) == 0) != ok {
			t.Errorf("%q: %v, want ok=%t", password, p.fields, ok)
		}
	}
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.found(rfcA)
		h.found(rfcB)
		here, _ := h.enter(rfcA, goodPassword)
		there, _ := h.enter(rfcA, goodPassword)
		stranger, err := h.enter(rfcB, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		a := h.session(here.Token).Actor
		err = h.ChangePassword(ctx, a, "no es esta clave", "otra frase muy buena", "otra frase muy buena")
		if d := cmp.Diff([]string{"Anterior"}, fieldsOf(err)); d != "" {
			t.Error(d)
		}
		err = h.ChangePassword(ctx, a, goodPassword, "corta", "otra")
		if d := cmp.Diff([]string{"Nueva", "Confirmacion"}, fieldsOf(err)); d != "" {
			t.Error(d)
		}
		const next = "otra frase muy buena"
		if err := h.ChangePassword(ctx, a, goodPassword, next, next); err != nil {
			t.Fatal(err)
		}
		h.session(here.Token)
		h.session(stranger.Token)
		_, err = h.SessionOf(ctx, there.Token)
		wants(t, "the other session", err, ErrSession)
		_, err = h.enter(rfcA, goodPassword)
		wants(t, "the old password", err, ErrCredentials)
		if _, err := h.enter(rfcA, next); err != nil {
			t.Error(err)
		}
		mails := h.mails("ana@eku9003173c9.mx")
		if len(mails) != 1 || strings.Contains(mails[0].Text, next) || !strings.Contains(mails[0].Subject, "contraseña") {
			t.Errorf("notice: %+v", mails)
		}
		if err := h.db.VerifyAudit(ctx, a.Tenant); err != nil {
			t.Error(err)
		}
	})
}

func TestLastFivePasswordsDoNotComeBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.found(rfcA)
		in, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		a := h.session(in.Token).Actor
		current := goodPassword
		change := func(next string) error { return h.ChangePassword(ctx, a, current, next, next) }
		for i := range 4 {
			next := fmt.Sprintf("frase numero %d del patio", i)
			if err := change(next); err != nil {
				t.Fatal(err)
			}
			current = next
		}
		if d := cmp.Diff([]string{"Nueva"}, fieldsOf(change(goodPassword))); d != "" {
			t.Error("the fifth last came back", d)
		}
		if err := change("frase numero 9 del patio"); err != nil {
			t.Fatal(err)
		}
		current = "frase numero 9 del patio"
		if err := change(goodPassword); err != nil {
			t.Errorf("the sixth last may come back: %v", err)
		}
	})
}

func TestOldPasswordCannotBeGuessedFromASession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		in, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		a := h.session(in.Token).Actor
		for range failuresAllowed {
			err := h.ChangePassword(t.Context(), a, "no es esta clave", "otra frase muy buena", "otra frase muy buena")
			if d := cmp.Diff([]string{"Anterior"}, fieldsOf(err)); d != "" {
				t.Error(d)
			}
		}
		err = h.ChangePassword(t.Context(), a, goodPassword, "otra frase muy buena", "otra frase muy buena")
		wants(t, "sixth", err, ErrTooMany)
	})
}

func TestPasswordIsDueAfterItsPeriod(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		must := func(want bool) {
			t.Helper()
			in, err := h.enter(rfcA, goodPassword)
			if err != nil {
				t.Fatal(err)
			}
			if s := h.session(in.Token); s.MustChange != want || in.MustChange != want {
				t.Errorf("must change is %t/%t, want %t", in.MustChange, s.MustChange, want)
			}
		}
		must(false)
		h.clock.pass(29 * 24 * time.Hour)
		must(false)
		h.clock.pass(25 * time.Hour)
		must(true)
		p, err := h.Policy(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		p.PasswordDays = 0
		if _, err := h.SavePolicy(ctx, h.fresh(a), p); err != nil {
			t.Fatal(err)
		}
		must(false)
	})
}

func TestPHCString(t *testing.T) {
	h := newHasher(HashCost{})
	ctx := t.Context()
	one, err := h.Hash(ctx, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.Hash(ctx, goodPassword)
	if err != nil || one == two {
		t.Errorf("two hashes of one password are equal: %v", err)
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %s", one)
	}
	if ok, stale, err := h.Check(ctx, one, goodPassword); !ok || stale || err != nil {
		t.Errorf("right password: %t %t %v", ok, stale, err)
	}
	if ok, _, err := h.Check(ctx, one, goodPassword+"x"); ok || err != nil {
		t.Errorf("wrong password: %t %v", ok, err)
	}
	if ok, _, err := h.Check(ctx, "", ""); ok || err != nil {
		t.Errorf("nobody: %t %v", ok, err)
	}
}

func TestHasherWaitsForASlot(t *testing.T) {
	h := newHasher(HashCost{})
	for range hashSlots {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, goodPassword); err == nil {
		t.Error("a third hash ran while two slots were taken")
	}
}

func FuzzDecodePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=2,p=1$AAAA$AAAA")
	f.Add("$argon2i$v=19$m=1,t=1,p=1$$")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := decodePHC(s)
		if err == nil && (p.cost.Memory > 1<<20 || p.cost.Time > 20 || len(p.key) > 64) {
			t.Errorf("%q asks for too much: %+v", s, p)
		}
	})
}

// TestAuthPasswordAsTyped: a password is what was typed, letter by letter: blanks, case
// and any sign count.
func TestAuthPasswordAsTyped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const typed = "  Dos Ñandúes 🦤 y un \t tapir "
		if _, err := h.Found(t.Context(), Founding{Rfc: rfcA, Nombre: "Ana", Correo: "ana@ejemplo.mx", Usuario: "admin", Password: typed}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.enter(rfcA, typed); err != nil {
			t.Errorf("as typed: %v", err)
		}
		for _, other := range []string{strings.TrimSpace(typed), strings.ToLower(typed), strings.ReplaceAll(typed, "\t", " "), typed[:20], typed + "x"} {
			if _, err := h.enter(rfcA, other); !errors.Is(err, ErrCredentials) {
				t.Errorf("%q: %v", other, err)
			}
			h.clock.pass(time.Hour)
		}
	})
}
