package account

import (
	"context"
	"crypto/rand"
	"errors"
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
	view, now := s.cfg.DB.View(a.Tenant), s.now()
	rows, err := view.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	inUse, err := view.CertificateInForce(ctx, store.Micros(now))
	if ignoreAbsent(err) != nil {
		return nil, err
	}
	list := make([]Certificate, len(rows))
	for i, r := range rows {
		list[i] = certificateOf(r, now)
		list[i].EnUso = r.ID == inUse.ID
	}
	return list, nil
}

func certificateOf(r store.CertificateRow, now time.Time) Certificate {
	c := Certificate{
		ID: r.ID, NoCertificado: r.NoCertificado, Rfc: r.Rfc, Nombre: r.Nombre, Desde: store.FromMicros(r.NotBefore),
		Hasta: store.FromMicros(r.NotAfter), Activo: r.Activo, Prueba: r.Prueba, Estado: Vigente,
	}
	c.DiasRestantes = max(0, int(c.Hasta.Sub(now)/(24*time.Hour)))
	switch {
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
// Password, each with its own text. The password is used here and not kept.
func (s *Service) AddCertificate(ctx context.Context, a store.Actor, cer, key, password []byte) (Certificate, error) {
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
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
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
		if err := tx.SetCertificateActive(ctx, id, active); err != nil {
			return err
		}
		return audit(ctx, tx, a, "certificate.active", "certificate/"+id, row.Activo, active)
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
