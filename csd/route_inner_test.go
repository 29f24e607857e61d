//go:build libcrypto && linux && (amd64 || arm64)

package csd

import (
	"crypto/rand"
	"crypto/rsa"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// TestNoConfigurationIsRead: a configuration that would leave libcrypto without RSA, as one
// that names another's code would leave it with theirs, changes nothing.
func TestNoConfigurationIsRead(t *testing.T) {
	if foreignRoute() == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no libcrypto.so.3")
		}
		t.Skip("sin libcrypto.so.3 en esta máquina")
	}
	const child = "CSD_TEST_CONFIGURED"
	if os.Getenv(child) == "" {
		conf := filepath.Join(t.TempDir(), "openssl.cnf")
		text := "openssl_conf = init\n[init]\nalg_section = algorithms\n[algorithms]\ndefault_properties = fips=yes\n"
		if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNoConfigurationIsRead$")
		cmd.Env = append(os.Environ(), child+"=1", "OPENSSL_CONF="+conf)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	k := &Key{rsa: secret}
	defer k.Wipe()
	e := k.engine()
	if e == nil {
		t.Fatal("the key is not in the library")
	}
	if _, done, err := e.sign(&[32]byte{1}, secret.Size()); !done || err != nil {
		t.Errorf("the library does not sign: %v, %v", done, err)
	}
}

// TestNoMoreInsideThanCompute: whoever is inside keeps a thread of the system, so contexts
// are made for as many as compute at once, and no more.
func TestNoMoreInsideThanCompute(t *testing.T) {
	if foreignRoute() == "" {
		t.Skip("sin libcrypto.so.3 en esta máquina")
	}
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	k := &Key{rsa: secret}
	defer k.Wipe()
	var signers sync.WaitGroup
	for range 64 {
		signers.Go(func() {
			for range 40 { // long enough for the runtime to see who stays away
				if _, err := k.Sign([]byte("||4.0||")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	signers.Wait()
	if made, most := len(k.engine().idle), cap(theLibrary().turns); made == 0 || made > most {
		t.Errorf("%d contexts for %d that compute", made, most)
	}
}
