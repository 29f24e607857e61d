package store_test

import (
	"slices"
	"testing"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestWidenKeepsTheAdministradorsRightsApart(t *testing.T) {
	for _, rule := range store.Rights() {
		wide := store.Widen([]store.Right{rule.Right})
		if got := slices.Contains(wide, rule.Right); got == rule.AdminOnly {
			t.Errorf("%s: widened to %v, only for the Administrador: %v", rule.Right, wide, rule.AdminOnly)
		}
		for _, implied := range rule.Implies {
			if !rule.AdminOnly && !slices.Contains(wide, implied) {
				t.Errorf("%s does not carry %s", rule.Right, implied)
			}
		}
	}
	if got := store.Widen([]store.Right{"inventado", store.RightUsers}); !slices.Equal(got, []store.Right{store.RightView}) {
		t.Errorf("what is no right of an Operación user came through: %v", got)
	}
}

func TestNobodyHoldsARightWithoutATenant(t *testing.T) {
	for _, rule := range store.Rights() {
		if (store.Actor{Admin: true, Rights: []store.Right{rule.Right}}).Holds(rule.Right) {
			t.Errorf("the zero tenant holds %s", rule.Right)
		}
	}
}

func TestAChallengeIsTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		add := func(hash string, until int64) {
			t.Helper()
			err := db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
				return tx.InsertChallenge(ctx, store.ChallengeRow{Hash: hash, Kind: "csd", Data: "d", CreatedAt: 10, ExpiresAt: until})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		take := func(kind, hash string, now int64) error {
			return db.UpdateGlobal(ctx, func(tx *store.GlobalTx) error {
				_, err := tx.TakeChallenge(ctx, kind, hash, now)
				return err
			})
		}
		add("a", 100)
		add("b", 100)
		for _, c := range []struct {
			name, kind, hash string
			now              int64
			gone             bool
		}{
			{"of another kind", "llave", "a", 50, true},
			{"never made", "csd", "x", 50, true},
			{"in time", "csd", "a", 100, false},
			{"again", "csd", "a", 100, true},
			{"too late", "csd", "b", 101, true},
		} {
			if err := take(c.kind, c.hash, c.now); (fail.KindOf(err) == fail.NotFound && err != nil) != c.gone {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

func TestUsersAreFoundByTheirAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := storetest.Tenants(t, db)
		for _, tenant := range []store.Tenant{a, b} {
			err := db.Update(ctx, tenant, func(tx *store.Tx) error {
				return tx.InsertUser(ctx, store.UserRow{ID: "u-" + tenant.ID(), Usuario: "ana", UsuarioFold: "ana", Correo: "Ana@Ejemplo.mx", Admin: true})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		found := func(mail string) int {
			t.Helper()
			list, err := db.Global().UsersByMail(ctx, mail, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if n := found("ana@ejemplo.mx"); n != 2 {
			t.Fatalf("%d users of one address, want 2", n)
		}
		err := db.Update(ctx, a, func(tx *store.Tx) error {
			r, err := tx.UserForUpdate(ctx, "u-"+a.ID())
			if err != nil {
				return err
			}
			r.Correo, r.Version = "otra@ejemplo.mx", r.Version+1
			return tx.UpdateUser(ctx, r)
		})
		if err != nil {
			t.Fatal(err)
		}
		if old, now := found("ana@ejemplo.mx"), found("otra@ejemplo.mx"); old != 1 || now != 1 {
			t.Errorf("after one changed it: %d at the old address, %d at the new", old, now)
		}
		err = db.Update(ctx, b, func(tx *store.Tx) error {
			return tx.UpdateUser(ctx, store.UserRow{ID: "u-" + a.ID(), Version: 3})
		})
		if fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company's user was written: %v", err)
		}
	})
}
