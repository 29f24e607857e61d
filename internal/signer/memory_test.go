package signer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/store"
)

// signerChild names the folder in the process that only signs.
const signerChild = "SIGNER_TEST_CHILD"

// A signer process seals, rests, and is looked into from outside: while it works
// the scan finds the key, which proves that it can; after the rest it finds none,
// in a build that erases memory (GOEXPERIMENT=runtimesecret). Others only promise
// that the key is let go of.
func TestARestingSignerHoldsNoKey(t *testing.T) {
	if dir := os.Getenv(signerChild); dir != "" {
		restingSigner(t, dir)
		return
	}
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	master, err := LoadMasterKey(filepath.Join(dir, "master.key"), "", true)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(db, master, clock)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorldOf(t, db, s)
	if err := os.WriteFile(filepath.Join(dir, "xml"), w.numberA(t, 1).XML, 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestARestingSignerHoldsNoKey$")
	child.Env = append(os.Environ(), signerChild+"="+dir, signerChild+"_TENANT="+w.a.Tenant.ID())
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	said := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Fatalf("the child never said %q", want)
	}
	needles := factors(t, drawn().a.key)
	said("sealed")
	if n := scan(t, child.Process.Pid, needles); n == 0 {
		t.Fatal("not found while it was in use: this scan sees nothing")
	}
	fmt.Fprintln(in, "rest")
	said("rested")
	switch n := scan(t, child.Process.Pid, needles); {
	case csd.ErasesMemory && n > 0:
		t.Errorf("%d copies of parts of the key are left", n)
	case !csd.ErasesMemory:
		t.Logf("%d copies of parts of the key wait to be overwritten; GOEXPERIMENT=runtimesecret erases them", n)
	}
	in.Close()
	_, _ = io.Copy(io.Discard, out)
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
}

func restingSigner(t *testing.T, dir string) {
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "db"))
	if err != nil {
		t.Fatal(err)
	}
	master, err := LoadMasterKey(filepath.Join(dir, "master.key"), "", false)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(db, master, clock)
	if err != nil {
		t.Fatal(err)
	}
	xml, err := os.ReadFile(filepath.Join(dir, "xml"))
	if err != nil {
		t.Fatal(err)
	}
	a := store.System(store.TenantOf(os.Getenv(signerChild + "_TENANT")))
	s.keys.life = time.Hour
	for i := range 50 {
		if i%10 == 0 {
			s.keys.wipe() // opened anew
		}
		if _, err := s.Seal(context.Background(), a, Request{"doc-1", 2, "cert", xml}); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("sealed")
	in := bufio.NewScanner(os.Stdin)
	in.Scan()
	for name, h := range s.keys.keys {
		s.keys.expire(name, h.key) // as its timer does
	}
	fmt.Println("rested")
	in.Scan()
}

// factors are the secret numbers of a key as they may lie in memory: most
// significant byte first, and last as in the limbs of a number.
func factors(t *testing.T, file []byte) (all [][]byte) {
	t.Helper()
	key, err := csd.OpenKey(file, []byte(password))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(key.PKCS8())
	if err != nil {
		t.Fatal(err)
	}
	k := parsed.(*rsa.PrivateKey)
	for _, b := range [][]byte{k.Primes[0].Bytes(), k.Primes[1].Bytes(), k.D.Bytes(), k.Precomputed.Dp.Bytes(), k.Precomputed.Dq.Bytes()} {
		limbs := slices.Clone(b)
		slices.Reverse(limbs)
		all = append(all, b[8:56], limbs[8:56]) // a part tells as much as the whole
	}
	return all
}

// scan counts the needles in the memory of a process.
func scan(t *testing.T, pid int, needles [][]byte) (n int) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Skipf("the memory of another process cannot be read here: %v", err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Skipf("the memory of another process cannot be read here: %v", err)
	}
	defer mem.Close()
	for line := range strings.Lines(string(maps)) {
		f := strings.Fields(line)
		from, to, _ := strings.Cut(f[0], "-")
		a, _ := strconv.ParseInt(from, 16, 64)
		b, err := strconv.ParseInt(to, 16, 64)
		if err != nil || !strings.HasPrefix(f[1], "rw") {
			continue
		}
		region := make([]byte, b-a)
		got, _ := mem.ReadAt(region, a)
		for _, needle := range needles {
			n += bytes.Count(region[:got], needle)
		}
	}
	return n
}
