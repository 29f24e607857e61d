package signer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// ringFile makes a master key file and returns its path.
func ringFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	if _, err := LoadMasterKey(path, "", true); err != nil {
		t.Fatal(err)
	}
	return path
}

// onFile is a signer of db whose ring lies at path.
func onFile(t testing.TB, db *store.DB, path string) *Signer {
	t.Helper()
	m, err := LoadMasterKey(path, "", false)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(db, m, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// many gives n tenants a secret each and returns who they are and what is sealed.
func many(t testing.TB, s *Signer, n int) (tenants []store.Tenant, sealed [][]byte) {
	t.Helper()
	for i := range n {
		tenant := store.TenantOf(fmt.Sprintf("%v", uuid.Must(uuid.NewV7())))
		b, err := s.Protect(t.Context(), tenant, KindTOTP, "u", []byte{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		tenants, sealed = append(tenants, tenant), append(sealed, b)
	}
	return tenants, sealed
}

// The master key changes while another process seals: no seal fails, and after it
// the old key opens nothing and is needed for nothing.
func TestTheMasterKeyChangesWhileDocumentsAreSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		path := ringFile(t)
		w := newWorldOf(t, db, onFile(t, db, path)) // its ring was read before the change
		tenants, sealed := many(t, w.s, rewrapPage+rewrapPage/2)
		req := w.numberA(t, 1)
		stop, sealing := make(chan struct{}), make(chan error, 1)
		go func() {
			for seals := 0; ; seals++ {
				select {
				case <-stop:
					if seals == 0 {
						sealing <- errors.New("nothing was sealed meanwhile")
					}
					close(sealing)
					return
				default:
				}
				w.s.keys.wipe() // every seal opens keyset and key
				if _, err := w.s.Seal(t.Context(), w.a, req); err != nil {
					sealing <- err
					return
				}
			}
		}()
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := ReplaceMasterKey(path, ""); err != nil {
			t.Fatal(err)
		}
		n, err := onFile(t, db, path).RotateMaster(t.Context())
		if err != nil || n != len(tenants)+2 {
			t.Errorf("%d keysets: %v", n, err)
		}
		close(stop)
		if err := <-sealing; err != nil {
			t.Errorf("a seal failed meanwhile: %v", err)
		}
		if err := os.RemoveAll(oldFolder(path)); err != nil {
			t.Fatal(err)
		}
		after := onFile(t, db, path)
		for i, tenant := range tenants {
			if plain, err := after.Reveal(t.Context(), tenant, KindTOTP, "u", sealed[i]); err != nil || !bytes.Equal(plain, []byte{byte(i)}) {
				t.Fatalf("tenant %d: %v", i, err)
			}
		}
		sello, err := after.Seal(t.Context(), w.a, req)
		if err != nil {
			t.Fatal(err)
		}
		seals(t, req, sello)
		was, err := LoadMasterKey("", string(old), false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(db, was, clock); !errors.Is(err, ErrMasterKey) {
			t.Errorf("the old key still opens: %v", err)
		}
	})
}

// Killed after any step, a rotation is carried on, and at every step a process
// that starts opens everything.
func TestARotationIsCarriedOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		path := ringFile(t)
		s := onFile(t, db, path)
		tenants, sealed := many(t, s, rewrapPage+3)
		opens := func(step string) {
			t.Helper()
			fresh := onFile(t, db, path)
			for i := range tenants {
				if _, err := fresh.Reveal(t.Context(), tenants[i], KindTOTP, "u", sealed[i]); err != nil {
					t.Fatalf("%s: tenant %d: %v", step, i, err)
				}
			}
			if _, err := fresh.Protect(t.Context(), store.TenantOf("new-"+step), KindTOTP, "u", []byte("x")); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		}
		if err := ReplaceMasterKey(path, ""); err != nil {
			t.Fatal(err)
		}
		opens("key replaced")
		half := onFile(t, db, path)
		if pending, err := half.MasterPending(t.Context()); err != nil || !pending {
			t.Errorf("nothing pending: %v", err)
		}
		from, err := half.otherKek(t.Context())
		if err != nil || from == "" {
			t.Fatal(from, err)
		}
		check, err := half.checkValue(half.master.current())
		if err != nil {
			t.Fatal(err)
		}
		err = db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error { return tx.UpdateMasterCheck(t.Context(), check) })
		if err != nil {
			t.Fatal(err)
		}
		opens("check sealed")
		if n, err := half.rewrap(t.Context(), from, half.master.current()); err != nil || n != rewrapPage {
			t.Fatal(n, err)
		}
		opens("first page")
		// who read the ring before all this opens what was wrapped since
		if _, err := s.Reveal(t.Context(), tenants[0], KindTOTP, "u", sealed[0]); err != nil {
			t.Error(err)
		}
		last := onFile(t, db, path)
		if n, err := last.RotateMaster(t.Context()); err != nil || n != 4 { // three, and the newcomer of the first step
			t.Errorf("%d left: %v", n, err)
		}
		if pending, err := last.MasterPending(t.Context()); err != nil || pending {
			t.Errorf("still pending: %v", err)
		}
		if n, err := last.RotateMaster(t.Context()); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
	})
}

