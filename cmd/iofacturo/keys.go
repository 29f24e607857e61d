package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

type keysCmd struct {
	Rotate keysRotateCmd `cmd:"" help:"Cambia la llave maestra mientras el portal trabaja; con --tenant-keys, las llaves de datos de las empresas."`
}

type keysRotateCmd struct {
	dataFlags
	NewKey     string `name:"new-key" help:"Archivo de la llave maestra nueva (0600); de fábrica se hace una."`
	TenantKeys bool   `name:"tenant-keys" help:"Cambia las llaves de datos y vuelve a cifrar lo que guardan."`
	Rfc        string `arg:"" optional:"" help:"Con --tenant-keys, sólo esta empresa."`
}

// keysYoung is how young data keys may be and be left as they are when all are changed: a run that was killed carries on.
const keysYoung = 24 * time.Hour

// Run changes keys. It may be killed and run again at any moment.
func (c *keysRotateCmd) Run(w *world) error {
	if !c.TenantKeys && c.Rfc != "" {
		return errors.New("un RFC sólo va con --tenant-keys")
	}
	db, err := openStore(w.ctx, w, &c.dataFlags, store.WithClock(w.now))
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := openSigner(w, &c.dataFlags, db, w.now)
	if err != nil {
		return err
	}
	defer func() {
		if s != nil {
			s.Close()
		}
	}()
	if c.TenantKeys {
		return c.tenants(w, db, s)
	}
	pending, err := s.MasterPending(w.ctx)
	if err != nil {
		return err
	}
	if pending {
		fmt.Fprintln(w.stderr, "Sigo con un cambio que no terminó.")
	} else if s, err = c.replace(w, db, s); err != nil {
		return err
	}
	n, err := s.RotateMaster(w.ctx)
	if err != nil {
		return fmt.Errorf("el cambio quedó a medias y todo sigue abriendo; repite la orden: %w", err)
	}
	fmt.Fprintf(w.stderr, "Listo. Juegos de llaves que pasaron a la llave maestra nueva: %d.\nRespáldala aparte. La anterior (keys/old) ya sólo abre respaldos viejos: bórrala cuando no los necesites.\n", n)
	return nil
}

// replace puts the new key in its place and opens the custody again with it.
func (c *keysRotateCmd) replace(w *world, db *store.DB, s *signer.Signer) (*signer.Signer, error) {
	if w.env("IOFACTURO_MASTER_KEY") != "" {
		return s, errors.New("la llave maestra viene del ambiente: pon la nueva en el primer renglón de IOFACTURO_MASTER_KEY y la anterior en el segundo, reinicia, y repite la orden; no se cambió nada")
	}
	if err := signer.ReplaceMasterKey(c.masterPath(), c.NewKey); err != nil {
		return s, fmt.Errorf("la llave nueva no sirve; no se cambió nada: %w", err)
	}
	s.Close()
	return openSigner(w, &c.dataFlags, db, w.now)
}

// tenants changes the data keys of one company, or of all and of the house.
func (c *keysRotateCmd) tenants(w *world, db *store.DB, s *signer.Signer) error {
	if c.Rfc != "" {
		row, err := db.Global().TenantByRfc(w.ctx, c.Rfc)
		if err != nil {
			return err
		}
		n, err := s.RotateTenant(w.ctx, row.Tenant(), 0)
		if err == nil {
			fmt.Fprintf(w.stderr, "Listo. Secretos de %s cifrados de nuevo: %d.\n", c.Rfc, n)
		}
		return err
	}
	total, err := s.RotateTenant(w.ctx, store.Platform(), keysYoung)
	if err != nil {
		return err
	}
	err = eachTenant(w.ctx, db, func(row store.TenantRow) error {
		n, err := s.RotateTenant(w.ctx, row.Tenant(), keysYoung)
		total += n
		return err
	})
	if err != nil {
		return fmt.Errorf("el cambio quedó a medias y todo sigue abriendo; repite la orden: %w", err)
	}
	fmt.Fprintf(w.stderr, "Listo. Secretos cifrados de nuevo: %d.\n", total)
	return nil
}

func eachTenant(ctx context.Context, db *store.DB, fn func(store.TenantRow) error) error {
	const page = 500
	for after := ""; ; {
		rows, err := db.Global().Tenants(ctx, after, page)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := fn(r); err != nil {
				return err
			}
			after = r.ID
		}
		if len(rows) < page {
			return nil
		}
	}
}
