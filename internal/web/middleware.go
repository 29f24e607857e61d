package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"iofacturo.mx/internal/fail"
)

// contentPolicy forbids everything but our own files: no inline script or style
// runs, whoever wrote it (decision 28). data: images are Pico's own icons.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// A request carries what the middleware found out about it.
type request struct {
	path    string   // asked for
	ref     string   // short reference shown beside an error and written in the log
	visitor *visitor // nil while nobody is signed in
	half    *visitor // who has begun to come in and owes a step, nil otherwise
	guided  bool     // it came along the wizard
	shop    bool     // something is sold here
}

type requestKey struct{}

// requestOf returns the notes of r; never nil inside the portal.
func requestOf(r *http.Request) *request {
	if q, ok := r.Context().Value(requestKey{}).(*request); ok {
		return q
	}
	return &request{}
}

// identified gives each request its reference and one line in the log.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{ref: newRef(), guided: guided(r), path: r.URL.Path, shop: s.Shop.On()}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, q))
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		next.ServeHTTP(seen, r)
		tenant := ""
		if q.visitor != nil {
			tenant = q.visitor.Actor.Tenant.ID()
		}
		// The pattern and not the path: a path may hold a token.
		s.Log.Info("http", "ref", q.ref, "method", r.Method, "route", r.Pattern, "status", seen.status,
			"tenant", tenant, "us", time.Since(start).Microseconds())
	})
}

// newRef returns a reference a person can read over the telephone: 7F3K-25QX.
func newRef() string {
	var b [5]byte
	rand.Read(b[:]) //nolint:errcheck // never fails since Go 1.24
	code := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").EncodeToString(b[:])
	return code[:4] + "-" + code[4:]
}

// A statusWriter remembers the status for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and passes it on.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recovered turns a panic into the page of an internal error.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			s.Log.Error("panic", "ref", requestOf(r).ref, "value", v, "stack", string(debug.Stack()))
			s.secure(w.Header())
			s.showError(w, r, fail.New(fail.Internal, ""))
		}()
		next.ServeHTTP(w, r)
	})
}

// guarded puts the security headers on every answer and refuses unsafe methods
// that come from another site (T12).
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.secure(w.Header())
		if err := s.cross.Check(r); err != nil {
			s.showError(w, r, fail.New(fail.Denied, "Esta petición llegó desde otro sitio, así que no la hicimos. Abre el portal y vuelve a intentarlo desde ahí."))
			return
		}
		if !textual(r.URL) {
			s.showError(w, r, fail.New(fail.NotFound, "Esta página no existe o cambió de lugar."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// textual reports whether an address holds nothing but text: PostgreSQL refuses
// NUL and broken UTF-8, which would look like a failure of ours.
func textual(u *url.URL) bool {
	text := func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
	if !text(u.Path) {
		return false
	}
	for _, values := range u.Query() {
		if slices.ContainsFunc(values, func(v string) bool { return !text(v) }) {
			return false
		}
	}
	return true
}

func (s *Server) secure(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
	if strings.HasPrefix(s.BaseURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// dispatch finds the route; what has none gets our page with the status the
// standard mux chose (404, or 405 with its Allow header).
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	probe := &probeWriter{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if allow := probe.header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
		s.showStatus(w, r, http.StatusMethodNotAllowed, fail.New(fail.NotFound, "Esta dirección no se abre así."))
		return
	}
	s.showError(w, r, fail.New(fail.NotFound, "Esta página no existe o cambió de lugar."))
}

// A probeWriter takes the answer of the standard mux without sending it.
type probeWriter struct{ header http.Header }

// Header returns the headers the mux sets.
func (p *probeWriter) Header() http.Header { return p.header }

// Write drops the body.
func (p *probeWriter) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader drops the status.
func (p *probeWriter) WriteHeader(int) {}

// serve is one route behind its door: body limit, session, permission, errors.
func (s *Server) serve(rt route) http.Handler {
	limit := rt.body
	if limit == 0 {
		limit = defaultBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if done, err := s.enter(w, r, rt.access); done || err != nil {
			if err != nil {
				s.showError(w, r, err)
			}
			return
		}
		if !rt.anywhere {
			if err := s.sameCompany(r); err != nil {
				s.showError(w, r, err)
				return
			}
		}
		if v := visitorOf(r); rt.fresh && v != nil && !s.Account.Fresh(v.Actor) {
			if err := s.askProof(w, r); err != nil {
				s.showError(w, r, err)
			}
			return
		}
		err := rt.handle(w, r)
		if stepUp(err) {
			err = s.askProof(w, r)
		}
		if err != nil {
			s.showError(w, r, err)
		}
	})
}
