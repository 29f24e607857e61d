package signer

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestWrongMasterKeyIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		right := masterKey(t)
		for range 2 {
			if _, err := New(db, right, clock); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := New(db, masterKey(t), clock); !errors.Is(err, ErrMasterKey) {
			t.Errorf("a wrong key opens: %v", err)
		}
		if _, err := New(db, MasterKey{}, clock); err == nil {
			t.Error("no key opens")
		}
	})
}

func TestMasterKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	if _, err := LoadMasterKey(path, "", false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without create: %v", err)
	}
	made, err := LoadMasterKey(path, "", true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadMasterKey(path, "", true)
	if err != nil || again.current().id != made.current().id {
		t.Errorf("read again: %v, %v", again.current().id, err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", made, made, made, made); text != "[oculto] [oculto] [oculto] [oculto]" {
		t.Errorf("prints as %q", text)
	}
	if given, err := LoadMasterKey(path, freshMaster(t)+"\n", false); err != nil || given.current().id == made.current().id {
		t.Errorf("a key given must win over the file: %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadMasterKey(path, "", true); err == nil {
		t.Error("a file that the group can read is taken")
	}
	for _, bad := range []string{"x", "AAAA", freshMaster(t)[:40]} {
		if _, err := LoadMasterKey(path, bad, false); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}

func TestLoadChecksEverything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, d := newWorld(t, db), drawn()
		for name, c := range map[string]struct {
			pair Pair
			kind fail.Kind
			path string
		}{
			"wrong password":   {Pair{Cer: d.a2.cer, Key: d.a2.key, Password: []byte("no"), Rfc: rfcA}, fail.Invalid, "Password"},
			"key of another":   {Pair{Cer: d.a2.cer, Key: d.b.key, Password: []byte(password), Rfc: rfcA}, fail.Invalid, "Key"},
			"files exchanged":  {Pair{Cer: d.a2.key, Key: d.a2.cer, Password: []byte(password), Rfc: rfcA}, fail.Invalid, "Cer"},
			"cer twice":        {Pair{Cer: d.a2.cer, Key: d.a2.cer, Password: []byte(password), Rfc: rfcA}, fail.Invalid, "Key"},
			"e.firma":          {Pair{Cer: d.fiel.cer, Key: d.fiel.key, Password: []byte(password), Rfc: rfcA}, fail.Invalid, "Cer"},
			"expired":          {Pair{Cer: d.old.cer, Key: d.old.key, Password: []byte(password), Rfc: rfcA}, fail.Invalid, "Cer"},
			"another taxpayer": {Pair{Cer: d.b.cer, Key: d.b.key, Password: []byte(password), Rfc: rfcA}, fail.Invalid, "Cer"},
		} {
			if c.pair.CertificateID == "" {
				c.pair.CertificateID = "new"
			}
			_, err := w.s.Load(t.Context(), w.a, c.pair)
			if err == nil || fail.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			}
			if fields := fail.FieldsOf(err); c.path != "" && (len(fields) != 1 || fields[0].Path != c.path) {
				t.Errorf("%s: fields %+v", name, fields)
			}
			if _, err := db.View(w.a.Tenant).CertificateKey(t.Context(), "new"); fail.KindOf(err) != fail.NotFound {
				t.Errorf("%s: a key was kept (%v)", name, err)
			}
		}
		if acts := w.acts(t, w.a); len(acts) != 1 {
			t.Errorf("refusals left audit records: %v", acts)
		}
		nobody := store.Actor{Tenant: w.a.Tenant, Rights: []store.Right{store.RightIssue}}
		if _, err := w.s.Load(t.Context(), nobody, Pair{CertificateID: "new"}); fail.KindOf(err) != fail.Denied {
			t.Errorf("without the right: %v", err)
		}
	})
}

func TestForgetDestroysTheKeyOfOneTenant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		reqA := w.numberA(t, 1)
		reqB := w.number(t, w.b, "doc-b", 1, drawn().b, rfcB, nameB, start)
		if _, err := w.s.Seal(t.Context(), w.a, reqA); err != nil {
			t.Fatal(err)
		}
		if err := w.destroy(t, w.a, "cert"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Seal(t.Context(), w.a, reqA); fail.KindOf(err) != fail.NotFound {
			t.Errorf("a destroyed key signs: %v", err)
		}
		if err := w.destroy(t, w.a, "cert"); fail.KindOf(err) != fail.NotFound {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.s.Seal(t.Context(), w.b, reqB); err != nil {
			t.Errorf("the other tenant lost its key: %v", err)
		}
		if acts := w.acts(t, w.a); acts[len(acts)-1] != "csd.forget certificate/cert" {
			t.Error(acts)
		}
	})
}

