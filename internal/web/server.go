// Package web is the portal in the browser: server-rendered screens that work
// without script, the routes that lead to them and the files they need.
//
// [New] takes the services and gives an http.Handler:
//
//	h := web.New(web.Config{DB: db, Account: accounts, Directory: directory, Billing: billing, …})
//	http.Server{Handler: h}
//
// A handler decodes, calls one thing and renders; an error it returns becomes
// its page in one place (errors.go). What exists is one slice (routes.go), each
// route with who may use it. A write is a POST that ends in a redirect, or in the
// same form filled in again with each finding beside its field.
//
// It never computes a total, never decides a rule of the SAT and never writes to
// the store: those belong to the services. It keeps no state between requests;
// the cookie carries a session token and nothing else.
package web

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/account"
	"iofacturo.mx/internal/billing"
	"iofacturo.mx/internal/bulk"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/directory"
	"iofacturo.mx/internal/help"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/operator"
	"iofacturo.mx/internal/send"
	"iofacturo.mx/internal/shop"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/support"
)

// Config is what the portal needs to serve.
type Config struct {
	DB        *store.DB
	Account   *account.Service
	Directory *directory.Service
	Bulk      *bulk.Service
	Billing   *billing.Service
	Credit    *credit.Service
	Operator  *operator.Service
	Support   *support.Service
	Shop      *shop.Service
	Invite    *invite.Service // nil, or one that is off, hides the program
	Catalog   *catalogo.Catalog
	Box       *send.Box        // kept mail of the demo; nil hides the Buzón de salida
	Demo      bool             // the demo company is loaded
	BaseURL   string           // address the browser sees, without final slash
	Version   string           // of the binary, for the log alone
	Now       func() time.Time // UTC; time.Now when nil
	Log       *slog.Logger     // discarded when nil
}

// A Server answers every request of the portal. It is safe for concurrent use.
type Server struct {
	Config
	assets  assets
	mux     *http.ServeMux
	cross   *http.CrossOriginProtection
	root    http.Handler
	screens []help.Screen // which article helps where
}

// New wires the routes of c. It panics only on a route table that contradicts
// itself, which a test would show first.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = func() time.Time { return time.Now().UTC() }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s := &Server{Config: c, assets: loadAssets(), mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(), screens: help.Screens()}
	if !s.assets.bundled() {
		c.Log.Warn("la interfaz no está empaquetada: las páginas salen sin estilo; corre `make ui`")
	}
	if c.BaseURL != "" {
		// A proxy may rewrite Host; the address of the configuration is ours by definition.
		if err := s.cross.AddTrustedOrigin(originOf(c.BaseURL)); err != nil {
			c.Log.Warn("la dirección base no sirve como origen", "error", err)
		}
	}
	for _, rt := range s.routes() {
		s.mux.Handle(rt.pattern, s.serve(rt))
	}
	s.root = s.identified(s.recovered(s.guarded(http.HandlerFunc(s.dispatch))))
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.root.ServeHTTP(w, r) }

func originOf(base string) string {
	scheme, rest, ok := strings.Cut(base, "://")
	if !ok {
		return base
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}
