package account

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"iofacturo.mx/internal/store"
)

// Nothing in the database opens anything: neither tokens nor passwords nor the
// password of a key are there, only their hashes (threat T2).
func TestDatabaseHoldsNoSecretInClear(t *testing.T) {
	dir := t.TempDir()
	c := &clock{at: start}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "iofacturo.db"), store.WithClock(c.now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, db, c)
	p, err := h.Register(t.Context(), registration(rfcA, "ana@x.mx"), "")
	if err != nil {
		t.Fatal(err)
	}
	link := h.link("ana@x.mx")
	_, in, err := h.Confirm(t.Context(), link, Confirmation{Password: goodPassword, Password2: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	cer, key := csdOf(t, rfcA)
	if _, err := h.AddCertificate(t.Context(), h.session(in.Token).Actor, cer, key, keyPassword); err != nil {
		t.Fatal(err)
	}
	var all []byte
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	if !bytes.Contains(all, []byte(hashToken(in.Token))) {
		t.Fatal("the files do not even hold the hash: this test looks in the wrong place")
	}
	for name, secret := range map[string]string{
		"pending token": p.Token, "link": link, "session": in.Token, "password": goodPassword, "key password": string(keyPassword),
	} {
		if bytes.Contains(all, []byte(secret)) {
			t.Errorf("the database holds the %s in clear", name)
		}
	}
}
