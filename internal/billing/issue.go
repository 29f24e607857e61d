package billing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"iofacturo.mx/cfdi"
	"iofacturo.mx/cfdi/complementos"
	"iofacturo.mx/internal/credit"
	"iofacturo.mx/internal/fail"
	"iofacturo.mx/internal/job"
	"iofacturo.mx/internal/notice"
	"iofacturo.mx/internal/signer"
	"iofacturo.mx/internal/store"
)

// safetyNet is when the Stamp job looks after a document just numbered. Issue
// itself is done long before; the job finds work only after a crash.
const safetyNet = 5 * time.Second

// Issue numbers, seals and stamps a draft and returns the document it became.
// Issued twice with the same revision, it yields the same document. When the
// certifier refuses, is silent or is down, that is no error: the document comes
// back as it stands (Rechazado with its Reason, Incierto, Sellado) and the Stamp
// job carries on.
//
// Without a free credit the document stays as it was and waits ([Document.Waiting]):
// no folio is taken, and it goes on by itself once there are credits.
//
// Errors: fail.Invalid with one field for each thing to mend (nothing was
// issued, no folio used); fail.Conflict when another tab changed or issued it;
// fail.NotFound; fail.Denied.
func (s *Service) Issue(ctx context.Context, a store.Actor, id string, revision int) (Document, error) {
	if err := a.Require(store.RightIssue); err != nil {
		return Document{}, err
	}
	row, err := s.number(ctx, a, id, int64(revision), false) // P1
	if err != nil {
		return Document{}, err
	}
	if State(row.State).Editable() { // it waits for a credit
		return s.Document(ctx, a, id)
	}
	s.Crash("C2")
	ctx = context.WithoutCancel(ctx) // numbered is a promise: closing the browser does not break it
	if err := s.carry(ctx, a, row.ID); err != nil && !waiting(err) {
		s.Log.ErrorContext(ctx, "issue goes on in the background", "document", row.ID, "error", err)
	}
	return s.Document(ctx, a, id)
}

// number is P1. In one transaction: the idempotency key, the folio, Fecha,
// certificate and complete content of the document, every rule, the credit held
// for it, and the job that will finish what a crash interrupts. Without a credit
// the document only waits, and comes back as it was; turn says that those before
// it had theirs.
func (s *Service) number(ctx context.Context, a store.Actor, id string, revision int64, turn bool) (store.DocumentRow, error) {
	var row store.DocumentRow
	err := s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		was, err := tx.DocumentForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := sees(a, was); err != nil {
			return err
		}
		key := fmt.Sprintf("issue:%s:%d", id, revision)
		row, err = tx.DocumentOfKey(ctx, key)
		if err == nil || fail.KindOf(err) != fail.NotFound {
			return err // pressed twice: the first press did it
		}
		if err := issuable(was, revision); err != nil {
			return err
		}
		room, err := credit.Room(ctx, tx, id, turn)
		if err != nil {
			return err
		}
		if !room {
			row = was
			return s.wait(ctx, tx, a, was)
		}
		row, err = s.fix(ctx, tx, a, was)
		if err != nil {
			return err
		}
		if err := tx.DropCreditWait(ctx, id); err != nil {
			return err
		}
		if err := tx.InsertIdempotency(ctx, key, row); err != nil {
			return err
		}
		err = job.Enqueue(ctx, tx, stampArgs{DocumentID: id}, job.Options{Key: id, RunAt: s.Now().Add(safetyNet), MaxAttempts: forever})
		s.Crash("C1")
		return err
	})
	return row, err
}

// issuable refuses a document that is under way, done, or not the one on screen.
func issuable(was store.DocumentRow, revision int64) error {
	switch {
	case State(was.State) == Timbrado:
		return fail.New(fail.Conflict, "Este comprobante ya está timbrado. No se emitió otro.")
	case !State(was.State).Editable():
		return fail.New(fail.Conflict, "Este comprobante ya está en proceso. No se emitió otro; espera a que termine.")
	case was.Revision != revision:
		return fail.New(fail.Conflict, "El borrador cambió en otra ventana. No se emitió nada: vuelve a abrirlo, revísalo y timbra de nuevo.")
	}
	return nil
}

