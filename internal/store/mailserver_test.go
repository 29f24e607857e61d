package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// TestMailServersAndBouncesAreKept: of each company its own, one change over the version
// before, a failure told once.
func TestMailServersAndBouncesAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := storetest.Tenants(t, db)
		do := func(tenant store.Tenant, fn func(tx *store.Tx) error) error {
			t.Helper()
			return db.Update(ctx, tenant, fn)
		}
		row := store.MailServerRow{ID: "s1", Host: "smtp.a.mx", Port: 587, TLS: store.MailStartTLS, Username: "u", Password: []byte{1, 2}, Sender: "a@a.mx", Version: 1, UpdatedAt: 5, UpdatedBy: "ana"}
		save := func(tx *store.Tx) error { return tx.SaveMailServer(ctx, row) }
		if err := do(a, save); err != nil {
			t.Fatal(err)
		}
		if err := do(a, save); fail.KindOf(err) != fail.NotFound {
			t.Errorf("twice the same version: %v", err)
		}
		got, err := db.View(a).MailServer(ctx)
		if d := cmp.Diff(row, got); err != nil || d != "" {
			t.Error(err, d)
		}
		if _, err := db.View(b).MailServer(ctx); fail.KindOf(err) != fail.NotFound {
			t.Errorf("the other company: %v", err)
		}
		firsts := 0
		for _, tenant := range []store.Tenant{a, a, b} {
			if err := do(tenant, func(tx *store.Tx) error {
				first, err := tx.FailMailServer(ctx, 1, 7, "no")
				if first {
					firsts++
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ := db.View(a).MailServer(ctx); firsts != 1 || got.FailedAt != 7 || got.Failure != "no" {
			t.Errorf("%d firsts, %+v", firsts, got)
		}
		for _, version := range []int64{9, 1} {
			if err := do(a, func(tx *store.Tx) error { return tx.MendMailServer(ctx, version) }); err != nil {
				t.Fatal(err)
			}
			if got, _ := db.View(a).MailServer(ctx); (got.FailedAt == 0) != (version == 1) {
				t.Errorf("mended at version %d: %+v", version, got)
			}
		}
		if err := do(b, func(tx *store.Tx) error { return tx.DeleteMailServer(ctx) }); err != nil {
			t.Fatal(err)
		}
		if _, err := db.View(a).MailServer(ctx); err != nil {
			t.Errorf("gone with the other's: %v", err)
		}
		if err := do(a, func(tx *store.Tx) error { return tx.DeleteMailServer(ctx) }); err != nil {
			t.Fatal(err)
		}
		if _, err := db.View(a).MailServer(ctx); fail.KindOf(err) != fail.NotFound {
			t.Errorf("still there: %v", err)
		}

		for _, r := range []store.BounceRow{{"Ana@X.mx", 1, "uno"}, {"ana@x.mx", 2, "dos"}, {"bea@x.mx", 3, "tres"}} {
			if err := do(a, func(tx *store.Tx) error { return tx.PutBounce(ctx, r) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := do(b, func(tx *store.Tx) error { return tx.ClearBounce(ctx, "ana@x.mx") }); err != nil {
			t.Fatal(err)
		}
		list, err := db.View(a).Bounces(ctx, []string{"ANA@x.mx", "nadie@x.mx"})
		if d := cmp.Diff([]store.BounceRow{{"ana@x.mx", 2, "dos"}}, list); err != nil || d != "" {
			t.Error(err, d)
		}
		if list, err := db.View(b).Bounces(ctx, []string{"ana@x.mx"}); err != nil || len(list) != 0 {
			t.Errorf("the other company: %v %v", list, err)
		}
		if err := do(a, func(tx *store.Tx) error { return tx.ClearBounce(ctx, "Ana@x.mx") }); err != nil {
			t.Fatal(err)
		}
		if list, err := db.View(a).Bounces(ctx, []string{"ana@x.mx", "bea@x.mx"}); err != nil || len(list) != 1 {
			t.Errorf("cleared: %v %v", list, err)
		}
		if list, err := db.View(a).Bounces(ctx, nil); err != nil || len(list) != 0 {
			t.Errorf("of nobody: %v %v", list, err)
		}
	})
}
