package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/store"
)

// A KeyExport is a request to take the key of a certificate out, which has not
// ended.
type KeyExport struct {
	ID            string
	CertificateID string
	PedidaPor     string
	Pedida        time.Time
	Desde, Hasta  time.Time // when it can be downloaded
	Lista         bool      // it can now
}

func (s *Service) keyExportOf(r store.KeyExportRow) KeyExport {
	now := s.now()
	e := KeyExport{
		ID: r.ID, CertificateID: r.CertificateID, PedidaPor: r.RequestedBy,
		Pedida: store.FromMicros(r.RequestedAt), Desde: store.FromMicros(r.DueAt), Hasta: store.FromMicros(r.ExpiresAt),
	}
	e.Lista = !now.Before(e.Desde) && now.Before(e.Hasta)
	return e
}

// KeyExports says whether the company lets keys out, and lists the requests that
// have not ended.
func (s *Service) KeyExports(ctx context.Context, a store.Actor) (allowed bool, list []KeyExport, err error) {
	if err := a.Require(store.RightCertificates); err != nil {
		return false, nil, err
	}
	v := s.cfg.DB.View(a.Tenant)
	settings, err := v.Custody(ctx)
	if err != nil {
		return false, nil, err
	}
	rows, err := v.PendingKeyExports(ctx)
	if err != nil {
		return false, nil, err
	}
	for _, r := range rows {
		if e := s.keyExportOf(r); s.now().Before(e.Hasta) {
			list = append(list, e)
		}
	}
	return settings.Export, list, nil
}

// mayExport is for an Administrador of the company itself who lately proved who
// it is.
func (s *Service) mayExport(a store.Actor) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	if a.IsGuest() {
		return fail.New(fail.Denied, "Sólo quien administra la empresa desde dentro puede exportar una llave. No se cambió nada.")
	}
	return s.requireFresh(a)
}

// AllowKeyExport lets keys of the company out, or no longer; then requests that
// wait are canceled. Errors: fail.Denied, [ErrStepUp].
func (s *Service) AllowKeyExport(ctx context.Context, a store.Actor, allow bool) error {
	if err := s.mayExport(a); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		was, err := tx.Custody(ctx)
		if err != nil || was.Export == allow {
			return err
		}
		row := store.CustodyRow{Export: allow, UpdatedAt: store.Micros(s.now()), UpdatedBy: a.UserName}
		if err := tx.SaveCustody(ctx, row); err != nil {
			return err
		}
		if err := audit(ctx, tx, a, "custody.export", "custody", was.Export, allow); err != nil || allow {
			return err
		}
		pending, err := tx.PendingKeyExports(ctx)
		for _, r := range pending {
			if err := s.endExport(ctx, tx, a, r); err != nil {
				return err
			}
		}
		return err
	})
}

// RequestKeyExport asks for the key of a certificate. Every Administrador hears of
// it by mail; after 24 hours it can be downloaded once, within 72 more, unless
// somebody cancels it. Errors: fail.Denied ([ErrStepUp]; the company lets no key
// out); fail.NotFound; fail.Conflict when it is asked for already.
func (s *Service) RequestKeyExport(ctx context.Context, a store.Actor, certificateID string) (KeyExport, error) {
	if err := s.mayExport(a); err != nil {
		return KeyExport{}, err
	}
	if _, err := s.cfg.DB.View(a.Tenant).Certificate(ctx, certificateID); err != nil {
		return KeyExport{}, err
	}
	_, pending, err := s.KeyExports(ctx, a)
	if err != nil {
		return KeyExport{}, err
	}
	if slices.ContainsFunc(pending, func(e KeyExport) bool { return e.CertificateID == certificateID }) {
		return KeyExport{}, errAskedAlready
	}
	id := s.cfg.NewID()
	promise, err := s.cfg.Signer.AllowExport(ctx, a, certificateID, id)
	if err != nil {
		return KeyExport{}, err
	}
	now := store.Micros(s.now())
	row := store.KeyExportRow{
		ID: id, CertificateID: certificateID, State: store.ExportPending, Ticket: promise.Ticket, RequestedAt: now, RequestedBy: a.UserName,
		DueAt: store.Micros(promise.DueAt), ExpiresAt: store.Micros(promise.ExpiresAt),
	}
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		if err := tx.ExpireKeyExports(ctx, certificateID, now); err != nil {
			return err
		}
		if err := tx.InsertKeyExport(ctx, row); err != nil {
			if fail.KindOf(err) == fail.Conflict {
				return errAskedAlready
			}
			return err
		}
		if err := s.tellExport(ctx, tx, id, exportAsked, time.Time{}); err != nil {
			return err
		}
		return s.tellExport(ctx, tx, id, exportReady, promise.DueAt)
	})
	return s.keyExportOf(row), err
}

