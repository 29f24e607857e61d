package account

import (
	"testing"
	"time"

	"iofacturo.mx/internal/store"
)

func TestSessionEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.found(rfcA)
		idle, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		busy, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		for range 35 { // 11 h 40 min in steps of 20 min
			h.clock.pass(20 * time.Minute)
			h.session(busy.Token)
		}
		_, err = h.SessionOf(ctx, idle.Token)
		wants(t, "idle", err, ErrSession)
		h.clock.pass(20*time.Minute + time.Second)
		_, err = h.SessionOf(ctx, busy.Token)
		wants(t, "12 h old", err, ErrSession)
		_, err = h.SessionOf(ctx, "")
		wants(t, "no token", err, ErrSession)
	})
}

func TestSessionIsTouchedAtMostOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.found(rfcA)
		in, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		seen := func() int64 {
			row, err := h.db.Global().SessionByHash(ctx, hashToken(in.Token))
			if err != nil {
				t.Fatal(err)
			}
			return row.SeenAt
		}
		first := seen()
		h.clock.pass(50 * time.Second)
		h.session(in.Token)
		if seen() != first {
			t.Error("touched within the minute")
		}
		h.clock.pass(15 * time.Second)
		h.session(in.Token)
		if seen() == first {
			t.Error("not touched after a minute")
		}
	})
}

func TestSignOutEndsOneSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.found(rfcA)
		one, _ := h.enter(rfcA, goodPassword)
		two, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := h.SignOut(ctx, one.Token); err != nil {
				t.Fatal(err)
			}
		}
		_, err = h.SessionOf(ctx, one.Token)
		wants(t, "signed out", err, ErrSession)
		h.session(two.Token)
	})
}

func TestSessionOfAClosedCompanyEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a := h.found(rfcA)
		in, err := h.enter(rfcA, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		err = h.db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error { return tx.SetTenantState(ctx, a.Tenant.ID(), store.TenantClosed) })
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SessionOf(ctx, in.Token)
		wants(t, "closed company", err, ErrSession)
		_, err = h.enter(rfcA, goodPassword)
		wants(t, "sign-in to a closed company", err, ErrCredentials)
	})
}
