package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/demo"
	"iofacturo.mx/internal/pac/pactest"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

// TestDemoThenCheck fills a folder, finds it in order, leaves it alone the second time, and sees a cent that moved.
func TestDemoThenCheck(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if got := command(t, "demo", "--data", data, "--receipts", "12"); got.status != 0 || got.out != "" {
		t.Fatalf("demo: %+v", got)
	}
	note := read(t, filepath.Join(data, "demo.txt"))
	if !strings.Contains(note, demo.Rfc) || !strings.Contains(note, "contraseña") {
		t.Errorf("demo.txt: %s", note)
	}
	for _, path := range []string{data, filepath.Join(data, "demo.txt"), filepath.Join(data, "iofacturo.db"), filepath.Join(data, "keys", "master.key")} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read %s: %v", path, err)
		}
	}
	if got := command(t, "check", "--data", data); got.status != 0 || got.out != "" {
		t.Errorf("check: %+v", got)
	}
	if got := command(t, "demo", "--data", data, "--receipts", "12"); got.status != 0 || read(t, filepath.Join(data, "demo.txt")) != note {
		t.Errorf("a second demo changed something: %+v", got)
	}
	judged(t, data)
	passwordsCost(t, data)
	moveACent(t, data)
	if got := command(t, "check", "--data", data); got.status != 1 || got.out == "" {
		t.Errorf("check did not see the cent: %+v", got)
	}
}

// judged gives the oracle all that a data folder holds stamped.
func judged(t *testing.T, data string) {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, "iofacturo.db"), store.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pactest.Oracle(t, certifierOf(t, data), storetest.Stamped(t, db)...)
}

// passwordsCost holds the hashes that the shipped portal makes against decision 29; the other tests hash cheaply.
func passwordsCost(t *testing.T, data string) {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(data, "iofacturo.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	row, err := db.Global().TenantByRfc(t.Context(), demo.Rfc)
	if err != nil {
		t.Fatal(err)
	}
	users, err := db.View(row.Tenant()).Users(t.Context(), store.UserFilter{Limit: 10})
	if err != nil || len(users) == 0 {
		t.Fatalf("%d users, %v", len(users), err)
	}
	for _, u := range users {
		if !strings.HasPrefix(u.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("the password of %s is kept as %.34s", u.Usuario, u.Password)
		}
	}
}

// moveACent changes the stored total of a stamped document, as a bug or an intruder would.
func moveACent(t *testing.T, data string) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(data, "iofacturo.db"), store.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	row, err := db.Global().TenantByRfc(ctx, demo.Rfc)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(ctx, store.TenantOf(row.ID), func(tx *store.Tx) error {
		rows, err := tx.Documents(ctx, store.DocumentFilter{States: []string{"timbrado"}, Sort: "fecha", Limit: 1})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d documents: %v", len(rows), err)
		}
		was, r := rows[0], rows[0]
		r.Total += 10_000
		return tx.ChangeDocument(ctx, was, r)
	})
	if err != nil {
		t.Fatal(err)
	}
}
