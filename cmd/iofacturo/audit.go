package main

import (
	"encoding/hex"
	"errors"
	"fmt"

	"iofacturo.mx/internal/store"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Revisa que la cadena de cada bitácora esté íntegra."`
}

type auditVerifyCmd struct {
	dataFlags
	Rfc   string `arg:"" optional:"" help:"Sólo la empresa de este RFC."`
	Roots string `name:"roots" help:"Carpeta con las raíces diarias: cada bitácora debe pasar por ellas. De fábrica, raices en la carpeta de datos."`
}

// companies is how many companies are in memory at a time.
const companies = 500

// Run checks the chain of one company or of all, and prints of each how many
// links it has and the hash of the last, to compare with one kept elsewhere.
func (c *auditVerifyCmd) Run(w *world) error {
	db, err := openStore(w.ctx, w, &c.dataFlags, store.WithClock(w.now))
	if err != nil {
		return err
	}
	defer db.Close()
	broken, seen := false, 0
	for after := ""; ; {
		rows, err := db.Global().Tenants(w.ctx, after, companies)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if c.Rfc != "" && r.Rfc != c.Rfc {
				continue
			}
			seen++
			if err := c.one(w, db, r, &broken); err != nil {
				return err
			}
		}
		if len(rows) < companies {
			break
		}
		after = rows[len(rows)-1].ID
	}
	roots := c.Roots
	if roots == "" {
		roots = c.path("raices")
	}
	lines, err := checkRoots(w.ctx, db, roots, c.Rfc, func(day string, r notedRoot) {
		broken = true
		fmt.Fprintf(w.stdout, "%s\tno pasa por la raíz del %s\trenglón %d\n", r.rfc, day, r.links)
	})
	if err != nil {
		return err
	}
	switch {
	case broken:
		return errFindings
	case seen == 0 && c.Rfc != "":
		return fmt.Errorf("no hay una empresa con el RFC %s", c.Rfc)
	}
	fmt.Fprintf(w.stderr, "Cada bitácora está íntegra y pasa por %d raíces anotadas fuera de la base.\n", lines)
	return nil
}

func (c *auditVerifyCmd) one(w *world, db *store.DB, r store.TenantRow, broken *bool) error {
	var bad *store.AuditError
	err := db.VerifyAudit(w.ctx, r.Tenant())
	switch {
	case errors.As(err, &bad):
		*broken = true
		fmt.Fprintf(w.stdout, "%s\troto en %d\t%s\n", r.Rfc, bad.Seq, bad.Reason)
		return nil
	case err != nil:
		return err
	}
	links, root, err := db.View(r.Tenant()).AuditRoot(w.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.stdout, "%s\t%d\t%s\n", r.Rfc, links, hex.EncodeToString(root))
	return nil
}
