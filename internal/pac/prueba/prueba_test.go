package prueba_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/cfdi"
	"iofacturo.mx/csd"
	authority "iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/pac"
	"iofacturo.mx/internal/pac/pactest"
	"iofacturo.mx/internal/pac/prueba"
)

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

func clock() time.Time { return start }

// people are the authority and the certificates of these tests, made once:
// RSA keys are slow to draw.
type people struct {
	ca, old                                *authority.CA // old is six years older
	csd, fiel, expired, otherRfc, stranger pactest.Signer
}

var makePeople = sync.OnceValue(func() func(t testing.TB) people {
	var p people
	return func(t testing.TB) people {
		if p.ca == nil {
			p = newPeople(t)
		}
		return p
	}
})

func newPeople(t testing.TB) people {
	ca, old := newCA(t, start), newCA(t, start.AddDate(-6, 0, 0))
	return people{
		ca: ca, old: old, expired: pactest.Issue(t, old, pactest.Rfc, pactest.Name, false),
		csd: pactest.Issue(t, ca, pactest.Rfc, pactest.Name, false), fiel: pactest.Issue(t, ca, pactest.Rfc, pactest.Name, true),
		otherRfc: pactest.Issue(t, ca, "URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", false),
		stranger: pactest.Issue(t, newCA(t, start), pactest.Rfc, pactest.Name, false),
	}
}

