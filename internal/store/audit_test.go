package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// audited adds n links of tenant, the object changing every second link.
func audited(t *testing.T, db *store.DB, tenant store.Tenant, n int) {
	t.Helper()
	for i := range n {
		err := db.Update(t.Context(), tenant, func(tx *store.Tx) error {
			return tx.Audit(t.Context(), store.AuditEntry{
				Actor: store.Actor{Tenant: tenant, UserID: "ana", IP: "127.0.0.1"}, Action: "csd.sign",
				Object: fmt.Sprint("document/", i/2), Before: `{"n":0}`, After: fmt.Sprintf(`{"n":%d}`, i),
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnIntactAuditChainHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		audited(t, db, a, 7)
		audited(t, db, b, 3)
		for _, tenant := range []store.Tenant{a, b, storetest.Tenant(t, db, "CACX7605101P8")} {
			if err := db.VerifyAudit(t.Context(), tenant); err != nil {
				t.Error(err)
			}
		}
		rows, err := db.View(a).Audits(t.Context(), "document/1", 10)
		if err != nil || len(rows) != 2 || rows[0].Seq != 4 || rows[0].After != `{"n":3}` {
			t.Errorf("%+v, %v", rows, err)
		}
		if rows, err := db.View(b).Audits(t.Context(), "document/3", 10); err != nil || len(rows) != 0 {
			t.Errorf("another tenant's: %+v, %v", rows, err)
		}
	})
}

// What anybody with the database in hand may do to the chain is seen; the other
// tenant's chain stays whole.
func TestATamperedAuditChainIsSeen(t *testing.T) {
	plants := map[string]struct {
		sql []string
		seq int64
	}{
		"a changed action":          {[]string{`UPDATE audit SET action = 'x' WHERE tenant_id = $1 AND seq = 3`}, 3},
		"a text moved to the next":  {[]string{`UPDATE audit SET before = '{"n":0}{', after = '"n":2}' WHERE tenant_id = $1 AND seq = 3`}, 3},
		"a changed instant":         {[]string{`UPDATE audit SET at = at + 1 WHERE tenant_id = $1 AND seq = 1`}, 1},
		"a removed link":            {[]string{`DELETE FROM audit WHERE tenant_id = $1 AND seq = 3`}, 3},
		"the first link removed":    {[]string{`DELETE FROM audit WHERE tenant_id = $1 AND seq = 1`}, 1},
		"the last link removed":     {[]string{`DELETE FROM audit WHERE tenant_id = $1 AND seq = 5`}, 5},
		"all removed":               {[]string{`DELETE FROM audit WHERE tenant_id = $1`}, 1},
		"the end cut off with head": {[]string{`DELETE FROM audit WHERE tenant_id = $1 AND seq = 5`, `UPDATE audit_heads SET seq = 4 WHERE tenant_id = $1`}, 4},
		"two links exchanged": {[]string{
			`UPDATE audit SET seq = 99 WHERE tenant_id = $1 AND seq = 2`,
			`UPDATE audit SET seq = 2 WHERE tenant_id = $1 AND seq = 3`,
			`UPDATE audit SET seq = 3 WHERE tenant_id = $1 AND seq = 99`,
		}, 2},
		"renumbered after a removal": {[]string{
			`DELETE FROM audit WHERE tenant_id = $1 AND seq = 4`,
			`UPDATE audit SET seq = 4 WHERE tenant_id = $1 AND seq = 5`,
			`UPDATE audit_heads SET seq = 4 WHERE tenant_id = $1`,
		}, 4},
		"a link added past the head": {[]string{`INSERT INTO audit SELECT tenant_id, 6, prev_hash, hash, at, actor, ip, action, object, before, after
			FROM audit WHERE tenant_id = $1 AND seq = 5`}, 6},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := 0
		for name, plant := range plants {
			n++
			a := storetest.Tenant(t, db, fmt.Sprint("A", n))
			b := storetest.Tenant(t, db, fmt.Sprint("B", n))
			audited(t, db, a, 5)
			audited(t, db, b, 5)
			for _, sql := range plant.sql {
				if _, err := db.Pool().ExecContext(t.Context(), sql, a.ID()); err != nil {
					t.Fatal(err)
				}
			}
			var broken *store.AuditError
			if err := db.VerifyAudit(t.Context(), a); !errors.As(err, &broken) || broken.Seq != plant.seq {
				t.Errorf("%s: %v, want broken at %d", name, err, plant.seq)
			}
			if err := db.VerifyAudit(t.Context(), b); err != nil {
				t.Errorf("%s: the other tenant: %v", name, err)
			}
		}
	})
}

// A forger who also computes the changed link's hash anew, and tells the next
// link of it, is found out by that next link.
func TestAForgedLinkIsSeenByTheNext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, _ := storetest.Tenants(t, db)
		audited(t, db, a, 5)
		rows, err := db.View(a).Audits(t.Context(), "", 5)
		if err != nil {
			t.Fatal(err)
		}
		forged := rows[2] // seq 3
		forged.Action = "nothing.happened"
		for _, plant := range []struct {
			sql  string
			args []any
		}{
			{`UPDATE audit SET action = $2, hash = $3 WHERE tenant_id = $1 AND seq = 3`, []any{a.ID(), forged.Action, forged.Sum(a)}},
			{`UPDATE audit SET prev_hash = $2 WHERE tenant_id = $1 AND seq = 4`, []any{a.ID(), forged.Sum(a)}},
		} {
			if _, err := db.Pool().ExecContext(t.Context(), plant.sql, plant.args...); err != nil {
				t.Fatal(err)
			}
		}
		var broken *store.AuditError
		if err := db.VerifyAudit(t.Context(), a); !errors.As(err, &broken) || broken.Seq != 4 {
			t.Errorf("%v, want broken at 4", err)
		}
	})
}

func TestARefusedUpdateLeavesNoAudit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, _ := storetest.Tenants(t, db)
		audited(t, db, a, 1)
		_ = db.Update(t.Context(), a, func(tx *store.Tx) error {
			if err := tx.Audit(t.Context(), store.AuditEntry{Action: "never"}); err != nil {
				t.Error(err)
			}
			return errors.New("refused")
		})
		audited(t, db, a, 1)
		if rows, err := db.View(a).Audits(t.Context(), "", 10); err != nil || len(rows) != 2 {
			t.Errorf("%+v, %v", rows, err)
		}
		if err := db.VerifyAudit(t.Context(), a); err != nil {
			t.Error(err)
		}
	})
}

// Many at once make one chain, and it may be verified while it grows.
func TestManyAuditsAtOnceMakeOneChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, b := storetest.Tenants(t, db)
		var all sync.WaitGroup
		for w := range 8 {
			all.Go(func() {
				tenant := []store.Tenant{a, b}[w%2]
				for range 20 {
					err := db.Update(context.Background(), tenant, func(tx *store.Tx) error {
						return tx.Audit(context.Background(), store.AuditEntry{Action: "x"})
					})
					if err != nil {
						t.Error(err)
					}
				}
				if err := db.VerifyAudit(context.Background(), tenant); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, tenant := range []store.Tenant{a, b} {
			rows, err := db.View(tenant).Audits(t.Context(), "", 1)
			if err != nil || len(rows) != 1 || rows[0].Seq != 80 {
				t.Errorf("%+v, %v", rows, err)
			}
		}
	})
}
