package store_test

import (
	"bytes"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

func TestAWeakenedPostgresIsRefused(t *testing.T) {
	address := storetest.NewPostgres(t)
	for _, c := range []struct {
		value string
		safe  bool
	}{{"off", false}, {"local", false}, {"on", true}, {"remote_apply", true}} {
		db, err := store.Open(t.Context(), address+"&options=-csynchronous_commit%3D"+c.value)
		if (err == nil) != c.safe || !c.safe && !strings.Contains(err.Error(), "synchronous_commit") {
			t.Errorf("synchronous_commit = %s: %v", c.value, err)
		}
		if err == nil {
			db.Close()
		}
	}
}

// Two transactions that wait for each other: PostgreSQL ends one of them, and
// Update runs it again, so both succeed.
func TestADeadlockIsRunAgain(t *testing.T) {
	db := storetest.Open(t, "postgres")
	a, _ := withNotes(t, db)
	for _, id := range []string{"1", "2"} {
		if err := db.Update(t.Context(), a, add(t.Context(), id)); err != nil {
			t.Fatal(err)
		}
	}
	var both, all sync.WaitGroup
	var runs atomic.Int64
	both.Add(2)
	for _, order := range [][2]string{{"1", "2"}, {"2", "1"}} {
		all.Go(func() {
			var meet sync.Once
			err := db.Update(t.Context(), a, func(tx *store.Tx) error {
				runs.Add(1)
				for _, id := range order {
					if _, err := tx.Exec(t.Context(), `UPDATE notes SET n = n + 1 WHERE tenant_id = $1 AND id = $2`, id); err != nil {
						return err
					}
					meet.Do(func() { both.Done(); both.Wait() })
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var sum int
	if err := db.View(a).Get(t.Context(), &sum, `SELECT SUM(n) FROM notes WHERE tenant_id = $1`); err != nil || sum != 4 {
		t.Errorf("sum = %d, %v", sum, err)
	}
	if runs.Load() < 3 { // the survivor may lose the race for the freed row once more
		t.Errorf("%d runs: nothing was run again", runs.Load())
	}
}

// When the connection breaks during COMMIT, nobody knows, and Update says that
// and does not run again. In one round the server got the COMMIT, in the other
// it did not.
func TestABrokenCommitIsAnUnknownOutcome(t *testing.T) {
	for name, deliver := range map[string]bool{"delivered": true, "lost": false} {
		t.Run(name, func(t *testing.T) {
			address := storetest.NewPostgres(t)
			cut := newCutter(t, address, deliver)
			db, err := store.Open(t.Context(), cut.address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			a, _ := withNotes(t, db)
			runs := 0
			cut.armed.Store(true)
			err = db.Update(t.Context(), a, func(tx *store.Tx) error {
				runs++
				return add(t.Context(), "1")(tx)
			})
			cut.armed.Store(false)
			if !errors.Is(err, store.ErrUnknownOutcome) || runs != 1 {
				t.Errorf("err = %v after %d runs", err, runs)
			}
			if n := count(t, db, a); (n == 1) != deliver {
				t.Errorf("%d notes", n)
			}
		})
	}
}

// A cutter is a proxy before PostgreSQL that, once armed, breaks the connection
// over which a COMMIT comes.
type cutter struct {
	address string
	armed   atomic.Bool
	deliver bool // let the COMMIT through and break before its answer
	server  string
}

func newCutter(t *testing.T, address string, deliver bool) *cutter {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{deliver: deliver, server: u.Host}
	u.Host = listener.Addr().String()
	c.address = u.String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { c.serve(client) })
		}
	})
	t.Cleanup(func() { listener.Close(); all.Wait() })
	return c
}

// serve joins client to the server until one of them leaves or the cut is made.
func (c *cutter) serve(client net.Conn) {
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		client.Close()
		return
	}
	var back sync.WaitGroup
	var cut atomic.Bool
	back.Go(func() {
		defer client.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil || cut.Load() {
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	})
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			break
		}
		if c.armed.Load() && bytes.HasPrefix(buf[:n], []byte("Q\x00\x00\x00\x0bcommit")) {
			cut.Store(true)
			if c.deliver {
				_, _ = server.Write(buf[:n])
				back.Wait() // it answered: it has committed
			}
			break
		}
		if _, err := server.Write(buf[:n]); err != nil {
			break
		}
	}
	client.Close()
	server.Close()
	back.Wait()
}
