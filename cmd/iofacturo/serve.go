package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/demo"
	"iofacturo.mx/internal/invite"
	"iofacturo.mx/internal/operator"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
	"iofacturo.mx/internal/web"
)

type serveCmd struct {
	dataFlags
	Addr    string         `default:"localhost:8080" help:"Dirección donde escucha."`
	BaseURL string         `name:"base-url" help:"Dirección que ve el navegador; necesaria detrás de un proxy."`
	Domain  string         `name:"passkey-domain" help:"Dominio de las llaves de acceso (RP ID), si no es el de --base-url: uno que lo contiene. Cambiarlo inutiliza las que haya."`
	Proxy   []netip.Prefix `default:"127.0.0.0/8,::1/128" help:"Con --base-url, redes del proxy: de ellas se cree X-Forwarded-For."`
	TLSCert string         `name:"tls-cert" help:"Certificado TLS."`
	TLSKey  string         `name:"tls-key" help:"Llave TLS."`
	Signer  string         `name:"signer-socket" help:"Zócalo de iofacturo signer: las llaves quedan en ese proceso y éste no lee la llave maestra."`
	Roots   string         `name:"audit-roots" help:"Carpeta donde cada día se anota el final de cada bitácora; mejor en otro disco. De fábrica, raices en la carpeta de datos."`
	Credits string         `default:"off" enum:"on,off" env:"IOFACTURO_CREDITS" help:"on: las empresas nuevas timbran con créditos; off: sin límite. No cambia a las que ya hay."`
	Welcome int64          `name:"welcome-credits" default:"0" env:"IOFACTURO_WELCOME_CREDITS" help:"Con --credits=on, créditos de bienvenida de cada empresa nueva."`
	shopFlags
	Reward int64 `name:"invite-reward" default:"0" env:"IOFACTURO_INVITE_REWARD" help:"Invita un amigo: ioCréditos de bono para cada una de las dos empresas; 0 es sin programa."`
	Cap    int64 `name:"invite-monthly-cap" default:"10" env:"IOFACTURO_INVITE_MONTHLY_CAP" help:"Invita un amigo: premios de una misma empresa en un mes."`
	Demo   bool  `help:"Modo de demostración: muestra el Buzón de salida (sólo en una dirección local)."`
}

// shutdownTime is how long requests and jobs in flight may take to end before the process leaves them to the next start.
const shutdownTime = 25 * time.Second

