package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// maxGroup bounds the closures that share one COMMIT.
const maxGroup = 64

var errPanicked = errors.New("store: the closure panicked")

// A writer is the one goroutine that owns SQLite's write connection. It takes
// what is queued, gives each closure its savepoint and acknowledges all after
// the one COMMIT they share, so that a disk sync serves many (decision 23).
//
// A closure runs on its caller's own goroutine while the writer waits: a panic
// or runtime.Goexit unwinds where it belongs, after its savepoint is undone.
type writer struct {
	pool    *pool
	queue   chan *request // unbuffered: what is queued is blocked in do
	closing chan struct{}
	done    chan struct{}
	once    sync.Once
	commits atomic.Int64
	sick    error // the disk failed during COMMIT: accept nothing more; loop only
}

// A request is one closure waiting for its turn.
type request struct {
	taken atomic.Bool  // by the writer, or by a caller who gave up
	turn  chan runner  // here, run your closure
	ran   chan verdict // how it went
	fate  chan error   // what became of it

	refusal error // its closure's own, for the writer alone
}

// A verdict is what a closure left behind.
type verdict struct {
	err  error
	disk bool
}

func newWriter(p *pool) *writer {
	w := &writer{pool: p, queue: make(chan *request), closing: make(chan struct{}), done: make(chan struct{})}
	go w.loop()
	return w
}

// close waits for the group under way and ends the goroutine.
func (w *writer) close() {
	w.once.Do(func() { close(w.closing) })
	<-w.done
}

// do queues attempt and returns after the COMMIT of its group. ctx ends the
// waiting for a turn; it does not interrupt what has begun.
func (w *writer) do(ctx context.Context, attempt func(run runner) (*txn, error)) error {
	r := &request{turn: make(chan runner, 1), ran: make(chan verdict, 1), fate: make(chan error, 1)}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return ErrClosed
	}
	select {
	case run := <-r.turn:
		return r.attend(run, attempt)
	case err := <-r.fate:
		return err
	case <-ctx.Done():
		if r.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	}
	select { // it was taken meanwhile
	case run := <-r.turn:
		return r.attend(run, attempt)
	case err := <-r.fate:
		return err
	}
}

// attend runs the closure and waits for its fate. When the closure panics, the
// panic goes on after the savepoint was undone.
func (r *request) attend(run runner, attempt func(run runner) (*txn, error)) error {
	returned := false
	defer func() {
		if !returned {
			r.ran <- verdict{err: errPanicked}
			<-r.fate
		}
	}()
	state, err := attempt(run)
	returned = true
	r.ran <- verdict{err: err, disk: state.disk}
	return <-r.fate
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case <-w.closing:
			return
		case r := <-w.queue:
			if w.sick != nil {
				r.fate <- w.sick
				continue
			}
			w.group(r)
		}
	}
}

// next returns a request that is already queued, or nil.
func (w *writer) next() *request {
	select {
	case r := <-w.queue:
		return r
	default:
		return nil
	}
}

// group runs first and what is queued behind it in one transaction. Whoever saw
// what another left in it, and was refused by that, is told after the COMMIT
// too: told before, they would look and find nothing of it.
func (w *writer) group(first *request) {
	tx, err := w.pool.begin()
	if err != nil {
		first.fate <- fmt.Errorf("begin: %w", err)
		return
	}
	var kept, refused []*request
	for r, n := first, 1; r != nil; n++ {
		fit, lost := w.one(tx, r)
		if fit == keep {
			kept = append(kept, r)
		} else if fit == refuse {
			refused = append(refused, r)
		}
		if lost != nil {
			tx.Rollback() // SQLite may have done so already
			settle(append(kept, refused...), fmt.Errorf("the transaction was lost: %w", lost))
			return
		}
		if r = nil; n < maxGroup {
			r = w.next()
		}
	}
	err = w.commit(tx, len(kept))
	settle(kept, err)
	for _, r := range refused {
		r.fate <- cmp.Or(err, r.refusal)
	}
}

// A standing is where a request stands after its turn.
type standing uint8

const (
	settled standing = iota // it knows its fate
	keep                    // it hangs on the COMMIT
	refuse                  // its closure failed and is undone
)

// one runs r within its savepoint. It reports where r stands, and the error that
// lost the whole transaction, if any.
func (w *writer) one(tx *groupTx, r *request) (now standing, lost error) {
	if !r.taken.CompareAndSwap(false, true) {
		return settled, nil // the caller gave up
	}
	if lost = tx.control("SAVEPOINT closure"); lost != nil {
		r.fate <- lost
		return settled, lost
	}
	r.turn <- tx
	v := <-r.ran
	if v.disk {
		r.fate <- v.err
		return settled, v.err
	}
	if v.err == nil {
		return keep, tx.control("RELEASE closure")
	}
	r.refusal = v.err
	if lost = tx.control("ROLLBACK TO closure"); lost == nil {
		lost = tx.control("RELEASE closure")
	}
	return refuse, lost
}

// commit ends the group's transaction. After a disk error nobody knows what a
// restart will find, so nothing is written until then.
func (w *writer) commit(tx *groupTx, kept int) error {
	if kept == 0 {
		return tx.Rollback()
	}
	err := tx.Commit()
	switch {
	case err == nil:
		w.commits.Add(1)
		return nil
	case isDisk(err) && sqliteCode(err)&0xff != sqliteFull:
		w.sick = fmt.Errorf("store: the disk failed, writing stopped: %w", err)
		return unknownOutcome(err)
	}
	return fmt.Errorf("commit: %w", err)
}

// settle tells every request what became of it.
func settle(requests []*request, err error) {
	for _, r := range requests {
		r.fate <- err
	}
}

// A groupTx is the writer's transaction; it runs the closures' statements.
type groupTx struct {
	*sql.Tx
	pool *pool
}

// control runs a statement of the writer itself.
func (t *groupTx) control(sql statement) error {
	_, err := t.ExecContext(context.Background(), string(sql))
	return err
}