func TestReplacingTheMasterKey(t *testing.T) {
	path := ringFile(t)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	given := filepath.Join(t.TempDir(), "given.key")
	if err := os.WriteFile(given, []byte(freshMaster(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceMasterKey(path, given); err == nil {
		t.Error("a key that others may read is taken")
	}
	if err := os.Chmod(given, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is there already
		if err := ReplaceMasterKey(path, given); err != nil {
			t.Fatal(err)
		}
	}
	ring, err := readMaster(path)
	if err != nil || len(ring) != 2 {
		t.Fatalf("%d keys: %v", len(ring), err)
	}
	want, _ := parseMaster(first)
	if ring[1].id != want[0].id {
		t.Error("the old key is not kept")
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(names) != 2 { // master.key, old
		t.Errorf("left behind: %v", names)
	}
	several, err := LoadMasterKey("", string(first)+"\n"+freshMaster(t)+"\n", false)
	if err != nil || several.current().id != want[0].id {
		t.Errorf("several lines: %v", err)
	}
}

// A new version of one tenant's keyset: everything opens, the old version goes
// once nothing can lie under it any more, the other tenant keeps its own.
func TestATenantGetsNewDataKeys(t *testing.T) {
	now := start
	clock := func() time.Time { return now }
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now = start
		w := newWorld(t, db)
		w.s.now = clock
		w.load(t, w.a, "cert2", drawn().a2, rfcA)
		req := w.numberA(t, 1)
		before, err := w.s.Seal(t.Context(), w.a, req)
		if err != nil {
			t.Fatal(err)
		}
		versions := func(a store.Actor) (all []int64) {
			rows, err := db.View(a.Tenant).Keysets(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				all = append(all, r.Version)
			}
			return all
		}
		for i, want := range []string{"[1 2]", "[3]"} {
			now = now.Add(time.Duration(i) * time.Hour)
			if n, err := w.s.RotateTenant(t.Context(), w.a.Tenant, 0); err != nil || n != 2 {
				t.Fatalf("%d sealed anew: %v", n, err)
			}
			if got := fmt.Sprint(versions(w.a)); got != want {
				t.Errorf("versions %s, want %s", got, want)
			}
			sello, err := w.s.Seal(t.Context(), w.a, req)
			if err != nil || !bytes.Equal(sello, before) {
				t.Errorf("the seal is another one: %v", err)
			}
		}
		if n, err := w.s.RotateTenant(t.Context(), w.a.Tenant, 2*time.Hour); err != nil || n != 0 {
			t.Errorf("a young keyset: %d, %v", n, err)
		}
		if got := fmt.Sprint(versions(w.b)); got != "[1]" {
			t.Errorf("the other tenant has %s", got)
		}
		if n, err := w.s.RotateTenant(t.Context(), store.Platform(), 0); err != nil || n != 0 {
			t.Errorf("nothing there: %d, %v", n, err)
		}
	}, store.WithClock(clock))
}
