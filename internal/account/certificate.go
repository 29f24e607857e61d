package account

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"iofacturo.mx/csd"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// Days before its end at which a certificate turns amber, and red (manual §2.4).
const (
	soonDays   = 60
	urgentDays = 15
)

// Certificates lists the CSDs of the company, newest first.
func (s *Service) Certificates(ctx context.Context, a store.Actor) ([]Certificate, error) {
	if err := a.Require(store.RightSeeConfig); err != nil {
		return nil, err
	}
	rows, err := s.cfg.DB.View(a.Tenant).Certificates(ctx)
	if err != nil {
		return nil, err
	}
	return certificatesOf(rows, s.now()), nil
}

// certificatesOf tells of rows, newest first, which one seals for the company and
// for each branch with its own: what [store.View.CertificateInForce] would choose.
func certificatesOf(rows []store.CertificateRow, now time.Time) []Certificate {
	list, taken := make([]Certificate, len(rows)), map[string]bool{}
	for i, r := range rows {
		c := certificateOf(r, now)
		c.EnUso = c.Seals() && !taken[c.Sucursal]
		taken[c.Sucursal] = taken[c.Sucursal] || c.EnUso
		list[i] = c
	}
	return list
}

func certificateOf(r store.CertificateRow, now time.Time) Certificate {
	c := Certificate{
		ID: r.ID, NoCertificado: r.NoCertificado, Rfc: r.Rfc, Nombre: r.Nombre, Desde: store.FromMicros(r.NotBefore),
		Hasta: store.FromMicros(r.NotAfter), Activo: r.Activo, Prueba: r.Prueba, Estado: Vigente,
		Sucursal: r.BranchID,
	}
	c.DiasRestantes = max(0, int(c.Hasta.Sub(now)/(24*time.Hour)))
	switch {
	case r.RevokedAt != 0:
		c.Estado = Revocado
	case now.After(c.Hasta):
		c.Estado = Vencido
	case !c.Activo:
		c.Estado = Inactivo
	case now.Before(c.Desde):
		c.Estado = PorEntrar
	case c.DiasRestantes <= soonDays:
		c.Estado = PorVencer
	}
	c.Urgente = c.DiasRestantes <= urgentDays
	return c
}

// AddCertificate checks and keeps a CSD (manual §3.3): it opens, the pair
// matches, it is a CSD and no e.firma, in force, of the company's RFC, and not
// here yet. In [Service.TestMode] it must be a test one: no other would be
// stamped, and real keys have no place here. Fields in errors: Cer, Key,
// Password, each with its own text. The password is used here and not kept. One
// that overlaps those that are here is normal: receipts numbered from now on are
// sealed with the newest, see [Overlap].
func (s *Service) AddCertificate(ctx context.Context, a store.Actor, cer, key, password []byte) (Certificate, error) {
	return s.AddCertificateFor(ctx, a, "", cer, key, password)
}

// AddCertificateFor is [Service.AddCertificate] for one branch alone: its id or
// [store.MainBranch]; "" is the whole company. Another field in errors: Sucursal.
func (s *Service) AddCertificateFor(ctx context.Context, a store.Actor, branch string, cer, key, password []byte) (Certificate, error) {
	if err := a.Require(store.RightCertificates); err != nil {
		return Certificate{}, err
	}
	if err := s.requireFresh(a); err != nil {
		return Certificate{}, err
	}
	if err := checkFiles(cer, key, password); err != nil {
		return Certificate{}, err
	}
	company, err := s.cfg.DB.View(a.Tenant).Company(ctx)
	if err != nil {
		return Certificate{}, err
	}
	if err := branchThere(ctx, s.cfg.DB.View(a.Tenant), branch); err != nil {
		return Certificate{}, err
	}
	if err := s.notHere(ctx, a, cer); err != nil {
		return Certificate{}, err
	}
	if err := s.mayHold(cer, company.Rfc); err != nil {
		return Certificate{}, err
	}
	id := s.cfg.NewID()
	loaded, err := s.cfg.Signer.Load(ctx, a, signer.Pair{CertificateID: id, Cer: cer, Key: key, Password: password, Rfc: company.Rfc})
	if err != nil {
		return Certificate{}, err
	}
	row := s.certificateRow(id, a, loaded.Certificate)
	row.BranchID = branch
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := branchThere(ctx, &tx.View, branch); err != nil {
			return err
		}
		if err := tx.InsertCertificate(ctx, row); err != nil {
			return err
		}
		if err := tx.InsertCertificateKey(ctx, loaded.Key); err != nil {
			return err
		}
		return audit(ctx, tx, a, "certificate.add", "certificate/"+id, nil, certificateOf(row, s.now()))
	})
	if err != nil {
		return Certificate{}, err
	}
	return certificateOf(row, s.now()), nil
}

