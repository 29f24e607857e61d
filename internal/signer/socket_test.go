package signer

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// serve runs the signer on a socket of its own and returns its client.
func (w world) serve(t testing.TB) (*Client, *Server) {
	t.Helper()
	server := NewServer(w.s, nil, quiet)
	return run(t, server), server
}

func run(t testing.TB, server *Server) *Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := server.Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return NewClient(path)
}

// Over the socket everything is as in the process: the same seal, the same
// refusals with their words and fields, the same secrets.
func TestTheSeparateSignerIsTheSameCustody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, d := newWorld(t, db), drawn()
		c, _ := w.serve(t)
		_ = []Custody{c, w.s}
		req := w.numberA(t, 1)
		here, err := w.s.Seal(t.Context(), w.a, req)
		if err != nil {
			t.Fatal(err)
		}
		there, err := c.Seal(t.Context(), w.a, req)
		if err != nil || !bytes.Equal(here, there) {
			t.Errorf("another seal: %v", err)
		}
		pair := Pair{CertificateID: "new", Cer: d.a2.cer, Key: d.a2.key, Password: []byte(password), Rfc: rfcB} // the RFC is looked up
		loaded, err := c.Load(t.Context(), w.a, pair)
		if err == nil {
			err = db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error { return keep(t.Context(), tx, loaded) })
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.unwrap(w.a.Tenant, w.keyset(t, w.a), loaded.Key); err != nil {
			t.Errorf("what came over the socket does not open: %v", err)
		}
		sealed, err := c.Protect(t.Context(), w.a.Tenant, KindTOTP, "u", []byte("secreto"))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := w.s.Reveal(t.Context(), w.a.Tenant, KindTOTP, "u", sealed); err != nil || string(plain) != "secreto" {
			t.Error(string(plain), err)
		}
		if plain, err := c.Reveal(t.Context(), w.a.Tenant, KindTOTP, "u", sealed); err != nil || string(plain) != "secreto" {
			t.Error(string(plain), err)
		}
		if _, err := c.Reveal(t.Context(), w.b.Tenant, KindTOTP, "u", sealed); !errors.Is(err, ErrSecret) {
			t.Errorf("in another's row: %v", err)
		}
		if err := c.Forget(t.Context(), w.a, "cert"); err != nil || len(w.s.keys.keys) != 0 {
			t.Errorf("%d keys in memory: %v", len(w.s.keys.keys), err)
		}
		if acts := w.acts(t, w.a); acts[len(acts)-1] != "csd.load certificate/new" {
			t.Error(acts)
		}
	})
}