var errAskedAlready = fail.New(fail.Conflict, "La llave de este certificado ya está pedida. No se pidió otra vez.")

// CancelKeyExport ends a request; any Administrador may. Errors: fail.Denied;
// fail.NotFound when there is none, or it has ended.
func (s *Service) CancelKeyExport(ctx context.Context, a store.Actor, id string) error {
	if err := a.Require(store.RightCertificates); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		row, err := tx.KeyExportForUpdate(ctx, id)
		if err != nil {
			return err
		}
		return s.endExport(ctx, tx, a, row)
	})
}

func (s *Service) endExport(ctx context.Context, tx *store.Tx, a store.Actor, r store.KeyExportRow) error {
	if err := tx.EndKeyExport(ctx, r.ID, store.ExportCanceled, a.UserName); err != nil {
		return err
	}
	if err := audit(ctx, tx, a, "key_export.cancel", "certificate/"+r.CertificateID, nil, map[string]string{"export": r.ID}); err != nil {
		return err
	}
	return s.tellExport(ctx, tx, r.ID, exportCanceled, time.Time{})
}

// ExportKey returns the key of a request that is due, encrypted under the new
// password, and the name of its file. It works once. Errors: fields Password and
// Password2; fail.Denied ([ErrStepUp]); fail.NotFound; fail.Conflict before its
// time, after it, and the second time.
func (s *Service) ExportKey(ctx context.Context, a store.Actor, id, password, again string) (name string, key []byte, err error) {
	if err := s.mayExport(a); err != nil {
		return "", nil, err
	}
	v := s.cfg.DB.View(a.Tenant)
	row, err := v.KeyExport(ctx, id)
	if err != nil {
		return "", nil, err
	}
	cert, err := v.Certificate(ctx, row.CertificateID)
	if err != nil {
		return "", nil, err
	}
	var p problems
	checkNew(&p, shortestPassword, "Password", "Password2", password, again, a.UserName, cert.Rfc)
	if err := p.result("La llave no se exportó: revisa la contraseña. Todavía puedes descargarla."); err != nil {
		return "", nil, err
	}
	// The notice first: it is sent if the key went out, whatever becomes of us.
	at := s.now().Add(noticeDelay)
	err = s.cfg.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error { return s.tellExport(ctx, tx, id, exportDelivered, at) })
	if err != nil {
		return "", nil, err
	}
	key, err = s.cfg.Signer.Export(ctx, a, id, []byte(password))
	return cert.NoCertificado + ".key", key, err
}

// noticeDelay is longer than the signer may take to give a key out.
const noticeDelay = time.Minute

// What the Administradores hear of a request.
const (
	exportAsked     = "pedida"
	exportReady     = "lista"
	exportCanceled  = "cancelada"
	exportDelivered = "entregada"
)

// exportMail tells every Administrador what became of a request.
type exportMail struct {
	Export string `json:"export"`
	What   string `json:"what"`
}

// Kind names the job.
func (exportMail) Kind() string { return "account.key_export" }

// tellExport enqueues the notice, for the instant at or for now.
func (s *Service) tellExport(ctx context.Context, tx *store.Tx, id, what string, at time.Time) error {
	return job.Enqueue(ctx, tx, exportMail{id, what}, job.Options{Key: id + what, RunAt: at, MaxAttempts: mailAttempts})
}

