package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// otherProcess is set in the child that writes the same file.
const otherProcess = "STORE_TEST_WRITE_TO"

// Two processes write the same SQLite, as the portal and its signer do: each
// keeps its group commit, none is refused, none waits for long, and the audit
// chain they both write to holds.
func TestTwoProcessesWriteOneFile(t *testing.T) {
	const writers, each = 8, 400
	write := func(db *store.DB, who string, tenant store.Tenant) (slowest time.Duration) {
		var all sync.WaitGroup
		var mu sync.Mutex
		for n := range writers {
			all.Go(func() {
				for i := range each {
					began := time.Now()
					err := db.Update(context.Background(), tenant, func(tx *store.Tx) error {
						return tx.Audit(context.Background(), store.AuditEntry{Actor: store.System(tenant), Action: "test", Object: fmt.Sprintf("%s/%d/%d", who, n, i)})
					})
					mu.Lock()
					slowest = max(slowest, time.Since(began))
					mu.Unlock()
					if err != nil {
						t.Errorf("%s: %v", who, err)
						return
					}
				}
			})
		}
		all.Wait()
		return slowest
	}
	if path := os.Getenv(otherProcess); path != "" {
		db, err := store.Open(t.Context(), "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		fmt.Println("slowest of the child:", write(db, "child", store.TenantOf(os.Getenv(otherProcess+"_TENANT"))))
		return
	}
	path := filepath.Join(t.TempDir(), "two.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	tenant := storetest.Tenant(t, db, "EKU9003173C9")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTwoProcessesWriteOneFile$")
	child.Env = append(os.Environ(), otherProcess+"="+path, otherProcess+"_TENANT="+tenant.ID())
	var said []byte
	var childErr error
	var both sync.WaitGroup
	both.Go(func() { said, childErr = child.CombinedOutput() })
	slowest := write(db, "parent", tenant)
	both.Wait()
	t.Logf("slowest of the parent: %v\n%s", slowest, said)
	if childErr != nil {
		t.Errorf("child: %v\n%s", childErr, said)
	}
	if err := db.VerifyAudit(t.Context(), tenant); err != nil {
		t.Error(err)
	}
	rows, err := db.View(tenant).Audits(t.Context(), "", 1)
	if err != nil || len(rows) != 1 || rows[0].Seq != 2*writers*each {
		t.Errorf("%v links of %d: %v", rows, 2*writers*each, err)
	}
}
