package prueba_test

import (
	"crypto/x509"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/csd/prueba"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestOpenMakesTheAuthorityOnceAndKeepsIt(t *testing.T) {
	dir := t.TempDir()
	first, err := prueba.Open(dir, start)
	if err != nil {
		t.Fatal(err)
	}
	second, err := prueba.Open(dir, start.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	if first.Root().SHA256() != second.Root().SHA256() {
		t.Error("opening again made another root")
	}
	pac, key := second.PAC()
	if firstPAC, _ := first.PAC(); firstPAC.SHA256() != pac.SHA256() || !key.Matches(pac) {
		t.Error("opening again changed the certificate of the PAC")
	}
	root := second.Root()
	if root.Bits() != 4096 || root.Name != "AC de pruebas ioFacturo" || !root.NotBefore.Equal(start.AddDate(-1, 0, 0)) ||
		!root.NotAfter.Equal(root.NotBefore.AddDate(20, 0, 0)) {
		t.Errorf("root: %d bits, %q, %v to %v", root.Bits(), root.Name, root.NotBefore, root.NotAfter)
	}
	checkModes(t, filepath.Join(dir, "ca"))
	checkIncompleteFolder(t, dir)
}

func checkModes(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func checkIncompleteFolder(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "ca", "pac.pkcs8")); err != nil {
		t.Fatal(err)
	}
	if _, err := prueba.Open(dir, start); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an incomplete folder opens: %v", err)
	}
}

func TestIssuesWhatTheSATIssues(t *testing.T) {
	ca, err := prueba.New(start, 2048)
	if err != nil {
		t.Fatal(err)
	}
	trust, password := csd.NewTrust(ca.Root()), []byte("12345678a")
	for _, holder := range []struct{ rfc, name string }{
		{"EKU9003173C9", "ESCUELA KEMPER URGATE SA DE CV"},
		{"CACX7605101P8", "XOCHILT CASAS CHAVEZ"},
		{"L&Ñ950913MSA", "LUCES & ÑANDÚES SA"},
	} {
		cer, key, err := ca.CSD(holder.rfc, holder.name, password)
		if err != nil {
			t.Fatal(err)
		}
		c := checkPair(t, cer, key, password)
		if c.Kind != csd.CSD || c.Rfc != holder.rfc || c.Name != holder.name || c.Branch != "Pruebas" ||
			!strings.HasPrefix(c.NoCertificado, "3000") || len(c.NoCertificado) != 20 {
			t.Errorf("%+v", c)
		}
		if !c.NotBefore.Equal(start.AddDate(-1, 0, 0)) || !c.NotAfter.Equal(c.NotBefore.AddDate(4, 0, 0)) {
			t.Errorf("valid from %v to %v", c.NotBefore, c.NotAfter)
		}
		if _, test, err := trust.Check(c, start.AddDate(0, -5, 0)); err != nil || !test {
			t.Errorf("five months back: test %t, %v", test, err)
		}
		if x, err := x509.ParseCertificate(cer); err != nil || len(x.Extensions) != 2 {
			t.Errorf("extensions %v, %v", x.Extensions, err)
		}
	}
	cer, key, err := ca.FIEL("EKU9003173C9", "ESCUELA KEMPER URGATE SA DE CV", password)
	if err != nil {
		t.Fatal(err)
	}
	if c := checkPair(t, cer, key, password); c.Kind != csd.FIEL || c.Branch != "" {
		t.Errorf("e.firma: %+v", c)
	}
	if pac, _ := ca.PAC(); pac.Rfc != prueba.PACRfc || pac.Kind != csd.CSD {
		t.Errorf("PAC: %+v", pac)
	}
}

func checkPair(t *testing.T, cer, key, password []byte) *csd.Certificate {
	t.Helper()
	c, err := csd.ParseCertificate(cer)
	if err != nil {
		t.Fatal(err)
	}
	k, err := csd.OpenKey(key, password)
	if err != nil || !k.Matches(c) {
		t.Fatalf("the key of %s: %v", c.Rfc, err)
	}
	return c
}

// openssl, which shares nothing with us, verifies the chain and opens the key.
func TestOpenSSLAgrees(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	ca, err := prueba.New(start, 2048)
	if err != nil {
		t.Fatal(err)
	}
	cer, key, err := ca.CSD("EKU9003173C9", "ESCUELA KEMPER URGATE SA DE CV", []byte("12345678a"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{"raiz.cer": ca.Root().Raw, "a.cer": cer, "a.key": key} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		c := exec.Command(openssl, args...)
		c.Dir = dir
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("x509", "-inform", "DER", "-in", "raiz.cer", "-out", "raiz.pem")
	run("x509", "-inform", "DER", "-in", "a.cer", "-out", "a.pem")
	run("verify", "-attime", "1795000000", "-CAfile", "raiz.pem", "a.pem")
	text := run("asn1parse", "-inform", "DER", "-in", "a.key")
	for _, want := range []string{"PBES2", "PBKDF2", ":0800", "des-ede3-cbc"} {
		if !strings.Contains(text, want) {
			t.Errorf("the key has no %s", want)
		}
	}
	pub := run("pkcs8", "-inform", "DER", "-in", "a.key", "-passin", "pass:12345678a", "-out", "a.pem.key")
	if strings.TrimSpace(pub) != "" {
		t.Errorf("openssl says %q", pub)
	}
}
