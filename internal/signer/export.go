package signer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/store"
)

// Taking a key out is asked for, waits a day in which every Administrador hears
// of it, and is done once, in the three days after.
const (
	exportDelay = 24 * time.Hour
	exportLife  = 72 * time.Hour
)

// minExport is the shortest password a key leaves under.
const minExport = 12

// kindExport is no kind of Protect: a ticket is made here alone.
const kindExport = "export"

// A Promise is the signer's word on a request: whoever writes in the database
// cannot make the day shorter.
type Promise struct {
	Ticket           []byte
	DueAt, ExpiresAt time.Time
}

// ticket is what a Promise seals.
type ticket struct {
	Certificate string `json:"certificate"`
	Due         int64  `json:"due"`
	Expires     int64  `json:"expires"`
}

// AllowExport notes in the audit chain that the key of a certificate is asked
// for, and returns when [Signer.Export] will give it. Only an Administrador may
// ask, no job and no operator, and only where the company decided to let keys
// out. Errors: fail.Denied; fail.NotFound.
func (s *Signer) AllowExport(ctx context.Context, a store.Actor, certificateID, exportID string) (Promise, error) {
	if err := mayExport(a); err != nil {
		return Promise{}, err
	}
	now := s.now()
	p := Promise{DueAt: now.Add(exportDelay), ExpiresAt: now.Add(exportDelay + exportLife)}
	plain, err := json.Marshal(ticket{certificateID, store.Micros(p.DueAt), store.Micros(p.ExpiresAt)})
	if err != nil {
		return Promise{}, err
	}
	err = s.db.UpdateGlobal(ctx, func(gtx *store.GlobalTx) error {
		tx := gtx.For(a.Tenant)
		row, err := exportable(ctx, tx, certificateID)
		if err != nil {
			return err
		}
		keys, version, err := s.currentKeyset(ctx, gtx, a.Tenant)
		if err != nil {
			return err
		}
		if p.Ticket, err = sealSecret(keys, a.Tenant, kindExport, exportID, version, plain); err != nil {
			return err
		}
		return audit(ctx, tx, a, actionAsk, "certificate/"+certificateID, entry{Certificate: row.NoCertificado, Export: exportID})
	})
	return p, err
}

// Export gives the key of a request that is due as an .key file under a new
// password (PKCS#8, PBES2 with AES-256), once. Like a seal, it is in the audit
// chain before the key is touched. Errors: fail.Denied; fail.NotFound;
// fail.Conflict before its time, after it, and the second time.
func (s *Signer) Export(ctx context.Context, a store.Actor, exportID string, password []byte) ([]byte, error) {
	if err := mayExport(a); err != nil {
		return nil, err
	}
	if len(password) < minExport {
		return nil, fmt.Errorf("signer: a key leaves under a password of %d signs or more", minExport)
	}
	var set store.KeysetRow
	var row store.KeyRow
	err := s.db.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		request, err := tx.KeyExportForUpdate(ctx, exportID)
		if err != nil {
			return err
		}
		if err := s.due(ctx, tx, request); err != nil {
			return err
		}
		if row, err = exportable(ctx, tx, request.CertificateID); err != nil {
			return err
		}
		if set, err = tx.Keyset(ctx, row.KeysetVersion); err != nil {
			return err
		}
		if err := tx.EndKeyExport(ctx, exportID, store.ExportDelivered, a.UserName); err != nil {
			return err
		}
		return audit(ctx, tx, a, actionExport, "certificate/"+row.CertificateID, entry{Certificate: row.NoCertificado, Export: exportID})
	})
	if err != nil {
		return nil, err
	}
	key, err := s.unwrap(a.Tenant, set, row)
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	var file []byte
	csd.Secretly(func() { file, err = key.EncryptAES(password) })
	return file, err
}

// mayExport is for people of the company: not for a guest, a job or an operator.
func mayExport(a store.Actor) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	if !a.Admin || a.IsGuest() || a.IsSystem() || a.UserID == "" || a.Tenant == store.Platform() {
		return fail.New(fail.Denied, "Sólo quien administra la empresa desde dentro puede exportar una llave. No se exportó nada.")
	}
	return nil
}

// exportable returns the key, where the company lets keys out.
func exportable(ctx context.Context, tx *store.Tx, certificateID string) (store.KeyRow, error) {
	settings, err := tx.Custody(ctx)
	if err != nil {
		return store.KeyRow{}, err
	}
	if !settings.Export {
		return store.KeyRow{}, fail.New(fail.Denied, "Tu empresa no permite exportar llaves. No se exportó nada: permítelo primero en Certificados.")
	}
	return tx.CertificateKey(ctx, certificateID)
}

// due holds a request against its ticket and the clock.
func (s *Signer) due(ctx context.Context, tx *store.Tx, r store.KeyExportRow) error {
	version, sealed, err := splitSecret(r.Ticket)
	if err != nil {
		return err
	}
	set, err := tx.Keyset(ctx, version)
	if err != nil {
		return errors.Join(ErrSecret, err)
	}
	keys, err := s.openKeyset(tx.Tenant(), set)
	if err != nil {
		return err
	}
	plain, err := keys.Decrypt(sealed, associated(tx.Tenant(), kindExport, r.ID, "", version))
	if err != nil {
		return ErrSecret
	}
	var said ticket
	if err := json.Unmarshal(plain, &said); err != nil {
		return err
	}
	now := store.Micros(s.now())
	switch {
	case said.Certificate != r.CertificateID:
		return ErrSecret
	case r.State != store.ExportPending || now >= said.Expires:
		return fail.New(fail.Conflict, "Esta solicitud ya terminó: la llave se descargó, se canceló o pasó su plazo. No se exportó nada; si aún la necesitas, pídela otra vez.")
	case now < said.Due:
		return fail.New(fail.Conflict, "La llave aún no se puede descargar: falta que pasen las 24 horas de aviso. No se exportó nada.")
	}
	return nil
}