// useProducts remembers which products a document was issued with: those are not deleted.
func useProducts(ctx context.Context, tx *store.Tx, lines []DraftLine) error {
	used := map[string]bool{"": true} // typed by hand
	for _, l := range lines {
		if used[l.ProductID] {
			continue
		}
		used[l.ProductID] = true
		if err := tx.UseProduct(ctx, l.ProductID); err != nil {
			return err
		}
	}
	return nil
}

// fix turns the stored draft into canonical content: what it says now is what
// will be sealed. A document that already has a folio keeps it.
func (s *Service) fix(ctx context.Context, tx *store.Tx, a store.Actor, was store.DocumentRow) (store.DocumentRow, error) {
	d, err := draftOf(ctx, &tx.View, was)
	if err != nil {
		return was, err
	}
	w, err := s.wouldBe(ctx, &tx.View, d)
	if err != nil {
		return was, err
	}
	w.limited(a)
	folio := folioOf(was)
	if folio == 0 && w.serie.ID != "" && len(w.found.Errors()) == 0 {
		if w.c.Serie, folio, err = tx.NextFolio(ctx, w.serie.ID); err != nil {
			return was, err
		}
		if err := runsOut(ctx, tx, a, w.serie, folio); err != nil {
			return was, err
		}
	}
	w.c.Folio = strconv.FormatInt(folio, 10)
	p, err := s.prepare(w)
	if err != nil {
		return was, err
	}
	owed, err := owes(ctx, &tx.View, p.Comprobante())
	if err != nil {
		return was, err
	}
	row, err := s.move(ctx, tx, a, was, evNumber, func(r *store.DocumentRow) {
		index(r, p.Comprobante())
		r.Adeudo = owed
		r.SerieID, r.Serie, r.Folio, r.Fecha = w.serie.ID, w.c.Serie, &folio, w.c.Fecha
		r.IssuedRevision, r.CertificateID, r.NoCertificado = was.Revision, w.certificate.ID, w.certificate.NoCertificado
		r.Correos, r.Notas = w.correos, d.Notas
	})
	if err != nil {
		return was, err
	}
	if err := tx.InsertXML(ctx, row.ID, row.IssuedRevision, store.PreparedXML, p.XML(), row.UpdatedAt); err != nil {
		return was, err
	}
	if err := keepAddenda(ctx, tx, a, w.addenda, row.ID, row.UpdatedAt); err != nil {
		return was, err
	}
	if err := setWords(ctx, tx, row); err != nil {
		return was, err
	}
	if err := useTaxes(ctx, tx, p.Comprobante()); err != nil {
		return was, err
	}
	if err := useProducts(ctx, tx, d.Lines); err != nil {
		return was, err
	}
	return row, audit(ctx, tx, a, "document.issue", was, row)
}

// runsOut notes, once a range, that a numbering comes to nine tenths of it by giving a
// folio: "serie.low" in the audit, and people are told.
func runsOut(ctx context.Context, tx *store.Tx, a store.Actor, serie store.SerieRow, folio int64) error {
	serie.FolioSiguiente = folio
	before := serie.Low()
	serie.FolioSiguiente++
	if before || !serie.Low() {
		return nil
	}
	low := notice.Event{
		Key: fmt.Sprintf("serie:%s:%d", serie.ID, serie.FolioFinal), What: notice.FoliosLow, Ref: serie.Serie, N: serie.Left(), Link: "/series/" + serie.ID,
	}
	if err := notice.Raise(ctx, tx, low); err != nil {
		return err
	}
	return tx.Audit(ctx, store.AuditEntry{
		Actor: a, Action: "serie.low", Object: "serie/" + serie.ID,
		After: fmt.Sprintf(`{"serie":%q,"usado_pct":%d,"quedan":%d}`, serie.Serie, serie.UsedPct(), serie.Left()),
	})
}

