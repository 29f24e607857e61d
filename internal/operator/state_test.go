package operator

import (
	"testing"
	"time"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestStateIsWhatTheCallsSay(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	call := func(ago, took time.Duration, outcome string) store.Call {
		at := now.Add(-ago)
		return store.Call{StartedAt: store.Micros(at), EndedAt: store.Micros(at.Add(took)), Outcome: outcome}
	}
	many := func(n int, c store.Call) (list []store.Call) {
		for range n {
			list = append(list, c)
		}
		return list
	}
	good, refused, open := call(time.Minute, time.Second, "timbrado"), call(time.Minute, time.Second, "rechazado"), call(5*time.Minute, 0, "")
	for name, c := range map[string]struct {
		calls []store.Call
		want  Condition
	}{
		"nothing asked":             {nil, Normal},
		"all stamped":               {many(20, good), Normal},
		"a refusal is an answer":    {many(20, refused), Normal},
		"one without an end":        {append(many(20, good), open), Normal},
		"a call just begun":         {many(20, call(time.Second, 0, "")), Normal},
		"one in four without":       {append(many(12, good), many(4, open)...), Slow},
		"all without":               {many(3, open), Silent},
		"stamped but late":          {many(9, call(time.Minute, 15*time.Second, "timbrado")), Slow},
		"not delivered is no stamp": {many(3, call(time.Minute, time.Second, "no-entregado")), Silent},
	} {
		if got := stamping(c.calls, now); got.Condition != c.want {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
	if got := stamping(many(5, good), now); got.Median != time.Second || got.Done != 5 {
		t.Errorf("%+v", got)
	}
}

func TestStateIsAMinuteOld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
		s := New(Config{DB: db, Now: func() time.Time { return at }})
		first, err := s.State(t.Context())
		if err != nil || first.Worst() != Normal {
			t.Fatal(first, err)
		}
		at = at.Add(59 * time.Second)
		if again, err := s.State(t.Context()); err != nil || !again.At.Equal(first.At) {
			t.Errorf("looked again within a minute: %v %v", again.At, err)
		}
		at = at.Add(2 * time.Second)
		if again, err := s.State(t.Context()); err != nil || again.At.Equal(first.At) {
			t.Errorf("not looked again: %v %v", again.At, err)
		}
	})
}