// Each ciphertext opens in its own place and in no other: rows of one tenant, of
// two tenants, keysets of two tenants, and every part of the place changed.
func TestCiphertextOpensOnlyInItsPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.load(t, w.a, "cert2", drawn().a2, rfcA)
		type place struct {
			tenant store.Tenant
			set    store.KeysetRow
			row    store.KeyRow
		}
		var places []place
		for _, p := range []struct {
			actor store.Actor
			id    string
		}{{w.a, "cert"}, {w.a, "cert2"}, {w.b, "cert"}} {
			v := db.View(p.actor.Tenant)
			set, err := v.CurrentKeyset(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			row, err := v.CertificateKey(t.Context(), p.id)
			if err != nil {
				t.Fatal(err)
			}
			places = append(places, place{p.actor.Tenant, set, row})
		}
		for i, to := range places {
			for j, from := range places {
				row, set := to.row, to.set
				row.Wrapped = from.row.Wrapped
				if _, err := w.s.unwrap(to.tenant, set, row); (err == nil) != (i == j) {
					t.Errorf("ciphertext %d in place %d: %v", j, i, err)
				}
				set.Wrapped = from.set.Wrapped
				if _, err := w.s.unwrap(to.tenant, set, to.row); (err == nil) != (to.tenant == from.tenant) {
					t.Errorf("keyset %d in place %d: %v", j, i, err)
				}
			}
			for name, change := range map[string]func(p *place){
				"certificate": func(p *place) { p.row.CertificateID += "x" },
				"serial":      func(p *place) { p.row.NoCertificado = "30009000000000000000" },
				"version":     func(p *place) { p.row.KeysetVersion++ },
				"set version": func(p *place) { p.set.Version++ },
				"tenant":      func(p *place) { p.tenant = store.TenantOf("somebody") },
			} {
				p := to
				change(&p)
				if _, err := w.s.unwrap(p.tenant, p.set, p.row); err == nil {
					t.Errorf("place %d opens with another %s", i, name)
				}
			}
		}
	})
}

// Neither password nor key nor master key is anywhere in the database.
func TestDatabaseHoldsNoSecret(t *testing.T) {
	onDisk(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		w := newWorld(t, db)
		if _, err := w.s.Seal(t.Context(), w.a, w.numberA(t, 1)); err != nil {
			t.Fatal(err)
		}
		key, err := csd.OpenKey(drawn().a.key, []byte(password))
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.ParsePKCS8PrivateKey(key.PKCS8())
		if err != nil {
			t.Fatal(err)
		}
		secrets := map[string][]byte{
			"password": []byte(password), "SAT's key file": drawn().a.key[100:400],
			"d": private.(*rsa.PrivateKey).D.Bytes(), "p": private.(*rsa.PrivateKey).Primes[0].Bytes(),
		}
		seen := 0
		for _, table := range []string{"certificate_keys", "tenant_keysets", "master_checks", "audit"} {
			for _, cell := range cells(t, raw, table) {
				seen++
				for name, secret := range secrets {
					if bytes.Contains(cell, secret) {
						t.Errorf("%s holds the %s", table, name)
					}
				}
			}
		}
		if seen < 20 {
			t.Errorf("looked at only %d cells", seen)
		}
	})
}

func cells(t *testing.T, raw *sql.DB, table string) (all [][]byte) {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, cell := range row {
			all = append(all, bytes.Clone(cell))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCacheIsSmallShortAndWiped(t *testing.T) {
	now := start
	c := newCache(func() time.Time { return now })
	der := func() []byte {
		k, err := csd.OpenKey(drawn().a.key, []byte(password))
		if err != nil {
			t.Fatal(err)
		}
		return k.PKCS8()
	}()
	fresh := func() *csd.Key {
		k, err := csd.ParsePKCS8(der)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	name := func(i int) [sha256.Size]byte { return sha256.Sum256([]byte{byte(i)}) }
	var keys []*csd.Key
	for i := range cacheSize + 1 {
		now = now.Add(time.Millisecond)
		keys = append(keys, fresh())
		c.put(name(i), keys[i])
		if i == cacheSize/2 && c.get(name(0)) == nil { // used again, so it stays
			t.Error("the first key is gone too early")
		}
	}
	if len(c.keys) != cacheSize || c.get(name(1)) != nil || keys[1].PKCS8() != nil {
		t.Errorf("%d keys; the one longest unused must be gone and wiped", len(c.keys))
	}
	if c.get(name(0)) != keys[0] || c.get(name(cacheSize)) == nil {
		t.Error("a key in use was let go")
	}
	now = now.Add(cacheFor)
	if c.get(name(0)) != nil || keys[0].PKCS8() != nil {
		t.Error("a key outlives its minute")
	}
	c.expire(name(2), keys[2])
	c.wipe()
	for i, k := range keys {
		if k.PKCS8() != nil {
			t.Errorf("key %d was not wiped", i)
		}
	}
}
