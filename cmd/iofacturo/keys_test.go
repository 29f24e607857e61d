package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/signer"
)

// Keys are changed from a shell while a portal is at work: it goes on sealing and
// opening, and afterwards the old master key is needed for nothing.
func TestKeysAreChangedWhileAPortalWorks(t *testing.T) {
	s := newTrader(t)
	p := s.open(t, "")
	defer p.Close()
	sealed, err := p.keys.Protect(t.Context(), s.actor.Tenant, signer.KindTOTP, "u", s.secret)
	check(t, err)
	works := func(when string) {
		t.Helper()
		plain, err := p.keys.Reveal(t.Context(), s.actor.Tenant, signer.KindTOTP, "u", sealed)
		if err != nil || !bytes.Equal(plain, s.secret) {
			t.Errorf("%s: %v", when, err)
		}
		d := s.draft(t, p)
		doc, err := p.billing.Issue(t.Context(), s.actor, d.ID, d.Revision)
		if err != nil || doc.State != billing.Timbrado {
			t.Errorf("%s: %s %+v %v", when, doc.State, doc.Reason, err)
		}
	}
	before, err := os.ReadFile(s.flags.masterPath())
	check(t, err)
	for range 2 {
		if got := command(t, "keys", "rotate", "--data", s.flags.Data); got.status != 0 || !strings.Contains(got.errOut, "nueva: 1.") {
			t.Fatalf("%d %s", got.status, got.errOut)
		}
		works("after a new master key")
	}
	after, err := os.ReadFile(s.flags.masterPath())
	if err != nil || bytes.Equal(before, after) {
		t.Errorf("the master key is the old one: %v", err)
	}
	old, err := filepath.Glob(s.flags.path("keys", "old", "*.key"))
	if err != nil || len(old) != 2 {
		t.Errorf("old keys: %v, %v", old, err)
	}
	for _, args := range [][]string{{"--tenant-keys", "EKU9003173C9"}, {"--tenant-keys"}} {
		if got := command(t, append([]string{"keys", "rotate", "--data", s.flags.Data}, args...)...); got.status != 0 || !strings.Contains(got.errOut, "Listo") {
			t.Fatalf("%v: %d %s", args, got.status, got.errOut)
		}
	}
	works("after new data keys")
	check(t, os.RemoveAll(s.flags.path("keys", "old")))
	p.Close()
	p = s.open(t, "")
	works("without the old keys")

	for name, args := range map[string][]string{
		"an RFC alone":          {"keys", "rotate", "--data", s.flags.Data, "EKU9003173C9"},
		"a company that is not": {"keys", "rotate", "--data", s.flags.Data, "--tenant-keys", "XIA190128J61"},
		"a key that is none":    {"keys", "rotate", "--data", s.flags.Data, "--new-key", file(t, "mala.key", "nada")},
	} {
		if got := command(t, args...); got.status != 2 {
			t.Errorf("%s: %d %s", name, got.status, got.errOut)
		}
	}
	works("after what was refused")
}

// A key in the environment is not the program's to change: it says what to do, and
// with both keys given it moves to the first.
func TestKeysFromTheEnvironment(t *testing.T) {
	s := newTrader(t)
	old, err := os.ReadFile(s.flags.masterPath())
	check(t, err)
	next := filepath.Join(s.dirs, "next.key")
	_, err = signer.LoadMasterKey(next, "", true)
	check(t, err)
	fresh, err := os.ReadFile(next)
	check(t, err)
	rotate := func(key string) said {
		var out, errOut bytes.Buffer
		w := &world{ctx: t.Context(), stdout: &out, stderr: &errOut, now: time.Now, env: func(name string) string {
			if name == "IOFACTURO_MASTER_KEY" {
				return key
			}
			return ""
		}}
		status := run(w, []string{"keys", "rotate", "--data", s.flags.Data})
		return said{status, out.String(), errOut.String()}
	}
	if got := rotate(string(old)); got.status != 2 || !strings.Contains(got.errOut, "primer renglón") {
		t.Errorf("with one key: %d %s", got.status, got.errOut)
	}
	if got := rotate(string(fresh)); got.status != 2 || !strings.Contains(got.errOut, "no es la llave maestra") {
		t.Errorf("with another key: %d %s", got.status, got.errOut)
	}
	if got := rotate(string(fresh) + string(old)); got.status != 0 {
		t.Errorf("with both: %d %s", got.status, got.errOut)
	}
	if got := rotate(string(old)); got.status != 2 || !strings.Contains(got.errOut, "no es la llave maestra") {
		t.Errorf("the old one still opens: %d %s", got.status, got.errOut)
	}
}

// A signer that starts before its database is there says what to do.
func TestASignerNeedsItsDatabase(t *testing.T) {
	got := command(t, "signer", "--data", filepath.Join(t.TempDir(), "data"))
	if got.status != 2 || !strings.Contains(got.errOut, "iofacturo migrate") {
		t.Errorf("%d %s", got.status, got.errOut)
	}
}