// branchThere refuses a branch that the company does not have.
func branchThere(ctx context.Context, v *store.View, branch string) error {
	if branch == "" || branch == store.MainBranch {
		return nil
	}
	_, err := v.Branch(ctx, branch)
	if fail.KindOf(err) == fail.NotFound {
		return fail.OnField("Sucursal", "Esa sucursal ya no existe. No se guardó nada: elige otra.")
	}
	return err
}

// Overlap returns the certificate that seals beside c for the same branch, the one
// c takes over from or waits for: two in force at renewal are normal. False when c
// is the only one.
func Overlap(list []Certificate, c Certificate) (Certificate, bool) {
	i := slices.IndexFunc(list, func(o Certificate) bool { return o.ID != c.ID && o.Sucursal == c.Sucursal && o.Seals() })
	if i < 0 {
		return Certificate{}, false
	}
	return list[i], true
}

// checkFiles tells which part of the form is missing.
func checkFiles(cer, key, password []byte) error {
	var p problems
	if len(cer) == 0 {
		p.err("Cer", "Falta el archivo .cer.", "Elige el certificado de tu CSD.")
	}
	if len(key) == 0 {
		p.err("Key", "Falta el archivo .key.", "Elige la llave privada de tu CSD.")
	}
	if len(password) == 0 {
		p.err("Password", "Falta la contraseña de la llave.", "Es la que pusiste al tramitar el CSD, no la del portal.")
	}
	return p.result("No se guardó el certificado: faltan datos.")
}

// notHere refuses a certificate the company has. A file that is no certificate
// is left to the signer, which says what is wrong with it.
func (s *Service) notHere(ctx context.Context, a store.Actor, cer []byte) error {
	cert, err := csd.ParseCertificate(cer)
	if err != nil || cert.NoCertificado == "" {
		return nil
	}
	rows, err := s.cfg.DB.View(a.Tenant).Certificates(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.NoCertificado == cert.NoCertificado {
			e := fail.OnField("Cer", "El certificado "+cert.NoCertificado+" ya está cargado. No se guardó nada: actívalo en la lista si lo quieres usar.")
			e.Kind = fail.Conflict
			return e
		}
	}
	return nil
}

// mayHold refuses a real CSD where only test ones would be stamped, before its key
// reaches the signer. What else is wrong with a certificate the signer tells.
func (s *Service) mayHold(cer []byte, rfc string) error {
	cert, err := csd.ParseCertificate(cer)
	good := err == nil && cert.Kind == csd.CSD && cert.Rfc == rfc && cert.InForce(s.now())
	if good && s.TestMode() && !s.cfg.Trust.Test(cert) {
		return fail.OnField("Cer", "Este portal es de prueba y sólo timbra con certificados de prueba; el que elegiste no lo es. No se guardó nada: haz uno de prueba en esta misma página.")
	}
	return nil
}

func (s *Service) certificateRow(id string, a store.Actor, cert *csd.Certificate) store.CertificateRow {
	return store.CertificateRow{
		ID: id, NoCertificado: cert.NoCertificado, Rfc: cert.Rfc, Nombre: cert.Name, Cer: cert.Raw,
		NotBefore: store.Micros(cert.NotBefore), NotAfter: store.Micros(cert.NotAfter), Prueba: s.cfg.Trust.Test(cert), Activo: true,
		CreatedAt: store.Micros(s.now()), CreatedBy: a.UserName,
	}
}