func (c *serveCmd) Run(w *world) error {
	base, err := c.base()
	if err != nil {
		return err
	}
	if c.Welcome < 0 || c.Welcome > 100_000 {
		return errors.New("--welcome-credits va de 0 a 100000")
	}
	if c.Reward < 0 || c.Reward > 10_000 || c.Cap < 0 || c.Cap > 10_000 {
		return errors.New("--invite-reward y --invite-monthly-cap van de 0 a 10000")
	}
	listener, err := (&net.ListenConfig{}).Listen(w.ctx, "tcp", c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	if w.env("GOGC") == "" {
		// A password costs 19 MiB of Argon2; at rest, garbage of that kind would be most of the 100 MB promised.
		debug.SetGCPercent(50)
	}
	log := slog.New(slog.NewJSONHandler(w.stderr, nil))
	sell, err := c.read(c.Credits == "on")
	if err != nil {
		return err
	}
	var gate *demoGate
	if c.onThisMachine(base) {
		if gate, err = openDemoGate(w.ctx, base, &sell, w.now); err != nil {
			return err
		}
	}
	cfg := wiring{sell: sell, dataFlags: c.dataFlags, socket: c.Signer, baseURL: base, passkeyDomain: c.Domain, prepaid: c.Credits == "on", welcome: c.Welcome, invites: invite.Rules{Reward: c.Reward, MonthlyCap: c.Cap}, now: w.now, log: log}
	cfg.guard.Loopback = c.onThisMachine(base) // a demo may try a mail server of this machine
	p, err := openPortal(w.ctx, w, cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	site := web.Config{
		Support: p.support, Shop: p.shop, Invite: p.invite,
		Operator: operator.New(operator.Config{
			DB: p.db, Version: version, Now: w.now, Disk: func() (free, total int64, err error) { return diskOf(c.path()) },
			Ping: func(ctx context.Context) error {
				_, err := p.keys.Protect(ctx, store.Platform(), signer.KindTOTP, "sonda", []byte("sonda"))
				return err
			},
		}),
		DB: p.db, Account: p.account, Directory: p.directory, Billing: p.billing, Bulk: p.bulk, Credit: p.credit, Catalog: p.catalog,
		Demo: c.Demo, BaseURL: base, Version: version, Now: w.now, Log: log,
	}
	if c.onThisMachine(base) {
		site.Box = p.box
	}
	fmt.Fprintf(w.stderr, "\nioFacturo en %s\nFirma con %s\n", base, csd.Route())
	if p.box != nil && !c.Demo {
		fmt.Fprintf(w.stderr, "Sin IOFACTURO_SMTP_HOST el correo no sale: se guarda en %s\n", c.path("buzon"))
	}
	if note, err := os.ReadFile(c.path("demo.txt")); c.Demo && err == nil {
		fmt.Fprintf(w.stderr, "%s\n", note)
	}
	var handler http.Handler = web.New(site)
	if c.BaseURL != "" {
		handler = behind(c.Proxy, handler)
	}
	return c.serve(w, listener, handler, p, gate)
}

// onThisMachine reports whether this is a demo that nobody reaches from elsewhere, not through a proxy in front of it
// either. Then the Buzón de salida may be seen, whose mails hold links that open accounts (decision 21).
func (c *serveCmd) onThisMachine(base string) bool {
	_, host, _ := strings.Cut(base, "://")
	return c.Demo && loopback(c.Addr) && loopback(host)
}

// serve runs the screens and the jobs until the context ends, then lets what is in flight finish.
func (c *serveCmd) serve(w *world, listener net.Listener, handler http.Handler, p *portal, gate *demoGate) error {
	site := &rest{Handler: handler}
	server := &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
	}
	group, ctx := errgroup.WithContext(w.ctx)
	if err := p.account.Begin(w.ctx); err != nil {
		return err
	}
	if err := p.credit.Begin(w.ctx); err != nil {
		return err
	}
	if err := p.invite.Begin(w.ctx); err != nil {
		return err
	}
	group.Go(func() error { return p.jobs.Run(ctx) })
	if gate != nil {
		group.Go(func() error { return gate.run(ctx) })
		group.Go(func() error { return demo.Shop(ctx, demo.Parts{DB: p.db, Account: p.account}) }) // a key takes its time
	}
	group.Go(func() error {
		site.keep(ctx)
		return nil
	})
	group.Go(func() error {
		roots := c.Roots
		if roots == "" {
			roots = c.path("raices")
		}
		keepRoots(ctx, p.db, roots, w.now, slog.New(slog.NewJSONHandler(w.stderr, nil)))
		return nil
	})
	group.Go(func() error {
		var err error
		if c.TLSCert != "" {
			err = server.ServeTLS(listener, c.TLSCert, c.TLSKey)
		} else {
			err = server.Serve(listener)
		}
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	})
	group.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		return server.Shutdown(last)
	})
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// base is the address browsers see. Plain http is for this machine only: __Host- cookies and passwords need TLS elsewhere (decision 22).
func (c *serveCmd) base() (string, error) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return "", errors.New("--tls-cert y --tls-key van juntos")
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || (u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Host))) {
			return "", fmt.Errorf("--base-url %q debe ser https://…", c.BaseURL)
		}
		return strings.TrimSuffix(c.BaseURL, "/"), nil
	}
	if c.TLSCert != "" {
		host, _, err := net.SplitHostPort(c.Addr)
		if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
			return "", errors.New("con --tls-cert di también con qué nombre entra la gente: --base-url https://…, o --addr NOMBRE:PUERTO")
		}
		return "https://" + c.Addr, nil
	}
	if !loopback(c.Addr) {
		return "", errors.New("sin TLS sólo se sirve en localhost: usa --tls-cert y --tls-key, o --base-url https://… detrás de un proxy")
	}
	return "http://" + c.Addr, nil
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

type migrateCmd struct{ dataFlags }

func (c *migrateCmd) Run(w *world) error {
	if err := c.makeData(); err != nil {
		return err
	}
	db, err := openStore(w.ctx, w, &c.dataFlags, store.WithClock(w.now))
	if err != nil {
		return err
	}
	fmt.Fprintln(w.stderr, "El esquema está al día.")
	return db.Close()
}

type versionCmd struct{}

func (versionCmd) Run(w *world) error {
	memory := "la memoria de las llaves se libera"
	if csd.ErasesMemory {
		memory = "la memoria de las llaves se sobrescribe"
	}
	_, err := fmt.Fprintf(w.stdout, "iofacturo %s, firma con %s; %s\n", version, csd.Route(), memory)
	return err
}
