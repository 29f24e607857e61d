package pactest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
)

// Oracle has xmllint, xsltproc and openssl judge stamped documents, with the
// certificate of the PAC that must have stamped them. Where the oracle or its
// programs are missing it says so in the test's log and judges nothing.
func Oracle(t testing.TB, pacCert *csd.Certificate, documents ...[]byte) {
	t.Helper()
	script := oracle(t)
	if script == "" || len(documents) == 0 {
		return
	}
	dir := t.TempDir()
	args := []string{"--quiet", "--require-tfd", "--require-csd", "--vigencia", "--pac-cert", write(t, dir, "pac.cer", pacCert.Raw)}
	for i, xml := range documents {
		args = append(args, write(t, dir, fmt.Sprintf("%d.xml", i), xml))
	}
	if out, err := exec.Command(script, args...).CombinedOutput(); err != nil {
		t.Errorf("oracle: %v\n%s", err, out)
	}
}

// A Judge gathers the documents a test stamps and has the [Oracle] judge them all
// when the test is over.
type Judge struct {
	mu  sync.Mutex
	xml map[string]bool
}

// NewJudge returns the judge of test t for documents stamped with pacCert.
func NewJudge(t testing.TB, pacCert *csd.Certificate) *Judge {
	j := &Judge{xml: map[string]bool{}}
	t.Cleanup(func() {
		var documents [][]byte
		for xml := range j.xml {
			documents = append(documents, []byte(xml))
		}
		Oracle(t, pacCert, documents...)
	})
	return j
}

// Add gives a stamped document to the judge; the same bytes are judged once.
func (j *Judge) Add(stamped *cfdi.Stamped) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.xml[string(stamped.XML())] = true
}

// oracle returns the path of the script beside the module, "" when it cannot run.
func oracle(t testing.TB) string {
	t.Helper()
	for _, tool := range []string{"bash", "xmllint", "xsltproc", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Logf("the oracle does not judge: %s is not installed", tool)
			return ""
		}
	}
	script := filepath.Join(shared(t), "oracle", "check-cfdi.sh")
	if _, err := os.Stat(script); err != nil {
		t.Log("the oracle does not judge: there is no ../shared/oracle")
		return ""
	}
	return script
}

// SharedCerts returns the folder of the SAT's test certificates, or skips the test.
func SharedCerts(t testing.TB) string {
	t.Helper()
	certs := filepath.Join(shared(t), "sat", "certs")
	if _, err := os.Stat(certs); err != nil {
		t.Skip("the SAT's test certificates are not there: no ../shared/sat/certs")
	}
	return certs
}

// shared returns the folder beside the module, which may not exist.
func shared(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared")
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