// MakeTestCertificate makes a CSD under the test CA and keeps it, so that
// nobody needs a real one to try the portal. Only in [Service.TestMode].
func (s *Service) MakeTestCertificate(ctx context.Context, a store.Actor) (Certificate, error) {
	if err := a.Require(store.RightCertificates); err != nil {
		return Certificate{}, err
	}
	if s.cfg.TestCA == nil {
		return Certificate{}, fail.New(fail.Denied, "Este portal timbra de verdad: carga el CSD que te dio el SAT. No se creó nada.")
	}
	company, err := s.Company(ctx, a)
	if err != nil {
		return Certificate{}, err
	}
	name := company.Nombre
	if name == "" {
		name = company.Rfc
	}
	password := []byte(rand.Text())
	cer, key, err := s.cfg.TestCA.CSD(company.Rfc, name, password)
	if err != nil {
		return Certificate{}, err
	}
	return s.AddCertificate(ctx, a, cer, key, password)
}

// ActivateCertificate lets a certificate seal again.
func (s *Service) ActivateCertificate(ctx context.Context, a store.Actor, id string) error {
	return s.switchCertificate(ctx, a, id, true)
}

// DeactivateCertificate keeps a certificate from sealing.
func (s *Service) DeactivateCertificate(ctx context.Context, a store.Actor, id string) error {
	return s.switchCertificate(ctx, a, id, false)
}

func (s *Service) switchCertificate(ctx context.Context, a store.Actor, id string, active bool) error {
	return s.changeCertificate(ctx, a, id, func(tx *store.Tx, row store.CertificateRow) error {
		if row.RevokedAt != 0 {
			return fail.New(fail.Conflict, "El certificado "+row.NoCertificado+" está revocado y ya no puede sellar. No cambió nada: carga el nuevo.")
		}
		if err := tx.SetCertificateActive(ctx, id, active); err != nil {
			return err
		}
		return audit(ctx, tx, a, "certificate.active", "certificate/"+id, row.Activo, active)
	})
}

// MoveCertificate gives a certificate to one branch alone (its id or
// [store.MainBranch]) or, with "", to the whole company. What is numbered already
// keeps the one it was numbered with. Field in errors: Sucursal.
func (s *Service) MoveCertificate(ctx context.Context, a store.Actor, id, branch string) error {
	return s.changeCertificate(ctx, a, id, func(tx *store.Tx, row store.CertificateRow) error {
		if err := branchThere(ctx, &tx.View, branch); err != nil || row.BranchID == branch {
			return err
		}
		if err := tx.SetCertificateBranch(ctx, id, branch); err != nil {
			return err
		}
		return audit(ctx, tx, a, "certificate.branch", "certificate/"+id, row.BranchID, branch)
	})
}

// RevokeCertificate notes that the SAT revoked a certificate: it never seals again.
// What it sealed before stays good. fail.Conflict when it is noted already.
func (s *Service) RevokeCertificate(ctx context.Context, a store.Actor, id string) error {
	return s.changeCertificate(ctx, a, id, func(tx *store.Tx, row store.CertificateRow) error {
		if row.RevokedAt != 0 {
			return fail.New(fail.Conflict, "El certificado "+row.NoCertificado+" ya estaba marcado como revocado.")
		}
		if err := tx.RevokeCertificate(ctx, id); err != nil {
			return err
		}
		return audit(ctx, tx, a, "certificate.revoke", "certificate/"+id, certificateOf(row, s.now()), nil)
	})
}

// changeCertificate runs fn on a certificate that is not deleted.
func (s *Service) changeCertificate(ctx context.Context, a store.Actor, id string, fn func(tx *store.Tx, row store.CertificateRow) error) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.Certificate(ctx, id)
		if err != nil {
			return err
		}
		if row.DeletedAt != 0 {
			return store.Absent()
		}
		return fn(tx, row)
	})
}

// DeleteCertificate destroys the key; the certificate stays for the receipts
// it sealed. It cannot be undone, but the same pair may be loaded again.
func (s *Service) DeleteCertificate(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	if err := s.requireFresh(a); err != nil {
		return err
	}
	err := s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.Certificate(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteCertificate(ctx, id); err != nil {
			return err
		}
		if err := signer.Destroy(ctx, tx, a, id); err != nil {
			return errors.Join(errKeyStays, err)
		}
		return audit(ctx, tx, a, "certificate.delete", "certificate/"+id, certificateOf(row, s.now()), nil)
	})
	if err != nil {
		return err
	}
	// Destroyed is destroyed: a signer that is away forgets by itself in a minute.
	_ = s.cfg.Signer.Forget(ctx, a, id)
	return nil
}

var errKeyStays = errors.New("the key was not destroyed")
