package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"iofacturo.mx/catalogo"
	"iofacturo.mx/internal/demo"
)

type demoCmd struct {
	dataFlags
	Receipts int    `default:"200" help:"Cuántos comprobantes, más o menos."`
	BaseURL  string `name:"base-url" default:"http://localhost:8080" help:"Dirección de los enlaces en los correos."`
	Catalogs string `help:"Carpeta con los catálogos oficiales del SAT, si la hay: se importan la primera vez."`
}

func (c *demoCmd) Run(w *world) error {
	if err := c.makeData(); err != nil {
		return err
	}
	if c.Catalogs != "" && emptyDir(c.path("catalogos")) {
		fmt.Fprintln(w.stderr, "Importando los catálogos del SAT…")
		if _, err := catalogo.Import(c.Catalogs, c.path("catalogos")); err != nil {
			return err
		}
	}
	clock := &movableClock{real: w.now}
	cfg := wiring{dataFlags: c.dataFlags, baseURL: c.BaseURL, now: clock.now, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	p, err := openPortal(w.ctx, w, cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	access, err := demo.Fill(w.ctx, demo.Parts{
		DB: p.db, Account: p.account, Directory: p.directory, Billing: p.billing, Jobs: p.jobs,
		Catalog: p.catalog, SetNow: clock.set, Now: w.now, Log: w.stderr,
	}, c.Receipts)
	if err != nil {
		return err
	}
	if !access.Made {
		if !exists(c.path("demo.txt")) { // its password is known to nobody
			return fmt.Errorf("la empresa de demostración quedó a medias en %s: borra esa carpeta, si no guarda nada tuyo, y repite", c.Data)
		}
		return nil
	}
	note := fmt.Sprintf("Empresa de demostración: RFC %s · usuario %s · contraseña %s\n", access.Rfc, access.Usuario, access.Password)
	return os.WriteFile(c.path("demo.txt"), []byte(note), 0o600)
}

// A movableClock lets the demo issue receipts in the months that went by; zero means the real time.
type movableClock struct {
	real  func() time.Time
	mu    sync.Mutex
	fixed time.Time
}

func (c *movableClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fixed.IsZero() {
		return c.real()
	}
	return c.fixed
}

func (c *movableClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fixed = t
}
