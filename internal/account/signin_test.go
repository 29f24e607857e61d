package account

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"iofacturo.mx/internal/door"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

func TestSignInNeedsAllThree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a, b := h.found(rfcA), h.found(rfcB)
		for rfc, who := range map[string]store.Actor{rfcA: a, rfcB: b} {
			in, err := h.enter(rfc, goodPassword)
			if err != nil {
				t.Fatal(err)
			}
			s := h.session(in.Token)
			if s.Actor.Tenant != who.Tenant || s.Rfc != rfc || s.Actor.UserID != who.UserID {
				t.Errorf("session of %s is %+v", rfc, s)
			}
		}
		var texts []string
		for _, c := range []Credentials{
			{Usuario: "admin", Rfc: rfcA, Password: "otra cosa larga"},
			{Usuario: "nadie", Rfc: rfcA, Password: goodPassword},
			{Usuario: "admin", Rfc: "AAA010101AAA", Password: goodPassword},
		} {
			_, err := h.SignIn(t.Context(), c)
			wants(t, c.Usuario+" "+c.Rfc, err, ErrCredentials)
			texts = append(texts, fail.MessageOf(err))
		}
		if texts[0] != texts[1] || texts[1] != texts[2] {
			t.Errorf("the answers differ: %q", texts)
		}
		if _, err := h.SignIn(t.Context(), Credentials{Usuario: " ADMIN ", Rfc: strings.ToLower(rfcA), Password: goodPassword}); err != nil {
			t.Errorf("case and spaces: %v", err)
		}
	})
}

// A stranger learns nothing from the time an answer takes: known or not, the
// work is the same. Hash computations are counted rather than timed.
func TestSignInDoesTheSameWorkForAnybody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		for name, c := range map[string]Credentials{
			"known user":   {Usuario: "admin", Rfc: rfcA, Password: "no es esta clave"},
			"unknown user": {Usuario: "nadie", Rfc: rfcA, Password: "no es esta clave"},
			"unknown rfc":  {Usuario: "admin", Rfc: rfcB, Password: "no es esta clave"},
			"right":        {Usuario: "admin", Rfc: rfcA, Password: goodPassword},
		} {
			before := h.hasher.calls.Load()
			_, err := h.SignIn(t.Context(), c)
			if (name == "right") != (err == nil) {
				t.Errorf("%s: %v", name, err)
			}
			if n := h.hasher.calls.Load() - before; n != 1 {
				t.Errorf("%s cost %d hashes, want 1", name, n)
			}
		}
	})
}

func TestSignInWaitsGrow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		for _, usuario := range []string{"admin", "nadie"} {
			c := Credentials{Usuario: usuario, Rfc: rfcA, Password: "no es esta clave"}
			for _, wait := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour} {
				for range failuresAllowed {
					_, err := h.SignIn(t.Context(), c)
					wants(t, usuario+" wrong", err, ErrCredentials)
				}
				right := c
				right.Password = goodPassword
				_, err := h.SignIn(t.Context(), right)
				wants(t, usuario+" must wait even with the right one", err, ErrTooMany)
				h.clock.pass(wait - 5*time.Second)
				_, err = h.SignIn(t.Context(), right)
				wants(t, usuario+" a moment too early", err, ErrTooMany)
				h.clock.pass(6 * time.Second)
			}
		}
		if _, err := h.enter(rfcA, goodPassword); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

func TestSignInForgetsOldFailures(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		for range 3 {
			for range failuresAllowed - 1 {
				_, err := h.enter(rfcA, "no es esta clave")
				wants(t, "wrong", err, ErrCredentials)
			}
			h.clock.pass(failureWindow + time.Second)
		}
		for range failuresAllowed - 1 {
			_, err := h.enter(rfcA, "no es esta clave")
			wants(t, "wrong", err, ErrCredentials)
		}
		if _, err := h.enter(rfcA, goodPassword); err != nil {
			t.Fatal(err)
		}
		_, err := h.enter(rfcA, "no es esta clave")
		wants(t, "the count starts anew after a success", err, ErrCredentials)
	})
}

func TestSignInManyAtOnceAreNotAllLetThrough(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		var judged, refused int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 24 {
			wg.Go(func() {
				_, err := h.enter(rfcA, "no es esta clave")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, ErrCredentials):
					judged++
				case errors.Is(err, ErrTooMany):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if judged > failuresAllowed || judged+refused != 24 {
			t.Errorf("%d passwords were judged and %d refused; at most %d may be judged", judged, refused, failuresAllowed)
		}
	})
}

