package pactest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
)

// benches is how many oracles judge at a time: they are processes, most of whose
// life is starting others.
const benches = 2

// perShape is how many documents of one shape are judged of those that one test stamped: the
// oracle starts a dozen programs for each. With IOFACTURO_ORACLE=all, as make test-deep sets
// it, every one is.
const perShape = 24

// Oracle has xmllint, xsltproc and openssl judge stamped documents, with the certificate of
// the PAC that must have stamped them; of one shape perShape at most, spread over all of them.
// Where the oracle or its programs are missing it says so in the test's log and judges nothing.
// It returns how many were judged.
func Oracle(t testing.TB, pacCert *csd.Certificate, documents ...[]byte) int {
	t.Helper()
	script := oracle(t)
	if script == "" || len(documents) == 0 {
		return 0
	}
	if os.Getenv("IOFACTURO_ORACLE") != "all" {
		documents = chosen(documents)
	}
	dir := t.TempDir()
	args := make([][]string, benches)
	for i := range args {
		args[i] = []string{"--quiet", "--require-tfd", "--require-csd", "--vigencia", "--pac-cert", filepath.Join(dir, "pac.cer")}
	}
	write(t, dir, "pac.cer", pacCert.Raw)
	for i, xml := range documents {
		args[i%benches] = append(args[i%benches], write(t, dir, fmt.Sprintf("%d.xml", i), xml))
	}
	var wg sync.WaitGroup
	for _, a := range args[:min(benches, len(documents))] {
		wg.Go(func() {
			if out, err := exec.Command(script, a...).CombinedOutput(); err != nil {
				t.Errorf("oracle: %v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	return len(documents)
}

// chosen are the documents to judge, perShape of each shape at most. Two have one shape when
// they differ in nothing but the values of their attributes.
func chosen(documents [][]byte) (some [][]byte) {
	values := regexp.MustCompile(`="[^"]*"`)
	shapes := map[string][][]byte{}
	for _, xml := range documents {
		shape := string(values.ReplaceAll(xml, nil))
		shapes[shape] = append(shapes[shape], xml)
	}
	for _, alike := range shapes {
		for i := range min(perShape, len(alike)) {
			some = append(some, alike[i*len(alike)/min(perShape, len(alike))])
		}
	}
	return some
}

// Books remember what the oracle was given, so that the same bytes, stamped by
// several tests, are judged once. The zero value is ready.
type Books struct {
	mu     sync.Mutex
	judged map[[sha256.Size]byte]bool
}

// Oracle is [Oracle] over the documents it has not been given before.
func (b *Books) Oracle(t testing.TB, pacCert *csd.Certificate, documents ...[]byte) int {
	t.Helper()
	var fresh [][]byte
	b.mu.Lock()
	if b.judged == nil {
		b.judged = map[[sha256.Size]byte]bool{}
	}
	for _, xml := range documents {
		if sum := sha256.Sum256(append(xml[:len(xml):len(xml)], pacCert.Raw...)); !b.judged[sum] {
			b.judged[sum] = true
			fresh = append(fresh, xml)
		}
	}
	b.mu.Unlock()
	return Oracle(t, pacCert, fresh...)
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
