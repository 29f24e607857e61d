package billing_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	ca "iofacturo.mx/csd/prueba"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/pac/prueba"
	"iofacturo.mx/internal/store"
)

// What a killed process is told by its environment.
const (
	killDir        = "IOFACTURO_TEST_KILL_DIR"   // where everything lies
	killGeneration = "IOFACTURO_TEST_KILL_GEN"   // how many processes went before it
	killPoint      = "IOFACTURO_TEST_KILL_POINT" // "C4:2": at the second C4; "" waits to be killed
)

// Every process lives ten minutes after the one before, so that no lease and no
// pause outlasts a crash.
const between = 10 * time.Minute

// TestKillChild is the process that is killed: it issues documents with four
// hands while its jobs finish what the processes before it left. Without its
// environment there is nothing to do.
func TestKillChild(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		return
	}
	generation, err := strconv.Atoi(os.Getenv(killGeneration))
	must(t, err)
	w := openKilled(t, dir, generation, suicide(os.Getenv(killPoint)))
	w.pac.SetFaults(prueba.Faults{Delay: time.Millisecond})
	go w.runner.Run(context.Background())
	fmt.Println("ready")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := 0; n < 500; n++ {
				d := w.typed(w.a, "10")
				d.Correos = []string{"cliente@example.mx"}
				d, err := w.SaveDraft(context.Background(), w.a, d)
				if err != nil {
					t.Error(err)
					return
				}
				doc, err := w.Issue(context.Background(), w.a, d.ID, d.Revision)
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Printf("ack %s %d %s\n", doc.ID, doc.Folio, doc.UUID)
			}
		})
	}
	wg.Wait()
}

// suicide kills its own process at the n-th passage of a named point.
func suicide(spec string) func(string) {
	point, nth, _ := strings.Cut(spec, ":")
	n, _ := strconv.ParseInt(nth, 10, 64)
	var passed atomic.Int64
	return func(at string) {
		if at == point && passed.Add(1) == n {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}

// openKilled opens the world in dir as the process of a generation finds it.
func openKilled(t *testing.T, dir string, generation int, crash func(string)) *world {
	t.Helper()
	began := time.Now()
	c := &clock{at: start.Add(time.Duration(generation) * between)}
	now := func() time.Time { return c.Now().Add(time.Since(began)) }
	authority, err := ca.Open(filepath.Join(dir, "ca"), start.AddDate(0, -6, 0))
	must(t, err)
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "iofacturo.db"), store.WithClock(now))
	must(t, err)
	t.Cleanup(func() { db.Close() })
	w := wire(t, db, c, now, dir, &papers{ca: authority, csd: map[string][2][]byte{}}, crash).judged()
	row, err := db.Global().TenantByRfc(t.Context(), rfcA)
	if err == nil {
		w.a = store.Actor{Tenant: row.Tenant(), UserID: "u-1", UserName: "ana", Admin: true}
	}
	return w
}

// newKilled founds the company that the processes issue for.
func newKilled(t *testing.T, dir string) {
	t.Helper()
	began := time.Now()
	c := &clock{at: start}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "iofacturo.db"), store.WithClock(c.Now))
	must(t, err)
	defer db.Close()
	must(t, db.Migrate(t.Context()))
	made, err := ca.Open(filepath.Join(dir, "ca"), start.AddDate(0, -6, 0))
	must(t, err)
	cer, key, err := made.CSD(rfcA, nameA, []byte("12345678a"))
	must(t, err)
	w := wire(t, db, c, c.Now, dir, &papers{ca: made, csd: map[string][2][]byte{rfcA: {cer, key}}}, nil)
	tenant := store.TenantRow{ID: "0192a0a0-0000-7000-8000-000000000001", Rfc: rfcA, Name: nameA, State: store.TenantActive, CreatedAt: store.Micros(start)}
	must(t, db.UpdateGlobal(t.Context(), func(tx *store.GlobalTx) error { return tx.InsertTenant(t.Context(), tenant) }))
	w.prepaid(w.found(tenant.Tenant(), rfcA, nameA), 1_000_000) // each process holds and uses credits, too
	t.Logf("founded in %s", time.Since(began).Round(time.Millisecond))
}

