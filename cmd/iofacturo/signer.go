package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

type signerCmd struct {
	dataFlags
	Socket   string   `env:"IOFACTURO_SIGNER_SOCKET" help:"Zócalo Unix donde escucha; de fábrica, signer.sock dentro de los datos."`
	AllowUID []uint32 `name:"allow-uid" help:"Otros usuarios del sistema (UID) que puede oír, además del propio."`
}

// Run keeps the keys until the context ends. It makes no schema: serve and migrate do.
func (c *signerCmd) Run(w *world) error {
	if err := c.makeData(); err != nil {
		return err
	}
	url, err := c.database(w)
	if err != nil {
		return err
	}
	db, err := store.Open(w.ctx, url, store.WithClock(w.now))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Ready(w.ctx); err != nil {
		return fmt.Errorf("la base aún no está lista; corre iofacturo migrate o arranca serve, y vuelve a intentarlo: %w", err)
	}
	s, err := openSigner(w, &c.dataFlags, db, w.now)
	if err != nil {
		return err
	}
	defer s.Close()
	server := signer.NewServer(s, c.AllowUID, slog.New(slog.NewJSONHandler(w.stderr, nil)))
	path := or(c.Socket, c.path("signer.sock"))
	l, err := server.Listen(w.ctx, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.stderr, "Llaves en custodia, firma con %s; arranca el portal con: iofacturo serve --signer-socket %s\n", csd.Route(), path)
	return server.Serve(w.ctx, l)
}

// masterPath is where the master key lies.
func (f *dataFlags) masterPath() string { return or(f.MasterKey, f.path("keys", "master.key")) }

// openSigner reads the master key and opens the custody of db with it.
func openSigner(w *world, f *dataFlags, db *store.DB, now func() time.Time) (*signer.Signer, error) {
	// On PostgreSQL several machines share the keys: one of them must not make up its own.
	create := db.Dialect() == "sqlite" && f.MasterKey == ""
	master, err := signer.LoadMasterKey(f.masterPath(), w.env("IOFACTURO_MASTER_KEY"), create)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("falta la llave maestra: dala en IOFACTURO_MASTER_KEY o en un archivo con IOFACTURO_MASTER_KEY_FILE; con PostgreSQL no se inventa una")
	}
	if err != nil {
		return nil, fmt.Errorf("la llave maestra no sirve: %w", err)
	}
	s, err := signer.New(db, master, now)
	if errors.Is(err, signer.ErrMasterKey) {
		return nil, errors.New("esta no es la llave maestra de esta base: arranca con la correcta; no se cambió nada")
	}
	return s, err
}