func newCA(t testing.TB, now time.Time) *authority.CA {
	t.Helper()
	ca, err := authority.New(now, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// world is a test PAC with what its clients know.
type world struct {
	people
	pac   *prueba.PAC
	cfg   prueba.Config
	trust *csd.Trust
	cat   *catalogo.Catalog
	judge *pactest.Judge
}

func newWorld(t testing.TB) world {
	t.Helper()
	w := world{people: makePeople()(t), cat: catalogo.New()}
	w.trust = csd.NewTrust(w.ca.Root(), w.old.Root())
	cert, _ := w.ca.PAC()
	w.trust.AddPAC(cert)
	w.cfg = prueba.Config{CA: w.ca, Trust: w.trust, Catalog: w.cat, Log: filepath.Join(t.TempDir(), "pac-prueba.log"), Now: clock}
	w.judge = pactest.NewJudge(t, cert)
	w.pac = w.open(t)
	return w
}

// accept checks that an answer holds a true stamp and gives it to the oracle.
func (w world) accept(t testing.TB, s *cfdi.Sealed, a pac.Answer) *cfdi.Stamped {
	t.Helper()
	stamped, err := s.Accept(a.XML, w.trust)
	if err != nil {
		t.Fatalf("%v %s %s: %v", a.Outcome, a.Code, a.Message, err)
	}
	w.judge.Add(stamped)
	return stamped
}

func (w world) open(t testing.TB) *prueba.PAC {
	t.Helper()
	p, err := prueba.New(w.cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func (w world) sealed(t testing.TB, folio int) *cfdi.Sealed {
	t.Helper()
	return pactest.Seal(t, pactest.Document(w.cat, start.Add(-time.Hour), folio), w.csd)
}

func TestConforms(t *testing.T) {
	pactest.Suite(t, func(t *testing.T) pactest.Fixture {
		w := newWorld(t)
		cert, _ := w.ca.PAC()
		return pactest.Fixture{
			PAC: w.pac, Certificate: cert, Trust: w.trust, Catalog: w.cat, Now: clock,
			CSD: w.csd, FIEL: w.fiel, Expired: w.expired, OtherRfc: w.otherRfc, Stranger: w.stranger,
			Reopen: func(t *testing.T) pac.PAC { return w.open(t) },
		}
	})
}

func TestEveryLieIsCaughtAndTheTruthIsKept(t *testing.T) {
	w := newWorld(t)
	for n, lie := range prueba.Lies() {
		s := w.sealed(t, n+1)
		w.pac.SetFaults(prueba.Faults{All: lie})
		a := w.pac.Stamp(t.Context(), "r", s)
		if a.Outcome != pac.Stamped {
			t.Fatalf("lie %d: %+v", lie, a)
		}
		// A repeated UUID is a true stamp but for its number: only the house can know.
		if _, err := s.Accept(a.XML, w.trust); (err == nil) != (lie == prueba.RepeatedUUID) {
			t.Errorf("lie %d: %v", lie, err)
		}
		w.pac.SetFaults(prueba.Faults{})
		stamped := w.accept(t, s, w.pac.Query(t.Context(), "r", s))
		if truth, found, err := w.pac.Timbre(s); err != nil || !found || truth.UUID != stamped.Timbre().UUID {
			t.Errorf("lie %d: the log says %+v, %t, %v", lie, truth, found, err)
		}
	}
	if n, err := w.pac.Stamps(); n != len(prueba.Lies()) || err != nil {
		t.Errorf("%d stamps, %v", n, err)
	}
}

func TestRepeatedUUIDIsThatOfAnotherDocument(t *testing.T) {
	w := newWorld(t)
	first, second := w.sealed(t, 1), w.sealed(t, 2)
	w.pac.Stamp(t.Context(), "r1", first)
	w.pac.SetFaults(prueba.Faults{All: prueba.RepeatedUUID})
	stamped := w.accept(t, second, w.pac.Stamp(t.Context(), "r2", second))
	if truth, _, _ := w.pac.Timbre(first); stamped.Timbre().UUID != truth.UUID {
		t.Errorf("UUID %s, want that of the first, %s", stamped.Timbre().UUID, truth.UUID)
	}
}

func TestSilenceBeforeAndAfter(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		fault prueba.Fault
		stamp pac.Outcome
		truth bool
	}{
		{prueba.SilentBefore, pac.Uncertain, false},
		{prueba.SilentAfter, pac.Uncertain, true},
		{prueba.Refused, pac.Undelivered, false},
		{prueba.RejectAll, pac.Rejected, false},
	} {
		s := w.sealed(t, int(c.fault))
		w.pac.SetFaults(prueba.Faults{All: c.fault})
		if a := w.pac.Stamp(t.Context(), "r", s); a.Outcome != c.stamp || a.Message == "" || a.XML != nil {
			t.Errorf("fault %d: %+v", c.fault, a)
		}
		if _, found, err := w.pac.Timbre(s); found != c.truth || err != nil {
			t.Errorf("fault %d: stamped %t, %v", c.fault, found, err)
		}
	}
}

func TestForgetfulStampsAnewWithTheSameUUID(t *testing.T) {
	w := newWorld(t)
	s := w.sealed(t, 1)
	first := w.accept(t, s, w.pac.Stamp(t.Context(), "r", s))
	w.pac.SetFaults(prueba.Faults{All: prueba.Forgetful})
	if a := w.pac.Query(t.Context(), "r", s); a.Outcome != pac.Unknown {
		t.Errorf("query: %+v", a)
	}
	a := w.pac.Stamp(t.Context(), "r", s)
	if second := w.accept(t, s, a); a.Previous || second.Timbre().UUID != first.Timbre().UUID {
		t.Errorf("previous %t, UUID %s", a.Previous, second.Timbre().UUID)
	}
}

func TestChooseDecidesCallByCall(t *testing.T) {
	w := newWorld(t)
	w.pac.SetFaults(prueba.Faults{Delay: time.Millisecond, Choose: func(call int) prueba.Fault {
		if call <= 2 {
			return prueba.SilentBefore
		}
		return prueba.None
	}})
	s := w.sealed(t, 1)
	for call, want := range []pac.Outcome{pac.Uncertain, pac.Uncertain, pac.Stamped} {
		if a := w.pac.Stamp(t.Context(), "r", s); a.Outcome != want {
			t.Errorf("call %d: %v", call+1, a.Outcome)
		}
	}
}

func TestTornLastLineIsCutOffAndDamageIsNot(t *testing.T) {
	w := newWorld(t)
	var documents []*cfdi.Sealed
	for n := range 3 {
		s := w.sealed(t, n)
		documents = append(documents, s)
		w.accept(t, s, w.pac.Stamp(t.Context(), "r", s))
	}
	whole, err := os.ReadFile(w.cfg.Log)
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for _, size := range []int{last, last + 1, (last + len(whole)) / 2, len(whole) - 1} {
		torn := w
		torn.cfg.Log = filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(torn.cfg.Log, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		p := torn.open(t)
		if n, err := p.Stamps(); n != 2 || err != nil {
			t.Errorf("cut at %d: %d stamps, %v", size, n, err)
		}
		if left, err := os.ReadFile(torn.cfg.Log); err != nil || !bytes.Equal(left, whole[:last]) {
			t.Errorf("cut at %d: %d bytes are left of %d, %v", size, len(left), last, err)
		}
		a := p.Stamp(t.Context(), "r", documents[2])
		if w.accept(t, documents[2], a); a.Previous {
			t.Errorf("cut at %d: the torn stamp counts", size)
		}
	}
	damaged := w
	damaged.cfg.Log = filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(damaged.cfg.Log, bytes.Replace(whole, []byte(`{"`), []byte(`["`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := prueba.New(damaged.cfg); err == nil {
		t.Error("a damaged log opens")
	}
}

func TestProcessesShareTheLog(t *testing.T) {
	w := newWorld(t)
	other := w.open(t)
	for n := range 4 {
		s := w.sealed(t, n)
		first, second := w.pac.Stamp(t.Context(), "r", s), other.Stamp(t.Context(), "r", s)
		if w.accept(t, s, first); first.Previous || !second.Previous || !bytes.Equal(first.XML, second.XML) {
			t.Errorf("document %d: previous %t and %t", n, first.Previous, second.Previous)
		}
		w.pac, other = other, w.pac
	}
}

// TestKilledPACForgetsNothing kills a process that stamps, again and again: what
// it answered for is in the log of the next one.
func TestKilledPACForgetsNothing(t *testing.T) {
	if log := os.Getenv("PAC_PRUEBA_CHILD"); log != "" {
		stampUntilKilled(t, log)
		return
	}
	log := filepath.Join(t.TempDir(), "log")
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledPACForgetsNothing$")
		child.Env = append(os.Environ(), "PAC_PRUEBA_CHILD="+log)
		var told bytes.Buffer
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		for strings.Count(told.String(), "\n") < 5+3*round {
			n, err := out.Read(buffer)
			told.Write(buffer[:n])
			if err != nil {
				t.Fatalf("the child ended by itself: %v\n%s", err, told.String())
			}
		}
		if err := child.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // killed: its status is no news
		kept, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for _, uuid := range strings.Fields(told.String()) {
			if !bytes.Contains(kept, []byte(uuid)) {
				t.Errorf("round %d: %s was answered for and is lost", round, uuid)
			}
		}
	}
}

// stampUntilKilled prints each UUID after it was answered. It draws no more keys
// than it needs.
func stampUntilKilled(t *testing.T, log string) {
	ca, cat := newCA(t, start), catalogo.New()
	w := world{people: people{ca: ca, csd: pactest.Issue(t, ca, pactest.Rfc, pactest.Name, false)}, cat: cat}
	w.trust = csd.NewTrust(ca.Root())
	cert, _ := ca.PAC()
	w.trust.AddPAC(cert)
	w.cfg = prueba.Config{CA: ca, Trust: w.trust, Catalog: cat, Log: log, Now: clock}
	p := w.open(t)
	for n := 0; ; n++ {
		s := w.sealed(t, n)
		stamped, err := s.Accept(p.Stamp(t.Context(), "r", s).XML, w.trust)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stdout.WriteString(stamped.Timbre().UUID + "\n"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStampedDocumentsPassTheOracle(t *testing.T) {
	w := newWorld(t)
	for n, text := range []string{"Ñandú & <cía>", `Comillas " y '`, "Café  con   espacios", "Renta\tde local", "Año 2026 – €"} {
		c := pactest.Document(w.cat, start.Add(-time.Duration(n)*14*time.Hour), n)
		c.Conceptos[0].Descripcion = text
		s := pactest.Seal(t, c, w.csd)
		w.accept(t, s, w.pac.Stamp(t.Context(), "r", s))
	}
}

// The public test certificates of the SAT work too; its expired ones do not.
func TestTakesTheTestCSDsOfTheSAT(t *testing.T) {
	certs := pactest.SharedCerts(t)
	w := newWorld(t)
	if _, err := w.trust.AddDir(certs); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"csd/EKU9003173C9_30001000000500003416": "", "csd/EKU9003173C9_30001000000400002434": "305",
		"fiel/EKU9003173C9_30001000000500003415": "306", "csd/CACX7605101P8_30001000000500003316": "303",
	} {
		signer := pactest.OpenFiles(t, filepath.Join(certs, file))
		s := pactest.Seal(t, pactest.Document(w.cat, start.Add(-time.Hour), 1), signer)
		a := w.pac.Stamp(t.Context(), "r", s)
		if a.Code != want {
			t.Errorf("%s: %v %s %s", file, a.Outcome, a.Code, a.Message)
		}
		if want == "" {
			w.accept(t, s, a)
		}
	}
}

func BenchmarkStamp(b *testing.B) {
	w := newWorld(b)
	s := make([]*cfdi.Sealed, 200)
	for i := range s {
		s[i] = w.sealed(b, i)
	}
	for i := 0; b.Loop(); i++ {
		if i%len(s) == 0 { // a fresh log, so that each stamp is a new one
			b.StopTimer()
			w.cfg.Log = filepath.Join(b.TempDir(), "log")
			w.pac = w.open(b)
			b.StartTimer()
		}
		if a := w.pac.Stamp(b.Context(), "r", s[i%len(s)]); a.Outcome != pac.Stamped {
			b.Fatal(a)
		}
	}
}