// Over the socket a key leaves under the same conditions as in the process.
func TestTheSeparateSignerExportsUnderTheSameConditions(t *testing.T) {
	now := start
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now = start
		w := newWorld(t, db)
		w.s.now = func() time.Time { return now }
		c, _ := w.serve(t)
		person := store.Actor{Tenant: w.a.Tenant, UserID: "u", UserName: "ana", Admin: true}
		guest := person
		guest.Home = w.b.Tenant
		allow := func(on bool) {
			err := db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error {
				return tx.SaveCustody(t.Context(), store.CustodyRow{Export: on, UpdatedAt: 1})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.AllowExport(t.Context(), person, "cert", "e"); fail.KindOf(err) != fail.Denied {
			t.Errorf("before the company decided: %v", err)
		}
		allow(true)
		for name, a := range map[string]store.Actor{"a guest": guest, "a job": store.System(w.a.Tenant), "no rights": {Tenant: w.a.Tenant, UserID: "u"}} {
			if _, err := c.AllowExport(t.Context(), a, "cert", "e"); fail.KindOf(err) != fail.Denied {
				t.Errorf("%s: %v", name, err)
			}
		}
		p, err := c.AllowExport(t.Context(), person, "cert", "e")
		if err != nil || p.DueAt.Sub(now) != exportDelay {
			t.Fatalf("%+v: %v", p, err)
		}
		row := store.KeyExportRow{ID: "e", CertificateID: "cert", State: store.ExportPending, Ticket: p.Ticket, RequestedBy: "ana", DueAt: 1, ExpiresAt: 1 << 60}
		if err := db.Update(t.Context(), w.a.Tenant, func(tx *store.Tx) error { return tx.InsertKeyExport(t.Context(), row) }); err != nil {
			t.Fatal(err)
		}
		const password = "llave para otro sistema 9"
		if _, err := c.Export(t.Context(), person, "e", []byte(password)); fail.KindOf(err) != fail.Conflict {
			t.Errorf("the row says it is due, the ticket does not: %v", err)
		}
		if _, err := w.s.RotateTenant(t.Context(), w.a.Tenant, 0); err != nil { // the ticket lies under new data keys now
			t.Fatal(err)
		}
		now = now.Add(exportDelay)
		if _, err := c.Export(t.Context(), person, "e", []byte("corta")); err == nil {
			t.Error("a key leaves under a short password")
		}
		if _, err := c.Export(t.Context(), store.Actor{Tenant: w.b.Tenant, UserID: "u", Admin: true}, "e", []byte(password)); fail.KindOf(err) != fail.NotFound {
			t.Errorf("another company: %v", err)
		}
		allow(false)
		if _, err := c.Export(t.Context(), person, "e", []byte(password)); fail.KindOf(err) != fail.Denied {
			t.Errorf("the company changed its mind: %v", err)
		}
		allow(true)
		file, err := c.Export(t.Context(), person, "e", []byte(password))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := csd.OpenKey(file, []byte(password)); err != nil {
			t.Error(err)
		}
		if _, err := c.Export(t.Context(), person, "e", []byte(password)); fail.KindOf(err) != fail.Conflict {
			t.Errorf("twice: %v", err)
		}
	})
}

func (w world) keyset(t testing.TB, a store.Actor) store.KeysetRow {
	t.Helper()
	row, err := w.db.View(a.Tenant).CurrentKeyset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// Whoever asks over the socket is believed nothing that can be looked up.
func TestTheSeparateSignerChecksForItself(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		c, _ := w.serve(t)
		req, other := w.numberA(t, 1), w.number(t, w.b, "doc-b", 1, drawn().b, rfcB, nameB, start)
		for name, try := range map[string]struct {
			actor store.Actor
			req   Request
			kind  fail.Kind
		}{
			"no right":             {store.Actor{Tenant: w.a.Tenant}, req, fail.Denied},
			"a made-up tenant":     {store.System(store.TenantOf("00000000-0000-7000-8000-000000000000")), req, fail.Internal},
			"no tenant":            {store.Actor{Admin: true}, req, fail.Internal},
			"the house itself":     {store.System(store.Platform()), req, fail.NotFound},
			"another's document":   {w.a, other, fail.NotFound},
			"another certificate":  {w.a, Request{req.DocumentID, req.Revision, "no", req.XML}, fail.Conflict},
			"another revision":     {w.a, Request{req.DocumentID, 1, "cert", req.XML}, fail.NotFound},
			"another's XML":        {w.a, Request{req.DocumentID, req.Revision, "cert", other.XML}, fail.Conflict},
			"bytes that are none":  {w.a, Request{req.DocumentID, req.Revision, "cert", []byte("||4.0|")}, fail.Invalid},
			"a digest, not an XML": {w.a, Request{req.DocumentID, req.Revision, "cert", make([]byte, 32)}, fail.Invalid},
		} {
			got, err := c.Seal(t.Context(), try.actor, try.req)
			if err == nil || fail.KindOf(err) != try.kind || got != nil {
				t.Errorf("%s: %x, %v", name, got, err)
			}
		}
		if acts := w.acts(t, w.a); len(acts) != 1 {
			t.Errorf("refusals left audit records: %v", acts)
		}
		wrong := Pair{CertificateID: "x", Cer: drawn().a2.cer, Key: drawn().a2.key, Password: []byte("no")}
		if _, err := c.Load(t.Context(), w.a, wrong); fail.KindOf(err) != fail.Invalid || len(fail.FieldsOf(err)) != 1 || fail.FieldsOf(err)[0].Path != "Password" {
			t.Errorf("a refusal lost its field: %+v", err)
		}
		theirs := Pair{CertificateID: "x", Cer: drawn().b.cer, Key: drawn().b.key, Password: []byte(password), Rfc: rfcB}
		if _, err := c.Load(t.Context(), w.a, theirs); fail.KindOf(err) != fail.Invalid || fail.FieldsOf(err)[0].Path != "Cer" {
			t.Errorf("a company loads another's certificate by saying so: %+v", err)
		}
	})
}