// mailKeyExport sends the notice to each Administrador.
func (s *Service) mailKeyExport(ctx context.Context, t store.Tenant, m exportMail) error {
	v := s.cfg.DB.View(t)
	row, err := v.KeyExport(ctx, m.Export)
	if err != nil {
		return ignoreAbsent(err)
	}
	if m.What == exportReady && row.State != store.ExportPending || m.What == exportDelivered && row.State != store.ExportDelivered {
		return nil
	}
	cert, err := v.Certificate(ctx, row.CertificateID)
	if err != nil {
		return err
	}
	admins, err := v.Admins(ctx, mostAdmins)
	if err != nil {
		return err
	}
	for _, u := range admins {
		l := s.exportLetter(tongueOf(u), m.What, row, cert)
		l.Hello = u.Nombre
		if err := s.mail(ctx, fmt.Sprintf("llave-%s-%s-%s", m.Export, m.What, u.ID), u.Correo, l); err != nil {
			return err
		}
	}
	if m.What != exportReady {
		return nil
	}
	ready := notice.Event{Key: "llave:" + m.Export, What: notice.KeyReady, Ref: cert.NoCertificado, Link: "/certificados/" + row.CertificateID + "/llave"}
	return s.cfg.DB.Update(ctx, t, func(tx *store.Tx) error { return notice.Raise(ctx, tx, ready) })
}

func (s *Service) exportLetter(in tongue, what string, r store.KeyExportRow, c store.CertificateRow) letter {
	l := letter{
		In: in,
		Facts: [][2]string{
			{in.say("Certificado", "Certificate"), c.NoCertificado},
			{"RFC", c.Rfc},
			{in.say("La pidió", "Asked by"), r.RequestedBy},
			{in.say("Cuándo", "When"), s.at(in, r.RequestedAt)},
		},
		Button: in.say("Ver o cancelar la solicitud", "See or cancel the request"), URL: s.cfg.BaseURL + "/certificados/" + c.ID + "/llave",
		Note: in.say("Quien tiene la llave y su contraseña puede emitir facturas a nombre de tu empresa. Si nadie de tu empresa la pidió, cancélala y cambia tu contraseña.",
			"Whoever has the key and its password can issue invoices in your company's name. If nobody of your company asked for it, cancel it and change your password."),
	}
	switch what {
	case exportAsked:
		l.Subject = in.say("Pidieron exportar la llave de un certificado", "It was asked to export the key of a certificate")
		l.Lines = []string{
			in.say("Se pidió sacar de ioFacturo la llave privada de un certificado de sello digital.", "It was asked to take the private key of a CSD (digital seal certificate) out of ioFacturo."),
			in.say("Se podrá descargar una sola vez, del "+s.at(in, r.DueAt)+" al "+s.at(in, r.ExpiresAt)+". Antes de eso cualquier persona que administre la empresa puede cancelarlo.",
				"It can be downloaded once, from "+s.at(in, r.DueAt)+" to "+s.at(in, r.ExpiresAt)+". Before that, anybody who administers the company can cancel it."),
		}
	case exportReady:
		l.Subject = in.say("La llave pedida ya se puede descargar", "The key that was asked for can be downloaded now")
		l.Lines = []string{in.say("Pasaron las 24 horas de aviso y nadie canceló la solicitud. La llave se puede descargar una sola vez, hasta el "+s.at(in, r.ExpiresAt)+".",
			"The 24 hours of notice have passed and nobody cancelled the request. The key can be downloaded once, until "+s.at(in, r.ExpiresAt)+".")}
	case exportCanceled:
		l.Subject = in.say("Se canceló la exportación de una llave", "The export of a key was cancelled")
		l.Lines = []string{in.say("La llave ya no se puede descargar. Sigue guardada y cifrada, y tus facturas se sellan como siempre.",
			"The key cannot be downloaded any more. It stays kept and encrypted, and your invoices are sealed as always.")}
		l.Button, l.Note = "", ""
	case exportDelivered:
		l.Subject = in.say("Se descargó la llave de un certificado", "The key of a certificate was downloaded")
		l.Lines = []string{in.say("La llave privada salió de ioFacturo, cifrada con la contraseña que eligió quien la descargó. La solicitud terminó y no se puede descargar otra vez.",
			"The private key left ioFacturo, encrypted with the password chosen by whoever downloaded it. The request is over and it cannot be downloaded again.")}
		l.Button, l.URL = in.say("Ver mis certificados", "See my certificates"), s.cfg.BaseURL+"/certificados"
		l.Note = in.say("Si nadie de tu empresa la descargó, revoca el certificado en el portal del SAT cuanto antes y tramita otro.",
			"If nobody of your company downloaded it, revoke the certificate on the SAT's site as soon as you can and get another.")
	}
	return l
}