func TestSignInIsLimitedByAddressOfTheNetwork(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		limit := door.NewLimiter(time.Second, 3)
		h.ipLimit = limit
		var err error
		for range 4 {
			_, err = h.enter(rfcA, "no es esta clave")
		}
		wants(t, "fourth from one address", err, ErrTooMany)
		h.clock.pass(2 * time.Second)
		_, err = h.enter(rfcA, "no es esta clave")
		wants(t, "later", err, ErrCredentials)
	})
}

func TestSignInRehashesOldCosts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		u, err := h.db.View(a.Tenant).User(ctx, a.UserID)
		if err != nil {
			t.Fatal(err)
		}
		salt := []byte("0123456789abcdef")
		old := encodePHC(salt, argon2.IDKey([]byte(goodPassword), salt, 1, 32, 1, 32), HashCost{Memory: 32, Time: 1})
		err = h.db.Update(ctx, a.Tenant, func(tx *store.Tx) error { return tx.RehashPassword(ctx, u.ID, u.Password, old) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.enter(rfcA, goodPassword); err != nil {
			t.Fatal(err)
		}
		u, err = h.db.View(a.Tenant).User(ctx, a.UserID)
		if err != nil || !strings.Contains(u.Password, "m=64,t=1,p=1") {
			t.Errorf("hash is %.40s, %v", u.Password, err)
		}
		last, err := h.db.View(a.Tenant).Passwords(ctx, u.ID, 5)
		if err != nil || len(last) != 1 || last[0] != u.Password {
			t.Errorf("history does not follow: %d, %v", len(last), err)
		}
	})
}

func TestInactivityLocksAndAMailedLinkOpens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		const to = "ana@eku9003173c9.mx"
		h.clock.pass(30*24*time.Hour + time.Hour)
		_, err := h.enter(rfcA, "no es esta clave")
		wants(t, "a wrong password tells nothing of the lock", err, ErrCredentials)
		if n := len(h.mails(to)); n != 0 {
			t.Errorf("%d mails for a wrong password", n)
		}
		for range 3 {
			_, err = h.enter(rfcA, goodPassword)
			wants(t, "right password", err, ErrInactive)
		}
		mails := h.mails(to)
		if len(mails) != 1 {
			t.Fatalf("%d mails, want one in five minutes", len(mails))
		}
		_, err = h.enter(rfcA, goodPassword)
		wants(t, "again, the mail being out", err, ErrInactive)
		h.mails(to)
		if n, err := h.db.Global().LinksSince(ctx, store.LinkUnlock, a.UserID, 0); n != 1 || err != nil {
			t.Errorf("%d links within five minutes, %v", n, err)
		}
		link := linkShape.FindStringSubmatch(mails[0].Text)[2]
		data, err := h.UnlockFor(ctx, link)
		if err != nil || data.Usuario != "admin" || data.Rfc != rfcA {
			t.Errorf("%+v, %v", data, err)
		}
		_, err = h.Invitation(ctx, link)
		wants(t, "an unlock link is no invitation", err, ErrLinkUnknown)
		if _, err := h.Unlock(ctx, link, ""); err != nil {
			t.Fatal(err)
		}
		_, err = h.Unlock(ctx, link, "")
		wants(t, "second use", err, ErrLinkUsed)
		in, err := h.enter(rfcA, goodPassword)
		if err != nil || !in.MustChange {
			t.Errorf("after unlocking: %+v, %v; want in, with the password due", in, err)
		}
	})
}

func TestUnlockLinkLives30Minutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		h.clock.pass(30*24*time.Hour + time.Hour)
		_, err := h.enter(rfcA, goodPassword)
		wants(t, "locked", err, ErrInactive)
		link := h.link("ana@eku9003173c9.mx")
		h.clock.pass(unlockLife + time.Second)
		_, err = h.Unlock(t.Context(), link, "")
		wants(t, "too late", err, ErrLinkExpired)
	})
}

func TestLinkOpensOnceEvenAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.found(rfcA)
		h.clock.pass(30*24*time.Hour + time.Hour)
		_, err := h.enter(rfcA, goodPassword)
		wants(t, "locked", err, ErrInactive)
		link := h.link("ana@eku9003173c9.mx")
		var opened int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				_, err := h.Unlock(t.Context(), link, "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					opened++
				case !errors.Is(err, ErrLinkUsed):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if opened != 1 {
			t.Errorf("one link opened %d times", opened)
		}
	})
}