func TestAStrangerIsNotHeard(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	if err := run(t, NewServer(w.s, []uint32{4_000_000_001}, quiet)).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := NewServer(w.s, []uint32{4_000_000_001}, quiet)
	server.allow = server.allow[1:] // we are strangers here
	c := run(t, server)
	if err := c.Ping(t.Context()); fail.KindOf(err) != fail.Upstream {
		t.Errorf("a stranger is answered: %v", err)
	}
	if _, err := c.Seal(t.Context(), w.a, w.numberA(t, 1)); fail.KindOf(err) != fail.Upstream {
		t.Errorf("a stranger gets a seal: %v", err)
	}
}

func TestTheSocketIsOursAlone(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	c, server := w.serve(t)
	info, err := os.Stat(c.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
	if _, err := server.Listen(t.Context(), c.path); err == nil {
		t.Error("a second signer takes the socket of a living one")
	}
	left := filepath.Join(t.TempDir(), "left")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: left})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil { // as a killed one leaves it
		t.Fatal(err)
	}
	again, err := server.Listen(t.Context(), left)
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	again.Close()
	plain := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plain, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Listen(t.Context(), plain); err == nil {
		t.Error("a file that is no socket is replaced")
	}
}

// Whatever comes over the socket, the signer goes on answering.
func TestTheSignerSurvivesItsGuests(t *testing.T) {
	w := newWorld(t, storetest.Open(t, "sqlite"))
	c, _ := w.serve(t)
	length := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	for name, bytes := range map[string][]byte{
		"nothing": nil, "half a head": {0, 0}, "zero": length(0), "huge": length(1 << 31), "cut": append(length(100), "{}"...),
		"no JSON": append(length(4), "nada"...), "two": append(length(4), "{}{}"...), "unknown field": append(length(9), `{"x": 12}`...),
		"no operation": append(length(2), "{}"...), "null": append(length(4), "null"...),
		"a petition of bytes": append(length(58), `{"op":"sign-petition","tenant":"0","petition":{"XML":"QQ"}}`...),
		"sign a hash":         append(length(54), `{"op":"sign","tenant":"00000000","id":"c2lnbiB0aGlz"}`+" "...),
	} {
		conn, err := net.Dial("unix", c.path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(bytes); err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		var got answer
		if err := readFrame(conn, &got); err == nil && got.Error == nil {
			t.Errorf("%s is answered with %+v", name, got)
		}
		conn.Close()
	}
	var all sync.WaitGroup
	for range 3 * maxAtOnce {
		all.Go(func() {
			if err := c.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestAnAbsentSignerIsAnUpstreamError(t *testing.T) {
	c := NewClient(filepath.Join(t.TempDir(), "none"))
	a := store.System(store.TenantOf("x"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"ping": c.Ping(t.Context()),
		"seal": func() error { _, err := c.Seal(t.Context(), a, Request{}); return err }(),
		"sign": func() error { _, err := c.Sign(t.Context(), a, Petition{}); return err }(),
		"load": func() error { _, err := c.Load(gone, a, Pair{}); return err }(),
	} {
		if fail.KindOf(err) != fail.Upstream {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrorsKeepWhatTheyAreOnTheWay(t *testing.T) {
	for name, err := range map[string]error{
		"a refusal":      fail.OnField("Cer", "No."),
		"wrapped":        fmt.Errorf("seal: %w", fail.Wrap(fail.Conflict, "Ya.", io.EOF)),
		"out of time":    fmt.Errorf("update: %w", context.DeadlineExceeded),
		"ours":           io.ErrUnexpectedEOF,
		"a lost secret":  fmt.Errorf("reveal: %w", ErrSecret),
		"nothing at all": nil,
	} {
		got := toWire(err).err()
		if (got == nil) != (err == nil) || fail.KindOf(got) != fail.KindOf(err) || fail.MessageOf(got) != fail.MessageOf(err) ||
			len(fail.FieldsOf(got)) != len(fail.FieldsOf(err)) || errors.Is(got, ErrSecret) != errors.Is(err, ErrSecret) {
			t.Errorf("%s: %v became %v", name, err, got)
		}
	}
}

func TestFramesAreBoundedAndWhole(t *testing.T) {
	var b bytes.Buffer
	if err := writeFrame(&b, question{Op: opSeal, Seal: &Request{XML: make([]byte, maxFrame)}}); !errors.Is(err, errFrame) || b.Len() > 0 {
		t.Errorf("too large: %v, %d bytes written", err, b.Len())
	}
	q := question{Op: opSeal, Tenant: "t", Actor: personOf(store.System(store.TenantOf("t"))), Seal: &Request{DocumentID: "d", Revision: 3, CertificateID: "c", XML: []byte("<x/>")}}
	if err := writeFrame(&b, q); err != nil {
		t.Fatal(err)
	}
	var got question
	if err := readFrame(&b, &got); err != nil || fmt.Sprintf("%+v %+v", *got.Seal, *got.Actor) != fmt.Sprintf("%+v %+v", *q.Seal, *q.Actor) {
		t.Errorf("%+v: %v", got, err)
	}
}

// What a frame says of its length costs no memory before the bytes are there.
func TestALongLengthCostsNothing(t *testing.T) {
	r := io.MultiReader(bytes.NewReader(binary.BigEndian.AppendUint32(nil, maxFrame)), bytes.NewReader([]byte("{}")))
	n := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var q question
			_ = readFrame(r, &q)
			r = io.MultiReader(bytes.NewReader(binary.BigEndian.AppendUint32(nil, maxFrame)), bytes.NewReader([]byte("{}")))
		}
	}).AllocedBytesPerOp()
	if n > 16<<10 {
		t.Errorf("%d bytes for a frame of two", n)
	}
}

func FuzzQuestion(f *testing.F) {
	for _, q := range []question{
		{Op: opPing},
		{Op: opLoad, Tenant: "t", Actor: &person{UserID: "u", Rights: []store.Right{store.RightIssue}}, Pair: &Pair{Cer: []byte{1}, Key: []byte{2}}},
		{Op: opSign, Tenant: "t", Actor: &person{Admin: true}, Petition: &Petition{CertificateID: "cert", Fecha: start, Cancelacion: cancels(rfcA).Cancelacion}},
		{Op: opReveal, Tenant: "t", Secret: &secretArgs{KindTOTP, "u", []byte{1, 1, 9}}},
	} {
		var b bytes.Buffer
		if err := writeFrame(&b, q); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	db, err := store.Open(context.Background(), "sqlite::memory:")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	if err := db.Migrate(context.Background()); err != nil {
		f.Fatal(err)
	}
	w := newWorld(f, db)
	server := NewServer(w.s, nil, quiet)
	f.Fuzz(func(t *testing.T, frame []byte) {
		var q question
		if readFrame(bytes.NewReader(frame), &q) != nil {
			return
		}
		began := time.Now()
		got := server.answer(context.Background(), q)
		if got.Error != nil && got.Error.Cause == "panic" {
			t.Fatalf("%q", frame)
		}
		if got.Error == nil && q.Op != opPing && q.Op != opForget && q.Op != opProtect {
			t.Fatalf("%q gives %+v", frame, got)
		}
		if time.Since(began) > time.Second {
			t.Fatalf("%q took %v", frame, time.Since(began))
		}
		var b bytes.Buffer
		if err := writeFrame(&b, q); err != nil {
			t.Fatal(err)
		}
	})
}
