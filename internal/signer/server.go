package signer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

const (
	readTime  = 5 * time.Second // to put a question, and to take the answer
	workTime  = 15 * time.Second
	maxAtOnce = 64
)

// A Server answers the [Client]s of one signer over a Unix socket, on which only
// processes of this user, and of the users it was told, are heard.
type Server struct {
	signer *Signer
	allow  []uint32
	log    *slog.Logger
}

// NewServer returns the server of s. allow are the user ids heard besides our own.
func NewServer(s *Signer, allow []uint32, log *slog.Logger) *Server {
	return &Server{signer: s, allow: append([]uint32{uint32(os.Geteuid())}, allow...), log: log}
}

// Listen makes the socket at path, in the place of one that a killed signer left.
// Others than the owner can reach it only when some are allowed, and then it is
// the peer's user id that decides. A signer that answers there is an error.
func (s *Server) Listen(ctx context.Context, path string) (net.Listener, error) {
	if err := NewClient(path).Ping(ctx); err == nil {
		return nil, fmt.Errorf("another signer answers at %s", path)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	mode := os.FileMode(0o600)
	if len(s.allow) > 1 {
		mode = 0o666
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Serve answers on l until ctx ends; what was asked before is still answered.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var busy sync.WaitGroup
	defer busy.Wait()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	room := make(chan struct{}, maxAtOnce)
	for {
		room <- struct{}{}
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		busy.Go(func() {
			defer func() { <-room }()
			defer conn.Close()
			s.attend(context.WithoutCancel(ctx), conn)
		})
	}
}

// attend answers one connection. A stranger is not even read.
func (s *Server) attend(ctx context.Context, conn net.Conn) {
	uid, err := peer(conn)
	if err != nil || !slices.Contains(s.allow, uid) {
		s.log.WarnContext(ctx, "a stranger at the signer's socket", "uid", uid, "error", err)
		return
	}
	var q question
	_ = conn.SetDeadline(time.Now().Add(readTime))
	if err := readFrame(conn, &q); err != nil {
		s.log.WarnContext(ctx, "not a question to the signer", "error", err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	got := s.answer(ctx, q)
	_ = conn.SetDeadline(time.Now().Add(readTime))
	if err := writeFrame(conn, got); err != nil {
		s.log.WarnContext(ctx, "the answer of the signer was not taken", "op", q.Op, "error", err)
	}
	q.clear()
	clear(got.Bytes)
}

// answer does what q asks. A panic is the fault of one question, not of all.
func (s *Server) answer(ctx context.Context, q question) (got answer) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "panic in the signer", "op", q.Op, "panic", p)
			got = answer{Error: &wireError{Cause: "panic"}}
		}
	}()
	got, err := s.do(ctx, q)
	if err != nil {
		return answer{Error: toWire(err)}
	}
	return got
}

// do is the list of operations.
func (s *Server) do(ctx context.Context, q question) (got answer, err error) {
	if q.Op == opPing {
		return answer{}, nil
	}
	tenant, rfc, err := s.tenant(ctx, q.Tenant)
	if err != nil {
		return answer{}, err
	}
	switch {
	case q.Op == opLoad && q.Pair != nil && q.Actor != nil:
		q.Pair.Rfc = rfc // of the company we know, whatever was asked
		var loaded Loaded
		if loaded, err = s.signer.Load(ctx, q.Actor.of(tenant), *q.Pair); err == nil {
			got = answer{Cer: loaded.Certificate.Raw, Key: &loaded.Key}
		}
	case q.Op == opSeal && q.Seal != nil && q.Actor != nil:
		got.Bytes, err = s.signer.Seal(ctx, q.Actor.of(tenant), *q.Seal)
	case q.Op == opSign && q.Petition != nil && q.Actor != nil:
		got.Bytes, err = s.signer.Sign(ctx, q.Actor.of(tenant), *q.Petition)
	case q.Op == opForget && q.Actor != nil:
		err = s.signer.Forget(ctx, q.Actor.of(tenant), q.ID)
	case q.Op == opProtect && q.Secret != nil:
		got.Bytes, err = s.signer.Protect(ctx, tenant, q.Secret.Kind, q.Secret.Object, q.Secret.Bytes)
	case q.Op == opReveal && q.Secret != nil:
		got.Bytes, err = s.signer.Reveal(ctx, tenant, q.Secret.Kind, q.Secret.Object, q.Secret.Bytes)
	case q.Op == opAllow && q.Export != nil && q.Actor != nil:
		var p Promise
		if p, err = s.signer.AllowExport(ctx, q.Actor.of(tenant), q.Export.Certificate, q.Export.ID); err == nil {
			got.Promise = &p
		}
	case q.Op == opExport && q.Export != nil && q.Actor != nil:
		got.Bytes, err = s.signer.Export(ctx, q.Actor.of(tenant), q.Export.ID, q.Export.Password)
	default:
		err = fmt.Errorf("signer: no operation %q, or not with this", q.Op)
	}
	return got, err
}

// tenant looks a company up by its id: who asks cannot make one up.
func (s *Server) tenant(ctx context.Context, id string) (store.Tenant, string, error) {
	if id == store.Platform().ID() {
		return store.Platform(), "", nil
	}
	row, err := s.signer.db.Global().TenantByID(ctx, id)
	if fail.KindOf(err) == fail.NotFound {
		return store.Tenant{}, "", errors.New("signer: no such tenant")
	}
	return row.Tenant(), row.Rfc, err
}

func (p *person) of(t store.Tenant) store.Actor {
	a := store.Actor{Tenant: t, UserID: p.UserID, UserName: p.UserName, IP: p.IP, SessionID: p.SessionID, Admin: p.Admin, Rights: p.Rights}
	if p.Guest {
		a.Home = store.Platform() // anything but t
	}
	return a
}

// clear overwrites what a question carried in clear.
func (q question) clear() {
	if q.Pair != nil {
		clear(q.Pair.Key)
		clear(q.Pair.Password)
	}
	if q.Secret != nil {
		clear(q.Secret.Bytes)
	}
	if q.Export != nil {
		clear(q.Export.Password)
	}
}