// An ack is a document that a process said was issued.
type ack struct {
	id, uuid string
	folio    int64
}

// live runs one process until it is killed: at its point, or after the pause.
func live(t *testing.T, dir string, generation int, point string, pause time.Duration) []ack {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKillChild$")
	cmd.Env = append(os.Environ(), killDir+"="+dir, killGeneration+"="+strconv.Itoa(generation), killPoint+"="+point)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	limit := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer limit.Stop()
	var acks []ack
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if line == "ready" && point == "" {
			time.AfterFunc(pause, func() { cmd.Process.Kill() })
		}
		var a ack
		if n, _ := fmt.Sscanf(line, "ack %s %d %s", &a.id, &a.folio, &a.uuid); n == 3 {
			acks = append(acks, a)
		}
		if strings.Contains(line, "FAIL") || strings.Contains(line, "_test.go") {
			t.Errorf("generation %d: %s", generation, line)
		}
	}
	err = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Errorf("generation %d (%s) was not killed: %v %s", generation, point, err, stderr.String())
	}
	return acks
}

// TestNothingIsLostOrDoubledWhereverItIsKilled kills the portal at every named
// point and at random ones. What was acknowledged is still there, what was
// begun is finished by the jobs, the certifier and we agree on every stamp, and
// every invariant holds.
func TestNothingIsLostOrDoubledWhereverItIsKilled(t *testing.T) {
	dir := t.TempDir()
	newKilled(t, dir)
	var acks []ack
	generation := 0
	for _, point := range []string{"C1", "C2", "C3", "C4", "C6", "C7", "C8"} {
		for _, occurrence := range []int{1, 2, 5} {
			generation++
			acks = append(acks, live(t, dir, generation, fmt.Sprintf("%s:%d", point, occurrence), 0)...)
		}
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := 200 // random points in the fast tests; make test-deep says how many more
	if deep := os.Getenv("IOFACTURO_KILL_POINTS"); deep != "" {
		var err error
		kills, err = strconv.Atoi(deep)
		must(t, err)
	}
	for range kills {
		generation++
		acks = append(acks, live(t, dir, generation, "", time.Duration(random.Int64N(int64(120*time.Millisecond))))...)
	}
	settled(t, dir, generation+1, acks)
}

// settled lets the jobs finish and compares all the books.
func settled(t *testing.T, dir string, generation int, acks []ack) {
	t.Helper()
	w := openKilled(t, dir, generation, nil)
	w.drain(8, between)
	for range 2 { // recovery is idempotent: checking twice finds the same
		w.check()
	}
	stamped := map[string]store.DocumentRow{}
	for after := ""; ; {
		rows, err := w.db.View(w.a.Tenant).DocumentsAfter(t.Context(), after, 500)
		must(t, err)
		if len(rows) == 0 {
			break
		}
		for _, r := range rows {
			if st := billing.State(r.State); st != billing.Timbrado && st != billing.Borrador {
				t.Errorf("%s is left %s: %s", r.ID, r.State, r.ReasonMessage)
			} else if st == billing.Timbrado {
				stamped[r.ID] = r
			}
		}
		after = rows[len(rows)-1].ID
	}
	for _, a := range acks {
		if r := stamped[a.id]; r.UUID != a.uuid || r.Folio == nil || *r.Folio != a.folio {
			t.Errorf("acknowledged %+v, kept %s %s", a, r.State, r.UUID)
		}
	}
	if n, err := w.pac.Stamps(); err != nil || n != len(stamped) {
		t.Errorf("the certifier stamped %d, we hold %d, %v", n, len(stamped), err)
	}
	mails, err := w.box.List(1 << 20)
	must(t, err)
	if len(mails) < len(stamped) {
		t.Errorf("%d mails for %d receipts", len(mails), len(stamped))
	}
	t.Logf("%d processes killed, %d receipts stamped, %d acknowledged, %d mails", generation-1, len(stamped), len(acks), len(mails))
}