// prepare runs every rule, the SAT's and ours, and says all that is wrong at once.
func (s *Service) prepare(w *issuing) (*cfdi.Prepared, error) {
	if w.cert == nil {
		return nil, refused(s.judge(w))
	}
	p, err := cfdi.Prepare(w.c, s.Catalog, w.cert, s.Now())
	var found cfdi.Findings
	if err != nil && !errors.As(err, &found) {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	if found = merge(w.found, found); len(found.Errors()) > 0 {
		return nil, refused(found)
	}
	return p, nil
}

// refused is the answer to a document with errors.
func refused(found cfdi.Findings) error {
	found = found.Errors()
	fields := make([]fail.Field, len(found))
	for i, f := range found {
		fields[i] = fail.Field{Path: f.Path, Code: f.Code, Message: f.Message, Fix: f.Fix}
	}
	if len(found) == 1 {
		return fail.WithFields("Hay un dato por corregir. No se emitió nada ni se usó folio.", fields...)
	}
	return fail.WithFields(fmt.Sprintf("Hay %d datos por corregir. No se emitió nada ni se usó folio.", len(found)), fields...)
}

// seal is P2: the signer seals what P1 stored, and the final bytes are stored
// before anybody else sees them. After a crash it runs again and yields the same
// bytes, for the signature is deterministic. A signer that refuses for good
// sends the document back to its author: nothing has left the house.
func (s *Service) seal(ctx context.Context, a store.Actor, row store.DocumentRow) error {
	xml, err := s.DB.View(a.Tenant).XML(ctx, row.ID, row.IssuedRevision, store.PreparedXML)
	if err != nil {
		return err
	}
	p, err := cfdi.ReadPrepared(xml, complementos.All)
	if err != nil {
		return fmt.Errorf("prepared XML of %s: %w", row.ID, err)
	}
	sello, err := s.Signer.Seal(ctx, a, signer.Request{
		DocumentID: row.ID, Revision: int(row.IssuedRevision), CertificateID: row.CertificateID, XML: xml,
	})
	switch fail.KindOf(err) {
	case fail.Invalid, fail.NotFound, fail.Denied:
		return s.sendBack(ctx, a, row, evUnseal, Reason{reasonSello, fail.MessageOf(err)})
	case fail.Upstream: // the signer is away: the document waits numbered, and is sealed once it is back
		s.Log.WarnContext(ctx, "a document waits for the signer", "document", row.ID, "error", err)
		return later(minPause)
	default:
		if err != nil {
			return fmt.Errorf("seal %s: %w", row.ID, err)
		}
	}
	s.Crash("C3")
	sealed, err := p.Seal(sello)
	if err != nil {
		return fmt.Errorf("seal %s: %w", row.ID, err)
	}
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		r, err := s.move(ctx, tx, a, row, evSeal, nil)
		if err != nil {
			return err
		}
		return tx.InsertXML(ctx, r.ID, r.IssuedRevision, store.SealedXML, sealed.XML(), r.UpdatedAt)
	})
}

// sendBack makes a document editable again with the reason why: a new revision,
// the same folio. Only for what is proved not stamped.
func (s *Service) sendBack(ctx context.Context, a store.Actor, row store.DocumentRow, e event, why Reason) error {
	return s.DB.Update(ctx, a.Tenant, func(tx *store.Tx) error {
		_, err := s.move(ctx, tx, a, row, e, func(r *store.DocumentRow) { returned(r, why) })
		return err
	})
}

// returned opens a new revision for the author to correct.
func returned(r *store.DocumentRow, why Reason) {
	r.Revision++
	r.ReasonCode, r.ReasonMessage = why.Code, why.Message
}
